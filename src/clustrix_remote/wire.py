"""Frames: what client and agent say to each other over two byte streams.

A frame is eight bytes (two big-endian unsigned 32-bit lengths), then a JSON header in UTF-8, then a body of raw
bytes. Three kinds of header:

- request ``{"id": 7, "op": "submit", ..}``: ids are the client's, each used once;
- reply ``{"id": 7, "ok": {..}}`` or ``{"id": 7, "error": {"type": .., "message": ..}}``; a streamed reply sends any
  number of frames with ``"more": true`` before its last one;
- event ``{"event": "outcome", ..}``: no request asked for it.

Both lengths are checked before a byte is read, so that a broken peer cannot make us allocate what it likes.
"""

import json
import re
import struct
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Callable, Dict, Optional, Tuple, Union

    MemoryFor = Callable[[Dict[str, Any], int], Optional[bytearray]]

MAX_HEADER_BYTES = 16 * 1024 * 1024
MAX_BODY_BYTES = 64 * 1024 * 1024
#: Larger contents are sent in pieces of this size, so that a long transfer never delays a short answer.
CHUNK_BYTES = 1024 * 1024

#: What a pipe may hold, instead of the usual 64 KiB: large bodies need fewer turns.
PIPE_BYTES = 1024 * 1024

#: An older Python takes hours for a number of a million digits.
_MAX_DIGITS = 1000
_LONG_NUMBER = re.compile(b"[0-9]{%d}" % _MAX_DIGITS)
_LENGTHS = struct.Struct(">II")
_F_SETPIPE_SZ = 1031  # Linux's; fcntl knows it from Python 3.10 on


class WireError(Exception):
    """The other side sent something that is not a frame."""


def widen(pipe: "IO[bytes]") -> None:
    """Let a pipe hold more: on Linux, and while a user has few such pipes."""
    if sys.platform != "linux":
        return
    import fcntl

    try:
        fcntl.fcntl(pipe.fileno(), _F_SETPIPE_SZ, PIPE_BYTES)
    except OSError:
        return


def write_frame(
    stream: "IO[bytes]", header: "Dict[str, Any]", body: "Union[bytes, bytearray, memoryview]" = b""
) -> None:
    """Write one frame and flush. ``stream`` needs ``write`` and ``flush``; the caller serialises writers."""
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    if len(text) > MAX_HEADER_BYTES or len(body) > MAX_BODY_BYTES:
        raise WireError("frame too large: header {} bytes, body {} bytes".format(len(text), len(body)))
    prefix = _LENGTHS.pack(len(text), len(body)) + text
    if len(body) < 65536:
        stream.write(prefix + bytes(body))
    else:
        stream.write(prefix)
        stream.write(body)
    stream.flush()


def read_frame(stream: "IO[bytes]", memory_for: "Optional[MemoryFor]" = None) -> "Optional[Tuple[Dict[str, Any], Any]]":
    """Read one frame: ``(header, body)``, or ``None`` where the stream ends between two frames.

    The body is bytes; or what ``memory_for(header, length)`` gave to be filled with it, if that is not None. Raises
    WireError for lengths beyond the limits, a header that is not a JSON object, or an end inside a frame.
    """
    prefix = _read_exactly(stream, _LENGTHS.size, at_start=True)
    if prefix is None:
        return None
    header_length, body_length = _LENGTHS.unpack(prefix)
    if header_length > MAX_HEADER_BYTES or body_length > MAX_BODY_BYTES:
        raise WireError("not a frame: lengths {} and {}".format(header_length, body_length))
    header = _parse_header(_read_exactly(stream, header_length) or b"")
    memory = None if memory_for is None else memory_for(header, body_length)
    return header, _read_exactly(stream, body_length) if memory is None else _fill(stream, memory)


def _parse_header(text: bytes) -> "Dict[str, Any]":
    try:
        # Only where there may be one is each number looked at, which takes time.
        parse_int = _parse_int if _LONG_NUMBER.search(text) else None
        header = json.loads(text.decode("utf-8"), parse_int=parse_int)
    except (ValueError, RecursionError) as error:
        raise WireError("not a frame: {}".format(error)) from None
    if not isinstance(header, dict):
        raise WireError("not a frame: the header is a {}".format(type(header).__name__))
    return header


def _fill(stream: "Any", memory: bytearray) -> bytearray:
    view = memoryview(memory)
    while view:
        got = stream.readinto(view)
        if not got:
            raise WireError("the stream ended inside a frame ({} bytes missing)".format(len(view)))
        view = view[got:]
    return memory


def _parse_int(digits: str) -> int:
    if len(digits) > _MAX_DIGITS:
        raise WireError("not a frame: a number of {} digits".format(len(digits)))
    return int(digits)


def _read_exactly(stream: "IO[bytes]", size: int, at_start: bool = False) -> "Optional[bytes]":
    parts = []
    missing = size
    while missing:
        part = stream.read(missing)
        if not part:
            if at_start and missing == size:
                return None
            raise WireError("the stream ended inside a frame ({} of {} bytes missing)".format(missing, size))
        parts.append(part)
        missing -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
