"""The process at the other end of a channel: started, greeted, written to without waiting, and ended."""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
from collections import deque
from dataclasses import dataclass
from itertools import chain
from typing import IO, TYPE_CHECKING, Any

from clustrix.connection.hello import Hello
from clustrix.errors import RemotePythonError
from clustrix_remote import loader, wire

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from clustrix.connection.frames import Frame
    from clustrix.errors import ConnectError
    from clustrix_remote.wire import MemoryFor

#: A login shell's banner may be this long.
MAX_BANNER_BYTES = 1024 * 1024
#: What is kept of the end of the agent's standard error.
MAX_STDERR_BYTES = 65536
#: How long a process whose input was closed may take to end.
END_SECONDS = 2.0
#: So many requests of more than one frame are sent at once: fewer than the agent has threads for submissions.
LONG_AT_ONCE = 4


@dataclass(frozen=True)
class Transport:
    """How an agent is started, and how its failures are told.

    ``where`` names the machine in messages; ``python`` is the interpreter as it was configured;
    ``explain_failure(returncode, stderr)`` says why no agent said hello. ``keeps_terminal`` is for a program that may
    have to ask for a password. ``start_seconds`` is how long hello may take, ``None`` if the program has its own
    limit.
    """

    argv: tuple[str, ...]
    where: str
    python: str
    explain_failure: Callable[[int | None, str], ConnectError]
    environment: Mapping[str, str] | None = None
    keeps_terminal: bool = False
    start_seconds: float | None = None


class AgentProcess:
    """A process that runs the agent. Raises a ConnectError if none comes of it."""

    hello: Hello

    def __init__(self, transport: Transport, settings: Mapping[str, Any]) -> None:
        self._transport = transport
        self._process = self._start()
        self._stdin, self._stdout, stderr = self._pipes()
        self._stderr = _Tail(stderr)
        self._send_agent(settings)
        self._outbox = _Outbox(self._stdin)
        self._took_too_long = False
        timer = self._limit()
        try:
            self.hello = self._greet()
        except (wire.WireError, OSError) as error:
            raise self._explain(str(error)) from None
        except BaseException:  # too old, or a password prompt that was interrupted
            self._process.kill()
            self.end()
            self.close_output()
            raise
        finally:
            timer.cancel()

    def send(self, frames: Iterator[Frame]) -> None:
        """Write these frames, in turns with those of other calls, without waiting for it."""
        self._outbox.put(frames)

    def read_frame(self, memory_for: MemoryFor | None = None) -> tuple[dict[str, Any], bytes] | None:
        """The next frame; None when there are no more. Raises WireError or OSError."""
        frame: tuple[dict[str, Any], bytes] | None = wire.read_frame(self._stdout, memory_for)
        return frame

    @property
    def last_words(self) -> str:
        """The last line that it, or the ssh that carries it, wrote to standard error."""
        lines = self._stderr.text().strip().splitlines()
        return lines[-1] if lines else ""

    def close_output(self) -> None:
        """Nothing will be read any more."""
        self._stdout.close()

    def end(self) -> int | None:
        """Let what is to be sent go out, close its input, and see it end. Returns its status."""
        self._outbox.close()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(END_SECONDS)
        self._process.kill()
        with contextlib.suppress(subprocess.TimeoutExpired):
            return self._process.wait(END_SECONDS)
        return None

    def close(self) -> None:
        """Close the pipe that frames come from; for the thread that reads them, after the end."""
        with contextlib.suppress(OSError):
            self._stdout.close()

    def _start(self) -> subprocess.Popen[bytes]:
        transport = self._transport
        # Ctrl-C in the terminal is for the program that runs here; it would end the agent, too, were it not set apart.
        windows = getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0)
        try:
            return subprocess.Popen(
                transport.argv,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env=transport.environment,
                start_new_session=not transport.keeps_terminal,
                creationflags=windows,
            )
        except OSError as error:
            raise transport.explain_failure(None, error.strerror or str(error)) from None

    def _send_agent(self, settings: Mapping[str, Any]) -> None:
        """Write what the loader waits for: it fits into a pipe, so this never blocks."""
        # One that has died already is met when its hello is read.
        with contextlib.suppress(OSError):
            self._stdin.write(loader.payload(dict(settings)))
            self._stdin.flush()

    def _pipes(self) -> tuple[IO[bytes], IO[bytes], IO[bytes]]:
        process = self._process
        if process.stdin is None or process.stdout is None or process.stderr is None:
            raise RuntimeError("pipes were asked for")
        wire.widen(process.stdin)
        wire.widen(process.stdout)
        return process.stdin, process.stdout, process.stderr

    def _limit(self) -> threading.Timer:
        """A timer that kills a program that neither says hello nor ends."""
        seconds = self._transport.start_seconds
        timer = threading.Timer(seconds or 0.0, self._give_up)
        timer.daemon = True
        if seconds is not None:
            timer.start()
        return timer

    def _give_up(self) -> None:
        self._took_too_long = True
        self._process.kill()

    def _greet(self) -> Hello:
        """Skip the banner, read the marker and then the hello."""
        version = None
        seen = 0
        while version is None:
            line = self._stdout.readline(65536)
            seen += len(line)
            if not line or seen > MAX_BANNER_BYTES:
                raise wire.WireError("no agent among what it printed" if line else "")
            version = loader.parse_marker(line)
        if version < loader.OLDEST_PYTHON:
            raise self._too_old(version)
        frame = self.read_frame()
        if frame is None:
            raise wire.WireError("")
        return Hello.parse(frame[0])

    def _too_old(self, version: tuple[int, int]) -> RemotePythonError:
        oldest = ".".join(map(str, loader.OLDEST_PYTHON))
        return RemotePythonError(
            f"{self._transport.python} is Python {version[0]}.{version[1]}; it has to be {oldest} or later",
            where=self._transport.where,
            hint='clustrix.configure(python_executable="/path/to/a/newer/python3")',
        )

    def _explain(self, reason: str) -> ConnectError:
        if reason:
            self._process.kill()  # it goes on talking
        returncode = self.end()
        self._stderr.wait()
        self.close_output()
        if self._took_too_long:
            reason = f"it said nothing within {self._transport.start_seconds:g} s"
        return self._transport.explain_failure(returncode, self._stderr.text() or reason)


