"""The coverage matrix: which ward publishes what."""

import altair as alt
import polars as pl

from analysis.charts.composed import OWN_COLORS, Layers
from analysis.charts.frames import AnyFrame, required
from analysis.charts.grid import ward_grid
from analysis.charts.theme import IS_NARROW, PALETTE
from analysis.charts.wording import Language, choose

_LEVELS = {"published": ("公表", "published"), "mentioned": ("言及のみ", "mentioned"), "absent": ("なし", "absent")}
#: What stands for a level where its name has no room.
_SIGNS = {"published": "●", "mentioned": "○", "absent": "–"}
_COLORS = {"published": PALETTE[0], "mentioned": "#CFE3F1", "absent": "#EEEEEE"}
_TEXT = {"published": "white", "mentioned": "#222222", "absent": "#595959"}

_COLUMNS = ("ward_name_ja", "ward_name_en", "indicator_name_ja", "indicator_name_en", "coverage", "passage_count")


def coverage_chart(coverage: AnyFrame, language: Language) -> alt.LayerChart:
    """Return a matrix with a row for each indicator and a column for each ward.

    Args:
        coverage: rows of `comparison.coverage`, polars or pandas, at least one.
        language: of titles, labels and the text alternative.

    Raises:
        WardPlansError: the frame is empty or lacks a column.
    """
    data = _cells(required(coverage, _COLUMNS, "coverage_chart", is_filled=True), language)
    grid, whole = ward_grid(data)
    base = grid.encode(tooltip=_tooltips(language))
    # No legend: every cell says what its colour means.
    ground = base.mark_rect(stroke="white", strokeWidth=3).encode(
        color=alt.Color("coverage:N", legend=None, scale=_scale(_COLORS))
    )
    words = (
        base.mark_text(fontSize=13)
        .encode(text=alt.Text("shown:N"), color=alt.Color("coverage:N", legend=None, scale=_scale(_TEXT)))
        .transform_calculate(shown=f"{IS_NARROW} ? datum.sign : datum.sign + ' ' + datum.level")
    )
    title = choose(language, "どの区が何を公表しているか", "Which ward publishes what")
    return Layers(
        layer=[ground, words],
        **whole,
        resolve=OWN_COLORS,
        title=alt.TitleParams(title, subtitle=_subtitle(language)),
        description=f"{title}: "
        + "; ".join(f"{row['ward']} {row['subject']} {row['level']}" for row in data.iter_rows(named=True)),
    )


def _cells(coverage: pl.DataFrame, language: Language) -> pl.DataFrame:
    labels = {level: choose(language, *names) for level, names in _LEVELS.items()}
    return coverage.select(
        pl.col(f"ward_name_{language}").alias("ward"),
        pl.col(f"indicator_name_{language}").alias("subject"),
        pl.col("coverage"),
        pl.col("coverage").replace_strict(labels).alias("level"),
        pl.col("coverage").replace_strict(_SIGNS).alias("sign"),
        "passage_count",
    )


def _scale(looks: dict[str, str]) -> alt.Scale:
    return alt.Scale(domain=list(looks), range=list(looks.values()))


def _tooltips(language: Language) -> list[alt.Tooltip]:
    return [
        alt.Tooltip("ward:N", title=choose(language, "区", "ward")),
        alt.Tooltip("subject:N", title=choose(language, "指標", "indicator")),
        alt.Tooltip("level:N", title=choose(language, "公表の程度", "coverage")),
        alt.Tooltip("passage_count:Q", title=choose(language, "言及する文", "passages")),
    ]


def _subtitle(language: Language) -> list[str]:
    if language == "ja":
        return [
            "● 公表: 指標の単位で2年度以上の値がある　○ 言及のみ: 別の数値または文章だけがある　– なし: 言及がない",
            "出典: 各区の計画(データベースにあるすべての文書)",
        ]
    return [
        "● published: values for two years or more in the indicator's unit. ○ mentioned: other figures or words only. "
        "– absent: no mention.",
        "Source: all documents of the wards in the database.",
    ]
