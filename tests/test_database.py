"""The database: its contract, its constraints, its views against hand-made rows, and safe building."""

import copy
import hashlib
import os
import re
import subprocess
import sys
import threading
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from analysis.database import SCHEMA_VERSION
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.errors import WardPlansError
from analysis.publishing.csv_export import export_csv

Rows = dict[str, list[dict[str, Any]]]

# The public interface: every table, view and column that the data model promises. More may be there.
CONTRACT = {
    "wards": "ward_code lg_code slug name_ja name_en is_covered tile_row tile_column",
    "ward_populations": "ward_code year population source_ja",
    "years": "fiscal_year label_ja label_en era_ja era_year alias_ja starts_on ends_on",
    "documents": "document_id ward_code plan_id title_ja title_en kind published_on published_ja "
    "published_precision file_name sha256 char_count line_count",
    "plans": "plan_id ward_code title_ja title_en start_fiscal_year end_fiscal_year title_citation_id "
    "period_citation_id",
    "citations": "citation_id document_id line_start line_end char_start char_end quote",
    "departments": "department_id ward_code name_ja name_en citation_id",
    "glossary_terms": "term_id document_id term_ja definition_ja citation_id",
    "measures": "measure_id plan_id document_id parent_measure_id root_measure_id is_parent_known level "
    "level_ja code title_ja title_en position repeats_measure_id novelty is_national_priority lead_body "
    "mark_ja page citation_id",
    "activities": "activity_id measure_id fiscal_year is_open_ended kind position text_ja text_en citation_id",
    "status_groups": "status status_group name_ja name_en",
    "statuses": "measure_id fiscal_year status label_ja printed_year_ja citation_id",
    "measure_departments": "measure_id department_id citation_id",
    "kpis": "kpi_id plan_id measure_id name_ja name_en row_label_ja unit_id direction nature target_nature "
    "definition_ja citation_id",
    "kpi_values": "kpi_id fiscal_year value_type document_id value denominator is_approximate obs_status "
    "as_of as_of_precision printed_year_ja raw_text note_ja citation_id",
    "quantities": "quantity_id measure_id activity_id fiscal_year value unit_id nature subject_ja subject_en "
    "is_approximate scope bound sentence_ja citation_id",
    "events": "event_id ward_code fiscal_year end_fiscal_year kind text_ja citation_id",
    "passages": "passage_id document_id measure_id text_ja citation_id",
    "units": "unit_id label_ja label_en dimension",
    "statistics": "statistic_id name_ja name_en unit_id nature source_ja source_en transcription file_name sha256",
    "statistic_citations": "citation_id file_name line_start line_end char_start char_end quote",
    "mynumber_cards": "ward_code as_of cards_issued population population_as_of issuance_rate_percent source_ja "
    "citation_id",
    "indicators": "indicator_id name_ja name_en definition_ja definition_en unit_id nature direction theme_id "
    "needed_ja needed_en",
    "indicator_terms": "indicator_id term_ja",
    "indicator_sources": "indicator_source_id indicator_id kpi_id quantity_id statistic_id comparability "
    "transformation rationale_ja rationale_en",
    "themes": "theme_id name_ja name_en scope_note_ja scope_note_en national_item_ja",
    "measure_themes": "measure_id theme_id is_primary method evidence",
    "line_uses": "document_id use line_count",
    "reconciliations": "reconciliation_id document_id subject_ja subject_en stated extracted difference "
    "explanation_ja explanation_en citation_id",
    "corrections": "correction_id document_id table_name row_id column_name kind printed curated reason_ja "
    "reason_en citation_id",
    "build_info": "key value",
    "observations": "ward_code ward_name_ja ward_name_en plan_id plan_title_ja measure_id measure_title_ja "
    "kpi_id quantity_id name_ja name_en row_label_ja fiscal_year value_type value denominator unit_id "
    "unit_ja unit_en nature is_approximate obs_status raw_text quote document_id line citation_id",
    "statistic_values": "statistic_id ward_code as_of fiscal_year value citation_id",
    "citation_texts": "citation_id document_id ward_code publisher_ja publisher_en title_ja title_en published_ja "
    "file_name sha256 line_start line_end char_start char_end quote",
    "comparisons": "indicator_id indicator_name_ja indicator_name_en ward_code ward_name_ja ward_name_en series_id "
    "kpi_id quantity_id statistic_id name_ja name_en row_label_ja fiscal_year as_of value_type value denominator "
    "unit_id unit_ja unit_en nature indicator_nature direction comparability transformation indicator_value "
    "is_approximate obs_status value_per_1000_residents population population_year raw_text quote document_id line "
    "citation_id",
    "achievements": "kpi_id ward_code plan_id fiscal_year target actual baseline baseline_fiscal_year has_break is_met "
    "gap achievement_ratio ratio_refusal progress_from_baseline progress_refusal target_citation_id "
    "actual_citation_id baseline_citation_id",
    "status_counts": "ward_code ward_name_ja ward_name_en plan_id fiscal_year status_group status_group_ja "
    "status_group_en status label_ja item_count rated_count citation_ids",
    "coverage": "ward_code indicator_id coverage source_count year_count passage_count best_comparability",
}


# --------------------------------------------------------------------------------------- rows for two wards


def cite(citation_id: str, document_id: str, quote: str, line: int = 1) -> dict[str, Any]:
    return {
        "citation_id": citation_id,
        "document_id": document_id,
        "line_start": line,
        "line_end": line,
        "char_start": 0,
        "char_end": len(quote),
        "quote": quote,
    }


def year(fiscal_year: int) -> dict[str, Any]:
    era_ja, era_year = ("令和", fiscal_year - 2018) if fiscal_year >= 2019 else ("平成", fiscal_year - 1988)
    return {
        "fiscal_year": fiscal_year,
        "label_ja": f"{era_ja}{'元' if era_year == 1 else era_year}年度",
        "label_en": f"FY{fiscal_year}",
        "era_ja": era_ja,
        "era_year": era_year,
        "alias_ja": "平成31年度" if fiscal_year == 2019 else None,
        "starts_on": date(fiscal_year, 4, 1),
        "ends_on": date(fiscal_year + 1, 3, 31),
    }


def document(document_id: str, ward_code: str, published_on: date | None) -> dict[str, Any]:
    return {
        "document_id": document_id,
        "ward_code": ward_code,
        "plan_id": document_id.partition("-")[0],
        "title_ja": "情報化推進計画",
        "kind": "progress_report" if document_id.endswith("report") else "plan",
        "published_on": published_on,
        "published_ja": "令和6年5月" if published_on else None,
        "published_precision": "month" if published_on else None,
        "file_name": f"{document_id}.txt",
        "sha256": hashlib.sha256(document_id.encode()).hexdigest(),
        "char_count": 1000,
        "line_count": 100,
    }


def measure(measure_id: str, parent: str | None = None, repeats: str | None = None) -> dict[str, Any]:
    return {
        "measure_id": measure_id,
        "plan_id": "nakano",
        "document_id": "nakano-plan",
        "parent_measure_id": parent,
        "root_measure_id": measure_id if parent is None else "z-goal",
        "is_parent_known": True,
        "level": "pillar" if parent is None else "measure",
        "title_ja": "オンライン化",
        "position": 1,
        "repeats_measure_id": repeats,
        "citation_id": "measures:z-goal",
    }


def kpi(kpi_id: str, unit_id: str | None, direction: str | None, nature: str | None) -> dict[str, Any]:
    return {
        "kpi_id": kpi_id,
        "plan_id": kpi_id.partition("-")[0],
        "measure_id": "z-goal" if kpi_id.startswith("nakano") else None,
        "name_ja": f"指標 {kpi_id}",
        "unit_id": unit_id,
        "direction": direction,
        "nature": nature,
        "citation_id": "kpis:ota-online" if kpi_id.startswith("ota") else "kpis:nakano-incidents",
    }


def figure(
    kpi_id: str,
    fiscal_year: int,
    value_type: str,
    value: float | None,
    obs_status: str = "A",
    denominator: float | None = None,
    document_id: str | None = None,
) -> dict[str, Any]:
    document_id = document_id or f"{kpi_id.partition('-')[0]}-plan"
    return {
        "kpi_id": kpi_id,
        "fiscal_year": fiscal_year,
        "value_type": value_type,
        "document_id": document_id,
        "value": value,
        "denominator": denominator,
        "is_approximate": obs_status == "E",
        "obs_status": obs_status,
        "raw_text": "—" if value is None else f"{value}",
        "citation_id": f"kpi_values:{document_id}",
    }


