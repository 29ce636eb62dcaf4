"""The year a column or block speaks of, where the document prints it elsewhere."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from analysis.documents.layouts import Region, StatedYear
from analysis.documents.text import Line, RawDocument
from analysis.errors import WardPlansError
from analysis.reading.eras import FiscalYear, fiscal_year, matched_year
from analysis.reading.places import LayoutGapError, at_line
from analysis.reading.records import Findings
from analysis.reading.tables import region_lines

Met = Sequence[tuple[Line, re.Match[str]]]


@dataclass(frozen=True)
class YearFinder:
    """Finds the years that the parts of one layout state; the lines they stand on count as read."""

    document: RawDocument
    plan: str
    region: Region
    findings: Findings

    def find(self, stated: StatedYear, of: str, key: str, word: str | None = None) -> FiscalYear:
        """Return the fiscal year a part of the layout speaks of.

        Args:
            stated: what the descriptor says of it.
            of: what speaks of it, for messages: "column '前年度'".
            key: the key of that part, from the layout on: 'columns.2'.
            word: how the document prints a year that is counted from another (前年度).

        Raises:
            WardPlansError: the pattern is not met, is met with several years, or what it takes is no year.
        """
        found = self._of_plan(stated, of, key) if stated.plan_year else self._printed(stated, of, key)
        if not stated.year_offset:
            return found
        return FiscalYear(found.year + stated.year_offset, word or found.printed, is_era_valid=True)

    def _printed(self, stated: StatedYear, of: str, key: str) -> FiscalYear:
        assert stated.year is not None
        met = self._met(stated.year, f"{key}.year", f"the year of {of}")
        years = [self._year_at(line, match) for line, match in met]
        if len({year.year for year in years}) > 1:
            listed = ", ".join(f"{year.year} on line {line.number}" for year, (line, _) in zip(years, met, strict=True))
            raise LayoutGapError(
                f"{self.document.path}: the year of {of}, {stated.year.pattern!r}: met {listed}, "
                "expected one fiscal year",
                f"{key}.year",
            )
        return years[0]

    def _of_plan(self, stated: StatedYear, of: str, key: str) -> FiscalYear:
        assert stated.said is not None
        self._met(stated.said, f"{key}.said", f"the words that {of} is of the {stated.plan_year} of the plan")
        plan = next((plan for plan in self.findings.plans if plan.plan_id == self.plan), None)
        if plan is None or plan.years is None:
            raise WardPlansError(
                f"{self.document.path}: {of} is of the {stated.plan_year} of plan {self.plan!r}, whose period is not "
                "known; give the plan the key `period` in the descriptor"
            )
        return plan.years.first if stated.plan_year == "start" else plan.years.last

    def _met(self, pattern: re.Pattern[str], key: str, sought: str) -> Met:
        """Return where a pattern is met: in the region, or else anywhere in the document."""
        region = region_lines(self.document, self.region)
        met = list(self.document.search(pattern, region)) or list(self.document.search(pattern))
        if not met:
            raise LayoutGapError(
                f"{self.document.path}: {sought}, {pattern.pattern!r}: met nothing, expected one fiscal year"
                if key.endswith("year")
                else f"{self.document.path}: {sought}, {pattern.pattern!r}: no line matches",
                key,
            )
        for line, match in met:
            self.findings.locate(line.number, line.passage, match, *(["year"] if "year" in pattern.groupindex else []))
        return met

    def _year_at(self, line: Line, match: re.Match[str]) -> FiscalYear:
        with at_line(self.document, line.number):
            return fiscal_year(matched_year(match), self.document.era)
