"""A folder of 1,000,000 entries, listed and searched over ssh: how much memory either end needs.

Needs root (see testbed/README.md). The floor of memory is ``find`` on the login node, whose names a Python here collects
into a list. Each listing is made by a fresh process, so that its peak is its own.
"""

from __future__ import annotations

import json
import resource
import shlex
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from testbed import Testbed, reserved

ENTRIES = 1_000_000
LIMIT_BYTES = 500 << 20
FOLDER = "/scratch/million"
MAKE = f"""
import os
os.mkdir({FOLDER!r})
folder = os.open({FOLDER!r}, os.O_RDONLY)
for number in range({ENTRIES}):
    os.close(os.open("measurement-%07d.csv" % number, os.O_CREAT, dir_fd=folder))
"""


def peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def agents_bytes(testbed: Testbed) -> int:
    """The largest peak of alice's Pythons on the login node."""
    script = (
        "for pid in $(pgrep -u alice python); do sed -n 's/^VmHWM:[^0-9]*\\([0-9]*\\) kB/\\1/p' /proc/$pid/status; done"
    )
    peaks = testbed.exec("login", ["sh", "-c", script]).stdout.split()
    return max(map(int, peaks)) * 1024


def measure(what: str, ssh_config: str, testbed_id: int) -> dict[str, float]:
    """One listing, in this process."""
    import clustrix

    config = clustrix.ClusterConfig(cluster_host="hpc", ssh_config=ssh_config)
    clustrix.cluster_exists(FOLDER, config)
    began = time.perf_counter()
    if what == "ls":
        count = len(clustrix.cluster_ls(FOLDER, config))
    elif what == "find":
        count = len(clustrix.cluster_find("*.csv", FOLDER, config))
    else:
        count = clustrix.cluster_count_files(FOLDER, config=config)
    seconds = time.perf_counter() - began
    if count != ENTRIES:
        raise RuntimeError(f"{what} told {count} of {ENTRIES}")
    return {"seconds": seconds, "client": peak_bytes(), "agent": agents_bytes(Testbed(testbed_id))}


def by_hand(ssh_config: str) -> dict[str, float]:
    began = time.perf_counter()
    command = ["ssh", "-F", ssh_config, "hpc", shlex.join(["find", FOLDER, "-name", "*.csv"])]
    found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    if len(found) != ENTRIES:
        raise RuntimeError("find told another number")
    return {"seconds": time.perf_counter() - began, "client": peak_bytes(), "agent": 0}


def main() -> int:
    if len(sys.argv) > 1:
        what, ssh_config, number = sys.argv[1:]
        told = by_hand(ssh_config) if what == "by hand" else measure(what, ssh_config, int(number))
        print(json.dumps(told))
        return 0
    missed = False
    with reserved() as testbed:
        testbed.exec("login", ["python3", "-c", MAKE], user="alice", timeout=300)
        print(f"{ENTRIES:,} entries{'seconds':>16}{'client':>12}{'agent':>12}")
        for what in ("by hand", "ls", "find", "count"):
            command = [sys.executable, __file__, what, str(testbed.ssh_config), str(testbed.id)]
            told = json.loads(subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout)
            over = max(told["client"], told["agent"]) > LIMIT_BYTES
            missed = missed or over
            sizes = "".join(f"{told[end] / 2**20:>8.0f} MiB" for end in ("client", "agent"))
            print(f"{what:<17}{told['seconds']:>16.2f}{sizes}{'  MISSED' if over else ''}", flush=True)
        testbed.exec("login", ["rm", "-rf", FOLDER], timeout=300)
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
