"""A view of a folder that lags behind, as a client of NFS has it: what others do there is seen late.

Run as a program of its own, by the system's Python with Debian's python3-fuse: lagging.py FOLDER LAG_SECONDS QUOTA_BYTES
It lays the view over the folder. Listings, attributes, and that a name is not there, are remembered for so long, unless
something is changed in the folder through this view. What is opened is read as it is. QUOTA_BYTES, if not 0, is how much
may lie in the folder until whoever writes through this view is told that the quota is exceeded.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
import time
from typing import Any

import fuse

fuse.fuse_python_api = (0, 2)

FOLDER, LAG_SECONDS, QUOTA_BYTES = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
# The folder itself, before the view hides it.
BELOW = f"/proc/self/fd/{os.open(FOLDER, os.O_RDONLY | os.O_DIRECTORY)}"


class Open:
    """One open file."""

    def __init__(self, path: str, flags: int, *mode: int) -> None:
        self.descriptor = os.open(BELOW + path, flags, *mode)
        if mode:
            give_to_caller(path)
        self.direct_io, self.keep_cache = False, False

    def read(self, length: int, offset: int) -> bytes:
        return os.pread(self.descriptor, length, offset)

    def write(self, data: bytes, offset: int) -> int:
        if QUOTA_BYTES and used_bytes() + len(data) > QUOTA_BYTES:
            return -errno.EDQUOT
        return os.pwrite(self.descriptor, data, offset)

    def release(self, _flags: int) -> None:
        os.close(self.descriptor)

    def fgetattr(self) -> os.stat_result:
        return os.fstat(self.descriptor)

    def ftruncate(self, length: int) -> None:
        os.ftruncate(self.descriptor, length)

    def fsync(self, _data_only: int) -> None:
        os.fsync(self.descriptor)


def used_bytes() -> int:
    """What all files in the folder take."""
    return sum(os.lstat(f"{at}/{name}").st_size for at, _, names in os.walk(BELOW) for name in names)


def give_to_caller(path: str) -> None:
    """What root makes here for a user is the user's."""
    caller = fuse.FuseGetContext()
    os.chown(BELOW + path, caller["uid"], caller["gid"], follow_symlinks=False)


class View(fuse.Fuse):  # type: ignore[misc]
    """The folder as it was up to LAG_SECONDS ago."""

    def __init__(self, **words: Any) -> None:
        super().__init__(**words)
        self.file_class = Open
        self.listed: dict[str, tuple[float, list[str]]] = {}

    def changed(self, path: str) -> None:
        self.listed.pop(os.path.dirname(path), None)
        self.listed.pop(path, None)

    def readdir(self, path: str, _offset: int) -> Any:
        at, names = self.listed.get(path, (0.0, []))
        if not names or time.monotonic() - at > LAG_SECONDS:
            names = [".", "..", *os.listdir(BELOW + path)]
            self.listed[path] = time.monotonic(), names
        return (fuse.Direntry(name) for name in names)

    def getattr(self, path: str) -> os.stat_result:
        return os.lstat(BELOW + path)

    def readlink(self, path: str) -> str:
        return os.readlink(BELOW + path)

    def statfs(self) -> os.statvfs_result:
        return os.statvfs(BELOW)

    def mkdir(self, path: str, mode: int) -> None:
        os.mkdir(BELOW + path, mode)
        give_to_caller(path)
        self.changed(path)

    def mknod(self, path: str, mode: int, device: int) -> None:
        os.mknod(BELOW + path, mode if stat.S_IFMT(mode) else mode | stat.S_IFREG, device)
        give_to_caller(path)
        self.changed(path)

    def unlink(self, path: str) -> None:
        os.unlink(BELOW + path)
        self.changed(path)

    def rmdir(self, path: str) -> None:
        os.rmdir(BELOW + path)
        self.changed(path)

    def rename(self, old: str, new: str) -> None:
        os.rename(BELOW + old, BELOW + new)
        self.changed(old)
        self.changed(new)

    def link(self, old: str, new: str) -> None:
        os.link(BELOW + old, BELOW + new)
        self.changed(new)

    def symlink(self, target: str, path: str) -> None:
        os.symlink(target, BELOW + path)
        give_to_caller(path)
        self.changed(path)

    def chmod(self, path: str, mode: int) -> None:
        os.chmod(BELOW + path, mode)

    def chown(self, path: str, user: int, group: int) -> None:
        os.chown(BELOW + path, user, group)

    def truncate(self, path: str, length: int) -> None:
        os.truncate(BELOW + path, length)

    def utime(self, path: str, times: tuple[float, float] | None) -> None:
        os.utime(BELOW + path, times)
        self.changed(path)


if __name__ == "__main__":
    timeouts = ",".join(f"{what}_timeout={LAG_SECONDS}" for what in ("attr", "entry", "negative"))
    view = View(dash_s_do="setsingle")
    view.parse([FOLDER, "-f", "-s", "-o", f"allow_other,default_permissions,nonempty,{timeouts}"], errex=1)
    view.main()
