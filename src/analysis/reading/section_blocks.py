"""Blocks below the headings of an outline: schedule tables, results, aims, grades, KPIs, sections in charge."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import assert_never

from analysis.documents.layouts import (
    VALUE_TYPES,
    ActivityBlock,
    Block,
    DepartmentsBlock,
    KpiBlock,
    SectionBlocks,
    Status,
    StatusBlock,
    ValueType,
)
from analysis.documents.text import Line, Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import FiscalYear, fiscal_year, matched_year
from analysis.reading.kpi_figures import Figure, PrintedYear, missing_record, printed_when, value_record
from analysis.reading.places import LayoutGapError, at_line
from analysis.reading.records import (
    ActivityRecord,
    DepartmentsRecord,
    Findings,
    KpiRecord,
    KpiStatusRecord,
    StatusRecord,
)
from analysis.reading.stated_years import YearFinder
from analysis.reading.symbols import Scale, symbol_in
from analysis.reading.tables import filled_texts, lines_in, region_lines

_DASHES = frozenset({"—", "-"})


def read_section_blocks(document: RawDocument, layout: SectionBlocks, findings: Findings) -> None:
    """Add what stands in the blocks below each heading of the plan's outlines to the findings.

    Raises:
        WardPlansError: a block stands under no heading or is empty, a schedule row has more or fewer cells than there
            are years, a line of KPIs or a grade is not understood, or a kind of block is not met at all.
    """
    reader = _SectionReader(document, layout, findings)
    for line in lines_in(document, region_lines(document, layout.region)):
        if reader.reads(line):
            findings.lines_read.add(line.number)
    reader.finish()


@dataclass
class _OpenBlock:
    """A block that is being read: the heading as printed, its line, its year, and how many lines were read in it."""

    number: int
    block: Block
    heading: str
    line: int
    year: FiscalYear | None
    lines: int = 0

    @property
    def key(self) -> str:
        """Return the key of the block, from the layout on."""
        return f"blocks.{self.number}"


class _SectionReader:
    """Reads lines in order; its state is the item, the block and the schedule they stand in."""

    def __init__(self, document: RawDocument, layout: SectionBlocks, findings: Findings) -> None:
        self._document = document
        self._layout = layout
        self._findings = findings
        self._finder = YearFinder(document, layout.plan, layout.region, findings)
        self._years_of_blocks = [self._stated_year(number, block) for number, block in enumerate(layout.blocks)]
        self._years_of_kpis = [self._kpi_years(number, block) for number, block in enumerate(layout.blocks)]
        self._owner: str | None = None
        self._open: _OpenBlock | None = None
        self._schedule: Sequence[FiscalYear] = ()
        self._met: set[str] = set()

    def reads(self, line: Line) -> bool:
        """Read a line, and return whether it belongs to a block or schedule."""
        text = line.passage.text.strip()
        if not text and not line.is_row:
            self._schedule = ()
            return False
        if (heading := self._section_of(line)) != self._owner:
            self._close()
            self._owner = heading
        if self._opens_block(line, text):
            return True
        if line.is_row and (years := self._schedule_years(line)):
            self._close()
            self._schedule = years
            return True
        if line.is_row and self._schedule:
            self._read_schedule_row(line, self._owned(line))
            return True
        if self._open is None or self._ends(self._open, text):
            self._close()
            return False
        self._read_content(self._open, line, line.passage.slice(0, len(line.passage.text)))
        return True

    def finish(self) -> None:
        """Close the last block.

        Raises:
            WardPlansError: it is empty, or a kind of block, or the schedule, has not been met.
        """
        self._close()
        keys = [(block.heading, f"blocks.{number}.heading") for number, block in enumerate(self._layout.blocks)]
        if self._layout.schedule is not None:
            keys.insert(0, (self._layout.schedule, "schedule"))
        for pattern, key in keys:
            if key not in self._met:
                raise LayoutGapError(f"{self._document.path}: no block with the heading {pattern.pattern!r} found", key)

    def _section_of(self, line: Line) -> str | None:
        sections = reversed(self._findings.sections)
        return next((section.measure_id for section in sections if line.number in section.lines), None)

    def _owned(self, line: Line) -> str:
        if self._owner is None:
            raise self._error(line, f"{line.text.strip()!r:.80} stands under no heading")
        return self._owner

    def _opens_block(self, line: Line, text: str) -> bool:
        for number, block in enumerate(self._layout.blocks):
            match = block.heading.fullmatch(text)
            if match is None:
                continue
            self._close()
            passage = line.passage.slice(0, len(line.passage.text))
            content = passage.part(match, "text") if match.groupdict().get("text") else None
            opened = self._opened(number, line, match)
            self._met.add(f"{opened.key}.heading")
            if content is not None and content.text:
                self._read_content(opened, line, content)
            # What stands on the heading's line is all, unless the descriptor says that it goes on.
            is_whole = opened.lines > 0 and (not block.goes_on or self._is_one_line(block))
            self._open = None if is_whole else opened
            return True
        return False

    def _opened(self, number: int, line: Line, match: re.Match[str]) -> _OpenBlock:
        block = self._layout.blocks[number]
        year = self._years_of_blocks[number]
        if match.groupdict().get("year") is not None:
            with at_line(self._document, line.number):
                year = fiscal_year(matched_year(match), self._document.era)
        has_text = match.groupdict().get("text") is not None
        heading = match.string[: match.start("text")] if has_text else match.string
        return _OpenBlock(number, block, heading.rstrip(" :") or heading, line.number, year)

    def _ends(self, opened: _OpenBlock, text: str) -> bool:
        return opened.block.until is not None and opened.block.until.search(text) is not None

    def _close(self) -> None:
        if self._open is not None and not self._open.lines:
            raise LayoutGapError(
                f"{self._document.path}:{self._open.line}: nothing stands below {self._open.heading!r}",
                f"{self._open.key}.heading",
            )
        self._open = None

    @staticmethod
    def _is_one_line(block: Block) -> bool:
        return isinstance(block, DepartmentsBlock | StatusBlock)

    def _read_content(self, opened: _OpenBlock, line: Line, content: Passage) -> None:
        opened.lines += 1
        owner, block = self._owned(line), opened.block
        if isinstance(block, DepartmentsBlock):
            self._findings.departments.append(DepartmentsRecord(owner, _without_dash(content)))
        elif isinstance(block, ActivityBlock):
            year = opened.year.year if opened.year else None
            text = _without_dash(content)
            self._findings.activities.append(ActivityRecord(owner, block.holds, year, False, opened.heading, text))
        elif isinstance(block, StatusBlock):
            self._read_status(opened, block, owner, content)
        elif isinstance(block, KpiBlock):
            self._read_kpi(opened, block, owner, line, content)
        else:
            assert_never(block)
        if self._is_one_line(block):
            self._open = None

    def _read_status(self, opened: _OpenBlock, block: StatusBlock, owner: str, content: Passage) -> None:
        symbol = symbol_in(block.pattern, content)
        status = self._status(opened, block, symbol)
        if status is None:
            return
        if opened.year is None:
            raise LayoutGapError(
                f"{self._document.path}:{opened.line}: {opened.heading!r} names no year, and no key says where it is",
                f"{opened.key}.year",
            )
        self._findings.statuses.append(StatusRecord(owner, opened.year.year, opened.year.printed, status, symbol))

    def _read_kpi(self, opened: _OpenBlock, block: KpiBlock, owner: str, line: Line, content: Passage) -> None:
        match = block.pattern.fullmatch(content.text)
        if match is None or not any(match.groupdict().get(kind) for kind in VALUE_TYPES):
            raise LayoutGapError(
                f"{self._document.path}:{line.number}: {content.text!r:.80} is no line of KPIs as "
                f"{block.pattern.pattern!r} expects; what follows the KPIs is for the key `until`",
                f"{opened.key}.pattern",
            )
        groups = match.groupdict()
        kpi = KpiRecord(self._layout.plan, content.part(match, "name"), groups.get("label"), owner, ())
        self._findings.kpis.append(kpi)
        remark = (content.part(match, "remark"),) if groups.get("remark") else ()
        for kind in VALUE_TYPES:
            if groups.get(kind):
                figure = content.part(match, kind)
                when = self._when(opened, line, match, kind)
                record = missing_record if figure.text in _DASHES else value_record
                self._findings.kpi_values.append(record(kpi, kind, Figure(content, figure, when, remark)))
        symbol = content.part(match, "status") if groups.get("status") else None
        status = self._status(opened, block, symbol) if symbol else None
        if symbol is not None and status is not None:
            year = self._years_of_kpis[opened.number]["status"]
            self._findings.kpi_statuses.append(KpiStatusRecord(kpi, year.year, year.printed, status, symbol))

    def _status(self, opened: _OpenBlock, block: StatusBlock | KpiBlock, symbol: Passage) -> Status | None:
        if symbol.text in _DASHES and symbol.text not in block.statuses:
            return None
        return Scale(self._document, block, opened.key).status(symbol)

    def _when(self, opened: _OpenBlock, line: Line, match: re.Match[str], kind: ValueType) -> PrintedYear:
        printed = match.groupdict().get("when")
        if printed:
            return printed_when(self._document, line, printed)
        year = self._years_of_kpis[opened.number].get(kind) or opened.year
        if year is None:
            raise LayoutGapError(
                f"{self._document.path}:{line.number}: {match[kind]!r} names no year, and no key says where it stands",
                f"{opened.key}.years.{kind}",
            )
        return PrintedYear(year)

    def _stated_year(self, number: int, block: Block) -> FiscalYear | None:
        """Return the year that another place in the document states for a block."""
        if isinstance(block, StatusBlock):
            Scale(self._document, block, f"blocks.{number}").check_legend(self._findings)
        if not isinstance(block, ActivityBlock | StatusBlock) or not block.is_stated:
            return None
        return self._finder.find(block, f"the block {block.heading.pattern!r}", f"blocks.{number}")

    def _kpi_years(self, number: int, block: Block) -> Mapping[str, FiscalYear]:
        """Return the years that other places in the document state for the values and grades of KPIs."""
        if not isinstance(block, KpiBlock):
            return {}
        Scale(self._document, block, f"blocks.{number}").check_legend(self._findings)
        return {
            kind: self._finder.find(stated, f"the {kind} of {block.heading.pattern!r}", f"blocks.{number}.years.{kind}")
            for kind, stated in block.years.items()
        }

    def _schedule_years(self, line: Line) -> list[FiscalYear]:
        """Return the years of a schedule's header row, or nothing where the row is none."""
        if self._layout.schedule is None:
            return []
        matches = [self._layout.schedule.fullmatch(text) for text in filled_texts(line)]
        with at_line(self._document, line.number):
            years = [fiscal_year(matched_year(match), self._document.era) for match in matches if match is not None]
        if len(years) != len(matches):
            return []
        self._met.add("schedule")
        return years

    def _read_schedule_row(self, line: Line, owner: str) -> None:
        years = self._schedule
        if len(line.cells) < len(years):
            # A cell has been dropped, and nothing in a schedule tells which: the year of each would be a guess.
            raise self._error(
                line,
                f"unread row, it has {len(line.cells)} cells for {len(years)} years: met {line.text.strip()!r:.120}",
            )
        for number, cell in enumerate(line.cells):
            if not cell.text:
                continue
            if number >= len(years):
                raise self._error(line, f"unread row, {cell.text!r} stands beyond the last of {len(years)} years")
            year = years[number]
            self._findings.activities.append(ActivityRecord(owner, "schedule", year.year, False, year.printed, cell))

    def _error(self, line: Line, message: str) -> WardPlansError:
        return WardPlansError(f"{self._document.path}:{line.number}: {message}")


def _without_dash(content: Passage) -> Passage:
    """Return the content without the mark of a list item."""
    return content.slice(2, len(content.text)) if content.text.startswith("- ") else content
