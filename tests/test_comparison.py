"""The questions researchers ask, answered from the database of the real documents."""

import csv
import re
from datetime import date
from itertools import combinations
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml

from analysis.comparison import (
    achievement,
    card_counts,
    cite,
    compare,
    corrections,
    coverage,
    cross_checks,
    holdings,
    indicators,
    line_account,
    measures,
    mentions,
    progress,
    quality,
    rank,
    reconciliations,
    search,
    series_notes,
    side_by_side,
    theme_counts,
    total,
    trend,
    wards,
)
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.documents.paths import reference_folder
from analysis.errors import WardPlansError

TRUTH = Path(__file__).parent / "truth" / "kpi_values.csv"
CODEBOOK = {
    entry["indicator"]: entry
    for entry in yaml.safe_load((reference_folder() / "indicators.yaml").read_text(encoding="utf-8"))
}
INDICATORS = ["online_procedures", "rpa_hours_saved", "security_incidents"]
WARDS = ["13103", "13107", "13108", "13111", "13114"]

SERIES = {
    "online_procedures": [
        ("koto", "新たにメニューに追加した手続", "", [(2022, None, 12.0, False)]),
        ("koto", "新たにメニューに追加した手続", "", [(2022, None, 15.0, False)]),
        ("ota", "オンライン申請可能手続数", "上段", None),
        ("ota", "オンライン申請可能手続数", "下段", None),
        ("nakano", "ぴったりサービスで新たに公開した手続", "", [(2023, None, 19.0, False)]),
        ("nakano", "ぴったりサービスで公開した手続(前年度)", "", [(2022, None, 5.0, False)]),
        ("nakano", "ぴったりサービスで公開中の手続", "", [(2023, None, 24.0, False)]),
        # Applications, no procedures: after what is printed in the indicator's unit.
        ("nakano", "オンラインによる申請受付件数", "", None),
    ],
    # Hours, the indicator's unit, come before the tasks that the document prints above them.
    "rpa_hours_saved": [
        ("koto", "AI-OCRとRPAの自動化ツールの適用を拡大した業務", "", [(2022, None, 5.0, False)]),
        ("koto", "AI-OCRとRPAの自動化ツールの適用を拡大した業務", "", [(2023, None, 10.0, False)]),
        ("ota", "RPA等の導入による業務削減時間(積算)", "", None),
        ("ota", "RPA等の導入業務数", "", None),
        ("nakano", "AI・RPAの活用による業務改善数", "", None),
    ],
    "security_incidents": [("nakano", "情報セキュリティ事故発生件数", "", None)],
}
"""The printed series of each indicator in the order a reader is to see them: the figure of the text, or None where the
figures are those of the hand-made table of KPIs."""


@pytest.fixture(scope="module")
def connection(built_database: Path):
    with open_database(built_database) as opened:
        yield opened


