"""Originals made on the fly: PDF by reportlab or Chromium, Word by python-docx, Excel by openpyxl."""

import re
import subprocess
import zipfile
from collections.abc import Callable, Mapping, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from openpyxl import Workbook
from reportlab.lib.pagesizes import A4
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfgen.canvas import Canvas

from analysis.importing.convert import convert
from analysis.importing.imported import ImportedText
from browser import FLAGS, chromium_path

FONT = "HeiseiKakuGo-W5"


def lines(path: Path, **options: Any) -> list[str]:
    """What an import writes, line by line."""
    return convert(path, **options).text.splitlines()


def noted(imported: ImportedText, words: str) -> bool:
    return any(words in note for note in imported.notes)


def canvas(path: Path, **options: Any) -> Canvas:
    """A PDF to be drawn on, with a Japanese font set."""
    pdfmetrics.registerFont(UnicodeCIDFont(FONT))
    drawn = Canvas(str(path), pagesize=A4, invariant=1, **options)
    drawn.setFont(FONT, 10)
    return drawn


def grid(drawn: Canvas, xs: Sequence[float], ys: Sequence[float], *, sides: bool = True) -> None:
    """Rules of a table, with or without those at its left and right."""
    for y in ys:
        drawn.line(xs[0], y, xs[-1], y)
    for x in xs if sides else xs[1:-1]:
        drawn.line(x, ys[0], x, ys[-1])


def printed(folder: Path, body: str, style: str = "") -> Path:
    """A web page printed to a PDF by Chromium, which embeds subsets of its fonts."""
    page = folder / "printed.html"
    head = f"<!doctype html><html lang=ja><meta charset=utf-8><style>{style}</style>"
    page.write_text(f"{head}<body style='font-family:IPAexGothic'>{body}</html>", "utf-8")
    target = folder / "printed.pdf"
    command = [chromium_path(), "--headless", *FLAGS, "--no-pdf-header-footer", f"--print-to-pdf={target}", str(page)]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    return target


def word(path: Path, build: Callable[[Any], None]) -> Path:
    document = docx.Document()
    build(document)
    document.save(str(path))
    return path


def xml(text: str) -> Any:
    """An element of a Word document; `w` is known."""
    return parse_xml(re.sub(r"^<([\w:]+)", rf"<\1 {nsdecls('w')}", text, count=1))


def excel(path: Path, sheets: Mapping[str, Sequence[Sequence[object]]]) -> Path:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    book.save(path)
    return path


def with_parts(path: Path, change: Callable[[dict[str, bytes]], None]) -> Path:
    """A zip archive whose parts, by name, are changed."""
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    change(parts)
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    path.write_bytes(packed.getvalue())
    return path
