"""One executed notebook as one HTML file that needs nothing else: no network, no second file, no server."""

import re
from collections.abc import Iterator, Mapping
from copy import copy
from dataclasses import dataclass
from functools import cache
from typing import Any

import bleach  # type: ignore[import-untyped]
from bs4 import BeautifulSoup
from nbconvert.exporters import HTMLExporter
from nbconvert.filters.highlight import Highlight2HTML
from nbconvert.filters.markdown_mistune import IPythonRenderer, MarkdownWithMath
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell

from analysis.charts import CHART_MIMETYPE
from analysis.reporting.addresses import in_page
from analysis.reporting.chart_figure import chart_figure
from analysis.reporting.chart_script import ChartScript, chart_script
from analysis.reporting.labels import LABELS
from analysis.reporting.prose import STYLE_IN_LAB, Language
from analysis.reporting.shell import TEMPLATES, render_shell, render_template, script_hash, template_text

_SHOWN_CODE = "show-code"
_SQL_MAGIC = re.compile(r"%%sql.*\n")

#: A table of contents helps from here on.
_SECTIONS_WORTH_A_LIST = 3

#: Forms of an output that a page can show besides plain text, richest first.
_SHOWN_TYPES = (
    CHART_MIMETYPE,
    "text/html",
    "text/markdown",
    "image/svg+xml",
    "image/png",
    "image/jpeg",
)

#: What HTML from a cell's output may hold. No style, no script, no ids (pandas makes random ones), no image.
_ALLOWED_TAGS = frozenset(
    (
        *("a", "abbr", "b", "blockquote", "br", "caption", "cite", "code", "dd", "del", "details", "div"),
        *("dl", "dt", "em", "h2", "h3", "h4", "hr", "i", "ins", "kbd", "li", "mark", "ol", "p", "pre", "q"),
        *("rp", "rt", "ruby", "s", "small", "span", "strong", "sub", "summary", "sup", "table", "tbody"),
        *("td", "tfoot", "th", "thead", "time", "tr", "u", "ul"),
    )
)
_ALLOWED_ATTRIBUTES = {
    "*": ["class", "lang", "title"],
    "a": ["href"],
    "td": ["colspan", "rowspan"],
    "th": ["colspan", "rowspan", "scope"],
    "time": ["datetime"],
}


@dataclass(frozen=True)
class SourceDocument:
    """A document the figures were read from.

    Attributes:
        title: in Japanese.
        sha256: of the file as received.
        page: name of its source page, without language and ending; None when there is none.
        title_en: our translation; None when there is none.
        ward_code: of the ward that published it; None for a statistic.
    """

    title: str
    sha256: str
    page: str | None = None
    title_en: str | None = None
    ward_code: str | None = None


@dataclass(frozen=True)
class Provenance:
    """What a page was made from, printed at its foot."""

    documents: tuple[SourceDocument, ...]
    library_version: str
    parameters: Mapping[str, object]


@dataclass(frozen=True)
class Headline:
    """The first top heading of a notebook and the paragraph after it, '' when there is none."""

    title: str
    summary: str