def rows(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    return connection.sql(f"SELECT count(*) FROM {table}").fetchall()[0][0]


# -- compare ------------------------------------------------------------------------------------------------


def test_compare_has_the_columns_it_promises(connection):
    assert compare("online_procedures", connection=connection).columns == [
        *("ward_code", "ward_name_ja", "ward_name_en", "series_id", "kpi_id", "quantity_id", "statistic_id"),
        *("name_ja", "name_en", "row_label_ja", "fiscal_year", "year_label_ja", "year_label_en", "as_of"),
        *("value_type", "value", "denominator", "unit_ja", "unit_en", "nature", "comparability", "transformation"),
        *("indicator_value", "value_per_1000_residents", "population", "population_year", "is_approximate"),
        *(
            "obs_status",
            "raw_text",
            "quote",
            "document_id",
            "document_title_ja",
            "document_title_en",
            "line",
            "citation_id",
        ),
    ]


@pytest.mark.parametrize("indicator", INDICATORS)
def test_compare_returns_every_printed_figure_once_and_in_order(connection, indicator):
    with TRUTH.open(encoding="utf-8", newline="") as file:
        printed = list(csv.DictReader(file))
    slugs = dict(connection.sql("SELECT ward_code, slug FROM wards").fetchall())
    order = {"baseline": 0, "target": 1, "actual": 2}
    of_series: dict[tuple[str, ...], list[tuple[Any, ...]]] = {}
    for row in sorted(printed, key=lambda row: (int(row["fiscal_year"]), order[row["value_type"]])):
        if row["value"]:
            figure = (int(row["fiscal_year"]), row["value_type"], float(row["value"]), row["is_approximate"] == "true")
            of_series.setdefault((row["ward_slug"], row["kpi_name"], row["row_label"]), []).append(figure)
    expected = [
        (*series, *figure) for *series, prose in SERIES[indicator] for figure in prose or of_series[tuple(series)]
    ]
    found = [
        (
            *(slugs[row["ward_code"]], row["name_ja"], row["row_label_ja"] or ""),
            *(row["fiscal_year"], row["value_type"], row["value"], row["is_approximate"]),
        )
        for row in compare(indicator, connection=connection).iter_rows(named=True)
        if row["value"] is not None
    ]
    assert found == expected
    assert len(found) == {"online_procedures": 27, "rpa_hours_saved": 24, "security_incidents": 4}[indicator]


def test_a_figure_comes_with_all_that_is_needed_to_judge_and_cite_it(connection):
    (row,) = (
        compare("online_procedures", ["ota"], [2024], connection=connection)
        .filter(value_type="actual", row_label_ja="上段")
        .iter_rows(named=True)
    )
    assert row == {
        "ward_code": "13111",
        "ward_name_ja": "大田区",
        "ward_name_en": "Ota",
        "series_id": "ota-2021-online_procedures_priority",
        "kpi_id": "ota-2021-online_procedures_priority",
        "quantity_id": None,
        "statistic_id": None,
        "name_ja": "オンライン申請可能手続数",
        "name_en": "Procedures that can be filed online: all on the national priority list",
        "row_label_ja": "上段",
        "fiscal_year": 2024,
        "year_label_ja": "令和6年度",
        "year_label_en": "FY2024",
        "as_of": None,
        "value_type": "actual",
        "value": 288.0,
        "denominator": None,
        "unit_ja": "手続",
        "unit_en": "procedures",
        "nature": "stock",
        "comparability": "related",
        "transformation": None,
        "indicator_value": None,
        "value_per_1000_residents": pytest.approx(288 / 728_703 * 1000),
        "population": 728_703,
        "population_year": 2022,
        "is_approximate": False,
        "obs_status": "A",
        "raw_text": "49手續 (288手續)",
        "quote": "288手續",
        "document_id": "ota-plan-v5-summary",
        "document_title_ja": "大田区情報化推進計画(ver.5.0) 概要版",
        "document_title_en": "Ota City Informatization Promotion Plan (ver. 5.0), summary",
        "line": 150,
        "citation_id": row["citation_id"],
    }
    query = "SELECT quote, line_start, document_id FROM citations WHERE citation_id = $citation"
    cited = connection.sql(query, params={"citation": row["citation_id"]}).fetchall()
    assert cited == [("288手續", 150, "ota-plan-v5-summary")]


def test_a_figure_of_the_text_comes_with_the_same(connection):
    (row,) = (
        compare("pittari_procedures", ["nakano"], connection=connection)
        .filter(transformation="increment_to_level")
        .iter_rows(named=True)
    )
    assert row == {
        "ward_code": "13114",
        "ward_name_ja": "中野区",
        "ward_name_en": "Nakano",
        "series_id": "nakano-progress-2023-pittari_procedures_added",
        "kpi_id": None,
        "quantity_id": "nakano-progress-2023-pittari_procedures_added",
        "statistic_id": None,
        "name_ja": "ぴったりサービスで新たに公開した手続",
        "name_en": row["name_en"],
        "row_label_ja": None,
        "fiscal_year": 2023,
        "year_label_ja": "令和5年度",
        "year_label_en": "FY2023",
        "as_of": None,
        "value_type": None,
        "value": 19.0,
        "denominator": None,
        "unit_ja": "手続",
        "unit_en": "procedures",
        "nature": "increment",
        "comparability": "convertible",
        "transformation": "increment_to_level",
        # The 5 of the year before on top: what the document itself gives as the sum.
        "indicator_value": 24.0,
        "value_per_1000_residents": pytest.approx(19 / 332_017 * 1000),
        "population": 332_017,
        "population_year": 2022,
        "is_approximate": False,
        "obs_status": "A",
        "raw_text": None,
        "quote": "19手続",
        "document_id": "nakano-progress-2023",
        "document_title_ja": "第 2 次中野区地域情報化推進計画改定版の進捗状況等について",
        "document_title_en": (
            "Progress of the Second Nakano City Regional Informatization Promotion Plan, revised edition"
        ),
        "line": 66,
        "citation_id": "quantities:nakano-progress-2023-pittari_procedures_added",
    }
    assert row["name_en"]


def test_a_statistic_has_one_figure_a_ward_and_year_the_last_one_inside_it(connection):
    figures = compare("card_issuance_rate", connection=connection)
    national = figures.filter(pl.col("statistic_id").is_not_null())
    years = list(range(2016, 2023))
    assert national.select("ward_code", "fiscal_year").rows() == [
        (ward, year) for ward in wards(connection=connection)["ward_code"] for year in years
    ]
    last = (
        card_counts(connection=connection).group_by("ward_code", "fiscal_year").last().sort("ward_code", "fiscal_year")
    )
    assert (
        national.select("as_of", "value", "citation_id").rows()
        == last.select("as_of", "issuance_rate_percent", "citation_id").rows()
    )
    assert set(national.select("value_type", "comparability", "nature", "unit_en", "document_id").rows()) == {
        ("actual", "direct", "ratio", "percent", None)
    }
    assert national["indicator_value"].equals(national["value"])
    assert national.filter(ward_code="13114", fiscal_year=2022).select("as_of", "value").rows() == [
        (date(2022, 12, 31), 55.7)
    ]
    # The ward's own rate stands beside it and is not mistaken for it.
    own = figures.filter(pl.col("statistic_id").is_null())
    assert own.select("ward_code", "fiscal_year", "value_type", "value", "indicator_value").rows() == [
        ("13114", 2022, "actual", 62.3, None),
        ("13114", 2023, "target", 100.0, None),
        ("13114", 2023, "actual", 68.3, None),
        ("13114", 2025, "target", 100.0, None),
    ]


@pytest.mark.parametrize("indicator", CODEBOOK)
def test_every_source_of_the_codebook_gives_its_figures_with_its_verdict(connection, indicator):
    figures = compare(indicator, connection=connection)
    expected = {
        (column, entry[name]): (entry["comparability"], entry.get("transformation"))
        for entry in CODEBOOK[indicator]["sources"]
        for name, column in [("kpi", "kpi_id"), ("quantity", "quantity_id"), ("statistic", "statistic_id")]
        if name in entry
    }
    columns = ("kpi_id", "quantity_id", "statistic_id")
    found = {
        next((name, row[name]) for name in columns if row[name]): (row["comparability"], row["transformation"])
        for row in figures.iter_rows(named=True)
    }
    assert found == expected
    assert set(figures.select(pl.sum_horizontal(pl.col(*columns).is_not_null())).to_series()) == {1}
    assert figures.filter(pl.col("statistic_id").is_null())["series_id"].equals(
        figures.filter(pl.col("statistic_id").is_null()).select(pl.coalesce("kpi_id", "quantity_id")).to_series()
    )
    key = ("series_id", "fiscal_year", "value_type")
    assert figures.select(key).is_unique().all()


def test_breaks_and_round_numbers_are_marked(connection):
    figures = compare("online_procedures", connection=connection)
    marked = figures.filter(pl.col("obs_status") != "A").select("series_id", "fiscal_year", "value_type", "obs_status")
    assert marked.rows() == [
        ("ota-2021-online_procedures_priority", 2023, "actual", "B"),
        ("ota-2021-online_procedures_life_event", 2023, "actual", "B"),
        ("nakano-2nd-revised-online_applications", 2022, "actual", "E"),
        ("nakano-2nd-revised-online_applications", 2023, "actual", "E"),
    ]


@pytest.mark.parametrize(
    "names",
    [
        ["ota", "nakano"],
        ["13111", "13114"],
        ["13114", "ota", "13111"],
        ["大田区", "中野区"],
        ("Nakano", "Ota", "大田区"),
    ],
)
def test_wards_are_named_by_code_slug_or_name(connection, names):
    both = compare("rpa_hours_saved", connection=connection).filter(pl.col("ward_code").is_in(["13111", "13114"]))
    assert both.height == 22
    assert compare("rpa_hours_saved", names, connection=connection).equals(both)
    assert coverage(names, connection=connection)["ward_code"].unique().sort().to_list() == ["13111", "13114"]


def test_one_ward_and_some_years_are_no_more_than_that(connection):
    figures = compare("online_procedures", ["nakano"], [2023, 2025], connection=connection)
    assert figures.select("ward_code", "fiscal_year", "value_type", "value").rows() == [
        ("13114", 2023, None, 19.0),
        ("13114", 2023, None, 24.0),
        ("13114", 2023, "target", 1_700_000.0),
        ("13114", 2023, "actual", 2_000_000.0),
        ("13114", 2025, "target", 2_000_000.0),
    ]
    nothing = compare("online_procedures", ["minato"], connection=connection)
    assert (nothing.height, nothing.columns) == (0, figures.columns)
    assert compare("online_procedures", years=[1999], connection=connection).is_empty()


QUESTIONS = {
    "achievement": lambda connection, wards: achievement(wards=wards, connection=connection),
    "compare": lambda connection, wards: compare("online_procedures", wards, connection=connection),
    "corrections": lambda connection, wards: corrections(wards, connection=connection),
    "coverage": lambda connection, wards: coverage(wards, connection=connection),
    "cross_checks": lambda connection, wards: cross_checks("online_procedures", wards, connection=connection),
    "holdings": lambda connection, wards: holdings(wards, connection=connection),
    "line_account": lambda connection, wards: line_account(wards, connection=connection),
    "measures": lambda connection, wards: measures(None, wards, connection=connection),
    "mentions": lambda connection, wards: mentions("online_procedures", wards, connection=connection),
    "progress": lambda connection, wards: progress(wards, connection=connection),
    "quality": lambda connection, wards: quality(wards, connection=connection),
    "rank": lambda connection, wards: rank("online_procedures", 2023, wards, connection=connection),
    "reconciliations": lambda connection, wards: reconciliations(wards, connection=connection),
    "search": lambda connection, wards: search("RPA", wards=wards, connection=connection),
    "series_notes": lambda connection, wards: series_notes("online_procedures", wards, connection=connection),
    "side_by_side": lambda connection, wards: side_by_side("T05", wards, connection=connection),
    "theme_counts": lambda connection, wards: theme_counts(wards, connection=connection),
    "total": lambda connection, wards: total("online_procedures", 2023, wards, connection=connection),
    "trend": lambda connection, wards: trend("online_procedures", wards, connection=connection),
}
STATISTIC_QUESTIONS = {
    "card_counts": lambda connection, wards: card_counts(wards, connection=connection),
    "compare": lambda connection, wards: compare("card_issuance_rate", wards, connection=connection),
    "cross_checks": lambda connection, wards: cross_checks("card_issuance_rate", wards, connection=connection),
    "rank": lambda connection, wards: rank("card_issuance_rate", 2022, wards, connection=connection),
    "series_notes": lambda connection, wards: series_notes("card_issuance_rate", wards, connection=connection),
    "total": lambda connection, wards: total("cards_issued_total", 2022, wards, connection=connection),
    "trend": lambda connection, wards: trend("card_issuance_rate", wards, connection=connection),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_ward_that_is_unknown_or_has_no_document_is_refused(connection, question):
    covered = re.escape(
        "; the database covers 13103 (minato), 13107 (sumida), 13108 (koto), 13111 (ota), 13114 (nakano)"
    )
    with pytest.raises(WardPlansError, match=f"^unknown ward '大田'{covered}$"):
        QUESTIONS[question](connection, ["ota", "大田"])
    for name in ("13104", "shinjuku", "新宿区", "Shinjuku"):
        with pytest.raises(WardPlansError, match=f"^no document of ward '{name}'{covered}$"):
            QUESTIONS[question](connection, [name])
    with pytest.raises(WardPlansError, match=r"^wards is a list, as in wards=\['ota'\]$"):
        QUESTIONS[question](connection, "ota")


@pytest.mark.parametrize("question", STATISTIC_QUESTIONS)
def test_a_statistic_is_there_for_wards_without_a_document(connection, question):
    asked = STATISTIC_QUESTIONS[question]
    with pytest.raises(
        WardPlansError, match=r"^unknown ward '八王子市'; the database covers 13101 \(chiyoda\), .*13123"
    ):
        asked(connection, ["八王子市"])
    answer = asked(connection, ["13104", "13123"])
    if question not in ("cross_checks", "total"):
        assert set(answer["ward_code"]) == {"13104", "13123"}
        assert set(asked(connection, [])["ward_code"]) == set(wards(connection=connection)["ward_code"])


INDICATOR_QUESTIONS = {
    "achievement": lambda connection, indicator: achievement(indicator, connection=connection),
    "compare": lambda connection, indicator: compare(indicator, connection=connection),
    "coverage": lambda connection, indicator: coverage(indicator=indicator, connection=connection),
    "cross_checks": lambda connection, indicator: cross_checks(indicator, connection=connection),
    "mentions": lambda connection, indicator: mentions(indicator, connection=connection),
    "rank": lambda connection, indicator: rank(indicator, 2023, connection=connection),
    "series_notes": lambda connection, indicator: series_notes(indicator, connection=connection),
    "total": lambda connection, indicator: total(indicator, 2023, connection=connection),
    "trend": lambda connection, indicator: trend(indicator, connection=connection),
}


@pytest.mark.parametrize("question", INDICATOR_QUESTIONS)
def test_an_unknown_indicator_is_refused(connection, question):
    known = ", ".join(sorted(CODEBOOK))
    with pytest.raises(WardPlansError, match=f"^unknown indicator 'rpa', expected one of {known}$"):
        INDICATOR_QUESTIONS[question](connection, "rpa")


@pytest.mark.parametrize("year", ["2023", 2023.0, None, True, date(2023, 4, 1)])
def test_a_fiscal_year_is_a_number(connection, year):
    message = f"^a fiscal year is a number such as 2024: not {re.escape(repr(year))}$"
    for question in (compare, trend, achievement):
        with pytest.raises(WardPlansError, match=message):
            question("online_procedures", years=[2022, year], connection=connection)
    for question in (rank, total):
        with pytest.raises(WardPlansError, match=message):
            question("card_issuance_rate", year, connection=connection)


@pytest.mark.parametrize("years", [2023, "2023"])
def test_fiscal_years_are_a_list(connection, years):
    with pytest.raises(WardPlansError, match=re.escape(f"years is a list, as in years=[{years!r}]")):
        compare("online_procedures", years=years, connection=connection)


def test_the_years_of_a_pandas_frame_are_years(connection):
    years = card_counts(["ota"], connection=connection, frame="pandas")["fiscal_year"].unique()
    assert type(years[-1]) is not int
    assert rank("card_issuance_rate", years[-1], connection=connection)["fiscal_year"].unique().to_list() == [2022]
    assert compare("card_issuance_rate", ["ota"], years, connection=connection).height == len(years) == 7


@pytest.mark.parametrize("theme", ["T99", "AI", ""])
def test_an_unknown_theme_is_refused(connection, theme):
    known = r"expected one of T00 \(.*T05 \(AI・RPA・自動化\).*T18 \("
    with pytest.raises(WardPlansError, match=f"^unknown theme '{theme}', {known}"):
        side_by_side(theme, connection=connection)
    if theme:
        with pytest.raises(WardPlansError, match=f"^unknown theme '{theme}', {known}"):
            measures(theme, connection=connection)
        with pytest.raises(WardPlansError, match=f"^unknown theme '{theme}', {known}"):
            indicators(theme, connection=connection)


@pytest.mark.parametrize("theme", ["T05", "AI・RPA・自動化", "Automation"])
def test_a_theme_is_named_by_id_or_name(connection, theme):
    assert indicators(theme, connection=connection)["indicator_id"].to_list() == [
        "ai_rpa_improvements",
        "rpa_hours_saved",
        "rpa_tasks",
    ]
    assert measures(theme, connection=connection).equals(measures("T05", connection=connection))
    assert side_by_side(theme, connection=connection).equals(side_by_side("T05", connection=connection))


@pytest.mark.parametrize("terms", [[], [""], ["RPA", " "]])
def test_a_search_needs_a_word(connection, terms):
    with pytest.raises(WardPlansError, match=r"^search needs a word or more, as in search\('生成AI'\)$"):
        search(*terms, connection=connection)


def test_a_frame_of_another_kind_is_refused(connection):
    with pytest.raises(WardPlansError, match=r"^unknown frame 'numpy': 'polars' and 'pandas' are there$"):
        wards(connection=connection, frame="numpy")


# -- citing -------------------------------------------------------------------------------------------------


def test_a_figure_is_cited_with_ward_document_line_words_and_file(connection):
    row = compare("rpa_hours_saved", ["ota"], [2024], connection=connection).row(0, named=True)
    cited = cite(row, connection=connection)
    assert re.fullmatch(
        r"大田区「大田区情報化推進計画\(ver\.5\.0\) 概要版」158行目、「1,240時間」。"
        r"\(informatization-plan-v5-summary\.txt, SHA-256 [0-9a-f]{12}, ward-plans [0-9.]+\)",
        cited,
    )
    assert cite(row["citation_id"], connection=connection) == cited
    pandas_rows = compare("rpa_hours_saved", ["ota"], [2024], connection=connection, frame="pandas")
    assert cite(pandas_rows.iloc[0], connection=connection) == cited
    in_english = cite(row, language="en", connection=connection)
    assert in_english.startswith(
        "Ota City, 大田区情報化推進計画(ver.5.0) 概要版 [Ota City Informatization Promotion Plan "
    )
    assert ", line 158: “1,240時間”. (informatization-plan-v5-summary.txt, SHA-256 " in in_english


def test_a_statistic_is_cited_with_its_publication(connection):
    row = rank("card_issuance_rate", 2022, ["ota", "nakano"], connection=connection).row(0, named=True)
    cited = cite(row, connection=connection)
    assert cited.startswith("総務省「マイナンバーカード交付状況について」")
    assert f"{row['line']}行目、「131113,大田区,2022-12-31," in cited
    assert "Ministry of Internal Affairs" in cite(row, language="en", connection=connection)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("kpi_values:nowhere", "no citation 'kpi_values:nowhere' in the database"),
        ({"value": 3}, "cite needs a citation_id, or a row that has one"),
        (3, "cite needs a citation_id, or a row that has one"),
        ({"citation_id": None}, "this row has no citation: nothing is printed that could be cited"),
        ({"citation_id": float("nan")}, "this row has no citation: nothing is printed that could be cited"),
    ],
)
def test_what_cannot_be_cited_is_refused(connection, row, message):
    with pytest.raises(WardPlansError, match=f"^{re.escape(message)}$"):
        cite(row, connection=connection)


