"""The tile-grid map: every ward a square of the same size, about where it lies."""

import altair as alt
import polars as pl

from analysis.charts.composed import OWN_COLORS, Layers
from analysis.charts.frames import AnyFrame, filled, required
from analysis.charts.theme import IS_NARROW, MUTED, SEQUENCE, text_on
from analysis.charts.wording import Language, choose, number, numbers, source, tooltips, translated
from analysis.errors import WardPlansError
from analysis.reading.eras import fiscal_year_label

#: The side of a square in pixels; six columns of the smaller ones fit on a phone.
_SIDE = 84
_SIDE_ON_A_PHONE = 53
_NO_FIGURE = "—"
_PER_RESIDENTS = "value_per_1000_residents"
_COMPARABLE = {"direct", "convertible"}

_COLUMNS = ("ward_code", "comparability", "unit_ja", "unit_en", "nature", "fiscal_year", "as_of", "document_title_ja")
_TILE_COLUMNS = ("ward_code", "ward_name_ja", "ward_name_en", "tile_row", "tile_column")
_DEFAULTS = {
    "name_ja": None,
    "name_en": None,
    "value_type": "actual",
    "is_approximate": False,
    "population_year": None,
    "population_as_of": None,
    "document_id": None,
}
#: What a map must not mix, and what the message calls it.
_UNMIXED = {
    "unit_ja": "units",
    "nature": "natures",
    "value_type": "value types",
    "fiscal_year": "fiscal years",
    "as_of": "dates",
}


def tile_grid_chart(
    figures: AnyFrame, tiles: AnyFrame, language: Language, *, value: str | None = None, title: str | None = None
) -> alt.VConcatChart:
    """Return a map of the wards as squares, each coloured by its one figure of the same year.

    Args:
        figures: rows of `analysis.compare` or `analysis.card_counts`, of one fiscal year or date, polars or pandas.
        tiles: rows of `analysis.wards()`, with the place of each ward.
        language: of titles, labels and the text alternative.
        value: the column to draw, in the unit of the frame: 'value_per_1000_residents', 'issuance_rate_percent' …;
            by default 'indicator_value', what is to be compared, or 'value' where the frame has no such column.
        title: of the chart; by default the name that the figures share.

    Returns:
        A map; a ward without a figure is a pale outline with a dash.

    Raises:
        WardPlansError: a frame lacks a column, no ward has a figure, a figure is neither direct nor convertible,
            figures differ in unit, nature, value type, year or date, or a ward has two figures or no place.
    """
    places = required(tiles, _TILE_COLUMNS, "tile_grid_chart", is_filled=True)
    shown = _figures(figures, value)
    _check(shown, places)
    is_rate = value == _PER_RESIDENTS
    unit = _unit(shown, is_rate, language)
    data = _tiles(shown, places, unit, language)
    name = title or _shared_name(shown, language)
    view = Layers(
        layer=[*_squares(data, unit, language), *_words(data, language)],
        data=data,
        width=_SIDE_ON_A_PHONE,
        height=_SIDE_ON_A_PHONE,
        resolve=OWN_COLORS,
    )
    # A view cannot be as large as its page allows. This one is of a single square; the others reach beyond it, and in a
    # concatenation room is made for them.
    chart: alt.VConcatChart = alt.vconcat(
        view,
        title=alt.TitleParams(
            name, subtitle=_subtitle(shown, unit, language, is_rate=is_rate, has_gaps=shown.height < data.height)
        ),
        description=_description(data, name, unit, language),
    )
    return chart


def _figures(figures: AnyFrame, value: str | None) -> pl.DataFrame:
    """Return the rows that hold a figure, with the column to draw as `value`."""
    rows = required(figures, _COLUMNS, "tile_grid_chart")
    column = value or ("indicator_value" if "indicator_value" in rows.columns else "value")
    rows = filled(required(rows, (column,), "tile_grid_chart"), _DEFAULTS)
    return rows.with_columns(value=pl.col(column)).filter(pl.col("value").is_not_null())


def _check(figures: pl.DataFrame, tiles: pl.DataFrame) -> None:
    """Refuse figures that one colour scale would compare wrongly."""
    if figures.is_empty():
        raise WardPlansError("tile_grid_chart has nothing to draw: no ward has a figure")
    for column, name in _UNMIXED.items():
        found = figures[column].unique(maintain_order=True).to_list()
        if len(found) > 1:
            raise WardPlansError(f"a map must not mix {name}, and these figures have {', '.join(map(str, found))}")
    unfit = figures.filter(~pl.col("comparability").is_in(_COMPARABLE))
    if unfit.height:
        wards = ", ".join(unfit["ward_code"].unique(maintain_order=True))
        raise WardPlansError(f"a map compares, and the figures of {wards} cannot be: they are only related")
    twice = figures.filter(pl.col("ward_code").is_duplicated())["ward_code"].unique(maintain_order=True)
    if len(twice):
        raise WardPlansError(f"a map holds one figure a ward, and there are several of {', '.join(twice)}")
    lost = figures.join(tiles.drop_nulls(["tile_row", "tile_column"]), on="ward_code", how="anti")["ward_code"]
    if len(lost):
        raise WardPlansError(f"no place on the map for {', '.join(lost)}")


