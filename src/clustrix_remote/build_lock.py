"""A lock between processes of any node that share a file system: a folder, for mkdir is atomic on NFS too.

Who holds it is in its file ``owner``, which is touched again and again; a lock whose owner has died, or whose file
nobody touches any more, is taken away by renaming it: of several that try, one succeeds.
"""

import json
import os
import shutil
import threading
import time

from clustrix_remote import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Optional, Tuple

    # The owner file's time and number, and since when.
    _Seen = Tuple[Optional[Tuple[float, int]], float]

BEAT_SECONDS = 5.0
#: Clocks of nodes differ, so this is how long *we* have seen the file unchanged.
STALE_SECONDS = 60.0
MAX_PAUSE_SECONDS = 0.5


class LockLostError(Exception):
    """Somebody took us for dead, and the lock away."""


class BuildLock:
    """Held within a ``with`` block; entering waits for whoever else holds it."""

    def __init__(self, path: str, stale_seconds: float = STALE_SECONDS) -> None:
        self._path = path
        self._owner = os.path.join(path, "owner")
        self._stale_seconds = stale_seconds
        self._ended = threading.Event()
        self._me = {
            "host": os.uname()[1],
            "pid": os.getpid(),
            "started": processes.start_time(os.getpid()),
            "token": os.urandom(8).hex(),
        }  # type: Dict[str, Any]

    def __enter__(self) -> "BuildLock":
        pause = 0.02
        seen = (None, time.monotonic())  # type: _Seen
        while not self._take():
            seen = self._look(seen)
            self._ended.wait(pause)
            pause = min(2 * pause, MAX_PAUSE_SECONDS)
        threading.Thread(target=self._beat, daemon=True).start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._ended.set()
        if self.is_held():
            self._take_away(self._me["token"])

    def check(self) -> None:
        """Raise LockLostError if it is no longer ours."""
        if not self.is_held():
            raise LockLostError("the lock {} was taken over by another process".format(self._path))

    def _take(self) -> bool:
        try:
            os.mkdir(self._path, 0o700)
        except FileExistsError:
            return False
        try:
            with open(self._owner, "w", encoding="utf-8") as stream:
                json.dump(self._me, stream)
        except FileNotFoundError:
            return False  # somebody meant the one before us, and took ours away
        return True

    def is_held(self) -> bool:
        """Whether it is ours, and nobody took us for dead."""
        return bool((self._read() or {}).get("token") == self._me["token"])

    def _read(self) -> "Optional[Dict[str, Any]]":
        return _read(self._owner)

    def _beat(self) -> None:
        while not self._ended.wait(BEAT_SECONDS):
            try:
                os.utime(self._owner, None)
            except OSError:
                return  # not ours any more: check() will say so

    def _look(self, seen: "_Seen") -> "_Seen":
        """``(the owner file's time and number, since when by our clock)``; takes a dead owner's lock away."""
        try:
            status = os.stat(self._owner)
            mark = (status.st_mtime, status.st_ino)  # type: Optional[Tuple[float, int]]
        except OSError:
            mark = None
        if mark != seen[0]:
            seen = (mark, time.monotonic())
        owner = self._read() or {}
        is_stale = time.monotonic() - seen[1] > self._stale_seconds
        # Read again: who has died since may have given it to another before.
        if is_stale or (self._has_died(owner) and (self._read() or {}).get("token") == owner.get("token")):
            self._take_away(owner.get("token"))
        return seen

    def _has_died(self, owner: "Dict[str, Any]") -> bool:
        if owner.get("host") != self._me["host"] or owner.get("started") is None:
            return False
        return bool(processes.start_time(owner["pid"]) != owner["started"])

    def _take_away(self, token: "Optional[str]") -> None:
        """Take it from the owner with that token; the lock of somebody who took it meanwhile is given back."""
        aside = "{}.{}".format(self._path, os.urandom(4).hex())
        try:
            os.rename(self._path, aside)
        except OSError:
            return  # another was faster
        if (_read(os.path.join(aside, "owner")) or {}).get("token") == token:
            shutil.rmtree(aside, ignore_errors=True)
            return
        try:
            os.rename(aside, self._path)
        except OSError:
            shutil.rmtree(aside, ignore_errors=True)  # its owner will notice, see check()


def _read(path: str) -> "Optional[Dict[str, Any]]":
    try:
        with open(path, encoding="utf-8") as stream:
            owner = json.load(stream)
            return owner if isinstance(owner, dict) else None
    except (OSError, ValueError):
        return None  # being made, or being taken away
