"""How wide text is where Japanese and Latin letters stand side by side."""

import re
import unicodedata

_PIECE = re.compile(r"\s*(?:[^\s-]+-?|-)")


def display_width(text: str) -> int:
    """Return the width of a text in Latin letters; a Japanese character is as wide as two.

    Example:
        >>> display_width("RPA等")
        5
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def wrapped(text: str, width: int) -> str:
    r"""Return a text in lines no wider than `width`, broken at spaces, after hyphens, and within what is too wide.

    Example:
        >>> wrapped("Procedures available online", 13)
        'Procedures\navailable\nonline'
    """
    lines = [""]
    for piece in _PIECE.findall(text):
        if display_width(lines[-1] + piece) <= width:
            lines[-1] += piece
            continue
        lines.append("")
        for character in piece.lstrip():
            if display_width(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return "\n".join(filter(None, lines))
