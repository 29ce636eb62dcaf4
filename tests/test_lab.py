"""The notebooks opened in a real JupyterLab and run with *Run All Cells*."""

import os
import re
import secrets
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

from browser import chromium

NOTEBOOKS = Path(__file__).parents[1] / "notebooks"
CHARTS = {
    "mynumber_card": 2,
    "online_procedures": 3,
    "overview": 1,
    "rpa_hours": 3,
    "security_incidents": 1,
    "themes": 1,
}
TABLES = {"mynumber_card": 3, "themes": 3}
"""Of the notebooks that have not four."""
SECONDS_TO_START = 60
CLICKS = 3
MILLISECONDS_TO_BEGIN = 10_000
MILLISECONDS_TO_RUN = 60_000
# JupyterLab draws only the cells in sight: all of them are.
TALL = {"width": 1280, "height": 16_000}


@dataclass(frozen=True)
class Lab:
    """A running server."""

    address: str
    token: str

    def url(self, notebook: str) -> str:
        """Where a notebook opens in a workspace that nobody has used."""
        return f"{self.address}/lab/workspaces/{notebook}/tree/{notebook}.ipynb?reset&token={self.token}"

    def is_up(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/api/status?token={self.token}", timeout=5) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False


@pytest.fixture(scope="module")
def notebooks(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the notebooks whose parameters name the database of these tests."""
    folder = Path(shutil.copytree(NOTEBOOKS, tmp_path_factory.mktemp("lab") / "notebooks"))
    for path in folder.glob("*.ipynb"):
        text = path.read_text("utf-8")
        parameter = r"database: str = \"\""
        assert text.count(parameter) == 1
        path.write_text(text.replace(parameter, rf"database: str = \"{built_database}\""), encoding="utf-8")
    return folder


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@pytest.fixture(scope="module")
def lab(notebooks: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    home = tmp_path_factory.mktemp("home")
    found = Lab(f"http://127.0.0.1:{free_port()}", secrets.token_hex(16))
    folders = ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR")
    folders += ("JUPYTERLAB_SETTINGS_DIR", "JUPYTERLAB_WORKSPACES_DIR")
    command = [
        *(sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root", "--ServerApp.ip=127.0.0.1"),
        *(f"--ServerApp.port={found.address.rpartition(':')[2]}", "--ServerApp.port_retries=0"),
        *(f"--IdentityProvider.token={found.token}", f"--ServerApp.root_dir={notebooks}"),
        *("--LabApp.news_url=", "--LabApp.extension_manager=readonly"),
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
    page = browser.new_page(viewport=TALL)
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
