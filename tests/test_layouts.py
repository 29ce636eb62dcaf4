"""Each kind of layout on small hand-made documents: what is read, and what is refused with file and line."""

from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest

from analysis.curation.curate import curate
from analysis.documents.catalogue import DescribedDocument
from analysis.documents.descriptor import Descriptor
from analysis.documents.folding import fold
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder, reference_folder
from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.account import LineUse
from analysis.reading.reader import ReadDocument, read_described
from analysis.reading.records import MeasureRecord

TITLE = "試験区計画"


def read(text: str, *layouts: dict[str, Any], **more: Any) -> ReadDocument:
    """Read a text (' | ' stands for a tab) whose first line is its title."""
    raw = f"{TITLE}\n\n" + dedent(text).strip("\n").replace(" | ", "\t").replace("| ", "\t").replace(" |", "\t")
    descriptor = Descriptor.model_validate(
        {
            "document": "test",
            "ward": "13101",
            "publisher": "千代田区",
            "kind": "plan",
            "title": f"^(?P<title>{TITLE})$",
            "title_en": "Test",
            "plans": [{"plan": "p", "title": f"^(?P<title>{TITLE})$", "title_en": "Test"}],
            "layouts": [{"plan": "p", **layout} for layout in layouts],
            **more,
        }
    )
    document = RawDocument(Path("test.txt"), "", raw, fold(raw))
    return read_described(DescribedDocument(document, descriptor, "13101", "chiyoda"))


def titles(document: ReadDocument) -> list[tuple[str | None, str | None, str | None]]:
    """Code, title and the parent's code or title of every item."""
    items = {item.measure_id: item for item in document.findings.measures}
    return [(item.code, title(item), name(items.get(item.parent_id or ""))) for item in document.findings.measures]


def title(item: MeasureRecord) -> str | None:
    return item.title.text if item.title else None


def name(item: MeasureRecord | None) -> str | None:
    return (item.code or title(item)) if item else None


def unread(document: ReadDocument) -> list[int]:
    return [line.number for line in document.lines if line.use is LineUse.UNREAD]


# -- outlines -----------------------------------------------------------------------------------------------

OUTLINE = {
    "layout": "outline",
    "levels": [
        {"level": "pillar", "level_ja": "柱", "pattern": r"第(?P<code>\d)の柱 (?P<title>.+)"},
        {"level": "measure", "level_ja": "取組", "pattern": r"(?P<code>[①-⑳]) (?P<title>.+)", "within_parent": True},
    ],
}


def test_an_outline_nests_its_headings() -> None:
    document = read(
        """
        第1の柱 便利にする
        ① 手続
        ② 窓口
        第2の柱 守る
        ① 訓練
        """,
        OUTLINE,
    )
    expected = [
        ("1", "便利にする", None),
        ("①", "手続", "1"),
        ("②", "窓口", "1"),
        ("2", "守る", None),
        ("①", "訓練", "2"),
    ]
    assert titles(document) == expected
    ids = [item.measure_id for item in document.findings.measures]
    assert ids == ["p-pillar-1", "p-measure-1-1", "p-measure-1-2", "p-pillar-2", "p-measure-2-1"]
    assert unread(document) == []


def test_running_text_between_headings_belongs_to_the_heading_and_is_reported_as_unread() -> None:
    document = read("第1の柱 便利にする\n本文\n① 手続\n本文", OUTLINE)
    assert [(section.measure_id, list(section.lines)) for section in document.findings.sections] == [
        ("p-pillar-1", [3, 4]),
        ("p-measure-1-1", [5, 6]),
    ]
    assert unread(document) == [4, 6]


def test_a_level_without_headings_is_refused() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt: no heading of level 取組 found"):
        read("第1の柱 便利にする", OUTLINE)


def test_a_number_left_out_is_refused_unless_a_gap_says_so() -> None:
    text = "第1の柱 便利にする\n① 手続\n③ 窓口"
    with pytest.raises(WardPlansError, match="the numbering of 取組 leaves out 1-2, the descriptor's gaps name none"):
        read(text, OUTLINE)
    gap = {"plan": "p", "level": "measure", "codes": ["1-2"], "reason": "lost"}
    assert len(read(text, OUTLINE, gaps=[gap]).findings.measures) == 3
    with pytest.raises(WardPlansError, match="leaves out none, the descriptor's gaps name 1-2"):
        read("第1の柱 便利にする\n① 手続\n② 窓口", OUTLINE, gaps=[gap])


