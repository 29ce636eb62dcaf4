"""Outlines: headings and list items that name a plan's items level by level."""

from analysis.documents.layouts import Outline, OutlineLevel
from analysis.documents.text import Line, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.identifiers import code_of, measure_id, untitled_code_id
from analysis.reading.records import Findings, MeasureRecord, Section
from analysis.reading.tables import lines_in, region_lines


def read_outline(document: RawDocument, layout: Outline, findings: Findings) -> None:
    """Add the items an outline names to the findings.

    Raises:
        WardPlansError: a region boundary or a whole level is missing from the text.
    """
    open_items: list[MeasureRecord | None] = [None] * len(layout.levels)
    seen = [False] * len(layout.levels)
    region = region_lines(document, layout.region)
    headings: list[tuple[int, str]] = []
    for line in lines_in(document, region):
        for depth, level in enumerate(layout.levels):
            item = _item(layout, level, line, _nearest(open_items[:depth]))
            if item is None:
                continue
            open_items[depth:] = [item] + [None] * (len(layout.levels) - depth - 1)
            seen[depth] = True
            headings.append((line.number, item.measure_id))
            findings.measures.append(item)
            findings.lines_read.add(line.number)
            break
    for level, was_seen in zip(layout.levels, seen, strict=True):
        if not was_seen:
            raise WardPlansError(
                f"{document.path}: no heading of level {level.level_ja} found; expected {level.pattern.pattern!r}"
            )
    findings.sections.extend(_sections(headings, region))


def _sections(headings: list[tuple[int, str]], region: range) -> list[Section]:
    """Return the lines from each heading to the next."""
    ends = [number for number, _ in headings[1:]] + [region.stop]
    return [Section(item_id, range(start, end)) for (start, item_id), end in zip(headings, ends, strict=True)]


def _item(layout: Outline, level: OutlineLevel, line: Line, parent: MeasureRecord | None) -> MeasureRecord | None:
    match = level.pattern.fullmatch(line.passage.text.strip())
    if match is None:
        return None
    stripped = line.passage.slice(0, len(line.text))
    groups = match.groupdict()
    code = groups.get("code")
    title = stripped.part(match, "title")
    if code is None:
        item_id = untitled_code_id(layout.plan, level.level, parent.measure_id if parent else None, title.text)
    else:
        prefix = f"{code_of(layout.plan, parent.measure_id)}-" if level.within_parent and parent else ""
        item_id = measure_id(layout.plan, level.level, prefix + code)
    return MeasureRecord(
        measure_id=item_id,
        plan_id=layout.plan,
        level=level.level,
        level_ja=level.level_ja,
        code=code,
        printed_code=groups.get("printed") or code,
        title=title,
        passage=stripped,
        parent_id=parent.measure_id if parent else None,
        root_id=parent.root_id if parent else item_id,
    )


def _nearest(items: list[MeasureRecord | None]) -> MeasureRecord | None:
    return next((item for item in reversed(items) if item is not None), None)
