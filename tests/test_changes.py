"""What differs between two builds: each value that was altered and no other, with the words of both sides."""

import html
import random
import re
import shutil
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import analysis
from analysis.comparison.changes import changed_documents, changes
from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.database.connect import open_builds, open_database
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder, reference_folder
from analysis.errors import WardPlansError
from analysis.reporting.changes_labels import COLUMNS, TABLES, WORDS
from analysis.reporting.changes_page import write_changes_page
from analysis.reporting.publications import FOLDER, Comparison, compare_with_published, remember_publication

NAKANO = "13114-nakano/informatization-plan-progress-fy2023.txt"
NEXT_EDITION = Path(__file__).parent / "next_edition"
SIDE = ("document_id", "document_title_ja", "document_title_en", "line", "quote", "citation_id")
MORNING = datetime(2026, 11, 20, 21, 0, tzinfo=UTC)

Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="session")
def built_from(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Callable[[Path], object]], Path]:
    """Builds a database from the real documents after an edit of a copy of them."""

    def build(edit: Callable[[Path], object]) -> Path:
        folder = tmp_path_factory.mktemp("edited")
        raw = Path(shutil.copytree(raw_folder(), folder / "raw"))
        edit(raw)
        accept_checksums(raw)
        build_database(curate(raw, reference_folder()), folder / "wards.duckdb")
        return folder / "wards.duckdb"

    return build


@pytest.fixture(scope="session")
def with_next_edition(built_from: Callable[[Callable[[Path], object]], Path]) -> Path:
    """The documents with next year's report of Nakano among them."""

    def add(raw: Path) -> None:
        for file in NEXT_EDITION.iterdir():
            shutil.copy(file, (raw / NAKANO).parent)

    return built_from(add)


@pytest.fixture(scope="session")
def other_figures(built_database: Path, built_from: Callable[[Callable[[Path], object]], Path]) -> tuple[Path, dict]:
    """The documents with other figures in some cells; and these, by row: old and new value, line and quote."""
    chosen = figures(built_database)
    expected: dict[str, tuple[str, str, int, str, str]] = {}

    def alter(raw: Path) -> None:
        for row in sorted(chosen, key=lambda row: -row["char_start"]):
            (path,) = raw.glob(f"*/{row['file_name']}")
            text = path.read_bytes().decode()
            start, end = row["char_start"], row["char_end"]
            assert text[start:end] == row["quote"]
            new = re.sub(r"\d", lambda digit: str(int(digit[0]) % 9 + 1), row["quote"], count=1)
            path.write_bytes((text[:start] + new + text[end:]).encode())
            old_value, new_value = (plain(quote) for quote in (row["quote"], new))
            expected[row["row_id"]] = (old_value, new_value, row["line_start"], row["quote"], new)

    return built_from(alter), expected


def figures(database: Path) -> list[dict[str, Any]]:
    """Results that stand alone in their cell as plain figures, of two documents, with their passages."""
    query = r"""
        SELECT
            concat_ws('|', kpi_id, fiscal_year, value_type, document_id) AS row_id, file_name, quote, line_start,
            char_start, char_end
        FROM kpi_values JOIN citation_texts USING (citation_id, document_id)
        WHERE value_type = 'actual' AND regexp_full_match(quote, '[0-9.]+[^0-9.]*') AND obs_status = 'A'
        QUALIFY count(*) OVER (PARTITION BY document_id, line_start, quote) = 1
        ORDER BY ALL
    """
    with open_database(database) as connection:
        found = connection.sql(query).pl().to_dicts()
    return found[::6]


def cell_of(row_id: str) -> tuple[str, ...]:
    """Series and year of a figure: what is printed for them stands in one cell."""
    return tuple(row_id.split("|")[:2])


def plain(quote: str) -> str:
    found = re.match(r"[\d.]+", quote)
    assert found
    return f"{float(found[0]):g}"


