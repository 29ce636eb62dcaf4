"""Targets and results, levels and increments, trends: what holds for whatever figures a plan may print."""

import copy
import math
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import analysis
from analysis.comparison.targets import FEWEST_POINTS
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.errors import WardPlansError
from test_database import ROWS, Rows, card_count, figure, frames, indicator, kpi, source, table_row

YEARS = range(2019, 2023)
UNJUDGED = {"no_target", "no_actual", "break", "natures_differ", "denominators_differ"}
"""The refusals that leave open whether a target was met."""

# A build takes a fifth of a second: many series go into each.
few_builds = settings(max_examples=30, deadline=None)


# -- series that a plan could print -------------------------------------------------------------------------


@dataclass(frozen=True)
class Cell:
    """What is printed for one year: a figure, or nothing legible."""

    value: float | None
    denominator: float | None = None
    is_break: bool = False


@dataclass(frozen=True)
class Series:
    """A KPI: its direction, whether its targets count otherwise than its results, its cells by year and value type."""

    direction: str | None
    has_other_targets: bool
    cells: Mapping[tuple[int, str], Cell]

    def with_values(self, change: Any) -> "Series":
        """Return the series with every printed figure changed."""
        return replace(
            self,
            cells={
                place: cell if cell.value is None else replace(cell, value=change(cell.value))
                for place, cell in self.cells.items()
            },
        )

    def mirrored(self, center: float) -> "Series":
        """Return the series of what is left: c - x, with less of it better where more was."""
        flipped = {"higher": "lower", "lower": "higher", None: None}[self.direction]
        return replace(self.with_values(lambda value: center - value), direction=flipped)


# Few enough that a plan's target, result and baseline are often equal.
small = st.integers(-2, 2).map(lambda number: number / 4)
# Quarters of whole numbers: sums, differences and multiples of these are exact.
exact = small | small | st.integers(-1_000_000_000, 1_000_000_000).map(lambda number: number / 4)
# Whatever can stand in a plan, and far beyond.
positive = st.floats(1e-15, 1e15) | st.sampled_from([0.1, 0.3, 1e15, 1e-15])
wide = small | small | positive | positive.map(lambda value: -value)


def all_series(values: st.SearchStrategy[float]) -> st.SearchStrategy[list[Series]]:
    places = [(year, value_type) for year in YEARS for value_type in ("baseline", "target", "actual")]
    figures = st.builds(
        Cell, values, st.sampled_from([None] * 7 + [15.0, 18.0]), st.integers(0, 19).map(lambda drawn: drawn == 19)
    )
    # Of ten cells one is not there, one is not legible.
    cells = st.integers(0, 9).flatmap(
        lambda drawn: st.none() if drawn == 0 else st.just(Cell(None)) if drawn == 1 else figures
    )
    tables = st.tuples(*(cells for _ in places)).map(
        lambda drawn: {place: cell for place, cell in zip(places, drawn, strict=True) if cell}
    )
    has_other_targets = st.integers(0, 7).map(lambda drawn: drawn == 7)
    series = st.builds(Series, st.sampled_from(["higher", "lower", None]), has_other_targets, tables)
    return st.lists(series, min_size=12, max_size=20)


def printed(kpi_id: str, cells: Mapping[tuple[int, str], Cell]) -> list[dict[str, Any]]:
    """Return the rows of `kpi_values` of a series."""
    return [
        figure(kpi_id, year, value_type, None, "O")
        if cell.value is None
        else figure(kpi_id, year, value_type, cell.value, "B" if cell.is_break else "A", cell.denominator)
        for (year, value_type), cell in cells.items()
    ]


@contextmanager
def database_of(rows: Rows) -> Iterator[duckdb.DuckDBPyConnection]:
    """Connect to a database with these rows; what they do not name is as in the small database of two wards."""
    kept = ("wards", "years", "units", "plans", "documents", "citations")
    tables = {name: ROWS[name] for name in kept} | rows
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "wards.duckdb"
        build_database(frames({name: table for name, table in tables.items() if table}), path)
        with open_database(path) as connection:
            yield connection


