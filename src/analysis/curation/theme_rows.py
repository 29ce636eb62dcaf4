"""Rows of measure themes: rules first, hand-coded exceptions as data."""

from collections.abc import Collection, Iterator

from analysis.curation.codebooks import Codebooks, ThemeException
from analysis.curation.ledger import Ledger, Row, is_prefixed
from analysis.documents.folding import fold_characters
from analysis.errors import WardPlansError
from analysis.reading.identifiers import plain_title


def add_measure_themes(ledger: Ledger) -> None:
    """Give each item of a plan one primary theme, and the secondary ones that were coded by hand.

    An item that repeats another (再掲) has the themes of that item. An item that no rule knows has none until somebody
    codes it; the check names it.
    """
    codebooks = ledger.codebooks
    items = {str(row["measure_id"]): row for row in ledger.rows("measures")}
    for measure_id, item in items.items():
        original = items[str(item["repeats_measure_id"] or measure_id)]
        coded = codebooks.exceptions_by_item.get(str(original["measure_id"]), ())
        rows = [_curated(exception) for exception in coded]
        if not any(row["is_primary"] for row in rows):
            by_rule = list(_by_rule(codebooks, original))
            themes = {row["theme_id"] for row in by_rule}
            rows = [*by_rule, *(row for row in rows if row["theme_id"] not in themes)]
        for row in rows:
            ledger.add("measure_themes", {"measure_id": measure_id, **row})


def refuse_unknown_themes(codebooks: Codebooks) -> None:
    """Make sure that rules and exceptions name themes that there are.

    Raises:
        WardPlansError: one does not.
    """
    known = {theme.theme_id for theme in codebooks.themes}
    named = [entry.theme_id for entry in codebooks.theme_exceptions] + [rule.theme for rule in codebooks.theme_rules]
    for theme in named:
        if theme not in known:
            raise WardPlansError(
                f"{codebooks.folder}: unknown theme {theme!r}, expected one of {', '.join(sorted(known))}"
            )


def refuse_unmet_items(codebooks: Codebooks, plans: Collection[str], unmet: Collection[str]) -> None:
    """Make sure that each item coded by hand is there, if its plan is; `unmet` are those that are not there.

    Raises:
        WardPlansError: an exception matches no item.
    """
    for measure_id in codebooks.exceptions_by_item:
        if measure_id in unmet and is_prefixed(measure_id, plans):
            path = codebooks.folder / "theme_exceptions.csv"
            raise WardPlansError(f"{path}: {measure_id!r} matches no item of a plan")


def _curated(exception: ThemeException) -> Row:
    return {
        "theme_id": exception.theme_id,
        "is_primary": exception.is_primary == "true",
        "method": "curated",
        "evidence": exception.reason,
    }


def _by_rule(codebooks: Codebooks, item: Row) -> Iterator[Row]:
    """Yield the theme of the first rule that the title meets, nothing where it meets none."""
    title = plain_title(fold_characters(str(item["title_ja"])))
    for rule in codebooks.theme_rules:
        match = rule.words.search(title)
        if match:
            yield {"theme_id": rule.theme, "is_primary": True, "method": "rule", "evidence": match[0]}
            return
