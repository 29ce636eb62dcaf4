"""The theme codebook as a page of Markdown: the themes, how items are coded, and how reliable the coding is."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isnan
from pathlib import Path

import duckdb

from analysis.database.connect import open_database
from analysis.errors import WardPlansError
from analysis.publishing.markdown import escaped, table, write_page
from analysis.publishing.reliability import RESAMPLES, Agreement, agreement, read_coding

_OURS = "ours"
_FILES = {"A": "coder_a.csv", "B": "coder_b.csv"}
_COMPARISONS = (("A", "B"), ("A", _OURS), ("B", _OURS), ("A", "B", _OURS))
# Rows of a confusion matrix are the first coding, columns the second.
_MATRICES = (("A", "B"), (_OURS, "A"), (_OURS, "B"))

_INTRODUCTION = """\
# Themes

Written by `wardplans export` from the database and from `data/reference/theme_codings/`: edit those, not this page.

A theme says what an item of a plan is about. The plans divide their work each in its own way; the themes are one
division for all of them, aligned with the national 自治体DX推進計画. They are our own: no document prints them. An item
is a row of `measures` at any level, headings included. An item that is printed a second time (再掲) counts once.

## The codebook

From `data/reference/themes.csv`. The national item is the one that a theme is aligned with; a theme without one has no
counterpart there. `T00` is for headings that span several themes.
"""

_COUNTS = """
## Items of each theme

Items by primary theme. These are items of every level; counts of items without sub-items alone are lower.
"""

_METHOD = """
## How items are coded

Each item has one primary theme. The first rule of `data/reference/theme_rules.yaml` whose words stand in its title
decides. Where that misleads, or no rule is met, `data/reference/theme_exceptions.csv` gives the theme by hand, with a
reason. The words or the reason stand in `measure_themes.evidence`. Secondary themes are given by hand only;
{secondary} items have one.
"""

_RELIABILITY = """
## Reliability

Two coders, A and B, gave each item a primary theme. Each saw the codebook above and, of every item, its ward, level
and title and the titles of up to two headings above it. Neither saw the plans, the rules, our themes or the work of the
other. Their codings are in `data/reference/theme_codings/`.

**Alpha** is Krippendorff's alpha for nominal data: 1 where all agree, 0 where they agree no more than by chance. By
custom, 0.8 and above is called reliable, and 0.667 to 0.8 good enough for tentative conclusions. The **interval** holds
95% of the alphas of {resamples} resamples, in each of which as many items were drawn anew, with replacement.
**Agreement** is the share of items on which all those compared gave the same theme. Items that a coder has not coded
yet, as those of a new document, are left out of all that follows: {uncompared} items.
"""

_MATRIX = """
### Confusion: {row} and {column}

Rows: {row}. Columns: {column}. Empty cells are 0.
"""

_DISAGREEMENTS = """
## Items on which not all agree

{split} of {items} items. On {united} of them A and B agree with each other, and ours departs from both.
"""

_AMBIGUITY = """
## Which themes are hard to tell apart

Each pair of themes that was given to one and the same item, with the number of items on which two codings differ in
that way.
"""

_MARKS = """
## The marks of the wards as labels from outside

Some plans mark those of their items that belong to the national plan (★). These labels do not come from us or from the
coders. Items with the mark should have a theme that is aligned with a national item more often than the items beside
them without it.
"""

_UNALIGNED = """
Marked items to which we gave a theme without a national item:
"""

_LIMITS = """
## Limits

- **Two coders are few, and they shared one codebook.** Its scope notes were written with these plans at hand and name
  many things that stand in them. Coders with another codebook would divide the items in another way, and agreement on
  plans that its authors had not read may be lower.
- **Titles only.** High agreement says that titles can be sorted alike with this codebook. It does not say that the
  themes are the best ones, nor that an item does what its title says.
