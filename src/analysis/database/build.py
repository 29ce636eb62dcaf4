"""Writes the curated database from data frames: all of it, or nothing."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl

from analysis.atomic import replace_files, scratch_folder
from analysis.database import SCHEMA_VERSION
from analysis.database.inputs import Inputs
from analysis.database.prepared import fill_views, prepare_views
from analysis.errors import WardPlansError

# The newest file format that clients of DuckDB 1.4 and 1.5 read, which is what people have installed.
_STORAGE_VERSION = "v1.4.0"

# What was inserted since the last checkpoint is held in memory; each checkpoint writes all indexes anew.
_PARTS_IN_MEMORY = 16

Tables = Mapping[str, pl.DataFrame]
"""Rows by table name."""


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
class Table:
    """A table of the schema, with its columns and those of its primary key."""

    name: str
    columns: tuple[_Column, ...]
    key: tuple[str, ...]


def build_database(tables: Tables, target: Path) -> None:
    """Write a database with the given rows and move it into place, as `build_from_parts` does.

    Example:
        >>> build_database({"units": pl.DataFrame({"unit_id": ["procedures"], ...})}, Path("wards.duckdb"))
    """
    build_from_parts([tables], target)


def build_from_parts(parts: Iterable[Tables], target: Path, inputs: Inputs | None = None) -> None:
    """Write a database with rows that come in parts and move it into place.

    Whoever has the old file open, for reading or writing, keeps the old one. The same frames give the same
    content: the rows of a part are stored in the order of their primary key (measures: parents first).

    Args:
        parts: rows by table name of `schema.sql`; what they refer to is in the same part or in one before. Columns that
            may be NULL can be left out; a table left out is created empty. `build_info` is given without
            `schema_version`, which is written here.
        target: the file to write. Its folder is made if need be.
        inputs: what the rows were made from, for a later build to go on from.

    Raises:
        WardPlansError: an unknown table or column, a required column left out, a column of the wrong type,
            an empty text, a row that breaks a constraint or a rule of `checks.sql` (table and row are named),
            or a target that cannot be written. The old file is then untouched.
    """
    with replacing(target) as fresh, written(fresh) as connection:
        _write(connection, parts, inputs)


@contextmanager
def replacing(target: Path) -> Iterator[Path]:
    """Give the path of a file to write, which takes the place of the target when the block ends without an error.

    Raises:
        WardPlansError: the target is a folder, or cannot be written.
    """
    target = target.resolve()
    if target.is_dir():
        raise WardPlansError(f"cannot write {target}: it is a folder, and a file name is needed")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        with scratch_folder(target.parent, target.name) as scratch:
            fresh = scratch / target.name
            yield fresh
            # Beside a log left by somebody who wrote into the old file, DuckDB would refuse to open the new one.
            replace_files([fresh], target.parent, remove=[f"{target.name}.wal"])
    except OSError as error:
        raise WardPlansError(f"cannot write {target}: {error.strerror or error}") from error


@contextmanager
def written(path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that writes a database file nobody else has, whole when the block ends without an error.

    Raises:
        WardPlansError: DuckDB refuses a statement of the block, or the file.
    """
    try:
        with duckdb.connect(":memory:", config={"temp_directory": ""}) as connection:
            quoted = str(path).replace("'", "''")
            # A file that a crash leaves behind is thrown away: no log of it is needed.
            options = f"STORAGE_VERSION '{_STORAGE_VERSION}', RECOVERY_MODE no_wal_writes"
            connection.execute(f"SET enable_progress_bar = false; ATTACH '{quoted}' AS wards ({options}); USE wards")
            yield connection
            connection.execute("CHECKPOINT; USE memory; DETACH wards")
    except duckdb.Error as error:
        # Of a full disk DuckDB says first what it does about it, which is frightening and of no use.
        reason = _first_line(error).rpartition("Original error: ")[2]
        raise WardPlansError(f"cannot write the database {path.name}: {reason}") from error


def _write(connection: duckdb.DuckDBPyConnection, parts: Iterable[Tables], inputs: Inputs | None) -> None:
    # In one transaction, because hundreds of comments one by one take much longer.
    connection.execute(f"BEGIN; {_sql('schema.sql')}; COMMIT")
    connection.execute("INSERT INTO build_info VALUES ('schema_version', $1)", [SCHEMA_VERSION])
    schema = read_schema(connection)
    for number, part in enumerate(parts, start=1):
        load(connection, schema, part)
        if number % _PARTS_IN_MEMORY == 0:
            connection.execute("CHECKPOINT")
    connection.execute(f"BEGIN; {_views(inputs)}; {_sql('macros.sql')}; COMMIT")
    prepare_views(connection)
    fill_views(connection)
    refuse_breaches(connection)


