"""Opens the curated database: read-only, shut off from everything else."""

import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import duckdb

from analysis.atomic import scratch_folder
from analysis.database import SCHEMA_VERSION
from analysis.documents import paths
from analysis.errors import WardPlansError

# Generous for a file of a few megabytes, and a stop to a join that forgot its condition.
_MEMORY_LIMIT = "2GB"

_SHUT_OFF = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": _MEMORY_LIMIT,
}


def open_database(
    path: Path | str | None = None, *, memory: int | None = None, overflow: Path | None = None
) -> duckdb.DuckDBPyConnection:
    """Return a read-only connection to the database, to the build that lies there now.

    The connection reads nothing but the database: no other files, no extensions, no variables of the caller
    (frames can be joined after `connection.register`). Its settings cannot be changed. It keeps reading the
    same build when a newer one is moved into place; open another to see that. Where the folder
    cannot be written to, a process that still has an older build open is given that one again.

    Plain `duckdb.connect(path, read_only=True)` differs in that: while a process holds a connection to the
    old build, DuckDB gives it the old build again, under every spelling of the path.

    Args:
        path: the database file; without it, `data/curated/wards.duckdb` of the checkout.
        memory: how many bytes tables and results may take; 2 GB when None.
        overflow: a folder for what does not fit into memory; without one, such a query is refused.

    Raises:
        WardPlansError: there is no such file, it is not a database of this project or one of another
            schema_version, or a program holds it open for writing.

    Example:
        >>> open_database().sql("SELECT * FROM observations WHERE ward_code = '13114'").pl()
    """
    database = _existing(paths.database_path() if path is None else path)
    try:
        with _linked(database) as path:
            connection = _connect(path, memory, overflow)
    except duckdb.Error as error:
        raise WardPlansError(_explain(database, error)) from error
    try:
        _require_schema_version(connection, database)
        _lock(connection)
    except BaseException:
        connection.close()
        raise
    return connection


@contextmanager
def overflow_folder() -> Iterator[Path | None]:
    """Give a folder for what does not fit into memory, in the system's for temporary files; None if there is no room.

    Example:
        >>> with overflow_folder() as overflow, open_database(path, overflow=overflow) as connection:
        ...     ...
    """
    with ExitStack() as stack:
        overflow = None
        with suppress(OSError):
            overflow = stack.enter_context(scratch_folder(Path(tempfile.gettempdir()), "wardplans"))
        yield overflow


@contextmanager
def open_builds(before: Path | str, after: Path | str) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection that reads two builds of the database side by side, by the names `before` and `after`.

    Both are read-only and shut off as in `open_database`; temporary tables can be made beside them. What does not fit
    into memory goes to a folder of the connection's own, in the system's for temporary files, if one can be made there.

    Args:
        before: the database file of one build.
        after: that of the other; it may be the same file.

    Raises:
        WardPlansError: as from `open_database`, of either.

    Example:
        >>> with open_builds("old.duckdb", "new.duckdb") as connection:
        ...     connection.sql("FROM after.plans ANTI JOIN before.plans USING (plan_id)").show()
    """
    with ExitStack() as stack:
        overflow = stack.enter_context(overflow_folder())
        opened = duckdb.connect(":memory:", config={**_SHUT_OFF, "temp_directory": str(overflow or "")})
        connection = stack.enter_context(opened)
        for name, path in {"before": before, "after": after}.items():
            _attach(connection, name, _existing(path))
        connection.execute("USE memory")
        connection.execute("SET enable_external_access = false")
        _lock(connection)
        yield connection


def _attach(connection: duckdb.DuckDBPyConnection, name: str, database: Path) -> None:
    try:
        with this_build(database) as path:
            quoted = str(path).replace("'", "''")
            connection.execute(f"ATTACH '{quoted}' AS {name} (TYPE duckdb, READ_ONLY)")
    except duckdb.Error as error:
        raise WardPlansError(_explain(database, error)) from error
    connection.execute(f"USE {name}")
    _require_schema_version(connection, database)


def _existing(path: Path | str) -> Path:
    database = Path(path).resolve()
    if not database.is_file():
        raise WardPlansError(f"no database at {database}: run `wardplans build` first")
    return database


def _lock(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("SET python_enable_replacements = false")
    connection.execute("SET lock_configuration = true")


@contextmanager
def this_build(database: Path) -> Iterator[Path]:
    """Give a path to the build that lies there now, for as long as the block lasts.

    Whatever is opened by this path, in this process or in others, is that build, even when a newer one is moved into
    place meanwhile. So what is made in several steps is made from one build.

    Args:
        database: the database file.

    Raises:
        WardPlansError: as `open_database`; or what lies in the file turns out to be damaged when the block reads it.

    Example:
        >>> with this_build(Path("wards.duckdb")) as path:
        ...     export_csv(path, Path("csv"))
        ...     write_data_dictionary(path, Path("data_dictionary.md"))
    """
    open_database(database).close()
    with _linked(database.resolve()) as path:
        try:
            yield path
        except duckdb.Error as error:
            if not _is_of_the_file(error):
                raise
            raise WardPlansError(_explain(database, error).replace(str(path), str(database))) from error


@contextmanager
def _linked(database: Path) -> Iterator[Path]:
    """Give a name of the database that nobody used before, because DuckDB remembers open files by their path.

    It is a hard link: DuckDB follows a symbolic one to the same path. Where the folder cannot be written to, or has no
    hard links, it is the database's own name.
    """
    with ExitStack() as stack:
        try:
            path = stack.enter_context(scratch_folder(database.parent, database.name)) / database.name
            path.hardlink_to(database)
        except OSError:
            path = database
        yield path


def _connect(file: Path, memory: int | None, overflow: Path | None) -> duckdb.DuckDBPyConnection:
    settings: dict[str, str | bool | int | float | list[str]] = {
        **_SHUT_OFF,
        "temp_directory": str(overflow or ""),
    }
    if memory is not None:
        settings["memory_limit"] = f"{memory}B"
    connection = duckdb.connect(file, read_only=True, config=settings)
    connection.execute("SET enable_external_access = false")
    return connection


def _is_of_the_file(error: duckdb.Error) -> bool:
    """Tell a file that cannot be read from a query that is wrong. DuckDB has no class for a wrong checksum."""
    return type(error) is duckdb.Error or isinstance(
        error, duckdb.IOException | duckdb.FatalException | duckdb.SerializationException
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
    except duckdb.Error as error:
        raise WardPlansError(_explain(database, error)) from error
    if not rows:
        raise WardPlansError(f"{database} is not a database written by `wardplans build`")
    if rows[0][0] != SCHEMA_VERSION:
        raise WardPlansError(
            f"{database} has schema_version {rows[0][0]}, but this library reads {SCHEMA_VERSION}: "
            "run `wardplans build` to rebuild it"
        )
