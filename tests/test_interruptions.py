"""Commands killed at any moment: nothing is half written, and the next run puts everything in order by itself."""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from analysis.database.verification import verify_database
from analysis.documents.paths import reference_folder
from command_line import WARDPLANS
from interrupter import Ended, Interrupter, interrupter
from two_builds import OTA, Build, fingerprint, two_builds

pytestmark = pytest.mark.soak

Files = Mapping[str, bytes]


@pytest.fixture(scope="module")
def warm() -> Iterator[Interrupter]:
    with interrupter() as running:
        yield running


@pytest.fixture(scope="module")
def builds(tmp_path_factory: pytest.TempPathFactory) -> tuple[Build, Build]:
    return two_builds(tmp_path_factory.mktemp("builds"))


# -- what a command writes, and when that is whole ----------------------------------------------------------------


@dataclass(frozen=True)
class Command:
    """A command that is interrupted.

    Attributes:
        arguments: of a build and the folder to write to.
        look: what a reader finds in the folder, so that equal is as good as identical.
        judge: refuses what a killed run left, beside files that are of neither state.
        prepare: brings the folder to where the command finds work.
    """

    arguments: Callable[[Build, Path], Sequence[str | Path]]
    look: Callable[[Path], Files]
    judge: Callable[[Path, Sequence[Files]], None] = lambda _folder, _states: None
    prepare: Callable[[Build, Path], None] = lambda _build, _folder: None


def visible(folder: Path) -> dict[str, bytes]:
    """Every file below a folder that does not lie in a scratch folder, byte for byte."""
    found = (path for path in sorted(folder.rglob("*")) if path.is_file())
    names = ((path.relative_to(folder), path) for path in found)
    return {
        name.as_posix(): path.read_bytes() for name, path in names if not any(part[0] == "." for part in name.parts)
    }


#: Of the reports, what begins with a dot and is meant to stay.
KEPT = {".made-from.json", ".published"}


def hidden(folder: Path) -> list[Path]:
    """Scratch folders and locks, without what is in them."""
    found = [path.relative_to(folder) for path in folder.rglob(".*") if path.name not in KEPT]
    return [path for path in found if not any(part[0] == "." for part in path.parts[:-1] if part not in KEPT)]


def content_of_database(folder: Path) -> Files:
    """Two builds of one content differ in their bytes, so it is opened and read (`open_database` would tidy up)."""
    assert [path.name for path in folder.iterdir() if path.name[0] != "."] == ["wards.duckdb"]
    with duckdb.connect(folder / "wards.duckdb", read_only=True) as connection:
        return {"wards.duckdb": repr(fingerprint(connection)).encode()}


def checksums_tell_the_truth(folder: Path, states: Sequence[Files]) -> None:
    """Where all checksums hold, all files are of one build."""
    files = visible(folder / "csv")
    lines = files["SHA256SUMS"].decode().splitlines()
    holds = all(hashlib.sha256(files[line[66:]]).hexdigest() == line[:64] for line in lines)
    assert {line[66:] for line in lines} | {"SHA256SUMS"} == files.keys()
    is_one = any(all(state[f"csv/{name}"] == content for name, content in files.items()) for state in states)
    assert holds == is_one


def pages_end(folder: Path, _states: Sequence[Files]) -> None:
    for name, content in visible(folder).items():
        assert content.rstrip().endswith(b"</html>") or not name.endswith(".html"), name


def reports_without_their_history(folder: Path) -> Files:
    """What is published but for when it was run, and what was published before."""
    history = ("runs.", "changes.", "index.")
    return {name: content for name, content in visible(folder).items() if not name.startswith(history)}


def reports_can_be_read(folder: Path, states: Sequence[Files]) -> None:
    pages_end(folder, states)
    for name in (".made-from.json", ".published/publications.json", "reports.json"):
        json.loads((folder / name).read_bytes())
    *lines, unfinished = (folder / "runs.jsonl").read_bytes().split(b"\n")
    assert unfinished == b""
    for line in lines:
        json.loads(line)
    for copy in (folder / ".published").glob("*.duckdb"):
        with duckdb.connect(copy, read_only=True) as connection:
            fingerprint(connection, ["documents"])


def put_documents(build: Build, folder: Path) -> None:
    """Edit the documents of a folder, whose checksums are of the other edition."""
    if not folder.joinpath("raw").exists():
        shutil.copytree(build.raw, folder / "raw")
    shutil.copy(build.raw / OTA, folder / "raw" / OTA)


COMMANDS = {
    "build": Command(
        lambda build, folder: ("build", "--raw", build.raw, "--database", folder / "wards.duckdb"),
        content_of_database,
    ),
    "export": Command(
        lambda build, folder: (
            *("export", "--database", build.database),
            *("--out", folder / "csv", "--docs", folder / "docs"),
        ),
        visible,
        checksums_tell_the_truth,
    ),
    "sources": Command(
        lambda build, folder: ("sources", "--raw", build.raw, "--database", build.database, "--out", folder),
        visible,
        pages_end,
    ),
    "accept": Command(
        lambda _build, folder: ("accept", "--raw", folder / "raw"),
        lambda folder: {"SHA256SUMS": (folder / "raw" / "SHA256SUMS").read_bytes()},
        prepare=put_documents,
    ),
    "report": Command(
        lambda build, folder: (
            *("report", "online_procedures", "--language", "ja", "--out", folder),
            *("--raw", build.raw, "--database", build.database),
        ),
        reports_without_their_history,
        reports_can_be_read,
    ),
}


