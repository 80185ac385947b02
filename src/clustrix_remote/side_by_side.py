"""The calls of a task in several processes at a time, each of which makes one after another.

Each is a bench (see :mod:`clustrix_remote.bench`): fresh, and not a fork of one that has loaded the function, as what threads
of a library do does not live through a fork. One that dies takes its call with it and nothing else; another takes its place.
"""

import collections
import os
import sys
import threading

from clustrix_remote import wire
from clustrix_remote.bench_process import BenchProcess, died

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Deque, List  # noqa: F401  # in comments

    from clustrix_remote.layout import JobFolder
    from clustrix_remote.records import Writer


def make_all(folder: "JobFolder", writer: "Writer", calls: "range", workers: int) -> None:
    """Make the calls, at most ``workers`` at the same time."""
    left = collections.deque(calls)  # type: Deque[int]
    lock = threading.Lock()
    threads = [
        threading.Thread(target=_make_some, args=(folder, writer, left, lock)) for _ in range(min(workers, len(calls)))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def _make_some(folder: "JobFolder", writer: "Writer", left: "Deque[int]", lock: "threading.Lock") -> None:
    argv = [sys.executable, sys.argv[0], folder.path, folder.path, "bench"]
    bench = BenchProcess(argv, dict(os.environ))
    while True:
        try:
            number = left.popleft()
        except IndexError:
            break
        try:
            path, body = bench.call(number)
            packed = _taken(path) if path else body
        except (OSError, EOFError, wire.WireError):
            packed = died(folder.path, number, bench.end())
            bench = BenchProcess(argv, dict(os.environ))
        with lock:
            writer.begin(number)
            writer.add(number, [packed])
    bench.end()


def _taken(path: str) -> bytes:
    with open(path, "rb") as stream:
        packed = stream.read()
    os.unlink(path)
    return packed
