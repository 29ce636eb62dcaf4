"""The spaces that a PDF holds as characters: PDFium leaves some out and puts its own guesses there instead."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from pdfplumber.page import Page

from analysis.importing.pdf_characters import Glyph, PageCharacters

# In sizes of the type: how wide a space is at least to be seen, and how far apart the two readings of a place are.
_LEAST_WIDTH = 0.1
_NEAR = 0.2
_SAME_LINE = 0.35

_Spaces = dict[int, list[tuple[float, float, str]]]


def with_spaces(characters: PageCharacters, shown: Page) -> PageCharacters:
    """Return the characters of a page, each with the white space that the file has before it on its line.

    Args:
        characters: as PDFium has them.
        shown: the same page as pdfplumber has it.
    """
    spaces = _spaces(shown.chars)
    glyphs = tuple(glyph if glyph.lead else replace(glyph, lead=_before(glyph, spaces)) for glyph in characters.glyphs)
    return replace(characters, glyphs=glyphs, has_spaces=any(glyph.lead for glyph in glyphs))


def _spaces(characters: Sequence[dict[str, Any]]) -> _Spaces:
    """Return the white space between neighbours of a line, by where the second of them stands."""
    found: _Spaces = defaultdict(list)
    last: dict[str, Any] | None = None
    lead = ""
    for character in characters:
        if character["text"].isspace():
            lead += "".join("\u3000" if space == "\u3000" else " " for space in character["text"])
            continue
        if lead and last is not None and _is_apart(last, character):
            found[int(character["x0"])].append((character["x0"], _middle(character), lead))
        last, lead = character, ""
    return found


def _is_apart(last: dict[str, Any], character: dict[str, Any]) -> bool:
    """Tell whether a character stands to the right of another on its line with a gap between them."""
    size = max(last["size"], character["size"])
    is_level = abs(_middle(last) - _middle(character)) <= _SAME_LINE * size
    return is_level and bool(character["x0"] - last["x1"] > _LEAST_WIDTH * size)


def _middle(character: dict[str, Any]) -> float:
    return float(character["top"] + character["bottom"]) / 2


def _before(glyph: Glyph, spaces: _Spaces) -> str:
    near = _NEAR * glyph.size
    for column in range(int(glyph.x0 - near), int(glyph.x0 + near) + 1):
        for x0, middle, lead in spaces.get(column, ()):
            if abs(x0 - glyph.x0) <= near and abs(middle - glyph.middle) <= _SAME_LINE * glyph.size:
                return lead
    return ""
