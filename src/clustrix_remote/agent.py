"""The agent: one process on the login node, spoken to in frames (see wire.py) over its standard input and output.

It is plain: a table of operations (commands.py), a watcher of announcements (watcher.py), and this loop. Requests run
side by side; what they have to say goes out one frame at a time. It ends when its input does, and leaves nothing
behind but detached jobs.
"""

import collections
import os
import sys
import threading

from clustrix_remote import buffers, processes, watcher, wire
from clustrix_remote.lane import Lane

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Callable, Deque, Dict, Iterable, Iterator, Optional, Tuple  # noqa: F401

    from clustrix_remote.layout import Layout

#: At most this many submissions run at once (each is a process on a shared login node), and this many other requests.
SUBMIT_THREADS = 8
OTHER_THREADS = 32
#: How much of a streamed body is kept for a request that is slower than the network.
MAX_WAITING_CHUNKS = 32
#: When the input has ended, submissions under way may finish for this long, so that their answers are written down.
LAST_SECONDS = 30.0
#: And what was being received may be thrown away.
TIDY_SECONDS = 10.0


class Body:
    """The bytes that follow a request's header, in the chunks in which they arrive."""

    def __init__(self, first: bytes, is_whole: bool, is_lent: bool = False) -> None:
        #: Whether whoever takes the chunks gives their memory back.
        self.is_lent = is_lent
        self._chunks = collections.deque([first])
        self._is_whole = is_whole
        self._is_cut_off = False
        self._is_abandoned = False
        self._changed = threading.Condition()
        self._rest = memoryview(b"")

    def feed(self, chunk: bytes, is_last: bool) -> None:
        """Add what arrived; waits while too much is waiting already."""
        with self._changed:
            while len(self._chunks) >= MAX_WAITING_CHUNKS and not self._is_abandoned:
                self._changed.wait()
            if not self._is_abandoned:
                self._chunks.append(chunk)
            self._is_whole = is_last
            self._changed.notify_all()

    def cut_off(self) -> None:
        """What is missing will never come: whoever reads on gets EOFError."""
        with self._changed:
            self._is_cut_off = True
            self._changed.notify_all()

    def abandon(self) -> None:
        """Nobody reads on: what else arrives is dropped."""
        with self._changed:
            self._is_abandoned = True
            self._chunks.clear()
            self._changed.notify_all()

    def chunks(self) -> "Iterator[bytes]":
        """Yield all of it; EOFError if the input ended before."""
        while True:
            with self._changed:
                while not (self._chunks or self._is_whole or self._is_cut_off):
                    self._changed.wait()
                if not self._chunks:
                    if self._is_whole:
                        return
                    raise EOFError("the client is gone before the body was whole")
                chunk = self._chunks.popleft()
                self._changed.notify_all()
            if chunk:
                yield chunk

    def take(self, length: int) -> "Iterator[memoryview]":
        """Yield the next ``length`` bytes, in memoryviews; EOFError if there are fewer."""
        while length:
            if not self._rest:
                chunk = next(self.chunks(), None)
                if chunk is None:
                    raise EOFError("the body is {} bytes short".format(length))
                self._rest = memoryview(chunk)
            part = self._rest[:length]
            self._rest = self._rest[length:]
            length -= len(part)
            yield part


