"""Views that take long to work out are worked out by the build: their rows are kept in tables, which they then show."""

from collections.abc import Sequence
from pathlib import Path

import duckdb

_ORDERS = {
    "observations": "ward_code, kpi_id, quantity_id, fiscal_year, value_type, document_id",
    "comparisons": "ward_code, indicator_id, series_id, fiscal_year, value_type, document_id",
    "achievements": "ward_code, kpi_id, fiscal_year",
    "coverage": "ward_code, indicator_id",
}
"""The views, and in which order their rows are kept: those of a ward together."""

_COLUMNS = """
    SELECT column_name, data_type, comment
    FROM duckdb_columns()
    WHERE database_name = 'wards' AND table_name = $1
    ORDER BY column_index
"""
_VIEW_COMMENT = "SELECT comment FROM duckdb_views() WHERE database_name = 'wards' AND view_name = $1"


def prepare_views(connection: duckdb.DuckDBPyConnection) -> None:
    """Give each of the views, which are there as `views.sql` defines them, a table of its rows."""
    for view in _ORDERS:
        table = _table(view)
        columns = connection.execute(_COLUMNS, [view]).fetchall()
        ((told,),) = connection.execute(_VIEW_COMMENT, [view]).fetchall()
        typed = [f"{name} {kind}{'' if 'NULL: ' in comment else ' NOT NULL'}" for name, kind, comment in columns]
        comments = [
            _comment("TABLE", table, f"Derived: the rows of the view {view}, worked out by the build."),
            _comment("VIEW", view, told),
            *(_comment("COLUMN", f"{of}.{name}", comment) for of in (table, view) for name, _, comment in columns),
        ]
        connection.execute(
            f"BEGIN; CREATE TABLE {table} ({', '.join(typed)}); "
            f"CREATE OR REPLACE VIEW {view} AS FROM {table}; {'; '.join(comments)}; COMMIT"
        )


def fill_views(connection: duckdb.DuckDBPyConnection, wards: Sequence[str] | None = None) -> None:
    """Work out the rows of all wards or of some, which the tables do not have."""
    for view, order in _ORDERS.items():
        connection.execute(_definition(view))
        connection.execute(f"INSERT INTO {_table(view)} FROM worked_out WHERE {_of(wards)} ORDER BY {order}")


def empty_views(connection: duckdb.DuckDBPyConnection, wards: Sequence[str]) -> None:
    """Delete the rows of some wards."""
    for view in _ORDERS:
        connection.execute(f"DELETE FROM {_table(view)} WHERE {_of(wards)}")


def _of(wards: Sequence[str] | None) -> str:
    """Return a condition with the codes as constants: DuckDB takes those into the depths of a view."""
    if wards is None:
        return "true"
    codes = ", ".join(f"'{code}'" for code in wards)
    return f"ward_code = {codes}" if len(wards) == 1 else f"ward_code IN ({codes})"


def _table(view: str) -> str:
    return f"{view.removesuffix('s')}_rows"


def _definition(view: str) -> str:
    """Return the statement of `views.sql` that defines a view, as that of a temporary one."""
    beginning = f"CREATE VIEW {view} AS\n"
    sql = Path(__file__).with_name("views.sql").read_text(encoding="utf-8")
    definition = sql.partition(beginning)[2].partition(";\n")[0]
    return f"CREATE OR REPLACE TEMP VIEW worked_out AS {definition}"


def _comment(kind: str, name: str, text: str) -> str:
    return f"COMMENT ON {kind} {name} IS '{text.replace(chr(39), chr(39) * 2)}'"
