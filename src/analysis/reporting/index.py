"""The page that lists all reports, and the record of them that lies beside the pages."""

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from analysis.errors import WardPlansError
from analysis.reporting.labels import LABELS
from analysis.reporting.prose import Language
from analysis.reporting.shell import render_shell

RECORD = "reports.json"


@dataclass(frozen=True)
class Report:
    """A published page: the notebook's name, what it is called and answers, what it was run with."""

    name: str
    title: str
    file_name: str
    language: Language
    parameters: Mapping[str, object]
    summary: str


def write_index(reports: Sequence[Report], out: Path, language: Language) -> Path:
    """Write `index.html` into a folder, moved into place when complete, and return its path.

    Reports in the page's own language come first, each group by name.
    """
    ordered = sorted(reports, key=lambda report: (report.language != language, report.name))
    html = render_shell("index.html.j2", language=language, title=LABELS[language]["index_title"], reports=ordered)
    return _replace(out / "index.html", html)


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
