"""What a call costs that does nothing, once everything is warm, against starting the same Python to do nothing."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

from _timing import Comparison, in_turns, python, show

from clustrix import cluster, configure

sys.path.insert(0, str(Path(__file__).parent.parent / "examples" / "stdlib_census"))
from interpreters import other_python

RUNS = 31
LIMIT = 0.060


@cluster
def nothing():
    """Return at once."""


def compare(executable: str, title: str) -> Comparison:
    configure(cluster_type="local", python_executable=executable)
    ours, against = in_turns(nothing, partial(python, executable, "pass"), RUNS)
    return Comparison(f"warm call, {title}", ours, against, LIMIT)


def main() -> int:
    other = other_python()
    comparisons = [compare(sys.executable, "the same Python")]
    if other:
        comparisons.append(compare(other, Path(other).name))
    return show(comparisons)


if __name__ == "__main__":
    sys.exit(main())
