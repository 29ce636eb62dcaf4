"""Runs of parameterised notebooks into published pages: each in a process of its own, and none again without need."""

import time
from collections.abc import Collection, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, as_completed
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from analysis.atomic import locked, replace_files, scratch_folder, write_file
from analysis.database.usage import changed_uses
from analysis.errors import WardPlansError
from analysis.reporting.changes_page import write_changes_page
from analysis.reporting.chart_script import chart_script
from analysis.reporting.edition import Edition
from analysis.reporting.fingerprints import (
    asks_the_database_itself,
    index_fingerprint,
    library_fingerprint,
    library_version,
    run_fingerprint,
)
from analysis.reporting.front import Front, read_front
from analysis.reporting.index import Companion, Report, read_record, write_index, write_record
from analysis.reporting.labels import INDEX_PAGES, LANGUAGES
from analysis.reporting.made_from import MADE_FROM, MadeFrom, content_digest, made_from_text, read_made_from
from analysis.reporting.planning import PlannedRun, planned_runs
from analysis.reporting.production import Attempted, Order, Product, attempt
from analysis.reporting.prose import Language
from analysis.reporting.publications import compare_with_published, remember_publication
from analysis.reporting.run_log import PageOutcome, RunEnded, RunStarted, append_entries, new_run_id, read_log
from analysis.reporting.runs_page import write_runs_page
from analysis.reporting.source_pages import FOLDER as SOURCES
from analysis.reporting.source_pages import write_source_pages
from analysis.reporting.thumbnail import thumbnail
from analysis.workers import isolated

FAILED = "failed"
"""The folder, in that of the reports, of the executed copies of notebooks that failed."""

REPORT_SECONDS = 600.0
"""A report that takes longer hangs, and with it the scheduled run nobody is watching."""

_LOCK = ".report.lock"

#: What the indexes go by in the note of what pages were made from.
_INDEX = "index"


@dataclass(frozen=True)
class Outcome:
    """What became of the pages of a run.

    Attributes:
        written: those that were made.
        unchanged: those that had no need of it.
        failures: a message for each that could not be made.
    """

    written: tuple[Report, ...]
    unchanged: tuple[Report, ...]
    failures: tuple[str, ...]


@dataclass
class _Run:
    """A run at work: what it is told, and what it has come to so far."""

    out: Path
    edition: Edition
    library: str
    run_id: str
    started_at: datetime
    earlier: Mapping[str, Report]
    made_before: Mapping[str, MadeFrom]
    begun: float = field(default_factory=time.monotonic)
    written: dict[str, Report] = field(default_factory=dict)
    unchanged: dict[str, Report] = field(default_factory=dict)
    made: dict[str, MadeFrom] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)


def run_reports(
    names: Sequence[str] | None,
    out: Path,
    parameters: Mapping[str, object],
    languages: Sequence[Language],
    notebooks: Path,
    edition: Edition,
    workers: Executor,
    *,
    seconds: float = REPORT_SECONDS,
    force: bool = False,
) -> Outcome:
    """Execute notebooks and publish them as HTML pages with an index; return what became of each.

    Pages are called `<name>.<language>.html`, or `<name>-<ward>.<language>.html` where they are about one ward; pages
    of earlier runs stay, and the index lists them too. The index is `index.html` in Japanese and `index.en.html` in
    English. A page is made only when something that it is made from has changed: the rows of the database that it read,
    its notebook, its parameters, the documents at its foot, this library and what that is built on; or when the page is
    missing or was edited.

    A notebook that fails spoils no other: its page stays as it was, and its executed copy is kept in the folder
    `failed`. Pages are moved into place at the end, all that were made one after the other.

    Args:
        names: the notebooks to run, without `.ipynb`; None for all.
        out: the folder to publish to, made when missing.
        parameters: values for the notebooks' parameters, as values or as texts from a command line.
        languages: 'ja', 'en' or both; each is passed to the notebooks that declare `language`.
        notebooks: the folder of the notebooks.
        edition: the build of the database; its path is passed to the notebooks that declare `database`.
        workers: from `analysis.workers.executor`.
        seconds: how long a report may take before its process is ended; it is then tried once more.
        force: make the pages that have no need of it, too.

    Raises:
        UsageError: a name or a parameter that does not exist, or a value of the wrong kind, before anything is run.
        WardPlansError: another run publishes to the folder, or it cannot be written to.
    """
    runs = planned_runs(names, notebooks, languages, parameters, edition.wards)
    with _held(out):
        run = _begun(out, edition, len(runs))
        try:
            with scratch_folder(out, "run") as work:
                _make_pages(run, runs, workers, work, seconds=seconds, force=force)
                _publish(run, workers, work)
        except (OSError, WardPlansError) as error:
            with suppress(OSError, WardPlansError):  # where nothing can be written, no line of the log can
                _end(run, exit_code=1, message=str(error).partition("\n")[0])
            raise
        _end(run, exit_code=1 if run.failures else 0)
    return Outcome(tuple(run.written.values()), tuple(run.unchanged.values()), tuple(run.failures))


@contextmanager
def _held(out: Path) -> Iterator[None]:
    """Hold the folder for this run alone, and say what went wrong with it in one line."""
    try:
        out.mkdir(parents=True, exist_ok=True)
        with locked(out / _LOCK):
            yield
    except BlockingIOError:
        raise WardPlansError(f"another run publishes to {out}: nothing was done; try again when it has ended") from None
    except OSError as error:
        raise WardPlansError(f"cannot write reports to {out}: {error}") from error


def _begun(out: Path, edition: Edition, page_count: int) -> _Run:
    started_at = datetime.now(UTC)
    library = library_fingerprint()
    run_id = new_run_id(started_at)
    earlier = {report.file_name: report for report in read_record(out)}
    append_entries(out, [RunStarted(run_id, started_at, page_count, edition.fingerprint, library)])
    return _Run(out, edition, library, run_id, started_at, earlier, read_made_from(out))


def _make_pages(
    run: _Run, runs: Sequence[PlannedRun], workers: Executor, work: Path, *, seconds: float, force: bool
) -> None:
    # A page leads to its counterpart where there is one, of this run or of an earlier one.
    known = {*run.earlier, *(planned.page_name for planned in runs)}
    inputs = {planned.page_name: _inputs(run, planned, known) for planned in runs}
    due = list(runs) if force else _due(run, runs, inputs)
    source_pages = _source_pages(run, workers, force=force)
    script = chart_script() if due else None
    futures = [
        workers.submit(
            attempt,
            Order(
                run=planned,
                database=run.edition.database,
                documents=run.edition.documents_of(planned.ward_code),
                library_version=library_version(),
                script=script,
                has_counterpart=planned.counterpart_name in known,
                folder=work,
                seconds=seconds,
            ),
        )
        for planned in due
        if script
    ]
    for attempted in _with_progress(futures):
        _take(run, attempted, inputs[attempted.run.page_name], work)
    for language, future in source_pages.items():
        _take_source_pages(run, language, future)


def _inputs(run: _Run, planned: PlannedRun, known: Collection[str]) -> str:
    documents = run.edition.documents_of(planned.ward_code)
    return run_fingerprint(planned, documents, has_counterpart=planned.counterpart_name in known, library=run.library)


def _due(run: _Run, runs: Sequence[PlannedRun], inputs: Mapping[str, str]) -> list[PlannedRun]:
    """Return the runs whose page has to be made; note the others as unchanged."""
    candidates = {
        planned.page_name: made
        for planned in runs
        if planned.page_name in run.earlier
        and (made := run.made_before.get(planned.page_name)) is not None
        and made.inputs == inputs[planned.page_name]
        and made.content == content_digest([run.out / planned.page_name])
    }
    kept = _with_the_same_rows(run, candidates)
    unchanged = [planned for planned in runs if planned.page_name in kept]
    for planned in unchanged:
        run.unchanged[planned.page_name] = run.earlier[planned.page_name]
        run.made[planned.page_name] = replace(kept[planned.page_name], database=run.edition.fingerprint)
    append_entries(run.out, [_entry(run, planned, "unchanged") for planned in unchanged])
    return [planned for planned in runs if planned.page_name not in kept]


