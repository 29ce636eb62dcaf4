"""A small picture of a report's first chart: its shapes and colours, without lettering."""

import base64
from collections.abc import Mapping
from typing import Any

import vl_convert
from nbformat import NotebookNode

from analysis.charts import CHART_MIMETYPE

#: Pixels of the view, before it is scaled down.
_WIDTH = 640
_SCALE = 0.5

#: Letters too small to be read are noise, and boxes where there is no font for them.
_UNLETTERED = {
    "axis": {"labels": False, "ticks": False, "title": None, "domain": False},
    "legend": {"disable": True},
    "title": {"fontSize": 0, "subtitleFontSize": 0},
    "padding": 0,
}


#: What an axis or a scale says of itself, whatever the configuration says.
_LETTERED = ("axis", "legend", "title")


def first_chart(executed_notebook: NotebookNode) -> dict[str, Any] | None:
    """Return the specification of the first chart of an executed notebook, or None when it shows no chart."""
    for cell in executed_notebook.cells:
        for output in cell.get("outputs", []):
            if CHART_MIMETYPE in output.get("data", {}):
                return dict(output.data[CHART_MIMETYPE])
    return None


def thumbnail(chart: Mapping[str, Any] | None) -> str:
    """Return a chart as a small PNG in base64, '' where there is no chart."""
    if chart is None:
        return ""
    return base64.b64encode(vl_convert.vegalite_to_png(_unlettered(chart), scale=_SCALE)).decode()


def _unlettered(spec: Mapping[str, Any]) -> dict[str, Any]:
    """Return a chart without its titles, axes' labels, legends and marks of text."""
    bare = {name: _without_text(part) for name, part in spec.items() if name not in ("title", "config")}
    is_view = ("mark" in bare or "layer" in bare) and "width" not in bare
    own = {**spec.get("config", {}), **_UNLETTERED}
    return {**bare, "config": own, **({"width": _WIDTH} if is_view else {})}


def _without_text(part: Any) -> Any:
    """Return a part of a specification without layers of text and without what an axis says of its own labels."""
    if isinstance(part, Mapping):
        return {name: _without_text(value) for name, value in part.items() if name not in _LETTERED}
    if isinstance(part, list):
        return [_without_text(item) for item in part if not _is_text(item)]
    return part


def _is_text(part: Any) -> bool:
    mark = part.get("mark") if isinstance(part, Mapping) else None
    return (mark.get("type") if isinstance(mark, Mapping) else mark) == "text"
