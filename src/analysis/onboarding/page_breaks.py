"""What a page break inside a table leaves behind: text that fell out of a cell, and rows that go on without one."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.documents.text import Line, RawDocument
from analysis.onboarding.printed_tables import PrintedTable

# A gap with more lines than a cell has, or with what only running text says, is no broken row but text between tables.
_MOST_FALLEN = 15
_ENDS_TABLE = re.compile(r"(?:#+ )?第\d+[章編部節].*|.{45,}。")
_MARKS_BETWEEN_WORDS = re.compile(r"\S.* [◎○●◇□△▲×☆★] \S")


@dataclass(frozen=True)
class PageBreaks:
    """Lines that a page break inside a table may have put out of their place.

    Attributes:
        fallen: lines of text, and pieces of rows, that may have fallen out of a table.
        first_rows: the first rows of a table on their page whose first cell is empty: they may belong to a cell on the
            page before.
    """

    fallen: tuple[int, ...] = ()
    first_rows: tuple[int, ...] = ()


@dataclass
class _Gap:
    """What stands between a row and the next one of the same table."""

    table: int
    row: int
    lines: list[int] = field(default_factory=list)


def find_page_breaks(document: RawDocument, lines: Sequence[Line], tables: Sequence[PrintedTable]) -> PageBreaks:
    """Return what page breaks inside tables may have put out of its place.

    Args:
        document: says where its pages begin.
        lines: of the document, without what stands on each page.
        tables: the tables among them.
    """
    breaks = [number for number, mark in document.marks if mark.page is not None]
    fallen: set[int] = set()
    first_rows: list[int] = []
    gap: _Gap | None = None
    for line, table in _with_tables(lines, tables):
        if table is None:
            gap = _further(gap, line)
        elif gap is not None and _is_piece(tables[table]):
            gap.lines.append(line.number)
        elif line.number in tables[table].header_lines and not tables[table].continues:
            gap = gap if gap is not None and gap.table == table else None
        else:
            is_broken = gap is not None and any(gap.row < number < line.number for number in breaks)
            has_no_first_cell = not line.cells[0].text
            if gap is not None and is_broken and (has_no_first_cell or tables[table].continues):
                fallen.update(gap.lines)
            if is_broken and has_no_first_cell:
                first_rows.append(line.number)
            gap = _Gap(gap.table if gap is not None and tables[table].continues else table, line.number)
    fallen.update(_rows_without_tabs(lines, tables))
    return PageBreaks(tuple(sorted(fallen)), tuple(first_rows))


def _with_tables(lines: Sequence[Line], tables: Sequence[PrintedTable]) -> Iterator[tuple[Line, int | None]]:
    """Yield each line that is not blank with the number of its table, None where it stands in none."""
    of = {line: number for number, table in enumerate(tables) for line in (*table.header_lines, *table.rows)}
    yield from ((line, of.get(line.number)) for line in lines if line.text.strip())


def _further(gap: _Gap | None, line: Line) -> _Gap | None:
    if gap is None or len(gap.lines) == _MOST_FALLEN or _ENDS_TABLE.fullmatch(line.text.strip()):
        return None
    gap.lines.append(line.number)
    return gap


def _is_piece(table: PrintedTable) -> bool:
    """Tell whether a table may be the pieces of a broken row: few rows, and neither headers nor data."""
    return table.kind == "unknown" and not table.has_header_words and not table.continues and len(table.rows) < 3


def _rows_without_tabs(lines: Sequence[Line], tables: Sequence[PrintedTable]) -> Iterator[int]:
    """Yield the lines that hold a mark of the tables between words, as a row does whose cells were lost."""
    marks = {cell for table in tables for column in table.columns if column.role == "status" for cell in column.cells}
    if not marks:
        return
    first = min(table.first_line for table in tables)
    for line in lines:
        text = line.text.strip()
        met = marks & set(text.split(" "))
        if line.number > first and not line.is_row and len(met) == 1 and _MARKS_BETWEEN_WORDS.match(text):
            yield line.number
