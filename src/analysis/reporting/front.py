"""What the index shows before it lists the reports: the wards, and which of them publishes what."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl

from analysis.charts import as_polars
from analysis.charts.wording import number, series_name
from analysis.comparison import (
    achievement,
    coverage,
    highlights,
    observations,
    profiles,
    progress,
    quality,
    reconciliations,
)
from analysis.comparison.printed import on_one_line
from analysis.database.connect import open_database
from analysis.reading.eras import fiscal_year_label
from analysis.reporting.labels import LABELS
from analysis.reporting.prose import Language
from analysis.reporting.source_labels import coded
from analysis.reporting.source_pages import document_href, source_href
from analysis.reporting.wording import status_counts

_COMPARABLE = ("direct", "convertible")


@dataclass(frozen=True)
class Figure:
    """One headline figure of a ward, with the words it was read from; without a label it compares with no other."""

    name: str
    value: str
    year: str | None
    note: str
    verdict: str
    verdict_label: str
    quote: str
    href: str


@dataclass(frozen=True)
class Ward:
    """A ward as the index introduces it.

    Attributes:
        name: in the reader's language.
        report: name of the report about it.
        document: title of the newest document about its newest plan.
        href: of that document's source page; None where there is no such document.
        facts: what was read, what the ward says it did, and how sure we are: labels with sentences.
        figures: its headline figures.
    """

    name: str
    report: str
    document: str
    href: str | None
    facts: tuple[tuple[str, str], ...]
    figures: tuple[Figure, ...]


@dataclass(frozen=True)
class Cell:
    """How far a ward publishes an indicator: one of the levels of `LABELS`."""

    level: str
    label: str


@dataclass(frozen=True)
class Matrix:
    """Which ward publishes which indicator.

    Attributes:
        lead: what the matrix comes to, in a sentence.
        wards: names of the columns.
        themes: themes with their rows: the indicator and a cell for each ward.
    """

    lead: str
    wards: tuple[str, ...]
    themes: tuple[tuple[str, tuple[tuple[str, tuple[Cell, ...]], ...]], ...]


@dataclass(frozen=True)
class Front:
    """What the index shows first."""

    wards: tuple[Ward, ...]
    matrix: Matrix


def read_front(database: Path, language: Language) -> Front:
    """Return what the index shows first, in a language.

    Raises:
        WardPlansError: the database cannot be opened.
    """
    with open_database(database) as connection:
        return Front(
            wards=tuple(_wards(connection, language)),
            matrix=_matrix(as_polars(coverage(connection=connection)), language),
        )


def _wards(connection: duckdb.DuckDBPyConnection, language: Language) -> list[Ward]:
    """Return the wards that have documents, by code."""
    return [
        _ward(connection, profile, language)
        for profile in as_polars(profiles(connection=connection)).iter_rows(named=True)
    ]


def _ward(connection: duckdb.DuckDBPyConnection, profile: Mapping[str, Any], language: Language) -> Ward:
    ward = [profile["ward_code"]]
    told = {
        **profile,
        **as_polars(quality(ward, connection=connection)).row(0, named=True),
        **_targets(as_polars(achievement(wards=ward, connection=connection))),
        "plan": _plan(profile, language),
        "year_label": profile[f"year_label_{language}"],
        "reported_years": _years(profile["reported_from"], profile["reported_to"], language),
        "judged_plan": profile[f"judged_plan_title_{language}"] or profile["judged_plan_title_ja"],
        "statuses": _statuses(as_polars(progress(ward, connection=connection)), profile, language),
        "apart": _apart(as_polars(reconciliations(ward, connection=connection)), language),
    }
    breaks = _breaks(as_polars(observations(ward, connection=connection)), language)
    headlines = as_polars(highlights(ward, connection=connection))
    return Ward(
        name=profile[f"ward_name_{language}"],
        report=f"ward_profile-{profile['slug']}",
        document=profile[f"document_title_{language}"] or profile["document_title_ja"] or "",
        href=document_href(profile["document_id"], language) if profile["document_id"] else None,
        facts=tuple(_facts(told, language)),
        figures=tuple(_figure(row, breaks, language) for row in headlines.iter_rows(named=True)),
    )


def _plan(profile: Mapping[str, Any], language: Language) -> str:
    """Return title and years of a plan, as far as they are printed or translated."""
    title = profile[f"plan_title_{language}"] or profile["plan_title_ja"]
    if profile["first_year"] is None:
        return str(title)
    return f"{title} ({_years(profile['first_year'], profile['last_year'], language)})"


def _years(first: object, last: object, language: Language) -> str:
    """Return fiscal years from the first to the last, in words."""
    labels = [fiscal_year_label(int(str(year))) for year in dict.fromkeys((first, last)) if year is not None]
    return "–".join(label.label_ja if language == "ja" else label.label_en for label in labels)


def _targets(achievements: pl.DataFrame) -> dict[str, int]:
    """Return how many yearly targets a ward prints, how many of them can be judged, and how many were met."""
    targets = achievements.filter(pl.col("target").is_not_null())
    judged = targets["is_met"].drop_nulls()
    return {"target_count": targets.height, "judged_count": len(judged), "met_count": int(judged.sum())}


def _statuses(progressed: pl.DataFrame, profile: Mapping[str, Any], language: Language) -> str:
    return status_counts(progressed, profile, language) if profile["rated_count"] else ""


def _apart(totals: pl.DataFrame, language: Language) -> str:
    """Return the stated totals that differ from what was read."""
    return "".join(
        LABELS[language]["front_apart"].format(subject=row[f"subject_{language}"], **row)
        for row in totals.filter(pl.col("difference") != 0).iter_rows(named=True)
    )


def _breaks(figures: pl.DataFrame, language: Language) -> dict[str, tuple[int, str]]:
    """Return the last year in which each series broke, with its name."""
    broken = figures.filter(obs_status="B").sort("fiscal_year")
    columns = broken.select("series_id", "fiscal_year", f"year_label_{language}")
    return {series: (year, label) for series, year, label in columns.iter_rows()}


def _facts(told: Mapping[str, Any], language: Language) -> list[tuple[str, str]]:
    """Return what was read of a ward, what it says it did, and how sure we are, each with a label."""
    labels = LABELS[language]
    names = [
        "plan",
        "done" if told["reported_count"] else "not_done",
        "judged" if told["rated_count"] else "not_judged",
        *(["targets"] if told["target_count"] else []),
        "sure",
    ]
    return [(labels[f"front_{name}"], labels[f"front_{name}_text"].format(**told)) for name in names]


def _figure(row: Mapping[str, Any], breaks: Mapping[str, tuple[int, str]], language: Language) -> Figure:
    verdict = row["comparability"]
    broken, label = breaks.get(row["series_id"], (None, ""))
    is_after = broken is not None and broken <= (row["fiscal_year"] or 0)
    return Figure(
        name=series_name(row, language),
        value=_value(row, language),
        year=row[f"year_label_{language}"],
        note=LABELS[language]["break"].format(label) if is_after else "",
        verdict=verdict,
        verdict_label="" if verdict == "related" else coded("comparability", verdict, language),
        quote=on_one_line(row["quote"]),
        href=source_href(row["document_id"], row["citation_id"], language),
    )


def _value(row: Mapping[str, Any], language: Language) -> str:
    about = LABELS[language]["about"] if row["is_approximate"] else ""
    return f"{about}{number(row['value'])} {row[f'unit_{language}']}"


def _matrix(cells: pl.DataFrame, language: Language) -> Matrix:
    """Return the matrix of rows of `comparison.coverage`, which are by ward, theme and indicator."""
    themes: dict[str, dict[str, list[Cell]]] = {}
    for row in cells.iter_rows(named=True):
        indicators = themes.setdefault(row[f"theme_name_{language}"], {})
        indicators.setdefault(row[f"indicator_name_{language}"], []).append(_cell(row, language))
    return Matrix(
        lead=_lead(cells, language),
        wards=tuple(cells[f"ward_name_{language}"].unique(maintain_order=True)),
        themes=tuple(
            (theme, tuple((indicator, tuple(row)) for indicator, row in indicators.items()))
            for theme, indicators in themes.items()
        ),
    )


def _cell(row: Mapping[str, object], language: Language) -> Cell:
    level = str(row["coverage"])
    if level == "published" and row["best_comparability"] in _COMPARABLE:
        level = "comparable"
    return Cell(level, LABELS[language][f"level_{level}"])


def _lead(cells: pl.DataFrame, language: Language) -> str:
    """Return how many indicators two wards or more publish, and how many of these can be compared."""
    is_comparable = pl.col("best_comparability").is_in(_COMPARABLE)
    counts = cells.filter(coverage="published").group_by("indicator_id").agg(pl.len(), is_comparable.sum().alias("fit"))
    return LABELS[language]["matrix_lead"].format(
        indicators=cells["indicator_id"].n_unique(),
        wards=cells["ward_code"].n_unique(),
        published=counts.height,
        shared=counts.filter(pl.col("len") > 1).height,
        comparable=counts.filter(pl.col("fit") > 1).height,
    )
