"""Charts of one printed series: targets and results by fiscal year, each in its own unit and on its own axis."""

from collections.abc import Iterator
from typing import Literal

import altair as alt
import polars as pl

from analysis.charts.theme import MUTED, PALETTE, TEXT
from analysis.reading.eras import fiscal_year_label

Language = Literal["ja", "en"]

_VALUE_TYPES = {"actual": ("実績", "result"), "target": ("目標", "target"), "baseline": ("計画策定時", "baseline")}
_COLORS = {"actual": PALETTE[0], "target": PALETTE[1], "baseline": PALETTE[7]}
_SHAPES = {"actual": "circle", "target": "diamond", "baseline": "square"}
#: The share of the plot's height that a label beneath its mark takes.
_LABEL_ROOM = 0.1


def series_charts(figures: pl.DataFrame, language: Language) -> list[alt.LayerChart]:
    """Return one chart for each series, so that no two series share an axis.

    Args:
        figures: rows of `comparison.compare`.
        language: of titles, labels and text alternatives.

    Returns:
        A chart a ward and KPI with at least one legible value, in the order of the frame. Results are joined by a line,
        which is cut where the series breaks; targets are diamonds; the subtitle names unit, document, line and breaks.
    """
    return [_series_chart(series, language) for series in _legible_series(figures)]


def series_name(row: dict[str, object], language: Language) -> str:
    """Return the name of a series, with 上段 or 下段 where two share a printed name."""
    label = row["row_label_ja"]
    if language == "en":
        return str(row["name_en"])
    return f"{row['name_ja']} ({label})" if label else str(row["name_ja"])


def _legible_series(figures: pl.DataFrame) -> Iterator[pl.DataFrame]:
    for _, series in figures.filter(pl.col("value").is_not_null()).group_by("kpi_id", maintain_order=True):
        yield series


def _series_chart(series: pl.DataFrame, language: Language) -> alt.LayerChart:
    first = series.row(0, named=True)
    names = {value_type: labels[language == "en"] for value_type, labels in _VALUE_TYPES.items()}
    shown = [value_type for value_type in _VALUE_TYPES if value_type in series["value_type"].to_list()]
    data = series.sort("fiscal_year", maintain_order=True).select(
        pl.col(f"year_label_{language}").alias("year"),
        "fiscal_year",
        "value",
        pl.col("value_type").replace_strict(names).alias("kind"),
        pl.col("quote"),
        pl.col("line"),
        (pl.col("obs_status") == "B").alias("is_break"),
        # A line is cut where the series breaks, and where a year between has no figure.
        ((pl.col("obs_status") == "B") | (pl.col("fiscal_year").diff().over("value_type") > 1).fill_null(False))
        .cum_sum()
        .over("value_type")
        .alias("stretch"),
        # A label keeps to the side of its mark where the target is not, and off the labels of the axis.
        (
            (pl.col("value") < pl.col("value").max().over("fiscal_year"))
            & (pl.col("value") > _LABEL_ROOM * pl.col("value").max())
        ).alias("is_below"),
    )
    unit = first[f"unit_{language}"] or ""
    years = alt.X(
        "year:O",
        title=None,
        scale=alt.Scale(domain=_year_domain(series, language)),
        axis=alt.Axis(labelOverlap=True, labelSeparation=4),
    )
    base = alt.Chart(data).encode(
        x=years,
        y=alt.Y("value:Q", title=unit, scale=alt.Scale(zero=True)),
        color=alt.Color(
            "kind:N",
            title=None,
            scale=alt.Scale(
                domain=[names[value_type] for value_type in shown], range=[_COLORS[value_type] for value_type in shown]
            ),
        ),
        tooltip=[
            alt.Tooltip("year:O", title="年度" if language == "ja" else "fiscal year"),
            alt.Tooltip("kind:N", title="種別" if language == "ja" else "kind"),
            alt.Tooltip("quote:N", title="原文" if language == "ja" else "as printed"),
            alt.Tooltip("line:Q", title="行" if language == "ja" else "line"),
        ],
    )
    is_actual = alt.datum.kind == names["actual"]
    lines = base.mark_line(point=False).encode(detail="stretch:N").transform_filter(is_actual)
    points = base.mark_point(filled=True, opacity=1).encode(
        # Where the result is the target, the corners of the diamond look out behind it.
        size=alt.condition(is_actual, alt.value(90), alt.value(220)),
        shape=alt.Shape(
            "kind:N",
            title=None,
            scale=alt.Scale(
                domain=[names[value_type] for value_type in shown], range=[_SHAPES[value_type] for value_type in shown]
            ),
        ),
    )
    layers = [
        *_break_rules(data, years),
        lines,
        points,
        *_labels(base, data.filter(kind=names["actual"], is_below=False), -15),
        *_labels(base, data.filter(kind=names["actual"], is_below=True), 17),
    ]
    chart: alt.LayerChart = alt.layer(*layers).properties(  # type: ignore[assignment]
        height=260,
        title=alt.TitleParams(
            f"{first[f'ward_name_{language}']}: {series_name(first, language)}",
            subtitle=[_source(first, language), *_break_note(data, language)],
        ),
        description=_description(series, names, language),
    )
    return chart


