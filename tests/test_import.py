"""`wardplans import`: what it writes and refuses, position marks in texts and citations, originals under SHA256SUMS."""

import hashlib
import random
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path

import polars as pl
import pytest

from analysis.comparison.citing import cite
from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.database.inputs import read_inputs, stored_inputs
from analysis.database.update import bring_up_to_date
from analysis.documents.catalogue import list_documents
from analysis.documents.descriptor import SetAside
from analysis.documents.integrity import accept_checksums, verify_checksums
from analysis.documents.marks import Mark, parse_mark
from analysis.documents.paths import raw_folder, reference_folder
from analysis.documents.text import Passage, raw_document
from analysis.errors import WardPlansError
from analysis.importing.convert import convert
from analysis.importing.store import StoredDocument, document_name, import_document
from analysis.reading.tables import lines_in
from analysis.reporting.source_pages import source_page
from analysis.workers import executor
from command_line import refusal, succeeded, wardplans
from importing_originals import canvas, excel, word
from walk_through.formats import written_as
from walk_through.made_plan import made_plan

NAKANO = "13114-nakano/informatization-plan-progress-fy2023"
OTA = "13111-ota/informatization-plan-v5-summary"
PLACES = ("line_start", "line_end", "char_start", "char_end", "page", "sheet_ja")
OF_THE_FILE = ("sha256", "descriptor_sha256", "char_count", "line_count", "original_file_name", "original_sha256")


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """An empty folder of raw documents."""
    folder = tmp_path / "raw"
    folder.mkdir()
    return folder


def stored(path: Path, raw: Path, *, document: str | None = None, replace: bool = False) -> StoredDocument:
    return import_document(
        path, ward="13115", raw=raw, reference=reference_folder(), document=document, replace=replace
    )


def small_pdf(path: Path, *texts: str) -> Path:
    drawn = canvas(path)
    for text in texts:
        drawn.setFont("HeiseiKakuGo-W5", 10)
        drawn.drawString(50, 700, text)
        drawn.showPage()
    drawn.save()
    return path


# -- what is written ----------------------------------------------------------------------------------------


def test_the_text_and_the_original_lie_side_by_side_under_checksums(tmp_path: Path, raw: Path) -> None:
    original = small_pdf(tmp_path / "Progress FY2024.pdf", "一頁目", "二頁目")
    finished = wardplans("import", original, "--ward", "13115", "--raw", raw)
    told = succeeded(finished).splitlines()
    folder = raw / "13115-suginami"
    assert (folder / "progress-fy2024.txt").read_bytes() == "[[page 1]]\n一頁目\n[[page 2]]\n二頁目\n".encode()
    assert (folder / "progress-fy2024.pdf").read_bytes() == original.read_bytes()
    assert sorted(path.name for path in folder.iterdir()) == ["progress-fy2024.pdf", "progress-fy2024.txt"]
    assert verify_checksums(raw).keys() == {f"13115-suginami/progress-fy2024.{suffix}" for suffix in ("pdf", "txt")}
    assert told[0].endswith("progress-fy2024.txt: 2 pages, 4 lines, 0 tables")
    assert "wardplans inspect" in told[-1]


def test_pages_and_name_are_chosen_on_the_command_line(tmp_path: Path, raw: Path) -> None:
    original = small_pdf(tmp_path / "計画.pdf", "一", "二", "三")
    arguments = ("--ward", "13115", "--raw", raw, "--document", "plan-2024", "--pages", "2-3")
    succeeded(wardplans("import", original, *arguments))
    assert (raw / "13115-suginami/plan-2024.txt").read_text("utf-8") == "[[page 2]]\n二\n[[page 3]]\n三\n"


def test_a_text_that_is_utf_8_is_its_own_original(tmp_path: Path, raw: Path) -> None:
    (tmp_path / "a.txt").write_text("本文である。\n", "utf-8")
    (tmp_path / "b.txt").write_bytes("本文である。\r\n".encode("cp932"))
    assert stored(tmp_path / "a.txt", raw).original_path is None
    second = stored(tmp_path / "b.txt", raw)
    assert second.original_path == raw / "13115-suginami/b.original"
    assert second.text_path.read_bytes() == "本文である。\n".encode()
    assert second.original_path.read_bytes() == (tmp_path / "b.txt").read_bytes()


