"""Targets and results: how far a ward came towards its own target, and how its figures moved."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from analysis.comparison.selection import (
    Frame,
    connected,
    framed,
    is_statistic,
    run_query,
    selected_indicator,
    selected_wards,
    selected_years,
)

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame

#: Fewer figures than this show a direction at best, not a rate.
FEWEST_POINTS = 5


def achievement(
    indicator: str | None = None,
    wards: Sequence[str] = (),
    years: Sequence[int] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return targets beside results: whether a ward met its own target, and by how much.

    A ward is measured against itself: the shares of two wards are no ranking, for each has set its own target.

    Args:
        indicator: only the series that feed it; every KPI when None.
        wards: ward codes, slugs or names; all that have documents when empty.
        years: fiscal years; all when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a KPI and fiscal year with a target or a result: ward, `kpi_id`, names, year, unit, `nature`,
        `direction`, `comparability` (of the series, with other wards; None where it feeds no indicator), `target` and
        `actual` (both with their denominators and whether they are approximate), `baseline` with
        `baseline_fiscal_year`, `is_met`, `gap` (actual - target), `achievement_ratio` (actual / target) or the
        `ratio_refusal`, `progress_from_baseline` (0 where it began, 1 = reached, either direction) or the
        `progress_refusal`, the cells as printed, `ward_grade_ja` (the ward's own grade of the KPI in that year, as
        printed; None where it prints none), `document_id`, `document_title_ja`, `document_title_en`, `line`, and
        `citation_id` of the result (of the target where there is none) beside `target_citation_id` (in
        `target_document_id`), `actual_citation_id`, `baseline_citation_id` and `ward_grade_citation_id` (in
        `ward_grade_document_id`). The refusals are explained at the view
        `achievements`.

    Raises:
        WardPlansError: the indicator or a ward is unknown, a year is no number, or there is no database.

    Example:
        >>> achievement("rpa_hours_saved", wards=["ota"]).select("fiscal_year", "target", "actual", "gap")
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "achievement",
            indicator=selected_indicator(database, indicator) if indicator else None,
            wards=selected_wards(database, wards),
            years=selected_years(years),
        )
    return framed(rows, frame)


def trend(
    indicator: str,
    wards: Sequence[str] = (),
    years: Sequence[int] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return how the series that feed an indicator moved from one result to the next.

    A series is cut where it breaks. A series whose nature is not known, and one of increments, gives no differences.
    A slope is fitted (least squares) only to five figures or more without a break, and to fractions of one whole only.

    Args:
        indicator: `indicators.indicator_id`.
        wards: as in `compare`.
        years: fiscal years to show; a change is still that since the result before, shown or not.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a series and fiscal year with a baseline or result: ward, `series_id`, names, `fiscal_year`,
        `as_of`, `value`, `denominator`, unit, `nature`, `direction`, `comparability`, `obs_status`,
        `previous_fiscal_year`, `previous_as_of`, `previous_value`, `change` (in the unit; percentage points for
        a share), `change_meaning` (net_change of a stock, change_of_flow, added_since of a cumulative count,
        percentage_points; None for a ratio printed as a fraction, whose change is that of the numerator),
        `change_percent` (stocks and flows above 0), `change_refusal` (missing, first_figure, break,
        nature_unknown, increment, denominators_differ), `is_approximate` (either figure), `slope_per_year`,
        `stretch_points` (figures between two breaks), `quote`, `line`, `previous_citation_id`, `citation_id`.

    Raises:
        WardPlansError: the indicator or a ward is unknown, a year is no number, or there is no database.

    Example:
        >>> trend("security_incidents", wards=["nakano"]).select("fiscal_year", "value", "change")
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "trend",
            indicator=selected_indicator(database, indicator),
            wards=selected_wards(database, wards, uncovered=is_statistic(database, indicator)),
            years=selected_years(years),
            fewest_points=FEWEST_POINTS,
        )
    return framed(rows, frame)
