"""Runs of parameterised notebooks into published pages: all of them, or none."""

import os
import shutil
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import nbformat
import papermill
from nbclient.exceptions import CellTimeoutError, DeadKernelError
from papermill.exceptions import PapermillExecutionError
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.errors import WardPlansError
from analysis.reporting.front import Front
from analysis.reporting.index import Report, read_record, write_index, write_record
from analysis.reporting.labels import LANGUAGES, OTHER_LANGUAGE
from analysis.reporting.page import Provenance, SourceDocument, headline, render_page
from analysis.reporting.parameters import ARGUMENTS, Parameter, checked_parameters, declared_parameters
from analysis.reporting.prose import Language
from analysis.reporting.thumbnail import thumbnail

FAILED = "failed"

#: A cell that takes longer hangs, and with it the scheduled run nobody is watching.
CELL_TIMEOUT_SECONDS = 600


#: A notebook that declares it is run for each ward.
_WARD = "ward"


@dataclass(frozen=True)
class _Run:
    """A notebook with everything it is to be run with; `shown` are the parameters a reader is told.

    `stem` is the name of the page without language and ending: the notebook's, and the ward's where it is about one.
    """

    notebook: Path
    stem: str
    language: Language
    passed: Mapping[str, object]
    shown: Mapping[str, object]

    @property
    def executed_name(self) -> str:
        """Return the file name of the executed copy."""
        return f"{self.stem}.{self.language}.ipynb"

    @property
    def page_name(self) -> str:
        """Return the file name of the page."""
        return f"{self.stem}.{self.language}.html"

    @property
    def counterpart_name(self) -> str:
        """Return the file name of the page in the other language."""
        return f"{self.stem}.{OTHER_LANGUAGE[self.language]}.html"


def run_reports(
    names: Sequence[str] | None,
    out: Path,
    parameters: Mapping[str, object],
    languages: Sequence[Language],
    notebooks: Path,
    database: Path,
    *,
    documents: Sequence[SourceDocument] = (),
    wards: Mapping[str, str] | None = None,
    fronts: Mapping[Language, Front] | None = None,
) -> list[Report]:
    """Execute notebooks and publish them as HTML pages with an index; return the reports, ordered by name.

    Every notebook runs in a process of its own. Pages are called `<name>.<language>.html`, or
    `<name>-<ward>.<language>.html` where they are about one ward; pages of earlier runs stay, and the index lists
    them too. The index is `index.html` in Japanese and `index.en.html` in English. When one notebook fails nothing is
    published, and what lay in the folder stays as it was, except that the executed copy is kept in its folder `failed`.

    Args:
        names: the notebooks to run, without `.ipynb`; None for all.
        out: the folder to publish to, made when missing.
        parameters: values for the notebooks' parameters, as values or as texts from a command line.
        languages: 'ja', 'en' or both; each is passed to the notebooks that declare `language`.
        notebooks: the folder of the notebooks.
        database: the curated database; passed, as an absolute path, to the notebooks that declare `database`.
        documents: what the database was read from, for the foot of each page.
        wards: code and short name of each ward that a notebook which declares `ward` is run for; when it is given as a
            parameter, for that one alone.
        fronts: what the index shows before it lists the reports, in both languages.

    Raises:
        WardPlansError: a name or a parameter that does not exist, a value of the wrong kind or a missing
            database, before anything is run; a notebook that fails (its name, cell, error, and where the
            executed copy is) or has no title; a folder that cannot be written to.
    """
    chosen = _chosen_notebooks(names, notebooks)
    runs = [
        run
        for path in chosen
        for language in languages
        for run in _planned(path, parameters, language, database, wards or {})
    ]
    with _work_folder(out) as work:
        earlier = read_record(out)
        pages = work / "pages"
        pages.mkdir()
        # A page leads to its counterpart where there is one, of this run or of an earlier one.
        known = {report.file_name for report in earlier} | {run.page_name for run in runs}
        reports = [_render(run, _execute(run, work, out), pages, documents, known) for run in _with_progress(runs)]
        replaced = {report.file_name for report in reports}
        listed = [report for report in earlier if report.file_name not in replaced] + reports
        write_record(listed, pages)
        for language in LANGUAGES:
            write_index(listed, pages, language, front=(fronts or {}).get(language), documents=documents)
        _publish(pages, out)
    _forget_failures(runs, out)
    return reports


def _chosen_notebooks(names: Sequence[str] | None, notebooks: Path) -> list[Path]:
    available = {path.stem: path for path in sorted(notebooks.glob("*.ipynb"))}
    if not available:
        raise WardPlansError(f"no notebooks in {notebooks}")
    unknown = [name for name in names or () if name not in available]
    if unknown:
        raise WardPlansError(f"no report {', '.join(unknown)} in {notebooks}; there is {', '.join(available)}")
    return [path for name, path in available.items() if names is None or name in names]


