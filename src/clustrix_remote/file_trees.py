"""Whole folders on the move: what a folder holds, and many small files written at once.

A folder that is new is filled under another name and renamed when it is whole; one that is there already gets each of
its files beside and renamed.
"""

import os
import stat

from clustrix_remote import file_pieces

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterator, List, Optional, Sequence, Tuple, Union

    Buffer = Union[bytes, bytearray, memoryview]

#: Of bytes, and of nanoseconds since 1970.
_TOO_LARGE = 2**62
#: What a tree is made of. Whatever else there is (sockets, pipes, devices) cannot be carried.
FOLDER, FILE, LINK, OTHER = "d", "f", "l", "o"


class Entry:
    """Something in a folder: its path from there, what it is, and for a link where it leads."""

    __slots__ = ("kind", "leads_to", "mode", "mtime_ns", "name", "size")

    def __init__(self, name: str, kind: str, size: int, mode: int, mtime_ns: int, leads_to: str) -> None:
        self.name, self.kind, self.size, self.mode = name, kind, size, mode
        self.mtime_ns, self.leads_to = mtime_ns, leads_to

    def fields(self) -> "Tuple[str, str, str, str, str, str]":
        """As texts, for the way."""
        return self.name, self.kind, str(self.size), str(self.mode), str(self.mtime_ns), self.leads_to

    @classmethod
    def parse(cls, name: str, kind: str, size: str, mode: str, mtime_ns: str, leads_to: str) -> "Entry":
        """The contrary of ``fields``; ValueError for a path that leads out of the folder, and for impossible numbers."""
        numbers = int(size), int(mode) & 0o777, int(mtime_ns)
        if not (0 <= numbers[0] < _TOO_LARGE and abs(numbers[2]) < _TOO_LARGE):
            raise ValueError("not the size and time of a file: {:.40}, {:.40}".format(size, mtime_ns))
        return cls(check_name(name), kind, numbers[0], numbers[1], numbers[2], leads_to)


def check_name(name: str) -> str:
    """Return ``name`` if it is the path of something inside a folder."""
    if not name or "\0" in name or any(part in ("", ".", "..") for part in name.split("/")):
        raise ValueError("not a path inside a folder: {!r}".format(name))
    return name


def check_parents(tree: "Sequence[Entry]") -> None:
    """ValueError for an entry that does not lie in a folder of the tree: it might go through a link that is there."""
    folders = {entry.name for entry in tree if entry.kind == FOLDER}
    for entry in tree:
        parent = entry.name.rpartition("/")[0]
        if parent and parent not in folders:
            raise ValueError("not in a folder of its tree: {!r}".format(entry.name))


def entries(top: str) -> "Iterator[Entry]":
    """All that ``top`` holds, folders before what is in them. An error for a folder that cannot be read."""
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        with os.scandir(os.path.join(top, prefix)) as found:
            for each in found:
                entry = _describe(prefix + each.name, each)
                if entry.kind == FOLDER:
                    waiting.append(entry.name + "/")
                yield entry


def _describe(name: str, entry: "os.DirEntry[str]") -> Entry:
    told = entry.stat(follow_symlinks=False)
    mode, leads_to = told.st_mode, ""
    if stat.S_ISDIR(mode):
        kind = FOLDER
    elif stat.S_ISREG(mode):
        kind = FILE
    elif stat.S_ISLNK(mode):
        kind, leads_to = LINK, os.readlink(entry.path)
    else:
        kind = OTHER
    return Entry(name, kind, told.st_size, stat.S_IMODE(mode), told.st_mtime_ns, leads_to)


def make_folders(top: str, names: "Sequence[str]") -> None:
    """Make these folders in ``top``, those above first; they are ours alone until they are finished."""
    for name in names:
        path = os.path.join(top, check_name(name))
        try:
            os.mkdir(path, 0o700)
        except FileExistsError:
            if os.path.islink(path) or not os.path.isdir(path):
                raise


def write_many(
    top: str, token: "Optional[str]", files: "Sequence[Tuple[str, int, int, int]]", content: "Buffer"
) -> None:
    """Write small files: ``(name, size, mode, mtime_ns)`` each, their contents one after the other.

    With a token each is written beside and renamed, else straight into ``top``, which nobody uses yet.
    """
    rest = memoryview(content)
    for name, size, mode, mtime_ns in files:
        path = os.path.join(top, check_name(name))
        if token is None:
            try:
                file_pieces.write_new(path, [rest[:size]], mode, mtime_ns)
            except OSError as error:
                raise file_pieces.told_of(error, path, path, len(content)) from None
        else:
            file_pieces.write_whole(path, token, [rest[:size]], mode, mtime_ns, False)
        rest = rest[size:]


def finish(top: str, folders: "Sequence[Tuple[str, int]]", links: "Sequence[Tuple[str, str]]") -> None:
    """Make the links, and give the folders their permissions.

    Links come last: nothing that is sent can be written through a link that was sent.
    """
    for name, leads_to in links:
        path = os.path.join(top, check_name(name))
        if os.path.islink(path):
            os.unlink(path)
        os.symlink(leads_to, path)
    for name, mode in reversed(folders):
        os.chmod(os.path.join(top, check_name(name)), mode)


def sizes(top: str) -> "List[Tuple[str, int, int]]":
    """``(name, size, mtime_ns)`` of the files in a folder that was begun; nothing if there is none."""
    try:
        return [(each.name, each.size, each.mtime_ns) for each in entries(top) if each.kind == FILE]
    except FileNotFoundError:
        return []
