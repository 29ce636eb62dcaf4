"""Rows of documents, plans, measures and statuses."""

from datetime import date

from analysis.curation.ledger import Ledger, Mention, Misprint, place
from analysis.documents.text import Passage
from analysis.errors import WardPlansError
from analysis.reading.identifiers import plain_title
from analysis.reading.reader import ReadDocument
from analysis.reading.records import MeasureRecord, PlanRecord


def add_document(ledger: Ledger, document: ReadDocument) -> None:
    """Add the row of a document.

    Raises:
        WardPlansError: its ward is unknown, or folder, publisher and ward do not belong together.
    """
    descriptor, text = document.source.descriptor, document.source.text
    _check_ward(ledger, document)
    publication = document.publication
    ledger.add(
        "documents",
        {
            "document_id": descriptor.document,
            "ward_code": descriptor.ward,
            "plan_id": descriptor.plans[0].plan,
            "title_ja": text.printed(document.title),
            "title_en": descriptor.title_en,
            "kind": descriptor.kind,
            "published_on": date(publication.month.year, publication.month.month, 1) if publication else None,
            "published_ja": text.printed(publication.passage) if publication else None,
            "published_precision": "month" if publication else None,
            "file_name": text.path.name,
            "sha256": text.sha256,
            "descriptor_sha256": document.source.descriptor_sha256,
            "original_file_name": document.source.original.name if document.source.original else None,
            "original_sha256": document.source.original_sha256,
            "char_count": len(text.raw),
            "line_count": text.line_count,
        },
    )


def add_plans(ledger: Ledger, document: ReadDocument) -> None:
    """Add the rows of the plans a document speaks of; a later edition speaks of a plan that is there already.

    Raises:
        WardPlansError: an edition gives a plan another title or period.
    """
    for plan in document.findings.plans:
        first = ledger.mentions.setdefault(plan.plan_id, Mention(document, plan.title))
        if first.document is document:
            _add_plan(ledger, document, plan)
        else:
            _compare_edition(ledger, document, plan, first)


def add_measures(ledger: Ledger, document: ReadDocument) -> None:
    """Add one row for each item, from its first mention with a title; later editions add the items that are new.

    Raises:
        WardPlansError: an item has no title, or two mentions of it stand under different parents. Two titles for one
            item become a misprint that a correction has to explain.
    """
    titled: dict[str, MeasureRecord] = {}
    for item in document.findings.measures:
        if item.title is not None and item.measure_id not in titled:
            titled[item.measure_id] = item
            ledger.mentions.setdefault(item.measure_id, Mention(document, item.title, item.parent_id))
    for item in document.findings.measures:
        _compare_mention(ledger, document, item)
    for position, item in enumerate(titled.values(), start=1):
        if ledger.mentions[item.measure_id].document is document:
            _add_measure(ledger, document, item, position)


def add_statuses(ledger: Ledger, document: ReadDocument) -> None:
    """Add the rows of the printed statuses.

    Raises:
        WardPlansError: an item has two statuses for a year, in one document or in two.
    """
    seen: dict[str, Passage] = {}
    earlier = {f"{row['measure_id']}|{row['fiscal_year']}": row["label_ja"] for row in ledger.rows("statuses")}
    for status in document.findings.statuses:
        row_id = f"{status.measure_id}|{status.fiscal_year}"
        first = seen.setdefault(row_id, status.passage)
        if first is not status.passage:
            text = document.source.text
            raise WardPlansError(
                f"{text.where(status.passage)}: {status.passage.text!r} is a second status of {status.measure_id} for "
                f"{status.printed_year}; the first is {first.text!r} on line {text.line_number(first)}"
            )
        if row_id in earlier:
            raise WardPlansError(
                f"{document.source.text.where(status.passage)}: {status.passage.text!r} is a second status of "
                f"{status.measure_id} for {status.printed_year}; an earlier document has {earlier[row_id]!r}"
            )
        ledger.add(
            "statuses",
            {
                "measure_id": status.measure_id,
                "fiscal_year": status.fiscal_year,
                "status": status.status,
                "label_ja": document.source.text.printed(status.passage),
                "printed_year_ja": status.printed_year,
                "citation_id": ledger.cite(document, status.passage, "statuses", row_id),
            },
        )


