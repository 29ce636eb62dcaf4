"""Drafts of layouts: what was found in a document, as the entries of a descriptor, each guess with its lines."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from analysis.documents.layouts import STATUS_MEANINGS, AnyKpiColumn, AnyTableColumn, Level
from analysis.documents.text import Line
from analysis.onboarding import wording
from analysis.onboarding.descriptor_keys import kinds_of
from analysis.onboarding.headings import HeadingSeries
from analysis.onboarding.patterns import goal_pattern, kpi_pattern, level_keys, mark_pattern, value_pattern
from analysis.onboarding.printed_tables import PrintedColumn, PrintedTable, TableKind
from analysis.onboarding.survey import LabelSeries, Survey, sample
from analysis.onboarding.yaml_lines import (
    comment,
    entry,
    flow,
    one_key_a_line,
    quoted,
    todo,
    with_shared_statuses,
    with_statuses,
)
from analysis.onboarding.years import YearGuess, read_year, year_of_header, year_of_results, year_of_words

_RANK: tuple[Level, ...] = ("viewpoint", "pillar", "policy", "measure", "project")
_TABLE_COLUMNS = ", ".join(kinds_of(AnyTableColumn))
_KPI_COLUMNS = ", ".join(kinds_of(AnyKpiColumn))
# How many lines above its first block the first item may begin.
_NEAR = 8


@dataclass(frozen=True)
class LayoutDraft:
    """Drafts the layouts of one document for one plan."""

    survey: Survey
    plan: str

    def lines(self) -> list[str]:
        """Return the entries of `layouts`, indented by two."""
        return with_shared_statuses(
            [
                *self._outlines(),
                *self._blocks(),
                *(line for table in self._tables("hierarchy") for line in self._hierarchy(table)),
                *(line for table in self._tables("kpi") for line in self._kpi_table(table)),
                *self._events(),
                *self._glossary(),
            ]
        )

    def _tables(self, kind: TableKind) -> list[PrintedTable]:
        return [table for table in self.survey.tables if table.kind == kind]

    # ------------------------------------------------------------------------------------------------ outlines

    @property
    def items(self) -> tuple[HeadingSeries, ...]:
        """Return the series of headings that name items, from the highest level to the lowest."""
        worded = [series for series in self.survey.headings if series.level is not None]
        worded += [replace(series, level=column.level, word=column.header) for column, series in self._told_in_tables()]
        worded = worded or self._above_blocks()
        return tuple(sorted(worded, key=lambda series: _RANK.index(series.level or "project")))

    def _above_blocks(self) -> list[HeadingSeries]:
        """Return the bare numbers that stand above most blocks with labels, and those above these."""
        told = [label for label in self.survey.labels if label.kind != "unknown"]
        blocks = max((label.lines for label in told), key=len, default=())
        series = self.survey.headings
        lowest = _most_often_above(blocks, series)
        if lowest is None:
            return []
        others = [other for other in series if other is not lowest and other.shape != "第1章 …"]
        under = [heading.line for heading in lowest.headings if blocks[0] - _NEAR < heading.line < blocks[-1]]
        upper = _most_often_above(under, others) if lowest.begins_anew else None
        return [replace(lowest, level="measure"), *([replace(upper, level="pillar")] if upper else [])]

    def _told_in_tables(self) -> list[tuple[PrintedColumn, HeadingSeries]]:
        """Return the series of bare numbers whose titles come again in a column of a table, with that column."""
        return [
            (column, series)
            for table in self._tables("hierarchy")
            for column in table.columns
            for series in self.survey.headings
            if column.role == "level" and series.level is None and _are_told_by(series, column, table)
        ]

    def _outlines(self) -> Iterator[str]:
        if not self.items:
            return
        first = min(series.headings[0].line for series in self.items)
        last = max(series.headings[-1].line for series in self.items)
        yield ""
        told = (
            f"{one.word or one.shape} ({len(one.headings)}, {sample([h.line for h in one.headings])})"
            for one in self.items
        )
        yield comment(f"guess: {', '.join(told)}", 2)
        yield "  - layout: outline"
        yield f"    plan: {self.plan}"
        yield from self._region(first, last)
        yield "    levels:"
        for series in self.items:
            word = series.word or todo(f"what does the plan call its items numbered {series.shape}")
            keys: dict[str, object] = {"level": series.level, "level_ja": word, "pattern": series.pattern}
            if series.begins_anew and series.depth == 1:
                keys["within_parent"] = True
            yield from entry(keys, 6)

    def _region(self, first: int, last: int) -> Iterator[str]:
        """Yield the region of lines, from the chapter heading before them to the one behind."""
        chapters = [
            (line.number, line.text.strip())
            for line in self.survey.lines
            if line.number not in self.survey.contents
            and re.match(r"(?:#+ )?第\d+章 |#+ |[第]?\d+ [^\d\t]+$", line.text)
        ]
        item_lines = {heading.line for series in self.items for heading in series.headings}
        before = [text for number, text in chapters if number < first and number not in item_lines]
        after = [text for number, text in chapters if number > last and number not in item_lines]
        region = {}
        if before and self._is_unique(before[-1]):
            region["after"] = f"^{wording.escaped(before[-1])}$"
        if after and self._is_unique(after[0]):
            region["until"] = f"^{wording.escaped(after[0])}$"
        if region:
            yield f"    region: {flow(region)}"

    def _is_unique(self, text: str) -> bool:
        return sum(line.text.strip() == text for line in self.survey.lines) == 1

    # -------------------------------------------------------------------------------------- blocks below headings

    def _blocks(self) -> Iterator[str]:
        items = [heading.line for series in self.items for heading in series.headings]
        labels = [
            label for label in self.survey.labels if label.kind != "unknown" and items and label.lines[0] > items[0]
        ]
        if not labels:
            return
        yield ""
        yield comment("guess: below each item, blocks told by their labels", 2)
        yield "  - layout: section_blocks"
        yield f"    plan: {self.plan}"
        yield from self._region(min(items), max(label.lines[-1] for label in labels))
        schedule = next((table for table in self.survey.tables if table.kind == "schedule"), None)
        if schedule is not None:
            yield f"    schedule: {quoted(year_of_header(schedule.columns[0].header, schedule.columns[0].spellings))}"
        yield "    blocks:"
        for label in labels:
            yield comment(f"{len(label.lines)} times, {sample(label.lines)}", 6)
            yield from self._block(label)

    def _block(self, label: LabelSeries) -> Iterator[str]:
        heading = label.label
        for year in label.years[:1]:
            heading = heading.replace(
                wording.escaped_but_digits(year), f"(?P<year>{wording.escaped_but_digits(year)})", 1
            )
        if label.has_content:
            heading += ":(?P<text>.+)"
        keys: dict[str, object] = {"holds": label.kind, "heading": heading}
        if label.kind == "status":
            yield from with_statuses(entry({**keys, **self._grade_year().keys}, 6), self._statuses(), 8)
        elif label.kind == "kpi":
            yield from self._kpi_block(keys)
        else:
            yield from entry(keys, 6)

    def _kpi_block(self, keys: dict[str, object]) -> Iterator[str]:
        found = self.survey.kpi_lines
        if not found:
            keys["pattern"] = todo("a pattern for the lines of KPIs, with the groups name and target")
            yield from entry(keys, 6)
            return
        keys["pattern"] = kpi_pattern([self._text(kpi.line) for kpi in found], [kpi.status for kpi in found])
        statuses: list[str] = []
        if any(kpi.status for kpi in found):
            keys["years"] = {"status": self._grade_year().keys}
            statuses = self._statuses()
        yield from with_statuses(one_key_a_line(keys, 6), statuses, 8)

    def _text(self, number: int) -> str:
        return self.survey.document.lines[number - 1].text.strip()

    def _grade_year(self) -> YearGuess:
        found = year_of_results(self.survey)
        return found or YearGuess({"year": todo("of which year are the grades? A pattern with the group year")}, "")

    def _statuses(self) -> list[str]:
        """Return the map of grades, one a line: what the legend says, TODO where that does not tell."""
        lines = []
        for symbol in self.survey.symbols:
            told = f"line {symbol.meaning_line}: {symbol.meaning}" if symbol.meaning_line else "no legend found"
            status = symbol.status or todo(f"one of {', '.join(STATUS_MEANINGS)}")
            lines.append(f"{quoted(symbol.symbol)}: {quoted(status)}  # {told}")
        return lines

    # -------------------------------------------------------------------------------------------------- tables

    def _hierarchy(self, table: PrintedTable) -> Iterator[str]:
        yield ""
        yield comment(f"guess: a table of items with {len(table.rows)} rows, header on {sample(table.header_lines)}", 2)
        yield "  - layout: hierarchy_table"
        yield f"    plan: {self.plan}"
        yield from self._table_region(table)
        if table.panels > 1:
            yield f"    panels: {table.panels}"
        titles = [cell for column in table.columns if column.role == "level" for cell in column.cells]
        if any(re.search(r"\((?:新規|継続)\)$", title) for title in titles):
            yield "    novelty: {新規: new, 継続: continuing}"
        if any(re.match(r"(?:\([^()]+再掲\))?\((?:都|国)\)", title) for title in titles):
            yield "    lead: {都: tokyo, 国: nation}"
        yield "    columns:"
        for column in table.columns:
            yield comment(f"guess: {column.reason}", 6)
            yield from self._hierarchy_column(table, column)

    def _table_region(self, table: PrintedTable) -> Iterator[str]:
        """Yield the region of a table that no line of text ends, but the title of the next one."""
        edges = {"after": table.title_row, "until": table.row_behind}
        region = {key: f"^{wording.escaped(text)}$" for key, text in edges.items() if text and self._is_unique(text)}
        if region:
            yield f"    region: {flow(region)}"

    def _hierarchy_column(self, table: PrintedTable, column: PrintedColumn) -> Iterator[str]:
        header = wording.escaped(column.header)
        if column.year is not None:
            header = year_of_header(column.header, column.spellings)
        keys: dict[str, object] = {"holds": column.role, "header": header}
        if column.role == "code":
            yield from entry({**keys, **self._code_keys(column)}, 6)
        elif column.role == "level":
            known = {"known_from_outline": True} if any(c is column for c, _ in self._told_in_tables()) else {}
            yield from entry({**keys, **level_keys(table, column), **known}, 6)
        elif column.role == "status":
            yield from with_statuses(
                one_key_a_line({**keys, **self._grade_year().keys, "pattern": mark_pattern(column), "anchor": True}, 6),
                self._statuses(),
                8,
            )
        elif column.role == "page":
            yield from entry({**keys, "pattern": r"\d+", "anchor": True}, 6)
        elif column.role == "activity":
            yield from entry({"holds": "activity", "kind": column.activity, "header": header}, 6)
        elif column.role == "departments":
            sections = r"\S+(?:課|部|局|室|所|担当)(?:[、・ ]\S+(?:課|部|局|室|所|担当))*"
            yield from entry({**keys, "pattern": sections, "anchor": True}, 6)
        elif column.role == "note":
            yield from entry(keys, 6)
        else:
            yield from entry({**keys, "holds": todo(f"what does it hold? One of {_TABLE_COLUMNS}")}, 6)

    def _code_keys(self, column: PrintedColumn) -> dict[str, object]:
        shapes = Counter(re.sub("[①-⑳]", "[①-⑳]", wording.escaped_but_digits(cell)) for cell in column.cells)
        pattern = shapes.most_common(1)[0][0]
        keys: dict[str, object] = {"level": column.level, "pattern": pattern, "anchor": True}
        above = [series for series in self.items if series.level != column.level and series.depth == 1]
        if above and pattern.startswith(r"\d+-"):
            keys |= {"parent_code": r"(?P<code>\d+)-", "parent_level": above[-1].level}
        return keys

    def _kpi_table(self, table: PrintedTable) -> Iterator[str]:
        yield ""
        yield comment(f"guess: a table of KPIs with {len(table.rows)} rows, header on {sample(table.header_lines)}", 2)
        yield "  - layout: kpi_table"
        yield f"    plan: {self.plan}"
        yield from self._table_region(table)
        if table.header_rows == 2:
            yield "    header_rows: 2"
        if not any(column.role == "goal" for column in table.columns):
            yield from self._goal_heading(table)
        yield "    columns:"
        columns = [self._as_baseline(table, column) for column in table.columns]
        for column in _columns_of_years_as_one(columns):
            yield from self._kpi_column(replace(table, columns=tuple(columns)), column)
        yield from self._stacked(table)
        yield from self._footnotes(table)

    def _goal_heading(self, table: PrintedTable) -> Iterator[str]:
        pillars = next((series for series in self.items if series.level == "pillar"), None)
        if pillars is None or table.above is None or table.above[0] not in {found.line for found in pillars.headings}:
            return
        yield comment(f"guess: each table stands under its {pillars.word}", 4)
        yield rf"    goal_heading: '^(?:#+ )?{pillars.word} ?(?P<code>\d+) '"

    def _kpi_column(self, table: PrintedTable, column: PrintedColumn) -> Iterator[str]:
        if column.role == "goal":
            keys: dict[str, object] = {"holds": "goal", "header": wording.escaped(column.header)}
            yield from entry({**keys, "pattern": goal_pattern(column), "anchor": True}, 6)
        elif column.role == "kpi_name":
            note = r"(?: ?(?P<note>※\d*))?" if any("※" in cell for cell in column.cells) else ""
            keys = {"holds": "name", "header": wording.escaped(column.header)}
            yield from entry({**keys, "pattern": rf"(?P<name>.+?){note}"} if note else keys, 6)
        elif column.role == "values":
            yield from self._value_column(table, column)
        elif column.role in ("unit", "note", "departments"):
            holds = "unit" if column.role == "unit" else "note"
            yield from entry({"holds": holds, "header": wording.escaped(column.header)}, 6)
        elif column.role == "status":
            keys = {"holds": "status", "header": wording.escaped(column.header)}
            yield from with_statuses(one_key_a_line({**keys, **self._grade_year().keys}, 6), self._statuses(), 8)
        else:
            yield comment(f"TODO: {column.reason}", 6)
            yield from entry(
                {"holds": todo(f"what does it hold? One of {_KPI_COLUMNS}"), "header": wording.escaped(column.header)},
                6,
            )

    def _as_baseline(self, table: PrintedTable, column: PrintedColumn) -> PrintedColumn:
        """Return a column of what is so now (現状値) as one of baselines, if its year is before the plan's period."""
        start = self.survey.first_year
        if column.role != "values" or not wording.STATE.search(f"{column.group} {column.header}") or start is None:
            return column
        year = column.year or self._stated_year(column.header)
        before = year is not None and (read := read_year(year)) is not None and read < start
        is_said = wording.ACTUAL.search(column.header) is None
        if not before and not is_said:
            return column
        reason = f"{year} is before the plan's period" if before else column.reason
        return replace(column, value_type="baseline", reason=reason)

    def _stated_year(self, header: str) -> str | None:
        """Return the year that the text says a column without one speaks of."""
        said = year_of_words(self.survey, header)
        return re.split("は", said.evidence)[-1].lstrip("、") if said else None

    def _value_column(self, table: PrintedTable, column: PrintedColumn) -> Iterator[str]:
        keys: dict[str, object] = {"holds": "values"}
        if column.group:
            keys["group"] = wording.escaped(column.group)
        keys["header"] = (
            year_of_header(column.header, column.spellings) if column.year else wording.escaped(column.header)
        )
        if column.year and any(
            other.year and other.value_type != column.value_type and _spoken_alike(other, column)
            for other in table.columns
        ):
            keys["header"] = wording.escaped(column.header).replace(column.year, f"(?P<year>{column.year})", 1)
        if column.value_type == "baseline" and wording.ACTUAL.search(column.header):
            yield comment(f"guess: a baseline, for {column.reason}", 6)
        elif wording.STATE.search(column.header) and self.survey.first_year is None:
            yield comment("the plan's period was not found: write baseline in the pattern if this year is before it", 6)
        keys["pattern"] = value_pattern(column)
        if column.year is None and "(?P<when>" not in str(keys["pattern"]):
            guess = self._year_of_column(table, column)
            yield comment(guess.evidence, 6)
            keys |= guess.keys
        yield from entry(keys, 6)

    def _year_of_column(self, table: PrintedTable, column: PrintedColumn) -> YearGuess:
        found = year_of_words(self.survey, column.header)
        if found is not None:
            return found
        if wording.BEFORE.search(column.header):
            now = next((c for c in table.columns if c.role == "values" and wording.ACTUAL.search(c.header)), None)
            said = year_of_words(self.survey, now.header) if now else None
            if now and said:
                return YearGuess(
                    {**said.keys, "year_offset": -1}, f"guess: the year before {now.header}; {said.evidence}"
                )
        years = ", ".join(dict.fromkeys(year.printed for year in self.survey.years if year.printed.endswith("年度")))
        return YearGuess(
            {"year": todo(f"of which year does {column.header} speak? A pattern with the group year")},
            f"candidates: {years}",
        )

    def _stacked(self, table: PrintedTable) -> Iterator[str]:
        """Yield what tells rows apart that share a name cell, where notes say 上段は… and 下段は…."""
        names = next(column for column in table.columns if column.role == "kpi_name")
        told = {place: self._note_on(place) for place in ("上段", "下段")}
        if len(names.cells) == len(table.rows) or not all(told.values()):
            return
        yield comment(f"guess: {', '.join(f'line {line.number}' for line in told.values() if line)}", 4)
        yield "    stacked:"
        for place in told:
            yield from entry({"label": place, "definition": rf"^[*※\d]*{place}は、(?P<text>.+)$"}, 6)

    def _note_on(self, place: str) -> Line | None:
        return next((line for line in self.survey.lines if re.match(rf"[*※\d]*{place}は、", line.text)), None)

    def _footnotes(self, table: PrintedTable) -> Iterator[str]:
        has_marks = any("※" in cell for column in table.columns for cell in column.cells)
        notes = [found for found in self.survey.footnotes if found.text.startswith("※")]
        if has_marks and notes:
            yield comment(f"guess: {sample([found.line for found in notes])}", 4)
            digits = r"\d+" if all(re.match(r"※\d", note.text) for note in notes) else r"\d*"
            yield rf"    footnotes: {{pattern: '^(?P<mark>※{digits}) ?(?P<text>.+)$'}}"

    # ------------------------------------------------------------------------------------------- history, terms

    def _events(self) -> Iterator[str]:
        heading = next(
            (
                line
                for line in self.survey.lines
                if re.fullmatch(r"(?:#+ )?.{0,12}(?:歩み|あゆみ|沿革|経緯)", line.text.strip())
            ),
            None,
        )
        if heading is None or not self._is_unique(heading.text.strip()):
            return
        following = [line for line in self.survey.lines if line.number > heading.number and line.text.strip()]
        told = []
        for line in following:
            if not re.match(rf"{wording.ERA} ?\d+", line.text.strip()):
                break
            told.append(line.number)
        if len(told) < 2:
            return
        end = next((line.text.strip() for line in following if line.number > told[-1]), "")
        yield ""
        yield comment(f"guess: what happened when, {sample(told)}", 2)
        yield "  - layout: events"
        yield f"    plan: {self.plan}"
        region = {"after": f"^{wording.escaped(heading.text.strip())}$", "until": f"^{wording.escaped(end)}$"}
        yield f"    region: {flow(region)}"
        yield r"    date: '(?P<year>(?:明治|大正|昭和|平成|令和)\d+(?:~\d+)?年(?:度|\d+月))'"

    def _glossary(self) -> Iterator[str]:
        notes = [found for found in self.survey.footnotes if re.match("[⁰¹²³⁴⁵⁶⁷⁸⁹]+ ?[^:]+:", found.text)]
        if len(notes) > 1:
            yield ""
            yield comment(f"guess: terms explained in footnotes, {sample([found.line for found in notes])}", 2)
            yield "  - layout: glossary"
            yield f"    plan: {self.plan}"
            yield "    pattern: '(?P<mark>[⁰¹²³⁴⁵⁶⁷⁸⁹]+) ?(?P<term>[^:]+?) ?: ?(?P<definition>.+)'"


