"""How much room this host has for detached jobs: what its processors and memory are, and what is taken of them."""

import math
import os

from clustrix_remote import processes, submission

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, Tuple

    from clustrix_remote.layout import Layout


def measure(where: "Layout") -> "Dict[str, Any]":
    """What there is and what is free; ``queued`` are the jobs that run or wait, by process: a new one is not yet there."""
    queued = list(_queued(os.path.join(where.root, "queue", os.uname().nodename)))
    memory = _memory()
    return {
        "cores": os.cpu_count() or 1,
        "slots": submission.slots(),
        "taken": sum(taken for _, _, taken, _ in queued),
        "load": _load(),
        "load_of_jobs": sum(_part_in_load(born) for _, born, _, _ in queued),
        "memory_bytes": memory.get("MemTotal"),
        "memory_free_bytes": memory.get("MemAvailable"),
        "memory_held_bytes": sum(held for _, _, _, held in queued),
        "queued": [pid for pid, _, _, _ in queued],
    }


def _queued(folder: str) -> "Iterator[Tuple[int, int, int, int]]":
    """Process, when it started, slots and bytes of each job that runs or waits here, as their scripts wrote it down."""
    try:
        names = [name for name in os.listdir(folder) if name.isdigit()]
    except OSError:
        return
    for name in names:
        try:
            with open(os.path.join(folder, name), encoding="ascii") as stream:
                taken, mebibytes, pid, born = (int(word) for word in stream.read().split())
        except (OSError, ValueError):
            continue  # it has ended meanwhile
        if processes.start_time(pid) in (born, None if born == 0 else born):
            yield pid, born, taken, mebibytes << 20


def _part_in_load(born: int) -> float:
    """How much the load of the last minute has of a process that wants to run since then: the kernel has it come near slowly."""
    now = processes.uptime_seconds()
    return 1.0 if now is None or not born else 1 - math.exp(-max(0.0, now - born / os.sysconf("SC_CLK_TCK")) / 60)


def _load() -> float:
    try:
        return os.getloadavg()[0]
    except OSError:
        return 0.0


def _memory() -> "Dict[str, int]":
    """Of /proc/meminfo what is told in KiB, in bytes; nothing where there is none."""
    found = {}
    try:
        with open("/proc/meminfo", encoding="ascii") as stream:
            for line in stream:
                words = line.split()
                if len(words) == 3 and words[2] == "kB":
                    found[words[0].rstrip(":")] = int(words[1]) << 10
    except (OSError, ValueError):
        pass
    return found
