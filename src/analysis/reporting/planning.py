"""What is to be run: each notebook in each language, and for each ward where it is about one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.errors import UsageError
from analysis.reporting.labels import OTHER_LANGUAGE
from analysis.reporting.parameters import ARGUMENTS, Parameter, checked_parameters, declared_parameters
from analysis.reporting.prose import Language

#: A notebook that declares it is run for each ward.
_WARD = "ward"


@dataclass(frozen=True)
class PlannedRun:
    """A notebook with everything it is to be run with.

    Attributes:
        notebook: the file.
        stem: name of the page without language and ending: the notebook's, and the ward's where it is about one.
        language: of the page.
        passed: the parameters that are passed, except the database.
        shown: the parameters that a reader is told.
        takes_database: whether the notebook declares `database`.
        ward_code: of the ward it is about; None where it is about no single one.
    """

    notebook: Path
    stem: str
    language: Language
    passed: Mapping[str, object]
    shown: Mapping[str, object]
    takes_database: bool
    ward_code: str | None

    @property
    def executed_name(self) -> str:
        """Return the file name of the executed copy."""
        return f"{self.stem}.{self.language}.ipynb"

    @property
    def page_name(self) -> str:
        """Return the file name of the page."""
        return f"{self.stem}.{self.language}.html"

    @property
    def counterpart_name(self) -> str:
        """Return the file name of the page in the other language."""
        return f"{self.stem}.{OTHER_LANGUAGE[self.language]}.html"


def planned_runs(
    names: Sequence[str] | None,
    notebooks: Path,
    languages: Sequence[Language],
    parameters: Mapping[str, object],
    wards: Mapping[str, str],
) -> list[PlannedRun]:
    """Return the runs of the notebooks, ordered by name.

    Args:
        names: the notebooks, without `.ipynb`; None for all of the folder.
        notebooks: the folder.
        languages: each is passed to the notebooks that declare `language`.
        parameters: values for the notebooks' parameters, as values or as texts from a command line.
        wards: code and short name of each ward that a notebook which declares `ward` is run for; when it is given as a
            parameter, for that one alone.

    Raises:
        UsageError: a name or a parameter that does not exist, or a value of the wrong kind.
        WardPlansError: a notebook cannot be read.
    """
    return [
        run
        for path in _chosen_notebooks(names, notebooks)
        for language in languages
        for run in _of_notebook(path, parameters, language, wards)
    ]


def _chosen_notebooks(names: Sequence[str] | None, notebooks: Path) -> list[Path]:
    available = {path.stem: path for path in sorted(notebooks.glob("*.ipynb"))}
    if not available:
        raise UsageError(f"no notebooks in {notebooks}")
    unknown = [name for name in names or () if name not in available]
    if unknown:
        raise UsageError(f"no report {', '.join(unknown)} in {notebooks}; there is {', '.join(available)}")
    return [path for name, path in available.items() if names is None or name in names]


def _of_notebook(
    notebook: Path, parameters: Mapping[str, object], language: Language, wards: Mapping[str, str]
) -> list[PlannedRun]:
    declared = declared_parameters(notebook)
    given = checked_parameters(notebook, declared, parameters)
    passed = {**given, "language": language} if "language" in declared else given
    takes_database = "database" in declared
    if _WARD not in declared:
        shown = _shown(declared, passed)
        return [PlannedRun(notebook, notebook.stem, language, passed, shown, takes_database, None)]
    runs = []
    for code in [str(given[_WARD])] if _WARD in given else list(wards):
        its_own = {**passed, _WARD: code}
        stem = f"{notebook.stem}-{wards.get(code, code)}"
        runs.append(PlannedRun(notebook, stem, language, its_own, _shown(declared, its_own), takes_database, code))
    return runs


def _shown(declared: Mapping[str, Parameter], passed: Mapping[str, object]) -> dict[str, object]:
    return {name: passed.get(name, parameter.default) for name, parameter in declared.items() if name not in ARGUMENTS}
