"""What charts say of figures, in Japanese and English: kinds, numbers, gaps, sources and tooltips."""

from collections.abc import Iterable, Mapping
from typing import Literal

import altair as alt
import polars as pl

Language = Literal["ja", "en"]

VALUE_TYPES = {
    "actual": ("実績", "result"),
    "target": ("目標", "target"),
    "baseline": ("計画策定時", "baseline"),
    "prose": ("本文の数値", "in the text"),
}
"""Kinds of figures in the order of a legend. 'prose', which has no value type, stands in a sentence, not in a table."""

STATUSES = {
    "ahead": ("予定を上回る", "ahead of schedule"),
    "on_schedule": ("予定どおり", "on schedule"),
    "behind": ("予定より遅れ", "behind schedule"),
    "not_started": ("未着手", "not started"),
    "achieved": ("達成", "achieved"),
    "continuing": ("継続", "continuing"),
    "under_review": ("再検討", "under review"),
    "completed": ("完了", "completed"),
    "merged": ("統合", "merged into another"),
}
"""What a ward says of an item's progress, by the code that its printed grade or word stands for."""

_MOST_PRINTED_DECIMALS = 6

#: Why there is no value, by SDMX observation status.
_MISSING = {"O": ("記載なし", "not stated"), "U": ("判読不能", "illegible")}

#: What a point's tooltip tells, of the columns that a frame has: the quote, line and citation trace every figure.
_TOLD = {
    "ward": ("区", "ward"),
    "year": ("年度", "fiscal year"),
    "as_of": ("時点", "as of"),
    "kind": ("種別", "kind"),
    "told": ("値", "value"),
    "unit": ("単位", "unit"),
    "quote": ("原文", "as printed"),
    "document_title_ja": ("文書", "document"),
    "line": ("行", "line"),
    "citation_id": ("引用ID", "citation"),
}


def choose(language: Language, ja: str, en: str) -> str:
    """Return the text in the reader's language."""
    return ja if language == "ja" else en


def translated(column: str, language: Language) -> pl.Expr:
    """Return a title or name in the reader's language, or as it is printed where we have not translated it.

    Args:
        column: without `_ja` and `_en`.
        language: of the reader.
    """
    return pl.coalesce(f"{column}_{language}", f"{column}_ja")


def kind_names(language: Language) -> dict[str, str]:
    """Return the names of the value types in the order of a legend."""
    return {value_type: choose(language, *names) for value_type, names in VALUE_TYPES.items()}


def series_name(row: Mapping[str, object], language: Language) -> str:
    """Return the name of a series; as printed where it has no English one, and with 上段 or 下段 where two share it."""
    label = row["row_label_ja"]
    if language == "en" and row["name_en"]:
        return str(row["name_en"])
    return f"{row['name_ja']} ({label})" if label else str(row["name_ja"])


def number(value: float, decimals: int | None = None) -> str:
    """Return a number with commas: with all its digits, or with so many decimals.

    What no document prints with so many digits is a quotient, such as the hours of 424時間44分: it has three decimals.

    Example:
        >>> number(1790000.0), number(62.3), number(46, decimals=1)
        ('1,790,000', '62.3', '46.0')
    """
    if decimals is not None:
        return f"{value:,.{decimals}f}"
    shown = f"{value:,.15g}"
    is_quotient = abs(value) >= 1 and len(shown.partition(".")[2]) > _MOST_PRINTED_DECIMALS
    return f"{value:,.3f}" if is_quotient else shown


def numbers(prefix: str, decimals: int | None = None) -> pl.Expr:
    """Return the values of a frame as text, with a prefix before those that are approximate."""
    text = pl.col("value").map_elements(lambda value: number(value, decimals), pl.String)
    return pl.when("is_approximate").then(pl.lit(prefix) + text).otherwise(text)


def about(language: Language) -> str:
    """Return what stands before an approximate value."""
    return choose(language, "約", "about ")


def missing_texts(language: Language) -> pl.Expr:
    """Return why a row has no value, in words; None where it has one, or where its status is no reason."""
    texts = {status: choose(language, *names) for status, names in _MISSING.items()}
    return pl.when(pl.col("value").is_null()).then(
        pl.col("obs_status").replace_strict(texts, default=None, return_dtype=pl.String)
    )


def approximate_note(data: pl.DataFrame, language: Language) -> list[str]:
    """Return what hollow points mean, where there are any."""
    if not data.filter(pl.col("value").is_not_null())["is_approximate"].any():
        return []
    return [choose(language, "白抜き: 概数(約)", "Hollow: approximate.")]


def source(titles: Iterable[str | None], language: Language) -> str:
    """Return the documents that the figures of a chart were read from."""
    known = [title for title in dict.fromkeys(titles) if title]
    return choose(language, f"出典: {'、'.join(known)}", f"Source: {', '.join(known)}.")


def tooltips(data: pl.DataFrame, language: Language) -> list[alt.Tooltip]:
    """Return what a point tells of itself, as far as the data hold it."""
    return [
        alt.Tooltip(f"{name}:{'T' if name == 'as_of' else 'N'}", title=choose(language, *titles))
        for name, titles in _TOLD.items()
        if name in data.columns
    ]
