"""Amounts as Japanese documents print them: a number, its unit and 約 (about), read or refused whole."""

import re
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from kanjize import kanji2number, number2kanji

from analysis.documents.folding import FoldedText, fold
from analysis.errors import WardPlansError

KANJI_NUMERALS = "〇零一二三四五六七八九十百千万億兆"

_GROUPED = r"[1-9][0-9]{0,2}(?:,[0-9]{3}){1,4}"
_PLAIN = rf"(?:{_GROUPED}|[0-9]{{1,15}})"  # A double holds every whole number of 15 digits.
# '12 億 3400 万': a space after a multiplier belongs to the number only if one stands before it too. In
# '3万 2千' it may part two numbers, as in a cell that holds two values.
_MULTIPLIER = r"(?:[百千万億兆]+|\s+[百千万億兆]+(?:\s+(?=[0-9]))?)"
# Atomic groups, so that a number that cannot be read is never read as a shorter one with an odd unit.
_AMOUNT = re.compile(
    rf"""
    \s*(?P<approximately>約|およそ|ほぼ)?\s*
    (?P<sign>-|▲\s*)?
    (?>
        (?P<decimal>{_PLAIN}\.[0-9]{{1,15}})(?P<multiplier>{_MULTIPLIER})?
      | (?P<whole>{_PLAIN}(?:{_MULTIPLIER}(?:{_PLAIN})?)*)
      | (?P<kanji>[{KANJI_NUMERALS}]+)
    )
    (?:\s*/\s*(?P<denominator>{_PLAIN}))?
    \s*(?P<unit>\D*?)\s*
    """,
    re.VERBOSE,
)

# The one amount of two units that is read. 90分 after 時間 would be another way to count, or a misprint.
_DURATION = re.compile(
    rf"\s*(?P<approximately>約|およそ|ほぼ)?\s*(?P<sign>-|▲\s*)?(?P<hours>{_PLAIN})\s*(?P<unit>時間)\s*(?P<minutes>[0-9]{{1,2}})\s*分\s*"
)

# What limits, compares or continues an amount is a statement about it, not its unit.
_NOT_A_UNIT = re.compile(
    rf"[{KANJI_NUMERALS}]"
    r"|以上|以下|以内|以降|未満|超|程度|前後|ほか|など|から|まで|より|ほど|ずつ|[のをはがにでともへ]"
    r"|^[余数]"
    r"|(?:増|減|増加|減少|削減|余|余り|強|弱|等|他|頃|ごろ)$"
)
# One kanji numeral is a number only before one of these: 一部, 一般, 十分, 千代田 are words, and 一 alone may
# be a dash.
_COUNTERS_OF_ONE_NUMERAL = re.compile(
    "件|人|名|回|台|つ|年|時間|か月|か所|団体|手続|手続き|手續|取組|業務|事業|施設|校"
)
# 6/11号 is the issue of 11 June.
_UNITS_NEVER_OF_A_FRACTION = frozenset("号日%")


class UnparsableNumberError(WardPlansError):
    """A text that is not exactly one amount."""


@dataclass(frozen=True)
class Amount:
    """A printed amount.

    Attributes:
        value: in the unit; 62.3 for 62.3%, 1790000 for 179万件, the numerator of a fraction, 1.5 for 1時間30分.
        unit_ja: as printed, '' where none is; a full-width percent sign is given as '%'.
        is_approximate: 約, およそ or ほぼ stands before it.
        denominator: of a fraction such as 0/15, else None.
    """

    value: float
    unit_ja: str
    is_approximate: bool
    denominator: float | None


