"""Which wards and years a question is about, and the queries that answer it."""

from collections.abc import Sequence
from pathlib import Path

import duckdb
import polars as pl

from analysis.errors import WardPlansError

_QUERIES = Path(__file__).with_name("sql")


def selected_wards(connection: duckdb.DuckDBPyConnection, wards: Sequence[str]) -> list[str]:
    """Return the five-digit codes of the wards meant by codes or slugs; all covered wards when none is named.

    Raises:
        WardPlansError: a ward is unknown, or has no document in the database.

    Example:
        >>> selected_wards(open_database(), ["ota", "13114"])
        ['13111', '13114']
    """
    rows = connection.sql("SELECT ward_code, slug, is_covered FROM wards ORDER BY ward_code").fetchall()
    covered = [code for code, _, is_covered in rows if is_covered]
    codes = {name: code for code, slug, _ in rows for name in (code, slug)}
    chosen: set[str] = set()
    for ward in wards:
        code = codes.get(ward)
        if code is None or code not in covered:
            known = ", ".join(f"{code} ({slug})" for code, slug, is_covered in rows if is_covered)
            problem = "unknown ward" if code is None else "no document of ward"
            raise WardPlansError(f"{problem} {ward!r}; the database covers {known}")
        chosen.add(code)
    return sorted(chosen) or covered


def selected_indicator(connection: duckdb.DuckDBPyConnection, indicator: str) -> str:
    """Return the indicator id if there is one.

    Raises:
        WardPlansError: the indicator is unknown.
    """
    known = [row[0] for row in connection.sql("SELECT indicator_id FROM indicators ORDER BY indicator_id").fetchall()]
    if indicator not in known:
        raise WardPlansError(f"unknown indicator {indicator!r}, expected one of {', '.join(known)}")
    return indicator


def run_query(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> pl.DataFrame:
    """Return the rows of `sql/<name>.sql` with the given named parameters."""
    query = (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    rows: pl.DataFrame = connection.sql(query, params=parameters).pl()
    return rows
