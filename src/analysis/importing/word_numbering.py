"""Word's automatic numbers: which a paragraph has, and how they are printed."""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from docx.oxml.ns import qn

from analysis.errors import WardPlansError

_LEVELS = 9
# Styles are based on styles; in a damaged file in a ring.
_DEEPEST_STYLE = 20
_DIGITS = "〇一二三四五六七八九"
_LEGAL = "零壱弐参四五六七八九"
_AIUEO = "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワヲン"
_HALF_AIUEO = "ｱｲｳｴｵｶｷｸｹｺｻｼｽｾｿﾀﾁﾂﾃﾄﾅﾆﾇﾈﾉﾊﾋﾌﾍﾎﾏﾐﾑﾒﾓﾔﾕﾖﾗﾘﾙﾚﾛﾜｦﾝ"
_IROHA = "イロハニホヘトチリヌルヲワカヨタレソツネナラムウヰノオクヤマケフコエテアサキユメミシヱヒモセスン"
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")

#: Characters of symbol fonts, which have no Unicode of their own, by what they look like.
_SYMBOLS = {
    "symbol": {0xB7: "•", 0xA8: "♦", 0xDE: "⇒", 0xAE: "→"},
    "wingdings": {
        **{0x6C: "●", 0x6E: "■", 0x71: "❑", 0x72: "❒", 0x75: "◆", 0x76: "❖", 0x9F: "•", 0xA1: "○", 0xA7: "▪"},
        **{0xA8: "◻", 0xD8: "➢", 0xE0: "→", 0xF0: "⇨", 0xFC: "✓", 0xFE: "☑", 0x6F: "□", 0x77: "⬥", 0xA4: "◉"},
    },
}


@dataclass(frozen=True)
class _Level:
    start: int
    format: str
    text: str
    suffix: str
    is_decimal: bool
    restarts_after: int
    font: str


class Numbering:
    """The automatic numbers of a document, counted paragraph by paragraph in the order of the text."""

    def __init__(self, name: str, numbering: Any | None, styles: Any | None) -> None:
        self._name = name
        self._levels = dict(_levels(numbering)) if numbering is not None else {}
        self._styles = dict(_style_numbers(styles)) if styles is not None else {}
        self._based_on = dict(_based_on(styles)) if styles is not None else {}
        self._counts: dict[str, list[int | None]] = defaultdict(lambda: [None] * _LEVELS)
        self._started: set[tuple[str, int]] = set()

    def label(self, paragraph: Any) -> str:
        """Return what Word prints before a paragraph, with the space after it; '' where that is nothing.

        Raises:
            WardPlansError: the numbers are of a kind that is not known here.
        """
        number, depth = self._number_of(paragraph)
        found = self._levels.get(number)
        if found is None or depth not in found.levels:
            return ""
        self._count(number, found, depth)
        level = found.levels[depth]
        if level.format == "bullet":
            return symbol(level.text, level.font) + level.suffix if level.text else ""
        if level.format == "none" and "%" not in level.text:
            return level.text + level.suffix if level.text else ""
        text = level.text
        counts = self._counts[found.abstract]
        for other in range(_LEVELS):
            if f"%{other + 1}" in text:
                text = text.replace(f"%{other + 1}", self._printed(found, other, counts[other], level))
        return text + level.suffix if text else ""

    def _number_of(self, paragraph: Any) -> tuple[str, int]:
        """Return the id of the list a paragraph belongs to and its depth, by itself or by its style."""
        properties = paragraph.find(qn("w:pPr"))
        style_name = _value(properties, "w:pStyle") or "" if properties is not None else ""
        own = properties.find(qn("w:numPr")) if properties is not None else None
        inherited_number, inherited_depth = self._of_style(style_name)
        if own is None:
            return inherited_number, inherited_depth
        number = _value(own, "w:numId")
        depth = _value(own, "w:ilvl")
        return number if number is not None else inherited_number, int(depth) if depth else inherited_depth

    def _of_style(self, style: str) -> tuple[str, int]:
        number, depth = "", None
        above = style
        for _ in range(_DEEPEST_STYLE):
            found_number, found_depth = self._styles.get(above, (None, None))
            number = number or found_number or ""
            depth = found_depth if depth is None else depth
            above = self._based_on.get(above, "")
            if not above:
                break
        linked = self._levels[number].by_style if number in self._levels else {}
        return number, depth if depth is not None else linked.get(style, 0)

    def _count(self, number: str, found: "_List", depth: int) -> None:
        counts = self._counts[found.abstract]
        if (number, depth) not in self._started and depth in found.overridden:
            counts[depth] = None
        self._started.add((number, depth))
        for above in range(depth):
            if counts[above] is None and above in found.levels:
                counts[above] = found.levels[above].start
        current = counts[depth]
        counts[depth] = found.levels[depth].start if current is None else current + 1
        for below in range(depth + 1, _LEVELS):
            if below in found.levels and depth < found.levels[below].restarts_after:
                counts[below] = None

    def _printed(self, found: "_List", depth: int, count: int | None, level: _Level) -> str:
        other = found.levels.get(depth)
        if other is None:
            return ""
        kind = "decimal" if level.is_decimal else other.format
        if kind not in FORMATS:
            raise WardPlansError(
                f"{self._name}: a list has automatic numbers of the kind {kind!r}, which is not known here; write its "
                "numbers as text in a copy of the document"
            )
        return FORMATS[kind](other.start if count is None else count)


