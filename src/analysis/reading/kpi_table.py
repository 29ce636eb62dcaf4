"""KPI tables: the values of several years and kinds side by side, or target and actual within one cell."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.documents.layouts import AnyKpiColumn, GoalColumn, KpiTable, NameColumn, ValueColumns
from analysis.documents.text import Line, Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.alignment import ColumnShape
from analysis.reading.eras import FiscalYear, fiscal_year, printed_month
from analysis.reading.footnotes import read_footnotes
from analysis.reading.identifiers import measure_id
from analysis.reading.numerals import UnparsableNumberError, parse_amount
from analysis.reading.places import at_line
from analysis.reading.records import Findings, KpiRecord, KpiValueRecord, PrintedDate
from analysis.reading.tables import Header, Row, lines_in, read_row, region_lines

_VALUE_TYPES = ("baseline", "target", "actual")
_MONTH = re.compile(r"月|\d[./]\d")


@dataclass(frozen=True)
class _TableColumn:
    """A column of the printed table: what it holds, its header as printed, and the year the header names."""

    kind: AnyKpiColumn
    header: str
    year: FiscalYear | None = None


@dataclass(frozen=True)
class _KpiRow:
    """A row with what stands for its blank cells: the goal and the name of the rows above."""

    row: Row
    goal_id: str | None
    name_cell: Passage


def read_kpi_table(document: RawDocument, layout: KpiTable, findings: Findings) -> None:
    """Add the KPIs of a table and their values to the findings.

    A cell that is no number becomes a value with a `problem`; whether a correction explains it is decided later.

    Raises:
        WardPlansError: the table or a column is missing, a row does not fit, or a footnote mark has no footnote.
    """
    lines = lines_in(document, region_lines(document, layout.region))
    header, columns = _find_header(document, layout, lines)
    shapes = [_column_shape(layout, column) for column in columns]
    rows = [read_row(document, line, shapes, header.names) for line in header.rows(lines)]
    footnotes = read_footnotes(document, layout.footnotes, findings)
    reader = _RowReader(document, layout, columns, footnotes)
    for name_rows in _by_name(_filled_down(document, layout, columns, rows)):
        reader.read_series(name_rows, findings)
    findings.lines_read.update(header.lines, (row.line.number for row in rows))


class _RowReader:
    """Turns rows into KPIs and values."""

    def __init__(
        self,
        document: RawDocument,
        layout: KpiTable,
        columns: Sequence[_TableColumn],
        footnotes: dict[str, tuple[Passage, ...]],
    ) -> None:
        self._document = document
        self._layout = layout
        self._columns = columns
        self._footnotes = footnotes

    def read_series(self, rows: Sequence[_KpiRow], findings: Findings) -> None:
        """Read the rows that share one name cell: one KPI each."""
        stacked = self._layout.stacked if len(rows) > 1 else ()
        if len(rows) > 1 and len(rows) != len(stacked):
            raise self._error(
                rows[-1].row.line,
                f"{len(rows)} rows share the name {rows[0].name_cell.text!r}, the descriptor names {len(stacked)}",
            )
        for number, row in enumerate(rows):
            name, marks = self._name(row.name_cell)
            definition = self._notes(row.row.line, marks)
            label = None
            if stacked:
                label = stacked[number].label
                definition = (*definition, self._definition(stacked[number].definition, findings))
            kpi = KpiRecord(self._layout.plan, name, label, row.goal_id, definition)
            findings.kpis.append(kpi)
            findings.kpi_values.extend(self._values(kpi, row.row))

    def _name(self, cell: Passage) -> tuple[Passage, str]:
        column = next(column.kind for column in self._columns if isinstance(column.kind, NameColumn))
        match = (column.pattern or re.compile(r"(?P<name>.+)")).fullmatch(cell.text)
        assert match is not None
        return cell.part(match, "name"), match.groupdict().get("note") or ""

    def _values(self, kpi: KpiRecord, row: Row) -> Iterator[KpiValueRecord]:
        for number, (column, cell) in enumerate(zip(self._columns, row.cells, strict=True)):
            if cell is None or not isinstance(column.kind, ValueColumns):
                continue
            moved_from = self._header_above(row, cell) if number in row.moved else None
            for value in self._cell_values(kpi, column, cell, row.line):
                yield replace(value, moved_from=moved_from, read_as=column.header)

    def _header_above(self, row: Row, cell: Passage) -> str:
        index = row.line.cells.index(cell)
        return self._columns[index].header if index < len(self._columns) else f"列{index + 1}"

    def _cell_values(self, kpi: KpiRecord, column: _TableColumn, cell: Passage, line: Line) -> Iterator[KpiValueRecord]:
        assert isinstance(column.kind, ValueColumns)
        if cell.text in self._layout.missing:
            yield from self._missing(kpi, column, cell)
            return
        match = column.kind.pattern.fullmatch(cell.text)
        assert match is not None
        for value_type in _VALUE_TYPES:
            if match.groupdict().get(value_type) is not None:
                yield self._value(kpi, column, cell, match, value_type, line)

    def _missing(self, kpi: KpiRecord, column: _TableColumn, cell: Passage) -> Iterator[KpiValueRecord]:
        """Yield a row without a value for each value type the column holds, if the column speaks of a year."""
        assert isinstance(column.kind, ValueColumns)
        for value_type in _VALUE_TYPES:
            if column.year is not None and value_type in column.kind.pattern.groupindex:
                yield KpiValueRecord(
                    kpi=kpi,
                    fiscal_year=column.year.year,
                    printed_year=column.year.printed,
                    value_type=value_type,
                    value=None,
                    denominator=None,
                    unit_ja="",
                    is_approximate=False,
                    is_break=False,
                    as_of=None,
                    cell=cell,
                    passage=cell,
                    note=(),
                )

    def _value(
        self,
        kpi: KpiRecord,
        column: _TableColumn,
        cell: Passage,
        match: re.Match[str],
        value_type: str,
        line: Line,
    ) -> KpiValueRecord:
        figure = cell.part(match, value_type)
        year, as_of = self._when(column, match, line)
        mark = match.groupdict().get("note") or ""
        value: float | None
        try:
            amount = parse_amount(figure.text)
            value, problem = amount.value, None
            denominator, unit, is_approximate = amount.denominator, amount.unit_ja, amount.is_approximate
        except UnparsableNumberError as error:
            value, denominator, unit, is_approximate, problem = None, None, "", False, str(error)
        return KpiValueRecord(
            kpi=kpi,
            fiscal_year=year.year,
            printed_year=year.printed,
            value_type=value_type,
            value=value,
            denominator=denominator,
            unit_ja=unit,
            is_approximate=is_approximate,
            is_break=mark in self._layout.breaks,
            as_of=as_of,
            cell=cell,
            passage=figure,
            note=self._notes(line, mark),
            problem=problem,
        )

    def _when(self, column: _TableColumn, match: re.Match[str], line: Line) -> tuple[FiscalYear, PrintedDate | None]:
        printed = match.groupdict().get("when")
        if printed is None:
            if column.year is None:
                raise self._error(line, f"{match[0]!r} under {column.header!r} names no year")
            return column.year, None
        with at_line(self._document, line.number):
            if not _MONTH.search(printed):
                return fiscal_year(printed), None
            month = printed_month(printed)
        return FiscalYear(month.fiscal_year, printed, True), PrintedDate(month.year, month.month)

    def _notes(self, line: Line, mark: str) -> tuple[Passage, ...]:
        if not mark or self._layout.footnotes is None:
            return ()
        if mark not in self._footnotes:
            known = ", ".join(self._footnotes) or "none"
            raise self._error(line, f"the footnote mark {mark!r} has no footnote; found are: {known}")
        return self._footnotes[mark]

    def _definition(self, pattern: re.Pattern[str], findings: Findings) -> Passage:
        for line, match in self._document.search(pattern):
            findings.lines_read.add(line.number)
            return line.passage.part(match, "text")
        raise WardPlansError(f"{self._document.path}: no line matches the definition {pattern.pattern!r}")

    def _error(self, line: Line, message: str) -> WardPlansError:
        return WardPlansError(f"{self._document.path}:{line.number}: {message}")


def _find_header(document: RawDocument, layout: KpiTable, lines: Sequence[Line]) -> tuple[Header, list[_TableColumn]]:
    """Return the header of the table, wherever it is repeated, and the printed columns."""
    found: list[tuple[Sequence[Line], list[_TableColumn]]] = []
    nearest: WardPlansError | None = None
    for number in range(len(lines) - layout.header_rows + 1):
        block = lines[number : number + layout.header_rows]
        if not all(line.is_row for line in block):
            continue
        with at_line(document, block[-1].number):
            columns, problem = _match_columns(layout, block)
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


def _years(columns: Sequence[_TableColumn]) -> list[int | None]:
    return [column.year.year if column.year else None for column in columns]


def _match_columns(layout: KpiTable, block: Sequence[Line]) -> tuple[list[_TableColumn] | None, str]:
    """Match the header rows with the descriptor's columns; on failure say what is lacking."""
    lower = [cell.text for cell in block[-1].cells]
    upper = [cell.text for cell in block[0].cells] if layout.header_rows == 2 else [""] * len(lower)
    columns: list[_TableColumn] = []
    group = ""
    for number in range(max(len(lower), len(upper))):
        above = upper[number] if number < len(upper) else ""
        below = lower[number] if number < len(lower) else ""
        group = above or group
        if not above and not below and number >= len(layout.columns):
            continue
        column = _match_column(layout, number, above or below, below, group)
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


