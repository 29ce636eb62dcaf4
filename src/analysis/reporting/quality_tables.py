"""Tables by which a reader judges the figures: lines, corrections, doubtful values, verdicts, documents."""

from collections.abc import Sequence

import polars as pl
from IPython.display import HTML

from analysis.charts.accounts import LINE_USES
from analysis.reporting.prose import Language, choose, table
from analysis.reporting.source_labels import CODES, coded, kind_name
from analysis.reporting.wording import chosen, document_links, printed_source, series_name, source_links

_VERDICTS = {**CODES["comparability"], "no_indicator": ("指標に結び付かない", "feeds no indicator")}
_CORRECTIONS = {"moved_cell": ("セルの移動", "moved cell"), "curated": ("訂正", "decided by a person")}
_COLUMNS = {
    "department_id": ("担当部署", "department"),
    "measure_id": ("属する項目", "item it belongs to"),
    "obs_status": ("値の状態", "status of the value"),
    "page": ("頁", "page"),
    "status": ("評価", "status"),
    "term_ja": ("用語", "term"),
    "text_ja": ("本文", "text"),
    "title_ja": ("名称", "title"),
    "value": ("値", "value"),
}


def line_account_table(account: pl.DataFrame, language: Language) -> HTML:
    """Return how many lines of each document were put to which use.

    Args:
        account: rows of `comparison.line_account`.
        language: of the table.
    """
    document = ["ward_code", f"ward_name_{language}", "document_id", f"document_title_{language}"]
    return table(
        account.group_by(*document, "document_line_count", maintain_order=True)
        .agg(pl.col("line_count").filter(pl.col("use") == use).sum().alias(use) for use in LINE_USES)
        .with_columns(document_links(language).alias("href")),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            f"document_title_{language}": ("資料", "Document"),
            "document_line_count": ("全行", "Lines"),
            **LINE_USES,
        },
        caption=choose(language, ja="行の台帳", en="The line account"),
        links={f"document_title_{language}": "href"},
    )


def correction_count_table(corrections: pl.DataFrame, language: Language) -> HTML:
    """Return how many corrections each ward's documents needed, by kind and by what is corrected.

    Args:
        corrections: rows of `comparison.corrections`.
        language: of the table.
    """
    columns = chosen(_COLUMNS, language)
    counts = corrections.group_by(
        "ward_code", f"ward_name_{language}", "kind", "table_name", "column_name", maintain_order=True
    ).len("count")
    return table(
        counts.sort("ward_code", "count", descending=[False, True], maintain_order=True).with_columns(
            pl.col("kind").replace_strict(chosen(_CORRECTIONS, language)),
            pl.col("table_name").map_elements(lambda name: kind_name(name, language), pl.String),
            pl.col("column_name").replace(columns),
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "kind": ("種類", "Kind"),
            "table_name": ("何の", "Of"),
            "column_name": ("どこを", "What"),
            "count": ("件数", "Count"),
        },
        caption=choose(language, ja="訂正の件数", en="Corrections, counted"),
    )


def status_count_table(figures: pl.DataFrame, quality: pl.DataFrame, language: Language) -> HTML:
    """Return how many values of KPIs each ward prints in which observation status.

    Args:
        figures: rows of `comparison.observations`; figures of the text are passed over.
        quality: rows of `comparison.quality` of the same wards: a ward without KPIs is shown with none.
        language: of the table.
    """
    values = figures.filter(pl.col("kpi_id").is_not_null())
    statuses = [status for status in CODES["obs_status"] if status in values["obs_status"]]
    wards = quality.select("ward_code", f"ward_name_{language}")
    counts = _counted(values, "obs_status", statuses)
    totals = values.group_by("ward_code").len("total")
    return table(
        wards.join(totals, on="ward_code", how="left", maintain_order="left")
        .join(counts, on="ward_code", how="left", maintain_order="left")
        .with_columns(pl.col("total", *statuses).fill_null(0)),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "total": ("KPIの値", "KPI values"),
            **{status: CODES["obs_status"][status] for status in statuses},
        },
        caption=choose(language, ja="KPIの値の状態", en="Status of the values of KPIs"),
    )


