"""Editions of the real documents: their texts altered, read and curated one by one, and what they say compared."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from analysis.curation.codebooks import Codebooks, read_codebooks
from analysis.curation.curate import curate_documents
from analysis.documents.catalogue import DescribedDocument, read_catalogue
from analysis.documents.folding import fold, fold_characters
from analysis.documents.paths import raw_folder, reference_folder
from analysis.documents.text import RawDocument
from analysis.reading.account import LineUse
from analysis.reading.reader import ReadDocument, read_described

WARDS = ["minato", "sumida", "koto", "ota", "nakano"]

_KEYS = {
    "plans": ("plan_id",),
    "measures": ("measure_id",),
    "statuses": ("measure_id", "fiscal_year"),
    "kpis": ("kpi_id",),
    "kpi_values": ("kpi_id", "fiscal_year", "value_type"),
    "reconciliations": ("reconciliation_id",),
    "activities": ("activity_id",),
    "departments": ("department_id",),
    "measure_departments": ("measure_id", "department_id"),
    "quantities": ("quantity_id",),
    "glossary_terms": ("term_id",),
    "events": ("event_id",),
}
# What any change of the text moves, and what is no fact of the document.
_NOT_COMPARED = {"citation_id", "title_citation_id", "period_citation_id", "title_en", "name_en"}

Key = tuple[str, ...]
Facts = Mapping[Key, Any]
"""Every value that was read, in its reading form, by table, key of the row and column."""


@dataclass(frozen=True)
class Edition:
    """What was read from one text of a document.

    Attributes:
        facts: every curated value.
        unread: the lines that nothing has read.
        citations: the citations, each with the characters that its offsets point at.
    """

    facts: Facts
    unread: frozenset[str]
    citations: tuple[tuple[dict[str, Any], str], ...]

    def changes(self, other: "Edition") -> dict[Key, tuple[Any, Any]]:
        """What differs in another edition: by key, the value here and there, None where the row is missing."""
        keys = self.facts.keys() | other.facts.keys()
        pairs = {key: (self.facts.get(key), other.facts.get(key)) for key in keys}
        return {key: pair for key, pair in pairs.items() if pair[0] != pair[1] or type(pair[0]) is not type(pair[1])}

    def rows(self, table: str) -> set[str]:
        """The keys of a table's rows."""
        return {key[1] for key in self.facts if key[0] == table}

    def row(self, table: str, row: str) -> dict[str, Any]:
        """The values of a row by column."""
        return {key[2]: value for key, value in self.facts.items() if key[:2] == (table, row)}


@cache
def _sources() -> dict[str, DescribedDocument]:
    return {source.folder_slug: source for source in read_catalogue(raw_folder())}


@cache
def _codebooks() -> Codebooks:
    return read_codebooks(reference_folder())


def text_of(ward: str) -> str:
    """The raw text of a ward's document."""
    return _sources()[ward].text.raw


def lines_of(ward: str) -> list[str]:
    """The raw lines of a ward's document, without their ends; the first has index 0."""
    return text_of(ward).split("\n")


def read_text(ward: str, raw: str) -> ReadDocument:
    """Read a text with the descriptor of a ward's document."""
    source = _sources()[ward]
    digest = hashlib.sha256(raw.encode()).hexdigest()
    text = RawDocument(source.text.path, digest, raw, fold(raw))
    return read_described(DescribedDocument(text, source.descriptor, source.folder_ward, source.folder_slug))


def edition(ward: str, raw: str) -> Edition:
    """Read and curate a text as if it were a ward's document."""
    document = read_text(ward, raw)
    tables = curate_documents([document], _codebooks(), "")
    facts: dict[Key, Any] = {}
    for table, key in _KEYS.items():
        for row in tables[table].iter_rows(named=True) if table in tables else ():
            row_id = "|".join(str(row[column]) for column in key)
            assert (table, row_id, key[0]) not in facts, f"{table}: two rows {row_id}"
            for column in row.keys() - _NOT_COMPARED:
                facts[table, row_id, column] = _reading_form(row[column])
    unread = frozenset(line.text for line in document.lines if line.use is LineUse.UNREAD)
    citations = tables["citations"].iter_rows(named=True)
    return Edition(facts, unread, tuple((row, raw[row["char_start"] : row["char_end"]]) for row in citations))


@cache
def original(ward: str) -> Edition:
    """What is read from a ward's document as received."""
    return edition(ward, text_of(ward))


def _reading_form(value: Any) -> Any:
    return _folded(value) if isinstance(value, str) else value


_folded = lru_cache(maxsize=50_000)(fold_characters)
