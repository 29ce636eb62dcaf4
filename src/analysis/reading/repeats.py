"""再掲: rows that repeat an item printed elsewhere in the same table."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.identifiers import measure_id
from analysis.reading.records import MeasureRecord


def resolve_repeats(document: RawDocument, measures: Sequence[MeasureRecord]) -> list[MeasureRecord]:
    """Return the items with `repeats_id` filled in.

    The printed code names an item of its own level, or the parent of an item with the same title. The children of a
    repeated item repeat that item's children of the same title.

    Raises:
        WardPlansError: what is said to be repeated is not in the document.
    """
    by_id = {item.measure_id: item for item in measures}
    by_title = {(item.parent_id, item.title.text): item for item in measures if item.title}
    return [_resolved(document, item, by_id, by_title) for item in measures]


def _resolved(
    document: RawDocument,
    item: MeasureRecord,
    by_id: Mapping[str, MeasureRecord],
    by_title: Mapping[tuple[str | None, str], MeasureRecord],
) -> MeasureRecord:
    code = item.repeats_code
    parent = by_id.get(item.parent_id or "")
    if code is None and item.code is None and parent is not None:
        code = parent.repeats_code
    if code is None:
        return item
    candidates = [other for other in by_id.values() if other.code == code and other.plan_id == item.plan_id]
    for other in candidates:
        if other.measure_id == measure_id(item.plan_id, item.level, code):
            return replace(item, repeats_id=other.measure_id)
        same = by_title.get((other.measure_id, item.title.text)) if item.title else None
        if same is not None:
            return replace(item, repeats_id=same.measure_id)
    raise WardPlansError(
        f"{document.where(item.passage)}: {item.passage.text!r:.80} says it repeats {code}, "
        "but nothing with that code and title is printed"
    )
