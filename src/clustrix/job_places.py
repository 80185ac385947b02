"""On which cluster a job is, for a command that was told its key: what the options say, else what is known here.

A key may be shortened to a beginning that no other has, and the scheduler's number of a job is as good.
"""

from __future__ import annotations

import os
import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clustrix.config import current_config
from clustrix.connection import link_for
from clustrix.errors import ConfigError, ConnectError, JobError
from clustrix.job_table import JobRow, job_rows
from clustrix.submitted_jobs import CLUSTER_WORDS, config_for, job_named, submitted_jobs
from clustrix_remote.layout import Layout, check_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from clustrix.config import ClusterConfig
    from clustrix.words import Layer

#: A cluster to which nothing was submitted for so long is asked only by name.
RECENT_SECONDS = 30 * 86400.0


@dataclass(frozen=True)
class PlacedJob:
    """A job's whole key, and the configuration that reaches its cluster."""

    key: str
    config: ClusterConfig
    task: int | None = None


def find_place(key: str, said: Layer) -> PlacedJob:
    """Where the job is, and which task of it is meant. Raises ConfigError for what cannot be a key.

    JobError if no cluster asked has such a job.
    """
    key, task = split_task(key)
    try:
        check_key(key)
    except ValueError as error:
        raise ConfigError(str(error), hint="clustrix status lists the keys") from None
    if not names_place(said):
        known = job_named(key)
        if known is not None:
            return PlacedJob(known.key, config_for(known), task)
    asked, failed, second_best = places(said), [], None
    for config in asked:
        try:
            row = matching(key, job_rows(link_for(config)))
        except ConnectError as error:
            if len(asked) == 1:
                raise
            failed.append(f"{place_name(config)} ({error.what})")
            continue
        if row is not None and not row.is_elsewhere:
            return PlacedJob(row.key, config, task)
        if row is not None:
            second_best = second_best or PlacedJob(row.key, config, task)
    if second_best is not None:
        return second_best
    where = ", ".join(place_name(config) for config in asked) or "no cluster: none is configured"
    raise JobError(
        f"there is no job {key}",
        where=f"asked {where}" + (f"; not reached: {', '.join(failed)}" if failed else ""),
        hint="clustrix status lists all; -s cluster_host=HOST asks another cluster",
    )


def split_task(key: str) -> tuple[str, int | None]:
    """A key or number, and the task of a map that it goes on to name.

    >>> split_task("fit-8327b37b8d_7"), split_task("4711_0"), split_task("fit_2")
    (('fit-8327b37b8d', 7), ('4711', 0), ('fit_2', None))
    """
    match = re.fullmatch(r"(.*-[0-9a-f]{10}|\d+)_(\d{1,9})", key)
    return (match[1], int(match[2])) if match else (key, None)


def names_place(said: Layer) -> bool:
    """Whether the options of the command say on which cluster.

    >>> from clustrix.words import Layer
    >>> names_place(Layer.of("--set", {"cluster_host": "hpc"})), names_place(Layer.of("--set", {"cores": 2}))
    (True, False)
    """
    return not said.words.keys().isdisjoint({"cluster", *CLUSTER_WORDS})


def places(said: Layer) -> list[ClusterConfig]:
    """The clusters to ask: the one that was named; else the configured one and those recently submitted to."""
    configured = current_config(said)
    if names_place(said):
        return configured.on_each_host()
    since = time.time() - RECENT_SECONDS
    recent: dict[str, ClusterConfig] = {}
    for job in submitted_jobs():
        # Thousands of lines name a few clusters.
        words = repr(job.cluster)
        if job.created >= since and words not in recent:
            recent[words] = config_for(job)
    return distinct([*configured.on_each_host(), *recent.values()])


def distinct(configs: Iterable[ClusterConfig]) -> list[ClusterConfig]:
    """One configuration for each folder of jobs that may exist, the first that leads there."""
    found: dict[object, ClusterConfig] = {}
    for config in configs:
        if config.runs_here and not os.path.isdir(Layout(config.remote_work_dir).jobs):
            continue  # nothing was ever run here
        place = (
            (Layout(config.remote_work_dir).root,)
            if config.runs_here
            else (config.cluster_host, config.cluster_port, config.username, config.remote_work_dir)
        )
        found.setdefault(place, config)
    return list(found.values())


def place_name(config: ClusterConfig) -> str:
    """How the cluster is called in messages.

    >>> from clustrix.config import ClusterConfig
    >>> place_name(ClusterConfig(cluster_host="hpc", username="ann", remote_work_dir="/scratch/ann"))
    'ann@hpc:/scratch/ann'
    """
    user = f"{config.username}@" if config.username and not config.runs_here else ""
    host = "this machine" if config.runs_here else f"{user}{config.cluster_host}"
    folder = "" if config.remote_work_dir == "~" else config.remote_work_dir
    return f"{host}, {folder}" if folder and config.runs_here else f"{host}:{folder}" if folder else host


def matching(key: str, rows: Sequence[JobRow]) -> JobRow | None:
    """The job of that key or number, or the only one whose key begins so. Raises ConfigError if several do."""
    for row in rows:
        if key in (row.key, row.job_id):
            return row
    begins = [row for row in rows if row.key.startswith(key)]
    if len(begins) > 1:
        some = ", ".join(row.key for row in begins[-5:])
        raise ConfigError(f"{key} is the beginning of {len(begins)} jobs' keys", hint=f"one of {some}")
    return begins[0] if begins else None
