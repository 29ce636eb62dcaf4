"""Years, fiscal years and months as the documents print them."""

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from kanjize import number2kanji

from analysis.errors import WardPlansError
from analysis.reading.eras import (
    BareYearError,
    FiscalYear,
    PrintedMonth,
    UnknownEraError,
    UnparsableYearError,
    YearLabel,
    fiscal_year,
    fiscal_year_label,
    fiscal_years,
    fiscal_years_between,
    is_year_range,
    matched_year,
    printed_month,
    year_or_month,
)

FULL_WIDTH = str.maketrans("0123456789()MTSHR", "０１２３４５６７８９（）ＭＴＳＨＲ")
FIRST_YEARS = {"明治": 1868, "大正": 1912, "昭和": 1926, "平成": 1989, "令和": 2019}
LETTERS = dict(zip(FIRST_YEARS, "MTSHR", strict=True))

era_years = st.tuples(st.sampled_from(tuple(FIRST_YEARS)), st.integers(1, 99))
western_years = st.integers(1868, 2200)
spaces = st.sampled_from(("", " ", "\u3000", "\n"))


@pytest.mark.parametrize(
    ("printed", "year", "is_era_valid"),
    [
        ("令和元年度", 2019, True),
        ("令和 4 年度", 2022, True),
        ("令和5年度", 2023, True),
        ("令和五年度", 2023, True),
        ("令和31年度", 2049, True),
        ("R6年度", 2024, True),
        ("Ｒ６年度", 2024, True),
        ("2023年度", 2023, True),
        ("２０２３年度", 2023, True),
        ("二〇二三年度", 2023, True),
        ("平成28年度", 2016, True),
        ("平 成 2 8 年 度", 2016, True),
        ("平 成 2 8", 2016, True),
        ("平成 2 8 年度", 2016, True),
        ("平成二十八年度", 2016, True),
        ("平成二八年度", 2016, True),
        ("平成28（2016）年度", 2016, True),
        ("平成28(2016)年度", 2016, True),
        ("2016（平成28）年度", 2016, True),
        ("平成28年度（2016年度）", 2016, True),
        ("平成28年度（2016）", 2016, True),
        ("平成28（2016年度）", 2016, True),
        ("2025(令和7)年度", 2025, True),
        ("２０２５（令和７）年度", 2025, True),
        ("2025年度(令和7年度)", 2025, True),
        ("2025(R7)年度", 2025, True),
        ("R6", 2024, True),
        # the year of two names, and the years that never were
        ("平成31年度", 2019, True),
        ("平成32年度", 2020, False),
        ("平成32（2020）年度", 2020, False),
        ("2020（平成32）年度", 2020, False),
        ("H33年度", 2021, False),
        # the other changes of era: a fiscal year counts where it has a day
        ("明治元年度", 1868, True),
        ("明治45年度", 1912, True),
        ("明治46年度", 1913, False),
        ("大正元年度", 1912, True),
        ("大正15年度", 1926, True),
        ("昭和元年度", 1926, True),
        ("昭和38年度", 1963, True),
        ("昭和60年度", 1985, True),
        ("昭和63年度", 1988, True),
        ("昭和64年度", 1989, False),
        ("平成元年度", 1989, True),
        ("平成2年度", 1990, True),
    ],
)
def test_fiscal_years_as_printed(printed: str, year: int, is_era_valid: bool) -> None:
    assert fiscal_year(printed) == FiscalYear(year=year, printed=printed, is_era_valid=is_era_valid)


@pytest.mark.parametrize(
    ("printed", "year", "month", "in_fiscal_year"),
    [
        ("令和3年3月", 2021, 3, 2020),
        ("令和 6 年 3 月", 2024, 3, 2023),
        ("令和2年12月", 2020, 12, 2020),
        ("令和元年5月", 2019, 5, 2019),
        ("平成31（2019）年3月", 2019, 3, 2018),
        ("平成31(2019)年3月", 2019, 3, 2018),
        ("平成31年（2019年）3月", 2019, 3, 2018),
        ("平成 31（2019）年 3 月", 2019, 3, 2018),
        ("平成28年4月", 2016, 4, 2016),
        ("平 成 2 9 年 1 2 月", 2017, 12, 2017),
        ("令和五年十月", 2023, 10, 2023),
        ("平成32年3月", 2020, 3, 2019),
        ("2019年3月", 2019, 3, 2018),
        ("R6.5", 2024, 5, 2024),
        ("Ｒ６．５", 2024, 5, 2024),
        ("H31.3", 2019, 3, 2018),
        ("2024/05", 2024, 5, 2024),
    ],
)
def test_months_as_printed(printed: str, year: int, month: int, in_fiscal_year: int) -> None:
    assert printed_month(printed) == PrintedMonth(year=year, month=month, fiscal_year=in_fiscal_year)


