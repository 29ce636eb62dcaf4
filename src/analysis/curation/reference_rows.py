"""Rows that come from codebooks and calendars, not from documents."""

import hashlib
from collections.abc import Collection
from datetime import date
from itertools import accumulate
from pathlib import Path

from analysis.curation.codebooks import CardCount, Indicator, IndicatorSource, Statistic, Ward
from analysis.curation.ledger import Ledger, Row, is_prefixed
from analysis.errors import WardPlansError
from analysis.reading.eras import fiscal_year_label

YEAR_COLUMNS = ("fiscal_year", "start_fiscal_year", "end_fiscal_year")


def add_codebooks(ledger: Ledger, covered: Collection[str]) -> None:
    """Add wards, units, groups of statuses, themes and indicators; `covered` are the wards that have documents.

    Raises:
        WardPlansError: an indicator names an unknown unit or theme.
    """
    for ward in ledger.codebooks.wards:
        ledger.add("wards", _ward_row(ward, ledger.codebooks.folder / "wards.csv", ward.ward_code in covered))
    for unit in ledger.codebooks.units:
        ledger.add("units", {key: value for key, value in vars(unit).items() if key != "aliases"})
    for group in ledger.codebooks.status_groups:
        ledger.add("status_groups", {**vars(group)})
    for theme in ledger.codebooks.themes:
        ledger.add("themes", {key: value or None for key, value in vars(theme).items()})
    for indicator in ledger.codebooks.indicators:
        _add_indicator(ledger, indicator)


def _ward_row(ward: Ward, path: Path, is_covered: bool) -> Row:
    try:
        tile = {"tile_row": int(ward.tile_row), "tile_column": int(ward.tile_column)}
    except ValueError as error:
        raise WardPlansError(f"{path}: ward {ward.ward_code}: its place in the tile map: {error}") from error
    return {**vars(ward), **tile, "is_covered": is_covered}


def add_translations(ledger: Ledger) -> None:
    """Give items and departments their English names, as long as they bear the Japanese ones that were translated.

    What bears another name has no English until somebody translates it.
    """
    titles = ledger.codebooks.titles_by_item
    for row in ledger.rows("measures"):
        row["title_en"] = titles.get((str(row["measure_id"]), str(row["title_ja"])))
    names = ledger.codebooks.names_by_department
    for row in ledger.rows("departments"):
        row["name_en"] = names.get((str(row["department_id"]), str(row["name_ja"])))


def add_card_counts(ledger: Ledger) -> None:
    """Add the My Number Cards issued in every ward, where each row stands, and the populations they are set against.

    Raises:
        WardPlansError: a ward is unknown, a figure is no number, or a ward has two populations for one date.
    """
    path = ledger.codebooks.folder / "mynumber_card_wards.csv"
    wards = {ward.lg_code: ward for ward in ledger.codebooks.wards}
    content = path.read_bytes()
    for statistic in ledger.codebooks.statistics:
        _add_statistic(ledger, statistic, path.name, hashlib.sha256(content).hexdigest())
    source = ledger.codebooks.statistics[0].source_ja
    lines = content.decode("utf-8").splitlines(keepends=True)
    starts = [0, *accumulate(len(line) for line in lines)]
    populations: dict[tuple[str, date], int] = {}
    for line, count in enumerate(ledger.codebooks.card_counts, start=2):
        ward = wards.get(count.lg_code)
        if ward is None or ward.name_ja != count.name_ja:
            raise WardPlansError(f"{path}:{line}: {count.lg_code} {count.name_ja} is no special ward")
        try:
            row = _card_row(ward.ward_code, count, source)
        except ValueError as error:
            raise WardPlansError(f"{path}:{line}: {error}") from error
        ledger.add("mynumber_cards", row)
        ledger.add("statistic_citations", _cited_line(row, path.name, line, starts[line - 1], lines[line - 1]))
        population_as_of = date.fromisoformat(count.population_as_of)
        population = int(count.population)
        if populations.setdefault((ward.ward_code, population_as_of), population) != population:
            raise WardPlansError(f"{path}:{line}: {count.name_ja} has two populations on {population_as_of}")
    for (ward_code, as_of), population in sorted(populations.items()):
        ledger.add(
            "ward_populations",
            {"ward_code": ward_code, "year": as_of.year, "population": population, "source_ja": source},
        )


