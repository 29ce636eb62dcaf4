"""`wardplans sql`: one query in every form, and the prompt as a person types into it."""

import csv
import io
import json
import os
import pty
import re
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest
from prompt_toolkit.completion import CompleteEvent
from prompt_toolkit.document import Document
from rich.cells import cell_len

import analysis
from analysis.errors import WardPlansError
from analysis.publishing.answer_forms import as_csv, as_json, as_markdown, as_table, visible
from analysis.publishing.answering import answered, for_terminal, write_answer
from analysis.publishing.answers import Answer, Limits, ask
from analysis.publishing.prompt import Words
from analysis.publishing.vocabulary import read_vocabulary
from command_line import WARDPLANS, refusal, succeeded, wardplans

ODD = """
SELECT * FROM (VALUES
    (1, 'a,b', NULL, DATE '2024-03-31', [1, NULL], {'x': 'y"z'}, 1.5, true),
    (2, 'say "yes"', '', NULL, NULL, NULL, 'nan'::DOUBLE, false),
    (3, E'two\nlines | and\ttab', E'\x1b[31mred\u202e', NULL, [], {'x': E'\x1b'}, '-inf'::DOUBLE, NULL)
) AS t(number, text, "a|name", day, list, struct, float, flag)
"""
LIMITS = Limits(20, 10**9, 1000)


def unframed(text: str) -> str:
    """A text without spaces, line ends and the lines of a table."""
    return re.sub(r"[\s│╭╮╰╯─├┤┬┴┼]", "", text)


def in_texts(query: str, database: Path) -> Answer:
    return ask(query, database, "text", LIMITS)


# -- forms --------------------------------------------------------------------------------------------------


def test_a_table_shows_every_value_and_says_how_many_rows(built_database: Path) -> None:
    table = as_table(in_texts(ODD, built_database), None)
    assert table.splitlines()[1].replace("│", "").split() == [
        *("number", "text", "a|name", "day", "list", "struct", "float", "flag"),
    ]
    assert "NULL" in table
    assert '{"x":"y\\"z"}' in table
    assert table.endswith("\n3 rows\n")


@pytest.mark.parametrize("width", [40, 80, 120])
@pytest.mark.parametrize(
    "query", ["FROM observations LIMIT 3", "SELECT slug, name_ja FROM wards", "FROM years LIMIT 9"]
)
def test_a_narrow_terminal_wraps_and_loses_nothing(query: str, width: int, built_database: Path) -> None:
    answer = in_texts(query, built_database)
    table = as_table(answer, width)
    assert max(map(cell_len, table.splitlines())) <= width
    if "── row 1 ──" in table:
        squeezed = unframed(table)
        parts = [*answer.columns, *("NULL" if value is None else value for row in answer.rows for value in row)]
        assert [part for part in parts if unframed(part) not in squeezed] == []
    else:
        assert sorted(unframed(table)) == sorted(unframed(as_table(answer, None)))


def test_rows_that_are_left_out_are_counted(built_database: Path) -> None:
    answer = ask("FROM wards", built_database, "text", Limits(20, 10**9, 5))
    assert as_table(answer, 200).endswith("\nthe first 5 of 23 rows; --max-rows N gives more\n")
    one = ask("FROM wards LIMIT 1", built_database, "text", LIMITS)
    assert as_table(one, 200).endswith("\n1 row\n")


def test_csv_is_what_rfc_4180_says(built_database: Path) -> None:
    text = as_csv(in_texts(ODD, built_database))
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == ["number", "text", "a|name", "day", "list", "struct", "float", "flag"]
    assert rows[0] == ["1", "a,b", "", "2024-03-31", "[1,null]", '{"x":"y\\"z"}', "1.5", "true"]
    assert rows[1][1] == 'say "yes"'
    assert rows[2][1] == "two\nlines | and\ttab"
    assert text.count("\r\n") == 4
    assert text.splitlines()[2].startswith('2,"say ""yes""","",,')  # an empty text is not NULL


def test_csv_of_one_column_keeps_its_null(built_database: Path) -> None:
    assert as_csv(in_texts("SELECT * FROM (VALUES (NULL), ('x')) AS t(a)", built_database)) == 'a\r\n""\r\nx\r\n'


