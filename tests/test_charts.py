"""The charts of the reports: what they hold, what they say in words, and how they are drawn."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import altair as alt
import polars as pl
import pytest
import vl_convert
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st
from nbformat.v4 import new_code_cell, new_notebook, new_output
from playwright.sync_api import Browser

from analysis.charts import (
    CHART_MIMETYPE,
    as_polars,
    coverage_chart,
    enable_charts,
    series_charts,
    small_multiples,
    theme_chart,
    tile_grid_chart,
)
from analysis.charts.lettering import display_width, wrapped
from analysis.charts.theme import SEQUENCE, text_on
from analysis.comparison import compare
from analysis.database.connect import open_database
from analysis.errors import WardPlansError
from analysis.reporting.page import Provenance, render_page
from browser import DESKTOP, PHONE, chromium, visiting

INDICATORS = ["online_procedures", "rpa_hours_saved", "security_incidents"]
KINDS = {"baseline": "計画策定時", "target": "目標", "actual": "実績"}
BREAK = "系列の断絶"

WARDS = {
    "13103": ("港区", "Minato"),
    "13107": ("墨田区", "Sumida"),
    "13108": ("江東区", "Koto"),
    "13111": ("大田区", "Ota"),
    "13114": ("中野区", "Nakano"),
}
#: The tile-grid map, row by row; '.' is an empty place.
TILES = """
. 板橋 北 足立
練馬 豊島 文京 荒川 葛飾
中野 新宿 千代田 台東 墨田 江戸川
杉並 渋谷 港 中央 江東
世田谷 目黒 品川
. . 大田
"""


@pytest.fixture(autouse=True)
def look():
    enable_charts()


@pytest.fixture(scope="module")
def connection(built_database: Path):
    with open_database(built_database) as opened:
        yield opened


@pytest.fixture(scope="module")
def figures(connection) -> dict[str, pl.DataFrame]:
    """What is printed in the tables of the documents; the charts of a series pass over all else."""
    return {
        indicator: compare(indicator, connection=connection).filter(pl.col("kpi_id").is_not_null())
        for indicator in INDICATORS
    }


@pytest.fixture(scope="module")
def procedures(figures) -> pl.DataFrame:
    """Ota's first series, which breaks in fiscal year 2023."""
    return figures["online_procedures"].filter(row_label_ja="上段")


# -- made frames --------------------------------------------------------------------------------------------

FIGURE_TYPES = {
    **dict.fromkeys(("ward_code", "ward_name_ja", "ward_name_en", "series_id", "kpi_id"), pl.String),
    **dict.fromkeys(("quantity_id", "statistic_id", "name_ja", "name_en", "row_label_ja"), pl.String),
    "fiscal_year": pl.Int64,
    **dict.fromkeys(("year_label_ja", "year_label_en"), pl.String),
    "as_of": pl.Date,
    "value_type": pl.String,
    **dict.fromkeys(("value", "denominator"), pl.Float64),
    **dict.fromkeys(("unit_ja", "unit_en", "nature", "comparability", "transformation"), pl.String),
    **dict.fromkeys(("indicator_value", "value_per_1000_residents"), pl.Float64),
    **dict.fromkeys(("population", "population_year"), pl.Int64),
    "is_approximate": pl.Boolean,
    **dict.fromkeys(("obs_status", "raw_text", "quote", "document_id", "document_title_ja"), pl.String),
    "line": pl.Int64,
    "citation_id": pl.String,
}


def figure(ward="13114", year: int | None = 2023, value: float | None = 10.0, **columns) -> dict[str, object]:
    """A row of `compare`: a result in the plan of a ward, unless told otherwise."""
    series = columns.pop("series", "devices")
    row = {
        "ward_code": ward,
        "ward_name_ja": WARDS[ward][0],
        "ward_name_en": WARDS[ward][1],
        "series_id": f"{ward}-{series}",
        "kpi_id": f"{ward}-{series}",
        "name_ja": "端末の台数",
        "name_en": "Devices",
        "fiscal_year": year,
        "year_label_ja": year and f"令和{year - 2018}年度",
        "year_label_en": year and f"FY{year}",
        "value_type": "actual",
        "value": value,
        "unit_ja": "台",
        "unit_en": "units",
        "nature": "stock",
        "comparability": "related",
        "is_approximate": False,
        "obs_status": "A",
        "quote": f"{value}台",
        "document_id": f"{ward}-plan",
        "document_title_ja": f"{WARDS[ward][0]}の計画",
        "line": 12,
        "citation_id": f"{ward}-{series}-{year}",
    }
    return row | columns


def made(*rows: dict[str, object]) -> pl.DataFrame:
    return pl.DataFrame([{name: row.get(name) for name in FIGURE_TYPES} for row in rows], schema=FIGURE_TYPES)


@pytest.fixture
def gaps() -> pl.DataFrame:
    """A series with every kind of gap, of approximate value and a break."""
    return made(
        figure(year=2021, value=None, obs_status="O"),
        figure(year=2022, value=8.0),
        figure(year=2022, value=9.0, value_type="target"),
        figure(year=2023, value=None, obs_status="U"),
        figure(year=2023, value=10.0, value_type="target"),
        figure(year=2024, value=20.0, is_approximate=True, obs_status="E"),
        figure(year=2024, value=None, value_type="target", obs_status="O"),
        figure(year=2025, value=24.0, obs_status="B"),
    )


def direct(wards=tuple(WARDS), years=(2021,), **columns) -> pl.DataFrame:
    """Figures that count the same in every ward, 10, 20, 30 … by ward and a fifth more each year."""
    rows = []
    for number, ward in enumerate(wards, start=1):
        for year in years:
            value = number * 10.0 * 1.2 ** (year - years[0])
            told = {"comparability": "direct", "value": value, "indicator_value": value, "as_of": date(year + 1, 3, 1)}
            rows.append(
                figure(ward, year, **(told | {"document_title_ja": "国の統計", "statistic_id": "cards"} | columns))
            )
    return made(*rows)


