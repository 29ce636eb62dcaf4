"""What readers find: frozen records, each with the passage it was read from."""

import re
from dataclasses import dataclass, field

from analysis.documents.descriptor import Quantity
from analysis.documents.layouts import ActivityKind, Level, Status
from analysis.documents.text import Passage
from analysis.reading.eras import FiscalYearRange


@dataclass(frozen=True)
class MeasureRecord:
    """An item of a plan at any level, or one mention of it.

    Attributes:
        code: what tells it from others of its level, a number as a rule.
        printed_code: the code with the level's word where the document prints both as one (取組23).
        title: where the title is printed; None where only the code is (a table that leaves titles to an outline).
        parent_id: None at the top, and where the source has lost it (then `is_parent_known` is false).
        root_id: the topmost ancestor the source shows; the item itself at the top.
        repeats_code: the code printed before 再掲.
        repeats_id: the item of that code, or its child of the same title.
    """

    measure_id: str
    plan_id: str
    level: Level
    level_ja: str
    code: str | None
    title: Passage | None
    passage: Passage
    parent_id: str | None = None
    root_id: str | None = None
    is_parent_known: bool = True
    repeats_code: str | None = None
    repeats_id: str | None = None
    novelty: str | None = None
    is_national_priority: bool | None = None
    lead_body: str | None = None
    mark: str | None = None
    page: int | None = None
    printed_code: str | None = None


@dataclass(frozen=True)
class StatusRecord:
    """The printed status of an item for a fiscal year; `passage` is the symbol."""

    measure_id: str
    fiscal_year: int
    printed_year: str
    status: Status
    passage: Passage


@dataclass(frozen=True)
class ActivityRecord:
    """A cell that tells what was done or is planned, whole; `header` is the printed header of its column."""

    measure_id: str
    kind: ActivityKind
    fiscal_year: int | None
    is_open_ended: bool
    header: str
    passage: Passage


@dataclass(frozen=True)
class DepartmentsRecord:
    """A cell or line that names the departments in charge of an item."""

    measure_id: str
    passage: Passage


@dataclass(frozen=True)
class TermRecord:
    """A term that the document explains in a footnote of its own; `mark` is the footnote's number as printed."""

    mark: str
    term: Passage
    definition: Passage
    passage: Passage


@dataclass(frozen=True)
class EventRecord:
    """Something the plan tells of the ward's past, or the period of a plan; `passage` is its text."""

    kind: str
    fiscal_year: int
    end_fiscal_year: int | None
    passage: Passage


@dataclass(frozen=True)
class QuantityRecord:
    """A figure in running text; `sentence` is the passage around it."""

    entry: Quantity
    value: float
    unit_ja: str
    is_approximate: bool
    fiscal_year: int | None
    measure_id: str | None
    sentence: Passage
    passage: Passage


@dataclass(frozen=True)
class KpiRecord:
    """A KPI as its table names it.

    Attributes:
        name: the printed name, without footnote marks.
        row_label: 上段 or 下段 where several series share one name cell, or the label printed with each of the values
            of one cell (小, 中).
        goal_id: the item the table puts it under.
        definition: the footnotes that define it.
    """

    plan_id: str
    name: Passage
    row_label: str | None
    goal_id: str | None
    definition: tuple[Passage, ...]


@dataclass(frozen=True)
class PrintedDate:
    """A month printed beside a value."""

    year: int
    month: int


@dataclass(frozen=True)
class KpiValueRecord:
    """One printed figure of a KPI.

    Attributes:
        value: None where the cell prints a dash, and where `problem` says why the print could not be read.
        cell: the whole cell.
        passage: the figure within it.
        note: the words printed with it (累計), and the footnotes that hang on it.
        problem: why the print could not be read.
        moved_from: the header the cell stands under, where the conversion has moved it.
        read_as: the header of the column it belongs to.
    """

    kpi: KpiRecord
    fiscal_year: int
    printed_year: str
    value_type: str
    value: float | None
    denominator: float | None
    unit_ja: str
    is_approximate: bool
    is_break: bool
    as_of: PrintedDate | None
    cell: Passage
    passage: Passage
    note: tuple[Passage, ...]
    problem: str | None = None
    moved_from: str | None = None
    read_as: str = ""


