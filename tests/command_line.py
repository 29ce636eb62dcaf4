"""The real command line, called as a person or a scheduled run calls it."""

import os
import subprocess
import sys
from pathlib import Path

WARDPLANS = Path(sys.executable).with_name("wardplans")


def wardplans(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run a command in a process of its own, with some environment variables of its own."""
    return subprocess.run(
        [WARDPLANS, *arguments],
        env={**os.environ, **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=900,
        check=False,
    )


def succeeded(finished: subprocess.CompletedProcess[str]) -> str:
    """What a command that did its work printed on standard output."""
    assert finished.returncode == 0, finished.stderr
    return finished.stdout


def refusal(finished: subprocess.CompletedProcess[str], code: int = 1) -> str:
    """The message of a command that refused what it was given: one line on standard error and nothing else."""
    assert finished.returncode == code, finished.stdout + finished.stderr
    assert finished.stdout == ""
    (line,) = finished.stderr.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")


def contents(folder: Path) -> dict[str, bytes]:
    """Every file below a folder, byte for byte."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
