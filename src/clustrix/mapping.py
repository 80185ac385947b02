"""Many calls of one function: one package, one call file, as few jobs as the site allows; values in order."""

from __future__ import annotations

import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from itertools import count, islice
from typing import TYPE_CHECKING, Any, Generic, Literal, TypedDict, TypeVar

from clustrix.array_plan import Part, SiteLimits, automatic_chunk, narrower, plan_parts, split
from clustrix.background import run_soon
from clustrix.errors import ConfigError, SubmitError
from clustrix.map_futures import CallFuture, MapJob
from clustrix.map_packaging import shown_call
from clustrix.map_progress import Progress
from clustrix.staging import Submission, SubmitAnswer, submit

if TYPE_CHECKING:
    from clustrix.connection.link import Link
    from clustrix.job_on_cluster import Job
    from clustrix.jobs import JobSpec
    from clustrix.schedulers import Scheduler

R = TypeVar("R")

#: The arguments of a map are all taken before the first call is made; one that goes on and on is told by this.
MAX_CALLS = 1_000_000
#: So many calls are made first, in one task, when chunks are to be chosen by how long they take.
MEASURED_CALLS = 8
_KEY = re.compile("[A-Za-z0-9][A-Za-z0-9_-]{0,59}")
#: A scheduler refuses an array for its size, or for what the user has submitted already.
_TOO_LARGE = re.compile("array specification|array (size|too large)|max_aj_tasks|max_array_size", re.IGNORECASE)
_TOO_MANY = re.compile("MaxSubmitJob|max_u_jobs|max_queued|job submit limit|pending job threshold", re.IGNORECASE)
#: How many tasks are taken to run at the same time where nothing says how many will.
USUAL_SLOTS = 64


@dataclass(frozen=True)
class MapOptions:
    """How the calls of a map are made. ``timeout`` is in seconds from its start, for all of them."""

    timeout: float | None = None
    chunksize: int | Literal["auto"] = 1
    return_exceptions: bool = False
    key: str | None = None


class MapWords(TypedDict, total=False):
    """How people say it."""

    timeout: float | None
    chunksize: int | Literal["auto"]
    return_exceptions: bool
    max_parallel: int | None
    key: str | None


def map_options(words: Mapping[str, Any]) -> MapOptions:
    """Options from the words of ``map`` and ``starmap``.

    Raises TypeError for an unknown one, ConfigError for a senseless one.
    """
    unknown = set(words) - set(MapWords.__annotations__)
    if unknown:
        raise TypeError(f"map() has no parameter {min(unknown)!r}; it has {', '.join(MapWords.__annotations__)}")
    chunksize = words.get("chunksize", 1)
    if chunksize != "auto" and (not isinstance(chunksize, int) or chunksize < 1):
        raise ConfigError(f"chunksize={chunksize!r} is not a number of calls", hint='chunksize=10, or chunksize="auto"')
    key = words.get("key")
    if key is not None and not (isinstance(key, str) and _KEY.fullmatch(key)):
        raise ConfigError(
            f"key={key!r} cannot name a map", hint="letters, digits, '-' and '_', at most 60: key=\"run1\""
        )
    return MapOptions(words.get("timeout"), chunksize, bool(words.get("return_exceptions")), key)


@dataclass(frozen=True)
class MapFlow:
    """What a map is given by the executor: how to make and submit a job for a part of it.

    ``make`` gives the job of a part, by its key and that of the job whose call file it shares, if there is one.
    """

    link: Link
    scheduler: Scheduler
    keys: Iterator[str]
    max_parallel: int | None
    make: Callable[[Part, str, str | None], tuple[JobSpec, Submission, Job]]


def keys_of(key: str, after: int = 0) -> Iterator[str]:
    """The keys of a map's jobs.

    >>> keys = keys_of("run1")
    >>> next(keys), next(keys)
    ('run1', 'run1-2')
    """
    for number in count(after + 1):
        yield key if number == 1 else f"{key}-{number}"


def shown_of(name: str, calls: Sequence[tuple[Any, ...]], number: int) -> str:
    """A call for a message.

    >>> shown_of("fit", [(3,), (4,)], 1)
    '1 of 2: fit(4)'
    """
    return f"{number} of {len(calls)}: {shown_call(name, calls[number])}"


