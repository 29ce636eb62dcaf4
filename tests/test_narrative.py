"""The sentences and tables that the notebooks share, in both languages."""

from pathlib import Path

import nbformat
import polars as pl
import pytest
from bs4 import BeautifulSoup
from IPython.display import HTML, Markdown

from analysis.comparison import (
    achievement,
    compare,
    corrections,
    coverage,
    cross_checks,
    holdings,
    indicators,
    mentions,
    rank,
    reconciliations,
    series_notes,
    side_by_side,
    theme_counts,
    total,
)
from analysis.database.connect import open_database
from analysis.reporting.addresses import in_lab
from analysis.reporting.figure_tables import (
    achievement_table,
    cross_check_table,
    figure_table,
    rank_table,
    series_table,
)
from analysis.reporting.narrative import (
    definition,
    mention_note,
    national_summary,
    theme_headline,
    what_is_needed,
    who_publishes,
)
from analysis.reporting.page import Provenance, render_page
from analysis.reporting.plan_tables import (
    correction_table,
    holding_table,
    mention_table,
    reconciliation_table,
    statement_table,
    themes_only_here,
)
from analysis.reporting.source_pages import source_href

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
    said = who_publishes(coverage(indicator="online_procedures", connection=connection), "ja").data
    assert "公表するのは**大田区だけ**である" in said
    assert said.endswith("港区、墨田区、江東区、中野区は別の数値または文章で触れるだけである。")


# -- tables -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", ["online_procedures", "rpa_hours_saved", "security_incidents"])
def test_the_figures_have_a_row_for_each_series_and_year_with_the_printed_cells(connection, indicator):
    figures = compare(indicator, connection=connection)
    rows = cells(figure_table(figures, "en"))
    years = figures.select("ward_name_en", "name_en", "year_label_en", "series_id").unique(maintain_order=True)
    assert [(*row[:2], row[3]) for row in rows] == years.select(pl.exclude("series_id")).rows()
    for row, (series, year) in zip(rows, years.select("series_id", "year_label_en").iter_rows(), strict=True):
        figures_of_row = figures.filter(series_id=series, year_label_en=year)
        for printed in figures_of_row.select(pl.coalesce("raw_text", "quote")).to_series():
            assert printed in row[-2]
        for value in figures_of_row["value"]:
            assert f"{value:,.15g}" in row[4:-3]
        assert row[-1] == f"{figures_of_row['document_title_en'][0]}, line {figures_of_row['line'][0]}"


def test_a_figure_s_row_reads_like_the_document(connection):
    figures = compare("online_procedures", ["ota"], [2023], connection=connection).filter(row_label_ja="上段")
    assert heads(figure_table(figures, "ja")) == [
        *("区", "系列", "判定", "年度", "目標", "実績", "単位", "注", "原文", "出典(資料と行)"),
    ]
    assert cells(figure_table(figures, "ja")) == [
        [
            *(
                "大田区",
                "オンライン申請可能手続数 (上段)",
                "比較できない",
                "令和5年度",
                "45",
                "93",
                "手続",
                "系列の断絶",
            ),
            *("45手續 (93手續)", "大田区情報化推進計画(ver.5.0) 概要版 150行目"),
        ]
    ]
    nakano = compare("online_applications", ["nakano"], [2023], connection=connection)
    assert cells(figure_table(nakano, "en"))[0][4:9] == [
        *("1,700,000", "2,000,000", "cases", "approximate", "6,020 (332,017 residents, 1 January 2022)"),
    ]


def test_what_is_counted_per_head_is_shown_with_the_heads_and_nothing_else_is(connection):
    cards = compare("cards_issued_total", ["chuo"], [2022], connection=connection)
    (row,) = cells(figure_table(cards, "ja"))
    (population,) = cards["population"]
    assert f"{1000 * cards['value'][0] / population:.3g} ({population:,}人、2022年1月1日)" in row
    procedures = figure_table(compare("online_procedures", ["ota"], connection=connection), "ja")
    assert not any("千人" in head for head in heads(procedures))


def test_a_verdict_is_a_badge_with_words(connection):
    soup = BeautifulSoup(
        series_table(series_notes("pittari_procedures", connection=connection), "en").data, "html.parser"
    )
    badges = [(badge["class"], badge.get_text()) for badge in soup.find_all(class_="badge")]
    assert badges == [
        (["badge", "related"], "not comparable"),
        *[(["badge", "direct"], "comparable")] * 2,
        (["badge", "convertible"], "after conversion"),
    ]


