"""Charts of one printed series: targets and results by fiscal year, each in its own unit and on its own axis."""

from collections.abc import Iterator

import altair as alt
import polars as pl

from analysis.charts.composed import Layers
from analysis.charts.frames import AnyFrame, required
from analysis.charts.marks import (
    BASE_LINE,
    break_marks,
    kind_channels,
    line_marks,
    missing_marks,
    point_marks,
    rimmed_text,
    stretches,
)
from analysis.charts.theme import IS_NARROW, MUTED, TEXT
from analysis.charts.wording import (
    Language,
    about,
    approximate_note,
    choose,
    kind_names,
    missing_texts,
    numbers,
    series_name,
    tooltips,
)
from analysis.reading.eras import fiscal_year_label

_COLUMNS = (
    *("series_id", "kpi_id", "ward_name_ja", "ward_name_en", "name_ja", "name_en", "row_label_ja"),
    *("fiscal_year", "year_label_ja", "year_label_en", "value_type", "value", "unit_ja", "unit_en", "is_approximate"),
    *("obs_status", "quote", "line", "document_title_ja"),
)

#: The share of the plot's height that a label beneath its mark takes.
_LABEL_ROOM = 0.1
#: A figure below this share of the plot's height is in the way of what stands on the base line.
_LOW = 0.17
#: What lifts a text over such a figure and its label, in pixels.
_LIFT = 60
#: Letters of a label that may be wider than the step of a year on a phone.
_LONG = 8
_HEIGHT = 260
_HEADROOM = 1.06


def series_charts(figures: AnyFrame, language: Language) -> list[alt.LayerChart]:
    """Return one chart for each printed series, so that no two series share an axis.

    Args:
        figures: rows of `comparison.compare`, polars or pandas. Quantities and statistics, which have no `kpi_id`,
            are passed over.
        language: of titles, labels and text alternatives.

    Returns:
        A chart a ward and KPI with at least one legible value, in the order of the frame. Results are joined by a line,
        which is cut where the series breaks or a year is missing; targets are diamonds; approximate values are hollow;
        a year that is not stated or not legible has a × on the base line. The subtitle names unit, document, line,
        breaks and approximate values; a point's tooltip leads to the quote.

    Raises:
        WardPlansError: the frame lacks a column.
    """
    return [_series_chart(series, language) for series in _legible_series(figures, language)]


def _legible_series(figures: AnyFrame, language: Language) -> Iterator[pl.DataFrame]:
    """Yield the rows of each series that hold a value or a reason for its absence, if any holds a value."""
    rows = required(figures, _COLUMNS, "series_charts").filter(pl.col("kpi_id").is_not_null())
    shown = rows.with_columns(missing=missing_texts(language)).filter(
        pl.col("value").is_not_null() | pl.col("missing").is_not_null()
    )
    for _, series in shown.group_by("series_id", maintain_order=True):
        if series["value"].count():
            yield series.sort("fiscal_year", maintain_order=True)


def _series_chart(series: pl.DataFrame, language: Language) -> alt.LayerChart:
    first = series.filter(pl.col("value").is_not_null()).row(0, named=True)
    data = _points(series, language)
    x = alt.X(
        "year:O",
        title=None,
        scale=alt.Scale(domain=_year_domain(series, language)),
        axis=alt.Axis(labelOverlap=True, labelSeparation=4),
    )
    told = tooltips(data, language)
    kinds = kind_channels(series["value_type"], language)
    base = alt.Chart().encode(
        x=x,
        y=alt.Y("value:Q", title=first[f"unit_{language}"] or "", scale=_value_scale(series)),
        color=kinds.color,
        tooltip=told,
    )
    labels = _labels(base, data)
    layers = [
        break_marks(x),
        line_marks(base),
        *labels[:1],  # the rims keep lines off the letters, but no letters off a point
        point_marks(base, kinds, (60, 160), language),
        *_gap_marks(x, told),
        *labels[1:],
    ]
    return Layers(
        layer=layers,
        data=data,
        height=_HEIGHT,
        title=alt.TitleParams(
            f"{first[f'ward_name_{language}']}: {series_name(first, language)}",
            subtitle=[_source(first, language), *_break_note(data, language), *approximate_note(data, language)],
        ),
        description=_description(series, data, language),
    )


def _value_scale(series: pl.DataFrame) -> alt.Scale:
    """Return a scale from zero with room above the largest value, so that its label keeps off the unit."""
    largest = max(series["value"].drop_nulls())
    return alt.Scale(zero=True, nice=True, domainMax=_HEADROOM * largest) if largest > 0 else alt.Scale(zero=True)


