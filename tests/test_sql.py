"""Questions in SQL: the function, the cell magic, and every query of the cookbook with an answer checked on its own."""

import ast
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import duckdb
import nbformat
import numpy
import pandas
import polars as pl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from IPython.core.interactiveshell import InteractiveShell
from traitlets.config import Config

import analysis
from analysis.documents import paths
from analysis.reporting.display import QueryError, enable_display

ROOT = Path(__file__).parents[1]
COOKBOOK = ROOT / "notebooks" / "sql_cookbook.ipynb"
PAPERMILL = Path(sys.executable).with_name("papermill")


@pytest.fixture(scope="module")
def connection(built_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with analysis.open_database(built_database) as opened:
        yield opened


# -- analysis.sql -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "SELECT slug FROM wards WHERE ward_code = '13111'",
        "FROM wards SELECT slug WHERE ward_code = '13111';",
        "WITH ota AS (FROM wards WHERE slug = 'ota') SELECT slug FROM ota",
        "VALUES ('ota')",
        "PIVOT (SELECT 'x' AS kind, 'ota' AS slug) ON kind IN ('x') USING first(slug)",
        "-- a comment; with a semicolon\n(SELECT 'ota')",
    ],
)
def test_a_query_gives_a_frame_of_either_kind(connection, query):
    assert analysis.sql(query, connection=connection).item() == "ota"
    in_pandas = analysis.sql(query, connection=connection, frame="pandas")
    assert isinstance(in_pandas, pandas.DataFrame)
    assert in_pandas.iloc[0, 0] == "ota"


@pytest.mark.parametrize("query", ["DESCRIBE observations", "SUMMARIZE wards", "SHOW TABLES"])
def test_what_describes_the_tables_is_a_query_too(connection, query):
    assert analysis.sql(query, connection=connection).height > 5


@pytest.mark.parametrize("query", ["EXPLAIN FROM wards", " explain\nANALYZE SELECT $slug"])
def test_how_a_query_is_answered_can_be_asked(connection, query):
    assert "explain_value" in analysis.sql(query, parameters={"slug": "ota"}, connection=connection).columns


@pytest.mark.parametrize(
    "wards",
    [["13111"], ("13111",), numpy.array(["13111"]), pl.Series(["13111"]), pandas.Series(["13111"])],
    ids=lambda wards: type(wards).__module__,
)
def test_values_are_passed_by_name_and_others_are_not_looked_at(connection, wards):
    query = "SELECT slug FROM wards WHERE ward_code IN $wards AND tile_row < $row"
    given_values = {"wards": wards, "row": numpy.int64(99), "connection": connection, "other": object()}
    assert analysis.sql(query, parameters=given_values, connection=connection).item() == "ota"


