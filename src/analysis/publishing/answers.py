"""Answers to queries that people write: asked in a process of their own, which gets so much time and memory."""

import json
import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Literal

import duckdb
import pyarrow
import pyarrow.parquet

from analysis.comparison.queries import bound, explained
from analysis.database.connect import open_database
from analysis.database.sandbox import confine, permitted
from analysis.errors import WardPlansError
from analysis.workers import WorkerDiedError, isolated

Form = Literal["text", "json", "parquet"]
"""What the values of an answer are: texts, texts in JSON, or a Parquet file."""

# DuckDB counts what tables and results take, the kernel all else, such as threads and libraries.
_BESIDE_DUCKDB = 256_000_000
# To interrupt a query and to say so; one that cannot be interrupted is then ended with its process.
_LAST_WORDS = 2.0
# Rows that are not shown are counted up to here.
_COUNTED = 1_000_000
_AT_A_TIME = 2_048

_NESTED = ("STRUCT", "MAP", "UNION", "JSON", "VARIANT")
_FLOATS = ("FLOAT", "DOUBLE")
_WHOLE = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT")
_NUMBERS = frozenset((*_FLOATS, "DECIMAL", "BIGNUM", *_WHOLE, *(f"U{kind}" for kind in _WHOLE)))


@dataclass(frozen=True)
class Limits:
    """What a query may take.

    Attributes:
        seconds: of time.
        memory: in bytes.
        rows: how many are given back.
    """

    seconds: float
    memory: int
    rows: int


@dataclass(frozen=True)
class Answer:
    """What came back.

    Attributes:
        columns: the names, as the query gives them; a name can be there twice.
        numeric: of each column, whether it holds numbers.
        rows: the first rows; NULL is None, anything else a text of DuckDB's, nested values in JSON. In JSON where that
            was asked for; empty for Parquet.
        count: how many rows are given.
        left_out: how many rows there are beyond; None when there are more, but nobody has counted them.
        file: the whole Parquet file where that was asked for.
    """

    columns: tuple[str, ...]
    numeric: tuple[bool, ...]
    rows: tuple[tuple[str | None, ...], ...]
    count: int
    left_out: int | None
    file: bytes = b""


def ask(query: str, database: Path, form: Form, limits: Limits) -> Answer:
    """Return the answer to a query that anybody may have written.

    It runs in a process of its own, in which neither DuckDB nor the kernel lets it do anything but read the database.

    Args:
        query: one query in SQL, as `analysis.database.sandbox.permitted` allows.
        database: the database file.
        form: what the values are wanted as.
        limits: what it may take.

    Raises:
        WardPlansError: it is refused, wrong, or takes more than it may; or the database cannot be opened.

    Example:
        >>> ask("FROM wards", Path("wards.duckdb"), "text", Limits(60, 10**9, 100)).rows
    """
    last_moment = limits.seconds + _LAST_WORDS
    begun = time.monotonic()
    try:
        return isolated(_answer, query, database, form, limits, seconds=last_moment)
    except WorkerDiedError as error:
        if time.monotonic() - begun >= last_moment:
            raise WardPlansError(_too_slow(limits)) from None
        raise WardPlansError(f"the query brought its process down ({error}): {_too_large(limits)}") from None


def _answer(query: str, database: Path, form: Form, limits: Limits) -> Answer:
    _shut_output()
    with open_database(database, memory=limits.memory) as connection:
        confine(limits.memory + _BESIDE_DUCKDB)
        with _interrupted(connection, limits), explained(connection, query):
            bound(permitted(connection, query), {})
            return _read(connection.sql(query), form, limits)


def _shut_output() -> None:
    """Send what this process prints to nowhere: DuckDB's progress bar would come out among the answers."""
    with Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), 1)


@contextmanager
def _interrupted(connection: duckdb.DuckDBPyConnection, limits: Limits) -> Iterator[None]:
    """Interrupt what the connection does in the block when its time is over."""
    timer = threading.Timer(limits.seconds, connection.interrupt)
    timer.daemon = True
    timer.start()
    try:
        yield
    except WardPlansError as error:
        if isinstance(error.__cause__, duckdb.InterruptException):
            raise WardPlansError(_too_slow(limits)) from None
        if isinstance(error.__cause__, duckdb.OutOfMemoryException):
            raise WardPlansError(_too_large(limits)) from None
        raise
    except MemoryError:
        raise WardPlansError(_too_large(limits)) from None
    except (OSError, pyarrow.ArrowException) as error:
        # What DuckDB refuses while its rows are fetched comes through Arrow.
        kinds = {"INTERRUPT Error": _too_slow(limits), "Out of Memory Error": _too_large(limits)}
        raise WardPlansError(kinds.get(str(error).partition(":")[0], str(error))) from None
    finally:
        timer.cancel()


