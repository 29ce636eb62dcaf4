"""The sentences and tables that the notebooks share, in both languages."""

from pathlib import Path

import nbformat
import polars as pl
import pytest
from bs4 import BeautifulSoup
from IPython.display import HTML, Markdown

from analysis.comparison import compare, corrections, coverage, holdings, mentions, reconciliations, series_notes
from analysis.database.connect import open_database
from analysis.reporting.narrative import (
    correction_table,
    figure_table,
    holding_table,
    mention_note,
    mention_table,
    reconciliation_table,
    series_table,
    who_publishes,
)
from analysis.reporting.page import Provenance, render_page

HOSTILE = "<script>attack()</script> **[a](javascript:b)** {0} </td></table>"


@pytest.fixture(scope="module")
def connection(built_database: Path):
    with open_database(built_database) as opened:
        yield opened


def wards(*levels: str) -> pl.DataFrame:
    """Coverage of one indicator by wards A, B, … with the given levels."""
    names = [chr(ord("A") + number) for number in range(len(levels))]
    return pl.DataFrame(
        {
            "ward_name_ja": [f"{name}区" for name in names],
            "ward_name_en": names,
            "indicator_name_ja": ["手続数"] * len(levels),
            "indicator_name_en": ["Procedures"] * len(levels),
            "coverage": levels,
        },
        schema_overrides={"coverage": pl.String},
    )


def cells(table: HTML) -> list[list[str]]:
    soup = BeautifulSoup(table.data, "html.parser")
    return [[cell.get_text() for cell in row.find_all("td")] for row in soup.tbody.find_all("tr")]


def heads(table: HTML) -> list[str]:
    return [head.get_text() for head in BeautifulSoup(table.data, "html.parser").find_all("th")]


def published(*outputs: HTML | Markdown) -> BeautifulSoup:
    """The outputs as a published page shows them."""
    kinds = {HTML: "text/html", Markdown: "text/markdown"}
    cell = nbformat.v4.new_code_cell(
        "show()",
        outputs=[nbformat.v4.new_output("display_data", data={kinds[type(output)]: output.data}) for output in outputs],
    )
    notebook = nbformat.v4.new_notebook(cells=[cell])
    page = render_page(notebook, title="Title", language="en", provenance=Provenance((), "1", {}))
    return BeautifulSoup(page, "html.parser")


# -- who publishes ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("levels", "ja", "en"),
    [
        (
            ["mentioned", "absent"],
            "選んだ2区の資料には、**手続数**の系列を公表する区がない。区どうしの比較はできない。"
            "A区は別の数値または文章で触れるだけである。B区の資料には記述がない。",
            "None of the 2 wards chosen publishes **Procedures** as a series. They cannot be compared. "
            "A: other figures or words only. B: nothing in the documents.",
        ),
        (
            ["mentioned", "published", "mentioned"],
            "選んだ3区のうち、**手続数**の系列を公表するのは**B区だけ**である。区どうしの順位はつけられない。"
            "A区、C区は別の数値または文章で触れるだけである。",
            "Of the 3 wards chosen **only B** publishes **Procedures** as a series. The wards cannot be ranked. "
            "A, C: other figures or words only.",
        ),
        (
            ["published", "published", "absent"],
            "選んだ3区のうち、A区、B区が**手続数**の系列を公表する。比べられるかは下の判定による。"
            "C区の資料には記述がない。",
            "Of the 3 wards chosen A, B publish **Procedures** as a series. "
            "Whether they can be compared is said below. "
            "C: nothing in the documents.",
        ),
        (
            ["published"],
            "選んだA区は**手続数**の系列を公表している。",
            "A, the ward chosen, publishes **Procedures** as a series.",
        ),
        (
            ["mentioned"],
            "選んだA区の資料には**手続数**の系列がない。A区は別の数値または文章で触れるだけである。",
            "A, the ward chosen, does not publish **Procedures** as a series. A: other figures or words only.",
        ),
    ],
    ids=["nobody", "one", "two", "one chosen that does", "one chosen that does not"],
)
def test_who_publishes_is_said_in_words(levels, ja, en):
    assert who_publishes(wards(*levels), "ja").data == ja
    assert who_publishes(wards(*levels), "en").data == en


def test_the_real_wards_are_named(connection):
    said = who_publishes(coverage(connection, indicator="online_procedures"), "ja").data
    assert "公表するのは**大田区だけ**である" in said
    assert said.endswith("港区、墨田区、江東区、中野区は別の数値または文章で触れるだけである。")