def test_a_value_is_never_read_as_sql(connection):
    query = "SELECT count(*) FROM wards WHERE slug = $slug"
    assert analysis.sql(query, parameters={"slug": "' OR true --"}, connection=connection).item() == 0


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("", r"^there is no query: "),
        ("-- nothing", r"^there is no query: "),
        ("SELECT 1; SELECT 2", r"^2 statements: "),
        ("SELECT '\udcff'", r"^the query is not in UTF-8$"),
        ("CREATE TABLE x (i INTEGER)", r"^CREATE is no query: "),
        ("/* SELECT */ DROP TABLE wards", r"^DROP is no query: "),
        ("UPDATE wards SET slug = 'x'", r"^UPDATE is no query: "),
        ("COPY wards TO 'wards.csv'", r"^COPY is no query: "),
        ("ATTACH 'other.duckdb'", r"^ATTACH is no query: "),
        ("SET threads = 1", r"is no query: "),
        ("PIVOT wards ON slug USING count(*)", r"^a PIVOT has to name its columns: "),
        ("SELECT * FROM wards WHERE slug = $slug", r"^the query asks for \$slug, which has no value$"),
        ("SELEC 1", r"(?s)^Parser Error: syntax error at or near \"SELEC\".*LINE 1: SELEC 1"),
        (
            "SELECT wards_name FROM observations",
            r"(?s)^Binder Error: .*\"wards_name\" not found.*Candidate bindings: .*"
            r"\n\nobservations has the columns ward_code, ward_name_ja, ward_name_en, .*, citation_id\.$",
        ),
        (
            "SELECT * FROM observation",
            r"(?s)^Catalog Error: Table with name observation does not exist.*Did you mean \"observations\".*"
            r"Begin with the views achievements, .*citation_texts, .* The tables are activities, .*, years\.$",
        ),
        ("SELECT CAST(slug AS INTEGER) FROM wards", r"^Conversion Error: "),
        ("SELECT INTERVAL 1 DAY", r"^a column of the result has no place in a frame: cast it"),
        ("SELECT * FROM 'data/raw/SHA256SUMS'", r"^'data/raw/SHA256SUMS' is refused: "),
        ("SELECT * FROM read_text('/etc/passwd')", r"^read_text\(\) is refused: "),
        ("FROM serch('AI')", r"^serch\(\) \(did you mean search\(\)\?\) is refused: "),
        ("EXPLAIN (FORMAT json) SELECT 1", r"(?s)^Parser Error: "),
        (
            "SELECT fiscal_yeer('令和5年度')",
            r"(?s)^Catalog Error: .*there are citation\(id, language\), .*fiscal_year\(",
        ),
        (
            "SELECT raw_text FROM kpis",
            r"(?s)\n\nThere is raw_text in comparisons, observations, kpi_values\.\nkpis has ",
        ),
        ("SELECT obs_statu FROM kpis", r"(?s)\n\nThere is obs_status in comparisons, observations, kpi_values\."),
        ("SELECT ward_code FROM kpis", r"(?s)\n\nThere is ward_code in achievements, .* and \d+ more\.\nkpis has "),
    ],
)
def test_what_is_no_query_or_fails_is_said_in_one_message(connection, query, message):
    with pytest.raises(analysis.WardPlansError, match=message):
        analysis.sql(query, connection=connection)
    assert analysis.sql("SELECT count(*) FROM wards", connection=connection).item() == 23


def test_a_frame_of_the_caller_is_not_a_table(connection):
    secret = pl.DataFrame({"a": [1]})
    with pytest.raises(analysis.WardPlansError, match="Table with name secret does not exist"):
        analysis.sql("SELECT * FROM secret", connection=connection)
    assert secret.height == 1


def test_without_a_connection_the_database_of_the_checkout_is_asked(built_database, monkeypatch):
    monkeypatch.setattr(paths, "database_path", lambda: built_database)
    assert analysis.sql("SELECT count(*) FROM wards WHERE is_covered").item() == 5
    monkeypatch.setattr(paths, "database_path", lambda: built_database.with_name("missing.duckdb"))
    with pytest.raises(analysis.WardPlansError, match=r"^no database at "):
        analysis.sql("SELECT 1")


WORDS = ["SELECT", "FROM", "wards", "*", ";", "(", ")", "'", '"', "$", "$a", "--", "/*", ",", "1", "x", "IN"]


@given(st.text() | st.lists(st.sampled_from(WORDS)).map(" ".join))
@settings(max_examples=300, deadline=None)
@example("\0")
@example("SELECT ?")
@example("SELECT $1, $a")
def test_any_text_is_answered_or_declined(built_database, query):
    with analysis.open_database(built_database) as connection:
        try:
            assert isinstance(analysis.sql(query, connection=connection), pl.DataFrame)
        except analysis.WardPlansError as refusal:
            assert str(refusal)


# -- %%sql --------------------------------------------------------------------------------------------------


@pytest.fixture
def shell() -> Iterator[InteractiveShell]:
    """The shell of a notebook, without a notebook."""
    InteractiveShell.clear_instance()
    yield InteractiveShell.instance(config=Config({"HistoryManager": {"enabled": False}}))
    InteractiveShell.clear_instance()


