"""What a survey found, as tables for the terminal or as JSON: every guess with the lines it rests on."""

import json
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from analysis.onboarding.survey import Found, Survey

if TYPE_CHECKING:
    from rich.console import Console

_LINES_SHOWN = 4
_WORDS = 60


@dataclass(frozen=True)
class Section:
    """One table of findings: what it is about, its columns, its rows; `note` says how sure it is."""

    name: str
    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]


def sections(survey: Survey) -> list[Section]:
    """Return all findings that there are, section by section; lines are numbers, pages or sheets stand beside them."""
    places = _Places(survey)
    found = (
        Section("layouts", "Layouts (guesses)", ("layout", "lines", "what it holds"), tuple(_layouts(survey, places))),
        Section("head", "Title, plan, period (guesses)", ("what", "text", "lines"), tuple(_head(survey, places))),
        Section(
            "headings",
            "Numbered headings and items (guesses)",
            ("numbered as", "level", "count", "codes", "lines", "first"),
            tuple(_headings(survey, places)),
        ),
        Section(
            "tables",
            "Tables (kinds are guesses)",
            ("table", "kind", "rows", "header on lines", "under"),
            tuple(_tables(survey, places)),
        ),
        Section(
            "columns",
            "Columns of the tables (roles are guesses)",
            ("table", "column", "header", "role", "year", "because"),
            tuple(_columns(survey)),
        ),
        Section(
            "blocks",
            "Lines with labels, blocks below items (guesses)",
            ("label", "holds", "count", "lines", "first content"),
            tuple(_blocks(survey, places)),
        ),
        Section(
            "kpi_lines",
            "Lines that may be KPIs (guesses)",
            ("line", "name", "figure", "remark", "grade"),
            tuple((places.of(k.line), k.name, k.amount, k.remark, k.status) for k in survey.kpi_lines),
        ),
        Section(
            "years",
            "Years as printed",
            ("year", "named by", "count", "lines"),
            tuple(
                (year.printed, _NAMED[year.named_by], len(year.lines), places.all(year.lines)) for year in survey.years
            ),
        ),
        Section(
            "units",
            "Units of the figures in tables and KPI lines",
            ("unit", "in units.csv", "count", "lines"),
            tuple((unit.label, unit.unit_id or "unknown", unit.count, places.all(unit.lines)) for unit in survey.units),
        ),
        Section(
            "symbols",
            "Grades and status symbols (their status is a guess)",
            ("symbol", "count", "legend", "status", "lines"),
            tuple(
                (
                    symbol.symbol,
                    symbol.count,
                    f"{symbol.meaning} (line {symbol.meaning_line})" if symbol.meaning_line else "none found",
                    symbol.status or "unknown",
                    places.all(symbol.lines),
                )
                for symbol in survey.symbols
            ),
        ),
        Section("totals", "Totals the document may state of itself", ("line", "text"), _plain(survey.totals, places)),
        Section("footnotes", "Footnotes", ("line", "text"), _plain(survey.footnotes, places)),
        Section(
            "running",
            "Lines printed on each page, and the table of contents",
            ("what", "lines"),
            tuple(_running(survey, places)),
        ),
        Section(
            "page_breaks",
            "To compare with the original: pages without text, and what page breaks in tables leave behind (guesses)",
            ("what", "lines"),
            tuple(_page_breaks(survey, places)),
        ),
        Section("prose", "Running text with numbers", ("line", "text"), _plain(survey.prose, places)),
    )
    return [section for section in found if section.rows]


def print_sections(survey: Survey, output: "Console") -> None:
    """Print all findings as tables."""
    from rich.table import Table

    lines = survey.document.line_count
    where = (
        f", {survey.pages} pages" if survey.pages else f", sheets {', '.join(survey.sheets)}" if survey.sheets else ""
    )
    output.print(f"{survey.document.path}: {lines} lines{where}", soft_wrap=True)
    for section in sections(survey):
        table = Table(title=section.title, title_justify="left", title_style="bold")
        for column in section.columns:
            table.add_column(column, overflow="fold")
        for row in section.rows:
            table.add_row(*(_short(cell) for cell in row))
        output.print(table)


def as_json(survey: Survey) -> str:
    """Return all findings as JSON: for each section a list of rows with the columns as keys."""
    content: dict[str, object] = {
        "file": str(survey.document.path),
        "line_count": survey.document.line_count,
        "pages": survey.pages,
        "sheets": list(survey.sheets),
    }
    for section in sections(survey):
        content[section.name] = [dict(zip(section.columns, row, strict=True)) for row in section.rows]
    return json.dumps(content, ensure_ascii=False, indent=2)


