"""Altair charts in one look: colour-blind safe, with fonts that hold Japanese, drawn without a network."""

from analysis.charts.theme import CHART_MIMETYPE, enable_charts

__all__ = ["CHART_MIMETYPE", "enable_charts"]