def test_a_target_is_judged_or_it_is_said_why_not(connection):
    rows = cells(achievement_table(achievement("online_procedures", ["ota"], connection=connection), "en"))
    assert [(row[2], *row[3:8], row[9]) for row in rows[:4]] == [
        ("FY2021", "35", "35", "met", "0", "100", "—"),
        ("FY2022", "40", "49", "met", "9", "122.5", "—"),
        (
            "FY2023",
            "45",
            "93",
            "not judged",
            "—",
            "—",
            "break in series, stated or presumed: target and result may not count the same",
        ),
        (
            "FY2024",
            "49",
            "288",
            "not judged",
            "—",
            "—",
            "break in series, stated or presumed: target and result may not count the same",
        ),
    ]
    incidents = cells(achievement_table(achievement("security_incidents", years=[2023], connection=connection), "ja"))
    assert incidents[0][3:8] == ["0", "10", "未達", "10", "—"]
    assert incidents[0][9] == "少ないほど良い指標なので、比率は示さない"


def test_every_refusal_has_words(connection):
    refusals = "SELECT DISTINCT ratio_refusal FROM achievements WHERE ratio_refusal IS NOT NULL"
    assert connection.sql(refusals).fetchall()
    rows = achievement(connection=connection)
    assert (
        len(cells(achievement_table(rows, "ja")))
        == rows.filter(pl.col("target").is_not_null() | pl.col("actual").is_not_null()).height
    )
    assert (
        not rows["ratio_refusal"].drop_nulls().is_in(pl.concat([cell_texts(rows, "ja"), cell_texts(rows, "en")])).any()
    )


def cell_texts(rows: pl.DataFrame, language: str) -> pl.Series:
    table = cells(achievement_table(rows, language))
    return pl.Series([cell for row in table for cell in row])


def test_all_wards_are_summed_up_in_a_sentence(connection):
    ranked = rank("card_issuance_rate", 2022, connection=connection)
    summary = national_summary(ranked, total("cards_issued_total", 2022, connection=connection), "ja")
    said = published(summary).main.p.get_text()
    query = "SELECT sum(cards_issued) FROM mynumber_cards WHERE as_of = '2022-12-31'"
    (issued,) = connection.sql(query).fetchall()[0]
    assert f"2022-12-31までに、23区で合わせて{issued:,}枚。" in said
    assert "中央区の67.4%から" in said
    assert said.endswith(f"{ranked['ward_name_ja'][-1]}の{ranked['indicator_value'][-1]:g}%まで。")


def test_the_codebook_says_what_is_counted_and_what_is_needed(connection):
    codebook = indicators(connection=connection)
    for language in ("ja", "en"):
        row = codebook.row(by_predicate=pl.col("indicator_id") == "security_incidents", named=True)
        for tell, column in ((definition, "definition"), (what_is_needed, "needed")):
            told = published(tell(codebook, "security_incidents", language)).main.get_text()
            assert row[f"{column}_{language}"] in told


def test_themes_that_some_wards_lack(connection):
    counts = theme_counts(["koto", "nakano"], connection=connection)
    rows = {row[0]: row[1:] for row in cells(themes_only_here(counts, "en"))}
    assert rows["Payment"] == ["Nakano", "—", "Koto"]
    assert "Security, privacy" not in rows
    assert theme_headline(counts, "T04", "en").data == "## What the wards say: Payment"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_table_has_a_row_for_each_row_of_its_frame(connection, language):
    for make, frame in (
        (series_table, series_notes("rpa_hours_saved", connection=connection)),
        (mention_table, mentions("rpa_hours_saved", connection=connection)),
        (statement_table, side_by_side("T04", connection=connection)),
        (rank_table, rank("card_issuance_rate", 2022, connection=connection)),
        (cross_check_table, cross_checks("card_issuance_rate", connection=connection)),
        (holding_table, holdings(connection=connection)),
        (reconciliation_table, reconciliations(connection=connection)),
        (correction_table, corrections(connection=connection)),
    ):
        rows = cells(make(frame, language))
        assert len(rows) == frame.height
        assert {len(row) for row in rows} == {len(heads(make(frame, language)))}
        column = heads(make(frame, language)).index("区" if language == "ja" else "Ward")
        assert [row[column] for row in rows] == frame[f"ward_name_{language}"].to_list()
        assert "None" not in {cell for row in rows for cell in row}


@pytest.mark.parametrize(("language", "word"), [("ja", "該当なし"), ("en", "none")])
def test_a_table_without_rows_says_so(connection, language, word):
    for make, frame in (
        (figure_table, compare("online_procedures", ["minato"], connection=connection)),
        (series_table, series_notes("online_procedures", ["minato"], connection=connection)),
        (mention_table, mentions("online_procedures", most=0, connection=connection)),
        (correction_table, corrections(connection=connection).clear()),
    ):
        assert cells(make(frame, language)) == [[word]]


