"""Sentences that the notebooks share: who publishes a figure, what it counts, what a comparison would need."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from IPython.display import Markdown

from analysis.reporting.prose import Language, choose, plain, prose
from analysis.reporting.wording import cited


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


def definition(indicators: pl.DataFrame, indicator: str, language: Language) -> Markdown:
    """Return what an indicator counts.

    Args:
        indicators: rows of `comparison.indicators`.
        indicator: one of them.
        language: of the text.
    """
    return _of_indicator(indicators, indicator, "definition", language)


def what_is_needed(indicators: pl.DataFrame, indicator: str, language: Language) -> Markdown:
    """Return what the wards would have to publish so that an indicator could be compared.

    Args:
        indicators: rows of `comparison.indicators`.
        indicator: one of them.
        language: of the text.
    """
    return _of_indicator(indicators, indicator, "needed", language)


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


def _of_indicator(indicators: pl.DataFrame, indicator: str, column: str, language: Language) -> Markdown:
    row = indicators.row(by_predicate=pl.col("indicator_id") == indicator, named=True)
    return prose(language, ja=plain(row[f"{column}_ja"]), en=plain(row[f"{column}_en"]))


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


def national_summary(ranked: pl.DataFrame, summed: pl.DataFrame, language: Language) -> Markdown:
    """Return what a national statistic says of all wards: the sum, and the highest and the lowest share.

    Args:
        ranked: rows of `comparison.rank`, highest first.
        summed: the row of `comparison.total` for the counts behind the shares.
        language: of the text.
    """
    first, last = ranked.row(0, named=True), ranked.filter(pl.col("rank").is_not_null()).row(-1, named=True)
    whole = summed.row(0, named=True)
    count, unit = format(whole["total"], ",.15g"), plain(whole[f"unit_{language}"])
    ward = f"ward_name_{language}"
    highest, lowest = (_linked_share(row, language) for row in (first, last))
    return prose(
        language,
        ja=f"{whole['as_of']}までに、{whole['ward_count']}区で合わせて**{count}{unit}**。人口に対する割合は"
        f"**{plain(first[ward])}**の{highest}から"
        f"**{plain(last[ward])}**の{lowest}まで。",
        en=f"Up to {whole['as_of']}, **{count} {unit}** in {whole['ward_count']} wards. Against the number of "
        f"residents from {highest} in **{plain(first[ward])}** to {lowest} in **{plain(last[ward])}**.",
    )


def _linked_share(row: Mapping[str, Any], language: Language) -> str:
    unit = plain(row[f"unit_{language}"])
    share = choose(language, ja=f"{row['indicator_value']:g}{unit}", en=f"{row['indicator_value']:g} {unit}")
    return cited(share, row, language)


def theme_headline(counts: pl.DataFrame, theme: str, language: Language) -> Markdown:
    """Return the heading above what the wards say under one theme.

    Args:
        counts: rows of `comparison.theme_counts`.
        theme: `themes.theme_id`; an unknown one gives the heading without its name, for the question itself is refused.
        language: of the text.
    """
    names = counts.filter(theme_id=theme)[f"theme_name_{language}"].to_list()
    name = plain(names[0]) if names else plain(theme)
    return prose(language, ja=f"## 各区が述べていること: {name}", en=f"## What the wards say: {name}")
