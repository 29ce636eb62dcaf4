"""Word documents: paragraphs with their automatic numbers, tables, notes and text boxes."""

import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import docx
from docx.oxml.ns import nsmap, qn
from docx.oxml.parser import parse_xml

from analysis.errors import WardPlansError
from analysis.importing.imported import ImportedText, Manuscript, reason, superscript
from analysis.importing.word_numbering import FORMATS, Numbering, symbol

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_M = "{http://schemas.openxmlformats.org/officeDocument/2006/math}"
_HEADING = re.compile(r"(?:heading|title|subtitle|見出し|表題)", re.IGNORECASE)

_INSIDE = frozenset(
    qn(f"w:{name}") for name in ("ins", "moveTo", "hyperlink", "smartTag", "fldSimple", "customXml", "dir", "bdo")
)
_DELETED = frozenset({qn("w:del"), qn("w:moveFrom")})
_PICTURES = frozenset({qn("w:drawing"), qn("w:pict"), qn("w:object"), f"{_MC}AlternateContent"})


def import_word(path: Path, content: bytes) -> ImportedText:
    """Return a Word document as raw text; it has no pages, for Word makes them anew on each machine.

    What a reader of the document does not see is left out, and said: deletions that are tracked, hidden text. So are
    headers, footers and comments. Notes come at the end, their marks in raised figures.

    Raises:
        WardPlansError: the file is damaged, has numbers of an unknown kind, or no text.
    """
    return _Reader(path, _load(path, content)).read()


def _load(path: Path, content: bytes) -> Any:
    """Return the document with all of its parts parsed."""
    try:
        document = docx.Document(BytesIO(content))
        parts = [relation.target_part for relation in document.part.rels.values() if not relation.is_external]
        if any(not hasattr(part, "blob") for part in parts) or document.element.body is None:
            raise ValueError("parts are missing")
        return document
    except Exception as error:  # whatever a damaged file makes the library do
        raise WardPlansError(
            f"{path}: damaged or not written as Word does ({reason(error)}): open it, save it as .docx and import that"
        ) from error


