"""Are the themes reliable? Two coders who saw only the codebook and the titles, and our rules with their exceptions."""

import csv
from collections import Counter
from collections.abc import Mapping, Sequence
from itertools import permutations
from pathlib import Path

import polars as pl
import pytest

TRUTH = Path(__file__).with_name("truth")
Coding = Mapping[str, str]
Tables = Mapping[str, pl.DataFrame]


def coder(name: str) -> Coding:
    with (TRUTH / f"themes_coder_{name}.csv").open(encoding="utf-8", newline="") as file:
        return {row["measure_id"]: row["primary"] for row in csv.DictReader(file)}


@pytest.fixture(scope="module")
def ours(curated_tables: Tables) -> Coding:
    primary = curated_tables["measure_themes"].filter(pl.col("is_primary"))
    return dict(primary.select("measure_id", "theme_id").iter_rows())


def nominal_alpha(codings: Sequence[Coding]) -> float:
    """Krippendorff's alpha for nominal data and coders who all coded every unit."""
    coincidences: Counter[tuple[str, str]] = Counter()
    for unit in codings[0]:
        for one, other in permutations([coding[unit] for coding in codings], 2):
            coincidences[one, other] += 1
    totals: Counter[str] = Counter()
    for (one, _), count in coincidences.items():
        totals[one] += count
    n = totals.total()
    observed = sum(count for (one, other), count in coincidences.items() if one != other) / n
    expected = sum(totals[one] * totals[other] for one, other in permutations(totals, 2)) / (n * (n - 1))
    return 1 - observed / expected


def test_alpha_is_one_for_agreement_and_falls_with_disagreement() -> None:
    coding = {"a": "x", "b": "y", "c": "x", "d": "y"}
    assert nominal_alpha([coding, coding]) == 1
    assert nominal_alpha([coding, {**coding, "a": "y"}]) < 1
    assert nominal_alpha([coding, {unit: "x" if theme == "y" else "y" for unit, theme in coding.items()}]) < 0


def test_coders_agree_on_the_codebook(ours: Coding) -> None:
    a, b = coder("a"), coder("b")
    assert a.keys() == b.keys()
    assert nominal_alpha([a, b]) >= 0.80
    assert nominal_alpha([{unit: ours[unit] for unit in a}, a, b]) >= 0.80


def test_every_item_has_one_primary_theme(curated_tables: Tables, ours: Coding) -> None:
    assert set(ours) == set(curated_tables["measures"]["measure_id"])
    primary = curated_tables["measure_themes"].filter(pl.col("is_primary"))
    assert primary["measure_id"].is_unique().all()


def test_what_ota_marks_as_a_national_item_has_a_theme_of_the_national_plan(
    curated_tables: Tables, ours: Coding
) -> None:
    """Ota's ★ are labels from outside: most of them fall under a theme that names an item of the national plan."""
    national = dict(curated_tables["themes"].select("theme_id", "national_item_ja").iter_rows())
    starred = curated_tables["measures"].filter(pl.col("is_national_priority"))["measure_id"].to_list()
    assert len(starred) == 14
    assert sum(national[ours[measure_id]] is not None for measure_id in starred) >= 12
