"""The charts of the reports: what they hold, what they say in words, and how they are drawn."""

from pathlib import Path

import altair as alt
import polars as pl
import pytest
import vl_convert
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import coverage_chart, enable_charts, series_charts
from analysis.charts.lettering import display_width, wrapped
from analysis.comparison import compare, coverage
from analysis.database.connect import open_database

INDICATORS = ["online_procedures", "rpa_hours_saved", "security_incidents"]
KINDS = {"baseline": "計画策定時", "target": "目標", "actual": "実績"}
BREAK = "系列の断絶"
PHONE = 335
"""The width of a chart's frame on a phone, in pixels."""


@pytest.fixture(autouse=True)
def look():
    enable_charts()


@pytest.fixture(scope="module")
def connection(built_database: Path):
    with open_database(built_database) as opened:
        yield opened


@pytest.fixture(scope="module")
def figures(connection) -> dict[str, pl.DataFrame]:
    return {indicator: compare(connection, indicator) for indicator in INDICATORS}


@pytest.fixture(scope="module")
def procedures(figures) -> pl.DataFrame:
    """Ota's first series, which breaks in fiscal year 2023."""
    return figures["online_procedures"].filter(row_label_ja="上段")


def chart_of(frame: pl.DataFrame, language="ja") -> alt.LayerChart:
    (chart,) = series_charts(frame, language)
    return chart


def drawn(chart: alt.LayerChart, capfd: pytest.CaptureFixture[str]) -> BeautifulSoup:
    """The chart as SVG; Vega has nothing to complain of."""
    capfd.readouterr()
    svg = vl_convert.vegalite_to_svg(chart.to_dict(), show_warnings=True)
    assert capfd.readouterr() == ("", "")
    return BeautifulSoup(svg, "html.parser")


def texts(svg: BeautifulSoup, selector: str) -> list[str]:
    return [element.get_text() for element in svg.select(selector)]


def labels(svg: BeautifulSoup) -> list[str]:
    """The figures written beside their marks, without the rims behind them."""
    return [text.get_text() for text in svg.select(".mark-text.role-mark text") if not text.get("stroke")]


def points(chart: alt.LayerChart) -> set[tuple[object, ...]]:
    """Year, kind and value of everything in any of the chart's data sets."""
    return {
        (row["year"], row["kind"], row["value"])
        for rows in chart.to_dict()["datasets"].values()
        for row in rows
        if "value" in row
    }


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
        assert sorted(labels(svg)) == sorted(f"{int(value):,}" for value in results)


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
    assert len(broken.select(".mark-line.role-mark path")) == 2
    assert len(broken.select(".mark-rule.role-mark line")) == 1
    whole = drawn(chart_of(procedures.with_columns(obs_status=pl.lit("A"))), capfd)
    assert len(whole.select(".mark-line.role-mark path")) == 1
    assert len(whole.select(".mark-rule.role-mark line")) == 0
    assert BREAK not in whole.get_text()


def test_a_line_does_not_bridge_a_year_without_a_figure(procedures, capfd):
    unbroken = procedures.with_columns(obs_status=pl.lit("A"))
    gap = unbroken.filter(~((pl.col("fiscal_year") == 2022) & (pl.col("value_type") == "actual")))
    # A single point before the gap draws no line of its own.
    drawn_lines = [path["d"] for path in drawn(chart_of(gap), capfd).select(".mark-line.role-mark path")]
    assert sum("L" in path for path in drawn_lines) == 1
    assert len(drawn_lines) == 2


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
        frame = procedures.with_columns(
            value=pl.when(last).then(pl.col("value_type").replace_strict(values, default=None)).otherwise(50.0)
        ).filter(last | (pl.col("value_type") == "actual"))
        svg = drawn(chart_of(frame), capfd)
        last_label = svg.select(".mark-text.role-mark text")[-1]["transform"].rpartition(",")[2].rstrip(")")
        marks = svg.select(".mark-symbol.role-mark path")
        y = float(marks[-1]["transform"].rpartition(",")[2].rstrip(")"))
        assert float(last_label) < height
        return "above" if float(last_label) < y else "below"

    assert side(actual=49, target=40) == "above"
    assert side(actual=40, target=49) == "below"
    assert side(actual=0, target=49) == "above"


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
            assert f" {value}" in description
        assert rows[f"ward_name_{language}"][0] in description
        assert rows[f"unit_{language}"][0] in description


def test_a_large_number_is_told_digit_by_digit(figures):
    chart = chart_of(figures["online_procedures"].filter(ward_code="13114"))
    assert chart.to_dict()["description"] == (
        "中野区 オンラインによる申請受付件数 (件): 令和4年度 実績 1,790,000、令和5年度 目標 1,700,000、"
        "令和5年度 実績 2,000,000、令和7年度 目標 2,000,000"
    )


def test_nothing_chosen_draws_nothing(procedures):
    assert series_charts(procedures.clear(), "ja") == []
    assert series_charts(procedures.with_columns(value=pl.lit(None, pl.Float64)), "en") == []


# -- coverage -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_matrix_says_in_words_who_publishes_what(connection, language, capfd):
    frame = coverage(connection)
    chart = coverage_chart(frame, language)
    svg = drawn(chart, capfd)
    words = {"ja": ["公表", "言及のみ"], "en": ["published", "mentioned"]}[language]
    cells = texts(svg, ".mark-text.role-mark text")
    assert len(svg.select(".mark-rect.role-mark path")) == len(cells) == frame.height == 15
    assert [cells.count(word) for word in words] == [3, 12]
    wards = frame[f"ward_name_{language}"].unique(maintain_order=True).to_list()
    assert [text for text in texts(svg, ".role-axis-label text") if text in wards] == wards
    description = chart.to_dict()["description"]
    for row in frame.iter_rows(named=True):
        level = words[row["coverage"] == "mentioned"]
        assert f"{row[f'ward_name_{language}']} {row[f'indicator_name_{language}']} {level}" in description


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_matrix_fits_a_phone_and_no_heading_lies_on_a_cell(connection, language, capfd):
    svg = drawn(coverage_chart(coverage(connection), language).properties(title=""), capfd)
    assert float(svg.svg["width"]) <= PHONE
    headings = [text for text in svg.select(".role-axis-label text") if text.select("tspan")]
    assert headings
    for heading in headings:
        top = float(heading["transform"].rpartition(",")[2].rstrip(")"))
        lines = heading.select("tspan")
        below = sum(float(line.get("dy", 0)) for line in lines)
        assert top + below < 0


def test_the_matrix_shows_what_is_absent_and_a_single_ward(connection, capfd):
    frame = coverage(connection, ["minato"]).with_columns(coverage=pl.lit("absent"))
    svg = drawn(coverage_chart(frame, "ja"), capfd)
    assert texts(svg, ".mark-text.role-mark text") == ["なし"] * 3


# -- lettering ----------------------------------------------------------------------------------------------


@given(st.text(st.sampled_from("abc -手続のｱＲ"), max_size=40), st.integers(2, 14))
def test_wrapped_lines_fit_and_keep_every_letter(text, width):
    lines = wrapped(text, width).split("\n")
    assert all(display_width(line) <= width for line in lines)
    assert "".join("".join(lines).split()) == "".join(text.split())


def test_lines_break_between_words_and_after_hyphens():
    assert wrapped("Information-security incidents", 13).split("\n") == ["Information-", "security", "incidents"]
    assert wrapped("RPA等による業務削減時間", 13).split("\n") == ["RPA等による業", "務削減時間"]
    assert wrapped("Procedures", 20) == "Procedures"
