"""A full disk, a folder that may only be read, a damaged file, no fonts: one clear line, and nothing is lost."""

import os
import random
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

from analysis.database.connect import open_database
from analysis.documents.paths import raw_folder
from command_line import refusal, succeeded, wardplans
from interrupter import Ended, Interrupter, interrupter
from two_builds import fingerprint

Arguments = Sequence[str | Path]

COMMANDS: dict[str, Callable[[Path, Path], Arguments]] = {
    "build": lambda database, out: ("build", "--database", out / "wards.duckdb"),
    "export": lambda database, out: (
        *("export", "--database", database),
        *("--out", out / "csv", "--docs", out / "docs"),
    ),
    "sources": lambda database, out: ("sources", "--database", database, "--out", out / "reports"),
    "accept": lambda database, out: ("accept", "--raw", out / "raw"),
    "report": lambda database, out: (
        *("report", "rpa_hours", "--language", "ja"),
        *("--database", database, "--out", out / "reports"),
    ),
}


def prepare(name: str, out: Path) -> None:
    """Give a command work to do."""
    if name == "accept":
        shutil.rmtree(out / "raw", ignore_errors=True)
        shutil.copytree(raw_folder(), out / "raw")
        next((out / "raw").glob("*/*.yaml")).unlink()


def files(folder: Path) -> dict[str, bytes]:
    """Every file below a folder but the log of runs; a scratch folder or a lock would be among them."""
    found = (path for path in folder.rglob("*") if path.is_file() and not path.name.startswith("runs."))
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}


def error_line(ended: Ended) -> str:
    assert ended.code == 1, ended.output
    (line,) = ended.output.splitlines()
    assert line.startswith("error: ")
    return line.removeprefix("error: ")


# -- places that have to be made ----------------------------------------------------------------------------------


@contextmanager
def mounted(folder: Path, how: str) -> Iterator[tuple[Interrupter, Path]]:
    """Run commands where something is mounted over a folder ("$0"), and see that folder as they do."""
    isolate = ("unshare", "--map-root-user", "--mount", "sh", "-ec")
    if shutil.which("unshare") is None:
        pytest.skip("there is no unshare, which mounts something for one process alone")
    trial = subprocess.run([*isolate, how, folder], capture_output=True, text=True, check=False)
    if trial.returncode:
        pytest.skip(f"nothing can be mounted here: {trial.stderr.strip()}")
    with interrupter(*isolate, f'{how}; exec "$@"', folder) as running:
        assert running.run("--version", below=folder).code == 0
        yield running, Path(f"/proc/{running.pid}/root{folder}")


@contextmanager
def filled(folder: Path, kilobytes: int) -> Iterator[None]:
    """Fill the disk of a folder so that so much is left."""
    filler, disk = folder / "filler", os.statvfs(folder)
    try:
        filler.write_bytes(bytes(disk.f_bavail * disk.f_frsize - kilobytes * 1024))
        yield
    finally:
        filler.unlink()


FREE = {"build": (0, 300, 6000), "export": (0, 100, 1500), "sources": (3000,), "accept": (0,), "report": (0,)}
"""Kilobytes, so that a command fails at its first step or on its way."""


@pytest.fixture(scope="module")
def disk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Interrupter, Path, Path]]:
    """A small disk: who runs there, its name there, and its name for us."""
    folder = tmp_path_factory.mktemp("disk")
    with mounted(folder, 'mount -t tmpfs -o size=150m none "$0"') as (running, seen):
        yield running, folder, seen


@pytest.mark.parametrize("name", COMMANDS)
def test_a_full_disk(name: str, disk: tuple[Interrupter, Path, Path], built_database: Path) -> None:
    running, folder, seen = disk
    prepare(name, seen)
    arguments = COMMANDS[name](built_database, folder)
    if name != "accept":
        assert running.run(*arguments, below=folder).code == 0
    for free in FREE[name]:
        with filled(seen, free):
            before = files(seen)
            message = error_line(running.run(*arguments, below=folder))
            assert files(seen) == before
        assert message.startswith("cannot write ")
        assert "No space left on device" in message
        assert "invalidated" not in message


