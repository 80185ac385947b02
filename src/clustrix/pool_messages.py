"""What is sent to a pool's engine: programs, each once, and the calls of them, as many in a message as it can hold."""

from __future__ import annotations

import hashlib
import posixpath
import threading
from collections.abc import Sequence
from typing import TYPE_CHECKING

from clustrix.errors import ConfigError

if TYPE_CHECKING:
    from clustrix.capture.arguments import PickledArguments
    from clustrix.config import ClusterConfig
    from clustrix.map_packaging import PackagedProgram
    from clustrix.pool_engine import Engine
    from clustrix.reached import Reached

#: What goes into one message: the engine holds it in memory, and others wait behind it.
MESSAGE_BYTES = 8 * 1024 * 1024
#: The arguments of one call; what several calls share does not count.
MAX_ARGUMENT_BYTES = 32 * 1024 * 1024


class Messages:
    """Sends calls to an engine. It knows which programs are there already."""

    def __init__(self, engine: Engine, config: ClusterConfig, workers: int, retries: int) -> None:
        self._engine, self._config = engine, config
        self._workers, self._retries = workers, retries
        self._lock = threading.Lock()
        self._programs: set[str] = set()

    def send(self, reached: Reached[PackagedProgram], calls: Sequence[int]) -> None:
        """Send what was captured; ``calls`` are the numbers of its calls in the pool. Raises ConnectError."""
        # Nobody else's calls of a program may overtake those that bring it.
        with self._lock:
            self._send(reached, calls)

    def _send(self, reached: Reached[PackagedProgram], calls: Sequence[int]) -> None:
        captured, room = reached.captured, self._engine.room
        name, program = self._named(captured)
        path = posixpath.join(room.hello.root, "pools", name)
        about = {
            "program": path,
            "python": reached.prepared.python,
            "runtime": room.runtime,
            "variables": {**reached.prepared.variables, **self._config.environment_variables},
        }
        packages = [captured.package] if captured.package else []
        sizes = [_sizes(one) for one in captured.arguments]
        for first, last in pieces([sum(each) for each in sizes]):
            message = {
                "programs": [[path, sum(map(len, program))]] if program else [],
                "about": about,
                "calls": [[calls[index], sizes[index]] for index in range(first, last)],
                "workers": self._workers,
                "retries": self._retries,
            }
            arguments = captured.arguments[first:last]
            parts = [part for one in arguments for part in (one.pickled, *(bytes(each) for each in one.buffers))]
            self._engine.send(message, [*program, *parts], packages)
            program = []

    def _named(self, captured: PackagedProgram) -> tuple[str, list[bytes]]:
        """What a program is called there, and what has to be sent of it: nothing if it is there."""
        parts = [bytes(part) for part in captured.call]
        digest = hashlib.sha256()
        for part in parts:
            digest.update(part)
        name = f"{self._engine.key}-{digest.hexdigest()[:24]}"
        if name in self._programs:
            return name, []
        is_large = sum(map(len, parts)) > MESSAGE_BYTES
        if is_large:
            self._engine.store(name, parts)
        # Else it goes with the first calls, and is there for all behind them: messages arrive in their order.
        self._programs.add(name)
        return name, [] if is_large else parts


def _sizes(arguments: PickledArguments) -> list[int]:
    return [len(arguments.pickled), *(buffer.nbytes for buffer in arguments.buffers)]


def refuse_large(arguments: Sequence[PickledArguments], name: str) -> None:
    """Raise ConfigError if a call of the function ``name`` has more than can go."""
    largest = max(sum(_sizes(one)) for one in arguments)
    if largest > MAX_ARGUMENT_BYTES:
        raise ConfigError(
            f"a call of {name} has {largest >> 20} MB of arguments of its own; through a pool at most "
            f"{MAX_ARGUMENT_BYTES >> 20} MB can go",
            hint=f"give several calls of one pool.map the same object, or {name}.map(..), or a file's path",
        )


def pieces(sizes: Sequence[int]) -> list[tuple[int, int]]:
    """Which calls go into one message: from, and before.

    >>> pieces([1, 2, 9 << 20, 3])
    [(0, 2), (2, 3), (3, 4)]
    """
    found, first, total = [], 0, 0
    for index, size in enumerate(sizes):
        if index > first and total + size > MESSAGE_BYTES:
            found.append((first, index))
            first, total = index, 0
        total += size
    return [*found, (first, len(sizes))]
