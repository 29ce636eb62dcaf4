"""Which year a column or grade speaks of: where the print says it, as keys of a descriptor."""

import re
from dataclasses import dataclass

from analysis.errors import WardPlansError
from analysis.onboarding import wording
from analysis.onboarding.survey import Survey
from analysis.reading.eras import fiscal_year

_SAID = r"は(?:、)?"


@dataclass(frozen=True)
class YearGuess:
    """Keys that tell a year (`year`, `year_offset`), the lines they rest on, and what else could be meant."""

    keys: dict[str, object]
    evidence: str


def read_year(printed: str) -> int | None:
    """Return the fiscal year that a printed year names, None where it names none without its era."""
    try:
        return fiscal_year(printed).year
    except WardPlansError:
        return None


def year_pattern(printed: str, *, spaced: bool = False) -> str:
    r"""Return the pattern of a printed year with the group `year`.

    Example:
        >>> year_pattern("令和5年度")
        '(?P<year>令和\\d+年度)'
    """
    plain = wording.escaped_but_digits(printed.replace(" ", ""))
    if spaced:
        plain = plain.replace(r"\d+", r" ?\d+ ?")
    return f"(?P<year>{plain})"


def year_of_header(header: str, spellings: tuple[str, ...]) -> str:
    """Return a pattern for a header that prints a year, for every way page breaks repeat it."""
    match = re.search(wording.YEAR, header)
    assert match is not None
    spaced = any(" " in printed for text in spellings for printed in re.findall(wording.YEAR, text))
    before, after = header[: match.start()], header[match.end() :]
    others = [(text[: m.start()], text[m.end() :]) for text in spellings if (m := re.search(wording.YEAR, text))]
    return (
        _either([before, *(other[0] for other in others)])
        + year_pattern(match[0], spaced=spaced)
        + _either([after, *(other[1] for other in others)])
    )


def year_of_words(survey: Survey, header: str) -> YearGuess | None:
    """Return where the text says of which year a column without a year speaks ('策定時は4年度末')."""
    said = re.compile(rf"{re.escape(header)}{_SAID}(?P<year>{wording.YEAR})")
    for line in survey.lines:
        match = said.search(line.text)
        if match:
            pattern = f"{wording.escaped(header)}は(?:、)?{year_pattern(match['year'])}"
            if "、" not in match[0]:
                pattern = pattern.replace("(?:、)?", "")
            return YearGuess({"year": pattern}, f"line {line.number}: {match[0]}")
    return None


def year_of_results(survey: Survey) -> YearGuess | None:
    """Return where the document says of which year its results and grades are."""
    for table in survey.tables:
        for column in table.columns:
            if column.activity == "result" and column.year:
                pattern = year_of_header(column.header, column.spellings)
                return YearGuess({"year": pattern}, f"line {table.first_line}: header {column.header}")
    for label in survey.labels:
        if label.kind == "result" and len(label.years) == 1:
            pattern = label.label.replace(wording.escaped_but_digits(label.years[0]), year_pattern(label.years[0]), 1)
            return YearGuess({"year": f"{pattern}:"}, f"line {label.lines[0]}: the results are of {label.years[0]}")
    for line in survey.lines:
        match = re.search(rf"(?P<year>{wording.YEAR})(?P<words>[^。、\d]{{0,12}}(?:実績|評価|進捗|見直))", line.text)
        if match and line.number not in survey.contents:
            pattern = year_pattern(match["year"]) + wording.escaped(match["words"])
            return YearGuess({"year": pattern}, f"line {line.number}: {match[0]}")
    return None


def _either(texts: list[str]) -> str:
    """Return a pattern for texts that may differ in some characters, which one of them lacks."""
    distinct = list(dict.fromkeys(texts))
    if len(distinct) == 1:
        return wording.escaped(distinct[0])
    return "(?:" + "|".join(map(wording.escaped, distinct)) + ")"
