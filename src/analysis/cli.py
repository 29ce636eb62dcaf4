"""The command line: `wardplans build`, `report`, `sources`, `check`, `export` and `accept`."""

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from analysis.documents import paths
from analysis.errors import UsageError, WardPlansError

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(path_type=Path)

# Beyond these nobody reads them one by one; `wardplans check` shows all.
_TOTALS_SHOWN = 100

raw_option = click.option(
    "--raw",
    type=_FOLDER,
    default=paths.raw_folder,
    show_default="data/raw",
    help="Folder of the raw documents.",
)
reference_option = click.option(
    "--reference",
    type=_FOLDER,
    default=paths.reference_folder,
    show_default="data/reference",
    help="Folder of the codebooks.",
)
database_option = click.option(
    "--database",
    type=_FILE,
    default=paths.database_path,
    show_default="data/curated/wards.duckdb",
    help="The database file.",
)
jobs_option = click.option(
    "--jobs",
    type=click.IntRange(min=1),
    show_default="one a core",
    help="How many work at a time.",
)
dask_option = click.option(
    "--dask",
    metavar="ADDRESS",
    help="Of a Dask scheduler whose workers do the work; they have to see the same files.",
)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="ward-plans")
def app() -> None:
    """Tokyo wards' digital-transformation plans as a curated, citable database."""


@app.command()
@raw_option
@reference_option
@database_option
@jobs_option
@dask_option
@click.option("--anew", is_flag=True, help="Read every document, whatever has changed since the last build.")
def build(raw: Path, reference: Path, database: Path, jobs: int | None, dask: str | None, anew: bool) -> None:
    """Build the database from the raw documents; on an error the old one stays.

    Many wards are read by several processes at a time; a few are read by this one. Of a hundred or more, only those
    whose documents changed are read anew where that gives the same.
    """
    from analysis.database.connect import open_database
    from analysis.database.update import bring_up_to_date
    from analysis.workers import executor

    with executor(jobs=jobs, dask=dask) as workers:
        bring_up_to_date(raw, reference, database, workers, jobs=jobs, anew=anew)
    errors = _console(stderr=True)
    with open_database(database) as connection:
        totals = connection.sql("SELECT * FROM reconciliations ORDER BY ALL").pl().to_dicts()
        counts = [
            f"{connection.sql(f'FROM {name}').count('*').fetchall()[0][0]} {name}"
            for name in ("documents", "measures", "kpis", "kpi_values")
        ]
    if len(totals) <= _TOTALS_SHOWN:
        errors.print(_reconciliation_table(totals))
    else:
        different = sum(1 for row in totals if row["difference"])
        errors.print(f"{len(totals)} totals that the documents state, of which {different} differ from what was read")
    errors.print(f"built {database}: {', '.join(counts)}", soft_wrap=True)


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
@click.option("--all", "is_all", is_flag=True, help="Every report, as without a name.")
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
@click.option("--force", is_flag=True, help="Make the pages that have no need of it, too.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=600,
    show_default=True,
    metavar="SECONDS",
    help="A report that takes longer is ended, and tried once more.",
)
@jobs_option
@dask_option
@raw_option
@reference_option
@database_option
def report(
    names: Sequence[str],
    is_all: bool,
    out: Path,
    language: Literal["both", "ja", "en"],
    parameters: Sequence[tuple[str, str]],
    force: bool,
    seconds: float,
    jobs: int | None,
    dask: str | None,
    raw: Path,
    reference: Path,
    database: Path,
) -> None:
    """Run notebooks (all, or those named) into HTML pages with an index, where something has changed.

    A notebook with the parameter `ward` is run for each ward that has documents. One that fails spoils no other: its
    page stays as it was. Safe to start at any time: a second run to the same folder does nothing.

    Exit codes: 0 all good, 1 something failed, 2 something was asked for that there is not.
    """
    import analysis.reporting.lean_imports  # noqa: F401
    from analysis.workers import executor

    if is_all and names:
        raise click.UsageError("--all means every report: name none beside it")
    # First of all, for the processes that run the notebooks import meanwhile what they need.
    with executor(
        jobs=jobs, dask=dask, preload=["analysis.reporting.lean_imports", "analysis.reporting.readiness"]
    ) as workers:
        from analysis.reporting.edition import held_edition
        from analysis.reporting.labels import LANGUAGES
        from analysis.reporting.runner import run_reports

        with held_edition(database, raw, reference) as edition:
            outcome = run_reports(
                names or None,
                out,
                dict(parameters),
                LANGUAGES if language == "both" else (language,),
                paths.notebooks_folder(),
                edition,
                workers,
                seconds=seconds,
                force=force,
            )
    for page in outcome.written:
        click.echo(out / page.file_name)
    click.echo(f"{out / 'index.html'}: {len(outcome.written)} pages made, {len(outcome.unchanged)} had no need of it")
    for failure in outcome.failures:
        click.echo(f"error: {failure}", err=True)
    if outcome.failures:
        sys.exit(1)


@app.command()
@click.option(
    "--out", type=_FOLDER, default=paths.reports_folder, show_default="reports", help="Folder of the reports."
)
@raw_option
@database_option
def sources(out: Path, raw: Path, database: Path) -> None:
    """Write the pages alone that show the documents, which reports and notebooks lead to."""
    from analysis.database.connect import this_build
    from analysis.reporting.labels import LANGUAGES
    from analysis.reporting.source_pages import write_source_pages

    with this_build(database) as build:
        for each in LANGUAGES:
            for page in write_source_pages(build, raw, paths.reference_folder(), out, each):
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
    from analysis.database.connect import this_build
    from analysis.publishing.csv_export import export_csv
    from analysis.publishing.data_dictionary import write_data_dictionary
    from analysis.publishing.theme_codebook import write_theme_codebook

    with this_build(database) as build:
        export_csv(build, out)
        write_data_dictionary(build, docs / "data_dictionary.md")
        write_theme_codebook(build, paths.reference_folder() / "theme_codings", docs / "themes.md")
    click.echo(out)


@app.command()
@raw_option
def accept(raw: Path) -> None:
    """Accept the raw documents and descriptors as they are now: rewrite SHA256SUMS."""
    from analysis.documents.integrity import accept_checksums

    changed = accept_checksums(raw)
    click.echo("\n".join(changed) if changed else "nothing has changed")


def main() -> None:
    """Run the command line; expected failures end with one message and exit code 1, or 2 where it was asked wrongly."""
    try:
        app()
    except WardPlansError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, UsageError) else 1)


def _console(*, stderr: bool = False) -> "Console":
    """Return a console that prints what documents say as it is: their brackets and colons are no markup."""
    from rich.console import Console

    return Console(stderr=stderr, markup=False, emoji=False, highlight=False)


def _reconciliation_table(rows: Sequence[Mapping[str, object]]) -> "Table":
    from rich.table import Table

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


def _line_table(line_uses: Mapping[str, Mapping[str, int]]) -> "Table":
    from rich.table import Table

    uses = list(next(iter(line_uses.values())))
    table = Table(title="Lines of the documents")
    table.add_column("document", no_wrap=True)
    for use in uses:
        table.add_column(use, justify="right")
    for document, counts in line_uses.items():
        table.add_row(document, *(str(counts[use]) for use in uses))
    return table
