"""What a query of a person may do: read the tables of the database, and nothing else.

Three walls stand one behind the other. `permitted` looks at the query before it runs, at its syntax tree and not at its
letters. `open_database` has DuckDB refuse every file, the network and any change of a setting. And where a query has a
process of its own, `confine` has the kernel refuse it files, connections and more memory than it was given.
"""

import json
import os
import re
import resource
from collections.abc import Iterator, Mapping
from contextlib import suppress
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import duckdb

from analysis.errors import WardPlansError

# A syntax tree of a longer one can take as much memory as a small database.
_LONGEST = 200_000

_EMPTY = "there is no query: write one, as in SELECT * FROM observations"
_TOO_LONG = f"the query has more than {_LONGEST:,} characters"
_NO_TEXT = "the query is not in UTF-8"
_SEVERAL = "{count} statements: give one query at a time"
_NO_QUERY = "{kind} is no query: the database can be read only; begin with SELECT, FROM or WITH"
_DYNAMIC_PIVOT = "a PIVOT has to name its columns: PIVOT … ON column IN ('this', 'that')"
_PLAIN_EXPLAIN = "EXPLAIN stands before one query, without options: EXPLAIN SELECT … or EXPLAIN ANALYZE SELECT …"
_NOT_HERE = "{name} is refused: a query reads the tables of this database, no files, no settings and no other programs"

_EXPLAIN = re.compile(r"\s*EXPLAIN\s+(?:ANALYZE\s+)?", re.IGNORECASE)
_LOOKS_LIKE_A_FILE = re.compile(r"[/\\*?:]|\.\w+$")

_TABLE_FUNCTIONS = frozenset(
    [
        "generate_series",
        "json_each",
        "json_tree",
        "range",
        "repeat",
        "repeat_row",
        "unnest",
        "duckdb_columns",
        "duckdb_constraints",
        "duckdb_functions",
        "duckdb_indexes",
        "duckdb_keywords",
        "duckdb_schemas",
        "duckdb_tables",
        "duckdb_types",
        "duckdb_views",
    ]
)
"""Those of DuckDB that make rows out of their arguments, or tell what there is in the database."""

REFUSED_FUNCTIONS = frozenset(
    [
        "add_parquet_key",
        "copy_database",
        "currval",
        "current_connection_id",
        "current_query_id",
        "current_setting",
        "current_transaction_id",
        "get_block_size",
        "getenv",
        "getvariable",
        "json_deserialize_sql",
        "json_execute_serialized_sql",
        "json_serialize_plan",
        "json_serialize_sql",
        "nextval",
        "parse_duckdb_log_message",
        "pg_sleep",
        "query",
        "query_table",
        "setseed",
        "setval",
        "sleep_ms",
        "stats",
        "txid_current",
        "vector_type",
        "write_log",
    ]
)
"""Functions that wait, write or keep something, or tell of the machine instead of the database."""

HARMLESS_FUNCTIONS = frozenset(["current_query", "error", "gen_random_uuid", "random", "uuid", "uuidv4", "uuidv7"])
"""Functions that give another answer each time, which is all they do."""

_REFUSED_TABLES = frozenset(
    [
        "databases",
        "duckdb_databases",
        "duckdb_logs",
        "pg_database",
        "pg_prepared_statements",
        "pg_settings",
        "pragma_database_list",
        "variables",
    ]
)
"""Views that come with DuckDB, and what SHOW gives, about files and settings."""

_QUERY_NODES = frozenset(("SELECT_NODE", "SET_OPERATION_NODE", "RECURSIVE_CTE_NODE", "CTE_NODE"))


def permitted(connection: duckdb.DuckDBPyConnection, query: str) -> set[str]:
    """Return the names of the parameters of a query that may be put to the database.

    Allowed is one statement that begins with SELECT, FROM, WITH, VALUES, TABLE, PIVOT, UNPIVOT, DESCRIBE, SUMMARIZE or
    SHOW, or EXPLAIN before such a one. It may call the macros of the database and those functions of DuckDB that work
    with their arguments alone, and read what DuckDB tells of the tables, columns and functions.

    Args:
        connection: to the database.
        query: in SQL.

    Raises:
        WardPlansError: there is no query, or more than one, or something else than a query, or it calls or reads what
            is refused; in one line.
        duckdb.Error: it is no SQL.
    """
    if len(query) > _LONGEST:
        raise WardPlansError(_TOO_LONG)
    if not query.isascii() and re.search("[\ud800-\udfff]", query):
        raise WardPlansError(_NO_TEXT)
    statement = _only_statement(connection, query)
    if statement.type == duckdb.StatementType.EXPLAIN:
        prefix = _EXPLAIN.match(query)
        if prefix is None:
            raise WardPlansError(_PLAIN_EXPLAIN)
        return permitted(connection, query[prefix.end() :])
    if statement.type == duckdb.StatementType.MULTI:
        raise WardPlansError(_DYNAMIC_PIVOT)
    if statement.type != duckdb.StatementType.SELECT:
        raise WardPlansError(_NO_QUERY.format(kind=statement.type.name))
    for name in _refused(connection, _syntax_tree(connection, query)):
        raise WardPlansError(_NOT_HERE.format(name=name))
    return set(statement.named_parameters)


