"""JobFuture: a call that runs on the cluster, and what resolves it.

Its outcome first, pushed by the agent; else the exit that its script wrote down; else the death of its processes or
the scheduler's verdict (see scheduler_poll.py). All of it arrives as events.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar, cast

from clustrix.background import run_soon
from clustrix.endings import Ended, ending_error, tell_place
from clustrix.errors import JobError
from clustrix.job_events import done_on, exit_status, gone_status, usage_of
from clustrix.job_on_cluster import NOTHING_EARLIER
from clustrix.job_view import JobView
from clustrix.jobs import JobState, JobStatus, Usage
from clustrix.random_streams import NO_STATES
from clustrix.scheduler_poll import Waiting, ask_scheduler, cancel_job, poll_for, who_cancelled

if TYPE_CHECKING:
    from queue import SimpleQueue

    from clustrix.connection.link import Subscription
    from clustrix.job_on_cluster import Job
    from clustrix.jobs import JobSpec
    from clustrix.staging import SubmitAnswer
    from clustrix.values import Raised, Returned

T = TypeVar("T")

log = logging.getLogger("clustrix")


class JobFuture(JobView[T]):
    r"""A call that runs on the cluster.

    A ``concurrent.futures.Future`` that can also be awaited: ``result()`` gives the function's value, or raises its
    exception, or a JobError if there is neither. ``key`` finds the job again: ``clustrix.attach(key)``.

    >>> from clustrix import cluster
    >>> @cluster(cluster_type="local")
    ... def square(x):
    ...     print("squaring", x)
    ...     return x * x
    >>> future = square.submit(3)
    >>> future.result(timeout=60)
    9
    >>> future.logs()
    'squaring 3\n'
    >>> future.usage.max_rss_bytes > 0
    True
    """

    def __init__(self, job: Job) -> None:
        super().__init__(job)
        self._status = JobStatus(JobState.STAGING)
        self._changed = threading.Lock()
        self._taken = False
        self._polled = False
        self._listener: SimpleQueue[bytes | None] | None = None
        self._subscription: Subscription | None = None
        #: The scheduler's number for the job; None until it has been submitted.
        self.job_id: str | None = None
        self._earlier = NOTHING_EARLIER
        #: Asked when the call has failed: whether it is made again.
        self.when_failed: Callable[[BaseException], bool] | None = None
        #: What the finished call used.
        self.usage: Usage | None = None
        #: Where its random numbers began and ended (see :mod:`clustrix.random_streams`).
        self.random_states = NO_STATES

    @property
    def retried(self) -> int:
        """How often it was made again, since its job had failed."""
        return len(self._earlier.jobs)

    def __repr__(self) -> str:
        return f"<JobFuture {self.key}: {self._status.state.value}>"

    def _repr_html_(self) -> str:
        from clustrix.pictures import job_html

        return job_html(self)

    def running(self) -> bool:
        """Whether the function has been started and has not ended."""
        return not self.done() and self._status.state is JobState.RUNNING

    def cancel(self) -> bool:
        """End the job; False if it has ended before. ``result()`` raises ``concurrent.futures.CancelledError`` then."""
        if not super().cancel():
            return False
        self.set_running_or_notify_cancel()
        self._set_status(JobStatus(JobState.CANCELLED))
        self.leave()
        run_soon(self._cancel_there)
        return True

    def _cancel_there(self) -> None:
        try:
            cancel_job(self._job.link, self._job.scheduler, self.key, self.job_id)
        except Exception as error:  # nobody waits for it any more; it must not be lost
            log.warning("job %s may not have been cancelled: %s", self.key, error)

    # ------------------------------------------------------------------------------------------------- looking

    def status(self) -> JobStatus:
        """How the job stands; a waiting one is asked for in the scheduler. Raises ConnectError."""
        if self._polled and self._status.state is JobState.PENDING:
            poll_for(self._job.link).refresh()
        elif self._status.state is JobState.PENDING and self.job_id is not None:
            # A host without a scheduler has a queue as well; that its scripts end is told by the agent.
            told = ask_scheduler(self._job.link, self._job.scheduler, [self.job_id]).get(self.job_id)
            if told is not None and told.state is JobState.PENDING:
                self._hear(told)
        return self._status

    @property
    def last_status(self) -> JobStatus:
        """How the job stood when it was last heard of; nobody is asked."""
        return self._status

    # ----------------------------------------------------------------------------------------------- resolving

    def subscribe(self, *, follow: bool = False) -> None:
        """Hear of the job's events, and with ``follow`` of what it prints."""
        self._subscription = self._job.link.subscribe(self.key, self.on_event, follow=follow)

    def watch(self) -> None:
        """Be told again what has happened to a subscribed job. Raises ConnectError."""
        self._job.link.watch(self.key)

    def listen(self, listener: SimpleQueue[bytes | None]) -> None:
        """Have what the job prints put into this queue, and None when there is no more."""
        self._listener = listener
        self.add_done_callback(lambda _: listener.put(None))

    def on_submitted(self, answer: Future[SubmitAnswer], spec: JobSpec) -> None:
        """The submission has been answered, or failed."""
        try:
            said = answer.result()
            scheduler = self._job.scheduler
            found = scheduler.parse_find(said.command) if said.found else None
            self._be_pending(found or scheduler.parse_submit(said.command, spec))
        except Exception as error:  # SubmitError, or why it could not even be made: the future's to raise
            if self._take():
                self._fail(error)

    def on_attached(self) -> None:
        """The job was submitted earlier, and its ``job_id`` is known unless nobody knows it."""
        if self.job_id is not None:
            self._be_pending(self.job_id)

    def _be_pending(self, job_id: str) -> None:
        self.job_id = job_id
        with self._changed:
            if self._status.state is JobState.STAGING:
                self._status = JobStatus(JobState.PENDING)
        # A script that the agent started itself is watched by the agent.
        self._polled = self._job.scheduler.cancel_argv([job_id]) is not None and not self.done()
        if self._polled:
            job, scheduler = self._job, self._job.scheduler
            # Of a call that is made again the poll may still hold the job before.
            has_ended = lambda: self._taken or self._job is not job  # noqa: E731
            poll_for(job.link).add(Waiting(job.key, job_id, scheduler, self.on_verdict, has_ended, self.running))

    def on_event(self, event: dict[str, Any], body: bytes) -> None:
        """Something happened to the job. Called on a reading thread, so nothing here waits."""
        kind = event.get("event")
        if event.get("key", self.key) != self.key:
            return  # of a job before, while the call is made again
        if kind == "log":
            if self._listener is not None:
                self._listener.put(body)
        elif kind == "started":
            self._hear(JobStatus(JobState.RUNNING, node=str(event.get("node", ""))))
        elif kind == "outcome" and self._take():
            run_soon(self._resolve, event, body)
        elif kind == "exit" and not event.get("outcome") and self._take():
            self._end(exit_status(event, self._job.scheduler), body)
        elif kind == "gone" and self._take():
            self._end(gone_status(event, self._job.scheduler), body)
        elif kind == "unknown" and self._take():
            self._fail(JobError(f"job {self.key} is not on the cluster any more: somebody removed it"))
        elif kind == "unreachable" and self._take():
            self._fail(cast("Exception", event["error"]))

    def on_verdict(self, status: JobStatus) -> None:
        """The scheduler says how the job stands, or that it ended, of which we have heard nothing."""
        if status.state.ended or not status.can_start:
            if self._take():
                self._end(status, b"")
                if not status.can_start:
                    # Nobody waits for it any more, so it shall not run when, some day, it can.
                    run_soon(self._cancel_there)
        elif status.state is not JobState.UNKNOWN and not (
            status.state is JobState.PENDING and self._status.state is JobState.RUNNING
        ):
            self._hear(status)

    def _take(self) -> bool:
        """Whether it is ours to resolve: the first news of an end wins."""
        with self._changed:
            was_taken, self._taken = self._taken, True
            return not was_taken

    def _hear(self, status: JobStatus) -> None:
        """So it stood when somebody looked; how it ended may be known by now."""
        with self._changed:
            if not self._taken:
                self._status = self._with_node(status)

    def _set_status(self, status: JobStatus) -> None:
        with self._changed:
            self._status = self._with_node(status)

    def _with_node(self, status: JobStatus) -> JobStatus:
        node = status.node or self._status.node
        return status if status.node == node else replace(status, node=node)

    def _resolve(self, event: dict[str, Any], body: bytes) -> None:
        from clustrix.values import Returned

        try:
            size, printed_bytes = int(event["size"]), int(event.get("log_bytes") or 0)
            if not body and size:
                header = {"key": self.key, "task": self._task, "record": event.get("record")}
                body = self._job.link.request("outcome", header, max_bytes=size).body
            outcome = self._read(body)
            self._complete_log(printed_bytes)
        except Exception as error:  # ResultError, a lost connection, a user's __setstate__: the future's to raise
            self._fail(error)
            return
        self.usage = usage_of(outcome.header)
        self.random_states = outcome.header.get("random", self.random_states)
        node = str(outcome.header.get("node", ""))
        if isinstance(outcome, Returned):
            self._set_status(done_on(node))
            self.leave()
            # Whoever gets the value may be the last to do anything in this program.
            tidy: Future[None] = Future()
            self._job.link.tidying(tidy)
            self._finish(lambda: self.set_result(cast("T", outcome.value)))
            self._clean(printed_bytes)
            tidy.set_result(None)
        else:
            if self._is_made_again(outcome.exception):
                return
            tell_place(outcome.exception, ", ".join(filter(None, (outcome.when, self._note(node)))))
            self._earlier.tell(outcome.exception)
            self._set_status(JobStatus(JobState.FAILED, node=node))
            self.leave()
            self._finish(lambda: self.set_exception(outcome.exception))

    def _complete_log(self, printed_bytes: int | None = None) -> None:
        """What it printed (so much) and we were not told: another who follows the job made the agent tell its end."""
        told = self._subscription.log_offset if self._subscription is not None else None
        if self._subscription is None or told is None or self._listener is None:
            return
        if printed_bytes is None or told < printed_bytes:
            rest = self._job.fetch_log(self._task, told)
            self._subscription.deliver({"event": "log", "key": self.key, "offset": told}, rest)

    def _read(self, body: bytes) -> Returned | Raised:
        return self._job.read_outcome(body)

    def _note(self, node: str) -> str:
        number = f" {self.job_id}" if self.job_id else ""
        return f"in job{number} ({self.key}) on node {node}; log: clustrix logs {self.key}"

    def _clean(self, log_bytes: int) -> None:
        """Have the job's folder removed, after what it printed has been kept for ``logs()``."""
        if not self._job.cleanup_on_success:
            return
        try:
            self._log_kept = self._job.fetch_end_of_log(self._task, log_bytes)
            for job in (self._job, *self._earlier.jobs):
                job.link.remove_soon(job.key)
        except Exception as error:  # the value is there; a folder that stays is no reason to fail
            log.info("job %s was not cleaned up: %s", self.key, error)

    def _end(self, status: JobStatus, log_tail: bytes) -> None:
        self._set_status(status)
        run_soon(self._tell_end, log_tail.decode("utf-8", "replace"))

    def _tell_end(self, log_tail: str) -> None:
        try:
            self._complete_log()
        except Exception as error:  # how it ended is to be told all the same
            log.info("the end of the log of job %s was not had: %s", self.key, error)
        status = self._status
        if status.state is JobState.CANCELLED and not status.reason:
            self._set_status(replace(status, reason=self._by_whom()))
        if status.max_rss_bytes is not None:
            self.usage = Usage(status.max_rss_bytes)
        self._fail(ending_error(Ended(self.key, self.job_id or "", self._job.resources, self._status, log_tail)))

    def _by_whom(self) -> str:
        """Who cancelled the job, if the scheduler knows it already; the job's own files cannot tell."""
        return who_cancelled(self._job.link, self._job.scheduler, self.job_id)

    def _is_made_again(self, error: BaseException) -> bool:
        return self.when_failed is not None and not self.done() and self.when_failed(error)

    def be_made_again(self, job: Job, error: BaseException) -> None:
        """Be a call of this job from now on; the one before has failed by ``error``."""
        self.leave()
        log.warning("%s is called again: %s", self.name, error)
        with self._changed:
            self._earlier = self._earlier.and_then(self._job, error)
            self._job, self.job_id, self._polled, self._log_kept = job, None, False, None
            self._status, self._taken = JobStatus(JobState.STAGING), False
        self.subscribe(follow=self._listener is not None)

    def _fail(self, error: BaseException) -> None:
        if self._is_made_again(error):
            return
        self._annotate(error)
        with self._changed:
            if not self._status.state.ended:
                self._status = replace(self._status, state=JobState.FAILED)
        self.leave()
        self._finish(lambda: self.set_exception(error))

    def _annotate(self, error: BaseException) -> None:
        self._earlier.tell(error)

    def _finish(self, resolve: Callable[[], object]) -> None:
        """Resolve, unless it was cancelled meanwhile."""
        from concurrent.futures import InvalidStateError

        try:
            resolve()
        except InvalidStateError:
            log.debug("job %s ended after it was cancelled", self.key)

    def leave(self) -> None:
        """Hear no more of the job; if it goes on, its value and its folder are for whoever returns to it."""
        self._taken = True
        if self._subscription is not None:
            self._job.link.unsubscribe(self._subscription)
