"""The spool folder of a user: where jobs announce what has happened, and a listing that is as new as it can be."""

import os

from clustrix_remote import ages, layout

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Set

#: A file system that others write to as well shows an old listing for up to a minute (NFS, and what is mounted through
#: FUSE), unless we change the folder ourselves: then it asks the server. So often, in listings.
ROUNDS_BETWEEN_TOUCHES = 10
#: Jobs that were kept leave announcements, and every listing lists them. When there are so many, those are removed that
#: are so old: who watches has heard of them, and whoever comes later reads the jobs' own files.
MANY = 300
OLD_SECONDS = 3600.0
#: File systems whose listings are never old: this machine's own, and those that keep all machines in step.
ALWAYS_NEW = {
    "bcachefs", "beegfs", "btrfs", "ext2", "ext3", "ext4", "f2fs", "gfs2", "gpfs", "jfs", "lustre", "ocfs2", "overlay",
    "panfs", "ramfs", "tmpfs", "xfs", "zfs",
}  # fmt: skip


def file_system_of(path: str, mounts: str) -> str:
    """The type of the file system that ``path`` is on, by the text of /proc/mounts; empty if that does not tell.

    >>> file_system_of("/home/ann/x", "disk / ext4 rw 0 0" + chr(10) + "srv:/home /home nfs4 rw 0 0")
    'nfs4'
    """
    fields = [line.split() for line in mounts.splitlines()]
    found = [
        (len(each[1]), number, each[2])
        for number, each in enumerate(fields)
        if len(each) > 2 and (path + "/").startswith(each[1].rstrip("/") + "/")
    ]
    return max(found)[2] if found else ""


class Spool:
    """The folder ``path``, listed often and cheaply.

    Only listings are trusted, never a look at one name: NFS remembers that a file was not there.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._may_lag = file_system_of(path, _read_mounts()) not in ALWAYS_NEW
        self._rounds = 0
        self._swept = False
        self._unswept = set()  # type: Set[str]

    def names(self) -> "Set[str]":
        """All that is announced."""
        if self._may_lag and self._rounds % ROUNDS_BETWEEN_TOUCHES == 0:
            _touch(self._path)
        self._rounds += 1
        try:
            return set(os.listdir(self._path))
        except OSError:
            return set()  # it comes back, or the processes and the scheduler tell

    def sweep(self, may_go_on: "Callable[[], bool]") -> None:
        """Remove old announcements while ``may_go_on()``; each name is looked at once, however often this is called."""
        if not self._swept:
            self._swept, names = True, self.names()
            self._unswept = names if len(names) > MANY else set()
        now = ages.now(self._path) if self._unswept else 0.0
        while self._unswept and may_go_on():
            name = self._unswept.pop()
            path = os.path.join(self._path, name)
            age = ages.age_seconds(path, now) if layout.parse_spool_name(name) is not None else None
            if age is not None and age > OLD_SECONDS:
                _unlink(path)


def _read_mounts() -> str:
    try:
        with open("/proc/mounts", encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""


def _touch(folder: str) -> None:
    try:
        os.utime(folder)
    except OSError:
        pass  # it is not there yet


def _unlink(path: str) -> None:
    try:
        os.unlink(path)
    except OSError:
        pass  # another agent was faster
