"""What a database that was built still leaves open: the lines of its documents that nobody reads."""

from collections.abc import Iterator
from pathlib import Path

import duckdb

from analysis.documents.catalogue import ListedDocument, list_documents, read_descriptors, read_listed
from analysis.reading.account import LineUse
from analysis.reading.reader import read_described

# Of more documents or lines than these only the number is told; `wardplans check` names all.
_DOCUMENTS_TOLD = 10
_LINES_TOLD = 3

_UNREAD = """
    SELECT ward_code, file_name
    FROM line_uses JOIN documents USING (document_id)
    WHERE use = 'unread' AND line_uses.line_count > 0
    ORDER BY ward_code, file_name
"""


def unread_lines(connection: duckdb.DuckDBPyConnection, raw: Path) -> Iterator[str]:
    """Yield one message for each document with lines that nothing accounts for: how many, and the first of them.

    Args:
        connection: to a database that was just built.
        raw: the folder of the documents it was built from.

    Raises:
        WardPlansError: a document was changed meanwhile and can no longer be read.
    """
    unread = connection.execute(_UNREAD).fetchall()
    if not unread:
        return
    by_name = {(listed.folder_ward, listed.path.name): listed for listed in list_documents(raw)}
    for name in unread[:_DOCUMENTS_TOLD]:
        if name in by_name:
            yield _told(by_name[name])
    if len(unread) > _DOCUMENTS_TOLD:
        yield f"{len(unread) - _DOCUMENTS_TOLD} more documents have unread lines; run `wardplans check`"


def _told(listed: ListedDocument) -> str:
    ((_, descriptor),) = read_descriptors([listed])
    lines = read_described(read_listed(listed, descriptor)).lines
    unread = [line for line in lines if line.use is LineUse.UNREAD]
    shown = ", ".join(f"{line.number} {line.text!r:.60}" for line in unread[:_LINES_TOLD])
    more = f" and {len(unread) - _LINES_TOLD} more" if len(unread) > _LINES_TOLD else ""
    return (
        f"{listed.path}: {len(unread)} unread {'line' if len(unread) == 1 else 'lines'}, of which the database holds "
        f"nothing: {shown}{more}; run `wardplans check {listed.path}`"
    )
