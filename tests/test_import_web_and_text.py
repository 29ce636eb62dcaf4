"""Web pages and texts into raw text: lists, spans, and the encodings that Japanese offices use."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.errors import WardPlansError
from analysis.importing.convert import convert, convert_bytes
from importing_originals import lines, noted

SENTENCE = "区では、令和5年3月にデジタル化の計画を策定した。①と②、約1,240時間〜である。"


def page(folder: Path, body: str, head: str = "<meta charset=utf-8>") -> Path:
    path = folder / "page.html"
    path.write_text(f"<!doctype html><html><head>{head}</head><body>{body}</body></html>", "utf-8")
    return path


# -- web pages ----------------------------------------------------------------------------------------------


def test_blocks_are_lines_and_white_space_is_no_print(tmp_path: Path) -> None:
    body = (
        "<h1>第1章\n  概要</h1><p>一文目。<b>二</b>\n 文目。<br>三文目</p><div>四<p>五</p>六</div>a&nbsp;&amp;&lt;b&gt;"
    )
    assert lines(page(tmp_path, body)) == ["第1章 概要", "一文目。二 文目。", "三文目", "四", "五", "六", "a\u00a0&<b>"]


def test_lists_keep_their_bullets_and_numbers(tmp_path: Path) -> None:
    body = """<ul><li>一<li>二<ul><li>三</ul></ul><ol start=3><li>四<li value=7>五<li>六</ol>
        <ol type=a><li>七</ol><ol reversed><li>八<li>九</ol><ol type=I><li>十</ol>"""
    assert lines(page(tmp_path, body)) == [
        *("• 一", "• 二", "◦ 三", "3. 四", "7. 五", "8. 六", "a. 七", "2. 八", "1. 九", "I. 十"),
    ]


def test_each_cell_stands_at_its_place(tmp_path: Path) -> None:
    body = """<p>前</p><table><caption>表1</caption><tfoot><tr><td>計<td>1<td>2<td>3</tfoot>
        <thead><tr><th rowspan=2>指標<th colspan=2>実績<th>目標</tr><tr><th>令和4年度<th>令和5年度<th>令和7年度</thead>
        <tr><td rowspan=0>件数<td>1<td>2<td>3<tr><td colspan=2>広い<td>4</table><p>後</p>"""
    assert lines(page(tmp_path, body)) == [
        *(
            "前",
            "",
            "表1",
            "",
            "指標\t実績\t\t目標",
            "\t令和4年度\t令和5年度\t令和7年度",
            "件数\t1\t2\t3",
            "\t広い\t\t4",
        ),
        *("計\t1\t2\t3", "", "後"),
    ]


def test_a_cell_keeps_its_breaks_and_a_table_in_it_becomes_lines(tmp_path: Path) -> None:
    body = "<table><tr><td>一<br>二<p>三</p><td><table><tr><td>小<td>1校<tr><td>中<td>2校</table></table>"
    assert lines(page(tmp_path, body)) == ["一<br>二<br>三\t小 1校<br>中 2校"]
    assert noted(convert(page(tmp_path, body)), "1 tables stand inside a cell")


def test_what_is_not_shown_is_left_out(tmp_path: Path) -> None:
    body = """<script>alert('見')</script><style>p{}</style><!-- 注 --><p>本文</p><p hidden>隠</p>
        <p style="color:red; display : none">隠</p><img alt="図">"""
    found = convert(page(tmp_path, body, "<title>題</title><meta charset=utf-8>"))
    assert found.text == "本文\n"
    assert noted(found, "2 hidden elements") and noted(found, "1 pictures")


def test_a_raised_figure_joins_no_figure_before_it(tmp_path: Path) -> None:
    assert lines(page(tmp_path, "<p>対象は15<sup>1</sup>件<ruby>漢<rt>かん</rt></ruby></p>")) == ["対象は15¹件漢"]


@pytest.mark.parametrize("declared", ["shift_jis", "euc-jp", "utf-8", "iso-2022-jp"])
def test_a_page_is_read_as_it_declares(tmp_path: Path, declared: str) -> None:
    codec = {"shift_jis": "cp932", "iso-2022-jp": "iso2022_jp"}.get(declared, declared)
    path = tmp_path / "a.html"
    path.write_bytes(f'<html><head><meta charset="{declared}"></head><p>区の計画である。</p></html>'.encode(codec))
    assert lines(path) == ["区の計画である。"]
    path.write_bytes(
        b'<html><meta http-equiv=content-type content="text/html; charset=' + declared.encode() + b'">\xff\x00\xff'
    )
    with pytest.raises(WardPlansError, match="which the page declares"):
        convert(path)


def test_endless_nesting_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WardPlansError, match=r"page\.html"):
        convert(page(tmp_path, "<div>" * 5000 + "深い"))


def test_a_huge_span_is_cut(tmp_path: Path) -> None:
    (line,) = lines(page(tmp_path, "<table><tr><td colspan=99999999>a<td rowspan=99999999>b</table>"))
    assert line.startswith("a\t") and line.endswith("b") and len(line) < 2000


# -- texts --------------------------------------------------------------------------------------------------

ENCODINGS = {
    "utf-8": "utf-8",
    "utf-8-sig": "utf-8-sig",
    "utf-16": "utf-16",
    "cp932": "cp932",
    "euc_jp": "euc_jp",
}


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_a_text_is_told_by_its_bytes(tmp_path: Path, encoding: str, line_end: str) -> None:
    text = f"見本区の計画である。{line_end}項目\t数{line_end}件数\t1,240件{line_end}"
    (tmp_path / "a.txt").write_bytes(text.encode(encoding))
    assert convert(tmp_path / "a.txt").text == "見本区の計画である。\n項目\t数\n件数\t1,240件\n"
    assert convert(tmp_path / "a.txt").encoding == ENCODINGS[encoding]


JAPANESE = st.text(
    st.one_of(
        st.characters(min_codepoint=0x3041, max_codepoint=0x3093),
        st.characters(min_codepoint=0x30A1, max_codepoint=0x30F6),
        st.sampled_from("計画情報化推進取組区民行政手続令和年度目標値、。・()123,%\n"),
    ),
    min_size=1,
)


@given(JAPANESE.filter(str.strip), st.sampled_from(sorted(ENCODINGS)))
def test_a_text_comes_back_or_is_asked_about(text: str, encoding: str) -> None:
    """Never is it read in another encoding than it has."""
    try:
        imported = convert_bytes(Path("a.txt"), text.encode(encoding))
    except WardPlansError as error:
        assert "--encoding" in str(error)
        return
    assert imported.text == text.removesuffix("\n") + "\n"


@given(JAPANESE.filter(str.strip), st.sampled_from(sorted(ENCODINGS)))
def test_a_text_comes_back_where_the_encoding_is_said(text: str, encoding: str) -> None:
    imported = convert_bytes(Path("a.txt"), text.encode(encoding), encoding=encoding)
    assert imported.text == text.removesuffix("\n") + "\n"


def test_texts_of_some_length_need_no_telling() -> None:
    for encoding in ENCODINGS:
        assert convert_bytes(Path("a.txt"), (SENTENCE.replace("①と②", "").replace("〜", "") * 3).encode(encoding))


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"\xb1\xb2\xb3\xb4", "fits CP932 (Shift_JIS, 'ｱｲｳｴ') as well as EUC-JP"),
        ("計画".encode("utf-16-le"), "--encoding"),
        ("計画\n".encode("utf-16-le"), "say --encoding utf-16-le"),
        (b"\x81", "neither UTF-8, UTF-16, CP932"),
        (b"\xff\xfe\x00", "not utf-16"),
    ],
)
def test_what_is_not_clear_is_refused(content: bytes, said: str) -> None:
    with pytest.raises(WardPlansError) as refused:
        convert_bytes(Path("a.txt"), content)
    assert said in str(refused.value)


@pytest.mark.parametrize("encoding", ["klingon", "base64", "hex", "rot13", "utf_16_le", "idna", ""])
def test_an_encoding_that_is_none_is_refused(encoding: str) -> None:
    with pytest.raises(WardPlansError):
        convert_bytes(Path("a.txt"), "計画である".encode(), encoding=encoding)


def test_marks_of_a_text_are_kept(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("[[page 3]]\n本文\n[[page 4]]\n続き\n", "utf-8")
    imported = convert(tmp_path / "a.txt")
    assert imported.text == "[[page 3]]\n本文\n[[page 4]]\n続き\n"
    assert imported.page_count == 2
