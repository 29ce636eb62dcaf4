"""The kinds of layout a descriptor can name: outlines, tables, blocks, footnotes, and the patterns they are told by.

The keys of a descriptor are the fields of these classes, under the same names. All patterns are Python regular
expressions on the reading text; what their named groups mean stands with each.
"""

import re
from collections.abc import Mapping
from typing import Annotated, Literal, Self, get_args

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from analysis.documents.folding import fold_characters

Level = Literal["viewpoint", "pillar", "policy", "measure", "project"]
ActivityKind = Literal["result", "plan", "schedule", "effect", "goal"]
Era = Literal["明治", "大正", "昭和", "平成", "令和"]
ValueType = Literal["baseline", "target", "actual"]
VALUE_TYPES: tuple[ValueType, ...] = get_args(ValueType)
Status = Literal[
    "ahead",
    "on_schedule",
    "behind",
    "not_started",
    "achieved",
    "continuing",
    "under_review",
    "completed",
    "merged",
]
STATUS_MEANINGS: Mapping[Status, str] = {
    "ahead": "further than planned",
    "on_schedule": "as planned",
    "behind": "later or less than planned",
    "not_started": "not begun",
    "achieved": "the goal is reached",
    "continuing": "goes on, whether or not it is as planned",
    "under_review": "to be thought over again",
    "completed": "finished, nothing is left to do",
    "merged": "carried on within another item",
}
"""What each status of the coarse scale means, on which every ward's symbols are mapped."""
STATUSES_TOLD = ", ".join(f"{status} ({meaning})" for status, meaning in STATUS_MEANINGS.items())
"""The statuses and their meanings, for messages."""


def _compile(value: object) -> re.Pattern[str]:
    if not isinstance(value, str):
        raise ValueError(f"expected a regular expression, met {value!r}")
    try:
        return re.compile(value)
    except re.error as error:
        raise ValueError(f"not a regular expression: {error}") from error


Pattern = Annotated[re.Pattern[str], BeforeValidator(_compile)]


def with_groups(*names: str) -> AfterValidator:
    """Return a check that a pattern has the named groups that its reader asks for."""

    def check(pattern: re.Pattern[str]) -> re.Pattern[str]:
        for name in names:
            if name not in pattern.groupindex:
                raise ValueError(f"expected a regular expression with the named group (?P<{name}>…)")
        return pattern

    return AfterValidator(check)


def _symbol(value: object) -> object:
    """Return a symbol in the reading form; YAML takes 1 for a number."""
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return fold_characters(str(value)) if is_number or isinstance(value, str) else value


Symbol = Annotated[str, BeforeValidator(_symbol)]
StatusMap = dict[Symbol, Status]
TitlePattern = Annotated[Pattern, with_groups("title")]
YearPattern = Annotated[Pattern, with_groups("year")]
CodePattern = Annotated[Pattern, with_groups("code")]


