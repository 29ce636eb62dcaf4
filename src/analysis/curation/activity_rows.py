"""Rows of activities, departments and glossary terms."""

from collections import Counter

from analysis.curation.ledger import Ledger
from analysis.reading.bullets import Bullet, bullets, listed_names, year_told
from analysis.reading.identifiers import plain_code, title_digest
from analysis.reading.reader import ReadDocument
from analysis.reading.records import ActivityRecord


def add_activities(ledger: Ledger, document: ReadDocument) -> None:
    """Add one row a bullet of each cell that tells what was done or is planned, or a cell without bullets."""
    positions: Counter[str] = Counter()
    taken = {row["activity_id"] for row in ledger.rows("activities")}
    times: Counter[str] = Counter()
    for activity in document.findings.activities:
        for bullet in bullets(activity.passage):
            positions[activity.measure_id] += 1
            year = _year(activity, bullet, document.source.text.era)
            stem = f"{_activity_stem(activity, year)}-{title_digest(bullet.passage.text)}"
            if stem in taken:  # said in the same words by an earlier edition
                stem = f"{stem}@{document.source.descriptor.document}"
            times[stem] += 1
            activity_id = stem if times[stem] == 1 else f"{stem}-{times[stem]}"
            ledger.add(
                "activities",
                {
                    "activity_id": activity_id,
                    "measure_id": activity.measure_id,
                    "fiscal_year": year,
                    "is_open_ended": activity.is_open_ended,
                    "kind": activity.kind,
                    "position": positions[activity.measure_id],
                    "depth": bullet.depth,
                    "header_ja": activity.header,
                    "text_ja": document.source.text.printed(bullet.passage),
                    "citation_id": ledger.cite(document, bullet.passage, "activities", activity_id),
                },
            )


def add_departments(ledger: Ledger, document: ReadDocument) -> None:
    """Add each department once a ward, at its first mention, and the items it is in charge of."""
    ward = document.source.descriptor.ward
    known = {row["department_id"] for row in ledger.rows("departments")}
    linked = {(row["measure_id"], row["department_id"]) for row in ledger.rows("measure_departments")}
    for record in document.findings.departments:
        for name in listed_names(record.passage, document.source.text.breaks(record.passage)):
            department_id = f"{ward}-{name.text}"
            if department_id not in known:
                known.add(department_id)
                ledger.add(
                    "departments",
                    {
                        "department_id": department_id,
                        "ward_code": ward,
                        "name_ja": document.source.text.printed(name),
                        "citation_id": ledger.cite(document, name, "departments", department_id),
                    },
                )
            if (record.measure_id, department_id) in linked:
                continue
            linked.add((record.measure_id, department_id))
            row_id = f"{record.measure_id}|{department_id}"
            ledger.add(
                "measure_departments",
                {
                    "measure_id": record.measure_id,
                    "department_id": department_id,
                    "citation_id": ledger.cite(document, name, "measure_departments", row_id),
                },
            )


def add_glossary(ledger: Ledger, document: ReadDocument) -> None:
    """Add the terms that a document explains in footnotes of its own."""
    for record in document.findings.terms:
        document_id = document.source.descriptor.document
        term_id = f"{document_id}-note-{plain_code(record.mark)}"
        ledger.add(
            "glossary_terms",
            {
                "term_id": term_id,
                "document_id": document_id,
                "term_ja": document.source.text.printed(record.term),
                "definition_ja": document.source.text.printed(record.definition),
                "citation_id": ledger.cite(document, record.passage, "glossary_terms", term_id),
            },
        )


def _year(activity: ActivityRecord, bullet: Bullet, era: str | None) -> int | None:
    """Return the year of the column, or for a result in a column without one the year its bullet tells."""
    if activity.fiscal_year is not None or activity.kind != "result":
        return activity.fiscal_year
    told = year_told(bullet.passage.text, era)
    return told.year if told else None


def _activity_stem(activity: ActivityRecord, year: int | None) -> str:
    told = f"-{year}" if year else ""
    return f"{activity.measure_id}-{activity.kind}{told}{'-on' if activity.is_open_ended else ''}"