def test_only_the_files_of_the_import_are_accepted(tmp_path: Path, raw_copy: Path) -> None:
    """An edit of another document is found by the next build, as it would have been before."""
    edited = raw_copy / f"{OTA}.txt"
    edited.write_text(edited.read_text("utf-8").replace("1,240", "9,999"), "utf-8")
    before = (raw_copy / "SHA256SUMS").read_text("utf-8").splitlines()
    stored(small_pdf(tmp_path / "a.pdf", "本文"), raw_copy)
    after = (raw_copy / "SHA256SUMS").read_text("utf-8").splitlines()
    assert set(before) < set(after) and len(after) == len(before) + 2
    with pytest.raises(WardPlansError, match=f"{OTA}.txt: edited since it was accepted"):
        verify_checksums(raw_copy)


def test_nothing_is_replaced_unless_it_is_said(tmp_path: Path, raw: Path) -> None:
    first = stored(small_pdf(tmp_path / "a.pdf", "一"), raw)
    small_pdf(tmp_path / "a.pdf", "二")
    with pytest.raises(WardPlansError, match=r"a\.txt: is there already; .* --replace"):
        stored(tmp_path / "a.pdf", raw)
    assert "一" in first.text_path.read_text("utf-8")
    verify_checksums(raw)
    stored(tmp_path / "a.pdf", raw, replace=True)
    assert "二" in first.text_path.read_text("utf-8")
    verify_checksums(raw)


def test_the_same_import_again_changes_nothing(tmp_path: Path, raw: Path) -> None:
    path = small_pdf(tmp_path / "a.pdf", "一")
    stored(path, raw)
    before = {file: file.read_bytes() for file in raw.rglob("*") if file.is_file()}
    stored(path, raw)
    stored(raw / "13115-suginami/a.pdf", raw)
    assert {file: file.read_bytes() for file in raw.rglob("*") if file.is_file()} == before


def test_a_replaced_document_leaves_no_original_of_another_kind(tmp_path: Path, raw: Path) -> None:
    stored(small_pdf(tmp_path / "a.pdf", "一"), raw)
    stored(word(tmp_path / "a.docx", lambda document: document.add_paragraph("二")), raw, replace=True)
    assert sorted(path.name for path in (raw / "13115-suginami").iterdir()) == ["a.docx", "a.txt"]
    verify_checksums(raw)


def test_the_descriptor_of_a_replaced_document_stays(tmp_path: Path, raw: Path) -> None:
    first = stored(small_pdf(tmp_path / "a.pdf", "一"), raw)
    descriptor = first.text_path.with_suffix(".yaml")
    descriptor.write_text("document: a\n", "utf-8")
    accept_checksums(raw)
    stored(small_pdf(tmp_path / "a.pdf", "二"), raw, replace=True)
    assert descriptor.read_text("utf-8") == "document: a\n"
    verify_checksums(raw)


# -- names --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Progress FY2024.pdf", "progress-fy2024"),
        ("a_b (final).PDF", "a-b-final"),
        ("--x--.pdf", "x"),
        ("2024.06.pdf", "2024-06"),
    ],
)
def test_a_name_is_made_of_the_files(file: str, name: str) -> None:
    assert document_name(Path(file), None) == name


@pytest.mark.parametrize("file", ["計画.pdf", "plan計画.pdf", "ｐｌａｎ.pdf"])
def test_a_japanese_name_asks_for_another(file: str) -> None:
    with pytest.raises(WardPlansError, match="--document"):
        document_name(Path(file), None)


@pytest.mark.parametrize(
    "name", ["../a", "a/b", "a\\b", "A", "a_b", "a.txt", "", "-a", "a--b", "計画", "a b", "con", "x" * 101, "a\n", "١"]
)
def test_a_hostile_name_is_refused(name: str) -> None:
    with pytest.raises(WardPlansError, match="document name"):
        document_name(Path("a.pdf"), name)


