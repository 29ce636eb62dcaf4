"""What can be done about a cell that stands where a value is read and is no single amount."""

import re

# The first that fits is told; a bound with a change or a range in it is one of these.
_REMEDIES = (
    (
        re.compile(r"[^\d]*"),
        "a word that says there is no value is for the key `missing` of the layout, as in missing: ['—', '-', 未定]",
    ),
    (
        re.compile(r"△.*|.*\d.*(?:増|減|増加|減少|削減|ポイント).*"),
        "a change is no value of the series: let the pattern take the cell, and give it a correction with "
        "`curated: null`, which keeps the print and says why there is no value",
    ),
    (
        re.compile(r".*\d\D*[~—から]\D*\d.*"),
        "of a range no number is the value: let the pattern take the cell, and give it a correction with "
        "`curated: null`, which keeps the print and says why there is no value",
    ),
    (
        re.compile(r".*\d.*(?:以上|以下|以内|未満|超|超え|程度|前後|台)"),
        "a bound or 程度 is read as the number it names, the word being kept beside it, if the pattern has the word in "
        r"its group `remark`, as in (?P<target>\d+%)(?P<remark>以上)?",
    ),
)


def remedy(text: str) -> str | None:
    """Return what the descriptor or a correction can say of a cell that is no amount; None where nothing is known.

    Example:
        >>> remedy("60%未満").startswith("a bound is read as the number it names")
        True
    """
    return next((told for pattern, told in _REMEDIES if pattern.fullmatch(text)), None)
