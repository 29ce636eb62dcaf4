"""Next year's report of a ward: a text and a descriptor, no Python; both vintages stand side by side.

`next_edition/` holds a made report of Nakano one year after the real one: the years moved on, some figures changed, the
applications of FY2023 restated (約 200 万件 to 約 196 万件), the cashless point campaign gone, minutes written by
generative AI new, one initiative behind schedule.
"""

import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml

from analysis.comparison import compare, corrections, holdings, mentions, reconciliations
from analysis.curation.curate import curate
from analysis.database.build import build_database
from analysis.database.connect import open_database
from analysis.database.verification import verify_database
from analysis.documents.integrity import Accepted, accept_checksums
from analysis.documents.paths import raw_folder, reference_folder
from analysis.errors import WardPlansError
from analysis.publishing.csv_export import export_csv

ADDED = Path(__file__).parent / "next_edition"
NAKANO = "13114-nakano"
TEXT = f"{NAKANO}/informatization-plan-progress-fy2024.txt"
FIRST, NEXT = "nakano-progress-2023", "nakano-progress-2024"
PLAN = "nakano-2nd-revised"
APPLICATIONS = f"{PLAN}-online_applications"
CARDS = f"{PLAN}-card_issuance_rate"
GONE, NEW, LATE = "キャッシュレスポイント還元事業の実施", "生成AIによる議事録の作成", "2期の標準化・共通化への移行"

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True)
class Built:
    """The documents with the next edition among them, and what was made of them."""

    raw: Path
    database: Path
    export: Path


def with_next_edition(folder: Path) -> Path:
    """A copy of data/raw in a new folder, with the next edition added and accepted."""
    raw = Path(shutil.copytree(raw_folder(), folder / "raw"))
    for file in ADDED.iterdir():
        shutil.copy(file, raw / NAKANO)
    assert accept_checksums(raw) == [Accepted(f"{NAKANO}/{file.name}", "new") for file in sorted(ADDED.iterdir())]
    return raw


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Built:
    folder = tmp_path_factory.mktemp("next_edition")
    raw = with_next_edition(folder)
    build_database(curate(raw, reference_folder()), folder / "wards.duckdb")
    export_csv(folder / "wards.duckdb", folder / "csv")
    return Built(raw, folder / "wards.duckdb", folder / "csv")


@pytest.fixture
def connection(built: Built) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(built.database) as opened:
        yield opened


@pytest.fixture
def raw(tmp_path: Path) -> Path:
    """The documents with the next edition, for a test to edit."""
    return with_next_edition(tmp_path)


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    """The codebooks, for a test to edit."""
    return Path(shutil.copytree(reference_folder(), tmp_path / "reference"))


def edit(raw: Path, old: str, new: str, file: str = TEXT) -> int:
    """Replace what a file prints once, accept it, and return the line it stands on."""
    text = (raw / file).read_text(encoding="utf-8")
    assert text.count(old) == 1
    (raw / file).write_text(text.replace(old, new), encoding="utf-8")
    accept_checksums(raw)
    return text[: text.index(old)].count("\n") + 1


def add_correction(reference: Path, **entry: str | None) -> None:
    entries = yaml.safe_load((reference / "corrections.yaml").read_text(encoding="utf-8"))
    entries.append({**entry, "reason_ja": "理由", "reason_en": "reason"})
    (reference / "corrections.yaml").write_text(yaml.safe_dump(entries, allow_unicode=True), encoding="utf-8")


def refusal(raw: Path, reference: Path | None = None) -> str:
    with pytest.raises(WardPlansError) as caught:
        curate(raw, reference or reference_folder())
    return str(caught.value)


def rows(connection: duckdb.DuckDBPyConnection, query: str, **parameters: object) -> Rows:
    return connection.sql(query, params=parameters).fetchall()


def exported(folder: Path) -> Mapping[str, pl.DataFrame]:
    return {file.stem: pl.read_csv(file, infer_schema=False) for file in sorted(folder.glob("*.csv"))}


# -- side by side -------------------------------------------------------------------------------------------


