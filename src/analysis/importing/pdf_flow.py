"""The pieces and tables of a page of a PDF in reading order: columns, paragraphs, tables without rules."""

import re
from collections.abc import Iterator, Sequence
from itertools import compress, pairwise
from statistics import median

from analysis.importing.imported import Manuscript
from analysis.importing.pdf_breaks import PlacedTable
from analysis.importing.pdf_characters import Glyph, PageCharacters
from analysis.importing.pdf_lines import Piece, PrintedLine, cell_text, lines_of, pieces_of
from analysis.importing.pdf_tables import Box, RuledTable

# Of a column of text: lines at least, and how much of its width they fill.
_LEAST_LINES = 4
_FILLED = 0.55
# How much of the lower of two columns stands beside the other.
_BESIDE = 0.5
_LEAST_ROWS = 3
# In usual distances of lines: from where on a line is set apart, and from where on it belongs to no paragraph above.
_SET_APART = 1.25
_FAR_BELOW = 1.4
# In sizes of the type: how much more than the longest line the next word would have to be, so as not to fit.
_LEFT_OVER = 0.03

# What begins a line of its own, wherever the line above ends.
_MARKER = re.compile(
    r"[・○●◎■□◆◇▲△▼▽★☆※→⇒➢✓•–▪◦‣]|[-*] |[①-⑳⓪㉑-㉟ⓐ-ⓩ]|[(（][0-9０-９一二三四五六七八九十ア-ンｱ-ﾝa-zA-Z]{1,2}[)）]"
    r"|[0-9０-９]{1,2}(?:[.．)）][^0-9０-９]|[ \u3000])|第[0-9０-９一二三四五六七八九十]+[章節編部条]"
    r"|[<＜〈《]|注[0-9０-９]?[ :：)）]"
)
# What stands alone before the items of a list, however far before.
_LABEL = re.compile(r"[(（]?[0-9０-９一二三四五六七八九十ア-ンｱ-ﾝa-zA-Z]{1,3}[)）.．]?|[・○●◎■□◆◇▲△※•–①-⑳]")
_SENTENCE_END = re.compile(r"[。！？!?][」』)）]?$")
# What no line begins with: it goes with the character before it.
_NOT_FIRST = re.compile(
    r"[、。，．,.・:;：；？！?!)）」』】〕〉》\]}ぁぃぅぇぉっゃゅょァィゥェォッャュョー々%％‐゛゜]+"
)
# What no line ends with: it goes with the character after it.
_NOT_LAST = re.compile(r"[(（「『【〔〈《\[{]+")
_HANGING = ("、", "。", "，", "．")
_WORD = re.compile(r"[A-Za-z0-9.,'/:_-]+")


Item = Piece | PlacedTable
"""What stands on a page: a piece of a line, or a table."""


def place(
    number: int, page: PageCharacters, tables: Sequence[RuledTable], before: RuledTable | None = None
) -> list[Item]:
    """Return what stands on a page: each character once, in a cell of a table or in the pieces around.

    Args:
        number: of the page.
        page: its characters.
        tables: its ruled tables, from the top.
        before: the last table of the page before, which may go on on this one with a single cell.
    """
    rest = list(page.glyphs)
    items: list[Item] = []
    for table in tables:
        inside = [glyph for glyph in rest if _is_in(glyph, table.box)]
        placed, used = _filled(number, table, inside, has_spaces=page.has_spaces)
        is_rest = before is not None and bool(before.open_below) and table.has_columns_of(before)
        if sum(1 for row in placed.rows for cell in row if cell) > (0 if is_rest else 1):
            items.append(placed)
            rest = [glyph for glyph in rest if id(glyph) not in used]
    items.extend(pieces_of(rest, has_spaces=page.has_spaces))
    return items


def write_page(found: Manuscript, items: Sequence[Item]) -> None:
    """Add the text of a page in reading order."""
    for region in _regions(items):
        _write_region(found, region)


def _filled(
    number: int, table: RuledTable, glyphs: Sequence[Glyph], *, has_spaces: bool
) -> tuple[PlacedTable, set[int]]:
    """Return a table with the texts of its cells, and which characters stand in them."""
    used: set[int] = set()
    placed = PlacedTable(table, [], [], number)
    for boxes in table.rows:
        cells: list[str] = []
        gaps: list[float | None] = []
        for box in boxes:
            held = [glyph for glyph in glyphs if box and _is_in(glyph, box) and id(glyph) not in used]
            used.update(map(id, held))
            cells.append(cell_text(held, has_spaces=has_spaces))
            gaps.append(min((box[3] - glyph.baseline) / glyph.size for glyph in held) if box and held else None)
        placed.rows.append(cells)
        placed.gaps.append(gaps)
    return placed, used


