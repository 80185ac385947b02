"""ClusterExecutor: the whole flow of a call on one screen."""

from __future__ import annotations

from codecs import getincrementaldecoder
from concurrent.futures import Executor
from concurrent.futures import wait as wait_for
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, ClassVar, Literal, ParamSpec, Self, TypeVar, cast

from clustrix.call_starting import start_call
from clustrix.futures import JobFuture
from clustrix.live_line import show_waiting
from clustrix.map_options import MapOptions, map_options, take_calls
from clustrix.map_results import MapResults
from clustrix.map_starting import start_map
from clustrix.random_streams import come_home

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from clustrix.config import ClusterConfig
    from clustrix.live_line import Line

P = ParamSpec("P")
R = TypeVar("R")


class ClusterExecutor(Executor):
    """Runs functions on the cluster of one configuration; a ``concurrent.futures.Executor``.

    Leaving the ``with`` block waits until all its calls have ended. Without ``config`` the current one counts.

    >>> from clustrix import ClusterConfig
    >>> with ClusterExecutor(ClusterConfig(cluster_type="local")) as executor:
    ...     executor.submit(pow, 2, 10).result()
    1024
    """

    #: What is made in its place, while the tests of a user's program run calls in their own process.
    stand_in: ClassVar[type[ClusterExecutor] | None] = None

    def __new__(cls, config: ClusterConfig | None = None) -> Self:
        made = ClusterExecutor.stand_in if cls is ClusterExecutor else None
        return super().__new__(cast("type[Self]", made or cls))

    def __init__(self, config: ClusterConfig | None = None) -> None:
        from clustrix.config import in_force

        self.config = in_force(config)
        self._futures: list[JobFuture[Any]] = []
        self._is_shut_down = False

    def submit(self, function: Callable[P, R], /, *args: P.args, **kwargs: P.kwargs) -> JobFuture[R]:
        """Start a call on the cluster and return at once.

        What cannot travel (CaptureError, PackagingError) and a cluster that cannot be reached (ConnectError) are
        raised here; all else by the future.
        """
        return self._start(function, args, kwargs, None)

    def call(self, function: Callable[..., R], args: tuple[Any, ...], kwargs: dict[str, Any]) -> R:
        """Make a call and wait for its value, while what it prints is written to ``sys.stdout``."""
        printed: SimpleQueue[bytes | None] = SimpleQueue()
        with show_waiting() as line:
            future = self._start(function, args, kwargs, printed)
            line.follow(future)
            try:
                print_all(printed, line)
            except KeyboardInterrupt as interrupt:
                future.leave()  # nobody holds it: it must not take what the job brings from whoever attaches
                interrupt.add_note(future.how_to_return())
                raise
        try:
            return future.result()
        finally:
            come_home(future.random_states)

    def map(
        self,
        fn: Callable[..., R],
        /,
        *iterables: Iterable[Any],
        timeout: float | None = None,
        chunksize: int | Literal["auto"] = 1,
        return_exceptions: bool = False,
        key: str | None = None,
        workers: int | Literal["cores"] = 1,
    ) -> MapResults[R]:
        """Call ``fn`` for each item, or each tuple of items of several iterables: all in as few jobs as possible.

        The values come in order; see docs/maps.md. ``chunksize`` calls are made one after another by one task.
        """
        words = {
            "timeout": timeout,
            "chunksize": chunksize,
            "return_exceptions": return_exceptions,
            "key": key,
            "workers": workers,
        }
        return self.start_map(fn, take_calls(zip(*iterables, strict=False)), map_options(words))

    def start_map(
        self, function: Callable[..., R], calls: Sequence[tuple[Any, ...]], options: MapOptions
    ) -> MapResults[R]:
        """Make one call for each tuple of arguments. Raises what ``submit`` does."""
        self._check_open()
        results = start_map(self.config, function, calls, options)
        self._remember_futures(results.futures)
        return results

    def _check_open(self) -> None:
        if self._is_shut_down:
            raise RuntimeError("cannot submit after shutdown")

    def _remember_futures(self, futures: Sequence[JobFuture[Any]]) -> None:
        self._futures = [each for each in self._futures if not each.done()] + [*futures]

    def _start(
        self,
        function: Callable[..., R],
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        printed: SimpleQueue[bytes | None] | None,
    ) -> JobFuture[R]:
        self._check_open()
        future = start_call(self.config, function, args, kwargs, printed)
        self._remember_futures([future])
        return future

    def shutdown(self, wait: bool = True, *, cancel_futures: bool = False) -> None:
        """Take no more calls; with ``wait`` until all have ended. The connection stays, for others use it too."""
        self._is_shut_down = True
        for future in self._futures:
            if cancel_futures:
                future.cancel()
        if wait:
            wait_for(self._futures)


def print_all(printed: SimpleQueue[bytes | None], line: Line) -> None:
    """Write what comes out of the queue to ``sys.stdout``, until None, and keep the line up to date."""
    decode = getincrementaldecoder("utf-8")("replace").decode
    while True:
        try:
            piece = printed.get(timeout=line.pause_seconds)
        except Empty:
            line.tick()
            continue
        text = decode(piece or b"", piece is None)
        if text:
            line.write(text)
        if piece is None:
            return