def _with_the_same_rows(run: _Run, candidates: Mapping[str, MadeFrom]) -> dict[str, MadeFrom]:
    """Return those that were made from the rows that the database has now."""
    kept = {name: made for name, made in candidates.items() if made.database == run.edition.fingerprint}
    asked = {name: made.uses for name, made in candidates.items() if name not in kept and made.uses is not None}
    if asked:
        uses = {use for its_uses in asked.values() for use in its_uses}
        changed = isolated(changed_uses, str(run.edition.database), uses)
        kept |= {name: candidates[name] for name, its_uses in asked.items() if changed.isdisjoint(its_uses)}
    return kept


def _with_progress(futures: Sequence[Future[Attempted]]) -> Iterator[Attempted]:
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not futures) as progress:
        task = progress.add_task("reports", total=len(futures))
        for future in as_completed(futures):
            attempted = future.result()
            progress.update(task, advance=1, description=f"{attempted.run.stem} ({attempted.run.language})")
            yield attempted
        progress.update(task, description="reports")


def _take(run: _Run, attempted: Attempted, inputs: str, work: Path) -> None:
    """Note what became of a page, and keep the executed copy of a notebook that failed."""
    planned, product = attempted.run, attempted.product
    if product is None:
        _fail(run, attempted, attempted.problem or "", work)
        return
    try:
        picture = thumbnail(product.chart)
    except ValueError as error:
        _fail(run, attempted, f"{planned.notebook}: its first chart cannot be drawn: {error}", work)
        return
    content = content_digest([work / planned.page_name])
    run.written[planned.page_name] = _report(planned, product, picture)
    run.made[planned.page_name] = MadeFrom(
        inputs,
        run.edition.fingerprint,
        () if not planned.takes_database else None if asks_the_database_itself(planned) else product.uses,
        content,
    )
    append_entries(run.out, [_entry(run, planned, "written", attempted, content=content)])


def _report(planned: PlannedRun, product: Product, picture: str) -> Report:
    return Report(
        name=planned.stem,
        title=product.title,
        file_name=planned.page_name,
        language=planned.language,
        parameters=planned.shown,
        summary=product.summary,
        section=product.section,
        thumbnail=picture,
    )


def _fail(run: _Run, attempted: Attempted, problem: str, work: Path) -> None:
    executed, log = work / attempted.run.executed_name, None
    if executed.is_file():
        log = run.out / FAILED / executed.name
        log.parent.mkdir(exist_ok=True)
        # The name that the build goes by during the run means nothing to who reads the copy.
        kept = executed.read_text(encoding="utf-8").replace(str(run.edition.database), str(run.edition.published_as))
        write_file(kept.encode("utf-8"), log)
    where = f"; the executed notebook is {log}" if log else ""
    run.failures.append(f"{problem}\nits page was not replaced{where}")
    append_entries(run.out, [_entry(run, attempted.run, "failed", attempted, message=problem, log=log)])


def _entry(
    run: _Run,
    planned: PlannedRun,
    outcome: Literal["written", "unchanged", "failed"],
    attempted: Attempted | None = None,
    *,
    content: str | None = None,
    message: str | None = None,
    log: Path | None = None,
) -> PageOutcome:
    now = datetime.now(UTC)
    before = content_digest([run.out / planned.page_name]) if (run.out / planned.page_name).is_file() else None
    return PageOutcome(
        run_id=run.run_id,
        started_at=attempted.started_at if attempted else now,
        ended_at=now,
        name=planned.stem,
        language=planned.language,
        outcome=outcome,
        attempts=attempted.attempts if attempted else 0,
        seconds=round(attempted.seconds, 3) if attempted else 0,
        cell_seconds=round(attempted.product.cell_seconds, 3) if attempted and attempted.product else None,
        message=message and message.partition("\n")[0],
        log=log.relative_to(run.out).as_posix() if log else None,
        page_sha256=content or before,
        is_page_changed=content is not None and content != before,
        database_fingerprint=run.edition.fingerprint,
        library_fingerprint=run.library,
    )


