"""docs/data_dictionary.md is what the schema gives, and leaves no table, view, column or value list out."""

import re
import shutil
from pathlib import Path

import duckdb
import pytest

from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.documents.paths import project_root
from analysis.errors import WardPlansError
from analysis.publishing.data_dictionary import write_data_dictionary
from command_line import contents, succeeded, wardplans

COMMITTED = project_root() / "docs" / "data_dictionary.md"


@pytest.fixture(scope="module")
def written(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dictionary") / "docs" / "data_dictionary.md"
    write_data_dictionary(built_database, target)
    return target


@pytest.fixture(scope="module")
def page(written: Path) -> str:
    return written.read_text(encoding="utf-8")


def section(page: str, name: str) -> str:
    """The text below a heading, up to the next."""
    return page.split(f"\n## {name}\n", 1)[1].split("\n## ", 1)[0]


def test_the_committed_page_is_what_a_fresh_one_gives(page: str) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == page, "docs/data_dictionary.md is old; run `make export`"


def test_the_committed_diagrams_are_what_fresh_ones_give_and_each_stands_in_the_page(written: Path, page: str) -> None:
    fresh = contents(written.parent / "diagrams")
    assert contents(COMMITTED.parent / "diagrams") == fresh, "docs/diagrams is old; run `make export`"
    assert set(re.findall(r"!\[[^]]+\]\(diagrams/([^)]+)\)", page)) == fresh.keys()


def test_it_depends_on_the_schema_alone(written: Path, tmp_path: Path) -> None:
    build_database({}, tmp_path / "empty.duckdb")
    write_data_dictionary(tmp_path / "empty.duckdb", tmp_path / "docs" / "data_dictionary.md")
    assert contents(tmp_path / "docs") == contents(written.parent)


def test_macros_are_told_where_there_are_any(built_database: Path, tmp_path: Path) -> None:
    copy = shutil.copy(built_database, tmp_path / "copy.duckdb")
    with duckdb.connect(copy) as connection:
        connection.execute("CREATE MACRO twice(number, times := 2) AS number * times")
        connection.execute("COMMENT ON MACRO twice IS 'A number, *twice*.'")
        connection.execute("CREATE MACRO pairs(a, b) AS TABLE SELECT a, b")
    write_data_dictionary(copy, tmp_path / "page.md")
    told = section((tmp_path / "page.md").read_text(encoding="utf-8"), "Macros")
    assert "| `twice(number, times)` | A number, \\*twice\\*. |" in told
    assert "| `FROM pairs(a, b)` |" in told


def test_every_table_view_and_column_is_there_with_its_comment(page: str, built_database: Path) -> None:
    with open_database(built_database) as connection:
        columns = connection.execute(
            "SELECT table_name, column_name, comment FROM duckdb_columns() "
            "WHERE database_name = current_database() AND NOT internal"
        ).fetchall()
    assert columns
    for relation, column, comment in columns:
        row = next(line for line in section(page, relation).splitlines() if line.startswith(f"| `{column}` |"))
        meaning = re.sub(r"\\(.)", r"\1", row).replace("&lt;", "<").replace("&amp;", "&")
        assert comment
        assert meaning.endswith(f"| {comment} |")


def test_every_row_has_as_many_cells_as_its_header(page: str) -> None:
    widths: list[int] = []
    for line in page.splitlines():
        if not line.startswith("|"):
            widths.clear()
            continue
        widths.append(len(re.findall(r"(?<!\\)\|", line)))
        assert widths[-1] == widths[0], line


def test_keys_and_value_lists_are_told(page: str) -> None:
    values = section(page, "kpi_values")
    for column in ("kpi_id", "fiscal_year", "value_type", "document_id"):
        assert re.search(rf"\| `{column}` \| \S+ \| no \| PK", values), column
    assert "| `value` | DOUBLE | yes |  |" in values
    assert "→ [citations](#citations).citation_id" in values
    assert "| `value_type` | [value_type](#value-lists) | no | PK |" in values
    assert "| `value_type` | `baseline`, `target`, `actual` |" in section(page, "Value lists")
    assert "| `lg_code` | VARCHAR | no | UQ |" in section(page, "wards")
    assert "ENUM(" not in page


def test_the_command_writes_it_where_it_is_told(built_database: Path, tmp_path: Path, page: str) -> None:
    docs = tmp_path / "elsewhere"
    succeeded(wardplans("export", "--database", built_database, "--out", tmp_path / "csv", "--docs", docs))
    assert (docs / "data_dictionary.md").read_text(encoding="utf-8") == page
    assert sorted(path.name for path in docs.iterdir()) == [
        "data_dictionary.md",
        "descriptors.md",
        "diagrams",
        "themes.md",
    ]


def test_an_old_page_stays_when_the_database_cannot_be_read(tmp_path: Path) -> None:
    target = tmp_path / "page.md"
    target.write_text("old", encoding="utf-8")
    duckdb.connect(tmp_path / "other.duckdb").close()
    with pytest.raises(WardPlansError, match="is not a database written by"):
        write_data_dictionary(tmp_path / "other.duckdb", target)
    assert target.read_text(encoding="utf-8") == "old"


def test_a_target_that_cannot_be_written_is_refused(built_database: Path, tmp_path: Path) -> None:
    (tmp_path / "page.md").mkdir()
    with pytest.raises(WardPlansError, match="cannot write"):
        write_data_dictionary(built_database, tmp_path / "page.md")