def quantity(quantity_id: str, value: float, scope: str = "ward") -> dict[str, Any]:
    return {
        "quantity_id": quantity_id,
        "fiscal_year": 2022 if scope == "ward" else None,
        "value": value,
        "unit_id": "procedures",
        "subject_ja": "手続",
        "is_approximate": quantity_id == "approximate",
        "scope": scope,
        "citation_id": "quantities:prose",
    }


def card_count(ward_code: str, as_of: date, cards_issued: int, population: int) -> dict[str, Any]:
    return {
        "ward_code": ward_code,
        "as_of": as_of,
        "cards_issued": cards_issued,
        "population": population,
        "population_as_of": date(as_of.year, 1, 1),
        "issuance_rate_percent": round(100 * cards_issued / population, 1),
        "source_ja": "交付状況",
        "citation_id": f"mynumber_cards:{ward_code}|{as_of}",
    }


def table_row(card_row: dict[str, Any], line: int) -> dict[str, Any]:
    quote = f"{card_row['ward_code']},{card_row['as_of']},{card_row['cards_issued']}"
    return {
        "citation_id": card_row["citation_id"],
        "file_name": "cards.csv",
        "line_start": line,
        "line_end": line,
        "char_start": 100 * line,
        "char_end": 100 * line + len(quote),
        "quote": quote,
    }


def statistic(statistic_id: str, unit_id: str, nature: str) -> dict[str, Any]:
    return {
        "statistic_id": statistic_id,
        "name_ja": "名",
        "name_en": "name",
        "unit_id": unit_id,
        "nature": nature,
        "source_ja": "交付状況",
        "source_en": "Cards issued",
        "transcription": "typed by hand",
        "file_name": "cards.csv",
        "sha256": "c" * 64,
    }


def source(indicator_id: str, column: str, source_id: str, comparability: str) -> dict[str, Any]:
    return {
        "indicator_source_id": f"{indicator_id}:{source_id}",
        "indicator_id": indicator_id,
        "kpi_id": None,
        "quantity_id": None,
        "statistic_id": None,
        column: source_id,
        "comparability": comparability,
        "transformation": "increment_to_level" if comparability == "convertible" else None,
        "rationale_ja": "理由",
        "rationale_en": "reason",
    }


def indicator(indicator_id: str, unit_id: str, nature: str | None) -> dict[str, Any]:
    return {
        "indicator_id": indicator_id,
        "name_ja": "名",
        "name_en": "name",
        "definition_ja": "定義",
        "definition_en": "definition",
        "unit_id": unit_id,
        "nature": nature,
        "direction": "higher",
        "theme_id": "T01",
        "needed_ja": "定義",
        "needed_en": "a definition",
    }


CARD_COUNTS = [
    card_count("13101", date(2022, 9, 30), 33_000, 66_000),
    card_count("13101", date(2023, 3, 31), 40_000, 66_100),
    card_count("13111", date(2023, 3, 31), 500_000, 730_000),
    card_count("13111", date(2023, 4, 1), 510_000, 730_000),
]

ROWS: Rows = {
    "wards": [
        {
            "ward_code": code,
            "lg_code": lg_code,
            "slug": slug,
            "name_ja": name_ja,
            "name_en": slug.title(),
            "is_covered": slug != "chiyoda",
            "tile_row": tile_row,
            "tile_column": 0,
        }
        for code, lg_code, slug, name_ja, tile_row in [
            ("13114", "131148", "nakano", "中野区", 0),
            ("13111", "131113", "ota", "大田区", 2),
            ("13101", "131016", "chiyoda", "千代田区", 1),
        ]
    ],
    "ward_populations": [
        {"ward_code": "13111", "year": 2015, "population": 700_000, "source_ja": "国勢調査"},
        {"ward_code": "13111", "year": 2020, "population": 750_000, "source_ja": "国勢調査"},
        {"ward_code": "13111", "year": 2023, "population": 744_000, "source_ja": "国勢調査"},
    ],
    "years": [year(fiscal_year) for fiscal_year in range(2013, 2027)],
    "units": [
        {"unit_id": "procedures", "label_ja": "手続", "label_en": "procedures", "dimension": "count"},
        {"unit_id": "percent", "label_ja": "%", "label_en": "%", "dimension": "share"},
        {"unit_id": "cases", "label_ja": "件", "label_en": "cases", "dimension": "count"},
    ],
    "statistics": [
        statistic("mynumber_cards_rate", "percent", "ratio"),
        statistic("mynumber_cards_issued", "cases", "cumulative"),
    ],
    "statistic_citations": [table_row(row, line) for line, row in enumerate(CARD_COUNTS, start=2)],
    "mynumber_cards": CARD_COUNTS,
    "plans": [
        {
            "plan_id": "ota",
            "ward_code": "13111",
            "title_ja": "大田区情報化推進計画",
            "start_fiscal_year": 2021,
            "end_fiscal_year": 2025,
            "title_citation_id": "plans:ota",
        },
        {"plan_id": "nakano", "ward_code": "13114", "title_ja": "中野区地域情報化推進計画"},
    ],
    "documents": [
        document("ota-plan", "13111", None),
        document("nakano-plan", "13114", date(2021, 5, 1)),
        document("nakano-report", "13114", date(2024, 5, 1)),
    ],
    "citations": [
        cite("plans:ota", "ota-plan", "大田区情報化推進計画"),
        cite("kpis:ota-online", "ota-plan", "オンライン申請可能手続数"),
        cite("kpi_values:ota-plan", "ota-plan", "35手續 (35手續)", line=7),
        cite("quantities:prose", "ota-plan", "新たに12手続"),
        cite("measures:z-goal", "nakano-plan", "目標1"),
        cite("kpis:nakano-incidents", "nakano-plan", "事故発生件数"),
        cite("kpi_values:nakano-plan", "nakano-plan", "9件"),
        cite("kpi_values:nakano-report", "nakano-report", "10件"),
    ],
    "departments": [{"department_id": "nakano-dx", "ward_code": "13114", "name_ja": "情報システム課"}],
    "glossary_terms": [
        {
            "term_id": "nakano-fm",
            "document_id": "nakano-plan",
            "term_ja": "fm",
            "definition_ja": "ファイルメーター",
            "citation_id": "measures:z-goal",
        }
    ],
    # Children sort before their parent by id: the build has to load the parent first all the same.
    "measures": [
        measure("a-project", "b-policy", repeats="c-project"),
        measure("b-policy", "z-goal"),
        measure("c-project", "b-policy"),
        measure("z-goal"),
    ],
    "activities": [
        {
            "activity_id": "a-1",
            "measure_id": "a-project",
            "fiscal_year": 2024,
            "is_open_ended": True,
            "kind": "plan",
            "position": 1,
            "text_ja": "継続",
            "citation_id": "measures:z-goal",
        }
    ],
    "status_groups": [
        {"status": status, "status_group": group, "name_ja": "群", "name_en": f"group {group}"}
        for status, group in [("on_schedule", "under_way"), ("behind", "under_way"), ("completed", "done")]
    ],
    "statuses": [
        {
            "measure_id": measure_id,
            "fiscal_year": fiscal_year,
            "status": status,
            "label_ja": label_ja,
            "citation_id": "measures:z-goal",
        }
        for measure_id, fiscal_year, status, label_ja in [
            ("a-project", 2023, "on_schedule", "○"),
            ("b-policy", 2023, "on_schedule", "○"),
            ("c-project", 2023, "completed", "完了"),
            ("c-project", 2022, "behind", "△"),
        ]
    ],
    "measure_departments": [
        {"measure_id": "a-project", "department_id": "nakano-dx", "citation_id": "measures:z-goal"}
    ],
    "kpis": [
        kpi("ota-online", "procedures", "higher", "stock"),
        kpi("nakano-incidents", "cases", "lower", "flow"),
        kpi("nakano-paper", None, "lower", "stock"),
        kpi("nakano-card", "percent", "higher", "ratio"),
        kpi("nakano-systems", None, "higher", "ratio"),
        kpi("nakano-flat", "cases", "higher", "stock"),
        kpi("nakano-undirected", "cases", None, None),
        kpi("nakano-named", "cases", "higher", "stock"),
    ],
    "kpi_values": [
        figure("ota-online", 2019, "baseline", 29),
        figure("ota-online", 2021, "target", 35),
        figure("ota-online", 2021, "actual", 35),
        figure("ota-online", 2022, "target", 40),
        figure("ota-online", 2022, "actual", 49),
        figure("ota-online", 2023, "target", 45),
        figure("ota-online", 2023, "actual", 93, "B"),
        figure("ota-online", 2024, "target", 49),
        figure("ota-online", 2024, "actual", 288),
        figure("nakano-incidents", 2023, "target", 0),
        figure("nakano-incidents", 2023, "actual", 9),
        figure("nakano-incidents", 2023, "actual", 10, document_id="nakano-report"),
        figure("nakano-paper", 2022, "baseline", 5900, "E"),
        figure("nakano-paper", 2023, "target", 3600, "E"),
        figure("nakano-paper", 2023, "actual", 3900, "E"),
        figure("nakano-paper", 2023, "actual", None, "O", document_id="nakano-report"),
        figure("nakano-card", 2022, "actual", 62.3),
        figure("nakano-card", 2023, "target", 100),
        figure("nakano-card", 2023, "actual", 68.3, "B"),
        figure("nakano-systems", 2023, "target", 1, denominator=15),
        figure("nakano-systems", 2023, "actual", 0, denominator=15),
        figure("nakano-systems", 2025, "target", 15, denominator=15),
        figure("nakano-systems", 2025, "actual", 15, denominator=18),
        figure("nakano-flat", 2022, "baseline", 8),
        figure("nakano-flat", 2023, "target", 8),
        figure("nakano-flat", 2023, "actual", 7),
        figure("nakano-flat", 2024, "target", 9),
        figure("nakano-flat", 2025, "target", None, "O"),
        figure("nakano-flat", 2025, "actual", 9),
        figure("nakano-undirected", 2023, "target", 4),
        figure("nakano-undirected", 2023, "actual", 5),
    ],
    "quantities": [
        quantity("exact", 12),
        quantity("approximate", 15),
        quantity("national", 59, scope="nation"),
    ],
    "events": [
        {
            "event_id": "e-1",
            "ward_code": "13114",
            "fiscal_year": 2015,
            "end_fiscal_year": 2016,
            "kind": "plan_period",
            "text_ja": "旧計画",
            "citation_id": "measures:z-goal",
        }
    ],
    "passages": [
        {
            "passage_id": "p-1",
            "document_id": "nakano-plan",
            "measure_id": "z-goal",
            "text_ja": "目標1",
            "citation_id": "measures:z-goal",
        }
    ],
    "themes": [
        {
            "theme_id": theme_id,
            "name_ja": "名",
            "name_en": "name",
            "scope_note_ja": "範囲",
            "scope_note_en": "scope",
        }
        for theme_id in ("T01", "T02")
    ],
    "measure_themes": [
        {
            "measure_id": "a-project",
            "theme_id": "T01",
            "is_primary": True,
            "method": "rule",
            "evidence": "電子",
        },
        {
            "measure_id": "a-project",
            "theme_id": "T02",
            "is_primary": False,
            "method": "curated",
            "evidence": None,
        },
    ],
    "indicators": [
        indicator("online_procedures", "procedures", "stock"),
        indicator("card_rate", "percent", "ratio"),
        indicator("procedures_added", "procedures", None),
    ],
    "indicator_terms": [{"indicator_id": "procedures_added", "term_ja": "手続の追加"}],
    "indicator_sources": [
        source("online_procedures", "kpi_id", "ota-online", "related"),
        source("online_procedures", "kpi_id", "nakano-named", "related"),
        source("card_rate", "kpi_id", "nakano-card", "direct"),
        source("card_rate", "kpi_id", "nakano-systems", "related"),
        source("card_rate", "statistic_id", "mynumber_cards_rate", "direct"),
        source("procedures_added", "quantity_id", "exact", "convertible"),
        source("procedures_added", "quantity_id", "national", "related"),
    ],
    "line_uses": [
        {"document_id": "ota-plan", "use": "read", "line_count": 60},
        {"document_id": "ota-plan", "use": "unread", "line_count": 40},
    ],
    "reconciliations": [
        {
            "reconciliation_id": "ota-36",
            "document_id": "ota-plan",
            "subject_ja": "取組",
            "subject_en": "initiatives",
            "stated": 36,
            "extracted": 27,
            "difference": -9,
            "explanation_ja": "原文にない",
            "explanation_en": "not in the text",
            "citation_id": "plans:ota",
        }
    ],
    "corrections": [
        {
            "correction_id": "c-1",
            "document_id": "ota-plan",
            "table_name": "kpis",
            "row_id": "ota-online",
            "column_name": "measure_id",
            "kind": "curated",
            "printed": "目標1",
            "curated": None,
            "reason_ja": "理由",
            "reason_en": "reason",
            "citation_id": "plans:ota",
        }
    ],
    "build_info": [{"key": "raw_sha256", "value": "0" * 64}],
}


