"""Slurm: the script and the commands for a job, and what their answers mean. Pure text, nothing is run here.

Tried with 22.05; nothing is used that 17.11 lacks.
"""

from __future__ import annotations

import re
import signal
from dataclasses import replace
from typing import TYPE_CHECKING

from clustrix.jobs import JobState, JobStatus
from clustrix.schedulers import cgroup_shell, script, slurm_limits
from clustrix.schedulers.slurm_answers import merge_answers
from clustrix.schedulers.slurm_options import directives, job_name
from clustrix.schedulers.slurm_refusals import submit_error
from clustrix.schedulers.slurm_shell import EVIDENCE, STATUS, SUBMIT

if TYPE_CHECKING:
    from clustrix.array_plan import SiteLimits
    from clustrix.jobs import CommandAnswer, JobSpec
    from clustrix.resources import Resources

#: What slurmstepd writes into the log before it sends SIGTERM; the last is the end of the others too.
_LAST_WORDS = (
    ("DUE TO TIME LIMIT", JobState.TIMEOUT),
    ("DUE TO PREEMPTION", JobState.PREEMPTED),
    ("DUE TO NODE FAILURE", JobState.NODE_FAIL),
    ("CANCELLED AT", JobState.CANCELLED),
)
_OVER_MEMORY = re.compile("oom.kill|exceeded.*memory", re.IGNORECASE)


class SlurmScheduler:
    """Slurm, as a scheduler adapter: makes commands and reads their answers."""

    name = "slurm"

    def submit_script(self, spec: JobSpec) -> str:
        """The batch script: ``#SBATCH`` lines, then the shared body; ConfigError for an option that cannot be one."""
        may_run_again = bool(spec.resources.extra.get("requeue"))
        task = '"$SLURM_ARRAY_TASK_ID"' if spec.tasks > 1 else "0"
        lines = [f"#!{script.shell(spec)}"]
        lines += [f"#SBATCH {line}" for line in directives(spec)]
        lines += script.body_lines(spec, task=task, evidence=EVIDENCE.splitlines(), may_run_again=may_run_again)
        return "\n".join(lines) + "\n"

    def submit_argv(self, spec: JobSpec) -> list[str] | None:
        """To be run in the job's folder."""
        return ["sh", "-c", SUBMIT, "clustrix", "submit.sh", job_name(spec)]

    def parse_submit(self, answer: CommandAnswer, spec: JobSpec) -> str:
        """The job's id. Raises SubmitError with Slurm's words and the cluster's own values."""
        # A job_submit plugin may talk; --parsable says "48213", or "48213;cluster" in a federation.
        ids = re.findall(r"^(\d+)(?:;\S*)?$", answer.stdout, re.MULTILINE)
        if answer.returncode == 0 and ids:
            return str(ids[-1])
        raise submit_error(answer, spec)

    def find_argv(self, spec: JobSpec) -> list[str] | None:
        """For a submit whose answer was lost: the job's name holds its key."""
        return ["squeue", "-a", "-h", "-t", "all", "-o", "%A", f"--name={job_name(spec)}"]

    def parse_find(self, answer: CommandAnswer) -> str | None:
        """The id of a job that is there already, or None."""
        ids = re.findall(r"^(\d+)$", answer.stdout, re.MULTILINE)
        return min(ids, key=int) if answer.returncode == 0 and ids else None

    def status_argv(self, job_ids: list[str]) -> list[str]:
        """One command for all jobs; ``48213_7`` is a task of an array."""
        return ["sh", "-c", STATUS, "clustrix", *map(_checked_id, job_ids)]

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        """How each of these jobs stands.

        UNKNOWN with its words while Slurm does not answer; FAILED with the word FORGOTTEN for a job that it no longer
        knows.
        """
        return merge_answers(answer, job_ids)

    def limits_argv(self) -> list[str]:
        """Ask how large arrays may be, and how many jobs a user may have."""
        return ["sh", "-c", slurm_limits.LIMITS]

    def parse_limits(self, answer: CommandAnswer, wanted: Resources) -> SiteLimits:
        """The limits for jobs that ask for this."""
        return slurm_limits.parse_limits(answer, wanted)

    def cancel_argv(self, job_ids: list[str]) -> list[str]:
        return ["scancel", *map(_checked_id, job_ids)]

    def read_exit(self, status: int, details: dict[str, str]) -> JobStatus:
        """What became of a task, from the exit record that its shell left."""
        plain = script.read_exit(status, details)
        said = details.get("said", "")
        for sentence, state in _LAST_WORDS:
            if sentence in said:
                return replace(plain, state=state, word=said)
        if plain.signal == signal.SIGKILL and (cgroup_shell.was_full(details) or _OVER_MEMORY.search(said)):
            return replace(plain, state=JobState.OUT_OF_MEMORY, word=said)
        if details.get("signal") == "TERM" and not plain.reason:
            return replace(plain, word=said, reason="it was told to end (SIGTERM)")
        return replace(plain, word=said)


def _checked_id(job_id: str) -> str:
    if not re.fullmatch(r"\d+(_\d+)?", job_id):
        raise ValueError(f"not a job id of Slurm: {job_id!r}")
    return job_id
