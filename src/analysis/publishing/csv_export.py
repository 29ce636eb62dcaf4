"""CSV files: the plain ones are committed, so that a diff shows what changed in the data; others are for Excel."""

import zipfile
from collections.abc import Callable
from pathlib import Path
from shutil import copyfileobj
from tempfile import TemporaryDirectory

import polars as pl

from analysis.publishing.data_package import DESCRIPTOR, data_package
from analysis.publishing.exported import Export, write_export
from analysis.publishing.provenance import PACKAGE
from analysis.publishing.relations import Relation, batches

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"

# What spreadsheets take for the beginning of a formula, wide characters too; and the apostrophe, so that taking one
# away gives back what was there.
_SUSPECT = r"^([=+\-@\t\r\n＝＋－＠'])"

# The earliest time that a ZIP file can state.
_NO_TIME = (1980, 1, 1, 0, 0, 0)


def export_csv(database: Path, folder: Path) -> None:
    """Write every table of the database to `<table>.csv` in the folder, what they are, and their checksums.

    Tables that the build derives from others, as their comments say, are left out.

    UTF-8 without byte order mark, a header line, lines ended by LF, rows ordered by all columns, NULL as
    nothing (there is no empty text in the database). Text stands there as it is. `datapackage.json` describes the
    files. Two builds of the same inputs give the same bytes. What becomes of older files: see `write_export`.

    Args:
        database: the database file.
        folder: where to write; made if need be.

    Raises:
        WardPlansError: the database cannot be opened, or the folder cannot be written to.
    """
    write_export(database, folder, "csv", write_csv)


def write_csv(export: Export, folder: Path) -> None:
    """Write plain CSV files and the data package that they are: data, to be read by programs."""
    tables = [relation for relation in export.relations if relation.kind == "table"]
    for table in tables:
        _write(export, table, folder, b"", "\n", lambda rows: rows)
    (folder / DESCRIPTOR).write_bytes(data_package(tables, export.dataset, folder))


def write_package(export: Export, folder: Path) -> None:
    """Write the data package as one ZIP file: what `write_csv` writes, `datapackage.json` first."""
    with TemporaryDirectory(dir=folder) as unpacked:
        write_csv(export, Path(unpacked))
        files = sorted(Path(unpacked).iterdir(), key=lambda file: (file.name != DESCRIPTOR, file.name))
        with zipfile.ZipFile(folder / f"{PACKAGE}.zip", "w") as package:
            for file in files:
                _add(file, package)


def write_excel_csv(export: Export, folder: Path) -> None:
    """Write CSV files that Excel opens by a double click: byte order mark, CRLF, and no text that it would calculate.

    Text that begins like a formula, or with an apostrophe, has an apostrophe before it: without that one character it
    is again what the database holds. Numbers are as they are.
    """
    for relation in export.relations:
        _write(export, relation, folder, _BYTE_ORDER_MARK, "\r\n", _escaped)


def _write(
    export: Export,
    relation: Relation,
    folder: Path,
    mark: bytes,
    line_end: str,
    prepared: Callable[[pl.DataFrame], pl.DataFrame],
) -> None:
    export.begin(relation.name)
    header = pl.DataFrame(schema=[column.name for column in relation.columns])
    with (folder / f"{relation.name}.csv").open("wb") as file:
        file.write(mark + header.write_csv(line_terminator=line_end).encode())
        for batch in batches(export.connection, relation):
            rows = prepared(pl.DataFrame(batch))
            file.write(rows.write_csv(include_header=False, line_terminator=line_end).encode())


def _escaped(rows: pl.DataFrame) -> pl.DataFrame:
    text = (pl.selectors.string() | pl.selectors.categorical() | pl.selectors.enum()).cast(pl.String)
    return rows.with_columns(text.str.replace(_SUSPECT, "'${1}"))


def _add(file: Path, package: zipfile.ZipFile) -> None:
    entry = zipfile.ZipInfo(file.name, _NO_TIME)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    entry.file_size = file.stat().st_size
    with file.open("rb") as content, package.open(entry, "w") as packed:
        copyfileobj(content, packed)
