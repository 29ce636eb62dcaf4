"""Rows of measure themes: rules first, hand-coded exceptions as data."""

from collections.abc import Iterator

from analysis.curation.codebooks import Codebooks, ThemeException
from analysis.curation.ledger import Ledger, Row
from analysis.documents.folding import fold_characters
from analysis.errors import WardPlansError
from analysis.reading.identifiers import plain_title


def add_measure_themes(ledger: Ledger) -> None:
    """Give each item of a plan one primary theme, and the secondary ones that were coded by hand.

    An item that repeats another (再掲) has the themes of that item. An item that no rule knows has none until somebody
    codes it; the check names it.

    Raises:
        WardPlansError: an exception matches no item, or a theme is unknown.
    """
    codebooks = ledger.codebooks
    items = {str(row["measure_id"]): row for row in ledger.rows("measures")}
    exceptions: dict[str, list[ThemeException]] = {}
    for exception in codebooks.theme_exceptions:
        exceptions.setdefault(exception.measure_id, []).append(exception)
    _refuse_unknown(codebooks, items, ledger, exceptions)
    for measure_id, item in items.items():
        original = items[str(item["repeats_measure_id"] or measure_id)]
        coded = exceptions.get(str(original["measure_id"]), [])
        rows = [_curated(exception) for exception in coded]
        if not any(row["is_primary"] for row in rows):
            by_rule = list(_by_rule(codebooks, original))
            themes = {row["theme_id"] for row in by_rule}
            rows = [*by_rule, *(row for row in rows if row["theme_id"] not in themes)]
        for row in rows:
            ledger.add("measure_themes", {"measure_id": measure_id, **row})


def _refuse_unknown(
    codebooks: Codebooks, items: dict[str, Row], ledger: Ledger, exceptions: dict[str, list[ThemeException]]
) -> None:
    path = codebooks.folder / "theme_exceptions.csv"
    plans = {str(row["plan_id"]) for row in ledger.rows("plans")}
    for measure_id in exceptions:
        if measure_id not in items and any(measure_id.startswith(f"{plan}-") for plan in plans):
            raise WardPlansError(f"{path}: {measure_id!r} matches no item of a plan")
    known = {theme.theme_id for theme in codebooks.themes}
    named = [entry.theme_id for entry in codebooks.theme_exceptions] + [rule.theme for rule in codebooks.theme_rules]
    for theme in named:
        if theme not in known:
            raise WardPlansError(
                f"{codebooks.folder}: unknown theme {theme!r}, expected one of {', '.join(sorted(known))}"
            )


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
