"""Altair charts in one look: colour-blind safe, with fonts that hold Japanese, drawn without a network."""

from analysis.charts.matrix import coverage_chart
from analysis.charts.series import series_charts
from analysis.charts.theme import CHART_MIMETYPE, enable_charts

__all__ = ["CHART_MIMETYPE", "coverage_chart", "enable_charts", "series_charts"]
