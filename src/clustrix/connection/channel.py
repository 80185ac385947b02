"""A channel: one agent process, spoken to in frames (see clustrix_remote.wire) over its pipes.

Requests are pipelined: whoever asks gets a future, and one thread reads. Whether the process is a Python here or an
ssh, the channel does not know.
"""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from clustrix.connection.answers import odd_event, odd_reply, reply_shape
from clustrix.connection.frames import Buffer, remote_error, request_frames
from clustrix.connection.process import END_SECONDS, AgentProcess, Transport
from clustrix.errors import ConnectionLostError
from clustrix_remote import loader, wire

if TYPE_CHECKING:
    from clustrix.connection.hello import Hello
    from clustrix.connection.shapes import Shape

EventCallback = Callable[[dict[str, Any], bytes], object]

log = logging.getLogger("clustrix")

#: How many frames of one reply may say something in their header.
MAX_SAYINGS = 2


@dataclass(frozen=True)
class Reply:
    """An agent's answer: what it said, and the bytes that came with it."""

    header: dict[str, Any]
    body: bytes = b""


@dataclass
class _Pending:
    """A request that waits for its reply."""

    op: str
    shape: Shape
    max_bytes: int
    sink: Callable[[bytes], object] | None
    memory: Callable[[int], bytearray | None] | None
    future: Future[Reply] = field(default_factory=Future)
    header: dict[str, Any] = field(default_factory=dict)
    parts: list[bytes] = field(default_factory=list)
    size: int = 0
    sayings: int = 0

    def take(self, ok: object, body: bytes) -> None:
        if ok and isinstance(ok, dict):
            # A streamed reply says something at its beginning and at its end; more would be kept without a limit.
            self.sayings += 1
            if self.sayings > MAX_SAYINGS:
                raise wire.WireError("a reply that does not come to an end")
            self.header.update(ok)
        if not body:
            return
        if self.sink is not None:
            self.sink(body)
            return
        self.size += len(body)
        if self.size > self.max_bytes:
            raise wire.WireError(f"a reply of more than {self.max_bytes} bytes")
        self.parts.append(body)

    def answer(self, where: str) -> None:
        """All has come: give it to whoever waits, if it can be read."""
        odd = odd_reply(self.op, self.header, self.shape, where)
        if odd is not None:
            self.future.set_exception(odd)
        else:
            self.future.set_result(Reply(self.header, self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)))


