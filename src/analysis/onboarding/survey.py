"""What the text of a new document looks like: every structure found in it, each with the lines that show it."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, pairwise
from typing import Literal

from analysis.curation.codebooks import Unit
from analysis.documents.layouts import Status
from analysis.documents.text import Line, RawDocument
from analysis.errors import WardPlansError
from analysis.importing.imported import pages_without_text
from analysis.onboarding import wording
from analysis.onboarding.headings import HeadingSeries, find_contents, find_headings
from analysis.onboarding.page_breaks import PageBreaks, find_page_breaks
from analysis.onboarding.printed_tables import PrintedTable, find_tables
from analysis.reading.eras import fiscal_year
from analysis.reading.numerals import parse_amount

BlockKind = Literal["departments", "status", "result", "plan", "effect", "goal", "kpi", "unknown"]

_AMOUNT = re.compile(rf"(?<![\d.,]){wording.AMOUNT}")
_YEARS = re.compile(
    rf"{wording.YEAR}|{wording.ERA}\d+ ?[~—-] ?\d+ ?年度|\d+ ?[~—-] ?\d+ ?年度|{wording.ERA} ?\d+ ?年(?:\d+月)?"
)
_RANGE = re.compile(rf"{wording.ERA} ?\d+ ?[~—-] ?\d+ ?年度")
_LABEL = re.compile(r"(?P<label>[^:。\t]{2,14}):(?P<content>.+)")
_KPI_LINE = re.compile(
    r"(?P<bullet>[・○●\-] ?)?(?P<name>[^:。\t]{3,40}):(?P<amount>約?\d[\d,.]*[^\d\s()【】。、]{0,8}(?:\d+分)?)"
    r"(?P<remark>\([^()]+\))?(?P<grade>[ 　]*[【(\[]?(?:評価)?(?P<status>[A-E◎○△×])[】)\]]?)?"
)
_FOOTNOTE = re.compile(r"(?P<mark>※\d*|\*\d+|[¹²³⁴⁵⁶⁷⁸⁹⁰]+|注\d*[):]) ?(?P<text>\S.+)")
LEGEND = re.compile(
    rf"(?P<symbol>{wording.SYMBOL.pattern})\s*(?:[・…:=]+|\t| )\s*(?P<meaning>[^\t\d][^\t]*)(?:\t(?P<total>\d+))?"
)
_MEANING = re.compile(
    rf"(?<![^\s(「『【、,;/])[「『【(]?(?P<symbol>{wording.SYMBOL.pattern})[」』】)]? ?[:=…・] ?"
    rf"(?P<meaning>\S[^\t]*?)(?=[\s、,;/)]+[「『【(]?(?:{wording.SYMBOL.pattern})[」』】)]? ?[:=…・]|[)]?$)"
)
_TOTAL = re.compile(rf"(?:全 ?\d+(?: ?つ?の)?|\d+ ?つ?の)(?:{wording.LEVEL_WORD})")
_TITLE = re.compile(
    r"(?:#+ )?(?P<title>\S.{4,60}?(?:計画|プラン|構想|ビジョン|概要|報告書?|について)(?:【.+】|\(.+\))*(?: 概要版)?)"
)
_PLAN_NAME = re.compile(r"「(?P<title>[^「」]*(?:計画|プラン|構想|ビジョン)[^「」]*)」")
_PERIOD = re.compile(rf"(?P<start>{wording.YEAR}|{wording.ERA} ?\d+)(?:年度)? ?(?:~|から|—) ?(?P<end>{wording.YEAR})")
_PUBLISHED = re.compile(
    rf"(?P<published>{wording.ERA} ?(?:元|\d+)(?: ?\(\d{{4}}\))? ?年 ?\d+ ?月)(?: ?\S{{1,5}}[区市町村])?"
)

_PAGE_NUMBER = re.compile(r"[-—– ]*(?:p\\?\.?|P\\?\.?)?\\d\+(?: ?/ ?\\d\+)?[-—– ]*(?:ページ)?")
# 再検討, 一部達成: what is longer is no mark but a sentence, or a cell that the conversion moved here.
_LONGEST_SYMBOL = 5


@dataclass(frozen=True)
class RunningLine:
    """A line printed on several pages: what it looks like, and where."""

    pattern: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class LabelSeries:
    r"""Lines that begin with one label ('所管課:…'), or stand alone as the heading of a block below them.

    Attributes:
        label: as printed, with \d+ for its numbers.
        kind: what such a block may hold.
        has_content: whether its content stands on the same line.
        years: the years the label prints.
        lines: the numbers of its lines.
        contents: what stands behind the label, in order.
    """

    label: str
    kind: BlockKind
    has_content: bool
    years: tuple[str, ...]
    lines: tuple[int, ...]
    contents: tuple[str, ...]


@dataclass(frozen=True)
class KpiLine:
    """A line that may be a KPI: 名称:目標値(累計), with or without its grade."""

    line: int
    name: str
    amount: str
    remark: str
    status: str


@dataclass(frozen=True)
class PrintedYear:
    """A year as printed, how it is named, and where: 'era', 'western', 'both', 'range' or 'none' (no era)."""

    printed: str
    named_by: str
    lines: tuple[int, ...]


@dataclass(frozen=True)
class PrintedUnit:
    """A unit behind figures, whether units.csv knows it, how often, and where first."""

    label: str
    unit_id: str | None
    count: int
    lines: tuple[int, ...]


@dataclass(frozen=True)
class Symbol:
    """A status symbol or grade: how often, where, what the legend says, and the status that may mean."""

    symbol: str
    count: int
    lines: tuple[int, ...]
    meaning: str
    meaning_line: int | None
    status: Status | None


@dataclass(frozen=True)
class Found:
    """Words of a line that may say something: a title, a period, a stated total."""

    line: int
    text: str


@dataclass(frozen=True)
class Survey:
    """Everything that was found in a document; each part is a guess with its lines."""

    document: RawDocument
    pages: int
    sheets: tuple[str, ...]
    titles: tuple[Found, ...]
    plans: tuple[Found, ...]
    periods: tuple[Found, ...]
    published: tuple[Found, ...]
    running: tuple[RunningLine, ...]
    contents: tuple[int, ...]
    headings: tuple[HeadingSeries, ...]
    tables: tuple[PrintedTable, ...]
    labels: tuple[LabelSeries, ...]
    kpi_lines: tuple[KpiLine, ...]
    years: tuple[PrintedYear, ...]
    units: tuple[PrintedUnit, ...]
    symbols: tuple[Symbol, ...]
    footnotes: tuple[Found, ...]
    totals: tuple[Found, ...]
    prose: tuple[Found, ...]
    page_breaks: PageBreaks
    empty_pages: tuple[int, ...]

    @property
    def lines(self) -> Sequence[Line]:
        """Return the lines of the document without what stands on each page."""
        return self.document.flow[: self.document.line_count]

    @property
    def first_year(self) -> int | None:
        """Return the fiscal year in which the plan's period begins, None where none is found or can be read."""
        for found in self.periods:
            start = re.match(wording.YEAR, found.text) or re.match(rf"{wording.ERA} ?\d+|\d{{4}}", found.text)
            try:
                return fiscal_year(start[0]).year if start else None
            except WardPlansError:
                continue
        return None


