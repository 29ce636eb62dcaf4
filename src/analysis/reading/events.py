"""A plan's own history: dated happenings in sentences, and the periods of earlier plans."""

import re
from collections.abc import Iterator

from analysis.documents.layouts import Events
from analysis.documents.text import Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import (
    fiscal_years,
    fiscal_years_between,
    is_year_range,
    matched_year,
    year_or_month,
)
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
            events = list(_period(layout, text, document.era)) or list(_events(layout, text, document.era))
        if events:
            findings.events.extend(events)
            for pattern in filter(None, (layout.date, layout.period)):
                for match in pattern.finditer(text.text):
                    findings.locate(line.number, text, match, "year", "start", "end")
        found += len(events)
    if not found:
        raise WardPlansError(f"{document.path}: no date matches {layout.date.pattern!r} in the region of the history")


def _period(layout: Events, text: Passage, era: str | None) -> Iterator[EventRecord]:
    match = layout.period.fullmatch(text.text) if layout.period else None
    if match:
        years = fiscal_years_between(matched_year(match, "start"), match["end"], era)
        yield EventRecord("plan_period", years.first.year, years.last.year, text.part(match, "text"))


def _events(layout: Events, text: Passage, era: str | None) -> Iterator[EventRecord]:
    for sentence in _SENTENCE.finditer(text.text):
        dates = list(layout.date.finditer(text.text, *sentence.span()))
        starts = [sentence.start(), *(date.start() for date in dates[1:])]
        ends = [*starts[1:], sentence.end()]
        for date, start, end in zip(dates, starts, ends, strict=False):
            year, last = _years(date, era)
            yield EventRecord("event", year, last, text.slice(start, end))


def _years(date: re.Match[str], era: str | None) -> tuple[int, int | None]:
    """Return the fiscal years a date names, the last one where it took several."""
    printed, end = matched_year(date), date.groupdict().get("end")
    if end is None and not is_year_range(printed):
        return year_or_month(printed, era)[0].year, None
    years = fiscal_years(printed, era) if end is None else fiscal_years_between(printed, end, era)
    return years.first.year, years.last.year
