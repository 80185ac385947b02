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
import subprocess
import time

from clustrix_remote import outcome, wire

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Sequence, Tuple  # noqa: F401  # in comments

#: So many programs are kept ready by a worker; another takes the place of that which was not used for longest.
MAX_BENCHES = 4
#: Of the engine's environment; a function's process must not have it.
_ENGINES_OWN = ("PYTHONPATH", "PYTHONHOME", "PYTHONNOUSERSITE")

_benches = collections.OrderedDict()  # type: collections.OrderedDict[str, _Bench]


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


def died(program: str, number: int, status: int) -> bytes:
    """The outcome of a call that has ended the process that made it; ``status`` as a shell tells it."""
    with open(os.path.join(program, "calls"), "rb") as stream:
        stream.readline()
        key = json.loads(stream.readline().decode("utf-8"))["signing_key"]
    header = {"kind": "died", "call": number, "status": status, "details": {}, "node": os.uname()[1]}
    header["time"] = time.time()
    return b"".join(bytes(part) for part in outcome.pack_outcome(header, b"", bytes.fromhex(key)))


def _bench_for(header: "Dict[str, Any]") -> "_Bench":
    program = header["program"]
    if program not in _benches:
        while len(_benches) >= MAX_BENCHES:
            _benches.popitem(last=False)[1].end()
        _benches[program] = _Bench(header)
    _benches.move_to_end(program)
    return _benches[program]


class _Bench:
    """The process of a program."""

    def __init__(self, header: "Dict[str, Any]") -> None:
        variables = {name: value for name, value in os.environ.items() if name not in _ENGINES_OWN}
        variables.update(header["variables"])
        root = os.path.dirname(os.path.dirname(header["program"]))
        job = os.path.join(root, "jobs", os.environ["CLUSTRIX_JOB"])
        self._process = subprocess.Popen(
            [header["python"], header["runtime"], header["program"], job, "bench"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env=variables,
        )

    def call(self, number: int, lengths: "List[int]", body: bytes) -> "Tuple[str, bytes]":
        """The outcome of a call, or the path of its file; OSError, EOFError or WireError if the process has ended."""
        stdin, stdout = self._process.stdin, self._process.stdout
        if stdin is None or stdout is None:
            raise EOFError
        wire.write_frame(stdin, {"call": number, "lengths": lengths}, body)
        frame = wire.read_frame(stdout)
        if frame is None:
            raise EOFError
        return frame[0].get("path", ""), frame[1]

    def end(self) -> int:
        """End it; gives its status as a shell tells it: 128 and the signal's number if one has killed it."""
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                try:
                    stream.close()
                except OSError:
                    continue  # what was written into it will not be read
        status = self._process.wait()
        return status if status >= 0 else 128 - status