def test_a_ward_that_is_none_is_refused(tmp_path: Path, raw: Path) -> None:
    path = small_pdf(tmp_path / "a.pdf", "一")
    for ward in ("99999", "../x", "", "１３１１５"):
        message = refusal(wardplans("import", path, "--ward", ward, "--raw", raw))
        assert "no ward has that code" in message
    assert list(raw.iterdir()) == []
    assert "no such folder" in refusal(wardplans("import", path, "--ward", "13115", "--raw", tmp_path / "none"))


# -- what is refused ----------------------------------------------------------------------------------------

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

REFUSED = {
    "plan.doc": (b"x", "save it as .docx"),
    "plan.xls": (b"x", "save it as .xlsx"),
    "plan.pptx": (b"x", "save it as .pdf"),
    "plan.zip": (b"x", "the name ends in .zip; expected one of .pdf, .docx"),
    "plan": (b"x", "the name ends in nothing"),
    "empty.pdf": (b"", "the file is empty"),
    "word.pdf": ("docx", "its content is a Word document, its name says a PDF; rename it to .docx"),
    "pdf.docx": (b"%PDF-1.7\n", "its content is a PDF, its name says a Word document; rename it to .pdf"),
    "excel.docx": ("xlsx", "rename it to .xlsx"),
    "page.txt": (b"<!DOCTYPE html><p>x", "rename it to .html"),
    "old.docx": (OLE + b"\0" * 600, "before 2007"),
    "locked.xlsx": (OLE + "EncryptedPackage".encode("utf-16-le"), "protected by a password"),
    "text.pdf": ("本文".encode(), "not a PDF, though its name says so"),
    "text.xlsx": ("本文".encode(), "not an Excel workbook"),
    "other.docx": ("zip", "neither a Word document nor an Excel workbook"),
    "bomb.docx": ("bomb", "when unpacked; at most"),
    "cut.docx": (b"PK\x03\x04" + b"\0" * 50, "damaged"),
    "blank.txt": (b" \n\t\n", "there is no text in it"),
    "binary.txt": (bytes(range(256)) * 4, "not a text"),
}


def content(kind: str | bytes, folder: Path) -> bytes:
    """The bytes of a file that is refused."""
    made = folder / f"made.{kind!s:.4}"
    if isinstance(kind, bytes):
        return kind
    if kind == "docx":
        word(made, lambda document: document.add_paragraph("本文"))
    elif kind == "xlsx":
        excel(made, {"表": [["a", "b"]]})
    else:
        with zipfile.ZipFile(made, "w") as archive:
            archive.writestr("part", b"\0")
    packed = bytearray(made.read_bytes())
    if kind == "bomb":  # what the directory of the archive says the part unpacks to
        size = packed.index(b"PK\x01\x02") + 24
        packed[size : size + 4] = (700 * 1024 * 1024).to_bytes(4, "little")
    return bytes(packed)


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_imported_is_refused_in_one_line(tmp_path: Path, raw: Path, name: str) -> None:
    kind, said = REFUSED[name]
    (tmp_path / name).write_bytes(content(kind, tmp_path))
    message = refusal(wardplans("import", tmp_path / name, "--ward", "13115", "--raw", raw, "--document", "a"))
    assert message.startswith(str(tmp_path / name)) and said in message
    assert list(raw.iterdir()) == []


def test_what_is_not_there_or_no_file_is_refused(tmp_path: Path, raw: Path) -> None:
    for path, said in ((tmp_path / "none.pdf", "there is no such file"), (tmp_path, "is a folder")):
        assert said in refusal(wardplans("import", path, "--ward", "13115", "--raw", raw, "--document", "a"))


def test_options_of_other_kinds_are_refused(tmp_path: Path, raw: Path) -> None:
    (tmp_path / "a.txt").write_text("本文", "utf-8")
    common = ("--ward", "13115", "--raw", raw)
    assert "only a PDF has pages" in refusal(wardplans("import", tmp_path / "a.txt", *common, "--pages", "1"))
    path = small_pdf(tmp_path / "a.pdf", "一")
    assert "take an encoding" in refusal(wardplans("import", path, *common, "--encoding", "cp932"))
    assert "--encoding cp932" in refusal(wardplans("import", ambiguous(tmp_path), *common))


def ambiguous(folder: Path) -> Path:
    path = folder / "b.txt"
    path.write_bytes("ｱｲｳｴ".encode("cp932"))
    return path


# -- originals ----------------------------------------------------------------------------------------------


