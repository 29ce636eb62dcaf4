"""The sentence that answers what the wards achieved against their own targets."""

import polars as pl
from IPython.display import Markdown

from analysis.reporting.figure_tables import refusal_reason
from analysis.reporting.prose import Language, choose, prose
from analysis.reporting.wording import cited


def achievement_lead(achievements: pl.DataFrame, language: Language) -> Markdown:
    """Return how many targets can be judged, how many of these were met, and why the others are not judged.

    Args:
        achievements: rows of `comparison.achievement`.
        language: of the text.
    """
    targets = achievements.filter(pl.col("target").is_not_null())
    if targets.is_empty():
        return prose(
            language,
            ja="選んだ区の資料には、選んだ年度のKPIの目標がない。達成とも未達とも言えない。",
            en="The wards chosen print no KPI target for the years chosen. Nothing can be called met or missed.",
        )
    judged = targets.filter(pl.col("is_met").is_not_null())
    met = judged["is_met"].sum()
    lead = choose(
        language,
        ja=f"資料が年度ごとに示す目標は**{targets.height}**ある。実績と比べて判定できるのは**{judged.height}**で、"
        f"そのうち**達成は{met}**、未達は{judged.height - met}である。",
        en=f"The documents print **{targets.height}** yearly targets. **{judged.height}** of them can be judged by a "
        f"result: **{met} met**, {judged.height - met} missed.",
    )
    return prose(language, ja=lead + _refused(targets, language), en=f"{lead} {_refused(targets, language)}".strip())


def _refused(targets: pl.DataFrame, language: Language) -> str:
    """Return how many targets are not judged, by reason, the most first; a single one leads to its words."""
    refused = targets.filter(pl.col("is_met").is_null()).with_columns(refusal_reason(language).alias("reason"))
    if refused.is_empty():
        return ""
    groups = sorted(refused.partition_by("reason", maintain_order=True), key=lambda group: -group.height)
    reasons = choose(language, ja="、", en="; ").join(_counted(group, language) for group in groups)
    return choose(
        language,
        ja=f"残る{refused.height}は判定しない({reasons})。",
        en=f"The other {refused.height} are not judged ({reasons}).",
    )


def _counted(group: pl.DataFrame, language: Language) -> str:
    reason = str(group["reason"][0])
    count = str(group.height)
    if group.height == 1:
        count = cited(count, group.row(0, named=True), language)
    return choose(language, ja=f"{reason}: {count}", en=f"{reason}: {count}")
