"""pyproject.toml, requirements.lock and environment.yml say the same, and the commands around them work."""

import ast
import importlib.metadata
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
LOCK = (ROOT / "requirements.lock").read_text("utf-8")
ENVIRONMENT = yaml.safe_load((ROOT / "environment.yml").read_text("utf-8"))

CONDA_NAMES = {"duckdb": "python-duckdb", "jupyter-client": "jupyter_client"}
"""Packages that conda-forge has under another name; `duckdb` there is the command-line shell."""


def declared(*groups: str) -> dict[str, Requirement]:
    """Direct dependencies by name: those of the package, and of the optional groups named."""
    texts = [*PROJECT["dependencies"]]
    for group in groups:
        texts += PROJECT["optional-dependencies"][group]
    requirements = [Requirement(text) for text in texts]
    return {canonicalize_name(r.name): r for r in requirements if r.name != PROJECT["name"]}


def locked() -> dict[str, Requirement]:
    """Every requirement of the lock by name."""
    requirements = [Requirement(text) for text in re.findall(r"^([a-z0-9][^\\\n]+)", LOCK, re.MULTILINE)]
    names = [canonicalize_name(r.name) for r in requirements]
    assert len(names) == len(set(names)), "a package stands twice in the lock"
    return dict(zip(names, requirements, strict=True))


DIRECT = declared("dask", "docs", "test", "dev")
LOCKED = locked()


def locked_version(name: str) -> str:
    """The one version of a package in the lock, as in '==3.1.1'."""
    (specifier,) = LOCKED[name].specifier
    assert specifier.operator == "==", f"{name} is not pinned: {LOCKED[name]}"
    return specifier.version


@pytest.mark.parametrize("name", DIRECT)
def test_a_direct_dependency_is_locked_within_its_range(name: str) -> None:
    assert name in LOCKED, f"{name} is missing from requirements.lock: run `make lock`"
    assert LOCKED[name].marker is None, f"{name} is locked for some machines only: {LOCKED[name]}"
    assert DIRECT[name].specifier.contains(locked_version(name)), f"{LOCKED[name]} is outside {DIRECT[name]}"


@pytest.mark.parametrize("name", DIRECT)
def test_a_direct_dependency_has_both_ends_of_its_range(name: str) -> None:
    assert {specifier.operator for specifier in DIRECT[name].specifier} == {">=", "<"}


def conda_requirements() -> dict[str, str]:
    """Name and version of every pinned conda package of environment.yml: all but the interpreter and pip."""
    lines = [line for line in ENVIRONMENT["dependencies"] if isinstance(line, str)]
    return dict(re.findall(r"^([a-z0-9_-]+)=([^=\n]+)$", "\n".join(lines), re.MULTILINE))


def conda_pip_requirements() -> dict[str, str]:
    """Name and version of every package that environment.yml leaves to pip."""
    (section,) = [entry["pip"] for entry in ENVIRONMENT["dependencies"] if isinstance(entry, dict)]
    assert "--editable ." in section, "environment.yml must install this project too"
    return dict(line.split("==", 1) for line in section if not line.startswith("--"))


def test_environment_yml_has_the_direct_dependencies_at_the_versions_of_the_lock() -> None:
    by_pip = conda_pip_requirements()
    stated = conda_requirements() | by_pip
    expected = {name if name in by_pip else CONDA_NAMES.get(name, name): locked_version(name) for name in DIRECT}
    assert stated == expected


def test_environment_yml_is_for_conda_forge_and_the_python_of_pyproject() -> None:
    assert ENVIRONMENT["name"] == PROJECT["name"]
    assert [c for c in ENVIRONMENT["channels"] if c != "nodefaults"] == ["conda-forge"]
    assert f"python{PROJECT['requires-python']}" in ENVIRONMENT["dependencies"]


