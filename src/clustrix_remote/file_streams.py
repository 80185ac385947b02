"""``cluster_open``: a file of a place as a Python file object.

Reading asks for ranges as they are needed. What is written is collected beside here, and put in place, whole, when the
file is closed without an error.
"""

import io
import os
import tempfile

from clustrix_remote import file_transfers
from clustrix_remote.file_pieces import PIECE_BYTES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Optional

    from clustrix_remote.places import Place

#: What is asked for at once by somebody who reads a little at a time.
READ_AHEAD_BYTES = 1024 * 1024
#: More than this is collected on the disk.
MEMORY_BYTES = 4 * PIECE_BYTES
MODES = ("r", "w", "x")


def open_file(
    place: "Place",
    path: str,
    mode: str,
    buffering: int,
    encoding: "Optional[str]",
    errors: "Optional[str]",
    newline: "Optional[str]",
) -> "IO[Any]":
    """What ``open`` gives. ValueError for a mode that is not a way to read or to write a whole file."""
    kind = mode.replace("b", "").replace("t", "")
    if kind not in MODES or len(mode) != len(set(mode)) or {"b", "t"} <= set(mode):
        raise ValueError(
            "mode {!r}: a cluster's file is opened to be read ('r') or written as a whole ('w', 'x')".format(mode)
        )
    if "b" in mode and (encoding or errors or newline):
        raise ValueError("a binary file has no encoding, errors or newline")
    text = None if "b" in mode else (encoding or "utf-8", errors, newline)
    if kind == "r":
        reader = _reader(place, path, buffering)
        return reader if text is None else io.TextIOWrapper(reader, *text)
    _check_target(place, path, kind == "x")
    writer = Writing(place, path, kind == "x")
    return writer if text is None else WritingText(writer, *text)  # type: ignore[return-value]


def _reader(place: "Place", path: str, buffering: int) -> "Any":
    raw = Reading(place, path)
    return raw if buffering == 0 else io.BufferedReader(raw, buffering if buffering > 1 else READ_AHEAD_BYTES)


class Reading(io.RawIOBase):
    """A file that is read where it is."""

    def __init__(self, place: "Place", path: str) -> None:
        super(Reading, self).__init__()
        self.name = path
        self.mode = "rb"
        self._place = place
        self._position = 0
        # Opening tells at once whether it can be read.
        answer = place.ask("read", {"path": path, "offset": 0, "length": READ_AHEAD_BYTES})
        self._size = int(answer.ok["size"])
        self._ahead, self._ahead_from = b"".join(answer.body), 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def tell(self) -> int:
        return self._position

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        """Go to another place in the file."""
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._position, os.SEEK_END: self._size}[whence]
        if start + offset < 0:
            raise ValueError("before the beginning of the file: {}".format(start + offset))
        self._position = start + offset
        return self._position

    def readinto(self, buffer: "Any") -> int:
        """Read up to as many bytes as the buffer holds."""
        view = memoryview(buffer).cast("B")
        data = self._known(len(view))
        if not data and len(view) and self._position < self._size:
            data = file_transfers.read(self._place, self.name, self._position, len(view))
        view[: len(data)] = data
        self._position += len(data)
        return len(data)

    def readall(self) -> bytes:
        """Read to the end."""
        data = file_transfers.read(self._place, self.name, self._position, None)
        self._position += len(data)
        return data

    def _known(self, length: int) -> bytes:
        start = self._position - self._ahead_from
        return self._ahead[start : start + length] if start >= 0 else b""


class Writing(io.BufferedIOBase):
    """A file that will be put in place when it is closed; not at all if a ``with`` block ends by an exception."""

    def __init__(self, place: "Place", path: str, new: bool) -> None:
        super(Writing, self).__init__()
        self.name = path
        self.mode = "xb" if new else "wb"
        self._place, self._new = place, new
        self._collected = tempfile.SpooledTemporaryFile(MEMORY_BYTES)  # noqa: SIM115  # closed by close()
        self._is_given_up = False

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: "Any") -> int:
        self._collected.write(data)
        return memoryview(data).nbytes

    def tell(self) -> int:
        return self._collected.tell()

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._collected.seek(offset, whence)
        return self._collected.tell()

    def truncate(self, size: "Optional[int]" = None) -> int:
        """Cut what was written."""
        position = self._collected.tell()
        end = position if size is None else size
        self._collected.seek(end)
        self._collected.truncate()
        self._collected.seek(position)
        return end

    def discard(self) -> None:
        """Forget what was written: closing puts nothing in place."""
        self._is_given_up = True

    def __exit__(self, kind: "Any", error: "Any", traceback: "Any") -> None:
        if kind is not None:
            self.discard()
        self.close()

    def close(self) -> None:
        """Put the file in place."""
        if self.closed:
            return
        try:
            if not self._is_given_up:
                self._put()
        finally:
            self._collected.close()
            super(Writing, self).close()

    def __del__(self) -> None:
        # Nobody has closed it, so nobody has said that it is whole.
        if not self.closed:
            self.discard()
            self.close()

    def _put(self) -> None:
        size = self._collected.seek(0, os.SEEK_END) or self._collected.tell()
        self._collected.seek(0)
        if size <= PIECE_BYTES:
            file_transfers.write_stream(self._place, self.name, None, self._collected.read(), self._new)
        else:
            file_transfers.write_stream(self._place, self.name, _Seekable(self._collected), None, self._new)


class WritingText(io.TextIOWrapper):
    """The same for text."""

    def __exit__(self, kind: "Any", error: "Any", traceback: "Any") -> None:
        if kind is not None:
            self.buffer.discard()  # type: ignore[attr-defined]
        self.close()

    def __del__(self) -> None:
        if not self.closed:
            self.buffer.discard()  # type: ignore[attr-defined]
            self.close()


class _Seekable:
    """A spooled file whose seek tells where it is, as that of Python before 3.11 does not."""

    def __init__(self, stream: "Any") -> None:
        self._stream = stream
        self.read = stream.read

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        self._stream.seek(offset, whence)
        return int(self._stream.tell())


def _check_target(place: "Place", path: str, new: bool) -> None:
    """Raise now what closing would raise: a folder is at that path, or there is none to hold it, or a file is there."""
    if place.ask("look", {"what": "isdir", "paths": [path]}).ok["values"][0]:
        raise IsADirectoryError(21, os.strerror(21), _told(place, path))
    above = os.path.dirname(path.rstrip("/")) or "."
    what, there = ("exists", path) if new else ("isdir", above)
    if place.ask("look", {"what": what, "paths": [there]}).ok["values"][0] == new:
        kind = FileExistsError if new else FileNotFoundError
        number = 17 if new else 2
        raise kind(number, os.strerror(number), _told(place, path))


def _told(place: "Place", path: str) -> str:
    return "{}:{}".format(place.where, path) if place.where else path
