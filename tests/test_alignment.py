"""Which column a cell belongs to: nothing moves that fits, nothing moves without proof, and a tie is no answer."""

import re
from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from analysis.reading.alignment import AlignmentError, ColumnShape, align


def column(pattern: str, *, anchor: bool = False, follows: bool = False) -> ColumnShape:
    compiled = re.compile(pattern)

    def matches(text: str) -> bool:
        return compiled.fullmatch(text) is not None

    return ColumnShape(matches, matches if anchor else None, follows)


ANY = column(".+")
CODE = column(r"\d+-\d+", anchor=True)
TITLE = column(".+", follows=True)
STATUS = column("[○△]", anchor=True)
OFFICE = column(".+課", anchor=True)
TABLE = (CODE, TITLE, ANY, STATUS, ANY, OFFICE)


def placed(cells: Sequence[str], columns: Sequence[ColumnShape] = TABLE) -> list[str]:
    """The texts of the cells in the order of the columns."""
    return ["" if cell is None else cells[cell] for cell in align(cells, columns)]


# -- examples -----------------------------------------------------------------------------------------------


def test_a_whole_row_stays_as_it_is() -> None:
    row = ["1-1", "普及促進", "窓口の拡大", "○", "図った", "住民課"]
    assert placed(row) == row


def test_blank_cells_stay_blank() -> None:
    assert placed(["", "", "利用促進", "○", "", "住民課"]) == ["", "", "利用促進", "○", "", "住民課"]
    assert placed(["", "", "利用促進"]) == ["", "", "利用促進", "", "", ""]
    assert placed([]) == [""] * 6


@pytest.mark.parametrize("blanks", [0, 1, 3, 5])
def test_a_row_that_stands_off_is_moved_back_as_a_whole(blanks: int) -> None:
    row = [*[""] * blanks, "利用促進", "○", "図った", "住民課"]
    assert placed(row) == ["", "", "利用促進", "○", "図った", "住民課"]


def test_a_stretch_that_stands_off_is_moved_back_alone() -> None:
    """As in Nakano: an extra tab before the last cell."""
    row = ["1-1", "普及促進", "窓口の拡大", "○", "図った", "", "住民課"]
    assert placed(row) == ["1-1", "普及促進", "窓口の拡大", "○", "図った", "住民課"]


def test_without_an_anchor_nothing_is_moved() -> None:
    with pytest.raises(AlignmentError, match="do not fit"):
        align(["x"], (column("a"), column("x")))
    with pytest.raises(AlignmentError, match="do not fit"):
        align(["", "利用促進"], TABLE)


def test_each_stretch_that_is_moved_needs_an_anchor_of_its_own() -> None:
    with pytest.raises(AlignmentError):
        align(["x", "", "住民課"], (OFFICE, ANY, OFFICE))


def test_a_cell_that_an_anchor_claims_stands_nowhere_else() -> None:
    with pytest.raises(AlignmentError):
        align(["", "", "○", "○"], TABLE)


def test_two_ways_are_no_answer() -> None:
    with pytest.raises(AlignmentError, match="more than one way"):
        align(["", "○"], (STATUS, column("x"), STATUS))
    with pytest.raises(AlignmentError, match="more than one way"):
        align(["図った", "○"], (ANY, STATUS, ANY, STATUS, ANY, STATUS)[1:])


def test_more_cells_than_columns_do_not_fit() -> None:
    with pytest.raises(AlignmentError):
        align(["a", "b", "c"], (ANY, ANY))


def test_a_title_stands_only_beside_its_code() -> None:
    assert placed(["", "利用促進", "○", "図った", "住民課"]) == ["", "", "利用促進", "○", "図った", "住民課"]


# -- properties ---------------------------------------------------------------------------------------------

TEXTS = st.sampled_from(["", "", "1-1", "2-3", "○", "△", "住民課", "税務課", "あ", "い", "う"])
COLUMNS = st.lists(st.sampled_from([ANY, CODE, STATUS, OFFICE, column("あ|い"), column("う")]), min_size=1, max_size=7)


def claimed(text: str, columns: Sequence[ColumnShape]) -> bool:
    return any(shape.claims(text) for shape in columns if shape.claims)


@given(st.data())
def test_a_row_that_fits_where_it_stands_is_not_moved(data: st.DataObject) -> None:
    columns = data.draw(COLUMNS)
    choices = {
        number: [
            text
            for text in ("1-1", "○", "住民課", "あ", "う")
            if shape.accepts(text) and (shape.is_anchor or not claimed(text, columns))
        ]
        for number, shape in enumerate(columns)
    }
    cells = [data.draw(st.sampled_from(["", *choices[number]])) for number in range(len(columns))]
    assert align(cells, columns) == [number if text else None for number, text in enumerate(cells)]


@given(st.lists(TEXTS, max_size=8), st.lists(st.sampled_from([ANY, column("あ|い"), column("う")]), max_size=7))
def test_no_row_is_moved_in_a_table_without_anchors(cells: list[str], columns: list[ColumnShape]) -> None:
    try:
        by_column = align(cells, columns)
    except AlignmentError:
        return
    assert all(cell is None or cell == number for number, cell in enumerate(by_column))


@given(st.lists(TEXTS, max_size=8), COLUMNS)
def test_an_answer_keeps_every_cell_in_order_and_moves_none_without_proof(
    cells: list[str], columns: list[ColumnShape]
) -> None:
    try:
        by_column = align(cells, columns)
    except AlignmentError:
        return
    assert len(by_column) == len(columns)
    used = [cell for cell in by_column if cell is not None]
    assert used == [number for number, text in enumerate(cells) if text]
    for number, cell in enumerate(by_column):
        if cell is None:
            continue
        assert columns[number].accepts(cells[cell])
        assert columns[number].is_anchor or not claimed(cells[cell], columns)
        if number != cell:
            stretch = [at for at, other in enumerate(by_column) if other is not None and at - other == number - cell]
            assert any(columns[at].is_anchor for at in stretch)


@given(st.lists(st.sampled_from(["あ", "い"]), min_size=1, max_size=3), st.integers(0, 5))
def test_a_shifted_row_reads_like_the_row_that_was_not_shifted(texts: list[str], blanks: int) -> None:
    columns = (CODE, *[column("あ|い")] * 3, OFFICE)
    row = ["1-1", *texts, *[""] * (3 - len(texts)), "住民課"]
    assert placed([*[""] * blanks, *row], columns) == row