@pytest.fixture(scope="module")
def tiles() -> pl.DataFrame:
    """All 23 wards and their places."""
    folder = Path(__file__).parents[1] / "data" / "reference"
    places = {
        f"{name}区": {"tile_row": row, "tile_column": column}
        for row, line in enumerate(TILES.strip().splitlines())
        for column, name in enumerate(line.split())
    }
    wards = pl.read_csv(folder / "wards.csv", schema_overrides={"ward_code": pl.String})
    return pl.DataFrame(
        {
            "ward_code": row["ward_code"],
            "ward_name_ja": row["name_ja"],
            "ward_name_en": row["name_en"],
            **places[row["name_ja"]],
        }
        for row in wards.iter_rows(named=True)
    )


@pytest.fixture
def coverage() -> pl.DataFrame:
    """Five wards and 30 indicators; every third is published, every third mentioned."""
    levels = ("published", "mentioned", "absent")
    return pl.DataFrame(
        {
            "ward_code": code,
            "ward_name_ja": names[0],
            "ward_name_en": names[1],
            "indicator_id": f"indicator_{number}",
            "indicator_name_ja": f"優先的にオンライン化を推進すべき手続のうちオンライン化された手続の数({number})",
            "indicator_name_en": f"Priority procedures that residents and firms can file online ({number})",
            "coverage": levels[(number + place) % 3],
            "passage_count": number,
        }
        for place, (code, names) in enumerate(WARDS.items())
        for number in range(30)
    )


@pytest.fixture
def themes() -> pl.DataFrame:
    """Five wards and three themes: the first ward has ten items, none of them of the last theme."""
    items = {"13103": (1, 9, 0), "13107": (10, 0, 30), "13108": (5, 5, 5), "13111": (2, 1, 1), "13114": (40, 50, 10)}
    names = {
        "T01": ("行政手続オンライン化", "Online procedures"),
        "T05": ("AI・RPA・自動化", "Automation"),
        "T10": ("情報セキュリティ・個人情報保護", "Security, privacy"),
    }
    return pl.DataFrame(
        {
            "ward_code": code,
            "ward_name_ja": WARDS[code][0],
            "ward_name_en": WARDS[code][1],
            "theme_id": theme,
            "theme_name_ja": names[theme][0],
            "theme_name_en": names[theme][1],
            "item_count": count,
            "secondary_count": 0,
            "ward_item_count": sum(counts),
            "share": count / sum(counts),
        }
        for code, counts in items.items()
        for theme, count in zip(names, counts, strict=True)
    )


# -- looking at charts --------------------------------------------------------------------------------------


def chart_of(frame: pl.DataFrame, language="ja") -> alt.LayerChart:
    (chart,) = series_charts(frame, language)
    return chart


def titles(chart) -> tuple[str, str]:
    title = chart.to_dict()["title"]
    return title["text"], " ".join(title["subtitle"])


def rows_of(chart) -> list[dict[str, object]]:
    (rows,) = chart.to_dict()["datasets"].values()
    return rows


def drawn(chart: alt.LayerChart, capfd: pytest.CaptureFixture[str]) -> BeautifulSoup:
    """The chart as SVG; Vega has nothing to complain of."""
    capfd.readouterr()
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), show_warnings=True)
    assert capfd.readouterr() == ("", "")
    return BeautifulSoup(svg, "html.parser")


def texts(svg: BeautifulSoup, selector: str) -> list[str]:
    return [element.get_text() for element in svg.select(selector)]


def labels(svg: BeautifulSoup) -> list[str]:
    """What is written beside the marks, without the rims behind the letters."""
    written = [text for text in svg.select(".mark-text.role-mark text") if not text.get("stroke")]
    return [text.get_text() for text in written if text.get_text() != "×"]


def crosses(svg: BeautifulSoup) -> int:
    return texts(svg, ".mark-text.role-mark text").count("×")


def lines(svg: BeautifulSoup) -> int:
    """How many lines join points; a stretch of one point draws nothing."""
    return sum("L" in path.get("d", "") for path in svg.select(".mark-line.role-mark path"))


def marks(svg: BeautifulSoup) -> list[dict[str, object]]:
    return [path.attrs for path in svg.select(".mark-symbol.role-mark path")]


def height_of(element) -> float:
    """How far below the top of the plot something is drawn."""
    return float(element["transform"].split(")")[0].rpartition(",")[2])


def points(chart: alt.LayerChart) -> set[tuple[object, ...]]:
    """Year, kind and value of everything in the chart's data."""
    return {(row["year"], row["kind"], row["value"]) for row in rows_of(chart)}


# -- series -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_series_has_a_chart_of_its_own(figures, indicator):
    frame = figures[indicator]
    charts = series_charts(frame, "ja")
    series = frame.partition_by("kpi_id", maintain_order=True)
    assert len(charts) == len(series) > 0
    for chart, rows in zip(charts, series, strict=True):
        shown = rows.select("year_label_ja", pl.col("value_type").replace_strict(KINDS), "value")
        assert points(chart) == set(shown.rows())


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("indicator", INDICATORS)
def test_every_chart_is_drawn_without_a_complaint(figures, indicator, language, capfd):
    frame = figures[indicator]
    for chart, rows in zip(
        series_charts(frame, language), frame.partition_by("kpi_id", maintain_order=True), strict=True
    ):
        svg = drawn(chart, capfd)
        assert len(svg.select(".mark-symbol.role-mark path")) == rows.height
        assert rows["document_title_ja"][0] in svg.get_text()
        results = rows.filter(value_type="actual")["value"].to_list()
        assert sorted(label.removeprefix("約").removeprefix("about ") for label in labels(svg)) == sorted(
            f"{int(value):,}" for value in results
        )


