"""The files for a scheduled run: schedulers take them, and the run works in an environment that is bare."""

import os
import re
import shutil
import subprocess
import sys
import venv
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

from command_line import contents, succeeded, wardplans

ROOT = Path(__file__).parents[1]
DEPLOY = ROOT / "deploy"
RUN = DEPLOY / "run.sh"
CRON = DEPLOY / "cron" / "wardplans.cron"
UNITS = sorted((DEPLOY / "systemd").iterdir())
WORKFLOW: dict[Any, Any] = yaml.safe_load((DEPLOY / "github" / "reports.yml").read_text("utf-8"))

EXAMPLE = "/srv/ward-plans"
"""Where the files say that the checkout is; whoever installs them writes another path."""

FIELDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 7))
"""The lowest and highest number of cron's minute, hour, day, month and weekday."""

OTA = "13111-ota/informatization-plan-v5-summary.txt"


# -- a checkout of its own ----------------------------------------------------------------------------------


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A copy of all that a run needs, in a folder whose name has a space; its environment borrows our packages."""
    copy = tmp_path / "ward plans"
    for folder in ("data/raw", "data/reference", "deploy", "notebooks", "src"):
        shutil.copytree(ROOT / folder, copy / folder, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Makefile", "pyproject.toml", "requirements.lock"):
        shutil.copy2(ROOT / name, copy)
    environment = copy / ".venv"
    venv.create(environment, symlinks=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    borrowed = [path for path in sys.path if path.endswith("site-packages")]
    (packages / "borrowed.pth").write_text("\n".join([str(copy / "src"), *borrowed]), "utf-8")
    (environment / "share").symlink_to(Path(sys.prefix) / "share")
    command = environment / "bin" / "wardplans"
    # A path with a space is nothing for a `#!` line.
    command.write_text('#!/bin/sh\nexec "$(dirname "$0")/python" -m wardplans_command "$@"\n', "utf-8")
    guarded = 'from analysis.cli import main\n\nif __name__ == "__main__":\n    main()\n'
    (packages / "wardplans_command.py").write_text(guarded, "utf-8")
    command.chmod(0o755)
    (environment / ".installed").touch()
    return copy


def scheduled(script: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the script from the root folder, with the environment variables of cron and nothing else but those given."""
    return subprocess.run(
        [script, *arguments],
        cwd="/",
        env={"PATH": cron_settings()["PATH"], **environment},
        capture_output=True,
        encoding="utf-8",
        timeout=600,
        check=False,
    )


def logs(checkout: Path) -> list[Path]:
    return sorted((checkout / "logs").glob("run-*.log"))


def one_report(checkout: Path) -> subprocess.CompletedProcess[str]:
    return scheduled(checkout / "deploy" / "run.sh", "rpa_hours", "--language", "ja")


def writable() -> set[str]:
    """Folders of the checkout that the service may write to."""
    folders = unit("wardplans.service")["Service"]["ReadWritePaths"].split()
    return {folder.removeprefix(f"{EXAMPLE}/") for folder in folders}


# -- the run ------------------------------------------------------------------------------------------------


def test_a_run_in_a_bare_environment_is_silent_and_writes_only_where_the_service_may(checkout: Path) -> None:
    before = contents(checkout)
    finished = one_report(checkout)
    assert (finished.returncode, finished.stdout, finished.stderr) == (0, "", "")
    assert (checkout / "reports" / "rpa_hours.ja.html").is_file()
    (log,) = logs(checkout)
    assert "built " in log.read_text("utf-8")
    assert log.read_text("utf-8").rstrip().endswith("all is well")
    after = contents(checkout)
    changed = {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}
    elsewhere = [name for name in changed if not name.startswith(tuple(f"{folder}/" for folder in writable()))]
    assert [name for name in elsewhere if "__pycache__" not in name] == []


