r"""Descriptors: the YAML beside each raw text that says how its tables and headings are laid out.

A descriptor holds no fact of the document. It says *where* a fact is printed: a pattern with named groups, the header
of a column, the heading above a table. Patterns are Python regular expressions on the reading text (see
`folding.fold`: full-width letters, digits and brackets are half-width there), matched line by line.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Annotated, Literal

import yaml
from pydantic import Field, ValidationError, field_validator, model_validator

from analysis.documents.layouts import (
    STATUSES_TOLD,
    AnyLayout,
    Era,
    Level,
    Part,
    Pattern,
    Region,
    TitlePattern,
    with_groups,
)
from analysis.documents.todos import refuse_todos
from analysis.documents.yaml_files import load_yaml, yaml_problem
from analysis.errors import WardPlansError

DocumentKind = Literal["plan", "plan_summary", "draft_summary", "progress_report"]


class PlanDescriptor(Part):
    """A plan the document speaks of; `title` has a group `title`.

    `period` has the groups `start` and `end`, or one group `years` with the whole range (令和5~9年度).
    """

    plan: str = Field(pattern=r"^[a-z0-9-]+$")
    title: TitlePattern
    title_en: str
    period: Pattern | None = None

    @field_validator("period")
    @classmethod
    def _has_both_ends(cls, period: Pattern | None) -> Pattern | None:
        if period is not None and set(period.groupindex) & {"start", "end", "years"} not in (
            {"start", "end"},
            {"years"},
        ):
            raise ValueError(
                "expected a regular expression with the named groups (?P<start>…) and (?P<end>…), or with (?P<years>…)"
            )
        return period


class Count(Part):
    """What to count against a stated total.

    `of` is `measures` (of `plan` and `level`, with a printed code only if `coded`), `statuses` of items or
    `kpi_statuses` (with the label that the group `label` of the total's pattern shows) or `parts` (the sum of the
    numbers in the patterns' groups `part`).
    """

    of: Literal["measures", "statuses", "kpi_statuses", "parts"]
    plan: str | None = None
    level: Level | None = None
    coded: bool = True
    parts: tuple[Annotated[Pattern, with_groups("part")], ...] = ()

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
    subject_en: str
    pattern: Annotated[Pattern, with_groups("stated")]
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
    running: bool = False
    """Whether they are printed on each page, so that tables and blocks go on across them."""

    @model_validator(mode="after")
    def _one_way(self) -> "SetAside":
        if (self.pattern is None) == (self.region is None):
            raise ValueError("expected either `pattern` or `region`")
        if self.running and self.pattern is None:
            raise ValueError("lines that are `running` are known by a `pattern`")
        return self


class Descriptor(Part):
    """What a document is and how it is laid out."""

    document: str = Field(pattern=r"^[a-z0-9-]+$")
    ward: str = Field(pattern=r"^\d{5}$")
    publisher: str
    kind: DocumentKind
    title: TitlePattern
    title_en: str
    published: Annotated[Pattern, with_groups("published")] | None = None
    era: Era | None = None
    """The era of years printed without one (4年度). Without this key such a year is an error.

    With it, one that can just as well be of the era before or after (30年度 beside 令和) still is.
    """
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
        WardPlansError: the file is missing, is no YAML, leaves a TODO open, or has a wrong key or value; the message
            names the key.
    """
    try:
        content = load_yaml(path)
    except OSError as error:
        raise WardPlansError(f"{path}: cannot be read ({error.strerror}); each .txt needs a .yaml beside it") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WardPlansError(yaml_problem(path, error)) from error
    refuse_todos(path, content)
    try:
        return Descriptor.model_validate(content)
    except ValidationError as error:
        raise WardPlansError(f"{path}: {_first_problem(error, content)}") from error


# pydantic's own words for these speak of its classes, not of a file with keys.
_PLAIN_WORDS = {
    "missing": "is missing",
    "extra_forbidden": "unknown key",
    "model_type": "expected keys with values",
    "model_attributes_type": "expected keys with values",
}


def _first_problem(error: ValidationError, content: object) -> str:
    problem = error.errors()[0]
    key = ".".join(_keys(problem["loc"], content))
    what = _PLAIN_WORDS.get(problem["type"], problem["msg"].removeprefix("Value error, "))
    if problem["type"] == "literal_error" and "statuses" in problem["loc"]:
        what = f"expected one of {STATUSES_TOLD}"
    # A whole part of the descriptor would drown what is said of it.
    met = "" if isinstance(problem["input"], dict | list) else f", met {problem['input']!r:.120}"
    more = f" (and {error.error_count() - 1} more)" if error.error_count() > 1 else ""
    return f"{f'key {key}' if key else 'the descriptor'}: {what}{met}{more}"


def _keys(steps: Sequence[str | int], content: object) -> Iterator[str]:
    """Yield the keys that lead to a problem.

    Besides these pydantic names the kinds of layout, column and block on the way, which are values.
    """
    part = content
    for step in steps:
        if isinstance(part, dict) and step not in part and step in (part.get("layout"), part.get("holds")):
            continue
        yield str(step)
        if isinstance(part, dict):
            part = part.get(step)
        else:
            part = part[step] if isinstance(part, list) and isinstance(step, int) and step < len(part) else None