@pytest.mark.parametrize(
    "text",
    [
        "", "―", "年度", "令和", "令和年度", "平成0年度", "平成〇年度", "令和-1", "令和-1年度", "令和－1年度",
        "令和100年度", "平成28（2017）年度", "平成31年度（2020年度）", "2016（平成29）年度",
        "令和5（平成36）年度", "平成29年度（平成28年度決算）", "令和5年", "平成28年", "2023", "2023年",
        "令和5年度末", "令和7年度以降", "令和3年度から令和6年度", "令和4年度～令和5年度", "(令和元年度)",
        "平成二三十年度", "令和½年度", "第5次", "2025(令和6)年度", "2025年度(令和6)", "平成13~15年度",
        "5月", "R6.5",
    ],
)  # fmt: skip
def test_what_is_not_one_fiscal_year_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnparsableYearError, match=re.escape(repr(text))) as refusal:
        fiscal_year(text)
    assert "expected" in str(refusal.value)
    assert isinstance(refusal.value, WardPlansError)


@pytest.mark.parametrize(
    "text", ["慶応3年度", "32年度", "16年度", "X5年度", "r6年度", "元年度", "1867年度", "平戌28年度"]
)
def test_an_era_that_is_not_known_is_named(text: str) -> None:
    with pytest.raises(UnknownEraError, match=text):
        fiscal_year(text)


@pytest.mark.parametrize(
    "text",
    [
        "令和3年", "令和3年度", "令和3年0月", "令和3年13月", "R6.13", "R6.0", "3月", "平成31（2020）年3月",
        "", "令和3年3月末", "令和3年3月1日", "平成0年3月", "5.5", "9/1", "慶応3年3月", "令和3年二三十月",
    ],
)  # fmt: skip
def test_what_is_not_one_month_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnparsableYearError, match=re.escape(repr(text))):
        printed_month(text)


@pytest.mark.parametrize(
    ("year", "label"),
    [
        (2018, YearLabel("平成30年度", "FY2018", "平成", 30, None)),
        (2019, YearLabel("令和元年度", "FY2019", "令和", 1, "平成31年度")),
        (2020, YearLabel("令和2年度", "FY2020", "令和", 2, "平成32年度")),
        (2023, YearLabel("令和5年度", "FY2023", "令和", 5, "平成35年度")),
        (1989, YearLabel("平成元年度", "FY1989", "平成", 1, None)),
        (1988, YearLabel("昭和63年度", "FY1988", "昭和", 63, None)),
        (1963, YearLabel("昭和38年度", "FY1963", "昭和", 38, None)),
        (1868, YearLabel("明治元年度", "FY1868", "明治", 1, None)),
    ],
)
def test_labels(year: int, label: YearLabel) -> None:
    assert fiscal_year_label(year) == label


def test_years_before_the_known_eras_have_no_label() -> None:
    with pytest.raises(UnknownEraError, match="1867"):
        fiscal_year_label(1867)


@given(western_years.filter(lambda year: year < 2019 + 99))
def test_a_label_reads_back_as_a_year_of_its_era(year: int) -> None:
    label = fiscal_year_label(year)
    read = fiscal_year(label.label_ja)
    assert (read.year, read.is_era_valid) == (year, True)
    assert label.label_ja.startswith(label.era_ja)
    assert FIRST_YEARS[label.era_ja] + label.era_year - 1 == year


@given(st.integers(2019, 2087))
def test_an_alias_reads_back_as_the_same_year(year: int) -> None:
    alias = fiscal_year_label(year).alias_ja
    assert alias is not None
    read = fiscal_year(alias)
    assert (read.year, read.is_era_valid) == (year, year == 2019)


