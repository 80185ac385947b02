"""The call file: one function, its arguments for one or more tasks, and what the job needs to rebuild them.

The bytes are a line ``clustrix-calls 1 <length>``, the header (a pickled dict of so many bytes), then for each task a pickle
and its out-of-band buffers. The header holds ``package`` (sha256 of the zip with the user's code, or null), ``signing_key`` (hex),
``sources`` and ``modules`` (see :mod:`clustrix_remote.program`) and ``tasks``: for each a list of lengths, the pickle's first.
"""

try:
    # Of pickle the half in C alone: the other one imports re and others that no plain call needs.
    from _pickle import dumps, loads
except ImportError:
    from pickle import dumps, loads

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, BinaryIO, Dict, List, Sequence, Tuple, Union

    Buffer = Union[bytes, bytearray, memoryview]

MAGIC = b"clustrix-calls 1"
#: The highest that all Pythons know.
_PROTOCOL = 4


class CallFileError(Exception):
    """Not a call file, or one that is cut off."""


def pack_calls(header: "Dict[str, Any]", tasks: "Sequence[Tuple[Buffer, Sequence[Buffer]]]") -> "List[Buffer]":
    """The parts (bytes-like, never joined) of a call file; ``tasks`` is a list of ``(pickle, buffers)``."""
    lengths = [[len(pickled)] + [_size(buffer) for buffer in buffers] for pickled, buffers in tasks]
    packed = dumps(dict(header, tasks=lengths), _PROTOCOL)
    parts = [MAGIC + b" %d\n" % len(packed) + packed]  # type: List[Buffer]
    for pickled, buffers in tasks:
        parts.append(pickled)
        parts.extend(buffers)
    return parts


def read_call(path: str, task: int) -> "Tuple[Dict[str, Any], bytearray, List[bytearray]]":
    """``(header, pickle, buffers)`` of one task; the other tasks' bytes are not read."""
    with open(path, "rb") as stream:
        header = read_header(stream, path)
        lengths = header["tasks"]
        stream.seek(sum(map(sum, lengths[:task])), 1)
        pickled, *buffers = [read_exactly(stream, length, path) for length in lengths[task]]
    return header, pickled, buffers


def read_header(stream: "BinaryIO", path: str) -> "Dict[str, Any]":
    """The header; the stream stands behind it then."""
    magic, _, length = stream.readline(80).rpartition(b" ")
    if magic != MAGIC or not length.strip().isdigit():
        raise CallFileError("not a call file: {}".format(path))
    return dict(loads(read_exactly(stream, int(length), path)))


def read_exactly(stream: "BinaryIO", length: int, path: str) -> bytearray:
    """``length`` bytes, from where the stream is."""
    # A bytearray, because an array that is rebuilt on it must be writable as it was at home.
    buffer = bytearray(length)
    view = memoryview(buffer)
    filled = 0
    while filled < length:
        count = stream.readinto(view[filled:])  # type: ignore[attr-defined]
        if not count:
            raise CallFileError("cut off: {}".format(path))
        filled += count
    return buffer


def _size(buffer: "Buffer") -> int:
    return buffer.nbytes if isinstance(buffer, memoryview) else len(buffer)
