"""Layouts that none of the five documents has: years stated elsewhere, grades, labelled values, KPIs line by line."""

import re
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from analysis.curation.codebooks import read_codebooks
from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.database.verification import verify_database
from analysis.documents.catalogue import DescribedDocument
from analysis.documents.descriptor import read_descriptor
from analysis.documents.folding import fold_characters
from analysis.documents.integrity import accept_checksums
from analysis.documents.layouts import STATUS_MEANINGS
from analysis.documents.paths import raw_folder, reference_folder
from analysis.documents.text import raw_document
from analysis.errors import WardPlansError
from analysis.reading.account import LineUse
from analysis.reading.bullets import listed_names, year_told
from analysis.reading.places import LayoutGapError
from analysis.reading.reader import ReadDocument, read_described, read_layout
from analysis.reading.records import Findings
from command_line import refusal, wardplans
from test_layouts import read, unread, values
from walk_through.made_plan import RUNNING_HEADER, Block, NewPart, Text, made_plan

VALUE = r"(?P<{}>約?\d[\d,.]*[^\s\d()]*(?:\d+分)?)(?:\((?P<label>[^()]+)\))?"
GRADES = {"A": "achieved", "B": "on_schedule", "C": "behind", "D": "not_started"}


def grades(document: ReadDocument) -> list[tuple[str, str | None, int, str, str]]:
    return [
        (grade.kpi.name.text, grade.kpi.row_label, grade.fiscal_year, grade.passage.text, grade.status)
        for grade in document.findings.kpi_statuses
    ]


def column(header: str, value_type: str, **more: Any) -> dict[str, Any]:
    return {"holds": "values", "header": header, "pattern": VALUE.format(value_type), **more}


def table(*columns: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"layout": "kpi_table", "columns": [{"holds": "name", "header": "指標"}, *columns], **more}


GRADE = {"holds": "status", "header": "評価", "statuses": GRADES, "year": r"現状値は(?P<year>\d+年度)末"}
STATED = table(
    column("策定時", "baseline", year=r"策定時は(?P<year>\d+年度)末"),
    column("前年度", "actual", year=r"現状値は(?P<year>\d+年度)末", year_offset=-1),
    column("現状値", "actual", year=r"現状値は(?P<year>\d+年度)末"),
    column("目標値", "target", year=r"目標値は(?P<year>\d+年度)末"),
    GRADE,
)
YEARS = "策定時は4年度末、現状値は6年度末、目標値は9年度末の値である。"
HEADER = "指標 | 策定時 | 前年度 | 現状値 | 目標値 | 評価"


def stated(rows: str, years: str = YEARS) -> ReadDocument:
    return read(f"{years}\n\n{HEADER}\n{rows}", STATED, era="令和")


# -- years that stand elsewhere in the document --------------------------------------------------------------------


def test_a_column_may_speak_of_a_year_that_the_document_states_elsewhere() -> None:
    document = stated("手続 | 86件 | 152件 | 203件 | 300件 | A")
    assert values(document) == [
        ("手続", None, 2022, "baseline", 86),
        ("手続", None, 2023, "actual", 152),
        ("手続", None, 2024, "actual", 203),
        ("手続", None, 2027, "target", 300),
    ]
    assert [value.printed_year for value in document.findings.kpi_values] == ["4年度", "前年度", "6年度", "9年度"]
    assert grades(document) == [("手続", None, 2024, "A", "achieved")]
    assert unread(document) == []


def test_the_year_stated_in_the_region_of_the_table_comes_before_any_other() -> None:
    stating = table(column("現状値", "actual", year=r"(?P<year>\d+年度)末現在"), region={"after": "^第2章"})
    rows = "指標 | 現状値\n手続 | 203件"
    document = read(f"5年度末現在の概要\n第2章\n6年度末現在\n{rows}", stating, era="令和")
    assert values(document) == [("手続", None, 2024, "actual", 203)]
    assert unread(document) == [3, 4]
    document = read(f"5年度末現在の概要\n第2章\n{rows}", stating, era="令和")
    assert values(document) == [("手続", None, 2023, "actual", 203)]


def test_the_year_may_stand_in_the_lower_line_of_the_header() -> None:
    two_rows = table(
        {**column(r"(?P<year>\d+年度)", "baseline"), "group": "策定時"},
        {**column(r"(?P<year>\d+年度)", "actual"), "group": "現状値"},
        column("目標値", "target", year=r"目標値は(?P<year>\d+年度)末"),
        {**GRADE, "group": "評価", "header": "", "year": r"目標値は(?P<year>\d+年度)末"},
        header_rows=2,
    )
    head = "指標 | 策定時 | 現状値 | 目標値 | 評価\n | 4年度 | 6年度 | "
    document = read(f"目標値は9年度末の値\n\n{head}\n手続 | 86件 | 203件 | 300件 | B", two_rows, era="令和")
    assert [(year, value) for _, _, year, _, value in values(document)] == [(2022, 86), (2024, 203), (2027, 300)]
    assert grades(document) == [("手続", None, 2027, "B", "on_schedule")]


def test_the_year_may_be_the_end_of_the_plan_where_the_document_says_so() -> None:
    plans = [
        {
            "plan": "p",
            "title": "^(?P<title>試験区計画)$",
            "title_en": "Test",
            "period": r"計画期間は(?P<start>令和\d+)~(?P<end>\d+年度)",
        }
    ]
    ending = table(column("目標値", "target", plan_year="end", said="目標値は計画の最終年度"))
    text = "計画期間は令和5~9年度\n{}\n指標 | 目標値\n手続 | 300件"
    document = read(text.format("目標値は計画の最終年度の値"), ending, plans=plans)
    assert values(document) == [("手続", None, 2027, "target", 300)]
    assert document.findings.kpi_values[0].printed_year == "9年度"
    with pytest.raises(
        WardPlansError, match=r"'目標値は計画の最終年度': no line matches \(test\.yaml, key layouts\.0\.col"
    ):
        read(text.format("目標値は令和8年度の値"), ending, plans=plans)
    with pytest.raises(WardPlansError, match="whose period is not known; give the plan the key `period`"):
        read(text.format("目標値は計画の最終年度の値"), ending)


