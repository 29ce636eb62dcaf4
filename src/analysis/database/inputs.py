"""What a database is built from, by fingerprint: whether a later build can go on from it, and which wards are stale."""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

import duckdb

from analysis.database.connect import open_database
from analysis.documents.integrity import verify_checksums
from analysis.errors import WardPlansError

# What decides how a document becomes rows.
_LAYERS = ("documents", "reading", "curation", "database")
_PACKAGES = ("duckdb", "polars", "pydantic", "pyyaml", "ward-plans")

_STORED = """
    SELECT
        wards.ward_code || '-' || wards.slug AS folder,
        documents.file_name,
        documents.sha256,
        documents.descriptor_sha256,
        documents.original_file_name,
        documents.original_sha256
    FROM documents
    JOIN wards USING (ward_code)
"""


@dataclass(frozen=True)
class Inputs:
    """What a database is built from.

    Attributes:
        raw: the SHA-256 of each raw file, by its path below the raw folder.
        reference_sha256: one that stands for all codebooks.
        library_sha256: one that stands for all code that makes rows.
    """

    raw: Mapping[str, str]
    reference_sha256: str
    library_sha256: str

    @property
    def wards(self) -> dict[str, dict[str, str]]:
        """Return the files of each folder, that is of each ward, with their SHA-256."""
        folders: dict[str, dict[str, str]] = {}
        for name, digest in self.raw.items():
            folder, _, file = name.partition("/")
            folders.setdefault(folder, {})[file] = digest
        return folders


def read_inputs(raw: Path, reference: Path) -> Inputs:
    """Return what a database of these folders is built from.

    Raises:
        WardPlansError: a raw file was edited, is missing or is not listed, or a codebook cannot be read.
    """
    listed = verify_checksums(raw)
    try:
        codebooks = _digest(path for path in sorted(reference.iterdir()) if path.is_file())
    except OSError as error:
        raise WardPlansError(f"{reference}: cannot be read ({error.strerror})") from error
    return Inputs(listed, codebooks, library_fingerprint())


def stored_inputs(database: Path) -> Inputs | None:
    """Return what a database was built from; None where there is none, or one that does not tell."""
    try:
        with open_database(database) as connection:
            raw = {}
            for folder, file, text, descriptor, original, original_sha256 in connection.execute(_STORED).fetchall():
                raw[f"{folder}/{file}"] = text
                raw[f"{folder}/{Path(file).with_suffix('.yaml')}"] = descriptor
                if original is not None:
                    raw[f"{folder}/{original}"] = original_sha256
            told = dict(connection.execute("SELECT key, value FROM build_inputs").fetchall())
    except (WardPlansError, duckdb.Error):
        return None
    return Inputs(raw, told["reference_sha256"], told["library_sha256"])


def library_fingerprint() -> str:
    """Return the SHA-256 that stands for the code that makes rows, and for the packages it is made with."""
    package = Path(__file__).parents[1]
    files = [
        path for layer in _LAYERS for path in sorted((package / layer).rglob("*")) if path.suffix in {".py", ".sql"}
    ]
    versions = "\n".join(f"{name} {version(name)}" for name in _PACKAGES)
    return hashlib.sha256(f"{_digest(files)}\n{versions}".encode()).hexdigest()


def _digest(paths: Iterable[Path]) -> str:
    lines = [f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}" for path in paths]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()