def test_an_original_that_is_edited_missing_or_new_is_an_error(tmp_path: Path, raw: Path) -> None:
    original = stored(small_pdf(tmp_path / "a.pdf", "一"), raw).original_path
    assert original is not None
    kept = original.read_bytes()
    original.write_bytes(kept + b"\n")
    with pytest.raises(WardPlansError, match=r"a\.pdf: edited since it was accepted"):
        verify_checksums(raw)
    original.unlink()
    with pytest.raises(WardPlansError, match=r"a\.pdf: listed in SHA256SUMS but missing"):
        verify_checksums(raw)
    original.write_bytes(kept)
    original.with_suffix(".docx").write_bytes(b"x")
    with pytest.raises(WardPlansError, match=r"a\.docx: not listed in SHA256SUMS"):
        verify_checksums(raw)
    with pytest.raises(WardPlansError, match=r"is the original of a\.txt too"):
        list_documents(raw)


def test_a_lonely_original_is_an_error(raw_copy: Path) -> None:
    (raw_copy / "13111-ota" / "lonely.pdf").write_bytes(b"x")
    accept_checksums(raw_copy)
    with pytest.raises(WardPlansError, match=r"lonely\.pdf: an original without its text lonely\.txt"):
        curate(raw_copy, reference_folder())


def test_a_document_tells_of_its_original(raw_copy: Path, tmp_path: Path) -> None:
    original = (raw_copy / NAKANO).with_suffix(".pdf")
    original.write_bytes(b"%PDF-made")
    accept_checksums(raw_copy)
    tables = curate(raw_copy, reference_folder())
    rows = {row["file_name"]: row for row in tables["documents"].iter_rows(named=True)}
    told = rows[f"{Path(NAKANO).name}.txt"]
    assert told["original_file_name"] == original.name
    assert told["original_sha256"] == hashlib.sha256(b"%PDF-made").hexdigest()
    assert all(row["original_sha256"] is None for name, row in rows.items() if name != f"{Path(NAKANO).name}.txt")


def test_a_new_original_makes_a_database_stale(raw_copy: Path, tmp_path: Path) -> None:
    target = tmp_path / "wards.duckdb"
    original = (raw_copy / NAKANO).with_suffix(".pdf")
    for content in (b"%PDF-one", b"%PDF-two"):
        original.write_bytes(content)
        accept_checksums(raw_copy)
        with executor(jobs=1) as workers:
            bring_up_to_date(raw_copy, reference_folder(), target, workers, jobs=1)
        assert stored_inputs(target) == read_inputs(raw_copy, reference_folder())
        with open_database(target) as connection:
            found = connection.sql("SELECT max(original_sha256) FROM documents").fetchall()
        assert found == [(hashlib.sha256(content).hexdigest(),)]


# -- marks --------------------------------------------------------------------------------------------------


def test_what_is_a_mark_and_what_is_not() -> None:
    assert parse_mark("[[page 3]]") == Mark(page=3)
    assert parse_mark("[[sheet KPI 一覧(1)]]") == Mark(sheet="KPI 一覧(1)")
    for line in ("[[page 0]]", "[[page 03]]", "[[page ３]]", "[[page 3]] ", " [[page 3]]", "[[page]]", "[[sheet ]]x"):
        assert parse_mark(line) is None
    document = raw_document(Path("a"), "［［page 3］］\n[[page 3]]\n")
    assert [number for number, _ in document.marks] == [2]


def test_marks_that_contradict_each_other_are_refused() -> None:
    for text in ("[[page 2]]\na\n[[page 2]]\n", "[[page 2]]\n[[page 1]]\n", "[[sheet a]]\n[[sheet a]]\n"):
        with pytest.raises(WardPlansError, match="comes after one of the same or a later page"):
            raw_document(Path("a"), text)


def test_a_position_is_that_of_the_last_mark() -> None:
    document = raw_document(Path("a"), "前\n[[page 2]]\n二\n[[page 4]]\n四\n")
    pages = [document.position(line.passage.slice(0, 1)) for line in document.lines if line.text]
    assert [mark and mark.page for mark in pages] == [None, 2, 4]


