r"""The outcomes of a task that makes several calls: appended to one file, so that they cost one inode together.

The file is a sequence of two things, each known whole by what it says of itself::

    clustrix-begun 1 <call>\n                          the call is being made
    clustrix-record 1 <call> <length> <crc32>\n<bytes>  what became of it: an outcome file's bytes

A renamed file is whole or not there; here a record is there once all its bytes are, with the right sum. What is not
(yet), as a write that a crash cut off or that NFS shows as zeros, ends the reading there. The outcome's own signature
is checked by the client, and its header says which call it is of.
"""

import os
import time
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Iterator, List, Optional, Set, Tuple  # noqa: F401  # in comments

    from clustrix_remote.outcome import Buffer

_BEGUN, _RECORD = b"clustrix-begun 1", b"clustrix-record 1"
_MAX_LINE_BYTES = 120
_PIECE_BYTES = 1 << 20
#: A call that took so long is worth waiting for the disk; shorter ones share a wait.
SYNC_AFTER_SECONDS = 0.02
SYNC_EVERY_SECONDS = 0.25


class Record:
    """Where an outcome lies in the file. ``length`` is None where the call was only begun."""

    def __init__(self, call: int, start: int, length: "Optional[int]") -> None:
        self.call = call
        self.start = start
        self.length = length

    @property
    def end(self) -> int:
        return self.start + (self.length or 0)


def whole_records(stream: "IO[bytes]", offset: int = 0) -> "Iterator[Record]":
    """All that is there from ``offset`` on, up to the first thing that is not whole."""
    while True:
        stream.seek(offset)
        line = stream.readline(_MAX_LINE_BYTES)
        record = _parse(line, offset + len(line))
        if record is None or not _is_whole(stream, record[0], record[1]):
            return
        offset = record[0].end
        yield record[0]


def _parse(line: bytes, start: int) -> "Optional[Tuple[Record, int]]":
    words = line.split()
    if not line.endswith(b"\n") or b" ".join(words[:2]) not in (_BEGUN, _RECORD):
        return None
    try:
        if words[0] + b" 1" == _BEGUN:
            return Record(int(words[2]), start, None), 0
        return Record(int(words[2]), start, int(words[3])), int(words[4], 16)
    except (IndexError, ValueError):
        return None


def _is_whole(stream: "IO[bytes]", record: Record, expected: int) -> bool:
    if record.length is None:
        return True
    left, crc = record.length, 0
    while left:
        piece = stream.read(min(left, _PIECE_BYTES))
        if not piece:
            return False
        left -= len(piece)
        crc = zlib.crc32(piece, crc)
    return crc == expected


class Writer:
    """Appends to the file of one task; what an earlier process of this task left is kept, up to where it is whole.

    ``done`` are the calls that have an outcome; ``died`` is the one that was begun and has none, if there is one.
    """

    def __init__(self, path: str) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
        self.done = set()  # type: Set[int]
        self.died = None  # type: Optional[int]
        end = self._read(path)
        os.ftruncate(self._descriptor, end)
        os.lseek(self._descriptor, end, os.SEEK_SET)
        self._began = self._synced = time.monotonic()

    def _read(self, path: str) -> int:
        end = 0
        with open(path, "rb") as stream:
            for record in whole_records(stream):
                end = record.end
                self.died = record.call if record.length is None else None
                if record.length is not None:
                    self.done.add(record.call)
        return end

    def begin(self, call: int) -> None:
        """Note that the call is being made."""
        self._began = time.monotonic()
        self._write(_BEGUN + " {}\n".format(call).encode("ascii"))

    def add(self, call: int, parts: "List[Buffer]") -> None:
        """Append what became of a call: it survives this process at once, and the node after a short while."""
        crc = size = 0
        for part in parts:
            crc = zlib.crc32(part, crc)
            size += memoryview(part).nbytes
        line = _RECORD + " {} {} {:08x}\n".format(call, size, crc).encode("ascii")
        if size < _PIECE_BYTES:
            self._write(line + b"".join(parts))
        else:
            self._write(line)
            for part in parts:
                self._write(part)
        now = time.monotonic()
        if now - self._began > SYNC_AFTER_SECONDS or now - self._synced > SYNC_EVERY_SECONDS:
            self._sync()

    def close(self) -> None:
        self._sync()
        os.close(self._descriptor)

    def _write(self, data: "Buffer") -> None:
        view = memoryview(data).cast("B")
        while view.nbytes:
            view = view[os.write(self._descriptor, view) :]

    def _sync(self) -> None:
        os.fsync(self._descriptor)
        self._synced = time.monotonic()
