"""Questions in SQL, for what no function answers."""

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from analysis.comparison.selection import Frame, connected, framed
from analysis.database.sandbox import permitted
from analysis.database.usage import read_rows
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame

_MOST_PLACES = 6
_ALIKE = 0.75

# Views first, for they are where to begin. What the build derives is no advice.
_COLUMNS = """
    SELECT table_name, list(column_name ORDER BY column_index)
    FROM duckdb_columns()
    JOIN information_schema.tables USING (table_name)
    WHERE database_name = current_database() AND coalesce(table_comment, '') NOT LIKE 'Derived: %'
    GROUP BY table_name, table_type
    ORDER BY table_type DESC, table_name
"""


def sql(
    query: str,
    *,
    parameters: Mapping[str, object] | None = None,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return the rows of one query in SQL.

    Begin with the views `observations`, `comparisons`, `achievements`, `coverage` and `citation_texts`; `DESCRIBE
    observations` tells the columns, docs/data_dictionary.md what they mean.

    Args:
        query: one statement that begins with SELECT, FROM, WITH, VALUES, PIVOT, DESCRIBE, EXPLAIN or the like.
        parameters: the values of `$name` in the query; others are not looked at. Lists go with IN.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        The columns that the query names.

    Raises:
        WardPlansError: there is no query or more than one, it is anything but a query or asks for more than the
            database (see `analysis.database.sandbox.permitted`), a `$name` has no value, or DuckDB refuses it; then
            with DuckDB's own message and the tables, columns or macros that may have been meant. Also, there is no
            database.

    Example:
        >>> sql("SELECT * FROM observations WHERE ward_code = $ward", parameters={"ward": "13111"})
    """
    with connected(connection) as database:
        return framed(_rows(database, query, parameters or {}), frame)


@contextmanager
def explained(connection: duckdb.DuckDBPyConnection, query: str) -> Iterator[None]:
    """Turn what DuckDB refuses in the block into an error that names near-by tables, columns and macros.

    Args:
        connection: to the database that was asked.
        query: what it was asked.

    Raises:
        WardPlansError: DuckDB refuses something in the block; the message is DuckDB's own, and how to go on.

    Example:
        >>> with explained(connection, query):
        ...     rows = connection.sql(query).fetchall()
    """
    try:
        yield
    except duckdb.BinderException as error:
        raise WardPlansError(f"{error}\n\n{_columns_near_by(connection, query, str(error))}") from error
    except duckdb.CatalogException as error:
        raise WardPlansError(f"{error}\n\n{_names_near_by(connection, str(error))}") from error
    except duckdb.OutOfMemoryException as error:
        raise WardPlansError("the query takes more memory than it may: is a condition missing from a join?") from error
    except duckdb.Error as error:
        raise WardPlansError(str(error)) from error


def bound(names: set[str], parameters: Mapping[str, object]) -> dict[str, object]:
    """Return the values of the parameters that a query has.

    Raises:
        WardPlansError: one has no value.
    """
    missing = sorted(names - set(parameters))
    if missing:
        raise WardPlansError(f"the query asks for {', '.join(f'${name}' for name in missing)}, which has no value")
    return {name: _plain(parameters[name]) for name in names}


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]) -> pl.DataFrame:
    try:
        with explained(connection, query):
            names = permitted(connection, query)
            return read_rows(connection, query, bound(names, parameters))
    except pl.exceptions.PolarsError as error:
        message = f"a column of the result has no place in a frame: cast it, as in CAST(… AS VARCHAR) ({error})"
        raise WardPlansError(message) from error


def _plain(value: object) -> object:
    """Return the numbers of NumPy and the columns of frames as Python's own, which DuckDB takes."""
    whole: Any = getattr(value, "tolist", None) or getattr(value, "to_list", None)
    return whole() if whole else value


def _columns_near_by(connection: duckdb.DuckDBPyConnection, query: str, error: str) -> str:
    """Say what columns the tables of a query have, and where there is the column that they do not have."""
    columns: dict[str, list[str]] = dict(connection.execute(_COLUMNS).fetchall())
    named = {word for word in re.findall(r"\w+", query.lower()) if word in columns}
    told = [f"{table} has the columns {', '.join(columns[table])}." for table in sorted(named)]
    missing = re.search(r'column "(?:\w+\.)?(\w+)" (?:was )?not found|have a column named "(\w+)"', error)
    if missing:
        told = [*_places((missing[1] or missing[2]).lower(), columns, named), *told]
    return "\n".join(told) or _what_there_is(connection)


def _places(column: str, columns: Mapping[str, Sequence[str]], named: set[str]) -> list[str]:
    """Say which tables have a column, or one of nearly that name where none has it, beginning with the views."""
    here = {name for table in named for name in columns[table]}
    elsewhere = {name for table in columns.keys() - named for name in columns[table]} - here
    for name in get_close_matches(column, here | elsewhere, n=1, cutoff=_ALIKE):
        tables = [table for table, names in columns.items() if name in names]
        more = f" and {len(tables) - _MOST_PLACES} more" if len(tables) > _MOST_PLACES else ""
        return [f"There is {name} in {', '.join(tables[:_MOST_PLACES])}{more}."] if name in elsewhere else []
    return []


def _names_near_by(connection: duckdb.DuckDBPyConnection, error: str) -> str:
    """Say what macros there are where a function was not found, else what tables and views."""
    return _what_can_be_called(connection) if "Function with name" in error else _what_there_is(connection)


def _what_can_be_called(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "SELECT function_name || '(' || array_to_string(parameters, ', ') || ')' FROM duckdb_functions() "
        "WHERE database_name = current_database() AND NOT internal ORDER BY ALL"
    ).fetchall()
    return f"Beside DuckDB's own functions there are {', '.join(name for (name,) in rows)}."


def _what_there_is(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "SELECT table_name, table_type FROM information_schema.tables "
        "WHERE coalesce(table_comment, '') NOT LIKE 'Derived: %' ORDER BY ALL"
    ).fetchall()
    views, tables = ([name for name, kind in rows if (kind == "VIEW") == is_view] for is_view in (True, False))
    return f"Begin with the views {', '.join(views)}. The tables are {', '.join(tables)}."
