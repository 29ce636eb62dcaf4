"""Excel workbooks into raw text: cells as they are displayed, tables apart from the text around them."""

from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Border, Side

from analysis.errors import WardPlansError
from analysis.importing.convert import convert
from analysis.importing.number_formats import UnshownFormatError, displayed
from importing_originals import excel, lines, noted, with_parts

THIN = Side(style="thin")
ERA = '[$-411]ggge"年"m"月"d"日"'
DAY = datetime(2025, 3, 31)
ACCOUNTING = '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '

SHOWN = [
    (0.97, "0.0%", "97.0%"),
    (0.97, "0%", "97%"),
    (0.005, "0%", "1%"),
    (1240, "#,##0", "1,240"),
    (1234567.5, "#,##0.0", "1,234,567.5"),
    (-1240, "#,##0;[Red]-#,##0", "-1,240"),
    (-1240, '#,##0;"△ "#,##0', "△ 1,240"),
    (-0.045, '0.0%;"▲"0.0%', "▲4.5%"),
    (0, '0;-0;"―"', "―"),
    (0, "#", ""),
    (3, '0"件"', "3件"),
    (3, "0件", "3件"),
    (3, 'General"件"', "3件"),
    (1790000, '"約"#,##0,"千件"', "約1,790千件"),
    (12, '[>=10]0"多";0"少"', "12多"),
    (2, '[>=10]0"多";0"少"', "2少"),
    (1670001, "000-0000", "167-0001"),
    (7, "000", "007"),
    (2.5, "0", "3"),
    (1.005, "0.00", "1.01"),
    (1234.5, "0.0##", "1234.5"),
    (0.5, ".00", ".50"),
    (100, "[$¥-411]#,##0", "¥100"),
    (1234, ACCOUNTING, " 1,234 "),
    (0, ACCOUNTING, " - "),
    (0.1 + 0.2, "General", "0.3"),
    (1 / 3, "General", "0.333333333"),
    (1240, "General", "1240"),
    (123456789012, "General", "1.23457E+11"),
    (1.5e10, "0.00E+00", "1.50E+10"),
    (True, "General", "TRUE"),
    ("課", "General", "課"),
    ("課", '@"長"', "課長"),
    ("課", "0.0%", "課"),
    (DAY, "yyyy/m/d", "2025/3/31"),
    (DAY, 'yyyy"年"m"月"d"日"', "2025年3月31日"),
    (DAY, ERA, "令和7年3月31日"),
    (DAY, "[$-411]ge.m.d;@", "R7.3.31"),
    (datetime(2019, 4, 30), ERA, "平成31年4月30日"),
    (datetime(2019, 5, 1), ERA, "令和1年5月1日"),
    (datetime(2019, 5, 1), '[$-ja-JP-x-gannen]ggge"年"m"月"d"日"', "令和元年5月1日"),
    (date(1989, 1, 7), "ggge", "昭和64"),
    (DAY, "m/d(aaa)", "3/31(月)"),
    (DAY, "yyyy-mm-dd", "2025-03-31"),
    (DAY, "mmm-yy", "Mar-25"),
    (datetime(2025, 3, 31, 14, 5), "yyyy/m/d h:mm", "2025/3/31 14:05"),
    (datetime(2025, 3, 31, 14, 5), "h:mm AM/PM", "2:05 PM"),
    (time(9, 5), "h:mm", "9:05"),
    (timedelta(hours=424, minutes=44), "[h]:mm", "424:44"),
    (timedelta(hours=424, minutes=44), '[h]"時間"mm"分"', "424時間44分"),
]


@pytest.mark.parametrize(("value", "code", "shown"), SHOWN, ids=lambda part: str(part)[:24])
def test_a_value_is_shown_as_its_format_says(value: object, code: str, shown: str) -> None:
    assert displayed(value, code) == shown  # type: ignore[arg-type]


@pytest.mark.parametrize("code", ["# ?/?", "[DBNum1]0", "rrr", "0.0x", "[$-411]午前/午後h:mm"])
def test_a_format_that_is_not_known_is_told(code: str) -> None:
    with pytest.raises(UnshownFormatError):
        displayed(datetime(2025, 3, 31) if "h" in code else 1.5, code)


@given(st.integers(-(10**14), 10**14))
def test_a_whole_number_keeps_its_digits(number: int) -> None:
    assert displayed(number, "#,##0") == f"{number:,}"
    assert displayed(number, "0") == str(number)


