"""The commands: what they write and print, what they refuse, and that a refusal leaves everything as it was."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import duckdb
import pytest

from analysis.database.connect import open_database
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import database_path, notebooks_folder, raw_folder
from command_line import contents, refusal, succeeded, wardplans

OTA = "13111-ota/informatization-plan-v5-summary.txt"


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database of the real documents; for reading only."""
    database = tmp_path_factory.mktemp("built") / "wards.duckdb"
    succeeded(wardplans("build", "--database", database))
    return database


@pytest.fixture
def database(built: Path, tmp_path: Path) -> Path:
    """A copy of it that a test may replace or damage, alone in its folder."""
    (tmp_path / "curated").mkdir()
    return Path(shutil.copy(built, tmp_path / "curated" / "wards.duckdb"))


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    return Path(shutil.copytree(raw_folder(), tmp_path / "raw"))


@pytest.fixture
def raw_301(raw: Path) -> Path:
    """The documents with Ota's 288 procedures of FY2024 changed to 301, and the change accepted."""
    text = (raw / OTA).read_text(encoding="utf-8")
    assert text.count("288手續") == 1
    (raw / OTA).write_text(text.replace("288手續", "301手續"), encoding="utf-8")
    assert succeeded(wardplans("accept", "--raw", raw)) == f"changed  {OTA}\n"
    return raw


Rows = list[tuple[object, ...]]


def tables(database: Path) -> dict[str, tuple[list[str], Rows]]:
    """Columns and ordered rows of every table but those that are derived from others."""
    with open_database(database) as connection:
        names = connection.sql(
            "SELECT table_name FROM duckdb_tables() WHERE NOT starts_with(comment, 'Derived: ') ORDER BY ALL"
        ).fetchall()
        relations = {name: connection.sql(f"SELECT * FROM {name} ORDER BY ALL") for (name,) in names}
        return {name: (relation.columns, relation.fetchall()) for name, relation in relations.items()}


def actual_of_2024(database: Path) -> float:
    query = """
        SELECT value FROM kpi_values
        WHERE kpi_id = 'ota-2021-online_procedures_priority' AND fiscal_year = 2024 AND value_type = 'actual'
    """
    with open_database(database) as connection:
        ((value,),) = connection.sql(query).fetchall()
    assert isinstance(value, float)
    return value


# -- build --------------------------------------------------------------------------------------------------


def test_build_writes_the_database_and_sums_up_on_standard_error(tmp_path: Path) -> None:
    database = tmp_path / "new" / "folder" / "wards.duckdb"
    finished = wardplans("build", "--database", database, COLUMNS="200")
    assert succeeded(finished) == ""
    assert [path.name for path in database.parent.iterdir()] == ["wards.duckdb"]
    assert "Stated by the documents and read from them" in finished.stderr
    found = {name: len(rows) for name, (_, rows) in tables(database).items()}
    assert finished.stderr.splitlines()[-1] == (
        f"built {database}: {found['documents']} documents, {found['measures']} measures, {found['kpis']} kpis, "
        f"{found['kpi_values']} kpi_values"
    )


def test_a_build_elsewhere_leaves_the_default_database_alone(raw_301: Path, tmp_path: Path) -> None:
    def default() -> os.stat_result | None:
        return database_path().stat() if database_path().exists() else None

    before = default()
    succeeded(wardplans("build", "--raw", raw_301, "--database", tmp_path / "x.duckdb"))
    assert actual_of_2024(tmp_path / "x.duckdb") == 301
    after = default()
    if before is None or after is None:
        assert before is after
    else:
        assert (after.st_ino, after.st_mtime_ns, after.st_size) == (before.st_ino, before.st_mtime_ns, before.st_size)


