"""The command line: every command of `wardplans`, thin; what it needs is imported when it is called."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from analysis.documents import paths
from analysis.errors import UsageError, WardPlansError
from analysis.publishing.formats import FORMATS

if TYPE_CHECKING:
    from rich.console import Console
    from rich.table import Table

    from analysis.publishing.answering import FormName

_FOLDER = click.Path(file_okay=False, path_type=Path)
_FILE = click.Path(path_type=Path)

_LEAST_MEMORY = 100_000_000

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


class _Size(click.ParamType[int]):
    """So many bytes, as in 500MB or 1.5GB."""

    name = "size"

    def convert(self, value: object, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Return the number of bytes."""
        match = re.fullmatch(r"([0-9]+(?:\.[0-9]+)?) ?([MGT])B", str(value), re.IGNORECASE)
        if match is None:
            self.fail(f"{value!r} is no size such as 500MB or 2GB", param, ctx)
        size = int(float(match[1]) * 1000 ** " KMGT".index(match[2].upper()))
        if size < _LEAST_MEMORY:
            self.fail(f"{value} is too little to open the database: 100MB at least", param, ctx)
        return size


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

    Lines that nobody reads, and numbers in running text that nothing explains, are warnings: `wardplans check` fails
    on them.

    Many wards are read by several processes at a time; a few are read by this one. Of a hundred or more, only those
    whose documents changed are read anew where that gives the same.
    """
    from analysis.database.connect import open_database
    from analysis.database.open_points import unread_lines
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
        unread = list(unread_lines(connection, raw))
    if len(totals) <= _TOTALS_SHOWN:
        errors.print(_reconciliation_table(totals))
    else:
        different = sum(1 for row in totals if row["difference"])
        errors.print(f"{len(totals)} totals that the documents state, of which {different} differ from what was read")
    errors.print(f"built {database}: {', '.join(counts)}", soft_wrap=True)
    for message in unread:
        click.echo(f"warning: {message}", err=True)


@app.command()
@click.argument("file", type=_FILE, required=False)
@raw_option
@reference_option
@database_option
@click.option("--lines", "show_lines", is_flag=True, help="Account for every line: its use, and the rows read from it.")
@click.option("--write-kpis", is_flag=True, help="With FILE: add the rows that kpis.csv lacks, to be looked through.")
def check(file: Path | None, raw: Path, reference: Path, database: Path, show_lines: bool, write_kpis: bool) -> None:
    """Show stated totals beside what was read, unread lines and broken citations; exit 1 when something is wrong.

    With FILE, a raw text or its descriptor, the database is not looked at: shown is what that document still lacks
    before it can be built, line by line, and where an imported text is not what the original beside it says. A note is
    no fault, but a place to compare with the original.
    """
    if file is not None:
        _check_document(file, reference, write_kpis=write_kpis)
        return
    if write_kpis:
        raise click.UsageError("--write-kpis belongs to a FILE: wardplans check FILE --write-kpis")
    from analysis.database.verification import verify_database

    result = verify_database(raw, reference, database)
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


def _check_document(file: Path, reference: Path, *, write_kpis: bool) -> None:
    from analysis.onboarding.review import next_commands, review, write_kpi_rows

    reviewed = review(file, reference)
    if write_kpis:
        click.echo(f"{reference / 'kpis.csv'}: {write_kpi_rows(reviewed, reference)} rows added")
        reviewed = review(file, reference)
    for problem in reviewed.problems:
        click.echo(problem)
    for note in reviewed.notes:
        click.echo(f"note: {note}")
    click.echo("read: " + ", ".join(f"{count} {kind}" for kind, count in reviewed.counts.items() if count))
    if reviewed.problems:
        if reviewed.kpi_rows:
            click.echo(f"next: `wardplans check {file}{_on(reference)} --write-kpis` adds the rows of the KPIs")
        raise WardPlansError(f"{file}: missing: {len(reviewed.problems)}")
    click.echo(f"nothing is missing; next: {next_commands(reviewed, reference)}")


@app.command()
@click.argument("file", type=_FILE)
@click.option(
    "--format",
    "output_format",
    type=click.Choice(["table", "json"]),
    default="table",
    show_default=True,
    help="Of what is shown.",
)
@reference_option
def inspect(file: Path, output_format: str, reference: Path) -> None:
    """Show the layouts found in a document, a raw text or an original: all of them guesses, with their lines.

    Nothing is written.
    """
    from analysis.onboarding.findings_shown import as_json, print_sections
    from analysis.onboarding.start import survey_file

    found = survey_file(file, reference)
    if output_format == "json":
        click.echo(as_json(found))
    else:
        print_sections(found, _console())


@app.command()
@click.argument("file", type=_FILE, required=False)
@click.option("--ward", required=True, metavar="CODE", help="The ward's code, as in data/reference/wards.csv.")
@raw_option
@reference_option
def add(file: Path | None, ward: str, raw: Path, reference: Path) -> None:
    """Write a draft descriptor beside a raw text (without FILE: beside each of the ward that has none).

    It says TODO where somebody has to decide, and follows the descriptor of another document where that reads the text.
    """
    from analysis.onboarding.start import add_document, undescribed

    for text in [file] if file is not None else undescribed(raw, ward):
        added = add_document(text, ward, reference)
        click.echo(f"{added.descriptor}: drafted after {added.made_from}, {added.todos} TODO")
        click.echo(f"next: `wardplans check {text}{_on(reference)}`")


def _on(reference: Path) -> str:
    """Return the option that names the codebooks, for the command to run next; '' where they are the project's own."""
    return "" if reference.resolve() == paths.reference_folder().resolve() else f" --reference {reference}"


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