@pytest.mark.parametrize(
    ("years", "message"),
    [
        (
            "",
            r"the year of column '策定時', .*: met nothing, .*test\.yaml, key layouts\.0\.columns\.1\.year\)",
        ),
        (
            f"{YEARS}\n現状値は7年度末",
            r"the year of column '前年度', .*: met 2024 on line 3, 2025 on line 4, expected one .*columns\.2",
        ),
        (YEARS.replace("4年度", "0年度"), r"test\.txt:3: cannot read '0年度': expected an era year"),
        (YEARS.replace("4年度", "30年度"), r"test\.txt:3: cannot read '30年度': .*平成30 as well as 令和30"),
        (YEARS.replace("4年度", "2022年度"), ""),
    ],
)
def test_a_year_that_is_not_one_is_refused(years: str, message: str) -> None:
    rows = "手続 | 86件 | 152件 | 203件 | 300件 | A"
    if not message:
        assert stated(rows, years).findings.kpi_values[0].fiscal_year == 2022
        return
    with pytest.raises(WardPlansError, match=message):
        stated(rows, years)


def test_a_year_without_an_era_needs_the_key_era() -> None:
    with pytest.raises(
        WardPlansError,
        match=r"test\.txt:3: no known era in '4年度': .*; or add the key era to test\.yaml \(era: 令和\)",
    ):
        read(f"{YEARS}\n\n{HEADER}\n手続 | 86件 | 152件 | 203件 | 300件 | A", STATED)


@pytest.mark.parametrize("printed", ["平成30年度末", "令和 6年度末", "H30年度末", "2024年度末"])
def test_a_pattern_that_cuts_the_year_off_is_refused(printed: str) -> None:
    cutting = table(column("現状値", "actual", year=r"(?P<year>\d{1,2}年度)末"))
    with pytest.raises(WardPlansError, match=r"test\.txt:3: cannot read .* before it, which the pattern .* leaves out"):
        read(f"{printed}\n\n指標 | 現状値\n手続 | 203件", cutting, era="令和")


# -- several values in one cell ------------------------------------------------------------------------------------

SPLIT = "91.2%(小) 93.5%(中) | 95%(小)、96%(中) | 97.0%(小)<br>98.2%(中) | 100%(小) / 100%(中)"


def test_each_label_of_a_cell_is_a_series_of_its_own() -> None:
    document = stated(f"割合 | {SPLIT} | B\n手続 | 86件 | 152件 | 203件 | 300件 | A")
    assert values(document)[:8] == [
        ("割合", "小", 2022, "baseline", 91.2),
        ("割合", "小", 2023, "actual", 95),
        ("割合", "小", 2024, "actual", 97),
        ("割合", "小", 2027, "target", 100),
        ("割合", "中", 2022, "baseline", 93.5),
        ("割合", "中", 2023, "actual", 96),
        ("割合", "中", 2024, "actual", 98.2),
        ("割合", "中", 2027, "target", 100),
    ]
    assert [(kpi.name.text, kpi.row_label) for kpi in document.findings.kpis] == [
        ("割合", "小"),
        ("割合", "中"),
        ("手続", None),
    ]
    assert [(value.cell.text, value.passage.text) for value in document.findings.kpi_values[2:7:4]] == [
        ("97.0%(小)98.2%(中)", "97.0%"),
        ("97.0%(小)98.2%(中)", "98.2%"),
    ]
    assert grades(document)[:2] == [("割合", "小", 2024, "B", "on_schedule"), ("割合", "中", 2024, "B", "on_schedule")]


def test_a_dash_and_a_value_left_out_in_a_row_of_labels() -> None:
    document = stated("割合 | — | 95%(小) | 97%(小) 98%(中) | 100%(中) 99%(小) | —")
    found = {(label, year, kind): value for _, label, year, kind, value in values(document)}
    assert found == {
        ("小", 2022, "baseline"): None,
        ("中", 2022, "baseline"): None,
        ("小", 2023, "actual"): 95,
        ("小", 2024, "actual"): 97,
        ("中", 2024, "actual"): 98,
        ("中", 2027, "target"): 100,
        ("小", 2027, "target"): 99,
    }
    assert grades(document) == []


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        (
            "91%(小) 93%(中) | 95% | 97%(小) | 99%(小) | B",
            r"test\.txt:6: '95%' under '前年度' has no label, others .* 小, 中",
        ),
        (
            "91%(小) 93% | 95%(小) | 97%(小) | 99%(小) | B",
            r"test\.txt:6: under '策定時': .*'91%\(小\)' \(小\), '93%' \(no label",
        ),
        (
            "91%(小) 93%(小) | 95%(小) | 97%(小) | 99%(小) | B",
            r"under '策定時': .*2 values that labels do not tell apart",
        ),
        ("91% 93% | 95% | 97% | 99% | B", r"under '策定時': .*'91%' \(no label\), '93%' \(no label\)"),
        ("91%(小)と93%(中) | 95%(小) | 97%(小) | 99%(小) | B", r"test\.txt:6: unread row"),
        ("91%(小) 93%(中) ほか | 95%(小) | 97%(小) | 99%(小) | B", r"test\.txt:6: unread row"),
    ],
)
def test_values_that_labels_do_not_tell_apart_are_refused(cells: str, message: str) -> None:
    with pytest.raises(WardPlansError, match=message):
        stated(f"割合 | {cells}")


def test_a_label_may_stand_before_its_value() -> None:
    before = table(column("現状値", "actual", year=r"(?P<year>\d+年度)末"))
    before["columns"][1]["pattern"] = r"(?:(?P<label>小|中)学校:)?(?P<actual>[\d.]+%)"
    document = read("6年度末\n\n指標 | 現状値\n割合 | 小学校:97.0% 中学校:98.2%", before, era="令和")
    assert [(label, value) for _, label, _, _, value in values(document)] == [("小", 97), ("中", 98.2)]


def test_a_stacked_row_has_no_labels_besides() -> None:
    rows = [{"label": label, "definition": rf"^{label}は(?P<text>.+)$"} for label in ("上段", "下段")]
    stacked = table(column(r"(?P<year>令和\d+年度)", "actual"), stacked=rows)
    with pytest.raises(WardPlansError, match=r"test\.txt:4: the values of a stacked row have labels: 小"):
        read("指標 | 令和6年度\n割合 | 97%(小)\n | 98%\n\n上段は全体\n下段は一部", stacked)


