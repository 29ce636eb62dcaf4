"""The characters of a page of a PDF, where they stand and how large they are."""

import ctypes
import math
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

import pdfplumber
import pypdfium2
import pypdfium2.raw as pdfium

_INVISIBLE = 3
"""The text rendering mode in which neither outlines nor areas are drawn."""

_ADDED = frozenset({pdfium.FPDF_ANNOT_FREETEXT, pdfium.FPDF_ANNOT_STAMP, pdfium.FPDF_ANNOT_WIDGET})
"""The annotations that print text over a page."""

_HYPHEN = "\x02"
"""What PDFium gives for a hyphen at the end of a line."""


@dataclass(frozen=True)
class Glyph:
    """A character as printed; coordinates in points, from the top left of the page as it is shown.

    `lead` is the white space that the file has before it.
    """

    text: str
    lead: str
    x0: float
    x1: float
    baseline: float
    size: float
    is_upright: bool = True

    @property
    def middle(self) -> float:
        """Return the height of the middle of the character."""
        return self.baseline - 0.38 * self.size


@dataclass(frozen=True)
class PageCharacters:
    """The characters of a page in the order of the file, white space apart.

    Attributes:
        glyphs: the characters.
        has_spaces: whether there are spaces among them.
        vertical_count: how many stand below the one before, as in vertical writing.
        turned_count: how many are turned.
        hidden_count: how many are invisible.
        nameless_count: how many have no Unicode value.
        added_count: how many form fields, stamps and text comments lie over the page; their text is not among these.
    """

    glyphs: tuple[Glyph, ...]
    has_spaces: bool
    vertical_count: int
    turned_count: int
    hidden_count: int
    nameless_count: int
    added_count: int


def read_characters(document: pypdfium2.PdfDocument, index: int, shown: pdfplumber.page.Page) -> PageCharacters:
    """Return the characters of a page.

    Args:
        document: the PDF.
        index: of the page, from 0.
        shown: the same page as pdfplumber has it, whose coordinates are used.
    """
    page = document[index]
    text_page = page.get_textpage()
    reader = _Reader(text_page, shown)
    glyphs = tuple(reader.glyphs())
    added = sum(annotation in _ADDED for annotation in _annotations(page))
    text_page.close()
    page.close()
    vertical = sum(
        abs(a.x0 - b.x0) < 0.3 * a.size and 0.5 * a.size < b.baseline - a.baseline < 1.3 * a.size
        for a, b in pairwise(glyphs)
    )
    turned = sum(not glyph.is_upright for glyph in glyphs)
    return PageCharacters(
        glyphs, any(glyph.lead for glyph in glyphs), vertical, turned, reader.hidden_count, reader.nameless_count, added
    )


def _annotations(page: pypdfium2.PdfPage) -> Iterator[int]:
    """Yield the kind of each annotation."""
    for index in range(pdfium.FPDFPage_GetAnnotCount(page)):
        annotation = pdfium.FPDFPage_GetAnnot(page, index)
        if annotation:
            yield pdfium.FPDFAnnot_GetSubtype(annotation)
            pdfium.FPDFPage_CloseAnnot(annotation)


class _Reader:
    def __init__(self, text_page: pypdfium2.PdfTextPage, shown: pdfplumber.page.Page) -> None:
        self._page = text_page
        self._shown = shown
        self._transform = _shown_as(shown)
        self.hidden_count = 0
        self.nameless_count = 0

    def glyphs(self) -> Iterator[Glyph]:
        lead = ""
        for index, text in self._characters():
            if text.isspace():
                lead += text if text == "\u3000" else " "
                continue
            glyph = self._glyph(index, text, lead)
            lead = ""
            if self._is_on_page(glyph):
                self.hidden_count += self._is_hidden(index)
                self.nameless_count += text == "\ufffd"
                yield glyph

    def _characters(self) -> Iterator[tuple[int, str]]:
        """Yield each character of the file with its index; one beyond U+FFFF comes as two halves."""
        high = 0
        for index in range(self._page.count_chars()):
            if pdfium.FPDFText_IsGenerated(self._page, index) == 1:
                continue
            code = pdfium.FPDFText_GetUnicode(self._page, index)
            if 0xD800 <= code < 0xDC00:
                high = code
                continue
            if 0xDC00 <= code < 0xE000 and high:
                code = 0x10000 + ((high - 0xD800) << 10) + (code - 0xDC00)
            high = 0
            yield index, self._named(index, code)

    def _named(self, index: int, code: int) -> str:
        if chr(code) == _HYPHEN:
            return "-"
        is_known = pdfium.FPDFText_HasUnicodeMapError(self._page, index) != 1
        is_character = code > 0x1F and not 0xD800 <= code < 0xE000 and code not in (0xFFFE, 0xFFFF)
        return chr(code) if is_character and is_known else " " if code in (9, 10, 13) else "\ufffd"

    def _glyph(self, index: int, text: str, lead: str) -> Glyph:
        box, matrix = pdfium.FS_RECTF(), pdfium.FS_MATRIX()
        pdfium.FPDFText_GetLooseCharBox(self._page, index, box)
        pdfium.FPDFText_GetMatrix(self._page, index, matrix)
        x, y = ctypes.c_double(), ctypes.c_double()
        pdfium.FPDFText_GetCharOrigin(self._page, index, x, y)
        size = pdfium.FPDFText_GetFontSize(self._page, index) * (math.hypot(matrix.c, matrix.d) or 1)
        right_end = box.right
        if box.left > x.value and unicodedata.east_asian_width(text) in "WF":
            # Of radicals, which PDFium makes ideographs of, the box is that of the ink.
            right_end = max(right_end, x.value + size * matrix.a / (math.hypot(matrix.c, matrix.d) or 1))
        corners = [self._point(min(box.left, x.value), box.bottom), self._point(right_end, box.top)]
        _, baseline = self._point(x.value, y.value)
        right, down = self._direction(matrix.a, matrix.b)
        is_upright = right > 0 and abs(down) < 0.1 * abs(right)
        if not is_upright:
            baseline = max(corner[1] for corner in corners)
        return Glyph(text, lead, min(c[0] for c in corners), max(c[0] for c in corners), baseline, size, is_upright)

    def _point(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f = self._transform
        across, down = self._shown.point2coord((a * x + c * y + e, b * x + d * y + f))
        return float(across), float(down)

    def _direction(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, _, _ = self._transform
        return a * x + c * y, b * x + d * y

    def _is_on_page(self, glyph: Glyph) -> bool:
        left, top, right, bottom = self._shown.cropbox
        return left <= (glyph.x0 + glyph.x1) / 2 <= right and top <= glyph.middle <= bottom

    def _is_hidden(self, index: int) -> bool:
        piece = pdfium.FPDFText_GetTextObject(self._page, index)
        return bool(piece) and pdfium.FPDFTextObj_GetTextRenderMode(piece) == _INVISIBLE


def _shown_as(page: pdfplumber.page.Page) -> tuple[float, float, float, float, float, float]:
    """Return the matrix from the coordinates of the file to those of the page as it is turned to be read."""
    x0, y0, x1, y1 = page.page_obj.mediabox
    if page.rotation == 90:
        return (0, -1, 1, 0, -y0, x1)
    if page.rotation == 180:
        return (-1, 0, 0, -1, x1, y1)
    if page.rotation == 270:
        return (0, 1, -1, 0, y1, -x0)
    return (1, 0, 0, 1, -x0, -y0)
