"""Many calls of one function: one package, one call file, as few jobs as the site allows; values in order."""

from __future__ import annotations

import logging
import re
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, TypeVar

from clustrix.array_plan import Part, SiteLimits, automatic_chunk, narrower, plan_parts, runs, split
from clustrix.background import run_soon
from clustrix.errors import SubmitError
from clustrix.map_futures import CallFuture
from clustrix.map_jobs import MapJob
from clustrix.map_packaging import shown_call
from clustrix.retries import Attempts
from clustrix.staging import Submission, SubmitAnswer, submit

if TYPE_CHECKING:
    from clustrix.connection.link import Link
    from clustrix.job_on_cluster import Job
    from clustrix.jobs import JobSpec
    from clustrix.map_options import MapOptions
    from clustrix.resources import Resources
    from clustrix.retries import Retries
    from clustrix.schedulers import Scheduler

R = TypeVar("R")

log = logging.getLogger("clustrix")

#: So many calls are made first, in one task, when chunks are to be chosen by how long they take.
MEASURED_CALLS = 8
#: A scheduler refuses an array for its size, or for what the user has submitted already.
_TOO_LARGE = re.compile("array specification|array (size|too large)|max_aj_tasks|max_array_size", re.IGNORECASE)
_TOO_MANY = re.compile("MaxSubmitJob|max_u_jobs|max_queued|job submit limit|pending job threshold", re.IGNORECASE)
#: Calls that fail within this time are made again together: a node takes many with it.
TOGETHER_SECONDS = 0.5
#: A scheduler counts tasks for a while that have ended. Where it should take a job and does not, it is asked again so often, the
#: first time after so long and then each time after twice as long.
LAG_TRIES, LAG_SECONDS = 5, 0.5
#: How many tasks are taken to run at the same time where nothing says how many will.
USUAL_SLOTS = 64


@dataclass(frozen=True)
class MapFlow:
    """What a map is given by the executor: how to make and submit a job for a part of it.

    ``make`` gives the job of a part, by its key and that of the job whose call file it shares, if there is one.
    """

    link: Link
    scheduler: Scheduler
    keys: Iterator[str]
    resources: Resources
    retries: Retries
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
        #: How often in a row a job was refused for what has ended already; and whether that is waited for.
        self._lags, self._lagging = 0, False
        #: How many calls are planned; the rest waits until the first ones were measured.
        self._planned = 0
        self._attempts: dict[int, Attempts] = {}
        #: Calls that are to be made again, and with what.
        self._again: dict[int, Resources] = {}

    def start(self) -> None:
        """Plan and submit."""
        if self._flow.retries.asked or self._flow.resources.most_memory_bytes is not None:
            for call, future in enumerate(self._futures):
                future.when_failed = partial(self._make_again, call)
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
            cores, wanted = self._flow.resources.cores, self._options.workers
            workers = cores if wanted == "cores" else wanted
            parts = plan_parts(until - first, chunk, self._limits, first)
            self._waiting.extend(replace(part, workers=workers) for part in parts)

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
            if not self._waiting or self._lagging or (self._jobs and self._stored is None):
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
                self._lags = 0
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
        busy = self._busy_beside(job)
        limits = self._limits if self._lags_behind(error, job, busy) else None
        limits = limits or limits_refused(error.what, job.part, self._limits, busy)
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

    def _lags_behind(self, error: SubmitError, job: MapJob, busy: int) -> bool:
        """Whether the scheduler seems to count what has ended: then nothing is submitted for a while."""
        most = self._limits.submitted
        if not _TOO_MANY.search(error.what) or most is None or busy + job.part.tasks > most or self._lags >= LAG_TRIES:
            return False
        self._lagging = True
        timer = threading.Timer(LAG_SECONDS * 2**self._lags, self._go_on)
        self._lags += 1
        timer.daemon = True
        timer.start()
        return True

    def _go_on(self) -> None:
        self._lagging = False
        self._advance()

    def _busy_beside(self, job: MapJob) -> int:
        return sum(each.tasks_left for each in self._jobs if each is not job)

    # --------------------------------------------------------------------------------------------------- what happens

    def _on_change(self) -> None:
        """A task has ended, or a call."""
        if self._waiting:
            run_soon(self._advance)
        with self._lock:
            is_over = not self._tidied and self._planned == len(self._futures)
            is_over = is_over and not (self._waiting or self._again)
            is_over = is_over and all(job.returned + job.given_away == job.part.count for job in self._jobs)
            self._tidied = self._tidied or is_over
        if is_over:
            self._tidy()

    # ----------------------------------------------------------------------------------------------------- once more

    def _make_again(self, call: int, error: BaseException) -> bool:
        """Whether a call that has failed is made again; with others that fail at about the same time, in one job."""
        with self._lock:
            if call not in self._attempts:
                self._attempts[call] = Attempts(self._flow.retries, self._flow.resources)
            resources = self._attempts[call].after(error)
            if resources is None:
                return False
            is_first = not self._again
            self._again[call] = resources
        log.warning("call %d of %s is made again: %s", call, self._futures[call].name, error)
        owner = self._futures[call].owner
        self._futures[call].be_free(error)
        if owner is not None:
            owner.given_away += 1
        if is_first:
            timer = threading.Timer(TOGETHER_SECONDS, self._plan_again)
            timer.daemon = True
            timer.start()
        return True

    def _plan_again(self) -> None:
        with self._lock:
            wanted: dict[int | None, list[int]] = defaultdict(list)
            for call, resources in self._again.items():
                wanted[resources.memory_bytes].append(call)
            for calls in wanted.values():
                resources = self._again[calls[0]]
                for first, count_of in runs(calls):
                    parts = plan_parts(count_of, 1, self._limits, first)
                    self._waiting.extend(replace(part, resources=resources) for part in parts)
            self._again.clear()
        self._advance()

    def _measure(self) -> None:
        """When the first calls have ended, choose how many a task shall make of the others."""
        with self._lock:
            first = self._futures[: self._planned]
            if self._planned == len(self._futures) or not all(future.done() for future in first):
                return
            seconds = [future.usage.elapsed_seconds or 0.0 for future in first if future.usage is not None]
            # The first one of a task has waited for Python and the function's imports.
            chunk = automatic_chunk(
                seconds[1:] or [0.0],
                len(self._futures) - self._planned,
                self._flow.resources.max_parallel or USUAL_SLOTS,
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
