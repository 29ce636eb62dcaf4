"""The page that tells what ran: when, how long, with what outcome, and which pages changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from analysis.atomic import write_file
from analysis.reporting.clock import shown_clock, shown_duration
from analysis.reporting.index import Companion
from analysis.reporting.labels import RUNS_PAGES
from analysis.reporting.prose import Language
from analysis.reporting.run_log import RUN_LOG, Entry, PageOutcome, RunEnded, RunStarted
from analysis.reporting.runs_labels import WORDS
from analysis.reporting.shell import render_shell, template_text

#: So many runs are shown, and so many pages of each and in all; the rest is counted.
_MOST_RUNS = 60
_MOST_PAGES_OF_A_RUN = 200
_MOST_PAGES = 3000

#: What a reader looks for stands first.
_ORDER = {"failed": 0, "written": 1, "unchanged": 2}


@dataclass(frozen=True)
class _Run:
    """The lines of one run, in the order of the log."""

    run_id: str
    started: RunStarted | None
    pages: tuple[PageOutcome, ...]
    ended: RunEnded | None

    @property
    def moments(self) -> list[datetime]:
        """Return when it began and ended, as far as that was noted."""
        entries = [entry for entry in (self.started, *self.pages, self.ended) if entry is not None]
        return [
            *(entry.started_at for entry in entries),
            *(entry.ended_at for entry in entries if not isinstance(entry, RunStarted)),
        ]

    @property
    def started_at(self) -> datetime:
        """Return when it began, or the first that is known of it."""
        return (self.started or self.ended or self.pages[0]).started_at

    @property
    def state(self) -> str:
        """Return how it ended: succeeded, partly (pages failed), failed (as a whole) or interrupted."""
        if self.ended is None:
            return "interrupted"
        if self.ended.exit_code == 0:
            return "succeeded"
        return "partly" if self.ended.failed_count and not self.ended.message else "failed"

    def count(self, outcome: str) -> int:
        """Return how many of its pages came out so; `changed` counts those with other content."""
        if outcome == "changed":
            return sum(page.is_page_changed is True for page in self.pages)
        return sum(page.outcome == outcome for page in self.pages)


@dataclass(frozen=True)
class _Page:
    """A page as the list of a run shows it."""

    name: str
    language: Language
    href: str | None
    outcome: str
    is_changed: bool
    duration: str
    attempts: int
    message: str | None
    log: str | None


@dataclass(frozen=True)
class _Told:
    """A run as the template shows it.

    Attributes:
        share: of the longest time that a run took, in percent.
        missing: how many of its pages have no line, of how many; None where all have.
        pages: what was made or failed.
        unchanged: the pages that were not made again.
        rest: how many pages are left out.
    """

    run_id: str
    moment: str
    started: str
    state: str
    duration: str | None
    share: float
    exit_code: int | None
    message: str | None
    counts: dict[str, int]
    missing: tuple[int, int] | None
    has_clock_gone_back: bool
    pages: tuple[_Page, ...]
    unchanged: tuple[_Page, ...]
    rest: int


def write_runs_page(entries: Sequence[Entry], folder: Path, language: Language, *, reports: Path) -> Companion:
    """Write the page that tells what ran, `runs.html` or `runs.en.html`, the last run first, and return its entry.

    A run without a closing line is shown as interrupted: the run that calls this has to have written its own. The order
    is that of the log; where the clock went back, the page says so.

    Args:
        entries: from `read_log`.
        folder: where it is written, moved into place when complete.
        language: of the page.
        reports: the folder that the pages and executed copies lie in; those that are there are linked.

    Raises:
        OSError: the folder cannot be written to.
    """
    words = WORDS[language]
    runs = _runs(entries)
    html = render_shell(
        "runs.html.j2",
        language=language,
        title=words["title"],
        words=words,
        lead=_lead(runs, language),
        runs=list(_told(runs, reports, language)),
        older=max(len(runs) - _MOST_RUNS, 0),
        query=f"SELECT * FROM '{RUN_LOG}' WHERE kind = 'page' AND outcome = 'failed'",
        companions=RUNS_PAGES,
        runs_style=template_text("runs.css"),
    )
    write_file(html.encode(), folder / RUNS_PAGES[language])
    return Companion(RUNS_PAGES[language], words["title"], words["summary"])


def _runs(entries: Sequence[Entry]) -> list[_Run]:
    """Return the runs in the order in which the log first names them."""
    of_run: dict[str, list[Entry]] = {}
    for entry in entries:
        of_run.setdefault(entry.run_id, []).append(entry)
    return [
        _Run(
            run_id,
            next((entry for entry in lines if isinstance(entry, RunStarted)), None),
            tuple(entry for entry in lines if isinstance(entry, PageOutcome)),
            next((entry for entry in lines if isinstance(entry, RunEnded)), None),
        )
        for run_id, lines in of_run.items()
    ]


def _lead(runs: Sequence[_Run], language: Language) -> str:
    words = WORDS[language]
    if not runs:
        return words["none"]
    last = runs[-1]
    names = {"succeeded": "succeeded", "partly": "failed", "failed": "refused", "interrupted": "interrupted"}
    return words[f"lead_{names[last.state]}"].format(last.count("failed"))


def _told(runs: Sequence[_Run], reports: Path, language: Language) -> Iterator[_Told]:
    """Yield the newest runs, the last one first."""
    shown = list(enumerate(runs))[-_MOST_RUNS:]
    longest = max((run.ended.seconds for _, run in shown if run.ended), default=0)
    left = _MOST_PAGES
    for place, run in reversed(shown):
        most = min(_MOST_PAGES_OF_A_RUN, left)
        pages = sorted(run.pages, key=lambda page: (_ORDER[page.outcome], not page.is_page_changed))
        listed = [_page(page, reports, language) for page in pages[:most]]
        left -= len(listed)
        seconds = run.ended.seconds if run.ended else None
        yield _Told(
            run_id=run.run_id,
            moment=run.started_at.isoformat(),
            started=shown_clock(run.started_at),
            state=run.state,
            duration=None if seconds is None else shown_duration(seconds, language),
            share=100 * seconds / longest if seconds and longest else 0,
            exit_code=run.ended.exit_code if run.ended else None,
            message=run.ended.message if run.ended else None,
            counts={outcome: run.count(outcome) for outcome in ("written", "changed", "unchanged", "failed")},
            missing=_missing(run),
            has_clock_gone_back=place > 0 and run.started_at < max(runs[place - 1].moments),
            pages=tuple(page for page in listed if page.outcome != "unchanged"),
            unchanged=tuple(page for page in listed if page.outcome == "unchanged"),
            rest=len(pages) - len(listed),
        )


def _missing(run: _Run) -> tuple[int, int] | None:
    """Return how many pages were due and how many of these have no line, where some have none."""
    if run.started is None or run.started.page_count <= len(run.pages):
        return None
    return run.started.page_count, run.started.page_count - len(run.pages)


def _page(page: PageOutcome, reports: Path, language: Language) -> _Page:
    file_name = f"{page.name}.{page.language}.html"
    return _Page(
        name=page.name,
        language=page.language,
        href=file_name if (reports / file_name).is_file() else None,
        outcome=page.outcome,
        is_changed=page.is_page_changed is True,
        duration=shown_duration(page.seconds, language),
        attempts=page.attempts,
        message=page.message,
        log=page.log if page.log and (reports / page.log).is_file() else None,
    )
