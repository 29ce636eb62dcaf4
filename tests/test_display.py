"""Frames as a notebook shows them: any frame at all, with units, years, gaps and links to the sources."""

import math
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path

import duckdb
import numpy
import pandas
import polars as pl
import pytest
from bs4 import BeautifulSoup
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from markupsafe import escape
from traitlets.config import Config

import analysis
from analysis.charts.theme import NAME
from analysis.reporting.addresses import in_lab, in_page
from analysis.reporting.display import ROWS_SHOWN, enable_display
from analysis.reporting.source_pages import source_href

HOSTILE = "</td><script>alert(1)</script><img src=x onerror=alert(1)> \" ' & [a](javascript:b) $x$ {{ 7*7 }}"


@pytest.fixture(scope="module")
def connection(built_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with analysis.open_database(built_database) as opened:
        yield opened


@pytest.fixture(scope="module")
def shell() -> Iterator[InteractiveShell]:
    """The shell of a notebook, without a notebook."""
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


def shown(shell: InteractiveShell, frame: pl.DataFrame | pandas.DataFrame) -> BeautifulSoup:
    """What the shell sends to the browser for the last value of a cell."""
    data, _ = shell.display_formatter.format(frame, include={"text/html"})  # plain text is for pandas and polars
    assert set(data) == {"text/html"}
    data["text/html"].encode("utf-8")
    return BeautifulSoup(data["text/html"], "html.parser")


def column(table: BeautifulSoup, head: str) -> list[str]:
    position = [cell.get_text() for cell in table.thead.find_all("th")].index(head)
    return [row.find_all(["td", "th"])[position].get_text() for row in table.tbody.find_all("tr")]


def links(table: BeautifulSoup) -> list[str]:
    return [link["href"] for link in table.find_all("a")]


# -- what a table shows -------------------------------------------------------------------------------------


def test_the_first_rows_are_shown_and_all_are_counted(shell, connection):
    enable_display("ja", connection)
    table = shown(shell, pl.DataFrame({"n": range(1234)}))
    assert len(table.tbody.find_all("tr")) == ROWS_SHOWN == 30
    assert table.caption.get_text() == "全1,234行のうち最初の30行"
    assert shown(shell, pl.DataFrame({"n": range(30)})).caption.get_text() == "全30行"
    enable_display("en", connection, rows=2)
    table = shown(shell, pandas.DataFrame({"n": range(1234)}))
    assert column(table, "n") == ["0", "1"]
    assert table.caption.get_text() == "The first 2 of 1,234 rows"
    assert shown(shell, pl.DataFrame({"n": [1]})).caption.get_text() == "1 row"
    assert "none" in shown(shell, pl.DataFrame({"n": []})).tbody.get_text()
    assert "0 rows" in shown(shell, pl.DataFrame()).get_text()


def test_the_table_can_be_read_out(shell, connection):
    enable_display("en", connection)
    table = shown(shell, analysis.compare("rpa_hours_saved", connection=connection))
    assert all(cell["scope"] == "col" for cell in table.thead.find_all("th"))
    assert table.caption
    for cell in table.tbody.find_all("td"):
        japanese = any("\u3040" <= letter <= "\u9fff" for letter in cell.get_text())
        assert japanese == bool(cell.get("lang") == "ja" or cell.find("span", lang="ja")), cell


FIGURES = pl.DataFrame(
    {
        "fiscal_year": [2023, 2024, None, 2025],
        "value": [1234.5, 3.0, 7.0, None],
        "count": [1234, 3, 7, 0],
        "unit_ja": ["時間", "%", None, "件"],
        "unit_en": ["hours", "percent", None, "cases"],
    }
)


@pytest.mark.parametrize("to_frame", [pl.DataFrame, lambda frame: frame.to_pandas()], ids=["polars", "pandas"])
def test_numbers_carry_their_unit_years_no_separators_and_gaps_a_dash(shell, connection, to_frame):
    enable_display("ja", connection)
    table = shown(shell, to_frame(FIGURES))
    assert column(table, "fiscal_year") == ["2023", "2024", "—", "2025"]
    assert column(table, "value") == ["1,234.5時間", "3%", "7", "—"]
    assert column(table, "count") == ["1,234", "3", "7", "0"]
    assert column(table, "unit_ja") == ["時間", "%", "—", "件"]
    enable_display("en", connection)
    assert column(shown(shell, to_frame(FIGURES)), "value") == ["1,234.5 hours", "3 percent", "7", "—"]
    assert column(shown(shell, to_frame(FIGURES.drop("unit_en"))), "value")[0] == "1,234.5 時間"
    assert column(shown(shell, to_frame(FIGURES.drop("unit_en", "unit_ja"))), "value")[0] == "1,234.5"


def test_only_columns_that_are_in_the_unit_get_it(shell, connection):
    enable_display("en", connection)
    table = shown(shell, analysis.trend("rpa_hours_saved", connection=connection))
    assert any("hours" in text for text in column(table, "value"))
    assert any("hours" in text for text in column(table, "previous_value"))
    for other in ("change", "change_percent", "line", "slope_per_year"):
        assert not any("hours" in text for text in column(table, other)), other


def test_an_index_of_pandas_is_shown_where_it_says_something(shell, connection):
    enable_display("en", connection)
    frame = analysis.achievement(connection=connection, frame="pandas")
    grouped = shown(shell, frame.groupby(["ward_name_en", "is_met"], dropna=False).size().to_frame("n"))
    assert [cell.get_text() for cell in grouped.thead.find_all("th")] == ["ward_name_en", "is_met", "n"]
    assert set(column(grouped, "ward_name_en")) == {"Ota", "Nakano"}
    assert {"—", "yes", "no"} == set(column(grouped, "is_met"))
    assert all(row.find("th")["scope"] == "row" for row in grouped.tbody.find_all("tr"))
    assert "th" not in {cell.name for cell in shown(shell, frame[frame["gap"] > 0]).tbody.find_all(["td", "th"])}
    stacked = shown(shell, frame.groupby("ward_name_en").agg({"gap": ["min", "max"]}))
    assert [cell.get_text() for cell in stacked.thead.find_all("th")] == ["ward_name_en", "gap / min", "gap / max"]


# -- links --------------------------------------------------------------------------------------------------


def test_a_citation_leads_to_its_passage_whether_the_frame_names_the_document_or_not(shell, connection):
    enable_display("en", connection)
    figures = analysis.compare("rpa_hours_saved", ["ota"], connection=connection)
    expected = [
        in_lab(source_href("ota-plan-v5-summary", citation, "en")) for citation in figures["citation_id"].to_list()
    ]
    assert links(shown(shell, figures)) == expected
    assert links(shown(shell, figures.select("value", "citation_id"))) == expected
    assert column(shown(shell, figures), "citation_id") == figures["citation_id"].to_list()
    assert links(shown(shell, figures.to_pandas())) == expected


def test_each_citation_of_a_row_leads_to_its_own_document(shell, connection):
    enable_display("ja", connection)
    judged = analysis.achievement(connection=connection).filter(pl.col("baseline_citation_id").is_not_null()).head(20)
    documents = dict(connection.sql("SELECT citation_id, document_id FROM citation_texts").fetchall())
    table = shown(shell, judged.select("target_citation_id", "baseline_citation_id"))
    ids = [one for row in judged.select("target_citation_id", "baseline_citation_id").iter_rows() for one in row if one]
    assert links(table) == [in_lab(source_href(documents[one], one, "ja")) for one in ids]


def test_a_row_of_a_statistic_leads_to_its_table(shell, connection):
    enable_display("ja", connection)
    cards = analysis.rank("card_issuance_rate", 2022, connection=connection).head(1)
    (link,) = links(shown(shell, cards))
    assert link.startswith("/files/reports/sources/mynumber_card_wards.ja.html#mynumber_cards.")


def test_several_citations_are_numbered_links(shell, connection):
    enable_display("ja", connection)
    counts = analysis.progress(connection=connection).sort("item_count").tail(1)
    table = shown(shell, counts.select("citation_ids"))
    assert table.td.get_text() == "[1] [2] [3] [4] [5] ほか100件"
    documents = dict(connection.sql("SELECT citation_id, document_id FROM citation_texts").fetchall())
    first = counts["citation_ids"].item().to_list()[:5]
    assert links(table) == [in_lab(source_href(documents[one], one, "ja")) for one in first]


def test_what_is_no_citation_of_the_database_is_text(shell, connection):
    enable_display("ja", connection)
    ids = [None, "", "kpis:no-such", "kpis:a;kpis:b", HOSTILE]
    table = shown(shell, pl.DataFrame({"citation_id": ids, "document_id": ["ota-plan-v5-summary"] * 5}))
    assert links(table) == []
    assert column(table, "citation_id") == ["—", "—", "kpis:no-such", "kpis:a;kpis:b", HOSTILE]
    assert links(shown(shell, pl.DataFrame({"citation_id": [1, 2]}))) == []
    assert links(shown(shell, pl.DataFrame({"citation_ids": [["kpis:no-such"], [], None]}))) == []


def test_a_frame_is_shown_beside_a_result_that_is_still_read_and_after_the_connection_is_closed(shell, built_database):
    with analysis.open_database(built_database) as own:
        enable_display("ja", own)
        figures = analysis.compare("rpa_hours_saved", connection=own)
        pending = own.execute("SELECT * FROM range(10)")
        assert pending.fetchone() == (0,)
        assert links(shown(shell, figures))
        assert pending.fetchone() == (1,)
    assert column(shown(shell, figures), "citation_id") == figures["citation_id"].to_list()
    assert links(shown(shell, figures)) == []


# -- any frame at all ---------------------------------------------------------------------------------------


class Unprintable:
    """An object that cannot even be printed."""

    def __repr__(self) -> str:
        raise RuntimeError("no")


ODD = [
    HOSTILE,
    "\ud800",
    "\0\x1b[31m",
    math.nan,
    math.inf,
    10**5000,
    Decimal("sNaN"),
    Decimal("1.50"),
    3 + 4j,
    b"\xff",
    date(2024, 4, 1),
    datetime(2024, 4, 1, 12, 30),
    time(1, 2),
    timedelta(days=1),
    [1, None, "<b>"],
    (1, (2, 3)),
    {"a": [1]},
    {1, 2},
    numpy.array([1.5, 2]),
    numpy.int64(3),
    pandas.NaT,
    pandas.NA,
    pandas.Timestamp("2024-04-01"),
    pl.Series([1]),
    True,
    None,
    object,
    Unprintable(),
]


def test_objects_of_every_kind_are_shown_as_text(shell, connection):
    enable_display("en", connection)
    looped: list[object] = [1]
    looped.append(looped)
    table = shown(shell, pandas.DataFrame({"odd": pandas.Series([*ODD, looped], dtype=object)}))
    texts = column(table, "odd")
    assert texts[0] == HOSTILE
    assert texts[3] == "—"
    assert texts[7:9] == ["1.50", "(3+4j)"]
    assert texts[10:12] == ["2024-04-01", "2024-04-01 12:30:00"]
    assert texts[14] == "1, —, <b>"
    assert texts[18:22] == ["1.5, 2", "3", "—", "—"]
    assert texts[-2] == "<Unprintable>"
    assert table.find("script") is None


def test_the_types_of_duckdb_and_polars_are_shown(shell, connection):
    enable_display("en", connection)
    rows = analysis.sql(
        """
        SELECT
            {'a': 1, 'b': [2]} AS struct, [1, NULL] AS list, [[1], [2, 3]] AS nested, MAP {'k': 'v'} AS map,
            DATE '2024-04-01' AS day, TIMESTAMP '2024-04-01 12:30:00' AS moment, TIME '10:00' AS hour,
            CAST(1.50 AS DECIMAL(5, 2)) AS money, CAST(1 AS HUGEINT) AS huge, CAST('nan' AS DOUBLE) AS nan,
            '\\xFF'::BLOB AS bytes, CAST('T01' AS VARCHAR) AS text, true AS truth, NULL AS nothing,
            'actual'::value_type AS enum, CAST('infinity' AS DOUBLE) AS endless
        """,
        connection=connection,
    )
    for frame in (rows, rows.to_pandas()):
        table = shown(shell, frame)
        assert column(table, "day") == ["2024-04-01"]
        assert column(table, "moment") == ["2024-04-01 12:30:00"]
        assert column(table, "list")[0].startswith("1, ")
        assert column(table, "money") == ["1.50"]
        assert column(table, "enum") == ["actual"]
        assert column(table, "nan") == column(table, "nothing") == ["—"]
        assert column(table, "endless") == ["inf"]


PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.dates() | st.datetimes() | st.binary()
NAMES = (
    st.sampled_from(["citation_id", "citation_ids", "value", "unit_ja", "unit_en", "fiscal_year", HOSTILE]) | st.text()
)


@given(
    st.dictionaries(
        NAMES, st.lists(PLAIN | st.lists(PLAIN, max_size=7) | st.sampled_from(ODD), min_size=3, max_size=3), max_size=5
    ),
    st.sampled_from(["ja", "en"]),
)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example({"citation_id": [["a", None], 1, HOSTILE], "value": [1, "x", None], "unit_ja": [1, [HOSTILE], HOSTILE]}, "ja")
def test_no_frame_is_unshowable_and_nothing_in_it_is_markup(shell, connection, columns, language):
    enable_display(language, connection)
    frame = pandas.DataFrame({name: pandas.Series(values, dtype=object) for name, values in columns.items()})
    table = shown(shell, frame)
    assert {element.name for element in table.find_all()} <= {
        *("style", "table", "caption", "thead", "tbody", "tr", "th", "td", "span", "a")
    }
    assert len(table.thead.find_all("th")) == len(columns)
    if columns:
        assert len(table.tbody.find_all("tr")) == 3


@given(st.lists(st.text(), min_size=1, max_size=3), st.text())
@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example([HOSTILE], HOSTILE)
def test_texts_are_shown_character_for_character(shell, connection, texts, name):
    enable_display("ja", connection)
    data, _ = shell.display_formatter.format(pl.DataFrame({name: texts}))
    assert all(
        f">{escape(text)}</td>".replace("&#39;", "&#x27;").replace("&#34;", "&quot;") in data["text/html"]
        for text in texts
        if text
    )


# -- setting it up ------------------------------------------------------------------------------------------


def test_charts_are_enabled_and_other_values_left_alone(shell, connection):
    import altair

    altair.theme.enable("default")
    enable_display("ja", connection)
    assert altair.theme.active == NAME
    assert "text/html" not in shell.display_formatter.format([1, 2])[0]


@pytest.mark.parametrize(
    ("language", "rows", "message"), [("fr", 30, "unknown language 'fr'"), ("ja", 0, "one row or more: not 0")]
)
def test_what_it_cannot_do_is_declined(shell, connection, language, rows, message):
    with pytest.raises(analysis.WardPlansError, match=message):
        enable_display(language, connection, rows=rows)


# -- addresses ----------------------------------------------------------------------------------------------

HREF = "sources/ota-plan-v5-summary.ja.html#kpis.ota-2021-rpa_tasks"


@pytest.mark.parametrize("prefix", ["", "/", "/user/alice/", "user/alice", "/user/%E5%A4%A7/files/reports/"])
def test_an_address_in_the_lab_is_that_of_its_server_and_a_page_takes_it_off_again(monkeypatch, prefix):
    monkeypatch.setenv("JUPYTERHUB_SERVICE_PREFIX", prefix)
    address = in_lab(HREF)
    assert address.startswith("/")
    assert not address.startswith("//")
    assert address.endswith(f"/files/reports/{HREF}")
    assert address == f"/{prefix.strip('/')}/files/reports/{HREF}".replace("//", "/")
    monkeypatch.delenv("JUPYTERHUB_SERVICE_PREFIX")
    assert in_page(address) == HREF or prefix.endswith("/files/reports/")


@pytest.mark.parametrize(
    "href",
    [
        "",
        "#section-1",
        "?x",
        "/lab",
        "//other.example/files/reports/x",
        "https://example.com/files/reports/x",
        "mailto:a@example.com",
        "javascript:alert(1)",
    ],
)
def test_other_addresses_stay_what_they_are(href):
    assert in_lab(href) == in_page(href) == href
