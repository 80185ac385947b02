"""The engine of a pool driven by Parsl itself: runs on the login node, by the Python of the engine's environment.

It takes ``many N``, calls made through Parsl, and ``bare N``, calls given to its HighThroughputExecutor directly: all at once,
until the last has its value. It says the seconds. Its workers have all come before it says a word.
"""

import os
import sys
import time

import parsl
from parsl.executors import HighThroughputExecutor
from parsl.launchers import SimpleLauncher
from parsl.providers import SlurmProvider

COME_SECONDS = 60


def nothing(x):
    return x


def opened(workers):
    """The executor and its workers: each a job that makes one call at a time, and encrypted as a pool's are."""
    executor = HighThroughputExecutor(
        label="floor",
        encrypted=True,
        max_workers_per_node=1,
        provider=SlurmProvider(
            init_blocks=workers,
            min_blocks=workers,
            max_blocks=workers,
            cores_per_node=1,
            exclusive=False,
            launcher=SimpleLauncher(),
            walltime="00:20:00",
            worker_init=f"export PATH={os.path.dirname(sys.executable)}:$PATH",
        ),
    )
    parsl.load(parsl.Config(executors=[executor], run_dir="floor-parsl", strategy="none"))
    end = time.monotonic() + COME_SECONDS
    while len(executor.connected_managers()) < workers:
        if time.monotonic() > end:
            sys.exit("not all workers have come")
        time.sleep(0.05)
    return executor


def main():
    # What Parsl prints is not for whoever reads the seconds.
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)
    os.environ["PATH"] = os.path.dirname(sys.executable) + os.pathsep + os.environ["PATH"]
    executor = opened(int(sys.argv[1]))
    through_parsl = parsl.python_app(nothing)
    start = {"many": through_parsl, "bare": lambda x: executor.submit(nothing, {}, x)}
    for line in sys.stdin:
        word, number = line.split()
        began = time.perf_counter()
        futures = [start[word](x) for x in range(int(number))]
        values = [future.result(60) for future in futures]
        answers.write(f"{time.perf_counter() - began}\ndone\n")
        answers.flush()
        if values != list(range(int(number))):
            sys.exit("wrong values")


main()