def _spoken_alike(one: PrintedColumn, other: PrintedColumn) -> bool:
    """Tell whether the headers of two columns differ in their year alone."""
    return one.group == other.group and year_of_header(one.header, ()) == year_of_header(other.header, ())


def _columns_of_years_as_one(columns: Sequence[PrintedColumn]) -> list[PrintedColumn]:
    """Return the columns of a KPI table; those that differ in their year alone are one entry, with all their cells."""
    found: dict[object, PrintedColumn] = {}
    for column in columns:
        key: object = column.number
        if column.role == "values" and column.year is not None:
            key = (column.group, column.value_type, year_of_header(column.header, (column.header,)))
        before = found.get(key)
        found[key] = replace(column, cells=before.cells + column.cells) if before else column
    return list(found.values())


def _most_often_above(lines: Sequence[int], series: Sequence[HeadingSeries]) -> HeadingSeries | None:
    """Return the series that the nearest heading above most of the lines is of; None where no series is."""
    headings = sorted((heading.line, number) for number, one in enumerate(series) for heading in one.headings)
    nearest = [next((number for line, number in reversed(headings) if line < at), None) for at in lines]
    counts = Counter(number for number in nearest if number is not None).most_common(1)
    return series[counts[0][0]] if counts and counts[0][1] * 2 > len(lines) else None


def _are_told_by(series: HeadingSeries, column: PrintedColumn, table: PrintedTable) -> bool:
    """Tell whether the items of a series come again in a column, but for those that the conversion moved."""
    titles = [heading.title for heading in series.headings]
    anywhere = [cell for other in table.columns for cell in other.cells]
    in_column = sum(any(cell.endswith(title) for cell in column.cells) for title in titles)
    return in_column * 2 > len(titles) and all(any(cell.endswith(title) for cell in anywhere) for title in titles)
