"""What a page was made from, as digests: where they are the same, so is the page."""

import hashlib
import json
import platform
import re
from collections.abc import Mapping, Sequence
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path

import analysis
from analysis.database.connect import open_database
from analysis.reporting.index import Companion, Report
from analysis.reporting.page import SourceDocument
from analysis.reporting.planning import PlannedRun
from analysis.reporting.prose import Language

_PROJECT = "ward-plans"
_NAME = re.compile(r"[\w.-]+")
_CODE = frozenset((".py", ".sql", ".j2", ".css", ".js"))

#: Queries that a notebook puts to a connection itself; the library notes only its own.
_OWN_QUERY = re.compile(r"(?<!\banalysis)\.(?:sql|execute|query|table|view|cursor|from_query)\(|\bduckdb\b")


def library_version() -> str:
    """Return the version of this library, 'unknown' when it runs from a folder without being installed."""
    try:
        return version(_PROJECT)
    except PackageNotFoundError:
        return "unknown"


def library_fingerprint() -> str:
    """Return a digest of this library's files, and of the versions of Python and of the packages that it asks for."""
    package = Path(analysis.__file__).parent
    files = {
        path.relative_to(package).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(package.rglob("*"))
        if path.suffix in _CODE
    }
    return _digest([platform.python_version(), _required_versions(), files])


def database_fingerprint(database: Path) -> str:
    """Return a digest of every row of a database; two builds of the same content have the same.

    Raises:
        WardPlansError: the database cannot be opened.
    """
    with open_database(database) as connection:
        tables = connection.execute(
            "SELECT table_name FROM duckdb_tables() WHERE database_name = current_database() ORDER BY table_name"
        ).fetchall()
        # Every table has a primary key, so that no two rows cancel each other out.
        hashes = [
            (table, connection.execute(f"SELECT bit_xor(hash({table})), count(*) FROM {table}").fetchall()[0])
            for (table,) in tables
        ]
    return _digest(hashes)


def run_fingerprint(
    run: PlannedRun, documents: tuple[SourceDocument, ...], *, has_counterpart: bool, library: str
) -> str:
    """Return a digest of all that a page is made from, except the rows of the database."""
    return _digest(
        [
            hashlib.sha256(run.notebook.read_bytes()).hexdigest(),
            sorted(run.passed.items()),
            [vars(document) for document in documents],
            has_counterpart,
            library,
        ]
    )


def index_fingerprint(
    reports: Sequence[Report],
    companions: Mapping[Language, Sequence[Companion]],
    documents: Sequence[SourceDocument],
    *,
    library: str,
) -> str:
    """Return a digest of all that the indexes are made from, except the rows of the database."""
    about = {language: [vars(companion) for companion in pages] for language, pages in companions.items()}
    listed = sorted((vars(report) for report in reports), key=lambda report: report["file_name"])
    return _digest([listed, about, [vars(document) for document in documents], library])


def asks_the_database_itself(run: PlannedRun) -> bool:
    """Tell whether a notebook may read rows that the library does not know of."""
    return _OWN_QUERY.search(run.notebook.read_text(encoding="utf-8")) is not None


def _required_versions() -> dict[str, str]:
    try:
        required = requires(_PROJECT) or []
    except PackageNotFoundError:
        return {}
    names = [match[0] for line in required if "extra ==" not in line and (match := _NAME.match(line))]
    return {name: version(name) for name in names}


def _digest(value: object) -> str:
    return hashlib.sha256(json.dumps(value, default=str, sort_keys=True).encode()).hexdigest()
