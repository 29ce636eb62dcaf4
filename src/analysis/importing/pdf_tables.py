"""Ruled tables of a page of a PDF."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import pdfplumber
from pdfplumber.table import Table, merge_edges

_TOLERANCE = 3.0
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class RuledTable:
    """A table: its place, and its rows of cells; None where a cell above or beside reaches over."""

    box: Box
    rows: tuple[tuple[Box | None, ...], ...]


def find_tables(page: pdfplumber.page.Page) -> list[RuledTable]:
    """Return the tables that rules mark out, from the top; one whose sides are open is closed there."""
    settings: dict[str, Any] = {
        "vertical_strategy": "lines",
        "horizontal_strategy": "lines",
        "explicit_vertical_lines": list(_open_sides(page.edges)),
    }
    tables = [_table(table) for table in page.find_tables(settings)]
    return sorted(tables, key=lambda table: (table.box[1], table.box[0]))


def _table(table: Table) -> RuledTable:
    return RuledTable(table.bbox, tuple(tuple(row.cells) for row in table.rows))


def _open_sides(edges: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Yield the rules that are missing at the left and right of tables: where level rules begin and end together."""
    level = [edge for edge in edges if edge["orientation"] is not None]
    merged = merge_edges(level, _TOLERANCE, _TOLERANCE, _TOLERANCE, _TOLERANCE)
    upright = [edge for edge in merged if edge["orientation"] == "v"]
    groups: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for edge in merged:
        if edge["orientation"] == "h":
            groups[round(edge["x0"] / _TOLERANCE), round(edge["x1"] / _TOLERANCE)].append(edge)
    for group in groups.values():
        group.sort(key=lambda edge: edge["top"])
        for above, below in pairwise(group):
            crossing = [
                edge["x0"]
                for edge in upright
                if edge["top"] <= above["top"] + _TOLERANCE and edge["bottom"] >= below["top"] - _TOLERANCE
            ]
            left, right = above["x0"], above["x1"]
            if any(left + _TOLERANCE < x < right - _TOLERANCE for x in crossing):
                for side in (left, right):
                    if not any(abs(x - side) <= _TOLERANCE for x in crossing):
                        yield _upright(side, above["top"], below["top"])


def _upright(x: float, top: float, bottom: float) -> dict[str, Any]:
    return {
        "object_type": "line",
        "orientation": "v",
        "x0": x,
        "x1": x,
        "top": top,
        "bottom": bottom,
        "width": 0,
        "height": bottom - top,
    }
