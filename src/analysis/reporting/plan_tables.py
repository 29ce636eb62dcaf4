"""Tables of what the plans say, and of what was read from them."""

import polars as pl
from IPython.display import HTML

from analysis.reporting.prose import Language, choose, table
from analysis.reporting.wording import chosen, source_links

_KINDS = {
    "plan": ("計画", "plan"),
    "plan_summary": ("計画の概要", "summary of a plan"),
    "draft_summary": ("素案の概要", "summary of a draft"),
    "progress_report": ("進捗報告", "progress report"),
}

_STATEMENTS = {
    "did": ("実施した", "did"),
    "will_do": ("実施する", "will do"),
    "scheduled": ("予定", "scheduled"),
    "aims_at": ("ねらい", "aims at"),
    "lists": ("項目名のみ", "title only"),
    "nothing": ("記載なし", "nothing"),
}


def mention_table(mentions: pl.DataFrame, language: Language) -> HTML:
    """Return what the wards say about a subject, quoted.

    Args:
        mentions: rows of `comparison.mentions`.
        language: of the headings; quotes stay Japanese.
    """
    item = pl.format("{}: {}", "item_ja", f"measure_title_{language}")
    return table(
        mentions.with_columns(item.alias("item"), source_links(language).alias("href")),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "item": ("計画の項目", "Item of the plan"),
            "header_ja": ("表の欄", "Column"),
            "quote": ("原文", "Quote"),
            f"document_title_{language}": ("資料", "Document"),
            "line": ("行", "Line"),
        },
        caption=choose(language, ja="各区の記述(原文のまま)", en="What the wards say (quoted, in Japanese)"),
        links={"quote": "href"},
    )


def statement_table(statements: pl.DataFrame, language: Language) -> HTML:
    """Return what each ward says under a theme, quoted.

    Args:
        statements: rows of `comparison.side_by_side`.
        language: of the headings; quotes stay Japanese.
    """
    item = pl.concat_str("code", f"measure_title_{language}", separator=" ", ignore_nulls=True)
    return table(
        statements.with_columns(
            pl.when(pl.col("measure_title_ja").is_not_null()).then(item).alias("item"),
            pl.col("statement").replace_strict(chosen(_STATEMENTS, language)).alias("statement"),
            source_links(language).alias("href"),
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "item": ("計画の項目", "Item of the plan"),
            "statement": ("種類", "Kind"),
            "fiscal_year": ("年度", "Fiscal year"),
            "text_ja": ("原文", "Quote"),
            f"document_title_{language}": ("資料", "Document"),
            "line": ("行", "Line"),
        },
        caption=choose(language, ja="各区の記述(原文のまま)", en="What the wards say (quoted, in Japanese)"),
        links={"text_ja": "href"},
    )


def progress_table(progress: pl.DataFrame, language: Language) -> HTML:
    """Return how many items each ward itself calls done, under way or otherwise.

    Args:
        progress: rows of `comparison.progress`.
        language: of the table.
    """
    return table(
        progress.with_columns(
            pl.format("{} / {}", "item_count", "rated_count").alias("part"), (pl.col("share") * 100).alias("percent")
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            f"year_label_{language}": ("評価の年度", "Year judged"),
            f"status_group_{language}": ("区分", "Group"),
            "label_ja": ("原文の評価", "As printed"),
            "part": ("項目", "Items"),
            "percent": ("割合(%)", "Share (%)"),
            f"plan_title_{language}": ("評価された計画", "Plan judged"),
            "line": ("最初の行", "First line"),
        },
        caption=choose(language, ja="各区自身による進捗の評価", en="Progress as each ward itself judges it"),
    )


def themes_only_here(counts: pl.DataFrame, language: Language) -> HTML:
    """Return, for each theme that some wards' plans have an item of and others not, which are which.

    Args:
        counts: rows of `comparison.theme_counts`.
        language: of the table.
    """
    ward = pl.col(f"ward_name_{language}")
    divided = (
        counts.group_by("theme_id", f"theme_name_{language}", maintain_order=True)
        .agg(
            ward.filter(pl.col("item_count") > 0).alias("with"),
            ward.filter((pl.col("item_count") == 0) & (pl.col("secondary_count") > 0)).alias("beside"),
            ward.filter((pl.col("item_count") == 0) & (pl.col("secondary_count") == 0)).alias("without"),
        )
        .filter(pl.col("with").list.len() < counts["ward_code"].n_unique())
    )
    return table(
        divided,
        language=language,
        columns={
            f"theme_name_{language}": ("主題", "Theme"),
            "with": ("項目がある区", "Wards with an item"),
            "beside": ("別の主題の項目で触れる区", "Only beside another theme"),
            "without": ("項目がない区", "Wards without one"),
        },
        caption=choose(language, ja="一部の区だけが項目に掲げる主題", en="Themes that only some wards have an item of"),
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
            period.alias("period"), pl.col("kind").replace_strict(chosen(_KINDS, language)).alias("kind")
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
        reconciliations.with_columns(source_links(language).alias("href")),
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
        links={"quote": "href"},
    )


def correction_table(corrections: pl.DataFrame, language: Language) -> HTML:
    """Return every place where a curated value departs from the print.

    Args:
        corrections: rows of `comparison.corrections`.
        language: of the table.
    """
    return table(
        corrections.with_columns(source_links(language).alias("href")),
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
        links={"printed": "href"},
    )
