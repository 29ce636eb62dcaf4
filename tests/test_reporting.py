"""Notebooks into pages: parameters, prose, tables, charts and the index."""

import base64
import csv
import io
import json
from pathlib import Path

import altair as alt
import nbformat
import pandas
import polars
import pytest
from bs4 import BeautifulSoup
from hypothesis import given
from hypothesis import strategies as st

from analysis.charts import CHART_MIMETYPE, enable_charts
from analysis.database.connect import open_database
from analysis.errors import WardPlansError
from analysis.reporting.front import read_front
from analysis.reporting.index import Report, read_record, write_index
from analysis.reporting.page import Provenance, headline, render_page
from analysis.reporting.parameters import checked_parameters, declared_parameters, fiscal_years, ward_codes
from analysis.reporting.prose import choose, plain, prose, table
from analysis.reporting.thumbnail import first_chart, thumbnail

NOTEBOOKS = Path(__file__).parent / "notebooks"


def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


def notebook(*cells: nbformat.NotebookNode) -> nbformat.NotebookNode:
    return nbformat.v4.new_notebook(cells=list(cells))


def page(*cells: nbformat.NotebookNode, language="en") -> BeautifulSoup:
    html = render_page(notebook(*cells), title="Title", language=language, provenance=Provenance((), "1.2.3", {}))
    return BeautifulSoup(html, "html.parser")


def code(source="", *outputs: nbformat.NotebookNode, tags=()) -> nbformat.NotebookNode:
    return nbformat.v4.new_code_cell(source, outputs=list(outputs), metadata={"tags": list(tags)})


def shown(**data: str) -> nbformat.NotebookNode:
    return nbformat.v4.new_output("display_data", data={name.replace("_", "/"): value for name, value in data.items()})


# -- parameters ---------------------------------------------------------------------------------------------


def declaration(tmp_path: Path, source: str) -> Path:
    cell = code(source, tags=["parameters"])
    metadata = {"kernelspec": {"name": "python3", "language": "python", "display_name": "Python"}}
    path = tmp_path / "report.ipynb"
    nbformat.write(nbformat.v4.new_notebook(cells=[cell], metadata=metadata), path)
    return path


@pytest.mark.parametrize(
    ("declared", "given", "expected"),
    [
        ("x: str = 'a'", "13104", "13104"),
        ("x = 'a'", "true", "true"),
        ("x: int = 1", "2022", 2022),
        ("x = 1.5", "2", 2.0),
        ("x: bool = True", "false", False),
        ("x: list[str] = []", "13111,13114", ["13111", "13114"]),
        ("x: list[str] = []", '["13111", "13114"]', ["13111", "13114"]),
        ("x: list[str] = []", "[13111, 13114]", ["13111", "13114"]),
        ("x: list[str] = []", "", []),
        ("x = ['13111']", ["13114"], ["13114"]),
        ("x: list[int] = []", "2021, 2022", [2021, 2022]),
        ("x = [2021]", "[2022]", [2022]),
        ("x = None", "13104", "13104"),
        ("x = None", "2.5", 2.5),
        ("x = None", "[1, 2]", [1, 2]),
        ("x = None", "text", "text"),
        ("x: int = None", None, None),
    ],
)
def test_values_are_read_as_the_notebook_declares_them(tmp_path, declared, given, expected):
    path = declaration(tmp_path, declared)
    assert checked_parameters(path, declared_parameters(path), {"x": given}) == {"x": expected}


