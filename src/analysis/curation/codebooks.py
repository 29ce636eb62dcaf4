"""Codebooks: the small tables in data/reference that people edit by hand."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from functools import cached_property
from pathlib import Path
from typing import Literal, Self, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, model_validator

from analysis.documents.layouts import Pattern
from analysis.documents.yaml_files import load_yaml, yaml_problem
from analysis.errors import WardPlansError


@dataclass(frozen=True)
class Ward:
    """A special ward: JIS X 0402 code, its form with check digit, its names, and its place in the tile map."""

    ward_code: str
    lg_code: str
    slug: str
    name_ja: str
    name_en: str
    tile_row: str
    tile_column: str


@dataclass(frozen=True)
class Unit:
    """A unit; `aliases` are other ways to print it, separated by ';'."""

    unit_id: str
    label_ja: str
    label_en: str
    dimension: str
    aliases: str

    @property
    def spellings(self) -> frozenset[str]:
        """Return every way the unit is printed."""
        return frozenset({self.label_ja, *filter(None, self.aliases.split(";"))})


@dataclass(frozen=True)
class KpiEntry:
    """What people decided about a printed KPI; `nature` and `direction` are empty where nothing can be said.

    `target_nature` is empty where the targets count as the results do.
    """

    plan_id: str
    name_ja: str
    row_label_ja: str
    slug: str
    name_en: str
    unit_id: str
    nature: str
    target_nature: str
    direction: str

    @property
    def kpi_id(self) -> str:
        """Return the id of the KPI."""
        return f"{self.plan_id}-{self.slug}"


@dataclass(frozen=True)
class Theme:
    """A policy theme."""

    theme_id: str
    name_ja: str
    name_en: str
    scope_note_ja: str
    scope_note_en: str
    national_item_ja: str


@dataclass(frozen=True)
class MeasureTitle:
    """The English of an item's title; it counts as long as the item bears the Japanese one."""

    measure_id: str
    title_ja: str
    title_en: str


@dataclass(frozen=True)
class DepartmentName:
    """The English of a department's name; it counts as long as the department bears the Japanese one."""

    department_id: str
    name_ja: str
    name_en: str


@dataclass(frozen=True)
class StatusGroup:
    """The group of a status, and the group's names."""

    status: str
    status_group: str
    name_ja: str
    name_en: str


@dataclass(frozen=True)
class CardCount:
    """My Number Cards issued in a ward up to a date, and the residents they are counted against; texts as published."""

    lg_code: str
    name_ja: str
    as_of: str
    cards_issued: str
    population: str
    population_as_of: str
    issuance_rate_percent: str


@dataclass(frozen=True)
class ThemeException:
    """A theme that people gave an item; `is_primary` is 'true' or 'false'."""

    measure_id: str
    theme_id: str
    is_primary: str
    reason: str


class _Entry(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, arbitrary_types_allowed=True)


_Row = TypeVar("_Row")
_Value = TypeVar("_Value")
_Item = TypeVar("_Item", bound=_Entry)


class IndicatorSource(_Entry):
    """A printed series, a figure of the text or a national statistic that speaks to an indicator, and how far."""

    kpi: str | None = None
    quantity: str | None = None
    statistic: str | None = None
    comparability: Literal["direct", "convertible", "related"]
    transformation: Literal["increment_to_level"] | None = None
    rationale_ja: str
    rationale_en: str

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if len(self._names) != 1:
            raise ValueError("a source is one of kpi, quantity and statistic")
        if (self.comparability == "convertible") != (self.transformation is not None):
            raise ValueError("a transformation belongs to what is convertible, and only to that")
        return self

    @property
    def _names(self) -> list[str]:
        return [name for name in (self.kpi, self.quantity, self.statistic) if name is not None]

    @property
    def source_id(self) -> str:
        """Return the id of the KPI, quantity or statistic."""
        return self._names[0]


class Indicator(_Entry):
    """A harmonised indicator.

    `terms` are the words that find what else the documents say of it, `needed` is what a comparison would need.
    """

    indicator: str
    name_ja: str
    name_en: str
    definition_ja: str
    definition_en: str
    unit: str
    nature: Literal["stock", "flow", "cumulative", "increment", "ratio"]
    direction: Literal["higher", "lower"] | None = None
    theme: str
    terms: tuple[str, ...]
    sources: tuple[IndicatorSource, ...]
    needed_ja: str
    needed_en: str


class ThemeRule(_Entry):
    """Words of a title that decide its primary theme."""

    theme: str
    words: Pattern


class Statistic(_Entry):
    """A series of a statistical table, by the id that the view `statistic_values` gives it, and where it is from."""

    statistic: Literal["mynumber_cards_issued", "mynumber_cards_rate"]
    name_ja: str
    name_en: str
    unit: str
    nature: Literal["stock", "flow", "cumulative", "increment", "ratio"]
    source_ja: str
    source_en: str
    transcription: str


class Correction(_Entry):
    """A value that departs from the print; `row` is the key of the row, its parts separated by '|'."""

    document: str
    table: str
    row: str
    column: str
    printed: str
    curated: str | float | None
    reason_ja: str
    reason_en: str


