"""What a change of the raw text changes: a figure its own row, a row its own rows, and noise of the conversion nothing.

Each test alters the text of a real document and compares what is then read with what is read from the original. A
reader may refuse an altered text or report a line as unread; it may not read it wrong, and it may not lose a row.
"""

import re
import shutil
import subprocess
import sys
import unicodedata
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from analysis.documents.folding import fold_characters
from analysis.errors import WardPlansError
from editions import WARDS, Edition, Key, edition, lines_of, original, text_of

HEADERS = {"minato": "情報化指針\t", "sumida": "事業名\t", "koto": "指針\t", "ota": "目標\t", "nakano": "実施内容\t"}
KPI_HEADERS = {"ota": "\t\t目標値", "nakano": "指標項目\t"}


def tables(ward: str) -> Iterator[tuple[list[str], range]]:
    """The header lines of each table of a document that is read, and the indexes of the rows below them."""
    lines, number = lines_of(ward), 0
    while number < len(lines):
        is_kpi_header = ward in KPI_HEADERS and lines[number].startswith(KPI_HEADERS[ward])
        if not (is_kpi_header or lines[number].startswith(HEADERS[ward])):
            number += 1
            continue
        first = number + (2 if is_kpi_header else 1)
        end = next(at for at in range(first, len(lines) + 1) if at == len(lines) or "\t" not in lines[at])
        yield lines[number:first], range(first, end)
        number = end


def rows(ward: str) -> list[int]:
    return [number for _, numbers in tables(ward) for number in numbers]


def sampled_rows(ward: str) -> list[int]:
    """Every row, of Nakano's many each third."""
    return rows(ward)[:: 3 if ward == "nakano" else 1]


def replaced(ward: str, number: int, *new: str) -> str:
    """The text with a line replaced by others, or by none."""
    lines = lines_of(ward)
    return "\n".join([*lines[:number], *new, *lines[number + 1 :]])


def refused_or_read(ward: str, raw: str) -> Edition | None:
    """What is read from a text, None where it is refused in words for people."""
    try:
        return edition(ward, raw)
    except WardPlansError as error:
        assert len(str(error)) > 20
        return None


def changes(ward: str, raw: str) -> dict[Key, tuple[Any, Any]]:
    return original(ward).changes(edition(ward, raw))


def test_the_tables_are_found() -> None:
    counts = {ward: (sum(1 for _ in tables(ward)), len(rows(ward))) for ward in WARDS}
    expected = {"minato": (1, 39), "sumida": (1, 10), "koto": (3, 18), "ota": (2, 12), "nakano": (18, 123)}
    assert counts == expected


# -- (a) a figure -------------------------------------------------------------------------------------------


def figures(ward: str) -> Iterator[tuple[str, dict[str, Any], dict[str, Any]]]:
    """Each KPI value with a figure: its key, its row and its citation."""
    read = original(ward)
    citations = {row["citation_id"]: row for row, _ in read.citations}
    document = next(iter(citations.values()))["document_id"]
    for key in sorted(read.rows("kpi_values")):
        row = read.row("kpi_values", key)
        if row["value"] is not None:
            yield key, row, citations[f"kpi_values:{key}|{document}"]


def other_figure(figure: str, denominator: float | None) -> str:
    """Another number printed in the same way: each digit counted on by one, 9 to 1."""
    if denominator is not None:
        return "7"
    return re.sub(r"\d", lambda digit: str(int(digit[0]) % 9 + 1), figure)


