"""Tables drawn as charts: a row for each subject, named on the left, and a column for each ward, named on top."""

from typing import Any

import altair as alt
import polars as pl

from analysis.charts.lettering import display_width, wrapped
from analysis.charts.theme import IS_NARROW

#: Pixels.
_ROW = 34
_LINE = 15
_LINE_ON_A_PHONE = 12
#: Width of a row's name, as `display_width` counts; on a phone, what leaves room for five wards.
_LETTERS = 48
_LETTERS_ON_A_PHONE = 22
#: What does not fit in so many lines is cut on a phone, and told by the tooltip.
_MOST_LINES = 3
#: The lines of a row's name: a label holds it as it is wrapped for a page and, after the tab, for a phone.
_LINES = f"split(split(datum.label, '\\t')[{IS_NARROW} ? 1 : 0], '\\n')"
#: As many wards fit on a phone; more are drawn in columns of a fixed width, and the page lets them scroll.
_FITTING_WARDS = 5
_COLUMN = 64
_WIDEST_COLUMN = 150
#: A longer name of a ward is set aslant.
_NAME = 8


def ward_grid(data: pl.DataFrame) -> tuple[alt.Chart, dict[str, Any]]:
    """Return the chart that cells are drawn on, and the data and size to give the layers of them.

    Args:
        data: one row a cell, with `ward` and `subject` in the order of columns and rows.
    """
    wards = data["ward"].unique(maintain_order=True).to_list()
    rows = data.with_columns(heading=pl.col("subject").map_elements(_heading, pl.String))
    headings = rows["heading"].unique(maintain_order=True).to_list()
    most = 1 + max(heading.partition("\t")[2].count("\n") for heading in headings)
    is_fitting = len(wards) <= _FITTING_WARDS
    whole: dict[str, Any] = {"data": rows, "height": max(_ROW, _LINE_ON_A_PHONE * most + 6) * len(headings)}
    if not is_fitting:
        whole["width"] = alt.Step(_COLUMN)
    return alt.Chart().encode(x=_columns(wards, is_fitting), y=_rows(headings)), whole


def _heading(subject: str) -> str:
    lines = wrapped(subject, _LETTERS_ON_A_PHONE).split("\n")
    if len(lines) > _MOST_LINES:
        lines = [*lines[: _MOST_LINES - 1], lines[_MOST_LINES - 1] + " …"]
    return wrapped(subject, _LETTERS) + "\t" + "\n".join(lines)


def _columns(wards: list[str], is_fitting: bool) -> alt.X:
    scale = alt.Scale(domain=wards)
    if is_fitting:  # as wide as the page, but no wider than a table is read
        scale = alt.Scale(domain=wards, range=[0, alt.expr(f"min(width, {_WIDEST_COLUMN * len(wards)})")])
    return alt.X(
        "ward:N",
        title=None,
        scale=scale,
        axis=alt.Axis(
            orient="top",
            labelFontSize=alt.expr(f"{IS_NARROW} ? 10 : 13"),
            labelAngle=-45 if max(map(display_width, wards)) > _NAME else 0,
        ),
    )


def _rows(headings: list[str]) -> alt.Y:
    # Vega puts the first line in the middle of the row and lets the others hang.
    offsets = [
        {"test": f"{test} && length({_LINES}) === {lines}", "value": -(lines - 1) * height / 2}
        for test, height in ((IS_NARROW, _LINE_ON_A_PHONE), (f"!{IS_NARROW}", _LINE))
        for lines in range(2, _MOST_LINES + 1)
    ]
    return alt.Y(
        "heading:N",
        title=None,
        scale=alt.Scale(domain=headings),
        axis=alt.Axis(
            labelExpr=_LINES,
            labelFontSize=alt.expr(f"{IS_NARROW} ? 10.5 : 13"),
            labelLimit=330,
            labelLineHeight=alt.expr(f"{IS_NARROW} ? {_LINE_ON_A_PHONE} : {_LINE}"),
            labelOffset={"condition": offsets, "value": 0},
        ),
    )
