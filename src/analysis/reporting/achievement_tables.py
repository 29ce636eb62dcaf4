"""Tables of targets: how many each ward prints and meets, and which are not judged."""

import polars as pl
from IPython.display import HTML

from analysis.reporting.figure_tables import grade_column, refusal_reason, with_links
from analysis.reporting.prose import Language, choose, table
from analysis.reporting.wording import series_name


def target_count_table(achievements: pl.DataFrame, holdings: pl.DataFrame, language: Language) -> HTML:
    """Return how many yearly targets each ward prints, and how many of them were met, missed or not judged.

    Args:
        achievements: rows of `comparison.achievement`.
        holdings: rows of `comparison.holdings` of the same wards: a ward without targets is shown with none.
        language: of the table.
    """
    has_target = pl.col("target").is_not_null()
    counts = achievements.group_by("ward_code").agg(
        has_target.sum().alias("targets"),
        pl.col("is_met").is_not_null().sum().alias("judged"),
        pl.col("is_met").sum().alias("met"),
        (~pl.col("is_met")).sum().alias("missed"),
        (has_target & pl.col("is_met").is_null()).sum().alias("refused"),
        (~has_target & pl.col("actual").is_not_null()).sum().alias("untargeted"),
    )
    wards = holdings.select("ward_code", f"ward_name_{language}").unique(maintain_order=True)
    return table(
        wards.join(counts, on="ward_code", how="left", maintain_order="left").with_columns(
            pl.col("targets", "judged", "met", "missed", "refused", "untargeted").fill_null(0)
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "targets": ("年度ごとの目標", "Yearly targets"),
            "judged": ("判定できる", "Judged"),
            "met": ("達成", "Met"),
            "missed": ("未達", "Missed"),
            "refused": ("判定しない", "Not judged"),
            "untargeted": ("目標のない実績", "Results without a target"),
        },
        caption=choose(language, ja="区ごとの目標の数", en="Targets of each ward"),
    )


def refusal_table(achievements: pl.DataFrame, language: Language) -> HTML:
    """Return the targets and results that are not held against each other, each with the reason.

    Args:
        achievements: rows of `comparison.achievement`.
        language: of the table.
    """
    refused = with_links(achievements.filter(pl.col("is_met").is_null()), language).with_columns(
        series_name(language).alias("series"),
        refusal_reason(language).alias("refusal"),
        pl.concat_list("target_raw_text", "actual_raw_text")
        .list.drop_nulls()
        .list.unique(maintain_order=True)
        .alias("print"),
    )
    grade = grade_column(refused)
    return table(
        refused,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            "target": ("目標", "Target"),
            "actual": ("実績", "Result"),
            f"unit_{language}": ("単位", "Unit"),
            "print": ("原文", "As printed"),
            **grade,
            "refusal": ("判定しない理由", "Why not judged"),
            "source": ("出典(資料と行)", "Source (document, line)"),
        },
        caption=choose(language, ja="判定しない目標と実績", en="Targets and results that are not judged"),
        links={
            "target": "target_href",
            "actual": "actual_href",
            "print": "href",
            "source": "href",
            **dict.fromkeys(grade, "grade_href"),
        },
    )
