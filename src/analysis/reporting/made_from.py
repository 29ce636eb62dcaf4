"""What the pages of a folder were made from, so that one is made again only when that has changed."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.database.usage import Use

MADE_FROM = ".made-from.json"
"""The file, in the folder of the reports; without it every page is made again."""


@dataclass(frozen=True)
class MadeFrom:
    """What a page, or a set of pages, was made from.

    Attributes:
        inputs: digest of everything except the database.
        database: digest of all rows of the database.
        uses: the queries that were put to it; None where it is not known which.
        content: digest of the files as they were published; another one has been edited since.
    """

    inputs: str
    database: str
    uses: tuple[Use, ...] | None
    content: str


def read_made_from(out: Path) -> dict[str, MadeFrom]:
    """Return what is noted of the pages of a folder, by file name; nothing where the note is missing or damaged."""
    try:
        noted = json.loads((out / MADE_FROM).read_text(encoding="utf-8"))
        queries = noted["queries"]
        return {
            name: MadeFrom(
                page["inputs"],
                page["database"],
                None if page["uses"] is None else tuple(Use(queries[query], *rest) for query, *rest in page["uses"]),
                page["content"],
            )
            for name, page in noted["pages"].items()
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def made_from_text(pages: Mapping[str, MadeFrom]) -> str:
    """Return the note as it is written to the file; a query that many pages put stands there once."""
    queries: dict[str, str] = {}
    listed = {}
    for name, page in sorted(pages.items()):
        uses = None
        if page.uses is not None:
            uses = [[_digest([use.query.encode()]), use.parameters, use.digest] for use in page.uses]
            queries |= {_digest([use.query.encode()]): use.query for use in page.uses}
        listed[name] = {"inputs": page.inputs, "database": page.database, "uses": uses, "content": page.content}
    return json.dumps({"queries": queries, "pages": listed}, ensure_ascii=False, indent=1, sort_keys=True) + "\n"


def content_digest(files: Iterable[Path]) -> str:
    """Return a digest of some files; of a missing one as of an empty one."""
    return _digest(path.read_bytes() if path.is_file() else b"" for path in files)


def _digest(contents: Iterable[bytes]) -> str:
    digest = hashlib.sha256()
    for content in contents:
        digest.update(hashlib.sha256(content).digest())
    return digest.hexdigest()
