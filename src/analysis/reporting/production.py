"""One page: a notebook run by papermill and rendered, in a process that does nothing else."""

import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nbformat
import papermill
from papermill.exceptions import PapermillExecutionError

# Imported here, so that no notebook has to: the processes that run them are copies of one that has this module.
import analysis.charts
import analysis.comparison
import analysis.reporting.display
import analysis.reporting.figure_tables
import analysis.reporting.front
import analysis.reporting.profile_narrative
import analysis.reporting.quality_tables  # noqa: F401
from analysis.database.usage import Use, recorded_uses
from analysis.errors import WardPlansError
from analysis.reporting.chart_script import ChartScript
from analysis.reporting.page import Provenance, SourceDocument, headline, render_page
from analysis.reporting.planning import PlannedRun
from analysis.reporting.thumbnail import first_chart
from analysis.reporting.warm_kernel import ENGINE
from analysis.workers import WorkerDiedError, isolated


@dataclass(frozen=True)
class Order:
    """A page to be made.

    Attributes:
        run: the notebook and what it is run with.
        database: the build it reads.
        documents: for the foot of the page.
        library_version: for the foot of the page.
        script: what draws its charts.
        has_counterpart: whether there is, or will be, the same page in the other language.
        folder: where page and executed copy are written.
        seconds: how long it may take.
        keeps_each_cell: whether the executed copy is written after each cell, which shows where a run has stopped.
    """

    run: PlannedRun
    database: Path
    documents: tuple[SourceDocument, ...]
    library_version: str
    script: ChartScript
    has_counterpart: bool
    folder: Path
    seconds: float
    keeps_each_cell: bool = False


@dataclass(frozen=True)
class Product:
    """What a page was made into.

    Attributes:
        title: the first top heading.
        summary: the paragraph after it.
        section: of the index, as the notebook's metadata names it; '' when they do not.
        chart: the specification of the first chart; None without one.
        uses: the queries that were put to the database.
        cell_seconds: what the cells alone took.
    """

    title: str
    summary: str
    section: str
    chart: dict[str, Any] | None
    uses: tuple[Use, ...]
    cell_seconds: float


@dataclass(frozen=True)
class Attempted:
    """How the making of a page went.

    Attributes:
        run: the notebook and what it was run with.
        product: None where it failed.
        problem: why it failed; None where it did not.
        attempts: 2 where the first process hung or died.
        started_at: when the first attempt began.
        seconds: how long all took.
    """

    run: PlannedRun
    product: Product | None
    problem: str | None
    attempts: int
    started_at: datetime
    seconds: float


def attempt(order: Order) -> Attempted:
    """Make a page in a process of its own, and once more in another where that one hung or died.

    Never raises: a page that fails is the concern of nobody but its own.
    """
    started_at, started = datetime.now(UTC), time.monotonic()
    attempts, product, problem = 1, None, None
    try:
        try:
            product = isolated(produce, order, seconds=order.seconds)
        except WorkerDiedError:
            attempts = 2
            product = isolated(produce, replace(order, keeps_each_cell=True), seconds=order.seconds)
    except WorkerDiedError as error:
        problem = _where_it_stopped(order, f"{error}, twice")
    except WardPlansError as error:
        problem = str(error)
    except Exception as error:
        problem = f"{order.run.notebook}: {type(error).__name__}: {error}"
    return Attempted(order.run, product, problem, attempts, started_at, time.monotonic() - started)


def produce(order: Order) -> Product:
    """Run a notebook and write its page into the folder of the order, and the executed copy beside it.

    Raises:
        WardPlansError: a cell fails (its number and error are named), or the notebook has no title.
    """
    with recorded_uses() as uses:
        executed = _execute(order)
    run = order.run
    found = headline(executed)
    if found is None:
        raise WardPlansError(f"{run.notebook}: no title; its first Markdown must begin with `# …`")
    page = render_page(
        executed,
        title=found.title,
        language=run.language,
        provenance=Provenance(order.documents, order.library_version, run.shown),
        counterpart=run.counterpart_name if order.has_counterpart else None,
        script=order.script,
    )
    (order.folder / run.page_name).write_text(page, encoding="utf-8", newline="\n")
    return Product(
        title=found.title,
        summary=found.summary,
        section=executed.metadata.get("ward_plans", {}).get("section", ""),
        chart=first_chart(executed),
        uses=tuple(uses),
        cell_seconds=sum(cell.metadata.get("papermill", {}).get("duration") or 0 for cell in executed.cells),
    )


def _execute(order: Order) -> nbformat.NotebookNode:
    run = order.run
    passed = {**run.passed, "database": str(order.database)} if run.takes_database else dict(run.passed)
    try:
        notebook: nbformat.NotebookNode = papermill.execute_notebook(
            str(run.notebook),
            str(order.folder / run.executed_name),
            parameters=passed,
            kernel_name="python3",
            engine_name=ENGINE,
            cwd=str(run.notebook.parent),
            progress_bar=False,
            request_save_on_cell_execute=order.keeps_each_cell,
        )
    except PapermillExecutionError as error:
        what = f"{error.ename}: {_essence(error.evalue)}"
        raise WardPlansError(f"{run.notebook}, cell [{error.exec_count}]: {what}") from error
    return notebook


def _essence(message: str) -> str:
    """Return the first line of a message and the last: what went wrong, and what is there instead."""
    lines = message.strip().splitlines() or [""]
    return " … ".join(dict.fromkeys((lines[0], lines[-1])))


def _where_it_stopped(order: Order, what: str) -> str:
    """Return a message that names the cell that was begun last, by the number JupyterLab shows at it.

    Counted, not read: a process that dies takes the number of its cell with it.
    """
    executed = order.folder / order.run.executed_name
    if not executed.is_file():
        return f"{order.run.notebook}: {what}"
    notebook = nbformat.read(executed, as_version=4)  # type: ignore[no-untyped-call]
    cells = [cell for cell in notebook.cells if cell.cell_type == "code" and cell.source.strip()]
    begun = sum(cell.metadata.get("papermill", {}).get("start_time") is not None for cell in cells)
    return f"{order.run.notebook}, cell [{begun}]: {what}"
