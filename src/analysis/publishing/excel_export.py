"""One Excel workbook: what it is, a codebook, and a sheet for each table and view."""

import datetime
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import polars as pl
from xlsxwriter import Workbook
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from analysis.errors import WardPlansError
from analysis.publishing.codebook_rows import Entry, codebook
from analysis.publishing.exported import Export
from analysis.publishing.provenance import LICENCE_URL, PACKAGE, TERMS, TERMS_JA, Dataset
from analysis.publishing.relations import Relation, batches, row_counts

MOST_ROWS = 1_048_576
"""How many rows a sheet has, the header among them."""

MOST_CHARACTERS = 32_767
"""How many characters (as UTF-16 counts them) a cell holds."""

LONGEST_NAME = 31
"""How many characters the name of a sheet has at most."""

Cell = str | int | float | bool | datetime.date | None

# Before this day Excel counts one that never was, so that its numbers of days mean something else to others.
_FIRST_DAY = datetime.date(1900, 3, 1)

# A workbook states when it was made. This says nothing, and always the same.
_NO_TIME = datetime.datetime(1980, 1, 1)

_NARROWEST, _WIDEST = 8, 60
_FILTER_BUTTON = 3
_ROWS_MEASURED = 200

_NOTES = (
    "Each sheet is a table of the database; the first of them are views, which join tables: start there.\n"
    "各シートはデータベースの表である。最初の数枚は表を結合したビューで、ここから見るとよい。",
    "What each column means, and its unit: sheet codebook.\n列の意味と単位はシート codebook にある。",
    "An empty cell is NULL: the documents do not say. It is never 0 and never an empty text.\n"
    "空のセルは NULL、すなわち資料に記載がないことを表す。0 でも空の文字列でもない。",
    "Codes such as ward_code are text, so that leading zeros stay. Text is never a formula or a link.\n"
    "ward_code などのコードは、先頭の 0 を保つため文字列である。文字列が数式やリンクとして働くことはない。",
    "Dates are dates; one before 1 March 1900, which Excel cannot hold, is text. Numbers have 16 significant digits.\n"
    "日付は日付型である(Excel が扱えない1900年2月以前は文字列)。数値の有効桁数は16桁である。",
)


@dataclass(frozen=True)
class _Styles:
    """The formats of a workbook's cells. `text` stays text when somebody edits the cell, whatever it looks like."""

    header: Format
    text: Format
    wrapped: Format
    date: Format
    title: Format

    @classmethod
    def of(cls, workbook: Workbook) -> "_Styles":
        return cls(
            workbook.add_format({"bold": True, "bottom": 1, "bg_color": "#E8EEF5", "quote_prefix": True}),
            workbook.add_format({"quote_prefix": True}),
            workbook.add_format({"quote_prefix": True, "text_wrap": True, "valign": "top"}),
            workbook.add_format({"num_format": "yyyy-mm-dd"}),
            workbook.add_format({"bold": True, "font_size": 14}),
        )


def write_excel(export: Export, folder: Path) -> None:
    """Write the workbook `ward-plans.xlsx`.

    Sheets `about` and `codebook`, then one for each view and each table: a header that stays, a filter, numbers, dates
    and truth values as such, text as text.

    Raises:
        WardPlansError: a table has more rows than a sheet, a text more characters than a cell, or a name more than that
            of a sheet may have; the message names it.
    """
    relations = sorted(export.relations, key=lambda relation: relation.kind != "view")
    counts = row_counts(export.connection, relations)
    _refuse_what_does_not_fit(relations, counts)
    with _workbook(folder / f"{PACKAGE}.xlsx", export.dataset) as workbook:
        styles = _Styles.of(workbook)
        about, explained = workbook.add_worksheet("about"), workbook.add_worksheet("codebook")
        _write_about(about, export.dataset, relations, counts, styles)
        _write_codebook(explained, relations, styles)
        for relation in relations:
            export.begin(relation.name)
            _write_relation(workbook.add_worksheet(relation.name), export, relation, counts[relation.name], styles)


@contextmanager
def _workbook(path: Path, dataset: Dataset) -> Iterator[Workbook]:
    # Rows go to temporary files as they come: a sheet of a million is not held in memory.
    workbook = Workbook(path, {"constant_memory": True, "tmpdir": str(path.parent), "use_zip64": True})
    workbook.set_properties(
        {"created": _NO_TIME, "title": dataset.title, "author": dataset.authors, "comments": dataset.citation}
    )
    try:
        yield workbook
        workbook.close()
    except FileCreateError as error:
        raise OSError(*error.args[0].args) from error
    finally:
        for sheet in workbook.worksheets():
            sheet._opt_close()


def _refuse_what_does_not_fit(relations: Sequence[Relation], counts: Mapping[str, int]) -> None:
    for relation in relations:
        if counts[relation.name] >= MOST_ROWS:
            raise WardPlansError(
                f"{relation.name} has {counts[relation.name]:,} rows, but a sheet of Excel has {MOST_ROWS:,} with its "
                "header: export it as parquet, csv or sqlite instead"
            )
        if len(relation.name) > LONGEST_NAME:
            raise WardPlansError(
                f"{relation.name} cannot be the name of a sheet, which Excel allows {LONGEST_NAME} characters: "
                "export it as parquet, csv or sqlite instead"
            )