@dataclass(frozen=True)
class Codebooks:
    """All codebooks, and what is looked up in them for every document."""

    folder: Path
    wards: tuple[Ward, ...]
    units: tuple[Unit, ...]
    kpis: tuple[KpiEntry, ...]
    status_groups: tuple[StatusGroup, ...]
    measure_titles: tuple[MeasureTitle, ...]
    department_names: tuple[DepartmentName, ...]
    themes: tuple[Theme, ...]
    theme_rules: tuple[ThemeRule, ...]
    theme_exceptions: tuple[ThemeException, ...]
    indicators: tuple[Indicator, ...]
    corrections: tuple[Correction, ...]
    card_counts: tuple[CardCount, ...]
    statistics: tuple[Statistic, ...]

    @cached_property
    def wards_by_code(self) -> Mapping[str, Ward]:
        """Return the wards by ward_code."""
        return {ward.ward_code: ward for ward in self.wards}

    @cached_property
    def units_by_id(self) -> Mapping[str, Unit]:
        """Return the units by unit_id."""
        return {unit.unit_id: unit for unit in self.units}

    @cached_property
    def kpis_by_plan(self) -> Mapping[str, Sequence[KpiEntry]]:
        """Return the KPIs by plan_id."""
        return _grouped(self.kpis, lambda entry: entry.plan_id)

    @cached_property
    def kpis_by_print(self) -> Mapping[tuple[str, str, str], KpiEntry]:
        """Return the KPIs by plan_id, printed name and label of the row."""
        return {(entry.plan_id, entry.name_ja, entry.row_label_ja): entry for entry in reversed(self.kpis)}

    @cached_property
    def titles_by_item(self) -> Mapping[tuple[str, str], str]:
        """Return the English titles by measure_id and Japanese title."""
        return {(entry.measure_id, entry.title_ja): entry.title_en for entry in self.measure_titles}

    @cached_property
    def names_by_department(self) -> Mapping[tuple[str, str], str]:
        """Return the English names by department_id and Japanese name."""
        return {(entry.department_id, entry.name_ja): entry.name_en for entry in self.department_names}

    @cached_property
    def exceptions_by_item(self) -> Mapping[str, Sequence[ThemeException]]:
        """Return the themes coded by hand by measure_id."""
        return _grouped(self.theme_exceptions, lambda entry: entry.measure_id)

    @cached_property
    def corrections_by_document(self) -> Mapping[str, Sequence[Correction]]:
        """Return the corrections by document_id."""
        return _grouped(self.corrections, lambda entry: entry.document)

    def of_documents(self) -> "Codebooks":
        """Return the codebooks without what no document is read with, to be passed to another process."""
        return replace(self, indicators=(), card_counts=())


def _grouped(entries: Iterable[_Value], key: Callable[[_Value], str]) -> dict[str, list[_Value]]:
    groups: dict[str, list[_Value]] = {}
    for entry in entries:
        groups.setdefault(key(entry), []).append(entry)
    return groups


def read_codebooks(folder: Path, *, for_documents: bool = False) -> Codebooks:
    """Read all codebooks of a folder, or only those that documents are read with.

    Raises:
        WardPlansError: a file is missing, or a column, key or value in it is wrong.
    """
    return Codebooks(
        folder=folder,
        wards=_read_csv(folder / "wards.csv", Ward),
        units=_read_csv(folder / "units.csv", Unit),
        kpis=_read_csv(folder / "kpis.csv", KpiEntry),
        measure_titles=_read_csv(folder / "measure_titles.csv", MeasureTitle),
        department_names=_read_csv(folder / "department_names.csv", DepartmentName),
        status_groups=_read_csv(folder / "status_groups.csv", StatusGroup),
        themes=_read_csv(folder / "themes.csv", Theme),
        theme_rules=_read_yaml(folder / "theme_rules.yaml", ThemeRule),
        theme_exceptions=_read_csv(folder / "theme_exceptions.csv", ThemeException),
        indicators=() if for_documents else _read_yaml(folder / "indicators.yaml", Indicator),
        corrections=_read_yaml(folder / "corrections.yaml", Correction),
        card_counts=() if for_documents else _read_csv(folder / "mynumber_card_wards.csv", CardCount),
        statistics=_read_yaml(folder / "mynumber_card_wards.yaml", Statistic),
    )


def _read_csv(path: Path, row_type: type[_Row]) -> tuple[_Row, ...]:
    expected = [field.name for field in fields(row_type)]  # type: ignore[arg-type]
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            if reader.fieldnames != expected:
                raise WardPlansError(f"{path}:1: met columns {reader.fieldnames}, expected {expected}")
            return tuple(_row(path, reader.line_num, row_type, cells) for cells in reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WardPlansError(f"{path}: cannot be read: {error}") from error


def _row(path: Path, line: int, row_type: type[_Row], cells: Mapping[str, str]) -> _Row:
    if None in cells or None in cells.values():
        raise WardPlansError(f"{path}:{line}: the row has more or fewer cells than the header")
    return row_type(**cells)


def _read_yaml(path: Path, item_type: type[_Item]) -> tuple[_Item, ...]:
    try:
        content = load_yaml(path)
    except (OSError, UnicodeDecodeError) as error:
        raise WardPlansError(f"{path}: cannot be read: {error}") from error
    except yaml.YAMLError as error:
        raise WardPlansError(yaml_problem(path, error)) from error
    if not isinstance(content, list):
        raise WardPlansError(f"{path}: met {type(content).__name__}, expected a list of entries")
    items = []
    for number, entry in enumerate(content, start=1):
        try:
            items.append(item_type.model_validate(entry))
        except ValidationError as error:
            problem = error.errors()[0]
            key = ".".join(str(step) for step in problem["loc"])
            raise WardPlansError(f"{path}: entry {number}, key {key}: {problem['msg']}") from error
    return tuple(items)
