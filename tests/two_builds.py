"""Two contents of the database that differ in one printed figure, and how to tell which of them one looks at."""

import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder, reference_folder

OTA = "13111-ota/informatization-plan-v5-summary.txt"
PRINTED, ALTERED = "288手續", "301手續"

Fingerprint = dict[str, list[int]]
"""Of tables and views: the number of rows, and a number made of all that stands in them."""

VIEWS = ("observations", "achievements")
"""Those in which the figure stands."""


@dataclass(frozen=True)
class Build:
    """The documents, the database made of them, and what is in it."""

    raw: Path
    database: Path
    fingerprint: Fingerprint


def two_builds(folder: Path) -> tuple[Build, Build]:
    """Build the real documents, and those with Ota's 288 procedures of FY2024 changed to 301."""
    altered = Path(shutil.copytree(raw_folder(), folder / "altered"))
    text = (altered / OTA).read_text(encoding="utf-8")
    assert text.count(PRINTED) == 1
    (altered / OTA).write_text(text.replace(PRINTED, ALTERED), encoding="utf-8")
    accept_checksums(altered)
    first, second = _build(raw_folder(), folder / "first"), _build(altered, folder / "second")
    found = differing(first.fingerprint, second.fingerprint)
    assert set(found) >= {"build_info", "citations", "documents", "kpi_values", *VIEWS}
    return first, second


def fingerprint(connection: duckdb.DuckDBPyConnection, names: Iterable[str] = ()) -> Fingerprint:
    """Tell what is in a database; each table and view is asked on its own.

    Args:
        connection: to the database.
        names: of tables and views; of all tables and VIEWS when empty.
    """
    found = {}
    for name in list(names) or [*_tables(connection), *VIEWS]:
        (row,) = connection.execute(f"SELECT count(*), coalesce(sum(hash({name})), 0) FROM {name}").fetchall()
        found[name] = list(row)
    return found


def differing(first: Fingerprint, second: Fingerprint) -> list[str]:
    """Name the tables and views in which two contents differ."""
    return [name for name in first if first[name] != second[name]]


def _tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    found = connection.execute(
        "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY table_name"
    ).fetchall()
    return [name for (name,) in found]


def _build(raw: Path, folder: Path) -> Build:
    database = folder / "wards.duckdb"
    build_database(curate(raw, reference_folder()), database)
    with duckdb.connect(database, read_only=True) as connection:
        return Build(raw, database, fingerprint(connection))