def confine(memory: int) -> None:
    """Have the kernel hold this process to so much more memory, and to the files and connections it has open now.

    For the rest of its life it opens no file and no connection and writes to no file; pipes stay. Only Linux can tell
    how much memory is in use, so that elsewhere DuckDB's own limit has to do.

    Args:
        memory: in bytes.
    """
    with suppress(OSError):
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
        limit = pages * resource.getpagesize() + memory
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    lowest = os.open(os.devnull, os.O_RDONLY)
    os.close(lowest)
    for kind, limit in ((resource.RLIMIT_CORE, 0), (resource.RLIMIT_FSIZE, 0), (resource.RLIMIT_NOFILE, lowest)):
        with suppress(OSError, ValueError):
            resource.setrlimit(kind, (limit, limit))


def _only_statement(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.Statement:
    try:
        statements = connection.extract_statements(query)
        kinds = [statement.type for statement in statements]
    except ValueError:  # one that DuckDB knows and its Python package does not
        raise WardPlansError(_NO_QUERY.format(kind=_first_word(query))) from None
    if not statements:
        raise WardPlansError(_EMPTY)
    if len(kinds) > 1:
        raise WardPlansError(_SEVERAL.format(count=len(kinds)))
    return statements[0]


def _first_word(query: str) -> str:
    word = re.search(r"[A-Za-z]+", query)
    return word[0].upper() if word else "this"


def _syntax_tree(connection: duckdb.DuckDBPyConnection, query: str) -> Any:
    ((text,),) = connection.execute("SELECT json_serialize_sql($1)", [query]).fetchall()
    tree = json.loads(text)
    if tree["error"]:
        raise WardPlansError(f"the query cannot be looked through: {tree['error_message']}")
    return tree["statements"]


def _refused(connection: duckdb.DuckDBPyConnection, tree: Any) -> Iterator[str]:
    """Yield what a query calls or reads that it must not."""
    nodes = list(_nodes(tree))
    own_names = {entry["key"].lower() for node in nodes for entry in _entries(node.get("cte_map"))}
    for node in nodes:
        kind = str(node.get("type"))
        if kind.endswith("_NODE") and kind not in _QUERY_NODES:
            yield kind.removesuffix("_NODE").removesuffix("_QUERY")
        elif kind == "TABLE_FUNCTION":
            name = str(node["function"].get("function_name")).lower()
            if name not in _TABLE_FUNCTIONS and name not in (macros := _macros(connection)):
                yield f"{name}()" + "".join(
                    f" (did you mean {near}()?)" for near in get_close_matches(name, macros, n=1)
                )
        elif kind in ("BASE_TABLE", "SHOW_REF"):
            name = str(node.get("table_name")).strip('"')
            is_own = name.lower() in own_names
            if name.lower() in _REFUSED_TABLES or (_LOOKS_LIKE_A_FILE.search(name) and not is_own):
                yield f"'{name}'"
        if str(node.get("function_name")).lower() in REFUSED_FUNCTIONS:
            yield f"{node['function_name']}()"


def _entries(cte_map: Any) -> list[Mapping[str, str]]:
    return cte_map["map"] if isinstance(cte_map, dict) else []


def _nodes(tree: Any) -> Iterator[dict[str, Any]]:
    waiting = [tree]
    while waiting:
        part = waiting.pop()
        if isinstance(part, dict):
            yield part
            waiting.extend(part.values())
        elif isinstance(part, list):
            waiting.extend(part)


def _macros(connection: duckdb.DuckDBPyConnection) -> set[str]:
    rows = connection.execute("SELECT function_name FROM duckdb_functions() WHERE NOT internal").fetchall()
    return {name for (name,) in rows}
