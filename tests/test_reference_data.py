"""The statistics from outside the documents: My Number Cards and residents of all special wards."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from analysis.curation.curate import curate
from analysis.database.connect import open_database
from analysis.documents.paths import raw_folder, reference_folder
from analysis.errors import WardPlansError

Tables = Mapping[str, pl.DataFrame]


def test_every_ward_has_every_date(curated_tables: Tables) -> None:
    cards = curated_tables["mynumber_cards"]
    assert cards.height == 23 * 46
    assert cards.group_by("as_of").len()["len"].unique().to_list() == [23]
    assert curated_tables["ward_populations"].height == 23 * 7


def test_cards_are_never_taken_back(curated_tables: Tables) -> None:
    cards = curated_tables["mynumber_cards"].sort("ward_code", "as_of")
    growth = cards.select(pl.col("cards_issued").diff().over("ward_code"))["cards_issued"].drop_nulls()
    assert (growth >= 0).all()


def test_nakano_prints_what_the_national_series_leads_to(curated_tables: Tables) -> None:
    """Nakano's 交付率 at the end of FY2022 lies above the last national table, of three months before, and near it."""
    national = curated_tables["mynumber_cards"].filter(ward_code="13114").sort("as_of")["issuance_rate_percent"]
    printed = curated_tables["kpi_values"].filter(
        kpi_id="nakano-2nd-revised-card_issuance_rate", fiscal_year=2022, value_type="actual"
    )["value"]
    (end_of_year,) = printed
    latest = national[-1]
    monthly = national[-1] - national[-2]
    assert latest < end_of_year < latest + 6 * monthly


def test_figures_are_divided_by_the_residents_of_the_year(built_database: Path) -> None:
    with open_database(built_database) as connection:
        rows = connection.sql("""
            SELECT DISTINCT fiscal_year, population_year, population
            FROM comparisons WHERE ward_code = '13111' ORDER BY fiscal_year
        """).fetchall()
        population = dict(
            connection.sql("SELECT year, population FROM ward_populations WHERE ward_code = '13111'").fetchall()
        )
    assert [(year, inside) for year, inside, _ in rows] == [
        *((y, y + 1) for y in range(2016, 2021)),
        *((y, 2022) for y in range(2021, 2025)),
    ]
    assert all(residents == population[inside] for _, inside, residents in rows)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("131016,千代田区,2017-03-08", "131017,千代田区,2017-03-08", ":2: 131017 千代田区 is no special ward"),
        ("6903,58576", "69o3,58576", ":2: invalid literal"),
        ("2017-03-08,6903,58576", "2017-03-08,6903,58577", "千代田区 has two populations on 2016-01-01"),
    ],
)
def test_a_wrong_figure_is_refused(tmp_path: Path, old: str, new: str, expected: str) -> None:
    reference = Path(shutil.copytree(reference_folder(), tmp_path / "reference"))
    path = reference / "mynumber_card_wards.csv"
    text = path.read_text(encoding="utf-8")
    assert text.count(old) == 1
    path.write_text(text.replace(old, new), encoding="utf-8")
    with pytest.raises(WardPlansError, match=expected):
        curate(raw_folder(), reference)


def test_every_item_and_department_has_an_english_name(curated_tables: Tables) -> None:
    assert curated_tables["measures"]["title_en"].null_count() == 0
    assert curated_tables["departments"]["name_en"].null_count() == 0


def test_a_translation_counts_only_for_the_title_it_was_made_for(tmp_path: Path) -> None:
    reference = Path(shutil.copytree(reference_folder(), tmp_path / "reference"))
    path = reference / "measure_titles.csv"
    header, first, *others = path.read_text(encoding="utf-8").splitlines(keepends=True)
    measure_id, title, _ = first.split(",", maxsplit=2)
    path.write_text(header + first.replace(title, f"{title}の別名") + "".join(others), encoding="utf-8")
    titles = curate(raw_folder(), reference)["measures"].filter(pl.col("title_en").is_null())
    assert titles["measure_id"].to_list() == [measure_id]
