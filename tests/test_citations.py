"""Every fact leads to the exact characters it was read from, and those characters say it."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from analysis.documents.folding import fold_characters
from analysis.documents.paths import raw_folder
from analysis.reading.eras import fiscal_year, printed_month
from analysis.reading.numerals import parse_amount

Tables = Mapping[str, pl.DataFrame]
Row = dict[str, Any]

FACT_TABLES = [
    "measures",
    "activities",
    "statuses",
    "departments",
    "measure_departments",
    "kpis",
    "kpi_values",
    "quantities",
    "glossary_terms",
    "events",
    "reconciliations",
    "corrections",
    "passages",
]
CITED_TWICE = {"plans": ("title_citation_id", "period_citation_id")}


@pytest.fixture(scope="module")
def raw_texts(curated_tables: Tables) -> dict[str, str]:
    """The characters of each document as received, line ends untouched, by document id."""
    paths = {path.name: path for path in raw_folder().glob("*/*.txt")}
    documents = curated_tables["documents"].iter_rows(named=True)
    return {row["document_id"]: paths[row["file_name"]].read_bytes().decode("utf-8") for row in documents}


@pytest.fixture(scope="module")
def citations(curated_tables: Tables) -> dict[str, Row]:
    return {row["citation_id"]: row for row in curated_tables["citations"].iter_rows(named=True)}


def printed(tables: Tables, table: str, column: str) -> dict[str, str]:
    """The prints that corrections depart from, by the key of their row."""
    rows = tables["corrections"].filter((pl.col("table_name") == table) & (pl.col("column_name") == column))
    return dict(zip(rows["row_id"], rows["printed"], strict=True))


# -- offsets and lines --------------------------------------------------------------------------------------


def test_every_citation_is_the_raw_text_between_its_offsets(
    citations: dict[str, Row], raw_texts: dict[str, str]
) -> None:
    broken = [
        row
        for row in citations.values()
        if not row["quote"]
        or not 0 <= row["char_start"] < row["char_end"] <= len(raw_texts[row["document_id"]])
        or raw_texts[row["document_id"]][row["char_start"] : row["char_end"]] != row["quote"]
    ]
    assert broken == []
    assert len(citations) > 2500


def test_every_citation_names_the_lines_its_offsets_lie_in(
    citations: dict[str, Row], raw_texts: dict[str, str]
) -> None:
    for row in citations.values():
        before = raw_texts[row["document_id"]][: row["char_start"]]
        assert row["line_start"] == before.count("\n") + 1, row
        assert row["line_end"] == row["line_start"] + row["quote"].count("\n"), row


def test_a_line_number_leads_to_the_quote(citations: dict[str, Row], raw_texts: dict[str, str]) -> None:
    lines = {document: text.split("\n") for document, text in raw_texts.items()}
    for row in citations.values():
        assert row["quote"] in lines[row["document_id"]][row["line_start"] - 1], row


def test_a_quote_has_no_white_space_at_its_ends(citations: dict[str, Row]) -> None:
    assert [row for row in citations.values() if row["quote"] != row["quote"].strip()] == []


# -- every fact has its own ---------------------------------------------------------------------------------


@pytest.mark.parametrize("table", FACT_TABLES)
def test_every_fact_has_a_citation_of_its_own_in_its_document(
    curated_tables: Tables, citations: dict[str, Row], table: str
) -> None:
    rows = list(curated_tables[table].iter_rows(named=True))
    assert len({row["citation_id"] for row in rows}) == len(rows)
    for row in rows:
        cited = citations[row["citation_id"]]
        assert row["citation_id"].startswith(f"{table}:")
        assert row.get("document_id", cited["document_id"]) == cited["document_id"]


def test_no_citation_is_left_over(curated_tables: Tables, citations: dict[str, Row]) -> None:
    used = {row["citation_id"] for table in FACT_TABLES for row in curated_tables[table].iter_rows(named=True)}
    for table, columns in CITED_TWICE.items():
        used |= {row[column] for row in curated_tables[table].iter_rows(named=True) for column in columns}
    assert citations.keys() - used == set()


# -- the quote says what the row says -----------------------------------------------------------------------


def test_the_quote_of_a_kpi_value_is_its_figure(curated_tables: Tables, citations: dict[str, Row]) -> None:
    illegible = printed(curated_tables, "kpi_values", "value")
    for row in curated_tables["kpi_values"].iter_rows(named=True):
        quote = citations[row["citation_id"]]["quote"]
        assert quote in row["raw_text"]
        if f"{row['kpi_id']}|{row['fiscal_year']}|{row['value_type']}" in illegible:
            assert (row["value"], row["obs_status"]) == (None, "U"), row
        elif row["value"] is None:
            assert (quote, row["obs_status"]) == ("—", "O"), row
        else:
            amount = parse_amount(quote)
            assert (amount.value, amount.denominator) == (row["value"], row["denominator"]), row
            assert amount.is_approximate == row["is_approximate"], row


def test_the_digits_of_a_plain_kpi_value_are_those_of_its_quote(
    curated_tables: Tables, citations: dict[str, Row]
) -> None:
    """The same without the library's own reading of numbers."""
    plain = re.compile(r"約? ?([\d,.]+)(?:[^\d万/]*|/\d+)")
    for row in curated_tables["kpi_values"].iter_rows(named=True):
        match = plain.fullmatch(citations[row["citation_id"]]["quote"])
        if match and row["value"] is not None:
            assert float(match[1].replace(",", "")) == row["value"], row


