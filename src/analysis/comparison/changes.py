"""What differs between two builds of the database, value by value, with the passages of both sides."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from analysis.comparison.selection import Frame, framed, run_query
from analysis.database.connect import open_builds
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame

_PLACES = frozenset({"citations", "statistic_citations"})
"""Tables that say where something stands and not what."""

_UNASKED = frozenset({"build_info", "line_uses", "passages"})
"""Tables about the build, and the text that is kept to be searched: it repeats what the others say."""

_PLACE_COLUMNS = frozenset(
    {
        *("position", "quantities.activity_id", "statistics.sha256"),
        *("documents.sha256", "documents.descriptor_sha256", "documents.char_count", "documents.line_count"),
        "documents.original_sha256",
    }
)
"""Columns that change when something is moved: of every table, or of the one that is named."""

_SHOWN_BY = {
    ("plans", "start_fiscal_year"): "period_citation_id",
    ("plans", "end_fiscal_year"): "period_citation_id",
}
"""The citation that shows a column, where a table has several."""


def changes(
    before: Path | str, after: Path | str, *, tables: Sequence[str] = (), frame: Frame = "polars"
) -> "DataFrame":
    """Return what differs between two builds of the database: rows that are new or gone, and values that are others.

    Rows are matched by the primary key. What merely stands elsewhere (ids of citations, offsets, lines, positions, the
    checksum of a file) is no difference; `changed_documents` counts it. A table or column that only one build has is
    left out, for it tells of the library and not of the wards.

    Args:
        before: the database file of the earlier build.
        after: that of the later one.
        tables: names of the tables to compare; when empty, all but those of citations, `build_info`, `line_uses` and
            `passages` (the text that is kept to be searched), which can be named.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a difference, by ward, document, table and line: `table_name`; `row_id` (the key, parts joined by |);
        `kind` (added, removed: a whole row; changed: one value); `column_name` (None for a whole row); `subject_ja`,
        `subject_en` (what the row is about); `before`, `after` (as text; of a whole row what it says; a row that is
        referred to is named, with its id in brackets; None where there is nothing); `unit_ja`, `unit_en` (of the
        row's figures); `ward_code`, `ward_name_ja`, `ward_name_en` (None where it concerns no single ward); and for
        each side `…_document_id`, `…_document_title_ja`, `…_document_title_en`, `…_line`, `…_quote`, `…_citation_id`
        with `before_` and `after_`. A row that prints nothing itself, such as a theme of an item, has the passage of
        the row that it is about; of codebooks there is none.

    Raises:
        WardPlansError: a file is missing, no database of this project or of another schema_version, a table cannot be
            compared, or there is no such kind of frame.

    Example:
        >>> changes("reports/.published/old.duckdb", "data/curated/wards.duckdb").filter(kind="changed")
    """
    with _compared(before, after, tables) as connection:
        rows = connection.sql("FROM differing").pl()
    return framed(rows, frame)


def changed_documents(before: Path | str, after: Path | str, *, frame: Frame = "polars") -> "DataFrame":
    """Return the documents that are new, gone, have another text, or of which something else was read.

    Args:
        before: the database file of the earlier build.
        after: that of the later one.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a document: `ward_code`, `ward_name_ja`, `ward_name_en`, `document_id`, `document_title_ja`,
        `document_title_en`, `kind` (of document), `published_ja` (as printed; None where no date is), `change` (added,
        removed, changed: of the document), `before_sha256`, `after_sha256` (None where it is not there), the numbers
        of rows of `changes`: `added_count`, `removed_count`, `changed_count`; `moved_count` (facts that are the same
        and stand elsewhere, or among other words), `added_passage_count`, `removed_passage_count` (sentences and cells
        of the text).

    Raises:
        WardPlansError: a file is missing, no database of this project or of another schema_version, or there is no
            such kind of frame.
    """
    with _compared(before, after, ()) as connection:
        rows = run_query(connection, "changed_documents")
    return framed(rows, frame)


@dataclass(frozen=True)
class Differences:
    """What differs between two builds: the rows of `changes` and of `changed_documents`."""

    values: pl.DataFrame
    documents: pl.DataFrame

    @property
    def is_empty(self) -> bool:
        """Return whether both builds hold the same data, read from the same texts."""
        return self.values.is_empty() and self.documents.is_empty()


def read_differences(before: Path | str, after: Path | str) -> Differences:
    """Return at once what `changes` and `changed_documents` return of two builds.

    Raises:
        WardPlansError: a file is missing, no database of this project or of another schema_version.
    """
    with _compared(before, after, ()) as connection:
        return Differences(connection.sql("FROM differing").pl(), run_query(connection, "changed_documents"))


@dataclass(frozen=True)
class _Table:
    """A table that both builds have: its key, the columns that both have, and the table that a column refers to."""

    name: str
    key: tuple[str, ...]
    columns: tuple[str, ...]
    targets: Mapping[str, str]

    @property
    def compared(self) -> list[str]:
        """Return the columns whose values are data."""
        places = {column for column in self.columns if column in _PLACE_COLUMNS or column.endswith("citation_id")}
        named = {column for column in self.columns if f"{self.name}.{column}" in _PLACE_COLUMNS}
        return [column for column in self.columns if column not in {*self.key, *places, *named}]


@contextmanager
def _compared(before: Path | str, after: Path | str, names: Sequence[str]) -> Iterator[duckdb.DuckDBPyConnection]:
    """Give a connection to both builds, with a table `differing` of what `changes` returns."""
    with open_builds(before, after) as connection:
        try:
            _fill_differing(connection, names)
            yield connection
        except duckdb.Error as error:
            raise WardPlansError(f"cannot compare {before} with {after}: {error}") from error


def _fill_differing(connection: duckdb.DuckDBPyConnection, names: Sequence[str]) -> None:
    known = _tables(connection)
    connection.execute(_query("changes_differences"))
    for table in _chosen(known, names):
        _compare(connection, table, {other.name: other for other in known})
    connection.execute(_query("changes_wanted"))
    for build, subjects in (("before", "old_subjects"), ("after", "new_subjects")):
        connection.execute(f"USE {build}")
        connection.execute(f"CREATE TEMP TABLE {subjects} AS {_query('changes_subjects')}")
    connection.execute(f"CREATE TEMP TABLE differing AS {_query('changes')}")


def _query(name: str) -> str:
    return (Path(__file__).with_name("sql") / f"{name}.sql").read_text(encoding="utf-8")


def _tables(connection: duckdb.DuckDBPyConnection) -> list[_Table]:
    return [
        _Table(name, tuple(key), tuple(columns), {target["column"]: target["table"] for target in targets})
        for name, key, columns, targets in run_query(connection, "changes_catalog").iter_rows()
    ]


def _chosen(tables: Sequence[_Table], names: Sequence[str]) -> list[_Table]:
    if isinstance(names, str):
        raise WardPlansError(f"tables is a list, as in tables=[{names!r}]")
    comparable = [table.name for table in tables if table.name not in _PLACES]
    unknown = [name for name in names if name not in comparable]
    if unknown:
        raise WardPlansError(f"no table {', '.join(unknown)} to compare; there is {', '.join(comparable)}")
    wanted: Collection[str] = names or set(comparable) - _UNASKED
    return [table for table in tables if table.name in wanted]


def _compare(connection: duckdb.DuckDBPyConnection, table: _Table, known: Mapping[str, _Table]) -> None:
    """Add what differs of a table to `differences`."""
    cited = _citing(table, known)
    shown = [_shown_by(table, column, cited) for column in table.compared]
    query = _query("changes_of_table").format(
        table=table.name,
        row_id=f"concat_ws('|', {', '.join(f'entry.{column}' for column in table.key)})",
        cells=_list(_text(f"entry.{column}") for column in table.compared),
        citations=_list([cited.expression, *shown]),
        ward=_own(table, "ward_code"),
        document=_own(table, "document_id"),
        joins_before=cited.joins("before"),
        joins_after=cited.joins("after"),
    )
    targets = [table.targets.get(column) for column in table.compared]
    connection.execute(query, {"columns": table.compared, "targets": targets})


@dataclass(frozen=True)
class _Citing:
    """Where a row takes its citation from: an expression, and the rows it refers to that have to be joined for it."""

    expression: str
    sources: tuple[tuple[str, _Table], ...] = ()

    def joins(self, build: str) -> str:
        """Return the joins to the rows that are referred to, in one of the builds."""
        return " ".join(
            f"LEFT JOIN {build}.{target.name} AS {_alias(column)} ON entry.{column} = {_alias(column)}.{target.key[0]}"
            for column, target in self.sources
        )


def _citing(table: _Table, known: Mapping[str, _Table]) -> _Citing:
    """Return where the rows of a table take their citation from: from themselves, or from what they refer to."""
    if own := [column for column in table.columns if column.endswith("citation_id")]:
        return _Citing(_first(f"entry.{column}" for column in own))
    sources = tuple(
        (column, known[target]) for column, target in table.targets.items() if "citation_id" in known[target].columns
    )
    return _Citing(_first(f"{_alias(column)}.citation_id" for column, _ in sources), sources)


def _shown_by(table: _Table, column: str, cited: _Citing) -> str:
    own = _SHOWN_BY.get((table.name, column))
    return f"entry.{own}" if own in table.columns else cited.expression


def _alias(column: str) -> str:
    return f"of_{column}"


def _own(table: _Table, column: str) -> str:
    return f"entry.{column}" if column in table.columns else "NULL"


def _text(value: str) -> str:
    """Return a value as text: 62.3, and 35 rather than 35.0."""
    return f"regexp_replace(CAST({value} AS VARCHAR), '^(-?[0-9]+)[.]0$', '\\1')"


def _list(expressions: Iterable[str]) -> str:
    return f"CAST([{', '.join(expressions)}] AS VARCHAR[])"


def _first(expressions: Iterable[str]) -> str:
    """Return the expression for the first that is not NULL."""
    return f"coalesce({', '.join([*expressions, 'NULL'])})"
