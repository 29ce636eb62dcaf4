"""What the exports say of the data as a whole: title, version, licence, sources, and how to cite it."""

from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import metadata
from pathlib import Path

import duckdb

PACKAGE = "ward-plans"
"""The name of the dataset, of the library, and of the exports that are one file."""

LICENCE_URL = "https://opensource.org/license/mit"

TERMS = (
    "The MIT licence is that of the repository. The documents are publications of the wards named as their publishers; "
    "the database quotes them with their source. What terms of use the publishers set is not recorded: ask them before "
    "you publish more than quotations."
)
"""What is known of the terms under which the data can be used."""

TERMS_JA = (
    "MIT ライセンスはこのリポジトリのものである。資料は発行者として挙げた各区の刊行物であり、データベースは"
    "出典を示してこれを引用する。各区の定める利用条件は記録していない。引用の範囲を超えて公開するときは発行者に確かめること。"
)
"""The same in Japanese."""


@dataclass(frozen=True)
class Source:
    """A document or a table of statistics that the database was read from; None where nothing is said."""

    name: str
    title_ja: str
    title_en: str | None
    publisher_ja: str | None
    publisher_en: str | None
    published_ja: str | None
    file_name: str
    sha256: str
    original_file_name: str | None
    original_sha256: str | None
    transcription: str | None


@dataclass(frozen=True)
class Dataset:
    """What is said of the data as a whole.

    `build` is what the database tells of its making: version of the schema and of the library, fingerprint of the raw
    documents.
    """

    title: str
    authors: str
    licence: str
    keywords: tuple[str, ...]
    build: Mapping[str, str]
    sources: tuple[Source, ...]

    @property
    def version(self) -> str:
        """Return the version of the library that made the data."""
        return self.build.get("library_version", "unknown")

    @property
    def citation(self) -> str:
        """Return how to cite the dataset."""
        parts = [
            f"{self.authors}: {self.title}",
            f"{PACKAGE} {self.version}",
            f"schema version {self.build['schema_version']}",
        ]
        if raw := self.build.get("raw_sha256"):
            parts.append(f"raw documents SHA-256 {raw[:12]}")
        return ", ".join(parts) + "."


def read_dataset(connection: duckdb.DuckDBPyConnection) -> Dataset:
    """Return what is to be said of the data of a database."""
    library = metadata(PACKAGE)
    query = Path(__file__).with_name("sources.sql").read_text(encoding="utf-8")
    return Dataset(
        title=library["Summary"].rstrip("."),
        authors=library["Author"],
        licence=library["License-Expression"],
        keywords=tuple(sorted(word.strip() for word in library["Keywords"].split(","))),
        build=dict(connection.execute("SELECT key, value FROM build_info ORDER BY key").fetchall()),
        sources=tuple(Source(*row) for row in connection.execute(query).fetchall()),
    )