def test_a_run_that_fails_says_so_keeps_its_log_and_leaves_the_pages(checkout: Path) -> None:
    (checkout / "reports").mkdir()
    (checkout / "reports" / "rpa_hours.ja.html").write_text("the last good page", "utf-8")
    text = checkout / "data" / "raw" / OTA
    text.write_text(text.read_text("utf-8") + "added\n", "utf-8")
    finished = one_report(checkout)
    assert finished.returncode == 1
    assert finished.stdout == ""
    failed, log = finished.stderr.splitlines()[0], logs(checkout)[-1]
    assert "failed with exit code 1" in failed
    assert f"logs/{log.name}" in failed
    assert log.read_text("utf-8") in finished.stderr
    assert OTA in finished.stderr
    assert contents(checkout / "reports") == {"rpa_hours.ja.html": b"the last good page"}


def test_wrong_usage_is_passed_on_and_nothing_is_rendered(checkout: Path) -> None:
    finished = scheduled(checkout / "deploy" / "run.sh", "--nonsense")
    assert finished.returncode == 2
    assert "--nonsense" in finished.stderr
    assert not (checkout / "reports").exists()


def test_only_the_newest_logs_are_kept_and_nothing_else_is_removed(checkout: Path, tmp_path: Path) -> None:
    folder = tmp_path / "kept elsewhere"
    folder.mkdir()
    for day in range(100):
        (folder / f"run-20200101T{day:06d}Z-1.log").touch()
    (folder / "notes.log").touch()
    finished = scheduled(checkout / "deploy" / "run.sh", "--nonsense", WARD_PLANS_LOGS=str(folder))
    assert finished.returncode == 2
    kept = sorted(path.name for path in folder.glob("run-*.log"))
    assert len(kept) == 60
    assert kept[0] == "run-20200101T000041Z-1.log"
    assert "--nonsense" in (folder / kept[-1]).read_text("utf-8")
    assert (folder / "notes.log").exists()
    assert not (checkout / "logs").exists()


def test_the_script_finds_its_checkout_through_a_link(checkout: Path, tmp_path: Path) -> None:
    """As in /etc/cron.daily."""
    link = tmp_path / "wardplans"
    link.symlink_to(checkout / "deploy" / "run.sh")
    assert scheduled(link, "--nonsense").returncode == 2
    assert len(logs(checkout)) == 1


@pytest.mark.parametrize("state", ["missing", "older"])
def test_an_environment_that_is_missing_or_older_than_its_lock_is_refused(checkout: Path, state: str) -> None:
    if state == "missing":
        shutil.rmtree(checkout / ".venv")
    else:
        os.utime(checkout / ".venv" / ".installed", (0, 0))
    finished = scheduled(checkout / "deploy" / "run.sh")
    assert finished.returncode == 1
    (line,) = finished.stderr.splitlines()
    assert line.startswith("error: ") and "make build" in line
    assert not (checkout / "data" / "curated").exists()


def test_what_the_script_runs_unasked_is_what_the_command_takes() -> None:
    (default,) = re.findall(r"^\(\(\$#\)\) \|\| set -- (.+)$", RUN.read_text("utf-8"), re.MULTILINE)
    # Wrong options are refused before help is given.
    succeeded(wardplans("report", *default.split(), "--help"))


def test_the_script_is_executable_and_parses() -> None:
    assert os.access(RUN, os.X_OK)
    subprocess.run(["bash", "-n", RUN], check=True)


# -- cron ---------------------------------------------------------------------------------------------------


def cron_settings() -> dict[str, str]:
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", CRON.read_text("utf-8"), re.MULTILINE))


def assert_schedule(fields: list[str]) -> None:
    """Five fields in cron's order, each `*` or a number in its range."""
    assert len(fields) == len(FIELDS)
    for field, (lowest, highest) in zip(fields, FIELDS, strict=True):
        assert field == "*" or lowest <= int(field) <= highest, field