@pytest.mark.parametrize(("ward", "count"), [("ota", 85), ("nakano", 37)])
def test_another_figure_in_a_kpi_cell_changes_exactly_its_value(ward: str, count: int) -> None:
    seen = 0
    for key, row, citation in figures(ward):
        match = re.search(r"\d[\d,.]*", citation["quote"])
        assert match
        start = citation["char_start"] + match.start()
        new = other_figure(match[0], row["denominator"])
        raw = text_of(ward)[:start] + new + text_of(ward)[start + len(match[0]) :]
        old_figure, new_figure = (float(figure.replace(",", "")) for figure in (match[0], new))
        value = row["value"] / old_figure * new_figure if old_figure else new_figure

        found = changes(ward, raw)

        assert found.pop(("kpi_values", key, "value")) == (row["value"], pytest.approx(value, rel=1e-12)), key
        assert found.pop(("kpi_values", key, "raw_text"))[0] == row["raw_text"]
        # What is left: the print of the other values in the same cell, but not their value.
        year = key.rsplit("|", 1)[0]
        assert {(table, other.rsplit("|", 1)[0], column) for table, other, column in found} <= {
            ("kpi_values", year, "raw_text")
        }, key
        seen += 1
    assert seen == count


@pytest.mark.parametrize("ward", WARDS)
def test_another_figure_in_running_text_changes_exactly_its_quantity(ward: str) -> None:
    """Beside it only texts change that quote the figure, and the ids that are made of their words."""
    read = original(ward)
    for citation, _ in read.citations:
        table, _, row = citation["citation_id"].partition(":")
        match = re.search(r"\d[\d,.]*", fold_characters(citation["quote"]))
        if table != "quantities" or match is None:
            continue
        start = citation["char_start"] + match.start()
        new = other_figure(match[0], None)
        altered = refused_or_read(ward, text_of(ward)[:start] + new + text_of(ward)[start + len(match[0]) :])
        if altered is None:  # A figure that is also a stated total.
            assert ward == "minato", row
            continue
        assert altered.row("quantities", row)["value"] != read.row("quantities", row)["value"], row
        values = {key for key in read.changes(altered) if key[0] not in ("activities",) and key[2] in ("value", "year")}
        assert values == {("quantities", row, "value")}


@pytest.mark.parametrize("ward", ["ota", "nakano"])
def test_another_unit_in_a_kpi_cell_is_refused(ward: str) -> None:
    for key, row, citation in figures(ward):
        unit = re.search(r"\D*$", citation["quote"])
        assert unit
        start = citation["char_start"] + unit.start()
        raw = text_of(ward)[:start] + "羽" + text_of(ward)[citation["char_end"] :]
        if row["denominator"] is None:
            with pytest.raises(WardPlansError, match="羽"):
                edition(ward, raw)
        else:
            assert refused_or_read(ward, raw) is None, key


def test_an_illegible_figure_is_refused_without_a_correction() -> None:
    for broken in ("149件と4件", "14九件", "14 9件", "1O件", "149 * 4件"):
        with pytest.raises(WardPlansError, match=f":154: .*{re.escape(broken)}"):
            edition("ota", text_of("ota").replace("149件", broken))


def test_a_dash_for_a_figure_is_a_value_that_is_missing() -> None:
    found = changes("nakano", text_of("nakano").replace("3.4%", "—"))
    row = "nakano-2nd-revised-priority_perception|2023|actual"
    assert found[("kpi_values", row, "value")] == (3.4, None)
    assert found[("kpi_values", row, "obs_status")] == ("A", "O")
    assert {key[:2] for key in found} == {("kpi_values", row)}


def test_another_year_above_a_column_changes_only_the_years_of_that_column() -> None:
    found = changes("nakano", text_of("nakano").replace("令和 7 年度", "令和 8 年度"))
    moved = {(table, row.split("|", 1)[1]) for table, row, _ in found}
    assert moved == {("kpi_values", "2025|target"), ("kpi_values", "2026|target")}
    lost = [old for (_, _, column), (old, _) in sorted(found.items()) if column == "value" and old is not None]
    gained = [new for (_, _, column), (_, new) in sorted(found.items()) if column == "value" and new is not None]
    assert lost == gained
    assert len(lost) == 5


def test_another_denominator_changes_only_itself() -> None:
    found = changes("nakano", text_of("nakano").replace("1/15", "1/16"))
    row = "nakano-2nd-revised-standard_systems|2023|target"
    assert found == {
        ("kpi_values", row, "denominator"): (15.0, 16.0),
        ("kpi_values", row, "raw_text"): ("1/15", "1/16"),
    }