def _tiles(figures: pl.DataFrame, tiles: pl.DataFrame, unit: str, language: Language) -> pl.DataFrame:
    """Return one row a ward, with the figure that it has or a dash."""
    low, high = _extent(figures)
    wanted = ("quote", "document_title_ja", "line", "document_id", "citation_id")
    traced = [name for name in wanted if name in figures.columns]
    cells = figures.select(
        "ward_code",
        "value",
        numbers(choose(language, "約", "≈"), _decimals(figures["value"])).alias("told"),
        ((pl.col("value") - low) / (high - low)).map_elements(text_on, pl.String).alias("ink"),
        pl.lit(unit).alias("unit"),
        pl.col("as_of").dt.to_string("%Y-%m-%d"),
        *traced,
    )
    places = tiles.select("ward_code", pl.col(f"ward_name_{language}").alias("ward"), "tile_row", "tile_column")
    return places.join(cells, on="ward_code", how="left", maintain_order="left").with_columns(
        pl.col("told").fill_null(_NO_FIGURE), pl.col("ink").fill_null(MUTED)
    )


def _extent(figures: pl.DataFrame) -> tuple[float, float]:
    """Return the ends of the colour scale, apart even where all figures are the same."""
    low, high = min(figures["value"]), max(figures["value"])
    return (low, high) if low < high else (low, low + 1)


def _decimals(values: pl.Series) -> int:
    """Return how many decimals the figures are shown with: the same for all, and no more than a square holds."""
    printed = max(len(number(value).partition(".")[2]) for value in values)
    largest = max(values.abs())
    return min(printed, 1 if largest >= 100 else 2 if largest >= 1 else 4)


def _squares(data: pl.DataFrame, unit: str, language: Language) -> list[alt.Chart]:
    squares = _placed(data, language)
    color = alt.Color(
        "value:Q",
        title=unit,
        scale=alt.Scale(domain=list(_extent(data.drop_nulls("value"))), range=list(SEQUENCE)),
        legend=alt.Legend(gradientLength=160, tickCount=3, offset=12),
    )
    return [
        squares.mark_rect(stroke="white", strokeWidth=3).encode(color=color).transform_filter("isValid(datum.value)"),
        squares.mark_rect(fill="white", stroke=MUTED, strokeDash=[2, 3]).transform_filter("!isValid(datum.value)"),
    ]


def _words(data: pl.DataFrame, language: Language) -> list[alt.Chart]:
    words = _placed(data, language).encode(color=alt.Color("ink:N", scale=None))
    return [
        words.mark_text(dy=_sized(-14, -9), fontSize=_sized(14, 9.5)).encode(text=alt.Text("ward:N")),
        words.mark_text(dy=_sized(12, 8), fontSize=_sized(17, 11)).encode(text=alt.Text("told:N")),
    ]


def _placed(data: pl.DataFrame, language: Language) -> alt.Chart:
    def scale(places: pl.Series) -> alt.Scale:
        count = _count(places)
        end = _sized(_SIDE * count, _SIDE_ON_A_PHONE * count)
        return alt.Scale(domain=list(range(count)), range=[0, end])

    return alt.Chart().encode(
        x=alt.X("tile_column:O", axis=None, scale=scale(data["tile_column"])),
        y=alt.Y("tile_row:O", axis=None, scale=scale(data["tile_row"])),
        tooltip=tooltips(data, language),
    )


def _count(places: pl.Series) -> int:
    return 1 + int(max(places))


def _sized(wide: float, narrow: float) -> alt.ExprRef:
    """Return a size in pixels that depends on the page."""
    return alt.expr(f"{IS_NARROW} ? {narrow} : {wide}")


def _shared_name(figures: pl.DataFrame, language: Language) -> str:
    names = figures.select(translated("name", language)).to_series().unique().to_list()
    return str(names[0]) if len(names) == 1 and names[0] else choose(language, "区の値", "The wards")


def _unit(figures: pl.DataFrame, is_rate: bool, language: Language) -> str:
    unit = str(figures[f"unit_{language}"][0])
    return choose(language, f"人口千人当たり{unit}", f"{unit} per 1,000 residents") if is_rate else unit


def _subtitle(figures: pl.DataFrame, unit: str, language: Language, *, is_rate: bool, has_gaps: bool) -> list[str]:
    """Return unit, date, population and source."""
    first = figures.row(0, named=True)
    lines = [choose(language, f"単位: {unit}　{_time(first, language)}", f"unit: {unit}, {_time(first, language)}.")]
    if is_rate and first["population_year"]:
        years = ", ".join(str(year) for year in figures["population_year"].unique().sort())
        lines.append(choose(language, f"人口: {years}年1月1日現在", f"Residents on 1 January {years}."))
    if first["population_as_of"]:
        days = ", ".join(str(day) for day in figures["population_as_of"].unique().sort())
        lines.append(choose(language, f"人口: {days}現在", f"Residents as of {days}."))
    if has_gaps:
        lines.append(f"{_NO_FIGURE}: {choose(language, '値なし', 'no figure.')}")
    return [*lines, source(figures["document_title_ja"], language)]


def _time(row: dict[str, object], language: Language) -> str:
    """Return the date of the figures, or the fiscal year where they have none."""
    if row["as_of"]:
        return choose(language, f"{row['as_of']}現在", f"as of {row['as_of']}")
    if row["fiscal_year"] is None:
        return choose(language, "年度の記載なし", "year not stated")
    label = fiscal_year_label(int(str(row["fiscal_year"])))
    return choose(language, label.label_ja, label.label_en)


def _description(data: pl.DataFrame, name: str, unit: str, language: Language) -> str:
    """Return every ward's figure in words."""
    figures = [f"{row['ward']} {row['told']}" for row in data.iter_rows(named=True)]
    return f"{name} ({unit}): {choose(language, '、', '; ').join(figures)}"