def render_page(
    executed_notebook: NotebookNode,
    *,
    title: str,
    language: Language,
    provenance: Provenance,
    counterpart: str | None = None,
    script: ChartScript | None = None,
) -> str:
    """Return the HTML page of an executed notebook; the same notebook gives the same page, byte for byte.

    Prose, tables and charts are shown in order, the code folded away beneath what it produced. What a reader
    has no use for is left out: error outputs, standard error, and the cell papermill writes, whose values
    stand at the foot. HTML in prose is shown as text; HTML in outputs is reduced to harmless elements; and
    the page's own policy makes the browser refuse any script and any request that is not the page's.

    Args:
        executed_notebook: the notebook with its outputs.
        title: the page's title, in the browser's tab.
        language: of the page's own words and its `lang`.
        provenance: documents, version and parameters for the foot of the page.
        counterpart: file name of the same page in the other language; None when there is none.
        script: what draws the charts, where it has been prepared; else it is now.
    """
    body, _resources = _exporter(language).from_notebook_node(
        _publishable(executed_notebook), resources={"labels": LABELS[language]}
    )
    soup = BeautifulSoup(body, "html.parser")
    _put_tables_in_scrolling_boxes(soup, LABELS[language]["table"])
    for element in soup.find_all("pre"):
        element["tabindex"] = "0"  # so that the arrow keys scroll it
    _replace_outside_images(soup)
    for link in soup.find_all("a", href=True):
        link["href"] = in_page(str(link["href"]))
    _add_contents(soup, language)
    has_charts = soup.select_one("figure.chart") is not None
    drawing = template_text("charts.js")
    vega = (script or chart_script()) if has_charts else None
    return render_shell(
        "page.html.j2",
        language=language,
        script_hashes=(script_hash(drawing), vega.hash) if vega else (),
        title=title,
        body=str(soup),
        provenance=provenance,
        counterpart=counterpart,
        drawing=drawing if vega else None,
        vega=vega.packed if vega else None,
    )


def headline(executed_notebook: NotebookNode) -> Headline | None:
    """Return title and first paragraph of a notebook, or None when it shows no `# heading`.

    The heading may stand in a Markdown cell or in Markdown that a code cell displays.
    """
    prose = "\n".join(_safe_markdown(text) for text in _markdown_texts(executed_notebook))
    heading = BeautifulSoup(prose, "html.parser").find("h1")
    if heading is None:
        return None
    following = heading.find_next(["p", "h1", "h2"])
    summary = following.get_text() if following is not None and following.name == "p" else ""
    return Headline(title=_one_line(heading.get_text()), summary=_one_line(summary))


class _PageExporter(HTMLExporter):
    """nbconvert with our template and with filters that let no foreign HTML through."""

    exclude_anchor_links = True
    optimistic_validation = True

    def __init__(self, language: Language) -> None:
        self._language = language
        super().__init__(  # type: ignore[no-untyped-call]
            template_name="notebook", extra_template_basedirs=[str(TEMPLATES)]
        )

    def from_notebook_node(  # type: ignore[override]
        self, nb: NotebookNode, resources: dict[str, Any] | None = None, **options: Any
    ) -> tuple[str, dict[str, Any]]:
        """Do without what HTMLExporter does to the whole page for templates of its own."""
        page: tuple[str, dict[str, Any]] = super(HTMLExporter, self).from_notebook_node(nb, resources, **options)
        return page

    def default_filters(self) -> Iterator[tuple[str, Any]]:
        yield from super().default_filters()  # type: ignore[no-untyped-call]
        yield "highlight_code", Highlight2HTML()  # type: ignore[no-untyped-call]
        yield "shown_type", _shown_type
        yield "markdown2html", _safe_markdown
        yield "safe_html", _safe_html
        yield "chart", lambda spec: chart_figure(spec, self._language)


@cache
def _exporter(language: Language) -> _PageExporter:
    return _PageExporter(language)


def _publishable(notebook: NotebookNode) -> NotebookNode:
    """Return a copy with what is to be shown: each cell's outputs, and under charts and tables the code up to there.

    Cells that only print prose show it without a control for their code, which follows with that of the next output.
    A cell tagged `show-code` is about its code, which stands before what it produced.
    """
    cells: list[NotebookNode] = []
    waiting: list[str] = []
    for cell in map(copy, notebook.cells):
        if cell.cell_type == "markdown":
            cells.append(cell)
        elif cell.cell_type == "code" and "injected-parameters" not in cell.metadata.get("tags", []):
            cell.outputs = [output for output in cell.outputs if _is_published(output)]
            if _SHOWN_CODE in cell.metadata.get("tags", []):
                cells.append(_without_magic(cell))
                continue
            waiting.append(cell.source.strip())
            cell.source = ""
            if any(not _is_prose(output) for output in cell.outputs):
                cell.source, waiting = _joined_code(waiting), []
            cells.append(cell)
    if waiting:
        cells.append(new_code_cell(_joined_code(waiting)))  # type: ignore[no-untyped-call]
    published = copy(notebook)
    published.cells = cells
    return published