def test_a_lost_first_number_and_a_lost_series_are_refused() -> None:
    with pytest.raises(WardPlansError, match="leaves out 1,"):
        read("第2の柱 便利にする\n① 手続", OUTLINE)
    coded = {"level": "measure", "level_ja": "取組", "pattern": r"(?P<code>\d+-\d+) (?P<title>.+)"}
    with pytest.raises(WardPlansError, match="leaves out 2,"):
        read("1-1 手続\n1-2 窓口\n3-1 訓練", {"layout": "outline", "levels": [coded]})


def test_a_region_whose_boundary_is_gone_is_refused() -> None:
    with pytest.raises(
        WardPlansError, match=r"test\.txt: no line from 1 on matches '\^別紙\$', a boundary of a region"
    ):
        read("第1の柱 便利にする\n① 手続", {**OUTLINE, "region": {"after": "^別紙$"}})


def test_two_layouts_may_name_one_item() -> None:
    table = {"layout": "hierarchy_table", "columns": [{**PILLAR, "pattern": r"(?P<code>\d)"}, MEASURE, STATUS]}
    document = read("第1の柱 便利にする\n① x\n\n" + HEADER + "\n1 | 手続 | ○\n(令和5年度の結果)", OUTLINE, table)
    assert [item.measure_id for item in document.findings.measures][::2] == ["p-pillar-1", "p-pillar-1"]


# -- hierarchy tables ---------------------------------------------------------------------------------------

HEADER = "柱 | 取組 | 状況"
PILLAR = {
    "holds": "level",
    "header": "柱",
    "level": "pillar",
    "level_ja": "柱",
    "pattern": r"(?P<code>\d) (?P<title>.+)",
    "anchor": True,
}
MEASURE = {"holds": "level", "header": "取組", "level": "measure", "level_ja": "取組"}
STATUS = {
    "holds": "status",
    "header": "状況",
    "pattern": r"\S",
    "anchor": True,
    "statuses": {"○": "on_schedule", "△": "behind"},
    "year": r"\((?P<year>令和\d+年度)の結果\)",
}
TABLE = {"layout": "hierarchy_table", "columns": [PILLAR, MEASURE, STATUS]}
YEAR = "(令和5年度の結果)"


def test_merged_cells_that_were_lost_are_filled_down() -> None:
    document = read(f"{YEAR}\n{HEADER}\n1 便利 | 手続 | ○\n | 窓口 | △\n2 守る | 訓練 | ○", TABLE)
    assert titles(document) == [
        ("1", "便利", None),
        (None, "手続", "1"),
        (None, "窓口", "1"),
        ("2", "守る", None),
        (None, "訓練", "2"),
    ]
    assert [(s.fiscal_year, s.status) for s in document.findings.statuses] == [
        (2023, "on_schedule"),
        (2023, "behind"),
        (2023, "on_schedule"),
    ]
    assert document.findings.moved_cells == []


def test_a_row_that_lost_its_leading_cells_is_moved_back_openly() -> None:
    document = read(f"{YEAR}\n{HEADER}\n1 便利 | 手続 | ○\n窓口 | △", TABLE)
    assert titles(document)[-1] == (None, "窓口", "1")
    assert [(cell.printed_under, cell.read_as) for cell in document.findings.moved_cells] == [
        ("柱", "取組"),
        ("取組", "状況"),
    ]


def test_a_repeated_header_is_no_row() -> None:
    document = read(f"{YEAR}\n{HEADER}\n1 便利 | 手続 | ○\n\n{HEADER}\n1 便利 | 窓口 | ○\n{HEADER}\n | 電話 | ○", TABLE)
    assert {item.measure_id for item in document.findings.measures if item.code} == {"p-pillar-1"}
    assert [title(item) for item in document.findings.measures if item.code is None] == ["手続", "窓口", "電話"]
    assert unread(document) == []


YEARLY = {
    "layout": "hierarchy_table",
    "columns": [
        {**MEASURE, "anchor": False},
        {"holds": "activity", "kind": "plan", "header": r"(?P<year>令和\d+年度)(?:以降)?の予定"},
    ],
}


def test_a_repeated_header_of_another_year_is_refused() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:6: the repeated header names 令和7年度, the one on line 3 "):
        read("取組 | 令和6年度の予定\n手続 | 増やす\n\n取組 | 令和7年度の予定\n窓口 | 減らす", YEARLY)


