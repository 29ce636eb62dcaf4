"""What ran: a log that no killed run, full disk or wrong clock can spoil, and the page that is made of it."""

import json
import random
import re
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import polars as pl
import pytest
from bs4 import BeautifulSoup

from analysis.errors import WardPlansError
from analysis.reporting import run_log
from analysis.reporting.run_log import (
    RUN_LOG,
    Entry,
    PageOutcome,
    RunEnded,
    RunStarted,
    append_entries,
    new_run_id,
    read_log,
)
from analysis.reporting.runs_labels import WORDS
from analysis.reporting.runs_page import write_runs_page

EVENING = datetime(2026, 11, 21, 21, 30, tzinfo=UTC)
TORN = f"{RUN_LOG}.torn"


def page(run_id: str = "run1", name: str = "rpa_hours", at: datetime = EVENING, **told: Any) -> PageOutcome:
    told = {"outcome": "written", "attempts": 1, "seconds": 3.25, "language": "ja", "ended_at": at, **told}
    return PageOutcome(run_id=run_id, started_at=at, name=name, **told)


def whole_run(run_id: str, at: datetime, pages: Sequence[PageOutcome], **told: Any) -> list[Entry]:
    counts = {
        f"{outcome}_count": sum(page.outcome == outcome for page in pages)
        for outcome in ("written", "unchanged", "failed")
    }
    told = {"seconds": 12.5, "exit_code": 1 if counts["failed_count"] else 0, **counts, **told}
    ended = RunEnded(run_id=run_id, started_at=at, ended_at=at + timedelta(seconds=12), **told)
    return [RunStarted(run_id, at, len(pages)), *pages, ended]


EVERYTHING: list[Entry] = [
    RunStarted("run1", EVENING, 2, "d" * 64, "c" * 64),
    page(page_sha256="a" * 64, is_page_changed=True, database_fingerprint="d" * 64, library_fingerprint="c" * 64),
    page(
        name="overview",
        outcome="failed",
        attempts=2,
        message='notebooks/overview.ipynb, cell [3]: "区" is no {column}\u2028 of \\ it',
        log="failed/overview.ja.ipynb",
    ),
    RunEnded("run1", EVENING, EVENING, 7.125, 1, 1, 0, 1, "one failed", "d" * 64, "c" * 64),
]


# -- the file -----------------------------------------------------------------------------------------------


def test_what_is_written_is_read(tmp_path: Path) -> None:
    assert read_log(tmp_path) == []
    for entry in EVERYTHING:
        append_entries(tmp_path, [entry])
    assert read_log(tmp_path) == EVERYTHING
    append_entries(tmp_path, EVERYTHING)
    assert read_log(tmp_path) == EVERYTHING * 2
    assert [path.name for path in tmp_path.iterdir()] == [RUN_LOG]


def test_every_line_has_the_same_keys_and_times_are_of_universal_time(tmp_path: Path) -> None:
    japan = EVENING.astimezone(tz=datetime.strptime("+0900", "%z").tzinfo)
    append_entries(tmp_path, [*EVERYTHING, page(at=japan)])
    lines = [json.loads(line) for line in (tmp_path / RUN_LOG).read_bytes().splitlines()]
    assert len({tuple(line) for line in lines}) == 1
    assert [line["kind"] for line in lines] == ["start", "page", "page", "run", "page"]
    assert {line["started_at"] for line in lines} == {"2026-11-21T21:30:00.000Z"}


def test_the_log_is_a_table_for_duckdb_pandas_and_polars(tmp_path: Path) -> None:
    # More lines without a failure than any of them looks at to learn the types.
    for number in range(150):
        append_entries(tmp_path, [page(f"run{number}")])
    append_entries(tmp_path, EVERYTHING)
    path = tmp_path / RUN_LOG
    failed = duckdb.sql(f"SELECT name, message, attempts, started_at FROM '{path}' WHERE outcome = 'failed'").pl()
    assert failed.rows() == [("overview", EVERYTHING[2].message, 2, EVENING)]  # type: ignore[union-attr]
    assert duckdb.sql(f"SELECT count(*), sum(seconds) FROM '{path}' WHERE kind = 'page'").fetchall() == [(152, 494.0)]
    with_polars = pl.read_ndjson(path, infer_schema_length=None)
    with_pandas = pd.read_json(path, lines=True)
    assert with_polars.height == len(with_pandas) == 154
    assert with_polars.columns == list(with_pandas.columns)
    assert with_polars.filter(outcome="failed")["message"].to_list() == [EVERYTHING[2].message]  # type: ignore[union-attr]
    assert with_pandas["exit_code"].dropna().tolist() == [1]


