"""The reading form of a text, and the way back from every character of it to the raw characters."""

import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from analysis.documents.folding import fold, fold_characters
from analysis.documents.text import Passage, RawDocument
from editions import WARDS, text_of

# Characters that fold, that combine, and that must be left alone.
CHARACTERS = st.sampled_from(
    "aＡ１1（(）％％ｶﾞﾊﾟがガは\u3099\u309a\u0301⼾⼀⺠〜～‐−—―　 \t\n\r\ufeff\u200b①¹²㎡㈱𠮷😀神\ufa19"
) | st.characters(codec="utf-8")
TEXTS = st.text(CHARACTERS, max_size=60)


@pytest.mark.parametrize(
    ("raw", "folded"),
    [
        ("ＩＣＴ（１２３）％", "ICT(123)%"),
        ("ｶﾞﾊﾞﾅﾝｽ", "ガバナンス"),
        ("カ\u3099ハ\u309a", "ガパ"),
        ("⽥⾏⼦⼀⼈⼾", "田行子一人戸"),
        ("⺠⻑⻄⻘⻝⻩", "民長西青食黄"),
        ("〜～", "~~"),
        ("‐‑–−", "----"),
        ("―", "—"),
        ("a\u3000b\u00a0c", "a b c"),
        ("a\r\nb\rc\n", "a\nb\nc\n"),
        ("\ufeffa\u200bb", "ab"),
        ("①⑳¹²", "①⑳¹²"),
        ("ーｰ—", "ーー—"),
        (unicodedata.normalize("NFD", "イン트라ネット"), "イン트라ネット"),
        ("", ""),
    ],
)
def test_look_alikes_are_one(raw: str, folded: str) -> None:
    assert fold(raw).text == folded


@pytest.mark.parametrize("character", "①②⑳¹²³ー㎡")
def test_codes_footnote_marks_and_the_long_vowel_are_not_digits_or_dashes(character: str) -> None:
    assert fold_characters(character) == character


@given(TEXTS)
@example("か\u3099\r\n")
@example("ｶﾞ")
def test_every_character_leads_back_to_raw_characters_that_fold_to_it(raw: str) -> None:
    folded = fold(raw)
    assert len(folded.text) == len(folded.starts) == len(folded.ends)
    for at, character in enumerate(folded.text):
        start, end = folded.raw_span(at, at + 1)
        assert 0 <= start < end <= len(raw)
        assert character in fold_characters(raw[start:end])


@given(TEXTS)
def test_offsets_never_run_backwards(raw: str) -> None:
    folded = fold(raw)
    assert list(folded.starts) == sorted(folded.starts)
    assert list(folded.ends) == sorted(folded.ends)


@given(TEXTS, st.data())
def test_a_stretch_leads_back_to_one_stretch_of_the_raw_text(raw: str, data: st.DataObject) -> None:
    folded = fold(raw)
    if not folded.text:
        return
    start = data.draw(st.integers(0, len(folded.text) - 1))
    end = data.draw(st.integers(start + 1, len(folded.text)))
    first, last = folded.raw_span(start, end)
    assert folded.text[start:end] in fold_characters(raw[first:last])


@given(TEXTS)
def test_folding_twice_is_folding_once(raw: str) -> None:
    once = fold_characters(raw)
    assert fold_characters(once) == once


@given(TEXTS)
def test_line_numbers_count_line_ends_of_every_kind(raw: str) -> None:
    folded = fold(raw)
    for at in range(len(folded.text)):
        assert folded.line_number(at) == folded.text[:at].count("\n") + 1


@given(st.text(st.sampled_from("がぎパポあ漢字ABCé\n\t"), max_size=40))
def test_decomposed_text_with_other_line_ends_folds_alike(text: str) -> None:
    noisy = "\ufeff" + unicodedata.normalize("NFD", text).replace("\n", "\r\n")
    assert fold_characters(noisy) == fold_characters(text)


@pytest.mark.parametrize("ward", WARDS)
def test_decomposed_documents_fold_alike(ward: str) -> None:
    noisy = "\ufeff" + unicodedata.normalize("NFD", text_of(ward)).replace("\n", "\r\n")
    assert fold_characters(noisy) == fold_characters(text_of(ward))


@given(TEXTS)
def test_the_lines_and_cells_of_a_document_are_its_reading_text(raw: str) -> None:
    document = RawDocument(Path("a.txt"), "", raw, fold(raw))
    assert "\n".join(line.passage.text for line in document.lines) == document.folded.text
    for line in document.lines:
        assert line.text == line.passage.text.rstrip()
        assert [cell.text for cell in line.cells] == [text.strip() for text in line.passage.text.split("\t")]
        for cell in line.cells:
            assert document.folded.text[cell.start : cell.end] == cell.text
            if cell.text:
                assert document.line_number(cell) == line.number
                assert cell.text in fold_characters(document.printed(cell))


@given(st.text(max_size=20), st.integers(0, 20), st.integers(0, 20))
def test_a_part_of_a_passage_knows_where_it_stands(text: str, start: int, end: int) -> None:
    part = Passage(100, 100 + len(text), text).slice(start, max(start, end))
    assert text[part.start - 100 : part.end - 100] == part.text == part.text.strip()


@pytest.mark.parametrize("tag", ["<br>", "<br/>", "<BR />"])
def test_a_line_break_tag_is_no_print(tag: str) -> None:
    folded = fold(f"RPAの{tag}活用")
    assert folded.text == "RPAの活用"
    start, end = folded.raw_span(0, len(folded.text))
    assert (start, end) == (0, len(f"RPAの{tag}活用"))
