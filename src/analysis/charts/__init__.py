"""Altair charts in one look: colour-blind safe, with fonts that hold Japanese, drawn without a network."""

from analysis.charts.accounts import line_account_chart
from analysis.charts.achievements import achievement_charts
from analysis.charts.frames import as_polars
from analysis.charts.matrix import coverage_chart
from analysis.charts.multiples import small_multiples
from analysis.charts.profile import item_chart, status_chart
from analysis.charts.series import series_charts
from analysis.charts.theme import CHART_MIMETYPE, enable_charts
from analysis.charts.themes import theme_chart
from analysis.charts.tiles import tile_grid_chart

__all__ = [
    "CHART_MIMETYPE",
    "achievement_charts",
    "as_polars",
    "coverage_chart",
    "enable_charts",
    "item_chart",
    "line_account_chart",
    "series_charts",
    "small_multiples",
    "status_chart",
    "theme_chart",
    "tile_grid_chart",
]