def test_csv_is_read_back_by_polars_as_the_library_gives_it(built_database: Path) -> None:
    query = "SELECT * FROM kpi_values ORDER BY ALL"
    written = as_csv(in_texts(query, built_database)).encode()
    with analysis.open_database(built_database) as connection:
        rows = analysis.sql(query, connection=connection)
    read = pl.read_csv(written, schema={name: pl.String for name in rows.columns})
    assert read["raw_text"].to_list() == rows["raw_text"].to_list()
    assert read["value"].cast(pl.Float64).to_list() == rows["value"].to_list()
    assert read["as_of"].to_list() == rows["as_of"].cast(pl.String).to_list()


def test_json_is_a_list_of_objects(built_database: Path) -> None:
    def refuse(constant: str) -> None:
        raise AssertionError(constant)

    text = as_json(ask(ODD, built_database, "json", LIMITS))
    rows = json.loads(text, parse_constant=refuse)
    assert rows[0] == {
        "number": 1, "text": "a,b", "a|name": None, "day": "2024-03-31", "list": [1, None], "struct": {"x": 'y"z'},
        "float": 1.5, "flag": True,
    }  # fmt: skip
    assert rows[1]["float"] is rows[2]["float"] is None
    assert rows[2]["a|name"] == "\x1b[31mred\u202e"
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    nested = as_json(
        ask(
            "SELECT {'x': ['nan'::DOUBLE, 1.5]} AS a, TIMESTAMP '2024-01-02 03:04:05' AS b",
            built_database,
            "json",
            LIMITS,
        )
    )
    assert json.loads(nested, parse_constant=refuse) == [{"a": {"x": [None, 1.5]}, "b": "2024-01-02T03:04:05"}]
    several = ask("SELECT [TIMESTAMP '2024-01-02 03:04:05'] AS a", built_database, "json", LIMITS)
    assert json.loads(as_json(several)) == [{"a": ["2024-01-02 03:04:05"]}]
    assert json.loads(as_json(ask("FROM wards LIMIT 0", built_database, "json", LIMITS))) == []


def test_json_has_every_row_of_every_view(built_database: Path) -> None:
    for view in ("observations", "comparisons", "achievements", "coverage"):
        with analysis.open_database(built_database) as connection:
            rows = analysis.sql(f"FROM {view} ORDER BY ALL", connection=connection)
        read = json.loads(as_json(ask(f"FROM {view} ORDER BY ALL", built_database, "json", LIMITS)))
        assert [row["ward_code"] for row in read] == rows["ward_code"].to_list()
        assert [list(row) for row in read[:1]] == [rows.columns]
        numbers = [name for name, kind in rows.schema.items() if kind.is_numeric()]
        for name in numbers:
            assert [row[name] for row in read] == rows[name].to_list()


def test_markdown_escapes_what_would_part_the_table(built_database: Path) -> None:
    lines = as_markdown(in_texts(ODD, built_database)).splitlines()
    assert lines[0].startswith("| number | text | a\\|name | day |")
    assert lines[1] == "| " + " | ".join(["---"] * 8) + " |"
    assert lines[4].startswith("| 3 | two<br>lines \\| and\\\\ttab | ")
    assert "NULL" in lines[3]
    assert len(lines) == 5


def test_parquet_keeps_the_types(built_database: Path, tmp_path: Path) -> None:
    target = tmp_path / "answer.parquet"
    printed = succeeded(wardplans("sql", "FROM kpi_values", "--output", target, "--database", built_database))
    assert printed == f"{target}\n"
    with analysis.open_database(built_database) as connection:
        expected = analysis.sql("FROM kpi_values", connection=connection)
    read = pl.read_parquet(target)
    assert read.height == expected.height
    assert (read.schema["value"], read.schema["as_of"]) == (pl.Float64, pl.Date)
    assert read["value"].to_list() == expected["value"].to_list()
    with pytest.raises(WardPlansError, match="cast it"):
        ask("SELECT INTERVAL 1 DAY", built_database, "parquet", LIMITS)


@pytest.mark.parametrize("form", ["json", "parquet"])
def test_two_columns_of_one_name_are_refused_where_one_would_be_lost(form: str, built_database: Path) -> None:
    with pytest.raises(WardPlansError, match=r"^two columns are called a: "):
        ask("SELECT 1 AS a, 2 AS a", built_database, form, LIMITS)  # type: ignore[arg-type]
    assert as_csv(in_texts("SELECT 1 AS a, 2 AS a", built_database)) == "a,a\r\n1,2\r\n"