def test_title_unit_and_source_are_in_the_reader_s_language(procedures, capfd):
    ja, en = (drawn(chart_of(procedures, language), capfd) for language in ("ja", "en"))
    assert texts(ja, ".role-title-text") == ["大田区: オンライン申請可能手続数 (上段)"]
    assert "単位: 手続　出典: 大田区情報化推進計画(ver.5.0) 概要版 150行目" in ja.get_text()
    assert f"破線: {BREAK}(令和5年度)" in ja.get_text()
    assert texts(en, ".role-title-text") == [
        "Ota: Procedures that can be filed online: all on the national priority list"
    ]
    assert "unit: procedures. Source: 大田区情報化推進計画(ver.5.0) 概要版, line 150." in en.get_text()
    assert "Dashed: break in series (FY2023)" in en.get_text()
    assert texts(ja, ".role-legend-label text") == ["実績", "目標", "計画策定時"]
    assert texts(en, ".role-legend-label text") == ["result", "target", "baseline"]


def test_a_line_is_cut_where_the_series_breaks(procedures, capfd):
    broken = drawn(chart_of(procedures), capfd)
    assert lines(broken) == 2
    assert len(broken.select(".mark-rule.role-mark line")) == 1
    whole = drawn(chart_of(procedures.with_columns(obs_status=pl.lit("A"))), capfd)
    assert lines(whole) == 1
    assert len(whole.select(".mark-rule.role-mark line")) == 0
    assert BREAK not in whole.get_text()


def test_a_line_does_not_bridge_a_year_without_a_figure(procedures, capfd):
    unbroken = procedures.with_columns(obs_status=pl.lit("A"))
    years = {row["fiscal_year"] for row in unbroken.filter(value_type="actual").iter_rows(named=True)}
    assert years == {2021, 2022, 2023, 2024}
    is_gap = (pl.col("fiscal_year") == 2022) & (pl.col("value_type") == "actual")
    dropped = unbroken.filter(~is_gap)
    missing = unbroken.with_columns(
        value=pl.when(~is_gap).then("value"), obs_status=pl.when(is_gap).then(pl.lit("O")).otherwise("obs_status")
    )
    for frame_with_gap in (dropped, missing):
        results = [row for row in rows_of(chart_of(frame_with_gap)) if row["kind"] == "実績" and row["value"]]
        assert results[0]["stretch"] < results[1]["stretch"] == results[2]["stretch"]
        svg = drawn(chart_of(frame_with_gap), capfd)
        assert [path["d"].count("L") for path in svg.select(".mark-line.role-mark path") if "L" in path["d"]] == [1]


def test_only_results_are_joined_by_a_line(procedures, capfd):
    assert lines(drawn(chart_of(procedures.filter(value_type="target")), capfd)) == 0


@pytest.mark.parametrize(
    ("language", "about", "reasons"),
    [
        ("ja", "約20", ["記載なし", "実績: 判読不能", "目標: 記載なし"]),
        ("en", "about 20", ["not stated", "result: illegible", "target: not stated"]),
    ],
)
def test_gaps_and_approximate_values_are_marked(gaps, language, about, reasons, capfd):
    chart = chart_of(gaps, language)
    svg = drawn(chart, capfd)
    assert crosses(svg) == 3
    assert sorted(labels(svg)) == sorted(["8", about, "24", *reasons])
    # Filled are all but the approximate one; nothing stands for a gap but its cross.
    fills = [mark["fill"] for mark in marks(svg)]
    assert len(fills) == 5
    assert fills.count("white") == 1
    assert lines(svg) == 0  # between 8 and 24 lie a gap and a break
    heights = [height_of(text) for text in svg.select(".mark-text.role-mark text") if text.get_text() == "×"]
    assert heights == pytest.approx([260] * 3, abs=8)  # the middle of a letter is above its foot
    description = chart.to_dict()["description"]
    assert {"ja": "約20", "en": "about 20"}[language] in description
    assert reasons[0] in description
    note = {"ja": "白抜き: 概数(約)", "en": "Hollow: approximate."}[language]
    assert note in titles(chart)[1]


def test_a_series_without_approximate_values_says_nothing_of_them(gaps, capfd):
    exact = gaps.with_columns(is_approximate=pl.lit(False))
    assert "白抜き" not in titles(chart_of(exact))[1]
    assert "white" not in {mark["fill"] for mark in marks(drawn(chart_of(exact), capfd))}
    # An approximate value that is not there is no reason to speak of them either.
    unknown = gaps.with_columns(is_approximate=pl.col("value").is_null())
    assert "白抜き" not in titles(chart_of(unknown))[1]


def test_a_reason_keeps_off_a_low_figure_and_its_label(gaps, capfd):
    def lift(other: float) -> float:
        figures = made(
            figure(year=2022, value=100.0),
            figure(year=2023, value=other),
            figure(year=2023, value=None, value_type="target", obs_status="O"),
        )
        svg = drawn(chart_of(figures), capfd)
        (reason,) = (
            text
            for text in svg.select(".mark-text.role-mark text")
            if text.get_text() == "目標: 記載なし" and not text.get("stroke")
        )
        return 260 - height_of(reason)

    assert lift(other=90) < 25
    assert lift(other=3) > 60


def test_a_series_with_gaps_alone_has_no_chart(gaps):
    assert series_charts(gaps.filter(pl.col("value").is_null()), "ja") == []


def test_quantities_and_statistics_are_passed_over(gaps):
    quantity = figure(series="said", kpi_id=None, quantity_id="said", value_type=None)
    statistic = figure(series="counted", kpi_id=None, statistic_id="counted")
    both = pl.concat([gaps, made(quantity, statistic)])
    assert [chart.to_dict() for chart in series_charts(both, "ja")] == [chart_of(gaps).to_dict()]