- **Only A and B stand on the same footing.** Our coding was made by the authors of the codebook, who knew the plans.
  Rules and exceptions can be changed after a look at this page, so the values beside ours describe and do not test.
  Where A and B agree with each other against ours, theirs may be the better reading.
- **What is ambiguous.** A heading may stand for one theme or for a frame around several (`T00`). A title may name two
  subjects, or a tool and the end it serves. One primary theme cannot say both, and the scope notes do not settle every
  such case; the lists above show which. Secondary themes are not compared.
- **The intervals are no margins of error for other plans.** The items are all items of these plans, not a sample, and
  items under one heading are alike. An interval shows how far alpha hangs on single items. Where all agree, there is
  nothing to resample, and the interval is a point.
- **Small numbers.** In a ward with few items, or for a theme with few, one item moves the values much.
- **The marks are those of a plan**, made for the national plan of its day. Not every theme that we align with a
  national item was one then, and an item may belong to the national plan by its contents and not by its title.
"""

_THEMES = """
    SELECT theme_id, name_ja, name_en, scope_note_ja, scope_note_en, national_item_ja FROM themes ORDER BY theme_id
"""
_ITEMS = """
    SELECT measure_id, wards.name_en, measures.title_ja, theme_id, method, is_national_priority
    FROM measures
    JOIN plans USING (plan_id)
    JOIN wards USING (ward_code)
    LEFT JOIN (FROM measure_themes WHERE is_primary) USING (measure_id)
    WHERE repeats_measure_id IS NULL
    ORDER BY ward_code, plan_id, measures.position, measure_id
"""
_SECONDARY = """
    SELECT count(DISTINCT measure_id) FROM measure_themes JOIN measures USING (measure_id)
    WHERE repeats_measure_id IS NULL AND NOT is_primary
