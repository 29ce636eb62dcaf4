"""SHA256SUMS: the raw documents, their descriptors and originals are what somebody accepted, byte for byte."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from analysis.atomic import locked, write_file
from analysis.errors import WardPlansError

CHECKSUM_FILE = "SHA256SUMS"

ORIGINAL_SUFFIXES = (".pdf", ".docx", ".xlsx", ".html", ".original")
"""Of the files that texts were imported from; `.original` is a text that was not UTF-8."""


def verify_checksums(raw: Path) -> dict[str, str]:
    """Check every file below the raw folder against SHA256SUMS.

    Returns:
        The SHA-256 of each, by its path below the folder.

    Raises:
        WardPlansError: a file was edited, is missing, or is not listed; the message says which one and how to
            accept the change.
    """
    listed = _read_list(raw / CHECKSUM_FILE)
    present = {path.relative_to(raw).as_posix(): path for path in input_files(raw)}
    accept = f"to accept the change, review it and run `wardplans accept --raw {raw}`"
    for name, expected in sorted(listed.items()):
        if name not in present:
            raise WardPlansError(f"{raw / name}: listed in {CHECKSUM_FILE} but missing; {accept}")
        actual = _sha256(present[name])
        if actual != expected:
            raise WardPlansError(
                f"{raw / name}: edited since it was accepted (SHA-256 {actual[:12]}…, "
                f"expected {expected[:12]}…); {accept}"
            )
    unlisted = sorted(present.keys() - listed.keys())
    if unlisted:
        raise WardPlansError(f"{raw / unlisted[0]}: not listed in {CHECKSUM_FILE}; {accept}")
    return listed


def fingerprint(listed: Mapping[str, str]) -> str:
    """Return the SHA-256 of a list of checksums: it stands for all the files."""
    return hashlib.sha256(_format_list(listed).encode()).hexdigest()


@dataclass(frozen=True)
class Accepted:
    """A file whose checksum was accepted: its path below the folder, and whether it is new, changed or removed."""

    name: str
    change: Literal["new", "changed", "removed"]

    def __str__(self) -> str:
        """Return the change as one line."""
        return f"{self.change:<7}  {self.name}"


def accept_checksums(raw: Path) -> list[Accepted]:
    """Rewrite SHA256SUMS for the files as they are now; the old list stays when anything fails.

    Returns:
        The files that are not as they were, by name.

    Raises:
        WardPlansError: there is no such folder or no document in it, an original is gone whose text is still there, or
            SHA256SUMS cannot be read or written.
    """
    path = raw / CHECKSUM_FILE
    before = _read_list(path) if path.exists() else {}
    after = {file.relative_to(raw).as_posix(): _sha256(file) for file in input_files(raw)}
    if not after:
        raise WardPlansError(f"{raw}: no document to accept; expected <ward_code>-<slug>/<document>.txt")
    _refuse_lost_originals(raw, before, after)
    _write_list(after, path)
    names = sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
    return [
        Accepted(name, "new" if name not in before else "changed" if name in after else "removed") for name in names
    ]


def accept_files(raw: Path, accepted: Mapping[str, str], *, gone: Iterable[str] = ()) -> None:
    """List some files in SHA256SUMS, and no others: what was edited elsewhere is not accepted with them.

    Args:
        raw: the folder of the raw documents.
        accepted: the SHA-256 of each, by its path below the folder.
        gone: paths of files that are no longer there.

    Raises:
        WardPlansError: SHA256SUMS cannot be read or written.
    """
    path = raw / CHECKSUM_FILE
    try:
        with locked(raw / f".{CHECKSUM_FILE}.lock", wait=True):
            listed = _read_list(path) if path.exists() else {}
            kept = {name: digest for name, digest in listed.items() if name not in set(gone)}
            _write_list({**kept, **accepted}, path)
    except OSError as error:
        raise WardPlansError(f"cannot write {path}: {error.strerror or error}") from error


def input_files(raw: Path) -> list[Path]:
    """Return the documents, descriptors and originals below the raw folder, in a stable order."""
    return sorted(path for path in raw.glob("*/*") if path.suffix in {".txt", ".yaml", *ORIGINAL_SUFFIXES})


def is_original(path: Path) -> bool:
    """Return whether a file is, by its name, one that a text was imported from."""
    return path.suffix in ORIGINAL_SUFFIXES


def _refuse_lost_originals(raw: Path, before: Mapping[str, str], after: Mapping[str, str]) -> None:
    """Make sure that no text has lost what it can be compared with."""
    for name in sorted(before.keys() - after.keys()):
        text = Path(name).with_suffix(".txt").as_posix()
        left = {Path(other).with_suffix(".txt").as_posix() for other in after if is_original(Path(other))}
        if is_original(Path(name)) and text in after.keys() - left:
            raise WardPlansError(
                f"{raw / name}: the original of {Path(text).name} is gone, and with it what the text can be compared "
                f"with; put it back, or remove the text and its descriptor too (if the original may not be kept, take "
                f"its line out of {raw / CHECKSUM_FILE} by hand)"
            )


def _read_list(path: Path) -> dict[str, str]:
    if not path.parent.is_dir():
        raise WardPlansError(f"{path.parent}: there is no such folder; expected the raw documents with {CHECKSUM_FILE}")
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise WardPlansError(f"{path}: cannot be read ({error.strerror}); expected `sha256sum` lines") from error
    except UnicodeDecodeError as error:
        raise WardPlansError(f"{path}: not UTF-8; expected `sha256sum` lines") from error
    listed: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64:
            raise WardPlansError(f"{path}:{number}: met {line!r}, expected '<sha256>  <file>'")
        listed[name] = digest
    return listed


def _write_list(listed: Mapping[str, str], path: Path) -> None:
    try:
        write_file(_format_list(listed).encode(), path)
    except OSError as error:
        raise WardPlansError(f"cannot write {path}: {error.strerror or error}") from error


def _format_list(listed: Mapping[str, str]) -> str:
    return "".join(f"{digest}  {name}\n" for name, digest in sorted(listed.items()))


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise WardPlansError(f"{path}: cannot be read ({error.strerror})") from error
