"""One panel of a hierarchy table: which item each row names or belongs to, and what the row says of it."""

import re
from collections.abc import Iterator, Mapping, Sequence

from analysis.documents.layouts import (
    ActivityColumn,
    AnyTableColumn,
    CodeColumn,
    HierarchyTable,
    LevelColumn,
    PageColumn,
    StatusColumn,
)
from analysis.documents.text import Line, Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import FiscalYear, fiscal_year, matched_year
from analysis.reading.identifiers import code_of, measure_id, untitled_code_id
from analysis.reading.places import at_line
from analysis.reading.records import ActivityRecord, DepartmentsRecord, Findings, MeasureRecord, StatusRecord, Target
from analysis.reading.stated_years import YearFinder
from analysis.reading.symbols import Scale, symbol_in
from analysis.reading.tables import Header

_ANY_TITLE = re.compile(r"(?P<title>.+)")

Cells = Sequence[Passage | None]


class PanelReader:
    """Reads the rows of one panel in order; its only state is what stands open at each level.

    Raises:
        WardPlansError: from `read`, when a row names no item, lacks a code, or prints an unknown mark or status.
    """

    def __init__(self, document: RawDocument, layout: HierarchyTable, findings: Findings, header: Header) -> None:
        self._document = document
        self._layout = layout
        self._findings = findings
        self._header = header
        self._levels = [column for column in layout.columns if isinstance(column, LevelColumn)]
        self._open: dict[str, list[MeasureRecord]] = {}
        self._broken_runs: set[str] = set()
        self._years = YearFinder(document, layout.plan, layout.region, findings)
        self._status_years: dict[int, FiscalYear] = {}

    def read(self, line: Line, cells: Cells, later: Sequence[Cells]) -> None:
        """Read one row; `later` are the cells of the rows below it."""
        code: Passage | None = None
        for number, (column, cell) in enumerate(zip(self._layout.columns, cells, strict=True)):
            if isinstance(column, CodeColumn):
                code = cell
            elif isinstance(column, LevelColumn):
                if cell is not None:
                    self._open_level(line, column, cell, code, cells)
                    self._note_gap(column, [row[number] for row in later])
                elif code is not None:
                    raise self._unread(line, f"the code {code.text!r} stands without its {column.level_ja}")
                code = None
        self._read_statements(line, cells)

    @property
    def lowest_item_id(self) -> str:
        """Return the id of the lowest item that stands open, the last of its cell."""
        return self._lowest_items()[-1].measure_id

    def target(self, number: int) -> Target | None:
        """Return what the last row's cell in a column feeds, None for cells that no table takes."""
        column = self._layout.columns[number]
        if isinstance(column, LevelColumn | CodeColumn):
            items = self._open.get(column.level)
            field = "title_ja" if isinstance(column, LevelColumn) else "code"
            return Target("measures", items[-1].measure_id, field) if items else None
        lowest = self.lowest_item_id
        if isinstance(column, PageColumn):
            return Target("measures", lowest, "page")
        if isinstance(column, StatusColumn):
            return Target("statuses", f"{lowest}|{self._status_year(column).year}", "status")
        if isinstance(column, ActivityColumn):
            return Target("activities", lowest, "text_ja")
        return Target("measure_departments", lowest, "department_id") if column.holds == "departments" else None

    def _lowest_items(self) -> list[MeasureRecord]:
        return next((items for level in reversed(self._levels) if (items := self._open.get(level.level))), [])

    def _open_level(self, line: Line, column: LevelColumn, cell: Passage, code: Passage | None, cells: Cells) -> None:
        """Replace what stands open at a level by the items of a cell, and close the levels below."""
        if column.ignore is not None and column.ignore.fullmatch(cell.text):
            return
        for lower in self._levels[self._levels.index(column) :]:
            self._open.pop(lower.level, None)
        items = (
            []
            if cell.text in column.blank
            else [self._item(line, column, cell, match, code, cells) for match in items_in(column, cell.text)]
        )
        self._open[column.level] = items
        self._findings.measures.extend(items)

    def _item(
        self,
        line: Line,
        column: LevelColumn,
        cell: Passage,
        match: re.Match[str],
        code_cell: Passage | None,
        cells: Cells,
    ) -> MeasureRecord:
        groups = match.groupdict()
        code = code_cell.text if code_cell else groups.get("code")
        title = cell.part(match, "title") if groups.get("title") else None
        parent_id, is_parent_known = self._parent(column, code)
        item_id = self._item_id(line, column, code, title, parent_id)
        return MeasureRecord(
            measure_id=item_id,
            plan_id=self._layout.plan,
            level=column.level,
            level_ja=column.level_ja,
            code=code,
            printed_code=groups.get("printed") or code,
            title=title,
            passage=cell.part(match),
            parent_id=parent_id,
            root_id=self._root(column) or parent_id or item_id,
            is_parent_known=is_parent_known,
            repeats_code=groups.get("repeats"),
            novelty=self._meaning(line, self._layout.novelty, groups.get("novelty")),
            is_national_priority=groups["national"] is not None if "national" in groups else None,
            lead_body=self._meaning(line, self._layout.lead, groups.get("lead")),
            mark=groups.get("mark"),
            page=self._page(cells) if column is self._levels[-1] else None,
        )

    def _item_id(
        self, line: Line, column: LevelColumn, code: str | None, title: Passage | None, parent_id: str | None
    ) -> str:
        plan = self._layout.plan
        if code is not None:
            prefix = f"{code_of(plan, parent_id)}-" if column.within_parent and parent_id else ""
            return measure_id(plan, column.level, prefix + code)
        if title is None or self._code_column(column) is not None:
            raise self._unread(line, f"a {column.level_ja} without its code")
        return untitled_code_id(plan, column.level, parent_id, title.text)

    def _parent(self, column: LevelColumn, code: str | None) -> tuple[str | None, bool]:
        """Return the parent's id, and whether the source shows it."""
        code_column = self._code_column(column)
        if code_column and code_column.parent_code and code_column.parent_level and code:
            match = code_column.parent_code.match(code)
            if match:
                return measure_id(self._layout.plan, code_column.parent_level, match["code"]), True
        for upper in reversed(self._levels[: self._levels.index(column)]):
            above = self._open.get(upper.level)
            if not above:
                continue
            if len(above) > 1 or upper.level in self._broken_runs:
                return None, False
            return above[0].measure_id, True
        return None, True

    def _root(self, column: LevelColumn) -> str | None:
        for upper in self._levels[: self._levels.index(column)]:
            above = self._open.get(upper.level)
            if above and len(above) == 1:
                return above[0].root_id
        return None

    def _note_gap(self, column: LevelColumn, later: Cells) -> None:
        """Remember whether the numbering of a column of many items breaks off before its next cell.

        Where numbers are missing, the cell has lost items, and those beside it may have belonged to a lost one.
        """
        self._broken_runs.discard(column.level)
        items = self._open.get(column.level)
        following = next((cell for cell in later if cell is not None), None)
        if not column.many or not items or following is None:
            return
        first_codes = [match["code"] for match in items_in(column, following.text)]
        last_code = items[-1].code
        if first_codes and last_code and int(first_codes[0]) != int(last_code) + 1:
            self._broken_runs.add(column.level)

    def _code_column(self, column: LevelColumn) -> CodeColumn | None:
        return next((c for c in self._layout.columns if isinstance(c, CodeColumn) and c.level == column.level), None)

    def _page(self, cells: Cells) -> int | None:
        return next((int(cell.text) for column, cell in self._filled(cells) if isinstance(column, PageColumn)), None)

    def _meaning(self, line: Line, meanings: Mapping[str, str], printed: str | None) -> str | None:
        if printed is None or printed in meanings:
            return meanings[printed] if printed else None
        raise self._unread(line, f"unknown mark {printed!r}, expected one of {', '.join(meanings)}")

    def _read_statements(self, line: Line, cells: Cells) -> None:
        """Read what the row says of the lowest item that stands open."""
        items = self._lowest_items()
        for number, (column, cell) in enumerate(zip(self._layout.columns, cells, strict=True)):
            if cell is None or isinstance(column, CodeColumn | LevelColumn):
                continue
            if not items:
                raise self._unread(line, "no item that this row belongs to")
            if isinstance(column, StatusColumn):
                self._read_status(line, items[-1], column, cell)
            elif column.holds == "departments":
                self._findings.departments.append(DepartmentsRecord(items[-1].measure_id, cell))
            elif isinstance(column, ActivityColumn):
                self._read_activity(items[-1], column, cell, self._header.name(number))

    def _read_status(self, line: Line, item: MeasureRecord, column: StatusColumn, cell: Passage) -> None:
        symbol = symbol_in(column.pattern, cell)
        status = Scale(self._document, column, self._key(column)).status(symbol)
        if status is None:
            return
        year = self._status_year(column)
        self._findings.statuses.append(StatusRecord(item.measure_id, year.year, year.printed, status, symbol))

    def _read_activity(self, item: MeasureRecord, column: ActivityColumn, cell: Passage, header: str) -> None:
        match = column.header.fullmatch(header)
        with at_line(self._document, min(self._header.lines)):
            year = (
                fiscal_year(matched_year(match), self._document.era).year
                if match and match.groupdict().get("year")
                else None
            )
        self._findings.activities.append(
            ActivityRecord(
                measure_id=item.measure_id,
                kind=column.kind,
                fiscal_year=year,
                is_open_ended="以降" in header,
                header=header,
                passage=cell,
            )
        )

    def _status_year(self, column: StatusColumn) -> FiscalYear:
        """Return the one fiscal year that the statuses of a column speak of."""
        number = self._layout.columns.index(column)
        if number not in self._status_years:
            self._status_years[number] = self._years.find(
                column,
                f"the statuses under {self._header.name(number)!r}",
                self._key(column),
                self._header.name(number),
            )
        return self._status_years[number]

    def _key(self, column: AnyTableColumn) -> str:
        return f"columns.{self._layout.columns.index(column)}"

    def _filled(self, cells: Cells) -> Iterator[tuple[AnyTableColumn, Passage]]:
        for column, cell in zip(self._layout.columns, cells, strict=True):
            if cell is not None:
                yield column, cell

    def _unread(self, line: Line, reason: str) -> WardPlansError:
        return WardPlansError(
            f"{self._document.path}:{line.number}: unread row, {reason}: met {line.text.strip()!r:.160}; "
            f"expected the columns {' | '.join(self._header.names)}"
        )


def items_in(column: LevelColumn, text: str) -> list[re.Match[str]]:
    """Return the items a cell of a level column holds: one, or where it can hold many those that tile it.

    The list is empty where the cell, or some of it, is no item of the column.
    """
    pattern = column.pattern or _ANY_TITLE
    if not column.many:
        match = pattern.fullmatch(text)
        return [match] if match else []
    return [] if pattern.sub("", text).strip() else list(pattern.finditer(text))