def frames(rows: Rows) -> dict[str, pl.DataFrame]:
    return {table: pl.DataFrame(table_rows, infer_schema_length=None) for table, table_rows in rows.items()}


@pytest.fixture
def rows() -> Rows:
    return copy.deepcopy(ROWS)


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("database") / "wards.duckdb"
    build_database(frames(ROWS), path)
    return path


def query(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with open_database(path) as connection:
        return connection.execute(sql).fetchall()


# --------------------------------------------------------------------------------------------- the contract


def test_every_name_of_the_contract_is_there(database: Path) -> None:
    found: dict[str, set[str]] = {}
    for table, column in query(database, "SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal"):
        found.setdefault(table, set()).add(column)
    missing = {table: set(names.split()) - found.get(table, set()) for table, names in CONTRACT.items()}
    assert {table: names for table, names in missing.items() if names} == {}


def test_every_table_view_and_column_has_a_comment(database: Path) -> None:
    undocumented = query(
        database,
        """
        SELECT table_name, column_name FROM duckdb_columns() WHERE NOT internal AND comment IS NULL
        UNION ALL SELECT table_name, NULL FROM duckdb_tables() WHERE comment IS NULL
        UNION ALL SELECT view_name, NULL FROM duckdb_views() WHERE NOT internal AND comment IS NULL
        """,
    )
    assert undocumented == []


def test_comments_say_what_null_means_where_a_table_allows_it(database: Path) -> None:
    silent = query(
        database,
        """
        SELECT table_name, column_name FROM duckdb_columns()
        JOIN duckdb_tables() USING (table_oid, table_name)
        WHERE is_nullable AND NOT contains(duckdb_columns.comment, 'NULL: ')
        """,
    )
    assert silent == []


def test_comments_name_every_value_of_an_enum(database: Path) -> None:
    with open_database(database) as connection:
        enums = connection.execute(
            "SELECT table_name, column_name, comment, data_type FROM duckdb_columns() "
            "WHERE NOT internal AND data_type LIKE 'ENUM%'"
        ).fetchall()
    assert len(enums) >= 14
    for table, column, comment, data_type in enums:
        for value in data_type.removeprefix("ENUM(").removesuffix(")").replace("'", "").split(", "):
            assert value in comment, f"{table}.{column}: {value} is not explained"


def test_every_table_has_a_primary_key_unless_it_is_derived(database: Path) -> None:
    keyed = query(database, "SELECT table_name FROM duckdb_constraints() WHERE constraint_type = 'PRIMARY KEY'")
    tables = query(database, "SELECT table_name FROM duckdb_tables() WHERE NOT starts_with(comment, 'Derived: ')")
    assert set(tables) <= set(keyed)


def test_codes_keep_their_text_and_rows_their_number(database: Path) -> None:
    assert query(database, "SELECT ward_code, lg_code FROM wards ORDER BY ALL") == [
        ("13101", "131016"),
        ("13111", "131113"),
        ("13114", "131148"),
    ]
    with open_database(database) as connection:
        for table, table_rows in ROWS.items():
            expected = len(table_rows) + (table == "build_info")
            assert connection.execute(f"SELECT count(*) FROM {table}").fetchall() == [(expected,)], table


def test_clients_of_older_duckdb_can_read_the_file(database: Path) -> None:
    # Bytes 12 to 20 of the file: version 64 to 66 are those of DuckDB 1.0 to 1.4, 2.0 writes a higher one.
    assert database.read_bytes()[8:12] == b"DUCK"
    assert int.from_bytes(database.read_bytes()[12:20], "little") <= 67


# ------------------------------------------------------------------------------------------ the constraints


def changed(table: str, **values: Any) -> Any:
    return pytest.param(table, values, id=f"{table} {values}"[:100])


@pytest.mark.parametrize(
    ("table", "values"),
    [
        changed("wards", ward_code="1311"),
        changed("wards", ward_code="131140"),
        changed("wards", lg_code="131149"),
        changed("wards", lg_code="131113"),
        changed("wards", slug="Nakano"),
        changed("wards", name_ja=None),
        changed("wards", is_covered=None),
        changed("wards", is_covered=False),
        changed("wards", tile_row=None),
        changed("wards", tile_column=None),
        changed("wards", tile_row=-1),
        changed("wards", tile_column=-1),
        changed("wards", tile_row=2),
        changed("ward_populations", population=0),
        changed("ward_populations", year=15),
        changed("ward_populations", ward_code="13199"),
        changed("years", fiscal_year=31),
        changed("years", label_ja="平成26年"),
        changed("years", label_en="FY2015"),
        changed("years", starts_on=date(2014, 1, 1)),
        changed("years", ends_on=date(2014, 12, 31)),
        changed("years", label_ja="平成0年度", era_year=0),
        changed("units", dimension="a count"),
        changed("units", label_en=None),
        changed("statistics", statistic_id="Cards"),
        changed("statistics", unit_id="nowhere"),
        changed("statistics", unit_id=None),
        changed("statistics", nature=None),
        changed("statistics", nature="count"),
        changed("statistics", source_en=None),
        changed("statistics", transcription=None),
        changed("statistics", sha256="C" * 64),
        changed("statistic_citations", citation_id="13101"),
        changed("statistic_citations", line_start=0),
        changed("statistic_citations", line_end=1),
        changed("statistic_citations", char_start=-1),
        changed("statistic_citations", char_end=201),
        changed("statistic_citations", quote="13101"),
        changed("statistic_citations", quote=None),
        changed("statistic_citations", file_name=None),
        changed("statistic_citations", file_name="other.csv"),
        changed("mynumber_cards", ward_code="13199"),
        changed("mynumber_cards", as_of=date(2023, 3, 31)),
        changed("mynumber_cards", as_of=None),
        changed("mynumber_cards", cards_issued=0),
        changed("mynumber_cards", population=0),
        changed("mynumber_cards", population_as_of=date(2022, 10, 1)),
        changed("mynumber_cards", issuance_rate_percent=50.1),
        changed("mynumber_cards", issuance_rate_percent=float("nan")),
        changed("mynumber_cards", citation_id=None),
        changed("mynumber_cards", citation_id="mynumber_cards:nowhere"),
        changed("mynumber_cards", citation_id="plans:ota"),
        changed("plans", start_fiscal_year=2026),
        changed("plans", start_fiscal_year=1999),
        changed("plans", title_citation_id="plans:nowhere"),
        changed("plans", period_citation_id="plans:nowhere"),
        changed("documents", kind="novel"),
        changed("documents", sha256="xyz"),
        changed("documents", published_precision="day"),
        changed("documents", published_on=date(2024, 5, 1)),
        changed("documents", published_on=date(2024, 5, 2), published_ja="令和6年5月", published_precision="month"),
        changed("documents", published_on=date(2024, 5, 2), published_precision="day"),
        changed("documents", ward_code="13114"),
        changed("documents", char_count=5),
        changed("documents", line_count=6),
        changed("citations", char_start=10),
        changed("citations", char_start=-1, char_end=9),
        changed("citations", line_end=0),
        changed("citations", line_start=0),
        changed("citations", quote="大田区情報化推進"),
        changed("citations", document_id="ota-lost"),
        changed("citations", citation_id="ota"),
        changed("departments", ward_code=None),
        changed("departments", citation_id="departments:nowhere"),
        changed("glossary_terms", definition_ja=None),
        changed("glossary_terms", document_id="ota-plan"),
        changed("measures", level="programme"),
        changed("measures", parent_measure_id="nowhere"),
        changed("measures", repeats_measure_id="nowhere"),
        changed("measures", repeats_measure_id="a-project"),
        changed("measures", root_measure_id="nowhere"),
        changed("measures", root_measure_id="b-policy"),
        changed("measures", is_parent_known=False),
        changed("measures", position=0),
        changed("measures", page=0),
        changed("measures", novelty="old"),
        changed("measures", lead_body="city"),
        changed("measures", citation_id=None),
        changed("measures", document_id="ota-plan"),
        changed("activities", kind="dream"),
        changed("activities", position=0),
        changed("activities", fiscal_year=None),
        changed("activities", citation_id=None),
        changed("status_groups", status="good"),
        changed("status_groups", status="completed"),
        changed("status_groups", status_group="nearly done"),
        changed("status_groups", name_en=None),
        changed("statuses", status="good"),
        changed("statuses", status="merged"),
        changed("statuses", fiscal_year=None),
        changed("statuses", citation_id="nowhere"),
        changed("measure_departments", department_id="nowhere"),
        changed("measure_departments", citation_id=None),
        changed("kpis", direction="up"),
        changed("kpis", nature="count"),
        changed("kpis", target_nature="stock"),
        changed("kpis", target_nature="count"),
        changed("kpis", unit_id="nowhere"),
        changed("kpis", citation_id=None),
        changed("kpi_values", value=None),
        changed("kpi_values", obs_status="O"),
        changed("kpi_values", obs_status="M"),
        changed("kpi_values", obs_status="Z"),
        changed("kpi_values", obs_status="AB"),
        changed("kpi_values", obs_status=None),
        changed("kpi_values", value=float("nan")),
        changed("kpi_values", value=float("inf")),
        changed("kpi_values", value=1e16),
        changed("kpi_values", value=-1e16),
        changed("kpi_values", value=1e-16),
        changed("kpi_values", denominator=0.0),
        changed("kpi_values", value=None, obs_status="U", denominator=15.0),
        changed("kpi_values", value_type="forecast"),
        changed("kpi_values", fiscal_year=1999),
        changed("kpi_values", document_id="nowhere"),
        changed("kpi_values", document_id="nakano-plan"),
        changed("kpi_values", as_of=date(2021, 3, 1)),
        changed("kpi_values", as_of=date(2021, 3, 31), as_of_precision="month"),
        changed("kpi_values", raw_text=None),
        changed("kpi_values", citation_id=None),
        changed("kpi_values", fiscal_year=2021, value_type="target"),
        changed("quantities", value=None),
        changed("quantities", value=float("inf")),
        changed("quantities", value=1e16),
        changed("quantities", value=-1e-16),
        changed("quantities", scope="city"),
        changed("quantities", bound="about"),
        changed("quantities", citation_id=None),
        changed("events", end_fiscal_year=2014),
        changed("events", kind="party"),
        changed("events", citation_id=None),
        changed("passages", citation_id=None),
        changed("passages", measure_id="nowhere"),
        changed("passages", document_id="ota-plan"),
        changed("themes", scope_note_en=None),
        changed("measure_themes", evidence=None),
        changed("measure_themes", method="guess"),
        changed("measure_themes", theme_id="T02"),
        changed("indicators", theme_id="T99"),
        changed("indicators", unit_id=None),
        changed("indicators", needed_ja=None),
        changed("indicators", needed_en=None),
        changed("indicator_terms", indicator_id="nowhere"),
        changed("indicator_terms", term_ja=None),
        changed("indicator_sources", kpi_id=None),
        changed("indicator_sources", kpi_id="nowhere", indicator_source_id="online_procedures:nowhere"),
        changed("indicator_sources", quantity_id="exact"),
        changed("indicator_sources", statistic_id="mynumber_cards_rate"),
        changed("indicator_sources", kpi_id=None, statistic_id="mynumber_cards_rate"),
        changed(
            "indicator_sources",
            kpi_id=None,
            statistic_id="mynumber_cards",
            indicator_source_id="online_procedures:mynumber_cards",
        ),
        changed("indicator_sources", indicator_source_id="1"),
        changed("indicator_sources", comparability="same"),
        changed("indicator_sources", comparability="convertible"),
        changed("indicator_sources", comparability="convertible", transformation="x2"),
        changed("indicator_sources", comparability="convertible", transformation="差をとる"),
        changed("indicator_sources", transformation="increment_to_level"),
        changed("indicator_sources", rationale_en=None),
        changed("line_uses", line_count=61),
        changed("line_uses", line_count=-60),
        changed("line_uses", use="skipped"),
        changed("line_uses", use="unread"),
        changed("line_uses", document_id="nowhere"),
        changed("reconciliations", difference=9),
        changed("reconciliations", stated=float("inf"), difference=float("-inf")),
        changed("reconciliations", extracted=float("inf"), difference=float("inf")),
        changed("reconciliations", explanation_en=None),
        changed("reconciliations", citation_id=None),
        changed("reconciliations", document_id="nakano-plan"),
        changed("corrections", curated="目標1"),
        changed("corrections", kind="misprint"),
        changed("corrections", kind=None),
        changed("corrections", column_name="colour"),
        changed("corrections", table_name="kpi"),
        changed("corrections", citation_id=None),
        changed("build_info", value=None),
        changed("build_info", key="schema_version"),
    ],
)
def test_a_bad_row_is_refused(table: str, values: dict[str, Any], rows: Rows, tmp_path: Path) -> None:
    rows[table][0] |= values
    # A document that is shorter than its citations say is reported as citations beyond its end.
    is_shortened = table == "documents" and values.keys() & {"char_count", "line_count"}
    blamed = "citations" if is_shortened else table
    with pytest.raises(WardPlansError, match=rf"^{blamed}: "):
        build_database(frames(rows), tmp_path / "wards.duckdb")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("column", "source_id"),
    [("kpi_id", "nakano-flat"), ("quantity_id", "approximate"), ("statistic_id", "mynumber_cards_issued")],
)
@pytest.mark.parametrize("comparability", ["direct", "convertible", "related"])
def test_a_source_is_one_series_one_figure_or_one_statistic(
    column: str, source_id: str, comparability: str, rows: Rows, tmp_path: Path
) -> None:
    rows["indicator_sources"].append(source("online_procedures", column, source_id, comparability))
    build_database(frames(rows), tmp_path / "wards.duckdb")
    assert query(
        tmp_path / "wards.duckdb",
        "SELECT kpi_id, quantity_id, statistic_id FROM indicator_sources "
        f"WHERE indicator_source_id = 'online_procedures:{source_id}'",
    ) == [tuple(source_id if name == column else None for name in ("kpi_id", "quantity_id", "statistic_id"))]


