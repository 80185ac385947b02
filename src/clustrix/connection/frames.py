"""What goes out: requests as frames; what comes back: errors as exceptions."""

from __future__ import annotations

import builtins
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from clustrix.errors import ClustrixError
from clustrix_remote import wire

Buffer = bytes | bytearray | memoryview
Frame = tuple[dict[str, Any], Buffer]


def request_frames(header: Mapping[str, Any], body: Buffer | Sequence[Buffer]) -> Iterator[Frame]:
    """The frames of one request, made one by one; a long body is never joined.

    >>> len(list(request_frames({"id": 1}, b"x" * (2 * 1024 * 1024 + 1))))
    3
    """
    chunks = body_chunks([body] if isinstance(body, Buffer) else body)
    chunk = next(chunks, b"")
    for following in chunks:
        yield {**header, "more": True}, chunk
        # Only the first frame says what is asked; the others say to what they belong.
        header = {"id": header["id"]}
        chunk = following
    yield dict(header), chunk


def body_chunks(buffers: Sequence[Buffer]) -> Iterator[Buffer]:
    """The same bytes in chunks of ``wire.CHUNK_BYTES``, the last one shorter; only small buffers are copied."""
    waiting: list[Buffer] = []
    size = 0
    for buffer in buffers:
        view = memoryview(buffer).cast("B")
        while len(view):
            part = view[: wire.CHUNK_BYTES - size]
            waiting.append(part)
            size += len(part)
            view = view[len(part) :]
            if size == wire.CHUNK_BYTES:
                yield _joined(waiting)
                waiting, size = [], 0
    if waiting:
        yield _joined(waiting)


def _joined(parts: list[Buffer]) -> Buffer:
    return parts[0] if len(parts) == 1 else b"".join(parts)


def remote_error(error: object, where: str) -> Exception:
    """The exception for an error that an agent told: for files Python's own, with ``host:path``.

    >>> remote_error({"type": "FileNotFoundError", "message": "No such file", "errno": 2, "filename": "/a"}, "s17")
    FileNotFoundError(2, 'No such file')
    """
    told = error if isinstance(error, dict) else {}
    name, message = str(told.get("type", "Exception")), str(told.get("message", error))
    kind = getattr(builtins, name, None)
    if isinstance(kind, type) and issubclass(kind, OSError):
        filename, number = told.get("filename"), told.get("errno")
        if not isinstance(number, int):
            return kind(message)
        # errno's numbers differ between systems: the class, not the number, is what the other side meant.
        return kind(number, message, None if filename is None else f"{where}:{filename}")
    return ClustrixError(f"{name}: {message}", where=where)
