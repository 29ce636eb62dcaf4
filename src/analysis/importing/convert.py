"""An original of any kind into raw text: what it is is told by its bytes, which its name has to agree with."""

import re
import zipfile
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

from analysis.errors import WardPlansError
from analysis.importing.imported import ImportedText, Kind, reason

KINDS: dict[str, Kind] = {
    ".pdf": "pdf",
    ".docx": "word",
    ".xlsx": "excel",
    ".html": "html",
    ".htm": "html",
    ".txt": "text",
}
"""What can be imported, by the ending of the file's name."""

_SUFFIXES = {"pdf": ".pdf", "word": ".docx", "excel": ".xlsx", "html": ".html", "text": ".txt"}
_NAMES = {"pdf": "a PDF", "word": "a Word document", "excel": "an Excel workbook", "html": "a web page", "text": "text"}

_SAVE_AS = {
    **dict.fromkeys((".doc", ".docm", ".dotx", ".dot", ".rtf", ".odt", ".jtd", ".pages"), ".docx"),
    **dict.fromkeys((".xls", ".xlsm", ".xlsb", ".xltx", ".ods", ".csv", ".numbers"), ".xlsx"),
    **dict.fromkeys((".ppt", ".pptx", ".odp", ".xdw", ".key", ".ps", ".eps"), ".pdf"),
    **dict.fromkeys((".mht", ".mhtml", ".xhtml", ".shtml", ".php", ".asp"), ".html"),
    ".md": ".txt",
}

_MEGABYTE = 1024 * 1024
_MOST_BYTES = 300 * _MEGABYTE
_MOST_UNPACKED = 600 * _MEGABYTE
_MOST_PARTS = 20_000

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MARKUP = re.compile(rb"\s*(?:<!--.*?-->\s*|<\?xml[^>]*>\s*)*<(?:!doctype\s+html|html|head|body)\b", re.I | re.S)


@dataclass(frozen=True)
class PageRange:
    """The pages to be imported, counted from 1, the last one among them; None: to the end."""

    first: int
    last: int | None

    @classmethod
    def parse(cls, text: str) -> "PageRange":
        """Return the range that is written as '3-40', '3-' or '3'.

        Raises:
            WardPlansError: it is none.
        """
        match = re.fullmatch(r"([0-9]{1,6})(-([0-9]{1,6})?)?", text.strip())
        if match is None:
            raise WardPlansError(f"pages {text!r}: expected a page such as 3, or pages such as 3-40 or 3-")
        first = int(match[1])
        last = int(match[3]) if match[3] else None if match[2] else first
        if first < 1 or (last is not None and last < first):
            raise WardPlansError(f"pages {text!r}: pages are counted from 1, and the last is not before the first")
        return cls(first, last)


def convert(path: Path, *, pages: PageRange | None = None, encoding: str | None = None) -> ImportedText:
    """Return a document as raw text; the same bytes give the same text.

    Args:
        path: a .pdf, .docx, .xlsx, .html or .txt file.
        pages: of a PDF, all when None.
        encoding: of a text or web page, as Python names it; told by the bytes when None.

    Raises:
        WardPlansError: the file is missing, is something else than its name says, is encrypted, broken, too large or
            without text, or cannot be read without guessing; the message says what to do.

    Example:
        >>> convert(Path("progress-fy2023.pdf")).text.splitlines()[0]
        '[[page 1]]'
    """
    return convert_bytes(path, read_original(path), pages=pages, encoding=encoding)


def read_original(path: Path) -> bytes:
    """Return the bytes of a document.

    Raises:
        WardPlansError: the file is missing, empty or too large, or cannot be read.
    """
    try:
        if not path.is_file():
            what = "is a folder" if path.is_dir() else "there is no such file"
            raise WardPlansError(f"{path}: {what}; expected a document ({', '.join(KINDS)})")
        size = path.stat().st_size
        if size > _MOST_BYTES:
            raise WardPlansError(
                f"{path}: {size // _MEGABYTE} MB; documents of up to {_MOST_BYTES // _MEGABYTE} MB can be imported"
            )
        content = path.read_bytes()
    except (OSError, ValueError) as error:
        raise WardPlansError(f"{path}: cannot be read ({getattr(error, 'strerror', None) or error})") from error
    if not content:
        raise WardPlansError(f"{path}: the file is empty")
    return content


