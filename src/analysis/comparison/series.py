"""Harmonised indicators: the figures that feed them, who publishes them, and what the other wards say instead."""

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
    selected_theme,
    selected_wards,
    selected_years,
)

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame


def indicators(
    theme: str | None = None, *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return the harmonised indicators: what each one counts, and how well the wards can be compared by it.

    Args:
        theme: id or name of a theme, such as 'T05'; all when None.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row an indicator, by theme: `indicator_id`, `name_ja`, `name_en`, `definition_ja`, `definition_en`,
        `unit_ja`, `unit_en`, `nature` (stock, flow, cumulative, increment, ratio), `direction` (higher, lower, None),
        `theme_id`, `theme_name_ja`, `theme_name_en`, `ward_count` (wards with a figure), `series_count`,
        `best_comparability` (direct, convertible, related, None), `needed_ja`, `needed_en` (what a comparison would
        need).

    Raises:
        WardPlansError: the theme is unknown, or there is no database.

    Example:
        >>> indicators("T05")["indicator_id"].to_list()
        ['ai_rpa_improvements', 'rpa_hours_saved', 'rpa_tasks']
    """
    with connected(connection) as database:
        rows = run_query(database, "indicators", theme=selected_theme(database, theme) if theme else None)
    return framed(rows, frame)


def compare(
    indicator: str,
    wards: Sequence[str] = (),
    years: Sequence[int] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return every printed figure that feeds an indicator.

    Args:
        indicator: `indicators.indicator_id`, such as 'online_procedures'.
        wards: ward codes, slugs or names; when empty, all that have documents, and all 23 where a national statistic
            feeds the indicator.
        years: fiscal years; all when empty, those figures among them that are printed without a year.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a figure. Within a ward first what compares best, then the indicator's own unit, then in the order of
        the document: `ward_code`, `ward_name_ja`, `ward_name_en`, `series_id`, one of `kpi_id`, `quantity_id` and
        `statistic_id`, `name_ja`, `name_en`, `row_label_ja`, `fiscal_year`, `year_label_ja`, `year_label_en`, `as_of`,
        `value_type` (baseline, target, actual; None for a figure of the text), `value` (None where nothing legible is
        printed), `denominator`, `unit_ja`, `unit_en`, `nature`, `comparability` (direct, convertible, related),
        `transformation`, `indicator_value` (the value to compare between wards; None where there is none),
        `value_per_1000_residents` with its `population` on 1 January of `population_year`, `is_approximate`,
        `obs_status` (SDMX CL_OBS_STATUS), `raw_text` (the cell as printed), `quote`, `document_id`,
        `document_title_ja`, `document_title_en`, `line`, `citation_id`.
        What is only 'related' must not be ranked or drawn on one axis.

    Raises:
        WardPlansError: the indicator or a ward is unknown, a year is no number, or there is no database.

    Example:
        >>> compare("rpa_hours_saved", wards=["ota"], years=[2023, 2024])
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "compare",
            indicator=selected_indicator(database, indicator),
            wards=selected_wards(database, wards, uncovered=is_statistic(database, indicator)),
            years=selected_years(years),
        )
    return framed(rows, frame)


def series_notes(
    indicator: str,
    wards: Sequence[str] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return the series and figures that feed an indicator, how far each can be compared, and why.

    Args:
        indicator: `indicators.indicator_id`.
        wards: as in `compare`.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a series: `ward_code`, `ward_name_ja`, `ward_name_en`, `series_id`, `name_ja`, `name_en`,
        `row_label_ja`, `unit_ja`, `unit_en`, `nature`, `comparability`, `transformation`, `rationale_ja`,
        `rationale_en`, `definition_ja`, `document_title_ja`, `document_title_en`, `line`, `citation_id`.

    Raises:
        WardPlansError: the indicator or a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "series_notes",
            indicator=selected_indicator(database, indicator),
            wards=selected_wards(database, wards, uncovered=is_statistic(database, indicator)),
        )
    return framed(rows.drop("is_other_unit"), frame)


def coverage(
    wards: Sequence[str] = (),
    indicator: str | None = None,
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return which ward's own documents publish which indicator.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        indicator: one indicator; all when None.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        The columns of the view `coverage`, one row a ward and indicator, by ward and theme: `coverage` is published,
        mentioned or absent. Then `theme_id`, `theme_name_ja` and `theme_name_en` of the indicator.

    Raises:
        WardPlansError: the indicator or a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "coverage",
            indicator=selected_indicator(database, indicator) if indicator else None,
            wards=selected_wards(database, wards),
        )
    return framed(rows, frame)


def cross_checks(
    indicator: str,
    wards: Sequence[str] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return the figures the wards themselves print, beside the national statistic for the same fiscal year.

    Args:
        indicator: one that a national statistic feeds, such as 'card_issuance_rate'.
        wards: as in `compare`.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a figure of a ward in the statistic's unit: `value`, `statistic_value`, `statistic_as_of` (the last
        count inside the fiscal year), `days_to_year_end` (from that count to 31 March), `difference` (value -
        statistic_value), and ward, year, unit, nature, comparability and both citations.

    Raises:
        WardPlansError: the indicator or a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "cross_checks",
            indicator=selected_indicator(database, indicator),
            wards=selected_wards(database, wards, uncovered=is_statistic(database, indicator)),
        )
    return framed(rows, frame)
