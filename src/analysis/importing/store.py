"""Imported documents put into the folder of their ward: the raw text, the original beside it, and their checksums."""

import csv
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from analysis.atomic import replace_files, scratch_folder
from analysis.documents.integrity import ORIGINAL_SUFFIXES, accept_files
from analysis.documents.text import raw_document
from analysis.errors import WardPlansError
from analysis.importing.convert import PageRange, convert_bytes, read_original
from analysis.importing.imported import ImportedText

_NAME = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_LONGEST_NAME = 100
_ORIGINALS = {"pdf": ".pdf", "word": ".docx", "excel": ".xlsx", "html": ".html", "text": ".original"}
_DEVICES = re.compile(r"con|prn|aux|nul|com[0-9]|lpt[0-9]")


@dataclass(frozen=True)
class StoredDocument:
    """A document in the folder of its ward.

    Attributes:
        text_path: the raw text.
        original_path: the original; None where the raw text is the original, byte for byte.
        imported: what the import gave.
    """

    text_path: Path
    original_path: Path | None
    imported: ImportedText


def import_document(
    path: Path,
    *,
    ward: str,
    raw: Path,
    reference: Path,
    document: str | None = None,
    pages: PageRange | None = None,
    encoding: str | None = None,
    replace: bool = False,
) -> StoredDocument:
    """Import a document into the folder of its ward and list its files in SHA256SUMS, and no others.

    Args:
        path: the original, anywhere; it is copied.
        ward: the code of the ward, five digits.
        raw: the folder of the raw documents.
        reference: the folder of the codebooks; wards.csv names the folder of the ward.
        document: the name of the files without ending; made from the original's name when None.
        pages: of a PDF, all when None.
        encoding: of a text or web page, told by its bytes when None.
        replace: a document of that name that is there already.

    Raises:
        WardPlansError: the document cannot be read, the ward is unknown, the name is taken or no name can be made, or
            the files cannot be written; nothing has changed then.
    """
    if not raw.is_dir():
        raise WardPlansError(f"{raw}: there is no such folder; expected that of the raw documents")
    folder = raw / f"{ward}-{_slug(reference / 'wards.csv', ward)}"
    name = document_name(path, document)
    content = read_original(path)
    imported = convert_bytes(path, content, pages=pages, encoding=encoding)
    files = {f"{name}.txt": imported.text.encode("utf-8")}
    raw_document(folder / f"{name}.txt", imported.text)
    original = None
    if content != files[f"{name}.txt"]:
        original = folder / f"{name}{_ORIGINALS[imported.kind]}"
        files[original.name] = content
    former = [file for suffix in (".txt", *ORIGINAL_SUFFIXES) if (file := folder / f"{name}{suffix}").exists()]
    others = [file for file in former if not _holds(file, files.get(file.name))]
    if others and not replace:
        raise WardPlansError(
            f"{others[0]}: is there already; choose another name with --document, or replace it with --replace"
        )
    _write(raw, folder, files, {file.name for file in former} - files.keys())
    return StoredDocument(folder / f"{name}.txt", original, imported)


def document_name(path: Path, given: str | None) -> str:
    """Return the name of a document's files: the one given, or what the original's name makes.

    Raises:
        WardPlansError: it is no name of small letters, digits and hyphens, or the original's name has others.

    Example:
        >>> document_name(Path("Progress_FY2023 (final).pdf"), None)
        'progress-fy2023-final'
    """
    if given is not None:
        name = given
    else:
        if not path.stem.isascii():
            raise WardPlansError(
                f"{path}: no name can be made of {path.stem!r}; give the document one of small letters, digits and "
                "hyphens, as in --document informatization-plan-progress-fy2023"
            )
        name = re.sub(r"[^a-z0-9]+", "-", path.stem.lower()).strip("-")
    if not _NAME.fullmatch(name) or len(name) > _LONGEST_NAME or _DEVICES.fullmatch(name):
        raise WardPlansError(
            f"document name {name!r}: expected up to {_LONGEST_NAME} small letters, digits and single hyphens, as in "
            "--document informatization-plan-progress-fy2023"
        )
    return name


def _slug(wards: Path, ward: str) -> str:
    try:
        with wards.open(encoding="utf-8", newline="") as file:
            slugs = {row["ward_code"]: row["slug"] for row in csv.DictReader(file)}
    except (OSError, KeyError, UnicodeDecodeError) as error:
        raise WardPlansError(f"{wards}: cannot be read ({error}); expected the columns ward_code and slug") from error
    if ward not in slugs:
        raise WardPlansError(f"--ward {ward}: no ward has that code; {wards} has {', '.join(sorted(slugs))}")
    return slugs[ward]


def _holds(file: Path, content: bytes | None) -> bool:
    try:
        return file.read_bytes() == content
    except OSError:
        return False


def _write(raw: Path, folder: Path, files: Mapping[str, bytes], gone: set[str]) -> None:
    is_new = not folder.exists()
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with scratch_folder(folder, "import") as scratch:
            for name, content in files.items():
                (scratch / name).write_bytes(content)
            replace_files([scratch / name for name in files], folder, remove=gone)
    except OSError as error:
        if is_new and folder.is_dir() and not any(folder.iterdir()):
            folder.rmdir()
        raise WardPlansError(f"cannot write to {folder}: {error.strerror or error}") from error
    accept_files(
        raw,
        {f"{folder.name}/{name}": hashlib.sha256(content).hexdigest() for name, content in files.items()},
        gone=[f"{folder.name}/{name}" for name in gone],
    )
