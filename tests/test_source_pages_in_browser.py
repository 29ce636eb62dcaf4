"""The pages of the raw texts as a reader meets them: a link opens the cited words, and the words tell their facts."""

import re
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from analysis.comparison.citing import cite
from analysis.database.connect import open_database
from analysis.documents.paths import raw_folder, reference_folder
from analysis.reporting.source_facts import citation_anchor
from analysis.reporting.source_pages import source_href, write_source_pages
from browser import DESKTOP, PHONE, Visit, chromium, visiting
from test_source_pages import HOSTILE, hostile_database

CARD_RATE = "kpi_values:nakano-2nd-revised-card_issuance_rate|2023|actual|nakano-progress-2023"
NAKANO = "nakano-progress-2023"
IN_A_BULLET = "quantities:koto-progress-2022-rpa_sections-2-2023"
CROSSING = "reconciliations:koto-progress-2022-policies"
KOTO = "koto-progress-2022"
SUMIDA = "sumida-plan-2018-review"
TABLE = "mynumber_card_wards"

# The characters that are lit up: those whose nearest background is that of the chosen passage.
LIT = """() => {
    const known = new Map();
    const color = (element) => {
        if (!known.has(element)) known.set(element, getComputedStyle(element).backgroundColor);
        return known.get(element);
    };
    const chosen = color(document.querySelector(".words .chosen") ?? document.querySelector(".words :target"));
    const clear = "rgba(0, 0, 0, 0)";
    let lit = "";
    for (const words of document.querySelectorAll(".words")) {
        const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
        for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            let around = node.parentElement;
            while (around !== words && color(around) === clear) around = around.parentElement;
            if (around !== words && color(around) === chosen) lit += node.data;
        }
    }
    return lit;
}"""

# Whether the first and the last lit character lie on the screen with nothing over them.
IN_SIGHT = """() => [...document.querySelectorAll(".chosen, html:not([data-reading]) :target")].every((piece) => {
    const boxes = [...piece.getClientRects()].filter((box) => box.width > 0);
    return [boxes[0], boxes.at(-1)].every((box) => {
        const seen = document.elementFromPoint(box.left + box.width / 2, box.top + box.height / 2);
        return seen !== null && piece.contains(seen);
    });
})"""

# Text of which the ratio of contrast to what is behind it is below 4.5.
LOW_CONTRAST = """() => {
    const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
    const channels = (color) => {
        canvas.clearRect(0, 0, 1, 1);
        canvas.fillStyle = color;
        canvas.fillRect(0, 0, 1, 1);
        return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const over = (front, back) => [0, 1, 2].map((i) => (front[i] * front[3] + back[i] * (255 - front[3])) / 255);
    const linear = (value) => (value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4);
    const luminance = (color) => [0.2126, 0.7152, 0.0722].reduce((sum, c, i) => sum + c * linear(color[i] / 255), 0);
    const behind = (element) => {
        const back = element.parentElement ? behind(element.parentElement) : [255, 255, 255];
        return over(channels(getComputedStyle(element).backgroundColor), back);
    };
    const ratio = (element) => {
        const back = behind(element);
        const front = over(channels(getComputedStyle(element).color), back);
        const [dark, light] = [luminance(front), luminance(back)].sort((a, b) => a - b);
        return (light + 0.05) / (dark + 0.05);
    };
    const inPanel = ".chosen, .chosen *, .copy, .hint, .legend *, #reading *, #L430 *, #L431 .at, #L431 summary";
    return [...document.querySelectorAll(inPanel)]
        .filter((element) => element.checkVisibility() && ratio(element) < 4.5)
        .map((element) => [ratio(element), element.className, element.textContent.slice(0, 20)]);
}"""


