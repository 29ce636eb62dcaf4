"""Charts put together of others, without the copies that Altair makes of every part of them."""

from collections.abc import Sequence
from typing import Any

import altair as alt

OWN_COLORS = alt.Resolve(scale=alt.ScaleResolveMap(color="independent"))
"""For layers each of which has a scale of colours of its own."""


class Layers(alt.LayerChart):
    """Charts drawn over one another, whose data and sizes are given for the whole or stay with the parts.

    Altair's own class makes two copies of every layer, when it is made and again each time that it is copied or shown,
    to find data, sizes and selections that layers share. It is left to do so where a layer has selections.

    Example:
        Layers(layer=[lines, points], data=rows, height=200)
    """

    def __init__(self, data: Any = alt.Undefined, layer: Sequence[alt.Chart] = (), **properties: Any) -> None:
        if any(part.params is not alt.Undefined for part in layer):
            super().__init__(data=data, layer=layer, **properties)
        else:
            super(alt.LayerChart, self).__init__(data=data, layer=list(layer), **properties)

    def __repr__(self) -> str:
        return "alt.LayerChart(...)"


def faceted(panel: Layers, columns: str, **properties: Any) -> alt.FacetChart:
    """Return a panel for each number in the field `panel`, side by side in rows.

    Args:
        panel: without data.
        columns: how many panels stand in a row, as an expression of Vega.
        properties: of the whole, such as `data`, `spacing` and `title`.
    """
    places = alt.FacetMapping(row=alt.Row("row:O", header=None), column=alt.Column("column:O", header=None))
    chart = alt.FacetChart(spec=panel, facet=places, **properties)
    return chart.transform_calculate(row=f"floor(datum.panel / ({columns}))", column=f"datum.panel % ({columns})")
