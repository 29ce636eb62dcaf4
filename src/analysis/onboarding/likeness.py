"""Known layouts: the draft for a document that is laid out as one that has a descriptor already."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from analysis.curation.codebooks import Ward
from analysis.documents.catalogue import list_documents
from analysis.documents.text import RawDocument
from analysis.documents.todos import key_lines
from analysis.onboarding import wording
from analysis.onboarding.draft import Draft, plan_name, title_pattern
from analysis.onboarding.survey import Survey
from analysis.onboarding.trial import Trial, try_descriptor
from analysis.onboarding.yaml_lines import comment, entry, quoted, todo
from analysis.reading.account import LineUse

# Parts of a descriptor that say something of one document's text alone: what is not met in another is left out.
_OWN_PARTS = ("totals", "quantities", "no_quantities", "gaps", "prose", "ignore")
_SAME_LAYOUT = 0.6
# Which footnotes announce a break is for each text to say: their marks count anew.
_BREAKS = re.compile(r"^(\s+breaks: )(&\w+ )?(\[.*\])", re.MULTILINE)
_TITLE_EN = re.compile(r"^(\s*)title_en: .*$", re.MULTILINE)


@dataclass(frozen=True)
class _Model:
    """A descriptor that may fit, and what it reads of the new text."""

    path: Path
    text: str
    trial: Trial
    fit: float


def draft_like(survey: Survey, ward: Ward, name: str, raw: Path) -> Draft | None:
    """Return a draft that follows the descriptor which reads most of a text; None where none reads its layouts.

    What a descriptor says of its own text alone (totals, figures, headings …) and is not met in the new one stays as a
    comment. A descriptor of another ward lends its layouts; its plan becomes a new one.

    Args:
        survey: what the new text looks like; its titles stand in for those of the other document.
        ward: whose document it is.
        name: the name of its file without its ending.
        raw: the folder of the documents and descriptors there are.
    """
    document = survey.document
    best: _Model | None = None
    for path in _descriptors(raw, document.path):
        model = _model(path, document, ward, name)
        if model is not None and (best is None or model.fit > best.fit):
            best = model
        if best is not None and best.fit == 1:
            break
    if best is None or best.fit < _SAME_LAYOUT:
        return None
    text = _with_titles(best.text, best.trial, survey)
    # To leave one part out can bring another to light: an alias of it, a rule that covered its lines.
    for _ in range(len(_OWN_PARTS)):
        trial = _try(document, text)
        reduced = _without_unmet(text, trial)
        if reduced == text:
            break
        text = reduced
    text = "\n".join([*_preface(best.path), _with_fallen_lines(text, _try(document, text), survey)])
    return Draft(text, best.path.stem, _try(document, text))


def _descriptors(raw: Path, own: Path) -> Iterator[Path]:
    """Yield the descriptors there are, those of the same ward first and the newest of them before the others."""
    folder = own.parent.name
    ordered = sorted(reversed(list_documents(raw)), key=lambda listed: listed.path.parent.name != folder)
    for listed in ordered:
        path = listed.path.with_suffix(".yaml")
        if path.exists() and listed.path.resolve() != own.resolve():
            yield path


def _model(path: Path, document: RawDocument, ward: Ward, name: str) -> _Model | None:
    text = _for_ward(path.read_text(encoding="utf-8"), path, ward, f"{ward.slug}-{name}")
    trial = _try(document, text)
    if trial.descriptor is None or not trial.findings.measures:
        return None
    layouts = [number for number, _ in enumerate(yaml.safe_load(text)["layouts"])]
    read = sum(not trial.refused("layouts", number) for number in layouts)
    return _Model(path, text, trial, read / len(layouts))


def _try(document: RawDocument, text: str) -> Trial:
    return try_descriptor(document, str(document.path.with_suffix(".yaml")), text)


def _for_ward(text: str, path: Path, ward: Ward, document: str) -> str:
    """Return a descriptor with the ids of the new document; that of another ward gets plans of its own."""
    content = yaml.safe_load(text)
    text = _BREAKS.sub(lambda met: f"{met[1]}{met[2] or ''}{quoted(_breaks_todo(met[3], path))}", text)
    text = re.sub(r"^document: .*$", f"document: {document}", text, count=1, flags=re.MULTILINE)
    if content["ward"] == ward.ward_code:
        return re.sub(
            r"^title_en: (.*)$", lambda met: f"title_en: {quoted(_title_todo(met[1], path))}", text, flags=re.M
        )
    text = re.sub(r"^ward: .*$", f'ward: "{ward.ward_code}"', text, count=1, flags=re.MULTILINE)
    text = re.sub(r"^publisher: .*$", f"publisher: {ward.name_ja}", text, count=1, flags=re.MULTILINE)
    text = _TITLE_EN.sub(lambda met: f"{met[1]}title_en: {quoted(todo('the title in English'))}", text)
    slug = path.parent.name.partition("-")[2]
    for plan in content["plans"]:
        renamed = f"{ward.slug}-{plan['plan'].removeprefix(f'{slug}-')}"
        text = re.sub(rf"\b{re.escape(plan['plan'])}\b", renamed, text)
    return text


def _with_titles(text: str, trial: Trial, survey: Survey) -> str:
    """Return a descriptor that finds the titles of the new text where those of the other document are not in it."""
    if trial.refused("title"):
        text = re.sub(r"^title: .*$", lambda _: f"title: {quoted(title_pattern(survey))}", text, count=1, flags=re.M)
    named = plan_name(survey)
    if trial.refused("plans", 0) and named is not None:
        first, last = _extent(text, "plans", 0)
        lines = text.split("\n")
        pattern = quoted(named[1])
        lines[first:last] = [re.sub(r"^(\s+title: ).*", lambda m: m[1] + pattern, line) for line in lines[first:last]]
        text = "\n".join(lines)
    return text


def _with_fallen_lines(text: str, trial: Trial, survey: Survey) -> str:
    """Return a descriptor that asks about each line that fell out of a table and that a rule of it sets aside."""
    aside = {line.number: line.text for line in trial.lines if line.use in (LineUse.PROSE, LineUse.IGNORED)}
    asked = []
    for number in survey.page_breaks.fallen:
        if number in aside:
            reason = todo(f"line {number} may have fallen out of a table at the end of a page: see the original")
            asked += entry({"pattern": wording.escaped(aside[number]), "reason": reason}, 2)
    if not asked:
        return text
    lines = text.rstrip("\n").split("\n")
    at = lines.index("prose:") + 1 if "prose:" in lines else len(lines)
    head = [] if "prose:" in lines else ["", "prose:"]
    return "\n".join([*lines[:at], *head, *asked, *lines[at:], ""])


def _breaks_todo(marks: str, path: Path) -> str:
    return todo(f"{marks} announce a break in {path.stem}; which footnotes here? [] where none does")


def _title_todo(title_en: str, path: Path) -> str:
    return todo(f"the title in English; that of {path.stem} is {yaml.safe_load(title_en)}")


def _without_unmet(text: str, trial: Trial) -> str:
    """Return a descriptor whose parts that do not hold of the new text have become comments."""
    lines = text.split("\n")
    keys = [problem.key for problem in trial.problems]
    unmet = {(str(key[0]), int(key[1])) for key in keys if len(key) > 1 and key[0] in _OWN_PARTS}
    for name, number in sorted(unmet):
        first, last = _extent(text, name, number)
        is_named = any(re.search(r"&\w", line) for line in lines[first:last])
        if not is_named:  # others may go by its name
            lines[first:last] = map(_commented, lines[first:last])
    return "\n".join(_without_empty_lists(lines))


def _commented(line: str) -> str:
    if not line.strip() or line.lstrip().startswith("#"):
        return line
    indent = len(line) - len(line.lstrip())
    return f"{line[:indent]}# not met here: {line.lstrip()}"


def _without_empty_lists(lines: Sequence[str]) -> list[str]:
    """Return the lines without keys of which every entry has become a comment."""
    kept: list[str] = []
    for number, line in enumerate(lines):
        if line.rstrip(":") in _OWN_PARTS and line.endswith(":"):
            following = (other for other in lines[number + 1 :] if other.strip() and not other.lstrip().startswith("#"))
            if not next(following, "").startswith(" "):
                kept.append(comment(line))
                continue
        kept.append(line)
    return kept


def _extent(text: str, name: str, number: int) -> tuple[int, int]:
    """Return the 0-based first line of a part, and the line behind its last."""
    starts = key_lines(text)
    first = starts[name, number] - 1
    later = (line - 1 for steps, line in starts.items() if len(steps) == 1 or steps == (name, number + 1))
    return first, min((line for line in later if line > first), default=len(text.split("\n")))


def _preface(model: Path) -> list[str]:
    return [
        comment(f"A draft after {model.parent.name}/{model.name}: the layouts are its, and they read this text."),
        comment("`wardplans check` with the path of the text says what is still missing."),
    ]
