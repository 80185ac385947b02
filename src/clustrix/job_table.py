"""All own jobs of a cluster, and how each stands: asked for in one request, and one more of the scheduler.

What a job's own files say comes first. The scheduler is asked about those that have not ended by their own word.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING, Any

from clustrix.errors import ClustrixError
from clustrix.jobs import JobState, JobStatus, Usage
from clustrix.resources import Resources, read_resources
from clustrix.scheduler_poll import ask_scheduler
from clustrix.schedulers import job_id_of, scheduler_named

if TYPE_CHECKING:
    from clustrix.connection.link import Link
    from clustrix.schedulers import Scheduler

#: A job whose submission was not answered for so long was never submitted.
SUBMIT_SECONDS = 180.0
#: A table of ten thousand jobs has ten million bytes.
MAX_TABLE_BYTES = 2**29
#: No scheduler takes larger arrays.
MAX_TASKS = 4_000_001
_KINDS = {"unpicklable": "its result cannot be pickled", "broken": "the call could not be loaded"}


@dataclass(frozen=True)
class JobRow:
    """One job of a cluster. ``created`` is by the laptop's clock, in seconds since the epoch; ages are by the cluster's."""

    key: str
    name: str
    status: JobStatus
    job_id: str | None = None
    function: str = ""
    scheduler: str = ""
    created: float | None = None
    elapsed_seconds: float | None = None
    usage: Usage = field(default_factory=Usage)
    resources: Resources = field(default_factory=Resources)
    folder: str = ""
    client: str = ""
    fetched: bool = False
    was_submitted: bool = True
    age_seconds: float | None = None
    ended_seconds_ago: float | None = None
    tasks: int = 1
    task_states: tuple[JobState, ...] = ()
    #: It is a process of another host, which has the same folders: that one knows more of it.
    is_elsewhere: bool = False

    @property
    def needs_asking(self) -> bool:
        """Whether only the scheduler knows how it stands."""
        return self.job_id is not None and self.scheduler != "process" and not self.status.state.ended

    def to_dict(self) -> dict[str, Any]:
        """The same as plain dicts, texts and numbers."""
        status = self.status
        return {
            "key": self.key,
            "name": self.name,
            "function": self.function,
            "job_id": self.job_id,
            "state": status.state.value,
            "reason": status.reason,
            "node": status.node,
            "can_start": status.can_start,
            "exit_code": status.exit_code,
            "signal": status.signal,
            "created": self.created,
            "elapsed_seconds": self.elapsed_seconds,
            "max_rss_bytes": self.usage.max_rss_bytes,
            "cpu_seconds": self.usage.cpu_seconds,
            "memory_bytes": self.resources.memory_bytes,
            "cores": self.resources.cores,
            "tasks": self.tasks,
            "tasks_done": self.task_states.count(JobState.DONE),
            "fetched": self.fetched,
            "folder": self.folder,
            "submitted_from": self.client,
        }


def job_rows(link: Link, keys: Sequence[str] | None = None, *, ask: bool = True) -> list[JobRow]:
    """Every own job of the cluster, the oldest first, or those of ``keys`` that are there. Raises ConnectError.

    Without ``ask`` the scheduler is left in peace.
    """
    reply = link.request("table", {"keys": None if keys is None else list(keys)}, max_bytes=MAX_TABLE_BYTES)
    rows = [read_row(entry) for entry in _entries(reply.body)]
    for name in sorted({row.scheduler for row in rows if row.needs_asking}) if ask else ():
        rows = _ask(link, scheduler_named(name), rows)
    return rows


def _entries(body: bytes) -> Iterable[dict[str, Any]]:
    for line in body.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict) and isinstance(entry.get("key"), str):
            yield entry


def _ask(link: Link, scheduler: Scheduler, rows: list[JobRow]) -> list[JobRow]:
    ids = [str(row.job_id) for row in rows if row.needs_asking and row.scheduler == scheduler.name]
    try:
        told = ask_scheduler(link, scheduler, ids)
    except (ClustrixError, OSError) as error:
        told = dict.fromkeys(ids, JobStatus(JobState.UNKNOWN, f"{scheduler.name} does not answer: {error}"))
    return [with_answer(row, told) if row.scheduler == scheduler.name else row for row in rows]


def with_answer(row: JobRow, told: Mapping[str, JobStatus]) -> JobRow:
    """The row with the scheduler's word, where the job's own files do not know better."""
    status = told.get(row.job_id or "")
    if status is None or not row.needs_asking:
        return row
    if status.state is JobState.UNKNOWN:
        # What its own files said may still hold; that nobody could be asked has to be seen.
        return replace(row, status=replace(row.status, reason=row.status.reason or status.word))
    if row.status.state is JobState.RUNNING and status.state in (JobState.PENDING, JobState.DONE):
        return row  # its own word is newer, or still on its way through the file system
    elapsed = status.elapsed_seconds
    if elapsed is None or (row.elapsed_seconds is not None and not status.state.ended):
        elapsed = row.elapsed_seconds  # squeue takes a difference between two machines' clocks
    return replace(
        row,
        status=replace(status, node=status.node or row.status.node),
        elapsed_seconds=None if status.state is JobState.PENDING else elapsed,
    )


def read_row(entry: Mapping[str, Any]) -> JobRow:
    """What one line of the agent's table says; whatever is missing or odd in it is left out."""
    scheduler = _scheduler(entry)
    numbered = {name: _task(told, scheduler) for name, told in sorted(_dict(entry.get("task_states")).items())}
    tasks = [*numbered.values()]
    first = tasks[0] if tasks else _Task(_before_start(entry))
    client = _dict(entry.get("client"))
    status = _together(tasks, _tasks(entry)) if tasks else first.status
    if not status.state.ended and entry.get("alive") is False:
        status = replace(status, state=JobState.FAILED, reason="its processes are gone, and left no word")
    return JobRow(
        key=str(entry["key"]),
        is_elsewhere=bool(entry.get("elsewhere")),
        name=str(entry.get("name") or entry["key"]),
        status=status,
        job_id=job_id_of(scheduler, _dict(entry.get("submitted")), str(entry["key"])) if scheduler else None,
        function=str(entry.get("function") or ""),
        scheduler=str(entry.get("scheduler") or ""),
        created=_number(entry.get("created")),
        elapsed_seconds=_elapsed(tasks, status),
        usage=_usage(tasks),
        resources=read_resources(entry.get("resources")),
        folder=str(entry.get("folder") or ""),
        client=str(client.get("host") or ""),
        fetched=bool(entry.get("fetched")),
        was_submitted=bool(entry.get("submitted")),
        age_seconds=_number(entry.get("age_seconds")),
        ended_seconds_ago=min((task.ended_ago for task in tasks if task.ended_ago is not None), default=None),
        tasks=_tasks(entry),
        task_states=_each_state(numbered, _tasks(entry)),
    )