def achievements_of(named: Mapping[str, Series]) -> dict[tuple[str, int], dict[str, Any]]:
    """Return the rows of the view by KPI and year."""
    kpis = [
        kpi(kpi_id, "cases", series.direction, "flow")
        | {"target_nature": "cumulative" if series.has_other_targets else None}
        for kpi_id, series in named.items()
    ]
    values = [row for kpi_id, series in named.items() for row in printed(kpi_id, series.cells)]
    with database_of({"kpis": kpis, "kpi_values": values}) as connection:
        found = connection.sql("SELECT * FROM achievements").pl()
    return {(row["kpi_id"], row["fiscal_year"]): row for row in found.iter_rows(named=True)}


# -- achievements -------------------------------------------------------------------------------------------


@few_builds
@given(batch=all_series(exact), factor=st.integers(1, 10_000) | st.integers(-20, 20).map(lambda power: 2.0**power))
def test_the_unit_makes_no_difference_to_shares_and_verdicts(batch: list[Series], factor: float) -> None:
    named = {f"ota-{number}": series for number, series in enumerate(batch)}
    scaled = {f"{name}-scaled": series.with_values(lambda value: value * factor) for name, series in named.items()}
    found = achievements_of(named | scaled)
    for (name, year), row in found.items():
        if not name.endswith("-scaled"):
            other = found[f"{name}-scaled", year]
            for column in (
                "is_met",
                "achievement_ratio",
                "ratio_refusal",
                "progress_from_baseline",
                "progress_refusal",
            ):
                assert row[column] == other[column], (column, row, other)
            assert other["gap"] == (None if row["gap"] is None else row["gap"] * factor)


@few_builds
@given(batch=all_series(exact), center=exact)
def test_what_is_left_to_do_is_judged_like_what_is_done(batch: list[Series], center: float) -> None:
    named = {f"ota-{number}": series for number, series in enumerate(batch)}
    mirrored = {f"{name}-mirrored": series.mirrored(center) for name, series in named.items()}
    found = achievements_of(named | mirrored)
    for (name, year), row in found.items():
        if not name.endswith("-mirrored"):
            other = found[f"{name}-mirrored", year]
            for column in ("is_met", "progress_from_baseline", "progress_refusal", "has_break"):
                assert row[column] == other[column], (column, row, other)
            assert other["gap"] == (None if row["gap"] is None else -row["gap"])


@few_builds
@given(batch=all_series(wide))
@example(batch=[Series("higher", False, {(2019, "baseline"): Cell(1.0), (2020, "target"): Cell(1.0)})])
def test_every_answer_is_a_number_or_a_reason(batch: list[Series]) -> None:
    named = {f"ota-{number}": series for number, series in enumerate(batch)}
    for (name, year), row in achievements_of(named).items():
        series = named[name]
        for column in ("gap", "achievement_ratio", "progress_from_baseline"):
            assert row[column] is None or math.isfinite(row[column]), (column, row)
        assert (row["achievement_ratio"] is None) != (row["ratio_refusal"] is None)
        assert (row["progress_from_baseline"] is None) != (row["progress_refusal"] is None)
        assert (row["gap"] is None) == (row["ratio_refusal"] in UNJUDGED)
        assert (row["is_met"] is None) == (row["ratio_refusal"] in UNJUDGED | {"no_direction"})
        # The one cannot be judged where the other cannot, and for the same reason.
        if row["ratio_refusal"] in UNJUDGED:
            assert row["progress_refusal"] == row["ratio_refusal"]
        else:
            assert row["progress_refusal"] in {None, "no_baseline", "denominators_differ", "target_is_baseline"}
        if row["achievement_ratio"] is not None:
            assert series.direction == "higher" and row["target"] > 0
        if series.has_other_targets:
            assert row["ratio_refusal"] in {"no_target", "no_actual", "break", "natures_differ"}
        assert row["has_break"] == is_broken(series, year)
        if row["has_break"]:
            assert row["ratio_refusal"] in {"no_target", "no_actual", "break"}


