"""Tables of a new document: their header rows, their repeats after a page break, and what each column may hold."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from analysis.documents.layouts import ActivityKind, Level
from analysis.documents.text import Line
from analysis.onboarding import wording

TableKind = Literal["kpi", "hierarchy", "legend", "schedule", "unknown"]
Role = Literal[
    "code", "level", "page", "status", "activity", "departments", "note", "goal", "kpi_name", "values",
    "year", "unit", "unknown",
]  # fmt: skip
ValueType = Literal["baseline", "target", "actual"]

_VALUE = re.compile(
    rf"(?:{wording.AMOUNT})(?: ?※\d?| ?\([^()]*\))?(?:\s*(?:{wording.AMOUNT})(?: ?\([^()]*\))?)*|[—―–-]"
)
_CODE = re.compile(r"\d+(?:-\d+)*(?:-[①-⑳])?|[①-⑳]|No\.?\d+")
_DEPARTMENT = re.compile(r"\S+(?:課|部|局|室|所|担当)(?:[、 ・,/]\S+(?:課|部|局|室|所|担当))*")
_YEAR = re.compile(wording.YEAR)
_LABELLED = re.compile(rf"(?:{wording.AMOUNT})\((?P<label>[^\d()]+)\)\s*(?:{wording.AMOUNT})\([^\d()]+\)")


@dataclass(frozen=True)
class PrintedColumn:
    """A column and what it may hold.

    Attributes:
        number: 1 for the first.
        header: as printed, '' where none is; of two header rows the lower one, or the upper where that is empty.
        group: the upper of two header rows.
        role: what the column holds by its header and its cells.
        reason: why that is guessed.
        level: of a column of items.
        activity: of a column that tells of the work.
        value_type: of a column of values.
        year: the year its header prints.
        cells: the filled cells below the header, in order.
        spellings: every way its header is printed, where page breaks repeat it.
    """

    number: int
    header: str
    group: str
    role: Role
    reason: str
    level: Level | None = None
    activity: ActivityKind | None = None
    value_type: ValueType | None = None
    year: str | None = None
    cells: tuple[str, ...] = ()
    spellings: tuple[str, ...] = ()


@dataclass(frozen=True)
class PrintedTable:
    """A table, with all its parts where page breaks part it.

    Attributes:
        kind: which layout it may be.
        header_lines: the lines of its header rows, the repeated ones among them.
        header_rows: how many lines the header has.
        rows: the numbers of the lines below the headers.
        columns: from left to right, those of the first panel.
        panels: how many times the columns stand side by side.
        above: the nearest line of text above it, and its number.
        title_row: the row above it that is its title; '' where a line is.
        row_behind: the row behind it that is the title of the next table; '' where a line ends it.
        continues: whether it has no header of its own, but begins with a row such as the table before it has.
        has_header_words: whether its first row says what columns hold.
    """

    kind: TableKind
    header_lines: tuple[int, ...]
    header_rows: int
    rows: tuple[int, ...]
    columns: tuple[PrintedColumn, ...]
    panels: int
    above: tuple[int, str] | None
    title_row: str = ""
    row_behind: str = ""
    continues: bool = False
    has_header_words: bool = True

    @property
    def first_line(self) -> int:
        """Return the number of its first line."""
        return self.header_lines[0]


def find_tables(lines: Sequence[Line]) -> tuple[PrintedTable, ...]:
    """Return the tables among the lines of a document, without what stands on each page, in order."""
    parts: dict[tuple[str, ...], list[list[Line]]] = {}
    for block in _blocks(lines):
        known = next((header for header in parts if _same_header(header, block[0])), None)
        parts.setdefault(known or _texts(block[0]), []).append(block)
    found = sorted((_table(blocks, lines) for blocks in parts.values()), key=lambda table: table.first_line)
    by_number = {line.number: line for line in lines}
    return tuple(
        replace(table, kind="unknown", continues=True) if number and _goes_on(table, by_number) else table
        for number, table in enumerate(found)
    )


def _goes_on(table: PrintedTable, lines: Mapping[int, Line]) -> bool:
    """Tell whether a table begins with a row of data, as one does that goes on behind something else."""
    return table.kind != "legend" and is_data_row(lines[table.first_line])


def is_data_row(line: Line) -> bool:
    """Return whether a row holds what a header does not: a code, a mark, a figure, or a sentence."""
    texts = [cell.text for cell in line.cells]
    if any(_CODE.fullmatch(text) or wording.SYMBOL.fullmatch(text) for text in texts):
        return True
    if sum(map(_is_header_word, filter(None, texts))) > 1:
        return False
    figures = (text for text in texts if re.search(r"\d", text) and not _YEAR.search(text))
    return any("。" in text for text in texts) or any(_VALUE.fullmatch(text) for text in figures)


def labels_in(cells: Sequence[str]) -> tuple[str, ...]:
    """Return the labels of the values where cells hold several, as in '97.0%(小) 98.2%(中)'; none otherwise."""
    for cell in cells:
        if _LABELLED.match(cell):
            return tuple(re.findall(r"\(([^\d()]+)\)", cell))
    return ()


def _blocks(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """Yield the rows that stand below one another; on a sheet a row that is the title of the next table parts two."""
    block: list[Line] = []
    for number, line in enumerate(lines):
        is_row = line.is_row and any(cell.text for cell in line.cells)
        if is_row and not is_title_row(lines, number):
            block.append(line)
        elif block:
            yield block
            block = []
    if block:
        yield block


def is_title_row(lines: Sequence[Line], number: int) -> bool:
    """Return whether a row holds one cell alone, above a row of headers."""
    line = lines[number]
    if not line.is_row or not line.cells[0].text or len([cell for cell in line.cells if cell.text]) != 1:
        return False
    below = next((other for other in lines[number + 1 :] if other.text.strip()), None)
    if below is None or not below.is_row:
        return False
    told = [cell.text for cell in below.cells if cell.text]
    return len(told) > 1 and sum(map(_is_header_word, told)) > 1


def _is_header_word(text: str) -> bool:
    words = (wording.KPI_NAME, wording.UNIT, wording.PAGE)
    parts = (wording.DEPARTMENTS, wording.STATUS, wording.TARGET, wording.RESULT, wording.PLAN)
    return len(text) < 20 and (
        any(pattern.fullmatch(text) for pattern in words)
        or any(pattern.search(text) for pattern in parts)
        or wording.level_of(text) is not None
    )


def _texts(line: Line) -> tuple[str, ...]:
    return tuple(cell.text for cell in line.cells)


def _same_header(header: tuple[str, ...], line: Line) -> bool:
    """Tell whether a row repeats a header: nearly the same words in it."""
    ours, theirs = [text for text in header if text], [text for text in _texts(line) if text]
    if len(ours) != len(theirs) or len(ours) < 2:
        return False
    return sum(a == b for a, b in zip(ours, theirs, strict=True)) >= max(2, len(ours) - 2)


def _table(blocks: Sequence[Sequence[Line]], lines: Sequence[Line]) -> PrintedTable:
    header_rows = _header_rows(blocks[0])
    header_lines: list[Line] = []
    rows: list[Line] = []
    for block in blocks:
        repeated = [header for header in block if _texts(header) == _texts(blocks[0][0])]
        for number, line in enumerate(block):
            starts = any(block.index(header) <= number < block.index(header) + header_rows for header in repeated)
            is_header = number < header_rows or starts
            (header_lines if is_header else rows).append(line)
    columns = _columns(blocks[0][:header_rows], [block[header_rows - 1] for block in blocks], rows)
    panels = _panels([column.header for column in columns])
    width = len(columns) // panels
    columns = tuple(
        replace(column, cells=tuple(cell for other in columns[number::width] for cell in other.cells))
        for number, column in enumerate(columns[:width])
    )
    return PrintedTable(
        kind=_kind(columns),
        header_lines=tuple(line.number for line in header_lines),
        header_rows=header_rows,
        rows=tuple(line.number for line in rows),
        columns=columns,
        panels=panels,
        above=_above(lines, blocks[0][0].number),
        title_row=_title_row(lines, blocks[0][0], -1),
        row_behind=_title_row(lines, blocks[-1][-1], +1),
        has_header_words=any(_is_header_word(cell.text) for cell in blocks[0][0].cells if cell.text),
    )


def _header_rows(block: Sequence[Line]) -> int:
    """Return 2 where the first row leaves cells blank that the second fills with years or kinds of values."""
    if len(block) < 3:
        return 1
    upper, lower = _texts(block[0]), _texts(block[1])
    filled_below = [text for text in lower if text]
    names_values = [bool(_YEAR.search(text) or _value_type(text)) for text in filled_below]
    has_figures = any(_VALUE.fullmatch(text) and re.search(r"\d", text) and not _YEAR.search(text) for text in lower)
    return 2 if filled_below and all(names_values) and "" in upper and not has_figures else 1


def _spellings(header: Line, repeated: Sequence[Line], number: int) -> tuple[str, ...]:
    """Return every way a header is printed: page breaks may shift its cells, so that they are told by their order."""
    place = sum(bool(cell.text) for cell in header.cells[:number])
    filled = [[cell.text for cell in line.cells if cell.text] for line in repeated]
    return tuple(dict.fromkeys(texts[place] for texts in filled if place < len(texts)))


def _panels(headers: Sequence[str]) -> int:
    """Return how many times the same headers stand side by side."""
    return next(
        (
            panels
            for panels in range(len(headers) // 2, 1, -1)
            if len(headers) % panels == 0 and list(headers) == list(headers[: len(headers) // panels]) * panels
        ),
        1,
    )


def _columns(header: Sequence[Line], repeated: Sequence[Line], rows: Sequence[Line]) -> tuple[PrintedColumn, ...]:
    """Return the columns of a table, those with cells beyond the last header left out: the conversion moved them."""
    upper = _texts(header[0])
    lower = _texts(header[-1])
    width = 1 + max(number for texts in (upper, lower) for number, text in enumerate(texts) if text)
    columns: list[PrintedColumn] = []
    group = ""
    for number in range(width):
        above = upper[number] if number < len(upper) and len(header) == 2 else ""
        below = lower[number] if number < len(lower) else ""
        group = above or group
        cells = tuple(row.cells[number].text for row in rows if number < len(row.cells) and row.cells[number].text)
        if not above and not below and not cells:
            continue
        before = columns[-1] if columns else None
        column = _column(number + 1, below or above, group if below else "", cells, before)
        columns.append(
            replace(column, spellings=_spellings(header[-1], repeated, number) if below else (column.header,))
        )
    return tuple(_with_codes(list(_as_figures_have_it(columns))))


def _column(
    number: int, header: str, group: str, cells: tuple[str, ...], before: PrintedColumn | None
) -> PrintedColumn:
    words = f"{group} {header}".strip()
    year = _YEAR.search(header)

    def guessed(
        role: Role,
        reason: str,
        *,
        level: Level | None = None,
        activity: ActivityKind | None = None,
        value_type: ValueType | None = None,
    ) -> PrintedColumn:
        printed = year[0] if year else None
        return PrintedColumn(number, header, group, role, reason, level, activity, value_type, printed, cells)

    if not header and before is not None and before.role == "code":
        return guessed("level", f"no header, beside the codes under {before.header!r}", level=before.level)
    if wording.DEPARTMENTS.search(words) or (cells and _share(cells, _DEPARTMENT) > 0.8 and not year):
        return guessed("departments", "header or cells name sections")
    if wording.PAGE.fullmatch(header):
        return guessed("page", "the header says page")
    is_symbols = bool(cells) and _share(cells, wording.SYMBOL) > 0.8
    is_short = bool(cells) and sum(len(cell) <= 5 for cell in cells) > 0.8 * len(cells)
    if is_symbols or (wording.STATUS.search(header) and is_short):
        marks = [text for text, _ in Counter(cells).most_common(8) if len(text) <= 5]
        return guessed("status", f"short marks: {' '.join(marks)}")
    if wording.UNIT.fullmatch(header):
        return guessed("unit", "the header says unit")
    if wording.NOTE.search(header):
        return guessed("note", "the header says reasons or remarks")
    level = None if year or wording.GOAL.search(header) else wording.level_of(header)
    if cells and level is None and _share(cells, _VALUE) > 0.6 and not _all_small_numbers(header, cells):
        return guessed(
            "values", f"{_matching(cells, _VALUE)} of {len(cells)} cells are figures", value_type=_value_type(words)
        )
    if wording.KPI_NAME.fullmatch(header):
        return guessed("kpi_name", "the header says indicator")
    if level and cells and _share(cells, _CODE) > 0.8 and _share(cells, re.compile(r"\d+")) < 0.8:
        return guessed("code", f"{_matching(cells, _CODE)} of {len(cells)} cells are codes", level=level)
    if level:
        return guessed("level", f"the header {header!r} names items", level=level)
    activity = wording.activity_of(words)
    if activity:
        return guessed("activity", f"the header speaks of {activity}", activity=activity)
    if year:
        return guessed("year", "the header is a year")
    return guessed("unknown", "neither its header nor its cells tell")


def _with_codes(columns: Sequence[PrintedColumn]) -> Iterator[PrintedColumn]:
    """Yield the columns of a table; a column of numbers beside a column of items holds their codes."""
    for number, column in enumerate(columns):
        beside = columns[number + 1] if number + 1 < len(columns) else None
        is_numbered = _is_numbered(column)
        if is_numbered and beside is not None and beside.role == "level":
            yield replace(_as(column, "code", "numbers beside items"), level=beside.level)
        else:
            yield column


def _is_numbered(column: PrintedColumn) -> bool:
    """Tell whether a column numbers the rows: its header says so, or it counts on."""
    if not column.cells or column.role in ("level", "kpi_name", "departments", "page"):
        return False
    if wording.NUMBER.fullmatch(column.header) or re.search(r"(?:番号|No\.?|№)$", column.header):
        return _share(column.cells, _CODE) > 0.8
    numbers = [int(cell) for cell in column.cells if cell.isdecimal()]
    counts_on = all(0 < later - earlier <= 2 for earlier, later in pairwise(numbers))
    return len(numbers) == len(column.cells) > 2 and counts_on and not column.value_type


def _as_figures_have_it(columns: Sequence[PrintedColumn]) -> Iterator[PrintedColumn]:
    """Yield the columns of a table; beside columns of values, one column of words names the KPIs."""
    has_values = sum(column.role == "values" for column in columns) >= 2
    names = [column for column in columns if column.role == "kpi_name"]
    words = [column for column in columns if column.role in ("unknown", "level", "activity") and column.cells]
    for column in columns:
        if has_values and not names and words and column is words[-1]:
            yield _as(column, "kpi_name", "words beside columns of figures")
        elif has_values and not names and column in words:
            yield _as(column, "goal", "words that few rows fill, beside columns of figures")
        else:
            yield column


def _as(column: PrintedColumn, role: Role, reason: str) -> PrintedColumn:
    return replace(column, role=role, reason=reason, level=None, activity=None)


def _kind(columns: Sequence[PrintedColumn]) -> TableKind:
    roles = [column.role for column in columns]
    if roles.count("values") >= 2 and "kpi_name" in roles:
        return "kpi"
    first = columns[0]
    if all(re.match(wording.SYMBOL, cell) for cell in first.cells) and first.cells and len(columns) in (2, 3):
        return "legend"
    if roles and all(role == "year" for role in roles):
        return "schedule"
    others = {"page", "status", "activity", "departments", "note"}
    if "level" in roles and (others & set(roles) or roles.count("level") > 1):
        return "hierarchy"
    return "unknown"


def _value_type(words: str) -> ValueType | None:
    if wording.BASELINE.search(words):
        return "baseline"
    if wording.ACTUAL.search(words) or wording.BEFORE.search(words):
        return "actual"
    return "target" if wording.TARGET.search(words) else None


def _all_small_numbers(header: str, cells: Sequence[str]) -> bool:
    """Tell whether a column holds codes or a legend's totals rather than values: bare whole numbers."""
    return not _value_type(header) and not _YEAR.search(header) and all(cell.isdecimal() for cell in cells)


def _matching(cells: Sequence[str], pattern: re.Pattern[str]) -> int:
    return sum(pattern.fullmatch(cell) is not None for cell in cells)


def _share(cells: Sequence[str], pattern: re.Pattern[str]) -> float:
    return _matching(cells, pattern) / len(cells)


def _above(lines: Sequence[Line], number: int) -> tuple[int, str] | None:
    texts = [(line.number, line.text.strip()) for line in lines if line.number < number and not line.is_row]
    return next((found for found in reversed(texts) if found[1]), None)


def _title_row(lines: Sequence[Line], edge: Line, step: Literal[-1, 1]) -> str:
    """Return the title of a table that is a row right above or below an edge, '' where there is none."""
    number = lines.index(edge) + step
    return lines[number].text.strip() if 0 <= number < len(lines) and is_title_row(lines, number) else ""
