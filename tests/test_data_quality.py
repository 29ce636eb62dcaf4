"""What tells a reader how far to trust the figures: counted in the database, and the same wherever it is shown."""

import re
from collections.abc import Iterator
from pathlib import Path

import duckdb
import polars as pl
import pytest
from bs4 import BeautifulSoup

import analysis
from analysis.charts import line_account_chart
from analysis.database.connect import open_database
from analysis.database.verification import verify_database
from analysis.documents.paths import raw_folder, reference_folder
from analysis.errors import WardPlansError
from analysis.reporting.quality_narrative import (
    correction_note,
    quality_lead,
    reconciliation_note,
    status_note,
    verdict_note,
)
from analysis.reporting.quality_tables import (
    comparable_table,
    correction_count_table,
    document_table,
    doubtful_table,
    line_account_table,
    status_count_table,
    verdict_table,
)

USES = ["read", "prose", "ignored", "blank", "unread"]


@pytest.fixture(scope="module")
def connection(built_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(built_database) as opened:
        yield opened


@pytest.fixture
def database(built_database: Path, tmp_path: Path) -> Path:
    """A copy that a test may spoil."""
    copy = tmp_path / "wards.duckdb"
    copy.write_bytes(built_database.read_bytes())
    return copy


def rows_of(html) -> list[list[str]]:
    body = BeautifulSoup(html.data, "html.parser").tbody
    return [[cell.get_text() for cell in row.find_all("td")] for row in body.find_all("tr")]


# -- the line account ---------------------------------------------------------------------------------------


def test_the_account_adds_up_to_the_lines_of_the_files(connection) -> None:
    account = analysis.line_account(connection=connection)
    files = {path.name: path for path in raw_folder().rglob("*.txt")}
    holdings = analysis.holdings(connection=connection)
    assert account["use"].to_list() == USES * holdings.height
    for row in holdings.iter_rows(named=True):
        part = account.filter(document_id=row["document_id"])
        text = files[row["file_name"]].read_text(encoding="utf-8")
        assert part["line_count"].sum() == row["line_count"] == len(text.splitlines())
        assert part["share"].sum() == pytest.approx(1)
        blank = sum(not line.strip() for line in text.splitlines())
        assert part.filter(use="blank")["line_count"].to_list() == [blank]


def test_the_stored_account_is_the_one_that_check_makes(connection, built_database) -> None:
    made = verify_database(raw_folder(), reference_folder(), built_database)
    assert made.problems == []
    account = analysis.line_account(connection=connection)
    stored = {
        part["document_id"][0]: dict(part.select("use", "line_count").rows())
        for part in account.partition_by("document_id")
    }
    assert stored == made.line_uses


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ("UPDATE line_uses SET line_count = line_count + 1", "25 read"),
        ("DELETE FROM line_uses", "accounts for its lines as nothing, they are"),
    ],
)
def test_an_account_that_is_not_that_of_the_text_is_a_problem(database: Path, change: str, told: str) -> None:
    with duckdb.connect(database) as writer:
        writer.execute(f"{change} WHERE document_id = 'ota-plan-v5-summary'")
    (problem,) = verify_database(raw_folder(), reference_folder(), database).problems
    assert "informatization-plan-v5-summary.txt: the database accounts for its lines as" in problem
    assert told in problem
    assert problem.endswith("run `wardplans build`")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_chart_has_a_bar_of_one_length_a_document(connection, language) -> None:
    account = analysis.line_account(connection=connection)
    chart = line_account_chart(account, language).to_dict()
    (rows,) = chart["datasets"].values()
    drawn = pl.DataFrame(rows, infer_schema_length=None)
    assert drawn["line_count"].to_list() == account["line_count"].to_list()
    for part in drawn.partition_by("top", maintain_order=True):
        assert part["start"][0] == 0
        assert part["end"][-1] == pytest.approx(1)
        assert part["start"].to_list()[1:] == pytest.approx(part["end"].to_list()[:-1])
        assert part["head"].count() == 1
    assert all(re.search(rf"\b{row['line_count']}\b", chart["description"]) for row in rows)


