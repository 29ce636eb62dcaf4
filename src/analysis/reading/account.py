"""The line account: each line of a document is read, running text, set aside with a reason, or unread."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from analysis.documents.descriptor import Descriptor, SetAside
from analysis.documents.text import RawDocument
from analysis.errors import WardPlansError
from analysis.reading.records import Findings
from analysis.reading.tables import region_lines


class LineUse(StrEnum):
    """What became of a line."""

    READ = "read"
    PROSE = "prose"
    IGNORED = "ignored"
    BLANK = "blank"
    UNREAD = "unread"


@dataclass(frozen=True)
class AccountedLine:
    """A line, what became of it, and the reason where it was set aside: the descriptor's, or that it is a mark."""

    number: int
    text: str
    use: LineUse
    reason: str | None = None


def account_lines(document: RawDocument, descriptor: Descriptor, findings: Findings) -> list[AccountedLine]:
    """Return what became of each line of a document of which some things were found.

    Raises:
        WardPlansError: a rule of the descriptor that sets lines aside matches none.
    """
    ignored = _set_aside(document, descriptor.ignore)
    prose = _set_aside(document, descriptor.prose)
    lines_read = findings.lines_read | {words.line for words in findings.located}
    accounted = []
    for line in document.lines[: document.line_count]:
        use, reason = LineUse.UNREAD, None
        if line.mark is not None:
            use, reason = LineUse.IGNORED, line.mark.reason
        elif not line.text.strip():
            use = LineUse.BLANK
        elif line.number in lines_read:
            use = LineUse.READ
        elif line.number in ignored:
            use, reason = LineUse.IGNORED, ignored[line.number]
        elif line.number in prose:
            use, reason = LineUse.PROSE, prose[line.number]
        text = line.text.strip() if line.mark is None else str(line.mark)
        accounted.append(AccountedLine(line.number, text, use, reason))
    return accounted


def running_lines(document: RawDocument, descriptor: Descriptor) -> frozenset[int]:
    """Return the numbers of the lines that the descriptor says are printed on each page.

    Raises:
        WardPlansError: a rule for such lines matches none.
    """
    return frozenset(_set_aside(document, [rule for rule in descriptor.ignore if rule.running]))


def count_uses(lines: Iterable[AccountedLine]) -> dict[LineUse, int]:
    """Return how many lines were put to each use, 0 where none was."""
    counts = Counter(line.use for line in lines)
    return {use: counts[use] for use in LineUse}


def _set_aside(document: RawDocument, rules: Sequence[SetAside]) -> dict[int, str]:
    reasons: dict[int, str] = {}
    for rule in rules:
        lines = _lines_of(document, rule)
        if not lines:
            raise WardPlansError(f"{document.path}: the rule {rule.reason!r} sets no line aside; remove or mend it")
        for number in lines:
            reasons.setdefault(number, rule.reason)
    return reasons


def _lines_of(document: RawDocument, rule: SetAside) -> list[int]:
    if rule.region is not None:
        return list(region_lines(document, rule.region))
    assert rule.pattern is not None
    return [line.number for line in document.lines if line.text.strip() and rule.pattern.fullmatch(line.text)]
