"""The columns of a KPI table: its header, the year each column speaks of, and what can stand in it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from analysis.documents.layouts import AnyKpiColumn, KpiOtherColumn, KpiStatusColumns, KpiTable, ValueColumns
from analysis.documents.text import Line, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.alignment import ColumnShape
from analysis.reading.eras import FiscalYear, fiscal_year, matched_year
from analysis.reading.labelled import tiles
from analysis.reading.places import at_line
from analysis.reading.stated_years import YearFinder
from analysis.reading.tables import Header


@dataclass(frozen=True)
class TableColumn:
    """A column of the printed table: what it holds, its header as printed, and the year it speaks of."""

    kind: AnyKpiColumn
    header: str
    year: FiscalYear | None = None


def dated(layout: KpiTable, finder: YearFinder, column: TableColumn) -> TableColumn:
    """Return a column with the year that another place in the document states.

    Raises:
        WardPlansError: as `YearFinder.find`.
    """
    kind = column.kind
    if not isinstance(kind, ValueColumns | KpiStatusColumns) or not kind.is_stated:
        return column
    key = f"columns.{layout.columns.index(kind)}"
    return replace(column, year=finder.find(kind, f"column {column.header!r}", key, column.header))


def find_header(document: RawDocument, layout: KpiTable, lines: Sequence[Line]) -> tuple[Header, list[TableColumn]]:
    """Return the header of the table, wherever it is repeated, and the printed columns.

    Raises:
        WardPlansError: no rows are such a header (the message says what the first ones lack), or a repetition of it
            names another year.
    """
    found: list[tuple[Sequence[Line], list[TableColumn]]] = []
    nearest: WardPlansError | None = None
    for number in range(len(lines) - layout.header_rows + 1):
        block = lines[number : number + layout.header_rows]
        if not all(line.is_row for line in block):
            continue
        with at_line(document, block[-1].number):
            columns, problem = _match_columns(document, layout, block)
        if columns is not None:
            found.append((block, columns))
        elif nearest is None:
            nearest = WardPlansError(f"{document.path}:{block[0].number}: no KPI table here: {problem}")
    if not found:
        raise nearest or WardPlansError(f"{document.path}: no KPI table found in its region")
    (first, columns), *repeated = found
    for block, others in repeated:
        if _years(others) != _years(columns):
            raise WardPlansError(
                f"{document.path}:{block[0].number}: the repeated header names the years {_years(others)}, the one on "
                f"line {first[0].number} names {_years(columns)}"
            )
    numbers = frozenset(line.number for block, _ in found for line in block)
    return Header(tuple(column.header for column in columns), numbers), columns


def _years(columns: Sequence[TableColumn]) -> list[int | None]:
    return [column.year.year if column.year else None for column in columns]


def _match_columns(
    document: RawDocument, layout: KpiTable, block: Sequence[Line]
) -> tuple[list[TableColumn] | None, str]:
    """Match the header rows with the descriptor's columns; on failure say what is lacking."""
    lower = [cell.text for cell in block[-1].cells]
    upper = [cell.text for cell in block[0].cells] if layout.header_rows == 2 else [""] * len(lower)
    columns: list[TableColumn] = []
    group = ""
    for number in range(max(len(lower), len(upper))):
        above = upper[number] if number < len(upper) else ""
        below = lower[number] if number < len(lower) else ""
        group = above or group
        if not above and not below and number >= len(layout.columns):
            continue
        column = _match_column(layout, _HeaderCell(number, above, below, group), document.era)
        if column is None:
            return (
                None,
                f"column {number + 1} prints {(group, below)!r}, which no column of the descriptor expects",
            )
        columns.append(column)
    for kind in layout.columns:
        if not any(column.kind == kind for column in columns):
            return None, f"it lacks the column {kind.header.pattern!r}"
    return columns, ""


@dataclass(frozen=True)
class _HeaderCell:
    """The header of a printed column: its place, what both rows print, and what the upper row prints above it."""

    number: int
    above: str
    below: str
    group: str


def _match_column(layout: KpiTable, cell: _HeaderCell, era: str | None) -> TableColumn | None:
    either = cell.above or cell.below
    for position, kind in enumerate(layout.columns):
        if isinstance(kind, ValueColumns | KpiStatusColumns):
            # A cell that spans both rows is printed in the upper one.
            printed = cell.below if cell.below or kind.group else cell.above
            match = kind.header.fullmatch(printed)
            if match and (kind.group is None or kind.group.fullmatch(cell.group)):
                has_year = match.groupdict().get("year") is not None
                year = fiscal_year(matched_year(match), era) if has_year else None
                return TableColumn(kind, printed or cell.group, year)
        elif (position == cell.number or isinstance(kind, KpiOtherColumn)) and kind.header.fullmatch(either):
            return TableColumn(kind, either or f"列{cell.number + 1}")
    return None


def column_shape(layout: KpiTable, column: TableColumn) -> ColumnShape:
    """Return what an alignment needs to know of a column."""
    kind = column.kind
    expects = repr(kind.pattern.pattern) if kind.pattern else "a cell of this column"
    if isinstance(kind, KpiStatusColumns):
        expects = f"one of {' '.join([*kind.statuses, *kind.unrated])}"
    return replace(
        _shape(layout, column),
        expects=expects,
        key=f"columns.{layout.columns.index(kind)}.{'pattern' if kind.pattern else 'holds'}",
        holds_values=isinstance(kind, ValueColumns),
    )


def _shape(layout: KpiTable, column: TableColumn) -> ColumnShape:
    kind = column.kind
    if isinstance(kind, ValueColumns):
        return _value_shape(layout, kind)
    if isinstance(kind, KpiStatusColumns):
        return _status_shape(layout, kind)
    pattern = kind.pattern

    def matches(text: str) -> bool:
        return pattern is None or pattern.fullmatch(text) is not None

    return ColumnShape(matches, matches if kind.anchor else None)


def _value_shape(layout: KpiTable, kind: ValueColumns) -> ColumnShape:
    def matches(text: str) -> bool:
        return bool(tiles(kind.pattern, text))

    return ColumnShape(lambda text: matches(text) or text in layout.missing, matches)


def _status_shape(layout: KpiTable, kind: KpiStatusColumns) -> ColumnShape:
    """Return what can stand in a column of grades: known ones, and unknown ones that are no values."""
    others = [other.pattern for other in layout.columns if isinstance(other, ValueColumns)]

    def claims(text: str) -> bool:
        symbols = [match["status"] for match in tiles(kind.pattern, text)] if kind.pattern else [text]
        return bool(symbols) and all(symbol in kind.statuses or symbol in kind.unrated for symbol in symbols)

    def accepts(text: str) -> bool:
        if text in layout.missing or claims(text):
            return True
        return bool(tiles(kind.pattern, text)) if kind.pattern else not any(tiles(other, text) for other in others)

    return ColumnShape(accepts, claims)
