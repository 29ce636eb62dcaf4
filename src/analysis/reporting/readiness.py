"""What a process that makes pages has ready: the server that such processes are forked from imports this.

Whatever is otherwise loaded, compiled or set up by the first page: modules that are imported late, schemas, templates
and lexers. None of it is a run's own. Nothing here starts a thread, which a forked process would be without.
"""

import atexit
import gc

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

import analysis.reporting.plan_tables
import analysis.reporting.production  # noqa: F401
from analysis.charts.specification import check_charts_as_a_whole, specification_validator
from analysis.reporting.labels import LANGUAGES
from analysis.reporting.page import Provenance, headline, render_page


def get_ready() -> None:
    """Set up what pages have in common, and have the collector of garbage pass it over."""
    specification_validator()
    check_charts_as_a_whole()
    sample = _sample()
    nbformat.validate(sample)
    headline(sample)
    for language in LANGUAGES:
        render_page(sample, title="", language=language, provenance=Provenance((), "", {}))
    gc.collect()
    gc.freeze()
    atexit.register(gc.unfreeze)  # or DuckDB complains of what it finds left at the end


def _sample() -> NotebookNode:
    """Return an executed notebook with something of each kind that a page shows, except charts."""
    shown = {"text/html": "<table><caption>1</caption><tr><th>1</th><td>2</td></tr></table>", "text/plain": "1"}
    outputs = [
        new_output("display_data", shown),  # type: ignore[no-untyped-call]
        new_output("stream", text="1"),  # type: ignore[no-untyped-call]
    ]
    about_code = {"tags": ["show-code"]}
    notebook: NotebookNode = new_notebook(  # type: ignore[no-untyped-call]
        cells=[
            new_markdown_cell("# 1\n\n1 [1](#1)\n\n## 2\n\n- 1"),  # type: ignore[no-untyped-call]
            new_code_cell("import math", outputs=outputs),  # type: ignore[no-untyped-call]
            new_code_cell("%%sql\nSELECT 1", outputs=outputs, metadata=about_code),  # type: ignore[no-untyped-call]
        ]
    )
    return notebook


get_ready()
