"""The totals a document states of itself, beside what was read."""

import re
from collections.abc import Iterator

from analysis.documents.descriptor import Count, Total
from analysis.documents.text import Line, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.numerals import parse_amount
from analysis.reading.places import at_line
from analysis.reading.records import Findings, TotalRecord
from analysis.reading.tables import lines_in, region_lines


def read_totals(document: RawDocument, totals: tuple[Total, ...], findings: Findings) -> None:
    """Add each stated total and its count to the findings.

    Raises:
        WardPlansError: a total is not found, is found more often than the descriptor says, is stated twice, or differs
            from what was read by another number than the one the descriptor explains.
    """
    for total in totals:
        for line, match in _stated(document, total):
            record = _compare(document, total, line, match, findings)
            if any(other.key == record.key for other in findings.totals):
                raise WardPlansError(f"{document.path}:{line.number}: {match[0]!r}: this total is stated a second time")
            findings.totals.append(record)
            findings.locate(line.number, line.passage, match, "stated", "label")


def _stated(document: RawDocument, total: Total) -> list[tuple[Line, re.Match[str]]]:
    region = region_lines(document, total.region)
    found = [(line, match) for line in lines_in(document, region) for match in total.pattern.finditer(line.text)]
    if total.last:
        found = found[-1:]
    if not found or (len(found) > 1 and not total.each):
        raise WardPlansError(
            f"{document.path}: total {total.total!r}: {total.pattern.pattern!r} is met {len(found)} times, "
            f"expected {'at least once' if total.each else 'once'}"
        )
    return found


def _compare(document: RawDocument, total: Total, line: Line, match: re.Match[str], findings: Findings) -> TotalRecord:
    label = match.groupdict().get("label")
    with at_line(document, line.number):
        stated = parse_amount(match["stated"]).value
    extracted = _count(document, total.count, label, findings)
    if extracted - stated != total.difference:
        raise WardPlansError(
            f"{document.path}:{line.number}: stated are {stated:g} ({total.subject_ja}{label or ''}), "
            f"read were {extracted:g}; expected were {stated + total.difference:g}. Mend the reading, or "
            f"explain the difference in the descriptor (total {total.total!r})"
        )
    return TotalRecord(
        key=f"{total.total}-{label}" if label else total.total,
        subject_ja=f"{total.subject_ja} {label}" if label else total.subject_ja,
        subject_en=f"{total.subject_en} {label}" if label else total.subject_en,
        stated=stated,
        extracted=extracted,
        explanation_ja=total.explanation_ja,
        explanation_en=total.explanation_en,
        passage=line.passage.part(match),
    )


def _count(document: RawDocument, count: Count, label: str | None, findings: Findings) -> float:
    if count.of in ("statuses", "kpi_statuses"):
        symbols = findings.statuses if count.of == "statuses" else findings.kpi_statuses
        # One grade of several series is printed once.
        places = {status.passage for status in symbols if label is None or status.passage.text == label}
        return len(places)
    if count.of == "measures":
        return len(
            {
                item.measure_id
                for item in findings.measures
                if item.level == count.level
                and (count.plan is None or item.plan_id == count.plan)
                and (item.code is not None or not count.coded)
            }
        )
    return sum(_parts(document, count))


def _parts(document: RawDocument, count: Count) -> Iterator[float]:
    for pattern in count.parts:
        found = [match for _, match in document.search(pattern)]
        if len(found) != 1:
            raise WardPlansError(
                f"{document.path}: the part {pattern.pattern!r} is met {len(found)} times, expected once"
            )
        yield parse_amount(found[0]["part"]).value