def _is_in(glyph: Glyph, box: Box) -> bool:
    return box[0] <= (glyph.x0 + glyph.x1) / 2 <= box[2] and box[1] <= glyph.middle <= box[3]


# -- columns ------------------------------------------------------------------------------------------------


def _regions(items: Sequence[Item]) -> Iterator[list[Item]]:
    """Yield the items of one column after the other; what reaches across the columns parts them."""
    ordered = sorted(items, key=lambda item: item.top)
    columns = _columns(ordered)
    if columns is None:
        if ordered:
            yield ordered
        return
    first, last, gutter = columns
    last = _end_of_columns(ordered, first, last, gutter)
    beside = ordered[first:last]
    yield from _regions(ordered[:first])
    yield from _regions([item for item in beside if item.x1 <= gutter])
    yield from _regions([item for item in beside if item.x1 > gutter])
    yield from _regions(ordered[last:])


def _columns(items: Sequence[Item]) -> tuple[int, int, float] | None:
    """Return the longest run of items in two columns of running text: its first, its end, where the columns part.

    None where there is none. The items are ordered from the top.
    """
    pieces = [item for item in items if isinstance(item, Piece)]
    if len(pieces) < 2 * _LEAST_LINES:
        return None
    size = median(piece.size for piece in pieces)
    left, right = min(item.x0 for item in items), max(item.x1 for item in items)
    found = [
        (first, last, x)
        for x in _candidates(pieces, left + 0.25 * (right - left), left + 0.75 * (right - left), size)
        for first, last in _runs_beside(items, x - size / 2, x + size / 2)
        if _are_columns(items[first:last], x)
    ]
    return max(found, key=lambda run: (run[1] - run[0], -run[2]), default=None)


def _runs_beside(items: Sequence[Item], x0: float, x1: float) -> Iterator[tuple[int, int]]:
    """Yield first and end of each run of items that leave a stretch of the page's width free."""
    first = 0
    for at, item in enumerate(items):
        if item.x0 < x1 and item.x1 > x0:
            yield first, at
            first = at + 1
    yield first, len(items)


def _are_columns(items: Sequence[Item], x: float) -> bool:
    pieces = [item for item in items if isinstance(item, Piece)]
    sides = [[piece for piece in pieces if piece.x1 <= x], [piece for piece in pieces if piece.x0 >= x]]
    if min(map(len, sides)) < _LEAST_LINES:
        return False
    edges = [(min(piece.x0 for piece in side), max(piece.x1 for piece in side)) for side in sides]
    widths = [x - edges[0][0], edges[1][1] - x]
    return _overlap(*sides) > _BESIDE and all(
        len(lines := lines_of(side)) >= _LEAST_LINES and median(line.x1 - line.x0 for line in lines) > _FILLED * width
        for side, width in zip(sides, widths, strict=True)
    )


def _candidates(pieces: Sequence[Piece], first: float, last: float, size: float) -> list[float]:
    """Return places just before the pieces that begin in the middle of the page, the commonest first."""
    starts = [float(round(piece.x0 - size / 2)) for piece in pieces if first <= piece.x0 <= last]
    return sorted(set(starts), key=lambda x: (-starts.count(x), x))


def _end_of_columns(items: Sequence[Item], first: int, last: int, x: float) -> int:
    """Return the end of a run without what stands below both columns and apart from them: a heading of what follows."""
    side = [item for item in items[first:last] if item.x1 <= x]
    usual = median(below.top - above.top for above, below in pairwise(side))
    while last - 1 > first:
        lowest = items[last - 1]
        height = lowest.bottom - lowest.top
        gap = lowest.top - max(item.bottom for item in items[first : last - 1])
        if gap < max(0.5 * height, _FAR_BELOW * usual - height):
            break
        last -= 1
    return last


def _overlap(before: Sequence[Piece], after: Sequence[Piece]) -> float:
    """Return how much of the lower of two columns stands beside the other."""
    tops = [min(piece.top for piece in side) for side in (before, after)]
    bottoms = [max(piece.bottom for piece in side) for side in (before, after)]
    shared = min(bottoms) - max(tops)
    return shared / min(bottom - top for top, bottom in zip(tops, bottoms, strict=True))


# -- a column -----------------------------------------------------------------------------------------------


def _write_region(found: Manuscript, items: Sequence[Item]) -> None:
    tables = sorted((item for item in items if isinstance(item, PlacedTable)), key=lambda table: table.top)
    lines = lines_of(item for item in items if isinstance(item, Piece))
    while lines or tables:
        is_above = [not tables or line.baseline <= tables[0].top + line.size / 2 for line in lines]
        _write_lines(found, list(compress(lines, is_above)))
        lines = [line for line, above in zip(lines, is_above, strict=True) if not above]
        if tables:
            found.table(tables.pop(0).rows, is_compared=True)


