"""Values of spreadsheet cells as their number formats show them in a Japanese Excel."""

import re
from calendar import day_name, month_name
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from openpyxl.utils.datetime import CALENDAR_WINDOWS_1900, from_excel

Value = str | bool | int | float | datetime | date | time | timedelta

_ERA_DATE = '[$-411]ggge"年"m"月"d"日"'
#: Formats that are known by number alone, where a Japanese Excel has others than an American one.
_JAPANESE = {
    14: "yyyy/m/d",
    22: "yyyy/m/d h:mm",
    **dict.fromkeys((27, 36, 50, 57), "[$-411]ge.m.d"),
    **dict.fromkeys((28, 29, 51, 54, 58), _ERA_DATE),
    30: "m/d/yy",
    31: 'yyyy"年"m"月"d"日"',
    32: 'h"時"mm"分"',
    33: 'h"時"mm"分"ss"秒"',
    **dict.fromkeys((34, 52, 55), 'yyyy"年"m"月"'),
    **dict.fromkeys((35, 53, 56), 'm"月"d"日"'),
}
_ERAS = (
    (date(2019, 5, 1), "令和", "令", "R"),
    (date(1989, 1, 8), "平成", "平", "H"),
    (date(1926, 12, 25), "昭和", "昭", "S"),
    (date(1912, 7, 30), "大正", "大", "T"),
    (date(1868, 10, 23), "明治", "明", "M"),
)
_WEEKDAYS = "月火水木金土日"
_GENERAL_WIDTH = 11

_TOKEN = re.compile(
    r"""
    "(?P<quoted>[^"]*)" | \\(?P<escaped>.) | _(?P<padding>.) | \*(?P<fill>.)
    | \[\$(?P<currency>[^\]-]*)(?:-(?P<locale>[^\]]*))?\]
    | \[(?P<condition>[<>=]+-?[\d.]+)\] | \[(?P<elapsed>h+|m+|s+)\]
    | \[(?:black|blue|cyan|green|magenta|red|white|yellow|黒|青|水|緑|紫|赤|白|黄|color\s?\d+|色\s?\d+|DBNum[1-4])\]
    | (?P<general>General|標準) | (?P<half>AM/PM|A/P|午前/午後)
    | (?P<exponent>E[+-]0+) | (?P<digits>[0#?](?:[0#?,]*[0#?])?) | (?P<point>\.) | (?P<scale>,+) | (?P<percent>%)
    | (?P<text>@) | (?P<part>y+|e+|g+|m+|d+|a+|h+|s+) | (?P<semicolon>;) | (?P<literal>[^A-Za-z\[\]])
    """,
    re.VERBOSE | re.IGNORECASE,
)
_DATE_KINDS = frozenset({"part", "elapsed", "half"})
_DB_NUM = re.compile(r"\[DBNum", re.IGNORECASE)


class UnshownFormatError(ValueError):
    """A number format that shows something this module cannot."""


@dataclass(frozen=True)
class _Token:
    kind: str
    text: str


@dataclass(frozen=True)
class _Section:
    """One of the parts of a format, parted by semicolons."""

    tokens: tuple[_Token, ...]
    condition: str | None
    has_first_year: bool

    @property
    def is_date(self) -> bool:
        return any(token.kind in _DATE_KINDS for token in self.tokens)

    def has(self, kind: str) -> bool:
        return any(token.kind == kind for token in self.tokens)


def format_code(number: int, code: str) -> str:
    """Return the format of a cell: that of its number in a Japanese Excel, else the code."""
    return _JAPANESE.get(number, code)


def displayed(value: Value, code: str, epoch: datetime = CALENDAR_WINDOWS_1900) -> str:
    """Return a value as a cell with a number format shows it.

    Args:
        value: as openpyxl gives it.
        code: the number format.
        epoch: of the workbook: day 0 of its dates.

    Raises:
        UnshownFormatError: the format has a part that is not known here.

    Example:
        >>> displayed(0.97, "0.0%"), displayed(1240, "#,##0"), displayed(45747, "yyyy/m/d")
        ('97.0%', '1,240', '2025/3/31')
    """
    sections = _sections(code)
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, str):
        return _text(value, sections)
    if isinstance(value, int | float):
        section, number = _section(sections, Decimal(repr(value)))
        if not section.is_date:
            return _number(number, section)
        value = _moment(float(number), section, epoch)
    dated = next((section for section in sections if section.is_date), None)
    if dated is None:
        raise UnshownFormatError("a date in a format without a date")
    return _date(value, dated)