def load(connection: duckdb.DuckDBPyConnection, schema: Sequence[Table], part: Tables) -> None:
    """Insert the rows of a part, table by table in the order of the schema, and what is counted in them."""
    _refuse_unknown_tables(part, schema)
    for table in schema:
        _load(connection, table, part.get(table.name, pl.DataFrame()))
    passages = part.get("passages", pl.DataFrame())
    if not passages.is_empty():
        connection.register("loaded_passages", passages.select("passage_id", "document_id", "text_ja"))
        connection.execute(_sql("mentions.sql"))
        connection.unregister("loaded_passages")


def run_sql(connection: duckdb.DuckDBPyConnection, name: str, wards: Sequence[str]) -> None:
    """Run the statements of a file beside this one, which speak of some wards as $wards."""
    for statement in connection.extract_statements(_sql(name)):
        connection.execute(statement, {"wards": wards} if statement.named_parameters else None)


def _views(inputs: Inputs | None) -> str:
    """Return views.sql with what the rows were made from."""
    sql = _sql("views.sql")
    for key in ("reference_sha256", "library_sha256"):
        sql = sql.replace(f"<{key}>", getattr(inputs, key) if inputs else "unknown")
    return sql


def _sql(name: str) -> str:
    return Path(__file__).with_name(name).read_text(encoding="utf-8")


def read_schema(connection: duckdb.DuckDBPyConnection) -> list[Table]:
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
        "SEMI JOIN duckdb_tables() USING (database_name, table_oid) "
        "WHERE database_name = 'wards' ORDER BY table_oid, column_index"
    ).fetchall():
        columns.setdefault(table, []).append(_Column(name, data_type, not is_nullable))
    return [Table(name, tuple(columns[name]), keys.get(name, ())) for name in columns]


def _refuse_unknown_tables(tables: Tables, schema: Sequence[Table]) -> None:
    unknown = sorted(set(tables) - {table.name for table in schema})
    if unknown:
        known = ", ".join(sorted(table.name for table in schema))
        raise WardPlansError(f"no such table in the schema: {', '.join(unknown)}; it has {known}")


def _load(connection: duckdb.DuckDBPyConnection, table: Table, frame: pl.DataFrame) -> None:
    _refuse_wrong_columns(table, frame)
    if frame.is_empty():
        return
    rows = frame.sort(table.key, maintain_order=True)
    for batch in _parents_first(rows) if table.name == "measures" else [rows]:
        try:
            _insert(connection, table, batch)
        except (duckdb.ConstraintException, duckdb.ConversionException) as error:
            raise WardPlansError(_explain_refusal(connection, table, batch, error)) from error


def _refuse_wrong_columns(table: Table, frame: pl.DataFrame) -> None:
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
            is_empty = frame[name] == ""
            if is_empty.any():
                row = _row_name(table, frame.filter(is_empty))
                raise WardPlansError(f"{table.name}.{name}: empty text in {row}; what is not said is NULL")


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


def _insert(connection: duckdb.DuckDBPyConnection, table: Table, rows: pl.DataFrame) -> None:
    connection.register("incoming_rows", rows)
    try:
        connection.execute(f"INSERT INTO {table.name} BY NAME SELECT * FROM incoming_rows")
    finally:
        connection.unregister("incoming_rows")


def _explain_refusal(
    connection: duckdb.DuckDBPyConnection, table: Table, rows: pl.DataFrame, refusal: duckdb.Error
) -> str:
    """Say which row was refused: DuckDB seldom does, so they are tried one by one in the doomed file."""
    for row in rows.iter_slices(1):
        try:
            _insert(connection, table, row)
        except duckdb.Error as error:
            return f"{table.name}: {_row_name(table, row)}: {_first_line(error)}"
    return f"{table.name}: {_first_line(refusal)}"


def _row_name(table: Table, rows: pl.DataFrame) -> str:
    values = rows.select(table.key).row(0, named=True)
    return "row " + ", ".join(f"{name} {value!r}" for name, value in values.items())


def refuse_breaches(connection: duckdb.DuckDBPyConnection) -> None:
    """Make sure that no row breaks a rule of `checks.sql`.

    Raises:
        WardPlansError: one does.
    """
    breaches = connection.execute(_sql("checks.sql")).fetchall()
    if breaches:
        table, row, problem = breaches[0]
        others = f" (and {len(breaches) - 1} more breaches)" if len(breaches) > 1 else ""
        raise WardPlansError(f"{table}: row {row!r}: {problem}{others}")


def _first_line(error: BaseException) -> str:
    return str(error).partition("\n")[0]
