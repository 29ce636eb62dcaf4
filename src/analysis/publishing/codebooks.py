"""The codebooks as Markdown, as the database has them: wards, units, statuses, themes, indicators, KPIs."""

from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

import duckdb

from analysis.database.connect import open_database
from analysis.publishing.markdown import escaped, table

_UNITS = "SELECT unit_id, label_ja, label_en, dimension FROM units ORDER BY dimension, unit_id"
_STATUSES = """
    SELECT status, name_en, name_ja, string_agg(printed, ', ' ORDER BY printed)
    FROM status_groups
    LEFT JOIN (
        SELECT DISTINCT status, label_ja || ' (' || wards.name_en || ')' AS printed
        FROM statuses JOIN measures USING (measure_id) JOIN plans USING (plan_id) JOIN wards USING (ward_code)
    ) USING (status)
    GROUP BY ALL
    ORDER BY any_value(status_group), status
"""
_INDICATORS = """
    SELECT indicator_id, indicators.name_en, indicators.name_ja, definition_en, definition_ja, label_en, label_ja,
        nature, direction, theme_id || ' ' || themes.name_en, needed_en, needed_ja
    FROM indicators JOIN units USING (unit_id) JOIN themes USING (theme_id)
    ORDER BY theme_id, indicator_id
"""
_SOURCES = """
    SELECT indicator_id, coalesce(kpi_id, quantity_id, statistic_id), comparability, rationale_en, rationale_ja
    FROM indicator_sources ORDER BY indicator_id, comparability, indicator_source_id
"""
_KPIS = """
    SELECT wards.name_en, coalesce(plans.title_en, plans.title_ja), kpi_id, kpis.name_en, kpis.name_ja, row_label_ja,
        label_en, nature, target_nature, direction
    FROM kpis JOIN plans USING (plan_id) JOIN wards USING (ward_code) LEFT JOIN units USING (unit_id)
    ORDER BY ward_code, plan_id, kpi_id
"""
_THEMES = "SELECT theme_id, name_en, name_ja, national_item_ja FROM themes ORDER BY theme_id"
_WARDS = """
    SELECT ward_code, slug, name_en, name_ja, CASE WHEN is_covered THEN 'yes' ELSE '' END FROM wards ORDER BY ward_code
"""


def codebook_tables(database: Path) -> str:
    """Return the codebooks of a database as Markdown, each under a heading of level 2.

    Indicators come with their definition, the series that feed them, and how far each of these compares and why; KPIs
    by plan, with what was settled of unit, nature and direction. An empty cell means that nothing is settled.

    Args:
        database: the database file.

    Raises:
        WardPlansError: the database cannot be opened.
    """
    with open_database(database) as connection:
        parts = [
            "## Wards",
            _rows(connection, _WARDS, ("code", "slug", "name", "名称", "documents are in")),
            "## Units",
            _rows(connection, _UNITS, ("unit", "表記", "in English", "dimension")),
            "## Statuses",
            _rows(connection, _STATUSES, ("status", "group", "区分", "printed as")),
            "## Themes",
            _rows(connection, _THEMES, ("theme", "name", "名称", "national item")),
            "What belongs to each and how reliably items are coded by them: [themes](themes.md).",
            "## Indicators",
            *_indicator_sections(connection),
            "## KPIs",
            *_kpi_sections(connection),
        ]
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _rows(connection: duckdb.DuckDBPyConnection, query: str, headers: Sequence[str]) -> str:
    return table(headers, (_cells(row) for row in connection.execute(query).fetchall()))


def _cells(row: Sequence[object]) -> tuple[str, ...]:
    """Return the cells of a row, whose first is an id."""
    first, *others = ("" if value is None else escaped(str(value)) for value in row)
    return f"`{first}`", *others


def _indicator_sections(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    sources = connection.execute(_SOURCES).fetchall()
    for indicator, *told in connection.execute(_INDICATORS).fetchall():
        name, name_ja, text, text_ja, unit, unit_ja, nature, direction, theme, needed, needed_ja = told
        yield f"### {indicator}"
        yield f"**{escaped(name)}** {escaped(name_ja)}"
        yield f"{escaped(text)}<br>{escaped(text_ja)}"
        yield table(
            ("unit", "単位", "nature", "better is", "theme"),
            [(escaped(unit), escaped(unit_ja), nature or "", direction or "", escaped(theme))],
        )
        yield table(("series", "verdict", "why", "理由"), (_cells(row) for name, *row in sources if name == indicator))
        yield f"To compare the wards by it takes: {escaped(needed)}<br>{escaped(needed_ja)}"


def _kpi_sections(connection: duckdb.DuckDBPyConnection) -> Iterator[str]:
    headers = ("series", "name", "名称", "row", "unit", "nature", "of its targets", "better is")
    for (ward, plan), rows in groupby(connection.execute(_KPIS).fetchall(), key=lambda row: row[:2]):
        yield f"### {ward}: {escaped(plan)}"
        yield table(headers, (_cells(row[2:]) for row in rows))
