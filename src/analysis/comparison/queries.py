"""Questions in SQL, for what no function answers."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl

from analysis.comparison.selection import Frame, connected, framed
from analysis.database.usage import read_rows
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame

_EMPTY = "there is no query: write one, as in SELECT * FROM observations"
_SEVERAL = "{count} statements: give one query at a time"
_NO_QUERY = "{kind} is no query: the database can be read only; begin with SELECT, FROM or WITH"
_DYNAMIC_PIVOT = "a PIVOT has to name its columns: PIVOT … ON column IN ('this', 'that')"


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
        query: one statement that begins with SELECT, FROM, WITH, VALUES, PIVOT, DESCRIBE or the like.
        parameters: the values of `$name` in the query; others are not looked at. Lists go with IN.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        The columns that the query names.

    Raises:
        WardPlansError: there is no query or more than one, it is anything but a query, a `$name` has no value, or
            DuckDB refuses it; then with DuckDB's own message. Also, there is no database.

    Example:
        >>> sql("SELECT * FROM observations WHERE ward_code = $ward", parameters={"ward": "13111"})
    """
    with connected(connection) as database:
        return framed(_rows(database, query, parameters or {}), frame)


def _rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: Mapping[str, object]) -> pl.DataFrame:
    try:
        names = _parameter_names(connection, query)
        return read_rows(connection, query, _bound(names, parameters))
    except duckdb.BinderException as error:
        raise WardPlansError(f"{error}\n\n{_columns_of_its_tables(connection, query)}") from error
    except duckdb.CatalogException as error:
        raise WardPlansError(f"{error}\n\n{_what_there_is(connection)}") from error
    except duckdb.Error as error:
        raise WardPlansError(str(error)) from error
    except pl.exceptions.PolarsError as error:
        message = f"a column of the result has no place in a frame: cast it, as in CAST(… AS VARCHAR) ({error})"
        raise WardPlansError(message) from error


def _parameter_names(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    """Return the names of the parameters of a single query."""
    statements = connection.extract_statements(query)
    if not statements:
        raise WardPlansError(_EMPTY)
    if len(statements) > 1:
        raise WardPlansError(_SEVERAL.format(count=len(statements)))
    (statement,) = statements
    if statement.type == duckdb.StatementType.MULTI:
        raise WardPlansError(_DYNAMIC_PIVOT)
    if statement.type != duckdb.StatementType.SELECT:
        raise WardPlansError(_NO_QUERY.format(kind=statement.type.name))
    return set(statement.named_parameters)


def _bound(names: set[str], parameters: Mapping[str, object]) -> dict[str, object]:
    missing = sorted(names - set(parameters))
    if missing:
        raise WardPlansError(f"the query asks for {', '.join(f'${name}' for name in missing)}, which has no value")
    return {name: _plain(parameters[name]) for name in names}


def _plain(value: object) -> object:
    """Return the numbers of NumPy and the columns of frames as Python's own, which DuckDB takes."""
    whole: Any = getattr(value, "tolist", None) or getattr(value, "to_list", None)
    return whole() if whole else value


def _columns_of_its_tables(connection: duckdb.DuckDBPyConnection, query: str) -> str:
    named = set(re.findall(r"\w+", query.lower()))
    rows = connection.execute(
        "SELECT table_name, string_agg(column_name, ', ' ORDER BY column_index) FROM duckdb_columns() "
        "WHERE table_name IN (SELECT unnest($named)) GROUP BY ALL ORDER BY ALL",
        {"named": sorted(named)},
    ).fetchall()
    known = [f"{table} has the columns {columns}." for table, columns in rows]
    return "\n".join(known) or _what_there_is(connection)


def _what_there_is(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute(
        "SELECT table_name, table_type FROM information_schema.tables "
        "WHERE coalesce(table_comment, '') NOT LIKE 'Derived: %' ORDER BY ALL"
    ).fetchall()
    views, tables = ([name for name, kind in rows if (kind == "VIEW") == is_view] for is_view in (True, False))
    return f"Begin with the views {', '.join(views)}. The tables are {', '.join(tables)}."