@pytest.mark.parametrize("form", ["table", "csv", "json", "markdown"])
def test_what_would_steer_a_terminal_does_not_reach_it(form: str, built_database: Path) -> None:
    query = "SELECT E'\x1b]0;title\x07\x9b2J\rx\u202e' AS \"bad\x1b[2Jname\", [E'\x1b', E'\x9b'] AS list"
    answer = answered(query, built_database, form, 20, 10**9)  # type: ignore[arg-type]
    shown = for_terminal(answer, form, 80)  # type: ignore[arg-type]
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202e]|\r(?!\n)", shown)
    assert re.search(r"\\x1b|\\u001b", shown, re.IGNORECASE)


def test_an_error_does_not_steer_a_terminal_either(built_database: Path) -> None:
    with pytest.raises(WardPlansError) as refused:
        answered("SELECT CAST(E'\x1b[31m' AS INTEGER)", built_database, "table", 20, 10**9)
    assert "\\x1b[31m" in str(refused.value)
    assert visible(str(refused.value)) == str(refused.value)


# -- the command --------------------------------------------------------------------------------------------


@pytest.fixture
def run(built_database: Path):
    def run(
        *arguments: str | Path, text: bytes | None = None, **environment: str
    ) -> subprocess.CompletedProcess[bytes]:
        return subprocess.run(
            [WARDPLANS, "sql", *arguments, "--database", built_database],
            input=text,
            env={**os.environ, **environment},
            capture_output=True,
            timeout=120,
            check=False,
        )

    return run


def test_a_query_comes_as_an_argument_through_a_pipe_or_in_a_file(run, tmp_path: Path) -> None:
    query = "SELECT slug FROM wards WHERE name_ja = '大田区'"
    (tmp_path / "query.sql").write_text(f"-- 大田区\n{query};\n", "utf-8")
    for finished in (
        run(query, "--format", "csv"),
        run("--format", "csv", text=query.encode()),
        run("-", "--format", "csv", text=query.encode()),
        run("--file", tmp_path / "query.sql", "--format", "csv"),
        run(query, "--format", "csv", LC_ALL="C"),
    ):
        assert (finished.returncode, finished.stdout, finished.stderr) == (0, b"slug\r\nota\r\n", b"")


def test_a_file_is_written_as_a_whole_in_the_form_of_its_ending(run, tmp_path: Path) -> None:
    for ending, begins in ((".csv", b"slug\r\n"), (".json", b"[\n"), (".md", b"| slug |"), (".txt", "╭".encode())):
        target = tmp_path / f"answer{ending}"
        assert run("SELECT slug FROM wards", "--output", target).returncode == 0
        assert target.read_bytes().startswith(begins)
    target.write_bytes(b"before")
    assert run("SELECT error('no')", "--output", target).returncode == 1
    assert target.read_bytes() == b"before"
    assert not [path for path in tmp_path.iterdir() if path.name.startswith(".")]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["DROP TABLE wards"], 1, "DROP is no query"),
        (["FROM wards", "--format", "parquet"], 1, "name a file for it"),
        (["FROM wards", "--output", "no/such/folder/x.csv"], 1, "cannot write no/such/folder/x.csv"),
        (["FROM range(2000000)", "--format", "csv"], 1, "more than 1,000,000 rows"),
        (["SELECT max(a.range) FROM range(999999999) a, range(999999) b", "--timeout", "0.5"], 1, "--timeout"),
        (["SELECT len(range(999999999))"], 1, "--memory"),
        (["--file", "missing.sql"], 1, "cannot read missing.sql"),
    ],
)
def test_what_is_refused_is_said_in_one_line(run, arguments: list[str], code: int, message: str) -> None:
    finished = run(*arguments)
    assert finished.returncode == code
    assert finished.stdout == b""
    (line,) = finished.stderr.decode().splitlines()
    assert line.startswith("error: ")
    assert message in line


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["FROM wards", "--memory", "lots"], "no size"),
        (["FROM wards", "--memory", "1MB"], "100MB at least"),
        (["FROM wards", "--timeout", "0"], "--timeout"),
        (["FROM wards", "--max-rows", "0"], "--max-rows"),
        (["FROM wards", "--format", "xml"], "--format"),
        (["FROM wards", "--file", "x.sql"], "not both"),
    ],
)
def test_what_is_asked_wrongly_exits_with_two(run, arguments: list[str], message: str) -> None:
    finished = run(*arguments)
    assert finished.returncode == 2
    assert message in finished.stderr.decode()


