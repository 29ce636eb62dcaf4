"""Brings a database up to date: only wards whose documents changed are read anew, where that gives the same content."""

import logging
import shutil
from collections.abc import Collection, Sequence
from concurrent.futures import Executor
from pathlib import Path

import duckdb

from analysis.curation.batches import Batch, Tables, curate_batch, frames
from analysis.curation.codebooks import read_codebooks
from analysis.curation.curate import curate_parts, years_spoken_of
from analysis.curation.reference_rows import year_row
from analysis.curation.theme_rows import refuse_unmet_items
from analysis.database.build import (
    build_from_parts,
    load,
    read_schema,
    refuse_breaches,
    replacing,
    run_sql,
    written,
)
from analysis.database.inputs import Inputs, read_inputs, stored_inputs
from analysis.database.prepared import empty_views, fill_views
from analysis.documents.catalogue import list_documents
from analysis.documents.integrity import fingerprint
from analysis.errors import WardPlansError

_LOG = logging.getLogger(__name__)

# Of fewer wards than these all are read at any time; of more, those that changed are if they are one in so many.
_MANY = 100

# Items of the wards that no other item refers to.
_LOWEST_ITEMS = """
    WITH items AS (
        SELECT measures.* FROM measures JOIN plans USING (plan_id) WHERE plans.ward_code IN (SELECT unnest($wards))
    )

    SELECT measure_id
    FROM items
    WHERE
        measure_id NOT IN (SELECT parent_measure_id FROM items WHERE parent_measure_id IS NOT NULL)
        AND measure_id NOT IN (SELECT repeats_measure_id FROM items WHERE repeats_measure_id IS NOT NULL)
"""

_YEAR_COLUMNS = """
    SELECT table_name, constraint_column_names[1]
    FROM duckdb_constraints()
    WHERE database_name = 'wards' AND constraint_type = 'FOREIGN KEY' AND referenced_table = 'years'
"""


def bring_up_to_date(
    raw: Path, reference: Path, target: Path, workers: Executor, *, jobs: int | None = None, anew: bool = False
) -> None:
    """Build the database from the raw documents and the codebooks, or renew what changed in the last one.

    Where the last database was built by the same code from the same codebooks and, but for a few wards, the same
    documents, these wards' rows are replaced in a copy of it. The content is that of a build from nothing.

    Args:
        raw: the folder of the documents.
        reference: the folder of the codebooks.
        target: the database file.
        workers: reads the wards where there are many.
        jobs: how many work at a time.
        anew: build from nothing whatever has changed.

    Raises:
        WardPlansError: something is wrong with the documents or codebooks, or the target cannot be written; the old
            file is then untouched.
    """
    inputs = read_inputs(raw, reference)
    last = None if anew else stored_inputs(target)
    stale = stale_folders(last, inputs) if last else None
    if last is not None and stale is not None:
        try:
            renew_wards(stale, raw, reference, target, last, inputs)
            return
        except WardPlansError as error:
            # The build of all wards explains what is wrong with them, if it is.
            _LOG.warning("every ward is read anew, for those that changed could not be renewed alone: %s", error)
    build_from_parts(curate_parts(raw, reference, workers, jobs=jobs), target, inputs)


def stale_folders(last: Inputs, inputs: Inputs) -> list[str] | None:
    """Return the folders of the wards whose files changed; None where too many did, or other things than those."""
    if (last.reference_sha256, last.library_sha256) != (inputs.reference_sha256, inputs.library_sha256):
        return None
    before, after = last.wards, inputs.wards
    if {folder: files.keys() for folder, files in before.items()} != {
        folder: files.keys() for folder, files in after.items()
    }:
        return None
    stale = [folder for folder in after if before[folder] != after[folder]]
    return stale if max(1, len(stale)) * _MANY <= len(after) else None


def renew_wards(
    folders: Collection[str], raw: Path, reference: Path, target: Path, last: Inputs, inputs: Inputs
) -> None:
    """Replace the rows of some wards in a copy of the last database and move it into place.

    Args:
        folders: of the wards, in the raw folder.
        raw: the folder of the documents.
        reference: the folder of the codebooks.
        target: the database file.
        last: what it was built from; all but the documents of these wards is still the same.
        inputs: what it is built from now.

    Raises:
        WardPlansError: the documents are wrong, are others than they were, or do not fit the rest.
    """
    if not folders:
        return
    codebooks = read_codebooks(reference, for_documents=True)
    listed = [document for document in list_documents(raw) if document.path.parent.name in folders]
    batch = curate_batch(listed, codebooks)
    batch.warn()
    items = set(batch.tables["measures"]["measure_id"])
    refuse_unmet_items(codebooks, batch.plans, codebooks.exceptions_by_item.keys() - items)
    with replacing(target) as fresh:
        shutil.copyfile(target, fresh)
        if stored_inputs(fresh) != last:
            raise WardPlansError(f"{target} was replaced meanwhile")
        with written(fresh) as connection:
            wards = sorted({document.folder_ward for document in listed})
            _require_same(connection, wards, batch)
            _delete(connection, wards)
            _fit_years(connection, batch.tables)
            load(connection, read_schema(connection), batch.tables)
            connection.execute("INSERT INTO indicator_sources FROM kept_sources")
            connection.execute("UPDATE build_info SET value = $1 WHERE key = 'raw_sha256'", [fingerprint(inputs.raw)])
            fill_views(connection, wards)
            refuse_breaches(connection)


def _require_same(connection: duckdb.DuckDBPyConnection, wards: Sequence[str], batch: Batch) -> None:
    """Make sure that the wards have the documents and plans that they had: on those hangs what else is read."""
    for table, column, found in (("documents", "document_id", batch.documents), ("plans", "plan_id", batch.plans)):
        query = f"SELECT {column} FROM {table} WHERE ward_code IN (SELECT unnest($wards))"
        if {name for (name,) in connection.execute(query, {"wards": wards}).fetchall()} != found.keys():
            raise WardPlansError(f"the {table} of {', '.join(wards)} are not those of the last build")


def _delete(connection: duckdb.DuckDBPyConnection, wards: Sequence[str]) -> None:
    empty_views(connection, wards)
    run_sql(connection, "stale_rows.sql", wards)
    while connection.execute(
        f"DELETE FROM measures WHERE measure_id IN ({_LOWEST_ITEMS}) RETURNING measure_id", {"wards": wards}
    ).fetchall():
        pass
    run_sql(connection, "stale_roots.sql", wards)


def _fit_years(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Have a row for each fiscal year from the first that any row speaks of, or will, to the last."""
    columns = connection.execute(_YEAR_COLUMNS).fetchall()
    spoken = " UNION ALL ".join(f"SELECT min({column}), max({column}) FROM {table}" for table, column in columns)
    found = {year for years in connection.execute(spoken).fetchall() for year in years if year is not None}
    found |= years_spoken_of(tables)
    needed = range(min(found), max(found) + 1)
    connection.execute("DELETE FROM years WHERE fiscal_year NOT BETWEEN $1 AND $2", [needed[0], needed[-1]])
    there = {year for (year,) in connection.execute("SELECT fiscal_year FROM years").fetchall()}
    missing = [year_row(year) for year in needed if year not in there]
    load(connection, read_schema(connection), frames({"years": missing}))
