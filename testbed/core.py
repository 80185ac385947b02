"""The process that holds what all nodes share: a mount namespace and a network namespace.

Nodes are started from here, so they inherit the cluster's file systems, and their network cables end here. While it
lives the cluster has a place; when it is killed the kernel takes down the mounts, the bridges and the data.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from testbed.processes import Completed, TestbedError, run, spawn
from testbed.site import Site

# Announces its pid, then sleeps as long as the testbed lives.
HOLD = 'echo $$ >"$0"; exec sleep infinity'
# Sizes bound what a test can take of the machine's memory; `small` is for tests of a full disk.
SMALL = "scratch/small"
SHARED = (("home", "1g", "0755"), ("scratch", "1g", "1777"), (SMALL, "20m", "1777"))


@dataclass(frozen=True)
class Core:
    """The running core of one testbed."""

    site: Site

    @property
    def pid(self) -> int:
        pid = self.site.pid_file("core").pid()
        if pid is None:
            raise TestbedError(f"testbed {self.site.id} is not up; start it: python3 -m testbed up")
        return pid

    def start(self) -> None:
        """Make the two namespaces and the shared file systems."""
        pid_file = self.site.pid_file("core")
        namespaces = ["unshare", "--mount", "--net", "--propagation", "private"]
        spawn([*namespaces, "sh", "-c", HOLD, pid_file.announcement], self.site.log / "core.log")
        pid_file.adopt()
        self.mount_tmpfs("", "4g", "0755")
        for name, size, mode in SHARED:
            self.view(self.site.fs / name).mkdir()
            self.mount_tmpfs(name, size, mode)
            # The nodes are slaves of these mounts: what is mounted below them later appears there, too.
            self.inside("mount", "--make-shared", self.site.fs / name)
        self.inside("ip", "link", "set", "lo", "up")

    def mount_tmpfs(self, name: str, size: str, mode: str, inodes: int = 0) -> None:
        options = f"size={size},mode={mode},nr_inodes={inodes}"
        self.inside("mount", "-t", "tmpfs", "-o", options, f"testbed-{name}", self.site.fs / name)

    def renew_small(self, size: str = "20m", inodes: int = 0) -> None:
        """Put an empty disk in the place of /scratch/small, on all nodes at once; 0 inodes: as many as one likes.

        Lazily: who still holds a file of the old one keeps it, and the old one goes with its last holder.
        """
        self.inside("umount", "--lazy", self.site.fs / SMALL)
        self.mount_tmpfs(SMALL, size, "1777", inodes)

    def view(self, path: Path) -> Path:
        """How the laptop's root reaches a path that only exists in the core's mount namespace."""
        return Path(f"/proc/{self.pid}/root") / path.relative_to("/")

    def inside(self, *command: str | Path, input: str | None = None) -> Completed:
        """Run a program in the core's two namespaces (but among the laptop's processes)."""
        return run("nsenter", "--target", str(self.pid), "--mount", "--net", "--", *command, input=input)
