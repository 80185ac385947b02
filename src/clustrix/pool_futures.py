"""A call that is made by a pool's worker."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar, cast

from clustrix.endings import Ended, add_note, ending_error
from clustrix.errors import ResultError
from clustrix.job_events import usage_of
from clustrix.jobs import JobState, JobStatus, Usage
from clustrix.outcome_future import OutcomeFuture
from clustrix.resources import Resources
from clustrix.schedulers.script import read_exit
from clustrix.shown_text import harmless
from clustrix.values import Raised, Returned

T = TypeVar("T")


class PoolFuture(OutcomeFuture[T]):
    """A call that is made by a pool's worker: a ``concurrent.futures.Future`` that can also be awaited.

    ``number`` is its place in its map, ``retried`` how often it was given to another worker since its own was lost.
    """

    def __init__(self, call: int, number: int, shown: str, read: Callable[[bytes], Returned | Raised]) -> None:
        super().__init__()
        self.call, self.number = call, number
        self.retried = 0
        self.last_status = JobStatus(JobState.PENDING)
        #: What the finished call used; its memory is that of its process, which has made others.
        self.usage: Usage | None = None
        self._shown, self._read = shown, read

    def resolve(self, pool: str, data: bytes) -> None:
        """Its outcome is there."""
        try:
            outcome = self._read(data)
            header = outcome.header
            if header.get("call") != self.call:
                raise ResultError(f"the outcome of call {self.call} is that of call {header.get('call')}", where=pool)
            if header.get("kind") == "died":
                outcome = Raised(_died(pool, header), header)
        except Exception as error:  # ResultError, a user's __setstate__: the future's to raise
            self.fail(error)
            return
        self.usage = usage_of(outcome.header)
        if isinstance(outcome, Returned):
            self._finish(JobState.DONE, lambda: self.set_result(cast("T", outcome.value)))
        else:
            node = outcome.header.get("node", "")
            add_note(outcome.exception, harmless(f"in call {self._shown}, made by pool {pool} on node {node}"))
            self._finish(JobState.FAILED, lambda: self.set_exception(outcome.exception))

    def fail(self, error: BaseException) -> None:
        """It will not be made, or nobody knows what became of it."""
        self._finish(JobState.FAILED, lambda: self.set_exception(error))

    def _finish(self, state: JobState, resolve: Callable[[], object]) -> None:
        self.last_status = JobStatus(state)
        if self.set_running_or_notify_cancel():
            resolve()


def _died(pool: str, header: Mapping[str, Any]) -> BaseException:
    """The error of a call that has ended the process that made it."""
    status = read_exit(int(header["status"]), {"node": str(header.get("node", ""))})
    return ending_error(Ended(pool, "", Resources(), status))