def survey(document: RawDocument, units: Iterable[Unit]) -> Survey:
    """Return what a document looks like.

    Args:
        document: the text; its lines are not taken for anything yet.
        units: those of the codebook, so that it is said which units are new.
    """
    running = _running(document)
    document = replace(document, running=frozenset(number for line in running for number in line.lines))
    lines = [line for line in document.flow if line.number <= document.line_count]
    contents = find_contents(lines)
    tables = find_tables(lines)
    page_breaks = find_page_breaks(document, lines, tables)
    # What fell out of a table is no text of its own: nothing is concluded from it.
    lines = [line for line in lines if line.number not in page_breaks.fallen]
    text_lines = [line for line in lines if not line.is_row and line.number not in contents and line.text.strip()]
    kpi_lines = tuple(_kpi_lines(text_lines))
    labels = _labels(text_lines, frozenset(found.line for found in kpi_lines))
    return Survey(
        document=document,
        pages=sum(mark.page is not None for _, mark in document.marks),
        sheets=tuple(mark.sheet for _, mark in document.marks if mark.sheet),
        titles=tuple(_first(text_lines, _TITLE, "title", limit=3, whole=True)),
        plans=tuple(_plans(text_lines)),
        periods=tuple(_periods(text_lines)),
        published=tuple(_first(text_lines, _PUBLISHED, "published", limit=1, whole=True)),
        running=running,
        contents=tuple(sorted(contents)),
        headings=find_headings(lines, contents),
        tables=tables,
        labels=labels,
        kpi_lines=kpi_lines,
        years=_years(lines, contents),
        units=_units(_figures(lines, tables, kpi_lines), units),
        symbols=_symbols(lines, tables, labels, kpi_lines),
        footnotes=tuple(
            Found(line.number, m[0]) for line in text_lines if (m := _FOOTNOTE.fullmatch(line.text.strip()))
        ),
        totals=tuple(Found(line.number, m[0]) for line in text_lines for m in _TOTAL.finditer(line.text)),
        prose=tuple(Found(line.number, line.text.strip()) for line in text_lines if _is_prose_with_number(line)),
        page_breaks=page_breaks,
        empty_pages=tuple(mark.page for mark in pages_without_text(document.raw.splitlines()) if mark.page is not None),
    )


