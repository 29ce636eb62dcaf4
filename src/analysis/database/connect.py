"""Opens the curated database: read-only, shut off from everything else."""

import tempfile
from pathlib import Path

import duckdb

from analysis.database import SCHEMA_VERSION, scratch_prefix
from analysis.documents import paths
from analysis.errors import WardPlansError

# Generous for a file of a few megabytes, and a stop to a join that forgot its condition.
_MEMORY_LIMIT = "2GB"


def open_database(path: Path | str | None = None) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the database, to the build that lies there now.

    The connection reads nothing but the database: no other files, no extensions, no variables of the caller
    (frames can be joined after `connection.register`). Its settings cannot be changed. It keeps reading the
    same build when a newer one is moved into place; open another to see that.

    Plain `duckdb.connect(path, read_only=True)` differs in that: while a process holds a connection to the
    old build, DuckDB gives it the old build again, under every spelling of the path.

    Args:
        path: the database file; without it, `data/curated/wards.duckdb` of the checkout.

    Raises:
        WardPlansError: there is no such file, it is not a database of this project or one of another
            schema_version, or a program holds it open for writing.

    Example:
        >>> open_database().sql("SELECT * FROM observations WHERE ward_code = '13114'").pl()
    """
    database = (paths.database_path() if path is None else Path(path)).resolve()
    if not database.is_file():
        raise WardPlansError(f"no database at {database}: run `wardplans build` first")
    try:
        connection = _connect_to_this_build(database)
    except duckdb.Error as error:
        raise WardPlansError(_explain(database, error)) from error
    try:
        _require_schema_version(connection, database)
        connection.execute("SET python_enable_replacements = false")
        connection.execute("SET lock_configuration = true")
    except BaseException:
        connection.close()
        raise
    return connection


def _connect_to_this_build(database: Path) -> duckdb.DuckDBPyConnection:
    """Connect through a name that nobody used before, because DuckDB remembers open files by their path.

    A hard link is needed: DuckDB follows a symbolic one to the same path. It is removed at once. Where the
    folder cannot be written to, or has no hard links, the file is opened by its own name; a process that
    still holds an older build then sees that one again.
    """
    try:
        with tempfile.TemporaryDirectory(prefix=scratch_prefix(database), dir=database.parent) as scratch:
            link = Path(scratch) / database.name
            link.hardlink_to(database)
            return _connect(link)
    except OSError:
        return _connect(database)


def _connect(file: Path) -> duckdb.DuckDBPyConnection:
    return duckdb.connect(
        file,
        read_only=True,
        config={
            "enable_external_access": "false",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "memory_limit": _MEMORY_LIMIT,
        },
    )


def _explain(database: Path, error: duckdb.Error) -> str:
    message = str(error).partition("\n")[0]
    if "Could not set lock" in message:
        return f"{database} is open for writing in another program: close it there and try again ({message})"
    return f"{database} cannot be read as a DuckDB database: run `wardplans build` to replace it ({message})"


def _require_schema_version(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    try:
        rows = connection.execute("SELECT value FROM build_info WHERE key = 'schema_version'").fetchall()
    except duckdb.CatalogException:
        rows = []
    if not rows:
        raise WardPlansError(f"{database} is not a database written by `wardplans build`")
    if rows[0][0] != SCHEMA_VERSION:
        raise WardPlansError(
            f"{database} has schema_version {rows[0][0]}, but this library reads {SCHEMA_VERSION}: "
            "run `wardplans build` to rebuild it"
        )
