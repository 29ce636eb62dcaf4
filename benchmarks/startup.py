"""How long a person waits before anything happens: whole processes of the command line and of the library's import.

    python benchmarks/startup.py --runs 11 [--json startup.json]

Prints, for each command, the median and the slowest of the runs in seconds, after one run that is not counted. The
commands take turns, so that a machine that is slower for a while is so for all of them.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

WARDPLANS = str(Path(sys.executable).with_name("wardplans"))


def commands(scratch: Path) -> dict[str, list[str]]:
    """What is measured, by the name it has in the table; a bare interpreter is the floor."""
    return {
        "python -c pass": [sys.executable, "-c", "pass"],
        "import analysis": [sys.executable, "-c", "import analysis"],
        "wardplans --help": [WARDPLANS, "--help"],
        "wardplans report --help": [WARDPLANS, "report", "--help"],
        "wardplans build": [WARDPLANS, "build", "--database", str(scratch / "wards.duckdb")],
    }


def seconds(command: list[str]) -> float:
    """Wall-clock seconds of one whole process; one that fails ends the measurement with what it said."""
    begun = time.perf_counter()
    finished = subprocess.run(command, capture_output=True, encoding="utf-8", check=False)
    taken = time.perf_counter() - begun
    if finished.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{finished.stderr}")
    return taken


def measure(runs: int) -> dict[str, dict[str, float]]:
    """Median and maximum in seconds of each command."""
    taken: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as scratch:
        measured = commands(Path(scratch))
        for number in range(runs + 1):
            for name, command in measured.items():
                its_seconds = seconds(command)
                if number:
                    taken.setdefault(name, []).append(its_seconds)
    return {
        name: {"median": round(statistics.median(times), 4), "max": round(max(times), 4)}
        for name, times in taken.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=11, help="counted runs of each command (default: 11)")
    parser.add_argument("--json", type=Path, help="write the figures to this file as well")
    arguments = parser.parse_args()
    figures = measure(arguments.runs)
    print(f"{'seconds, whole process':<26}{'median':>8}{'max':>8}   of {arguments.runs} runs")
    for name, figure in figures.items():
        print(f"{name:<26}{figure['median']:>8.3f}{figure['max']:>8.3f}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"runs": arguments.runs, "seconds": figures}, indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    main()
