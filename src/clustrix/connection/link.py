"""A link: the connection to one cluster as it outlives its channels.

A channel is opened when it is first needed. When it is lost while jobs are watched, another is opened, and they are
watched again; what happened meanwhile is then told.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clustrix.errors import AuthenticationError, ConnectError, ConnectionLostError, HostKeyError, RemotePythonError
from clustrix_remote import wire

if TYPE_CHECKING:
    from clustrix.connection.channel import Channel, EventCallback, Reply
    from clustrix.connection.frames import Buffer

log = logging.getLogger("clustrix")

#: Pauses between attempts to connect again; the last one is repeated.
PAUSES_SECONDS = (0.0, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0)
#: How long to go on. A laptop that sleeps does not count that time.
GIVE_UP_SECONDS = 3600.0
#: A connection that was lost sooner than this counts as a failed attempt, and for so long as they follow each other
#: they are also waited for no longer than above.
STABLE_SECONDS = 5.0
#: How long a program that ends waits for submissions under way.
LAST_SECONDS = 20.0
#: Jobs to remove are collected for this long.
REMOVE_SECONDS = 0.5
#: How long a program that ends may wait so that the folder of its last job goes, too.
TIDY_SECONDS = 2.0


@dataclass(eq=False)
class Subscription:
    """A job whose events are wanted, through all connections.

    ``callback`` is called on a reading thread with the agent's events, and with two of the link's own: ``{"event":
    "unknown"}``, the cluster has no such job (any more), and ``{"event": "unreachable", "error": Exception}``.
    ``log_offset`` is how much of the log was told; None if it is not wanted.
    """

    key: str
    callback: EventCallback
    log_offset: int | None = None
    is_submitted: bool = False
    _telling: threading.RLock = field(default_factory=threading.RLock)

    def deliver(self, event: dict[str, Any], body: bytes) -> None:
        """Hand an event on; of the log only what is new to this subscriber, in its order."""
        if event.get("event") != "log":
            self.callback(event, body)
            return
        with self._telling:
            body = self._new_part(event.get("offset"), body)
            if body:
                self.callback(event, body)

    def _new_part(self, offset: object, body: bytes) -> bytes:
        if self.log_offset is None or not isinstance(offset, int) or offset > self.log_offset:
            return b""
        new = body[self.log_offset - offset :]
        self.log_offset += len(new)
        return new


class Link:
    """The connection to one cluster."""

    def __init__(self, open_channel: Callable[[], Channel]) -> None:
        self._open = open_channel
        self._channel: Channel | None = None
        self._opening = threading.RLock()
        self._lock = threading.Lock()
        self._subscriptions: dict[str, list[Subscription]] = {}
        self._returning = False
        #: How many connections in a row were lost at once, and since when.
        self._failures, self._failing_since = 0, 0.0
        self._closed = threading.Event()
        self._to_remove: list[str] = []
        self._tidying: set[Future[None]] = set()
        self._submissions: set[Future[Any]] = set()
        #: Digests of packages that are known to be there.
        self.packages: set[str] = set()

    @property
    def is_open(self) -> bool:
        """Whether there is a connection."""
        return self._channel is not None and self._channel.is_usable

    def channel(self) -> Channel:
        """The open connection, made if there is none. Raises ConnectError."""
        channel = self._channel
        if channel is not None and channel.is_usable:
            return channel
        with self._opening:
            if self._closed.is_set():
                raise ConnectionLostError("the connection was closed")
            if self._channel is None or not self._channel.is_usable:
                self._channel = opened = self._open()
                began = time.monotonic()
                for key in list(self._subscriptions):
                    opened.subscribe(key, self._deliver)
                opened.when_lost(lambda error: self._on_lost(error, began))
            return self._channel

    def wait_for_channel(self, failures: int = 0) -> Channel:
        """The open connection, tried again with growing pauses while it cannot be had. Raises the last ConnectError.

        ``failures`` there were already. What no waiting mends (a refused key, no Python) is raised at once.
        """
        deadline = time.monotonic() + GIVE_UP_SECONDS
        while True:
            self._closed.wait(PAUSES_SECONDS[min(failures, len(PAUSES_SECONDS) - 1)])
            try:
                return self.channel()
            except (AuthenticationError, HostKeyError, RemotePythonError):
                raise
            except ConnectError as error:
                if self._closed.is_set() or time.monotonic() > deadline:
                    raise
                if failures in (1, len(PAUSES_SECONDS)):
                    log.warning("%s; trying again", error.what)
            failures += 1

    def request(
        self,
        op: str,
        header: Mapping[str, Any],
        body: Buffer | Sequence[Buffer] = b"",
        *,
        max_bytes: int = wire.MAX_BODY_BYTES,
    ) -> Reply:
        """``Channel.request``, made again when the connection is lost under it: so for what may be asked twice."""
        channel = self.channel()
        for failures in range(3):
            try:
                return channel.request(op, header, body, max_bytes=max_bytes)
            except ConnectionLostError:
                channel = self.wait_for_channel(failures)
        return channel.request(op, header, body, max_bytes=max_bytes)

    # ---------------------------------------------------------------------------------------------------- watching

    def subscribe(self, key: str, callback: EventCallback, *, follow: bool = False) -> Subscription:
        """Have the events of a job, and with ``follow`` what it prints, delivered from now on; asks nothing yet."""
        subscription = Subscription(key, callback, 0 if follow else None)
        with self._lock:
            self._subscriptions[key] = [*self._subscriptions.get(key, ()), subscription]
            channel = self._channel
        if channel is not None:
            channel.subscribe(key, self._deliver)
        return subscription

    def unsubscribe(self, subscription: Subscription) -> None:
        key = subscription.key
        with self._lock:
            left = [each for each in self._subscriptions.get(key, ()) if each is not subscription]
            if left:
                self._subscriptions[key] = left
            else:
                self._subscriptions.pop(key, None)
            channel = self._channel
        if channel is not None and not left:
            channel.unsubscribe(key)

    def _deliver(self, event: dict[str, Any], body: bytes) -> None:
        for subscription in self._subscriptions.get(str(event.get("key")), ()):
            subscription.deliver(event, body)

    def followed_tasks(self, key: str) -> list[int]:
        """Of which tasks the log is wanted."""
        return [0] if self._log_offset(key) is not None else []

    def _log_offset(self, key: str) -> int | None:
        offsets = [each.log_offset for each in self._subscriptions.get(key, ()) if each.log_offset is not None]
        return min(offsets, default=None)

    def is_submitting(self, key: str) -> bool:
        """Whether a job of that key is on its way from this very program."""
        return any(not each.is_submitted for each in self._subscriptions.get(key, ()))

    def submitted(self, key: str, channel: Channel) -> None:
        """The job is there, and ``channel`` watches it: from now on it is to be watched again when that is lost."""
        for subscription in self._subscriptions.get(key, ()):
            subscription.is_submitted = True
        if not channel.is_usable:
            self._return_soon()

    def watch(self, key: str) -> None:
        """Watch a subscribed job that was submitted earlier; all that happened to it is told. Raises ConnectError."""
        for subscription in self._subscriptions.get(key, ()):
            subscription.is_submitted = True
        self._watch_on(self.channel(), [key])

    def _watch_on(self, channel: Channel, keys: list[str]) -> None:
        if not keys:
            return
        follow = [[key, 0, offset] for key in keys if (offset := self._log_offset(key)) is not None]
        reply = channel.request("watch", {"keys": keys, "follow": follow})
        for key in reply.header.get("unknown") or ():
            self._deliver({"event": "unknown", "key": key}, b"")

    def _submitted_keys(self) -> list[str]:
        with self._lock:
            return [key for key, wanted in self._subscriptions.items() if any(each.is_submitted for each in wanted)]

    # --------------------------------------------------------------------------------------------------- returning

    def _on_lost(self, error: ConnectionLostError, began: float) -> None:
        log.info("%s", error.what)
        with self._lock:
            if time.monotonic() - began >= STABLE_SECONDS:
                self._failures = 0
            else:
                self._failing_since = self._failing_since if self._failures else time.monotonic()
                self._failures += 1
        self._return_soon(error)

    def _return_soon(self, error: ConnectionLostError | None = None) -> None:
        wanted = self._submitted_keys()
        with self._lock:
            if self._returning or self._closed.is_set() or not wanted:
                return
            self._returning = True
        threading.Thread(target=self._return, args=(error,), name="clustrix-reconnect", daemon=True).start()

    def _return(self, lost: ConnectionLostError | None) -> None:
        """Connect and watch again; in the end tell those who wait that it cannot be."""
        try:
            while not self._watch_all(self.wait_for_channel(self._failed_before(lost))):
                pass
        except Exception as error:  # those who wait have to be told, whatever it is
            self._give_up(error)

    def _failed_before(self, lost: ConnectionLostError | None) -> int:
        """How many connections in a row were lost at once; raises why the last one was, when that goes on for too long."""
        with self._lock:
            if lost and self._failures and time.monotonic() - self._failing_since > GIVE_UP_SECONDS:
                raise lost
            return self._failures

    def _watch_all(self, channel: Channel) -> bool:
        """Watch all jobs again; False if the channel was lost while we were at it."""
        with contextlib.suppress(ConnectionLostError):
            self._watch_on(channel, self._submitted_keys())
        with self._lock:
            # Whoever noticed another loss saw that somebody is returning, and left it to us.
            self._returning = not channel.is_usable
            return not self._returning

    def _give_up(self, error: Exception) -> None:
        with self._lock:
            self._returning = False
        for key in self._submitted_keys():
            self._deliver({"event": "unreachable", "key": key, "error": error}, b"")

    # ----------------------------------------------------------------------------------------------------- ending

    def remove_soon(self, key: str) -> None:
        """Remove a job's folder, unless its function left files; together with others, after a short while."""
        with self._lock:
            self._to_remove.append(key)
            is_first = len(self._to_remove) == 1
        if is_first:
            timer = threading.Timer(REMOVE_SECONDS, self._remove_now)
            timer.daemon = True
            timer.start()

    def _remove_now(self) -> None:
        with self._lock:
            keys, self._to_remove = self._to_remove, []
            channel = self._channel
        # If it does not get there, the folder stays until `clustrix clean`; nobody waits for it.
        if keys and channel is not None:
            channel.start("remove", {"keys": keys, "unless_files": True})

    def submitting(self, answer: Future[Any]) -> None:
        """A submission is under way: closing waits for its answer, as else nobody would send what may be missing."""
        with self._lock:
            self._submissions = {each for each in self._submissions if not each.done()} | {answer}

    def tidying(self, done: Future[None]) -> None:
        """A job whose value is home is about to be removed: closing waits for it, for a short while."""
        with self._lock:
            self._tidying = {each for each in self._tidying if not each.done()} | {done}

    def close(self) -> None:
        """End the agent; nothing is watched any more."""
        wait(self._tidying, TIDY_SECONDS)
        if wait(self._submissions, LAST_SECONDS).not_done:
            log.warning("the program ends while jobs are being submitted; they may not have been")
        self._closed.set()
        self._remove_now()
        if self._channel is not None:
            self._channel.close()