@given(era_years)
def test_every_spelling_of_an_era_year_is_the_same_year(printed: tuple[str, int]) -> None:
    era, number = printed
    year = FIRST_YEARS[era] + number - 1
    numbers = [str(number), number2kanji(number), *(["元"] if number == 1 else [])]
    spellings = [f"{name}{digits}年度" for name in (era, LETTERS[era]) for digits in numbers]
    spellings += [f"{era}{number}({year})年度", f"{year}（{LETTERS[era]}{number}）年度"]
    read = {(fiscal_year(spelling).year, fiscal_year(spelling).is_era_valid) for spelling in spellings}
    assert read in ({(year, True)}, {(year, False)})


@given(era_years, st.integers(1868, 2200))
def test_two_years_must_agree(printed: tuple[str, int], western: int) -> None:
    era, number = printed
    text = f"{era}{number}({western})年度"
    if FIRST_YEARS[era] + number - 1 == western:
        assert fiscal_year(text).year == western
    else:
        with pytest.raises(UnparsableYearError, match="agree"):
            fiscal_year(text)


@given(western_years)
def test_western_fiscal_years_read_back(year: int) -> None:
    assert fiscal_year(f"{year}年度") == FiscalYear(year, f"{year}年度", is_era_valid=True)


@given(st.dates(date(1989, 1, 1), date(2087, 12, 31)))
def test_months_read_back(day: date) -> None:
    read = printed_month(f"平成{day.year - 1988}年{day.month}月")
    assert (read.year, read.month) == (day.year, day.month)
    assert date(read.fiscal_year, 4, 1) <= date(day.year, day.month, 1) < date(read.fiscal_year + 1, 4, 1)
    assert printed_month(f"H{day.year - 1988}.{day.month}") == read
    assert printed_month(f"{day.year}年{day.month}月") == read


@given(era_years, spaces)
def test_spaces_and_full_width_forms_change_nothing(printed: tuple[str, int], space: str) -> None:
    era, number = printed
    text = f"{era}{number}({FIRST_YEARS[era] + number - 1})年度"
    expected = fiscal_year(text)
    for variant in (space.join(text), f"{space}{text}{space}", text.translate(FULL_WIDTH)):
        read = fiscal_year(variant)
        assert (read.year, read.is_era_valid) == (expected.year, expected.is_era_valid)
        assert read.printed == variant
        assert printed_month(f"{variant.rstrip()[:-1]}{space}3{space}月").year == expected.year


@given(
    st.one_of(
        st.text(),
        st.text(alphabet="明治大正昭和平成令MTSHR元年度月0123456789０９()（）./ 〇一二三十-", max_size=14),
    )
)
@example("令和" + "九" * 5000 + "年度")
@example("9" * 5000 + "年度")
def test_any_text_reads_as_a_year_or_is_refused(text: str) -> None:
    for read in (fiscal_year, printed_month):
        try:
            year = read(text).year
        except UnparsableYearError:
            continue
        assert 1868 <= year <= 9999


# -- years without an era, where the document says which one it means ----------------------------------------------


@pytest.mark.parametrize(
    ("printed", "era", "year"),
    [
        ("4年度", "令和", 2022),
        ("４ 年度", "令和", 2022),
        ("元年度", "令和", 2019),
        ("十年度", "令和", 2028),
        ("14年度", "平成", 2002),
        ("4(1992)年度", "平成", 1992),
        ("32年度", "平成", 2020),
        ("平成30年度", "令和", 2018),
        ("2023年度", "令和", 2023),
        ("2024(6)年度", "令和", 2024),
        ("30(2048)年度", "令和", 2048),
        ("32年度", "令和", 2050),
    ],
)
def test_the_declared_era_is_that_of_years_without_one(printed: str, era: str, year: int) -> None:
    assert fiscal_year(printed, era).year == year
    assert fiscal_year(printed, era).printed == printed


@pytest.mark.parametrize("printed", ["4年度", "元年度", "2024(6)年度", "3~5年度", "7年3月"])
def test_without_a_declared_era_such_a_year_is_refused(printed: str) -> None:
    read = printed_month if "月" in printed else fiscal_years if "~" in printed else fiscal_year
    with pytest.raises(BareYearError, match=r"expected .*before the year"):
        read(printed)


