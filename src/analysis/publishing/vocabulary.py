"""The words of the database and of SQL, as the prompt completes and explains them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from analysis.database.connect import open_database

_TABLES = """
    SELECT table_name, table_type = 'VIEW', coalesce(table_comment, '')
    FROM information_schema.tables
    WHERE table_catalog = current_database() AND coalesce(table_comment, '') NOT LIKE 'Derived: %'
    ORDER BY table_type DESC, table_name
"""
_COLUMNS = """
    SELECT table_name, column_name, data_type, coalesce(comment, '')
    FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal
    ORDER BY table_name, column_index
"""
_MACROS = """
    SELECT function_name, parameters, function_type = 'table_macro', coalesce(comment, '')
    FROM duckdb_functions()
    WHERE database_name = current_database() AND NOT internal
    ORDER BY function_name
"""
_FUNCTIONS = """
    SELECT DISTINCT function_name
    FROM duckdb_functions()
    WHERE
        internal
        AND function_type IN ('scalar', 'aggregate', 'macro')
        AND regexp_full_match(function_name, '[a-z]\\w+')
    ORDER BY function_name
"""
_KEYWORDS = "SELECT upper(keyword_name) FROM duckdb_keywords() ORDER BY keyword_name"


@dataclass(frozen=True)
class Column:
    """A column: its name, its type, and what the database says of it."""

    name: str
    data_type: str
    comment: str


@dataclass(frozen=True)
class Relation:
    """A table or view: its name, what the database says of it, and its columns."""

    name: str
    is_view: bool
    comment: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Macro:
    """A function of the database: its name, its parameters, whether it stands after FROM, and what it does."""

    name: str
    parameters: tuple[str, ...]
    gives_rows: bool
    comment: str

    @property
    def call(self) -> str:
        """Return how it is called, as in `citation(id, language)`."""
        return f"{self.name}({', '.join(self.parameters)})"


@dataclass(frozen=True)
class Vocabulary:
    """What can stand in a query; tables and views by name, views first."""

    relations: Mapping[str, Relation]
    macros: tuple[Macro, ...]
    functions: tuple[str, ...] = field(repr=False)
    keywords: tuple[str, ...] = field(repr=False)


def read_vocabulary(database: Path) -> Vocabulary:
    """Return the words that the database knows.

    Raises:
        WardPlansError: it cannot be opened.
    """
    with open_database(database) as connection:
        columns: dict[str, list[Column]] = {}
        for table, *column in connection.execute(_COLUMNS).fetchall():
            columns.setdefault(table, []).append(Column(*column))
        relations = {
            name: Relation(name, is_view, comment, tuple(columns[name]))
            for name, is_view, comment in connection.execute(_TABLES).fetchall()
        }
        macros = tuple(
            Macro(name, tuple(parameters), gives_rows, comment)
            for name, parameters, gives_rows, comment in connection.execute(_MACROS).fetchall()
        )
        functions = tuple(name for (name,) in connection.execute(_FUNCTIONS).fetchall())
        keywords = tuple(name for (name,) in connection.execute(_KEYWORDS).fetchall())
    return Vocabulary(relations, macros, functions, keywords)
