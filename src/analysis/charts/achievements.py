"""Targets and results of each ward: a small panel for each KPI, on a scale of its own, with a bar for each year."""

from collections.abc import Mapping
from typing import Any

import altair as alt
import polars as pl

from analysis.charts.composed import Layers, faceted
from analysis.charts.frames import AnyFrame, required
from analysis.charts.lettering import wrapped
from analysis.charts.marks import x_at, y_at
from analysis.charts.theme import MUTED, PALETTE, ROOM, TEXT
from analysis.charts.wording import Language, about, choose, number, series_name, source

_COLUMNS = (
    *("ward_code", "ward_name_ja", "ward_name_en", "kpi_id", "name_ja", "name_en", "row_label_ja", "fiscal_year"),
    *("year_label_ja", "year_label_en", "unit_ja", "unit_en", "direction", "target", "target_denominator", "actual"),
    *(
        "target_is_approximate",
        "actual_denominator",
        "actual_obs_status",
        "actual_is_approximate",
        "is_met",
        "gap",
        "achievement_ratio",
    ),
    *("ratio_refusal", "target_raw_text", "actual_raw_text", "document_id", "document_title_ja", "line", "citation_id"),
)
_NUMBERS = ("target", "target_denominator", "actual", "actual_denominator", "gap", "achievement_ratio")

_VERDICTS = {
    "met": ("✓ 達成", "✓ met"),
    "missed": ("✗ 未達", "✗ missed"),
    "not_judged": ("– 判定しない", "– not judged"),
}
_COLORS = {"met": PALETTE[0], "missed": PALETTE[1]}
_REFUSALS = {
    "no_actual": ("実績の記載がない", "no result is printed"),
    "illegible": ("実績が判読できない", "the result is illegible"),
    "break": ("系列の断絶", "break in series"),
    "natures_differ": ("目標と実績の数え方が同じか不明", "target and result may count differently"),
    "denominators_differ": ("分母が異なる", "denominators differ"),
    "no_direction": ("どちらが良いか不明", "better way not said"),
}
_DIRECTIONS = {"higher": ("大きいほど良い", "higher is better"), "lower": ("少ないほど良い", "lower is better")}
_NONE = "—"

#: Pixels: of a panel with the verdict beside the bars, from one panel to the next, of the bars, of a year, and a line.
_WIDTH = 290
_PITCH = 312
_BAR = 195
_YEAR = 38
_LINE = 15
#: Width of a KPI's name, as `display_width` counts.
_LETTERS = 44


def achievement_charts(achievements: AnyFrame, language: Language) -> list[alt.FacetChart]:
    """Return one chart for each ward that prints targets, with a panel for each of its KPIs.

    A panel has a row for each fiscal year with a target: a bar from zero for the result, a rule for the target, and the
    verdict in words. Each panel has its own scale, so that only a result and its target are compared. What is not
    judged has the reason in place of the bar.

    Args:
        achievements: rows of `analysis.achievement`, polars or pandas. Rows without a target are passed over.
        language: of titles, labels and text alternatives.

    Raises:
        WardPlansError: the frame lacks a column.
    """
    rows = required(achievements, _COLUMNS, "achievement_charts").filter(pl.col("target").is_not_null())
    typed = rows.with_columns(pl.col(_NUMBERS).cast(pl.Float64), pl.col("is_met").cast(pl.Boolean))
    return [_ward_chart(ward, language) for ward in typed.partition_by("ward_code", maintain_order=True)]


def _ward_chart(rows: pl.DataFrame, language: Language) -> alt.FacetChart:
    data = _rows(rows, language)
    name = choose(
        language,
        f"{rows['ward_name_ja'][0]}: 自ら定めた目標と実績",
        f"{rows['ward_name_en'][0]}: its own targets and its results",
    )
    columns = f"clamp(floor({ROOM} / {_PITCH}), 1, {data['panel'].n_unique()})"
    return faceted(
        Layers(layer=_layers(data, language), width=_WIDTH, height=_YEAR * _years(data)),
        columns,
        data=data,
        spacing={"row": 24, "column": _PITCH - _WIDTH},
        title=alt.TitleParams(name, subtitle=_subtitle(rows, language)),
        description=f"{name}: {_description(data)}",
    )


# -- data ---------------------------------------------------------------------------------------------------


