"""Every key of a descriptor, as Markdown: written from the classes that check a descriptor, and their docstrings."""

import ast
import inspect
import re
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel

from analysis.documents import descriptor, layouts
from analysis.documents.layouts import STATUS_MEANINGS, AnyKpiColumn, AnyLayout, AnyTableColumn, Block, Part
from analysis.publishing.markdown import write_page

_SECTIONS: tuple[tuple[str, tuple[type[BaseModel], ...]], ...] = (
    ("The document", (descriptor.Descriptor, descriptor.PlanDescriptor)),
    ("Parts that stand in several places", (layouts.Region, layouts.StatedYear, layouts.Statuses)),
    ("Headings and items", (layouts.Outline, layouts.OutlineLevel)),
    ("Tables of items", (layouts.HierarchyTable, layouts.Column)),
    ("Tables of KPIs", (layouts.KpiTable, layouts.StackedRows, layouts.Footnotes)),
    ("Blocks below headings", (layouts.SectionBlocks, layouts.HeadedBlock)),
    ("History and terms", (layouts.Events, layouts.Glossary)),
    ("Totals, figures, and what is left out", (
        descriptor.Total, descriptor.Count, descriptor.Quantity, descriptor.SetAside, descriptor.Gap,
    )),
)  # fmt: skip
_MEMBERS: dict[type[BaseModel], Any] = {
    layouts.HierarchyTable: AnyTableColumn,
    layouts.KpiTable: AnyKpiColumn,
    layouts.SectionBlocks: Block,
}
_INTRODUCTION = """# Keys of a descriptor

A descriptor is the YAML beside a raw text: it says where things are printed, and `wardplans add` drafts it. This page
lists every key, after the classes that check a descriptor; `wardplans check FILE` names each one that is wrong, with
its line. How to go about it: [Adding a ward](adding-a-ward.md).

A **pattern** is a regular expression of Python, matched on the line as a whole or searched in it, as said with each;
in it a named group such as `(?P<title>.+)` is what is taken. Full-width letters, digits and brackets are half-width in
the text that patterns meet. Write patterns in single quotes. A key that is not needed can be left out."""
_ALIASES = {
    "AnyTableColumn": "the columns of such a table, see `holds` below",
    "AnyKpiColumn": "the columns of such a table, see `holds` below",
    "Block": "the blocks, see `holds` below",
    "AnyLayout": "the layouts below",
    "StatusMap": "each symbol with one of " + ", ".join(f"`{status}`" for status in STATUS_MEANINGS),
    "TitlePattern": "pattern with the group `title`",
    "YearPattern": "pattern with the group `year`",
    "CodePattern": "pattern with the group `code`",
    "Pattern": "pattern",
    "Symbol": "symbol",
    "str": "text",
    "int": "number",
    "bool": "`true` or `false`",
    "Region": "region",
}


def kinds_of(union: Any) -> tuple[str, ...]:
    """Return what `holds` or `layout` can be in the members of a union of descriptor parts.

    Example:
        >>> kinds_of(AnyKpiColumn)
        ('goal', 'name', 'unit', 'note', 'values', 'status')
    """
    return tuple(kind for member in _members(union) for kind in _kinds(member))


def all_parts() -> tuple[type[BaseModel], ...]:
    """Return the classes of all parts a descriptor can have."""
    named = [part for _, parts in _SECTIONS for part in parts]
    inner = [member for part in named if part in _MEMBERS for member in _members(_MEMBERS[part])]
    return (*named, *inner)


def descriptor_keys() -> str:
    """Return every key of a descriptor as Markdown: what it takes, whether it can be left out, what it means."""
    lines = [_INTRODUCTION]
    for title, parts in _SECTIONS:
        lines += ["", f"## {title}"]
        for part in parts:
            lines += ["", f"### {_name(part)}", "", *_part(part)]
        for member in (member for part in parts if part in _MEMBERS for member in _members(_MEMBERS[part])):
            lines += ["", f"### {title}: holds {', '.join(_kinds(member))}", "", *_part(member)]
    return "\n".join(lines).strip() + "\n"