def test_series_are_told_apart_by_their_id(gaps):
    other = gaps.with_columns(series_id=pl.lit("other"))
    assert len(series_charts(pl.concat([gaps, other]), "ja")) == 2


def test_a_frame_without_series_is_refused(gaps):
    with pytest.raises(WardPlansError, match=r"series_charts needs a frame with series_id, this one has ward_code"):
        series_charts(gaps.drop("series_id"), "ja")


def test_every_point_can_be_traced(gaps):
    layers = chart_of(gaps, "en").to_dict()["layer"]
    (points,) = (layer for layer in layers if layer["mark"]["type"] == "point")
    (cross,) = (layer for layer in layers if layer["mark"].get("text") == "×")
    for layer in (points, cross):
        told = {entry["field"]: entry["title"] for entry in layer["encoding"]["tooltip"]}
        assert told.items() >= {"quote": "as printed", "line": "line", "citation_id": "citation"}.items()
    assert all(row["quote"] and row["line"] and row["citation_id"] for row in rows_of(chart_of(gaps)))


def test_the_axis_holds_every_year_from_the_first_to_the_last(figures, capfd):
    frame = figures["security_incidents"]
    assert 2024 not in frame["fiscal_year"]
    for language, expected in {
        "ja": ["令和4年度", "令和5年度", "令和6年度", "令和7年度"],
        "en": ["FY2022", "FY2023", "FY2024", "FY2025"],
    }.items():
        svg = drawn(chart_of(frame, language), capfd)
        assert [text for text in texts(svg, ".role-axis-label text") if not text.isdigit()] == expected


def test_a_missing_value_has_neither_mark_nor_label(procedures, capfd):
    is_missing = (pl.col("fiscal_year") == 2022) & (pl.col("value_type") == "actual")
    frame = procedures.with_columns(value=pl.when(~is_missing).then("value"))
    chart = chart_of(frame)
    svg = drawn(chart, capfd)
    assert labels(svg) == ["35", "93", "288"]
    assert len(svg.select(".mark-symbol.role-mark path")) == procedures.height - 1
    assert "令和4年度" in texts(svg, ".role-axis-label text")
    for nothing in ("null", "NaN", "None"):
        assert nothing not in svg.get_text() + chart.to_dict()["description"]


def test_a_label_keeps_off_the_target_and_off_the_axis(procedures, capfd):
    height = 260

    def side(actual: float, target: float) -> str:
        last = pl.col("fiscal_year") == 2024
        values = {"actual": actual, "target": target}
        changed = procedures.with_columns(
            value=pl.when(last).then(pl.col("value_type").replace_strict(values, default=None)).otherwise(50.0)
        ).filter(last | (pl.col("value_type") == "actual"))
        svg = drawn(chart_of(changed), capfd)
        label = height_of(svg.select(".mark-text.role-mark text")[-1])
        assert label < height
        return "above" if label < height_of(svg.select(".mark-symbol.role-mark path")[-1]) else "below"

    assert side(actual=49, target=40) == "above"
    assert side(actual=40, target=49) == "below"
    assert side(actual=0, target=49) == "above"


def test_the_label_of_the_largest_value_stands_within_the_plot(capfd):
    for values in ([100.0, 50.0], [0.0, 0.0]):
        svg = drawn(chart_of(made(*(figure(year=year, value=value) for year, value in enumerate(values, 2022)))), capfd)
        assert [height_of(text) > 0 for text in svg.select(".mark-text.role-mark text")] == [True] * 4


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("indicator", INDICATORS)
def test_the_description_tells_every_value(figures, indicator, language):
    frame = figures[indicator]
    for chart, rows in zip(
        series_charts(frame, language), frame.partition_by("kpi_id", maintain_order=True), strict=True
    ):
        description = chart.to_dict()["description"]
        for row in rows.iter_rows(named=True):
            value = f"{int(row['value']):,}" if row["value"].is_integer() else f"{row['value']:,}"
            assert row[f"year_label_{language}"] in description
            about = {"ja": "約", "en": "about "}[language] if row["is_approximate"] else ""
            assert f" {about}{value}" in description
        assert rows[f"ward_name_{language}"][0] in description
        assert rows[f"unit_{language}"][0] in description


def test_a_large_number_is_told_digit_by_digit(figures):
    chart = chart_of(figures["online_procedures"].filter(ward_code="13114"))
    assert chart.to_dict()["description"] == (
        "中野区 オンラインによる申請受付件数 (件): 令和4年度 実績 約1,790,000、"
        "令和5年度 目標 1,700,000、令和5年度 実績 約2,000,000、令和7年度 目標 2,000,000"
    )


def test_nothing_chosen_draws_nothing(procedures):
    assert series_charts(procedures.clear(), "ja") == []
    assert series_charts(procedures.with_columns(value=pl.lit(None, pl.Float64)), "en") == []


