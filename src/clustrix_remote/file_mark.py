"""The mark that an agent leaves beneath ``remote_work_dir``: who can read it sees the files of that host.

It tells its own inode number, which a copy of it (of a whole home, say) does not have, and NFS keeps.
"""

import json
import os

from clustrix_remote import layout

NAME = "seen-from.json"


def leave(folder: str, host: str) -> None:
    """Note that ``host`` is a name by which these files are reached."""
    path = _path(folder)
    hosts = _hosts(path)
    if host in hosts:
        return
    os.makedirs(os.path.dirname(path), 0o700, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT, 0o600)
    with os.fdopen(descriptor, "w") as stream:
        stream.truncate()
        json.dump({"inode": os.fstat(stream.fileno()).st_ino, "hosts": sorted(hosts + [host])}, stream)


def is_here(folder: str, host: str) -> bool:
    """Whether the files beneath ``folder`` are those of ``host``."""
    return host in _hosts(_path(folder))


def _path(folder: str) -> str:
    return os.path.join(layout.Layout(folder).root, NAME)


def _hosts(path: str) -> "list":
    try:
        with open(path, encoding="utf-8") as stream:
            told = os.fstat(stream.fileno())
            mark = json.load(stream)
    except (OSError, ValueError):
        return []
    is_ours = not hasattr(os, "getuid") or told.st_uid == os.getuid()
    return list(mark["hosts"]) if is_ours and isinstance(mark, dict) and mark.get("inode") == told.st_ino else []
