"""Small multiples: one small panel for each ward and series, in as many columns as fit the page."""

from dataclasses import dataclass, replace
from typing import Any

import altair as alt
import polars as pl

from analysis.charts.composed import Layers, faceted
from analysis.charts.frames import AnyFrame, filled, required
from analysis.charts.lettering import wrapped
from analysis.charts.marks import (
    break_marks,
    kind_channels,
    line_marks,
    missing_marks,
    point_marks,
    rimmed_text,
    stretches,
    x_at,
    y_at,
)
from analysis.charts.theme import MUTED, ROOM, TEXT
from analysis.charts.wording import (
    Language,
    approximate_note,
    choose,
    kind_names,
    missing_texts,
    number,
    numbers,
    series_name,
    source,
    tooltips,
)

_COLUMNS = (
    *("ward_code", "ward_name_ja", "ward_name_en", "fiscal_year", "as_of", "unit_ja", "unit_en", "nature"),
    *("comparability", "document_title_ja"),
)
_DEFAULTS = {
    "series_id": None,
    "name_ja": None,
    "name_en": None,
    "row_label_ja": None,
    "document_id": None,
    "value_type": "actual",
    "obs_status": "A",
    "is_approximate": False,
}
_COMPARABLE = ("direct", "convertible")
#: The height of a line in a panel's title.
_LINE = 14
#: From so many points on, a panel shows a line alone.
_DENSE = 15
#: A text alternative that told more values of a panel would not be listened to.
_TOLD = 10


@dataclass(frozen=True)
class _Panel:
    """Pixels of a panel, its share of the page with its axis and the space beside it, and letters of its title."""

    width: int
    height: int
    pitch: int
    letters: int = 0


#: Two on a phone, six or, with one axis for all, eight on a page: panels that the ward's name tells apart.
_SMALL = _Panel(width=104, height=80, pitch=158)
_SMALL_ON_ONE_SCALE = _Panel(width=104, height=80, pitch=130)
#: One on a phone, three on a page: panels with names of their own, and where there are but a few.
_LARGE = _Panel(width=225, height=110, pitch=310)
_LARGE_WITH_NAME = replace(_LARGE, letters=38)
_FEW = 3


def small_multiples(
    figures: AnyFrame, language: Language, *, value: str = "value", title: str | None = None
) -> alt.FacetChart | None:
    """Return a small panel for each ward and series, all over the same time.

    One scale serves all panels where all figures are direct or convertible and of one unit and nature. Else each panel
    has its own; the subtitle says which of the two it is. Time is the date of the figures where all have one, or else
    the fiscal year; figures without a year are told in the subtitle. Marks are those of `series_charts`.

    Args:
        figures: rows of `analysis.compare` or `analysis.card_counts`, polars or pandas.
        language: of titles, labels and the text alternative.
        value: the column to draw, in the unit of the frame, such as 'issuance_rate_percent'.
        title: of the chart; by default the name that the series share.

    Returns:
        A chart whose panels stand in as many columns as the page has room for, or None when no series has a value.

    Raises:
        WardPlansError: the frame lacks a column.
    """
    rows = _rows(figures, value, language)
    is_dated = rows["as_of"].null_count() == 0
    time = pl.col("as_of" if is_dated else "fiscal_year")
    timed = rows.filter(time.is_not_null()).filter(pl.col("value").is_not_null().any().over("ward_code", "series_id"))
    if timed.is_empty():
        return None
    has_one_scale = _has_one_scale(timed)
    panel = _panel(timed, has_one_scale)
    data = _points(timed, panel, language, is_dated=is_dated)
    name = title or _shared_name(timed, language)
    subtitle = [
        *_scale_note(timed, has_one_scale, language),
        *_notes(data, language),
        *_undrawn(rows.filter(time.is_null()), language),
    ]
    return _faceted(
        data,
        panel,
        language,
        is_dated=is_dated,
        has_one_scale=has_one_scale,
        title=alt.TitleParams(name, subtitle=[*subtitle, source(timed["document_title_ja"], language)]),
        description=f"{name}: {_description(data, language)}",
    )


