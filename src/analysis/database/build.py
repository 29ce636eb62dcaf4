"""Writes the curated database from data frames: all of it, or nothing."""

import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from analysis.database import SCHEMA_VERSION, scratch_prefix
from analysis.errors import WardPlansError

# The newest file format that clients of DuckDB 1.4 and 1.5 read, which is what people have installed.
_STORAGE_VERSION = "v1.4.0"

# A build takes seconds: what lies about for an hour was left by one that was killed.
_LEFTOVER_SECONDS = 3600


def build_database(tables: Mapping[str, pl.DataFrame], target: Path) -> None:
    """Write a database with the given rows and move it into place.

    Whoever has the old file open, for reading or writing, keeps the old one. The same frames give the same
    content: rows are stored in the order of their primary key (measures: parents first).

    Args:
        tables: rows by table name of `schema.sql`. Columns that may be NULL can be left out; a table left out
            is created empty. `build_info` is given without `schema_version`, which is written here.
        target: the file to write. Its folder is made if need be.

    Raises:
        WardPlansError: an unknown table or column, a required column left out, a column of the wrong type,
            an empty text, a row that breaks a constraint or a rule of `checks.sql` (table and row are named),
            or a target that cannot be written. The old file is then untouched.

    Example:
        >>> build_database({"units": pl.DataFrame({"unit_id": ["procedures"], ...})}, Path("wards.duckdb"))
    """
    target = target.resolve()
    if target.is_dir():
        raise WardPlansError(f"cannot write {target}: it is a folder, and a file name is needed")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        _remove_leftovers(target)
        with tempfile.TemporaryDirectory(prefix=scratch_prefix(target), dir=target.parent) as scratch:
            fresh = Path(scratch) / target.name
            _write(tables, fresh)
            _move_into_place(fresh, target)
    except OSError as error:
        raise WardPlansError(f"cannot write {target}: {error.strerror or error}") from error


def _remove_leftovers(target: Path) -> None:
    """Remove the folders that killed builds and readers of this target left behind."""
    for folder in target.parent.iterdir():
        if folder.name.startswith(scratch_prefix(target)):
            # Folders in use come and go while we look.
            with suppress(FileNotFoundError):
                if time.time() - folder.stat().st_mtime > _LEFTOVER_SECONDS:
                    shutil.rmtree(folder, ignore_errors=True)


def _move_into_place(fresh: Path, target: Path) -> None:
    with fresh.open("rb") as file:
        os.fsync(file.fileno())
    fresh.replace(target)
    # A log left by somebody who wrote into the old file would be replayed into the new one.
    target.with_name(f"{target.name}.wal").unlink(missing_ok=True)
    folder = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _write(tables: Mapping[str, pl.DataFrame], path: Path) -> None:
    try:
        with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS wards (STORAGE_VERSION '{_STORAGE_VERSION}')")
            connection.execute("USE wards")
            # In one transaction, because hundreds of comments one by one take much longer.
            connection.execute(f"BEGIN; {_sql('schema.sql')}; COMMIT")
            connection.execute("INSERT INTO build_info VALUES ('schema_version', $1)", [SCHEMA_VERSION])
            schema = _read_schema(connection)
            _refuse_unknown_tables(tables, schema)
            for table in schema:
                _load(connection, table, tables.get(table.name, pl.DataFrame()))
            connection.execute(f"BEGIN; {_sql('views.sql')}; COMMIT")
            _refuse_breaches(connection)
            connection.execute("CHECKPOINT; USE memory; DETACH wards")
    except duckdb.Error as error:
        raise WardPlansError(f"cannot write the database {path.name}: {_first_line(error)}") from error


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


@dataclass(frozen=True)
class _Column:
    name: str
    data_type: str
    is_required: bool

    def accepts(self, dtype: pl.DataType) -> bool:
        """Tell whether values of a frame's type go in as they are (DuckDB would round 2023.5 to 2024)."""
        if dtype == pl.Null:
            return True
        match self.data_type:
            case "BOOLEAN":
                return dtype == pl.Boolean
            case "INTEGER":
                return dtype.is_integer()
            case "DOUBLE":
                return dtype.is_numeric()
            case "DATE":
                return dtype == pl.Date
            case _:  # VARCHAR and the ENUM types
                return dtype == pl.String


@dataclass(frozen=True)
class _Table:
    name: str
    columns: tuple[_Column, ...]
    key: tuple[str, ...]


