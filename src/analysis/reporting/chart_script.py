"""The script that draws the charts of a page: Vega, Vega-Lite and Vega-Embed in one, prepared once for all pages."""

import base64
import gzip
from dataclasses import dataclass
from functools import cache

import vl_convert

from analysis.reporting.shell import script_hash


@dataclass(frozen=True)
class ChartScript:
    """The script as a page holds it.

    Attributes:
        hash: by which the page's policy lets it run.
        packed: as gzip in base64, which is less than half of it.
    """

    hash: str
    packed: str


@cache
def chart_script() -> ChartScript:
    """Return the script; making it takes a second."""
    text = vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;")
    return ChartScript(
        hash=script_hash(text),
        packed=base64.b64encode(gzip.compress(text.encode(), compresslevel=9, mtime=0)).decode(),
    )