def _too_slow(limits: Limits) -> str:
    return (
        f"no answer after {limits.seconds:g} seconds: is a condition missing from a join? "
        "Give it more time with --timeout SECONDS"
    )


def _too_large(limits: Limits) -> str:
    return (
        f"it takes more than {limits.memory / 1e9:g} GB of memory: is a condition missing from a join? "
        "Give it more with --memory 4GB, or ask for fewer rows"
    )


def _read(relation: duckdb.DuckDBPyRelation, form: Form, limits: Limits) -> Answer:
    columns = tuple(relation.columns)
    types = [str(kind) for kind in relation.types]
    numeric = tuple(not _is_nested(kind) and kind.partition("(")[0] in _NUMBERS for kind in types)
    if form != "text":
        _refuse_two_of_a_name(columns)
    if form == "parquet":
        table = relation.limit(limits.rows + 1).to_arrow_table()
        given = table.slice(0, limits.rows)
        left_out = None if table.num_rows > limits.rows else 0
        return Answer(columns, numeric, (), given.num_rows, left_out, _parquet(given))
    texts = [_as_json(number, kind) if form == "json" else _as_text(number, kind) for number, kind in _numbered(types)]
    rows: list[tuple[str | None, ...]] = []
    counted = 0
    with relation.project(", ".join(texts)).to_arrow_reader(_AT_A_TIME) as reader:
        for batch in reader:
            counted += batch.num_rows
            part = batch.slice(0, max(0, limits.rows - len(rows)))
            values = map(_plain, part.columns, types)
            rows.extend(zip(*values, strict=True))
            if counted > limits.rows + _COUNTED:
                return Answer(columns, numeric, tuple(rows), len(rows), None)
    return Answer(columns, numeric, tuple(rows), len(rows), counted - len(rows))


def _numbered(types: Sequence[str]) -> Iterator[tuple[str, str]]:
    return ((f"#{number}", kind) for number, kind in enumerate(types, start=1))


def _is_nested(kind: str) -> bool:
    return kind.endswith("]") or kind.startswith(_NESTED)


def _as_text(column: str, kind: str) -> str:
    return f"CAST({f'to_json({column})' if _is_nested(kind) else column} AS VARCHAR) AS c{column[1:]}"


def _as_json(column: str, kind: str) -> str:
    value = column
    if kind in _FLOATS:  # JSON has no infinity and no "not a number"
        value = f"CASE WHEN isfinite({column}) THEN {column} END"
    elif kind.startswith("TIMESTAMP") and not _is_nested(kind):
        value = f"replace(CAST({column} AS VARCHAR), ' ', 'T')"
    return f"CAST(to_json({value}) AS VARCHAR) AS c{column[1:]}"


def _plain(column: pyarrow.Array, kind: str) -> list[str | None]:
    """Return the texts of a column; nested values without the numbers that JSON does not have."""
    texts: list[str | None] = column.to_pylist()
    return [text and _without_odd_numbers(text) for text in texts] if _is_nested(kind) else texts


def _without_odd_numbers(value: str) -> str:
    if "NaN" not in value and "Infinity" not in value:
        return value
    return json.dumps(json.loads(value, parse_constant=lambda _: None), ensure_ascii=False)


def _refuse_two_of_a_name(columns: Sequence[str]) -> None:
    for name in columns:
        if columns.count(name) > 1:
            raise WardPlansError(f"two columns are called {name}: give one another name, as in {name} AS {name}_2")


def _parquet(table: pyarrow.Table) -> bytes:
    target = BytesIO()
    try:
        pyarrow.parquet.write_table(table, target)
    except pyarrow.ArrowNotImplementedError as error:
        message = f"a column has no place in a Parquet file: cast it, as in CAST(… AS VARCHAR) ({error})"
        raise WardPlansError(message) from error
    return target.getvalue()