labels = st.lists(st.sampled_from("小中高大"), min_size=1, max_size=4, unique=True)
figures = st.integers(0, 10**6) | st.decimals(0, 1000, places=1)


@given(labels, st.lists(figures, min_size=4, max_size=4), st.sampled_from(("", " ", "、", " / ", "<br>")))
def test_labelled_values_read_back(labels: list[str], figures: list[Any], between: str) -> None:
    printed = dict(zip(labels, figures, strict=False))
    cell = between.join(f"{figure}%({label})" for label, figure in printed.items())
    document = stated(f"割合 | {cell} | {cell} | {cell} | {cell} | C")
    found = {label: value for _, label, year, _, value in values(document) if year == 2024}
    assert found == {label: float(figure) for label, figure in printed.items()}
    assert len(values(document)) == 4 * len(printed)


# -- grades of KPIs ------------------------------------------------------------------------------------------------

ROW = "手続 | 86件 | 152件 | 203件 | 300件 | {}"


def test_a_grade_that_is_not_mapped_says_where_to_map_it_and_to_what() -> None:
    with pytest.raises(WardPlansError) as refusal:
        stated(f"{ROW.format('A')}\n{ROW.format('E').replace('手続', '窓口')}")
    message = str(refusal.value)
    assert message.startswith("test.txt:7: unknown status 'E', expected one of A B C D; or map it ")
    assert "(test.yaml, key layouts.0.columns.5.statuses) to one of " in message
    for status, meaning in STATUS_MEANINGS.items():
        assert f"{status} ({meaning})" in message
    assert "\n" not in message


def test_the_meanings_are_those_of_the_schema(built_database: Path) -> None:
    with duckdb.connect(str(built_database), read_only=True) as connection:
        ((members,),) = connection.sql("SELECT enum_range(NULL::measure_status)").fetchall()
        ((comment,),) = connection.sql(
            "SELECT comment FROM duckdb_columns() WHERE table_name = 'statuses' AND column_name = 'status'"
        ).fetchall()
    assert list(STATUS_MEANINGS) == members
    for status, meaning in STATUS_MEANINGS.items():
        assert f"{status} ({meaning})" in comment


def test_a_dash_is_no_grade() -> None:
    assert grades(stated(ROW.format("—"))) == []
    assert grades(stated(ROW.format(""))) == []


def test_a_symbol_that_says_there_is_no_judgement_makes_no_row() -> None:
    scale = {**GRADE, "statuses": {"A": "ahead", "B": "on_schedule", "C": "behind"}, "unrated": ["D", "評価できない"]}
    unrated = {**STATED, "columns": [*STATED["columns"][:-1], scale]}
    rows = [
        ROW.format(grade).replace("手続", name) for grade, name in (("D", "甲"), ("評価できない", "乙"), ("A", "丙"))
    ]
    document = read(f"{YEARS}\n\n{HEADER}\n" + "\n".join(rows), unrated, era="令和")
    assert grades(document) == [("丙", None, 2024, "A", "ahead")]
    with pytest.raises(WardPlansError, match="unknown status 'E', expected one of A B C D 評価できない"):
        read(f"{YEARS}\n\n{HEADER}\n{ROW.format('E')}", unrated, era="令和")


def test_the_symbol_may_be_part_of_the_cell() -> None:
    partly = {**STATED, "columns": [*STATED["columns"][:-1], {**GRADE, "pattern": r"(?P<status>[A-Z])\(.+\)"}]}
    text = f"{YEARS}\n\n{HEADER}\n{ROW}"
    document = read(text.format("B(予定どおり)"), partly, era="令和")
    assert grades(document) == [("手続", None, 2024, "B", "on_schedule")]
    with pytest.raises(WardPlansError, match=r"test\.txt:6: unknown status 'X'"):
        read(text.format("X(予定どおり)"), partly, era="令和")
    with pytest.raises(WardPlansError, match=r"test\.txt:6: unread row"):
        read(text.format("B"), partly, era="令和")


def test_a_grade_may_have_the_label_of_its_value() -> None:
    pattern = r"(?P<status>[A-Z])(?:\((?P<label>[^()]+)\))?"
    labelled = {**STATED, "columns": [*STATED["columns"][:-1], {**GRADE, "pattern": pattern}]}
    text = f"{YEARS}\n\n{HEADER}\n割合 | {SPLIT} | {{}}"
    document = read(text.format("A(小) C(中)"), labelled, era="令和")
    assert grades(document) == [("割合", "小", 2024, "A", "achieved"), ("割合", "中", 2024, "C", "behind")]
    with pytest.raises(WardPlansError, match="has a label that none of the values of its row has"):
        read(text.format("A(小) C(高)"), labelled, era="令和")


def test_a_grade_that_the_conversion_moved_is_put_back_openly() -> None:
    document = stated("手続 | 86件 | 152件 | 203件 | 300件 | | A")
    (grade,) = document.findings.kpi_statuses
    assert (grade.moved_from, grade.read_as) == ("列7", "評価")


def test_symbols_are_met_in_whatever_width_and_numbers_may_be_symbols() -> None:
    numbered = {**STATED, "columns": [*STATED["columns"][:-1], {**GRADE, "statuses": {1: "achieved", "Ｂ": "behind"}}]}
    rows = f"{ROW.format('１')}\n{ROW.format('Ｂ').replace('手続', '窓口')}"
    document = read(f"{YEARS}\n\n{HEADER}\n{rows}", numbered, era="令和")
    assert [status for *_, status in grades(document)] == ["achieved", "behind"]


LEGEND = r"^(?P<status>[A-Z])\t(?P<text>.+)$"


@pytest.mark.parametrize(
    ("legend", "message"),
    [
        ("A | 達成\nB | 予定どおり\nC | 遅れ\nD | 未着手", ""),
        (
            "A | 達成\nB | 予定どおり\nC | 遅れ\nD | 未着手\nE | 中止",
            r"test\.txt:7: unknown status 'E', expected one of A B C D",
        ),
        (
            "A | 達成\nB | 予定どおり\nC | 遅れ",
            r"test\.txt:3: the legend .* explains A B C, but not D \(test\.yaml, key layo",
        ),
        ("", r"test\.txt: no line is a legend as .* expects \(test\.yaml, key layouts\.0\.columns\.5\.legend\)"),
    ],
)
def test_the_legend_of_a_document_explains_the_symbols_that_are_mapped(legend: str, message: str) -> None:
    explained = {**STATED, "columns": [*STATED["columns"][:-1], {**GRADE, "legend": LEGEND}]}
    text = f"{legend}\n\n{YEARS}\n\n{HEADER}\n{ROW.format('A')}"
    if message:
        with pytest.raises(WardPlansError, match=message):
            read(text, explained, era="令和")
    else:
        assert unread(read(text, explained, era="令和")) == []


