"""A plan's own history: dated happenings in sentences, and the periods of earlier plans."""

import re
from collections.abc import Iterator

from analysis.documents.layouts import Events
from analysis.documents.text import Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import UnparsableYearError, fiscal_year, printed_month
from analysis.reading.places import at_line
from analysis.reading.records import EventRecord, Findings
from analysis.reading.tables import lines_in, region_lines

_SENTENCE = re.compile(r"[^。]+。?")


def read_events(document: RawDocument, layout: Events, findings: Findings) -> None:
    """Add the dated happenings and plan periods of a region to the findings.

    A sentence with one date is one event; a sentence with several is cut before each date but the first.

    Raises:
        WardPlansError: nothing dated is found.
    """
    found = 0
    for line in lines_in(document, region_lines(document, layout.region)):
        text = line.passage.slice(0, len(line.passage.text))
        with at_line(document, line.number):
            events = list(_period(layout, text)) or list(_events(layout, text))
        if events:
            findings.events.extend(events)
            findings.lines_read.add(line.number)
        found += len(events)
    if not found:
        raise WardPlansError(f"{document.path}: no date matches {layout.date.pattern!r} in the region of the history")


def _period(layout: Events, text: Passage) -> Iterator[EventRecord]:
    match = layout.period.fullmatch(text.text) if layout.period else None
    if match:
        start, end = fiscal_year(match["start"]).year, fiscal_year(match["end"]).year
        yield EventRecord("plan_period", start, end, text.part(match, "text"))


def _events(layout: Events, text: Passage) -> Iterator[EventRecord]:
    for sentence in _SENTENCE.finditer(text.text):
        dates = list(layout.date.finditer(text.text, *sentence.span()))
        starts = [sentence.start(), *(date.start() for date in dates[1:])]
        ends = [*starts[1:], sentence.end()]
        for date, start, end in zip(dates, starts, ends, strict=False):
            year, last = _years(date)
            yield EventRecord("event", year, last, text.slice(start, end))


def _years(date: re.Match[str]) -> tuple[int, int | None]:
    """Return the fiscal years a date names; an end without an era goes on in the era of the start."""
    end = date.groupdict().get("end")
    if end is None:
        return _fiscal_year(date["year"]), None
    era = "".join(character for character in date["year"][:2] if not character.isdecimal())
    return _fiscal_year(date["year"]), _fiscal_year(end if end.startswith(era) else era + end)


def _fiscal_year(printed: str) -> int:
    try:
        return fiscal_year(printed).year
    except UnparsableYearError:
        return printed_month(printed).fiscal_year
