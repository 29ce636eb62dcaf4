"""How fast reports are made: `wardplans report` beside a shell loop of papermill and nbconvert, on the same notebooks.

    python benchmarks/reports.py [--wards 23] [--languages ja en] [--json docs/performance/reports.json]

Profiles of made-up wards (benchmarks/country.py: each has one of the five real layouts, in turn) in each language, on
this machine's cores, in one run: first `wardplans report`, then the loop, which starts two programs a page. Prints what
each took, how many times faster the one is, and how its time compares with that of the cells alone.
"""

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from machine import described

from analysis.documents.paths import notebooks_folder
from analysis.reporting.run_log import PageOutcome, RunEnded, read_log

BIN = Path(sys.executable).parent
NOTEBOOK = notebooks_folder() / "ward_profile.ipynb"


def run(*command: str | Path) -> float:
    """Wall-clock seconds of one whole process; one that fails ends the measurement with what it said."""
    begun = time.perf_counter()
    finished = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    taken = time.perf_counter() - begun
    if finished.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{finished.stderr}")
    return taken


def made_database(folder: Path, wards: int) -> Path:
    """A database of so many wards, each with one document; the layouts take turns."""
    country = folder / "country"
    run(sys.executable, Path(__file__).with_name("country.py"), "--municipalities", str(wards), country)
    for number, ward in enumerate(sorted((country / "raw").iterdir())):
        if ward.is_dir():
            texts = sorted(ward.glob("*.txt"))
            for text in texts[: number % len(texts)] + texts[number % len(texts) + 1 :]:
                text.unlink()
                text.with_suffix(".yaml").unlink()
    database = folder / "wards.duckdb"
    run(BIN / "wardplans", "accept", "--raw", country / "raw")
    run(
        BIN / "wardplans",
        "build",
        "--raw",
        country / "raw",
        "--reference",
        country / "reference",
        "--database",
        database,
    )
    return database


def measured_loop(folder: Path, database: Path, pages: list[tuple[str, str]]) -> float:
    """Seconds of the loop that a person would write: papermill, then nbconvert, for one page after the other."""
    begun = time.perf_counter()
    for ward, language in pages:
        executed = folder / f"{ward}.{language}.ipynb"
        given = {"ward": ward, "language": language, "database": str(database)}
        options = [text for name, value in given.items() for text in ("-r", name, value)]
        run(BIN / "papermill", NOTEBOOK, executed, *options, "--cwd", NOTEBOOK.parent, "--no-progress-bar")
        run(BIN / "jupyter", "nbconvert", "--to", "html", executed)
    return time.perf_counter() - begun


def measure(wards: int, languages: list[str]) -> dict[str, object]:
    """Seconds of both, and the ratios."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        database = made_database(folder, wards)
        raw, reference = folder / "country" / "raw", folder / "country" / "reference"
        language = languages[0] if len(languages) == 1 else "both"
        options = ("--database", database, "--raw", raw, "--reference", reference, "--language", language)
        ours = run(BIN / "wardplans", "report", NOTEBOOK.stem, *options, "--out", folder / "reports")
        entries = read_log(folder / "reports")
        made = [entry for entry in entries if isinstance(entry, PageOutcome) and entry.outcome == "written"]
        (ended,) = (entry for entry in entries if isinstance(entry, RunEnded))
        again = run(BIN / "wardplans", "report", NOTEBOOK.stem, *options, "--out", folder / "reports")
        codes = {path.name.partition("-")[0] for path in raw.iterdir() if path.is_dir()}
        pages = [(code, each) for code in sorted(codes) for each in languages]
        if len(made) != len(pages):
            sys.exit(f"{len(made)} pages were made, {len(pages)} were expected")
        loop = measured_loop(folder, database, pages)
        shutil.rmtree(folder / "country")
    machine = described()
    cells = sum(entry.cell_seconds or 0 for entry in made)
    return {
        "pages": len(pages),
        "loop_seconds": round(loop, 1),
        "wardplans_seconds": round(ours, 1),
        "times_faster": round(loop / ours, 1),
        "run_seconds": round(ended.seconds, 1),
        "cell_seconds": round(cells, 1),
        "times_cells_by_cores": round(ours / (cells / machine["cores"]), 2),
        "nothing_changed_seconds": round(again, 1),
        "machine": machine,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wards", type=int, default=23, help="how many (default: 23)")
    parser.add_argument("--languages", nargs="+", choices=["ja", "en"], default=["ja", "en"])
    parser.add_argument("--json", type=Path, help="file to write the figures to")
    arguments = parser.parse_args()
    figures = measure(arguments.wards, arguments.languages)
    if arguments.json:
        arguments.json.write_text(json.dumps(figures, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
    for name, value in figures.items():
        print(f"{name:26} {value}")


if __name__ == "__main__":
    main()
