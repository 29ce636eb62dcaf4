"""Tables of a PDF that go over a page break: each row under its parent, nothing beside the table, doubts said."""

import re
from itertools import pairwise
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from analysis.importing.convert import convert
from analysis.importing.imported import ImportedText, pages_without_text
from importing_originals import FONT, canvas, printed

HEADER = ("基本方針", "番号", "取組名", "実績", "進捗", "所管課")
PLAN = {"方針1 区民サービスの向上": 4, "方針2 業務の効率化": 4, "方針3 安全・安心": 4}
DONE = "・対象の手続を追加し、利用者の意見を聞いて改善した。"


def wanted() -> list[tuple[str, ...]]:
    """The rows of the table, each with its parent."""
    parents = [parent for parent, count in PLAN.items() for _ in range(count)]
    return [
        (parent, str(number), f"第{number}の取組の推進", DONE, "○", "情報政策課")
        for number, parent in enumerate(parents, 1)
    ]


def web_page(folder: Path, points: int, *, repeated: bool, style: str = "") -> Path:
    """The table as Chromium prints it in type of some size: the larger, the elsewhere the pages break."""
    rows = []
    for before, row in zip([("",), *wanted()], wanted(), strict=False):
        parent = f"<td rowspan={PLAN[row[0]]}>{row[0]}" if before[0] != row[0] else ""
        rows.append(f"<tr>{parent}{''.join(f'<td>{cell}' for cell in row[1:])}")
    header = f"<tr>{''.join(f'<th>{cell}' for cell in HEADER)}"
    table = f"<table>{f'<thead>{header}</thead>' if repeated else header}<tbody>{''.join(rows)}</table>"
    usual = f"@page{{size:A4;margin:18mm}}body{{font-size:{points}pt}}table{{border-collapse:collapse;width:100%}}"
    cell = "td,th{border:1px solid #000;padding:3pt;vertical-align:top;font-weight:normal}"
    return printed(folder, f"<h2>1 取組の進捗状況</h2>{table}<p>※ 以上です。</p>", usual + cell + style)


def read(imported: ImportedText) -> tuple[list[tuple[str, ...]], list[str]]:
    """Rows with their parents, as a reader carries them down, and the lines beside the table."""
    rows: list[tuple[str, ...]] = []
    beside = []
    for line in imported.text.splitlines():
        cells = re.sub(r"<br>| ", "", line).split("\t")
        if len(cells) == 1:
            beside.extend(cells if cells[0] and not cells[0].startswith("[[") else [])
        elif cells[0] != HEADER[0]:
            rows.append((cells[0] or rows[-1][0], *cells[1:]))
    return rows, beside


def told(rows: list[tuple[str, ...]]) -> list[tuple[str, ...]]:
    return [tuple(cell.replace(" ", "") for cell in row) for row in rows]


OPEN_SIDES = "th:first-child,td[rowspan]{border-left:0!important}th:last-child,td:last-child{border-right:0!important}"
UPPER_RULES = "table{border:1px solid #000}td,th{border-width:1px 0 0 1px!important}"


@pytest.mark.parametrize("repeated", [False, True])
@pytest.mark.parametrize(
    ("points", "style"),
    [(15, ""), (18, ""), (22, ""), (24, ""), (22, OPEN_SIDES), (18, UPPER_RULES)],
)
def test_each_row_keeps_its_parent_wherever_the_page_breaks(
    tmp_path: Path, points: int, style: str, *, repeated: bool
) -> None:
    imported = convert(web_page(tmp_path, points, repeated=repeated, style=style))
    rows, beside = read(imported)
    assert imported.page_count > 1
    assert rows == told(wanted())
    assert beside == ["1取組の進捗状況", "※以上です。"]


def test_what_was_put_together_is_said(tmp_path: Path) -> None:
    imported = convert(web_page(tmp_path, 24, repeated=True))
    parted = [note for note in imported.notes if "goes over the page break" in note]
    assert any("the row goes over the page break; what is printed of it on page" in note for note in parted)
    assert any("the merged cell 「方針" in note and "in column 1" in note for note in parted)
    assert all(re.match(r"page \d+, table 1, row \d+ \(「.+」\): ", note) for note in parted)


# -- drawn ----------------------------------------------------------------------------------------------------

XS = (50, 150, 250, 400)


