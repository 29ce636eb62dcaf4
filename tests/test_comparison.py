"""The questions researchers ask, answered from the database of the real documents."""

import csv
import re
from pathlib import Path

import duckdb
import polars as pl
import pytest

from analysis.comparison import compare, corrections, coverage, holdings, mentions, reconciliations, series_notes
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.errors import WardPlansError

TRUTH = Path(__file__).parent / "truth" / "kpi_values.csv"
INDICATORS = ["online_procedures", "rpa_hours_saved", "security_incidents"]
WARDS = ["13103", "13107", "13108", "13111", "13114"]

SERIES = {
    "online_procedures": [
        ("ota", "オンライン申請可能手続数", "上段"),
        ("ota", "オンライン申請可能手続数", "下段"),
        ("nakano", "オンラインによる申請受付件数", ""),
    ],
    # Hours, the indicator's unit, come before the tasks that the document prints above them.
    "rpa_hours_saved": [
        ("ota", "RPA等の導入による業務削減時間(積算)", ""),
        ("ota", "RPA等の導入業務数", ""),
        ("nakano", "AI・RPAの活用による業務改善数", ""),
    ],
    "security_incidents": [("nakano", "情報セキュリティ事故発生件数", "")],
}
"""The printed series of each indicator, in the order a reader is to see them."""


@pytest.fixture(scope="module")
def connection(built_database: Path):
    with open_database(built_database) as opened:
        yield opened


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0]


# -- compare ------------------------------------------------------------------------------------------------


def test_compare_has_the_columns_it_promises(connection):
    assert compare(connection, "online_procedures").columns == [
        *("ward_code", "ward_name_ja", "ward_name_en", "kpi_id", "name_ja", "name_en", "row_label_ja"),
        *("fiscal_year", "year_label_ja", "year_label_en", "value_type", "value", "denominator", "unit_ja", "unit_en"),
        *("nature", "comparability", "is_approximate", "obs_status", "raw_text", "quote"),
        *("document_id", "document_title_ja", "line", "citation_id"),
    ]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_compare_returns_every_printed_figure_once_and_in_order(connection, indicator):
    with TRUTH.open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    slugs = dict(connection.sql("SELECT ward_code, slug FROM wards").fetchall())
    order = {"baseline": 0, "target": 1, "actual": 2}
    expected = [
        (*series, int(row["fiscal_year"]), row["value_type"], float(row["value"]), row["is_approximate"] == "true")
        for series in SERIES[indicator]
        for row in sorted(printed, key=lambda row: (int(row["fiscal_year"]), order[row["value_type"]]))
        if (row["ward_slug"], row["kpi_name"], row["row_label"]) == series and row["value"]
    ]
    found = [
        (
            *(slugs[row["ward_code"]], row["name_ja"], row["row_label_ja"] or ""),
            *(row["fiscal_year"], row["value_type"], row["value"], row["is_approximate"]),
        )
        for row in compare(connection, indicator).iter_rows(named=True)
        if row["value"] is not None
    ]
    assert found == expected
    assert len(found) == {"online_procedures": 22, "rpa_hours_saved": 22, "security_incidents": 4}[indicator]


def test_a_figure_comes_with_all_that_is_needed_to_judge_and_cite_it(connection):
    (row,) = (
        compare(connection, "online_procedures", ["ota"], [2024])
        .filter(value_type="actual", row_label_ja="上段")
        .iter_rows(named=True)
    )
    assert row == {
        "ward_code": "13111",
        "ward_name_ja": "大田区",
        "ward_name_en": "Ota",
        "kpi_id": "ota-2021-online_procedures_priority",
        "name_ja": "オンライン申請可能手続数",
        "name_en": "Procedures that can be filed online: all on the national priority list",
        "row_label_ja": "上段",
        "fiscal_year": 2024,
        "year_label_ja": "令和6年度",
        "year_label_en": "FY2024",
        "value_type": "actual",
        "value": 288.0,
        "denominator": None,
        "unit_ja": "手続",
        "unit_en": "procedures",
        "nature": "stock",
        "comparability": "related",
        "is_approximate": False,
        "obs_status": "A",
        "raw_text": "49手續 (288手續)",
        "quote": "288手續",
        "document_id": "ota-plan-v5-summary",
        "document_title_ja": "大田区情報化推進計画(ver.5.0) 概要版",
        "line": 150,
        "citation_id": row["citation_id"],
    }
    query = "SELECT quote, line_start, document_id FROM citations WHERE citation_id = $citation"
    cited = connection.sql(query, params={"citation": row["citation_id"]}).fetchall()
    assert cited == [("288手續", 150, "ota-plan-v5-summary")]