def is_broken(series: Series, year: int) -> bool:
    """Tell whether a target or result is marked as a break after the last baseline and not after the year."""
    baselines = [
        baseline
        for (baseline, value_type), cell in series.cells.items()
        if value_type == "baseline" and cell.value is not None and baseline <= year
    ]
    since = max(baselines, default=0)
    return any(
        since < place <= year and value_type != "baseline" and cell.is_break
        for (place, value_type), cell in series.cells.items()
    )


@few_builds
@given(batch=all_series(wide))
def test_every_year_with_a_target_or_a_result_has_one_row_with_both(batch: list[Series]) -> None:
    named = {f"ota-{number}": series for number, series in enumerate(batch)}
    found = achievements_of(named)
    assert set(found) == {
        (name, year)
        for name, series in named.items()
        for year, value_type in series.cells
        if value_type in ("target", "actual")
    }
    for (name, year), row in found.items():
        cells = named[name].cells
        target, actual = cells.get((year, "target"), Cell(None)), cells.get((year, "actual"), Cell(None))
        assert (row["target"], row["actual"]) == (target.value, actual.value)
        if None in (target.value, actual.value):
            continue
        if row["gap"] is not None:
            assert row["gap"] == actual.value - target.value
            assert target.denominator == actual.denominator
        if row["is_met"] is not None:
            reached = {"higher": actual.value >= target.value, "lower": actual.value <= target.value}
            assert row["is_met"] == reached[named[name].direction]


# -- levels and increments ----------------------------------------------------------------------------------


def by_year(values: st.SearchStrategy[Any], fewest: int) -> st.SearchStrategy[dict[int, Any]]:
    return st.tuples(st.integers(1990, 2030), st.lists(values, min_size=fewest, max_size=12)).map(
        lambda drawn: dict(enumerate(drawn[1], start=drawn[0]))
    )


@given(levels=by_year(st.integers(), 2), order=st.randoms())
def test_increments_give_back_the_levels(levels: dict[int, int], order: Any) -> None:
    shuffled = list(levels.items())
    order.shuffle(shuffled)
    first = min(levels)
    increments = analysis.to_increments(dict(shuffled))
    assert list(increments) == sorted(levels)[1:]
    assert analysis.to_levels((first, levels[first]), increments) == levels


@given(increments=by_year(st.integers(), 1), level=st.integers())
def test_levels_give_back_the_increments(increments: dict[int, int], level: int) -> None:
    levels = analysis.to_levels((min(increments) - 1, level), increments)
    assert list(levels) == [min(increments) - 1, *sorted(increments)]
    assert analysis.to_increments(levels) == increments


@given(levels=by_year(st.floats(-1e9, 1e9), 2))
def test_broken_numbers_come_back_within_their_rounding(levels: dict[int, float]) -> None:
    first = min(levels)
    increments = analysis.to_increments(levels)
    found = analysis.to_levels((first, levels[first]), increments)
    assert found == pytest.approx(levels, abs=1e-5)
    assert analysis.to_increments(found) == pytest.approx(increments, abs=1e-5)


@given(levels=by_year(st.integers(), 3), data=st.data())
def test_a_year_that_is_missing_is_named(levels: dict[int, int], data: Any) -> None:
    inner = sorted(levels)[1:-1]
    missing = sorted(data.draw(st.sets(st.sampled_from(inner), min_size=1)))
    kept = {year: level for year, level in levels.items() if year not in missing}
    message = f"^fiscal years are missing: {', '.join(map(str, missing))}$"
    with pytest.raises(WardPlansError, match=message):
        analysis.to_increments(kept)
    first = min(levels)
    with pytest.raises(WardPlansError, match=message):
        analysis.to_levels((first, levels[first]), {year: 1 for year in kept if year != first})


@pytest.mark.parametrize("levels", [{}, {2022: 5}])
def test_one_level_has_no_increment(levels: dict[int, int]) -> None:
    with pytest.raises(WardPlansError, match=r"^increments need the levels of two fiscal years or more$"):
        analysis.to_increments(levels)