def _read_schema(connection: duckdb.DuckDBPyConnection) -> list[_Table]:
    """Return the tables in the order they were created, which is the order to load them in."""
    keys: dict[str, tuple[str, ...]] = {
        table: tuple(columns)
        for table, columns in connection.execute(
            "SELECT table_name, constraint_column_names FROM duckdb_constraints() "
            "WHERE database_name = 'wards' AND constraint_type = 'PRIMARY KEY'"
        ).fetchall()
    }
    columns: dict[str, list[_Column]] = {}
    for table, name, data_type, is_nullable in connection.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE database_name = 'wards' ORDER BY table_oid, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(_Column(name, data_type, not is_nullable))
    return [_Table(name, tuple(columns[name]), keys[name]) for name in columns]


def _refuse_unknown_tables(tables: Mapping[str, pl.DataFrame], schema: list[_Table]) -> None:
    unknown = sorted(set(tables) - {table.name for table in schema})
    if unknown:
        known = ", ".join(sorted(table.name for table in schema))
        raise WardPlansError(f"no such table in the schema: {', '.join(unknown)}; it has {known}")


def _load(connection: duckdb.DuckDBPyConnection, table: _Table, frame: pl.DataFrame) -> None:
    _refuse_wrong_columns(table, frame)
    if frame.is_empty():
        return
    rows = frame.sort(table.key, maintain_order=True)
    for batch in _parents_first(rows) if table.name == "measures" else [rows]:
        try:
            _insert(connection, table, batch)
        except (duckdb.ConstraintException, duckdb.ConversionException) as error:
            raise WardPlansError(_explain_refusal(connection, table, batch, error)) from error


def _refuse_wrong_columns(table: _Table, frame: pl.DataFrame) -> None:
    if frame.width == 0:
        return
    known = {column.name: column for column in table.columns}
    unknown = [name for name in frame.columns if name not in known]
    if unknown:
        raise WardPlansError(
            f"{table.name}: no such column in the schema: {', '.join(unknown)}; it has {', '.join(known)}"
        )
    missing = [name for name, column in known.items() if column.is_required and name not in frame.columns]
    if missing:
        raise WardPlansError(f"{table.name}: required column missing: {', '.join(missing)}")
    for name, dtype in frame.schema.items():
        expected = known[name]
        if not expected.accepts(dtype):
            raise WardPlansError(f"{table.name}.{name}: expected {expected.data_type}, got {dtype} values")
        if dtype == pl.String:
            empty = frame.filter(pl.col(name) == "")
            if not empty.is_empty():
                raise WardPlansError(
                    f"{table.name}.{name}: empty text in {_row_name(table, empty)}; what is not said is NULL"
                )


def _parents_first(measures: pl.DataFrame) -> Iterator[pl.DataFrame]:
    """Yield the measures in batches, none of which refers to itself or to a later one."""
    waiting = measures
    while not waiting.is_empty():
        ids = waiting["measure_id"].to_list()
        references = [name for name in ("parent_measure_id", "repeats_measure_id") if name in waiting.columns]
        is_blocked = pl.any_horizontal(
            pl.lit(False), *(pl.col(name).cast(pl.String).is_in(ids).fill_null(False) for name in references)
        )
        ready = waiting.filter(~is_blocked)
        if ready.is_empty():
            raise WardPlansError(f"measures: these refer to each other in a circle: {', '.join(ids)}")
        yield ready
        waiting = waiting.filter(is_blocked)


def _insert(connection: duckdb.DuckDBPyConnection, table: _Table, rows: pl.DataFrame) -> None:
    connection.register("incoming_rows", rows)
    try:
        connection.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM incoming_rows")
    finally:
        connection.unregister("incoming_rows")


def _explain_refusal(
    connection: duckdb.DuckDBPyConnection, table: _Table, rows: pl.DataFrame, refusal: duckdb.Error
) -> str:
    """Say which row was refused: DuckDB seldom does, so they are tried one by one in the doomed file."""
    for row in rows.iter_slices(1):
        try:
            _insert(connection, table, row)
        except duckdb.Error as error:
            return f"{table.name}: {_row_name(table, row)}: {_first_line(error)}"
    return f"{table.name}: {_first_line(refusal)}"


def _row_name(table: _Table, rows: pl.DataFrame) -> str:
    values = rows.select(table.key).row(0, named=True)
    return "row " + ", ".join(f"{name} {value!r}" for name, value in values.items())


def _refuse_breaches(connection: duckdb.DuckDBPyConnection) -> None:
    breaches = connection.execute(_sql("checks.sql")).fetchall()
    if breaches:
        table, row, problem = breaches[0]
        others = f" (and {len(breaches) - 1} more breaches)" if len(breaches) > 1 else ""
        raise WardPlansError(f"{table}: row {row!r}: {problem}{others}")


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
