"""A link: the connection to one cluster as it outlives its channels.

A channel is opened when it is first needed. When it is lost while jobs are watched, another is opened, and they are
watched again; what happened meanwhile is then told.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
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
#: A connection that was lost sooner than this counts as a failed attempt.
STABLE_SECONDS = 5.0
#: Jobs to remove are collected for this long.
REMOVE_SECONDS = 0.5


@dataclass
class Subscription:
    """A job whose events are wanted, through all connections.

    ``callback`` is called on a reading thread with the agent's events, and with two of the link's own: ``{"event":
    "unknown"}``, the cluster has no such job (any more), and ``{"event": "unreachable", "error": Exception}``.
    """

    key: str
    callback: EventCallback
    log_offset: int | None = None
    is_submitted: bool = False

    def deliver(self, event: dict[str, Any], body: bytes) -> None:
        """Hand an event on, and remember how much of the log was told."""
        if event.get("event") == "log" and self.log_offset is not None:
            self.log_offset += len(body)
        self.callback(event, body)


class Link:
    """The connection to one cluster."""

    def __init__(self, open_channel: Callable[[], Channel]) -> None:
        self._open = open_channel
        self._channel: Channel | None = None
        self._opening = threading.RLock()
        self._lock = threading.Lock()
        self._subscriptions: dict[str, Subscription] = {}
        self._returning = False
        self._closed = threading.Event()
        self._to_remove: list[str] = []
        #: Digests of packages that are known to be there.
        self.packages: set[str] = set()

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
                for subscription in list(self._subscriptions.values()):
                    opened.subscribe(subscription.key, subscription.deliver)
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
            self._subscriptions[key] = subscription
            channel = self._channel
        if channel is not None:
            channel.subscribe(key, subscription.deliver)
        return subscription

    def unsubscribe(self, key: str) -> None:
        with self._lock:
            self._subscriptions.pop(key, None)
            channel = self._channel
        if channel is not None:
            channel.unsubscribe(key)

    def followed_tasks(self, key: str) -> list[int]:
        """Of which tasks the log is wanted."""
        subscription = self._subscriptions.get(key)
        return [0] if subscription is not None and subscription.log_offset is not None else []

    def submitted(self, key: str, channel: Channel) -> None:
        """The job is there, and ``channel`` watches it: from now on it is to be watched again when that is lost."""
        with self._lock:
            subscription = self._subscriptions.get(key)
            if subscription is None:
                return
            subscription.is_submitted = True
        if not channel.is_usable:
            self._return_soon()

    def watch(self, keys: Iterable[str]) -> None:
        """Watch subscribed jobs that were submitted earlier; all that happened to them is told. Raises ConnectError."""
        with self._lock:
            wanted = [self._subscriptions[key] for key in keys if key in self._subscriptions]
        for subscription in wanted:
            subscription.is_submitted = True
        self._watch_on(self.channel(), wanted)

    def _watch_on(self, channel: Channel, wanted: list[Subscription]) -> None:
        if not wanted:
            return
        follow = [[each.key, 0, each.log_offset] for each in wanted if each.log_offset is not None]
        reply = channel.request("watch", {"keys": [each.key for each in wanted], "follow": follow})
        unknown = set(reply.header.get("unknown") or ())
        for subscription in wanted:
            if subscription.key in unknown:
                subscription.callback({"event": "unknown", "key": subscription.key}, b"")

    # --------------------------------------------------------------------------------------------------- returning

    def _on_lost(self, error: ConnectionLostError, began: float) -> None:
        log.info("%s", error.what)
        self._return_soon(failures=int(time.monotonic() - began < STABLE_SECONDS))

    def _return_soon(self, *, failures: int = 0) -> None:
        with self._lock:
            wanted = any(each.is_submitted for each in self._subscriptions.values())
            if self._returning or self._closed.is_set() or not wanted:
                return
            self._returning = True
        threading.Thread(target=self._return, args=(failures,), name="clustrix-reconnect", daemon=True).start()

    def _return(self, failures: int) -> None:
        """Connect and watch again; in the end tell those who wait that it cannot be."""
        try:
            while not self._watch_all(self.wait_for_channel(failures)):
                failures += 1
        except Exception as error:  # those who wait have to be told, whatever it is
            self._give_up(error)

    def _watch_all(self, channel: Channel) -> bool:
        """Watch all jobs again; False if the channel was lost while we were at it."""
        with self._lock:
            wanted = [each for each in self._subscriptions.values() if each.is_submitted]
        with contextlib.suppress(ConnectionLostError):
            self._watch_on(channel, wanted)
        with self._lock:
            # Whoever noticed another loss saw that somebody is returning, and left it to us.
            self._returning = not channel.is_usable
            return not self._returning

    def _give_up(self, error: Exception) -> None:
        with self._lock:
            self._returning = False
            waiting = [each for each in self._subscriptions.values() if each.is_submitted]
        for subscription in waiting:
            subscription.callback({"event": "unreachable", "key": subscription.key, "error": error}, b"")

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

    def close(self) -> None:
        """End the agent; nothing is watched any more."""
        self._closed.set()
        self._remove_now()
        if self._channel is not None:
            self._channel.close()