def test_the_year_of_an_activity_is_that_of_its_column() -> None:
    document = read("取組 | 令和6年度以降の予定\n手続 | 増やす", YEARLY)
    (activity,) = document.findings.activities
    assert (activity.fiscal_year, activity.is_open_ended, activity.passage.text) == (2024, True, "増やす")


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("1 便利 | 手続 | ●", r"test\.txt:5: unknown status '●', expected one of ○ △"),
        ("○ | ○ | ○", r"test\.txt:5: unread row, its cells do not fit the columns"),
        ("手続", r""),
        (" | | ", r"test\.txt:5: unread row, all of its cells are empty"),
        ("1 便利 | 手続 | ○ | 余り | 余り", r"test\.txt:5: unread row"),
    ],
)
def test_a_row_that_fits_in_no_way_is_refused(row: str, message: str) -> None:
    if not message:  # A line without a tab is no row: it is reported.
        assert 5 in unread(read(f"{YEAR}\n{HEADER}\n{row}", TABLE))
        return
    with pytest.raises(WardPlansError, match=message):
        read(f"{YEAR}\n{HEADER}\n{row}", TABLE)


def test_a_column_the_table_lacks_is_named() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:4: no table with the columns .*columns it lacks: '状況'"):
        read(f"{YEAR}\n柱 | 取組\n1 便利 | 手続", TABLE)


@pytest.mark.parametrize("years", ["", "(令和5年度の結果)\n(令和6年度の結果)"])
def test_the_year_of_the_statuses_has_to_be_one(years: str) -> None:
    with pytest.raises(WardPlansError, match="expected one fiscal year"):
        read(f"{years}\n{HEADER}\n1 便利 | 手続 | ○", TABLE)


MANY = {
    "layout": "hierarchy_table",
    "columns": [
        {
            "holds": "level",
            "header": "目標",
            "level": "pillar",
            "level_ja": "目標",
            "pattern": r"目標(?P<code>\d) (?P<title>.+)",
        },
        {
            "holds": "level",
            "header": "施策",
            "level": "policy",
            "level_ja": "施策",
            "pattern": r"施策(?P<code>\d+) (?P<title>.+?)(?=\s*施策\d+ |\s*$)",
            "many": True,
        },
        {
            "holds": "level",
            "header": "取組",
            "level": "measure",
            "level_ja": "取組",
            "pattern": r"取組(?P<code>\d+) (?P<title>.+?)(?P<national>\(★\))?(?=\s*取組\d+ |\s*$)",
            "many": True,
        },
    ],
}


def test_one_cell_may_hold_many_items_whose_parent_is_known_only_where_there_is_one() -> None:
    document = read(
        """
        目標 | 施策 | 取組
        目標1 便利 | 施策1 手続 施策2 窓口 | 取組1 申請(★) 取組2 予約
        目標2 守る | 施策3 訓練 | 取組3 演習
        """,
        MANY,
    )
    measures = [item for item in document.findings.measures if item.level == "measure"]
    assert [(title(item), item.is_national_priority) for item in measures] == [
        ("申請", True),
        ("予約", False),
        ("演習", False),
    ]
    assert [(item.parent_id, item.is_parent_known, item.root_id) for item in measures] == [
        (None, False, "p-pillar-1"),
        (None, False, "p-pillar-1"),
        ("p-policy-3", True, "p-pillar-2"),
    ]


def test_beside_a_broken_run_no_parent_is_known() -> None:
    """施策2 was lost from the cell: 取組1 may have been its."""
    gap = {"plan": "p", "level": "policy", "codes": ["2"], "reason": "lost"}
    text = "目標 | 施策 | 取組\n目標1 便利 | 施策1 手続 | 取組1 申請\n目標2 守る | 施策3 訓練 | 取組2 演習"
    measures = [item for item in read(text, MANY, gaps=[gap]).findings.measures if item.level == "measure"]
    assert [(item.parent_id, item.is_parent_known) for item in measures] == [(None, False), ("p-policy-3", True)]
    with pytest.raises(WardPlansError, match="the numbering of 施策 leaves out 2"):
        read(text, MANY)


def test_a_cell_of_many_items_with_other_text_is_refused() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:4: unread row"):
        read("目標 | 施策 | 取組\n目標1 便利 | 施策1 手続 | 前書き 取組1 申請", MANY)


