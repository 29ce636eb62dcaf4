"""Position marks: lines of a raw text that say on which page or sheet of the original the text after them stands."""

import re
from dataclasses import dataclass

_MARK = re.compile(r"\[\[(?:page (?P<page>[1-9][0-9]{0,5})|sheet (?P<sheet>[^\[\]\x00-\x1f\x7f]+))\]\]")


@dataclass(frozen=True)
class Mark:
    """Where the text after a mark stands in the original: on a page, counted from 1, or on a sheet."""

    page: int | None = None
    sheet: str | None = None

    def __str__(self) -> str:
        """Return the line that stands in a raw text."""
        return f"[[page {self.page}]]" if self.sheet is None else f"[[sheet {self.sheet}]]"

    @property
    def reason(self) -> str:
        """Return why the line account sets the line aside."""
        place = f"page {self.page}" if self.sheet is None else f"sheet {self.sheet}"
        return f"a mark that {place} of the original begins"


def parse_mark(line: str) -> Mark | None:
    """Return the mark that a line of a raw text is, None where it is none.

    Example:
        >>> parse_mark("[[page 3]]")
        Mark(page=3, sheet=None)
    """
    match = _MARK.fullmatch(line)
    if match is None:
        return None
    return Mark(page=int(match["page"])) if match["page"] else Mark(sheet=match["sheet"])
