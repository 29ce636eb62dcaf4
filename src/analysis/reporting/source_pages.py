"""Pages that show the raw texts, so that a figure leads to the words it was read from, and they to the figure."""

import hashlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import duckdb
from markupsafe import Markup

from analysis.atomic import replace_files, scratch_folder
from analysis.database.connect import open_database
from analysis.documents.marks import parse_mark
from analysis.errors import WardPlansError
from analysis.reporting.prose import Language
from analysis.reporting.shell import render_shell, script_hash, template_text
from analysis.reporting.source_facts import Fact, Term, citation_anchor, read_facts
from analysis.reporting.source_labels import KINDS, UNMARKED, WORDS, coded, word
from analysis.reporting.source_marks import Passage, line_spans, marked_lines

FOLDER = "sources"
"""The folder of these pages, beside the reports."""

#: The file of data/reference that the rows of a table of the database stand in.
_STATISTIC_FILES = {"mynumber_cards": "mynumber_card_wards.csv"}


@dataclass(frozen=True)
class Source:
    """A document, or a statistical table, and the name its pages go by.

    Attributes:
        document_id: the document; None for a statistical table.
        folder: the folder of the file below data/raw; None for a table.
        file_name: the file.
        sha256: of its bytes, as the database has them.
        title_ja: its title.
        title_en: our translation, None when there is none.
        publisher_ja: the ward; None for a table.
        publisher_en: the ward; None for a table.
        kind: of the document; None for a table.
        published_ja: date of publication as printed, None when none is.
        transcription: who made a table of the publication; None for a document.
        original: the file beside it that it was imported from, with its SHA-256; None where the text was received.
    """

    document_id: str | None
    folder: str | None
    file_name: str
    sha256: str
    title_ja: str
    title_en: str | None
    publisher_ja: str | None
    publisher_en: str | None
    kind: str | None
    published_ja: str | None
    transcription: str | None
    original: str | None

    @property
    def stem(self) -> str:
        """Return the name of its pages, without language and ending."""
        return self.document_id or Path(self.file_name).stem

    def page_name(self, language: str) -> str:
        """Return the file name of its page in a language."""
        return f"{self.stem}.{language}.html"


@dataclass(frozen=True)
class _Line:
    """A line as the template shows it.

    Attributes:
        number: counted from 1.
        html: its text, with marks.
        position: where that is no text of the document but says which page or sheet begins, this in words, else None.
        facts: what was read from passages that begin in it, what is kept to be searched last.
        repeated: anchors of what is kept to be searched, and is the passage of another fact as well.
    """

    number: int
    html: Markup
    position: str | None
    facts: tuple[Fact, ...]
    repeated: frozenset[str]

    @property
    def fact_count(self) -> int:
        """Return how many facts there are besides the text itself."""
        return sum(not fact.is_searched for fact in self.facts)


def source_href(document_id: str | None, citation_id: str, language: Language) -> str:
    """Return the link from a report to the passage of a citation, relative to the folder of the reports.

    Args:
        document_id: the document of the citation; None for a row of a statistical table.
        citation_id: as the frames have it, beside the document's id.
        language: of the page that is opened.

    Raises:
        WardPlansError: there is no document, and the citation is of no statistical table.

    Example:
        >>> source_href("ota-plan-v5-summary", "kpis:ota-2021-rpa_tasks", "ja")
        'sources/ota-plan-v5-summary.ja.html#kpis.ota-2021-rpa_tasks'
    """
    stem = document_id
    if stem is None:
        table = citation_id.partition(":")[0]
        if table not in _STATISTIC_FILES:
            raise WardPlansError(f"the citation {citation_id!r} is of no statistical table, so its document is needed")
        stem = Path(_STATISTIC_FILES[table]).stem
    return f"{document_href(stem, language)}#{citation_anchor(citation_id)}"


