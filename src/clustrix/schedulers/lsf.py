"""IBM Spectrum LSF: the options and commands for a job, and what their answers mean. Pure text.

Written from its manual (10.1) and tried with an imitation only: docs/schedulers.md.
"""

from __future__ import annotations

import re
import shlex
import signal
from dataclasses import replace
from math import ceil
from typing import TYPE_CHECKING

from clustrix.errors import SubmitError
from clustrix.jobs import JobState, JobStatus
from clustrix.schedulers import cgroup_shell, script
from clustrix.schedulers.names import job_name, option_words, ordered_ids

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer, JobSpec

_OURS = frozenset(("J", "o", "e", "oo", "eo", "cwd", "I", "Is", "Ip", "K", "i", "env"))
_STATES = {
    "PEND": JobState.PENDING, "PSUSP": JobState.PENDING, "WAIT": JobState.PENDING, "FWD_PEND": JobState.PENDING,
    "PROV": JobState.PENDING, "RUN": JobState.RUNNING, "USUSP": JobState.RUNNING, "SSUSP": JobState.RUNNING,
    "UNKWN": JobState.RUNNING, "DONE": JobState.DONE, "EXIT": JobState.FAILED, "ZOMBI": JobState.NODE_FAIL,
}  # fmt: skip
#: Why LSF ended a job; the table «Termination reasons» of its manual.
_TERMINATIONS = (
    ("TERM_MEMLIMIT", JobState.OUT_OF_MEMORY, ""),
    ("TERM_SWAP", JobState.OUT_OF_MEMORY, ""),
    ("TERM_RUNLIMIT", JobState.TIMEOUT, ""),
    ("TERM_CPULIMIT", JobState.TIMEOUT, "its processor time was up"),
    ("TERM_DEADLINE", JobState.TIMEOUT, ""),
    ("TERM_PREEMPT", JobState.PREEMPTED, ""),
    ("TERM_FORCE_OWNER", JobState.CANCELLED, "by yourself"),
    ("TERM_OWNER", JobState.CANCELLED, "by yourself"),
    ("TERM_FORCE_ADMIN", JobState.CANCELLED, "by an administrator"),
    ("TERM_ADMIN", JobState.CANCELLED, "by an administrator"),
    ("TERM_CWD_NOTEXIST", JobState.FAILED, "its folder does not exist on the node"),
)
_FIELDS = "jobid jobindex stat exec_host exit_code exit_reason pend_reason delimiter='|'"
_FORGOTTEN = JobStatus(JobState.FAILED, "FORGOTTEN", "LSF does not know this job any more: it ended long ago")

# At its end a job gets SIGINT, SIGTERM and SIGKILL, ten seconds apart; at its run limit SIGUSR2 before. LSF says why
# only when all is over, so what the job holds is looked at while it is still there.
_EVIDENCE = (
    cgroup_shell.READ
    + """
clustrix_evidence() {
    clustrix_cgroup
    [ "$seconds" -eq 0 ] || [ $(($(date +%s) - began)) -lt "$seconds" ] || clustrix_note limit time
    [ "$kibibytes" -gt 0 ] || return 0
    session=$(ps -o sess= -p "$$" | tr -d ' ')
    held=$(ps -A -o sess= -o rss= | awk -v session="$session" '$1 == session { sum += $2 } END { print sum + 0 }')
    [ "$held" -lt "$kibibytes" ] || { clustrix_note limit memory; clustrix_note memory_peak_bytes $((held * 1024)); }
}
clustrix_last() { clustrix_note signal TERM; clustrix_evidence; kill -TERM "$child" 2>/dev/null; }
trap clustrix_last INT
trap 'clustrix_note limit time; kill -TERM "$child" 2>/dev/null' USR2"""
)


