"""Charts of one ward: what its plan is made of, and how it judges its own progress."""

from typing import Any

import altair as alt
import polars as pl

from analysis.charts.composed import OWN_COLORS, Layers
from analysis.charts.frames import AnyFrame, required
from analysis.charts.lettering import wrapped
from analysis.charts.marks import x_at
from analysis.charts.theme import IS_NARROW, MUTED, PALETTE
from analysis.charts.wording import STATUSES, Language, choose, source, translated

_ITEM_COLUMNS = (
    *("is_counted", "ward_name_ja", "ward_name_en", "plan_title_ja", "plan_title_en", "code", "title_ja", "title_en"),
    *("theme_id", "document_id", "document_title_ja", "document_title_en", "line", "citation_id"),
)
_COUNT_COLUMNS = ("theme_id", "theme_name_ja", "theme_name_en", "item_count", "share")
_PROGRESS_COLUMNS = (
    *("ward_name_ja", "ward_name_en", "plan_title_ja", "plan_title_en", "fiscal_year", "year_label_ja"),
    *("year_label_en", "status_group", "status_group_ja", "status_group_en", "status", "label_ja", "item_count"),
    *("rated_count", "document_id", "line", "citation_id"),
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

#: Colour of a group of statuses, in the order of the groups; words tell which it is.
_GROUPS = {"done": PALETTE[0], "under_way": "#A6CBE6", "other": "#BDBDBD"}
_WHOLE = "#F2F2F2"
#: Pixels: of a status with its words and its bar, of the bar, and of the headings of a year, its plan and a group.
_STATUS = 42
_STATUS_BAR = 14
_YEAR = 30
_PLAN = 18
_GROUP = 24


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
    """Return how many items a ward itself gives which status, a bar a status, by year and plan judged.

    A status is told by its print, a symbol or a word of the ward, and in our words; a chart of all wards alike has no
    symbols of its own that could be taken for one of theirs.

    Args:
        progress: rows of `analysis.progress` of one ward, polars or pandas.
        language: of titles, labels and the text alternative.

    Returns:
        A chart whose bars are shares of the items judged, below headings that say done, under way or otherwise; or None
        where the ward judges no item.

    Raises:
        WardPlansError: the frame lacks a column.
    """
    rows = required(progress, _PROGRESS_COLUMNS, "status_chart")
    if rows.is_empty():
        return None
    data = _statuses(rows, language)
    height = data["bottom"][-1]
    down = alt.Scale(domain=[0, height], range=[0, height])
    x = alt.X("start:Q", title=None, axis=None, scale=alt.Scale(domain=[0, 1]))
    base = alt.Chart().encode(
        x=x, y=alt.Y("upper:Q", axis=None, scale=down), y2=alt.Y2("lower:Q"), tooltip=_status_tooltips(language)
    )
    texts: tuple[tuple[str, str, dict[str, Any]], ...] = (
        ("year_heading", "year_top", {"fontSize": 14, "fontWeight": "bold"}),
        ("plan_heading", "plan_top", {"fontSize": 12, "color": MUTED}),
        ("group_heading", "group_top", {"fontSize": 12, "color": MUTED}),
        ("told", "top", {"fontSize": 13}),
    )
    layers = [
        base.mark_rect(color=_WHOLE).encode(x2=alt.X2("whole:Q")),
        base.mark_rect().encode(x2=alt.X2("share:Q"), color=alt.Color("color:N", scale=None)),
        *(
            alt.Chart()
            .mark_text(align="left", baseline="top", limit=alt.expr("width"), **style)
            .encode(x=x_at(0), y=alt.Y(f"{top}:Q", axis=None, scale=down), text=alt.Text(f"{field}:N"))
            .transform_filter(f"isValid(datum.{field})")
            for field, top, style in texts
        ),
    ]
    ward = rows[f"ward_name_{language}"][0]
    title = choose(language, f"{ward}: 区自身による進捗の評価", f"{ward}: progress as the ward judges it")
    return Layers(
        layer=layers,
        data=data,
        height=height,
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


def _statuses(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return one row a plan, year and printed status, with its place; the first of a year or group has its heading."""
    keys = ["plan_title_ja", "fiscal_year"]
    order = pl.col("status_group").replace_strict({group: place for place, group in enumerate(_GROUPS)})
    ordered = rows.sort(*keys, order, maintain_order=True)
    status = pl.col("status").replace_strict({code: choose(language, *names) for code, names in STATUSES.items()})
    printed = pl.col("label_ja")
    name = pl.when(printed == status).then(printed).otherwise(pl.format("{} {}", printed, status))
    count = pl.col("item_count")
    in_group = count.sum().over(*keys, "status_group")
    is_first = pl.int_range(pl.len()).over(*keys) == 0
    is_first_of_group = pl.int_range(pl.len()).over(*keys, "status_group") == 0
    has_plans = rows["plan_title_ja"].n_unique() > 1
    year = pl.format(
        choose(language, "{}: 評価された{}項目", "{}: {} items judged"), f"year_label_{language}", "rated_count"
    )
    above = [(is_first, _YEAR), (is_first & has_plans, _PLAN), (is_first_of_group, _GROUP)]
    bottom = (_STATUS + pl.sum_horizontal(pl.when(test).then(height).otherwise(0) for test, height in above)).cum_sum()
    top = bottom - _STATUS
    return ordered.select(
        pl.col(f"ward_name_{language}").alias("ward"),
        translated("plan_title", language).alias("plan"),
        pl.col(f"year_label_{language}").alias("year"),
        pl.col(f"status_group_{language}").alias("group"),
        status.alias("status"),
        printed.alias("quote"),
        "item_count",
        pl.col("rated_count").cast(pl.Int64),
        (count / pl.col("rated_count")).alias("share"),
        pl.lit(0).alias("start"),
        pl.lit(1).alias("whole"),
        pl.col("status_group").replace_strict(_GROUPS).alias("color"),
        pl.format("{}: {}", name, _counted(count, language)).alias("told"),
        pl.when(is_first).then(year).alias("year_heading"),
        pl.when(is_first & has_plans).then(translated("plan_title", language)).alias("plan_heading"),
        pl.when(is_first_of_group)
        .then(pl.format("{}: {}", f"status_group_{language}", _counted(in_group, language)))
        .alias("group_heading"),
        (top - _GROUP + 4).alias("group_top"),
        (top - _GROUP - _PLAN + 2).alias("plan_top"),
        (top - _GROUP - _YEAR + 6 - (_PLAN if has_plans else 0)).alias("year_top"),
        top.alias("top"),
        (bottom - _STATUS_BAR - 8).alias("upper"),
        (bottom - 8).alias("lower"),
        bottom.alias("bottom"),
        "line",
        "document_id",
        "citation_id",
    )


def _counted(count: pl.Expr, language: Language) -> pl.Expr:
    """Return a number of items in words, with its share of the items judged."""
    unit = choose(language, "項目", " items")
    items = pl.when(count == 1).then(pl.lit(unit.removesuffix("s"))).otherwise(pl.lit(unit))
    return pl.format("{}{} ({}%)", count, items, (count / pl.col("rated_count") * 100).round().cast(pl.Int64))


def _status_tooltips(language: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("ward:N", title=choose(language, "区", "ward")),
        alt.Tooltip("plan:N", title=choose(language, "評価された計画", "plan judged")),
        alt.Tooltip("year:N", title=choose(language, "評価の年度", "year judged")),
        alt.Tooltip("group:N", title=choose(language, "区分", "group")),
        alt.Tooltip("status:N", title=choose(language, "評価", "status")),
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
            f"評価は原文の記号や語のまま示し、その意味を添える。評価された計画: {plans}",
        ]
    return [
        "unit: items, as shares of those judged. The ward judges itself, on a scale of its own.",
        f"Each status is given as printed, with its meaning. Plan judged: {plans}.",
    ]


def _spoken(data: pl.DataFrame, language: Language) -> str:
    """Return every status in words, with its group; an English voice cannot read its print."""
    return "; ".join(
        choose(
            language,
            f"{row['year']} {row['group']} {row['status']} (原文: {row['quote']}) "
            f"{row['item_count']}/{row['rated_count']}項目",
            f"{row['year']} {row['group']}, {row['status']}: {row['item_count']} of {row['rated_count']} items",
        )
        for row in data.iter_rows(named=True)
    )