@given(st.integers(-(10**9), 10**9), st.integers(1, 4))
def test_a_share_keeps_its_digits(number: int, places: int) -> None:
    shown = displayed(number / 10 ** (places + 2), f"0.{'0' * places}%")
    assert int(shown.replace(".", "").rstrip("%")) == number


# -- sheets -------------------------------------------------------------------------------------------------


def test_each_sheet_follows_its_mark_and_each_cell_stands_at_its_place(tmp_path: Path) -> None:
    rows = [["指標", "値"], ["件数", 1240], ["率", None], [None, 3]]
    path = excel(tmp_path / "a.xlsx", {"KPI 一覧": rows, "取組": [["取組1-1 窓口"], [], ["本文である。"]]})
    assert lines(path) == [
        *("[[sheet KPI 一覧]]", "指標\t値", "件数\t1240", "率\t", "\t3"),
        *("[[sheet 取組]]", "取組1-1 窓口", "", "本文である。"),
    ]
    assert convert(path).page_count == 2


def test_titles_and_notes_of_a_table_are_plain_lines(tmp_path: Path) -> None:
    rows = [["成果指標の推移"], ["指標", "値"], ["件数", 3], ["※ 年度末の値"], [], ["次の表"], ["a", "b", "c"]]
    assert lines(excel(tmp_path / "a.xlsx", {"表": rows}))[1:] == [
        *("成果指標の推移", "", "指標\t値", "件数\t3", "", "※ 年度末の値", "", "次の表", "", "a\tb\tc"),
    ]


def test_a_row_with_borders_belongs_to_its_table_though_one_cell_is_filled(tmp_path: Path) -> None:
    path = excel(tmp_path / "a.xlsx", {"表": [["指標", "値"], ["件数", 3], ["備考"]]})
    book = load_workbook(path)
    for row in book.worksheets[0].iter_rows(min_row=1, max_row=4, max_col=2):
        for cell in row:
            cell.border = Border(left=THIN, right=THIN, top=THIN, bottom=THIN)
    book.save(path)
    assert lines(path)[1:] == ["指標\t値", "件数\t3", "備考\t"]


def test_merged_cells_leave_empty_ones_and_the_margin_is_none(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.title = "表"
    for place, value in [("B2", "指標"), ("C2", "実績"), ("C3", "令和4年度"), ("D3", "令和5年度"), ("B4", "件数")]:
        sheet[place] = value
    sheet["C4"], sheet["D4"] = 1, "a\nb"
    for merged in ("B2:B3", "C2:D2"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    assert lines(tmp_path / "a.xlsx")[1:] == ["指標\t実績\t", "\t令和4年度\t令和5年度", "件数\t1\ta<br>b"]


def test_dates_and_shares_are_shown_as_in_excel(tmp_path: Path) -> None:
    book = Workbook()
    sheet = book.worksheets[0]
    sheet.append(["時点", "率", "件数", "既定の日付", "長い日付"])
    sheet.append([DAY, 0.97, 1240, DAY, 45747])
    for column, code in enumerate([ERA, "0.0%", "#,##0"], 1):
        sheet.cell(2, column).number_format = code
    sheet.cell(2, 4).number_format = "mm-dd-yy"
    book.save(tmp_path / "a.xlsx")

    def long_date(parts: dict[str, bytes]) -> None:
        # Number 31 is a date in a Japanese Excel; openpyxl knows it not.
        styles = parts["xl/styles.xml"].decode()
        styles = styles.replace("</cellXfs>", '<xf numFmtId="31" fontId="0" fillId="0" borderId="0"/></cellXfs>')
        parts["xl/styles.xml"] = styles.encode()
        count = styles.split("<cellXfs")[1].split("</cellXfs>")[0].count("<xf ") - 1
        page = parts["xl/worksheets/sheet1.xml"].decode()
        parts["xl/worksheets/sheet1.xml"] = page.replace('<c r="E2"', f'<c r="E2" s="{count}"').encode()

    path = with_parts(tmp_path / "a.xlsx", long_date)
    assert lines(path)[2] == "令和7年3月31日\t97.0%\t1,240\t2025/3/31\t2025年3月31日"


def test_hidden_sheets_rows_and_columns_are_left_out_and_said(tmp_path: Path) -> None:
    rows = [["指標", "下書き", "値"], ["件数", "x", 3], ["内訳", "y", 4]]
    path = excel(tmp_path / "a.xlsx", {"表": rows, "作業用": [["秘"]]})
    book = load_workbook(path)
    book["表"].column_dimensions["B"].hidden = True
    book["表"].row_dimensions[3].hidden = True
    book["作業用"].sheet_state = "hidden"
    book.save(path)
    imported = convert(path)
    assert imported.text.splitlines() == ["[[sheet 表]]", "指標\t値", "件数\t3"]
    assert noted(imported, "sheet '表': hidden and left out: column B, row 3")
    assert noted(imported, "sheet '作業用' is hidden and was left out")


def test_one_changed_figure_changes_one_line(tmp_path: Path) -> None:
    rows: list[list[object]] = [["指標", "値"], *([f"指標{n}", n * 13] for n in range(1, 60))]
    before = lines(excel(tmp_path / "a.xlsx", {"表": rows}))
    rows[40][1] = 7
    after = lines(excel(tmp_path / "b.xlsx", {"表": rows}))
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [("指標40\t520", "指標40\t7")]


# -- formulas -----------------------------------------------------------------------------------------------


def calculated(result: bytes) -> object:
    """A change that makes B2 a formula whose result is stored, as Excel saves it."""

    def change(parts: dict[str, bytes]) -> None:
        page = parts["xl/worksheets/sheet1.xml"]
        start = page.index(b'<c r="B2"')
        end = page.index(b"</c>", start) + 4
        parts["xl/worksheets/sheet1.xml"] = page[:start] + result + page[end:]
        parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(b'fullCalcOnLoad="1"', b"")

    return change


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        (b'<c r="B2"><f>1+2</f><v>3</v></c>', "件数\t3"),
        (b'<c r="B2" t="str"><f>IF(1,"","")</f><v></v></c>', "件数\t"),
        (b'<c r="B2" t="str"><f>"a"</f><v>a</v></c>', "件数\ta"),
        (b'<c r="B2" t="e"><f>1/0</f><v>#DIV/0!</v></c>', "件数\t#DIV/0!"),
    ],
)
def test_a_formula_shows_its_stored_result(tmp_path: Path, cell: bytes, shown: str) -> None:
    path = excel(tmp_path / "a.xlsx", {"表": [["指標", "値"], ["件数", 5]]})
    assert lines(with_parts(path, calculated(cell)))[2] == shown  # type: ignore[arg-type]


