"""The same work on a Dask cluster: a real scheduler with two workers, one of which is killed in the middle."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from country import write_country
from distributed import Client

from analysis.errors import WardPlansError
from analysis.reporting.fingerprints import database_fingerprint
from analysis.reporting.run_log import PageOutcome, read_log
from analysis.workers import executor, isolated
from command_line import WARDPLANS, succeeded, wardplans

NAMES = ("overview", "rpa_hours", "security_incidents", "themes")
#: The machine may be busy with other tests.
PATIENCE = 300


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    until = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < until, f"not within {PATIENCE} seconds: {what}"
        time.sleep(0.05)


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Address of the scheduler, and its two workers."""
    with ExitStack() as stack:

        def started(*arguments: str) -> subprocess.Popen[bytes]:
            log = stack.enter_context((tmp_path / f"{arguments[0]}.log").open("ab"))
            command = [sys.executable, "-m", "dask", *arguments, "--no-dashboard"]
            process = subprocess.Popen(command, stdout=log, stderr=log, cwd=tmp_path)
            stack.callback(process.wait)
            stack.callback(process.kill)
            return process

        file = tmp_path / "scheduler.json"
        started("scheduler", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file))
        wait_until(file.exists, "a scheduler")
        options = ("--scheduler-file", str(file), "--host", "127.0.0.1", "--nthreads", "1", "--no-nanny")
        workers = [started("worker", *options, "--local-directory", str(tmp_path)) for _ in range(2)]
        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(2, timeout=PATIENCE)
            address = client.scheduler.address
        yield address, workers


def test_reports_are_made_by_a_cluster_that_loses_a_worker(cluster, built_database: Path, tmp_path: Path) -> None:
    address, (first, _) = cluster
    out, alone = tmp_path / "reports", tmp_path / "alone"
    options = ("--language", "ja", "--database", built_database)
    with subprocess.Popen([WARDPLANS, "report", *NAMES, *options, "--out", out, "--dask", address]) as run:
        wait_until(lambda: any(isinstance(entry, PageOutcome) for entry in read_log(out)), "a first page")
        os.kill(first.pid, signal.SIGKILL)
        assert run.wait(PATIENCE) == 0
    made = {entry.name for entry in read_log(out) if isinstance(entry, PageOutcome) and entry.outcome == "written"}
    assert made == set(NAMES)
    succeeded(wardplans("report", *NAMES, *options, "--out", alone))
    for name in NAMES:
        assert (out / f"{name}.ja.html").read_bytes() == (alone / f"{name}.ja.html").read_bytes()


def test_wards_are_read_by_a_cluster(cluster, tmp_path: Path) -> None:
    address, _ = cluster
    write_country(tmp_path / "country", 20)  # more than one batch
    options = ("--raw", tmp_path / "country" / "raw", "--reference", tmp_path / "country" / "reference")
    for name, more in (("there", ("--dask", address)), ("here", ())):
        succeeded(wardplans("build", *options, "--database", tmp_path / f"{name}.duckdb", *more))
    assert database_fingerprint(tmp_path / "there.duckdb") == database_fingerprint(tmp_path / "here.duckdb")


def test_a_task_on_a_cluster_gives_its_result_or_its_error(cluster) -> None:
    address, _ = cluster
    with executor(dask=address) as workers:
        assert workers.submit(isolated, sum, [1, 2]).result() == 3
        with pytest.raises(ZeroDivisionError):
            workers.submit(isolated, divmod, 1, 0).result()


def test_a_scheduler_that_does_not_answer_is_named() -> None:
    message = r"no Dask scheduler answers at tcp://127\.0\.0\.1:9"
    with pytest.raises(WardPlansError, match=message), executor(dask="tcp://127.0.0.1:9"):
        pass
