"""Tables of figures: series with their verdicts, printed values, targets, rankings."""

import polars as pl
from IPython.display import HTML

from analysis.reporting.prose import Language, choose, table
from analysis.reporting.wording import chosen, printed_source, series_name, source_links

_VALUE_TYPES = {
    "baseline": ("計画策定時", "Baseline"),
    "target": ("目標", "Target"),
    "actual": ("実績", "Result"),
    "text": ("本文の数値", "Figure of the text"),
}

_PER_CAPITA = ("人口千人当たり(人口と基準日)", "Per 1,000 residents (residents, on)")

_VERDICTS = {
    "direct": ("比較できる", "comparable"),
    "convertible": ("換算すれば比較できる", "after conversion"),
    "related": ("比較できない", "not comparable"),
}

_NATURES = {
    "stock": ("時点の数", "stock"),
    "flow": ("年度の数", "flow"),
    "cumulative": ("累計", "cumulative"),
    "increment": ("増加分", "increment"),
    "ratio": ("割合", "ratio"),
    None: ("資料に説明がない", "not said"),
}

_FLAGS = {
    "A": ("", ""),
    "B": ("系列の断絶", "break in series"),
    "E": ("概数", "approximate"),
    "O": ("記載なし", "not stated"),
    "U": ("判読できない", "illegible"),
}

_JUDGEMENTS = {"met": ("達成", "met"), "missed": ("未達", "missed"), "not_judged": ("判定しない", "not judged")}

_REFUSALS = {
    "no_target": ("目標の記載がない", "no target is printed"),
    "no_actual": (
        "実績の記載がない(報告より後の年度を含む)",
        "no result is printed, or its year came after the report",
    ),
    "illegible_actual": ("実績が判読できない", "the result is illegible"),
    "break": (
        "系列に断絶があり(推定を含む)、目標と実績が同じものを数えているとはいえない",
        "break in series, stated or presumed: target and result may not count the same",
    ),
    "natures_differ": (
        "目標は累計のように増えるが実績は減る年があり、同じ数え方かわからない",
        "the targets grow like totals, the results do not: whether both count alike is not known",
    ),
    "denominators_differ": ("目標と実績の分母が異なる", "target and result have different denominators"),
    "no_direction": ("大小どちらが良いかを資料が示さない", "the document does not say which way is better"),
    "lower_is_better": ("少ないほど良い指標なので、比率は示さない", "lower is better: no ratio is given"),
    "target_not_above_zero": ("目標が0なので、比率は示さない", "the target is 0: no ratio is given"),
}


def series_table(notes: pl.DataFrame, language: Language) -> HTML:
    """Return the series that speak to an indicator, each with its verdict and the reason for it.

    Args:
        notes: rows of `comparison.series_notes`.
        language: of the table.
    """
    shown = notes.with_columns(
        pl.col("comparability").alias("badge"),
        series_name(language).alias("series"),
        pl.col("nature").replace_strict(chosen(_NATURES, language)),
        source_links(language).alias("href"),
    )
    definition = (
        {"definition_ja": ("資料の定義", "Definition in the document")} if notes["definition_ja"].count() else {}
    )
    return table(
        shown,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            "badge": ("判定", "Verdict"),
            f"rationale_{language}": ("理由", "Reason"),
            f"unit_{language}": ("単位", "Unit"),
            "nature": ("種類", "Nature"),
            **definition,
        },
        badges=_VERDICTS,
        links={"series": "href"},
        caption=choose(
            language, ja="この指標に関わる系列と、比較できるかの判定", en="Series that speak to this indicator"
        ),
    )


