"""Numbering: where printed codes count 1, 2, 3, a number that is left out is an item that was lost."""

from collections.abc import Iterator, Sequence

from analysis.documents.descriptor import Gap
from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.identifiers import code_of, plain_code
from analysis.reading.records import Findings, MeasureRecord

Numbers = tuple[int, ...]


def check_numbering(document: RawDocument, gaps: Sequence[Gap], findings: Findings) -> None:
    """Make sure that the codes of each level leave out the numbers that the descriptor's gaps name, and no others.

    Codes of several numbers (1-2-③) count at each place: 1-1, 1-2; 1-2-①, 1-2-②.

    Raises:
        WardPlansError: an item is missing, or one is printed that a gap says is missing.
    """
    coded = [item for item in findings.measures if item.code is not None]
    levels = {(item.plan_id, item.level): item.level_ja for item in coded}
    for (plan_id, level), level_ja in levels.items():
        codes = [_numbers(item) for item in coded if (item.plan_id, item.level) == (plan_id, level)]
        missing = ["-".join(map(str, code)) for code in _left_out(codes)]
        explained = [code for gap in gaps if (gap.plan, gap.level) == (plan_id, level) for code in gap.codes]
        if missing != explained:
            raise WardPlansError(
                f"{document.path}: the numbering of {level_ja} leaves out {_listed(missing)}, the descriptor's gaps "
                f"name {_listed(explained)}. Mend the reading, or explain the difference in the descriptor (key gaps)"
            )


def _numbers(item: MeasureRecord) -> tuple[Numbers, Numbers]:
    """Return the numbers of an item's code: those of its parent that only the id has, and those printed."""
    assert item.code is not None
    numbers = tuple(int(number) for number in code_of(item.plan_id, item.measure_id).split("-"))
    printed = plain_code(item.code).count("-") + 1
    return numbers[:-printed], numbers[-printed:]


def _left_out(codes: Sequence[tuple[Numbers, Numbers]]) -> Iterator[Numbers]:
    """Yield the codes up to the highest of each series that are not there."""
    heads = {within + printed[:place] for within, printed in codes for place in range(1, len(printed) + 1)}
    for series in sorted({head[:-1] for head in heads}):
        numbers = {head[-1] for head in heads if head[:-1] == series}
        for number in range(1, max(numbers)):
            if number not in numbers:
                yield (*series, number)


def _listed(codes: Sequence[str]) -> str:
    return ", ".join(codes) or "none"
