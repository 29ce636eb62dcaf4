"""Symbols of progress (○, 達成, A) and the coarse scale that a descriptor maps them on."""

import re
from dataclasses import dataclass

from analysis.documents.layouts import STATUSES_TOLD, KpiBlock, Status, Statuses
from analysis.documents.text import Passage, RawDocument
from analysis.reading.places import LayoutGapError
from analysis.reading.records import Findings


def symbol_in(pattern: re.Pattern[str] | None, cell: Passage) -> Passage:
    """Return the symbol of a cell or line: what the group `status` of its pattern takes, or the whole of it."""
    match = pattern.fullmatch(cell.text) if pattern else None
    return cell.part(match, "status") if match and match.groupdict().get("status") else cell


@dataclass(frozen=True)
class Scale:
    """The symbols of one column or block of a document, and the key of that part in the descriptor."""

    document: RawDocument
    part: Statuses | KpiBlock
    key: str

    def status(self, symbol: Passage) -> Status | None:
        """Return what a symbol means, None where it says that there is no judgement.

        Raises:
            WardPlansError: the descriptor does not map the symbol; the message says where to add it, and as what.
        """
        if symbol.text in self.part.unrated:
            return None
        if symbol.text not in self.part.statuses:
            raise LayoutGapError(
                f"{self.document.where(symbol)}: unknown status {symbol.text!r}, expected one of "
                f"{' '.join(self._known)}; or map it",
                f"{self.key}.statuses",
                f" to one of {STATUSES_TOLD}",
            )
        return self.part.statuses[symbol.text]

    def check_legend(self, findings: Findings) -> None:
        """Make sure that a document's own legend explains the symbols the descriptor knows, and no others.

        Its lines count as read. Without a pattern for the legend nothing is looked at.

        Raises:
            WardPlansError: there is no legend, it explains a symbol that is not known, or leaves out one that is.
        """
        legend = self.part.legend
        if legend is None:
            return
        met = list(self.document.search(legend))
        if not met:
            raise LayoutGapError(
                f"{self.document.path}: no line is a legend as {legend.pattern!r} expects", f"{self.key}.legend"
            )
        explained = [line.passage.part(match, "status") for line, match in met]
        for symbol in explained:
            self.status(symbol)
        missing = [symbol for symbol in self._known if symbol not in {found.text for found in explained}]
        if missing:
            raise LayoutGapError(
                f"{self.document.path}:{met[0][0].number}: the legend {legend.pattern!r} explains "
                f"{' '.join(symbol.text for symbol in explained)}, but not {' '.join(missing)}",
                f"{self.key}.statuses",
            )
        for line, match in met:
            findings.locate(line.number, line.passage, match, "status", "text")

    @property
    def _known(self) -> list[str]:
        return [*self.part.statuses, *self.part.unrated]
