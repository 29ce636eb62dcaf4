"""Excel workbooks: what the cells show, tables apart from the text around them."""

import re
import warnings
import zipfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from analysis.documents.marks import Mark, parse_mark
from analysis.errors import WardPlansError
from analysis.importing.imported import ImportedText, Manuscript, reason
from analysis.importing.number_formats import UnshownFormatError, displayed, format_code

# What openpyxl leaves as the type of a formula's cell whose stored result is an empty text.
_TEXT_RESULT = "str"
_MOST_CELLS = 2_000_000
# openpyxl takes this for set where it is not.
_STALE = re.compile(rb"<(?:\w+:)?calcPr\b[^>]*\bfullCalcOnLoad=[\"'](?:1|true)")


@dataclass(frozen=True)
class _Sheet:
    """The visible cells of a sheet.

    Attributes:
        texts: what is shown, by row and column, counted from 1; cells that show nothing are not there.
        framed: the cells, likewise, that belong to a table whatever they show: they have a border or a formula.
        hidden_columns: the columns that are not shown.
    """

    texts: dict[int, dict[int, str]]
    framed: dict[int, set[int]]
    hidden_columns: frozenset[int]


def import_excel(path: Path, content: bytes) -> ImportedText:
    """Return a workbook as raw text: sheet by sheet, cells as they are displayed.

    What a reader of the workbook does not see is left out, and said: hidden sheets, rows and columns.

    Raises:
        WardPlansError: the file is damaged, a formula's result is not stored, a number format is not known, or no
            sheet shows anything.
    """
    shown, formulas = _load(path, content, data_only=True), _load(path, content, data_only=False)
    _refuse_uncalculated(path, shown, formulas, is_stale=_is_stale(content))
    found = Manuscript(str(path))
    for sheet in shown.worksheets:
        if sheet.sheet_state != "visible":
            found.notes.append(
                f"sheet {sheet.title!r} is hidden and was left out; unhide it and import again to have it"
            )
            continue
        cells = _visible(path, sheet, shown, found)
        if not cells.texts:
            found.notes.append(f"sheet {sheet.title!r} is empty")
            continue
        mark = Mark(sheet=sheet.title)
        if parse_mark(str(mark)) != mark:
            raise WardPlansError(
                f"{path}: the sheet name {sheet.title!r} has characters that no mark can hold; rename it"
            )
        found.mark(mark)
        _write_sheet(found, cells)
        _note_pictures(found, sheet)
    found.notes.extend(f"sheet {sheet.title!r} is a chart and has no cells" for sheet in shown.chartsheets)
    return found.finish("excel")


def _load(path: Path, content: bytes, *, data_only: bool) -> Workbook:
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # on parts such as slicers and data validation, which show no text
            return openpyxl.load_workbook(BytesIO(content), data_only=data_only)
    except Exception as error:  # whatever a damaged file makes the library do
        raise WardPlansError(
            f"{path}: damaged or not written as Excel does ({reason(error)}): open it, save it as .xlsx and import that"
        ) from error


