"""Rules for single columns, read out of the CHECK constraints of the database."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

_NAME = r'"?(?P<column>\w+)"?'
_NUMBER = r"(?:CAST\()?(?P<{}>-?[0-9.]+(?:e-?[0-9]+)?)(?: AS DOUBLE\))?"
_TEXT = r"'(?:[^']|'')*'"

_PATTERN = re.compile(rf"regexp_full_match\({_NAME}, (?P<pattern>{_TEXT})\)")
_BETWEEN = re.compile(rf"{_NAME} BETWEEN {_NUMBER.format('low')} AND {_NUMBER.format('high')}")
_BOUND = re.compile(rf"{_NAME} (?P<operator><=|<|>=|>) {_NUMBER.format('bound')}")
_LIST = re.compile(rf"{_NAME} IN \((?P<values>{_TEXT}(?:, {_TEXT})*)\)")


@dataclass(frozen=True)
class Rule:
    """What a value of a column has to be; None and nothing where anything will do.

    `pattern` is a regular expression for all of a text.
    """

    values: tuple[str, ...] = ()
    pattern: str | None = None
    minimum: float | None = None
    maximum: float | None = None
    exclusive_minimum: float | None = None
    exclusive_maximum: float | None = None


def column_rules(checks: Iterable[str]) -> Mapping[str, Rule]:
    """Return what CHECK constraints say of single columns, as far as a `Rule` can say it.

    Args:
        checks: conditions as DuckDB writes them in `duckdb_constraints()`.

    Example:
        >>> column_rules(["((depth BETWEEN 1 AND 2) AND (depth < width))"])
        {'depth': Rule(values=(), pattern=None, minimum=1, maximum=2, …)}
    """
    rules: dict[str, Rule] = {}
    for check in checks:
        for condition in conjuncts(check):
            _add(rules, condition)
    return rules


def conjuncts(condition: str) -> Iterator[str]:
    """Yield the conditions that AND joins, without parentheses around them."""
    condition = _bare(condition)
    if _BETWEEN.fullmatch(condition):
        yield condition
        return
    parts = _split(condition)
    if len(parts) == 1:
        yield condition
        return
    for part in parts:
        yield from conjuncts(part)


def unquoted(text: str) -> str:
    """Return what an SQL string literal says."""
    return text[1:-1].replace("''", "'")


def _add(rules: dict[str, Rule], condition: str) -> None:
    for form in (_PATTERN, _BETWEEN, _BOUND, _LIST):
        if match := form.fullmatch(condition):
            column = match["column"]
            rules[column] = _narrowed(rules.get(column, Rule()), match.groupdict())
            return


def _narrowed(rule: Rule, said: Mapping[str, str]) -> Rule:
    """Return a rule with what the groups of a match say."""
    if "pattern" in said:
        return replace(rule, pattern=unquoted(said["pattern"]))
    if "low" in said:
        return replace(rule, minimum=_number(said["low"]), maximum=_number(said["high"]))
    if "values" in said:
        return replace(rule, values=tuple(unquoted(text) for text in re.findall(_TEXT, said["values"])))
    bound = _number(said["bound"])
    match said["operator"]:
        case ">=":
            return replace(rule, minimum=bound)
        case "<=":
            return replace(rule, maximum=bound)
        case ">":
            return replace(rule, exclusive_minimum=bound)
        case _:
            return replace(rule, exclusive_maximum=bound)


def _number(text: str) -> float:
    return int(text) if re.fullmatch(r"-?[0-9]+", text) else float(text)


def _bare(condition: str) -> str:
    """Take away the parentheses around a whole condition."""
    while condition.startswith("(") and _end_of_group(condition) == len(condition):
        condition = condition[1:-1]
    return condition


def _end_of_group(condition: str) -> int:
    """Return where the parenthesis that the condition begins with is closed."""
    for position, depth in _depths(condition):
        if depth == 0:
            return position + 1
    return -1


def _split(condition: str) -> list[str]:
    """Split at each AND that stands outside of parentheses."""
    parts, begin = [], 0
    for position, depth in _depths(condition):
        if depth == 0 and condition.startswith(" AND ", position):
            parts.append(condition[begin:position])
            begin = position + len(" AND ")
    return [*parts, condition[begin:]]


def _depths(condition: str) -> Iterator[tuple[int, int]]:
    """Yield each position outside of string literals, and how many parentheses are open behind it."""
    depth = 0
    for match in re.finditer(rf"{_TEXT}|.", condition, re.DOTALL):
        if match[0] in "()":
            depth += 1 if match[0] == "(" else -1
        if not match[0].startswith("'"):
            yield match.start(), depth
