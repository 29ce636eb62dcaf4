"""What ran: a file of JSON Lines beside the reports, one line a page and run, that only grows at its end.

    SELECT name, language, seconds, message FROM 'reports/runs.jsonl' WHERE kind = 'page' AND outcome = 'failed'

pandas reads it with `read_json(path, lines=True)`, polars with `read_ndjson(path, infer_schema_length=None)`. Every
line has the same keys, null where one says nothing of its kind. Times are UTC. The order is that of the file, whatever
the clock said.
"""

import errno
import json
import os
import secrets
from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, Field, TypeAdapter, ValidationError

from analysis.atomic import locked, write_file
from analysis.errors import WardPlansError
from analysis.reporting.prose import Language

RUN_LOG = "runs.jsonl"
"""The file, in the folder of the reports."""

KEPT_LINES = 10_000
"""So many of the newest lines are kept; a tenth more may be there."""

_SUFFIX_OF_TORN = ".torn"


@dataclass(frozen=True)
class RunStarted:
    """The line that a run begins with: without a `RunEnded` after it, the run was interrupted.

    Attributes:
        run_id: from `new_run_id`.
        started_at: with its time zone.
        page_count: how many pages it is to see to.
        database_fingerprint: of the data it reads.
        library_fingerprint: of the code that runs.
    """

    run_id: str
    started_at: AwareDatetime
    page_count: int
    database_fingerprint: str | None = None
    library_fingerprint: str | None = None
    kind: Literal["start"] = "start"


@dataclass(frozen=True)
class PageOutcome:
    """What became of one page in a run.

    Attributes:
        run_id: of the run.
        started_at: when work on it began, with its time zone.
        ended_at: when it was done.
        name: of the page without language and ending.
        language: of the page.
        outcome: written, unchanged (nothing it depends on has changed, so it was not run) or failed.
        attempts: how many times its notebook was run; 0 when it was not.
        seconds: that it took, by a clock that does not go back.
        cell_seconds: what the cells of the notebook took of that; None when it was not run, or failed.
        message: what failed, in one line; None when nothing did.
        log: the executed copy of a notebook that failed, relative to the folder of the reports.
        page_sha256: of the page that lies there now; None when there is none.
        is_page_changed: whether that differs from the page before.
        database_fingerprint: of the data it was made from.
        library_fingerprint: of the code that made it.
    """

    run_id: str
    started_at: AwareDatetime
    ended_at: AwareDatetime
    name: str
    language: Language
    outcome: Literal["written", "unchanged", "failed"]
    attempts: int
    seconds: float
    cell_seconds: float | None = None
    message: str | None = None
    log: str | None = None
    page_sha256: str | None = None
    is_page_changed: bool | None = None
    database_fingerprint: str | None = None
    library_fingerprint: str | None = None
    kind: Literal["page"] = "page"


@dataclass(frozen=True)
class RunEnded:
    """The line that a run closes with.

    Attributes:
        run_id: of the run.
        started_at: as in its `RunStarted`.
        ended_at: when it was done.
        seconds: that it took, by a clock that does not go back.
        exit_code: of the command.
        written_count: pages that were made anew.
        unchanged_count: pages that had no need of it.
        failed_count: pages that could not be made.
        message: why the run as a whole failed, in one line; None when it did not.
        database_fingerprint: of the data it read.
        library_fingerprint: of the code that ran.
    """

    run_id: str
    started_at: AwareDatetime
    ended_at: AwareDatetime
    seconds: float
    exit_code: int
    written_count: int
    unchanged_count: int
    failed_count: int
    message: str | None = None
    database_fingerprint: str | None = None
    library_fingerprint: str | None = None
    kind: Literal["run"] = "run"


Entry = RunStarted | PageOutcome | RunEnded
"""A line of the log."""

_READER: TypeAdapter[Entry] = TypeAdapter(Annotated[Entry, Field(discriminator="kind")])

#: Every key of every line, in one order.
_KEYS = tuple(
    dict.fromkeys(["kind", *(field.name for kind in (PageOutcome, RunEnded, RunStarted) for field in fields(kind))])
)


def new_run_id(at: datetime) -> str:
    """Return a name for a run that no other has, which begins with the time.

    Example:
        >>> new_run_id(datetime(2026, 11, 21, 13, 15, tzinfo=UTC))
        '20261121T131500Z-3f9c'
    """
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{secrets.token_hex(2)}"


def append_entries(out: Path, entries: Sequence[Entry]) -> None:
    """Add lines to the log of a folder of reports, which is made if need be: all of them, or none.

    They are on the disk when this returns. A line that a killed run left unfinished is first moved to
    `runs.jsonl.torn`. Of a log that has grown long the oldest runs are dropped.

    Args:
        out: the folder of the reports; it must exist.
        entries: in the order they are to stand.

    Raises:
        WardPlansError: the log cannot be written; it is then as it was.
    """
    path = out / RUN_LOG
    try:
        with locked(out / f".{RUN_LOG}.lock", wait=True):
            _put_torn_line_aside(path)
            _append(path, b"".join(map(_line, entries)))
            _drop_oldest(path)
    except OSError as error:
        raise WardPlansError(f"cannot write the run log {path}: {error.strerror or error}") from error


def read_log(out: Path) -> list[Entry]:
    """Return what the log of a folder of reports says, in the order of the file; nothing where there is no log.

    What is no line of the log, such as one that a killed run left unfinished, is left out.

    Raises:
        WardPlansError: there is a log and it cannot be read.
    """
    path = out / RUN_LOG
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        return []
    except OSError as error:
        raise WardPlansError(f"cannot read the run log {path}: {error.strerror or error}") from error
    return [entry for line in content.split(b"\n") if (entry := _entry(line))]


def _line(entry: Entry) -> bytes:
    values: dict[str, Any] = asdict(entry)
    told = {key: _plain(values.get(key)) for key in _KEYS}
    # A path that is no UTF-8 may be part of a message.
    return json.dumps(told, ensure_ascii=False, allow_nan=False).encode(errors="replace") + b"\n"


def _plain(value: object) -> object:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return round(value, 3) if isinstance(value, float) else value


def _entry(line: bytes) -> Entry | None:
    try:
        return _READER.validate_json(line)
    except ValidationError:
        return None


def _put_torn_line_aside(path: Path) -> None:
    """Leave whole lines only, so that what is added begins a line and the file stays a table."""
    if not path.exists():
        return
    content = path.read_bytes()
    end = content.rfind(b"\n") + 1
    torn = content[end:]
    if not torn:
        return
    if _entry(torn):
        _append(path, b"\n")  # only its end is missing
        return
    _append(path.with_name(path.name + _SUFFIX_OF_TORN), torn + b"\n")
    os.truncate(path, end)


def _append(path: Path, content: bytes) -> None:
    """Add to a file at one stroke and write it through to the disk; a disk that is full leaves it as it was."""
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o666)
    try:
        size = os.fstat(descriptor).st_size
        try:
            if os.write(descriptor, content) < len(content):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
            os.fsync(descriptor)
        except OSError:
            os.ftruncate(descriptor, size)
            raise
    finally:
        os.close(descriptor)


def _drop_oldest(path: Path) -> None:
    """Rewrite a log that has grown long with the newest lines, from the beginning of a run on where there is one."""
    lines = path.read_bytes().splitlines(keepends=True)
    if len(lines) <= KEPT_LINES * 1.1:
        return
    newest = lines[-KEPT_LINES:]
    starts = (number for number, line in enumerate(newest) if isinstance(_entry(line), RunStarted))
    write_file(b"".join(newest[next(starts, 0) :]), path)
