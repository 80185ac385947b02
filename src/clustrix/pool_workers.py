"""The workers of a pool: ordinary jobs, as many as the calls are worth within the pool's limits."""

from __future__ import annotations

import os
import posixpath
import shlex
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import asdict
from functools import partial
from typing import TYPE_CHECKING, Any

from clustrix.array_plan import Part
from clustrix.background import run_soon
from clustrix.errors import JobError, ResultError
from clustrix.file_packaging import runtime_package
from clustrix.job_on_cluster import Job
from clustrix.jobs import JobSpec
from clustrix.map_futures import CallFuture
from clustrix.map_jobs import MapJob
from clustrix.scheduler_poll import learn_site
from clustrix.schedulers import choose_scheduler, scheduler_named
from clustrix.staging import Submission, SubmitAnswer, submit
from clustrix.submissions import FORMAT_VERSION
from clustrix.submitted_jobs import remember
from clustrix_remote.pool_driver import NAME_MARK

if TYPE_CHECKING:
    from concurrent.futures import Future

    from clustrix.config import ClusterConfig
    from clustrix.pool_engine import EngineRoom
    from clustrix.values import Raised, Returned


class Workers:
    """Submits and ends the jobs of workers. ``on_lost(error)`` is called when one has ended that nobody has ended."""

    def __init__(
        self,
        config: ClusterConfig,
        room: EngineRoom,
        key: str,
        command: Sequence[str],
        on_lost: Callable[[BaseException], object],
    ) -> None:
        self._config, self._room, self._key, self._command = config, room, key, command
        self._scheduler = learn_site(room.link, scheduler_named(choose_scheduler(config, room.hello.commands)))
        self._on_lost = on_lost
        self._lock = threading.Lock()
        self._jobs: list[MapJob] = []
        #: By their names: those that were submitted and have not ended.
        self._alive: dict[str, CallFuture[Any]] = {}
        self._closed = False

    @property
    def count(self) -> int:
        """How many were submitted and have not ended."""
        return len(self._alive)

    def grow_to(self, count: int) -> None:
        """Submit what is missing, as one job. Raises nothing: what goes wrong is told to ``on_lost``."""
        with self._lock:
            missing = count - len(self._alive)
            if missing <= 0 or self._closed:
                return
            key = f"{self._key}-{len(self._jobs) + 1}"
            spec = self._spec(key, missing)
            about = Job(key, "pool", self._room.link, self._scheduler, spec.resources, _no_outcome)
            futures = {task: CallFuture[Any](about, task, str) for task in range(missing)}
            job = MapJob(about, Part(0, missing), futures)
            self._jobs.append(job)
            self._alive.update((f"{key}.{task}", future) for task, future in futures.items())
        for task, future in futures.items():
            future.add_done_callback(partial(self._on_ended, f"{key}.{task}"))
        job.subscribe()
        remember(key, "pool", self._config)
        submit(self._room.link, self._submission(spec)).add_done_callback(partial(self._on_answer, job, spec))

    def _on_answer(self, job: MapJob, spec: JobSpec, answer: Future[SubmitAnswer]) -> None:
        try:
            said = answer.result()
            found = self._scheduler.parse_find(said.command) if said.found else None
            job.on_submitted(found or self._scheduler.parse_submit(said.command, spec))
        except Exception as error:  # SubmitError, or why it could not even be made: the pool's calls' to raise
            for future in job.futures.values():
                future.be_refused(error)

    def _on_ended(self, name: str, future: Future[Any]) -> None:
        with self._lock:
            was_alive = self._alive.pop(name, None) is not None
        if was_alive and not self._closed and not future.cancelled():
            run_soon(self._on_lost, future.exception() or JobError(f"worker {name} has ended"))

    def cancel(self, names: Collection[str]) -> None:
        """End workers that have nothing to do."""
        for name in names:
            with self._lock:
                future = self._alive.pop(name, None)
            if future is not None:
                future.cancel()

    def close(self) -> None:
        """End all, and have their folders removed."""
        with self._lock:
            self._closed = True
            left = list(self._alive.values())
            self._alive.clear()
        for future in left:
            future.cancel()
        for job in self._jobs:
            self._room.link.remove_soon(job.key)

    def _spec(self, key: str, tasks: int) -> JobSpec:
        name = f"{key}.$0"
        # The shell's $0 is the task's number, which the script appends.
        words = [shlex.quote(word).replace(NAME_MARK, name) for word in self._command]
        return JobSpec(
            key=key,
            name=self._config.name or "pool",
            folder=posixpath.join(self._room.hello.root, "jobs", key),
            command=("/bin/sh", "-c", "exec " + " ".join(words)),
            resources=self._config.resources_on(self._scheduler.name),
            tasks=tasks,
            module_loads=tuple(self._config.module_loads),
            environment_variables={**self._config.environment_variables, **self._room.variables},
            unset_variables=self._room.prepared.unset_variables,
            environment=self._room.prepared.key,
            pre_execution_commands=tuple(self._config.pre_execution_commands),
        )

    def _submission(self, spec: JobSpec) -> Submission:
        header = {
            "key": spec.key,
            "job": self._description(spec),
            "script": self._scheduler.submit_script(spec),
            "argv": self._scheduler.submit_argv(spec),
            "find_argv": self._scheduler.find_argv(spec),
            "environment": spec.environment or None,
            "unpack": [runtime_package().digest],
        }
        return Submission(header, [runtime_package()], ())

    def _description(self, spec: JobSpec) -> Mapping[str, Any]:
        asked = {name: value for name, value in asdict(spec.resources).items() if value not in (None, {})}
        return {
            "format": FORMAT_VERSION,
            "key": spec.key,
            "name": "pool",
            "function": f"workers of {self._key}",
            "created": time.time(),
            "scheduler": self._scheduler.name,
            "tasks": spec.tasks,
            "resources": asked,
            "cluster": {"cluster_type": self._config.cluster_type, "cluster_host": self._config.cluster_host},
            "environment": spec.environment or None,
            "package": None,
            "data": [],
            # Nobody signs anything: a worker's job has no outcome.
            "signing_key": os.urandom(32).hex(),
            "cleanup_on_success": True,
        }


def _no_outcome(_: bytes) -> Returned | Raised:
    raise ResultError("a worker of a pool has no outcome")