def _points(series: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return what the marks of a chart are drawn from, one row a figure or gap."""
    is_actual = pl.col("value_type") == "actual"
    # A label keeps to the side of its mark where the target is not, and off the labels of the axis.
    is_below = (pl.col("value") < pl.col("value").max().over("fiscal_year")) & (
        pl.col("value") > _LABEL_ROOM * pl.col("value").max()
    )
    is_low = pl.col("value") < _LOW * max(series["value"].drop_nulls())
    optional = [name for name in ("document_id", "citation_id") if name in series.columns]
    kinds = pl.col("value_type").replace_strict(kind_names(language))
    return series.with_columns(kind=kinds).select(
        pl.col(f"ward_name_{language}").alias("ward"),
        pl.col(f"year_label_{language}").alias("year"),
        pl.col(f"unit_{language}").alias("unit"),
        "value",
        "kind",
        pl.coalesce(numbers(about(language)), "missing").alias("told"),
        "quote",
        "document_title_ja",
        "line",
        *optional,
        "is_approximate",
        (pl.col("obs_status") == "B").alias("is_break"),
        "missing",
        # Whose gap it is need be said only where the year has other figures; and a low one is in the way.
        pl.when(pl.col("value").is_not_null().any().over("fiscal_year"))
        .then(_gap_words("kind", language) + ": " + _gap_words("missing", language))
        .otherwise(_gap_words("missing", language))
        .alias("reason"),
        pl.when(is_low.any().over("fiscal_year")).then(_LIFT).otherwise(0).alias("lift"),
        stretches("value_type").alias("stretch"),
        pl.when(is_actual & pl.col("value").is_not_null())
        .then(pl.when(is_below).then(pl.lit("below")).otherwise(pl.lit("above")))
        .alias("side"),
        _alignment().alias("align"),
    )


def _alignment() -> pl.Expr:
    """Return how a label stands to its mark so that it keeps within the plot."""
    year = pl.col("fiscal_year")
    return (
        pl.when(year == year.min())
        .then(pl.lit("left"))
        .when(year == year.max())
        .then(pl.lit("right"))
        .otherwise(pl.lit("center"))
    )


def _gap_words(text: str, language: Language) -> pl.Expr:
    """Return the words of a year's gaps joined, at the first of them: two gaps of a year have one place to stand."""
    is_gap = pl.col("missing").is_not_null()
    words = pl.col(text).filter(is_gap).unique(maintain_order=True).str.join(choose(language, "・", ", "))
    return pl.when(is_gap & (is_gap.cum_sum().over("fiscal_year") == 1)).then(words.over("fiscal_year"))


def _gap_marks(x: alt.X, tooltip: list[alt.Tooltip]) -> list[alt.Chart]:
    """Return a × for each gap, and above it why there is none: upright on a phone, where years stand close."""
    base = alt.Chart().encode(x=x, y=BASE_LINE, text=alt.Text("reason:N")).transform_filter("isValid(datum.reason)")
    reasons = rimmed_text(
        base,
        MUTED,
        fontSize=12,
        angle=alt.expr(f"{IS_NARROW} ? 270 : 0"),
        align=alt.expr(f"{IS_NARROW} ? 'left' : 'center'"),
        dx=alt.expr(f"{IS_NARROW} ? 12 + datum.lift : 0"),
        dy=alt.expr(f"{IS_NARROW} ? 0 : -15 - datum.lift"),
    )
    return [missing_marks(x, tooltip, size=22), *reasons]


def _labels(base: alt.Chart, data: pl.DataFrame) -> list[alt.Chart]:
    """Return the rims and the letters of the results, beside their marks."""
    if data["side"].count() == 0:
        return []
    labels = base.encode(text=alt.Text("told:N")).transform_filter("isValid(datum.side)")
    return rimmed_text(
        labels,
        TEXT,
        dy=alt.expr("datum.side === 'below' ? 17 : -15"),
        # On a phone a long number at either end of the axis would run over its edge.
        fontSize=alt.expr(f"{IS_NARROW} ? 11 : 13"),
        align=alt.expr(f"{IS_NARROW} && length(datum.told) > {_LONG} ? datum.align : 'center'"),
    )


def _year_domain(series: pl.DataFrame, language: Language) -> list[str]:
    """Return the labels of all years from the first to the last, so that a missing year leaves a gap."""
    years = series["fiscal_year"].to_list()
    labels = [fiscal_year_label(year) for year in range(min(years), max(years) + 1)]
    return [choose(language, label.label_ja, label.label_en) for label in labels]


def _break_note(data: pl.DataFrame, language: Language) -> list[str]:
    """Return what the rules mean; beside them it would cover the figures on a phone."""
    years = data.filter("is_break")["year"].unique(maintain_order=True).to_list()
    if not years:
        return []
    return [choose(language, f"破線: 系列の断絶({'、'.join(years)})", f"Dashed: break in series ({', '.join(years)}).")]


def _source(row: dict[str, object], language: Language) -> str:
    unit = row[f"unit_{language}"]
    counted = choose(language, f"単位: {unit}　", f"unit: {unit}. ") if unit else ""
    return counted + choose(
        language,
        f"出典: {row['document_title_ja']} {row['line']}行目",
        f"Source: {row['document_title_ja']}, line {row['line']}.",
    )


def _description(series: pl.DataFrame, data: pl.DataFrame, language: Language) -> str:
    """Return every value and every gap of the chart in words."""
    first = series.row(0, named=True)
    unit = first[f"unit_{language}"]
    values = [f"{row['year']} {row['kind']} {row['told']}" for row in data.iter_rows(named=True)]
    head = f"{first[f'ward_name_{language}']} {series_name(first, language)}" + (f" ({unit})" if unit else "")
    return f"{head}: {choose(language, '、', '; ').join(values)}"
