"""Ids: readable, stable, and made only of what a document prints."""

import hashlib
import re

_CIRCLED = {chr(ord("①") + offset): str(offset + 1) for offset in range(20)}
_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789", strict=True))
_PLAIN = str.maketrans(_CIRCLED | _SUPERSCRIPTS)


def measure_id(plan_id: str, level: str, code: str) -> str:
    """Return the id of an item with a printed code.

    Example:
        >>> measure_id("nakano-2", "measure", "1-1-①")
        'nakano-2-measure-1-1-1'
    """
    return f"{plan_id}-{level}-{plain_code(code)}"


def untitled_code_id(plan_id: str, level: str, parent_id: str | None, title: str) -> str:
    """Return the id of an item without a printed code: eight hexadecimal digits of its title, below its parent.

    White space does not count: conversions put it anywhere in a title.
    """
    within = f"{code_of(plan_id, parent_id)}-" if parent_id else ""
    return f"{plan_id}-{level}-{within}{title_digest(title)}"


def plain_title(text: str) -> str:
    """Return a text without white space, which conversions put anywhere."""
    return re.sub(r"\s", "", text)


def title_digest(text: str) -> str:
    """Return eight hexadecimal digits that stand for a text, whatever white space is in it."""
    return hashlib.sha256(plain_title(text).encode()).hexdigest()[:8]


def code_of(plan_id: str, item_id: str) -> str:
    """Return the part of an item's id that stands for its code."""
    return item_id.removeprefix(f"{plan_id}-").split("-", 1)[1]


def plain_code(code: str) -> str:
    """Return a printed code in ASCII: circled and superscript digits become digits."""
    return code.translate(_PLAIN)
