"""What a query must not do, tried for real: every attack is refused in one line and leaves no trace."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from analysis.database.connect import open_database
from analysis.database.sandbox import HARMLESS_FUNCTIONS, REFUSED_FUNCTIONS, permitted
from analysis.errors import WardPlansError
from analysis.publishing.answers import Limits, ask
from command_line import refusal, wardplans

SECRET = "the-content-of-another-file"
LIMITS = Limits(seconds=20, memory=10**9, rows=10)

READS_A_FILE = [
    "FROM 'secret.csv'",
    "FROM '{folder}/secret.csv'",
    'SELECT * FROM "secret.csv"',
    "FROM '*.csv'",
    "FROM 'secret.json'",
    "FROM 'secret.parquet'",
    "SUMMARIZE 'secret.csv'",
    "DESCRIBE FROM 'secret.csv'",
    "FROM read_csv('secret.csv')",
    "FROM read_csv_auto(['secret.csv'])",
    "FROM sniff_csv('secret.csv')",
    "FROM read_text('{folder}/secret.csv')",
    "FROM read_blob('secret.csv')",
    "FROM read_json('secret.json')",
    "FROM read_ndjson_objects('secret.csv')",
    "FROM read_parquet('secret.parquet')",
    "FROM parquet_scan('secret.parquet')",
    "FROM parquet_metadata('secret.parquet')",
    "FROM parquet_kv_metadata('secret.parquet')",
    "FROM read_duckdb('other.duckdb')",
    "FROM glob('*')",
    "FROM system.main.read_text('secret.csv')",
    "FROM \"READ_TEXT\"('secret.csv')",
    "SELECT (SELECT content FROM read_text('secret.csv'))",
    "SELECT 1 WHERE EXISTS (FROM glob('/etc/*'))",
    "WITH stolen AS (FROM read_text('secret.csv')) FROM stolen",
    "FROM wards, LATERAL (FROM read_text('secret.csv'))",
    "FROM wards ORDER BY (SELECT count(*) FROM glob('*'))",
    "SELECT 1 UNION ALL SELECT 2 FROM read_text('secret.csv')",
    "EXPLAIN ANALYZE FROM read_text('secret.csv')",
    "FROM query('FROM read_text(''secret.csv'')')",
    "FROM query_table('secret.csv')",
    "FROM json_execute_serialized_sql(json_serialize_sql('FROM read_text(''secret.csv'')'))",
    "PIVOT (FROM read_text('secret.csv')) ON size IN (1) USING count(*)",
]

REACHES_OUT = [
    "FROM 'https://example.com/x.csv'",
    "FROM read_csv('https://example.com/x.csv')",
    "FROM 's3://bucket/x.parquet'",
    "INSTALL httpfs",
    "LOAD httpfs",
    "FORCE INSTALL spatial FROM community",
    "UPDATE EXTENSIONS",
    "FROM sqlite_scan('other.sqlite', 'x')",
    "FROM postgres_scan('host=example.com', 'public', 'x')",
    "ATTACH 'other.duckdb'",
    "ATTACH 'https://example.com/x.duckdb' AS x (READ_ONLY)",
    "ATTACH ':memory:' AS scratch",
    "CREATE SECRET (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "FROM duckdb_secrets()",
    "FROM which_secret('s3://bucket', 's3')",
]

WRITES = [
    "COPY wards TO 'made.csv'",
    "COPY (SELECT 1) TO '{folder}/made.parquet' (FORMAT parquet)",
    "COPY wards FROM 'secret.csv'",
    "COPY FROM DATABASE wards TO memory",
    "EXPORT DATABASE 'made'",
    "IMPORT DATABASE 'made'",
    "CREATE TABLE made (i INTEGER)",
    "CREATE TEMP TABLE made AS FROM wards",
    "CREATE VIEW made AS SELECT 1",
    "CREATE OR REPLACE MACRO era_label(x) AS 'wrong'",
    "CREATE TEMP MACRO made(x) AS x",
    "CREATE SCHEMA made",
    "CREATE SEQUENCE made",
    "CREATE TYPE made AS ENUM ('a')",
    "INSERT INTO wards SELECT * FROM wards",
    "UPDATE wards SET slug = 'x'",
    "DELETE FROM wards",
    "TRUNCATE wards",
    "MERGE INTO wards USING wards AS others ON true WHEN MATCHED THEN DELETE",
    "WITH gone AS (DELETE FROM wards RETURNING *) FROM gone",
    "EXPLAIN ANALYZE DELETE FROM wards",
    "DROP TABLE wards",
    "ALTER TABLE wards RENAME TO made",
    "COMMENT ON TABLE wards IS 'wrong'",
    "VACUUM",
    "ANALYZE",
    "CHECKPOINT",
    "FORCE CHECKPOINT",
    "FROM checkpoint()",
    "FROM force_checkpoint()",
    "SELECT write_log('made')",
    "SELECT nextval('made')",
]

CHANGES_THE_SESSION = [
    "SET memory_limit = '100GB'",
    "SET GLOBAL enable_external_access = true",
    "SET lock_configuration = false",
    "SET VARIABLE x = 1",
    "RESET lock_configuration",
    "PRAGMA enable_profiling",
    "PRAGMA database_list",
    "PRAGMA import_database('made')",
    "CALL pragma_version()",
    "USE system",
    "DETACH wards",
    "BEGIN",
    "COMMIT",
    "ROLLBACK",
    "PREPARE stolen AS FROM read_text('secret.csv')",
    "EXECUTE stolen",
    "DEALLOCATE stolen",
    "SELECT setseed(0.5)",
    "FROM enable_logging()",
    "FROM enable_profiling()",
    "FROM truncate_duckdb_logs()",
]

TELLS_OF_THE_MACHINE = [
    "SELECT getenv('HOME')",
    "SELECT current_setting('home_directory')",
    "SELECT getvariable('x')",
    "FROM duckdb_settings()",
    "FROM duckdb_databases()",
    "FROM duckdb_databases",
    "FROM pragma_database_list",
    "FROM pg_catalog.pg_settings",
    "SHOW DATABASES",
    "SUMMARIZE duckdb_databases",
    "WITH pg_settings AS (SELECT 1) FROM pg_catalog.pg_settings",
    "FROM histogram('pg_settings', setting)",
    "FROM duckdb_extensions()",
    "FROM duckdb_logs()",
    "FROM duckdb_temporary_files()",
    "FROM duckdb_variables()",
    "FROM duckdb_memory()",
]

REACHES_INTO_PYTHON = [
    "FROM pandas_scan(1)",
    "FROM arrow_scan(1, 2, 3)",
    "FROM python_map_function()",
    "FROM seq_scan('wards')",
]

SEVERAL_AT_ONCE = [
    "SELECT 1; SELECT 2",
    "SELECT 1; DROP TABLE wards",
    "SELECT 1;\n-- and\nCOPY wards TO 'made.csv';",
    "FROM wards; ATTACH 'other.duckdb'",
]

WAITS = [
    "SELECT sleep_ms(100000)",
    "SELECT pg_sleep(100)",
    "SELECT list_transform([100], lambda seconds: pg_sleep(seconds))",
]

ATTACKS = [
    *READS_A_FILE,
    *REACHES_OUT,
    *WRITES,
    *CHANGES_THE_SESSION,
    *TELLS_OF_THE_MACHINE,
    *REACHES_INTO_PYTHON,
    *SEVERAL_AT_ONCE,
    *WAITS,
]

HARMLESS = [
    "FROM wards",
    "FROM duckdb_columns() WHERE NOT internal",
    "SELECT table_name, comment FROM duckdb_tables()",
    "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal",
    "FROM information_schema.columns",
    "SHOW TABLES",
    "SHOW ALL TABLES",
    "DESCRIBE observations",
    "SUMMARIZE wards",
    "EXPLAIN SELECT 1",
    "EXPLAIN ANALYZE FROM wards",
    "SELECT histogram(tile_row) FROM wards",
    "SELECT unnest([1, 2])",
    "FROM generate_series(1, 3)",
    "FROM range(3)",
    "SELECT uuid(), random(), now()",
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3) FROM n",
    'WITH "a.csv" AS (SELECT 1) FROM "a.csv"',
    "SELECT 'FROM read_text(''secret.csv''); DROP TABLE wards'",
    "SELECT 1 AS sleep_ms",
    "FROM search('生成AI')",
]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The working folder of an attacker, with a file that is none of the database's business."""
    (tmp_path / "secret.csv").write_text(f"a\n{SECRET}\n", "utf-8")
    (tmp_path / "secret.json").write_text(f'[{{"a": "{SECRET}"}}]', "utf-8")
    duckdb.sql(f"SELECT '{SECRET}' AS a").write_parquet(str(tmp_path / "secret.parquet"))
    duckdb.connect(tmp_path / "other.duckdb").close()
    monkeypatch.chdir(tmp_path)
    return tmp_path


