"""The reports as `wardplans report` publishes them, opened from a file with no network."""

import csv
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder
from browser import DESKTOP, DRAWN, FLAGS, PHONE, chromium, chromium_path, visiting
from command_line import succeeded, wardplans
from report_set import PAGE_CHARTS as CHARTS

LANGUAGES = ["ja", "en"]
INDEXES = {"ja": "index.html", "en": "index.en.html"}
PAGES = [f"{name}.{language}.html" for name in CHARTS for language in LANGUAGES]
DOCUMENTS = [
    *("koto-progress-2022", "minato-plan-draft-summary", "mynumber_card_wards", "nakano-progress-2023"),
    *("ota-plan-v5-summary", "sumida-plan-2018-review"),
]
LARGEST_PAGE = 3_000_000
#: The width of the sheet between its margins, in pixels of print.
A4 = {"width": 703, "height": 1032}

# Whatever a reader sees of a chart's text: boxes of the letters that are not hidden for want of room.
BOXES = """figure => [...figure.querySelectorAll("svg text")]
    .filter(text => text.textContent.trim() && text.getAttribute("opacity") !== "0" && !text.getAttribute("stroke"))
    .map(text => { const box = text.getBoundingClientRect();
        return { text: text.textContent, axis: !!text.closest(".role-axis-label"),
                 left: box.left, right: box.right, top: box.top, bottom: box.bottom } })"""