def test_a_database_on_a_full_disk_can_be_read(
    disk: tuple[Interrupter, Path, Path], built_database: Path, tmp_path: Path
) -> None:
    running, folder, seen = disk
    (seen / "full").mkdir()
    shutil.copy(built_database, seen / "full" / "wards.duckdb")
    with filled(seen, 0):
        ended = running.run("check", "--database", folder / "full" / "wards.duckdb", below=folder)
    assert ended.code == 0, ended.output


@pytest.fixture(scope="module")
def limited() -> Iterator[Interrupter]:
    """As a full disk, but where nothing can be mounted as well: files end at 50 kilobytes."""
    with interrupter("sh", "-c", 'ulimit -f 100; exec "$0" "$@"') as running:
        yield running


@pytest.mark.parametrize("name", ["build", "export"])
def test_a_file_larger_than_allowed(name: str, limited: Interrupter, built_database: Path, tmp_path: Path) -> None:
    (tmp_path / "csv").mkdir()
    for old in ("wards.duckdb", "csv/kpis.csv"):
        (tmp_path / old).write_text("old")
    before = files(tmp_path)
    message = error_line(limited.run(*COMMANDS[name](built_database, tmp_path), below=tmp_path))
    assert message.startswith("cannot write ")
    assert "File too large" in message
    assert files(tmp_path) == before


@pytest.fixture(scope="module")
def read_only(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Interrupter, Path, Path]]:
    """A folder that we may write to, but who runs there may not: who runs there, its name, and as it is seen there."""
    folder = tmp_path_factory.mktemp("read_only")
    with mounted(folder, 'mount --bind "$0" "$0"; mount -o remount,bind,ro "$0"') as (running, seen):
        yield running, folder, seen


@pytest.mark.parametrize("name", COMMANDS)
def test_a_folder_that_may_only_be_read(
    name: str, read_only: tuple[Interrupter, Path, Path], built_database: Path
) -> None:
    running, out = read_only[0], read_only[1] / name
    for folder in ("csv", "docs", "reports/sources"):
        (out / folder).mkdir(parents=True)
    prepare(name, out)
    before = files(out)
    message = error_line(running.run(*COMMANDS[name](built_database, out), below=out))
    assert files(read_only[2] / name) == before
    assert message.startswith("cannot write ")
    assert "Read-only file system" in message


def test_a_database_in_a_folder_that_may_only_be_read_can_be_read(
    read_only: tuple[Interrupter, Path, Path], built_database: Path
) -> None:
    running, folder, _ = read_only
    shutil.copy(built_database, folder / "wards.duckdb")
    ended = running.run("check", "--database", folder / "wards.duckdb", below=folder)
    assert ended.code == 0, ended.output


# -- something else stands there ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "obstacle"),
    [
        ("build", "wards.duckdb"),
        ("export", "csv/kpis.csv"),
        ("export", "csv/SHA256SUMS"),
        ("export", "docs/themes.md"),
        ("sources", "reports/sources/ota-plan-v5-summary.ja.html"),
        ("accept", "raw/SHA256SUMS"),
    ],
)
def test_a_folder_where_a_file_is_to_be(name: str, obstacle: str, built_database: Path, tmp_path: Path) -> None:
    arguments = COMMANDS[name](built_database, tmp_path)
    prepare(name, tmp_path)
    if name == "export":
        succeeded(wardplans(*arguments))
    (tmp_path / obstacle).unlink(missing_ok=True)
    (tmp_path / obstacle).mkdir(parents=True)
    (tmp_path / obstacle / "mine").touch()
    before = files(tmp_path)
    message = refusal(wardplans(*arguments))
    assert str(tmp_path) in message
    assert "s a directory" in message or "it is a folder" in message
    assert files(tmp_path) == before


