"""Control groups, version 1: a folder of ours in each hierarchy, with one folder per node in it."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from testbed.processes import TestbedError, wait_until

MOUNT = Path("/sys/fs/cgroup")
CONTROLLERS = ("memory", "freezer", "cpuacct")


@dataclass(frozen=True)
class Cgroups:
    """The folders of one testbed, by controller; none where jobs are not held by cgroups."""

    folders: tuple[tuple[str, Path], ...] = ()

    @classmethod
    def choose(cls, wanted: str, testbed_id: int) -> Cgroups:
        """Find where folders may be made. Below our own place: a container may not use the top of a hierarchy."""
        if wanted == "none":
            return cls()
        ours = Path("/proc/self/cgroup").read_text()
        folders = []
        for controller in CONTROLLERS:
            place = re.search(rf"^\d+:(?:\S+,)?{controller}(?:,\S+)?:(/.*)$", ours, re.MULTILINE)
            if place and (MOUNT / controller).is_dir():
                folder = MOUNT / controller / place[1][1:] / f"clustrix-testbed{testbed_id}"
                folders.append((controller, folder))
        if len(folders) == len(CONTROLLERS) and all(_can_make(folder) for _, folder in folders):
            return cls(tuple(folders))
        if wanted == "v1":
            raise TestbedError(f"cgroup v1 is not here with {', '.join(CONTROLLERS)}; take cgroup=none")
        return cls()

    def of_node(self, name: str) -> list[str]:
        """What node-init.sh mounts as the node's hierarchies."""
        return [f"{controller}={folder / name}" for controller, folder in self.folders]

    def remove(self) -> None:
        """Remove the folders, from the inside out; the kernel allows it when the last process is gone."""

        def removed() -> bool:
            for _, top in self.folders:
                for folder in [*sorted(top.rglob("*/"), reverse=True), top]:
                    with suppress(OSError):
                        folder.rmdir()
            return not any(top.exists() for _, top in self.folders)

        wait_until(removed, 10, "cgroups of the testbed are still in use", every=0.05)


def _can_make(folder: Path) -> bool:
    try:
        folder.mkdir(exist_ok=True)
    except OSError:
        return False
    return True