class Part(BaseModel):
    """Base of all descriptor parts: no unknown keys, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Region(Part):
    """The lines after the first line that matches `after`, up to the next line that matches `until`."""

    after: Pattern | None = None
    until: Pattern | None = None


class StatedYear(Part):
    """Where the document says which fiscal year a column or block speaks of.

    Either `year`: a pattern whose group `year` is that year (2025年度, 令和7年度, and 7年度 where the descriptor has
    the key `era`). It is searched in the region of the layout, and where it is not met there in the whole document;
    wherever it is met it has to name one and the same year. Or `plan_year`: the first or last year of the plan's
    period, where the document says so in the words that `said` matches.
    """

    year: YearPattern | None = None
    year_offset: int = 0
    """How many years later the column or block speaks of: -1 where it prints 前年度."""
    plan_year: Literal["start", "end"] | None = None
    said: Pattern | None = None

    @property
    def is_stated(self) -> bool:
        """Return whether there is a year: else it stands in a heading, in the cells, or nowhere."""
        return self.year is not None or self.plan_year is not None

    @model_validator(mode="after")
    def _one_statement(self) -> Self:
        if self.year is not None and self.plan_year is not None:
            raise ValueError("expected either `year` or `plan_year`")
        if (self.plan_year is None) != (self.said is None):
            raise ValueError("`plan_year` and `said`, the words of the document that say so, belong together")
        if self.year_offset and not self.is_stated:
            raise ValueError("`year_offset` needs the key `year` or `plan_year` that it is counted from")
        return self


class Statuses(StatedYear):
    """Symbols of progress, and what they mean on the coarse scale.

    `statuses` maps each symbol as printed (○, 達成, A) to one of `STATUS_MEANINGS`; the symbol itself is kept beside
    it. `unrated` are symbols that say there is no judgement (評価できない): they make no row. `legend`, where given,
    matches each line of the document's own legend, its group `status` being the symbol: the symbols there and those of
    `statuses` and `unrated` must then be the same.
    """

    statuses: StatusMap = Field(min_length=1)
    unrated: tuple[Symbol, ...] = ()
    legend: Annotated[Pattern, with_groups("status")] | None = None


class OutlineLevel(Part):
    """Headings of one level; the pattern has a group `title` and, where codes are printed, a group `code`."""

    level: Level
    level_ja: str
    pattern: TitlePattern
    within_parent: bool = False
    """Whether codes begin anew under each parent."""


class Outline(Part):
    """Headings or list items, from the highest level to the lowest."""

    layout: Literal["outline"]
    plan: str
    region: Region = Region()
    levels: tuple[OutlineLevel, ...] = Field(min_length=1)


class Column(Part):
    """One column of a table, in the order of the page.

    `header` matches the printed header as a whole ('' where none is printed). `anchor` columns can be told by their
    cells alone: only they can show that the conversion moved a row's cells.
    """

    header: Pattern
    pattern: Pattern | None = None
    anchor: bool = False


class CodeColumn(Column):
    """Holds the code of the items whose titles stand in the next column of the same level."""

    holds: Literal["code"]
    level: Level
    parent_code: CodePattern | None = None
    """Where the code itself names the parent: a group `code`."""
    parent_level: Level | None = None


class LevelColumn(Column):
    """Holds the items of one level.

    Groups of `pattern`: `code`, `printed` (the code with the level's word), `title`, `repeats` (the code of the item
    that this one repeats, 再掲), `novelty`, `lead` (who carries it out), `national` (a national priority), `mark` (a
    mark the document does not explain).
    """

    holds: Literal["level"]
    level: Level
    level_ja: str
    within_parent: bool = False
    many: bool = False
    """Whether one cell can hold several items one after another; `pattern` then matches each of them."""
    known_from_outline: bool = False
    """Whether only titles that an outline of the same level has named can stand here."""
    blank: tuple[str, ...] = ()
    """Cell texts that say there is no item of this level."""
    ignore: Pattern | None = None
    """Cells that stand in this column but are not items (a legend, say)."""

    @model_validator(mode="after")
    def _pattern_has_groups(self) -> "LevelColumn":
        groups = self.pattern.groupindex if self.pattern else {"title": 0}
        if self.many and "code" not in groups:
            raise ValueError("a column of many items needs a `pattern` with the named group (?P<code>…)")
        if self.known_from_outline and "title" not in groups:
            raise ValueError("a column known_from_outline needs a `pattern` with the named group (?P<title>…)")
        return self


class PageColumn(Column):
    """Holds the page of the plan that describes the item."""

    holds: Literal["page"]


class StatusColumn(Column, Statuses):
    """Holds the status symbol: the whole cell, or the group `status` of `pattern`."""

    holds: Literal["status"]

    @model_validator(mode="after")
    def _has_year(self) -> Self:
        if not self.is_stated:
            raise ValueError("a column of statuses needs the key `year` (a pattern that finds it in the document)")
        return self


class ActivityColumn(Column):
    """Holds what was done or is planned; a group `year` of `header` says when."""

    holds: Literal["activity"]
    kind: ActivityKind


class OtherColumn(Column):
    """Holds what no table of the database takes yet; `what` names it."""

    holds: Literal["departments", "note"]


AnyTableColumn = Annotated[
    CodeColumn | LevelColumn | PageColumn | StatusColumn | ActivityColumn | OtherColumn,
    Field(discriminator="holds"),
]


class HierarchyTable(Part):
    """A table of items in levels, whose merged cells the conversion left blank; with or without progress columns."""

    layout: Literal["hierarchy_table"]
    plan: str
    region: Region = Region()
    panels: int = Field(default=1, ge=1)
    """How many times the columns stand side by side."""
    columns: tuple[AnyTableColumn, ...] = Field(min_length=1)
    novelty: dict[str, Literal["new", "continuing"]] = {}
    lead: dict[str, Literal["ward", "tokyo", "nation"]] = {}


class GoalColumn(Column):
    """Holds the goal the KPIs belong to: a group `code`."""

    holds: Literal["goal"]
    pattern: CodePattern


class NameColumn(Column):
    """Holds the KPI's name: groups `name` and, where footnotes hang on names, `note`."""

    holds: Literal["name"]
    pattern: Annotated[Pattern, with_groups("name")] | None = None


class KpiOtherColumn(Column):
    """Holds the unit of the figures beside it that print none, or a note, which no table of the database takes yet."""

    holds: Literal["unit", "note"]