@dataclass
class Scene:
    """A folder that a command writes to, for one build and the other in turn, and what it may look like."""

    name: str
    command: Command
    builds: tuple[Build, Build]
    folder: Path
    states: list[Files]
    undisturbed: Ended

    def arguments(self, turn: int) -> Sequence[str | Path]:
        build = self.builds[turn % 2]
        self.command.prepare(build, self.folder)
        return self.command.arguments(build, self.folder)

    def assert_whole(self) -> None:
        """Every file is there, and as one finished run or the other wrote it."""
        found = self.command.look(self.folder)
        assert found.keys() == self.states[0].keys()
        assert [name for name, content in found.items() if all(content != state[name] for state in self.states)] == []
        self.command.judge(self.folder, self.states)

    def assert_in_order(self, turn: int, ended: Ended) -> None:
        """A run that was left alone after others were killed has done its work, and has cleaned up after them."""
        assert ended.code == 0, ended.output
        assert self.command.look(self.folder) == self.states[turn % 2]
        assert hidden(self.folder) == []
        if self.name not in ("accept", "build"):  # which read no database, and so leave to others what those have left
            assert hidden(self.builds[turn % 2].database.parent) == []


@pytest.fixture(scope="module", params=list(COMMANDS))
def scene(
    request: pytest.FixtureRequest,
    builds: tuple[Build, Build],
    warm: Interrupter,
    tmp_path_factory: pytest.TempPathFactory,
) -> Scene:
    name: str = request.param
    command, folder, states = COMMANDS[name], tmp_path_factory.mktemp(name), []
    for build in reversed(builds):
        command.prepare(build, folder)
        ended = warm.run(*command.arguments(build, folder), below=folder)
        assert ended.code == 0, ended.output
        states.insert(0, command.look(folder))
    assert states[0] != states[1]
    return Scene(name, command, builds, folder, states, ended)


# -- the commands -------------------------------------------------------------------------------------------------

#: How often a command is killed in `make test` and in `make soak`. Pages take seconds to make.
KILLS = {"build": (6, 400), "export": (8, 400), "sources": (2, 150), "accept": (16, 400), "report": (2, 200)}

#: Some last longer than what Python does in one step, so that it is met in all of its parts.
DELAYS = (0, 0.00002, 0.0001, 0.0005, 0.003)


def test_a_command_that_is_killed_at_any_moment(
    scene: Scene, warm: Interrupter, chance: random.Random, times: Callable[[int, int], int]
) -> None:
    killed = 0
    for turn in range(1, times(*KILLS[scene.name]) + 1):
        arguments = scene.arguments(turn)
        if turn % 2:  # What the killed run before has left makes some more steps.
            step = chance.randint(1, scene.undisturbed.steps + 4)
            ended = warm.run(*arguments, below=scene.folder, step=step, delay=chance.choice(DELAYS))
        else:
            ended = warm.run(*arguments, below=scene.folder, seconds=chance.uniform(0, scene.undisturbed.seconds))
        assert ended.is_killed or ended.code == 0, ended.output
        killed += ended.is_killed
        scene.assert_whole()
        # Of this run, and of one before it that this one did not come so far as to remove.
        assert len(hidden(scene.folder)) <= 6
        if turn % 20 == 0:
            scene.assert_in_order(turn, warm.run(*scene.arguments(turn), below=scene.folder))
    scene.assert_in_order(1, warm.run(*scene.arguments(1), below=scene.folder))
    print(f"{killed} killed")


def test_a_whole_process_that_is_killed_and_those_it_started(
    scene: Scene, warm: Interrupter, chance: random.Random, times: Callable[[int, int], int]
) -> None:
    """As somebody does at a terminal, or the machine when its memory is full: what was started ends as well."""
    begun = time.monotonic()
    subprocess.run([WARDPLANS, "--help"], stdout=subprocess.DEVNULL, check=True)
    starting = time.monotonic() - begun
    for turn in range(1, times(2 if scene.name == "report" else 1, 60) + 1):
        mark = f"WARDPLANS_KILLED={scene.name}-{turn}-{chance.random()}"
        with subprocess.Popen(
            ["env", mark, WARDPLANS, *scene.arguments(turn)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        ) as process:
            time.sleep(chance.uniform(0, starting + 1.5 * scene.undisturbed.seconds))
            if turn % 2:
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        assert process.returncode in (0, -signal.SIGKILL)
        wait_for_the_end_of(mark)
        scene.assert_whole()
    scene.assert_in_order(0, warm.run(*scene.arguments(0), below=scene.folder))


def wait_for_the_end_of(mark: str) -> None:
    """Wait until no process is left that was started with an environment variable."""
    patience = time.monotonic() + 30
    while running := processes_with(mark):
        assert time.monotonic() < patience, running
        time.sleep(0.1)


def processes_with(mark: str) -> list[str]:
    """Command lines of the processes that were started with an environment variable."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is of somebody else
            if mark.encode() in (process / "environ").read_bytes().split(b"\0"):
                found.append((process / "cmdline").read_bytes().replace(b"\0", b" ").decode())
    return found


def test_a_database_that_was_built_after_a_kill_is_verified(
    builds: tuple[Build, Build], warm: Interrupter, chance: random.Random, tmp_path: Path
) -> None:
    database = tmp_path / "wards.duckdb"
    arguments = ("build", "--raw", builds[1].raw, "--database", database)
    assert warm.run(*arguments, below=tmp_path, step=chance.randint(1, 5)).is_killed
    assert not database.exists()
    assert warm.run(*arguments, below=tmp_path).code == 0
    assert list(tmp_path.iterdir()) == [database]
    assert verify_database(builds[1].raw, reference_folder(), database).problems == []