def test_the_command_line_builds_a_changed_figure_into_exactly_one_value(raw_copy: Path, tmp_path: Path) -> None:
    command = str(Path(sys.executable).parent / "wardplans")

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([command, *arguments], capture_output=True, text=True, check=False, timeout=120)

    before, after = tmp_path / "before.duckdb", tmp_path / "after.duckdb"
    assert run("build", "--raw", str(raw_copy), "--database", str(before)).returncode == 0
    path = next(raw_copy.glob("13111-*/*.txt"))
    path.write_bytes(path.read_bytes().replace("288手續".encode(), "301手續".encode()))

    refused = run("build", "--raw", str(raw_copy), "--database", str(after))
    assert refused.returncode == 1
    assert path.name in refused.stderr
    assert "wardplans accept" in refused.stderr
    assert not after.exists()

    assert run("accept", "--raw", str(raw_copy)).returncode == 0
    assert run("build", "--raw", str(raw_copy), "--database", str(after)).returncode == 0

    differences = database_differences(before, after)
    assert differences.pop("documents").keys() == {"sha256"}
    assert differences.pop("build_info").keys() == {"value"}
    assert differences.pop("kpi_values") == {
        "value": [(288.0, 301.0)],
        "raw_text": [("49手續 (288手續)", "49手續 (301手續)")] * 2,
    }
    assert differences.pop("citations")["quote"] == [("288手續", "301手續")]
    assert differences == {}
    assert run("check", "--raw", str(raw_copy), "--database", str(after)).returncode == 0


def database_differences(before: Path, after: Path) -> dict[str, dict[str, list[tuple[Any, Any]]]]:
    """The values that differ between two databases, by table and column; passages aside, whose ids are their words.

    What is derived from other tables tells the same again.
    """
    found: dict[str, dict[str, list[tuple[Any, Any]]]] = {}
    with duckdb.connect(str(before), read_only=True) as one, duckdb.connect(str(after), read_only=True) as two:
        stored = "SELECT table_name FROM duckdb_tables() WHERE comment NOT LIKE 'Derived: %' ORDER BY ALL"
        names = [name for (name,) in one.execute(stored).fetchall()]
        for name in names:
            where = {"passages": "WHERE false", "citations": "WHERE citation_id NOT LIKE 'passages:%'"}.get(name, "")
            order = "" if name == "build_info" else "ORDER BY ALL"
            query = f"SELECT * FROM {name} {where} {order}"
            first, second = one.execute(query), two.execute(query)
            columns = [column[0] for column in first.description or ()]
            for row, other in zip(first.fetchall(), second.fetchall(), strict=True):
                for column, value, changed in zip(columns, row, other, strict=True):
                    if value != changed:
                        found.setdefault(name, {}).setdefault(column, []).append((value, changed))
    return found


# -- (b) a status -------------------------------------------------------------------------------------------


def status_rows(ward: str) -> list[tuple[str, dict[str, Any]]]:
    citations = {row["citation_id"]: row for row, _ in original(ward).citations}
    return [(key, citations[f"statuses:{key}"]) for key in sorted(original(ward).rows("statuses"))]


def with_totals(text: str, *, on_schedule: int, behind: int = 0) -> str:
    """Nakano's text with other stated totals."""
    text = text.replace("予定どおり取り組んだ\t105", f"予定どおり取り組んだ\t{on_schedule}")
    return text.replace("遅れて取り組んだ\t0", f"遅れて取り組んだ\t{behind}")


def test_another_status_symbol_changes_exactly_that_status() -> None:
    statuses = status_rows("nakano")
    assert len(statuses) == 105
    for key, citation in statuses[::3]:
        start = citation["char_start"]
        raw = text_of("nakano")[:start] + "△" + text_of("nakano")[start + 1 :]
        found = changes("nakano", with_totals(raw, on_schedule=104, behind=1))
        assert found.pop(("statuses", key, "status")) == ("on_schedule", "behind")
        assert found.pop(("statuses", key, "label_ja")) == ("○", "△")
        assert {table for table, _, _ in found} == {"reconciliations"}
        assert len(found) == 4  # stated and extracted, of ○ and of △