def _write_lines(found: Manuscript, lines: Sequence[PrintedLine]) -> None:
    """Add lines: tables without rules as tables, the lines of a paragraph as one."""
    at = 0
    while at < len(lines):
        rows = _unruled_rows(lines[at:])
        if rows:
            found.table(rows)
            at += len(rows)
            continue
        end = at + 1
        while end < len(lines) and not _unruled_rows(lines[end:]):
            end += 1
        _write_paragraphs(found, lines[at:end])
        at = end


def _unruled_rows(lines: Sequence[PrintedLine]) -> list[list[str]]:
    """Return the rows of a table without rules that begins with the first line, nothing where none does."""
    count = 0
    columns: list[tuple[float, float]] = []
    for line in lines:
        if len(line.pieces) < 2:
            break
        widened = _widened(columns, line.pieces)
        if len(widened) < 2 or (columns and len(widened) < len(columns)):
            break
        columns = widened
        count += 1
    if count < _LEAST_ROWS:
        return []
    rows = []
    for line in lines[:count]:
        cells = [[piece.text for piece in line.pieces if x0 <= piece.x0 and piece.x1 <= x1] for x0, x1 in columns]
        rows.append([" ".join(texts) for texts in cells])
    is_list = len(columns) == 2 and all(_LABEL.fullmatch(row[0]) for row in rows)
    return [] if is_list else rows


def _widened(columns: Sequence[tuple[float, float]], pieces: Sequence[Piece]) -> list[tuple[float, float]]:
    """Return the stretches that columns and the pieces of a further row cover together."""
    spans = sorted([*columns, *((piece.x0, piece.x1) for piece in pieces)])
    joined = [spans[0]]
    for x0, x1 in spans[1:]:
        if x0 < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(x1, joined[-1][1]))
        else:
            joined.append((x0, x1))
    return joined


def _write_paragraphs(found: Manuscript, lines: Sequence[PrintedLine]) -> None:
    if not lines:
        return
    right = max(map(_right_end, lines))
    pitches = [below.baseline - above.baseline for above, below in pairwise(lines)]
    usual = median(pitches) if pitches else 0.0
    paragraph = [lines[0]]
    for above, below in pairwise(lines):
        if _is_wrapped(paragraph, below, right, usual):
            paragraph.append(below)
            continue
        found.paragraph(_joined(paragraph))
        if below.baseline - above.baseline > _SET_APART * usual:
            found.gap()
        paragraph = [below]
    found.paragraph(_joined(paragraph))


def _is_wrapped(paragraph: Sequence[PrintedLine], below: PrintedLine, right: float, usual: float) -> bool:
    """Tell whether a line goes on with a paragraph: it would not have fitted into the line above."""
    first, above = paragraph[0], paragraph[-1]
    size = above.size
    if abs(size - below.size) > 0.1 * size or below.baseline - above.baseline > max(_FAR_BELOW * usual, 2.5 * size):
        return False
    if _SENTENCE_END.search(above.text) or _MARKER.match(below.text):
        return False
    if len(above.pieces) > 1 or len(below.pieces) > 1:
        return False  # Wide gaps are those between columns.
    if above.x1 + _first_word_width(below) <= right + _LEFT_OVER * size:
        return False
    if len(paragraph) > 1:
        return abs(below.x0 - above.x0) < 0.5 * size
    indent = below.x0 - first.x0
    return -2.5 * size <= indent <= (5 if _MARKER.match(first.text) else 0.5) * size


def _right_end(line: PrintedLine) -> float:
    """Return where a line ends without the full stop or comma that may hang over the edge."""
    return line.x1 - (line.size if line.text.endswith(_HANGING) else 0)


def _first_word_width(line: PrintedLine) -> float:
    """Return the width of what a line cannot be cut in, at its beginning."""
    first = line.pieces[0]
    opening = _NOT_LAST.match(first.text)
    count = opening.end() if opening else 0
    word = _WORD.match(first.text, count)
    count = word.end() if word else count + 1
    follows = _NOT_FIRST.match(first.text, count)
    count = follows.end() if follows else count
    return first.ends[min(count, len(first.ends)) - 1] - first.x0


def _joined(lines: Sequence[PrintedLine]) -> str:
    """Return the text of a paragraph; words of Latin letters that a line end parts get a space."""
    text = lines[0].text
    for line in lines[1:]:
        is_latin = text[-1].isascii() and text[-1] not in "-/(" and line.text[0].isascii() and line.text[0].isalnum()
        text += (" " if is_latin else "") + line.text
    return text
