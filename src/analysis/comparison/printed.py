"""Printed words as they are read: the breaks of a cell's lines are no part of what it says."""

import re

from analysis.documents.folding import LINE_BREAK_TAG

_BREAKS = rf"(?:{LINE_BREAK_TAG.pattern})+"
#: Words of Latin letters stand apart; Japanese, and a number with its unit, goes on without a blank.
_BETWEEN_WORDS = re.compile(rf"(?<=[A-Za-z]){_BREAKS}(?=[A-Za-z])", re.IGNORECASE)


def on_one_line(text: str) -> str:
    """Return printed words without the tags that stand for line breaks inside a cell.

    A quote of the database keeps them, for it is exactly what the text holds; people read them as nothing, or as a
    blank where they part two words of Latin letters.

    Example:
        >>> on_one_line("年間<br>2,480時間"), on_one_line("Smart<br>City")
        ('年間2,480時間', 'Smart City')
    """
    if "<" not in text:
        return text
    return LINE_BREAK_TAG.sub("", _BETWEEN_WORDS.sub(" ", text))