def test_a_language_that_is_not_there_is_refused(connection):
    with pytest.raises(WardPlansError, match=r"^unknown language 'fr': 'ja' and 'en' are there$"):
        cite("plans:ota", language="fr", connection=connection)


# -- indicators ---------------------------------------------------------------------------------------------


def test_the_indicators_are_those_of_the_codebook(connection):
    found = indicators(connection=connection)
    assert found.height == 40
    assert {
        row["indicator_id"]: (row["name_ja"], row["name_en"], row["definition_ja"], row["nature"], row["direction"])
        for row in found.iter_rows(named=True)
    } == {
        name: (entry["name_ja"], entry["name_en"], entry["definition_ja"], entry["nature"], entry.get("direction"))
        for name, entry in CODEBOOK.items()
    }
    assert found.select("theme_id", "indicator_id").rows() == sorted(
        (entry["theme"], name) for name, entry in CODEBOOK.items()
    )
    for column in ("needed_ja", "needed_en", "unit_ja", "unit_en", "theme_name_ja", "theme_name_en"):
        assert found[column].str.len_chars().min() > 0


@pytest.mark.parametrize("indicator", CODEBOOK)
def test_an_indicator_says_how_many_wards_have_figures_and_how_well_they_compare(connection, indicator):
    row = indicators(connection=connection).row(by_predicate=pl.col("indicator_id") == indicator, named=True)
    figures = compare(indicator, connection=connection)
    assert row["ward_count"] == figures["ward_code"].n_unique()
    assert row["series_count"] == figures["series_id"].n_unique()
    best = min(figures["comparability"], key=["direct", "convertible", "related"].index)
    assert row["best_comparability"] == best


