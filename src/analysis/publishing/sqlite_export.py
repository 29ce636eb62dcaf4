"""One SQLite database: strict tables with keys, foreign keys and checks, and a data dictionary."""

import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from pathlib import Path

import polars as pl

from analysis.errors import WardPlansError
from analysis.publishing.codebook_rows import Entry, codebook
from analysis.publishing.exported import Export
from analysis.publishing.provenance import PACKAGE
from analysis.publishing.relations import Column, Relation, batches

_TYPES = {
    "VARCHAR": "TEXT",
    "ENUM": "TEXT",
    "BOOLEAN": "INTEGER",
    "INTEGER": "INTEGER",
    "BIGINT": "INTEGER",
    "DOUBLE": "REAL",
    "DATE": "TEXT",
}

_DICTIONARY = "data_dictionary"

_TEXT = r"'(?:[^']|'')*'"
_CALL = re.compile(r'"?(\w+)"?\(')
# The length of a text is not among them: SQLite counts up to the first NUL character.
_PORTABLE = {"ABS", "CAST", "COALESCE", "ISFINITE", "REGEXP_FULL_MATCH"}
_FINITE = re.compile(r'isfinite\(("?\w+"?)\)')
_FULL_MATCH = re.compile(rf'regexp_full_match\(("?\w+"?), ({_TEXT})\)')
_REPEATED_CLASS = re.compile(r"(\[[^]^]+\])(?:\{(\d+)\}|\+)")


def write_sqlite(export: Export, folder: Path) -> None:
    """Write the database `ward-plans.sqlite`.

    Strict tables, so that each value has the type of its column: text, whole numbers and real numbers; truth values are
    1 and 0, dates are text as 2023-04-01. Primary, unique and foreign keys are those of the database, and so are its
    checks as far as SQLite knows the functions they use. A view is a table without keys. What it all means is in the
    comments of the statements (`.schema`) and in the table `data_dictionary`.

    Raises:
        WardPlansError: SQLite does not take a row.
        OSError: it cannot write the file.
    """
    try:
        with closing(sqlite3.connect(folder / f"{PACKAGE}.sqlite", isolation_level=None)) as database:
            # Nobody else reads the file, which is thrown away if anything fails; freed space is zeros, not what was
            # there.
            database.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; PRAGMA secure_delete = ON")
            database.execute("BEGIN")
            for relation in export.relations:
                export.begin(relation.name)
                database.execute(_statement(relation))
                _insert(database, relation.name, len(relation.columns), _rows(export, relation))
            _write_dictionary(database, export.relations)
            database.execute("COMMIT")
            _refuse_broken_references(database)
    except sqlite3.IntegrityError as error:
        raise WardPlansError(f"SQLite does not take a row: {error}") from error
    except sqlite3.OperationalError as error:
        raise OSError(f"SQLite: {error}") from error


def _statement(relation: Relation) -> str:
    """Return the statement that makes a table, with all comments in it."""
    parts = [(_column(column), column.comment) for column in relation.columns]
    parts += [(constraint, "") for constraint in _constraints(relation)]
    lines = [
        f"    {part}{',' if number < len(parts) else ''}{_told(comment)}"
        for number, (part, comment) in enumerate(parts, start=1)
    ]
    return "\n".join([f'CREATE TABLE "{relation.name}" ({_told(relation.comment)}', *lines, ") STRICT"])


def _told(comment: str) -> str:
    """Return a comment behind which the line ends."""
    return f" -- {' '.join(comment.split())}" if comment else ""


def _column(column: Column) -> str:
    name, rule = f'"{column.name}"', f' CHECK ("{column.name}" '
    text = f"{name} {_TYPES[column.data_type]}" + (" NOT NULL" if column.is_required else "")
    match column.data_type:
        case "ENUM":
            values = ", ".join("'" + value.replace("'", "''") + "'" for value in column.rule.values)
            return f"{text}{rule}IN ({values}))"
        case "BOOLEAN":
            return f"{text}{rule}IN (0, 1))"
        case "DATE":
            # Without a modifier it would give 30 February back.
            return f"{text}{rule}= date({name}, '+0 days'))"
        case _:
            return text


def _constraints(relation: Relation) -> Iterator[str]:
    if relation.primary_key:
        yield f"PRIMARY KEY ({_names(relation.primary_key)})"
    for unique in relation.unique_keys:
        yield f"UNIQUE ({_names(unique)})"
    for key in relation.foreign_keys:
        yield f'FOREIGN KEY ({_names(key.columns)}) REFERENCES "{key.table}" ({_names(key.referenced)})'
    for check in relation.checks:
        if condition := portable(check):
            yield f"CHECK ({condition})"


def portable(check: str) -> str | None:
    """Return a condition of DuckDB in the words of SQLite, or None where those differ or would mean something else.

    Example:
        >>> portable("regexp_full_match(code, '[0-9]{5}')")
        "(length(code) = 5 AND code NOT GLOB '*[^0-9]*')"
    """
    plain = re.sub(_TEXT, "''", check)
    calls = {name.upper() for name in _CALL.findall(plain)}
    condition = _FULL_MATCH.sub(lambda match: _glob(match[1], match[2]) or match[0], check)
    condition = _FINITE.sub(r"abs(\1) < 9e999", condition)
    if "regexp_full_match" in condition or "[" in plain or not calls <= _PORTABLE:
        return None
    return condition.replace(" IS DISTINCT FROM ", " IS NOT ")


def _glob(column: str, pattern: str) -> str | None:
    """Return the condition for a pattern that repeats one class of characters; None for others."""
    match = _REPEATED_CLASS.fullmatch(pattern[1:-1])
    if not match:
        return None
    length = f"= {match[2]}" if match[2] else "> 0"
    return f"(length({column}) {length} AND {column} NOT GLOB '*{match[1].replace('[', '[^', 1)}*')"


def _rows(export: Export, relation: Relation) -> Iterator[tuple[object, ...]]:
    for batch in batches(export.connection, relation):
        rows = pl.DataFrame(batch)
        yield from rows.with_columns(pl.selectors.date().dt.to_string("iso")).iter_rows()


def _insert(database: sqlite3.Connection, table: str, width: int, rows: Iterable[Sequence[object]]) -> None:
    database.executemany(f'INSERT INTO "{table}" VALUES ({", ".join("?" * width)})', rows)


def _write_dictionary(database: sqlite3.Connection, relations: Sequence[Relation]) -> None:
    types = {"position": "INTEGER NOT NULL", "is_required": "INTEGER"}
    columns = ", ".join(f"{name} {types.get(name, 'TEXT')}" for name in Entry.headers())
    database.execute(f"CREATE TABLE {_DICTIONARY} ({columns}, PRIMARY KEY (table_name, position)) STRICT")
    _insert(database, _DICTIONARY, len(Entry.headers()), (entry.cells() for entry in codebook(relations)))


def _refuse_broken_references(database: sqlite3.Connection) -> None:
    broken = database.execute("PRAGMA foreign_key_check").fetchone()
    if broken:
        table, row, referenced, _ = broken
        raise WardPlansError(f"{table}: row {row} refers to a row of {referenced} that is not there")


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{column}"' for column in columns)
