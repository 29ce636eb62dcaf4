"""The documentation: a strict build, links that lead somewhere, and nothing left out of the references."""

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

import click
import duckdb
import pytest
import yaml
from bs4 import BeautifulSoup, Tag

import analysis
import analysis.charts
from analysis.cli import app
from analysis.database.connect import open_database
from analysis.documents import paths
from analysis.documents.paths import project_root
from analysis.publishing.command_reference import command_reference
from test_structure import MACHINE_PATH, REGISTRY

ROOT = project_root()
LOADED = {"script": "src", "img": "src", "iframe": "src", "source": "src", "link": "href", "use": "href"}
"""What a browser fetches of its own accord, and the attribute that says from where."""


@pytest.fixture(scope="session")
def pages(site: Path) -> Mapping[str, BeautifulSoup]:
    """Every page by its address in the site."""
    return {path.relative_to(site).as_posix(): parsed(path) for path in sorted(site.rglob("*.html"))}


@cache
def parsed(path: Path) -> BeautifulSoup:
    return BeautifulSoup(path.read_text("utf-8"), "html.parser")


@pytest.fixture
def connection(built_database: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_database(built_database) as opened:
        yield opened


def section(page: BeautifulSoup, heading: str) -> list[Tag]:
    """What stands between a heading, by its id, and the next of its level or above."""
    found = page.find(id=heading)
    assert isinstance(found, Tag), heading
    level = int(found.name[1])
    parts: list[Tag] = []
    for element in found.find_next_siblings():
        if re.fullmatch("h[1-6]", element.name) and int(element.name[1]) <= level:
            break
        parts.append(element)
    return parts


def words(parts: list[Tag]) -> str:
    return " ".join(part.get_text(" ", strip=True) for part in parts)


# -- the site as a whole ------------------------------------------------------------------------------------


def test_every_page_of_the_repository_is_a_page_of_the_site(pages) -> None:
    written = {
        path.relative_to(ROOT / "docs").with_suffix(".html").as_posix() for path in (ROOT / "docs").rglob("*.md")
    }
    assert written <= pages.keys()
    assert {"readme.html", "readme.ja.html", "contributing.html", "changelog.html"} <= pages.keys()
    assert pages.keys() - written == {
        *("readme.html", "readme.ja.html", "contributing.html", "changelog.html", "reference_data.html")
    }


def test_every_link_leads_to_a_page_and_a_place_in_it(pages, site: Path) -> None:
    broken = []
    for address, page in pages.items():
        for element in page.find_all(True):
            for target in filter(None, (element.get("href"), element.get("src"))):
                parts = urlsplit(str(target))
                if parts.scheme or parts.netloc:
                    continue
                path = site.joinpath(address).parent.joinpath(unquote(parts.path)) if parts.path else site / address
                place = unquote(parts.fragment)
                if not path.resolve().is_file():
                    broken.append(f"{address}: {target}: no such file")
                elif place and path.suffix == ".html" and not parsed(path.resolve()).find(id=place):
                    broken.append(f"{address}: {target}: no such place")
    assert broken == []


def test_nothing_is_fetched_from_anywhere_else(pages, site: Path) -> None:
    fetched = [
        f"{address}: {element[attribute]}"
        for address, page in pages.items()
        for name, attribute in LOADED.items()
        for element in page.find_all(name)
        if element.get(attribute) and urlsplit(str(element[attribute])).scheme
    ]
    for path in site.rglob("*.css"):
        fetched += [
            f"{path.name}: {url}" for url in re.findall(r"url\([\"']?(https?:[^)]+)\)", path.read_text("utf-8"))
        ]
    assert fetched == []


@pytest.mark.parametrize("pattern", [MACHINE_PATH, REGISTRY], ids=["machine path", "registry"])
def test_no_file_of_the_site_names_a_machine_or_a_registry(site: Path, pattern: re.Pattern[str]) -> None:
    texts = {path: path.read_bytes().decode("utf-8", "replace") for path in site.rglob("*") if path.is_file()}
    found = {
        path.relative_to(site).as_posix(): match[0] for path, text in texts.items() if (match := pattern.search(text))
    }
    assert found == {}


def test_only_what_a_reader_needs_is_in_the_site(site: Path) -> None:
    kinds = {path.suffix for path in site.rglob("*") if path.is_file()}
    assert kinds <= {".css", ".html", ".jpg", ".js", ".json", ".pdf", ".png", ".svg", ".docx", ".xlsx", ".txt", ".yaml"}
    assert not (site / "404.html").exists()


def test_each_page_says_its_language(pages) -> None:
    languages = {address: page.html["lang"] for address, page in pages.items()}
    assert languages == {address: "ja" if address.endswith(".ja.html") else "en" for address in pages}
    assert {"index.ja.html", "citing.ja.html", "readme.ja.html"} <= languages.keys()


def test_no_page_breaks_a_japanese_sentence_with_a_space(pages) -> None:
    for address in ("index.ja.html", "citing.ja.html", "readme.ja.html"):
        prose = [*pages[address].article.find_all("p"), *pages[address].article.find_all("li")]
        assert [
            p.get_text() for p in prose if re.search(r"[ぁ-んァ-ヶ一-龠、。]\n *[ぁ-んァ-ヶ一-龠]", p.get_text())
        ] == []


# -- the Markdown itself, as a code forge shows it ----------------------------------------------------------

MARKDOWN = [
    *sorted(ROOT.glob("*.md")),
    *sorted((ROOT / "docs").rglob("*.md")),
    ROOT / "data" / "reference" / "README.md",
]


def slug(heading: str) -> str:
    """The anchor that forges give a heading."""
    shown = re.sub(r"\[([^]]*)\]\([^)]*\)", r"\1", heading).replace("`", "")
    return re.sub(r"[^\w\- ]", "", shown.strip().lower()).replace(" ", "-")


def anchors(path: Path) -> set[str]:
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    return {slug(heading) for heading in re.findall(r"^#+ (.+)$", text, re.MULTILINE)}


@pytest.mark.parametrize("path", MARKDOWN, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_a_link_of_the_markdown_leads_to_a_file_and_a_heading(path: Path) -> None:
    text = re.sub(r"^```.*?^```", "", path.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    broken = []
    for target in re.findall(r"\]\(([^()\s]+)\)", text):
        if urlsplit(target).scheme:
            continue
        file, _, place = target.partition("#")
        there = (path.parent / file).resolve() if file else path
        generated = path.name == "api.md" or there.name in ("api.md", "codebooks.md")
        if not there.exists() or (place and not generated and unquote(place) not in anchors(there)):
            broken.append(target)
    assert broken == []


# -- Python -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    [f"analysis.{name}" for name in analysis.__all__]
    + [f"analysis.charts.{name}" for name in analysis.charts.__all__ if callable(getattr(analysis.charts, name))],
)
def test_every_public_name_has_its_entry(pages, name: str) -> None:
    headings = [h for h in pages["api.html"].find_all("h3") if h.get_text().rstrip("¶ \n").strip() == name]
    assert len(headings) == 1, f"docs/api.md needs one `::: {name}`"
    entry = section(pages["api.html"], str(headings[0]["id"]))
    told = words(entry) or words([headings[0].find_parent(class_="doc-object")])
    documented = next(line for line in getattr_of(name).__doc__.splitlines() if line)
    assert documented.replace("`", "") in told
    if not isinstance(getattr_of(name), type):
        assert f"{name.rpartition('.')[2]} (" in told, "the signature is missing: is it a module of that name?"


def getattr_of(name: str):
    return getattr(analysis.charts if name.startswith("analysis.charts.") else analysis, name.rpartition(".")[2])


def test_what_a_function_returns_is_no_type(pages) -> None:
    """Docstrings tell what comes back in prose, with colons in it."""
    told = words(section(pages["api.html"], "analysis.indicators"))
    assert "Returns: One row an indicator, by theme: indicator_id" in told


def test_an_example_is_shown_as_code(pages) -> None:
    entry = section(pages["api.html"], "analysis.compare")
    assert [code.get_text() for part in entry for code in part.select("pre code") if ">>> compare(" in code.get_text()]


# -- commands -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(app.commands))
def test_every_command_and_option_is_told(pages, name: str) -> None:
    told = words(section(pages["commands.html"], f"wardplans-{name}"))
    command = app.commands[name]
    assert f"wardplans {name}" in told
    for option in (each for each in command.params if isinstance(each, click.Option) and not each.hidden):
        for spelling in (*option.opts, *option.secondary_opts):
            assert re.search(rf"(?<![\w-]){re.escape(spelling)}(?![\w-])", told), spelling
        if option.help:
            assert words([BeautifulSoup(option.help.replace("`", ""), "html.parser")]) in told


def test_a_choice_of_values_is_shown_as_it_is_typed(pages) -> None:
    assert "--language [both|ja|en]" in words(section(pages["commands.html"], "wardplans-report"))


def test_groups_within_groups_are_told_and_hidden_commands_are_not() -> None:
    inner = click.Group(
        "inner", commands={"deep": click.Command("deep", help="Do it.\n\n\b\nas\n  written", epilog="The end.")}
    )
    hidden = click.Command("secret", hidden=True)
    told = command_reference(click.Group(commands={"inner": inner, "secret": hidden}), "tool")
    assert "## tool inner deep\n" in told
    assert "```text\nas\n  written\n```" in told
    assert told.endswith("\n\nThe end.\n")
    assert "secret" not in told


# -- the database -------------------------------------------------------------------------------------------


def test_every_table_view_and_column_stands_in_the_dictionary(pages, connection) -> None:
    relations = connection.execute(
        "SELECT table_name, list(column_name) FROM duckdb_columns() "
        "WHERE database_name = current_database() AND NOT internal GROUP BY table_name"
    ).fetchall()
    assert len(relations) > 30
    for relation, columns in relations:
        shown = [code.get_text() for part in section(pages["data_dictionary.html"], relation) for code in part("code")]
        assert set(columns) <= set(shown), relation


def foreign_keys(connection: duckdb.DuckDBPyConnection) -> set[tuple[str, str]]:
    rows = connection.execute(
        "SELECT table_name, constraint_column_names, referenced_table, referenced_column_names "
        "FROM duckdb_constraints() WHERE database_name = current_database() AND constraint_type = 'FOREIGN KEY'"
    ).fetchall()
    return {
        (f"{table}.{a}", f"{target}.{b}")
        for table, columns, target, others in rows
        for a, b in zip(columns, others, strict=True)
    }


def test_every_foreign_key_is_one_line_of_the_diagrams_and_nothing_else_is(pages, connection) -> None:
    drawn = [
        (str(edge["data-from"]), str(edge["data-to"])) for edge in pages["data_dictionary.html"].select("svg .edge")
    ]
    assert len(drawn) == len(set(drawn)) > 40
    assert set(drawn) == foreign_keys(connection)


def test_every_table_with_a_key_is_drawn_once_as_its_own_and_all_is_told_in_words(pages, connection) -> None:
    page = pages["data_dictionary.html"]
    keyed = connection.execute(
        "SELECT DISTINCT table_name FROM duckdb_constraints() "
        "WHERE database_name = current_database() AND constraint_type IN ('PRIMARY KEY', 'FOREIGN KEY')"
    ).fetchall()
    own = [str(each["data-table"]) for each in page.select("svg .table:not(.elsewhere)")]
    assert sorted(own) == sorted(name for (name,) in keyed)
    for diagram in page.select("svg.entities"):
        title, told = (diagram.find(id=str(diagram[name])) for name in ("aria-labelledby", "aria-describedby"))
        assert title and title.get_text()
        for edge in diagram.select(".edge"):
            assert f"{edge['data-from']} refers to {edge['data-to']}" in told.get_text()


def test_the_codebooks_leave_nothing_out(pages, connection) -> None:
    page = pages["codebooks.html"]
    for heading, query in {
        "wards": "SELECT ward_code, name_ja FROM wards",
        "units": "SELECT unit_id, label_ja, label_en FROM units",
        "statuses": "SELECT status::VARCHAR, name_ja FROM status_groups",
        "themes": "SELECT theme_id, name_ja, name_en FROM themes",
        "indicators": "SELECT indicator_id, name_ja, definition_ja, needed_ja FROM indicators",
        "kpis": "SELECT kpi_id, name_ja FROM kpis",
    }.items():
        told = words(section(page, heading))
        rows = connection.execute(query).fetchall()
        assert rows
        assert [row for row in rows if not all(re.sub(r"\s+", " ", str(cell)) in told for cell in row)] == []


def test_each_series_of_an_indicator_stands_with_its_verdict_and_reason(pages, connection) -> None:
    for indicator, series, verdict, reason in connection.execute(
        "SELECT indicator_id, coalesce(kpi_id, quantity_id, statistic_id), comparability::VARCHAR, rationale_ja "
        "FROM indicator_sources"
    ).fetchall():
        rows = [row for part in section(pages["codebooks.html"], indicator) for row in part("tr")]
        cells = [[cell.get_text() for cell in row("td")] for row in rows]
        assert [c[1:2] + c[3:] for c in cells if c[:1] == [series]] == [[verdict, reason]]


# -- how-tos ------------------------------------------------------------------------------------------------

HOW_TOS = ["how-to/researcher.md", "citing.md", "citing.ja.md"]


@pytest.fixture
def own_database(built_database: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The checkout's own database is that of the tests."""
    monkeypatch.setattr(paths, "database_path", lambda: built_database)


def blocks(page: str, language: str) -> list[str]:
    text = (ROOT / "docs" / page).read_text("utf-8")
    return re.findall(rf"^```{language}\n(.*?)^```", text, re.MULTILINE | re.DOTALL)


@pytest.mark.parametrize("page", HOW_TOS)
@pytest.mark.usefixtures("own_database")
def test_the_code_of_a_how_to_runs(page: str) -> None:
    names: dict[str, object] = {}
    code = "".join(blocks(page, "python"))
    exec(re.sub(r"^%.*$", "", code, flags=re.MULTILINE), names)
    assert code
    for query in blocks(page, "sql"):
        assert not analysis.sql(re.sub(r"^%%.*$", "", query, flags=re.MULTILINE).rstrip().rstrip(";")).is_empty()


@pytest.mark.usefixtures("own_database")
def test_what_the_how_to_says_to_call_can_be_called() -> None:
    calls = re.findall(r"`(analysis\.\w+\(.*?\))`", (ROOT / "docs" / "how-to" / "researcher.md").read_text("utf-8"))
    calls = [call for call in calls if call != "analysis.cite(row)"]
    assert len(calls) > 10
    for call in calls:
        assert not eval(call, {"analysis": analysis}).is_empty(), call


# -- how to cite --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("page", "language"), [("citing.md", "en"), ("citing.ja.md", "ja")])
def test_the_page_on_citing_shows_what_cite_gives(page: str, language: str, connection) -> None:
    text = (ROOT / "docs" / page).read_text("utf-8")
    rows = analysis.compare("rpa_hours_saved", wards=["ota"], years=[2024], connection=connection)
    row = rows.filter(series_id="ota-2021-rpa_hours_saved", value_type="actual").row(0, named=True)
    assert f"> {analysis.cite(row, language=language, connection=connection)}\n" in text
    assert f"{row['value']:,.0f}" in text
    assert (row["comparability"], row["obs_status"], row["nature"]) == ("related", "A", None)


def test_the_columns_that_stand_beside_a_figure_are_columns(connection) -> None:
    rows = analysis.compare("rpa_hours_saved", connection=connection)
    for page in ("citing.md", "citing.ja.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        table = re.findall(r"^\| [^|]+ \| ([^|]+) \|", text, re.MULTILINE)[2:]
        named = {name for cell in table for name in re.findall(r"`(\w+)`", cell)} - {"corrections"}
        assert {"obs_status", "comparability", "as_of", "citation_id"} <= named <= set(rows.columns)


def test_the_citation_file_says_what_the_project_says() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert {"cff-version", "message", "title", "authors"} <= cited.keys()
    assert cited["title"] == project["name"]
    assert cited["version"] == project["version"]
    assert cited["license"] == project["license"]
    assert cited["abstract"] == project["description"]
    assert [author["name"] for author in cited["authors"]] == [author["name"] for author in project["authors"]]
    assert not cited.keys() & {"doi", "identifiers", "url", "date-released"}, "none is known"
    for page in ("citing.md", "citing.ja.md"):
        text = (ROOT / "docs" / page).read_text("utf-8")
        assert set(re.findall(r"ward-plans (\d+\.\d+\.\d+)", text)) == {project["version"]}
        assert f"version = {{{project['version']}}}" in text
