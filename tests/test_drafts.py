"""Drafts and checks of documents that are hard to read: what cannot be concluded is named, never set aside."""

import os
import re
import shutil
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.curation.codebooks import read_codebooks
from analysis.documents.descriptor import read_descriptor
from analysis.documents.paths import project_root, raw_folder, reference_folder
from analysis.documents.text import raw_document
from analysis.errors import WardPlansError
from analysis.importing.convert import PageRange, convert
from analysis.importing.store import import_document
from analysis.onboarding.descriptor_keys import all_parts, descriptor_keys
from analysis.onboarding.findings_shown import as_json
from analysis.onboarding.review import Review, review, write_kpi_rows
from analysis.onboarding.start import add_document
from analysis.onboarding.survey import survey
from command_line import succeeded, wardplans
from walk_through.formats import written_as
from walk_through.made_plan import made_plan

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "30"))

HEAD = """[[page 1]]
(架空の見本)板橋区デジタル推進計画2025 令和6年度進捗状況報告書

令和7年6月

本報告書は、板橋区デジタル推進計画2025の進捗をまとめたものです。
計画期間:令和4年度~令和7年度
全4取組のうち、「◎」は1件、「○」は2件、「×」は1件でした。

進捗の区分 ◎:計画を上回る ○:計画どおり △:計画より遅れている ×:未着手
[[page 2]]
第1章 取組の進捗状況

"""
HEADER = "基本方針\t取組番号\t取組名\t令和6年度の実績\t進捗\t令和7年度の予定\t所管課\n"
ROWS = (
    "方針1 区民サービスの向上\t1\t行政手続のオンライン化\t対象手続を拡大した。\t◎\t拡大する。\tIT推進課\n",
    "\t2\tキャッシュレス決済の拡大\t区民事務所に導入した。\t○\t検討する。\t戸籍住民課\n",
    "方針2 安全・安心\t3\tデジタルデバイド対策\tスマートフォン教室を開催した。\t○\t増やす。\t長寿社会推進課\n",
    "\t4\tオープンデータの推進\t—\t×\t公開に着手する。\t広聴広報課\n",
)
KPIS = (
    "[[page 4]]\n第2章 指標の達成状況\n\n"
    "指標名\t現状値(令和3年度)\t令和5年度実績\t令和6年度実績\t令和7年度目標\n"
    "オンラインで申請できる手続数\t98手続\t177手続\t215手続\t250手続\n"
    "電子決裁率\t61.0%\t88.7%\t92.4%\t95%\n"
)
WHOLE = HEAD + HEADER + "".join(ROWS) + KPIS


@pytest.fixture
def drafted(tmp_path: Path) -> Callable[[str], tuple[str, Review]]:
    """Write a text into the folder of a ward, draft its descriptor, and return the draft and what is missing."""

    def draft(text: str) -> tuple[str, Review]:
        path = tmp_path / "raw" / "13119-itabashi" / "report.txt"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
        path.with_suffix(".yaml").unlink(missing_ok=True)
        add_document(path, "13119", reference_folder())
        return path.with_suffix(".yaml").read_text(encoding="utf-8"), review(path, reference_folder())

    return draft


Drafted = Callable[[str], tuple[str, Review]]


def _line(text: str, words: str) -> int:
    return text[: text.index(words)].count("\n") + 1


def _unread(reviewed: Review) -> set[int]:
    return {line.number for line in reviewed.trial.lines if line.use == "unread"}


def _told(reviewed: Review) -> dict[int, str]:
    """What check says, by the line of the text."""
    found = (re.match(r".*\.txt:(\d+): (.*)", str(problem)) for problem in reviewed.problems)
    return {int(match[1]): match[2] for match in found if match}


# --------------------------------------------------------------------------------------------- what fell out of tables


def test_the_whole_text_is_read(drafted: Drafted) -> None:
    draft, reviewed = drafted(WHOLE)
    assert _unread(reviewed) == set()
    assert reviewed.counts["items"] == 6
    assert reviewed.counts["stated totals that agree"] == 4
    assert not reviewed.notes
    assert "fallen out" not in draft