def test_the_year_of_a_kpi_value_is_printed_in_its_document(curated_tables: Tables, raw_texts: dict[str, str]) -> None:
    for row in curated_tables["kpi_values"].iter_rows(named=True):
        printed = row["printed_year_ja"]
        assert printed in raw_texts[row["document_id"]]
        year = printed_month(printed).fiscal_year if printed.endswith("月") else fiscal_year(printed).year
        assert year == row["fiscal_year"], row


def test_the_quote_of_a_kpi_is_its_name(curated_tables: Tables, citations: dict[str, Row]) -> None:
    for row in curated_tables["kpis"].iter_rows(named=True):
        assert citations[row["citation_id"]]["quote"] == row["name_ja"]


def test_the_quote_of_a_measure_holds_its_title_and_code(curated_tables: Tables, citations: dict[str, Row]) -> None:
    misprints = printed(curated_tables, "measures", "title_ja")
    for row in curated_tables["measures"].iter_rows(named=True):
        cited = citations[row["citation_id"]]
        # A correction may name another print of the title than the one that is cited.
        assert row["title_ja"] in cited["quote"] or misprints[row["measure_id"]] in cited["quote"], row
        if row["code"] and not row["code"].startswith(("1-", "2-")):  # Nakano's stand in the cell before.
            assert row["code"] in fold_characters(cited["quote"]), row


def test_the_quote_of_a_status_is_its_symbol(curated_tables: Tables, citations: dict[str, Row]) -> None:
    for row in curated_tables["statuses"].iter_rows(named=True):
        assert citations[row["citation_id"]]["quote"] == row["label_ja"]


@pytest.mark.parametrize(
    ("table", "column"), [("activities", "text_ja"), ("events", "text_ja"), ("departments", "name_ja")]
)
def test_the_quote_of_a_text_is_the_text(
    curated_tables: Tables, citations: dict[str, Row], table: str, column: str
) -> None:
    misprints = printed(curated_tables, table, column)
    for row in curated_tables[table].iter_rows(named=True):
        text = misprints.get(next(iter(row.values())), row[column])
        assert citations[row["citation_id"]]["quote"] == text


def test_the_quote_of_a_department_in_charge_is_its_name(curated_tables: Tables, citations: dict[str, Row]) -> None:
    for row in curated_tables["measure_departments"].iter_rows(named=True):
        name = row["department_id"].partition("-")[2]
        assert fold_characters(citations[row["citation_id"]]["quote"]) == name


def test_the_quote_of_a_quantity_is_its_figure(curated_tables: Tables, citations: dict[str, Row]) -> None:
    for row in curated_tables["quantities"].iter_rows(named=True):
        quote = citations[row["citation_id"]]["quote"]
        assert parse_amount(quote).value == row["value"], row
        assert quote in row["sentence_ja"], row


def test_the_quote_of_a_term_holds_it_and_its_definition(curated_tables: Tables, citations: dict[str, Row]) -> None:
    misprints = printed(curated_tables, "glossary_terms", "term_ja")
    for row in curated_tables["glossary_terms"].iter_rows(named=True):
        quote = citations[row["citation_id"]]["quote"]
        assert misprints.get(row["term_id"], row["term_ja"]) in quote
        assert row["definition_ja"] in quote


def test_the_quote_of_a_total_holds_its_figure(curated_tables: Tables, citations: dict[str, Row]) -> None:
    for row in curated_tables["reconciliations"].iter_rows(named=True):
        figures = re.findall(r"\d+", fold_characters(citations[row["citation_id"]]["quote"]))
        assert f"{row['stated']:.0f}" in figures, row


def test_the_quotes_of_a_plan_are_its_title_and_its_period(curated_tables: Tables, citations: dict[str, Row]) -> None:
    for row in curated_tables["plans"].iter_rows(named=True):
        assert citations[row["title_citation_id"]]["quote"] == row["title_ja"]
        if row["period_citation_id"]:
            period = fold_characters(citations[row["period_citation_id"]]["quote"])
            years = [fiscal_year(printed).year for printed in re.findall(r"(?:令和|平成)\d+年度", period)]
            assert years == [row["start_fiscal_year"], row["end_fiscal_year"]], row


def test_the_quote_of_a_passage_is_its_text(curated_tables: Tables, citations: dict[str, Row]) -> None:
    for row in curated_tables["passages"].iter_rows(named=True):
        assert citations[row["citation_id"]]["quote"] == row["text_ja"]


def unmatched_words(texts: dict[str, str], passages: Mapping[str, list[tuple[int, int]]]) -> Iterator[str]:
    for document, text in texts.items():
        covered = bytearray(len(text))
        for start, end in passages[document]:
            covered[start:end] = b"\1" * (end - start)
        rest = "".join(character if not covered[at] else " " for at, character in enumerate(text))
        yield from re.sub(r"</?\w+[^>]*>", " ", rest).split()


def test_the_passages_hold_every_word_of_the_documents(citations: dict[str, Row], raw_texts: dict[str, str]) -> None:
    passages: dict[str, list[tuple[int, int]]] = {document: [] for document in raw_texts}
    for row in citations.values():
        if row["citation_id"].startswith("passages:"):
            passages[row["document_id"]].append((row["char_start"], row["char_end"]))
    assert list(unmatched_words(raw_texts, passages)) == []


def test_the_database_holds_the_same_citations(built_database: Path, citations: dict[str, Row]) -> None:
    with duckdb.connect(str(built_database), read_only=True) as connection:
        columns = "citation_id, document_id, line_start, line_end, char_start, char_end, quote"
        rows = connection.execute(f"SELECT {columns} FROM citations").fetchall()
    assert sorted(rows) == sorted(tuple(row[name] for name in columns.split(", ")) for row in citations.values())
