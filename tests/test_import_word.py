"""Word documents into raw text: automatic numbers, merged cells, notes, text boxes, tracked changes."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from docx.enum.text import WD_BREAK
from docx.oxml.ns import qn

from analysis.errors import WardPlansError
from analysis.importing.convert import convert
from importing_originals import lines, noted, with_parts, word, xml


def numbered(document: Any, levels: Sequence[tuple[str, str]], *, starts: dict[int, int] | None = None) -> int:
    """Add a list with automatic numbers, (kind, text) a level; return its id."""
    numbering = document.part.numbering_part.element
    name = len(numbering.findall(qn("w:abstractNum"))) + 100
    inside = "".join(
        f'<w:lvl w:ilvl="{depth}"><w:start w:val="1"/><w:numFmt w:val="{kind}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for depth, (kind, text) in enumerate(levels)
    )
    numbering.insert(0, xml(f'<w:abstractNum w:abstractNumId="{name}">{inside}</w:abstractNum>'))
    overrides = "".join(
        f'<w:lvlOverride w:ilvl="{depth}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        for depth, start in (starts or {}).items()
    )
    numbering.append(xml(f'<w:num w:numId="{name}"><w:abstractNumId w:val="{name}"/>{overrides}</w:num>'))
    return name


def item(document: Any, text: str, number: int, depth: int = 0) -> None:
    properties = document.add_paragraph(text)._p.get_or_add_pPr()
    properties.append(xml(f'<w:numPr><w:ilvl w:val="{depth}"/><w:numId w:val="{number}"/></w:numPr>'))


def part(name: str, root: str, content: str) -> Any:
    """A change that adds footnotes and the like to a document, whose own relation and type are made too."""
    head = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'

    def change(parts: dict[str, bytes]) -> None:
        parts[f"word/{name}.xml"] = f"<w:{root} {head}>{content}</w:{root}>".encode()
        relation = (
            f'<Relationship Id="rMade{name}" Target="{name}.xml" '
            f'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{name}"/></Relationships>'
        )
        links = "word/_rels/document.xml.rels"
        parts[links] = parts[links].replace(b"</Relationships>", relation.encode())
        kind = f"application/vnd.openxmlformats-officedocument.wordprocessingml.{name}+xml"
        override = f'<Override PartName="/word/{name}.xml" ContentType="{kind}"/></Types>'
        parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", override.encode())

    return change


# -- paragraphs ---------------------------------------------------------------------------------------------


def test_paragraphs_are_lines_and_soft_breaks_part_them(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        document.add_heading("第1章　計画の概要", 1)
        run = document.add_paragraph("一行目").add_run()
        run.add_break()
        run.add_text("二行目")
        document.add_paragraph("項目\t値")
        document.add_paragraph("")
        document.add_paragraph("前").add_run().add_break(WD_BREAK.PAGE)
        document.add_paragraph("後")

    path = word(tmp_path / "a.docx", build)
    assert lines(path) == ["第1章　計画の概要", "一行目", "二行目", "項目 値", "", "前", "後"]


NUMBERED = {
    "decimal": ["1", "2", "3"],
    "decimalFullWidth": ["１", "２", "３"],
    "decimalEnclosedCircle": ["①", "②", "③"],
    "ideographDigital": ["一", "二", "三"],
    "japaneseCounting": ["一", "二", "三"],
    "aiueoFullWidth": ["ア", "イ", "ウ"],
    "upperLetter": ["A", "B", "C"],
    "lowerRoman": ["i", "ii", "iii"],
    "decimalZero": ["01", "02", "03"],
    "ideographTraditional": ["甲", "乙", "丙"],
}


@pytest.mark.parametrize("kind", NUMBERED)
def test_automatic_numbers_are_printed(tmp_path: Path, kind: str) -> None:
    def build(document: Any) -> None:
        number = numbered(document, [(kind, "(%1)")])
        for text in ("あ", "い", "う"):
            item(document, text, number)

    path = word(tmp_path / "a.docx", build)
    assert lines(path) == [f"({label}) {text}" for label, text in zip(NUMBERED[kind], "あいう", strict=True)]


def test_counts_beyond_ten_are_spelled_as_japanese_counts(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        number = numbered(document, [("japaneseCounting", "第%1")])
        for at in range(1, 22):
            item(document, f"項{at}", number)

    found = [line.split()[0] for line in lines(word(tmp_path / "a.docx", build))]
    assert (found[9], found[10], found[19], found[20]) == ("第十", "第十一", "第二十", "第二十一")


def test_levels_count_within_the_one_above(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        number = numbered(document, [("decimal", "目標%1"), ("decimal", "取組%1-%2"), ("decimalEnclosedCircle", "%3")])
        for text, depth in [("a", 0), ("b", 1), ("c", 2), ("d", 2), ("e", 1), ("f", 2), ("g", 0), ("h", 1)]:
            item(document, text, number, depth)
        document.add_paragraph("本文")
        item(document, "i", number, 1)
        other = numbered(document, [("decimal", "%1.")], starts={0: 5})
        item(document, "j", other)

    assert lines(word(tmp_path / "a.docx", build)) == [
        *("目標1 a", "取組1-1 b", "① c", "② d", "取組1-2 e", "① f", "目標2 g", "取組2-1 h", "本文", "取組2-2 i"),
        "5. j",
    ]


def test_numbers_come_from_styles_and_a_paragraph_may_do_without(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        number = numbered(document, [("decimal", "第%1章")])
        style = document.styles["Heading 1"].element.get_or_add_pPr()
        style.append(xml(f'<w:numPr><w:numId w:val="{number}"/></w:numPr>'))
        document.add_heading("概要", 1)
        item_without = document.add_heading("はじめに", 1)
        item_without._p.get_or_add_pPr().append(xml('<w:numPr><w:numId w:val="0"/></w:numPr>'))
        document.add_heading("実績", 1)

    assert lines(word(tmp_path / "a.docx", build)) == ["第1章 概要", "", "はじめに", "", "第2章 実績"]


def test_bullets_are_printed_and_those_of_symbol_fonts_by_their_looks(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        numbering = document.part.numbering_part.element
        for name, (text, font) in enumerate([("・", "MS Mincho"), ("\uf06c", "Wingdings"), ("\uf0b7", "Symbol")], 200):
            fonts = f'<w:rPr><w:rFonts w:ascii="{font}"/></w:rPr>'
            level = f'<w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlText w:val="{text}"/>{fonts}</w:lvl>'
            numbering.insert(0, xml(f'<w:abstractNum w:abstractNumId="{name}">{level}</w:abstractNum>'))
            numbering.append(xml(f'<w:num w:numId="{name}"><w:abstractNumId w:val="{name}"/></w:num>'))
            item(document, "項目", name)

    assert lines(word(tmp_path / "a.docx", build)) == ["・ 項目", "● 項目", "• 項目"]


def test_a_kind_of_number_that_is_not_known_is_refused(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        item(document, "項目", numbered(document, [("hebrew1", "%1")]))

    with pytest.raises(WardPlansError, match="automatic numbers of the kind 'hebrew1'"):
        convert(word(tmp_path / "a.docx", build))


# -- tables -------------------------------------------------------------------------------------------------


def test_each_cell_stands_at_its_place_and_merged_ones_leave_empty_ones(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        table = document.add_table(rows=4, cols=4)
        for row in range(4):
            for column in range(4):
                table.cell(row, column).text = f"{row}{column}"
        for first, last, text in [((0, 1), (0, 2), "実績"), ((1, 0), (2, 0), "指標"), ((2, 2), (3, 3), "広い")]:
            merged = table.cell(*first).merge(table.cell(*last))
            merged.text = text
        document.add_paragraph("表の後")

    assert lines(word(tmp_path / "a.docx", build)) == [
        *("00\t実績\t\t03", "指標\t11\t12\t13", "\t21\t広い\t", "30\t31\t\t", "", "表の後"),
    ]


def test_a_cell_with_paragraphs_and_breaks_is_one_cell(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        cell = document.add_table(rows=1, cols=2).rows[0].cells
        cell[0].text = "一\n二"
        cell[0].add_paragraph("三\t四")
        cell[1].text = ""

    assert lines(word(tmp_path / "a.docx", build)) == ["一<br>二<br>三 四\t"]


def test_a_table_in_a_cell_becomes_lines_of_it_and_is_said(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        cells = document.add_table(rows=1, cols=2).rows[0].cells
        cells[0].text = "内訳"
        inner = cells[1].add_table(rows=2, cols=2)
        for row, column, text in [(0, 0, "小"), (0, 1, "1校"), (1, 0, "中"), (1, 1, "2校")]:
            inner.cell(row, column).text = text

    path = word(tmp_path / "a.docx", build)
    assert lines(path) == ["内訳\t小 1校<br>中 2校"]
    assert noted(convert(path), "1 tables stand inside a cell")


def test_a_frame_is_no_table_but_what_is_in_it(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        cell = document.add_table(rows=1, cols=1).rows[0].cells[0]
        cell.text = "コラム"
        inner = cell.add_table(rows=1, cols=2)
        inner.cell(0, 0).text, inner.cell(0, 1).text = "a", "b"

    assert lines(word(tmp_path / "a.docx", build)) == ["コラム", "", "a\tb"]


def test_one_changed_figure_changes_one_line(tmp_path: Path) -> None:
    def build(figure: str) -> Any:
        def inner(document: Any) -> None:
            document.add_paragraph("本文である。")
            table = document.add_table(rows=20, cols=3)
            for row in range(20):
                for column in range(3):
                    table.cell(row, column).text = figure if (row, column) == (7, 2) else f"{row * column}件"

        return inner

    before = lines(word(tmp_path / "a.docx", build("14件")))
    after = lines(word(tmp_path / "b.docx", build("15件")))
    assert [(a, b) for a, b in zip(before, after, strict=True) if a != b] == [("0件\t7件\t14件", "0件\t7件\t15件")]


# -- notes, changes, boxes ----------------------------------------------------------------------------------


def test_footnotes_come_last_with_raised_marks(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        for text, number in (("対象は15", 2), ("手続は20", 3)):
            document.add_paragraph(text)._p.append(xml(f'<w:r><w:footnoteReference w:id="{number}"/></w:r>'))

    notes = "".join(
        f'<w:footnote w:id="{number}"{kind}><w:p><w:r><w:footnoteRef/><w:t> {text}</w:t></w:r></w:p></w:footnote>'
        for number, kind, text in [(0, ' w:type="separator"', "-"), (2, "", "令和5年度末"), (3, "", "累計")]
    )
    path = with_parts(word(tmp_path / "a.docx", build), part("footnotes", "footnotes", notes))
    assert lines(path) == ["対象は15¹", "手続は20²", "", "¹ 令和5年度末", "² 累計"]


def test_a_raised_figure_joins_no_figure_before_it(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        document.add_paragraph("対象は15").add_run("1").font.superscript = True

    assert lines(word(tmp_path / "a.docx", build)) == ["対象は15¹"]


def test_what_is_deleted_or_hidden_is_left_out_and_said(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph("件数は")
        paragraph._p.append(xml('<w:del w:id="1"><w:r><w:delText>10</w:delText></w:r></w:del>'))
        paragraph._p.append(xml('<w:ins w:id="2"><w:r><w:t>20</w:t></w:r></w:ins>'))
        paragraph.add_run("件")
        paragraph.add_run("隠し").font.hidden = True

    path = word(tmp_path / "a.docx", build)
    assert lines(path) == ["件数は20件"]
    assert noted(convert(path), "1 tracked deletions") and noted(convert(path), "1 pieces of hidden text")


def test_fields_show_their_results(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        paragraph = document.add_paragraph("図")
        for inside in (
            '<w:fldChar w:fldCharType="begin"/>',
            "<w:instrText> SEQ 図 </w:instrText>",
            '<w:fldChar w:fldCharType="separate"/>',
            "<w:t>3</w:t>",
            '<w:fldChar w:fldCharType="end"/>',
            "<w:t>を参照</w:t>",
        ):
            paragraph._p.append(xml(f"<w:r>{inside}</w:r>"))

    assert lines(word(tmp_path / "a.docx", build)) == ["図3を参照"]


def test_a_text_box_is_read_once_after_its_paragraph(tmp_path: Path) -> None:
    box = "<w:txbxContent><w:p><w:r><w:t>箱の中</w:t></w:r></w:p></w:txbxContent>"
    drawing = (
        '<w:r xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
        'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">'
        f'<mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:txbx>{box}</wps:txbx></w:drawing></mc:Choice>'
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r>"
    )

    def build(document: Any) -> None:
        document.add_paragraph("箱の前")._p.append(xml(drawing))
        document.add_paragraph("箱の後")

    path = word(tmp_path / "a.docx", build)
    assert lines(path) == ["箱の前", "箱の中", "箱の後"]
    assert noted(convert(path), "1 text boxes")


def test_headers_are_left_out_and_said(tmp_path: Path) -> None:
    def build(document: Any) -> None:
        document.add_paragraph("本文")
        document.sections[0].header.paragraphs[0].text = "柱の文"

    path = word(tmp_path / "a.docx", build)
    assert lines(path) == ["本文"]
    assert noted(convert(path), "headers and footers were left out: 柱の文")


@pytest.mark.parametrize("name", ["word/document.xml", "word/styles.xml", "[Content_Types].xml"])
def test_a_damaged_file_is_refused(tmp_path: Path, name: str) -> None:
    def break_off(parts: dict[str, bytes]) -> None:
        parts[name] = parts[name][:100]

    path = with_parts(word(tmp_path / "a.docx", lambda document: document.add_paragraph("本文")), break_off)
    with pytest.raises(WardPlansError, match="damaged or not written as Word does"):
        convert(path)


def test_a_document_without_text_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WardPlansError, match="no text"):
        convert(word(tmp_path / "a.docx", lambda document: document.add_paragraph(" ")))
