"""What a call costs that does nothing, once everything is warm, against starting the same Python to do nothing.

The last row is a call in this very process, as the tests of a user's program make it.
"""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from _timing import Comparison, in_turns, python, show

from clustrix import cluster, configure
from clustrix.testing import inline_calls

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "stdlib_census"))
from interpreters import other_python

RUNS = 31
LIMIT = 0.060
INLINE_LIMIT = 0.020


@cluster
def nothing():
    """Return at once."""


def compare(executable: str, title: str) -> Comparison:
    configure(cluster_type="local", python_executable=executable)
    ours, against = in_turns(nothing, partial(python, executable, "pass"), RUNS)
    return Comparison(f"warm call, {title}", ours, against, LIMIT)


def compare_inline() -> Comparison:
    with inline_calls():
        ours, against = in_turns(nothing, partial(python, sys.executable, "pass"), RUNS)
    return Comparison("warm call, inline", ours, against, INLINE_LIMIT, over=False)


def main() -> int:
    other = other_python()
    comparisons = [compare(sys.executable, "the same Python")]
    if other:
        comparisons.append(compare(other, Path(other).name))
    comparisons.append(compare_inline())
    return show(comparisons)


if __name__ == "__main__":
    sys.exit(main())