class YearColumns(StatedYear):
    """Columns that each speak of one year.

    `header` matches the lower header row and has a group `year` where the year stands there; `group` matches the
    header above, if the table has one. Where the header names no year, one of the keys of `StatedYear` says where it
    is.
    """

    header: Pattern
    group: Pattern | None = None

    @property
    def has_year(self) -> bool:
        """Return whether the header or another place in the document names the year."""
        return self.is_stated or "year" in self.header.groupindex

    @model_validator(mode="after")
    def _one_year(self) -> Self:
        if self.is_stated and "year" in self.header.groupindex:
            raise ValueError("expected the year either in `header` or by `year` or `plan_year`")
        return self


class ValueColumns(YearColumns):
    """Columns of values.

    `pattern` matches a cell; its groups `baseline`, `target` and `actual` are the value types, `when` is the year
    printed in the cell itself, `note` a footnote mark, and `remark` words that are kept beside the value (累計). With
    a group `label` the cell holds one or several values, parted by no more than white space or 、, and the pattern
    matches each of them: each label is a series of its own. It may be lacking where a cell holds one value.
    """

    holds: Literal["values"]
    pattern: Pattern

    @property
    def has_labels(self) -> bool:
        """Return whether one cell can hold several labelled values."""
        return "label" in self.pattern.groupindex

    @model_validator(mode="after")
    def _says_what_and_when(self) -> Self:
        _refuse_no_values(self.pattern)
        if not self.has_year and "when" not in self.pattern.groupindex:
            raise ValueError(
                "columns of values need a year: the group `year` in `header`, the key `year` (a pattern that finds it "
                "in the document) or `plan_year`, or the group `when` in `pattern`"
            )
        return self


class KpiStatusColumns(YearColumns, Statuses):
    """Columns with the grade of each KPI: the whole cell, or the group `status` of `pattern`.

    In a row of several series a group `label` says whose grade it is; one without a label is that of each.
    """

    holds: Literal["status"]
    pattern: Annotated[Pattern, with_groups("status")] | None = None

    @model_validator(mode="after")
    def _has_year(self) -> Self:
        if not self.has_year:
            raise ValueError(
                "columns of grades need a year: the group `year` in `header`, the key `year` (a pattern that finds it "
                "in the document) or `plan_year`"
            )
        return self


AnyKpiColumn = Annotated[
    GoalColumn | NameColumn | KpiOtherColumn | ValueColumns | KpiStatusColumns,
    Field(discriminator="holds"),
]


def _refuse_no_values(pattern: re.Pattern[str]) -> None:
    if not any(name in pattern.groupindex for name in VALUE_TYPES):
        raise ValueError("expected a regular expression with one of the named groups baseline, target and actual")


class StackedRows(Part):
    """Rows below one another that share a name cell, told apart by their place; `definition` has a group `text`."""

    label: str
    definition: Annotated[Pattern, with_groups("text")]


class Footnotes(Part):
    """Footnotes: groups `mark` and `text`; lines that match `continued` go on with the footnote above."""

    pattern: Annotated[Pattern, with_groups("mark", "text")]
    continued: Pattern | None = None


class KpiTable(Part):
    """A table of KPIs with the values of several years and kinds side by side."""

    layout: Literal["kpi_table"]
    plan: str
    region: Region = Region()
    header_rows: int = Field(default=1, ge=1, le=2)
    columns: tuple[AnyKpiColumn, ...]
    goal_level: Level = "pillar"
    goal_heading: CodePattern | None = None
    """Where the goal is the heading above the table: a group `code`."""
    stacked: tuple[StackedRows, ...] = ()
    footnotes: Footnotes | None = None
    breaks: tuple[str, ...] = ()
    """Footnote marks that announce a break in the series."""
    missing: tuple[str, ...] = ("—", "-")

    @model_validator(mode="after")
    def _has_name_and_values(self) -> "KpiTable":
        kinds: list[str] = [column.holds for column in self.columns]
        if kinds.count("name") != 1 or "values" not in kinds:
            raise ValueError("a kpi_table has exactly one column that holds `name` and at least one of `values`")
        return self


class HeadedBlock(Part):
    """A block below a heading of an outline, from its own heading on.

    `heading` matches the line that begins the block as a whole. With a group `text` its content, or the first line of
    it, may stand on that line. The block ends at the next heading of a block or an item, or at a line that matches
    `until`; one whose content stands on the heading's line ends there unless it `goes_on`.
    """

    heading: Pattern
    until: Pattern | None = None
    goes_on: bool = False

    @model_validator(mode="after")
    def _goes_on_from_text(self) -> Self:
        if self.goes_on and "text" not in self.heading.groupindex:
            raise ValueError(
                "a block that `goes_on` after its heading's line needs the named group (?P<text>…) in `heading`"
            )
        return self


