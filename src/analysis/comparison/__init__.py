"""What researchers ask of the database: data frames with unit, nature, comparability and citation."""

from analysis.comparison.holdings import corrections, holdings, reconciliations
from analysis.comparison.indicators import compare, coverage, mentions, series_notes

__all__ = ["compare", "corrections", "coverage", "holdings", "mentions", "reconciliations", "series_notes"]
