"""The command line: `wardplans build`, `report`, `sources`, `check`, `export` and `accept`."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal

import click
from rich.console import Console
from rich.table import Table

from analysis.documents import paths
from analysis.errors import WardPlansError

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(path_type=Path)

raw_option = click.option(
    "--raw",
    type=_FOLDER,
    default=paths.raw_folder,
    show_default="data/raw",
    help="Folder of the raw documents.",
)
database_option = click.option(
    "--database",
    type=_FILE,
    default=paths.database_path,
    show_default="data/curated/wards.duckdb",
    help="The database file.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ward-plans")
def app() -> None:
    """Tokyo wards' digital-transformation plans as a curated, citable database."""


@app.command()
@raw_option
@database_option
def build(raw: Path, database: Path) -> None:
    """Build the database from the raw documents; on an error the old one stays."""
    from analysis.curation.curate import curate
    from analysis.database.build import build_database

    tables = curate(raw, paths.reference_folder())
    build_database(tables, database)
    errors = _console(stderr=True)
    errors.print(_reconciliation_table(tables["reconciliations"].rows(named=True)))
    counts = ", ".join(f"{tables[name].height} {name}" for name in ("documents", "measures", "kpis", "kpi_values"))
    errors.print(f"built {database}: {counts}", soft_wrap=True)


@app.command()
@raw_option
@database_option
@click.option("--lines", "show_lines", is_flag=True, help="Account for every line: its use, and the rows read from it.")
def check(raw: Path, database: Path, show_lines: bool) -> None:
    """Show stated totals beside what was read, unread lines and broken citations; exit 1 when something is wrong."""
    from analysis.database.verification import verify_database

    result = verify_database(raw, paths.reference_folder(), database)
    output = _console()
    if show_lines:
        for line in result.lines:
            click.echo(f"{line.where}\t{line.use}\t{line.detail}\t{line.text}")
    output.print(_reconciliation_table(result.reconciliations))
    output.print(_line_table(result.line_uses))
    for problem in result.problems:
        output.print(problem, style="red", soft_wrap=True)
    if result.problems:
        raise WardPlansError(f"problems found: {len(result.problems)}")
    output.print(f"{result.citation_count} citations compared with the raw text: all equal")


@app.command()
@click.argument("names", nargs=-1, metavar="[NAME]...")
@click.option("--out", type=_FOLDER, default=paths.reports_folder, show_default="reports", help="Folder to publish to.")
@click.option(
    "--language",
    type=click.Choice(["both", "ja", "en"]),
    default="both",
    show_default=True,
    help="Of the pages; the index is in both.",
)
@click.option(
    "-p",
    "--parameter",
    "parameters",
    nargs=2,
    multiple=True,
    metavar="KEY VALUE",
    help="A notebook parameter, as in: -p wards 13111,13114",
)
@raw_option
@database_option
def report(
    names: Sequence[str],
    out: Path,
    language: Literal["both", "ja", "en"],
    parameters: Sequence[tuple[str, str]],
    raw: Path,
    database: Path,
) -> None:
    """Run notebooks (all, or those named) into HTML pages with an index; when one fails, nothing is published.

    A notebook with the parameter `ward` is run for each ward that has documents.
    """
    from analysis.reporting.front import covered_wards, read_front
    from analysis.reporting.labels import LANGUAGES
    from analysis.reporting.runner import run_reports
    from analysis.reporting.source_pages import write_source_pages
    from analysis.reporting.sources import source_documents

    reports = run_reports(
        names or None,
        out,
        dict(parameters),
        LANGUAGES if language == "both" else (language,),
        paths.notebooks_folder(),
        database,
        documents=source_documents(database),
        wards=covered_wards(database),
        fronts={each: read_front(database, each) for each in LANGUAGES},
    )
    # In both languages, for each page links to its counterpart.
    for each in LANGUAGES:
        write_source_pages(database, raw, paths.reference_folder(), out, each)
    for page in reports:
        click.echo(out / page.file_name)
    click.echo(out / "index.html")


@app.command()
@click.option(
    "--out", type=_FOLDER, default=paths.reports_folder, show_default="reports", help="Folder of the reports."
)
@raw_option
@database_option
def sources(out: Path, raw: Path, database: Path) -> None:
    """Write the pages alone that show the documents, which reports and notebooks lead to."""
    from analysis.reporting.labels import LANGUAGES
    from analysis.reporting.source_pages import write_source_pages

    for each in LANGUAGES:
        for page in write_source_pages(database, raw, paths.reference_folder(), out, each):
            click.echo(page)


@app.command()
@click.option(
    "--out",
    type=_FOLDER,
    default=lambda: paths.database_path().parent / "csv",
    show_default="data/curated/csv",
    help="Folder to write to.",
)
@click.option(
    "--docs",
    type=_FOLDER,
    default=lambda: paths.project_root() / "docs",
    show_default="docs",
    help="Folder to write data_dictionary.md and themes.md to.",
)
@database_option
def export(out: Path, docs: Path, database: Path) -> None:
    """Write every table as CSV, the data dictionary and the theme codebook; the same content gives the same bytes."""
    from analysis.publishing.csv_export import export_csv
    from analysis.publishing.data_dictionary import write_data_dictionary
    from analysis.publishing.theme_codebook import write_theme_codebook

    export_csv(database, out)
    write_data_dictionary(database, docs / "data_dictionary.md")
    write_theme_codebook(database, paths.reference_folder() / "theme_codings", docs / "themes.md")
    click.echo(out)


@app.command()
@raw_option
def accept(raw: Path) -> None:
    """Accept the raw documents and descriptors as they are now: rewrite SHA256SUMS."""
    from analysis.documents.integrity import accept_checksums

    changed = accept_checksums(raw)
    click.echo("\n".join(changed) if changed else "nothing has changed")


def main() -> None:
    """Run the command line; expected failures end with one message and exit code 1."""
    try:
        app()
    except WardPlansError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(1)


def _console(*, stderr: bool = False) -> Console:
    """Return a console that prints what documents say as it is: their brackets and colons are no markup."""
    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def _reconciliation_table(rows: Sequence[Mapping[str, object]]) -> Table:
    table = Table(title="Stated by the documents and read from them")
    # Nothing is cut off, however narrow the log of a scheduled run.
    table.add_column("document", no_wrap=True)
    table.add_column("subject", overflow="fold")
    table.add_column("stated", justify="right", no_wrap=True)
    table.add_column("read", justify="right", no_wrap=True)
    table.add_column("explanation", overflow="fold")
    for row in rows:
        table.add_row(
            str(row["document_id"]),
            str(row["subject_ja"]),
            f"{row['stated']:g}",
            f"{row['extracted']:g}",
            str(row["explanation_en"] or ""),
        )
    return table


def _line_table(line_uses: Mapping[str, Mapping[str, int]]) -> Table:
    uses = list(next(iter(line_uses.values())))
    table = Table(title="Lines of the documents")
    table.add_column("document", no_wrap=True)
    for use in uses:
        table.add_column(use, justify="right")
    for document, counts in line_uses.items():
        table.add_row(document, *(str(counts[use]) for use in uses))
    return table
