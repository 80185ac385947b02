"""A clock that is wrong: what the programs of one machine take for the time of day.

The kernel has one time of day for all namespaces, so libfaketime is loaded into what starts on the node: into each
process of a compute node, and into each session of the login node, for sshd's own sandbox would not bear it. Daemons
that run already keep the right time, munge's among them, else it would refuse every credential. The stamps of files
are right, as if a file server made them. (time.sleep of a Python from 3.11 on fails under libfaketime 0.9.10, so the
laptop has the right time.)
"""

from __future__ import annotations

from pathlib import Path

from testbed import faults
from testbed.node import Node
from testbed.processes import TestbedError

LIBRARY = "faketime/libfaketimeMT.so.1"
PRELOAD, OFFSET = "etc/ld.so.preload", "etc/faketimerc"


def library() -> Path:
    """Where Debian's package has put it."""
    for path in Path("/usr/lib").glob(f"*/{LIBRARY}"):
        return path
    raise TestbedError("libfaketime is not installed; python3 -m testbed install")


def loaded() -> dict[str, str]:
    """What loads it into a program: the time of day changes, not the stamps of files, nor how long anything waits."""
    words = {"NO_FAKE_STAT": "1", "FAKE_UTIME": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    return {"LD_PRELOAD": str(library()), **words}


def skew(node: Node, seconds: float) -> None:
    """Set the clock of a node this much ahead, or behind; 0 sets it right."""
    # Each node its own file: the variables of a session go along with the jobs that are submitted in it.
    (node.disk.root / OFFSET).write_text(f"{seconds:+.0f}s\n")
    if node.host == node.site.login:
        words = " ".join(f"{name}={value}" for name, value in loaded().items())
        faults.configure_sshd(node, [f"SetEnv {words}"] if seconds else [])
    elif seconds:
        (node.disk.root / PRELOAD).write_text(f"{library()}\n")
    else:
        (node.disk.root / PRELOAD).unlink(missing_ok=True)