@dataclass(frozen=True)
class _Task:
    status: JobStatus
    started: float | None = None
    ended: float | None = None
    usage: Usage = field(default_factory=Usage)
    started_ago: float | None = None
    ended_ago: float | None = None


def _task(told: Any, scheduler: Scheduler | None) -> _Task:
    """How one task stands, by its outcome, else by its script's last word, else by its start."""
    state = _dict(told)
    start, outcome = _dict(state.get("started")), state.get("outcome")
    details = {str(name): str(value) for name, value in _dict(state.get("details")).items()}
    began, exit_status = _number(start.get("time")), state.get("exit")
    started_ago, ended_ago = _number(state.get("started_seconds_ago")), _number(state.get("ended_seconds_ago"))
    if isinstance(outcome, dict):
        ended = _number(outcome.get("ended")) or _number(details.get("ended"))
        usage = _read_usage(_dict(outcome.get("usage")))
        return _Task(_outcome_status(outcome), began, ended, usage, started_ago, ended_ago)
    if isinstance(exit_status, int) and scheduler is not None:
        status = scheduler.read_exit(exit_status, details)
        usage = Usage(status.max_rss_bytes)
        return _Task(status, began, _number(details.get("ended")), usage, started_ago, ended_ago)
    return _Task(JobStatus(JobState.RUNNING, node=str(start.get("node") or "")), began, started_ago=started_ago)


