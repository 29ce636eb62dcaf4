"""Harmonised indicators: the figures that feed them, who publishes them, and what the other wards say instead."""

from collections.abc import Sequence

import duckdb
import polars as pl

from analysis.comparison.selection import run_query, selected_indicator, selected_wards


def compare(
    connection: duckdb.DuckDBPyConnection, indicator: str, wards: Sequence[str] = (), years: Sequence[int] = ()
) -> pl.DataFrame:
    """Return every printed figure that feeds an indicator.

    Args:
        connection: from `open_database`.
        indicator: `indicators.indicator_id`, such as 'online_procedures'.
        wards: ward codes or slugs; all covered wards when empty.
        years: fiscal years; all when empty.

    Returns:
        One row a figure, ordered by ward, series, fiscal year and value type: `ward_code`, `ward_name_ja`,
        `ward_name_en`, `kpi_id`, `name_ja`, `name_en`, `row_label_ja`, `fiscal_year`, `year_label_ja`,
        `year_label_en`, `value_type` (baseline, target, actual), `value` (None where nothing legible is printed),
        `denominator`, `unit_ja`, `unit_en`, `nature`, `comparability` (direct, convertible, related),
        `is_approximate`, `obs_status` (SDMX CL_OBS_STATUS), `raw_text` (the cell as printed), `quote`,
        `document_id`, `document_title_ja`, `line`, `citation_id`.
        Series that are only 'related' must not be ranked or drawn on one axis.

    Raises:
        WardPlansError: the indicator or a ward is unknown.

    Example:
        >>> compare(open_database(), "rpa_hours_saved", wards=["ota"], years=[2023, 2024])
    """
    return run_query(
        connection,
        "compare",
        indicator=selected_indicator(connection, indicator),
        wards=selected_wards(connection, wards),
        years=list(years),
    )


def series_notes(connection: duckdb.DuckDBPyConnection, indicator: str, wards: Sequence[str] = ()) -> pl.DataFrame:
    """Return the series that feed an indicator, how far each can be compared, and why.

    Returns:
        One row a series: `ward_code`, `ward_name_ja`, `ward_name_en`, `kpi_id`, `name_ja`, `name_en`,
        `row_label_ja`, `unit_ja`, `unit_en`, `nature`, `comparability`, `rationale_ja`, `rationale_en`,
        `definition_ja`, `line`.

    Raises:
        WardPlansError: the indicator or a ward is unknown.
    """
    return run_query(
        connection,
        "series_notes",
        indicator=selected_indicator(connection, indicator),
        wards=selected_wards(connection, wards),
    )


def coverage(
    connection: duckdb.DuckDBPyConnection, wards: Sequence[str] = (), indicator: str | None = None
) -> pl.DataFrame:
    """Return which ward publishes which indicator.

    Args:
        connection: from `open_database`.
        wards: ward codes or slugs; all covered wards when empty.
        indicator: one indicator; all when None.

    Returns:
        The columns of the view `coverage`, one row a ward and indicator: `coverage` is published, mentioned or absent.

    Raises:
        WardPlansError: the indicator or a ward is unknown.
    """
    return run_query(
        connection,
        "coverage",
        indicator=selected_indicator(connection, indicator) if indicator else None,
        wards=selected_wards(connection, wards),
    )


def mentions(
    connection: duckdb.DuckDBPyConnection, indicator: str, wards: Sequence[str] = (), most: int = 5
) -> pl.DataFrame:
    """Return what the wards' plans say about the subject of an indicator, quoted.

    Looked at are the passages under the plans' own items, not chapters on national policy or technology. Chosen first
    are those with a figure, last the headings; shown are the chosen ones in the order of the document, of several
    documents of a ward the newest first.

    Args:
        connection: from `open_database`.
        indicator: `indicators.indicator_id`; its `indicator_terms` find the passages.
        wards: ward codes or slugs; all covered wards when empty.
        most: how many passages a ward are returned at the most.

    Returns:
        One row a passage: `ward_code`, `ward_name_ja`, `ward_name_en`, `level_ja`, `code`, `measure_title_ja`,
        `header_ja` (the header of its table column, which tells results from plans), `quote`, `document_title_ja`,
        `line`, `citation_id`, `passage_count` (how many passages the ward has in all).

    Raises:
        WardPlansError: the indicator or a ward is unknown.
    """
    return run_query(
        connection,
        "mentions",
        indicator=selected_indicator(connection, indicator),
        wards=selected_wards(connection, wards),
        most=most,
    )
