"""Are the themes reliable, and does docs/themes.md say so truly? Two coders who saw the codebook and titles, and us."""

import random
import re
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path

import duckdb
import polars as pl
import pytest

from analysis.documents.paths import project_root, reference_folder
from analysis.errors import WardPlansError
from analysis.publishing.reliability import agreement, read_coding
from analysis.publishing.theme_codebook import write_theme_codebook
from command_line import succeeded, wardplans

COMMITTED = project_root() / "docs" / "themes.md"
CODINGS = reference_folder() / "theme_codings"
Tables = Mapping[str, pl.DataFrame]


@pytest.fixture(scope="module")
def page(built_database: Path, tmp_path_factory: pytest.TempPathFactory) -> str:
    target = tmp_path_factory.mktemp("themes") / "docs" / "themes.md"
    write_theme_codebook(built_database, CODINGS, target)
    return target.read_text(encoding="utf-8")


@pytest.fixture
def codings(tmp_path: Path) -> Path:
    """A copy of the codings that a test may edit."""
    return Path(shutil.copytree(CODINGS, tmp_path / "theme_codings"))


@pytest.fixture(scope="module")
def themes(curated_tables: Tables) -> Mapping[str, list[str]]:
    """The primary theme of every item but repetitions, in one order of the items: ours, coder A's and coder B's."""
    items = curated_tables["measures"].filter(pl.col("repeats_measure_id").is_null())["measure_id"].sort().to_list()
    primary = curated_tables["measure_themes"].filter(pl.col("is_primary"))
    by_name = {"ours": dict(primary.select("measure_id", "theme_id").iter_rows())}
    known = set(curated_tables["themes"]["theme_id"])
    by_name |= {name: read_coding(CODINGS / f"coder_{name}.csv", items, known) for name in ("a", "b")}
    return {name: [coding[item] for item in items] for name, coding in by_name.items()}