def rebuilt(tables: Tables, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    build_database(tables, folder / "wards.duckdb")
    return folder / "wards.duckdb"


def replaced(tables: Tables, table: str, key: Mapping[str, object], **values: object) -> dict[str, pl.DataFrame]:
    """The tables with other values in one row."""
    frame = tables[table]
    is_meant = pl.all_horizontal(pl.col(name) == value for name, value in key.items())
    assert frame.filter(is_meant).height == 1
    new = [pl.when(is_meant).then(pl.lit(value)).otherwise(pl.col(name)).alias(name) for name, value in values.items()]
    return {**tables, table: frame.with_columns(new)}


# -- nothing, and the other way round -----------------------------------------------------------------------


def test_a_build_does_not_differ_from_itself(built_database: Path) -> None:
    assert changes(built_database, built_database).is_empty()
    assert changed_documents(built_database, built_database).is_empty()
    assert changes(built_database, built_database, tables=["passages", "line_uses", "build_info"]).is_empty()


def test_two_builds_of_the_same_documents_do_not_differ(built_database: Path, curated_tables: Tables, tmp_path) -> None:
    again = rebuilt(curated_tables, tmp_path)
    assert changes(built_database, again).is_empty()
    assert changed_documents(built_database, again).is_empty()


def test_the_other_way_round_new_is_gone_and_after_is_before(
    built_database: Path, with_next_edition: Path, other_figures: tuple[Path, dict]
) -> None:
    for one, other in ((built_database, with_next_edition), (with_next_edition, other_figures[0])):
        there, back = (
            {
                (row["table_name"], row["row_id"], row["column_name"]): row
                for row in changes(*pair).iter_rows(named=True)
            }
            for pair in ((one, other), (other, one))
        )
        assert there.keys() == back.keys()
        assert len(there) > 400
        opposite = {"added": "removed", "removed": "added", "changed": "changed"}
        for key, row in there.items():
            mirrored = back[key]
            assert mirrored["kind"] == opposite[row["kind"]]
            assert (mirrored["before"], mirrored["after"]) == (row["after"], row["before"])
            assert mirrored["ward_code"] == row["ward_code"]
            for name in SIDE:
                assert mirrored[f"before_{name}"] == row[f"after_{name}"]
                assert mirrored[f"after_{name}"] == row[f"before_{name}"]


# -- each value and no other --------------------------------------------------------------------------------


def test_an_altered_figure_is_exactly_what_changed_with_both_citations(
    built_database: Path, other_figures: tuple[Path, dict]
) -> None:
    database, expected = other_figures
    assert len(expected) >= 5
    found = changes(built_database, database)
    assert set(found["kind"]) == {"changed"}
    assert set(found["table_name"]) == {"kpi_values"}
    assert set(found["column_name"]) == {"value", "raw_text"}
    values = found.filter(column_name="value")
    assert {
        row["row_id"]: (row["before"], row["after"], row["before_line"], row["before_quote"], row["after_quote"])
        for row in values.iter_rows(named=True)
    } == expected
    # The cell as printed is a value as well: of these rows, and of others that are printed in the same cell.
    reprinted = set(found.filter(column_name="raw_text")["row_id"])
    assert set(expected) <= reprinted
    assert {cell_of(row) for row in reprinted} == {cell_of(row) for row in expected}
    for row in values.iter_rows(named=True):
        assert row["before_citation_id"] == row["after_citation_id"] == f"kpi_values:{row['row_id']}"
        assert row["before_line"] == row["after_line"]
        assert row["subject_ja"].endswith("実績")
        assert row["subject_en"].endswith("result")
        assert row["unit_ja"] and row["unit_en"] and row["ward_name_ja"]


def test_of_each_document_it_is_counted_what_changed(built_database: Path, other_figures: tuple[Path, dict]) -> None:
    database, expected = other_figures
    found = changed_documents(built_database, database)
    assert set(found["change"]) == {"changed"}
    assert found["changed_count"].sum() == changes(built_database, database).height >= 2 * len(expected)
    assert found["added_count"].sum() == found["removed_count"].sum() == 0
    # The sentence or cell that the figure stands in is another one, of the text that is kept to be searched.
    assert found["added_passage_count"].to_list() == found["removed_passage_count"].to_list()
    assert found["added_passage_count"].sum() >= len(expected)
    passages = changes(built_database, database, tables=["passages"])
    assert passages.filter(kind="added").height == found["added_passage_count"].sum()


#: Texts of ours or of a document that no other value is derived from, and no rule of the database restricts.
FREE = {
    "activities": ("activity_id", "header_ja"),
    "corrections": ("correction_id", "reason_ja"),
    "departments": ("department_id", "name_en"),
    "glossary_terms": ("term_id", "definition_ja"),
    "indicator_sources": ("indicator_source_id", "rationale_en"),
    "indicators": ("indicator_id", "definition_ja"),
    "kpis": ("kpi_id", "definition_ja"),
    "measures": ("measure_id", "title_en"),
    "themes": ("theme_id", "scope_note_en"),
    "units": ("unit_id", "label_en"),
    "plans": ("plan_id", "title_en"),
}
NEVER_NULL = {
    *(("corrections", "reason_ja"), ("glossary_terms", "definition_ja"), ("indicator_sources", "rationale_en")),
    *(("indicators", "definition_ja"), ("themes", "scope_note_en"), ("units", "label_en")),
}


def test_values_altered_at_random_are_found_and_nothing_else(
    built_database: Path,
    curated_tables: Tables,
    tmp_path: Path,
    chance: random.Random,
    times: Callable[[int, int], int],
) -> None:
    for turn in range(times(2, 100)):
        tables, expected = dict(curated_tables), {}
        for table, (key, column) in FREE.items():
            rows = tables[table]
            for row in chance.sample(rows.rows(named=True), min(5, rows.height)):
                texts = ["別の語", "a|b", "'; --", " ", *([] if (table, column) in NEVER_NULL else [None])]
                new = chance.choice([text for text in texts if text != row[column]])
                tables = replaced(tables, table, {key: row[key]}, **{column: new})
                expected[table, row[key], column] = (row[column], new)
        found = changes(built_database, rebuilt(tables, tmp_path / str(turn)))
        assert {
            (row["table_name"], row["row_id"], row["column_name"]): (row["before"], row["after"])
            for row in found.iter_rows(named=True)
        } == expected
        assert set(found["kind"]) == {"changed"}


def test_a_line_put_in_at_the_top_moves_everything_and_changes_nothing(
    built_database: Path, built_from: Callable[[Callable[[Path], object]], Path]
) -> None:
    moved = built_from(lambda raw: (raw / NAKANO).write_bytes(b"\n" + (raw / NAKANO).read_bytes()))
    assert changes(built_database, moved).is_empty()
    (row,) = changed_documents(built_database, moved).to_dicts()
    assert (row["document_id"], row["change"]) == ("nakano-progress-2023", "changed")
    assert row["before_sha256"] != row["after_sha256"]
    with open_database(built_database) as connection:
        query = """
            SELECT count(*) FROM citations
            WHERE document_id = 'nakano-progress-2023' AND NOT starts_with(citation_id, 'passages:')
        """
        assert connection.sql(query).fetchall() == [(row["moved_count"],)]
    assert row["moved_count"] > 500
    counts = [row[f"{name}_count"] for name in ("added", "removed", "changed", "added_passage", "removed_passage")]
    assert counts == [0] * 5


# -- documents that come and go -----------------------------------------------------------------------------


def test_a_new_document_announces_itself(built_database: Path, with_next_edition: Path) -> None:
    (document,) = changed_documents(built_database, with_next_edition).to_dicts()
    assert (document["document_id"], document["change"]) == ("nakano-progress-2024", "added")
    assert (document["ward_name_ja"], document["ward_name_en"], document["kind"]) == (
        *("中野区", "Nakano"),
        "progress_report",
    )
    assert document["before_sha256"] is None
    found = changes(built_database, with_next_edition)
    assert document["added_count"] == found.height == 465
    assert set(found["kind"]) == {"added"}
    assert found["before"].null_count() == found.height
    assert found["after"].null_count() == 0
    assert set(found["after_document_id"]) == {"nakano-progress-2024"}
    assert [found[f"before_{name}"].null_count() for name in SIDE] == [found.height] * len(SIDE)
    cited = found.filter(pl.col("table_name") != "documents")
    assert cited.select("after_line", "after_quote", "after_citation_id").null_count().row(0) == (0, 0, 0)
    restated = cited.filter(pl.col("row_id").str.starts_with("nakano-2nd-revised-online_applications|2023|actual"))
    assert restated.select("subject_ja", "after", "unit_ja", "after_quote").rows() == [
        ("オンラインによる申請受付件数 令和5年度 実績", "約 196 万件", "件", "約 196 万件")
    ]


def test_a_document_that_is_gone_is_told_with_what_went_with_it(built_database: Path, with_next_edition: Path) -> None:
    (document,) = changed_documents(with_next_edition, built_database).to_dicts()
    assert (document["document_id"], document["change"]) == ("nakano-progress-2024", "removed")
    assert document["document_title_ja"] and document["after_sha256"] is None
    assert document["removed_count"] == 465
    assert document["removed_passage_count"] > 900


# -- rows that are not printed themselves -------------------------------------------------------------------


def test_what_a_row_refers_to_is_named_and_shown(curated_tables: Tables, built_database: Path, tmp_path: Path) -> None:
    coded = curated_tables["measure_themes"].filter(method="rule").row(0, named=True)
    key = {name: coded[name] for name in ("measure_id", "theme_id")}
    tables = replaced(curated_tables, "measure_themes", key, evidence="別の語")
    tables = replaced(tables, "indicators", {"indicator_id": "rpa_tasks"}, theme_id="T06")
    found = {row["table_name"]: row for row in changes(built_database, rebuilt(tables, tmp_path)).to_dicts()}
    assert found.keys() == {"measure_themes", "indicators"}
    theme = found["measure_themes"]
    assert (theme["before"], theme["after"]) == (coded["evidence"], "別の語")
    assert theme["after_citation_id"] == f"measures:{coded['measure_id']}"
    assert theme["after_quote"] and theme["ward_code"]
    indicator = found["indicators"]
    assert re.fullmatch(r".+ \[T05\]", indicator["before"])
    assert re.fullmatch(r".+ \[T06\]", indicator["after"])
    assert indicator["ward_code"] is indicator["after_citation_id"] is indicator["after_document_id"] is None


def test_the_period_of_a_plan_is_shown_by_where_the_period_is_printed(
    curated_tables: Tables, built_database: Path, tmp_path: Path
) -> None:
    tables = replaced(curated_tables, "plans", {"plan_id": "koto-2020"}, end_fiscal_year=2025, title_en="Another title")
    found = {row["column_name"]: row for row in changes(built_database, rebuilt(tables, tmp_path)).to_dicts()}
    assert found.keys() == {"end_fiscal_year", "title_en"}
    assert found["end_fiscal_year"]["after_citation_id"] == "plans:koto-2020:period"
    assert found["title_en"]["after_citation_id"] == "plans:koto-2020:title"
    period = found["end_fiscal_year"]
    assert (period["before"], period["after"]) == ("令和6年度 [2024]", "令和7年度 [2025]")


def test_a_figure_of_a_national_statistic_is_shown_by_its_row(
    curated_tables: Tables, built_database: Path, tmp_path: Path
) -> None:
    card = curated_tables["mynumber_cards"].row(0, named=True)
    key = {name: card[name] for name in ("ward_code", "as_of")}
    tables = replaced(curated_tables, "mynumber_cards", key, source_ja="別の出典")
    (row,) = changes(built_database, rebuilt(tables, tmp_path)).to_dicts()
    assert (row["ward_code"], row["column_name"], row["after"]) == (card["ward_code"], "source_ja", "別の出典")
    assert row["after_document_id"] is None
    assert row["after_citation_id"] == card["citation_id"]
    assert row["after_quote"] and row["after_document_title_ja"]


# -- two states of the library ------------------------------------------------------------------------------


def altered(database: Path, folder: Path, statement: str) -> Path:
    copy = Path(shutil.copy(database, folder / "altered.duckdb"))
    with duckdb.connect(copy) as connection:
        connection.execute(statement)
    return copy


@pytest.mark.parametrize(
    "statement",
    [
        "ALTER TABLE glossary_terms ADD COLUMN reading_ja VARCHAR DEFAULT 'よみ'",
        "CREATE TABLE topics (topic_id VARCHAR PRIMARY KEY); INSERT INTO topics VALUES ('one')",
        "UPDATE build_info SET value = '9.9.9' WHERE key = 'library_version'",
    ],
)
def test_what_only_one_build_can_hold_is_no_change_of_data(
    built_database: Path, tmp_path: Path, statement: str
) -> None:
    other = altered(built_database, tmp_path, statement)
    for pair in ((built_database, other), (other, built_database)):
        assert changes(*pair).is_empty()
        assert changed_documents(*pair).is_empty()


def test_another_schema_version_is_refused_in_words(built_database: Path, tmp_path: Path) -> None:
    other = altered(built_database, tmp_path, "UPDATE build_info SET value = '0' WHERE key = 'schema_version'")
    for pair in ((built_database, other), (other, built_database)):
        with pytest.raises(WardPlansError, match=rf"{other} has schema_version 0, but this library reads"):
            changes(*pair)


def test_what_is_no_build_is_refused_in_words(built_database: Path, tmp_path: Path) -> None:
    (tmp_path / "text.duckdb").write_text("no database")
    with pytest.raises(WardPlansError, match=r"^no database at .*missing\.duckdb"):
        changes(tmp_path / "missing.duckdb", built_database)
    with pytest.raises(WardPlansError, match=r"text\.duckdb cannot be read as a DuckDB database"):
        changed_documents(built_database, tmp_path / "text.duckdb")


@pytest.mark.parametrize(
    ("tables", "message"),
    [
        (["persons"], r"^no table persons to compare; there is activities, "),
        (["citations"], "no table citations"),
        ("kpis", "tables is a list"),
    ],
)
def test_a_table_that_cannot_be_compared_is_refused(built_database: Path, tables: Any, message: str) -> None:
    with pytest.raises(WardPlansError, match=message):
        changes(built_database, built_database, tables=tables)


def test_only_the_tables_asked_for_are_compared(built_database: Path, with_next_edition: Path) -> None:
    found = analysis.changes(built_database, with_next_edition, tables=["kpi_values", "line_uses"])
    assert found.group_by("table_name").len().sort("table_name").rows() == [("kpi_values", 40), ("line_uses", 5)]


@pytest.mark.parametrize("function", ["changes", "changed_documents"])
def test_a_pandas_frame_holds_the_same(built_database: Path, with_next_edition: Path, function: str) -> None:
    polars, pandas = (
        getattr(analysis, function)(built_database, with_next_edition, frame=frame) for frame in ("polars", "pandas")
    )
    assert list(pandas.columns) == polars.columns
    assert len(pandas) == polars.height > 0
    assert pandas["document_id" if function == "changed_documents" else "row_id"].tolist() == (
        polars["document_id" if function == "changed_documents" else "row_id"].to_list()
    )


def test_two_builds_are_opened_shut_off_from_everything_else(built_database: Path, tmp_path: Path) -> None:
    with open_builds(built_database, built_database) as connection:
        for statement in (
            "DELETE FROM before.kpi_values",
            "CREATE TABLE after.mine (n INTEGER)",
            f"ATTACH '{tmp_path / 'other.duckdb'}'",
            f"COPY (SELECT 1) TO '{tmp_path / 'one.csv'}'",
            "SELECT * FROM read_text('/etc/hostname')",
            f"SELECT * FROM read_blob('{built_database}')",
            "SET memory_limit = '100GB'",
        ):
            with pytest.raises(duckdb.Error):
                connection.execute(statement)
    assert list(tmp_path.iterdir()) == []
    # Nothing is left beside the database either.
    assert [path.name for path in built_database.parent.iterdir()] == [built_database.name]


# -- what readers were shown before -------------------------------------------------------------------------


def run(database: Path, out: Path, day: int) -> Comparison:
    """What a run on a day finds, and then keeps."""
    comparison = compare_with_published(database, out, run_id=f"run{day}", at=MORNING + timedelta(days=day))
    remember_publication(comparison, database, out)
    return comparison


def told(comparison: Comparison) -> tuple[str | None, str, bool, int | None]:
    """Which run's data are compared with which, whether they are new, and how many values differ."""
    before = comparison.before.run_id if comparison.before else None
    height = comparison.differences.values.height if comparison.differences else None
    return before, comparison.after.run_id, comparison.is_news, height


def test_the_last_change_is_told_until_there_is_another(
    built_database: Path, with_next_edition: Path, other_figures: tuple[Path, dict], tmp_path: Path
) -> None:
    other, expected = other_figures
    found = [
        told(run(database, tmp_path, day))
        for day, database in enumerate([built_database, built_database, other, other, other, with_next_edition])
    ]
    count = changes(built_database, other).height
    assert count >= 2 * len(expected)
    assert found == [
        (None, "run0", True, None),
        (None, "run0", False, None),
        ("run0", "run2", True, count),
        ("run0", "run2", False, count),
        ("run0", "run2", False, count),
        ("run2", "run5", True, 465 + count),
    ]
    # Of what readers had before that, nothing is kept.
    assert sorted(path.name for path in (tmp_path / FOLDER).iterdir()) == [
        "publications.json",
        "run2.duckdb",
        "run5.duckdb",
    ]


def test_what_was_not_published_is_not_remembered(
    built_database: Path, with_next_edition: Path, tmp_path: Path
) -> None:
    run(built_database, tmp_path, 0)
    killed = compare_with_published(with_next_edition, tmp_path, run_id="run1", at=MORNING)
    assert told(killed) == ("run0", "run1", True, 465)
    assert told(run(with_next_edition, tmp_path, 2)) == ("run0", "run2", True, 465)


def test_a_run_killed_while_it_keeps_the_data_costs_nothing(
    built_database: Path, with_next_edition: Path, tmp_path: Path
) -> None:
    run(built_database, tmp_path, 0)
    shutil.copy(with_next_edition, tmp_path / FOLDER / "run1.duckdb")  # and then it was killed
    assert told(run(with_next_edition, tmp_path, 2)) == ("run0", "run2", True, 465)
    assert not (tmp_path / FOLDER / "run1.duckdb").exists()


@pytest.mark.parametrize("lost", ["run0.duckdb", "publications.json"])
def test_without_the_copies_there_is_nothing_to_compare_with(built_database: Path, tmp_path: Path, lost: str) -> None:
    run(built_database, tmp_path, 0)
    (tmp_path / FOLDER / lost).unlink()
    assert told(run(built_database, tmp_path, 1)) == (None, "run1", True, None)


@pytest.mark.parametrize("begin", [0, 0.1, 0.5])
def test_a_damaged_copy_is_no_failure_of_the_run(built_database: Path, tmp_path: Path, begin: float) -> None:
    run(built_database, tmp_path, 0)
    copy = tmp_path / FOLDER / "run0.duckdb"
    content = bytearray(copy.read_bytes())
    start = int(len(content) * begin)
    content[start : start + len(content) // 3] = bytes(len(content) // 3)
    copy.write_bytes(content)
    comparison = run(built_database, tmp_path, 1)
    assert comparison.differences is None
    assert comparison.refusal and "run0.duckdb" in comparison.refusal
    # The page tells no one where the server keeps its files.
    assert str(tmp_path) not in comparison.refusal
    assert str(built_database.parent) not in comparison.refusal
    assert comparison.refusal in html.unescape(page(comparison, tmp_path))
    assert told(run(built_database, tmp_path, 2))[:3] == ("run0", "run1", False)


def test_a_build_that_cannot_be_opened_is_a_failure_of_the_run(built_database: Path, tmp_path: Path) -> None:
    run(built_database, tmp_path, 0)
    with pytest.raises(WardPlansError, match=r"^no database at "):
        compare_with_published(tmp_path / "wards.duckdb", tmp_path, run_id="run1", at=MORNING)


# -- the page -----------------------------------------------------------------------------------------------


def page(comparison: Comparison, folder: Path, language: Any = "ja") -> str:
    companion = write_changes_page(comparison, folder, language)
    return (folder / companion.file_name).read_text(encoding="utf-8")


def test_on_the_first_run_the_page_says_that_there_is_nothing_before(built_database: Path, tmp_path: Path) -> None:
    comparison = run(built_database, tmp_path, 0)
    assert "比べる相手がない" in page(comparison, tmp_path)
    assert "There is nothing to compare with" in page(comparison, tmp_path, "en")
    assert write_changes_page(comparison, tmp_path, "en").summary == "There are no earlier data to compare with yet."


def test_when_nothing_has_changed_the_page_says_since_when_and_shows_the_last_change(
    built_database: Path, with_next_edition: Path, tmp_path: Path
) -> None:
    for day, database in enumerate([built_database, with_next_edition, with_next_edition]):
        comparison = run(database, tmp_path, day)
    text = page(comparison, tmp_path, "en")
    # 21:00 UTC is six in the morning of the next day.
    assert "Nothing has changed since 2026-11-22 06:00 (Japan time, UTC+9)." in text
    assert '<time datetime="2026-11-22T21:00:00+00:00">2026-11-23 06:00 (Japan time, UTC+9)</time>' in text
    assert "nakano-progress-2024" in text
    assert "New documents" in text


def test_the_entry_of_the_page_tells_no_time(built_database: Path, with_next_edition: Path, tmp_path: Path) -> None:
    entries = []
    for day, database in enumerate([built_database, with_next_edition, with_next_edition]):
        entries.append(write_changes_page(run(database, tmp_path, day), tmp_path, "en"))
    assert entries[1] == entries[2]
    assert entries[2].summary == "New documents: 1, rows new: 465."


def test_the_new_side_leads_to_its_words_and_the_old_side_to_its_line_where_it_still_is(
    built_database: Path, curated_tables: Tables, other_figures: tuple[Path, dict], tmp_path: Path
) -> None:
    other, expected = other_figures
    run(built_database, tmp_path / "a", 0) if (tmp_path / "a").mkdir() is None else None
    text = page(run(other, tmp_path / "a", 1), tmp_path)
    for row_id, (_, _, line, old, new) in expected.items():
        document = row_id.rpartition("|")[2]
        anchor = "kpi_values." + row_id.replace("|", "~")
        assert f'href="sources/{document}.ja.html#{anchor}"' in text
        assert f'<q lang="ja">{old}</q>' in text and f'<q lang="ja">{new}</q>' in text
        # The document has another text now: its line may hold anything.
        assert f'href="sources/{document}.ja.html#L{line}"' not in text

    term = curated_tables["glossary_terms"].row(0, named=True)
    tables = replaced(curated_tables, "glossary_terms", {"term_id": term["term_id"]}, definition_ja="別の説明")
    (tmp_path / "b").mkdir()
    run(built_database, tmp_path / "b", 0)
    text = page(run(rebuilt(tables, tmp_path / "c"), tmp_path / "b", 1), tmp_path)
    assert re.search(rf'href="sources/{term["document_id"]}\.ja\.html#L\d+"', text)


def test_long_lists_are_cut_and_say_how_to_get_the_rest(
    built_database: Path, with_next_edition: Path, tmp_path: Path
) -> None:
    for day, database in enumerate([built_database, with_next_edition]):
        comparison = run(database, tmp_path, day)
    text = page(comparison, tmp_path)
    assert comparison.differences is not None
    assert comparison.differences.values.filter(table_name="activities").height == 291
    assert text.count('<li class="added">') == 465 - 91
    assert "ほかに91件ある。" in text
    assert "analysis.changes(&#34;.published/run0.duckdb&#34;, &#34;.published/run1.duckdb&#34;)" in text
    # What the page says is what can be run, in the folder of the reports.
    whole = changes(*(tmp_path / FOLDER / f"run{day}.duckdb" for day in (0, 1)))
    assert whole.height == 465


def test_the_same_comparison_gives_the_same_page(built_database: Path, with_next_edition: Path, tmp_path: Path) -> None:
    run(built_database, tmp_path, 0)
    comparison = run(with_next_edition, tmp_path, 1)
    assert page(comparison, tmp_path, "en") == page(comparison, tmp_path, "en")


def test_every_table_and_column_has_a_name_in_both_languages(built_database: Path) -> None:
    with open_database(built_database) as connection:
        query = """
            SELECT table_name, column_name FROM duckdb_columns()
            WHERE
                table_name NOT IN (SELECT view_name FROM duckdb_views())
                AND table_name NOT IN (SELECT table_name FROM duckdb_tables() WHERE starts_with(comment, 'Derived: '))
        """
        columns = set(connection.sql(query).fetchall())
        query = (
            "SELECT table_name, unnest(constraint_column_names) FROM duckdb_constraints() WHERE constraint_type = $1"
        )
        keys = set(connection.sql(query, params=["PRIMARY KEY"]).fetchall())
    assert {table for table, _ in columns} - {"citations", "statistic_citations"} == TABLES.keys()
    named = {column for table, column in columns - keys if table in TABLES and not column.endswith("citation_id")}
    hashes = {"sha256", "descriptor_sha256", "original_sha256"}
    assert named - hashes - {"position", "char_count", "activity_id"} == COLUMNS.keys()
    assert WORDS["ja"].keys() == WORDS["en"].keys()
