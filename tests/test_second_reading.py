"""The database against a second reading: what somebody who had not seen the readers found in the raw texts.

`tests/truth` holds the labels. KPI values, measures, statuses and totals are compared in test_truth.py; here are the
sample of activities and departments, and the complete lists of figures in prose, history and glossary.
"""

import csv
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import polars as pl

from analysis.documents.folding import fold_characters

TRUTH = Path(__file__).with_name("truth")
DOCUMENTS = {
    "000": "koto-progress-2022",
    "001": "ota-plan-v5-summary",
    "002": "minato-plan-draft-summary",
    "003": "sumida-plan-2018-review",
    "004": "nakano-progress-2023",
}
Tables = Mapping[str, pl.DataFrame]


def labels(name: str) -> list[dict[str, str]]:
    with (TRUTH / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def document(row: Mapping[str, str]) -> str:
    return DOCUMENTS[row["document_file"][:3]]


def plain(text: str) -> str:
    return "".join(fold_characters(text).split())


def year(text: str) -> int | None:
    return int(text) if text else None


def cited(tables: Tables, name: str) -> list[dict[str, Any]]:
    """Return the rows of a table with the citation of each."""
    return tables[name].join(tables["citations"], on="citation_id", suffix="_cited").to_dicts()


def test_the_sample_is_large_enough() -> None:
    names = ("activities_sample", "departments_sample", "quantities", "events", "glossary")
    assert sum(len(labels(name)) for name in names) >= 200


def test_activities(curated_tables: Tables) -> None:
    """Every activity of the sampled lines is there, and no other."""
    wanted = {
        (
            document(row),
            int(row["line"]),
            row["kind"],
            year(row["fiscal_year"]),
            row["is_open_ended"],
            plain(row["text"]),
        )
        for row in labels("activities_sample")
    }
    lines = {label[:2] for label in wanted}
    found = {
        (
            row["document_id"],
            row["line_start"],
            row["kind"],
            row["fiscal_year"],
            str(row["is_open_ended"]).lower(),
            plain(row["quote"]),
        )
        for row in cited(curated_tables, "activities")
        if (row["document_id"], row["line_start"]) in lines
    }
    assert found == wanted


def test_departments(curated_tables: Tables) -> None:
    wanted = {(document(row), int(row["line"]), plain(row["department"])) for row in labels("departments_sample")}
    lines = {label[:2] for label in wanted}
    found = {
        (row["document_id"], row["line_start"], plain(row["quote"]))
        for row in cited(curated_tables, "measure_departments")
        if (row["document_id"], row["line_start"]) in lines
    }
    assert found == wanted


def test_quantities(curated_tables: Tables) -> None:
    """Every figure that is none by the labeller's own doubt is there with its year and scope, and no other."""
    firm = {}
    doubtful = set()
    for row in labels("quantities"):
        key = (document(row), int(row["line"]), float(row["value"]))
        if row["note"].startswith("borderline"):
            doubtful.add(key)
        else:
            firm[key] = (year(row["fiscal_year"]), row["is_approximate"] == "true", row["nature"] or None)
    found = {
        (row["document_id"], row["line_start"], row["value"]): (
            row["fiscal_year"],
            row["is_approximate"],
            row["nature"],
        )
        for row in cited(curated_tables, "quantities")
    }
    assert {key: facts for key, facts in found.items() if key not in doubtful} == firm


def test_the_scope_of_quantities(curated_tables: Tables) -> None:
    # Sumida's 約3万品目 is what waste comes to anywhere, as the labeller noted; it is no count of the ward's.
    exceptions = {("sumida-plan-2018-review", 608, 30000.0)}
    wanted = {(document(row), int(row["line"]), float(row["value"])): row["scope"] for row in labels("quantities")}
    for row in cited(curated_tables, "quantities"):
        key = (row["document_id"], row["line_start"], row["value"])
        assert key in exceptions or row["scope"] == wanted[key], key


def test_events(curated_tables: Tables) -> None:
    wanted = sorted(
        (int(row["line"]), int(row["fiscal_year"]), year(row["end_fiscal_year"]) or 0, row["kind"])
        for row in labels("events")
    )
    found = sorted(
        (row["line_start"], row["fiscal_year"], row["end_fiscal_year"] or 0, row["kind"])
        for row in cited(curated_tables, "events")
    )
    assert found == wanted


def test_glossary(curated_tables: Tables) -> None:
    wanted = {(int(row["line"]), plain(row["term"]), plain(row["definition"])) for row in labels("glossary")}
    found = {
        (row["line_start"], plain(row["quote"]), plain(row["definition_ja"]))
        for row in cited(curated_tables, "glossary_terms")
    }
    assert {(line, definition) for line, _, definition in found} == {(line, text) for line, _, text in wanted}
    quotes = {line: quote for line, quote, _ in found}
    assert all(term in quotes[line] for line, term, _ in wanted)
