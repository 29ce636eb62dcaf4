"""Sentences and tables that the notebooks share: who publishes a figure, what it means, what the others say."""

import polars as pl
from IPython.display import HTML, Markdown

from analysis.reporting.prose import Language, choose, plain, prose, table

_VALUE_TYPES = {"baseline": ("計画策定時", "Baseline"), "target": ("目標", "Target"), "actual": ("実績", "Result")}
_VERDICTS = {
    "direct": ("直接比較できる", "directly comparable"),
    "convertible": ("換算すれば比較できる", "comparable after conversion"),
    "related": ("関連するが比較できない", "related, not comparable"),
}
_KINDS = {
    "plan": ("計画", "plan"),
    "plan_summary": ("計画の概要", "summary of a plan"),
    "draft_summary": ("素案の概要", "summary of a draft"),
    "progress_report": ("進捗報告", "progress report"),
}
_FLAGS = {
    "A": ("", ""),
    "B": ("系列の断絶", "break in series"),
    "E": ("概数", "approximate"),
    "O": ("記載なし", "not stated"),
    "U": ("判読できない", "illegible"),
}


def who_publishes(coverage: pl.DataFrame, language: Language) -> Markdown:
    """Return the answer to «can the wards be compared?» in words.

    Args:
        coverage: rows of `comparison.coverage` of one indicator.
        language: of the text.
    """
    separator = choose(language, ja="、", en=", ")
    names = {
        level: separator.join(map(plain, coverage.filter(pl.col("coverage") == level)[f"ward_name_{language}"]))
        for level in ("published", "mentioned", "absent")
    }
    publishers = coverage.filter(pl.col("coverage") == "published").height
    indicator = plain(coverage.row(0, named=True)[f"indicator_name_{language}"])
    if coverage.height == 1:
        head = _headline_of_one(publishers == 1, "".join(names.values()), indicator, language)
    else:
        head = _headline(publishers, coverage.height, indicator, names["published"], language)
    lines = [
        head,
        _sentence(
            names["mentioned"],
            language,
            ja="{}は別の数値または文章で触れるだけである。",
            en="{}: other figures or words only.",
        ),
        _sentence(names["absent"], language, ja="{}の資料には記述がない。", en="{}: nothing in the documents."),
    ]
    return prose(language, ja="".join(filter(None, lines)), en=" ".join(filter(None, lines)))


def series_table(notes: pl.DataFrame, language: Language) -> HTML:
    """Return the series that speak to an indicator, each with its verdict and the reason for it.

    Args:
        notes: rows of `comparison.series_notes`.
        language: of the table.
    """
    shown = notes.with_columns(
        pl.col("comparability").replace_strict(_chosen(_VERDICTS, language)).alias("verdict"),
        _series_name(language).alias("series"),
    )
    return table(
        shown,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            f"unit_{language}": ("単位", "Unit"),
            "verdict": ("判定", "Verdict"),
            f"rationale_{language}": ("理由", "Reason"),
            "definition_ja": ("資料の定義", "Definition in the document"),
        },
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
    names = _chosen(_FLAGS, language)
    key = ["ward_code", f"ward_name_{language}", "kpi_id", "series", f"unit_{language}", f"year_label_{language}"]
    rows = (
        figures.with_columns(
            _series_name(language).alias("series"),
            pl.col("obs_status").replace_strict(names, default=pl.col("obs_status")).alias("flag"),
        )
        .group_by(key, maintain_order=True)
        .agg(
            *(
                pl.col("value").filter(pl.col("value_type") == value_type).first().alias(value_type)
                for value_type in _VALUE_TYPES
            ),
            pl.col("flag").filter(pl.col("flag") != "").unique(maintain_order=True),
            pl.col("raw_text").unique(maintain_order=True),
            pl.col("document_title_ja").first(),
            pl.col("line").first(),
        )
        .with_columns(
            pl.format(choose(language, ja="{} {}行目", en="{}, line {}"), "document_title_ja", "line").alias("source")
        )
    )
    value_labels = {value_type: labels for value_type, labels in _VALUE_TYPES.items() if rows[value_type].count()}
    return table(
        rows,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            **value_labels,
            f"unit_{language}": ("単位", "Unit"),
            "flag": ("注", "Note"),
            "raw_text": ("原文の欄", "Cell as printed"),
            "source": ("出典(資料と行)", "Source (document, line)"),
        },
        caption=choose(language, ja="印字されたすべての数値と出典", en="Every printed figure and its source"),
    )


def mention_table(mentions: pl.DataFrame, language: Language) -> HTML:
    """Return what the wards say about a subject, quoted.

    Args:
        mentions: rows of `comparison.mentions`.
        language: of the headings; quotes stay Japanese.
    """
    item = pl.format("{}: {}", "item_ja", "measure_title_ja")
    return table(
        mentions.with_columns(item.alias("item")),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "item": ("計画の項目", "Item of the plan"),
            "header_ja": ("表の欄", "Column"),
            "quote": ("原文", "Quote"),
            "document_title_ja": ("資料", "Document"),
            "line": ("行", "Line"),
        },
        caption=choose(language, ja="各区の記述(原文のまま)", en="What the wards say (quoted, in Japanese)"),
    )


