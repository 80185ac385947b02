"""How many calls become which jobs, arrays and chunks: pure arithmetic.

A map is cut into parts; each part is one job, an array if it has several tasks, numbered from 0 because a site's limit
caps the number and not the count. Each task makes ``chunk`` calls, the last one what is left.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from clustrix.resources import Resources

#: Start-up shall take at most this part of the work.
START_UP_SHARE = 0.05
#: What a task costs beside its calls: the scheduler's work, Python's start, loading the function.
TASK_SECONDS = 0.5
#: An automatic chunk shall not last longer, so that there is something to see and little to lose.
LONGEST_CHUNK_SECONDS = 600.0


@dataclass(frozen=True)
class SiteLimits:
    """What a site allows; ``None`` where it says nothing.

    ``array_size`` is one more than the largest number of a task (Slurm's MaxArraySize), 0 or 1 where arrays are off;
    ``submitted`` is how many tasks of a user may wait or run at the same time.
    """

    array_size: int | None = None
    submitted: int | None = None

    @property
    def tasks_per_job(self) -> int | None:
        """How many tasks a job can have."""
        known = [max(1, limit) for limit in (self.array_size, self.submitted) if limit is not None]
        return min(known, default=None)

    def within(self, other: SiteLimits) -> SiteLimits:
        """The narrower of both.

        >>> SiteLimits(1001, None).within(SiteLimits(500, 10))
        SiteLimits(array_size=500, submitted=10)
        """
        return SiteLimits(_smaller(self.array_size, other.array_size), _smaller(self.submitted, other.submitted))


def _smaller(one: int | None, other: int | None) -> int | None:
    return min((limit for limit in (one, other) if limit is not None), default=None)


@dataclass(frozen=True)
class Part:
    """One job of a map: the calls from number ``first`` on, ``count`` of them, ``chunk`` in each task.

    A task makes its calls in ``workers`` processes. ``resources`` are those of calls that are made again with others than at first.
    """

    first: int
    count: int
    chunk: int = 1
    resources: Resources | None = None
    workers: int = 1

    @property
    def tasks(self) -> int:
        return -(-self.count // self.chunk)

    @property
    def word(self) -> str:
        """What the runner is told of it (see clustrix_remote/several.py)."""
        return f"{self.first}:{self.count}:{self.chunk}" + (f":{self.workers}" if self.workers > 1 else "")

    def calls(self, task: int) -> range:
        """The numbers of a task's calls.

        >>> Part(100, 5, 2).calls(2)
        range(104, 105)
        """
        return range(self.first + task * self.chunk, min(self.first + (task + 1) * self.chunk, self.first + self.count))


def plan_parts(count: int, chunk: int = 1, limits: SiteLimits | None = None, first: int = 0) -> list[Part]:
    """The jobs for ``count`` calls; as few as the limits allow.

    >>> parts = plan_parts(2500, limits=SiteLimits(array_size=1001))
    >>> [(part.first, part.count, part.chunk) for part in parts]
    [(0, 1001, 1), (1001, 1001, 1), (2002, 498, 1)]
    >>> [(part.first, part.count, part.chunk) for part in plan_parts(10, chunk=4)]
    [(0, 10, 4)]
    """
    chunk = max(1, min(chunk, count))
    at_most = (limits or SiteLimits()).tasks_per_job
    step = count if at_most is None else at_most * chunk
    return [Part(start, min(step, first + count - start), chunk) for start in range(first, first + count, max(1, step))]


def split(part: Part, limits: SiteLimits) -> list[Part]:
    """A part that was refused, cut to narrower limits."""
    return [
        replace(piece, resources=part.resources, workers=part.workers)
        for piece in plan_parts(part.count, part.chunk, limits, part.first)
    ]


def runs(numbers: Sequence[int]) -> list[tuple[int, int]]:
    """Which numbers follow each other: the first of each run, and how many.

    >>> runs([7, 3, 4, 5])
    [(3, 3), (7, 1)]
    """
    found: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if found and sum(found[-1]) == number:
            found[-1] = (found[-1][0], found[-1][1] + 1)
        else:
            found.append((number, 1))
    return found


def narrower(part: Part, limits: SiteLimits) -> SiteLimits:
    """What to try when a site refuses an array for its size and does not say which size it takes: half of it."""
    return limits.within(replace(limits, array_size=max(1, part.tasks // 2)))


def automatic_chunk(call_seconds: Sequence[float], calls_left: int, slots: int) -> int:
    """How many calls a task shall make, by how long the first ones took: start-up below its share of the work.

    But never so many that some of the ``slots`` tasks that may run at the same time have nothing to do.

    >>> automatic_chunk([0.001], 100000, 100), automatic_chunk([2.0], 100000, 100), automatic_chunk([60.0], 1000, 100)
    (1000, 5, 1)
    """
    seconds = max(sum(call_seconds) / len(call_seconds), 1e-6)
    enough = TASK_SECONDS * (1 - START_UP_SHARE) / START_UP_SHARE / seconds
    longest = max(1.0, LONGEST_CHUNK_SECONDS / seconds)
    fair = -(-calls_left // max(1, slots))
    return max(1, min(int(-(-enough // 1)), int(longest), fair))
