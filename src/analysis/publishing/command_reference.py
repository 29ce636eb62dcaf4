"""The commands and their options as Markdown, as the command line itself tells them."""

from collections.abc import Iterator
from inspect import cleandoc

import click

from analysis.publishing.markdown import escaped, table


def command_reference(group: click.Group, name: str) -> str:
    """Return a section for each command of a command line: usage, what it does, its arguments and options.

    Args:
        group: the commands.
        name: what the command line is called by, as in `wardplans`.

    Returns:
        Markdown with a heading of level 2 for each command, in the order of their names. Groups within the group
        have theirs as well, with their full names.
    """
    context = click.Context(group, info_name=name, **group.context_settings)
    return "\n".join(_sections(group, context)).strip() + "\n"


def _sections(group: click.Group, context: click.Context) -> Iterator[str]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        inner = click.Context(command, info_name=name, parent=context)
        yield _section(command, inner)
        if isinstance(command, click.Group):
            yield from _sections(command, inner)


def _section(command: click.Command, context: click.Context) -> str:
    usage = " ".join([context.command_path, *command.collect_usage_pieces(context)])
    options = table(("option", "meaning"), _option_rows(command, context)).rstrip("\n")
    parts = [
        f"## {context.command_path}",
        f"```text\n{usage}\n```",
        _told(command.help),
        options,
        _told(command.epilog),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _told(text: str | None) -> str:
    """Return the paragraphs of a help; those after click's mark for text as it stands keep their lines."""
    paragraphs = cleandoc(text or "").split("\n\n")
    return "\n\n".join(
        f"```text\n{paragraph.strip(chr(8)).strip()}\n```" if paragraph.startswith("\b") else escaped(paragraph)
        for paragraph in paragraphs
    )


def _option_rows(command: click.Command, context: click.Context) -> Iterator[tuple[str, str]]:
    for parameter in command.get_params(context):
        names, meaning = parameter.get_help_record(context) or ("", "")
        if meaning:
            yield f"`{names}`", escaped(meaning)