@pytest.mark.parametrize(
    ("declared", "name", "given", "message"),
    [
        ("x: int = 1", "y", "1", r"report\.ipynb: no parameter 'y'; there is x \(int\)$"),
        ("language = 'ja'", "y", "1", "no parameter 'y'; there is none$"),
        ("x: int = 1", "x", "many", "parameter 'x' must be int, not 'many'"),
        ("x: int = 1", "x", True, "parameter 'x' must be int, not True"),
        ("x: bool = False", "x", "perhaps", "parameter 'x' must be bool, not 'perhaps'"),
        ("x: list[int] = []", "x", "2021,soon", r"parameter 'x' must be list\[int\], not '2021,soon'"),
        ("x: list[str] = []", "x", [1], r"parameter 'x' must be list\[str\], not \[1\]"),
        ("x: list[str] = []", "x", "[broken", r"parameter 'x' must be list\[str\], not '\[broken'"),
        (
            "wards: list[str] = []",
            "wards",
            "大田区",
            "'wards' takes ward codes of five digits .* not '大田区'",
        ),
        ("ward: str = '13111'", "ward", "131113", "'ward' takes ward codes of five digits .* not '131113'"),
        (
            "language = 'ja'",
            "language",
            "en",
            "'language' is no parameter of a report: set it with --language",
        ),
    ],
)
def test_what_a_notebook_does_not_declare_is_rejected(tmp_path, declared, name, given, message):
    path = declaration(tmp_path, declared)
    with pytest.raises(WardPlansError, match=message):
        checked_parameters(path, declared_parameters(path), {name: given})


@pytest.mark.parametrize("text", ["", "no JSON", "[]"])
def test_a_file_that_is_no_notebook_is_named(tmp_path, text):
    path = tmp_path / "broken.ipynb"
    path.write_text(text)
    with pytest.raises(WardPlansError, match=r"broken\.ipynb: not a notebook that can be run"):
        declared_parameters(path)


@pytest.mark.parametrize("value", [["13111", "13114"], '["13111","13114"]', "[13111, 13114]", "13111, 13114"])
def test_ward_codes_as_plain_papermill_passes_them(value):
    assert ward_codes(value) == ["13111", "13114"]


def test_one_ward_and_the_years_as_plain_papermill_passes_them():
    assert ward_codes(13111) == ["13111"]
    assert ward_codes("") == ward_codes([]) == []
    assert fiscal_years(2024) == fiscal_years("[2024]") == fiscal_years([2024]) == [2024]
    with pytest.raises(WardPlansError, match=r"five digits.* not '大田区'"):
        ward_codes("大田区")
    with pytest.raises(WardPlansError, match=r"fiscal year .* not 'soon'"):
        fiscal_years("soon")


# -- prose and tables ---------------------------------------------------------------------------------------


def test_prose_is_in_the_chosen_language():
    assert prose("ja", ja="# 手続", en="# Procedures").data == "# 手続"
    assert choose("en", ja="手続", en="Procedures") == "Procedures"
    with pytest.raises(WardPlansError, match="unknown language 'fr'"):
        prose("fr", ja="", en="")


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_plain_text_stays_what_it_is_in_markdown(text):
    found = headline(notebook(nbformat.v4.new_markdown_cell(f"# Title\n\na{plain(text)}")))
    assert found.summary == " ".join(f"a{' '.join(text.split())}".split())


@given(st.text(st.characters(codec="utf-8", exclude_categories=["C"]), min_size=1))
def test_a_table_shows_every_text_as_text(text):
    shown = table(polars.DataFrame({"text": [text]}), language="ja", columns={"text": ("文", "Text")}, caption=text)
    soup = BeautifulSoup(shown.data, "html.parser")
    assert [cell.get_text() for cell in soup.find_all("td")] == [text]
    assert soup.caption.get_text() == text


FRAME = polars.DataFrame(
    {
        "value": [1234567, None],
        "share": [62.3, 0.1 + 0.2],
        "fiscal_year": [2023, 2024],
        "ward": ["大田区", None],
        "met": [True, False],
    }
)
COLUMNS = {name: (f"{name}欄", name.title()) for name in ("ward", "value", "share", "fiscal_year", "met")}


@pytest.mark.parametrize("frame", [FRAME, FRAME.to_pandas()], ids=["polars", "pandas"])
def test_numbers_gaps_and_truth_are_readable(frame: polars.DataFrame | pandas.DataFrame):
    soup = BeautifulSoup(table(frame, language="en", columns=COLUMNS, caption="Figures").data, "html.parser")
    rows = [[cell.get_text() for cell in row.find_all("td")] for row in soup.tbody.find_all("tr")]
    assert rows == [["大田区", "1,234,567", "62.3", "2023", "yes"], ["—", "—", "0.3", "2024", "no"]]
    assert [head.get_text() for head in soup.find_all("th")] == [
        "Ward",
        "Value",
        "Share",
        "Fiscal_Year",
        "Met",
    ]
    assert {head["scope"] for head in soup.find_all("th")} == {"col"}
    assert [cell.get("class") for cell in soup.find_all("td")][:5] == [None, *[["number"]] * 3, None]
    assert soup.td["lang"] == "ja"


