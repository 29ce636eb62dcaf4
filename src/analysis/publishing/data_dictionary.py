"""The data dictionary: what the database says of its own tables, views and columns, as a page of Markdown."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from analysis.database.connect import open_database
from analysis.publishing.entity_diagram import Diagram, entity_diagrams
from analysis.publishing.markdown import escaped, write_page
from analysis.publishing.markdown import table as markdown_table

_INTRODUCTION = """\
# Data dictionary

Written by `wardplans export` from the comments, types and keys of the database itself: edit
`src/analysis/database/schema.sql` and `views.sql`, not this page. {schema_version}

**Key** is `PK` for a column of the primary key, `UQ` for a column that is unique (several with one number are unique
together), and `→` for what a column refers to. A column with `no` under **NULL** always has a value. A type that is
set as a link is one of the [value lists](#value-lists). `schema.sql` states further rules between columns.
"""

_DIAGRAMS = """\
## Diagrams

Each table with the columns of its keys, those of the primary key in bold, and a line from each column that refers to
another table. Lines of one colour that meet lead to the same table. A dashed rim marks a table of another diagram.
"""

_MACROS_INTRODUCTION = """\
## Macros

Functions that the database brings along, for use in any query; what begins with `FROM` gives rows.
"""

# PRIMARY KEY and UNIQUE make a short mark each; the columns of one foreign key point to columns of one table.
_CONSTRAINTS = """
    SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
    FROM duckdb_constraints()
    WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')
    ORDER BY ALL
"""
_COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable, coalesce(comment, '')
    FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal
    ORDER BY table_name, column_index
"""
_TABLES = """
    SELECT table_name, coalesce(comment, '') FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT internal ORDER BY table_name
"""
_VIEWS = """
    SELECT view_name, coalesce(comment, '') FROM duckdb_views()
    WHERE database_name = current_database() AND NOT internal ORDER BY view_name
"""
_MACROS = """
    SELECT if(function_type = 'table_macro', 'FROM ', '') || function_name, parameters, coalesce(comment, '')
    FROM duckdb_functions()
    WHERE database_name = current_database() AND function_type IN ('macro', 'table_macro') AND NOT internal
    ORDER BY function_name, len(parameters)
"""
_VALUE_LISTS = """
    SELECT type_name, labels FROM duckdb_types()
    WHERE database_name = current_database() AND logical_type = 'ENUM' AND NOT internal ORDER BY type_name
"""


@dataclass(frozen=True)
class _Column:
    name: str
    data_type: str
    is_nullable: bool
    comment: str


@dataclass(frozen=True)
class _Relation:
    """A table or view, with its columns in order."""

    name: str
    comment: str
    columns: Sequence[_Column]


def write_data_dictionary(database: Path, target: Path) -> None:
    """Write the data dictionary of a database: every table and view with its columns, value lists, macros, diagrams.

    Of each column the page gives type, keys, whether it may be NULL, and the comment. Tables, views and value lists
    stand in the order of their names. Databases of one schema give the same bytes.

    Args:
        database: the database file.
        target: the Markdown file; its folder is made if need be, and an old page stays when anything fails. The
            diagrams are SVG files in the folder `diagrams` beside it.

    Raises:
        WardPlansError: the database cannot be opened, or the file cannot be written.
    """
    with open_database(database) as connection:
        diagrams = entity_diagrams(connection)
        page = _page(connection, diagrams)
    for diagram in diagrams:
        write_page(diagram.svg, target.parent / "diagrams" / diagram.file_name)
    write_page(page, target)


def _page(connection: duckdb.DuckDBPyConnection, diagrams: Sequence[Diagram]) -> str:
    value_lists = {name: tuple(labels) for name, labels in connection.execute(_VALUE_LISTS).fetchall()}
    tables = _relations(connection, _TABLES)
    views = _relations(connection, _VIEWS)
    keys = _keys(connection)
    types = {_enum_type(labels): f"[{name}](#value-lists)" for name, labels in value_lists.items()}
    parts = [_INTRODUCTION.format(schema_version=_schema_version(connection)), _diagram_section(diagrams)]
    for title, relations in (("Tables", tables), ("Views", views)):
        parts.append(
            f"## {title}\n\n"
            + markdown_table(("name", "holds"), ((_link(r.name), escaped(r.comment)) for r in relations))
        )
    parts.append("## Value lists\n\n" + markdown_table(("type", "values, in order"), _value_list_rows(value_lists)))
    parts.extend(_macro_section(connection))
    parts.extend(_table_section(table, keys, types) for table in tables)
    parts.extend(_view_section(view, types) for view in views)
    return "\n".join(parts)


def _schema_version(connection: duckdb.DuckDBPyConnection) -> str:
    rows = connection.execute("SELECT value FROM build_info WHERE key = 'schema_version'").fetchall()
    return f"This is `schema_version` {rows[0][0]}."


def _relations(connection: duckdb.DuckDBPyConnection, query: str) -> list[_Relation]:
    columns: dict[str, list[_Column]] = {}
    for relation, *column in connection.execute(_COLUMNS).fetchall():
        columns.setdefault(relation, []).append(_Column(*column))
    return [_Relation(name, comment, columns[name]) for name, comment in connection.execute(query).fetchall()]


def _keys(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], list[str]]:
    """Return the marks of each column that is part of a key: PK, UQ, and what it refers to."""
    keys: dict[tuple[str, str], list[str]] = {}
    uniques: dict[str, int] = {}
    for table, kind, columns, other_table, other_columns in connection.execute(_CONSTRAINTS).fetchall():
        if kind == "UNIQUE":
            uniques[table] = uniques.get(table, 0) + 1
        for number, column in enumerate(columns):
            marks = {
                "PRIMARY KEY": "PK",
                "UNIQUE": f"UQ{uniques.get(table)}" if len(columns) > 1 else "UQ",
                "FOREIGN KEY": f"→ {_link(other_table)}.{other_columns[number]}" if other_columns else "",
            }
            keys.setdefault((table, column), []).append(marks[kind])
    return {key: sorted(marks, key=lambda mark: mark.startswith("→")) for key, marks in keys.items()}