class DepartmentsBlock(HeadedBlock):
    """Names the sections in charge on one line, parted by 、, commas, / or white space.

    They are parted by ・ as well after 課, 部, 局, 室 and 所; any other ・ belongs to a name (子育て・教育支援課).
    """

    holds: Literal["departments"]


class ActivityBlock(HeadedBlock, StatedYear):
    """Tells what was done or is planned, or what is aimed at, each line on its own.

    The year is the group `year` of `heading`, or what the keys of `StatedYear` say; without either there is none.
    """

    holds: Literal["result", "plan", "effect", "goal"]

    @model_validator(mode="after")
    def _one_year(self) -> Self:
        if self.is_stated and "year" in self.heading.groupindex:
            raise ValueError("expected the year either in `heading` or by `year` or `plan_year`")
        return self


class StatusBlock(HeadedBlock, Statuses):
    """Gives the grade of the item, on one line: the whole of it, or the group `status` of `pattern`.

    The year is the group `year` of `heading`, or what the keys of `StatedYear` say.
    """

    holds: Literal["status"]
    pattern: Annotated[Pattern, with_groups("status")] | None = None

    @model_validator(mode="after")
    def _one_year(self) -> Self:
        if self.is_stated == ("year" in self.heading.groupindex):
            raise ValueError("a status needs one year: the group `year` in `heading`, or the key `year` or `plan_year`")
        return self


class KpiBlock(HeadedBlock):
    """Gives KPIs of the item, one a line.

    `pattern` matches a line: its group `name` is the KPI's, `baseline`, `target` and `actual` are its values, `status`
    is its grade, `when` the year printed in the line, `remark` words that are kept beside the values (累計), and
    `label` tells series of one name apart. `years` says for each kind of value and for `status` where its year is;
    values that are not in it are of the year printed in the line, or else of the group `year` of `heading`.
    `statuses`, `unrated` and `legend` are as in `Statuses`.
    """

    holds: Literal["kpi"]
    pattern: Annotated[Pattern, with_groups("name")]
    years: dict[Literal["baseline", "target", "actual", "status"], StatedYear] = {}
    statuses: StatusMap = {}
    unrated: tuple[Symbol, ...] = ()
    legend: Annotated[Pattern, with_groups("status")] | None = None

    @model_validator(mode="after")
    def _says_what_and_when(self) -> Self:
        _refuse_no_values(self.pattern)
        for kind, stated in self.years.items():
            if kind not in self.pattern.groupindex or not stated.is_stated:
                raise ValueError(
                    f"`years.{kind}` needs a group `{kind}` in `pattern`, and the key `year` or `plan_year`"
                )
        told = "year" in self.heading.groupindex or "when" in self.pattern.groupindex
        for kind in VALUE_TYPES:
            if kind in self.pattern.groupindex and not told and kind not in self.years:
                raise ValueError(
                    f"the group `{kind}` needs a year: the group `year` in `heading`, `when` in `pattern`, or the key "
                    f"`years.{kind}`"
                )
        if ("status" in self.pattern.groupindex) != bool(self.statuses and "status" in self.years):
            raise ValueError("a group `status` in `pattern` goes with the keys `statuses` and `years.status`")
        return self


Block = Annotated[DepartmentsBlock | ActivityBlock | StatusBlock | KpiBlock, Field(discriminator="holds")]


class SectionBlocks(Part):
    """Blocks below the headings that an outline of the same plan has named.

    `schedule` matches each cell of a schedule's header row and has a group `year`.
    """

    layout: Literal["section_blocks"]
    plan: str
    region: Region = Region()
    schedule: YearPattern | None = None
    blocks: tuple[Block, ...] = ()

    @model_validator(mode="after")
    def _has_content(self) -> Self:
        if self.schedule is None and not self.blocks:
            raise ValueError("section_blocks need the key `schedule` or `blocks`")
        return self


class Events(Part):
    """A history told in sentences, and the headings of plan periods.

    `date` has a group `year` and is met once for each happening; where something took several years, the group holds
    the range (平成13~15年度), or a group `end` the last of them. `period` matches a heading, with the groups `text`,
    `start` and `end`.
    """

    layout: Literal["events"]
    plan: str
    region: Region
    date: Pattern
    period: Pattern | None = None


class Glossary(Part):
    """Footnotes that explain terms: groups `mark`, `term` and `definition`."""

    layout: Literal["glossary"]
    plan: str
    pattern: Annotated[Pattern, with_groups("mark", "term", "definition")]


AnyLayout = Annotated[
    Outline | HierarchyTable | KpiTable | SectionBlocks | Events | Glossary, Field(discriminator="layout")
]
