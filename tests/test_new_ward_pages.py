"""What pages show of a ward whose documents have no English names, breaks inside their cells and grades of KPIs."""

import base64
import json
import re
from collections.abc import Callable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from markupsafe import Markup

import analysis
from analysis.charts import achievement_charts, item_chart, series_charts, small_multiples, status_chart
from analysis.charts.wording import number
from analysis.comparison.changes import read_differences
from analysis.comparison.citing import citation_text
from analysis.comparison.printed import on_one_line
from analysis.database.build import build_database
from analysis.reporting.achievement_tables import refusal_table, target_count_table
from analysis.reporting.changes_told import Told
from analysis.reporting.chart_figure import chart_figure
from analysis.reporting.figure_tables import achievement_table, figure_table, series_table
from analysis.reporting.front import read_front
from analysis.reporting.plan_tables import (
    item_table,
    mention_table,
    mentioned_table,
    progress_table,
    quantity_table,
    statement_table,
)
from analysis.reporting.profile_narrative import profile_summary, progress_note
from analysis.reporting.prose import plain, shown_text
from analysis.reporting.source_facts import read_facts
from analysis.reporting.source_marks import marked_lines

WARDS = ("minato", "sumida", "koto", "ota", "nakano")
UNREADABLE = re.compile(r"\bNone\b|\bnull\b|\bnan\b|(?:<|&lt;|\\u003c)[Bb][Rr]")

#: Columns that a new ward's rows leave empty.
EMPTY = {
    "kpis": ("name_en", "direction"),
    "measures": ("title_en",),
    "departments": ("name_en",),
    "quantities": ("subject_en",),
    "documents": ("title_en",),
    "plans": ("title_en",),
}

Tables = Mapping[str, pl.DataFrame]


def quoting(citations: pl.DataFrame, quote: pl.Expr | pl.Series) -> pl.DataFrame:
    """The citations with other words."""
    return citations.with_columns(quote.alias("quote")).with_columns(
        (pl.col("char_start") + pl.col("quote").str.len_chars()).alias("char_end")
    )


def with_breaks(citations: pl.DataFrame) -> pl.DataFrame:
    """The citations, each with a break after the first character of its words."""
    quote = pl.col("quote")
    return quoting(citations, quote.str.slice(0, 1) + "<br>" + quote.str.slice(1))


def emptied(table: pl.DataFrame, columns: tuple[str, ...]) -> pl.DataFrame:
    return table.with_columns(pl.lit(None).cast(table.schema[column]).alias(column) for column in columns)


@pytest.fixture(scope="module")
def tables(curated_tables: Tables) -> Tables:
    """The real rows, as untranslated as a new ward's and with breaks in every quote."""
    untranslated = {name: emptied(curated_tables[name], columns) for name, columns in EMPTY.items()}
    longer = untranslated["documents"].with_columns(pl.col("char_count") + 100)
    return {
        **curated_tables,
        **untranslated,
        "documents": longer,
        "citations": with_breaks(curated_tables["citations"]),
    }


@pytest.fixture(scope="module")
def build(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Tables], Path]:
    def built(tables: Tables) -> Path:
        target = tmp_path_factory.mktemp("untranslated") / "wards.duckdb"
        build_database(tables, target)
        return target

    return built


@pytest.fixture(scope="module")
def database(tables: Tables, build: Callable[[Tables], Path]) -> Path:
    return build(tables)


@pytest.fixture(scope="module")
def connection(database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with analysis.open_database(database) as opened:
        yield opened


def shown(chart: Any) -> str:
    """What a page shows of a chart: words, table and file."""
    figure = chart_figure(chart.to_dict(), "en")
    files = [base64.b64decode(table.csv.partition("base64,")[2]).decode("utf-8-sig") for table in figure.tables]
    spec = json.loads(figure.spec)
    data = [
        value
        for rows in spec.get("datasets", {}).values()
        for row in rows
        for value in row.values()
        if isinstance(value, str)
    ]
    return "\n".join(
        [figure.title, figure.subtitle, figure.description, *data, *(table.html for table in figure.tables), *files]
    )


# -- breaks inside a cell -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "read"),
    [
        ("年間<br>2,480時間", "年間2,480時間"),
        ("1,<br/>240<BR />時間", "1,240時間"),
        ("Smart<br>City<br>構想", "Smart City構想"),
        ("A<br>B<br><br>C", "A B C"),
        ("a < b, c > d", "a < b, c > d"),
        ("", ""),
    ],
)
def test_a_break_inside_a_cell_is_read_as_nothing_or_parts_two_words(printed, read):
    assert on_one_line(printed) == read


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_citation_says_the_words_without_breaks_in_the_library_and_in_sql(connection, language):
    cited = connection.sql("FROM citation_texts WHERE contains(quote, '<br>')").pl()
    assert cited.height > 1000
    expected = [citation_text(row, language) for row in cited.iter_rows(named=True)]
    assert not [text for text in expected if "<br" in text]
    told = connection.sql(
        f"SELECT citation(citation_id, language := '{language}') AS told FROM citation_texts "
        "WHERE contains(quote, '<br>')"
    ).pl()
    assert sorted(told["told"]) == sorted(expected)