"""


@dataclass(frozen=True)
class _Theme:
    theme_id: str
    name_ja: str
    name_en: str
    scope_note_ja: str
    scope_note_en: str
    national_item_ja: str | None


@dataclass(frozen=True)
class _Item:
    """An item with its theme in each coding; `is_marked` is None where the plan makes no marks."""

    measure_id: str
    ward: str
    title: str
    method: str
    is_marked: bool | None
    themes: Mapping[str, str]

    @property
    def is_compared(self) -> bool:
        """Return whether every coder has coded it."""
        return self.themes.keys() == {_OURS, *_FILES}

    @property
    def is_unanimous(self) -> bool:
        """Return whether all codings agree."""
        return len(set(self.themes.values())) == 1


def write_theme_codebook(database: Path, codings: Path, target: Path) -> None:
    """Write the page of the theme codebook: themes, counts, method, reliability and its limits.

    All figures are computed from the database and the codings; the same inputs give the same bytes.

    Args:
        database: the database file.
        codings: the folder with `coder_a.csv` and `coder_b.csv`.
        target: the Markdown file; its folder is made if need be, and an old page stays when anything fails.

    Raises:
        WardPlansError: the database cannot be opened, an item has no theme, a coding holds unknown ones (the
            message names them), or the file cannot be written.
    """
    with open_database(database) as connection:
        themes = [_Theme(*row) for row in connection.execute(_THEMES).fetchall()]
        items = _items(connection, codings, themes)
        secondary = connection.execute(_SECONDARY).fetchall()[0][0]
    write_page(_page(themes, items, secondary), target)


def _items(connection: duckdb.DuckDBPyConnection, codings: Path, themes: Sequence[_Theme]) -> list[_Item]:
    rows = connection.execute(_ITEMS).fetchall()
    uncoded = [measure_id for measure_id, _, _, theme_id, _, _ in rows if theme_id is None]
    if uncoded:
        raise WardPlansError(f"items without a theme, for theme_exceptions.csv or a new rule: {', '.join(uncoded)}")
    measure_ids = {row[0]: None for row in rows}  # in order, for the messages
    theme_ids = {theme.theme_id for theme in themes}
    coders = {name: read_coding(codings / file, measure_ids, theme_ids) for name, file in _FILES.items()}
    return [
        _Item(
            measure_id,
            ward,
            title,
            method,
            is_marked,
            {_OURS: theme_id, **{name: coding[measure_id] for name, coding in coders.items() if measure_id in coding}},
        )
        for measure_id, ward, title, theme_id, method, is_marked in rows
    ]


def _page(themes: Sequence[_Theme], items: Sequence[_Item], secondary: int) -> str:
    compared = [item for item in items if item.is_compared]
    parts = [
        _INTRODUCTION,
        _codebook_table(themes),
        _COUNTS,
        _count_table(themes, items),
        _METHOD.format(secondary=secondary),
        _method_table(items),
        _RELIABILITY.format(resamples=f"{RESAMPLES:,}", uncompared=len(items) - len(compared)),
        _agreement_table(compared),
        *_matrix_sections(compared),
        _disagreement_section(compared),
        _AMBIGUITY,
        _ambiguity_table(themes, compared),
        _MARKS,
        *_mark_tables(themes, compared),
        _LIMITS,
    ]
    return "\n".join(part.strip("\n") + "\n" for part in parts)


def _codebook_table(themes: Sequence[_Theme]) -> str:
    rows = (
        (
            f"`{theme.theme_id}`",
            escaped(theme.name_en),
            escaped(theme.name_ja),
            escaped(theme.scope_note_en),
            escaped(theme.scope_note_ja),
            escaped(theme.national_item_ja or ""),
        )
        for theme in themes
    )
    return table(("id", "name", "名称", "scope", "範囲", "national item"), rows)


def _wards(items: Iterable[_Item]) -> list[str]:
    """Return the names of the wards, in the order of the items."""
    return list(dict.fromkeys(item.ward for item in items))


def _count_table(themes: Sequence[_Theme], items: Sequence[_Item]) -> str:
    wards = _wards(items)
    counts = Counter((item.themes[_OURS], item.ward) for item in items)
    rows = []
    for theme in themes:
        by_ward = [counts[theme.theme_id, ward] for ward in wards]
        rows.append((f"`{theme.theme_id}`", escaped(theme.name_en), *map(str, by_ward), str(sum(by_ward))))
    totals = Counter(item.ward for item in items)
    rows.append(("", "all", *(str(totals[ward]) for ward in wards), str(len(items))))
    return table(("id", "theme", *map(escaped, wards), "all"), rows)


def _method_table(items: Sequence[_Item]) -> str:
    counts = Counter((item.ward, item.method) for item in items)
    rows = [(escaped(ward), str(counts[ward, "rule"]), str(counts[ward, "curated"])) for ward in _wards(items)]
    methods = Counter(item.method for item in items)
    rows.append(("all", str(methods["rule"]), str(methods["curated"])))
    return table(("ward", "by rule", "by hand"), rows)


def _agreement_table(items: Sequence[_Item]) -> str:
    groups = {"all": items} | {ward: [item for item in items if item.ward == ward] for ward in _wards(items)}
    rows = []
    for name, group in groups.items():
        for coders in _COMPARISONS:
            measured = agreement([[item.themes[coder] for item in group] for coder in coders])
            compared = "all three" if len(coders) > 2 else " – ".join(coders)
            rows.append((escaped(name), compared, *_agreement_cells(measured)))
    return table(("ward", "compared", "items", "alpha", "95% interval", "agreement"), rows)


def _agreement_cells(measured: Agreement) -> tuple[str, ...]:
    interval = "–" if isnan(measured.alpha) else f"{measured.low:.2f} – {measured.high:.2f}"
    alpha = "–" if isnan(measured.alpha) else f"{measured.alpha:.3f}"
    return str(measured.items), alpha, interval, f"{measured.share:.1%}"


def _matrix_sections(items: Sequence[_Item]) -> Iterator[str]:
    for row, column in _MATRICES:
        yield _MATRIX.format(row=row, column=column)
        yield _matrix(items, row, column)
        yield _off_diagonal(items, row, column)


def _matrix(items: Sequence[_Item], row: str, column: str) -> str:
    cells = Counter((item.themes[row], item.themes[column]) for item in items)
    used = sorted({theme for pair in cells for theme in pair})
    rows = ((f"`{one}`", *(str(cells[one, other] or "") for other in used)) for one in used)
    return table((f"{row} ↓ {column} →", *used), rows)


def _off_diagonal(items: Sequence[_Item], row: str, column: str) -> str:
    titles: dict[tuple[str, str], list[str]] = {}
    for item in items:
        pair = item.themes[row], item.themes[column]
        if pair[0] != pair[1]:
            titles.setdefault(pair, []).append(f"「{escaped(item.title)}」 ({escaped(item.ward)})")
    lines = (
        f"- `{one}` → `{other}`: {len(found)}. {', '.join(found)}\n" for (one, other), found in sorted(titles.items())
    )
    return "".join(lines) or "No item off the diagonal.\n"


def _disagreement_section(items: Sequence[_Item]) -> str:
    split = [item for item in items if not item.is_unanimous]
    united = sum(item.themes["A"] == item.themes["B"] for item in split)
    rows = (
        (
            f"`{item.measure_id}`",
            escaped(item.ward),
            escaped(item.title),
            *(f"`{item.themes[coder]}`" for coder in (_OURS, *_FILES)),
        )
        for item in split
    )
    prose = _DISAGREEMENTS.format(split=len(split), items=len(items), united=united)
    return f"{prose}\n{table(('item', 'ward', 'title', _OURS, *_FILES), rows)}"


def _ambiguity_table(themes: Sequence[_Theme], items: Sequence[_Item]) -> str:
    names = {theme.theme_id: f"`{theme.theme_id}` {escaped(theme.name_en)}" for theme in themes}
    comparisons = [coders for coders in _COMPARISONS if len(coders) == 2]
    differences: dict[tuple[str, ...], Counter[tuple[str, ...]]] = {}
    touched: Counter[tuple[str, ...]] = Counter()
    for item in items:
        for coders in comparisons:
            given = tuple(sorted({item.themes[coder] for coder in coders}))
            if len(given) == 2:
                differences.setdefault(given, Counter())[coders] += 1
        touched.update(combinations(sorted(set(item.themes.values())), 2))
    rows = (
        (
            " and ".join(names[theme] for theme in pair),
            str(touched[pair]),
            *(str(differences[pair][coders]) for coders in comparisons),
        )
        for pair in sorted(differences, key=lambda pair: (-touched[pair], pair))
    )
    return table(("themes", "items", *(" – ".join(coders) for coders in comparisons)), rows)


def _mark_tables(themes: Sequence[_Theme], items: Sequence[_Item]) -> Iterator[str]:
    aligned = {theme.theme_id for theme in themes if theme.national_item_ja}
    judged = [item for item in items if item.is_marked is not None]
    rows = []
    for ward in _wards(judged):
        for coder in (_OURS, *_FILES):
            shares = (
                _share(
                    [item.themes[coder] in aligned for item in judged if item.ward == ward and item.is_marked is marked]
                )
                for marked in (True, False)
            )
            rows.append((escaped(ward), coder, *shares))
    yield table(("ward", "coding", "with the mark, aligned", "without it, aligned"), rows)
    odd = [item for item in judged if item.is_marked and item.themes[_OURS] not in aligned]
    if odd:
        yield _UNALIGNED
        yield "".join(f"- `{item.themes[_OURS]}` 「{escaped(item.title)}」 ({escaped(item.ward)})\n" for item in odd)


def _share(hits: Sequence[bool]) -> str:
    return f"{sum(hits)} of {len(hits)} ({sum(hits) / len(hits):.0%})" if hits else "–"