def test_another_status_symbol_is_refused_while_the_stated_totals_are_the_old_ones() -> None:
    for _, citation in status_rows("nakano")[::10]:
        start = citation["char_start"]
        with pytest.raises(WardPlansError, match=r"stated are 105 .*read were 104"):
            edition("nakano", text_of("nakano")[:start] + "△" + text_of("nakano")[start + 1 :])


def test_an_unknown_status_is_refused() -> None:
    for ward, symbol in (("nakano", "●"), ("sumida", "中止")):
        for _, citation in status_rows(ward)[::10]:
            raw = text_of(ward)
            with pytest.raises(WardPlansError, match=rf":{citation['line_start']}: .*{symbol}"):
                edition(ward, raw[: citation["char_start"]] + symbol + raw[citation["char_end"] :])


def test_another_word_for_a_status_changes_exactly_that_status() -> None:
    for key, citation in status_rows("sumida"):
        new = "継続" if citation["quote"] != "継続" else "達成"
        raw = text_of("sumida")[: citation["char_start"]] + new + text_of("sumida")[citation["char_end"] :]
        assert changes("sumida", raw).keys() == {("statuses", key, "status"), ("statuses", key, "label_ja")}


# -- (c) rows -----------------------------------------------------------------------------------------------


def cited_on(ward: str, line: int) -> set[tuple[str, str]]:
    """Table and key of every row that was read from a line."""
    found: set[tuple[str, str]] = set()
    for citation, _ in original(ward).citations:
        if citation["line_start"] == line:
            table, _, row = citation["citation_id"].partition(":")
            found.add((table, row))
    return found


@pytest.mark.parametrize("ward", WARDS)
def test_a_row_that_is_deleted_takes_its_own_rows_with_it_or_is_missed(ward: str) -> None:
    """Never more than its own rows: what stood below it does not slip under another item."""
    for number in rows(ward):
        read = refused_or_read(ward, replaced(ward, number))
        if read is None:
            continue
        own = cited_on(ward, number + 1)
        for (table, row, column), (_, new) in original(ward).changes(read).items():
            if column == "position" or table == "reconciliations":
                continue
            assert (table, row) in own, (number + 1, row)
            assert new is None, (number + 1, row, column)


@pytest.mark.parametrize("ward", WARDS)
def test_a_row_that_is_printed_twice_repeats_its_bullets_at_most_or_is_refused(ward: str) -> None:
    for number in sampled_rows(ward):
        row = lines_of(ward)[number]
        read = refused_or_read(ward, replaced(ward, number, row, row))
        if read is not None:
            assert all(
                table in ("activities", "quantities") and old is None
                for (table, _, _), (old, _) in original(ward).changes(read).items()
            ), number + 1


# The rows of Nakano's 2-1-①, which repeats 1-1-③ with all its rows.
REPEATED = (131, 132)


def test_a_row_that_is_inserted_changes_no_other_id() -> None:
    new = "\t\t新しいRPAの活用\t○\t\t結果\t-\t-\tデジタル政策課"
    for header, numbers in tables("nakano"):
        for number in numbers[::2] if header[0].startswith("実施内容") else ():
            raw = with_totals(replaced("nakano", number, lines_of("nakano")[number], new), on_schedule=106)
            if number in REPEATED:
                with pytest.raises(WardPlansError, match="says it repeats 1-1-③"):
                    edition("nakano", raw)
            else:
                assert_one_item_is_added(changes("nakano", raw))


