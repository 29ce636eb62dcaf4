"""YAML files, read by libyaml where PyYAML was built with it: ten times as fast, and the same."""

from pathlib import Path

import yaml

_LOADER = yaml.CSafeLoader if yaml.__with_libyaml__ else yaml.SafeLoader


def load_yaml(path: Path) -> object:
    """Return the content of a YAML file.

    Raises:
        OSError: the file cannot be read.
        UnicodeDecodeError: it is not UTF-8.
        yaml.YAMLError: it is not YAML.
    """
    return yaml.load(path.read_text(encoding="utf-8"), _LOADER)


def yaml_problem(path: Path | str, error: yaml.YAMLError | UnicodeDecodeError) -> str:
    r"""Return what is wrong with a file that is no YAML in one line, 'file:line: not YAML: …'.

    Example:
        >>> try:
        ...     yaml.safe_load("a: 1\nb: [2")
        ... except yaml.YAMLError as error:
        ...     yaml_problem("x.yaml", error).partition(": not")[0]
        'x.yaml:2'
    """
    if isinstance(error, UnicodeDecodeError):
        line = error.object.count(b"\n", 0, error.start) + 1
        return f"{path}:{line}: not YAML: {error}"
    if not isinstance(error, yaml.MarkedYAMLError) or error.problem_mark is None:
        return f"{path}: not YAML: {' '.join(str(error).split())}"
    begun = f"{error.context}, " if error.context else ""
    if begun and error.context_mark is not None and error.context_mark.line != error.problem_mark.line:
        begun = f"{error.context} that begins on line {error.context_mark.line + 1}, "
    return f"{path}:{error.problem_mark.line + 1}: not YAML: {begun}{error.problem}"
