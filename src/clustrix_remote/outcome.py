"""The outcome file: what became of one task, signed, written beside and renamed.

The bytes are a line ``clustrix-outcome 1``, a line with the hexadecimal HMAC-SHA256 of all that follows, a line of JSON
(the header), then the payload: the pickled value or exception, as :mod:`clustrix_remote.values` makes it. The key of the signature is
known to the client and the job only (it travels in the call file, mode 0600), and it is checked before anything is
unpickled.

Header: ``kind`` ("returned", "raised", "unpicklable", "broken"), ``python`` ([3, 6, 15]), ``node``, ``pid``,
``started`` and ``ended`` (seconds since the epoch, the node's clock), ``usage`` ({"max_rss_bytes", "cpu_seconds",
"elapsed_seconds"}), ``buffers`` (lengths of out-of-band buffers at the payload's end) and, unless returned,
``error`` ({"type", "message", "traceback"}: plain text for people and for clients that cannot unpickle).
"""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterable, List, Tuple, Union

    Buffer = Union[bytes, bytearray, memoryview]

MAGIC = b"clustrix-outcome 1\n"


class OutcomeError(Exception):
    """An outcome file that is cut off, not ours, or has a wrong signature."""


def pack_outcome(
    header: "Dict[str, Any]", payload: "Union[Buffer, List[Buffer]]", signing_key: bytes
) -> "List[Buffer]":
    """The bytes of an outcome file. ``signing_key`` is bytes; ``payload`` bytes or a list of bytes-like parts."""
    from clustrix_remote.signature import sign  # the agent, which has no keys, does without

    parts = [json_of(header).encode("utf-8") + b"\n"]  # type: List[Buffer]
    parts.extend(payload if isinstance(payload, list) else [payload])
    first = [MAGIC, sign(signing_key, parts).encode("ascii") + b"\n"]  # type: List[Buffer]
    return first + parts


def json_of(value: "Any") -> str:
    """JSON of what an outcome's header is made of; the module ``json`` is imported for texts that need escapes only.

    >>> json_of({"kind": "returned", "python": [3, 6, 15]})
    '{"kind": "returned", "python": [3, 6, 15]}'
    """
    if isinstance(value, dict) and all(isinstance(name, str) for name in value):
        return "{" + ", ".join(json_of(name) + ": " + json_of(one) for name, one in value.items()) + "}"
    if isinstance(value, (list, tuple)):
        return "[" + ", ".join(map(json_of, value)) + "]"
    if isinstance(value, str) and value.isprintable() and '"' not in value and "\\" not in value:
        return '"' + value + '"'
    if type(value) in (int, float) and value - value == 0:
        return repr(value)
    # It imports re, a quarter of a job's start.
    import json

    return json.dumps(value)


def unpack_outcome(data: "Buffer", signing_key: bytes) -> "Tuple[Dict[str, Any], memoryview]":
    """``(header, payload)`` of an outcome file's bytes; the payload is a memoryview. Raises OutcomeError."""
    import hmac
    import json

    from clustrix_remote.signature import sign

    view = memoryview(data)
    start = len(MAGIC) + 65
    if bytes(view[: len(MAGIC)]) != MAGIC or len(view) <= start:
        raise OutcomeError("not an outcome file, or cut off ({} bytes)".format(len(view)))
    expected = sign(signing_key, [view[start:]]).encode("ascii")
    if not hmac.compare_digest(bytes(view[len(MAGIC) : start]), expected + b"\n"):
        raise OutcomeError("the signature is wrong: the outcome was cut off or not written by this job")
    end = _line_end(view, start)
    header = json.loads(bytes(view[start:end]).decode("utf-8"))
    return header, view[end + 1 :]


def _line_end(view: memoryview, start: int) -> int:
    step = 65536
    position = start
    while position < len(view):
        found = bytes(view[position : position + step]).find(b"\n")
        if found >= 0:
            return position + found
        position += step
    raise OutcomeError("cut off inside its header")


def write_beside_and_rename(path: str, parts: "Iterable[Buffer]", durable: bool = True) -> None:
    """Write ``parts`` (bytes-like) so that ``path`` is either whole or not there; mode 0600.

    ``durable`` waits for the disk: an outcome must survive a node that dies right after.
    """
    temporary = "{}.{}.part".format(path, os.getpid())
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            for part in parts:
                stream.write(part)
            stream.flush()
            if durable:
                os.fsync(stream.fileno())
        os.rename(temporary, path)
    except OSError as error:
        _unlink(temporary)
        # A write does not say where: of a full disk, that is what one has to know.
        raise OSError(error.errno, error.strerror, path) from None
    except BaseException:
        _unlink(temporary)
        raise


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass
