"""Every format, read back by somebody else's library, holds what the database holds: values, types, keys, comments."""

import csv
import datetime
import io
import json
import shutil
import sqlite3
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from openpyxl.utils.escape import unescape

from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.documents.integrity import accept_checksums
from analysis.documents.paths import raw_folder, reference_folder
from analysis.publishing.exports import export_formats
from analysis.publishing.formats import FORMATS
from analysis.publishing.relations import Column, Relation, read_relations
from analysis.publishing.rules import Rule, column_rules
from analysis.publishing.sqlite_export import portable

Row = tuple[Any, ...]

NAKANO = "13114-nakano/informatization-plan-progress-fy2023.txt"

PRINTED = (
    '=HYPERLINK("http://x.example/","見る")',
    "@SUM(1,2)",
    "+1-2",
    "-5",
    "－5万円",
    "＝1+1",
    "＋81",
    "＠担当",
    "0110",
    "1-2",
    'a"b,c;d',
    "x\x00y\x01z",
    "x\x0by\x1bz",
    "\u202eabc\u200bd",
    "x\ufffey\uffff",
    "_x0041_ _x005F_",
    "'quoted'",
    "𠮷野家 👨‍👩‍👧",
    "http://x.example/?q=1",
    "NULL",
    "NaN",
    "TRUE",
    "2023/4",
)
"""What a cell of a document may say. It goes the whole way: raw text, reading, database, export."""

WRITTEN = (
    "<r>x</r>",
    "<r><t>&</t></r>",
    "&lt;b&gt; <b>太字</b>",
    "two\nlines",
    "tab\tbed",
    "\tfirst",
    "\r\nnext",
    "a\rb",
    " blank before and after ",
    "'=1+1",
    "長" * 32_767,
    "𠮷" * 16_383,
)
"""What no reader gives today, and yet may be text."""


@contextmanager
def workbook(path: Path, *, read_only: bool = False) -> Iterator[openpyxl.Workbook]:
    with path.open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=read_only)
        yield book
        book.close()


@dataclass(frozen=True)
class Built:
    """A database, what it holds, and where it was exported to in every format."""

    database: Path
    relations: Mapping[str, Relation]
    rows: Mapping[str, Sequence[Row]]
    out: Path

    def tables(self) -> list[str]:
        return [relation.name for relation in self.relations.values() if relation.kind == "table"]


def exported(database: Path, out: Path) -> Built:
    assert export_formats(database, {name: out / name for name in FORMATS}).failures == []
    with open_database(database) as connection:
        relations = {relation.name: relation for relation in read_relations(connection)}
        rows = {name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall() for name in relations}
    return Built(database, relations, rows, out)


