"""Amounts as the documents print them, and every way of refusing what is not one amount."""

import re

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st
from kanjize import KanjizeConfiguration, KanjizeStyle, kanji2number, number2kanji

from analysis.errors import WardPlansError
from analysis.reading.numerals import KANJI_NUMERALS, Amount, UnparsableNumberError, kanji_number, parse_amount

FULL_WIDTH = str.maketrans("0123456789,./%-", "０１２３４５６７８９，．／％－")

words = st.sampled_from(("", "件", "手続", "手續", "手続き", "名", "人", "fm", "団体", "取組", "時間", "か所"))
units = words | st.just("%")
whole_numbers = st.integers(0, 10**15 - 1)


def amount(value: float, unit: str = "", *, about: bool = False, denominator: float | None = None) -> Amount:
    return Amount(value=value, unit_ja=unit, is_approximate=about, denominator=denominator)


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        # Nakano, 成果指標
        ("62.3%", amount(62.3, "%")),
        ("68.3%", amount(68.3, "%")),
        ("100%", amount(100, "%")),
        ("5%", amount(5, "%")),
        ("約 179 万件", amount(1_790_000, "件", about=True)),
        ("約 200 万件", amount(2_000_000, "件", about=True)),
        ("170 万件", amount(1_700_000, "件")),
        ("約 6 万件", amount(60_000, "件", about=True)),
        ("3 団体", amount(3, "団体")),
        ("約 5,900fm", amount(5_900, "fm", about=True)),
        ("約1万枚", amount(10_000, "枚", about=True)),
        ("0/15", amount(0, denominator=15)),
        ("15/15", amount(15, denominator=15)),
        ("0件", amount(0, "件")),
        ("29名", amount(29, "名")),
        ("44,025件", amount(44_025, "件")),
        ("138,069件", amount(138_069, "件")),
        # Ota, 指標と目標値
        ("29手続", amount(29, "手続")),
        ("288手續", amount(288, "手續")),
        ("24", amount(24)),
        ("1,390名", amount(1_390, "名")),
        ("25取組", amount(25, "取組")),
        ("43業務", amount(43, "業務")),
        ("1,240時間", amount(1_240, "時間")),
        ("2,000人", amount(2_000, "人")),
        # Koto
        ("12手続き", amount(12, "手続き")),
        ("121か国語", amount(121, "か国語")),
        ("1,635名", amount(1_635, "名")),
        ("5ヶ年", amount(5, "ヶ年")),
        # Sumida
        ("1,118億円", amount(111_800_000_000, "円")),
        ("約295万戸", amount(2_950_000, "戸", about=True)),
        ("6万文字", amount(60_000, "文字")),
        ("約3万品目", amount(30_000, "品目", about=True)),
        ("500Mbps", amount(500, "Mbps")),
    ],
)
def test_amounts_of_the_documents(printed: str, expected: Amount) -> None:
    assert parse_amount(printed) == expected


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("3千人", amount(3_000, "人")),
        ("1万2千", amount(12_000)),
        ("1万2,500人", amount(12_500, "人")),
        ("12億3400万", amount(1_234_000_000)),
        ("12 億 3400 万 円", amount(1_234_000_000, "円")),
        ("3千5百万", amount(35_000_000)),
        ("35百万円", amount(35_000_000, "円")),
        ("500千円", amount(500_000, "円")),
        ("1.5億円", amount(150_000_000, "円")),
        ("4.35百", amount(435)),
        ("1.1万", amount(11_000)),
        ("三十五件", amount(35, "件")),
        ("百二十", amount(120)),
        ("千二百三十四", amount(1_234)),
        ("一千万円", amount(10_000_000, "円")),
        ("五件", amount(5, "件")),
        ("一つ", amount(1, "つ")),
        ("およそ50人", amount(50, "人", about=True)),
        ("ほぼ100%", amount(100, "%", about=True)),
        ("約 -5", amount(-5, about=True)),
        ("-5", amount(-5)),
        ("▲5件", amount(-5, "件")),
        ("▲ 5", amount(-5)),
        ("−5", amount(-5)),
        ("３／１５", amount(3, denominator=15)),
        ("1,000 / 1,500件", amount(1_000, "件", denominator=1_500)),
        ("６２．３％", amount(62.3, "%")),
        ("約　１７９万件", amount(1_790_000, "件", about=True)),
        ("５，９００ｆｍ", amount(5_900, "ｆｍ")),
        ("\u30005 件\n", amount(5, "件")),
        ("⼗⼆件", amount(12, "件")),  # Kangxi radicals, as PDF fonts leave them
    ],
)
def test_other_ways_to_print_an_amount(printed: str, expected: Amount) -> None:
    assert parse_amount(printed) == expected