class _Reader:
    """Goes through a document once, for its numbers count on."""

    def __init__(self, path: Path, document: Any) -> None:
        self._found = Manuscript(str(path))
        self._document = document
        styles = document.styles.element
        self._numbering = Numbering(str(path), self._part("numbering"), styles)
        self._headings = {
            style.get(qn("w:styleId"))
            for style in styles.findall(qn("w:style"))
            if (name := style.find(qn("w:name"))) is not None and _HEADING.match(name.get(qn("w:val")) or "")
        }
        self._fields: list[bool] = []
        self._notes: list[tuple[str, Any]] = []
        self._note_counts = {"footnote": 0, "endnote": 0}
        self._boxes: list[Any] = []
        self._counts = dict.fromkeys(("deleted", "hidden", "pictures", "formulas", "boxes", "nested"), 0)

    def read(self) -> ImportedText:
        """Return the text of the document."""
        self._blocks(self._document.element.body)
        if self._notes:
            self._found.gap()
        for label, note in self._notes:
            self._found.paragraph(f"{label} {' '.join(line.strip() for line in self._lines(note))}")
        self._say()
        return self._found.finish("word")

    # -- blocks ---------------------------------------------------------------------------------------------

    def _blocks(self, container: Any) -> None:
        """Add the paragraphs and tables of the body, of a text box or of a frame."""
        for block in _blocks_in(container):
            if block.tag == qn("w:tbl"):
                self._table(block)
                continue
            text = self._paragraph(block)
            if self._is_heading(block):
                self._found.gap()
            if text.strip():
                self._found.paragraph(text)
            elif not self._boxes:
                self._found.gap()
            self._write_boxes()

    def _write_boxes(self) -> None:
        while self._boxes:
            box = self._boxes.pop(0)
            waiting, self._boxes = self._boxes, []
            self._blocks(box)
            self._boxes = waiting

    def _is_heading(self, paragraph: Any) -> bool:
        style = paragraph.find(f"{qn('w:pPr')}/{qn('w:pStyle')}")
        return style is not None and style.get(qn("w:val")) in self._headings

    def _table(self, table: Any) -> None:
        cells = [list(_cells_in(row)) for row in _rows_in(table)]
        if len(cells) == 1 and len(cells[0]) == 1:
            self._found.gap()
            self._blocks(cells[0][0])
            self._found.gap()
            return
        self._found.table([self._row(row) for row in _rows_in(table)])

    def _row(self, row: Any) -> list[str]:
        properties = row.find(qn("w:trPr"))
        texts = [""] * (_number(properties, "w:gridBefore") or 0)
        for cell in _cells_in(row):
            properties = cell.find(qn("w:tcPr"))
            is_covered = _goes_on(properties, "w:vMerge") or _goes_on(properties, "w:hMerge")
            text = "\n".join(self._lines(cell))
            texts.append("" if is_covered else text)
            texts.extend([""] * ((_number(properties, "w:gridSpan") or 1) - 1))
        return texts

    def _lines(self, container: Any) -> Iterator[str]:
        """Yield the text of each paragraph in a cell or note; of a table inside, of each row."""
        for block in _blocks_in(container):
            if block.tag == qn("w:tbl"):
                self._counts["nested"] += 1
                for row in _rows_in(block):
                    yield " ".join(filter(None, (text.replace("\n", " ").strip() for text in self._row(row))))
                continue
            yield self._paragraph(block)
            boxes, self._boxes = self._boxes, []
            for box in boxes:
                yield from self._lines(box)

    # -- a paragraph ----------------------------------------------------------------------------------------

    def _paragraph(self, paragraph: Any) -> str:
        text = "".join(self._inline(paragraph))
        has_text = bool(text.strip())
        return (self._numbering.label(paragraph) if has_text else "") + text

    def _inline(self, container: Any) -> Iterator[str]:
        for child in container:
            if child.tag == qn("w:r"):
                yield from self._run(child)
            elif child.tag in _INSIDE:
                yield from self._inline(child)
            elif child.tag == qn("w:sdt"):
                content = child.find(qn("w:sdtContent"))
                yield from self._inline(content if content is not None else ())
            elif child.tag in _DELETED:
                self._counts["deleted"] += 1
            elif child.tag in (f"{_M}oMath", f"{_M}oMathPara"):
                self._counts["formulas"] += 1
                yield "".join(text.text or "" for text in child.iter(f"{_M}t"))

    def _run(self, run: Any) -> Iterator[str]:
        properties = run.find(qn("w:rPr"))
        if properties is not None and _is_on(properties.find(qn("w:vanish"))):
            self._counts["hidden"] += 1
            return
        raised = properties.find(qn("w:vertAlign")) if properties is not None else None
        is_raised = raised is not None and raised.get(qn("w:val")) == "superscript"
        for part in run:
            text = self._run_part(part)
            if not any(is_code for is_code in self._fields):
                yield superscript(text) if is_raised else text

    def _run_part(self, part: Any) -> str:
        tag = part.tag
        if tag == qn("w:t"):
            return part.text or ""
        if tag in (qn("w:tab"), qn("w:ptab")):
            return "\t"
        if tag in (qn("w:br"), qn("w:cr")):
            return "\n"
        if tag == qn("w:noBreakHyphen"):
            return "\u2011"
        if tag == qn("w:sym"):
            return symbol(chr(int(part.get(qn("w:char")) or "B7", 16)), part.get(qn("w:font")) or "")
        if tag == qn("w:fldChar"):
            self._field(part.get(qn("w:fldCharType")))
        elif tag in (qn("w:footnoteReference"), qn("w:endnoteReference")):
            return self._note(part, "footnote" if tag == qn("w:footnoteReference") else "endnote")
        elif tag == qn("w:ruby"):
            base = part.find(qn("w:rubyBase"))
            return "".join(self._inline(base)) if base is not None else ""
        elif tag in _PICTURES:
            self._picture(part)
        return ""

    def _field(self, kind: str | None) -> None:
        """Keep track of fields: what stands before their separator is code, what follows is shown."""
        if kind == "begin":
            self._fields.append(True)
        elif kind == "separate" and self._fields:
            self._fields[-1] = False
        elif kind == "end" and self._fields:
            self._fields.pop()

    def _note(self, reference: Any, kind: str) -> str:
        part = self._part(f"{kind}s")
        if part is None:
            return ""
        wanted = reference.get(qn("w:id"))
        note = next((note for note in part.findall(qn(f"w:{kind}")) if note.get(qn("w:id")) == wanted), None)
        if note is None:
            return ""
        if _is_on(reference, "w:customMarkFollows"):
            self._notes.append(("", note))
            return ""
        self._note_counts[kind] += 1
        label = superscript(FORMATS[self._note_format(kind)](self._note_counts[kind]))
        self._notes.append((label, note))
        return label

    def _note_format(self, kind: str) -> str:
        properties = next(self._document.element.body.iter(qn(f"w:{kind}Pr")), None)
        found = properties.find(qn("w:numFmt")) if properties is not None else None
        default = "decimal" if kind == "footnote" else "lowerRoman"
        name = default if found is None else found.get(qn("w:val"))
        if name not in FORMATS:
            raise WardPlansError(f"{self._found.name}: {kind}s are numbered as {name!r}, which is not known here")
        return name

    def _picture(self, part: Any) -> None:
        """Take the text boxes of a drawing, which is there twice for newer and older programs."""
        if part.tag == f"{_MC}AlternateContent":
            choice = part.find(f"{_MC}Choice")
            part = choice if choice is not None else part.find(f"{_MC}Fallback")
            if part is None:
                return
        boxes = list(_text_boxes(part))
        self._boxes.extend(boxes)
        self._counts["boxes"] += len(boxes)
        self._counts["pictures"] += not boxes

    # -- the rest -------------------------------------------------------------------------------------------

    def _part(self, kind: str) -> Any | None:
        """Return the root of a part that the document refers to: its numbering, footnotes and the like."""
        return next(self._parts(kind), None)

    def _parts(self, kind: str) -> Iterator[Any]:
        for relation in self._document.part.rels.values():
            if str(relation.reltype).endswith(f"/{kind}") and not relation.is_external:
                part = relation.target_part
                yield getattr(part, "element", None) if hasattr(part, "element") else parse_xml(part.blob)

    def _say(self) -> None:
        """Say what was left out or ought to be looked at."""
        told = {
            "deleted": "tracked deletions were left out; accept or reject the changes to be sure",
            "hidden": "pieces of hidden text were left out",
            "pictures": "pictures, charts or shapes: what is printed in them is not read",
            "formulas": "formulas were read as plain characters: compare them",
            "boxes": "text boxes: their text follows the paragraph they are anchored to",
            "nested": "tables stand inside a cell of another: each of their rows is a line of that cell",
        }
        notes = self._found.notes
        notes.extend(f"{self._counts[kind]} {what}" for kind, what in told.items() if self._counts[kind])
        around = [text for kind in ("header", "footer") for part in self._parts(kind) if (text := _plain(part))]
        if around:
            notes.append(f"headers and footers were left out: {' / '.join(dict.fromkeys(around))[:120]}")
        comments = sum(1 for part in self._parts("comments") for _ in part.iter(qn("w:comment")))
        if comments:
            notes.append(f"{comments} comments were left out")
        if any(True for _ in self._document.element.body.iter(qn("w:numRestart"))) and self._notes:
            notes.append("the notes are numbered anew on each page or section, here throughout: compare their marks")
        if any(True for _ in self._document.element.body.iter(qn("w:altChunk"))):
            notes.append("a document inside the document was left out: open it, save it in Word and import that")