def test_what_a_page_break_puts_between_lines_is_left_out() -> None:
    text = "a\tb\n\n- 1 -\n\n[[page 2]]\n柱\n\nc\td\n\ne\n"
    document = raw_document(Path("a"), text)
    assert [line.number for line in document.flow] == [1, 2, 3, 6, 7, 8, 9, 10, 11]
    running = type(document)(document.path, document.sha256, document.raw, document.folded, frozenset({3, 6}))
    assert [line.text for line in lines_in(running, range(1, 11))] == ["a\tb", "c\td", "", "e"]


def marked(text: str, chance: random.Random, share: float, *, blank: bool) -> tuple[str, list[int]]:
    """A text with marks before random lines, and for each of its own lines the page it stands on."""
    found: list[str] = []
    pages: list[int] = []
    page = 0
    for number, line in enumerate(text.split("\n")):
        if number == 0 or chance.random() < share:
            page += chance.randint(1, 3)
            found.extend(["", f"[[page {page}]]", ""] if blank and number else [f"[[page {page}]]"])
        found.append(line)
        pages.append(page)
    return "\n".join(found), pages


@pytest.fixture(scope="module")
def unmarked() -> Mapping[str, pl.DataFrame]:
    return curate(raw_folder(), reference_folder())


@pytest.mark.parametrize("blank", [False, True], ids=["bare", "between blank lines"])
@pytest.mark.parametrize("seed", range(3))
def test_marks_change_no_row_but_where_it_stands(
    raw_copy: Path, unmarked: Mapping[str, pl.DataFrame], seed: int, blank: bool
) -> None:
    """Marks within tables, blocks and paragraphs of the real documents: the rows are those of the texts without."""
    chance = random.Random(seed)
    texts: dict[str, str] = {}
    pages: dict[str, list[int]] = {}
    for path in sorted(raw_copy.glob("*/*.txt")):
        text, pages[path.name] = marked(path.read_bytes().decode(), chance, 0.3, blank=blank)
        path.write_bytes(text.encode())
        texts[path.name] = text
    accept_checksums(raw_copy)
    found = curate(raw_copy, reference_folder())
    files = dict(found["documents"].select("document_id", "file_name").iter_rows())
    for name, table in unmarked.items():
        if name in ("build_info", "line_uses"):
            continue
        left_out = {"citations": PLACES, "documents": OF_THE_FILE}.get(name, ())
        assert found[name].drop(left_out).equals(table.drop(left_out)), name
    lines = dict(unmarked["citations"].select("citation_id", "line_start").iter_rows())
    for row in found["citations"].iter_rows(named=True):
        file = files[row["document_id"]]
        assert texts[file][row["char_start"] : row["char_end"]] == row["quote"]
        assert "[[" not in row["quote"] and row["line_start"] == row["line_end"]
        assert row["page"] == pages[file][lines[row["citation_id"]] - 1]
    counts = found["line_uses"].filter(pl.col("use") == "unread")["line_count"]
    assert counts.equals(unmarked["line_uses"].filter(pl.col("use") == "unread")["line_count"])


def test_running_lines_end_no_table(raw_copy: Path, unmarked: Mapping[str, pl.DataFrame]) -> None:
    """A page break in each table of Nakano's report, with a page number above it and a running header below."""
    path = (raw_copy / NAKANO).with_suffix(".txt")
    found: list[str] = []
    page = 1
    for line in path.read_text("utf-8").split("\n"):
        if "\t" in line and found and "\t" in found[-1]:
            page += 1
            found.extend(["", f"- {page - 1} -", f"[[page {page}]]", "見本区 進捗状況報告書", ""])
        found.append(line)
    assert page > 50
    path.write_text("\n".join(found), "utf-8")
    descriptor = path.with_suffix(".yaml")
    rule = '\n  - {pattern: "- \\\\d+ -|見本区 進捗状況報告書", reason: 各頁の柱と頁番号, running: true}'
    text = descriptor.read_text("utf-8")
    assert "\nignore:" in text
    descriptor.write_text(text.replace("\nignore:", f"\nignore:{rule}"), "utf-8")
    accept_checksums(raw_copy)
    tables = curate(raw_copy, reference_folder())
    for name in ("measures", "statuses", "kpis", "kpi_values", "activities", "corrections", "reconciliations"):
        assert tables[name].equals(unmarked[name]), name


