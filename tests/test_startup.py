"""What is loaded before it is needed: the command line's help and `import analysis` come at once."""

import subprocess
import sys

import pytest

from command_line import WARDPLANS

HEAVY = {
    "IPython",
    "altair",
    "bs4",
    "dask",
    "distributed",
    "docx",
    "duckdb",
    "ipykernel",
    "jinja2",
    "jsonschema",
    "lxml",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "openpyxl",
    "pandas",
    "papermill",
    "pdfplumber",
    "polars",
    "pyarrow",
    "pydantic",
    "pypdfium2",
    "rich",
    "sqlite3",
    "vl_convert",
    "xlsxwriter",
    "yaml",
    "zmq",
}
"""Packages that take longer to load than Python itself."""

COMMANDS = ("build", "check", "report", "sources", "export", "sql", "accept", "import")


def loaded_by(*arguments: str) -> set[str]:
    """Names of the packages that an interpreter of its own loads when it is called with some arguments."""
    finished = subprocess.run(
        [sys.executable, "-X", "importtime", *arguments],
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=True,
    )
    # Lines such as `import time:       569 |       1247 |   polars.datatypes`; the first names the columns.
    lines = [line for line in finished.stderr.splitlines() if line.startswith("import time:")]
    return {line.rpartition("|")[2].strip().partition(".")[0] for line in lines[1:]}


@pytest.mark.parametrize(
    "arguments",
    [(), ("--version",), *((command,) for command in COMMANDS)],
    ids=lambda arguments: " ".join(arguments) or "no command",
)
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    loaded = loaded_by(str(WARDPLANS), *arguments, "--help")
    assert "analysis" in loaded
    assert loaded & HEAVY == set()


def test_importing_the_library_loads_nothing_heavy() -> None:
    loaded = loaded_by("-c", "import analysis; dir(analysis)")
    assert "analysis" in loaded
    assert loaded & HEAVY == set()


def test_a_name_of_the_library_loads_what_it_needs() -> None:
    """So that the tests above do not pass because nothing heavy is ever seen."""
    assert {"polars", "duckdb"} <= loaded_by("-c", "import analysis; analysis.compare")
