"""The marks that all charts of series share: one colour and shape a kind, hollow points, cut lines, gaps.

The functions take a chart whose data hold `kind`, `value`, `stretch`, `is_approximate`, `is_break` and `missing`.
"""

from dataclasses import dataclass
from typing import Any

import altair as alt
import polars as pl

from analysis.charts.theme import IS_NARROW, MUTED, PALETTE
from analysis.charts.wording import VALUE_TYPES, Language, kind_names

_COLORS = {"actual": PALETTE[0], "target": PALETTE[1], "baseline": PALETTE[7], "prose": PALETTE[2]}
_SHAPES = {"actual": "circle", "target": "diamond", "baseline": "square", "prose": "triangle-up"}

#: Where a mark stands that has no value to say how high: the bottom of the plot.
BASE_LINE = alt.YValue("height")  # type: ignore[no-untyped-call]


def stretches(*series: str) -> pl.Expr:
    """Return the number of the stretch of line that a row belongs to; rows must be in the order of time.

    A line is cut where the series breaks, where a figure is missing, and where a year between has no row. A figure
    that is no result is a stretch of its own, of which a line draws nothing.
    """
    is_gap = pl.col("value").is_null() | (pl.col("fiscal_year").diff().over(*series) > 1).fill_null(False)
    is_cut = (pl.col("obs_status") == "B") | is_gap | (pl.col("value_type") != "actual")
    return is_cut.cum_sum().over(*series)


@dataclass(frozen=True)
class KindChannels:
    """Colour and shape of the kinds of figures in a chart: colour is not all that tells them apart."""

    color: alt.Color
    fill: alt.Fill
    shape: alt.Shape


def kind_channels(value_types: pl.Series, language: Language) -> KindChannels:
    """Return colour and shape of the kinds of figures that are there."""
    names = kind_names(language)
    shown = [value_type for value_type in VALUE_TYPES if value_type in value_types.to_list()]
    domain = [names[value_type] for value_type in shown]
    # Results alone need no legend; of four kinds, three stand side by side on a phone.
    legend = None if shown == ["actual"] else alt.Legend(columns=alt.expr(f"{IS_NARROW} ? 3 : 4"))
    colors = alt.Scale(domain=domain, range=[_COLORS[value_type] for value_type in shown])
    shapes = alt.Scale(domain=domain, range=[_SHAPES[value_type] for value_type in shown])
    return KindChannels(
        color=alt.Color("kind:N", title=None, legend=legend, scale=colors),
        fill=alt.Fill("kind:N", title=None, legend=legend, scale=colors),
        shape=alt.Shape("kind:N", title=None, legend=legend, scale=shapes),
    )


def x_at(pixels: float) -> alt.XValue:
    """Return a place in the plot that is none of the scale."""
    return alt.XValue(pixels)  # type: ignore[no-untyped-call]


def y_at(pixels: float) -> alt.YValue:
    """Return a place in the plot that is none of the scale."""
    return alt.YValue(pixels)  # type: ignore[no-untyped-call]


def line_marks(base: alt.Chart) -> alt.Chart:
    """Return the line through the results, stretch by stretch."""
    chart: alt.Chart = base.mark_line(point=False).encode(detail=alt.Detail("stretch:N"))
    return chart


def point_marks(base: alt.Chart, kinds: KindChannels, sizes: tuple[int, int], language: Language) -> alt.Chart:
    """Return the points, hollow where a value is approximate.

    Args:
        base: with x, y, colour and tooltip.
        kinds: from `kind_channels`.
        sizes: of results and of all others. Where the result is the target, its corners look out behind the result.
        language: of the kinds' names.
    """
    is_result = f"datum.kind === '{kind_names(language)['actual']}'"
    chart: alt.Chart = base.mark_point(filled=False, strokeWidth=2, opacity=1).encode(
        size=alt.SizeValue(sizes[1], condition={"test": is_result, "value": sizes[0]}),
        shape=kinds.shape,
        fill=alt.condition("datum.is_approximate", alt.value("white"), kinds.fill),
    )
    return chart


def break_marks(x: alt.X) -> alt.Chart:
    """Return a rule at each figure that no longer counts what those before counted."""
    rule = alt.Chart().mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=MUTED)
    chart: alt.Chart = rule.encode(x=x).transform_filter("datum.is_break")
    return chart


def missing_marks(x: alt.X, tooltip: list[alt.Tooltip], size: int) -> alt.Chart:
    """Return a × on the base line for each figure that is not stated or not legible."""
    cross = alt.Chart().mark_text(text="×", fontSize=size, color=MUTED)
    chart: alt.Chart = cross.encode(x=x, y=BASE_LINE, tooltip=tooltip).transform_filter("isValid(datum.missing)")
    return chart


def rimmed_text(base: alt.Chart, color: str, **style: Any) -> list[alt.Chart]:
    """Return text with a white rim that keeps it readable on lines.

    Args:
        base: with x, y and text.
        color: of the text.
        style: of `mark_text`.
    """
    return [
        base.mark_text(**style, stroke="white", strokeWidth=5).encode(color=alt.ColorValue("white")),
        base.mark_text(**style).encode(color=alt.ColorValue(color)),
    ]