def test_every_row_of_the_first_edition_stays_as_it_was(built: Built, built_database: Path, tmp_path: Path) -> None:
    export_csv(built_database, tmp_path)
    before, after = exported(tmp_path), exported(built.export)
    assert before.keys() == after.keys()
    changed = {
        name: frame.join(after[name], on=frame.columns, how="anti", nulls_equal=True) for name, frame in before.items()
    }
    assert {name: frame.rows() for name, frame in changed.items() if frame.height} == {
        "build_info": before["build_info"].filter(key="raw_sha256").rows()
    }


def test_what_is_new_is_cited_from_the_next_edition(built: Built, built_database: Path) -> None:
    with open_database(built_database) as opened:
        known = opened.sql("SELECT citation_id FROM citations").pl()
    with open_database(built.database) as opened:
        citations = opened.sql("SELECT * FROM citations").pl()
    new = citations.join(known, on="citation_id", how="anti")
    assert new["document_id"].unique().to_list() == [NEXT]
    citing = set(new["citation_id"].str.split(":").list.first())
    assert citing == {
        "activities",
        "corrections",
        "departments",
        "kpi_values",
        "measure_departments",
        "measures",
        "passages",
        "quantities",
        "reconciliations",
        "statuses",
    }


def test_the_check_is_clean_and_every_quote_is_in_its_own_edition(built: Built) -> None:
    result = verify_database(built.raw, reference_folder(), built.database)
    assert result.problems == []
    assert result.line_uses[NEXT] == result.line_uses[FIRST]
    with open_database(built.database) as opened:
        cited = opened.sql(f"SELECT * FROM citations WHERE document_id IN ('{FIRST}', '{NEXT}')").pl()
    texts = {
        FIRST: (built.raw / NAKANO / "informatization-plan-progress-fy2023.txt").read_text(encoding="utf-8"),
        NEXT: (built.raw / TEXT).read_text(encoding="utf-8"),
    }
    assert all(
        texts[row["document_id"]][row["char_start"] : row["char_end"]] == row["quote"] for row in cited.to_dicts()
    )
    assert cited["document_id"].n_unique() == 2


def test_the_stated_totals_of_both_editions_are_met(connection: duckdb.DuckDBPyConnection) -> None:
    found = reconciliations(["nakano"], connection=connection)
    assert found.select("document_id", "stated", "extracted", "difference").rows() == [
        *((FIRST, count, count, 0) for count in (0, 105, 0, 0)),
        *((NEXT, count, count, 0) for count in (0, 104, 1, 0)),
    ]


def test_holdings_count_what_each_edition_tells(connection: duckdb.DuckDBPyConnection) -> None:
    found = holdings(["nakano"], connection=connection)
    columns = ("document_id", "item_count", "status_count", "kpi_count", "value_count")
    assert found.select(columns).rows() == [(FIRST, 154, 105, 10, 37), (NEXT, 1, 105, 10, 37)]


def test_editions_are_told_apart_by_their_ids_not_by_their_file_names(built: Built, raw: Path) -> None:
    for file in ADDED.iterdir():
        (raw / NAKANO / file.name).rename(raw / NAKANO / f"a{file.suffix}")
    accept_checksums(raw)
    renamed, tables = curate(raw, reference_folder()), curate(built.raw, reference_folder())
    differing = {name for name, frame in tables.items() if not frame.equals(renamed[name])}
    assert differing == {"documents", "build_info"}
    assert renamed["documents"].drop("file_name").equals(tables["documents"].drop("file_name"))


# -- figures ------------------------------------------------------------------------------------------------


