"""Texts in the encodings that Japanese offices use."""

import codecs
import re
from collections.abc import Callable
from pathlib import Path

from analysis.documents.marks import parse_mark
from analysis.errors import WardPlansError
from analysis.importing.imported import ImportedText

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_ESCAPES = re.compile(rb"\x1b\$[@B]|\x1b\([BIJ]")
_HALF_WIDTH_KANA = re.compile(r"[\uff61-\uff9f]")
_KANA = re.compile(r"[\u3041-\u3096\u30a1-\u30fc]")
# What a Japanese encoding gives for bytes that no text has.
_IMPLAUSIBLE = re.compile(r"[\x80-\x9f\xa0\ue000-\uf8ff\ufffd]")
_STRAY = re.compile(r"[\x80\uf8f0-\uf8f3]")
_NOT_ASCII = re.compile(r"[^\x00-\x7f]")


def import_text(path: Path, content: bytes, encoding: str | None) -> ImportedText:
    """Return a text as raw text: in UTF-8, with line feeds, and else as it is.

    Position marks that stand in it are kept as such.

    Raises:
        WardPlansError: it is not clear how it is encoded, or there is no text in it.
    """
    text, found = decode(path, content, encoding)
    text = re.sub(r"\r\n?", "\n", text.removeprefix("\ufeff"))
    if "\x00" in text:
        raise WardPlansError(f"{path}: not a text, or not in {found}: it has characters of code 0")
    lines = text.removesuffix("\n").split("\n")
    if not any(line.strip() and not parse_mark(line) for line in lines):
        raise WardPlansError(f"{path}: there is no text in it")
    pages = sum(parse_mark(line) is not None for line in lines)
    starts = [at for at, line in enumerate(lines) if "\t" in line and (at == 0 or "\t" not in lines[at - 1])]
    notes = () if found == "utf-8" else (f"read as {found}",)
    return ImportedText("text", "".join(f"{line}\n" for line in lines), notes, pages, len(starts), found)


def decode(path: Path, content: bytes, encoding: str | None) -> tuple[str, str]:
    """Return the characters of a text and the encoding they were in.

    Raises:
        WardPlansError: the encoding given is unknown or does not fit, or none is given and none or several fit.
    """
    if encoding is not None:
        return decode_as(path, content, encoding), encoding
    for mark, name in _MARKS:
        if content.startswith(mark):
            return decode_as(path, content, name), name
    if b"\x00" in content:
        raise WardPlansError(
            f"{path}: not a text, or UTF-16 without a byte order mark; if so, say --encoding utf-16-le (or utf-16-be)"
        )
    if _ESCAPES.search(content):
        return decode_as(path, content, "iso2022_jp_ext"), "iso2022_jp_ext"
    fitting = {name: text for name in ("utf-8", "cp932", "euc_jp") if (text := _fits(content, name)) is not None}
    if not fitting:
        text = _fits(content, "euc_jis_2004")
        if text is not None:
            return text, "euc_jis_2004"
        raise WardPlansError(
            f"{path}: neither UTF-8, UTF-16, CP932 (Shift_JIS) nor EUC-JP; say which encoding it has with --encoding"
        )
    if "utf-8" in fitting:
        return fitting["utf-8"], "utf-8"
    if len(fitting) > 1:
        fitting = _told_apart(path, fitting["cp932"], fitting["euc_jp"])
    name, text = next(iter(fitting.items()))
    return text, name


def decode_as(path: Path, content: bytes, encoding: str) -> str:
    """Return the characters of a text in a known encoding.

    Raises:
        WardPlansError: Python does not know the encoding, or a byte does not fit.
    """
    try:
        codecs.lookup(encoding)
        text = content.decode(encoding)
    except (LookupError, ValueError, TypeError) as error:
        if isinstance(error, UnicodeDecodeError):
            line = content.count(b"\n", 0, error.start) + 1
            raise WardPlansError(
                f"{path}:{line}: not {encoding}: byte {content[error.start]:#04x} at offset {error.start}"
            ) from error
        raise WardPlansError(f"{path}: no text encoding is called {encoding!r}; try cp932, euc_jp or utf-16") from error
    stray = _STRAY.search(text)
    if stray is not None and not encoding.lower().startswith("utf"):
        line = text.count("\n", 0, stray.start()) + 1
        raise WardPlansError(f"{path}:{line}: not {encoding}: a byte that means nothing there")
    return text


def _fits(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if encoding != "utf-8" and _IMPLAUSIBLE.search(text) else text


def _told_apart(path: Path, cp932: str, euc_jp: str) -> dict[str, str]:
    """Return the likely one of two readings of the same bytes.

    What is EUC-JP is half-width kana and little else when it is read as CP932; Japanese text has kana throughout. The
    other way round next to no text fits at all.
    """
    half_width = _share(cp932, _HALF_WIDTH_KANA.findall)
    kana = _share(euc_jp, _KANA.findall)
    if half_width > 0.5 and kana > 0.25:
        return {"euc_jp": euc_jp}
    if half_width < 0.05 and kana < 0.05:
        return {"cp932": cp932}
    raise WardPlansError(
        f"{path}: fits CP932 (Shift_JIS, {cp932.strip()[:12]!r}) as well as EUC-JP ({euc_jp.strip()[:12]!r}); say "
        "which it is with --encoding cp932 or --encoding euc_jp"
    )


def _share(text: str, find: Callable[[str], list[str]]) -> float:
    return len(find(text)) / max(1, len(_NOT_ASCII.findall(text)))
