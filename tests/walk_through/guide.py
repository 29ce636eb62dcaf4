"""docs/adding-a-ward.md as a program: its commands, what they print, and the edits between them."""

import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from analysis.documents.paths import project_root

GUIDE = project_root() / "docs" / "adding-a-ward.md"

_FENCE = re.compile(r"^```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)


@dataclass(frozen=True)
class Commands:
    """Commands of one block, and the lines the guide says they print."""

    lines: tuple[str, ...]
    printed: tuple[str, ...] = ()

    @property
    def fails(self) -> bool:
        """Return whether the guide shows an error."""
        return any(line.startswith("error:") for line in self.printed)


@dataclass(frozen=True)
class Edit:
    """Lines to replace in a file: both with the lines around them that stay."""

    file: str
    old: str
    new: str
    changed: int

    def apply(self, folder: Path) -> None:
        """Change the file.

        Raises:
            AssertionError: the lines are not met exactly once.
        """
        path = folder / self.file
        text = path.read_text(encoding="utf-8")
        assert text.count(self.old) == 1, f"{self.file}: met {text.count(self.old)} times: {self.old}"
        path.write_text(text.replace(self.old, self.new), encoding="utf-8")


def steps(guide: Path = GUIDE) -> list[Commands | Edit]:
    """Return the commands and edits of the guide in order; an output belongs to the commands above it."""
    found: list[Commands | Edit] = []
    for match in _FENCE.finditer(guide.read_text(encoding="utf-8")):
        lines = tuple(match["body"].splitlines())
        if match["kind"] == "sh":
            found.append(Commands(lines))
        elif match["kind"] == "diff":
            found.append(_edit(lines))
        elif match["kind"] == "text" and found and isinstance(found[-1], Commands) and not found[-1].printed:
            found[-1] = Commands(found[-1].lines, lines)
    return found


def edits(file: str, guide: Path = GUIDE) -> list[Edit]:
    """Return the edits of one file, by the end of its name."""
    return [step for step in steps(guide) if isinstance(step, Edit) and step.file.endswith(file)]


def run(commands: Commands, folder: Path) -> str:
    """Run commands as a person would type them, and return what they print.

    Raises:
        AssertionError: they fail where the guide shows no error, or the other way round.
    """
    bin_folder = Path(sys.executable).parent
    done = subprocess.run(
        ["bash", "-euc", "\n".join(commands.lines)],
        cwd=folder,
        env={"PATH": f"{bin_folder}:/usr/bin:/bin", "HOME": str(folder), "LANG": "C.UTF-8", "COLUMNS": "200"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    printed = done.stdout + done.stderr
    assert done.returncode == (1 if commands.fails else 0), printed
    return printed


def _edit(lines: tuple[str, ...]) -> Edit:
    header, *changes = lines
    assert header.startswith("--- "), f"an edit begins with its file, met {header!r}"
    return Edit(
        file=header.removeprefix("--- "),
        old="".join(f"{line[1:]}\n" for line in changes if line[0] in "- "),
        new="".join(f"{line[1:]}\n" for line in changes if line[0] in "+ "),
        changed=sum(1 for line in changes if line[0] == "+" and line[1:].strip()),
    )