@pytest.mark.parametrize(
    ("printed", "era", "others"),
    [
        ("22年度", "令和", "平成22"),
        ("30年度", "令和", "平成30"),
        ("31年度", "令和", "平成31"),
        ("三十年度", "令和", "平成30"),
        ("28~30年度", "令和", "平成28"),
        ("31年3月", "令和", "平成31"),
        ("元年度", "平成", "令和1"),
        ("2年度", "平成", "令和2"),
        ("10年度", "平成", "令和10"),
        ("60年度", "平成", "昭和60"),
        ("30~2年度", "平成", "令和2"),
        ("9年度", "大正", "昭和9"),
    ],
)
def test_a_year_that_can_be_of_a_neighbouring_era_is_refused(printed: str, era: str, others: str) -> None:
    read = printed_month if "月" in printed else fiscal_years if "~" in printed else fiscal_year
    with pytest.raises(UnparsableYearError, match=rf"can be {others} as well as {era}\d+"):
        read(printed, era)


@pytest.mark.parametrize("printed", ["4", "4年", "0年度", "100年度", "2024(7)年度", "5.5", "9/1"])
def test_a_declared_era_makes_no_other_number_a_year(printed: str) -> None:
    for read in (fiscal_year, printed_month):
        with pytest.raises(UnparsableYearError):
            read(printed, "令和")


def test_a_month_without_an_era() -> None:
    assert printed_month("7年3月", "令和") == PrintedMonth(2025, 3, 2024)
    assert year_or_month("7年3月", "令和")[0].year == 2024
    assert year_or_month("7年度", "令和") == (FiscalYear(2025, "7年度", is_era_valid=True), None)


@given(st.integers(1, 21) | st.integers(32, 99))
def test_a_year_without_an_era_is_the_one_that_prints_it(number: int) -> None:
    assert fiscal_year(f"{number}年度", "令和").year == fiscal_year(f"令和{number}年度").year


# -- ranges ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "first", "last"),
    [
        ("平成13~15年度", 2001, 2003),
        ("平成13～15年度", 2001, 2003),
        ("平成１３〜１５年度", 2001, 2003),
        ("平 成 1 3 ～ 1 5 年 度", 2001, 2003),
        ("平成13年度~15年度", 2001, 2003),
        ("平成13年度~平成15年度", 2001, 2003),
        ("令和3年度から5年度まで", 2021, 2023),
        ("令和3年度から令和5年度", 2021, 2023),
        ("令和元~3年度", 2019, 2021),
        ("令和元年度—令和三年度", 2019, 2021),
        ("R5-R7", 2023, 2025),
        ("H29~R2年度", 2017, 2020),
        ("平成29~令和2年度", 2017, 2020),
        ("平成30~32年度", 2018, 2020),
        ("2021~2023年度", 2021, 2023),
        ("2021年度~2023年度", 2021, 2023),
        ("2023(令和5)年度~2027(令和9)年度", 2023, 2027),
        ("令和5(2023)~9(2027)年度", 2023, 2027),
        ("令和5年度(2023年度)~令和9年度(2027年度)", 2023, 2027),
        ("2021年度~令和5年度", 2021, 2023),
    ],
)
def test_ranges_as_printed(printed: str, first: int, last: int) -> None:
    years = fiscal_years(printed)
    assert (years.first.year, years.last.year) == (first, last)
    assert is_year_range(printed)


@pytest.mark.parametrize(
    ("printed", "era", "reason"),
    [
        ("平成29~2年度", None, "goes forward, not from 2017 to 1990"),
        ("平成29~2年度", "令和", "goes forward"),
        ("令和5~令和3年度", None, "goes forward"),
        ("令和5~5年度", None, "goes forward"),
        ("令和5~平成15年度", None, "goes forward"),
        ("2023~2021年度", None, "goes forward"),
        ("2021~23年度", None, "a western year at the end"),
        ("2021~23年度", "令和", "a western year at the end"),
        ("2023(令和5)~7年度", "令和", "a western year at the end"),
        ("13~令和2年度", None, "before the year"),
        ("3~5年度", None, "before the year"),
        ("令和5(2024)~7年度", None, "agree"),
        ("令和5~7(2026)年度", None, "agree"),
        ("光和5~7年度", None, "no known era"),
        ("令和5~光和7年度", None, "no known era"),
        ("令和5年~7年", None, "a fiscal year"),
        ("令和3~5月", None, "a fiscal year"),
        ("令和5年度", None, "a range of fiscal years"),
        ("令和5、7年度", None, "a range of fiscal years"),
        ("平成13~15~17年度", None, "a fiscal year"),
        ("~令和5年度", None, "a range"),
        ("", None, "a range"),
    ],
)
def test_what_is_no_range_that_goes_forward_is_refused(printed: str, era: str | None, reason: str) -> None:
    with pytest.raises(UnparsableYearError, match=reason):
        fiscal_years(printed, era)


