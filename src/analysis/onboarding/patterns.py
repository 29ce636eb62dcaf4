"""Patterns for the cells and lines of a draft: what stands in them besides a name or a figure."""

import re
from collections.abc import Sequence
from itertools import pairwise

from analysis.onboarding import wording
from analysis.onboarding.printed_tables import PrintedColumn, PrintedTable, labels_in

_UNIT = r" ?[^\d\s()※]*(?:\d+分)?"
_FIGURE = rf"約? ?\d[\d,./]*{_UNIT}"
# 1億2,000万円 is one.
_LARGE_FIGURE = rf"約? ?\d[\d,./]*(?:[億万]\d[\d,]*)*{_UNIT}"
_BOTH = re.compile(rf"(?:{wording.AMOUNT}) ?\((?:{wording.AMOUNT})[^()]*\)")
_WITH_YEAR = re.compile(rf"(?:{wording.AMOUNT}) ?\([^()]*\d年[^()]*\)")
# What stands in a cell of an item: its code and word, marks before or behind its title.
_TITLES = (
    r"【(?P<printed>{word}(?P<code>\d+))】 ?(?P<title>.+)",
    r"(?P<printed>{word} ?(?P<code>\d+(?:-\d+)*)) (?P<title>.+)",
    r"(?P<code>\d+) (?P<title>.+)\((?P<novelty>新規|継続)\)",
    r"(?P<code>\d+(?:-\d+)*) (?P<title>.+)",
    r"(?P<code>[①-⑳]) ?(?P<title>.+)",
    r"(?P<code>\d+)",
)


def value_pattern(column: PrintedColumn) -> str:
    """Return the pattern of the cells of a column of values: what a cell holds besides one figure."""
    cells = column.cells
    first = column.value_type or "actual"
    if column.value_type != "baseline" and _most(cells, _BOTH) and "実績" in column.header and "目標" in column.group:
        return r"(?P<target>約?\d[^()]*?) ?\((?P<actual>.+)\)"
    if _most(cells, _WITH_YEAR):
        return rf"(?P<{first}>{_FIGURE}) ?\((?P<when>[^()]*年[^()]*)\)"
    figure = _LARGE_FIGURE if any(re.search(r"\d[億万]\d", cell) for cell in cells) else _FIGURE
    label = r"(?:\((?P<label>[^()]+)\))?" if labels_in(cells) else ""
    note = r"(?: ?(?P<note>※\d*))?" if any("※" in cell for cell in cells) else ""
    return rf"(?P<{first}>{figure}){label}{note}"


def _most(cells: Sequence[str], pattern: re.Pattern[str]) -> bool:
    figures = [cell for cell in cells if re.search(r"\d", cell)]
    return bool(figures) and sum(pattern.fullmatch(cell) is not None for cell in figures) > 0.6 * len(figures)


def level_keys(table: PrintedTable, column: PrintedColumn) -> dict[str, object]:
    """Return the keys of a column of items: its level, what the plan calls them, and the pattern of its cells."""
    before = next((other for other in table.columns if other.number == column.number - 1), None)
    is_coded_beside = before is not None and before.role == "code"
    word = before.header if before and is_coded_beside and not column.header else column.header
    word = re.sub(r"名称?$", "", word) or word
    keys: dict[str, object] = {"level": column.level, "level_ja": word}
    word = next((w for words, _ in wording.LEVELS for w in words.split("|") if word.endswith(w)), word)
    marks = "".join(
        prefix
        for prefix, shown in (
            (r"(?P<mark>[☆★])?", r"^[☆★]"),
            (r"(?:\((?P<repeats>[^()]+)再掲\))?", r"^[☆★]?\([^()]+再掲\)"),
            (r"(?:\((?P<lead>都|国)\))?", r"^[☆★]?\((?:都|国)\)"),
        )
        if any(re.search(shown, cell) for cell in column.cells)
    )
    if is_coded_beside:
        return {**keys, "pattern": rf"{marks}(?P<title>.+)"}
    patterns = [shape.replace("{word}", word) for shape in _TITLES]
    best = next((p for p in patterns if _share(column.cells, p) > 0.6), None)
    if best is None:
        return {**keys, "pattern": rf"{marks}(?P<title>.+)"}
    later = [cell for other in table.columns if other.number > column.number for cell in other.cells]
    if "novelty" not in best and any(re.search(r"\((?:新規|継続)\)$", cell) for cell in later):
        best = best.replace("(?P<title>.+)", r"(?P<title>(?!.*\((?:新規|継続)\)$).+)")
    codes = [match["code"] for cell in column.cells if (match := re.fullmatch(best, cell))]
    several = [cell for cell in column.cells if len(re.findall(rf"{word} ?\d+ ", cell)) > 1]
    if several:
        best = rf"(?P<printed>{word}(?P<code>\d+)) (?P<title>.+?)(?=\s*{word}\d+ |\s*$)"
        keys["many"] = True
    elif column.level != "pillar" and _begin_anew(codes):
        keys["within_parent"] = True
    best = _with_exceptions(best, column.cells)
    if any(cell.startswith("【凡例】") for cell in column.cells):
        keys["ignore"] = "【凡例】.+"
    blank = sorted({cell for cell in column.cells if cell in ("—", "-")})
    if blank:
        keys["blank"] = blank
    return {**keys, "pattern": best, "anchor": True}