class Agent:
    """What the operations see: where things lie, who watches, and how to answer."""

    def __init__(
        self, frames: "IO[bytes]", where: "Layout", umask: int, add_modules: "Callable[[bytes], None]"
    ) -> None:
        self.where = where
        #: What the user's login shell sets: our own files are private, the user's are as the user likes them.
        self.umask = umask
        self.watcher = watcher.Watcher(where, self.send, self._end)
        self._add_modules = add_modules
        self._frames = frames
        self._frames_lock = threading.Lock()
        self._is_leaving = False
        self._bodies = {}  # type: Dict[object, Body]
        self._key_locks = collections.defaultdict(threading.Lock)  # type: Dict[str, threading.Lock]
        # What is done in these is brought to its end even when the client has gone.
        self._lasting = {"submit": Lane(SUBMIT_THREADS), "remove": Lane(1)}
        self._others = Lane(OTHER_THREADS)
        # What is sent to a pool arrives there in the order in which it was sent: calls behind their program.
        self._lanes = dict(self._lasting, pool_send=Lane(1))

    def send(self, header: "Dict[str, Any]", body: bytes = b"") -> None:
        """Write one frame. When nobody reads any more the agent has no purpose left, and ends."""
        try:
            with self._frames_lock:
                if not self._is_leaving:
                    wire.write_frame(self._frames, header, body)
        except OSError:
            self._is_leaving = True
            # Not here: this may be one of the threads that are waited for.
            threading.Thread(target=self._leave, name="leaving", daemon=True).start()

    def key_lock(self, key: str) -> "threading.Lock":
        """The lock under which one job is submitted or removed."""
        return self._key_locks[key]

    def _warm_up(self) -> None:
        """Import what the first submission needs while the client is still making it."""
        self._others.put(__import__, "subprocess")
        self._others.put(__import__, "clustrix_remote.commands")

    def serve(self, stdin: "IO[bytes]") -> None:
        """Read requests until there are no more."""
        self._warm_up()
        try:
            while True:
                frame = wire.read_frame(stdin, self._memory_for)
                if frame is None:
                    break
                self._receive(*frame)
        except Exception as error:  # whatever came in: what is under way is brought to its end
            _complain(error)
        self._leave()

    def _leave(self) -> None:
        """Bring to its end what must not stay half done, and end."""
        bodies = list(self._bodies.values())
        for body in bodies:
            body.cut_off()
        if bodies:
            self._others.finish(TIDY_SECONDS)
        for lane in self._lasting.values():
            lane.finish(LAST_SECONDS)
        self._end(0)

    def _receive(self, header: "Dict[str, Any]", chunk: bytes) -> None:
        if header.get("op") == "modules":
            self._add_modules(chunk)
            return
        number, is_last = header.get("id"), not header.get("more")
        if not isinstance(number, int):
            raise wire.WireError("a request without a number")
        body = self._bodies.get(number)
        if body is not None:
            body.feed(chunk, is_last)
        else:
            body = Body(chunk, is_last, _is_lent(header))
            lane = self._lanes.get(str(header.get("op")), self._others)
            self._bodies[number] = body
            lane.put(self._answer, header, body)
        if is_last:
            del self._bodies[number]

    def _memory_for(self, header: "Dict[str, Any]", length: int) -> "Optional[bytearray]":
        number = header.get("id")
        body = self._bodies.get(number) if isinstance(number, int) else None
        return buffers.take(length) if (_is_lent(header) if body is None else body.is_lent) else None

    def _answer(self, header: "Dict[str, Any]", body: "Body") -> None:
        number = header.get("id")
        try:
            from clustrix_remote import commands

            ok, chunks = commands.perform(self, header, body)
            said = ok
            for is_last, chunk in _mark_last(chunks):
                # At the end it is said again: what is found out on the way is in it then.
                self.send({"id": number, "ok": ok} if is_last else {"id": number, "ok": said, "more": True}, chunk)
                buffers.give([chunk])
                said = {}
        except Exception as error:  # whatever an operation raises is told to whoever asked for it
            self.send({"id": number, "error": describe_error(error)})
        finally:
            body.abandon()

    def _end(self, status: int) -> None:
        processes.kill_running()
        os._exit(status)


def _is_lent(header: "Dict[str, Any]") -> bool:
    return header.get("op") == "file" and header.get("function") == "write_piece"


def _complain(error: Exception) -> None:
    try:
        sys.stderr.write("clustrix agent: {}\n".format(error))
    except OSError:
        pass  # when a session is dropped, all its pipes go; what is under way is brought to its end all the same


def _mark_last(chunks: "Iterable[Any]") -> "Iterator[Tuple[bool, bytes]]":
    """``(is_last, chunk)`` of each; one empty chunk if there is none."""
    waiting = None
    for chunk in chunks:
        if waiting is not None:
            yield False, waiting
        waiting = chunk
    yield True, b"" if waiting is None else waiting


def describe_error(error: "BaseException") -> "Dict[str, Any]":
    """An exception as the reply tells it."""
    described = {"type": type(error).__name__, "message": str(error)}  # type: Dict[str, Any]
    if isinstance(error, OSError):
        described["message"] = error.strerror or str(error)
        described["errno"] = error.errno
        described["filename"] = str(error.filename) if error.filename is not None else None
    return described
