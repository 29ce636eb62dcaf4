"""Kills commands in the middle: forked from a process that has imported everything, so that each costs little.

A command is killed after a time, or at its n-th step: the n-th time that Python makes, opens for writing, links,
renames or removes something below a folder. What DuckDB and polars write by themselves is met by time alone.
"""

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NoReturn

_STEPS = {"open", "os.mkdir", "os.link", "os.rename", "os.remove", "os.rmdir"}
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT


@dataclass(frozen=True)
class Ended:
    """How a command ended: exit code (below 0 the signal), steps begun, seconds taken, and all that it printed."""

    code: int
    steps: int
    seconds: float
    output: str

    @property
    def is_killed(self) -> bool:
        return self.code in (-signal.SIGKILL, -signal.SIGALRM)


class Interrupter:
    """Runs `wardplans` in children of a warm process, whose number is `pid`; see `interrupter`."""

    def __init__(self, server: "subprocess.Popen[str]") -> None:
        self._server = server
        self.pid = server.pid

    def run(
        self,
        *arguments: str | Path,
        below: Path,
        seconds: float | None = None,
        step: int | None = None,
        delay: float = 0,
    ) -> Ended:
        """Run a command and kill it, if it lasts so long.

        Args:
            arguments: of `wardplans`.
            below: the folder in which steps are counted.
            seconds: kill it after these.
            step: kill it at this step, from 1 on.
            delay: seconds after the beginning of the step; just before it when 0.
        """
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        request = {
            "arguments": list(map(str, arguments)),
            "below": str(below),
            "seconds": seconds,
            "step": step,
            "delay": delay,
        }
        print(json.dumps(request), file=self._server.stdin, flush=True)
        answer = self._server.stdout.readline()
        assert answer, "the warm process has ended"
        return Ended(**json.loads(answer))


@contextmanager
def interrupter(*prefix: str | Path) -> Iterator[Interrupter]:
    """Start the warm process, behind a command such as `env`, and end it afterwards."""
    command = [*prefix, sys.executable, __file__]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        yield Interrupter(server)


def _serve() -> None:
    import analysis.cli
    import analysis.curation.curate
    import analysis.database.build
    import analysis.publishing.data_dictionary
    import analysis.publishing.exports
    import analysis.publishing.theme_codebook
    import analysis.reporting.source_pages  # noqa: F401

    for line in sys.stdin:
        request = json.loads(line)
        with tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as steps:
            begun = time.monotonic()
            child = os.fork()
            if child == 0:
                _work(request, output, steps)
            code = _end_of(child, request["seconds"])
            ended = Ended(code, _size(steps), time.monotonic() - begun, _text(output))
        print(json.dumps(vars(ended)), flush=True)


def _work(request: dict[str, Any], output: IO[bytes], steps: IO[bytes]) -> NoReturn:
    import analysis.cli

    os.dup2(output.fileno(), 1)
    os.dup2(output.fileno(), 2)
    sys.argv = ["wardplans", *request["arguments"]]
    begun = 0

    def hook(event: str, details: tuple[object, ...]) -> None:
        nonlocal begun
        if event in _STEPS and _is_step(event, details, request["below"]):
            begun += 1
            os.write(steps.fileno(), b".")
            if begun == request["step"] and request["delay"]:
                signal.setitimer(signal.ITIMER_REAL, request["delay"])  # which ends a process that does not handle it
            elif begun == request["step"]:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(hook)
    try:
        analysis.cli.main()
        code = 0
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    os._exit(code)


def _is_step(event: str, details: tuple[object, ...], below: str) -> bool:
    path, *others = details
    if event == "open":
        return isinstance(path, str) and path.startswith(below) and bool(int(str(others[-1])) & _WRITING)
    # shutil.rmtree names files by the descriptor of their folder, and without the folder.
    return str(path).startswith(below) or (event in {"os.remove", "os.rmdir"} and others[-1] != -1)


def _end_of(child: int, seconds: float | None) -> int:
    """Wait for a child, kill it after some seconds, and return its exit code."""
    deadline = None if seconds is None else time.monotonic() + seconds
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        if deadline is not None and time.monotonic() >= deadline:
            os.kill(child, signal.SIGKILL)
            return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        time.sleep(0.0005)


def _size(file: IO[bytes]) -> int:
    return os.fstat(file.fileno()).st_size


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8")


if __name__ == "__main__":
    _serve()
