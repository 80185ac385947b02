"""Calls in this very process, for the tests of a user's program: milliseconds, no cluster, no other Python.

What would be refused before anything is sent is refused here too: each call is captured and packed as if it were sent,
and so is its value. The function works on copies of its arguments, as it would there.
"""

from __future__ import annotations

import copy
import io
import sys
from concurrent.futures import CancelledError
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar, TypeAlias, TypeVar, cast

from clustrix.capture import Target
from clustrix.errors import CaptureError, JobError, PackagingError, ResultError
from clustrix.executor import ClusterExecutor
from clustrix.job_on_cluster import Job
from clustrix.jobs import JobState, JobStatus
from clustrix.local_calls import call_here
from clustrix.map_futures import CallFuture
from clustrix.map_options import MapOptions
from clustrix.map_results import MapResults
from clustrix.mapping import shown_of
from clustrix.reached import capture_for, capture_map_for
from clustrix.schedulers import scheduler_named
from clustrix.submissions import new_key

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from queue import SimpleQueue

    from clustrix.config import ClusterConfig
    from clustrix.connection.link import Link
    from clustrix.job_on_cluster import WorkFile
    from clustrix.values import Raised, Returned

R = TypeVar("R")
T = TypeVar("T")
_Call: TypeAlias = "tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]"


@dataclass(frozen=True)
class InlineCall:
    """A call that was made: of what, with what, and with which configuration."""

    name: str
    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    config: ClusterConfig = field(repr=False)


class InlineFuture(CallFuture[T]):
    """A call that was made in this process when it was submitted, and is done."""

    def files(self) -> list[WorkFile]:
        """There is no working folder; raises JobError."""
        raise JobError(
            f"{self.name} ran in the process of its test, which has no working folder",
            hint="the fixture clustrix_local runs calls in a process and a folder of their own",
        )

    def fetch(self, name: str, to: str | os.PathLike[str] = ".", **_: Any) -> Path:
        """There is nothing to fetch; raises JobError."""
        self.files()
        raise AssertionError(name, to)

    def be_done(self, make_call: Callable[[], T]) -> None:
        """Make the call; what it prints is its log."""
        printed = io.StringIO()
        self._set_status(JobStatus(JobState.RUNNING))
        try:
            with redirect_stdout(printed):
                value = make_call()
        except (Exception, SystemExit) as error:  # the function's own: the future's to raise
            self._fail(error)
        else:
            self._set_status(JobStatus(JobState.DONE))
            self.set_result(value)
        self.keep_log(printed.getvalue().encode("utf-8", "replace"))


class InlineExecutor(ClusterExecutor):
    """Takes the place of ClusterExecutor; ``calls`` are those made since it did."""

    calls: ClassVar[list[InlineCall]] = []

    def call(self, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        """Make a call and give its value; what it prints is printed."""
        self._check(function, args, kwargs)
        value: R = self._value_of(self._noted(function, args, kwargs))
        return value

    def _start(
        self,
        function: Callable[..., R],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        printed: SimpleQueue[bytes | None] | None,
    ) -> Any:
        self._check_open()
        self._check(function, args, kwargs)
        return self._make(self._noted(function, args, kwargs), new_key(_name_of(function)), [args], 0)

    def start_map(
        self, function: Callable[..., R], calls: Sequence[tuple[Any, ...]], options: MapOptions
    ) -> MapResults[R]:
        """Make one call after another. Raises what ``submit`` does."""
        self._check_open()
        if calls:
            capture_map_for(self.config, function, calls, self._target)
        key = options.key or new_key(_name_of(function))
        futures = [self._make(self._noted(function, args, {}), key, calls, at) for at, args in enumerate(calls)]
        return MapResults(futures, calls, options, key)

    @property
    def _target(self) -> Target:
        """The Python that would run it: the one asked for, else this one, as nobody is asked."""
        asked = [int(part) for part in (self.config.python_version or "").split(".") if part]
        major, minor, micro = [*asked, *(sys.version_info[:3] if not asked else (0, 0, 0))][:3]
        return Target((major, minor, micro))

    def _check(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Raise CaptureError or PackagingError if the call could not be sent."""
        capture_for(self.config, function, args, kwargs, self._target)

    def _noted(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> _Call:
        self.calls.append(InlineCall(_name_of(function), args, kwargs, self.config))
        return _copied((function, args, kwargs))

    def _value_of(self, call: _Call) -> Any:
        """Make a call. Raises ResultError if its value could not come back."""
        value = call_here(*call)
        try:
            self._check(_give, (value,), {})
        except (CaptureError, PackagingError) as error:
            what = f"the value of {_name_of(call[0])}() could not come back: {error.what}"
            raise ResultError(what, hint=error.hint) from error
        return value

    def _make(self, call: _Call, key: str, calls: Sequence[tuple[Any, ...]], number: int) -> InlineFuture[Any]:
        name = _name_of(call[0])
        nowhere = cast("Link", None)  # nothing that needs a cluster is asked of the future
        job = Job(key, name, nowhere, scheduler_named("process"), self.config.resources, _no_outcome)
        future: InlineFuture[Any] = InlineFuture(job, number, partial(shown_of, name, calls))
        future.be_done(lambda: self._value_of(call))
        return future


def _give(value: Any) -> Any:
    return value


def _copied(call: _Call) -> _Call:
    try:
        return copy.deepcopy(call)
    except Exception:  # a user's __deepcopy__ may raise anything; that it could be sent is known
        return call


def _name_of(function: Any) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _no_outcome(_: bytes) -> Returned | Raised:
    raise CancelledError
