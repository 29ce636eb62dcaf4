"""The frames that charts are made of: polars or pandas, checked for the columns that a chart needs."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Union

import polars as pl

from analysis.comparison.printed import on_one_line
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    import pandas as pd

AnyFrame = Union[pl.DataFrame, "pd.DataFrame"]

#: Columns whose type pandas loses: integers with gaps become floats, dates time stamps, empty columns objects.
_TYPES = {
    "fiscal_year": pl.Int64,
    "line": pl.Int64,
    "population_year": pl.Int64,
    "as_of": pl.Date,
    "population_as_of": pl.Date,
    "value": pl.Float64,
    "is_approximate": pl.Boolean,
}


def as_polars(frame: AnyFrame) -> pl.DataFrame:
    """Return a polars frame of a polars or pandas one, with years and lines as integers and days as dates."""
    rows = frame if isinstance(frame, pl.DataFrame) else pl.from_pandas(frame)
    return rows.with_columns(pl.col(name).cast(kind) for name, kind in _TYPES.items() if name in rows.columns)


def required(frame: AnyFrame, columns: tuple[str, ...], chart: str, *, is_filled: bool = False) -> pl.DataFrame:
    """Return the frame in polars, if it has the columns that a chart is made of.

    What is printed in it stands without the breaks inside a cell.

    Args:
        frame: polars or pandas.
        columns: that there must be.
        chart: the function that needs them, for the message.
        is_filled: whether there must be rows.

    Raises:
        WardPlansError: a column is missing, or all rows are.
    """
    rows = as_polars(frame)
    missing = [name for name in columns if name not in rows.columns]
    if missing:
        raise WardPlansError(f"{chart} needs a frame with {', '.join(missing)}, this one has {', '.join(rows.columns)}")
    if is_filled and rows.is_empty():
        raise WardPlansError(f"{chart} has nothing to draw: the frame has no rows")
    return _without_breaks(rows)


def _without_breaks(rows: pl.DataFrame) -> pl.DataFrame:
    texts = rows.select(pl.col(pl.String).str.contains("<", literal=True).any())
    broken = [name for name, has_tags in (texts.row(0, named=True) if texts.width else {}).items() if has_tags]
    return rows.with_columns(pl.col(broken).map_elements(on_one_line, pl.String))


def filled(frame: pl.DataFrame, defaults: Mapping[str, object]) -> pl.DataFrame:
    """Return the frame with columns that it may lack, each holding the same value in every row.

    Example:
        >>> filled(pl.DataFrame({"value": [1.0]}), {"obs_status": "A"}).columns
        ['value', 'obs_status']
    """
    lacking = {name: value for name, value in defaults.items() if name not in frame.columns}
    return frame.with_columns(pl.lit(value).alias(name) for name, value in lacking.items())
