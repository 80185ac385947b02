"""The list of jobs that were submitted from this machine: which cluster each is on.

One line of JSON per job in the user's state folder, so that ``clustrix status`` and ``clustrix logs KEY`` need not be
told the host. It is only added to; when it is long it becomes the old list, and the old one goes. It holds what is
needed to reach a cluster, and nothing of what a job computes. No job depends on it: what cannot be written is left out.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import time
from dataclasses import asdict, dataclass, field
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

    from clustrix.config import ClusterConfig

log = logging.getLogger("clustrix")

#: The words that say which cluster, and which agent there.
CLUSTER_WORDS = (
    "cluster_type", "cluster_host", "cluster_port", "username", "key_file", "ssh_config", "ssh_options",
    "remote_work_dir", "python_executable", "module_loads",
)  # fmt: skip
#: The list is at most twice as long (some 4,000 jobs).
MAX_BYTES = 512 * 1024


@dataclass(frozen=True)
class SubmittedJob:
    """One line of the list: a job and where it is."""

    key: str
    name: str
    created: float
    cluster: dict[str, Any] = field(hash=False)


@cache
def list_path() -> Path:
    """Where the list is: ``~/.local/state/clustrix/jobs.jsonl``, or where the system keeps such files."""
    from platformdirs import user_state_path

    return user_state_path("clustrix", appauthor=False) / "jobs.jsonl"


def cluster_words(config: ClusterConfig) -> dict[str, Any]:
    """What has to be said to reach this cluster again.

    >>> from clustrix.config import ClusterConfig
    >>> cluster_words(ClusterConfig(cluster_host="hpc", memory="16GB"))
    {'cluster_host': 'hpc'}
    """
    told = {name: getattr(config, name) for name in CLUSTER_WORDS}
    # It will be read in another folder.
    here = ["key_file", "ssh_config"] + (["remote_work_dir"] if config.runs_here else [])
    told |= {name: os.path.abspath(told[name]) for name in here if told[name] and not told[name].startswith("~")}
    defaults = {"cluster_type": "auto", "remote_work_dir": "~"}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in told.items()
        if value not in (None, ()) and value != defaults.get(name)
    }


def remember(key: str, name: str, config: ClusterConfig) -> None:
    """Add a job to the list."""
    line = json.dumps(asdict(SubmittedJob(key, name, round(time.time(), 3), cluster_words(config)))) + "\n"
    path = list_path()
    try:
        _append(path, line.encode())
    except OSError as error:
        log.info("job %s is not in the list of submitted jobs: %s", key, error)


def _append(path: Path, line: bytes) -> None:
    flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT
    try:
        descriptor = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        descriptor = os.open(path, flags, 0o600)
    try:
        # One write: lines of several processes do not mix.
        os.write(descriptor, line)
        is_long = os.fstat(descriptor).st_size > MAX_BYTES
    finally:
        os.close(descriptor)
    if is_long:
        with contextlib.suppress(OSError):  # another process was quicker, or (on Windows) has it open
            path.replace(_old(path))


def _old(path: Path) -> Path:
    return path.with_name(f"{path.stem}.old{path.suffix}")


def submitted_jobs() -> list[SubmittedJob]:
    """All jobs of the list, the newest first; lines that cannot be read are left out."""
    return [*_read(list_path()), *_read(_old(list_path()))]


def _read(path: Path) -> Iterator[SubmittedJob]:
    try:
        lines = path.read_bytes().splitlines()
    except OSError:
        return
    for line in reversed(lines):
        with contextlib.suppress(ValueError, KeyError, TypeError):
            told = json.loads(line)
            yield SubmittedJob(str(told["key"]), str(told["name"]), float(told["created"]), dict(told["cluster"]))


def job_named(key: str) -> SubmittedJob | None:
    """The job of that key; None if it was not submitted from here, or so long ago that the list has lost it."""
    return next((job for job in submitted_jobs() if job.key == key), None)


def config_for(job: SubmittedJob) -> ClusterConfig:
    """The configuration that reaches the job's cluster, whatever is configured now. Raises ConfigError."""
    from clustrix.config import merge
    from clustrix.words import Layer

    return merge([Layer.of(str(list_path()), job.cluster)])
