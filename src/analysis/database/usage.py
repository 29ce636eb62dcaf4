"""Which rows a run has read: every query of the library with its answer, so that a later build can be asked again."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import polars as pl

from analysis.database.connect import open_database


@dataclass(frozen=True)
class Use:
    """A query that was put to the database.

    Attributes:
        query: in SQL.
        parameters: its named parameters, as JSON.
        digest: the SHA-256 of the rows that came back, with their columns.
    """

    query: str
    parameters: str
    digest: str


_recorded: list[Use] | None = None


def read_rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object] | None = None
) -> pl.DataFrame:
    """Return the rows of a query; while a run is recorded, keep note of it.

    Raises:
        duckdb.Error: the query is refused.
        polars.exceptions.PolarsError: a column of the result has no place in a frame.
    """
    rows: pl.DataFrame = connection.sql(query, params=dict(parameters or {})).pl()
    if _recorded is not None:
        _recorded.append(Use(query, json.dumps(parameters or {}, default=repr, sort_keys=True), _digest(rows)))
    return rows


@contextmanager
def recorded_uses() -> Iterator[list[Use]]:
    """Keep note of what this process reads, in the list that is given."""
    global _recorded
    uses: list[Use] = []
    _recorded = uses
    try:
        yield uses
    finally:
        _recorded = None


def changed_uses(database: str, uses: Iterable[Use]) -> set[Use]:
    """Return those queries that a build answers otherwise than it was noted, or no longer answers at all.

    Parameters that JSON does not know, such as dates, were noted as texts: what they are put to counts as changed where
    that makes a difference.

    Raises:
        WardPlansError: the database cannot be opened.
    """
    with open_database(database) as connection:
        return {use for use in uses if _answer(connection, use) != use.digest}


def _answer(connection: duckdb.DuckDBPyConnection, use: Use) -> str | None:
    try:
        return _digest(read_rows(connection, use.query, json.loads(use.parameters)))
    except (duckdb.Error, pl.exceptions.PolarsError):
        return None


def _digest(rows: pl.DataFrame) -> str:
    return hashlib.sha256(repr((list(rows.schema.items()), rows.rows())).encode()).hexdigest()