@dataclass(frozen=True)
class _List:
    abstract: str
    levels: Mapping[int, _Level]
    overridden: frozenset[int]
    by_style: Mapping[str, int]


def symbol(text: str, font: str) -> str:
    """Return the characters of a symbol font by what they look like; those that are not known as '•'."""
    table = _SYMBOLS.get(font.lower(), {})
    shown = ""
    for character in text:
        code = ord(character) & 0xFF if 0xF000 <= ord(character) <= 0xF0FF else ord(character)
        shown += table.get(code, "•" if 0xE000 <= ord(character) <= 0xF8FF else character)
    return shown


def _levels(numbering: Any) -> Iterator[tuple[str, _List]]:
    abstracts = {abstract.get(qn("w:abstractNumId")): abstract for abstract in numbering.findall(qn("w:abstractNum"))}
    linked = {
        _value(abstract, "w:styleLink"): abstract for abstract in abstracts.values() if _value(abstract, "w:styleLink")
    }
    for number in numbering.findall(qn("w:num")):
        name = _value(number, "w:abstractNumId") or ""
        abstract = abstracts.get(name)
        if abstract is None:
            continue
        levels = abstract.findall(qn("w:lvl"))
        if not levels:
            levels = linked.get(_value(abstract, "w:numStyleLink"), abstract).findall(qn("w:lvl"))
        by_depth = {_depth(level): level for level in levels}
        overridden = {}
        for override in number.findall(qn("w:lvlOverride")):
            replaced = override.find(qn("w:lvl"))
            if replaced is not None:
                by_depth[_depth(override)] = replaced
            start = _value(override, "w:startOverride")
            overridden[_depth(override)] = int(start) if start else None
        yield (
            number.get(qn("w:numId")),
            _List(
                name,
                {depth: _level(level, depth, overridden.get(depth)) for depth, level in by_depth.items()},
                frozenset(overridden),
                {style: depth for depth, level in by_depth.items() if (style := _value(level, "w:pStyle"))},
            ),
        )


def _level(level: Any, depth: int, start: int | None) -> _Level:
    printed = _value(level, "w:numFmt") or "decimal"
    suffix = {"nothing": "", "space": " "}.get(_value(level, "w:suff") or "tab", " ")
    restart = _value(level, "w:lvlRestart")
    fonts = level.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    font = fonts.get(qn("w:ascii")) or fonts.get(qn("w:hAnsi")) or "" if fonts is not None else ""
    own = int(_value(level, "w:start") or 0 if _value(level, "w:start") is not None else 1)
    return _Level(
        start=own if start is None else start,
        format=printed,
        text=_value(level, "w:lvlText") or "",
        suffix=suffix,
        is_decimal=level.find(qn("w:isLgl")) is not None,
        restarts_after=depth if restart is None else int(restart),
        font=font,
    )