def test_one_changed_figure_changes_one_value(built: Path, raw_301: Path, tmp_path: Path) -> None:
    changed = tmp_path / "x.duckdb"
    succeeded(wardplans("build", "--raw", raw_301, "--database", changed))
    before, after = tables(built), tables(changed)
    assert before.keys() == after.keys()

    differing: dict[str, list[dict[str, tuple[object, object]]]] = {}
    for name, (columns, rows) in before.items():
        others = after[name][1]
        gone = [row for row in rows if row not in set(others)]
        come = [row for row in others if row not in set(rows)]
        for old, new in zip(gone, come, strict=True):
            pairs = zip(columns, zip(old, new, strict=True), strict=True)
            differing.setdefault(name, []).append({column: pair for column, pair in pairs if pair[0] != pair[1]})

    printed = ("49手續 (288手續)", "49手續 (301手續)")
    # The cell prints the actual figure, and the target beside it.
    assert sorted(differing.pop("kpi_values"), key=len) == [
        {"raw_text": printed},
        {"raw_text": printed, "value": (288.0, 301.0)},
    ]
    # What else differs is the print itself, where it stands and its fingerprints.
    (passage,) = differing.pop("passages")
    assert passage.pop("text_ja") == printed
    assert passage.keys() == {"passage_id", "citation_id"}
    assert [changes.keys() for changes in differing.pop("documents")] == [{"sha256"}]
    assert [changes.keys() for changes in differing.pop("build_info")] == [{"value"}]
    assert all(changes.keys() <= {"citation_id", "quote"} for changes in differing.pop("citations"))
    assert differing == {}


def test_two_builds_export_the_same_bytes(built: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.duckdb"
    for _ in range(2):  # the second one over the first
        succeeded(wardplans("build", "--database", again))
    exports = []
    for number, database in enumerate((built, again)):
        out = tmp_path / f"csv-{number}"
        docs = ["--docs", tmp_path / f"docs-{number}"]
        assert succeeded(wardplans("export", "--database", database, "--out", out, *docs)) == f"{out}\n"
        exports.append(contents(out))
    assert exports[0] == exports[1]
    assert contents(tmp_path / "docs-0") == contents(tmp_path / "docs-1")
    assert contents(tmp_path / "docs-0").keys() >= {"data_dictionary.md", "themes.md"}
    assert exports[0].keys() == {"SHA256SUMS", "datapackage.json", *(f"{name}.csv" for name in tables(built))}


# -- targets that cannot be written ---------------------------------------------------------------------------


def test_a_target_that_is_a_folder(tmp_path: Path) -> None:
    (tmp_path / "wards.duckdb").mkdir()
    message = refusal(wardplans("build", "--database", tmp_path / "wards.duckdb"))
    assert message == f"cannot write {tmp_path / 'wards.duckdb'}: it is a folder, and a file name is needed"
    assert [path.name for path in tmp_path.rglob("*")] == ["wards.duckdb"]


@pytest.mark.parametrize("command", ["build", "export", "report"])
def test_a_target_below_a_file(built: Path, tmp_path: Path, command: str) -> None:
    (tmp_path / "file").write_text("kept")
    target = tmp_path / "file" / "wards"
    if command == "build":
        finished = wardplans(command, "--database", target)
    else:
        finished = wardplans(command, "--database", built, "--out", target)
    message = refusal(finished)
    assert message.startswith("cannot write ")
    assert str(target) in message
    assert contents(tmp_path) == {"file": b"kept"}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write into every folder")
def test_a_target_in_a_folder_that_may_only_be_read(database: Path) -> None:
    before = database.read_bytes()
    database.parent.chmod(0o555)
    try:
        message = refusal(wardplans("build", "--database", database))
    finally:
        database.parent.chmod(0o755)
    assert message == f"cannot write {database}: Permission denied"
    assert database.read_bytes() == before


# -- databases that cannot be read ----------------------------------------------------------------------------


@pytest.mark.parametrize("command", ["check", "report", "export"])
def test_no_database(tmp_path: Path, command: str) -> None:
    out = [] if command == "check" else ["--out", tmp_path / "out"]
    database = tmp_path / "none.duckdb"
    message = refusal(wardplans(command, "--database", database, *out))
    assert message == f"no database at {database}: run `wardplans build` first"
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["check", "export"])
def test_a_file_that_is_no_database(tmp_path: Path, command: str) -> None:
    database = tmp_path / "wards.duckdb"
    database.write_text("ward_code,name\n" * 1000)
    out = [] if command == "check" else ["--out", tmp_path / "out"]
    message = refusal(wardplans(command, "--database", database, *out))
    assert message.startswith(f"{database} cannot be read as a DuckDB database: run `wardplans build` to replace it")
    assert contents(tmp_path) == {"wards.duckdb": b"ward_code,name\n" * 1000}


