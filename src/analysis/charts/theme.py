"""The one Altair theme of the project, and the renderer that works in JupyterLab, papermill and a page."""

from typing import Any

import altair as alt
from IPython.core.getipython import get_ipython

from analysis.charts.specification import specification

NAME = "wards"

#: Altair 6 itself names a newer type, which the notebook format's schema, and so papermill, does not know.
CHART_MIMETYPE = "application/vnd.vegalite.v5+json"

#: Fonts with Japanese glyphs: Debian, Noto, macOS, Windows; a machine without any of them shows boxes.
FONTS = "'Noto Sans CJK JP', 'Noto Sans JP', 'Hiragino Sans', 'Yu Gothic', 'IPAexGothic', sans-serif"

#: Okabe and Ito's colours ("Color Universal Design", 2008), those that stand out on white first; their
#: yellow, too faint for a line on white, is a grey here.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00", "#000000", "#767676")

#: From little to much, one hue, so that it survives a black and white printer.
SEQUENCE = ("#DCEBF7", "#A6CBE6", "#66A5D2", "#2C7DB8", "#08519C", "#08306B")

#: The place on the sequence where black and white text stand out alike.
_DARK = 0.61

#: Vega's expression for the width there is. Only a page's container has one of its own: JupyterLab's shrinks to what it
#: holds, which is nothing yet, and a picture has none.
ROOM = "(containerSize()[0] > 200 ? containerSize()[0] : 640)"

#: Vega's expression for a phone.
IS_NARROW = f"({ROOM} < 480)"

TEXT = "#222222"
MUTED = "#595959"
LINES = "#D9D9D9"


def enable_charts() -> None:
    """Use the project's theme and renderer for every Altair chart of this process.

    Safe to call again. A chart is shown as its Vega-Lite specification alone, without Altair's HTML:
    JupyterLab draws that with the Vega it carries, and a report page with the copy it embeds, so neither
    needs a network.

    Give each chart a `description` (`chart.properties(description=…)`): the page reads it out in place of the
    picture to whoever cannot see it.

    Example:
        >>> enable_charts()
        >>> alt.theme.active
        'wards'
    """
    alt.theme.register(NAME, enable=True)(_theme)
    alt.renderers.register(NAME, _specification_alone)
    alt.renderers.enable(NAME)
    if shell := get_ipython():
        shell.display_formatter.mimebundle_formatter.for_type(alt.TopLevelMixin, _shown)  # type: ignore[union-attr]


def _shown(chart: alt.TopLevelMixin) -> Any:
    """Return what the renderer in use makes of a chart, as Altair does, which takes longer to check it."""
    return alt.renderers.get()(specification(chart))  # type: ignore[misc]


def _specification_alone(spec: dict[str, Any], **_options: Any) -> dict[str, Any]:
    return {CHART_MIMETYPE: spec}


def _theme() -> alt.theme.ThemeConfig:
    return {
        "config": {
            "background": "white",
            "font": FONTS,
            "padding": 8,
            "range": {"category": PALETTE, "ordinal": SEQUENCE, "ramp": SEQUENCE, "heatmap": SEQUENCE},
            "view": {
                "continuousWidth": 640,
                "discreteWidth": 640,
                "continuousHeight": 320,
                "step": 30,
                "stroke": None,
            },
            "title": {
                "anchor": "start",
                "color": TEXT,
                "fontSize": 16,
                "fontWeight": "bold",
                "offset": 14,
                "subtitleColor": MUTED,
                "subtitleFontSize": 13,
                "subtitlePadding": 6,
            },
            "axis": {
                "domainColor": MUTED,
                "gridColor": LINES,
                "labelColor": TEXT,
                "labelFontSize": 13,
                "labelLimit": 260,
                "labelPadding": 6,
                "tickColor": LINES,
                "titleColor": MUTED,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
                "titlePadding": 10,
            },
            "axisX": {"labelAngle": 0},
            # above the axis and lying: Japanese turned on its side is hard to read
            "axisY": {
                "titleAlign": "left",
                "titleAngle": 0,
                "titleBaseline": "bottom",
                "titleX": 0,
                "titleY": -12,
            },
            "axisBand": {"grid": False},
            "axisQuantitative": {"tickCount": 6},
            "header": {"labelColor": TEXT, "labelFontSize": 14, "titleColor": MUTED, "titleFontSize": 13},
            "legend": {
                "labelColor": TEXT,
                "labelFontSize": 13,
                "labelLimit": 260,
                "offset": 32,  # clears the title of the y axis
                "orient": "top",
                "symbolSize": 120,
                "titleColor": MUTED,
                "titleFontSize": 13,
                "titleFontWeight": "normal",
            },
            "text": {"color": TEXT, "fontSize": 13},
            "bar": {"color": PALETTE[0]},
            "line": {"color": PALETTE[0], "strokeWidth": 2.5, "point": {"size": 60}},
            "point": {"color": PALETTE[0], "filled": True, "size": 70},
            "rule": {"color": MUTED},
        }
    }


def text_on(share: float) -> str:
    """Return the colour of text on the sequential palette; the contrast is 4.5 or more everywhere.

    Args:
        share: place on the palette, from 0 (its first colour) to 1 (its last).

    Example:
        >>> text_on(0), text_on(1)
        ('black', 'white')
    """
    return "white" if share > _DARK else "black"
