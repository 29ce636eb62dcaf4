"""Labels and names that the tables of a report share."""

from typing import TypeVar

import polars as pl

from analysis.reporting.prose import Language, choose
from analysis.reporting.source_pages import source_href

_Key = TypeVar("_Key")


def chosen(labels: dict[_Key, tuple[str, str]], language: Language) -> dict[_Key, str]:
    """Return the labels of the reader's language."""
    return {key: pair[language == "en"] for key, pair in labels.items()}


def series_name(language: Language) -> pl.Expr:
    """Return the name of a row's series, with 上段 or 下段 where two share a printed name."""
    if language == "en":
        return pl.col("name_en")
    return pl.concat_str(
        ["name_ja", pl.lit("(") + pl.col("row_label_ja") + pl.lit(")")], separator=" ", ignore_nulls=True
    )


def printed_source(language: Language) -> pl.Expr:
    """Return document and line of a row in words."""
    return pl.format(choose(language, ja="{} {}行目", en="{}, line {}"), f"document_title_{language}", "line")


def source_links(language: Language) -> pl.Expr:
    """Return the address of the words that a row cites by `document_id` and `citation_id`; None without a citation."""
    return pl.struct("document_id", "citation_id").map_elements(
        lambda cited: (
            source_href(cited["document_id"], cited["citation_id"], language) if cited["citation_id"] else None
        ),
        pl.String,
        skip_nulls=False,
    )