def test_a_merged_cell_that_fell_out_at_a_page_break_stays_unread(drafted: Drafted) -> None:
    """The header is repeated on the next page, whose first row has lost its cell."""
    fallen = "方針2 安全・安心"
    text = HEAD + HEADER + ROWS[0] + ROWS[1] + f"\n{fallen}\n[[page 3]]\n" + HEADER
    text += ROWS[2].replace(fallen, "") + ROWS[3] + KPIS
    draft, reviewed = drafted(text)
    line = _line(text, fallen)
    assert line in _unread(reviewed)
    assert "fallen out" in _told(reviewed)[line]
    assert fallen not in re.sub(r"#.*", "", draft)
    assert f"line {line}: {fallen}" in draft
    (note,) = map(str, reviewed.notes)
    assert f":{_line(text, ROWS[2].replace(fallen, ''))}: " in note
    assert "may belong to a cell on the page before, '方針1 区民サービスの向上'" in note


def test_the_pieces_of_a_row_and_the_rows_behind_them_stay_unread(drafted: Drafted) -> None:
    pieces = ["方針2", "安全・", "3 デジタル スマートフォン ○ 増やす。 長寿", "デバイド 教室を開催し", "た。"]
    text = HEAD + HEADER + ROWS[0] + ROWS[1]
    text += "\n" + "\n".join(pieces[:3]) + "\n[[page 3]]\n" + "\n".join(pieces[3:]) + "\n\n" + ROWS[3] + KPIS
    draft, reviewed = drafted(text)
    expected = {_line(text, f"\n{piece}\n") + 1 for piece in [*pieces, ROWS[3].rstrip("\n")]}
    assert expected <= _unread(reviewed)
    assert expected <= _told(reviewed).keys()
    assert "why is it left out" not in draft
    assert reviewed.counts["KPI values"] == 8  # what is whole is read all the same


def test_rows_that_go_on_without_a_header_are_not_drafted_as_another_table(drafted: Drafted) -> None:
    text = HEAD + HEADER + ROWS[0] + ROWS[1] + "\n方針2\n[[page 3]]\n\n" + ROWS[2] + ROWS[3] + KPIS
    draft, reviewed = drafted(text)
    assert "why is it left out" not in draft
    assert {_line(text, row) for row in (ROWS[2], ROWS[3])} <= _told(reviewed).keys()


def test_a_draft_after_another_document_asks_about_what_its_rules_would_set_aside(tmp_path: Path) -> None:
    """Last year's rule for sentences would take the end of a cell for one."""
    folder = tmp_path / "raw" / "13119-itabashi"
    folder.mkdir(parents=True)
    (folder / "a-first.txt").write_text(WHOLE, encoding="utf-8")
    first = add_document(folder / "a-first.txt", "13119", reference_folder()).descriptor
    first.write_text(re.sub(r"'TODO: [^']*'", "Decided", first.read_text("utf-8")), encoding="utf-8")
    text = HEAD + HEADER + ROWS[0] + ROWS[1] + "\n増やす。\n[[page 3]]\n" + HEADER
    text += ROWS[2].replace("方針2 安全・安心", "") + ROWS[3] + KPIS
    (folder / "second.txt").write_text(text, encoding="utf-8")
    added = add_document(folder / "second.txt", "13119", reference_folder())
    assert added.made_from == "a-first"
    line = _line(text, "\n増やす。\n") + 1
    reviewed = review(folder / "second.txt", reference_folder())
    assert any(f"TODO: line {line} may have fallen out" in str(problem) for problem in reviewed.problems)
    assert any(f":{line}: " in str(note) and "did it fall out" in str(note) for note in reviewed.notes)


def test_a_heading_between_tables_is_a_heading(drafted: Drafted) -> None:
    """A table of its own under each heading, over a page break: nothing fell out of anything."""
    text = (
        HEAD + HEADER + ROWS[0] + ROWS[1] + "[[page 3]]\n第2節 安全・安心の取組\n\n" + HEADER + ROWS[2] + ROWS[3] + KPIS
    )
    draft, reviewed = drafted(text)
    assert "fallen out" not in draft
    assert _unread(reviewed) == set()


def test_a_table_of_unknown_kind_is_a_todo_with_its_rows(drafted: Drafted) -> None:
    extra = "取組の担当\t備考\n推進本部\t令和6年5月\n専門部会\t令和6年7月\n"
    text = WHOLE + "第3章 推進体制\n\n" + extra + "\n以上が推進体制の概要\n"
    draft, _ = drafted(text)
    (todo,) = (line for line in draft.splitlines() if "why is it left out" in line)
    assert f"line {_line(text, '取組の担当')} to {_line(text, '専門部会')}" in todo
    assert "with 2 rows" in todo


# ------------------------------------------------------------------------------------------------------- no tracebacks


def test_a_table_of_a_header_alone_is_no_reason_to_stop(drafted: Drafted) -> None:
    drafted(WHOLE + "第3章 体制\n\n会議\t開催日\t内容\n\n以上\n")


