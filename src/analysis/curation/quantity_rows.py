"""Rows of quantities and events."""

from collections import Counter

from analysis.curation.ledger import Ledger, Row, place
from analysis.errors import WardPlansError
from analysis.reading.identifiers import title_digest
from analysis.reading.reader import ReadDocument
from analysis.reading.records import QuantityRecord


def add_quantities(ledger: Ledger, document: ReadDocument) -> None:
    """Add the figures of a document's running text.

    Raises:
        WardPlansError: a quantity names an unknown unit, or is printed in another.
    """
    document_id = document.source.descriptor.document
    times: Counter[str] = Counter()
    bullets = _activity_citations(ledger, document_id)
    for quantity in document.findings.quantities:
        _check_unit(ledger, document, quantity)
        stem = _stem(document_id, quantity)
        times[stem] += 1
        quantity_id = stem if times[stem] == 1 else f"{stem}-{times[stem]}"
        ledger.add(
            "quantities",
            {
                "quantity_id": quantity_id,
                "measure_id": quantity.measure_id,
                "activity_id": _activity_around(bullets, place(document, quantity.passage)),
                "fiscal_year": quantity.fiscal_year,
                "value": quantity.value,
                "unit_id": quantity.entry.unit,
                "nature": quantity.entry.nature,
                "subject_ja": quantity.entry.subject_ja,
                "subject_en": quantity.entry.subject_en,
                "is_approximate": quantity.is_approximate,
                "bound": quantity.entry.bound,
                "scope": quantity.entry.scope,
                "sentence_ja": document.source.text.printed(quantity.sentence),
                "citation_id": ledger.cite(document, quantity.passage, "quantities", quantity_id),
            },
        )


def _stem(document_id: str, quantity: QuantityRecord) -> str:
    """Return what an id begins with; figures of one kind are told apart by their item and year."""
    stem = f"{document_id}-{quantity.entry.quantity}"
    if not quantity.entry.each:
        return stem
    item = quantity.measure_id.partition("-measure-")[2] or quantity.measure_id if quantity.measure_id else "text"
    return f"{stem}-{item}" + (f"-{quantity.fiscal_year}" if quantity.fiscal_year else "")


def add_events(ledger: Ledger, document: ReadDocument) -> None:
    """Add what a document tells of its ward's past."""
    document_id = document.source.descriptor.document
    times: Counter[str] = Counter()
    for event in document.findings.events:
        stem = f"{document_id}-{event.kind}-{event.fiscal_year}-{title_digest(event.passage.text)}"
        times[stem] += 1
        event_id = stem if times[stem] == 1 else f"{stem}-{times[stem]}"
        ledger.add(
            "events",
            {
                "event_id": event_id,
                "ward_code": document.source.descriptor.ward,
                "fiscal_year": event.fiscal_year,
                "end_fiscal_year": event.end_fiscal_year,
                "kind": event.kind,
                "text_ja": document.source.text.printed(event.passage),
                "citation_id": ledger.cite(document, event.passage, "events", event_id),
            },
        )


def _activity_citations(ledger: Ledger, document_id: str) -> list[tuple[Row, str]]:
    """Return where each activity of a document stands, with its id."""
    places = {row["citation_id"]: row for row in ledger.rows("citations") if row["document_id"] == document_id}
    return [
        (places[row["citation_id"]], str(row["activity_id"]))
        for row in ledger.rows("activities")
        if row["citation_id"] in places
    ]


def _activity_around(bullets: list[tuple[Row, str]], figure: Row) -> str | None:
    def is_around(cited: Row) -> bool:
        return _offset(cited, "char_start") <= _offset(figure, "char_start") and _offset(figure, "char_end") <= _offset(
            cited, "char_end"
        )

    return next((activity_id for cited, activity_id in bullets if is_around(cited)), None)


def _offset(row: Row, column: str) -> int:
    value = row[column]
    assert isinstance(value, int)
    return value


def _check_unit(ledger: Ledger, document: ReadDocument, quantity: QuantityRecord) -> None:
    unit = ledger.codebooks.units_by_id.get(quantity.entry.unit)
    where = document.source.text.where(quantity.passage)
    if unit is None:
        raise WardPlansError(f"{where}: quantity {quantity.entry.quantity!r}: unknown unit {quantity.entry.unit!r}")
    if quantity.unit_ja and quantity.unit_ja not in unit.spellings:
        raise WardPlansError(
            f"{where}: quantity {quantity.entry.quantity!r}: unknown unit {quantity.unit_ja!r} in "
            f"{quantity.passage.text!r}, expected {' or '.join(sorted(unit.spellings))}"
        )
