"""The rows of some wards: all that can be curated without knowing of other wards."""

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

import polars as pl

from analysis.curation.activity_rows import add_activities, add_departments, add_glossary
from analysis.curation.codebooks import Codebooks
from analysis.curation.honesty_rows import (
    add_line_uses,
    add_moved_cells,
    add_passages,
    add_reconciliations,
    apply_corrections,
)
from analysis.curation.kpi_rows import add_kpi_statuses, add_kpis, refuse_unused_entries
from analysis.curation.ledger import Ledger, Row
from analysis.curation.plan_rows import add_document, add_measures, add_plans, add_statuses
from analysis.curation.quantity_rows import add_events, add_quantities
from analysis.curation.reference_rows import add_translations
from analysis.curation.theme_rows import add_measure_themes
from analysis.documents.catalogue import ListedDocument, read_descriptors, read_listed
from analysis.errors import WardPlansError
from analysis.reading.reader import ReadDocument, read_described

_LOG = logging.getLogger(__name__)

Tables = Mapping[str, pl.DataFrame]
"""Rows by table name."""


@dataclass(frozen=True)
class Batch:
    """What was curated of some wards.

    Attributes:
        tables: their rows.
        documents: where each document lies, by document id.
        plans: 'file:line' of the first mention of each plan, by plan id.
        unexplained: a message for each document with numbers in running text that nothing explains.
    """

    tables: Tables
    documents: Mapping[str, str]
    plans: Mapping[str, str]
    unexplained: Sequence[str] = ()

    def warn(self) -> None:
        """Log what the rows leave out that may be a figure."""
        for message in self.unexplained:
            _LOG.warning("warning: %s", message)


def curate_batch(listed: Sequence[ListedDocument], codebooks: Codebooks) -> Batch:
    """Read and curate the documents of some wards, one ward after the other.

    Raises:
        WardPlansError: a document or descriptor is wrong, or does not fit the codebooks; the message says where.
    """
    described = read_descriptors(listed)
    return curate_read((read_described(read_listed(*document)) for document in described), codebooks)


def curate_read(documents: Iterable[ReadDocument], codebooks: Codebooks) -> Batch:
    """Curate documents that were read, those of a ward together.

    What several editions of a ward's document tell of stands in the row that the oldest of them gives, whatever their
    files are called: the next edition changes no row of those before.

    Raises:
        WardPlansError: the documents do not fit each other or the codebooks; the message says where.
    """
    rows: dict[str, list[Row]] = {}
    paths: dict[str, str] = {}
    plans: dict[str, str] = {}
    unexplained: list[str] = []
    for editions in _by_ward(documents):
        paths |= {document.source.descriptor.document: str(document.source.text.path) for document in editions}
        ledger = _ward_ledger(editions, codebooks)
        for table, added in ledger.tables.items():
            rows.setdefault(table, []).extend(added)
        told = [str(row["plan_id"]) for row in ledger.rows("plans")]
        unexplained.extend(map(_unexplained, filter(_leaves_numbers, editions)))
        claim_plans(plans, {plan_id: ledger.mentions[plan_id].where for plan_id in told})
    return Batch(frames(rows), paths, plans, unexplained)


def claim_plans(taken: dict[str, str], found: Mapping[str, str]) -> None:
    """Add the plans of a ward, or of several, and where they are told of first, to those known of others.

    Raises:
        WardPlansError: a plan is another ward's.
    """
    for plan_id, where in found.items():
        if taken.setdefault(plan_id, where) != where:
            raise WardPlansError(f"{where}: plan {plan_id!r} is another ward's: {taken[plan_id]}")


def frames(rows: Mapping[str, Sequence[Row]]) -> Tables:
    """Return rows as data frames, by table name."""
    return {table: pl.DataFrame(added, infer_schema_length=None) for table, added in rows.items()}


def _by_ward(documents: Iterable[ReadDocument]) -> Iterator[list[ReadDocument]]:
    """Yield the documents of each ward, from the oldest to the newest."""
    for _, editions in groupby(documents, key=lambda document: document.source.text.path.parent):
        yield sorted(editions, key=_edition)


def _leaves_numbers(document: ReadDocument) -> bool:
    return bool(document.findings.unclassified_numbers)


def _unexplained(document: ReadDocument) -> str:
    text, numbers = document.source.text, document.findings.unclassified_numbers
    what = f"{len(numbers)} numbers in running text are" if len(numbers) > 1 else "a number in running text is"
    return (
        f"{text.path}: {what} not explained, the first {numbers[0].text!r} on line "
        f"{text.line_number(numbers[0])}; run `wardplans check {text.path}`"
    )


def _edition(document: ReadDocument) -> tuple[int, int, str]:
    """Return what puts the documents of a ward in the order that views.sql takes them in: by date, then by id."""
    if document.publication is None:
        return 0, 0, document.source.descriptor.document
    month = document.publication.month
    return month.year, month.month, document.source.descriptor.document


def _ward_ledger(editions: Sequence[ReadDocument], codebooks: Codebooks) -> Ledger:
    ledger = Ledger(codebooks)
    for document in editions:
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
            add_kpi_statuses,
            add_line_uses,
            add_reconciliations,
            add_moved_cells,
            add_passages,
        ):
            add(ledger, document)
    refuse_unused_entries(ledger)
    apply_corrections(ledger)
    add_translations(ledger)
    add_measure_themes(ledger)
    return ledger
