"""docs/sql.md does what it says: its queries, its programs, and the file in the programs that are installed."""

import csv
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pandas
import polars as pl
import pytest

import analysis

GUIDE = (Path(__file__).parents[1] / "docs" / "sql.md").read_text("utf-8")
DUCKDB = shutil.which("duckdb", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", GUIDE, re.DOTALL | re.MULTILINE)


QUERIES = blocks("sql")
PROGRAMS = blocks("python")
# Without a query it is the prompt, which has tests of its own.
COMMANDS = [
    line.partition(" #")[0].strip() for block in blocks("sh") for line in block.splitlines()
    if "wardplans sql" in line and not re.match(r"wardplans sql\s+#", line)
]  # fmt: skip


@pytest.fixture
def checkout(built_database: Path, tmp_path: Path) -> Path:
    """A folder in which the paths of the guide lead to the database."""
    folder = tmp_path / "data" / "curated"
    folder.mkdir(parents=True)
    shutil.copyfile(built_database, folder / "wards.duckdb")
    return tmp_path


def test_there_are_ten_questions_and_more() -> None:
    assert re.findall(r"^(\d+)\. .+\n\n```sql$", GUIDE, re.MULTILINE) == [str(number) for number in range(1, 11)]
    assert len(QUERIES) >= 13


@pytest.mark.parametrize("query", QUERIES)
def test_every_query_has_an_answer(query: str, built_database: Path) -> None:
    with analysis.open_database(built_database) as connection:
        rows = analysis.sql(query, connection=connection)
    assert rows.height > 0
    for name in rows.columns:
        assert rows[name].null_count() < rows.height, f"nothing in {name}"


@pytest.mark.parametrize("program", PROGRAMS)
def test_every_program_in_python_runs(program: str, checkout: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=checkout,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert all(int(number) > 0 for number in run.stdout.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_of_the_guide_runs(command: str, checkout: Path) -> None:
    (checkout / "question.sql").write_text("FROM wards;", "utf-8")
    database = checkout / "data" / "curated" / "wards.duckdb"
    line = command.replace("wardplans sql", f"wardplans sql --database {database}")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    run = subprocess.run(
        ["sh", "-c", line], cwd=checkout, env={**os.environ, "PATH": path}, capture_output=True, timeout=60, check=False
    )
    assert run.returncode == 0, run.stderr


def test_the_macros_of_the_guide_are_those_of_the_database(built_database: Path) -> None:
    with analysis.open_database(built_database) as connection:
        rows = connection.execute("SELECT function_name FROM duckdb_functions() WHERE NOT internal").fetchall()
    (section,) = re.findall(r"^## Macros$(.*?)^## ", GUIDE, re.DOTALL | re.MULTILINE)
    assert set(re.findall(r"^\| `(?:FROM )?(\w+)\(", section, re.MULTILINE)) == {name for (name,) in rows}


def test_the_file_says_in_sql_what_everything_means(built_database: Path) -> None:
    with duckdb.connect(built_database, read_only=True) as connection:
        for query in (
            "FROM duckdb_tables() WHERE comment IS NULL",
            "FROM duckdb_views() WHERE comment IS NULL AND NOT internal",
            "FROM duckdb_columns() WHERE comment IS NULL AND NOT internal",
            "FROM duckdb_functions() WHERE comment IS NULL AND NOT internal",
        ):
            assert connection.execute(query).fetchall() == []


def test_the_file_is_in_a_format_that_older_programs_read(built_database: Path) -> None:
    with duckdb.connect(built_database, read_only=True) as connection:
        ((tags,),) = connection.execute("SELECT tags FROM duckdb_databases() WHERE NOT internal").fetchall()
    assert "v1.4" in str(tags)


def test_a_plain_connection_gives_every_view_to_every_frame(built_database: Path) -> None:
    with duckdb.connect(built_database, read_only=True) as connection:
        for (view,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall():
            relation = connection.sql(f"FROM {view}")
            frame, other = relation.df(), relation.pl()
            assert isinstance(frame, pandas.DataFrame)
            assert isinstance(other, pl.DataFrame)
            assert len(frame) == other.height == relation.to_arrow_table().num_rows
            assert list(frame.columns) == other.columns


@pytest.mark.skipif(DUCKDB is None, reason="DuckDB's own command line is not installed")
def test_the_command_line_of_duckdb_opens_the_file(checkout: Path) -> None:
    query = "SELECT fiscal_year('令和5年度'), era_label(2023), citation(citation_id) FROM observations LIMIT 1"
    run = subprocess.run(
        [DUCKDB, "-readonly", "-csv", "-noheader", checkout / "data" / "curated" / "wards.duckdb", query],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    ((year, label, cited),) = csv.reader(run.stdout.splitlines())
    assert (year, label) == ("2023", "令和5年度")
    assert "行目、「" in cited
