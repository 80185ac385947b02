"""No scheduler at all: the job's script is a process of the machine that the agent runs on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from clustrix.errors import SubmitError
from clustrix.jobs import JobState, JobStatus
from clustrix.schedulers import script

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer, JobSpec

# The script that makes this folder runs; one that was started again, as the answer of the first was lost, does not.
_CLAIM = """\
mkdir claimed 2>/dev/null || exit 0
echo "$$" >claimed/pid"""

# Of the jobs that one user has on a machine, so many run at once; the others wait here for one to end. The lock goes
# with the processes that hold it, whatever ends them.
_SLOT = """\
if command -v flock >/dev/null 2>&1; then
    [ -d ../../slots ] || mkdir -p ../../slots
    slots=${CLUSTRIX_SLOTS:-16}
    tried=0
    until [ "$tried" -ge "$slots" ]; do
        exec 9>>"../../slots/$((($$ + tried) % slots))"
        flock -n 9 && break
        tried=$((tried + 1))
    done
    [ "$tried" -lt "$slots" ] || flock 9
fi"""

# The script calls itself once for each task, as many at a time as the machine has cores for.
_ALL_TASKS = """\
if [ $# -eq 0 ]; then
    {claim}
    parallel={parallel}
    [ "$parallel" -gt 0 ] || parallel=1
    task=0
    while [ "$task" -lt {tasks} ]; do echo "$task"; task=$((task + 1)); done | xargs -n 1 -P "$parallel" {shell} "$0"
    exit
fi"""


class ProcessScheduler:
    """Detached processes, as a scheduler adapter. A job's id is the number of its script's process."""

    name = "process"

    def submit_script(self, spec: JobSpec) -> str:
        """A script for the job's folder; of an array, as many tasks at once as ``max_parallel`` or the cores allow."""
        shell = script.shell(spec)
        claim = _CLAIM
        if spec.tasks > 1:
            cores = f"$(($(getconf _NPROCESSORS_ONLN || echo 1) / {spec.resources.cores}))"
            at_once = spec.resources.max_parallel or cores
            claim = _ALL_TASKS.format(
                claim=_CLAIM.replace("\n", "\n    "), tasks=spec.tasks, parallel=at_once, shell=shell
            )
        task = '"$1"' if spec.tasks > 1 else "0"
        log = f"exec >>logs/{task}.log 2>&1"
        before = [f"#!{shell}", "umask 077", *claim.splitlines(), log, *_SLOT.splitlines()]
        return "\n".join([*before, *script.body_lines(spec, task=task)]) + "\n"

    def submit_argv(self, spec: JobSpec) -> list[str] | None:
        return None

    def parse_submit(self, answer: CommandAnswer, spec: JobSpec) -> str:
        """The number of the process."""
        if answer.returncode == 0 and answer.stdout.strip().isdigit():
            return answer.stdout.strip()
        raise SubmitError(f"the job could not be started: {answer.stderr.strip()}", where=spec.folder)

    def find_argv(self, spec: JobSpec) -> list[str] | None:
        return None

    def parse_find(self, answer: CommandAnswer) -> str | None:
        return None

    def status_argv(self, job_ids: list[str]) -> list[str]:
        """Answers for the process groups that the scripts lead: those of a job stay in it."""
        return ["ps", "-A", "-o", "pgid=,stat="]

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        """RUNNING while anything of the group is; FAILED with no more said when nothing is left of it."""
        if answer.returncode != 0:
            return dict.fromkeys(job_ids, JobStatus(JobState.UNKNOWN, answer.stderr.strip()))
        rows = [line.split() for line in answer.stdout.splitlines()]
        alive = {row[0] for row in rows if len(row) == 2 and not row[1].startswith("Z")}
        gone = JobStatus(JobState.FAILED, "GONE", "its processes are gone, and left no word")
        return {job_id: JobStatus(JobState.RUNNING) if job_id in alive else gone for job_id in job_ids}

    def cancel_argv(self, job_ids: list[str]) -> list[str] | None:
        return None

    def read_exit(self, status: int, details: dict[str, str]) -> JobStatus:
        return script.read_exit(status, details)