def test_the_restated_figure_stands_in_both_vintages_with_its_own_quote(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT document_id, value, quote, citations.document_id
        FROM kpi_values JOIN citations USING (citation_id)
        WHERE kpi_id = $kpi AND fiscal_year = 2023 AND value_type = 'actual' ORDER BY ALL
    """
    found = rows(connection, query.replace("SELECT document_id", "SELECT kpi_values.document_id"), kpi=APPLICATIONS)
    assert found == [(FIRST, 2_000_000, "約 200 万件", FIRST), (NEXT, 1_960_000, "約 196 万件", NEXT)]


def test_no_other_figure_was_restated(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT earlier.kpi_id, earlier.fiscal_year, earlier.value_type,
            (earlier.value, earlier.denominator, earlier.is_approximate)
                IS DISTINCT FROM (later.value, later.denominator, later.is_approximate)
        FROM kpi_values AS earlier JOIN kpi_values AS later USING (kpi_id, fiscal_year, value_type)
        WHERE earlier.document_id = $first AND later.document_id = $next
    """
    found = rows(connection, query, first=FIRST, next=NEXT)
    # Of ten KPIs both editions print the results of FY2023 and the targets of FY2025.
    assert sorted(key for *key, _ in found) == sorted(
        [kpi, year, value_type]
        for (kpi,) in rows(connection, "SELECT kpi_id FROM kpis WHERE plan_id = $plan", plan=PLAN)
        for year, value_type in ((2023, "actual"), (2025, "target"))
    )
    assert [tuple(key) for *key, is_restated in found if is_restated] == [(APPLICATIONS, 2023, "actual")]


def test_the_series_go_on_under_the_ids_they_have(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT kpi_id, raw_text FROM kpi_values
        WHERE document_id = $next AND fiscal_year = 2024 AND value_type = 'actual'
    """
    assert {kpi.removeprefix(f"{PLAN}-"): raw for kpi, raw in rows(connection, query, next=NEXT)} == {
        "card_issuance_rate": "76.4%",
        "online_applications": "約 214 万件",
        "map_enquiries": "—",
        "priority_perception": "4.1%",
        "divide_partners": "5 団体",
        "paper_records": "約 3,400fm",
        "ai_rpa_improvements": "12件",
        "standard_systems": "2/15",
        "security_incidents": "6件",
        "it_passport_holders": "37名",
    }


def test_comparisons_take_the_newest_edition(connection: duckdb.DuckDBPyConnection) -> None:
    found = compare("online_applications", ["nakano"], connection=connection)
    assert found.select("fiscal_year", "value_type", "value", "document_id").rows() == [
        (2022, "actual", 1_790_000, FIRST),
        (2023, "target", 1_700_000, FIRST),
        (2023, "actual", 1_960_000, NEXT),
        (2024, "target", 1_850_000, NEXT),
        (2024, "actual", 2_140_000, NEXT),
        (2025, "target", 2_000_000, NEXT),
    ]


def test_achievements_take_the_newest_edition(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT fiscal_year, target, actual, is_met, document_id
        FROM achievements LEFT JOIN citations ON actual_citation_id = citation_id
        WHERE kpi_id = $kpi ORDER BY fiscal_year
    """
    assert rows(connection, query, kpi=APPLICATIONS) == [
        (2022, None, 1_790_000, None, FIRST),
        (2023, 1_700_000, 1_960_000, True, NEXT),
        (2024, 1_850_000, 2_140_000, True, NEXT),
        (2025, 2_000_000, None, None, None),
    ]


def test_a_break_that_only_the_first_edition_marks_is_not_forgotten(connection: duckdb.DuckDBPyConnection) -> None:
    status = """
        SELECT document_id, obs_status FROM kpi_values
        WHERE kpi_id = $kpi AND fiscal_year = 2023 AND value_type = 'actual' ORDER BY ALL
    """
    assert rows(connection, status, kpi=CARDS) == [(FIRST, "B"), (NEXT, "A")]
    query = "SELECT fiscal_year, actual, has_break, is_met FROM achievements WHERE kpi_id = $kpi ORDER BY fiscal_year"
    assert rows(connection, query, kpi=CARDS) == [
        (2022, 62.3, False, None),
        (2023, 68.3, True, None),
        (2024, 76.4, True, None),
        (2025, None, True, None),
    ]


def test_figures_of_the_text_stand_side_by_side(connection: duckdb.DuckDBPyConnection) -> None:
    query = "SELECT quantity_id, fiscal_year, value FROM quantities WHERE starts_with(quantity_id, $document || '-')"
    found = {
        document: {
            name.removeprefix(f"{document}-"): told for name, *told in rows(connection, query, document=document)
        }
        for document in (FIRST, NEXT)
    }
    assert found[FIRST].keys() == found[NEXT].keys()
    assert found[NEXT] == {
        "cards_issued": [2024, 41873],
        "convenience_certificates": [2024, 152411],
        "pittari_procedures_added": [2024, 12],
        "pittari_procedures_before": [2023, 24],
        "pittari_procedures": [2024, 36],
        "cashless_registers_moved": [2024, 4],
        "cashless_offices": [2024, 3],
        "mobile_class_participants": [2024, 184],
        "interpreting_devices": [2024, 62],
        "nationally_designated_tasks": [None, 18],
    }
    assert found[FIRST]["pittari_procedures"] == [2023, 24]
    around = """
        SELECT quotes.document_id, count(*) FROM quantities JOIN activities USING (activity_id)
        JOIN citations AS quotes ON activities.citation_id = quotes.citation_id
        WHERE starts_with(quantity_id, 'nakano') AND starts_with(quantity_id, quotes.document_id)
        GROUP BY ALL ORDER BY ALL
    """
    assert rows(connection, around) == [(FIRST, 9), (NEXT, 9)]


# -- initiatives --------------------------------------------------------------------------------------------


def test_statuses_of_both_years(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT fiscal_year, status, label_ja, printed_year_ja, document_id, count(*)
        FROM statuses JOIN citations USING (citation_id)
        WHERE starts_with(measure_id, $plan) GROUP BY ALL ORDER BY ALL
    """
    assert rows(connection, query, plan=PLAN) == [
        (2023, "on_schedule", "○", "令和5年度", FIRST, 105),
        (2024, "on_schedule", "○", "令和6年度", NEXT, 104),
        (2024, "behind", "△", "令和6年度", NEXT, 1),
    ]


@pytest.mark.parametrize(
    ("title", "edition", "statuses", "activity_years"),
    [
        (GONE, FIRST, [(2023, "on_schedule")], [2023]),
        (NEW, NEXT, [(2024, "on_schedule")], [2024, 2025, 2026]),
        (LATE, FIRST, [(2023, "on_schedule"), (2024, "behind")], [2023, 2024, 2024, 2025, 2025, 2026]),
    ],
)
def test_initiatives_gone_new_and_late(
    connection: duckdb.DuckDBPyConnection, title: str, edition: str, statuses: Rows, activity_years: list[int]
) -> None:
    item = rows(connection, "SELECT measure_id, document_id FROM measures WHERE title_ja = $title", title=title)
    assert [document for _, document in item] == [edition]
    query = "SELECT fiscal_year, status FROM statuses WHERE measure_id = $item ORDER BY ALL"
    assert rows(connection, query, item=item[0][0]) == statuses
    query = "SELECT fiscal_year FROM activities WHERE measure_id = $item ORDER BY ALL"
    assert [year for (year,) in rows(connection, query, item=item[0][0])] == activity_years


def test_a_new_initiative_takes_its_place_in_its_document_and_a_theme(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT position, root_measure_id, (SELECT code FROM measures WHERE measure_id = new.parent_measure_id)
        FROM measures AS new WHERE document_id = $next
    """
    ((position, root, code),) = rows(connection, query, next=NEXT)
    assert (root, code) == (f"{PLAN}-pillar-2", "2-1-②")
    # One initiative above it has gone.
    before = "SELECT position FROM measures WHERE title_ja = 'ごみ分別チャットボットの活用'"
    assert rows(connection, before) == [(position,)]
    theme = "SELECT theme_id, evidence FROM measure_themes JOIN measures USING (measure_id) WHERE document_id = $next"
    assert rows(connection, theme, next=NEXT) == [("T05", "生成AI")]


def test_activities_of_both_editions(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT document_id, fiscal_year, kind, is_open_ended, count(*)
        FROM activities JOIN citations USING (citation_id)
        WHERE starts_with(measure_id, $plan) GROUP BY ALL ORDER BY ALL
    """
    assert rows(connection, query, plan=PLAN) == [
        (FIRST, 2023, "result", False, 102),
        (FIRST, 2024, "plan", False, 96),
        (FIRST, 2025, "plan", True, 91),
        (NEXT, 2024, "result", False, 102),
        (NEXT, 2025, "plan", False, 97),
        (NEXT, 2026, "plan", True, 92),
    ]


def test_departments_are_linked_once(connection: duckdb.DuckDBPyConnection) -> None:
    query = """
        SELECT departments.name_ja, measures.title_ja, first.document_id
        FROM measure_departments JOIN departments USING (department_id) JOIN measures USING (measure_id)
        JOIN citations ON measure_departments.citation_id = citations.citation_id
        JOIN citations AS first ON departments.citation_id = first.citation_id
        WHERE citations.document_id = $next ORDER BY ALL
    """
    assert rows(connection, query, next=NEXT) == [
        ("デジタル政策課", NEW, FIRST),
        ("情報システム課", NEW, NEXT),
    ]


def test_corrections_and_moved_cells_are_told_of_each_edition(connection: duckdb.DuckDBPyConnection) -> None:
    found = corrections(["nakano"], connection=connection)
    moved = found.filter(pl.col("printed").str.ends_with("の列"))
    places = {
        document: rows_of.select("table_name", "column_name").rows()
        for (document,), rows_of in moved.group_by("document_id")
    }
    assert places.keys() == {FIRST, NEXT}
    assert sorted(places[FIRST]) == sorted(places[NEXT])
    assert len(places[NEXT]) == 9
    titles = found.filter(~pl.col("printed").str.ends_with("の列"))
    assert titles.select("document_id", "column_name").rows() == [(FIRST, "title_ja")] * 2
    years = moved.filter(table_name="statuses").select("document_id", "row_id").rows()
    assert [(document, row.partition("|")[2]) for document, row in years] == [(FIRST, "2023"), (NEXT, "2024")]


def test_the_names_of_kpis_are_no_mentions_in_either_edition(connection: duckdb.DuckDBPyConnection) -> None:
    found = mentions("rpa_hours_saved", ["nakano"], most=1000, connection=connection)
    assert found.height == found["passage_count"][0]
    assert "AI・RPAの活用による業務改善数" not in found["quote"].to_list()
    documents = found["citation_id"].str.extract(r"(nakano-progress-\d+)").to_list()
    assert set(documents) == {FIRST, NEXT}
    assert documents == sorted(documents, reverse=True), "the newest edition comes first"


# -- what does not fit --------------------------------------------------------------------------------------


def test_another_title_of_the_plan_is_refused(raw: Path) -> None:
    line = edit(raw, "「第 2 次中野区地域情報化推進計画改定版」", "「第 3 次中野区地域情報化推進計画改定版」")
    message = refusal(raw)
    assert message.startswith(
        f"{raw / TEXT}:{line}: plan '{PLAN}' is titled '第 3 次中野区地域情報化推進計画改定版', at "
    )
    assert "informatization-plan-progress-fy2023.txt:5 '第 2 次中野区地域情報化推進計画改定版'" in message
    assert "give another plan another id" in message


def test_white_space_is_no_other_title(raw: Path) -> None:
    edit(raw, "「第 2 次中野区地域情報化推進計画改定版」", "「第2次中野区地域情報化推進計画改定版」")
    assert curate(raw, reference_folder())["plans"].filter(plan_id=PLAN)["title_ja"].to_list() == [
        "第 2 次中野区地域情報化推進計画改定版"
    ]


def test_another_title_of_an_item_is_refused_until_a_correction_explains_it(raw: Path, reference: Path) -> None:
    line = edit(raw, "1-2-①\tホームページのリニューアル\t", "1-2-①\tホームページの全面リニューアル\t")
    message = refusal(raw, reference)
    assert message.startswith(f"{raw / TEXT}:{line}: 実施内容 1-2-① is titled 'ホームページの全面リニューアル', at ")
    assert "informatization-plan-progress-fy2023.txt" in message
    assert f"add a correction of table measures, row {PLAN}-measure-1-2-1, column title_ja" in message
    assert f"in document '{NEXT}'" in message

    add_correction(
        reference,
        document=NEXT,
        table="measures",
        row=f"{PLAN}-measure-1-2-1",
        column="title_ja",
        printed="ホームページの全面リニューアル",
        curated="ホームページのリニューアル",
    )
    tables = curate(raw, reference)
    (title,) = tables["measures"].filter(measure_id=f"{PLAN}-measure-1-2-1").rows(named=True)
    assert (title["title_ja"], title["document_id"]) == ("ホームページのリニューアル", FIRST)
    correction_id = f"{NEXT}:measures:{PLAN}-measure-1-2-1:title_ja"
    (cited,) = tables["citations"].filter(citation_id=f"corrections:{correction_id}").rows(named=True)
    assert (cited["document_id"], cited["line_start"]) == (NEXT, line)
    build_database(tables, raw.parent / "wards.duckdb")


def test_a_correction_of_one_edition_does_not_pass_for_the_other(raw: Path, reference: Path) -> None:
    edit(
        raw,
        f"document: {FIRST}\n  table: measures\n  row: {PLAN}-measure-1-1-2",
        f"document: {NEXT}\n  table: measures\n  row: {PLAN}-measure-1-1-2",
        file="../reference/corrections.yaml",
    )
    message = refusal(raw, reference)
    assert f"the correction of measures, row {PLAN}-measure-1-1-2, column title_ja matches nothing" in message


def test_a_second_status_for_a_year_is_refused(raw: Path) -> None:
    text = (raw / TEXT).read_text(encoding="utf-8")
    (raw / TEXT).write_text(text.replace("取組結果 (令和6年度)", "取組結果 (令和5年度)"), encoding="utf-8")
    accept_checksums(raw)
    message = refusal(raw)
    assert message.startswith(f"{raw / TEXT}:")
    assert "'○' is a second status of" in message
    assert "for 令和5年度; an earlier document has '○'" in message


def test_a_total_that_was_not_brought_up_to_date_is_refused(raw: Path) -> None:
    line = edit(raw, "予定どおり取り組んだ\t104", "予定どおり取り組んだ\t105")
    assert refusal(raw).startswith(f"{raw / TEXT}:{line}: stated are 105 (進捗状況の区分別の取組の数○), read were 104")


def test_the_next_edition_needs_an_id_of_its_own(raw: Path) -> None:
    edit(raw, f"document: {NEXT}", f"document: {FIRST}", file=TEXT.replace(".txt", ".yaml"))
    assert f"document id '{FIRST}' is taken by" in refusal(raw)


def test_a_figure_that_both_editions_misprint_is_corrected_in_each(raw: Path, reference: Path) -> None:
    ota = raw / "13111-ota"
    for suffix in (".txt", ".yaml"):
        shutil.copy(
            ota / f"informatization-plan-v5-summary{suffix}", ota / f"informatization-plan-v5-summary-again{suffix}"
        )
    edit(
        raw,
        "document: ota-plan-v5-summary",
        "document: ota-plan-v5-summary-again",
        file="13111-ota/informatization-plan-v5-summary-again.yaml",
    )
    message = refusal(raw, reference)
    assert "informatization-plan-v5-summary-again.txt:" in message
    assert "add a correction of table kpi_values, row ota-2021-cashless_points|2024|actual, column value" in message
    assert "in document 'ota-plan-v5-summary-again'" in message

    row = "ota-2021-cashless_points|2024|actual"
    add_correction(
        reference,
        document="ota-plan-v5-summary-again",
        table="kpi_values",
        row=row,
        column="value",
        printed="101 * 40窓口",
        curated=None,
    )
    tables = curate(raw, reference)
    found = tables["corrections"].filter(table_name="kpi_values", row_id=row)
    cited = found.join(tables["citations"], on="citation_id")
    assert cited.select("document_id", "document_id_right", "quote").rows() == [
        (document, document, "101 * 40窓口") for document in ("ota-plan-v5-summary", "ota-plan-v5-summary-again")
    ]
    build_database(tables, raw.parent / "wards.duckdb")
