"""What PBS's commands answered: the full listing of jobs, in the words of PBS Pro and of Torque."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clustrix.jobs import JobState, JobStatus
from clustrix.resources import parse_memory, parse_time

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer

#: ``48213``, ``48213.server``, ``48213[].server``.
JOB_ID = r"\d+(?:\[\d*\])?(?:\.[\w.-]+)?"
_STATES = {
    "Q": JobState.PENDING, "H": JobState.PENDING, "W": JobState.PENDING, "T": JobState.PENDING, "M": JobState.PENDING,
    "R": JobState.RUNNING, "E": JobState.RUNNING, "S": JobState.RUNNING, "U": JobState.RUNNING, "B": JobState.RUNNING,
}  # fmt: skip
_ENDED = frozenset("FXC")
#: Why the node's daemon ended a job, as negative exit codes of OpenPBS (job.h: JOB_EXEC_KILL_..).
_KILLED = {-26: JobState.OUT_OF_MEMORY, -27: JobState.OUT_OF_MEMORY, -28: JobState.TIMEOUT, -29: JobState.TIMEOUT}
_WORDS = {"H": "held (qrls lets it go)", "W": "waiting for its begin time"}
_UNKNOWN_JOB = 153
_FORGOTTEN = JobStatus(JobState.FAILED, "FORGOTTEN", "PBS does not know it any more: it ended, or was deleted")


def statuses(answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
    """How each of these jobs stands."""
    listed = dict(read_listing(answer.stdout))
    unknown = set(re.findall(rf"Unknown Job Id(?: Error)? ({JOB_ID})", answer.stdout, re.IGNORECASE))
    said = (answer.stdout or answer.stderr).strip().splitlines() or ["no answer"]
    found = {}
    for job_id in job_ids:
        if job_id in listed:
            found[job_id] = _status(listed[job_id])
        else:
            # 153 is Torque's PBSE_UNKJOBID, of which those over Slurm do not speak besides.
            is_gone = job_id in unknown or (answer.returncode == _UNKNOWN_JOB and not answer.stdout.strip())
            found[job_id] = _FORGOTTEN if is_gone else JobStatus(JobState.UNKNOWN, said[0])
    return found


def read_listing(text: str) -> list[tuple[str, dict[str, str]]]:
    """Jobs and their attributes of ``qstat -f``; a line that begins with a tab goes on with the one before.

    Over Slurm each attribute begins with one, and none goes on.
    """
    if re.search(r"^Job Id:\t", text, re.MULTILINE):
        text = text.replace("Job Id:\t", "Job Id: ").replace("\n\t", "\n    ")
    text = re.sub(r"\n\t", "", text.expandtabs(1) if "\n\t" not in text else text)
    blocks = re.split(r"^Job Id: *(\S+)$", text, flags=re.MULTILINE)[1:]
    pairs = zip(blocks[::2], blocks[1::2], strict=True)
    return [(job_id, dict(re.findall(r"^ +([\w.]+) = (.*)$", block, re.MULTILINE))) for job_id, block in pairs]


def _status(job: dict[str, str]) -> JobStatus:
    word, comment = job.get("job_state", ""), job.get("comment", "")
    node = job.get("exec_host", "").partition("/")[0]
    if word in _ENDED:
        return _ending(job, node)
    state = _STATES.get(word, JobState.UNKNOWN)
    if job.get("Priority") == "0":  # over Slurm, which calls a held job queued
        word = "H"
    reason = re.sub(r"^(Not Running|Can Never Run): ", "", comment) or _WORDS.get(word, "")
    never = state is JobState.PENDING and ("Can Never Run" in comment or "can never run" in comment)
    return JobStatus(state, word, reason if state is JobState.PENDING else "", node, can_start=not never)


def _ending(job: dict[str, str], node: str) -> JobStatus:
    text = job.get("Exit_status", job.get("exit_status", ""))
    used, asked = job.get("resources_used.walltime"), job.get("Resource_List.walltime")
    plain = JobStatus(JobState.FAILED, f"Exit_status {text}", node=node, elapsed_seconds=_seconds(used))
    if not text and node:  # over Slurm, where it is not told how, nor whether its processes have ended
        why = "it ended on its node, and left no word"
        return replace(plain, word=job["job_state"], reason=why, may_be_ending=True)
    if not re.fullmatch(r"-?\d+", text):  # it never ran
        return replace(plain, state=JobState.CANCELLED, word=job["job_state"], reason="before it started")
    code = int(text)
    held, limit = _bytes(job.get("resources_used.mem")), _bytes(job.get("Resource_List.mem"))
    if code in _KILLED:
        return replace(plain, state=_KILLED[code], max_rss_bytes=held)
    if code > 128:  # 256 and a signal; Torque and some shells: 128 and a signal
        if used and asked and (_seconds(used) or 0) >= (_seconds(asked) or 0):
            return replace(plain, state=JobState.TIMEOUT)
        if held and limit and held >= limit:
            return replace(plain, state=JobState.OUT_OF_MEMORY, max_rss_bytes=held)
        signal = code - 256 if code > 256 else code - 128
        return replace(plain, state=JobState.CANCELLED if signal == 15 else JobState.FAILED, signal=signal)
    if code < 0:
        return replace(plain, reason=f"PBS could not start it ({job.get('comment') or code})")
    return replace(plain, state=JobState.DONE) if code == 0 else replace(plain, exit_code=code)


def _seconds(text: str | None) -> int | None:
    return parse_time(text) if text and re.fullmatch(r"\d+:\d+:\d+", text) and text.strip("0:") else 0 if text else None


def _bytes(text: str | None) -> int | None:
    return parse_memory(text) if text and re.fullmatch(r"\d*[1-9]\d*[kmgt]b", text) else None
