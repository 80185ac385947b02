"""What lies beneath a folder: found entry by entry, so that memory stays flat whatever lies there.

Nothing here follows a link to a folder while it goes down, so loops do no harm. What cannot be read is noted in an
:class:`Unread` and left out; the folder that was asked for must be readable. Left out, too, is clustrix's own folder:
it lies beneath remote_work_dir, and is not what anybody looks for there.
"""

import contextlib
import errno
import fnmatch
import operator
import os
import re
import stat

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Callable, Iterator, List, Optional, Set, Tuple

    Matches = Callable[[str], object]

#: What a search may be for.
KINDS = ("file", "dir", "any")
_MAGIC = re.compile(r"[*?\[]")


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


def matcher(pattern: str) -> "Optional[Matches]":
    """A test of names for a shell pattern; None if it matches every name.

    >>> bool(matcher("*.csv")("a.csv")), bool(matcher("[ab]?")("cc"))
    (True, False)
    """
    if pattern == "*":
        return None
    # The two usual forms need no regular expression, which would take longer than reading the folder.
    if pattern.startswith("*") and not _MAGIC.search(pattern[1:]):
        return operator.methodcaller("endswith", pattern[1:])
    if not _MAGIC.search(pattern):
        return pattern.__eq__
    return re.compile(fnmatch.translate(pattern)).match


def find(top: str, pattern: str, kind: str, unread: Unread) -> "Iterator[str]":
    """Paths of what is beneath ``top`` and has a name that matches ``pattern``, in no order.

    Names that begin with a dot match like others. A pattern with a "/" is matched with the ends of paths.
    """
    if "/" in pattern:
        return glob(top, "**/" + pattern.lstrip("/"), kind, unread, hidden=True)
    return _find(top, matcher(pattern), _kind_test(kind), unread)


def _find(
    top: str, matches: "Optional[Matches]", is_wanted: "Callable[[os.DirEntry[str]], bool]", unread: Unread
) -> "Iterator[str]":
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        if entry.path == unread.own:
                            continue
                        waiting.append(entry.path)
                    if (matches is None or matches(entry.name)) and is_wanted(entry):
                        yield entry.path
        except OSError as error:
            if folder is top:
                raise
            unread.add(folder, error)


def _kind_test(kind: str) -> "Callable[[os.DirEntry[str]], bool]":
    if kind not in KINDS:
        raise ValueError("type={!r} is none of {}".format(kind, ", ".join(map(repr, KINDS))))
    if kind == "any":
        return lambda entry: True
    return is_file if kind == "file" else is_dir


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


def usage(top: str, unread: Unread) -> "Tuple[int, int]":
    """Bytes and number of the regular files beneath ``top`` (or of that one file); hard links count once."""
    told = os.stat(top)
    if not stat.S_ISDIR(told.st_mode):
        return (told.st_size, 1) if stat.S_ISREG(told.st_mode) else (0, 0)
    size = count = 0
    linked = set()  # type: Set[Tuple[int, int]]
    waiting = [top]
    while waiting:
        folder = waiting.pop()
        if folder == unread.own:
            continue
        try:
            with _opened(folder) as opened, os.scandir(opened) as entries:
                for entry in entries:
                    if entry.is_dir(follow_symlinks=False):
                        waiting.append(os.path.join(folder, entry.name))
                    elif entry.is_file(follow_symlinks=False):
                        found = _stat(entry, folder, unread)
                        if found is not None and (found.st_nlink == 1 or _is_new(found, linked)):
                            size += found.st_size
                            count += 1
        except OSError as error:
            if folder is top:
                raise OSError(error.errno, error.strerror, top) from None
            unread.add(folder, error)
    return size, count


def _stat(entry: "os.DirEntry[str]", folder: str, unread: Unread) -> "Optional[os.stat_result]":
    try:
        return entry.stat(follow_symlinks=False)
    except OSError as error:
        unread.add(os.path.join(folder, entry.name), error)
        return None