def _planned(
    notebook: Path, parameters: Mapping[str, object], language: Language, database: Path, wards: Mapping[str, str]
) -> list[_Run]:
    """Return the runs of a notebook in a language: one, or one for each ward."""
    declared = declared_parameters(notebook)
    given = checked_parameters(notebook, declared, parameters)
    if "database" in declared and not database.is_file():
        raise WardPlansError(f"no database at {database}: run `wardplans build` first")
    arguments = {"language": language, "database": str(database.absolute())}
    passed = {**given, **{name: value for name, value in arguments.items() if name in declared}}
    if _WARD not in declared:
        return [_Run(notebook, notebook.stem, language, passed, _shown(declared, passed))]
    codes = [str(given[_WARD])] if _WARD in given else list(wards)
    of_each = [(code, {**passed, _WARD: code}) for code in codes]
    return [
        _Run(notebook, f"{notebook.stem}-{wards.get(code, code)}", language, its_own, _shown(declared, its_own))
        for code, its_own in of_each
    ]


def _shown(declared: Mapping[str, Parameter], passed: Mapping[str, object]) -> dict[str, object]:
    return {name: passed.get(name, parameter.default) for name, parameter in declared.items() if name not in ARGUMENTS}


@contextmanager
def _work_folder(out: Path) -> Iterator[Path]:
    """Give a folder inside `out`, so that moving a page from one to the other is a rename."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out, prefix=".run-") as folder:
            yield Path(folder)
    except OSError as error:
        raise WardPlansError(f"cannot write reports to {out}: {error}") from error


def _with_progress(runs: Sequence[_Run]) -> Iterator[_Run]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as progress:
        task = progress.add_task("reports", total=len(runs))
        for run in runs:
            progress.update(task, description=f"{run.stem} ({run.language})")
            yield run
            progress.advance(task)
        progress.update(task, description="reports")


def _execute(run: _Run, work: Path, out: Path) -> nbformat.NotebookNode:
    executed = work / run.executed_name
    try:
        notebook: nbformat.NotebookNode = papermill.execute_notebook(
            str(run.notebook),
            str(executed),
            parameters=dict(run.passed),
            kernel_name="python3",
            cwd=str(run.notebook.parent),
            progress_bar=False,
            execution_timeout=CELL_TIMEOUT_SECONDS,
            extra_arguments=["--log-level=ERROR"],  # a kernel's notices are nothing to a scheduled run
        )
    except PapermillExecutionError as error:
        what = f"{error.ename}: {_essence(error.evalue)}"
        raise WardPlansError(_failure(run, error.exec_count, what, executed, out)) from error
    except (CellTimeoutError, DeadKernelError) as error:
        what = str(error).strip().partition("\n")[0]
        raise WardPlansError(_failure(run, _last_cell_begun(executed), what, executed, out)) from error
    return notebook


def _essence(message: str) -> str:
    """Return the first line of a message and the last: what went wrong, and what is there instead."""
    lines = message.strip().splitlines() or [""]
    return " … ".join(dict.fromkeys((lines[0], lines[-1])))


def _last_cell_begun(executed: Path) -> int:
    """Return the number JupyterLab shows at the last cell that was begun, 0 when none was.

    Counted, not read: a kernel that dies at once takes the number of its cell with it.
    """
    notebook = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    return sum(cell.metadata.get("papermill", {}).get("start_time") is not None for cell in cells)


def _failure(run: _Run, cell: int, what: str, executed: Path, out: Path) -> str:
    kept = out / FAILED / run.executed_name
    kept.parent.mkdir(exist_ok=True)
    shutil.copyfile(executed, kept)
    return f"{run.notebook}, cell [{cell}]: {what}\nnothing was published; the executed notebook is {kept}"


def _render(
    run: _Run,
    executed: nbformat.NotebookNode,
    pages: Path,
    documents: Sequence[SourceDocument],
    known: Collection[str],
) -> Report:
    found = headline(executed)
    if found is None:
        raise WardPlansError(f"{run.notebook}: no title; its first Markdown must begin with `# …`")
    page = render_page(
        executed,
        title=found.title,
        language=run.language,
        provenance=Provenance(tuple(documents), _library_version(), run.shown),
        counterpart=run.counterpart_name if run.counterpart_name in known else None,
    )
    (pages / run.page_name).write_text(page, encoding="utf-8", newline="\n")
    return Report(
        name=run.stem,
        title=found.title,
        file_name=run.page_name,
        language=run.language,
        parameters=run.shown,
        summary=found.summary,
        section=executed.metadata.get("ward_plans", {}).get("section", ""),
        thumbnail=thumbnail(executed),
    )


def _library_version() -> str:
    try:
        return version("ward-plans")
    except PackageNotFoundError:  # run from the source folder, without an installation
        return "unknown"


def _publish(pages: Path, out: Path) -> None:
    """Move the pages into place, each at one stroke; the index last, as it links to the others."""
    for page in sorted(pages.iterdir(), key=lambda path: path.name.startswith("index.")):
        os.replace(page, out / page.name)  # noqa: PTH105 — the atomic one, by the name people know


def _forget_failures(runs: Sequence[_Run], out: Path) -> None:
    failed = out / FAILED
    for run in runs:
        (failed / run.executed_name).unlink(missing_ok=True)
    if failed.is_dir() and not any(failed.iterdir()):
        failed.rmdir()
