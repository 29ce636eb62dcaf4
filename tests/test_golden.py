"""The committed CSV files are what the committed documents give, byte for byte, as often as one builds."""

import difflib
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.documents.paths import database_path, raw_folder, reference_folder
from analysis.publishing.csv_export import export_csv

COMMITTED = database_path().parent / "csv"


@pytest.fixture(scope="module")
def exported(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("csv")
    export_csv(built_database, folder)
    return folder


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def test_the_committed_export_is_what_a_fresh_one_gives(exported: Path) -> None:
    committed, fresh = contents(COMMITTED), contents(exported)
    differing = stale(committed, fresh)
    assert not differing, f"not up to date; review the change and run `make export`:\n{differing}"


def stale(committed: Mapping[str, bytes], fresh: Mapping[str, bytes]) -> str:
    """The files that differ, and then the lines: those of tables before the checksums that follow from them."""
    differing = [name for name in sorted(committed.keys() | fresh.keys()) if committed.get(name) != fresh.get(name)]
    shown = [
        line
        for name in sorted(differing, key=lambda name: not name.endswith(".csv"))
        for line in difference(name, committed.get(name, b""), fresh.get(name, b""))
    ]
    return "\n".join([*(f"data/curated/csv/{name}" for name in differing), *shown[:40]])


def test_any_stale_file_of_the_export_is_named(exported: Path) -> None:
    fresh = contents(exported)
    assert {"SHA256SUMS", "datapackage.json", "kpi_values.csv"} <= fresh.keys()
    assert stale(fresh, fresh) == ""
    for name in ("kpi_values.csv", "datapackage.json"):
        assert f"data/curated/csv/{name}\n" in stale({**fresh, name: fresh[name].replace(b"3", b"4", 1)}, fresh)
    assert "data/curated/csv/old.csv\n" in stale({**fresh, "old.csv": b"a\n1\n"}, fresh)
    assert "data/curated/csv/units.csv\n" in stale({name: fresh[name] for name in fresh if name != "units.csv"}, fresh)


def difference(name: str, committed: bytes, fresh: bytes) -> list[str]:
    before, after = committed.decode("utf-8").splitlines(), fresh.decode("utf-8").splitlines()
    return list(difflib.unified_diff(before, after, f"committed/{name}", f"fresh/{name}", n=0, lineterm=""))


def test_two_builds_export_the_same_bytes(exported: Path, tmp_path: Path) -> None:
    build_database(curate(raw_folder(), reference_folder()), tmp_path / "again.duckdb")
    export_csv(tmp_path / "again.duckdb", tmp_path / "csv")
    assert contents(tmp_path / "csv") == contents(exported)


def test_the_order_of_the_rows_leaves_no_trace(
    curated_tables: Mapping[str, pl.DataFrame], exported: Path, tmp_path: Path
) -> None:
    backwards = {name: table.reverse() for name, table in reversed(curated_tables.items())}
    build_database(backwards, tmp_path / "backwards.duckdb")
    export_csv(tmp_path / "backwards.duckdb", tmp_path / "csv")
    assert contents(tmp_path / "csv") == contents(exported)


def test_every_table_is_exported(curated_tables: Mapping[str, pl.DataFrame], exported: Path) -> None:
    rows = {path.stem: pl.read_csv(path, infer_schema=False).height for path in exported.glob("*.csv")}
    for name, table in curated_tables.items():
        # build_info gains the version of the schema.
        assert rows[name] == table.height + (name == "build_info"), name