def traces(*folders: Path) -> dict[str, str]:
    """Every file below some folders, by what is in it."""
    return {
        str(path): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in folders
        for path in folder.rglob("*")
        if path.is_file()
    }


def test_there_are_more_than_forty_attacks() -> None:
    assert len(set(ATTACKS)) == len(ATTACKS) > 100


@pytest.mark.parametrize("attack", ATTACKS)
def test_an_attack_is_refused_in_one_line_and_leaves_no_trace(attack: str, folder: Path, built_database: Path) -> None:
    before = traces(folder, built_database.parent)
    with pytest.raises(WardPlansError) as refused:
        ask(attack.format(folder=folder), built_database, "text", LIMITS)
    message = str(refused.value)
    assert len(message.splitlines()) == 1, message
    assert any(words in message for words in ("is refused", "is no query", "statements: give one")), message
    assert SECRET not in message
    assert traces(folder, built_database.parent) == before


@pytest.mark.parametrize("query", HARMLESS)
def test_what_only_reads_the_database_is_answered(query: str, built_database: Path) -> None:
    assert ask(query, built_database, "text", LIMITS).columns


@pytest.mark.parametrize(
    "attack", [READS_A_FILE[0], "COPY wards TO 'made.csv'", "SELECT getenv('HOME')", "SELECT 1; SELECT 2"]
)
def test_the_command_refuses_as_well(attack: str, folder: Path, built_database: Path) -> None:
    before = traces(folder, built_database.parent)
    message = refusal(wardplans("sql", attack, "--database", built_database))
    assert SECRET not in message
    assert traces(folder, built_database.parent) == before