def convert_bytes(
    path: Path, content: bytes, *, pages: PageRange | None = None, encoding: str | None = None
) -> ImportedText:
    """Return the bytes of a document as raw text; `path` names it. See `convert`."""
    kind = _kind(path, content)
    if pages is not None and kind != "pdf":
        raise WardPlansError(f"{path}: only a PDF has pages to choose from, and this is {_NAMES[kind]}")
    if encoding is not None and kind not in ("text", "html"):
        raise WardPlansError(f"{path}: only text and web pages take an encoding, and this is {_NAMES[kind]}")
    if kind == "pdf":
        from analysis.importing.pdf import import_pdf

        return import_pdf(path, content, pages.first if pages else 1, pages.last if pages else None)
    if kind == "word":
        from analysis.importing.word import import_word

        return import_word(path, content)
    if kind == "excel":
        from analysis.importing.excel import import_excel

        return import_excel(path, content)
    if kind == "html":
        from analysis.importing.html import import_html

        return import_html(path, content, encoding)
    from analysis.importing.plain import import_text

    return import_text(path, content, encoding)


def _kind(path: Path, content: bytes) -> Kind:
    """Return what a document is.

    Raises:
        WardPlansError: its name says nothing or something else, or it is of no kind that can be imported.
    """
    suffix = path.suffix.lower()
    if suffix in _SAVE_AS:
        raise WardPlansError(
            f"{path}: {suffix} files cannot be imported; save it as {_SAVE_AS[suffix]} and import that"
        )
    named = KINDS.get(suffix)
    if named is None:
        raise WardPlansError(f"{path}: the name ends in {suffix or 'nothing'}; expected one of {', '.join(KINDS)}")
    found = _by_content(path, content)
    if found is None and named in ("pdf", "word", "excel"):
        raise WardPlansError(
            f"{path}: not {_NAMES[named]}, though its name says so, or damaged: get the file once more"
        )
    if found is not None and found != named:
        raise WardPlansError(
            f"{path}: its content is {_NAMES[found]}, its name says {_NAMES[named]}; rename it to {_SUFFIXES[found]}"
        )
    return named


def _by_content(path: Path, content: bytes) -> Kind | None:
    """Return what the bytes say a document is, None where they may be any text."""
    if content.startswith(b"PK\x03\x04"):
        return _by_parts(path, content)
    if content.startswith(_OLE):
        if "EncryptedPackage".encode("utf-16-le") in content:
            raise WardPlansError(f"{path}: protected by a password; open it, save it without one and import that")
        raise WardPlansError(f"{path}: a file of Word or Excel before 2007; save it as .docx or .xlsx and import that")
    if b"%PDF-" in content[:1024]:
        return "pdf"
    return "html" if _MARKUP.match(content[:4096].removeprefix(b"\xef\xbb\xbf")) else None


def _by_parts(path: Path, content: bytes) -> Kind:
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise WardPlansError(f"{path}: damaged ({reason(error)}): get the file once more") from error
    unpacked = sum(part.file_size for part in parts)
    if unpacked > _MOST_UNPACKED or len(parts) > _MOST_PARTS:
        raise WardPlansError(
            f"{path}: {len(parts)} parts of {unpacked // _MEGABYTE} MB when unpacked; at most {_MOST_PARTS} parts of "
            f"{_MOST_UNPACKED // _MEGABYTE} MB can be imported"
        )
    names = {part.filename for part in parts}
    if any(part.flag_bits & 1 for part in parts):
        raise WardPlansError(f"{path}: protected by a password; open it, save it without one and import that")
    if "xl/workbook.xml" in names:
        return "excel"
    if "word/document.xml" in names or "word/document2.xml" in names:
        return "word"
    raise WardPlansError(f"{path}: a zip archive that is neither a Word document nor an Excel workbook (.docx, .xlsx)")