@lru_cache(maxsize=1000)
def _sections(code: str) -> tuple[_Section, ...]:
    if _DB_NUM.search(code):
        raise UnshownFormatError("figures in Chinese characters")
    sections: list[_Section] = []
    tokens: list[_Token] = []
    condition, first_year = None, False
    at = 0
    while at < len(code):
        match = _TOKEN.match(code, at)
        if match is None:
            raise UnshownFormatError(f"{code[at : at + 8]!r}")
        at = match.end()
        kind = match.lastgroup
        if kind == "semicolon":
            sections.append(_Section(tuple(tokens), condition, first_year))
            tokens, condition, first_year = [], None, False
        elif kind in ("currency", "locale"):
            tokens.append(_Token("literal", match["currency"]))
            first_year = first_year or "gannen" in (match["locale"] or "").lower()
        elif kind == "condition":
            condition = match["condition"]
        elif kind in ("quoted", "escaped"):
            tokens.append(_Token("literal", match[kind]))
        elif kind == "padding":
            tokens.append(_Token("literal", " "))
        elif kind not in (None, "fill"):
            tokens.append(_Token(str(kind), match[str(kind)]))
    return (*sections, _Section(tuple(tokens), condition, first_year))


def _text(value: str, sections: tuple[_Section, ...]) -> str:
    section = sections[3] if len(sections) > 3 else sections[-1]
    if len(sections) < 4 and not section.has("text"):
        return value
    return "".join(value if token.kind == "text" else token.text for token in section.tokens)


def _section(sections: tuple[_Section, ...], number: Decimal) -> tuple[_Section, Decimal]:
    """Return the part of a format that shows a number, and the number without the sign that the part implies."""
    numeric = sections[:3] if not sections[-1].has("text") or len(sections) > 3 else sections[:-1] or sections
    if any(section.condition for section in numeric):
        for position, section in enumerate(numeric):
            if section.condition is None or _holds(section.condition, number):
                is_signed = position > 0 and number < 0 and section.condition is None
                return section, abs(number) if is_signed else number
        raise UnshownFormatError("no condition holds")
    if number < 0 and len(numeric) > 1:
        return numeric[1], abs(number)
    if number == 0 and len(numeric) > 2:
        return numeric[2], number
    return numeric[0], number


def _holds(condition: str, number: Decimal) -> bool:
    match = re.fullmatch(r"([<>=]+)(-?[\d.]+)", condition)
    if match is None:
        raise UnshownFormatError(condition)
    other = Decimal(match[2])
    holds = {
        "<": number < other,
        ">": number > other,
        "=": number == other,
        "<=": number <= other,
        ">=": number >= other,
        "<>": number != other,
    }
    if match[1] not in holds:
        raise UnshownFormatError(condition)
    return holds[match[1]]


# -- numbers ------------------------------------------------------------------------------------------------


def _number(number: Decimal, section: _Section) -> str:
    if section.has("text") and not section.has("digits"):
        return "".join(_general(number) if token.kind == "text" else token.text for token in section.tokens)
    if section.has("general"):
        return "".join(_general(number) if token.kind == "general" else token.text for token in section.tokens)
    if not section.has("digits"):
        return "".join(token.text for token in section.tokens)
    if any(token == _Token("literal", "/") for token in section.tokens):
        raise UnshownFormatError("fractions")
    if section.has("exponent"):
        return _scientific(number, section)
    number = _scaled(_exact(number), section)
    whole, places = _patterns(section)
    rounded = number.quantize(Decimal(1).scaleb(-len(places)), ROUND_HALF_UP)
    digits, _, decimals = f"{abs(rounded):f}".partition(".")
    shown = _laid_out(section, _whole(digits, whole), _decimals(decimals, places))
    return f"-{shown}" if rounded < 0 else shown


def _exact(number: Decimal) -> Decimal:
    """Return a number without what is beyond the fifteen digits that a spreadsheet holds."""
    return Decimal(f"{number:.15g}")


