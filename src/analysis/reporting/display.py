"""What JupyterLab shows of a frame, and SQL in a cell: a notebook begins with `enable_display()`."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from keyword import iskeyword
from typing import Any

import duckdb
import numpy
import pandas
import polars
from IPython.core.getipython import get_ipython
from IPython.core.interactiveshell import InteractiveShell

from analysis.charts import enable_charts
from analysis.comparison.citing import cited_documents
from analysis.comparison.queries import sql
from analysis.errors import WardPlansError
from analysis.reporting.prose import (
    MISSING,
    Column,
    Language,
    cell,
    choose,
    html_table,
    linked,
    shown_text,
    width_class,
)
from analysis.reporting.source_pages import source_href

ROWS_SHOWN = 30
"""How many rows of a frame are shown when nothing else is asked for; the rest is told as a number."""

_IDS_SHOWN = 5

#: Columns that are in the unit of `unit_ja` and `unit_en` wherever a frame of this project has them.
_IN_UNIT = frozenset(("value", "indicator_value", "target", "actual", "baseline", "previous_value", "statistic_value"))

_SEVERAL = (list, tuple, set, frozenset, numpy.ndarray, polars.Series, pandas.Series)

_Cells = Sequence[object]


class QueryError(WardPlansError):
    """A query in a cell that was refused; IPython shows its message alone, without the way it took to get there."""

    def _render_traceback_(self) -> list[str]:
        return [str(self)]


@dataclass(frozen=True)
class _Part:
    """The rows of a frame that are shown, as Python's own values, with the number of all."""

    total: int
    labels: tuple[tuple[str, _Cells], ...]
    columns: tuple[tuple[str, _Cells], ...]


@dataclass(frozen=True)
class _Display:
    """How frames are shown: in which language, how much of them, and which database knows their citations."""

    language: Language
    connection: duckdb.DuckDBPyConnection | None
    rows: int

    def polars_table(self, frame: polars.DataFrame) -> str:
        """Return the first rows of a frame as HTML."""
        part = frame.head(self.rows)
        return self._table(_Part(frame.height, (), tuple((one.name, one.to_list()) for one in part.iter_columns())))

    def pandas_table(self, frame: pandas.DataFrame) -> str:
        """Return the first rows of a frame as HTML, with its index where that says something."""
        part = frame.head(self.rows)
        names = [_label(name) for name in frame.columns]
        columns = tuple((name, part.iloc[:, place].tolist()) for place, name in enumerate(names))
        return self._table(_Part(len(frame), tuple(_index_columns(part.index)), columns))

    def _table(self, part: _Part) -> str:
        columns = [(name, [_plain(value) for value in values]) for name, values in part.columns]
        known = self._documents(columns)
        units = self._units(dict(columns))
        shown = [self._label_column(name, [_plain(value) for value in values]) for name, values in part.labels]
        for name, values in columns:
            if _holds_citations(name):
                shown.append(self._citation_column(name, values, known))
            else:
                shown.append(self._column(name, values, units if name in _IN_UNIT else None))
        return str(html_table(shown, self._caption(part.total), self.language).data)

    def _column(self, name: str, values: _Cells, units: _Cells | None) -> Column:
        texts = self._texts(name, values)
        # An id of several lines would make every row as high.
        width = "" if name.endswith("_id") else width_class(values, texts)
        if units:
            texts = [self._with_unit(*one) for one in zip(values, texts, units, strict=True)]
        return Column(name, width, [cell(text, width, self.language) for text in texts])

    def _label_column(self, name: str, values: _Cells) -> Column:
        cells = [cell(text, ' scope="row"', self.language, tag="th") for text in self._texts(name, values)]
        return Column(name, "", cells)

    def _citation_column(self, name: str, values: _Cells, known: Mapping[str, str | None]) -> Column:
        """Return a column whose ids lead to the passages they name; what is no id of the database is text."""
        return Column(name, "", [self._citation_cell(value, known) for value in values])

    def _citation_cell(self, value: object, known: Mapping[str, str | None]) -> str:
        """Return a cell with an id, or with a number in the place of each of several: they are long and all alike."""
        if not isinstance(value, list):
            return cell(shown_text(value, "", self.language), "", self.language, self._href(value, known))
        links = [linked(f"[{place}]", self._href(one, known)) for place, one in enumerate(value[:_IDS_SHOWN], start=1)]
        more = len(value) - _IDS_SHOWN
        rest = [choose(self.language, ja=f"ほか{more:,}件", en=f"and {more:,} more")] if more > 0 else []
        return f"<td>{' '.join([*links, *rest]) or MISSING}</td>"

    def _href(self, citation_id: object, known: Mapping[str, str | None]) -> str | None:
        if not isinstance(citation_id, str) or citation_id not in known:
            return None
        return source_href(known[citation_id], citation_id, self.language)

    def _documents(self, columns: Iterable[tuple[str, _Cells]]) -> Mapping[str, str | None]:
        """Return the document of each id that the database knows; of a statistic None."""
        ids = {one for name, values in columns if _holds_citations(name) for one in _flat(values)}
        if not ids:
            return {}
        try:
            return cited_documents(sorted(ids), connection=self.connection)
        except (WardPlansError, duckdb.Error):  # no database, or it was closed: then there is no link either
            return {}

    def _units(self, columns: Mapping[str, _Cells]) -> _Cells | None:
        in_order = (f"unit_{self.language}", "unit_ja", "unit_en")
        return next((columns[name] for name in in_order if name in columns), None)

    def _with_unit(self, value: object, text: str, unit: object) -> str:
        if not _is_number(value) or not isinstance(unit, str) or not unit:
            return text
        return choose(self.language, ja=f"{text}{unit}", en=f"{text} {unit}")

    def _texts(self, name: str, values: _Cells) -> list[str]:
        return [shown_text(value, name, self.language) for value in values]

    def _caption(self, total: int) -> str:
        if total > self.rows:
            return choose(
                self.language,
                ja=f"全{total:,}行のうち最初の{self.rows}行",
                en=f"The first {self.rows} of {total:,} rows",
            )
        return choose(self.language, ja=f"全{total}行", en="1 row" if total == 1 else f"{total} rows")


