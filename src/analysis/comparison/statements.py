"""What the plans say: measures by theme, statements side by side, and passages by word."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb

from analysis.comparison.selection import (
    Frame,
    connected,
    framed,
    run_query,
    selected_indicator,
    selected_theme,
    selected_wards,
)
from analysis.errors import WardPlansError

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame


def measures(
    theme: str | None = None,
    wards: Sequence[str] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return the items of the plans, at all levels, with theme, status and departments.

    Args:
        theme: id or name of a theme ('T05', 'AI・RPA・自動化'), primary or beside another; all items when None.
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row an item, in the order of the documents: ward, `plan_id`, `measure_id`, `level`, `level_ja`,
        `code`, `title_ja`, `title_en` (None: not translated), `is_lowest_level` (count these, or headings count
        too), `repeats_measure_id` (再掲), `theme_id` (the primary one), `other_theme_ids`, `theme_method` (rule,
        curated), `is_national_priority`, `novelty`, the newest `status` with `status_fiscal_year` and
        `status_label_ja` as printed, `departments_ja`, `departments_en`, `quote`, `document_id`,
        `document_title_ja`, `document_title_en`, `line`, `citation_id`.

    Raises:
        WardPlansError: the theme or a ward is unknown, or there is no database.

    Example:
        >>> measures(theme="T05", wards=["nakano"]).select("code", "title_ja", "status_label_ja")
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "measures",
            theme=selected_theme(database, theme) if theme else None,
            wards=selected_wards(database, wards),
        )
    return framed(rows, frame)


def progress(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return how many items of each plan the ward itself calls done, under way or otherwise.

    Each ward judges itself, for another year and on a scale of its own: the shares are no ranking.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a plan, year and status: ward, `plan_id`, `plan_title_ja`, `plan_title_en`, `fiscal_year`,
        `year_label_ja`, `year_label_en`, `status_group` (done, under_way, other: the finest groups that the
        scales of all wards allow), `status_group_ja`, `status_group_en`, `status`, `label_ja` (as printed),
        `item_count`, `rated_count` (all items of the plan with a status), `share` (item_count / rated_count),
        `comparability` (related), `citation_ids` (one an item), `document_id`, `line` and `citation_id` of the first.
        A ward without statuses is not there.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.

    Example:
        >>> progress().select("ward_name_ja", "fiscal_year", "label_ja", "item_count", "rated_count")
    """
    with connected(connection) as database:
        rows = run_query(database, "progress", wards=selected_wards(database, wards))
    return framed(rows, frame)


def theme_counts(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return how many items of each ward's plans fall under each theme, those without any among them.

    Counted are the items of the ward's newest plan that have no items below them, each by its primary theme. Not
    counted are viewpoints, items that repeat another (再掲) and the framework of a plan (T00). An item that the text
    has lost cannot be counted: see `reconciliations` for what a document states beyond what is legible.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a theme and ward: `ward_code`, `ward_name_ja`, `ward_name_en`, `theme_id`, `theme_name_ja`,
        `theme_name_en`, `item_count`, `secondary_count` (items that have it beside another), `ward_item_count` (all
        counted items of the ward), `share` (item_count / ward_item_count, 0 to 1), `citation_ids` (of the items
        counted). Wards cut their plans into items of different sizes: a share says what a plan is about, not how
        much is done.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.

    Example:
        >>> theme_counts(["koto", "ota"]).filter(pl.col("item_count") == 0)
    """
    with connected(connection) as database:
        rows = run_query(database, "theme_counts", wards=selected_wards(database, wards))
    return framed(rows, frame)


def side_by_side(
    theme: str,
    wards: Sequence[str] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return what each ward says it did and will do under a theme, quoted.

    Args:
        theme: id or name of a theme; items that have it beside another theme are among them.
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a statement: ward, `measure_id`, `level_ja`, `code`, `measure_title_ja`, `measure_title_en`,
        `is_primary` (whether it is the item's main theme), `statement` (did, will_do, scheduled in a year of
        the plan, aims_at, lists: the plan prints the item's title and no more, nothing: the ward has no item of
        the theme), `fiscal_year`, `is_open_ended` (以降), `text_ja`, `quote`, `document_id`, `document_title_ja`,
        `document_title_en`, `line`, `citation_id` (None for nothing).

    Raises:
        WardPlansError: the theme or a ward is unknown, or there is no database.

    Example:
        >>> side_by_side("T10", ["koto", "nakano"]).select("ward_name_ja", "statement", "quote")
    """
    with connected(connection) as database:
        rows = run_query(
            database,
            "side_by_side",
            theme=selected_theme(database, theme),
            wards=selected_wards(database, wards),
        )
    return framed(rows, frame)


def search(
    *terms: str,
    wards: Sequence[str] = (),
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return every sentence, bullet and table cell of the documents that holds one of some words, quoted.

    Chapters on national policy and technology are searched too: see `measure_title_ja` for what stands under an item of
    the ward's own plan.

    Args:
        terms: words or parts of words as the documents print them, in Japanese, such as '生成AI'.
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a passage, in the order of the documents: ward, `terms` (those it holds), `level_ja`, `code`,
        `measure_title_ja`, `measure_title_en` (None: outside any item), `header_ja` (the header of its column,
        which tells results from plans), `quote`, `document_id`, `document_title_ja`, `document_title_en`,
        `line`, `citation_id`. A ward that is not there does not say the word; that is no proof that it does
        nothing.

    Raises:
        WardPlansError: no term is given or one is empty, a ward is unknown, or there is no database.

    Example:
        >>> search("生成AI", "ChatGPT").select("ward_name_ja", "quote")
    """
    if not terms or not all(term.strip() for term in terms):
        raise WardPlansError("search needs a word or more, as in search('生成AI')")
    with connected(connection) as database:
        rows = run_query(database, "search", terms=list(terms), wards=selected_wards(database, wards))
    return framed(rows, frame)


def mentions(
    indicator: str | Sequence[str],
    wards: Sequence[str] = (),
    most: int = 5,
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return what the wards' plans say about the subject of an indicator, or of several, quoted.

    Looked at are the passages under the plans' own items, not chapters on national policy or technology. Chosen first
    are those with a figure, last the headings; shown are the chosen ones in the order of the document, of several
    documents of a ward the newest first.

    Args:
        indicator: `indicators.indicator_id`, or a list of these; its `indicator_terms` find the passages.
        wards: ward codes, slugs or names; all that have documents when empty.
        most: how many passages a ward and indicator are returned at the most.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a passage: `ward_code`, `ward_name_ja`, `ward_name_en`, `level_ja`, `code`, `item_ja`,
        `measure_title_ja`, `header_ja` (the header of its table column, which tells results from plans),
        `quote`, `document_title_ja`, `document_title_en`, `line`, `citation_id`, `passage_count` (how many
        passages the ward has in all), `indicator_id`.

    Raises:
        WardPlansError: the indicator or a ward is unknown, or there is no database.
    """
    asked = [indicator] if isinstance(indicator, str) else indicator
    with connected(connection) as database:
        rows = run_query(
            database,
            "mentions",
            indicators=[selected_indicator(database, each) for each in dict.fromkeys(asked)],
            wards=selected_wards(database, wards),
            most=most,
        )
    return framed(rows, frame)
