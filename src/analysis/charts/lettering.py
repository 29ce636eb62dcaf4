"""How wide text is where Japanese and Latin letters stand side by side."""

import re
import unicodedata

#: Before a space, after a hyphen or a middle dot, and in Japanese, which has no spaces, where a particle ends: after
#: hiragana, before anything else that may begin a line.
_BREAKS = re.compile(r"(?=\s)|(?<=[-・])|(?<=[ぁ-ん])(?=[^ぁ-んー・、。）)\s-])")


def display_width(text: str) -> int:
    """Return the width of a text in Latin letters; a Japanese character is as wide as two.

    Example:
        >>> display_width("RPA等")
        5
    """
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def wrapped(text: str, width: int) -> str:
    r"""Return a text in lines no wider than `width`, broken between words, and within a word that is too wide.

    Example:
        >>> wrapped("Procedures available online", 13)
        'Procedures\navailable\nonline'
        >>> wrapped("オンライン化された行政手続の数", 20)
        'オンライン化された\n行政手続の数'
    """
    lines = [""]
    for piece in _BREAKS.split(text):
        if display_width(lines[-1] + piece) <= width:
            lines[-1] += piece
            continue
        lines.append("")
        for character in piece.lstrip():
            if display_width(lines[-1] + character) > width:
                lines.append("")
            lines[-1] += character
    return "\n".join(filter(None, map(str.strip, lines)))
