"""Is the database what the raw documents say? Citations, stated totals and lines nobody read."""

from collections import Counter, defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from analysis.curation.curate import read_documents
from analysis.database.connect import open_database, this_build
from analysis.documents.integrity import verify_checksums
from analysis.reading.account import LineUse, count_uses
from analysis.reading.reader import ReadDocument


@dataclass(frozen=True)
class LineReport:
    """What became of one line of a raw document.

    Attributes:
        where: 'file:line'.
        use: a `LineUse`.
        detail: the tables it was read into and how many rows of each, or the reason why it was set aside.
        text: the line's reading text.
    """

    where: str
    use: LineUse
    detail: str
    text: str


@dataclass(frozen=True)
class Verification:
    """What a check found.

    Attributes:
        reconciliations: the rows of the table, as dictionaries.
        line_uses: by document, how many of its lines were put to each use of `LineUse`.
        citation_count: how many citations were compared with the raw text.
        lines: every line of every document.
        problems: one message for each thing that is wrong; empty when all is well.
    """

    reconciliations: list[dict[str, object]]
    line_uses: dict[str, dict[str, int]]
    citation_count: int
    lines: list[LineReport]
    problems: list[str]


def verify_database(raw: Path, reference: Path, database: Path) -> Verification:
    """Compare a database with the raw documents and the statistics it was built from.

    Problems are: a citation whose characters differ from its quote, a difference between a stated total and the count
    without an explanation, an unread line, a number in running text that nothing explains, an item without a theme,
    a line account that is not that of the texts, and a document that was changed since the build.

    Raises:
        WardPlansError: the database cannot be opened, or a raw document cannot be read.
    """
    verify_checksums(raw)
    documents = read_documents(raw)
    with this_build(database) as build, open_database(build) as connection:
        reconciliations = connection.sql("SELECT * FROM reconciliations ORDER BY ALL").pl().to_dicts()
        citations = connection.sql("SELECT * FROM citations ORDER BY citation_id").pl().to_dicts()
        statistics = connection.sql("SELECT * FROM statistic_citations ORDER BY citation_id").pl().to_dicts()
        uncoded = connection.sql(
            "SELECT measure_id, title_ja FROM measures ANTI JOIN measure_themes USING (measure_id) ORDER BY measure_id"
        ).fetchall()
        hashes = dict(connection.sql("SELECT document_id, sha256 FROM documents").fetchall())
        stored = connection.sql("SELECT document_id, CAST(use AS VARCHAR), line_count FROM line_uses").fetchall()
    uses = {
        document.source.descriptor.document: {str(use): count for use, count in count_uses(document.lines).items()}
        for document in documents
    }
    problems = [
        *_changed_documents(documents, hashes),
        *_stale_accounts(documents, uses, stored),
        *_broken_citations(
            {document.source.descriptor.document: document.source.text.raw for document in documents},
            "document_id",
            citations,
        ),
        *_broken_citations(_table_texts(reference, statistics), "file_name", statistics),
        *(
            f"{row['reconciliation_id']}: stated {row['stated']:g}, read {row['extracted']:g}, without an explanation"
            for row in reconciliations
            if row["difference"] and not row["explanation_ja"]
        ),
        *_unread_lines(documents),
        *_unclassified_numbers(documents),
        *(
            f"{measure_id}: {title!r} has no theme; add a rule to theme_rules.yaml, or the item to theme_exceptions.csv"
            for measure_id, title in uncoded
        ),
    ]
    count = len(citations) + len(statistics)
    return Verification(reconciliations, uses, count, _line_reports(documents, citations), problems)


def _line_reports(documents: list[ReadDocument], citations: list[dict[str, object]]) -> list[LineReport]:
    rows: dict[tuple[object, int], Counter[str]] = defaultdict(Counter)
    for citation in citations:
        table = str(citation["citation_id"]).partition(":")[0]
        first, last = citation["line_start"], citation["line_end"]
        assert isinstance(first, int) and isinstance(last, int)
        for number in range(first, last + 1):
            rows[citation["document_id"], number][table] += 1
    reports = []
    for document in documents:
        for line in document.lines:
            tables = rows[document.source.descriptor.document, line.number]
            read_into = ", ".join(f"{count} {table}" for table, count in sorted(tables.items()))
            reports.append(
                LineReport(f"{document.source.text.path}:{line.number}", line.use, line.reason or read_into, line.text)
            )
    return reports


def _changed_documents(documents: list[ReadDocument], hashes: dict[str, str]) -> list[str]:
    return [
        f"{document.source.text.path}: not the text the database was built from; run `wardplans build`"
        for document in documents
        if hashes.get(document.source.descriptor.document) != document.source.text.sha256
    ]


def _stale_accounts(
    documents: list[ReadDocument], uses: dict[str, dict[str, int]], stored: list[tuple[str, str, int]]
) -> list[str]:
    accounts: dict[str, dict[str, int]] = defaultdict(dict)
    for document_id, use, count in stored:
        accounts[document_id][use] = count
    return [
        f"{document.source.text.path}: the database accounts for its lines as {_account(accounts[name])}, they are "
        f"{_account(uses[name])}; run `wardplans build`"
        for document in documents
        if accounts[name := document.source.descriptor.document] != uses[name]
    ]


def _account(uses: dict[str, int]) -> str:
    return ", ".join(f"{count} {use}" for use, count in sorted(uses.items())) or "nothing"


def _table_texts(reference: Path, citations: list[dict[str, object]]) -> dict[str, str]:
    texts = {}
    for file_name in {str(citation["file_name"]) for citation in citations}:
        with suppress(OSError, UnicodeDecodeError):  # a table that cannot be read has no character that is cited
            texts[file_name] = (reference / file_name).read_bytes().decode("utf-8")
    return texts


def _broken_citations(texts: dict[str, str], source: str, citations: list[dict[str, object]]) -> list[str]:
    """Name the citations whose characters are not their quote; `source` is the column that names the text."""
    problems = []
    for citation in citations:
        text = texts.get(str(citation[source]), "")
        start, end = citation["char_start"], citation["char_end"]
        assert isinstance(start, int) and isinstance(end, int)
        if text[start:end] != citation["quote"]:
            problems.append(
                f"citation {citation['citation_id']}: characters {start} to {end} of {citation[source]} are "
                f"{text[start:end]!r:.80}, the quote is {citation['quote']!r:.80}"
            )
    return problems


def _unclassified_numbers(documents: list[ReadDocument]) -> list[str]:
    return [
        f"{document.source.text.where(number)}: the number {number.text!r} is neither a quantity of the descriptor nor "
        "covered by a rule that it is none"
        for document in documents
        for number in document.findings.unclassified_numbers
    ]


def _unread_lines(documents: list[ReadDocument]) -> list[str]:
    return [
        f"{document.source.text.path}:{line.number}: unread line {line.text!r:.80}"
        for document in documents
        for line in document.lines
        if line.use == LineUse.UNREAD
    ]