@pytest.mark.parametrize("increments", [{2022: 1}, {2021: 1}, {2021: 1, 2022: 2, 2023: 3}])
def test_an_increment_that_the_level_holds_already_is_not_added_again(increments: dict[int, int]) -> None:
    with pytest.raises(WardPlansError, match=rf"^the increment of {min(increments)} is already in the level of 2022$"):
        analysis.to_levels((2022, 5), increments)


def test_no_increments_leave_the_level_as_it_is() -> None:
    assert analysis.to_levels((2022, 5), {}) == {2022: 5}


def comparisons_of(series: Sequence[tuple[str, str, str, Mapping[tuple[int, str], Cell]]], **more: Any) -> pl.DataFrame:
    """Return the rows of the view for KPIs with the given id, nature, verdict and cells that feed one indicator each.

    The indicator of a KPI is the middle part of its id.
    """
    rows: Rows = {
        "themes": ROWS["themes"],
        "kpis": [
            kpi(kpi_id, more.get(kpi_id, "procedures"), "higher", nature) | {"measure_id": None}
            for kpi_id, nature, *_ in series
        ],
        "kpi_values": [row for kpi_id, _, _, cells in series for row in printed(kpi_id, cells)],
        "indicators": [
            indicator(name, "procedures", "stock") for name in sorted({kpi_id.split("-")[1] for kpi_id, *_ in series})
        ],
        "indicator_sources": [
            source(kpi_id.split("-")[1], "kpi_id", kpi_id, verdict) for kpi_id, _, verdict, _ in series
        ],
    }
    with database_of(rows) as connection:
        return connection.sql(
            "SELECT DISTINCT kpi_id, fiscal_year, value_type, value, indicator_value FROM comparisons ORDER BY ALL"
        ).pl()


@few_builds
@given(
    wards=st.lists(
        st.tuples(st.lists(exact, min_size=2, max_size=len(YEARS)), st.sets(st.sampled_from(YEARS))),
        min_size=1,
        max_size=15,
    )
)
def test_an_increment_on_the_level_before_it_is_the_next_level(wards: list[tuple[list[float], set[int]]]) -> None:
    series, expected = [], {}
    for number, (drawn, is_printed) in enumerate(wards):
        levels = dict(zip(YEARS, drawn, strict=False))
        increments = analysis.to_increments(levels)
        known = {year: level for year, level in levels.items() if year in is_printed}
        series += [
            (
                f"ota-{number}-level",
                "stock",
                "direct",
                {(year, "actual"): Cell(level) for year, level in known.items()},
            ),
            (
                f"ota-{number}-added",
                "increment",
                "convertible",
                {(year, "actual"): Cell(n) for year, n in increments.items()},
            ),
        ]
        expected |= {(f"ota-{number}-level", year): level for year, level in known.items()}
        for year, increment in increments.items():
            base = known.get(year - 1)
            converted = None if base is None else analysis.to_levels((year - 1, base), {year: increment})[year]
            assert converted in (None, levels[year])
            expected[f"ota-{number}-added", year] = converted
    found = comparisons_of([one for one in series if one[3]])
    assert {(row[0], row[1]): row[4] for row in found.iter_rows()} == expected


TWELVE_MORE = {(2022, "actual"): Cell(12)}
NO_BASE = {
    "of two years before": {(2020, "actual"): Cell(30)},
    "of the same year": {(2022, "actual"): Cell(30)},
    "that is a target": {(2021, "target"): Cell(30)},
    "that is not legible": {(2021, "actual"): Cell(None)},
    "that is a baseline and a result that differ": {(2021, "baseline"): Cell(30), (2021, "actual"): Cell(31)},
    "at a break": {(2021, "actual"): Cell(30, is_break=True)},
    "that is a fraction": {(2021, "actual"): Cell(30, 45)},
}


def converted(found: pl.DataFrame) -> list[float | None]:
    return found.filter(kpi_id="ota-x-added")["indicator_value"].to_list()


@pytest.mark.parametrize("base", NO_BASE)
def test_an_increment_is_not_added_to_a_level(base: str) -> None:
    added = ("ota-x-added", "increment", "convertible", TWELVE_MORE)
    assert converted(comparisons_of([("ota-x-level", "stock", "direct", NO_BASE[base]), added])) == [None]