# -- data ---------------------------------------------------------------------------------------------------


def _rows(figures: AnyFrame, value: str, language: Language) -> pl.DataFrame:
    """Return the rows that hold a value or a reason for its absence, with the column to draw as `value`."""
    rows = filled(required(figures, (*_COLUMNS, value), "small_multiples"), _DEFAULTS)
    return (
        rows.with_columns(pl.col(value).cast(pl.Float64).alias("value"), pl.col("value_type").fill_null("prose"))
        .with_columns(missing=missing_texts(language))
        .filter(pl.col("value").is_not_null() | pl.col("missing").is_not_null())
    )


def _has_one_scale(figures: pl.DataFrame) -> bool:
    """Whether the heights of two panels may be compared: all figures count the same, as they are drawn."""
    is_converted = "indicator_value" in figures.columns and (figures["indicator_value"] != figures["value"]).any()
    return (
        bool(figures["comparability"].is_in(_COMPARABLE).all())
        and not is_converted
        and figures["nature"].null_count() == 0
        and figures.select("unit_ja", "nature").unique().height == 1
    )


def _panel(figures: pl.DataFrame, has_one_scale: bool) -> _Panel:
    """Return the size of the panels, and whether they have names: where a ward's name does not say what they show."""
    series = figures.select("ward_code", "series_id").unique()
    names = figures.select("name_ja", "unit_ja").unique()
    if names.height > 1 or series["ward_code"].is_duplicated().any():
        return _LARGE_WITH_NAME
    if series.height <= _FEW:
        return _LARGE
    return _SMALL_ON_ONE_SCALE if has_one_scale else _SMALL


def _points(figures: pl.DataFrame, panel: _Panel, language: Language, *, is_dated: bool) -> pl.DataFrame:
    """Return what the marks are drawn from, one row a figure or gap, by panel and time."""
    time = "as_of" if is_dated else "fiscal_year"
    year = f"year_label_{language}" if f"year_label_{language}" in figures.columns else "fiscal_year"
    rows = _numbered(figures, time)
    names = [_panel_name(row, language) if panel.letters else "" for row in rows.iter_rows(named=True)]
    is_first = pl.col("row") == pl.col("row").min().over("panel")
    return rows.select(
        "panel",
        pl.col(f"ward_name_{language}").alias("ward"),
        pl.Series("name", names),
        pl.when(is_first).then(pl.Series([wrapped(name, panel.letters) for name in names])).alias("caption"),
        time,
        *([] if is_dated else [pl.col(year).cast(pl.String).alias("year")]),
        "value_type",
        pl.col("value_type").replace_strict(kind_names(language)).alias("kind"),
        "value",
        pl.coalesce(numbers(choose(language, "約", "≈")), "missing").alias("told"),
        pl.col(f"unit_{language}").alias("unit"),
        *_traced(figures),
        "is_approximate",
        (pl.col("obs_status") == "B").alias("is_break"),
        "missing",
        stretches("panel", "value_type").alias("stretch"),
        pl.col("row").is_in(_newest(rows).implode()).alias("is_newest"),
    )


def _numbered(figures: pl.DataFrame, time: str) -> pl.DataFrame:
    """Return the rows by panel, in the order of the frame, and time."""
    keys = ["ward_code", "series_id"]
    panels = figures.select(keys).unique(maintain_order=True).with_row_index("panel")
    rows = figures.join(panels, on=keys, nulls_equal=True)
    return rows.sort("panel", time, maintain_order=True).with_row_index("row")


def _traced(figures: pl.DataFrame) -> list[str]:
    """Return the columns that lead to a figure; the subtitle names a document that all figures share."""
    has_documents = figures["document_title_ja"].n_unique() > 1
    columns = ["quote", *(["document_title_ja"] if has_documents else []), "line", "document_id", "citation_id"]
    return [name for name in columns if name in figures.columns]