REPEATS = {
    "layout": "hierarchy_table",
    "columns": [
        {"holds": "code", "header": "実施内容", "level": "measure", "pattern": r"\d-[①-⑳]", "anchor": True},
        {**MEASURE, "header": ""},
        {
            "holds": "level",
            "header": "事業",
            "level": "project",
            "level_ja": "事業",
            "pattern": r"(?:\((?P<repeats>\d-[①-⑳])再掲\))?(?:\((?P<lead>都|国)\))?(?P<title>.+)",
        },
        STATUS,
    ],
    "lead": {"都": "tokyo", "国": "nation"},
}
REPEATS_HEADER = f"{YEAR}\n実施内容 | | 事業 | 状況"


def test_a_repeated_item_leads_to_the_one_it_repeats() -> None:
    document = read(f"{REPEATS_HEADER}\n1-① | 促進 | (国)窓口 | ○\n1-② | 推進 | (1-①再掲)(国)窓口 | ", REPEATS)
    first, second = (item for item in document.findings.measures if item.level == "project")
    assert (second.repeats_id, second.lead_body) == (first.measure_id, "nation")
    assert second.measure_id != first.measure_id


@pytest.mark.parametrize("repeated", ["(1-①再掲)電話", "(2-①再掲)窓口"])
def test_a_repeated_item_that_is_not_there_is_refused(repeated: str) -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:6: .*says it repeats \d-①, but nothing"):
        read(f"{REPEATS_HEADER}\n1-① | 促進 | 窓口 | ○\n1-② | 推進 | {repeated} | ", REPEATS)


def test_a_code_stands_with_its_title() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:5: unread row, the code '1-①' stands without its 取組"):
        read(f"{REPEATS_HEADER}\n1-① | | 窓口 | ○", REPEATS)
    with pytest.raises(WardPlansError, match=r"test\.txt:6: unread row, its cells do not fit the columns"):
        read(f"{REPEATS_HEADER}\n1-① | 促進 | 窓口 | ○\n | 推進 | | ", REPEATS)


# -- KPI tables ---------------------------------------------------------------------------------------------

NAME = {"holds": "name", "header": "指標", "pattern": r"(?P<name>.+?)(?: (?P<note>※\d))?"}
CELL = r"(?P<{}>約?\d[\d,.]*[^\d\s]*)(?: (?P<note>※\d))?"
KPI = {
    "layout": "kpi_table",
    "header_rows": 2,
    "columns": [
        NAME,
        {"holds": "values", "group": "実績", "header": r"(?P<year>令和\d+年度)", "pattern": CELL.format("actual")},
        {"holds": "values", "group": "目標", "header": r"(?P<year>令和\d+年度)", "pattern": CELL.format("target")},
    ],
    "footnotes": {"pattern": r"^(?P<mark>※\d) (?P<text>.+)$", "continued": "^なお、"},
    "breaks": ["※1"],
}
KPI_HEADER = "指標 | 実績 | | 目標\n | 令和4年度 | 令和5年度 | 令和5年度"


def values(document: ReadDocument) -> list[tuple[str, str | None, int, str, float | None]]:
    return [
        (value.kpi.name.text, value.kpi.row_label, value.fiscal_year, value.value_type, value.value)
        for value in document.findings.kpi_values
    ]


def test_the_header_above_and_the_header_below_say_what_a_figure_is() -> None:
    document = read(f"{KPI_HEADER}\n件数 | 約1,200件 | — | 1,500件", KPI)
    assert values(document) == [
        ("件数", None, 2022, "actual", 1200),
        ("件数", None, 2023, "actual", None),
        ("件数", None, 2023, "target", 1500),
    ]
    assert [(value.unit_ja, value.is_approximate) for value in document.findings.kpi_values] == [
        ("件", True),
        ("", False),
        ("件", False),
    ]


def test_the_order_of_the_columns_is_read_from_the_header() -> None:
    document = read("指標 | 目標 | 実績\n | 令和5年度 | 令和4年度\n件数 | 15件 | 12件", KPI)
    assert values(document) == [("件数", None, 2023, "target", 15), ("件数", None, 2022, "actual", 12)]


def test_a_footnote_marks_a_break_and_goes_on_below() -> None:
    document = read(
        f"{KPI_HEADER}\n率 ※2 | 10% | 20% ※1 | 30%\n\n※1 定義が変わった。\n\nなお、戻らない。\n\n※2 累計", KPI
    )
    breaks = {value.fiscal_year: value for value in document.findings.kpi_values if value.value_type == "actual"}
    assert [breaks[year].is_break for year in (2022, 2023)] == [False, True]
    assert [note.text for note in breaks[2023].note] == ["定義が変わった。", "なお、戻らない。"]
    assert [note.text for note in document.findings.kpis[0].definition] == ["累計"]
    assert unread(document) == []


