"""Tables of a PDF that go on on the next page: what the page break has parted is put together, or said."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from analysis.importing.pdf_tables import RuledTable

# In sizes of the type: how far above the end of a cell its text ends at most, where no further line would have fitted.
_NO_FURTHER_LINE = 2.5
_QUOTED = 24


@dataclass(eq=False)
class PlacedTable:
    """A ruled table and what stands in it.

    Attributes:
        ruled: where it is and its cells are.
        rows: the texts of its cells, the lines of one parted by line feeds.
        gaps: how far above the end of each cell its text ends, in sizes of the type; None where there is none.
        page: the number of the page.
        number: of the table on its page, from 1.
        joined: of the columns whose first cell goes on with the page before, the row in which that cell begins.
    """

    ruled: RuledTable
    rows: list[list[str]]
    gaps: list[list[float | None]]
    page: int
    number: int = 0
    joined: dict[int, int] = field(default_factory=dict)

    @property
    def x0(self) -> float:
        """Return its left end."""
        return self.ruled.box[0]

    @property
    def x1(self) -> float:
        """Return its right end."""
        return self.ruled.box[2]

    @property
    def top(self) -> float:
        """Return its upper end."""
        return self.ruled.box[1]

    @property
    def bottom(self) -> float:
        """Return its lower end."""
        return self.ruled.box[3]

    def place(self, row: int) -> str:
        """Return where a row stands, and how it begins."""
        text = next((cell for cell in self.rows[row] if cell), "").replace("\n", "")
        begun = f" ({_quoted(text)})" if text else ""
        return f"page {self.page}, table {self.number}, row {row + 1}{begun}"

    def lowest(self, column: int) -> int | None:
        """Return the row in which the cell begins that is the last one of a column."""
        rows = [at for at, row in enumerate(self.ruled.rows) if row[column]]
        return rows[-1] if rows else None


def join_over_pages(pages: Sequence[Sequence[PlacedTable]]) -> list[str]:
    """Put together what page breaks have parted, in the cell where it begins, and return what is to be looked at.

    Args:
        pages: the tables of each page, from the top; their texts are changed.
    """
    notes: list[str] = []
    for tables in pages:
        for number, table in enumerate(tables, 1):
            table.number = number
    for chain in _chains(pages):
        # The last break first: what goes over a whole page reaches the page it begins on.
        is_closed = any(table.ruled.is_closed_below for table in chain)
        headers = [_header_count(chain[0], table) for table in chain]
        breaks = list(zip(chain, chain[1:], headers[1:], strict=False))
        found = [list(_at_break(*parts, is_closed=is_closed)) for parts in reversed(breaks)]
        for group, parts in zip(reversed(found), breaks, strict=True):
            notes.extend([*group, *_unparted(*parts)])
    return notes


def _chains(pages: Sequence[Sequence[PlacedTable]]) -> Iterator[list[PlacedTable]]:
    """Yield the parts of each table that goes over pages."""
    chain: list[PlacedTable] = []
    for tables in pages:
        if chain and not (tables and _may_go_on(chain[-1], tables[0])):
            yield chain
            chain = []
        chain.extend(tables[:1])
        if len(tables) > 1:
            yield chain
            chain = [tables[-1]]
    yield chain


def _may_go_on(upper: PlacedTable, lower: PlacedTable) -> bool:
    return lower.page == upper.page + 1 and lower.ruled.is_as_wide_as(upper.ruled)


def _header_count(first: PlacedTable, lower: PlacedTable) -> int:
    """Return how many rows of a table's first part are printed again on a further page."""
    count = 0
    for one, other in zip(first.rows, lower.rows, strict=False):
        if one != other:
            break
        count += 1
    return count


def _at_break(upper: PlacedTable, lower: PlacedTable, headers: int, *, is_closed: bool) -> Iterator[str]:
    """Put together the cells that a page break parts where that is certain; yield what is to be looked at.

    Args:
        upper: the part above the break.
        lower: the part below it.
        headers: how many rows of it are the table's header, printed again.
        is_closed: whether the table has rules at the ends of pages where none parts a cell.
    """
    parted = _parted(upper, lower, headers) if is_closed else []
    is_row = not upper.ruled.is_closed_below
    if parted and _are_certain(upper, lower, headers, parted, is_row=is_row):
        yield from _join(upper, lower, headers, parted, is_row=is_row)
    elif upper.ruled.open_below:
        row = max(upper.lowest(column) or 0 for column in upper.ruled.open_below)
        below = f", as may be {lower.place(headers)}" if headers < len(lower.rows) else ""
        yield (
            f"{upper.place(row)}: no rule closes it at the end of the page, so it may go on on page "
            f"{lower.page}{below}; nothing was joined, compare them"
        )