def _labels(base: alt.Chart, data: pl.DataFrame, dy: int) -> list[alt.Chart]:
    """Return the values as text beside their marks, with a white rim that keeps them readable on a line."""
    if data.is_empty():
        return []
    labels = base.properties(data=data).encode(text=alt.Text("value:Q", format=",~f"))
    return [
        labels.mark_text(dy=dy, fontSize=13, stroke="white", strokeWidth=4).encode(color=alt.value("white")),
        labels.mark_text(dy=dy, fontSize=13).encode(color=alt.value(TEXT)),
    ]


def _year_domain(series: pl.DataFrame, language: Language) -> list[str]:
    """Return the labels of all years from the first to the last, so that a missing year leaves a gap."""
    years = series["fiscal_year"].to_list()
    labels = [fiscal_year_label(year) for year in range(min(years), max(years) + 1)]
    return [label.label_ja if language == "ja" else label.label_en for label in labels]


def _break_rules(data: pl.DataFrame, years: alt.X) -> list[alt.Chart]:
    """Return a rule at each year whose figures no longer count what those before counted."""
    breaks = data.filter("is_break").select("year")
    if breaks.is_empty():
        return []
    return [alt.Chart(breaks).mark_rule(strokeDash=[4, 4], strokeWidth=1.5, color=MUTED).encode(x=years)]


def _break_note(data: pl.DataFrame, language: Language) -> list[str]:
    """Return what the rules mean; beside them it would cover the figures on a phone."""
    breaks = data.filter("is_break")["year"].to_list()
    if not breaks:
        return []
    return [
        f"破線: 系列の断絶({'、'.join(breaks)})"
        if language == "ja"
        else f"Dashed: break in series ({', '.join(breaks)})"
    ]


def _source(row: dict[str, object], language: Language) -> str:
    unit = row[f"unit_{language}"]
    if language == "ja":
        return f"単位: {unit}　出典: {row['document_title_ja']} {row['line']}行目"
    return f"unit: {unit}. Source: {row['document_title_ja']}, line {row['line']}."


def _description(series: pl.DataFrame, names: dict[str, str], language: Language) -> str:
    """Return every value of the chart in words."""
    first = series.row(0, named=True)
    values = [
        f"{row[f'year_label_{language}']} {names[row['value_type']]} {row['value']:,.15g}"
        for row in series.iter_rows(named=True)
    ]
    head = f"{first[f'ward_name_{language}']} {series_name(first, language)} ({first[f'unit_{language}']})"
    return f"{head}: " + ("、" if language == "ja" else "; ").join(values)
