"""Reading a document: its title, plans, layouts and stated totals, as its descriptor lays them out."""

import re
from dataclasses import dataclass, replace

from analysis.documents.catalogue import DescribedDocument
from analysis.documents.descriptor import Descriptor, PlanDescriptor
from analysis.documents.layouts import AnyLayout, Events, HierarchyTable, KpiTable, Outline, SectionBlocks
from analysis.documents.text import Line, Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.account import AccountedLine, account_lines, running_lines
from analysis.reading.eras import (
    FiscalYearRange,
    PrintedMonth,
    fiscal_years,
    fiscal_years_between,
    matched_year,
    printed_month,
)
from analysis.reading.events import read_events
from analysis.reading.glossary import read_glossary
from analysis.reading.hierarchy_table import read_hierarchy_table
from analysis.reading.kpi_table import read_kpi_table
from analysis.reading.numbering import check_numbering
from analysis.reading.outline import read_outline
from analysis.reading.passages import FoundPassage, find_passages
from analysis.reading.places import LayoutGapError, at_line, descriptor_path
from analysis.reading.quantities import read_quantities
from analysis.reading.records import Findings, PlanRecord
from analysis.reading.repeats import resolve_repeats
from analysis.reading.section_blocks import read_section_blocks
from analysis.reading.totals import read_totals


@dataclass(frozen=True)
class Publication:
    """When a document says it was published: the print, and the month it names."""

    passage: Passage
    month: PrintedMonth


@dataclass(frozen=True)
class ReadDocument:
    """A document and all that was read from it."""

    source: DescribedDocument
    title: Passage
    publication: Publication | None
    findings: Findings
    lines: tuple[AccountedLine, ...]
    passages: tuple[FoundPassage, ...]


def read_described(source: DescribedDocument) -> ReadDocument:
    """Read a document.

    Raises:
        WardPlansError: something the descriptor expects is missing, or something printed is not understood; the
            message names file, line, the text met and what was expected.
    """
    descriptor = source.descriptor
    document = as_described(source.text, descriptor)
    findings = Findings()
    title = locate(document, descriptor.title, "title", findings)
    publication = None
    if descriptor.published is not None:
        passage = locate(document, descriptor.published, "published", findings)
        with at_line(document, document.line_number(passage)):
            publication = Publication(passage, printed_month(passage.text, document.era))
    findings.plans.extend(read_plan(document, plan, findings) for plan in descriptor.plans)
    for number, layout in enumerate(descriptor.layouts):
        read_layout(document, layout, findings, number)
    findings.measures[:] = resolve_repeats(document, findings.measures)
    read_totals(document, descriptor.totals, findings)
    check_numbering(document, descriptor.gaps, findings)
    lines = account_lines(document, descriptor, findings)
    passages = find_passages(document, findings)
    read_quantities(document, descriptor, lines, passages, findings)
    return ReadDocument(replace(source, text=document), title, publication, findings, tuple(lines), tuple(passages))


def as_described(document: RawDocument, descriptor: Descriptor) -> RawDocument:
    """Return a document whose lines flow, and whose years without an era are read, as the descriptor says.

    Raises:
        WardPlansError: a rule for lines that are printed on each page matches none.
    """
    return replace(document, running=running_lines(document, descriptor), era=descriptor.era)


def read_layout(document: RawDocument, layout: AnyLayout, findings: Findings, number: int | None = None) -> None:
    """Add what stands in one layout to the findings.

    What it hangs on has to be there: the outline whose headings it stands under, the plan whose period it takes years
    from.

    Args:
        document: the text.
        layout: what the descriptor says of the layout.
        findings: what was read before.
        number: which of the descriptor's layouts it is, from 0, for messages.

    Raises:
        WardPlansError: something the layout expects is missing, or something printed is not understood; where a key of
            the descriptor would have to say something else, it is named.
    """
    try:
        _read_layout(document, layout, findings)
    except LayoutGapError as gap:
        if number is None:
            raise
        key = f"{descriptor_path(document)}, key layouts.{number}.{gap.key}"
        raise WardPlansError(f"{gap.problem} ({key}){gap.rest}") from gap


def _read_layout(document: RawDocument, layout: AnyLayout, findings: Findings) -> None:
    if isinstance(layout, Outline):
        read_outline(document, layout, findings)
    elif isinstance(layout, HierarchyTable):
        read_hierarchy_table(document, layout, findings)
    elif isinstance(layout, KpiTable):
        read_kpi_table(document, layout, findings)
    elif isinstance(layout, SectionBlocks):
        read_section_blocks(document, layout, findings)
    elif isinstance(layout, Events):
        read_events(document, layout, findings)
    else:
        read_glossary(document, layout, findings)


def read_plan(document: RawDocument, plan: PlanDescriptor, findings: Findings) -> PlanRecord:
    """Return a plan as the document names it.

    Raises:
        WardPlansError: its title or period is not found, or the period cannot be read.
    """
    title = locate(document, plan.title, "title", findings)
    if plan.period is None:
        return PlanRecord(plan.plan, title, plan.title_en)
    line, match = _first(document, plan.period)
    findings.locate(line.number, line.passage, match, "start", "end", "years")
    with at_line(document, line.number):
        years = _period(document, match)
    return PlanRecord(plan.plan, title, plan.title_en, line.passage.part(match), years)


def _period(document: RawDocument, match: re.Match[str]) -> FiscalYearRange:
    if "years" in match.groupdict():
        return fiscal_years(matched_year(match, "years"), document.era)
    return fiscal_years_between(matched_year(match, "start"), match["end"], document.era)


def locate(document: RawDocument, pattern: re.Pattern[str], group: str, findings: Findings) -> Passage:
    """Return what a group of a pattern covers where the document first meets it.

    Raises:
        WardPlansError: it does not.
    """
    line, match = _first(document, pattern)
    findings.locate(line.number, line.passage, match, group)
    return line.passage.part(match, group)


def _first(document: RawDocument, pattern: re.Pattern[str]) -> tuple[Line, re.Match[str]]:
    for line, match in document.search(pattern):
        return line, match
    raise WardPlansError(f"{document.path}: no line matches {pattern.pattern!r}")