def _rows(rows: pl.DataFrame, language: Language) -> pl.DataFrame:
    """Return what the marks are drawn from, one row a KPI and fiscal year."""
    panels = rows.select("kpi_id").unique(maintain_order=True).with_row_index("panel")
    numbered = rows.join(panels, on="kpi_id", maintain_order="left")
    words = [_words(row, language) for row in numbered.iter_rows(named=True)]
    is_judged = pl.col("is_met").is_not_null()
    end = pl.max_horizontal("target", "actual").filter(is_judged).max().over("panel")
    is_first = pl.col("fiscal_year") == pl.col("fiscal_year").min().over("panel")
    return (
        numbered.select(
            "panel",
            # A target of none that is met leaves nothing to draw.
            *(
                pl.when(is_judged).then(pl.when(end > 0).then(pl.col(name) / end).otherwise(0.0)).alias(f"{name}_end")
                for name in ("target", "actual")
            ),
            pl.int_range(pl.len()).over("panel").alias("top"),
            pl.Series("words", words),
            "document_title_ja",
            "line",
            "document_id",
            "citation_id",
            is_first.alias("is_first"),
        )
        .unnest("words")
        .with_columns(caption=pl.when("is_first").then("caption"))
        .drop("is_first")
    )


def _words(row: Mapping[str, object], language: Language) -> dict[str, str]:
    """Return what a row says in the reader's language."""
    verdict = "not_judged" if row["is_met"] is None else "met" if row["is_met"] else "missed"
    name, unit = series_name(row, language), str(row[f"unit_{language}"] or "")
    target, actual = (_printed(row, name, language) for name in ("target", "actual"))
    direction = choose(language, *_DIRECTIONS[str(row["direction"])]) if row["direction"] else _NONE
    year = str(row[f"year_label_{language}"])
    reason = choose(language, *_REFUSALS[_refusal(row)]) if verdict == "not_judged" else _NONE
    shown = choose(language, *_VERDICTS[verdict])
    return {
        "ward": str(row[f"ward_name_{language}"]),
        "name": name,
        "caption": _caption(name, unit, direction if row["direction"] == "lower" else "", language),
        "year": year,
        "target": target,
        "actual": actual,
        "unit": unit or _NONE,
        "direction": direction,
        "badge": verdict,
        "verdict": shown,
        "reason": reason,
        "refused": f"{shown}: {reason}" if verdict == "not_judged" else "",
        "told": choose(language, f"{year}　実績 {actual}　目標 {target}", f"{year}: result {actual}, target {target}"),
        "gap": _figure(row["gap"], None),
        "ratio": _percent(row["achievement_ratio"]),
        "target_raw_text": str(row["target_raw_text"] or _NONE),
        "actual_raw_text": str(row["actual_raw_text"] or _NONE),
    }


def _refusal(row: Mapping[str, object]) -> str:
    if row["ratio_refusal"] == "no_actual" and row["actual_obs_status"] == "U":
        return "illegible"
    return str(row["ratio_refusal"])


def _printed(row: Mapping[str, object], name: str, language: Language) -> str:
    """Return the target or the actual as a figure, with 'about' where the print says so."""
    figure = _figure(row[name], row[f"{name}_denominator"])
    return about(language) + figure if row[f"{name}_is_approximate"] and row[name] is not None else figure


def _figure(value: object, denominator: object) -> str:
    """Return a figure, or the two of a fraction, with all their digits but without the noise of a subtraction."""
    if not isinstance(value, float):
        return _NONE
    shown = number(float(f"{value:.12g}"))
    return f"{shown}/{number(denominator)}" if isinstance(denominator, float) else shown


def _percent(ratio: object) -> str:
    return f"{ratio * 100:.1f}%" if isinstance(ratio, float) else _NONE


def _caption(name: str, unit: str, direction: str, language: Language) -> str:
    notes = choose(language, "、", ", ").join(filter(None, (unit, direction)))
    return wrapped(name, _LETTERS) + (f"\n({notes})" if notes else "")


def _years(data: pl.DataFrame) -> int:
    return 1 + int(max(data["top"]))


# -- marks --------------------------------------------------------------------------------------------------