def test_a_cell_of_sql_is_asked_of_the_connection_with_the_notebooks_variables(shell, connection):
    enable_display("en", connection)
    shell.user_ns["codes"] = ["13111", "13114"]
    asked = shell.run_cell("%%sql\nSELECT slug FROM wards WHERE ward_code IN $codes ORDER BY slug;")
    assert asked.result["slug"].to_list() == ["nakano", "ota"]
    kept = shell.run_cell("%%sql  chosen \n\nSELECT slug FROM wards WHERE ward_code IN $codes ORDER BY slug DESC")
    assert kept.result["slug"].to_list() == ["ota", "nakano"]
    assert shell.user_ns["chosen"].equals(kept.result)


@pytest.mark.parametrize(
    ("cell", "message"),
    [
        ("%%sql\nSELECT nothing FROM wards", 'Binder Error: Referenced column "nothing" not found'),
        ("%%sql\nDROP TABLE wards", "DROP is no query"),
        ("%%sql\nSELECT $absent", "the query asks for $absent, which has no value"),
        ("%%sql two words\nSELECT 1", "%%sql two words: what follows %%sql is the name of a variable, or nothing"),
        ("%%sql class\nSELECT 1", "%%sql class: what follows %%sql is the name of a variable, or nothing"),
    ],
)
def test_a_refused_cell_shows_the_message_and_no_traceback(shell, connection, capsys, cell, message):
    enable_display("ja", connection)
    run = shell.run_cell(cell)
    assert isinstance(run.error_in_exec, QueryError)
    shown = capsys.readouterr().out
    assert shown.startswith(message)
    assert "Traceback" not in shown
    assert "queries.py" not in shown


def test_load_ext_does_the_same_with_the_database_of_the_checkout(shell, built_database, monkeypatch):
    monkeypatch.setattr(paths, "database_path", lambda: built_database)
    assert not shell.run_cell("%load_ext analysis").error_in_exec
    assert shell.run_cell("%%sql\nSELECT count(*) FROM wards").result.item() == 23
    html = shell.display_formatter.format(pl.DataFrame({"x": [1]}))[0]["text/html"]
    assert '<table class="data">' in html
    assert "全1行" in html


def test_a_notebook_with_a_refused_query_fails_under_papermill(built_database, tmp_path):
    notebook = nbformat.v4.new_notebook(metadata={"kernelspec": {"name": "python3", "display_name": "Python 3"}})
    notebook.cells = [
        nbformat.v4.new_code_cell(
            "import analysis\nfrom analysis.reporting.display import enable_display\n"
            f"enable_display('en', analysis.open_database({str(built_database)!r}))"
        ),
        nbformat.v4.new_code_cell("%%sql\nSELECT nothing FROM wards"),
        nbformat.v4.new_code_cell("'not reached'"),
    ]
    nbformat.write(notebook, tmp_path / "in.ipynb")
    command = [PAPERMILL, tmp_path / "in.ipynb", tmp_path / "out.ipynb"]
    run = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert run.returncode != 0
    assert 'Referenced column "nothing" not found' in run.stderr
    executed = nbformat.read(tmp_path / "out.ipynb", as_version=4)
    (error,) = [output for cell in executed.cells for output in cell.get("outputs", []) if "ename" in output]
    assert error.ename == "QueryError"
    assert len(error.traceback) == 1
    assert not executed.cells[-1].outputs


# -- the cookbook -------------------------------------------------------------------------------------------


def cells() -> list[str]:
    notebook = json.loads(COOKBOOK.read_text("utf-8"))
    return ["".join(cell["source"]) for cell in notebook["cells"]]


def search_word() -> str:
    """The word that the notebook looks for."""
    (word,) = [source for source in cells() if source.startswith("word = ")]
    return ast.literal_eval(word.partition(" = ")[2])


