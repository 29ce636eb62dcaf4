"""Published pages as a reader meets them: in a browser, from a file, with no network."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from analysis.reporting.edition import Edition
from analysis.reporting.fingerprints import database_fingerprint
from analysis.reporting.page import SourceDocument
from analysis.reporting.runner import run_reports
from analysis.workers import executor
from browser import DESKTOP, DRAWN, PHONE, Visit, chromium, visiting

NOTEBOOKS = Path(__file__).parent / "notebooks"


@pytest.fixture(scope="module")
def reports(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reports of these tests, in both languages."""
    out = tmp_path_factory.mktemp("browser") / "reports"
    documents = (SourceDocument("大田区情報化推進計画", "0" * 64),)
    edition = Edition(built_database, built_database, database_fingerprint(built_database), documents, {})
    with executor() as workers:
        run_reports(["figures", "hostile"], out, {}, ["ja", "en"], NOTEBOOKS, edition, workers)
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, reports: Path):
    """Open a published page with the network off and wait for its charts."""
    with ExitStack() as visits:

        def open_page(name: str, viewport=DESKTOP, **options) -> Visit:
            return visits.enter_context(visiting(browser, (reports / name).as_uri(), viewport, **options))

        yield open_page


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    "name", ["figures.ja.html", "figures.en.html", "hostile.en.html", "index.html", "index.en.html"]
)
def test_a_page_asks_for_nothing_complains_of_nothing_and_fits(visit, name, viewport):
    found = visit(name, viewport)
    assert found.foreign_requests == []
    assert len(found.requests) == 1
    assert found.errors == []
    assert found.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_every_chart_is_drawn_with_its_marks(visit):
    page = visit("figures.ja.html").page
    assert page.locator("figure.chart").count() == 3
    assert page.locator("figure.chart svg").count() == 3
    line, bars, facets = (page.locator("figure.chart").nth(number) for number in range(3))
    assert line.locator(".mark-line.role-mark path").count() == 2
    assert line.locator(".mark-symbol.role-mark path").count() == 7  # Nakano's last year is not published
    assert bars.locator(".mark-rect.role-mark path").count() == 2
    assert facets.locator(".mark-rect.role-mark path").count() == 7
    for chart in (line, bars, facets):
        assert chart.locator("svg").bounding_box()["width"] > 300


def test_a_chart_is_one_picture_with_a_description(visit):
    page = visit("figures.ja.html").page
    pictures = page.locator("[role=img]")
    assert pictures.count() == 3
    assert pictures.first.get_attribute("aria-label").startswith("折れ線グラフ。大田区は35から288手続へ")


def test_japanese_text_is_drawn_with_a_font_that_has_it(visit):
    page = visit("figures.ja.html").page
    assert page.locator("h1").inner_text() == "オンラインで申請できる手続はどれだけ増えたか"
    assert "大田区" in page.locator("figure.chart svg").first.text_content()
    # Two glyphs look the same only when both are the empty box of a missing one.
    assert page.evaluate("""() => {
        const draw = (text) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 48, height: 48 });
            const context = canvas.getContext("2d");
            context.font = "40px " + getComputedStyle(document.body).fontFamily;
            context.fillText(text, 0, 40);
            return canvas.toDataURL();
        };
        return draw("区") !== draw("続") && draw("区") !== draw("\\u{10ffff}");
    }""")


def test_code_is_folded_and_opens_with_the_keyboard(visit):
    page = visit("figures.ja.html").page
    first = page.locator("details.code").first
    assert page.locator("details.code[open]").count() == 0
    assert not first.locator("pre").is_visible()
    first.locator("summary").focus()
    page.keyboard.press("Enter")
    assert first.locator("pre").is_visible()
    assert "enable_charts()" in first.locator("pre").inner_text()


def test_the_keyboard_reaches_the_content_first_and_can_scroll_a_table(visit):
    page = visit("figures.ja.html", PHONE).page
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    assert page.locator(".skip").bounding_box()["x"] >= 0
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
    box = page.locator(".table-box").last
    box.focus()
    assert box.evaluate("element => document.activeElement === element")


@pytest.mark.parametrize("name", ["hostile.ja.html", "hostile.en.html"])
def test_hostile_text_shows_and_runs_nothing(visit, name):
    found = visit(name)
    page = found.page
    for link in page.locator("main a", has_text="a link").all():
        link.click()
    assert page.evaluate("window.attacked") is None
    assert page.evaluate("document.querySelector('main').querySelectorAll('img, iframe, svg[onload]').length") == 0
    text = page.locator("main").inner_text()
    for attack in ("title", "markdown", "cell"):
        assert f"<script>window.attacked = '{attack}'</script>" in text
    assert "*a* [b](c)" in text
    assert "</td></table><svg onload=\"window.attacked = 'svg'\">" in page.locator("table").first.inner_text()
    assert found.errors == []
    assert found.foreign_requests == []


def test_the_page_itself_refuses_scripts_and_requests_that_are_not_its_own(visit):
    page = visit("figures.en.html").page
    page.evaluate("""() => {
        const script = document.createElement("script");
        script.textContent = "window.attacked = true";
        document.body.append(script);
        document.body.insertAdjacentHTML("beforeend", "<b onclick='window.attacked = true' id=bait>b</b>");
        document.getElementById("bait").click();
    }""")
    assert page.evaluate("window.attacked") is None
    refused = "fetch('https://example.com/').then(() => 'sent', (error) => 'refused')"
    assert page.evaluate(refused) == "refused"


def test_without_scripts_the_charts_are_told_in_words(visit):
    page = visit("figures.en.html", java_script_enabled=False).page
    assert "Line chart. Ota rose from 35 to 288 procedures" in page.locator("main").inner_text()


def test_dark_and_print(visit):
    page = visit("figures.ja.html", color_scheme="dark").page
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(20, 24, 29)"
    assert page.evaluate("getComputedStyle(document.querySelector('figure.chart')).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    assert not page.locator("details.code").first.is_visible()
    assert page.locator("footer").is_visible()


@pytest.mark.parametrize("name", ["index.html", "index.en.html"])
def test_hostile_text_shows_and_runs_nothing_in_the_index(visit, name):
    found = visit(name)
    text = found.page.locator("main").inner_text()
    assert "<script>window.attacked = 'title'</script>" in text
    assert found.page.evaluate("window.attacked") is None
    assert found.page.evaluate("document.querySelector('main').querySelectorAll('script, iframe').length") == 0
    assert found.errors == []


def test_the_index_leads_to_every_page(visit):
    page = visit("index.html").page
    assert page.locator("html").get_attribute("lang") == "ja"
    titles = page.locator(".reports h3").all_inner_texts()
    assert len(titles) == 2
    page.get_by_role("link", name="オンラインで申請できる手続はどれだけ増えたか", exact=True).click()
    page.locator(DRAWN).wait_for()
    assert page.locator("html").get_attribute("lang") == "ja"
    page.get_by_role("link", name="報告一覧").click()
    assert page.locator(".reports h3").all_inner_texts() == titles
