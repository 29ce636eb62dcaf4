"""A new ward, by docs/adding-a-ward.md alone: from a PDF, Word, Excel or web page to a report page that includes it."""

import json
import re
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from analysis.curation.curate import curate
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import project_root, raw_folder, reference_folder
from analysis.errors import WardPlansError
from analysis.importing.store import import_document
from analysis.onboarding.review import review, write_kpi_rows
from analysis.onboarding.start import add_document
from analysis.reading.identifiers import code_of
from command_line import refusal, succeeded, wardplans
from walk_through.formats import written_as
from walk_through.guide import Commands, Edit, edits, run, steps
from walk_through.made_plan import GOALS, KPIS, Block, Text, made_plan, replaced, with_text
from walk_through.made_tables import ITEMS, made_tables
from walk_through.made_tables import KPIS as KPIS_WITH_UNITS

NAME = "progress-fy2024"
TABLES = ("measures", "measure_departments", "departments", "kpis", "kpi_values", "statuses", "kpi_statuses")
# Where a passage stands in a file differs from format to format; what it says does not.
PLACES = {"citation_id", "position"}

Tables = Mapping[str, pl.DataFrame]


# ------------------------------------------------------------------------------------------------ the guide itself


def test_the_sample_is_what_the_made_document_prints(tmp_path: Path) -> None:
    committed = project_root() / "docs" / "adding-a-ward" / "sample-plan.pdf"
    assert written_as(tmp_path / "sample-plan.pdf", made_plan()).read_bytes() == committed.read_bytes()


def test_the_sample_says_that_it_is_invented() -> None:
    title = next(block.text for block in made_plan() if getattr(block, "style", "") == "title")
    assert "架空の見本" in title


def test_the_draft_needs_fewer_than_ten_edits() -> None:
    assert 0 < sum(edit.changed for edit in edits(".yaml") if f"/{NAME}." in edit.file) < 10


def test_the_guide_leads_from_the_pdf_to_a_page_that_includes_the_ward(tmp_path: Path) -> None:
    for name in ("data", "docs"):
        (tmp_path / name).symlink_to(project_root() / name)
    for step in _until_undo(steps()):
        if isinstance(step, Edit):
            step.apply(tmp_path)
            continue
        printed = run(step, tmp_path)
        for line in step.printed:
            assert line.strip() in printed, f"the guide shows {line!r}, but {step.lines} print:\n{printed}"
    _check_page(tmp_path / "try" / "reports")
    undo = steps()[-1]
    assert isinstance(undo, Commands)
    run(undo, tmp_path)
    assert not (tmp_path / "try").exists()


def _until_undo(found: list[Commands | Edit]) -> list[Commands | Edit]:
    assert isinstance(found[-1], Commands) and found[-1].lines == ("rm -r try",)
    return found[:-1]


def _check_page(reports: Path) -> None:
    page = (reports / "online_procedures.ja.html").read_text(encoding="utf-8")
    assert "杉並区" in page
    linked = set(re.findall(r'href="(sources/[^"#]*suginami[^"]*#[^"]+)"', page))
    assert linked, "no figure of the new ward leads to its source"
    source = (reports / next(iter(linked)).partition("#")[0]).read_text(encoding="utf-8")
    assert "オンラインで申請できる行政手続の数" in source
    assert "203手続" in source


# ------------------------------------------------------------------------------------------- the same in any format


@pytest.fixture(scope="module")
def from_pdf(tmp_path_factory: pytest.TempPathFactory) -> Tables:
    return _brought_in(tmp_path_factory.mktemp("pdf"), ".pdf", made_plan())


def _brought_in(folder: Path, suffix: str, blocks: tuple[Block, ...]) -> Tables:
    """Import a document, draft its descriptor, apply the edits of the guide, and return the rows of its ward."""
    text, reference = _with_descriptor(folder, suffix, blocks)
    for edit in edits(f"/{NAME}.yaml"):
        edit.apply(folder)
    _accept_kpis(text, reference)
    return _rows(text, reference)


