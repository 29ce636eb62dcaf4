"""Hierarchy tables: items level by level, whose merged cells the conversion left blank, with or without progress."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from analysis.documents.layouts import AnyTableColumn, CodeColumn, HierarchyTable, LevelColumn, StatusColumn
from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.alignment import ColumnShape
from analysis.reading.panel import PanelReader, items_in
from analysis.reading.records import Findings, MovedCell
from analysis.reading.symbols import Scale
from analysis.reading.tables import Header, Row, find_header, lines_in, read_row, region_lines


def read_hierarchy_table(document: RawDocument, layout: HierarchyTable, findings: Findings) -> None:
    """Add the items, statuses and activities of a hierarchy table to the findings.

    Raises:
        WardPlansError: the table or a column is missing, a row does not fit its columns, or a status is unknown.
    """
    for number, column in enumerate(layout.columns):
        if isinstance(column, StatusColumn):
            Scale(document, column, f"columns.{number}").check_legend(findings)
    columns = layout.columns * layout.panels
    lines = lines_in(document, region_lines(document, layout.region))
    header = find_header(document, lines, [column.header for column in columns])
    coded = [isinstance(before, CodeColumn) for before in (None, *columns)]
    titles = _outline_titles(layout, findings)
    width = len(layout.columns)
    shapes = [
        replace(
            _shape(column, follows, titles), expects=_expects(column), key=f"columns.{number % width}.{_key(column)}"
        )
        for number, (column, follows) in enumerate(zip(columns, coded, strict=False))
    ]
    rows = [read_row(document, line, shapes, header.names) for line in header.rows(lines)]
    findings.lines_read.update(header.lines)
    panels = [
        PanelReader(document, layout, findings, header.part(first, width)) for first in range(0, len(columns), width)
    ]
    for number, row in enumerate(rows):
        _read_row(document, row, rows[number + 1 :], panels, width)
        findings.moved_cells.extend(_moved_cells(row, header, panels, width))
        findings.lines_read.add(row.line.number)


def _read_row(document: RawDocument, row: Row, later: Sequence[Row], panels: Sequence[PanelReader], width: int) -> None:
    if not any(row.cells):
        raise WardPlansError(f"{document.path}:{row.line.number}: unread row, all of its cells are empty")
    for number, panel in enumerate(panels):
        part = slice(number * width, (number + 1) * width)
        if any(row.cells[part]):
            panel.read(row.line, row.cells[part], [other.cells[part] for other in later])


def _moved_cells(row: Row, header: Header, panels: Sequence[PanelReader], width: int) -> Iterator[MovedCell]:
    for column in row.moved:
        cell = row.cells[column]
        assert cell is not None
        panel = panels[column // width]
        target = panel.target(column % width)
        if target is not None:
            printed_under = header.name(row.line.cells.index(cell))
            yield MovedCell(target, panel.lowest_item_id, cell, printed_under, header.name(column))


def _outline_titles(layout: HierarchyTable, findings: Findings) -> frozenset[tuple[str, str]]:
    return frozenset(
        (item.level, item.title.text) for item in findings.measures if item.title and item.plan_id == layout.plan
    )


def _shape(column: AnyTableColumn, follows: bool, outline_titles: frozenset[tuple[str, str]]) -> ColumnShape:
    def accepts(text: str) -> bool:
        return _accepts(column, text, outline_titles)

    def claims(text: str) -> bool:
        if isinstance(column, StatusColumn):
            match = column.pattern.fullmatch(text) if column.pattern else None
            symbol = (match.groupdict().get("status") if match else None) or text
            return symbol in column.statuses or symbol in column.unrated
        return accepts(text) and not (isinstance(column, LevelColumn) and text in column.blank)

    return ColumnShape(accepts, claims if column.anchor else None, follows)


def _expects(column: AnyTableColumn) -> str:
    if isinstance(column, StatusColumn):
        return f"one of {' '.join([*column.statuses, *column.unrated])}"
    pattern = repr(column.pattern.pattern) if column.pattern else "a cell of this column"
    known = (
        " of an item that the outline names" if isinstance(column, LevelColumn) and column.known_from_outline else ""
    )
    return f"{pattern}{known}"


def _key(column: AnyTableColumn) -> str:
    if isinstance(column, StatusColumn):
        return "statuses"
    return "pattern" if column.pattern else "holds"


def _accepts(column: AnyTableColumn, text: str, outline_titles: frozenset[tuple[str, str]]) -> bool:
    if not isinstance(column, LevelColumn):
        return column.pattern is None or column.pattern.fullmatch(text) is not None
    if text in column.blank or (column.ignore is not None and column.ignore.fullmatch(text)):
        return True
    matches = items_in(column, text)
    if column.known_from_outline:
        return any((column.level, match["title"]) in outline_titles for match in matches)
    return bool(matches)