def _running(document: RawDocument) -> tuple[RunningLine, ...]:
    """Return the lines that stand at the top or the bottom of several pages, alike but for their numbers."""
    found: dict[str, list[int]] = {}
    for is_page, group in groupby(document.lines[: document.line_count], key=lambda line: line.mark is None):
        filled = [line for line in group if line.text.strip() and not line.is_row] if is_page else []
        edges = {line.number: line for line in [*filled[:2], *filled[-2:]]}
        for line in edges.values():
            found.setdefault(wording.escaped_but_digits(line.text.strip()), []).append(line.number)
    pages = sum(mark.page is not None for _, mark in document.marks)
    return tuple(
        RunningLine(pattern, tuple(numbers))
        for pattern, numbers in found.items()
        # Two or three characters on two pages are rather the ends of cells that broke there.
        if (len(numbers) >= 2 and len(numbers) >= pages / 2 and len(pattern) > 3)
        or (pages and _PAGE_NUMBER.fullmatch(pattern))
    )


def _first(lines: Sequence[Line], pattern: re.Pattern[str], group: str, *, limit: int, whole: bool) -> Iterator[Found]:
    met = 0
    for line in lines:
        text = line.text.strip()
        match = pattern.fullmatch(text) if whole else pattern.search(text)
        if match is not None and met < limit:
            met += 1
            yield Found(line.number, match[group])


def _plans(lines: Sequence[Line]) -> Iterator[Found]:
    """Yield the names in quotation marks that the text gives a plan, the ones it goes on to shorten (以下) first."""
    found = [(line, match) for line in lines for match in _PLAN_NAME.finditer(line.text)]
    shortened = [(line, match) for line, match in found if line.text[match.end() :].startswith("(以下")]
    seen: set[str] = set()
    for line, match in [*shortened, *found]:
        if match["title"] not in seen:
            seen.add(match["title"])
            yield Found(line.number, match["title"])


def _periods(lines: Sequence[Line]) -> Iterator[Found]:
    """Yield what may be the plan's period, those beside the word for it first."""
    found = [(line, match) for line in lines for match in _PERIOD.finditer(line.text)]
    found.sort(key=lambda one: ("期間" not in one[0].text, one[0].number))
    yield from (Found(line.number, match[0]) for line, match in found)


def _kpi_lines(lines: Sequence[Line]) -> Iterator[KpiLine]:
    found = [(line, match) for line in lines if (match := _KPI_LINE.fullmatch(line.text.strip()))]
    for line, match in found:
        if match["status"] or match["remark"] or wording.KPI_HEADING.search(match["name"]) or match["bullet"]:
            yield KpiLine(line.number, match["name"], match["amount"], match["remark"] or "", match["status"] or "")


