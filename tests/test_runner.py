"""Runs of notebooks: what is published, what is not run again, what spoils nothing, and what no run sees of another."""

import json
import re
import shutil
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Executor
from dataclasses import replace
from pathlib import Path

import nbformat
import papermill
import polars as pl
import pytest
from bs4 import BeautifulSoup

from analysis.atomic import locked
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.documents.paths import notebooks_folder
from analysis.errors import UsageError, WardPlansError
from analysis.reporting import runner
from analysis.reporting.edition import Edition
from analysis.reporting.fingerprints import database_fingerprint, library_version
from analysis.reporting.index import read_record
from analysis.reporting.made_from import MADE_FROM
from analysis.reporting.page import Provenance, SourceDocument, headline, render_page
from analysis.reporting.run_log import PageOutcome, RunEnded, read_log
from analysis.reporting.runner import run_reports
from analysis.reporting.warm_kernel import ENGINE, _joined_streams
from analysis.workers import WorkerDiedError, executor, isolated

NOTEBOOKS = Path(__file__).parent / "notebooks"
DOCUMENTS = (
    SourceDocument("大田区情報化推進計画 <令和6年度>", "0123456789abcdef" * 4, ward_code="13111"),
    SourceDocument("中野区の計画", "fedcba9876543210" * 4, ward_code="13114"),
    SourceDocument("統計", "00" * 32),
)
WARDS = {"13111": "ota", "13114": "nakano"}


@pytest.fixture(scope="module")
def workers() -> Iterator[Executor]:
    """One at a time, so that each run follows another on the same worker."""
    with executor(jobs=1, preload=["analysis.reporting.readiness"]) as given:
        yield given


@pytest.fixture(scope="module")
def edition(built_database: Path) -> Edition:
    fingerprint = database_fingerprint(built_database)
    return Edition(built_database, built_database, fingerprint, DOCUMENTS, WARDS)


@pytest.fixture
def run(edition: Edition, workers: Executor, tmp_path: Path):
    """Run reports into a folder of the test's own."""

    def run_some(names, *, out=tmp_path / "reports", parameters=None, languages=("ja",), **options):
        notebooks, given = options.pop("notebooks", NOTEBOOKS), options.pop("edition", edition)
        return run_reports(names, out, parameters or {}, languages, notebooks, given, workers, **options)

    return run_some


def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def printed(path: Path) -> str:
    """What the notebook printed first."""
    return parsed(path).main.find("pre", class_="text").get_text().strip()


def pages(folder: Path) -> dict[str, bytes]:
    """The reports of a folder, without the pages that tell of the runs."""
    own = ("index", "runs", "changes")
    return {path.name: path.read_bytes() for path in folder.glob("*.*.html") if not path.name.startswith(own)}


def outcomes(out: Path) -> list[tuple[str, str, int]]:
    """Name, outcome and attempts of the pages of the last run."""
    entries = read_log(out)
    last = entries[-1].run_id
    found = [entry for entry in entries if isinstance(entry, PageOutcome) and entry.run_id == last]
    return [(entry.name, entry.outcome, entry.attempts) for entry in found]


# -- what is published --------------------------------------------------------------------------------------


def test_a_report_says_what_it_answers_and_what_it_was_run_with(run, tmp_path):
    outcome = run(["figures"], parameters={"wards": "13111", "years": "2023,2024"}, languages=["en"])
    (report,) = outcome.written
    assert report.title == "How many procedures can be done online?"
    assert report.summary.startswith("Ota put 288 procedures online")
    assert report.parameters == {"wards": ["13111"], "years": [2023, 2024]}
    assert (report.name, report.file_name, report.language) == ("figures", "figures.en.html", "en")
    assert not outcome.failures
    out = tmp_path / "reports"
    assert sorted(path.name for path in out.iterdir()) == [
        ".made-from.json",
        ".published",
        "changes.en.html",
        "changes.html",
        "figures.en.html",
        "index.en.html",
        "index.html",
        "reports.json",
        "runs.en.html",
        "runs.html",
        "runs.jsonl",
    ]
    text = (out / "figures.en.html").read_text("utf-8")
    foot = BeautifulSoup(text, "html.parser").footer.get_text(" ", strip=True)
    assert all(document.title in foot and document.sha256 in foot for document in DOCUMENTS)
    assert "wards 13111 years 2023, 2024" in foot
    assert str(tmp_path) not in text
    listed = [link["href"] for link in parsed(out / "index.en.html").main.find_all("a")]
    assert {"figures.en.html", "changes.en.html", "runs.en.html"} <= set(listed)