def test_a_footnote_mark_without_a_footnote_is_refused() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:5: the footnote mark '※3' has no footnote; found are: ※1"):
        read(f"{KPI_HEADER}\n率 | 10% | 20% ※3 | 30%\n\n※1 定義", KPI)


def test_a_repeated_kpi_header_is_no_row_and_of_another_year_refused() -> None:
    rows = "件数 | 1件 | 2件 | 3件\n\n{}\n率 | 4件 | 5件 | 6件"
    document = read(f"{KPI_HEADER}\n{rows.format(KPI_HEADER)}", KPI)
    assert [value for *_, value in values(document)] == [1, 2, 3, 4, 5, 6]
    assert unread(document) == []
    with pytest.raises(
        WardPlansError, match=r"test\.txt:7: the repeated header names the years \[None, 2022, 2024, 2024\]"
    ):
        read(f"{KPI_HEADER}\n{rows.format(KPI_HEADER.replace('令和5年度', '令和6年度'))}", KPI)


@pytest.mark.parametrize(
    ("header", "message"),
    [
        (
            "指標 | 実績 | | 目標\n | 令和4年 | 令和5年度 | 令和5年度",
            r"test\.txt:3: no KPI table here: column 2 prints",
        ),
        ("指標 | 実績\n | 令和4年度", r"test\.txt:3: no KPI table here: it lacks the column"),
        ("指標 実績", r"test\.txt: no KPI table found in its region"),
    ],
)
def test_another_kpi_header_is_refused(header: str, message: str) -> None:
    with pytest.raises(WardPlansError, match=message):
        read(f"{header}\n件数 | 1件 | 2件 | 3件", KPI)


def test_a_figure_that_is_no_number_becomes_a_problem_and_never_a_value() -> None:
    document = read(f"{KPI_HEADER}\n件数 | 1.2.3件 | 2件 | 3件", KPI)
    first = document.findings.kpi_values[0]
    assert (first.value, first.passage.text) == (None, "1.2.3件")
    assert first.problem and "1.2.3件" in first.problem


STACKED = {
    "layout": "kpi_table",
    "header_rows": 1,
    "columns": [
        {**NAME, "pattern": r"(?P<name>.+?)"},
        {"holds": "values", "header": "当初", "pattern": r"(?P<baseline>\d+件)\((?P<when>[^()]+)\)"},
        {
            "holds": "values",
            "header": r"(?P<year>令和\d+年度)",
            "pattern": r"(?P<target>\d+件)\((?P<actual>\d+件)\)",
        },
    ],
    "stacked": [
        {"label": "上段", "definition": r"^上段は(?P<text>.+)$"},
        {"label": "下段", "definition": r"^下段は(?P<text>.+)$"},
    ],
}
STACKED_HEADER = "指標 | 当初 | 令和5年度"


def test_rows_that_share_a_name_are_told_apart_by_their_place() -> None:
    text = (
        f"{STACKED_HEADER}\n件数 | 1件(令和3年3月) | 2件(3件)\n | 4件(令和元年度) | 5件(6件)\n\n上段は全体\n下段は一部"
    )
    document = read(text, STACKED)
    assert values(document) == [
        ("件数", "上段", 2020, "baseline", 1),
        ("件数", "上段", 2023, "target", 2),
        ("件数", "上段", 2023, "actual", 3),
        ("件数", "下段", 2019, "baseline", 4),
        ("件数", "下段", 2023, "target", 5),
        ("件数", "下段", 2023, "actual", 6),
    ]
    assert [[note.text for note in kpi.definition] for kpi in document.findings.kpis] == [["全体"], ["一部"]]
    assert [value.as_of is not None for value in document.findings.kpi_values] == [True] + [False] * 5


def test_more_rows_than_labels_are_refused() -> None:
    row = " | 4件(令和元年度) | 5件(6件)\n"
    with pytest.raises(WardPlansError, match=r"test\.txt:6: 3 rows share the name '件数', the descriptor names 2"):
        read(f"{STACKED_HEADER}\n件数{row}{row}{row}\n上段は全体\n下段は一部", STACKED)


def test_a_row_of_values_without_a_name_is_refused() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:4: a row of values without a name"):
        read(f"{STACKED_HEADER}\n | 4件(令和元年度) | 5件(6件)\n\n上段は全体\n下段は一部", STACKED)


