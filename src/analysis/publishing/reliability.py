"""How far codings of the same items agree: reading the codings, Krippendorff's alpha, percent agreement."""

import csv
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from analysis.errors import WardPlansError

RESAMPLES = 1000
"""How many times the items are drawn anew, with replacement, for an interval."""

_SEED = 1  # any number, but always the same
_COLUMNS = ["measure_id", "primary", "secondary"]


@dataclass(frozen=True)
class Agreement:
    """How far codings of the same items agree.

    `alpha` is Krippendorff's nominal alpha, `low` and `high` bound its 95% bootstrap interval; all three are NaN where
    fewer than two themes were given, because there is then nothing to tell apart. `share` is the share of items on
    which all codings agree, from 0 to 1.
    """

    items: int
    alpha: float
    low: float
    high: float
    share: float


def read_coding(path: Path, items: Collection[str], themes: Collection[str]) -> dict[str, str]:
    """Read what one coder gave as the primary theme of each item.

    Args:
        path: a CSV file with the columns measure_id, primary and secondary.
        items: the ids of the items that may be coded, each once.
        themes: the ids of the themes that may be given.

    Raises:
        WardPlansError: the file cannot be read or has other columns, an item is unknown or there twice, or a theme
            is unknown; the message names them.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.DictReader(file, strict=True)
            rows = [(reader.line_num, row) for row in reader]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WardPlansError(f"{path}: cannot be read: {error}") from error
    if reader.fieldnames != _COLUMNS:
        raise WardPlansError(f"{path}:1: met columns {reader.fieldnames}, expected {_COLUMNS}")
    coding: dict[str, str] = {}
    for line, row in rows:
        if None in row or None in row.values():
            raise WardPlansError(f"{path}:{line}: the row has more or fewer cells than the header")
        if row["measure_id"] in coding:
            raise WardPlansError(f"{path}:{line}: {row['measure_id']!r} is coded twice")
        if row["primary"] not in themes:
            raise WardPlansError(f"{path}:{line}: unknown theme {row['primary']!r}")
        coding[row["measure_id"]] = row["primary"]
    unknown = [item for item in coding if item not in items]
    if unknown:
        raise WardPlansError(f"{path}: no items of a plan, or repetitions of one: {', '.join(unknown)}")
    return coding


def agreement(codings: Sequence[Sequence[str]]) -> Agreement:
    """Return how far codings agree; the same input gives the same interval.

    Args:
        codings: for each coder the themes of all items, in one order of the items.
    """
    counts = _theme_counts(codings)
    alpha = _alpha(counts)
    low, high = _interval(counts) if np.isfinite(alpha) else (np.nan, np.nan)
    unanimous = int((counts.max(axis=1) == len(codings)).sum())
    return Agreement(len(counts), alpha, low, high, unanimous / len(counts))


def _theme_counts(codings: Sequence[Sequence[str]]) -> npt.NDArray[np.int_]:
    """Return how many coders gave each theme (column) to each item (row)."""
    given = np.asarray(codings)
    counts: npt.NDArray[np.int_] = (given[:, :, np.newaxis] == np.unique(given)).sum(axis=0)
    return counts


def _alpha(counts: npt.NDArray[np.int_]) -> float:
    """Return Krippendorff's alpha for nominal data: 1 - observed / expected disagreement, each item coded by all.

    After K. Krippendorff, "Computing Krippendorff's Alpha-Reliability" (2011), section C. (The library for it is under
    a licence that this project's cannot take in.)
    """
    coders, totals = counts.sum(axis=1)[0], counts.sum(axis=0)
    values = totals.sum()
    expected = values**2 - (totals**2).sum()
    if expected == 0:
        return float("nan")
    observed = (coders**2 - (counts**2).sum(axis=1)).sum() / (coders - 1)
    return float(1 - (values - 1) * observed / expected)


def _interval(counts: npt.NDArray[np.int_]) -> tuple[float, float]:
    generator = np.random.default_rng(_SEED)
    draws = generator.integers(len(counts), size=(RESAMPLES, len(counts)))
    low, high = np.nanquantile([_alpha(counts[draw]) for draw in draws], (0.025, 0.975))
    return float(low), float(high)