def _style_numbers(styles: Any) -> Iterator[tuple[str, tuple[str | None, int | None]]]:
    for style in styles.findall(qn("w:style")):
        numbers = style.find(f"{qn('w:pPr')}/{qn('w:numPr')}")
        if numbers is not None:
            depth = _value(numbers, "w:ilvl")
            yield style.get(qn("w:styleId")), (_value(numbers, "w:numId"), int(depth) if depth else None)


def _based_on(styles: Any) -> Iterator[tuple[str, str]]:
    for style in styles.findall(qn("w:style")):
        other = _value(style, "w:basedOn")
        if other:
            yield style.get(qn("w:styleId")), other


def _value(element: Any, name: str) -> str | None:
    found = element.find(qn(name))
    return None if found is None else found.get(qn("w:val"))


def _depth(element: Any) -> int:
    return int(element.get(qn("w:ilvl")) or 0)


# -- how a count is printed ---------------------------------------------------------------------------------


def _from(characters: str) -> Callable[[int], str]:
    return lambda count: characters[(count - 1) % len(characters)] if count > 0 else "0"


def _enclosed(first: str, most: int) -> Callable[[int], str]:
    return lambda count: chr(ord(first) + count - 1) if 0 < count <= most else str(count)


def _circled(count: int) -> str:
    if count == 0:
        return "⓪"
    for first, last, character in ((1, 20, "①"), (21, 35, "㉑"), (36, 50, "㊱")):
        if first <= count <= last:
            return chr(ord(character) + count - first)
    return str(count)


def _letters(first: str) -> Callable[[int], str]:
    return lambda count: chr(ord(first) + (count - 1) % 26) * ((count - 1) // 26 + 1) if count > 0 else "0"


def _roman(count: int) -> str:
    shown = ""
    for value, letters in zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("M", "CM", "D", "CD", "C", "XC", "L", "XL", "X", "IX", "V", "IV", "I"),
        strict=True,
    ):
        times, count = divmod(count, value)
        shown += letters * times
    return shown


def _counting(digits: str, *, spells_one: bool) -> Callable[[int], str]:
    """Return how counts up to 9999 are written with ten, hundred and thousand: 二十三."""

    def written(count: int) -> str:
        shown = ""
        for place, unit in zip((1000, 100, 10, 1), ("千", "百", "拾" if spells_one else "十", ""), strict=True):
            digit, count = divmod(count, place)
            if digit:
                shown += ("" if digit == 1 and unit and not spells_one else digits[digit]) + unit
        return shown or digits[0]

    return written


def _digit_by_digit(count: int) -> str:
    return "".join(_DIGITS[int(digit)] for digit in str(count))


FORMATS: dict[str, Callable[[int], str]] = {
    "decimal": str,
    "decimalHalfWidth": str,
    "decimalZero": lambda count: f"{count:02d}",
    "decimalFullWidth": lambda count: str(count).translate(_FULL_WIDTH),
    "decimalFullWidth2": lambda count: str(count).translate(_FULL_WIDTH),
    "decimalEnclosedCircle": _circled,
    "decimalEnclosedCircleChinese": _circled,
    "decimalEnclosedParen": _enclosed("⑴", 20),
    "decimalEnclosedFullstop": _enclosed("⒈", 20),
    "ideographEnclosedCircle": _enclosed("㊀", 10),
    "ideographDigital": _digit_by_digit,
    "japaneseDigitalTenThousand": _digit_by_digit,
    "japaneseCounting": _counting(_DIGITS, spells_one=False),
    "chineseCounting": _counting(_DIGITS, spells_one=False),
    "japaneseLegal": _counting(_LEGAL, spells_one=True),
    "ideographTraditional": _from("甲乙丙丁戊己庚辛壬癸"),
    "ideographZodiac": _from("子丑寅卯辰巳午未申酉戌亥"),
    "aiueo": _from(_HALF_AIUEO),
    "aiueoFullWidth": _from(_AIUEO),
    "irohaFullWidth": _from(_IROHA),
    "lowerLetter": _letters("a"),
    "upperLetter": _letters("A"),
    "lowerRoman": lambda count: _roman(count).lower(),
    "upperRoman": _roman,
    "none": lambda count: "",
}
"""How a count is printed, by Word's name of the kind."""
