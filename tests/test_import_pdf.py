"""PDF files into raw text: every character once, every cell at its place, whatever the file was made by."""

import random
from itertools import product
from pathlib import Path

import pytest
from reportlab.lib import colors
from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import LongTable, Paragraph, SimpleDocTemplate, Spacer, TableStyle

from analysis.errors import WardPlansError
from analysis.importing.convert import PageRange, convert
from importing_originals import FONT, canvas, grid, lines, noted, printed

SENTENCE = (
    "区では、令和5年3月に計画を策定し、デジタル技術を活用した区民サービスの向上と区政の効率化に取り組んでいます。"
)


def report(path: Path, rows: list[list[str]], *, before: str = "", repeat: int = 1) -> Path:
    """A report with a running header and page numbers, whose table goes over the pages."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    style = ParagraphStyle("text", fontName=FONT, fontSize=10, leading=16, wordWrap="CJK")

    def furniture(drawn, _document) -> None:  # type: ignore[no-untyped-def]
        drawn.setFont(FONT, 8)
        drawn.drawString(60, 810, "見本区 進捗状況報告書")
        drawn.drawCentredString(300, 30, f"- {drawn.getPageNumber()} -")

    cells = [[Paragraph(cell, style) for cell in row] for row in rows]
    table = LongTable(cells, repeatRows=repeat, style=TableStyle([("GRID", (0, 0), (-1, -1), 0.5, colors.black)]))
    document = SimpleDocTemplate(str(path), invariant=1, topMargin=60, bottomMargin=60)
    story = [Paragraph(before, style), Spacer(1, 20), table] if before else [table]
    document.build(story, onFirstPage=furniture, onLaterPages=furniture)
    return path


def test_a_paragraph_is_one_line_and_a_heading_another(tmp_path: Path) -> None:
    path = report(tmp_path / "a.pdf", [["項目", "値"], ["件数", "1,240件"]], before=SENTENCE * 3)
    text = lines(path)
    assert text[:2] == ["[[page 1]]", "見本区 進捗状況報告書"]
    assert "".join(text[2:]).startswith(SENTENCE * 3)
    assert text[-5:] == ["", "項目\t値", "件数\t1,240件", "", "- 1 -"]


def test_each_cell_of_a_table_over_pages_stands_at_its_place(tmp_path: Path) -> None:
    rows = [["指標", "実績", "目標"], *([f"指標{n}の名前", f"{n}件", f"{n * 7 + 1000:,}件"] for n in range(1, 121))]
    path = report(tmp_path / "a.pdf", rows)
    imported = convert(path)
    found = [line.split("\t") for line in imported.text.splitlines() if "\t" in line]
    pages = imported.page_count
    assert pages > 2
    assert [row for row in found if row != rows[0]] == rows[1:]
    assert found.count(rows[0]) == pages == imported.table_count
    marks = [line for line in imported.text.splitlines() if line.startswith("[[")]
    assert marks == [f"[[page {number}]]" for number in range(1, pages + 1)]
    assert imported.text.count("見本区 進捗状況報告書") == pages


def test_no_character_is_lost_or_doubled(tmp_path: Path) -> None:
    rows = [["区分", "内容"], *([f"第{n}", SENTENCE] for n in range(30))]
    path = report(tmp_path / "a.pdf", rows, before=SENTENCE)
    text = "".join(lines(path)).replace("<br>", "").replace("\t", "")
    assert text.count(SENTENCE) == 31
    assert all(text.count(f"第{n}区") == 1 for n in range(30))


@pytest.mark.parametrize("seed", range(12))
def test_whatever_stands_wherever_each_character_comes_out_once(tmp_path: Path, seed: int) -> None:
    """Pieces of any size at random places, over and beside grids: nothing is lost between cells, columns and lines."""
    chance = random.Random(seed)
    drawn = canvas(tmp_path / "a.pdf")
    alphabet = [bytes((0x88 + row, 0x9F + at)).decode("cp932") for row in range(8) for at in range(60)]
    for _ in range(chance.randint(0, 3)):
        x, y, width = chance.randint(20, 200), chance.randint(100, 700), chance.randint(30, 120)
        grid(drawn, [x, x + width, x + 2 * width], [y, y + 25, y + 50], sides=chance.random() < 0.5)
    written = []
    for _ in range(chance.randint(1, 60)):
        text = "".join(chance.choices(alphabet, k=chance.randint(1, 12)))
        drawn.setFont(FONT, chance.choice([6, 9, 10, 10, 10, 14, 24]))
        drawn.drawString(chance.randint(20, 300), chance.randint(30, 800), text)
        written.append(text)
    drawn.save()
    found = "".join(lines(tmp_path / "a.pdf")[1:]).replace("<br>", "").replace("\t", "").replace(" ", "")
    assert sorted(found) == sorted("".join(written))


def test_one_changed_figure_changes_one_line(tmp_path: Path) -> None:
    rows = [["指標", "値"], *([f"指標{n}", f"{n * 13}件"] for n in range(1, 60))]
    before = lines(report(tmp_path / "a.pdf", rows))
    rows[40][1] = "7件"
    after = lines(report(tmp_path / "b.pdf", rows))
    assert [(old, new) for old, new in zip(before, after, strict=True) if old != new] == [
        ("指標40\t520件", "指標40\t7件")
    ]


def test_the_same_bytes_give_the_same_text(tmp_path: Path) -> None:
    path = report(tmp_path / "a.pdf", [["項目", "値"], ["件数", "1件"]], before=SENTENCE)
    assert convert(path) == convert(path)


def test_a_row_that_may_be_the_rest_of_one_on_the_page_before_is_said(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for rows in ([("指標", "値"), ("件数のうち", "3件")], [("", "(再掲1件)"), ("率", "5%")], [("別", "1"), ("b", "2")]):
        drawn.setFont(FONT, 10)
        grid(drawn, [50, 200, 300], [660, 680, 700])
        for row, y in zip(rows, (685, 665), strict=True):
            for cell, x in zip(row, (60, 210), strict=True):
                drawn.drawString(x, y, cell)
        drawn.showPage()
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    assert imported.notes == (
        "page 2, table 1, row 1 (「(再掲1件)」): its first cell is empty; it may go on with the last row of page 1, or "
        "with a merged cell there",
    )


# -- tables -------------------------------------------------------------------------------------------------


def test_merged_cells_leave_empty_ones(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    grid(drawn, [50, 200, 300, 400], [500, 600])
    for y in (525, 550, 575):
        drawn.line(200, y, 400, y)
    drawn.line(50, 550, 400, 550)
    for x, y, text in [
        *((60, 570, "指標"), (210, 580, "実績"), (310, 580, "目標"), (210, 557, "令和5年度"), (310, 557, "令和7年度")),
        *((60, 520, "件数"), (210, 532, "1件"), (310, 532, "2件"), (210, 507, "3件"), (310, 507, "4件")),
    ]:
        drawn.drawString(x, y, text)
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == [
        *("指標\t実績\t目標", "\t令和5年度\t令和7年度", "件数\t1件\t2件", "\t3件\t4件"),
    ]


def test_a_table_without_rules_at_its_sides_is_one(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    grid(drawn, [50, 200, 300], [600, 620, 640], sides=False)
    for (x, y), text in zip(product((60, 210), (625, 605)), ("区分", "A", "数", "3"), strict=True):
        drawn.drawString(x, y, text)
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == ["区分\t数", "A\t3"]


def test_a_table_without_rules_is_kept_in_its_columns(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    rows = [("項目", "令和5年度", "令和6年度"), ("申請の受付", "10件", "20件"), ("相談", "1,240件", "5件")]
    for row, y in zip(rows, (640, 620, 600), strict=True):
        for x, text in zip((50, 200, 300), row, strict=True):
            drawn.drawString(x, y, text)
    drawn.drawString(50, 560, "以上のとおりである。")
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == [*("\t".join(row) for row in rows), "", "以上のとおりである。"]


def test_a_list_whose_numbers_stand_apart_is_no_table(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for number, y in enumerate((640, 620, 600), 1):
        drawn.drawString(50, y, f"({number})")
        drawn.drawString(100, y, f"第{number}の項目")
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == ["(1) 第1の項目", "(2) 第2の項目", "(3) 第3の項目"]


def test_a_frame_around_text_is_no_table(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.rect(50, 600, 300, 60)
    drawn.drawString(60, 640, "コラム")
    drawn.drawString(60, 620, "区の取組を紹介する。")
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    assert imported.text.splitlines()[1:] == ["コラム", "区の取組を紹介する。"]
    assert imported.table_count == 0


def test_a_raised_figure_joins_no_figure_before_it(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.drawString(50, 700, "対象は15")
    drawn.setFont(FONT, 6)
    drawn.drawString(50 + drawn.stringWidth("対象は15", FONT, 10), 704, "1")
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == ["対象は15¹"]


def test_text_between_the_cells_of_a_table_stands_in_a_cell(tmp_path: Path) -> None:
    """The upper left corner of a table is often without rules."""
    drawn = canvas(tmp_path / "a.pdf")
    grid(drawn, [50, 200, 300], [600, 620])
    grid(drawn, [200, 300], [620, 640])
    for x, y, text in ((60, 625, "単位:件"), (210, 625, "令和5年度"), (60, 605, "A"), (210, 605, "3")):
        drawn.drawString(x, y, text)
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == ["単位:件\t令和5年度", "A\t3"]


def test_the_words_of_columns_beside_one_another_are_not_joined(tmp_path: Path) -> None:
    """Lines with wide gaps are no paragraph, though the first fills the width of the page."""
    drawn = canvas(tmp_path / "a.pdf")
    for x, y, text in (
        (50, 640, "区の計画の"),
        (150, 640, "全庁で利用できる環境"),
        (50, 624, "活用"),
        (150, 624, "を整えた。"),
    ):
        drawn.drawString(x, y, text)
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == ["区の計画の 全庁で利用できる環境", "活用 を整えた。"]


# -- reading order ------------------------------------------------------------------------------------------


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    words = random.Random(1).sample("一二三四五六七八九十百千万億兆市町村区都道府県課部局室所係", 24)
    drawn.drawString(50, 760, "第1章 計画の背景")
    for at, word in enumerate(words):
        x, y = (50, 730 - 18 * at) if at < 12 else (310, 725 - 18 * (at - 12))
        drawn.drawString(x, y, word * 23 + ("。" if at % 3 == 2 else "は"))
    drawn.save()
    text = "".join(lines(tmp_path / "a.pdf"))
    places = [text.index(word * 23) for word in words]
    assert places == sorted(places)
    assert text.index("第1章") < places[0]


def test_text_around_a_table_stays_around_it(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.drawString(50, 600, "表の下の文である。")
    grid(drawn, [50, 200, 300], [640, 660, 680])
    for (x, y), text in zip(product((60, 210), (665, 645)), ("区分", "A", "数", "3"), strict=True):
        drawn.drawString(x, y, text)
    drawn.drawString(50, 700, "表の上の文である。")
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == ["表の上の文である。", "", "区分\t数", "A\t3", "", "表の下の文である。"]


def test_a_turned_page_is_read_as_it_is_shown(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.setPageRotation(90)
    drawn.translate(595, 0)
    drawn.rotate(90)
    drawn.drawString(50, 500, "横長の頁である。")
    grid(drawn, [50, 200, 300], [420, 440, 460])
    for (x, y), text in zip(product((60, 210), (445, 425)), ("区分", "A", "数", "3"), strict=True):
        drawn.drawString(x, y, text)
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    assert imported.text.splitlines()[1:] == ["横長の頁である。", "", "区分\t数", "A\t3"]
    assert imported.notes == ()


def test_text_printed_twice_to_look_bold_is_there_once(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for shift in (0, 0.3):
        drawn.drawString(50 + shift, 700, "重点施策")
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == ["重点施策"]


def test_list_items_are_not_joined_though_they_fill_the_line(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    items = ["・" + "あ" * 40, "・" + "い" * 40, "1 " + "う" * 40, "(2)" + "え" * 40]
    for number, item in enumerate(items):
        drawn.drawString(50, 700 - 16 * number, item)
    drawn.save()
    assert lines(tmp_path / "a.pdf")[1:] == items


# -- as Chromium prints -------------------------------------------------------------------------------------


def test_a_printed_web_page(tmp_path: Path) -> None:
    """Embedded subsets of a font, borders as rectangles, shaded header cells, a column of text beside another."""
    body = f"""
        <p>{SENTENCE}{SENTENCE}</p>
        <p>対象は15<sup>1</sup>件、①と②である。</p>
        <table><thead><tr><th rowspan=2>指標</th><th colspan=2>実績</th></tr>
        <tr><th>令和4年度</th><th>令和5年度</th></tr></thead><tr><td>交付率</td><td>62.3%</td><td>68.3%</td></tr>
        <tr><td rowspan=2>団体数</td><td></td><td>4団体</td>
        </tr><tr><td>5団体</td><td>6団体</td></tr></table>
        <div style="columns:2;column-gap:2em">
        <p>{"左の段の文が続いている。" * 12}</p><p>{"右の段の文が続いている。" * 12}</p></div>
        <p style="page-break-before:always">次の頁である。</p>"""
    style = "table{border-collapse:collapse;width:100%}td,th{border:1px solid #333}thead{background:#ddd}"
    text = [line for line in lines(printed(tmp_path, body, style)) if line]
    assert text[1:3] == [SENTENCE * 2, "対象は15¹件、①と②である。"]
    assert text[3:8] == [
        *("指標\t実績\t", "\t令和4年度\t令和5年度", "交付率\t62.3%\t68.3%", "団体数\t\t4団体", "\t5団体\t6団体"),
    ]
    columns = "".join(text[8:-2])
    assert columns == "左の段の文が続いている。" * 12 + "右の段の文が続いている。" * 12
    assert text[-2:] == ["[[page 2]]", "次の頁である。"]


# -- what is said, and what is refused ----------------------------------------------------------------------


def test_pages_are_chosen_and_keep_their_numbers(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for number in range(1, 6):
        drawn.setFont(FONT, 10)
        drawn.drawString(50, 700, f"第{number}頁")
        drawn.showPage()
    drawn.save()
    path = tmp_path / "a.pdf"
    assert lines(path, pages=PageRange.parse("2-3")) == ["[[page 2]]", "第2頁", "[[page 3]]", "第3頁"]
    assert lines(path, pages=PageRange.parse("4-")) == ["[[page 4]]", "第4頁", "[[page 5]]", "第5頁"]
    assert lines(path, pages=PageRange.parse("1")) == ["[[page 1]]", "第1頁"]
    with pytest.raises(WardPlansError, match="it has 5 pages, and page 6 was asked for"):
        convert(path, pages=PageRange.parse("3-6"))


@pytest.mark.parametrize("wrong", ["0", "3-2", "-4", "a", "1,3", "", "９"])
def test_a_range_that_is_none_is_refused(wrong: str) -> None:
    with pytest.raises(WardPlansError, match="pages"):
        PageRange.parse(wrong)


def test_an_encrypted_file_is_refused_and_one_that_opens_is_not(tmp_path: Path) -> None:
    for name, password in (("locked", "geheim"), ("open", "")):
        drawn = canvas(tmp_path / f"{name}.pdf", encrypt=StandardEncryption(password, ownerPassword="o", canCopy=0))
        drawn.drawString(50, 700, "本文である。")
        drawn.save()
    with pytest.raises(WardPlansError, match="encrypted; open it with its password"):
        convert(tmp_path / "locked.pdf")
    assert lines(tmp_path / "open.pdf")[1:] == ["本文である。"]


def test_pages_that_are_pictures_are_named_and_a_scan_is_refused(tmp_path: Path) -> None:
    for name, texts in (("mixed", ["一頁", "", "", "四頁", ""]), ("scan", ["", ""])):
        drawn = canvas(tmp_path / f"{name}.pdf")
        for text in texts:
            drawn.setFont(FONT, 10)
            drawn.drawString(50, 700, text)
            drawn.rect(50, 50, 100, 100, fill=1)
            drawn.showPage()
        drawn.save()
    assert noted(convert(tmp_path / "mixed.pdf"), "pages 2-3, 5 without text")
    with pytest.raises(WardPlansError, match="no text on any of the 2 pages"):
        convert(tmp_path / "scan.pdf")


def test_vertical_writing_and_a_hidden_layer_are_said(tmp_path: Path) -> None:
    pdfmetrics.registerFont(UnicodeCIDFont("HeiseiMin-W3", isVertical=True))
    drawn = canvas(tmp_path / "a.pdf")
    drawn.setFont("HeiseiMin-W3", 12)
    drawn.drawString(300, 700, "縦書きの文章である")
    drawn.showPage()
    text = drawn.beginText(50, 700)
    text.setFont(FONT, 10)
    text.setTextRenderMode(3)
    text.textOut("読み取った文字である。")
    drawn.drawText(text)
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    assert noted(imported, "page 1 with vertical or turned writing")
    assert noted(imported, "page 2 whose text is an invisible layer")


def test_form_fields_are_said(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.drawString(50, 700, "本文である。")
    drawn.acroForm.textfield(x=50, y=600, value="120")
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    assert imported.text.splitlines()[1:] == ["本文である。"]
    assert noted(imported, "page 1 with form fields")


@pytest.mark.parametrize("cut", [20, 300, 1500])
def test_a_damaged_file_is_refused_or_read_but_never_a_riddle(tmp_path: Path, cut: int) -> None:
    path = report(tmp_path / "a.pdf", [["項目", "値"], ["件数", "1件"]])
    path.write_bytes(path.read_bytes()[:cut])
    with pytest.raises(WardPlansError, match=r"a\.pdf"):
        convert(path)


def test_a_line_that_looks_like_a_mark_is_refused(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    drawn.drawString(50, 700, "[[page 7]]")
    drawn.save()
    with pytest.raises(WardPlansError, match="would be taken for the mark"):
        convert(tmp_path / "a.pdf")