def _layers(data: pl.DataFrame, language: Language) -> list[alt.Chart]:
    base = alt.Chart().encode(tooltip=_tooltips(language))
    judged = base.transform_filter("isValid(datum.target_end)")
    x = alt.Scale(domain=[min([0, *data["actual_end"].drop_nulls(), *data["target_end"].drop_nulls()]), 1])
    x.range = [0, _BAR]
    style: dict[str, Any] = {"align": "left", "baseline": "middle"}
    return [
        judged.transform_calculate(zero="0", **_edges(0.48, 0.80))
        .mark_rect()
        .encode(
            x=alt.X("zero:Q", axis=None, scale=x),
            x2=alt.X2("actual_end:Q"),
            y=_edge("upper", data),
            y2=alt.Y2("lower:Q"),
            color=alt.Color(
                "badge:N", legend=None, scale=alt.Scale(domain=list(_COLORS), range=list(_COLORS.values()))
            ),
        ),
        judged.transform_calculate(**_edges(0.40, 0.88))
        .mark_rule(strokeWidth=3, color=TEXT)
        .encode(x=alt.X("target_end:Q", axis=None, scale=x), y=_edge("upper", data), y2=alt.Y2("lower:Q")),
        _row_text(base, data, 0.22, "told", 0, {**style, "fontSize": 12}),
        _row_text(judged, data, 0.64, "verdict", _BAR + 10, {**style, "fontSize": 12}),
        _row_text(base, data, 0.62, "refused", 0, {**style, "fontSize": 12, "color": MUTED}),
        _captions(),
    ]


def _edges(upper: float, lower: float) -> dict[str, str]:
    return {"upper": f"datum.top + {upper}", "lower": f"datum.top + {lower}"}


def _edge(name: str, data: pl.DataFrame) -> alt.Y:
    years = _years(data)
    return alt.Y(f"{name}:Q", axis=None, scale=alt.Scale(domain=[0, years], range=[0, _YEAR * years]))


def _row_text(
    base: alt.Chart, data: pl.DataFrame, height: float, field: str, left: int, style: dict[str, Any]
) -> alt.Chart:
    text = base.transform_calculate(upper=f"datum.top + {height}").mark_text(**style)
    chart: alt.Chart = text.encode(x=x_at(left), y=_edge("upper", data), text=alt.Text(f"{field}:N"))
    return chart


def _captions() -> alt.Chart:
    """Return the names of the panels, with their units."""
    text = alt.Chart().mark_text(
        align="left",
        baseline="top",
        fontSize=12,
        fontWeight="bold",
        lineBreak="\n",
        lineHeight=_LINE,
        # Vega hangs all lines from the first one.
        dy=alt.expr(f"-{_LINE} * length(split(datum.caption, '\\n')) - 4"),
    )
    chart: alt.Chart = text.encode(x=x_at(0), y=y_at(0), text=alt.Text("caption:N")).transform_filter(
        "isValid(datum.caption)"
    )
    return chart


# -- words --------------------------------------------------------------------------------------------------


def _tooltips(language: Language) -> list[alt.Tooltip]:
    titles = {
        "ward": ("区", "ward"),
        "name": ("KPI", "KPI"),
        "year": ("年度", "fiscal year"),
        "target": ("目標", "target"),
        "actual": ("実績", "result"),
        "unit": ("単位", "unit"),
        "direction": ("望ましい向き", "direction"),
        "verdict": ("判定", "verdict"),
        "reason": ("判定しない理由", "why not judged"),
        "gap": ("実績−目標", "result − target"),
        "ratio": ("実績÷目標", "result ÷ target"),
        "target_raw_text": ("目標の原文", "target as printed"),
        "actual_raw_text": ("実績の原文", "result as printed"),
        "document_title_ja": ("文書", "document"),
        "line": ("行", "line"),
        "citation_id": ("引用ID", "citation"),
    }
    return [alt.Tooltip(f"{name}:N", title=choose(language, *pair)) for name, pair in titles.items()]


def _subtitle(rows: pl.DataFrame, language: Language) -> list[str]:
    if language == "ja":
        notes = [
            "帯は実績、縦線は目標。目盛はKPIごとに異なり、いずれも0から始まる。",
            "✓: 達成、✗: 未達、–: 判定しない。",
        ]
    else:
        notes = [
            "Bar: result. Rule: target. Each KPI has its own scale, from zero.",
            "✓: met, ✗: missed, –: not judged.",
        ]
    return [*notes, source(rows["document_title_ja"], language)]


def _description(data: pl.DataFrame) -> str:
    """Return every target with its result and verdict in words, KPI by KPI."""
    panels = []
    for panel in data.partition_by("panel", maintain_order=True):
        figures = [f"{row['told']} {row['refused'] or row['verdict']}" for row in panel.iter_rows(named=True)]
        panels.append(f"{panel['name'][0]} ({panel['unit'][0]}): {'; '.join(figures)}")
    return ". ".join(panels)
