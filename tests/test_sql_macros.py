"""The macros of the database give what the library's functions give."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import analysis
from analysis.reading import eras

ERAS = ["明治", "大正", "昭和", "平成", "令和", "M", "T", "S", "H", "R"]
DIGITS = "0123456789０１２３４５６７８９〇零一二三四五六七八九十元⼀⼆⼋⼗"


@pytest.fixture(scope="module")
def connection(built_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with analysis.open_database(built_database) as opened:
        yield opened


def one(connection: duckdb.DuckDBPyConnection, query: str, *values: object) -> object:
    ((value,),) = connection.execute(query, list(values)).fetchall()
    return value


def year_in_sql(connection: duckdb.DuckDBPyConnection, printed: str) -> object:
    """The year, or None where the macro refuses the text."""
    try:
        return one(connection, "SELECT fiscal_year($1)", printed)
    except duckdb.InvalidInputException as error:
        assert str(error).startswith("Invalid Input Error: cannot read "), error
        return None


def year_in_python(printed: str) -> int | None:
    try:
        return eras.fiscal_year(printed).year
    except eras.UnparsableYearError:
        return None


def test_every_year_has_the_label_that_the_library_gives_and_is_read_from_it(connection):
    for year in range(1868, 2101):
        label = one(connection, "SELECT era_label($1)", year)
        assert label == eras.fiscal_year_label(year).label_ja
        assert one(connection, "SELECT fiscal_year($1)", label) == year
        assert one(connection, "SELECT fiscal_year('FY' || $1)", year) == year


def test_the_labels_of_the_table_of_years_are_those_of_the_macros(connection):
    wrong = connection.execute(
        "FROM years WHERE era_label(fiscal_year) <> label_ja OR fiscal_year(label_ja) <> fiscal_year "
        "OR fiscal_year(label_en) <> fiscal_year OR fiscal_year(alias_ja) <> fiscal_year "
        "OR fiscal_year_of(starts_on) <> fiscal_year OR fiscal_year_of(ends_on) <> fiscal_year"
    ).fetchall()
    assert wrong == []


@pytest.mark.parametrize(
    ("printed", "year"),
    [
        ("令和5年度", 2023),
        ("令和元年度", 2019),
        ("平成31年度", 2019),
        ("平成32年度", 2020),
        ("R5年度", 2023),
        ("R6", 2024),
        ("令和5", 2023),
        ("２０２３年度", 2023),
        ("FY2023", 2023),
        ("ＦＹ２０２３", 2023),
        ("令和　五 年度", 2023),
        ("平成二十五年度", 2013),
        ("平成28（2016）年度", 2016),
        ("平成28年度(2016年度)", 2016),
        ("2025(令和7)年度", 2025),
        ("2025(令和7年度)", 2025),
        ("二〇二三年度", 2023),
    ],
)
def test_years_are_read_as_they_are_printed(connection, printed, year):
    assert one(connection, "SELECT fiscal_year($1)", printed) == year


@pytest.mark.parametrize(
    "printed",
    ["", "5年度", "2023", "2023年", "令和0年度", "令和100年度", "平成28(2017)年度", "慶応4年度", "FY1867",
     "FY23", "令和5年度まで", "令和3~5年度", "12023年度", "NULL"],
)  # fmt: skip
def test_what_is_no_fiscal_year_is_an_error_and_never_null(connection, printed):
    with pytest.raises(duckdb.InvalidInputException, match="cannot read"):
        connection.execute("SELECT fiscal_year($1)", [printed]).fetchall()


year = st.tuples(st.sampled_from(["", *ERAS, "慶応"]), st.text(DIGITS, min_size=1, max_size=4)).map("".join)
suffix = st.sampled_from(["", "年", "年度", "度", " 年 度"])
brackets = st.sampled_from(["()", "（）", "[]"])
printed_years = st.one_of(
    st.tuples(year, suffix).map("".join),
    st.tuples(year, suffix, brackets, year, suffix, suffix).map(
        lambda part: f"{part[0]}{part[1]}{part[2][0]}{part[3]}{part[4]}{part[2][1]}{part[5]}"
    ),
    st.integers(1868, 2100).map(lambda begun: f"{eras.fiscal_year_label(begun).label_ja}({begun}年度)"),
    st.text(max_size=8),
)


@given(printed_years)
@settings(max_examples=500, deadline=None)
@example("平成28年(2016年)度")
@example("平成一十年度")
@example("令和五<br>年度")
@example("\u4ee4\u548c5\ufa01年度")
@example("令和\u200b5年度")
@example("令和5年度\x1c")
@example("〇十年度")
def test_any_text_is_read_by_both_or_by_neither(connection, printed):
    if not printed.startswith(("FY", "ＦＹ")):  # which no document prints
        assert year_in_sql(connection, printed) == year_in_python(printed)


def test_a_day_lies_in_the_fiscal_year_that_the_library_says(connection):
    for day in (date(2019, 3, 31), date(2019, 4, 1), date(2023, 12, 31), date(2024, 1, 1)):
        month = eras.printed_month(f"{day.year}年{day.month}月")
        assert one(connection, "SELECT fiscal_year_of($1)", day) == month.fiscal_year


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_citation_has_the_text_that_the_library_gives(connection, language):
    rows = connection.execute(
        f"SELECT citation_id, citation(citation_id, language := '{language}') FROM citation_texts"
    ).fetchall()
    assert len(rows) > 3000
    for citation_id, text in rows[:: len(rows) // 200]:
        assert text == analysis.cite(citation_id, language=language, connection=connection)
    known = {row["citation_id"]: row for row in connection.sql("FROM citation_texts").pl().iter_rows(named=True)}
    from analysis.comparison.citing import citation_text

    assert [text for _, text in rows] == [citation_text(known[citation_id], language) for citation_id, _ in rows]


@pytest.mark.parametrize("view", ["observations", "comparisons", "statistic_values", "citations", "kpi_values"])
def test_a_citation_is_that_of_its_own_row(connection, view):
    """Whatever the columns of the query around are called."""
    wrong = connection.execute(
        f"SELECT count(*) FROM {view} WHERE citation(citation_id) IS DISTINCT FROM citation({view}.citation_id) "
        f"OR citation(citation_id) NOT LIKE '%行目、「%'"
    ).fetchall()
    assert wrong == [(0,)]
    distinct = connection.execute(
        f"SELECT count(DISTINCT citation_id), count(DISTINCT citation(citation_id) || citation_id) FROM {view}"
    ).fetchall()
    assert distinct[0][0] == distinct[0][1] > 1


def test_wards_are_known_by_code_slug_and_name(connection):
    wrong = connection.execute(
        "FROM wards WHERE ward_code(slug) <> wards.ward_code OR ward_code(name_ja) <> wards.ward_code "
        "OR ward_code(name_en) <> wards.ward_code OR ward_code(wards.ward_code) <> wards.ward_code"
    ).fetchall()
    assert wrong == []


@pytest.mark.parametrize(
    ("call", "words"),
    [
        ("era_label(1867)", "expected 1868 or later"),
        ("era_label(2023.5)", "whole number"),
        ("ward_code('nowhere')", "unknown ward 'nowhere'"),
        ("citation('nothing')", "no citation 'nothing' in the database"),
        ("citation(citation_id, language := 'fr')", "unknown language 'fr'"),
    ],
)
def test_what_is_unknown_is_an_error(connection, call, words):
    with pytest.raises(duckdb.InvalidInputException, match=words):
        connection.execute(f"SELECT {call} FROM citations LIMIT 1").fetchall()


@pytest.mark.parametrize(
    "call", ["fiscal_year(NULL)", "fiscal_year_of(NULL)", "era_label(NULL)", "ward_code(NULL)", "citation(NULL)"]
)
def test_null_gives_null(connection, call):
    assert one(connection, f"SELECT {call}") is None


def test_a_word_is_found_where_the_library_finds_it(connection):
    for word in ("AI", "オンライン", "生成AI"):
        found = connection.sql(f"FROM search('{word}')").pl()
        expected = analysis.search(word, connection=connection)
        assert found["citation_id"].to_list() == expected["citation_id"].to_list()
        assert found["quote"].to_list() == expected["quote"].to_list()
    for nothing in ("''", "' '", "NULL"):
        with pytest.raises(duckdb.InvalidInputException, match="search needs a word"):
            connection.execute(f"FROM search({nothing})").fetchall()


def test_an_indicator_has_the_figures_that_the_library_compares(connection):
    names = analysis.indicators(connection=connection)["indicator_id"].to_list()
    columns = ["series_id", "fiscal_year", "value_type", "value", "indicator_value", "citation_id"]
    for name in names:
        found = connection.sql(f"SELECT {', '.join(columns)} FROM compare('{name}')").pl()
        expected = analysis.compare(name, connection=connection).select(columns)
        assert sorted(map(repr, found.rows())) == sorted(map(repr, expected.rows())), name
    for unknown in ("'nothing'", "NULL"):
        with pytest.raises(duckdb.InvalidInputException, match="unknown indicator"):
            connection.execute(f"FROM compare({unknown})").fetchall()


def test_every_macro_says_what_it_is_for(connection):
    rows = connection.execute(
        "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal ORDER BY function_name"
    ).fetchall()
    assert [name for name, _ in rows] == [
        "citation", "compare", "era_label", "fiscal_year", "fiscal_year_of", "search", "ward_code",
    ]  # fmt: skip
    assert all(comment for _, comment in rows)


@pytest.mark.parametrize("name", ["indicator_id", "indicators.indicator_id"])
def test_an_argument_means_what_it_means_to_the_caller(connection, name):
    """A column of the query around may have the name of one that the macro reads."""
    rows = connection.execute(
        "SELECT indicators.indicator_id, figures.indicator_id "
        f"FROM indicators, LATERAL (FROM compare({name})) AS figures"
    ).fetchall()
    assert len(rows) > 100
    assert all(outer == inner for outer, inner in rows)
    (found,) = connection.execute(
        "SELECT count(*), count(*) FILTER (contains(lower(quote), lower(text_ja))) "
        "FROM (VALUES ('AI')) AS given(text_ja), LATERAL (FROM search(text_ja))"
    ).fetchall()
    assert found[0] == found[1] > 10
