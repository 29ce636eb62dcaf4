"""Diagrams of the tables and of what they refer to, one for each part of the schema, as SVG."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files

import duckdb
from markupsafe import escape

from analysis.publishing.layers import HEAD, ROW, Box, Layout, Placed, Reference, laid_out

_KEYS = """
    SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names
    FROM duckdb_constraints()
    WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')
    ORDER BY ALL
"""
_COLUMNS = """
    SELECT table_name, column_name FROM duckdb_columns()
    WHERE database_name = current_database() AND NOT internal ORDER BY table_name, column_index
"""
_PART = re.compile(r"^-- -{10,} (?P<part>.+)$|^CREATE TABLE (?P<table>\w+)", re.MULTILINE)

# Seen on white and on black alike; lines of one colour that meet lead to the same table.
_COLOURS = ("#3b82c4", "#c2571a", "#2e8b57", "#a855a8", "#a37a00", "#d0435b", "#0f8f8f", "#6b7280")
_STYLE = """
.entities{--ink:#1b1f24;--paper:#fff;--head:#e8eef5;--rim:#5b6673;font:12px ui-monospace,SFMono-Regular,Menlo,Consolas,\
"DejaVu Sans Mono",monospace}
@media (prefers-color-scheme:dark){.entities{--ink:#e6e9ee;--paper:#20242c;--head:#323a47;--rim:#8b97a6}}
.entities text{fill:var(--ink)}
.entities .rim{fill:none;stroke:var(--rim)}
.entities .paper{fill:var(--paper)}
.entities .head{fill:var(--head)}
.entities .elsewhere .rim{stroke-dasharray:4 3}
.entities .name,.entities .primary{font-weight:700}
.entities .edge path{fill:none;stroke-width:1.5;stroke-linejoin:round}
.entities .edge:hover path{stroke-width:3.5}
.entities a:hover .name,.entities a:focus .name{text-decoration:underline}
"""


@dataclass(frozen=True)
class ForeignKey:
    """A column that refers to a column of a table."""

    table: str
    column: str
    target: str
    target_column: str


@dataclass(frozen=True)
class Diagram:
    """The picture of one part of the schema: its title, a name for its file, the foreign keys in it, and the SVG."""

    title: str
    file_name: str
    foreign_keys: Sequence[ForeignKey]
    svg: str


@dataclass(frozen=True)
class _Schema:
    columns: Mapping[str, Sequence[str]]
    primary: frozenset[tuple[str, str]]
    foreign_keys: Sequence[ForeignKey]


def entity_diagrams(connection: duckdb.DuckDBPyConnection) -> list[Diagram]:
    """Return a diagram for each part into which `schema.sql` divides the tables.

    A diagram shows the tables of its part with the columns of their keys. Each foreign key of these tables is a line;
    a table of another part that such a line leads to stands there too, with a dashed rim. So every foreign key of the
    schema is a line in one diagram. A table's name leads to the section of that name on the same page.

    Args:
        connection: to a database of this schema.
    """
    schema = _schema(connection)
    return [_diagram(part, tables, schema) for part, tables in _parts(schema).items()]


def _schema(connection: duckdb.DuckDBPyConnection) -> _Schema:
    primary, foreign = set(), []
    for table, kind, columns, target, target_columns in connection.execute(_KEYS).fetchall():
        if kind == "PRIMARY KEY":
            primary |= {(table, column) for column in columns}
        else:
            foreign += [ForeignKey(table, a, target, b) for a, b in zip(columns, target_columns, strict=True)]
    columns_of: dict[str, list[str]] = {}
    for table, column in connection.execute(_COLUMNS).fetchall():
        columns_of.setdefault(table, []).append(column)
    order = {(table, column): number for table, found in columns_of.items() for number, column in enumerate(found)}
    return _Schema(
        columns_of, frozenset(primary), sorted(foreign, key=lambda key: (key.table, order[key.table, key.column]))
    )


def _parts(schema: _Schema) -> Mapping[str, Sequence[str]]:
    """Return the tables of each part of schema.sql, in its order."""
    source = (files("analysis.database") / "schema.sql").read_text(encoding="utf-8")
    parts: dict[str, list[str]] = {}
    part = ""
    for found in _PART.finditer(source):
        part = found["part"] or part
        if found["table"] in schema.columns:
            parts.setdefault(part, []).append(found["table"])
    return parts


def _diagram(part: str, tables: Sequence[str], schema: _Schema) -> Diagram:
    keys = [key for table in tables for key in schema.foreign_keys if key.table == table]
    elsewhere = dict.fromkeys(key.target for key in keys if key.target not in tables)
    boxes = [Box(table, _key_columns(table, schema)) for table in tables]
    boxes += [Box(table, sorted({key.target_column for key in keys if key.target == table})) for table in elsewhere]
    references = {Reference(key.table, key.column, key.target): key for key in keys}
    name = re.sub(r"\W+", "-", part.lower()).strip("-")
    title = f"{part[0].upper()}{part[1:]}"
    layout = laid_out(boxes, list(references))
    return Diagram(title, f"{name}.svg", keys, "".join(_svg(title, name, layout, references, set(elsewhere), schema)))


def _key_columns(table: str, schema: _Schema) -> list[str]:
    referring = {key.column for key in schema.foreign_keys if key.table == table}
    return [column for column in schema.columns[table] if column in referring or (table, column) in schema.primary]


def _svg(
    title: str,
    name: str,
    layout: Layout,
    references: Mapping[Reference, ForeignKey],
    elsewhere: set[str],
    schema: _Schema,
) -> Iterator[str]:
    told = "; ".join(_told(key) for key in references.values()) or "No table refers to another."
    size = f'width="{layout.width:g}" height="{layout.height:g}" viewBox="0 0 {layout.width:g} {layout.height:g}"'
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="entities" {size} role="group"'
        f' aria-labelledby="entities-{name}" aria-describedby="entities-{name}-told">\n'
        f'<title id="entities-{name}">{escape(title)}: tables, their keys, and what these refer to</title>\n'
        f'<desc id="entities-{name}-told">{escape(told)}</desc>\n<style>{_STYLE}</style>\n'
    )
    colours = {
        target: _COLOURS[n % len(_COLOURS)] for n, target in enumerate(dict.fromkeys(r.target for r in references))
    }
    for reference, key in references.items():
        yield _edge(key, layout.lines[reference], colours[key.target])
    for placed in layout.boxes:
        yield _box(placed, placed.box.name in elsewhere, schema)
    yield "</svg>\n"


def _told(key: ForeignKey) -> str:
    return f"{key.table}.{key.column} refers to {key.target}.{key.target_column}"


def _edge(key: ForeignKey, corners: Sequence[tuple[float, float]], colour: str) -> str:
    line = "M" + "L".join(f"{x:g} {y:g}" for x, y in corners)
    x, y = corners[-1]
    return (
        f'<g class="edge" data-from="{key.table}.{key.column}" data-to="{key.target}.{key.target_column}">'
        f'<title>{_told(key)}</title><path d="{line}" stroke="{colour}"/>'
        f'<polygon points="{x:g},{y:g} {x + 8:g},{y - 4:g} {x + 8:g},{y + 4:g}" fill="{colour}"/></g>\n'
    )


def _box(placed: Placed, is_elsewhere: bool, schema: _Schema) -> str:
    name, x, y = placed.box.name, placed.x, placed.y
    rows = "".join(
        f'<text x="{x + 8:g}" y="{placed.line_y(line) + 4:g}"{_weight(name, line, schema)}>{line}</text>'
        for line in placed.box.lines
    )
    shape = f'x="{x:g}" y="{y:g}" width="{placed.width:g}"'
    return (
        f'<g class="table{" elsewhere" if is_elsewhere else ""}" data-table="{name}">'
        f'<rect class="paper" {shape} height="{placed.height:g}"/><rect class="head" {shape} height="{HEAD - 4}"/>'
        f'<rect class="rim" {shape} height="{placed.height:g}"/>'
        f'<a href="#{name}"><text class="name" x="{x + 8:g}" y="{y + ROW - 4:g}">{name}</text></a>{rows}</g>\n'
    )


def _weight(table: str, column: str, schema: _Schema) -> str:
    return ' class="primary"' if (table, column) in schema.primary else ""