def figure_table(figures: pl.DataFrame, language: Language) -> HTML:
    """Return every printed figure with its source, one row a series and fiscal year.

    Args:
        figures: rows of `comparison.compare`.
        language: of the table.
    """
    names = chosen(_FLAGS, language)
    key = ["ward_code", f"ward_name_{language}", "series_id", "series", f"unit_{language}", f"year_label_{language}"]
    rows = (
        figures.with_columns(
            series_name(language).alias("series"),
            pl.col("comparability").alias("badge"),
            pl.col("value_type").fill_null("text"),
            pl.col("obs_status").replace_strict(names, default=pl.col("obs_status")).alias("flag"),
        )
        .group_by([*key, "badge"], maintain_order=True)
        .agg(
            *(
                pl.col("value").filter(pl.col("value_type") == value_type).first().alias(value_type)
                for value_type in _VALUE_TYPES
            ),
            _per_capita(language).drop_nulls().last().alias("per_capita"),
            pl.col("flag").filter(pl.col("flag") != "").unique(maintain_order=True),
            pl.coalesce("raw_text", "quote").unique(maintain_order=True).alias("print"),
            printed_source(language).first().alias("source"),
            pl.col("document_id").last(),
            pl.col("citation_id").last(),
        )
        .with_columns(source_links(language).alias("href"))
    )
    value_labels = {value_type: labels for value_type, labels in _VALUE_TYPES.items() if rows[value_type].count()}
    per_capita = {"per_capita": _PER_CAPITA} if rows["per_capita"].count() else {}
    return table(
        rows,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            "badge": ("判定", "Verdict"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            **value_labels,
            f"unit_{language}": ("単位", "Unit"),
            "flag": ("注", "Note"),
            **per_capita,
            "print": ("原文", "As printed"),
            "source": ("出典(資料と行)", "Source (document, line)"),
        },
        caption=choose(language, ja="印字されたすべての数値と出典", en="Every printed figure and its source"),
        badges=_VERDICTS,
        links={"print": "href", "source": "href"},
    )


def achievement_table(achievements: pl.DataFrame, language: Language) -> HTML:
    """Return targets beside results, with the verdict whether the ward met its own target, or why that is not said.

    Args:
        achievements: rows of `comparison.achievement`.
        language: of the table.
    """
    shown = achievements.filter(pl.col("target").is_not_null() | pl.col("actual").is_not_null())
    judged = with_links(shown, language).with_columns(
        series_name(language).alias("series"),
        pl.when(pl.col("is_met"))
        .then(pl.lit("met"))
        .when(~pl.col("is_met"))
        .then(pl.lit("missed"))
        .otherwise(pl.lit("not_judged"))
        .alias("badge"),
        (pl.col("achievement_ratio") * 100).round(1).alias("percent"),
        refusal_reason(language).alias("refusal"),
        approximate_note(language).alias("flag"),
    )
    flag = {"flag": ("注", "Note")} if judged["flag"].count() else {}
    grade = grade_column(judged)
    return table(
        judged,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            "target": ("目標", "Target"),
            "actual": ("実績", "Result"),
            **flag,
            "badge": ("判定", "Verdict"),
            **grade,
            "gap": ("実績−目標", "Result − target"),
            "percent": ("実績÷目標(%)", "Result ÷ target (%)"),
            f"unit_{language}": ("単位", "Unit"),
            "refusal": ("示さない理由", "Why not given"),
            "source": ("出典(資料と行)", "Source (document, line)"),
        },
        caption=choose(language, ja="各区が自ら定めた目標と実績", en="Each ward's own targets and results"),
        badges=_JUDGEMENTS,
        links={
            "target": "target_href",
            "actual": "actual_href",
            "source": "href",
            **dict.fromkeys(grade, "grade_href"),
        },
    )


