"""A document's own footnotes that explain terms."""

from analysis.documents.layouts import Glossary
from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.records import Findings, TermRecord


def read_glossary(document: RawDocument, layout: Glossary, findings: Findings) -> None:
    """Add the terms that footnotes explain to the findings.

    Raises:
        WardPlansError: no footnote is found, or one mark explains two terms.
    """
    marks: dict[str, int] = {}
    for line in document.lines:
        match = layout.pattern.fullmatch(line.passage.text.strip())
        if match is None:
            continue
        passage = line.passage.slice(0, len(line.passage.text))
        first = marks.setdefault(match["mark"], line.number)
        if first != line.number:
            raise WardPlansError(f"{document.path}:{line.number}: footnote {match['mark']} stands on line {first} too")
        term, definition = passage.part(match, "term"), passage.part(match, "definition")
        findings.terms.append(TermRecord(match["mark"], term, definition, passage))
        findings.lines_read.add(line.number)
    if not marks:
        raise WardPlansError(f"{document.path}: no footnote matches {layout.pattern.pattern!r}")