def test_a_database_of_somebody_else(tmp_path: Path) -> None:
    database = tmp_path / "other.duckdb"
    with duckdb.connect(database) as connection:
        connection.execute("CREATE TABLE wards (name VARCHAR)")
    message = refusal(wardplans("export", "--database", database, "--out", tmp_path / "out"))
    assert message == f"{database} is not a database written by `wardplans build`"


# -- a database that another program holds open ---------------------------------------------------------------

HOLDER = """
import sys
import duckdb

with duckdb.connect(sys.argv[1], read_only=sys.argv[2] == "read-only") as connection:
    print("open", flush=True)
    for query in sys.stdin:
        print(connection.execute(query).fetchone()[0], flush=True)
"""


@contextmanager
def held_open(database: Path, mode: str) -> Iterator[tuple[IO[str], IO[str]]]:
    """Another process with the database open; give where to send it queries and where it answers."""
    command = [sys.executable, "-c", HOLDER, str(database), mode]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdin and holder.stdout
        assert holder.stdout.readline() == "open\n"
        yield holder.stdin, holder.stdout
        holder.stdin.close()
        assert holder.wait(timeout=60) == 0


@pytest.mark.parametrize("mode", ["read-only", "read-write"])
def test_a_build_over_a_database_that_is_open_elsewhere(database: Path, raw_301: Path, mode: str) -> None:
    with held_open(database, mode) as (ask, answer):
        succeeded(wardplans("build", "--raw", raw_301, "--database", database))
        print("SELECT count(*) FILTER (value = 288) * 1000 + count(*) FILTER (value = 301) FROM kpi_values", file=ask)
        ask.flush()
        assert answer.readline() == "1000\n"  # its rows are the old ones still
        assert actual_of_2024(database) == 301
    assert actual_of_2024(database) == 301
    succeeded(wardplans("check", "--raw", raw_301, "--database", database))


@pytest.mark.parametrize("command", ["check", "export"])
def test_a_database_that_is_open_for_writing_elsewhere(database: Path, tmp_path: Path, command: str) -> None:
    out = [] if command == "check" else ["--out", tmp_path / "out"]
    with held_open(database, "read-write"):
        message = refusal(wardplans(command, "--database", database, *out))
    assert message.startswith(f"{database} is open for writing in another program: close it there and try again")
    assert not (tmp_path / "out").exists()


def test_a_database_that_is_open_for_reading_elsewhere_can_be_read(database: Path, tmp_path: Path) -> None:
    with held_open(database, "read-only"):
        succeeded(wardplans("export", "--database", database, "--out", tmp_path / "out"))


# -- check ----------------------------------------------------------------------------------------------------


def test_check_shows_every_stated_total_beside_what_was_read(built: Path) -> None:
    printed = succeeded(wardplans("check", "--database", built, COLUMNS="250")).splitlines()
    rows = [tuple(cell.strip() for cell in line.split("│")[1:-1]) for line in printed if line.startswith("│")]
    with open_database(built) as connection:
        totals = connection.sql(
            "SELECT document_id, subject_ja, stated, extracted, coalesce(explanation_en, '') FROM reconciliations"
        ).fetchall()
        documents = connection.sql("SELECT document_id, line_count FROM documents").fetchall()
        ((citations,),) = connection.sql("SELECT count(*) FROM citation_texts").fetchall()
    expected = [(name, subject, f"{stated:g}", f"{read:g}", why) for name, subject, stated, read, why in totals]
    assert sorted(row for row in rows if len(row) == 5) == sorted(expected)
    assert {name for name, *_ in expected} == {name for name, _ in documents}
    assert ("ota-plan-v5-summary", "取組", "36", "27") in {row[:4] for row in expected}

    lines = {name: [int(count) for count in counts] for name, *counts in (row for row in rows if len(row) == 6)}
    assert {name: sum(counts) for name, counts in lines.items()} == dict(documents)
    assert all(counts[-1] == 0 for counts in lines.values())  # no line is unread
    assert printed[-1] == f"{citations} citations compared with the raw text: all equal"


def test_check_cuts_nothing_off_in_the_narrow_log_of_a_scheduled_run(built: Path) -> None:
    printed = succeeded(wardplans("check", "--database", built, COLUMNS="80"))
    assert "…" not in printed
    assert "minato-plan-draft-summary" in printed


