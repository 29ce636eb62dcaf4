"""A line that is read for its title, its period or a total is running text for the rest: its numbers are explained."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.curation.curate import read_documents
from analysis.documents.paths import raw_folder
from analysis.documents.text import raw_document
from analysis.errors import WardPlansError
from analysis.reading.account import LineUse
from analysis.reading.reader import ReadDocument, read_described
from test_layouts import TITLE, read, unread

OUTLINE = {
    "layout": "outline",
    "levels": [{"level": "measure", "level_ja": "取組", "pattern": r"取組(?P<code>\d+) (?P<title>.+)"}],
}
PERIOD = "本書は(計画期間:令和4年度~令和7年度)の実績を述べる。"
PLAN = {"plan": "p", "title": f"^(?P<title>{TITLE})$", "title_en": "Test"}
PERIOD_READ = {**PLAN, "period": r"計画期間:(?P<start>令和\d+年度)~(?P<end>令和\d+年度)"}
QUANTITY = {
    "quantity": "consultations",
    "pattern": r"相談は(?P<amount>[\d,]+件)",
    "subject_ja": "相談",
    "subject_en": "consultations",
    "unit": "cases",
}


def unexplained(document: ReadDocument) -> list[str]:
    return [number.text for number in document.findings.unclassified_numbers]


def with_period(line: str, **more: Any) -> ReadDocument:
    return read(f"{line}\n取組1 手続", OUTLINE, plans=[PERIOD_READ], **more)


def test_the_numbers_beside_a_period_have_to_be_explained() -> None:
    line = f"{PERIOD}満足度は78.5%、相談は1,200件、経費は3億5,000万円で、参加者は約300名でした。"
    document = with_period(line)
    assert unexplained(document) == ["78.5", "1,200", "3", "5,000", "300"]
    assert unread(document) == []
    rule = [{"pattern": "経費は.+円|約300名", "reason": "not ours"}]
    document = with_period(line, quantities=[QUANTITY], no_quantities=rule)
    assert unexplained(document) == ["78.5"]
    assert [quantity.value for quantity in document.findings.quantities] == [1200]
    assert "満足度は78.5%" in "".join(found.passage.text for found in document.passages)


def test_the_period_itself_needs_no_explanation() -> None:
    assert unexplained(with_period(PERIOD)) == []
    bare = {**PLAN, "period": r"期間 (?P<start>令和\d+)[^\d]+(?P<end>\d+)の間"}
    assert unexplained(read("期間 令和4から7の間、5年\n取組1 手続", OUTLINE, plans=[bare])) == ["5"]


def test_the_numbers_beside_a_title_a_date_and_a_total_have_to_be_explained() -> None:
    count = {"of": "measures", "level": "measure"}
    total = {"total": "t", "subject_ja": "取組", "subject_en": "measures", "pattern": r"全(?P<stated>\d+)取組"}
    document = read(
        "試験区プラン2025 全3章\n令和7年3月発行 第2刷 500部\n全1取組のうち、「◎」は2件、「○」は7件\n取組1 手続",
        OUTLINE,
        title="(?P<title>試験区プラン2025)",
        published="(?P<published>令和7年3月)発行",
        totals=[{**total, "count": count}],
    )
    assert unexplained(document) == ["3", "2", "500", "2", "7"]
    assert unread(document) == []


def test_the_numbers_beside_a_stated_year_and_a_legend_have_to_be_explained() -> None:
    table = {
        "layout": "hierarchy_table",
        "columns": [
            {"holds": "level", "level": "measure", "level_ja": "取組", "header": "取組"},
            {
                "holds": "status",
                "header": "評価",
                "statuses": {"A": "achieved"},
                "legend": "^(?P<status>[A-D]):(?P<text>[^(]+)",
                "year": r"(?P<year>令和\d+年度)末の評価",
            },
        ],
    }
    document = read("令和6年度末の評価、回答は48件\nA:計画どおり(12件)\n取組 | 評価\n手続 | A", table)
    assert unexplained(document) == ["48", "12"]
    assert unread(document) == []


def test_the_numbers_beside_a_date_of_the_history_have_to_be_explained() -> None:
    history = {"layout": "events", "region": {"after": TITLE}, "date": r"(?P<year>平成\d+年度)"}
    document = read("平成13年度に端末1,200台を置いた。\n取組1 手続", OUTLINE, history)
    assert unexplained(document) == ["1,200"]
    assert [event.passage.text for event in document.findings.events] == ["平成13年度に端末1,200台を置いた。"]


def test_a_line_that_a_layout_reads_whole_is_none_of_them() -> None:
    period = {**PLAN, "period": r"(?P<years>令和\d+~\d+年度)の100日"}
    document = read("取組1 令和4~7年度の100日", OUTLINE, plans=[period])
    assert unexplained(document) == []
    assert [item.title.text for item in document.findings.measures if item.title] == ["令和4~7年度の100日"]


@given(
    st.integers(0, 10**6).map("{:,}".format),
    st.sampled_from(["件", "%", "名", "万円", "つの柱", ""]),
    st.sampled_from(["{}{}は{}。", "対象{}{}({})。", "{}{} {}"]),
)
def test_no_number_beside_a_period_is_passed_over(number: str, unit: str, sentence: str) -> None:
    document = with_period(PERIOD + "なお、" + sentence.format(number, unit, "対象"))
    assert unexplained(document) == [number]


@pytest.fixture(scope="module")
def documents() -> list[ReadDocument]:
    return read_documents(raw_folder())


def test_a_number_added_to_any_line_of_the_documents_read_for_some_words_is_reported(
    documents: list[ReadDocument],
) -> None:
    reported = 0
    for document in documents:
        assert unexplained(document) == []
        text = document.source.text
        for number in {words.line for words in document.findings.located} - document.findings.lines_read:
            lines = text.raw.split("\n")
            lines[number - 1] += "別に4,321台ある。"
            changed = raw_document(text.path, "\n".join(lines))
            try:
                again = read_described(replace(document.source, text=changed))
            except WardPlansError:  # the words were those of a whole line
                continue
            taken = [part.text for words in again.findings.located if words.line == number for part in words.passages]
            if again.lines[number - 1].use is LineUse.UNREAD or "4,321" in "".join(taken):  # the text of a definition
                continue
            assert unexplained(again) == ["4,321"]
            reported += 1
    assert reported >= 10
