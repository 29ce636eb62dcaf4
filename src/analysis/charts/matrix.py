"""The coverage matrix: which ward publishes what."""

from typing import Literal

import altair as alt
import polars as pl

from analysis.charts.lettering import wrapped
from analysis.charts.theme import PALETTE

_LEVELS = {"published": ("公表", "published"), "mentioned": ("言及のみ", "mentioned"), "absent": ("なし", "absent")}
_COLORS = {"published": PALETTE[0], "mentioned": "#CFE3F1", "absent": "#EEEEEE"}
_TEXT = {"published": "white", "mentioned": "#222222", "absent": "#595959"}
#: Pixels; a ward's name and three columns fit on a phone.
_COLUMN = 85
_ROW = 34
#: What fits above a column, as `display_width` counts.
_LETTERS = 13
_LABEL_SIZE = 12
_LINE = 15


def coverage_chart(coverage: pl.DataFrame, language: Literal["ja", "en"]) -> alt.LayerChart:
    """Return a matrix with a row for each ward and a column for each indicator.

    Args:
        coverage: rows of `comparison.coverage`, at least one.
        language: of titles, labels and the text alternative.
    """
    labels = {level: pair[language == "en"] for level, pair in _LEVELS.items()}
    data = coverage.select(
        pl.col(f"ward_name_{language}").alias("ward"),
        pl.col(f"indicator_name_{language}").alias("indicator"),
        pl.col(f"indicator_name_{language}")
        .map_elements(lambda name: wrapped(name, _LETTERS), pl.String)
        .alias("heading"),
        pl.col("coverage").replace_strict(labels).alias("level"),
        "passage_count",
    )
    lines = 1 + max(heading.count("\n") for heading in data["heading"])
    base = alt.Chart(data).encode(
        x=alt.X(
            "heading:N",
            title=None,
            sort=None,
            axis=alt.Axis(
                orient="top",
                labelExpr="split(datum.label, '\\n')",
                labelFontSize=_LABEL_SIZE,
                labelLineHeight=_LINE,
                labelPadding=6 + _LINE * (lines - 1),  # Vega places the first line and lets the others hang
            ),
        ),
        y=alt.Y("ward:N", title=None, sort=None),
    )
    domain = list(labels.values())
    cells = base.mark_rect(stroke="white", strokeWidth=3).encode(
        # No legend: every cell says what its colour means.
        color=alt.Color("level:N", legend=None, scale=alt.Scale(domain=domain, range=list(_COLORS.values()))),
        tooltip=[
            alt.Tooltip("ward:N", title="区" if language == "ja" else "ward"),
            alt.Tooltip("indicator:N", title="指標" if language == "ja" else "indicator"),
            alt.Tooltip("level:N", title="公表の程度" if language == "ja" else "coverage"),
            alt.Tooltip("passage_count:Q", title="言及する文" if language == "ja" else "passages"),
        ],
    )
    text = base.mark_text(fontSize=13).encode(
        text="level:N",
        color=alt.Color("level:N", scale=alt.Scale(domain=domain, range=list(_TEXT.values())), legend=None),
    )
    title = "どの区が何を公表しているか" if language == "ja" else "Which ward publishes what"
    subtitle = (
        "公表 = 指標の単位で2年度以上の値がある　言及のみ = 別の数値または文章だけがある"
        if language == "ja"
        else "published: values for two years or more in the indicator's unit; mentioned: other figures or words only"
    )
    chart: alt.LayerChart = (
        alt.layer(cells, text)
        .resolve_scale(color="independent")
        .properties(
            width=alt.Step(_COLUMN),
            height=alt.Step(_ROW),
            title=alt.TitleParams(title, subtitle=subtitle),
            description=f"{title}: "
            + "; ".join(f"{row['ward']} {row['indicator']} {row['level']}" for row in data.iter_rows(named=True)),
        )
    )
    return chart
