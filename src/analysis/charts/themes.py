"""The heat map of policy themes: what each ward's plan is made of."""

import altair as alt
import polars as pl

from analysis.charts.composed import OWN_COLORS, Layers
from analysis.charts.frames import AnyFrame, required
from analysis.charts.grid import ward_grid
from analysis.charts.theme import MUTED, SEQUENCE, text_on
from analysis.charts.wording import Language, choose

_COLUMNS = (
    *("ward_name_ja", "ward_name_en", "theme_id", "theme_name_ja", "theme_name_en"),
    *("item_count", "ward_item_count", "share"),
)


def theme_chart(counts: AnyFrame, language: Language) -> alt.LayerChart:
    """Return a heat map with a row for each policy theme and a column for each ward.

    The colour is the theme's share of the ward's items, the number in the cell how many they are. A theme without
    items has an empty ground and a 0.

    Args:
        counts: rows of `analysis.theme_counts`, polars or pandas, at least one.
        language: of titles, labels and the text alternative.

    Raises:
        WardPlansError: the frame is empty or lacks a column.
    """
    data = _cells(required(counts, _COLUMNS, "theme_chart", is_filled=True), language)
    grid, whole = ward_grid(data)
    base = grid.encode(tooltip=_tooltips(language))
    ground = base.mark_rect(stroke="white", strokeWidth=3).encode(color=_color(data, language))
    numbers = base.mark_text(fontSize=13).encode(text=alt.Text("item_count:Q"), color=alt.Color("ink:N", scale=None))
    return Layers(
        # A theme without items has no ground, so that none does not look like few.
        layer=[ground.transform_filter("datum.item_count > 0"), numbers],
        **whole,
        resolve=OWN_COLORS,
        title=alt.TitleParams(_title(language), subtitle=_subtitle(language)),
        description=_description(data, language),
    )


def _cells(counts: pl.DataFrame, language: Language) -> pl.DataFrame:
    largest = _largest(counts)
    return counts.select(
        pl.col(f"ward_name_{language}").alias("ward"),
        pl.col(f"theme_name_{language}").alias("subject"),
        "theme_id",
        "item_count",
        "ward_item_count",
        "share",
        pl.when(pl.col("item_count") == 0)
        .then(pl.lit(MUTED))
        .otherwise((pl.col("share") / largest).map_elements(text_on, pl.String))
        .alias("ink"),
    )


def _tooltips(language: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("ward:N", title=choose(language, "区", "ward")),
        alt.Tooltip("theme_id:N", title=choose(language, "主題ID", "theme id")),
        alt.Tooltip("subject:N", title=choose(language, "主題", "theme")),
        alt.Tooltip("item_count:Q", title=choose(language, "項目数", "items")),
        alt.Tooltip(
            "share:Q", format=".1%", title=choose(language, "区の項目に占める割合", "share of the ward's items")
        ),
        alt.Tooltip("ward_item_count:Q", title=choose(language, "区の全項目", "all items of the ward")),
    ]


def _color(data: pl.DataFrame, language: Language) -> alt.Color:
    return alt.Color(
        "share:Q",
        title=choose(language, "区の項目に占める割合", "Share of the ward's items"),
        scale=alt.Scale(domain=[0, _largest(data)], range=list(SEQUENCE)),
        legend=alt.Legend(format=".0%", tickCount=4, gradientLength=160, offset=12),
    )


def _largest(counts: pl.DataFrame) -> float:
    """Return the largest share, and 1 where all are 0: a scale needs an end."""
    return max(counts["share"]) or 1.0


def _title(language: Language) -> str:
    return choose(language, "各区の計画は何を主題とするか", "What the wards' plans are about")


def _subtitle(language: Language) -> list[str]:
    if language == "ja":
        return [
            "数字: その主題に属する項目の数　色: 区の全項目に占める割合",
            "区によって計画の大きさが異なるので、数ではなく割合で比べる。",
            "出典: 各区の計画(下位の項目をもたない項目。再掲を除く)",
        ]
    return [
        "Number: items of the theme. Colour: their share of the ward's items.",
        "The wards' plans differ in size: compare shares, not numbers.",
        "Source: the wards' plans (items without sub-items, repeated items not counted).",
    ]


def _description(data: pl.DataFrame, language: Language) -> str:
    """Return every cell in words, theme by theme."""
    unit = choose(language, "項目", " items")
    cells = [
        f"{row['subject']} {row['ward']} {row['item_count']}{unit} ({row['share']:.1%})"
        for row in data.iter_rows(named=True)
    ]
    return f"{_title(language)}: {'; '.join(cells)}"
