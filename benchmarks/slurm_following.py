"""What comes after a submission on a real Slurm behind ssh: how soon an outcome is here, how fast data goes, who is asked.

- From the function's return to its value here: all nodes have this machine's clock, so the function tells when it ended.
- 100 MB there and back, against scp both ways and a call that carries nothing.
- The latency of the network: what a warm call costs more at 50 ms than at none, in round trips.
- A node that dies, from Slurm's own verdict to the error.
- Requests to slurmctld by the user, as sdiag counts them: for a call of a minute, and for one and for 1,000 waiting jobs
  within a minute (``--long``: some minutes more).
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from _timing import HEADER, Comparison, pairs, timed

sys.path.insert(0, str(Path(__file__).parent.parent))
from _floor import Floor
from slurm_call import requests_of_alice
from testbed import Testbed, reserved

import clustrix
from clustrix.connection import close_all

ENDINGS, TRANSFERS, WARM_RUNS = 20, 5, 15
DATA_BYTES = 100_000_000
LATENCY_SECONDS = 0.05
WAITING = 1_000


@clustrix.cluster
def nothing() -> None:
    """Do nothing."""


@clustrix.cluster
def sleep(seconds: float) -> None:
    time.sleep(seconds)


@clustrix.cluster
def ended() -> float:
    return time.time()


@clustrix.cluster(memory="1GB")
def same(data: bytes) -> bytes:
    return data


@clustrix.cluster(slurm={"begin": "now+1hour"})
def never() -> None:
    """Wait in the queue."""


def outcome_seconds() -> float:
    value = ended()
    return time.time() - value


def transfers(testbed: Testbed) -> Comparison:
    data = os.urandom(DATA_BYTES)

    def ours() -> None:
        if len(same(data)) != DATA_BYTES:
            raise RuntimeError("other data came back")

    with tempfile.TemporaryDirectory() as folder:
        Path(folder, "data").write_bytes(data)
        scp = ["scp", "-q", "-F", str(testbed.ssh_config)]

        def theirs() -> None:
            subprocess.run([*scp, f"{folder}/data", "hpc:data"], check=True)
            subprocess.run([*scp, "hpc:data", f"{folder}/back"], check=True)
            nothing()

        times, against = pairs(ours, theirs, TRANSFERS)
    return Comparison("100 MB there and back", times, against, 1.3 * median(against), over=False)


def latency(testbed: Testbed) -> Comparison:
    """What a warm call costs more than the floor at 50 ms, against the same at none."""
    over: list[list[float]] = []
    for seconds in (LATENCY_SECONDS, 0):
        testbed.latency(seconds)
        nothing()
        with Floor(testbed) as floor:
            timings = pairs(nothing, floor.call, WARM_RUNS)
        over.append([ours - against for ours, against in zip(*timings, strict=True)])
    # The floor has one round trip itself, so two more are left of three.
    return Comparison("over the floor: 50 ms and none", over[0], over[1], 2 * LATENCY_SECONDS)


def dead_node(testbed: Testbed) -> Comparison:
    with clustrix.using(slurm={"no-requeue": True}):
        future = sleep.submit(600)
        while not future.running():
            time.sleep(0.1)
        node = future.last_status.node.partition(".")[0]
        testbed.kill_node(node)
        while "node_fail" not in testbed.exec("login", ["sacct", "-X", "-j", str(future.job_id)]).stdout.lower():
            time.sleep(0.5)
        took = timed(lambda: future.exception(120))
    testbed.heal()
    return Comparison("a dead node, from Slurm's verdict", [took], [60.0], 60, over=False)


def asked_within_a_minute(testbed: Testbed, do: Callable[[], object]) -> int:
    before, began = requests_of_alice(testbed), time.monotonic()
    do()
    time.sleep(max(0.0, 60 - (time.monotonic() - began)))
    return requests_of_alice(testbed) - before


def questions(testbed: Testbed) -> bool:
    """Whether the limits on questions are kept."""
    minute = asked_within_a_minute(testbed, lambda: sleep(59))
    print(f"a call of a minute: {minute} requests to slurmctld (limit 6)", flush=True)
    told = {}
    for jobs in (1, WAITING):
        futures = [never.submit() for _ in range(jobs)]
        for future in futures:
            while future.job_id is None and not future.done():
                time.sleep(0.01)
        told[jobs] = asked_within_a_minute(testbed, lambda: None)
        print(f"{jobs} waiting: {told[jobs]} requests in a minute", flush=True)
        for future in futures:
            future.cancel()
        testbed.exec("login", ["scancel", "--user", "alice"])
        close_all()
    return minute <= 6 and told[WAITING] <= told[1]


def main() -> int:
    rows = []
    with (
        reserved() as testbed,
        clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config), environment=None),
    ):
        print(HEADER)
        ended()
        seconds = [outcome_seconds() for _ in range(ENDINGS)]
        rows.append(Comparison("from return to value", seconds, [0.1] * ENDINGS, 0.1, over=False))
        print(rows[-1], flush=True)
        for measure in (transfers, latency, dead_node):
            rows.append(measure(testbed))
            print(rows[-1], flush=True)
        kept = questions(testbed) if "--long" in sys.argv else True
        close_all()
    return 0 if kept and all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