def _with_descriptor(folder: Path, suffix: str, blocks: tuple[Block, ...]) -> tuple[Path, Path]:
    raw, reference = folder / "try" / "raw", folder / "try" / "reference"
    shutil.copytree(raw_folder(), raw)
    shutil.copytree(reference_folder(), reference)
    original = written_as(folder / f"sample-plan{suffix}", blocks)
    stored = import_document(original, ward="13115", document=NAME, raw=raw, reference=reference)
    add_document(stored.text_path, "13115", reference)
    return stored.text_path, reference


def _accept_kpis(text: Path, reference: Path) -> None:
    write_kpi_rows(review(text, reference), reference)
    reviewed = review(text, reference)
    assert not reviewed.problems, [str(problem) for problem in reviewed.problems]


def _rows(text: Path, reference: Path) -> Tables:
    raw = text.parent.parent
    accept_checksums(raw)
    tables = curate(raw, reference)
    return {name: _of_the_ward(tables[name]) for name in (*TABLES, "citations")}


def _of_the_ward(frame: pl.DataFrame) -> pl.DataFrame:
    key = next(name for name in ("kpi_id", "measure_id", "department_id", "document_id") if name in frame.columns)
    own = pl.col(key).str.contains("suginami") | pl.col(key).str.starts_with("13115-")
    return frame.filter(own).sort(key)


def _said(frame: pl.DataFrame) -> list[tuple[object, ...]]:
    """Return what rows say, without where; white space between the values of a cell is the format's own."""
    columns = sorted(set(frame.columns) - PLACES)
    plain = frame.select(columns).with_columns(pl.selectors.string().str.replace_all(r"\s", ""))
    return sorted(plain.rows(), key=str)


def test_all_of_the_document_is_read(from_pdf: Tables) -> None:
    items = [item for goal in GOALS.values() for item in goal]
    measures = from_pdf["measures"]
    assert set(measures["title_ja"]) == {item.title for item in items} | {goal.split(" ")[1] for goal in GOALS}
    assert from_pdf["statuses"].height == len(items)
    assert dict(from_pdf["statuses"].select("measure_id", "label_ja").rows()) == {
        f"suginami-2023-measure-{item.code}": item.grade for item in items
    }
    named = {(row["measure_id"], row["department_id"]) for row in from_pdf["measure_departments"].to_dicts()}
    assert named == {
        (f"suginami-2023-measure-{item.code}", f"13115-{name}")
        for item in items
        for name in item.departments.split("、")
    }
    assert from_pdf["kpis"].height == len(items) + len(KPIS) - 1 + 1  # the header is no row, one row is two series


def test_years_amounts_and_grades_are_what_is_printed(from_pdf: Tables) -> None:
    kpis = from_pdf["kpis"]
    values = from_pdf["kpi_values"].join(kpis.select("kpi_id", "name_ja", "row_label_ja"), on="kpi_id")

    def series(name: str, label: str | None = None) -> set[tuple[object, ...]]:
        rows = values.filter(pl.col("name_ja") == name, pl.col("row_label_ja").eq_missing(label))
        return set(rows.select("fiscal_year", "value_type", "value").rows())

    assert series("オンラインで申請できる行政手続の数") == {
        (2022, "baseline", 86.0),
        (2023, "actual", 152.0),
        (2024, "actual", 203.0),
        (2027, "target", 300.0),
    }
    assert series("学習用端末を毎日使う児童・生徒の割合", "中") == {
        (2022, "baseline", 93.5),
        (2023, "actual", 96.4),
        (2024, "actual", 98.2),
        (2027, "target", 100.0),
    }
    assert (2024, "actual", pytest.approx(424 + 44 / 60)) in sorted(series("RPAの導入による業務削減時間"), key=str)
    assert series("テレワークを行った職員の数") == {(2027, "target", 500.0)}
    graded = from_pdf["kpi_statuses"].join(kpis.select("kpi_id", "name_ja"), on="kpi_id")
    assert dict(graded.select("name_ja", "label_ja").rows())["テレワーク用端末の整備台数"] == "D"


