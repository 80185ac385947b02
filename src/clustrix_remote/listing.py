"""What lies beneath a folder and has a name, or a path, that matches a pattern; see folder_walk.py."""

import errno
import fnmatch
import operator
import os
import re
import stat

from clustrix_remote.folder_walk import Unread, is_dir, is_file, walk

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Callable, Iterable, Iterator, List, Optional, Tuple

    Matches = Callable[[str], object]
    Entries = List["os.DirEntry[str]"]
    #: What makes a path of a name, and names.
    Found = Tuple[str, List[str]]

#: What a search may be for.
KINDS = ("file", "dir", "any")
_MAGIC = re.compile(r"[*?\[]")


def matcher(pattern: str) -> "Optional[Matches]":
    """A test of names for a shell pattern; None if it matches every name.

    >>> bool(matcher("*.csv")("a.csv")), bool(matcher("[ab]?")("cc"))
    (True, False)
    """
    if pattern == "*":
        return None
    # The two usual forms need no regular expression, which would take longer than reading the folder.
    suffix = _suffix(pattern)
    if suffix is not None:
        return operator.methodcaller("endswith", suffix)
    if not _MAGIC.search(pattern):
        return pattern.__eq__
    return re.compile(fnmatch.translate(pattern)).match


def _suffix(pattern: str) -> "Optional[str]":
    return pattern[1:] if pattern.startswith("*") and not _MAGIC.search(pattern[1:]) else None


def find(top: str, pattern: str, kind: str, unread: Unread) -> "Iterator[Found]":
    """What is beneath ``top`` and has a name that matches ``pattern``, in no order.

    Names that begin with a dot match like others. A pattern with a "/" is matched with the ends of paths.
    """
    if "/" in pattern:
        return glob(top, "**/" + pattern.lstrip("/"), kind, unread, hidden=True)
    return _find(top, pattern, _check_kind(kind), unread)


def _find(top: str, pattern: str, kind: str, unread: Unread) -> "Iterator[Found]":
    select = _selection(pattern)
    for prefix, entries in walk(top, unread):
        selected = select(entries)
        if selected:
            yield prefix, [entry.name for entry in _of_kind(selected, kind)]


def _selection(pattern: str) -> "Callable[[Entries], Entries]":
    """What gives those of some entries whose names match."""
    matches = matcher(pattern)
    if matches is None:
        return lambda entries: entries
    suffix = _suffix(pattern)
    if suffix is not None:
        return lambda entries: [entry for entry in entries if entry.name.endswith(suffix)]
    return lambda entries: [entry for entry in entries if matches(entry.name)]


def _of_kind(entries: "Entries", kind: str) -> "Iterable[os.DirEntry[str]]":
    if kind == "any":
        return entries
    try:
        # This follows links, and runs without a step of ours for each entry.
        return list(filter(operator.methodcaller("is_file" if kind == "file" else "is_dir"), entries))
    except OSError:  # a link that loops, or leads where we may not look, is neither
        return filter(is_file if kind == "file" else is_dir, entries)


def _check_kind(kind: str) -> str:
    if kind not in KINDS:
        raise ValueError("type={!r} is none of {}".format(kind, ", ".join(map(repr, KINDS))))
    return kind


def _kind_test(kind: str) -> "Callable[[os.DirEntry[str]], bool]":
    if _check_kind(kind) == "any":
        return lambda entry: True
    return is_file if kind == "file" else is_dir


def glob(top: str, pattern: str, kind: str, unread: Unread, hidden: bool = False) -> "Iterator[Found]":
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
    return (("", [path]) for path in (found if parts.count("**") < 2 else _once(found)))


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