def test_the_ends_of_a_range_may_stand_apart() -> None:
    assert fiscal_years_between("令和5年度", "9年度") == fiscal_years_between("令和5年度", "9年度", "平成")
    assert fiscal_years_between("令和5", "9年度").last == FiscalYear(2027, "9年度", is_era_valid=True)
    assert [year.is_era_valid for year in vars(fiscal_years("平成30~32年度")).values()] == [True, False]


@given(era_years, st.integers(1, 30))
def test_a_range_shares_the_era_it_prints(printed: tuple[str, int], length: int) -> None:
    era, number = printed
    last = min(number + length, 99)
    if last == number:
        return
    year = FIRST_YEARS[era] + number - 1
    for mark in (era, LETTERS[era]):
        for text in (
            f"{mark}{number}~{last}年度",
            f"{mark}{number}年度~{last}年度",
            f"{mark}{number}年度から{mark}{last}年度まで",
            f"{mark}{number}({year})~{last}({year + last - number})年度",
        ):
            years = fiscal_years(text)
            assert (years.first.year, years.last.year) == (year, year + last - number)
            with pytest.raises(UnparsableYearError):
                fiscal_year(text)


@given(era_years, era_years)
def test_a_range_goes_forward_or_is_refused(first: tuple[str, int], last: tuple[str, int]) -> None:
    text = f"{first[0]}{first[1]}~{last[0]}{last[1]}年度"
    begun, ended = (FIRST_YEARS[era] + number - 1 for era, number in (first, last))
    if begun < ended:
        years = fiscal_years(text)
        assert (years.first.year, years.last.year) == (begun, ended)
    else:
        with pytest.raises(UnparsableYearError, match="goes forward"):
            fiscal_years(text)


@given(
    st.text(alphabet="平成令和MTSHR元年度0123456789()~-から三十 ", max_size=18), st.sampled_from((None, "平成", "令和"))
)
def test_any_text_reads_as_a_range_or_is_refused(text: str, era: str | None) -> None:
    try:
        years = fiscal_years(text, era)
    except UnparsableYearError:
        return
    assert 1868 <= years.first.year < years.last.year <= 9999
    assert is_year_range(text)


# -- a year that a pattern takes out of a line ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("line", "pattern", "cut_off"),
    [
        ("平成30年度の実績", r"(?P<year>\d+年度)", "平成"),
        ("令和 5年度の実績", r"(?P<year>\d+年度)", "令和 "),
        ("H30年度の実績", r"(?P<year>\d+年度)", "H"),
        ("2023年度の実績", r"(?P<year>\d{2}年度)", "0"),
        ("平成元年度", r"(?P<year>元年度)", "平成"),
        ("令和15年度", r"令和1(?P<year>5年度)", "1"),
    ],
)
def test_a_pattern_that_cuts_a_year_is_refused(line: str, pattern: str, cut_off: str) -> None:
    match = re.search(pattern, line)
    assert match is not None
    with pytest.raises(UnparsableYearError, match=f"with '{cut_off}' before it, which the pattern .* leaves out"):
        matched_year(match)


@pytest.mark.parametrize(
    ("line", "pattern", "year"),
    [
        ("平成30年度の実績", r"(?P<year>(?:平成|令和)?\d+年度)", "平成30年度"),
        ("計画(6年度)", r"(?P<year>\d+年度)", "6年度"),
        ("取組1 6年度の実績", r"(?P<year>\d+年度)", "6年度"),
        ("KPI 6年度", r"(?P<year>\d+年度)", "6年度"),
        ("ICTR 6年度", r"(?P<year>\d+年度)", "6年度"),
        ("平成令和6年度", r"(?P<year>令和\d+年度)", "令和6年度"),
    ],
)
def test_a_pattern_that_takes_the_year_whole(line: str, pattern: str, year: str) -> None:
    match = re.search(pattern, line)
    assert match is not None
    assert matched_year(match) == year