def test_an_unknown_era_in_a_cell_is_refused() -> None:
    with pytest.raises(WardPlansError, match="no known era in '永和元年度'"):
        read(f"{STACKED_HEADER}\n件数 | 1件(永和元年度) | 2件(3件)", STACKED)


# -- totals and the account of lines ------------------------------------------------------------------------


def total(**more: Any) -> dict[str, Any]:
    return {
        "total": "measures",
        "subject_ja": "取組",
        "subject_en": "initiatives",
        "pattern": r"全(?P<stated>\d+)取組",
        "count": {"of": "measures", "level": "measure"},
        **more,
    }


def test_a_stated_total_stands_beside_what_was_read() -> None:
    document = read("全2取組\n第1の柱 便利にする\n① 手続\n② 窓口", OUTLINE, totals=[total()])
    (record,) = document.findings.totals
    assert (record.stated, record.extracted, record.passage.text) == (2, 2, "全2取組")


def test_a_total_that_differs_is_refused_unless_the_difference_is_explained() -> None:
    text = "全3取組\n第1の柱 便利にする\n① 手続\n② 窓口"
    with pytest.raises(WardPlansError, match=r"test\.txt:3: stated are 3 \(取組\), read were 2; expected were 3"):
        read(text, OUTLINE, totals=[total()])
    explained = total(difference=-1, explanation_ja="欠けている", explanation_en="lost")
    assert read(text, OUTLINE, totals=[explained]).findings.totals[0].explanation_en == "lost"
    with pytest.raises(WardPlansError, match=r"expected were 1"):
        read(text.replace("全3", "全2"), OUTLINE, totals=[explained])


@pytest.mark.parametrize("text", ["", "全2取組 全2取組\n"])
def test_a_total_is_stated_once(text: str) -> None:
    with pytest.raises(WardPlansError, match=r"is met \d times, expected once"):
        read(f"{text}第1の柱 便利にする\n① 手続\n② 窓口", OUTLINE, totals=[total()])


def test_every_line_is_accounted_for() -> None:
    document = read(
        "第1の柱 便利にする\n① 手続\n本文。\n目次\n何か",
        OUTLINE,
        prose=[{"pattern": "本文。", "reason": "running text"}],
        ignore=[{"pattern": "目次", "reason": "contents"}],
    )
    assert [(line.use.value, line.reason) for line in document.lines] == [
        ("read", None),
        ("blank", None),
        ("read", None),
        ("read", None),
        ("prose", "running text"),
        ("ignored", "contents"),
        ("unread", None),
    ]


def test_a_rule_that_sets_nothing_aside_is_refused() -> None:
    with pytest.raises(WardPlansError, match="the rule 'contents' sets no line aside; remove or mend it"):
        read("第1の柱 便利にする\n① 手続", OUTLINE, ignore=[{"pattern": "目次", "reason": "contents"}])


def test_a_kpi_row_that_lost_its_leading_cell_is_put_back_openly(raw_copy: Path) -> None:
    """The lower row of Ota's stacked series begins with two empty cells; conversions drop such."""
    path = next((raw_copy / "13111-ota").glob("*.txt"))
    text = path.read_text(encoding="utf-8")
    assert text.count("\n\t\t14手續 ") == 1
    path.write_text(text.replace("\n\t\t14手續 ", "\n\t14手續 "), encoding="utf-8")
    accept_checksums(raw_copy)
    tables = curate(raw_copy, reference_folder())
    real = curate(raw_folder(), reference_folder())
    columns = ["kpi_id", "fiscal_year", "value_type", "value"]
    assert tables["kpi_values"].select(columns).equals(real["kpi_values"].select(columns))
    moved = tables["corrections"].join(real["corrections"], on="correction_id", how="anti")
    assert set(moved["table_name"]) == {"kpi_values"}
    assert moved.height == 9  # the baseline, and targets and results of four years


def test_a_schedule_row_that_lost_a_cell_is_refused(raw_copy: Path) -> None:
    """Nothing in a schedule tells which year a cell is of but its place."""
    path = next((raw_copy / "13107-sumida").glob("*.txt"))
    text = path.read_text(encoding="utf-8")
    row = "\n\t\t・ぴったりサービス開始\t\t\n"
    assert text.count(row) == 1
    path.write_text(text.replace(row, row.replace("\t", "", 1)), encoding="utf-8")
    accept_checksums(raw_copy)
    with pytest.raises(WardPlansError, match=r"\.txt:551: unread row, it has 4 cells for 5 years"):
        curate(raw_copy, reference_folder())