def test_the_same_run_gives_the_same_bytes(run, tmp_path):
    run(["figures"], out=tmp_path / "one", languages=["ja", "en"])
    run(["figures"], out=tmp_path / "other", languages=["ja", "en"])
    assert pages(tmp_path / "one") == pages(tmp_path / "other")
    assert len(pages(tmp_path / "one")) == 2


def test_a_later_run_adds_to_the_index(run, tmp_path):
    run(["figures"], languages=["en"])
    run(["without_parameters"])
    out = tmp_path / "reports"
    for name in ("index.html", "index.en.html"):
        links = [link["href"] for link in parsed(out / name).find(class_="reports").find_all("a")]
        assert links == [*["figures.en.html"] * 2, *["without_parameters.ja.html"] * 2]
    assert [report.name for report in read_record(out)] == ["figures", "without_parameters"]


def test_the_pages_of_a_report_lead_to_each_other(run, tmp_path):
    out = tmp_path / "reports"
    run(["figures"], languages=["en"])
    assert parsed(out / "figures.en.html").find("a", class_="counterpart") is None
    run(["figures"], languages=["ja"])
    link = parsed(out / "figures.ja.html").find("a", class_="counterpart")
    assert (link["href"], link["hreflang"], link.get_text()) == ("figures.en.html", "en", "English")
    # The English page has a counterpart now, and so is another.
    assert [report.file_name for report in run(["figures"], languages=["ja", "en"]).written] == ["figures.en.html"]
    assert parsed(out / "figures.en.html").find("a", class_="counterpart")["href"] == "figures.ja.html"
    assert parsed(out / "figures.en.html").find("header").a["href"] == "index.en.html"


def test_a_report_about_a_ward_is_run_for_each_and_names_its_documents(run, tmp_path):
    reports = sorted(run(["one_ward"]).written, key=lambda report: report.file_name)
    assert [report.file_name for report in reports] == ["one_ward-nakano.ja.html", "one_ward-ota.ja.html"]
    assert [report.title for report in reports] == ["Ward 13114", "Ward 13111"]
    assert [report.parameters for report in reports] == [{"ward": "13114"}, {"ward": "13111"}]
    parts = [heading.get_text() for heading in parsed(tmp_path / "reports" / "index.html").main.find_all("h2")]
    assert parts[0] == "区ごとの報告"
    foot = parsed(tmp_path / "reports" / "one_ward-nakano.ja.html").footer.get_text()
    assert [document.title in foot for document in DOCUMENTS] == [False, True, True]


def test_a_report_about_a_ward_can_be_run_for_one(run):
    (report,) = run(["one_ward"], parameters={"ward": "13114"}).written
    assert (report.file_name, report.title) == ("one_ward-nakano.ja.html", "Ward 13114")


@pytest.mark.parametrize("name", ["rpa_hours", "sql_cookbook"])
def test_a_page_is_what_plain_papermill_with_a_kernel_of_its_own_makes(run, edition, tmp_path, name):
    run([name], notebooks=notebooks_folder(), languages=["en"])
    plain = papermill.execute_notebook(
        str(notebooks_folder() / f"{name}.ipynb"),
        str(tmp_path / "plain.ipynb"),
        parameters={"language": "en", "database": str(edition.database)},
        cwd=str(notebooks_folder()),
        progress_bar=False,
    )
    (report,) = read_record(tmp_path / "reports")
    page = render_page(
        plain,
        title=headline(plain).title,
        language="en",
        provenance=Provenance(DOCUMENTS, library_version(), report.parameters),
    )
    assert (tmp_path / "reports" / report.file_name).read_text("utf-8") == page


