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
        SELECT title, sha256, page, title_en, ward_code
        FROM (
            SELECT
                ward_code,
                document_id AS page,
                wards.name_ja || ' ' || documents.title_ja AS title,
                wards.name_en || ': ' || documents.title_en AS title_en,
                documents.sha256
            FROM documents JOIN wards USING (ward_code)
            UNION
            SELECT NULL, regexp_replace(file_name, '[.]csv$', ''), source_ja, source_en, sha256 FROM statistics
        )
        ORDER BY ward_code NULLS LAST, page
    """
    with open_database(database) as connection:
        return [SourceDocument(*row) for row in connection.sql(query).fetchall()]
