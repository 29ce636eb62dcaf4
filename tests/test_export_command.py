"""`wardplans export`: the same bytes whenever and wherever, one value one line, and what fails spoils nothing."""

import difflib
import re
import shutil
from collections.abc import Iterator, Mapping
from pathlib import Path

import duckdb
import polars as pl
import pytest

from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import reference_folder
from analysis.errors import UsageError, WardPlansError
from analysis.publishing import excel_export
from analysis.publishing.csv_export import export_csv
from analysis.publishing.exports import export_database, export_formats
from analysis.publishing.formats import FORMATS
from command_line import contents, refusal, succeeded, wardplans
from interrupter import Interrupter, interrupter

OTA = "13111-ota/informatization-plan-v5-summary.txt"

FILES = {
    "excel": "ward-plans.xlsx",
    "sqlite": "ward-plans.sqlite",
    "package": "ward-plans.zip",
    "csv": "wards.csv",
    "excel-csv": "wards.csv",
    "parquet": "wards.parquet",
}
"""A file of each format."""


@pytest.fixture(scope="module")
def everything(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All formats, in a folder for each."""
    out = tmp_path_factory.mktemp("everything")
    assert export_formats(built_database, {name: out / name for name in FORMATS}).failures == []
    return out


@pytest.fixture
def too_many(built_database: Path, tmp_path: Path) -> Path:
    """A database with a table of more rows than a sheet of Excel has."""
    database = Path(shutil.copy(built_database, tmp_path / "large.duckdb"))
    with duckdb.connect(database) as connection:
        connection.execute("CREATE TABLE many AS SELECT range AS number FROM range(1_048_576)")
        connection.execute("COMMENT ON TABLE many IS 'Many rows.'")
    return database


# -- the same content, the same bytes ---------------------------------------------------------------------------------


def test_another_build_exported_elsewhere_at_another_time_gives_the_same_bytes(
    curated_tables: Mapping[str, pl.DataFrame], everything: Path, tmp_path: Path
) -> None:
    backwards = {name: table.reverse() for name, table in reversed(curated_tables.items())}
    build_database(backwards, tmp_path / "again.duckdb")
    printed = succeeded(
        wardplans(
            *("export", "--format", "all", "--database", tmp_path / "again.duckdb", "--out", tmp_path / "out"),
            TZ="Pacific/Kiritimati",
            LC_ALL="C",
            PYTHONHASHSEED="7",
            MALLOC_PERTURB_="165",
        )
    )
    places = [
        tmp_path / "out" / name / (FILES[name] if FILES[name].startswith("ward-plans") else "") for name in FORMATS
    ]
    assert printed.splitlines() == list(map(str, places))
    assert contents(tmp_path / "out") == contents(everything)


def test_one_value_of_a_document_is_one_line_of_a_table(built_database: Path, raw_copy: Path, tmp_path: Path) -> None:
    text = (raw_copy / OTA).read_text(encoding="utf-8")
    assert text.count("288手續") == 1
    (raw_copy / OTA).write_text(text.replace("288手續", "301手續"), encoding="utf-8", newline="")
    accept_checksums(raw_copy)
    build_database(curate(raw_copy, reference_folder()), tmp_path / "wards.duckdb")
    export_csv(built_database, tmp_path / "before")
    export_csv(tmp_path / "wards.duckdb", tmp_path / "after")
    differing = dict(differences(tmp_path / "before", tmp_path / "after"))
    # What differs besides are the words cited and the fingerprints.
    fingerprints = {"documents.csv", "build_info.csv", "datapackage.json", "SHA256SUMS"}
    assert differing.keys() == {"kpi_values.csv", "passages.csv", "citations.csv", *fingerprints}
    (lines,) = (lines for lines in differing["kpi_values.csv"] if ",288.0," in lines[0])
    assert lines[1] == lines[0].replace("288", "301")
    for name in differing.keys() - fingerprints:
        for before, after in differing[name]:
            changed = before.replace("288手續", "301手續").replace(",288.0,", ",301.0,")
            assert without_hashes(after) == without_hashes(changed)


def without_hashes(line: str) -> str:
    """The ids of passages hold a hash of their words."""
    return re.sub(r"-[0-9a-f]{8}\b", "", line)


def differences(before: Path, after: Path) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """Of each file that differs the lines that do, in pairs; none is added or gone."""
    for name, content in contents(before).items():
        olds, news = content.decode().splitlines(), (after / name).read_bytes().decode().splitlines()
        if olds == news:
            continue
        found = list(difflib.unified_diff(olds, news, n=0, lineterm=""))[2:]
        gone = [line[1:] for line in found if line.startswith("-")]
        new = [line[1:] for line in found if line.startswith("+")]
        yield name, list(zip(sorted(gone), sorted(new), strict=True))


# -- where what is written ------------------------------------------------------------------------------------------


def test_without_a_format_it_is_what_is_committed(built_database: Path, everything: Path, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    printed = succeeded(wardplans("export", "--database", built_database, "--out", tmp_path / "csv", "--docs", docs))
    assert printed == f"{tmp_path / 'csv'}\n"
    assert contents(tmp_path / "csv") == contents(everything / "csv")
    assert {"data_dictionary.md", "themes.md"} <= {path.name for path in docs.iterdir()}


def test_one_format_goes_where_it_is_told_and_pages_only_where_asked_for(
    built_database: Path, everything: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    arguments = ("export", "--format", "sqlite", "--format", "sqlite", "--database", built_database, "--out", out)
    assert succeeded(wardplans(*arguments)) == f"{out / 'ward-plans.sqlite'}\n"
    assert contents(tmp_path) == {f"out/{name}": data for name, data in contents(everything / "sqlite").items()}
    succeeded(wardplans(*arguments, "--docs", tmp_path / "docs"))
    assert (tmp_path / "docs" / "themes.md").exists()


def test_a_format_that_there_is_not() -> None:
    finished = wardplans("export", "--format", "xls", COLUMNS="200")
    assert finished.returncode == 2
    assert "'xls' is not one of 'csv', 'excel-csv', 'excel', 'parquet', 'sqlite', 'package', 'all'" in finished.stderr
    with pytest.raises(UsageError, match="no format 'xls': there are csv, excel-csv, excel"):
        export_database(Path("none"), "xls", Path("out"))


def test_help_tells_of_every_format() -> None:
    printed = succeeded(wardplans("export", "--help", COLUMNS="120"))
    for name, what in FORMATS.items():
        assert f"{name:10} {what}" in printed


def test_formats_in_one_folder_leave_each_other_alone(built_database: Path, everything: Path, tmp_path: Path) -> None:
    for name in ("parquet", "csv", "excel"):
        export_database(built_database, name, tmp_path)
    expected = {
        file: data for name in ("parquet", "csv", "excel") for file, data in contents(everything / name).items()
    }
    assert contents(tmp_path) == expected


# -- what cannot be done ----------------------------------------------------------------------------------------------


def test_more_rows_than_excel_has_leave_the_other_formats_and_the_old_workbook(
    too_many: Path, everything: Path, tmp_path: Path
) -> None:
    out = tmp_path / "out"
    shutil.copytree(everything / "excel", out / "excel")
    finished = wardplans(
        *("export", "--format", "excel", "--format", "parquet"),
        *("--database", too_many, "--out", out),
    )
    assert finished.returncode == 1
    assert finished.stdout == f"{out / 'parquet'}\n"
    assert finished.stderr == (
        "error: many has 1,048,576 rows, but a sheet of Excel has 1,048,576 with its header: export it as parquet, "
        "csv or sqlite instead\n"
    )
    assert contents(out / "excel") == contents(everything / "excel")
    assert pl.scan_parquet(out / "parquet" / "many.parquet").select(pl.len()).collect().item() == 1_048_576
    assert pl.read_parquet(out / "parquet" / "many.parquet")["number"].is_sorted()


def test_more_characters_than_a_cell_of_excel_has(curated_tables: Mapping[str, pl.DataFrame], tmp_path: Path) -> None:
    terms = curated_tables["glossary_terms"]
    long = pl.Series("definition_ja", ["長" * 32_768, *terms["definition_ja"][1:]])
    build_database({**curated_tables, "glossary_terms": terms.with_columns(long)}, tmp_path / "wards.duckdb")
    with pytest.raises(WardPlansError, match=r"^glossary_terms\.definition_ja: a text of 32,768 characters in row \d+"):
        export_database(tmp_path / "wards.duckdb", "excel", tmp_path / "out")
    assert contents(tmp_path / "out") == {}
    export_database(tmp_path / "wards.duckdb", "csv", tmp_path / "out")
    assert "長" * 32_768 in (tmp_path / "out" / "glossary_terms.csv").read_text(encoding="utf-8")


def test_a_name_too_long_for_a_sheet(built_database: Path, tmp_path: Path) -> None:
    database = Path(shutil.copy(built_database, tmp_path))
    name = "table_with_a_name_of_32_letters_"
    with duckdb.connect(database) as connection:
        connection.execute(f"CREATE TABLE {name} AS SELECT 1 AS n; COMMENT ON TABLE {name} IS 'Long.'")
    with pytest.raises(WardPlansError, match=f"{name} cannot be the name of a sheet, which Excel allows 31 characters"):
        export_database(database, "excel", tmp_path / "out")
    assert len(name) == excel_export.LONGEST_NAME + 1


@pytest.fixture(scope="module")
def limited() -> Iterator[Interrupter]:
    """Where files end at 50 kilobytes, as on a full disk."""
    with interrupter("sh", "-c", 'ulimit -f 100; exec "$0" "$@"') as running:
        yield running


@pytest.mark.parametrize("name", FORMATS)
def test_a_full_disk_leaves_what_was_there(
    name: str, limited: Interrupter, built_database: Path, tmp_path: Path
) -> None:
    (tmp_path / FILES[name]).write_text("old")
    ended = limited.run("export", "--format", name, "--database", built_database, "--out", tmp_path, below=tmp_path)
    assert ended.code == 1, ended.output
    (line,) = ended.output.splitlines()
    assert line.startswith(f"error: cannot write {name} files to {tmp_path}: ")
    assert contents(tmp_path) == {FILES[name]: b"old"}


@pytest.mark.parametrize("name", FORMATS)
def test_a_folder_in_the_way_leaves_what_was_there(
    name: str, everything: Path, built_database: Path, tmp_path: Path
) -> None:
    shutil.copytree(everything / name, tmp_path / "out")
    (tmp_path / "out" / FILES[name]).unlink()
    (tmp_path / "out" / FILES[name]).mkdir()
    (tmp_path / "out" / "SHA256SUMS").write_text("old")
    before = contents(tmp_path)
    with pytest.raises(WardPlansError, match=f"cannot write {name} files to .*: Is a directory"):
        export_database(built_database, name, tmp_path / "out")
    assert contents(tmp_path) == before
    assert not list(tmp_path.glob("out/.*"))


def test_no_database_is_said_once(tmp_path: Path) -> None:
    message = refusal(
        wardplans("export", "--format", "all", "--database", tmp_path / "x.duckdb", "--out", tmp_path / "o")
    )
    assert message == f"no database at {tmp_path / 'x.duckdb'}: run `wardplans build` first"
    assert list(tmp_path.iterdir()) == []


def test_somebody_is_told_how_far_it_is(built_database: Path, tmp_path: Path) -> None:
    told: list[str] = []
    export_formats(built_database, {"csv": tmp_path / "a", "parquet": tmp_path / "b"}, told.append)
    tables = [path.stem for path in sorted((tmp_path / "a").glob("*.csv"))]
    assert told[: len(tables)] == [f"csv: {table}" for table in tables]
    assert {line.removeprefix("parquet: ") for line in told[len(tables) :]} > set(tables)