def _begin_anew(codes: Sequence[str]) -> bool:
    """Tell whether codes count from 1 again, as they do within each parent."""
    return any(code in ("1", "①") and before not in ("1", "①") for before, code in pairwise(codes))


def _with_exceptions(pattern: str, cells: Sequence[str]) -> str:
    """Return the pattern of a column's items, which lets through the few short ones without a code (その他)."""
    unlike = {cell.strip("【】") for cell in cells if not re.fullmatch(pattern, cell)}
    others = {text for text in unlike if 2 < len(text) <= 6}
    head, _, tail = pattern.partition("(?P<title>")
    if not others or not head or tail != ".+)":
        return pattern
    bare = "|".join(map(wording.escaped, sorted(others)))
    if pattern.startswith("【"):
        return rf"【(?:{head[1:]}|(?=(?:{bare})】$))(?P<title>[^】]+)】?"
    return rf"(?:{head}(?=\S)|(?=(?:{bare})$))(?P<title>.+)"


def _share(cells: Sequence[str], pattern: str) -> float:
    return sum(re.fullmatch(pattern, cell) is not None for cell in cells) / len(cells) if cells else 0


def goal_pattern(column: PrintedColumn) -> str:
    """Return the pattern of the cells that name the goal of KPIs: the word they share, and the goal's number."""
    words = {match[1] for cell in column.cells if (match := re.match(r"(\D*)\d+", cell))}
    word = wording.escaped(words.pop()) if len(words) == 1 else r"\D*"
    return rf"{word}(?P<code>\d+).+"


def mark_pattern(column: PrintedColumn) -> str:
    """Return the pattern of a column of grades: as many characters as the longest has."""
    longest = max((len(cell) for cell in column.cells if len(cell) <= 5), default=1)
    return r"\S" if longest == 1 else rf"\S{{1,{longest}}}"


def kpi_pattern(texts: Sequence[str], statuses: Sequence[str]) -> str:
    """Return the pattern of the KPI lines: what stands before the name, behind the figure, and around the grade."""
    bullets = {match[0] for text in texts if (match := re.match(r"[・○●-] ?", text))}
    bullet = wording.escaped(bullets.pop()) if len(bullets) == 1 else r"(?:[・○●-] ?)?" if bullets else ""
    remarks = sum(re.search(r"\d[^()]*\([^()]+\)", text) is not None for text in texts)
    remark = rf"(?P<remark>\([^()]+\)){'' if remarks == len(texts) else '?'}" if remarks else ""
    grade = _grade_pattern(texts, statuses)
    return rf"{bullet}(?P<name>[^:]+):(?P<target>[^\s()]+){remark}{grade}"


def _grade_pattern(texts: Sequence[str], statuses: Sequence[str]) -> str:
    ends = [
        re.search(rf"[ 【(\[]*(?:評価)?{re.escape(s)}[】)\]]?$", text)
        for text, s in zip(texts, statuses, strict=True)
        if s
    ]
    shapes = {
        wording.escaped(end[0]).replace(s, "§") for end, s in zip(ends, filter(None, statuses), strict=True) if end
    }
    if not shapes:
        return ""
    # Any mark is let through: one that no status is given for is then told of by name.
    is_bracketed = all(shape[-1] in "】)]" for shape in shapes)
    group = r"(?P<status>[^【】()\[\]]+)" if is_bracketed else r"(?P<status>\S)"
    parts = sorted(shape.replace("§", group, 1) for shape in shapes)[:1]
    return parts[0] if all(statuses) else f"(?:{parts[0]})?"