@pytest.mark.parametrize("suffix", [".docx", ".xlsx", ".html"])
def test_the_same_rows_come_of_every_format(suffix: str, tmp_path: Path, from_pdf: Tables) -> None:
    tables = _brought_in(tmp_path, suffix, made_plan())
    for name in TABLES:
        assert _said(tables[name]) == _said(from_pdf[name]), name


def test_citations_name_the_page_of_the_pdf(from_pdf: Tables) -> None:
    pages = _places(from_pdf, "page")
    assert pages["オンラインで申請できる行政手続の数"] == 4
    assert pages["標準準拠システムへ移行した業務数"] == 5  # behind the page break within the table
    assert pages["電子申請サービスで受け付ける手続の種類"] == 2


def test_citations_name_the_sheet_of_the_workbook(tmp_path: Path) -> None:
    sheets = _places(_brought_in(tmp_path, ".xlsx", made_plan()), "sheet_ja")
    assert sheets["オンラインで申請できる行政手続の数"] == "成果指標"
    assert sheets["電子申請サービスで受け付ける手続の種類"] == "取組"


def _places(tables: Tables, column: str) -> dict[str, object]:
    cited = tables["kpis"].join(tables["citations"], on="citation_id")
    return dict(cited.select("name_ja", column).rows())


# --------------------------------------------------------------------------------------------- what must not happen


@pytest.mark.parametrize(
    ("old", "new", "table", "key"),
    [
        ("203手続", "204手続", "kpi_values", "value"),
        ("8,530件", "8,531件", "kpi_values", "value"),
        ("40施設(累計)", "41施設(累計)", "kpi_values", "value"),
    ],
)
def test_a_changed_figure_changes_its_row_alone(
    old: str, new: str, table: str, key: str, tmp_path: Path, from_pdf: Tables
) -> None:
    changed = _brought_in(tmp_path, ".pdf", with_text(made_plan(), old, new))
    for name in TABLES:
        before, after = set(_said(from_pdf[name])), set(_said(changed[name]))
        assert len(before - after) == len(after - before) == (1 if name == table else 0), name
    assert key in changed[table].columns


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("20業務(累計) 【B】", "20業務(累計) 【E】"),
        ("スマートフォン教室の開催回数:120回(累計) 【C】", "スマートフォン教室の開催回数:120回(累計) 【E】"),
    ],
)
def test_a_grade_that_is_not_mapped_is_told_with_where_to_add_it(old: str, new: str, tmp_path: Path) -> None:
    text, reference = _with_descriptor(tmp_path, ".pdf", with_text(made_plan(), old, new))
    descriptor = text.with_suffix(".yaml")
    # As in a later edition: the descriptor was written when there were four grades.
    known = re.sub(r"^ +E: .*\n", "", descriptor.read_text(encoding="utf-8"), flags=re.MULTILINE)
    descriptor.write_text(known, encoding="utf-8")
    told = [str(problem) for problem in review(text, reference).problems if "'E'" in problem.message]
    assert told and "statuses" in told[0] and str(descriptor) in told[0] and "on_schedule" in told[0]
    assert re.match(rf"{re.escape(str(text))}:\d+: ", told[0])


def test_a_grade_that_no_legend_explains_is_a_todo(tmp_path: Path) -> None:
    blocks = with_text(made_plan(), "20業務(累計) 【B】", "20業務(累計) 【E】")
    text, _ = _with_descriptor(tmp_path, ".pdf", blocks)
    assert re.search(r"^ +E: 'TODO", text.with_suffix(".yaml").read_text(encoding="utf-8"), re.MULTILINE)


def test_a_todo_stops_the_build_and_says_where(tmp_path: Path) -> None:
    text, reference = _with_descriptor(tmp_path, ".pdf", made_plan())
    accept_checksums(text.parent.parent)
    with pytest.raises(WardPlansError, match=rf"{NAME}\.yaml:9: key title_en: TODO"):
        curate(text.parent.parent, reference)


def test_a_draft_never_takes_the_place_of_a_descriptor(tmp_path: Path) -> None:
    text, reference = _with_descriptor(tmp_path, ".pdf", made_plan())
    before = text.with_suffix(".yaml").read_bytes()
    with pytest.raises(WardPlansError, match="there is a descriptor already"):
        add_document(text, "13115", reference)
    assert text.with_suffix(".yaml").read_bytes() == before


