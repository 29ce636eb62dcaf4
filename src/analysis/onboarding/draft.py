"""The draft of a descriptor: everything a survey can conclude, TODO where somebody has to decide."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from analysis.curation.codebooks import Unit, Ward
from analysis.documents.text import Passage
from analysis.onboarding import wording
from analysis.onboarding.draft_layouts import LayoutDraft
from analysis.onboarding.draft_totals import stated_totals
from analysis.onboarding.printed_tables import PrintedTable
from analysis.onboarding.survey import Survey, is_legend, meanings_in, unit_of
from analysis.onboarding.trial import Trial, try_descriptor
from analysis.onboarding.yaml_lines import block, comment, entry, quoted, todo
from analysis.reading.account import LineUse

_SENTENCES = r"[^\t]+。"
_LONGEST_TITLE = 40


@dataclass(frozen=True)
class Draft:
    """A drafted descriptor.

    Attributes:
        text: its YAML.
        made_from: what it was drafted from: 'the text alone', or the document whose descriptor it follows.
        trial: what it reads as it stands.
    """

    text: str
    made_from: str
    trial: Trial


def draft_descriptor(survey: Survey, ward: Ward, document: str, units: Sequence[Unit]) -> Draft:
    """Return a draft made from the text alone.

    Args:
        survey: what the text looks like.
        ward: whose document it is.
        document: the name of its file without its ending; the id is the ward's slug and this name.
        units: those of the codebook.
    """
    plan = _plan_id(survey, ward)
    head = [*_head(survey, ward, f"{ward.slug}-{document}"), *_plan(survey, plan)]
    layouts = ["", "layouts:", *LayoutDraft(survey, plan).lines()]
    running = list(_running(survey))
    # What is left over is known only when the rest has been read: the draft grows by trying what there is of it.
    trial = _tried(survey, [*head, *layouts, *_ignore(running)])
    totals = list(stated_totals(survey, trial))
    trial = _tried(survey, [*head, *layouts, *totals, *_ignore(running)])
    left = [*_prose(survey, trial), *_ignore([*running, *_ignored(survey, trial, ward)])]
    trial = _tried(survey, [*head, *layouts, *totals, *left])
    numbers = list(_numbers(survey, trial, units))
    text = block([*head, *layouts, *totals, *numbers, *left])
    return Draft(text, "the text alone", _tried(survey, text.splitlines()))


def _ignore(rules: Sequence[str]) -> list[str]:
    return ["", "ignore:", *rules] if any(not rule.lstrip().startswith("#") for rule in rules) else list(rules)


def _tried(survey: Survey, lines: Sequence[str]) -> Trial:
    path = survey.document.path
    return try_descriptor(survey.document, str(path.with_suffix(".yaml")), block(lines))


def _head(survey: Survey, ward: Ward, document: str) -> Iterator[str]:
    yield comment("A draft. What is marked `guess` was concluded from the lines named beside it: look them up.")
    yield comment(
        "Each TODO has to be decided; `wardplans check` with the path of the text says what is still missing, "
        "docs/descriptors.md what each key means."
    )
    yield f"document: {document}"
    yield f'ward: "{ward.ward_code}"'
    yield f"publisher: {ward.name_ja}"
    title = survey.titles[0] if survey.titles else None
    kind = next((kind for words, kind in wording.KINDS if title and re.search(words, title.text)), None)
    yield f"kind: {kind or quoted(todo('plan, plan_summary, draft_summary or progress_report'))}"
    if title is not None:
        yield comment(f"guess: line {title.line}; others: {_others(survey.titles[1:])}")
    yield f"title: {quoted(title_pattern(survey))}"
    yield f"title_en: {quoted(todo('the title in English'))}"
    if survey.published:
        found = survey.published[0]
        yield comment(f"guess: line {found.line}: {found.text}")
        yield f"published: {quoted(f'^(?P<published>{wording.escaped_but_digits(found.text)})')}"
    yield from _era(survey)


def _others(found: Sequence[object]) -> str:
    return "; ".join(f"line {one.line}: {one.text}" for one in found[:3]) or "none"  # type: ignore[attr-defined]


def _era(survey: Survey) -> Iterator[str]:
    text = survey.document.folded.text
    # The end of a range goes on in the era of its start (平成28年度から32年度).
    bare = [
        y for y in survey.years if y.named_by.endswith("none") and not re.search(rf"(?:から|~|・){y.printed}", text)
    ]
    if not bare:
        return
    eras = [era for year in survey.years for era in re.findall("令和|平成", year.printed) for _ in year.lines]
    shown = ", ".join(f"{year.printed} (line {year.lines[0]})" for year in bare[:3])
    if eras and eras.count("令和") >= eras.count("平成"):
        yield comment(f"guess: years without an era, as {shown}; of the others {eras.count('令和')} are of 令和")
        yield "era: 令和"
    else:
        yield comment(f"years without an era: {shown}")
        yield f"era: {quoted(todo('the era of years printed without one'))}"


def _plan_id(survey: Survey, ward: Ward) -> str:
    return f"{ward.slug}-{survey.first_year or 'plan'}"


def _plan(survey: Survey, plan: str) -> Iterator[str]:
    yield ""
    yield "plans:"
    yield f"  - plan: {plan}"
    named = plan_name(survey)
    if named is None:
        yield comment(f"candidates: {_others(survey.plans)}", 4)
        yield f"    title: {quoted(todo('a pattern with the group title for the name of the plan'))}"
    else:
        line, pattern = named
        yield comment(f"guess: line {line}; others: {_others(survey.plans)}", 4)
        yield f"    title: {quoted(pattern)}"
    yield f"    title_en: {quoted(todo('the name of the plan in English'))}"
    if survey.periods:
        found = survey.periods[0]
        yield comment(f"guess: line {found.line}; others: {_others(survey.periods[1:])}", 4)
        yield f"    period: {quoted(_period(survey, found.line, found.text))}"


def title_pattern(survey: Survey) -> str:
    """Return the pattern of the line that may be the title; TODO where there is none."""
    if not survey.titles:
        return todo("a pattern with the group title for the line that prints the title")
    title = survey.titles[0]
    heading = r"(?:#+ )?" if survey.document.lines[title.line - 1].text.startswith("#") else ""
    return f"^{heading}(?P<title>{wording.escaped(title.text)})$"


def plan_name(survey: Survey) -> tuple[int, str] | None:
    """Return the line and the pattern of the plan's name: in quotation marks, or the first part of the title."""
    title = survey.titles[0].text if survey.titles else ""
    plain = title.replace(" ", "")
    quoted_names = [name for name in survey.plans if name.text.replace(" ", "") in plain and len(name.text) > 4]
    if quoted_names:
        name = max(quoted_names, key=lambda found: len(found.text))
        return name.line, f"「(?P<title>{wording.escaped(name.text)})」"
    match = re.match(r".+?(?:計画|プラン|構想|ビジョン)(?:改定版)?(?: ?\d+(?![\d年月~—-]))?", title)
    if match:
        return survey.titles[0].line, f"^(?:#+ )?(?P<title>{wording.escaped(match[0])})"
    return None


