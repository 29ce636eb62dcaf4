"""Files replaced as a whole, and scratch folders: whose owner lives is left alone, whose owner died is removed."""

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import pytest

from analysis.atomic import locked, replace_files, scratch_folder, write_file

OWNER = """
import sys
from pathlib import Path
from analysis.atomic import locked, scratch_folder
folder = Path(sys.argv[1])
with scratch_folder(folder, "work") as scratch, locked(folder / "one.lock"):
    (scratch / "half").write_text("half a file")
    print(scratch, flush=True)
    sys.stdin.read()
"""


@contextmanager
def owner(folder: Path) -> Iterator[tuple["subprocess.Popen[str]", Path]]:
    """A process that holds a scratch folder and a lock."""
    command = [sys.executable, "-c", OWNER, folder]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        scratch = Path(process.stdout.readline().strip())
        assert scratch.is_dir()
        yield process, scratch
        process.kill()


def put_times(scratch: Path, seconds: float) -> None:
    for path in (scratch / "half", scratch, scratch.parent / ".lock", scratch.parent):
        os.utime(path, (seconds, seconds))


# -- scratch folders ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, 4_000_000_000], ids=["of 1970", "of 2096"])
def test_only_folders_of_the_dead_are_removed_whatever_the_clock_says(tmp_path: Path, seconds: float) -> None:
    with ExitStack() as others:
        living, living_scratch = others.enter_context(owner(tmp_path / "."))
        put_times(living_scratch, seconds)
        with scratch_folder(tmp_path, "work") as scratch:
            assert sorted(tmp_path.glob(".work-*")) == sorted({living_scratch.parent, scratch.parent})
        living.send_signal(signal.SIGKILL)
        living.wait()
        assert (living_scratch / "half").exists()
        with scratch_folder(tmp_path, "work") as scratch:
            assert list(tmp_path.glob(".work-*")) == [scratch.parent]
    assert [path.name for path in tmp_path.iterdir()] == ["one.lock"]


def test_a_process_that_stands_still_is_not_dead(tmp_path: Path) -> None:
    with owner(tmp_path) as (process, scratch):
        process.send_signal(signal.SIGSTOP)
        with scratch_folder(tmp_path, "work"):
            assert (scratch / "half").exists()
        process.send_signal(signal.SIGCONT)
        process.communicate("")
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_what_only_looks_like_a_scratch_folder_is_left_alone(tmp_path: Path) -> None:
    mine = {tmp_path / name for name in (".work-notes", ".work-of-mine-2024", ".workflow-12345678", "work-12345678")}
    for folder in mine:
        folder.mkdir()
    (tmp_path / ".work-abcdefgh").write_text("a file")
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (tmp_path / ".work-abcdefg2").symlink_to(elsewhere)
    before = sorted(tmp_path.iterdir())
    with scratch_folder(tmp_path, "work"):
        pass
    assert sorted(tmp_path.iterdir()) == before


def test_a_scratch_folder_is_removed_when_its_work_fails(tmp_path: Path) -> None:
    with pytest.raises(ZeroDivisionError), scratch_folder(tmp_path, "work") as scratch:
        (scratch / "half").touch()
        raise ZeroDivisionError
    assert list(tmp_path.iterdir()) == []


def use_many(folder: Path, count: int) -> None:
    for number in range(count):
        with scratch_folder(folder, "work") as scratch:
            (scratch / "mine").write_text(str(number))
            assert [path.name for path in scratch.iterdir()] == ["mine"]
            assert (scratch / "mine").read_text() == str(number)
            write_file(f"{number}\n".encode(), folder / "file")


def test_many_at_once_do_not_take_each_others_folders_for_abandoned(tmp_path: Path) -> None:
    spawn = multiprocessing.get_context("spawn")
    processes = [spawn.Process(target=use_many, args=(tmp_path, 150)) for _ in range(3)]
    for process in processes:
        process.start()
    use_many(tmp_path, 150)
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


# -- locks --------------------------------------------------------------------------------------------------------


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    with locked(lock):
        with pytest.raises(BlockingIOError), locked(lock):
            pass
        assert lock.exists()
    with locked(lock):
        pass
    assert not lock.exists()


def test_a_lock_of_a_killed_process_is_free(tmp_path: Path) -> None:
    lock = tmp_path / "one.lock"
    with owner(tmp_path) as (process, _):
        with pytest.raises(BlockingIOError), locked(lock):
            pass
        process.kill()
        process.wait()
        assert lock.exists()
        with locked(lock):
            pass
    assert not lock.exists()


def test_those_who_wait_for_a_lock_take_turns(tmp_path: Path) -> None:
    lock, counter = tmp_path / "one.lock", tmp_path / "counter"
    counter.write_text("0")

    def add() -> None:
        for _ in range(100):
            with locked(lock, wait=True):
                counter.write_text(str(int(counter.read_text()) + 1))

    threads = [threading.Thread(target=add) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counter.read_text() == "400"
    assert not lock.exists()


# -- replacing ----------------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with the files a, b, seal and stale of an earlier time."""
    made = tmp_path / "folder"
    made.mkdir()
    for name in ("a", "b", "seal", "stale"):
        (made / name).write_text("old")
    return made


def contents(folder: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in folder.iterdir()}


WATCHER = """
import json, sys
from pathlib import Path
from analysis.atomic import replace_files, scratch_folder

folder = Path(sys.argv[1])
names = ("a", "b", "seal", "stale")

def tell(event, details):
    if event in ("os.rename", "os.remove") and Path(str(details[0])).name in names:
        print(json.dumps({name: (folder / name).read_text() for name in names if (folder / name).exists()}))

with scratch_folder(folder.parent, "work") as scratch:
    for name in ("b", "a", "seal"):
        (scratch / name).write_text("new")
    sys.addaudithook(tell)
    replace_files([scratch / name for name in ("b", "a", "seal")], folder, remove=["stale", "not there"])
"""


def test_the_last_file_comes_when_all_else_is_done(folder: Path) -> None:
    """What stands there before each step; a process that is killed leaves one of these."""
    run = subprocess.run([sys.executable, "-c", WATCHER, folder], capture_output=True, text=True, check=True)
    old = {"a": "old", "b": "old", "seal": "old", "stale": "old"}
    assert [json.loads(line) for line in run.stdout.splitlines()] == [
        old,
        old | {"b": "new"},
        old | {"a": "new", "b": "new"},
        {"a": "new", "b": "new", "seal": "old"},
    ]
    assert contents(folder) == {"a": "new", "b": "new", "seal": "new"}


def test_nothing_is_moved_when_a_folder_is_in_the_way(folder: Path) -> None:
    (folder / "c").mkdir()
    with scratch_folder(folder.parent, "work") as scratch:
        fresh = [scratch / name for name in ("a", "b", "c")]
        for file in fresh:
            file.write_text("new")
        with pytest.raises(IsADirectoryError, match="folder/c"):
            replace_files(fresh, folder, remove=["stale"])
    (folder / "c").rmdir()
    assert set(contents(folder).values()) == {"old"}
    assert len(contents(folder)) == 4


def test_a_file_that_cannot_be_written_keeps_the_old_one(folder: Path) -> None:
    (folder / "d").mkdir()
    with pytest.raises(IsADirectoryError):
        write_file(b"new", folder / "d")
    with pytest.raises(FileNotFoundError):
        write_file(b"new", folder / "nowhere" / "a")
    write_file(b"new", folder / "a")
    assert (folder / "a").read_text() == "new"
    assert sorted(path.name for path in folder.iterdir()) == ["a", "b", "d", "seal", "stale"]
