"""What the site shows beyond the Markdown in docs/: the README and its like, generated tables, diagrams in the page."""

import posixpath
import re
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

from analysis.cli import app
from analysis.publishing.codebooks import codebook_tables
from analysis.publishing.command_reference import command_reference

_PAGES = {
    "README.md": "readme.md",
    "README.ja.md": "readme.ja.md",
    "CONTRIBUTING.md": "contributing.md",
    "CHANGELOG.md": "changelog.md",
    "data/reference/README.md": "reference_data.md",
}
"""Pages of the repository outside docs/, and what they are called in the site."""

_ROOT = {uri: path for path, uri in _PAGES.items()}
_FENCED = re.compile(r"^(```.*?^```)$", re.MULTILINE | re.DOTALL)
_LINK = re.compile(r"(?P<text>!?\[(?:[^\[\]]|\[[^\[\]]*\])*\])\((?P<path>[^()\s#:]+)(?P<anchor>#[^()\s]*)?\)")
_DIAGRAM = re.compile(r'<p><img alt="(?P<alt>[^"]*)" src="(?P<path>diagrams/[^"]+\.svg)" ?/?></p>')
_BROKEN_LINE = re.compile(r"(?<=[^\x00-\x7f])(\*\*)?\n *(?![-|>#\s]|\* |\d+\. )|(?<=[\w)`])\n *(?=[^\x00-\x7f])")
"""A line end within a Japanese sentence, which browsers would show as a space."""

_JAPANESE = ".ja.md"
_FOR_SERVERS = {"404.html", "sitemap.xml"}
_FOR_AUTHORS = (".jinja", ".map")


def on_config(config: MkDocsConfig) -> None:
    """Leave out what only a server has a use for, and say of which version the pages are."""
    config.theme.static_templates -= _FOR_SERVERS
    config.copyright = f"ward-plans {version('ward-plans')}"


def on_files(files: Files, config: MkDocsConfig) -> None:
    """Take the pages from outside docs/ into the site."""
    for file in [file for file in files if file.src_uri in _FOR_SERVERS or file.src_uri.endswith(_FOR_AUTHORS)]:
        files.remove(file)
    for path, uri in _PAGES.items():
        files.append(File.generated(config, uri, content=(_repository(config) / path).read_text(encoding="utf-8")))


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the generated tables where their comment stands, and let links lead to where things are in the site."""
    uri = page.file.src_uri
    if uri.endswith(_JAPANESE):
        page.meta["language"] = "ja"
    for name, write in _tables(config).items():
        if f"<!-- {name} -->" in markdown:
            markdown = markdown.replace(f"<!-- {name} -->", write())
    parts = _FENCED.split(markdown)
    for number in range(0, len(parts), 2):
        parts[number] = _LINK.sub(lambda found: _link(found, uri, _repository(config)), parts[number])
        if uri.endswith(_JAPANESE):
            parts[number] = _BROKEN_LINE.sub(r"\1", parts[number])
    return "".join(parts)


def on_page_content(html: str, page: Page, config: MkDocsConfig, files: Files) -> str:
    """Put the diagrams into the page itself: their text can be selected and found, their tables clicked."""
    return _DIAGRAM.sub(lambda found: _diagram(found, Path(config.docs_dir)), html)


def _repository(config: MkDocsConfig) -> Path:
    return Path(config.docs_dir).parent


def _tables(config: MkDocsConfig) -> Mapping[str, Callable[[], str]]:
    database = _repository(config) / config.extra["database"]
    return {
        "codebooks": lambda: codebook_tables(database),
        "commands": lambda: command_reference(app, "wardplans"),
    }


def _link(found: re.Match[str], uri: str, repository: Path) -> str:
    """Return a link as the site needs it; what is in the repository and not in the site is named without one."""
    here = _ROOT.get(uri, f"docs/{uri}")
    target = posixpath.normpath(posixpath.join(posixpath.dirname(here), found["path"]))
    if target in _PAGES:
        there = _PAGES[target]
    elif target.startswith("docs/") and not (repository / target).is_dir():
        there = target.removeprefix("docs/")
    elif (repository / target).exists():
        return found["text"][1:-1]
    else:
        return found[0]
    return f"{found['text']}({posixpath.relpath(there, posixpath.dirname(uri) or '.')}{found['anchor'] or ''})"


def _diagram(found: re.Match[str], docs: Path) -> str:
    drawn = (docs / found["path"]).read_text(encoding="utf-8")
    attributes = f'class="entity-diagram" data-search-exclude role="region" aria-label="{found["alt"]}"'
    return f"<div {attributes}>\n{drawn}</div>"