@pytest.fixture(scope="module")
def answers(connection) -> dict[int, pl.DataFrame]:
    """The answer to each question, by its number in the headings."""
    codes = [code for (code,) in connection.sql("SELECT ward_code FROM wards WHERE is_covered").fetchall()]
    values = {"wards": codes, "word": search_word()}
    queries = [source.partition("\n")[2] for source in cells() if source.startswith("%%sql")]
    return {
        number: analysis.sql(query, parameters=values, connection=connection)
        for number, query in enumerate(queries, start=1)
    }


QUESTIONS = range(1, 21)


def test_there_are_twenty_questions_each_with_a_query_whose_code_is_shown():
    notebook = json.loads(COOKBOOK.read_text("utf-8"))
    headings = [source for source in cells() if "## " in source]
    assert [f"## {number}. " in source for number, source in zip(QUESTIONS, headings, strict=True)] == [True] * 20
    queries = [cell for cell in notebook["cells"] if "".join(cell["source"]).startswith("%%sql")]
    assert len(queries) == 20
    assert all("show-code" in cell["metadata"]["tags"] for cell in queries)


@pytest.mark.parametrize("number", QUESTIONS)
def test_an_answer_has_rows_and_every_row_its_source(answers, connection, number):
    rows = answers[number]
    assert rows.height > 0
    known = set(analysis.sql("SELECT citation_id FROM citation_texts", connection=connection)["citation_id"])
    columns = [name for name in rows.columns if name.endswith(("citation_id", "citation_ids"))]
    assert columns
    for row in rows.iter_rows(named=True):
        cited = [row[name] for name in columns]
        ids = {one for value in cited for one in (value if isinstance(value, list) else [value]) if one is not None}
        assert ids <= known
        # A word that a document does not say has no place.
        assert ids or row.get("passage_count") == 0


def test_question_1_has_every_figure_of_the_kpis(answers, curated_tables):
    assert sorted(answers[1]["citation_id"]) == sorted(curated_tables["kpi_values"]["citation_id"])


def test_questions_2_and_3_part_the_targets_as_the_library_does(answers, connection):
    judged = analysis.achievement(connection=connection)
    missed = judged.filter(is_met=False)
    assert sorted(answers[2]["actual_citation_id"]) == sorted(missed["actual_citation_id"])
    assert sorted(answers[2]["gap"]) == sorted(missed["gap"])
    open_questions = judged.filter(pl.col("is_met").is_null()).group_by("ward_name_ja", "ratio_refusal").len()
    assert {row[:3] for row in answers[3].iter_rows()} == set(open_questions.iter_rows())


def test_questions_4_and_5_divide_the_results_by_their_status(answers, curated_tables):
    values = curated_tables["kpi_values"]
    unusual = values.filter(pl.col("obs_status").is_in(["B", "O", "U"]))
    assert sorted(answers[4]["citation_id"]) == sorted(unusual["citation_id"])
    results = values.filter((pl.col("value_type") == "actual") & pl.col("value").is_not_null())
    latest = {row["kpi_id"]: row["citation_id"] for row in results.sort("fiscal_year").iter_rows(named=True)}
    assert sorted(answers[5]["citation_id"]) == sorted(latest.values())


def test_question_6_subtracts_where_the_library_does_and_nowhere_else(answers, connection):
    names = analysis.indicators(connection=connection)["indicator_id"]
    trends = pl.concat([analysis.trend(name, connection=connection) for name in names])
    known = {
        (row["previous_citation_id"], row["citation_id"]): row["change"]
        for row in trends.iter_rows(named=True)
        if row["previous_fiscal_year"] is not None
    }
    changes = {
        (row["previous_citation_id"], row["citation_id"]): row["change"] for row in answers[6].iter_rows(named=True)
    }
    shared = set(changes) & set(known)
    assert len(shared) > 20
    assert {pair: changes[pair] for pair in shared} == pytest.approx({pair: known[pair] for pair in shared})
    assert {None} < {changes[pair] for pair in shared}


