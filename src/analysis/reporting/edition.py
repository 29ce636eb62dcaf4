"""What all pages of a run have in common: one build of the database, and what is to be known of it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from analysis.database.connect import open_database, this_build
from analysis.reporting.fingerprints import database_fingerprint
from analysis.reporting.page import SourceDocument
from analysis.reporting.sources import source_documents


@dataclass(frozen=True)
class Edition:
    """One build of the database.

    Attributes:
        database: a file that nobody replaces during the run, such as `this_build` gives.
        published_as: the file that it is, or was, for everybody else.
        fingerprint: of all its rows.
        documents: what it was read from, for the foot of each page.
        wards: code and short name of each ward with documents, which reports about a ward are run for.
        raw: the folder of the texts it was read from; None when pages are to stand without source pages and the index
            without what it shows before the list of reports.
        reference: the folder of the codebooks.
    """

    database: Path
    published_as: Path
    fingerprint: str
    documents: tuple[SourceDocument, ...]
    wards: Mapping[str, str]
    raw: Path | None = None
    reference: Path | None = None

    def documents_of(self, ward_code: str | None) -> tuple[SourceDocument, ...]:
        """Return the documents of a ward and the statistics; all where there is no ward."""
        if ward_code is None:
            return self.documents
        return tuple(document for document in self.documents if document.ward_code in (ward_code, None))


@contextmanager
def held_edition(database: Path, raw: Path, reference: Path) -> Iterator[Edition]:
    """Give what is to be known of the build that lies there now, and keep it while a newer one is moved into place.

    Raises:
        WardPlansError: the database cannot be opened.
    """
    query = "SELECT ward_code, slug FROM wards WHERE is_covered ORDER BY ward_code"
    with this_build(database) as build:
        with open_database(build) as connection:
            wards = dict(connection.execute(query).fetchall())
        documents = tuple(source_documents(build))
        yield Edition(build, database, database_fingerprint(build), documents, wards, raw, reference)