def _scaled(number: Decimal, section: _Section) -> Decimal:
    hundreds = sum(token.kind == "percent" for token in section.tokens)
    thousands = sum(len(token.text) for token in section.tokens if token.kind == "scale")
    return number.scaleb(2 * hundreds - 3 * thousands)


def _patterns(section: _Section) -> tuple[str, str]:
    """Return the placeholders before and behind the decimal point."""
    whole = places = ""
    is_behind = False
    for token in section.tokens:
        is_behind = is_behind or token.kind == "point"
        if token.kind == "digits" and is_behind:
            places += token.text.replace(",", "")
        elif token.kind == "digits":
            whole += token.text
    return whole, places


def _whole(digits: str, pattern: str) -> str:
    least = pattern.count("0")
    padding = " " * (pattern.replace(",", "").count("?") and max(0, len(pattern.replace(",", "")) - len(digits)))
    digits = digits.lstrip("0").rjust(least, "0")
    if "," in pattern:
        digits = re.sub(r"(?<=\d)(?=(?:\d{3})+$)", ",", digits)
    return padding + digits


def _decimals(digits: str, pattern: str) -> str:
    optional = len(pattern) - len(pattern.rstrip("#?"))
    kept = digits[: len(digits) - optional] if optional else digits
    return kept + digits[len(kept) :].rstrip("0")


def _laid_out(section: _Section, whole: str, decimals: str) -> str:
    """Return the tokens of a part with the digits in the place of the placeholders."""
    if sum(token.kind == "digits" for token in section.tokens) > 1 + section.has("point"):
        return _interspersed(section, whole)
    shown = ""
    is_behind = False
    for token in section.tokens:
        if token.kind == "point":
            is_behind = True
            shown += "."
        elif token.kind == "digits":
            shown += decimals if is_behind else whole
        elif token.kind != "scale":
            shown += token.text
    if is_behind and not any(token.kind == "digits" for token in section.tokens[: _point(section)]):
        return shown.replace(".", f"{whole}.", 1)
    return shown


def _point(section: _Section) -> int:
    return next(number for number, token in enumerate(section.tokens) if token.kind == "point")


def _interspersed(section: _Section, digits: str) -> str:
    """Return digits with other characters between them, as in 000-0000."""
    if section.has("point"):
        raise UnshownFormatError("characters between the digits of a decimal")
    shown: list[str] = []
    rest = digits
    groups = [token for token in section.tokens if token.kind == "digits"]
    for token in reversed(section.tokens):
        if token.kind == "digits":
            count = len(rest) if token is groups[0] else min(len(token.text), len(rest))
            shown.append(rest[len(rest) - count :])
            rest = rest[: len(rest) - count]
        elif token.kind != "scale":
            shown.append(token.text)
    return "".join(reversed(shown))


def _scientific(number: Decimal, section: _Section) -> str:
    _, places = _patterns(section)
    mantissa, _, exponent = f"{_exact(number):.{len(places)}e}".partition("e")
    pattern = next(token.text for token in section.tokens if token.kind == "exponent")
    sign = "-" if int(exponent) < 0 else "+" if pattern[1] == "+" else ""
    shown = f"{mantissa}E{sign}{abs(int(exponent)):0{len(pattern) - 2}d}"
    kinds = [token for token in section.tokens if token.kind == "literal"]
    return shown + "".join(token.text for token in kinds)


def _general(number: Decimal) -> str:
    """Return a number as the format General shows it in a cell that is wide enough."""
    number = _exact(number)
    if number == number.to_integral_value() and abs(number) < Decimal(10) ** _GENERAL_WIDTH:
        return f"{number.to_integral_value():f}"
    size = abs(number).adjusted()
    if size >= _GENERAL_WIDTH or size < -9:
        mantissa, _, exponent = f"{number:.5e}".partition("e")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}E{exponent[0]}{int(exponent[1:]):02d}"
    places = _GENERAL_WIDTH - 2 - max(size, 0)
    shown = f"{number.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):f}"
    return shown.rstrip("0").rstrip(".") if "." in shown else shown


# -- dates --------------------------------------------------------------------------------------------------


def _moment(number: float, section: _Section, epoch: datetime) -> Value:
    try:
        moment: Value = from_excel(number, epoch, timedelta=section.has("elapsed"))
    except (OverflowError, ValueError) as error:
        raise UnshownFormatError(f"the date {number:g}") from error
    return moment


