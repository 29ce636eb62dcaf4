"""Charts of one ward: what its plan is made of, and how it judges its own progress."""

from typing import Any

import altair as alt
import polars as pl

from analysis.charts.composed import OWN_COLORS, Layers
from analysis.charts.frames import AnyFrame, required
from analysis.charts.lettering import wrapped
from analysis.charts.theme import IS_NARROW, MUTED, PALETTE
from analysis.charts.wording import Language, choose, source, translated

_ITEM_COLUMNS = (
    *("is_counted", "ward_name_ja", "ward_name_en", "plan_title_ja", "plan_title_en", "code", "title_ja", "title_en"),
    *("theme_id", "document_id", "document_title_ja", "document_title_en", "line", "citation_id"),
)
_COUNT_COLUMNS = ("theme_id", "theme_name_ja", "theme_name_en", "item_count", "share")
_PROGRESS_COLUMNS = (
    *("ward_name_ja", "ward_name_en", "plan_title_ja", "plan_title_en", "fiscal_year", "year_label_ja"),
    *("year_label_en", "status_group", "status_group_ja", "status_group_en", "label_ja", "item_count", "rated_count"),
    *("document_id", "line", "citation_id"),
)

#: Pixels of a bar and of the lines of its name.
_BAR = 30
_LINE = 14
#: Letters of a theme's name, as `display_width` counts, that fit on a line.
_LETTERS = 34
_LETTERS_ON_A_PHONE = 18
#: Lines of a theme's name: a label holds it as it is wrapped for a page and, after the tab, for a phone.
_LINES = f"split(split(datum.label, '\\t')[{IS_NARROW} ? 1 : 0], '\\n')"
_MOST_LINES = 3

#: Sign and colour of a group, and the colour of letters on it, in the order of the groups within a bar.
_GROUPS = {
    "done": ("●", PALETTE[0], "white"),
    "under_way": ("◐", "#A6CBE6", "black"),
    "other": ("△", "#E5E5E5", "black"),
}
_YEAR = 60
#: A part of a bar below this share has room for no more than sign and number on a phone.
_NARROW_PART = 0.35


def item_chart(items: AnyFrame, counts: AnyFrame, language: Language) -> alt.LayerChart:
    """Return the items of a ward's newest plan, a bar a theme; each item is a piece of its bar and leads to its words.

    Args:
        items: rows of `analysis.plan_items` of one ward, polars or pandas; those not counted are passed over.
        counts: rows of `analysis.theme_counts` of the same ward: the themes without an item are drawn too, with a 0.
        language: of titles, labels and the text alternative.

    Raises:
        WardPlansError: a frame is empty or lacks a column.
    """
    themes = _themes(required(counts, _COUNT_COLUMNS, "item_chart", is_filled=True), language)
    drawn = _pieces(required(items, _ITEM_COLUMNS, "item_chart", is_filled=True), themes, language)
    y = _theme_axis(themes["heading"].to_list())
    pieces = (
        alt.Chart(drawn)
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            x=alt.X("item:Q", stack="zero", title=None, axis=None, scale=alt.Scale(domainMax=_room(themes))),
            y=y,
            order=alt.Order("position:Q"),
            tooltip=_item_tooltips(language),
        )
    )
    numbers = (
        alt.Chart(themes)
        .mark_text(align="left", dx=6)
        .encode(
            x=alt.X("item_count:Q"),
            y=y,
            text=alt.Text("told:N"),
            color=alt.ColorValue(MUTED, condition={"test": "datum.item_count > 0", "value": "#222222"}),
            tooltip=_theme_tooltips(language),
        )
    )
    first = drawn.row(0, named=True)
    title = choose(language, f"{first['ward']}: 計画の項目の主題", f"{first['ward']}: what the plan's items are about")
    return Layers(
        layer=[pieces, numbers],
        height=_BAR * themes.height,
        title=alt.TitleParams(title, subtitle=_item_subtitle(drawn, language)),
        description=f"{title}: " + "; ".join(f"{row['theme']} {row['told']}" for row in themes.iter_rows(named=True)),
    )


