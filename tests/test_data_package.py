"""data/curated/csv is a Frictionless Data Package: others' validator accepts it, and refuses it when it is broken."""

import json
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import frictionless
import pytest

from analysis.database.connect import open_database
from analysis.documents.paths import database_path
from analysis.publishing.exports import export_database

COMMITTED = database_path().parent / "csv"
FRICTIONLESS = Path(sys.executable).with_name("frictionless")

Json = dict[str, Any]


@pytest.fixture(scope="module")
def folder(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("package")
    export_database(built_database, "csv", folder)
    return folder


@pytest.fixture(scope="module")
def package(folder: Path) -> Json:
    read: Json = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return read


@pytest.fixture(scope="module")
def resources(package: Json) -> Mapping[str, Json]:
    return {resource["name"]: resource for resource in package["resources"]}


def validate(path: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [FRICTIONLESS, "validate", path.name], cwd=path.parent, capture_output=True, encoding="utf-8", check=False
    )


# -- the validator ----------------------------------------------------------------------------------------------------


def test_frictionless_accepts_the_committed_package() -> None:
    finished = validate(COMMITTED / "datapackage.json")
    assert finished.returncode == 0, finished.stdout + finished.stderr
    assert finished.stdout.count("VALID") == len(list(COMMITTED.glob("*.csv")))
    assert "INVALID" not in finished.stdout


def test_frictionless_accepts_the_package_in_one_file(built_database: Path, tmp_path: Path) -> None:
    (path,) = export_database(built_database, "package", tmp_path)
    finished = validate(path)
    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_frictionless_refuses_a_package_with_a_key_removed(folder: Path, tmp_path: Path) -> None:
    broken = Path(shutil.copytree(folder, tmp_path / "broken"))
    without_line(broken / "wards.csv", "13111,")
    finished = validate(broken / "datapackage.json")
    assert finished.returncode == 1
    assert "INVALID" in finished.stdout
    assert "foreign-key" in finished.stdout


def without_line(path: Path, beginning: str) -> None:
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    kept = [line for line in lines if not line.startswith(beginning)]
    assert len(kept) == len(lines) - 1
    path.write_text("".join(kept), encoding="utf-8", newline="")


def replace(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


BREAKS: Mapping[str, tuple[Callable[[Path], None], str]] = {
    "a row that others refer to": (lambda folder: without_line(folder / "wards.csv", "13102,"), "foreign-key"),
    "a key twice": (lambda folder: replace(folder / "wards.csv", "13102,", "13101,"), "primary-key"),
    "a code that is none": (lambda folder: replace(folder / "wards.csv", "13102,", "1310,"), "constraint-error"),
    "a value twice": (lambda folder: replace(folder / "wards.csv", ",chuo,", ",chiyoda,"), "unique-error"),
    "no value": (lambda folder: replace(folder / "wards.csv", ",chuo,", ",,"), "constraint-error"),
    "no truth value": (lambda folder: replace(folder / "wards.csv", ",false,", ",no,"), "type-error"),
    "no number": (lambda folder: replace(folder / "ward_populations.csv", ",2016,", ",heisei,"), "type-error"),
    "a year out of bounds": (
        lambda folder: replace(folder / "ward_populations.csv", ",2016,", ",1016,"),
        "constraint-error",
    ),
    "a column without a name": (lambda folder: replace(folder / "wards.csv", ",slug,", ",,"), "blank-label"),
    "a cell too many": (lambda folder: replace(folder / "wards.csv", ",chuo,", ",chuo,chuo,"), "extra-cell"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_each_rule_is_one_that_a_validator_holds_to(what: str, folder: Path, package: Json, tmp_path: Path) -> None:
    """Two tables alone, without their checksums, so that nothing else is found to be wrong."""
    few = [resource for resource in package["resources"] if resource["name"] in ("wards", "ward_populations")]
    for resource in few:
        shutil.copy(folder / resource["path"], tmp_path)
    bare = [{key: value for key, value in resource.items() if key not in ("hash", "bytes")} for resource in few]
    (tmp_path / "datapackage.json").write_text(json.dumps({**package, "resources": bare}), encoding="utf-8")
    assert errors(tmp_path) == set()
    break_it, error = BREAKS[what]
    break_it(tmp_path)
    assert error in errors(tmp_path)


def test_a_changed_file_is_told_from_its_checksum(folder: Path, package: Json, tmp_path: Path) -> None:
    units = [resource for resource in package["resources"] if resource["name"] == "units"]
    shutil.copy(folder / "units.csv", tmp_path)
    (tmp_path / "datapackage.json").write_text(json.dumps({**package, "resources": units}), encoding="utf-8")
    assert errors(tmp_path) == set()
    replace(tmp_path / "units.csv", "hours", "Hours")
    assert errors(tmp_path) == {"hash-count"}


def errors(folder: Path) -> set[str]:
    report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return {row[0] for row in report.flatten(["type"])}


# -- what it says -----------------------------------------------------------------------------------------------------


def test_it_says_what_it_is_and_where_it_is_from(package: Json, built_database: Path) -> None:
    assert package["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    for resource in package["resources"]:  # some readers look for the version in each
        assert resource["$schema"] == "https://datapackage.org/profiles/2.0/dataresource.json"
        assert resource["schema"]["$schema"] == "https://datapackage.org/profiles/2.0/tableschema.json"
    assert package["licenses"] == [{"name": "MIT", "path": "https://opensource.org/license/mit"}]
    assert package["contributors"]
    assert package["keywords"]
    assert package["version"] in package["citation"]
    assert "created" not in package
    sources = {source["name"]: source for source in package["sources"]}
    with open_database(built_database) as connection:
        documents = connection.execute(
            "SELECT document_id, title_ja, name_ja, sha256 FROM documents JOIN wards USING (ward_code)"
        ).fetchall()
        statistics = connection.execute("SELECT DISTINCT file_name, sha256, transcription FROM statistics").fetchall()
        assert package["build"] == dict(connection.execute("SELECT key, value FROM build_info").fetchall())
    assert sources.keys() == {row[0] for row in (*documents, *statistics)}
    for name, title, publisher, sha256 in documents:
        source = sources[name]
        assert (source["title"], source["publisher"], source["sha256"]) == (title, publisher, sha256)
    for name, sha256, transcription in statistics:
        assert (sources[name]["sha256"], sources[name]["description"]) == (sha256, transcription)


def test_it_has_every_table_column_comment_and_type(resources: Mapping[str, Json], built_database: Path) -> None:
    with open_database(built_database) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, data_type, is_nullable, comment FROM duckdb_columns() "
            "SEMI JOIN (FROM duckdb_tables() WHERE NOT starts_with(comment, 'Derived: ')) USING (table_name) "
            "WHERE database_name = current_database() ORDER BY table_name, column_index"
        ).fetchall()
        comments = dict(connection.execute("SELECT table_name, comment FROM duckdb_tables()").fetchall())
    types = {"VARCHAR": "string", "INTEGER": "integer", "DOUBLE": "number", "BOOLEAN": "boolean", "DATE": "date"}
    told = [
        (name, field["name"], field["type"], field.get("constraints", {}).get("required", False), field["description"])
        for name, resource in resources.items()
        for field in resource["schema"]["fields"]
    ]
    assert told == [
        (table, column, types.get(data_type, "string"), not is_nullable, comment)
        for table, column, data_type, is_nullable, comment in columns
    ]
    assert {name: resource["description"] for name, resource in resources.items()} == {
        name: comments[name] for name in resources
    }


def test_it_has_every_key(resources: Mapping[str, Json], built_database: Path) -> None:
    with open_database(built_database) as connection:
        constraints = connection.execute(
            "SELECT table_name, constraint_type, constraint_column_names, referenced_table, referenced_column_names "
            "FROM duckdb_constraints() WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE', 'FOREIGN KEY')"
        ).fetchall()
    expected = {
        (table, kind, tuple(columns), other or "", tuple(others))
        for table, kind, columns, other, others in constraints
        if table in resources
    }
    told = set()
    for name, resource in resources.items():
        schema = resource["schema"]
        told.add((name, "PRIMARY KEY", tuple(schema["primaryKey"]), "", ()))
        for key in schema.get("uniqueKeys", []):
            told.add((name, "UNIQUE", tuple(key), "", ()))
        for key in schema.get("foreignKeys", []):
            reference = key["reference"]
            assert reference.get("resource") != name  # version 2 leaves it out
            other = reference.get("resource", name)
            told.add((name, "FOREIGN KEY", tuple(key["fields"]), other, tuple(reference["fields"])))
    assert told == expected


def test_it_has_units_and_value_lists(resources: Mapping[str, Json]) -> None:
    fields = {
        (name, field["name"]): field for name, resource in resources.items() for field in resource["schema"]["fields"]
    }
    assert fields["ward_populations", "population"]["unit"] == "persons"
    assert fields["kpi_values", "value"]["unit"] == "that of kpis.unit_id"
    assert fields["kpi_values", "value_type"]["constraints"]["enum"] == ["baseline", "target", "actual"]
    assert fields["kpi_values", "denominator"]["constraints"] == {"exclusiveMinimum": 0}
    assert fields["wards", "ward_code"]["constraints"] == {"required": True, "pattern": "[0-9]{5}"}
    assert fields["wards", "lg_code"]["constraints"] == {"required": True, "unique": True, "pattern": "[0-9]{6}"}
    assert fields["years", "fiscal_year"]["constraints"] == {"required": True, "minimum": 1868, "maximum": 2200}


def test_the_package_in_one_file_says_the_same(built_database: Path, package: Json, tmp_path: Path) -> None:
    (path,) = export_database(built_database, "package", tmp_path)
    with zipfile.ZipFile(path) as packed:
        assert json.loads(packed.read("datapackage.json")) == package