def _date(value: Value, section: _Section) -> str:
    if isinstance(value, timedelta):
        return _elapsed(value, section)
    if isinstance(value, time):
        moment = datetime.combine(date(1900, 1, 1), value)
    elif isinstance(value, datetime):
        moment = value
    elif isinstance(value, date):
        moment = datetime(value.year, value.month, value.day)
    else:
        raise UnshownFormatError("a date")
    has_half = section.has("half")
    return "".join(
        _date_part(token, moment, section, has_half=has_half, is_minute=_is_minute(section.tokens, number))
        for number, token in enumerate(section.tokens)
    )


def _is_minute(tokens: tuple[_Token, ...], number: int) -> bool:
    """Tell whether an m is minutes: hours stand before it, or seconds behind it."""
    parts = [(at, token) for at, token in enumerate(tokens) if token.kind in ("part", "elapsed")]
    place = next((place for place, (at, _) in enumerate(parts) if at == number), None)
    if place is None:
        return False
    before = parts[place - 1][1].text[0].lower() if place else ""
    behind = parts[place + 1][1].text[0].lower() if place + 1 < len(parts) else ""
    return before == "h" or behind == "s"


def _date_part(token: _Token, moment: datetime, section: _Section, *, has_half: bool, is_minute: bool) -> str:
    if token.kind == "half":
        names = token.text.split("/")
        if moment.hour % 12 == 0 and not token.text.isascii():
            raise UnshownFormatError(f"the hour {moment.hour} with {token.text}")
        return names[0] if moment.hour < 12 else names[1]
    if token.kind != "part":
        return token.text
    letter, width = token.text[0].lower(), len(token.text)
    if letter in "ge":
        return _era(moment.date(), letter, width, has_first_year=section.has_first_year)
    if letter == "a":
        if width < 3:
            raise UnshownFormatError(token.text)
        return _WEEKDAYS[moment.weekday()] + ("曜日" if width > 3 else "")
    numbers = {
        "y": moment.year % 100 if width < 3 else moment.year,
        "m": moment.minute if is_minute else moment.month,
        "d": moment.day,
        "h": (moment.hour % 12 or 12) if has_half else moment.hour,
        "s": moment.second,
    }
    if letter == "y":
        return f"{numbers['y']:02d}" if width < 3 else f"{numbers['y']:04d}"
    if width > 2:
        return _named(letter, width, moment)
    return f"{numbers[letter]:0{width}d}"


def _named(letter: str, width: int, moment: datetime) -> str:
    """Return the name of a month or a day of the week, in English as Python has it unless it is told otherwise."""
    if letter == "m" and width <= 5:
        name = month_name[moment.month]
        return name[0] if width == 5 else name if width == 4 else name[:3]
    if letter == "d" and width <= 4:
        name = day_name[moment.weekday()]
        return name if width == 4 else name[:3]
    raise UnshownFormatError(letter * width)


def _era(day: date, letter: str, width: int, *, has_first_year: bool) -> str:
    for first, *names in _ERAS:
        if day >= first:
            if letter == "g":
                return names[{1: 2, 2: 1}.get(width, 0)]
            year = day.year - first.year + 1
            return "元" if year == 1 and has_first_year else f"{year:0{min(width, 2)}d}"
    raise UnshownFormatError(f"the era of {day}")


def _elapsed(value: timedelta, section: _Section) -> str:
    seconds = round(value.total_seconds())
    if seconds < 0:
        raise UnshownFormatError("a negative duration")
    units = {"h": 3600, "m": 60, "s": 1}
    whole = next((token.text[0].lower() for token in section.tokens if token.kind == "elapsed"), None)
    shown = ""
    for token in section.tokens:
        letter = token.text[:1].lower()
        if token.kind == "elapsed":
            shown += f"{seconds // units[letter]:0{len(token.text)}d}"
        elif token.kind == "part" and letter in units:
            count = seconds // units[letter] % (24 if letter == "h" else 60)
            shown += f"{count:0{len(token.text)}d}"
        elif token.kind in _DATE_KINDS or whole is None:
            raise UnshownFormatError(token.text)
        else:
            shown += token.text
    return shown
