"""Tables: header rows, the rows below them, and each row's cells put into their columns."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.documents.layouts import Region
from analysis.documents.text import Line, Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.alignment import AlignmentError, ColumnShape, align, first_misfit
from analysis.reading.places import LayoutGapError
from analysis.reading.remedies import remedy


@dataclass(frozen=True)
class Row:
    """A row of a table: its line, and for each column the cell that belongs to it, or None.

    `moved` holds the columns whose cell stands elsewhere in the print.
    """

    line: Line
    cells: tuple[Passage | None, ...]
    moved: tuple[int, ...]


def region_lines(document: RawDocument, region: Region) -> range:
    """Return the 1-based line numbers of a region.

    Raises:
        WardPlansError: a boundary of the region is not in the document.
    """
    first = 1
    if region.after is not None:
        first = _boundary(document, region.after, 1) + 1
    last = document.line_count
    if region.until is not None:
        last = _boundary(document, region.until, first) - 1
    return range(first, last + 1)


def lines_in(document: RawDocument, lines: range) -> Sequence[Line]:
    """Return the lines of the given 1-based numbers, without position marks and running lines between them."""
    return [line for line in document.lines[lines.start - 1 : lines.stop - 1] if document.is_flow(line)]


@dataclass(frozen=True)
class Header:
    """The header of a table.

    Attributes:
        names: for each column its printed header, or 列N where none is printed.
        lines: the numbers of all lines that print the header; a page break repeats it.
    """

    names: tuple[str, ...]
    lines: frozenset[int]

    def name(self, column: int) -> str:
        """Return the header of a column, 列N beyond the last."""
        return self.names[column] if column < len(self.names) else f"列{column + 1}"

    def part(self, first: int, width: int) -> "Header":
        """Return the header of some neighbouring columns."""
        return Header(self.names[first : first + width], self.lines)

    def rows(self, lines: Sequence[Line]) -> Iterator[Line]:
        """Yield the rows below the header: a line that is no row ends them until the header is repeated."""
        in_table = False
        for line in lines:
            if line.number in self.lines:
                in_table = True
            elif not line.is_row:
                in_table = False
            elif in_table:
                yield line


def find_header(document: RawDocument, lines: Sequence[Line], headers: Sequence[re.Pattern[str]]) -> Header:
    """Return the header whose non-empty cells are the given ones in order, in whatever column they stand.

    Raises:
        WardPlansError: no row is such a header (the message names the nearest row and the column it lacks), or a
            repetition of the header after a page break names another year.
    """
    printed = [header for header in headers if not header.fullmatch("")]
    found = [line for line in lines if line.is_row and _matches_all(printed, filled_texts(line))]
    if not found:
        raise _missing_header(document, lines, printed)
    for line in found[1:]:
        if _years(printed, line) != _years(printed, found[0]):
            raise WardPlansError(
                f"{document.path}:{line.number}: the repeated header names {', '.join(_years(printed, line))}, the one "
                f"on line {found[0].number} names {', '.join(_years(printed, found[0]))}"
            )
    texts = iter(filled_texts(found[0]))
    names = tuple(
        f"列{number}" if header.fullmatch("") else next(texts) for number, header in enumerate(headers, start=1)
    )
    return Header(names, frozenset(line.number for line in found))


def filled_texts(line: Line) -> list[str]:
    """Return the texts of a row's cells that are not empty."""
    return [cell.text for cell in line.cells if cell.text]


def read_row(document: RawDocument, line: Line, columns: Sequence[ColumnShape], headers: Sequence[str]) -> Row:
    """Put the cells of a row into their columns.

    Raises:
        WardPlansError: the cells fit the columns in no way, or in several; where one cell can be told to be the cause,
            it is named, with the key of the descriptor that says what its column holds.
    """
    cells = line.cells
    try:
        by_column = align([cell.text for cell in cells], columns)
    except AlignmentError as error:
        raise _unread_row(document, line, columns, headers, error) from error
    moved = tuple(column for column, cell in enumerate(by_column) if cell is not None and cell != column)
    return Row(line, tuple(None if cell is None else cells[cell] for cell in by_column), moved)


def _unread_row(
    document: RawDocument, line: Line, columns: Sequence[ColumnShape], headers: Sequence[str], error: AlignmentError
) -> WardPlansError:
    problem = f"{document.path}:{line.number}: unread row, {error}"
    met = f"met {line.text.strip()!r:.160}; expected the columns {' | '.join(headers)}"
    misfit = first_misfit([cell.text for cell in line.cells], columns)
    if misfit is None:
        return WardPlansError(f"{problem}: {met}")
    text, column, what = line.cells[misfit].text, columns[misfit], "is not"
    if column.accepts(text):
        claiming = next(number for number, other in enumerate(columns) if other.claims and other.claims(text))
        column, what = columns[claiming], f"can only be of {headers[claiming]!r},"
    told = remedy(text) if column.holds_values else None
    return LayoutGapError(
        f"{problem}: {text!r:.80} under {headers[misfit]!r} {what} {column.expects}",
        column.key,
        f"{f'; {told}' if told else ''}: {met}",
    )


def _boundary(document: RawDocument, pattern: re.Pattern[str], first: int) -> int:
    for line in document.lines[first - 1 :]:
        if pattern.search(line.text):
            return line.number
    raise WardPlansError(
        f"{document.path}: no line from {first} on matches {pattern.pattern!r}, a boundary of a region"
    )


def _missing_header(document: RawDocument, lines: Sequence[Line], printed: Sequence[re.Pattern[str]]) -> WardPlansError:
    rows = [line for line in lines if line.is_row]
    wanted = ", ".join(repr(header.pattern) for header in printed)
    if not rows:
        return WardPlansError(f"{document.path}: no table found; expected one with the columns {wanted}")
    nearest = max(rows, key=lambda line: len(printed) - len(_lacking(printed, line)))
    lacking = (
        ", ".join(repr(header.pattern) for header in _lacking(printed, nearest)) or "none, but their order differs"
    )
    return WardPlansError(
        f"{document.path}:{nearest.number}: no table with the columns {wanted}; "
        f"the nearest row is {nearest.text.strip()!r:.120}; columns it lacks: {lacking}"
    )


def _matches_all(headers: Sequence[re.Pattern[str]], texts: Sequence[str]) -> bool:
    return len(headers) == len(texts) and all(
        header.fullmatch(text) for header, text in zip(headers, texts, strict=True)
    )


def _years(headers: Sequence[re.Pattern[str]], line: Line) -> list[str]:
    """Return the years that the headers of a header row name."""
    matches = [header.fullmatch(text) for header, text in zip(headers, filled_texts(line), strict=True)]
    return [match["year"] for match in matches if match and match.groupdict().get("year")]


def _lacking(headers: Sequence[re.Pattern[str]], line: Line) -> list[re.Pattern[str]]:
    texts = [cell.text for cell in line.cells]
    return [header for header in headers if not any(header.fullmatch(text) for text in texts)]
