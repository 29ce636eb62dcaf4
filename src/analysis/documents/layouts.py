"""The kinds of layout a descriptor can name: outlines, tables, blocks, footnotes, and the patterns they are told by."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

Level = Literal["viewpoint", "pillar", "policy", "measure", "project"]
ActivityKind = Literal["result", "plan", "schedule", "effect", "goal"]
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


class StatusColumn(Column):
    """Holds the status symbol; `year` has a group `year` and is searched in the whole document or a header."""

    holds: Literal["status"]
    statuses: dict[str, Status]
    year: YearPattern


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


class ValueColumns(Part):
    """Columns of values.

    `header` matches the lower header row and has a group `year` where a column speaks of one year; `group` the
    header above, if the table has one. `pattern` matches a cell; its groups `baseline`, `target` and `actual` are the
    value types, `when` is the year printed in the cell itself and `note` a footnote mark.
    """

    holds: Literal["values"]
    header: Pattern
    group: Pattern | None = None
    pattern: Pattern


AnyKpiColumn = Annotated[GoalColumn | NameColumn | ValueColumns, Field(discriminator="holds")]


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
        kinds = [column.holds for column in self.columns]
        if kinds.count("name") != 1 or "values" not in kinds:
            raise ValueError("a kpi_table has exactly one column that holds `name` and at least one of `values`")
        return self


class Block(Part):
    """A block below a heading of an outline, from its own heading on."""

    heading: Pattern
    holds: Literal["effect", "goal", "departments"]


class SectionBlocks(Part):
    """Blocks below the headings that an outline of the same plan has named.

    `schedule` matches each cell of a schedule's header row and has a group `year`.
    """

    layout: Literal["section_blocks"]
    plan: str
    region: Region = Region()
    schedule: YearPattern
    blocks: tuple[Block, ...] = ()


class Events(Part):
    """A history told in sentences, and the headings of plan periods.

    `date` has a group `year` (and `end`, where something took several years) and is met once for each happening;
    `period` matches a heading, with the groups `text`, `start` and `end`.
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
