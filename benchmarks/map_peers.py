"""Maps of calls that do nothing, on a real Slurm, beside other packages that are installed on its login node.

Ours are made from the laptop, behind ssh; the others on the login node, where they have to be, and by whose clock they are
timed. They are in an environment that is built for them there, from wheels that are sent: the login node reaches no index.
With ``--long`` also 1,000 calls with a job each, which take submitit some minutes.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

from _timing import HEADER, Comparison, timed

sys.path.insert(0, str(Path(__file__).parent.parent))
from _floor import Program
from testbed import Testbed, reserved

import clustrix
from clustrix import environments
from clustrix.config import current_config
from clustrix.connection import close_all
from clustrix.reached import connect

PACKAGES = ("submitit", "executorlib[cluster]", "parsl", "dask-jobqueue")
#: What all of them run with.
FIRST_PYTHON, PYTHON_AFTER = (3, 10), (3, 14)
WORKERS = 4
JOB_RUNS, WARM_RUNS = 2, 7
LIMIT_SECONDS = 600.0


@clustrix.cluster
def nothing(x: int) -> int:
    return x


def peers_python() -> str:
    """The Python of an environment with the other packages, built on the login node."""
    config = replace(current_config(), environment=PACKAGES)
    link = connect(config)
    hello = link.channel().hello
    chosen = environments.newest_between(link, config, FIRST_PYTHON, PYTHON_AFTER, hello.hostname, "it")
    return environments.prepare(config, chosen, {}, peers_python, hello, link).python


def mapped(make: Callable[..., object], calls: int) -> Callable[[], None]:
    """A map of so many calls by ``make``."""

    def run() -> None:
        if list(make(calls)) != list(range(calls)):  # type: ignore[call-overload]
            raise RuntimeError("wrong values")

    return run


def compare(title: str, ours: Callable[[], None], peer: Program, calls: int, runs: int) -> Comparison | None:
    """Both in turns, after one time of each that does not count if there are many; None if the peer fails here."""
    mine, theirs = [], []
    try:
        for _ in range(runs + (runs > JOB_RUNS)):
            mine.append(timed(ours))
            theirs.append(float(peer.do(str(calls))))
    except (RuntimeError, OSError) as error:
        print(f"{title:<44}cannot be run here: {error}", flush=True)
        return None
    first = len(mine) - runs
    row = Comparison(title, mine[first:], theirs[first:], sorted(theirs[first:])[runs // 2], over=False)
    print(row, flush=True)
    return row


def with_jobs(peer_named: Callable[[str], Program]) -> list[Comparison | None]:
    """A job for each call."""
    rows = []
    for name in ("submitit", "executorlib"):
        with peer_named(name) as peer:
            ours = mapped(lambda calls: nothing.map(range(calls), timeout=LIMIT_SECONDS), 100)
            rows.append(compare(f"100 calls, a job each; {name}", ours, peer, 100, JOB_RUNS))
            if "--long" in sys.argv and name == "submitit":
                ours = mapped(lambda calls: nothing.map(range(calls), timeout=LIMIT_SECONDS), 1_000)
                rows.append(compare(f"1,000 calls, a job each; {name}", ours, peer, 1_000, 1))
    return rows


def with_workers(peer_named: Callable[[str], Program]) -> list[Comparison | None]:
    """Workers that stay."""
    rows = []
    with ExitStack() as stack:
        peers = {name: stack.enter_context(peer_named(name)) for name in ("parsl", "dask_jobqueue")}
        pool = stack.enter_context(clustrix.pool(workers=WORKERS, time="00:20:00"))
        for calls in (100, 1_000):
            ours = mapped(lambda calls: pool.map(nothing, range(calls), timeout=LIMIT_SECONDS), calls)
            for name, peer in peers.items():
                rows.append(compare(f"{calls:,} calls, workers; {name}", ours, peer, calls, WARM_RUNS))
    return rows


def measure(testbed: Testbed) -> list[Comparison | None]:
    python = peers_python()
    with Program(testbed) as shell:
        shell.put("peers.py", (Path(__file__).parent / "_peers.py").read_text(encoding="utf-8"))

    def peer_named(name: str) -> Program:
        return Program(testbed, python, "peers.py", name, str(WORKERS))

    nothing(0)
    print(HEADER)
    return with_jobs(peer_named) + with_workers(peer_named)


def main() -> int:
    with (
        reserved() as testbed,
        clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config), environment=None),
    ):
        rows = measure(testbed)
        close_all()
    return 0 if all(row is not None and row.met for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