def test_a_citation_is_of_a_document_or_of_a_statistic(rows: Rows, tmp_path: Path) -> None:
    taken = rows["statistic_citations"][0]["citation_id"]
    rows["citations"].append(cite(taken, "ota-plan", "大田区"))
    with pytest.raises(WardPlansError, match=rf"^statistic_citations: row '{re.escape(taken)}': .*same id"):
        build_database(frames(rows), tmp_path / "wards.duckdb")


def test_a_second_primary_theme_is_refused(rows: Rows, tmp_path: Path) -> None:
    rows["measure_themes"][1]["is_primary"] = True
    with pytest.raises(WardPlansError, match=r"measure_themes: row 'a-project': .*primary"):
        build_database(frames(rows), tmp_path / "wards.duckdb")


def test_measures_in_a_circle_are_refused(rows: Rows, tmp_path: Path) -> None:
    rows["measures"][3]["parent_measure_id"] = "c-project"
    with pytest.raises(WardPlansError, match=r"measures: .*circle: .*z-goal"):
        build_database(frames(rows), tmp_path / "wards.duckdb")


@pytest.mark.parametrize(
    ("obs_status", "value"),
    [("U", None), ("U", 3.0), ("O", None), ("L", None), ("M", None), ("E", 3.0), ("B", 3.0), ("K", None)],
)
def test_statuses_that_fit_their_value_are_accepted(
    obs_status: str, value: float | None, rows: Rows, tmp_path: Path
) -> None:
    rows["kpi_values"][0] |= {"obs_status": obs_status, "value": value}
    build_database(frames(rows), tmp_path / "wards.duckdb")


