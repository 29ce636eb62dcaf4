"""What a notebook shows besides charts: prose in one of two languages, and plain tables."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from html import escape
from typing import Literal

import pandas
import polars
from IPython.display import HTML, Markdown

from analysis.charts.lettering import display_width
from analysis.charts.wording import number
from analysis.comparison.printed import on_one_line
from analysis.errors import WardPlansError
from analysis.reporting.addresses import in_lab

Language = Literal["ja", "en"]

MISSING = "—"
_BADGE = "badge"
_NO_ROWS = ("該当なし", "none")

#: As `display_width` counts: columns whose widest text is wider may wrap; what is narrower stays on one line.
_WIDEST_ON_ONE_LINE = 16
#: Wider ones are given more room.
_WIDEST_IN_A_FEW_LINES = 40

#: Columns that hold a year, by the project's naming rule; a thousands separator would make 2,024 of them.
_YEAR_COLUMN = re.compile(r"(^|_)year$")
_JAPANESE = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]")
_JAPANESE_WORD = re.compile(rf"{_JAPANESE.pattern}+")
_LATIN = re.compile(r"[A-Za-z]")
_MARKDOWN_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")

#: JupyterLab right-aligns and never wraps cells; a page drops this and brings its own style sheet.
STYLE_IN_LAB = (
    "<style>table.data{text-align:left}table.data caption{text-align:left;font-weight:bold;min-width:12em}"
    "table.data td,table.data th{text-align:left!important;vertical-align:top;white-space:normal;"
    "max-width:36em}"
    "table.data .number{text-align:right!important}table.data td:not(.text,.long){white-space:nowrap}"
    "table.data .long{min-width:12em}.badge{border:1px solid;border-radius:1em;padding:0 .6em;white-space:nowrap}"
    ".badge.related,.badge.not_judged{border-style:dashed}.badge.direct,.badge.met{font-weight:bold}</style>"
)


def prose(language: Language, *, ja: str, en: str) -> Markdown:
    """Return the text of the chosen language as Markdown for a notebook to show.

    Text taken from a document goes through `plain` first, so that its own `*` or `[` stay what they are. HTML
    in the Markdown is shown as text.

    Example:
        prose(language, ja="# オンライン手続", en="# Online procedures")
    """
    return Markdown(choose(language, ja=ja, en=en))  # type: ignore[no-untyped-call]


def choose(language: Language, *, ja: str, en: str) -> str:
    """Return the text of the chosen language, for a chart's title or description.

    Raises:
        WardPlansError: the language is neither 'ja' nor 'en'.
    """
    if language not in ("ja", "en"):
        raise WardPlansError(f"unknown language {language!r}: 'ja' and 'en' are there")
    return ja if language == "ja" else en


def plain(text: str) -> str:
    r"""Return text so that Markdown shows it character for character, on one line, without the breaks inside a cell.

    Example:
        >>> plain("*1 <b>")
        '\\\\*1 \\\\<b\\\\>'
    """
    return _MARKDOWN_PUNCTUATION.sub(r"\\\1", " ".join(on_one_line(text).split()))


def table(
    frame: polars.DataFrame | pandas.DataFrame,
    *,
    language: Language,
    columns: Mapping[str, tuple[str, str]],
    caption: str,
    badges: Mapping[str, tuple[str, str]] | None = None,
    links: Mapping[str, str] | None = None,
) -> HTML:
    """Return a frame as a plain HTML table for a notebook to show.

    All text is escaped. What a column `…_en` lacks is shown from its `…_ja`, where the frame has that.

    Numbers are right aligned, with separators for thousands, except in columns named
    `year` or `…_year`. What is missing is shown as '—', never as an empty cell; a frame without rows as 'none'.

    Args:
        frame: the rows, in the order they are to be shown.
        language: which of the two labels of a column to use.
        columns: the columns to show, in this order, each with its Japanese and its English label.
        caption: what the table shows, in the reader's language.
        badges: labels of the values of the column `badge`, in Japanese and English; they are shown as badges, whose
            look the style sheet knows by the value. A value without a label is an error.
        links: for a shown column the column of the addresses its cells lead to, relative to the folder of the reports;
            without one where that is None.

    Raises:
        WardPlansError: the frame lacks a column, or a badge has no label; the message names it.

    Example:
        table(frame, language="ja", columns={"ward_ja": ("区", "Ward")}, caption="区の一覧")
    """
    targets = dict(links or {})
    missing = [name for name in (*columns, *targets.values()) if name not in frame.columns]
    if missing:
        raise WardPlansError(
            f"table {caption!r}: the frame has no column {', '.join(missing)}; it has {', '.join(frame.columns)}"
        )
    values = {name: _translated(frame, name) for name in columns}
    hrefs = {name: _columns(frame, [target])[target] for name, target in targets.items()}
    labels_of = {value: choose(language, ja=ja, en=en) for value, (ja, en) in (badges or {}).items()}
    unknown = set(values.get(_BADGE, [])) - set(labels_of)
    if unknown:
        raise WardPlansError(f"table {caption!r}: no label for the badge {sorted(map(str, unknown))[0]!r}")
    shown = []
    for name, (ja, en) in columns.items():
        column = values[name]
        is_badge = name == _BADGE
        texts = [labels_of[str(value)] if is_badge else shown_text(value, name, language) for value in column]
        width = width_class(column, texts)
        if is_badge:
            cells = [_badge(value, text) for value, text in zip(column, texts, strict=True)]
        else:
            leads_to = hrefs.get(name, [None] * len(texts))
            cells = [cell(text, width, language, href) for text, href in zip(texts, leads_to, strict=True)]
        shown.append(Column(choose(language, ja=ja, en=en), width, cells))
    return html_table(shown, caption, language)


@dataclass(frozen=True)
class Column:
    """A column as it is shown: its head in words, the class of its cells, and the cells as HTML, `<td>` and all."""

    head: str
    width: str
    cells: Sequence[str]


def html_table(columns: Sequence[Column], caption: str, language: Language) -> HTML:
    """Return columns of the same length as a plain table in the project's look; without rows, one that says 'none'."""
    head = "".join(f'<th scope="col"{column.width}>{escape(column.head)}</th>' for column in columns)
    rows = ["".join(row) for row in zip(*(column.cells for column in columns), strict=True)]
    if not rows:
        ja, en = _NO_ROWS
        rows = [f'<td colspan="{len(columns)}">{choose(language, ja=ja, en=en)}</td>']
    body = "\n".join(f"<tr>{row}</tr>" for row in rows)
    return HTML(  # type: ignore[no-untyped-call]
        f'{STYLE_IN_LAB}<table class="data">\n<caption>{escape(caption)}</caption>\n'
        f"<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>"
    )


