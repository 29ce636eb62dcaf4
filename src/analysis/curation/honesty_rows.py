"""Rows of the line account, reconciliations, corrections and passages: what lets a reader check the rest."""

from collections import Counter
from collections.abc import Mapping
from itertools import chain

from analysis.curation.codebooks import Correction
from analysis.curation.ledger import Ledger, Misprint, Row
from analysis.documents.folding import fold_characters
from analysis.errors import WardPlansError
from analysis.reading.account import count_uses
from analysis.reading.identifiers import title_digest
from analysis.reading.reader import ReadDocument
from analysis.reading.records import MovedCell

_MOVED_JA = "変換で結合セルが失われ、セルが別の列に移動していたため、内容によって本来の列に戻した。"
_MOVED_EN = "The conversion lost merged cells and moved this cell to another column; its text tells where it belongs."

# The key of each table that takes corrections, as a correction's `row` writes it.
_KEYS = {
    "documents": ("document_id",),
    "plans": ("plan_id",),
    "measures": ("measure_id",),
    "statuses": ("measure_id", "fiscal_year"),
    "kpis": ("kpi_id",),
    "kpi_values": ("kpi_id", "fiscal_year", "value_type"),
    "kpi_statuses": ("kpi_id", "fiscal_year"),
    "activities": ("activity_id",),
    "glossary_terms": ("term_id",),
    "quantities": ("quantity_id",),
    "departments": ("department_id",),
}


def add_line_uses(ledger: Ledger, document: ReadDocument) -> None:
    """Add how many lines of a document were put to each use."""
    for use, count in count_uses(document.lines).items():
        ledger.add(
            "line_uses",
            {"document_id": document.source.descriptor.document, "use": str(use), "line_count": count},
        )


def add_reconciliations(ledger: Ledger, document: ReadDocument) -> None:
    """Add the totals a document states of itself, beside what was read."""
    document_id = document.source.descriptor.document
    for total in document.findings.totals:
        row_id = f"{document_id}-{total.key}"
        ledger.add(
            "reconciliations",
            {
                "reconciliation_id": row_id,
                "document_id": document_id,
                "subject_ja": total.subject_ja,
                "subject_en": total.subject_en,
                "stated": total.stated,
                "extracted": float(total.extracted),
                "difference": float(total.extracted - total.stated),
                "explanation_ja": total.explanation_ja,
                "explanation_en": total.explanation_en,
                "citation_id": ledger.cite(document, total.passage, "reconciliations", row_id),
            },
        )


def add_moved_cells(ledger: Ledger, document: ReadDocument) -> None:
    """Add a correction for each cell that was read in another column than it is printed in."""
    for cell in document.findings.moved_cells:
        add_moved_cell(ledger, document, cell)


def add_moved_cell(ledger: Ledger, document: ReadDocument, cell: MovedCell) -> None:
    """Add the correction of a moved cell: the header it stands under, and the one it belongs to."""
    document_id, target = document.source.descriptor.document, cell.target
    row_id = f"{document_id}:{target.table}:{target.row}:{target.column}:{cell.read_as}:{cell.row_item_id}"
    ledger.add(
        "corrections",
        {
            "correction_id": row_id,
            "document_id": document_id,
            "table_name": target.table,
            "row_id": target.row,
            "column_name": target.column,
            "kind": "moved_cell",
            "printed": f"「{cell.printed_under}」の列",
            "curated": f"「{cell.read_as}」の列",
            "reason_ja": _MOVED_JA,
            "reason_en": _MOVED_EN,
            "citation_id": ledger.cite(document, cell.passage, "corrections", row_id),
        },
    )


def add_passages(ledger: Ledger, document: ReadDocument) -> None:
    """Add every sentence, bullet and cell of a document.

    Ids are made of the words of a passage, and where the same words come again of how often they came before.
    """
    document_id = document.source.descriptor.document
    times: Counter[str] = Counter()
    for found in document.passages:
        digest = title_digest(found.passage.text)
        times[digest] += 1
        passage_id = f"{document_id}-{digest}" + (f"-{times[digest]}" if times[digest] > 1 else "")
        ledger.add(
            "passages",
            {
                "passage_id": passage_id,
                "document_id": document_id,
                "measure_id": found.measure_id,
                "header_ja": found.activity.header if found.activity else None,
                "text_ja": document.source.text.printed(found.passage),
                "citation_id": ledger.cite(document, found.passage, "passages", passage_id),
            },
        )