def with_links(achievements: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return rows of `comparison.achievement` with `source` in words and the addresses of what they say.

    `target_href` and `actual_href` lead to the two cells, which may stand in two editions; `grade_href` to the
    ward's own grade; `href` to the result, or to the target where there is none.
    """
    targets = achievements.select(document_id="target_document_id", citation_id="target_citation_id")
    grades = achievements.select(document_id="ward_grade_document_id", citation_id="ward_grade_citation_id")
    has_result = pl.col("actual_citation_id").is_not_null()
    return achievements.with_columns(
        targets.select(source_links(language)).to_series().alias("target_href"),
        grades.select(source_links(language)).to_series().alias("grade_href"),
        pl.when(has_result).then(source_links(language)).alias("actual_href"),
        source_links(language).alias("href"),
        printed_source(language).alias("source"),
    )


def grade_column(achievements: pl.DataFrame) -> dict[str, tuple[str, str]]:
    """Return the column of the wards' own grades with its labels, for `table`; none where no ward prints any."""
    return {"ward_grade_ja": ("区の評価(原文)", "The ward's grade")} if achievements["ward_grade_ja"].count() else {}


def approximate_note(language: Language) -> pl.Expr:
    """Return which of target and result a row of `comparison.achievement` prints as approximate; None where neither."""
    target, actual = pl.col("target_is_approximate"), pl.col("actual_is_approximate")
    both, only_target, only_actual = (
        pl.lit(choose(language, ja=ja, en=en))
        for ja, en in (
            ("目標・実績とも概数", "both approximate"),
            ("目標は概数", "target approximate"),
            ("実績は概数", "result approximate"),
        )
    )
    return pl.when(target & actual).then(both).when(target).then(only_target).when(actual).then(only_actual)


def refusal_reason(language: Language) -> pl.Expr:
    """Return why a row of `comparison.achievement` has no ratio, in words; None where it has one.

    A result that is printed and cannot be read is told from one that is not printed.
    """
    is_illegible = (pl.col("ratio_refusal") == "no_actual") & (pl.col("actual_obs_status") == "U")
    refusal = pl.when(is_illegible).then(pl.lit("illegible_actual")).otherwise("ratio_refusal")
    return refusal.replace_strict(chosen(_REFUSALS, language))


def rank_table(ranked: pl.DataFrame, language: Language) -> HTML:
    """Return a ranking, the wards that have no comparable figure at its end with the reason.

    Args:
        ranked: rows of `comparison.rank`.
        language: of the table.
    """
    refusal = {f"refusal_{language}": ("順位をつけない理由", "Why not ranked")} if ranked["rank"].has_nulls() else {}
    return table(
        ranked.with_columns(
            pl.col("comparability").fill_null("related").alias("badge"),
            source_links(language).alias("href"),
            printed_source(language).alias("source"),
        ),
        language=language,
        columns={
            "rank": ("順位", "Rank"),
            f"ward_name_{language}": ("区", "Ward"),
            "indicator_value": ("値", "Value"),
            f"unit_{language}": ("単位", "Unit"),
            "badge": ("判定", "Verdict"),
            "as_of": ("時点", "As of"),
            **refusal,
            "source": ("出典(資料と行)", "Source (document, line)"),
        },
        caption=choose(language, ja="比較できる値の順位", en="Ranking of comparable figures"),
        badges=_VERDICTS,
        links={"source": "href"},
    )


def cross_check_table(checks: pl.DataFrame, language: Language) -> HTML:
    """Return the wards' own figures beside the national statistic.

    Args:
        checks: rows of `comparison.cross_checks`.
        language: of the table.
    """
    return table(
        checks.with_columns(source_links(language).alias("href")),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            "value": ("区の資料の値", "The ward's own figure"),
            "statistic_value": ("国の統計の値", "National statistic"),
            f"unit_{language}": ("単位", "Unit"),
            "statistic_as_of": ("統計の時点", "Statistic as of"),
            "days_to_year_end": ("年度末までの日数", "Days to the end of the fiscal year"),
            "difference": ("差", "Difference"),
            "quote": ("原文", "As printed"),
            "line": ("行", "Line"),
        },
        caption=choose(language, ja="区の値と国の統計の照合", en="Wards' own figures against the national statistic"),
        links={"quote": "href"},
    )


def _per_capita(language: Language) -> pl.Expr:
    """Return what was counted in a year, or so far, per 1,000 residents, with the residents.

    How many procedures or datasets there are does not hang on how many people there are: stocks are left out.
    """
    is_counted = pl.col("nature").is_in(["flow", "cumulative"]) & (pl.col("value_type") != "target")
    text = pl.format(
        choose(language, ja="{} ({}人、{}年1月1日)", en="{} ({} residents, 1 January {})"),
        pl.col("value_per_1000_residents").round_sig_figs(3).map_elements("{:,.15g}".format, pl.String),
        pl.col("population").map_elements("{:,}".format, pl.String),
        "population_year",
    )
    return pl.when(is_counted & pl.col("value_per_1000_residents").is_not_null()).then(text)