def _period(survey: Survey, line: int, text: str) -> str:
    parts = re.fullmatch(r"(?P<start>.+?)(?P<between> ?(?:~|から|—) ?)(?P<end>.+)", text)
    assert parts is not None
    if re.search(rf"{wording.ERA}|\d{{4}}", parts["end"]) and parts["start"].endswith("年度"):
        years = (
            f"(?P<start>{wording.escaped_but_digits(parts['start'])}){parts['between']}"
            f"(?P<end>{wording.escaped_but_digits(parts['end'])})"
        )
    else:
        years = f"(?P<years>{wording.escaped_but_digits(text)})"
    if next(survey.document.search(re.compile(years)))[0].number == line:
        return years
    # Earlier lines print periods of other plans: the words before this one tell it from them.
    printed = survey.document.lines[line - 1].text
    return wording.escaped(printed[: printed.index(text)][-6:]) + years


def _running(survey: Survey) -> Iterator[str]:
    for line in survey.running:
        yield from entry({"pattern": line.pattern, "running": True, "reason": "printed on each page"}, 2)
    if survey.contents:
        contents = r"(?:#+ )?(?:もくじ|目 ?次)|.+?(?:[.・…‥ ]{4,}| ?\t) ?\d{1,3}"
        yield comment(f"guess: line {survey.contents[0]} to {survey.contents[-1]}", 2)
        yield from entry({"pattern": contents, "reason": "table of contents"}, 2)


