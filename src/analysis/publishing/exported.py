"""One export to one folder: written aside, under checksums, and moved into place when all of it is whole."""

import hashlib
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.atomic import replace_files, scratch_folder
from analysis.database.connect import open_database, overflow_folder
from analysis.errors import WardPlansError
from analysis.publishing.provenance import Dataset, read_dataset
from analysis.publishing.relations import Relation, read_relations

CHECKSUMS = "SHA256SUMS"
"""The file that names all others of an export, with their SHA-256."""

_CHECKSUM_LINE = re.compile(r"[0-9a-f]{64}  ([a-z0-9_-]+\.[a-z0-9]+)")

Progress = Callable[[str], None]
"""Is told the name of each table or view when its rows are about to be written."""


def silent(_name: str) -> None:
    """Tell nobody."""


@dataclass(frozen=True)
class Export:
    """What a format is written from.

    Attributes:
        connection: to the database.
        relations: its tables, and the views whose rows the build has worked out.
        dataset: what is said of the data as a whole.
        begin: is called with the name of each relation before its rows are written.
    """

    connection: duckdb.DuckDBPyConnection
    relations: Sequence[Relation]
    dataset: Dataset
    begin: Progress


Writer = Callable[[Export, Path], None]
"""Writes the files of a format into an empty folder."""


def write_export(database: Path, folder: Path, name: str, write: Writer, begin: Progress = silent) -> list[Path]:
    """Write a format to a folder, with the checksums of its files in `SHA256SUMS`, and return where the files are.

    The old files stay until all new ones are written, and when anything fails. Those that an earlier export wrote, as
    its `SHA256SUMS` tells, and that this one does not are removed where it writes files of that kind; others are left
    alone. `SHA256SUMS` comes last: where all of it holds, all files are of one build.

    Args:
        database: the database file.
        folder: where to write; made if need be.
        name: of the format.
        write: what writes its files.
        begin: is told the name of each table or view when its turn comes.

    Raises:
        WardPlansError: the database cannot be opened, the folder cannot be written to, or the format cannot hold the
            data.
    """
    with overflow_folder() as overflow, open_database(database, overflow=overflow) as connection:
        export = Export(connection, read_relations(connection), read_dataset(connection), begin)
        try:
            return _publish(export, folder, name, write)
        except OSError as error:
            raise WardPlansError(f"cannot write {name} files to {folder}: {error.strerror or error}") from error


def _publish(export: Export, folder: Path, name: str, write: Writer) -> list[Path]:
    folder.mkdir(parents=True, exist_ok=True)
    stale = _exported_before(folder)
    with scratch_folder(folder, f"{name}-export") as scratch:
        write(export, scratch)
        written = sorted(scratch.iterdir())
        kinds = {file.suffix for file in written}
        checksums = scratch / CHECKSUMS
        checksums.write_bytes("".join(map(_checksum_line, written)).encode())
        gone = {file for file in stale if Path(file).suffix in kinds} - {file.name for file in written}
        return replace_files([*written, checksums], folder, remove=gone)[:-1]


def _exported_before(folder: Path) -> set[str]:
    checksums = folder / CHECKSUMS
    if not checksums.is_file():
        return set()
    lines = checksums.read_text(encoding="utf-8").splitlines()
    return {match[1] for line in lines if (match := _CHECKSUM_LINE.fullmatch(line))}


def _checksum_line(file: Path) -> str:
    with file.open("rb") as content:
        return f"{hashlib.file_digest(content, 'sha256').hexdigest()}  {file.name}\n"
