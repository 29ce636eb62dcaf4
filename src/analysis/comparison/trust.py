"""How far the figures can be trusted: the line account, stated totals, corrections, doubtful values."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from analysis.comparison.selection import Frame, connected, framed, run_query, selected_wards

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame


def quality(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return, ward by ward, what was read and how much of it is in doubt.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a ward: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_count`, `line_count` and
        `unread_line_count` of its documents, `stated_total_count` (totals that the documents state of themselves, see
        `reconciliations`), `agreeing_total_count` of them, `correction_count`, `value_count` (cells of KPIs,
        blank ones among them), `doubtful_value_count` of them (`obs_status` is not A), `citation_count`.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.

    Example:
        >>> quality(["ota"]).select("stated_total_count", "agreeing_total_count")
    """
    with connected(connection) as database:
        rows = run_query(database, "quality", wards=selected_wards(database, wards))
    return framed(rows, frame)


def line_account(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return what became of the lines of each document.

    Returns:
        One row a document and use: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `document_title_ja`,
        `document_title_en`, `use` (read, prose, ignored, blank or unread, as `line_uses.use` explains), `line_count`
        (0 where none), `document_line_count`, `share` (the one over the other).

    Raises:
        WardPlansError: a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(database, "line_account", wards=selected_wards(database, wards))
    return framed(rows, frame)


def reconciliations(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return the totals the documents state of themselves, beside what was read.

    Returns:
        One row a total: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `subject_ja`, `subject_en`,
        `stated`, `extracted`, `difference`, `explanation_ja`, `explanation_en`, `quote`, `line`, `citation_id`.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(database, "reconciliations", wards=selected_wards(database, wards))
    return framed(rows, frame)


def corrections(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return every place where a curated value departs from the print.

    Returns:
        One row a correction: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `table_name`, `row_id`,
        `column_name`, `kind` (moved_cell or curated), `printed`, `curated`, `reason_ja`, `reason_en`, `line`,
        `citation_id`.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(database, "corrections", wards=selected_wards(database, wards))
    return framed(rows, frame)