def test_an_increment_is_added_to_a_baseline_and_to_a_result() -> None:
    added = ("ota-x-added", "increment", "convertible", TWELVE_MORE)
    for value_types in (["actual"], ["baseline"], ["baseline", "actual"]):
        cells = {(2021, value_type): Cell(30) for value_type in value_types}
        assert converted(comparisons_of([("ota-x-level", "stock", "direct", cells), added])) == [42]


def test_an_increment_is_not_added_to_another_ward_s_level() -> None:
    levels = {f"{ward}-x-level": {(2021, "actual"): Cell(value)} for ward, value in [("ota", 30), ("nakano", 70)]}
    added = ("ota-x-added", "increment", "convertible", TWELVE_MORE)
    both = [(kpi_id, "stock", "direct", cells) for kpi_id, cells in levels.items()]
    assert converted(comparisons_of([added, *both])) == [42]
    assert converted(comparisons_of([added, both[1]])) == [None]


@pytest.mark.parametrize(
    "units", [{"ota-x-level": "cases"}, {"ota-x-added": "cases"}, {"ota-x-level": "cases", "ota-x-added": "cases"}]
)
def test_an_increment_is_not_added_to_a_level_in_another_unit(units: dict[str, str]) -> None:
    level = ("ota-x-level", "stock", "direct", {(2021, "actual"): Cell(30)})
    assert converted(comparisons_of([level, ("ota-x-added", "increment", "convertible", TWELVE_MORE)], **units)) == [
        None
    ]


@pytest.mark.parametrize(("level", "added"), [("flow", "increment"), ("increment", "increment"), ("stock", "stock")])
def test_an_increment_is_not_added_to_what_is_no_level_nor_a_level_to_a_level(level: str, added: str) -> None:
    rows = comparisons_of(
        [
            ("ota-x-level", level, "direct", {(2021, "actual"): Cell(30)}),
            ("ota-x-added", added, "convertible", TWELVE_MORE),
        ]
    )
    assert converted(rows) == [None]
    assert rows.filter(kpi_id="ota-x-level")["indicator_value"].to_list() == [30.0 if level == "stock" else None]


# -- trends -------------------------------------------------------------------------------------------------


def trend_of(
    cells: Mapping[int | tuple[int, str], Cell | float], nature: str | None = "stock", **more: Any
) -> list[dict[str, Any]]:
    """Return the trend of one series: results by year, or cells by year and value type."""
    places = {
        place if isinstance(place, tuple) else (place, "actual"): cell if isinstance(cell, Cell) else Cell(cell)
        for place, cell in cells.items()
    }
    rows: Rows = {
        "themes": ROWS["themes"],
        "kpis": [kpi("nakano-x", more.get("unit", "cases"), "higher", nature) | {"measure_id": None}],
        "kpi_values": [*printed("nakano-x", places), *more.get("values", ())],
        "indicators": [indicator("x", "cases", nature)],
        "indicator_sources": [source("x", "kpi_id", "nakano-x", "related")],
    }
    with database_of(rows) as connection:
        return analysis.trend("x", years=more.get("years", ()), connection=connection).to_dicts()


def column(rows: list[dict[str, Any]], *names: str) -> list[Any]:
    return [row[names[0]] if len(names) == 1 else tuple(row[name] for name in names) for row in rows]


@pytest.mark.parametrize(
    ("nature", "meaning", "has_percent"),
    [
        ("stock", "net_change", True),
        ("flow", "change_of_flow", True),
        ("cumulative", "added_since", False),
        ("ratio", "percentage_points", False),
    ],
)
def test_a_change_says_what_it_means(nature: str, meaning: str, has_percent: bool) -> None:
    first, second, third = trend_of({2020: 8, 2021: 10, 2022: 9}, nature)
    assert (first["change"], first["change_meaning"], first["change_refusal"]) == (None, None, "first_figure")
    assert (second["change"], second["change_meaning"], second["change_refusal"]) == (2.0, meaning, None)
    assert (third["change"], third["change_percent"]) == (-1.0, -10.0 if has_percent else None)
    assert second["change_percent"] == (25.0 if has_percent else None)
    assert (third["previous_value"], third["previous_fiscal_year"]) == (10.0, 2021)