def test_a_column_that_is_not_there_is_named():
    with pytest.raises(WardPlansError, match="no column values; it has value, share"):
        table(FRAME, language="ja", columns={"values": ("値", "Value")}, caption="")


# -- charts -------------------------------------------------------------------------------------------------


def test_a_chart_is_shown_as_its_specification_alone_in_the_project_s_look():
    enable_charts()
    enable_charts()
    chart = alt.Chart(pandas.DataFrame({"x": [1]})).mark_bar().encode(x="x:Q")
    (bundle,) = (
        [part for part in chart._repr_mimebundle_() if part]
        if isinstance(chart._repr_mimebundle_(), tuple)
        else [chart._repr_mimebundle_()]
    )
    assert set(bundle) == {CHART_MIMETYPE}
    assert "IPAexGothic" in bundle[CHART_MIMETYPE]["config"]["font"]


def test_a_chart_has_a_text_alternative_and_its_title_is_text():
    spec = {
        "title": {"text": ["手続", "の数"], "subtitle": "</figcaption>"},
        "description": '"大田区" <288>',
        "mark": "bar",
        "data": {"values": [{"text": "</script><script>"}]},
    }
    soup = page(code("draw", nbformat.v4.new_output("display_data", data={CHART_MIMETYPE: spec})))
    figure = soup.find("figure")
    assert figure.figcaption.get_text() == "手続 の数 </figcaption>"
    drawing = figure.find(role="img")
    assert drawing["aria-label"] == '"大田区" <288>'
    assert "<288>" in figure.noscript.get_text()
    assert json.loads(figure.find("script", type="application/json").string) == spec


POINTS = {
    "title": {"text": "手続の数", "subtitle": "出典"},
    "layer": [
        {"mark": "line", "encoding": {"tooltip": [{"field": "told", "title": "値"}]}},
        {
            "mark": "point",
            "encoding": {
                "tooltip": [
                    {"field": "year", "title": "年度"},
                    {"field": "told", "title": "値"},
                    {"field": "share", "title": "割合", "format": ".1%"},
                    {"field": "quote", "title": "原文"},
                ]
            },
        },
    ],
    "data": {"name": "points"},
    "datasets": {
        "points": [
            {"year": "2023", "told": "約1,200", "value": 1200, "share": 0.125, "quote": "=1+1<b>",
             "document_id": "ota-plan", "citation_id": "kpi_values:a"},
            {"year": "2024-04-01T00:00:00", "told": "—", "value": None, "share": None, "quote": "-",
             "document_id": None, "citation_id": None},
        ]
    },
}  # fmt: skip


def test_the_figures_of_a_chart_stand_in_a_table_and_lead_to_their_words():
    soup = page(code("draw", nbformat.v4.new_output("display_data", data={CHART_MIMETYPE: POINTS})), language="ja")
    data = soup.find("details", class_="chart-data")
    assert [cell.get_text() for cell in data.find_all("th")] == ["年度", "値", "割合", "原文"]
    assert [[cell.get_text() for cell in row.find_all("td")] for row in data.tbody.find_all("tr")] == [
        ["2023", "約1,200", "12.5%", "=1+1<b>"],
        ["2024-04-01", "—", "—", "-"],
    ]
    (link,) = data.tbody.find_all("a")
    assert (link.get_text(), link["href"]) == ("=1+1<b>", "sources/ota-plan.ja.html#kpi_values.a")
    drawn = json.loads(soup.find("script", type="application/json").string)["datasets"]["points"]
    assert [row.get("source") for row in drawn] == ["sources/ota-plan.ja.html#kpi_values.a", None]
    assert "原文のその箇所が開く" in soup.figure.find(class_="hint").get_text()


