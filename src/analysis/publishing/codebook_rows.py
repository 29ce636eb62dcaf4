"""The codebook that exports carry within them: every table, view and column with type, keys, values, unit, meaning."""

from collections.abc import Iterator, Sequence
from dataclasses import astuple, dataclass, fields

from analysis.publishing.relations import Column, Relation


@dataclass(frozen=True)
class Entry:
    """A line of the codebook; one without a column is of the table or view itself."""

    table_name: str
    column_name: str | None
    position: int
    kind: str
    data_type: str | None
    is_required: bool | None
    keys: str | None
    unit: str | None
    allowed_values: str | None
    meaning: str

    @classmethod
    def headers(cls) -> list[str]:
        """Return the names of the parts of an entry."""
        return [field.name for field in fields(cls)]

    def cells(self) -> tuple[str | int | bool | None, ...]:
        """Return the parts of the entry."""
        return astuple(self)


def codebook(relations: Sequence[Relation]) -> Iterator[Entry]:
    """Yield an entry for each relation, and behind it one for each of its columns, `position` counted from 1."""
    for relation in relations:
        yield Entry(relation.name, None, 0, relation.kind, None, None, None, None, None, relation.comment)
        for position, column in enumerate(relation.columns, start=1):
            yield _entry(relation, column, position)


def _entry(relation: Relation, column: Column, position: int) -> Entry:
    return Entry(
        relation.name,
        column.name,
        position,
        "column",
        column.data_type,
        column.is_required if relation.kind == "table" else None,
        ", ".join(relation.keys_of(column)) or None,
        column.unit,
        _allowed(column),
        column.comment,
    )


def _allowed(column: Column) -> str | None:
    """Return what the value of a column has to be, in a form that people read."""
    rule = column.rule
    if rule.values:
        return ", ".join(rule.values)
    bounds = {
        "≥": rule.minimum,
        ">": rule.exclusive_minimum,
        "≤": rule.maximum,
        "<": rule.exclusive_maximum,
        "like": rule.pattern,
    }
    return ", ".join(f"{sign} {bound}" for sign, bound in bounds.items() if bound is not None) or None