def problems(finished: subprocess.CompletedProcess[str], count: int) -> list[str]:
    """The problems a check printed below its tables; that their number is the error."""
    assert finished.returncode == 1
    assert finished.stderr == f"error: problems found: {count}\n"
    return finished.stdout.splitlines()[-count:]


def test_check_names_a_line_that_nobody_reads(raw: Path, tmp_path: Path) -> None:
    lines = (raw / OTA).read_text(encoding="utf-8").count("\n") + 1
    with (raw / OTA).open("a", encoding="utf-8") as file:
        file.write("\n\n[bold]読む人のいない行[/bold] :star:\n")
    accept_checksums(raw)
    database = tmp_path / "x.duckdb"
    building = wardplans("build", "--raw", raw, "--database", database)
    succeeded(building)
    (problem,) = problems(wardplans("check", "--raw", raw, "--database", database), 1)
    assert problem == f"{raw / OTA}:{lines + 2}: unread line '[bold]読む人のいない行[/bold] :star:'"
    assert building.stderr.splitlines()[-1] == (
        f"warning: {raw / OTA}: 1 unread line, of which the database holds nothing: {lines + 2} "
        f"'[bold]読む人のいない行[/bold] :star:'; run `wardplans check {raw / OTA}`"
    )


def test_build_names_what_it_leaves_open_in_each_document(raw: Path, tmp_path: Path) -> None:
    nakano = raw / "13114-nakano" / "informatization-plan-progress-fy2023.txt"
    text = nakano.read_text(encoding="utf-8")
    beside_the_title = text.replace("\n区では、", "\n区では、777件の", 1)
    assert beside_the_title != text
    nakano.write_text(f"{beside_the_title}\n\n一\n二\n三\n四\n五\n", encoding="utf-8")
    first = beside_the_title.count("\n") + 3
    accept_checksums(raw)
    building = wardplans("build", "--raw", raw, "--database", tmp_path / "x.duckdb", COLUMNS="40")
    succeeded(building)
    number, lines = [line for line in building.stderr.splitlines() if line.startswith("warning: ")]
    assert number.startswith(f"warning: {nakano}: a number in running text is not explained, the first '777' on line ")
    assert lines == (
        f"warning: {nakano}: 5 unread lines, of which the database holds nothing: {first} '一', {first + 1} '二', "
        f"{first + 2} '三' and 2 more; run `wardplans check {nakano}`"
    )


def test_build_of_documents_that_are_read_whole_warns_of_nothing(tmp_path: Path) -> None:
    building = wardplans("build", "--database", tmp_path / "x.duckdb")
    succeeded(building)
    assert "warning" not in building.stderr


def test_check_names_a_citation_that_does_not_hold(database: Path) -> None:
    with duckdb.connect(database) as connection:
        ((citation,),) = connection.sql("SELECT citation_id FROM citations WHERE quote = '288手續'").fetchall()
        connection.execute("UPDATE citations SET quote = '301手續' WHERE citation_id = $1", [citation])
    (problem,) = problems(wardplans("check", "--database", database), 1)
    assert problem.startswith(f"citation {citation}: characters ")
    assert problem.endswith("of ota-plan-v5-summary are '288手續', the quote is '301手續'")


def test_check_names_a_difference_that_nobody_explains(database: Path) -> None:
    with duckdb.connect(database) as connection:
        connection.execute(
            "UPDATE reconciliations SET explanation_ja = NULL, explanation_en = NULL WHERE difference = -9"
        )
    (problem,) = problems(wardplans("check", "--database", database), 1)
    assert problem == "ota-plan-v5-summary-measures: stated 36, read 27, without an explanation"


def test_check_names_a_document_that_changed_since_the_build(built: Path, raw_301: Path) -> None:
    changed, *citations = problems(wardplans("check", "--raw", raw_301, "--database", built), 3)
    assert changed == f"{raw_301 / OTA}: not the text the database was built from; run `wardplans build`"
    assert all("'49手續 (301手續)'" in problem or "'301手續'" in problem for problem in citations)