def _blocks_in(container: Any) -> Iterator[Any]:
    """Yield the paragraphs and tables of a container, those in content controls among them."""
    for child in container:
        if child.tag in (qn("w:p"), qn("w:tbl")):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins"), qn("w:moveTo")):
            yield from _blocks_in(child)


def _rows_in(table: Any) -> Iterator[Any]:
    """Yield the rows of a table that are not deleted."""
    for child in table:
        if child.tag == qn("w:tr"):
            if child.find(f"{qn('w:trPr')}/{qn('w:del')}") is None:
                yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml"), qn("w:ins")):
            yield from _rows_in(child)


def _cells_in(row: Any) -> Iterator[Any]:
    for child in row:
        if child.tag == qn("w:tc"):
            yield child
        elif child.tag in (qn("w:sdt"), qn("w:sdtContent"), qn("w:customXml")):
            yield from _cells_in(child)


def _text_boxes(drawing: Any) -> Iterator[Any]:
    """Yield the text boxes of a drawing, not those inside of them."""
    for child in drawing:
        if child.tag == qn("w:txbxContent"):
            yield child
        elif child.tag == f"{_MC}AlternateContent":
            choice = child.find(f"{_MC}Choice")
            yield from _text_boxes(choice if choice is not None else child)
        else:
            yield from _text_boxes(child)


def _goes_on(properties: Any, name: str) -> bool:
    """Tell whether a cell is the further part of a merged one."""
    merge = properties.find(qn(name)) if properties is not None else None
    return merge is not None and merge.get(qn("w:val")) in (None, "continue")


def _number(properties: Any, name: str) -> int | None:
    found = properties.find(qn(name)) if properties is not None else None
    return None if found is None else int(found.get(qn("w:val")) or 0)


def _is_on(element: Any, attribute: str = "w:val") -> bool:
    if element is None:
        return False
    value = element.get(qn(attribute))
    return value not in ("0", "false", "off") if attribute == "w:val" else value in ("1", "true", "on")


def _plain(part: Any) -> str:
    return " ".join("".join(text.text or "" for text in part.iter(f"{{{nsmap['w']}}}t")).split())