def test_the_refusal_names_table_row_and_cause(rows: Rows, tmp_path: Path) -> None:
    rows["kpi_values"][4]["obs_status"] = "Z"
    with pytest.raises(WardPlansError) as refusal:
        build_database(frames(rows), tmp_path / "wards.duckdb")
    message = str(refusal.value)
    assert message.startswith("kpi_values: row kpi_id 'ota-online', fiscal_year 2022, value_type 'actual', ")
    assert "obs_status" in message
    assert "\n" not in message


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        ({"kpi": pl.DataFrame({"a": [1]})}, "no such table in the schema: kpi; it has activities, "),
        (
            {"units": pl.DataFrame({"unit": ["a"]})},
            "units: no such column in the schema: unit; it has unit_id, ",
        ),
        (
            {"units": pl.DataFrame({"unit_id": ["a"]})},
            "units: required column missing: label_ja, label_en, dim",
        ),
        (
            {"years": pl.DataFrame([year(2020) | {"fiscal_year": 2020.5}])},
            "years.fiscal_year: expected INTEGER, ",
        ),
        (
            {"wards": pl.DataFrame([ROWS["wards"][0] | {"ward_code": 13114}])},
            "wards.ward_code: expected VARCHAR",
        ),
        (
            {"wards": pl.DataFrame([ROWS["wards"][0] | {"is_covered": "no"}])},
            "wards.is_covered: expected BOOLEAN",
        ),
        (
            {"years": pl.DataFrame([year(2020) | {"starts_on": "2020-04-01"}])},
            "years.starts_on: expected DATE",
        ),
        (
            {"units": pl.DataFrame([ROWS["units"][0] | {"label_ja": ""}])},
            "units.label_ja: empty text in row unit_id 'procedures'; what is not said is NULL",
        ),
    ],
)
def test_frames_that_do_not_fit_the_schema_are_refused(
    tables: dict[str, pl.DataFrame], message: str, tmp_path: Path
) -> None:
    with pytest.raises(WardPlansError) as refusal:
        build_database(tables, tmp_path / "wards.duckdb")
    assert str(refusal.value).startswith(message)


# ------------------------------------------------------------------------------------------------- building


def test_tables_left_out_are_empty(tmp_path: Path) -> None:
    target = tmp_path / "new folder" / "it's 区.duckdb"
    build_database({"wards": pl.DataFrame(), "units": frames(ROWS)["units"].clear()}, target)
    assert query(target, "SELECT count(*) FROM observations") == [(0,)]
    assert query(target, "FROM build_info") == [("schema_version", SCHEMA_VERSION)]
    assert list(target.parent.iterdir()) == [target]


def test_the_order_of_the_rows_given_does_not_matter(database: Path, rows: Rows, tmp_path: Path) -> None:
    for table_rows in rows.values():
        table_rows.reverse()
    build_database(frames(rows), tmp_path / "wards.duckdb")
    for table in ROWS:
        assert query(tmp_path / "wards.duckdb", f"FROM {table}") == query(database, f"FROM {table}")


def test_a_failed_build_leaves_the_old_file_untouched(rows: Rows, tmp_path: Path) -> None:
    target = tmp_path / "wards.duckdb"
    build_database(frames(rows), target)
    before = target.read_bytes()
    rows["kpi_values"][0]["citation_id"] = "nowhere"
    with pytest.raises(WardPlansError, match="nowhere"):
        build_database(frames(rows), target)
    assert target.read_bytes() == before
    assert list(tmp_path.iterdir()) == [target]


def test_a_full_disk_leaves_the_old_file_untouched(database: Path, tmp_path: Path) -> None:
    target = tmp_path / "wards.duckdb"
    target.write_bytes(database.read_bytes())
    script = (
        "import resource, sys; from pathlib import Path; from analysis.errors import WardPlansError\n"
        "from analysis.database.build import build_database\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: build_database({}, Path(sys.argv[1]))\n"
        "except WardPlansError as error: print(error)\n"
    )
    run = subprocess.run([sys.executable, "-c", script, target], capture_output=True, text=True, check=True)
    assert run.stdout.startswith("cannot write ")
    assert run.stdout.count("\n") == 1
    assert target.read_bytes() == database.read_bytes()
    assert list(tmp_path.iterdir()) == [target]


def test_a_target_that_is_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WardPlansError, match="it is a folder"):
        build_database({}, tmp_path)


def test_a_target_below_a_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WardPlansError, match=r"cannot write .*wards\.duckdb: "):
        build_database({}, tmp_path / "file" / "wards.duckdb")


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is unwritable to root")
def test_an_unwritable_folder_is_refused(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)
    try:
        with pytest.raises(WardPlansError, match=r"cannot write .*wards.duckdb: Permission denied"):
            build_database({}, tmp_path / "wards.duckdb")
    finally:
        tmp_path.chmod(0o700)