def test_nothing_at_all_is_no_query(run) -> None:
    assert run(text=b"").stderr.decode().startswith("error: there is no query")
    assert "not in UTF-8" in run(text=b"SELECT '\xff'").stderr.decode()


def test_a_number_of_rows_cuts_off_and_says_so(run) -> None:
    finished = run("FROM range(50)", "--format", "csv", "--max-rows", "2")
    assert finished.stdout == b"range\r\n0\r\n1\r\n"
    assert finished.stderr == b"the first 2 of 50 rows; --max-rows N gives more\n"


def test_a_mistake_names_what_may_have_been_meant(run) -> None:
    message = run("SELECT obs_status FROM kpis").stderr.decode()
    assert "There is obs_status in comparisons, observations, kpi_values." in message
    assert "kpis has the columns kpi_id, " in message
    assert "Begin with the views achievements, " in run("FROM observation").stderr.decode()


def test_a_missing_database_is_named(tmp_path: Path) -> None:
    message = refusal(wardplans("sql", "SELECT 1", "--database", tmp_path / "missing.duckdb"))
    assert message.startswith(f"no database at {tmp_path / 'missing.duckdb'}")


def test_a_query_that_is_interrupted_leaves_no_process(built_database: Path) -> None:
    query = "SELECT max(a.range) FROM range(999999999) a, range(999999) b"
    command = subprocess.Popen([WARDPLANS, "sql", query, "--database", built_database], stderr=subprocess.PIPE)
    time.sleep(2)
    command.send_signal(signal.SIGINT)
    assert command.wait(timeout=20) != 0
    assert command.stderr is not None
    assert b"Traceback" not in command.stderr.read()
    command.stderr.close()


# -- the prompt ---------------------------------------------------------------------------------------------


class Terminal:
    """A terminal of its own with the command in it."""

    def __init__(self, database: Path, state: Path, *arguments: str) -> None:
        self.shown = ""
        pid, self.screen = pty.fork()
        if pid == 0:
            environment = {**os.environ, "XDG_STATE_HOME": str(state), "TERM": "xterm", "COLUMNS": "100", "LINES": "40"}
            os.execve(WARDPLANS, ["wardplans", "sql", "--database", str(database), *arguments], environment)
        self.pid = pid

    def type(self, keys: str) -> None:
        os.write(self.screen, keys.encode())

    def wait_for(self, text: str, seconds: float = 30) -> str:
        """What was shown up to a text, without spaces and line ends."""
        text = "".join(text.split())
        last = time.monotonic() + seconds
        while text not in self.shown:
            assert time.monotonic() < last, f"{text!r} did not come: {self.shown!r}"
            if select.select([self.screen], [], [], 0.2)[0]:
                content = os.read(self.screen, 65536).decode("utf-8", "replace")
                if "\x1b[6n" in content:
                    self.type("\x1b[1;1R")  # where the cursor is
                # What moves the cursor is no text, and spaces are drawn by moving it.
                self.shown += re.sub(r"\x1b\[[0-9;?]*[a-zA-Z]|\x1b\][^\x07]*\x07|[\s\x08]", "", content)
        before, _, self.shown = self.shown.partition(text)
        return before

    def stop(self) -> None:
        """Type Ctrl-C until it is heard: as long as the prompt reads keys, it is one of them."""
        for _ in range(10):
            self.type("\x03")
            with suppress(AssertionError):
                self.wait_for("stopped", 3)
                return
        raise AssertionError("nothing was stopped")

    def ended(self) -> int:
        last = time.monotonic() + 30
        while time.monotonic() < last:
            if select.select([self.screen], [], [], 0.1)[0]:
                try:
                    os.read(self.screen, 65536)
                except OSError:  # nobody is at the other end
                    return os.waitstatus_to_exitcode(os.waitpid(self.pid, 0)[1])
        raise AssertionError("it goes on")

    def close(self) -> None:
        os.close(self.screen)
        with suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)


@pytest.fixture
def terminal(built_database: Path, tmp_path: Path) -> Iterator[Terminal]:
    opened = Terminal(built_database, tmp_path / "state")
    yield opened
    opened.close()


