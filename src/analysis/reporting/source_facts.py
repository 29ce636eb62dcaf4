"""What was read from each cited passage of a source, in words."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from analysis.charts.wording import number
from analysis.comparison.citing import citation_text
from analysis.comparison.printed import on_one_line
from analysis.reporting.prose import MISSING, Language
from analysis.reporting.source_labels import CODES, DETAILS, SEARCHED, WORDS, coded, kind_name, word

Row = Mapping[str, Any]

#: Names and titles as a document prints them: shown beside their translation.
_PRINTED = frozenset({"subject", "item", "parent", "repeats", "definition", "note", "header", "printed_year", "mark"})

_KEPT = re.compile(r"[a-z0-9_-]")


@dataclass(frozen=True)
class Term:
    """Words, the language they are in, and the passage they lead to, if any."""

    text: str
    language: Language
    anchor: str | None = None


@dataclass(frozen=True)
class Detail:
    """Something told of a fact, under a label."""

    label: str
    terms: tuple[Term, ...]


@dataclass(frozen=True)
class Fact:
    """What one citation says: the passage, the row that was read from it, and a text to cite it by."""

    citation_id: str
    kind: str
    line: int
    start: int
    end: int
    quote: str
    subject: tuple[Term, ...]
    gist: str
    details: tuple[Detail, ...]
    citation: str

    @property
    def anchor(self) -> str:
        """Return the id of its passage on the page."""
        return citation_anchor(self.citation_id)

    @property
    def words(self) -> str:
        """Return the words cited, without the breaks inside a cell."""
        return on_one_line(self.quote)

    @property
    def is_named(self) -> bool:
        """Return whether it has a name besides the words cited."""
        return any(term.text != self.words for term in self.subject)

    @property
    def is_searched(self) -> bool:
        """Return whether it is the text itself, kept to be searched."""
        return self.kind == SEARCHED


def citation_anchor(citation_id: str) -> str:
    """Return the id of a citation's passage on the page of its source; no two citations have the same.

    Only characters that no URL needs to escape are used: small letters, digits, '-' and '_' are kept, ':' becomes
    '.', '|' becomes '~', any other character 'U' and its four hexadecimal digits (beyond those, 'W' and six).

    Example:
        >>> citation_anchor("kpi_values:ota-2021-rpa_tasks|2023|actual|ota-plan-v5-summary")
        'kpi_values.ota-2021-rpa_tasks~2023~actual~ota-plan-v5-summary'
        >>> citation_anchor("departments:13114-保育園")
        'departments.13114-U4fddU80b2U5712'
    """
    return "".join(_anchor_part(character) for character in citation_id)


def _anchor_part(character: str) -> str:
    if _KEPT.fullmatch(character):
        return character
    if character in ":|":
        return {":": ".", "|": "~"}[character]
    code = ord(character)
    return f"U{code:04x}" if code < 0x10000 else f"W{code:06x}"


def read_facts(
    connection: duckdb.DuckDBPyConnection, document_id: str | None, file_name: str, language: Language
) -> list[Fact]:
    """Return what was read from each cited passage of a source, in the order of the text.

    Args:
        connection: from `open_database`.
        document_id: the document, None for a statistical table.
        file_name: the file of the raw text or of the table.
        language: of the words; names and titles stay as printed, beside their translation where there is one.
    """
    query = Path(__file__).with_suffix(".sql").read_text(encoding="utf-8")
    found = connection.sql(query, params={"document": document_id, "file": file_name})
    rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    corrected = _Corrections(rows)
    return [_fact(row, corrected, language) for row in rows]


def _fact(row: Row, corrected: "_Corrections", language: Language) -> Fact:
    cited = citation_text(row, language)
    details = [*_details(row, language), *corrected.of(row, language)]
    return Fact(
        citation_id=row["citation_id"],
        kind=_kind(row),
        line=row["line_start"],
        start=row["char_start"],
        end=row["char_end"],
        quote=row["quote"],
        subject=tuple(_terms(row, "subject", language)),
        gist=WORDS[language]["dot"].join(_gist(row, language)),
        details=tuple(details),
        citation=cited,
    )


def _gist(row: Row, language: Language) -> Iterator[str]:
    """Yield what tells a fact from others of the same subject."""
    for name in ("year", "value_type", "activity_kind", "status"):
        for term in _terms(row, name, language):
            yield term.text


def _kind(row: Row) -> str:
    """Return the table that cites: a citation's id begins with it."""
    return str(row["citation_id"]).partition(":")[0]