def assert_one_item_is_added(found: dict[Key, tuple[Any, Any]]) -> None:
    """Beside the rows of one new item only positions and totals have changed."""
    (added,) = {row for (table, row, _), (old, _) in found.items() if table == "measures" and old is None}
    for (table, row, column), (old, _) in found.items():
        if column != "position" and table != "reconciliations":
            assert row.startswith(added), (table, row, column)
            assert old is None


def test_a_project_that_is_inserted_changes_no_other_id() -> None:
    new = "新しいRPAの活用\t・目標\t・状況\t継続"
    for number in rows("sumida"):
        raw = replaced("sumida", number, lines_of("sumida")[number], new)
        found = changes("sumida", raw.replace("10の情報化事業", "11の情報化事業"))
        assert_one_item_is_added(found)


@pytest.mark.parametrize(
    ("ward", "line", "new"),
    [
        ("minato", 101, "\t\t40 新しいRPAの活用(新規)\t93"),
        ("koto", 36, "\t\t【個別施策17】 新しいRPAの活用\t○実績\t○計画"),
    ],
)
def test_an_item_that_is_added_last_changes_no_other_id(ward: str, line: int, new: str) -> None:
    found = changes(ward, replaced(ward, line - 1, lines_of(ward)[line - 1], new))
    assert_one_item_is_added(found)


def test_an_unknown_kpi_is_refused() -> None:
    new = "\t新しい指標\t1件 (令和3年3月)\t2件 (3件)\t2件 (3件)\t2件 (3件)\t2件 (3件)"
    with pytest.raises(WardPlansError, match=r":160: unknown KPI '新しい指標'"):
        edition("ota", replaced("ota", 158, lines_of("ota")[158], new))


# -- (d) noise ----------------------------------------------------------------------------------------------


def full_width(characters: str) -> dict[int, int]:
    return {ord(character): ord(character) + 0xFEE0 for character in characters}


NOISES: dict[str, Callable[[str], str]] = {
    "CRLF": lambda text: text.replace("\n", "\r\n"),
    "CR": lambda text: text.replace("\n", "\r"),
    "byte order mark": lambda text: "\ufeff" + text,
    "NFD": lambda text: unicodedata.normalize("NFD", text),
    "full-width digits": lambda text: text.translate(full_width("0123456789")),
    "full-width letters": lambda text: text.translate(full_width("ACDGIPRTX")),
    "full-width brackets": lambda text: text.translate(full_width("()")),
    "half-width brackets": lambda text: text.translate(str.maketrans("（）", "()")),
    "full-width punctuation": lambda text: text.translate(full_width("!%&*+,-./:?@[]_")),
    "half-width katakana": lambda text: text.replace("ガ", "ｶﾞ").replace("ア", "ｱ").replace("プ", "ﾌﾟ"),
    "Kangxi radicals": lambda text: text.translate(str.maketrans("行田子一人戸用目手小", "⾏⽥⼦⼀⼈⼾⽤⽬⼿⼩")),
    "CJK radicals": lambda text: text.translate(str.maketrans("民長西青食黄", "⺠⻑⻄⻘⻝⻩")),
    "wave dashes": lambda text: text.translate(str.maketrans("~～〜", "〜〜～")),
    "hyphens and dashes": lambda text: text.replace("—", "―").replace("-", "‐"),
    "minus signs": lambda text: text.replace("-", "−"),
    "ideographic spaces": lambda text: text.replace(" ", "\u3000"),
    "no-break spaces": lambda text: text.replace(" ", "\u00a0"),
    "zero-width spaces": lambda text: text.replace("\t", "\u200b\t"),
    "trailing tabs": lambda text: "\n".join(f"{line}\t" if "\t" in line else line for line in text.split("\n")),
    "trailing spaces": lambda text: text.replace("\n", "  \n"),
    "another blank line": lambda text: re.sub(r"\n\n+", "\n\n\n\n", text),
    "line-break tags": lambda text: text.replace("の活用", "の<br>活用").replace("ページ", "ペー<br/>ジ"),
    "list tags without style": lambda text: re.sub(r"<ul[^>]*>", "<ul>", text),
    "closed list tags": lambda text: re.sub(r"<ul[^>]*>[^\t\n]*", lambda cell: f"{cell[0].rstrip()} </ul>", text),
    "item tags": lambda text: text.replace(" ○", " <li>○"),
    "list tags around cells": lambda text: re.sub(r"\t(○[^\t\n]+)", r"\t<ul> \1 </ul>", text),
    "no line end at the end": lambda text: text.rstrip("\n"),
}


