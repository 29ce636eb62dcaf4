"""Every target of the plans on one page: counted, drawn and judged alike in sentence, chart and tables."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from bs4 import BeautifulSoup

import analysis
from analysis.charts import achievement_charts
from analysis.database.connect import open_database
from analysis.errors import WardPlansError
from analysis.reporting.achievement_narrative import achievement_lead
from analysis.reporting.achievement_tables import refusal_table, target_count_table
from analysis.reporting.figure_tables import achievement_table
from analysis.reporting.source_pages import source_href


@pytest.fixture(scope="module")
def connection(built_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(built_database) as opened:
        yield opened


@pytest.fixture(scope="module")
def achievements(connection: duckdb.DuckDBPyConnection) -> pl.DataFrame:
    return analysis.achievement(connection=connection)


def drawn(chart) -> pl.DataFrame:
    """The rows that a chart draws."""
    (rows,) = chart.to_dict()["datasets"].values()
    return pl.DataFrame(rows, infer_schema_length=None)


def rows_of(html) -> list[list[str]]:
    body = BeautifulSoup(html.data, "html.parser").tbody
    return [[cell.get_text() for cell in row.find_all("td")] for row in body.find_all("tr")]


def test_without_an_indicator_every_kpi_is_asked_for(connection, achievements) -> None:
    targets = connection.sql(
        "SELECT DISTINCT kpi_id, fiscal_year FROM kpi_values WHERE value_type IN ('target', 'actual') ORDER BY ALL"
    ).fetchall()
    assert achievements.select("kpi_id", "fiscal_year").sort("kpi_id", "fiscal_year").rows() == targets


def test_a_kpi_that_feeds_no_indicator_is_among_them(built_database: Path, tmp_path: Path) -> None:
    copy = tmp_path / "wards.duckdb"
    copy.write_bytes(built_database.read_bytes())
    with duckdb.connect(copy) as writer:
        writer.execute("DELETE FROM indicator_sources WHERE kpi_id = 'ota-2021-rpa_tasks'")
    with open_database(copy) as connection:
        found = analysis.achievement(wards=["ota"], connection=connection).filter(kpi_id="ota-2021-rpa_tasks")
    assert found.height == 4
    assert found["comparability"].null_count() == 4
    assert found["is_met"].to_list() == [True, False, True, True]


def test_the_sentence_counts_what_the_frame_holds(achievements) -> None:
    targets = achievements.filter(pl.col("target").is_not_null())
    judged = targets.filter(pl.col("is_met").is_not_null())
    text = achievement_lead(achievements, "en").data
    assert text.startswith(
        f"The documents print **{targets.height}** yearly targets. **{judged.height}** of them can be judged by a "
        f"result: **{judged['is_met'].sum()} met**, {(~judged['is_met']).sum()} missed."
    )
    plain = re.sub(r"\[(\d+)\]\(<[^>]+>\)", r"\1", text)
    assert sum(map(int, re.findall(r": (\d+)(?=[;)])", plain))) == targets.height - judged.height


def test_a_reason_of_a_single_target_leads_to_its_words(achievements) -> None:
    text = achievement_lead(achievements, "ja").data
    illegible = achievements.filter(actual_obs_status="U").row(0, named=True)
    assert f"実績が判読できない: [1](</files/reports/sources/{illegible['document_id']}.ja.html#" in text


def test_without_targets_nothing_is_called_met_or_missed(connection) -> None:
    none = analysis.achievement(wards=["minato"], connection=connection)
    assert achievement_lead(none, "ja").data == (
        "選んだ区の資料には、選んだ年度のKPIの目標がない。達成とも未達とも言えない。"
    )
    assert achievement_charts(none, "ja") == []


def test_an_illegible_result_is_not_called_missing(achievements) -> None:
    (row,) = [row for row in rows_of(refusal_table(achievements, "ja")) if "101 * 40窓口" in row[6]]
    assert row[1].startswith("キャッシュレス")
    assert row[3:5] == ["75", "—"]
    assert row[7] == "実績が判読できない"


def test_the_tables_hold_each_row_once(achievements) -> None:
    is_judged = achievements["is_met"].is_not_null()
    judged, refused = achievements.filter(is_judged), achievements.filter(~is_judged)
    assert len(rows_of(achievement_table(judged, "ja"))) == judged.height
    assert len(rows_of(refusal_table(achievements, "ja"))) == refused.height
    assert judged.height + refused.height == achievements.height


@pytest.mark.parametrize("language", ["ja", "en"])
def test_targets_and_results_lead_to_their_own_cells(achievements, language) -> None:
    nakano = achievements.filter(ward_code="13114", fiscal_year=2023).drop_nulls("is_met")
    body = BeautifulSoup(achievement_table(nakano, language).data, "html.parser").tbody
    for row, cells in zip(nakano.iter_rows(named=True), body.find_all("tr"), strict=True):
        target, actual = (cells.find_all("td")[position].a["href"] for position in (3, 4))
        assert target != actual
        assert target.endswith(source_href(row["document_id"], row["target_citation_id"], language))
        assert actual.endswith(source_href(row["document_id"], row["actual_citation_id"], language))


def test_the_counts_of_the_wards_add_up(connection, achievements) -> None:
    rows = rows_of(target_count_table(achievements, analysis.holdings(connection=connection), "ja"))
    assert [row[0] for row in rows] == ["港区", "墨田区", "江東区", "大田区", "中野区"]
    for name, targets, judged, met, missed, refused, _ in rows:
        assert int(judged) + int(refused) == int(targets), name
        assert int(met) + int(missed) == int(judged), name
    assert sum(int(row[1]) for row in rows) == achievements["target"].count()
    assert sum(int(row[6]) for row in rows) == achievements.filter(pl.col("target").is_null())["actual"].count()


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_chart_draws_every_target_of_its_ward_with_its_citation(achievements, language) -> None:
    targets = achievements.filter(pl.col("target").is_not_null()).partition_by("ward_code", maintain_order=True)
    charts = achievement_charts(achievements, language)
    assert len(charts) == len(targets) == 2
    for chart, ward in zip(charts, targets, strict=True):
        rows = drawn(chart)
        assert rows["citation_id"].to_list() == ward["citation_id"].to_list()
        assert rows["document_id"].to_list() == ward["document_id"].to_list()
        assert rows["badge"].to_list() == [
            "not_judged" if met is None else "met" if met else "missed" for met in ward["is_met"]
        ]
        assert rows.select(pl.col("caption").drop_nulls().len()).item() == ward["kpi_id"].n_unique()


def test_bars_are_drawn_only_where_target_and_result_may_be_compared(achievements) -> None:
    for chart in achievement_charts(achievements, "ja"):
        rows = drawn(chart)
        is_drawn = pl.col("target_end").is_not_null() & pl.col("actual_end").is_not_null()
        assert rows.filter(is_drawn != (pl.col("badge") != "not_judged")).is_empty()
        ends = rows.filter(is_drawn).group_by("panel").agg(pl.max_horizontal("target_end", "actual_end").max())
        assert ends["target_end"].to_list() == [1.0] * ends.height
        missed = rows.filter(badge="missed", direction="大きいほど良い")
        assert missed.filter(pl.col("actual_end") >= pl.col("target_end")).is_empty()


def test_bars_have_the_lengths_of_their_figures(achievements) -> None:
    ota, _ = achievement_charts(achievements, "ja")
    hours = drawn(ota).filter(pl.col("name").str.contains("業務削減時間"))
    assert hours["told"].to_list()[-1] == "令和6年度　実績 2,232　目標 1,240"
    assert hours["actual_end"].to_list() == [value / 2232 for value in (899, 1068, 1213, 2232)]
    assert hours["target_end"].to_list() == [value / 2232 for value in (600, 1000, 1200, 1240)]


def test_about_and_fractions_are_told_as_printed(achievements) -> None:
    _, nakano = achievement_charts(achievements, "en")
    told = drawn(nakano)["told"].to_list()
    assert "FY2023: result about 3,900, target about 3,600" in told
    assert "FY2023: result 0/15, target 1/15" in told


def test_a_target_of_nothing_that_is_met_can_be_drawn(achievements) -> None:
    incidents = achievements.filter(fiscal_year=2023, kpi_id="nakano-2nd-revised-security_incidents")
    met = incidents.with_columns(actual=pl.lit(0.0), is_met=pl.lit(True))
    (chart,) = achievement_charts(met, "ja")
    assert drawn(chart).select("target_end", "actual_end").rows() == [(0.0, 0.0)]


def test_pandas_gives_the_same_charts(achievements, connection) -> None:
    pandas = analysis.achievement(connection=connection, frame="pandas")
    given, expected = achievement_charts(pandas, "ja"), achievement_charts(achievements, "ja")
    assert [chart.to_dict() for chart in given] == [chart.to_dict() for chart in expected]


def test_a_frame_without_targets_is_refused(connection) -> None:
    with pytest.raises(WardPlansError, match=r"^achievement_charts needs a frame with "):
        achievement_charts(analysis.compare("rpa_tasks", connection=connection), "ja")
