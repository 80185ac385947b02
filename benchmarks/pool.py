"""Calls of a warm pool, made from the laptop, against the pool's own engine driven by Parsl on the login node.

Both have as many workers, each a job, with the same engine in the same environment; both are warm before anything is
measured. The engine counts the seconds of its own rounds, so that no network is among them. It is driven in two ways:
by Parsl, as its users do, and past Parsl's bookkeeping, which is the most that it can do.
"""

from __future__ import annotations

import sys
import time
from pathlib import Path
from statistics import median

from _timing import HEADER, Comparison, timed

sys.path.insert(0, str(Path(__file__).parent.parent))
from _floor import Program
from testbed import Testbed, reserved

import clustrix
from clustrix.config import current_config
from clustrix.connection import close_all
from clustrix.pool_engine import engine_room
from clustrix.warm_pool import Pool

WORKERS, CALLS = 4, 1_000
RUNS, SINGLE_RUNS = 7, 41
#: Of the engine's own rate.
RATE = 0.8
LATENCIES_MS = (0, 50)
LIMIT_SECONDS = 60.0
_PEERS = Path(__file__).parent / "_peers.py"


def nothing(x: int) -> int:
    return x


def where(_: int) -> int:
    """Keep a worker for a moment; gives the process that made the call."""
    import os
    import time

    time.sleep(0.1)
    return os.getpid()


def warm_up(pool: Pool) -> None:
    """Make calls until all workers have made some."""
    end = time.monotonic() + LIMIT_SECONDS
    while len(set(pool.map(where, range(4 * WORKERS), timeout=LIMIT_SECONDS))) < WORKERS:
        if time.monotonic() > end:
            raise RuntimeError("not all workers of the pool have come")
    many(pool)


def many(pool: Pool) -> None:
    if list(pool.map(nothing, range(CALLS), timeout=LIMIT_SECONDS)) != list(range(CALLS)):
        raise RuntimeError("wrong values")


def one(pool: Pool) -> None:
    pool.submit(nothing, 1).result(LIMIT_SECONDS)


def compare_many(pool: Pool, parsl: Program, engine: Program, latency_ms: int) -> list[Comparison]:
    """The rates, in turns."""
    ours, by_parsl, bare = [], [], []
    for _ in range(RUNS):
        ours.append(timed(lambda: many(pool)))
        by_parsl.append(float(parsl.do(str(CALLS))))
        bare.append(float(engine.do(str(CALLS))))
    return [
        Comparison(f"{CALLS:,} calls, {latency_ms} ms; {by}", ours, against, median(against) / RATE, over=False)
        for by, against in (("engine driven by Parsl", by_parsl), ("engine alone", bare))
    ]


def compare_one(pool: Pool, engine: Program, shell: Program, latency_ms: int) -> Comparison:
    """One call after another, against the engine's own and a round trip of the network."""
    ours, theirs, round_trips = [], [], []
    for _ in range(SINGLE_RUNS):
        ours.append(timed(lambda: one(pool)))
        theirs.append(float(engine.do("1")))
        round_trips.append(timed(lambda: shell.do(":")))
    limit = median(round_trips) + 2 * median(theirs)
    return Comparison(f"one call, {latency_ms} ms", ours, theirs, limit, over=False)


def measure(testbed: Testbed, pool: Pool, parsl: Program, engine: Program) -> list[Comparison]:
    rows: list[Comparison] = []
    with Program(testbed) as shell:
        for latency_ms in LATENCIES_MS:
            testbed.latency(latency_ms / 1000)
            many(pool), parsl.do(str(CALLS)), engine.do(str(CALLS)), shell.do(":")
            rows += [*compare_many(pool, parsl, engine, latency_ms), compare_one(pool, engine, shell, latency_ms)]
            print(*rows[-3:], sep="\n", flush=True)
    testbed.latency(0)
    return rows


def main() -> int:
    words = {"workers": WORKERS, "time": "00:20:00"}
    with (
        reserved() as testbed,
        clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config), environment=None),
    ):
        python = engine_room(current_config()).prepared.python
        with Program(testbed) as shell:
            shell.put("peers.py", _PEERS.read_text(encoding="utf-8"))
        with (
            Program(testbed, python, "peers.py", "parsl", str(WORKERS)) as parsl,
            Program(testbed, python, "peers.py", "engine", str(WORKERS)) as engine,
            clustrix.pool(**words) as pool,
        ):
            warm_up(pool)
            print(HEADER)
            rows = measure(testbed, pool, parsl, engine)
        close_all()
    return 0 if all(row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