@pytest.mark.parametrize("noise", NOISES)
@pytest.mark.parametrize("ward", WARDS)
def test_noise_changes_no_fact(ward: str, noise: str) -> None:
    read = edition(ward, NOISES[noise](text_of(ward)))
    assert original(ward).changes(read) == {}
    assert read.unread == frozenset()
    assert [row for row, quoted in read.citations if row["quote"] != quoted] == []


@pytest.mark.parametrize("ward", WARDS)
def test_all_noises_of_characters_together_change_no_fact(ward: str) -> None:
    text = text_of(ward)
    for name in ("full-width digits", "full-width brackets", "Kangxi radicals", "wave dashes", "NFD", "CRLF"):
        text = NOISES[name](text)
    read = edition(ward, text)
    assert original(ward).changes(read) == {}
    assert read.unread == frozenset()


LOUD_NOISES: dict[str, Callable[[str], str]] = {
    "spaces between letters": lambda text: re.sub(r"(?<=[A-Z])(?=[A-Z])", " ", text),
    "footnote marks as plain digits": lambda text: text.translate(str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")),
}


@pytest.mark.parametrize("noise", LOUD_NOISES)
@pytest.mark.parametrize("ward", WARDS)
def test_noise_within_words_changes_no_fact_but_their_white_space_or_is_refused(ward: str, noise: str) -> None:
    read = refused_or_read(ward, LOUD_NOISES[noise](text_of(ward)))
    if read is not None:
        found = original(ward).changes(read)
        assert {key: pair for key, pair in found.items() if squeezed(pair[0]) != squeezed(pair[1])} == {}
        assert read.unread == frozenset()


def squeezed(value: Any) -> Any:
    return re.sub(r"\s", "", value) if isinstance(value, str) else value


@pytest.mark.parametrize("ward", WARDS)
def test_a_header_that_is_repeated_after_any_row_changes_no_fact(ward: str) -> None:
    for header, numbers in tables(ward):
        for number in numbers:
            page_break = [""] if number % 2 else []
            read = edition(ward, replaced(ward, number, lines_of(ward)[number], *page_break, *header))
            assert original(ward).changes(read) == {}, number + 1
            assert read.unread == frozenset()


@pytest.mark.parametrize("change", ["drop", "add"])
@pytest.mark.parametrize("ward", WARDS)
def test_a_leading_cell_too_few_or_too_many_changes_no_fact_or_is_refused(ward: str, change: str) -> None:
    refused = []
    for number in sampled_rows(ward):
        row = lines_of(ward)[number]
        if change == "drop" and not row.startswith("\t"):
            continue
        read = refused_or_read(ward, replaced(ward, number, row[1:] if change == "drop" else f"\t{row}"))
        if read is None:
            refused.append(row)
        else:
            assert original(ward).changes(read) == {}, number + 1
    # Only a row of one cell that could stand in several columns is refused.
    assert all(ward == "nakano" and len(row.split()) <= 2 for row in refused), refused


@pytest.mark.parametrize("ward", WARDS)
def test_a_blank_line_within_a_table_is_never_passed_over_in_silence(ward: str) -> None:
    """Rows below it are no longer known to belong to the table: they are refused, or reported as unread."""
    for number in sampled_rows(ward):
        read = refused_or_read(ward, replaced(ward, number, "", lines_of(ward)[number]))
        assert read is None or read.unread, number + 1


def test_what_is_altered_is_a_copy(raw_copy: Path) -> None:
    shutil.rmtree(raw_copy)
    assert edition("ota", text_of("ota")).facts == original("ota").facts