def test_the_figures_of_a_chart_are_a_file_that_no_spreadsheet_computes():
    soup = page(code("draw", nbformat.v4.new_output("display_data", data={CHART_MIMETYPE: POINTS})), language="ja")
    link = soup.find("details", class_="chart-data").find("a", download=True)
    assert link["download"] == "手続の数.csv"
    head, _, encoded = link["href"].partition(",")
    assert head == "data:text/csv;charset=utf-8;base64"
    assert list(csv.reader(io.StringIO(base64.b64decode(encoded).decode("utf-8-sig")))) == [
        ["年度", "値", "割合", "原文", "数値"],
        ["2023", "約1,200", "0.125", "'=1+1<b>", "1200"],
        ["2024-04-01", "—", "", "'-", ""],
    ]


def test_a_chart_whose_points_tell_nothing_has_no_table():
    spec = {"mark": "bar", "data": {"values": [{"x": 1}]}, "encoding": {"x": {"field": "x"}}}
    soup = page(code("draw", nbformat.v4.new_output("display_data", data={CHART_MIMETYPE: spec})))
    assert soup.find("details", class_="chart-data").table is None
    assert soup.figure.find(class_="hint") is None


def test_the_picture_of_a_report_is_its_first_chart_without_letters():
    chart = code("draw", nbformat.v4.new_output("display_data", data={CHART_MIMETYPE: POINTS}))
    picture = base64.b64decode(thumbnail(first_chart(notebook(code("1"), chart))))
    assert picture.startswith(b"\x89PNG")
    other = {**POINTS, "title": "別の題", "layer": [*POINTS["layer"], {"mark": "text", "encoding": {}}]}
    again = code("draw", nbformat.v4.new_output("display_data", data={CHART_MIMETYPE: other}))
    assert base64.b64decode(thumbnail(first_chart(notebook(again)))) == picture
    assert thumbnail(first_chart(notebook(code("1")))) == ""


def test_only_a_page_with_charts_carries_vega():
    assert page(code("1 + 1", shown(text_plain="2"))).find(id="vega") is None


# -- pages --------------------------------------------------------------------------------------------------


def test_errors_and_standard_error_are_never_published():
    soup = page(
        code(
            "secret()",
            nbformat.v4.new_output("stream", name="stderr", text="a warning from /nowhere/somebody"),
            nbformat.v4.new_output("stream", name="stdout", text="an answer"),
            nbformat.v4.new_output("error", ename="KeyError", evalue="lost", traceback=["KeyError: lost"]),
        )
    )
    assert "an answer" in soup.get_text()
    assert "somebody" not in str(soup)
    assert "KeyError" not in str(soup)


def test_the_code_is_folded_under_what_it_produced_and_the_injected_cell_is_left_out():
    soup = page(
        code("wards = []", tags=["parameters"]),
        code("wards = ['13111']\ndatabase = '/nowhere/somebody'", tags=["injected-parameters"]),
        code("write()", shown(text_markdown="# Title")),
        code("draw()", shown(text_html="<p>a table</p>")),
        code("tidy_up()"),
    )
    folded = [details.pre.get_text().split() for details in soup.find_all("details")]
    assert folded == [["wards", "=", "[]", "write()", "draw()"], ["tidy_up()"]]
    assert not any(details.has_attr("open") for details in soup.find_all("details"))
    assert soup.h1.sourceline < soup.details.sourceline
    assert "somebody" not in str(soup)


def test_code_that_is_what_the_report_is_about_stands_open_before_its_result():
    soup = page(
        code("import analysis"),
        code("%%sql\nSELECT ward_code FROM wards", shown(text_html="<p>a table</p>"), tags=["show-code"]),
    )
    block = soup.find(class_="shown-code")
    assert block.get_text().strip() == "SELECT ward_code FROM wards"
    assert block.find("span", class_="k").get_text() == "SELECT"
    assert block.find_next("p").get_text() == "a table"
    assert [details.pre.get_text().strip() for details in soup.find_all("details")] == ["import analysis"]


def test_a_link_made_for_the_lab_leads_to_the_page_beside():
    soup = page(code("show", shown(text_html='<a href="/user/a/files/reports/sources/x.en.html#y">1</a>')))
    assert soup.find("main").a["href"] == "sources/x.en.html#y"


