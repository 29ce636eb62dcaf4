"""From a query to its answer on the screen or in a file."""

from dataclasses import replace
from pathlib import Path
from typing import Literal

from analysis.atomic import write_file
from analysis.errors import WardPlansError
from analysis.publishing.answer_forms import as_csv, as_json, as_markdown, as_table, counted, visible
from analysis.publishing.answers import Answer, Form, Limits, ask

FormName = Literal["table", "csv", "json", "markdown", "parquet"]
"""What an answer can be given as."""

FORM_NAMES: tuple[FormName, ...] = ("table", "csv", "json", "markdown", "parquet")

_BY_ENDING: dict[str, FormName] = {
    ".csv": "csv",
    ".json": "json",
    ".md": "markdown",
    ".parquet": "parquet",
}
_VALUES: dict[FormName, Form] = {
    "table": "text",
    "csv": "text",
    "json": "json",
    "markdown": "text",
    "parquet": "parquet",
}

# More rows nobody reads; a file that lacks some may be taken for whole, so that there it is an error.
_ROWS_TO_READ = 1_000
_ROWS_OF_A_FILE = 1_000_000


def form_of(name: FormName | None, output: Path | None) -> FormName:
    """Return the form that was asked for, or else that which the file's name ends in, or else a table."""
    return name or (_BY_ENDING.get(output.suffix.lower(), "table") if output else "table")


def answered(
    query: str, database: Path, form: FormName, seconds: float, memory: int, rows: int | None = None
) -> Answer:
    """Return the answer to a query, cut off after so many rows.

    Without a number of rows a table ends after a thousand, and anything else of more than a million is refused.

    Raises:
        WardPlansError: as from `ask`; or there are too many rows.
    """
    most = rows if rows is not None else _ROWS_TO_READ if form == "table" else _ROWS_OF_A_FILE
    try:
        answer = ask(query, database, _VALUES[form], Limits(seconds, memory, most))
    except WardPlansError as error:
        # DuckDB's messages quote the query and values of the database.
        raise WardPlansError(visible(str(error))) from None
    if rows is None and form != "table" and answer.left_out != 0:
        raise WardPlansError(f"the answer has more than {most:,} rows: say with --max-rows N how many are wanted")
    return answer


def rendered(answer: Answer, form: FormName, width: int | None = None) -> bytes:
    """Return an answer in a form; a table for a terminal of some width, or for a file."""
    match form:
        case "parquet":
            return answer.file
        case "csv":
            return as_csv(answer).encode()
        case "json":
            return as_json(answer).encode()
        case "markdown":
            return as_markdown(answer).encode()
        case "table":
            return as_table(answer, width).encode()


def for_terminal(answer: Answer, form: FormName, width: int) -> str:
    """Return an answer as it may go to a terminal: what would steer it is written out.

    Raises:
        WardPlansError: it is Parquet, which is for files.
    """
    refuse_parquet(form)
    if form == "csv":
        shown = [tuple(value if value is None else visible(value) for value in row) for row in answer.rows]
        answer = replace(answer, columns=tuple(map(visible, answer.columns)), rows=tuple(shown))
    return rendered(answer, form, width).decode()


def refuse_parquet(form: FormName) -> None:
    """Raise an error where Parquet is asked for without a file.

    Raises:
        WardPlansError: it is.
    """
    if form == "parquet":
        raise WardPlansError("Parquet is no text: name a file for it, as in --output answer.parquet")


def remark(answer: Answer, form: FormName) -> str | None:
    """Return what is to be said beside an answer that lacks rows; a table says it itself."""
    return None if form == "table" or answer.left_out == 0 else counted(answer)


def write_answer(content: bytes, target: Path) -> None:
    """Write an answer to a file as a whole: an old one stays until the new one is there.

    Raises:
        WardPlansError: it cannot be written.
    """
    try:
        write_file(content, target.resolve())
    except OSError as error:
        raise WardPlansError(f"cannot write {target}: {error.strerror or error}") from error
