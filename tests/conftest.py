"""What several test modules share: the real documents, read in parts or as a whole."""

import shutil
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.documents.paths import raw_folder, reference_folder


@pytest.fixture
def raw_copy(tmp_path: Path) -> Path:
    """A copy of data/raw whose texts a test may edit and accept again with `accept_checksums`."""
    return Path(shutil.copytree(raw_folder(), tmp_path / "raw"))


@pytest.fixture(scope="session")
def curated_tables() -> Mapping[str, pl.DataFrame]:
    """Every table of the real documents, as `wardplans build` would load it."""
    return curate(raw_folder(), reference_folder())


@pytest.fixture(scope="session")
def built_database(curated_tables: Mapping[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The database of the real documents."""
    target = tmp_path_factory.mktemp("built") / "wards.duckdb"
    build_database(curated_tables, target)
    return target
