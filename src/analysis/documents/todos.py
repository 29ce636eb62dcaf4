"""What a draft descriptor leaves open: values that begin with TODO, and where they stand."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import yaml

from analysis.errors import WardPlansError

MARK = "TODO"

Steps = tuple[str | int, ...]


@dataclass(frozen=True)
class Todo:
    """A value that somebody has to decide.

    Attributes:
        line: the 1-based line of the descriptor.
        key: the key whose value it is, as in 'layouts.0.columns.4.year'; entries of a list count from 0.
        text: the value, TODO and the reason.
    """

    line: int
    key: str
    text: str


def find_todos(text: str) -> list[Todo]:
    """Return the open values of a descriptor in the order of its lines, each once; `text` is its YAML.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    if MARK not in text:
        return []
    # An alias stands for the value it names: to decide that one is to decide both.
    found = {line: Todo(line, key_name(steps), value) for steps, line, value in scalars(text) if value.startswith(MARK)}
    return sorted(found.values(), key=lambda todo: todo.line)


def refuse_todos(path: Path, content: object) -> None:
    """Make sure that a descriptor leaves nothing open; `content` is its YAML, loaded.

    Raises:
        WardPlansError: something is open; the message names the first, 'file:line: key …: TODO …'.
    """
    if not _is_open(content):
        return
    first, *others = find_todos(path.read_text(encoding="utf-8"))
    more = f" (and {len(others)} more)" if others else ""
    raise WardPlansError(
        f"{path}:{first.line}: key {first.key}: {first.text}{more}; `wardplans check {path}` lists what is missing"
    )


def key_name(steps: Steps) -> str:
    """Return what a key is called in messages: entries of a list count from 0.

    Example:
        >>> key_name(("layouts", 0, "region"))
        'layouts.0.region'
    """
    return ".".join(map(str, steps))


def key_lines(text: str) -> dict[Steps, int]:
    """Return the 1-based line of every key and list entry of a YAML text, by the steps that lead to it.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    return {steps: line for steps, line, _ in _walk(yaml.compose(text, Loader=yaml.SafeLoader), ())}


def scalars(text: str) -> Iterator[tuple[Steps, int, str]]:
    """Yield each scalar of a YAML text: the steps to it, its 1-based line and its value.

    Raises:
        yaml.YAMLError: it is not YAML.
    """
    for steps, line, node in _walk(yaml.compose(text, Loader=yaml.SafeLoader), ()):
        if isinstance(node, yaml.ScalarNode):
            yield steps, line, str(node.value)


def _walk(node: yaml.Node | None, steps: Steps) -> Iterator[tuple[Steps, int, yaml.Node]]:
    children: Iterator[tuple[str | int, yaml.Node]]
    if isinstance(node, yaml.MappingNode):
        children = ((str(key.value), value) for key, value in node.value)
    elif isinstance(node, yaml.SequenceNode):
        children = iter(enumerate(node.value))
    else:
        return
    for step, child in children:
        yield (*steps, step), child.start_mark.line + 1, child
        yield from _walk(child, (*steps, step))


def _is_open(content: object) -> bool:
    if isinstance(content, dict):
        return any(map(_is_open, content.values()))
    if isinstance(content, list):
        return any(map(_is_open, content))
    return isinstance(content, str) and content.startswith(MARK)