@pytest.fixture(scope="session")
def reports(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All reports in both languages, and their index."""
    folder = tmp_path_factory.mktemp("published") / "reports"
    printed = succeeded(wardplans("report", "--database", built_database, "--out", folder))
    *written, summary = printed.splitlines()
    assert sorted(written) == sorted(str(folder / name) for name in PAGES)
    assert summary == f"{folder / 'index.html'}: {len(PAGES)} pages made, 0 had no need of it"
    return folder


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def overlapping(boxes: list[dict]) -> list[tuple[str, str]]:
    """Pairs of texts that lie on one another by more than a hair."""
    hair = 1
    return [
        (one["text"], other["text"])
        for number, one in enumerate(boxes)
        for other in boxes[number + 1 :]
        if min(one["right"], other["right"]) - max(one["left"], other["left"]) > hair
        and min(one["bottom"], other["bottom"]) - max(one["top"], other["top"]) > hair
    ]


def assert_charts_are_drawn_and_legible(page: Page, charts: int) -> None:
    figures = page.locator("figure.chart")
    assert figures.count() == charts
    for figure in figures.all():
        rows = figure.locator("xpath=following-sibling::details[1]").locator("tbody tr").count()
        # A gap is a ×, which is a text.
        marks = figure.locator(":is(.mark-symbol, .mark-rect, .mark-text).role-mark :is(path, text)")
        assert marks.count() >= min(rows, 4) > 0
        assert figure.locator("figcaption").inner_text()
        assert figure.evaluate("figure => figure.scrollWidth <= figure.clientWidth")
        frame = figure.bounding_box()
        boxes = figure.evaluate(BOXES)
        for box in boxes:
            assert frame["x"] <= box["left"] < box["right"] <= frame["x"] + frame["width"], box
        assert overlapping([box for box in boxes if box["axis"]]) == []


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", PAGES)
def test_a_report_is_quiet_complete_and_fits(browser: Browser, reports: Path, name, viewport):
    with visiting(browser, (reports / name).as_uri(), viewport) as found:
        page = found.page
        assert found.foreign_requests == []
        assert len(found.requests) == 1
        assert (found.errors, found.warnings) == ([], [])
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert_charts_are_drawn_and_legible(page, CHARTS[name.partition(".")[0]])
        assert page.locator("main table tbody tr").count() > 10
        assert page.locator("main table").count() >= 3
        assert page.locator("details.code").count() > 0
        assert page.locator("details.code[open], details.code pre:visible").count() == 0


@pytest.mark.parametrize("name", PAGES)
def test_the_narrowest_text_column_of_a_table_can_be_read_on_a_phone(browser: Browser, reports: Path, name):
    with visiting(browser, (reports / name).as_uri(), PHONE) as found:
        tallest = "Math.max(...[...document.querySelectorAll('main tbody tr')].map(row => row.offsetHeight))"
        assert found.page.evaluate(tallest) < PHONE["height"] / 2
        # Columns beyond the edge are reached by scrolling the table; the ward stays in sight.
        ward = found.page.locator("main tbody td:first-child").first
        before = ward.bounding_box()
        found.page.locator(".table-box").first.evaluate("box => { box.scrollLeft = 150 }")
        assert ward.bounding_box() == before


@pytest.mark.parametrize(
    ("name", "title", "text", "figure"),
    [
        ("online_procedures.ja", "オンライン化された行政手続の数", "公表するのは大田区だけである", "令和6年度"),
        ("online_procedures.en", "Procedures available online", "only Ota publishes", "FY2024"),
        ("rpa_hours.ja", "RPAなどによる業務削減時間", "1,240時間 (2,232時間)", "2,232"),
        ("rpa_hours.en", "Working hours saved by RPA", "1,240時間 (2,232時間)", "2,232"),
        ("security_incidents.ja", "情報セキュリティ事故の発生件数", "公表するのは中野区だけである", "実績"),
        ("security_incidents.en", "Information-security incidents", "only Nakano publishes", "result"),
        ("overview.ja", "概観: データベースに何があるか", "変換後の本文では施策2から施策5までが欠けて", "言及のみ"),
        ("overview.en", "Overview: what the database holds", "The converted text has lost 施策2 to 施策5", "mentioned"),
    ],
)
def test_a_report_says_what_was_read(browser: Browser, reports: Path, name, title, text, figure):
    with visiting(browser, (reports / f"{name}.html").as_uri()) as found:
        assert found.page.locator("html").get_attribute("lang") == name.partition(".")[2]
        assert found.page.locator("h1").all_inner_texts() == [title]
        assert text in found.page.locator("main").inner_text()
        assert figure in found.page.locator("figure.chart svg").first.text_content()
        plan = (
            "大田区情報化推進計画(ver.5.0) 概要版" if name.endswith("ja") else "Ota City Informatization Promotion Plan"
        )
        assert plan in found.page.locator("footer").inner_text()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_index_leads_to_every_report(browser: Browser, reports: Path, language, viewport):
    with visiting(browser, (reports / INDEXES[language]).as_uri(), viewport) as found:
        page = found.page
        assert (found.foreign_requests, found.errors, found.warnings) == ([], [], [])
        assert page.locator("html").get_attribute("lang") == language
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        links = page.locator(".reports h3 a")
        assert sorted(link.get_attribute("href") for link in links.all()) == sorted(
            f"{name}.{language}.html" for name in CHARTS
        )
        titles = links.all_inner_texts()
        for number, title in enumerate(titles):
            links.nth(number).click()
            page.locator(DRAWN).wait_for()
            assert page.locator("h1").inner_text() == title
            page.locator("header.site a").first.click()
            page.locator(".reports").first.wait_for()
        assert page.url.endswith(INDEXES[language])
        page.locator("header.site .counterpart").click()
        page.locator(f"html:not([lang={language}])").wait_for()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_first_screen_shows_every_ward_and_how_far_it_publishes(browser: Browser, reports: Path, language):
    with visiting(browser, (reports / INDEXES[language]).as_uri()) as found:
        page = found.page
        wards = page.locator(".wards h3").all_inner_texts()
        assert page.locator(".matrix thead th").all_inner_texts()[1:] == wards
        assert len(wards) == 5
        pictures = page.locator(".reports img")
        assert pictures.count() == len(CHARTS)
        assert page.evaluate("[...document.images].every(image => image.complete && image.naturalWidth > 100)")
        # A card leads to the words of its figure, and its ward to the report about it.
        page.locator(".wards .figures a").first.click()
        page.locator(":target").wait_for()
        page.go_back()
        page.locator(".wards h3 a").first.click()
        page.locator(DRAWN).wait_for()
        assert page.locator("h1").inner_text().find(wards[0]) >= 0


@pytest.mark.parametrize("name", CHARTS)
def test_a_page_and_its_counterpart_lead_to_each_other(browser: Browser, reports: Path, name):
    with visiting(browser, (reports / f"{name}.ja.html").as_uri()) as found:
        found.page.locator("header.site .counterpart").click()
        found.page.locator("html[lang=en]").wait_for()
        assert found.page.url.endswith(f"{name}.en.html")
        found.page.locator("header.site .counterpart").click()
        found.page.locator("html[lang=ja]").wait_for()


@pytest.mark.parametrize("name", [*PAGES, *INDEXES.values()])
def test_a_checker_of_accessibility_finds_nothing(browser: Browser, reports: Path, name):
    """One language in the light on a desk, the other in the dark on a phone, with everything unfolded."""
    is_dark = ".en." in name
    look = {"viewport": PHONE if is_dark else DESKTOP, "color_scheme": "dark" if is_dark else "light"}
    with visiting(browser, (reports / name).as_uri(), **look) as found:
        found.page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        assert violations(found.page) == []


@pytest.mark.parametrize("document", DOCUMENTS)
def test_a_checker_of_accessibility_finds_nothing_in_a_source(browser: Browser, reports: Path, document):
    with visiting(browser, (reports / "sources" / f"{document}.en.html").as_uri()) as found:
        assert violations(found.page) == []


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe-core complains of: the rule, and the first element that breaks it."""
    return [(rule["id"], rule["nodes"][0]["html"]) for rule in Axe().run(page).response["violations"]]


@pytest.mark.parametrize("name", [*PAGES, *INDEXES.values()])
def test_no_column_falls_off_a_printed_sheet(browser: Browser, reports: Path, name):
    """A figure without its source, cut off at the right, is worse than small print."""
    with visiting(browser, (reports / name).as_uri(), A4) as found:
        found.page.emulate_media(media="print")
        assert (
            found.page.evaluate("""() => [...document.querySelectorAll("main table")]
            .filter(table => table.offsetWidth && table.getBoundingClientRect().right > innerWidth + 1)
            .map(table => table.textContent.trim().slice(0, 40))""")
            == []
        )


@pytest.mark.parametrize("name", [*PAGES, *INDEXES.values()])
def test_a_page_is_one_small_file(reports: Path, name):
    assert (reports / name).stat().st_size < LARGEST_PAGE
    assert (reports / name).read_text("utf-8").count('id="vega"') <= 1


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_point_of_a_chart_leads_to_the_words_it_was_read_from(browser: Browser, reports: Path, language):
    with visiting(browser, (reports / f"rpa_hours.{language}.html").as_uri()) as found:
        page = found.page
        chart = page.locator("figure.chart").first
        points = chart.locator(".mark-symbol.role-mark path")
        rows = page.locator("details.chart-data").first.locator("tbody tr")
        expected = [link.get_attribute("href") for link in rows.locator("a").all()]
        assert points.count() == len(expected) > 4
        points.last.click()
        page.locator(":target").wait_for()
        assert page.url.rpartition("/sources/")[2] in [href.removeprefix("sources/") for href in expected]
        assert found.errors == []


def test_the_figures_and_the_picture_of_a_chart_can_be_kept(browser: Browser, reports: Path, tmp_path: Path):
    with visiting(browser, (reports / "rpa_hours.ja.html").as_uri(), accept_downloads=True) as found:
        page = found.page
        details = page.locator("details.chart-data").first
        details.locator("summary").click()
        kept = {}
        for kind, name in (("csv", "CSV"), ("svg", "SVG"), ("png", "PNG")):
            with page.expect_download() as download:
                details.locator(".downloads").get_by_text(name).click()
            kept[kind] = tmp_path / download.value.suggested_filename
            download.value.save_as(kept[kind])
        rows = list(csv.DictReader(kept["csv"].read_text("utf-8-sig").splitlines()))
        assert len(rows) == details.locator("tbody tr").count()
        # The number of a row is that of its quote, and its words are marked where the quote says.
        for row in rows:
            digits = float(re.sub(r"[^0-9.]", "", row["原文"]))
            assert float(row["数値"]) == digits
        drawn = kept["svg"].read_text("utf-8")
        assert page.locator("figure.chart figcaption").first.inner_text().split("\n")[0] in drawn
        assert kept["png"].read_bytes().startswith(b"\x89PNG")
        assert {path.stem for path in kept.values()} == {kept["csv"].stem}
        assert found.errors == []


@pytest.mark.parametrize(
    ("name", "text", "quote"),
    [
        ("online_procedures.ja", "49手續 (288手續)", "288手續"),
        ("security_incidents.en", "0件, 10件", "10件"),
        ("mynumber_card.ja", "62.3%", "62.3%"),
    ],
)
def test_a_figure_leads_to_the_marked_words_of_its_source(browser: Browser, reports: Path, name, text, quote):
    with visiting(browser, (reports / f"{name}.html").as_uri()) as found:
        page = found.page
        page.get_by_role("link", name=text, exact=True).first.click()
        target = page.locator(":target")
        target.wait_for()
        assert target.text_content() == quote
        assert page.evaluate("""() => {
            const box = document.querySelector(":target").getBoundingClientRect();
            return box.top >= 0 && box.bottom <= innerHeight && box.width > 0
        }""")
        assert found.errors == []


HOSTILE = (
    """<script>window.attacked=1</script></style>"'&amp;<img src=x onerror=window.attacked=1>"""
    "[x](javascript:window.attacked=1)"
)
#: An item's title, a bullet and a sentence: what a page shows of a document besides figures.
ATTACKED = {
    "13103-minato": "31 RPA等のICTを活用した業務効率化の推進",
    "13108-koto": "シナリオ自作型RPAツールの運用開始",
    "13107-sumida": "RPAの導入により、",
}


@pytest.fixture(scope="module")
def attacked_reports(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two reports of documents into which somebody has written what a browser might run."""
    folder = tmp_path_factory.mktemp("attacked")
    raw = Path(shutil.copytree(raw_folder(), folder / "raw"))
    for name, words in ATTACKED.items():
        (path,) = (raw / name).glob("*.txt")
        text = path.read_bytes().decode("utf-8")
        path.write_bytes(text.replace(words, words + HOSTILE, 1).encode("utf-8"))
    accept_checksums(raw)
    options = ("--raw", raw, "--database", folder / "wards.duckdb")
    succeeded(wardplans("build", *options))
    succeeded(wardplans("report", "rpa_hours", "themes", "--out", folder / "reports", *options))
    return folder / "reports"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["themes", "rpa_hours"])
def test_hostile_text_of_a_document_shows_and_runs_nothing(browser: Browser, attacked_reports: Path, name, language):
    with visiting(browser, (attacked_reports / f"{name}.{language}.html").as_uri()) as found:
        page = found.page
        page.evaluate("document.querySelectorAll('details').forEach(details => { details.open = true })")
        # Long quotes are cut in tables.
        beginning = HOSTILE.partition("</style>")[0]
        assert any(beginning in text for text in page.locator("td").all_inner_texts())
        # The quote is a link to its source, whatever it says.
        link = page.locator("td a", has_text="window.attacked").first
        assert link.get_attribute("href").startswith("sources/")
        assert page.locator("main :is(img, iframe, script:not([type='application/json']))").count() == 0
        assert page.locator("a[href^='javascript']").count() == 0
        link.click()
        page.locator(":target").wait_for()
        assert HOSTILE in page.locator(".words", has=page.locator(":target")).inner_text()
        assert page.evaluate("window.attacked") is None
        assert (found.foreign_requests, found.errors) == ([], [])


def in_no_network() -> list[str]:
    """The beginning of a command that takes the network, loopback and all, away from the rest of it."""
    for begin in (["unshare", "--net"], ["unshare", "--net", "--map-root-user"]):
        if (
            shutil.which("unshare")
            and subprocess.run([*begin, "true"], capture_output=True, check=False).returncode == 0
        ):
            return begin
    pytest.skip("no network namespaces here")


def test_a_report_needs_no_network_at_all(reports: Path, tmp_path: Path):
    page = (reports / "online_procedures.ja.html").as_uri()
    finished = subprocess.run(
        [
            *(*in_no_network(), chromium_path(), *FLAGS, "--headless", f"--user-data-dir={tmp_path}"),
            *("--virtual-time-budget=20000", "--dump-dom", page),
        ],
        capture_output=True,
        encoding="utf-8",
        timeout=90,
        check=True,
    )
    assert 'data-charts="drawn"' in finished.stdout
    assert finished.stdout.count('class="marks"') == 3
    assert "令和6年度</text>" in finished.stdout
