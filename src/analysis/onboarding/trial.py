"""A descriptor tried on its text part by part, so that everything that is wrong is seen at once."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from analysis.documents.descriptor import Descriptor, Gap, PlanDescriptor, Quantity, SetAside, Total
from analysis.documents.layouts import AnyLayout, Glossary, Status
from analysis.documents.text import RawDocument
from analysis.documents.todos import MARK, Steps, find_todos, key_lines, key_name
from analysis.documents.yaml_files import yaml_problem
from analysis.errors import WardPlansError
from analysis.reading.account import AccountedLine, account_lines
from analysis.reading.eras import printed_month
from analysis.reading.numbering import check_numbering
from analysis.reading.passages import FoundPassage, find_passages
from analysis.reading.quantities import read_quantities
from analysis.reading.reader import as_described, locate, read_layout, read_plan
from analysis.reading.records import Findings
from analysis.reading.repeats import resolve_repeats
from analysis.reading.totals import read_totals

_PARTS: Mapping[str, TypeAdapter[Any]] = {
    "plans": TypeAdapter(PlanDescriptor),
    "layouts": TypeAdapter(AnyLayout),
    "totals": TypeAdapter(Total),
    "quantities": TypeAdapter(Quantity),
    "no_quantities": TypeAdapter(SetAside),
    "gaps": TypeAdapter(Gap),
    "prose": TypeAdapter(SetAside),
    "ignore": TypeAdapter(SetAside),
}
# Stands for the layouts where none holds yet, so that the rest can be tried meanwhile.
_NO_LAYOUT = Glossary(layout="glossary", plan="none", pattern="(?P<mark>)(?P<term>)(?P<definition>)")
_OF_KEYS = frozenset({"missing", "extra_forbidden", "union_tag_invalid", "union_tag_not_found", "literal_error"})
# Stands for a grade that is not decided yet, so that the rest can be tried meanwhile.
_UNDECIDED: Status = "under_review"


@dataclass(frozen=True)
class Problem:
    """Something that is missing or wrong: where, 'file:line' as a rule, and what; `key` is the descriptor's."""

    where: str
    message: str
    key: Steps = ()

    def __str__(self) -> str:
        """Return the problem as one line."""
        return f"{self.where}: {self.message}"


@dataclass(frozen=True)
class Trial:
    """What a descriptor reads of its text so far.

    Attributes:
        document: the text as the descriptor says it flows.
        descriptor: its parts that hold; None where not even its head does.
        findings: what was read.
        lines: what became of each line.
        passages: the sentences and cells.
        problems: all that was refused, in the order of the descriptor.
    """

    document: RawDocument
    descriptor: Descriptor | None
    findings: Findings = field(default_factory=Findings)
    lines: Sequence[AccountedLine] = ()
    passages: Sequence[FoundPassage] = ()
    problems: Sequence[Problem] = ()

    def refused(self, *key: str | int) -> bool:
        """Return whether the part of the descriptor with this key was refused."""
        return any(problem.key[: len(key)] == key for problem in self.problems)


def try_descriptor(document: RawDocument, path: str, text: str) -> Trial:
    """Read a text by a descriptor, leaving out each part that does not hold.

    Args:
        document: the raw text.
        path: what messages call the descriptor.
        text: its YAML.
    """
    try:
        content = yaml.safe_load(text)
        todos = find_todos(text)
    except yaml.YAMLError as error:
        where, _, message = yaml_problem(path, error).partition(": not YAML: ")
        return Trial(document, None, problems=[Problem(where, f"not YAML: {message}")])
    except ValueError as error:  # a date that is none, which YAML takes for one
        return Trial(document, None, problems=[Problem(path, f"not YAML: {error}")])
    problems = [Problem(f"{path}:{todo.line}", f"key {todo.key}: {todo.text}") for todo in todos]
    if not isinstance(content, dict):
        return Trial(document, None, problems=[Problem(path, "expected keys with values")])
    reader = _Reader(document, path, key_lines(text), problems)
    descriptor = reader.descriptor(content)
    return reader.trial(descriptor)


