"""Passages: every sentence, bullet and table cell of a document, and the item of the plan it belongs to."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from analysis.documents.text import Line, Passage
from analysis.reading.identifiers import title_digest
from analysis.reading.reader import ReadDocument
from analysis.reading.records import MeasureRecord

# A sentence ends at its full stop, unless a bracket closes behind it; a bullet begins at its mark.
_BREAKS = re.compile(r"(?<=。)(?![」』)])|(?=[○◎])(?<!^)|</?\w+[^>]*>")


@dataclass(frozen=True)
class FoundPassage:
    """A passage with its id and the item it belongs to."""

    passage_id: str
    measure_id: str | None
    passage: Passage


def find_passages(document: ReadDocument) -> list[FoundPassage]:
    """Return the passages of a document in order, without the white space and tags between them.

    Ids are made of the words of a passage, and where the same words come again of how often they came before.
    """
    by_line: dict[int, list[MeasureRecord]] = {}
    for item in document.findings.measures:
        by_line.setdefault(document.source.text.line_number(item.passage), []).append(item)
    times: Counter[str] = Counter()
    found = []
    for line in document.source.text.lines:
        items = by_line.get(line.number, [])
        owner = _owner(document, line, items)
        for passage in _split(line, items):
            named = [item.measure_id for item in items if item.passage.start == passage.start]
            digest = title_digest(passage.text)
            times[digest] += 1
            suffix = f"-{times[digest]}" if times[digest] > 1 else ""
            passage_id = f"{document.source.descriptor.document}-{digest}{suffix}"
            found.append(FoundPassage(passage_id, named[0] if named else owner, passage))
    return found


def _owner(document: ReadDocument, line: Line, items: list[MeasureRecord]) -> str | None:
    """Return the item a line speaks of: the lowest one its row names, or the heading it stands under."""
    if items:
        lowest = [item for item in items if item.level == items[-1].level]
        return lowest[0].measure_id if len(lowest) == 1 else None
    for section in reversed(document.findings.sections):
        if line.number in section.lines:
            return section.measure_id
    return None


def _split(line: Line, items: list[MeasureRecord]) -> Iterator[Passage]:
    """Yield the parts of a line: cells, and within them items, sentences and bullets."""
    starts = {item.passage.start - line.passage.start for item in items}
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
                yield part
