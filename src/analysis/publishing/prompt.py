"""The interactive prompt of `wardplans sql`."""

import os
import re
import shutil
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import completion_is_selected
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.lexers import PygmentsLexer
from prompt_toolkit.output import Output
from pygments.lexers.sql import SqlLexer  # type: ignore[import-untyped]

from analysis.errors import WardPlansError
from analysis.publishing.answer_forms import as_table, visible
from analysis.publishing.answering import FORM_NAMES, FormName, answered, for_terminal, refuse_parquet, remark
from analysis.publishing.answers import Answer
from analysis.publishing.vocabulary import Vocabulary, read_vocabulary

_HELP = """\
A query ends with ; and may go over several lines. Tab completes, the up key brings back, Ctrl-C stops.
.tables         the views to begin with, the tables and the macros
.schema NAME    the columns of a table or view, or what a macro does
.format FORM    what answers are given as: table, csv, json or markdown
.help           this
.quit           ends, as Ctrl-D does
"""
_COMMANDS = (".format", ".help", ".quit", ".schema", ".tables")
_UNKNOWN = "there is no {name}: {known}"

_WORD = re.compile(r"[\w.]*$")
# From a quote that nothing closes on, there is text of the reader's own.
_IN_A_TEXT = re.compile(r"^(?:[^']|'[^']*')*'[^']*$")
_USED = re.compile(r"\b(?:FROM|JOIN)\s+(\w+)(?:\s+(?:AS\s+)?(\w+))?", re.IGNORECASE)


@dataclass
class _Prompt:
    """What the prompt knows from one line to the next."""

    database: Path
    seconds: float
    memory: int
    rows: int | None
    form: FormName
    vocabulary: Vocabulary


def run_prompt(
    database: Path,
    seconds: float,
    memory: int,
    rows: int | None = None,
    form: FormName = "table",
    *,
    keys: Input | None = None,
    screen: Output | None = None,
) -> None:
    """Answer queries that a person types, one after the other, until Ctrl-D or `.quit`.

    Each is asked as by `analysis.publishing.answers.ask`; one that is refused or wrong ends nothing. What was typed is
    kept for the next time in `ward-plans/sql_history` of the folder that `XDG_STATE_HOME` names (`~/.local/state`).

    Args:
        database: the database file. Every query is put to the build that lies there by then.
        seconds: how long a query may take.
        memory: how many bytes it may take.
        rows: how many rows are shown; None for as many as `answered` gives.
        form: what answers are given as to begin with.
        keys: where the keys come from; the terminal when None.
        screen: where the line that is typed is shown; the terminal when None.

    Raises:
        WardPlansError: the database cannot be opened, or the form is none for a terminal.
    """
    refuse_parquet(form)
    prompt = _Prompt(database, seconds, memory, rows, form, read_vocabulary(database))
    session: PromptSession[str] = PromptSession(
        "wards> ",
        multiline=True,
        prompt_continuation="  ...> ",
        lexer=PygmentsLexer(SqlLexer),
        completer=Words(prompt.vocabulary),
        complete_while_typing=False,
        history=_history(),
        key_bindings=_keys(),
        input=keys,
        output=screen,
    )
    _say(f"{database.name}: .help tells how to go on, .tables what there is\n")
    while True:
        try:
            line = session.prompt().strip()
        except KeyboardInterrupt:
            continue
        except EOFError:
            return
        if line.rstrip(";").strip() == ".quit":
            return
        if line:
            _attend(prompt, line)


class Words(Completer):
    """Completes tables, columns, functions and keywords; after `name.` the columns of that table."""

    def __init__(self, vocabulary: Vocabulary) -> None:
        self._vocabulary = vocabulary

    def get_completions(self, document: Document, complete_event: CompleteEvent) -> Iterator[Completion]:
        """Yield what the word before the cursor can become."""
        before = document.text_before_cursor
        if before.lstrip().startswith("."):
            yield from self._of_a_command(before.lstrip())
        elif not _IN_A_TEXT.match(before):
            match = _WORD.search(before)
            yield from self._of_a_query(match[0] if match else "", document.text)

    def _of_a_command(self, before: str) -> Iterator[Completion]:
        command, has_argument, argument = before.partition(" ")
        words: tuple[str, ...] = _COMMANDS
        if has_argument and command == ".schema":
            words = (*self._vocabulary.relations, *(macro.name for macro in self._vocabulary.macros))
        elif has_argument:
            words = FORM_NAMES[:-1] if command == ".format" else ()
        typed = argument if has_argument else command
        yield from (Completion(word, -len(typed)) for word in words if word.startswith(typed))

    def _of_a_query(self, typed: str, query: str) -> Iterator[Completion]:
        owner, has_owner, beginning = typed.rpartition(".")
        if has_owner:
            relation = self._vocabulary.relations.get(_tables_by_name(query).get(owner.lower(), owner.lower()))
            words = [(column.name, column.comment) for column in relation.columns] if relation else []
        elif typed:
            words = list(self._words(query))
        else:
            words = [(relation.name, relation.comment) for relation in self._vocabulary.relations.values()]
        seen: set[str] = set()
        for word, told in words:
            if word not in seen and word.lower().startswith(beginning.lower()):
                seen.add(word)
                yield Completion(word, -len(beginning), display_meta=visible(told.partition(". ")[0]))

    def _words(self, query: str) -> Iterator[tuple[str, str]]:
        """Yield the words without a table before them: columns of the tables in use, tables, functions, the rest."""
        known = self._vocabulary.relations
        used = [known[name] for name in dict.fromkeys(_tables_by_name(query).values()) if name in known]
        for relation in used:
            yield from ((column.name, column.comment) for column in relation.columns)
        yield from ((relation.name, relation.comment) for relation in known.values())
        yield from ((f"{macro.name}(", macro.comment) for macro in self._vocabulary.macros)
        if not used:
            yield from ((column.name, column.comment) for relation in known.values() for column in relation.columns)
        yield from ((word, "") for word in self._vocabulary.keywords)
        yield from ((f"{name}(", "") for name in self._vocabulary.functions)


