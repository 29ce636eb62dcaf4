"""Altair charts in one look: colour-blind safe, with fonts that hold Japanese, drawn without a network."""

from analysis.charts.frames import as_polars
from analysis.charts.matrix import coverage_chart
from analysis.charts.multiples import small_multiples
from analysis.charts.series import series_charts
from analysis.charts.theme import CHART_MIMETYPE, enable_charts
from analysis.charts.themes import theme_chart
from analysis.charts.tiles import tile_grid_chart

__all__ = [
    "CHART_MIMETYPE",
    "as_polars",
    "coverage_chart",
    "enable_charts",
    "series_charts",
    "small_multiples",
    "theme_chart",
    "tile_grid_chart",
]
