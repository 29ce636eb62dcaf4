"""Sections in charge that the print parts by a new line: two names, or one that goes on."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.curation.activity_rows import add_departments
from analysis.curation.codebooks import read_codebooks
from analysis.curation.ledger import Ledger
from analysis.documents.paths import reference_folder
from analysis.documents.text import raw_document
from analysis.reading.bullets import listed_names
from test_layouts import read

NAMES = ("戸籍住民課", "会計管理室", "総務部", "教育委員会事務局", "保健所", "情報システム課", "子育て・教育支援課")


def names(text: str) -> list[str]:
    document = raw_document(Path("test.txt"), text)
    cell = document.lines[0].passage
    return [document.printed(name) for name in listed_names(cell, document.breaks(cell))]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("戸籍住民課<br>会計管理室", ["戸籍住民課", "会計管理室"]),
        ("戸籍住民課<BR/>会計管理室<br />総務部", ["戸籍住民課", "会計管理室", "総務部"]),
        ("情報シス<br>テム課", ["情報システム課"]),
        ("戸籍住民課<br>情報シス<br>テム課<br>会計室", ["戸籍住民課", "情報システム課", "会計室"]),
        ("子育て支援<br>課<br>教育センター", ["子育て支援課", "教育センター"]),
        ("情報政策課(主管)<br>中央図書館、区民課", ["情報政策課(主管)", "中央図書館", "区民課"]),
        ("情報政策課<br>行政改革担当課長", ["情報政策課", "行政改革担当課長"]),
        ("情報政策課、<br>区民課", ["情報政策課", "区民課"]),
        ("戸籍住民課<br>窓口係<br>会計管理室", ["戸籍住民課窓口係", "会計管理室"]),
        ("窓口係<br>会計係", ["窓口係", "会計係"]),
        ("デジタル戦略担当<br>課", ["デジタル戦略担当課"]),
        ("情報政策課<br>長", ["情報政策課長"]),
        ("区民課<br>税課", ["区民課税課"]),
        ("全部<br>局", ["全部局"]),
        ("各部<br>所管課", ["各部所管課"]),
    ],
)
def test_a_break_of_the_print_parts_names_that_are_whole(text: str, expected: list[str]) -> None:
    assert names(text) == expected


@given(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4), st.sampled_from(["<br>", "、", "、<br>", " "]))
def test_whole_names_stand_apart_however_they_are_parted(listed: list[str], between: str) -> None:
    assert names(between.join(listed)) == listed


@given(st.sampled_from(NAMES), st.integers(1, 20), st.sampled_from(["会計管理室", "総務部"]))
def test_a_break_within_a_name_is_none(name: str, at: int, other: str) -> None:
    broken = f"{name[:at]}<br>{name[at:]}" if at < len(name) else name
    assert names(f"{broken}<br>{other}") == [name, other]


def test_in_tables_and_blocks_alike_each_is_a_department_with_its_own_citation() -> None:
    outline = {
        "layout": "outline",
        "levels": [{"level": "measure", "level_ja": "取組", "pattern": r"取組(?P<code>\d+) (?P<title>.+)"}],
    }
    table = {
        "layout": "hierarchy_table",
        "region": {"after": "^一覧"},
        "columns": [
            {"holds": "level", "level": "project", "level_ja": "事業", "header": "事業"},
            {"holds": "departments", "header": "所管課"},
        ],
    }
    blocks = {
        "layout": "section_blocks",
        "region": {"until": "^一覧"},
        "blocks": [{"holds": "departments", "heading": "所管課:?(?P<text>.+)?"}],
    }
    document = read(
        "取組1 手続\n所管課:戸籍住民課<br>会計管理室\n取組2 窓口\n所管課\n区民課<br>情報シス<br>テム課\n"
        "一覧\n事業 | 所管課\n訓練 | 総務部<br>危機管理室",
        outline,
        table,
        blocks,
    )
    ledger = Ledger(read_codebooks(reference_folder()))
    add_departments(ledger, document)
    assert {row["name_ja"] for row in ledger.rows("departments")} == {
        "戸籍住民課", "会計管理室", "区民課", "情報システム課", "総務部", "危機管理室",
    }  # fmt: skip
    quotes = {row["citation_id"]: row["quote"] for row in ledger.rows("citations")}
    assert {quotes[row["citation_id"]] for row in ledger.rows("departments")} == {
        "戸籍住民課", "会計管理室", "区民課", "情報シス<br>テム課", "総務部", "危機管理室",
    }  # fmt: skip
    assert len(ledger.rows("measure_departments")) == 6
