"""What several test modules share: the real documents, read in parts or as a whole."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import polars as pl
import pytest

from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.documents.paths import project_root, raw_folder, reference_folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--soak", action="store_true", help="run the tests marked `soak` hundreds of times over")
    parser.addoption("--seed", type=int, help="repeat what a test did at random, as a failure has printed it")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "soak: what can go on for long, and does with --soak")


@pytest.fixture
def times(request: pytest.FixtureRequest) -> Callable[[int, int], int]:
    """Chooses how often something is done: seldom, or often with --soak."""
    return lambda seldom, often: often if request.config.getoption("--soak") else seldom


@pytest.fixture
def chance(request: pytest.FixtureRequest) -> random.Random:
    """What comes at random. Its seed is printed when the test fails."""
    given = request.config.getoption("--seed")
    seed = random.SystemRandom().randrange(10**6) if given is None else given
    print(f"repeat this with --seed {seed}")
    return random.Random(seed)


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


@pytest.fixture(scope="session")
def site(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documentation as `make docs` builds it, of the real documents; a warning is an error."""
    target = tmp_path_factory.mktemp("documentation") / "site"
    built = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", target],
        cwd=project_root(),
        env={**os.environ, "WARD_PLANS_DATABASE": str(built_database), "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert built.returncode == 0, built.stderr
    return target
