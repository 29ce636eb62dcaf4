"""The original beside a raw text: whether the text is still what it says, and whether it is in under another name."""

import hashlib
from collections.abc import Iterator
from difflib import SequenceMatcher
from pathlib import Path

from analysis.documents.integrity import ORIGINAL_SUFFIXES, input_files, is_original
from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.onboarding.trial import Problem

_LINES_SHOWN = 20
_ENCODINGS = ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16")
_WORDS = 40


def differences(document: RawDocument) -> Iterator[Problem]:
    """Yield each line of an imported text that is not what its original says.

    The original is read again as the import did: of a PDF the pages that the text has marks of. A text without an
    original beside it is one itself. An original that cannot be read is one problem.
    """
    original = original_of(document.path)
    if original is None:
        return
    try:
        expected = _read_again(original, document)
    except WardPlansError as error:
        yield Problem(str(original), f"cannot be compared with {document.path.name}: {error}")
        return
    found = list(_differing(document.raw.splitlines(), expected.splitlines()))
    for line, here, there in found[:_LINES_SHOWN]:
        yield Problem(
            f"{document.path}:{line}",
            f"the text is not what the original says: {here!r:.{_WORDS}}, but {original.name} has "
            f"{there!r:.{_WORDS}}; import it again with --replace",
        )
    if len(found) > _LINES_SHOWN:
        yield Problem(str(document.path), f"{len(found) - _LINES_SHOWN} more lines are not what the original says")


def original_of(text: Path) -> Path | None:
    """Return the file that a raw text was imported from, None where there is none beside it."""
    return next((path for suffix in ORIGINAL_SUFFIXES if (path := text.with_suffix(suffix)).is_file()), None)


def doubles(text: Path) -> Iterator[Problem]:
    """Yield the other documents of the raw folder that were imported from the same original, byte for byte."""
    own = original_of(text) or text
    digest = _digest(own)
    for other in input_files(text.parent.parent):
        is_document = is_original(other) or other.suffix == ".txt"
        is_own = other.with_suffix("") == text.with_suffix("")
        if is_document and not is_own and other.stat().st_size == own.stat().st_size and _digest(other) == digest:
            yield Problem(str(own), f"the same file as {other}: one document under two names; take one of the two out")


def _read_again(original: Path, document: RawDocument) -> str:
    from analysis.importing.convert import PageRange, convert_bytes, read_original

    pages = [mark.page for _, mark in document.marks if mark.page is not None]
    chosen = PageRange(pages[0], pages[-1]) if pages and original.suffix == ".pdf" else None
    name = original.with_suffix(".txt") if original.suffix == ".original" else original
    content = read_original(original)
    if original.suffix in (".original", ".html"):
        for encoding in _ENCODINGS:  # the import may have been told which
            try:
                text = convert_bytes(name, content, encoding=encoding).text
            except WardPlansError:
                continue
            if text == document.raw:
                return text
    return convert_bytes(name, content, pages=chosen).text


def _differing(text: list[str], expected: list[str]) -> Iterator[tuple[int, str, str]]:
    """Yield the number of each line that differs, from 1, what it says and what it should say."""
    matcher = SequenceMatcher(None, text, expected, autojunk=False)
    for kind, first, last, start, end in matcher.get_opcodes():
        if kind == "equal":
            continue
        for step in range(max(last - first, end - start)):
            here = text[first + step] if first + step < last else ""
            there = expected[start + step] if start + step < end else ""
            yield min(first + step, max(last - 1, first)) + 1, here, there


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
