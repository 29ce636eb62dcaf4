"""The CSV export: committed, so that a diff shows what changed in the data."""

import hashlib
import re
from pathlib import Path

import duckdb

from analysis.atomic import replace_files, scratch_folder
from analysis.database.connect import open_database
from analysis.errors import WardPlansError

_CHECKSUMS = "SHA256SUMS"
_CHECKSUM_LINE = re.compile(r"[0-9a-f]{64}  ([a-z_]+\.csv)")


def export_csv(database: Path, folder: Path) -> None:
    """Write every table of the database to `<table>.csv` in the folder, and their checksums to `SHA256SUMS`.

    Tables that the build derives from others, as their comments say, are left out.

    UTF-8 without byte order mark, a header line, lines ended by LF, rows ordered by all columns, NULL as
    nothing (there is no empty text in the database). Two builds of the same inputs give the same bytes. Files
    that an earlier export wrote, as its `SHA256SUMS` tells, and that belong to no table any more are removed;
    other files are left alone. `SHA256SUMS` comes last: where all of it holds, all files are of one build.

    Args:
        database: the database file.
        folder: where to write; made if need be.

    Raises:
        WardPlansError: the database cannot be opened, or the folder cannot be written to.
    """
    with open_database(database) as connection:
        try:
            _export(connection, folder)
        except OSError as error:
            raise WardPlansError(f"cannot write CSV files to {folder}: {error.strerror or error}") from error


def _export(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    stale = _exported_before(folder)
    with scratch_folder(folder, "csv-export") as scratch:
        for table in _tables(connection):
            rows = connection.sql(f"SELECT * FROM {table} ORDER BY ALL").pl()
            rows.write_csv(scratch / f"{table}.csv", line_terminator="\n")
        exported = sorted(scratch.iterdir())
        checksums = scratch / _CHECKSUMS
        checksums.write_bytes("".join(map(_checksum_line, exported)).encode())
        replace_files([*exported, checksums], folder, remove=stale - {file.name for file in exported})


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the tables but for those that the build derives from others."""
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = current_database() AND NOT starts_with(comment, 'Derived: ') ORDER BY table_name"
    ).fetchall()
    return [name for (name,) in found]


def _exported_before(folder: Path) -> set[str]:
    checksums = folder / _CHECKSUMS
    if not checksums.is_file():
        return set()
    lines = checksums.read_text(encoding="utf-8").splitlines()
    return {match[1] for line in lines if (match := _CHECKSUM_LINE.fullmatch(line))}


def _checksum_line(file: Path) -> str:
    return f"{hashlib.sha256(file.read_bytes()).hexdigest()}  {file.name}\n"