def test_an_original_has_to_be_imported_first(tmp_path: Path) -> None:
    original = written_as(tmp_path / "sample-plan.pdf", made_plan())
    with pytest.raises(WardPlansError, match="wardplans import"):
        add_document(original, "13115", reference_folder())


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("44施設", "44拠点", "unknown unit '拠点'"),
        ("8,530件", "8,5S0件", "8,5S0"),
        ("本部を4回開いた", "本部を4回開き、7件を決めた", "the number '7'"),
    ],
)
def test_a_later_change_of_the_text_is_named_by_its_line(old: str, new: str, said: str, tmp_path: Path) -> None:
    """What a descriptor was written for changes: nothing of it passes unseen."""
    text, reference = _with_descriptor(tmp_path, ".pdf", made_plan())
    for edit in edits(f"/{NAME}.yaml"):
        edit.apply(tmp_path)
    _accept_kpis(text, reference)
    content = text.read_text(encoding="utf-8")
    position = content.index(old)
    text.write_text(content.replace(old, new, 1), encoding="utf-8")
    line = content[:position].count("\n") + 1
    problems = [str(problem) for problem in review(text, reference).problems]
    assert any(problem.startswith(f"{text}:{line}: ") and said in problem for problem in problems), problems


@pytest.mark.parametrize("suffix", [".pdf", ".docx", ".xlsx"])
def test_a_report_made_of_tables_is_drafted_too(suffix: str, tmp_path: Path) -> None:
    """Another layout: codes in a column of numbers, years in headers, units in a column of their own."""
    raw = tmp_path / "raw"
    shutil.copytree(raw_folder(), raw)
    original = written_as(tmp_path / f"report{suffix}", made_tables())
    stored = import_document(original, ward="13116", document="report", raw=raw, reference=reference_folder())
    added = add_document(stored.text_path, "13116", reference_folder())
    assert added.todos < 10
    reviewed = review(stored.text_path, reference_folder())
    found = reviewed.trial.findings
    assert {item.title.text: item.code for item in found.measures if item.title} == {
        row[1]: row[0] for row in ITEMS[1:]
    }
    assert [status.passage.text for status in found.statuses] == [row[4] for row in ITEMS[1:]]
    printed = {(row[0], row[1], float(cell.replace(",", ""))) for row in KPIS_WITH_UNITS[1:] for cell in row[2:5]}
    assert {(value.kpi.name.text, value.unit_ja, value.value) for value in found.kpi_values} == printed
    assert {value.fiscal_year for value in found.kpi_values} == {2023, 2024, 2026}
    unlike = [
        problem for problem in reviewed.problems if "TODO" not in problem.message and "か所" not in problem.message
    ]
    assert [str(problem) for problem in unlike if "is not in kpis.csv" not in problem.message] == []


def test_items_that_bear_no_word_but_a_number_are_asked_for(tmp_path: Path) -> None:
    """Headings '1 …' and '(1) …', which count anew: what they are called is a TODO, all else is read."""
    blocks = tuple(
        replace(block, text=re.sub(r"^取組\d-(\d) ", r"(\1) ", re.sub(r"^目標(\d) ", r"\1 ", block.text)))
        if isinstance(block, Text)
        else block
        for block in made_plan()
    )
    text, reference = _with_descriptor(tmp_path, ".pdf", blocks)
    reviewed = review(text, reference)
    assert {code_of("suginami-2023", item.measure_id) for item in reviewed.trial.findings.measures} >= {
        "1",
        "1-1",
        "3-4",
    }
    assert reviewed.counts["grades of items"] == 12
    todos = [str(problem) for problem in reviewed.problems if "TODO" in problem.message]
    assert len(todos) < 10
    assert sum("what does the plan call its items" in todo for todo in todos) == 2