def write_descriptor_keys(target: Path) -> None:
    """Write the page of `descriptor_keys`.

    Args:
        target: the Markdown file; an old page stays when anything fails.

    Raises:
        WardPlansError: the file cannot be written.
    """
    write_page(descriptor_keys(), target)


def _members(union: Any) -> tuple[type[BaseModel], ...]:
    members: tuple[type[BaseModel], ...] = get_args(get_args(union)[0])
    return members


def _kinds(member: type[BaseModel]) -> tuple[str, ...]:
    field = member.model_fields.get("holds") or member.model_fields["layout"]
    kinds: tuple[str, ...] = get_args(field.annotation)
    return kinds


def _name(part: type[BaseModel]) -> str:
    if part in _members(AnyLayout):
        return f"layout: {_kinds(part)[0]}"
    names = {"Descriptor": "top of the file", "PlanDescriptor": "plans", "OutlineLevel": "levels of an outline"}
    names |= {"Total": "totals", "Quantity": "quantities", "SetAside": "prose, ignore, no_quantities", "Gap": "gaps"}
    names |= {"StackedRows": "stacked", "Footnotes": "footnotes", "Count": "count of a total", "Region": "region"}
    names |= {"StatedYear": "year of a column or block", "Statuses": "statuses of a column or block"}
    return {**names, "Column": "every column", "HeadedBlock": "every block"}[part.__name__]


def _part(part: type[BaseModel]) -> Iterator[str]:
    yield _plain(inspect.getdoc(part) or "")
    yield ""
    yield "| key | takes | needed | |"
    yield "|---|---|---|---|"
    said = _said(part)
    for name, field in part.model_fields.items():
        takes, words = said[name]
        needed = "yes" if field.is_required() else ""
        yield " ".join(f"| `{name}` | {takes} | {needed} | {words} |".split())


def _plain(text: str) -> str:
    return re.sub(r"`StatedYear`", "[year](#year-of-a-column-or-block)", text)


def _said(part: type[BaseModel]) -> dict[str, tuple[str, str]]:
    """Return what each key takes and what is said of it, by the source of the class and those it is made from."""
    said: dict[str, tuple[str, str]] = {}
    for base in reversed(part.__mro__):
        if not issubclass(base, Part) or base is Part:
            continue
        body = ast.parse(textwrap.dedent(inspect.getsource(base))).body[0]
        assert isinstance(body, ast.ClassDef)
        for node, following in zip(body.body, [*body.body[1:], None], strict=True):
            if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words = _string(following)
                said[node.target.id] = _takes(node.annotation), " ".join(words.split())
    return said


def _string(node: ast.stmt | None) -> str:
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
        return node.value.value
    return ""


def _takes(node: ast.expr) -> str:
    """Return what a key takes, in words."""
    if isinstance(node, ast.BinOp):
        sides = [side for side in (node.left, node.right) if not isinstance(side, ast.Constant)]
        return " or ".join(map(_takes, sides))
    if isinstance(node, ast.Subscript):
        return _takes_of(ast.unparse(node.value), node.slice)
    name = ast.unparse(node)
    if name in _ALIASES:
        return _ALIASES[name]
    known = getattr(layouts, name, None) or getattr(descriptor, name, None)
    if inspect.isclass(known) and issubclass(known, BaseModel):
        return f"the keys of `{_name(known)}`"
    return "one of " + ", ".join(f"`{choice}`" for choice in get_args(known))


def _takes_of(outer: str, inner: ast.expr) -> str:
    parts = inner.elts if isinstance(inner, ast.Tuple) else [inner]
    if outer == "Literal":
        choices = [f"`{ast.literal_eval(choice)}`" for choice in parts]
        return choices[0] if len(choices) == 1 else "one of " + ", ".join(choices)
    if outer == "tuple":
        return f"list: {_takes(parts[0])}"
    if outer == "dict":
        return f"{_takes(parts[0])} → {_takes(parts[1])}"
    groups = re.findall(r"'([a-z]+)'", ast.unparse(parts[1]))
    named = " and ".join(f"`{group}`" for group in groups)
    return f"pattern with the group{'s' if len(groups) > 1 else ''} {named}"