def test_a_line_cut_anywhere_is_put_aside_and_spoils_no_other(tmp_path: Path) -> None:
    append_entries(tmp_path, EVERYTHING[:2])
    path = tmp_path / RUN_LOG
    whole = path.read_bytes()
    line = whole[whole.index(b"\n") + 1 :]
    for cut in range(1, len(line) - 1, 13):
        path.write_bytes(whole + line[:cut])
        assert read_log(tmp_path) == EVERYTHING[:2]
        append_entries(tmp_path, EVERYTHING[2:3])
        assert read_log(tmp_path) == EVERYTHING[:3]
        assert duckdb.sql(f"SELECT count(*) FROM '{path}'").fetchall() == [(3,)]
        assert (tmp_path / TORN).read_bytes() == line[:cut] + b"\n"
        (tmp_path / TORN).unlink()


def test_a_line_that_lacks_its_end_alone_is_kept(tmp_path: Path) -> None:
    append_entries(tmp_path, EVERYTHING[:2])
    path = tmp_path / RUN_LOG
    path.write_bytes(path.read_bytes().rstrip(b"\n"))
    assert read_log(tmp_path) == EVERYTHING[:2]
    append_entries(tmp_path, EVERYTHING[2:])
    assert read_log(tmp_path) == EVERYTHING
    assert not (tmp_path / TORN).exists()


@pytest.mark.parametrize(
    "foreign",
    [
        *(b"", b"null", b"[1, 2]", b"\xff\xfe", b"{}", b'{"kind": "other"}', b'{"kind": "page", "run_id": "run1"}'),
        b'{"kind": "start", "run_id": "run9", "started_at": "yesterday", "page_count": 1}',
        b'{"kind": "start", "run_id": "run9", "started_at": "2026-11-21T21:30:00", "page_count": 1}',
    ],
)
def test_what_is_no_line_of_the_log_is_left_out(tmp_path: Path, foreign: bytes) -> None:
    append_entries(tmp_path, EVERYTHING[:1])
    with (tmp_path / RUN_LOG).open("ab") as file:
        file.write(foreign + b"\n")
    append_entries(tmp_path, EVERYTHING[1:])
    assert read_log(tmp_path) == EVERYTHING


def test_writers_at_the_same_time_lose_no_line(tmp_path: Path) -> None:
    def write(writer: int) -> None:
        for number in range(20):
            append_entries(tmp_path, [page(f"run{writer}", name=str(number)), page(f"run{writer}", name=f"{number}b")])

    with ThreadPoolExecutor(4) as workers:
        list(workers.map(write, range(4)))
    entries = read_log(tmp_path)
    assert len(entries) == 160
    for writer in range(4):
        names = [entry.name for entry in entries if entry.run_id == f"run{writer}" and isinstance(entry, PageOutcome)]
        assert names == [name for number in range(20) for name in (str(number), f"{number}b")]


WRITER = """
import sys
from datetime import UTC, datetime
from pathlib import Path
from analysis.reporting.run_log import RunStarted, append_entries
at = datetime(2026, 11, 21, tzinfo=UTC)
number = 0
while True:
    begun = RunStarted(f"run{number}", at, 1, "x" * 5000)
    append_entries(Path(sys.argv[1]), [begun, RunStarted(f"run{number}", at, 2)])
    print(number, flush=True)
    number += 1
"""


def test_a_writer_killed_at_any_moment_leaves_whole_lines(
    tmp_path: Path, chance: random.Random, times: Callable[[int, int], int]
) -> None:
    known = 0
    for _ in range(times(2, 200)):
        with subprocess.Popen([sys.executable, "-c", WRITER, tmp_path], stdout=subprocess.PIPE, text=True) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(chance.uniform(0, 0.05))
            writer.kill()
            said = 1 + len(writer.stdout.read().splitlines())
        # What the writer said it has written is there; and at most one pair that it could not tell of any more.
        entries = read_log(tmp_path)
        assert known + 2 * said <= len(entries) <= known + 2 * said + 2
        append_entries(tmp_path, [RunStarted("next", EVENING, 3)])
        assert read_log(tmp_path)[-1] == RunStarted("next", EVENING, 3)
        known = len(read_log(tmp_path))
        assert duckdb.sql(f"SELECT count(*) FROM '{tmp_path / RUN_LOG}'").fetchall() == [(known,)]