def _prose(survey: Survey, trial: Trial) -> Iterator[str]:
    left = _left_over(survey, trial)
    rules: list[str] = []
    if any(re.fullmatch(_SENTENCES, text) for _, text in left):
        keys = {"pattern": _sparing(survey, _SENTENCES), "reason": "running text: sentences that no layout reads"}
        rules += entry(keys, 2)
    others = [
        (number, text)
        for number, text in left
        if not re.fullmatch(_SENTENCES, text) and "\t" not in text and not is_legend(text) and not meanings_in(text)
    ]
    if any(text.startswith("- ") for _, text in others):
        rules += entry({"pattern": _sparing(survey, r" ?- [^\t]+"), "reason": "running text: bullets"}, 2)
    if any(len(text) > _LONGEST_TITLE and not text.startswith("- ") for _, text in others):
        pattern = _sparing(survey, rf"[^\t]{{{_LONGEST_TITLE + 1},}}")
        rules += entry({"pattern": pattern, "reason": "running text: long lines without a full stop"}, 2)
    notes = {found.line for found in survey.footnotes}
    if any(number in notes for number, _ in others):
        rules += entry({"pattern": _sparing(survey, "(?:※|[¹²³⁴⁵⁶⁷⁸⁹⁰]).+"), "reason": "notes"}, 2)
    headings = [text for number, text in others if _is_heading(text) and number not in notes and not _is_imprint(text)]
    if headings:
        pattern = "|".join(dict.fromkeys(map(_heading_pattern, headings)))
        rules += entry({"pattern": _sparing(survey, pattern), "reason": "headings"}, 2)
    yield from _fallen(survey)
    if rules:
        yield ""
        yield comment("Running text, kept as passages that a search finds.")
        yield "prose:"
        yield from rules


def _left_over(survey: Survey, trial: Trial) -> list[tuple[int, str]]:
    """Return the lines that nothing reads, without those that fell out of a table: these are to be noticed."""
    fallen = survey.page_breaks.fallen
    unread = (line for line in trial.lines if line.use == LineUse.UNREAD)
    return [(line.number, line.text) for line in unread if line.number not in fallen]


def _fallen(survey: Survey) -> Iterator[str]:
    """Yield what a reader of the draft has to know of lines that fell out of a table."""
    if survey.page_breaks.fallen:
        yield ""
        yield comment(
            "These lines stand between the rows of a table and may have fallen out of its cells at the end of"
        )
        yield comment("a page. No rule below sets them aside: compare them with the original.")
    for number in survey.page_breaks.fallen:
        shown = survey.document.lines[number - 1].text.strip().replace("\t", " | ")
        yield comment(f"line {number}: {shown[:_LONGEST_TITLE]}", 2)


def _sparing(survey: Survey, pattern: str) -> str:
    """Return a pattern that lets through what fell out of a table, so that it stays unread."""
    texts = [survey.document.lines[number - 1].text for number in survey.page_breaks.fallen]
    spared = [wording.escaped(text) for text in dict.fromkeys(texts) if re.fullmatch(pattern, text)]
    return rf"(?!(?:{'|'.join(spared)})$)(?:{pattern})" if spared else pattern


def _is_heading(text: str) -> bool:
    return len(text) <= _LONGEST_TITLE and not text.startswith(("- ", "※"))


def _is_imprint(text: str) -> bool:
    """Tell whether a line names only who published: 杉並区."""
    return re.fullmatch(r"\S{1,5}[区市町村]", text) is not None


def _heading_pattern(text: str) -> str:
    chapter = re.match(r"(?:#+ )?第\d+[章編部節] ?|#+ ", text)
    if chapter:
        return wording.escaped_but_digits(chapter[0]) + ".*"
    return wording.escaped(text)


def _ignored(survey: Survey, trial: Trial, ward: Ward) -> Iterator[str]:
    left = _left_over(survey, trial)
    texts = {text for _, text in left}
    if ward.name_ja in texts:
        yield from entry({"pattern": ward.name_ja, "reason": "imprint"}, 2)
    told = [
        line
        for line, text in left
        if (line in {symbol.meaning_line for symbol in survey.symbols} or is_legend(text)) and not meanings_in(text)
    ]
    for number, text in left:
        if meanings_in(text):
            yield comment(f"guess: line {number}", 2)
            yield from entry({"pattern": wording.escaped(text), "reason": "legend"}, 2)
    if told:
        symbols = "".join(symbol.symbol for symbol in survey.symbols if len(symbol.symbol) == 1)
        yield comment(f"guess: line {told[0]} to {told[-1]}", 2)
        yield from entry({"pattern": rf" ?[{symbols}] ?[・…:]+.+", "reason": "legend"}, 2)
    for table in survey.tables:
        header = survey.document.lines[table.first_line - 1].text.strip()
        if table.kind == "legend" and header in texts:
            yield comment(f"guess: line {table.first_line}", 2)
            yield from entry({"pattern": wording.escaped(header), "reason": "header of the legend"}, 2)
        elif table.kind in ("legend", "unknown") and header in texts and not table.continues:
            yield from _unknown_table(survey, table, header)