def test_a_progress_table_takes_the_same_keys() -> None:
    status = {
        "holds": "status",
        "header": "前年度の評価",
        "pattern": r"(?P<status>[A-Z])\(.+\)",
        "anchor": True,
        "statuses": GRADES,
        "legend": LEGEND,
        "year": r"(?P<year>\d+年度)末現在",
        "year_offset": -1,
    }
    item = {"holds": "level", "header": "取組", "level": "measure", "level_ja": "取組"}
    progress = {"layout": "hierarchy_table", "columns": [item, status]}
    text = "A | 達成\nB | 予定どおり\nC | 遅れ\nD | 未着手\n\n6年度末現在\n\n取組 | 前年度の評価\n手続 | {}"
    document = read(text.format("B(順調)"), progress, era="令和")
    (found,) = document.findings.statuses
    assert (found.fiscal_year, found.printed_year, found.status) == (2023, "前年度の評価", "on_schedule")
    assert found.passage.text == "B"
    assert unread(document) == []
    with pytest.raises(
        WardPlansError, match=r"test\.txt:11: unknown status 'E', .*key layouts\.0\.columns\.1\.statuses"
    ):
        read(text.format("E(中止)"), progress, era="令和")


# -- blocks below headings -----------------------------------------------------------------------------------------

OUTLINE = {
    "layout": "outline",
    "levels": [{"level": "measure", "level_ja": "取組", "pattern": r"取組(?P<code>\d) (?P<title>.+)"}],
}
KPI_BLOCK = {
    "holds": "kpi",
    "heading": r"KPI\((?P<year>\d+年度)の目標値\)(?P<text>.+)?",
    "pattern": r"・(?P<name>[^:]+):(?P<target>[^\s()]+)(?P<remark>\(累計\))?(?: 【(?P<status>.)】)?",
    "statuses": GRADES,
    "years": {"status": {"year": r"^(?P<year>令和\d+年度)の評価"}},
}
BLOCKS = [
    {"holds": "departments", "heading": "所管課:?(?P<text>.+)?"},
    {"holds": "status", "heading": "評価:(?P<text>.+)", "statuses": GRADES, "year": r"^(?P<year>令和\d+年度)の評価"},
    {"holds": "result", "heading": r"(?P<year>\d+年度)の実績:(?P<text>.+)"},
    KPI_BLOCK,
]
ITEM = """
取組1 手続
所管課:情報政策課、区民課
評価:A
6年度の実績:51手続を始めた。
KPI(9年度の目標値)
・手続の種類:320手続(累計) 【B】
"""


def blocks(text: str, *chosen: dict[str, Any], **more: Any) -> ReadDocument:
    layout = {"layout": "section_blocks", "blocks": list(chosen or BLOCKS)}
    return read(f"令和6年度の評価\n{text.strip()}", OUTLINE, layout, **{"era": "令和", **more})


def test_a_block_may_stand_on_the_line_of_its_heading() -> None:
    document = blocks(ITEM)
    findings = document.findings
    assert [record.passage.text for record in findings.departments] == ["情報政策課、区民課"]
    assert [(s.measure_id, s.fiscal_year, s.passage.text, s.status) for s in findings.statuses] == [
        ("p-measure-1", 2024, "A", "achieved")
    ]
    (result,) = findings.activities
    assert (result.kind, result.fiscal_year, result.header, result.passage.text) == (
        "result",
        2024,
        "6年度の実績",
        "51手続を始めた。",
    )
    assert values(document) == [("手続の種類", None, 2027, "target", 320)]
    assert [(kpi.goal_id, kpi.name.text) for kpi in findings.kpis] == [("p-measure-1", "手続の種類")]
    assert [note.text for note in findings.kpi_values[0].note] == ["(累計)"]
    assert grades(document) == [("手続の種類", None, 2024, "B", "on_schedule")]
    assert unread(document) == []


def test_a_block_may_stand_below_its_heading() -> None:
    document = blocks(ITEM.replace("所管課:情", "所管課\n情").replace("値)\n", "値)"))
    assert [record.passage.text for record in document.findings.departments] == ["情報政策課、区民課"]
    assert values(document) == [("手続の種類", None, 2027, "target", 320)]
    assert unread(document) == []


def test_a_number_in_a_result_on_the_line_of_its_heading_has_to_be_explained() -> None:
    (number,) = blocks(ITEM).findings.unclassified_numbers
    assert number.text == "51"
    entry = {
        "quantity": "added",
        "pattern": r"(?P<amount>\d+手続)を始めた",
        "subject_ja": "手続",
        "subject_en": "procedures",
        "unit": "procedures",
    }
    document = blocks(ITEM, quantities=[entry])
    (quantity,) = document.findings.quantities
    assert (quantity.value, quantity.fiscal_year, quantity.measure_id) == (51, 2024, "p-measure-1")
    assert document.findings.unclassified_numbers == []


@pytest.mark.parametrize(
    ("row", "year"),
    [
        ("6年度 | 新たに51手続", 2024),
        ("2024(令和6)年度 | 新たに51手続", 2024),
        ("平成30年度 | 新たに51手続", 2018),
        ("累計 | 新たに51手続", None),
    ],
)
def test_the_year_of_a_figure_in_running_text_may_stand_in_its_row(row: str, year: int | None) -> None:
    entry = {
        "quantity": "added",
        "pattern": r"新たに(?P<amount>\d+手続)",
        "subject_ja": "手続",
        "subject_en": "procedures",
        "unit": "procedures",
        "year_of": "row",
    }
    prose = [{"pattern": ".+手続", "reason": "a list"}]
    document = read(f"取組1 手続\n{row}", OUTLINE, quantities=[entry], prose=prose, era="令和")
    assert [quantity.fiscal_year for quantity in document.findings.quantities] == [year]
    assert document.findings.unclassified_numbers == []


