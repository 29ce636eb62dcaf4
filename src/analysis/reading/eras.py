"""Years as Japanese documents print them: eras (元号), western years, both at once, and fiscal years.

The first day of each era, by the act that began it:

- 明治: 明治改元の詔 (明治元年9月8日 行政官布告), which makes the whole of 慶応4年 明治元年: 25 January 1868.
- 大正: 明治45年7月30日 詔書 under 登極令 (明治42年皇室令第1号): the same day, 30 July 1912.
- 昭和: 大正15年12月25日 詔書 under 登極令: the same day, 25 December 1926.
- 平成: 元号を改める政令 (昭和64年政令第1号) under 元号法 (昭和54年法律第43号): the day after, 8 January 1989.
- 令和: 元号を改める政令 (平成31年政令第143号) under 元号法: 1 May 2019.

A fiscal year (年度) runs from 1 April to 31 March (地方自治法第208条) and has the number of the year it
begins in. The whole of fiscal 2019 is called 令和元年度 since 1 May 2019; 平成 in what was printed before
stays valid (改元に伴う元号による年表示の取扱いについて, 平成31年4月1日
新元号への円滑な移行に向けた関係省庁連絡会議申合せ).
"""

import re
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from analysis.documents.folding import fold_characters
from analysis.errors import WardPlansError
from analysis.reading.numerals import kanji_number


@dataclass(frozen=True)
class _Era:
    name: str
    letter: str
    starts_on: date


_ERAS = (
    _Era("明治", "M", date(1868, 1, 25)),
    _Era("大正", "T", date(1912, 7, 30)),
    _Era("昭和", "S", date(1926, 12, 25)),
    _Era("平成", "H", date(1989, 1, 8)),
    _Era("令和", "R", date(2019, 5, 1)),
)
_ERA_OF = {printed: era for era in _ERAS for printed in (era.name, era.letter)}
_NEXT_ERA = dict(pairwise(_ERAS))

_KANJI_DIGITS = str.maketrans("〇零一二三四五六七八九", "00123456789")
_NUMERAL = "〇零一二三四五六七八九十"
_NUMBER = rf"(?:[0-9]{{1,4}}|[{_NUMERAL}]{{1,4}})"
_YEAR = rf"([^\W\d_元{_NUMERAL}]*)(元|{_NUMBER})"
_YEARS = rf"{_YEAR}(?:\({_YEAR}\))?"
_FISCAL_YEAR = re.compile(rf"{_YEARS}(年度)?")
_MONTH = re.compile(rf"{_YEARS}(?:年({_NUMBER})月|[./]([0-9]{{1,2}}))")
_REPEATED_SUFFIX = re.compile(r"(年度?)\((\w+?)\1\)")


class UnparsableYearError(WardPlansError):
    """A text that is not exactly one year, fiscal year or month."""


class UnknownEraError(UnparsableYearError):
    """A year with a name before it that is no era, or a short year without an era."""


@dataclass(frozen=True)
class FiscalYear:
    """A printed fiscal year.

    Attributes:
        year: the calendar year it begins in (令和5年度 is 2023).
        printed: the text it was read from, unchanged.
        is_era_valid: no era is printed, or the fiscal year has at least a day in that era. 平成31年度 and
            令和元年度 have; 平成32年度, printed in plans made before the era changed, has not.
    """

    year: int
    printed: str
    is_era_valid: bool


@dataclass(frozen=True)
class PrintedMonth:
    """A printed month: calendar year, month 1 to 12, and the fiscal year it is in (2020 for 令和3年3月)."""

    year: int
    month: int
    fiscal_year: int


@dataclass(frozen=True)
class YearLabel:
    """What a fiscal year is called.

    Attributes:
        label_ja: 令和5年度, 令和元年度.
        label_en: FY2023.
        era_ja: 令和.
        era_year: 5; 1 for 元年.
        alias_ja: the name counted on in the era before (平成31年度 for 2019, 平成32年度 for 2020), which
            plans older than the era still print; None for years before the current era.
    """

    label_ja: str
    label_en: str
    era_ja: str
    era_year: int
    alias_ja: str | None


def fiscal_year(text: str) -> FiscalYear:
    """Return the fiscal year that a text consists of.

    Read are 令和5年度, 令和元年度, R6年度, 2023年度, kanji and full-width digits, spaces anywhere, an era and
    a western year together (平成28(2016)年度, 平成28年度(2016年度)), and an era year alone, as in column
    heads (平成28, R6). A year with 年 alone is a calendar year and refused.

    Raises:
        UnknownEraError: the name before the number is no era, or a short number has none (32年度).
        UnparsableYearError: anything else, among them 平成0年度 and an era year that disagrees with the western
            one.

    Example:
        >>> fiscal_year("平成32年度")
        FiscalYear(year=2020, printed='平成32年度', is_era_valid=False)
    """
    match = _FISCAL_YEAR.fullmatch(_reading_form(text))
    if match is None:
        raise _refusal(text, "a fiscal year such as 令和5年度, R6年度 or 2023年度")
    year, eras = _year_and_eras(text, match)
    if not (match[5] or eras):
        raise _refusal(text, "年度 after a western year")
    return FiscalYear(year=year, printed=text, is_era_valid=all(_reigns_in(era, year) for era in eras))


