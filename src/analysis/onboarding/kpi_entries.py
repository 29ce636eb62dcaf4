"""Rows for kpis.csv: what the print says of each new KPI, the rest left for somebody to decide."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import astuple
from io import StringIO
from pathlib import Path

from analysis.atomic import write_file
from analysis.curation.codebooks import Codebooks, KpiEntry
from analysis.documents.todos import MARK
from analysis.errors import WardPlansError
from analysis.onboarding.wording import NATURES
from analysis.reading.identifiers import title_digest
from analysis.reading.records import Findings, KpiRecord, KpiValueRecord


def missing_entries(findings: Findings, codebooks: Codebooks) -> list[tuple[KpiRecord, KpiEntry]]:
    """Return each KPI that was read and is not in kpis.csv, with the row to add for it.

    The unit is the one that is printed, TODO where none is or an unknown one; the nature is given only where the print
    says it: (累計), or a percent sign. The slug is made of the name, or taken from the same name in another plan.
    """
    known = set(codebooks.kpis_by_print)
    missing = []
    for kpi in findings.kpis:
        key = (kpi.plan_id, kpi.name.text, kpi.row_label or "")
        if key not in known:
            known.add(key)
            missing.append((kpi, _entry(kpi, list(_values_of(kpi, findings)), codebooks)))
    return missing


def as_csv(entries: Iterable[KpiEntry]) -> str:
    """Return rows as lines of CSV, as they stand in kpis.csv."""
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(map(astuple, entries))
    return text.getvalue()


def append_entries(path: Path, entries: Sequence[KpiEntry]) -> None:
    """Add rows at the end of kpis.csv.

    Raises:
        WardPlansError: it cannot be read or written.
    """
    try:
        before = path.read_bytes()
        end = b"" if before.endswith(b"\n") or not before else b"\n"
        write_file(before + end + as_csv(entries).encode("utf-8"), path)
    except OSError as error:
        raise WardPlansError(f"cannot write {path}: {error.strerror or error}") from error


def _values_of(kpi: KpiRecord, findings: Findings) -> Iterator[KpiValueRecord]:
    for value in findings.kpi_values:
        if (value.kpi.name.text, value.kpi.row_label) == (kpi.name.text, kpi.row_label):
            yield value


def _entry(kpi: KpiRecord, values: Sequence[KpiValueRecord], codebooks: Codebooks) -> KpiEntry:
    namesake = next((entry for entry in codebooks.kpis if entry.name_ja == kpi.name.text), None)
    label = kpi.row_label or ""
    unit = _unit(values, codebooks)
    return KpiEntry(
        plan_id=kpi.plan_id,
        name_ja=kpi.name.text,
        row_label_ja=label,
        slug=namesake.slug if namesake and not label else f"kpi-{title_digest(kpi.name.text + label)}",
        name_en=namesake.name_en if namesake and not label else "",
        unit_id=unit,
        nature=_nature(unit, values),
        target_nature="",
        direction="",
    )


def _unit(values: Sequence[KpiValueRecord], codebooks: Codebooks) -> str:
    printed = {value.unit_ja for value in values if value.unit_ja}
    fitting = [unit.unit_id for unit in codebooks.units if printed and printed <= unit.spellings]
    return fitting[0] if fitting else MARK


def _nature(unit: str, values: Sequence[KpiValueRecord]) -> str:
    remarks = {remark.text.strip("()") for value in values for remark in value.note}
    said = {nature for word, nature in NATURES.items() if word in remarks}
    if said:
        return said.pop()
    return "ratio" if unit == "percent" else ""
