"""KPI tables: the values of several years and kinds side by side, or several values within one cell, and grades."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from analysis.documents.layouts import (
    VALUE_TYPES,
    GoalColumn,
    KpiOtherColumn,
    KpiStatusColumns,
    KpiTable,
    NameColumn,
    ValueColumns,
)
from analysis.documents.text import Line, Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.footnotes import read_footnotes
from analysis.reading.identifiers import measure_id
from analysis.reading.kpi_columns import TableColumn, column_shape, dated, find_header
from analysis.reading.kpi_figures import Figure, PrintedYear, missing_record, printed_when, value_record
from analysis.reading.labelled import Labelled, UnlabelledError, labelled
from analysis.reading.places import LayoutGapError
from analysis.reading.records import Findings, KpiRecord, KpiStatusRecord, KpiValueRecord
from analysis.reading.stated_years import YearFinder
from analysis.reading.symbols import Scale
from analysis.reading.tables import Row, lines_in, read_row, region_lines


@dataclass(frozen=True)
class _KpiRow:
    """A row with what stands for its blank cells: the goal and the name of the rows above."""

    row: Row
    goal_id: str | None
    name_cell: Passage


def read_kpi_table(document: RawDocument, layout: KpiTable, findings: Findings) -> None:
    """Add the KPIs of a table, their values and their grades to the findings.

    A cell that is no number becomes a value with a `problem`; whether a correction explains it is decided later.

    Raises:
        WardPlansError: the table, a column or its year is missing, a row does not fit, a grade is unknown, or a
            footnote mark has no footnote.
    """
    lines = lines_in(document, region_lines(document, layout.region))
    header, printed = find_header(document, layout, lines)
    for number, kind in enumerate(layout.columns):
        if isinstance(kind, KpiStatusColumns):
            Scale(document, kind, f"columns.{number}").check_legend(findings)
    finder = YearFinder(document, layout.plan, layout.region, findings)
    columns = [dated(layout, finder, column) for column in printed]
    shapes = [column_shape(layout, column) for column in columns]
    rows = [read_row(document, line, shapes, header.names) for line in header.rows(lines)]
    footnotes = read_footnotes(document, layout.footnotes, findings)
    reader = _RowReader(document, layout, columns, footnotes)
    for name_rows in _by_name(_filled_down(document, layout, columns, rows)):
        reader.read_series(name_rows, findings)
    findings.lines_read.update(header.lines, (row.line.number for row in rows))


class _RowReader:
    """Turns rows into KPIs, values and grades."""

    def __init__(
        self,
        document: RawDocument,
        layout: KpiTable,
        columns: Sequence[TableColumn],
        footnotes: dict[str, tuple[Passage, ...]],
    ) -> None:
        self._document = document
        self._layout = layout
        self._columns = columns
        self._footnotes = footnotes

    def read_series(self, rows: Sequence[_KpiRow], findings: Findings) -> None:
        """Read the rows that share one name cell: one KPI each, or one for each label of their values."""
        stacked = self._layout.stacked if len(rows) > 1 else ()
        if len(rows) > 1 and len(rows) != len(stacked):
            raise self._error(
                rows[-1].row.line,
                f"{len(rows)} rows share the name {rows[0].name_cell.text!r}, the descriptor names {len(stacked)}",
            )
        for number, row in enumerate(rows):
            name, marks = self._name(row.name_cell)
            definition = self._notes(row.row.line, marks)
            cells = self._cells(row.row)
            labels: Sequence[str | None] = self._labels(row.row, cells) or [None]
            if stacked:
                if labels != [None]:
                    raise self._error(
                        row.row.line, f"the values of a stacked row have labels: {', '.join(map(str, labels))}"
                    )
                labels = [stacked[number].label]
                definition = (*definition, self._definition(stacked[number].definition, findings))
            for label in labels:
                kpi = KpiRecord(self._layout.plan, name, label, row.goal_id, definition)
                findings.kpis.append(kpi)
                for column, parts in cells.items():
                    own = [part for part in parts if stacked or part.label in (None, label)]
                    findings.kpi_values.extend(self._values(kpi, row.row, column, own))
                    findings.kpi_statuses.extend(self._statuses(kpi, row.row, column, own))

    def _name(self, cell: Passage) -> tuple[Passage, str]:
        column = next(column.kind for column in self._columns if isinstance(column.kind, NameColumn))
        match = (column.pattern or re.compile(r"(?P<name>.+)")).fullmatch(cell.text)
        assert match is not None
        return cell.part(match, "name"), match.groupdict().get("note") or ""

    def _cells(self, row: Row) -> Mapping[int, Sequence[Labelled]]:
        """Return what the cells of a row hold, by the number of their column: parts with labels, or the whole cell."""
        cells: dict[int, Sequence[Labelled]] = {}
        for number, (column, cell) in enumerate(zip(self._columns, row.cells, strict=True)):
            if cell is None or not isinstance(column.kind, ValueColumns | KpiStatusColumns):
                continue
            try:
                cells[number] = labelled(column.kind.pattern, cell, self._layout.missing)
            except UnlabelledError as error:
                raise self._error(row.line, f"under {column.header!r}: {error}") from error
        return cells

    def _labels(self, row: Row, cells: Mapping[int, Sequence[Labelled]]) -> list[str]:
        """Return the labels of a row's values in order; all of its values have one, or none has."""
        values = [
            (self._columns[number].header, part)
            for number, parts in cells.items()
            for part in parts
            if isinstance(self._columns[number].kind, ValueColumns) and part.match is not None
        ]
        labels = list(dict.fromkeys(part.label for _, part in values if part.label is not None))
        for header, part in values:
            if labels and part.label is None:
                raise self._error(
                    row.line,
                    f"{part.passage.text!r} under {header!r} has no label, others of its row have {', '.join(labels)}",
                )
        for number, parts in cells.items():
            for part in parts:
                if part.label is not None and part.label not in labels:
                    raise self._error(
                        row.line,
                        f"{part.passage.text!r} under {self._columns[number].header!r} has a label that none of the "
                        "values of its row has",
                    )
        return labels

    def _header_above(self, row: Row, cell: Passage) -> str:
        index = row.line.cells.index(cell)
        return self._columns[index].header if index < len(self._columns) else f"列{index + 1}"

    def _moved_from(self, row: Row, number: int) -> str | None:
        cell = row.cells[number]
        return self._header_above(row, cell) if number in row.moved and cell is not None else None

    def _values(self, kpi: KpiRecord, row: Row, number: int, parts: Sequence[Labelled]) -> Iterator[KpiValueRecord]:
        column, cell = self._columns[number], row.cells[number]
        if not isinstance(column.kind, ValueColumns) or cell is None:
            return
        unit = self._unit(row)
        for part in parts:
            for value in self._cell_values(kpi, column, cell, part, row.line):
                yield replace(
                    value,
                    moved_from=self._moved_from(row, number),
                    read_as=column.header,
                    unit_ja=value.unit_ja or (unit if value.value is not None else ""),
                )

    def _unit(self, row: Row) -> str:
        """Return what the row prints in the column of units, without brackets; '' where there is none."""
        for column, cell in zip(self._columns, row.cells, strict=True):
            if isinstance(column.kind, KpiOtherColumn) and column.kind.holds == "unit" and cell is not None:
                return self._document.printed(cell).strip("()（）")
        return ""

    def _cell_values(
        self, kpi: KpiRecord, column: TableColumn, cell: Passage, part: Labelled, line: Line
    ) -> Iterator[KpiValueRecord]:
        assert isinstance(column.kind, ValueColumns)
        for value_type in VALUE_TYPES:
            if part.match is None:
                # A dash is a value that is missing, if the column speaks of a year.
                if column.year is not None and value_type in column.kind.pattern.groupindex:
                    yield missing_record(kpi, value_type, Figure(cell, cell, PrintedYear(column.year)))
            elif part.match.groupdict().get(value_type) is not None:
                groups = part.match.groupdict()
                mark = groups.get("note") or ""
                remark = (cell.part(part.match, "remark"),) if groups.get("remark") else ()
                figure = Figure(
                    cell=cell,
                    figure=cell.part(part.match, value_type),
                    when=self._when(column, part.match, line),
                    note=(*remark, *self._notes(line, mark)),
                    is_break=mark in self._layout.breaks,
                )
                yield value_record(kpi, value_type, figure)

    def _statuses(self, kpi: KpiRecord, row: Row, number: int, parts: Sequence[Labelled]) -> Iterator[KpiStatusRecord]:
        column = self._columns[number]
        if not isinstance(column.kind, KpiStatusColumns):
            return
        assert column.year is not None
        for part in parts:
            if part.passage.text in self._layout.missing:
                continue
            symbol = part.group("status") or part.passage
            key = f"columns.{self._layout.columns.index(column.kind)}"
            status = Scale(self._document, column.kind, key).status(symbol)
            if status is None:
                continue
            yield KpiStatusRecord(
                kpi=kpi,
                fiscal_year=column.year.year,
                printed_year=column.year.printed,
                status=status,
                passage=symbol,
                moved_from=self._moved_from(row, number),
                read_as=column.header,
            )

    def _when(self, column: TableColumn, match: re.Match[str], line: Line) -> PrintedYear:
        printed = match.groupdict().get("when")
        if printed is not None:
            return printed_when(self._document, line, printed)
        if column.year is not None:
            return PrintedYear(column.year)
        raise LayoutGapError(
            f"{self._document.path}:{line.number}: {match[0]!r} under {column.header!r} names no year, and no key says "
            "where it stands",
            f"columns.{self._layout.columns.index(column.kind)}.year",
        )

    def _notes(self, line: Line, mark: str) -> tuple[Passage, ...]:
        if not mark or self._layout.footnotes is None:
            return ()
        if mark not in self._footnotes:
            known = ", ".join(self._footnotes) or "none"
            raise self._error(line, f"the footnote mark {mark!r} has no footnote; found are: {known}")
        return self._footnotes[mark]

    def _definition(self, pattern: re.Pattern[str], findings: Findings) -> Passage:
        for line, match in self._document.search(pattern):
            findings.locate(line.number, line.passage, match, "text")
            return line.passage.part(match, "text")
        raise WardPlansError(f"{self._document.path}: no line matches the definition {pattern.pattern!r}")

    def _error(self, line: Line, message: str) -> WardPlansError:
        return WardPlansError(f"{self._document.path}:{line.number}: {message}")


def _filled_down(
    document: RawDocument, layout: KpiTable, columns: Sequence[TableColumn], rows: Sequence[Row]
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
