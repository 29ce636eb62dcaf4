"""What the database says of its own tables: columns, types, keys, rules and comments; and their rows in one order."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING, Literal

import duckdb

from analysis.publishing.rules import Rule, column_rules

if TYPE_CHECKING:
    import pyarrow as pa

# What the build derives from other tables says so in its comment; of some it is the rows of a view.
_RELATIONS = """
    WITH derived AS (
        SELECT regexp_extract(comment, '^Derived: the rows of the view ([a-z_]+),', 1) AS view_name
        FROM duckdb_tables()
        WHERE database_name = current_database()
    )
    SELECT 'table' AS kind, table_name, coalesce(comment, '')
    FROM duckdb_tables()
    WHERE database_name = current_database() AND NOT starts_with(coalesce(comment, ''), 'Derived: ')
    UNION ALL
    SELECT 'view', view_name, coalesce(comment, '')
    FROM duckdb_views() SEMI JOIN derived USING (view_name)
    WHERE database_name = current_database() AND NOT internal
    ORDER BY ALL
"""
_COLUMNS = """
    SELECT table_name, column_name, data_type, NOT is_nullable, coalesce(comment, '')
    FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal
    ORDER BY table_name, column_index
"""
_VALUE_LISTS = """
    SELECT labels FROM duckdb_types()
    WHERE database_name = current_database() AND logical_type = 'ENUM' AND NOT internal
"""
_CONSTRAINTS = """
    SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names, expression
    FROM duckdb_constraints()
    WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY', 'CHECK')
    ORDER BY table_name, constraint_index
"""

_UNIT = re.compile(r"\bUnit: (.+?)\.(?= |$)")

_ROWS_AT_A_TIME = 100_000


@dataclass(frozen=True)
class Column:
    """A column: its type as DuckDB names it (`ENUM` for a value list), what it may hold, and its comment."""

    name: str
    data_type: str
    is_required: bool
    comment: str
    rule: Rule
    is_unique: bool = False

    @cached_property
    def unit(self) -> str | None:
        """Return the unit that the comment states in a sentence of its own (`Unit: persons.`), else None."""
        match = _UNIT.search(self.comment)
        return match[1] if match else None

    @property
    def is_text(self) -> bool:
        """Return whether it holds text, codes and values of a list among it."""
        return self.data_type in ("VARCHAR", "ENUM")


@dataclass(frozen=True)
class ForeignKey:
    """Columns that name a row of a table."""

    columns: tuple[str, ...]
    table: str
    referenced: tuple[str, ...]


@dataclass(frozen=True)
class Relation:
    """A table, or a view whose rows the build has worked out.

    `checks` are the conditions of its CHECK constraints, in DuckDB's own words.
    """

    name: str
    kind: Literal["table", "view"]
    comment: str
    columns: tuple[Column, ...]
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[str, ...] = ()

    def keys_of(self, column: Column) -> list[str]:
        """Return the marks of a column that is part of a key: PK, UQ, and the column it refers to."""
        marks = ["PK"] if column.name in self.primary_key else []
        marks += ["UQ" for key in self.unique_keys if column.name in key]
        for key in self.foreign_keys:
            if column.name in key.columns:
                marks.append(f"→ {key.table}.{key.referenced[key.columns.index(column.name)]}")
        return marks


@dataclass
class _Constraints:
    """The constraints of one table, as they are met."""

    primary_key: tuple[str, ...] = ()
    unique_keys: list[tuple[str, ...]] = field(default_factory=list)
    foreign_keys: list[ForeignKey] = field(default_factory=list)
    checks: list[str] = field(default_factory=list)

    def add(self, kind: str, columns: list[str], table: str, referenced: list[str], expression: str) -> None:
        match kind:
            case "PRIMARY KEY":
                self.primary_key = tuple(columns)
            case "UNIQUE":
                self.unique_keys.append(tuple(columns))
            case "FOREIGN KEY":
                self.foreign_keys.append(ForeignKey(tuple(columns), table, tuple(referenced)))
            case _:
                self.checks.append(expression)


def read_relations(connection: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Return the tables by name, and then the views by name whose rows the build has worked out.

    Tables that the build derives from others, as their comments say, are not among them; where such a table holds the
    rows of a view, the view is. A foreign key to a table that is not among them is left out.
    """
    columns = _columns(connection)
    constraints = _constraints(connection)
    found = connection.execute(_RELATIONS).fetchall()
    exported = {name for kind, name, _ in found if kind == "table"}
    return [
        _table(name, comment, columns[name], constraints.get(name, _Constraints()), exported)
        if kind == "table"
        else Relation(name, "view", comment, tuple(columns[name]))
        for kind, name, comment in found
    ]


def batches(connection: duckdb.DuckDBPyConnection, relation: Relation) -> Iterator["pa.RecordBatch"]:
    """Yield the rows, ordered by all columns from left to right, some at a time.

    The same rows come in the same order, whatever the build; how many come at a time is not settled. Values of a list
    come as a dictionary array.
    """
    yield from connection.sql(f'SELECT * FROM "{relation.name}" ORDER BY ALL').to_arrow_reader(_ROWS_AT_A_TIME)


def row_counts(connection: duckdb.DuckDBPyConnection, relations: list[Relation]) -> dict[str, int]:
    """Return how many rows each has."""
    counts = " UNION ALL ".join(f"SELECT '{each.name}', count(*) FROM \"{each.name}\"" for each in relations)
    return dict(connection.execute(counts).fetchall())


def _columns(connection: duckdb.DuckDBPyConnection) -> Mapping[str, list[Column]]:
    """Return the columns of each relation, without what its constraints say of them."""
    value_lists = {
        "ENUM(" + ", ".join("'" + label.replace("'", "''") + "'" for label in labels) + ")": tuple(labels)
        for (labels,) in connection.execute(_VALUE_LISTS).fetchall()
    }
    columns: dict[str, list[Column]] = {}
    for relation, name, data_type, is_required, comment in connection.execute(_COLUMNS).fetchall():
        values = value_lists.get(data_type, ())
        column = Column(name, "ENUM" if values else data_type, is_required, comment, Rule(values))
        columns.setdefault(relation, []).append(column)
    return columns


def _constraints(connection: duckdb.DuckDBPyConnection) -> Mapping[str, _Constraints]:
    constraints: dict[str, _Constraints] = {}
    for table, *constraint in connection.execute(_CONSTRAINTS).fetchall():
        constraints.setdefault(table, _Constraints()).add(*constraint)
    return constraints


def _table(name: str, comment: str, columns: list[Column], constraints: _Constraints, exported: set[str]) -> Relation:
    rules = column_rules(constraints.checks)
    return Relation(
        name,
        "table",
        comment,
        tuple(
            replace(
                column,
                rule=column.rule if column.rule.values else rules.get(column.name, column.rule),
                is_unique=(column.name,) in constraints.unique_keys,
            )
            for column in columns
        ),
        constraints.primary_key,
        tuple(constraints.unique_keys),
        tuple(key for key in constraints.foreign_keys if key.table in exported),
        tuple(constraints.checks),
    )