def test_what_follows_a_block_on_one_line_is_not_in_it() -> None:
    result = ITEM.replace("始めた。\n", "始めた。\n次に、窓口を広げた。\n")
    assert unread(blocks(result)) == [8]
    going_on = [*BLOCKS[:2], {**BLOCKS[2], "goes_on": True}, KPI_BLOCK]
    document = blocks(result, *going_on)
    assert [activity.passage.text for activity in document.findings.activities] == [
        "51手続を始めた。",
        "次に、窓口を広げた。",
    ]
    assert unread(document) == []


def test_a_block_ends_where_the_descriptor_says() -> None:
    followed = ITEM.rstrip() + "\n以上が手続の指標である。"
    with pytest.raises(WardPlansError) as refusal:
        blocks(followed)
    assert str(refusal.value).startswith("test.txt:10: '以上が手続の指標である。' is no line of KPIs as ")
    assert "`until` (test.yaml, key layouts.1.blocks.3.pattern)" in str(refusal.value)
    assert unread(blocks(followed, *BLOCKS[:3], {**KPI_BLOCK, "until": "^以上"})) == [10]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("評価:A", "評価:E", r"test\.txt:6: unknown status 'E', .*key layouts\.1\.blocks\.1\.statuses"),
        ("【B】", "【Z】", r"test\.txt:9: unknown status 'Z', .*key layouts\.1\.blocks\.3\.statuses"),
        ("令和6年度の評価", "評価", r"the year of the block .*met nothing.*key layouts\.1\.blocks\.1\.year"),
        ("320手続(累計)", "(累計)", r"test\.txt:9: .*is no line of KPIs"),
        ("・手続の種類:320手続(累計) 【B】\n", "", r"test\.txt:8: nothing stands below 'KPI\(9年度の目標値\)'"),
        ("KPI(9年度", "KPI(9年", r"no block with the heading .*key layouts\.1\.blocks\.3\.heading"),
        ("6年度の実績", "光和6年度の実績", r"no block with the heading"),
        ("取組1 手続\n", "取組 手続\n", r"no heading of level 取組 found"),
    ],
)
def test_what_a_block_does_not_expect_is_refused(old: str, new: str, message: str) -> None:
    text = f"令和6年度の評価\n{ITEM.strip()}\n"
    assert text.count(old) >= 1
    layout = {"layout": "section_blocks", "blocks": BLOCKS}
    with pytest.raises(WardPlansError, match=message):
        read(text.replace(old, new, 1), OUTLINE, layout, era="令和")


def test_a_block_under_no_heading_is_refused() -> None:
    with pytest.raises(WardPlansError, match=r"test\.txt:4: '所管課:区民課' stands under no heading"):
        blocks("所管課:区民課\n" + ITEM.strip())


def test_blocks_without_a_schedule_leave_tables_alone() -> None:
    document = blocks(ITEM + "\n平成30年度 | 令和元年度\n検討 | 実施", *BLOCKS[:3], {**KPI_BLOCK, "until": "^平成30"})
    assert [activity.kind for activity in document.findings.activities] == ["result"]
    assert unread(document) == [11, 12]


def test_a_line_may_hold_a_target_and_a_result_of_different_years() -> None:
    both = {
        "holds": "kpi",
        "heading": "指標",
        "pattern": r"(?P<name>[^:]+):目標(?P<target>[^ ]+) 現状(?P<actual>[^ (]+)(?:\((?P<when>[^)]+)\))?",
        "years": {"target": {"year": r"目標は(?P<year>\d+年度)"}, "actual": {"year": r"現状は(?P<year>\d+年度)"}},
    }
    document = blocks(
        "取組1 手続\n目標は9年度、現状は6年度\n指標\n手続:目標20件 現状—\n窓口:目標9件 現状3件(令和7年5月)", both
    )
    assert values(document) == [
        ("手続", None, 2027, "target", 20),
        ("手続", None, 2024, "actual", None),
        ("窓口", None, 2025, "target", 9),
        ("窓口", None, 2025, "actual", 3),
    ]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("情報政策課、区民課", ["情報政策課", "区民課"]),
        ("情報政策課・区民課", ["情報政策課", "区民課"]),
        ("情報政策課,区民課/総務部", ["情報政策課", "区民課", "総務部"]),
        ("子育て・教育支援課", ["子育て・教育支援課"]),
        ("情報政策課 子育て・教育支援課・区民課", ["情報政策課", "子育て・教育支援課", "区民課"]),
        ("会計室・保健所・危機管理局", ["会計室", "保健所", "危機管理局"]),
        ("—", []),
    ],
)
def test_names_of_sections_stand_apart(text: str, names: list[str]) -> None:
    passage = raw_document(Path("test.txt"), text).lines[0].passage
    assert [name.text for name in listed_names(passage)] == names


def test_a_bullet_tells_its_year_without_an_era_where_one_is_declared() -> None:
    assert year_told("導入(6年度)") is None
    found = year_told("導入(6年度)", "令和")
    assert found is not None
    assert found.year == 2024


