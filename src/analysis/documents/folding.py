"""One reading form of a raw text, in which look-alike characters are one, with the way back to the raw offsets."""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache

# NFKC maps the Kangxi radicals (U+2F00-2FDF) onto ideographs, but picks the Chinese form of this one.
_KANGXI_EXCEPTIONS = {"⼾": "戸"}
# NFKC leaves the CJK Radicals Supplement alone; PDF fonts use these in place of the ideographs.
_RADICALS_SUPPLEMENT = str.maketrans(
    "⺠⻑⻄⻘⻝⻩⻫⻭⻯⻲⺟⻁⻤⻨⻣⺃⺙⻂⻆⻌⻏⻖",
    "民長西青食黄斉歯竜亀母虎鬼麦骨乚攵衤角辶阝阝",
)
_DASHES_AND_SPACES = str.maketrans(
    {
        "〜": "~",
        "\u2010": "-",
        "\u2011": "-",
        "\u2013": "-",
        "\u2212": "-",
        "\u2015": "—",
        "\u3000": " ",
        "\u00a0": " ",
    }
)
LINE_BREAK_TAG = re.compile(r"<br\s*/?>", re.IGNORECASE)
_INVISIBLE = frozenset("\ufeff\u200b\u200c\u200d\u2060\u00ad")
_HALF_WIDTH_VOICING = frozenset("ﾞﾟ")


@dataclass(frozen=True)
class FoldedText:
    """The reading form of a raw text.

    Attributes:
        text: what readers match their patterns on.
        starts: for each character of `text`, where its raw characters begin.
        ends: for each character of `text`, where its raw characters end (half-open).
    """

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    @cached_property
    def line_starts(self) -> tuple[int, ...]:
        """Return where each line of `text` begins."""
        return (0, *(index + 1 for index, character in enumerate(self.text) if character == "\n"))

    def line_number(self, offset: int) -> int:
        """Return the 1-based line that holds the given offset of `text`."""
        return bisect_right(self.line_starts, offset)

    def raw_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the raw offsets of the non-empty stretch `text[start:end]`."""
        return self.starts[start], self.ends[end - 1]


def fold(raw: str) -> FoldedText:
    r"""Return the reading form of a raw text.

    Folded are: line ends (`\r\n`, `\r`), byte order marks and zero-width characters, decomposed kana (NFD),
    full-width ASCII and half-width katakana, Kangxi radicals and CJK radicals, wave dashes, hyphens and spaces.
    Line-break tags (`<br>`) fold to nothing: they are breaks of the print. Circled digits and superscripts are kept
    apart from digits: ① is a code and ¹ a footnote mark.

    Example:
        >>> fold("Ｒ６．５").text
        'R6.5'
    """
    lines = raw.splitlines(keepends=True)
    if any(_goes_with_the_one_before(line[0]) for line in lines):
        lines = [raw]
    texts: list[str] = []
    starts: list[int] = []
    ends: list[int] = []
    position = 0
    for line in lines:
        if all(map(_folds_alone, set(line))):
            texts.extend(map(_fold_cluster, line))
            starts.extend(range(position, position + len(line)))
            ends.extend(range(position + 1, position + len(line) + 1))
        else:
            for character, start, end in _folded(line):
                texts.append(character)
                starts.append(position + start)
                ends.append(position + end)
        position += len(line)
    return FoldedText("".join(texts), tuple(starts), tuple(ends))


def _folded(raw: str) -> Iterator[tuple[str, int, int]]:
    """Yield each character of the reading form with where its raw characters begin and end."""
    position = 0
    while position < len(raw):
        end = _cluster_end(raw, position)
        for character in _fold_cluster(raw[position:end]):
            yield character, position, end
        position = end


@lru_cache(maxsize=10_000)
def _folds_alone(character: str) -> bool:
    """Tell whether a character folds to one, whatever stands beside it in a line that has only such."""
    is_alone = character not in "\r<" and not _goes_with_the_one_before(character)
    return is_alone and len(_fold_cluster(character)) == 1


def fold_characters(text: str) -> str:
    """Return the reading form of a short text, where the way back is not needed."""
    return fold(text).text


def _cluster_end(raw: str, start: int) -> int:
    """Return where the characters that fold together with `raw[start]` end."""
    if raw.startswith("\r\n", start):
        return start + 2
    if raw[start] == "<" and (tag := LINE_BREAK_TAG.match(raw, start)):
        return tag.end()
    end = start + 1
    while end < len(raw) and _goes_with_the_one_before(raw[end]):
        end += 1
    return end


def _goes_with_the_one_before(character: str) -> bool:
    # Vowels and final consonants of Hangul (a conversion takes some katakana for it) are no combining characters.
    is_jamo = "\u1160" <= character <= "\u11ff"
    return is_jamo or character in _HALF_WIDTH_VOICING or unicodedata.combining(character) > 0


@lru_cache(maxsize=10_000)
def _fold_cluster(cluster: str) -> str:
    if cluster in ("\r\n", "\r"):
        return "\n"
    if cluster[0] in _INVISIBLE or LINE_BREAK_TAG.fullmatch(cluster):
        return ""
    if cluster in _KANGXI_EXCEPTIONS:
        return _KANGXI_EXCEPTIONS[cluster]
    if "\uff01" <= cluster[0] <= "\uffdc" or "\u2f00" <= cluster[0] <= "\u2fdf":
        return unicodedata.normalize("NFKC", cluster)
    composed = unicodedata.normalize("NFC", cluster)
    return composed.translate(_RADICALS_SUPPLEMENT).translate(_DASHES_AND_SPACES)
