"""Threads for work that must not keep the reading thread waiting; both sides use it."""

import collections
import threading

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Deque, Optional, Tuple  # noqa: F401


class Lane:
    """Threads that do what is put in, in order; made when needed, at most ``limit``."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._waiting = collections.deque()  # type: Deque[Tuple[Callable[..., object], Tuple[Any, ...]]]
        self._changed = threading.Condition()
        self._threads = self._idle = 0

    def put(self, function: "Callable[..., object]", *args: object) -> None:
        with self._changed:
            self._waiting.append((function, args))
            if self._idle < len(self._waiting) and self._threads < self._limit:
                self._threads += 1
                threading.Thread(target=self._work, daemon=True).start()
            self._changed.notify()

    def _work(self) -> None:
        try:
            while True:
                function, args = self._next()
                function(*args)
        finally:
            with self._changed:
                self._threads -= 1

    def _next(self) -> "Tuple[Callable[..., object], Tuple[Any, ...]]":
        with self._changed:
            self._idle += 1
            while not self._waiting:
                self._changed.wait()
            self._idle -= 1
            return self._waiting.popleft()

    def finish(self, timeout_seconds: "Optional[float]") -> None:
        """Wait until all is done, but no longer than this."""
        done = threading.Event()
        threading.Thread(target=self._wait_idle, args=(done,), daemon=True).start()
        done.wait(timeout_seconds)

    def _wait_idle(self, done: "threading.Event") -> None:
        with self._changed:
            while self._waiting or self._idle < self._threads:
                self._changed.wait(0.01)
        done.set()
