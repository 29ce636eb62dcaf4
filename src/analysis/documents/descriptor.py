r"""Descriptors: the YAML beside each raw text that says how its tables and headings are laid out.

A descriptor holds no fact of the document. It says *where* a fact is printed: a pattern with named groups, the header
of a column, the heading above a table. Patterns are Python regular expressions on the reading text (see
`folding.fold`: full-width letters, digits and brackets are half-width there), matched line by line.
"""

import re
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, model_validator

from analysis.errors import WardPlansError

DocumentKind = Literal["plan", "plan_summary", "draft_summary", "progress_report"]
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


def _with_groups(*names: str) -> AfterValidator:
    """Return a check that a pattern has the named groups that its reader asks for."""

    def check(pattern: re.Pattern[str]) -> re.Pattern[str]:
        for name in names:
            if name not in pattern.groupindex:
                raise ValueError(f"expected a regular expression with the named group (?P<{name}>…)")
        return pattern

    return AfterValidator(check)


_TitlePattern = Annotated[Pattern, _with_groups("title")]
_YearPattern = Annotated[Pattern, _with_groups("year")]
_CodePattern = Annotated[Pattern, _with_groups("code")]


class Part(BaseModel):
    """Base of all descriptor parts: no unknown keys, nothing changes after loading."""

    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


class Region(Part):
    """The lines after the first line that matches `after`, up to the next line that matches `until`."""

    after: Pattern | None = None
    until: Pattern | None = None


class PlanDescriptor(Part):
    """A plan the document speaks of; `title` has a group `title`, `period` the groups `start` and `end`."""

    plan: str = Field(pattern=r"^[a-z0-9-]+$")
    title: _TitlePattern
    title_en: str
    period: Annotated[Pattern, _with_groups("start", "end")] | None = None


class OutlineLevel(Part):
    """Headings of one level; the pattern has a group `title` and, where codes are printed, a group `code`."""

    level: Level
    level_ja: str
    pattern: _TitlePattern
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
    parent_code: _CodePattern | None = None
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
    year: _YearPattern


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
    pattern: _CodePattern


class NameColumn(Column):
    """Holds the KPI's name: groups `name` and, where footnotes hang on names, `note`."""

    holds: Literal["name"]
    pattern: Annotated[Pattern, _with_groups("name")] | None = None


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
    definition: Annotated[Pattern, _with_groups("text")]


class Footnotes(Part):
    """Footnotes: groups `mark` and `text`; lines that match `continued` go on with the footnote above."""

    pattern: Annotated[Pattern, _with_groups("mark", "text")]
    continued: Pattern | None = None


class KpiTable(Part):
    """A table of KPIs with the values of several years and kinds side by side."""

    layout: Literal["kpi_table"]
    plan: str
    region: Region = Region()
    header_rows: int = Field(default=1, ge=1, le=2)
    columns: tuple[AnyKpiColumn, ...]
    goal_level: Level = "pillar"
    goal_heading: _CodePattern | None = None
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
    schedule: _YearPattern
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
    pattern: Annotated[Pattern, _with_groups("mark", "term", "definition")]


AnyLayout = Annotated[
    Outline | HierarchyTable | KpiTable | SectionBlocks | Events | Glossary, Field(discriminator="layout")
]


class Count(Part):
    """What to count against a stated total.

    `of` is `measures` (of `plan` and `level`, with a printed code only if `coded`), `statuses` (with the label that
    the group `label` of the total's pattern shows) or `parts` (the sum of the numbers in the patterns'
    groups `part`).
    """

    of: Literal["measures", "statuses", "parts"]
    plan: str | None = None
    level: Level | None = None
    coded: bool = True
    parts: tuple[Annotated[Pattern, _with_groups("part")], ...] = ()

    @model_validator(mode="after")
    def _says_what_to_count(self) -> "Count":
        if self.of == "measures" and self.level is None:
            raise ValueError("a count of measures needs the key `level`")
        if self.of == "parts" and not self.parts:
            raise ValueError("a count of parts needs the key `parts`")
        return self


class Total(Part):
    """A total the document states of itself: `pattern` has a group `stated`, and is met once in the region."""

    total: str = Field(pattern=r"^[a-z0-9_]+$")
    subject_ja: str
    pattern: Annotated[Pattern, _with_groups("stated")]
    each: bool = False
    """Whether the pattern is met several times, each a total of its own told apart by the group `label`."""
    last: bool = False
    """Whether the total is the last number of a printed series (39 of '39 AI等…')."""
    region: Region = Region()
    count: Count
    difference: int = 0
    explanation_ja: str | None = None
    explanation_en: str | None = None

    @model_validator(mode="after")
    def _told_apart(self) -> "Total":
        if self.each and "label" not in self.pattern.groupindex:
            raise ValueError("a total of `each` needs a `pattern` with the named group (?P<label>…)")
        return self

    @model_validator(mode="after")
    def _explained(self) -> "Total":
        if self.difference and not (self.explanation_ja and self.explanation_en):
            raise ValueError("a difference needs explanation_ja and explanation_en")
        return self