def test_every_requirement_of_the_lock_has_a_hash() -> None:
    blocks = re.split(r"^(?=[a-z0-9])", LOCK, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(LOCKED)
    for block in blocks:
        assert re.search(r"^    --hash=sha256:[0-9a-f]{64}", block, re.MULTILINE), block.splitlines()[0]


def test_the_lock_names_no_host_and_no_place_on_a_machine() -> None:
    allowed = re.compile(
        r"""[a-z0-9][a-z0-9._-]*==[\w.+!]+(\ ;\ [\w\s.'*<>=!()-]+?)?\ \\  # package, version, marker
        |\ {4}--hash=sha256:[0-9a-f]{64}(\ \\)?
        |\ {4}\#(\ via)?(\ {1,3}[a-z0-9][a-z0-9-]*(\ \(pyproject\.toml\))?)?  # who asks for it
        """,
        re.VERBOSE,
    )
    odd = [line for line in LOCK.splitlines() if not allowed.fullmatch(line)]
    assert odd == []


def test_the_build_backend_is_locked_because_we_install_without_build_isolation() -> None:
    build_system = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["build-system"]
    for requirement in map(Requirement, build_system["requires"]):
        assert requirement.specifier.contains(locked_version(canonicalize_name(requirement.name)))


# -- what is imported is declared ---------------------------------------------------------------------------


def python_cells(notebook: Path) -> Iterator[str]:
    """The code cells of a notebook, without those in SQL."""
    for cell in json.loads(notebook.read_text("utf-8"))["cells"]:
        source = "".join(cell["source"])
        if cell["cell_type"] == "code" and not source.startswith("%%sql"):
            yield source


def imported_modules(source: str) -> set[str]:
    """Top-level names of the modules a source imports by absolute name."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
            names.add(node.module)
    return {name.partition(".")[0] for name in names}


def undeclared(sources: Iterable[str], allowed: dict[str, Requirement], own: set[str]) -> dict[str, list[str]]:
    """Imported modules that no allowed package provides, with the packages that do."""
    providers = importlib.metadata.packages_distributions()
    imported = set().union(*map(imported_modules, sources)) - set(sys.stdlib_module_names) - own
    found = {name: sorted({str(canonicalize_name(p)) for p in providers.get(name, [])}) for name in imported}
    return {name: packages for name, packages in found.items() if not set(packages) & set(allowed)}


def test_the_package_and_the_notebooks_import_only_declared_dependencies() -> None:
    sources = [path.read_text("utf-8") for path in (ROOT / "src").rglob("*.py")]
    sources += [cell for path in (ROOT / "notebooks").glob("*.ipynb") for cell in python_cells(path)]
    assert undeclared(sources, declared("dask"), own={"analysis"}) == {}


def test_the_tests_and_the_documentation_import_only_declared_dependencies() -> None:
    paths = [path for folder in ("tests", "benchmarks", "docs") for path in sorted((ROOT / folder).rglob("*.py"))]
    own = {"analysis", "tests"} | {path.stem for path in paths} | {path.parent.name for path in paths}
    assert undeclared([path.read_text("utf-8") for path in paths], declared("dask", "docs", "test"), own) == {}


# -- what is installed --------------------------------------------------------------------------------------


def test_the_wheel_holds_every_file_of_the_package(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", "wheel", "--directory", str(tmp_path)]
    built = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert built.returncode == 0, built.stderr
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        packed = {name for name in archive.namelist() if name.startswith("analysis/")}
    package = ROOT / "src"
    assert packed == {
        path.relative_to(package).as_posix()
        for path in package.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_console_script_of_the_installed_package_can_be_called() -> None:
    (script,) = importlib.metadata.entry_points(group="console_scripts", name="wardplans")
    assert script.value == PROJECT["scripts"]["wardplans"]
    assert callable(script.load())


def test_the_versions_of_package_and_changelog_agree() -> None:
    assert importlib.metadata.version("ward-plans") == PROJECT["version"]
    newest = re.search(r"^## \[(.+?)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)
    assert newest and newest[1] == PROJECT["version"]


# -- the commands -------------------------------------------------------------------------------------------


def make(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run make as a person would, whatever make runs these tests."""
    environment = {key: value for key, value in os.environ.items() if not key.startswith(("MAKE", "MFLAGS"))}
    command = ["make", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture
def bare_clone(tmp_path: Path) -> Path:
    """A folder, with spaces in its name, that holds what make needs and no environment."""
    clone = tmp_path / "ward plans, a clone"
    clone.mkdir()
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy(ROOT / name, clone)
    return clone


def test_bare_make_prints_every_target_with_a_line_of_help() -> None:
    printed = make()
    assert printed.returncode == 0, printed.stderr
    shown = dict(re.findall(r"^make (\S+) +(\S.*)$", printed.stdout, re.MULTILINE))
    (phony,) = re.findall(r"^\.PHONY: (.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert set(shown) == set(phony.split())
    assert set(shown) >= {"reports", "test", "lab", "build", "check", "lint", "clean", "lock", "export"}


def test_make_reports_in_a_bare_clone_installs_the_lock_then_builds_then_renders(bare_clone: Path) -> None:
    planned = make("--dry-run", "reports", f"PYTHON={sys.executable}", folder=bare_clone)
    assert planned.returncode == 0, planned.stderr
    steps = [
        "-m venv",
        "--require-hashes -r requirements.lock",
        "--editable .",
        "wardplans build",
        "wardplans report",
    ]
    positions = [planned.stdout.find(step) for step in steps]
    assert -1 not in positions
    assert positions == sorted(positions)


def test_make_says_so_when_python_is_too_old(bare_clone: Path) -> None:
    old = bare_clone / "old python"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    refused = make("reports", f"PYTHON={old}", folder=bare_clone)
    assert refused.returncode != 0
    assert f"error: '{old}' is not Python 3.11 or later" in refused.stderr
    assert not (bare_clone / ".venv").exists()


def test_the_ci_script_can_be_run_and_ends_with_lint_and_test() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert subprocess.run(["bash", "-n", str(script)], check=False).returncode == 0
    assert script.read_text("utf-8").rstrip().endswith("exec make --no-print-directory lint test")


def test_pre_commit_runs_the_tools_of_the_environment_and_fetches_none() -> None:
    repositories = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    assert {repository["repo"] for repository in repositories} == {"local"}
    hooks = [hook for repository in repositories for hook in repository["hooks"]]
    assert {hook["language"] for hook in hooks} == {"system"}
    assert all(hook["entry"].startswith(".venv/bin/") for hook in hooks)


def test_make_lint_and_pre_commit_strip_notebooks_alike() -> None:
    (in_make,) = re.findall(r"^NBSTRIPOUT := \$\(BIN\)/(.+)$", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"][0]["hooks"]
    assert f".venv/bin/{in_make}" in [hook["entry"] for hook in hooks]
