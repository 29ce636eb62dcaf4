"""Blocks below the headings of an outline: schedule tables, aims, sections in charge."""

import re
from collections.abc import Sequence

from analysis.documents.layouts import Block, SectionBlocks
from analysis.documents.text import Line, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import FiscalYear, fiscal_year
from analysis.reading.places import at_line
from analysis.reading.records import ActivityRecord, DepartmentsRecord, Findings
from analysis.reading.tables import filled_texts, lines_in, region_lines


def read_section_blocks(document: RawDocument, layout: SectionBlocks, findings: Findings) -> None:
    """Add what stands in the blocks below each heading of the plan's outlines to the findings.

    Raises:
        WardPlansError: a block stands under no heading, a schedule row has more or fewer cells than there are years, or
            a kind of block is not met at all.
    """
    block: Block | None = None
    years: Sequence[FiscalYear] = ()
    met: set[str] = set()
    owner: str | None = None
    for line in lines_in(document, region_lines(document, layout.region)):
        text = line.passage.text.strip()
        if not text and not line.is_row:
            years = ()
            continue
        if (heading := _section_of(findings, line)) != owner:
            owner, block = heading, None
        found = next((other for other in layout.blocks if other.heading.fullmatch(text)), None)
        if found is not None:
            block = found
            met.add(found.heading.pattern)
        elif line.is_row and (printed := _schedule_years(document, layout, line)):
            years, block = printed, None
            met.add(layout.schedule.pattern)
        elif line.is_row and years:
            _read_schedule_row(document, line, years, _owned(document, line, owner), findings)
        elif block is not None:
            _read_block_line(document, line, block, _owned(document, line, owner), findings)
            block = None if block.holds == "departments" else block
        else:
            continue
        findings.lines_read.add(line.number)
    _refuse_unmet(document, layout, met)


def _section_of(findings: Findings, line: Line) -> str | None:
    return next((s.measure_id for s in reversed(findings.sections) if line.number in s.lines), None)


def _owned(document: RawDocument, line: Line, owner: str | None) -> str:
    if owner is None:
        raise WardPlansError(f"{document.path}:{line.number}: {line.text.strip()!r:.80} stands under no heading")
    return owner


def _schedule_years(document: RawDocument, layout: SectionBlocks, line: Line) -> list[FiscalYear]:
    """Return the years of a schedule's header row, or nothing where the row is none."""
    matches: list[re.Match[str] | None] = [layout.schedule.fullmatch(text) for text in filled_texts(line)]
    with at_line(document, line.number):
        years = [fiscal_year(match["year"]) for match in matches if match is not None]
    return years if len(years) == len(matches) else []


def _read_schedule_row(
    document: RawDocument, line: Line, years: Sequence[FiscalYear], owner: str, findings: Findings
) -> None:
    if len(line.cells) < len(years):
        # A cell has been dropped, and nothing in a schedule tells which: the year of each would be a guess.
        raise WardPlansError(
            f"{document.path}:{line.number}: unread row, it has {len(line.cells)} cells for {len(years)} years: met "
            f"{line.text.strip()!r:.120}"
        )
    for number, cell in enumerate(line.cells):
        if not cell.text:
            continue
        if number >= len(years):
            raise WardPlansError(
                f"{document.path}:{line.number}: unread row, {cell.text!r} stands beyond the last of {len(years)} years"
            )
        year = years[number]
        findings.activities.append(ActivityRecord(owner, "schedule", year.year, False, year.printed, cell))


def _read_block_line(document: RawDocument, line: Line, block: Block, owner: str, findings: Findings) -> None:
    passage = line.passage.slice(0, len(line.passage.text))
    if passage.text.startswith("- "):
        passage = passage.slice(2, len(passage.text))
    if block.holds == "departments":
        findings.departments.append(DepartmentsRecord(owner, passage))
    else:
        header = _heading_above(document, line, block)
        findings.activities.append(ActivityRecord(owner, block.holds, None, False, header, passage))


def _heading_above(document: RawDocument, line: Line, block: Block) -> str:
    """Return the block's heading as printed above a line."""
    above = (other.passage.text.strip() for other in reversed(document.lines[: line.number]))
    return next(text for text in above if block.heading.fullmatch(text))


def _refuse_unmet(document: RawDocument, layout: SectionBlocks, met: set[str]) -> None:
    for pattern in (layout.schedule.pattern, *(block.heading.pattern for block in layout.blocks)):
        if pattern not in met:
            raise WardPlansError(f"{document.path}: no block with the heading {pattern!r} found")