@pytest.mark.parametrize("cell", [b'<c r="B2"><f>1+2</f></c>', b'<c r="B2"><f>1+2</f><v></v></c>'])
def test_a_formula_without_a_stored_result_is_refused(tmp_path: Path, cell: bytes) -> None:
    path = excel(tmp_path / "a.xlsx", {"表": [["指標", "値"], ["件数", 5]]})
    with pytest.raises(WardPlansError, match="sheet '表', cell B2: a formula whose result is not stored"):
        convert(with_parts(path, calculated(cell)))  # type: ignore[arg-type]


def test_a_workbook_that_no_excel_has_calculated_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WardPlansError, match="cell B1: a formula whose result is not stored"):
        convert(excel(tmp_path / "a.xlsx", {"表": [["合計", "=1+2"]]}))


# -- what is refused ----------------------------------------------------------------------------------------


def test_empty_sheets_are_said_and_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    path = excel(tmp_path / "a.xlsx", {"空": [], "表": [["a", "b"]]})
    assert lines(path) == ["[[sheet 表]]", "a\tb"]
    assert noted(convert(path), "sheet '空' is empty")
    with pytest.raises(WardPlansError, match="no text"):
        convert(excel(tmp_path / "b.xlsx", {"空": []}))


def test_a_number_format_that_is_not_known_is_refused_by_cell(tmp_path: Path) -> None:
    book = Workbook()
    book.worksheets[0]["C7"] = 0.5
    book.worksheets[0]["C7"].number_format = "# ?/?"
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(
        WardPlansError, match=r"cell C7: cannot tell how Excel shows 0\.5 in the number format '# \?/\?'"
    ):
        convert(tmp_path / "a.xlsx")


@pytest.mark.parametrize(
    "name", ["xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml", "[Content_Types].xml"]
)
def test_a_damaged_file_is_refused(tmp_path: Path, name: str) -> None:
    def break_off(parts: dict[str, bytes]) -> None:
        parts[name] = parts[name][:60]

    path = with_parts(excel(tmp_path / "a.xlsx", {"表": [["a", "b"]]}), break_off)
    with pytest.raises(WardPlansError, match="damaged or not written as Excel does"):
        convert(path)
