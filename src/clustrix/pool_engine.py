"""The engine of a pool: an environment of its own on the cluster, its driver there, and what is said to it.

Parsl's HighThroughputExecutor moves bytes between the login node and workers; docs/pool.md says why this one. It runs in
an environment that is built for it, by whichever Python there fits, so it shares nothing with the functions that are called.
"""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from clustrix import environments
from clustrix.errors import ConnectionLostError, JobError
from clustrix.file_packaging import runtime_package
from clustrix.live_line import say
from clustrix.reached import arrive

if TYPE_CHECKING:
    from concurrent.futures import Future

    from clustrix.config import ClusterConfig
    from clustrix.connection import Hello
    from clustrix.connection.channel import Channel, Reply
    from clustrix.connection.link import Link
    from clustrix.environments import Chosen, Prepared
    from clustrix.file_packaging import Package
    from clustrix.reached import Arrival

#: From this version on everything that passes the engine's sockets is encrypted.
ENGINE = ("parsl>=2024.4.1",)
#: What the engine's wheels are made for.
FIRST_PYTHON, PYTHON_AFTER = (3, 8), (3, 14)
#: How often engine and workers tell each other that they are there; four times that is the end.
HEARTBEAT_SECONDS = 5


@dataclass(frozen=True)
class EngineRoom:
    """A cluster where the engine can run; ``config`` has the environment module of its Python, if it takes one."""

    config: ClusterConfig
    link: Link
    hello: Hello
    prepared: Prepared

    @property
    def runtime(self) -> str:
        """The folder of clustrix_remote there."""
        return posixpath.join(self.hello.root, "packages", runtime_package().digest)

    @property
    def variables(self) -> dict[str, str]:
        """What the engine's processes find its code by."""
        return {**self.prepared.variables, "PYTHONPATH": self.runtime}


def engine_room(config: ClusterConfig) -> EngineRoom:
    """Connect, and have the engine's environment there.

    Raises ConnectError, EnvironmentBuildError, and RemotePythonError if no Python there is recent enough.
    """
    at = arrive(config)
    own = replace(at.config, environment=ENGINE, packages=(), strict_versions=False)
    say("preparing the pool's engine")
    prepared = environments.prepare(own, _python_for(at), {}, engine_room, at.hello, at.link)
    return EngineRoom(at.config, at.link, at.hello, prepared)


def _python_for(at: Arrival) -> Chosen:
    chosen = at.python
    if FIRST_PYTHON <= chosen.version[:2] < PYTHON_AFTER and not chosen.is_given:
        return chosen
    return environments.newest_between(at.link, at.config, FIRST_PYTHON, PYTHON_AFTER, at.hello.hostname, "a pool")


class Engine:
    """A running engine. ``on_event(event, body)`` is called on the reading thread; ``on_end(error)`` once."""

    def __init__(
        self,
        room: EngineRoom,
        key: str,
        on_event: Callable[[dict[str, Any], bytes], object],
        on_end: Callable[[Exception], object],
    ) -> None:
        self.room, self.key = room, key
        self._on_event, self._on_end = on_event, on_end
        self._packages = room.link.packages
        self._closing = False
        # The pool lives as long as this connection: what comes after it cannot know the calls.
        self._channel: Channel = room.link.channel()
        self._channel.subscribe(key, self._hear)
        self._channel.when_lost(self._lost)
        argv = [room.prepared.python, "-m", "clustrix_remote.pool_driver"]
        header = {"key": key, "argv": argv, "variables": room.variables, "heartbeat_seconds": HEARTBEAT_SECONDS}
        self._ask("pool_open", {**header, "unpack": [runtime_package().digest]}, [runtime_package()])

    def _ask(self, op: str, header: Mapping[str, Any], packages: Sequence[Package], body: Sequence[bytes] = ()) -> None:
        """Make a request that needs packages there; only those are sent that are not known to be there."""
        missing = [package.digest for package in packages if package.digest not in self._packages]
        for _ in range(2):
            told = self._start(op, header, packages, missing, body).result().header
            missing = list(told.get("missing", ()))
            if not missing:
                break
        self._packages.update(package.digest for package in packages)

    def _start(
        self,
        op: str,
        header: Mapping[str, Any],
        packages: Sequence[Package],
        missing: Sequence[str],
        body: Sequence[bytes],
    ) -> Future[Reply]:
        sent = [package for package in packages if package.digest in missing]
        about = {
            **header,
            "needs": [package.digest for package in packages],
            "packages": [[package.digest, len(package.data)] for package in sent],
            "length": sum(map(len, body)),
        }
        return self._channel.start(op, about, [*(package.data for package in sent), *body])

    def send(self, message: Mapping[str, Any], body: Sequence[bytes] = (), packages: Sequence[Package] = ()) -> None:
        """Pass a message on to the driver; that it has arrived is waited for only when packages go along."""
        header = {"key": self.key, "message": message}
        if all(package.digest in self._packages for package in packages):
            self._start("pool_send", header, packages, (), body).add_done_callback(self._on_reply)
        else:
            self._ask("pool_send", header, packages, body)

    def _on_reply(self, reply: Future[Reply]) -> None:
        error = reply.exception()
        if isinstance(error, Exception) and not self._closing:
            self._on_end(error)

    def store(self, name: str, program: Sequence[bytes]) -> None:
        """Write a program that is too large for a message. Raises ConnectError."""
        self._channel.request("pool_program", {"key": self.key, "name": name}, program)

    def _hear(self, event: dict[str, Any], body: bytes) -> None:
        if "error" in event and not self._closing:
            self._on_end(event["error"])
        elif "ended" not in event:
            self._on_event(event, body)
        elif not self._closing:
            self._on_end(_ending(event))

    def _lost(self, error: ConnectionLostError) -> None:
        if not self._closing:
            self._on_end(error)

    def fetch(self, path: str) -> bytes:
        """A file of the cluster."""
        return self._channel.request("get", {"path": path}, max_bytes=2**40).body

    def close(self) -> None:
        """End it; the workers end as well, as nobody answers them any more."""
        self._closing = True
        if self._channel.is_usable:
            self._channel.request("pool_close", {"key": self.key})
        self._channel.unsubscribe(self.key)


def _ending(event: Mapping[str, Any]) -> JobError:
    last = str(event.get("words", "")).rstrip().splitlines()[-5:]
    words = "\n".join(["the pool's engine has ended by itself", *(f"    {line[:200]}" for line in last)])
    return JobError(words, where="the login node", hint="open another pool")
