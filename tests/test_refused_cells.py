"""What is said of a row that is refused: which cell is the cause, the key that is concerned, and what can be done."""

import pytest

from analysis.errors import WardPlansError
from analysis.reading.alignment import ColumnShape, first_misfit
from analysis.reading.reader import ReadDocument
from analysis.reading.remedies import remedy
from test_layouts import read, values

COUNT = r"(?P<{}>\d[\d,.]*(?:件|%))"
TABLE = {
    "layout": "kpi_table",
    "columns": [
        {"holds": "name", "header": "指標"},
        {"holds": "values", "header": r"現状値\((?P<year>令和\d+年度)\)", "pattern": COUNT.format("actual")},
        {"holds": "values", "header": r"目標値\((?P<year>令和\d+年度)\)", "pattern": COUNT.format("target")},
    ],
}
HEADER = "指標 | 現状値(令和6年度) | 目標値(令和9年度)\n相談 | 10件 | 20件\n"


def message(row: str) -> str:
    with pytest.raises(WardPlansError) as refused:
        read(HEADER + row, TABLE)
    return str(refused.value)


def test_the_cell_that_fits_no_column_is_named_with_its_column_and_key() -> None:
    said = message("申請 | 86件 | 80%以上")
    assert said.startswith(
        "test.txt:5: unread row, its cells do not fit the columns: '80%以上' under '目標値(令和9年度)' is not "
        f"{COUNT.format('target')!r} (test.yaml, key layouts.0.columns.2.pattern)"
    )
    assert "group `remark`" in said
    assert said.endswith(
        "met '申請\\t86件\\t80%以上'; expected the columns 指標 | 現状値(令和6年度) | 目標値(令和9年度)"
    )


@pytest.mark.parametrize(
    ("row", "cell", "key"),
    [
        ("申請 | 未定 | 20件", "'未定' under '現状値(令和6年度)'", "columns.1.pattern"),
        ("申請 | 未定 | 検討中", "'未定' under '現状値(令和6年度)'", None),
    ],
)
def test_the_first_is_named_where_the_others_stand_in_their_places(row: str, cell: str, key: str | None) -> None:
    said = message(row)
    assert (cell in said) == (key is not None)
    assert key is None or f"key layouts.0.{key}" in said


def test_a_status_that_stands_under_another_column_is_named_in_a_table_of_items() -> None:
    table = {
        "layout": "hierarchy_table",
        "columns": [
            {"holds": "level", "level": "pillar", "level_ja": "柱", "header": "柱", "pattern": r"(?P<title>柱.+)"},
            {
                "holds": "level",
                "level": "measure",
                "level_ja": "取組",
                "header": "取組",
                "pattern": "(?P<title>取組.+)",
            },
            {"holds": "departments", "header": "所管課", "pattern": ".+課"},
        ],
    }
    with pytest.raises(
        WardPlansError,
        match=r":5: .*: '未定' under '所管課' is not '\.\+課' \(test\.yaml, key layouts\.0\.columns\.2\.pattern\): met",
    ):
        read("柱 | 取組 | 所管課\n柱1 | 取組1 | 区民課\n柱2 | 取組2 | 未定", table)


def test_a_row_that_is_shifted_as_a_whole_blames_no_cell() -> None:
    letters = [ColumnShape(str.isalpha), ColumnShape(str.isdigit), ColumnShape(str.isspace)]
    assert first_misfit(["1", "a", ""], letters) is None
    assert first_misfit(["a", "?", " "], letters) == 1
    assert first_misfit(["a", "1", "2"], letters) == 2


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("80%以上", "group `remark`"),
        ("60%未満", "group `remark`"),
        ("90%程度", "group `remark`"),
        ("10%減", "`curated: null`"),
        ("△3.5%", "`curated: null`"),
        ("10%以上削減", "`curated: null`"),
        ("2~3日", "`curated: null`"),
        ("未定", "`missing`"),
    ],
)
def test_what_can_be_done_about_a_cell_that_is_no_amount(text: str, words: str) -> None:
    told = remedy(text)
    assert told is not None
    assert words in told


@pytest.mark.parametrize("text", ["1O件", "12件(見込)", "1,2,3件"])
def test_a_damaged_print_has_no_other_remedy_than_a_correction(text: str) -> None:
    assert remedy(text) is None


# -- and that it works ----------------------------------------------------------------------------------------------


def with_targets(target: str, row: str, **more: object) -> ReadDocument:
    table = {**TABLE, "columns": [*TABLE["columns"][:2], {**TABLE["columns"][2], "pattern": target}], **more}
    return read(HEADER + row, table)


def test_a_bound_is_the_number_it_names_and_its_word_is_kept() -> None:
    document = with_targets(r"(?P<target>\d+(?:件|%))(?P<remark>以上)?", "申請 | 86% | 90%以上")
    assert values(document)[-1] == ("申請", None, 2027, "target", 90)
    assert [note.text for note in document.findings.kpi_values[-1].note] == ["以上"]


def test_a_word_for_no_value_is_a_missing_one() -> None:
    document = with_targets(COUNT.format("target"), "申請 | 86件 | 未定", missing=["—", "-", "未定"])
    assert values(document)[-1] == ("申請", None, 2027, "target", None)


def test_what_the_pattern_takes_but_is_no_amount_is_refused_with_what_can_be_done() -> None:
    document = with_targets(r"(?P<target>\d+(?:件|%)減?)", "申請 | 86件 | 10%減")
    assert "a change is no value of the series" in str(document.findings.kpi_values[-1].problem)
    assert values(document)[-1] == ("申請", None, 2027, "target", None)


def test_a_pattern_that_takes_every_cell_is_named() -> None:
    with pytest.raises(
        WardPlansError, match=r"'相談' under '指標' can only be of '目標値\(令和9年度\)', .*columns\.2\.pattern"
    ):
        with_targets("(?P<target>.+)", "申請 | 86件 | 10%減")
