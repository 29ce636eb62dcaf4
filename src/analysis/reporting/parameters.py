"""What a notebook may be told: its `parameters` cell is the declaration, and nothing beyond it passes."""

import ast
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import papermill

from analysis.errors import UsageError, WardPlansError

#: Declared by a notebook to be given them; their values are arguments of the run, not free parameters.
ARGUMENTS = ("language", "database")

_TYPES: dict[str, Callable[[str], object]] = {"str": str, "int": int, "float": float}
_LIST = re.compile(r"(?:list|List|Sequence)(?:\[(\w+)\])?")
_WARD_CODE = re.compile(r"\d{5}", re.ASCII)
_WARD_PARAMETERS = ("ward", "wards")


@dataclass(frozen=True)
class Parameter:
    """A parameter as its notebook declares it.

    `kind` is 'str', 'int', 'float', 'bool', 'list', 'list[str]', 'list[int]', 'list[float]', or '' when
    neither an annotation nor the default tells; `default` is its value, or its source text when that is no
    plain value.
    """

    name: str
    kind: str
    default: object

    def __str__(self) -> str:
        """Return the parameter as error messages list it."""
        return f"{self.name} ({self.kind})" if self.kind else self.name


def declared_parameters(notebook: Path) -> dict[str, Parameter]:
    """Return the parameters of a notebook by name; none when no cell is tagged `parameters`.

    Raises:
        WardPlansError: the file is no readable notebook, or does not say that it is in Python.
    """
    try:
        inspected = papermill.inspect_notebook(notebook)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise WardPlansError(f"{notebook}: not a notebook that can be run: {error}") from error
    return {name: _declared(found) for name, found in inspected.items()}


def checked_parameters(
    notebook: Path, declared: Mapping[str, Parameter], given: Mapping[str, object]
) -> dict[str, object]:
    """Return the given values as the notebook declares them, texts from a command line among them.

    A text is read by the kind declared: '13111,13114' or '["13111","13114"]' for a list of texts, '2022' for
    a number. A ward code stays a text, whatever it looks like.

    Raises:
        UsageError: the notebook has no such parameter, or not of that kind; the message names the
            notebook, the parameter, and what is allowed.
    """
    values = {}
    for name, value in given.items():
        if name in ARGUMENTS:
            raise UsageError(f"{name!r} is no parameter of a report: set it with --{name}")
        if name not in declared:
            allowed = ", ".join(str(item) for key, item in declared.items() if key not in ARGUMENTS)
            raise UsageError(f"{notebook}: no parameter {name!r}; there is {allowed or 'none'}")
        values[name] = _checked(notebook, declared[name], value)
    return values


def ward_codes(value: object) -> list[str]:
    """Return a notebook's `wards` as a list of codes, however it was passed.

    The papermill command hands over a list as the text it was given, and one code as a number.

    Raises:
        WardPlansError: something in it is no code of five digits.

    Example:
        >>> ward_codes('["13111","13114"]'), ward_codes("13111,13114"), ward_codes(13111)
        (['13111', '13114'], ['13111', '13114'], ['13111'])
    """
    codes = _listed(value, "str")
    wrong = [code for code in codes if not _WARD_CODE.fullmatch(str(code))]
    if wrong:
        raise WardPlansError(f"a ward code has five digits, such as '13111': not {wrong[0]!r}")
    return [str(code) for code in codes]


def fiscal_years(value: object) -> list[int]:
    """Return a notebook's `years` as a list of fiscal years, however it was passed; see `ward_codes`.

    Raises:
        WardPlansError: something in it is no whole number.
    """
    years = _listed(value, "int")
    wrong = [year for year in years if not _is_kind("int", year)]
    if wrong:
        raise WardPlansError(f"a fiscal year is a number such as 2024: not {wrong[0]!r}")
    return [int(str(year)) for year in years]


def _listed(value: object, kind: str) -> list[object]:
    if isinstance(value, list | tuple):
        return list(value)
    try:
        read = _read(f"list[{kind}]", str(value))
    except ValueError:
        read = [value]
    return read if isinstance(read, list) else [read]


def _declared(found: Mapping[str, str]) -> Parameter:
    try:
        default = ast.literal_eval(found["default"])
    except (ValueError, SyntaxError):
        default = found["default"]
        return Parameter(found["name"], _annotated_kind(found["inferred_type_name"]), default)
    kind = _annotated_kind(found["inferred_type_name"]) or _kind_of(default)
    return Parameter(found["name"], kind, default)


def _annotated_kind(annotation: str) -> str:
    text = re.sub(r"\s|^Optional\[(.*)\]$", r"\1", annotation)
    if match := _LIST.fullmatch(text):
        return f"list[{match[1]}]" if match[1] in _TYPES else "list"
    return text if text in (*_TYPES, "bool") else ""


def _kind_of(default: object) -> str:
    if isinstance(default, list):
        kinds = {type(item).__name__ for item in default}
        only = kinds.pop() if len(kinds) == 1 else ""
        return f"list[{only}]" if only in _TYPES else "list"
    name = type(default).__name__
    return name if name in (*_TYPES, "bool") else ""


def _checked(notebook: Path, parameter: Parameter, value: object) -> object:
    try:
        read = _read(parameter.kind, value) if isinstance(value, str) else value
    except ValueError:
        read = value
    if not (_is_kind(parameter.kind, read) or (read is None and parameter.default is None)):
        raise UsageError(f"{notebook}: parameter {parameter.name!r} must be {parameter.kind}, not {value!r}")
    if parameter.name in _WARD_PARAMETERS:
        for code in read if isinstance(read, list) else [read]:
            if code is not None and not _WARD_CODE.fullmatch(str(code)):
                raise UsageError(
                    f"{notebook}: parameter {parameter.name!r} takes ward codes of five digits "
                    f"such as '13111', not {code!r}"
                )
    return read


def _read(kind: str, text: str) -> object:
    """Return the value a text stands for; ValueError when it is no value of that kind."""
    if kind == "str":
        return text
    if kind.startswith("list"):
        item = _TYPES.get(kind[5:-1], str)
        parts = json.loads(text, parse_int=str, parse_float=str) if text.startswith("[") else text.split(",")
        return [item(part.strip()) if isinstance(part, str) else part for part in parts if part != ""]
    if kind in _TYPES:
        return _TYPES[kind](text)
    if text.isdigit():
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _is_kind(kind: str, value: object) -> bool:
    if kind.startswith("list"):
        return isinstance(value, list) and all(kind == "list" or _is_kind(kind[5:-1], item) for item in value)
    if isinstance(value, bool):
        return kind in ("bool", "")
    if kind == "float":
        return isinstance(value, int | float)
    return kind == "" or type(value).__name__ == kind
