"""Returning to a job that was submitted earlier, by whomever and from wherever."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from clustrix.connection import link_for
from clustrix.errors import JobError
from clustrix.futures import JobFuture
from clustrix.job_on_cluster import Job
from clustrix.jobs import JobSpec
from clustrix.resources import read_resources
from clustrix.scheduler_poll import find_job_id, learn_site
from clustrix.schedulers import job_id_of, scheduler_named
from clustrix.submissions import safe_name
from clustrix.submitted_jobs import config_for, job_named
from clustrix.values import read_outcome

if TYPE_CHECKING:
    from collections.abc import Mapping
    from queue import SimpleQueue

    from clustrix.config import ClusterConfig
    from clustrix.connection.link import Link
    from clustrix.schedulers import Scheduler

R = TypeVar("R")

#: A job that was written down on this machine may take so long to arrive on the cluster, and is asked for so often.
COMING_SECONDS = 5.0
COMING_PAUSE_SECONDS = 0.1


def attach(key: str, config: ClusterConfig | None = None) -> JobFuture[Any]:
    """Return to a job that was submitted earlier, by this process or another, from this machine or another.

    Where a job is that was submitted from this machine, is known; else ``config``, or the one in force, says it.
    Raises ConnectError, and JobError if the cluster has no such job.

    >>> from clustrix import cluster
    >>> @cluster(cluster_type="local", cleanup_on_success=False)
    ... def square(x):
    ...     return x * x
    >>> future = square.submit(3)
    >>> future.result()
    9
    >>> attach(future.key).result()
    9
    """
    return follow(find_job(key, config))


def find_job(
    key: str,
    config: ClusterConfig | None = None,
    *,
    cleanup: bool | None = None,
    kind: type[JobFuture[Any]] = JobFuture,
) -> JobFuture[Any]:
    """A job that was submitted earlier, with its logs and files; nothing is heard of it until it is followed.

    ``cleanup`` says whether its folder goes when its value is fetched, by default as it was said at submission. Raises
    what ``attach`` does.
    """
    link, told = _ask_for(key, config or _config_of(key))
    described, submitted = told["description"], told.get("submitted") or {}
    scheduler = scheduler_named(str(described["scheduler"]))
    read = partial(read_outcome, signing_key=bytes.fromhex(described["signing_key"]), name=str(described["name"]))
    resources = read_resources(described.get("resources"))
    cleanup = bool(described.get("cleanup_on_success")) if cleanup is None else cleanup
    future = kind(Job(key, str(described["name"]), link, scheduler, resources, read, cleanup))
    future.job_id = job_id_of(scheduler, submitted.get("answer"), key)
    if not submitted and not told["tasks"]:
        if told.get("refused"):
            raise _refusal(key, told["refused"], link, scheduler)
        future.job_id = _look_for(future, link, scheduler)
    return future


def _ask_for(key: str, config: ClusterConfig) -> tuple[Link, dict[str, Any]]:
    """What is known of a job, and the link to its host: hosts of a pool may share their folders."""
    for host in config.on_each_host():
        link = link_for(host)
        told = _told_by(link, key)
        if told is None:
            continue
        home = (told["description"].get("cluster") or {}).get("cluster_host")
        if home in config.hosts and home != host.cluster_host:
            return _ask_for(key, config.on_host(home))
        return link, told
    raise JobError(f"there is no job {key}", where=link.channel().where, hint="clustrix status")


def _told_by(link: Link, key: str) -> dict[str, Any] | None:
    """What a host knows of a job; nothing if it does not, and the job is not on its way there either."""
    while True:
        is_coming = link.is_submitting(key) or _was_just_submitted(key)
        try:
            return link.request("job", {"key": key, "settled": True}).header
        except FileNotFoundError:
            if not is_coming:
                return None
        time.sleep(COMING_PAUSE_SECONDS)


def _was_just_submitted(key: str) -> bool:
    """Whether a program of this machine has written down so short a time ago that it will submit this job."""
    known = job_named(key)
    return known is not None and 0 <= time.time() - known.created < COMING_SECONDS


def _look_for(future: JobFuture[Any], link: Link, scheduler: Scheduler) -> str:
    """The id of a job whose submission was never answered. Raises JobError if the scheduler has no such job."""
    name = future.resources.name or safe_name(future.name)
    scheduler = learn_site(link, scheduler)
    argv = scheduler.find_argv(JobSpec(future.key, name, "", (), future.resources))
    found = find_job_id(link, scheduler, argv) if argv else None
    if found is None:
        raise JobError(
            f"job {future.key} is on the cluster, but {scheduler.name} has no such job: its submission was interrupted",
            where=link.channel().where,
            hint="the function was not run; call it again",
        )
    return found


def _refusal(key: str, answer: Mapping[str, Any], link: Link, scheduler: Scheduler) -> JobError:
    said = str(answer.get("stderr") or answer.get("stdout") or "").strip()
    return JobError(
        f"job {key} was never there: {scheduler.name} refused it: {said}",
        where=link.channel().where,
        hint="change what it asks for, and call the function again",
    )


def follow(future: JobFuture[R], printed: SimpleQueue[bytes | None] | None = None) -> JobFuture[R]:
    """Hear of a found job's events, and have what it prints put into ``printed``. Raises ConnectError."""
    if printed is not None:
        future.listen(printed)
    future.on_attached()
    future.subscribe(follow=printed is not None)
    future.watch()
    return future


def _config_of(key: str) -> ClusterConfig:
    from clustrix.config import current_config

    known = job_named(key)
    return config_for(known) if known else current_config()