# -- descriptors ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("layout", "message"),
    [
        (table(column("現状値", "actual")), "columns of values need a year"),
        (table(column("現状値", "actual", year="現状")), r"named group \(\?P<year>…\)"),
        (table(column("現状値", "actual", year_offset=-1)), "`year_offset` needs the key `year` or `plan_year`"),
        (table(column("目標値", "target", plan_year="end")), "`plan_year` and `said`"),
        (table(column("目標値", "target", plan_year="last", said="x")), "'start' or 'end'"),
        (
            table(column("目標値", "target", plan_year="end", said="x", year="(?P<year>x)")),
            "either `year` or `plan_year`",
        ),
        (table(column("(?P<year>.+)", "target", year="(?P<year>x)")), "either in `header` or by"),
        (table(column("現状値", "value", year="(?P<year>x)")), "one of the named groups baseline, target and actual"),
        (table(STATED["columns"][1], {**GRADE, "year": None}), "columns of grades need a year"),
        (table(STATED["columns"][1], {**GRADE, "statuses": {}}), "at least 1 item"),
        (table(STATED["columns"][1], {**GRADE, "statuses": {"A": "good"}}), "'ahead', 'on_schedule'"),
        (table(STATED["columns"][1], {**GRADE, "pattern": "[A-D]"}), r"named group \(\?P<status>…\)"),
        (table(STATED["columns"][1], {**GRADE, "scale": "A"}), "Extra inputs"),
        ({"layout": "section_blocks"}, "need the key `schedule` or `blocks`"),
        ({"layout": "section_blocks", "blocks": [{"holds": "result", "heading": "x", "goes_on": True}]}, "`goes_on`"),
        ({"layout": "section_blocks", "blocks": [{"holds": "status", "heading": "x", "statuses": GRADES}]}, "one year"),
        ({"layout": "section_blocks", "blocks": [{**KPI_BLOCK, "heading": "KPI"}]}, "`target` needs a year"),
        ({"layout": "section_blocks", "blocks": [{**KPI_BLOCK, "years": {}}]}, "`statuses` and `years.status`"),
        ({"layout": "section_blocks", "blocks": [{**KPI_BLOCK, "statuses": {}}]}, "`statuses` and `years.status`"),
        (
            {"layout": "section_blocks", "blocks": [{**KPI_BLOCK, "years": {"actual": {"year": "(?P<year>x)"}}}]},
            "years.act",
        ),
        (
            {"layout": "section_blocks", "blocks": [{"holds": "aims", "heading": "x"}]},
            "does not match any of the expected",
        ),
    ],
)
def test_a_key_that_says_nothing_whole_is_refused(layout: dict[str, Any], message: str) -> None:
    with pytest.raises(ValidationError, match=message):
        read("x", layout)


@pytest.mark.parametrize(
    ("period", "message"),
    [
        ("(?P<start>x)", r"\(\?P<start>…\) and \(\?P<end>…\), or with \(\?P<years>…\)"),
        ("(?P<years>x)(?P<end>y)", "or with"),
    ],
)
def test_a_period_has_both_ends(period: str, message: str) -> None:
    plan = {"plan": "p", "title": "(?P<title>x)", "title_en": "Test", "period": period}
    with pytest.raises(ValidationError, match=message):
        read("x", OUTLINE, plans=[plan])


@pytest.mark.parametrize("era", ["光和", "R", "reiwa"])
def test_an_era_that_is_none_is_refused(era: str) -> None:
    with pytest.raises(ValidationError, match="'平成' or '令和'"):
        read("x", OUTLINE, era=era)


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        (
            "A: achieved",
            "A: good",
            "key layouts.1.blocks.1.statuses.A: expected one of ahead (further than planned), on_sch",
        ),
        ("year_offset: -1", "offset: -1", "key layouts.2.columns.2.offset: unknown key"),
        ("holds: kpi", "holds: kpis", "key layouts.1.blocks.3: Input tag 'kpis'"),
        ("{year: *reported}", "{yaer: *reported}", "key layouts.1.blocks.3.years.status.yaer: unknown key"),
        ("era: 令和", "era: 光和", "key era: Input should be '明治'"),
    ],
)
def test_a_wrong_key_of_a_descriptor_is_named_as_it_stands_there(
    tmp_path: Path, old: str, new: str, message: str
) -> None:
    text = DESCRIPTOR.read_text(encoding="utf-8")
    assert old in text
    path = tmp_path / "made.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(WardPlansError, match=re.escape(f"{path}: {message}")):
        read_descriptor(path)


def test_a_layout_read_by_itself_says_which_of_its_keys_is_lacking() -> None:
    document = blocks(ITEM)
    layout = document.source.descriptor.layouts[1]
    findings = Findings(sections=document.findings.sections)
    text = raw_document(Path("test.txt"), document.source.text.raw.replace("評価:A", "評価:E"))
    with pytest.raises(
        LayoutGapError, match=r"unknown status 'E'.* \(key blocks\.1\.statuses of the layout\) to one of"
    ):
        read_layout(_with_era(text), layout, findings)
    with pytest.raises(WardPlansError, match=r"test\.yaml, key layouts\.7\.blocks\.1\.statuses"):
        read_layout(_with_era(text), layout, findings, 7)


def _with_era(text: Any) -> Any:
    return type(text)(text.path, text.sha256, text.raw, text.folded, era="令和")


# -- the made document, whole --------------------------------------------------------------------------------------

DESCRIPTOR = Path(__file__).parent / "new_layouts" / "progress-fy2024.yaml"
NAME = "13115-suginami/progress-fy2024"


def as_text(blocks: tuple[Block, ...]) -> str:
    """The made document as `wardplans import` writes that of a PDF, with two pages and a header on the second."""
    lines = ["[[page 1]]"]
    for block in blocks:
        if isinstance(block, NewPart):
            lines += ["- 1 -", "[[page 2]]", RUNNING_HEADER] if block.starts_page else [""]
        elif isinstance(block, Text):
            lines.append(block.text)
        else:
            lines += ["", *("\t".join(row) for row in block.rows), ""]
    return "\n".join(lines) + "\n"


def read_made(text: str) -> ReadDocument:
    document = raw_document(Path(f"{NAME}.txt"), text)
    return read_described(DescribedDocument(document, read_descriptor(DESCRIPTOR), "13115", "suginami"))


@pytest.fixture(scope="module")
def made() -> ReadDocument:
    return read_made(as_text(made_plan()))


def test_the_made_document_is_read_whole(made: ReadDocument) -> None:
    assert [line for line in made.lines if line.use is LineUse.UNREAD] == []
    assert made.findings.unclassified_numbers == []
    (plan,) = made.findings.plans
    assert (plan.start_fiscal_year, plan.end_fiscal_year) == (2023, 2027)
    assert len(made.findings.statuses) == 12
    assert {status.fiscal_year for status in made.findings.statuses} == {2024}
    assert len(made.findings.kpis) == 27
    assert len(made.findings.kpi_values) == 12 + 4 * 15
    assert len(made.findings.kpi_statuses) == 27
    assert [(event.fiscal_year, event.end_fiscal_year) for event in made.findings.events] == [
        (2001, 2003),
        (2004, None),
        (2016, 2018),
        (2020, None),
    ]
    hours = next(quantity for quantity in made.findings.quantities if quantity.entry.quantity == "hours_saved")
    assert (hours.value, hours.fiscal_year, hours.measure_id) == (424 + 44 / 60, 2024, "suginami-2023-measure-2-1")


