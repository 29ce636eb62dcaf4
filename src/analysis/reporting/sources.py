"""The documents a database was built from, for the foot of each page."""

from pathlib import Path

from analysis.database.connect import open_database
from analysis.reporting.page import SourceDocument


def source_documents(database: Path) -> list[SourceDocument]:
    """Return title and SHA-256 of each document of a database, with its ward, ordered by ward, and of each statistic.

    Raises:
        WardPlansError: the database cannot be opened.
    """
    query = """
        SELECT title, sha256
        FROM (
            SELECT ward_code, document_id, wards.name_ja || ' ' || documents.title_ja AS title, documents.sha256
            FROM documents JOIN wards USING (ward_code)
            UNION
            SELECT NULL, file_name, source_ja, sha256 FROM statistics
        )
        ORDER BY ward_code NULLS LAST, document_id
    """
    with open_database(database) as connection:
        return [SourceDocument(title, sha256) for title, sha256 in connection.sql(query).fetchall()]
