"""Labels and names that the tables of a report share."""

from typing import TypeVar

import polars as pl

from analysis.reporting.prose import Language

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