@pytest.mark.parametrize(
    "text",
    [
        "", " ", "—", "-", "－", "件", "約", "万件", "未着手", "○",
        # two numbers, ranges, enumerations
        "101 * 40窓口", "60 (60)", "2～3回", "2~3回", "3課5業務", "10 20", "1 240", "3万 2千", "1,240、1,300",
        "5+3", "約約5", "12桁の5", "27.5.1",
        # commas and points
        "1,24", "12,34", "1,2345", "1,,234", "0,123", ",123", "5.", ".5", "1.2.3", "1,5.2",
        # statements about an amount
        "90%以上", "10件以上", "5人未満", "30 件程度", "100余人", "10数件", "5名ほか", "3件増", "3%減",
        "30年頃", "3件の申請", "15手続きをメニューに追加", "100%デジタル化", "計160名", "第3期", "5件)",
        "(5件)", "5つ目の",
        # multipliers
        "1万12345", "1億1億", "1万1億", "1.5万2千", "5十万十", "万一", "千", "1万一千",
        # words that begin with a numeral, marks that look like one
        "一部", "一般", "十分", "千代田区", "三鷹", "一", "〇", "〇件", "5一部",
        # digits one by one: two or three
        "二三件", "五六人", "三五", "二〇二三", "二十三十", "一一十",
        # dates and impossible parts
        "6/11号", "9/1", "1/0", "0/0", "-1/15", "1/2/3", "1.5/3", "1/15.5", "3/15%",
        # signs and look-alikes
        "△5", "△ 5件", "--5", "- 5", "1O件", "2l名", "5²", "5①", "①", "½", "٣件", "5e5", "1_000", "0x10",
        "5m2", "inf", "nan", "9" * 16, "1" + "0" * 400, "5 件 名",
    ],
)  # fmt: skip
def test_what_is_not_one_amount_is_refused_by_name(text: str) -> None:
    with pytest.raises(UnparsableNumberError, match=re.escape(repr(text))) as refusal:
        parse_amount(text)
    assert "expected" in str(refusal.value)
    assert isinstance(refusal.value, WardPlansError)


@given(whole_numbers, units)
def test_whole_numbers_with_and_without_commas_read_back(number: int, unit: str) -> None:
    expected = amount(number, unit)
    assert parse_amount(f"{number}{unit}") == expected
    assert parse_amount(f"{number:,}{unit}") == expected
    assert parse_amount(f"-{number:,}{unit}") == amount(-number, unit)
    assert parse_amount(f"▲{number}{unit}") == amount(-number, unit)


@given(st.decimals(0, 10**9, places=3), units)
def test_decimals_read_back_as_the_nearest_double(number: object, unit: str) -> None:
    assert parse_amount(f"{number}{unit}") == amount(float(str(number)), unit)


@given(st.integers(10, 10**15 - 1), words)
def test_numbers_with_kanji_read_back(number: int, unit: str) -> None:
    mixed = number2kanji(number, KanjizeConfiguration(style=KanjizeStyle.MIXED))
    assert parse_amount(f"{mixed}{unit}") == amount(number, unit)
    in_kanji = number2kanji(number)
    assume(len(in_kanji) > 1)
    assert parse_amount(f"{in_kanji}{unit}") == amount(number, unit)


@given(st.integers(0, 10**6), st.integers(1, 10**6), words)
def test_fractions_read_back(numerator: int, denominator: int, unit: str) -> None:
    assume(numerator <= denominator)
    expected = amount(numerator, unit, denominator=denominator)
    assert parse_amount(f"{numerator}/{denominator}{unit}") == expected
    assert parse_amount(f"{numerator:,} / {denominator:,} {unit}") == expected


@given(
    st.sampled_from(("", "約", "およそ", "ほぼ")),
    st.one_of(
        whole_numbers.map(str),
        whole_numbers.map("{:,}".format),
        whole_numbers.map("-{}".format),
        st.integers(1, 9999).map("{}万".format),
        st.tuples(st.integers(0, 99), st.integers(0, 9)).map("{0[0]}.{0[1]}".format),
        st.integers(0, 15).map("{}/15".format),
    ),
    words,
    st.sampled_from(("", " ", "\u3000", "\u00a0", "\n")),
)
def test_spaces_and_full_width_forms_change_nothing(about: str, number: str, unit: str, space: str) -> None:
    expected = parse_amount(f"{about}{number}{unit}")
    assert parse_amount(f"{space}{about}{space}{number}{space}{unit}{space}") == expected
    assert parse_amount(f"{about}{number}{unit}".translate(FULL_WIDTH)) == expected


