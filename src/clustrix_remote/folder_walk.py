"""Going down a folder, so that memory stays flat whatever lies there, and with as few steps for each entry as can be.

Nothing here follows a link to a folder while it goes down, so loops do no harm. What cannot be read is noted in an
:class:`Unread` and left out; the folder that was asked for must be readable. Left out, too, is clustrix's own folder:
it lies beneath remote_work_dir, and is not what anybody looks for there.
"""

import contextlib
import itertools
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Iterator, List, Tuple

#: So many entries of a folder are dealt with at once.
BATCH_ENTRIES = 2000


class Unread:
    """What a search leaves out: the folders that could not be read, how many, and some of them by name; and our own."""

    MOST_NAMED = 5

    def __init__(self, own: str = "") -> None:
        #: The folder of clustrix itself.
        self.own = own
        self.count = 0
        self.examples = []  # type: List[Tuple[str, str]]

    def add(self, folder: str, error: OSError) -> None:
        """Note a folder, unless it is merely gone."""
        if isinstance(error, (FileNotFoundError, NotADirectoryError)):
            return
        self.count += 1
        if len(self.examples) < self.MOST_NAMED:
            self.examples.append((folder, error.strerror or str(error)))


def walk(top: str, unread: Unread) -> "Iterator[Tuple[str, List[os.DirEntry[str]]]]":
    """All that lies beneath ``top``, in no order: (what makes a path of a name, entries), again and again.

    The entries know their names, not their paths, and can be asked only until the next are taken.
    """
    above_own, own_name = os.path.join(os.path.dirname(unread.own), ""), os.path.basename(unread.own)
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        prefix = os.path.join(folder, "")
        try:
            with opened(folder) as place, os.scandir(place) as found:
                for batch in _batches(found):
                    entries = batch if prefix != above_own else [entry for entry in batch if entry.name != own_name]
                    waiting += [prefix + entry.name for entry in entries if entry.is_dir(follow_symlinks=False)]
                    yield prefix, entries
        except OSError as error:
            if folder is top:
                raise OSError(error.errno, error.strerror, top) from None
            unread.add(folder, error)


def _batches(found: "Iterator[os.DirEntry[str]]") -> "Iterator[List[os.DirEntry[str]]]":
    # islice makes the lists in C: a step of ours for each entry would cost as much as reading it.
    batch = list(itertools.islice(found, BATCH_ENTRIES))
    while batch:
        yield batch
        batch = list(itertools.islice(found, BATCH_ENTRIES))


@contextlib.contextmanager
def opened(folder: str) -> "Iterator[Any]":
    """The folder as a descriptor, so that what is in it is found by name, not by path; an old Python takes the path."""
    if os.scandir not in os.supports_fd:
        yield folder
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def is_file(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a regular file or a link to one."""
    if entry.is_file(follow_symlinks=False):
        return True
    try:
        return entry.is_symlink() and entry.is_file()
    except OSError:
        return False  # a link that loops, or leads where we may not look


def is_dir(entry: "os.DirEntry[str]") -> bool:
    """Whether it is a folder or a link to one."""
    if entry.is_dir(follow_symlinks=False):
        return True
    try:
        return entry.is_symlink() and entry.is_dir()
    except OSError:
        return False
