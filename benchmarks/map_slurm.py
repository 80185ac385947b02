"""Maps of 100 calls that do nothing, on a real Slurm behind ssh, against arrays written by hand.

One call a task against an array of ``python3 -c pass``; in chunks of ten against an array of ten tasks, each of which
makes ten calls in one Python and writes their values into a file. Both floors make one file for each task, which a
shell on the login node looks for every 10 ms.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from statistics import median

from _timing import HEADER, Comparison, timed

sys.path.insert(0, str(Path(__file__).parent.parent))
from testbed import Testbed, reserved

import clustrix
from clustrix.connection import close_all

CALLS, CHUNK = 100, 10
RUNS = 5

_SCRIPT = "#!/bin/sh\npython3 -c {code}\n: > floor/$1.$SLURM_ARRAY_TASK_ID\n"
_CALLS_OF_A_TASK = (
    "'import json; print(json.dumps([(lambda x: x)(x) for x in range(10)]))' >floor/out.$SLURM_ARRAY_TASK_ID"
)


@clustrix.cluster
def nothing(x: int) -> int:
    return x


class Floor:
    """An array written by hand, submitted over an ssh pipe that is open already."""

    def __init__(self, testbed: Testbed, code: str) -> None:
        command = testbed.ssh_command("hpc", "exec", "sh")
        self._shell = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self._number = 0
        self._do("rm -rf floor; mkdir floor; cat > floor/job.sh <<'END'\n" + _SCRIPT.format(code=code) + "END")

    def map(self, tasks: int) -> None:
        self._number += 1
        self._do(
            f"sbatch -o /dev/null -a 0-{tasks - 1} floor/job.sh {self._number} >/dev/null; "
            f"until [ $(ls floor | grep -c '^{self._number}[.]') -eq {tasks} ]; do sleep 0.01; done"
        )

    def _do(self, commands: str) -> None:
        assert self._shell.stdin is not None
        assert self._shell.stdout is not None
        self._shell.stdin.write(f"{commands}\necho done\n")
        self._shell.stdin.flush()
        while (line := self._shell.stdout.readline()) != "done\n":
            if not line:
                raise RuntimeError("the floor's shell has ended")

    def close(self) -> None:
        self._shell.communicate()


def compare(testbed: Testbed, title: str, code: str, chunk: int, at_most: float) -> Comparison:
    """Time a map and its floor in turns."""
    floor = Floor(testbed, code)
    ours, against = [], []

    def make() -> None:
        if list(nothing.map(range(CALLS), chunksize=chunk)) != list(range(CALLS)):
            raise RuntimeError("wrong values")

    make(), floor.map(CALLS // chunk)
    for _ in range(RUNS):
        ours.append(timed(make))
        against.append(timed(lambda: floor.map(CALLS // chunk)))
    floor.close()
    return Comparison(title, ours, against, (at_most - 1) * median(against))


def main() -> int:
    rows = []
    with (
        reserved() as testbed,
        clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config), environment=None),
    ):
        print(HEADER)
        for title, code, chunk, at_most in (
            (f"{CALLS} calls, one a task", "pass", 1, 1.3),
            (f"{CALLS} calls, {CHUNK} a task", _CALLS_OF_A_TASK, CHUNK, 1.2),
        ):
            rows.append(compare(testbed, title, code, chunk, at_most))
            print(rows[-1])
        close_all()
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
