"""A chart of a page: what is drawn, and the same figures as a table and as a file, each leading to its source."""

import base64
import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

import polars as pl

from analysis.reporting.labels import LABELS
from analysis.reporting.prose import STYLE_IN_LAB, Language, table
from analysis.reporting.source_pages import source_href

Rows = list[dict[str, Any]]

#: What a row of a chart's data is given by the page: where the words lie that it was read from.
SOURCE = "source"

#: Where a specification holds further views.
_PARTS = ("layer", "concat", "hconcat", "vconcat")
#: A spreadsheet takes a text that begins so for a formula.
_FORMULA = re.compile(r"[=+\-@\t\r]")
_MIDNIGHT = "T00:00:00"
#: What the words of a point were read from is printed in this column; the link stands there.
_QUOTE = "quote"


@dataclass(frozen=True)
class DataTable:
    """The figures of a chart.

    Attributes:
        html: of a table, in which all text is escaped.
        csv: of a file, as the address of a link.
        row_count: of both.
    """

    html: str
    csv: str
    row_count: int


@dataclass(frozen=True)
class ChartFigure:
    """What a page shows of a chart.

    Attributes:
        title: its heading, '' when it has none.
        subtitle: unit, source and notes.
        description: the text alternative.
        spec: the Vega-Lite specification as JSON that can stand in a page.
        is_linked: whether points lead to their source.
        tables: the figures, a table for each set of data that the chart is drawn from and whose points tell something.
        file_name: without ending, for what is downloaded.
    """

    title: str
    subtitle: str
    description: str
    spec: str
    is_linked: bool
    tables: tuple[DataTable, ...]
    file_name: str