class _Reader:
    """Tries one part after the other; what goes wrong becomes a problem and the part is left out."""

    def __init__(self, document: RawDocument, path: str, lines: Mapping[Steps, int], problems: list[Problem]) -> None:
        self._document = document
        self._path = path
        self._lines = lines
        self._problems = problems
        self._positions: dict[str, list[int]] = {}
        self._findings = Findings()

    def descriptor(self, content: dict[str, Any]) -> Descriptor | None:
        """Return the descriptor of all parts that hold."""
        parts = {key: value for key, value in content.items() if key != "era" or not _is_open(value)}
        for name in _PARTS:
            entries = content.get(name) or ()
            if not isinstance(entries, list | tuple):
                self._problems.append(Problem(self._where((name,)), f"key {name}: expected a list", (name,)))
                entries = ()
            held = [(number, part) for number, entry in enumerate(entries) if (part := self._part(name, number, entry))]
            parts[name] = tuple(part for _, part in held)
            self._positions[name] = [number for number, _ in held]
        declared = {plan.plan for plan in parts["plans"]}
        kept = [(n, p) for n, p in zip(self._positions["layouts"], parts["layouts"], strict=True) if p.plan in declared]
        parts["layouts"] = tuple(part for _, part in kept)
        self._positions["layouts"] = [number for number, _ in kept]
        try:
            if not parts["layouts"] and parts["plans"]:
                self._problems.append(
                    Problem(self._where(("layouts",)), "key layouts: no layout holds yet", ("layouts",))
                )
                stand_in = _NO_LAYOUT.model_copy(update={"plan": parts["plans"][0].plan})
                whole = Descriptor.model_validate({**parts, "layouts": (stand_in,)})
                return whole.model_copy(update={"layouts": ()})
            return Descriptor.model_validate(parts)
        except ValidationError as error:
            self._refused_by_schema((), error)
            return None

    def trial(self, descriptor: Descriptor | None) -> Trial:
        """Return what the descriptor reads."""
        if descriptor is None:
            return Trial(self._document, None, problems=self._problems)
        descriptor = self._with_rules_that_match(descriptor)
        self._document = as_described(self._document, descriptor)
        findings = self._findings
        self._attempt(("title",), lambda: locate(self._document, descriptor.title, "title", findings))
        if descriptor.published is not None:
            published = descriptor.published
            self._attempt(
                ("published",),
                lambda: printed_month(locate(self._document, published, "published", findings).text),
            )
        for number, plan in self._each("plans", descriptor.plans):
            self._attempt(
                ("plans", number), lambda plan=plan: findings.plans.append(read_plan(self._document, plan, findings))
            )
        for number, layout in self._each("layouts", descriptor.layouts):
            self._attempt(("layouts", number), lambda layout=layout, number=number: self._read_layout(layout, number))
        self._attempt(("layouts",), lambda: _resolve(self._document, findings))
        for number, total in self._each("totals", descriptor.totals):
            self._attempt(("totals", number), lambda total=total: read_totals(self._document, (total,), findings))
        if not any(problem.key[:1] == ("layouts",) for problem in self._problems):
            self._attempt(("gaps",), lambda: check_numbering(self._document, descriptor.gaps, findings))
        lines = account_lines(self._document, descriptor, findings)
        passages = find_passages(self._document, findings)
        descriptor = self._with_quantities_that_match(descriptor, lines, passages)
        read_quantities(self._document, descriptor, lines, passages, findings)
        return Trial(self._document, descriptor, findings, lines, passages, self._problems)

    def _read_layout(self, layout: AnyLayout, number: int) -> None:
        """Read a layout into findings of its own first, so that one that breaks off half-way leaves nothing."""
        before = {name: len(found) for name, found in vars(self._findings).items() if isinstance(found, list)}
        read_before = set(self._findings.lines_read)
        try:
            read_layout(self._document, layout, self._findings, number)
        except WardPlansError:
            for name, length in before.items():
                del getattr(self._findings, name)[length:]
            self._findings.lines_read.intersection_update(read_before)
            raise

    def _with_rules_that_match(self, descriptor: Descriptor) -> Descriptor:
        """Return the descriptor without the rules that set no line aside, which are problems."""
        kept: dict[str, tuple[SetAside, ...]] = {}
        for name in ("prose", "ignore"):
            rules: Sequence[SetAside] = getattr(descriptor, name)
            kept[name] = tuple(
                rule for number, rule in self._each(name, rules) if self._sets_aside(name, number, rule, descriptor)
            )
        return descriptor.model_copy(update=kept)

    def _sets_aside(self, name: str, number: int, rule: SetAside, descriptor: Descriptor) -> bool:
        alone = descriptor.model_copy(update={"prose": (), "ignore": (rule,)})
        return self._attempt((name, number), lambda: account_lines(self._document, alone, Findings()))

    def _with_quantities_that_match(
        self, descriptor: Descriptor, lines: Sequence[AccountedLine], passages: Sequence[FoundPassage]
    ) -> Descriptor:
        kept = []
        for number, quantity in self._each("quantities", descriptor.quantities):
            alone = descriptor.model_copy(update={"quantities": (quantity,)})
            if self._attempt(
                ("quantities", number),
                lambda alone=alone: read_quantities(
                    self._document,
                    alone,
                    lines,
                    passages,
                    replace(self._findings, quantities=[], unclassified_numbers=[]),
                ),
            ):
                kept.append(quantity)
        return descriptor.model_copy(update={"quantities": tuple(kept)})

    def _each(self, name: str, parts: Sequence[Any]) -> list[tuple[int, Any]]:
        return list(zip(self._positions[name], parts, strict=True))

    def _attempt(self, key: Steps, action: Any) -> bool:
        try:
            action()
        except WardPlansError as error:
            self._problems.append(self._problem(key, str(error)))
            return False
        return True

    def _problem(self, key: Steps, message: str) -> Problem:
        """Return an error of a reader as a problem: where the text is wrong, else where the descriptor says it."""
        in_text = re.match(rf"{re.escape(str(self._document.path))}:(\d+): ", message)
        if in_text:
            said = message[in_text.end() :]
            named = "" if f"key {key[0]}" in said else f" (key {key_name(key)})"
            return Problem(f"{self._document.path}:{in_text[1]}", f"{said}{named}", key)
        return Problem(self._where(key), message.removeprefix(f"{self._document.path}: "), key)

    def _where(self, key: Steps) -> str:
        return f"{self._path}:{self._lines.get(key, 1)}"

    def _part(self, name: str, number: int, entry: Any) -> Any:
        try:
            return _PARTS[name].validate_python(_decided(entry))
        except ValidationError as error:
            if not _is_open(entry):
                self._refused_by_schema((name, number), error)
            return None

    def _refused_by_schema(self, key: Steps, error: ValidationError) -> None:
        for problem in error.errors():
            # pydantic names the kind of layout or column as a step of its own; the file has no such key.
            inner = tuple(step for step in problem["loc"] if (*key, step) in self._lines or not isinstance(step, str))
            place: Steps = key
            for step in problem["loc"]:
                if (*place, step) in self._lines:
                    place = (*place, step)
            name = problem["loc"][-1] if problem["type"] == "missing" else ""
            what = f"`{name}` is missing" if name else problem["msg"].removeprefix("Value error, ")
            if problem["type"] == "extra_forbidden":
                what = "unknown key"
            if problem["type"] in _OF_KEYS:
                what += "; docs/descriptors.md lists every key"
            if not any(known.key == place and known.message.endswith(what) for known in self._problems):
                self._problems.append(
                    Problem(self._where(place), f"key {key_name(place) or key_name(inner)}: {what}", place)
                )


def _resolve(document: RawDocument, findings: Findings) -> None:
    findings.measures[:] = resolve_repeats(document, findings.measures)


def _decided(entry: Any) -> Any:
    """Return a part with a stand-in for what can be left open meanwhile: grades, marks, what a column holds."""
    if isinstance(entry, dict):
        return {key: _decided_key(key, value) for key, value in entry.items()}
    return [_decided(value) for value in entry] if isinstance(entry, list) else entry


def _decided_key(key: str, value: Any) -> Any:
    if key == "statuses" and isinstance(value, dict):
        return {symbol: _UNDECIDED if _is_open(status) else status for symbol, status in value.items()}
    if key == "holds" and _is_open(value):
        return "note"
    return [] if key == "breaks" and _is_open(value) else _decided(value)


def _is_open(entry: Any) -> bool:
    if isinstance(entry, dict):
        return any(map(_is_open, entry.values()))
    if isinstance(entry, list):
        return any(map(_is_open, entry))
    return isinstance(entry, str) and entry.startswith(MARK)
