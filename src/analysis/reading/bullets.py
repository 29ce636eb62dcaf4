"""Bullets and lists within a cell or a line."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from analysis.documents.text import Passage
from analysis.reading.eras import FiscalYear, fiscal_year

# A mark counts at the start or after white space: within words ・ joins them.
_MARK = re.compile(r"(?:^|(?<=\s)|(?<=>))(?P<mark>[○◎●]|・)")
_TAG = re.compile(r"</?\w+[^>]*>")
_YEAR_IN_BRACKETS = re.compile(r"\((?P<year>(?P<era>[^\W\d_]{2})?(?:元|\d+)年度)\)")
# Before a dot that parts two names stands a whole one: 情報政策課・区民課, but 子育て・教育支援課.
_NAME = re.compile(r"(?:(?<![課部局室所])・|[^、,/・\s])+")
# A break of the print parts two names where one ends and another, whole, begins; else it is within a name. A 係 or 担当
# below a section is part of its name, and 所管課 after a break goes on with 各部.
_ENDS_A_NAME = re.compile(r"(?:[課部局室所係]|担当)(?:\([^()]*\)|\))?$")
_WHOLE_NAME = re.compile(r"(?!所管).{2,}(?:[課部局室所係館園]|担当(?:[課部]長)?|センター|委員会)(?:\(.*\)|\))?")
_PART_OF_A_SECTION = re.compile(r"(?:係|担当)(?:\([^()]*\)|\))?$")
_NOTHING = frozenset({"", "-", "—", "―"})


@dataclass(frozen=True)
class Bullet:
    """One bullet without its mark, or a text without bullets; `depth` is 2 for a bullet below another."""

    passage: Passage
    depth: int


def bullets(cell: Passage) -> list[Bullet]:
    """Return the bullets of a cell in order; a cell without bullets is one, a dash or an empty cell none.

    Below ○ marks, ・ marks are a second level. Items of an HTML list that has lost its marks stand apart by white
    space.

    Example:
        >>> [bullet.passage.text for bullet in bullets(Passage(0, 9, "○検討 ○実施・展開"))]
        ['検討', '実施・展開']
    """
    if cell.text in _NOTHING:
        return []
    marks = list(_MARK.finditer(cell.text))
    if not marks:
        return [Bullet(part, 1) for part in _without_marks(cell)]
    has_circles = any(mark["mark"] != "・" for mark in marks)
    found = [Bullet(part, 1) for part in _untagged(cell.slice(0, marks[0].start()))]
    ends = [mark.start() for mark in marks[1:]] + [len(cell.text)]
    for mark, end in zip(marks, ends, strict=True):
        depth = 2 if has_circles and mark["mark"] == "・" else 1
        found.extend(Bullet(part, depth) for part in _untagged(cell.slice(mark.end(), end)))
    return found


def year_told(text: str, era: str | None = None) -> FiscalYear | None:
    """Return the fiscal year that a bullet gives for itself in brackets, None where it gives none.

    Years in a note behind ※ are not the bullet's own. One without an era counts only where the document declares one.

    Example:
        >>> year_told("公会計システム導入(平成28年度)").year
        2016
    """
    match = _YEAR_IN_BRACKETS.search(text.split("※")[0])
    if match is None or not (match["era"] or era):
        return None
    return fiscal_year(match["year"], era)


def listed_names(cell: Passage, breaks: Sequence[int] = ()) -> list[Passage]:
    """Return the names of sections in a cell.

    They stand apart by 、, a comma, / or white space, and by ・ or a break of the print where the one before it is
    whole.

    Args:
        cell: the cell.
        breaks: where in its text the print begins a new line.

    Example:
        >>> [name.text for name in listed_names(Passage(0, 18, "情報政策課・区民課、子育て・教育課"))]
        ['情報政策課', '区民課', '子育て・教育課']
        >>> [name.text for name in listed_names(Passage(0, 13, "区民課情報システム課会計室"), [3, 6, 10])]
        ['区民課', '情報システム課', '会計室']
    """
    return [
        cell.slice(start, end)
        for match in _NAME.finditer(cell.text)
        if match[0] not in _NOTHING
        for start, end in pairwise([match.start(), *_breaks_between_names(match, breaks), match.end()])
    ]


def _breaks_between_names(match: re.Match[str], breaks: Sequence[int]) -> Iterator[int]:
    """Yield the breaks within a match that part two names."""
    within = [at for at in breaks if match.start() < at < match.end()]
    first = match.start()
    for number, at in enumerate(within):
        before = match.string[first:at]
        ends = [*within[number + 1 :], match.end()]
        following = next((text for end in ends if _WHOLE_NAME.fullmatch(text := match.string[at:end])), None)
        if following is None or not _ENDS_A_NAME.search(before):
            continue
        if not _PART_OF_A_SECTION.search(following) or _PART_OF_A_SECTION.search(before):
            first = at
            yield at


def _without_marks(cell: Passage) -> Iterator[Passage]:
    for part in _untagged(cell):
        if _TAG.match(cell.text):
            yield from (part.part(match) for match in re.finditer(r"\S+", part.text))
        else:
            yield part


def _untagged(text: Passage) -> Iterator[Passage]:
    start = 0
    for match in [*_TAG.finditer(text.text), None]:
        end = match.start() if match else len(text.text)
        part = text.slice(start, end)
        if part.text:
            yield part
        start = match.end() if match else end