def test_breaks_and_round_numbers_are_marked(connection):
    figures = compare(connection, "online_procedures")
    marked = figures.filter(pl.col("obs_status") != "A").select("kpi_id", "fiscal_year", "value_type", "obs_status")
    assert marked.rows() == [
        ("ota-2021-online_procedures_priority", 2023, "actual", "B"),
        ("ota-2021-online_procedures_life_event", 2023, "actual", "B"),
        ("nakano-2nd-revised-online_applications", 2022, "actual", "E"),
        ("nakano-2nd-revised-online_applications", 2023, "actual", "E"),
    ]


@pytest.mark.parametrize("wards", [["ota", "nakano"], ["13111", "13114"], ["13114", "ota", "13111"]])
def test_wards_are_named_by_code_or_slug(connection, wards):
    assert compare(connection, "rpa_hours_saved", wards).equals(compare(connection, "rpa_hours_saved"))
    assert coverage(connection, wards)["ward_code"].unique().sort().to_list() == ["13111", "13114"]


def test_one_ward_and_some_years_are_no_more_than_that(connection):
    figures = compare(connection, "online_procedures", ["nakano"], [2023, 2025])
    assert figures.select("ward_code", "fiscal_year", "value_type", "value").rows() == [
        ("13114", 2023, "target", 1_700_000.0),
        ("13114", 2023, "actual", 2_000_000.0),
        ("13114", 2025, "target", 2_000_000.0),
    ]
    nothing = compare(connection, "online_procedures", ["minato"])
    assert (nothing.height, nothing.columns) == (0, figures.columns)
    assert compare(connection, "online_procedures", years=[1999]).is_empty()