@app.command(epilog="\b\n" + "\n".join(f"{name:10} {what}" for name, what in FORMATS.items()))
@click.option(
    "--format",
    "formats",
    type=click.Choice([*FORMATS, "all"]),
    multiple=True,
    show_default="csv and the pages in docs",
    help="What to write; may be given several times.",
)
@click.option(
    "--out",
    type=_FOLDER,
    show_default="data/curated/<format>",
    help="Folder to write to; of several formats each gets a folder of its own in it.",
)
@click.option(
    "--docs",
    type=_FOLDER,
    show_default="docs, without --format",
    help="Folder to write data_dictionary.md, its diagrams, themes.md and descriptors.md to.",
)
@database_option
def export(formats: Sequence[str], out: Path | None, docs: Path | None, database: Path) -> None:
    """Write the database in open formats; the same content gives the same bytes.

    Without --format, what is committed: every table as CSV, which is a data package, the data dictionary, the theme
    codebook and the keys of a descriptor. A format that fails leaves the others, and what lay there before, as it was.
    """
    from analysis.database.connect import this_build
    from analysis.onboarding.descriptor_keys import write_descriptor_keys
    from analysis.publishing.data_dictionary import write_data_dictionary
    from analysis.publishing.exports import export_formats
    from analysis.publishing.theme_codebook import write_theme_codebook

    if not formats and docs is None:
        docs = paths.project_root() / "docs"
    with this_build(database) as build:
        with _showing_progress() as begin:
            exports = export_formats(build, _folders(formats or ["csv"], out), begin)
        if docs is not None and not exports.failures:
            write_data_dictionary(build, docs / "data_dictionary.md")
            write_theme_codebook(build, paths.reference_folder() / "theme_codings", docs / "themes.md")
            write_descriptor_keys(docs / "descriptors.md")
    for place in exports.places:
        click.echo(place)
    _fail(exports.failures)


@app.command()
@raw_option
def accept(raw: Path) -> None:
    """Accept the raw documents, their descriptors and originals as they are now: rewrite SHA256SUMS.

    Each file is named with what became of it: new, changed or removed. An original that is gone while its text is still
    there is refused.
    """
    from analysis.documents.integrity import accept_checksums

    accepted = accept_checksums(raw)
    click.echo("\n".join(map(str, accepted)) if accepted else "nothing has changed")


@app.command("import")
@click.argument("file", type=_FILE)
@click.option("--ward", required=True, metavar="CODE", help="The ward's code, as in data/reference/wards.csv.")
@click.option("--document", metavar="NAME", show_default="made from the file's name", help="Name of the files.")
@click.option("--pages", metavar="RANGE", help="Of a PDF, as in 3-40; all where it is not given.")
@click.option("--encoding", help="Of a text or web page, such as cp932; told by its bytes where it is not given.")
@click.option("--replace", is_flag=True, help="Put it in the place of a document of that name.")
@raw_option
@reference_option
def import_(
    file: Path,
    ward: str,
    document: str | None,
    pages: str | None,
    encoding: str | None,
    replace: bool,
    raw: Path,
    reference: Path,
) -> None:
    """Make a PDF, Word or Excel file, web page or text into a raw text, and keep the original beside it."""
    from analysis.importing.convert import PageRange
    from analysis.importing.store import import_document

    stored = import_document(
        file,
        ward=ward,
        raw=raw,
        reference=reference,
        document=document,
        pages=PageRange.parse(pages) if pages is not None else None,
        encoding=encoding,
        replace=replace,
    )
    imported = stored.imported
    for note in imported.notes:
        click.echo(f"note: {note}", err=True)
    places = (
        f"{imported.page_count} {'sheets' if imported.kind == 'excel' else 'pages'}, " if imported.page_count else ""
    )
    click.echo(f"{stored.text_path}: {places}{imported.line_count} lines, {imported.table_count} tables")
    if stored.original_path is not None:
        click.echo(f"{stored.original_path}: the original")
    click.echo(f"next: compare the text with the original, then `wardplans inspect {stored.text_path}{_on(reference)}`")


