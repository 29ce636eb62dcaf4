"""One printed figure of a KPI as a record, whether it stands in a table or in a line of its own."""

from dataclasses import dataclass

from analysis.documents.layouts import ValueType
from analysis.documents.text import Line, Passage, RawDocument
from analysis.reading.eras import FiscalYear, year_or_month
from analysis.reading.numerals import UnparsableNumberError, parse_amount
from analysis.reading.places import at_line
from analysis.reading.records import KpiRecord, KpiValueRecord, PrintedDate
from analysis.reading.remedies import remedy


@dataclass(frozen=True)
class PrintedYear:
    """The year of a figure, and the month where one is printed with it."""

    year: FiscalYear
    as_of: PrintedDate | None = None


@dataclass(frozen=True)
class Figure:
    """Where a figure stands: the cell or line, the figure in it, its year, and the notes on it."""

    cell: Passage
    figure: Passage
    when: PrintedYear
    note: tuple[Passage, ...] = ()
    is_break: bool = False


def printed_when(document: RawDocument, line: Line, printed: str) -> PrintedYear:
    """Return the year or month printed beside a figure.

    Raises:
        WardPlansError: it is neither.
    """
    with at_line(document, line.number):
        year, month = year_or_month(printed, document.era)
    return PrintedYear(year, PrintedDate(month.year, month.month) if month else None)


def value_record(kpi: KpiRecord, value_type: ValueType, figure: Figure) -> KpiValueRecord:
    """Return the record of a figure; one that is no amount has no value and a `problem`."""
    try:
        amount = parse_amount(figure.figure.text)
    except UnparsableNumberError as error:
        told = remedy(figure.figure.text)
        return _record(kpi, value_type, figure, problem=f"{error}; {told}" if told else str(error))
    return _record(
        kpi,
        value_type,
        figure,
        value=amount.value,
        denominator=amount.denominator,
        unit_ja=amount.unit_ja,
        is_approximate=amount.is_approximate,
    )


def missing_record(kpi: KpiRecord, value_type: ValueType, figure: Figure) -> KpiValueRecord:
    """Return the record of a dash where a figure would stand."""
    return _record(kpi, value_type, figure)


def _record(
    kpi: KpiRecord,
    value_type: ValueType,
    figure: Figure,
    *,
    value: float | None = None,
    denominator: float | None = None,
    unit_ja: str = "",
    is_approximate: bool = False,
    problem: str | None = None,
) -> KpiValueRecord:
    return KpiValueRecord(
        kpi=kpi,
        fiscal_year=figure.when.year.year,
        printed_year=figure.when.year.printed,
        value_type=value_type,
        value=value,
        denominator=denominator,
        unit_ja=unit_ja,
        is_approximate=is_approximate,
        is_break=figure.is_break,
        as_of=figure.when.as_of,
        cell=figure.cell,
        passage=figure.figure,
        note=figure.note,
        problem=problem,
    )
