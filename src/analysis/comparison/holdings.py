"""What the database holds of each ward, and what keeps it honest."""

from collections.abc import Sequence

import duckdb
import polars as pl

from analysis.comparison.selection import run_query, selected_wards


def holdings(connection: duckdb.DuckDBPyConnection, wards: Sequence[str] = ()) -> pl.DataFrame:
    """Return what was read from each document.

    Returns:
        One row a document: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `document_title_ja`,
        `document_title_en`, `kind`, `first_year`, `last_year` (of the plan; None where the document does not say),
        and the numbers of rows `item_count` (measures at all levels that no earlier document told of), `status_count`,
        `kpi_count` (KPIs it prints values of), `value_count` (legible KPI values), `passage_count`.

    Raises:
        WardPlansError: a ward is unknown.
    """
    return run_query(connection, "holdings", wards=selected_wards(connection, wards))


def reconciliations(connection: duckdb.DuckDBPyConnection, wards: Sequence[str] = ()) -> pl.DataFrame:
    """Return the totals the documents state of themselves, beside what was read.

    Returns:
        One row a total: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `subject_ja`, `stated`,
        `extracted`, `difference`, `explanation_ja`, `explanation_en`, `quote`, `line`.

    Raises:
        WardPlansError: a ward is unknown.
    """
    return run_query(connection, "reconciliations", wards=selected_wards(connection, wards))


def corrections(connection: duckdb.DuckDBPyConnection, wards: Sequence[str] = ()) -> pl.DataFrame:
    """Return every place where a curated value departs from the print.

    Returns:
        One row a correction: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `table_name`, `row_id`,
        `column_name`, `printed`, `curated`, `reason_ja`, `reason_en`, `line`.

    Raises:
        WardPlansError: a ward is unknown.
    """
    return run_query(connection, "corrections", wards=selected_wards(connection, wards))
