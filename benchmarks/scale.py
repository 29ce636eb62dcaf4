"""How the work grows from five municipalities to the whole country.

    python benchmarks/scale.py --municipalities 5 23 200 1741 --out docs/performance /tmp/scale

makes a country of each size (`country.py`), builds it as a whole process, asks its views, changes one municipality's
documents and builds again, compares what was read with what was printed, and measures beside that what no program could
save: reading the bytes, and inserting the rows. It writes `scale.json` and plots of the growth.

A size takes two megabytes of disk and half a second of work a municipality. The folder of each size is removed again.
"""

import argparse
import json
import os
import shutil
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import polars as pl
from country import JAPAN, Truth, compare_with_truth, municipalities, read_truth, write_country, write_documents
from machine import described

import analysis
from analysis.database.connect import open_database
from analysis.documents.integrity import accept_checksums

_REPEATS = 7
_TICK = os.sysconf("SC_CLK_TCK")
_PAGE = os.sysconf("SC_PAGE_SIZE")

# The questions people ask of the four views: one ward, one indicator, one KPI, a count, and everything.
QUESTIONS = {
    "observations": {
        "one ward": "SELECT * FROM observations WHERE ward_code = '{ward}'",
        "one KPI": "SELECT * FROM observations WHERE kpi_id = '{kpi}'",
        "one year": "SELECT ward_code, value FROM observations WHERE fiscal_year = 2024 AND value_type = 'actual'",
        "count": "SELECT count(*) FROM observations",
        "everything": "SELECT * FROM observations",
    },
    "comparisons": {
        "one ward": "SELECT * FROM comparisons WHERE ward_code = '{ward}'",
        "one indicator": "SELECT * FROM comparisons WHERE indicator_id = 'online_procedures'",
        "one indicator, one year": (
            "SELECT ward_code, indicator_value FROM comparisons "
            "WHERE indicator_id = 'online_procedures' AND fiscal_year = 2024"
        ),
        "count": "SELECT count(*) FROM comparisons",
        "everything": "SELECT * FROM comparisons",
    },
    "achievements": {
        "one ward": "SELECT * FROM achievements WHERE ward_code = '{ward}'",
        "one KPI": "SELECT * FROM achievements WHERE kpi_id = '{kpi}'",
        "met by year": "SELECT fiscal_year, count(*) FROM achievements WHERE is_met GROUP BY fiscal_year",
        "count": "SELECT count(*) FROM achievements",
        "everything": "SELECT * FROM achievements",
    },
    "coverage": {
        "one ward": "SELECT * FROM coverage WHERE ward_code = '{ward}'",
        "one indicator": "SELECT * FROM coverage WHERE indicator_id = 'online_procedures'",
        "count": "SELECT count(*) FROM coverage",
        "everything": "SELECT * FROM coverage",
    },
}


def measure(size: int, scratch: Path) -> dict[str, Any]:
    """Return all measurements of one size."""
    started = time.perf_counter()
    write_country(scratch, size)
    generated = time.perf_counter() - started
    database = scratch / "wards.duckdb"
    result: dict[str, Any] = {"municipalities": size, "generate_seconds": generated, **_read_floor(scratch / "raw")}
    result["build"] = _build(scratch, database)
    result["truth"] = _recovered(scratch, database)
    result["database_bytes"] = database.stat().st_size
    result["rows"] = _row_counts(database)
    result["views"] = _view_times(database, size)
    result["report_work"] = _report_times(database, size)
    town = municipalities(size)[size // 2]
    changed = write_documents(scratch / "raw", town, edition=1)
    accept_checksums(scratch / "raw")
    result["rebuild_one_changed"] = _build(scratch, database)
    truths = [changed if truth.ward_code == town.code else truth for truth in read_truth(scratch)]
    result["truth_after_rebuild"] = dict(zip(("facts", "missed"), _missed(database, truths), strict=True))
    result["insert_floor"] = _insert_floor(database, scratch)
    return result


def _read_floor(raw: Path) -> dict[str, Any]:
    """Time reading all bytes, twice: what counts is the second time, when they are in memory."""
    seconds, total = 0.0, 0
    for _ in range(2):
        started = time.perf_counter()
        total = sum(len(path.read_bytes()) for path in raw.glob("*/*"))
        seconds = time.perf_counter() - started
    return {"raw_bytes": total, "raw_files": sum(1 for _ in raw.glob("*/*")), "read_floor_seconds": seconds}


def _build(country: Path, database: Path) -> dict[str, float]:
    command: list[str | Path] = [Path(sys.executable).with_name("wardplans"), "build", "--raw", country / "raw"]
    command += ["--reference", country / "reference", "--database", database]
    started = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) as process:
        usage = _Usage(process.pid)
        while process.poll() is None:
            usage.look()
            time.sleep(0.02 if time.perf_counter() - started < 10 else 0.2)
        errors = process.stderr.read().decode() if process.stderr else ""
    if process.returncode:
        raise SystemExit(errors)
    return {"seconds": time.perf_counter() - started, "cpu_seconds": usage.cpu_seconds, "peak_rss_bytes": usage.peak}