QUESTIONS = {
    "compare": lambda connection, wards: compare(connection, "online_procedures", wards),
    "mentions": lambda connection, wards: mentions(connection, "online_procedures", wards),
    "series_notes": lambda connection, wards: series_notes(connection, "online_procedures", wards),
    "coverage": coverage,
    "holdings": holdings,
    "reconciliations": reconciliations,
    "corrections": corrections,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_ward_that_is_unknown_or_has_no_document_is_refused(connection, question):
    covered = re.escape(
        "; the database covers 13103 (minato), 13107 (sumida), 13108 (koto), 13111 (ota), 13114 (nakano)"
    )
    with pytest.raises(WardPlansError, match=f"^unknown ward '大田区'{covered}$"):
        QUESTIONS[question](connection, ["ota", "大田区"])
    with pytest.raises(WardPlansError, match=f"^no document of ward '13104'{covered}$"):
        QUESTIONS[question](connection, ["13104"])
    with pytest.raises(WardPlansError, match=r"^no document of ward 'shinjuku'"):
        QUESTIONS[question](connection, ["shinjuku"])


@pytest.mark.parametrize("question", [compare, mentions, series_notes])
def test_an_unknown_indicator_is_refused(connection, question):
    message = "^unknown indicator 'rpa', expected one of online_procedures, rpa_hours_saved, security_incidents$"
    with pytest.raises(WardPlansError, match=message):
        question(connection, "rpa")
    with pytest.raises(WardPlansError, match=message):
        coverage(connection, indicator="rpa")


# -- series -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_series_of_the_figures_has_its_verdict_and_the_reason(connection, indicator):
    notes = series_notes(connection, indicator)
    figures = compare(connection, indicator)
    assert notes["kpi_id"].to_list() == figures["kpi_id"].unique(maintain_order=True).to_list()
    verdicts = dict(figures.select("kpi_id", "comparability").unique().iter_rows())
    assert dict(notes.select("kpi_id", "comparability").iter_rows()) == verdicts
    assert set(verdicts.values()) == {"related"}
    for column in ("rationale_ja", "rationale_en", "unit_ja", "unit_en", "name_en"):
        assert notes[column].str.len_chars().min() > 0


def test_the_document_s_own_definition_is_quoted_where_there_is_one(connection):
    definitions = series_notes(connection, "online_procedures")["definition_ja"].to_list()
    assert definitions[0].startswith("国が示す「デジタル・ガバメント実行計画」")
    assert definitions[1].startswith("上記手続のうち、住民のライフイベントに際し")
    assert definitions[2] is None


# -- mentions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_mention_lies_under_an_item_of_a_plan_and_holds_a_word_of_the_subject(connection, indicator):
    found = mentions(connection, indicator, most=10_000)
    assert found.columns == [
        *("ward_code", "ward_name_ja", "ward_name_en", "level_ja", "code", "item_ja", "measure_title_ja", "header_ja"),
        *("quote", "document_title_ja", "line", "citation_id", "passage_count"),
    ]
    query = """
        SELECT citation_id
        FROM passages JOIN indicator_terms ON contains(text_ja, term_ja)
        WHERE indicator_id = $indicator AND measure_id IS NOT NULL
    """
    allowed = {row[0] for row in connection.sql(query, params={"indicator": indicator}).fetchall()}
    assert set(found["citation_id"]) <= allowed
    assert found["citation_id"].is_unique().all()
    assert found["ward_code"].unique(maintain_order=True).to_list() == WARDS
    counts = found.group_by("ward_code", "passage_count").len()
    assert counts["len"].to_list() == counts["passage_count"].to_list()
    for _, ward in found.group_by("ward_code"):
        assert ward["line"].is_sorted()


@pytest.mark.parametrize("indicator", INDICATORS)
@pytest.mark.parametrize("most", [1, 3])
def test_no_more_than_asked_are_shown_and_all_are_counted(connection, indicator, most):
    everything = mentions(connection, indicator, most=10_000)
    some = mentions(connection, indicator, most=most)
    counts = dict(everything.group_by("ward_code").len().iter_rows())
    assert dict(some.group_by("ward_code").len().iter_rows()) == {ward: min(most, n) for ward, n in counts.items()}
    assert dict(some.select("ward_code", "passage_count").unique().iter_rows()) == counts
    assert set(some["citation_id"]) <= set(everything["citation_id"])


def test_passages_with_a_figure_are_chosen_first_and_headings_last(connection):
    first = mentions(connection, "online_procedures", ["koto", "nakano"], most=1)
    assert first.select("ward_code", "header_ja", "quote").rows() == [
        ("13108", "令和4年度取組み実績", "○新たに12手続きをメニューに追加"),
        (
            "13114",
            "取組結果 (令和5年度)",
            "補助金を活用して19手続をびったりサービスにて公開開始した(令和4年度の5手続に加え、合計24手続を公開中)。",
        ),
    ]
    koto = mentions(connection, "online_procedures", ["koto"], most=2)
    assert koto.select("header_ja", "quote").rows() == [
        ("令和4年度取組み実績", "○新たに12手続きをメニューに追加"),
        ("令和4年度取組み実績", "○新たに15手続きをメニューに追加"),
    ]
    without_headings = mentions(connection, "online_procedures", ["koto"], most=4)
    assert without_headings["header_ja"].null_count() == 0


def test_the_names_of_kpis_are_not_mentions(connection):
    names = set(connection.sql("SELECT DISTINCT name_ja FROM kpis").pl()["name_ja"])
    for indicator in INDICATORS:
        found = mentions(connection, indicator, most=10_000)
        assert not [quote for quote in found["quote"] for name in names if name in quote]


# -- coverage -----------------------------------------------------------------------------------------------


def test_coverage_says_who_publishes_and_who_only_mentions(connection):
    found = coverage(connection)
    assert found.height == len(WARDS) * len(INDICATORS)
    published = found.filter(coverage="published").select(
        "ward_code", "indicator_id", "best_comparability", "year_count"
    )
    assert published.rows() == [
        ("13111", "online_procedures", "related", 5),
        ("13111", "rpa_hours_saved", "related", 5),
        ("13114", "security_incidents", "related", 3),
    ]
    others = found.filter(pl.col("coverage") != "published")
    assert set(others["coverage"]) == {"mentioned"}
    assert others["passage_count"].min() > 0
    nakano = coverage(connection, ["nakano"], "online_procedures").row(0, named=True)
    assert (nakano["coverage"], nakano["source_count"], nakano["year_count"]) == ("mentioned", 1, 0)


def test_what_no_document_speaks_of_is_absent(curated_tables, tmp_path):
    terms = curated_tables["indicator_terms"].filter(pl.col("indicator_id") != "security_incidents")
    build_database({**curated_tables, "indicator_terms": terms}, tmp_path / "wards.duckdb")
    with open_database(tmp_path / "wards.duckdb") as connection:
        found = coverage(connection, indicator="security_incidents")
        assert dict(found.select("ward_code", "coverage").iter_rows()) == {
            **dict.fromkeys(WARDS, "absent"),
            "13114": "published",
        }
        assert found["passage_count"].to_list() == [0] * 5
        assert mentions(connection, "security_incidents").is_empty()


# -- what is held -------------------------------------------------------------------------------------------


def test_holdings_count_every_row_of_the_database(connection):
    found = holdings(connection)
    assert found["ward_code"].to_list() == WARDS
    for column, table in {
        "item_count": "measures",
        "status_count": "statuses",
        "kpi_count": "kpis",
        "passage_count": "passages",
    }.items():
        assert found[column].sum() == rows(connection, table) > 0
    assert found["value_count"].sum() == connection.sql("SELECT count(value) FROM kpi_values").fetchall()[0][0]
    ota = holdings(connection, ["ota"]).row(0, named=True)
    assert (ota["kind"], ota["first_year"], ota["last_year"], ota["kpi_count"]) == ("plan_summary", 2021, 2024, 10)


@pytest.mark.parametrize(("question", "table"), [(reconciliations, "reconciliations"), (corrections, "corrections")])
def test_nothing_that_keeps_the_database_honest_is_left_out(connection, question, table):
    found = question(connection)
    assert found.height == rows(connection, table) > 0
    assert found["line"].null_count() == 0
    parts = [question(connection, [ward]) for ward in WARDS]
    assert pl.concat(parts).equals(found)


def test_a_difference_between_stated_and_read_is_explained(connection):
    found = reconciliations(connection)
    assert found.filter(difference=0).select(pl.col("stated") == pl.col("extracted")).to_series().all()
    apart = found.filter(pl.col("difference") != 0)
    assert apart.select("ward_name_ja", "subject_ja", "stated", "extracted", "difference").rows() == [
        ("大田区", "施策", 11.0, 7.0, -4.0),
        ("大田区", "取組", 36.0, 27.0, -9.0),
    ]
    assert apart.select("explanation_ja", "explanation_en").null_count().row(0) == (0, 0)


def test_a_correction_names_row_column_print_and_reason(connection):
    found = corrections(connection, ["ota"]).filter(column_name="value").row(0, named=True)
    assert found["row_id"].startswith("ota-2021-cashless_points|2024|actual")
    assert (found["printed"], found["curated"], found["line"]) == ("101 * 40窓口", None, 152)
    everything = corrections(connection)
    assert everything.select("reason_ja", "reason_en", "printed").null_count().row(0) == (0, 0, 0)
