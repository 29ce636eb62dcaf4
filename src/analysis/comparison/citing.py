"""Citation texts: ward, document, page or sheet, line and the exact words."""

from collections.abc import Mapping, Sequence
from functools import cache
from importlib.metadata import version
from typing import TYPE_CHECKING, Any, Literal

import duckdb

from analysis.comparison.printed import on_one_line
from analysis.comparison.selection import connected, run_query
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    import pandas as pd


def cite(
    row: "str | Mapping[str, Any] | pd.Series[Any]",
    *,
    language: Literal["ja", "en"] = "ja",
    connection: duckdb.DuckDBPyConnection | None = None,
) -> str:
    """Return a ready citation text for a figure or statement.

    Args:
        row: a `citation_id`, or a row that has one: of `frame.iter_rows(named=True)`, `frame.row(0, named=True)` or
            pandas' `iloc`.
        language: of the words around; what is quoted stays Japanese.
        connection: from `open_database`; the checkout's own database when None.

    Returns:
        One line with publisher, title, date as printed if there is one, page or sheet of the original file where it is
        known, line of the text, the words cited, the files' SHA-256 (first twelve digits) and the version of this
        library.

    Raises:
        WardPlansError: the row has no `citation_id`, it is empty, or the database does not hold it; or there are no
            words in that language.

    Example:
        >>> cite(compare("rpa_hours_saved", ["ota"], [2024]).row(0, named=True))
        '大田区「大田区情報化推進計画(ver.5.0) 概要版」158行目、「1,240時間」。…'
    """
    citation_id = _citation_id(row)
    if language not in ("ja", "en"):
        raise WardPlansError(f"unknown language {language!r}: 'ja' and 'en' are there")
    with connected(connection) as database:
        found = run_query(database, "citation", citation=citation_id)
    if found.is_empty():
        raise WardPlansError(f"no citation {citation_id!r} in the database")
    return citation_text(found.row(0, named=True), language)


def citation_text(cited: Mapping[str, Any], language: Literal["ja", "en"]) -> str:
    """Return the text of `cite` for a row of the view `citation_texts`."""
    return _in_japanese(cited) if language == "ja" else _in_english(cited)


def cited_documents(
    citation_ids: Sequence[str], *, connection: duckdb.DuckDBPyConnection | None = None
) -> dict[str, str | None]:
    """Return the document of each citation that the database holds; of a row of a statistic None.

    It reads through a cursor of its own, and so beside a result of the connection that is still being fetched.

    Raises:
        WardPlansError: there is no database.
    """
    with connected(connection) as database, database.cursor() as beside:
        return dict(run_query(beside, "cited_documents", citations=list(citation_ids)).iter_rows())


def _citation_id(row: "str | Mapping[str, Any] | pd.Series[Any]") -> str:
    if isinstance(row, str):
        return row
    try:
        citation_id = row["citation_id"]
    except (KeyError, TypeError, IndexError) as error:
        raise WardPlansError("cite needs a citation_id, or a row that has one") from error
    if not isinstance(citation_id, str) or not citation_id:
        raise WardPlansError("this row has no citation: nothing is printed that could be cited")
    return citation_id


def _lines(cited: Mapping[str, Any], ja: bool) -> str:
    first, last = cited["line_start"], cited["line_end"]
    if first == last:
        return f"{first}行目" if ja else f"line {first}"
    return f"{first}-{last}行目" if ja else f"lines {first}-{last}"


def _place(cited: Mapping[str, Any], ja: bool) -> str:
    page, sheet = cited["page"], cited["sheet_ja"]
    if page is not None:
        return f"{page}ページ、{_lines(cited, ja)}" if ja else f"page {page}, {_lines(cited, ja)}"
    if sheet is not None:
        return f"シート「{sheet}」、{_lines(cited, ja)}" if ja else f"sheet “{sheet}”, {_lines(cited, ja)}"
    return _lines(cited, ja)


def _source(cited: Mapping[str, Any]) -> str:
    files = [("original_file_name", "original_sha256"), ("file_name", "sha256")]
    named = [f"{cited[name]}, SHA-256 {cited[digest][:12]}" for name, digest in files if cited[name]]
    return f"{', '.join(named)}, ward-plans {_version()}"


def _words(cited: Mapping[str, Any]) -> str:
    return " ".join(on_one_line(cited["quote"]).split())


@cache
def _version() -> str:
    return version("ward-plans")


def _in_japanese(cited: Mapping[str, Any]) -> str:
    publisher, date = cited["publisher_ja"], cited["published_ja"]
    title = f"{publisher}「{cited['title_ja']}」" if publisher else cited["title_ja"]
    dated = f"({date})" if date else ""
    return f"{title}{dated}{_place(cited, ja=True)}、「{_words(cited)}」。({_source(cited)})"


def _in_english(cited: Mapping[str, Any]) -> str:
    publisher = f"{cited['publisher_en']} City, " if cited["publisher_en"] else ""
    title = cited["title_en"] or cited["title_ja"]
    if cited["title_en"] and cited["publisher_en"]:
        title = f"{cited['title_ja']} [{cited['title_en']}]"
    dated = f" ({cited['published_ja']})" if cited["published_ja"] else ""
    return f"{publisher}{title}{dated}, {_place(cited, ja=False)}: “{_words(cited)}”. ({_source(cited)})"