def test_a_person_asks_at_the_prompt(terminal: Terminal, tmp_path: Path) -> None:
    terminal.wait_for("wards> ")
    terminal.type("SELECT slug\r")
    terminal.wait_for("...> ")
    terminal.type("FROM wards WHERE ward_code = ward_code('大田区');\r")
    assert "ota" in terminal.wait_for("1 row")
    terminal.type(".format csv\r")
    terminal.type("SELECT 1 AS a;\r")
    terminal.wait_for("wards>SELECT1ASa;a1")
    terminal.type("DROP TABLE wards;\r")
    terminal.wait_for("error: DROP is no query")
    terminal.type(".schema wards\r")
    assert "JISX0401" in terminal.wait_for("rows")
    terminal.type(".schema fiscal_year\r")
    terminal.wait_for("fiscal_year(printed)")
    terminal.type(".tables\r")
    assert "citation(id,language)" in terminal.wait_for("rows")
    terminal.type(".help\r")
    terminal.wait_for("Ctrl-D")
    terminal.type(".nothing\r")
    terminal.wait_for("error: there is no .nothing")
    terminal.type(".format xml\r")
    terminal.wait_for("error: there is no form 'xml'")
    terminal.wait_for("wards> ")  # before that it would be the end of something else
    terminal.type("\x04")
    assert terminal.ended() == 0
    history = tmp_path / "state" / "ward-plans" / "sql_history"
    assert "+SELECT slug\n+FROM wards WHERE ward_code = ward_code('大田区');\n" in history.read_text("utf-8")
    assert history.stat().st_mode & 0o777 == 0o600


def test_control_c_stops_the_query_or_the_line_and_the_prompt_goes_on(terminal: Terminal) -> None:
    terminal.wait_for("wards> ")
    terminal.type("SELECT nothing of use\x03")
    terminal.wait_for("wards> ")
    for pause in (1, 3):  # while the server that processes are forked from still imports, and while the query runs
        terminal.type("SELECT max(a.range) FROM range(999999999) a, range(999999) b;\r")
        terminal.wait_for("b;")
        time.sleep(pause)
        terminal.stop()
    terminal.type("SELECT 6 * 7 AS answer;\r")
    terminal.wait_for("42")
    terminal.wait_for("wards> ")
    terminal.type(".quit\r")
    assert terminal.ended() == 0


def test_the_prompt_goes_on_without_a_place_for_its_history(built_database: Path, tmp_path: Path) -> None:
    (tmp_path / "state").write_text("a file", "utf-8")
    opened = Terminal(built_database, tmp_path / "state", "--format", "json")
    opened.wait_for("wards> ")
    opened.type("SELECT 1 AS a;\r")
    opened.wait_for('{"a": 1}')
    opened.wait_for("wards> ")
    opened.type(".quit\r")
    assert opened.ended() == 0
    opened.close()


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("SELECT * FROM obs", "observations"),
        ("SELECT obs_st", "obs_status"),
        ("SELECT kpis.target_n", "target_nature"),
        ("SELECT k.target_n| FROM kpis AS k", "target_nature"),
        ("SELECT tile_r| FROM wards", "tile_row"),
        ("SELECT fiscal_y", "fiscal_year("),
        ("SELECT regexp_ex", "regexp_extract("),
        ("sel", "SELECT"),
        (".sch", ".schema"),
        (".schema obs", "observations"),
        (".schema cita", "citation"),
        (".format j", "json"),
    ],
)
def test_the_prompt_completes(typed: str, offered: str, built_database: Path) -> None:
    before, _, behind = typed.partition("|")
    words = Words(read_vocabulary(built_database))
    completions = words.get_completions(Document(before + behind, len(before)), CompleteEvent())
    assert offered in [completion.text for completion in completions][:3]


@pytest.mark.parametrize("typed", ["SELECT 'obs", "SELECT 'it''s obs", ".help x", "SELECT nowhere.x"])
def test_the_prompt_offers_nothing_where_nothing_fits(typed: str, built_database: Path) -> None:
    words = Words(read_vocabulary(built_database))
    assert list(words.get_completions(Document(typed), CompleteEvent())) == []


def test_a_place_that_cannot_be_written_to_is_said(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(WardPlansError, match=r"^cannot write .*folder: "):
        write_answer(b"x", tmp_path / "folder")
