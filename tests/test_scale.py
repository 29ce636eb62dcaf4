"""A made-up country: what its texts print is what the database holds, however the work is divided."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner
from country import compare_with_truth, municipalities, read_truth, write_country, write_documents

from analysis.cli import app
from analysis.curation.curate import curate_parts
from analysis.database.build import build_from_parts
from analysis.database.inputs import Inputs, library_fingerprint, read_inputs, stored_inputs
from analysis.database.update import renew_wards, stale_folders
from analysis.documents.integrity import accept_checksums
from analysis.errors import WardPlansError
from analysis.workers import executor

TOWNS = 3

# That the real documents speak of.
LAST_YEAR = 2026


@pytest.fixture(scope="module")
def country(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("country")
    write_country(folder, TOWNS)
    return folder


@pytest.fixture(scope="module")
def database(country: Path) -> Path:
    build(country, country / "wards.duckdb")
    return country / "wards.duckdb"


def build(country: Path, target: Path) -> None:
    raw, reference = country / "raw", country / "reference"
    build_from_parts(curate_parts(raw, reference), target, read_inputs(raw, reference))


def digests(database: Path) -> dict[str, tuple[int, int]]:
    """How many rows each table has, and what they come to in any order."""
    with duckdb.connect(database, read_only=True) as connection:
        tables = connection.sql("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        return {
            name: connection.sql(f"SELECT count(*), bit_xor(hash({name})) FROM {name}").fetchall()[0]
            for (name,) in tables
        }


@pytest.fixture
def copies(country: Path, database: Path, tmp_path: Path) -> Iterator[tuple[Path, Path]]:
    """The country and its database, for a test to change."""
    for name in ("raw", "reference"):
        copy_tree(country / name, tmp_path / name)
    copy = tmp_path / "last.duckdb"
    copy.write_bytes(database.read_bytes())
    yield tmp_path, copy


def copy_tree(source: Path, target: Path) -> None:
    for path in source.rglob("*"):
        if path.is_file():
            (target / path.relative_to(source)).parent.mkdir(parents=True, exist_ok=True)
            (target / path.relative_to(source)).write_bytes(path.read_bytes())


# -- the truth ----------------------------------------------------------------------------------------------


def test_all_that_was_put_in_is_found(country: Path, database: Path) -> None:
    expected, differences = compare_with_truth(database, read_truth(country))
    assert differences == []
    assert expected == TOWNS * 154


def test_what_is_not_found_is_told(country: Path, database: Path) -> None:
    truths = list(read_truth(country))
    key = next(key for key, (value, _) in truths[0].kpi_values.items() if value)
    truths[0].kpi_values[key] = (-1.0, None)
    document = next(iter(truths[1].counts))
    truths[1].counts[document]["measures"] = 0
    _, differences = compare_with_truth(database, truths)
    assert [line.partition(":")[0] for line in differences] == [f"measures {document}", f"value {key}"]


def test_the_same_country_is_written_again(country: Path, tmp_path: Path) -> None:
    write_country(tmp_path, TOWNS)
    for path in [*tmp_path.rglob("*.txt"), *tmp_path.rglob("*.csv"), tmp_path / "raw" / "SHA256SUMS"]:
        assert path.read_bytes() == (country / path.relative_to(tmp_path)).read_bytes(), path


def test_japan_has_codes_slugs_and_names_of_its_own() -> None:
    towns = municipalities(1741)
    for name in ("code", "lg_code", "slug", "name_ja"):
        assert len({getattr(town, name) for town in towns}) == 1741


# -- divided work -------------------------------------------------------------------------------------------


def test_it_does_not_matter_who_reads_the_wards(country: Path, database: Path, tmp_path: Path) -> None:
    with executor(jobs=2) as workers:
        parts = curate_parts(country / "raw", country / "reference", workers, wards_a_batch=1)
        build_from_parts(parts, tmp_path / "wards.duckdb")
    assert digests(tmp_path / "wards.duckdb") == digests(database)


def test_what_a_worker_meets_is_told_as_it_would_be_here(copies: tuple[Path, Path]) -> None:
    country, _ = copies
    last, first = sorted(country.glob("raw/*/panels-*.yaml"))[-1], sorted(country.glob("raw/*/panels-*.yaml"))[0]
    with executor(jobs=2) as workers, pytest.raises(WardPlansError) as refusal:
        taken = plan_of(first)
        last.write_text(last.read_text("utf-8").replace(plan_of(last), taken), encoding="utf-8")
        (country / "reference" / "kpis.csv").write_text(
            (country / "reference" / "kpis.csv").read_text("utf-8").replace(plan_of(last), taken), encoding="utf-8"
        )
        accept_checksums(country / "raw")
        list(curate_parts(country / "raw", country / "reference", workers, wards_a_batch=1))
    where, _, problem = str(refusal.value).partition(": ")
    assert where.startswith(str(last.with_suffix(".txt")))
    assert problem.startswith(f"plan {taken!r} is another ward's: {first.with_suffix('.txt')}:")


def plan_of(descriptor: Path) -> str:
    return next(
        line.split()[-1] for line in descriptor.read_text("utf-8").splitlines() if line.startswith("  - plan: ")
    )


# -- renewal ------------------------------------------------------------------------------------------------


def renew(folders: list[str], country: Path, database: Path, inputs: Inputs) -> None:
    stored = stored_inputs(database)
    assert stored is not None
    renew_wards(folders, country / "raw", country / "reference", database, stored, inputs)


def test_renewed_wards_are_as_if_all_had_been_read(copies: tuple[Path, Path], tmp_path: Path) -> None:
    country, last = copies
    before = digests(last)
    town = municipalities(TOWNS)[1]
    for edition in (1, 0):  # there and back again
        write_documents(country / "raw", town, edition)
        accept_checksums(country / "raw")
        inputs = read_inputs(country / "raw", country / "reference")
        renew([town.folder], country, last, inputs)
        assert stored_inputs(last) == inputs
        if edition:
            build(country, tmp_path / "whole.duckdb")
            assert digests(last) == digests(tmp_path / "whole.duckdb") != before
    assert digests(last) == before


def test_years_that_only_the_changed_document_speaks_of_come_and_go(copies: tuple[Path, Path]) -> None:
    country, last = copies
    before = digests(last)
    town = municipalities(TOWNS)[0]
    (document,) = (country / "raw" / town.folder).glob("panels-*.txt")
    text = document.read_text("utf-8")
    for period in ("令和21年度", "令和6年度"):
        document.write_text(text.replace("令和3年度から令和6年度の", f"令和3年度から{period}の"), encoding="utf-8")
        accept_checksums(country / "raw")
        renew([town.folder], country, last, read_inputs(country / "raw", country / "reference"))
        with duckdb.connect(last, read_only=True) as connection:
            told = connection.sql(
                "SELECT max(fiscal_year), count(*) = 1 + max(fiscal_year) - min(fiscal_year) FROM years"
            )
            assert told.fetchall() == [(2039 if period == "令和21年度" else LAST_YEAR, True)]
    assert digests(last) == before


def test_a_ward_that_has_other_plans_is_not_renewed(copies: tuple[Path, Path]) -> None:
    country, last = copies
    (descriptor,) = country.glob(f"raw/{municipalities(TOWNS)[0].folder}/outline-*.yaml")
    before = last.read_bytes()
    descriptor.write_text(descriptor.read_text("utf-8").replace("outline-2021", "outline-2022"), encoding="utf-8")
    accept_checksums(country / "raw")
    inputs = read_inputs(country / "raw", country / "reference")
    with pytest.raises(WardPlansError, match="the plans of 01201 are not those of the last build"):
        renew([descriptor.parent.name], country, last, inputs)
    assert last.read_bytes() == before


def test_a_database_that_another_run_replaced_is_not_renewed(copies: tuple[Path, Path]) -> None:
    country, last = copies
    before = last.read_bytes()
    inputs = read_inputs(country / "raw", country / "reference")
    with pytest.raises(WardPlansError, match="was replaced meanwhile"):
        renew_wards(["01201-city-aaaa"], country / "raw", country / "reference", last, LAST, inputs)
    assert last.read_bytes() == before


FILES = {f"{number:05}-town/plan{suffix}": "a" for number in range(200) for suffix in (".txt", ".yaml")}
LAST = Inputs(FILES, "codebooks", "code")


@pytest.mark.parametrize(
    ("inputs", "stale"),
    [
        (LAST, []),
        (Inputs({**FILES, "00007-town/plan.yaml": "b"}, "codebooks", "code"), ["00007-town"]),
        (Inputs({**FILES, "00007-town/plan.txt": "b"}, "others", "code"), None),
        (Inputs({**FILES, "00007-town/plan.txt": "b"}, "codebooks", "other"), None),
        (Inputs({**FILES, "00007-town/another.txt": "b"}, "codebooks", "code"), None),
        (Inputs({**FILES, "00200-town/plan.txt": "b"}, "codebooks", "code"), None),
        (Inputs({name: "a" for name in list(FILES)[2:]}, "codebooks", "code"), None),
        (Inputs({**FILES, **dict.fromkeys(list(FILES)[:6], "b")}, "codebooks", "code"), None),
    ],
    ids=["nothing", "one", "codebooks", "code", "new document", "new ward", "ward gone", "too many"],
)
def test_only_a_few_changed_documents_are_renewed(inputs: Inputs, stale: list[str] | None) -> None:
    assert stale_folders(LAST, inputs) == stale


def test_few_wards_are_always_built_anew() -> None:
    few = Inputs(dict(list(FILES.items())[:198]), "codebooks", "code")
    assert stale_folders(few, few) is None


def test_a_build_tells_what_it_was_built_from(country: Path, database: Path, tmp_path: Path) -> None:
    stored = stored_inputs(database)
    assert stored == read_inputs(country / "raw", country / "reference")
    assert stored is not None and stored.library_sha256 == library_fingerprint()
    assert stored_inputs(tmp_path / "none.duckdb") is None


def test_the_command_takes_other_folders(country: Path, database: Path, tmp_path: Path) -> None:
    options = ["--raw", country / "raw", "--reference", country / "reference", "--database", tmp_path / "wards.duckdb"]
    run = CliRunner().invoke(app, ["build", *map(str, options), "--anew", "--jobs", "1"])
    assert run.exit_code == 0, run.output
    assert f"built {tmp_path / 'wards.duckdb'}: {5 * TOWNS} documents" in run.output.replace("\n", " ")
    assert digests(tmp_path / "wards.duckdb") == digests(database)
