"""The curated tables equal an independent second reading of the five documents, row by row in both directions.

`truth/*.csv` was written from the raw texts alone. What was decided afterwards stands in it too: titles follow
data/reference/corrections.yaml, and an item is cited where its title was first read (Koto's outline, say).
"""

import csv
import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import polars as pl
import pytest

TRUTH = Path(__file__).parent / "truth"

Tables = Mapping[str, pl.DataFrame]
Rows = Mapping[str, Mapping[str, Any]]

MARKS = {"new": "新規", "continuing": "継続", "tokyo": "都", "nation": "国"}

# Stated totals that nothing in the text can be counted against.
NOT_COUNTABLE = {
    ("ota", "114", "4"): "a heading that repeats line 93",
    ("minato", "17", "3"): "the halves of the period, and the year of its review",
    ("minato", "109", "3"): "a part of the 27, its projects are not listed",
    ("minato", "113", "18"): "a part of the 27, its projects are not listed",
    ("minato", "114", "6"): "a part of the 27, its projects are not listed",
    ("sumida", "310", "9"): "five are named, then など",
    ("sumida", "344", "3"): "the year of the review within the period",
}
# Totals that the text does not state in words, but shows as the last number of a series.
LAST_NUMBERS = {("koto", "16"), ("minato", "39")}


