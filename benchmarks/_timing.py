"""Time two things side by side, and say what came out.

A machine's speed changes from minute to minute, so nothing is compared across runs: what is measured and what it is
measured against take turns, and the medians of the pairs' differences and ratios are told.
"""

from __future__ import annotations

import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from statistics import median

HEADER = f"{'':<44}{'ours':>10}{'against':>10}{'over':>10}{'limit':>10}{'ratio':>8}{'least':>8}"


@dataclass(frozen=True)
class Comparison:
    """Seconds, taken in pairs. ``limit`` is what ours may take, or with ``over`` what it may take on top."""

    name: str
    ours: Sequence[float]
    against: Sequence[float]
    limit: float
    over: bool = True

    @property
    def difference(self) -> float:
        """The median of what ours took more."""
        return median(ours - against for ours, against in zip(self.ours, self.against, strict=True))

    @property
    def ratio(self) -> float:
        """The median of how many times as long ours took."""
        return median(ours / against for ours, against in zip(self.ours, self.against, strict=True))

    @property
    def least(self) -> float:
        """The ratio of the shortest times: what another program's turn on the machine disturbs least."""
        return min(self.ours) / min(self.against)

    @property
    def met(self) -> bool:
        """Whether the limit is kept."""
        return (self.difference if self.over else median(self.ours)) <= self.limit

    def __str__(self) -> str:
        cells = median(self.ours), median(self.against), self.difference, self.limit
        times = "".join(f"{1000 * seconds:>7.1f} ms" for seconds in cells)
        return f"{self.name:<44}{times}{self.ratio:>7.2f}x{self.least:>7.2f}x{'' if self.met else '  MISSED'}"


def timed(call: Callable[[], object]) -> float:
    """Return the seconds that a call takes."""
    start = time.perf_counter()
    call()
    return time.perf_counter() - start


def in_turns(ours: Callable[[], object], against: Callable[[], object], runs: int) -> tuple[list[float], list[float]]:
    """Time both, after one call of each that is not counted (caches, bytecode)."""
    ours(), against()
    pairs = [(timed(ours), timed(against)) for _ in range(runs)]
    return [pair[0] for pair in pairs], [pair[1] for pair in pairs]


def at_fraction(fraction: float, call: Callable[[], object]) -> float:
    """Wait until the clock shows this fraction of a second, then time the call."""
    time.sleep((fraction - time.time()) % 1.0)
    return timed(call)


def pairs(
    ours: Callable[[], object], floor: Callable[[], object], runs: int, before: Callable[[], object] = lambda: None
) -> tuple[list[float], list[float]]:
    """Time both at the same fractions of a second, in turns; ``before`` ours, something that is not timed."""
    timings: list[tuple[float, float]] = []
    ours(), floor()
    for run in range(runs):
        before()
        timings.append((at_fraction(run / runs, ours), at_fraction(run / runs, floor)))
    return [pair[0] for pair in timings], [pair[1] for pair in timings]


def python(executable: str, code: str) -> None:
    """Run a piece of code in a fresh interpreter."""
    subprocess.run([executable, "-c", code], stdin=subprocess.DEVNULL, check=True)


def show(comparisons: Sequence[Comparison]) -> int:
    """Print the table; return an exit code: 0 if all limits are kept."""
    print(HEADER)
    for comparison in comparisons:
        print(comparison)
    return 0 if all(comparison.met for comparison in comparisons) else 1