def _add_statistic(ledger: Ledger, statistic: Statistic, file_name: str, sha256: str) -> None:
    ledger.add(
        "statistics",
        {
            "statistic_id": statistic.statistic,
            "name_ja": statistic.name_ja,
            "name_en": statistic.name_en,
            "unit_id": statistic.unit,
            "nature": statistic.nature,
            "source_ja": statistic.source_ja,
            "source_en": statistic.source_en,
            "transcription": statistic.transcription,
            "file_name": file_name,
            "sha256": sha256,
        },
    )


def _card_row(ward_code: str, count: CardCount, source: str) -> Row:
    as_of = date.fromisoformat(count.as_of)
    return {
        "ward_code": ward_code,
        "as_of": as_of,
        "cards_issued": int(count.cards_issued),
        "population": int(count.population),
        "population_as_of": date.fromisoformat(count.population_as_of),
        "issuance_rate_percent": float(count.issuance_rate_percent),
        "source_ja": source,
        "citation_id": f"mynumber_cards:{ward_code}|{as_of}",
    }


def _cited_line(row: Row, file_name: str, line: int, start: int, text: str) -> Row:
    quote = text.rstrip("\r\n")
    return {
        "citation_id": row["citation_id"],
        "file_name": file_name,
        "line_start": line,
        "line_end": line,
        "char_start": start,
        "char_end": start + len(quote),
        "quote": quote,
    }


def year_row(year: int) -> Row:
    """Return the row of a fiscal year."""
    return {
        "fiscal_year": year,
        **vars(fiscal_year_label(year)),
        "starts_on": date(year, 4, 1),
        "ends_on": date(year + 1, 3, 31),
    }


def _add_indicator(ledger: Ledger, indicator: Indicator) -> None:
    path = ledger.codebooks.folder / "indicators.yaml"
    if indicator.unit not in ledger.codebooks.units_by_id:
        raise WardPlansError(f"{path}: indicator {indicator.indicator}: unknown unit {indicator.unit!r}")
    if indicator.theme not in {theme.theme_id for theme in ledger.codebooks.themes}:
        raise WardPlansError(f"{path}: indicator {indicator.indicator}: unknown theme {indicator.theme!r}")
    ledger.add(
        "indicators",
        {
            "indicator_id": indicator.indicator,
            "name_ja": indicator.name_ja,
            "name_en": indicator.name_en,
            "definition_ja": indicator.definition_ja,
            "definition_en": indicator.definition_en,
            "unit_id": indicator.unit,
            "nature": indicator.nature,
            "direction": indicator.direction,
            "theme_id": indicator.theme,
            "needed_ja": indicator.needed_ja,
            "needed_en": indicator.needed_en,
        },
    )
    for term in indicator.terms:
        ledger.add("indicator_terms", {"indicator_id": indicator.indicator, "term_ja": term})


def add_sources(ledger: Ledger, documents: Collection[str], kpis: Collection[str], quantities: Collection[str]) -> None:
    """Add what feeds the indicators; the series and figures of plans and documents that are not there are passed over.

    Args:
        ledger: takes the rows.
        documents: the ids of all documents.
        kpis: the ids of all KPIs that were read.
        quantities: the ids of all quantities that were read.

    Raises:
        WardPlansError: an indicator names a KPI, quantity or statistic that none could bear.
    """
    codebooks = ledger.codebooks
    path = codebooks.folder / "indicators.yaml"
    named = {entry.kpi_id for entry in codebooks.kpis} | {entry.statistic for entry in codebooks.statistics}
    for indicator in codebooks.indicators:
        where = f"{path}: indicator {indicator.indicator}"
        for source in indicator.sources:
            if source.quantity is None and source.source_id not in named:
                kind = "KPI" if source.kpi else "statistic"
                raise WardPlansError(f"{where}: unknown {kind} {source.source_id!r}")
            if source.quantity and source.quantity not in quantities and is_prefixed(source.quantity, documents):
                raise WardPlansError(f"{where}: unknown quantity {source.quantity!r}")
            if source.statistic or source.kpi in kpis or source.quantity in quantities:
                _add_source(ledger, indicator, source)


def _add_source(ledger: Ledger, indicator: Indicator, source: IndicatorSource) -> None:
    ledger.add(
        "indicator_sources",
        {
            "indicator_source_id": f"{indicator.indicator}:{source.source_id}",
            "indicator_id": indicator.indicator,
            "kpi_id": source.kpi,
            "quantity_id": source.quantity,
            "statistic_id": source.statistic,
            "comparability": source.comparability,
            "transformation": source.transformation,
            "rationale_ja": source.rationale_ja,
            "rationale_en": source.rationale_en,
        },
    )
