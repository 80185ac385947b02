"""How much lies beneath a folder: apparent bytes and number of its regular files, hard links once.

Asking the system for a size costs Python more than the answer costs the system, so beyond a few files GNU's find does
the asking, where it is there. It prints numbers only, and whatever it complains of makes us do it ourselves: which
folders could not be read is for us to tell.
"""

import os
import re
import stat

from clustrix_remote.folder_walk import walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, List, Optional, Set, Tuple  # noqa: F401

    from clustrix_remote.folder_walk import Unread

#: Starting a program takes as long as counting so many files.
FEW_FILES = 2000
_READ_BYTES = 65536


def usage(top: str, unread: "Unread") -> "Tuple[int, int]":
    """Bytes and number of the regular files beneath ``top`` (or of that one file); hard links count once."""
    told = os.stat(top)
    if not stat.S_ISDIR(told.st_mode):
        return (told.st_size, 1) if stat.S_ISREG(told.st_mode) else (0, 0)
    counted, may_ask = _Counted(), os.name == "posix"
    for prefix, entries in walk(top, unread):
        if may_ask and counted.count >= FEW_FILES:
            may_ask = False
            found = None if unread.count else ask_find(top, unread.own)
            if found is not None:
                return found
        for entry in entries:
            if entry.is_file(follow_symlinks=False):
                try:
                    counted.add(entry.stat(follow_symlinks=False))
                except OSError as error:
                    unread.add(prefix + entry.name, error)
    return counted.size, counted.count


class _Counted:
    """Files that were counted."""

    def __init__(self) -> None:
        self.size = self.count = 0
        self._linked = set()  # type: Set[object]

    def add(self, told: os.stat_result) -> None:
        if told.st_nlink == 1 or self.is_new((told.st_dev, told.st_ino)):
            self.size += told.st_size
            self.count += 1

    def add_lines(self, lines: "List[bytes]") -> None:
        """Of files: their size, and behind a space what they are known by, if they have several names."""
        self.size += sum(map(int, lines))
        self.count += len(lines)

    def is_new(self, identity: object) -> bool:
        if identity in self._linked:
            return False
        self._linked.add(identity)
        return True


def ask_find(top: str, own: str) -> "Optional[Tuple[int, int]]":
    """What GNU's find tells of ``top``; None if there is none, or if it could not look at everything."""
    import subprocess

    try:
        process = subprocess.Popen(
            _find_argv(top, own), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
    except OSError:
        return None
    with process:
        if process.stdout is None:
            raise RuntimeError("a pipe was asked for")
        counted = _read_counts(process.stdout)
    return None if process.returncode else (counted.size, counted.count)


def _find_argv(top: str, own: str) -> "List[str]":
    # top is absolute: it cannot be taken for an option. -H: top itself may be a link.
    argv = ["find", "-H", top, "-ignore_readdir_race"]
    if own.startswith(os.path.join(top, "")):
        argv += ["-path", re.sub(r"([*?\[\\])", r"\\\1", own), "-prune", "-o"]
    return argv + ["-type", "f", "(", "-links", "1", "-printf", "%s\\n", "-o", "-printf", "%s %D:%i\\n", ")"]


def _read_counts(stream: "IO[bytes]") -> _Counted:
    counted, rest = _Counted(), b""
    while True:
        data = os.read(stream.fileno(), _READ_BYTES)
        if not data:
            return counted
        lines = (rest + data).split(b"\n")
        rest = lines.pop()
        if any(b" " in text for text in (data, *lines[:1])):
            named = [line.partition(b" ") for line in lines]
            lines = [size for size, _, identity in named if not identity or counted.is_new(identity)]
        counted.add_lines(lines)