def parse_amount(text: str) -> Amount:
    """Return the one amount that a text consists of.

    Read are whole numbers with or without thousands commas, decimals, 百千万億兆 after digits, kanji numerals
    written out (百二十), n/m, hours with up to 59 minutes (424時間44分, in hours), '-' and ▲ as minus,
    約/およそ/ほぼ, full-width forms, and spaces between the parts. Any word can be a unit if it holds no numeral and
    does not limit the amount (以上, 増, の ...): whether it is a known unit is for the codebook of units to say.

    Raises:
        UnparsableNumberError: anything else, among them two numbers, text around the amount, a comma in the wrong
            place, △ (a mark of progress in these documents), 二三 ("two or three"), 61 minutes, and any other amount of
            two units.

    Example:
        >>> parse_amount("約 179 万件")
        Amount(value=1790000.0, unit_ja='件', is_approximate=True, denominator=None)
    """
    folded = fold(text)
    duration = _DURATION.fullmatch(folded.text)
    if duration is not None:
        return _hours(text, folded, duration)
    match = _AMOUNT.fullmatch(folded.text)
    if match is None:
        raise _refusal(text, "it is not one number with at most a unit after it")
    unit = match["unit"]
    _check_unit(text, unit)
    try:
        value = float(_magnitude(match))
    except ValueError as error:
        raise _refusal(text, str(error)) from None
    if match["sign"]:
        value = -value
    return Amount(
        value=value,
        unit_ja=unit if unit == "%" else _as_printed(text, folded, match),
        is_approximate=match["approximately"] is not None,
        denominator=_denominator(text, match, value),
    )


def kanji_number(numeral: str) -> int:
    """Return the value of a kanji numeral written out with 十百千万億兆, such as 三十五 or 一千万.

    Raises:
        ValueError: any other spelling, such as 二三, 二〇 or 五十三十.
    """
    value = kanji2number(numeral)
    # kanjize reads much that is no numeral (二三 as 23, 一一十 as 110): hold it against what it would write.
    if re.sub("一(?=[十百千])", "", numeral) != number2kanji(value):
        raise ValueError(f"{numeral} is not a kanji numeral written out with 十百千万")
    return value


def _hours(text: str, folded: FoldedText, match: re.Match[str]) -> Amount:
    minutes = int(match["minutes"])
    if minutes >= 60:
        raise _refusal(text, f"{minutes} minutes are an hour or more")
    hours = float(Fraction(60 * int(_digits(match["hours"])) + minutes, 60))
    return Amount(
        value=-hours if match["sign"] else hours,
        unit_ja=_as_printed(text, folded, match),
        is_approximate=match["approximately"] is not None,
        denominator=None,
    )


def _as_printed(text: str, folded: FoldedText, match: re.Match[str]) -> str:
    if not match["unit"]:
        return ""
    start, end = folded.raw_span(*match.span("unit"))
    return text[start:end]


def _magnitude(match: re.Match[str]) -> Decimal:
    """Return the number without its sign; ValueError says what is wrong with it."""
    if match["decimal"]:
        # Not through kanjize: it computes in floats and truncates (4.35百 is 434 to it).
        multiplier = re.sub(r"\s", "", match["multiplier"] or "")
        return _digits(match["decimal"]) * (kanji2number(f"1{multiplier}") if multiplier else 1)
    if match["kanji"]:
        if len(match["kanji"]) == 1 and not _COUNTERS_OF_ONE_NUMERAL.fullmatch(match["unit"]):
            raise ValueError(f"{match['kanji']} may be part of a word or a mark here")
        return Decimal(kanji_number(match["kanji"]))
    return _whole(re.sub(r"[\s,]", "", match["whole"]))


def _whole(printed: str) -> Decimal:
    try:
        return Decimal(kanji2number(printed))
    except ValueError as error:
        raise ValueError("its digits and 十百千万億兆 do not make one number") from error


def _digits(printed: str) -> Decimal:
    return Decimal(printed.replace(",", ""))


def _denominator(text: str, match: re.Match[str], value: float) -> float | None:
    if match["denominator"] is None:
        return None
    denominator = float(_digits(match["denominator"]))
    is_part = match["whole"] and 0 <= value <= denominator and denominator > 0
    if not is_part or match["unit"] in _UNITS_NEVER_OF_A_FRACTION:
        raise _refusal(text, "it is not so many of so many (a date?)")
    return denominator


def _check_unit(text: str, unit: str) -> None:
    if unit in ("", "%"):
        return
    # A letter before ideographs is a misread digit more often than a unit: 1O件, 2l名.
    is_word = unit.isalpha() and (unit.isascii() or not any(character.isascii() for character in unit))
    if not is_word or _NOT_A_UNIT.search(unit):
        raise _refusal(text, f"{unit!r} after the number is not a unit alone")


def _refusal(text: str, reason: str) -> UnparsableNumberError:
    return UnparsableNumberError(
        f"cannot read {text!r} as an amount: {reason}; expected one like '1,240時間', '約 179 万件', '62.3%' or '0/15'"
    )
