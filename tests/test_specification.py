"""A chart that is shown is checked as a whole, as Altair would have done it part by part."""

import os

import altair as alt
import polars as pl
import pytest
from altair.utils.schemapi import SchemaValidationError

from analysis.charts import coverage_chart, enable_charts, series_charts
from analysis.charts.composed import Layers
from analysis.charts.specification import specification, specification_validator
from analysis.comparison import compare, coverage
from analysis.database.connect import open_database
from analysis.reporting.chart_figure import chart_figure


@pytest.fixture
def charts(built_database):
    enable_charts()
    with open_database(built_database) as connection:
        figures, covered = compare("online_procedures", connection=connection), coverage(connection=connection)
    return [*series_charts(figures, "ja"), coverage_chart(covered, "en")]


def test_a_chart_of_ours_is_what_altair_makes_of_it(charts):
    assert len(charts) > 1
    for chart in charts:
        assert specification(chart) == chart.to_dict()
        assert specification_validator().is_valid(chart.to_dict())


def test_what_is_no_chart_is_told_in_altair_s_words():
    enable_charts()
    chart = alt.Chart(pl.DataFrame({"a": [1]})).mark_bar().encode(x="a:Q")
    chart.mark = {"type": "barr"}
    with pytest.raises(SchemaValidationError, match="barr"):
        specification(chart)


def test_what_checks_a_chart_does_so_in_a_forked_process(charts):
    spec = charts[0].to_dict()
    assert specification_validator().is_valid(spec)
    child = os.fork()
    if child == 0:
        bad = {**spec, "layer": [{"mark": "barr"}]}
        os._exit(0 if specification_validator().is_valid(spec) and not specification_validator().is_valid(bad) else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0


def test_layers_with_a_selection_are_joined_as_altair_joins_them():
    rows = pl.DataFrame({"a": [1, 2], "b": [3, 4]})
    points = alt.Chart().mark_point().encode(x="a:Q", y="b:Q")
    ours, altairs = Layers(layer=[points, points], data=rows), alt.layer(points, points, data=rows)
    assert ours.to_dict() == altairs.to_dict()
    assert ours.interactive().to_dict()["params"][0]["bind"] == "scales"
    selection = alt.selection_interval(name="chosen")
    selecting = [points.add_params(selection), points]
    assert Layers(layer=selecting, data=rows).to_dict() == alt.layer(*selecting, data=rows).to_dict()


def test_a_column_of_the_chart_s_own_is_no_link():
    rows = pl.DataFrame({"a": [1], "source": ["javascript:alert(1)"]})
    chart = alt.Chart(rows).mark_bar().encode(x="a:Q", tooltip=["a:Q"])
    (table,) = chart_figure(chart.to_dict(), "en").tables
    assert "href" not in table.html