def test_unread_lines_would_be_drawn_and_told(connection) -> None:
    account = analysis.line_account(["koto"], connection=connection)
    lost = account.with_columns(
        line_count=pl.when(use="unread").then(20).when(use="blank").then(0).otherwise("line_count")
    ).with_columns(share=pl.col("line_count") / 63)
    chart = line_account_chart(lost, "ja").to_dict()
    (rows,) = chart["datasets"].values()
    assert rows[0]["head"] == "江東区: 全63行、未読20行"
    assert rows[-1]["end"] - rows[-1]["start"] == pytest.approx(20 / 63)


def test_an_empty_account_is_refused(connection) -> None:
    with pytest.raises(WardPlansError, match=r"^line_account_chart has nothing to draw"):
        line_account_chart(analysis.line_account(connection=connection).head(0), "ja")


def test_the_table_has_a_column_for_each_use(connection) -> None:
    rows = rows_of(line_account_table(analysis.line_account(connection=connection), "ja"))
    assert len(rows) == 5
    for row in rows:
        whole, *parts = (int(cell.replace(",", "")) for cell in row[2:])
        assert sum(parts) == whole


# -- one row a ward -----------------------------------------------------------------------------------------


def test_quality_counts_what_the_other_frames_hold(connection) -> None:
    quality = analysis.quality(connection=connection)
    totals = analysis.reconciliations(connection=connection)
    values = analysis.observations(connection=connection).filter(pl.col("kpi_id").is_not_null())
    account = analysis.line_account(connection=connection)
    for row in quality.iter_rows(named=True):
        ward = {"ward_code": row["ward_code"]}
        stated = totals.filter(**ward)
        assert row["stated_total_count"] == stated.height
        assert row["agreeing_total_count"] == stated.filter(pl.col("stated") == pl.col("extracted")).height
        assert row["correction_count"] == analysis.corrections(connection=connection).filter(**ward).height
        assert row["value_count"] == values.filter(**ward).height
        assert row["doubtful_value_count"] == values.filter(pl.col("obs_status") != "A", **ward).height
        assert row["line_count"] == account.filter(**ward)["line_count"].sum()
        assert row["unread_line_count"] == account.filter(use="unread", **ward)["line_count"].sum()
    assert quality["citation_count"].sum() == connection.sql("SELECT count(*) FROM citations").fetchall()[0][0]
    ota = quality.filter(ward_code="13111").row(0, named=True)
    assert (ota["agreeing_total_count"], ota["stated_total_count"]) == (2, 4)


def test_what_is_read_beyond_a_stated_total_does_not_agree_with_it(database: Path) -> None:
    with duckdb.connect(database) as writer:
        writer.execute(
            "UPDATE reconciliations SET extracted = 40, difference = 4 WHERE reconciliation_id LIKE 'ota%-measures'"
        )
    with open_database(database) as connection:
        ota = analysis.quality(["ota"], connection=connection).row(0, named=True)
    assert (ota["agreeing_total_count"], ota["stated_total_count"]) == (2, 4)


def test_moved_cells_are_told_from_what_a_person_decided(connection) -> None:
    corrections = analysis.corrections(connection=connection)
    moved = corrections.filter(kind="moved_cell")
    assert 0 < moved.height < corrections.height
    assert moved.filter(~pl.col("printed").str.ends_with("の列")).is_empty()
    assert corrections.filter(kind="curated")["printed"].str.ends_with("の列").any() is False


# -- sentences and tables -----------------------------------------------------------------------------------


def test_the_lead_says_what_the_frame_holds(connection) -> None:
    quality = analysis.quality(connection=connection)
    text = quality_lead(quality, "ja").data
    assert f"**全{quality['line_count'].sum():,}行**" in text
    assert "**未読の行は0**" in text
    assert "資料が自ら述べる15の合計のうち**13は読み取りと一致**し、2は一致しない" in text
    one = quality_lead(analysis.quality(["minato"], connection=connection), "en").data
    assert "of 1 document of 1 ward are accounted for" in one
    assert "KPI" not in one


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_difference_is_named_and_leads_to_the_stated_total(connection, language) -> None:
    totals = analysis.reconciliations(connection=connection)
    text = reconciliation_note(totals, language).data
    apart = totals.filter(pl.col("difference") != 0)
    for row in apart.iter_rows(named=True):
        assert re.search(rf"\[{row['stated']:g}\]\(<[^>]*{re.escape(row['citation_id'].split(':')[1])}>\)", text)
    assert len(re.findall(r"\]\(<", text)) == apart.height
    agreeing = reconciliation_note(totals.filter(difference=0), language).data
    assert "13" in agreeing
    assert "[" not in agreeing