def truth(name: str) -> list[dict[str, str]]:
    with (TRUTH / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def assert_same(read: Counter[tuple[str, ...]], expected: Counter[tuple[str, ...]], columns: str) -> None:
    """Fail with the rows that only one side has, those of one line together."""
    extra, missing = read - expected, expected - read
    rows = [(row, "read    ") for row in extra.elements()] + [(row, "expected") for row in missing.elements()]
    rows.sort(key=lambda entry: (entry[0][0], entry[0][-1].zfill(5), entry[1]))
    lines = [f"{side} {' | '.join(row)}" for row, side in rows]
    assert not rows, f"{len(extra)} rows only read, {len(missing)} only expected ({columns}):\n" + "\n".join(lines)


def number(value: float | None) -> str:
    return "" if value is None else f"{value:.15g}"


def by(table: pl.DataFrame, key: str) -> Rows:
    return {row[key]: row for row in table.iter_rows(named=True)}


@pytest.fixture(scope="module")
def slugs(curated_tables: Tables) -> dict[str, str]:
    """The ward's slug by document id."""
    wards = by(curated_tables["wards"], "ward_code")
    documents = curated_tables["documents"].iter_rows(named=True)
    return {row["document_id"]: wards[row["ward_code"]]["slug"] for row in documents}


@pytest.fixture(scope="module")
def lines(curated_tables: Tables) -> dict[str, str]:
    """The first line of a citation by its id."""
    citations = curated_tables["citations"].iter_rows(named=True)
    return {row["citation_id"]: str(row["line_start"]) for row in citations}


# -- KPIs ---------------------------------------------------------------------------------------------------


KPI_COLUMNS = (
    "ward_slug kpi_name row_label goal fiscal_year value_type value denominator is_approximate printed_cell line"
)


def test_every_kpi_value(curated_tables: Tables, slugs: dict[str, str], lines: dict[str, str]) -> None:
    kpis, measures = by(curated_tables["kpis"], "kpi_id"), by(curated_tables["measures"], "measure_id")
    read = Counter(
        (
            slugs[row["document_id"]],
            kpi["name_ja"],
            kpi["row_label_ja"] or "",
            bare(measures[kpi["measure_id"]]["code"]),
            str(row["fiscal_year"]),
            row["value_type"],
            number(row["value"]),
            number(row["denominator"]),
            str(row["is_approximate"]).lower(),
            row["raw_text"],
            lines[row["citation_id"]],
        )
        for row in curated_tables["kpi_values"].iter_rows(named=True)
        for kpi in [kpis[row["kpi_id"]]]
    )
    expected = Counter(tuple(row[column] for column in KPI_COLUMNS.split()) for row in truth("kpi_values"))
    assert_same(read, expected, KPI_COLUMNS)


def test_every_kpi_value_has_the_unit_that_is_printed(curated_tables: Tables, slugs: dict[str, str]) -> None:
    """The unit printed in a cell is the label of the KPI's unit, or a spelling of it; the quote shows it."""
    kpis, quotes = by(curated_tables["kpis"], "kpi_id"), by(curated_tables["citations"], "citation_id")
    values = {
        (slugs[row["document_id"]], kpi["name_ja"], kpi["row_label_ja"] or "", row["fiscal_year"], row["value_type"]): (
            kpi["unit_id"],
            quotes[row["citation_id"]]["quote"],
        )
        for row in curated_tables["kpi_values"].iter_rows(named=True)
        for kpi in [kpis[row["kpi_id"]]]
    }
    printed = {
        "手続": "procedures",
        "手續": "procedures",
        "窓口": "service_points",
        "名": "people",
        "人": "people",
        "件": "cases",
        "取組": "initiatives",
        "業務": "tasks",
        "時間": "hours",
        "%": "percent",
        "団体": "groups",
        "fm": "file_metres",
    }
    for row in truth("kpi_values"):
        key = (row["ward_slug"], row["kpi_name"], row["row_label"], int(row["fiscal_year"]), row["value_type"])
        unit_id, quote = values[key]
        if row["unit"]:
            assert quote.endswith(row["unit"]), f"{key}: {quote}"
            if (unit_id, row["kpi_name"]) != ("cases", "AI・RPAの活用による業務改善数"):
                assert printed[row["unit"]] == unit_id, f"{key}: {row['unit']}"
        else:
            assert quote[-1].isdecimal() or quote == "—", f"{key}: {quote}"


# -- measures -----------------------------------------------------------------------------------------------

MEASURE_COLUMNS = "ward_slug level_ja code title parent marks page line"


def test_every_measure(curated_tables: Tables, slugs: dict[str, str], lines: dict[str, str]) -> None:
    measures = by(curated_tables["measures"], "measure_id")
    read = Counter(
        (
            slugs[row["document_id"]],
            row["level_ja"],
            bare(row["code"]),
            row["title_ja"],
            parent_name(measures.get(row["parent_measure_id"])),
            marks(row, measures),
            number(row["page"]),
            lines[row["citation_id"]],
        )
        for row in measures.values()
    )
    assert_same(read, Counter(expected_measures()), MEASURE_COLUMNS)


def expected_measures() -> Iterator[tuple[str, ...]]:
    """A parent is named by its code alone: it is the nearest item of that name above, for codes begin anew."""
    above: dict[tuple[str, str, str], dict[str, str]] = {}
    for row in truth("measures"):
        parent = (
            above.get((row["ward_slug"], row["parent_level_ja"], row["parent_code"])) if row["parent_code"] else None
        )
        assert parent or not row["parent_code"], f"the parent of {row} does not stand above it"
        above[row["ward_slug"], row["level_ja"], row["code"]] = row
        yield (
            row["ward_slug"],
            row["level_ja"],
            row["code"],
            row["title"],
            parent_name(parent and {"title_ja": parent["title"], **parent}),
            "|".join(sorted(filter(None, row["marks"].split("|")))),
            row["page"],
            row["line"],
        )


def parent_name(parent: Mapping[str, Any] | None) -> str:
    return f"{parent['level_ja']}{bare(parent['code'])} {parent['title_ja']}" if parent else ""


def bare(code: str | None) -> str:
    """A code without the word of its level: the labels hold 23 for 取組23."""
    return re.sub(r"^[^\d①-⑳]+", "", code or "")


def marks(row: Mapping[str, Any], measures: Rows) -> str:
    found = [MARKS.get(row["novelty"] or ""), MARKS.get(row["lead_body"] or ""), row["mark_ja"]]
    if row["is_national_priority"]:
        found.append("★")
    if row["repeats_measure_id"]:
        repeated = measures[row["repeats_measure_id"]]
        found.append(f"再掲:{repeated['code'] or measures[repeated['parent_measure_id']]['code']}")
    return "|".join(sorted(filter(None, found)))


def test_only_what_ota_lost_has_an_unknown_parent(curated_tables: Tables) -> None:
    """Where several 施策 stand beside a 目標's 取組, or some are lost, only the 目標 is known."""
    measures = curated_tables["measures"]
    unknown = measures.filter(~pl.col("is_parent_known"))
    goals = {
        str(code): goal for goal, codes in enumerate((range(1, 7), range(16, 22), range(22, 37)), 1) for code in codes
    }
    assert {(bare(row["code"]), row["root_measure_id"]) for row in unknown.iter_rows(named=True)} == {
        (code, f"ota-2021-pillar-{goal}") for code, goal in goals.items()
    }
    assert set(unknown["plan_id"]) == {"ota-2021"}
    assert set(unknown["level_ja"]) == {"取組"}
    assert unknown["parent_measure_id"].null_count() == unknown.height == 27


def test_the_root_of_a_measure_is_the_top_of_its_parents(curated_tables: Tables) -> None:
    measures = by(curated_tables["measures"], "measure_id")
    for row in measures.values():
        top = row
        while top["parent_measure_id"]:
            top = measures[top["parent_measure_id"]]
        if row["is_parent_known"]:
            assert row["root_measure_id"] == top["measure_id"], row["measure_id"]


# -- statuses, totals, plans --------------------------------------------------------------------------------


def test_every_status(curated_tables: Tables, slugs: dict[str, str], lines: dict[str, str]) -> None:
    measures = by(curated_tables["measures"], "measure_id")
    read = Counter(
        (
            slugs[measure["document_id"]],
            (measures[measure["parent_measure_id"]]["code"] if measure["parent_measure_id"] else "") or "",
            measure["title_ja"],
            row["label_ja"],
            str(row["fiscal_year"]),
            lines[row["citation_id"]],
        )
        for row in curated_tables["statuses"].iter_rows(named=True)
        for measure in [measures[row["measure_id"]]]
    )
    columns = "ward_slug measure_code measure_title symbol fiscal_year line"
    expected = Counter(tuple(row[column] for column in columns.split()) for row in truth("statuses"))
    assert_same(read, expected, columns)


def test_the_status_is_what_the_symbol_means(curated_tables: Tables) -> None:
    meanings = {"○": "on_schedule", "達成": "achieved", "継続": "continuing", "再検討": "under_review"}
    statuses = curated_tables["statuses"]
    assert set(zip(statuses["label_ja"], statuses["status"], strict=True)) == set(meanings.items())


def test_every_total(curated_tables: Tables, slugs: dict[str, str], lines: dict[str, str]) -> None:
    read = Counter(
        (slugs[row["document_id"]], number(row["stated"]), number(row["extracted"]), lines[row["citation_id"]])
        for row in curated_tables["reconciliations"].iter_rows(named=True)
        if (slugs[row["document_id"]], number(row["stated"])) not in LAST_NUMBERS
    )
    expected = Counter(
        (row["ward_slug"], row["stated"], row["counted_by_you"], row["line"])
        for row in truth("totals")
        if (row["ward_slug"], row["line"], row["stated"]) not in NOT_COUNTABLE and "期間の年数" not in row["what"]
    )
    assert_same(read, expected, "ward_slug stated counted line")


def test_every_period_is_as_long_as_the_document_says(curated_tables: Tables, lines: dict[str, str]) -> None:
    plans = {lines[row["period_citation_id"]]: row for row in with_period(curated_tables["plans"])}
    stated = [row for row in truth("totals") if "期間の年数" in row["what"]]
    assert len(stated) == 4
    for row in stated:
        # Sumida's earlier plan: stated on line 344, read from the heading on line 328.
        plan = plans["328" if row["line"] == "344" else row["line"]]
        assert plan["end_fiscal_year"] - plan["start_fiscal_year"] + 1 == int(row["stated"])


def with_period(plans: pl.DataFrame) -> Iterator[dict[str, Any]]:
    return plans.filter(pl.col("period_citation_id").is_not_null()).iter_rows(named=True)


def test_every_plan(curated_tables: Tables, lines: dict[str, str]) -> None:
    wards, documents = by(curated_tables["wards"], "ward_code"), by(curated_tables["documents"], "ward_code")
    read = Counter(
        (
            wards[row["ward_code"]]["slug"],
            row["title_ja"],
            str(row["start_fiscal_year"] or ""),
            str(row["end_fiscal_year"] or ""),
            documents[row["ward_code"]]["title_ja"],
            documents[row["ward_code"]]["published_ja"] or "",
            lines[row["period_citation_id"] or row["title_citation_id"]],
        )
        for row in curated_tables["plans"].iter_rows(named=True)
    )
    columns = "ward_slug plan_title start_fiscal_year end_fiscal_year document_title publication_text line"
    expected = Counter(tuple(row[column] for column in columns.split()) for row in truth("plans"))
    assert_same(read, expected, columns)


# -- the comparison itself ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "damage",
    [
        lambda table: table.slice(1),
        lambda table: pl.concat([table, table.tail(1)]),
        lambda table: table.with_columns(value=pl.when(pl.col("value") == 288).then(289.0).otherwise("value")),
    ],
    ids=["a row lost", "a row too many", "another figure"],
)
def test_the_comparison_sees_damage(
    curated_tables: Tables,
    slugs: dict[str, str],
    lines: dict[str, str],
    damage: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    damaged = {**curated_tables, "kpi_values": damage(curated_tables["kpi_values"])}
    with pytest.raises(AssertionError, match="rows only read"):
        test_every_kpi_value(damaged, slugs, lines)