def test_the_macro_reads_breaks_as_the_library_does(tables, build):
    odd = [
        "Smart<br>City<br>構想",
        "A<br>B<BR/><br>C",
        "年間<br>2,480時間",
        "<br>始 <br>終<br>",
        "a<br><br>b<br >c<br>1",
    ]
    quotes = pl.Series("quote", [odd[place % len(odd)] for place in range(tables["citations"].height)])
    with analysis.open_database(build({**tables, "citations": quoting(tables["citations"], quotes)})) as opened:
        rows = opened.sql("SELECT citation_id, citation(citation_id) AS told FROM citations").pl().rows()
        for citation_id, told in rows[:50]:
            assert told == analysis.cite(citation_id, connection=opened)
            assert "<" not in told


def test_a_quote_of_the_library_stays_exact(connection):
    assert analysis.mentions("rpa_hours_saved", connection=connection)["quote"].str.contains("<br>").all()


def test_prose_and_source_pages_show_no_tags(connection):
    assert plain("年間<br>2,480時間") == "年間2\\,480時間"
    assert marked_lines("a<br>b\t<b>", []) == [
        Markup('a<i class="break">&lt;br&gt;</i>b<i class="tab">\t</i>&lt;b&gt;')
    ]
    document, file = connection.execute("SELECT document_id, file_name FROM documents LIMIT 1").fetchall()[0]
    facts = read_facts(connection, document, file, "en")
    assert any("<br>" in fact.quote for fact in facts)
    assert not [fact for fact in facts if "<br" in fact.words + fact.citation]


def test_the_page_of_changes_shows_no_tags(tables, database, build):
    values = tables["kpi_values"].with_columns(pl.col("value") + 1)
    told = Told(read_differences(database, build({**tables, "kpi_values": values})), "en")
    sides = [item.after.quote for group in told.groups for part in group.parts for item in part.items if item.after]
    assert sides and not [quote for quote in sides if quote and "<br" in quote]


# -- what is not translated, and all the rest of a page ------------------------------------------------------


@pytest.mark.parametrize("ward", WARDS)
def test_no_chart_of_a_profile_says_none_or_shows_a_tag(connection, ward):
    of = {"connection": connection}
    charts = [
        item_chart(analysis.plan_items([ward], **of), analysis.theme_counts([ward], **of), "en"),
        status_chart(analysis.progress([ward], **of), "en"),
        *series_charts(analysis.observations([ward], **of), "en"),
        *achievement_charts(analysis.achievement(wards=[ward], **of), "en"),
        small_multiples(analysis.observations([ward], **of), "en"),
    ]
    for chart in filter(None, charts):
        assert not UNREADABLE.findall(shown(chart))


@pytest.mark.parametrize("ward", WARDS)
def test_no_table_of_a_profile_says_none_or_shows_a_tag(connection, ward):
    of: dict[str, Any] = {"connection": connection}
    items, figures = analysis.plan_items([ward], **of), analysis.observations([ward], **of)
    achievements, progress = analysis.achievement(wards=[ward], **of), analysis.progress([ward], **of)
    profile = analysis.profiles([ward], **of)
    quotes = analysis.mentions("rpa_hours_saved", [ward], **of)
    tables = [
        item_table(items.filter("is_counted"), "en"),
        progress_table(progress, "en"),
        statement_table(analysis.results([ward], **of), "en"),
        achievement_table(achievements, "en"),
        refusal_table(achievements, "en"),
        target_count_table(achievements, analysis.holdings([ward], **of), "en"),
        figure_table(figures.filter(pl.col("kpi_id").is_not_null()), "en"),
        quantity_table(figures, "en"),
        mention_table(quotes, "en"),
        mentioned_table(analysis.coverage([ward], **of), quotes, "en"),
        series_table(analysis.series_notes("rpa_hours_saved", [ward], **of), "en"),
        profile_summary(profile, progress, "en"),
        progress_note(profile, "en"),
    ]
    for one in tables:
        assert not UNREADABLE.findall(one.data)


def test_the_index_introduces_untranslated_wards(database):
    for ward in read_front(database, "en").wards:
        figures = [text for figure in ward.figures for text in (figure.name, figure.value, figure.quote)]
        assert not UNREADABLE.findall("\n".join([ward.document, *figures, *(text for _, text in ward.facts)]))