def document_href(document_id: str, language: Language) -> str:
    """Return the link from a report to the page of a document, relative to the folder of the reports.

    Example:
        >>> document_href("ota-plan-v5-summary", "ja")
        'sources/ota-plan-v5-summary.ja.html'
    """
    return f"{FOLDER}/{quote(document_id)}.{language}.html"


def source_page(connection: duckdb.DuckDBPyConnection, document_id: str, text: str, language: Language) -> str:
    """Return the page of a document: its text with every cited passage marked, and what was read from each.

    Args:
        connection: from `open_database`.
        document_id: the document.
        text: its raw text, every character as received.
        language: of the page's own words; the text stays as it is.

    Raises:
        WardPlansError: there is no such document, or the text is not the one that the database was read from.
    """
    return _page(connection, _source(connection, "document_id", document_id), text, language)


def table_page(connection: duckdb.DuckDBPyConnection, file_name: str, text: str, language: Language) -> str:
    """Return the page of a statistical table of data/reference; see `source_page`.

    Raises:
        WardPlansError: there is no such table, or the text is not the one that the database was read from.
    """
    return _page(connection, _source(connection, "file_name", file_name), text, language)


def write_source_pages(
    database: Path, raw: Path, reference: Path, target_folder: Path, language: Language
) -> list[Path]:
    """Write the page of every document and statistical table, `sources/<document_id>.<language>.html` and the like.

    The pages are written aside and moved into place when all are there; on an error the old ones stay.

    Args:
        database: the curated database.
        raw: the folder of the raw documents.
        reference: the folder of the statistical tables.
        target_folder: the folder of the reports; `sources` is made inside of it.
        language: of the pages.

    Returns:
        The paths of the pages: documents by ward, then tables.

    Raises:
        WardPlansError: the database cannot be opened, a text is missing or is not the one that the database was read
            from, or the folder cannot be written to.
    """
    with open_database(database) as connection:
        pages = {
            source.page_name(language): _page(connection, source, _read_text(source, raw, reference), language)
            for source in _sources(connection)
        }
    folder = target_folder / FOLDER
    try:
        folder.mkdir(parents=True, exist_ok=True)
        stale = {page.name for page in folder.glob(f"*.{language}.html")} - pages.keys()
        with scratch_folder(folder, "pages") as scratch:
            for name, page in pages.items():
                (scratch / name).write_text(page, encoding="utf-8", newline="\n")
            return replace_files([scratch / name for name in pages], folder, remove=stale)
    except OSError as error:
        raise WardPlansError(f"cannot write source pages to {folder}: {error.strerror or error}") from error


