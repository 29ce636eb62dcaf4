"""From raw documents and codebooks to the rows of every table."""

from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path

import polars as pl

from analysis.curation.activity_rows import add_activities, add_departments, add_glossary
from analysis.curation.codebooks import Codebooks, read_codebooks
from analysis.curation.honesty_rows import (
    add_line_uses,
    add_moved_cells,
    add_passages,
    add_reconciliations,
    apply_corrections,
)
from analysis.curation.kpi_rows import add_kpis, refuse_unused_entries
from analysis.curation.ledger import Ledger
from analysis.curation.plan_rows import add_document, add_measures, add_plans, add_statuses
from analysis.curation.quantity_rows import add_events, add_quantities
from analysis.curation.reference_rows import add_card_counts, add_codebooks, add_translations, add_years
from analysis.curation.theme_rows import add_measure_themes
from analysis.documents.catalogue import read_catalogue
from analysis.documents.integrity import verify_checksums
from analysis.reading.reader import ReadDocument, read_described


def read_documents(raw: Path) -> list[ReadDocument]:
    """Read all documents of a raw folder.

    Raises:
        WardPlansError: a document or descriptor is wrong.
    """
    return [read_described(source) for source in read_catalogue(raw)]


def curate(raw: Path, reference: Path) -> dict[str, pl.DataFrame]:
    """Return the rows of every table of the database, by table name, from the raw documents and the codebooks.

    Raises:
        WardPlansError: a raw document was edited, a document or a codebook is wrong, or the two do not fit; the message
            says where.
    """
    codebooks = read_codebooks(reference)
    fingerprint = verify_checksums(raw)
    return curate_documents(read_documents(raw), codebooks, fingerprint)


def curate_documents(
    documents: Sequence[ReadDocument], codebooks: Codebooks, fingerprint: str
) -> dict[str, pl.DataFrame]:
    """Return the rows of every table, by table name, from documents that were read.

    What several editions of a ward's document tell of stands in the row that the oldest of them gives, whatever their
    files are called: the next edition changes no row of those before.

    Args:
        documents: what was read.
        codebooks: what people decided.
        fingerprint: the SHA-256 that stands for all raw files.

    Raises:
        WardPlansError: the documents and the codebooks do not fit; the message says where.
    """
    ledger = Ledger(codebooks)
    for document in sorted(documents, key=_edition):
        for add in (
            add_document,
            add_plans,
            add_measures,
            add_statuses,
            add_activities,
            add_departments,
            add_glossary,
            add_quantities,
            add_events,
            add_kpis,
            add_line_uses,
            add_reconciliations,
            add_moved_cells,
            add_passages,
        ):
            add(ledger, document)
    refuse_unused_entries(ledger)
    apply_corrections(ledger)
    add_codebooks(ledger)
    add_translations(ledger)
    add_card_counts(ledger)
    add_measure_themes(ledger)
    add_years(ledger)
    ledger.add("build_info", {"key": "library_version", "value": version("ward-plans")})
    ledger.add("build_info", {"key": "raw_sha256", "value": fingerprint})
    return {name: pl.DataFrame(rows, infer_schema_length=None) for name, rows in ledger.tables.items()}


def _edition(document: ReadDocument) -> tuple[Path, int, int, str]:
    """Return what puts the documents of a ward in the order that views.sql takes them in: by date, then by id."""
    folder, document_id = document.source.text.path.parent, document.source.descriptor.document
    if document.publication is None:
        return folder, 0, 0, document_id
    month = document.publication.month
    return folder, month.year, month.month, document_id
