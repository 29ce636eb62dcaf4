"""Cells that hold several values, each with its label: 97.0%(小) 98.2%(中)."""

import re
from collections import Counter
from collections.abc import Collection
from dataclasses import dataclass

from analysis.documents.text import Passage

# What may stand between the values of a cell. A line break of the print folds to nothing.
_BETWEEN = re.compile(r"[\s、/]*")


class UnlabelledError(Exception):
    """The values of a cell cannot be told apart."""


@dataclass(frozen=True)
class Labelled:
    """One value of a cell: where its text stands, the match on the cell's text, and its label if it has one.

    `match` is None for a cell that its column's pattern says nothing of: a dash, or a column without a pattern.
    """

    passage: Passage
    cell: Passage
    match: re.Match[str] | None
    label: str | None

    def group(self, name: str) -> Passage | None:
        """Return what a group of the pattern covers, None where there is no such group or it covers nothing."""
        if self.match is None or not self.match.groupdict().get(name):
            return None
        return self.cell.part(self.match, name)


def tiles(pattern: re.Pattern[str], text: str) -> list[re.Match[str]]:
    r"""Return the matches of a column's pattern on a cell: that of the whole cell, or several that tile it.

    Only a pattern with the group `label` is met several times. The list is empty where some of the cell is left over.

    Example:
        >>> [match["label"] for match in tiles(re.compile(r"[0-9.]+%\((?P<label>.)\)"), "97.0%(小) 98.2%(中)")]
        ['小', '中']
    """
    whole = pattern.fullmatch(text)
    if whole is not None or "label" not in pattern.groupindex:
        return [whole] if whole else []
    found = list(pattern.finditer(text))
    ends = [0, *(match.end() for match in found)]
    starts = [*(match.start() for match in found), len(text)]
    is_tiled = all(_BETWEEN.fullmatch(text, end, start) for end, start in zip(ends, starts, strict=True))
    return found if found and is_tiled and all(match[0] for match in found) else []


def labelled(pattern: re.Pattern[str] | None, cell: Passage, missing: Collection[str]) -> list[Labelled]:
    """Return the values of a cell in order; a dash, or a cell without a pattern, is one without a label.

    Raises:
        UnlabelledError: of several values one has no label, or two have the same.
    """
    if pattern is None or cell.text in missing:
        return [Labelled(cell, cell, None, None)]
    found = [
        Labelled(cell.part(match), cell, match, match.groupdict().get("label")) for match in tiles(pattern, cell.text)
    ]
    times = Counter(part.label for part in found)
    if len(found) > 1 and (times[None] or max(times.values()) > 1):
        listed = ", ".join(f"{part.passage.text!r} ({part.label or 'no label'})" for part in found)
        raise UnlabelledError(f"{cell.text!r} holds {len(found)} values that labels do not tell apart: {listed}")
    return found