def _enum_type(labels: Sequence[str]) -> str:
    """Return how DuckDB names the type of a column that takes one of these values."""
    quoted = ", ".join("'" + label.replace("'", "''") + "'" for label in labels)
    return f"ENUM({quoted})"


def _diagram_section(diagrams: Sequence[Diagram]) -> str:
    pictures = [
        f"### {diagram.title}\n\n![Tables and their keys: {diagram.title}](diagrams/{diagram.file_name})\n"
        for diagram in diagrams
    ]
    return "\n".join([_DIAGRAMS, *pictures])


def _macro_section(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    rows = connection.execute(_MACROS).fetchall()
    if rows:
        calls = ((f"`{name}({', '.join(parameters)})`", escaped(comment)) for name, parameters, comment in rows)
        yield _MACROS_INTRODUCTION + "\n" + markdown_table(("macro", "gives"), calls)


def _value_list_rows(value_lists: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, labels in value_lists.items():
        yield f"`{name}`", ", ".join(f"`{label}`" for label in labels)


def _table_section(table: _Relation, keys: Mapping[tuple[str, str], Sequence[str]], types: Mapping[str, str]) -> str:
    rows = (
        (
            f"`{column.name}`",
            types.get(column.data_type, column.data_type),
            "yes" if column.is_nullable else "no",
            ", ".join(keys.get((table.name, column.name), ())),
            escaped(column.comment),
        )
        for column in table.columns
    )
    return _section(table, markdown_table(("column", "type", "NULL", "key", "meaning"), rows))


def _view_section(view: _Relation, types: Mapping[str, str]) -> str:
    rows = (
        (f"`{column.name}`", types.get(column.data_type, column.data_type), escaped(column.comment))
        for column in view.columns
    )
    return _section(view, markdown_table(("column", "type", "meaning"), rows))


def _section(relation: _Relation, table: str) -> str:
    return f"## {relation.name}\n\n{escaped(relation.comment)}\n\n{table}"


def _link(relation: str) -> str:
    return f"[{relation}](#{relation})"
