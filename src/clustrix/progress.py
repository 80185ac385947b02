"""A line on the terminal that tells how far a long transfer is."""

from __future__ import annotations

import sys
import time
from typing import TextIO

from clustrix.shown_text import harmless

#: Nobody needs to be told of a transfer shorter than this.
QUIET_SECONDS = 1.0
_EVERY_SECONDS = 0.1


class ProgressLine:
    """Called with ``(done, total)`` bytes; a ``with`` block, at whose end the line goes away.

    ``shown=None`` shows it if standard error is a terminal.
    """

    def __init__(self, what: str, shown: bool | None = None, stream: TextIO | None = None) -> None:
        self._what = harmless(what).replace("\n", " ")
        self._stream = stream or sys.stderr
        self._shown = self._stream.isatty() if shown is None else shown
        self._began = time.monotonic()
        self._next = self._began + QUIET_SECONDS
        self._width = 0

    def __enter__(self) -> ProgressLine:
        return self

    def __exit__(self, *error: object) -> None:
        if self._width:
            self._stream.write("\r" + " " * self._width + "\r")
            self._stream.flush()

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._shown or now < self._next:
            return
        self._next = now + _EVERY_SECONDS
        rate = done / (now - self._began)
        left = f", {(total - done) / rate:.0f} s left" if rate else ""
        share = 100 * done // total if total else 100
        line = f"{self._what}: {share} % of {size_text(total)}, {size_text(rate)}/s{left}"
        self._stream.write("\r" + line.ljust(self._width))
        self._stream.flush()
        self._width = len(line)


def size_text(size: float) -> str:
    """A number of bytes as people write it.

    >>> size_text(500), size_text(1536), size_text(200 * 1024**2)
    ('500 B', '1.5 KB', '200 MB')
    """
    for unit in ("B", "KB", "MB", "GB", "TB"):
        if size < 1000 or unit == "TB":
            break
        size /= 1024
    return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