def test_a_full_disk_is_a_clear_error_and_loses_nothing(tmp_path: Path) -> None:
    append_entries(tmp_path, EVERYTHING)
    before = (tmp_path / RUN_LOG).read_bytes()
    script = """
import resource, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from analysis.errors import WardPlansError
from analysis.reporting.run_log import RunStarted, append_entries
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
log = Path(sys.argv[1]) / "runs.jsonl"
before = log.read_bytes()
for room in (0, 1, 50):
    resource.setrlimit(resource.RLIMIT_FSIZE, (len(before) + room, resource.RLIM_INFINITY))
    try:
        append_entries(log.parent, [RunStarted("run2", datetime(2026, 11, 22, tzinfo=UTC), 1)])
    except WardPlansError as error:
        print(error, log.read_bytes() == before)
"""
    run = subprocess.run([sys.executable, "-c", script, tmp_path], capture_output=True, text=True, check=True)
    messages = run.stdout.splitlines()
    assert len(messages) == 3
    for message in messages:
        assert message.startswith(f"cannot write the run log {tmp_path / RUN_LOG}: ")
        assert message.endswith(" True")
    assert (tmp_path / RUN_LOG).read_bytes() == before
    append_entries(tmp_path, EVERYTHING)
    assert read_log(tmp_path) == EVERYTHING * 2


def test_a_folder_that_cannot_be_written_to_is_a_clear_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(WardPlansError, match=r"^cannot write the run log .*runs\.jsonl: Not a directory$"):
        append_entries(tmp_path / "file", EVERYTHING)
    (tmp_path / RUN_LOG).mkdir()
    with pytest.raises(WardPlansError, match=r"^cannot read the run log .*: Is a directory$"):
        read_log(tmp_path)


def test_the_log_keeps_the_newest_runs_and_no_half_of_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_log, "KEPT_LINES", 50)
    runs = [
        whole_run(f"run{number}", EVENING, [page(f"run{number}", name=str(each)) for each in range(5)])
        for number in range(40)
    ]
    for number, run in enumerate(runs):
        for entry in run:
            append_entries(tmp_path, [entry])
            entries = read_log(tmp_path)
            assert len(entries) <= 55
            assert entries[-1] == entry
            assert isinstance(entries[0], RunStarted)
        # Nothing is missing in the middle.
        written = [entry for earlier in runs[: number + 1] for entry in earlier]
        assert written[-len(entries) :] == entries
        assert len(entries) >= min(len(written), 50 - len(run))


def test_a_run_has_a_name_of_its_own() -> None:
    names = {new_run_id(EVENING) for _ in range(20)}
    assert len(names) > 15
    assert all(re.fullmatch(r"20261121T213000Z-[0-9a-f]{4}", name) for name in names)


# -- the page -----------------------------------------------------------------------------------------------


def shown(entries: Sequence[Entry], folder: Path, language: Any = "en") -> BeautifulSoup:
    companion = write_runs_page(entries, folder, language, reports=folder)
    return BeautifulSoup((folder / companion.file_name).read_text(encoding="utf-8"), "html.parser")


def text_of(element: Any) -> str:
    return " ".join(element.get_text(" ").split())


def test_the_last_run_stands_first_with_what_became_of_its_pages(tmp_path: Path) -> None:
    (tmp_path / "failed").mkdir()
    (tmp_path / "failed" / "overview.ja.ipynb").touch()
    (tmp_path / "rpa_hours.ja.html").touch()
    pages = [
        page("run2", "themes", outcome="unchanged", attempts=0, seconds=0.0),
        page("run2", "rpa_hours", is_page_changed=True, attempts=2, seconds=83.2),
        page("run2", "overview", outcome="failed", message="cell [3]: <b>no</b>", log="failed/overview.ja.ipynb"),
        page("run2", "online", outcome="failed", message="it died", log="failed/online.ja.ipynb"),
    ]
    log = [*whole_run("run1", EVENING, [page()]), *whole_run("run2", EVENING + timedelta(days=1), pages)]
    found = shown(log, tmp_path)

    rows = [[text_of(cell) for cell in row.find_all(["th", "td"])] for row in found.select("table tbody tr")]
    assert rows == [
        ["2026-11-23 06:30:00", "failures", "2", "1", "1", "1", "12.5 s"],
        ["2026-11-22 06:30:00", "succeeded", "0", "1", "0", "0", "12.5 s"],
    ]
    assert next(text_of(head) for head in found.select("thead th")) == "Started (Japan time, UTC+9)"
    assert (
        text_of(found.select_one("h1 + p")) == "In the last run 2 pages failed; those from before are still in place."
    )
    last, first = found.select("details.run")
    assert (last["id"], first["id"]) == ("run2", "run1")
    assert [text_of(item.select_one(".name")) for item in last.select(".made li")] == [
        *("overview 日本語", "online 日本語", "rpa_hours 日本語"),
    ]
    assert text_of(last.select(".made li")[2]) == "rpa_hours 日本語 written changed 1 min 23 s (attempt 2)"
    assert text_of(last.select_one(".unchanged")) == "Pages unchanged and not made again: themes 日本語"
    assert "cell [3]: <b>no</b>" in last.get_text()
    # Links to what is there: a page, and an executed copy.
    assert [link["href"] for link in last.select("a")] == ["failed/overview.ja.ipynb", "rpa_hours.ja.html"]
    assert last.has_attr("open")
    assert not first.has_attr("open")


