"""What Grid Engine's commands answered: states, reasons and accounting into a status."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from clustrix.jobs import JobState, JobStatus
from clustrix.resources import parse_memory

if TYPE_CHECKING:
    from clustrix.jobs import CommandAnswer

_SECTION = re.compile(r"^clustrix (qstat|reasons|qacct) ?(\d*)$", re.MULTILINE)
#: A state is some letters at once (qstat(1)); the first of these that is among them decides.
_LETTERS = (
    ("E", JobState.PENDING), ("q", JobState.PENDING), ("w", JobState.PENDING), ("r", JobState.RUNNING),
    ("t", JobState.RUNNING), ("s", JobState.RUNNING), ("S", JobState.RUNNING), ("T", JobState.RUNNING),
    ("R", JobState.RUNNING), ("d", JobState.RUNNING),
)  # fmt: skip
#: What the scheduler says of a job that waits -> in plain words. Groups of the pattern fill the sentence.
_REASONS = (
    (r"error state", "it could not be started"),
    (r"hold state", "held (qrls lets it go)"),
    (r"because of job dependencies", "waiting for the jobs it depends on"),
    (r"execution time not reached", "waiting for its begin time"),
    (r'PE "(\S+)" because it only offers (\d+) slots', "waiting for cores: the parallel environment {0} has {1} free"),
    (r"\(-l ([^)]+)\) cannot run at host .* offers only", "waiting for a node with {0}"),
    (r'cannot run in queue "(\S+)" because of cluster queue', "its limits are over those of the queue {0}"),
    (r"\(-l ([^)]+)\) cannot run", "waiting for resources ({0})"),
    (r"because it is (?:full|overloaded|disabled|temporarily)", "waiting for resources"),
)
#: Codes of "failed" in accounting(5) that say that the job was never started properly.
_NOT_STARTED = frozenset((*range(1, 12), 18, 19, 20, 21, 22, 25, 26, 27, 28, 29))


def merge_answers(answer: CommandAnswer, job_ids: list[str]) -> dict[str, JobStatus]:
    """How each job stands, from the answer to the status command."""
    sections = _sections(answer.stdout)
    listed = next((text for title, number, text in sections if title == "qstat" and number == "0"), None)
    rows = None if listed is None else _rows(listed)
    if rows is None:
        said = next((text for title, _, text in sections if title == "qstat"), answer.stderr or answer.stdout)
        return dict.fromkeys(job_ids, JobStatus(JobState.UNKNOWN, _first_line(said)))
    reasons = {}
    for block in next((text for title, _, text in sections if title == "reasons"), "").split("=" * 20):
        named = re.search(r"^job_number: +(\d+)", block, re.MULTILINE)
        if named:
            reasons[named[1]] = _reason(block)
    accounted = {number: text for title, number, text in sections if title == "qacct"}
    found = {}
    for job_id in job_ids:
        number, _, task = job_id.partition(".")
        if job_id in rows:
            found[job_id] = _listed(*rows[job_id], reasons.get(number, ""))
        else:
            found[job_id] = _gone(_record_of(accounted.get(number, ""), task))
    return found


def _record_of(text: str, task: str) -> str:
    """A task's part of the accounting of its job."""
    records = re.split(r"^=+$", text, flags=re.MULTILINE)
    return next((each for each in records if task and re.search(rf"^taskid +{task} *$", each, re.MULTILINE)), text)


def _sections(text: str) -> list[tuple[str, str, str]]:
    marks = list(_SECTION.finditer(text))
    ends = [*(mark.start() for mark in marks[1:]), len(text)]
    return [(mark[1], mark[2], text[mark.end() : end]) for mark, end in zip(marks, ends, strict=False)]


def _rows(text: str) -> dict[str, tuple[str, str]] | None:
    """State and host of each job and task; of an array its first row. None for what is not the XML asked for."""
    try:
        root = ElementTree.fromstring(text[text.index("<") :].strip())
    except (ValueError, ElementTree.ParseError):
        return None
    rows: dict[str, tuple[str, str]] = {}
    for job in root.iter("job_list"):
        number, host = job.findtext("JB_job_number", ""), job.findtext("queue_name") or ""
        row = (job.findtext("state", ""), host.partition("@")[2])
        for name in (number, *(f"{number}.{task}" for task in expand_tasks(job.findtext("tasks", "")))):
            rows.setdefault(name, row)
    return rows