@pytest.fixture(scope="module")
def real(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> Built:
    return exported(built_database, tmp_path_factory.mktemp("real"))


@pytest.fixture(scope="module")
def hostile_tables(
    curated_tables: Mapping[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory
) -> Mapping[str, pl.DataFrame]:
    """The tables of documents that print strange cells, and beside these a glossary of strange words."""
    raw = Path(shutil.copytree(raw_folder(), tmp_path_factory.mktemp("hostile") / "raw"))
    text = (raw / NAKANO).read_text(encoding="utf-8")
    for strange in PRINTED:
        text = text.replace("(推進)", strange, 1)
    (raw / NAKANO).write_text(text, encoding="utf-8", newline="")
    accept_checksums(raw)
    tables = dict(curate(raw, reference_folder()))
    terms = tables["glossary_terms"]
    strange_terms = pl.Series("definition_ja", [*WRITTEN, *terms["definition_ja"][len(WRITTEN) :]])
    return {**tables, "glossary_terms": terms.with_columns(strange_terms)}


@pytest.fixture(scope="module")
def hostile(hostile_tables: Mapping[str, pl.DataFrame], tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("hostile_built")
    build_database(hostile_tables, folder / "wards.duckdb")
    return exported(folder / "wards.duckdb", folder / "out")


@pytest.fixture(params=["real", "hostile"])
def built(request: pytest.FixtureRequest) -> Built:
    found = request.getfixturevalue(request.param)
    assert isinstance(found, Built)
    return found


def test_what_documents_print_comes_to_the_database(hostile: Built) -> None:
    quotes = {row[-1] for row in values(hostile, "citations", ["quote"])}
    assert set(PRINTED) <= quotes
    assert set(WRITTEN) <= {row[-1] for row in values(hostile, "glossary_terms", ["definition_ja"])}


def test_there_is_no_empty_text_that_could_be_taken_for_null(built: Built) -> None:
    for name, rows in built.rows.items():
        assert not any("" in row for row in rows), name


def values(built: Built, relation: str, columns: Sequence[str]) -> list[Row]:
    names = [column.name for column in built.relations[relation].columns]
    return [tuple(row[names.index(column)] for column in columns) for row in built.rows[relation]]


# -- values ---------------------------------------------------------------------------------------------------------

OF_TEXT: Mapping[str, Callable[[str], object]] = {
    "VARCHAR": str,
    "ENUM": str,
    "BOOLEAN": {"true": True, "false": False}.__getitem__,
    "INTEGER": int,
    "BIGINT": int,
    "DOUBLE": float,
    "DATE": datetime.date.fromisoformat,
}


def of_csv(text: str, relation: Relation) -> Iterator[Row]:
    """Rows as Python's own reader gives them; nothing is NULL."""
    header, *rows = csv.reader(io.StringIO(text, newline=""), strict=True)
    assert header == [column.name for column in relation.columns]
    for row in rows:
        assert len(row) == len(header)
        yield tuple(
            None if cell == "" else OF_TEXT[column.data_type](cell)
            for cell, column in zip(row, relation.columns, strict=True)
        )


def test_csv(built: Built) -> None:
    files = {path.name for path in (built.out / "csv").iterdir()}
    assert files == {"SHA256SUMS", "datapackage.json", *(f"{name}.csv" for name in built.tables())}
    for name in built.tables():
        content = (built.out / "csv" / f"{name}.csv").read_bytes()
        assert not content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\n")
        assert list(of_csv(content.decode("utf-8"), built.relations[name])) == built.rows[name], name


@pytest.mark.parametrize("reader", ["pandas", "polars"])
def test_csv_in_a_frame(hostile: Built, reader: str) -> None:
    """As docs/open-data.md says to load them: codes as text, and only what is empty is missing."""
    for name in hostile.tables():
        path, columns = hostile.out / "csv" / f"{name}.csv", [column.name for column in hostile.relations[name].columns]
        if reader == "pandas":
            frame = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""])
            found = frame.astype(object).where(frame.notna(), None).itertuples(index=False, name=None)
        else:
            found = pl.read_csv(path, infer_schema=False).iter_rows()
        plain = [
            tuple(
                None if cell is None else OF_TEXT[column.data_type](cell)
                for cell, column in zip(row, hostile.relations[name].columns, strict=True)
            )
            for row in found
        ]
        assert plain == hostile.rows[name], (name, columns)


def test_csv_for_excel(built: Built) -> None:
    for name, relation in built.relations.items():
        content = (built.out / "excel-csv" / f"{name}.csv").read_bytes()
        assert content.startswith(b"\xef\xbb\xbf")
        assert content.endswith(b"\r\n")
        text = content.decode("utf-8-sig")
        is_text = [column.is_text for column in relation.columns]
        for cells in csv.reader(io.StringIO(text, newline="")):
            assert not [
                cell
                for cell, text in zip(cells, is_text, strict=True)
                if text and cell[:1] in set("=+-@\t\r\n＝＋－＠")
            ]
        found = [
            tuple(cell.removeprefix("'") if isinstance(cell, str) else cell for cell in row)
            for row in of_csv(text, relation)
        ]
        assert found == built.rows[name], name


def test_what_is_escaped_for_excel_and_nothing_else(hostile: Built) -> None:
    content = (hostile.out / "excel-csv" / "citations.csv").read_bytes().decode("utf-8-sig")
    column = [column.name for column in hostile.relations["citations"].columns].index("quote")
    found = {row[column] for row in of_csv(content, hostile.relations["citations"])}
    escaped = ("=", "@", "+", "-", "－", "＝", "＋", "＠", "'")
    for printed in PRINTED:
        assert ("'" + printed in found) == printed.startswith(escaped), printed
        assert (printed in found) != printed.startswith(escaped), printed
    differences = (hostile.out / "excel-csv" / "reconciliations.csv").read_text(encoding="utf-8-sig")
    assert ",-9.0," in differences  # a number is no text


def test_parquet(built: Built) -> None:
    assert len(list((built.out / "parquet").glob("*.parquet"))) == len(built.relations)
    for name in built.relations:
        path = built.out / "parquet" / f"{name}.parquet"
        for frame in (pl.read_parquet(path), pl.DataFrame(pq.read_table(path))):
            assert frame.rows() == built.rows[name], name
        assert duckdb.read_parquet(str(path), connection=duckdb.connect()).fetchall() == built.rows[name], name


def test_parquet_in_pandas(built: Built) -> None:
    frame = pd.read_parquet(built.out / "parquet" / "kpi_values.parquet", dtype_backend="pyarrow")
    rows = [tuple(None if pd.isna(cell) else cell for cell in row) for row in frame.itertuples(index=False, name=None)]
    assert rows == built.rows["kpi_values"]


def test_parquet_has_types_comments_and_what_is_required(real: Built) -> None:
    for name, relation in real.relations.items():
        path = real.out / "parquet" / f"{name}.parquet"
        schema = pq.read_schema(path)
        assert [str(kind) for kind in duckdb.read_parquet(str(path), connection=duckdb.connect()).types] == [
            "VARCHAR" if column.data_type == "ENUM" else column.data_type for column in relation.columns
        ]
        assert schema.metadata[b"comment"].decode() == relation.comment
        told = json.loads(schema.metadata[b"columns"])
        for column, field in zip(relation.columns, schema, strict=True):
            assert field.nullable == (not column.is_required)
            assert field.metadata[b"comment"].decode() == told[column.name]["comment"] == column.comment
        stored = pq.read_metadata(real.out / "parquet" / f"{name}.parquet")
        for group in map(stored.row_group, range(stored.num_row_groups)):
            assert {group.column(number).compression for number in range(group.num_columns)} == {"ZSTD"}


def in_excel(value: object) -> object:
    """What a sheet holds of a value: numbers of 16 digits, no date before March 1900."""
    if isinstance(value, float):
        return float(f"{value:.16G}")
    if isinstance(value, datetime.date):
        if value < datetime.date(1900, 3, 1):
            return value.isoformat()
        return datetime.datetime.combine(value, datetime.time())
    return value


def test_excel(built: Built) -> None:
    views = [name for name, relation in built.relations.items() if relation.kind == "view"]
    with workbook(built.out / "excel" / "ward-plans.xlsx", read_only=True) as book:
        assert book.sheetnames == ["about", "codebook", *views, *built.tables()]
        for name, relation in built.relations.items():
            header, *rows = book[name].iter_rows(values_only=True)
            assert header == tuple(column.name for column in relation.columns)
            # What Excel writes as _x0001_ is the character it means.
            found = [tuple(unescape(cell) if isinstance(cell, str) else cell for cell in row) for row in rows]
            assert found == [tuple(in_excel(value) for value in row) for row in built.rows[name]], name


def test_excel_cells_have_their_types(hostile: Built) -> None:
    with workbook(hostile.out / "excel" / "ward-plans.xlsx") as book:
        sheets = {name: book[name] for name in hostile.relations}
    kinds = {"VARCHAR": {"s"}, "ENUM": {"s"}, "BOOLEAN": {"b"}, "DATE": {"d", "s"}}
    for name, relation in hostile.relations.items():
        sheet = sheets[name]
        assert sheet.freeze_panes == "A2"
        assert sheet.auto_filter.ref.startswith("A1:")
        assert sheet.auto_filter.ref.endswith(str(len(hostile.rows[name]) + 1))
        assert not sheet._hyperlinks
        for column, cells in zip(relation.columns, sheet.iter_cols(min_row=2), strict=True):
            found = {cell.data_type for cell in cells if cell.value is not None}
            assert found <= kinds.get(column.data_type, {"n"}), (name, column.name)
            if column.is_text:
                assert all(cell.quotePrefix for cell in cells if cell.value is not None)
            if column.data_type == "DATE":
                assert {cell.number_format for cell in cells if cell.data_type == "d"} <= {"yyyy-mm-dd"}
            width = sheet.column_dimensions[cells[0].column_letter].width if cells else 8
            assert 8 <= width <= 61


def test_excel_tells_what_it_is(real: Built) -> None:
    with workbook(real.out / "excel" / "ward-plans.xlsx") as book:
        about = {str(row[0].value).partition(" ")[0]: row for row in book["about"].iter_rows() if row[0].value}
        sources = [row[1].value for row in book["about"].iter_rows() if str(row[0].value).startswith("Source ")]
        explained = {row[:2]: row for row in book["codebook"].iter_rows(min_row=2, values_only=True)}
    assert "MIT" in about["Licence"][1].value
    assert about["schema_version"][1].value == "1"
    with open_database(real.database) as connection:
        documents = connection.execute("SELECT document_id, title_ja, sha256 FROM documents").fetchall()
    for document, title, sha256 in documents:
        (told,) = (source for source in sources if source.startswith(f"{document}\n"))
        assert title in told
        assert sha256 in told
    for name, rows in real.rows.items():
        assert about[name][2].value == len(rows)
        assert about[name][0].hyperlink.location == f"'{name}'!A1"
    for name, relation in real.relations.items():
        assert explained[name, None][-1] == relation.comment
        for column in relation.columns:
            assert explained[name, column.name][-1] == column.comment
    assert "baseline, target, actual" in explained["kpi_values", "value_type"]
    assert "that of kpis.unit_id" in explained["kpi_values", "value"]
    assert "PK, → kpis.kpi_id" in explained["kpi_values", "kpi_id"]


def test_sqlite(built: Built) -> None:
    with closing(sqlite3.connect(built.out / "sqlite" / "ward-plans.sqlite")) as database:
        for name, relation in built.relations.items():
            cursor = database.execute(f'SELECT * FROM "{name}" ORDER BY rowid')
            assert [column[0] for column in cursor.description] == [column.name for column in relation.columns]
            assert [of_sqlite(row, relation.columns) for row in cursor] == built.rows[name], name
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert database.execute("PRAGMA foreign_key_check").fetchall() == []


def of_sqlite(row: Row, columns: Sequence[Column]) -> Row:
    of = {"BOOLEAN": bool, "DATE": datetime.date.fromisoformat}
    return tuple(
        of[column.data_type](cell) if cell is not None and column.data_type in of else cell
        for cell, column in zip(row, columns, strict=True)
    )


@pytest.mark.parametrize(
    ("statement", "refusal"),
    [
        ("DELETE FROM wards WHERE ward_code = '13111'", "FOREIGN KEY"),
        ("UPDATE documents SET plan_id = 'none'", "FOREIGN KEY"),
        ("UPDATE wards SET ward_code = '1311'", "CHECK"),
        ("UPDATE wards SET lg_code = '131130'", "UNIQUE"),
        ("UPDATE wards SET is_covered = 2", "CHECK"),
        ("UPDATE kpi_values SET value_type = 'actal'", "CHECK"),
        ("UPDATE kpi_values SET value = 'many'", "cannot store TEXT"),
        ("UPDATE kpi_values SET value = NULL WHERE obs_status = 'A'", "CHECK"),
        ("UPDATE years SET starts_on = '2023-02-30'", "CHECK"),
        ("UPDATE documents SET sha256 = 'A' || substr(sha256, 2)", "CHECK"),
        ("UPDATE measures SET title_ja = NULL", "NOT NULL"),
        ("INSERT INTO units SELECT * FROM units", "UNIQUE"),
    ],
)
def test_sqlite_holds_values_to_the_rules_of_the_database(real: Built, statement: str, refusal: str) -> None:
    path = real.out / "sqlite" / "ward-plans.sqlite"
    with closing(sqlite3.connect(path, isolation_level=None)) as database:
        database.executescript("PRAGMA foreign_keys = ON; BEGIN")
        with pytest.raises(sqlite3.IntegrityError, match=refusal):
            database.execute(statement)
        database.execute("ROLLBACK")


def test_sqlite_has_every_key_and_comment(real: Built) -> None:
    with closing(sqlite3.connect(real.out / "sqlite" / "ward-plans.sqlite")) as database:
        told = {row[:2]: row[-1] for row in database.execute("SELECT * FROM data_dictionary")}
        for name, relation in real.relations.items():
            ((statement,),) = database.execute("SELECT sql FROM sqlite_schema WHERE name = ?", [name])
            assert f"-- {relation.comment}\n" in statement
            assert told[name, None] == relation.comment
            for column in relation.columns:
                assert told[name, column.name] == column.comment
                assert f"-- {column.comment}\n" in statement
            found = database.execute(f'PRAGMA foreign_key_list("{name}")').fetchall()
            assert {(row[3], row[2], row[4]) for row in found} == {
                (key.columns[0], key.table, key.referenced[0]) for key in relation.foreign_keys
            }
            keyed = [row[1] for row in database.execute(f'PRAGMA table_info("{name}")') if row[5]]
            assert sorted(keyed) == sorted(relation.primary_key)
    assert sum(len(relation.foreign_keys) for relation in real.relations.values()) > 50


def test_package_is_the_csv_in_one_file(built: Built) -> None:
    with zipfile.ZipFile(built.out / "package" / "ward-plans.zip") as package:
        assert package.testzip() is None
        assert package.namelist()[0] == "datapackage.json"
        packed = {name: package.read(name) for name in package.namelist()}
    files = {path.name: path.read_bytes() for path in (built.out / "csv").iterdir()}
    del files["SHA256SUMS"]
    assert packed == files


# -- what is read out of the schema -----------------------------------------------------------------------------------


def test_each_measured_number_has_a_unit(real: Built) -> None:
    measured = [(relation.name, column) for relation in real.relations.values() for column in relation.columns]
    without = [
        f"{name}.{column.name}" for name, column in measured if column.data_type == "DOUBLE" and column.unit is None
    ]
    assert without == [], "say it in the comment, in a sentence of its own: Unit: persons."


def test_rules_of_single_columns() -> None:
    rules = column_rules(
        [
            "regexp_full_match(code, '[0-9]{5}')",
            "((depth BETWEEN 1 AND 2) AND (depth < width))",
            '("value" > -1.5)',
            "(kind IN ('a', 'b (c) AND d', 'it''s'))",
            "((share >= 0) AND (share <= CAST(1e3 AS DOUBLE)))",
            "((a IS NULL) OR (a > 5))",
            "(length(quote) > 3)",
        ]
    )
    assert rules == {
        "code": Rule(pattern="[0-9]{5}"),
        "depth": Rule(minimum=1, maximum=2),
        "value": Rule(exclusive_minimum=-1.5),
        "kind": Rule(values=("a", "b (c) AND d", "it's")),
        "share": Rule(minimum=0, maximum=1000),
    }


@pytest.mark.parametrize(
    ("check", "expected"),
    [
        ("(a < b)", "(a < b)"),
        ('(length("quote") = (b - a))', None),
        ("regexp_full_match(a, '[0-9]{5}')", "(length(a) = 5 AND a NOT GLOB '*[^0-9]*')"),
        ("regexp_full_match(a, '[a-z_]+')", "(length(a) > 0 AND a NOT GLOB '*[^a-z_]*')"),
        ("regexp_full_match(a, '[a-z]+:.+')", None),
        ("(a IS DISTINCT FROM b)", "(a IS NOT b)"),
        ("isfinite(a)", "abs(a) < 9e999"),
        ("(a = 'round(x)')", "(a = 'round(x)')"),
        ("(round(a, 1) = b)", None),
        ("(a[1:2] = b)", None),
        ('("day"(a) = 1)', None),
    ],
)
def test_checks_in_the_words_of_sqlite(check: str, expected: str | None) -> None:
    assert portable(check) == expected


def test_most_checks_are_carried_over(real: Built) -> None:
    checks = [check for relation in real.relations.values() for check in relation.checks]
    assert sum(portable(check) is not None for check in checks) > 0.8 * len(checks) > 40