def _translated(frame: polars.DataFrame | pandas.DataFrame, name: str) -> list[object]:
    """Return a column; of an English one what is not translated as it is printed, for a gap would be no better."""
    values = _columns(frame, [name])[name]
    printed = f"{name.removesuffix('_en')}_ja"
    if not name.endswith("_en") or printed not in frame.columns:
        return values
    return [
        original if value is None else value
        for value, original in zip(values, _columns(frame, [printed])[printed], strict=True)
    ]


def _columns(frame: polars.DataFrame | pandas.DataFrame, columns: list[str]) -> dict[str, list[object]]:
    if isinstance(frame, polars.DataFrame):
        return frame.select(columns).to_dict(as_series=False)
    chosen = frame[columns].astype(object)
    return {name: chosen[name].where(chosen[name].notna(), None).tolist() for name in columns}


def _is_number(value: object) -> bool:
    return isinstance(value, int | float | Decimal) and not isinstance(value, bool)


def _is_numeric(values: Iterable[object]) -> bool:
    present = [value for value in values if value is not None]
    return bool(present) and all(_is_number(value) for value in present)


def width_class(values: Sequence[object], texts: Sequence[str]) -> str:
    """Return the attribute that tells the style sheet how wide a column may become."""
    if _is_numeric(values):
        return ' class="number"'
    widest = max(map(display_width, texts), default=0)
    if widest > _WIDEST_IN_A_FEW_LINES:
        return ' class="long"'
    return ' class="text"' if widest > _WIDEST_ON_ONE_LINE else ""


def cell(text: str, attributes: str, language: Language, href: object = None, *, tag: str = "td") -> str:
    """Return text as a cell, escaped, with what is Japanese on an English page marked as such.

    Args:
        text: what is shown.
        attributes: of the cell, from `width_class`.
        language: of the page.
        href: where the cell leads, relative to the folder of the reports; nowhere when None.
        tag: 'th' for the head of a row.
    """
    letters = len(_JAPANESE.findall(text)) if language == "en" else 0
    if letters > len(_LATIN.findall(text)):
        return f'<{tag}{attributes} lang="ja">{linked(escape(text), href)}</{tag}>'
    # A Japanese word within English is read out as such, and the sentence around it as English.
    shown = _JAPANESE_WORD.sub(_in_japanese, escape(text)) if letters else escape(text)
    return f"<{tag}{attributes}>{linked(shown, href)}</{tag}>"


def linked(shown: str, href: object) -> str:
    """Return HTML as a link to an address relative to the folder of the reports; as it is when that is None."""
    return f'<a href="{escape(in_lab(str(href)))}">{shown}</a>' if href else shown


def _in_japanese(word: re.Match[str]) -> str:
    return f'<span lang="ja">{word[0]}</span>'


def _badge(value: object, text: str) -> str:
    return f'<td><span class="badge {escape(str(value))}">{escape(text)}</span></td>'


def shown_text(value: object, column: str, language: Language) -> str:
    """Return a value of a column as text: a number with separators unless it is a year, '—' where there is none.

    Printed words are shown without the breaks inside a cell.
    """
    return _text(value, language, separator="" if _YEAR_COLUMN.search(column) else ",")


def _text(value: object, language: Language, separator: str) -> str:
    if value is None or value != value:  # NaN
        return MISSING
    if isinstance(value, bool):
        return choose(language, ja="はい" if value else "いいえ", en="yes" if value else "no")
    if isinstance(value, float):
        # Twelve digits: none of the noise of 62.3 - 55.7. Whole numbers have no noise, and keep all of theirs.
        if value.is_integer():
            return format(value, f"{separator}.0f")
        shown = number(float(f"{value:.12g}"))
        return shown if separator else shown.replace(",", "")
    if isinstance(value, int | Decimal):
        return format(value, separator)
    if isinstance(value, date):
        return value.isoformat()[:10]
    if isinstance(value, list | tuple):
        items = (_text(item, language, separator) for item in value)
        return choose(language, ja="、", en=", ").join(items) or MISSING
    return on_one_line(str(value)) or MISSING