def test_a_warm_kernel_gives_every_kind_of_output_as_a_kernel_of_its_own_does(tmp_path):
    notebook = str(NOTEBOOKS / "outputs.ipynb")
    plain = papermill.execute_notebook(notebook, str(tmp_path / "plain.ipynb"), progress_bar=False)
    isolated(_execute_warm, notebook, str(tmp_path / "warm.ipynb"))
    warm = nbformat.read(tmp_path / "warm.ipynb", as_version=4)
    for expected, cell in zip(plain.cells, warm.cells, strict=True):
        assert _comparable(cell) == _comparable(expected)
    assert sum(len(cell.get("outputs", [])) for cell in warm.cells) > 15


def _execute_warm(notebook: str, executed: str) -> None:
    papermill.execute_notebook(notebook, executed, engine_name=ENGINE, kernel_name="python3", progress_bar=False)


def _comparable(cell: nbformat.NotebookNode) -> object:
    """A cell without what two runs of one kernel differ in: names of temporary files and places in memory."""
    text = json.dumps([cell.source, cell.get("execution_count"), _joined_streams(cell.get("outputs", []))])
    return json.loads(re.sub(r"ipykernel_\d+/\d+|0x[0-9a-f]+", "", text))


# -- what is not run again ----------------------------------------------------------------------------------


def test_nothing_is_run_again_without_need(run, tmp_path):
    run(["figures", "without_parameters"])
    before = {path: path.stat().st_mtime_ns for path in (tmp_path / "reports").glob("*.ja.html")}
    outcome = run(["figures", "without_parameters"])
    assert (outcome.written, [report.name for report in outcome.unchanged]) == ((), ["figures", "without_parameters"])
    assert outcomes(tmp_path / "reports") == [("figures", "unchanged", 0), ("without_parameters", "unchanged", 0)]
    assert {path: path.stat().st_mtime_ns for path in before} == before
    assert len(run(["figures"], force=True).written) == 1


def test_a_page_that_was_edited_or_is_gone_is_made_again(run, tmp_path):
    run(["figures", "without_parameters"])
    out = tmp_path / "reports"
    before = pages(out)
    (out / "figures.ja.html").write_text("edited")
    (out / "without_parameters.ja.html").unlink()
    assert len(run(["figures", "without_parameters"]).written) == 2
    assert pages(out) == before


@pytest.mark.parametrize(
    "content", [None, "", "{}", '{"queries": {}, "pages": {"without_parameters.ja.html": {}}}', "[1]", "\x00"]
)
def test_without_the_note_of_what_they_were_made_from_pages_are_made_again(run, tmp_path, content):
    run(["without_parameters"])
    note = tmp_path / "reports" / MADE_FROM
    note.unlink() if content is None else note.write_text(content)
    assert len(run(["without_parameters"]).written) == 1


def test_a_changed_notebook_parameter_library_or_document_is_run_again(run, edition, tmp_path, monkeypatch):
    (notebooks := tmp_path / "notebooks").mkdir()
    shutil.copy(NOTEBOOKS / "figures.ipynb", notebooks)

    def names(**options) -> list[str]:
        return [report.name for report in run(["figures"], notebooks=notebooks, **options).written]

    assert names() == ["figures"]
    assert names() == []
    assert names(parameters={"years": "2024"}) == ["figures"]
    assert names(parameters={"years": "2024"}) == []
    assert names(edition=replace(edition, documents=DOCUMENTS[:1])) == ["figures"]
    assert names() == ["figures"]
    path = notebooks / "figures.ipynb"
    path.write_text(path.read_text("utf-8") + "\n", encoding="utf-8")
    assert names() == ["figures"]
    monkeypatch.setattr(runner, "library_fingerprint", lambda: "another")
    assert names() == ["figures"]