def status_chart(progress: AnyFrame, language: Language) -> alt.LayerChart | None:
    """Return how many items a ward itself calls done, under way or otherwise, as a bar a year and plan judged.

    Args:
        progress: rows of `analysis.progress` of one ward, polars or pandas.
        language: of titles, labels and the text alternative.

    Returns:
        A chart whose parts have the sign of their group and the count, or None where the ward judges no item.

    Raises:
        WardPlansError: the frame lacks a column.
    """
    rows = required(progress, _PROGRESS_COLUMNS, "status_chart")
    if rows.is_empty():
        return None
    data = _parts(rows, language)
    bars = data["bar"].unique(maintain_order=True).to_list()
    place: dict[str, Any] = {
        "x": alt.X("start:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1])),
        "y": alt.Y(
            "bar:N",
            title=None,
            scale=alt.Scale(domain=bars),
            axis=alt.Axis(labelExpr="split(datum.label, '\\n')", labelLineHeight=_LINE, domain=False, ticks=False),
        ),
    }
    base = alt.Chart().encode(**place, tooltip=_status_tooltips(language))
    ground = base.mark_bar(stroke="white", strokeWidth=2, height=_YEAR - 14).encode(
        x2=alt.X2("end:Q"), color=_group_color(data)
    )
    words = (
        base.mark_text(fontSize=13)
        .encode(x=alt.X("middle:Q"), text=alt.Text("words:N"), color=alt.Color("ink:N", scale=None))
        .transform_calculate(words=f"{IS_NARROW} && datum.share < {_NARROW_PART} ? datum.short : datum.told")
    )
    first = rows.row(0, named=True)
    ward = first[f"ward_name_{language}"]
    title = choose(language, f"{ward}: 区自身による進捗の評価", f"{ward}: progress as the ward judges it")
    return Layers(
        layer=[ground, words],
        data=data,
        height=_YEAR * len(bars),
        resolve=OWN_COLORS,
        title=alt.TitleParams(title, subtitle=_status_subtitle(data, language)),
        description=f"{title}: {_spoken(data, language)}",
    )


# -- items by theme -----------------------------------------------------------------------------------------


def _themes(counts: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return the themes with their counts, most items first."""
    unit = choose(language, "項目", " items")
    return counts.sort(["item_count", "theme_id"], descending=[True, False]).select(
        "theme_id",
        pl.col(f"theme_name_{language}").alias("theme"),
        pl.col(f"theme_name_{language}").map_elements(_heading, pl.String).alias("heading"),
        "item_count",
        "share",
        pl.when(pl.col("item_count") > 0)
        .then(
            pl.format(
                choose(language, "{}{} ({}%)", "{}{} ({}%)"),
                "item_count",
                pl.when(pl.col("item_count") == 1).then(pl.lit(unit.removesuffix("s"))).otherwise(pl.lit(unit)),
                (pl.col("share") * 100).round().cast(pl.Int64),
            )
        )
        .otherwise(pl.lit("0"))
        .alias("told"),
    )


def _heading(theme: str) -> str:
    return wrapped(theme, _LETTERS) + "\t" + wrapped(theme, _LETTERS_ON_A_PHONE)


def _pieces(items: pl.DataFrame, themes: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row an item that is counted, in the order of the plan."""
    counted = items.filter("is_counted").join(themes, on="theme_id", maintain_order="left").with_row_index("position")
    return counted.select(
        "position",
        pl.lit(1).alias("item"),
        "heading",
        pl.col(f"ward_name_{language}").alias("ward"),
        "theme",
        "code",
        translated("title", language).alias("title"),
        pl.col("title_ja").alias("quote"),
        translated("document_title", language).alias("document"),
        "line",
        "document_id",
        "citation_id",
    )


def _room(themes: pl.DataFrame) -> alt.ExprRef:
    """Return the end of the scale: what stands behind the longest bar needs room, and more of it on a phone."""
    most = max(themes["item_count"])
    return alt.ExprRef(f"{most} * ({IS_NARROW} ? 1.9 : 1.3)")


def _theme_axis(headings: list[str]) -> alt.Y:
    offsets = [
        {"test": f"length({_LINES}) === {lines}", "value": -(lines - 1) * _LINE / 2}
        for lines in range(2, _MOST_LINES + 1)
    ]
    return alt.Y(
        "heading:N",
        title=None,
        scale=alt.Scale(domain=headings),
        axis=alt.Axis(
            labelExpr=_LINES,
            labelFontSize=alt.expr(f"{IS_NARROW} ? 11 : 13"),
            labelLineHeight=_LINE,
            labelOffset={"condition": offsets, "value": 0},
            domain=False,
            ticks=False,
        ),
    )


def _item_tooltips(language: Language) -> list[alt.Tooltip]:
    named = {
        "ward": ("区", "ward"),
        "theme": ("主題", "theme"),
        "code": ("番号", "code"),
        **({"title": ("項目", "item")} if language == "en" else {}),
        "quote": ("項目(原文)", "item as printed"),
        "document": ("資料", "document"),
        "line": ("行", "line"),
    }
    return [alt.Tooltip(f"{name}:N", title=choose(language, *labels)) for name, labels in named.items()]


def _theme_tooltips(language: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("theme:N", title=choose(language, "主題", "theme")),
        alt.Tooltip("item_count:Q", title=choose(language, "項目数", "items")),
        alt.Tooltip("share:Q", format=".1%", title=choose(language, "全項目に占める割合", "share of all items")),
    ]


def _item_subtitle(drawn: pl.DataFrame, language: Language) -> list[str]:
    return [
        choose(
            language,
            f"単位: 項目(全{drawn.height}項目。下位の項目をもたない項目、再掲を除く)。区切りの一つひとつが項目である。",
            f"unit: items ({drawn.height} in all, those without sub-items, repeated ones left out). "
            "Each piece of a bar is one item.",
        ),
        source(drawn["document"], language),
    ]


# -- progress -----------------------------------------------------------------------------------------------


def _parts(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a plan, year and printed status, with its place in the bar."""
    order = {group: place for place, group in enumerate(_GROUPS)}
    sign = pl.col("status_group").replace_strict({group: looks[0] for group, looks in _GROUPS.items()})
    bar = pl.format(choose(language, "{}\n全{}項目", "{}\nof {} items"), f"year_label_{language}", "rated_count")
    plans = rows["plan_title_ja"].n_unique()
    share = pl.col("item_count") / pl.col("rated_count")
    keys = ["plan_title_ja", "fiscal_year"]
    ordered = rows.with_columns(pl.col("status_group").replace_strict(order).alias("place")).sort(
        *keys, "place", maintain_order=True
    )
    return ordered.with_columns(
        (pl.format("{}\n{}", bar, translated("plan_title", language)) if plans > 1 else bar).alias("bar"),
        share.alias("share"),
        share.cum_sum().over(keys).alias("end"),
    ).select(
        pl.col(f"ward_name_{language}").alias("ward"),
        translated("plan_title", language).alias("plan"),
        pl.col(f"year_label_{language}").alias("year"),
        "bar",
        "status_group",
        pl.format("{} {}", sign, f"status_group_{language}").alias("group"),
        pl.col("label_ja").alias("quote"),
        "item_count",
        "rated_count",
        "share",
        (pl.col("end") - pl.col("share")).alias("start"),
        "end",
        (pl.col("end") - pl.col("share") / 2).alias("middle"),
        pl.format("{} {}", sign, "item_count").alias("short"),
        pl.format(
            choose(language, "{} {}項目 ({}%)", "{} {} ({}%)"),
            sign,
            "item_count",
            (pl.col("share") * 100).round().cast(pl.Int64),
        ).alias("told"),
        pl.col("status_group").replace_strict({group: looks[2] for group, looks in _GROUPS.items()}).alias("ink"),
        "line",
        "document_id",
        "citation_id",
    )


def _group_color(data: pl.DataFrame) -> alt.Color:
    groups = dict(data.select("group", "status_group").rows())
    return alt.Color(
        "group:N",
        title=None,
        legend=alt.Legend(orient="top", direction="horizontal", columns=alt.expr(f"{IS_NARROW} ? 1 : 3"), offset=8),
        scale=alt.Scale(domain=list(groups), range=[_GROUPS[group][1] for group in groups.values()]),
    )


def _status_tooltips(language: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("ward:N", title=choose(language, "区", "ward")),
        alt.Tooltip("plan:N", title=choose(language, "評価された計画", "plan judged")),
        alt.Tooltip("year:N", title=choose(language, "評価の年度", "year judged")),
        alt.Tooltip("group:N", title=choose(language, "区分", "group")),
        alt.Tooltip("quote:N", title=choose(language, "原文の評価", "as printed")),
        alt.Tooltip("item_count:Q", title=choose(language, "項目数", "items")),
        alt.Tooltip("rated_count:Q", title=choose(language, "評価された項目", "items judged")),
        alt.Tooltip("share:Q", format=".1%", title=choose(language, "割合", "share")),
        alt.Tooltip("line:Q", title=choose(language, "最初の行", "first line")),
    ]


def _status_subtitle(data: pl.DataFrame, language: Language) -> list[str]:
    plans = choose(language, "、", ", ").join(data["plan"].unique(maintain_order=True))
    if language == "ja":
        return [
            "単位: 項目(区が評価した項目に占める割合)。評価するのは区自身で、尺度も区のものである。",
            f"評価された計画: {plans}",
        ]
    return [
        "unit: items, as shares of those judged. The ward judges itself, on a scale of its own.",
        f"Plan judged: {plans}.",
    ]


def _spoken(data: pl.DataFrame, language: Language) -> str:
    """Return every part in words."""
    return "; ".join(
        choose(
            language,
            f"{row['year']} {row['group']} (原文: {row['quote']}) {row['item_count']}/{row['rated_count']}項目",
            f"{row['year']} {row['group']} {row['item_count']} of {row['rated_count']} items",
        )
        for row in data.iter_rows(named=True)
    )
