"""Which wards, years, indicators and themes a question is about, and the queries that answer it."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Literal, SupportsIndex

import duckdb
import polars as pl

from analysis.database.connect import open_database
from analysis.database.usage import read_rows
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    import pandas as pd

    DataFrame = pl.DataFrame | pd.DataFrame
    """What an answer is given as; see `Frame`."""

Frame = Literal["polars", "pandas"]
"""The two kinds of data frame an answer can be given as."""

_QUERIES = Path(__file__).with_name("sql")


@contextmanager
def connected(connection: duckdb.DuckDBPyConnection | None) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give the connection that was passed, or one to the checkout's own database for as long as it is needed.

    Raises:
        WardPlansError: there is no database to open.
    """
    if connection is not None:
        yield connection
        return
    with open_database() as opened:
        yield opened


def framed(rows: pl.DataFrame, frame: Frame) -> "DataFrame":
    """Return the rows as the kind of data frame that was asked for.

    Raises:
        WardPlansError: there is no such kind.
    """
    if frame == "polars":
        return rows
    if frame == "pandas":
        return rows.to_pandas()
    raise WardPlansError(f"unknown frame {frame!r}: 'polars' and 'pandas' are there")


def run_query(connection: duckdb.DuckDBPyConnection, name: str, **parameters: object) -> pl.DataFrame:
    """Return the rows of `sql/<name>.sql` with the given named parameters."""
    query = (_QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    return read_rows(connection, query, parameters)


def selected_wards(
    connection: duckdb.DuckDBPyConnection, wards: Sequence[str], *, uncovered: bool = False
) -> list[str]:
    """Return the five-digit codes of the wards meant by codes, slugs or names.

    Args:
        connection: to the database.
        wards: such as '13111', 'ota', '大田区' or 'Ota'; when empty, all that have documents (or, with `uncovered`, all
            23).
        uncovered: whether wards without a document can be meant, because a national statistic covers them.

    Raises:
        WardPlansError: a ward is unknown, or has no document in the database.

    Example:
        >>> selected_wards(open_database(), ["ota", "13114"])
        ['13111', '13114']
    """
    if isinstance(wards, str):
        raise WardPlansError(f"wards is a list, as in wards=[{wards!r}]")
    query = "SELECT ward_code, slug, name_ja, name_en, is_covered FROM wards ORDER BY ALL"
    rows = read_rows(connection, query).rows()
    known = {name: row[0] for row in rows for name in row[:4]}
    allowed = {row[0]: row[1] for row in rows if uncovered or row[4]}
    chosen: set[str] = set()
    for ward in wards:
        code = known.get(ward)
        if code is None or code not in allowed:
            problem = "unknown ward" if code is None else "no document of ward"
            names = ", ".join(f"{code} ({slug})" for code, slug in allowed.items())
            raise WardPlansError(f"{problem} {ward!r}; the database covers {names}")
        chosen.add(code)
    return sorted(chosen) or list(allowed)


def selected_years(years: Sequence[int]) -> list[int]:
    """Return the fiscal years meant; an empty list means all.

    Raises:
        WardPlansError: one is no whole number, or they are no list.
    """
    if isinstance(years, int | str):
        raise WardPlansError(f"years is a list, as in years=[{years!r}]")
    return [_whole_number(year) for year in years]


def _whole_number(year: SupportsIndex) -> int:
    # The years of a pandas frame are NumPy's integers.
    if not isinstance(year, bool):
        with suppress(TypeError):
            return index(year)
    raise WardPlansError(f"a fiscal year is a number such as 2024: not {year!r}")


def selected_indicator(connection: duckdb.DuckDBPyConnection, indicator: str) -> str:
    """Return the indicator id if there is one.

    Raises:
        WardPlansError: the indicator is unknown.
    """
    known = read_rows(connection, "SELECT indicator_id FROM indicators ORDER BY indicator_id")["indicator_id"].to_list()
    if indicator not in known:
        raise WardPlansError(f"unknown indicator {indicator!r}, expected one of {', '.join(known)}")
    return indicator


def is_statistic(connection: duckdb.DuckDBPyConnection, indicator: str) -> bool:
    """Tell whether a national statistic feeds an indicator, so that wards without a document have figures too."""
    query = "SELECT count(statistic_id) > 0 FROM indicator_sources WHERE indicator_id = $indicator"
    return bool(read_rows(connection, query, {"indicator": indicator}).item())


def selected_theme(connection: duckdb.DuckDBPyConnection, theme: str) -> str:
    """Return the id of the theme meant by id or name.

    Raises:
        WardPlansError: the theme is unknown.

    Example:
        >>> selected_theme(open_database(), "AI・RPA・自動化")
        'T05'
    """
    rows = read_rows(connection, "SELECT theme_id, name_ja, name_en FROM themes ORDER BY theme_id").rows()
    known = {name: row[0] for row in rows for name in row}
    if theme not in known:
        raise WardPlansError(f"unknown theme {theme!r}, expected one of {', '.join(f'{i} ({n})' for i, n, _ in rows)}")
    return str(known[theme])
