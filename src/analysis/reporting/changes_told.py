"""What differs between two builds as the page about it shows it: documents, counts, and every value in words."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import polars as pl
from markupsafe import Markup

from analysis.charts.wording import number
from analysis.comparison.changes import Differences
from analysis.comparison.printed import on_one_line
from analysis.reporting.changes_labels import TABLES, WORDS, code_name, column_name, table_name
from analysis.reporting.prose import MISSING, Language, cell, choose
from analysis.reporting.source_labels import coded
from analysis.reporting.source_pages import document_href, source_href

Row = Mapping[str, Any]

_KINDS = ("changed", "added", "removed")

#: So many rows are shown of a table and document, so many in all, and so many documents; the rest is counted.
_MOST_OF_A_TABLE = 200
_MOST_OF_A_PAGE = 3000
_MOST_DOCUMENTS = 200

#: A group with no more rows than these lies open.
_SHORT = 30

#: Columns of figures: shown with separators; of tables with a unit, the first two with it.
_FIGURES = frozenset(
    {"value", "denominator", "population", "cards_issued", "stated", "extracted", "difference", "line_count"}
)
_WITH_UNIT = frozenset({"value", "denominator"})

_YES_NO = {"true": ("はい", "yes"), "false": ("いいえ", "no")}

#: What tells the document of a row, or its statistic, from others.
_SOURCE_NAMES = ("after_document_id", "before_document_id", "after_document_title_ja", "before_document_title_ja")


@dataclass(frozen=True)
class _Side:
    """Where one side stands in print: the words, and document and line with a link where there is a page of it."""

    quote: str | None
    where: Markup
    href: str | None


@dataclass(frozen=True)
class _Value:
    """A value that is another now."""

    column: str
    before: Markup
    after: Markup


@dataclass(frozen=True)
class _Item:
    """A row that is new, gone or has other values.

    Attributes:
        kind: added, removed or changed.
        subject: what the row is about.
        content: what a whole row says; None where that is the subject, or values are told.
        values: what is another in a row that was there before.
        before: where the old side stands; None where there is none.
        after: where the new side stands; None where there is none.
    """

    kind: str
    subject: Markup
    content: Markup | None
    values: tuple[_Value, ...]
    before: _Side | None
    after: _Side | None


@dataclass(frozen=True)
class _Part:
    """The rows of one table, and how many more there are."""

    name: str
    counts: str
    items: tuple[_Item, ...]
    rest: int


@dataclass(frozen=True)
class _Group:
    """What differs of one document, or of the tables that are of none."""

    title: Markup
    counts: str
    parts: tuple[_Part, ...]
    is_short: bool


@dataclass(frozen=True)
class _Document:
    """A document that is new, gone, or has another text."""

    title: Markup
    document_id: str
    href: str | None
    ward: Markup
    kind: str
    published: str | None
    note: str


class Told:
    """What differs between two builds, as the template shows it.

    Attributes:
        counts: how many values changed, and how many rows are new or gone.
        moved: how many facts only stand elsewhere.
    """

    def __init__(self, differences: Differences, language: Language) -> None:
        self._differences = differences
        self._language = language
        self._words = WORDS[language]
        #: Documents whose text is no longer the one that the old side was read from.
        self._replaced = set(_other_text(differences.documents)["document_id"])
        values = differences.values
        self._of_documents = _by_document(values)
        self.counts = {kind: values.filter(kind=kind).height for kind in _KINDS}
        self.moved = int(differences.documents["moved_count"].sum())

    @property
    def is_empty(self) -> bool:
        """Return whether no value differs."""
        return self._differences.values.is_empty()

    @property
    def summary(self) -> str:
        """Return in a sentence what it comes to."""
        documents = self._differences.documents
        counts = {
            self._words["new"]: documents.filter(change="added").height,
            self._words["gone"]: documents.filter(change="removed").height,
            self._words["altered"]: _other_text(documents.filter(change="changed")).height,
            **{self._words[f"count_{kind}"]: count for kind, count in self.counts.items()},
        }
        names = {name: choose(self._language, ja=name, en=f"{name[0].lower()}{name[1:]}") for name in counts}
        told = self._joined(self._number_of(names[name], count) for name, count in counts.items() if count)
        if not told:
            return self._words["none"]
        return choose(self._language, ja=f"{told}。", en=f"{told[0].upper()}{told[1:]}.")

    @property
    def documents(self) -> list[tuple[str, str, list[_Document], int]]:
        """Return the parts of the list of documents: heading, note, documents and how many more there are."""
        frame = self._differences.documents
        parts = (
            (self._words["new"], "", frame.filter(change="added")),
            (self._words["gone"], "", frame.filter(change="removed")),
            (self._words["altered"], self._words["altered_note"], _other_text(frame.filter(change="changed"))),
        )
        return [
            (heading, note, [self._document(row) for row in rows.head(_MOST_DOCUMENTS).iter_rows(named=True)], rest)
            for heading, note, rows in parts
            if (rest := max(rows.height - _MOST_DOCUMENTS, 0)) or rows.height
        ]

    @property
    def overview(self) -> list[tuple[Markup, list[tuple[str, dict[str, int]]]]]:
        """Return the counts: documents with their tables, and for each of these how many rows of each kind."""
        return [
            (self._title(rows[0]), [(name, _kind_counts(of_table)) for name, of_table in self._by_table(rows)])
            for rows in self._of_documents[:_MOST_DOCUMENTS]
        ]

    @property
    def more_documents(self) -> int:
        """Return how many documents the counts and the values leave out."""
        return max(len(self._of_documents) - _MOST_DOCUMENTS, 0)

    @property
    def groups(self) -> list[_Group]:
        """Return the values that differ, document by document."""
        left = _MOST_OF_A_PAGE
        groups = []
        for rows in self._of_documents[:_MOST_DOCUMENTS]:
            parts = []
            for name, of_table in self._by_table(rows):
                parts.append(self._part(name, of_table, min(_MOST_OF_A_TABLE, left)))
                left -= len(parts[-1].items)
            is_short = sum(len(part.items) + part.rest for part in parts) <= _SHORT
            groups.append(_Group(self._title(rows[0]), self._counted(_kind_counts(rows)), tuple(parts), is_short))
        return groups

    def _part(self, name: str, rows: Sequence[Row], most: int) -> _Part:
        items = [list(same) for _, same in groupby(rows, key=lambda row: (row["kind"], row["row_id"]))]
        shown = tuple(map(self._item, items[:most]))
        return _Part(name, self._counted(_kind_counts(rows)), shown, len(items) - len(shown))

    def _by_table(self, rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
        tables: dict[str, list[Row]] = {}
        for row in rows:
            tables.setdefault(row["table_name"], []).append(row)
        order = {name: place for place, name in enumerate(TABLES)}
        for name in sorted(tables, key=lambda name: order.get(name, len(order))):
            yield table_name(name, self._language), tables[name]

    def _title(self, row: Row) -> Markup:
        if not _source_key(row):
            return Markup.escape(self._words["codebooks"])
        side = "after" if row["after_document_title_ja"] else "before"
        title = _in(self._language, row, f"{side}_document_title")
        document = row[f"{side}_document_id"]
        if document is None:
            return _marked(str(title), self._language)
        name = choose(self._language, ja="{} {}", en="{}: {}").format(_in(self._language, row, "ward_name"), title)
        return _marked(name, self._language) + _code(document)

    def _document(self, row: Row) -> _Document:
        is_there = row["after_sha256"] is not None
        return _Document(
            title=_marked(str(_in(self._language, row, "document_title")), self._language),
            document_id=row["document_id"],
            href=document_href(row["document_id"], self._language) if is_there else None,
            ward=_marked(str(_in(self._language, row, "ward_name")), self._language),
            kind=coded("document_kind", row["kind"], self._language),
            published=row["published_ja"],
            note=self._note(row),
        )

    def _note(self, row: Row) -> str:
        """Return in a sentence what a document brought, or what else became of it."""
        if row["change"] == "added":
            own = self._differences.values.filter(after_document_id=row["document_id"], kind="added")
            counted = own.group_by("table_name").len().rows()
            order = {name: place for place, name in enumerate(TABLES)}
            told = [
                self._number_of(table_name(name, self._language), count)
                for name, count in sorted(counted, key=lambda found: order.get(found[0], len(order)))
                if name != "documents"
            ]
            told.append(self._number_of(self._words["passages"], row["added_passage_count"]))
            return self._words["brought"].format(self._joined(told))
        counts = {kind: row[f"{kind}_count"] for kind in (*_KINDS, "moved")}
        told = [self._counted(counts)] if any(counts.values()) else [self._words["just_text"]]
        if passages := row["added_passage_count"] + row["removed_passage_count"]:
            told.append(self._number_of(self._words["passages"], passages))
        return self._joined(told)

    def _counted(self, counts: Mapping[str, int]) -> str:
        return self._joined(
            self._number_of(self._words[f"count_{kind}"], count) for kind, count in counts.items() if count
        )

    def _number_of(self, name: str, count: int) -> str:
        return choose(self._language, ja=f"{name} {count:,}件", en=f"{name}: {count:,}")

    def _joined(self, parts: Iterable[str]) -> str:
        return choose(self._language, ja="、", en=", ").join(parts)

    def _item(self, rows: Sequence[Row]) -> _Item:
        """Return a row of the database with all that differs in it."""
        first = rows[0]
        kind = first["kind"]
        is_whole = kind != "changed"
        return _Item(
            kind=kind,
            subject=_marked(str(_in(self._language, first, "subject")), self._language),
            content=self._content(first, "after" if kind == "added" else "before") if is_whole else None,
            values=() if is_whole else tuple(map(self._value, rows)),
            before=self._before(first),
            after=self._after(first),
        )

    def _content(self, row: Row, side: str) -> Markup | None:
        """Return what a whole row says, its figures with their unit; None where its subject or its quote says it."""
        content, unit = row[side], row["unit_ja"]
        if row["table_name"] == "quantities":
            content = number(float(content))
        if unit and unit not in content:
            content = f"{content} {_in(self._language, row, 'unit')}"
        return None if content in (row["subject_ja"], row[f"{side}_quote"]) else _marked(content, self._language)

    def _value(self, row: Row) -> _Value:
        column = column_name(row["column_name"], self._language)
        return _Value(column, self._shown(row, row["before"]), self._shown(row, row["after"]))

    def _shown(self, row: Row, value: str | None) -> Markup:
        """Return a value in words: a code by its name, a figure with separators and its unit."""
        column = row["column_name"]
        if value is None:
            return Markup.escape(MISSING)
        if value in ("true", "false"):
            return Markup.escape(choose(self._language, ja=_YES_NO[value][0], en=_YES_NO[value][1]))
        if column in _FIGURES:
            unit = _in(self._language, row, "unit") if column in _WITH_UNIT else None
            return _marked(" ".join(filter(None, [number(float(value)), unit])), self._language)
        return _marked(code_name(row["table_name"], column, value, self._language), self._language)

    def _before(self, row: Row) -> _Side | None:
        document, line = row["before_document_id"], row["before_line"]
        is_same = document is not None and document not in self._replaced
        href = f"{document_href(document, self._language)}#L{line}" if is_same and line else None
        return self._side(row, "before", href)

    def _after(self, row: Row) -> _Side | None:
        document, citation = row["after_document_id"], row["after_citation_id"]
        if citation:
            return self._side(row, "after", source_href(document, citation, self._language))
        return self._side(row, "after", document_href(document, self._language) if document else None)

    def _side(self, row: Row, side: str, href: str | None) -> _Side | None:
        title = _in(self._language, row, f"{side}_document_title")
        if title is None:
            return None
        # The title of its document stands above the group, which is called by the new side where there is one.
        is_above = side == "after" or row["after_document_id"] in (None, row["before_document_id"])
        line = self._words["line"].format(row[f"{side}_line"]) if row[f"{side}_line"] else None
        where = [line] if line and is_above else [title, line]
        place = choose(self._language, ja=" ", en=", ").join(filter(None, where))
        quote = row[f"{side}_quote"]
        return _Side(quote and on_one_line(quote), _marked(place, self._language), href)


def _by_document(values: pl.DataFrame) -> list[list[Row]]:
    """Return the rows document by document, those that are of none last."""
    groups: dict[str, list[Row]] = {}
    for row in values.iter_rows(named=True):
        groups.setdefault(_source_key(row), []).append(row)
    own = groups.pop("", None)
    return [*groups.values(), *([own] if own else [])]


def _other_text(documents: pl.DataFrame) -> pl.DataFrame:
    return documents.filter(pl.col("before_sha256").ne_missing(pl.col("after_sha256")))


def _kind_counts(rows: Sequence[Row]) -> dict[str, int]:
    return {kind: sum(row["kind"] == kind for row in rows) for kind in _KINDS}


def _source_key(row: Row) -> str:
    """Return the document of a row, or its statistic; '' where it is of none."""
    return next((str(row[name]) for name in _SOURCE_NAMES if row[name] is not None), "")


def _in(language: Language, row: Row, name: str) -> str | None:
    """Return what a row says under a name in a language; in Japanese where it is not translated."""
    found: str | None = row[f"{name}_{language}"] or row[f"{name}_ja"]
    return found


def _marked(text: str, language: Language) -> Markup:
    """Return text as HTML, with what is Japanese on an English page marked as such."""
    return Markup(cell(on_one_line(text), "", language, tag="span"))


def _code(document_id: str) -> Markup:
    """Return the id of a document as it stands behind its title, which several editions may share."""
    return Markup(" <code>{}</code>").format(document_id)
