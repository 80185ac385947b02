"""Work for which the reading thread must not wait: answers, outcomes, and the callbacks of other people."""

from __future__ import annotations

from typing import TYPE_CHECKING, ParamSpec

from clustrix_remote.lane import Lane

if TYPE_CHECKING:
    from collections.abc import Callable

P = ParamSpec("P")

#: A callback may wait for another call, so there have to be many; they are made when all others are busy.
MAX_THREADS = 256

# Its threads end with the program: nobody who leaves waits for a network that is away.
_lane = Lane(MAX_THREADS)


def run_soon(function: Callable[P, object], /, *args: P.args, **kwargs: P.kwargs) -> None:
    """Have ``function`` called on another thread. It has to see to its own exceptions."""
    _lane.put(lambda: function(*args, **kwargs))
