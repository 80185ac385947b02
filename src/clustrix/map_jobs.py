"""A job of a map: several calls in one submission, whose events are handed on to the futures of its calls."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

from clustrix.scheduler_poll import Waiting, cancel_job, poll_for, who_cancelled
from clustrix.schedulers import task_id

if TYPE_CHECKING:
    from clustrix.array_plan import Part
    from clustrix.connection.link import Subscription
    from clustrix.job_on_cluster import Job
    from clustrix.jobs import JobStatus
    from clustrix.map_futures import CallFuture

log = logging.getLogger("clustrix")

#: Tasks that are cancelled one by one are ended together after so long.
CANCEL_SECONDS = 0.05
#: Of so many tasks what they printed is kept when their folder is removed; one with more stays.
MAX_KEPT_LOGS = 200


class MapJob:
    """One job of a map: hears its events and hands them on to the futures of its calls.

    ``futures`` are by the number of the call in the job's call file; others of its calls are nobody's concern.
    """

    def __init__(
        self,
        job: Job,
        part: Part,
        futures: Mapping[int, CallFuture[Any]],
        on_change: Callable[[], object] = lambda: None,
    ) -> None:
        self.job = job
        self.part = part
        self.futures = futures
        self._on_change = on_change
        self.job_id: str | None = None
        #: What its tasks have printed, in bytes.
        self.printed: dict[int, int] = {}
        #: By tasks, the calls whose outcomes were told.
        self._heard: dict[int, set[int]] = {}
        self.returned = 0
        #: How many of its calls another job makes.
        self.given_away = 0
        self._lock = threading.Lock()
        self._started = False
        self._cancelling = False
        self._cancelled: set[int] = set()
        self._cancelled_by: str | None = None
        self._subscription: Subscription | None = None
        for task in range(part.tasks):
            for call in part.calls(task):
                if call in futures:
                    futures[call].belong_to(self, task, call)
        self._left = [sum(not future.is_taken() for future in self.calls(task)) for task in range(part.tasks)]
        self.tasks_left = sum(map(bool, self._left))

    @property
    def key(self) -> str:
        return self.job.key

    def calls(self, task: int) -> Sequence[CallFuture[Any]]:
        """The futures of a task; not of calls that another job makes again."""
        return [future for call in self.part.calls(task) if (future := self._future(call)) is not None]

    def _future(self, call: int) -> CallFuture[Any] | None:
        future = self.futures.get(call)
        return future if future is not None and future.owner is self else None

    # ----------------------------------------------------------------------------------------------------- events

    def subscribe(self) -> None:
        self._subscription = self.job.link.subscribe(self.key, self.on_event)

    def on_event(self, event: dict[str, Any], body: bytes) -> None:
        """Something happened to the job. Called on a reading thread, so nothing here waits."""
        kind = event.get("event")
        if kind == "outcomes":
            self._on_outcomes(event, body)
        elif kind in ("started", "outcome", "exit"):
            self._started = True
            task = int(event.get("task", 0))
            if kind == "exit" and len(self._heard.pop(task, ())) < (event.get("recorded") or 0):
                return  # told to who has watched before; for us all is told anew, the outcomes first
            those = self.calls(task)
            # Of several calls the first runs; of the others their outcomes tell.
            for future in those[:1] if kind == "started" else those:
                future.on_event(event, body)
        elif kind != "log":
            for call in self.futures:
                if (own := self._future(call)) is not None:
                    own.on_event(event, body)

    def _on_outcomes(self, event: dict[str, Any], body: bytes) -> None:
        """Calls of a task have outcomes: those that come along lie behind each other in the body."""
        position = 0
        self._heard.setdefault(int(event.get("task", 0)), set()).update(call for call, *_ in event["calls"])
        for call, start, length, comes_along in event["calls"]:
            own = {"event": "outcome", "size": length, "record": [start, length], "log_bytes": event["log_bytes"]}
            if (future := self._future(call)) is not None:
                future.on_event(own, body[position : position + length] if comes_along else b"")
            position += length if comes_along else 0
            following = self._future(call + 1) if (call + 1 - self.part.first) % self.part.chunk else None
            if following is not None:
                following.on_event({"event": "started"}, b"")

    # ------------------------------------------------------------------------------------------------- submission

    def on_submitted(self, job_id: str) -> None:
        """The scheduler has taken the job."""
        self.job_id = job_id
        scheduler = self.job.scheduler
        polled = scheduler.cancel_argv([job_id]) is not None
        for task in range(self.part.tasks):
            name = self._task_id(task)
            for future in self.calls(task):
                future.be_pending(name, polled)
        if polled and not self.is_over():
            waiting = Waiting(
                self.key, job_id, scheduler, lambda _: None, self.is_over, lambda: self._started, tasks=self._waiting
            )
            poll_for(self.job.link).add(waiting)
        if any(future.cancelled() for future in self.futures.values()):
            self.cancel_soon()

    def abandon(self) -> None:
        """It was refused; its calls will be made by other jobs."""
        if self._subscription is not None:
            self.job.link.unsubscribe(self._subscription)

    def _task_id(self, task: int) -> str:
        return task_id(self.job.scheduler, str(self.job_id), task) if self.part.tasks > 1 else str(self.job_id)

    def _waiting(self) -> list[Waiting]:
        """Its tasks that have not ended, for the poll."""
        return [self._waiting_task(task) for task in range(self.part.tasks) if self._left[task]]

    def _waiting_task(self, task: int) -> Waiting:
        def tell(status: JobStatus) -> None:
            for future in self.calls(task):
                if not future.is_taken():
                    future.on_verdict(status)

        return Waiting(
            self.key,
            self._task_id(task),
            self.job.scheduler,
            tell,
            lambda: not self._left[task],
            lambda: True,
            task=task,
        )

    # ----------------------------------------------------------------------------------------------------- endings

    def is_over(self) -> bool:
        """Whether the end of all its calls is known."""
        return self.tasks_left == 0

    def on_returned(self, task: int, log_bytes: int) -> None:
        """A call has its value."""
        with self._lock:
            self.returned += 1
            if log_bytes:
                self.printed[task] = log_bytes
            is_last = self.returned == self.part.count
        if is_last:
            self._on_change()

    def on_over(self, future: CallFuture[Any]) -> None:
        """Nothing more will come of a call."""
        with self._lock:
            task = future.task
            self._left[task] -= 1
            if self._left[task]:
                return
            self.tasks_left -= 1
            is_last = self.tasks_left == 0
        if is_last and self._subscription is not None:
            self.job.link.unsubscribe(self._subscription)
        self._on_change()

    def keep_logs(self) -> bool:
        """Fetch what was printed, as the job is about to be removed; False if that is too much."""
        if len(self.printed) > MAX_KEPT_LOGS:
            return False
        channel = self.job.link.channel()
        header = {"key": self.key, "limit": 1 << 20}
        asked = [(task, channel.start("log", {**header, "task": task})) for task in self.printed]
        for task, reply in asked:
            text = reply.result().body
            for future in self.calls(task):
                future.keep_log(text)
        for future in self.futures.values():
            if self.job.cleanup_on_success and not self.printed:
                future.keep_log(b"")
        return True

    # --------------------------------------------------------------------------------------------------- cancelling

    def cancel_soon(self) -> None:
        """Calls were cancelled: end what has no other call, together with others."""
        with self._lock:
            if self._cancelling or self.job_id is None:
                return
            self._cancelling = True
        # A program that cancels and ends waits for it.
        done: Future[None] = Future()
        self.job.link.tidying(done)
        timer = threading.Timer(CANCEL_SECONDS, self._cancel_now, (done,))
        timer.daemon = True
        timer.start()

    def _cancel_now(self, done: Future[None]) -> None:
        self._cancelling = False
        try:
            self._cancel(task for task in range(self.part.tasks) if self._is_unwanted(task))
        except Exception as error:  # nobody waits for it any more; it must not be lost
            log.warning("calls of job %s may not have been cancelled: %s", self.key, error)
        finally:
            done.set_result(None)

    def _is_unwanted(self, task: int) -> bool:
        return (
            not self._left[task] and task not in self._cancelled and any(each.cancelled() for each in self.calls(task))
        )

    def _cancel(self, tasks: Iterable[int]) -> None:
        unwanted = list(tasks)
        self._cancelled.update(unwanted)
        if self.is_over():
            cancel_job(self.job.link, self.job.scheduler, self.key, self.job_id)
        elif unwanted:
            argv = self.job.scheduler.cancel_argv([self._task_id(task) for task in unwanted])
            if argv is not None:  # else there is nobody to ask for single tasks; their values are not wanted
                self.job.link.request("run", {"argv": argv, "timeout_seconds": 60})

    def cancelled_by(self) -> str:
        """Who cancelled it, if the scheduler knows; asked once for all calls."""
        with self._lock:
            if self._cancelled_by is None:
                self._cancelled_by = who_cancelled(self.job.link, self.job.scheduler, self.job_id)
            return self._cancelled_by