def test_how_many_passages_are_shown_is_told(connection):
    found = mentions("online_procedures", ["koto", "ota"], connection=connection)
    assert mention_note(found, "ja").data.endswith(
        "(数値を含む文を先に選ぶ): 江東区 7か所のうち5か所、大田区 1か所のうち1か所。"
    )
    assert mention_note(found, "en").data.endswith("those with figures first: Koto 5 of 7; Ota 1 of 1.")
    assert mention_note(found.clear(), "ja").data == "計画の項目の下に、この主題の語を含む文はない。"
    assert mention_note(found.clear(), "en").data == "No passage under the plans' items holds a word of the subject."


# -- hostile text -------------------------------------------------------------------------------------------


def hostile(frame: pl.DataFrame) -> pl.DataFrame:
    """The frame with hostile text wherever a document's text can be."""
    codes = {
        *("coverage", "value_type", "obs_status", "comparability", "kind", "ward_code", "series_id", "nature"),
        *("statement", "theme_id", "ratio_refusal", "indicator_id"),
    }
    columns = [name for name, kind in frame.schema.items() if kind == pl.String and name not in codes]
    return frame.with_columns(pl.lit(HOSTILE).alias(name) for name in columns)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_hostile_text_is_shown_as_it_is(connection, language):
    found = coverage(indicator="online_procedures", connection=connection)
    tables = [
        figure_table(hostile(compare("online_procedures", connection=connection)), language),
        series_table(hostile(series_notes("online_procedures", connection=connection)), language),
        mention_table(hostile(mentions("online_procedures", connection=connection)), language),
        achievement_table(hostile(achievement("online_procedures", connection=connection)), language),
        rank_table(hostile(rank("card_issuance_rate", 2022, connection=connection)), language),
        cross_check_table(hostile(cross_checks("card_issuance_rate", connection=connection)), language),
        statement_table(hostile(side_by_side("T04", connection=connection)), language),
        themes_only_here(hostile(theme_counts(connection=connection)), language),
        holding_table(hostile(holdings(connection=connection)), language),
        reconciliation_table(hostile(reconciliations(connection=connection)), language),
        correction_table(hostile(corrections(connection=connection)), language),
    ]
    prose = [
        who_publishes(hostile(found), language),
        who_publishes(hostile(found.head(1)), language),
        mention_note(hostile(mentions("online_procedures", connection=connection)), language),
        definition(hostile(indicators(connection=connection)), "online_procedures", language),
        what_is_needed(hostile(indicators(connection=connection)), "online_procedures", language),
        national_summary(
            hostile(rank("card_issuance_rate", 2022, connection=connection)),
            hostile(total("cards_issued_total", 2022, connection=connection)),
            language,
        ),
    ]
    for table in tables:
        soup = BeautifulSoup(table.data, "html.parser")
        assert soup.find("script") is None
        assert all(link["href"].startswith("/files/reports/sources/") for link in soup.find_all("a"))
        assert HOSTILE in soup.get_text()
    page = published(*prose, *tables)
    assert page.main.find("script") is None
    assert all(link["href"].startswith(("sources/", "#section-")) for link in page.main.find_all("a"))
    assert page.main.get_text().count(HOSTILE) >= len(tables) + len(prose)
    for paragraph in page.main.find_all("p"):
        assert HOSTILE in paragraph.get_text()


# -- links to the sources -----------------------------------------------------------------------------------


def test_every_figure_leads_to_the_words_it_was_read_from(connection):
    figures = compare("online_procedures", ["ota"], [2024], connection=connection).filter(row_label_ja="上段")
    table = BeautifulSoup(figure_table(figures, "ja").data, "html.parser")
    (result,) = figures.filter(value_type="actual")["citation_id"]
    expected = in_lab(source_href("ota-plan-v5-summary", result, "ja"))
    assert {link["href"] for link in table.find_all("a")} == {expected}
    assert table.find("a").get_text() == "49手續 (288手續)"


def test_every_row_of_a_table_with_sources_has_a_link(connection):
    for make, frame in (
        (figure_table, compare("card_issuance_rate", years=[2022], connection=connection)),
        (achievement_table, achievement(connection=connection)),
        (rank_table, rank("card_issuance_rate", 2022, connection=connection)),
        (cross_check_table, cross_checks("card_issuance_rate", connection=connection)),
        (mention_table, mentions("rpa_hours_saved", connection=connection)),
        (reconciliation_table, reconciliations(connection=connection)),
        (correction_table, corrections(connection=connection)),
    ):
        soup = BeautifulSoup(make(frame, "en").data, "html.parser")
        rows = soup.tbody.find_all("tr")
        assert rows
        assert all(".en.html#" in row.find("a")["href"] for row in rows if row.get_text().strip())
