"""Markdown pages: tables, escaped text, and files that are replaced as a whole."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from analysis.atomic import write_file
from analysis.errors import WardPlansError


def table(headers: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table; its cells are Markdown, so text from elsewhere must go through `escaped`."""
    lines = [headers, ["---"] * len(headers), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)


def escaped(text: str) -> str:
    """Return a text with what Markdown would take for its own marks escaped."""
    text = text.replace("&", "&amp;").replace("<", "&lt;")
    for mark in "\\|*[":
        text = text.replace(mark, f"\\{mark}")
    return text


def write_page(page: str, target: Path) -> None:
    """Write a page as UTF-8 with LF; its folder is made if need be, and an old page stays when anything fails.

    Raises:
        WardPlansError: the file cannot be written.
    """
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write_file(page.encode(), target)
    except OSError as error:
        raise WardPlansError(f"cannot write {target}: {error.strerror or error}") from error