def _outcome_status(outcome: Mapping[str, Any]) -> JobStatus:
    node, kind = str(outcome.get("node") or ""), outcome.get("kind")
    if kind == "returned":
        return JobStatus(JobState.DONE, node=node)
    error = str(outcome.get("error") or "").strip().partition("\n")[0]
    what = _KINDS.get(str(kind), "raised")
    joint = " " if what == "raised" else ": "
    return JobStatus(JobState.FAILED, node=node, reason=f"{what}{joint}{error}" if error else what)


def _before_start(entry: Mapping[str, Any]) -> JobStatus:
    if entry.get("submitted"):
        return JobStatus(JobState.PENDING)
    if isinstance(entry.get("refused"), str):
        said = entry["refused"].strip().partition("\n")[0]
        return JobStatus(JobState.FAILED, reason=f"it was refused: {said}" if said else "it was refused")
    if (_number(entry.get("age_seconds")) or 0) < SUBMIT_SECONDS:
        return JobStatus(JobState.STAGING)
    return JobStatus(JobState.FAILED, reason="it was never submitted")


def _each_state(tasks: Mapping[str, _Task], count: int) -> tuple[JobState, ...]:
    """The state of each task; one that has left no word yet waits."""
    known = {int(name): task.status.state for name, task in tasks.items() if name.isdecimal() and len(name) < 10}
    return tuple(known.get(number, JobState.PENDING) for number in range(count))


def _together(tasks: list[_Task], count: int) -> JobStatus:
    """One status for all tasks of a job: while one goes on the job does; then the first that failed."""
    if count == 1:
        return tasks[0].status
    ended = [task.status for task in tasks if task.status.state.ended]
    failed = [status for status in ended if status.state is not JobState.DONE]
    words = f"{len(ended)} of {count} tasks ended" + (f", {len(failed)} failed" if failed else "")
    if len(ended) < count:
        return JobStatus(JobState.RUNNING, reason=words)
    return replace(failed[0] if failed else ended[0], node="", reason=words)


def _elapsed(tasks: list[_Task], status: JobStatus) -> float | None:
    """Of what has ended, by the nodes' own clock; of what runs, by that of the folder."""
    if not status.state.ended:
        return max((task.started_ago for task in tasks if task.started_ago is not None), default=None)
    starts = [task.started for task in tasks if task.started is not None]
    ends = [task.ended for task in tasks if task.ended is not None]
    return max(0.0, max(ends) - min(starts)) if starts and ends else None


def _usage(tasks: list[_Task]) -> Usage:
    peaks = [task.usage.max_rss_bytes for task in tasks if task.usage.max_rss_bytes is not None]
    times = [task.usage.cpu_seconds for task in tasks if task.usage.cpu_seconds is not None]
    return Usage(max(peaks, default=None), sum(times) if times else None)


def _read_usage(told: Mapping[str, Any]) -> Usage:
    peak, cpu = _number(told.get("max_rss_bytes")), _number(told.get("cpu_seconds"))
    return Usage(None if peak is None else int(peak), cpu, _number(told.get("elapsed_seconds")))


def _scheduler(entry: Mapping[str, Any]) -> Scheduler | None:
    try:
        return scheduler_named(str(entry.get("scheduler")))
    except ClustrixError:
        return None


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _number(value: Any) -> float | None:
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if isfinite(number) else None


def _tasks(entry: Mapping[str, Any]) -> int:
    tasks = entry.get("tasks")
    return tasks if isinstance(tasks, int) and 0 < tasks <= MAX_TASKS else 1
