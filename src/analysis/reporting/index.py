"""The page that lists all reports, and the record of them that lies beside the pages."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.errors import WardPlansError
from analysis.reporting.front import Front
from analysis.reporting.labels import INDEX_PAGES, LABELS, LANGUAGES
from analysis.reporting.page import SourceDocument
from analysis.reporting.prose import Language
from analysis.reporting.shell import render_shell, template_text

RECORD = "reports.json"


#: Parts of the list, and the reports in each in the order of their names; without a part of its own, a report compares.
SECTIONS = ("comparison", "wards", "method")


@dataclass(frozen=True)
class Report:
    """A published page: its name without language and ending, what it is called and answers, what it was run with.

    Attributes:
        section: one of `SECTIONS`, or '' for the first.
        thumbnail: a PNG of its first chart in base64, '' when it has none.
    """

    name: str
    title: str
    file_name: str
    language: Language
    parameters: Mapping[str, object]
    summary: str
    section: str = ""
    thumbnail: str = ""


@dataclass(frozen=True)
class Companion:
    """A page about the reports themselves: its file, what it is called, and what it tells in a sentence."""

    file_name: str
    title: str
    summary: str


@dataclass(frozen=True)
class _Entry:
    """What the index lists of a report: the page in the reader's language, or the other where that is all there is."""

    report: Report
    pages: tuple[tuple[Language, str], ...]


def write_index(
    reports: Sequence[Report],
    out: Path,
    language: Language,
    *,
    front: Front | None = None,
    documents: Sequence[SourceDocument] = (),
    companions: Sequence[Companion] = (),
) -> Path:
    """Write the list of reports in a language into a folder, moved into place when complete, and return its path.

    Args:
        reports: the pages, in both languages.
        out: the folder they lie in.
        language: of the index, `index.html` in Japanese and `index.en.html` in English.
        front: what it shows first: the wards, and which of them publishes what.
        documents: whose source pages it lists.
        companions: pages about the reports, in the same language, that it lists.

    Raises:
        WardPlansError: a report is of a section that there is not.
    """
    html = render_shell(
        "index.html.j2",
        language=language,
        title=LABELS[language]["index_title"],
        sections=_sections(reports, language),
        front=front,
        documents=documents,
        companions=companions,
        pages={entry.report.name: entry.report.file_name for entry in _entries(reports, language)},
        index_style=template_text("index.css"),
    )
    return _replace(out / INDEX_PAGES[language], html)


def _sections(reports: Sequence[Report], language: Language) -> list[tuple[str, list[_Entry]]]:
    """Return the names of the parts of the list that have reports, with these."""
    parts: dict[str, list[_Entry]] = {section: [] for section in SECTIONS}
    for entry in _entries(reports, language):
        section = entry.report.section or SECTIONS[0]
        if section not in parts:
            raise WardPlansError(f"{entry.report.name}: no section {section!r}; there is {', '.join(SECTIONS)}")
        parts[section].append(entry)
    return [(LABELS[language][f"section_{section}"], entries) for section, entries in parts.items() if entries]


def _entries(reports: Sequence[Report], language: Language) -> list[_Entry]:
    by_name: dict[str, dict[Language, Report]] = {}
    for report in sorted(reports, key=lambda report: report.name):
        by_name.setdefault(report.name, {})[report.language] = report
    return [
        _Entry(
            report=versions.get(language) or next(iter(versions.values())),
            pages=tuple((each, versions[each].file_name) for each in LANGUAGES if each in versions),
        )
        for versions in by_name.values()
    ]


def write_record(reports: Sequence[Report], out: Path) -> Path:
    """Write the list of reports as JSON into a folder, for the next run to add to, and return its path."""
    ordered = sorted(reports, key=lambda report: report.file_name)
    text = json.dumps([asdict(report) for report in ordered], ensure_ascii=False, indent=2)
    return _replace(out / RECORD, text + "\n")


def read_record(out: Path) -> list[Report]:
    """Return the reports an earlier run published into a folder and whose pages are still there.

    Raises:
        WardPlansError: the record is damaged; the message names it and says to remove it.
    """
    path = out / RECORD
    if not path.exists():
        return []
    try:
        reports = [Report(**entry) for entry in json.loads(path.read_text(encoding="utf-8"))]
    except (OSError, TypeError, ValueError) as error:
        raise WardPlansError(
            f"{path} is not a list of reports ({error}): remove it and run all reports again"
        ) from error
    return [report for report in reports if (out / report.file_name).is_file()]


def _replace(path: Path, text: str) -> Path:
    unfinished = path.with_name(f".{path.name}.unfinished")
    unfinished.write_text(text, encoding="utf-8", newline="\n")
    os.replace(unfinished, path)  # noqa: PTH105 — the atomic one, by the name people know
    return path
