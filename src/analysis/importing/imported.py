"""What an import gives, and how its lines are written."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from analysis.documents.marks import Mark, parse_mark
from analysis.errors import WardPlansError

Kind = Literal["pdf", "word", "excel", "html", "text"]

_LINE_ENDS = re.compile(r"\r\n|[\n\r\v\f\x85\u2028\u2029]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f]")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


@dataclass(frozen=True)
class ImportedText:
    r"""A document as raw text.

    Attributes:
        kind: what the original is.
        text: the lines, with position marks, each ended by a line feed.
        notes: what was left out or ought to be looked at, a sentence each.
        page_count: how many pages or sheets were read; 0 where the original has none.
        table_count: how many tables there are; one that goes on on another page counts there again.
        encoding: how the characters of a text or web page were encoded; None for other originals.
    """

    kind: Kind
    text: str
    notes: tuple[str, ...]
    page_count: int
    table_count: int
    encoding: str | None = None

    @property
    def line_count(self) -> int:
        """Return how many lines there are, marks and blank lines among them."""
        return self.text.count("\n")


class Manuscript:
    """Collects the lines of a raw text; `name` is what messages call the original."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._lines: list[str] = []
        self._is_gap_due = False
        self._positions = 0
        self._tables = 0
        self._controls = 0
        self._table_before: tuple[Mark, int] | None = None
        self._place: Mark | None = None
        self.notes: list[str] = []

    @property
    def lines(self) -> tuple[str, ...]:
        """Return the lines so far."""
        return tuple(self._lines)

    @property
    def table_count(self) -> int:
        """Return the number of tables so far."""
        return self._tables

    def mark(self, mark: Mark) -> None:
        """Begin a page or sheet: no blank line stands before or after its mark."""
        self._is_gap_due = False
        self._positions += 1
        self._place = mark
        self._lines.append(str(mark))

    def gap(self) -> None:
        """Set what comes next apart by a blank line, unless it is the first of its page."""
        self._is_gap_due = True

    def paragraph(self, text: str) -> None:
        """Add plain text: a line for each of its own, tabs as spaces; nothing where only white space is printed.

        Raises:
            WardPlansError: a line reads as a position mark does.
        """
        for line in _LINE_ENDS.split(self._printable(text)):
            stripped = line.replace("\t", " ").strip()
            if parse_mark(stripped):
                raise WardPlansError(
                    f"{self.name}: the document itself has the line {stripped!r}, which would be taken for the mark "
                    "of a page or sheet; change it in a copy of the document"
                )
            if stripped:
                self._add(stripped)

    def table(self, rows: Iterable[Sequence[str]], *, is_compared: bool = False) -> None:
        """Add a table, set apart by blank lines. One cell alone is no table but a frame: its lines are plain.

        Args:
            rows: the texts of its cells.
            is_compared: whether it was compared with the table on the page before already.
        """
        rows = [[self._cell(cell) for cell in row] for row in rows]
        rows = [row for row in rows if any(row)]
        if not rows:
            return
        self.gap()
        if len(rows) == 1 and len(rows[0]) == 1:
            self.paragraph(rows[0][0].replace("<br>", "\n"))
        else:
            width = max(map(len, rows))
            self._tables += 1
            if not is_compared:
                self._note_row_in_two(rows[0][0], width)
            for row in rows:
                self._add("\t".join(row) + "\t" * max(width - len(row), 1 if width == 1 else 0))
        self.gap()

    def finish(self, kind: Kind, encoding: str | None = None) -> ImportedText:
        """Return what was collected.

        Raises:
            WardPlansError: it is nothing.
        """
        if not any(line for line in self._lines if not parse_mark(line)):
            raise WardPlansError(f"{self.name}: there is no text in it")
        if self._controls:
            self.notes.append(f"{self._controls} control characters, which nothing shows, were left out")
        text = "".join(f"{line}\n" for line in self._lines)
        return ImportedText(kind, text, tuple(self.notes), self._positions, self._tables, encoding)

    def _note_row_in_two(self, first_cell: str, width: int) -> None:
        """Say where a row at the top of a page may be the rest of the last one on the page before."""
        before, here = self._table_before, self._place
        if here is None or here.page is None:
            return
        if before is not None and before[0].page == here.page - 1 and before[1] == width and not first_cell:
            self.notes.append(
                f"page {here.page}: the first row of its table has an empty first cell; it may go on with the last row "
                f"of page {here.page - 1}, or with a merged cell there"
            )
        self._table_before = here, width

    def _add(self, line: str) -> None:
        if self._is_gap_due and self._lines and not parse_mark(self._lines[-1]):
            self._lines.append("")
        self._is_gap_due = False
        self._lines.append(line)

    def _cell(self, text: str) -> str:
        lines = (line.replace("\t", " ").strip() for line in _LINE_ENDS.split(self._printable(text)))
        return "<br>".join(filter(None, lines))

    def _printable(self, text: str) -> str:
        kept = _CONTROLS.sub("", text)
        self._controls += len(text) - len(kept)
        return kept


def pages_without_text(lines: Iterable[str]) -> tuple[Mark, ...]:
    """Return the marks of a raw text after which nothing is printed: pages that are pictures, or are empty.

    Args:
        lines: of the raw text.

    Example:
        >>> [mark.page for mark in pages_without_text(["[[page 1]]", "1 取組", "[[page 2]]", "[[page 3]]", "2 指標"])]
        [2]
    """
    empty: list[Mark] = []
    last: Mark | None = None
    for line in lines:
        mark = parse_mark(line)
        if mark is None and not line.strip():
            continue
        if mark is not None and last is not None:
            empty.append(last)
        last = mark
    return (*empty, last) if last is not None else tuple(empty)


def reason(error: BaseException) -> str:
    """Return what a library says of a damaged file, in one line."""
    return " ".join(str(error).split())[:200] or type(error).__name__


def superscript(text: str) -> str:
    """Return a raised figure in the characters that are raised themselves, so that it joins no figure before it.

    Example:
        >>> "15" + superscript("1")
        '15¹'
    """
    return text.translate(_SUPERSCRIPTS) if text.strip().isascii() and text.strip().isdigit() else text
