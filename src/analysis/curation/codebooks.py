"""Codebooks: the small tables in data/reference that people edit by hand."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Literal, TypeVar

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from analysis.documents.layouts import Pattern
from analysis.errors import WardPlansError


@dataclass(frozen=True)
class Ward:
    """A special ward: JIS X 0402 code, its form with check digit, and its names."""

    ward_code: str
    lg_code: str
    slug: str
    name_ja: str
    name_en: str


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
    """What people decided about a printed KPI; `nature` and `direction` are empty where nothing can be said."""

    plan_id: str
    name_ja: str
    row_label_ja: str
    slug: str
    name_en: str
    unit_id: str
    nature: str
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
_Item = TypeVar("_Item", bound=_Entry)


class IndicatorSource(_Entry):
    """A printed series that speaks to an indicator, and how far it can be compared."""

    kpi: str
    comparability: Literal["direct", "convertible", "related"]
    transformation: str | None = None
    rationale_ja: str
    rationale_en: str


class Indicator(_Entry):
    """A harmonised indicator; `terms` are the words that find what else the documents say of it."""

    indicator: str
    name_ja: str
    name_en: str
    definition_ja: str
    definition_en: str
    unit: str
    nature: Literal["stock", "flow", "cumulative", "increment", "ratio"]
    direction: Literal["higher", "lower"]
    theme: str
    terms: tuple[str, ...]
    sources: tuple[IndicatorSource, ...]


class ThemeRule(_Entry):
    """Words of a title that decide its primary theme."""

    theme: str
    words: Pattern


class Source(_Entry):
    """Where a reference table is from."""

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
    """All codebooks."""

    folder: Path
    wards: tuple[Ward, ...]
    units: tuple[Unit, ...]
    kpis: tuple[KpiEntry, ...]
    themes: tuple[Theme, ...]
    theme_rules: tuple[ThemeRule, ...]
    theme_exceptions: tuple[ThemeException, ...]
    indicators: tuple[Indicator, ...]
    corrections: tuple[Correction, ...]
    card_counts: tuple[CardCount, ...]
    card_sources: tuple[Source, ...]


def read_codebooks(folder: Path) -> Codebooks:
    """Read all codebooks of a folder.

    Raises:
        WardPlansError: a file is missing, or a column, key or value in it is wrong.
    """
    return Codebooks(
        folder=folder,
        wards=_read_csv(folder / "wards.csv", Ward),
        units=_read_csv(folder / "units.csv", Unit),
        kpis=_read_csv(folder / "kpis.csv", KpiEntry),
        themes=_read_csv(folder / "themes.csv", Theme),
        theme_rules=_read_yaml(folder / "theme_rules.yaml", ThemeRule),
        theme_exceptions=_read_csv(folder / "theme_exceptions.csv", ThemeException),
        indicators=_read_yaml(folder / "indicators.yaml", Indicator),
        corrections=_read_yaml(folder / "corrections.yaml", Correction),
        card_counts=_read_csv(folder / "mynumber_card_wards.csv", CardCount),
        card_sources=_read_yaml(folder / "mynumber_card_wards.yaml", Source),
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
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise WardPlansError(f"{path}: cannot be read: {' '.join(str(error).split())}") from error
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