# -- tables -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", ["online_procedures", "rpa_hours_saved", "security_incidents"])
def test_the_figures_have_a_row_for_each_series_and_year_with_the_printed_cells(connection, indicator):
    figures = compare(connection, indicator)
    rows = cells(figure_table(figures, "en"))
    years = figures.select("ward_name_en", "name_en", "year_label_en").unique(maintain_order=True)
    assert [tuple(row[:3]) for row in rows] == years.rows()
    for row, (name, year) in zip(rows, years.select("name_en", "year_label_en").iter_rows(), strict=True):
        figures_of_row = figures.filter(name_en=name, year_label_en=year)
        for printed in figures_of_row["raw_text"]:
            assert printed in row[-2]
        for value in figures_of_row["value"]:
            assert f"{value:,.15g}" in row[3:-3]
        assert row[-1] == f"{figures_of_row['document_title_ja'][0]}, line {figures_of_row['line'][0]}"


def test_a_figure_s_row_reads_like_the_document(connection):
    figures = compare(connection, "online_procedures", ["ota"], [2023]).filter(row_label_ja="上段")
    assert heads(figure_table(figures, "ja")) == [
        *("区", "系列", "年度", "目標", "実績", "単位", "注", "原文の欄", "出典(資料と行)"),
    ]
    assert cells(figure_table(figures, "ja")) == [
        [
            *("大田区", "オンライン申請可能手続数 (上段)", "令和5年度", "45", "93", "手続", "系列の断絶"),
            *("45手續 (93手續)", "大田区情報化推進計画(ver.5.0) 概要版 150行目"),
        ]
    ]
    nakano = compare(connection, "online_procedures", ["nakano"], [2023])
    assert cells(figure_table(nakano, "en"))[0][3:8] == [
        *("1,700,000", "2,000,000", "cases", "approximate", "170 万件, 約 200 万件"),
    ]


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_table_has_a_row_for_each_row_of_its_frame(connection, language):
    for make, frame in (
        (series_table, series_notes(connection, "rpa_hours_saved")),
        (mention_table, mentions(connection, "rpa_hours_saved")),
        (holding_table, holdings(connection)),
        (reconciliation_table, reconciliations(connection)),
        (correction_table, corrections(connection)),
    ):
        rows = cells(make(frame, language))
        assert len(rows) == frame.height
        assert {len(row) for row in rows} == {len(heads(make(frame, language)))}
        assert [row[0] for row in rows] == frame[f"ward_name_{language}"].to_list()
        assert "None" not in {cell for row in rows for cell in row}


@pytest.mark.parametrize(("language", "word"), [("ja", "該当なし"), ("en", "none")])
def test_a_table_without_rows_says_so(connection, language, word):
    for make, frame in (
        (figure_table, compare(connection, "online_procedures", ["minato"])),
        (series_table, series_notes(connection, "online_procedures", ["minato"])),
        (mention_table, mentions(connection, "online_procedures", most=0)),
        (correction_table, corrections(connection).clear()),
    ):
        assert cells(make(frame, language)) == [[word]]


def test_how_many_passages_are_shown_is_told(connection):
    found = mentions(connection, "online_procedures", ["koto", "ota"])
    assert mention_note(found, "ja").data.endswith(
        "(数値を含む文を先に選ぶ): 江東区 6か所のうち5か所、大田区 1か所のうち1か所。"
    )
    assert mention_note(found, "en").data.endswith("those with figures first: Koto 5 of 6; Ota 1 of 1.")
    assert mention_note(found.clear(), "ja").data == "計画の項目の下に、この主題の語を含む文はない。"
    assert mention_note(found.clear(), "en").data == "No passage under the plans' items holds a word of the subject."


# -- hostile text -------------------------------------------------------------------------------------------


def hostile(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with hostile text wherever a document's text can be."""
    codes = {"coverage", "value_type", "obs_status", "comparability", "kind", "ward_code", "kpi_id"}
    columns = [name for name, kind in frame.schema.items() if kind == pl.String and name not in codes]
    return frame.with_columns(pl.lit(HOSTILE).alias(name) for name in columns)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_hostile_text_is_shown_as_it_is(connection, language):
    found = coverage(connection, indicator="online_procedures")
    tables = [
        figure_table(hostile(compare(connection, "online_procedures")), language),
        series_table(hostile(series_notes(connection, "online_procedures")), language),
        mention_table(hostile(mentions(connection, "online_procedures")), language),
        holding_table(hostile(holdings(connection)), language),
        reconciliation_table(hostile(reconciliations(connection)), language),
        correction_table(hostile(corrections(connection)), language),
    ]
    prose = [
        who_publishes(hostile(found), language),
        who_publishes(hostile(found.head(1)), language),
        mention_note(hostile(mentions(connection, "online_procedures")), language),
    ]
    for table in tables:
        soup = BeautifulSoup(table.data, "html.parser")
        assert soup.find(["script", "a"]) is None
        assert HOSTILE in soup.get_text()
    page = published(*prose, *tables)
    assert page.main.find(["script", "a"]) is None
    assert page.main.get_text().count(HOSTILE) >= len(tables) + len(prose)
    for paragraph in page.main.find_all("p"):
        assert HOSTILE in paragraph.get_text()