def chart_figure(spec: Mapping[str, Any], language: Language) -> ChartFigure:
    """Return what a page shows of a chart.

    A row of the chart's data that has a `document_id` and a `citation_id` leads to its passage. The table and the file
    hold the fields that the chart's tooltips tell, in their order, and the number behind them.

    Args:
        spec: the Vega-Lite specification, as Altair writes it.
        language: of the page.

    Raises:
        WardPlansError: a row has a citation that is of no document and of no statistical table.
    """
    drawn = deepcopy(dict(spec))
    title, subtitle = _titles(spec)
    linked = [_linked(rows, language) for rows in _row_lists(drawn)]
    return ChartFigure(
        title=title,
        subtitle=subtitle,
        description=str(spec.get("description") or title or LABELS[language]["chart"]),
        spec=json.dumps(drawn, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c"),
        is_linked=any(linked),
        tables=tuple(_data_tables(drawn, title, language)),
        file_name=re.sub(r"[^\w]+", "-", title).strip("-") or LABELS[language]["chart"],
    )


def _titles(spec: Mapping[str, Any]) -> tuple[str, str]:
    """Return title and subtitle of a chart; the page sets them as text, which wraps and can be copied."""
    title = spec.get("title") or ""
    parts = title if isinstance(title, Mapping) else {"text": title}
    return _joined(parts.get("text")), _joined(parts.get("subtitle"))


def _joined(lines: object) -> str:
    return " ".join(str(line) for line in lines) if isinstance(lines, list) else str(lines or "")


def _row_lists(spec: Mapping[str, Any]) -> Iterator[Rows]:
    """Yield the rows of each set of data that a chart brings along."""
    yield from spec.get("datasets", {}).values()
    for view in _views(spec):
        values = view.get("data", {}).get("values")
        if isinstance(values, list):
            yield values


def _views(spec: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield a specification and all views in it."""
    yield spec
    parts = [part for name in _PARTS for part in spec.get(name, [])]
    for part in [*parts, *([spec["spec"]] if "spec" in spec else [])]:
        yield from _views(part)


def _linked(rows: Rows, language: Language) -> bool:
    """Give the rows that cite something the address of it, and tell whether there are any."""
    cited = [row for row in rows if isinstance(row, dict) and _cites(row)]
    for row in cited:
        row[SOURCE] = source_href(row["document_id"], row["citation_id"], language)
    return bool(cited)


def _cites(row: Mapping[str, Any]) -> bool:
    return "document_id" in row and bool(row.get("citation_id"))


def _data_tables(spec: Mapping[str, Any], title: str, language: Language) -> Iterator[DataTable]:
    """Yield a table for each set of data that some view's tooltip tells of, with the fullest of its tooltips."""
    fullest: dict[str, tuple[Rows, Sequence[Mapping[str, Any]]]] = {}
    for key, rows, told in _told(spec, spec.get("datasets", {}), ("", [])):
        if key not in fullest or len(told) > len(fullest[key][1]):
            fullest[key] = rows, told
    for rows, told in fullest.values():
        distinct = {tuple(str(row.get(field["field"])) for field in told): row for row in rows}
        yield _data_table(list(distinct.values()), told, title, language)


def _told(
    view: Mapping[str, Any], datasets: Mapping[str, Rows], inherited: tuple[str, Rows]
) -> Iterator[tuple[str, Rows, Sequence[Mapping[str, Any]]]]:
    """Yield key and rows of the data of each view that has a tooltip, and the fields that it tells."""
    data = view.get("data") or {}
    key, rows = inherited
    if "name" in data:
        key, rows = data["name"], datasets.get(data["name"], [])
    elif isinstance(data.get("values"), list):
        key, rows = str(id(data["values"])), data["values"]
    tooltip = view.get("encoding", {}).get("tooltip")
    told = [field for field in tooltip if "field" in field] if isinstance(tooltip, list) else []
    if told and rows:
        yield key, rows, told
    for name in _PARTS:
        for part in view.get(name, []):
            yield from _told(part, datasets, (key, rows))
    if "spec" in view:
        yield from _told(view["spec"], datasets, (key, rows))


def _data_table(rows: Rows, told: Sequence[Mapping[str, Any]], title: str, language: Language) -> DataTable:
    columns = {field["field"]: str(field.get("title") or field["field"]) for field in told}
    formats = {field["field"]: str(field.get("format", "")) for field in told}
    shown = [{name: _shown(row.get(name), formats[name]) for name in columns} for row in rows]
    for row, drawn in zip(shown, rows, strict=True):
        row[SOURCE] = drawn.get(SOURCE) if _cites(drawn) else None  # not what a chart itself may call so
    frame = pl.DataFrame(shown, infer_schema_length=None, strict=False)
    anchor = _QUOTE if _QUOTE in columns else list(columns)[-1]
    html = table(
        frame,
        language=language,
        columns={name: (label, label) for name, label in columns.items()},
        caption=LABELS[language]["data_of"].format(title),
        links={anchor: SOURCE},
    )
    return DataTable(str(html.data).removeprefix(STYLE_IN_LAB), _csv_address(rows, columns, language), len(rows))


def _shown(value: object, pattern: str) -> object:
    """Return a value as a tooltip shows it."""
    if isinstance(value, str):
        return value.removesuffix(_MIDNIGHT)
    if pattern and isinstance(value, int | float):
        try:
            return format(value, pattern)  # of D3's patterns those that Python has too
        except ValueError:
            return value
    return value


def _csv_address(rows: Rows, columns: Mapping[str, str], language: Language) -> str:
    """Return the rows as a file that a spreadsheet opens, in the address of a link: a page has no second file."""
    fields = dict(columns)
    if rows and "value" in rows[0] and "value" not in fields:
        fields["value"] = LABELS[language]["number"]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(fields.values())
    writer.writerows([_unformulated(row.get(name)) for name in fields] for row in rows)
    encoded = base64.b64encode(text.getvalue().encode("utf-8-sig")).decode()
    return f"data:text/csv;charset=utf-8;base64,{encoded}"


def _unformulated(value: object) -> object:
    """Return a value that no spreadsheet takes for a formula."""
    shown = _shown(value, "")
    return f"'{shown}" if isinstance(shown, str) and _FORMULA.match(shown) else shown
