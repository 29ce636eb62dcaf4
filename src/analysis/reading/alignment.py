"""Which column each cell of a row belongs to, when the conversion has moved cells.

Where merged cells were lost, whole stretches of a row stand one or more columns off. A stretch may be moved back only
on the evidence of an anchor: a cell that can be told by its text alone, and that no other column may swallow. Among
the assignments that keep the order of the cells and satisfy each column, the one with the fewest jumps is taken; a tie
is no answer.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

# A row that needs more jumps than this is no longer recognisable.
_MOST_JUMPS = 4


@dataclass(frozen=True)
class ColumnShape:
    """What an alignment needs to know of a column.

    Attributes:
        accepts: whether a text can stand in the column.
        claims: for an anchor, whether a text can stand nowhere but in an anchor column; None for other columns.
        follows: whether a cell stands in the column only beside a cell of the column before.
        expects: what can stand in the column, for messages.
        key: the key that says so, from the layout on.
        holds_values: whether amounts are read from the column.
    """

    accepts: Callable[[str], bool]
    claims: Callable[[str], bool] | None = None
    follows: bool = False
    expects: str = ""
    key: str = ""
    holds_values: bool = False

    @property
    def is_anchor(self) -> bool:
        """Return whether cells of the column can be told by their text."""
        return self.claims is not None


class AlignmentError(Exception):
    """No assignment fits, or two fit equally well."""


def align(cells: Sequence[str], columns: Sequence[ColumnShape]) -> list[int | None]:
    """Assign the non-empty cells of a row to columns.

    Args:
        cells: the texts of the row's cells, '' where a cell is empty.
        columns: the columns in order.

    Returns:
        For each column the index of its cell, or None.

    Raises:
        AlignmentError: no assignment fits, or the best is not unique.
    """
    filled = [index for index, text in enumerate(cells) if text]
    for most_jumps in range(_MOST_JUMPS + 1):
        found = list(_assignments(cells, filled, columns, most_jumps))
        if len(found) > 1:
            raise AlignmentError("more than one way to move the cells back fits")
        if found:
            by_column: list[int | None] = [None] * len(columns)
            for cell, column in zip(filled, found[0], strict=True):
                by_column[column] = cell
            return by_column
    raise AlignmentError("its cells do not fit the columns")


def first_misfit(cells: Sequence[str], columns: Sequence[ColumnShape]) -> int | None:
    """Return the first cell that does not fit the column it stands under, where that can be told.

    It can where the cell fits no column at all, or most others of its row fit those they stand under.

    Args:
        cells: the texts of a row's cells that `align` refused.
        columns: the columns in order.
    """
    filled = [index for index, text in enumerate(cells[: len(columns)]) if text]
    nowhere = [index for index in filled if not any(_fits(cells[index], column, columns) for column in columns)]
    misplaced = [index for index in filled if not _fits(cells[index], columns[index], columns)]
    if nowhere or len(misplaced) * 2 < len(filled):
        return next(iter(nowhere or misplaced), None)
    return None


def _assignments(
    cells: Sequence[str], filled: Sequence[int], columns: Sequence[ColumnShape], most_jumps: int
) -> Iterator[tuple[int, ...]]:
    """Yield each assignment with at most the given number of jumps.

    A jump lands on an anchor; only the first stretch of a row may begin before its anchor, and has to meet it before
    the next jump.
    """

    def extend(chosen: tuple[int, ...], offset: int, jumps: int, is_proven: bool) -> Iterator[tuple[int, ...]]:
        if len(chosen) == len(filled):
            if is_proven:
                yield chosen
            return
        cell = filled[len(chosen)]
        for column in range(chosen[-1] + 1 if chosen else 0, len(columns)):
            if columns[column].follows and chosen[-1:] != (column - 1,):
                continue
            if not _fits(cells[cell], columns[column], columns):
                continue
            anchor = columns[column].is_anchor
            if column - cell == offset:
                yield from extend((*chosen, column), offset, jumps, is_proven or anchor)
            elif jumps < most_jumps and (not chosen or (anchor and is_proven)):
                yield from extend((*chosen, column), column - cell, jumps + 1, anchor)

    yield from extend((), 0, 0, True)


def _fits(text: str, column: ColumnShape, columns: Sequence[ColumnShape]) -> bool:
    if not column.accepts(text):
        return False
    return column.is_anchor or not any(other.claims(text) for other in columns if other.claims)