Facts = dict[tuple[str, ...], Any]


def facts_of(document: ReadDocument) -> Facts:
    """What was read, by a key that no figure or symbol is part of."""
    facts: Facts = {}
    for value in document.findings.kpi_values:
        facts["value", value.kpi.name.text, str(value.kpi.row_label), str(value.fiscal_year), value.value_type] = (
            value.value
        )
    for grade in document.findings.kpi_statuses:
        facts["grade", grade.kpi.name.text, str(grade.kpi.row_label), str(grade.fiscal_year)] = grade.status
    for status in document.findings.statuses:
        facts["status", status.measure_id, str(status.fiscal_year)] = status.status
    for quantity in document.findings.quantities:
        facts["quantity", quantity.entry.quantity, str(quantity.fiscal_year)] = quantity.value
    return facts


def test_an_altered_figure_alters_its_own_row_alone(made: ReadDocument) -> None:
    text, facts = made.source.text.raw, facts_of(made)
    figures = [value for value in made.findings.kpi_values if value.value is not None]
    assert len(figures) == 70
    for figure in figures:
        start, end = made.source.text.folded.raw_span(figure.passage.start, figure.passage.end)
        digit = re.search(r"\d", text[start:end])
        assert digit is not None
        at = start + digit.start()
        altered = read_made(f"{text[:at]}{(int(text[at]) + 1) % 9 + 1}{text[at + 1 :]}")
        after = facts_of(altered)
        changed = {key for key in facts | after if facts.get(key) != after.get(key)}
        key = ("value", figure.kpi.name.text, str(figure.kpi.row_label), str(figure.fiscal_year), figure.value_type)
        assert changed == {key}


def test_an_altered_grade_alters_its_own_rows_alone(made: ReadDocument) -> None:
    text, facts = made.source.text.raw, facts_of(made)
    for grade in made.findings.kpi_statuses:
        at, _ = made.source.text.folded.raw_span(grade.passage.start, grade.passage.end)
        other = "A" if text[at] != "A" else "D"
        after = facts_of(read_made(f"{text[:at]}{other}{text[at + 1 :]}"))
        changed = {key for key in facts | after if facts.get(key) != after.get(key)}
        # The one grade of 小 and 中 is that of both.
        labels = ["小", "中"] if grade.kpi.row_label else ["None"]
        assert changed == {("grade", grade.kpi.name.text, label, str(grade.fiscal_year)) for label in labels}


def test_an_altered_year_alters_the_rows_that_speak_of_it(made: ReadDocument) -> None:
    text = made.source.text.raw
    moved = read_made(text.replace("現状値は6年度末", "現状値は7年度末"))
    years = {kind: set() for kind in ("baseline", "target", "actual")}
    for value in moved.findings.kpi_values:
        years[value.value_type].add(value.fiscal_year)
    assert years == {"baseline": {2022}, "target": {2027}, "actual": {2024, 2025}}
    assert {grade.fiscal_year for grade in moved.findings.kpi_statuses if grade.kpi.goal_id is None} == {2025}


@settings(max_examples=60)
@given(st.data())
def test_damage_is_refused_in_words_or_quoted_truly(made: ReadDocument, data: st.DataObject) -> None:
    text = made.source.text.raw
    at = data.draw(st.integers(0, len(text) - 1))
    length = data.draw(st.integers(0, 12))
    put = data.draw(st.sampled_from(("", "\t", "\n", "(小)", "年度", "令和", "1", "A", "、", "―")))
    try:
        damaged = read_made(text[:at] + put + text[at + length :])
    except WardPlansError as error:
        assert "\n" not in str(error)
        return
    raw, folded = damaged.source.text.raw, damaged.source.text.folded
    for value in damaged.findings.kpi_values:
        start, end = folded.raw_span(value.passage.start, value.passage.end)
        assert fold_characters(raw[start:end]) == value.passage.text
        assert value.value is None or re.search(r"\d", raw[start:end])


def test_a_total_of_grades_that_does_not_agree_is_refused(made: ReadDocument) -> None:
    with pytest.raises(WardPlansError, match=r"stated are 7 \(評価B\), read were 6"):
        read_made(made.source.text.raw.replace("おおむね予定どおり進んだ\t6", "おおむね予定どおり進んだ\t7"))


# -- and in the database --------------------------------------------------------------------------------------------


def with_made(folder: Path, made: ReadDocument, text: str | None = None) -> tuple[Path, Path]:
    """Copies of data/raw and data/reference with the made document and its KPIs."""
    raw = Path(shutil.copytree(raw_folder(), folder / "raw"))
    (raw / NAME).parent.mkdir()
    (raw / f"{NAME}.txt").write_text(text or made.source.text.raw, encoding="utf-8")
    shutil.copy(DESCRIPTOR, raw / f"{NAME}.yaml")
    accept_checksums(raw)
    reference = Path(shutil.copytree(reference_folder(), folder / "reference"))
    units = {spelling: unit.unit_id for unit in read_codebooks(reference).units for spelling in unit.spellings}
    printed = {
        (value.kpi.name.text, value.kpi.row_label or ""): units[value.unit_ja]
        for value in made.findings.kpi_values
        if value.unit_ja
    }
    with (reference / "kpis.csv").open("a", encoding="utf-8") as file:
        for number, ((name, label), unit) in enumerate(printed.items()):
            file.write(f"suginami-2023,{name},{label},k{number},Made {number},{unit},,,higher\n")
    return raw, reference