def test_the_line_of_cron_starts_the_script_and_prints_nothing_of_its_own() -> None:
    lines = CRON.read_text("utf-8").splitlines()
    (line,) = [line for line in lines if not re.match(r"#|[A-Z_]+=", line)]
    *fields, command = line.split(maxsplit=5)
    assert_schedule(fields)
    assert "%" not in command, "a line break to cron"
    settings = cron_settings()
    assert settings["WARD_PLANS"] == EXAMPLE
    shown = subprocess.run(
        ["sh", "-c", command.replace("nice ", "printf %s ")],
        env={**settings, "WARD_PLANS": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert shown.stdout == str(RUN)
    assert all(shutil.which(name, path=settings["PATH"]) for name in ("nice", "bash", "make"))


@pytest.mark.skipif(not shutil.which("crontab"), reason="no cron here")
def test_cron_accepts_the_file() -> None:
    subprocess.run(["crontab", "-n", CRON], check=True, capture_output=True)


# -- systemd ------------------------------------------------------------------------------------------------


def unit(name: str) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None, comment_prefixes=("#",))
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(DEPLOY / "systemd" / name, "utf-8")
    return parser


def test_the_service_starts_the_script_and_the_timer_the_service() -> None:
    assert {path.name for path in UNITS} == {"wardplans.service", "wardplans.timer"}
    service = unit("wardplans.service")["Service"]
    assert service["Type"] == "oneshot"
    assert Path(service["ExecStart"].replace(EXAMPLE, str(ROOT))) == RUN
    timer = unit("wardplans.timer")
    assert timer["Timer"]["Persistent"] == "true"
    assert timer["Install"]["WantedBy"] == "timers.target"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="no systemd here")
def test_systemd_accepts_the_units(tmp_path: Path) -> None:
    for path in UNITS:
        (tmp_path / path.name).write_text(path.read_text("utf-8").replace(EXAMPLE, str(ROOT)), "utf-8")
    verified = subprocess.run(
        ["systemd-analyze", "verify", "--man=no", *(tmp_path / path.name for path in UNITS)],
        capture_output=True,
        text=True,
        check=False,
    )
    # It may also have something to say of other units of the machine.
    ours = [line for line in verified.stderr.splitlines() if "wardplans" in line]
    assert (verified.returncode, ours) == (0, [])
    calendar = unit("wardplans.timer")["Timer"]["OnCalendar"]
    subprocess.run(["systemd-analyze", "calendar", calendar], check=True, capture_output=True)


# -- GitHub Actions -----------------------------------------------------------------------------------------


def steps() -> Iterator[dict[str, Any]]:
    for job in WORKFLOW["jobs"].values():
        yield from job["steps"]


def test_the_workflow_runs_on_a_schedule_or_when_asked_one_at_a_time() -> None:
    started_by = WORKFLOW[True]  # `on`, to YAML 1.1
    assert set(started_by) == {"schedule", "workflow_dispatch"}
    for entry in started_by["schedule"]:
        assert_schedule(entry["cron"].split())
    assert WORKFLOW["concurrency"] == {"group": "reports", "cancel-in-progress": False}


def test_the_workflow_may_only_read_and_every_job_ends() -> None:
    assert WORKFLOW["permissions"] == {"contents": "read"}
    assert [name for name, job in WORKFLOW["jobs"].items() if "permissions" in job] == ["publish"]
    assert all(job["timeout-minutes"] <= 60 for job in WORKFLOW["jobs"].values())


def test_the_workflow_uses_github_s_own_actions_each_in_a_version() -> None:
    used = [step["uses"] for step in steps() if "uses" in step]
    assert used
    assert [action for action in used if not re.fullmatch(r"actions/[a-z/-]+@v\d+", action)] == []


def test_what_the_workflow_runs_exists() -> None:
    targets = re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    commands = [step["run"] for step in steps() if "run" in step]
    assert commands
    for command, *arguments in (line.split() for line in commands):
        if command == "make":
            assert arguments and set(arguments) <= set(targets)
        else:
            assert os.access(ROOT / command, os.X_OK), command


def test_the_workflow_keeps_what_a_run_writes() -> None:
    kept = {step["with"]["path"] for step in steps() if "path" in step.get("with", {})}
    assert kept == {".venv", "reports", "logs"}
