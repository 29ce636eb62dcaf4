#!/usr/bin/env bash
# One unattended run: builds the database, then renders every report that is not as it was.
#
#   deploy/run.sh                             what the files in cron/, systemd/ and github/ start
#   deploy/run.sh kpi_achievement --out /srv/pages    any arguments of `wardplans report` in place of --all
#
# Silent when all is well. Otherwise the end of the log goes to standard error, and the exit code is that of the command
# that failed. WARD_PLANS_LOGS names another folder for the logs than logs/ in the checkout; the newest 60 are kept.
set -euo pipefail
umask 022
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.."

# Schedulers start with a bare environment, or with the locale of whoever installed the machine.
export PYTHONUTF8=1 COLUMNS=120

logs=${WARD_PLANS_LOGS:-logs}
kept=60

if ! make --silent --question .venv/.installed; then
    echo "error: $PWD: the environment is missing, or older than requirements.lock: run \`make build\` there" >&2
    exit 1
fi

mkdir -p "$logs"
shopt -s nullglob
older=("$logs"/run-*.log)
if ((${#older[@]} >= kept)); then
    rm -f -- "${older[@]:0:${#older[@]}-kept+1}"
fi
log=$logs/run-$(date -u +%Y%m%dT%H%M%SZ)-$$.log

wardplans() {
    echo "$(date -u +%FT%TZ) wardplans $*"
    .venv/bin/wardplans "$@" || {
        local code=$?
        echo "$(date -u +%FT%TZ) wardplans $* failed with exit code $code"
        return "$code"
    }
}

run() {
    wardplans build && wardplans report "$@" && echo "$(date -u +%FT%TZ) all is well"
}

(($#)) || set -- --all
code=0
run "$@" >"$log" 2>&1 || code=$?
if ((code != 0)); then
    echo "error: the scheduled run in $PWD failed with exit code $code; the end of $log:" >&2
    tail -n 20 -- "$log" >&2
fi
exit "$code"
