"""Headings and numbered items of a new document, series by series: one series is one way of numbering."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from analysis.documents.layouts import Level
from analysis.documents.text import Line
from analysis.onboarding.wording import LEVEL_WORD, escaped, level_of

_TITLE = r"(?P<title>\S[^\t]*)"
# The ways of numbering, the more telling first; `word` is what the document calls its items, where it says so.
_SHAPES = (
    ("第1章 …", r"第(?P<code>\d+)(?P<chapter>[章編部節]) ?" + _TITLE),
    ("【取組1】…", rf"(?:- )?[└ ]*【(?P<printed>(?P<word>{LEVEL_WORD})(?P<code>\d+(?:-\d+)*))】 ?" + _TITLE),
    ("取組1-1 …", rf"(?:#+ |- )?(?P<printed>(?P<word>{LEVEL_WORD}) ?(?P<code>\d+(?:-\d+)*))[ :.]+" + _TITLE),
    ("1-1-① …", r"(?:#+ |- )?(?P<code>\d+(?:-\d+)+(?:-[①-⑳])?)[ .]+" + _TITLE),
    ("(1) …", r"(?:#+ |- )?\((?P<code>\d+)\) ?" + _TITLE),
    ("① …", r"(?:#+ |- )?(?P<code>[①-⑳]) ?" + _TITLE),
    ("1 …", r"(?:#+ |- )?(?P<code>\d{1,2})[. ]+(?P<title>[^\d\s][^\t]*)"),
)
_COMPILED = tuple((name, re.compile(pattern)) for name, pattern in _SHAPES)
# Dots lead to the page number; a tab does where the conversion kept one.
_CONTENTS_ENTRY = re.compile(r".+?(?:[.・…‥ ]{4,}| ?\t) ?\d{1,3}")
_LONGEST_HEADING = 70


@dataclass(frozen=True)
class Heading:
    """A line that is numbered as a heading or item."""

    line: int
    code: str
    title: str


@dataclass(frozen=True)
class HeadingSeries:
    """Headings numbered in one way.

    Attributes:
        shape: the way, as an example ('取組1-1 …').
        word: what the document calls the items, '' where only numbers are printed.
        depth: how many numbers a code has.
        level: the level the word speaks of, None where no word tells it.
        begins_anew: whether the same code comes again, as it does where codes count within a parent.
        headings: the lines, in order.
    """

    shape: str
    word: str
    depth: int
    level: Level | None
    begins_anew: bool
    headings: tuple[Heading, ...]

    @property
    def pattern(self) -> str:
        """Return the pattern that an outline reads these headings by."""
        word, code = escaped(self.word), "-".join([r"\d+"] * self.depth)
        match self.shape:
            case "第1章 …":
                return r"第(?P<code>\d+)章 ?(?P<title>.+)"
            case "【取組1】…":
                return rf"(?:- )?[└ ]*【(?P<printed>{word}(?P<code>{code}))】 ?(?P<title>.+)"
            case "取組1-1 …":
                return rf"(?:#+ )?(?P<printed>{word} ?(?P<code>{code})) (?P<title>.+)"
            case "1-1-① …":
                circled = any(heading.code[-1] in "①②③④⑤⑥⑦⑧⑨⑩" for heading in self.headings)
                parts = [r"\d+"] * (self.depth - circled) + ["[①-⑳]"] * circled
                return rf"(?:#+ )?(?P<code>{'-'.join(parts)}) (?P<title>.+)"
            case "(1) …":
                return r"(?:- )?\((?P<code>\d+)\) ?(?P<title>.+)"
            case "① …":
                return r"(?P<code>[①-⑳]) ?(?P<title>.+)"
            case _:
                return r"(?P<code>\d+) (?P<title>[^\d\s].*)"


def find_headings(lines: Sequence[Line], contents: frozenset[int]) -> tuple[HeadingSeries, ...]:
    """Return the series of numbered headings in the order in which they begin, those of one line only left out.

    Args:
        lines: the lines of the document, without what stands on each page.
        contents: the numbers of the lines of the table of contents, which names headings but has none.
    """
    found: dict[tuple[str, str, int], list[Heading]] = {}
    for line in lines:
        if line.is_row or line.number in contents or not line.text.strip():
            continue
        for shape, word, heading in _headings(line):
            found.setdefault((shape, word, heading.code.count("-") + 1), []).append(heading)
    series = [
        HeadingSeries(
            shape=shape,
            word=word,
            depth=depth,
            level=level_of(word) if word else None,
            begins_anew=len({heading.code for heading in headings}) < len(headings),
            headings=tuple(headings),
        )
        for (shape, word, depth), headings in found.items()
        if len(headings) > 1
    ]
    return tuple(sorted(series, key=lambda one: one.headings[0].line))


def find_contents(lines: Sequence[Line]) -> frozenset[int]:
    """Return the numbers of the lines of the table of contents: its heading, and entries that end in a page number."""
    numbers: set[int] = set()
    in_contents = False
    for line in lines:
        text = line.text.strip()
        if re.fullmatch(r"(?:#+ )?(?:もくじ|目 ?次)", text):
            in_contents = True
            numbers.add(line.number)
        elif in_contents and text and (_CONTENTS_ENTRY.fullmatch(line.passage.text.strip()) or not numbers):
            numbers.add(line.number)
        elif in_contents and text and len(numbers) > 1 and not _is_part_of_contents(text):
            in_contents = False
    return frozenset(numbers)


def _is_part_of_contents(text: str) -> bool:
    return _CONTENTS_ENTRY.fullmatch(text) is not None


def _headings(line: Line) -> Iterator[tuple[str, str, Heading]]:
    text = line.passage.text.strip()
    if len(text) > _LONGEST_HEADING or text.endswith("。"):
        return
    for shape, pattern in _COMPILED:
        match = pattern.fullmatch(text)
        if match is not None:
            word = match.groupdict().get("word") or ""
            yield shape, word, Heading(line.number, match["code"], match["title"])
            return