def rows(page: str, heading: str) -> list[list[str]]:
    """The cells of the rows of the first table below a heading."""
    section = re.split(r"^##+ ", page.split(f"# {heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


# -- the measure ----------------------------------------------------------------------------------------------


def test_alpha_is_one_on_agreement() -> None:
    coding = ["T01", "T02", "T01", "T03"]
    measured = agreement([coding, coding, coding])
    assert (measured.items, measured.alpha, measured.low, measured.high, measured.share) == (4, 1, 1, 1, 1)


def test_alpha_of_a_worked_example() -> None:
    measured = agreement([["x", "x", "x", "y", "y", "y"], ["x", "x", "y", "y", "y", "y"]])
    # Twelve coincidences: x with x four times, y with y six times, and one each way; five values are x, seven are y.
    assert measured.alpha == pytest.approx(1 - (2 / 12) / (70 / 132))
    assert measured.share == pytest.approx(5 / 6)
    assert measured.low <= measured.alpha <= measured.high


def test_alpha_falls_below_zero_where_coders_contradict_each_other() -> None:
    assert agreement([["x", "y", "x", "y"], ["y", "x", "y", "x"]]).alpha < 0


def test_there_is_no_alpha_where_one_theme_alone_was_given() -> None:
    measured = agreement([["x", "x"], ["x", "x"]])
    assert str(measured.alpha) == str(measured.low) == str(measured.high) == "nan"
    assert measured.share == 1


def test_alpha_falls_when_codings_are_shuffled(themes: Mapping[str, list[str]]) -> None:
    whole = agreement([themes["a"], themes["b"]]).alpha
    some = [*random.Random(0).sample(themes["b"][:100], 100), *themes["b"][100:]]
    everything = random.Random(0).sample(themes["b"], len(themes["b"]))
    partly, by_chance = (agreement([themes["a"], shuffled]).alpha for shuffled in (some, everything))
    assert whole > partly > by_chance
    assert by_chance == pytest.approx(0, abs=0.05)


def test_an_interval_is_the_same_each_time(themes: Mapping[str, list[str]]) -> None:
    measured = agreement([themes["ours"], themes["a"]])
    assert measured == agreement([themes["ours"], themes["a"]])
    assert measured.low < measured.alpha < measured.high < 1


# -- the coding -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("coders", [("a", "b"), ("a", "ours"), ("b", "ours"), ("a", "b", "ours")], ids="-".join)
def test_coders_agree_on_the_codebook(themes: Mapping[str, list[str]], coders: tuple[str, ...]) -> None:
    assert agreement([themes[coder] for coder in coders]).alpha >= 0.80


def test_every_item_has_one_primary_theme(curated_tables: Tables) -> None:
    primary = curated_tables["measure_themes"].filter(pl.col("is_primary"))
    assert set(primary["measure_id"]) == set(curated_tables["measures"]["measure_id"])
    assert primary["measure_id"].is_unique().all()


def test_what_ota_marks_as_a_national_item_has_a_theme_of_the_national_plan(curated_tables: Tables) -> None:
    """Ota's ★ are labels from outside: most of them fall under a theme that names an item of the national plan."""
    primary = curated_tables["measure_themes"].filter(pl.col("is_primary"))
    ours = dict(primary.select("measure_id", "theme_id").iter_rows())
    national = dict(curated_tables["themes"].select("theme_id", "national_item_ja").iter_rows())
    starred = curated_tables["measures"].filter(pl.col("is_national_priority"))["measure_id"].to_list()
    assert len(starred) == 14
    assert sum(national[ours[measure_id]] is not None for measure_id in starred) >= 12


# -- the page -------------------------------------------------------------------------------------------------


def test_the_committed_page_is_what_a_fresh_one_gives(page: str) -> None:
    assert COMMITTED.read_text(encoding="utf-8") == page, "docs/themes.md is old; run `make export`"


def test_the_command_writes_it_where_it_is_told(built_database: Path, tmp_path: Path, page: str) -> None:
    docs = tmp_path / "elsewhere"
    succeeded(wardplans("export", "--database", built_database, "--out", tmp_path / "csv", "--docs", docs))
    assert (docs / "themes.md").read_text(encoding="utf-8") == page


def test_every_row_has_as_many_cells_as_its_header(page: str) -> None:
    width = 0
    for line in page.splitlines():
        cells = len(re.findall(r"(?<!\\)\|", line)) if line.startswith("|") else 0
        assert not width or not cells or cells == width, line
        width = cells


def test_every_theme_is_there_with_its_count(
    page: str, curated_tables: Tables, themes: Mapping[str, list[str]]
) -> None:
    expected = {theme: themes["ours"].count(theme) for theme in curated_tables["themes"]["theme_id"]}
    *counted, totals = rows(page, "Items of each theme")
    assert {theme.strip("`"): int(by_ward[-1]) for theme, _, *by_ward in counted} == expected
    assert int(totals[-1]) == len(themes["ours"])
    assert [theme.strip("`") for theme, *_ in rows(page, "The codebook")] == sorted(expected)
    _, by_rule, by_hand = rows(page, "How items are coded")[-1]
    assert int(by_rule) + int(by_hand) == len(themes["ours"])


def test_every_item_on_which_not_all_agree_is_listed(page: str, themes: Mapping[str, list[str]]) -> None:
    codings = zip(themes["ours"], themes["a"], themes["b"], strict=True)
    split = sorted(given for given in codings if len(set(given)) > 1)
    listed = rows(page, "Items on which not all agree")
    assert sorted(tuple(cell.strip("`") for cell in row[-3:]) for row in listed) == split


@pytest.mark.parametrize(("row", "column"), [("A", "B"), ("ours", "A"), ("ours", "B")])
def test_a_confusion_matrix_holds_every_item(page: str, themes: Mapping[str, list[str]], row: str, column: str) -> None:
    matrix = rows(page, f"Confusion: {row} and {column}")
    cells = [[int(cell or 0) for cell in line[1:]] for line in matrix]
    pairs = list(zip(themes[row.lower()], themes[column.lower()], strict=True))
    assert sum(map(sum, cells)) == len(pairs)
    assert sum(cells[number][number] for number in range(len(cells))) == sum(one == other for one, other in pairs)
    assert {line[0].strip("`"): sum(counts) for line, counts in zip(matrix, cells, strict=True)} == {
        line[0].strip("`"): themes[row.lower()].count(line[0].strip("`")) for line in matrix
    }


def test_the_page_gives_the_alphas_of_the_data(page: str, themes: Mapping[str, list[str]]) -> None:
    stated = {compared: alpha for ward, compared, _, alpha, *_ in rows(page, "Reliability") if ward == "all"}
    assert stated["A – B"] == f"{agreement([themes['a'], themes['b']]).alpha:.3f}"
    assert stated["all three"] == f"{agreement(list(themes.values())).alpha:.3f}"


# -- refusals -------------------------------------------------------------------------------------------------


def without(measure_id: str) -> Callable[[str], str]:
    return lambda text: re.sub(rf"^{measure_id},.*\n", "", text, flags=re.MULTILINE)


@pytest.mark.parametrize(
    ("edit", "expected"),
    [
        (
            lambda text: text + "ota-2021-measure-99,T01,\n",
            "no items of a plan, or repetitions of one: ota-2021-measure-99",
        ),
        (lambda text: text + "ota-2021-measure-1,T01,\n", "'ota-2021-measure-1' is coded twice"),
        (lambda text: re.sub("(?m)^ota-2021-measure-1,T..", "ota-2021-measure-1,T99", text), "unknown theme 'T99'"),
        (lambda text: text.replace("primary", "theme", 1), "met columns"),
        (lambda text: text + "ota-2021-measure-1,T01\n", "more or fewer cells than the header"),
    ],
    ids=["unknown item", "twice", "unknown theme", "columns", "cells"],
)
def test_a_coding_that_does_not_fit_is_refused(
    built_database: Path, codings: Path, tmp_path: Path, edit: Callable[[str], str], expected: str
) -> None:
    coder = codings / "coder_b.csv"
    coder.write_text(edit(coder.read_text(encoding="utf-8")), encoding="utf-8")
    target = tmp_path / "themes.md"
    target.write_text("old", encoding="utf-8")
    with pytest.raises(WardPlansError, match=expected) as refused:
        write_theme_codebook(built_database, codings, target)
    assert str(refused.value).startswith(str(coder))
    assert target.read_text(encoding="utf-8") == "old"


def test_codings_that_are_not_there_are_refused(built_database: Path, tmp_path: Path) -> None:
    with pytest.raises(WardPlansError, match=r"coder_a\.csv: cannot be read"):
        write_theme_codebook(built_database, tmp_path, tmp_path / "themes.md")


def test_an_item_that_nobody_coded_is_named(built_database: Path, tmp_path: Path) -> None:
    database = Path(shutil.copy(built_database, tmp_path / "wards.duckdb"))
    with duckdb.connect(database) as connection:
        connection.execute("DELETE FROM measure_themes WHERE measure_id = 'ota-2021-measure-1'")
    with pytest.raises(WardPlansError, match=r"items without a theme, .*: ota-2021-measure-1$"):
        write_theme_codebook(database, CODINGS, tmp_path / "themes.md")


def test_a_target_that_cannot_be_written_is_refused(built_database: Path, tmp_path: Path) -> None:
    (tmp_path / "page.md").mkdir()
    with pytest.raises(WardPlansError, match="cannot write"):
        write_theme_codebook(built_database, CODINGS, tmp_path / "page.md")


def test_an_item_that_a_coder_has_not_coded_yet_is_left_out_by_number(
    built_database: Path, codings: Path, tmp_path: Path
) -> None:
    whole, part = tmp_path / "whole.md", tmp_path / "part.md"
    write_theme_codebook(built_database, codings, whole)
    coder = codings / "coder_b.csv"
    coder.write_text(without("ota-2021-measure-1")(coder.read_text(encoding="utf-8")), encoding="utf-8")
    write_theme_codebook(built_database, codings, part)
    assert "follows: 0 items." in whole.read_text(encoding="utf-8").replace("\n", " ")
    assert "follows: 1 items." in part.read_text(encoding="utf-8").replace("\n", " ")