def _without_magic(cell: NotebookNode) -> NotebookNode:
    """Return a cell of SQL as it would be typed into any other client."""
    if match := _SQL_MAGIC.match(cell.source):
        cell.source = cell.source[match.end() :]
        cell.metadata = copy(cell.metadata)
        cell.metadata["magics_language"] = "sql"
    return cell


def _is_prose(output: NotebookNode) -> bool:
    return "data" in output and _shown_type(output.data) == "text/markdown"


def _joined_code(sources: list[str]) -> str:
    return "\n\n\n".join(filter(None, sources))


def _is_published(output: NotebookNode) -> bool:
    return output.output_type != "error" and output.get("name") != "stderr"


def _shown_type(data: Mapping[str, Any]) -> str | None:
    """Return the richest form an output has among those a page can show, or None.

    Plain text counts only where it is all there is: beside a script or a widget it is but an object's name.
    """
    if set(data) == {"text/plain"}:
        return "text/plain"
    return next((mimetype for mimetype in _SHOWN_TYPES if mimetype in data), None)


def _markdown_texts(notebook: NotebookNode) -> Iterator[str]:
    for cell in notebook.cells:
        if cell.cell_type == "markdown":
            yield cell.source
        for output in cell.get("outputs", []):
            if "text/markdown" in output.get("data", {}):
                yield output.data["text/markdown"]


def _safe_markdown(source: str) -> str:
    """Return Markdown as HTML, with HTML in it shown as text and harmful links (`javascript:` …) disarmed."""
    renderer = IPythonRenderer(escape=True, allow_harmful_protocols=False, exclude_anchor_links=True)
    return str(MarkdownWithMath(renderer=renderer).render(source))


def _safe_html(source: str) -> str:
    """Return the HTML of an output with harmless elements only; others are shown as text."""
    own = source.removeprefix(STYLE_IN_LAB)
    cleaned: str = bleach.clean(
        own if own != source else _without_styles(source),
        tags=_ALLOWED_TAGS,
        attributes=_ALLOWED_ATTRIBUTES,
        protocols={"http", "https", "mailto"},
    )
    return cleaned


def _without_styles(source: str) -> str:
    """Return the HTML of an output without the style that pandas and polars bring along for JupyterLab."""
    soup = BeautifulSoup(source, "html.parser")
    for element in soup.find_all("style"):
        element.decompose()
    return str(soup)


def _put_tables_in_scrolling_boxes(soup: BeautifulSoup, label: str) -> None:
    for number, element in enumerate(soup.find_all("table"), start=1):
        caption = element.find("caption")
        name = f"{label} {number}" + (f" {_one_line(caption.get_text())}" if caption else "")
        box = soup.new_tag("div", attrs={"class": "table-box", "role": "region", "tabindex": "0", "aria-label": name})
        element.wrap(box)


def _replace_outside_images(soup: BeautifulSoup) -> None:
    """Put its text alternative in place of each image that is not part of the page: nothing is fetched."""
    for element in soup.find_all("img"):
        if not str(element["src"]).startswith("data:"):
            element.replace_with(str(element["alt"]))


def _add_contents(soup: BeautifulSoup, language: Language) -> None:
    """Give every section an id and, where there are several, list them before the first."""
    sections = soup.find_all("h2")
    for number, element in enumerate(sections, start=1):
        element["id"] = f"section-{number}"
    if len(sections) >= _SECTIONS_WORTH_A_LIST:
        listed = [(element["id"], _one_line(element.get_text())) for element in sections]
        contents = render_template("contents.html.j2", language=language, sections=listed)
        sections[0].insert_before(BeautifulSoup(contents, "html.parser"))


def _one_line(text: str) -> str:
    return " ".join(text.split())