def _newest(rows: pl.DataFrame) -> pl.Series:
    """Return the row of each panel's newest result, or of its newest figure where it has no result."""
    legible = rows.filter(pl.col("value").is_not_null()).sort(pl.col("value_type") == "actual", "row")
    return legible.group_by("panel").agg(pl.col("row").last())["row"]


# -- marks --------------------------------------------------------------------------------------------------


def _faceted(
    data: pl.DataFrame, panel: _Panel, language: Language, *, is_dated: bool, has_one_scale: bool, **words: Any
) -> alt.FacetChart:
    """Return the panels in columns, as many as the page has room for when the chart is drawn.

    A concatenation has a fixed number of columns, which would be too few for a page or too many for a phone.
    """
    columns = f"clamp(floor({ROOM} / {panel.pitch}), 1, {data['panel'].n_unique()})"
    scale = alt.Undefined if has_one_scale else alt.ScaleResolveMap(y="independent")
    return faceted(
        Layers(layer=_layers(data, language, is_dated=is_dated), width=panel.width, height=panel.height),
        columns,
        data=data.drop("name", "value_type"),
        spacing={"row": 26, "column": 14},
        resolve=alt.Resolve(axis=alt.AxisResolveMap(x="independent"), scale=scale),
        **words,
    )


def _layers(data: pl.DataFrame, language: Language, *, is_dated: bool) -> list[alt.Chart]:
    x = _time_axis(data, is_dated=is_dated)
    told = tooltips(data, language)
    kinds = kind_channels(data["value_type"], language)
    base = alt.Chart().encode(x=x, y=_value_axis(language), color=kinds.color, tooltip=told)
    is_dense = max(data["panel"].value_counts()["count"]) >= _DENSE
    return [
        *([break_marks(x)] if data["is_break"].any() else []),
        line_marks(base),
        point_marks(base, kinds, (4, 20) if is_dense else (24, 70), language),
        *([missing_marks(x, told, size=16)] if data["missing"].count() else []),
        *_titles(data),
        *rimmed_text(
            base.encode(text=alt.Text("told:N")).transform_filter("datum.is_newest"),
            TEXT,
            dy=-11,
            fontSize=11,
            align="right",
        ),
    ]


def _time_axis(data: pl.DataFrame, *, is_dated: bool) -> alt.X:
    style: dict[str, Any] = {"labelOverlap": True, "labelSeparation": 4, "labelFontSize": 11, "grid": False}
    if is_dated:
        return alt.X("as_of:T", title=None, axis=alt.Axis(format="%Y", tickCount="year", **style))
    years = list(range(min(data["fiscal_year"]), max(data["fiscal_year"]) + 1))
    return alt.X("fiscal_year:O", title=None, scale=alt.Scale(domain=years), axis=alt.Axis(**style))


def _value_axis(language: Language) -> alt.Y:
    # Small panels have no room for a number with all its digits; the tooltip and the newest value have them.
    long = choose(
        language,
        "abs(datum.value) >= 10000 ? format(datum.value / 10000, ',~g') + '万' : format(datum.value, ',~g')",
        "abs(datum.value) >= 1000 ? format(datum.value, '~s') : format(datum.value, ',~g')",
    )
    return alt.Y(
        "value:Q",
        title=None,
        scale=alt.Scale(zero=True),
        axis=alt.Axis(tickCount=3, labelExpr=long, labelFontSize=11),
    )


