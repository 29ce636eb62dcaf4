"""What an answer to a query looks like: a table for people, or CSV, JSON and Markdown."""

import io
import json
import re
from collections.abc import Iterable, Sequence

from rich.box import ROUNDED
from rich.cells import cell_len
from rich.console import Console
from rich.table import Table
from rich.text import Text

from analysis.publishing.answers import Answer
from analysis.publishing.markdown import escaped
from analysis.publishing.markdown import table as markdown_table

_NULL = "NULL"
# Below this a column is unreadable, and rows are shown one below the other.
_NARROWEST = 8
# Frame and spaces of a table: one line before each cell and one behind the last, a space on both sides.
_AROUND_A_CELL = 3
_WITHOUT_TERMINAL = 100_000

# Control characters move the cursor, colour or erase; the others turn the direction of writing, or end a line.
_STEERING = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
_NEEDS_QUOTES = re.compile(r'[",\r\n]|^\s|\s$')


def visible(text: str) -> str:
    r"""Return a text in which what would steer a terminal is written out (`\x1b`); line ends and tabs stay.

    Example:
        >>> visible("\x1b[31mred")
        '\\x1b[31mred'
    """
    return _STEERING.sub(_written_out, text)


def as_table(answer: Answer, width: int | None) -> str:
    """Return rows and columns in a frame, wrapped to a width; where they do not fit, one row below the other.

    All columns are there, and the whole text of every value; the last line says how many rows there are.

    Args:
        answer: in texts.
        width: of the terminal; None where there is none, and then nothing is wrapped.
    """
    names = [_in_a_cell(name) for name in answer.columns]
    rows = [[_NULL if value is None else _in_a_cell(value) for value in row] for row in answer.rows]
    room = _WITHOUT_TERMINAL if width is None else width
    widest = [max(map(_width, column)) for column in zip(names, *rows, strict=True)]
    needed = sum(min(one, _NARROWEST) + _AROUND_A_CELL for one in widest) + 1
    body = _framed(names, rows, answer.numeric, room) if needed <= room else _one_below_the_other(names, rows, room)
    return f"{body}{counted(answer)}\n"


def as_csv(answer: Answer) -> str:
    """Return the rows as CSV (RFC 4180): a header, lines ended by CRLF, NULL as nothing, an empty text in quotes."""
    lines = [[_csv_text(name) for name in answer.columns]]
    # Of a single NULL the line would be empty, and readers skip such.
    nothing = '""' if len(answer.columns) == 1 else ""
    lines += [[nothing if value is None else _csv_text(value) for value in row] for row in answer.rows]
    return "".join(f"{','.join(line)}\r\n" for line in lines)


def as_json(answer: Answer) -> str:
    """Return the rows as a list of objects in JSON, a row a line; dates are as in ISO 8601."""
    names = [_json_text(name) for name in answer.columns]
    rows = [
        ", ".join(
            f"{name}: {'null' if value is None else _escaped(value)}" for name, value in zip(names, row, strict=True)
        )
        for row in answer.rows
    ]
    return "[\n" + ",\n".join(f"  {{{row}}}" for row in rows) + "\n]\n" if rows else "[]\n"


def as_markdown(answer: Answer) -> str:
    """Return the rows as a table of Markdown; a line end in a value is `<br>`."""
    rows = ([_NULL if value is None else _markdown_text(value) for value in row] for row in answer.rows)
    return markdown_table([_markdown_text(name) for name in answer.columns], rows)


def counted(answer: Answer) -> str:
    """Return how many rows there are, and how many of them are not shown."""
    if answer.left_out == 0:
        return "1 row" if answer.count == 1 else f"{answer.count:,} rows"
    total = "more" if answer.left_out is None else f"{answer.count + answer.left_out:,}"
    return f"the first {answer.count:,} of {total} rows; --max-rows N gives more"


def _written_out(match: re.Match[str]) -> str:
    code = ord(match[0])
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def _in_a_cell(text: str) -> str:
    return visible(text).replace("\t", "\\t")


def _width(text: str) -> int:
    return max(map(cell_len, text.split("\n")))


def _framed(names: Sequence[str], rows: Iterable[Sequence[str]], numeric: Sequence[bool], room: int) -> str:
    table = Table(box=ROUNDED)
    for name, is_number in zip(names, numeric, strict=True):
        table.add_column(Text(name), justify="right" if is_number else "left", overflow="fold")
    for row in rows:
        table.add_row(*map(Text, row))
    return _printed(table, room)


def _one_below_the_other(names: Sequence[str], rows: Iterable[Sequence[str]], room: int) -> str:
    parts = []
    for number, row in enumerate(rows, start=1):
        table = Table(box=None, show_header=False, pad_edge=False)
        table.add_column(overflow="fold")
        table.add_column(overflow="fold")
        for name, value in zip(names, row, strict=True):
            table.add_row(Text(name), Text(value))
        parts.append(f"── row {number} ──\n{_printed(table, room)}")
    return "".join(parts)


def _printed(table: Table, room: int) -> str:
    target = io.StringIO()
    Console(file=target, width=room, color_system=None, legacy_windows=False).print(table)
    return "".join(f"{line.rstrip()}\n" for line in target.getvalue().splitlines())


def _csv_text(text: str) -> str:
    if text and not _NEEDS_QUOTES.search(text):
        return text
    return '"' + text.replace('"', '""') + '"'


def _json_text(text: str) -> str:
    return _escaped(json.dumps(text, ensure_ascii=False))


def _escaped(json_text: str) -> str:
    r"""Return JSON in which no character steers a terminal: those above U+007E can be written as \uXXXX."""
    return _STEERING.sub(lambda match: f"\\u{ord(match[0]):04x}", json_text)


def _markdown_text(text: str) -> str:
    return escaped(_in_a_cell(text)).replace("\n", "<br>")