def take_calls(arguments: Iterable[Iterable[Any]]) -> list[tuple[Any, ...]]:
    """All calls' arguments, however long that is; ConfigError if there is no end to it."""
    calls = [tuple(args) for args in islice(arguments, MAX_CALLS + 1)]
    if len(calls) > MAX_CALLS:
        raise ConfigError(
            f"a map of more than {MAX_CALLS:,} calls", hint="several maps of a part each; or fewer calls that do more"
        )
    return calls


class CallMap:
    """The calls of a map on their way: cuts them into jobs, submits those as the site allows, and tidies up."""

    def __init__(
        self, flow: MapFlow, futures: Sequence[CallFuture[Any]], options: MapOptions, limits: SiteLimits
    ) -> None:
        self._flow, self._limits, self._options = flow, limits, options
        #: By their numbers in the call file.
        self._futures = futures
        self._lock = threading.RLock()
        self._jobs: list[MapJob] = []
        self._refused: list[MapJob] = []
        self._waiting: deque[Part] = deque()
        self._stored: str | None = None
        self._tidied = False
        #: How many calls are planned; the rest waits until the first ones were measured.
        self._planned = 0

    def start(self) -> None:
        """Plan and submit."""
        chunk = self._options.chunksize
        if chunk != "auto":
            self._plan(len(self._futures), chunk)
        else:
            self._plan(min(len(self._futures), MEASURED_CALLS), MEASURED_CALLS)
            for future in self._futures[:MEASURED_CALLS]:
                future.add_done_callback(lambda _: self._measure())
        self._advance()

    def _plan(self, until: int, chunk: int) -> None:
        with self._lock:
            first, self._planned = self._planned, until
            self._waiting.extend(plan_parts(until - first, chunk, self._limits, first))

    # ------------------------------------------------------------------------------------------------- submitting

    def _advance(self) -> None:
        """Submit what may be submitted now: the first job alone, as the others link its call file."""
        while (made := self._next()) is not None:
            spec, submission, job = made
            job.subscribe()
            answer = submit(self._flow.link, submission)
            answer.add_done_callback(partial(self._on_answer, job, spec))

    def _next(self) -> tuple[JobSpec, Submission, MapJob] | None:
        with self._lock:
            while self._waiting and all(future.is_taken() for future in self._calls_of(self._waiting[0]).values()):
                self._waiting.popleft()  # they were cancelled meanwhile
            if not self._waiting or (self._jobs and self._stored is None):
                return None
            part = self._waiting[0]
            busy = sum(job.tasks_left for job in self._jobs)
            if self._limits.submitted is not None and busy and busy + part.tasks > self._limits.submitted:
                return None
            self._waiting.popleft()
            spec, submission, about = self._flow.make(part, next(self._flow.keys), self._stored)
            job = MapJob(about, part, self._calls_of(part), self._on_change)
            self._jobs.append(job)
            return spec, submission, job

    def _calls_of(self, part: Part) -> dict[int, CallFuture[Any]]:
        return {call: self._futures[call] for call in range(part.first, part.first + part.count)}

    def _on_answer(self, job: MapJob, spec: JobSpec, answer: Future[SubmitAnswer]) -> None:
        try:
            said = answer.result()
            with self._lock:
                self._stored = self._stored or job.key
            found = self._flow.scheduler.parse_find(said.command) if said.found else None
            job.on_submitted(found or self._flow.scheduler.parse_submit(said.command, spec))
        except Exception as error:  # SubmitError, or why it could not even be made: its calls' to raise
            if not (isinstance(error, SubmitError) and self._learn(job, error)):
                self._refuse(job, error)
        run_soon(self._advance)

    def _refuse(self, job: MapJob, error: Exception) -> None:
        """A job could not be submitted; all others cannot either, if it was to bring the call file."""
        refused = list(job.futures.values())
        with self._lock:
            if self._stored is None:
                self._waiting.clear()
                self._planned, refused = len(self._futures), list(self._futures)
        for future in refused:
            future.be_refused(error)

    def _learn(self, job: MapJob, error: SubmitError) -> bool:
        """Whether the scheduler refused a job for its size: then it is cut, and its parts wait for their turn."""
        limits = limits_refused(error.what, job.part, self._limits, self._busy_beside(job))
        if limits is None:
            return False
        with self._lock:
            self._limits = self._limits.within(limits)
            self._jobs.remove(job)
            self._refused.append(job)
            job.abandon()
            cut = [piece for part in (job.part, *self._waiting) for piece in split(part, self._limits)]
            self._waiting = deque(cut)
        return True

    def _busy_beside(self, job: MapJob) -> int:
        return sum(each.tasks_left for each in self._jobs if each is not job)

    # --------------------------------------------------------------------------------------------------- what happens

    def _on_change(self) -> None:
        """A task has ended, or a call."""
        if self._waiting:
            run_soon(self._advance)
        with self._lock:
            is_over = not self._tidied and self._planned == len(self._futures) and not self._waiting
            is_over = is_over and all(job.returned == job.part.count for job in self._jobs)
            self._tidied = self._tidied or is_over
        if is_over:
            self._tidy()

    def _measure(self) -> None:
        """When the first calls have ended, choose how many a task shall make of the others."""
        with self._lock:
            first = self._futures[: self._planned]
            if self._planned == len(self._futures) or not all(future.done() for future in first):
                return
            seconds = [future.usage.elapsed_seconds or 0.0 for future in first if future.usage is not None]
            # The first one of a task has waited for Python and the function's imports.
            chunk = automatic_chunk(
                seconds[1:] or [0.0], len(self._futures) - self._planned, self._flow.max_parallel or USUAL_SLOTS
            )
            self._plan(len(self._futures), chunk)
        run_soon(self._advance)

    def _tidy(self) -> None:
        """Every call gave its value: remove the folders."""
        if not all(job.job.cleanup_on_success for job in self._jobs):
            return
        for job in self._jobs:
            if job.keep_logs():
                self._flow.link.remove_soon(job.key)
        for job in self._refused:
            self._flow.link.remove_soon(job.key)


