"""The pages of the raw texts: every citation leads to its characters, and the text is the text as received."""

import re
import shutil
from collections import Counter
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markupsafe import Markup

from analysis.comparison.citing import cite
from analysis.database.connect import open_database
from analysis.documents.paths import raw_folder, reference_folder
from analysis.errors import WardPlansError
from analysis.reporting.source_facts import citation_anchor
from analysis.reporting.source_labels import CODES, DETAILS, KINDS, WORDS
from analysis.reporting.source_marks import Passage, line_spans, marked_lines
from analysis.reporting.source_pages import source_href, source_page, table_page, write_source_pages

LANGUAGES = ["ja", "en"]
TABLE = "mynumber_card_wards"
HOSTILE = """<script>window.attacked=1</script></mark></style>"'&amp;<img src=x onerror=window.attacked=1>javascript:"""
VOID = {"meta", "input", "br", "link", "img"}


@dataclass
class ReadPage(HTMLParser):
    """What a page holds, read without a browser; elements must be closed in the order they were opened.

    Attributes:
        lines: text of each line.
        passages: text of each passage by anchor, its pieces joined.
        ids: how often each id stands on the page.
        entries: text of each fact by anchor.
        citations: citation text of each fact by anchor.
        tags: how often each element stands on the page.
        attributes: every attribute of every element.
    """

    html: str
    lines: list[str] = field(default_factory=list)
    passages: dict[str, str] = field(default_factory=dict)
    ids: Counter[str] = field(default_factory=Counter)
    entries: dict[str, str] = field(default_factory=dict)
    citations: dict[str, str] = field(default_factory=dict)
    tags: Counter[str] = field(default_factory=Counter)
    attributes: list[tuple[str, str, str | None]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(self.html)
        self.close()
        assert self._open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = dict(attrs)
        self.tags[tag] += 1
        self.attributes += [(tag, name, value) for name, value in attrs]
        if "id" in attributes:
            self.ids[attributes["id"] or ""] += 1
        if attributes.get("class") == "words":
            self.lines.append("")
        if "data-for" in attributes:
            assert attributes["data-for"] not in self.entries
            self.entries[attributes["data-for"] or ""] = ""
        if tag not in VOID:
            self._open.append((tag, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag == "dt":
            self.handle_data(" ")
        assert self._open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        classes = [attributes.get("class") for _tag, attributes in self._open]
        if "words" in classes:
            self.lines[-1] += data
            for tag, attributes in self._open:
                anchor = attributes.get("id") or attributes.get("data-of")
                if tag in ("mark", "span") and anchor:
                    self.passages[anchor] = self.passages.get(anchor, "") + data
        entry = next((a["data-for"] for _tag, a in self._open if "data-for" in a), None)
        if entry:
            self.entries[entry] += data
            if "cite" in classes:
                self.citations[entry] = self.citations.get(entry, "") + data


@pytest.fixture(scope="module")
def folder(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the reports, with the source pages of both languages."""
    target = tmp_path_factory.mktemp("reports")
    for language in LANGUAGES:
        write_source_pages(built_database, raw_folder(), reference_folder(), target, language)
    return target


@pytest.fixture(scope="module")
def pages(folder: Path) -> dict[str, ReadPage]:
    """Every page by its file name."""
    return {path.name: ReadPage(path.read_text("utf-8")) for path in (folder / "sources").iterdir()}


@pytest.fixture(scope="module")
def cited(built_database: Path) -> list[dict[str, Any]]:
    """Every citation, of documents and of the table, with the name of its page."""
    with open_database(built_database) as connection:
        found = connection.sql("SELECT * FROM citation_texts ORDER BY citation_id")
        rows = [dict(zip(found.columns, row, strict=True)) for row in found.fetchall()]
    return [{**row, "page": row["document_id"] or TABLE} for row in rows]


@pytest.fixture(scope="module")
def texts(built_database: Path) -> dict[str, str]:
    """Every raw text, by the name of its page."""
    with open_database(built_database) as connection:
        names = connection.sql("SELECT document_id, file_name FROM documents").fetchall()
    paths = {path.name: path for path in raw_folder().glob("*/*.txt")}
    documents = {document: paths[name].read_bytes().decode("utf-8") for document, name in names}
    return documents | {TABLE: (reference_folder() / f"{TABLE}.csv").read_bytes().decode("utf-8")}


# -- every citation, every character ------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_citation_has_one_anchor_that_holds_its_quote(pages, cited, language: str) -> None:
    assert len(cited) > 4000
    for row in cited:
        page = pages[f"{row['page']}.{language}.html"]
        anchor = citation_anchor(row["citation_id"])
        assert page.ids[anchor] == 1, row
        assert page.passages[anchor] == row["quote"], row


def test_no_page_has_an_id_twice_or_a_passage_nobody_cites(pages, cited) -> None:
    for name, page in pages.items():
        assert [anchor for anchor, count in page.ids.items() if count > 1] == []
        anchors = {citation_anchor(row["citation_id"]) for row in cited if row["page"] == name.partition(".")[0]}
        assert page.passages.keys() == anchors == page.entries.keys() == page.citations.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_text_of_a_page_is_the_raw_text(pages, texts, language: str) -> None:
    for name, text in texts.items():
        page = pages[f"{name}.{language}.html"]
        assert "\n".join(page.lines) == text.removesuffix("\n")
        assert [page.ids[f"L{number}"] for number in range(1, len(page.lines) + 1)] == [1] * len(page.lines)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_link_of_a_citation_leads_to_a_page_that_is_there(folder: Path, pages, cited, language) -> None:
    for row in cited:
        path, _separator, anchor = source_href(row["document_id"], row["citation_id"], language).partition("#")
        assert (folder / path).name in pages
        assert anchor in pages[(folder / path).name].passages


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_citation_text_is_what_cite_gives(built_database: Path, pages, cited, language) -> None:
    with open_database(built_database) as connection:
        for row in cited[::60]:
            told = pages[f"{row['page']}.{language}.html"].citations[citation_anchor(row["citation_id"])]
            assert told == cite(row["citation_id"], language=language, connection=connection)


def test_a_line_that_is_cited_has_a_control_that_lists_its_facts(folder: Path, cited) -> None:
    page = (folder / "sources" / "ota-plan-v5-summary.ja.html").read_text("utf-8")
    lines = {row["line_start"] for row in cited if row["page"] == "ota-plan-v5-summary"}
    listed = {int(number) for number in re.findall(r'<summary[^>]* aria-label="(\d+)行目', page)}
    assert listed == lines


# -- what is told of a fact ---------------------------------------------------------------------------------


def told(pages: dict[str, ReadPage], name: str, citation_id: str) -> str:
    return " ".join(pages[name].entries[citation_anchor(citation_id)].split())


def test_a_figure_is_told_with_what_it_belongs_to(pages) -> None:
    citation = "kpi_values:nakano-2nd-revised-card_issuance_rate|2023|actual|nakano-progress-2023"
    in_japanese = told(pages, "nakano-progress-2023.ja.html", citation)
    for words in (
        "成果指標の数値",
        "区内のマイナンバーカード交付率",
        "値 68.3%",
        "年度 令和5年度",
        "値の種類 実績",
        "値の状態 B 系列の断絶",
        "計画の項目 目標 1",
        "マイナンバーカードの保有率 (比較できない)",
        "注記 令和5年5月に総務省が",
        citation,
    ):
        assert words in in_japanese
    in_english = told(pages, "nakano-progress-2023.en.html", citation)
    for words in (
        "KPI figures",
        "Value 68.3 percent",
        "FY2023",
        "B break in the series",
        "区内のマイナンバーカード交付率",
    ):
        assert words in in_english


def test_a_corrected_value_tells_print_value_and_reason_and_leads_to_the_correction(pages) -> None:
    citation = "kpi_values:ota-2021-cashless_points|2024|actual|ota-plan-v5-summary"
    entry = told(pages, "ota-plan-v5-summary.ja.html", citation)
    assert "値 — " in entry
    assert "値の状態 U 判読できない" in entry
    assert "訂正 kpi_values.value 101 * 40窓口 → (なし) 実績の括弧内が" in entry
    correction = "corrections:ota-plan-v5-summary:kpi_values:ota-2021-cashless_points|2024|actual:value"
    entry = told(pages, "ota-plan-v5-summary.en.html", correction)
    assert "KPI figures (kpi_values.value) 101 * 40窓口 → (nothing)" in entry
    links = {
        value for tag, name, value in pages["ota-plan-v5-summary.ja.html"].attributes if (tag, name) == ("a", "href")
    }
    assert {f"#{citation_anchor(citation)}", f"#{citation_anchor(correction)}"} <= links


def test_a_moved_cell_is_told_where_its_bullets_are(pages) -> None:
    entry = told(pages, "koto-progress-2022.ja.html", "activities:koto-2020-measure-10-result-2022-1bbede70")
    assert "activities.text_ja 「令和5年度の取組み計画」の列 → 「令和4年度取組み実績」の列" in entry


def test_a_row_of_the_table_is_told_with_both_series(pages) -> None:
    entry = told(pages, f"{TABLE}.ja.html", "mynumber_cards:13101|2021-02-01")
    assert "千代田区" in entry
    assert "マイナンバーカードの累計交付枚数: 23,353枚" in entry
    assert "人口 65,942人 (2020-01-01)" in entry
    assert "マイナンバーカードの交付率 (比較できる)" in entry


def test_every_link_to_a_passage_of_a_page_leads_somewhere(pages) -> None:
    for page in pages.values():
        links = {value for tag, name, value in page.attributes if (tag, name) == ("a", "href") and value[0] == "#"}
        assert {link[1:] for link in links} <= page.ids.keys()


# -- links and anchors --------------------------------------------------------------------------------------


def decoded(anchor: str) -> str:
    """The citation id an anchor was made of."""
    text = re.sub(r"U([0-9a-f]{4})|W([0-9a-f]{6})", lambda match: f"\0{match[1] or match[2]}\0", anchor)
    parts = text.split("\0")
    parts[::2] = [part.replace(".", ":").replace("~", "|") for part in parts[::2]]
    parts[1::2] = [chr(int(part, 16)) for part in parts[1::2]]
    return "".join(parts)


@given(st.text(st.characters(exclude_categories=["Cs"])))
@example("corrections:a.B~c:令和4年度|U4fdd:\U0002000b")
def test_an_anchor_can_be_turned_back_and_needs_no_escape(citation_id: str) -> None:
    anchor = citation_anchor(citation_id)
    assert decoded(anchor) == citation_id
    assert re.fullmatch(r"[A-Za-z0-9._~-]*", anchor)


def test_a_link_can_be_read() -> None:
    citation = "kpi_values:ota-2021-rpa_tasks|2023|actual|ota-plan-v5-summary"
    href = source_href("ota-plan-v5-summary", citation, "en")
    anchor = "kpi_values.ota-2021-rpa_tasks~2023~actual~ota-plan-v5-summary"
    assert href == f"sources/ota-plan-v5-summary.en.html#{anchor}"
    assert (
        source_href(None, "mynumber_cards:13101|2021-02-01", "ja")
        == f"sources/{TABLE}.ja.html#{'mynumber_cards.13101~2021-02-01'}"
    )


def test_a_citation_without_a_document_must_be_of_a_table() -> None:
    with pytest.raises(WardPlansError, match="'kpis:x' is of no statistical table"):
        source_href(None, "kpis:x", "ja")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_links_back_to_its_counterpart_and_to_the_other_sources(pages, language: str) -> None:
    other = "en" if language == "ja" else "ja"
    names = {name for name in pages if name.endswith(f".{language}.html")}
    assert len(names) == 6
    for name in names:
        links = {
            value for tag, kind, value in pages[name].attributes if (tag, kind) == ("a", "href") and value[0] != "#"
        }
        index = {"ja": "../index.html", "en": "../index.en.html"}[language]
        assert links == {index, name.replace(f".{language}.", f".{other}.")} | names - {name}


# -- the page -----------------------------------------------------------------------------------------------


def test_a_page_loads_nothing_and_its_policy_lets_nothing_load(pages) -> None:
    for page in pages.values():
        assert not {name for _tag, name, _value in page.attributes} & {"src", "style", "onclick", "srcset", "action"}
        (policy,) = [
            value
            for tag, name, value in page.attributes
            if (tag, name) == ("meta", "content") and "default-src" in value
        ]
        assert "default-src 'none'; script-src 'sha256-" in policy
        assert "'unsafe-inline'" not in policy.partition("style-src")[0]
        assert (page.tags["script"], page.tags["style"]) == (1, 1)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_and_its_text_say_their_language(pages, language: str) -> None:
    for name in (name for name in pages if name.endswith(f".{language}.html")):
        attributes = pages[name].attributes
        assert ("html", "lang", language) in attributes
        words = sum((tag, kind, value) == ("div", "class", "words") for tag, kind, value in attributes)
        assert sum((tag, kind, value) == ("div", "lang", "ja") for tag, kind, value in attributes) == words


def test_pages_stay_small(folder: Path) -> None:
    sizes = {path.name: path.stat().st_size for path in (folder / "sources").iterdir()}
    assert max(sizes.values()) < 2_600_000
    assert sizes["sumida-plan-2018-review.ja.html"] < 1_500_000


def test_the_same_page_is_written_twice(built_database: Path, folder: Path, texts) -> None:
    with open_database(built_database) as connection:
        page = source_page(connection, "koto-progress-2022", texts["koto-progress-2022"], "en")
        table = table_page(connection, f"{TABLE}.csv", texts[TABLE], "ja")
    assert page == (folder / "sources" / "koto-progress-2022.en.html").read_text("utf-8")
    assert table == (folder / "sources" / f"{TABLE}.ja.html").read_text("utf-8")


def test_words_are_there_in_both_languages_and_for_every_code(built_database: Path) -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()
    named = {"measure_level": "level", "measure_status": "status", "quantity_scope": "scope"}
    with duckdb.connect(str(built_database), read_only=True) as connection:
        codes = connection.execute("SELECT type_name, unnest(labels) FROM duckdb_types() WHERE labels IS NOT NULL")
        for name, code in codes.fetchall():
            if named.get(name, name) in CODES:
                assert code in CODES[named.get(name, name)], name
        statuses = connection.execute(
            "SELECT constraint_text FROM duckdb_constraints() WHERE constraint_text LIKE '%obs_status IN%'"
        ).fetchall()
        citing = connection.execute("SELECT DISTINCT split_part(citation_id, ':', 1) FROM citations").fetchall()
    # None of the five documents grades its KPIs.
    assert {kind for (kind,) in citing} | {"mynumber_cards", "kpi_statuses"} == KINDS.keys()
    assert set(re.findall(r"'([A-Z])'", statuses[0][0])) <= CODES["obs_status"].keys()
    assert CODES.keys() - DETAILS.keys() == {"comparability", "bound", "document_kind"}


# -- what goes wrong ----------------------------------------------------------------------------------------


def test_another_text_than_the_one_read_is_refused(built_database: Path, texts) -> None:
    with (
        open_database(built_database) as connection,
        pytest.raises(WardPlansError, match=r"informatization-plan-v5-summary\.txt is not the text .*wardplans build"),
    ):
        source_page(connection, "ota-plan-v5-summary", texts["ota-plan-v5-summary"] + " ", "ja")


def test_an_unknown_source_is_refused(built_database: Path) -> None:
    with open_database(built_database) as connection:
        with pytest.raises(WardPlansError, match="no source 'nowhere' in the database"):
            source_page(connection, "nowhere", "", "ja")
        with pytest.raises(WardPlansError, match=r"no source 'informatization-plan-v5-summary\.txt'"):
            table_page(connection, "informatization-plan-v5-summary.txt", "", "ja")


def test_when_a_text_was_edited_the_old_pages_stay(built_database: Path, raw_copy: Path, tmp_path: Path) -> None:
    target = tmp_path / "reports"
    paths = write_source_pages(built_database, raw_copy, reference_folder(), target, "ja")
    before = {path: path.read_bytes() for path in paths}
    (text,) = (raw_copy / "13114-nakano").glob("*.txt")
    text.write_bytes(text.read_bytes() + b"\n")
    with pytest.raises(WardPlansError, match="is not the text that the database was read from"):
        write_source_pages(built_database, raw_copy, reference_folder(), target, "ja")
    text.unlink()
    with pytest.raises(WardPlansError, match=r"informatization-plan-progress-fy2023\.txt: cannot be read"):
        write_source_pages(built_database, raw_copy, reference_folder(), target, "ja")
    text.write_bytes(b"\xff")
    with pytest.raises(WardPlansError, match=r"informatization-plan-progress-fy2023\.txt: not UTF-8"):
        write_source_pages(built_database, raw_copy, reference_folder(), target, "ja")
    assert {path: path.read_bytes() for path in (target / "sources").iterdir()} == before


def test_a_folder_that_cannot_be_written_to_is_named(built_database: Path, tmp_path: Path) -> None:
    (tmp_path / "sources").touch()
    with pytest.raises(WardPlansError, match=f"cannot write source pages to {tmp_path / 'sources'}"):
        write_source_pages(built_database, raw_folder(), reference_folder(), tmp_path, "ja")


def test_hostile_text_is_text(built_database: Path, raw_copy: Path, tmp_path: Path) -> None:
    database, citation_id = hostile_database(built_database, raw_copy, tmp_path)
    paths = write_source_pages(database, raw_copy, reference_folder(), tmp_path, "en")
    (path,) = [path for path in paths if path.name.startswith("minato")]
    page = ReadPage(path.read_text("utf-8"))
    assert (page.tags["script"], page.tags["style"], page.tags["img"]) == (1, 1, 0)
    assert page.lines[-1] == f"\t{HOSTILE}"
    assert page.passages[citation_anchor(citation_id)].startswith(HOSTILE)
    assert HOSTILE in page.citations[citation_anchor(citation_id)]


def hostile_database(built: Path, raw: Path, folder: Path) -> tuple[Path, str]:
    """Put hostile text into Minato's raw text, cited and not; return the database of it and the citation."""
    database = Path(shutil.copyfile(built, folder / "wards.duckdb"))
    (path,) = (raw / "13103-minato").glob("*.txt")
    text = path.read_bytes().decode("utf-8")
    with duckdb.connect(str(database)) as connection:
        citation_id, start, end = connection.execute(
            "SELECT citation_id, char_start, char_end FROM citations WHERE document_id LIKE 'minato%' "
            "ORDER BY char_end - char_start DESC, citation_id LIMIT 1"
        ).fetchall()[0]
        text = f"{text[:start]}{HOSTILE:{end - start}.{end - start}}{text[end:]}\n\t{HOSTILE}"
        assert HOSTILE in text[start:end]
        path.write_bytes(text.encode("utf-8"))
        sums = "UPDATE documents SET sha256 = sha256($1) WHERE document_id LIKE 'minato%'"
        connection.execute(sums, [text])
        quotes = "UPDATE citations SET quote = substr($1, char_start + 1, char_end - char_start)"
        connection.execute(f"{quotes} WHERE document_id LIKE 'minato%'", [text])
    return database, citation_id


# -- marks --------------------------------------------------------------------------------------------------


def passage(start: int, end: int, anchor: str, rank: int = 1) -> Passage:
    return Passage(start, end, anchor, "kpis", rank, is_marked=rank > 0)


def test_passages_nest_as_elements_do() -> None:
    (line,) = marked_lines("abcdef", [passage(2, 4, "in"), passage(1, 6, "out", rank=0)])
    expected = 'a<span class="kpis" id="out">b<mark class="kpis" id="in">cd</mark>ef</span>'
    assert line == Markup(expected)


def test_of_passages_of_the_same_characters_the_higher_rank_is_inside() -> None:
    (line,) = marked_lines("ab", [passage(0, 2, "a", rank=2), passage(0, 2, "b", rank=1)])
    assert line == Markup('<mark class="kpis" id="b"><mark class="kpis" id="a">ab</mark></mark>')


def test_a_passage_that_crosses_another_is_cut_and_has_its_id_once() -> None:
    (line,) = marked_lines("abcd", [passage(0, 3, "first"), passage(1, 4, "second")])
    assert line == Markup(
        '<mark class="kpis" id="first">a<mark class="kpis" id="second">bc</mark></mark>'
        '<mark class="kpis" data-of="second">d</mark>'
    )


def test_a_passage_of_two_lines_is_cut_at_the_line_end() -> None:
    lines = marked_lines("ab\r\ncd\n", [passage(1, 5, "x")])
    assert lines == [Markup('a<mark class="kpis" id="x">b</mark>'), Markup('<mark class="kpis" data-of="x">c</mark>d')]


def test_a_tab_is_shown_and_stays_a_tab() -> None:
    assert marked_lines("a\t<b>", []) == [Markup('a<i class="tab">\t</i>&lt;b&gt;')]


@pytest.mark.parametrize(
    ("text", "lines"), [("", [""]), ("a", ["a"]), ("a\n", ["a"]), ("\na\r\rb", ["", "a", "", "b"]), ("\n\n", ["", ""])]
)
def test_lines_end_where_a_line_ends(text: str, lines: list[str]) -> None:
    assert [text[start:end] for start, end in line_spans(text)] == lines


@st.composite
def cited_texts(draw: st.DrawFn) -> tuple[str, list[Passage]]:
    text = draw(st.text("ab<&\"'\t\n\r", min_size=1, max_size=30))
    spans = draw(
        st.lists(st.tuples(st.integers(0, len(text)), st.integers(0, len(text)), st.integers(0, 3)), max_size=8)
    )
    ordered = [(min(a, b), max(a, b), rank) for a, b, rank in spans if a != b]
    return text, [passage(start, end, f"p{number}", rank) for number, (start, end, rank) in enumerate(ordered)]


@given(cited_texts())
def test_whatever_crosses_whatever_the_pieces_of_a_passage_are_its_characters(cited_text) -> None:
    text, passages = cited_text
    lines = marked_lines(text, passages)
    page = ReadPage("".join(f'<div class="words">{line}</div>' for line in lines))
    assert page.lines == re.split(r"\r\n|\r|\n", text)[: len(lines)]
    assert max(page.ids.values(), default=1) == 1
    for one in passages:
        quote = re.sub(r"[\r\n]", "", text[one.start : one.end])
        assert page.passages.get(one.anchor, "") == quote
        assert page.ids[one.anchor] == (1 if quote else 0)
