"""What is still missing before a document can be built: all of it, line by line."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from analysis.curation.batches import curate_read
from analysis.curation.codebooks import Codebooks, KpiEntry, read_codebooks
from analysis.documents.catalogue import list_documents, read_descriptors, read_listed
from analysis.documents.paths import raw_folder, reference_folder
from analysis.documents.text import RawDocument, read_document
from analysis.documents.todos import MARK
from analysis.errors import WardPlansError
from analysis.onboarding.kpi_entries import append_entries, as_csv, missing_entries
from analysis.onboarding.originals import differences, doubles
from analysis.onboarding.survey import Survey, survey
from analysis.onboarding.trial import Problem, Trial, try_descriptor
from analysis.reading.account import LineUse
from analysis.reading.reader import read_described

# While a layout is refused, all of its lines are unread: the list would say nothing that its error does not.
_UNREAD_SHOWN = 10


@dataclass(frozen=True)
class Review:
    """What a descriptor reads of its text, and what is missing.

    Attributes:
        document: the path of the text.
        trial: what is read.
        problems: what is missing, in the order in which it is best mended.
        kpi_rows: the rows that kpis.csv lacks.
        notes: what may be as it should be, and is to be compared with the original.
    """

    document: Path
    trial: Trial
    problems: tuple[Problem, ...]
    kpi_rows: tuple[KpiEntry, ...]
    notes: tuple[Problem, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """Return how much was read, by kind."""
        found = self.trial.findings
        return {
            "items": len({item.measure_id for item in found.measures}),
            "grades of items": len(found.statuses),
            "results and plans": len(found.activities),
            "departments": len(found.departments),
            "KPIs": len(found.kpis),
            "KPI values": len(found.kpi_values),
            "grades of KPIs": len(found.kpi_statuses),
            "events": len(found.events),
            "quantities": len(found.quantities),
            "stated totals that agree": len(found.totals),
        }


def review(path: Path, reference: Path) -> Review:
    """Return what is missing for a raw text and its descriptor.

    Args:
        path: the text, or the descriptor beside it.
        reference: the folder of the codebooks.

    Raises:
        WardPlansError: there is no such text or no descriptor beside it, or a codebook is wrong.
    """
    text_path, descriptor_path = path.with_suffix(".txt"), path.with_suffix(".yaml")
    document = read_document(text_path)
    codebooks = read_codebooks(reference)
    trial = try_descriptor(document, str(descriptor_path), _descriptor_text(text_path, descriptor_path))
    entries = missing_entries(trial.findings, codebooks)
    found = survey(document, codebooks.units)
    problems = [
        *doubles(text_path),
        *differences(document),
        *trial.problems,
        *_unread(document, trial, found.page_breaks.fallen),
        *_unexplained(document, trial),
        *_units(document, trial, codebooks),
        *_open_entries(codebooks, trial),
        *(
            Problem(
                document.where(kpi.name),
                f"KPI {kpi.name.text!r}{f' ({kpi.row_label})' if kpi.row_label else ''} is not in kpis.csv; the row: "
                f"{as_csv([entry]).strip()}",
            )
            for kpi, entry in entries
        ),
    ]
    if not problems:
        problems += _curated(text_path, codebooks)
    rows = tuple(entry for _, entry in entries)
    return Review(text_path, trial, tuple(problems), rows, tuple(_notes(document, found, trial)))


def write_kpi_rows(reviewed: Review, reference: Path) -> int:
    """Add the rows that kpis.csv lacks, and return how many.

    Raises:
        WardPlansError: kpis.csv cannot be written.
    """
    if reviewed.kpi_rows:
        append_entries(reference / "kpis.csv", reviewed.kpi_rows)
    return len(reviewed.kpi_rows)


def next_commands(reviewed: Review, reference: Path) -> str:
    """Return what to run when nothing is missing."""
    raw = reviewed.document.parent.parent
    on_copy = "" if raw.resolve() == raw_folder() else f" --raw {raw}"
    build = on_copy
    if reference.resolve() != reference_folder():
        build += f" --reference {reference}"
    if build:
        build += " --database FILE"  # the real database is not for a copy
    return f"`wardplans accept{on_copy}`, then `wardplans build{build}`"


def _descriptor_text(text: Path, descriptor: Path) -> str:
    try:
        return descriptor.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        ward = text.parent.name.partition("-")[0]
        raise WardPlansError(
            f"{descriptor}: there is no descriptor yet; `wardplans add {text} --ward {ward}` drafts one"
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        raise WardPlansError(f"{descriptor}: cannot be read: {error}") from error


def _notes(document: RawDocument, found: Survey, trial: Trial) -> Iterator[Problem]:
    """Yield what no reader can tell: pages without text, and rows that may go on with a cell of the page before."""
    for page in found.empty_pages:
        line = next(number for number, mark in document.marks if mark.page == page)
        yield Problem(
            f"{document.path}:{line}", f"page {page} has no text: a scan or a picture? Compare it with the original"
        )
    for accounted in trial.lines:
        if accounted.number in found.page_breaks.fallen and accounted.use in (LineUse.PROSE, LineUse.IGNORED):
            yield Problem(
                f"{document.path}:{accounted.number}",
                f"{accounted.text!r:.60} is set aside ({accounted.reason}), but stands between the rows of a table: "
                "did it fall out of a cell?",
            )
    headers = {number for table in found.tables if not table.continues for number in table.header_lines}
    for number in found.page_breaks.first_rows:
        row = " | ".join(cell.text for cell in document.lines[number - 1].cells)
        above = (line for line in reversed(document.lines[: number - 1]) if line.is_row and line.number not in headers)
        cell = next((line.cells[0].text for line in above if line.cells[0].text), "")
        yield Problem(
            f"{document.path}:{number}",
            f"the first cell of the first row on its page is empty ({row:.30}…): it may belong to a cell on the page "
            f"before, {cell!r:.40}; compare it with the original",
        )


def _unread(document: RawDocument, trial: Trial, fallen: Collection[int]) -> Iterator[Problem]:
    out_of_cells = [line for line in trial.lines if line.use == LineUse.UNREAD and line.number in fallen]
    for line in out_of_cells:
        yield Problem(
            f"{document.path}:{line.number}",
            f"unread line {line.text!r:.80}; it stands between the rows of a table and may have fallen out of a cell "
            "at the end of a page",
        )
    unread = [line for line in trial.lines if line.use == LineUse.UNREAD and line.number not in fallen]
    is_refused = any(problem.key[:1] == ("layouts",) for problem in trial.problems)
    shown = unread[:_UNREAD_SHOWN] if is_refused else unread
    for line in shown:
        yield Problem(
            f"{document.path}:{line.number}",
            f"unread line {line.text!r:.80}; no layout reads it, and neither prose nor ignore sets it aside",
        )
    if len(shown) < len(unread):
        yield Problem(
            str(document.path),
            f"{len(unread) - len(shown)} more unread lines, those of the layouts among them that were refused above",
        )


def _unexplained(document: RawDocument, trial: Trial) -> Iterator[Problem]:
    for number in trial.findings.unclassified_numbers:
        line = document.lines[document.line_number(number) - 1].text
        start = max(0, line.find(number.text) - 12)
        yield Problem(
            document.where(number),
            f"the number {number.text!r} (…{line[start : start + 30]}…) is neither in quantities nor in no_quantities",
        )


def _units(document: RawDocument, trial: Trial, codebooks: Codebooks) -> Iterator[Problem]:
    known = frozenset(spelling for unit in codebooks.units for spelling in unit.spellings)
    told: set[tuple[int, str]] = set()
    for value in trial.findings.kpi_values:
        entry = codebooks.kpis_by_print.get((value.kpi.plan_id, value.kpi.name.text, value.kpi.row_label or ""))
        place = (document.line_number(value.passage), value.unit_ja)
        if place in told:
            continue
        told.add(place)
        if value.unit_ja and value.unit_ja not in known:
            yield Problem(
                document.where(value.passage),
                f"unknown unit {value.unit_ja!r} in {value.passage.text!r}; add it to units.csv, as a unit of its own "
                "or as an alias of one",
            )
            continue
        unit = codebooks.units_by_id.get(entry.unit_id) if entry else None
        if entry and unit and value.unit_ja and value.unit_ja not in unit.spellings:
            yield Problem(
                document.where(value.passage),
                f"unit {value.unit_ja!r} in {value.passage.text!r}, but kpis.csv says {unit.unit_id} for {entry.slug}",
            )


def _open_entries(codebooks: Codebooks, trial: Trial) -> Iterator[Problem]:
    plans = {kpi.plan_id for kpi in trial.findings.kpis}
    for entry in codebooks.kpis:
        if entry.plan_id in plans and MARK in (entry.unit_id, entry.slug, entry.nature, entry.direction):
            yield Problem(
                str(codebooks.folder / "kpis.csv"),
                f"KPI {entry.name_ja!r} of plan {entry.plan_id} still says {MARK}; write its unit_id, one of units.csv",
            )


def _curated(path: Path, codebooks: Codebooks) -> list[Problem]:
    """Curate all documents of the ward, and return what is refused, or which items have no theme."""
    listed = [found for found in list_documents(path.parent.parent) if found.path.parent == path.parent]
    try:
        batch = curate_read((read_described(read_listed(*found)) for found in read_descriptors(listed)), codebooks)
    except WardPlansError as error:
        where, _, message = str(error).partition(": ")
        return [Problem(where, message)]
    measures, themes = batch.tables.get("measures"), batch.tables.get("measure_themes")
    coded = set(themes["measure_id"]) if themes is not None else set()
    return [
        Problem(
            str(codebooks.folder / "theme_exceptions.csv"),
            f"item {row['title_ja']!r} has no theme; the row, with a theme of themes.csv and the reason: "
            f"{row['measure_id']},{MARK},true,",
        )
        for row in (measures.to_dicts() if measures is not None else ())
        if row["measure_id"] not in coded
    ]
