"""Ruled tables of a page of a PDF."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

import pdfplumber
from pdfplumber.table import Table, merge_edges

_TOLERANCE = 3.0
# More rules than these are a drawing, such as a map.
_MOST_RULES = 3000
Box = tuple[float, float, float, float]
_Edge = dict[str, Any]


@dataclass(frozen=True)
class RuledTable:
    """A table on a page.

    Attributes:
        box: its place.
        rows: the places of its cells, row by row; None where a cell above or beside reaches over.
        columns: where its columns begin, and where the last one ends.
        open_above: the columns whose topmost cell has no rule above it, as where a page break parts a cell.
        open_below: the columns whose lowest cell has no rule below it.
        is_closed_below: whether some cell of the last row has a rule below it.
    """

    box: Box
    rows: tuple[tuple[Box | None, ...], ...]
    columns: tuple[float, ...]
    open_above: frozenset[int]
    open_below: frozenset[int]
    is_closed_below: bool

    def is_as_wide_as(self, other: "RuledTable") -> bool:
        """Tell whether both begin and end at the same places of the page's width."""
        return _is_near(self.box[0], other.box[0]) and _is_near(self.box[2], other.box[2])

    def has_columns_of(self, other: "RuledTable") -> bool:
        """Tell whether the columns of both stand at the same places."""
        return len(self.columns) == len(other.columns) and all(map(_is_near, self.columns, other.columns))


def find_tables(page: pdfplumber.page.Page, before: RuledTable | None = None) -> list[RuledTable]:
    """Return the tables that rules mark out, from the top; one whose sides or ends are open is closed there.

    Args:
        page: the page.
        before: the last table of the page before, which may go on on this one.
    """
    level = _merged([edge for edge in page.edges if edge["orientation"] is not None])
    columns = before.columns if before is not None and before.open_below else ()
    sides = list(_open_sides(level, columns))
    ends = list(_open_ends(_merged([*level, *sides]), columns)) if len(level) <= _MOST_RULES else []
    settings: dict[str, Any] = {
        "vertical_strategy": "lines",
        "horizontal_strategy": "lines",
        "explicit_vertical_lines": sides,
        "explicit_horizontal_lines": ends,
    }
    found = page.find_tables(settings)
    rules = [edge for edge in level if edge["orientation"] == "h"]
    tables = [_table(table, rules, [other.bbox for other in found if other is not table]) for table in found]
    return sorted(tables, key=lambda table: (table.box[1], table.box[0]))


def has_level_rules_alone(page: pdfplumber.page.Page) -> bool:
    """Tell whether a page has a table of level rules, drawn cell by cell, without upright ones between its columns."""
    edges = _merged([edge for edge in page.edges if edge["orientation"] is not None])
    if len(edges) > _MOST_RULES:
        return False
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    pieces = [edge for edge in page.edges if edge["orientation"] == "h" and edge["width"] > _TOLERANCE]
    return any(
        _end_together([above, below], pieces)
        and not any(_reaches(edge, above["top"], below["top"]) for edge in _between(upright, above))
        for group in _of_one_width(edges)
        for above, below in pairwise(group)
    )


def _between(upright: Sequence[_Edge], rule: _Edge) -> list[_Edge]:
    return [edge for edge in upright if rule["x0"] - _TOLERANCE < edge["x0"] < rule["x1"] + _TOLERANCE]


def _end_together(rules: Sequence[_Edge], pieces: Sequence[_Edge]) -> bool:
    """Tell whether the pieces that rules were drawn in end at one place between the ends of them all."""
    ends = [
        [
            one["x1"]
            for one in pieces
            if _is_near(one["top"], rule["top"]) and rule["x0"] <= one["x0"] and one["x1"] < rule["x1"] - _TOLERANCE
        ]
        for rule in rules
    ]
    return any(all(any(_is_near(x, other) for other in others) for others in ends[1:]) for x in ends[0])


def _merged(edges: Sequence[_Edge]) -> list[_Edge]:
    return merge_edges(list(edges), _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)


def _is_near(one: float, other: float) -> bool:
    return abs(one - other) <= _TOLERANCE


def _table(table: Table, rules: Sequence[_Edge], others: Sequence[Box]) -> RuledTable:
    rows = [list(row.cells) for row in table.rows]
    lefts = sorted({cell[0] for cell in table.cells})
    _fill_holes(rows, [*lefts, table.bbox[2]], table.bbox[3], others)
    above = [cell for cell in table.cells if _is_near(cell[1], table.bbox[1])]
    below = [cell for cell in table.cells if _is_near(cell[3], table.bbox[3])]
    open_below = frozenset(lefts.index(cell[0]) for cell in below if not _is_ruled(cell, cell[3], rules))
    return RuledTable(
        table.bbox,
        tuple(map(tuple, rows)),
        (*lefts, table.bbox[2]),
        frozenset(lefts.index(cell[0]) for cell in above if not _is_ruled(cell, cell[1], rules)),
        open_below,
        len(open_below) < len(below),
    )


def _is_ruled(cell: Box, y: float, rules: Sequence[_Edge]) -> bool:
    middle = (cell[0] + cell[2]) / 2
    return any(_is_near(rule["top"], y) and rule["x0"] <= middle <= rule["x1"] for rule in rules)