def draw(
    drawn: Canvas, texts: dict[tuple[float, float], str], rules: list[tuple[float, float, float]], ends: int
) -> None:
    """A page with upright rules from 700 down to `ends`, and level rules, each from x to x at a height."""
    drawn.setFont(FONT, 10)
    for x in XS:
        drawn.line(x, ends, x, 700)
    for x0, x1, y in rules:
        drawn.line(x0, y, x1, y)
    for (x, y), text in texts.items():
        drawn.drawString(x + 5, y, text)
    drawn.showPage()


def test_a_merged_cell_whose_text_stands_on_the_second_page_is_read_on_the_first(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    whole = [(50, 400, 700), (50, 400, 660)]
    draw(drawn, {(50, 685): "方針1", (150, 685): "1", (150, 645): "2"}, [*whole, (150, 400, 620)], 620)
    draw(
        drawn,
        {(50, 685): "方針2", (150, 685): "3", (150, 645): "4"},
        [(150, 400, 700), *whole[1:], (50, 400, 620)],
        620,
    )
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    rows = [line.split("\t")[:2] for line in imported.text.splitlines() if "\t" in line]
    assert rows == [["方針1", "1"], ["方針2", "2"], ["", "3"], ["", "4"]]
    assert imported.notes == (
        "page 1, table 1, row 2 (「方針2」): the merged cell 「方針2」 in column 1 goes over the page break; "
        "「方針2」 of it is printed on page 2; it is that of the first rows on page 2, whose cell there is empty",
    )


def test_an_empty_merged_cell_that_rules_close_at_the_page_break_is_said(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    rules = [(50, 400, 700), (50, 400, 660), (150, 400, 640), (50, 400, 620)]
    draw(drawn, {(50, 685): "方針1", (150, 685): "1", (150, 645): "2", (150, 625): "3"}, rules, 620)
    draw(drawn, {(50, 685): "方針2", (150, 685): "4", (150, 645): "5", (150, 625): "6"}, rules, 620)
    drawn.save()
    assert convert(tmp_path / "a.pdf").notes == (
        "page 1, table 1, row 2 (「2」): its first cell is empty down to the end of the page; its text may be the "
        "one that is printed on page 2",
    )


def test_a_table_whose_rows_have_no_rule_below_is_not_taken_for_one_that_is_parted(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for first in (1, 3):
        texts = {(50, 685): f"指標{first}", (150, 685): "5件", (50, 645): f"指標{first + 1}", (150, 645): "6件"}
        draw(drawn, texts, [(50, 400, 700), (50, 400, 660)], 620)
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    rows = [line.rstrip("\t").split("\t") for line in imported.text.splitlines() if "\t" in line]
    assert rows == [["指標1", "5件"], ["指標2", "6件"], ["指標3", "5件"], ["指標4", "6件"]]
    assert imported.notes == (
        "page 1, table 1, row 2 (「指標2」): no rule closes it at the end of the page, so it may go on on page 2, "
        "as may be page 2, table 1, row 1 (「指標3」); nothing was joined, compare them",
    )


def test_a_row_that_is_full_of_other_text_is_not_put_to_the_one_before(tmp_path: Path) -> None:
    """Both pages are open where they meet, but the cells above have room left for the text below."""
    drawn = canvas(tmp_path / "a.pdf")
    draw(
        drawn,
        {(50, 685): "1", (150, 685): "相談", (50, 645): "2", (150, 645): "申請"},
        [(50, 400, 700), (50, 400, 660)],
        600,
    )
    draw(
        drawn,
        {(50, 685): "3", (150, 685): "受付", (50, 645): "4", (150, 645): "案内"},
        [(50, 400, 660), (50, 400, 620)],
        620,
    )
    drawn.save()
    imported = convert(tmp_path / "a.pdf")
    rows = [line.rstrip("\t").split("\t") for line in imported.text.splitlines() if "\t" in line]
    assert rows == [["1", "相談"], ["2", "申請"], ["3", "受付"], ["4", "案内"]]
    assert any("nothing was joined, compare them" in note for note in imported.notes)


def test_what_is_left_of_a_row_alone_on_a_page_is_put_to_it(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    rules = [(50, 400, 700), (50, 400, 660), (50, 400, 640)]
    draw(
        drawn,
        {
            (50, 685): "番号",
            (150, 685): "内容",
            (50, 645): "1",
            (150, 645): "相談",
            (50, 628): "2",
            (150, 628): "申請を",
        },
        rules,
        620,
    )
    draw(drawn, {(150, 685): "受け付けた。"}, [(50, 400, 670)], 670)
    drawn.save()
    text = convert(tmp_path / "a.pdf").text.splitlines()
    assert text == ["[[page 1]]", "番号\t内容\t", "1\t相談\t", "2\t申請を<br>受け付けた。\t", "[[page 2]]"]


# -- blanks ---------------------------------------------------------------------------------------------------


BLANKS = [
    "板橋区 政策経営部 IT推進課",
    "進捗の区分 ◎:計画を上回る ○:計画どおり",
    "1 取組の進捗状況",
    "計画2025 令和6年度",
    "方針1 区民",
    "全12取組",
    "IT推進課の3人",
    "AI OCR の導入",
]
JUSTIFIED = "区のRPAは17業務で年間2,480時間を削減し、AIは3業務で使うこととし、" * 3


def test_blanks_that_are_printed_are_kept_and_no_others_are_made(tmp_path: Path) -> None:
    sizes = (7, 9, 10.5, 12, 14, 15, 17, 18, 20, 22)
    body = "".join(f"<p>{text}</p>" for text in BLANKS) + f"<p style='text-align:justify'>{JUSTIFIED}</p>"
    beside = "<p style='font-size:15pt'>施策1 区民 安全・安心</p>"
    pages = [f"<div style='font-size:{points}pt;break-after:page'>{body}{beside}</div>" for points in sizes]
    text = convert(printed(tmp_path, "".join(pages))).text.splitlines()
    assert [text.count(line) for line in BLANKS] == [len(sizes)] * len(BLANKS)
    assert "".join(text).count(JUSTIFIED) >= len(sizes) - 1, "a page break may part the last one"


@pytest.mark.parametrize("points", [6, 8, 10, 14, 20, 24])
def test_blanks_of_a_font_that_is_not_embedded_are_kept(tmp_path: Path, points: int) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for text in BLANKS:
        drawn.setFont(FONT, points)
        drawn.drawString(50, 700, text)
        drawn.showPage()
    drawn.save()
    assert convert(tmp_path / "a.pdf").text.splitlines()[1::2] == BLANKS


# -- paragraphs, pages ----------------------------------------------------------------------------------------


def test_a_paragraph_is_one_line_whatever_its_lines_begin_with(tmp_path: Path) -> None:
    sizes = (13, 15, 17, 18, 20, 22)
    counts = (
        "本報告書は、板橋区デジタル推進計画2025(計画期間:令和4年度~令和7年度)の令和6年度における取組状況をまとめたものであり、"
        "全12取組のうち、「◎」は2件、「○」は7件、「△」は2件、「×」は1件でした。"
    )
    legend = "進捗の区分 ◎:計画を上回る ○:計画どおり △:計画より遅れている ×:未着手"
    page = "<div style='font-size:{}pt;break-after:page'><p>{}</p><p>{}</p></div>"
    body = "".join(page.format(points, counts, legend) for points in sizes)
    text = convert(printed(tmp_path, body, "@page{size:A4;margin:18mm}")).text.splitlines()
    assert [line for line in text if line and not line.startswith("[[")] == [counts, legend] * len(sizes)


def test_pages_without_text_are_found_in_the_raw_text(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for text in ("一頁", "", "三頁", ""):
        drawn.setFont(FONT, 10)
        drawn.drawString(50, 700, text)
        drawn.showPage()
    drawn.save()
    text = convert(tmp_path / "a.pdf").text
    assert text.splitlines() == ["[[page 1]]", "一頁", "[[page 2]]", "[[page 3]]", "三頁", "[[page 4]]"]
    assert [mark.page for mark in pages_without_text(text.splitlines())] == [2, 4]


def test_a_table_of_level_rules_alone_is_said(tmp_path: Path) -> None:
    drawn = canvas(tmp_path / "a.pdf")
    for y in (700, 660, 620):
        for left, right in pairwise(XS):
            drawn.line(left, y, right, y)
    drawn.drawString(55, 685, "1")
    drawn.showPage()
    draw(drawn, {(50, 685): "1", (150, 685): "2"}, [(50, 400, 700), (50, 400, 660)], 660)
    drawn.save()
    said = [note for note in convert(tmp_path / "a.pdf").notes if "level rules alone" in note]
    assert said == [
        "page 1 with a table of level rules alone, whose columns are told by their gaps at best: compare it"
    ]