class Channel:
    """A running agent. Opening one raises a ConnectError that says why there is none.

    ``hello`` is what the agent told of its machine; ``where`` names that in messages.
    """

    def __init__(self, transport: Transport, settings: Mapping[str, Any]) -> None:
        self.where = transport.where
        self._process = AgentProcess(transport, settings)
        self.hello: Hello = self._process.hello
        self._ids = itertools.count(1)
        self._pending: dict[int, _Pending] = {}
        self._subscribers: dict[str, EventCallback] = {}
        self._when_lost: list[Callable[[ConnectionLostError], object]] = []
        self._ended: ConnectionLostError | None = None
        self._lock = threading.Lock()
        self._reader = threading.Thread(target=self._read, name="clustrix-reader", daemon=True)
        self._reader.start()

    def start(
        self,
        op: str,
        header: Mapping[str, Any],
        body: Buffer | Sequence[Buffer] = b"",
        *,
        max_bytes: int = wire.MAX_BODY_BYTES,
        sink: Callable[[bytes], object] | None = None,
        memory: Callable[[int], bytearray | None] | None = None,
    ) -> Future[Reply]:
        """Send a request and return at once; the future raises what ``request`` does.

        A reply with more than ``max_bytes`` breaks the connection, unless ``sink`` takes the pieces as they come (on
        the reading thread); ``memory(length)`` may give what they are to be read into.
        """
        pending = _Pending(op, reply_shape(op, header), max_bytes, sink, memory)
        pending.future.set_running_or_notify_cancel()  # it cannot be cancelled: the agent will answer
        with self._lock:
            if self._ended is None:
                number = next(self._ids)
                self._pending[number] = pending
                self._process.send(request_frames({"id": number, "op": op, **header}, body))
                if number == 1:
                    self._process.send(iter([loader.later_modules()]))
                return pending.future
        pending.future.set_exception(self._ended)
        return pending.future

    def request(
        self,
        op: str,
        header: Mapping[str, Any],
        body: Buffer | Sequence[Buffer] = b"",
        *,
        timeout_seconds: float | None = None,
        max_bytes: int = wire.MAX_BODY_BYTES,
    ) -> Reply:
        """Send a request and wait for its reply.

        Raises OSError's subclasses for what files refuse (with ``host:path``), ConnectionLostError when the agent is
        gone, ConnectError for an answer that cannot be read, ClustrixError for whatever else it could not do,
        TimeoutError after ``timeout_seconds``.
        """
        return self.start(op, header, body, max_bytes=max_bytes).result(timeout_seconds)

    def subscribe(self, key: str, callback: EventCallback) -> None:
        """Have ``callback(event, body)`` called for each event of a job, on the reading thread."""
        self._subscribers[key] = callback

    def unsubscribe(self, key: str) -> None:
        self._subscribers.pop(key, None)

    def when_lost(self, callback: Callable[[ConnectionLostError], object]) -> None:
        """Have ``callback(error)`` called when the agent is gone without having been told to; at once if it is."""
        with self._lock:
            if self._ended is None:
                self._when_lost.append(callback)
                return
        callback(self._ended)

    @property
    def is_usable(self) -> bool:
        """Whether it is neither lost nor closed."""
        return self._ended is None

    def close(self) -> None:
        """Let what was asked go out, then end the agent; requests that wait for a reply raise ConnectionLostError."""
        if self._end("it was closed", tell=False):
            self._process.end()
            if threading.current_thread() is not self._reader:
                self._reader.join(END_SECONDS)

    def _read(self) -> None:
        reason = "the agent ended"
        try:
            while (frame := self._process.read_frame(self._memory_for)) is not None:
                self._receive(*frame)
        except Exception as error:  # whatever it sent, or a sink could not take: those who wait must be told
            reason = str(error) or type(error).__name__
        status = self._process.end()
        self._process.close_output()
        self._process.close()
        if status:
            reason += f" with status {status}"
        if self._process.last_words:
            reason += f" ({self._process.last_words})"
        self._end(reason, tell=True)

    def _memory_for(self, header: dict[str, Any], length: int) -> bytearray | None:
        number = header.get("id")
        pending = self._pending.get(number) if isinstance(number, int) else None
        return pending.memory(length) if pending is not None and pending.memory is not None else None

    def _receive(self, header: dict[str, Any], body: bytes) -> None:
        if "event" in header:
            self._deliver(header, body)
            return
        number = header.get("id")
        pending = self._pending.get(number) if isinstance(number, int) else None
        if pending is None or not isinstance(number, int):
            raise wire.WireError("a reply to something that was not asked")
        if "error" not in header:
            pending.take(header.get("ok"), body)
        if header.get("more"):
            return
        self._pending.pop(number, None)
        if "error" in header:
            pending.future.set_exception(remote_error(header["error"], self.where))
        else:
            pending.answer(self.where)

    def _deliver(self, event: dict[str, Any], body: bytes) -> None:
        callback = self._subscribers.get(str(event.get("key")))
        if callback is None:
            return
        odd = odd_event(event, self.where)
        if odd is not None:
            event, body = {"event": "unreachable", "key": event.get("key"), "error": odd}, b""
        try:
            callback(event, body)
        except Exception:  # this thread serves all jobs: the trouble of one must not end it
            log.exception("an event of job %s could not be handled", event.get("key"))

    def _end(self, reason: str, *, tell: bool) -> bool:
        """Fail what waits, once; whether this was the time."""
        with self._lock:
            if self._ended is not None:
                return False
            error = self._ended = ConnectionLostError(
                f"the connection to {self.where} is gone: {reason}",
                where=self.where,
                hint="jobs that were submitted go on; clustrix.attach(KEY) returns to one",
            )
            waiting, self._pending = list(self._pending.values()), {}
            callbacks = self._when_lost if tell else []
        for pending in waiting:
            pending.future.set_exception(error)
        for callback in callbacks:
            callback(error)
        return True
