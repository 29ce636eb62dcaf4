"""The made document as PDF, Word, Excel and HTML: the same blocks, each in the way its format is usually made."""

from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from walk_through.made_plan import RUNNING_HEADER, Block, NewPart, Table, Text


def written_as(path: Path, blocks: Sequence[Block]) -> Path:
    """Write a document in the format that the file's name says (.pdf, .docx, .xlsx or .html), and return the path."""
    _WRITERS[path.suffix](path, blocks)
    return path


def _write_pdf(path: Path, blocks: Sequence[Block]) -> None:
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.units import mm
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.cidfonts import UnicodeCIDFont
    from reportlab.pdfgen.canvas import Canvas
    from reportlab.platypus import Flowable, PageBreak, Paragraph, SimpleDocTemplate, Spacer
    from reportlab.platypus import Table as PrintedTable

    for font in (_MINCHO, _GOTHIC):
        pdfmetrics.registerFont(UnicodeCIDFont(font))
    styles = _paragraph_styles()

    def flowable(block: Block) -> list[Flowable]:
        if isinstance(block, NewPart):
            return [PageBreak()] if block.starts_page else [Spacer(1, 4 * mm)]
        if isinstance(block, Text):
            return [Paragraph(escape(block.text), styles[block.style])]
        cells = [[Paragraph(escape(cell), styles["cell"]) for cell in row] for row in block.rows]
        widths = [width * mm for width in block.widths]
        return [PrintedTable(cells, widths, repeatRows=1, style=_RULED, spaceBefore=2 * mm, spaceAfter=4 * mm)]

    def furniture(canvas: Canvas, _document: object) -> None:
        number = canvas.getPageNumber()
        if number == 1:
            return
        canvas.setFont(_GOTHIC, 8)
        canvas.drawString(20 * mm, A4[1] - 13 * mm, RUNNING_HEADER)
        canvas.drawCentredString(A4[0] / 2, 10 * mm, f"- {number} -")

    document = SimpleDocTemplate(
        str(path),
        pagesize=A4,
        leftMargin=20 * mm,
        rightMargin=20 * mm,
        topMargin=20 * mm,
        bottomMargin=20 * mm,
        title=_title(blocks),
        invariant=1,
    )
    story = [part for block in blocks for part in flowable(block)]
    document.build(story, onFirstPage=furniture, onLaterPages=furniture)


_MINCHO, _GOTHIC = "HeiseiMin-W3", "HeiseiKakuGo-W5"
_RULED = [
    ("GRID", (0, 0), (-1, -1), 0.5, "black"),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 4),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 5),
]


def _paragraph_styles() -> dict[str, object]:
    from reportlab.lib.styles import ParagraphStyle

    def style(font: str, size: float, before: float = 0, after: float = 2) -> ParagraphStyle:
        return ParagraphStyle(
            f"{font}-{size}",
            fontName=font,
            fontSize=size,
            leading=size * 1.5,
            wordWrap="CJK",
            spaceBefore=before,
            spaceAfter=after,
        )

    return {
        "title": style(_GOTHIC, 16, before=120, after=24),
        "heading": style(_GOTHIC, 12, before=8, after=5),
        "item": style(_GOTHIC, 10.5, before=6),
        "line": style(_MINCHO, 10),
        "contents": style(_MINCHO, 10),
        "paragraph": style(_MINCHO, 10, after=5),
        "cell": style(_MINCHO, 9, after=0),
    }


def _write_docx(path: Path, blocks: Sequence[Block]) -> None:
    from docx import Document

    document = Document()
    document.sections[0].header.paragraphs[0].text = RUNNING_HEADER
    for block in blocks:
        if isinstance(block, NewPart):
            if block.starts_page:
                document.add_page_break()
        elif isinstance(block, Text):
            document.add_paragraph(block.text, style=_WORD_STYLES.get(block.style, "Normal"))
        else:
            _add_word_table(document, block)
    document.save(str(path))
    _without_clock(path)


_WORD_STYLES = {"title": "Title", "heading": "Heading 1", "item": "Heading 2"}


def _add_word_table(document: object, block: Table) -> None:
    table = document.add_table(rows=0, cols=len(block.widths), style="Table Grid")  # type: ignore[attr-defined]
    for row in block.rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text


def _write_xlsx(path: Path, blocks: Sequence[Block]) -> None:
    from xlsxwriter import Workbook

    with Workbook(str(path)) as book:
        border = book.add_format({"border": 1, "text_wrap": True})
        sheet, row = book.add_worksheet("表紙"), 0
        for block in blocks:
            if isinstance(block, NewPart):
                sheet, row = book.add_worksheet(block.sheet), 0
            elif isinstance(block, Text):
                sheet.write_string(row, 0, block.text)
                row += 1
            else:
                for cells in block.rows:
                    for column, cell in enumerate(cells):
                        sheet.write_string(row, column, cell, border)
                    row += 1
    _without_clock(path)


def _write_html(path: Path, blocks: Sequence[Block]) -> None:
    body = "\n".join(_html_block(block) for block in blocks if not isinstance(block, NewPart))
    page = f'<!doctype html>\n<html lang="ja">\n<meta charset="utf-8">\n<title>{escape(_title(blocks))}</title>\n'
    path.write_text(f"{page}<body>\n{body}\n</body>\n</html>\n", encoding="utf-8")


_HTML_TAGS = {"title": "h1", "heading": "h2", "item": "h3"}


def _html_block(block: Text | Table) -> str:
    if isinstance(block, Text):
        tag = _HTML_TAGS.get(block.style, "p")
        return f"<{tag}>{escape(block.text)}</{tag}>"
    rows = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>\n" for row in block.rows)
    return f"<table>\n{rows}</table>"


def _title(blocks: Sequence[Block]) -> str:
    return next(block.text for block in blocks if isinstance(block, Text) and block.style == "title")


def _without_clock(path: Path) -> None:
    """Write a zipped document again with one date in all its parts, so that the same content gives the same bytes."""
    with ZipFile(path) as source:
        parts = [(name, source.read(name)) for name in source.namelist()]
    with ZipFile(path, "w", ZIP_DEFLATED) as target:
        for name, content in parts:
            target.writestr(ZipInfo(name, (2025, 7, 1, 0, 0, 0)), content, ZIP_DEFLATED)


_WRITERS: dict[str, Callable[[Path, Sequence[Block]], None]] = {
    ".pdf": _write_pdf,
    ".docx": _write_docx,
    ".xlsx": _write_xlsx,
    ".html": _write_html,
}
