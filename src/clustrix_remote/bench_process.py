"""A bench (see :mod:`clustrix_remote.bench`) from outside: started, given calls, and told of when it has died."""

import os
import subprocess
import time

from clustrix_remote import outcome, wire
from clustrix_remote.callfile import read_header

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Dict, List, Optional, Tuple


def died(program: str, number: int, status: int) -> bytes:
    """The outcome of a call that has ended the process that made it; ``status`` as a shell tells it."""
    path = os.path.join(program, "calls")
    with open(path, "rb") as stream:
        key = read_header(stream, path)["signing_key"]
    header = {"kind": "died", "call": number, "status": status, "details": {}, "node": os.uname()[1]}
    header["time"] = time.time()
    return b"".join(bytes(part) for part in outcome.pack_outcome(header, b"", bytes.fromhex(key)))


class BenchProcess:
    """A bench, as whoever has started it sees it."""

    def __init__(self, argv: "List[str]", variables: "Dict[str, str]") -> None:
        self._process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=variables)

    def call(self, number: int, lengths: "Optional[List[int]]" = None, body: bytes = b"") -> "Tuple[str, bytes]":
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