@app.command()
@click.argument("query", required=False)
@click.option("--file", "file", type=_FILE, help="A file that holds the query.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "csv", "json", "markdown", "parquet"]),
    show_default="what the ending of --output says, else table",
    help="What the answer is given as.",
)
@click.option("--output", type=_FILE, help="A file to write the answer to, as a whole or not at all.")
@click.option(
    "--timeout",
    "seconds",
    type=click.FloatRange(min=0, min_open=True),
    default=60,
    show_default=True,
    metavar="SECONDS",
    help="A query that takes longer is ended.",
)
@click.option("--memory", type=_Size(), default="1GB", show_default=True, help="A query that takes more is ended.")
@click.option(
    "--max-rows",
    "rows",
    type=click.IntRange(min=1),
    show_default="1000 in a table; else any number up to a million",
    help="How many rows are given.",
)
@database_option
def sql(
    query: str | None,
    file: Path | None,
    form: "FormName | None",
    output: Path | None,
    seconds: float,
    memory: int,
    rows: int | None,
    database: Path,
) -> None:
    """Answer a query in SQL; without one, ask for queries at a prompt.

    QUERY is one query, - or what comes through a pipe. It reads the tables of the database and nothing else: no files,
    no network, no settings; and it ends after --timeout and beyond --memory. `DESCRIBE observations` tells what there
    is in the view to begin with; docs/sql.md has examples.
    """
    if file is not None and query is not None:
        raise click.UsageError("a query or --file, not both")
    if query is None and file is None and sys.stdin.isatty():
        from analysis.publishing.prompt import run_prompt

        if output is not None or not sys.stdout.isatty():
            raise click.UsageError("there is no query: write one, as in wardplans sql 'FROM observations'")
        run_prompt(database, seconds, memory, rows, form or "table")
        return
    from analysis.publishing.answering import answered, for_terminal, form_of, refuse_parquet, remark, rendered
    from analysis.publishing.answering import write_answer as write

    chosen = form_of(form, output)
    if output is None:
        refuse_parquet(chosen)
    answer = answered(_query(query, file), database, chosen, seconds, memory, rows)
    if output is not None:
        write(rendered(answer, chosen), output)
        click.echo(output)
    elif sys.stdout.isatty():
        click.echo(for_terminal(answer, chosen, shutil.get_terminal_size().columns), nl=False)
    else:
        click.echo(rendered(answer, chosen), nl=False)
    if told := remark(answer, chosen):
        click.echo(told, err=True)


def main() -> None:
    """Run the command line; expected failures end with one message and exit code 1, or 2 where it was asked wrongly."""
    try:
        app()
    except WardPlansError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2 if isinstance(error, UsageError) else 1)


def _folders(formats: Sequence[str], out: Path | None) -> dict[str, Path]:
    """Return where each format is written to: beside the database's CSV, or where one was told."""
    names = list(FORMATS) if "all" in formats else list(dict.fromkeys(formats))
    if out is not None and len(names) == 1:
        return {names[0]: out}
    return {name: (out or paths.database_path().parent) / name for name in names}


@contextmanager
def _showing_progress() -> Iterator[Callable[[str], None]]:
    """Give what is told at which table an export is; somebody at a terminal sees it."""
    if not sys.stderr.isatty():
        yield lambda _name: None
        return
    with _console(stderr=True).status("") as status:
        yield status.update


def _fail(failures: Sequence[WardPlansError]) -> None:
    """End with exit code 1 after naming what failed, if anything did."""
    for failure in failures:
        click.echo(f"error: {failure}", err=True)
    if failures:
        sys.exit(1)


def _query(query: str | None, file: Path | None) -> str:
    """Return the query that is given as an argument, in a file or through a pipe."""
    if query is not None and query != "-":
        return query
    try:
        content = sys.stdin.buffer.read() if file is None else file.read_bytes()
        return content.decode("utf-8-sig")
    except OSError as error:
        raise WardPlansError(f"cannot read {file}: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise WardPlansError(f"the query is not in UTF-8: {error}") from error


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