# -- coverage and themes ------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_matrix_says_in_words_who_publishes_what(coverage, language, capfd):
    chart = coverage_chart(coverage, language)
    svg = drawn(chart, capfd)
    words = {"ja": ("公表", "言及のみ", "なし"), "en": ("published", "mentioned", "absent")}[language]
    level = dict(zip(("published", "mentioned", "absent"), words, strict=True))
    sign = {"published": "●", "mentioned": "○", "absent": "–"}
    cells = texts(svg, ".mark-text.role-mark text")
    assert len(svg.select(".mark-rect.role-mark path")) == len(cells) == coverage.height == 150
    assert cells == [f"{sign[row]} {level[row]}" for row in coverage["coverage"]]
    for mark, word in zip(sign.values(), words, strict=True):
        assert f"{mark} {word}" in titles(chart)[1]  # the key to what a phone shows alone
    description = chart.to_dict()["description"]
    for row in coverage.iter_rows(named=True):
        told = f"{row[f'ward_name_{language}']} {row[f'indicator_name_{language}']} {level[row['coverage']]}"
        assert told in description


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_matrix_has_a_row_an_indicator_and_the_wards_on_top(coverage, language, capfd):
    chart = coverage_chart(coverage, language)
    svg = drawn(chart, capfd)
    names = [text for text in svg.select(".role-axis-label text") if text.select("tspan")]
    written = [" ".join(line.get_text() for line in name.select("tspan")).replace(" ", "") for name in names]
    expected = coverage[f"indicator_name_{language}"].unique(maintain_order=True)
    assert written == [name.replace(" ", "") for name in expected]
    # A name of several lines stands in the middle of its row like one of a single line.
    row = chart.to_dict()["height"] / len(expected)
    middles = [height_of(name) + 15 * (len(name.select("tspan")) - 1) / 2 for name in names]
    assert {len(name.select("tspan")) for name in names} == {2}
    assert middles == pytest.approx([row * (number + 0.5) for number in range(len(names))], abs=6)
    wards = [text for text in svg.select(".role-axis-label text") if not text.select("tspan")]
    assert [ward.get_text() for ward in wards] == coverage[f"ward_name_{language}"].unique(
        maintain_order=True
    ).to_list()
    assert {height_of(ward) < 0 for ward in wards} == {True}


def test_the_matrix_shows_a_single_ward_and_scrolls_for_many(coverage, tiles, capfd):
    alone = drawn(coverage_chart(coverage.filter(ward_code="13103"), "ja"), capfd)
    assert len(texts(alone, ".mark-text.role-mark text")) == 30
    assert "width" not in coverage_chart(coverage, "ja").to_dict()
    every = (
        coverage.filter(ward_code="13103").drop("ward_code", "ward_name_ja", "ward_name_en").join(tiles, how="cross")
    )
    assert coverage_chart(every, "ja").to_dict()["width"] == {"step": 64}


def test_an_empty_frame_is_refused(coverage, themes):
    with pytest.raises(WardPlansError, match="coverage_chart has nothing to draw"):
        coverage_chart(coverage.clear(), "ja")
    with pytest.raises(WardPlansError, match="theme_chart has nothing to draw"):
        theme_chart(themes.clear(), "ja")
    with pytest.raises(WardPlansError, match="theme_chart needs a frame with share,"):
        theme_chart(themes.drop("share"), "ja")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_theme_without_items_is_not_shown_as_one_with_few(themes, language, capfd):
    chart = theme_chart(themes, language)
    svg = drawn(chart, capfd)
    assert texts(svg, ".mark-text.role-mark text") == [str(count) for count in themes["item_count"]]
    # A ground for each cell but the two that are 0.
    assert len(svg.select(".mark-rect.role-mark path")) == themes.height - 2
    zero = [row for row in rows_of(chart) if row["item_count"] == 0]
    few = [row for row in rows_of(chart) if row["item_count"] == 1]
    assert {row["ink"] for row in zero}.isdisjoint({row["ink"] for row in few})


def test_the_colour_of_a_theme_is_its_share_and_the_number_its_items(themes):
    chart = theme_chart(themes, "en")
    ground, numbers = chart.to_dict()["layer"]
    assert ground["encoding"]["color"]["field"] == "share"
    assert ground["encoding"]["color"]["scale"]["domain"] == [0, 0.9]  # 9 of Minato's 10 items
    assert ground["encoding"]["color"]["scale"]["range"] == list(SEQUENCE)
    assert numbers["encoding"]["text"]["field"] == "item_count"
    told = {entry["field"] for entry in numbers["encoding"]["tooltip"]}
    assert told >= {"ward", "subject", "item_count", "share", "ward_item_count"}
    assert "compare shares, not numbers" in titles(chart)[1]
    assert "数ではなく割合で比べる" in titles(theme_chart(themes, "ja"))[1]
    assert "Automation Minato 9 items (90.0%)" in chart.to_dict()["description"]
    assert "AI・RPA・自動化 港区 9項目 (90.0%)" in theme_chart(themes, "ja").to_dict()["description"]


def test_a_plan_without_any_item_has_a_scale_all_the_same(themes, capfd):
    nothing = themes.with_columns(item_count=pl.lit(0), share=pl.lit(0.0))
    svg = drawn(theme_chart(nothing, "ja"), capfd)
    assert set(texts(svg, ".mark-text.role-mark text")) == {"0"}


