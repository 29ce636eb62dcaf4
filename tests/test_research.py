"""A researcher's session: questions about the wards, asked with `import analysis` and nothing else."""

import hashlib
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from functools import cache, partial
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

import analysis
from analysis.documents import paths

THEMES = [f"T{number:02}" for number in range(19)]


@pytest.fixture(autouse=True)
def _default_database(built_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a connection the questions go to the checkout's database: here, to the one that was just built."""
    monkeypatch.setattr(paths, "database_path", lambda: built_database)


# -- the session --------------------------------------------------------------------------------------------


def test_which_wards_publish_online_procedures_and_of_what_kind() -> None:
    said = analysis.coverage(indicator="online_procedures")
    assert dict(said.select("ward_name_ja", "coverage").iter_rows()) == {
        "港区": "mentioned",
        "墨田区": "mentioned",
        "江東区": "mentioned",
        "大田区": "published",
        "中野区": "mentioned",
    }
    figures = analysis.compare("online_procedures").filter(
        pl.col("value_type").is_null() | (pl.col("value_type") == "actual")
    )
    kinds = figures.group_by("ward_name_ja", "unit_ja", "nature", maintain_order=True).agg(pl.col("value").sort())
    assert kinds.rows() == [
        ("江東区", "手続", "increment", [12.0, 15.0]),
        ("大田区", "手続", "stock", [14.0, 16.0, 35.0, 39.0, 49.0, 93.0, 96.0, 288.0]),
        ("中野区", "手続", "increment", [19.0]),
        ("中野区", "手続", None, [5.0]),
        ("中野区", "手続", "stock", [24.0]),
        ("中野区", "件", "flow", [1_790_000.0, 2_000_000.0]),
    ]
    # No two of them count the same thing: there is nothing to rank, and it is said why.
    assert set(figures["comparability"]) == {"related"}
    with pytest.raises(analysis.WardPlansError, match=r"0 of 5 wards with comparable figures, .*Ota: "):
        analysis.rank("online_procedures", 2022)
    assert (
        "list of procedures counted"
        in analysis.indicators("T01").filter(indicator_id="online_procedures")["needed_en"].item()
    )


def test_did_ota_meet_its_own_targets_and_by_how_much() -> None:
    answers = analysis.achievement("online_procedures_priority", ["ota"])
    columns = ("fiscal_year", "target", "actual", "is_met", "gap", "achievement_ratio", "ratio_refusal")
    priority = answers.filter(kpi_id="ota-2021-online_procedures_priority")
    assert priority.select(columns).rows() == [
        (2021, 35.0, 35.0, True, 0.0, 1.0, None),
        (2022, 40.0, 49.0, True, 9.0, 1.225, None),
        (2023, 45.0, 93.0, None, None, None, "break"),
        (2024, 49.0, 288.0, None, None, None, "break"),
    ]
    life_event = answers.filter(kpi_id="ota-2021-online_procedures_life_event")
    assert life_event.select(columns).rows() == [
        (2021, 16.0, 14.0, False, -2.0, 14 / 16, None),
        (2022, 22.0, 16.0, False, -6.0, 16 / 22, None),
        (2023, 28.0, 39.0, None, None, None, "break"),
        (2024, 34.0, 96.0, None, None, None, "break"),
    ]
    # From the 29 and 14 of FY2019.
    assert priority.select("baseline", "baseline_fiscal_year").unique().rows() == [(29.0, 2019)]
    assert priority["progress_from_baseline"].to_list() == [1.0, 20 / 11, None, None]
    assert life_event["progress_from_baseline"].to_list() == [0.0, 0.25, None, None]


def test_how_did_nakano_s_incidents_move_against_a_target_of_zero() -> None:
    moved = analysis.trend("security_incidents", ["nakano"])
    columns = ("fiscal_year", "value", "previous_fiscal_year", "change", "change_meaning", "change_refusal")
    assert moved.select(columns).rows() == [
        (2022, 9.0, None, None, None, "first_figure"),
        (2023, 10.0, 2022, 1.0, "change_of_flow", None),
    ]
    judged = analysis.achievement("security_incidents", ["nakano"], [2023]).row(0, named=True)
    assert (judged["target"], judged["actual"], judged["is_met"], judged["gap"]) == (0.0, 10.0, False, 10.0)
    assert (judged["achievement_ratio"], judged["ratio_refusal"]) == (None, "lower_is_better")
    assert analysis.cite(judged).startswith(
        "中野区「第 2 次中野区地域情報化推進計画改定版の進捗状況等について」38行目、「10件」。"
    )


def test_which_wards_speak_of_generative_ai_and_in_what_words() -> None:
    said = analysis.search("生成AI", "ChatGPT")
    assert said.select("ward_name_ja", "line", "header_ja", "quote").rows() == [
        ("中野区", 134, None, "生成AIの活用"),
        (
            *("中野区", 134, "取組結果 (令和5年度)"),
            "また、ユニファイド・コミュニケーションの各アプリと連携した生成AIについても、"
            "デモやアイデアソンを通じて活用可能性を確認した。",
        ),
        ("中野区", 134, "令和6年度の取組予定", "全庁での生成AIの活用を開始する。"),
        (
            *("中野区", 134, "令和6年度の取組予定"),
            "また、ユニファイド・コミュニケーションの各アプリと連携した生成AIについて、検証を行う。",
        ),
    ]
    lines = raw_text("informatization-plan-progress-fy2023.txt").split("\n")
    assert all(quote in lines[line - 1] for quote, line in said.select("quote", "line").iter_rows())
    # Nothing was overlooked: no other line of any document holds the words.
    for file in paths.raw_folder().glob("*/*.txt"):
        found = [number for number, line in enumerate(raw_text(file.name).split("\n"), start=1) if "生成AI" in line]
        assert found == ([134] if file.parent.name == "13114-nakano" else [])


def test_which_themes_does_one_ward_cover_that_another_does_not() -> None:
    counts = analysis.theme_counts(["koto", "nakano"])
    by_ward = counts.with_columns(all=pl.col("item_count") + pl.col("secondary_count"))
    by_theme = by_ward.pivot(on="ward_name_en", index="theme_name_ja", values="all")
    assert by_theme.filter((pl.col("Koto") == 0) & (pl.col("Nakano") > 0))["theme_name_ja"].to_list() == [
        "窓口サービスの改革",
        "キャッシュレス・公金収納",
        "働き方改革",
        "情報発信・区民参加",
        "福祉・健康・子育て",
        "防災・まちづくり・環境",
        "産業・地域経済・連携",
    ]
    assert by_theme.filter((pl.col("Nakano") == 0) & (pl.col("Koto") > 0))["theme_name_ja"].to_list() == [
        "教育・図書館・文化"
    ]
    # What stands behind a zero and behind a number: no item at all, and so many items.
    assert analysis.side_by_side("キャッシュレス・公金収納", ["koto"]).select("statement", "quote").rows() == [
        ("nothing", None)
    ]
    payment = analysis.measures("キャッシュレス・公金収納", ["nakano"]).filter(
        pl.col("is_lowest_level") & pl.col("repeats_measure_id").is_null()
    )
    assert payment.height == by_theme.filter(theme_name_ja="キャッシュレス・公金収納")["Nakano"].item() == 4
    # Every item of a ward has one main theme: the shares add up.
    assert counts.group_by("ward_name_en").agg(pl.col("share").sum())["share"].to_list() == pytest.approx([1.0, 1.0])


def test_who_is_ahead_in_cards_is_told_by_the_ministry_alone() -> None:
    first = analysis.rank("card_issuance_rate", 2022).row(0, named=True)
    assert (first["ward_name_ja"], first["indicator_value"], str(first["as_of"])) == ("中央区", 67.4, "2022-12-31")
    # Nakano's own rate for that year is higher than the ministry's, and counted three months later.
    checked = analysis.cross_checks("card_issuance_rate").row(0, named=True)
    assert (checked["ward_name_ja"], checked["value"], checked["statistic_value"]) == ("中野区", 62.3, 55.7)
    assert checked["difference"] == pytest.approx(6.6)
    assert checked["days_to_year_end"] == 90
    assert checked["comparability"] == "related"


def test_how_far_do_the_wards_say_they_have_come() -> None:
    told = analysis.progress()
    assert told.select("ward_name_ja", "fiscal_year", "label_ja", "item_count", "rated_count").rows() == [
        ("墨田区", 2018, "達成", 4, 10),
        ("墨田区", 2018, "継続", 4, 10),
        ("墨田区", 2018, "再検討", 2, 10),
        ("中野区", 2023, "○", 105, 105),
    ]
    assert set(told["comparability"]) == {"related"}
    assert [len(citations) for citations in told["citation_ids"]] == told["item_count"].to_list()


# -- every answer can be judged and cited -------------------------------------------------------------------

Ask = Callable[..., pl.DataFrame]
"""A function of the module with its connection given."""

FIGURES: dict[str, Callable[[Ask, list[str]], Iterable[pl.DataFrame]]] = {
    "achievement": lambda ask, names: [ask(), *(ask(name) for name in names)],
    "card_counts": lambda ask, _: [ask()],
    "compare": lambda ask, names: [ask(name) for name in names],
    "cross_checks": lambda ask, names: [ask(name) for name in names],
    "highlights": lambda ask, _: [ask(), ask(most=100)],
    "observations": lambda ask, _: [ask(), ask(years=[2023])],
    "rank": lambda ask, names: given(ask, names),
    "series_notes": lambda ask, names: [ask(name) for name in names],
    "total": lambda ask, names: given(ask, names),
    "trend": lambda ask, names: [ask(name) for name in names],
}
STATEMENTS: dict[str, Callable[[Ask, list[str]], Iterable[pl.DataFrame]]] = {
    "corrections": lambda ask, _: [ask()],
    "measures": lambda ask, _: [ask(), *(ask(theme) for theme in THEMES)],
    "mentions": lambda ask, names: [ask(name, most=10_000) for name in names],
    "plan_items": lambda ask, _: [ask()],
    "progress": lambda ask, _: [ask()],
    "reconciliations": lambda ask, _: [ask()],
    "results": lambda ask, _: [ask()],
    "search": lambda ask, _: [ask("。"), ask("RPA", "オンライン"), ask("手続", wards=["ota"])],
    "side_by_side": lambda ask, _: [ask(theme) for theme in THEMES],
}
COUNTS = {"coverage", "holdings", "indicators", "line_account", "profiles", "quality", "theme_counts", "wards"}
"""What counts rows of the database or describes it: there is no single place where that is printed."""
OTHERS = {
    *("WardPlansError", "cite", "open_database", "sql", "to_increments", "to_levels"),
    *("changed_documents", "changes"),  # of two builds: see test_changes
}


def given(ask: Ask, names: list[str]) -> Iterator[pl.DataFrame]:
    """Yield the rankings or sums that are not declined; of what is only related all are (see test_comparison)."""
    comparable = analysis.indicators().filter(pl.col("best_comparability") != "related")["indicator_id"].to_list()
    assert set(comparable) < set(names)
    for name in comparable:
        for year in range(2016, 2025):
            with suppress(analysis.WardPlansError):
                yield ask(name, year)


@pytest.fixture(scope="module")
def answers(built_database: Path) -> Iterator[Callable[[str], list[pl.DataFrame]]]:
    """What a function answers, asked about every indicator or theme."""
    with analysis.open_database(built_database) as connection:
        names = analysis.indicators(connection=connection)["indicator_id"].to_list()
        assert len(names) == 40

        @cache
        def asked(function: str) -> list[pl.DataFrame]:
            ask = partial(getattr(analysis, function), connection=connection)
            return list({**FIGURES, **STATEMENTS}[function](ask, names))

        yield asked


@pytest.fixture(scope="module")
def citations(built_database: Path) -> dict[str, dict[str, Any]]:
    """Every citation of the database."""
    with analysis.open_database(built_database) as connection:
        rows = connection.sql("SELECT * FROM citation_texts").pl().to_dicts()
    return {row["citation_id"]: row for row in rows}


def raw_text(name: str) -> str:
    """Return the characters of a raw document or reference table as they are in the file."""
    (file,) = [*paths.raw_folder().glob(f"*/{name}"), *paths.reference_folder().glob(name)]
    return file.read_bytes().decode("utf-8")


def test_every_name_is_asked_in_this_module() -> None:
    assert set(analysis.__all__) == {*FIGURES, *STATEMENTS, *COUNTS, *OTHERS}


def test_every_citation_is_what_its_file_holds_at_its_place(citations: dict[str, dict[str, Any]]) -> None:
    texts = {name: raw_text(name) for name in {row["file_name"] for row in citations.values()}}
    assert len(texts) == 6
    for row in citations.values():
        text = texts[row["file_name"]]
        assert text[row["char_start"] : row["char_end"]] == row["quote"], row["citation_id"]
        assert text.count("\n", 0, row["char_start"]) + 1 == row["line_start"], row["citation_id"]
        assert text.count("\n", 0, row["char_end"] - 1) + 1 == row["line_end"], row["citation_id"]
        assert hashlib.sha256(text.encode()).hexdigest() == row["sha256"]


@pytest.mark.parametrize("function", [*FIGURES, *STATEMENTS])
def test_every_row_is_cited(
    function: str, answers: Callable[[str], list[pl.DataFrame]], citations: dict[str, dict[str, Any]]
) -> None:
    assert sum(answer.height for answer in answers(function)) > 0
    for answer in answers(function):
        for row in answer.iter_rows(named=True):
            if function == "total":
                assert len(row["citation_ids"]) == row["ward_count"] == len(set(row["citation_ids"]))
            elif row.get("statement") == "nothing" or row.get("refusal_en") == "no figure for this year":
                assert row["citation_id"] is row["quote"] is row["line"] is None
            else:
                cited = citations[row["citation_id"]]
                assert row["line"] == cited["line_start"]
                assert row.get("quote", cited["quote"]) == cited["quote"]
                # A ward's statement is in a document of the ward's, its count in a row of the statistic about it.
                assert row["ward_code"] == cited["ward_code"]
            beside = [row[name] for name in row if name.endswith("_citation_id") and row[name] is not None]
            assert {*beside, *row.get("citation_ids", ())} <= set(citations)


@pytest.mark.parametrize("function", FIGURES)
def test_every_figure_says_what_it_is_and_how_far_it_compares(
    function: str, answers: Callable[[str], list[pl.DataFrame]]
) -> None:
    for answer in answers(function):
        assert {"unit_ja", "unit_en", "nature", "comparability"} <= set(answer.columns)
        told = answer
        if function == "rank":
            told = answer.filter(pl.col("rank").is_not_null())
            assert answer.filter(pl.col("rank").is_null()).select("indicator_value", "value").null_count().row(0) == (
                (answer.height - told.height,) * 2
            )
        assert told.select("unit_ja", "unit_en", "comparability").null_count().row(0) == (0, 0, 0)
        assert set(told["comparability"]) <= {"direct", "convertible", "related"}
        assert set(told["nature"]) <= {"stock", "flow", "cumulative", "increment", "ratio", None}
        # What is only related has no value that could be compared.
        if "indicator_value" in answer.columns:
            assert told.filter(pl.col("comparability") == "related")["indicator_value"].null_count() == (
                told.filter(pl.col("comparability") == "related").height
            )


# -- as pandas frames ---------------------------------------------------------------------------------------

ASKED: dict[str, tuple[Any, ...]] = {
    "achievement": (),
    "card_counts": (["ota", "nakano"],),
    "compare": ("card_issuance_rate",),
    "corrections": (),
    "coverage": (),
    "cross_checks": ("card_issuance_rate",),
    "highlights": (),
    "holdings": (),
    "indicators": (),
    "line_account": (),
    "measures": ("T05",),
    "mentions": ("rpa_tasks",),
    "observations": (["ota", "koto"],),
    "plan_items": (),
    "profiles": (),
    "progress": (),
    "quality": (),
    "rank": ("card_issuance_rate", 2022),
    "reconciliations": (),
    "results": (),
    "search": ("RPA", "AI"),
    "series_notes": ("rpa_hours_saved",),
    "side_by_side": ("T04",),
    "theme_counts": (),
    "total": ("cards_issued_total", 2022),
    "trend": ("paper_records",),
    "wards": (),
}


def plain(value: Any) -> Any:
    """Return a cell of either kind of frame as what it says: None for what is missing, dates and lists as such."""
    if isinstance(value, list | tuple) or type(value).__name__ == "ndarray":
        return [plain(part) for part in value]
    if value is None or value != value:
        return None
    return value.date() if hasattr(value, "date") else value


@pytest.mark.parametrize("function", ASKED)
def test_a_pandas_frame_holds_the_same(function: str) -> None:
    question, arguments = getattr(analysis, function), ASKED[function]
    polars, pandas = question(*arguments), question(*arguments, frame="pandas")
    assert type(pandas).__module__.partition(".")[0] == "pandas"
    assert list(pandas.columns) == polars.columns
    assert len(pandas) == polars.height > 0
    for name in polars.columns:
        assert [plain(value) for value in pandas[name]] == [plain(value) for value in polars[name].to_list()], name


def test_every_frame_is_asked_for_as_pandas() -> None:
    assert set(ASKED) == set(analysis.__all__) - OTHERS


# -- the module itself --------------------------------------------------------------------------------------


def test_importing_the_module_loads_no_heavy_library_until_one_is_needed() -> None:
    script = (
        "import sys, analysis\n"
        "heavy = {'polars', 'pandas', 'duckdb', 'numpy', 'altair'}\n"
        "print(sorted(heavy & set(sys.modules)))\n"
        "print(analysis.to_levels((2022, 5), {2023: 19}))\n"
        "print(sorted(heavy & set(sys.modules)))\n"
    )
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    first, answer, after = run.stdout.splitlines()
    assert first == "[]"
    assert answer == "{2022: 5, 2023: 24}"
    assert "polars" in after


def test_the_module_lists_what_it_has() -> None:
    assert dir(analysis) == sorted(analysis.__all__)
    assert len(set(analysis.__all__)) == len(analysis.__all__)
    for name in analysis.__all__:
        assert getattr(analysis, name).__doc__, name
    with pytest.raises(AttributeError, match=r"^module 'analysis' has no attribute 'league_table'$"):
        analysis.league_table  # noqa: B018


def test_a_connection_is_used_and_left_open(built_database: Path) -> None:
    with analysis.open_database(built_database) as connection:
        given = analysis.compare("rpa_hours_saved", connection=connection)
        assert given.equals(analysis.compare("rpa_hours_saved"))
        assert connection.sql("SELECT 1").fetchall() == [(1,)]


def test_without_a_database_it_is_said_how_to_make_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "database_path", lambda: tmp_path / "wards.duckdb")
    with pytest.raises(analysis.WardPlansError, match=r"^no database at .*: run `wardplans build` first$"):
        analysis.compare("rpa_hours_saved")


def test_a_question_changes_nothing(built_database: Path) -> None:
    with analysis.open_database(built_database) as connection, pytest.raises(duckdb.Error):
        connection.execute("DELETE FROM kpi_values")