def _is_stale(content: bytes) -> bool:
    """Tell whether the stored results stand only until Excel opens the file, as where a program has written it."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return bool(_STALE.search(archive.read("xl/workbook.xml")))


def _refuse_uncalculated(path: Path, shown: Workbook, formulas: Workbook, *, is_stale: bool) -> None:
    """Refuse formulas whose results the file does not hold.

    Raises:
        WardPlansError: there is one; the message names the cell.
    """
    count = 0
    for sheet in formulas.worksheets:
        results = shown[sheet.title]
        cells = _cells(sheet)
        count += len(cells)
        if count > _MOST_CELLS:
            raise WardPlansError(f"{path}: more than {_MOST_CELLS} cells; import a copy with the sheets that matter")
        for cell in cells:
            if cell.data_type != "f":
                continue
            result = results[cell.coordinate]
            # The type of a stored result that is an empty text is `str`.
            is_missing = result.value is None and result.data_type != _TEXT_RESULT
            if is_missing or is_stale:
                raise WardPlansError(
                    f"{path}: sheet {sheet.title!r}, cell {cell.coordinate}: a formula whose result is not stored; "
                    "open the workbook in Excel, save it and import that"
                )


def _cells(sheet: Worksheet) -> list[Any]:
    """Return the cells that are there: going through rows would make all those up to the last."""
    return [cell for _, cell in sorted(sheet._cells.items())]


def _visible(path: Path, sheet: Worksheet, workbook: Workbook, found: Manuscript) -> _Sheet:
    hidden_rows = {number for number, row in sheet.row_dimensions.items() if row.hidden or row.height == 0}
    hidden_columns = frozenset(_hidden_columns(sheet))
    texts: dict[int, dict[int, str]] = {}
    framed: dict[int, set[int]] = {}
    left_out: dict[str, None] = {}
    for cell in _cells(sheet):
        text = _text(path, sheet, cell, workbook)
        if cell.row in hidden_rows or cell.column in hidden_columns:
            if text:
                is_row = cell.row in hidden_rows
                left_out[f"row {cell.row}" if is_row else f"column {get_column_letter(cell.column)}"] = None
            continue
        if text:
            texts.setdefault(cell.row, {})[cell.column] = text
        if _has_border(cell) or cell.data_type == _TEXT_RESULT:
            framed.setdefault(cell.row, set()).add(cell.column)
    if left_out:
        found.notes.append(
            f"sheet {sheet.title!r}: hidden and left out: {', '.join(left_out)}; to have them, unhide them"
        )
    return _Sheet(texts, framed, hidden_columns)


def _hidden_columns(sheet: Worksheet) -> Iterable[int]:
    for dimension in sheet.column_dimensions.values():
        if dimension.hidden and dimension.min is not None:
            yield from range(dimension.min, min(dimension.max or dimension.min, 16384) + 1)


def _has_border(cell: Any) -> bool:
    sides = (getattr(cell.border, side) for side in ("left", "right", "top", "bottom"))
    return cell.has_style and any(side is not None and side.style for side in sides)


def _text(path: Path, sheet: Worksheet, cell: Any, workbook: Workbook) -> str:
    if cell.value is None:
        return ""
    code = format_code(cell._style.numFmtId if cell.has_style else 0, cell.number_format)
    try:
        text = displayed(cell.value, code, workbook.epoch)
    except UnshownFormatError as error:
        raise WardPlansError(
            f"{path}: sheet {sheet.title!r}, cell {cell.coordinate}: cannot tell how Excel shows {cell.value!s} in the "
            f"number format {code!r} ({error}); give the cell a simpler format or make it text"
        ) from error
    return text.replace("_x000D_", "").strip()


def _note_pictures(found: Manuscript, sheet: Worksheet) -> None:
    pictures, charts = len(sheet._images), len(sheet._charts)
    if pictures or charts:
        found.notes.append(f"sheet {sheet.title!r}: the text of {pictures} pictures and {charts} charts is not read")


# -- tables and text ----------------------------------------------------------------------------------------


def _write_sheet(found: Manuscript, sheet: _Sheet) -> None:
    """Add the rows of a sheet; blank rows stay apart, and part tables."""
    block: list[int] = []
    for row in sorted(sheet.texts):
        if block and row > block[-1] + 1 and not _is_framed(sheet, range(block[-1] + 1, row)):
            _write_block(found, sheet, block)
            found.gap()
            block = []
        block.append(row)
    _write_block(found, sheet, block)


def _is_framed(sheet: _Sheet, rows: range) -> bool:
    """Tell whether rows that show nothing are rows of a table with borders."""
    return all(len(sheet.framed.get(row, ())) > 1 for row in rows)


def _write_block(found: Manuscript, sheet: _Sheet, block: Sequence[int]) -> None:
    """Add rows without blank ones between: a table, and what stands above or below it in one cell a row."""
    wide = [row for row in block if _is_wide(sheet, row)]
    if wide:
        columns = _columns(sheet, range(wide[0], wide[-1] + 1))
        table = [
            row for row in block if wide[0] <= row <= wide[-1] or columns[0] < min(sheet.texts[row]) <= columns[-1]
        ]
    else:
        columns, table = [], []
    above = [row for row in block if not table or row < table[0]]
    below = [row for row in block if table and row > table[-1]]
    for row in above:
        found.paragraph("\n".join(sheet.texts[row].values()))
    rows = [row for row in block if row not in above and row not in below]
    found.table([sheet.texts[row].get(column, "") for column in columns] for row in rows)
    for row in below:
        found.paragraph("\n".join(sheet.texts[row].values()))


def _is_wide(sheet: _Sheet, row: int) -> bool:
    return len(sheet.texts[row].keys() | sheet.framed.get(row, set())) > 1


def _columns(sheet: _Sheet, rows: range) -> list[int]:
    """Return the visible columns of a table, those that are empty between others among them."""
    used = {column for row in rows for column in sheet.texts.get(row, {})}
    used |= {column for row in rows for column in sheet.framed.get(row, ())}
    return [column for column in range(min(used), max(used) + 1) if column not in sheet.hidden_columns]
