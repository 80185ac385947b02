"""Calls under randomly made faults: ``./dev soak [MINUTES]``.

Each call appends its number to a file of its own on the cluster; at the end every call must have given its value, and
have run once.
"""

import random
import sys
import threading
import time
from collections.abc import Callable
from concurrent.futures import wait
from typing import Any

from testbed import Testbed, reserved

import clustrix
from clustrix.connection import close_all, ssh
from clustrix.errors import ConnectError
from clustrix.futures import JobFuture

#: So many calls are under way at once.
AT_ONCE = 12


def count(path: str, number: int) -> int:
    with open(path, "a") as stream:
        stream.write(f"{number}\n")
    return number


def faults(testbed: Testbed) -> tuple[Callable[[], None], ...]:
    """What is done to the cluster, by turns of chance; each is over after some seconds."""

    def cut() -> None:
        testbed.cut()
        time.sleep(random.uniform(0.2, 5))
        testbed.mend()

    def no_scheduler() -> None:
        testbed.pause_slurmctld()
        time.sleep(random.uniform(0.2, 5))
        testbed.resume_slurmctld()

    def no_agents() -> None:
        testbed.exec("login", ["pkill", "-KILL", "-u", "alice", "-f", "clustrix-agent"], check=False)

    return cut, no_scheduler, no_agents, testbed.drop_sessions


def break_things(testbed: Testbed, stop: threading.Event) -> None:
    while not stop.wait(random.uniform(1, 6)):
        random.choice(faults(testbed))()


def soak(testbed: Testbed, minutes: float) -> list[str]:
    """Make calls for so long; gives what went wrong."""
    stop = threading.Event()
    futures: dict[JobFuture[Any], int] = {}
    breaker = threading.Thread(target=break_things, args=(testbed, stop))
    breaker.start()
    deadline = time.monotonic() + 60 * minutes
    call = clustrix.cluster(count)
    with clustrix.using(cluster_host="hpc", ssh_config=str(testbed.ssh_config), environment=None, cores=1):
        while time.monotonic() < deadline:
            try:
                futures[call.submit(f"/home/alice/soak.{len(futures)}", len(futures))] = len(futures)
            except ConnectError as refused:
                print(f"not submitted: {refused}", flush=True)
            open_ones = [each for each in futures if not each.done()]
            if len(open_ones) >= AT_ONCE:
                wait(open_ones, 60, "FIRST_COMPLETED")
        stop.set()
        breaker.join()
        wait(futures, 180)
    wrong = []
    for future, number in futures.items():
        path = testbed.path("login", f"/home/alice/soak.{number}")
        runs = len(path.read_text().splitlines()) if path.exists() else 0
        error = "still waiting" if not future.done() else future.exception()
        if error is not None or future.result() != number or runs != 1:
            wrong.append(f"{future.key}: run {runs} times; {error}")
    print(f"{len(futures)} calls, {len(wrong)} wrong", flush=True)
    return wrong


if __name__ == "__main__":
    ssh.has_terminal = lambda: False
    with reserved() as chosen:
        found = soak(chosen, float(sys.argv[1]) if len(sys.argv) > 1 else 10)
        close_all()
    sys.exit("\n".join(found) or None)
