"""Where the boxes and lines of a diagram go: columns of boxes, and lines that run between them and never through.

A box that refers to others stands to the right of them. Lines that lead to one box share a trunk: it leaves the box to
the right, runs down or up the gap between two columns, and on through a passage of its own where it has to cross a
column. All heights are multiples of `ROW` plus an offset of their own kind (where lines leave a box, enter one, cross
an even column, an odd one), so no two lines to different boxes lie on each other.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from math import floor, inf

ROW = 20
"""Height of a line of a box, and the grid on which boxes stand."""
HEAD = 28
"""Height of the heading of a box."""

# Offsets within the grid; lines enter a box at the middle of a row, 18 below a multiple of `ROW`.
_LEAVING = 8
_CROSSING = (13, 3)

_TRACK = 10
_LETTER = 7.3
_PADDING = 18
_SWEEPS = 12


@dataclass(frozen=True)
class Box:
    """A box with a heading and one line for each key."""

    name: str
    lines: Sequence[str]


@dataclass(frozen=True)
class Reference:
    """A line of a box that refers to another box, or to its own."""

    box: str
    line: str
    target: str


@dataclass(frozen=True)
class Placed:
    """A box with its left and upper edge, its width and height."""

    box: Box
    x: float
    y: float
    width: float

    @property
    def height(self) -> float:
        """Return the height of the box."""
        return HEAD + ROW * len(self.box.lines)

    def line_y(self, line: str) -> float:
        """Return the middle of a line of the box."""
        return self.y + HEAD + ROW * self.box.lines.index(line) + ROW / 2


@dataclass(frozen=True)
class Layout:
    """The boxes as they stand, and of each reference the corners of its line, from the box that refers."""

    boxes: Sequence[Placed]
    lines: Mapping[Reference, Sequence[tuple[float, float]]]
    width: float
    height: float


@dataclass(frozen=True)
class _Slot:
    """What takes up room in a column: a box, or the passage of the trunk that leads to a box further left."""

    name: str
    is_passage: bool = False


def laid_out(boxes: Sequence[Box], references: Sequence[Reference]) -> Layout:
    """Return where everything goes; the same boxes and references in the same order give the same layout.

    Args:
        boxes: each with a name of its own.
        references: between those boxes, without circles but for boxes that refer to themselves.
    """
    return _Drawing(boxes, [each for each in references if each.box != each.target], references).layout


@dataclass(frozen=True)
class _Drawing:
    """Works out a layout: columns first, then the order in each, then heights, then the tracks of the trunks."""

    boxes: Sequence[Box]
    leading: Sequence[Reference]
    references: Sequence[Reference]

    @cached_property
    def layout(self) -> Layout:
        placed = [
            Placed(
                box,
                self._lefts[self._column[box.name]],
                self._heights[_Slot(box.name)],
                self._widths[self._column[box.name]],
            )
            for box in self.boxes
        ]
        lines = {each: self._line(each) for each in self.references}
        corners = [corner for line in lines.values() for corner in line]
        return Layout(
            placed,
            lines,
            max([each.x + each.width for each in placed] + [x for x, _ in corners]) + _TRACK,
            max([each.y + each.height for each in placed] + [y for _, y in corners]) + _TRACK,
        )

    @cached_property
    def _by_name(self) -> Mapping[str, Box]:
        return {box.name: box for box in self.boxes}

    @cached_property
    def _column(self) -> Mapping[str, int]:
        """The column of each box: right of all it refers to, and as far right as those that refer to it allow."""
        targets: dict[str, set[str]] = {box.name: set() for box in self.boxes}
        for each in self.leading:
            targets[each.box].add(each.target)
        columns: dict[str, int] = {}

        def column(name: str) -> int:
            if name not in columns:
                columns[name] = max((column(target) + 1 for target in targets[name]), default=0)
            return columns[name]

        for name in targets:
            column(name)
        for name in [name for name, found in targets.items() if not found]:
            columns[name] = min((columns[each.box] for each in self.leading if each.target == name), default=1) - 1
        return columns

    @cached_property
    def _reach(self) -> Mapping[str, int]:
        """The last column to which the trunk of each target runs."""
        reach: dict[str, int] = {}
        for each in self.leading:
            reach[each.target] = max(reach.get(each.target, 0), self._column[each.box])
        return reach

    @cached_property
    def _columns(self) -> Sequence[Sequence[_Slot]]:
        """The slots of each column, in an order in which few lines cross."""
        count = max(self._column.values()) + 1
        columns: list[list[_Slot]] = [[] for _ in range(count)]
        for box in self.boxes:
            columns[self._column[box.name]].append(_Slot(box.name))
        for target, last in self._reach.items():
            for number in range(self._column[target] + 1, last):
                columns[number].append(_Slot(target, is_passage=True))
        for sweep in range(_SWEEPS):
            numbers = range(count) if sweep % 2 else range(count - 1, -1, -1)
            for number in numbers:
                ranks = {(n, slot): rank for n, column in enumerate(columns) for rank, slot in enumerate(column)}
                wishes = {slot: self._mean(self._neighbours(number, slot), ranks, inf) for slot in columns[number]}
                columns[number].sort(key=wishes.__getitem__)
        return columns

    def _neighbours(self, number: int, slot: _Slot) -> Iterable[tuple[int, _Slot]]:
        """Yield what a slot is joined to by lines, in the columns beside it."""
        if slot.is_passage or slot.name in self._reach:
            for each in self.leading:
                if each.target == slot.name and self._column[each.box] == number + 1:
                    yield number + 1, _Slot(each.box)
            if self._reach[slot.name] > number + 1:
                yield number + 1, _Slot(slot.name, is_passage=True)
        targets = [slot.name] if slot.is_passage else [each.target for each in self.leading if each.box == slot.name]
        for target in targets:
            yield number - 1, _Slot(target, is_passage=self._column[target] < number - 1)

    @staticmethod
    def _mean(
        neighbours: Iterable[tuple[int, _Slot]], where: Mapping[tuple[int, _Slot], float], otherwise: float
    ) -> float:
        found = [where[neighbour] for neighbour in neighbours]
        return sum(found) / len(found) if found else otherwise

    @cached_property
    def _heights(self) -> Mapping[_Slot, float]:
        """The upper edge of each box."""
        return {slot: y for (_, slot), y in self._edges.items() if not slot.is_passage}

    @cached_property
    def _edges(self) -> Mapping[tuple[int, _Slot], float]:
        """The upper edge of what stands in each column; a trunk may pass through several."""
        edges: dict[tuple[int, _Slot], float] = {}
        for number, column in enumerate(self._columns):
            top = 0.0
            for slot in column:
                edges[number, slot] = top
                top += self._room(slot)
        count = len(self._columns)
        for sweep in range(_SWEEPS):
            for number in range(count) if sweep % 2 else range(count - 1, -1, -1):
                self._settle(number, edges)
        lowest = min(edges.values())
        return {key: y - lowest + ROW // 2 for key, y in edges.items()}

    def _settle(self, number: int, edges: dict[tuple[int, _Slot], float]) -> None:
        """Move the slots of a column towards what they are joined to, without changing their order."""
        column = self._columns[number]
        wishes = [self._mean(self._neighbours(number, slot), edges, -inf) for slot in column]
        top = -inf if any(wish > -inf for wish in wishes) else 0.0
        tops = []
        for slot, wish in zip(column, wishes, strict=True):
            tops.append(max(top, wish))
            top = tops[-1] + self._room(slot)
        moved = [wish - found for wish, found in zip(wishes, tops, strict=True) if wish > -inf]
        shift = sum(moved) / len(moved) if moved else 0.0
        for slot, found in zip(column, tops, strict=True):
            edges[number, slot] = floor((found + shift) / ROW) * ROW

    def _room(self, slot: _Slot) -> float:
        if slot.is_passage:
            return ROW
        height = HEAD + ROW * len(self._by_name[slot.name].lines)
        return -(-height // ROW) * ROW + ROW

    @cached_property
    def _widths(self) -> Sequence[float]:
        """The width of each column: that of the longest text in a box of it."""
        letters = [0] * len(self._columns)
        for box in self.boxes:
            column = self._column[box.name]
            letters[column] = max(letters[column], *map(len, (box.name, *box.lines)))
        return [round(count * _LETTER + _PADDING) for count in letters]

    @cached_property
    def _tracks(self) -> Sequence[Sequence[str]]:
        """The targets whose trunks run in the gap behind each column, from left to right, by where they leave it."""
        tracks: list[list[str]] = [[] for _ in self._columns]
        for target, last in self._reach.items():
            for number in range(self._column[target], last):
                tracks[number].append(target)
        for number, targets in enumerate(tracks):
            heights = {target: self._leaving_y(number, target) for target in targets}
            targets.sort(key=heights.__getitem__, reverse=True)
        return tracks

    @cached_property
    def _lefts(self) -> Sequence[float]:
        lefts = [float(_TRACK)]
        for number, width in enumerate(self._widths):
            lefts.append(lefts[-1] + width + _TRACK * (len(self._tracks[number]) + 2) + self._loop_room(number))
        return lefts

    def _loop_room(self, number: int) -> float:
        loops = {each.box for each in self.references if each.box == each.target}
        return 2 * _TRACK if any(slot.name in loops for slot in self._columns[number]) else 0

    def _leaving_y(self, number: int, target: str) -> float:
        """Return the height at which the trunk of a target comes out of a column."""
        if self._column[target] == number:
            return self._heights[_Slot(target)] + _LEAVING
        return self._edges[number, _Slot(target, is_passage=True)] + _CROSSING[number % 2]

    def _track_x(self, number: int, target: str) -> float:
        right = self._lefts[number] + self._widths[number] + self._loop_room(number)
        return right + _TRACK * (self._tracks[number].index(target) + 1.5)

    def _line(self, each: Reference) -> Sequence[tuple[float, float]]:
        column = self._column[each.box]
        y = self._heights[_Slot(each.box)] + HEAD + ROW * self._by_name[each.box].lines.index(each.line) + ROW / 2
        if each.box == each.target:
            return self._loop(each, y)
        corners = [(self._lefts[column], y)]
        for number in range(column - 1, self._column[each.target] - 1, -1):
            x = self._track_x(number, each.target)
            leaving = self._leaving_y(number, each.target)
            corners += [(x, corners[-1][1]), (x, leaving)]
        first = self._column[each.target]
        corners.append((self._lefts[first] + self._widths[first], corners[-1][1]))
        return corners

    def _loop(self, each: Reference, y: float) -> Sequence[tuple[float, float]]:
        column = self._column[each.box]
        right = self._lefts[column] + self._widths[column]
        top = self._heights[_Slot(each.box)] + HEAD - _LEAVING
        return [(right, y), (right + 1.5 * _TRACK, y), (right + 1.5 * _TRACK, top), (right, top)]
