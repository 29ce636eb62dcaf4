"""Web pages: what a browser shows of them, without its layout."""

import codecs
import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from bs4.element import (
    CData,
    Comment,
    Declaration,
    Doctype,
    NavigableString,
    PageElement,
    ProcessingInstruction,
    Tag,
)

from analysis.errors import WardPlansError
from analysis.importing.imported import ImportedText, Manuscript, superscript
from analysis.importing.plain import decode, decode_as

_DECLARED = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
#: What browsers take the names of encodings for, where Python means something narrower.
_MEANT = {"shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "windows-31j": "cp932"}
_DECLARATION_WITHIN = 4096

_UNSEEN = frozenset(
    {
        *("script", "style", "noscript", "template", "head", "title", "meta", "link"),
        *("object", "embed", "iframe", "svg", "canvas", "audio", "video", "map"),
        *("datalist"),
    }
)
_BLOCKS = frozenset(
    {
        *("address", "article", "aside", "blockquote", "body", "center", "dd", "details"),
        *("dialog", "div", "dl", "dt", "fieldset", "figcaption", "figure", "footer"),
        *("form", "h1", "h2", "h3", "h4", "h5", "h6", "header"),
        *("hgroup", "hr", "html", "legend", "li", "main", "menu", "nav"),
        *("ol", "p", "pre", "search", "section", "summary", "table", "tbody"),
        *("td", "tfoot", "th", "thead", "tr", "ul", "caption"),
    }
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_NO_TEXT = (Comment, Doctype, Declaration, ProcessingInstruction, CData)
_HIDDEN = re.compile(r"(?:^|;)\s*(?:display\s*:\s*none|visibility\s*:\s*hidden)", re.IGNORECASE)
_BULLETS = ("•", "◦", "▪")
_SPACE = re.compile(r"[ \t\r\n\f]+")
_LARGEST_SPAN = 1000
_DEEPEST = 400


def import_html(path: Path, content: bytes, encoding: str | None) -> ImportedText:
    """Return a web page as raw text: a line for each block, lists with their bullets and numbers, tables as rows.

    What a browser does not show is left out: scripts, styles, and elements that say of themselves that they are hidden.

    Raises:
        WardPlansError: the encoding is not declared and not clear, or there is no text.
    """
    text, found_encoding = _decoded(path, content, encoding)
    soup = BeautifulSoup(text.removeprefix("\ufeff"), "lxml")
    reader = _Reader(path)
    try:
        reader.write(soup.body or soup)
    except RecursionError as error:
        raise WardPlansError(f"{path}: elements within elements without end: not a page that can be read") from error
    return reader.finish(found_encoding)


def _decoded(path: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the characters of a page, by its byte order mark, its own declaration, or what alone fits."""
    declared = _DECLARED.search(content[:_DECLARATION_WITHIN])
    has_mark = content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    if encoding is not None or declared is None or has_mark:
        return decode(path, content, encoding)
    name = declared[1].decode("ascii").lower()
    name = _MEANT.get(name, name)
    try:
        return decode_as(path, content, name), name
    except WardPlansError as error:
        raise WardPlansError(f"{error}, which the page declares; say which it is with --encoding") from error


class _Reader:
    def __init__(self, path: Path) -> None:
        self._found = Manuscript(str(path))
        self._inline = ""
        self._depth = 0
        self._pictures = 0
        self._hidden = 0
        self._nested = 0

    def write(self, element: Tag) -> None:
        """Add what an element shows."""
        self._walk(element, preformatted=False)
        self._flush()

    def finish(self, encoding: str) -> ImportedText:
        """Return the text of the page."""
        notes = {
            "pictures: what is printed in them is not read": self._pictures,
            "hidden elements were left out": self._hidden,
            "tables stand inside a cell of another: each of their rows is a line of that cell": self._nested,
        }
        self._found.notes.extend(f"{count} {what}" for what, count in notes.items() if count)
        if encoding != "utf-8":
            self._found.notes.append(f"read as {encoding}")
        return self._found.finish("html", encoding)

    def _flush(self) -> None:
        self._found.paragraph(self._inline)
        self._inline = ""

    def _walk(self, element: Tag, *, preformatted: bool) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise RecursionError
        for child in element.children:
            self._child(child, preformatted=preformatted)
        self._depth -= 1

    def _child(self, child: PageElement, *, preformatted: bool) -> None:
        if isinstance(child, NavigableString):
            if not isinstance(child, _NO_TEXT):
                self._inline = _appended(self._inline, str(child), preformatted=preformatted)
            return
        if not isinstance(child, Tag) or self._is_unseen(child):
            return
        if child.name == "br":
            self._inline = self._inline.rstrip(" ") + "\n"
        elif child.name == "img":
            self._pictures += 1
        elif child.name in ("rt", "rp"):
            return
        elif child.name == "sup":
            self._inline += superscript(_SPACE.sub(" ", child.get_text()))
        elif child.name in _BLOCKS:
            self._block(child, preformatted=preformatted)
        else:
            self._walk(child, preformatted=preformatted)

    def _is_unseen(self, tag: Tag) -> bool:
        if tag.name in _UNSEEN or (tag.name == "input" and tag.get("type") == "hidden"):
            return True
        is_hidden = tag.has_attr("hidden") or bool(_HIDDEN.search(str(tag.get("style") or "")))
        self._hidden += is_hidden
        return is_hidden

    def _block(self, block: Tag, *, preformatted: bool) -> None:
        self._flush()
        if block.name == "table":
            self._table(block)
        elif block.name == "hr":
            self._found.gap()
        elif block.name in ("ol", "ul", "menu"):
            self._list(block)
        else:
            if block.name in _HEADINGS:
                self._found.gap()
            self._walk(block, preformatted=preformatted or block.name == "pre")
            self._flush()

    def _list(self, block: Tag) -> None:
        labels = _labels(block)
        for child in block.children:
            if isinstance(child, Tag) and child.name == "li" and not self._is_unseen(child):
                self._flush()
                self._inline = next(labels)(child)
                label = self._inline
                self._walk(child, preformatted=False)
                # A bullet before nothing stands before the block that comes first in the item.
                self._inline = "" if self._inline == label else self._inline
                self._flush()
            else:
                self._child(child, preformatted=False)

    def _table(self, table: Tag) -> None:
        caption = table.find("caption", recursive=False)
        if isinstance(caption, Tag):
            self._found.gap()
            self._walk(caption, preformatted=False)
            self._flush()
        groups = [[row for row in group if not self._is_unseen(row)] for group in _row_groups(table)]
        cells = [cell for group in groups for row in group for cell in _cells(row)]
        if len(cells) == 1:
            self._found.gap()
            self._walk(cells[0], preformatted=False)
            self._flush()
            self._found.gap()
            return
        self._found.table(
            texts
            for group in groups
            for texts in _grid([[(self._cell(cell), *_spans(cell)) for cell in _cells(row)] for row in group])
        )

    def _cell(self, cell: Tag) -> str:
        """Return the text of a cell; its blocks and, of a table inside, its rows are lines."""
        outer, self._found = self._found, Manuscript(self._found.name)
        waiting, self._inline = self._inline, ""
        try:
            self._walk(cell, preformatted=False)
            self._flush()
            lines = self._found.lines
            self._nested += self._found.table_count
        finally:
            self._found, self._inline = outer, waiting
        return "\n".join(line.replace("<br>", " ").replace("\t", " ") for line in lines if line)


def _appended(text: str, more: str, *, preformatted: bool) -> str:
    """Return a text with further characters; white space that is no print becomes one space, or nothing at an end."""
    if preformatted:
        return text + more
    more = _SPACE.sub(" ", more)
    return text + (more.lstrip(" ") if not text or text[-1] in " \n" else more)


def _row_groups(table: Tag) -> list[list[Tag]]:
    """Return the rows of a table, group by group, as they are shown: the foot comes last."""
    groups: list[list[Tag]] = []
    feet: list[list[Tag]] = []
    for name, children in groupby((child for child in table.children if isinstance(child, Tag)), lambda tag: tag.name):
        if name == "tr":
            groups.append(list(children))
        elif name in ("thead", "tbody", "tfoot"):
            rows = [list(child.find_all("tr", recursive=False)) for child in children]
            (feet if name == "tfoot" else groups).extend(rows)
    return groups + feet


def _cells(row: Tag) -> list[Tag]:
    return [cell for cell in row.children if isinstance(cell, Tag) and cell.name in ("td", "th")]


def _spans(cell: Tag) -> tuple[int, int]:
    """Return how many rows and columns a cell takes; 0 rows: down to the last."""
    return _number(cell.get("rowspan"), least=0), _number(cell.get("colspan"), least=1)


def _number(value: Any, *, least: int) -> int:
    match = re.match(r"\s*(\d{1,6})", str(value or ""))
    return min(max(int(match[1]), least), _LARGEST_SPAN) if match else 1


def _grid(rows: list[list[tuple[str, int, int]]]) -> list[list[str]]:
    """Return the rows of a group with cells in their columns, empty where one above or beside reaches over."""
    grid: list[list[str]] = []
    taken: set[tuple[int, int]] = set()
    for at, row in enumerate(rows):
        texts: list[str] = []
        column = 0
        for text, height, width in row:
            while (at, column) in taken:
                column += 1
            below = range(at, min(at + height, len(rows)) if height else len(rows))
            taken.update((line, place) for line in below for place in range(column, column + width))
            texts.extend([""] * (column - len(texts)))
            texts.extend([text, *[""] * (width - 1)])
            column += width
        grid.append(texts)
    return grid


def _labels(block: Tag) -> Iterator[Any]:
    """Yield, for each item of a list, what gives the bullet or number before it."""
    depth = len([parent for parent in block.parents if parent.name in ("ul", "menu")])
    kind = str(block.get("type") or "")
    if block.name != "ol":
        bullet = {"disc": "•", "circle": "◦", "square": "▪"}.get(kind, _BULLETS[min(depth, 2)])
        while True:
            yield lambda item: f"{bullet} "
    step = -1 if block.has_attr("reversed") else 1
    items = sum(1 for child in block.children if isinstance(child, Tag) and child.name == "li")
    count = _start(block.get("start"), items if step < 0 else 1)
    while True:
        numbered = _Numbered(count, kind)
        yield numbered
        count = numbered.count + step


class _Numbered:
    """Gives the number of an item, which the item itself may set."""

    def __init__(self, count: int, kind: str) -> None:
        self.count = count
        self._kind = kind

    def __call__(self, item: Tag) -> str:
        self.count = _start(item.get("value"), self.count)
        return f"{_counted(self.count, self._kind)}. "


def _start(value: Any, default: int) -> int:
    match = re.fullmatch(r"\s*(-?\d{1,6})\s*", str(value or ""))
    return int(match[1]) if match else default


def _counted(count: int, kind: str) -> str:
    if kind in ("a", "A") and count > 0:
        letters = ""
        while count > 0:
            count, rest = divmod(count - 1, 26)
            letters = chr(ord(kind) + rest) + letters
        return letters
    if kind in ("i", "I") and 0 < count < 4000:
        from analysis.importing.word_numbering import FORMATS

        return FORMATS["lowerRoman" if kind == "i" else "upperRoman"](count)
    return str(count)
