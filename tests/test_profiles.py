"""What a ward plans, says it did and prints in figures: the questions, the charts and the words of its profile."""

import csv
from collections import Counter
from collections.abc import Mapping
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from analysis.charts import enable_charts, item_chart, series_charts, status_chart
from analysis.comparison import (
    achievement,
    compare,
    coverage,
    highlights,
    mentions,
    observations,
    plan_items,
    profiles,
    progress,
    quality,
    reconciliations,
    results,
    theme_counts,
)
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.errors import WardPlansError
from analysis.reporting.figure_tables import figure_table
from analysis.reporting.plan_tables import item_table, mentioned_table, quantity_table
from analysis.reporting.profile_narrative import (
    coverage_note,
    kpi_note,
    plan_note,
    profile_summary,
    progress_note,
    text_note,
    trust_note,
)
from analysis.reporting.wording import status_counts

TRUTH = Path(__file__).parent / "truth"
WARDS = {"13103": "minato", "13107": "sumida", "13108": "koto", "13111": "ota", "13114": "nakano"}
NAKANO_STATUS = "on_schedule"


@pytest.fixture(scope="module")
def connection(built_database: Path):
    with open_database(built_database) as opened:
        yield opened


def truth(name: str) -> list[dict[str, str]]:
    with (TRUTH / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rebuilt(tables: Mapping[str, pl.DataFrame], folder: Path, **changed: pl.DataFrame) -> duckdb.DuckDBPyConnection:
    build_database({**tables, **changed}, folder / "wards.duckdb")
    return open_database(folder / "wards.duckdb")


def of_ward(frame: pl.DataFrame, ward: str) -> dict[str, Any]:
    return frame.row(by_predicate=pl.col("ward_code") == ward, named=True)


# -- profiles -----------------------------------------------------------------------------------------------


def test_a_profile_counts_what_the_other_questions_return(connection):
    rows = profiles(connection=connection)
    assert rows["ward_code"].to_list() == list(WARDS)
    assert rows["slug"].to_list() == list(WARDS.values())
    counts = theme_counts(connection=connection)
    judged = progress(connection=connection)
    said = coverage(connection=connection)
    for row in rows.iter_rows(named=True):
        ward = row["ward_code"]
        assert row["item_count"] == counts.filter(ward_code=ward)["item_count"].sum()
        assert row["rated_count"] == judged.filter(ward_code=ward)["item_count"].sum()
        assert row["published_indicator_count"] == said.filter(ward_code=ward, coverage="published").height
        assert row["mentioned_indicator_count"] == said.filter(ward_code=ward, coverage="mentioned").height


def test_series_and_judgements_are_those_of_the_hand_made_tables(connection):
    rows = profiles(connection=connection)
    series = {(row["ward_slug"], row["kpi_name"], row["row_label"]) for row in truth("kpi_values") if row["value"]}
    kpis = Counter(ward for ward, *_ in series)
    rated = Counter(row["ward_slug"] for row in truth("statuses"))
    assert dict(rows.select("slug", "kpi_count").rows()) == {slug: kpis[slug] for slug in WARDS.values()}
    # The hand-made table has the repeated items of Nakano too.
    assert rated["sumida"] == of_ward(rows, "13107")["rated_count"] == 10
    assert of_ward(rows, "13114")["rated_count"] == 105


def test_a_judgement_of_an_earlier_plan_is_not_taken_for_the_newest(connection):
    rows = profiles(connection=connection)
    sumida, nakano, ota = (of_ward(rows, ward) for ward in ("13107", "13114", "13111"))
    assert (sumida["plan_id"], sumida["is_newest_plan_judged"]) == ("sumida-2018", False)
    assert sumida["judged_plan_title_ja"] == "第4期墨田区行政情報化推進計画"
    assert (nakano["is_newest_plan_judged"], nakano["first_year"], nakano["period_citation_id"]) == (True, None, None)
    assert ota["rated_count"] == 0
    assert ota["judged_year"] is ota["is_newest_plan_judged"] is None


@pytest.mark.parametrize(
    ("ward", "ja", "en"),
    [
        ("13107", "達成4、継続4、再検討2", "4 achieved, 4 continuing, 2 under review"),
        ("13114", "予定どおり105", "105 on schedule"),
    ],
)
def test_a_ward_s_judgement_is_told_in_its_own_grades(connection, ward, ja, en):
    (profile,) = profiles([ward], connection=connection).rows(named=True)
    judged = progress(connection=connection)
    assert status_counts(judged, profile, "ja") == ja
    assert status_counts(judged, profile, "en") == en


def test_what_a_ward_calls_behind_is_told_as_behind(curated_tables, tmp_path):
    statuses = curated_tables["statuses"]
    repeats = curated_tables["measures"].filter(pl.col("repeats_measure_id").is_not_null())["measure_id"]
    first = statuses.filter((pl.col("status") == NAKANO_STATUS) & ~pl.col("measure_id").is_in(repeats.implode()))
    is_first = pl.col("measure_id") == first["measure_id"][0]
    changed = statuses.with_columns(status=pl.when(is_first).then(pl.lit("behind")).otherwise("status"))
    with rebuilt(curated_tables, tmp_path, statuses=changed.cast(dict(statuses.schema))) as connection:
        (profile,) = profiles(["nakano"], connection=connection).rows(named=True)
        told = status_counts(progress(connection=connection), profile, "ja")
        assert sorted(told.split("、")) == ["予定どおり104", "予定より遅れ1"]


@pytest.mark.parametrize("question", [profiles, highlights, observations, plan_items])
@pytest.mark.parametrize("ward", ["13999", "chiyoda"])
def test_a_ward_that_is_unknown_or_has_no_document_is_refused(connection, question, ward):
    with pytest.raises(WardPlansError, match="the database covers 13103 "):
        question([ward], connection=connection)


@pytest.mark.parametrize("question", [profiles, highlights, observations, plan_items])
def test_one_ward_is_named_by_code_slug_or_name(connection, question):
    by_code = question(["13111"], connection=connection)
    assert set(by_code["ward_code"]) == {"13111"}
    for name in ("ota", "大田区", "Ota"):
        assert question([name], connection=connection).equals(by_code)


# -- highlights ---------------------------------------------------------------------------------------------


def test_highlights_are_the_newest_results_that_most_wards_speak_of(connection):
    told = highlights(connection=connection).select("ward_name_en", "indicator_id", "value", "fiscal_year", "line")
    assert told.rows() == [
        ("Minato", "former_plan_projects_continued", 18.0, None, 113),
        ("Minato", "former_plan_projects_continued", 6.0, None, 114),
        ("Minato", "former_plan_projects_completed", 3.0, None, 109),
        ("Sumida", "counter_translation_languages", 10.0, None, 666),
        ("Sumida", "former_plan_projects_completed", 9.0, None, 310),
        ("Sumida", "counter_translation_languages", 29.0, None, 666),
        ("Koto", "rpa_tasks", 5.0, 2022, 17),
        ("Koto", "ict_trainees", 1635.0, 2022, 35),
        ("Koto", "online_procedures_added", 12.0, 2022, 23),
        ("Ota", "open_datasets", 172.0, 2024, 154),
        ("Ota", "online_procedures", 288.0, 2024, 150),
        ("Ota", "rpa_tasks", 43.0, 2024, 157),
        ("Nakano", "ai_rpa_improvements", 8.0, 2023, 36),
        ("Nakano", "online_applications", 2_000_000.0, 2023, 26),
        ("Nakano", "security_incidents", 10.0, 2023, 38),
    ]


def test_highlights_tell_what_was_done_in_the_indicator_s_own_unit(connection):
    told = highlights(most=100, connection=connection)
    units = dict(
        connection.sql("SELECT indicator_id, units.label_ja FROM indicators JOIN units USING (unit_id)").fetchall()
    )
    everything = observations(connection=connection)
    assert told.height > 30
    for row in told.iter_rows(named=True):
        assert row["unit_ja"] == units[row["indicator_id"]]
        (figure,) = everything.filter(citation_id=row["citation_id"]).iter_rows(named=True)
        assert (figure["value"], figure["bound"]) == (row["value"], None)
        assert figure["value_type"] == "actual" or figure["statement"] in (None, "did")
        if row["kpi_id"]:
            results = everything.filter(kpi_id=row["kpi_id"], value_type="actual").drop_nulls("value")
            assert row["fiscal_year"] == max(results["fiscal_year"])
    # Figures of the text only where there are no KPIs.
    assert set(told.filter(pl.col("kpi_id").is_null())["ward_code"]) == {"13103", "13107", "13108"}
    assert told["series_id"].is_unique().all()
    for places in told.group_by("ward_code").agg("position")["position"]:
        assert places.to_list() == list(range(1, len(places) + 1))


def test_a_second_figure_of_a_theme_waits_for_the_first_of_all_others(connection):
    for _, told in highlights(most=100, connection=connection).group_by("ward_code", maintain_order=True):
        themes = told["theme_id"].to_list()
        assert len(set(themes[: len(set(themes))])) == len(set(themes))


def test_a_newest_result_that_cannot_be_read_is_no_highlight(curated_tables, tmp_path):
    values = curated_tables["kpi_values"]
    is_newest = (pl.col("kpi_id") == "ota-2021-open_datasets") & (pl.col("fiscal_year") == 2024)
    changed = values.with_columns(
        value=pl.when(is_newest).then(None).otherwise("value"),
        obs_status=pl.when(is_newest).then(pl.lit("U")).otherwise("obs_status"),
    )
    with rebuilt(curated_tables, tmp_path, kpi_values=changed.cast(dict(values.schema))) as connection:
        told = highlights(["ota"], most=100, connection=connection)
        assert told.row(0, named=True)["indicator_id"] == "online_procedures"
        datasets = told.filter(kpi_id="ota-2021-open_datasets").row(0, named=True)
        assert (datasets["fiscal_year"], datasets["value"]) == (2023, 155.0)


@pytest.mark.parametrize("most", [0, 1, 2])
def test_no_more_highlights_are_returned_than_asked(connection, most):
    told = highlights(most=most, connection=connection)
    assert told.height == most * len(WARDS)
    assert told.equals(highlights(connection=connection).filter(pl.col("position") <= most))


# -- observations -------------------------------------------------------------------------------------------


def test_every_printed_value_of_a_kpi_is_an_observation(connection):
    found = observations(connection=connection)
    values = found.filter(pl.col("kpi_id").is_not_null()).drop_nulls("value")
    assert Counter(
        (
            WARDS[row["ward_code"]],
            row["name_ja"],
            row["row_label_ja"] or "",
            row["fiscal_year"],
            row["value_type"],
            row["value"],
        )
        for row in values.iter_rows(named=True)
    ) == Counter(
        (
            *(row["ward_slug"], row["kpi_name"], row["row_label"]),
            *(int(row["fiscal_year"]), row["value_type"], float(row["value"])),
        )
        for row in truth("kpi_values")
        if row["value"]
    )
    assert found["citation_id"].is_unique().all()


def test_figures_of_the_text_are_those_about_the_ward_itself(connection):
    found = observations(connection=connection)
    told = found.filter(pl.col("quantity_id").is_not_null())
    about = Counter((int(row["line"]), float(row["value"])) for row in truth("quantities") if row["scope"] == "ward")
    # Borderline figures of the hand-made table, such as ranges, are no figures of the database.
    assert not Counter(told.select("line", "value").rows()) - about
    assert told.height == connection.sql("SELECT count(*) FROM quantities WHERE scope = 'ward'").fetchall()[0][0]
    assert told.filter(pl.col("fiscal_year") == 2024)["statement"].unique().to_list() == ["will_do"]
    residents = told.filter(quantity_id="sumida-plan-2018-review-population").row(0, named=True)
    assert (residents["comparability"], residents["indicator_ids"], residents["bound"]) == ("related", [], "more_than")


def test_of_some_years_only_those_figures_are_returned(connection):
    found = observations(["nakano"], [2024], connection=connection)
    assert set(found["fiscal_year"]) == {2024}
    assert found.equals(observations(["nakano"], connection=connection).filter(fiscal_year=2024))


@pytest.mark.parametrize("years", [[date(2024, 4, 1)], ["2024"]])
def test_a_fiscal_year_is_a_number(connection, years):
    with pytest.raises(WardPlansError, match="a fiscal year is a number"):
        observations(years=years, connection=connection)


def test_an_observation_says_the_same_as_the_comparison_it_feeds(connection):
    compared = compare("online_procedures", connection=connection)
    found = observations(connection=connection)
    same = [
        "citation_id",
        "value",
        "unit_ja",
        "nature",
        "fiscal_year",
        "raw_text",
        "quote",
        "line",
        "document_title_en",
    ]
    joined = compared.select(same).join(found.select(same), on=same, nulls_equal=True)
    assert joined.height == compared.height > 20


@pytest.mark.parametrize("language", ["ja", "en"])
def test_series_and_table_are_drawn_from_observations(connection, language):
    enable_charts()
    found = observations(connection=connection)
    charts = series_charts(found, language)
    kpis = found.filter(pl.col("kpi_id").is_not_null())
    assert len(charts) == kpis.drop_nulls("value")["kpi_id"].n_unique() == 20
    rows = figure_table(kpis, language).data.count("<tr>") - 1
    assert rows == kpis.select("series_id", "fiscal_year").n_unique()


# -- items --------------------------------------------------------------------------------------------------


def test_the_items_are_those_counted_by_theme_and_those_judged(connection):
    items = plan_items(connection=connection)
    counts = theme_counts(connection=connection).explode("citation_ids").drop_nulls("citation_ids")
    counted = items.filter("is_counted")
    assert sorted(counted["citation_id"]) == sorted(counts["citation_ids"])
    themes = dict(counts.select("citation_ids", "theme_id").rows())
    assert all(themes[row["citation_id"]] == row["theme_id"] for row in counted.iter_rows(named=True))
    judged = items.filter(pl.col("status_citation_id").is_not_null())
    citations = progress(connection=connection)["citation_ids"].explode()
    assert sorted(judged["status_citation_id"]) == sorted(citations)
    assert items.filter(~pl.col("is_counted"))["plan_id"].unique().to_list() == ["sumida-2016"]


def test_a_status_is_shown_as_printed(connection):
    printed = {(row["measure_title"], row["symbol"]) for row in truth("statuses") if row["ward_slug"] == "sumida"}
    judged = plan_items(["sumida"], connection=connection).drop_nulls("status_label_ja")
    assert set(judged.select("title_ja", "status_label_ja").rows()) == printed


# -- charts -------------------------------------------------------------------------------------------------


def drawn(chart: Any) -> list[list[dict[str, Any]]]:
    return list(chart.to_dict()["datasets"].values())


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("ward", WARDS)
def test_each_item_is_a_piece_that_leads_to_its_words(connection, ward, language):
    items = plan_items([ward], connection=connection)
    counts = theme_counts([ward], connection=connection)
    chart = item_chart(items, counts, language)
    themes, pieces = sorted(drawn(chart), key=lambda rows: "title" in rows[0])
    assert {row["citation_id"] for row in pieces} == set(items.filter("is_counted")["citation_id"])
    assert {row["document_id"] for row in pieces} == set(items["document_id"])
    by_theme = Counter(row["theme"] for row in pieces)
    assert {row["theme"]: row["item_count"] for row in themes} == {
        name: by_theme[name] for name in counts[f"theme_name_{language}"]
    }
    assert [row["item_count"] for row in themes] == sorted(counts["item_count"], reverse=True)
    assert chart.description.count(";") == 17


def test_charts_need_items(connection):
    counts = theme_counts(["ota"], connection=connection)
    with pytest.raises(WardPlansError, match="item_chart has nothing to draw"):
        item_chart(plan_items(["ota"], connection=connection).clear(), counts, "ja")
    with pytest.raises(WardPlansError, match="item_chart needs a frame with"):
        item_chart(counts, counts, "ja")


@pytest.mark.parametrize(("ward", "parts"), [("sumida", [4, 4, 2]), ("nakano", [105])])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_judgement_is_told_as_printed_in_words_and_in_numbers(connection, ward, parts, language):
    chart = status_chart(progress([ward], connection=connection), language)
    assert chart is not None
    (rows,) = drawn(chart)
    assert [row["item_count"] for row in rows] == parts
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert [row["year_heading"] is not None for row in rows] == [True] + [False] * (len(rows) - 1)
    for row in rows:
        assert row["told"].startswith(row["quote"]) and row["status"] in row["told"]
        assert f"{row['item_count']}" in row["told"] and str(row["item_count"]) in chart.description
        assert row["group"] in row["group_heading"]
        assert row["citation_id"] and row["document_id"]


def test_without_judgements_there_is_no_chart_of_them(connection):
    assert status_chart(progress(["ota"], connection=connection), "ja") is None


# -- words and tables ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("ward", WARDS)
def test_the_words_of_a_profile_are_counted_from_the_database(connection, ward, language):
    profile = profiles([ward], connection=connection)
    row = profile.row(0, named=True)
    summary = profile_summary(profile, progress([ward], connection=connection), language).data
    assert summary.startswith(f"# {row[f'ward_name_{language}']}: ")
    assert summary.count("\n\n") == 1
    assert str(row["item_count"]) in summary
    assert ("区自身の評価" in summary or "own judgement" in summary) == bool(row["rated_count"])
    note = progress_note(profile, language).data
    assert ("not those of the newest plan" in note or "最も新しい計画の項目ではなく" in note) == (ward == "13107")
    checked = quality([ward], connection=connection)
    assert f"{checked['line_count'].item():,}" in trust_note(checked, language).data
    said = coverage([ward], connection=connection)
    absent = said.filter(coverage="absent").height
    assert str(absent) in coverage_note(said, language).data
    count = observations([ward], connection=connection)["quantity_id"].count()
    assert (str(count) in text_note(observations([ward], connection=connection), language).data) == (count > 0)


def test_how_often_targets_were_met_is_what_achievement_says(connection):
    profile = profiles(["ota"], connection=connection)
    judged = achievement(wards=["ota"], connection=connection)
    note = kpi_note(judged, profile, "en").data
    met = judged.filter("is_met").height
    assert f"of the {judged['is_met'].count()} that can be judged" in note
    assert f"**{met}** times" in note
    nothing = achievement(wards=["koto"], connection=connection)
    assert "no figures of KPIs" in kpi_note(nothing, profiles(["koto"], connection=connection), "en").data


def test_items_that_the_text_has_lost_are_told_with_the_count(connection):
    note = plan_note(
        profiles(["ota"], connection=connection), reconciliations(["ota"], connection=connection), "ja"
    ).data
    assert "施策[11 → 7](" in note
    assert "取組[36 → 27](" in note
    whole = reconciliations(["koto"], connection=connection)
    assert "→" not in plan_note(profiles(["koto"], connection=connection), whole, "ja").data


def test_tables_lead_to_passages_and_leave_out_columns_without_content(connection):
    ota = item_table(plan_items(["ota"], connection=connection), "ja").data
    assert ota.count('href="') == 2 * 27
    assert "担当" not in ota and "評価(原文)" not in ota
    nakano = item_table(plan_items(["nakano"], connection=connection), "en").data
    assert "Department" in nakano and nakano.count("#statuses.") == nakano.count("under way") == 105
    figures = observations(["koto"], connection=connection)
    told = quantity_table(figures, "en").data
    assert told.count("<tr>") == figures.height + 1
    assert "will do" in told


def test_an_indicator_that_is_only_mentioned_comes_with_a_passage(connection):
    said = coverage(["minato"], connection=connection)
    mentioned = said.filter(coverage="mentioned")
    quotes = mentions(mentioned["indicator_id"].to_list(), ["minato"], 1, connection=connection)
    one_by_one = [mentions(name, ["minato"], 1, connection=connection) for name in sorted(mentioned["indicator_id"])]
    assert quotes.equals(pl.concat(one_by_one))
    table = mentioned_table(said, quotes, "ja").data
    assert table.count("<tr>") == mentioned.height + 1
    assert table.count('href="') == quotes.height > 5


def test_results_are_the_entries_that_profiles_count(connection):
    found = results(connection=connection)
    counted = profiles(connection=connection).filter(pl.col("reported_count") > 0)
    assert found.group_by("ward_code", maintain_order=True).len().rows() == [
        (row["ward_code"], row["reported_count"]) for row in counted.iter_rows(named=True)
    ]
    years = found.group_by("ward_code", maintain_order=True).agg(
        pl.col("fiscal_year").min().alias("first"), pl.col("fiscal_year").max().alias("last")
    )
    assert years.select("first", "last").rows() == counted.select("reported_from", "reported_to").rows()
    assert all(row["text_ja"].replace(" ", "") in row["quote"].replace(" ", "") for row in found.iter_rows(named=True))