class _Usage:
    """What a process and all that it starts use: processor time, and memory at its highest."""

    def __init__(self, root: int) -> None:
        self._root = root
        self._ticks: dict[int, int] = {}
        self.peak = 0

    def look(self) -> None:
        """Look at them once."""
        parents: dict[int, int] = {}
        fields: dict[int, list[str]] = {}
        for entry in Path("/proc").iterdir():
            if entry.name.isdecimal():
                try:
                    fields[int(entry.name)] = (entry / "stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                parents[int(entry.name)] = int(fields[int(entry.name)][1])
        members = {pid for pid in fields if self._is_below(pid, parents)}
        for pid in members:
            self._ticks[pid] = int(fields[pid][11]) + int(fields[pid][12])
        self.peak = max(self.peak, sum(int(fields[pid][21]) for pid in members) * _PAGE)

    @property
    def cpu_seconds(self) -> float:
        """Return the processor time of all of them, as it was when each was last seen."""
        return sum(self._ticks.values()) / _TICK

    def _is_below(self, pid: int, parents: dict[int, int]) -> bool:
        while pid in parents and pid != self._root:
            pid = parents[pid]
        return pid == self._root


def _recovered(country: Path, database: Path) -> dict[str, Any]:
    facts, missed = _missed(database, read_truth(country))
    return {"facts": facts, "missed": missed}


def _missed(database: Path, truths: Iterable[Truth]) -> tuple[int, int]:
    facts, differences = compare_with_truth(database, truths)
    for line in differences[:5]:
        print(line, file=sys.stderr)
    return facts, len(differences)


def _row_counts(database: Path) -> dict[str, int]:
    with open_database(database) as connection:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
        return {name: connection.execute(f"SELECT count(*) FROM {name}").fetchall()[0][0] for (name,) in tables}


def _view_times(database: Path, size: int) -> dict[str, dict[str, dict[str, float]]]:
    town = municipalities(size)[size // 2]
    names = {"ward": town.code, "kpi": f"{town.slug}-panels-2021-rpa_hours_saved"}
    with open_database(database) as connection:
        return {
            view: {name: _timed(partial(_ask, connection, sql.format(**names))) for name, sql in asked.items()}
            for view, asked in QUESTIONS.items()
        }


def _ask(connection: duckdb.DuckDBPyConnection, sql: str) -> pl.DataFrame:
    rows: pl.DataFrame = connection.sql(sql).pl()
    return rows


def _report_times(database: Path, size: int) -> dict[str, dict[str, float]]:
    codes = [town.code for town in municipalities(size)[:23]]
    with open_database(database) as connection:
        return {
            "compare, 23 wards": _timed(lambda: analysis.compare("online_procedures", codes, connection=connection)),
            "coverage, one ward": _timed(lambda: analysis.coverage(codes[:1], connection=connection)),
            "observations, one ward": _timed(lambda: analysis.observations(codes[:1], connection=connection)),
        }


def _timed(ask: Callable[[], object]) -> dict[str, float]:
    """Return the first answer's time, which may read the disk, and the median and worst of those after it."""
    times = []
    rows = 0
    for _ in range(_REPEATS + 1):
        started = time.perf_counter()
        answer = ask()
        times.append((time.perf_counter() - started) * 1000)
        rows = len(answer)  # type: ignore[arg-type]
    first, *others = times
    return {"rows": rows, "first_ms": first, "median_ms": statistics.median(others), "worst_ms": max(others)}


def _insert_floor(database: Path, scratch: Path) -> dict[str, float]:
    """Time DuckDB alone inserting the same rows from Parquet, without keys, checks and comments."""
    files = scratch / "parquet"
    files.mkdir()
    with duckdb.connect(database, read_only=True) as connection:
        tables = [name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()]
        for name in tables:
            connection.execute(f"COPY {name} TO '{files / name}.parquet'")
    started = time.perf_counter()
    with duckdb.connect(scratch / "floor.duckdb") as connection:
        for name in tables:
            connection.execute(f"CREATE TABLE {name} AS FROM '{files / name}.parquet'")
    return {
        "seconds": time.perf_counter() - started,
        "parquet_bytes": sum(path.stat().st_size for path in files.iterdir()),
        "database_bytes": (scratch / "floor.duckdb").stat().st_size,
    }


# ---------------------------------------------------------------------------------------- tables and plots


def tables(results: Sequence[dict[str, Any]]) -> str:
    """Return the measurements as two tables of Markdown: the build, and the questions."""
    figures: dict[str, Callable[[dict[str, Any]], str]] = {
        "documents, MB": lambda result: f"{5 * result['municipalities']:,}, {result['raw_bytes'] / 1e6:.1f}",
        "rows": lambda result: f"{sum(result['rows'].values()):,}",
        "build, s": lambda result: f"{result['build']['seconds']:.1f}",
        "… processor time, s": lambda result: f"{result['build']['cpu_seconds']:.1f}",
        "… a municipality, ms of processor time": lambda result: (
            f"{result['build']['cpu_seconds'] / result['municipalities'] * 1000:.0f}"
        ),
        "… memory of all processes at its highest, GB": lambda result: f"{result['build']['peak_rss_bytes'] / 1e9:.2f}",
        "database, MB": lambda result: f"{result['database_bytes'] / 1e6:.0f}",
        "build after one municipality changed, s": lambda result: f"{result['rebuild_one_changed']['seconds']:.1f}",
        "facts of the truth found": lambda result: (
            f"{result['truth']['facts'] - result['truth']['missed']:,} of {result['truth']['facts']:,}"
        ),
        "floor: reading all bytes, s": lambda result: f"{result['read_floor_seconds']:.3f}",
        "floor: inserting all rows without keys, s": lambda result: f"{result['insert_floor']['seconds']:.1f}",
    }
    heads = ["municipalities", *(f"{result['municipalities']:,}" for result in results)]
    build = [[name, *map(tell, results)] for name, tell in figures.items()]
    questions = [
        [f"{kind}: {name}", *(f"{result['views'][kind][name]['median_ms']:.0f}" for result in results)]
        for kind, asked in results[-1]["views"].items()
        for name in asked
    ] + [
        [f"`{name}`", *(f"{result['report_work'][name]['median_ms']:.0f}" for result in results)]
        for name in results[-1]["report_work"]
    ]
    return f"{_markdown(heads, build)}\n\n{_markdown(heads, questions)}"


def _markdown(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return "\n".join(f"| {' | '.join(row)} |" for row in [heads, ["---", *["---:"] * (len(heads) - 1)], *rows])


def draw(results: Sequence[dict[str, Any]], out: Path) -> None:
    """Write the plots of the growth as SVG."""
    for name, (rows, title, unit) in {
        "build": (list(_build_rows(results)), "Building the database", "seconds"),
        "memory": (list(_memory_rows(results)), "Memory and disk", "gigabytes"),
        "views": (list(_view_rows(results)), "Slowest question to each of the four views", "milliseconds"),
    }.items():
        _plot(rows, title, unit).save(out / f"scale_{name}.svg")


def _plot(rows: list[dict[str, Any]], title: str, unit: str) -> alt.LayerChart:
    legend = alt.Legend(orient="bottom", columns=2, labelLimit=400)
    base = alt.Chart(pl.DataFrame(rows)).encode(
        alt.X("municipalities:Q", title="municipalities, five documents each").scale(type="log"),
        alt.Y("value:Q", title=unit).scale(type="log"),
    )
    # The lines have no colour scale of their own, so that colours and shapes of the points make one legend.
    lines = base.mark_line(color="#999").encode(alt.Detail("what:N"))
    points = base.mark_point(filled=True, size=80).encode(
        alt.Color("what:N", title=None, sort=None, legend=legend),
        alt.Shape("what:N", title=None, sort=None, legend=legend),
    )
    chart = (lines + points).properties(title=title, width=520, height=300)
    plot: alt.LayerChart = chart.configure_range(
        category=["#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#000000"]
    )
    return plot


def _build_rows(results: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for result in results:
        yield from _rows(
            result,
            {
                "build from nothing": result["build"]["seconds"],
                "build after one municipality changed": result["rebuild_one_changed"]["seconds"],
                "floor: reading all bytes": result["read_floor_seconds"],
                "floor: inserting all rows without keys": result["insert_floor"]["seconds"],
            },
        )


def _memory_rows(results: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for result in results:
        figures = {
            "memory of all processes, at its highest": result["build"]["peak_rss_bytes"],
            "database": result["database_bytes"],
            "raw documents and descriptors": result["raw_bytes"],
        }
        yield from _rows(result, {what: value / 1e9 for what, value in figures.items()})


def _view_rows(results: Sequence[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    for result in results:
        for view, asked in result["views"].items():
            slowest = max(times["median_ms"] for name, times in asked.items() if name != "everything")
            yield from _rows(result, {view: slowest})


def _rows(result: dict[str, Any], figures: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for what, value in figures.items():
        yield {"municipalities": result["municipalities"], "what": what, "value": value}


def main() -> None:
    """Measure each size, as the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--municipalities", type=int, nargs="+", default=[5, 23, 200, JAPAN], help="the sizes")
    parser.add_argument("--out", type=Path, help="folder for scale.json and the plots")
    parser.add_argument("scratch", type=Path, help="an empty folder to work in")
    arguments = parser.parse_args()
    results: list[dict[str, Any]] = []
    for size in arguments.municipalities:
        folder = arguments.scratch / str(size)
        load = os.getloadavg()[0]
        results.append({**measure(size, folder), "load_before": load, "measured_on": f"{datetime.now(UTC):%Y-%m-%d}"})
        shutil.rmtree(folder)
        print(json.dumps(results[-1], indent=1), flush=True)
        if arguments.out:
            arguments.out.mkdir(parents=True, exist_ok=True)
            report = json.dumps({"machine": described(), "sizes": results}, indent=1)
            (arguments.out / "scale.json").write_text(f"{report}\n", encoding="utf-8")
            draw(results, arguments.out)
    print(tables(results))


if __name__ == "__main__":
    main()
