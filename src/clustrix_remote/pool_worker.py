"""What the engine calls in a worker of a pool: bytes that hold calls, into bytes that hold their outcomes.

This runs in the engine's Python, with the engine's packages; the functions do not. They run in benches (see
:mod:`clustrix_remote.bench`), one process for each program, made by the Python that the program wants. So nothing of the
engine's is seen by a function, a call that ends its process fails alone, and the worker stays.

A message is a line of JSON and then bytes. To here: ``program`` (its folder), ``python``, ``runtime``, ``variables`` and
``calls``, for each ``[number, [length, ..]]``. From here: ``outcomes``, for each ``[number, length, path]`` (``path`` is of a file that holds
a large one), and
how many ``seconds`` it took.
"""

import collections
import json
import os
import time

from clustrix_remote import wire
from clustrix_remote.bench_process import BenchProcess, died

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Sequence, Tuple  # noqa: F401  # in comments

#: So many programs are kept ready by a worker; another takes the place of that which was not used for longest.
MAX_BENCHES = 4
#: Of the engine's environment; a function's process must not have it.
_ENGINES_OWN = ("PYTHONPATH", "PYTHONHOME", "PYTHONNOUSERSITE")

_benches = collections.OrderedDict()  # type: collections.OrderedDict[str, BenchProcess]


def pack_message(header: "Dict[str, Any]", parts: "Sequence[bytes]") -> bytes:
    r"""A message's bytes.

    >>> pack_message({"calls": []}, [b"a", b"b"])
    b'{"calls":[]}\nab'
    """
    return b"".join([json.dumps(header, separators=(",", ":")).encode("utf-8"), b"\n"] + list(parts))


def unpack_message(message: bytes) -> "Tuple[Dict[str, Any], memoryview]":
    """``(header, rest)`` of a message."""
    end = message.index(b"\n")
    return json.loads(message[:end].decode("utf-8")), memoryview(message)[end + 1 :]


def make(message: bytes) -> bytes:
    """Make the calls of a message, one after another."""
    began = time.time()
    header, rest = unpack_message(message)
    told, bodies, position = [], [], 0  # type: List[List[Any]], List[bytes], int
    for number, lengths in header["calls"]:
        path, body = _make_one(header, number, lengths, bytes(rest[position : position + sum(lengths)]))
        told.append([number, len(body), path])
        bodies.append(body)
        position += sum(lengths)
    return pack_message({"outcomes": told, "seconds": time.time() - began}, bodies)


def _make_one(header: "Dict[str, Any]", number: int, lengths: "List[int]", body: bytes) -> "Tuple[str, bytes]":
    bench = _bench_for(header)
    try:
        return bench.call(number, lengths, body)
    except (OSError, EOFError, wire.WireError):
        _benches.pop(header["program"], None)
        return "", died(header["program"], number, bench.end())


def _bench_for(header: "Dict[str, Any]") -> BenchProcess:
    program = header["program"]
    if program not in _benches:
        while len(_benches) >= MAX_BENCHES:
            _benches.popitem(last=False)[1].end()
        _benches[program] = _started(header)
    _benches.move_to_end(program)
    return _benches[program]


def _started(header: "Dict[str, Any]") -> BenchProcess:
    """The process of a program."""
    variables = {name: value for name, value in os.environ.items() if name not in _ENGINES_OWN}
    variables.update(header["variables"])
    root = os.path.dirname(os.path.dirname(header["program"]))
    job = os.path.join(root, "jobs", os.environ["CLUSTRIX_JOB"])
    start = os.path.join(header["runtime"], "__main__.py")
    return BenchProcess([header["python"], start, header["program"], job, "bench"], variables)
