"""The one live line that tells, while a call blocks, what goes on; and what to ask for the next time.

It is there only in a terminal or a notebook, and only once a call has taken half a second. What the function prints
goes above it in a terminal, where the line keeps away while the last thing printed has not ended its own line, as a bar
of the function's; in a notebook it goes beneath.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from concurrent import futures
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Protocol

from clustrix.jobs import JobState, JobStatus, Usage
from clustrix.resources import Resources, format_memory
from clustrix.screens import find_screen
from clustrix.shown_text import harmless
from clustrix.state_words import peak_of_asked, short_time, state_in_words

if TYPE_CHECKING:
    from clustrix.screens import Screen

#: Calls that take less show nothing; those that take longer than the second leave a last line behind.
DELAY_SECONDS = 0.5
LONG_SECONDS = 3.0
_TICK_SECONDS = 0.2
#: Less is not worth a hint.
_MUCH_MEMORY_BYTES, _MANY_CORES, _LONG_RUN_SECONDS = 1 << 30, 4, 30.0


class Followed(Protocol):
    """What the line has to know of a future."""

    job_id: str | None
    usage: Usage | None

    @property
    def name(self) -> str: ...
    @property
    def last_status(self) -> JobStatus: ...
    @property
    def resources(self) -> Resources: ...
    def done(self) -> bool: ...


class Line:
    """No line: what the function prints is printed, and that is all."""

    #: How long whoever waits may wait before it calls ``tick`` again. Without a limit Windows would not notice Ctrl-C.
    pause_seconds = 1.0

    def follow(self, future: Followed) -> None:
        """Tell of this job from now on."""

    def say(self, text: str, *, now: bool = False) -> None:
        """Tell what is done before there is a job; ``now``: it may take a while, so do not wait for a tick."""

    def write(self, text: str) -> None:
        """Print what the function has printed."""
        line = _active or self
        line.print(text)

    def print(self, text: str) -> None:
        sys.stdout.write(text)
        sys.stdout.flush()

    def tick(self) -> None:
        """Bring it up to date."""

    def wait(self, future: futures.Future[Any]) -> None:
        """Wait until the future is done."""
        while not future.done():
            futures.wait([future], self.pause_seconds)
            self.tick()

    def close(self) -> None:
        """Take it away; after a long call its last word stays."""


class LiveLine(Line):
    """A line on a screen."""

    pause_seconds = _TICK_SECONDS

    def __init__(self, screen: Screen) -> None:
        self._screen = screen
        self.thread = threading.get_ident()
        self._began = time.monotonic()
        self._started: float | None = None
        self._future: Followed | None = None
        self._said = ""
        self._drawn = ""
        self._is_inside_line = False
        self._lock = threading.RLock()

    def follow(self, future: Followed) -> None:
        self._future = future
        self.tick()

    def say(self, text: str, *, now: bool = False) -> None:
        self._said = text
        if now or self._is_due():
            self._draw(text)

    def print(self, text: str) -> None:
        with self._lock:
            if self._screen.is_shared:
                self._erase()
            super().print(text)
            if self._screen.is_shared and sys.stdout.isatty():
                self._is_inside_line = not text.endswith("\n")

    def tick(self) -> None:
        if self._is_due():
            self._draw(self._text())

    def close(self) -> None:
        self._erase()
        future, seconds = self._future, time.monotonic() - self._began
        if future is None or not future.done() or seconds < LONG_SECONDS:
            return
        self.leave(last_words(future, seconds))
        hint = advice(future.resources, future.usage or Usage())
        if hint and (future.name, hint) not in _given:
            _given.add((future.name, hint))
            self.leave(f"  {hint}")

    def _is_due(self) -> bool:
        return time.monotonic() - self._began >= DELAY_SECONDS

    def _text(self) -> str:
        future = self._future
        if future is None:
            return self._said
        status = future.last_status
        if status.state is JobState.RUNNING and self._started is None:
            self._started = time.monotonic()
        since = self._began if self._started is None else self._started
        return live_words(future.name, status, future.job_id, self._said, time.monotonic() - since)

    def _draw(self, text: str) -> None:
        with self._lock:
            if text != self._drawn and not self._is_inside_line:
                self._screen.draw(text)
                self._drawn = text

    def _erase(self) -> None:
        with self._lock:
            if self._drawn:
                self._screen.erase()
                self._drawn = ""

    def leave(self, text: str) -> None:
        """Tell something that stays, above the line."""
        with self._lock:
            self._erase()
            if self._is_inside_line:
                self._screen.leave("")
                self._is_inside_line = False
            self._screen.leave(text)


_active: LiveLine | None = None
_choice = threading.Lock()
_given: set[tuple[str, str]] = set()


@contextmanager
def show_waiting(future: Followed | None = None) -> Iterator[Line]:
    """The line while something is waited for; one at a time, of several threads the first has it."""
    global _active  # noqa: PLW0603  # there is one terminal
    line = Line()
    with _choice:
        screen = find_screen() if _active is None else None
        if screen is not None:
            line = _active = LiveLine(screen)
    if future is not None:
        line.follow(future)
    try:
        yield line
    finally:
        if isinstance(line, LiveLine):
            _active = None
            line.close()


def say(text: str, *, now: bool = False) -> None:
    """Tell in the line of the call that this thread makes, if there is one, what is being done for it."""
    line = _active
    if line is not None and line.thread == threading.get_ident():
        line.say(text, now=now)


def leave(text: str) -> None:
    """Tell something that stays: above the line if there is one, else as a line of standard error."""
    line = _active
    if line is not None:
        line.leave(f"clustrix: {text}")
    elif sys.stderr is not None:
        sys.stderr.write(f"clustrix: {harmless(text)}\n")
        sys.stderr.flush()


# ------------------------------------------------------------------------------------------------------------- words


def live_words(name: str, status: JobStatus, job_id: str | None, staging: str, seconds: float) -> str:
    """What the line says of a job that has not ended.

    >>> from clustrix.jobs import JobStatus
    >>> live_words("fit", JobStatus(JobState.PENDING, reason="waiting for resources"), "4711", "", 7)
    'fit: job 4711 pending: waiting for resources  00:07'
    >>> live_words("fit", JobStatus(JobState.RUNNING, node="s17.nodes"), "4711", "", 12)
    'fit: job 4711 running on s17  00:12'
    """
    if status.state is JobState.STAGING:
        return f"{name}: {staging or 'staging'}  {short_time(seconds)}"
    number = f"job {job_id} " if job_id else ""
    return f"{name}: {number}{state_in_words(status)}  {short_time(seconds)}"


def last_words(future: Followed, seconds: float) -> str:
    """What stays of the line when the job has ended: ``fit: done on s17, peak 1.2 of 16 GB  00:13``."""
    words = state_in_words(future.last_status)
    used = future.usage.max_rss_bytes if future.usage else None
    peak = "" if used is None else f", peak {peak_of_asked(used, future.resources.memory_bytes)}"
    return f"{future.name}: {words}{peak}  {short_time(seconds)}"


def advice(asked: Resources, used: Usage) -> str:
    """What to ask for the next time, where far more was asked for than used; empty where it was about right.

    >>> advice(Resources(memory_bytes=16 << 30), Usage(max_rss_bytes=1288490189))
    'it used 1.2 GB of 16 GB: memory="2GB" would do, and may start sooner'
    """
    hints = []
    peak, memory = used.max_rss_bytes, asked.memory_bytes
    if peak is not None and memory is not None and memory >= max(_MUCH_MEMORY_BYTES, 4 * peak):
        enough = enough_memory(peak)
        hints.append((f"{format_memory(peak)} of {format_memory(memory)}", f'memory="{enough}"'))
    busy = _busy_cores(used)
    if busy is not None and asked.cores >= max(_MANY_CORES, 3 * busy):
        hints.append((f"{busy:.1f} of {asked.cores} cores", f"cores={max(1, round(busy + 0.4))}"))
    if not hints:
        return ""
    what, words = zip(*hints, strict=True)
    return f"it used {' and '.join(what)}: {', '.join(words)} would do, and may start sooner"


def _busy_cores(used: Usage) -> float | None:
    """How many cores were at work on average; None if it was too short to say."""
    if used.cpu_seconds is None or used.elapsed_seconds is None or used.elapsed_seconds < _LONG_RUN_SECONDS:
        return None
    return used.cpu_seconds / used.elapsed_seconds


def enough_memory(peak_bytes: int) -> str:
    """A round amount that leaves a third more than was used.

    >>> enough_memory(1288490189), enough_memory(5 << 20), enough_memory(40 << 30)
    ('2GB', '256MB', '64GB')
    """
    size = 256 << 20
    while size < peak_bytes * 4 / 3:
        size *= 2
    return format_memory(size).replace(" ", "")