def test_a_document_without_items_can_be_finished(tmp_path: Path) -> None:
    text = HEAD.replace("全4取組のうち、「◎」は1件、「○」は2件、「×」は1件でした。\n", "") + KPIS
    text = text.replace("進捗の区分 ◎:計画を上回る ○:計画どおり △:計画より遅れている ×:未着手\n", "")
    path = tmp_path / "raw" / "13119-itabashi" / "report.txt"
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    reference = tmp_path / "reference"
    shutil.copytree(reference_folder(), reference)
    add_document(path, "13119", reference)
    descriptor = path.with_suffix(".yaml")
    descriptor.write_text(re.sub(r"'TODO: [^']*'", "Decided", descriptor.read_text("utf-8")), encoding="utf-8")
    write_kpi_rows(review(path, reference), reference)
    assert [str(problem) for problem in review(path, reference).problems] == []


def _damaged(draw: st.DrawFn, text: str) -> str:
    lines = text.split("\n")
    for _ in range(draw(st.integers(1, 6))):
        at, other = draw(st.integers(0, len(lines) - 1)), draw(st.integers(0, len(lines) - 1))
        kind = draw(st.sampled_from(["delete", "copy", "join", "cut", "cells", "character"]))
        if kind == "delete" and len(lines) > 2:
            del lines[at]
        elif kind == "copy":
            lines.insert(other, lines[at])
        elif kind == "join":
            lines[at : at + 2] = ["".join(lines[at : at + 2])]
        elif kind == "cut":
            place = draw(st.integers(0, len(lines[at])))
            lines[at : at + 1] = [lines[at][:place], lines[at][place:]]
        elif kind == "cells":
            lines[at] = "\t".join(draw(st.permutations(lines[at].split("\t"))))
        else:
            lines[at] += draw(st.sampled_from(["\t", "◎", "1", "。", "令和", "【", "[[page 9]]", "(", "\t\t5件", "\\"]))
    return "\n".join(lines)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> str:
    return convert(written_as(tmp_path_factory.mktemp("made") / "plan.pdf", made_plan())).text


@settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damaged_texts_are_drafted_or_refused_in_words(tmp_path: Path, made: str, data: st.DataObject) -> None:
    text = _damaged(data.draw, data.draw(st.sampled_from([WHOLE, made])))
    path = tmp_path / "raw" / "13119-itabashi" / "report.txt"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    path.with_suffix(".yaml").unlink(missing_ok=True)
    try:
        as_json(survey(raw_document(path, text), read_codebooks(reference_folder()).units))
        add_document(path, "13119", reference_folder())
        review(path, reference_folder())
    except WardPlansError:
        return


# ---------------------------------------------------------------------------------------------- the original beside it


def _imported(tmp_path: Path, document: str = "report", pages: str | None = None) -> Path:
    raw = tmp_path / "raw"
    if not raw.exists():
        shutil.copytree(raw_folder(), raw)
    original = written_as(tmp_path / "plan.pdf", made_plan())
    chosen = PageRange.parse(pages) if pages else None
    stored = import_document(
        original, ward="13115", document=document, raw=raw, reference=reference_folder(), pages=chosen
    )
    add_document(stored.text_path, "13115", reference_folder())
    return stored.text_path


@pytest.mark.parametrize("pages", [None, "2-4"])
def test_an_edited_text_is_told_from_its_original(pages: str | None, tmp_path: Path) -> None:
    text = _imported(tmp_path, pages=pages)
    said = "the text is not what the original says"
    assert not [str(problem) for problem in review(text, reference_folder()).problems if said in problem.message]
    content = text.read_text(encoding="utf-8")
    text.write_text(content.replace("203手続", "999手続"), encoding="utf-8")
    told = [str(problem) for problem in review(text, reference_folder()).problems if said in problem.message]
    assert [problem.split(": ")[0] for problem in told] == [f"{text}:{_line(content, '203手続')}"]
    assert "--replace" in told[0]


def test_a_line_added_to_or_taken_out_of_a_text_is_told(tmp_path: Path) -> None:
    text = _imported(tmp_path)
    content = text.read_text(encoding="utf-8")
    for changed in (content.replace("203手続", "203手続\n架空の1行", 1), content.replace("[[page 3]]\n", "", 1)):
        text.write_text(changed, encoding="utf-8")
        assert any("is not what the original" in str(problem) for problem in review(text, reference_folder()).problems)