def limits_refused(words: str, part: Part, limits: SiteLimits, busy: int) -> SiteLimits | None:
    """The limit that a scheduler's refusal reveals; None if it refused for another reason, or nothing can be cut."""
    if _TOO_LARGE.search(words):
        return narrower(part, limits) if part.tasks > 1 else None
    if _TOO_MANY.search(words):
        most = busy or part.tasks // 2
        return SiteLimits(limits.array_size, most) if most else None
    return None


@dataclass(frozen=True)
class Failure:
    """A call of a map that gave no value."""

    number: int
    args: tuple[Any, ...]
    exception: BaseException


class MapResults(Iterator[R], Generic[R]):
    """The values of a map's calls, in order, each as soon as it and those before it are there.

    A call's exception is raised at its place; ``next()`` goes on behind it. ``futures`` are the calls' futures, for
    ``concurrent.futures.as_completed`` and ``wait``.
    """

    def __init__(
        self,
        futures: Sequence[CallFuture[R]],
        calls: Sequence[tuple[Any, ...]],
        options: MapOptions,
        key: str | None = None,
    ) -> None:
        self.futures: list[CallFuture[R]] = list(futures)
        #: The name of the map's first job on the cluster; None if there was nothing to call.
        self.key = key
        self._calls = calls
        self._position = 0
        self._progress = Progress(self.futures)
        self._return_exceptions = options.return_exceptions
        self._end = None if options.timeout is None else time.monotonic() + options.timeout

    def __len__(self) -> int:
        return len(self.futures)

    def __iter__(self) -> MapResults[R]:
        return self

    def __next__(self) -> R:
        if self._position >= len(self.futures):
            raise StopIteration
        future = self.futures[self._position]
        left = None if self._end is None else max(0.0, self._end - time.monotonic())
        self._progress.wait(future, left)
        left = None if self._end is None else max(0.0, self._end - time.monotonic())
        error = future.exception(left)  # TimeoutError leaves the place as it is
        self._position += 1
        if error is None or not self._return_exceptions:
            return future.result()
        return error  # type: ignore[return-value]  # what was asked for

    @property
    def failures(self) -> list[Failure]:
        """The calls that have failed until now, with their arguments."""
        ended = (future for future in self.futures if future.done() and not future.cancelled())
        return [
            Failure(future.number, self._calls[future.number], error)
            for future in ended
            if (error := future.exception()) is not None
        ]

    def cancel(self) -> None:
        """End all calls that have not ended."""
        for future in self.futures:
            future.cancel()

    def _repr_html_(self) -> str:
        from clustrix.pictures import map_html

        return map_html(self.key, [future.last_status.state for future in self.futures])

    def __repr__(self) -> str:
        done = sum(future.done() for future in self.futures)
        return f"<map {self.key or ''}: {done} of {len(self.futures)} calls done>"
