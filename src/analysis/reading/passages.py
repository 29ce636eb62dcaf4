"""Passages: every sentence, bullet and table cell of a document, and the item of the plan it belongs to."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.documents.text import Line, Passage, RawDocument
from analysis.reading.records import ActivityRecord, Findings, MeasureRecord

# A sentence ends at its full stop, unless a bracket closes behind it; a bullet begins at its mark.
_BREAKS = re.compile(r"(?<=。)(?![」』)])|(?<!^)(?=[○◎])|(?<=\s)(?=・)|</?\w+[^>]*>")


@dataclass(frozen=True)
class FoundPassage:
    """A passage with its line, the item it belongs to, and the cell of results or plans that it stands in."""

    line: int
    measure_id: str | None
    activity: ActivityRecord | None
    passage: Passage


def find_passages(document: RawDocument, findings: Findings) -> list[FoundPassage]:
    """Return the passages of a document in order, without the white space and tags between them."""
    by_line: dict[int, list[MeasureRecord]] = {}
    for item in findings.measures:
        by_line.setdefault(document.line_number(item.passage), []).append(item)
    cells = {activity.passage.start: activity for activity in findings.activities}
    contents = _contents(document, findings)
    found = []
    for line in document.lines:
        items = by_line.get(line.number, [])
        owner = _owner(findings, line, items)
        content = contents.get(line.number)
        starts = [item.passage.start for item in items] + ([content.passage.start] if content else [])
        for cell, passage in _split(line, starts):
            named = [item.measure_id for item in items if item.passage.start == passage.start]
            told = content if content and passage.start >= content.passage.start else cells.get(cell.start)
            found.append(FoundPassage(line.number, named[0] if named else owner, told, passage))
    return found


def _contents(document: RawDocument, findings: Findings) -> dict[int, ActivityRecord]:
    """Return what stands behind the heading of a block on the same line, by the number of the line."""
    contents = {}
    for activity in findings.activities:
        line = document.lines[document.line_number(activity.passage) - 1]
        before = line.passage.text[: activity.passage.start - line.passage.start].strip()
        if before not in ("", "-") and not line.is_row:
            contents[line.number] = activity
    return contents


def _owner(findings: Findings, line: Line, items: list[MeasureRecord]) -> str | None:
    """Return the item a line speaks of: the lowest one its row names, or the heading it stands under."""
    if items:
        lowest = [item for item in items if item.level == items[-1].level]
        return lowest[0].measure_id if len(lowest) == 1 else None
    for section in reversed(findings.sections):
        if line.number in section.lines:
            return section.measure_id
    return None


def _split(line: Line, begun: Sequence[int]) -> Iterator[tuple[Passage, Passage]]:
    """Yield the parts of a line, items, contents, sentences and bullets, each with its cell."""
    starts = {start - line.passage.start for start in begun}
    for cell in line.cells:
        first = cell.start - line.passage.start
        cuts = {first, first + len(cell.text)}
        cuts.update(start for start in starts if first < start < first + len(cell.text))
        for match in _BREAKS.finditer(cell.text):
            cuts.update((first + match.start(), first + match.end()))
        ordered = sorted(cuts)
        for start, end in pairwise(ordered):
            part = line.passage.slice(start, end)
            if part.text and not part.text.startswith("<"):
                yield cell, part