def _source_pages(run: _Run, workers: Executor, *, force: bool) -> dict[Language, Future[list[Path]]]:
    """Have the pages written that reports lead to, where the database or this library has changed."""
    edition = run.edition
    if edition.raw is None or edition.reference is None:
        return {}
    folder = run.out / SOURCES
    futures = {}
    for language in LANGUAGES:
        made = run.made_before.get(f"{SOURCES}.{language}")
        files = sorted(folder.glob(f"*.{language}.html"))
        if not force and made == MadeFrom(run.library, edition.fingerprint, None, content_digest(files)):
            run.made[f"{SOURCES}.{language}"] = made
            continue
        futures[language] = workers.submit(
            isolated, write_source_pages, edition.database, edition.raw, edition.reference, run.out, language
        )
    return futures


def _take_source_pages(run: _Run, language: Language, future: Future[list[Path]]) -> None:
    try:
        content = content_digest(sorted(future.result()))
    except WardPlansError as error:
        run.failures.append(f"source pages ({language}): {error}")
        return
    run.made[f"{SOURCES}.{language}"] = MadeFrom(run.library, run.edition.fingerprint, None, content)


def _publish(run: _Run, workers: Executor, work: Path) -> None:
    """Move what was made into place, each file at one stroke and only where it differs.

    The indexes come after the pages that they list, and last what says what all of it was made from: until that is
    there, the pages are made again.
    """
    listed = list({**run.earlier, **run.written}.values())
    comparison = compare_with_published(run.edition.database, run.out, run_id=run.run_id, at=run.started_at)
    entries = read_log(run.out)
    companions: dict[Language, tuple[Companion, Companion]] = {
        language: (
            write_changes_page(comparison, work, language),
            write_runs_page(entries, work, language, reports=run.out),
        )
        for language in LANGUAGES
    }
    around = [work / companion.file_name for pair in companions.values() for companion in pair]
    indexes = _write_indexes(run, workers, work, listed, companions)
    note = work / MADE_FROM
    note.write_text(made_from_text({**run.made_before, **run.made}), encoding="utf-8")
    pages = [work / name for name in run.written]
    fresh = [*pages, write_record(listed, work), *around, *indexes]
    replace_files([*(file for file in fresh if _differs(file, run.out / file.name)), note], run.out)
    remember_publication(comparison, run.edition.database, run.out)
    for report in run.written.values():
        (run.out / FAILED / report.file_name).with_suffix(".ipynb").unlink(missing_ok=True)
    with suppress(OSError):  # holds the copies of others, or is not there
        (run.out / FAILED).rmdir()


def _write_indexes(
    run: _Run,
    workers: Executor,
    work: Path,
    listed: Sequence[Report],
    companions: Mapping[Language, Sequence[Companion]],
) -> list[Path]:
    """Write the lists of reports, unless they are there already and would be the same."""
    edition, published = run.edition, [run.out / INDEX_PAGES[language] for language in LANGUAGES]
    inputs = index_fingerprint(listed, companions, edition.documents, library=run.library)
    made = MadeFrom(inputs, edition.fingerprint, None, content_digest(published))
    if run.made_before.get(_INDEX) == made:
        run.made[_INDEX] = made
        return []
    fronts: dict[Language, Future[Front]] = {}
    if edition.raw is not None:
        fronts = {each: workers.submit(isolated, read_front, edition.database, each) for each in LANGUAGES}
    indexes = []
    for each in LANGUAGES:
        front = fronts[each].result() if fronts else None
        of_language = companions[each]
        indexes.append(
            write_index(listed, work, each, front=front, documents=edition.documents, companions=of_language)
        )
    run.made[_INDEX] = replace(made, content=content_digest(indexes))
    return indexes


def _end(run: _Run, *, exit_code: int, message: str | None = None) -> None:
    """Close the log of the run, and show it as it is now."""
    entry = RunEnded(
        run.run_id,
        run.started_at,
        datetime.now(UTC),
        round(time.monotonic() - run.begun, 3),
        exit_code,
        len(run.written),
        len(run.unchanged),
        len(run.failures),
        message,
        run.edition.fingerprint,
        run.library,
    )
    append_entries(run.out, [entry])
    entries = read_log(run.out)
    with scratch_folder(run.out, "runs") as scratch:
        shown = [write_runs_page(entries, scratch, language, reports=run.out) for language in LANGUAGES]
        replace_files([scratch / page.file_name for page in shown], run.out)


def _differs(file: Path, published: Path) -> bool:
    return not published.is_file() or published.read_bytes() != file.read_bytes()
