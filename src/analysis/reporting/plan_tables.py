"""Tables of what the plans say, and of what was read from them."""

import polars as pl
from IPython.display import HTML

from analysis.charts.wording import translated
from analysis.reporting.prose import Language, choose, table
from analysis.reporting.source_labels import CODES
from analysis.reporting.wording import chosen, document_links, source_links

#: What is taken from a passage that is shown beside something else.
_QUOTED = ("quote", "line", "document_id", "citation_id")

_BOUNDS = {"at_least": ("以上", "at least"), "more_than": ("超", "more than")}

#: As Nakano prints them before an item that is not the ward's own.
_LEADERS = {"tokyo": ("(都) ", "(Tokyo) "), "nation": ("(国) ", "(nation) ")}

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
    item = pl.format("{}: {}", "item_ja", translated("measure_title", language))
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
    item = pl.concat_str("code", translated("measure_title", language), separator=" ", ignore_nulls=True)
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
            pl.format("{} / {}", "item_count", "rated_count").alias("part"),
            (pl.col("share") * 100).round(1).alias("percent"),
            source_links(language).alias("href"),
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
        links={"label_ja": "href"},
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
            period.alias("period"),
            pl.col("kind").replace_strict(chosen(CODES["document_kind"], language)).alias("kind"),
            document_links(language).alias("href"),
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            f"document_title_{language}": ("資料", "Document"),
            "kind": ("種類", "Kind"),
            "period": ("計画期間", "Plan period"),
            "item_count": ("計画の項目(全階層)", "Items, all levels"),
            "status_count": ("進捗の評価", "Statuses"),
            "kpi_count": ("KPI", "KPIs"),
            "value_count": ("KPIの値", "KPI values"),
        },
        caption=choose(language, ja="資料ごとの読み取り件数", en="Rows read from each document"),
        links={f"document_title_{language}": "href"},
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
            f"subject_{language}": ("数えるもの", "What is counted"),
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


def quantity_table(figures: pl.DataFrame, language: Language) -> HTML:
    """Return the figures of the text, each with its unit, whether it tells of what was done or is planned, and quoted.

    Args:
        figures: rows of `comparison.observations`; KPIs are passed over.
        language: of the headings; quotes stay Japanese.
    """
    about = pl.when("is_approximate").then(pl.lit(choose(language, ja="約", en="about")))
    bound = pl.col("bound").replace_strict(chosen(_BOUNDS, language), return_dtype=pl.String)
    return table(
        figures.filter(pl.col("quantity_id").is_not_null()).with_columns(
            pl.concat_list(about, bound).list.drop_nulls().alias("note"),
            pl.col("statement").replace_strict(chosen(_STATEMENTS, language), return_dtype=pl.String),
            pl.coalesce("sentence_ja", "quote").alias("sentence"),
            source_links(language).alias("href"),
        ),
        language=language,
        columns={
            f"name_{language}": ("数えるもの", "What is counted"),
            "value": ("値", "Value"),
            f"unit_{language}": ("単位", "Unit"),
            "note": ("注", "Note"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            "statement": ("種類", "Kind"),
            "sentence": ("原文", "Quote"),
            "line": ("行", "Line"),
        },
        caption=choose(language, ja="本文の数値", en="Figures of the text"),
        links={"value": "href", "line": "href"},
    )


def item_table(items: pl.DataFrame, language: Language) -> HTML:
    """Return the items of one plan, each with what the ward itself says of its progress, if it says anything.

    Columns that no row has anything for are left out.

    Args:
        items: rows of `comparison.plan_items` of one plan, at least one.
        language: of the table; in English titles are translated, and lead to the Japanese.
    """
    statuses = items.select("document_id", pl.col("status_citation_id").alias("citation_id"))
    heading = pl.concat_str("parent_code", translated("parent_title", language), separator=" ", ignore_nulls=True)
    shown = items.with_columns(
        pl.when(pl.col("parent_title_ja").is_not_null()).then(heading).alias("heading"),
        pl.concat_str(
            pl.col("lead_body").replace_strict(chosen(_LEADERS, language), default=None, return_dtype=pl.String),
            translated("title", language),
            ignore_nulls=True,
        ).alias("title"),
        source_links(language).alias("href"),
        statuses.select(source_links(language)).to_series().alias("status_href"),
    )
    optional = {
        "code": ("番号", "Code"),
        "title": ("項目", "Item"),
        "heading": ("上位の項目", "Under"),
        f"theme_name_{language}": ("主題", "Theme"),
        f"departments_{language}": ("担当", "Department"),
        f"status_year_label_{language}": ("評価の年度", "Year judged"),
        "status_label_ja": ("評価(原文)", "As printed"),
        f"status_group_{language}": ("区分", "Group"),
        "line": ("行", "Line"),
    }
    links = {"title": "href", "status_label_ja": "status_href", "line": "href"}
    columns = {name: labels for name, labels in optional.items() if shown[name].count()}
    plan = shown.select(translated("plan_title", language)).item(0, 0)
    return table(
        shown,
        language=language,
        columns=columns,
        caption=choose(language, ja=f"計画の項目: {plan}", en=f"Items of the plan: {plan}"),
        links={name: href for name, href in links.items() if name in columns},
    )


def mentioned_table(coverage: pl.DataFrame, quotes: pl.DataFrame, language: Language) -> HTML:
    """Return the indicators that a ward speaks of without publishing a series, each with one passage.

    Args:
        coverage: rows of `comparison.coverage` of one ward; only those mentioned are shown.
        quotes: rows of `comparison.mentions`, of which the first of each indicator is shown; it may have none.
        language: of the headings; quotes stay Japanese.
    """
    mentioned = coverage.filter(coverage="mentioned")
    firsts = quotes.unique("indicator_id", keep="first", maintain_order=True).select("indicator_id", *_QUOTED)
    shown = mentioned.join(firsts, on="indicator_id", how="left", maintain_order="left")
    figures = pl.when(pl.col("source_count") > 0).then(pl.col("source_count"))
    return table(
        shown.with_columns(figures.alias("figures"), source_links(language).alias("href")),
        language=language,
        columns={
            f"indicator_name_{language}": ("指標", "Indicator"),
            "quote": ("計画の項目の下の記述(一つ)", "What stands under the plan's items (one passage)"),
            "line": ("行", "Line"),
            "passage_count": ("言及する文", "Passages"),
            "figures": ("関わる数値・系列", "Figures and series that speak to it"),
        },
        caption=choose(
            language, ja="系列は公表していないが言及のある指標", en="Indicators mentioned but not published as a series"
        ),
        links={"quote": "href"},
    )
