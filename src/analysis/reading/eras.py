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

Where a document prints years without an era (4年度), its descriptor says which one it means; where a range prints one
era (平成13~15年度), it is that of both ends.
"""

import re
from dataclasses import dataclass, replace
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
_HAS_MONTH = re.compile(r"月|[0-9][./][0-9]")
_REPEATED_SUFFIX = re.compile(r"(年度?)\((\w+?)\1\)")
_SUFFIX_OF_ONE = re.compile(r"年度\((\w+)\)|\((\w+)年度\)")
_RANGE = re.compile(r"(.+?)(?:~|—|-|から)(.+?)(?:まで)?")
_NAMES = "|".join(era.name for era in _ERAS)
_LETTERS = "".join(era.letter for era in _ERAS)
_CUT_OFF = re.compile(rf"(?:(?:{_NAMES}|(?<![A-Za-z])[{_LETTERS}])\s*|[0-9])\Z")
# A year without an era is as likely one of the last of the era before (30年度 beside 令和5年度) or one of the first of
# the era after (2年度 beside 平成30年度).
_YEARS_EITHER_WAY = 10


class UnparsableYearError(WardPlansError):
    """A text that is not exactly one year, fiscal year or month."""


class UnknownEraError(UnparsableYearError):
    """A year with a name before it that is no era, or a short year without an era."""


class BareYearError(UnknownEraError):
    """A short year without an era, in a document that does not say which era it means by such years."""


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
class FiscalYearRange:
    """A printed range of fiscal years, the first before the last."""

    first: FiscalYear
    last: FiscalYear


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


def fiscal_year(text: str, era: str | None = None) -> FiscalYear:
    """Return the fiscal year that a text consists of.

    Read are 令和5年度, 令和元年度, R6年度, 2023年度, kanji and full-width digits, spaces anywhere, an era and
    a western year together in either order (平成28(2016)年度, 2025(令和7)年度, 平成28年度(2016年度)), and an era year
    alone, as in column heads (平成28, R6). A year with 年 alone is a calendar year and refused.

    Args:
        text: the print.
        era: the era of years printed without one (4年度), as the document's descriptor declares it. A year that can be
            among the last ten of the era before (30年度 for 令和) or the first ten of the era after (2年度 for 平成) is
            refused unless a western year stands with it.

    Raises:
        BareYearError: a short number has no era (32年度), and none is declared.
        UnknownEraError: the name before the number is no era.
        UnparsableYearError: anything else, among them 平成0年度 and an era year that disagrees with the western
            one.

    Example:
        >>> fiscal_year("平成32年度")
        FiscalYear(year=2020, printed='平成32年度', is_era_valid=False)
        >>> fiscal_year("4年度", era="令和").year
        2022
    """
    match = _FISCAL_YEAR.fullmatch(_reading_form(text))
    if match is None:
        raise _refusal(text, "a fiscal year such as 令和5年度, R6年度 or 2023年度")
    year, eras = _year_and_eras(text, match, era)
    if not (match[5] or match[1] or match[3]):
        raise _refusal(text, "年度 after a year without an era")
    return FiscalYear(year=year, printed=text, is_era_valid=all(_reigns_in(named, year) for named in eras))


def fiscal_years(text: str, era: str | None = None) -> FiscalYearRange:
    """Return the range of fiscal years that a text consists of.

    Between the years stands ~, —, - or から (with まで at the end). The first may leave out 年度. The last may leave
    out its era, which is then that of the first (平成13~15年度, 令和3年度~5年度); a change of era is printed
    (平成29~令和2年度).

    Raises:
        UnparsableYearError: anything else, among them a range that does not go forward (平成29~2年度) and a short last
            year after a western first one (2021~23年度). `BareYearError` and `UnknownEraError` as in `fiscal_year`.

    Example:
        >>> years = fiscal_years("平成13~15年度")
        >>> years.first.year, years.last.year
        (2001, 2003)
    """
    match = _RANGE.fullmatch(_squeezed(text))
    if match is None:
        raise _refusal(text, "a range of fiscal years such as 平成13~15年度 or 令和3年度から令和5年度まで")
    return fiscal_years_between(match[1], match[2], era)


def fiscal_years_between(first: str, last: str, era: str | None = None) -> FiscalYearRange:
    """Return the range of fiscal years whose ends are printed apart, as `fiscal_years` does.

    Example:
        >>> fiscal_years_between("令和3年度", "5年度").last.year
        2023
    """
    opening, closing = _squeezed(first), _squeezed(last)
    text = f"{first}~{last}"
    if closing.endswith("年度") and not opening.endswith("年度"):
        opening += "年度"
    shared = _shared_era(text, opening, closing)
    begun = fiscal_year(opening, era)
    ended = fiscal_year(shared + closing, era)
    if begun.year >= ended.year:
        raise _refusal(text, f"a range that goes forward, not from {begun.year} to {ended.year}")
    return FiscalYearRange(replace(begun, printed=first), replace(ended, printed=last))


def is_year_range(text: str) -> bool:
    """Return whether a text is written as a range (see `fiscal_years`), whatever is on its two sides."""
    return _RANGE.fullmatch(_squeezed(text)) is not None


def year_or_month(text: str, era: str | None = None) -> tuple[FiscalYear, PrintedMonth | None]:
    """Return the fiscal year that a text consists of, or that of the month it consists of, and that month.

    Raises:
        UnparsableYearError: as `fiscal_year`, or where a month is printed `printed_month`.
    """
    if not _HAS_MONTH.search(_squeezed(text)):
        return fiscal_year(text, era), None
    month = printed_month(text, era)
    return FiscalYear(month.fiscal_year, text, is_era_valid=True), month


def matched_year(match: re.Match[str], group: str = "year") -> str:
    """Return the year that a group of a match has taken out of a text, whole.

    Raises:
        UnparsableYearError: an era or a digit stands right before it: 5年度 of 令和5年度, 23年度 of 2023年度.
    """
    printed = match[group]
    before = _CUT_OFF.search(match.string[: match.start(group)])
    if before is None or not re.match(rf"[0-9元{_NUMERAL}]", printed):
        return printed
    raise _refusal(printed, f"the year with {before[0]!r} before it, which the pattern {match.re.pattern!r} leaves out")


def printed_month(text: str, era: str | None = None) -> PrintedMonth:
    """Return the month that a text consists of.

    Read are 令和3年3月, 平成31(2019)年3月, 平成31年(2019年)3月, 2019年3月 and R6.5, with the same freedom of
    digits and spaces as in `fiscal_year`; 7年3月 where an era is declared.

    Raises:
        UnknownEraError: as in `fiscal_year`, and so `BareYearError`.
        UnparsableYearError: anything else, among them a month outside 1 to 12.

    Example:
        >>> printed_month("令和3年3月")
        PrintedMonth(year=2021, month=3, fiscal_year=2020)
    """
    match = _MONTH.fullmatch(_reading_form(text))
    if match is None:
        raise _refusal(text, "a month such as 令和3年3月, 2021年3月 or R3.3")
    # 5.5 and 9/1 are many things; with 年 and 月 a number is a month.
    year, _ = _year_and_eras(text, match, era if match[5] else None)
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


def _squeezed(text: str) -> str:
    return "".join(fold_characters(text).split())


def _reading_form(text: str) -> str:
    """Return the text without spaces, 年 and 年度 once and after the parentheses: 平成31(2019)年3月."""
    return _SUFFIX_OF_ONE.sub(r"(\1\2)年度", _REPEATED_SUFFIX.sub(r"(\2)\1", _squeezed(text)))


def _shared_era(text: str, opening: str, closing: str) -> str:
    """Return the era that stands before the first year of a range and not before the last, '' where none is shared."""
    first, last = _FISCAL_YEAR.fullmatch(_reading_form(opening)), _FISCAL_YEAR.fullmatch(_reading_form(closing))
    if first is None or last is None or last[1] or _is_western(text, last[2]):
        return ""
    if not first[1] and _is_western(text, first[2]):
        raise _refusal(text, "a western year at the end as at the beginning")
    return first[1]


def _is_western(text: str, number: str) -> bool:
    return number != "元" and _number(text, number) >= _ERAS[0].starts_on.year


def _year_and_eras(text: str, match: re.Match[str], default: str | None) -> tuple[int, list[_Era]]:
    """Return the calendar year of the one or two printed years, which must agree, and the eras they count in."""
    printed = [(match[1], match[2])] + ([(match[3], match[4])] if match[4] else [])
    years = [_calendar_year(text, era, number, default) for era, number in printed]
    if len({year for year, _ in years}) > 1:
        raise _refusal(text, f"two years that agree, not {sorted(year for year, _ in years)}")
    if len(years) == 1 and not match[1]:
        _refuse_either_era(text, *years[0])
    return years[0][0], [era for _, era in years if era]


def _calendar_year(text: str, era: str, number: str, default: str | None) -> tuple[int, _Era | None]:
    """Return the calendar year of a printed one, and the era it counts in."""
    value = 1 if number == "元" else _number(text, number)
    if not era and _is_western(text, number):
        return value, None
    names = ", ".join(f"{known.name} ({known.letter})" for known in _ERAS)
    problem = f"no known era in {text!r}: expected {names} before the year, or 1868年 or later"
    if not era and default is None:
        raise BareYearError(problem)
    counted = _ERA_OF.get(era or str(default))
    if counted is None:
        raise UnknownEraError(problem)
    if not 1 <= value <= 99:
        raise _refusal(text, "an era year from 1 (元年) to 99")
    return counted.starts_on.year + value - 1, counted


def _refuse_either_era(text: str, year: int, era: _Era | None) -> None:
    """Refuse a year without an era that can be one of a neighbour of the declared era as well."""
    if era is None:
        return
    number, neighbours = _era_year(era, year), []
    for before, after in _NEXT_ERA.items():
        last = _era_year(before, after.starts_on.year)
        if after is era and last - _YEARS_EITHER_WAY < number <= last:
            neighbours.append(before)
        if before is era and number <= _YEARS_EITHER_WAY:
            neighbours.append(after)
    if neighbours:
        others = " or ".join(f"{other.name}{number}" for other in neighbours)
        raise _refusal(text, f"the era before a year that can be {others} as well as {era.name}{number}")


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