def _check_ward(ledger: Ledger, document: ReadDocument) -> None:
    descriptor = document.source.descriptor
    where = document.source.text.path.with_suffix(".yaml")
    wards = ledger.codebooks.wards_by_code
    ward = wards.get(descriptor.ward)
    if ward is None:
        raise WardPlansError(
            f"{where}: key ward: unknown ward code {descriptor.ward!r}, expected one of {', '.join(sorted(wards))}"
        )
    if document.source.folder_slug != ward.slug or descriptor.publisher != ward.name_ja:
        raise WardPlansError(
            f"{where}: ward {ward.ward_code} is {ward.name_ja} ({ward.slug}), but the folder is of "
            f"{document.source.folder_slug!r} and key publisher is {descriptor.publisher!r}"
        )


def _add_plan(ledger: Ledger, document: ReadDocument, plan: PlanRecord) -> None:
    period = plan.period
    ledger.add(
        "plans",
        {
            "plan_id": plan.plan_id,
            "ward_code": document.source.descriptor.ward,
            "title_ja": document.source.text.printed(plan.title),
            "title_en": plan.title_en,
            "start_fiscal_year": plan.start_fiscal_year,
            "end_fiscal_year": plan.end_fiscal_year,
            "title_citation_id": ledger.cite(document, plan.title, "plans", f"{plan.plan_id}:title"),
            "period_citation_id": (
                ledger.cite(document, period, "plans", f"{plan.plan_id}:period") if period else None
            ),
        },
    )


def _compare_edition(ledger: Ledger, document: ReadDocument, plan: PlanRecord, first: Mention) -> None:
    where = document.source.text.where(plan.title)
    row = next(row for row in ledger.rows("plans") if row["plan_id"] == plan.plan_id)
    if plain_title(plan.title.text) != plain_title(first.title.text):
        raise WardPlansError(
            f"{where}: plan {plan.plan_id!r} is titled {plan.title.text!r}, at {first.where} {first.title.text!r}; "
            "give another plan another id"
        )
    period = (plan.start_fiscal_year, plan.end_fiscal_year)
    if plan.period is not None and period != (row["start_fiscal_year"], row["end_fiscal_year"]):
        raise WardPlansError(f"{where}: plan {plan.plan_id!r} runs {period}, at {first.where} otherwise")


def _compare_mention(ledger: Ledger, document: ReadDocument, item: MeasureRecord) -> None:
    text = document.source.text
    where = text.where(item.passage)
    first = ledger.mentions.get(item.measure_id)
    if first is None:
        raise WardPlansError(f"{where}: {item.level_ja} {item.code} has no title anywhere in the document")
    if item.parent_id is not None and item.parent_id != first.parent_id:
        raise WardPlansError(
            f"{where}: {item.level_ja} {item.code} stands under {item.parent_id}, at {first.where} "
            f"under {first.parent_id}"
        )
    if item.title is None or item.title.text == first.title.text:
        return
    printed = text.printed(item.title)
    problem = f"{where}: {item.level_ja} {item.code} is titled {printed!r}, at {first.where} {first.title.text!r}"
    ledger.misprints.append(
        Misprint("measures", item.measure_id, "title_ja", printed, place(document, item.title), problem)
    )


def _add_measure(ledger: Ledger, document: ReadDocument, item: MeasureRecord, position: int) -> None:
    assert item.title is not None
    ledger.add(
        "measures",
        {
            "measure_id": item.measure_id,
            "plan_id": item.plan_id,
            "document_id": document.source.descriptor.document,
            "parent_measure_id": item.parent_id,
            "root_measure_id": item.root_id,
            "is_parent_known": item.is_parent_known,
            "level": item.level,
            "level_ja": item.level_ja,
            "code": item.printed_code,
            "title_ja": document.source.text.printed(item.title),
            "position": position,
            "repeats_measure_id": item.repeats_id,
            "novelty": item.novelty,
            "is_national_priority": item.is_national_priority,
            "lead_body": item.lead_body,
            "mark_ja": item.mark,
            "page": item.page,
            "citation_id": ledger.cite(document, item.passage, "measures", item.measure_id),
        },
    )
