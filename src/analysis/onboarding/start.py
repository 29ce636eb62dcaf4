"""`wardplans add`: the draft of a descriptor beside each text that has none."""

from dataclasses import dataclass
from pathlib import Path

from analysis.curation.codebooks import Codebooks, Ward, read_codebooks
from analysis.documents.text import RawDocument, raw_document, read_document
from analysis.documents.todos import find_todos
from analysis.errors import WardPlansError
from analysis.onboarding.draft import Draft, draft_descriptor
from analysis.onboarding.likeness import draft_like
from analysis.onboarding.survey import Survey, survey

ORIGINALS = frozenset({".pdf", ".docx", ".xlsx", ".html", ".htm"})


@dataclass(frozen=True)
class Added:
    """A draft that was written: where, after what, and how many TODOs it leaves."""

    text: Path
    descriptor: Path
    made_from: str
    todos: int


def survey_file(path: Path, reference: Path) -> Survey:
    """Return what a document looks like; an original is converted first, and nothing is written.

    Raises:
        WardPlansError: the file cannot be read or converted.
    """
    return survey(_document(path), read_codebooks(reference, for_documents=True).units)


def add_document(path: Path, ward_code: str, reference: Path) -> Added:
    """Write a draft descriptor beside a raw text.

    Args:
        path: the text, in the folder of its ward below a raw folder.
        ward_code: the ward it is of.
        reference: the folder of the codebooks.

    Raises:
        WardPlansError: the file is no raw text in its ward's folder, the ward is unknown, or a descriptor is there.
    """
    codebooks = read_codebooks(reference, for_documents=True)
    ward = _ward(codebooks, ward_code)
    descriptor = path.with_suffix(".yaml")
    _check_place(path, ward)
    if descriptor.exists():
        raise WardPlansError(
            f"{descriptor}: there is a descriptor already; `wardplans check {path}` says what it lacks. To draft it "
            "anew, move it away first"
        )
    document = read_document(path)
    draft = _draft(document, ward, codebooks)
    try:
        with descriptor.open("x", encoding="utf-8", newline="\n") as file:
            file.write(draft.text)
    except OSError as error:
        raise WardPlansError(f"cannot write {descriptor}: {error.strerror or error}") from error
    return Added(path, descriptor, draft.made_from, len(find_todos(draft.text)))


def undescribed(raw: Path, ward_code: str) -> list[Path]:
    """Return the texts of a ward that have no descriptor.

    Raises:
        WardPlansError: there is none.
    """
    texts = [path for path in sorted(raw.glob(f"{ward_code}-*/*.txt")) if not path.with_suffix(".yaml").exists()]
    if not texts:
        raise WardPlansError(
            f"{raw}: no text of ward {ward_code} is without a descriptor; `wardplans import FILE --ward {ward_code}` "
            "brings a new document in"
        )
    return texts


def _draft(document: RawDocument, ward: Ward, codebooks: Codebooks) -> Draft:
    found = survey(document, codebooks.units)
    known = draft_like(found, ward, document.path.stem, document.path.parent.parent)
    return known or draft_descriptor(found, ward, document.path.stem, codebooks.units)


def _document(path: Path) -> RawDocument:
    if path.suffix.lower() not in ORIGINALS:
        return read_document(path)
    from analysis.importing.convert import convert

    return raw_document(path, convert(path).text)


def _ward(codebooks: Codebooks, code: str) -> Ward:
    ward = codebooks.wards_by_code.get(code)
    if ward is None:
        raise WardPlansError(
            f"unknown ward code {code!r}, expected one of {', '.join(sorted(codebooks.wards_by_code))}"
        )
    return ward


def _check_place(path: Path, ward: Ward) -> None:
    folder = f"{ward.ward_code}-{ward.slug}"
    if path.suffix.lower() in ORIGINALS or path.parent.name != folder:
        raise WardPlansError(
            f"{path}: not a raw text of {ward.name_ja}; `wardplans import {path} --ward {ward.ward_code}` makes one in "
            f"data/raw/{folder} first"
        )