def _labels(lines: Sequence[Line], kpi_lines: frozenset[int]) -> tuple[LabelSeries, ...]:
    found: dict[tuple[str, bool], list[tuple[Line, str]]] = {}
    for line in lines:
        text = line.text.strip()
        match = _LABEL.fullmatch(text)
        if match is not None and line.number not in kpi_lines:
            found.setdefault((wording.escaped_but_digits(match["label"]), True), []).append((line, match["content"]))
        elif match is None and len(text) <= 20 and not text.endswith("。"):
            found.setdefault((wording.escaped_but_digits(text), False), []).append((line, ""))
    contents = _contents_of_blocks(lines, {key: [line.number for line, _ in met] for key, met in found.items()})
    return tuple(
        LabelSeries(
            label=label,
            kind=_block_kind(label, [content for _, content in entries], has_content),
            has_content=has_content,
            years=tuple(sorted({m[0] for line, _ in entries for m in re.finditer(wording.YEAR, line.text[:20])})),
            lines=tuple(line.number for line, _ in entries),
            contents=tuple(content for _, content in entries),
        )
        for (label, has_content), entries in found.items()
        if len(entries) >= (2 if has_content else 3) and (label, has_content) not in contents
    )


def _contents_of_blocks(
    lines: Sequence[Line], found: Mapping[tuple[str, bool], Sequence[int]]
) -> set[tuple[str, bool]]:
    """Return what stands right below other labels most of the time: the content of their blocks, no label itself."""
    above = {line.number: before.number for before, line in pairwise(lines)}
    headings = {number: key for key, numbers in found.items() for number in numbers if not key[1]}
    contents = set()
    for key, numbers in found.items():
        over = [headings.get(above.get(number, 0)) for number in numbers]
        longer = [other for other in over if other is not None and other != key and len(found[other]) > len(numbers)]
        if not key[1] and len(longer) * 2 > len(numbers):
            contents.add(key)
    return contents


def _block_kind(label: str, contents: Sequence[str], has_content: bool) -> BlockKind:
    plain = label.replace(r"\d+", "")
    if wording.DEPARTMENTS.search(plain):
        return "departments"
    if has_content and all(wording.SYMBOL.fullmatch(content) or len(content) <= 4 for content in contents):
        return "status" if wording.STATUS.search(plain) else "unknown"
    if not has_content and wording.KPI_HEADING.search(plain):
        return "kpi"
    return wording.activity_of(plain) or "unknown"  # type: ignore[return-value]


def _years(lines: Sequence[Line], contents: frozenset[int]) -> tuple[PrintedYear, ...]:
    found: dict[str, list[int]] = {}
    for line in lines:
        if line.number not in contents:
            for match in _YEARS.finditer(line.passage.text):
                found.setdefault(match[0], []).append(line.number)
    return tuple(PrintedYear(printed, _named_by(printed), tuple(numbers)) for printed, numbers in found.items())


def _named_by(printed: str) -> str:
    has_era = re.search(wording.ERA, printed) is not None
    has_western = re.search(r"\d{4}", printed) is not None
    if re.search(r"\d ?[~—-] ?\d", printed):
        return "range" if has_era else "range, none"
    if has_era and has_western:
        return "both"
    return "era" if has_era else "western" if has_western else "none"


def _figures(
    lines: Sequence[Line], tables: Sequence[PrintedTable], kpi_lines: Sequence[KpiLine]
) -> Iterator[tuple[int, str]]:
    """Yield the figures of KPI tables, KPI lines and running text, with their lines."""
    value_columns = {
        (row, column.number)
        for table in tables
        for column in table.columns
        if column.role == "values"
        for row in table.rows
    }
    kpis = {found.line: found for found in kpi_lines}
    for line in lines:
        if line.is_row:
            for number, cell in enumerate(line.cells, start=1):
                if (line.number, number) in value_columns:
                    yield from ((line.number, match[0]) for match in _AMOUNT.finditer(cell.text))
        elif line.number in kpis:
            yield line.number, kpis[line.number].amount