# -- report ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ["online_procedures", "horoscopes"],
            "no report horoscopes in {notebooks}; there is data_quality, kpi_achievement, mynumber_card, ",
        ),
        (
            ["online_procedures", "-p", "colour", "red"],
            "{notebooks}/online_procedures.ipynb: no parameter 'colour'; there is wards",
        ),
        (
            ["online_procedures", "-p", "wards", "1311"],
            "{notebooks}/online_procedures.ipynb: parameter 'wards' takes ward codes of five",
        ),
        (
            ["online_procedures", "-p", "years", "soon"],
            "{notebooks}/online_procedures.ipynb: parameter 'years' must be list[int], not",
        ),
        (
            ["online_procedures", "-p", "language", "en"],
            "'language' is no parameter of a report: set it with --language",
        ),
    ],
)
def test_a_report_that_cannot_be_run(built: Path, tmp_path: Path, arguments: list[str], expected: str) -> None:
    finished = wardplans("report", *arguments, "--database", built, "--out", tmp_path / "out")
    assert refusal(finished, code=2).startswith(expected.format(notebooks=notebooks_folder()))
    assert not (tmp_path / "out").exists()


def test_a_report_on_a_ward_without_documents_keeps_the_last_good_page(built: Path, tmp_path: Path) -> None:
    arguments = ("online_procedures", "-p", "wards", "13101", "--database", built, "--out", tmp_path)
    (tmp_path / "online_procedures.ja.html").write_text("the last good one")
    finished = wardplans("report", *arguments)
    assert finished.returncode == 1
    assert finished.stdout == f"{tmp_path / 'index.html'}: 0 pages made, 0 had no need of it\n"
    assert "ward '13101'; the database covers 13103 (minato)" in finished.stderr
    assert f"error: {notebooks_folder() / 'online_procedures.ipynb'}, cell [" in finished.stderr
    assert "Traceback" not in finished.stderr
    copies = {f"failed/online_procedures.{language}.ipynb" for language in ("ja", "en")}
    assert copies <= contents(tmp_path).keys()
    # The run read the build under a name of its own, which is gone.
    assert str(built) in (tmp_path / min(copies)).read_text("utf-8")
    assert (tmp_path / "online_procedures.ja.html").read_text() == "the last good one"


# -- sources --------------------------------------------------------------------------------------------------


def test_the_source_pages_alone(built: Path, tmp_path: Path) -> None:
    arguments = ("sources", "--database", built, "--out", tmp_path)
    printed = succeeded(wardplans(*arguments)).split()
    assert sorted(map(Path, printed)) == sorted((tmp_path / "sources").iterdir())
    assert {Path(name).suffixes[0] for name in printed} == {".ja", ".en"}
    assert sorted(path.name for path in tmp_path.iterdir()) == ["sources"]
    # A page of a document that is no longer there would still be found, and cited.
    (tmp_path / "sources" / "old-plan.ja.html").write_text("of an earlier database")
    (tmp_path / "sources" / "notes.txt").write_text("of somebody")
    succeeded(wardplans(*arguments))
    names = {path.name for path in (tmp_path / "sources").iterdir()}
    assert names == {Path(name).name for name in printed} | {"notes.txt"}


# -- bad usage ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["bulid"], "No such command 'bulid'"),
        (["build", "--databse", "x"], "No such option '--databse'"),
        (["build", "--raw", __file__], "is a file"),
        (["build", "extra"], "unexpected extra argument (extra)"),
        (["report", "-p", "wards"], "Option '-p' requires 2 arguments"),
        (["report", "--language", "fr"], "'fr' is not one of 'both', 'ja', 'en'"),
        (["report", "--all", "overview"], "--all means every report: name none beside it"),
        (["report", "--jobs", "0"], "0 is not in the range x>=1"),
        (["report", "--timeout", "0"], "0.0 is not in the range x>0"),
        (["export", "--out", __file__], "is a file"),
    ],
)
def test_bad_usage_is_told_from_bad_input_by_its_exit_code(arguments: list[str], expected: str) -> None:
    finished = wardplans(*arguments, COLUMNS="200")
    assert finished.returncode == 2
    assert finished.stdout == ""
    assert expected in finished.stderr
    assert "Traceback" not in finished.stderr


def test_help_names_every_command() -> None:
    printed = succeeded(wardplans("--help"))
    commands = [line.split()[0] for line in printed.partition("Commands:\n")[2].splitlines() if line.strip()]
    assert {"accept", "build", "check", "export", "report", "sources"} <= set(commands)