def test_the_same_original_under_another_name_is_told(tmp_path: Path) -> None:
    text = _imported(tmp_path)
    other = text.with_name("second.txt")
    for suffix in (".txt", ".pdf", ".yaml"):
        shutil.copy(text.with_suffix(suffix), other.with_suffix(suffix))
    told = [str(problem) for problem in review(other, reference_folder()).problems if "two names" in problem.message]
    assert len(told) == 1
    assert str(text.with_suffix(".pdf")) in told[0]


@pytest.mark.parametrize("encoding", ["cp932", "euc_jp", "utf-8"])
def test_a_text_in_any_encoding_is_compared_with_its_original(encoding: str, tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    raw.mkdir()
    original = tmp_path / "plan.txt"
    original.write_bytes(re.sub(r"\[\[.+\n", "", WHOLE).replace("—", "-").encode(encoding))
    stored = import_document(
        original, ward="13119", document="report", raw=raw, reference=reference_folder(), encoding=encoding
    )
    add_document(stored.text_path, "13119", reference_folder())
    said = "is not what the original says"
    assert not [problem for problem in review(stored.text_path, reference_folder()).problems if said in str(problem)]
    if stored.original_path is not None:
        stored.text_path.write_text(stored.text_path.read_text("utf-8").replace("215手続", "999手続"), encoding="utf-8")
        assert [p for p in review(stored.text_path, reference_folder()).problems if said in str(p)]


def test_pages_without_text_are_named(drafted: Drafted) -> None:
    text = WHOLE.replace("[[page 4]]", "[[page 3]]\n\n[[page 4]]")
    _, reviewed = drafted(text)
    assert any("page 3 has no text" in str(note) for note in reviewed.notes)
    shown = as_json(survey(raw_document(reviewed.document, text), []))
    assert "page without text" in shown
    assert "p. 3" in shown


# -------------------------------------------------------------------------------------------------------------- totals


def test_a_count_of_a_sentence_that_differs_is_told(drafted: Drafted) -> None:
    text = WHOLE.replace("「○」は2件", "「○」は3件")
    told = _told(drafted(text)[1])
    assert "stated are 3" in told[_line(text, "「○」は3件")]


@pytest.mark.parametrize("said", ["◎:1件、○:2件、×:1件", "◎が1取組 ○が2取組 ×が1取組", "【◎】1件 【○】2件 【×】1件"])
def test_counts_of_grades_are_totals_however_they_are_printed(said: str, drafted: Drafted) -> None:
    _, reviewed = drafted(WHOLE.replace("「◎」は1件、「○」は2件、「×」は1件でした", f"{said}でした"))
    assert {total.key: total.stated for total in reviewed.trial.findings.totals} == {
        "statuses-◎": 1,
        "statuses-○": 2,
        "statuses-×": 1,
        "measure": 4,
    }


def test_a_total_of_items_that_differs_is_a_todo(drafted: Drafted) -> None:
    draft, _ = drafted(WHOLE.replace("全4取組", "全5取組"))
    assert "difference: -1" in draft
    assert "why 5 are stated and 4 read" in draft


# ------------------------------------------------------------------------------------------------------------- guesses


def test_the_name_of_a_plan_keeps_its_year(drafted: Drafted) -> None:
    _, reviewed = drafted(WHOLE)
    assert [plan.title.text for plan in reviewed.trial.findings.plans] == ["(架空の見本)板橋区デジタル推進計画2025"]
    other = WHOLE.replace("推進計画2025 令和6年度進捗", "推進計画 2025年度進捗")
    assert [plan.title.text for plan in drafted(other)[1].trial.findings.plans] == [
        "(架空の見本)板橋区デジタル推進計画"
    ]


def test_what_was_so_before_the_plan_is_a_baseline(drafted: Drafted) -> None:
    def kinds(text: str) -> set[tuple[int, str]]:
        return {(value.fiscal_year, value.value_type) for value in drafted(text)[1].trial.findings.kpi_values}

    rest = {(2023, "actual"), (2024, "actual"), (2025, "target")}
    assert kinds(WHOLE) == {(2021, "baseline"), *rest}
    # Within the period 現状値 is what was reached; a second column of it stays apart from the first.
    both = WHOLE.replace("令和5年度実績", "現状値(令和5年度)")
    assert kinds(both) == {(2021, "baseline"), *rest}


def test_an_amount_of_several_multipliers_is_one_figure(drafted: Drafted) -> None:
    text = WHOLE.replace("[[page 2]]", "経費は3億5,000万円で、参加者は約300名でした。\n[[page 2]]")
    draft, _ = drafted(text)
    (entry,) = (line for line in draft.splitlines() if "億" in line and not line.lstrip().startswith("#"))
    pattern = re.search(r"pattern: '([^']+)'", entry)
    assert pattern
    assert re.search(pattern[1], "経費は3億5,000万円で")[0] == "経費は3億5,000万円"  # type: ignore[index]
    table = WHOLE.replace("98手続\t177手続", "1万2,000手続\t177手続")
    values = {value.value for value in drafted(table)[1].trial.findings.kpi_values}
    assert 12000 in values


def test_the_title_of_a_new_edition_is_a_todo(tmp_path: Path) -> None:
    raw = tmp_path / "raw"
    shutil.copytree(raw_folder(), raw)
    edition = project_root() / "tests" / "next_edition" / "informatization-plan-progress-fy2024.txt"
    text = raw / "13114-nakano" / "progress-fy2024.txt"
    shutil.copy(edition, text)
    added = add_document(text, "13114", reference_folder())
    assert added.made_from == "informatization-plan-progress-fy2023"
    last = read_descriptor(raw / "13114-nakano" / "informatization-plan-progress-fy2023.yaml")
    (line,) = (line for line in added.descriptor.read_text("utf-8").splitlines() if line.startswith("title_en:"))
    assert line.startswith("title_en: 'TODO: ")
    assert last.title_en in line.replace("''", "'")


@pytest.mark.parametrize("header", ["取組番号", "通し", "No."])
def test_numbers_before_titles_are_codes(header: str, drafted: Drafted) -> None:
    _, reviewed = drafted(WHOLE.replace("取組番号", header))
    coded = [item.code for item in reviewed.trial.findings.measures if item.level == "measure"]
    assert coded == ["1", "2", "3", "4"]


def test_a_legend_on_one_line_tells_the_grades(drafted: Drafted) -> None:
    _, reviewed = drafted(WHOLE)
    statuses = {status.passage.text: status.status for status in reviewed.trial.findings.statuses}
    assert statuses == {"◎": "ahead", "○": "on_schedule", "×": "not_started"}


def test_an_open_choice_names_all_that_can_be_chosen(drafted: Drafted) -> None:
    draft, _ = drafted(WHOLE.replace("進捗の区分 ◎:計画を上回る ○:計画どおり △:計画より遅れている ×:未着手\n", ""))
    todo = next(line for line in draft.splitlines() if "TODO: one of" in line)
    for status in ("ahead", "on_schedule", "behind", "not_started", "achieved", "continuing", "under_review", "merged"):
        assert status in todo
    unknown = WHOLE.replace("令和6年度の実績", "摘録")
    todo = next(line for line in drafted(unknown)[0].splitlines() if "what does it hold" in line)
    for kind in ("code", "level", "page", "status", "activity", "departments", "note"):
        assert kind in todo


# ------------------------------------------------------------------------------------------------- what commands print


def test_the_command_to_run_next_names_the_folders_it_was_given(tmp_path: Path) -> None:
    reference = tmp_path / "reference"
    shutil.copytree(reference_folder(), reference)
    raw = tmp_path / "raw"
    raw.mkdir()
    original = written_as(tmp_path / "plan.pdf", made_plan())
    folders = ("--raw", raw, "--reference", reference)
    printed = succeeded(wardplans("import", original, "--ward", "13115", "--document", "report", *folders))
    text = raw / "13115-suginami" / "report.txt"
    assert f"`wardplans inspect {text} --reference {reference}`" in printed
    printed = succeeded(wardplans("add", "--ward", "13115", *folders))
    assert f"`wardplans check {text} --reference {reference}`" in printed
    printed = wardplans("check", text, "--reference", reference).stdout
    assert f"`wardplans check {text} --reference {reference} --write-kpis`" in printed


# ---------------------------------------------------------------------------------------------------- the page of keys


def test_the_page_of_keys_is_what_the_classes_say() -> None:
    page = project_root() / "docs" / "descriptors.md"
    assert page.read_text(encoding="utf-8") == descriptor_keys(), "docs/descriptors.md is old; run `make export`"


def test_the_page_of_keys_names_every_key() -> None:
    page = descriptor_keys()
    assert all(f"| `{name}` |" in page for part in all_parts() for name in part.model_fields)
    used = {key for path in raw_folder().glob("*/*.yaml") for key in _keys(path)}
    assert used
    assert [key for key in sorted(used) if f"`{key}`" not in page] == []


def _keys(path: Path) -> Sequence[str]:
    descriptor = read_descriptor(path)
    return [
        *type(descriptor).model_fields,
        *(name for layout in descriptor.layouts for name in type(layout).model_fields),
    ]