class Gap(Part):
    """Codes that the numbering of a level leaves out, in the order of counting, and why.

    A code within a parent begins with the parent's ('2-3' is 3 of 2); circled digits are written as digits.
    """

    plan: str
    level: Level
    codes: tuple[str, ...] = Field(min_length=1)
    reason: str = Field(min_length=1)


class Quantity(Part):
    """A figure in running text: where it stands, and what people decided it is.

    `pattern` is searched in sentences, bullets and cells; its group `amount` is the figure, `year` when it was, if the
    text says so. Otherwise `year_of` tells: the year of the table's column, the one its row prints, or none.
    """

    quantity: str = Field(pattern=r"^[a-z0-9_]+$")
    pattern: Pattern
    item: Pattern | None = None
    """Where the words alone do not tell what is counted: the title of the item the figure stands under."""
    each: bool = False
    """Whether the pattern is met several times, each a figure of the same kind."""
    subject_ja: str
    subject_en: str
    unit: str
    nature: Literal["stock", "flow", "cumulative", "increment", "ratio"] | None = None
    scope: Literal["ward", "tokyo", "nation"] = "ward"
    year_of: Literal["column", "row", "none"] = "column"
    is_approximate: bool = False
    """Whether the text rounds the figure in other words than 約 (程度)."""
    bound: Literal["at_least", "more_than"] | None = None
    """Whether the text only bounds the figure (以上, を超える)."""


class SetAside(Part):
    """Lines that no layout reads, and why: those that match `pattern`, or all of `region`."""

    reason: str = Field(min_length=1)
    pattern: Pattern | None = None
    region: Region | None = None

    @model_validator(mode="after")
    def _one_way(self) -> "SetAside":
        if (self.pattern is None) == (self.region is None):
            raise ValueError("expected either `pattern` or `region`")
        return self


class Descriptor(Part):
    """What a document is and how it is laid out."""

    document: str = Field(pattern=r"^[a-z0-9-]+$")
    ward: str = Field(pattern=r"^\d{5}$")
    publisher: str
    kind: DocumentKind
    title: _TitlePattern
    title_en: str
    published: Annotated[Pattern, _with_groups("published")] | None = None
    plans: tuple[PlanDescriptor, ...] = Field(min_length=1)
    layouts: tuple[AnyLayout, ...] = Field(min_length=1)
    totals: tuple[Total, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    no_quantities: tuple[SetAside, ...] = ()
    """Numbers in running text that are no quantities, beyond the general rules: `pattern` covers them."""
    gaps: tuple[Gap, ...] = ()
    prose: tuple[SetAside, ...] = ()
    """Running text, kept as passages."""
    ignore: tuple[SetAside, ...] = ()
    """Lines that say nothing about the ward's plan."""

    @model_validator(mode="after")
    def _plans_are_declared(self) -> "Descriptor":
        declared = {plan.plan for plan in self.plans}
        for layout in self.layouts:
            if layout.plan not in declared:
                raise ValueError(f"layout {layout.layout} names plan {layout.plan!r}; declared are {sorted(declared)}")
        return self


def read_descriptor(path: Path) -> Descriptor:
    """Read the descriptor of a document.

    Raises:
        WardPlansError: the file is missing, is no YAML, or has a wrong key or value; the message names the key.
    """
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise WardPlansError(f"{path}: cannot be read ({error.strerror}); each .txt needs a .yaml beside it") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WardPlansError(f"{path}: not YAML: {' '.join(str(error).split())}") from error
    try:
        return Descriptor.model_validate(content)
    except ValidationError as error:
        raise WardPlansError(f"{path}: {_first_problem(error)}") from error


# pydantic's own words for these speak of its classes, not of a file with keys.
_PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "model_type": "expected keys with values",
    "model_attributes_type": "expected keys with values",
}


def _first_problem(error: ValidationError) -> str:
    problem = error.errors()[0]
    key = ".".join(str(step) for step in problem["loc"])
    what = _PLAIN_WORDS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    # A whole part of the descriptor would drown what is said of it.
    met = "" if isinstance(problem["input"], dict | list) else f", met {problem['input']!r:.120}"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{f'key {key}' if key else 'the descriptor'}: {what}{met}{more}"
