"""The documentation in a real browser, from a folder and without a network: quiet, readable, searchable."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from analysis.documents.paths import project_root
from browser import DESKTOP, PHONE, chromium, visiting

DOCS = project_root() / "docs"
PAGES = [
    *sorted(path.relative_to(DOCS).with_suffix("").as_posix() for path in DOCS.rglob("*.md")),
    *("readme", "readme.ja", "contributing", "changelog", "reference_data"),
]
CHECKED = (
    *("index", "index.ja", "how-to/researcher", "adding-a-ward", "sql", "open-data", "citing", "citing.ja"),
    *("data_dictionary", "codebooks", "api", "commands", "readme", "themes"),
)
DARK = ("index", "citing.ja", "data_dictionary", "api", "readme")
A4 = {"width": 794, "height": 1123}


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def address(site: Path, name: str) -> str:
    return (site / f"{name}.html").as_uri()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_asks_for_nothing_complains_of_nothing_and_fits(browser: Browser, site: Path, name: str) -> None:
    with visiting(browser, address(site, name)) as found:
        for viewport in (DESKTOP, PHONE):
            found.page.set_viewport_size(viewport)
            found.page.wait_for_load_state("networkidle")
            assert found.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert found.foreign_requests == []
        assert (found.errors, found.warnings) == ([], [])


@pytest.mark.parametrize(
    ("start", "word", "page"),
    [
        ("index", "交付率", "data_dictionary.html"),
        ("index.ja", "断絶", "citing.ja.html"),
        ("data_dictionary", "チャットボット", "themes.html"),
        ("index", "achievement_ratio", "data_dictionary.html"),
        ("how-to/researcher", "Krippendorff", "themes.html"),
        ("citing", "wardplans accept", "commands.html"),
    ],
)
def test_the_search_finds_a_word(browser: Browser, site: Path, start: str, word: str, page: str) -> None:
    with visiting(browser, address(site, start)) as found:
        field = found.page.locator("input.md-search__input")
        field.click()
        field.press_sequentially(word)
        field.press("Shift")  # the search waits for a key to come up, which what is typed in Japanese lacks here
        found.page.locator(".md-search-result__link").first.wait_for()
        links = found.page.locator(".md-search-result__link")
        leading = [link for link in links.all() if f"/{page}" in str(link.get_attribute("href"))]
        assert leading, f"{word!r} is not found in {page}"
        leading[0].click()
        found.page.wait_for_url(f"**/{page}*")
        assert found.foreign_requests == []
        assert found.errors == []


def test_a_search_for_what_is_not_there_finds_nothing(browser: Browser, site: Path) -> None:
    with visiting(browser, address(site, "index.ja")) as found:
        found.page.locator("input.md-search__input").press_sequentially("xyzzyplugh")
        told = found.page.locator(".md-search-result__meta")
        found.page.wait_for_function(
            "element => element.textContent.includes('見つかりません')", arg=told.element_handle()
        )
        assert found.page.locator(".md-search-result__link").count() == 0


@pytest.mark.parametrize(
    ("name", "scheme"), [*((name, "light") for name in CHECKED), *((name, "dark") for name in DARK)]
)
def test_a_checker_of_accessibility_finds_nothing(browser: Browser, site: Path, name: str, scheme: str) -> None:
    viewport = PHONE if scheme == "dark" else DESKTOP
    with visiting(browser, address(site, name), viewport, color_scheme=scheme) as found:
        found.page.wait_for_load_state("networkidle")
        assert violations(found.page) == []


def violations(page: Page) -> list[tuple[str, str]]:
    """What axe-core complains of: the rule, and the first element that breaks it."""
    return [(rule["id"], rule["nodes"][0]["html"][:200]) for rule in Axe().run(page).response["violations"]]


def test_a_table_of_a_diagram_leads_to_its_section_and_its_words_can_be_marked(browser: Browser, site: Path) -> None:
    with visiting(browser, address(site, "data_dictionary")) as found:
        name = found.page.locator('svg [data-table="kpi_values"]:not(.elsewhere) a')
        marked = name.evaluate("""link => {
            getSelection().selectAllChildren(link);
            return getSelection().toString();
        }""")
        assert marked == "kpi_values"
        name.click()
        assert found.page.url.endswith("#kpi_values")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_words_of_a_diagram_stand_out_whatever_the_system_prefers(
    browser: Browser, site: Path, scheme: str
) -> None:
    """Also where the reader has chosen the other look for the page."""
    with visiting(browser, address(site, "data_dictionary"), color_scheme=scheme) as found:
        for _ in range(3):
            assert contrast(found.page) > 7
            found.page.locator("form.md-header__option label:visible").click()


def contrast(page: Page) -> float:
    ink, paper = page.evaluate("""() => ["text", "rect.paper"].map(name => {
        const style = getComputedStyle(document.querySelector(`svg.entities ${name}`));
        return style.fill.match(/[0-9.]+/g).slice(0, 3).map(Number);
    })""")
    lighter, darker = sorted((luminance(ink), luminance(paper)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(color: list[float]) -> float:
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in (c / 255 for c in color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_a_diagram_fits_a_printed_sheet(browser: Browser, site: Path) -> None:
    with visiting(browser, address(site, "data_dictionary"), A4) as found:
        found.page.emulate_media(media="print")
        assert (
            found.page.evaluate("""() => [...document.querySelectorAll("svg.entities")]
            .filter(diagram => diagram.getBoundingClientRect().right > innerWidth + 1).length""")
            == 0
        )
