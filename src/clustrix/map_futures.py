"""The calls of a map: each a JobFuture, several of them in one job."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from clustrix.endings import Ended, ending_error
from clustrix.errors import JobError, ResultError
from clustrix.futures import JobFuture
from clustrix.jobs import JobState, JobStatus
from clustrix.values import Raised, Returned

if TYPE_CHECKING:
    from clustrix.job_on_cluster import Job

T = TypeVar("T")


class CallsOfAJob(Protocol):
    """What a call asks of the job that it shares with others (see :class:`clustrix.map_jobs.MapJob`)."""

    job: Job
    #: How many of its calls another job makes.
    given_away: int

    def cancel_soon(self) -> None:
        """Calls were cancelled."""

    def cancelled_by(self) -> str:
        """Who cancelled it, if the scheduler knows."""

    def on_returned(self, task: int, log_bytes: int) -> None:
        """A call has its value."""

    def on_over(self, future: CallFuture[Any]) -> None:
        """Nothing more will come of a call."""


class CallFuture(JobFuture[T]):
    """One call of a map: a JobFuture whose job is shared with others. ``job_id`` is that of its task: ``4711_7``."""

    def __init__(self, job: Job, number: int, shown: Callable[[int], str]) -> None:
        super().__init__(job)
        #: Which call of the map it is, counted from 0.
        self.number = number
        self._shown = shown
        self._owner: CallsOfAJob | None = None
        self._call = number

    def belong_to(self, owner: CallsOfAJob, task: int, call: int) -> None:
        """Be a call of this job, in this task of it; ``call`` is its number in the job's call file."""
        self._owner, self._job, self._task, self._call = owner, owner.job, task, call

    def __repr__(self) -> str:
        return f"<JobFuture {self.key}, call {self.number}: {self.last_status.state.value}>"

    def how_to_return(self) -> str:
        """What to tell somebody who stops waiting."""
        return f"The calls go on. To end them: clustrix cancel {self.key}"

    def be_pending(self, job_id: str, polled: bool) -> None:
        """Its job has been submitted."""
        self.job_id, self._polled = job_id, polled
        if self.last_status.state is JobState.STAGING:
            self._set_status(JobStatus(JobState.PENDING))

    @property
    def owner(self) -> CallsOfAJob | None:
        """The job that makes it, if one does."""
        return self._owner

    def be_free(self, error: BaseException) -> None:
        """Its job has failed, and another one will make it."""
        with self._changed:
            self._earlier = self._earlier.and_then(self._job, error)
        self.leave()
        self._owner = None
        with self._changed:
            self.job_id, self._polled = None, False
            self._status, self._taken = JobStatus(JobState.PENDING), False

    def be_refused(self, error: BaseException) -> None:
        """Its job could not be submitted."""
        if self._take():
            self._fail(error)

    @property
    def task(self) -> int:
        """Which task of its job makes it."""
        return self._task

    def is_taken(self) -> bool:
        """Whether its end is known."""
        return self._taken

    def keep_log(self, text: bytes) -> None:
        """What its task has printed, as that is about to be removed."""
        self._log_kept = text

    def _read(self, body: bytes) -> Returned | Raised:
        """Its outcome; refused if it is another call's."""
        outcome = super()._read(body)
        header = outcome.header
        if header.get("call", self._call) != self._call:
            raise ResultError(f"the outcome of call {self._call} is that of call {header['call']}", where=self.key)
        return Raised(self._died(header), header) if header.get("kind") == "died" else outcome

    def _died(self, header: Mapping[str, Any]) -> BaseException:
        """The error of a call that has ended the process that made it."""
        status = self._job.scheduler.read_exit(int(header["status"]), dict(header["details"]))
        status = replace(status, node=str(header.get("node", "")))
        return ending_error(Ended(self.key, self.job_id or "", self._job.resources, status))

    def _note(self, node: str) -> str:
        return f"in call {self._shown(self.number)}, {super()._note(node).removeprefix('in ')}"

    def _annotate(self, error: BaseException) -> None:
        super()._annotate(error)
        if isinstance(error, JobError):  # others are told to all calls alike
            error.add_note(f"in call {self._shown(self.number)}")

    def _cancel_there(self) -> None:
        if self._owner is not None:
            self._owner.cancel_soon()

    def _by_whom(self) -> str:
        return self._owner.cancelled_by() if self._owner is not None else ""

    def _clean(self, log_bytes: int) -> None:
        if self._owner is not None:
            self._owner.on_returned(self._task, log_bytes)

    def leave(self) -> None:
        super().leave()
        if self._owner is not None:
            self._owner.on_over(self)