def apply_corrections(ledger: Ledger) -> None:
    """Put the curated values of the corrections into the rows, and add the rows of the corrections themselves.

    Corrections of documents that are not there are passed over.

    Raises:
        WardPlansError: a correction matches no row or another print than it names, or a misprint has no correction.
    """
    open_misprints = {
        (m.citation["document_id"], m.table, m.row, m.column, fold_characters(m.printed)): m for m in ledger.misprints
    }
    citations = {row["citation_id"]: row for row in ledger.rows("citations")}
    corrections = ledger.codebooks.corrections_by_document
    for correction in chain.from_iterable(
        corrections.get(str(row["document_id"]), ()) for row in ledger.rows("documents")
    ):
        printed = fold_characters(correction.printed)
        misprint = open_misprints.pop(
            (correction.document, correction.table, correction.row, correction.column, printed), None
        )
        row = _row(ledger, correction, is_misprint=misprint is not None)
        if misprint is None and _reading_form(row[correction.column]) != printed:
            raise _no_match(ledger, correction, f"read was {row[correction.column]!r}")
        row[correction.column] = correction.curated
        _add_correction(ledger, correction, _citation(misprint, row, citations))
    for misprint in open_misprints.values():
        raise WardPlansError(
            f"{misprint.problem}. If the print is damaged, or is no value, add a correction of table {misprint.table}, "
            f"row {misprint.row}, column {misprint.column}, printed {misprint.printed!r} in document "
            f"{misprint.citation['document_id']!r} to {ledger.codebooks.folder / 'corrections.yaml'}"
        )


def _citation(misprint: Misprint | None, row: Row, citations: Mapping[object, Row]) -> Row:
    """Return where the print that is corrected stands: at the misprint itself, else where its row was read."""
    if misprint is not None:
        return misprint.citation
    cited = citations[row.get("citation_id", row.get("title_citation_id"))]
    return {column: value for column, value in cited.items() if column != "citation_id"}


def _add_correction(ledger: Ledger, correction: Correction, citation: Row) -> None:
    row_id = f"{correction.document}:{correction.table}:{correction.row}:{correction.column}"
    citation_id = f"corrections:{row_id}"
    ledger.add("citations", {"citation_id": citation_id, **citation})
    ledger.add(
        "corrections",
        {
            "correction_id": row_id,
            "document_id": correction.document,
            "table_name": correction.table,
            "row_id": correction.row,
            "column_name": correction.column,
            "kind": "curated",
            "printed": correction.printed,
            "curated": None if correction.curated is None else str(correction.curated),
            "reason_ja": correction.reason_ja,
            "reason_en": correction.reason_en,
            "citation_id": citation_id,
        },
    )


def _row(ledger: Ledger, correction: Correction, *, is_misprint: bool) -> Row:
    if correction.table not in _KEYS:
        raise _no_match(ledger, correction, f"corrections are taken for {', '.join(_KEYS)}")
    keyed = [
        row
        for row in ledger.rows(correction.table)
        if "|".join(str(row[column]) for column in _KEYS[correction.table]) == correction.row
    ]
    found = [row for row in keyed if row.get("document_id", correction.document) == correction.document]
    if is_misprint and not found:  # of an item whose row an earlier edition gave
        found = keyed
    if len(found) != 1 or correction.column not in found[0]:
        raise _no_match(ledger, correction, f"{len(found)} rows have that key; the column has to be one of the table")
    return found[0]


def _reading_form(value: object) -> object:
    """Return a value with its look-alike characters made one: a correction holds however a conversion set its print."""
    return fold_characters(value) if isinstance(value, str) else value


def _no_match(ledger: Ledger, correction: Correction, met: str) -> WardPlansError:
    return WardPlansError(
        f"{ledger.codebooks.folder / 'corrections.yaml'}: the correction of {correction.table}, row {correction.row}, "
        f"column {correction.column} matches nothing: it expects the print {correction.printed!r}; {met}"
    )
