"""The pages that tell what changed and what ran, opened from a file with no network."""

import shutil
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from analysis.comparison.changes import read_differences
from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder, reference_folder
from analysis.reporting.changes_page import write_changes_page
from analysis.reporting.index import write_index
from analysis.reporting.publications import Comparison, Publication
from analysis.reporting.run_log import Entry, PageOutcome, RunEnded, RunStarted
from analysis.reporting.runs_page import write_runs_page
from analysis.reporting.source_pages import write_source_pages
from browser import DESKTOP, PHONE, chromium, visiting

NIGHT = datetime(2026, 11, 21, 18, 0, tzinfo=UTC)
HOSTILE = "</p></li><script>window.attacked = 1</script><img src=x onerror='window.attacked = 2'>\"'&amp;"
NEXT_EDITION = Path(__file__).parent / "next_edition"
NAMES = [f"{name}{language}.html" for name in ("changes", "runs") for language in ("", ".en")]
FOLDERS = ["changed", "hostile", "first", "refused"]


@pytest.fixture(scope="module")
def raw(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The documents with next year's report of Nakano, and another figure in the one of this year."""
    copy = Path(shutil.copytree(raw_folder(), tmp_path_factory.mktemp("changed") / "raw"))
    for file in NEXT_EDITION.iterdir():
        shutil.copy(file, copy / "13114-nakano")
    old = copy / "13114-nakano" / "informatization-plan-progress-fy2023.txt"
    lines = old.read_text(encoding="utf-8").split("\n")
    assert "10件" in lines[37]
    lines[37] = lines[37].replace("10件", "11件")
    old.write_text("\n".join(lines), encoding="utf-8")
    accept_checksums(copy)
    return copy


@pytest.fixture(scope="module")
def published(
    raw: Path,
    built_database: Path,
    curated_tables: Mapping[str, pl.DataFrame],
    tmp_path_factory: pytest.TempPathFactory,
) -> Path:
    """The pages of several comparisons and runs, each in a folder of its own."""
    folder = tmp_path_factory.mktemp("published")
    build_database(curate(raw, reference_folder()), folder / "changed.duckdb")
    build_database(hostile(curated_tables), folder / "hostile.duckdb")
    before, after = Publication("run1", NIGHT), Publication("run2", NIGHT + timedelta(days=1))
    told = {
        name: Comparison("run2", NIGHT, before, after, read_differences(built_database, folder / f"{name}.duckdb"))
        for name in ("changed", "hostile")
    }
    told["first"] = Comparison("run2", NIGHT, None, after)
    told["refused"] = Comparison("run2", NIGHT, before, after, refusal=HOSTILE)
    for name, comparison in told.items():
        (folder / name).mkdir()
        for language in ("ja", "en"):
            entries = [] if name == "first" else runs(folder / name)
            changes_page = write_changes_page(comparison, folder / name, language)
            runs_page = write_runs_page(entries, folder / name, language, reports=folder / name)
            write_index([], folder / name, language, companions=[changes_page, runs_page])
    for language in ("ja", "en"):
        write_source_pages(folder / "changed.duckdb", raw, reference_folder(), folder / "changed", language)
    return folder


def hostile(tables: Mapping[str, pl.DataFrame]) -> dict[str, pl.DataFrame]:
    """The tables with a hostile text in a name, a title, an explanation and a figure's cell."""

    def with_text(table: str, column: str) -> pl.DataFrame:
        frame = tables[table]
        first = pl.int_range(frame.height) == 0
        return frame.with_columns(pl.when(first).then(pl.lit(HOSTILE)).otherwise(column).alias(column))

    places = {"measures": "title_en", "glossary_terms": "definition_ja", "kpi_values": "raw_text", "units": "label_en"}
    documents = tables["documents"].with_columns(pl.lit(f"{HOSTILE} ").add(pl.col("document_id")).alias("title_en"))
    return {**tables, **{table: with_text(table, column) for table, column in places.items()}, "documents": documents}


def runs(folder: Path) -> list[Entry]:
    """Runs that ended in every way there is."""
    (folder / "failed").mkdir(exist_ok=True)
    (folder / "failed" / "rpa_hours.ja.ipynb").touch()

    def page(run_id: str, name: str, outcome: str, **told: object) -> PageOutcome:
        return PageOutcome(run_id, NIGHT, NIGHT, name, "ja", outcome, 1, 3.2, **told)  # type: ignore[arg-type]

    return [
        *(RunStarted("one", NIGHT, 2), page("one", "overview", "written", is_page_changed=True)),
        *(page("one", "themes", "unchanged"), RunEnded("one", NIGHT, NIGHT, 65.0, 0, 1, 1, 0)),
        *(RunStarted("two", NIGHT, 9), page("two", "overview", "written")),
        *(RunStarted("three", NIGHT, 1), RunEnded("three", NIGHT, NIGHT, 0.2, 1, 0, 0, 0, HOSTILE)),
        RunStarted("four", NIGHT - timedelta(days=400), 1),
        page("four", "rpa_hours", "failed", message=HOSTILE, log="failed/rpa_hours.ja.ipynb"),
        RunEnded("four", NIGHT - timedelta(days=400), NIGHT, 9.9, 1, 0, 0, 1),
    ]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("folder", FOLDERS)
def test_a_page_is_quiet_accessible_and_fits(browser: Browser, published: Path, folder, name, viewport):
    with visiting(browser, (published / folder / name).as_uri(), viewport) as found:
        page = found.page
        assert found.foreign_requests == []
        assert len(found.requests) == 1
        assert (found.errors, found.warnings) == ([], [])
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert [(broken["id"], broken["nodes"][0]["html"]) for broken in Axe().run(page).response["violations"]] == []
        assert page.locator("html").get_attribute("lang") == ("en" if ".en." in name else "ja")
        assert page.evaluate("window.attacked") is None
        assert page.evaluate("document.querySelectorAll('script, main img').length") == 0


@pytest.mark.parametrize("name", ["changes.html", "changes.en.html"])
def test_hostile_text_of_a_document_is_shown_as_text(browser: Browser, published: Path, name):
    with visiting(browser, (published / "hostile" / name).as_uri()) as found:
        page = found.page
        page.evaluate("document.querySelectorAll('details').forEach(element => { element.open = true })")
        text = page.locator("main").inner_text()
        assert text.count("<script>window.attacked = 1</script>") >= 3
        assert page.evaluate("window.attacked") is None


def test_a_page_needs_no_script(browser: Browser, published: Path):
    with visiting(browser, (published / "changed" / "changes.html").as_uri(), java_script_enabled=False) as found:
        page = found.page
        document = page.locator("details.group", has_text="nakano-progress-2024")
        assert not document.locator(".changes").first.is_visible()
        document.locator("summary").click()
        assert document.locator(".changes").first.is_visible()


def test_the_index_leads_to_the_pages_and_they_to_each_other_and_back(browser: Browser, published: Path):
    with visiting(browser, (published / "changed" / "index.html").as_uri()) as found:
        page = found.page
        for link, title in (("データの変更", "What changed in the data"), ("実行の記録", "What ran")):
            page.get_by_role("link", name=link).click()
            assert page.locator("h1").inner_text() == link
            page.get_by_role("link", name="English").click()
            assert page.locator("h1").inner_text() == title
            page.get_by_role("link", name="日本語", exact=True).first.click()
            page.get_by_role("link", name="報告一覧").click()
            assert page.locator("html").get_attribute("lang") == "ja"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_link_of_a_change_leads_to_its_words(browser: Browser, published: Path, language):
    name = {"ja": "changes.html", "en": "changes.en.html"}[language]
    with visiting(browser, (published / "changed" / name).as_uri()) as found:
        hrefs = found.page.evaluate("[...document.querySelectorAll('main a[href]')].map(a => a.getAttribute('href'))")
        sources = {href for href in hrefs if href.startswith("sources/")}
        assert len(sources) > 100
        anchors = {}
        for href in sources:
            file, _, anchor = href.partition("#")
            assert file.endswith(f".{language}.html")
            anchors.setdefault(file, set()).add(anchor)
        for file, wanted in anchors.items():
            found.page.goto((published / "changed" / file).as_uri())
            ids = set(found.page.evaluate("[...document.querySelectorAll('[id]')].map(element => element.id)"))
            assert wanted - ids <= {""}, file


def test_the_altered_figure_is_told_with_both_quotes_and_leads_to_the_new_one(browser: Browser, published: Path):
    with visiting(browser, (published / "changed" / "changes.en.html").as_uri()) as found:
        page = found.page
        changed = page.locator("li.changed")
        assert changed.count() == 1
        text = " ".join(changed.inner_text().split())
        assert "Information-security incidents FY2023 result" in text
        assert "Value old: 10 cases → new: 11 cases" in text
        assert page.locator("li.changed q").all_inner_texts() == ["10件", "11件"]
        assert page.locator("li.changed .sides a").count() == 1  # the old text is gone
        page.locator("li.changed .sides a").click()
        page.locator("#reading:not([hidden])").wait_for()
        assert page.locator("#reading blockquote").inner_text() == "11件"


def test_the_run_table_leads_to_the_run_and_to_the_executed_copy(browser: Browser, published: Path):
    with visiting(browser, (published / "changed" / "runs.html").as_uri(), PHONE) as found:
        page = found.page
        states = page.locator("tbody .badge").all_inner_texts()
        assert states == ["失敗あり", "失敗", "中断", "成功"]
        page.locator("tbody a").last.click()
        assert page.evaluate("location.hash") == "#one"
        assert page.locator("details.run#one").bounding_box()["y"] < PHONE["height"]
        executed = page.locator("#four a", has_text="実行したノートブック")
        assert executed.get_attribute("href") == "failed/rpa_hours.ja.ipynb"
        assert HOSTILE in page.locator("#four .message").inner_text()