@given(st.integers(1, 9999), st.integers(1, 9999), st.sampled_from("万億"), words)
def test_what_follows_a_multiplier_may_have_thousands_commas(many: int, rest: int, multiplier: str, unit: str) -> None:
    value = many * {"万": 10**4, "億": 10**8}[multiplier] + rest
    assert parse_amount(f"{many:,}{multiplier}{rest:,}{unit}") == amount(value, unit)
    assert parse_amount(f"約{many}{multiplier}{rest}{unit}") == amount(value, unit, about=True)


@given(st.integers(10_000, 10**6), words)
def test_what_follows_a_multiplier_is_less_than_it(rest: int, unit: str) -> None:
    with pytest.raises(UnparsableNumberError, match="do not make one number"):
        parse_amount(f"1万{rest:,}{unit}")


@given(
    st.one_of(
        st.text(),
        st.text(alphabet=f"0123456789,./%-▲△約 万件名手続以上の()１２，{KANJI_NUMERALS}", max_size=20),
        st.text(alphabet=f"19.{KANJI_NUMERALS}", max_size=12),
    )
)
@example("九" * 5000)
@example("9" * 5000)
def test_any_text_reads_as_one_amount_or_is_refused(text: str) -> None:
    try:
        read = parse_amount(text)
    except UnparsableNumberError:
        return
    assert read.value == read.value and abs(read.value) < float("inf")
    assert read.unit_ja == "%" or read.unit_ja in text
    assert not re.search(rf"[\d{KANJI_NUMERALS}]", read.unit_ja)


@given(st.integers(1, 10**15))
def test_kanji_numbers_read_back(number: int) -> None:
    assert kanji_number(number2kanji(number)) == number


def test_the_library_reads_more_than_we_may() -> None:
    """These are why its answers are held against its own spelling; if it grows strict, ours can go."""
    assert kanji2number("二三") == 23
    assert kanji2number("一一十") == 110
    assert kanji2number("4.35百") == 434
    assert kanji2number("٣万") == 30_000
    with pytest.raises(ValueError, match="一一十"):
        kanji_number("一一十")


# -- hours with minutes -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "expected"),
    [
        ("424時間44分", amount(424 + 44 / 60, "時間")),
        ("118時間30分", amount(118.5, "時間")),
        ("約１，２４０ 時間 ６ 分", amount(1240.1, "時間", about=True)),
        ("0時間59分", amount(59 / 60, "時間")),
        ("3時間0分", amount(3, "時間")),
        ("3時間05分", amount(3 + 5 / 60, "時間")),
        ("▲3時間30分", amount(-3.5, "時間")),
        ("44分", amount(44, "分")),
    ],
)
def test_hours_with_minutes_are_hours(printed: str, expected: Amount) -> None:
    assert parse_amount(printed) == expected


@pytest.mark.parametrize(
    "text",
    [
        "1時間60分", "1時間61分", "1時間99分", "1時間100分", "1.5時間30分", "424時間44分30秒", "44分30秒", "2日3時間",
        "3年6か月", "12万時間30分", "1時間30分程度", "1時間30分以上", "1時間2時間", "時間30分", "1時間30",
        "1,24時間30分", "1/2時間30分", "24時間365日", "1時間-30分", "五時間三十分",
    ],
)  # fmt: skip
def test_other_amounts_of_two_units_are_refused(text: str) -> None:
    with pytest.raises(UnparsableNumberError, match=re.escape(repr(text))):
        parse_amount(text)


@given(st.integers(0, 10**9), st.integers(0, 59), st.booleans())
def test_hours_and_minutes_read_back(hours: int, minutes: int, about: bool) -> None:
    printed = f"{'約' if about else ''}{hours:,}時間{minutes}分"
    read = parse_amount(printed)
    assert round(read.value * 60) == 60 * hours + minutes
    assert read == amount((60 * hours + minutes) / 60, "時間", about=about)
    assert parse_amount(printed.translate(FULL_WIDTH)) == read


@given(st.integers(0, 10**6), st.integers(60, 10**6))
def test_an_hour_or_more_of_minutes_is_refused(hours: int, minutes: int) -> None:
    with pytest.raises(UnparsableNumberError):
        parse_amount(f"{hours}時間{minutes}分")
