"""One ward: its newest plan, the items of it, every figure it prints of itself, and those to head a page with."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from analysis.comparison.selection import (
    Frame,
    connected,
    framed,
    run_query,
    selected_wards,
    selected_years,
)

if TYPE_CHECKING:
    from analysis.comparison.selection import DataFrame


def profiles(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return what each ward plans, says it did and publishes, in numbers.

    The newest plan is the one that begins last. Items are those that `theme_counts` counts.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a ward: `ward_code`, `slug`, `ward_name_ja`, `ward_name_en`. Of the newest plan `plan_id`,
        `plan_title_ja`, `plan_title_en` (None: not translated), `first_year` and `last_year` (None: no document says
        so), and of its newest document `document_id`, `document_title_ja`, `document_title_en` (None: no document is of
        this plan alone), `plan_citation_id` and `period_citation_id` (where it prints title and period; None: nowhere).
        `document_count` (all documents of the ward) and `item_count` (items of the newest plan).
        Of the newest year that the ward judged itself: `judged_year`, `year_label_ja`, `year_label_en`,
        `is_newest_plan_judged` (False: the items rated are of another plan, mostly the one before), the rated plan's
        `judged_plan_title_ja` and `judged_plan_title_en`, and `rated_count` (items rated; 0 and the others None where
        the documents rate none).
        `reported_count` (entries under what was done, of any plan), in the fiscal years from `reported_from` to
        `reported_to` (None: it tells of none, or without a year).
        `kpi_count` (KPIs with a legible value), `published_indicator_count` and `mentioned_indicator_count` (as
        `coverage` has it), `comparable_indicator_count` (indicators that a figure of the ward feeds directly or after
        conversion).

    Raises:
        WardPlansError: a ward is unknown, or there is no database.

    Example:
        >>> profiles(["nakano"]).select("item_count", "rated_count", "kpi_count").row(0)
        (105, 105, 10)
    """
    with connected(connection) as database:
        codes = selected_wards(database, wards)
        rows = run_query(database, "profiles", wards=codes)
        counts = run_query(database, "theme_counts", wards=codes)
    items = counts.select("ward_code", pl.col("ward_item_count").alias("item_count")).unique()
    counted = rows.join(items, on="ward_code", how="left", maintain_order="left").with_columns(
        pl.col("item_count").fill_null(0)
    )
    before = rows.columns.index("document_count") + 1
    return framed(counted.select(*rows.columns[:before], "item_count", *rows.columns[before:]), frame)