def _match_column(layout: KpiTable, number: int, any_header: str, below: str, group: str) -> _TableColumn | None:
    for position, kind in enumerate(layout.columns):
        if isinstance(kind, ValueColumns):
            match = kind.header.fullmatch(below)
            if match and (kind.group is None or kind.group.fullmatch(group)):
                printed = match.groupdict().get("year")
                return _TableColumn(kind, below, fiscal_year(printed) if printed else None)
        elif position == number and kind.header.fullmatch(any_header):
            return _TableColumn(kind, any_header or f"列{number + 1}")
    return None


def _column_shape(layout: KpiTable, column: _TableColumn) -> ColumnShape:
    pattern = column.kind.pattern

    def matches(text: str) -> bool:
        return pattern is None or pattern.fullmatch(text) is not None

    def accepts(text: str) -> bool:
        return matches(text) or (isinstance(column.kind, ValueColumns) and text in layout.missing)

    return ColumnShape(accepts, matches if isinstance(column.kind, ValueColumns) or column.kind.anchor else None)


def _filled_down(
    document: RawDocument, layout: KpiTable, columns: Sequence[_TableColumn], rows: Sequence[Row]
) -> Iterator[_KpiRow]:
    goal_id: str | None = None
    name: Passage | None = None
    for row in rows:
        for column, cell in zip(columns, row.cells, strict=True):
            if cell is not None and isinstance(column.kind, GoalColumn):
                match = column.kind.pattern.fullmatch(cell.text) if column.kind.pattern else None
                assert match is not None
                goal_id, name = measure_id(layout.plan, layout.goal_level, match["code"]), None
            elif cell is not None and isinstance(column.kind, NameColumn):
                name = cell
        if name is None:
            raise WardPlansError(f"{document.path}:{row.line.number}: a row of values without a name")
        yield _KpiRow(row, goal_id or _goal_above(document, layout, row.line), name)


def _goal_above(document: RawDocument, layout: KpiTable, line: Line) -> str | None:
    if layout.goal_heading is None:
        return None
    for above in reversed(document.lines[: line.number - 1]):
        match = layout.goal_heading.match(above.text)
        if match:
            return measure_id(layout.plan, layout.goal_level, match["code"])
    raise WardPlansError(
        f"{document.path}:{line.number}: no heading above matches {layout.goal_heading.pattern!r}, the goal of its KPIs"
    )


def _by_name(rows: Iterator[_KpiRow]) -> list[list[_KpiRow]]:
    series: list[list[_KpiRow]] = []
    for row in rows:
        if series and series[-1][0].name_cell is row.name_cell:
            series[-1].append(row)
        else:
            series.append([row])
    return series
