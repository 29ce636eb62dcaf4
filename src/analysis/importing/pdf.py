"""PDF files: characters by PDFium, ruled tables by pdfplumber, put into reading order."""

import logging
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pypdfium2
from pdfplumber.page import Page
from pdfplumber.pdf import PDF

from analysis.documents.marks import Mark
from analysis.errors import WardPlansError
from analysis.importing.imported import ImportedText, Manuscript, reason
from analysis.importing.pdf_breaks import PlacedTable, join_over_pages
from analysis.importing.pdf_characters import PageCharacters, read_characters
from analysis.importing.pdf_flow import Item, place, write_page
from analysis.importing.pdf_spaces import with_spaces
from analysis.importing.pdf_tables import RuledTable, find_tables, has_level_rules_alone

_MOST_PAGES = 3000
_PASSWORD = "password"
# Of a page's characters that are set below one another or turned, from which on its reading order is uncertain.
_TOO_MANY = 0.2


def import_pdf(path: Path, content: bytes, first: int, last: int | None) -> ImportedText:
    """Return a PDF as raw text, from page `first` to page `last` or the end.

    Raises:
        WardPlansError: it is encrypted, damaged, too long, has no such page or no text at all.
    """
    # A damaged part is told by what cannot be read then.
    logging.getLogger("pdfminer").setLevel(logging.ERROR)
    with _opened(path, content) as document:
        numbers = _chosen(path, len(document), first, last)
        found = Manuscript(str(path))
        seen = _Seen()
        pages: list[list[Item]] = []
        with _ruled(path, content, numbers) as plumber:
            for number, page in zip(numbers, plumber.pages, strict=True):
                before = _last_table(pages[-1]) if pages else None
                plain = _characters(path, document, number, page)
                characters, tables, is_unruled = _with_rules(page, number, plain, before, found)
                if is_unruled:
                    seen.unruled.append(number)
                page.close()
                pages.append(place(number, characters, tables, before))
                seen.add(number, characters)
    if not seen.with_text:
        raise WardPlansError(
            f"{path}: no text on any of the {len(numbers)} pages: they are pictures (a scan). Recognise the text with "
            "an OCR program first and proofread it, or ask the ward for the file the scan was made of"
        )
    found.notes.extend(join_over_pages([_tables_of(items) for items in pages]))
    for number, items in zip(numbers, pages, strict=True):
        found.mark(Mark(page=number))
        write_page(found, items)
    found.notes[:0] = seen.notes()
    return found.finish("pdf")


@dataclass
class _Seen:
    """What the pages have been like."""

    def __init__(self) -> None:
        self.with_text: list[int] = []
        self.empty: list[int] = []
        self.vertical: list[int] = []
        self.hidden: list[int] = []
        self.nameless: list[int] = []
        self.added: list[int] = []
        self.unruled: list[int] = []

    def add(self, number: int, page: PageCharacters) -> None:
        if page.added_count:
            self.added.append(number)
        if not page.glyphs:
            self.empty.append(number)
            return
        self.with_text.append(number)
        count = len(page.glyphs)
        if page.vertical_count + page.turned_count > _TOO_MANY * count:
            self.vertical.append(number)
        if page.hidden_count > count / 2:
            self.hidden.append(number)
        if page.nameless_count:
            self.nameless.append(number)

    def notes(self) -> list[str]:
        notes = {
            "without text (empty, or a picture: what is printed there is missing)": self.empty,
            "with vertical or turned writing, whose order is to be checked": self.vertical,
            "whose text is an invisible layer over a picture, as OCR makes it: proofread it": self.hidden,
            "with characters whose font does not tell what they are (shown as �): compare them": self.nameless,
            "with a table of level rules alone, whose columns are told by their gaps at best: compare it": self.unruled,
            "with form fields, stamps or comments, whose text is not read": self.added,
        }
        return [f"{_pages(numbers)} {what}" for what, numbers in notes.items() if numbers]


def _pages(numbers: Sequence[int]) -> str:
    """Return page numbers as in 'pages 3-5, 8'."""
    runs: list[list[int]] = []
    for number in numbers:
        if runs and number == runs[-1][-1] + 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    told = ", ".join(str(run[0]) if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs)
    return f"{'page' if len(numbers) == 1 else 'pages'} {told}"


@contextmanager
def _opened(path: Path, content: bytes) -> Iterator[pypdfium2.PdfDocument]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        if _PASSWORD in str(error).lower():
            raise WardPlansError(
                f"{path}: encrypted; open it with its password, print it to a PDF without one and import that"
            ) from error
        raise WardPlansError(f"{path}: not readable as a PDF ({reason(error)}): get the file once more") from error
    with closing(document):
        if len(document) > _MOST_PAGES:
            raise WardPlansError(f"{path}: {len(document)} pages; up to {_MOST_PAGES} can be imported")
        yield document


def _chosen(path: Path, count: int, first: int, last: int | None) -> range:
    if first > count or (last or 0) > count or not count:
        raise WardPlansError(f"{path}: it has {count} pages, and page {max(first, last or 0)} was asked for")
    return range(first, (last or count) + 1)


@contextmanager
def _ruled(path: Path, content: bytes, numbers: range) -> Iterator[PDF]:
    try:
        plumber = PDF.open(BytesIO(content), pages=list(numbers))
        pages = len(plumber.pages)
    except Exception as error:  # whatever a damaged file makes the library do
        raise WardPlansError(
            f"{path}: damaged ({reason(error)}): open it, print it to a new PDF and import that"
        ) from error
    with closing(plumber):
        if pages != len(numbers):
            raise WardPlansError(f"{path}: damaged, its pages cannot be counted: print it to a new PDF and import that")
        yield plumber


def _characters(path: Path, document: pypdfium2.PdfDocument, number: int, page: Page) -> PageCharacters:
    try:
        return read_characters(document, number - 1, page)
    except pypdfium2.PdfiumError as error:
        raise WardPlansError(
            f"{path}: page {number} is damaged ({reason(error)}): get the file once more, or leave it out with --pages"
        ) from error


def _with_rules(
    page: Page, number: int, characters: PageCharacters, before: RuledTable | None, found: Manuscript
) -> tuple[PageCharacters, list[RuledTable], bool]:
    """Return the characters of a page with their spaces, its tables, and whether it has level rules alone."""
    try:
        return with_spaces(characters, page), find_tables(page, before), has_level_rules_alone(page)
    except Exception as error:  # whatever a damaged page makes the library do; its text is there all the same
        found.notes.append(f"page {number}: its rules cannot be read ({reason(error)}), so its tables are plain lines")
        return characters, [], False


def _tables_of(items: Sequence[Item]) -> list[PlacedTable]:
    """Return the tables of a page from the top."""
    return sorted((item for item in items if isinstance(item, PlacedTable)), key=lambda table: table.top)


def _last_table(items: Sequence[Item]) -> RuledTable | None:
    tables = _tables_of(items)
    return tables[-1].ruled if tables else None
