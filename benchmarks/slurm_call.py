"""Calls on a real Slurm behind ssh: warm and cold, at no latency and at 50 ms; deaths; what the controller is asked.

The floor of a call is what remains when nothing is carried: a bare loop over an ssh pipe that is open already: sbatch
of a Python script that does nothing but make a file, which is looked for every 10 ms on the login node.

Slurm starts jobs at certain moments of each second, so that one waits for 0.1 to 0.7 s depending on when it was
submitted. Therefore each pair of a call and a floor begins at the same fraction of a second, another one for each pair.
"""

from __future__ import annotations

import os
import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

from _timing import HEADER, Comparison, pairs, timed

sys.path.insert(0, str(Path(__file__).parent.parent))
from _floor import Floor
from testbed import Testbed, reserved

import clustrix
from clustrix.connection import close_all
from clustrix.errors import JobError
from clustrix_remote import wire

WARM_RUNS = 25
COLD_RUNS = 7
DEATHS = 7


@clustrix.cluster
def nothing() -> None:
    """Do nothing."""


@clustrix.cluster
def die(how: str) -> None:
    print(f"died at {time.time()}", flush=True)
    if how == "memory":
        bytearray(400 << 20)
    elif how == "exit":
        os._exit(3)
    else:
        os.kill(os.getpid(), 9)


@clustrix.cluster
def sleep(seconds: float) -> None:
    time.sleep(seconds)


def make_cold(testbed: Testbed) -> None:
    """Nothing on the cluster, and no connection."""
    close_all()
    testbed.exec("login", ["rm", "-rf", "/home/alice/.clustrix"])


def seconds_from_death(how: str) -> float:
    """From the last thing that the function does to the error here; all nodes have this machine's clock."""
    with clustrix.using(memory="128MB"):
        future = die.submit(how)
        error = future.exception(60)
    told = time.time()
    if not isinstance(error, JobError):
        raise RuntimeError(f"the call should have died: {error!r}")
    died = re.search(r"died at ([\d.]+)", future.logs())
    if died is None:
        raise RuntimeError("the log of a dead job is gone")
    return told - float(died[1])


def cancelled(testbed: Testbed) -> float:
    """From scancel's end to the error."""
    future = sleep.submit(60)
    while not future.running():
        time.sleep(0.01)
    testbed.exec("login", ["scancel", str(future.job_id)], user="alice")
    return timed(lambda: future.exception(30))


def bytes_sent(call: Callable[[], object]) -> tuple[int, int]:
    """How many bytes a call sends, and in how many frames."""
    sizes: list[int] = []
    original = wire.write_frame

    class Counting:
        def __init__(self, stream: object) -> None:
            self._stream = stream

        def write(self, data: bytes) -> object:
            sizes[-1] += len(data)
            return self._stream.write(data)  # type: ignore[attr-defined]

        def flush(self) -> None:
            self._stream.flush()  # type: ignore[attr-defined]

    def counting(stream: object, *frame: object) -> None:
        sizes.append(0)
        original(Counting(stream), *frame)

    wire.write_frame = counting
    try:
        call()
        return sum(sizes), len(sizes)
    finally:
        wire.write_frame = original


def requests_of_alice(testbed: Testbed) -> int:
    """How often slurmctld was asked by the user."""
    told = testbed.exec("login", ["sdiag"]).stdout
    found = re.search(r"^\s*alice\s.*count:(\d+)", told, re.MULTILINE)
    return int(found[1]) if found else 0


def asked(testbed: Testbed, call: Callable[[], object]) -> int:
    before = requests_of_alice(testbed)
    call()
    time.sleep(0.5)
    return requests_of_alice(testbed) - before


def main() -> int:
    rows: list[Comparison] = []
    with (
        reserved() as testbed,
        clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config), environment=None),
    ):
        print(HEADER)
        for latency_ms, cold_limit in ((0, 1.0), (50, 1.5)):
            testbed.latency(latency_ms / 1000)
            nothing()
            with Floor(testbed) as floor:
                ours, against = pairs(nothing, floor.call, WARM_RUNS)
                rows.append(Comparison(f"warm call, {latency_ms} ms", ours, against, 0.25 * median(against)))
                print(rows[-1])
                ours, against = pairs(nothing, floor.call, COLD_RUNS, lambda: make_cold(testbed))
                rows.append(Comparison(f"cold call, {latency_ms} ms", ours, against, cold_limit, over=False))
                print(rows[-1])
        testbed.latency(0)
        nothing()
        for how in ("kill", "exit", "memory"):
            seconds = [seconds_from_death(how) for _ in range(DEATHS)]
            rows.append(Comparison(f"death to error: {how}", seconds, [0.3] * DEATHS, 0.3, over=False))
            print(rows[-1])
        seconds = [cancelled(testbed) for _ in range(DEATHS)]
        rows.append(Comparison("scancel to error", seconds, [0.3] * DEATHS, 0.3, over=False))
        print(rows[-1])
        size, frames = bytes_sent(nothing)
        print(f"a warm call sends {size} bytes in {frames} frames; {asked(testbed, nothing)} requests to slurmctld")
        if "--long" in sys.argv:
            print(f"a call of 60 s: {asked(testbed, lambda: sleep(60))} requests to slurmctld")
        close_all()
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
