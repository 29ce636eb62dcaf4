"""What researchers ask of the database: data frames with unit, nature, comparability and citation."""

from analysis.comparison.changes import changed_documents, changes
from analysis.comparison.citing import cite
from analysis.comparison.contents import card_counts, holdings, wards
from analysis.comparison.conversion import to_increments, to_levels
from analysis.comparison.profiles import highlights, observations, plan_items, profiles, results
from analysis.comparison.queries import sql
from analysis.comparison.ranking import rank, total
from analysis.comparison.series import compare, coverage, cross_checks, indicators, series_notes
from analysis.comparison.statements import measures, mentions, progress, search, side_by_side, theme_counts
from analysis.comparison.targets import achievement, trend
from analysis.comparison.trust import corrections, line_account, quality, reconciliations

__all__ = [
    "achievement",
    "card_counts",
    "changed_documents",
    "changes",
    "cite",
    "compare",
    "corrections",
    "coverage",
    "cross_checks",
    "highlights",
    "holdings",
    "indicators",
    "line_account",
    "measures",
    "mentions",
    "observations",
    "plan_items",
    "profiles",
    "progress",
    "quality",
    "rank",
    "reconciliations",
    "results",
    "search",
    "series_notes",
    "side_by_side",
    "sql",
    "theme_counts",
    "to_increments",
    "to_levels",
    "total",
    "trend",
    "wards",
]
