"""Drafts of totals: what a document says of the number of its items and of their grades, to be counted against."""

import re
from collections.abc import Iterator

from analysis.onboarding import wording
from analysis.onboarding.survey import LEGEND, Survey, sample
from analysis.onboarding.trial import Trial
from analysis.onboarding.yaml_lines import comment, entry, todo


def stated_totals(survey: Survey, trial: Trial) -> Iterator[str]:
    """Yield the key `totals`, what the document counts of its items and grades; nothing where it does not."""
    drafted = [*(_legend_totals(survey) or _grade_totals(survey, trial)), *_item_totals(survey, trial)]
    if drafted:
        yield ""
        yield comment("What the document states of itself, counted against what is read.")
        yield "totals:"
        yield from drafted


def _grade_totals(survey: Survey, trial: Trial) -> Iterator[str]:
    """Yield the total of each grade, where sentences state them."""
    pattern, lines = _counted_in_sentences(survey)
    if not pattern:
        return
    of = "statuses" if trial.findings.statuses or not trial.findings.kpi_statuses else "kpi_statuses"
    yield comment(f"guess: {sample(lines)}", 2)
    yield from entry(
        {
            "total": of,
            "subject_ja": "評価別の件数",
            "subject_en": "items by their grade" if of == "statuses" else "KPIs by their grade",
            "each": True,
            "pattern": pattern,
            "count": {"of": of},
        },
        2,
    )


def _legend_totals(survey: Survey) -> list[str]:
    totals = _counted_legend(survey)
    if not totals:
        return []
    symbols = "".join(symbol for _, symbol, _ in totals)
    line = survey.document.lines[totals[0][0] - 1].passage.text
    pattern = rf"^(?P<label>[{wording.escaped(symbols)}])[\t ・]+.+\t(?P<stated>\d+)$"
    keys = {
        "total": "statuses",
        "subject_ja": "評価別の取組の数",
        "subject_en": "items by their grade",
        "each": True,
        "pattern": pattern,
        "count": {"of": "statuses"},
    }
    shown = f"guess: line {totals[0][0]} to {totals[-1][0]}: {line.split(chr(9))[0]} … {totals[0][2]}"
    return [comment(shown, 2), *entry(keys, 2)]


_LEVELS_EN = {
    "viewpoint": "viewpoints",
    "pillar": "goals",
    "policy": "policies",
    "measure": "measures",
    "project": "projects",
}


def _item_totals(survey: Survey, trial: Trial) -> Iterator[str]:
    taken: set[str] = set()
    for found in survey.totals:
        match = re.fullmatch(
            rf"(?P<all>全 ?|)(?P<stated>\d+)(?P<counter>(?: ?つ?の)?)(?P<word>{wording.LEVEL_WORD})", found.text
        )
        assert match is not None
        level = wording.level_of(match["word"])
        items = {item.measure_id: item.code for item in trial.findings.measures if item.level == level}
        is_coded = any(items.values())
        read = sum(bool(code) or not is_coded for code in items.values())
        before = match["all"] or r"(?<!\d)"
        pattern = rf"{before}(?P<stated>\d+){match['counter']}{match['word']}"
        if level is None or level in taken or not (read and (is_coded or match["all"])):
            continue
        if sum(1 for _ in trial.document.search(re.compile(pattern))) != 1:
            yield comment(
                f"not drafted, for it is stated several times: line {found.line}: {found.text}; read are {read}", 2
            )
            continue
        keys: dict[str, object] = {
            "total": level,
            "subject_ja": match["word"],
            "subject_en": _LEVELS_EN[level],
            "pattern": pattern,
            "count": {"of": "measures", "level": level} | ({} if is_coded else {"coded": False}),
        }
        difference = read - int(match["stated"])
        if difference > 0:  # more cannot be read than there are: the words speak of something else
            yield comment(f"not drafted: line {found.line}: {found.text}; read are {read}", 2)
            continue
        taken.add(level)
        if difference:
            keys |= {
                "difference": difference,
                "explanation_ja": todo(f"{match['stated']}と印字されているが{read}を読んだ理由"),
                "explanation_en": todo(f"why {match['stated']} are stated and {read} read"),
            }
        yield comment(f"guess: line {found.line}: {found.text}; read are {read}", 2)
        yield from entry(keys, 2)


def _counted_in_sentences(found: Survey) -> tuple[str, tuple[int, ...]]:
    """Return the pattern by which the text counts the items of two grades or more (「◎」は2件), and its lines.

    The pattern is empty where the text does not, or says it in more ways than one.
    """
    symbols = sorted({symbol.symbol for symbol in found.symbols if symbol.count}, key=lambda text: (-len(text), text))
    if not symbols:
        return "", ()
    label = "|".join(map(re.escape, symbols))
    counted = re.compile(
        rf"(?P<open>[「『【(]?)(?P<label>{label})(?P<close>[」』】)]?)(?P<between> ?(?:は|が|:|…+|・+)? ?)"
        rf"(?P<stated>\d+)"
        rf"(?P<counter> ?(?:件|取組|項目|事業|施策|個))"
    )
    met: dict[str, list[tuple[str, int]]] = {}
    for line, match in found.document.search(counted):
        before, behind = wording.escaped(match["open"]), wording.escaped(match["close"] + match["between"])
        shape = (
            f"{before}(?P<label>{'|'.join(map(wording.escaped, symbols))}){behind}(?P<stated>\\d+){match['counter']}"
        )
        met.setdefault(shape, []).append((match["label"], line.number))
    several = [(shape, told) for shape, told in met.items() if len(told) > 1]
    if len(several) != 1 or len({label for label, _ in several[0][1]}) < len(several[0][1]):
        return "", ()
    shape, told = several[0]
    return shape, tuple(line for _, line in told)


def _counted_legend(found: Survey) -> list[tuple[int, str, str]]:
    """Return the lines of the legend that count the items of a status: line, symbol and stated number."""
    totals = []
    for line in found.lines:
        match = LEGEND.fullmatch(line.text.strip())
        if match and match["total"]:
            totals.append((line.number, match["symbol"], match["total"]))
    return totals
