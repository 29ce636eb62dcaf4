"""The reports as `wardplans report` publishes them, opened from a file with no network."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from browser import DESKTOP, DRAWN, FLAGS, PHONE, chromium, chromium_path, visiting
from command_line import succeeded, wardplans

CHARTS = {
    "mynumber_card": 2,
    "online_procedures": 3,
    "overview": 1,
    "rpa_hours": 3,
    "security_incidents": 1,
    "themes": 1,
}
LANGUAGES = ["ja", "en"]
PAGES = [f"{name}.{language}.html" for name in CHARTS for language in LANGUAGES]

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
    for language in LANGUAGES:
        printed = succeeded(wardplans("report", "--database", built_database, "--out", folder, "--language", language))
        assert printed.split() == [
            *(str(folder / f"{name}.{language}.html") for name in CHARTS),
            str(folder / "index.html"),
        ]
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
        assert figure.locator(".mark-symbol.role-mark path, .mark-rect.role-mark path").count() >= 4
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
        assert "大田区情報化推進計画(ver.5.0) 概要版" in found.page.locator("footer").inner_text()


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_index_leads_to_every_report(browser: Browser, reports: Path, viewport):
    with visiting(browser, (reports / "index.html").as_uri(), viewport) as found:
        page = found.page
        assert (found.foreign_requests, found.errors, found.warnings) == ([], [], [])
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        links = page.locator("main h2 a")
        assert sorted(link.get_attribute("href") for link in links.all()) == sorted(PAGES)
        titles = links.all_inner_texts()
        for number, title in enumerate(titles):
            links.nth(number).click()
            page.locator(DRAWN).wait_for()
            assert page.locator("h1").inner_text() == title
            page.locator("header.site a").click()
            page.locator(".reports").wait_for()


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
