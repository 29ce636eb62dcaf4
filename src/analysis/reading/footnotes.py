"""Footnotes below a table, by their marks."""

from analysis.documents.layouts import Footnotes
from analysis.documents.text import Passage, RawDocument
from analysis.reading.records import Findings


def read_footnotes(
    document: RawDocument, footnotes: Footnotes | None, findings: Findings
) -> dict[str, tuple[Passage, ...]]:
    """Return the paragraphs of each footnote by its mark ('※1'), and count their lines as read."""
    if footnotes is None:
        return {}
    found: dict[str, tuple[Passage, ...]] = {}
    mark: str | None = None
    for line in document.flow:
        match = footnotes.pattern.fullmatch(line.text)
        if match:
            mark = match["mark"]
            found[mark] = (line.passage.part(match, "text"),)
        elif mark and footnotes.continued and footnotes.continued.match(line.text):
            found[mark] = (*found[mark], line.passage.slice(0, len(line.text)))
        else:
            if line.text.strip():
                mark = None
            continue
        findings.lines_read.add(line.number)
    return found