def mention_note(mentions: pl.DataFrame, language: Language) -> Markdown:
    """Return how many passages each ward has and how many of them are shown."""
    counts = mentions.group_by(f"ward_name_{language}", "passage_count", maintain_order=True).len()
    if counts.is_empty():
        return prose(
            language,
            ja="計画の項目の下に、この主題の語を含む文はない。",
            en="No passage under the plans' items holds a word of the subject.",
        )
    shown = choose(language, ja="、", en="; ").join(
        choose(language, ja=f"{plain(name)} {total}か所のうち{count}か所", en=f"{plain(name)} {count} of {total}")
        for name, total, count in counts.iter_rows()
    )
    return prose(
        language,
        ja=f"計画の項目の下に、この主題の語を含む文を示す(数値を含む文を先に選ぶ): {shown}。",
        en=f"Passages under the plans' items that hold a word of the subject, those with figures first: {shown}.",
    )


def holding_table(holdings: pl.DataFrame, language: Language) -> HTML:
    """Return what was read from each document.

    Args:
        holdings: rows of `comparison.holdings`.
        language: of the table.
    """
    period = pl.concat_str([pl.lit("FY"), "first_year", pl.lit("–"), "last_year"])
    return table(
        holdings.with_columns(
            period.alias("period"), pl.col("kind").replace_strict(_chosen(_KINDS, language)).alias("kind")
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            f"document_title_{language}": ("資料", "Document"),
            "kind": ("種類", "Kind"),
            "period": ("計画期間", "Plan period"),
            "item_count": ("計画の項目", "Items of the plan"),
            "status_count": ("進捗の評価", "Statuses"),
            "kpi_count": ("KPI", "KPIs"),
            "value_count": ("KPIの値", "KPI values"),
        },
        caption=choose(language, ja="資料ごとの読み取り件数", en="Rows read from each document"),
    )


def reconciliation_table(reconciliations: pl.DataFrame, language: Language) -> HTML:
    """Return the documents' own totals beside what was read.

    Args:
        reconciliations: rows of `comparison.reconciliations`.
        language: of the table.
    """
    return table(
        reconciliations,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "subject_ja": ("数えるもの", "What is counted"),
            "stated": ("資料の記載", "Stated"),
            "extracted": ("読み取り", "Read"),
            "difference": ("差", "Difference"),
            f"explanation_{language}": ("差の理由", "Explanation"),
            "quote": ("原文", "Quote"),
            "line": ("行", "Line"),
        },
        caption=choose(language, ja="資料の記載と読み取りの突合", en="Stated and read"),
    )


def correction_table(corrections: pl.DataFrame, language: Language) -> HTML:
    """Return every place where a curated value departs from the print.

    Args:
        corrections: rows of `comparison.corrections`.
        language: of the table.
    """
    return table(
        corrections,
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "row_id": ("行のID", "Row"),
            "column_name": ("列", "Column"),
            "printed": ("原文", "Printed"),
            "curated": ("採った値", "Curated"),
            f"reason_{language}": ("理由", "Reason"),
            "line": ("行", "Line"),
        },
        caption=choose(language, ja="訂正の一覧", en="Corrections"),
    )


def _headline_of_one(publishes: bool, ward: str, indicator: str, language: Language) -> str:
    if publishes:
        return choose(
            language,
            ja=f"選んだ{ward}は**{indicator}**の系列を公表している。",
            en=f"{ward}, the ward chosen, publishes **{indicator}** as a series.",
        )
    return choose(
        language,
        ja=f"選んだ{ward}の資料には**{indicator}**の系列がない。",
        en=f"{ward}, the ward chosen, does not publish **{indicator}** as a series.",
    )


def _headline(publishers: int, wards: int, indicator: str, names: str, language: Language) -> str:
    if publishers == 0:
        return choose(
            language,
            ja=f"選んだ{wards}区の資料には、**{indicator}**の系列を公表する区がない。区どうしの比較はできない。",
            en=f"None of the {wards} wards chosen publishes **{indicator}** as a series. They cannot be compared.",
        )
    if publishers == 1:
        return choose(
            language,
            ja=f"選んだ{wards}区のうち、**{indicator}**の系列を公表するのは**{names}だけ**である。"
            "区どうしの順位はつけられない。",
            en=f"Of the {wards} wards chosen **only {names}** publishes **{indicator}** as a series. "
            "The wards cannot be ranked.",
        )
    return choose(
        language,
        ja=f"選んだ{wards}区のうち、{names}が**{indicator}**の系列を公表する。比べられるかは下の判定による。",
        en=f"Of the {wards} wards chosen {names} publish **{indicator}** as a series. "
        "Whether they can be compared is said below.",
    )


def _sentence(names: str, language: Language, *, ja: str, en: str) -> str:
    return choose(language, ja=ja, en=en).format(names) if names else ""


def _chosen(labels: dict[str, tuple[str, str]], language: Language) -> dict[str, str]:
    return {key: pair[language == "en"] for key, pair in labels.items()}


def _series_name(language: Language) -> pl.Expr:
    if language == "en":
        return pl.col("name_en")
    return pl.concat_str(
        ["name_ja", pl.lit("(") + pl.col("row_label_ja") + pl.lit(")")], separator=" ", ignore_nulls=True
    )
