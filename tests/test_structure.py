"""The shape of the repository: layers of the library, notebooks without logic, nothing machine-bound."""

import ast
import importlib.util
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from IPython.core.inputtransformer2 import TransformerManager

ROOT = Path(__file__).parents[1]
SRC = ROOT / "src"
ANALYSIS = SRC / "analysis"
MODULES = sorted(ANALYSIS.rglob("*.py"))
NOTEBOOKS = sorted((ROOT / "notebooks").glob("*.ipynb"))

LAYERS = (
    "documents",
    "importing",
    "reading",
    "curation",
    "database",
    "comparison",
    "charts",
    "reporting",
    "publishing",
    "onboarding",
    "cli",
)
"""The parts of the library from the raw page to the reader's screen; each imports from those before it."""

FOR_ALL = ("errors", "atomic", "workers")
"""The modules that every layer may import; each of them imports from those before it."""


def relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def parse(path: Path) -> ast.Module:
    return ast.parse(path.read_text("utf-8"), filename=str(path))


# -- folders ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "folder",
    ["notebooks", "data/raw", "data/reference", "data/curated", "src/analysis", "reports", "tests"],
)
def test_the_folders_of_the_layout_exist(folder: str) -> None:
    assert (ROOT / folder).is_dir()


def test_the_library_has_the_layers_of_the_design_and_no_others() -> None:
    found = {path.relative_to(ANALYSIS).parts[0].removesuffix(".py") for path in MODULES}
    assert found <= {*LAYERS, *FOR_ALL, "__init__", "__main__"}
    assert {"documents", "reading", "curation", "database", "cli", *FOR_ALL} <= found


@pytest.mark.parametrize("folder", sorted({path.parent for path in MODULES}), ids=relative)
def test_every_folder_of_the_library_is_a_package(folder: Path) -> None:
    assert (folder / "__init__.py").is_file()


def test_no_module_is_a_drawer_for_odds_and_ends() -> None:
    drawers = {"util", "utils", "utilities", "helper", "helpers", "common", "misc"}
    assert [relative(path) for path in MODULES if drawers & {path.stem, path.parent.name}] == []


# -- imports ------------------------------------------------------------------------------------------------


def imported_layers(path: Path) -> Iterator[tuple[int, str]]:
    """Line and layer ('reading', 'errors', …) of everything a module imports from `analysis`."""
    package = ".".join(path.parent.relative_to(SRC).parts)
    for node in ast.walk(parse(path)):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = importlib.util.resolve_name("." * node.level + (node.module or ""), package)
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            parts = name.split(".")
            if parts[0] == "analysis" and len(parts) > 1:
                yield node.lineno, parts[1]


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_a_module_imports_only_from_the_layers_above_it(path: Path) -> None:
    layer = path.relative_to(ANALYSIS).parts[0].removesuffix(".py")
    if path == ANALYSIS / "__init__.py":
        allowed = {*FOR_ALL, "database", "comparison"}  # what researchers call, under one name
    elif layer in LAYERS:
        allowed = {*FOR_ALL, *LAYERS[: LAYERS.index(layer) + 1]}
    elif layer in FOR_ALL:
        allowed = {*FOR_ALL[: FOR_ALL.index(layer) + 1]}
    else:
        allowed = {"cli"} if layer == "__main__" else set()
    wrong = [f"{relative(path)}:{line}: {name}" for line, name in imported_layers(path) if name not in allowed]
    assert wrong == []


# -- docstrings ---------------------------------------------------------------------------------------------


def undocumented(body: list[ast.stmt], prefix: str = "") -> Iterator[str]:
    """Names of the public functions, classes and methods in a body that have no docstring."""
    for node in body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        if not ast.get_docstring(node):
            yield f"{prefix}{node.name} (line {node.lineno})"
        if isinstance(node, ast.ClassDef):
            yield from undocumented(node.body, f"{prefix}{node.name}.")


@pytest.mark.parametrize("path", MODULES, ids=relative)
def test_everything_public_has_a_docstring(path: Path) -> None:
    assert list(undocumented(parse(path).body)) == []


# -- notebooks ----------------------------------------------------------------------------------------------


def cells(path: Path, kind: str) -> list[dict[str, Any]]:
    notebook = json.loads(path.read_text("utf-8"))
    return [cell for cell in notebook["cells"] if cell["cell_type"] == kind]


def without_magics(source: str) -> str:
    """The Python that IPython makes of a cell."""
    transformer = TransformerManager()  # type: ignore[no-untyped-call]
    return transformer.transform_cell(source)


def test_there_are_notebooks() -> None:
    assert NOTEBOOKS


@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
def test_a_notebook_holds_no_outputs(path: Path) -> None:
    for number, cell in enumerate(cells(path, "code"), start=1):
        assert cell["outputs"] == [], f"code cell {number}"
        assert cell["execution_count"] is None, f"code cell {number}"


@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
def test_a_notebook_has_one_parameters_cell(path: Path) -> None:
    tagged = [cell for cell in cells(path, "code") if "parameters" in cell["metadata"].get("tags", [])]
    assert len(tagged) == 1


@pytest.mark.parametrize("path", NOTEBOOKS, ids=relative)
def test_a_notebook_defines_no_functions_and_no_classes(path: Path) -> None:
    for number, cell in enumerate(cells(path, "code"), start=1):
        source = without_magics("".join(cell["source"]))
        defined = [
            node.name
            for node in ast.walk(ast.parse(source))
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef)
        ]
        assert defined == [], f"code cell {number}"


# -- what is committed --------------------------------------------------------------------------------------

MACHINE_PATH = re.compile(r"(?<![\w.~/-])/(?:home|Users|root|work)/[\w.-]+|\b[A-Z]:\\Users\\")
REGISTRY = re.compile(r"\b(?:pypi\.org|pythonhosted\.org|anaconda\.(?:org|com)|npmjs\.(?:org|com))\b")


@pytest.fixture(scope="module")
def committed() -> dict[str, str]:
    """Text by path of every file that is, or is about to be, committed, but for the documents as received."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git checkout: there is no telling what is committed")
    command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
    texts: dict[str, str] = {}
    for name in filter(None, listed.split("\0")):
        content = (ROOT / name).read_bytes() if (ROOT / name).is_file() else b"\0"
        if not name.startswith("data/raw/") and not name.endswith(".pdf") and b"\0" not in content:
            texts[name] = content.decode("utf-8")
    return texts


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_committed_file_names_a_machine_or_a_registry(committed: dict[str, str], pattern: re.Pattern[str]) -> None:
    found = [
        f"{name}:{number}: {match[0]}"
        for name, text in committed.items()
        for number, line in enumerate(text.splitlines(), start=1)
        for match in pattern.finditer(line)
    ]
    assert found == []


def test_nothing_built_is_committed(committed: dict[str, str]) -> None:
    built = re.compile(r"\.duckdb|^reports/(?!\.gitkeep$)|\.pyc$|^\.venv/")
    assert [name for name in committed if built.search(name)] == []
