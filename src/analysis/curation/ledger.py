"""The ledger: rows of all tables as they are collected, document by document, each with its citation."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

from analysis.curation.codebooks import Codebooks
from analysis.documents.text import Passage
from analysis.reading.reader import ReadDocument

Row = dict[str, object]


@dataclass(frozen=True)
class Misprint:
    """A print that cannot stand as it is: a second spelling of a title, or a figure that is no number.

    A correction has to name it; `problem` is the error otherwise.
    """

    table: str
    row: str
    column: str
    printed: str
    citation: Row
    problem: str


@dataclass(frozen=True)
class Mention:
    """The first mention of an item or plan: the document, and the passage of its title."""

    document: ReadDocument
    title: Passage
    parent_id: str | None = None

    @property
    def where(self) -> str:
        """Return 'file:line' of the mention."""
        return self.document.source.text.where(self.title)


@dataclass
class Ledger:
    """Rows by table name, and the misprints that corrections have to explain.

    `mentions` holds, for each plan and item, the document that told of it first: later editions add to its row.
    """

    codebooks: Codebooks
    mentions: dict[str, Mention] = field(default_factory=dict)
    tables: dict[str, list[Row]] = field(default_factory=dict)
    misprints: list[Misprint] = field(default_factory=list)

    def add(self, table: str, row: Row) -> None:
        """Add a row."""
        self.tables.setdefault(table, []).append(row)

    def rows(self, table: str) -> Sequence[Row]:
        """Return the rows of a table so far."""
        return self.tables.get(table, ())

    def cite(self, document: ReadDocument, passage: Passage, table: str, row_id: str) -> str:
        """Add the citation of a row and return its id, '<table>:<row id>'."""
        citation_id = f"{table}:{row_id}"
        self.add("citations", {"citation_id": citation_id, **place(document, passage)})
        return citation_id


def place(document: ReadDocument, passage: Passage) -> Row:
    """Return where a passage stands in the raw text, as the columns of a citation."""
    text = document.source.text
    start, end = text.folded.raw_span(passage.start, passage.end)
    mark = text.position(passage)
    return {
        "document_id": document.source.descriptor.document,
        "line_start": text.line_number(passage),
        "line_end": text.folded.line_number(passage.end - 1),
        "char_start": start,
        "char_end": end,
        "quote": text.raw[start:end],
        "page": mark.page if mark else None,
        "sheet_ja": mark.sheet if mark else None,
    }


def joined_print(document: ReadDocument, passages: Sequence[Passage]) -> str | None:
    """Return the print of some passages, one paragraph a line, or None where there is none."""
    return "\n".join(document.source.text.printed(passage) for passage in passages) or None


def is_prefixed(name: str, prefixes: Collection[str]) -> bool:
    """Tell whether an id begins with one of others and a hyphen, as those of items begin with their plan's."""
    return any(name[:end] in prefixes for end, character in enumerate(name) if character == "-")