@pytest.fixture(scope="module")
def inputs(made: ReadDocument, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return with_made(tmp_path_factory.mktemp("made"), made)


@pytest.fixture(scope="module")
def tables(inputs: tuple[Path, Path]) -> Mapping[str, pl.DataFrame]:
    return curate(*inputs)


@pytest.fixture(scope="module")
def database(tables: Mapping[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("database") / "wards.duckdb"
    build_database(tables, target)
    return target


def test_the_five_documents_give_the_same_rows_beside_it(
    tables: Mapping[str, pl.DataFrame], curated_tables: Mapping[str, pl.DataFrame]
) -> None:
    for name in ("kpis", "kpi_values", "statuses", "measures", "activities", "quantities", "citations"):
        assert curated_tables[name].join(tables[name], on=curated_tables[name].columns[0], how="anti").is_empty(), name


def test_grades_are_rows_with_the_printed_code(database: Path) -> None:
    with open_database(database) as connection:
        rows = connection.sql("""
            SELECT
                kpis.name_ja, row_label_ja, fiscal_year, status, kpi_statuses.label_ja, printed_year_ja, quote,
                line_start
            FROM kpi_statuses
            JOIN kpis USING (kpi_id)
            JOIN citations ON kpi_statuses.citation_id = citations.citation_id
            WHERE kpis.name_ja LIKE '学習用端末%' OR kpis.name_ja LIKE 'スマートフォン教室の開催%'
            ORDER BY ALL
        """).fetchall()
    assert [row[:-1] for row in rows] == [
        ("スマートフォン教室の開催回数", None, 2024, "behind", "C", "2024(令和6)年度", "C"),
        ("学習用端末を毎日使う児童・生徒の割合", "中", 2024, "on_schedule", "B", "6年度", "B"),
        ("学習用端末を毎日使う児童・生徒の割合", "小", 2024, "on_schedule", "B", "6年度", "B"),
    ]
    assert rows[1][-1] == rows[2][-1]


def test_achievements_show_the_grade_beside_the_figures(database: Path) -> None:
    with open_database(database) as connection:
        (row,) = connection.sql("""
            SELECT fiscal_year, round(actual * 60), unit_id, ward_status, ward_grade_ja, actual_raw_text
            FROM achievements
            WHERE name_ja = 'RPAの導入による業務削減時間' AND ward_status IS NOT NULL
        """).fetchall()
        others = connection.sql("FROM achievements WHERE ward_code <> '13115' AND ward_grade_ja IS NOT NULL").fetchall()
    assert row == (2024, 424 * 60 + 44, "hours", "achieved", "A", "424時間44分")
    assert others == []


def test_the_word_beside_a_figure_is_kept_and_nothing_is_made_of_it(database: Path) -> None:
    with open_database(database) as connection:
        found = connection.sql("""
            SELECT DISTINCT note_ja, nature FROM kpi_values JOIN kpis USING (kpi_id)
            WHERE measure_id LIKE 'suginami-2023-measure-%'
        """).fetchall()
    assert found == [("(累計)", None)]


def test_the_database_with_grades_is_verified(inputs: tuple[Path, Path], database: Path) -> None:
    verified = verify_database(*inputs, database)
    # Whether the items have a theme is for the codebook of themes to say.
    assert [problem for problem in verified.problems if "theme" not in problem] == []
    lines = {line.detail for line in verified.lines if "suginami" in line.where or "13115" in line.where}
    assert any("kpi_statuses" in detail and "kpi_values" in detail for detail in lines)


@pytest.mark.parametrize(
    ("second", "message"),
    [
        (
            "・テレワークを行った職員の数:600人(累計) 【D】",
            "'600人' is a second target of 9年度 for 'テレワークを行った職員の数'",
        ),
        (
            "テレワークを行った職員の数\t―\t1人\t2人\t3人\tC",
            r"'C' is a second grade of suginami-2023-k7 for 6年度; .*'D' on",
        ),
    ],
)
def test_a_second_figure_or_grade_of_one_year_is_refused(
    made: ReadDocument, tmp_path: Path, second: str, message: str
) -> None:
    """The line of its own, or the table: a target and a grade printed twice are one too many, equal or not."""
    text = made.source.text.raw
    line = "・テレワークを行った職員の数:500人(累計) 【D】\n" if second.startswith("・") else "\t20業務\tB\n"
    assert text.count(line) == 1
    if not second.startswith("・"):
        text = text.replace("現状値は6年度末、目標値は9年度末", "現状値は6年度末、目標値は10年度末")
    raw, reference = with_made(tmp_path, made, text.replace(line, f"{line}{second}\n"))
    with pytest.raises(WardPlansError, match=message):
        curate(raw, reference)


@pytest.mark.parametrize(
    ("ending", "old", "new", "expected"),
    [
        (
            "txt",
            "\t150件\tA",
            "\t150件\tS",
            ("unknown status 'S'", "key layouts.2.columns.5.statuses) to one of ahead ("),
        ),
        (
            "txt",
            "500人(累計) 【D】",
            "500人(累計) 【X】",
            ("unknown status 'X'", "key layouts.1.blocks.3.statuses) to one of"),
        ),
        ("txt", "97.0%(小) 98.2%", "97.0%(小) 98.2%(小)", ("unread row", "98.2%(小)(中)")),
        ("txt", "100%(小) 100%(中)", "100%", ("'100%' under '目標値' has no label, others of its row have 小, 中",)),
        ("txt", "KPI(9年度の目標値)", "KPI(30年度の目標値)", ("cannot read '30年度'", "平成30 as well as 令和30")),
        ("yaml", "era: 令和\n", "", ("no known era in '6年度'", "add the key era to ", "(era: 令和)")),
        (
            "yaml",
            "策定時は(?P<year>",
            "当初は(?P<year>",
            ("the year of column '策定時'", "met nothing", "layouts.2.columns.1.year)"),
        ),
        ("yaml", "D: not_started}", "E: not_started}", ("unknown status 'D'", "expected one of A B C E")),
        ("yaml", "legend: '^(?P<status>[A-Z])", "legend: '^(?P<status>[A-C])", ("explains A B C, but not D",)),
    ],
)
def test_a_build_with_it_is_refused_in_one_line(
    made: ReadDocument, tmp_path: Path, ending: str, old: str, new: str, expected: tuple[str, ...]
) -> None:
    raw, _ = with_made(tmp_path, made)
    path = raw / f"{NAME}.{ending}"
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    accept_checksums(raw)
    message = refusal(wardplans("build", "--raw", raw, "--database", tmp_path / "wards.duckdb"))
    assert message.startswith(str(raw / NAME))
    for words in expected:
        assert words in message
    assert not (tmp_path / "wards.duckdb").exists()


def test_one_name_under_two_items_is_refused(made: ReadDocument, tmp_path: Path) -> None:
    text = made.source.text.raw.replace("・生成AIの研修を受けた職員の数", "・テレワークを行った職員の数")
    raw, reference = with_made(tmp_path, made, text)
    with pytest.raises(WardPlansError, match=r"stands under suginami-2023-measure-2-4, on line .* need a label"):
        curate(raw, reference)
