"""The documents of data/raw: each a text with its descriptor, in the folder of its ward."""

from dataclasses import dataclass
from pathlib import Path

from analysis.documents.descriptor import Descriptor, read_descriptor
from analysis.documents.integrity import input_files
from analysis.documents.text import RawDocument, read_document
from analysis.errors import WardPlansError


@dataclass(frozen=True)
class DescribedDocument:
    """A raw document and its descriptor; `folder_ward` and `folder_slug` are what its folder says of the ward."""

    text: RawDocument
    descriptor: Descriptor
    folder_ward: str
    folder_slug: str


def read_catalogue(raw: Path) -> list[DescribedDocument]:
    """Read all documents below the raw folder, ordered by path.

    Raises:
        WardPlansError: there is no document, a text has no descriptor (or the other way round), a folder is not named
            '<ward_code>-<slug>', or two descriptors use one document id.
    """
    texts = [path for path in input_files(raw) if path.suffix == ".txt"]
    lonely = [path for path in input_files(raw) if path.suffix == ".yaml" and not path.with_suffix(".txt").exists()]
    if lonely:
        raise WardPlansError(f"{lonely[0]}: a descriptor without its document {lonely[0].with_suffix('.txt').name}")
    if not texts:
        raise WardPlansError(f"{raw}: no document found; expected <ward_code>-<slug>/<document>.txt")
    documents = [_read_pair(path) for path in texts]
    seen: dict[str, Path] = {}
    for document in documents:
        first = seen.setdefault(document.descriptor.document, document.text.path)
        if first != document.text.path:
            raise WardPlansError(
                f"{document.text.path}: document id {document.descriptor.document!r} is taken by {first}"
            )
    return documents


def _read_pair(path: Path) -> DescribedDocument:
    ward, separator, slug = path.parent.name.partition("-")
    if not separator or not ward.isdecimal() or len(ward) != 5:
        raise WardPlansError(f"{path.parent}: met {path.parent.name!r}, expected '<five-digit ward code>-<slug>'")
    descriptor = read_descriptor(path.with_suffix(".yaml"))
    if descriptor.ward != ward:
        raise WardPlansError(
            f"{path.with_suffix('.yaml')}: key ward: met {descriptor.ward!r}, but the folder is of ward {ward!r}"
        )
    return DescribedDocument(read_document(path), descriptor, ward, slug)
