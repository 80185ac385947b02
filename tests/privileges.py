"""Doing without what root may: tests of what is forbidden hold for whoever runs them."""

from __future__ import annotations

import contextlib
import ctypes
import os
import struct
import sys
from collections.abc import Iterator

_PR_GET_SECUREBITS, _PR_SET_SECUREBITS = 27, 28
#: Programs that root starts have its capabilities again, unless this is set.
_NOROOT = 1
_VERSION = 0x20080522
#: To read, to write and to enter what permissions forbid: bits 1 and 2.
_DAC = 0b110


@contextlib.contextmanager
def as_anybody() -> Iterator[None]:
    """In this thread, and in what it starts, permissions hold for root as well; for others nothing changes."""
    if os.geteuid() != 0 or sys.platform != "linux":
        yield
        return
    libc = ctypes.CDLL(None, use_errno=True)
    header, had = struct.pack("Ii", _VERSION, 0), ctypes.create_string_buffer(24)
    _check(libc.capget(header, had))
    bits = libc.prctl(_PR_GET_SECUREBITS, 0, 0, 0, 0)
    effective, *rest = struct.unpack("6I", had.raw)
    _check(libc.prctl(_PR_SET_SECUREBITS, bits | _NOROOT, 0, 0, 0))
    _check(libc.capset(header, struct.pack("6I", effective & ~_DAC, *rest)))
    try:
        yield
    finally:
        _check(libc.capset(header, had.raw))
        _check(libc.prctl(_PR_SET_SECUREBITS, bits, 0, 0, 0))


def _check(status: int) -> None:
    if status != 0:
        raise OSError(ctypes.get_errno(), "capabilities cannot be changed here")
