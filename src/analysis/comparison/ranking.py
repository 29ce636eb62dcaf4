"""Rankings and sums over wards: of what counts the same thing in the same way, and of nothing else."""

from collections.abc import Sequence
from math import isclose
from typing import TYPE_CHECKING, Literal

import duckdb
import polars as pl

from analysis.comparison.selection import (
    Frame,
    connected,
    framed,
    is_statistic,
    run_query,
    selected_indicator,
    selected_wards,
    selected_years,
)
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame

#: Two figures closer than this, relative to their size, differ by the rounding of a conversion only.
_ROUNDING = 1e-9

#: Why a figure is not comparable; of one that is only related the codebook says why.
_REFUSALS = {
    "ja": {
        "nothing": "この年度の数値がない",
        "break": "系列がこの年度で断絶している",
        "fraction": "分数である",
        "other_unit": "単位が指標の単位と異なる",
        "other_nature": "数え方が指標と異なる",
        "no_base": "増分であり、加える前年度の水準がない",
    },
    "en": {
        "nothing": "no figure for this year",
        "break": "the series breaks in this year",
        "fraction": "a fraction",
        "other_unit": "in another unit than the indicator",
        "other_nature": "counted otherwise than the indicator",
        "no_base": "an increment, without the level of the year before to add it to",
    },
}


def rank(
    indicator: str,
    fiscal_year: int,
    wards: Sequence[str] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return the wards in order, best first, or decline.

    Only `indicator_value` is ranked: figures that are directly comparable, or were made so by a conversion.

    Args:
        indicator: `indicators.indicator_id`.
        fiscal_year: the year to rank.
        wards: as in `compare`.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a ward: `rank` (1 = best; equal values share a rank; None where the ward has no comparable figure, with
        the reason in `refusal_ja` and `refusal_en`), `ward_code`, `ward_name_ja`, `ward_name_en`, `fiscal_year`,
        `as_of`, `indicator_value` and `value` (as printed; both None where the ward has no comparable figure),
        `unit_ja`, `unit_en`, `nature`, `direction` (all four of the indicator), `comparability`, `transformation`,
        `is_approximate`, `obs_status`, `document_id` (None: a statistic), `document_title_ja`, `document_title_en`,
        `quote`, `line`, `citation_id`.

    Raises:
        WardPlansError: fewer than two of the wards have comparable figures, they are of different dates, a ward has
            two that differ, or the indicator has no better or worse; the message says why for each ward. Also, the
            indicator or a ward is unknown, or there is no database.

    Example:
        >>> rank("card_issuance_rate", 2022).head(3)
    """
    with connected(connection) as database:
        rows = _best_figures(database, indicator, fiscal_year, wards)
    comparable = _comparable(rows, indicator, fiscal_year, "ranked")
    direction = comparable["direction"][0]
    if direction is None:
        raise WardPlansError(f"{indicator} is not ranked: neither more nor less of it is better")
    order = pl.col("indicator_value").rank("min", descending=direction == "higher").cast(pl.Int64)
    ranked = rows.with_columns(order.alias("rank")).sort("rank", "ward_code", nulls_last=True)
    return framed(ranked.select("rank", pl.exclude("rank")), frame)


def total(
    indicator: str,
    fiscal_year: int,
    wards: Sequence[str] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return the sum over the wards, or decline.

    Args:
        indicator: `indicators.indicator_id`.
        fiscal_year: the year to sum.
        wards: as in `compare`; each must have a comparable figure, or the sum would be of some of them only.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row: `indicator_id`, `fiscal_year`, `as_of`, `total`, `ward_count`, `unit_ja`, `unit_en`, `nature`,
        `comparability` (the worst of the summands), `is_approximate` (any of them), `citation_ids` (all of them).

    Raises:
        WardPlansError: the indicator is a share, a ward has no comparable figure, or as in `rank`.

    Example:
        >>> total("cards_issued_total", 2022)["total"].item()
    """
    with connected(connection) as database:
        rows = _best_figures(database, indicator, fiscal_year, wards)
    comparable = _comparable(rows, indicator, fiscal_year, "summed")
    if comparable["nature"][0] == "ratio":
        raise WardPlansError(f"{indicator} is not summed: shares of different wholes do not add up")
    if comparable.height < rows.height:
        raise WardPlansError(f"{indicator} is not summed for fiscal year {fiscal_year}: {_reasons(rows)}")
    summed = comparable.select(
        pl.lit(indicator).alias("indicator_id"),
        pl.col("fiscal_year").first(),
        pl.col("as_of").first(),
        pl.col("indicator_value").sum().alias("total"),
        pl.len().alias("ward_count"),
        pl.col("unit_ja", "unit_en", "nature").first(),
        pl.when((pl.col("comparability") == "convertible").any())
        .then(pl.lit("convertible"))
        .otherwise(pl.lit("direct"))
        .alias("comparability"),
        pl.col("is_approximate").any(),
        pl.col("citation_id").implode().alias("citation_ids"),
    )
    return framed(summed, frame)


def _best_figures(
    database: duckdb.DuckDBPyConnection, indicator: str, fiscal_year: int, wards: Sequence[str]
) -> pl.DataFrame:
    """Return one row a ward: its comparable figure, or the reason why there is none."""
    (year,) = selected_years([fiscal_year])
    candidates = run_query(
        database,
        "candidates",
        indicator=selected_indicator(database, indicator),
        year=year,
        wards=selected_wards(database, wards, uncovered=is_statistic(database, indicator)),
    )
    _refuse_contradictions(candidates, indicator)
    return (
        candidates.unique("ward_code", keep="first", maintain_order=True)
        .with_columns(_refusal("ja"), _refusal("en"))
        .drop("refusal", "rationale_ja", "rationale_en")
    )


def _refusal(language: Literal["ja", "en"]) -> pl.Expr:
    code = pl.col("refusal")
    told = code.replace_strict(_REFUSALS[language], default=None)
    return pl.when(code == "related").then(f"rationale_{language}").otherwise(told).alias(f"refusal_{language}")


def _refuse_contradictions(candidates: pl.DataFrame, indicator: str) -> None:
    several = candidates.group_by("ward_name_en", maintain_order=True).agg(
        pl.col("indicator_value").drop_nulls().unique().sort()
    )
    for ward, values in several.iter_rows():
        if values and not isclose(values[0], values[-1], rel_tol=_ROUNDING):
            figures = " and ".join(format(value, ",.15g") for value in values)
            raise WardPlansError(f"{indicator}: {ward} has figures for one year that differ: {figures}")


def _comparable(rows: pl.DataFrame, indicator: str, fiscal_year: int, done: str) -> pl.DataFrame:
    comparable = rows.filter(pl.col("indicator_value").is_not_null())
    if comparable.height < 2:
        raise WardPlansError(
            f"{indicator} is not {done} for fiscal year {fiscal_year}: {comparable.height} of {rows.height} wards with "
            f"comparable figures, two are needed. {_reasons(rows)}"
        )
    dates = comparable["as_of"].unique()
    if len(dates) > 1:
        told = ", ".join(str(date) for date in dates.sort())
        raise WardPlansError(f"{indicator} is not {done} for fiscal year {fiscal_year}: the figures are of {told}")
    return comparable


def _reasons(rows: pl.DataFrame) -> str:
    refused = rows.filter(pl.col("refusal_en").is_not_null()).select("ward_name_en", "refusal_en")
    return "; ".join(f"{ward}: {reason.removesuffix('.')}" for ward, reason in refused.iter_rows())
