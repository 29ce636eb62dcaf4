"""Many readers through many builds, and runs at the same time: no error, nothing mixed, nobody waits for long."""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.database.connect import open_database, this_build
from analysis.documents.paths import reference_folder
from analysis.publishing.csv_export import export_csv
from command_line import WARDPLANS
from two_builds import Build, Fingerprint, differing, fingerprint, two_builds

pytestmark = pytest.mark.soak

TESTS = Path(__file__).parent

Frames = dict[str, pl.DataFrame]


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Build]:
    return two_builds(tmp_path_factory.mktemp("builds"))


@pytest.fixture(scope="module")
def frames(builds: tuple[Build, Build]) -> tuple[Frames, Frames]:
    first, second = (dict(curate(build.raw, reference_folder())) for build in builds)
    return first, second


# -- readers through rebuilds -------------------------------------------------------------------------------------

READER = """
import json, select, sys, time
from contextlib import ExitStack

import duckdb

from analysis.database.connect import open_database
from two_builds import fingerprint

path, kind, states = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])

def open_one():
    return duckdb.connect(path, read_only=True) if kind == "plain" else open_database(path)

def look(connection):
    return states.index(fingerprint(connection, states[0]))

seen = []
with ExitStack() as held:
    if kind == "held":
        overnight = held.enter_context(open_one())
        first = look(overnight)
    print("ready", flush=True)
    while not select.select([sys.stdin], [], [], 0)[0]:
        with open_one() as connection:
            now = look(connection)
            assert kind == "plain" or look(connection.cursor()) == now
        if kind == "held":
            assert look(overnight) == first, "the connection that is held has changed"
        seen.append(now)
        time.sleep(0.1)  # leaves the builds a share of the machine
    with open_one() as connection:
        seen.append(look(connection))
print(json.dumps(seen))
"""


@dataclass(frozen=True)
class Reader:
    """A process that opens the database again and again and tells which of the contents it saw."""

    kind: str
    process: "subprocess.Popen[str]"

    def wait_until_ready(self) -> None:
        assert self.process.stdout is not None
        assert self.process.stdout.readline() == "ready\n", f"the {self.kind} reader failed"

    def finish(self) -> list[int]:
        """Have it look for the last time; give what it saw, in order: 0 and 1 for the contents."""
        printed, _ = self.process.communicate("enough\n")
        assert self.process.returncode == 0, f"the {self.kind} reader failed"
        seen: list[int] = json.loads(printed)
        return seen


def start_reader(kind: str, database: Path, states: list[Fingerprint], stack: ExitStack) -> Reader:
    command = [sys.executable, "-c", READER, database, kind, json.dumps(states)]
    environment = {**os.environ, "PYTHONPATH": str(TESTS)}
    process = stack.enter_context(
        subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    )
    stack.callback(process.kill)
    return Reader(kind, process)


def test_readers_never_see_an_error_or_a_mixture_through_many_builds(
    builds: tuple[Build, Build], frames: tuple[Frames, Frames], tmp_path: Path, times: Callable[[int, int], int]
) -> None:
    """Some open each time, some hold a connection as a notebook does overnight, one is a client that knows nothing."""
    database = tmp_path / "wards.duckdb"
    names = differing(*(build.fingerprint for build in builds))
    states = [{name: build.fingerprint[name] for name in names} for build in builds]
    build_database(frames[0], database)
    with ExitStack() as stack:
        kinds = ("fresh", "fresh", "fresh", "held", "held", "plain")
        readers = [start_reader(kind, database, states, stack) for kind in kinds]
        for reader in readers:
            reader.wait_until_ready()
        for turn in range(1, times(5, 500) + 1):
            build_database(frames[turn % 2], database)
            last = turn % 2
        for reader in readers:
            seen = reader.finish()
            assert set(seen) == {0, 1}, reader.kind
            assert seen[-1] == last, reader.kind
    assert list(tmp_path.iterdir()) == [database]


def test_what_is_made_in_several_steps_is_made_of_one_build(
    builds: tuple[Build, Build], frames: tuple[Frames, Frames], tmp_path: Path
) -> None:
    database = tmp_path / "wards.duckdb"
    build_database(frames[0], database)
    with this_build(database) as path, open_database(database) as held:
        for turn in (1, 0, 1):
            build_database(frames[turn], database)
            for place, expected in ((path, builds[0]), (database, builds[turn])):
                with open_database(place) as connection:
                    assert fingerprint(connection) == expected.fingerprint
            assert fingerprint(held) == builds[0].fingerprint
    assert list(tmp_path.iterdir()) == [database]


# -- runs at the same time ----------------------------------------------------------------------------------------


def at_once(*commands: tuple[str | Path, ...]) -> Iterator[int]:
    """Run commands at the same time, each in a process of its own; give the exit codes."""
    with ExitStack() as stack:
        running = [
            stack.enter_context(
                subprocess.Popen([WARDPLANS, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            )
            for command in commands
        ]
        for process in running:
            yield process.wait()


def test_builds_at_the_same_time_leave_one_of_them(
    builds: tuple[Build, Build], tmp_path: Path, times: Callable[[int, int], int]
) -> None:
    database = tmp_path / "wards.duckdb"
    for _ in range(times(1, 30)):
        assert set(at_once(*(("build", "--raw", build.raw, "--database", database) for build in builds))) == {0}
        with open_database(database) as connection:
            assert fingerprint(connection) in [build.fingerprint for build in builds]
        assert list(tmp_path.iterdir()) == [database]


def test_exports_at_the_same_time_leave_the_files_of_one_of_them(
    builds: tuple[Build, Build], tmp_path: Path, times: Callable[[int, int], int]
) -> None:
    whole = []
    for number, build in enumerate(builds):
        export_csv(build.database, tmp_path / str(number))
        whole.append(contents(tmp_path / str(number)))
    for _ in range(times(1, 60)):
        commands = [
            ("export", "--database", build.database, "--out", tmp_path / "csv", "--docs", tmp_path / "docs")
            for build in builds
        ]
        assert set(at_once(*commands)) == {0}
        found = contents(tmp_path / "csv")
        assert found in whole
        for line in found["SHA256SUMS"].decode().splitlines():
            digest, name = line.split("  ")
            assert hashlib.sha256(found[name]).hexdigest() == digest
        pages = {path.name for path in (tmp_path / "docs").iterdir()}
        assert pages >= {"data_dictionary.md", "themes.md"}
        assert not [name for name in pages if name.startswith(".")]


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}