def enable_display(
    language: Language = "ja", connection: duckdb.DuckDBPyConnection | None = None, *, rows: int = ROWS_SHOWN
) -> None:
    """Make this notebook show charts and frames in the project's look, and answer SQL in a cell.

    A polars or pandas frame as the last value of a cell is shown as a plain table: its first rows, `value` and the like
    with the unit of `unit_ja` or `unit_en`, and every `citation_id` that the database knows as a link to the passage.

    `%%sql` at the head of a cell runs the rest of it as one query and shows the rows; `%%sql name` keeps them under
    that name too. `$ward` in the query stands for the value of the variable `ward`.

    Safe to call again, with another language or database. Outside of IPython only the charts are set up.

    Args:
        language: of the words around frames, of units and of the source pages that links open.
        connection: from `open_database`; the checkout's own database when None.
        rows: how many rows of a frame are shown.

    Raises:
        WardPlansError: the language is neither 'ja' nor 'en', or fewer than one row is asked for.

    Example:
        >>> enable_display("en", analysis.open_database())
    """
    choose(language, ja="", en="")  # refuses any other
    if rows < 1:
        raise WardPlansError(f"a frame is shown with one row or more: not {rows}")
    display = _Display(language, connection, rows)
    enable_charts()
    shell = get_ipython()
    if shell is None:
        return
    formatter = shell.display_formatter.formatters["text/html"]  # type: ignore[union-attr]
    formatter.for_type(polars.DataFrame, display.polars_table)
    formatter.for_type(pandas.DataFrame, display.pandas_table)
    shell.magics_manager.register_function(_cell_magic(shell, connection), magic_kind="cell", magic_name="sql")


def _cell_magic(
    shell: InteractiveShell, connection: duckdb.DuckDBPyConnection | None
) -> Callable[[str, str], polars.DataFrame | pandas.DataFrame]:
    def run_cell(line: str, query: str) -> polars.DataFrame | pandas.DataFrame:
        """Run the cell as one query in SQL and show its rows; `%%sql name` keeps them under that name."""
        name = line.strip()
        if name and (not name.isidentifier() or iskeyword(name)):
            raise QueryError(f"%%sql {name}: what follows %%sql is the name of a variable, or nothing")
        try:
            rows = sql(query, parameters=shell.user_ns, connection=connection)
        except WardPlansError as error:
            raise QueryError(str(error)) from None
        if name:
            shell.user_ns[name] = rows
        return rows

    return run_cell


def _index_columns(index: pandas.Index) -> Iterator[tuple[str, _Cells]]:
    """Yield the levels of an index, unless it only numbers the rows."""
    if index.nlevels == 1 and index.name is None and pandas.api.types.is_integer_dtype(index.dtype):
        return
    for level in range(index.nlevels):
        values = index.get_level_values(level)
        yield ("" if values.name is None else _label(values.name)), values.tolist()


def _label(name: object) -> str:
    return " / ".join(map(str, name)) if isinstance(name, tuple) else str(name)


def _holds_citations(column: str) -> bool:
    return column in ("citation_id", "citation_ids") or column.endswith(("_citation_id", "_citation_ids"))


def _flat(values: Iterable[object]) -> Iterator[str]:
    for value in values:
        yield from (one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str))


def _plain(value: object) -> Any:
    """Return a value of a frame as one that a table can show: None, a number, a date, a list or text.

    A frame can hold objects of any kind. Not even one that cannot be printed keeps the others from being shown.
    """
    try:
        plain = [_one(item) for item in value] if isinstance(value, _SEVERAL) else _one(value)
        shown_text(plain, "", "en")
        return plain
    except Exception:
        return f"<{type(value).__name__}>"


def _one(value: Any) -> Any:
    if isinstance(value, numpy.generic):
        value = value.item()
    if value is None or (pandas.api.types.is_scalar(value) and pandas.isna(value)):
        return None
    if isinstance(value, datetime):
        return value.date() if value.time() == time() and value.tzinfo is None else value.isoformat(sep=" ")
    if isinstance(value, bool | int | float | Decimal | date):
        return value
    return str(value).encode("utf-8", "replace").decode()  # half a surrogate pair cannot be sent to the browser


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)
