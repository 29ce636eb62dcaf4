"""Tokyo wards' digital-transformation plans as a curated, citable database, and what researchers ask of it.

    >>> import analysis
    >>> analysis.compare("online_procedures", wards=["ota", "nakano"])
    >>> analysis.achievement("rpa_hours_saved").filter(is_met=False)
    >>> analysis.search("生成AI")

Every function takes `connection` (from `open_database`; the checkout's own database when left out) and `frame`
('polars' or 'pandas'). In a notebook `%load_ext analysis` shows frames and charts in the look of the project, with
links to the sources, and answers `%%sql`.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from analysis.comparison import (
        achievement,
        card_counts,
        changed_documents,
        changes,
        cite,
        compare,
        corrections,
        coverage,
        cross_checks,
        highlights,
        holdings,
        indicators,
        line_account,
        measures,
        mentions,
        observations,
        plan_items,
        profiles,
        progress,
        quality,
        rank,
        reconciliations,
        results,
        search,
        series_notes,
        side_by_side,
        sql,
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
    "open_database",
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

_ELSEWHERE = {"open_database": "analysis.database.connect", "WardPlansError": "analysis.errors"}


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is asked for: polars and DuckDB take most of a second to load."""
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_ELSEWHERE.get(name, "analysis.comparison")), name)


def __dir__() -> list[str]:
    return __all__


def load_ipython_extension(_shell: object) -> None:
    """Do for `%load_ext analysis` what `analysis.reporting.display.enable_display` does without arguments."""
    import_module("analysis.reporting.display").enable_display()