@pytest.fixture(scope="module")
def corrected_edition(curated_tables: Mapping[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Edition:
    """A build in which somebody has rewritten the English names of the KPIs on RPA."""
    tables = dict(curated_tables)
    rewritten = pl.when(pl.col("name_ja").str.contains("RPA")).then(pl.lit("Rewritten")).otherwise("name_en")
    tables["kpis"] = tables["kpis"].with_columns(rewritten.alias("name_en"))
    database = tmp_path_factory.mktemp("corrected") / "wards.duckdb"
    build_database(tables, database)
    return Edition(database, database, database_fingerprint(database), DOCUMENTS, WARDS)


def test_only_pages_that_read_the_changed_rows_are_run_again(run, edition, corrected_edition, tmp_path):
    assert corrected_edition.fingerprint != edition.fingerprint
    options = {"notebooks": notebooks_folder(), "languages": ["en"]}
    names = ["rpa_hours", "security_incidents"]
    assert len(run(names, **options).written) == 2
    outcome = run(names, edition=corrected_edition, **options)
    assert [report.name for report in outcome.written] == ["rpa_hours"]
    assert "Rewritten" in (tmp_path / "reports" / "rpa_hours.en.html").read_text("utf-8")
    assert run(names, edition=corrected_edition, **options).written == ()


def test_a_notebook_that_asks_the_database_itself_is_run_again_when_anything_has_changed(
    run, corrected_edition, tmp_path
):
    notebook = nbformat.v4.new_notebook(
        cells=[
            nbformat.v4.new_code_cell('database: str = ""', metadata={"tags": ["parameters"]}),
            nbformat.v4.new_markdown_cell("# Its own question"),
            nbformat.v4.new_code_cell(
                "import analysis\nanalysis.open_database(database).sql('SELECT count(*) FROM wards').fetchall()"
            ),
        ],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    (notebooks := tmp_path / "notebooks").mkdir()
    nbformat.write(notebook, notebooks / "own.ipynb")
    assert len(run(["own"], notebooks=notebooks).written) == 1
    assert len(run(["own"], notebooks=notebooks).written) == 0
    assert len(run(["own"], notebooks=notebooks, edition=corrected_edition).written) == 1


# -- what spoils nothing ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "attempts", "message"),
    [
        ("failing", 1, r"failing\.ipynb, cell \[4\]: ZeroDivisionError: division by zero"),
        ("dying", 2, r"dying\.ipynb, cell \[1\]: its process ended without a result \(exit code 3\), twice"),
        ("hanging", 2, r"hanging\.ipynb, cell \[1\]: no end after 3 seconds, twice"),
        ("untitled", 1, r"untitled\.ipynb: no title; its first Markdown must begin with `# …`"),
    ],
)
def test_a_notebook_that_fails_spoils_no_other(run, tmp_path, name, attempts, message):
    out = tmp_path / "reports"
    out.mkdir()
    (out / f"{name}.ja.html").write_text("the last good page")
    outcome = run([name, "without_parameters"], seconds=3)
    assert [report.name for report in outcome.written] == ["without_parameters"]
    (failure,) = outcome.failures
    assert re.search(message, failure)
    assert (out / f"{name}.ja.html").read_text() == "the last good page"
    assert printed(out / "without_parameters.ja.html") == "本文"
    assert sorted(outcomes(out)) == sorted([(name, "failed", attempts), ("without_parameters", "written", 1)])
    assert nbformat.read(out / "failed" / f"{name}.ja.ipynb", as_version=4).cells
    assert isinstance(ended := read_log(out)[-1], RunEnded)
    assert (ended.exit_code, ended.written_count, ended.failed_count) == (1, 1, 1)
    assert not list(out.glob(".run-*"))


def test_the_copy_of_a_failed_run_goes_when_the_notebook_succeeds(run, edition, tmp_path):
    (failure,) = run(["failing"]).failures
    copy = tmp_path / "reports" / "failed" / "failing.ja.ipynb"
    assert f"the executed notebook is {copy}" in failure
    assert run(["failing"], parameters={"divisor": "1"}).failures == ()
    assert not copy.parent.exists()


@pytest.mark.parametrize("how", ["dies", "hangs"])
def test_a_process_that_hung_or_died_is_tried_once_more(run, tmp_path, how):
    outcome = run(["flaky"], parameters={"marker": str(tmp_path / "marker"), "how": how}, seconds=5)
    assert outcome.failures == ()
    assert outcomes(tmp_path / "reports") == [("flaky", "written", 2)]
    assert printed(tmp_path / "reports" / "flaky.ja.html") == "the second time"


def test_no_run_sees_what_another_has_left(run, tmp_path):
    """Two runs on one worker: each tells what it finds and leaves all that it can."""
    run(["leaking"], languages=["ja", "en"])
    run(["leaking"], languages=["ja", "en"], force=True)
    for name in ("leaking.ja.html", "leaking.en.html"):
        assert printed(tmp_path / "reports" / name) == "found: nothing"


def test_two_runs_to_one_folder_are_kept_apart(run, tmp_path):
    out = tmp_path / "reports"
    out.mkdir()
    with (
        locked(out / ".report.lock"),
        pytest.raises(WardPlansError, match=r"another run publishes to .*reports: nothing was done"),
    ):
        run(["without_parameters"])
    assert [path.name for path in out.iterdir()] == []
    assert len(run(["without_parameters"]).written) == 1


@pytest.mark.parametrize(
    ("names", "parameters", "message"),
    [
        (["figures", "nowhere"], {}, r"no report nowhere in .*; there is dying, failing, figures"),
        (
            ["figures"],
            {"colour": "red"},
            r"figures\.ipynb: no parameter 'colour'; there is wards \(list\[str\]\)",
        ),
        (["figures"], {"wards": "千代田区"}, r"figures\.ipynb: parameter 'wards' takes ward codes"),
    ],
)
def test_nothing_is_run_when_something_asked_for_does_not_exist(run, tmp_path, names, parameters, message):
    with pytest.raises(UsageError, match=message):
        run(names, parameters=parameters)
    assert not (tmp_path / "reports").exists()


def test_a_folder_without_notebooks_is_an_error(run, tmp_path):
    with pytest.raises(UsageError, match="no notebooks in"):
        run(None, notebooks=tmp_path)


def test_a_target_that_is_no_folder_is_an_error(run, tmp_path):
    (tmp_path / "reports").write_text("a file")
    with pytest.raises(WardPlansError, match="cannot write reports to"):
        run(["without_parameters"])


# -- fingerprints -------------------------------------------------------------------------------------------


def test_two_builds_of_the_same_rows_have_one_fingerprint(edition, curated_tables, tmp_path):
    build_database(curated_tables, tmp_path / "again.duckdb")
    assert database_fingerprint(tmp_path / "again.duckdb") == edition.fingerprint
    with open_database(tmp_path / "again.duckdb") as connection:
        tables = connection.sql("SELECT table_name FROM duckdb_tables()").fetchall()
    fewer = {name: rows for name, rows in curated_tables.items() if name != "glossary_terms"}
    build_database(fewer, tmp_path / "fewer.duckdb")
    assert ("glossary_terms",) in tables
    assert database_fingerprint(tmp_path / "fewer.duckdb") != edition.fingerprint


# -- workers ------------------------------------------------------------------------------------------------


def _fail() -> None:
    raise WardPlansError("as agreed")


def test_a_task_gives_its_result_its_error_or_the_news_of_its_death(workers):
    assert workers.submit(isolated, sum, [1, 2]).result() == 3
    with pytest.raises(WardPlansError, match="as agreed"):
        isolated(_fail)
    with pytest.raises(WorkerDiedError, match=r"its process ended without a result \(exit code 5\)"):
        isolated(_exit, 5)
    began = time.monotonic()
    with pytest.raises(WorkerDiedError, match=r"no end after 0\.5 seconds"):
        isolated(time.sleep, 60, seconds=0.5)
    assert time.monotonic() - began < 30
    with pytest.raises(TypeError, match="cannot be passed on"):
        isolated(_unpicklable)


def _exit(code: int) -> None:
    import os

    os._exit(code)


def _unpicklable() -> object:
    return lambda: None


def test_an_executor_needs_a_worker_and_a_scheduler_that_answers():
    with pytest.raises(WardPlansError, match="jobs is a number from 1 on: not 0"), executor(jobs=0):
        pass