class LsfScheduler:
    """LSF, as a scheduler adapter."""

    name = "lsf"

    def submit_script(self, spec: JobSpec) -> str:
        """The job's script. It opens the log itself: LSF would write a report of its own into it."""
        task = '"$((LSB_JOBINDEX - 1))"' if spec.tasks > 1 else "0"
        lines = [f"#!{script.shell(spec)}", f"clustrix_log={shlex.quote(spec.folder)}/logs/{task}.log"]
        lines += ['exec >>"$clustrix_log" 2>&1']
        kibibytes = (spec.resources.memory_bytes or 0) // 1024
        lines += [f"seconds={spec.resources.walltime_seconds or 0} kibibytes={kibibytes} began=$(date +%s)"]
        return "\n".join([*lines, *script.body_lines(spec, task=task, evidence=_EVIDENCE.splitlines())]) + "\n"

    def submit_argv(self, spec: JobSpec) -> list[str] | None:
        """What bsub is to run goes through a shell on the node, so it is quoted once more."""
        script_file = shlex.quote(f"{spec.folder}/submit.sh")
        return ["bsub", *_options(spec), f"exec {script.shell(spec)} {script_file}"]

    def parse_submit(self, answer: CommandAnswer, spec: JobSpec) -> str:
        """The job's id, of ``Job <48213> is submitted to queue <normal>.``; SubmitError with LSF's words."""
        found = re.search(r"^Job <(\d+)> is submitted to ", answer.stdout, re.MULTILINE)
        if answer.returncode == 0 and found:
            return found[1]
        words = "; ".join(line.strip() for line in answer.stderr.strip().splitlines() if line.strip())
        said = words or f"bsub ended with {answer.returncode} and said nothing"
        raise SubmitError(f"LSF refused the job: {said}", where=f"{spec.folder}/submit.sh", hint=_hint(words))

    def find_argv(self, spec: JobSpec) -> list[str] | None:
        """For a submit whose answer was lost: the job's name holds its key."""
        return ["bjobs", "-a", "-noheader", "-o", "jobid", "-J", job_name(spec)]

    def parse_find(self, answer: CommandAnswer) -> str | None:
        ids = re.findall(r"^(\d+)\s*$", answer.stdout, re.MULTILINE)
        return min(ids, key=int) if answer.returncode == 0 and ids else None

    def status_argv(self, job_ids: list[str]) -> list[str]:
        return ["bjobs", "-a", "-noheader", "-o", _FIELDS, *ordered_ids(job_ids)]

    def parse_status(self, answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
        """How each job stands; UNKNOWN with its words while LSF does not answer."""
        rows: dict[str, JobStatus] = {}
        for line in answer.stdout.splitlines():
            fields = [field.strip() for field in line.split("|")]
            if len(fields) >= 7 and fields[0].isdigit():
                status = _status(fields[2], fields[3], fields[4], fields[5], "|".join(fields[6:]))
                rows[f"{fields[0]}[{fields[1]}]"] = status
                # Of an array's tasks, one that has not ended stands for all.
                if fields[0] not in rows or rows[fields[0]].state.ended:
                    rows[fields[0]] = status
        unknown = set(re.findall(r"Job <(\d+)> is not found", answer.stderr))
        said = (answer.stderr or answer.stdout).strip().splitlines() or ["no answer"]
        silent = JobStatus(JobState.UNKNOWN, said[0])
        return {job_id: rows.get(job_id, _FORGOTTEN if job_id in unknown else silent) for job_id in job_ids}

    def task_id(self, job_id: str, task: int) -> str:
        """Tasks are counted from 1 here."""
        return f"{job_id}[{task + 1}]"

    def cancel_argv(self, job_ids: list[str]) -> list[str]:
        return ["bkill", *ordered_ids(job_ids, r"\d+(?:\[\d+\])?")]

    def read_exit(self, status: int, details: dict[str, str]) -> JobStatus:
        """What became of a task, from the exit record that its shell left."""
        plain = script.read_exit(status, details)
        if details.get("limit") == "time":
            return replace(plain, state=JobState.TIMEOUT)
        if details.get("limit") == "memory" or (plain.signal == signal.SIGKILL and cgroup_shell.was_full(details)):
            return replace(plain, state=JobState.OUT_OF_MEMORY)
        if details.get("signal") == "TERM" and not plain.reason:
            return replace(plain, state=JobState.CANCELLED)  # who did it, bjobs knows
        return plain


def _options(spec: JobSpec) -> list[str]:
    wanted = spec.resources
    array = f"[1-{spec.tasks}]" + (f"%{wanted.max_parallel}" if wanted.max_parallel else "") if spec.tasks > 1 else ""
    words = ["-J", f"{job_name(spec)}{array}", "-o", "/dev/null", "-n", str(wanted.cores)]
    words += ["-rn"] if "r" not in wanted.extra else []
    # All cores on one node, unless nodes are asked for: they are the cores of one process.
    words += ["-R", f"span[hosts={wanted.nodes or 1}]"] if wanted.cores > 1 or wanted.nodes else []
    if wanted.memory_bytes:
        mebibytes = ceil(wanted.memory_bytes / 2**20)
        # -M is the limit, rusage what is kept free. With a unit, as the site's default for it may be any.
        words += ["-M", f"{mebibytes}MB", "-R", f"rusage[mem={mebibytes}MB]"]
    if wanted.walltime_seconds:
        words += ["-W", str(ceil(wanted.walltime_seconds / 60))]
    if wanted.gpus:
        words += ["-gpu", f"num={wanted.gpus}" + (f":gmodel={wanted.gpu_type}" if wanted.gpu_type else "")]
    if wanted.dependency:
        ids = re.fullmatch(r"\d+(?:[,:]\d+)*", wanted.dependency)
        after = " && ".join(f"done({job_id})" for job_id in re.split("[,:]", wanted.dependency))
        words += ["-w", after if ids else wanted.dependency]
    for option, value in (
        ("-q", wanted.partition), ("-P", wanted.account), ("-sla", wanted.qos), ("-R", wanted.constraint),
    ):  # fmt: skip
        words += [option, value] if value else []
    return words + option_words(wanted.extra, _OURS, "bsub")


def _status(word: str, hosts: str, exit_code: str, exit_reason: str, pend_reason: str) -> JobStatus:
    state = _STATES.get(word, JobState.UNKNOWN)
    node = re.sub(r"^\d+\*", "", hosts.partition(":")[0]).strip("-")
    plain = JobStatus(state, word, node=node)
    if state is JobState.PENDING:
        return replace(plain, reason=pend_reason.strip("; -"))
    if word == "UNKWN":
        return replace(plain, reason="its node does not answer")
    if word != "EXIT":
        return plain
    for keyword, ended_as, reason in _TERMINATIONS:
        if keyword in exit_reason:
            return replace(plain, state=ended_as, word=exit_reason, reason=reason)
    code = int(exit_code) if exit_code.isdigit() else None
    if code is not None and code > 128:
        return replace(plain, signal=code - 128, word=exit_reason.strip("-") or word)
    return replace(plain, exit_code=code, word=exit_reason.strip("-") or word)


def _hint(words: str) -> str:
    if "No such queue" in words:
        return "change partition; bqueues on the login node lists the queues"
    if "hard limit" in words or "exceed" in words.lower():
        return "ask for less time or memory; bqueues -l on the login node shows the limits"
    if "not responding" in words or "LSF is down" in words:
        return "again later: LSF's master does not answer (bjobs on the login node)"
    return ""
