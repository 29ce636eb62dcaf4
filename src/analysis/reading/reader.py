"""Reading a document: its title, plans, layouts and stated totals, as its descriptor lays them out."""

import re
from dataclasses import dataclass

from analysis.documents.catalogue import DescribedDocument
from analysis.documents.descriptor import PlanDescriptor
from analysis.documents.layouts import AnyLayout, Events, HierarchyTable, KpiTable, Outline, SectionBlocks
from analysis.documents.text import Line, Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.account import AccountedLine, account_lines
from analysis.reading.eras import PrintedMonth, fiscal_year, printed_month
from analysis.reading.events import read_events
from analysis.reading.glossary import read_glossary
from analysis.reading.hierarchy_table import read_hierarchy_table
from analysis.reading.kpi_table import read_kpi_table
from analysis.reading.numbering import check_numbering
from analysis.reading.outline import read_outline
from analysis.reading.passages import FoundPassage, find_passages
from analysis.reading.places import at_line
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
    document, descriptor = source.text, source.descriptor
    findings = Findings()
    title = _located(document, descriptor.title, "title", findings)
    publication = None
    if descriptor.published is not None:
        passage = _located(document, descriptor.published, "published", findings)
        with at_line(document, document.line_number(passage)):
            publication = Publication(passage, printed_month(passage.text))
    findings.plans.extend(_plan(document, plan, findings) for plan in descriptor.plans)
    for layout in descriptor.layouts:
        _read_layout(document, layout, findings)
    findings.measures[:] = resolve_repeats(document, findings.measures)
    read_totals(document, descriptor.totals, findings)
    check_numbering(document, descriptor.gaps, findings)
    lines = account_lines(document, descriptor, findings.lines_read)
    passages = find_passages(document, findings)
    read_quantities(document, descriptor, lines, passages, findings)
    return ReadDocument(source, title, publication, findings, tuple(lines), tuple(passages))


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


def _plan(document: RawDocument, plan: PlanDescriptor, findings: Findings) -> PlanRecord:
    title = _located(document, plan.title, "title", findings)
    if plan.period is None:
        return PlanRecord(plan.plan, title, plan.title_en, None, None, None)
    line, match = _first(document, plan.period, findings)
    with at_line(document, line.number):
        start, end = fiscal_year(match["start"]).year, fiscal_year(match["end"]).year
    return PlanRecord(
        plan_id=plan.plan,
        title=title,
        title_en=plan.title_en,
        period=line.passage.part(match),
        start_fiscal_year=start,
        end_fiscal_year=end,
    )


def _located(document: RawDocument, pattern: re.Pattern[str], group: str, findings: Findings) -> Passage:
    line, match = _first(document, pattern, findings)
    return line.passage.part(match, group)


def _first(document: RawDocument, pattern: re.Pattern[str], findings: Findings) -> tuple[Line, re.Match[str]]:
    for line, match in document.search(pattern):
        findings.lines_read.add(line.number)
        return line, match
    raise WardPlansError(f"{document.path}: no line matches {pattern.pattern!r}")
