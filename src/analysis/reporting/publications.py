"""The data that readers of a folder of reports have been shown, and what a new build changes of them.

A copy of the build is kept in the folder's `.published`, with the one before whose data differed, so that what has
changed can be told for as long as nothing else has. Without these copies, which may be deleted, there is nothing to
compare with until data change again.
"""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from shutil import copyfile

from pydantic import AwareDatetime, TypeAdapter, ValidationError

from analysis.atomic import replace_files, scratch_folder, write_file
from analysis.comparison.changes import Differences, read_differences
from analysis.database.connect import open_database
from analysis.errors import WardPlansError

FOLDER = ".published"
"""The folder of the copies, in that of the reports."""

_STATE = "publications.json"


@dataclass(frozen=True)
class Publication:
    """A build of the database whose data readers were shown.

    Attributes:
        run_id: the first run that published these data.
        published_at: when that run began, with its time zone.
    """

    run_id: str
    published_at: AwareDatetime

    @property
    def file_name(self) -> str:
        """Return the name of its copy."""
        return f"{self.run_id}.duckdb"


@dataclass(frozen=True)
class Comparison:
    """The data of a run beside those that readers were shown before.

    Attributes:
        run_id: the run that compared.
        checked_at: when it began, with its time zone.
        before: the data before the last change; None when none are known.
        after: the data as they are now; of an earlier run when nothing has changed since.
        differences: between these two; None when there is nothing to compare with, or it cannot be.
        refusal: why they cannot be compared; None when they can.
    """

    run_id: str
    checked_at: datetime
    before: Publication | None
    after: Publication
    differences: Differences | None = None
    refusal: str | None = None

    @property
    def is_news(self) -> bool:
        """Return whether this run is the first with these data."""
        return self.after.run_id == self.run_id


@dataclass(frozen=True)
class _State:
    current: Publication
    previous: Publication | None = None


_READER = TypeAdapter(_State)


def compare_with_published(database: Path, out: Path, *, run_id: str, at: datetime) -> Comparison:
    """Return how a build differs from what readers of a folder of reports were shown before; change nothing.

    When its data are those that they have, this is the last change: what was new to them then.

    Args:
        database: the build.
        out: the folder of the reports.
        run_id: of the run that is to publish it; it becomes the name of a file.
        at: when that run began, with its time zone.

    Raises:
        WardPlansError: the build cannot be opened. What is wrong with the earlier one is told in the result.

    Example:
        >>> compare_with_published(database, out, run_id=new_run_id(at), at=at).differences
    """
    with open_database(database):
        pass  # What is refused from here on, is refused because of the other one.
    new = Publication(run_id, at)
    state = _read_state(out)
    if state is None:
        return Comparison(run_id, at, None, new)
    try:
        differences = read_differences(out / FOLDER / state.current.file_name, database)
    except WardPlansError as error:
        return Comparison(run_id, at, state.current, new, refusal=_reason(error, out, database.parent))
    if not differences.is_empty:
        return Comparison(run_id, at, state.current, new, differences)
    return _last_change(state, out, run_id, at)


def remember_publication(comparison: Comparison, database: Path, out: Path) -> None:
    """Keep what readers have now been shown, and what they had before it changed; forget what was before that.

    To be called when the pages are in place. Killed in the middle, it has done nothing or all of it.

    Args:
        comparison: from `compare_with_published`.
        database: the build that was compared, as it then was.
        out: the folder of the reports.

    Raises:
        WardPlansError: the folder cannot be written to.
    """
    if not comparison.is_news:
        return
    folder = out / FOLDER
    state = _State(comparison.after, comparison.before)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with scratch_folder(folder, "publication") as scratch:
            copyfile(database, scratch / state.current.file_name)
            replace_files([scratch / state.current.file_name], folder)
        write_file(_READER.dump_json(state, indent=2), folder / _STATE)
        known = {publication.file_name for publication in (state.current, state.previous) if publication}
        for copy in folder.glob("*.duckdb"):
            if copy.name not in known:
                copy.unlink()
    except OSError as error:
        raise WardPlansError(f"cannot keep the published data in {folder}: {error.strerror or error}") from error


def _last_change(state: _State, out: Path, run_id: str, at: datetime) -> Comparison:
    if state.previous is None:
        return Comparison(run_id, at, None, state.current)
    before, after = (out / FOLDER / publication.file_name for publication in (state.previous, state.current))
    try:
        return Comparison(run_id, at, state.previous, state.current, read_differences(before, after))
    except WardPlansError as error:
        return Comparison(run_id, at, state.previous, state.current, refusal=_reason(error, out))


def _reason(error: WardPlansError, *folders: Path) -> str:
    """Return the message of an error without the place of the folders, which is no reader's business."""
    message = str(error)
    for folder in folders:
        message = message.replace(f"{folder.resolve()}/", "").replace(f"{folder}/", "")
    return message


def _read_state(out: Path) -> _State | None:
    """Return what is kept; None where nothing is, or what is kept cannot be read any more."""
    try:
        state = _READER.validate_json((out / FOLDER / _STATE).read_bytes())
    except (OSError, ValidationError):
        return None
    return state if (out / FOLDER / state.current.file_name).is_file() else None
