"""Every notebook run as anybody may run it: by the plain papermill command, from the root of the repository."""

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat import NotebookNode

from analysis.charts import CHART_MIMETYPE
from analysis.database.connect import open_database
from report_set import CHARTS, PROFILE_CHARTS, WARDS

ROOT = Path(__file__).parents[1]
PAPERMILL = Path(sys.executable).with_name("papermill")
NAMES = sorted(path.stem for path in (ROOT / "notebooks").glob("*.ipynb"))
SERIES = {name: CHARTS[name] for name in ("online_procedures", "rpa_hours", "security_incidents")}
"""The charts of the notebooks on one indicator, when all wards are chosen."""
PROFILE_TABLES = {"13103": 6, "13107": 9, "13108": 7, "13111": 7, "13114": 10}
PROFILES = {code: (name, PROFILE_CHARTS[code], PROFILE_TABLES[code]) for code, (_, name) in WARDS.items()}
"""The name of each ward that has a profile, and the charts and tables in it."""
TEACHING = {"sql_cookbook", "start_here"}
"""The notebooks that show frames as they are, some of them of all 23 wards."""
OF_CHOSEN_WARDS = sorted(set(NAMES) - {"mynumber_card", "ward_profile"} - TEACHING)
"""The notebooks that show the wards they are told to, and no others."""
JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")

Run = Callable[..., NotebookNode]