def highlights(
    wards: Sequence[str] = (),
    most: int = 3,
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return a few figures to introduce each ward with; they are no comparison.

    Of each KPI that feeds an indicator in the indicator's own unit, and is not of another nature, the newest legible
    result is taken. The newest come first; of one year the indicators that most wards' documents speak of, then those
    with most passages about them. A second figure of a theme comes after the first ones of all others, so that three
    figures are not about one subject. Of a ward without such KPIs it is figures of the text, without plans, schedules
    and aims, and without those that the text only bounds (以上). No one picks figures by hand, and none is left out for
    being bad.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        most: how many figures a ward are returned at the most.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a figure: `ward_code`, `ward_name_ja`, `ward_name_en`, `position` (from 1 in each ward), `indicator_id`,
        `indicator_name_ja`, `indicator_name_en`, `theme_id`, `series_id`, one of `kpi_id` and `quantity_id`, what the
        ward itself counts in `name_ja` and `name_en`, `row_label_ja` (上段, 下段; None: not stacked), `value`,
        `denominator` (None: no fraction), `unit_ja`, `unit_en`, `nature` (None: left open), `fiscal_year`,
        `year_label_ja`, `year_label_en` (None: printed without a year), `is_approximate`, `obs_status` (B: break),
        `comparability` (how far it feeds that indicator), `quote`, `document_id`, `document_title_ja`,
        `document_title_en`, `line`, `citation_id`. A ward that prints no such figure is not there.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.

    Example:
        >>> highlights(["ota"]).select("name_ja", "value", "unit_ja", "year_label_ja")
    """
    with connected(connection) as database:
        rows = run_query(database, "highlights", wards=selected_wards(database, wards), most=most)
    return framed(rows, frame)


def observations(
    wards: Sequence[str] = (),
    years: Sequence[int] = (),
    *,
    connection: duckdb.DuckDBPyConnection | None = None,
    frame: Frame = "polars",
) -> "DataFrame":
    """Return every figure that wards print of themselves: the values of all KPIs, and the figures of the text.

    Figures about the nation or about Tokyo are not among them; the view `observations` has those too.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        years: fiscal years; all when empty, those figures among them that are printed without a year.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row a figure, of each ward first the KPIs, in the order of the documents: `ward_code`, `ward_name_ja`,
        `ward_name_en`, `series_id`, one of `kpi_id` and `quantity_id`, `indicator_ids` (those it feeds, none or more),
        `name_ja`, `name_en`, `row_label_ja`, `fiscal_year`, `year_label_ja`, `year_label_en`, `as_of`, `value_type`
        (baseline, target, actual; None for a figure of the text), `statement` (whether a figure of the text is of what
        the ward did, will_do, scheduled or aims_at; None for a KPI and where its place does not tell), `value` (None
        where nothing legible is printed), `denominator`, `bound` (at_least, more_than; None: it is stated), `unit_ja`,
        `unit_en`, `nature`, `comparability` (the best of its verdicts; related where it feeds no indicator),
        `value_per_1000_residents` with `population` and `population_year` (None: it feeds no indicator, or cannot be
        divided), `is_approximate`, `obs_status`, `raw_text` (None for a figure of the text), `sentence_ja` (None for a
        KPI), `quote`, `document_id`, `document_title_ja`, `document_title_en`, `line`, `citation_id`. Of a figure that
        several editions print, the newest legible one.

    Raises:
        WardPlansError: a ward is unknown, a year is no number, or there is no database.

    Example:
        >>> observations(["ota"], [2024]).filter(value_type="actual").select("name_ja", "value", "unit_ja")
    """
    with connected(connection) as database:
        rows = run_query(database, "observations", wards=selected_wards(database, wards), years=selected_years(years))
    return framed(rows, frame)


def results(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return what wards list as done, entry by entry, quoted.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row an entry, in the order of the documents: `ward_code`, `ward_name_ja`, `ward_name_en`, `measure_id`,
        `code`, `measure_title_ja`, `measure_title_en`, `statement` (did, as in `side_by_side`), `fiscal_year` (None:
        no year is printed), `text_ja`, `quote`, `document_id`, `document_title_ja`, `document_title_en`, `line`,
        `citation_id`. A ward whose documents list nothing as done is not there; `profiles` counts the entries.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.

    Example:
        >>> results(["koto"]).height
        46
    """
    with connected(connection) as database:
        rows = run_query(database, "results", wards=selected_wards(database, wards))
    return framed(rows, frame)


def plan_items(
    wards: Sequence[str] = (), *, connection: duckdb.DuckDBPyConnection | None = None, frame: Frame = "polars"
) -> "DataFrame":
    """Return the items that `theme_counts` counts, and those of other plans that the ward has judged.

    Args:
        wards: ward codes, slugs or names; all that have documents when empty.
        connection: from `open_database`; the checkout's own database when None.
        frame: 'polars' or 'pandas'.

    Returns:
        One row an item, in each ward those of the newest plan first, in the order of the documents: `ward_code`,
        `ward_name_ja`, `ward_name_en`, `plan_id`, `plan_title_ja`, `plan_title_en`, `is_counted` (by `theme_counts`),
        `measure_id`, `level_ja`, `code` (None: none is printed), `title_ja`, `title_en`, `lead_body`
        (ward, tokyo or nation, who carries it out; None: not said), `parent_code`,
        `parent_title_ja`, `parent_title_en` (of the heading it stands under; None: there is none, or the text has lost
        it), `theme_id`, `theme_name_ja`, `theme_name_en`, `departments_ja`, `departments_en` (None: none is named),
        `status_fiscal_year`, `status_year_label_ja`, `status_year_label_en`, `status_label_ja` (the newest status as
        printed), `status_group`, `status_group_ja`, `status_group_en`, `status_citation_id` (all None: not judged),
        `quote`, `document_id`, `document_title_ja`, `document_title_en`, `line`, `citation_id`.

    Raises:
        WardPlansError: a ward is unknown, or there is no database.

    Example:
        >>> plan_items(["sumida"]).group_by("plan_id").len()
    """
    with connected(connection) as database:
        codes = selected_wards(database, wards)
        counted = run_query(database, "theme_counts", wards=codes)["citation_ids"].explode().drop_nulls()
        rows = run_query(database, "plan_items", wards=codes, counted=counted.to_list())
    return framed(rows, frame)
