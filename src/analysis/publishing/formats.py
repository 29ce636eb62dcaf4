"""The formats that the database is exported to, by the names that the command line knows them by."""

from collections.abc import Mapping

FORMATS: Mapping[str, str] = {
    "csv": "plain CSV, a Frictionless Data Package: UTF-8, LF, text exactly as it is",
    "excel-csv": "CSV to open in Excel: UTF-8 with byte order mark, CRLF, text that looks like a formula escaped",
    "excel": "one workbook: a sheet for each table and view, and a codebook",
    "parquet": "a typed file for each table and view, with comments",
    "sqlite": "one database with keys, checks and a data dictionary",
    "package": "the plain CSV and its description as one ZIP file",
}
"""Name and one line about each."""