# -- series -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", CODEBOOK)
def test_every_series_of_the_figures_has_its_verdict_and_the_reason(connection, indicator):
    notes = series_notes(indicator, connection=connection)
    figures = compare(indicator, connection=connection)
    assert notes["series_id"].to_list() == figures["series_id"].unique(maintain_order=True).to_list()
    columns = (
        "series_id",
        "name_ja",
        "name_en",
        "row_label_ja",
        "unit_ja",
        "nature",
        "comparability",
        "transformation",
    )
    assert notes.select(columns).equals(figures.select(columns).unique("series_id", keep="first", maintain_order=True))
    reasons = [entry["rationale_en"] for entry in CODEBOOK[indicator]["sources"]]
    assert set(notes["rationale_en"]) == set(reasons)
    for column in ("rationale_ja", "rationale_en", "unit_ja", "unit_en", "name_en", "document_title_ja"):
        assert notes[column].null_count() == 0
        assert notes[column].str.len_chars().min() > 0


def test_the_document_s_own_definition_is_quoted_where_there_is_one(connection):
    notes = series_notes("online_procedures", connection=connection)
    definitions = dict(notes.select("series_id", "definition_ja").iter_rows())
    assert definitions.pop("ota-2021-online_procedures_priority").startswith("国が示す「デジタル・ガバメント実行計画」")
    life_event = definitions.pop("ota-2021-online_procedures_life_event")
    assert life_event.startswith("上記手続のうち、住民のライフイベントに際し")
    assert set(definitions.values()) == {None}


