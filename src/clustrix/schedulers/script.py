"""The part of a job script that all schedulers share: prepare, run Python, write down how it ended.

Three findings made it so (tried with Slurm 22.05):

1. Slurm sends its SIGTERM (scancel, time limit, preemption) to the batch shell alone, and a shell that waits for a
   foreground command runs its trap only after that has ended; so Python runs in the background and the shell passes
   SIGTERM on.
2. The shell outlives a Python that is killed, so that it can tell at once, and why: slurmstepd's line is in the log and
   the kernel's count in the cgroup before the trap runs.
3. A function that handles SIGTERM and goes on may still return a value, so nothing is announced before Python ended.
"""

from __future__ import annotations

import posixpath
import re
import shlex
from typing import TYPE_CHECKING

from clustrix.errors import ConfigError
from clustrix.jobs import JobState, JobStatus
from clustrix.shell import FIND_MODULES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustrix.jobs import JobSpec

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")

_PREPARE = """\
notes=
clustrix_note() {
    notes="$notes$1 $2
"
}
clustrix_end() {
    # Where and when it ended is in its outcome, if it has one; asking for it takes two processes.
    if [ ! -e "$job/outcomes/$task" ]; then
        clustrix_note node "$(uname -n)"
        clustrix_note ended "$(date +%s)"
    fi
    printf '%s\\n%s' "$1" "$notes" >"$record.part"
    mv -f "$record.part" "$record"
    : >"$announcement"
    exit "$1"
}
clustrix_step() {
    eval "$1" && return
    status=$?
    echo "clustrix: this failed with $status: $1" >&2
    clustrix_note step "$1"
    clustrix_end "$status"
}"""

_RUN = """\
trap 'clustrix_note signal TERM; clustrix_evidence; kill -TERM "$child" 2>/dev/null' TERM
while :; do
    wait "$child"
    status=$?
    kill -0 "$child" 2>/dev/null || break
done
# The shell may have met the child's end while it was in the trap: then it still knows the status.
wait "$child" 2>/dev/null
again=$?
[ "$again" -eq 127 ] || status=$again
[ "$status" -le 1 ] || [ -n "$notes" ] || clustrix_evidence"""

# A scheduler that was set back to an older state starts once more what has run; so may an operator.
_RUN_ONCE = """\
if [ -e "$job/outcomes/$task.started" ]; then
    echo "clustrix: the scheduler started this a second time; it has run before, and may not run again" >&2
    exit 75
fi"""

# A task of several calls goes on behind the call that ended its process, unless it was told to end. The process makes
# the file again once it has written down which call that was.
_RUN_AGAIN = """\
clustrix_goes_on() {
    [ -e "$job/outcomes/$task.open" ] || return 1
    rm -f "$job/outcomes/$task.open"
    case $notes in "signal TERM"*) return 1 ;; esac
    export CLUSTRIX_DIED="$status" CLUSTRIX_DIED_NOTES="$notes"
    notes=
}"""


def shell(spec: JobSpec) -> str:
    """The interpreter of the script: people write bash in ``pre_execution_commands``, and ``module`` is made for it."""
    return "/bin/bash" if spec.module_loads or spec.pre_execution_commands else "/bin/sh"


def body_lines(
    spec: JobSpec, *, task: str = "0", evidence: Sequence[str] = (), may_run_again: bool = False
) -> list[str]:
    """The script after its ``#!`` and directives.

    ``task`` is a word of shell that gives the task's number. ``evidence`` defines the shell function
    ``clustrix_evidence``, which notes (``clustrix_note NAME VALUE``) why Python may have been killed. A job that
    ``may_run_again`` leaves no record when it was told to end, as that may not be its end; any other runs once, whatever
    the scheduler does. Raises ConfigError for an
    environment variable that cannot be one.
    """
    root = posixpath.dirname(posixpath.dirname(spec.folder))
    lines = ["umask 077", f"job={shlex.quote(spec.folder)}", f"task={task}"]
    lines += ['log="$job/logs/$task.log"', 'record="$job/outcomes/$task.exit"']
    lines += [f'announcement={shlex.quote(f"{root}/spool/{spec.key}.")}"$task.exit"']
    lines += [] if may_run_again else _RUN_ONCE.splitlines()
    lines += _PREPARE.splitlines()
    lines += evidence or ["clustrix_evidence() { :; }"]
    lines += _environment(spec)
    lines += ['[ -d "$job/work/$task" ] || mkdir -p "$job/work/$task"', 'cd "$job/work/$task" || clustrix_end 1']
    run = [f'{shlex.join(spec.command)} "$task" &', "child=$!", *_RUN.splitlines()]
    if spec.chunk > 1:
        run = [*_RUN_AGAIN.splitlines(), "while :; do", *run, "clustrix_goes_on || break", "done"]
    lines += run
    if may_run_again:
        lines.append('case $notes in "signal TERM"*) exit "$status" ;; esac')
    lines.append('clustrix_end "$status"')
    return lines


def _environment(spec: JobSpec) -> list[str]:
    lines = [FIND_MODULES] if spec.module_loads else []
    lines += [_step(f"module load {shlex.quote(name)}") for name in spec.module_loads]
    if spec.unset_variables:
        lines.append("unset " + " ".join(map(shlex.quote, spec.unset_variables)))
    for name, value in spec.environment_variables.items():
        if not _NAME.fullmatch(name) or "\0" in value:
            raise ConfigError(f"{name!r} cannot be an environment variable of a job", hint="letters, digits and '_'")
        lines.append(f"export {name}={shlex.quote(value)}")
    lines += [_step(command) for command in spec.pre_execution_commands]
    lines.append(f'export CLUSTRIX_JOB={shlex.quote(spec.key)} CLUSTRIX_JOB_TASK="$task"')
    return lines


def _step(command: str) -> str:
    return f"clustrix_step {shlex.quote(command)}"


def read_exit(status: int, details: dict[str, str]) -> JobStatus:
    """What became of a task, from its exit record alone: the status of a shell, above 128 for a signal.

    >>> read_exit(137, {"node": "c14"}).signal
    9
    """
    code, signal = (None, status - 128) if status > 128 else (status, None)
    reason = f"this failed before Python was started: {details['step']}" if "step" in details else ""
    peak = details.get("memory_peak_bytes", "")
    return JobStatus(
        JobState.FAILED,
        "",
        reason,
        details.get("node", ""),
        code,
        signal,
        max_rss_bytes=int(peak) if peak.isdigit() else None,
    )
