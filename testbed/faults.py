"""What can go wrong on a cluster, done on purpose, and undone.

Each function takes the node that it happens to. Faults of the network are in `network`; a node that dies is
`Node.switch_off`.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from pathlib import Path

from testbed import slurm
from testbed.node import SSHD, Node, Service
from testbed.processes import TestbedError, spawn, wait_until
from testbed.ssh import ADDED

PLACES = {"small": "/scratch/small", "scratch": "/scratch", "home": "/home"}
FILLING = ".filled-by-testbed"


def control(node: Node, service: Service, action: str) -> None:
    """Do to a daemon what an administrator, or bad luck, would do."""
    if action == "start":
        node.start(service)
    elif action == "stop":
        node.stop(service)
    elif action == "restart":
        node.stop(service)
        node.start(service)
    elif action == "pause":  # it accepts connections and never answers: what an overloaded one looks like
        node.signal(service, "STOP")
    elif action == "resume":
        node.signal(service, "CONT")
    else:
        raise TestbedError(f"{service.name} {action!r}: take start, stop, restart, pause or resume")


STATE, OLDER_STATE = "/var/spool/slurmctld", "/var/spool/slurmctld.older"


def keep_state(login: Node) -> None:
    """Have the scheduler write down all that it knows, and keep a copy."""
    login.stop(slurm.SLURMCTLD)
    login.shell('rm -rf "$2"; cp -a "$1" "$2"', STATE, OLDER_STATE)
    login.start(slurm.SLURMCTLD)


def set_back(login: Node) -> None:
    """Kill the scheduler, and start it with what it knew when its state was kept: as after a crash of its disk."""
    login.signal(slurm.SLURMCTLD, "KILL")
    wait_until(lambda: not login.runs(slurm.SLURMCTLD), 20, "slurmctld does not die")
    login.shell('rm -rf "$1"; cp -a "$2" "$1"', STATE, OLDER_STATE)
    login.start(slurm.SLURMCTLD)


def lag(node: Node, folder: str, seconds: float, quota_bytes: int = 0) -> None:
    """Let a node see late what others do in a folder; see lagging.py."""
    # The machine's own Python, by a name that nobody looks for: the node may show another one.
    own = Path("/usr/bin/python3").resolve(strict=True)
    python = f"/usr/lib/lagging-{own.name}"
    # Whoever served such a view before may still run for a moment: its program cannot be written to.
    node.path(python).unlink(missing_ok=True)
    shutil.copy2(own, node.path(python))
    shutil.copy2(Path(__file__).with_name("lagging.py"), node.path("/run/lagging.py"))
    node.shell("[ -e /dev/fuse ] || mknod -m 666 /dev/fuse c 10 229")
    words = (python, "-I", "/run/lagging.py", folder, str(seconds), str(quota_bytes))
    spawn((*node.entry(), *words), node.site.log / f"{node.host.name}-lagging.log")
    mounted = f" {folder} fuse"
    wait_until(lambda: mounted in node.path("/proc/1/mounts").read_text(), 20, f"{folder} does not lag")


def unlag(node: Node) -> None:
    """Take all these views away; who still holds a file of one keeps it."""
    for line in node.path("/proc/1/mounts").read_text().splitlines():
        _, folder, kind, *_ = line.split()
        if kind.startswith("fuse"):
            node.exec(["umount", "--lazy", folder])


def configure_sshd(node: Node, lines: Sequence[str]) -> None:
    """Add lines to sshd's configuration, for new sessions; none: as it was."""
    added = node.disk.root / ADDED
    text = "".join(f"{line}\n" for line in lines)
    if text != (added.read_text() if added.exists() else ""):
        added.write_text(text)
        control(node, SSHD, "restart")


def drop_sessions(node: Node) -> None:
    """Kill all open ssh sessions, but neither the listening daemon nor the users' own processes."""
    listener = node.service_pid(SSHD)
    # Both processes of a session at once: the child of a dead monitor would live on for a moment. One may just have ended.
    sessions = "pgrep --exact 'sshd|sshd-session' | grep -vx $1 | xargs --no-run-if-empty kill -KILL || :"
    node.shell(sessions, str(listener))


def fill(node: Node, place: str) -> None:
    """Leave no byte free in a shared file system: `small`, `scratch` or `home`."""
    folder = node.path(_folder(place))
    with (folder / FILLING).open("ab") as file:
        blocks = os.statvfs(folder).f_bavail
        # What others write meanwhile may be missing, and then nothing at all is given: less is tried, down to a block.
        while blocks:
            free = os.statvfs(folder)
            blocks = min(blocks, max(free.f_bavail, 1))
            try:
                size = os.fstat(file.fileno()).st_size
                os.posix_fallocate(file.fileno(), size, blocks * free.f_frsize)
            except OSError:
                blocks //= 2


def unfill(node: Node, place: str) -> None:
    """Give the space back."""
    (node.path(_folder(place)) / FILLING).unlink(missing_ok=True)


def _folder(place: str) -> str:
    try:
        return PLACES[place]
    except KeyError:
        raise TestbedError(f"{place!r} cannot be filled; take {', '.join(PLACES)}") from None