def test_a_series_without_an_english_name_is_called_as_printed(connection):
    figures = analysis.compare("online_procedures", ["ota"], connection=connection)
    titles = [chart.title.text for chart in series_charts(figures, "en")]
    names = figures.select("name_ja", "row_label_ja").drop_nulls("name_ja").unique(maintain_order=True).rows()
    assert titles and all(title.startswith("Ota: ") for title in titles)
    assert {title.removeprefix("Ota: ") for title in titles} <= {
        f"{name} ({row})" if row else name for name, row in names
    }
    listed = figure_table(figures, "en").data
    assert all(f"{name} ({row})" in listed for name, row in names if row)


def test_a_series_without_a_unit_is_told_without_one(connection):
    figures = analysis.compare("rpa_hours_saved", ["ota"], connection=connection)
    bare = figures.with_columns(pl.lit(None, pl.String).alias("unit_ja"), pl.lit(None, pl.String).alias("unit_en"))
    for language in ("ja", "en"):
        for chart in [*series_charts(bare, language), small_multiples(bare, language)]:
            assert not UNREADABLE.findall(shown(chart))


def test_targets_none_of_which_can_be_judged_are_drawn(connection):
    achievements = analysis.achievement(wards=["ota"], connection=connection)
    assert achievements["is_met"].count() == 0 and achievements["target"].count() > 0
    (chart,) = achievement_charts(achievements, "en")
    assert "not judged" in shown(chart)


# -- statuses -----------------------------------------------------------------------------------------------


@pytest.fixture
def graded(connection) -> pl.DataFrame:
    """Four symbols of a ward, three of one coarse group, in two years."""
    row = analysis.progress(["nakano"], connection=connection).row(0, named=True)
    groups = {group: (row[f"status_group_{group}"]) for group in ("ja", "en")}
    symbols = [("◎", "ahead", "under_way", 2), ("○", "on_schedule", "under_way", 7), ("△", "behind", "under_way", 2)]
    rows = [
        {
            **row,
            **{"fiscal_year": year, "year_label_en": f"FY{year}", "status": status, "status_group": group},
            **{"status_group_ja": groups["ja"], "status_group_en": groups["en"], "label_ja": symbol},
            **{"item_count": count, "rated_count": 12, "share": count / 12},
        }
        for year in (2023, 2024)
        for symbol, status, group, count in [*symbols, ("×", "not_started", "other", 1)]
    ]
    return pl.DataFrame(rows, infer_schema_length=None)


def test_statuses_are_told_by_the_wards_own_symbol_and_in_words(graded):
    chart = status_chart(graded, "en")
    (rows,) = chart.to_dict()["datasets"].values()
    assert [row["told"] for row in rows[:4]] == [
        "◎ ahead of schedule: 2 items (17%)",
        "○ on schedule: 7 items (58%)",
        "△ behind schedule: 2 items (17%)",
        "× not started: 1 item (8%)",
    ]
    assert [row["year_heading"] for row in rows if row["year_heading"]] == [
        "FY2023: 12 items judged",
        "FY2024: 12 items judged",
    ]
    assert not re.findall(r"[○◎△×●◐]", "".join(row["group"] + (row["group_heading"] or "") for row in rows))
    tops = [row["top"] for row in rows]
    assert tops == sorted(tops) and min(after - before for before, after in pairwise(tops)) >= 40


def test_shares_are_rounded_to_one_decimal(graded):
    cells = re.findall(r'<td class="number">([\d.]+)</td>', progress_table(graded, "en").data)
    assert "16.7" in cells and "58.3" in cells
    assert not [cell for cell in cells if len(cell.partition(".")[2]) > 1]


def test_hours_and_minutes_are_shown_with_three_decimals():
    hours = 424 + 44 / 60
    assert number(hours) == shown_text(hours, "actual", "en") == "424.733"
    assert [number(value) for value in (62.3, 1790000.0, 12345.678901, 1 / 3)] == [
        *("62.3", "1,790,000", "12,345.678901", "0.333333333333333")
    ]


# -- a ward's own grades of its KPIs ------------------------------------------------------------------------


def test_a_wards_own_grade_stands_beside_the_judgement(connection):
    plain_rows = analysis.achievement(wards=["ota"], connection=connection)
    assert "ward&#x27;s grade" not in achievement_table(plain_rows, "en").data
    cited = plain_rows.row(0, named=True)
    graded = plain_rows.with_columns(
        pl.lit("A").alias("ward_grade_ja"),
        pl.lit(cited["document_id"]).alias("ward_grade_document_id"),
        pl.lit(cited["citation_id"]).alias("ward_grade_citation_id"),
    )
    for table in (achievement_table(graded, "en").data, refusal_table(graded, "en").data):
        assert "ward&#x27;s grade" in table and ">A</a></td>" in table
