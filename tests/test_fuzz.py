"""Damaged documents: whatever happens to a text, it is read with true citations or refused in words for people.

A few hundred damaged documents a run, the same ones each time. `FUZZ_EXAMPLES=5000 pytest tests/test_fuzz.py` tries as
many new ones for each document.
"""

import os
from collections.abc import Callable, Sequence

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.errors import WardPlansError
from editions import WARDS, edition, text_of

EXAMPLES = os.environ.get("FUZZ_EXAMPLES")

# What conversions, keyboards and codings put in the place of a character.
CHARACTERS = (
    "0159,.%/-~ \t\n\r○◎△×①⑳一十百千万〇約(（)）【】「」※★☆—―‐＋１％⼀⺠¹人件年度令和R目標施取組再掲"
    "ﾞ\u3099\u0301\ufeff\u200b\u3000\x00\u1161"
)

Damage = Callable[[list[str]], None]


def deleted(at: int, count: int) -> Damage:
    def damage(lines: list[str]) -> None:
        del lines[at % len(lines) : at % len(lines) + count]

    return damage


def moved(at: int, to: int, is_copy: bool) -> Damage:
    def damage(lines: list[str]) -> None:
        line = lines[at % len(lines)] if is_copy else lines.pop(at % len(lines))
        lines.insert(to % (len(lines) + 1), line)

    return damage


def joined(at: int, by: str) -> Damage:
    def damage(lines: list[str]) -> None:
        first = at % len(lines)
        lines[first : first + 2] = [by.join(lines[first : first + 2])]

    return damage


def cells_in_another_order(at: int, order: Sequence[float]) -> Damage:
    def damage(lines: list[str]) -> None:
        cells = lines[at % len(lines)].split("\t")
        keys = [order[number % len(order)] for number in range(len(cells))]
        lines[at % len(lines)] = "\t".join(cell for _, cell in sorted(zip(keys, cells, strict=True)))

    return damage


def cell_replaced(at: int, cell: int, source: int, other: int) -> Damage:
    def damage(lines: list[str]) -> None:
        cells, others = lines[at % len(lines)].split("\t"), lines[source % len(lines)].split("\t")
        cells[cell % len(cells)] = others[other % len(others)]
        lines[at % len(lines)] = "\t".join(cells)

    return damage


def text_replaced(at: int, position: int, length: int, new: str) -> Damage:
    def damage(lines: list[str]) -> None:
        line = lines[at % len(lines)]
        start = position % (len(line) + 1)
        lines[at % len(lines)] = line[:start] + new + line[start + length :]

    return damage


def damages(ward: str) -> st.SearchStrategy[list[Damage]]:
    """Up to six damages, most of them to table rows."""
    numbers = range(len(text_of(ward).split("\n")))
    rows = [number for number in numbers if "\t" in text_of(ward).split("\n")[number]]
    line = st.sampled_from(rows) | st.sampled_from(numbers)
    small = st.integers(0, 12)
    text = st.text(st.sampled_from(CHARACTERS), max_size=4)
    return st.lists(
        st.one_of(
            st.builds(deleted, line, st.integers(1, 3)),
            st.builds(moved, line, line, st.booleans()),
            st.builds(joined, line, st.sampled_from(["", " ", "\t"])),
            st.builds(cells_in_another_order, line, st.lists(st.floats(0, 1), min_size=3, max_size=10)),
            st.builds(cell_replaced, line, small, line, small),
            st.builds(text_replaced, line, st.integers(0, 120), st.integers(0, 3), text),
        ),
        min_size=1,
        max_size=6,
    )


@pytest.mark.parametrize("ward", WARDS)
@settings(
    max_examples=int(EXAMPLES or 70),
    derandomize=EXAMPLES is None,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
@given(data=st.data())
def test_a_damaged_document_is_read_with_true_citations_or_refused(ward: str, data: st.DataObject) -> None:
    lines = text_of(ward).split("\n")
    for damage in data.draw(damages(ward)):
        if lines:
            damage(lines)
    raw = "\n".join(lines)
    try:
        read = edition(ward, raw)
    except WardPlansError as error:
        assert str(error)
        return
    for citation, quoted in read.citations:
        assert citation["quote"] == quoted != ""
        assert 1 <= citation["line_start"] <= citation["line_end"]


@pytest.mark.parametrize("ward", WARDS)
def test_a_document_cut_off_anywhere_is_refused_or_read_with_true_citations(ward: str) -> None:
    text = text_of(ward)
    for end in range(1, len(text), max(1, len(text) // 40)):
        try:
            read = edition(ward, text[:end])
        except WardPlansError:
            continue
        assert all(citation["quote"] == quoted for citation, quoted in read.citations)