class _Places:
    """Says where lines stand: their numbers, and the page or sheet of the original."""

    def __init__(self, survey: Survey) -> None:
        self._marks = survey.document.marks

    def of(self, line: int) -> str:
        before = bisect_right(self._marks, line, key=lambda found: found[0])
        mark = self._marks[before - 1][1] if before else None
        if mark is None:
            return str(line)
        return f"{line} (p. {mark.page})" if mark.page is not None else f"{line} ({mark.sheet})"

    def all(self, found: Sequence[int]) -> str:
        lines = list(dict.fromkeys(found))
        more = f" … {self.of(lines[-1])}" if len(lines) > _LINES_SHOWN else ""
        return ", ".join(map(self.of, lines[:_LINES_SHOWN])) + more


def _layouts(survey: Survey, places: _Places) -> Iterator[tuple[object, ...]]:
    items = [series for series in survey.headings if series.level is not None]
    if items:
        first = min(series.headings[0].line for series in items)
        last = max(series.headings[-1].line for series in items)
        held = ", ".join(f"{len(series.headings)} {series.word}" for series in items)
        yield "outline", f"{places.of(first)} to {places.of(last)}", held
        blocks = [label for label in survey.labels if label.kind != "unknown" and label.lines[0] > first]
        if blocks:
            begins, ends = min(label.lines[0] for label in blocks), max(label.lines[-1] for label in blocks)
            kinds = ", ".join(f"{label.kind} ({len(label.lines)})" for label in blocks)
            yield "section_blocks", f"{places.of(begins)} to {places.of(ends)}", kinds
    for number, table in enumerate(survey.tables, start=1):
        layout = {"kpi": "kpi_table", "hierarchy": "hierarchy_table"}.get(table.kind)
        if layout is not None:
            yield (
                layout,
                f"{places.of(table.first_line)} to {places.of(table.rows[-1])}",
                f"table {number}, {len(table.rows)} rows",
            )


def _head(survey: Survey, places: _Places) -> Iterator[tuple[object, ...]]:
    parts = (
        ("title", survey.titles),
        ("plan", survey.plans),
        ("period", survey.periods),
        ("published", survey.published),
    )
    for what, found in parts:
        for number, one in enumerate(found[:3]):
            yield (what if number == 0 else f"or {what}", one.text, places.of(one.line))


def _headings(survey: Survey, places: _Places) -> Iterator[tuple[object, ...]]:
    for series in survey.headings:
        lines = [heading.line for heading in series.headings]
        codes = f"{series.headings[0].code} … {series.headings[-1].code}"
        anew = ", begin anew" if series.begins_anew else ""
        level = series.level or "not told"
        shape = series.shape.replace("取組", series.word) if series.word else series.shape
        yield shape, level, len(lines), codes + anew, places.all(lines), series.headings[0].title


def _tables(survey: Survey, places: _Places) -> Iterator[tuple[object, ...]]:
    for number, table in enumerate(survey.tables, start=1):
        repeats = ", repeated after page breaks" if len(table.header_lines) > table.header_rows else ""
        above = f"{table.above[1]}" if table.above else ""
        yield number, table.kind, len(table.rows), places.all(table.header_lines) + repeats, above


def _columns(survey: Survey) -> Iterator[tuple[object, ...]]:
    for number, table in enumerate(survey.tables, start=1):
        for column in table.columns:
            role = " ".join(filter(None, (column.role, column.level, column.activity, column.value_type)))
            yield (
                number,
                column.number,
                f"{column.group} {column.header}".strip(),
                role,
                column.year or "",
                column.reason,
            )


def _blocks(survey: Survey, places: _Places) -> Iterator[tuple[object, ...]]:
    for label in survey.labels:
        shown = label.label.replace(r"\d+", "#").replace("\\", "")
        yield shown, label.kind, len(label.lines), places.all(label.lines), label.contents[0]


def _running(survey: Survey, places: _Places) -> Iterator[tuple[object, ...]]:
    for line in survey.running:
        yield line.pattern.replace(r"\d+", "#").replace("\\", ""), places.all(line.lines)
    if survey.contents:
        yield "table of contents", f"{places.of(survey.contents[0])} to {places.of(survey.contents[-1])}"


def _page_breaks(survey: Survey, places: _Places) -> Iterator[tuple[object, ...]]:
    for page in survey.empty_pages:
        yield "page without text: a scan or a picture?", f"p. {page}"
    for number in survey.page_breaks.fallen:
        yield "may have fallen out of a table", f"{places.of(number)}: {survey.document.lines[number - 1].text.strip()}"
    for number in survey.page_breaks.first_rows:
        yield "empty first cell: may belong to a cell on the page before", places.of(number)


def _plain(found: Sequence[Found], places: _Places) -> tuple[tuple[object, ...], ...]:
    return tuple((places.of(one.line), one.text) for one in found)


def _short(cell: object) -> str:
    text = str(cell)
    return text if len(text) <= _WORDS else f"{text[:_WORDS]}…"


_NAMED = {
    "era": "its era",
    "western": "the western year",
    "both": "era and western year",
    "range": "a range with one era",
    "none": "no era",
    "range, none": "a range without an era",
}