def _titles(data: pl.DataFrame) -> list[alt.Chart]:
    """Return the titles of the panels, all as high as the one with the most lines."""
    lines = max(caption.count("\n") + (caption != "") for caption in data["caption"].drop_nulls())
    top = -_LINE * (lines + 1) - 20
    at_panel = alt.Chart().encode(x=x_at(0)).transform_filter("isValid(datum.caption)")
    style: dict[str, Any] = {"align": "left", "baseline": "top"}
    wards = at_panel.mark_text(**style, fontSize=13, fontWeight="bold").encode(y=y_at(top), text=alt.Text("ward:N"))
    if not lines:
        return [wards]
    captions = at_panel.mark_text(**style, fontSize=11, lineBreak="\n", lineHeight=_LINE, color=MUTED)
    return [wards, captions.encode(y=y_at(top + _LINE + 3), text=alt.Text("caption:N"))]


# -- words --------------------------------------------------------------------------------------------------


def _series_name(row: dict[str, object], language: Language) -> str:
    return series_name(row, language) if row["name_ja"] else ""


def _panel_name(row: dict[str, object], language: Language) -> str:
    """Return what stands under the ward's name: the name of the series and its unit."""
    unit = row[f"unit_{language}"]
    return _series_name(row, language) + (f" ({unit})" if unit else "")


def _shared_name(figures: pl.DataFrame, language: Language) -> str:
    names = {_series_name(row, language) for row in figures.iter_rows(named=True)}
    (name,) = names if len(names) == 1 else [""]
    return name or choose(language, "区ごとの推移", "The wards over time")


def _scale_note(figures: pl.DataFrame, has_one_scale: bool, language: Language) -> list[str]:
    """Return whether panels can be compared, and the unit they share."""
    units = figures[f"unit_{language}"].unique().to_list()
    unit = [choose(language, f"単位: {units[0]}", f"unit: {units[0]}.")] if len(units) == 1 and units[0] else []
    if has_one_scale:
        return [
            choose(
                language, "縦軸は共通で、区どうしで比べられる。", "One scale for all panels: wards can be compared."
            ),
            *unit,
        ]
    return [
        choose(
            language,
            "縦軸はパネルごとに異なり、高さを区どうしで比べることはできない。",
            "Each panel has its own scale: heights cannot be compared between panels.",
        ),
        *unit,
    ]


def _notes(data: pl.DataFrame, language: Language) -> list[str]:
    """Return what the marks mean, as far as there are any."""
    notes = [] if "as_of" in data.columns else [choose(language, "横軸は年度。", "Years are fiscal years.")]
    notes += approximate_note(data, language)
    if data["is_break"].any():
        notes.append(choose(language, "破線: 系列の断絶", "Dashed: break in series."))
    reasons = data["missing"].drop_nulls().unique(maintain_order=True)
    if len(reasons):
        notes.append(choose(language, f"×: {'・'.join(reasons)}", f"×: {', '.join(reasons)}."))
    return notes


def _undrawn(rows: pl.DataFrame, language: Language) -> list[str]:
    """Return the values that are printed without a year and so have no place in the chart."""
    told = ", ".join(
        f"{row[f'ward_name_{language}']} {number(row['value'])} {row[f'unit_{language}'] or ''}".strip()
        for row in rows.drop_nulls("value").iter_rows(named=True)
    )
    if not told:
        return []
    return [choose(language, f"年度の記載がなく、描いていない値: {told}", f"Not drawn, no year stated: {told}.")]


def _description(data: pl.DataFrame, language: Language) -> str:
    """Return the panels in words: every figure of each, or the first and the newest where there are many."""
    panels = []
    for part in data.partition_by("panel", maintain_order=True):
        figures = [
            f"{row['as_of'] if 'as_of' in row else row['year']} {row['kind']} {row['told']}"
            for row in part.iter_rows(named=True)
        ]
        if len(figures) > _TOLD:
            figures = [
                figures[0],
                choose(language, f"… (全{len(figures)}値)", f"… ({len(figures)} in all)"),
                figures[-1],
            ]
        first = part.row(0, named=True)
        panels.append(f"{first['ward']} {first['name']}".strip() + f": {choose(language, '、', ', ').join(figures)}")
    return "; ".join(panels)
