"""Whole folders on the move: what a folder holds, and many small files written at once.

A folder that is new is filled under another name and renamed when it is whole; one that is there already gets each of
its files beside and renamed.
"""

import errno
import os
import re
import stat

from clustrix_remote import file_pieces, folder_walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Iterable, Iterator, List, Optional, Sequence, Tuple, Union

    #: name, kind, size, mode, mtime_ns, leads_to
    Described = Tuple[str, str, int, int, int, str]
    Buffer = Union[bytes, bytearray, memoryview]

#: Of bytes, and of nanoseconds since 1970.
_TOO_LARGE = 2**62
#: What a tree is made of. Whatever else there is (sockets, pipes, devices) cannot be carried.
FOLDER, FILE, LINK, OTHER = "d", "f", "l", "o"
_KINDS = {stat.S_IFDIR: FOLDER, stat.S_IFREG: FILE, stat.S_IFLNK: LINK}
#: A part of a path that is empty or leads elsewhere, and the character that ends names.
_NOT_INSIDE = re.compile(r"(?:^|/)\.{0,2}(?:/|\Z)|\0")
#: The six texts of an entry on their way.
_TEXTS = "{}\0{}\0{}\0{}\0{}\0{}"


class Entry:
    """Something in a folder: its path from there, what it is, and for a link where it leads."""

    __slots__ = ("kind", "leads_to", "mode", "mtime_ns", "name", "size")

    def __init__(self, name: str, kind: str, size: int, mode: int, mtime_ns: int, leads_to: str) -> None:
        self.name, self.kind, self.size, self.mode = name, kind, size, mode
        self.mtime_ns, self.leads_to = mtime_ns, leads_to

    @classmethod
    def parse(cls, name: str, kind: str, size: str, mode: str, mtime_ns: str, leads_to: str) -> "Entry":
        """From texts on their way; ValueError for a path that leads out of the folder, and for impossible numbers."""
        numbers = int(size), int(mode) & 0o777, int(mtime_ns)
        if not (0 <= numbers[0] < _TOO_LARGE and abs(numbers[2]) < _TOO_LARGE):
            raise ValueError("not the size and time of a file: {:.40}, {:.40}".format(size, mtime_ns))
        return cls(check_name(name), kind, numbers[0], numbers[1], numbers[2], leads_to)


def check_name(name: str) -> str:
    """Return ``name`` if it is the path of something inside a folder."""
    if _NOT_INSIDE.search(name):
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
    return (Entry(*described) for described in _described(top))


def texts(top: str) -> "Iterator[str]":
    """The same, each entry as six texts with null characters between them."""
    return (_TEXTS.format(*described) for described in _described(top))


def _described(top: str) -> "Iterator[Described]":
    waiting = [""]
    while waiting:
        prefix = waiting.pop()
        folder = os.path.join(top, prefix)
        with folder_walk.opened(folder) as opened, os.scandir(opened) as found:
            for each in found:
                told = each.stat(follow_symlinks=False)
                kind = _KINDS.get(stat.S_IFMT(told.st_mode), OTHER)
                name = prefix + each.name
                if kind == FOLDER:
                    waiting.append(name + "/")
                leads_to = os.readlink(os.path.join(folder, each.name)) if kind == LINK else ""
                yield name, kind, told.st_size, stat.S_IMODE(told.st_mode), told.st_mtime_ns, leads_to


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
    top: str,
    token: "Optional[str]",
    files: "Sequence[Tuple[str, int, int, int]]",
    content: "Buffer",
    process_umask: int = 0o777,
) -> None:
    """Write small files: ``(name, size, mode, mtime_ns)`` each, their contents one after the other.

    With a token each is written beside and renamed, else straight into ``top``, which nobody uses yet.
    """
    rest = memoryview(content)
    for name, size, mode, mtime_ns in files:
        path = top + "/" + check_name(name)
        if token is None:
            try:
                file_pieces.write_new(path, rest[:size], mode, mtime_ns, process_umask)
            except OSError as error:
                raise file_pieces.told_of(error, path, path, len(content)) from None
        else:
            file_pieces.write_whole(path, token, [rest[:size]], mode, mtime_ns, False)
        rest = rest[size:]


def read_many(folder: str, files: "Iterable[Tuple[str, int]]") -> bytes:
    """The contents of small files, one after the other; OSError if one has not the size that it had."""
    contents = []
    for name, size in files:
        descriptor = os.open(folder + "/" + name, file_pieces.READ_FLAGS)
        try:
            # One byte more than there is shows one that grew. What has become a pipe or a device shows so, too.
            data = os.read(descriptor, size + 1)
        finally:
            os.close(descriptor)
        if len(data) != size:
            raise OSError(errno.EAGAIN, "it was changed while it was copied", os.path.join(folder, name))
        contents.append(data)
    return b"".join(contents)


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
