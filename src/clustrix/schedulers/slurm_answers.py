"""What Slurm's commands answered about jobs: lines into states."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from clustrix.jobs import JobState, JobStatus
from clustrix.schedulers.slurm_words import never_starts, reason_in_words, state_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from clustrix.jobs import CommandAnswer

_FORGOTTEN = JobStatus(
    JobState.FAILED,
    "FORGOTTEN",
    "Slurm does not know this job any more: its controller has lost it, or it ended long ago",
)
_ELAPSED = re.compile(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)(?:\.\d+)?")
#: Where an array's tasks differ, the whole is shown as the first of these that one of them has.
_MOST_ALIVE_FIRST = (JobState.RUNNING, JobState.PENDING, JobState.UNKNOWN)


def merge_answers(answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
    """How each job stands, from the answer to the status command: squeue's part, then sacct's for what is not alive."""
    squeue, sacct = _section(answer.stdout, "squeue"), _section(answer.stdout, "sacct")
    if squeue is None:
        return dict.fromkeys(job_ids, JobStatus(JobState.UNKNOWN, _first_line(answer.stderr or answer.stdout)))
    returncode, uid, lines = squeue
    rows = dict(_squeue_rows(lines))
    finals = dict(_sacct_rows(sacct[2], uid)) if sacct and sacct[0] == 0 else {}
    answered = returncode == 0
    return {job_id: _status(job_id, rows, finals, answered, lines) for job_id in job_ids}


def _status(
    job_id: str, rows: dict[str, JobStatus], finals: dict[str, JobStatus], answered: bool, lines: list[str]
) -> JobStatus:
    now, final = _look_up(job_id, rows), _look_up(job_id, finals)
    # While a job is COMPLETING its processes or an epilog hold the node, but sacct may know its end already.
    if final is not None and final.state.ended and (now is None or now.state.ended or now.word == "COMPLETING"):
        return final
    if now is not None:
        return now
    # sacct alone may call a job RUNNING that the controller has forgotten, for ever; and the controller may just be
    # down.
    return _FORGOTTEN if answered else JobStatus(JobState.UNKNOWN, _first_line("\n".join(lines)))


def _look_up(job_id: str, rows: dict[str, JobStatus]) -> JobStatus | None:
    if job_id in rows:
        return rows[job_id]
    if "_" in job_id:
        return None
    tasks = [status for name, status in rows.items() if name.split("_")[0] == job_id]
    for state in _MOST_ALIVE_FIRST:
        for status in tasks:
            if status.state is state:
                return status
    failed = [status for status in tasks if status.state is not JobState.DONE]
    return next(iter(failed or tasks), None)


def _section(text: str, title: str) -> tuple[int, int, list[str]] | None:
    """Return code, user id and lines of one part of the answer; login noise before the first part is skipped."""
    match = re.search(rf"^{title} (\d+)(?: (\d+))?$", text, re.MULTILINE)
    if match is None:
        return None
    end = re.compile(r"^sacct \d+$", re.MULTILINE).search(text, match.end())
    lines = text[match.end() : end.start() if end else None].strip().splitlines()
    return int(match[1]), int(match[2] or -1), lines


def _squeue_rows(lines: Iterable[str]) -> Iterable[tuple[str, JobStatus]]:
    for line in lines:
        fields = line.split("|")
        if len(fields) < 5:
            continue
        job, word, reason, node, elapsed = fields[0], fields[1], "|".join(fields[2:-2]), fields[-2], fields[-1]
        state = state_of(word)
        status = JobStatus(
            state,
            word,
            reason_in_words(reason) if state is not JobState.RUNNING else "",
            "" if node in ("n/a", "(null)") else node,
            elapsed_seconds=parse_elapsed(elapsed),
            can_start=not (state is JobState.PENDING and never_starts(reason)),
        )
        for name in expand_tasks(job):
            yield name, status


def _sacct_rows(lines: Iterable[str], uid: int) -> Iterable[tuple[str, JobStatus]]:
    for line in lines:
        fields = line.split("|")
        if len(fields) != 5:
            continue
        job, word, exit_words, elapsed, node = fields
        code, _, signal = exit_words.partition(":")
        status = JobStatus(
            state_of(word),
            word,
            _cancelled_by(word, uid),
            "" if node == "None assigned" else node,
            elapsed_seconds=parse_elapsed(elapsed),
        )
        if code.isdigit() and signal.isdigit() and status.state is JobState.FAILED:
            # "0:9" is signal 9; "2:0" is exit code 2.
            status = replace(status, exit_code=None if int(signal) else int(code), signal=int(signal) or None)
        for name in expand_tasks(job):
            yield name, status


def _cancelled_by(word: str, uid: int) -> str:
    match = re.search(r"CANCELLED by (\d+)", word)
    if match is None:
        return ""
    who = int(match[1])
    return "by " + ("yourself" if who == uid else "an administrator (root)" if who == 0 else f"user {who}")


def expand_tasks(job: str) -> list[str]:
    """The jobs that a row of squeue stands for.

    >>> expand_tasks("44_[0-2,7%2]"), expand_tasks("45_3"), expand_tasks("46")
    (['44_0', '44_1', '44_2', '44_7'], ['45_3'], ['46'])
    """
    match = re.fullmatch(r"(\d+)_\[([\d,:-]+)(?:%\d+)?\]", job)
    if match is None:
        return [job]
    tasks: list[int] = []
    for part in match[2].split(","):
        span = re.fullmatch(r"(\d+)(?:-(\d+))?(?::(\d+))?", part)
        if span:
            tasks += range(int(span[1]), int(span[2] or span[1]) + 1, int(span[3] or 1))
    return [f"{match[1]}_{task}" for task in tasks] or [job]


def parse_elapsed(text: str) -> float | None:
    """Seconds of ``1-02:03:04``, ``02:03:04`` or ``3:04``; None for anything else (``INVALID``).

    >>> parse_elapsed("1-00:00:01"), parse_elapsed("3:04"), parse_elapsed("INVALID")
    (86401.0, 184.0, None)
    """
    match = _ELAPSED.fullmatch(text.strip())
    if match is None:
        return None
    days, hours, minutes, seconds = (int(part or 0) for part in match.groups())
    return float(((days * 24 + hours) * 60 + minutes) * 60 + seconds)


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if lines else "no answer"
