"""The database in any of the formats."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from analysis.errors import UsageError, WardPlansError
from analysis.publishing.csv_export import write_csv, write_excel_csv, write_package
from analysis.publishing.excel_export import write_excel
from analysis.publishing.exported import Progress, Writer, silent, write_export
from analysis.publishing.parquet_export import write_parquet
from analysis.publishing.sqlite_export import write_sqlite

_WRITERS: Mapping[str, Writer] = {
    "csv": write_csv,
    "excel-csv": write_excel_csv,
    "excel": write_excel,
    "parquet": write_parquet,
    "sqlite": write_sqlite,
    "package": write_package,
}


@dataclass(frozen=True)
class Exports:
    """What came of several formats: the folder of each that was written, or its file where it is one; and the rest."""

    places: Sequence[Path]
    failures: Sequence[WardPlansError]


def export_formats(database: Path, folders: Mapping[str, Path], begin: Progress = silent) -> Exports:
    """Write the database in several formats; one that fails keeps no other from being written.

    Args:
        database: the database file.
        folders: where to write, by the name of the format.
        begin: is told the format and the table or view whose turn it is.

    Raises:
        UsageError: there is no such format.
    """
    places: list[Path] = []
    failures: list[WardPlansError] = []
    for name, folder in folders.items():
        try:
            files = export_database(database, name, folder, partial(_tell, begin, name))
        except UsageError:
            raise
        except WardPlansError as error:
            failures.append(error)
        else:
            places.append(files[0] if len(files) == 1 else folder)
    return Exports(places, failures)


def _tell(begin: Progress, name: str, relation: str) -> None:
    begin(f"{name}: {relation}")


def export_database(database: Path, name: str, folder: Path, begin: Progress = silent) -> list[Path]:
    """Write the database to a folder in a format of `FORMATS`, and return the files.

    The same content gives the same bytes, as long as the libraries that write the format are the same: polars for CSV,
    pyarrow for Parquet, xlsxwriter for Excel, SQLite for SQLite, and zlib for what is packed. What becomes of older
    files: see `write_export`.

    Args:
        database: the database file.
        name: of the format.
        folder: where to write; made if need be.
        begin: is told the name of each table or view when its turn comes.

    Raises:
        UsageError: there is no such format.
        WardPlansError: the database cannot be opened, the folder cannot be written to, or the format cannot hold the
            data; what lay there before is then as it was.

    Example:
        >>> export_database(Path("wards.duckdb"), "excel", Path("out"))
        [PosixPath('out/ward-plans.xlsx')]
    """
    if name not in _WRITERS:
        raise UsageError(f"no format {name!r}: there are {', '.join(_WRITERS)}")
    return write_export(database, folder, name, _WRITERS[name], begin)