@contextlib.contextmanager
def _opened(folder: str) -> "Iterator[Any]":
    """The folder as a descriptor, so that what is in it is found by name, not by path; an old Python takes the path."""
    if os.scandir not in os.supports_fd:
        yield folder
        return
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


def _is_new(told: os.stat_result, seen: "Set[Tuple[int, int]]") -> bool:
    identity = (told.st_dev, told.st_ino)
    if identity in seen:
        return False
    seen.add(identity)
    return True


def glob(top: str, pattern: str, kind: str, unread: Unread, hidden: bool = False) -> "Iterator[str]":
    """Paths that match ``pattern`` beneath ``top``: ``*`` within a name, ``**`` for any number of folders.

    As in a shell, wildcards leave out names that begin with a dot, unless ``hidden``.
    """
    if pattern.endswith("/"):
        kind = "dir"
    parts = [part for part in pattern.split("/") if part not in ("", ".")]
    # Doubled, they would find everything twice.
    parts = [part for index, part in enumerate(parts) if part != "**" or parts[index + 1 : index + 2] != ["**"]]
    if parts and parts[-1] == "**":
        parts.append("*")
    if not stat.S_ISDIR(os.stat(top).st_mode):
        raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), top)
    found = _Globbing(top, _kind_test(kind), kind, unread, hidden).expand(top, parts)
    return found if parts.count("**") < 2 else _once(found)


def _once(paths: "Iterator[str]") -> "Iterator[str]":
    seen = set()
    for path in paths:
        if path not in seen:
            seen.add(path)
            yield path


class _Globbing:
    """One search by pattern."""

    def __init__(
        self, top: str, is_wanted: "Callable[[os.DirEntry[str]], bool]", kind: str, unread: Unread, hidden: bool
    ) -> None:
        self._top = top
        self._is_wanted, self._kind, self._unread, self._hidden = is_wanted, kind, unread, hidden

    def expand(self, folder: str, parts: "List[str]") -> "Iterator[str]":
        """What matches the ``parts`` of a pattern in ``folder``."""
        if not parts:
            return
        part, rest = parts[0], parts[1:]
        if part == "**":
            for beneath in self._folders(folder):
                for path in self.expand(beneath, rest):
                    yield path
        elif _MAGIC.search(part):
            for path in self._matching(folder, part, rest):
                yield path
        else:
            named = os.path.join(folder, part)
            for path in self.expand(named, rest) if rest else self._existing(named):
                yield path

    def _existing(self, path: str) -> "Iterator[str]":
        # Looked at by itself: it may lie in a folder that can be entered but not listed.
        try:
            mode = os.stat(path).st_mode
        except OSError:
            if self._kind == "any" and os.path.lexists(path):
                yield path
            return
        if self._kind == "any" or (stat.S_ISDIR(mode) if self._kind == "dir" else stat.S_ISREG(mode)):
            yield path

    def _matching(self, folder: str, part: str, rest: "List[str]") -> "Iterator[str]":
        matches = matcher(part)
        for entry in self._entries(folder):
            if not self._shown(entry.name, part) or not (matches is None or matches(entry.name)):
                continue
            if not rest:
                if self._is_wanted(entry):
                    yield entry.path
            elif is_dir(entry):
                for path in self.expand(entry.path, rest):
                    yield path

    def _shown(self, name: str, part: str) -> bool:
        return self._hidden or not name.startswith(".") or part.startswith(".")

    def _folders(self, top: str) -> "Iterator[str]":
        waiting = [top]
        while waiting:
            folder = waiting.pop()
            yield folder
            waiting.extend(
                entry.path
                for entry in self._entries(folder)
                if entry.is_dir(follow_symlinks=False) and self._shown(entry.name, "")
            )

    def _entries(self, folder: str) -> "Iterator[os.DirEntry[str]]":
        try:
            with os.scandir(folder) as entries:
                for entry in entries:
                    if entry.path != self._unread.own:
                        yield entry
        except OSError as error:
            if folder is self._top:
                raise
            self._unread.add(folder, error)