def _unknown_table(survey: Survey, table: PrintedTable, header: str) -> Iterator[str]:
    """Yield the rule that would leave out a table which no layout fits; whether to do so is a TODO."""
    shown = " | ".join(header.split("\t"))[:_LONGEST_TITLE]
    lines = [line for line in survey.lines if line.text.strip()]
    numbers = [line.number for line in lines]
    own = sorted((*table.header_lines, *table.rows))
    first, last = numbers.index(own[0]), numbers.index(own[-1])
    edges = {"after": lines[first - 1] if first else None, "until": lines[last + 1] if last + 1 < len(lines) else None}
    texts = [line.text.strip() for line in lines]
    region = {
        key: f"^{wording.escaped(line.text.strip())}$"
        for key, line in edges.items()
        if line is not None and not line.is_row and texts.count(line.text.strip()) == 1
    }
    if len(region) < len(edges) or numbers[first : last + 1] != own or not table.has_header_words:
        yield comment(f"The table on line {table.first_line} ({shown}) fits no layout that is known.", 2)
        return
    reason = todo(
        f"the table on line {own[0]} to {own[-1]} ({shown}) with {len(table.rows)} rows fits no layout; why is it left "
        "out? Or is it the rest of the table before it?"
    )
    yield from entry({"region": region, "reason": reason}, 2)


def _numbers(survey: Survey, trial: Trial, units: Sequence[Unit]) -> Iterator[str]:
    """Yield a rule for each number of the running text that nothing explains, and beside it how to keep it instead."""
    numbers = [
        number
        for number in trial.findings.unclassified_numbers
        if trial.document.line_number(number) not in survey.page_breaks.fallen
    ]
    if not numbers:
        return
    known = {spelling: unit.unit_id for unit in units for spelling in unit.spellings}
    yield ""
    yield comment(
        "Figures of the running text. One that is to be kept goes to `quantities` instead: the comment below it is"
    )
    yield comment("the entry, without its subject. Decide about the rest by writing why they are not kept.")
    yield "no_quantities:"
    reason = "&not_kept " + quoted(todo("why these figures are not kept (no series, told for illustration …)"))
    seen: set[str] = set()
    for number in numbers:
        context, amount = _in_context(trial, number, known)
        if context in seen or _is_covered(trial, number, seen):
            continue
        seen.add(context)
        yield f"  - {{pattern: {quoted(context)}, reason: {reason}}}"
        reason = "*not_kept"
        line = trial.document.line_number(number)
        kept = quoted(context.replace(amount, f"(?P<amount>{amount})", 1))
        unit = known.get(unit_of(re.sub(r"\\d(?:\[\\d,.\]\*|\+)", "1", amount)), "TODO")
        keys = f"{{quantity: TODO, pattern: {kept}, subject_ja: TODO, subject_en: TODO, unit: {unit}}}"
        yield comment(f"line {line}: {keys}", 4)


def _is_covered(trial: Trial, number: Passage, patterns: Collection[str]) -> bool:
    """Tell whether a pattern drafted already covers a number: 44 of 424時間44分."""
    line = trial.document.lines[trial.document.line_number(number) - 1]
    start, end = number.start - line.passage.start, number.end - line.passage.start
    return any(
        match.start() <= start and end <= match.end()
        for pattern in patterns
        for match in re.finditer(pattern, line.passage.text)
    )


def _in_context(trial: Trial, number: Passage, units: Collection[str]) -> tuple[str, str]:
    """Return a pattern for a number with some words before it and its unit, and the part of it that is the amount."""
    line = trial.document.lines[trial.document.line_number(number) - 1]
    start = number.start - line.passage.start
    text = line.passage.text
    before = re.search(r"[^\s\d:。、「」()]{0,8}$", text[:start])
    spelled = "|".join(sorted(map(re.escape, units), key=len, reverse=True))
    # 3億5,000万円 is one figure.
    figures = r"\d[\d,.]*(?:億(?:\d[\d,.]*万?)?|万(?:\d[\d,.]*)?)?"
    amount = re.match(rf"{figures}(?:時間\d+分|{spelled}|[^\s\d。、()「」]?)", text[start:])
    words = wording.escaped(amount[0] if amount else number.text)
    figure = re.sub(r"\d[\d,.]*", lambda m: r"\d[\d,.]*" if len(m[0]) > 3 else r"\d+", words)
    if text[:start].endswith("※"):
        return "※" + figure, figure
    if before is not None and len(before[0]) > 1:
        return wording.escaped(before[0]) + figure, figure
    # A pattern of a number and its unit alone would cover whatever is added later.
    around = re.match(r" ?[^\s\d。、]{0,6}", text[start + (amount.end() if amount else len(number.text)) :])
    return wording.escaped(before[0] if before else "") + figure + wording.escaped(around[0] if around else ""), figure
