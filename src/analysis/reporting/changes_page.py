"""The page that tells what changed in the data, value by value, with the words of both sides."""

from pathlib import Path

from analysis.atomic import write_file
from analysis.reporting.changes_labels import WORDS
from analysis.reporting.changes_told import Told
from analysis.reporting.clock import shown_moment
from analysis.reporting.index import Companion
from analysis.reporting.labels import CHANGES_PAGES
from analysis.reporting.prose import Language
from analysis.reporting.publications import FOLDER, Comparison, Publication
from analysis.reporting.shell import render_shell, template_text


def write_changes_page(comparison: Comparison, folder: Path, language: Language) -> Companion:
    """Write the page that tells what changed in the data, `changes.html` or `changes.en.html`, and return its entry.

    It says when the two builds were published and the last one checked; which documents are new, gone or have another
    text; and then every value that differs, with both quotes. Where nothing has changed it shows the last change that
    there was; on the first run it says that there is nothing to compare with.

    Args:
        comparison: from `compare_with_published`.
        folder: where it is written, moved into place when complete.
        language: of the page; what is quoted stays Japanese.

    Raises:
        OSError: the folder cannot be written to.
    """
    words = WORDS[language]
    told = Told(comparison.differences, language) if comparison.differences else None
    html = render_shell(
        "changes.html.j2",
        language=language,
        title=words["title"],
        words=words,
        lead=_lead(comparison, told, language),
        notice=_notice(comparison, language),
        refusal=comparison.refusal,
        compared=_compared(comparison, language),
        told=told,
        python=_python(comparison),
        pages=CHANGES_PAGES,
        changes_style=template_text("changes.css"),
    )
    write_file(html.encode(), folder / CHANGES_PAGES[language])
    return Companion(CHANGES_PAGES[language], words["title"], _summary(comparison, told, language))


def _lead(comparison: Comparison, told: Told | None, language: Language) -> str:
    """Return what the page comes to, in a sentence."""
    if comparison.before is None:
        words = WORDS[language]
        moment = shown_moment(comparison.after.published_at, language)
        return words["first"] if comparison.is_news else words["nothing_before"].format(moment)
    return _summary(comparison, told, language)


def _notice(comparison: Comparison, language: Language) -> str | None:
    """Return that nothing has changed since the change that is shown, where that is so."""
    if comparison.is_news or comparison.before is None:
        return None
    return WORDS[language]["unchanged"].format(shown_moment(comparison.after.published_at, language))


def _compared(comparison: Comparison, language: Language) -> list[tuple[str, str, str, str]]:
    """Return the two builds and the last check: label, moment for machines and for people, name of the run."""
    words = WORDS[language]
    builds: list[tuple[str, Publication | None]] = [("since", comparison.before), ("now", comparison.after)]
    moments = [(words[label], build.published_at, build.run_id) for label, build in builds if build]
    moments.append((words["checked"], comparison.checked_at, comparison.run_id))
    return [(label, at.isoformat(), shown_moment(at, language), run_id) for label, at, run_id in moments]


def _python(comparison: Comparison) -> str | None:
    if comparison.before is None:
        return None
    paths = (f'"{FOLDER}/{build.file_name}"' for build in (comparison.before, comparison.after))
    return f"analysis.changes({', '.join(paths)})"


def _summary(comparison: Comparison, told: Told | None, language: Language) -> str:
    """Return in a sentence what the page tells, without a time: it stays the same for as long as the data do."""
    words = WORDS[language]
    if comparison.refusal:
        return words["summary_refused"]
    if told is None:
        return words["summary_first"] if comparison.is_news else words["summary_same"]
    return told.summary
