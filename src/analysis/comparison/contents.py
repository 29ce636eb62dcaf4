"""What the database holds of each ward, and the statistics beside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from analysis.comparison.selection import Frame, connected, framed, run_query, selected_wards

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame


def wards(*, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars") -> "DataFrame":
    """Return all 23 special wards.

    Returns:
        One row a ward: `ward_code` (JIS, five digits), `lg_code` (with check digit), `slug`, `ward_name_ja`,
        `ward_name_en`, `is_covered` (a document of it was read), `tile_row`, `tile_column` (place in the tile map).

    Raises:
        WardPlansError: there is no database.
    """
    with connected(connection) as database:
        rows = run_query(database, "wards")
    return framed(rows, frame)


def card_counts(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return the My Number Cards issued in each ward, at every date of the national tables.

    Args:
        wards: ward codes, slugs or names; all 23 when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a ward and date: `ward_code`, `ward_name_ja`, `ward_name_en`, `as_of`, `fiscal_year` (that the date lies
        in), `cards_issued` (so far, reissued ones among them), `population` on `population_as_of`,
        `issuance_rate_percent` (the one over the other, one decimal as published), `unit_ja`, `unit_en`, `nature`,
        `comparability` (of the rate), `document_title_ja`, `document_title_en`, `quote`, `line`, `citation_id`.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(database, "card_counts", wards=selected_wards(database, wards, uncovered=True))
    return framed(rows, frame)


def holdings(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return what was read from each document.

    Returns:
        One row a document: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `document_title_ja`,
        `document_title_en`, `kind`, `published_ja` (as printed; None where no date is), `file_name`, `sha256` (of its
        bytes), `line_count`, `first_year`, `last_year` (of the plan; None where the document does not say), and the
        numbers of rows `item_count` (measures at all levels that no earlier document told of), `status_count`,
        `kpi_count` (KPIs it prints values of), `value_count` (legible KPI values), `passage_count`.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.
    """
    with connected(connection) as database:
        rows = run_query(database, "holdings", wards=selected_wards(database, wards))
    return framed(rows, frame)
