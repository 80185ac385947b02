"""Maps of calls that do nothing, on a real Slurm behind ssh, against arrays written by hand.

One call a task against an array of ``python3 -c pass``; in chunks against an array of ten tasks, each of which makes as
many calls in one Python and writes their values into a file. Both floors make one file for each task, which a shell on
the login node looks for every 10 ms.
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

from _timing import HEADER, Comparison, pairs, timed

sys.path.insert(0, str(Path(__file__).parent.parent))
from _floor import Floor
from testbed import Testbed, reserved

import clustrix
from clustrix.connection import close_all

CHUNKS = 10
#: Of the array: one call a task, and in chunks.
ONE_RATIO, CHUNK_RATIO = 1.3, 1.2
_CALLS_OF_A_TASK = (
    "'import json; print(json.dumps([(lambda x: x)(x) for x in range({calls})]))' >floor/out.$SLURM_ARRAY_TASK_ID"
)


@clustrix.cluster
def nothing(x: int) -> int:
    return x


def compare(testbed: Testbed, calls: int, chunk: int, runs: int) -> Comparison:
    """Time a map and its floor in turns, after one of each that does not count."""
    code = "pass" if chunk == 1 else _CALLS_OF_A_TASK.format(calls=chunk)

    def make() -> None:
        if list(nothing.map(range(calls), chunksize=chunk)) != list(range(calls)):
            raise RuntimeError("wrong values")

    with Floor(testbed) as floor:
        if runs > 1:
            ours, against = pairs(make, lambda: floor.array(calls // chunk, code), runs)
        else:  # it takes so long that a first time does not matter
            ours, against = [timed(make)], [timed(lambda: floor.array(calls // chunk, code))]
    ratio = ONE_RATIO if chunk == 1 else CHUNK_RATIO
    return Comparison(f"{calls:,} calls, {chunk} a task", ours, against, ratio * median(against), over=False)


def main() -> int:
    rows = []
    with (
        reserved() as testbed,
        clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config), environment=None),
    ):
        nothing(0)
        print(HEADER)
        for calls, chunk, runs in ((100, 1, 5), (100, 10, 9), (1_000, 100, 9), (1_000, 1, 1)):
            rows.append(compare(testbed, calls, chunk, runs))
            print(rows[-1], flush=True)
        close_all()
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
