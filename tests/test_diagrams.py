"""Diagrams of boxes and lines: nothing lies on anything else, whatever refers to what."""

from collections.abc import Sequence
from itertools import combinations, pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from analysis.database.connect import open_database
from analysis.publishing.entity_diagram import entity_diagrams
from analysis.publishing.layers import Box, Layout, Reference, laid_out

Corner = tuple[float, float]


@st.composite
def graphs(draw: st.DrawFn) -> tuple[Sequence[Box], Sequence[Reference]]:
    """Boxes of which each refers to some of those before it, and now and then to itself."""
    count = draw(st.integers(1, 14))
    boxes, references = [], []
    for number in range(count):
        targets = draw(st.lists(st.integers(0, number), max_size=4))
        lines = [f"line_{k}" for k in range(len(targets))]
        boxes.append(Box(f"box_{number}", [*lines, "key"]))
        references += [Reference(f"box_{number}", a, f"box_{b}") for a, b in zip(lines, targets, strict=True)]
    return draw(st.permutations(boxes)), references


def stretches(line: Sequence[Corner]) -> list[tuple[float, float, float, float]]:
    """The straight parts of a line as left, top, right and bottom."""
    parts = [(*map(min, a, b), *map(max, a, b)) for a, b in pairwise(line)]
    return [(x, y, right, bottom) for x, y, right, bottom in parts if (x, y) != (right, bottom)]


def check(layout: Layout) -> None:
    boxes = [(b.x, b.y, b.x + b.width, b.y + b.height) for b in layout.boxes]
    for a, b in combinations(boxes, 2):
        assert not (a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]), "two boxes overlap"
    for left, top, right, bottom in boxes:
        assert 0 <= left < right <= layout.width
        assert 0 <= top < bottom <= layout.height
    parts = [(reference, part) for reference, line in layout.lines.items() for part in stretches(line)]
    for reference, part in parts:
        assert part[0] == part[2] or part[1] == part[3], "a line runs askew"
        for box in boxes:
            inside = part[0] < box[2] and part[2] > box[0] and part[1] < box[3] and part[3] > box[1]
            assert not inside, f"the line of {reference} runs through a box"
    for (one, a), (other, b) in combinations(parts, 2):
        if one.target != other.target:
            assert not lie_on_each_other(a, b), f"{one} and {other} cannot be told apart"
    for reference, line in layout.lines.items():
        here, there = (next(b for b in layout.boxes if b.box.name == n) for n in (reference.box, reference.target))
        assert line[0][1] == here.line_y(reference.line)
        assert line[-1][0] == there.x + there.width
        assert there.y < line[-1][1] < there.y + there.height


def lie_on_each_other(a: tuple[float, ...], b: tuple[float, ...]) -> bool:
    across, down = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    return (across > 0 and down == 0 and a[1] == a[3] == b[1] == b[3]) or (
        down > 0 and across == 0 and a[0] == a[2] == b[0] == b[2]
    )


@settings(max_examples=100, deadline=None)
@given(graphs())
def test_nothing_lies_on_anything_else(graph: tuple[Sequence[Box], Sequence[Reference]]) -> None:
    layout = laid_out(*graph)
    assert [placed.box for placed in layout.boxes] == list(graph[0])
    assert list(layout.lines) == list(dict.fromkeys(graph[1]))
    check(layout)


def test_the_same_gives_the_same(built_database) -> None:
    with open_database(built_database) as connection:
        one, other = entity_diagrams(connection), entity_diagrams(connection)
    assert [d.svg for d in one] == [d.svg for d in other]


def test_the_diagrams_of_the_schema_fit_the_width_of_the_page(built_database) -> None:
    with open_database(built_database) as connection:
        diagrams = entity_diagrams(connection)
    assert len(diagrams) > 2
    for diagram in diagrams:
        width = float(diagram.svg.split('width="', 1)[1].split('"', 1)[0])
        assert width <= 938, f"{diagram.title} is wider than the page at 1280 pixels"