class _Corrections:
    """The corrections among the rows of a source, and the facts they are of."""

    def __init__(self, rows: Sequence[Row]) -> None:
        corrections = [row for row in rows if _kind(row) == "corrections"]
        self._targets: dict[str, list[str]] = {
            correction["citation_id"]: [row["citation_id"] for row in rows if _is_named(row, correction)]
            or [row["citation_id"] for row in rows if _is_inside(row, correction)]
            for correction in corrections
        }
        self._of: dict[str, list[Row]] = {}
        for correction in corrections:
            for target in self._targets[correction["citation_id"]]:
                self._of.setdefault(target, []).append(correction)

    def of(self, row: Row, language: Language) -> Iterator[Detail]:
        """Yield what a correction changed, where the row is one, and every correction of the fact of the row."""
        if _kind(row) == "corrections":
            table = kind_name(row["table_name"], language)
            targets = self._targets[row["citation_id"]]
            anchor = citation_anchor(targets[0]) if targets else None
            name = Term(f"{table} ({row['table_name']}.{row['column_name']})", language, anchor)
            yield _detail("corrects", [name, _change(row, language)], language)
            yield _detail("reason", [Term(row[f"reason_{language}"], language)], language)
        for correction in self._of.get(row["citation_id"], []):
            anchor = citation_anchor(correction["citation_id"])
            column = Term(f"{correction['table_name']}.{correction['column_name']}", "en", anchor)
            reason = Term(correction[f"reason_{language}"], language)
            yield _detail("correction", [column, _change(correction, language), reason], language)


def _is_named(row: Row, correction: Row) -> bool:
    """Tell whether a correction names the row; the document, the last part of some keys, may be left out."""
    name = f"{correction['table_name']}:{correction['row_id']}"
    return row["citation_id"] == name or str(row["citation_id"]).startswith(f"{name}|")


def _is_inside(row: Row, correction: Row) -> bool:
    """Tell whether a row was read inside of what a correction cites: of a moved cell, it names the item alone."""
    return bool(
        correction["table_name"] == _kind(row)
        and correction["char_start"] <= row["char_start"]
        and row["char_end"] <= correction["char_end"]
    )


def _change(correction: Row, language: Language) -> Term:
    nothing = WORDS[language]["nothing"]
    printed, curated = (correction[name] or nothing for name in ("printed", "curated"))
    return Term(on_one_line(WORDS[language]["value_changed"].format(printed, curated)), "ja")


def _details(row: Row, language: Language) -> Iterator[Detail]:
    for name in DETAILS:
        terms = list(_terms(row, name, language))
        if terms:
            yield _detail(name, terms, language)


def _detail(name: str, terms: Iterable[Term], language: Language) -> Detail:
    return Detail(word(DETAILS[name], language), tuple(terms))


def _terms(row: Row, name: str, language: Language) -> Iterator[Term]:
    """Yield what a row says under a name: words of its own, a code in words, or figures."""
    printed, translated = row.get(f"{name}_ja"), row.get(f"{name}_en")
    if row.get(name) is not None and (printed is None or language == "en"):
        yield from _coded_terms(row, name, language)
        if printed is not None:
            yield Term(printed, "ja")
    elif name == "figures" and row["obs_status"]:
        yield Term(_figure(row, "value_unit", language), language)
    elif language == "en" and translated is not None:
        yield Term(translated, "en")
        if name in _PRINTED and printed is not None:
            yield Term(printed, "ja")
    elif printed is not None:
        yield Term(printed, "ja")


def _coded_terms(row: Row, name: str, language: Language) -> Iterator[Term]:
    value = row[name]
    if name == "indicators":
        for indicator in value:
            verdict = coded("comparability", indicator["comparability"], language)
            yield Term(f"{indicator[language]} ({verdict})", language)
    elif name == "figures":
        for figure in value:
            yield Term(f"{figure[language]}: {_figure(figure, 'unit', language)}", language)
    elif name == "obs_status":
        yield Term(f"{value} {coded(name, value, language)}", language)
    elif name in CODES or name == "target_nature":
        yield Term(coded(name.removeprefix("target_"), value, language), language)
    elif isinstance(value, float):
        yield Term(number(value), language)


def _figure(row: Row, unit: str, language: Language) -> str:
    """Return a figure with its unit, such as 'about 1,234/5,678 cases or more'."""
    if row["value"] is None:
        return MISSING
    about = WORDS[language]["about"] if row.get("is_approximate") else ""
    denominator = f"/{number(row['denominator'])}" if row.get("denominator") else ""
    label = row[f"{unit}_{language}"] or ""
    bound = coded("bound", row["bound"], language) if row.get("bound") else ""
    space = " " if language == "en" else ""
    return space.join(filter(None, [f"{about}{number(row['value'])}{denominator}", label, bound]))