def contrast(ink: str, ground: tuple[float, ...]) -> float:
    """The contrast of WCAG 2 between black or white text and a colour."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    luminance = sum(
        weight * linear(channel / 255) for weight, channel in zip((0.2126, 0.7152, 0.0722), ground, strict=True)
    )
    return 1.05 / (luminance + 0.05) if ink == "white" else (luminance + 0.05) / 0.05


@given(st.floats(0, 1))
def test_text_is_legible_on_every_colour_of_the_palette(share):
    colors = [tuple(int(color[start : start + 2], 16) for start in (1, 3, 5)) for color in SEQUENCE]
    place = min(int(share * 5), 4)
    rest = share * 5 - place
    ground = tuple(a + (b - a) * rest for a, b in zip(colors[place], colors[place + 1], strict=True))
    assert contrast(text_on(share), ground) >= 4.5


# -- tile-grid map ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_ward_is_a_square_and_those_without_a_figure_are_dashes(tiles, language, capfd):
    figures = direct()
    chart = tile_grid_chart(figures, tiles, language)
    svg = drawn(chart, capfd)
    squares = svg.select(".mark-rect.role-mark path")
    assert len(squares) == 23
    empty = [square for square in squares if square.get("stroke-dasharray")]
    assert len(empty) == 23 - 5
    written = labels(svg)
    assert written.count("—") == 23 - 5
    assert {"10", "20", "30", "40", "50"} < set(written)
    assert set(tiles[f"ward_name_{language}"]) < set(written)
    description = chart.to_dict()["description"]
    assert f"{WARDS['13114'][language == 'en']} 50" in description
    assert f"{ {'ja': '足立区', 'en': 'Adachi'}[language] } —" in description


def test_wards_lie_where_the_frame_says(tiles):
    places = {
        row["ward"]: (row["tile_row"], row["tile_column"]) for row in rows_of(tile_grid_chart(direct(), tiles, "ja"))
    }
    assert places["板橋区"] == (0, 1)
    assert places["練馬区"] == (1, 0)
    assert places["江戸川区"] == (2, 5)
    assert places["大田区"] == (5, 2)
    assert len(set(places.values())) == 23


def test_unit_date_and_source_of_a_map_are_told(tiles, capfd):
    figures = direct().filter(pl.col("ward_code") != "13103")
    title, subtitle = titles(tile_grid_chart(figures, tiles, "ja"))
    assert title == "端末の台数"
    assert subtitle == "単位: 台　2022-03-01現在 —: 値なし 出典: 国の統計"
    undated = figures.with_columns(as_of=pl.lit(None, pl.Date))
    assert titles(tile_grid_chart(undated, tiles, "en"))[1] == "unit: units, FY2021. —: no figure. Source: 国の統計."
    assert titles(tile_grid_chart(figures, tiles, "en", title="Cards"))[0] == "Cards"


def test_the_population_is_told_where_it_is_the_denominator(tiles):
    per_head = direct(value_per_1000_residents=1.5, population_year=2022)
    assert "人口" not in titles(tile_grid_chart(per_head, tiles, "ja"))[1]
    chart = tile_grid_chart(per_head, tiles, "ja", value="value_per_1000_residents")
    assert titles(chart)[1].startswith("単位: 人口千人当たり台　2022-03-01現在 人口: 2022年1月1日現在")
    of_the_rate = direct().with_columns(population_as_of=date(2021, 1, 1))
    assert "Residents as of 2021-01-01." in titles(tile_grid_chart(of_the_rate, tiles, "en"))[1]


def test_a_map_shows_what_is_to_be_compared(tiles, capfd):
    converted = direct(comparability="convertible", value=7.0, indicator_value=12.5)
    svg = drawn(tile_grid_chart(converted, tiles, "ja"), capfd)
    assert set(labels(svg)) - set(tiles["ward_name_ja"]) == {"12.5", "—"}
    printed = tile_grid_chart(converted.drop("indicator_value"), tiles, "ja")
    assert {row["value"] for row in rows_of(printed)} == {None, 7.0}


def test_all_squares_show_as_many_decimals(tiles, capfd):
    figures = direct().with_columns(indicator_value=pl.Series([46.0, 45.25, 44.1, 40.0, 39.0]))
    svg = drawn(tile_grid_chart(figures, tiles, "ja"), capfd)
    assert {"46.00", "45.25", "44.10", "40.00", "39.00"} < set(labels(svg))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"comparability": "related"}, "the figures of 13114 cannot be"),
        ({"unit_ja": "人"}, "must not mix units, and these figures have 台, 人"),
        ({"nature": "flow"}, "must not mix natures"),
        ({"value_type": "target"}, "must not mix value types"),
        ({"fiscal_year": 2020}, "must not mix fiscal years, and these figures have 2021, 2020"),
        ({"as_of": date(2022, 2, 1)}, "must not mix dates"),
        ({"ward_code": "13111"}, "several of 13111"),
        ({"ward_code": "13199"}, "no place on the map for 13199"),
    ],
)
def test_a_map_refuses_what_one_scale_cannot_compare(tiles, change, message):
    last = pl.col("ward_code") == "13114"
    figures = direct().with_columns(
        pl.when(last).then(pl.lit(value, FIGURE_TYPES[name])).otherwise(name).alias(name)
        for name, value in change.items()
    )
    with pytest.raises(WardPlansError, match=message):
        tile_grid_chart(figures, tiles, "ja")


def test_a_map_of_nothing_is_refused(tiles):
    with pytest.raises(WardPlansError, match="no ward has a figure"):
        tile_grid_chart(direct(value=None, indicator_value=None, obs_status="O"), tiles, "ja")
    with pytest.raises(WardPlansError, match="tile_grid_chart needs a frame with tile_row, tile_column"):
        tile_grid_chart(direct(), tiles.drop("tile_row", "tile_column"), "ja")


def test_a_map_of_equal_figures_has_a_scale_all_the_same(tiles, capfd):
    svg = drawn(tile_grid_chart(direct(wards=["13103"]), tiles, "ja"), capfd)
    assert labels(svg).count("10") == 1


# -- small multiples ----------------------------------------------------------------------------------------


def panels(svg: BeautifulSoup) -> list:
    return svg.select("g.mark-group.role-scope.cell > g")


def has_one_scale(chart) -> bool:
    return chart.to_dict().get("resolve", {}).get("scale", {}).get("y") != "independent"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_ward_and_series_has_a_panel(gaps, language, capfd):
    figures = pl.concat([gaps, made(figure("13111", series="a"), figure("13111", series="b", value=3.0))])
    chart = small_multiples(figures, language)
    svg = drawn(chart, capfd)
    named = [panel.select(".mark-text.role-mark text") for panel in panels(svg) if panel.select(".mark-symbol path")]
    wards = {text.get_text() for panel in named for text in panel} & {pair[language == "en"] for pair in WARDS.values()}
    assert len(named) == 3
    assert wards == {WARDS["13114"][language == "en"], WARDS["13111"][language == "en"]}


@pytest.mark.parametrize(
    ("columns", "is_shared"),
    [
        ({}, True),
        ({"comparability": "convertible"}, True),
        ({"comparability": "related"}, False),
        ({"unit_ja": "人"}, False),
        ({"nature": "flow"}, False),
        ({"nature": None}, False),
        ({"indicator_value": 99.0}, False),  # what is drawn is not what is to be compared
    ],
)
def test_panels_share_a_scale_only_where_they_can_be_compared(columns, is_shared):
    figures = pl.concat([direct(["13103", "13107"], (2020, 2021)), direct(["13114"], (2020, 2021), **columns)])
    chart = small_multiples(figures, "ja")
    assert has_one_scale(chart) is is_shared
    note = "縦軸は共通で、区どうしで比べられる。" if is_shared else "比べることはできない"
    assert note in titles(chart)[1]
    assert ("One scale for all" in titles(small_multiples(figures, "en"))[1]) is is_shared


def test_what_has_no_nature_is_compared_with_nothing():
    assert not has_one_scale(small_multiples(direct(["13103", "13107"], nature=None), "ja"))


def test_a_shared_scale_is_drawn_as_one(capfd):
    svg = drawn(small_multiples(direct(["13103", "13114"], (2020, 2021)), "ja"), capfd)
    results = svg.select(".mark-symbol.role-mark path")
    # 10 and 12 of the one ward and 20 and 24 of the other: equal steps of height for equal steps of value.
    heights = [height_of(mark) for mark in results]
    assert (heights[0] - heights[1]) * 2 == pytest.approx(heights[2] - heights[3])
    own = drawn(small_multiples(direct(["13103", "13114"], (2020, 2021), comparability="related"), "ja"), capfd)
    heights = [height_of(mark) for mark in own.select(".mark-symbol.role-mark path")]
    assert heights[0] - heights[1] == pytest.approx(heights[2] - heights[3])


def test_panels_mark_breaks_gaps_and_approximate_values(gaps, capfd):
    chart = small_multiples(gaps, "ja")
    svg = drawn(chart, capfd)
    assert crosses(svg) == 3
    assert len(svg.select(".mark-rule.role-mark line")) == 1
    assert [mark["fill"] for mark in marks(svg)].count("white") == 1
    assert lines(svg) == 0
    unbroken = gaps.with_columns(
        obs_status=pl.when(pl.col("obs_status") == "B").then(pl.lit("A")).otherwise("obs_status")
    )
    assert lines(drawn(small_multiples(unbroken, "ja"), capfd)) == 1
    assert "白抜き: 概数(約) 破線: 系列の断絶 ×: 記載なし・判読不能" in titles(chart)[1]
    assert "×: not stated, illegible." in titles(small_multiples(gaps, "en"))[1]
    description = chart.to_dict()["description"]
    for told in ("令和3年度 実績 記載なし", "令和5年度 実績 判読不能", "令和6年度 実績 約20", "令和7年度 実績 24"):
        assert told in description


def test_time_is_the_date_where_all_have_one_and_else_the_fiscal_year():
    dated = direct(years=(2020, 2021))
    time = small_multiples(dated, "ja").to_dict()["spec"]["layer"][0]["encoding"]["x"]
    assert (time["field"], time["type"]) == ("as_of", "temporal")
    partly = dated.with_columns(as_of=pl.when(pl.col("fiscal_year") == 2020).then("as_of"))
    chart = small_multiples(partly, "ja")
    time = chart.to_dict()["spec"]["layer"][0]["encoding"]["x"]
    assert (time["field"], time["scale"]["domain"]) == ("fiscal_year", [2020, 2021])
    assert "横軸は年度。" in titles(chart)[1]


def test_a_year_without_figures_leaves_a_gap_in_every_panel():
    chart = small_multiples(made(figure(year=2019), figure("13111", year=2023)), "ja")
    time = chart.to_dict()["spec"]["layer"][0]["encoding"]["x"]
    assert time["scale"]["domain"] == [2019, 2020, 2021, 2022, 2023]


def test_figures_without_a_year_are_told_in_the_subtitle(gaps):
    quantity = figure(
        "13107", None, 90.0, kpi_id=None, quantity_id="q", value_type=None, unit_ja="%", unit_en="percent"
    )
    chart = small_multiples(pl.concat([gaps, made(quantity)]), "ja")
    assert "年度の記載がなく、描いていない値: 墨田区 90 %" in titles(chart)[1]
    assert "墨田区" not in chart.to_dict()["description"]
    in_a_year = made({**quantity, "fiscal_year": 2023, "year_label_ja": "令和5年度"})
    assert small_multiples(in_a_year, "ja", title="割合").to_dict()["description"] == (
        "割合: 墨田区: 令和5年度 本文の数値 90"
    )


def test_nothing_to_draw_is_no_chart(gaps):
    assert small_multiples(gaps.clear(), "ja") is None
    assert small_multiples(gaps.filter(pl.col("value").is_null()), "ja") is None
    assert small_multiples(made(figure(year=None)), "en") is None
    with pytest.raises(WardPlansError, match="small_multiples needs a frame with rate,"):
        small_multiples(gaps, "ja", value="rate")


@pytest.fixture(scope="module")
def card_counts(tiles) -> pl.DataFrame:
    """Rows of `card_counts`: 23 wards at 20 dates."""
    days = [date(2018 + number // 4, 1 + 3 * (number % 4), 1) for number in range(20)]
    return pl.DataFrame(
        {
            "ward_code": ward["ward_code"],
            "ward_name_ja": ward["ward_name_ja"],
            "ward_name_en": ward["ward_name_en"],
            "as_of": day,
            "fiscal_year": day.year - (day.month < 4),
            "cards_issued": 1000 * number,
            "issuance_rate_percent": 10.0 + 2 * number,
            "unit_ja": "%",
            "unit_en": "percent",
            "nature": "ratio",
            "comparability": "direct",
            "document_title_ja": "国の統計",
            "quote": f"{day},{number}",
            "line": number,
            "citation_id": f"mynumber_cards:{ward['ward_code']}-{day}",
        }
        for ward in tiles.iter_rows(named=True)
        for number, day in enumerate(days)
    )


def test_the_cards_of_all_wards_are_one_chart(card_counts, capfd):
    chart = small_multiples(card_counts, "ja", value="issuance_rate_percent", title="交付率")
    svg = drawn(chart, capfd)
    assert lines(svg) == 23
    assert sorted(labels(svg)) == sorted([*["48"] * 23, *card_counts["ward_name_ja"].unique()])
    assert has_one_scale(chart)
    assert titles(chart) == ("交付率", "縦軸は共通で、区どうしで比べられる。 単位: % 出典: 国の統計")
    assert "千代田区: 2018-01-01 実績 10、… (全20値)、2022-10-01 実績 48" in chart.to_dict()["description"]
    assert texts(svg, ".role-legend-label text") == []  # there are but results


# -- pandas -------------------------------------------------------------------------------------------------


def test_pandas_frames_draw_the_same(gaps, coverage, themes, tiles, card_counts):
    for draw, *frames in (
        (lambda figures: series_charts(figures, "ja")[0], gaps),
        (lambda figures: small_multiples(figures, "ja"), gaps),
        (lambda figures: small_multiples(figures, "en", value="issuance_rate_percent"), card_counts),
        (lambda rows: coverage_chart(rows, "ja"), coverage),
        (lambda rows: theme_chart(rows, "ja"), themes),
        (lambda figures, places: tile_grid_chart(figures, places, "ja"), direct(), tiles),
    ):
        assert draw(*(rows.to_pandas() for rows in frames)).to_dict() == draw(*frames).to_dict()


def test_pandas_loses_no_type(gaps):
    undated = pl.concat([gaps, made(figure(year=None), figure(as_of=date(2024, 3, 1)))])
    back = as_polars(undated.to_pandas())
    for name in ("fiscal_year", "line", "as_of", "value", "is_approximate"):
        assert back[name].to_list() == undated[name].to_list()
        assert back.schema[name] == undated.schema[name]
    assert as_polars(undated).equals(undated)


# -- in a browser -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


#: Boxes of all text that is drawn, but for the rims behind letters, labels hidden for want of room, and crosses, which
#: are but the middle of their boxes.
BOXES = """figure => [...figure.querySelectorAll("svg text")]
    .filter(text => text.textContent.trim() && text.textContent !== "×")
    .filter(text => text.getAttribute("opacity") !== "0" && !text.getAttribute("stroke"))
    .map(text => { const box = text.getBoundingClientRect();
        return { text: text.textContent, left: box.left, right: box.right, top: box.top, bottom: box.bottom } })"""


def overlapping(boxes: list[dict]) -> list[tuple[str, str]]:
    """Pairs of texts that lie on one another by more than a hair."""
    hair = 1.5
    return [
        (one["text"], other["text"])
        for number, one in enumerate(boxes)
        for other in boxes[number + 1 :]
        if min(one["right"], other["right"]) - max(one["left"], other["left"]) > hair
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > hair
    ]


def page_of(charts: list, language: str, folder: Path) -> str:
    """The address of a report page with charts."""
    outputs = [new_output("display_data", data={CHART_MIMETYPE: chart.to_dict()}) for chart in charts]
    notebook = new_notebook(cells=[new_code_cell("", outputs=outputs)])
    provenance = Provenance(documents=(), library_version="1", parameters={})
    page = folder / "page.html"
    page.write_text(render_page(notebook, title="", language=language, provenance=provenance), "utf-8")
    return page.as_uri()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", ["ja", "en"])
def test_charts_fit_a_page_and_no_text_lies_on_another(
    gaps, coverage, themes, tiles, card_counts, browser, tmp_path, language, viewport
):
    mixed = pl.concat([gaps, made(*(figure(ward, 2022, 1_200_000.0, unit_ja="件", unit_en="cases") for ward in WARDS))])
    charts = [
        chart_of(gaps, language),
        coverage_chart(coverage, language),
        theme_chart(themes, language),
        tile_grid_chart(direct(), tiles, language),
        small_multiples(card_counts, language, value="issuance_rate_percent"),
        small_multiples(mixed, language),
    ]
    with visiting(browser, page_of(charts, language, tmp_path), viewport) as found:
        assert (found.errors, found.warnings) == ([], [])
        shown = found.page.locator("figure.chart").all()
        assert len(shown) == len(charts)
        for number, element in enumerate(shown):
            assert element.evaluate("figure => figure.scrollWidth <= figure.clientWidth"), number
            box = element.bounding_box()
            boxes = element.evaluate(BOXES)
            for text in boxes:
                assert box["x"] <= text["left"] < text["right"] <= box["x"] + box["width"], text
            assert overlapping(boxes) == [], number


def test_panels_stand_in_as_many_columns_as_the_page_has_room_for(card_counts, browser, tmp_path):
    chart = small_multiples(card_counts, "ja", value="issuance_rate_percent")
    address = page_of([chart], "ja", tmp_path)
    columns = {}
    for viewport in (DESKTOP, PHONE):
        with visiting(browser, address, viewport) as found:
            places = found.page.locator("figure.chart").evaluate(BOXES)
            wards = set(card_counts["ward_name_ja"])
            columns[viewport["width"]] = len({round(place["left"]) for place in places if place["text"] in wards})
    assert columns == {DESKTOP["width"]: 8, PHONE["width"]: 2}


# -- lettering ----------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("abc -手続のｱＲ"), max_size=40), st.integers(2, 14))
def test_wrapped_lines_fit_and_keep_every_letter(text, width):
    lines = wrapped(text, width).split("\n")
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_between_words_and_after_hyphens():
    assert wrapped("Information-security incidents", 13).split("\n") == ["Information-", "security", "incidents"]
    assert wrapped("RPA等による業務削減時間", 13).split("\n") == ["RPA等による", "業務削減時間"]
    assert wrapped("Procedures", 20) == "Procedures"