@pytest.fixture(scope="module")
def folder(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the reports, with the source pages of both languages."""
    target = tmp_path_factory.mktemp("reports")
    (target / "index.en.html").write_text("<title>reports</title>")
    for language in ("ja", "en"):
        write_source_pages(built_database, raw_folder(), reference_folder(), target, language)
    return target


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


@pytest.fixture
def visit(browser: Browser, folder: Path):
    """Open the passage of a citation, or with '' the top of a page, with the network off."""
    with ExitStack() as visits:

        def open_page(page: str, citation_id: str = "", viewport=DESKTOP, language="ja", **options) -> Visit:
            anchor = f"#{citation_anchor(citation_id)}" if citation_id else ""
            url = f"{(folder / 'sources' / f'{page}.{language}.html').as_uri()}{anchor}"
            return visits.enter_context(visiting(browser, url, viewport, **options))

        yield open_page


@pytest.fixture(scope="module")
def sample(built_database: Path) -> dict[str | None, list[dict[str, Any]]]:
    """Citations of every source: of each kind the first, the longest of all, and those that lie in most others."""
    query = """
        WITH placed AS (
            SELECT
                *, split_part(citation_id, ':', 1) AS kind,
                (
                    SELECT count(*) FROM citation_texts AS around
                    WHERE around.document_id = one.document_id
                        AND around.char_start <= one.char_start AND one.char_end <= around.char_end
                ) AS depth
            FROM citation_texts AS one
        ),

        ranked AS (
            SELECT
                *,
                row_number() OVER (PARTITION BY document_id, kind ORDER BY citation_id) AS first,
                row_number() OVER (PARTITION BY document_id ORDER BY length(quote) DESC, citation_id) AS longest,
                row_number() OVER (PARTITION BY document_id ORDER BY depth DESC, citation_id) AS deepest
            FROM placed
        )

        SELECT document_id, citation_id, quote FROM ranked
        WHERE first = 1 OR longest <= 2 OR deepest <= 3
        ORDER BY document_id NULLS LAST, citation_id
    """
    with open_database(built_database) as connection:
        rows = connection.sql(query).fetchall()
    named = [dict(zip(("document_id", "citation_id", "quote"), row, strict=True)) for row in rows]
    return {document: list(group) for document, group in groupby(named, key=lambda row: row["document_id"])}


def opened(page: Page, folder: Path, row: dict[str, Any], language: str) -> None:
    """Open the link of a citation as a reader does who comes from a report."""
    page.goto("about:blank")
    page.goto(f"{folder.as_uri()}/{source_href(row['document_id'], row['citation_id'], language)}")


# -- a link opens the cited words ---------------------------------------------------------------------------


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize(
    "document", [KOTO, "minato-plan-draft-summary", NAKANO, "ota-plan-v5-summary", SUMIDA, None], ids=str
)
def test_the_link_of_a_citation_lights_up_exactly_its_quote(visit, folder: Path, sample, document, viewport) -> None:
    found = visit(document or TABLE, viewport=viewport)
    rows = sample[document] if viewport == DESKTOP else sample[document][::3]
    for number, row in enumerate(rows):
        opened(found.page, folder, row, language=("ja", "en")[number % 2])
        assert found.page.evaluate(LIT) == row["quote"], row
        assert found.page.evaluate(IN_SIGHT), row
        assert found.page.locator("#reading blockquote").inner_text() == row["quote"]
        assert found.page.locator("#reading code").inner_text() == row["citation_id"]
    assert (found.foreign_requests, found.errors, found.warnings) == ([], [], [])


def test_the_sample_is_of_all_kinds_and_large_enough(sample) -> None:
    rows = [row for group in sample.values() for row in group]
    assert len(rows) >= 60
    assert len({row["citation_id"].partition(":")[0] for row in rows}) == 15


def test_a_passage_that_crosses_another_is_lit_up_whole(visit) -> None:
    found = visit(KOTO, CROSSING)
    assert found.page.locator(".chosen").count() == 2
    assert found.page.evaluate(LIT) == "柱に10の施策"
    assert found.page.locator("#reading blockquote").inner_text() == "柱に10の施策"


@pytest.mark.parametrize("viewport", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("page", [KOTO, "minato-plan-draft-summary", NAKANO, "ota-plan-v5-summary", SUMIDA, TABLE])
def test_a_page_asks_for_nothing_complains_of_nothing_and_fits(visit, page, viewport) -> None:
    for language in ("ja", "en"):
        found = visit(page, viewport=viewport, language=language)
        assert len(found.requests) == 1
        assert (found.foreign_requests, found.errors, found.warnings) == ([], [], [])
        found.page.locator("summary").nth(10).click()
        assert found.page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]
        assert found.page.locator("html").get_attribute("lang") == language
        assert found.page.locator(".words").first.get_attribute("lang") == "ja"


def test_the_longest_pages_open_at_once(visit, folder: Path) -> None:
    page = visit(KOTO).page
    for name in (SUMIDA, NAKANO):
        began = time.monotonic()
        page.goto((folder / "sources" / f"{name}.ja.html").as_uri())
        page.locator("html[data-reading=ready]").wait_for()
        assert time.monotonic() - began < 2


def test_an_address_of_a_line_shows_the_line_and_one_of_nothing_says_so(visit) -> None:
    page = visit(SUMIDA).page
    assert "本文の印を選ぶと" in page.locator(".hint").inner_text()
    page.evaluate("location.hash = 'L500'")
    expect(page.locator("#L500")).to_be_in_viewport()
    expect(page.locator(".chosen")).to_have_attribute("id", "L500")
    assert not page.locator("#reading").is_visible()
    page.evaluate("location.hash = 'kpis.gone'")
    expect(page.locator(".hint")).to_have_text(re.compile("この箇所は本文にありません"))


# -- the words tell their facts -----------------------------------------------------------------------------


def test_choosing_a_mark_tells_what_was_read_and_going_back_undoes_it(visit) -> None:
    page = visit(NAKANO).page
    page.locator(f"[id='{citation_anchor(CARD_RATE)}']").click()
    panel = page.locator("#reading")
    for words in ("68.3%", "成果指標の数値", "区内のマイナンバーカード交付率", "令和5年度", "B 系列の断絶", "保有率"):
        expect(panel).to_contain_text(words)
    assert page.evaluate("location.hash.slice(1)") == citation_anchor(CARD_RATE)
    page.locator("#L26 mark").first.click()
    expect(panel.locator("blockquote")).to_have_text("オンラインによる申請受付件数")
    page.go_back()
    expect(panel.locator("blockquote")).to_have_text("68.3%")
    assert page.evaluate(LIT) == "68.3%"
    page.go_back()
    expect(panel).to_be_hidden()
    assert page.locator(".chosen").count() == 0


def test_the_passages_around_lead_from_figure_to_bullet(visit) -> None:
    page = visit(KOTO, IN_A_BULLET).page
    around = page.locator("#reading .around a")
    assert around.count() == 2
    around.filter(has_text="取組の内容").click()
    assert page.evaluate(LIT).startswith("AI-OCRとRPAを活用した")
    page.locator("#reading .around a").filter(has=page.get_by_text("5課", exact=True)).click()
    assert page.evaluate(LIT) == "5課"


def test_text_without_a_mark_can_be_chosen_but_not_while_it_is_being_selected(visit) -> None:
    page = visit(SUMIDA).page
    passage = page.locator("#L502 .words > span").first
    passage.click(position={"x": 30, "y": 10})
    assert page.evaluate(LIT) == passage.text_content()
    page.keyboard.press("Escape")
    box = passage.bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 150, box["y"] + 10)
    page.mouse.up()
    assert page.evaluate("getSelection().toString().length") > 3
    assert not page.locator("#reading").is_visible()


def test_what_is_copied_from_the_text_is_the_raw_text(visit) -> None:
    page = visit(NAKANO).page
    page.evaluate("getSelection().selectAllChildren(document.querySelector('#L25 .words'))")
    assert page.evaluate("getSelection().toString()") == "区内のマイナンバーカード交付率\t62.3%\t68.3% ※1\t100%\t100%"


def test_a_kind_that_is_not_shown_has_no_mark_and_is_not_chosen(visit) -> None:
    page = visit(KOTO).page
    mark = page.locator(f"[id='{citation_anchor(IN_A_BULLET)}']")
    background = "element => getComputedStyle(element).backgroundColor"
    assert mark.evaluate(background) != "rgba(0, 0, 0, 0)"
    page.get_by_label("本文の数値").uncheck()
    assert mark.evaluate("element => getComputedStyle(element).borderBottomStyle") == "none"
    mark.click()
    assert page.evaluate(LIT).startswith("AI-OCRとRPAを活用した")


def test_the_steps_go_from_mark_to_mark_of_the_kinds_shown(visit) -> None:
    page = visit(NAKANO, CARD_RATE).page
    for name in page.locator(".legend label").all():
        if "成果指標の数値" not in name.inner_text():
            name.locator("input").uncheck()
    page.get_by_role("button", name="次の印").click()
    assert page.evaluate(LIT) == "100%"
    for _step in range(2):
        page.get_by_role("button", name="前の印").click()
    assert page.evaluate(LIT) == "62.3%"
    page.get_by_role("button", name="前の印").click()
    assert page.evaluate(LIT) == "62.3%"
    page.goto(page.url.partition("sources")[0] + source_href(None, "mynumber_cards:13101|2017-03-08", "ja"))
    page.get_by_role("button", name="次の印").click()
    assert page.evaluate(LIT).startswith("131024,中央区,2017-03-08")


# -- a text to cite -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_citation_is_copied(visit, built_database: Path, language) -> None:
    page = visit(NAKANO, CARD_RATE, language=language, permissions=["clipboard-read", "clipboard-write"]).page
    page.locator("#reading .copy").click()
    expect(page.get_by_role("status")).to_have_text(
        {"ja": "引用文をコピーしました。", "en": "Citation copied."}[language]
    )
    with open_database(built_database) as connection:
        expected = cite(CARD_RATE, language=language, connection=connection)
    assert page.evaluate("navigator.clipboard.readText()") == expected


def test_where_nothing_can_be_copied_the_citation_is_selected(visit) -> None:
    page = visit(NAKANO, CARD_RATE).page
    page.evaluate("() => { navigator.clipboard.writeText = () => Promise.reject(new Error('no')) }")
    page.locator("#reading .copy").click()
    expect(page.get_by_role("status")).to_have_text(re.compile("コピーできませんでした"))
    assert page.evaluate("getSelection().toString()") == page.locator("#reading .cite").inner_text()


# -- other ways to read -------------------------------------------------------------------------------------


def test_with_the_keyboard_alone(visit) -> None:
    page = visit(NAKANO).page
    focused = "document.activeElement"
    page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate(f"{focused}.id") == "content"
    control = page.locator("#L25 summary")
    control.focus()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert "区内のマイナンバーカード交付率" in page.evaluate(f"{focused}.textContent")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate(LIT) == "62.3%"
    assert page.evaluate(f"{focused}.id") == "reading"
    for _step in range(2):
        page.keyboard.press("Tab")
    assert page.evaluate(f"{focused}.getAttribute('aria-label')") == "次の印"
    page.keyboard.press("Enter")
    assert page.evaluate(LIT) == "68.3%"
    page.keyboard.press("Escape")
    expect(page.locator("#reading")).to_be_hidden()
    assert control.evaluate(f"element => {focused} === element")


def test_everything_that_can_be_operated_has_a_name(visit) -> None:
    page = visit(NAKANO, CARD_RATE, language="en").page
    unnamed = page.evaluate("""() => [...document.querySelectorAll("a, button, summary, input")]
        .filter((one) => !(one.getAttribute("aria-label") || one.textContent.trim() || one.labels?.length))
        .map((one) => one.outerHTML)""")
    assert unnamed == []
    assert page.get_by_role("region", name="Chosen passage").is_visible()
    assert page.get_by_role("group", name="Marks shown").is_visible()
    assert page.locator("#L25 summary").get_attribute("aria-label") == "Facts read from line 25: 5"


def test_without_scripts_the_words_are_lit_up_and_the_facts_are_in_the_line(visit) -> None:
    page = visit(NAKANO, CARD_RATE, java_script_enabled=False).page
    assert page.evaluate(LIT) == "68.3%"
    assert page.evaluate(IN_SIGHT)
    assert not page.locator("#reading").is_visible()
    assert not page.locator(".hint").is_visible()
    page.locator("#L25 summary").click()
    facts = page.locator("#L25 .facts").inner_text()
    assert "B 系列の断絶" in facts
    assert "25行目、「68.3%」。" in facts


def test_the_two_languages_and_the_reports_are_one_step_away(visit) -> None:
    page = visit(NAKANO, CARD_RATE).page
    page.get_by_role("link", name="English").click()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.locator("#reading")).to_be_visible()
    assert page.evaluate(LIT) == "68.3%"
    page.locator("footer").get_by_role("link", name="Koto: Progress").click()
    expect(page.locator("h1")).to_have_text("江東区情報化推進プラン進捗状況について")
    page.get_by_role("link", name="All reports").click()
    expect(page).to_have_title("reports")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_kind_of_text_stands_out_from_what_is_behind_it(visit, scheme) -> None:
    page = visit(
        SUMIDA,
        "corrections:sumida-plan-2018-review:glossary_terms:sumida-plan-2018-review-note-8:term_ja",
        color_scheme=scheme,
    ).page
    page.locator("#L430 summary").click()
    low = page.evaluate(LOW_CONTRAST)
    assert low == []


def test_hostile_text_shows_and_runs_nothing(
    browser: Browser, built_database: Path, raw_copy: Path, tmp_path: Path
) -> None:
    database, citation_id = hostile_database(built_database, raw_copy, tmp_path)
    paths = write_source_pages(database, raw_copy, reference_folder(), tmp_path, "ja")
    (path,) = [path for path in paths if path.name.startswith("minato")]
    with visiting(browser, f"{path.as_uri()}#{citation_anchor(citation_id)}") as found:
        page = found.page
        assert HOSTILE in page.evaluate(LIT)
        assert HOSTILE in page.locator("#reading blockquote").inner_text()
        assert HOSTILE in page.locator("#reading .cite").inner_text()
        assert page.locator(".words").last.inner_text().strip() == HOSTILE
        page.locator("#reading .copy").click()
        page.locator("summary").last.click()
        assert page.evaluate("window.attacked") is None
        assert page.locator("main img, main script, main style").count() == 0
        assert (found.foreign_requests, found.errors) == ([], [])
