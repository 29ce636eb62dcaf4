"""Figures in running text: each number is a quantity the descriptor knows, none by a rule, or reported."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

from analysis.documents.descriptor import Descriptor, Quantity
from analysis.documents.text import Passage, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.account import AccountedLine, LineUse
from analysis.reading.eras import fiscal_year, matched_year, year_or_month
from analysis.reading.numerals import UnparsableNumberError, parse_amount
from analysis.reading.passages import FoundPassage
from analysis.reading.places import at_line
from analysis.reading.records import Findings, QuantityRecord

_ERA = r"(?:明治|大正|昭和|平成|令和|[MTSHR])"
# What a number can be besides a quantity, whatever the document: the rule's name, and the print it covers.
GENERAL_RULES = {
    "date or year": re.compile(
        rf"{_ERA} ?(?:元|\d ?\d?)(?: ?\(\d{{4}}\))? ?(?:年度?)?(?: ?\d ?\d? ?月)?(?: ?\d ?\d? ?日)?"
        rf"|{_ERA}\d+\.\d+|\d{{4}} ?年(?:度|頃)?|\(\d{{4}}\)|\d+年度|\d+月(?:\d+日)?"
        rf"|\d{{4}} ?(?=\({_ERA} ?(?:元|\d)[^()]*\) ?年)|\d{{4}}(?= ?[~—-] ?\d{{4}} ?年)"
        r"|\d{1,2}(?= ?~ ?\d{1,2} ?年度)"
    ),
    "issue of a newsletter": re.compile(r"\d+/\d+号?"),
    "ordinal or edition": re.compile(
        r"第 ?\d+(?:\.\d+)?(?:次|期|条|号|章|版|世代|回|類)|\d+期の|v?er\.[\d.]+|Ver\.[\d.]+"
    ),
    "law number": re.compile(r"法律第 ?\d+ ?号"),
    "number of a list, heading, figure or page": re.compile(
        r"^[-\s]*\(?\d+\)?(?=[ (])|^\(\d+\)|^(?:目標|視点|柱|指針)\d+|図 ?\d-\d|\d+ページ|p\d+|\d+-\d+-[①-⑳]|^\d+$"
    ),
    "name with digits": re.compile(r"[A-Za-z][A-Za-z_\-]*\.?\d[\w.]*|\d[GD](?![A-Za-z])|\d[a-z]+(?![a-z])|1人1台"),
    "address": re.compile(r"https?://\S+|〒?\d{3}-\d{4}|\d{2}-\d{4}-\d{4}"),
}
_FISCAL_YEAR = re.compile(rf"{_ERA}\d+年度|\d{{4}}\({_ERA}(?:元|\d+)\)年度")
_BARE_FISCAL_YEAR = re.compile(r"(?<!\d)(?:元|\d{1,2})年度")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")


def read_quantities(
    document: RawDocument,
    descriptor: Descriptor,
    lines: Sequence[AccountedLine],
    passages: Sequence[FoundPassage],
    findings: Findings,
) -> None:
    """Add the figures of the running text to the findings, and the numbers that nothing explains.

    Raises:
        WardPlansError: a quantity of the descriptor is not met, or too often, or its amount or year cannot be read.
    """
    used = {line.number for line in lines if line.use in (LineUse.READ, LineUse.PROSE)}
    prose = {line.number for line in lines if line.use == LineUse.PROSE}
    located = _located(findings)
    met: Counter[str] = Counter()
    titles = {item.measure_id: item.title.text for item in findings.measures if item.title}
    for found in passages:
        if found.line not in used:
            continue
        start = found.passage.start
        covered = [(words.start - start, words.end - start) for words in located.get(found.line, ())]
        for entry in descriptor.quantities:
            if entry.item is not None and not entry.item.search(titles.get(_owner(found) or "", "")):
                continue
            for match in entry.pattern.finditer(found.passage.text):
                findings.quantities.append(_quantity(document, found, entry, match))
                covered.append(match.span("amount"))
                met[entry.quantity] += 1
        if found.line in prose or found.line in located or found.activity is not None:
            findings.unclassified_numbers.extend(_unclassified(descriptor, found.passage, covered))
    for entry in descriptor.quantities:
        if not met[entry.quantity] or (met[entry.quantity] > 1 and not entry.each):
            raise WardPlansError(
                f"{document.path}: quantity {entry.quantity!r}: {entry.pattern.pattern!r} is met "
                f"{met[entry.quantity]} times, expected {'at least once' if entry.each else 'once'}"
            )


def _located(findings: Findings) -> dict[int, list[Passage]]:
    """Return the words for which alone lines were read, by line: what else stands there is running text."""
    located: dict[int, list[Passage]] = {}
    for words in findings.located:
        if words.line not in findings.lines_read:
            located.setdefault(words.line, []).extend(words.passages)
    return located


def _owner(found: FoundPassage) -> str | None:
    return found.activity.measure_id if found.activity else found.measure_id


def _quantity(document: RawDocument, found: FoundPassage, entry: Quantity, match: re.Match[str]) -> QuantityRecord:
    amount_passage = found.passage.part(match, "amount")
    try:
        amount = parse_amount(amount_passage.text)
    except UnparsableNumberError as error:
        raise WardPlansError(f"{document.where(amount_passage)}: quantity {entry.quantity!r}: {error}") from error
    with at_line(document, found.line):
        year = _fiscal_year(document, found, entry, match)
    return QuantityRecord(
        entry=entry,
        value=amount.value,
        unit_ja=amount.unit_ja,
        is_approximate=amount.is_approximate or entry.is_approximate,
        fiscal_year=year,
        measure_id=_owner(found),
        sentence=found.passage,
        passage=amount_passage,
    )


def _fiscal_year(document: RawDocument, found: FoundPassage, entry: Quantity, match: re.Match[str]) -> int | None:
    printed = match.groupdict().get("year")
    if printed:
        return year_or_month(matched_year(match), document.era)[0].year
    if entry.year_of == "row":
        text = document.lines[found.line - 1].text
        in_row = _FISCAL_YEAR.search(text) or (_BARE_FISCAL_YEAR.search(text) if document.era else None)
        return fiscal_year(in_row[0], document.era).year if in_row else None
    return found.activity.fiscal_year if entry.year_of == "column" and found.activity else None


def _unclassified(descriptor: Descriptor, passage: Passage, covered: Sequence[tuple[int, int]]) -> Iterator[Passage]:
    """Yield the numbers of a passage that are neither quantities nor covered by a rule."""
    spans = list(covered)
    for rule in GENERAL_RULES.values():
        spans.extend(match.span() for match in rule.finditer(passage.text))
    for other in descriptor.no_quantities:
        if other.pattern is not None:
            spans.extend(match.span() for match in other.pattern.finditer(passage.text))
    for number in _NUMBER.finditer(passage.text):
        if not any(start <= number.start() and number.end() <= end for start, end in spans):
            yield passage.part(number)
