"""Rows that come from codebooks and calendars, not from documents."""

from collections.abc import Iterator
from datetime import date

from analysis.curation.codebooks import Indicator
from analysis.curation.ledger import Ledger
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