def _units(figures: Iterable[tuple[int, str]], units: Iterable[Unit]) -> tuple[PrintedUnit, ...]:
    known = {spelling: unit.unit_id for unit in units for spelling in unit.spellings}
    found: dict[str, list[int]] = {}
    for line, figure in figures:
        label = unit_of(figure)
        if label:
            found.setdefault(label, []).append(line)
    return tuple(PrintedUnit(label, known.get(label), len(at), tuple(at)) for label, at in found.items())


def unit_of(figure: str) -> str:
    """Return the unit of a printed figure, '' where it has none or is no figure."""
    try:
        return parse_amount(figure.strip()).unit_ja
    except WardPlansError:
        hours = re.search(r"時間", figure)
        return "時間" if hours else ""


def _symbols(
    lines: Sequence[Line],
    tables: Sequence[PrintedTable],
    labels: Sequence[LabelSeries],
    kpi_lines: Sequence[KpiLine],
) -> tuple[Symbol, ...]:
    met: dict[str, list[int]] = {}
    by_number = {line.number: line for line in lines}
    for table in tables:
        for column in table.columns:
            if column.role == "status" and table.kind != "legend":
                for row in table.rows:
                    cells = by_number[row].cells
                    if column.number <= len(cells) and 0 < len(cells[column.number - 1].text) <= _LONGEST_SYMBOL:
                        met.setdefault(cells[column.number - 1].text, []).append(row)
    for label in labels:
        if label.kind == "status":
            for number, content in zip(label.lines, label.contents, strict=True):
                met.setdefault(content.strip(), []).append(number)
    for found in kpi_lines:
        if found.status:
            met.setdefault(found.status, []).append(found.line)
    legend = _legend(lines, met)
    return tuple(
        Symbol(
            symbol,
            len(numbers),
            tuple(sorted(numbers)),
            meaning := legend[symbol].text if symbol in legend else "",
            legend[symbol].line if symbol in legend else None,
            wording.status_of(meaning) or wording.status_of(symbol),
        )
        for symbol, numbers in sorted({**{symbol: [] for symbol in legend}, **met}.items())
    )


def _legend(lines: Sequence[Line], met: Mapping[str, object]) -> dict[str, Found]:
    """Return what each symbol means by the first line that says it; words of a status say it themselves (達成:…)."""
    found: dict[str, Found] = {}
    for line in lines:
        text = line.text.strip()
        match = LEGEND.fullmatch(text)
        told = meanings_in(text)
        last = _MEANING.search(text)
        if last and not told and last.start() and last["symbol"] in met:  # the end of a legend on two lines
            told = {last["symbol"]: last["meaning"]}
        if told:
            for symbol, meaning in told.items():
                found.setdefault(symbol, Found(line.number, meaning))
        elif match and (match["symbol"] in met or len(met) > 0):
            found.setdefault(match["symbol"], Found(line.number, match["meaning"].strip()))
        elif (word := _LABEL.fullmatch(text)) and word["label"] in met:
            found.setdefault(word["label"], Found(line.number, word["content"].strip()))
    return found


def _is_prose_with_number(line: Line) -> bool:
    return line.text.strip().endswith("。") and bool(re.search(r"\d", line.text))


def is_legend(text: str) -> bool:
    """Return whether a line says what a symbol means."""
    return LEGEND.fullmatch(text.strip()) is not None and text.strip()[1:2] in "・…:= "


def meanings_in(text: str) -> dict[str, str]:
    """Return what a line says of several symbols one after the other; nothing where it tells of fewer than two.

    Example:
        >>> meanings_in("進捗の区分 ◎:計画を上回る ×:未着手")
        {'◎': '計画を上回る', '×': '未着手'}
    """
    told = {match["symbol"]: match["meaning"] for match in _MEANING.finditer(text) if not match["meaning"][0].isdigit()}
    return told if len(told) > 1 else {}


def sample(numbers: Sequence[int], limit: int = 3) -> str:
    """Return the first line numbers, as evidence: 'line 12, 31, 40 …'."""
    shown = ", ".join(map(str, numbers[:limit]))
    return f"line {shown}{' …' if len(numbers) > limit else ''}"
