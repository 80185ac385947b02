"""Slurm: the script and the commands for a job, and what their answers mean. Pure text, nothing is run here.

Tried with 22.05; nothing is used that 17.11 lacks.
"""

from __future__ import annotations

import re
import signal
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from clustrix.errors import ConfigError
from clustrix.jobs import JobState, JobStatus
from clustrix.resources import format_time
from clustrix.schedulers import cgroup_shell, script, slurm_limits
from clustrix.schedulers.slurm_answers import merge_answers, submit_error
from clustrix.schedulers.slurm_shell import EVIDENCE, STATUS, SUBMIT

if TYPE_CHECKING:
    from clustrix.array_plan import SiteLimits
    from clustrix.jobs import CommandAnswer, JobSpec
    from clustrix.resources import Resources

#: Options that clustrix sets itself, so that the answer comes home.
_OURS = frozenset(
    {"array", "chdir", "D", "error", "e", "export", "input", "i", "job-name", "J", "open-mode", "output", "o"}
)
_OURS_TOO = frozenset(
    {"parsable", "wrap", "wait", "W", "help", "h", "usage", "version", "V", "test-only", "clusters", "M"}
)
#: What slurmstepd writes into the log before it sends SIGTERM; the last is the end of the others too.
_LAST_WORDS = (
    ("DUE TO TIME LIMIT", JobState.TIMEOUT),
    ("DUE TO PREEMPTION", JobState.PREEMPTED),
    ("DUE TO NODE FAILURE", JobState.NODE_FAIL),
    ("CANCELLED AT", JobState.CANCELLED),
)
_OVER_MEMORY = re.compile("oom.kill|exceeded.*memory", re.IGNORECASE)
_OPTION = re.compile(r"[A-Za-z]|[a-z][a-z0-9-]+")
_SAFE_VALUE = re.compile(r"[\w@%+=:,./\[\]*&|()-]+", re.ASCII)


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


def job_name(spec: JobSpec) -> str:
    """The name in squeue's list: the function's, then the key, by which the job is found again.

    Commas would make two names of one in ``squeue --name``.
    """
    name = spec.key if spec.key.startswith(spec.name) else f"{spec.name}-{spec.key}"
    return re.sub(r"[^A-Za-z0-9_.-]", "_", name)


def directives(spec: JobSpec) -> list[str]:
    """The ``#SBATCH`` options of a job, each one checked and quoted."""
    wanted = spec.resources
    options: dict[str, str | int | float | bool | None] = {
        "cpus-per-task": wanted.cores,
        # Slurm counts memory in MiB ("M"), and rounds time up to minutes.
        "mem": None if wanted.memory_bytes is None else f"{ceil(wanted.memory_bytes / 2**20)}M",
        "time": None if wanted.walltime_seconds is None else format_time(wanted.walltime_seconds),
        "partition": wanted.partition,
        "account": wanted.account,
        "qos": wanted.qos,
        "gres": gres(wanted.gpus, wanted.gpu_type),
        "nodes": wanted.nodes,
        "constraint": wanted.constraint,
        "dependency": dependency(wanted.dependency),
        # Slurm would run a job again after a dead node; a call may have had effects, so only where somebody asks for
        # it.
        "no-requeue": not wanted.extra.get("requeue"),
    }
    for name, value in wanted.extra.items():
        options[_checked_option(name)] = value
    ours = {
        "job-name": job_name(spec),
        # Relative to the job's folder, where sbatch is run.
        "output": "logs/%a.log" if spec.tasks > 1 else "logs/0.log",
        "open-mode": "append",
        "array": array(spec.tasks, wanted.max_parallel),
    }
    return [line for name, value in {**ours, **options}.items() if (line := directive(name, value))]


def directive(name: str, value: str | int | float | bool | None) -> str:
    r"""``--name=value``; empty where nothing is asked for. Raises ConfigError for a value that cannot be one line.

    >>> directive("comment", 'of 5" and #1')
    '--comment="of 5\\" and #1"'
    """
    if value is None or value is False:
        return ""
    dashes = "-" if len(name) == 1 else "--"
    if value is True:
        return f"{dashes}{name}"
    text = str(value)
    if not text.isprintable() or not text:
        raise ConfigError(f"{text!r} cannot be the value of Slurm's option {name!r}", hint="one line of printable text")
    if not _SAFE_VALUE.fullmatch(text):
        # Tried with sbatch 22.05: within double quotes only backslash and quote are special, and # begins no comment.
        text = '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'
    return f"{dashes}{name}={text}" if len(name) > 1 else f"{dashes}{name} {text}"


def gres(count: int | None, kind: str | None) -> str | None:
    """GPUs per node as a generic resource: ``--gpus`` came only with 19.05 and needs cons_tres."""
    if not count:
        return None
    return f"gpu:{kind}:{count}" if kind else f"gpu:{count}"


def array(tasks: int, max_parallel: int | None) -> str | None:
    """Tasks are numbered from 0, because MaxArraySize caps the number, not the count."""
    if tasks <= 1:
        return None
    return f"0-{tasks - 1}" + (f"%{max_parallel}" if max_parallel else "")


def dependency(text: str | None) -> str | None:
    """``"48213"`` means after its success; anything else is Slurm's own language (``afterany:48213``)."""
    return f"afterok:{text.replace(',', ':')}" if text and re.fullmatch(r"\d+(_\d+)?([:,]\d+(_\d+)?)*", text) else text


def _checked_option(name: str) -> str:
    option = name.lstrip("-").replace("_", "-")
    if not _OPTION.fullmatch(option):
        raise ConfigError(
            f"{name!r} is not an option of sbatch", hint="slurm={'mail-type': 'END'}, without dashes before it"
        )
    if option in _OURS or option in _OURS_TOO:
        raise ConfigError(f"Slurm's option {name!r} is set by clustrix itself, so that the value comes back")
    return option


def _checked_id(job_id: str) -> str:
    if not re.fullmatch(r"\d+(_\d+)?", job_id):
        raise ValueError(f"not a job id of Slurm: {job_id!r}")
    return job_id
