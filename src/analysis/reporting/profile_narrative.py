"""Sentences of a ward's profile, counted from the database: what there is, and plainly what there is not."""

from collections.abc import Mapping
from typing import Any

import polars as pl
from IPython.display import Markdown

from analysis.reporting.prose import Language, choose, plain, prose
from analysis.reporting.wording import cited, status_counts


def profile_summary(profiles: pl.DataFrame, progress: pl.DataFrame, language: Language) -> Markdown:
    """Return the title of a ward's profile and, in a sentence, its plan, its own judgement and its KPIs.

    Args:
        profiles: the row of `comparison.profiles` of the ward.
        progress: rows of `comparison.progress` of the ward.
        language: of the text.
    """
    profile = profiles.row(0, named=True)
    ward = plain(profile[f"ward_name_{language}"])
    title = choose(
        language, ja=f"# {ward}: 何を計画し、何をしたと述べるか", en=f"# {ward}: what it plans, and what it says it did"
    )
    told = [_plan(profile, language), _judgement(profile, progress, language), _series(profile, language)]
    return prose(language, ja=f"{title}\n\n{'、'.join(told)}。", en=f"{title}\n\n{'; '.join(told)}.")


def plan_note(profiles: pl.DataFrame, reconciliations: pl.DataFrame, language: Language) -> Markdown:
    """Return how many items the newest plan has, and how many more the document states than the text has kept.

    Args:
        profiles: the row of `comparison.profiles` of the ward.
        reconciliations: rows of `comparison.reconciliations` of the ward.
        language: of the text.
    """
    profile = profiles.row(0, named=True)
    short = reconciliations.filter(pl.col("difference") < 0)
    lines = [
        choose(
            language,
            ja=f"数えるのは、最も新しい計画の、下位の項目をもたない{profile['item_count']}項目である(再掲を除く)。",
            en=f"Counted are the {profile['item_count']} items of the newest plan that have no items below them; "
            "repeated ones are left out.",
        )
    ]
    if short.height:
        lost = choose(language, ja="、", en="; ").join(
            choose(language, ja=plain(row["subject_ja"]), en=plain(row["subject_en"]) + " ")
            + cited(f"{row['stated']:g} → {row['extracted']:g}", row, language)
            for row in short.iter_rows(named=True)
        )
        lines.append(
            choose(
                language,
                ja=f"資料は、本文から読み取れるより多くの項目があると述べる(記載 → 読み取り: {lost})。"
                "理由は最後の節に示す。",
                en=f"The document states more of them than its text has kept (stated → read: {lost}); "
                "the last section says why.",
            )
        )
    return prose(language, ja="".join(lines), en=" ".join(lines))


def progress_note(profiles: pl.DataFrame, language: Language) -> Markdown:
    """Return how a ward's own judgement is to be read, or that it gives none.

    Args:
        profiles: the row of `comparison.profiles` of the ward.
        language: of the text.
    """
    profile = profiles.row(0, named=True)
    if not profile["rated_count"]:
        return prose(
            language,
            ja="読んだ資料には、項目ごとの進捗の評価が載っていない。何も進んでいないという意味でも、区が評価していないと"
            "いう意味でもない。",
            en="The documents read give no judgement of single items. "
            "That does not mean that nothing was done, or that the ward does not judge.",
        )
    judged = plain(profile[f"judged_plan_title_{language}"] or profile["judged_plan_title_ja"])
    other_plan = choose(
        language,
        ja=f"評価されたのは最も新しい計画の項目ではなく、「{judged}」の項目である。",
        en=f" The items judged are not those of the newest plan but of another: {judged}.",
    )
    return prose(
        language,
        ja="評価するのは区自身で、尺度も区のものである。" + ("" if profile["is_newest_plan_judged"] else other_plan),
        en="The ward judges itself, on a scale of its own." + ("" if profile["is_newest_plan_judged"] else other_plan),
    )


def result_note(profiles: pl.DataFrame, language: Language) -> Markdown:
    """Return how much a ward lists as done, or that it lists nothing.

    Args:
        profiles: the row of `comparison.profiles` of the ward.
        language: of the text.
    """
    count = profiles["reported_count"].item()
    if not count:
        return prose(
            language,
            ja="読んだ資料には、実施したことを列記した欄がない。実施したことがないという意味ではない。",
            en="The documents read have no list of what was done. That does not mean that nothing was.",
        )
    return prose(
        language,
        ja=f"実績の欄にある記述は{count}件。区が自ら述べるもので、再検討などの記述も含む。",
        en=f"Entries in the columns of results: {count}. They are the ward's own words; some tell of a review only.",
    )


def kpi_note(achievements: pl.DataFrame, profiles: pl.DataFrame, language: Language) -> Markdown:
    """Return how often a ward met its own targets where that can be said, or that it prints no KPIs.

    Args:
        achievements: rows of `comparison.achievement` of the ward.
        profiles: the row of `comparison.profiles` of the ward.
        language: of the text.
    """
    series = profiles["kpi_count"].item()
    if not series:
        return prose(
            language,
            ja="この区の資料にはKPIの数値がない。目標に対する達成度は、資料からは言えない。",
            en="The ward's documents print no figures of KPIs: "
            "how far it came towards targets cannot be said from them.",
        )
    both = achievements.filter(pl.col("target").is_not_null() & pl.col("actual").is_not_null())
    judged = both["is_met"].drop_nulls()
    return prose(
        language,
        ja=f"数値のあるKPIは{series}系列。目標と実績がともにあるのは{both.height}組(系列と年度の組)で、"
        f"そのうち判定できる{len(judged)}組の**{judged.sum()}組**で区は自ら定めた目標に達した。図は系列ごとに軸が異なる。",
        en=f"{series} KPIs have figures. A target and a result stand side by side {both.height} times "
        f"(a series and a year each); of the {len(judged)} that can be judged, "
        f"the ward met its own target **{judged.sum()}** times. Each chart has an axis of its own.",
    )


