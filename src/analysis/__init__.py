"""Tokyo wards' digital-transformation plans as a curated, citable database, and what researchers ask of it.

    >>> import analysis
    >>> analysis.compare("online_procedures", wards=["ota", "nakano"])
    >>> analysis.achievement("rpa_hours_saved").filter(is_met=False)
    >>> analysis.search("生成AI")

Every function takes `connection` (from `open_database`; the checkout's own database when left out) and `frame`
('polars' or 'pandas').
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.comparison import (
        achievement,
        card_counts,
        cite,
        compare,
        corrections,
        coverage,
        cross_checks,
        holdings,
        indicators,
        measures,
        mentions,
        progress,
        rank,
        reconciliations,
        search,
        series_notes,
        side_by_side,
        theme_counts,
        to_increments,
        to_levels,
        total,
        trend,
        wards,
    )
    from analysis.database.connect import open_database
    from analysis.errors import WardPlansError

__all__ = [
    "WardPlansError",
    "achievement",
    "card_counts",
    "cite",
    "compare",
    "corrections",
    "coverage",
    "cross_checks",
    "holdings",
    "indicators",
    "measures",
    "mentions",
    "open_database",
    "progress",
    "rank",
    "reconciliations",
    "search",
    "series_notes",
    "side_by_side",
    "theme_counts",
    "to_increments",
    "to_levels",
    "total",
    "trend",
    "wards",
]

_ELSEWHERE = {"open_database": "analysis.database.connect", "WardPlansError": "analysis.errors"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: polars and DuckDB take most of a second to load."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module

    return getattr(import_module(_ELSEWHERE.get(name, "analysis.comparison")), name)


def __dir__() -> list[str]:
    return __all__