@pytest.mark.parametrize(("nature", "refusal"), [("increment", "increment"), (None, "nature_unknown")])
def test_increments_and_what_is_not_known_have_no_change(nature: str | None, refusal: str) -> None:
    found = trend_of({2018 + number: 3.0 * number for number in range(FEWEST_POINTS + 1)}, nature)
    assert column(found, "change_refusal") == ["first_figure", *[refusal] * FEWEST_POINTS]
    for name in ("change", "change_meaning", "change_percent", "slope_per_year"):
        assert column(found, name) == [None] * (FEWEST_POINTS + 1)
    # What was printed is shown all the same.
    assert column(found, "value")[-1] == 3.0 * FEWEST_POINTS


def test_a_trend_is_cut_at_a_break() -> None:
    found = trend_of({2020: 5, 2021: 7, 2022: Cell(93, is_break=True), 2023: 95})
    assert column(found, "change", "change_refusal", "previous_fiscal_year", "stretch_points") == [
        (None, "first_figure", None, 2),
        (2.0, None, 2020, 2),
        (None, "break", None, 2),
        (2.0, None, 2022, 2),
    ]


def test_a_break_that_an_older_edition_states_still_cuts() -> None:
    newer = [figure("nakano-x", 2022, "actual", 94, document_id="nakano-report")]
    found = trend_of({2020: 5, 2021: 7, 2022: Cell(93, is_break=True), 2023: 95}, values=newer)
    assert column(found, "value", "obs_status", "change", "change_refusal") == [
        (5.0, "A", None, "first_figure"),
        (7.0, "A", 2.0, None),
        (94.0, "A", None, "break"),
        (95.0, "A", 1.0, None),
    ]


def test_of_several_editions_the_newest_legible_figure_counts() -> None:
    newer = [
        figure("nakano-x", 2021, "actual", 8, document_id="nakano-report"),
        figure("nakano-x", 2022, "actual", None, "O", document_id="nakano-report"),
    ]
    found = trend_of({2020: 5, 2021: 7, 2022: 9}, values=newer)
    assert column(found, "value", "change") == [(5.0, None), (8.0, 3.0), (9.0, 1.0)]


def test_of_a_baseline_and_a_result_of_one_year_the_result_counts() -> None:
    found = trend_of({(2020, "baseline"): 5, (2021, "baseline"): 6, (2021, "actual"): 7, (2022, "target"): 50})
    assert column(found, "fiscal_year", "value", "value_type", "change") == [
        (2020, 5.0, "baseline", None),
        (2021, 7.0, "actual", 2.0),
    ]


@pytest.mark.parametrize("gap", [{}, {2021: Cell(None)}])
def test_a_year_without_a_figure_is_bridged_and_the_year_before_it_named(gap: dict[int, Cell]) -> None:
    found = trend_of({2020: 5, **gap, 2022: 9})
    assert column(found, "fiscal_year", "change", "change_refusal", "previous_fiscal_year") == [
        (2020, None, "first_figure", None),
        *((year, None, "missing", 2020) for year in gap),
        (2022, 4.0, None, 2020),
    ]


@pytest.mark.parametrize("years", [[2022], [2020, 2022]])
def test_a_change_is_since_the_result_before_shown_or_not(years: list[int]) -> None:
    found = trend_of({2020: 5, 2021: 7, 2022: 10}, years=years)
    assert column(found, "fiscal_year") == years
    assert (found[-1]["change"], found[-1]["previous_fiscal_year"]) == (3.0, 2021)


def test_a_change_from_nothing_has_no_percent() -> None:
    assert column(trend_of({2020: -2, 2021: 0, 2022: 4}), "change", "change_percent") == [
        (None, None),
        (2.0, None),
        (4.0, None),
    ]