def text_note(figures: pl.DataFrame, language: Language) -> Markdown:
    """Return how many figures stand in the text, or that none does.

    Args:
        figures: rows of `comparison.observations` of the ward.
        language: of the text.
    """
    count = figures["quantity_id"].count()
    if not count:
        return prose(
            language,
            ja="KPIの表の外に、区についての数値は読み取られていない。",
            en="Outside the tables of KPIs no figure about the ward was read.",
        )
    return prose(
        language,
        ja=f"文章の中で区が自らについて述べる数値は{count}件。国や東京都についての数値は含めない。予定の数値は実績ではない。",
        en=f"Figures about the ward itself in its text: {count}; those about the nation or Tokyo are left out. "
        "What is planned is not yet done.",
    )


def coverage_note(coverage: pl.DataFrame, language: Language) -> Markdown:
    """Return how many indicators a ward publishes, only mentions, and says nothing of, the last by name.

    Args:
        coverage: rows of `comparison.coverage` of the ward.
        language: of the text.
    """
    counts = {level: coverage.filter(coverage=level).height for level in ("published", "mentioned")}
    names = coverage.filter(coverage="absent")[f"indicator_name_{language}"].to_list()
    absent = choose(language, ja="、", en="; ").join(map(plain, names))
    return prose(
        language,
        ja=f"{coverage.height}の指標のうち、系列を公表するのは{counts['published']}、"
        f"一つの数値、別の数値または文章で触れるだけのものは{counts['mentioned']}。"
        + (f"次の{len(names)}の指標については、検索した語に当たる記述がない: {absent}。" if names else ""),
        en=f"Of {coverage.height} indicators the ward publishes {counts['published']} as a series and speaks of "
        f"{counts['mentioned']} in a single figure, in other figures or in words only."
        + (f" No passage holds a word sought for these {len(names)}: {absent}." if names else ""),
    )


def trust_note(quality: pl.DataFrame, language: Language) -> Markdown:
    """Return, in numbers, how completely the ward's documents were read and how much of it is in doubt.

    Args:
        quality: the row of `comparison.quality` of the ward.
        language: of the text.
    """
    told = quality.row(0, named=True)
    values = choose(
        language,
        ja="KPIの値{value_count}件のうち{doubtful_value_count}件に注がつく(断絶、概数、記載なし、判読できない)。",
        en=" Of {value_count} cells of KPIs {doubtful_value_count} carry a mark: "
        "a break, approximate, not stated or illegible.",
    )
    text = choose(
        language,
        ja="資料の{line_count:,}行のうち、どこにも読み取られていない行は{unread_line_count}。資料が自ら述べる合計"
        "{stated_total_count}件のうち{agreeing_total_count}件が読み取りと一致する。原文と異なる値を採ったところは"
        "{correction_count}件。" + (values if told["value_count"] else ""),
        en="Unread lines: {unread_line_count} of {line_count:,}. Totals that the documents state of themselves: "
        "{stated_total_count}, of which {agreeing_total_count} agree with what was read. Places where the value "
        "departs from the print: {correction_count}." + (values if told["value_count"] else ""),
    )
    return prose(language, ja=text.format(**told), en=text.format(**told))


def _plan(profile: Mapping[str, Any], language: Language) -> str:
    name = plain(profile[f"plan_title_{language}"] or profile["plan_title_ja"])
    plan = cited(name, {**profile, "citation_id": profile["plan_citation_id"]}, language)
    period, documents = _period(profile, language), profile["document_count"]
    return choose(
        language,
        ja=f"読んだ資料は{documents}件で、最も新しい計画「{plan}」{period}から{profile['item_count']}項目を読み取り",
        en=f"{documents} {'document' if documents == 1 else 'documents'} read; of the newest plan, {plan}{period}, "
        f"{profile['item_count']} items were read",
    )


def _period(profile: Mapping[str, Any], language: Language) -> str:
    first, last = profile["first_year"], profile["last_year"]
    if first is None or last is None:
        return choose(language, ja="(期間の記載なし)", en=" (no period stated)")
    years = choose(language, ja=f"{first}〜{last}年度", en=f"FY{first}–FY{last}")
    linked = cited(years, {**profile, "citation_id": profile["period_citation_id"]}, language)
    return choose(language, ja=f"({linked})", en=f" ({linked})")


def _judgement(profile: Mapping[str, Any], progress: pl.DataFrame, language: Language) -> str:
    if not profile["rated_count"]:
        return choose(
            language,
            ja="読んだ資料に項目ごとの評価はなく",
            en="the documents read give no judgement of single items",
        )
    year = plain(profile[f"year_label_{language}"])
    title = plain(profile[f"judged_plan_title_{language}"] or profile["judged_plan_title_ja"])
    is_newest = profile["is_newest_plan_judged"]
    counted = status_counts(progress, profile, language)
    return choose(
        language,
        ja=f"区自身の評価({year})では{'' if is_newest else f'「{title}」の'}{profile['rated_count']}項目が{counted}で",
        en=f"by the ward's own judgement for {year}, of {profile['rated_count']} items"
        f"{'' if is_newest else f' of another plan, {title},'} {counted}",
    )


def _series(profile: Mapping[str, Any], language: Language) -> str:
    count = profile["kpi_count"]
    if not count:
        return choose(language, ja="数値のあるKPIはない", en="there are no KPIs with figures")
    return choose(language, ja=f"数値のあるKPIは{count}系列である", en=f"{count} KPIs have figures")
