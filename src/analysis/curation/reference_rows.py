"""Rows that come from codebooks and calendars, not from documents."""

from collections.abc import Iterator
from datetime import date

from analysis.curation.codebooks import CardCount, Indicator
from analysis.curation.ledger import Ledger, Row
from analysis.errors import WardPlansError
from analysis.reading.eras import fiscal_year_label

_YEAR_COLUMNS = ("fiscal_year", "start_fiscal_year", "end_fiscal_year")


def add_codebooks(ledger: Ledger) -> None:
    """Add wards, units, themes and indicators.

    Raises:
        WardPlansError: an indicator names an unknown unit, theme or KPI.
    """
    covered = {row["ward_code"] for row in ledger.rows("documents")}
    for ward in ledger.codebooks.wards:
        ledger.add("wards", {**vars(ward), "is_covered": ward.ward_code in covered})
    for unit in ledger.codebooks.units:
        ledger.add("units", {key: value for key, value in vars(unit).items() if key != "aliases"})
    for theme in ledger.codebooks.themes:
        ledger.add("themes", {key: value or None for key, value in vars(theme).items()})
    for indicator in ledger.codebooks.indicators:
        _add_indicator(ledger, indicator)


def add_card_counts(ledger: Ledger) -> None:
    """Add the My Number Cards issued in every ward, and the populations they are counted against.

    Raises:
        WardPlansError: a ward is unknown, a figure is no number, or a ward has two populations for one date.
    """
    path = ledger.codebooks.folder / "mynumber_card_wards.csv"
    wards = {ward.lg_code: ward for ward in ledger.codebooks.wards}
    source = ledger.codebooks.card_sources[0].source_ja
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
        population_as_of = date.fromisoformat(count.population_as_of)
        population = int(count.population)
        if populations.setdefault((ward.ward_code, population_as_of), population) != population:
            raise WardPlansError(f"{path}:{line}: {count.name_ja} has two populations on {population_as_of}")
    for (ward_code, as_of), population in sorted(populations.items()):
        ledger.add(
            "ward_populations",
            {"ward_code": ward_code, "year": as_of.year, "population": population, "source_ja": source},
        )


def _card_row(ward_code: str, count: CardCount, source: str) -> Row:
    return {
        "ward_code": ward_code,
        "as_of": date.fromisoformat(count.as_of),
        "cards_issued": int(count.cards_issued),
        "population": int(count.population),
        "population_as_of": date.fromisoformat(count.population_as_of),
        "issuance_rate_percent": float(count.issuance_rate_percent),
        "source_ja": source,
    }


def add_years(ledger: Ledger) -> None:
    """Add each fiscal year from the first that any row speaks of to the last."""
    spoken = set(_years_spoken_of(ledger))
    for year in range(min(spoken), max(spoken) + 1):
        label = fiscal_year_label(year)
        ledger.add(
            "years",
            {
                "fiscal_year": year,
                **vars(label),
                "starts_on": date(year, 4, 1),
                "ends_on": date(year + 1, 3, 31),
            },
        )


def _years_spoken_of(ledger: Ledger) -> Iterator[int]:
    for rows in ledger.tables.values():
        for row in rows:
            for column in _YEAR_COLUMNS:
                year = row.get(column)
                if isinstance(year, int):
                    yield year


def _add_indicator(ledger: Ledger, indicator: Indicator) -> None:
    path = ledger.codebooks.folder / "indicators.yaml"
    if indicator.unit not in {unit.unit_id for unit in ledger.codebooks.units}:
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
        },
    )
    for term in indicator.terms:
        ledger.add("indicator_terms", {"indicator_id": indicator.indicator, "term_ja": term})
    _add_sources(ledger, indicator)


def _add_sources(ledger: Ledger, indicator: Indicator) -> None:
    """Add the series that feed an indicator; those of plans whose documents are not there are passed over."""
    printed = {row["kpi_id"] for row in ledger.rows("kpis")}
    known = {entry.kpi_id for entry in ledger.codebooks.kpis}
    for source in indicator.sources:
        if source.kpi not in known:
            raise WardPlansError(
                f"{ledger.codebooks.folder / 'indicators.yaml'}: indicator {indicator.indicator}: "
                f"unknown KPI {source.kpi!r}"
            )
        if source.kpi in printed:
            ledger.add(
                "indicator_sources",
                {
                    "indicator_source_id": f"{indicator.indicator}:{source.kpi}",
                    "indicator_id": indicator.indicator,
                    "kpi_id": source.kpi,
                    "comparability": source.comparability,
                    "transformation": source.transformation,
                    "rationale_ja": source.rationale_ja,
                    "rationale_en": source.rationale_en,
                },
            )