def test_question_10_counts_items_as_the_library_does(answers, connection):
    counted = analysis.theme_counts(connection=connection).filter(pl.col("item_count") > 0)
    columns = ("theme_id", "ward_name_ja", "item_count")
    found = set(answers[10].select(columns).iter_rows())
    assert set(counted.select(columns).iter_rows()) <= found
    of_one_plan = {"大田区", "江東区", "中野区"}
    assert {row for row in found if row[1] in of_one_plan} == {
        row for row in counted.select(columns).iter_rows() if row[1] in of_one_plan
    }
    assert (answers[10]["citation_ids"].list.len() == answers[10]["item_count"]).all()


def test_question_11_counts_each_department_once_an_item(answers, curated_tables):
    repeated = curated_tables["measures"].filter(pl.col("repeats_measure_id").is_not_null())["measure_id"]
    pairs = curated_tables["measure_departments"].filter(~pl.col("measure_id").is_in(repeated.to_list()))
    expected = pairs.group_by("department_id").len()["len"].to_list()
    assert sorted(answers[11]["item_count"]) == sorted(expected)


def test_question_12_adds_up_to_the_items_with_a_status(answers):
    for _, plan in answers[12].group_by("plan_id", "fiscal_year"):
        assert {plan["item_count"].sum()} == {int(count) for count in plan["rated_count"]}


def test_questions_14_and_15_find_what_the_search_finds(answers, connection):
    found = analysis.search(search_word(), connection=connection)
    assert sorted(answers[14]["citation_id"]) == sorted(found["citation_id"])
    per_document = dict(found.group_by("document_id").len().iter_rows())
    assert dict(answers[15].select("document_id", "passage_count").iter_rows()) == {
        document: per_document.get(document, 0) for document in answers[15]["document_id"]
    }
    assert answers[15].height == 5
    assert 0 in set(answers[15]["passage_count"])


def test_questions_16_and_17_have_all_totals_and_corrections(answers, curated_tables):
    totals = answers[16]
    assert totals.height == curated_tables["reconciliations"].height
    assert (totals["extracted"] - totals["stated"] == totals["difference"]).all()
    assert totals.filter((pl.col("difference") != 0) & pl.col("explanation_ja").is_null()).is_empty()
    assert answers[17].height == curated_tables["corrections"].height


def test_question_18_names_what_two_wards_can_be_compared_by(answers, connection):
    comparable = set(answers[18].filter(pl.col("comparable_wards") > 1)["indicator_id"])
    figures = [analysis.compare(name, connection=connection) for name in answers[18]["indicator_id"]]
    several = [frame.filter(pl.col("indicator_value").is_not_null()) for frame in figures]
    expected = {
        name
        for name, frame in zip(answers[18]["indicator_id"], several, strict=True)
        if frame["ward_code"].n_unique() > 1
    }
    assert comparable == expected == {"card_issuance_rate", "cards_issued_total"}


def test_question_19_divides_by_the_residents(answers, curated_tables):
    rows = answers[19]
    assert rows["ward_code"].n_unique() == rows.height == 23
    assert rows["as_of"].unique().to_list() == [curated_tables["mynumber_cards"]["as_of"].max()]
    counts = curated_tables["ward_populations"].select("ward_code", "year", "population")
    people = {(code, year): residents for code, year, residents in counts.iter_rows()}
    for row in rows.iter_rows(named=True):
        residents = people[row["ward_code"], row["population_year"]]
        assert row["value_per_1000_residents"] == pytest.approx(row["value"] / residents * 1000, abs=0.05)


def test_question_20_cuts_the_quote_out_of_the_raw_file(answers):
    assert answers[20].height == 6
    for row in answers[20].iter_rows(named=True):
        (file,) = paths.raw_folder().glob(f"*/{row['file_name']}")
        text = file.read_bytes().decode("utf-8")
        assert text[row["char_start"] : row["char_end"]] == row["quote"]
        assert row["quote"] in row["raw_text"]
