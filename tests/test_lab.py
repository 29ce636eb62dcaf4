"""The notebooks opened in a real JupyterLab, as `make lab` starts it, and run with *Run All Cells*."""

import json
import os
import re
import secrets
import shlex
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, TimeoutError

from analysis.documents.paths import raw_folder, reference_folder
from analysis.reporting.source_pages import write_source_pages
from browser import chromium
from report_set import CHARTS

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
TABLES = {"data_quality": 9, "kpi_achievement": 3, "mynumber_card": 3, "themes": 3, "ward_profile": 7}
TABLES |= {"sql_cookbook": 21, "start_here": 12}
"""Of the notebooks that have not four."""
SECONDS_TO_START = 60
CLICKS = 3
MILLISECONDS_TO_BEGIN = 10_000
MILLISECONDS_TO_RUN = 60_000
# JupyterLab draws only the cells in sight: all of them are.
TALL = {"width": 1280, "height": 16_000}
TALLER = {"width": 1280, "height": 50_000}


@dataclass(frozen=True)
class Lab:
    """A running server."""

    address: str
    token: str

    def url(self, notebook: str) -> str:
        """Where a notebook opens in a workspace that nobody has used."""
        return f"{self.address}/lab/workspaces/{notebook}/tree/notebooks/{notebook}.ipynb?reset&token={self.token}"

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/status?token={self.token}", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="module")
def project(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks whose parameters name the database of these tests, with the source pages beside it."""
    root = tmp_path_factory.mktemp("lab")
    for path in Path(shutil.copytree(NOTEBOOKS, root / "notebooks")).glob("*.ipynb"):
        text = path.read_text("utf-8")
        parameter = r"database: str = \"\""
        assert text.count(parameter) == 1
        path.write_text(text.replace(parameter, rf"database: str = \"{built_database}\""), encoding="utf-8")
    (root / "reports").mkdir()
    write_source_pages(built_database, raw_folder(), reference_folder(), root / "reports", "ja")
    return root


def arguments_of_make_lab(root: Path) -> list[str]:
    """What `make lab` passes to JupyterLab in a project at `root`."""
    command = ["make", "--dry-run", "lab", f"CURDIR={root}"]
    printed = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=True).stdout
    (line,) = [line for line in printed.splitlines() if "jupyter lab" in line]
    return shlex.split(line)[2:]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(project: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("home")
    found = Lab(f"http://127.0.0.1:{free_port()}", secrets.token_hex(16))
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    folders += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={found.address.rpartition(':')[2]}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={found.token}", "--LabApp.news_url=", "--LabApp.extension_manager=readonly"),
        *arguments_of_make_lab(project),
    ]
    log = home / "lab.log"
    environment = {**os.environ, **{name: str(home / name.lower()) for name in folders}}
    with log.open("w") as output, subprocess.Popen(command, env=environment, stdout=output, stderr=output) as server:
        try:
            deadline = time.monotonic() + SECONDS_TO_START
            while not found.is_up():
                assert server.poll() is None and time.monotonic() < deadline, log.read_text()
                time.sleep(0.2)
            yield found
        finally:
            server.terminate()  # which ends the kernels too
            try:
                server.wait(timeout=20)
            except subprocess.TimeoutExpired:
                server.kill()


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as opened:
        yield opened


def run_all_cells(page: Page) -> None:
    prompts = page.locator(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")
    prompts.first.wait_for()
    page.locator(".jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    begun = prompts.first.filter(has_text=re.compile(r"\[[*\d]"))
    for _ in range(CLICKS):  # while the page is still being filled a click can be lost
        prompts.first.click()
        page.locator(".lm-MenuBar-itemLabel", has_text=re.compile("^Run$")).click()
        page.locator(".lm-Menu-itemLabel", has_text=re.compile("^Run All Cells$")).click()
        with suppress(TimeoutError):
            begun.wait_for(timeout=MILLISECONDS_TO_BEGIN)
            break
    page.wait_for_function(
        """() => [...document.querySelectorAll(".jp-Notebook .jp-CodeCell .jp-InputArea-prompt")]
            .every(prompt => /^\\[\\d+\\]:$/.test(prompt.textContent))""",
        timeout=MILLISECONDS_TO_RUN,
    )


@pytest.mark.parametrize("name", CHARTS)
def test_a_notebook_runs_in_jupyterlab(lab: Lab, browser: Browser, name):
    page = browser.new_page(viewport=TALLER if name in ("sql_cookbook", "start_here") else TALL)
    try:
        page.goto(lab.url(name))
        run_all_cells(page)
        notebook = page.locator(".jp-Notebook")
        charts = notebook.locator(".jp-OutputArea-output .vega-embed :is(svg, canvas).marks")
        charts.nth(CHARTS[name] - 1).wait_for()
        assert charts.count() == CHARTS[name]
        assert all(chart.bounding_box()["width"] > 200 for chart in charts.all())
        assert notebook.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']").count() == 0
        assert notebook.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.error']").count() == 0
        assert notebook.locator("h1").count() == 1
        tables = notebook.locator(".jp-OutputArea-output table.data")
        assert tables.count() == TABLES.get(name, 4)
        assert all(table.is_visible() for table in tables.all())
        assert "大田区" in notebook.inner_text()
    finally:
        page.close()


def test_make_lab_opens_on_the_first_hour(lab: Lab, browser: Browser):
    page = browser.new_page()
    try:
        page.goto(f"{lab.address}/?token={lab.token}")
        page.locator(".jp-Notebook").wait_for()
        assert page.url == f"{lab.address}/lab/tree/notebooks/start_here.ipynb"
        assert page.locator(".lm-DockPanel .lm-TabBar-tab.lm-mod-current").inner_text().strip() == "start_here.ipynb"
        page.locator(".jp-NotebookPanel-toolbar .jp-Notebook-ExecutionIndicator[data-status=idle]").wait_for()
    finally:
        page.close()


def test_a_citation_in_a_frame_opens_the_passage_it_names(lab: Lab, browser: Browser):
    """JupyterLab's server gives out pages without an origin of their own: they may keep nothing, and must not mind."""
    context = browser.new_context(viewport=TALLER)
    try:
        page = context.new_page()
        page.goto(lab.url("start_here"))
        run_all_cells(page)
        frames = page.locator(".jp-OutputArea-output table.data")
        for head in ("comparability", "quote"):
            frames = frames.filter(has=page.locator("th", has_text=re.compile(f"^{head}$")))
        row = frames.first.locator("tbody tr").filter(has=page.locator("td", has_text=re.compile("^actual$"))).first
        row.wait_for()  # the last cell can be done before the output of an earlier one is drawn
        heads = frames.first.locator("thead th").all_inner_texts()
        quote = row.locator("td").nth(heads.index("quote")).inner_text()
        with context.expect_page() as opened:
            row.locator("a").click()
        source = opened.value
        complaints: list[str] = []
        source.on("pageerror", lambda error: complaints.append(str(error)))
        source.locator("html[data-reading=ready]").wait_for()
        assert source.url == lab.address + row.locator("a").get_attribute("href")
        assert source.evaluate("self.origin") == "null"
        assert source.locator("a[href]").count() > 100
        assert source.locator("a[href]:not([href^='#'])").count() == 0  # the server would refuse them
        assert source.locator("#reading blockquote").inner_text() == quote
        assert source.locator(".chosen").inner_text() == quote
        assert 0 <= source.locator(".chosen").bounding_box()["y"] < TALLER["height"]
        source.locator("#reading .copy").click()
        source.locator("#reading .copied").filter(has_text=re.compile(".")).wait_for()
        before = source.url
        source.locator("#reading .next").click()
        source.wait_for_function("before => location.href !== before", arg=before)
        assert complaints == []
    finally:
        context.close()


def test_a_refused_query_is_one_message_in_the_lab(lab: Lab, browser: Browser, project: Path):
    notebook = json.loads((project / "notebooks" / "start_here.ipynb").read_text("utf-8"))
    setup = notebook["cells"][:2]
    wrong = {**setup[0], "id": "wrong", "metadata": {}, "source": "%%sql\nSELECT nothing FROM wards"}
    (project / "notebooks" / "refused.ipynb").write_text(json.dumps({**notebook, "cells": [*setup, wrong]}), "utf-8")
    page = browser.new_page()
    try:
        page.goto(lab.url("refused"))
        run_all_cells(page)
        error = page.locator(".jp-OutputArea-output[data-mime-type='application/vnd.jupyter.stderr']")
        text = error.inner_text()
        assert text.startswith('Binder Error: Referenced column "nothing" not found in FROM clause!')
        assert "wards has the columns ward_code, " in " ".join(text.split())
        assert "Traceback" not in text
        assert len(text.splitlines()) < 8
    finally:
        page.close()
