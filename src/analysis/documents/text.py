"""A raw document: its characters as received, and every line and cell of it by stable offsets."""

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from analysis.documents.folding import LINE_BREAK_TAG, FoldedText, fold
from analysis.documents.marks import Mark, parse_mark
from analysis.errors import WardPlansError


@dataclass(frozen=True, order=True)
class Passage:
    """A stretch of a document's reading text; `text` is that stretch, `start` and `end` its offsets in it."""

    start: int
    end: int
    text: str

    def part(self, match: re.Match[str], group: str | int = 0) -> "Passage":
        """Return the stretch that a group of a match on `self.text` covers, without white space at its ends."""
        return self.slice(*match.span(group))

    def slice(self, start: int, end: int) -> "Passage":
        """Return `text[start:end]` as a passage of its own, without white space at its ends."""
        text = self.text[start:end]
        lead = len(text) - len(text.lstrip())
        stripped = text.strip()
        begin = self.start + start + lead
        return Passage(begin, begin + len(stripped), stripped)


@dataclass(frozen=True)
class Line:
    """One line: its 1-based number and its text without the line end; that of a position mark is empty."""

    number: int
    passage: Passage
    mark: Mark | None = None

    @property
    def text(self) -> str:
        """Return the line's reading text without white space at its end, trailing tabs among it."""
        return self.passage.text.rstrip()

    @cached_property
    def cells(self) -> tuple[Passage, ...]:
        """Return the tab-separated cells, without white space at their ends; empty cells have an empty text."""
        cells: list[Passage] = []
        start = 0
        for text in self.passage.text.split("\t"):
            cells.append(self.passage.slice(start, start + len(text)))
            start += len(text) + 1
        return tuple(cells)

    @property
    def is_row(self) -> bool:
        """Return whether the line is a table row: it holds a tab."""
        return "\t" in self.passage.text


@dataclass(frozen=True)
class RawDocument:
    """A document as received.

    Attributes:
        path: where it was read from.
        sha256: of its bytes.
        raw: its characters, exactly as decoded; citations count in these.
        folded: its reading text.
        running: the numbers of the lines that are printed on each page, between the lines of a table as well.
        era: the era of years printed without one, where the descriptor declares it.
    """

    path: Path
    sha256: str
    raw: str
    folded: FoldedText
    running: frozenset[int] = frozenset()
    era: str | None = None

    @cached_property
    def lines(self) -> tuple[Line, ...]:
        """Return all lines in order."""
        texts = self.folded.text.split("\n")
        starts = self.folded.line_starts
        return tuple(
            self._line(number, start, text) for number, (start, text) in enumerate(zip(starts, texts, strict=True), 1)
        )

    @cached_property
    def flow(self) -> tuple[Line, ...]:
        """Return the lines in order without what a page break puts between them."""
        return tuple(filter(self.is_flow, self.lines))

    def is_flow(self, line: Line) -> bool:
        """Return whether a line is neither a position mark nor printed on each page, nor blank beside one of these."""
        return line.number not in self._breaks

    @cached_property
    def marks(self) -> tuple[tuple[int, Mark], ...]:
        """Return the position marks with the numbers of their lines, in order.

        Raises:
            WardPlansError: a page comes after a later one, or a sheet twice.
        """
        marks = tuple((line.number, line.mark) for line in self.lines if line.mark is not None)
        page, sheets = 0, set()
        for number, mark in marks:
            if mark.sheet in sheets or (mark.page is not None and mark.page <= page):
                raise WardPlansError(
                    f"{self.path}:{number}: the mark {mark} comes after one of the same or a later page"
                )
            page = mark.page or page
            sheets.update({mark.sheet} - {None})
        return marks

    @property
    def line_count(self) -> int:
        """Return how many lines the document has; a line end at its very end begins no further line."""
        return len(self.lines) - (1 if self.folded.text.endswith("\n") else 0)

    def line_number(self, passage: Passage) -> int:
        """Return the 1-based line a passage begins in."""
        return self.folded.line_number(passage.start)

    def position(self, passage: Passage) -> Mark | None:
        """Return the last mark before a passage: its page or sheet; None where there is none."""
        before = bisect_right(self.marks, self.line_number(passage), key=lambda found: found[0])
        return self.marks[before - 1][1] if before else None

    def printed(self, passage: Passage) -> str:
        """Return the raw characters of a passage, without line-break tags, which are no print."""
        start, end = self.folded.raw_span(passage.start, passage.end)
        return LINE_BREAK_TAG.sub("", self.raw[start:end])

    def breaks(self, passage: Passage) -> list[int]:
        """Return where in the text of a passage line-break tags stand, at which the print begins a new line."""
        starts, ends = self.folded.starts, self.folded.ends
        return [
            at - passage.start
            for at in range(passage.start + 1, passage.end)
            if LINE_BREAK_TAG.search(self.raw, ends[at - 1], starts[at])
        ]

    def where(self, passage: Passage) -> str:
        """Return 'file:line' of a passage, for messages."""
        return f"{self.path}:{self.line_number(passage)}"

    def search(self, pattern: re.Pattern[str], lines: range | None = None) -> Iterator[tuple[Line, re.Match[str]]]:
        """Yield each match of a pattern with its line, in order; `lines` limits the 1-based line numbers."""
        for line in self.lines:
            if line.mark is None and (lines is None or line.number in lines):
                for match in pattern.finditer(line.text):
                    yield line, match

    @cached_property
    def _breaks(self) -> frozenset[int]:
        """Return the numbers of the lines that page breaks put between others."""
        found = set(self.running)
        for number, _ in self.marks:
            found.add(number)
            for step in (-1, 1):
                at = number + step
                while 0 < at <= self.line_count and (at in self.running or not self.lines[at - 1].text.strip()):
                    found.add(at)
                    at += step
        return frozenset(found)

    def _line(self, number: int, start: int, text: str) -> Line:
        # Only what is a mark in the raw text is one, not what folds to it.
        mark = parse_mark(text) if text.startswith("[[") else None
        if mark is None or self.raw[slice(*self.folded.raw_span(start, start + len(text)))] != str(mark):
            return Line(number, Passage(start, start + len(text), text))
        return Line(number, Passage(start, start, ""), mark)


def read_document(path: Path) -> RawDocument:
    """Read one raw document.

    Raises:
        WardPlansError: the file is missing, empty, or not UTF-8.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WardPlansError(f"{path}: cannot be read ({error.strerror})") from error
    try:
        raw = content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise WardPlansError(
            f"{path}: not UTF-8 (byte {content[error.start]:#04x} at offset {error.start}); "
            f"convert the file to UTF-8 and run `wardplans accept --raw {path.parent.parent}`"
        ) from error
    if not raw.strip():
        raise WardPlansError(f"{path}: the file is empty; expected the text of a document")
    return raw_document(path, raw)


def raw_document(path: Path, raw: str) -> RawDocument:
    """Return a raw document of characters that are at hand; `path` is what messages call it.

    Raises:
        WardPlansError: its position marks contradict each other.
    """
    document = RawDocument(path, hashlib.sha256(raw.encode("utf-8")).hexdigest(), raw, fold(raw))
    if "[[" in raw:
        _ = document.marks  # told here, not in the midst of reading
    return document