@pytest.mark.parametrize(
    "attack",
    [
        "FROM 'secret.csv'",
        "FROM read_text('secret.csv')",
        "FROM glob('*')",
        "COPY wards TO 'made.csv'",
        "ATTACH 'other.duckdb'",
        "LOAD httpfs",
        "SET memory_limit = '9GB'",
        "CREATE TABLE made (i INTEGER)",
        "DELETE FROM wards",
        "FROM duckdb_secrets()",
    ],
)
def test_the_second_wall_holds_by_itself(attack: str, folder: Path, built_database: Path) -> None:
    before = traces(folder, built_database.parent)
    with open_database(built_database) as connection, pytest.raises(duckdb.Error) as refused:
        connection.execute(attack).fetchall()
    assert SECRET not in str(refused.value)
    assert traces(folder, built_database.parent) == before


WALLED_IN = """
import socket, sys
from pathlib import Path
from analysis.database.sandbox import confine
kept = open("kept", "w")
confine(300_000_000)
for attempt in (
    lambda: open("secret.csv"),
    lambda: open("made", "w"),
    lambda: socket.create_connection(("127.0.0.1", 9)),
    lambda: bytearray(2_000_000_000),
    lambda: (kept.write("x"), kept.flush()),
):
    try:
        attempt()
    except (OSError, MemoryError) as error:
        print(type(error).__name__, getattr(error, "errno", None))
    else:
        print("let through")
sys.stdout.flush()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux can tell how much memory is in use")
def test_the_third_wall_holds_by_itself(folder: Path) -> None:
    run = subprocess.run(
        [sys.executable, "-c", WALLED_IN], capture_output=True, encoding="utf-8", timeout=60, check=False
    )
    # 24: too many open files; 27: file too large.
    assert run.stdout.splitlines() == ["OSError 24", "OSError 24", "OSError 24", "MemoryError None", "OSError 27"]


@pytest.mark.parametrize(
    ("query", "seconds", "words"),
    [
        ("SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE hash(a.range, b.range) = 1", 1, "--timeout"),
        ("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) FROM n", 1, "--timeout"),
        ("SELECT levenshtein(repeat('a', 500000), repeat('b', 500000))", 1, "--timeout"),
        ("SELECT length(repeat('x', 4000000000))", 30, "--memory"),
        ("SELECT len(range(3000000000))", 30, "--memory"),
        ("SELECT list(range) FROM range(1000000000)", 30, "--memory"),
        ("SELECT string_agg(repeat('x', 1000000), '') FROM range(100000)", 30, "--memory"),
        ("SELECT count(*) FROM (SELECT DISTINCT range FROM range(1000000000))", 60, "--"),
    ],
)
def test_a_query_without_end_is_ended(query: str, seconds: float, words: str, built_database: Path) -> None:
    before = traces(built_database.parent)
    with pytest.raises(WardPlansError) as refused:
        ask(query, built_database, "text", Limits(seconds, 400_000_000, 10))
    message = str(refused.value)
    assert words in message
    assert len(message.splitlines()) == 1
    assert traces(built_database.parent) == before


def test_a_flood_of_rows_is_cut_off_and_said(built_database: Path) -> None:
    answer = ask("FROM range(1000000000000)", built_database, "text", LIMITS)
    assert len(answer.rows) == 10
    assert answer.left_out is None
    assert ask("FROM range(12)", built_database, "text", LIMITS).left_out == 2


def test_each_query_has_a_process_of_its_own(built_database: Path) -> None:
    """So that one which brings its process down brings nothing else down."""
    before = os.getpid()
    with pytest.raises(WardPlansError):
        ask("SELECT list(range) FROM range(1000000000)", built_database, "text", Limits(30, 200_000_000, 1))
    assert ask("SELECT 1", built_database, "text", LIMITS).rows == (("1",),)
    assert os.getpid() == before


def test_a_query_that_is_too_long_is_refused(built_database: Path) -> None:
    with open_database(built_database) as connection, pytest.raises(WardPlansError, match=r"^the query has more than"):
        permitted(connection, f"SELECT '{'x' * 200_000}'")


def test_every_function_with_a_mind_of_its_own_is_decided_on(built_database: Path) -> None:
    """A new DuckDB may bring more of them."""
    with open_database(built_database) as connection:
        rows = connection.execute(
            "SELECT DISTINCT function_name FROM duckdb_functions() "
            "WHERE stability = 'VOLATILE' AND function_type = 'scalar'"
        ).fetchall()
    assert {name for (name,) in rows} <= REFUSED_FUNCTIONS | HARMLESS_FUNCTIONS
    assert not REFUSED_FUNCTIONS & HARMLESS_FUNCTIONS


def names(connection: duckdb.DuckDBPyConnection, condition: str) -> set[str]:
    """Names of functions that come with DuckDB."""
    rows = connection.execute(f"SELECT function_name FROM duckdb_functions() WHERE internal AND {condition}").fetchall()
    return {name for (name,) in rows}


def is_permitted(connection: duckdb.DuckDBPyConnection, query: str) -> bool:
    try:
        permitted(connection, query)
    except WardPlansError:
        return False
    return True


def test_what_makes_rows_makes_them_of_its_arguments_or_of_the_catalog(built_database: Path) -> None:
    with open_database(built_database) as connection:
        known = names(connection, "function_type LIKE 'table%'")
        assert {name for name in known if is_permitted(connection, f"FROM {name}(1)")} == {
            *("duckdb_columns", "duckdb_constraints", "duckdb_functions", "duckdb_indexes", "duckdb_keywords"),
            *("duckdb_schemas", "duckdb_tables", "duckdb_types", "duckdb_views"),
            *("generate_series", "json_each", "json_tree", "range", "repeat", "repeat_row", "unnest"),
        }


def test_no_view_or_macro_of_duckdb_is_a_way_round(built_database: Path) -> None:
    """What they read and call would have to be permitted itself, or be about tables alone."""
    about_tables = {"duckdb_dependencies", "duckdb_sequences"}
    with open_database(built_database) as connection:
        functions = names(connection, "true")
        refused = {name for name in names(connection, "function_type LIKE 'table%'")
                   if not is_permitted(connection, f"FROM {name}(1)")} | REFUSED_FUNCTIONS  # fmt: skip
        views = connection.execute("SELECT schema_name, view_name, sql FROM duckdb_views() WHERE internal").fetchall()
        macros = connection.execute(
            "SELECT function_name, function_type, macro_definition FROM duckdb_functions() "
            "WHERE internal AND function_type LIKE '%macro'"
        ).fetchall()
        assert {"duckdb_settings", "pg_sleep"} <= functions
        for schema, view, text in views:
            called = set(re.findall(r"(\w+)\"?\s*\(", text.lower())) & refused - about_tables
            assert not called or not is_permitted(connection, f"FROM {schema}.{view}"), view
        for macro, kind, text in macros:
            called = set(re.findall(r"(\w+)\"?\s*\(", text.lower())) & refused
            query = f"FROM {macro}(1)" if kind == "table_macro" else f'SELECT "{macro}"(1)'
            assert not called or not is_permitted(connection, query), macro
