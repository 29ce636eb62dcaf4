"""Labels and names that the tables of a report share."""

from collections.abc import Mapping
from typing import Any, TypeVar

import polars as pl

from analysis.charts.wording import translated
from analysis.reporting.addresses import in_lab
from analysis.reporting.prose import Language, choose
from analysis.reporting.source_labels import coded
from analysis.reporting.source_pages import document_href, source_href

_Key = TypeVar("_Key")


def chosen(labels: dict[_Key, tuple[str, str]], language: Language) -> dict[_Key, str]:
    """Return the labels of the reader's language."""
    return {key: pair[language == "en"] for key, pair in labels.items()}


def series_name(language: Language) -> pl.Expr:
    """Return the name of a row's series, with 上段 or 下段 where two share it; as printed if not translated."""
    printed = pl.concat_str(
        ["name_ja", pl.lit("(") + pl.col("row_label_ja") + pl.lit(")")], separator=" ", ignore_nulls=True
    )
    return pl.coalesce("name_en", printed) if language == "en" else printed


def printed_source(language: Language) -> pl.Expr:
    """Return document and line of a row in words."""
    return pl.format(choose(language, ja="{} {}行目", en="{}, line {}"), translated("document_title", language), "line")


def status_counts(progress: pl.DataFrame, profile: Mapping[str, Any], language: Language) -> str:
    """Return how many items have which status, in words, of the plan and year that a ward judged last.

    Args:
        progress: rows of `comparison.progress`.
        profile: a row of `comparison.profiles` whose ward judges items.
        language: of the words.
    """
    judged = progress.filter(
        ward_code=profile["ward_code"],
        fiscal_year=profile["judged_year"],
        plan_title_ja=profile["judged_plan_title_ja"],
    )
    counts = judged.group_by("status", maintain_order=True).agg(pl.col("item_count").sum())
    return choose(language, ja="、", en=", ").join(
        choose(
            language,
            ja=f"{coded('status', status, language)}{count}",
            en=f"{count} {coded('status', status, language)}",
        )
        for status, count in counts.iter_rows()
    )


def cited(text: str, row: Mapping[str, Any], language: Language) -> str:
    """Return text of a sentence as Markdown that leads to the words a row cites; without a citation, the text alone.

    Args:
        text: as Markdown.
        row: with `document_id` and `citation_id`.
        language: of the page that is opened.
    """
    if not row["citation_id"]:
        return text
    return f"[{text}](<{in_lab(source_href(row['document_id'], row['citation_id'], language))}>)"


def document_links(language: Language) -> pl.Expr:
    """Return the address of the source page of a row's `document_id`."""
    return pl.col("document_id").map_elements(lambda document_id: document_href(document_id, language), pl.String)


def source_links(language: Language) -> pl.Expr:
    """Return the address of the words that a row cites by `document_id` and `citation_id`; None without a citation."""
    return pl.struct("document_id", "citation_id").map_elements(
        lambda cited: (
            source_href(cited["document_id"], cited["citation_id"], language) if cited["citation_id"] else None
        ),
        pl.String,
        skip_nulls=False,
    )
