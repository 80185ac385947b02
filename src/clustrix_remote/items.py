"""The arguments of many calls in one call file: each can be read without the others, and what they share is there once.

Task 0 of such a call file (see :mod:`clustrix_remote.callfile`) is the function, called with one tuple: all that the
arguments share. Behind it comes, if the header's ``items`` says how many there are, an index (for each call 16 bytes,
little-endian: where its arguments begin and how long they are), then the out-of-band buffers of all calls, each once,
then for each call a line of JSON (``[[offset, length], ..]``, its buffers) and its pickle, in which :func:`shared`
stands for what is shared. Offsets count from the index's beginning.
"""

import json
import struct

from clustrix_remote.callfile import CallFileError, read_exactly, read_header
from clustrix_remote.placeholders import Placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Sequence, Tuple  # noqa: F401  # in comments

    from clustrix_remote.outcome import Buffer

_PLACE = struct.Struct("<QQ")
#: Small parts are joined up to this size: each part that is sent costs a write.
_JOINED_BYTES = 1 << 18

_shared = []  # type: List[Any]


def use_shared(values: "Sequence[Any]") -> None:
    """Have :func:`shared` give these."""
    _shared[:] = values


def shared(number: int) -> "Any":
    """Stands in a call's pickle for a value that several calls share; raises why it is not here, if it is not."""
    value = _shared[number]
    if isinstance(value, Placeholder):
        value.demand()
    return value


def pack_items(items: "Iterable[Tuple[bytes, List[memoryview]]]", count: int) -> "List[Buffer]":
    """The parts (bytes-like) of index, buffers and arguments; ``items`` are ``count`` pairs ``(pickle, buffers)``."""
    places = {}  # type: Dict[Tuple[int, int], List[int]]
    blobs = []  # type: List[Buffer]
    records = []  # type: List[bytes]
    position = _PLACE.size * count
    for pickled, buffers in items:
        mine = []
        for buffer in buffers:
            # By what they are views of: one array in many calls has one place.
            key = (id(buffer.obj), buffer.nbytes)
            if key not in places:
                places[key] = [position, buffer.nbytes]
                position += buffer.nbytes
                blobs.append(buffer)
            mine.append(places[key])
        records.append(json.dumps(mine, separators=(",", ":")).encode("ascii") + b"\n" + pickled)
    index = bytearray()
    for record in records:
        index += _PLACE.pack(position, len(record))
        position += len(record)
    return [bytes(index)] + blobs + _joined(records)


def _joined(records: "List[bytes]") -> "List[Buffer]":
    parts = []  # type: List[Buffer]
    waiting = []  # type: List[bytes]
    size = 0
    for record in records:
        waiting.append(record)
        size += len(record)
        if size > _JOINED_BYTES:
            parts.append(b"".join(waiting))
            waiting, size = [], 0
    return parts + [b"".join(waiting)]


class Items:
    """The arguments in a call file, read one by one."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._stream = open(path, "rb")  # noqa: SIM115  # as long as the task lives
        header = read_header(self._stream, path)
        self._start = self._stream.tell() + sum(map(sum, header["tasks"]))
        self.count = header["items"]  # type: int

    def read(self, number: int) -> "Tuple[memoryview, List[bytearray]]":
        """``(pickle, buffers)`` of the arguments of one call."""
        if not 0 <= number < self.count:
            raise CallFileError("there is no call {} in {}".format(number, self._path))
        record = self._read(*_PLACE.unpack(self._read(_PLACE.size * number, _PLACE.size)))
        end = record.index(b"\n")
        buffers = [self._read(offset, length) for offset, length in json.loads(record[:end].decode("ascii"))]
        return memoryview(record)[end + 1 :], buffers

    def _read(self, offset: int, length: int) -> bytearray:
        self._stream.seek(self._start + offset)
        return read_exactly(self._stream, length, self._path)