def _tables_by_name(query: str) -> dict[str, str]:
    """Return the tables that a query names after FROM and JOIN, by their names and by those it gives them."""
    found = [match.groups() for match in _USED.finditer(query.lower())]
    return {name: table for table, alias in found for name in (table, alias) if name}


def _keys() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("enter", filter=~completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        text = event.current_buffer.text.strip()
        if not text or text.startswith(".") or text.endswith(";"):
            event.current_buffer.validate_and_handle()
        else:
            event.current_buffer.insert_text("\n")

    @bindings.add("enter", filter=completion_is_selected)
    def _(event: KeyPressEvent) -> None:
        event.current_buffer.complete_state = None

    return bindings


def _history() -> History:
    """Return what was typed before; where it cannot be kept, for this time alone."""
    given = os.environ.get("XDG_STATE_HOME", "")
    with suppress(OSError, RuntimeError):
        state = Path(given) if Path(given).is_absolute() else Path.home() / ".local" / "state"
        folder = state / "ward-plans"
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = folder / "sql_history"
        file.touch(mode=0o600)
        if os.access(file, os.R_OK | os.W_OK):
            return FileHistory(file)
    return InMemoryHistory()


def _attend(prompt: _Prompt, line: str) -> None:
    """Do what a line asks for; what goes wrong is said, and the next line can come."""
    try:
        if line.startswith("."):
            _command(prompt, line)
        else:
            _answer(prompt, line)
    except WardPlansError as error:
        _say(f"error: {error}\n")
    except KeyboardInterrupt:
        _say("stopped\n")


def _answer(prompt: _Prompt, query: str) -> None:
    answer = answered(query, prompt.database, prompt.form, prompt.seconds, prompt.memory, prompt.rows)
    _say(for_terminal(answer, prompt.form, _width()))
    if told := remark(answer, prompt.form):
        _say(f"{told}\n")


def _command(prompt: _Prompt, line: str) -> None:
    name, _, argument = line.rstrip(";").strip().partition(" ")
    argument = argument.strip()
    match name:
        case ".help":
            _say(_HELP)
        case ".tables":
            _say(_overview(prompt.vocabulary))
        case ".schema":
            _say(_described(prompt.vocabulary, argument))
        case ".format":
            if argument not in FORM_NAMES:
                raise WardPlansError(_UNKNOWN.format(name=f"form {argument!r}", known=", ".join(FORM_NAMES[:-1])))
            refuse_parquet(argument)
            prompt.form = argument
        case _:
            raise WardPlansError(_UNKNOWN.format(name=name, known=", ".join(_COMMANDS)))


def _overview(vocabulary: Vocabulary) -> str:
    relations = vocabulary.relations.values()
    kinds = [
        *(("view" if one.is_view else "table", one.name, one.comment) for one in relations),
        *(("macro", one.call, one.comment) for one in vocabulary.macros),
    ]
    return _table(("", "name", "what it is"), kinds)


def _described(vocabulary: Vocabulary, name: str) -> str:
    relation = vocabulary.relations.get(name.lower())
    if relation:
        rows = [(column.name, column.data_type, column.comment) for column in relation.columns]
        return f"{relation.comment}\n" + _table(("column", "type", "what it is"), rows)
    for macro in vocabulary.macros:
        if macro.name == name.lower():
            return f"{macro.call}\n{macro.comment}\n"
    raise WardPlansError(_UNKNOWN.format(name=f"table, view or macro {name!r}", known=".tables tells what there is"))


def _table(names: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    return as_table(Answer(names, (False,) * len(names), tuple(rows), len(rows), 0), _width())


def _width() -> int:
    return shutil.get_terminal_size().columns


def _say(text: str) -> None:
    print(text, end="", flush=True)