def test_leftovers_of_killed_builds_are_removed(tmp_path: Path) -> None:
    """Whose owner lives are left: tests/test_atomic.py."""
    left, other = (tmp_path / name for name in (".w.duckdb-k1ll3d_1", ".other.duckdb-k1ll3d_1"))
    for folder in (left, other):
        (folder / "files").mkdir(parents=True)
        (folder / "files" / "w.duckdb").write_text("half a file", encoding="utf-8")
    build_database({}, tmp_path / "w.duckdb")
    assert sorted(tmp_path.iterdir()) == [other, tmp_path / "w.duckdb"]


def test_a_log_of_the_old_file_is_not_replayed_into_the_new_one(tmp_path: Path) -> None:
    target = tmp_path / "wards.duckdb"
    build_database({}, target)
    (tmp_path / "wards.duckdb.wal").write_bytes(b"of another file")
    build_database({}, target)
    assert list(tmp_path.iterdir()) == [target]


HOLDER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read")
if sys.argv[2] == "write":
    connection.execute("CREATE TABLE mine AS SELECT 1 AS a")
for line in sys.stdin:
    print(connection.execute(line).fetchall(), flush=True)
connection.close()
print("closed")
"""


@pytest.mark.parametrize("mode", ["read", "write"])
def test_a_process_that_holds_the_old_file_keeps_it_through_a_rebuild(mode: str, rows: Rows, tmp_path: Path) -> None:
    target = tmp_path / "wards.duckdb"
    build_database(frames(rows), target)
    command = [sys.executable, "-c", HOLDER, target, mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None

        def ask(sql: str) -> str:
            print(sql, file=holder.stdin, flush=True)
            return holder.stdout.readline().strip()

        value = "SELECT value FROM kpi_values WHERE kpi_id = 'ota-online' AND fiscal_year = 2019"
        assert ask(value) == "[(29.0,)]"
        if mode == "write":
            with pytest.raises(WardPlansError, match="open for writing in another program"):
                open_database(target)
        rows["kpi_values"][0]["value"] = 30.0
        build_database(frames(rows), target)
        assert query(target, value) == [(30.0,)]
        assert ask(value) == "[(29.0,)]"
        if mode == "write":
            assert ask("SELECT a FROM mine") == "[(1,)]"
        holder.stdin.close()
        assert holder.stdout.readline() == "closed\n"
    assert holder.returncode == 0
    assert query(target, value) == [(30.0,)]


# -------------------------------------------------------------------------------------------------- opening


def test_a_new_connection_sees_the_new_build_while_an_old_one_keeps_the_old(rows: Rows, tmp_path: Path) -> None:
    target = tmp_path / "wards.duckdb"
    value = "SELECT value FROM kpi_values WHERE kpi_id = 'ota-online' AND fiscal_year = 2019"
    build_database(frames(rows), target)
    with open_database(target) as old:
        assert old.execute(value).fetchall() == [(29.0,)]
        rows["kpi_values"][0]["value"] = 30.0
        build_database(frames(rows), target)
        with open_database(target) as new:
            assert new.execute(value).fetchall() == [(30.0,)]
            assert new.cursor().execute(value).fetchall() == [(30.0,)]
        assert old.execute(value).fetchall() == [(29.0,)]
        assert old.cursor().execute(value).fetchall() == [(29.0,)]
    assert list(tmp_path.iterdir()) == [target]


def test_many_connections_open_at_once(database: Path) -> None:
    counts: list[Any] = []
    threads = [
        threading.Thread(target=lambda: counts.append(query(database, "SELECT count(*) FROM kpis"))) for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [[(len(ROWS["kpis"]),)]] * 8


def test_the_catalog_has_the_name_of_the_file(database: Path) -> None:
    assert query(database, "SELECT current_database(), count(*) FROM wards.main.wards") == [("wards", 3)]


def test_the_connection_reaches_nothing_else(database: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.csv"
    secret.write_text("a\n1\n", encoding="utf-8")
    frame = pl.DataFrame({"a": [1]})
    with open_database(database) as connection:
        for statement in (
            f"SELECT * FROM read_csv('{secret}')",
            f"SELECT * FROM '{secret}'",
            f"COPY kpis TO '{tmp_path / 'out.csv'}'",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
            "SET enable_external_access = true",
            "SET memory_limit = '64GB'",
            "INSTALL fts",
            "DELETE FROM kpi_values",
            "SELECT * FROM frame",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
        connection.register("registered", frame)
        assert connection.execute("FROM registered").fetchall() == [(1,)]
    assert list(tmp_path.iterdir()) == [secret]


def test_a_missing_file_says_how_to_make_it(tmp_path: Path) -> None:
    with pytest.raises(WardPlansError, match=r"no database at .*wards.duckdb: run `wardplans build`"):
        open_database(tmp_path / "wards.duckdb")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_is_no_database(tmp_path: Path) -> None:
    with pytest.raises(WardPlansError, match="no database at"):
        open_database(tmp_path)


@pytest.mark.parametrize("content", [b"", b"ward_code,name\n" * 1000])
def test_another_kind_of_file_is_refused(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "wards.duckdb").write_bytes(content)
    with pytest.raises(WardPlansError, match=r"wards.duckdb cannot be read as a DuckDB database"):
        open_database(tmp_path / "wards.duckdb")


def test_a_database_of_something_else_is_refused(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "wards.duckdb") as connection:
        connection.execute("CREATE TABLE t AS SELECT 1")
    with pytest.raises(WardPlansError, match="is not a database written by `wardplans build`"):
        open_database(tmp_path / "wards.duckdb")


def test_a_database_of_another_schema_version_is_refused(tmp_path: Path) -> None:
    build_database({}, tmp_path / "wards.duckdb")
    with duckdb.connect(tmp_path / "wards.duckdb") as connection:
        connection.execute("UPDATE build_info SET value = '0' WHERE key = 'schema_version'")
    with pytest.raises(WardPlansError, match="has schema_version 0, but this library reads 1: run"):
        open_database(tmp_path / "wards.duckdb")


# ---------------------------------------------------------------------------------------------------- views


def achievement(path: Path, kpi_id: str, fiscal_year: int, *columns: str) -> tuple[Any, ...]:
    (row,) = query(
        path,
        f"SELECT {', '.join(columns)} FROM achievements WHERE kpi_id = '{kpi_id}' AND fiscal_year = {fiscal_year}",
    )
    return row


VERDICT = ("is_met", "gap", "achievement_ratio", "progress_from_baseline", "has_break")
REFUSALS = ("ratio_refusal", "progress_refusal")


@pytest.mark.parametrize(
    ("kpi_id", "fiscal_year", "expected", "refusals"),
    [
        ("ota-online", 2021, (True, 0, 1.0, 1.0, False), (None, None)),
        ("ota-online", 2022, (True, 9, 49 / 40, 20 / 11, False), (None, None)),
        # The series breaks in 2023: neither that year nor the next is measured against the old target.
        ("ota-online", 2023, (None, None, None, None, True), ("break", "break")),
        ("ota-online", 2024, (None, None, None, None, True), ("break", "break")),
        # Lower is better and the target is 0; the newer document's 10 counts, not the older one's 9.
        ("nakano-incidents", 2023, (False, 10, None, None, False), ("lower_is_better", "no_baseline")),
        # Lower is better, with a baseline; the newer document prints no figure, so the older one's stands.
        ("nakano-paper", 2023, (False, 300, None, 20 / 23, False), ("lower_is_better", None)),
        ("nakano-card", 2022, (None, None, None, None, False), ("no_target", "no_target")),
        ("nakano-card", 2023, (None, None, None, None, True), ("break", "break")),
        ("nakano-systems", 2023, (False, -1, 0.0, None, False), (None, "no_baseline")),
        # 15/18 is not 15/15.
        ("nakano-systems", 2025, (None, None, None, None, False), ("denominators_differ", "denominators_differ")),
        # The target equals the baseline.
        ("nakano-flat", 2023, (False, -1, 7 / 8, None, False), (None, "target_is_baseline")),
        ("nakano-flat", 2024, (None, None, None, None, False), ("no_actual", "no_actual")),
        ("nakano-flat", 2025, (None, None, None, None, False), ("no_target", "no_target")),
        ("nakano-undirected", 2023, (None, 1, None, None, False), ("no_direction", "no_baseline")),
    ],
)
def test_achievements(
    kpi_id: str, fiscal_year: int, expected: tuple[Any, ...], refusals: tuple[Any, ...], database: Path
) -> None:
    assert achievement(database, kpi_id, fiscal_year, *VERDICT) == pytest.approx(expected)
    assert achievement(database, kpi_id, fiscal_year, *REFUSALS) == refusals


def test_targets_that_count_otherwise_than_the_results_are_not_held_against_them(rows: Rows, tmp_path: Path) -> None:
    rows["kpis"][0]["target_nature"] = "cumulative"
    build_database(frames(rows), tmp_path / "wards.duckdb")
    for fiscal_year in (2021, 2022):
        found = achievement(tmp_path / "wards.duckdb", "ota-online", fiscal_year, *VERDICT, *REFUSALS)
        assert found == (None, None, None, None, False, "natures_differ", "natures_differ")
    # The figures themselves are still there.
    assert achievement(tmp_path / "wards.duckdb", "ota-online", 2022, "target", "actual", "baseline") == (40, 49, 29)


@pytest.mark.parametrize(("target", "refusal"), [(0, "target_not_above_zero"), (-4, "target_not_above_zero")])
def test_a_target_of_nothing_has_no_ratio(target: float, refusal: str, rows: Rows, tmp_path: Path) -> None:
    rows["kpi_values"][1]["value"] = target
    build_database(frames(rows), tmp_path / "wards.duckdb")
    found = achievement(tmp_path / "wards.duckdb", "ota-online", 2021, "is_met", "gap", *REFUSALS)
    assert found == (True, 35 - target, refusal, None)


def test_achievements_have_one_row_a_kpi_and_year(database: Path) -> None:
    assert query(database, "SELECT kpi_id FROM achievements GROUP BY kpi_id, fiscal_year HAVING count(*) > 1") == []
    # A baseline alone is no achievement; a year with an actual alone is shown.
    assert query(database, "FROM achievements WHERE fiscal_year = 2019") == []
    assert achievement(database, "nakano-card", 2022, "target", "actual", "is_met") == (None, 62.3, None)


def test_achievements_name_baseline_and_citations(database: Path) -> None:
    columns = ("baseline", "baseline_fiscal_year", "target_citation_id", "actual_citation_id")
    assert achievement(database, "ota-online", 2024, *columns) == (
        29.0,
        2019,
        "kpi_values:ota-plan",
        "kpi_values:ota-plan",
    )
    assert achievement(database, "nakano-incidents", 2023, *columns) == (
        None,
        None,
        "kpi_values:nakano-plan",
        "kpi_values:nakano-report",
    )


def test_a_new_baseline_after_the_break_starts_afresh(rows: Rows, tmp_path: Path) -> None:
    rows["kpi_values"].append(figure("ota-online", 2023, "baseline", 93))
    build_database(frames(rows), tmp_path / "wards.duckdb")
    assert achievement(tmp_path / "wards.duckdb", "ota-online", 2024, "baseline", *VERDICT) == (
        93.0,
        True,
        239.0,
        288 / 49,
        (288 - 93) / (49 - 93),
        False,
    )


def test_observations_show_every_printed_figure_once(database: Path) -> None:
    assert query(database, "SELECT count(*), count(kpi_id), count(quantity_id) FROM observations") == [
        (len(ROWS["kpi_values"]) + len(ROWS["quantities"]), len(ROWS["kpi_values"]), len(ROWS["quantities"]))
    ]
    (row,) = query(
        database,
        "SELECT ward_name_ja, plan_title_ja, measure_id, name_ja, value, unit_ja, unit_en, nature, "
        "obs_status, raw_text, quote, document_id, line, citation_id FROM observations "
        "WHERE kpi_id = 'ota-online' AND fiscal_year = 2023 AND value_type = 'actual'",
    )
    assert row == (
        *(
            "大田区",
            "大田区情報化推進計画",
            None,
            "指標 ota-online",
            93.0,
            "手続",
            "procedures",
            "stock",
            "B",
        ),
        *("93", "35手續 (35手續)", "ota-plan", 7, "kpi_values:ota-plan"),
    )
    assert query(
        database,
        "SELECT quantity_id, ward_code, fiscal_year, value_type, value, scope, obs_status, raw_text, quote "
        "FROM observations WHERE quantity_id IS NOT NULL ORDER BY ALL",
    ) == [
        ("approximate", "13111", 2022, None, 15.0, "ward", "E", None, "新たに12手続"),
        ("exact", "13111", 2022, None, 12.0, "ward", "A", None, "新たに12手続"),
        ("national", "13111", None, None, 59.0, "nation", "A", None, "新たに12手続"),
    ]


def test_comparisons_divide_by_the_population_of_the_time(database: Path) -> None:
    assert query(
        database,
        "SELECT fiscal_year, population_year, population, value_per_1000_residents FROM comparisons "
        "WHERE kpi_id = 'ota-online' AND value_type IN ('actual', 'baseline') ORDER BY fiscal_year",
    ) == [
        # The 1 January inside the fiscal year, or the nearest before it.
        (2019, 2020, 750_000, pytest.approx(29 / 750)),
        (2021, 2020, 750_000, pytest.approx(35 / 750)),
        (2022, 2023, 744_000, pytest.approx(49 / 744)),
        (2023, 2023, 744_000, pytest.approx(93 / 744)),
        (2024, 2023, 744_000, pytest.approx(288 / 744)),
    ]


def test_comparisons_before_any_count_have_no_rate(rows: Rows, tmp_path: Path) -> None:
    rows["kpi_values"][0]["fiscal_year"] = 2013
    build_database(frames(rows), tmp_path / "wards.duckdb")
    assert query(
        tmp_path / "wards.duckdb",
        "SELECT value, population, population_year, value_per_1000_residents FROM comparisons WHERE fiscal_year = 2013",
    ) == [(29.0, None, None, None)]


def test_figures_that_cite_one_passage_are_shown_once_each(database: Path) -> None:
    # Every figure of Ota's cites the same words here.
    assert query(
        database,
        "SELECT fiscal_year, value_type, value FROM comparisons WHERE kpi_id = 'ota-online' ORDER BY ALL",
    ) == sorted(
        [(row["fiscal_year"], row["value_type"], row["value"]) for row in ROWS["kpi_values"][:9]],
        key=lambda row: (row[0], ["baseline", "target", "actual"].index(row[1])),
    )


@pytest.mark.parametrize("kpi_id", ["nakano-card", "nakano-systems"])
def test_comparisons_have_no_rate_of_a_share(kpi_id: str, rows: Rows, tmp_path: Path) -> None:
    rows["ward_populations"].append(
        {"ward_code": "13114", "year": 2020, "population": 344_880, "source_ja": "国勢調査"}
    )
    # What unit and denominator say is enough.
    for row in [*rows["kpis"], *rows["indicators"]]:
        row["nature"] = None
    build_database(frames(rows), tmp_path / "wards.duckdb")
    found = query(
        tmp_path / "wards.duckdb",
        f"SELECT population, value_per_1000_residents FROM comparisons WHERE kpi_id = '{kpi_id}'",
    )
    assert len(found) >= 3
    assert set(found) == {(344_880, None)}


def test_comparisons_leave_out_what_is_not_about_the_ward(database: Path) -> None:
    assert query(
        database,
        "SELECT quantity_id, comparability, transformation, value_type, value, value_per_1000_residents "
        "FROM comparisons WHERE indicator_id = 'procedures_added'",
    ) == [("exact", "convertible", "increment_to_level", None, 12.0, pytest.approx(12 / 744))]


def test_statistics_belong_to_the_fiscal_year_their_date_lies_in(database: Path) -> None:
    assert query(
        database,
        "SELECT statistic_id, ward_code, as_of, fiscal_year, value, citation_id FROM statistic_values ORDER BY ALL",
    ) == [
        (statistic_id, row["ward_code"], row["as_of"], fiscal_year, row[column], row["citation_id"])
        for statistic_id, column in [
            ("mynumber_cards_issued", "cards_issued"),
            ("mynumber_cards_rate", "issuance_rate_percent"),
        ]
        for row, fiscal_year in zip(CARD_COUNTS, [2022, 2022, 2022, 2023], strict=True)
    ]


def test_comparisons_take_of_a_statistic_the_last_count_of_the_year(database: Path) -> None:
    columns = (
        "ward_code, series_id, kpi_id, quantity_id, statistic_id, fiscal_year, as_of, value_type, value, unit_id, "
        "nature, indicator_value, is_approximate, obs_status, value_per_1000_residents, quote, document_id, "
        "line, citation_id"
    )
    assert query(
        database, f"SELECT {columns} FROM comparisons WHERE statistic_id IS NOT NULL ORDER BY ward_code, fiscal_year"
    ) == [
        (
            *(row["ward_code"], f"mynumber_cards_rate:{row['ward_code']}", None, None, "mynumber_cards_rate"),
            *(fiscal_year, row["as_of"], "actual", row["issuance_rate_percent"], "percent", "ratio"),
            *(row["issuance_rate_percent"], False, "A", None),
            *(ROWS["statistic_citations"][place]["quote"], None, place + 2, row["citation_id"]),
        )
        for place, row, fiscal_year in [(1, CARD_COUNTS[1], 2022), (2, CARD_COUNTS[2], 2022), (3, CARD_COUNTS[3], 2023)]
    ]


def test_what_is_only_related_broken_or_a_fraction_has_no_indicator_value(database: Path) -> None:
    assert query(
        database,
        "SELECT kpi_id, fiscal_year, value_type, value, indicator_value FROM comparisons "
        "WHERE indicator_id = 'card_rate' AND kpi_id IS NOT NULL ORDER BY ALL",
    ) == [
        ("nakano-card", 2022, "actual", 62.3, 62.3),
        ("nakano-card", 2023, "target", 100.0, 100.0),
        ("nakano-card", 2023, "actual", 68.3, None),
        ("nakano-systems", 2023, "target", 1.0, None),
        ("nakano-systems", 2023, "actual", 0.0, None),
        ("nakano-systems", 2025, "target", 15.0, None),
        ("nakano-systems", 2025, "actual", 15.0, None),
    ]
    related = "SELECT count(indicator_value) FROM comparisons WHERE indicator_id = 'online_procedures'"
    assert query(database, related) == [(0,)]


def test_a_figure_in_another_unit_or_a_fraction_has_no_indicator_value(rows: Rows, tmp_path: Path) -> None:
    rows["indicator_sources"] = [
        source("card_rate", "kpi_id", "nakano-incidents", "direct"),
        source("card_rate", "kpi_id", "nakano-systems", "direct"),
    ]
    rows["kpis"][4]["unit_id"] = "percent"
    build_database(frames(rows), tmp_path / "wards.duckdb")
    assert query(
        tmp_path / "wards.duckdb",
        "SELECT kpi_id, count(value), count(indicator_value) FROM comparisons GROUP BY ALL ORDER BY ALL",
    ) == [("nakano-incidents", 3, 0), ("nakano-systems", 4, 0)]


def test_every_citation_can_be_quoted_with_publisher_title_and_file(database: Path) -> None:
    assert query(
        database,
        "SELECT citation_id FROM citations UNION ALL SELECT citation_id FROM statistic_citations ORDER BY ALL",
    ) == query(database, "SELECT citation_id FROM citation_texts ORDER BY ALL")
    columns = (
        "document_id, ward_code, publisher_ja, publisher_en, title_ja, title_en, published_ja, file_name, sha256, "
        "line_start, line_end, char_start, char_end, quote"
    )
    assert query(database, f"SELECT {columns} FROM citation_texts WHERE citation_id = 'kpi_values:nakano-report'") == [
        (
            *("nakano-report", "13114", "中野区", "Nakano", "情報化推進計画", None, "令和6年5月", "nakano-report.txt"),
            *(hashlib.sha256(b"nakano-report").hexdigest(), 1, 1, 0, 3, "10件"),
        )
    ]
    (card_row,) = [row for row in ROWS["statistic_citations"] if "13101|2023" in row["citation_id"]]
    assert query(database, f"SELECT {columns} FROM citation_texts WHERE citation_id = '{card_row['citation_id']}'") == [
        (
            *(None, "13101", None, None, "交付状況", "Cards issued", None, "cards.csv", "c" * 64),
            *(3, 3, 300, card_row["char_end"], card_row["quote"]),
        )
    ]


def test_status_counts_are_of_items_and_of_all_that_were_judged_that_year(database: Path) -> None:
    # The status of a-project is that of c-project, which it repeats.
    columns = (
        "ward_code, plan_id, fiscal_year, status_group, status_group_en, status, label_ja, item_count, rated_count"
    )
    assert query(
        database, f"SELECT {columns}, citation_ids FROM status_counts ORDER BY fiscal_year, item_count, status"
    ) == [
        ("13114", "nakano", 2022, "under_way", "group under_way", "behind", "△", 1, 1, ["measures:z-goal"]),
        ("13114", "nakano", 2023, "under_way", "group under_way", "on_schedule", "○", 1, 2, ["measures:z-goal"]),
        ("13114", "nakano", 2023, "done", "group done", "completed", "完了", 1, 2, ["measures:z-goal"]),
    ]


def test_coverage_shows_every_covered_ward_and_indicator(database: Path) -> None:
    assert query(
        database,
        "SELECT ward_code, indicator_id, coverage, source_count, best_comparability FROM coverage ORDER BY ALL",
    ) == [
        ("13111", "card_rate", "absent", 0, None),
        ("13111", "online_procedures", "published", 1, "related"),
        ("13111", "procedures_added", "mentioned", 1, "convertible"),
        ("13114", "card_rate", "published", 2, "direct"),
        # Named, without a figure.
        ("13114", "online_procedures", "mentioned", 1, "related"),
        ("13114", "procedures_added", "absent", 0, None),
    ]


def test_a_series_of_one_year_is_only_a_mention(rows: Rows, tmp_path: Path) -> None:
    # It counts for no year besides, because its unit is not the indicator's.
    rows["indicator_sources"] = [source("card_rate", "kpi_id", "nakano-incidents", "related")]
    build_database(frames(rows), tmp_path / "wards.duckdb")
    assert query(tmp_path / "wards.duckdb", "SELECT coverage, year_count FROM coverage WHERE coverage <> 'absent'") == [
        ("mentioned", 0)
    ]


# ----------------------------------------------------------------------------------------------- CSV export


def test_two_builds_export_the_same_bytes(database: Path, rows: Rows, tmp_path: Path) -> None:
    for table_rows in rows.values():
        table_rows.reverse()
    build_database(frames(rows), tmp_path / "wards.duckdb")
    export_csv(database, tmp_path / "first")
    export_csv(tmp_path / "wards.duckdb", tmp_path / "second")
    first = {file.name: file.read_bytes() for file in (tmp_path / "first").iterdir()}
    second = {file.name: file.read_bytes() for file in (tmp_path / "second").iterdir()}
    assert first == second
    tables = query(database, "SELECT table_name FROM duckdb_tables() WHERE NOT starts_with(comment, 'Derived: ')")
    assert set(first) == {f"{table}.csv" for (table,) in tables} | {"SHA256SUMS", "datapackage.json"}


def test_csv_is_plain_utf8_in_the_order_of_the_key(database: Path, tmp_path: Path) -> None:
    export_csv(database, tmp_path)
    assert (tmp_path / "wards.csv").read_bytes().decode("utf-8") == (
        "ward_code,lg_code,slug,name_ja,name_en,is_covered,tile_row,tile_column\n"
        "13101,131016,chiyoda,千代田区,Chiyoda,false,1,0\n"
        "13111,131113,ota,大田区,Ota,true,2,0\n"
        "13114,131148,nakano,中野区,Nakano,true,0,0\n"
    )
    years = pl.read_csv(tmp_path / "years.csv", infer_schema=False)
    assert years.row(0, named=True)["starts_on"] == "2013-04-01"
    values = pl.read_csv(tmp_path / "kpi_values.csv", infer_schema=False)
    keys = values.select("kpi_id", "fiscal_year").rows()
    assert keys == sorted(keys)
    assert values.filter(pl.col("raw_text") == "—")["value"].null_count() == 2
    for line in (tmp_path / "SHA256SUMS").read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ")
        assert hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() == digest


def test_stale_exports_are_removed_and_other_files_left(database: Path, tmp_path: Path) -> None:
    export_csv(database, tmp_path)
    for name in ("retired.csv", "mine.csv"):
        (tmp_path / name).write_text("a\n", encoding="utf-8")
    sums = tmp_path / "SHA256SUMS"
    sums.write_text(
        sums.read_text(encoding="utf-8") + f"{'0' * 64}  retired.csv\n{'0' * 64}  ../mine.csv\n",
        encoding="utf-8",
    )
    export_csv(database, tmp_path)
    assert not (tmp_path / "retired.csv").exists()
    assert (tmp_path / "mine.csv").exists()
    assert "retired" not in sums.read_text(encoding="utf-8")


def test_an_export_that_cannot_be_written_is_one_clear_error(database: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WardPlansError, match="cannot write csv files to"):
        export_csv(database, tmp_path / "file")