@dataclass(frozen=True)
class KpiStatusRecord:
    """The printed grade of a KPI for a fiscal year.

    Attributes:
        passage: the symbol.
        moved_from: the header the cell stands under, where the conversion has moved it.
        read_as: the header of the column it belongs to.
    """

    kpi: KpiRecord
    fiscal_year: int
    printed_year: str
    status: Status
    passage: Passage
    moved_from: str | None = None
    read_as: str = ""


@dataclass(frozen=True)
class Target:
    """The value of the database that a cell feeds: table, key of the row ('|' between its parts) and column."""

    table: str
    row: str
    column: str


@dataclass(frozen=True)
class MovedCell:
    """A cell that stands under another header than the one it belongs to."""

    target: Target
    row_item_id: str
    passage: Passage
    printed_under: str
    read_as: str


@dataclass(frozen=True)
class Section:
    """The lines below a heading that names an item, the heading among them."""

    measure_id: str
    lines: range


@dataclass(frozen=True)
class TotalRecord:
    """A total the document states and what was read."""

    key: str
    subject_ja: str
    subject_en: str
    stated: float
    extracted: float
    explanation_ja: str | None
    explanation_en: str | None
    passage: Passage


@dataclass(frozen=True)
class PlanRecord:
    """A plan as the document names it; `period` is where its years are printed."""

    plan_id: str
    title: Passage
    title_en: str
    period: Passage | None = None
    years: FiscalYearRange | None = None

    @property
    def start_fiscal_year(self) -> int | None:
        """Return the first fiscal year of the plan's period."""
        return self.years.first.year if self.years else None

    @property
    def end_fiscal_year(self) -> int | None:
        """Return the last fiscal year of the plan's period."""
        return self.years.last.year if self.years else None


@dataclass(frozen=True)
class LocatedWords:
    """Words for which alone a line was read: a title, a period, a stated total."""

    line: int
    passages: tuple[Passage, ...]


@dataclass
class Findings:
    """Everything read from one document, and where.

    Attributes:
        unclassified_numbers: the numbers that nothing explains.
        lines_read: the lines that are read as wholes: headings, rows, blocks, notes.
        located: the words that were read from lines which otherwise are running text.
    """

    plans: list[PlanRecord] = field(default_factory=list)
    measures: list[MeasureRecord] = field(default_factory=list)
    statuses: list[StatusRecord] = field(default_factory=list)
    activities: list[ActivityRecord] = field(default_factory=list)
    departments: list[DepartmentsRecord] = field(default_factory=list)
    terms: list[TermRecord] = field(default_factory=list)
    events: list[EventRecord] = field(default_factory=list)
    quantities: list[QuantityRecord] = field(default_factory=list)
    unclassified_numbers: list[Passage] = field(default_factory=list)
    kpis: list[KpiRecord] = field(default_factory=list)
    kpi_values: list[KpiValueRecord] = field(default_factory=list)
    kpi_statuses: list[KpiStatusRecord] = field(default_factory=list)
    sections: list[Section] = field(default_factory=list)
    moved_cells: list[MovedCell] = field(default_factory=list)
    totals: list[TotalRecord] = field(default_factory=list)
    lines_read: set[int] = field(default_factory=set)
    located: list[LocatedWords] = field(default_factory=list)

    def locate(self, line: int, text: Passage, match: re.Match[str], *groups: str) -> None:
        """Take note that a line was read for what some groups of a match cover; without groups, for the whole match.

        Nothing else of the line is read by that: its other words are running text.

        Args:
            line: the number of the line.
            text: what the pattern was matched on.
            match: the match.
            groups: the names of groups, of which the pattern need not have all.
        """
        words = tuple(text.part(match, group) for group in groups if match.groupdict().get(group))
        self.located.append(LocatedWords(line, words if groups else (text.part(match),)))