def test_only_lines_known_by_a_pattern_can_be_running() -> None:
    with pytest.raises(ValueError, match="`running` are known by a `pattern`"):
        SetAside.model_validate({"reason": "x", "region": {}, "running": True})


def test_marks_are_accounted_for_and_no_text(raw_copy: Path, unmarked: Mapping[str, pl.DataFrame]) -> None:
    path = (raw_copy / NAKANO).with_suffix(".txt")
    path.write_text("[[page 1]]\n" + path.read_text("utf-8") + "\n[[page 2]]\n", "utf-8")
    accept_checksums(raw_copy)
    tables = curate(raw_copy, reference_folder())
    key = pl.col("document_id").str.contains("nakano") & (pl.col("use") == "ignored")
    before, after = (frame["line_uses"].filter(key)["line_count"].sum() for frame in (unmarked, tables))
    assert after == before + 2
    assert tables["passages"].equals(unmarked["passages"])


def test_a_citation_text_and_a_source_page_name_the_page(raw_copy: Path, tmp_path: Path) -> None:
    path = (raw_copy / NAKANO).with_suffix(".txt")
    text = "[[page 7]]\n" + path.read_text("utf-8")
    path.write_text(text, "utf-8")
    path.with_suffix(".pdf").write_bytes(b"%PDF-made")
    accept_checksums(raw_copy)
    build_database(curate(raw_copy, reference_folder()), tmp_path / "wards.duckdb")
    with open_database(tmp_path / "wards.duckdb") as connection:
        query = "SELECT min(citation_id), any_value(document_id) FROM citations WHERE page = 7"
        citation, document = connection.sql(query).fetchall()[0]
        assert "7ページ、" in cite(citation, connection=connection)
        assert "page 7, line" in cite(citation, language="en", connection=connection)
        digest = hashlib.sha256(b"%PDF-made").hexdigest()[:12]
        assert f"{Path(NAKANO).name}.pdf, SHA-256 {digest}" in cite(citation, connection=connection)
        shown = source_page(connection, document, text, "ja")
        assert ">7ページ</h2>" in shown and ">[[page 7]]<" not in shown
        assert f"{Path(NAKANO).name}.pdf, SHA-256 {hashlib.sha256(b'%PDF-made').hexdigest()}" in shown
        assert ">Page 7</h2>" in source_page(connection, document, text, "en")


# -- the made document --------------------------------------------------------------------------------------


def plain(path: Path) -> list[str]:
    """The lines of an import without what only some kinds of file have: marks, running lines, breaks in cells."""
    text = raw_document(path, convert(path).text)
    found = [line for line in text.raw.splitlines() if line and parse_mark(line) is None]
    return [line.replace("<br>", " ") for line in found]


def test_the_made_document_comes_out_the_same_of_every_kind_of_file(tmp_path: Path) -> None:
    pdf, word_, excel_, html = (
        plain(written_as(tmp_path / f"made.{suffix}", made_plan())) for suffix in ("pdf", "docx", "xlsx", "html")
    )
    assert word_ == html == excel_
    added = [line for line in pdf if line not in set(word_)]
    assert len(set(added)) <= 6  # the running header, and the number of each page
    assert list(dict.fromkeys(line for line in pdf if line not in added)) == list(dict.fromkeys(word_))


def test_a_sheet_is_cited_by_its_name(tmp_path: Path) -> None:
    path = written_as(tmp_path / "made.xlsx", made_plan())
    document = raw_document(path, convert(path).text)
    line = next(line for line in document.lines if "オンラインで申請できる" in line.text)
    assert document.position(Passage(line.passage.start, line.passage.start + 1, "オ")) == Mark(sheet="成果指標")


def test_it_leaves_nothing_behind_when_the_folder_cannot_be_written(tmp_path: Path, raw: Path) -> None:
    path = small_pdf(tmp_path / "a.pdf", "一")
    (raw / "13115-suginami").write_text("not a folder", "utf-8")
    with pytest.raises(WardPlansError, match="cannot write to"):
        stored(path, raw)
    assert not (raw / "SHA256SUMS").exists()
    shutil.rmtree(raw)
    with pytest.raises(WardPlansError, match="no such folder"):
        stored(path, raw)
