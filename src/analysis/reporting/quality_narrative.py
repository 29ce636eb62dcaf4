"""Sentences that answer how far the figures can be trusted, counted from the frames they stand above."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from IPython.display import Markdown

from analysis.reporting.prose import Language, choose, plain, prose
from analysis.reporting.wording import cited


def quality_lead(quality: pl.DataFrame, language: Language) -> Markdown:
    """Return what was read, and how much of it is in doubt.

    Args:
        quality: rows of `comparison.quality`.
        language: of the text.
    """
    whole = quality.select(pl.col(pl.Int64).sum()).row(0, named=True)
    apart = whole["stated_total_count"] - whole["agreeing_total_count"]
    doubts = _doubts(whole["value_count"], whole["doubtful_value_count"], language)
    return prose(
        language,
        ja=f"{quality.height}区の{whole['document_count']}資料の**全{whole['line_count']:,}行**について扱いを示す。"
        f"**未読の行は{whole['unread_line_count']:,}**である。資料が自ら述べる{whole['stated_total_count']}の合計のうち"
        f"**{whole['agreeing_total_count']}は読み取りと一致**し、{apart}は一致しない。"
        f"原文と異なる値を採ったのは{whole['correction_count']}か所である。{doubts}",
        en=f"**{whole['line_count']:,} lines** of {_plural(whole['document_count'], 'document')} of "
        f"{_plural(quality.height, 'ward')} are accounted for; **unread: {whole['unread_line_count']:,}**. Of "
        f"{_plural(whole['stated_total_count'], 'total')} stated by the documents themselves "
        f"**{whole['agreeing_total_count']} agree** with what was read and {apart} do not. A value departs from the "
        f"print in {_plural(whole['correction_count'], 'place')}. {doubts}".strip(),
    )


def _doubts(values: int, doubtful: int, language: Language) -> str:
    if not values:
        return ""
    return choose(
        language,
        ja=f"KPIの欄{values}(記載なしの欄を含む)のうち{doubtful}は注なしに引用できない。",
        en=f"{doubtful} of {_plural(values, 'KPI cell')}, empty ones among them, cannot be quoted without a note.",
    )


def _plural(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def reconciliation_note(reconciliations: pl.DataFrame, language: Language) -> Markdown:
    """Return how many stated totals agree, and which do not and whether that is explained.

    Args:
        reconciliations: rows of `comparison.reconciliations`.
        language: of the text.
    """
    apart = reconciliations.filter(pl.col("difference") != 0)
    agreeing = reconciliations.height - apart.height
    lead = choose(
        language,
        ja=f"資料が述べる合計{reconciliations.height}のうち、{agreeing}は読み取った数と一致する。",
        en=f"Of {_plural(reconciliations.height, 'stated total')} {agreeing} agree with what was read.",
    )
    if apart.is_empty():
        return prose(language, ja=lead, en=lead)
    explained = apart.filter(pl.col(f"explanation_{language}").is_not_null()).height
    items = choose(language, ja="、", en="; ").join(_difference(row, language) for row in apart.iter_rows(named=True))
    return prose(
        language,
        ja=f"{lead}一致しないのは{apart.height}で、理由の分かるものは{explained}である: {items}。",
        en=f"{lead} {apart.height} differ, {explained} with an explanation: {items}.",
    )


def _difference(row: Mapping[str, Any], language: Language) -> str:
    ward = plain(row[f"ward_name_{language}"])
    stated = cited(f"{row['stated']:g}", row, language)
    return choose(
        language,
        ja=f"{ward}の{plain(row['subject_ja'])}は資料{stated}、読み取り{row['extracted']:g}",
        en=f"{ward}, {plain(row['subject_en'])}: stated {stated}, read {row['extracted']:g}",
    )


def correction_note(corrections: pl.DataFrame, language: Language) -> Markdown:
    """Return how many corrections there are of each kind.

    Args:
        corrections: rows of `comparison.corrections`.
        language: of the text.
    """
    moved = corrections.filter(kind="moved_cell").height
    curated = corrections.height - moved
    return prose(
        language,
        ja=f"原文と異なる値を採ったのは{corrections.height}か所である。{moved}は、PDFからの変換で別の列に移った"
        f"セルを、内容によって元の列に戻したもの。{curated}は、誤植などを人が判断して訂正したものである。",
        en=f"A value departs from the print in {_plural(corrections.height, 'place')}. Cells that the conversion from "
        f"PDF moved, and whose own text tells where they belong: {moved}. Misprints and the like, decided by a person: "
        f"{curated}.",
    )


def status_note(figures: pl.DataFrame, language: Language) -> Markdown:
    """Return how many values of KPIs can be quoted as they stand.

    Args:
        figures: rows of `comparison.observations`; figures of the text are passed over.
        language: of the text.
    """
    values = figures.filter(pl.col("kpi_id").is_not_null())
    if values.is_empty():
        return prose(language, ja="選んだ区の資料にKPIの値はない。", en="The wards chosen print no KPI values.")
    normal = values.filter(obs_status="A").height
    doubtful = values.height - normal
    return prose(
        language,
        ja=f"KPIの値は{values.height}あり、{normal}はそのまま引用できる。残る{doubtful}は、概数、系列の断絶、"
        "記載なし、判読できないもののいずれかで、下にすべて示す。",
        en=f"The documents print {_plural(values.height, 'KPI value')}. {normal} can be quoted as they stand; the "
        f"other {doubtful} are approximate, break their series, are not stated or illegible. All are below.",
    )


def verdict_note(figures: pl.DataFrame, language: Language) -> Markdown:
    """Return how many of the series and figures that wards print can be compared between wards.

    Args:
        figures: rows of `comparison.observations`.
        language: of the text.
    """
    series = figures.unique("series_id")
    judged = series.filter(pl.col("indicator_ids").list.len() > 0)
    counts = {verdict: judged.filter(comparability=verdict).height for verdict in ("direct", "convertible", "related")}
    return prose(
        language,
        ja=f"区が印字する{series.height}の系列と数値のうち、指標に結び付くのは{judged.height}である。定義がそのまま比べられるものは"
        f"**{counts['direct']}**、換算すれば比べられるものは{counts['convertible']}、並べて読むだけのものは"
        f"{counts['related']}である。実際に比べるには、ほかの区も同じ定義で公表していなければならない。国の統計は全区でそのまま比べられ、ここには数えない。",
        en=f"Wards print {series.height} series and single figures; {judged.height} of them speak to an indicator. "
        f"By their definition **{counts['direct']}** compare directly, {counts['convertible']} after conversion, and "
        f"{counts['related']} can only be read side by side. To compare, another ward has to publish the same. "
        "National statistics, which compare in all wards, are not counted here.",
    )
