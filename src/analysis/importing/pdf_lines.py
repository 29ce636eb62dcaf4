"""Characters of a PDF put together into pieces of lines, by where they stand."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.importing.imported import superscript
from analysis.importing.pdf_characters import Glyph

# In sizes of the type: how far apart neighbours of one piece of a line are at most, and from where on a space is meant.
_WIDEST_GAP = 1.5
# Between a Latin letter or figure and a Japanese character, typesetters leave a quarter of the size without a space.
_SPACE_IN_LATIN = 0.18
_SPACE_BESIDE_LATIN = 0.6
_SPACE_IN_JAPANESE = 0.24
_SPACE_WHERE_NONE_IS_A_CHARACTER = 0.17
_SAME_LINE = 0.35
_WORD = re.compile(r"[A-Za-z0-9]")


@dataclass(frozen=True)
class Piece:
    """A stretch of a line without a wide gap; `ends` is where each character of its text ends."""

    text: str
    x0: float
    x1: float
    baseline: float
    size: float
    ends: tuple[float, ...]

    @property
    def top(self) -> float:
        """Return its upper end."""
        return self.baseline - 0.88 * self.size

    @property
    def bottom(self) -> float:
        """Return its lower end."""
        return self.baseline + 0.12 * self.size


@dataclass(frozen=True)
class PrintedLine:
    """The pieces that stand on one line, from the left."""

    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """Return the text; a space stands for a wide gap."""
        return " ".join(piece.text for piece in self.pieces)

    @property
    def x0(self) -> float:
        """Return where it begins."""
        return self.pieces[0].x0

    @property
    def x1(self) -> float:
        """Return where it ends."""
        return self.pieces[-1].x1

    @property
    def baseline(self) -> float:
        """Return where its first piece stands."""
        return self.pieces[0].baseline

    @property
    def size(self) -> float:
        """Return the size of its largest type."""
        return max(piece.size for piece in self.pieces)


def pieces_of(glyphs: Iterable[Glyph], *, has_spaces: bool) -> list[Piece]:
    """Return the pieces of lines that characters make, in the order of the file.

    Args:
        glyphs: in the order of the file.
        has_spaces: whether the file holds spaces as characters; else gaps are all there is of them.
    """
    runs: list[list[Glyph]] = []
    for glyph in glyphs:
        if runs and _goes_on(runs[-1][-1], glyph):
            runs[-1].append(glyph)
        else:
            runs.append([glyph])
    merged: list[list[Glyph]] = []
    for run in sorted(runs, key=lambda run: (run[0].x0, run[0].baseline)):
        before = next((other for other in reversed(merged) if _goes_on(other[-1], run[0])), None)
        if before is None:
            merged.append(list(run))
        elif not _is_printed_again(before, run):
            before.extend(run)
    order = {id(glyph): number for number, run in enumerate(runs) for glyph in run}
    merged.sort(key=lambda run: min(order[id(glyph)] for glyph in run))
    return [_piece(run, has_spaces=has_spaces) for run in _printed_once(merged)]


def lines_of(pieces: Iterable[Piece]) -> list[PrintedLine]:
    """Return the lines that pieces make, from the top."""
    rows: list[list[Piece]] = []
    for piece in sorted(pieces, key=lambda piece: (piece.baseline, piece.x0)):
        row = next((row for row in reversed(rows[-3:]) if _is_level(row[0], piece)), None)
        if row is None:
            rows.append([piece])
        else:
            row.append(piece)
    return [PrintedLine(tuple(sorted(row, key=lambda piece: piece.x0))) for row in rows]


def cell_text(glyphs: Iterable[Glyph], *, has_spaces: bool) -> str:
    """Return the text of a cell, a line for each that is printed; see `pieces_of`."""
    return "\n".join(line.text for line in lines_of(pieces_of(glyphs, has_spaces=has_spaces)))


def _is_level(one: Piece, other: Piece) -> bool:
    return abs(one.baseline - other.baseline) <= _SAME_LINE * max(one.size, other.size)


def _goes_on(last: Glyph, glyph: Glyph) -> bool:
    """Tell whether a character goes on with the line of another; a raised or lowered one does."""
    size = max(last.size, glyph.size)
    if abs(last.middle - glyph.middle) > 0.5 * size or last.is_upright != glyph.is_upright:
        return False
    same_size = min(last.size, glyph.size) > 0.85 * size
    if same_size and abs(last.baseline - glyph.baseline) > _SAME_LINE * size:
        return False
    gap = glyph.x0 - last.x1
    return -0.7 * size <= gap <= _WIDEST_GAP * size + 1.2 * size * len(glyph.lead.strip(" "))


def _is_printed_again(before: Sequence[Glyph], run: Sequence[Glyph]) -> bool:
    """Tell whether a run is printed over the end of another, a little aside, to look bold."""
    tail = before[-len(run) :]
    return len(tail) == len(run) and all(_is_double(a, b) for a, b in zip(tail, run, strict=True))


def _is_double(one: Glyph, other: Glyph) -> bool:
    near = 0.2 * one.size
    return one.text == other.text and abs(one.x0 - other.x0) < near and abs(one.baseline - other.baseline) < near


def _printed_once(runs: Sequence[list[Glyph]]) -> list[list[Glyph]]:
    kept: list[list[Glyph]] = []
    for run in runs:
        if not any(len(run) == len(other) and _is_printed_again(other, run) for other in kept):
            kept.append(run)
    return kept


def _piece(run: Sequence[Glyph], *, has_spaces: bool) -> Piece:
    gaps = sorted((glyph.x0 - last.x1) / max(last.size, glyph.size) for last, glyph in pairwise(run))
    usual = max(0.0, gaps[len(gaps) // 4]) if gaps else 0.0
    size = max(glyph.size for glyph in run)
    large = [glyph.baseline for glyph in run if glyph.size > 0.85 * size]
    baseline = sorted(large)[len(large) // 2]
    text = ""
    ends: list[float] = []
    for number, glyph in enumerate(run):
        is_raised = glyph.size < 0.85 * size and baseline - glyph.baseline > 0.15 * size
        shown = superscript(glyph.text) if is_raised else glyph.text
        space = _space(run[number - 1], glyph, usual, has_spaces=has_spaces) if number else ""
        text += space + shown
        ends.extend([*[glyph.x0] * len(space), *[glyph.x1] * len(shown)])
    return Piece(text, run[0].x0, max(glyph.x1 for glyph in run), baseline, size, tuple(ends))


def _space(last: Glyph, glyph: Glyph, usual: float, *, has_spaces: bool) -> str:
    """Return the white space between two neighbours: what the file has, else one space where the gap shows one.

    `usual` is the usual gap of the line, in sizes of the type: that of letters set wide apart.
    """
    if glyph.lead:
        return glyph.lead
    gap = (glyph.x0 - last.x1) / max(last.size, glyph.size)
    is_latin = [bool(_WORD.match(one.text)) for one in (last, glyph)]
    if not has_spaces:
        least = usual + _SPACE_WHERE_NONE_IS_A_CHARACTER
    elif any(is_latin):
        least = _SPACE_IN_LATIN if all(is_latin) else _SPACE_BESIDE_LATIN
    else:
        least = usual + _SPACE_IN_JAPANESE
    return " " if gap > least else ""