def _read_text(source: Source, raw: Path, reference: Path) -> str:
    path = (raw / source.folder if source.folder else reference) / source.file_name
    try:
        # Not as a text file: that would change line ends.
        return path.read_bytes().decode("utf-8")
    except OSError as error:
        raise WardPlansError(f"{path}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise WardPlansError(f"{path}: not UTF-8, so not the text the database was read from") from error


def _sources(connection: duckdb.DuckDBPyConnection) -> list[Source]:
    query = """
        SELECT
            document_id, ward_code || '-' || slug, file_name, sha256, title_ja, title_en, wards.name_ja, wards.name_en,
            kind, published_ja, NULL, original_file_name || ', SHA-256 ' || original_sha256
        FROM documents JOIN wards USING (ward_code)
        ORDER BY ward_code, document_id
    """
    tables = """
        SELECT DISTINCT NULL, NULL, file_name, sha256, source_ja, source_en, NULL, NULL, NULL, NULL, transcription,
            NULL
        FROM statistics
        ORDER BY file_name
    """
    return [Source(*row) for part in (query, tables) for row in connection.sql(part).fetchall()]


def _source(connection: duckdb.DuckDBPyConnection, name: str, value: str) -> Source:
    for source in _sources(connection):
        if getattr(source, name) == value and (name == "document_id" or source.document_id is None):
            return source
    raise WardPlansError(f"no source {value!r} in the database")


def _page(connection: duckdb.DuckDBPyConnection, source: Source, text: str, language: Language) -> str:
    if hashlib.sha256(text.encode("utf-8")).hexdigest() != source.sha256:
        raise WardPlansError(
            f"{source.file_name} is not the text that the database was read from (SHA-256 {source.sha256[:12]}…): "
            "run `wardplans build`"
        )
    facts = read_facts(connection, source.document_id, source.file_name, language)
    lines = _lines(text, facts, language)
    words = WORDS[language]
    script = template_text("source.js")
    other = "en" if language == "ja" else "ja"
    return render_shell(
        "source.html.j2",
        language=language,
        script_hashes=(script_hash(script),),
        title=words["title"].format(_title(source, language)),
        words=words,
        source=source,
        about=_about(source, text, len(lines), language),
        lines=lines,
        legend=_legend(facts, language),
        kinds={kind: word(pair, language) for kind, pair in KINDS.items()},
        counterpart=quote(source.page_name(other)),
        other=other,
        siblings=[
            (quote(sibling.page_name(language)), _title(sibling, language))
            for sibling in _sources(connection)
            if sibling != source
        ],
        source_style=template_text("source.css"),
        script=script,
    )


def _title(source: Source, language: Language) -> str:
    if language == "en":
        return ": ".join(filter(None, [source.publisher_en, source.title_en or source.title_ja]))
    return " ".join(filter(None, [source.publisher_ja, source.title_ja]))


def _about(source: Source, text: str, line_count: int, language: Language) -> list[tuple[str, Term]]:
    """Return what is told of a source at the top of its page, with labels."""
    words = WORDS[language]
    extent = words["separator"].join([words["lines"].format(line_count), words["characters"].format(len(text))])
    told: tuple[tuple[str, str | None, Language], ...] = (
        ("publisher", source.publisher_ja if language == "ja" else source.publisher_en, language),
        ("kind", source.kind and coded("document_kind", source.kind, language), language),
        ("published", source.published_ja, "ja"),
        ("transcription", source.transcription, "en"),
        ("extent", extent, language),
        ("file", f"{source.file_name}, SHA-256 {source.sha256}", language),
        ("original", source.original, language),
    )
    return [(words[label], Term(value, its_language)) for label, value, its_language in told if value]


def _legend(facts: Sequence[Fact], language: Language) -> list[tuple[str, str, int]]:
    """Return kind, name and number of the marks of a page."""
    counts = Counter(fact.kind for fact in facts)
    return [
        (kind, word(pair, language), counts[kind])
        for kind, pair in KINDS.items()
        if kind in counts and kind not in UNMARKED
    ]


def _lines(text: str, facts: Sequence[Fact], language: Language) -> list[_Line]:
    ranks = {kind: rank for rank, kind in enumerate(KINDS)}
    passages = [
        Passage(fact.start, fact.end, fact.anchor, fact.kind, ranks[fact.kind], fact.kind not in UNMARKED)
        for fact in facts
    ]
    by_line: dict[int, list[Fact]] = {}
    for fact in facts:
        by_line.setdefault(fact.line, []).append(fact)
    lines = []
    for number, (span, html) in enumerate(zip(line_spans(text), marked_lines(text, passages), strict=True), start=1):
        inside = sorted(by_line.get(number, []), key=lambda fact: fact.is_searched)
        spans = {(fact.start, fact.end) for fact in inside if not fact.is_searched}
        repeated = {fact.anchor for fact in inside if fact.is_searched and (fact.start, fact.end) in spans}
        lines.append(_Line(number, html, _position(text[slice(*span)], language), tuple(inside), frozenset(repeated)))
    return lines


def _position(line: str, language: Language) -> str | None:
    mark = parse_mark(line)
    if mark is None:
        return None
    return WORDS[language]["page" if mark.sheet is None else "sheet"].format(mark.sheet or mark.page)
