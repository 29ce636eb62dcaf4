"""A real browser, and what the pages that it opens ask for and complain of."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, sync_playwright

FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
    *("--disable-component-update", "--disable-sync"),
]
DRAWN = "html[data-charts=drawn]"
DESKTOP = {"width": 1280, "height": 900}
PHONE = {"width": 390, "height": 844}


@dataclass
class Visit:
    """An open page with what it asked for and what it complained of."""

    page: Page
    requests: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    @property
    def foreign_requests(self) -> list[str]:
        return [url for url in self.requests if not url.startswith("file://")]

    def hear(self, line: ConsoleMessage) -> None:
        if line.type in ("error", "warning"):
            (self.errors if line.type == "error" else self.warnings).append(line.text)


def chromium_path() -> str:
    """Where Chromium lies; tests that need it are skipped where it is missing, but never in CI."""
    found = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    if found is None and not os.environ.get("CI"):
        pytest.skip("no Chromium here (Debian: apt-get install chromium fonts-ipaexfont-gothic)")
    assert found, "these tests need Chromium (Debian: apt-get install chromium)"
    return found


@contextmanager
def chromium() -> Iterator[Browser]:
    """Chromium without a window."""
    executable = chromium_path()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=FLAGS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def visiting(browser: Browser, url: str, viewport=DESKTOP, **options) -> Iterator[Visit]:
    """Open a published page with the network off and wait for its charts."""
    context = browser.new_context(offline=True, viewport=viewport, **options)
    try:
        found = Visit(context.new_page())
        found.page.on("request", lambda request: found.requests.append(request.url))
        found.page.on("pageerror", lambda error: found.errors.append(str(error)))
        found.page.on("console", found.hear)
        found.page.goto(url)
        if options.get("java_script_enabled", True) and found.page.locator("figure.chart").count():
            found.page.locator(DRAWN).wait_for()
        yield found
    finally:
        context.close()