def printed_month(text: str) -> PrintedMonth:
    """Return the month that a text consists of.

    Read are 令和3年3月, 平成31(2019)年3月, 平成31年(2019年)3月, 2019年3月 and R6.5, with the same freedom of
    digits and spaces as in `fiscal_year`.

    Raises:
        UnknownEraError: as in `fiscal_year`.
        UnparsableYearError: anything else, among them a month outside 1 to 12.

    Example:
        >>> printed_month("令和3年3月")
        PrintedMonth(year=2021, month=3, fiscal_year=2020)
    """
    match = _MONTH.fullmatch(_reading_form(text))
    if match is None:
        raise _refusal(text, "a month such as 令和3年3月, 2021年3月 or R3.3")
    year, _ = _year_and_eras(text, match)
    month = _number(text, match[5] or match[6])
    if not 1 <= month <= 12:
        raise _refusal(text, "a month from 1 to 12")
    return PrintedMonth(year=year, month=month, fiscal_year=year if month >= 4 else year - 1)


def fiscal_year_label(year: int) -> YearLabel:
    """Return what the fiscal year that begins in the given calendar year is called.

    Where two eras share the year it begins in, the later one names it, as was laid down for 2019.

    Raises:
        UnknownEraError: a year before 1868, the first of the eras known here.

    Example:
        >>> fiscal_year_label(2019)
        YearLabel(label_ja='令和元年度', label_en='FY2019', era_ja='令和', era_year=1, alias_ja='平成31年度')
    """
    begun = [era for era in _ERAS if era.starts_on.year <= year]
    if not begun:
        raise UnknownEraError(f"no era is known for the fiscal year {year}: expected 1868 or later")
    era = begun[-1]
    return YearLabel(
        label_ja=_in_era(era, year),
        label_en=f"FY{year}",
        era_ja=era.name,
        era_year=_era_year(era, year),
        alias_ja=_in_era(begun[-2], year) if era is _ERAS[-1] else None,
    )


def _reading_form(text: str) -> str:
    """Return the text without spaces, 年 and 年度 once and after the parentheses: 平成31(2019)年3月."""
    squeezed = "".join(fold_characters(text).split())
    return _REPEATED_SUFFIX.sub(r"(\2)\1", squeezed)


def _year_and_eras(text: str, match: re.Match[str]) -> tuple[int, list[_Era]]:
    """Return the calendar year of the one or two printed years, which must agree, and the eras they name."""
    printed = [(match[1], match[2])] + ([(match[3], match[4])] if match[4] else [])
    years = {_calendar_year(text, era, number) for era, number in printed}
    if len(years) > 1:
        raise _refusal(text, f"two years that agree, not {sorted(years)}")
    return years.pop(), [_ERA_OF[era] for era, _ in printed if era]


def _calendar_year(text: str, era: str, number: str) -> int:
    value = 1 if number == "元" else _number(text, number)
    if not era and value >= _ERAS[0].starts_on.year:
        return value
    if era not in _ERA_OF:
        names = ", ".join(f"{known.name} ({known.letter})" for known in _ERAS)
        raise UnknownEraError(f"no known era in {text!r}: expected {names} before the year, or 1868年 or later")
    if not 1 <= value <= 99:
        raise _refusal(text, "an era year from 1 (元年) to 99")
    return _ERA_OF[era].starts_on.year + value - 1


def _number(text: str, printed: str) -> int:
    digits = printed.translate(_KANJI_DIGITS)
    if digits.isascii():
        return int(digits)
    try:
        return kanji_number(printed)
    except ValueError as error:
        raise _refusal(text, f"a number ({error})") from None


def _reigns_in(era: _Era, year: int) -> bool:
    successor = _NEXT_ERA.get(era)
    is_begun = era.starts_on < date(year + 1, 4, 1)
    return is_begun and (successor is None or date(year, 4, 1) < successor.starts_on)


def _era_year(era: _Era, year: int) -> int:
    return year - era.starts_on.year + 1


def _in_era(era: _Era, year: int) -> str:
    number = _era_year(era, year)
    return f"{era.name}{'元' if number == 1 else number}年度"


def _refusal(text: str, expected: str) -> UnparsableYearError:
    return UnparsableYearError(f"cannot read {text!r}: expected {expected}")
