"""A raw text as lines of HTML in which every cited passage is an element of its own."""

import heapq
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup, escape

_LINE_END = re.compile(r"\r\n|\r|\n")
_BREAK = re.compile(r"&lt;br\s*/?&gt;", re.IGNORECASE)


@dataclass(frozen=True)
class Passage:
    """Cited characters of a text.

    Attributes:
        start: offset of the first, in Unicode code points.
        end: offset behind the last.
        anchor: the id that leads to them.
        kind: the table that cites, which becomes the element's class.
        rank: of passages of the same characters, the one of the highest rank is the innermost.
        is_marked: whether it is shown as a mark; what is not can be led to all the same.
    """

    start: int
    end: int
    anchor: str
    kind: str
    rank: int
    is_marked: bool


@dataclass(frozen=True)
class _Piece:
    """A stretch of a passage that lies in one line and in whatever passage is around it."""

    start: int
    end: int
    passage: Passage
    is_first: bool

    @property
    def tag(self) -> str:
        return "mark" if self.passage.is_marked else "span"

    def opened(self) -> str:
        # An id stands once on a page: further pieces of a passage name it otherwise.
        name = "id" if self.is_first else "data-of"
        return f'<{self.tag} class="{escape(self.passage.kind)}" {name}="{escape(self.passage.anchor)}">'

    def sort_key(self) -> tuple[int, int, int, str]:
        return self.start, -self.end, self.passage.rank, self.passage.anchor


def line_spans(text: str) -> list[tuple[int, int]]:
    r"""Return where each line begins and ends, without its line end; one at the very end begins no further line.

    Example:
        >>> line_spans("ab\n\nc\n")
        [(0, 2), (3, 3), (4, 5)]
    """
    ends = [match.span() for match in _LINE_END.finditer(text)]
    starts = [0, *(end for _begin, end in ends)]
    spans = list(zip(starts, [*(begin for begin, _end in ends), len(text)], strict=True))
    return spans[:-1] if len(spans) > 1 and spans[-1][0] == len(text) else spans


def marked_lines(text: str, passages: Iterable[Passage]) -> list[Markup]:
    """Return the lines of a text as HTML, in which the elements of a passage hold exactly its characters.

    Passages nest as elements do. One that crosses another, or a line end, is cut there: its first piece has the
    anchor as `id`, the others as `data-of`.

    Args:
        text: the raw text.
        passages: in any order; each within the text and not empty.
    """
    spans = line_spans(text)
    pieces: list[list[_Piece]] = [[] for _span in spans]
    starts = [start for start, _end in spans]
    for passage in passages:
        is_first = True
        for number in range(bisect_right(starts, passage.start) - 1, bisect_left(starts, passage.end)):
            start, end = max(passage.start, spans[number][0]), min(passage.end, spans[number][1])
            if start < end:
                pieces[number].append(_Piece(start, end, passage, is_first))
                is_first = False
    return [
        Markup("".join(_marked(text, start, end, inside))) for (start, end), inside in zip(spans, pieces, strict=True)
    ]


def _marked(text: str, start: int, end: int, pieces: Sequence[_Piece]) -> Iterator[str]:
    """Yield one line as HTML, cutting each piece where the one around it ends."""
    waiting = [(piece.sort_key(), piece) for piece in pieces]
    heapq.heapify(waiting)
    around: list[_Piece] = []
    at = start
    while waiting or around:
        if around and (not waiting or around[-1].end <= waiting[0][1].start):
            closed = around.pop()
            yield f"{_shown(text[at : closed.end])}</{closed.tag}>"
            at = closed.end
            continue
        _key, piece = heapq.heappop(waiting)
        if around and around[-1].end < piece.end:
            rest = _Piece(around[-1].end, piece.end, piece.passage, is_first=False)
            heapq.heappush(waiting, (rest.sort_key(), rest))
            piece = replace(piece, end=around[-1].end)
        yield f"{_shown(text[at : piece.start])}{piece.opened()}"
        around.append(piece)
        at = piece.start
    yield _shown(text[at:end])


def _shown(text: str) -> str:
    """Return text as HTML; a tab and a break inside a cell stand in elements, for which the style sheet has signs."""
    shown = str(escape(text)).replace("\t", '<i class="tab">\t</i>')
    return _BREAK.sub(r'<i class="break">\g<0></i>', shown)