def test_a_difference_that_nobody_explains_is_not_called_explained(connection) -> None:
    totals = analysis.reconciliations(connection=connection)
    is_policies = pl.col("citation_id").str.ends_with("ota-plan-v5-summary-policies")
    unexplained = totals.with_columns(explanation_ja=pl.when(~is_policies).then("explanation_ja"))
    assert "一致しないのは2で、理由の分かるものは1である" in reconciliation_note(unexplained, "ja").data


def test_the_counts_of_corrections_add_up(connection) -> None:
    corrections = analysis.corrections(connection=connection)
    rows = rows_of(correction_count_table(corrections, "ja"))
    assert sum(int(row[4]) for row in rows) == corrections.height
    # What is counted is said in words, not in names of columns.
    assert not any(re.search("[a-z]_[a-z]", cell) for row in rows for cell in row)
    moved = sum(int(row[4]) for row in rows if row[1] == "セルの移動")
    assert f"である。{moved}は、PDFからの変換で" in correction_note(corrections, "ja").data


def test_every_doubtful_value_is_shown_with_its_print(connection) -> None:
    figures = analysis.observations(connection=connection)
    quality = analysis.quality(connection=connection)
    doubtful = figures.filter(pl.col("kpi_id").is_not_null(), pl.col("obs_status") != "A")
    table = doubtful_table(figures, "ja")
    rows = rows_of(table)
    assert [row[5] for row in rows] == doubtful["raw_text"].to_list()
    body = BeautifulSoup(table.data, "html.parser").tbody
    assert all(row.find_all("td")[5].a["href"] for row in body.find_all("tr"))
    counts = rows_of(status_count_table(figures, quality, "ja"))
    assert len(counts) == quality.height
    for ward, total, normal, *others in counts:
        assert int(normal) + sum(map(int, others)) == int(total), ward
    assert sum(int(count) for row in counts for count in row[3:]) == len(rows)
    assert f"残る{len(rows)}は" in status_note(figures, "ja").data


def test_a_ward_without_kpis_has_no_status_to_tell(connection) -> None:
    figures = analysis.observations(["minato"], connection=connection)
    assert status_note(figures, "en").data == "The wards chosen print no KPI values."
    quality = analysis.quality(["minato"], connection=connection)
    assert rows_of(status_count_table(figures, quality, "ja")) == [["港区", "0"]]
    assert rows_of(doubtful_table(figures, "ja")) == [["該当なし"]]


def test_series_count_by_their_best_verdict(connection) -> None:
    figures = analysis.observations(connection=connection)
    rows = rows_of(verdict_table(figures, analysis.quality(connection=connection), "ja"))
    best = connection.sql(
        "SELECT wards.name_ja, count(*) FILTER (WHERE best = 'direct'), count(*) FILTER (WHERE best = 'convertible'), "
        "count(*) FILTER (WHERE best = 'related') FROM wards LEFT JOIN (SELECT ward_code, series_id, "
        "min(comparability) AS best FROM comparisons WHERE statistic_id IS NULL GROUP BY ALL) USING (ward_code) "
        "WHERE is_covered GROUP BY wards.ward_code, wards.name_ja ORDER BY wards.ward_code"
    ).fetchall()
    assert [(row[0], *map(int, row[1:4])) for row in rows] == best
    assert sum(int(cell) for row in rows for cell in row[1:]) == figures["series_id"].n_unique()
    direct, convertible = (sum(row[position] for row in best) for position in (1, 2))
    shown = rows_of(comparable_table(figures, "ja"))
    assert [row[2] for row in shown].count("比較できる") >= direct > 0
    assert [row[2] for row in shown].count("換算すれば比較できる") >= convertible > 0
    assert (
        f"定義がそのまま比べられるものは**{direct}**、換算すれば比べられるものは{convertible}、"
        in verdict_note(figures, "ja").data
    )


def test_the_editions_are_told_by_hash_and_printed_date(connection) -> None:
    rows = rows_of(document_table(analysis.holdings(connection=connection), "ja"))
    hashes = connection.sql("SELECT sha256 FROM documents ORDER BY ward_code, document_id").fetchall()
    assert [(row[6],) for row in rows] == hashes
    assert {row[3] for row in rows} == {"—", "平成31（2019）年3月"}