def test_html_of_an_output_keeps_its_harmless_elements_only():
    html = (
        '<style>p{}</style><p class="note" style="color:red" id="x" onclick="go()">a <b>b</b></p>'
        '<a href="javascript:go()">c</a><a href="https://example.com/">d</a><iframe src="x"></iframe>'
    )
    found = page(code("show", shown(text_html=html))).find(class_="html")
    assert str(found.p) == '<p class="note">a <b>b</b></p>'
    assert [link.get("href") for link in found.find_all("a")] == [None, "https://example.com/"]
    assert "<iframe" in found.get_text()
    assert found.find(["style", "iframe"]) is None


def test_an_image_from_elsewhere_becomes_its_text():
    soup = page(nbformat.v4.new_markdown_cell("See ![the map](https://example.com/map.png)."))
    assert soup.find("img") is None
    assert "See the map." in soup.get_text()


def test_sections_are_listed_and_tables_can_be_reached():
    soup = page(nbformat.v4.new_markdown_cell("# T\n\n## 一\n\n## 二\n\n| a |\n|---|\n| 1 |\n\n## 三"), language="ja")
    assert [link["href"] for link in soup.nav.find_all("a")] == ["#section-1", "#section-2", "#section-3"]
    assert [heading["id"] for heading in soup.main.find_all("h2")] == ["section-1", "section-2", "section-3"]
    box = soup.table.parent
    assert (box["tabindex"], box["role"], box["aria-label"]) == ("0", "region", "表 1")
    assert soup.html["lang"] == "ja"
    assert soup.find("a", class_="skip")["href"] == f"#{soup.main['id']}"


def test_the_headline_is_the_first_heading_and_the_paragraph_after_it():
    found = headline(
        notebook(
            nbformat.v4.new_markdown_cell("A remark."),
            code("prose", shown(text_markdown="# Online *procedures*\n\nOta has\n**288**.\n\nMore.")),
        )
    )
    assert (found.title, found.summary) == ("Online procedures", "Ota has 288.")
    assert headline(notebook(nbformat.v4.new_markdown_cell("# T\n\n## S\n\ntext"))).summary == ""
    assert headline(notebook(nbformat.v4.new_markdown_cell("## S"))) is None


# -- index --------------------------------------------------------------------------------------------------


def test_the_index_shows_text_as_text(tmp_path):
    report = Report("a b", "<script>1</script>", "a b.en.html", "en", {"wards": []}, "<b>")
    soup = parsed(write_index([report], tmp_path, "en"))
    assert soup.find("script") is None
    assert (soup.h3.get_text(), soup.h3.a["href"]) == ("<script>1</script>", "a%20b.en.html")
    assert "wards all" in soup.main.get_text(" ", strip=True)


def test_a_section_that_there_is_not_is_named(tmp_path):
    report = Report("a", "A", "a.en.html", "en", {}, "", section="misc")
    with pytest.raises(WardPlansError, match=r"a: no section 'misc'; there is comparison, wards, method"):
        write_index([report], tmp_path, "en")


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_index_says_what_each_ward_has_done_and_how_sure_we_are(built_database, tmp_path, language):
    """Every number of the first screen, counted here from the tables and not by the views that it comes from."""
    soup = parsed(write_index([], tmp_path, language, front=read_front(built_database, language)))
    with open_database(built_database) as connection:
        names = connection.sql(f"SELECT name_{language} FROM wards WHERE is_covered ORDER BY ward_code").fetchall()
        indicators = connection.sql("SELECT count(*) FROM indicators").fetchall()[0][0]
        levels = connection.sql("SELECT coverage, count(*) FROM coverage GROUP BY ALL").fetchall()
    assert [heading.get_text() for heading in soup.find(class_="wards").find_all("h3")] == [name for (name,) in names]
    rows = soup.find(class_="matrix").table.find_all("th", scope="row")
    assert len(rows) == indicators
    counted = {level: len(soup.find("table").find_all("span", class_=level)) for level in ("mentioned", "absent")}
    published = len(soup.find("table").find_all("span", class_=["comparable", "published"]))
    assert {**counted, "published": published} == dict(levels)
    for link in soup.find(class_="wards").find_all("a"):
        assert link["href"].startswith("sources/")


def test_a_damaged_record_is_named(tmp_path):
    (tmp_path / "reports.json").write_text("[{}]")
    with pytest.raises(WardPlansError, match=r"reports\.json is not a list of reports .* remove it"):
        read_record(tmp_path)