@pytest.fixture(scope="module")
def run(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Run a notebook with some parameters, once for all the tests that ask for the same."""
    folder = tmp_path_factory.mktemp("executed")
    executed: dict[tuple[object, ...], NotebookNode] = {}

    def execute(name: str, **parameters: str) -> NotebookNode:
        key = (name, *parameters.items())
        if key not in executed:
            out = folder / f"{len(executed)}.ipynb"
            given = {**parameters, "database": str(built_database)}
            finished = subprocess.run(
                [
                    PAPERMILL,
                    f"notebooks/{name}.ipynb",
                    out,
                    *(part for pair in given.items() for part in ("-p", *pair)),
                ],
                cwd=ROOT,
                capture_output=True,
                encoding="utf-8",
                timeout=120,
                check=False,
            )
            assert finished.returncode == 0, finished.stderr
            executed[key] = nbformat.read(out, as_version=4)
        return executed[key]

    return execute


def outputs(notebook: NotebookNode) -> Iterator[NotebookNode]:
    """Everything a notebook shows; errors and complaints would be among it."""
    for cell in notebook.cells:
        yield from cell.get("outputs", [])


def shown(notebook: NotebookNode, mimetype: str) -> list:
    return [output.data[mimetype] for output in outputs(notebook) if mimetype in output.get("data", {})]


def prose(notebook: NotebookNode) -> str:
    return "\n\n".join(shown(notebook, "text/markdown"))


def charts(notebook: NotebookNode) -> list[dict]:
    return shown(notebook, CHART_MIMETYPE)


def tables(notebook: NotebookNode) -> list[BeautifulSoup]:
    return [BeautifulSoup(html, "html.parser") for html in shown(notebook, "text/html")]


def column(table: BeautifulSoup, head: str) -> list[str]:
    position = [cell.get_text() for cell in table.find_all("th")].index(head)
    return [row.find_all("td")[position].get_text() for row in table.tbody.find_all("tr")]


def assert_only_content(notebook: NotebookNode) -> None:
    assert {output.output_type for output in outputs(notebook)} <= {"display_data", "execute_result"}
    assert prose(notebook).startswith("# ")


def test_the_notebooks_are_those_of_the_reports():
    assert sorted(CHARTS) == NAMES


def wards_of(notebook: NotebookNode, head: str = "区") -> set[str]:
    """The wards in the tables that have a column of them."""
    found = [table for table in tables(notebook) if head in [cell.get_text() for cell in table.find_all("th")]]
    return {ward for table in found for ward in column(table, head)} - {"該当なし"}


@pytest.mark.parametrize("name", OF_CHOSEN_WARDS)
def test_a_notebook_runs_for_two_wards(run: Run, name):
    notebook = run(name, wards='["13111","13114"]')
    assert_only_content(notebook)
    assert wards_of(notebook) == {"大田区", "中野区"}
    assert "港区" not in prose(notebook)


@pytest.mark.parametrize("name", NAMES)
def test_without_parameters_all_wards_are_shown_in_japanese(run: Run, name):
    notebook = run(name)
    assert_only_content(notebook)
    assert JAPANESE.search(prose(notebook).splitlines()[0])
    assert len(charts(notebook)) == CHARTS[name]
    if name not in TEACHING:
        assert len(wards_of(notebook)) == {"mynumber_card": 23, "ward_profile": 1}.get(name, 5)


@pytest.mark.parametrize("name", sorted(TEACHING))
def test_frames_are_of_the_chosen_wards_but_for_the_national_statistic(run: Run, name):
    notebook = run(name, wards='["13111","13114"]')
    assert_only_content(notebook)
    by_ward = [table for table in tables(notebook) if table.thead.find(string="ward_name_ja") and not table.tbody.th]
    national = [table for table in by_ward if table.thead.find(string=["rank", "value_per_1000_residents"])]
    assert len(by_ward) >= 8
    assert len(national) == 1
    found = {ward for table in by_ward if table not in national for ward in column(table, "ward_name_ja")}
    assert found == {"大田区", "中野区"}
    assert all(link["href"].startswith("/files/reports/sources/") for table in by_ward for link in table.find_all("a"))


@pytest.mark.parametrize("name", sorted(TEACHING))
def test_every_frame_leads_to_its_sources(run: Run, name):
    """All but the counts of rows and the words of the codebook, which are printed nowhere."""
    without = [table for table in tables(run(name)) if not table.find("a")]
    heads = {tuple(cell.get_text() for cell in table.thead.find_all("th"))[-1] for table in without}
    assert heads <= {"passage_count", "scope_note_ja", "count"}


@pytest.mark.parametrize("name", OF_CHOSEN_WARDS)
def test_another_run_for_the_same_wards_shows_the_same(run: Run, name):
    named = run(name, wards="13103,13107,13108,13111,13114")
    # papermill puts the parameters into a cell of its own, after the one that declares them.
    assert list(outputs(named)) == list(outputs(run(name)))


@pytest.mark.parametrize("name", SERIES)
def test_a_ward_that_publishes_nothing_is_said_to_publish_nothing(run: Run, name):
    notebook = run(name, wards='["13103"]')
    assert_only_content(notebook)
    assert charts(notebook) == []
    assert "選んだ港区の資料には**" in prose(notebook)
    assert "の系列がない。港区は別の数値または文章で触れるだけである。" in prose(notebook)
    *figures, quotes = tables(notebook)
    assert [table.tbody.get_text(strip=True) for table in figures] == ["該当なし"] * 3
    assert set(column(quotes, "区")) == {"港区"}


@pytest.mark.parametrize("name", SERIES)
def test_figures_come_with_verdicts_quotes_and_what_is_missing(run: Run, name):
    """The answer to a headline question: figures with badges, what the other wards say, what would be needed."""
    notebook = run(name)
    series, figures, targets, quotes = tables(notebook)
    for table in (series, figures, targets):
        badges = [row.find(class_="badge") for row in table.tbody.find_all("tr")]
        assert all(badge.get_text() for badge in badges)
    assert {badge["class"][1] for badge in series.find_all(class_="badge")} == {"related"}
    assert {badge["class"][1] for badge in targets.find_all(class_="badge")} <= {"met", "missed", "not_judged"}
    assert "該当なし" not in quotes.get_text()
    assert prose(notebook).rpartition("比べるために必要なもの")[2].strip().endswith("。")


def test_one_ward_alone_has_an_overview_and_themes(run: Run):
    (matrix,) = charts(run("overview", wards='["13103"]'))
    assert matrix["description"].count("言及のみ") > 3
    assert wards_of(run("overview", wards='["13103"]')) == {"港区"}
    notebook = run("themes", wards='["13103"]', theme="T01")
    assert wards_of(notebook) == {"港区"}
    assert "行政手続オンライン化" in prose(notebook)


def test_cards_are_compared_in_all_wards_whichever_courses_are_drawn(run: Run):
    notebook = run("mynumber_card", wards='["13111","13114"]', year="2020")
    ranking, checks, own = tables(notebook)
    assert len(column(ranking, "区")) == 23
    assert set(column(ranking, "時点")) == {"2021-03-01"}
    assert column(ranking, "順位") == sorted(column(ranking, "順位"), key=int)
    assert column(checks, "区") == column(own, "区") == ["中野区"]
    assert column(checks, "区の資料の値") == ["62.3"]
    tiles, courses = charts(notebook)
    assert len(tiles["datasets"][next(iter(tiles["datasets"]))]) == 23
    assert "港区" not in courses["description"]


@pytest.mark.parametrize("name", NAMES)
def test_in_english_and_for_one_year_only_quotes_and_titles_are_japanese(run: Run, name):
    years = {"years": "[2023]"} if name in SERIES else {}
    notebook = run(name, language="en", **years)
    assert_only_content(notebook)
    assert_english(notebook)
    if name in SERIES:
        assert len(charts(notebook)) == SERIES[name]
        assert set(column(tables(notebook)[1], "Fiscal year")) == {"FY2023"}


def assert_english(notebook: NotebookNode) -> None:
    """All but quotes, titles and names is English, and what is Japanese is marked as such."""
    assert not JAPANESE.search(without_names(prose(notebook)))
    for chart in charts(notebook):
        assert not JAPANESE.search(without_names(str(chart["title"]["text"]) + chart["description"]))
    for table in tables(notebook):
        assert not JAPANESE.search(table.caption.get_text() + table.thead.get_text())
        for cell in table.find_all("td"):
            in_japanese = [cell] if cell.get("lang") == "ja" else cell.find_all("span", lang="ja")
            assert bool(in_japanese) == bool(JAPANESE.search(cell.get_text()))
            for span in cell.find_all("span", lang="ja"):
                span.decompose()
            assert cell.get("lang") == "ja" or not JAPANESE.search(cell.get_text())


def without_names(text: str) -> str:
    """English text without the words that stay Japanese in it."""
    return re.sub("積算|ぴったりサービス", "", text)


# -- profiles of wards --------------------------------------------------------------------------------------


@pytest.mark.parametrize("ward", PROFILES)
def test_a_profile_is_of_one_ward_and_shows_no_empty_table(run: Run, ward):
    name, chart_count, table_count = PROFILES[ward]
    notebook = run("ward_profile", ward=ward)
    assert_only_content(notebook)
    assert prose(notebook).startswith(f"# {name}: ")
    assert not [other for other, *_ in PROFILES.values() if other != name and other in prose(notebook)]
    assert wards_of(notebook) == {name}
    assert len(charts(notebook)) == chart_count
    assert len(tables(notebook)) == table_count
    assert not [table.caption.get_text() for table in tables(notebook) if "該当なし" in table.tbody.get_text()]


@pytest.mark.parametrize("ward", PROFILES)
def test_a_profile_in_english_keeps_only_quotes_and_names_in_japanese(run: Run, ward):
    notebook, japanese = run("ward_profile", ward=ward, language="en"), run("ward_profile", ward=ward)
    assert_only_content(notebook)
    assert_english(notebook)
    assert len(charts(notebook)) == len(charts(japanese))
    assert len(tables(notebook)) == len(tables(japanese))


@pytest.mark.parametrize(
    ("sentence", "wards"),
    [
        ("項目ごとの進捗の評価が載っていない。", {"13103", "13108", "13111"}),
        ("実施したことを列記した欄がない。", {"13103", "13111"}),
        ("評価されたのは最も新しい計画の項目ではなく", {"13107"}),
        ("この区の資料にはKPIの数値がない。", {"13103", "13107", "13108"}),
        ("KPIの表の外に、区についての数値は読み取られていない。", {"13111"}),
        ("資料は、本文から読み取れるより多くの項目があると述べる", {"13111"}),
    ],
)
def test_what_a_ward_does_not_say_is_said_plainly(run: Run, sentence, wards):
    assert {ward for ward in PROFILES if sentence in prose(run("ward_profile", ward=ward))} == wards


@pytest.mark.parametrize("ward", PROFILES)
def test_a_profile_leads_to_documents_of_its_ward_alone(run: Run, built_database: Path, ward):
    links = [link["href"] for table in tables(run("ward_profile", ward=ward)) for link in table.find_all("a")]
    assert len(links) > 20
    with open_database(built_database) as connection:
        query = "SELECT document_id FROM documents WHERE ward_code = $ward"
        documents = {name for (name,) in connection.execute(query, {"ward": ward}).fetchall()}
    assert {link.rpartition("/")[2].partition(".")[0] for link in links} <= documents
