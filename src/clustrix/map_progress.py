"""The one line that tells, while somebody waits for a map's values in a terminal, how far it is."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from concurrent.futures import Future
from concurrent.futures import wait as wait_for
from typing import TYPE_CHECKING, Any

from clustrix.jobs import JobState
from clustrix.pictures import strip_html
from clustrix.resources import format_time
from clustrix.screens import Cell, in_notebook

if TYPE_CHECKING:
    from clustrix.map_futures import CallFuture

#: Nothing is shown of a map that takes less; then the line is brought up to date so often.
DELAY_SECONDS = 1.0
TICK_SECONDS = 0.5


def progress_text(states: Sequence[JobState], seconds: float) -> str:
    """How far a map is.

    >>> done, runs, waits = JobState.DONE, JobState.RUNNING, JobState.PENDING
    >>> progress_text([done, done, runs, waits], 4.0)
    '2 of 4 done, 1 running, 1 pending; 0.5 a second, 00:00:04 to go'
    """
    failed = sum(state.ended and state is not JobState.DONE for state in states)
    done = sum(state is JobState.DONE for state in states)
    running = sum(state is JobState.RUNNING for state in states)
    pending = len(states) - failed - done - running
    counts = ((running, "running"), (pending, "pending"), (failed, "failed"))
    text = ", ".join([f"{done} of {len(states)} done", *(f"{number} {word}" for number, word in counts if number)])
    rate = (done + failed) / seconds if seconds > 0 else 0.0
    if rate:
        text += f"; {rate:.3g} a second, {format_time(round((running + pending) / rate))} to go"
    return text


class Progress:
    """Shows how far a map is while somebody waits for one of its calls; only in a terminal or a notebook."""

    def __init__(self, futures: Sequence[CallFuture[Any]]) -> None:
        self._futures = futures
        self._began = time.monotonic()
        self._cell: Cell | None = None

    def wait(self, future: Future[Any], seconds: float | None) -> None:
        """Wait until the future is done, at most so long."""
        if future.done() or not (in_notebook() or (sys.stderr is not None and sys.stderr.isatty())):
            return
        end = None if seconds is None else time.monotonic() + seconds
        shown = False
        pause = max(TICK_SECONDS, DELAY_SECONDS - (time.monotonic() - self._began))
        try:
            while not future.done() and (end is None or time.monotonic() < end):
                left = pause if end is None else min(pause, end - time.monotonic())
                if wait_for([future], max(0.0, left)).done:
                    break
                self._show()
                shown, pause = True, TICK_SECONDS
        finally:
            if shown:
                self._hide()

    def _show(self) -> None:
        states = [each.last_status.state for each in self._futures]
        text = progress_text(states, time.monotonic() - self._began)
        if in_notebook():
            self._cell = self._cell or Cell()
            self._cell.draw(text, strip_html(states))
        else:
            sys.stderr.write(f"\r\x1b[K{text}")
            sys.stderr.flush()

    def _hide(self) -> None:
        if self._cell is None:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
        elif all(each.done() for each in self._futures):
            self._show()  # the last picture stays
