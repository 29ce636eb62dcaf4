"""What every page has around its content: style, landmarks, a policy that lets nothing foreign load."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import jinja2

from analysis.reporting.labels import INDEX_PAGES, LABELS, LANGUAGE_NAMES, OTHER_LANGUAGE
from analysis.reporting.prose import Language

TEMPLATES = Path(__file__).parent / "template"


def render_shell(template: str, *, language: Language, script_hashes: tuple[str, ...] = (), **content: object) -> str:
    """Return a whole page from one of the templates, which escape everything that is not marked as HTML.

    Args:
        template: file name of a template that extends `layout.html.j2`.
        language: 'ja' or 'en', for the page's `lang` and its labels.
        script_hashes: of the scripts that may run on the page, see `script_hash`; the browser refuses all others.
        content: what the template shows.
    """
    return render_template(
        template,
        language=language,
        style=template_text("style.css"),
        policy=_content_security_policy(script_hashes),
        **content,
    )


def render_template(template: str, *, language: Language, **content: object) -> str:
    """Return what one of the templates makes of its content and of the labels of a language."""
    return _environment().get_template(template).render(language=language, labels=LABELS[language], **content)


@cache
def template_text(name: str) -> str:
    """Return a file of the template folder as text."""
    return (TEMPLATES / name).read_text(encoding="utf-8")


def shown_value(value: object, language: Language) -> str:
    """Return a parameter's value as a reader is to see it: a list in commas, 'all' for one without items.

    None and '' are shown as 'not set'.
    """
    if value is None or value == "":
        return LABELS[language]["not_set"]
    if value == []:
        return LABELS[language]["all"]
    if isinstance(value, list | tuple):
        return LABELS[language]["separator"].join(str(item) for item in value)
    return str(value)


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters["shown_value"] = shown_value
    environment.globals["language_names"] = LANGUAGE_NAMES
    environment.globals["other_language"] = OTHER_LANGUAGE
    environment.globals["index_pages"] = INDEX_PAGES
    return environment


def script_hash(script: str) -> str:
    """Return what a page's policy knows the exact text of a script by."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()}'"


def _content_security_policy(script_hashes: tuple[str, ...]) -> str:
    directives: Mapping[str, str] = {
        "default-src": "'none'",
        "script-src": " ".join(script_hashes) or "'none'",
        "style-src": "'unsafe-inline'",
        "img-src": "data:",
        "base-uri": "'none'",
        "form-action": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in directives.items())