def _write_relation(sheet: Worksheet, export: Export, relation: Relation, rows: int, styles: _Styles) -> None:
    headers = [column.name for column in relation.columns]
    widths = [len(header) + _FILTER_BUTTON for header in headers]
    _write_header(sheet, headers, styles)
    for number, row in enumerate(_rows(export, relation), start=1):
        for position, value in enumerate(row):
            _write_cell(sheet, number, position, value, styles, f"{relation.name}.{headers[position]}")
        if number <= _ROWS_MEASURED:
            widths = [max(width, _displayed_width(value)) for width, value in zip(widths, row, strict=True)]
    for position, width in enumerate(widths):
        sheet.set_column(position, position, min(max(width, _NARROWEST), _WIDEST))
    _finish_table(sheet, rows, len(headers))


def _rows(export: Export, relation: Relation) -> Iterator[tuple[Cell, ...]]:
    for batch in batches(export.connection, relation):
        yield from pl.DataFrame(batch).iter_rows()


def _write_header(sheet: Worksheet, headers: Sequence[str], styles: _Styles) -> None:
    for position, header in enumerate(headers):
        sheet.write_string(0, position, header, styles.header)


def _finish_table(sheet: Worksheet, rows: int, columns: int) -> None:
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, rows, columns - 1)
    sheet.ignore_errors({"number_stored_as_text": f"A1:XFD{rows + 1}", "two_digit_text_year": f"A1:XFD{rows + 1}"})


def _write_cell(sheet: Worksheet, row: int, column: int, value: Cell, styles: _Styles, where: str) -> None:
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case int() | float():
            sheet.write_number(row, column, value)
        case datetime.date() if value >= _FIRST_DAY:
            sheet.write_datetime(row, column, value, styles.date)
        case _:
            _write_text(sheet, row, column, str(value), styles.text, where)


def _write_text(sheet: Worksheet, row: int, column: int, text: str, style: Format, where: str) -> None:
    if text.startswith("<r>") and text.endswith("</r>"):
        # Such a string xlsxwriter takes for marked-up text of its own, unless it comes in pieces.
        refused = sheet.write_rich_string(row, column, text[0], text[1], text[2:], style)
    else:
        refused = sheet.write_string(row, column, text, style)
    if refused:
        raise WardPlansError(
            f"{where}: a text of {len(text):,} characters in row {row}, beginning {text[:20]!r}, does not fit into a "
            f"cell of Excel, which holds {MOST_CHARACTERS:,}: export it as parquet, csv or sqlite instead"
        )


def _displayed_width(value: Cell) -> int:
    """Return how wide a cell is, in digits; of a text with several lines, the first."""
    text = str(value).partition("\n")[0] if value is not None else ""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text[:_WIDEST]) + 1


def _write_codebook(sheet: Worksheet, relations: Sequence[Relation], styles: _Styles) -> None:
    entries = list(codebook(relations))
    wrapping = replace(styles, text=styles.wrapped)
    _write_header(sheet, Entry.headers(), styles)
    for number, entry in enumerate(entries, start=1):
        for position, value in enumerate(entry.cells()):
            _write_cell(sheet, number, position, value, wrapping, "codebook")
    for position, width in enumerate((22, 26, 9, 9, 10, 12, 30, 24, 40, 90)):
        sheet.set_column(position, position, width)
    _finish_table(sheet, len(entries), len(Entry.headers()))


def _write_about(
    sheet: Worksheet, dataset: Dataset, relations: Sequence[Relation], counts: Mapping[str, int], styles: _Styles
) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 1, 110)
    sheet.set_column(2, 2, 12)
    sheet.write_string(0, 0, dataset.title, styles.title)
    row = 1
    for label, text in _about(dataset):
        sheet.write_string(row, 0, label, styles.wrapped)
        sheet.write_string(row, 1, text, styles.wrapped)
        row += 1
    _write_index(sheet, row + 1, relations, counts, styles)


def _about(dataset: Dataset) -> Iterable[tuple[str, str]]:
    yield "How to cite it 引用", dataset.citation
    yield "Licence ライセンス", f"{dataset.licence}, {LICENCE_URL}"
    yield "Terms 利用条件", f"{TERMS}\n{TERMS_JA}"
    yield from (("How to read it 読み方", note) for note in _NOTES)
    yield from dataset.build.items()
    for source in dataset.sources:
        said = (
            source.name,
            source.title_ja,
            source.title_en,
            source.publisher_ja,
            source.published_ja,
            source.transcription,
            f"{source.file_name}, SHA-256 {source.sha256}",
        )
        yield "Source 出典", "\n".join(text for text in said if text)


def _write_index(
    sheet: Worksheet, first: int, relations: Sequence[Relation], counts: Mapping[str, int], styles: _Styles
) -> None:
    for position, header in enumerate(("sheet", "holds", "rows")):
        sheet.write_string(first, position, header, styles.header)
    for row, relation in enumerate(relations, start=first + 1):
        sheet.write_url(row, 0, f"internal:'{relation.name}'!A1", string=relation.name)
        sheet.write_string(row, 1, relation.comment, styles.wrapped)
        sheet.write_number(row, 2, counts[relation.name])
