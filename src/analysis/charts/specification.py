"""A chart as its Vega-Lite specification, checked as a whole when it is shown."""

from functools import cache
from typing import Any
from urllib.parse import quote

import altair as alt
from altair.utils.schemapi import disable_debug_mode
from jsonschema_rs import Draft7Validator

#: As Altair asks for what it shows: data are transformed where they are drawn.
_SHOWN = {"pre_transform": False}


def specification(chart: alt.TopLevelMixin) -> dict[str, Any]:
    """Return what `chart.to_dict()` does, checked against the same schema in a hundredth of the time.

    Raises:
        altair.utils.schemapi.SchemaValidationError: the chart is no Vega-Lite; Altair's message says why.
    """
    spec: dict[str, Any] = chart.to_dict(validate=False, context=_SHOWN)
    return spec if specification_validator().is_valid(spec) else chart.to_dict(context=_SHOWN)


@cache
def specification_validator() -> Draft7Validator:
    """Return what tells whether a specification is valid; making it takes a while."""
    return Draft7Validator(_with_encoded_references(alt.load_schema()))


def check_charts_as_a_whole() -> None:
    """Have this process check a chart when it is shown, and no longer each part of one as it is made as well.

    An error is found all the same, only later; while a chart is being written, Altair's way is the better one.
    """
    disable_debug_mode()


def _with_encoded_references(part: Any) -> Any:
    """Return a part of Vega-Lite's schema with those characters encoded that a reference may not hold."""
    if isinstance(part, dict):
        return {
            name: quote(value, safe="#/") if name == "$ref" else _with_encoded_references(value)
            for name, value in part.items()
        }
    return [_with_encoded_references(item) for item in part] if isinstance(part, list) else part
