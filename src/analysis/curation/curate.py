"""From raw documents and codebooks to the rows of every table."""

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from importlib.metadata import version
from itertools import groupby, islice
from pathlib import Path

import polars as pl

from analysis.curation.batches import (
    Batch,
    Tables,
    claim_plans,
    curate_batch,
    curate_read,
    frames,
)
from analysis.curation.codebooks import Codebooks, read_codebooks
from analysis.curation.ledger import Ledger, Row
from analysis.curation.reference_rows import (
    YEAR_COLUMNS,
    add_card_counts,
    add_codebooks,
    add_sources,
    year_row,
)
from analysis.curation.theme_rows import refuse_unknown_themes, refuse_unmet_items
from analysis.documents.catalogue import ListedDocument, claim_id, list_documents, read_catalogue
from analysis.documents.integrity import fingerprint, verify_checksums
from analysis.reading.reader import ReadDocument, read_described
from analysis.workers import isolated

WARDS_A_BATCH = 16
"""How many wards are read at a time by one process: what a process costs is little beside reading them, and their rows
are no burden to hold."""


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
    return _joined(curate_parts(raw, reference))


def curate_parts(
    raw: Path,
    reference: Path,
    workers: Executor | None = None,
    *,
    jobs: int | None = None,
    wards_a_batch: int = WARDS_A_BATCH,
) -> Iterator[Tables]:
    """Yield the rows of every table part by part, those that others refer to before these.

    The parts are: the codebooks, the wards in the order of their folders, some at a time, and what follows from all of
    them. They depend neither on the workers nor on how many there are.

    Args:
        raw: the folder of the documents.
        reference: the folder of the codebooks.
        workers: reads the wards; without them, or where one batch holds all, they are read by this process.
        jobs: how many work at a time, as many as this machine has cores when None; twice as many batches are read, or
            wait to be taken.
        wards_a_batch: how many wards are read at a time.

    Raises:
        WardPlansError: as `curate`.
    """
    codebooks = read_codebooks(reference)
    listed = verify_checksums(raw)
    documents = list_documents(raw)
    batches = list(_batches(documents, wards_a_batch))
    curated: Iterable[Batch]
    if workers is None or len(batches) == 1:
        curated = (curate_batch(batch, codebooks) for batch in batches)
    else:
        curated = _curated_by(workers, batches, codebooks.of_documents(), 2 * (jobs or os.cpu_count() or 1))
    covered = {document.folder_ward for document in documents}
    yield from _parts(curated, covered, codebooks, fingerprint(listed))


def curate_documents(documents: Sequence[ReadDocument], codebooks: Codebooks, fingerprint: str) -> Tables:
    """Return the rows of every table, by table name, from documents that were read.

    Args:
        documents: what was read.
        codebooks: what people decided.
        fingerprint: the SHA-256 that stands for all raw files.

    Raises:
        WardPlansError: the documents and the codebooks do not fit; the message says where.
    """
    covered = {document.source.descriptor.ward for document in documents}
    ordered = sorted(documents, key=lambda document: document.source.text.path)
    return _joined(_parts([curate_read(ordered, codebooks)], covered, codebooks, fingerprint))


def _batches(documents: Sequence[ListedDocument], wards: int) -> Iterator[list[ListedDocument]]:
    folders = groupby(documents, key=lambda document: document.path.parent)
    by_ward = (list(documents) for _, documents in folders)
    while batch := [document for ward in islice(by_ward, wards) for document in ward]:
        yield batch


def _curated_by(
    workers: Executor, batches: Sequence[list[ListedDocument]], codebooks: Codebooks, in_flight: int
) -> Iterator[Batch]:
    """Yield what workers curated, in order, with a bounded number of batches ahead of the one taken."""
    waiting: deque[Future[Batch]] = deque()
    for batch in batches:
        waiting.append(workers.submit(isolated, curate_batch, batch, codebooks))
        if len(waiting) > in_flight:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


def _parts(batches: Iterable[Batch], covered: set[str], codebooks: Codebooks, fingerprint: str) -> Iterator[Tables]:
    refuse_unknown_themes(codebooks)
    opening = Ledger(codebooks)
    add_codebooks(opening, covered)
    add_card_counts(opening)
    yield frames(opening.tables)
    met = _Met(set(codebooks.exceptions_by_item))
    for batch in batches:
        batch.warn()
        yield {**batch.tables, **frames({"years": met.add(batch)})}
    refuse_unmet_items(codebooks, met.plans, met.unmet_items)
    closing = Ledger(codebooks)
    add_sources(closing, met.documents, met.kpis, met.quantities)
    closing.add("build_info", {"key": "library_version", "value": version("ward-plans")})
    closing.add("build_info", {"key": "raw_sha256", "value": fingerprint})
    yield frames(closing.tables)


def _joined(parts: Iterable[Tables]) -> dict[str, pl.DataFrame]:
    tables: dict[str, list[pl.DataFrame]] = {}
    for part in parts:
        for name, frame in part.items():
            tables.setdefault(name, []).append(frame)
    return {name: pl.concat(parts, how="vertical_relaxed") for name, parts in tables.items()}


@dataclass
class _Met:
    """What was met in the batches so far: all that a later part has to know of them.

    `unmet_items` are those coded by hand that were not met.
    """

    unmet_items: set[str]
    documents: dict[str, str] = field(default_factory=dict)
    plans: dict[str, str] = field(default_factory=dict)
    kpis: set[str] = field(default_factory=set)
    quantities: set[str] = field(default_factory=set)
    years: range = range(0)

    def add(self, batch: Batch) -> list[Row]:
        """Take note of a batch, and return the rows of the fiscal years that no batch before spoke of.

        There is a row for each year from the first that any row speaks of to the last.

        Raises:
            WardPlansError: it has a document or plan that another batch has.
        """
        for document_id, path in batch.documents.items():
            claim_id(self.documents, document_id, path)
        claim_plans(self.plans, batch.plans)
        self.kpis |= _ids(batch.tables, "kpis", "kpi_id")
        self.quantities |= _ids(batch.tables, "quantities", "quantity_id")
        self.unmet_items -= _ids(batch.tables, "measures", "measure_id")
        spoken = [*self.years, *years_spoken_of(batch.tables)]
        before, self.years = self.years, range(min(spoken), max(spoken) + 1) if spoken else range(0)
        return [year_row(year) for year in self.years if year not in before]


def _ids(tables: Tables, table: str, column: str) -> set[str]:
    return set(tables[table][column]) if table in tables else set()


def years_spoken_of(tables: Tables) -> set[int]:
    """Return the fiscal years that rows name."""
    return {
        year
        for frame in tables.values()
        for column in YEAR_COLUMNS
        if column in frame.columns
        for year in frame[column].drop_nulls().unique()
    }