@pytest.mark.parametrize(
    ("name", "obstacle"), [("build", ""), ("export", "docs"), ("sources", "reports/sources"), ("accept", "raw")]
)
def test_a_file_where_a_folder_is_to_be(name: str, obstacle: str, built_database: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    (out / obstacle).parent.mkdir(parents=True, exist_ok=True)
    (out / obstacle).write_text("mine")
    finished = wardplans(*COMMANDS[name](built_database, out))
    assert finished.returncode in (1, 2)  # what click sees by itself counts as wrong usage
    assert "Traceback" not in finished.stderr
    assert (out / obstacle).read_text() == "mine"


# -- a damaged database -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def warm() -> Iterator[Interrupter]:
    with interrupter() as running:
        yield running


@pytest.mark.parametrize("how", ["cut off", "overwritten"])
def test_a_damaged_database_is_never_read_as_something_else(
    how: str, warm: Interrupter, built_database: Path, tmp_path: Path, chance: random.Random
) -> None:
    """Damage that no page of the file covers does no harm; of any other, one line tells."""
    database, content = tmp_path / "wards.duckdb", built_database.read_bytes()
    database.write_bytes(content)
    commands = [COMMANDS["export"](database, tmp_path), ("check", "--database", database)]
    printed = [warm.run(*command, below=tmp_path) for command in commands]
    assert [ended.code for ended in printed] == [0, 0]
    exported = files(tmp_path)
    for _ in range(2):
        at = chance.randrange(len(content))
        database.write_bytes(content[:at] + (b"" if how == "cut off" else b"\xa5" * 64 + content[at + 64 :]))
        exported["wards.duckdb"] = database.read_bytes()
        for command, good in zip(commands, printed, strict=True):
            ended = warm.run(*command, below=tmp_path)
            if ended.code == 0:
                assert ended.output == good.output
            else:
                message = error_line(ended)
                assert message.startswith(f"{database} ")
                assert "run `wardplans build` to replace it" in message
            assert files(tmp_path) == exported
    assert warm.run("build", "--database", database, below=tmp_path).code == 0
    assert warm.run(*commands[1], below=tmp_path).code == 0


# -- a clock that goes backwards ----------------------------------------------------------------------------------


def test_a_clock_that_goes_backwards_changes_nothing(built_database: Path, tmp_path: Path) -> None:
    """All that lies there is of the year 2096: what earlier runs wrote, and what killed ones left."""
    out = tmp_path / "out"
    shutil.copytree(raw_folder(), out / "raw")
    for name in ("build", "export"):
        succeeded(wardplans(*COMMANDS[name](built_database, out)))
    expected = files(out)
    for place, name in (
        ("", "wards.duckdb"),
        ("csv", "csv-export"),
        ("docs", "themes.md"),
        ("reports/sources", "pages"),
    ):
        (out / place / f".{name}-k1ll3d_1" / "files").mkdir(parents=True)
    for path in sorted(out.rglob("*")):
        if path.is_file() and path.suffix not in {".duckdb", ".txt", ".yaml"} and "raw" not in path.parts:
            path.write_text("of another time")
    for path in (out, *out.rglob("*")):
        os.utime(path, (4_000_000_000, 4_000_000_000))
    for name in ("build", "export"):
        succeeded(wardplans(*COMMANDS[name](built_database, out)))
    assert succeeded(wardplans(*COMMANDS["accept"](built_database, out))) == "nothing has changed\n"
    found = files(out)
    with open_database(out / "wards.duckdb") as new, open_database(built_database) as old:
        assert fingerprint(new) == fingerprint(old)
    assert {**found, "wards.duckdb": b""} == {**expected, "wards.duckdb": b""}


# -- no fonts -----------------------------------------------------------------------------------------------------


PICTURE = """
import sys
import analysis
from analysis import charts
from analysis.reporting.thumbnail import thumbnail
table = analysis.coverage(connection=analysis.open_database(sys.argv[1]))
print(thumbnail(charts.coverage_chart(table, "ja").to_dict()))
"""


def test_pictures_made_without_any_font_are_those_made_with_fonts(built_database: Path, tmp_path: Path) -> None:
    """Charts are lettered where they are read; the pictures of the index alone are drawn here, without letters."""
    nothing = tmp_path / "fonts.conf"
    nothing.write_text("<fontconfig></fontconfig>")
    pictures = set()
    for environment in ({}, {"FONTCONFIG_FILE": str(nothing)}):
        drawn = subprocess.run(
            [sys.executable, "-c", PICTURE, built_database],
            env={**os.environ, **environment},
            capture_output=True,
            text=True,
            check=True,
        )
        assert drawn.stderr == ""
        pictures.add(drawn.stdout)
    (picture,) = pictures
    assert len(picture) > 1000
