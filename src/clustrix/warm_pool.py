"""A warm pool: workers that stay on the cluster and take calls as they come."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Executor, Future
from concurrent.futures import wait as wait_for
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, ParamSpec, TypeVar

from clustrix.background import run_soon
from clustrix.capture import CaptureOptions, Target
from clustrix.errors import ConfigError, JobError
from clustrix.map_options import MapOptions, take_calls
from clustrix.map_packaging import package_program, shown_call
from clustrix.map_results import MapResults
from clustrix.pool_engine import Engine, engine_room
from clustrix.pool_futures import PoolFuture
from clustrix.pool_messages import Messages, refuse_large
from clustrix.pool_workers import Workers
from clustrix.reached import reach
from clustrix.submissions import new_key

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig
    from clustrix.map_packaging import PackagedProgram

P = ParamSpec("P")
R = TypeVar("R")

#: A worker that had nothing to do for so long is given up, unless it is one of the least that there shall be.
IDLE_SECONDS = 60.0


class Pool(Executor):
    """Workers that stay and take calls as they come; a ``concurrent.futures.Executor``.

    >>> with Pool(ClusterConfig(cluster_type="local"), workers=2) as pool:  # doctest: +SKIP
    ...     list(pool.map(abs, [-1, 2]))
    [1, 2]
    """

    def __init__(
        self,
        config: ClusterConfig,
        workers: int = 1,
        *,
        min_workers: int | None = None,
        retries: int = 1,
        idle_seconds: float = IDLE_SECONDS,
    ) -> None:
        self._most, self._least = workers, workers if min_workers is None else min_workers
        self._retries, self._idle_seconds = retries, idle_seconds
        self._signing_key = os.urandom(32)
        self._lock = threading.RLock()
        self._numbers = count()
        self._calls: dict[int, PoolFuture[Any]] = {}
        self._workers: Workers | None = None
        self._idle: dict[str, float] = {}
        self._lost_in_a_row = 0
        self._ended: BaseException | None = None
        self._is_shut_down, self._takes_calls = False, True
        self._room = engine_room(config)
        self.config = self._room.config
        self.key = new_key("pool")
        self._engine = Engine(self._room, self.key, self._hear, self._end)
        self._messages = Messages(self._engine, config, workers, retries)

    # ---------------------------------------------------------------------------------------------------------- calls

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> PoolFuture[R]:
        """Have a call made by the next worker that is free.

        What cannot travel (CaptureError, PackagingError) is raised here; all else by the future.
        """
        plain = _plain(function)
        called = partial(plain, **kwargs) if kwargs else plain
        return self._start(called, [tuple(args)], _name_of(plain))[0]

    def map(
        self,
        fn: Callable[..., R],
        /,
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int = 1,  # the standard's word; calls that are short go together by themselves
        return_exceptions: bool = False,
    ) -> MapResults[R]:
        """Call ``fn`` for each item, or each tuple of items of several iterables; the values come in order."""
        calls = take_calls(zip(*iterables, strict=False))
        options = MapOptions(timeout, 1, return_exceptions)
        if not calls:
            return MapResults((), (), options)
        futures: Any = self._start(_plain(fn), calls, _name_of(_plain(fn)))  # they have what MapResults asks of them
        return MapResults(futures, calls, options, self.key)

    def _start(self, function: Callable[..., R], calls: Sequence[tuple[Any, ...]], name: str) -> list[PoolFuture[R]]:
        self._check_open()
        reached = reach(self.config, function, partial(self._capture, function, calls))
        captured = reached.captured
        read = reached.prepared.reader(captured.read_outcome)
        futures: list[PoolFuture[R]] = [
            PoolFuture(next(self._numbers), number, f"{number} of {len(calls)}: {shown_call(name, args)}", read)
            for number, args in enumerate(calls)
        ]
        refuse_large(captured.arguments, name)
        with self._lock:
            self._check_open()
            self._calls.update((future.call, future) for future in futures)
        self._messages.send(reached, [future.call for future in futures])
        if self._workers is not None and self._workers.count < self._wanted():
            run_soon(self._fit)
        return futures

    def _capture(
        self, function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], target: Target
    ) -> PackagedProgram:
        options = CaptureOptions(tuple(self.config.include), tuple(self.config.exclude), tuple(self.config.data))
        return package_program(function, calls, target, self._signing_key, options)

    # -------------------------------------------------------------------------------------------- what the engine says

    def _hear(self, event: dict[str, Any], body: bytes) -> None:
        """Called on the reading thread, so nothing here waits."""
        if "outcomes" in event:
            run_soon(self._on_outcomes, event["outcomes"], body)
        elif "lost" in event:
            run_soon(self._on_lost_calls, event)
        elif "retried" in event:
            for number in event["retried"]:
                if number in self._calls:
                    self._calls[number].retried += 1
        elif "workers" in event:
            run_soon(self._on_workers, event["workers"], event["retired"])
        elif "ready" in event:
            run_soon(self._on_ready, event["ready"])

    def _on_outcomes(self, outcomes: Sequence[tuple[int, int, str]], body: bytes) -> None:
        position = 0
        self._lost_in_a_row = 0
        for number, length, path in outcomes:
            future = self._calls.pop(number, None)
            data = body[position : position + length]
            position += length
            if future is None:
                continue
            try:
                future.resolve(self.key, self._engine.fetch(path) if path else data)
            except Exception as error:  # a lost connection: the future's to raise
                future.fail(error)

    def _on_lost_calls(self, event: Mapping[str, Any]) -> None:
        for number in event["lost"]:
            future = self._calls.pop(number, None)
            if future is not None:
                times = f"{future.retried + 1} times" if future.retried else "once"
                what = f"call {number} was given to a worker {times}, and each was lost: {event['reason']}"
                future.fail(JobError(what, where=f"pool {self.key}", hint="retries=3 in clustrix.pool(..)"))

    def _on_ready(self, command: Sequence[str]) -> None:
        with self._lock:
            if self._is_shut_down:
                return
            self._workers = Workers(self.config, self._room, self.key, command, self._on_lost_worker)
        self._fit()

    def _on_lost_worker(self, error: BaseException) -> None:
        """A worker's job has ended: another takes its place, unless one after another ends and no call is made."""
        self._lost_in_a_row += 1
        if self._lost_in_a_row > self._most + self._retries:
            self._end(error)
        else:
            self._fit()

    # -------------------------------------------------------------------------------------------------------- its size

    def _fit(self) -> None:
        """Have as many workers as there are calls, within the limits."""
        if self._workers is not None and not self._is_shut_down:
            self._workers.grow_to(self._wanted())

    def _wanted(self) -> int:
        return max(self._least, min(self._most, len(self._calls)))

    def _on_workers(self, tasks: Mapping[str, int], retired: Sequence[str]) -> None:
        """These workers are there, with so many calls each; ``retired`` have ended what they had."""
        if self._workers is None:
            return
        self._workers.cancel(retired)
        self._spare(tasks)

    def _spare(self, tasks: Mapping[str, int]) -> None:
        """Give up workers that were idle for long, down to the least."""
        now = time.monotonic()
        self._idle = {name: self._idle.get(name, now) for name, count in tasks.items() if not count}
        spare = max(0, len(tasks) - self._wanted())
        tired = sorted((since, name) for name, since in self._idle.items() if now - since >= self._idle_seconds)
        unwanted = [name for _, name in tired[:spare]]
        if unwanted:
            self._engine.send({"retire": unwanted})

    # -------------------------------------------------------------------------------------------------------- its end

    def _check_open(self) -> None:
        if not self._takes_calls:
            raise RuntimeError("cannot submit after shutdown")
        if self._ended is not None:
            raise JobError(f"pool {self.key} has ended", hint="open another one") from self._ended

    def _end(self, error: BaseException) -> None:
        """The engine is gone, or no worker can be had: no call that is left will be made."""
        with self._lock:
            self._ended = self._ended or error
            left = list(self._calls.values())
            self._calls.clear()
        for future in left:
            run_soon(future.fail, error)

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; the workers end when those that were taken are made, or at once if they are cancelled.

        With ``wait`` it returns when the workers were told to end.
        """
        with self._lock:
            self._takes_calls = False
            left = list(self._calls.values())
        if cancel_futures:
            for future in left:
                future.cancel()
        if wait:
            wait_for([future for future in left if not future.cancelled()])
            self._close()
        else:
            run_soon(self._close_behind, left)

    def _close_behind(self, left: Sequence[Future[Any]]) -> None:
        wait_for([future for future in left if not future.cancelled()])
        self._close()

    def _close(self) -> None:
        with self._lock:
            if self._is_shut_down:
                return
            self._is_shut_down = True
        if self._workers is not None:
            self._workers.close()
        self._engine.close()

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> bool | None:
        """End it; if the block was left by an exception, without waiting for calls that nobody will ask for."""
        self.shutdown(cancel_futures=kind is not None)
        return None

    def __repr__(self) -> str:
        workers = self._workers.count if self._workers is not None else 0
        return f"<pool {self.key}: {workers} workers, {len(self._calls)} calls>"


def _plain(function: Callable[..., R]) -> Callable[..., R]:
    """What was decorated with ``@cluster``, itself: in a pool it is called as it is."""
    is_decorated = type(function).__module__ == "clustrix.decorator"
    return function.__wrapped__ if is_decorated else function  # type: ignore[attr-defined]


def _name_of(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def pool(
    workers: int = 1,
    *,
    min_workers: int | None = None,
    retries: int = 1,
    idle_seconds: float = IDLE_SECONDS,
    **words: Any,
) -> Pool:
    """A warm pool of up to ``workers`` jobs that stay and take calls as they come.

    ``min_workers`` are there all the time, by default all; others come with calls and go when they were idle for
    ``idle_seconds``. A call whose worker is lost is given to another one, ``retries`` times. Further words are those
    of ``@cluster`` and say what one worker asks for. Raises ConfigError, ConnectError, EnvironmentBuildError.

    >>> with pool(workers=1, cluster_type="local") as workers:
    ...     list(workers.map(abs, [-1, 2, -3]))
    [1, 2, 3]
    """
    from clustrix.config import current_config
    from clustrix.resources import parse_count
    from clustrix.words import Layer, caller

    most = parse_count("workers", workers)
    if min_workers is not None and not 0 <= min_workers <= most:
        raise ConfigError(f"min_workers={min_workers!r} of workers={workers!r}", hint=f"min_workers=0 to {most}")
    config = current_config(Layer.of(f"pool(..) at {caller()}", words))
    return Pool(config, most, min_workers=min_workers, retries=retries, idle_seconds=idle_seconds)