def test_a_run_without_an_end_is_interrupted(tmp_path: Path) -> None:
    found = shown([RunStarted("run1", EVENING, 3), page()], tmp_path)
    assert text_of(found.select_one("tbody .badge")) == "interrupted"
    told = text_of(found.select_one("details.run"))
    assert "It has no closing line: it was killed" in told
    assert "Of 3 pages that were due, 2 have no line." in told
    assert text_of(found.select_one("h1 + p")) == "The last run was interrupted."
    nothing_but_its_beginning = shown([RunStarted("run1", EVENING, 3)], tmp_path, "ja")
    assert text_of(nothing_but_its_beginning.select_one("tbody .badge")) == "中断"


def test_a_run_that_failed_as_a_whole_says_why(tmp_path: Path) -> None:
    failed = whole_run("run1", EVENING, [], exit_code=1, message="cannot write reports to /srv: <full>")
    found = shown(failed, tmp_path)
    assert text_of(found.select_one("tbody .badge")) == "failed"
    assert "cannot write reports to /srv: <full>" in found.get_text()
    assert text_of(found.select_one("h1 + p")) == "The last run failed."


def test_a_clock_that_went_back_does_not_change_the_order_and_is_marked(tmp_path: Path) -> None:
    log = [
        entry
        for run_id, days in {"run1": 0, "run2": -30, "run3": -29}.items()
        for at in [EVENING + timedelta(days=days)]
        for entry in whole_run(run_id, at, [page(run_id, at=at)])
    ]
    found = shown(log, tmp_path)
    runs = found.select("details.run")
    assert [run["id"] for run in runs] == ["run3", "run2", "run1"]
    assert ["The clock went back" in run.get_text() for run in runs] == [False, True, False]


def test_of_a_long_log_the_newest_runs_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    log = [
        entry
        for number in range(63)
        for entry in whole_run(f"run{number}", EVENING + timedelta(days=number), [page(f"run{number}")])
    ]
    found = shown(log, tmp_path)
    runs = found.select("details.run")
    assert [runs[0]["id"], runs[-1]["id"], len(runs)] == ["run62", "run3", 60]
    assert "The 3 runs before these are in the file of the log." in found.get_text()


def test_of_a_run_with_very_many_pages_the_failed_ones_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    pages = [page(name=f"ward_profile-{number}") for number in range(500)]
    pages[400] = page(name="ward_profile-400", outcome="failed", message="it died")
    found = shown(whole_run("run1", EVENING, pages), tmp_path)
    assert len(found.select(".made li")) == 200
    assert text_of(found.select(".made li")[0].select_one(".name")) == "ward_profile-400 日本語"
    assert "There are 300 more pages." in found.get_text()


def test_pages_whose_beginning_was_dropped_from_the_log_are_shown_all_the_same(tmp_path: Path) -> None:
    found = shown(whole_run("run1", EVENING, [page()])[1:], tmp_path)
    assert text_of(found.select_one("tbody .badge")) == "succeeded"
    assert found.select(".made li")


def test_without_runs_the_page_says_so(tmp_path: Path) -> None:
    assert "まだ実行の記録がない。" in shown([], tmp_path, "ja").get_text()
    assert "Nothing has run yet." in shown([], tmp_path, "en").get_text()


def test_the_entry_of_the_page_stays_the_same(tmp_path: Path) -> None:
    one, other = (
        write_runs_page(log, tmp_path, "en", reports=tmp_path)
        for log in ([], whole_run("run1", EVENING, [page(outcome="failed")]))
    )
    assert one == other


def test_the_page_has_the_same_words_in_both_languages() -> None:
    assert WORDS["ja"].keys() == WORDS["en"].keys()