def expand_tasks(text: str) -> list[int]:
    """The tasks that a row of qstat stands for.

    >>> expand_tasks("1-5:2,8"), expand_tasks("")
    ([1, 3, 5, 8], [])
    """
    spans = re.findall(r"(\d+)(?:-(\d+))?(?::(\d+))?", text)
    return [task for first, last, step in spans for task in range(int(first), int(last or first) + 1, int(step or 1))]


def _listed(word: str, node: str, reason: str) -> JobStatus:
    state = next((state for letter, state in _LETTERS if letter in word), JobState.UNKNOWN)
    if not re.fullmatch("[A-Za-z]+", word) or state is JobState.UNKNOWN:
        return JobStatus(JobState.UNKNOWN, word, node=node)
    return JobStatus(state, word, reason if state is JobState.PENDING else "", node, can_start="E" not in word)


def _reason(block: str) -> str:
    """Why a job waits, in plain words, from its part of ``qstat -j``."""
    error = re.search(r"^error reason +\d+: +(?:\S+ \S+ \[[\d:]+\]: )?(?:error: )?(.*)$", block, re.MULTILINE)
    if error:
        return f"it could not be started: {error[1].strip()}"
    lines = [line.strip() for line in block.partition("scheduling info:")[2].splitlines()]
    for pattern, sentence in _REASONS:
        for line in lines:
            found = re.search(pattern, line)
            if found:
                return sentence.format(*found.groups())
    unknown = [line for line in lines if line and "not contained in its hard queue" not in line]
    return f"Grid Engine says: {unknown[-1]}" if unknown else ""


def _gone(text: str) -> JobStatus:
    """A job that qstat no longer has, from its accounting."""
    record = dict(re.findall(r"^(\w+) +(.*?) *$", text, re.MULTILINE))
    if "failed" not in record:
        if re.search(r"job id \d+ not found", text):
            # A job that is deleted while it waits leaves no record.
            return JobStatus(
                JobState.CANCELLED, "FORGOTTEN", "while it waited, it seems: neither qstat nor qacct knows it"
            )
        return JobStatus(JobState.FAILED, "FORGOTTEN", f"Grid Engine does not know it any more: {_first_line(text)}")
    number = re.match(r"\d+", record["exit_status"])
    failed, status = int(re.match(r"\d*", record["failed"])[0] or 0), int(number[0]) if number else 0  # type: ignore[index]
    state, reason = _ending(failed, status, record)
    return JobStatus(
        state,
        f"failed {record['failed']}".strip() if failed else "",
        reason,
        record.get("hostname", ""),
        exit_code=status if state is JobState.FAILED and status <= 128 and failed not in _NOT_STARTED else None,
        signal=status - 128 if state is JobState.FAILED and status > 128 else None,
        elapsed_seconds=_seconds(record.get("ru_wallclock", "")),
        can_start=failed not in _NOT_STARTED,
        max_rss_bytes=_bytes(record.get("maxvmem", "")) if state is JobState.OUT_OF_MEMORY else None,
    )


def _ending(failed: int, status: int, record: dict[str, str]) -> tuple[JobState, str]:
    asked = dict(re.findall(r"(\w+)=([^,\s]+)", record.get("category", "")))
    used, limit = _bytes(record.get("maxvmem", "")), _bytes(asked.get("h_vmem", ""))
    slots = int(record["slots"]) if record.get("slots", "").isdigit() else 1
    if used and limit and used >= limit * slots and failed:
        return JobState.OUT_OF_MEMORY, ""
    if failed == 37:  # "qmaster enforced h_rt, h_cpu, or h_vmem limit"
        return JobState.TIMEOUT, ""
    if failed == 100 and status == 137:  # "assumedly after job": killed from outside, script and all
        return JobState.CANCELLED, "by qdel, or an administrator"
    if failed in _NOT_STARTED:
        return JobState.FAILED, f"Grid Engine could not start it: {record['failed'].partition(':')[2].strip()}"
    return (JobState.DONE if not failed and not status else JobState.FAILED), ""


def _seconds(text: str) -> float | None:
    found = re.fullmatch(r"([\d.]+)s?", text)
    return float(found[1]) if found else None


def _bytes(text: str) -> int | None:
    found = re.fullmatch(r"([\d.]+) ?([KMGT])B?", text)
    return parse_memory(f"{found[1]}{found[2]}") if found and float(found[1]) else None


def _first_line(text: str) -> str:
    lines = text.strip().splitlines()
    return lines[0] if lines else "no answer"
