"""Rows of KPIs, their values and their grades."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from itertools import chain

from analysis.curation.codebooks import KpiEntry
from analysis.curation.honesty_rows import add_moved_cell
from analysis.curation.ledger import Ledger, Misprint, joined_print, place
from analysis.documents.text import Passage
from analysis.errors import WardPlansError
from analysis.reading.reader import ReadDocument
from analysis.reading.records import KpiRecord, KpiValueRecord, MovedCell, Target


def add_kpis(ledger: Ledger, document: ReadDocument) -> None:
    """Add the rows of a document's KPIs, if no earlier edition has them, and their values.

    Raises:
        WardPlansError: a KPI is not in the codebook, a value is printed in another unit than its KPI's, or a year has
            two values of one type. A figure that cannot be read becomes a misprint that a correction has to explain.
    """
    known = {row["kpi_id"] for row in ledger.rows("kpis")}
    printed: dict[str, list[KpiRecord]] = {}
    for kpi in document.findings.kpis:
        printed.setdefault(_entry(ledger, document, kpi).kpi_id, []).append(kpi)
    for kpi_id, mentions in printed.items():
        if kpi_id not in known:
            kpi = replace(mentions[0], goal_id=_goal(document, mentions))
            _add_kpi(ledger, document, kpi, _entry(ledger, document, kpi))
    _refuse_repeated_values(document)
    for value in document.findings.kpi_values:
        entry = _entry(ledger, document, value.kpi)
        _check_unit(ledger, document, value, entry)
        _add_value(ledger, document, value, entry.kpi_id)


def add_kpi_statuses(ledger: Ledger, document: ReadDocument) -> None:
    """Add the rows of the grades that a document gives its KPIs.

    Raises:
        WardPlansError: a KPI has two grades for a year.
    """
    text, document_id = document.source.text, document.source.descriptor.document
    seen: dict[str, Passage] = {}
    for status in document.findings.kpi_statuses:
        kpi_id = _entry(ledger, document, status.kpi).kpi_id
        row_id = f"{kpi_id}|{status.fiscal_year}"
        first = seen.setdefault(row_id, status.passage)
        if first is not status.passage:
            raise WardPlansError(
                f"{text.where(status.passage)}: {status.passage.text!r} is a second grade of {kpi_id} for "
                f"{status.printed_year}; the first is {first.text!r} on line {text.line_number(first)}"
            )
        if status.moved_from is not None:
            target = Target("kpi_statuses", row_id, "status")
            add_moved_cell(
                ledger, document, MovedCell(target, kpi_id, status.passage, status.moved_from, status.read_as)
            )
        ledger.add(
            "kpi_statuses",
            {
                "kpi_id": kpi_id,
                "fiscal_year": status.fiscal_year,
                "document_id": document_id,
                "status": status.status,
                "label_ja": text.printed(status.passage),
                "printed_year_ja": status.printed_year,
                "citation_id": ledger.cite(document, status.passage, "kpi_statuses", f"{row_id}|{document_id}"),
            },
        )


def refuse_unused_entries(ledger: Ledger) -> None:
    """Make sure that each KPI of the codebook is printed, if its plan is there.

    Raises:
        WardPlansError: an entry matches nothing.
    """
    used = {row["kpi_id"] for row in ledger.rows("kpis")}
    entries = ledger.codebooks.kpis_by_plan
    for entry in chain.from_iterable(entries.get(str(row["plan_id"]), ()) for row in ledger.rows("plans")):
        if entry.kpi_id not in used:
            raise WardPlansError(
                f"{ledger.codebooks.folder / 'kpis.csv'}: KPI {entry.name_ja!r} of plan {entry.plan_id} matches "
                "nothing printed in its documents"
            )


def _entry(ledger: Ledger, document: ReadDocument, kpi: KpiRecord) -> KpiEntry:
    label = kpi.row_label or ""
    entry = ledger.codebooks.kpis_by_print.get((kpi.plan_id, kpi.name.text, label))
    if entry is not None:
        return entry
    raise WardPlansError(
        f"{document.source.text.where(kpi.name)}: unknown KPI {kpi.name.text!r}{f' ({label})' if label else ''} "
        f"of plan {kpi.plan_id}; add it to {ledger.codebooks.folder / 'kpis.csv'} with its unit, nature and direction"
    )


def _goal(document: ReadDocument, mentions: Sequence[KpiRecord]) -> str | None:
    """Return the item a KPI belongs to, which only one of its mentions need say."""
    text = document.source.text
    told = [kpi for kpi in mentions if kpi.goal_id is not None]
    for kpi in told:
        if kpi.goal_id != told[0].goal_id:
            raise WardPlansError(
                f"{text.where(kpi.name)}: KPI {kpi.name.text!r} stands under {kpi.goal_id}, on line "
                f"{text.line_number(told[0].name)} under {told[0].goal_id}; series of one name need a label to be told "
                "apart (the group `label` of the pattern)"
            )
    return told[0].goal_id if told else None


def _add_kpi(ledger: Ledger, document: ReadDocument, kpi: KpiRecord, entry: KpiEntry) -> None:
    ledger.add(
        "kpis",
        {
            "kpi_id": entry.kpi_id,
            "plan_id": kpi.plan_id,
            "measure_id": kpi.goal_id,
            "name_ja": document.source.text.printed(kpi.name),
            "name_en": entry.name_en or None,
            "row_label_ja": kpi.row_label,
            "unit_id": entry.unit_id,
            "direction": entry.direction or None,
            "nature": entry.nature or None,
            "target_nature": entry.target_nature or None,
            "definition_ja": joined_print(document, kpi.definition),
            "citation_id": ledger.cite(document, kpi.name, "kpis", entry.kpi_id),
        },
    )


def _refuse_repeated_values(document: ReadDocument) -> None:
    seen: dict[tuple[str, str | None, int, str], Passage] = {}
    for value in document.findings.kpi_values:
        key = (value.kpi.name.text, value.kpi.row_label, value.fiscal_year, value.value_type)
        first = seen.setdefault(key, value.passage)
        if first is not value.passage:
            text = document.source.text
            raise WardPlansError(
                f"{text.where(value.passage)}: {value.passage.text!r} is a second {value.value_type} of "
                f"{value.printed_year} for {value.kpi.name.text!r}; the first is {first.text!r} on line "
                f"{text.line_number(first)}"
            )


def _check_unit(ledger: Ledger, document: ReadDocument, value: KpiValueRecord, entry: KpiEntry) -> None:
    units = ledger.codebooks.units_by_id
    unit = units.get(entry.unit_id)
    if unit is None:
        raise WardPlansError(
            f"{ledger.codebooks.folder / 'kpis.csv'}: KPI {entry.slug}: unknown unit {entry.unit_id!r}, "
            f"expected one of {', '.join(units)}"
        )
    if value.unit_ja and value.unit_ja not in unit.spellings:
        raise WardPlansError(
            f"{document.source.text.where(value.passage)}: unknown unit {value.unit_ja!r} in {value.passage.text!r}, "
            f"expected {' or '.join(sorted(unit.spellings))} (unit {unit.unit_id} of KPI {entry.slug})"
        )


def _add_value(ledger: Ledger, document: ReadDocument, value: KpiValueRecord, kpi_id: str) -> None:
    text = document.source.text
    document_id = document.source.descriptor.document
    row_id = f"{kpi_id}|{value.fiscal_year}|{value.value_type}"
    if value.problem:
        problem = f"{text.where(value.passage)}: {value.problem}"
        printed = text.printed(value.passage)
        ledger.misprints.append(
            Misprint("kpi_values", row_id, "value", printed, place(document, value.passage), problem)
        )
    if value.moved_from is not None:
        target = Target("kpi_values", row_id, "value")
        add_moved_cell(ledger, document, MovedCell(target, kpi_id, value.cell, value.moved_from, value.read_as))
    ledger.add(
        "kpi_values",
        {
            "kpi_id": kpi_id,
            "fiscal_year": value.fiscal_year,
            "value_type": value.value_type,
            "document_id": document_id,
            "value": value.value,
            "denominator": value.denominator,
            "is_approximate": value.is_approximate,
            "obs_status": _obs_status(value),
            "as_of": date(value.as_of.year, value.as_of.month, 1) if value.as_of else None,
            "as_of_precision": "month" if value.as_of else None,
            "printed_year_ja": value.printed_year,
            "raw_text": text.printed(value.cell),
            "note_ja": joined_print(document, value.note),
            "citation_id": ledger.cite(document, value.passage, "kpi_values", f"{row_id}|{document_id}"),
        },
    )


def _obs_status(value: KpiValueRecord) -> str:
    """Return the SDMX observation status (CL_OBS_STATUS 2.2); of several, the first by that list's precedence."""
    if value.is_break:
        return "B"
    if value.problem:
        return "U"
    if value.value is None:
        return "O"
    return "E" if value.is_approximate else "A"
