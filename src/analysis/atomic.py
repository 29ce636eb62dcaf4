"""Files that are replaced as a whole: written aside, made durable, renamed; and what a killed process leaves of that.

Whether the owner of a scratch folder is alive is told by a lock, which the kernel releases when a process ends,
however it ends. Neither clocks nor process numbers, which are given out again, are asked.
"""

import errno
import fcntl
import os
import re
import shutil
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

_LOCK = ".lock"


@contextmanager
def locked(file: Path, *, wait: bool = False) -> Iterator[None]:
    """Hold a lock until the block, or the process, ends.

    The file is made if need be and removed at the end. One that a killed process left behind is nobody's lock.

    Args:
        file: what the lock is known by.
        wait: for the one who holds it.

    Raises:
        BlockingIOError: somebody holds it, in this process or in another, and `wait` is False.
        OSError: the file cannot be made.

    Example:
        >>> with locked(Path("reports/.report.lock")):
        ...     ...
    """
    descriptor = _acquire(file, wait=wait)
    try:
        yield
    finally:
        file.unlink(missing_ok=True)
        os.close(descriptor)


@contextmanager
def scratch_folder(folder: Path, name: str) -> Iterator[Path]:
    """Give an empty folder on the file system of `folder`, for files that are to be moved there; remove it at the end.

    It lies in a folder `.<name>-<eight characters>`. Those that killed processes left under the same name are removed
    first; those of processes that are alive are left alone.

    Args:
        folder: where it is made. Of a file that is to be replaced, the folder that it lies in.
        name: what it is for, such as the name of the file.

    Raises:
        OSError: it cannot be made.

    Example:
        >>> with scratch_folder(target.parent, target.name) as scratch:
        ...     (scratch / target.name).write_bytes(content)
        ...     replace_files([scratch / target.name], target.parent)
    """
    _remove_abandoned(folder, name)
    owned, descriptor = _new_folder(folder, name)
    try:
        scratch = owned / "files"
        scratch.mkdir()
        yield scratch
    finally:
        shutil.rmtree(owned, ignore_errors=True)
        os.close(descriptor)


def replace_files(fresh: Sequence[Path], folder: Path, *, remove: Iterable[str] = ()) -> list[Path]:
    """Move finished files into a folder, each at one stroke over the one of its name; return where they are.

    They are moved in the order given, and the last one when all else is done and written to the disk: let it be the
    one that vouches for the others, such as their checksums. Before anything is moved, all of them are written to the
    disk, and it is seen that no folder is in the way. Two processes that replace several files of one folder at the
    same time take turns.

    Args:
        fresh: files on the file system of the folder, as in a `scratch_folder`.
        folder: where to; it must exist.
        remove: names of files of the folder that are to go, if they are there.

    Raises:
        OSError: a file cannot be written or moved, or a folder has the name of one.
    """
    targets = [folder / file.name for file in fresh]
    for target in targets:
        if target.is_dir():
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    for file in fresh:
        _write_through(file)
    moves = list(zip(fresh, targets, strict=True))
    with ExitStack() as stack:
        if len(moves) > 1:
            stack.enter_context(locked(folder / ".replace.lock", wait=True))
        for file, target in moves[:-1]:
            file.replace(target)
        for name in remove:
            (folder / name).unlink(missing_ok=True)
        _write_through(folder)
        for file, target in moves[-1:]:
            file.replace(target)
        _write_through(folder)
    return targets


def write_file(content: bytes, target: Path) -> None:
    """Write a file as a whole: the old one stays until the new one is there, and when anything fails.

    Args:
        content: all of it.
        target: the file; its folder must exist.

    Raises:
        OSError: it cannot be written.
    """
    with scratch_folder(target.parent, target.name) as scratch:
        fresh = scratch / target.name
        fresh.write_bytes(content)
        replace_files([fresh], target.parent)


def _acquire(file: Path, *, wait: bool = False) -> int:
    """Return the descriptor of a file that nobody else has locked, and that still goes by its name."""
    while True:
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o666)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
            with suppress(FileNotFoundError):
                if os.path.samestat(os.fstat(descriptor), file.stat()):
                    return descriptor
        except BaseException:
            os.close(descriptor)
            raise
        # It was removed by the one who held it, between our opening and our locking.
        os.close(descriptor)


def _new_folder(folder: Path, name: str) -> tuple[Path, int]:
    while True:
        owned = Path(tempfile.mkdtemp(prefix=f".{name}-", dir=folder))
        try:
            return owned, _acquire(owned / _LOCK)
        except (FileNotFoundError, BlockingIOError):
            continue  # Another process took it for abandoned before it was locked.
        except OSError:
            owned.rmdir()
            raise


def _remove_abandoned(folder: Path, name: str) -> None:
    """Remove the scratch folders of a name that nobody holds; those that cannot be removed stay."""
    pattern = re.compile(rf"\.{re.escape(name)}-[a-z0-9_]{{8}}")
    for found in folder.iterdir():
        if pattern.fullmatch(found.name) and found.is_dir() and not found.is_symlink():
            with suppress(OSError):
                descriptor = _acquire(found / _LOCK)
                shutil.rmtree(found, ignore_errors=True)
                os.close(descriptor)


def _write_through(path: Path) -> None:
    """Have a file, or the names of a folder, written to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