# -- mentions -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_mention_lies_under_an_item_of_a_plan_and_holds_a_word_of_the_subject(connection, indicator):
    found = mentions(indicator, most=10_000, connection=connection)
    assert found.columns == [
        *("ward_code", "ward_name_ja", "ward_name_en", "level_ja", "code", "item_ja", "measure_title_ja"),
        *("measure_title_en", "header_ja", "quote"),
        *("document_title_ja", "document_title_en", "line", "citation_id", "document_id", "passage_count"),
        "indicator_id",
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
    everything = mentions(indicator, most=10_000, connection=connection)
    some = mentions(indicator, most=most, connection=connection)
    counts = dict(everything.group_by("ward_code").len().iter_rows())
    assert dict(some.group_by("ward_code").len().iter_rows()) == {ward: min(most, n) for ward, n in counts.items()}
    assert dict(some.select("ward_code", "passage_count").unique().iter_rows()) == counts
    assert set(some["citation_id"]) <= set(everything["citation_id"])


def test_passages_with_a_figure_are_chosen_first_and_headings_last(connection):
    first = mentions("online_procedures", ["koto", "nakano"], most=1, connection=connection)
    assert first.select("ward_code", "header_ja", "quote").rows() == [
        ("13108", "令和4年度取組み実績", "○新たに12手続きをメニューに追加"),
        (
            "13114",
            "取組結果 (令和5年度)",
            "補助金を活用して19手続をびったりサービスにて公開開始した(令和4年度の5手続に加え、合計24手続を公開中)。",
        ),
    ]
    koto = mentions("online_procedures", ["koto"], most=2, connection=connection)
    assert koto.select("header_ja", "quote").rows() == [
        ("令和4年度取組み実績", "○新たに12手続きをメニューに追加"),
        ("令和4年度取組み実績", "○新たに15手続きをメニューに追加"),
    ]
    without_headings = mentions("online_procedures", ["koto"], most=4, connection=connection)
    assert without_headings["header_ja"].null_count() == 0


def test_the_names_of_kpis_are_not_mentions(connection):
    names = set(connection.sql("SELECT DISTINCT name_ja FROM kpis").pl()["name_ja"])
    for indicator in INDICATORS:
        found = mentions(indicator, most=10_000, connection=connection)
        assert not [quote for quote in found["quote"] for name in names if name in quote]


# -- coverage -----------------------------------------------------------------------------------------------


def test_coverage_says_who_publishes_and_who_only_mentions(connection):
    found = coverage(connection=connection)
    themes = indicators(connection=connection).select("theme_id", "indicator_id").rows()
    assert found.select("ward_code", "theme_id", "indicator_id").rows() == [
        (ward, *pair) for ward in WARDS for pair in sorted(themes)
    ]
    assert sorted(CODEBOOK) == sorted(indicator for _, indicator in themes)
    found = found.sort("ward_code", "indicator_id")
    published = found.filter(coverage="published").select("ward_code", "indicator_id", "year_count")
    assert published.rows() == [
        ("13111", "cashless_points", 5),
        ("13111", "divide_participants", 4),
        ("13111", "health_data_analyses", 3),
        ("13111", "ict_partnerships", 5),
        ("13111", "ict_trainees", 5),
        ("13111", "online_procedures", 5),
        ("13111", "online_procedures_life_event", 5),
        ("13111", "online_procedures_priority", 5),
        ("13111", "open_datasets", 5),
        ("13111", "rpa_hours_saved", 5),
        ("13111", "rpa_tasks", 5),
        ("13111", "security_trainees", 5),
        ("13114", "ai_rpa_improvements", 3),
        ("13114", "card_holding_rate", 3),
        ("13114", "card_issuance_rate", 3),
        ("13114", "divide_partners", 3),
        ("13114", "it_passport_holders", 3),
        ("13114", "online_applications", 3),
        ("13114", "paper_records", 3),
        ("13114", "priority_perception", 3),
        ("13114", "security_incidents", 3),
        ("13114", "standard_systems", 3),
    ]
    # Nowhere do the wards themselves publish what could be compared; the statistics of the nation are not theirs.
    assert set(found["best_comparability"]) == {None, "related", "direct"}
    assert found.filter(best_comparability="direct").select("ward_code", "indicator_id", "coverage").rows() == [
        ("13114", "pittari_procedures", "mentioned")
    ]
    mentioned = found.filter(coverage="mentioned")
    assert mentioned.filter(pl.col("source_count") + pl.col("passage_count") == 0).is_empty()
    absent = found.filter(coverage="absent")
    assert absent.height > 0
    assert set(absent.select("source_count", "year_count", "passage_count", "best_comparability").rows()) == {
        (0, 0, 0, None)
    }
    nakano = coverage(["nakano"], "online_procedures", connection=connection).row(0, named=True)
    assert (nakano["coverage"], nakano["source_count"], nakano["year_count"]) == ("mentioned", 4, 1)


def test_what_no_document_speaks_of_is_absent(curated_tables, tmp_path):
    terms = curated_tables["indicator_terms"].filter(pl.col("indicator_id") != "security_incidents")
    build_database({**curated_tables, "indicator_terms": terms}, tmp_path / "wards.duckdb")
    with open_database(tmp_path / "wards.duckdb") as connection:
        found = coverage(indicator="security_incidents", connection=connection)
        assert dict(found.select("ward_code", "coverage").iter_rows()) == {
            **dict.fromkeys(WARDS, "absent"),
            "13114": "published",
        }
        assert found["passage_count"].to_list() == [0] * 5
        assert mentions("security_incidents", connection=connection).is_empty()


# -- what is held -------------------------------------------------------------------------------------------


def test_holdings_count_every_row_of_the_database(connection):
    found = holdings(connection=connection)
    assert found["ward_code"].to_list() == WARDS
    for column, table in {
        "item_count": "measures",
        "status_count": "statuses",
        "kpi_count": "kpis",
        "passage_count": "passages",
    }.items():
        assert found[column].sum() == rows(connection, table) > 0
    assert found["value_count"].sum() == connection.sql("SELECT count(value) FROM kpi_values").fetchall()[0][0]
    ota = holdings(["ota"], connection=connection).row(0, named=True)
    assert (ota["kind"], ota["first_year"], ota["last_year"], ota["kpi_count"]) == ("plan_summary", 2021, 2024, 10)


@pytest.mark.parametrize(("question", "table"), [(reconciliations, "reconciliations"), (corrections, "corrections")])
def test_nothing_that_keeps_the_database_honest_is_left_out(connection, question, table):
    found = question(connection=connection)
    assert found.height == rows(connection, table) > 0
    assert found["line"].null_count() == 0
    cited = connection.sql(f"SELECT citation_id FROM {table} ORDER BY ALL").fetchall()
    assert found.select(pl.col("citation_id").sort()).rows() == cited
    parts = [question([ward], connection=connection) for ward in WARDS]
    assert pl.concat(parts).equals(found)


def test_a_difference_between_stated_and_read_is_explained(connection):
    found = reconciliations(connection=connection)
    assert found.filter(difference=0).select(pl.col("stated") == pl.col("extracted")).to_series().all()
    apart = found.filter(pl.col("difference") != 0)
    assert apart.select("ward_name_ja", "subject_ja", "stated", "extracted", "difference").rows() == [
        ("大田区", "施策", 11.0, 7.0, -4.0),
        ("大田区", "取組", 36.0, 27.0, -9.0),
    ]
    assert apart.select("explanation_ja", "explanation_en").null_count().row(0) == (0, 0)


def test_a_correction_names_row_column_print_and_reason(connection):
    found = corrections(["ota"], connection=connection).filter(column_name="value").row(0, named=True)
    assert found["row_id"].startswith("ota-2021-cashless_points|2024|actual")
    assert (found["printed"], found["curated"], found["line"]) == ("101 * 40窓口", None, 152)
    everything = corrections(connection=connection)
    assert everything.select("reason_ja", "reason_en", "printed").null_count().row(0) == (0, 0, 0)


# -- rank and total -----------------------------------------------------------------------------------------


def comparable_figures(connection: duckdb.DuckDBPyConnection, indicator: str, year: int) -> dict[str, set[float]]:
    """Return by ward the figures that a ranking may stand on, told from the tables alone, without `indicator_value`."""
    query = """
        SELECT sources.comparability, series.ward_code, series.value, series.nature, series.unit_id, indicators.nature,
            indicators.unit_id
        FROM indicator_sources AS sources
        JOIN indicators USING (indicator_id)
        JOIN (
            SELECT kpi_id AS source_id, plans.ward_code, value, nature, unit_id
            FROM kpi_values JOIN kpis USING (kpi_id) JOIN plans USING (plan_id)
            WHERE fiscal_year = $year AND value_type <> 'target' AND obs_status <> 'B' AND denominator IS NULL
            UNION ALL
            SELECT quantity_id, documents.ward_code, value, nature, unit_id
            FROM quantities JOIN citations USING (citation_id) JOIN documents USING (document_id)
            WHERE fiscal_year = $year AND scope = 'ward'
            UNION ALL
            SELECT statistic_id, ward_code, arg_max(value, as_of), nature, unit_id
            FROM statistic_values JOIN statistics USING (statistic_id)
            WHERE fiscal_year = $year
            GROUP BY ALL
        ) AS series ON series.source_id = coalesce(sources.kpi_id, sources.quantity_id, sources.statistic_id)
        WHERE sources.indicator_id = $indicator AND series.value IS NOT NULL
    """
    found: dict[str, set[float]] = {}
    parameters = {"indicator": indicator, "year": year}
    for verdict, ward, value, nature, unit, indicator_nature, indicator_unit in connection.execute(
        query, parameters
    ).fetchall():
        if unit == indicator_unit and (verdict, nature or indicator_nature) == ("direct", indicator_nature):
            found.setdefault(ward, set()).add(value)
        assert verdict != "convertible" or indicator == "pittari_procedures", "give this oracle the conversion"
    return found


def asked(question, *arguments, **keywords):
    try:
        return question(*arguments, **keywords)
    except WardPlansError as error:
        return str(error)


@pytest.mark.parametrize("indicator", CODEBOOK)
def test_what_is_ranked_or_summed_counts_the_same_thing_at_the_same_date(connection, indicator):
    years = [row[0] for row in connection.sql("SELECT DISTINCT fiscal_year FROM comparisons").fetchall() if row[0]]
    meant = indicators(connection=connection).row(by_predicate=pl.col("indicator_id") == indicator, named=True)
    figures = compare(indicator, connection=connection)
    assert len(years) == 10
    for year in years:
        comparable = comparable_figures(connection, indicator, year)
        with_figures = figures.filter(fiscal_year=year)["ward_code"].unique().sort().to_list()
        for chosen in [[], *combinations([ward for ward in with_figures if ward in WARDS], 2)]:
            expected = {ward: figure for ward, figure in comparable.items() if not chosen or ward in chosen}
            ranking = asked(rank, indicator, year, chosen, connection=connection)
            if len(expected) < 2 or meant["direction"] is None:
                assert ranking.startswith(f"{indicator} is not ranked")
            else:
                ranked = ranking.filter(pl.col("rank").is_not_null())
                assert {
                    row[0]: {row[1]} for row in ranked.select("ward_code", "indicator_value").iter_rows()
                } == expected
                assert ranked["as_of"].n_unique() == 1
                assert set(ranking.select("unit_en", "nature").rows()) == {(meant["unit_en"], meant["nature"])}
                assert set(ranked["comparability"]) <= {"direct", "convertible"}
            summed = asked(total, indicator, year, chosen, connection=connection)
            if len(expected) < len(chosen or WARDS) or meant["nature"] == "ratio":
                assert summed.startswith(f"{indicator} is not summed")
            else:
                row = summed.row(0, named=True)
                assert row["total"] == sum(value for figure in expected.values() for value in figure)
                assert row["ward_count"] == len(expected) == len(row["citation_ids"])
                assert (row["unit_en"], row["nature"]) == (meant["unit_en"], meant["nature"])


def test_the_wards_are_ranked_by_the_ministry_s_rates(connection):
    with (reference_folder() / "mynumber_card_wards.csv").open(encoding="utf-8", newline="") as file:
        rates = {
            row["lg_code"][:5]: float(row["issuance_rate_percent"])
            for row in csv.DictReader(file)
            if row["as_of"] == "2022-12-31"
        }
    found = rank("card_issuance_rate", 2022, connection=connection)
    assert dict(found.select("ward_code", "indicator_value").iter_rows()) == rates
    assert len(rates) == 23
    assert found["rank"].to_list() == [1 + sum(other > rate for other in rates.values()) for rate in found["value"]]
    assert found["rank"].is_sorted()
    assert found.head(1).select("rank", "ward_name_ja", "value", "as_of").rows() == [
        (1, "中央区", 67.4, date(2022, 12, 31))
    ]
    assert found.select("refusal_ja", "refusal_en").null_count().row(0) == (23, 23)
    some = rank("card_issuance_rate", 2022, ["nakano", "千代田区", "13111"], connection=connection)
    assert some["rank"].to_list() == [1, 2, 3]
    assert some["ward_code"].to_list() == [ward for ward in found["ward_code"] if ward in ("13101", "13111", "13114")]


def test_the_cards_of_all_wards_are_summed_and_their_rates_are_not(connection):
    counted = card_counts(connection=connection).filter(as_of=date(2022, 12, 31))
    found = total("cards_issued_total", 2022, connection=connection).row(0, named=True)
    assert found["total"] == counted["cards_issued"].sum() == 5_536_559
    assert (found["ward_count"], found["comparability"], found["nature"]) == (23, "direct", "cumulative")
    assert found["citation_ids"] == counted["citation_id"].to_list()
    with pytest.raises(
        WardPlansError, match=r"^card_issuance_rate is not summed: shares of different wholes do not add"
    ):
        total("card_issuance_rate", 2022, connection=connection)
    with pytest.raises(
        WardPlansError, match=r"^cards_issued_total is not ranked: neither more nor less of it is better$"
    ):
        rank("cards_issued_total", 2022, connection=connection)


def test_a_refusal_tells_of_every_ward_why(connection):
    with pytest.raises(WardPlansError) as refusal:
        rank("rpa_tasks", 2022, connection=connection)
    message = str(refusal.value)
    assert message.startswith(
        "rpa_tasks is not ranked for fiscal year 2022: 0 of 5 wards with comparable figures, two are needed. "
        "Minato: no figure for this year; Sumida: no figure for this year; Koto: "
    )
    sources = {entry.get("kpi") or entry["quantity"]: entry for entry in CODEBOOK["rpa_tasks"]["sources"]}
    for series in ("ota-2021-rpa_tasks", "nakano-2nd-revised-ai_rpa_improvements"):
        assert sources[series]["rationale_en"].removesuffix(".") in message
    assert "\n" not in message


KOTO = "koto-progress-2022-online_procedures_added-8-2022"
KOTO_OTHER = "koto-progress-2022-online_procedures_added-6-2022"
OTA = "ota-2021-online_procedures_life_event"
NAKANO = "nakano-progress-2023-pittari_procedures"


def revised(frame: pl.DataFrame, ids: dict[str, dict[str, Any]]) -> pl.DataFrame:
    """Return a table with some cells changed: the rows are named by the value of the first column."""
    key = frame.columns[0]
    assert set(ids) <= set(frame[key])
    rows = [row | ids.get(row[key], {}) for row in frame.iter_rows(named=True)]
    return pl.DataFrame(rows, schema=frame.schema)


def verdict(source: str, comparability: str, indicator: str = "pittari_procedures") -> dict[str, Any]:
    return {
        "indicator_source_id": f"{indicator}:{source}",
        "indicator_id": indicator,
        "kpi_id": source if source.startswith(("ota-2021", "nakano-2nd")) else None,
        "quantity_id": source if "progress" in source else None,
        "statistic_id": None,
        "comparability": comparability,
        "transformation": "increment_to_level" if comparability == "convertible" else None,
        "rationale_ja": f"{source}の理由",
        "rationale_en": f"The reason for {source}.",
    }


@pytest.fixture
def judged(curated_tables, tmp_path):
    """Build a database in which one indicator has other sources, and other cells may differ; connect to it."""
    opened = []

    def build(
        *verdicts: dict[str, Any], indicator: str = "pittari_procedures", **changes: dict[str, dict[str, Any]]
    ) -> duckdb.DuckDBPyConnection:
        others = curated_tables["indicator_sources"].filter(pl.col("indicator_id") != indicator)
        sources = pl.concat([others, pl.DataFrame(verdicts, schema=others.schema)])
        tables = {name: revised(curated_tables[name], cells) for name, cells in changes.items()}
        build_database({**curated_tables, "indicator_sources": sources, **tables}, tmp_path / "wards.duckdb")
        opened.append(open_database(tmp_path / "wards.duckdb"))
        return opened[-1]

    yield build
    for connection in opened:
        connection.close()


ORDER = ("rank", "ward_name_en", "indicator_value", "value")


def ranked(connection: duckdb.DuckDBPyConnection, year: int, indicator: str = "pittari_procedures", wards=()) -> Any:
    return rank(indicator, year, wards, connection=connection).select(*ORDER, "refusal_en")


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_wards_with_figures_that_compare_are_ranked_best_first(judged, direction):
    connection = judged(
        verdict(f"{NAKANO}_before", "direct"),
        verdict(OTA, "direct"),
        verdict(KOTO, "related"),
        indicators={"pittari_procedures": {"direction": direction}},
    )
    best = [(1, "Ota", 16.0, 16.0, None), (2, "Nakano", 5.0, 5.0, None)]
    if direction == "lower":
        best = [(1, "Nakano", 5.0, 5.0, None), (2, "Ota", 16.0, 16.0, None)]
    assert ranked(connection, 2022).rows() == [
        *best,
        (None, "Minato", None, None, "no figure for this year"),
        (None, "Sumida", None, None, "no figure for this year"),
        (None, "Koto", None, None, f"The reason for {KOTO}."),
    ]
    found = rank("pittari_procedures", 2022, connection=connection)
    assert set(found.select("unit_en", "nature", "direction").rows()) == {("procedures", "stock", direction)}
    assert found.filter(ward_name_en="Koto")["refusal_ja"].item() == f"{KOTO}の理由"
    # Who has no comparable figure cannot be added; who has one can.
    with pytest.raises(WardPlansError, match=rf"^pittari_procedures is not summed for .*Koto: The reason for {KOTO}$"):
        total("pittari_procedures", 2022, connection=connection)
    summed = total("pittari_procedures", 2022, ["ota", "nakano"], connection=connection).row(0, named=True)
    assert (summed["total"], summed["ward_count"], summed["comparability"]) == (21.0, 2, "direct")


def test_equal_figures_share_a_rank(judged):
    connection = judged(
        verdict(NAKANO, "direct"),
        verdict(KOTO, "direct"),
        verdict(OTA, "direct"),
        quantities={
            NAKANO: {"fiscal_year": 2022, "value": 16.0},
            KOTO: {"fiscal_year": 2022, "value": 9.0, "nature": "stock", "is_approximate": True},
        },
    )
    figures = ranked(connection, 2022).head(3)
    assert figures.select("rank", "ward_name_en", "value").rows() == [
        (1, "Ota", 16.0),
        (1, "Nakano", 16.0),
        (3, "Koto", 9.0),
    ]
    wards = ["koto", "ota", "nakano"]
    summed = total("pittari_procedures", 2022, wards, connection=connection).row(0, named=True)
    assert (summed["total"], summed["is_approximate"]) == (41.0, True)
    assert total("pittari_procedures", 2022, wards[1:], connection=connection)["is_approximate"].item() is False


def test_an_increment_is_ranked_on_the_level_before_it_and_not_without_one(judged):
    verdicts = [verdict(f"{NAKANO}_before", "direct"), verdict(OTA, "direct"), verdict(KOTO, "convertible")]
    connection = judged(*verdicts)
    without_base = "an increment, without the level of the year before to add it to"
    assert ranked(connection, 2022).row(-1) == (None, "Koto", None, None, without_base)
    with pytest.raises(WardPlansError, match=f"^pittari_procedures is not summed .*Koto: {without_base}$"):
        total("pittari_procedures", 2022, connection=connection)
    with pytest.raises(
        WardPlansError, match=f"^pittari_procedures is not ranked .* 1 of 2 wards .*Koto: {without_base}$"
    ):
        rank("pittari_procedures", 2022, ["koto", "ota"], connection=connection)

    base = {KOTO_OTHER: {"fiscal_year": 2021, "value": 12.0, "nature": "stock"}}
    connection = judged(*verdicts, verdict(KOTO_OTHER, "direct"), quantities=base)
    found = rank("pittari_procedures", 2022, ["koto", "ota", "nakano"], connection=connection)
    assert found.select(*ORDER, "comparability", "transformation").rows() == [
        (1, "Koto", 27.0, 15.0, "convertible", "increment_to_level"),
        (2, "Ota", 16.0, 16.0, "direct", None),
        (3, "Nakano", 5.0, 5.0, "direct", None),
    ]
    summed = total("pittari_procedures", 2022, ["koto", "ota", "nakano"], connection=connection).row(0, named=True)
    assert (summed["total"], summed["comparability"]) == (48.0, "convertible")


@pytest.mark.parametrize("question", [rank, total])
def test_two_figures_of_one_ward_that_contradict_each_other_are_refused(judged, question):
    verdicts = [
        verdict(NAKANO, "direct"),
        verdict(f"{NAKANO}_before", "direct"),
        verdict(f"{NAKANO}_added", "convertible"),
        verdict(KOTO, "direct"),
    ]
    koto = {KOTO: {"fiscal_year": 2023, "nature": "stock"}}
    connection = judged(*verdicts, quantities=koto | {f"{NAKANO}_before": {"value": 6.0}})
    message = r"^pittari_procedures: Nakano has figures for one year that differ: 24 and 25$"
    with pytest.raises(WardPlansError, match=message):
        question("pittari_procedures", 2023, connection=connection)
    # The other wards are not touched by it.
    with pytest.raises(WardPlansError, match="1 of 2 wards with comparable figures"):
        question("pittari_procedures", 2023, ["koto", "ota"], connection=connection)

    agreeing = {f"{NAKANO}_before": {"value": 0.1}, f"{NAKANO}_added": {"value": 0.2}, NAKANO: {"value": 0.3}}
    connection = judged(*verdicts, quantities=koto | agreeing)
    assert ranked(connection, 2023, wards=["koto", "nakano"]).rows() == [
        (1, "Koto", 15.0, 15.0, None),
        (2, "Nakano", 0.3, 0.3, None),
    ]


@pytest.mark.parametrize("question", [rank, total])
def test_figures_of_different_dates_are_refused(curated_tables, tmp_path, question):
    cards = curated_tables["mynumber_cards"].filter(
        (pl.col("ward_code") != "13111") | (pl.col("as_of") != date(2022, 12, 31))
    )
    build_database({**curated_tables, "mynumber_cards": cards}, tmp_path / "wards.duckdb")
    indicator = "card_issuance_rate" if question is rank else "cards_issued_total"
    with open_database(tmp_path / "wards.duckdb") as connection:
        message = f"^{indicator} is not (ranked|summed) for fiscal year 2022: the figures are of 2022-.*, 2022-12-31$"
        with pytest.raises(WardPlansError, match=message):
            question(indicator, 2022, connection=connection)
        assert question(indicator, 2022, ["nakano", "koto"], connection=connection).height > 0
        assert question(indicator, 2021, connection=connection).height > 0


COMPARABLE = {"Koto": KOTO_OTHER, "Ota": OTA, "Nakano": NAKANO}
WRONG = {
    "the series breaks in this year": ("Ota", OTA, {}),
    "counted otherwise than the indicator": ("Koto", KOTO, {"quantities": {KOTO: {"fiscal_year": 2023}}}),
    "in another unit than the indicator": ("Nakano", "nakano-2nd-revised-online_applications", {}),
    "a fraction": (
        "Nakano",
        "nakano-2nd-revised-standard_systems",
        {"kpis": {"nakano-2nd-revised-standard_systems": {"unit_id": "procedures"}}},
    ),
}
"""Figures that no verdict makes comparable: the ward, the source that is called direct, and how it is changed."""


@pytest.mark.parametrize("reason", WRONG)
def test_what_counts_otherwise_is_neither_ranked_nor_summed_with_the_rest(judged, reason):
    ward, source, changes = WRONG[reason]
    quantities = {KOTO_OTHER: {"fiscal_year": 2023, "nature": "stock"}, **changes.get("quantities", {})}
    no_break = {} if ward == "Ota" else {"kpi_values": {OTA: {"obs_status": "A"}}}
    others = {name: series for name, series in COMPARABLE.items() if name != ward}
    connection = judged(
        verdict(source, "direct"),
        *(verdict(series, "direct") for series in others.values()),
        **{**changes, "quantities": quantities, **no_break},
    )
    found = ranked(connection, 2023, wards=["koto", "ota", "nakano"])
    assert found["rank"].to_list() == [1, 2, None]
    assert set(found["ward_name_en"].head(2)) == set(others)
    assert found.row(2) == (None, ward, None, None, reason)
    with pytest.raises(
        WardPlansError, match=f"^pittari_procedures is not summed for fiscal year 2023: {ward}: {reason}$"
    ):
        total("pittari_procedures", 2023, ["koto", "ota", "nakano"], connection=connection)
    assert total("pittari_procedures", 2023, list(others), connection=connection)["ward_count"].item() == 2
