"""The documents of data/raw: each a text with its descriptor, in the folder of its ward."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from analysis.documents.descriptor import Descriptor, read_descriptor
from analysis.documents.integrity import input_files, is_original
from analysis.documents.text import RawDocument, read_document
from analysis.errors import WardPlansError


@dataclass(frozen=True)
class DescribedDocument:
    """A raw document and its descriptor; `folder_ward` and `folder_slug` are what its folder says of the ward.

    `original` is the file beside it that the text was imported from; None where the text is what was received.
    """

    text: RawDocument
    descriptor: Descriptor
    folder_ward: str
    folder_slug: str
    original: Path | None = None

    @property
    def descriptor_sha256(self) -> str:
        """Return the SHA-256 of the descriptor's file."""
        return hashlib.sha256(self.text.path.with_suffix(".yaml").read_bytes()).hexdigest()

    @property
    def original_sha256(self) -> str | None:
        """Return the SHA-256 of the original; None where there is none."""
        return None if self.original is None else hashlib.sha256(self.original.read_bytes()).hexdigest()


@dataclass(frozen=True)
class ListedDocument:
    """Where a document lies, and what its folder says of the ward."""

    path: Path
    folder_ward: str
    folder_slug: str
    original: Path | None = None


def list_documents(raw: Path) -> list[ListedDocument]:
    """Return the documents below the raw folder, ordered by path, without opening any.

    Raises:
        WardPlansError: there is no document, a descriptor or an original has no text or a text two originals, or a
            folder is not named '<ward_code>-<slug>'.
    """
    files = input_files(raw)
    texts = {path for path in files if path.suffix == ".txt"}
    for path in files:
        if path.with_suffix(".txt") not in texts:
            what = "an original without its text" if is_original(path) else "a descriptor without its document"
            raise WardPlansError(f"{path}: {what} {path.with_suffix('.txt').name}")
    if not texts:
        raise WardPlansError(f"{raw}: no document found; expected <ward_code>-<slug>/<document>.txt")
    originals: dict[Path, list[Path]] = {}
    for path in filter(is_original, files):
        originals.setdefault(path.with_suffix(".txt"), []).append(path)
    return [_listed(path, originals.get(path, ())) for path in sorted(texts)]


def read_catalogue(raw: Path) -> list[DescribedDocument]:
    """Read all documents below the raw folder, ordered by path.

    Raises:
        WardPlansError: as `list_documents`, `read_descriptors` and `read_document`.
    """
    return [read_listed(listed, descriptor) for listed, descriptor in read_descriptors(list_documents(raw))]


def read_descriptors(documents: Sequence[ListedDocument]) -> list[tuple[ListedDocument, Descriptor]]:
    """Return documents with their descriptors, without reading the texts.

    Raises:
        WardPlansError: a text has no descriptor or a wrong one, its folder is another ward's, or two bear one id.
    """
    described = [(listed, _descriptor(listed)) for listed in documents]
    taken: dict[str, str] = {}
    for listed, descriptor in described:
        claim_id(taken, descriptor.document, str(listed.path))
    return described


def claim_id(taken: dict[str, str], document_id: str, path: str) -> None:
    """Add a document to those known, by id.

    Raises:
        WardPlansError: the id is another document's.
    """
    first = taken.setdefault(document_id, path)
    if first != path:
        raise WardPlansError(f"{path}: document id {document_id!r} is taken by {first}")


def read_listed(listed: ListedDocument, descriptor: Descriptor) -> DescribedDocument:
    """Read the text of a document.

    Raises:
        WardPlansError: as `read_document`.
    """
    text = read_document(listed.path)
    return DescribedDocument(text, descriptor, listed.folder_ward, listed.folder_slug, listed.original)


def _listed(path: Path, originals: Sequence[Path]) -> ListedDocument:
    ward, separator, slug = path.parent.name.partition("-")
    if not separator or not ward.isdecimal() or len(ward) != 5:
        raise WardPlansError(f"{path.parent}: met {path.parent.name!r}, expected '<five-digit ward code>-<slug>'")
    if len(originals) > 1:
        raise WardPlansError(
            f"{originals[1]}: {originals[0].name} is the original of {path.name} too; keep one of them"
        )
    return ListedDocument(path, ward, slug, originals[0] if originals else None)


def _descriptor(listed: ListedDocument) -> Descriptor:
    path = listed.path.with_suffix(".yaml")
    descriptor = read_descriptor(path)
    if descriptor.ward != listed.folder_ward:
        raise WardPlansError(
            f"{path}: key ward: met {descriptor.ward!r}, but the folder is of ward {listed.folder_ward!r}"
        )
    return descriptor