def test_a_layout_that_is_known_from_another_ward_is_followed(tmp_path: Path) -> None:
    """Its patterns are taken over, its titles and its English are not."""
    raw = tmp_path / "raw"
    shutil.copytree(raw_folder(), raw)
    for ward, name in (("13116", "豊島区"), ("13117", "北区")):
        blocks = tuple(replaced(block, "豊島区", name) for block in made_tables())
        original = written_as(tmp_path / f"{ward}.pdf", blocks)
        stored = import_document(original, ward=ward, document="report", raw=raw, reference=reference_folder())
        added = add_document(stored.text_path, ward, reference_folder())
        text = re.sub(
            r"'TODO: (?:the title|the name of the plan) in English'", name, added.descriptor.read_text("utf-8")
        )
        if ward == "13116":
            added.descriptor.write_text(text, encoding="utf-8")
    assert added.made_from == "report"
    drafted = added.descriptor.read_text(encoding="utf-8")
    assert "豊島区" not in re.sub(r"^ *#.*", "", drafted, flags=re.MULTILINE)
    assert "toshima" not in re.sub(r"^ *#.*", "", drafted, flags=re.MULTILINE)
    assert review(stored.text_path, reference_folder()).counts["KPI values"] == 15


def test_inspect_shows_an_original_and_writes_nothing(tmp_path: Path) -> None:
    original = written_as(tmp_path / "sample-plan.pdf", made_plan())
    shown = json.loads(succeeded(wardplans("inspect", original, "--format", "json")))
    assert shown["pages"] == 5
    assert {row["layout"] for row in shown["layouts"]} == {"outline", "section_blocks", "kpi_table"}
    roles = {row["header"]: row["role"] for row in shown["columns"]}
    assert roles["策定時"] == "values baseline"
    assert {row["symbol"]: row["status"] for row in shown["symbols"]} == {
        "A": "achieved",
        "B": "on_schedule",
        "C": "behind",
        "D": "not_started",
    }
    assert {row["named by"] for row in shown["years"]} >= {"no era", "a range with one era", "era and western year"}
    table = succeeded(wardplans("inspect", original))
    assert "(guesses)" in table
    assert [path.name for path in tmp_path.iterdir()] == ["sample-plan.pdf"]


def test_commands_refuse_what_they_cannot_do(tmp_path: Path) -> None:
    assert "no text of ward 13114 is without a descriptor" in refusal(wardplans("add", "--ward", "13114"))
    assert "unknown ward code '99999'" in refusal(wardplans("add", tmp_path / "x.txt", "--ward", "99999"))
    assert wardplans("check", "--write-kpis").returncode == 2
    assert "cannot be read" in refusal(wardplans("check", tmp_path / "x.txt"))


def test_next_years_edition_follows_last_years_descriptor(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(raw_folder(), raw)
    edition = Path(__file__).parent / "next_edition" / "informatization-plan-progress-fy2024.txt"
    text = raw / "13114-nakano" / "progress-fy2024.txt"
    shutil.copy(edition, text)
    added = add_document(text, "13114", reference_folder())
    assert added.made_from == "informatization-plan-progress-fy2023"
    missing = [problem for problem in review(text, reference_folder()).problems]
    assert 0 < len(missing) < 10, [str(problem) for problem in missing]


@pytest.mark.parametrize("ward", ["13103-minato", "13108-koto", "13111-ota", "13114-nakano"])
def test_a_draft_from_the_text_alone_reads_the_tables_of_a_real_document(ward: str, tmp_path: Path) -> None:
    """The descriptor is taken away: the draft finds the same items, grades and values as the one made by hand."""
    raw = tmp_path / "raw"
    shutil.copytree(raw_folder(), raw)
    (text,) = (raw / ward).glob("*.txt")
    by_hand = review(text, reference_folder()).counts
    text.with_suffix(".yaml").unlink()
    added = add_document(text, ward[:5], reference_folder())
    assert added.made_from == "the text alone"
    drafted = review(text, reference_folder()).counts
    for kind in ("items", "grades of items", "results and plans", "departments", "KPIs", "KPI values"):
        assert drafted[kind] == by_hand[kind], kind
    missing = [str(p) for p in review(text, reference_folder()).problems if "kpis.csv" not in p.message]
    assert len(missing) < 10, missing
