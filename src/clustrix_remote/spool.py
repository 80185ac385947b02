"""The spool folder of a user: where jobs announce what has happened, and a listing that is as new as it can be."""

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Set

#: A file system that others write to as well shows an old listing for up to a minute (NFS, and what is mounted through
#: FUSE), unless we change the folder ourselves: then it asks the server. So often, in listings.
ROUNDS_BETWEEN_TOUCHES = 10
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

    def names(self) -> "Set[str]":
        """All that is announced."""
        if self._may_lag and self._rounds % ROUNDS_BETWEEN_TOUCHES == 0:
            _touch(self._path)
        self._rounds += 1
        try:
            return set(os.listdir(self._path))
        except OSError:
            return set()  # it comes back, or the processes and the scheduler tell


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
