"""A node's disk: this machine's own installation below, read only, and a private layer above it.

So a node has all programs at no cost, and whatever is written on one node is seen on that node alone. What a cluster
would not have (the laptop's files, its databases and logs) is covered up before the two layers become one.
"""

from __future__ import annotations

import os
import shutil
import stat
from dataclasses import dataclass
from pathlib import Path

from testbed import pythons, ssh, users
from testbed.core import Core
from testbed.site import Host, Site

# All that a node takes over from the top folder of this machine; anything else there is covered.
SYSTEM = {"bin", "dev", "etc", "lib", "lib32", "lib64", "libx32", "proc", "run", "sbin", "sys", "tmp", "usr", "var"}
# Folders that exist on a node but begin empty. /root can be crossed but not listed: a Python may lie below it.
EMPTY = {
    "home": 0o755, "mnt": 0o755, "opt": 0o755, "root": 0o711, "scratch": 0o755, "srv": 0o755, "usr/local": 0o755,
    "var/cache": 0o755, "var/lib/munge": 0o711, "var/lib/mysql": 0o755, "var/lib/slurm": 0o755, "var/log": 0o755,
    "var/spool": 0o755, "var/tmp": 0o1777,
}  # fmt: skip
OWNED = {
    "var/lib/munge": "munge", "var/log/munge": "munge", "var/lib/mysql": "mysql",
    "var/log/slurm": "slurm", "var/spool/slurmctld": "slurm", "var/spool/slurmd": "root",
}  # fmt: skip


@dataclass(frozen=True)
class Disk:
    """The disk of one node, seen from the laptop's side. It keeps its content while the node is off."""

    site: Site
    core: Core
    host: Host

    @property
    def folder(self) -> Path:
        return self.site.fs / "disks" / self.host.name

    @property
    def root(self) -> Path:
        """The node's / as the laptop's root reaches it."""
        return self.core.view(self.folder / "root")

    def make(self, munge_key: bytes, bobs_password: str) -> None:
        """Lay the two layers over each other and write what makes this node this node."""
        upper = self.core.view(self.folder / "upper")
        for folder in (upper, upper.with_name("work"), self.root):
            folder.mkdir(parents=True)
        cover(upper)
        parts = (f"lowerdir=/,upperdir={self.folder}/upper", f"workdir={self.folder}/work")
        self.core.inside("mount", "-t", "overlay", "-o", ",".join(parts), "disk", self.folder / "root")
        self.write_identity()
        users.write_accounts(self.root, bobs_password)
        self.write_munge_key(munge_key)
        self.write_pythons()
        if not self.host.is_compute:
            ssh.write_server_files(self.site, self.host, self.root)

    def write_identity(self) -> None:
        etc = self.root / "etc"
        for path, owner in OWNED.items():
            (self.root / path).mkdir(exist_ok=True)
            shutil.chown(self.root / path, owner, owner)
        # On the machine below these may be symlinks or mounts of a container: replaced, not written through.
        texts = {"hosts": self.site.hosts_file(), "hostname": f"{self.host.fqdn}\n", "resolv.conf": ""}
        texts |= {"motd": "Welcome to the cluster of the testbed.\n"}
        for name, text in texts.items():
            (etc / name).unlink(missing_ok=True)
            (etc / name).write_text(text)

    def write_munge_key(self, secret: bytes) -> None:
        key = self.root / "etc/munge/munge.key"
        key.unlink(missing_ok=True)
        key.touch(mode=0o400)
        key.write_bytes(secret)
        shutil.chown(key, "munge", "munge")

    def write_pythons(self) -> None:
        source = Path(self.site.options.pythons)
        for place in ("opt/python", str(source)[1:]):
            (self.root / place).mkdir(parents=True, exist_ok=True)
        pythons.write_modules(self.root, source)
        self.install_python()

    def install_python(self, which: str = "") -> None:
        """Put a Python on PATH: this one, or the one that the options name."""
        options = self.site.options
        chosen = (self.host.is_compute and options.python_compute) or options.python
        pythons.NodePython.parse(which or chosen, Path(options.pythons)).install(self.root)


def cover(upper: Path) -> None:
    """Prepare the private layer so that it hides the laptop's own files.

    overlayfs reads two marks in an upper layer: a character device 0/0 says «this name does not exist», and an
    attribute on a folder says «nothing of the folder below shows through».
    """
    emptied_tops = {Path(path).parts[0] for path in EMPTY}
    for name in os.listdir("/"):
        if name not in SYSTEM | emptied_tops:
            os.mknod(upper / name, stat.S_IFCHR, os.makedev(0, 0))
    for path, mode in EMPTY.items():
        for folder in (upper / Path(path).parent, upper / path):
            folder.mkdir(exist_ok=True)
        (upper / path).chmod(mode)
        os.setxattr(upper / path, "trusted.overlay.opaque", b"y")
