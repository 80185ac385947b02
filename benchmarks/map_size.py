"""Maps of more and more calls on this machine: what a call costs the client and the agent must not grow.

Each size in a process of its own, cut into 20 tasks: seconds for a call end to end, the client's memory above that of
a map of one call, and the agent's; how many files a call has on the cluster. And one argument of 100 MB that all calls share: how large the call file is.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import clustrix

SIZES = (1_000, 10_000, 100_000)
TASKS = 20
SHARED_BYTES = 100_000_000
#: At most so many times the cost of a call in a map of 1,000.
GROWTH = 1.5
CLIENT_BYTES, AGENT_BYTES = 300 << 20, 150 << 20
FILES_A_CALL = 3


@clustrix.cluster(cleanup_on_success=False)
def nothing(x: int) -> int:
    return x


@clustrix.cluster(cleanup_on_success=False)
def size_of(shared: bytes, x: int) -> int:
    return len(shared) + x


def agents_bytes() -> int:
    """The largest peak of this process's children."""
    peaks = [0]
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            status = (entry / "status").read_text()
        except OSError:
            continue
        fields = dict(line.partition(":")[::2] for line in status.splitlines())
        if fields.get("PPid", "").strip() == str(os.getpid()):
            peaks.append(int(fields.get("VmHWM", "0 kB").split()[0]) * 1024)
    return max(peaks)


def measure(calls: int) -> dict[str, float]:
    """Run one map in this process."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        clustrix.using(cluster_type="local", remote_work_dir=folder, environment=None),
    ):
        list(nothing.map([0]))
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        began = time.perf_counter()
        values = list(nothing.map(range(calls), chunksize=-(-calls // TASKS)))
        seconds = time.perf_counter() - began
        if values != list(range(calls)):
            raise RuntimeError("wrong values")
        after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        files = sum(1 for _ in Path(folder).rglob("*")) / calls
        return {"seconds": seconds, "client": after, "more": after - before, "agent": agents_bytes(), "files": files}


def shared_bytes() -> int:
    """The size of the call file of a map whose calls share an argument."""
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder,
        clustrix.using(cluster_type="local", remote_work_dir=folder, environment=None),
    ):
        shared = bytes(SHARED_BYTES)
        results = size_of.starmap([(shared, x) for x in range(10_000)], chunksize=5_000)
        if list(results)[-1] != SHARED_BYTES + 9_999:
            raise RuntimeError("wrong values")
        return sum(path.stat().st_size for path in Path(folder).glob(".clustrix/jobs/*/calls"))


def main() -> int:
    if len(sys.argv) > 1:
        print(json.dumps(measure(int(sys.argv[1]))))
        return 0
    print(f"{'calls':>10}{'seconds':>10}{'a call':>12}{'client':>12}{'agent':>12}{'files':>10}")
    costs, met = [], True
    for calls in SIZES:
        told = json.loads(
            subprocess.run([sys.executable, __file__, str(calls)], stdout=subprocess.PIPE, check=True).stdout
        )
        costs.append(told["seconds"] / calls)
        print(
            f"{calls:>10,}{told['seconds']:>9.2f}s{1000 * costs[-1]:>9.3f} ms"
            f"{told['client'] / 2**20:>9.0f} MB{told['agent'] / 2**20:>9.0f} MB{told['files']:>10.3f}",
            flush=True,
        )
        met = (
            met
            and told["files"] < FILES_A_CALL
            and told["client"] < CLIENT_BYTES
            and told["agent"] < AGENT_BYTES
            and costs[-1] < GROWTH * costs[0]
        )
    size = shared_bytes()
    print(f"10,000 calls that share {SHARED_BYTES / 1e6:.0f} MB: the call file has {size / 1e6:.1f} MB")
    return 0 if met and size < 1.05 * SHARED_BYTES else 1


if __name__ == "__main__":
    sys.exit(main())
