"""Starting one call: captured, submitted, and made again if its job fails and that was asked for."""

from __future__ import annotations

import posixpath
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from clustrix.futures import JobFuture
from clustrix.host_pool import count_in, place
from clustrix.job_on_cluster import Job
from clustrix.live_line import say
from clustrix.reached import capture_for, reach
from clustrix.resources import format_memory
from clustrix.retries import Attempts, Retries
from clustrix.staging import submit
from clustrix.submissions import make_submission, new_key
from clustrix.submitted_jobs import remember

if TYPE_CHECKING:
    from collections.abc import Callable
    from queue import SimpleQueue

    from clustrix.config import ClusterConfig
    from clustrix.file_packaging import PackagedCall
    from clustrix.jobs import JobSpec
    from clustrix.reached import Reached
    from clustrix.staging import Submission

R = TypeVar("R")


def start_call(
    config: ClusterConfig,
    function: Callable[..., R],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    printed: SimpleQueue[bytes | None] | None = None,
) -> JobFuture[R]:
    """Submit a call; what it prints is put into ``printed``. Raises ConnectError, CaptureError, PackagingError."""
    config = place(config)
    reached = reach(config, function, lambda target: capture_for(config, function, args, kwargs, target, is_made=True))
    spec = reached.spec()
    future: JobFuture[R] = JobFuture(_job(reached, spec))
    future.random_states = reached.captured.random_began
    if printed is not None:
        future.listen(printed)
    attempts = Attempts(Retries(config.retries), spec.resources)
    if config.retries or spec.resources.most_memory_bytes is not None:
        future.when_failed = partial(_start_again, future, reached, spec, attempts)
    future.subscribe(follow=printed is not None)
    count_in(reached.link, future)
    _submit(future, reached, spec)
    return future


def _job(reached: Reached[PackagedCall], spec: JobSpec) -> Job:
    captured, config = reached.captured, reached.config
    read = reached.prepared.reader(captured.read_outcome)
    return Job(
        spec.key, captured.name, reached.link, reached.scheduler, spec.resources, read, config.cleanup_on_success
    )


def _submit(future: JobFuture[Any], reached: Reached[PackagedCall], spec: JobSpec) -> None:
    captured = reached.captured
    made: Submission = make_submission(reached.config, spec, captured, reached.scheduler)
    submission = replace(made, restore=reached.restore)
    say(f"staging {format_memory(submission.bytes_to_send(reached.link.packages))}")
    # First: a program that is killed right after must be able to find its job again.
    remember(spec.key, captured.name, reached.config)
    submit(reached.link, submission).add_done_callback(partial(future.on_submitted, spec=spec))


def _start_again(
    future: JobFuture[Any], reached: Reached[PackagedCall], plain: JobSpec, attempts: Attempts, error: BaseException
) -> bool:
    """Whether the call is made again after this."""
    resources = attempts.after(error)
    if resources is None:
        return False
    key = new_key(reached.captured.name)
    folder = posixpath.join(posixpath.dirname(plain.folder), key)
    command = (*plain.command[:-1], folder)
    spec = replace(plain, key=key, folder=folder, command=command, resources=resources)
    future.be_made_again(_job(reached, spec), error)
    _submit(future, reached, spec)
    return True
