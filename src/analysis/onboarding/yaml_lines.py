"""YAML as people write descriptors: patterns in single quotes, short entries on one line, comments above."""

from collections.abc import Iterable, Mapping, Sequence

import yaml

from analysis.documents.todos import MARK

_WIDTH = 150


def todo(reason: str) -> str:
    """Return the value that leaves a key open, with what has to be decided."""
    return f"{MARK}: {reason}"


def quoted(text: str) -> str:
    """Return a text as a YAML scalar in single quotes, plain where it needs none."""
    is_plain = text.replace("_", "").replace("-", "").isalnum() and not text[0].isdigit() and text not in _RESERVED
    return text if is_plain and text.isascii() else "'" + text.replace("'", "''") + "'"


def flow(value: object) -> str:
    """Return a value on one line.

    Example:
        >>> flow({"holds": "name", "header": "指標"})
        "{holds: name, header: '指標'}"
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {flow(entry)}" for key, entry in value.items()) + "}"
    if isinstance(value, str):
        return quoted(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(map(flow, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


def entry(keys: Mapping[str, object], indent: int) -> list[str]:
    """Return an entry of a list: on one line where it fits, else one key a line."""
    pad = " " * indent
    one_line = f"{pad}- {flow(keys)}"
    if len(one_line) <= _WIDTH:
        return [one_line]
    lines = [f"{pad}  {key}: {flow(value)}" for key, value in keys.items()]
    return [f"{pad}- {lines[0].strip()}", *lines[1:]]


def comment(text: str, indent: int = 0) -> str:
    """Return a comment line."""
    return f"{' ' * indent}# {text}"


def block(lines: Iterable[str]) -> str:
    """Return lines as a text."""
    return "\n".join(lines) + "\n"


def one_key_a_line(keys: Mapping[str, object], indent: int) -> list[str]:
    """Return an entry of a list, one key a line."""
    pad = " " * indent
    lines = [f"{pad}  {key}: {flow(value)}" for key, value in keys.items()]
    return [f"{pad}- {lines[0].strip()}", *lines[1:]]


def with_statuses(lines: list[str], statuses: Sequence[str], indent: int) -> list[str]:
    """Return an entry with its map of grades below it; an entry on one line is opened for it."""
    if not statuses:
        return lines
    if lines[0].lstrip().startswith("- {"):
        body = lines[0].strip().removeprefix("- {").removesuffix("}")
        lines = _opened(body, indent - 2)
    pad = " " * indent
    return [*lines, f"{pad}statuses:", *(f"{pad}  {status}" for status in statuses)]


def _opened(body: str, indent: int) -> list[str]:
    """Return the keys of a one-line entry one a line."""
    return one_key_a_line(yaml.safe_load("{" + body + "}"), indent)


def with_shared_statuses(lines: Sequence[str]) -> list[str]:
    """Return the lines with the map of grades written once, and named by the entries behind."""
    shared: list[str] = []
    is_named = False
    skipping = 0
    for line in lines:
        is_map = line.strip() == "statuses:"
        if is_map and not is_named:
            shared.append(f"{line} &grades")
            is_named, skipping = True, 0
        elif is_map:
            shared.append(f"{line} *grades")
            skipping = len(line) - len(line.lstrip()) + 1
        elif skipping and len(line) - len(line.lstrip()) >= skipping and line.strip():
            continue
        else:
            skipping = 0
            shared.append(line)
    return shared


_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