def _fill_holes(rows: list[list[Box | None]], columns: Sequence[float], bottom: float, others: Sequence[Box]) -> None:
    """Add a cell wherever none is within a table's box, so that whatever is printed there stands in a cell."""
    cells = [cell for row in rows for cell in row if cell]
    tops = [min(cell[1] for cell in row if cell) for row in rows]
    for row, (top, end) in zip(rows, pairwise([*tops, bottom]), strict=True):
        hole: int | None = None
        for at, (left, right) in enumerate(pairwise(columns)):
            box = (left, top, right, end)
            if row[at] or any(_holds_middle(cell, box) for cell in cells) or any(_overlap(box, it) for it in others):
                hole = None
            elif hole is None:
                hole, row[at] = at, box
            else:
                row[hole] = (columns[hole], top, right, end)


def _holds_middle(cell: Box, box: Box) -> bool:
    return cell[0] < (box[0] + box[2]) / 2 < cell[2] and cell[1] < (box[1] + box[3]) / 2 < cell[3]


def _overlap(one: Box, other: Box) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def _open_sides(edges: Sequence[_Edge], columns: Sequence[float]) -> Iterator[_Edge]:
    """Yield the rules that are missing at the left and right of tables: where level rules begin and end together.

    Two do, or one as wide as `columns`, those of an open table on the page before.
    """
    upright = [edge for edge in edges if edge["orientation"] == "v"]
    for group in _of_one_width(edges):
        left, right = group[0]["x0"], group[0]["x1"]
        inner = [edge for edge in upright if left + _TOLERANCE < edge["x0"] < right - _TOLERANCE]
        tops = sorted(edge["top"] for edge in group)
        if len(tops) > 1 or (columns and _is_near(left, columns[0]) and _is_near(right, columns[-1])):
            tops = _with_ends(tops, inner)
        for top, bottom in pairwise(tops):
            crossing = [edge["x0"] for edge in upright if _reaches(edge, top, bottom)]
            if any(_reaches(edge, top, bottom) for edge in inner):
                for side in (left, right):
                    if not any(_is_near(x, side) for x in crossing):
                        yield _rule("v", side, side, top, bottom)


def _of_one_width(edges: Sequence[_Edge]) -> list[list[_Edge]]:
    """Return the level rules that begin and end together, from the top."""
    groups: dict[tuple[int, int], list[_Edge]] = defaultdict(list)
    for edge in sorted(edges, key=lambda edge: edge["top"]):
        if edge["orientation"] == "h":
            groups[round(edge["x0"] / _TOLERANCE), round(edge["x1"] / _TOLERANCE)].append(edge)
    return list(groups.values())


def _with_ends(tops: list[float], inner: Sequence[_Edge]) -> list[float]:
    """Return the heights of level rules, and where the upright ones between them end above and below them."""
    first = min((edge["top"] for edge in inner if _reaches(edge, tops[0], tops[0])), default=tops[0])
    last = max((edge["bottom"] for edge in inner if _reaches(edge, tops[-1], tops[-1])), default=tops[-1])
    return [
        *([first] if first < tops[0] - _TOLERANCE else []),
        *tops,
        *([last] if last > tops[-1] + _TOLERANCE else []),
    ]


def _reaches(edge: _Edge, top: float, bottom: float) -> bool:
    return bool(edge["top"] <= top + _TOLERANCE and edge["bottom"] >= bottom - _TOLERANCE)


def _open_ends(edges: Sequence[_Edge], columns: Sequence[float]) -> Iterator[_Edge]:
    """Yield the rules that are missing at the upper and lower ends of tables: where upright rules end together.

    A page break leaves them out of the cells it parts. That it is a table is shown by two level rules at least, or by
    `columns`, those of an open table on the page before.
    """
    level = [edge for edge in edges if edge["orientation"] == "h"]
    sides: tuple[Literal["top", "bottom"], ...] = ("top", "bottom")
    for side in sides:
        for group in _ending_together([edge for edge in edges if edge["orientation"] == "v"], side):
            y = group[0][side]
            pairs = [(left, right) for left, right in pairwise(group) if not _is_near(left["x0"], right["x0"])]
            joins = [[rule for rule in level if _joins(rule, left, right)] for left, right in pairs]
            goes_on = len(columns) == len(group) and all(
                _is_near(edge["x0"], x) for edge, x in zip(group, columns, strict=True)
            )
            if not goes_on and len({rule["top"] for rules in joins for rule in rules}) < 2:
                continue
            for (left, right), rules in zip(pairs, joins, strict=True):
                is_ruled = _is_ruled((left["x0"], y, right["x0"], y), y, level)
                if not is_ruled and (rules or goes_on):
                    yield _rule("h", left["x0"], right["x0"], y, y)


def _ending_together(upright: Sequence[_Edge], side: Literal["top", "bottom"]) -> Iterator[list[_Edge]]:
    """Yield the rules that end at one height, from the left."""
    group: list[_Edge] = []
    for edge in sorted(upright, key=lambda edge: edge[side]):
        if group and not _is_near(group[0][side], edge[side]):
            yield sorted(group, key=lambda one: one["x0"])
            group = []
        group.append(edge)
    if group:
        yield sorted(group, key=lambda one: one["x0"])


def _joins(rule: _Edge, left: _Edge, right: _Edge) -> bool:
    """Tell whether a level rule reaches from one upright rule to another."""
    is_across = rule["x0"] <= left["x0"] + _TOLERANCE and rule["x1"] >= right["x0"] - _TOLERANCE
    return bool(is_across and all(_reaches(edge, rule["top"], rule["top"]) for edge in (left, right)))


def _rule(orientation: Literal["h", "v"], x0: float, x1: float, top: float, bottom: float) -> _Edge:
    return {
        "object_type": "line",
        "orientation": orientation,
        "x0": x0,
        "x1": x1,
        "top": top,
        "bottom": bottom,
        "width": x1 - x0,
        "height": bottom - top,
    }
