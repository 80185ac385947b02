"""No scheduler at all: the job's script is a process of the machine that the agent runs on."""

from __future__ import annotations

import re
import signal
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from clustrix.errors import SubmitError
from clustrix.jobs import JobState, JobStatus
from clustrix.schedulers import cgroup_shell, script
from clustrix.schedulers.names import ordered_ids
from clustrix.schedulers.process_shell import ALL_TASKS, CLAIM, CONFINE, QUEUE, STATUS, WATCH

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer, JobSpec


class ProcessScheduler:
    """Detached processes, as a scheduler adapter. A job's id is the number of its script's process."""

    name = "process"

    def submit_script(self, spec: JobSpec) -> str:
        """A script for the job's folder; of an array, as many tasks at once as ``max_parallel`` or the cores allow."""
        shell = script.shell(spec)
        claim = CLAIM
        if spec.tasks > 1:
            cores = f"$(($(getconf _NPROCESSORS_ONLN || echo 1) / {spec.resources.cores}))"
            at_once = spec.resources.max_parallel or cores
            claim = ALL_TASKS.format(
                claim=CLAIM.replace("\n", "\n    "), tasks=spec.tasks, parallel=at_once, shell=shell
            )
        task = '"$1"' if spec.tasks > 1 else "0"
        before = [f"#!{shell}", "umask 077", *claim.splitlines(), f"exec >>logs/{task}.log 2>&1"]
        return "\n".join([*before, *script.body_lines(spec, task=task, evidence=_limits(spec))]) + "\n"

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
        return ["sh", "-c", STATUS, "clustrix", *ordered_ids(job_ids)]

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        """PENDING while it waits, RUNNING while anything of the group is; FAILED when nothing is left of it."""
        if answer.returncode != 0:
            return dict.fromkeys(job_ids, JobStatus(JobState.UNKNOWN, answer.stderr.strip()))
        rows = [line.split() for line in answer.stdout.splitlines()]
        alive = {row[0] for row in rows if len(row) == 2 and not row[1].startswith("Z")}
        waiting = dict(re.findall(r"^waiting (\d+) (.+)$", answer.stdout, re.MULTILINE))
        # The tasks of an array are processes of one group.
        groups = {job_id: job_id.partition("_")[0] for job_id in job_ids}
        return {job_id: _status(group in alive, waiting.get(group, "")) for job_id, group in groups.items()}

    def cancel_argv(self, job_ids: list[str]) -> list[str] | None:
        return None

    def read_exit(self, status: int, details: dict[str, str]) -> JobStatus:
        """What became of a task, from the exit record that its script left."""
        plain = script.read_exit(status, details)
        limit, _, kibibytes = details.get("limit", "").partition(" ")
        if limit == "time":
            return replace(plain, state=JobState.TIMEOUT)
        if limit == "memory":
            used = int(kibibytes) * 1024 if kibibytes.isdigit() else None
            return replace(plain, state=JobState.OUT_OF_MEMORY, max_rss_bytes=used)
        if plain.signal == signal.SIGKILL and cgroup_shell.was_full(details):
            return replace(plain, state=JobState.OUT_OF_MEMORY)
        if details.get("signal") == "TERM":
            return replace(plain, state=JobState.CANCELLED, reason="by SIGTERM (clustrix cancel, or kill)")
        return plain


def _limits(spec: JobSpec) -> list[str]:
    """Shell that waits for the job's turn, and watches over what it asked for."""
    wanted = spec.resources
    memory = ceil(wanted.memory_bytes / 2**20) if wanted.memory_bytes else 0
    lines = [f"cores={wanted.cores} memory_wanted={memory} seconds={wanted.walltime_seconds or 0}"]
    lines += QUEUE.splitlines()
    lines += CONFINE.splitlines() if memory else []
    return lines + (WATCH.splitlines() if memory or wanted.walltime_seconds else [])


def _status(is_alive: bool, waits_for: str) -> JobStatus:
    if not is_alive:
        return JobStatus(JobState.FAILED, "GONE", "its processes are gone, and left no word")
    return JobStatus(JobState.PENDING, "", waits_for) if waits_for else JobStatus(JobState.RUNNING)