def _parted(upper: PlacedTable, lower: PlacedTable, headers: int) -> list[int]:
    """Return the columns whose last cell has no rule below it and has a cell on the next page to go on with."""
    if headers >= len(lower.rows) or not lower.ruled.has_columns_of(upper.ruled):
        return []
    return [
        column
        for column in sorted(upper.ruled.open_below)
        if lower.ruled.rows[headers][column] and (headers or column in lower.ruled.open_above)
    ]


def _are_certain(upper: PlacedTable, lower: PlacedTable, headers: int, parted: Sequence[int], *, is_row: bool) -> bool:
    """Tell whether the cells of some columns go on below the break: those with text there are full above it.

    Of a whole row whose rest stands below a header, some cell is to have ended above the break, too.
    """
    ended = False
    for column in parted:
        row = upper.lowest(column) or 0
        gap = upper.gaps[row][column]
        if not lower.rows[headers][column]:
            ended = ended or gap is not None
        elif gap is not None and gap > _NO_FURTHER_LINE:
            return False
    if not is_row:
        return True
    cells = [column for column, box in enumerate(lower.ruled.rows[headers]) if box]
    return set(cells) == set(parted) and (ended or not headers)


def _join(
    upper: PlacedTable, lower: PlacedTable, headers: int, parted: Sequence[int], *, is_row: bool
) -> Iterator[str]:
    for column in parted:
        row = upper.lowest(column) or 0
        text, rest = upper.rows[row][column], lower.rows[headers][column]
        upper.rows[row][column] = "\n".join(filter(None, (text, rest)))
        lower.rows[headers][column] = ""
        lower.joined[column] = headers
        is_merged = upper.ruled.rows[row][column] != lower.ruled.rows[headers][column] and _spans(
            lower, headers, column
        )
        if is_merged or not is_row:
            moved = f"; {_quoted(rest)} of it is printed on page {lower.page}" if rest else ""
            named = f" {_quoted(upper.rows[row][column])}" if upper.rows[row][column] else ""
            yield (
                f"{upper.place(row)}: the merged cell{named} in column {column + 1} goes over the page break{moved}; "
                f"it is that of the first rows on page {lower.page}, whose cell there is empty"
            )
    if is_row:
        row = max(upper.lowest(column) or 0 for column in parted)
        yield (
            f"{upper.place(row)}: the row goes over the page break; what is printed of it on page {lower.page} was put "
            f"to it and is quoted from page {upper.page}: compare it"
        )


def _spans(table: PlacedTable, row: int, column: int) -> bool:
    """Tell whether a cell reaches over rows below its first."""
    return row + 1 < len(table.ruled.rows) and not table.ruled.rows[row + 1][column]


def _unparted(upper: PlacedTable, lower: PlacedTable, headers: int) -> Iterator[str]:
    """Yield where a rule parts the pages, though a cell beside it may go on: it is empty on one of them."""
    if headers >= len(lower.rows) or 0 in lower.joined:
        return
    if any(lower.rows[headers]) and not lower.rows[headers][0]:
        yield (
            f"{lower.place(headers)}: its first cell is empty; it may go on with the last row of page {upper.page}, or "
            "with a merged cell there"
        )
    row = upper.lowest(0)
    if row is None or upper.rows[row][0] or upper.joined.get(0) == row or not lower.ruled.has_columns_of(upper.ruled):
        return
    yield (
        f"{upper.place(row)}: its first cell is empty down to the end of the page; its text may be the one that is "
        f"printed on page {lower.page}"
    )


def _quoted(text: str) -> str:
    plain = text.replace("\n", "")
    return f"「{plain if len(plain) <= _QUOTED else plain[:_QUOTED] + '…'}」"