def doubtful_table(figures: pl.DataFrame, language: Language) -> HTML:
    """Return every value of a KPI that cannot be quoted without a note.

    Args:
        figures: rows of `comparison.observations`; figures of the text are passed over.
        language: of the table.
    """
    doubtful = figures.filter(pl.col("kpi_id").is_not_null(), pl.col("obs_status") != "A")
    return table(
        doubtful.with_columns(
            series_name(language).alias("series"),
            _in_words("value_type", language),
            _in_words("obs_status", language),
            source_links(language).alias("href"),
            printed_source(language).alias("source"),
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            "value_type": ("種別", "Kind"),
            "obs_status": ("値の状態", "Status"),
            "raw_text": ("原文", "As printed"),
            "value": ("採った値", "Value taken"),
            f"unit_{language}": ("単位", "Unit"),
            "source": ("出典(資料と行)", "Source (document, line)"),
        },
        caption=choose(language, ja="注なしに引用できないKPIの値", en="Values of KPIs that need a note"),
        links={"raw_text": "href", "source": "href"},
    )


def verdict_table(figures: pl.DataFrame, quality: pl.DataFrame, language: Language) -> HTML:
    """Return how many series and single figures of each ward can be compared between wards.

    A series counts by the best of its verdicts.

    Args:
        figures: rows of `comparison.observations`.
        quality: rows of `comparison.quality` of the same wards.
        language: of the table.
    """
    is_judged = pl.col("indicator_ids").list.len() > 0
    series = figures.unique("series_id", maintain_order=True).with_columns(
        verdict=pl.when(is_judged).then("comparability").otherwise(pl.lit("no_indicator"))
    )
    counts = _counted(series, "verdict", list(_VERDICTS))
    return table(
        quality.select("ward_code", f"ward_name_{language}")
        .join(counts, on="ward_code", how="left", maintain_order="left")
        .with_columns(pl.col(*_VERDICTS).fill_null(0)),
        language=language,
        columns={f"ward_name_{language}": ("区", "Ward"), **_VERDICTS},
        caption=choose(
            language, ja="定義が比べられる系列と数値の数", en="Series and figures by how far their definition compares"
        ),
    )


def comparable_table(figures: pl.DataFrame, language: Language) -> HTML:
    """Return the figures that wards print and that can be compared with those of other wards, as they are or converted.

    Args:
        figures: rows of `comparison.observations`.
        language: of the table.
    """
    comparable = figures.filter(
        pl.col("comparability").is_in(["direct", "convertible"]) & (pl.col("indicator_ids").list.len() > 0)
    )
    return table(
        comparable.with_columns(
            series_name(language).alias("series"),
            pl.col("comparability").alias("badge"),
            source_links(language).alias("href"),
            printed_source(language).alias("source"),
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            "series": ("系列", "Series"),
            "badge": ("判定", "Verdict"),
            f"year_label_{language}": ("年度", "Fiscal year"),
            "value": ("値", "Value"),
            f"unit_{language}": ("単位", "Unit"),
            "quote": ("原文", "As printed"),
            "source": ("出典(資料と行)", "Source (document, line)"),
        },
        badges=_VERDICTS,
        caption=choose(language, ja="定義が比べられる数値", en="Figures whose definition compares"),
        links={"quote": "href", "source": "href"},
    )


def document_table(holdings: pl.DataFrame, language: Language) -> HTML:
    """Return which edition of each document was read: its date as printed, and the SHA-256 of the file.

    Args:
        holdings: rows of `comparison.holdings`.
        language: of the table.
    """
    return table(
        holdings.with_columns(
            _in_words("document_kind", language, column="kind"), document_links(language).alias("href")
        ),
        language=language,
        columns={
            f"ward_name_{language}": ("区", "Ward"),
            f"document_title_{language}": ("資料", "Document"),
            "kind": ("種類", "Kind"),
            "published_ja": ("公表の年月(原文)", "Published (as printed)"),
            "line_count": ("行数", "Lines"),
            "file_name": ("ファイル", "File"),
            "sha256": ("SHA-256", "SHA-256"),
        },
        caption=choose(language, ja="読んだ資料の版", en="The editions read"),
        links={f"document_title_{language}": "href"},
    )


def _counted(rows: pl.DataFrame, column: str, names: Sequence[str]) -> pl.DataFrame:
    """Return one row a ward with how many of its rows have each of the names in a column."""
    return rows.group_by("ward_code").agg((pl.col(column) == name).sum().alias(name) for name in names)


def _in_words(code: str, language: Language, *, column: str | None = None) -> pl.Expr:
    name = column or code
    return pl.col(name).map_elements(lambda value: coded(code, value, language), pl.String)
