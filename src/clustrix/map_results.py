"""The values of a map's calls, in order."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from clustrix.map_progress import Progress

if TYPE_CHECKING:
    from clustrix.map_futures import CallFuture
    from clustrix.map_options import MapOptions

R = TypeVar("R")


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
