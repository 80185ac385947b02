"""Going on with a map that has a key: what earlier runs of it have done, or are about to do, is not done again."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from clustrix.array_plan import Part
from clustrix.errors import ConfigError
from clustrix.job_on_cluster import Job
from clustrix.jobs import JobState
from clustrix.map_futures import CallFuture
from clustrix.map_jobs import MapJob
from clustrix.resources import read_resources
from clustrix.scheduler_poll import ask_scheduler
from clustrix.schedulers import job_id_of, scheduler_named, task_id
from clustrix.values import read_outcome

if TYPE_CHECKING:
    from clustrix.connection.link import Link

#: Of a job that is there no call is lost: it will be made, or is being made.
_ALIVE = (JobState.PENDING, JobState.RUNNING, JobState.UNKNOWN)


@dataclass(frozen=True)
class EarlierJob:
    """A job of an earlier run: which of its calls will have an outcome, by what their arguments were."""

    job: Job
    part: Part
    job_id: str | None
    digests: Sequence[str]
    there: Sequence[int]


def earlier_jobs(link: Link, key: str, name: str) -> list[EarlierJob]:
    """What earlier runs of a map have left on the cluster, the oldest first.

    Raises ConnectError, and ConfigError if the map was one of a function with another name.
    """
    told = link.request("earlier", {"key": key}, max_bytes=2**40).header["jobs"]
    others = sorted({str(entry["description"]["name"]) for entry in told} - {name})
    if others:
        raise ConfigError(f"key={key!r} is that of a map of {others[0]}(), not of {name}()", hint="choose another key")
    return [_read(link, entry) for entry in told]


def _read(link: Link, entry: dict[str, Any]) -> EarlierJob:
    described, submitted = entry["description"], entry["submitted"] or {}
    scheduler = scheduler_named(str(described["scheduler"]))
    name, key = str(described["name"]), str(described["key"])
    read = partial(read_outcome, signing_key=bytes.fromhex(described["signing_key"]), name=name)
    job = Job(key, name, link, scheduler, read_resources(described.get("resources")), read, cleanup_on_success=False)
    part, job_id = Part(*described["map"]), job_id_of(scheduler, submitted.get("answer"), key)
    there = set(entry["done"])
    open_tasks = [task for task in range(part.tasks) if task not in entry["ended"]]
    open_tasks = [task for task in open_tasks if not there.issuperset(part.calls(task))]
    for task in _alive(job, part, job_id, open_tasks) if job_id else ():
        there.update(part.calls(task))
    return EarlierJob(job, part, job_id, described["arguments"], sorted(there))


def _alive(job: Job, part: Part, job_id: str, tasks: Sequence[int]) -> list[int]:
    """Those of the tasks that the scheduler still knows as waiting or running."""
    if not tasks:
        return []
    names = {task: task_id(job.scheduler, job_id, task) if part.tasks > 1 else job_id for task in tasks}
    if job.scheduler.cancel_argv([job_id]) is None:
        # Without a scheduler the tasks are of one script.
        names = dict.fromkeys(tasks, job_id)
    told = ask_scheduler(job.link, job.scheduler, [job_id], set(names.values()))
    return [task for task, name in names.items() if name in told and told[name].state in _ALIVE]


def take_up(jobs: Sequence[EarlierJob], digests: Sequence[str], futures: Sequence[CallFuture[Any]]) -> list[MapJob]:
    """Give calls of earlier jobs to the futures of calls with the same arguments; the others are to be made."""
    free: dict[str, deque[tuple[int, int]]] = defaultdict(deque)
    for number, job in enumerate(jobs):
        for call in job.there:
            free[job.digests[call - job.part.first]].append((number, call))
    taken: list[dict[int, CallFuture[Any]]] = [{} for _ in jobs]
    for digest, future in zip(digests, futures, strict=True):
        if free[digest]:
            number, call = free[digest].popleft()
            taken[number][call] = future
    return [_follow(job, those) for job, those in zip(jobs, taken, strict=True) if those]


def _follow(earlier: EarlierJob, futures: dict[int, CallFuture[Any]]) -> MapJob:
    """Hear of an earlier job what has happened to it, and what will."""
    job = MapJob(earlier.job, earlier.part, futures)
    job.subscribe()
    if earlier.job_id is not None:
        job.on_submitted(earlier.job_id)
    earlier.job.link.watch(job.key)
    return job