def test_fractions_of_different_wholes_have_no_change_and_no_slope() -> None:
    same = {2018 + number: Cell(number, 15) for number in range(6)}
    found = trend_of(same)
    assert column(found, "change")[1:] == [1.0] * 5
    assert column(found, "slope_per_year") == [pytest.approx(1.0)] * 6
    found = trend_of({**same, 2023: Cell(5, 18)})
    assert column(found, "change_refusal")[-2:] == [None, "denominators_differ"]
    assert column(found, "slope_per_year") == [None] * 6
    found = trend_of({**same, 2023: Cell(5)})
    assert column(found, "change_refusal")[-1] == "denominators_differ"
    assert column(found, "slope_per_year") == [None] * 6


def test_the_change_of_a_numerator_is_not_called_percentage_points() -> None:
    found = trend_of({2020: Cell(1, 15), 2021: Cell(3, 15)}, "ratio")
    assert (found[1]["change"], found[1]["change_meaning"]) == (2.0, None)


def test_a_slope_needs_five_figures_of_one_stretch() -> None:
    line = {2014 + number: 10 - 2.5 * number for number in range(FEWEST_POINTS)}
    assert FEWEST_POINTS == 5
    assert column(trend_of(dict(list(line.items())[:-1])), "slope_per_year") == [None] * 4
    assert column(trend_of(line), "slope_per_year") == [pytest.approx(-2.5)] * 5
    # Four and a year without a figure are four.
    assert set(column(trend_of({**line, 2016: Cell(None)}), "slope_per_year")) == {None}
    # Before the break there are five, from it on three.
    broken = {**line, 2019: Cell(80, is_break=True), 2020: 90, 2021: 100}
    assert column(trend_of(broken), "slope_per_year", "stretch_points") == [
        *[(pytest.approx(-2.5), 5)] * 5,
        *[(None, 3)] * 3,
    ]


def test_what_is_said_of_about_holds_for_a_change_from_it() -> None:
    rows = [figure("nakano-x", 2020, "actual", 5900, "E"), figure("nakano-x", 2022, "actual", 3900)]
    found = trend_of({}, values=[*rows, figure("nakano-x", 2023, "actual", 3800)])
    assert column(found, "change", "is_approximate") == [(None, True), (-2000.0, True), (-100.0, False)]


@few_builds
@given(values=st.lists(exact, min_size=2, max_size=len(YEARS)), nature=st.sampled_from(["stock", "flow", "cumulative"]))
def test_the_changes_add_up_to_the_whole_way(values: list[float], nature: str) -> None:
    found = trend_of(dict(zip(YEARS, values, strict=False)), nature)
    assert sum(column(found, "change")[1:]) == values[-1] - values[0]
    assert column(found, "previous_value")[1:] == values[:-1]


def test_the_slope_of_a_statistic_goes_by_its_dates() -> None:
    # Ten cards a day, counted at uneven distances: by fiscal years the figures lie on no line.
    days = [date(2019, 3, 31), date(2019, 12, 1), date(2021, 3, 1), date(2021, 4, 1), date(2023, 3, 31)]
    counts = [card_count("13111", day, 1000 + 10 * (day - days[0]).days, 700_000) for day in days]
    rows: Rows = {
        "themes": ROWS["themes"],
        "statistics": ROWS["statistics"],
        "mynumber_cards": counts,
        "statistic_citations": [table_row(row, line) for line, row in enumerate(counts, start=2)],
        "indicators": [indicator("x", "cases", "cumulative")],
        "indicator_sources": [source("x", "statistic_id", "mynumber_cards_issued", "direct")],
    }
    with database_of(copy.deepcopy(rows)) as connection:
        found = analysis.trend("x", ["ota"], connection=connection).to_dicts()
    assert column(found, "fiscal_year", "as_of", "previous_as_of") == [
        *(
            (year, day, before)
            for year, day, before in zip([2018, 2019, 2020, 2021, 2022], days, [None, *days], strict=False)
        )
    ]
    assert column(found, "slope_per_year") == [pytest.approx(3652.425)] * 5
    assert column(found, "change")[1:] == [10.0 * (day - before) / timedelta(days=1) for before, day in pairwise(days)]
    assert {row["change_meaning"] for row in found[1:]} == {"added_since"}
