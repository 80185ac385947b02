"""A process in which calls of a pool are made: started once for a program, it takes arguments and gives outcomes.

Started as ``python <runtime>/__main__.py <program folder> <job folder> bench`` by the worker (see :mod:`clustrix_remote.pool_worker`), by
the Python and with the packages that the function needs, which are not the engine's. It is spoken to in frames over its
standard input and output: ``{"call": 7, "lengths": [..]}`` with a pickle and its buffers (or no lengths: then they are in the
call file), ``{"call": 7}`` with the
outcome, or with the ``path`` of the file that holds a large one. What a function
prints goes to the worker's log. It ends when its input does, even amid a call.
"""

import collections
import os
import threading
import time

from clustrix_remote import outcome, runner, several, wire
from clustrix_remote.layout import JobFolder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Deque, Dict, List, Optional, Tuple  # noqa: F401  # in comments

    from clustrix_remote.outcome import Buffer

#: A larger outcome goes by a file: the engine keeps what it moves in memory.
LARGE_BYTES = 8 * 1024 * 1024


class Bench(several.Program):
    """A program whose calls get their arguments from outside."""

    def __init__(self, folder: JobFolder) -> None:
        super(Bench, self).__init__(folder)
        self._given = None  # type: Optional[Tuple[bytearray, List[bytearray]]]

    def give(self, lengths: "Optional[List[int]]", body: bytes) -> None:
        """The pickle and the buffers of the next call lie behind each other in ``body``, or in the call file."""
        if lengths is None:
            return
        parts, position = [], 0
        for length in lengths:
            # A bytearray, because an array that is rebuilt on it must be writable as it was at home.
            parts.append(bytearray(memoryview(body)[position : position + length]))
            position += length
        self._given = (parts[0], parts[1:])

    def arguments(self, number: int) -> "Tuple[Any, Any]":
        given, self._given = self._given, None
        return super(Bench, self).arguments(number) if given is None else given


class _Reader:
    """Reads on while a call is made, so that the end of the input is met at once."""

    def __init__(self, stream: "IO[bytes]") -> None:
        self._frames = collections.deque()  # type: Deque[Tuple[Dict[str, Any], bytes]]
        self._changed = threading.Semaphore(0)
        threading.Thread(target=self._read, args=(stream,), daemon=True).start()

    def _read(self, stream: "IO[bytes]") -> None:
        try:
            while True:
                frame = wire.read_frame(stream)
                if frame is None:
                    break
                self._frames.append(frame)
                self._changed.release()
        finally:
            # Nobody wants what is being made.
            os._exit(0)

    def next(self) -> "Tuple[Dict[str, Any], bytes]":
        """The next frame; waits for it."""
        self._changed.acquire()
        return self._frames.popleft()


def main(arguments: "List[str]") -> int:
    """Serve calls until the input ends."""
    os.umask(0o077)
    folder, job = JobFolder(os.path.abspath(arguments[0])), os.path.abspath(arguments[1])
    os.environ["CLUSTRIX_JOB_FOLDER"] = job
    reader = _Reader(os.fdopen(os.dup(0), "rb"))
    outcomes = os.fdopen(os.dup(1), "wb")
    # What a function, or a process of its, reads and prints is not for the worker.
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(2, 1)
    runner.flush_each_line()
    program = Bench(folder)
    while True:
        header, body = reader.next()
        program.give(header["lengths"], body)
        packed, _ = program.call(header["call"], time.time())
        _answer(outcomes, folder, header["call"], packed)


def _answer(stream: "IO[bytes]", folder: JobFolder, call: int, packed: "List[Buffer]") -> None:
    size = sum(memoryview(part).nbytes for part in packed)
    if size <= LARGE_BYTES:
        wire.write_frame(stream, {"call": call}, b"".join(packed))
        return
    path = os.path.join(folder.path, str(call))
    outcome.write_beside_and_rename(path, packed)
    wire.write_frame(stream, {"call": call, "path": path})