class _Outbox:
    """Writes to a pipe on a thread of its own, a frame of each waiting message in turn.

    So a long transfer delays no short request, nobody waits for a slow network, and Ctrl-C never cuts a frame in two.
    Of long messages only some go at once: the agent reads no further while one fills that it has no thread for yet, and
    with more of them than it has threads it would wait for those, and they for their next frames.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._waiting: deque[_Message] = deque()
        self._held_back: deque[_Message] = deque()
        self._long_ones = 0
        self._changed = threading.Condition()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name="clustrix-writer", daemon=True)
        self._thread.start()

    def put(self, frames: Iterator[Frame]) -> None:
        with self._changed:
            self._waiting.append(_Message(frames))
            self._changed.notify()

    def close(self) -> None:
        """Write what is waiting, then close the pipe."""
        with self._changed:
            self._closed = True
            self._changed.notify()

    def _run(self) -> None:
        # When the process is gone the reader sees it, and tells whoever waits.
        with contextlib.suppress(OSError, ValueError):
            while (message := self._next()) is not None:
                self._write_one(message)
        with contextlib.suppress(OSError):
            self._stream.close()

    def _next(self) -> _Message | None:
        with self._changed:
            while not self._waiting and not self._closed:
                self._changed.wait()
            return self._waiting.popleft() if self._waiting else None

    def _write_one(self, message: _Message) -> None:
        frame = message.take()
        if frame is None:
            self._has_ended(message)
            return
        if frame[0].get("more") and not message.is_long:
            if self._long_ones == LONG_AT_ONCE:
                message.put_back(frame)
                self._held_back.append(message)
                return
            message.is_long = True
            self._long_ones += 1
        wire.write_frame(self._stream, *frame)
        with self._changed:
            self._waiting.append(message)

    def _has_ended(self, message: _Message) -> None:
        if not message.is_long:
            return
        self._long_ones -= 1
        if self._held_back:
            with self._changed:
                self._waiting.append(self._held_back.popleft())


class _Message:
    """The frames of one request that have not been written; ``is_long`` when it has more than one, and the first has."""

    def __init__(self, frames: Iterator[Frame]) -> None:
        self._frames = frames
        self.is_long = False

    def take(self) -> Frame | None:
        return next(self._frames, None)

    def put_back(self, frame: Frame) -> None:
        self._frames = chain((frame,), self._frames)


class _Tail:
    """Reads a pipe to its end on a thread of its own, and keeps the last of it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._kept = b""
        self._thread = threading.Thread(target=self._run, name="clustrix-stderr", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        with contextlib.suppress(OSError, ValueError):
            while piece := os.read(self._stream.fileno(), 65536):
                self._kept = (self._kept + piece)[-MAX_STDERR_BYTES:]
        self._stream.close()

    def wait(self) -> None:
        """Give what was written before the process ended the time to arrive."""
        self._thread.join(0.5)

    def text(self) -> str:
        return self._kept.decode("utf-8", "replace")
