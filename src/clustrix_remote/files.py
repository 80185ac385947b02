"""File functions, the one implementation: for the laptop's files, for the agent on the cluster, and inside a job.

Paths are absolute, begin with ``~``, or mean something beneath the folder of a :class:`Files`. No shell is involved, so
any name is just a name.
"""

import collections
import errno
import os
import stat

from clustrix_remote import disk_usage, layout, listing

TYPE_CHECKING = False
if TYPE_CHECKING:
    import datetime
    from typing import Iterator, NamedTuple, Optional, Tuple, Union

    from clustrix_remote.folder_walk import Unread
    from clustrix_remote.listing import Found

    class _FileInfo(NamedTuple):
        name: str
        size: int
        modified: float
        is_dir: bool
        permissions: str
        is_file: bool

    class _DiskUsage(NamedTuple):
        total_bytes: int
        file_count: int
else:
    _FileInfo = collections.namedtuple("_FileInfo", "name size modified is_dir permissions is_file")
    _DiskUsage = collections.namedtuple("_DiskUsage", "total_bytes file_count")

#: What an error says when there is nothing at a path, whatever else is wrong with it.
_NOT_THERE = (errno.ENOENT, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)


class FileInfo(_FileInfo):
    """What is known of a file or folder.

    ``modified`` is in seconds since 1970, ``permissions`` octal. A link is told as what it leads to. ``is_file`` is
    false for folders and for what can be neither (sockets, pipes, broken links).

    >>> FileInfo("a.csv", 120, 1700000000.0, False, "644").is_file
    True
    """

    __slots__ = ()

    def __new__(
        cls,
        name: str,
        size: int,
        modified: float,
        is_dir: bool,
        permissions: str,
        is_file: "Optional[bool]" = None,
    ) -> "FileInfo":
        """Without ``is_file`` whatever is no folder is a file."""
        return super(FileInfo, cls).__new__(
            cls, name, size, modified, is_dir, permissions, not is_dir if is_file is None else is_file
        )

    @property
    def modified_datetime(self) -> "datetime.datetime":
        """When it was modified, in UTC, so that it is the same wherever it is asked for."""
        import datetime

        return datetime.datetime.fromtimestamp(self.modified, datetime.timezone.utc)


class DiskUsage(_DiskUsage):
    """The apparent size of the files beneath a folder, and how many they are; hard links count once.

    >>> DiskUsage(3 * 1024**2, 2).total_mb
    3.0
    """

    __slots__ = ()

    @property
    def total_mb(self) -> float:
        """In units of 1024 * 1024 bytes."""
        return self.total_bytes / (1024 * 1024)

    @property
    def total_gb(self) -> float:
        """In units of 1024 * 1024 * 1024 bytes."""
        return self.total_bytes / (1024 * 1024 * 1024)


def info(name: str, told: os.stat_result) -> FileInfo:
    """A FileInfo from what stat told."""
    mode = told.st_mode
    is_dir = stat.S_ISDIR(mode)
    permissions = "{:03o}".format(stat.S_IMODE(mode))
    return FileInfo(name, told.st_size, told.st_mtime, is_dir, permissions, stat.S_ISREG(mode))


class Files:
    """The files of this machine, as seen from one folder, which relative paths mean.

    ``umask`` is taken from the permissions of what is made; ``process_umask`` is what the system takes by itself, as far
    as that is known.
    """

    def __init__(self, folder: str, umask: int = 0o022, process_umask: int = 0o777) -> None:
        self.folder = os.path.abspath(os.path.expanduser(folder))
        self.umask = umask
        self.process_umask = process_umask
        #: What is clustrix's own there is left out of lists and searches.
        self.own = os.path.join(self.folder, layout.ROOT_NAME)

    def absolute(self, path: "Union[str, os.PathLike[str]]") -> str:
        """The path in full, with neither ``.`` nor doubled slashes; ``..`` stays, as links may be on the way."""
        text = os.fspath(path)
        if not text:
            raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), text)
        if "\0" in text:
            raise ValueError("there is a null character in the path {!r}".format(text))
        full = os.path.join(self.folder, os.path.expanduser(text))
        parts = [part for part in full.split("/") if part not in ("", ".")]
        return "/" + "/".join(parts) if os.sep == "/" else os.path.normpath(full)

    # ------------------------------------------------------------------------------------------------------- looking

    def stat(self, path: str) -> FileInfo:
        """What is at ``path``; links are followed."""
        full = self.absolute(path)
        name = os.path.basename(full)
        if name == "..":
            name = os.path.basename(os.path.realpath(full))
        return info(name or full, os.stat(full))

    def exists(self, path: str) -> bool:
        """Whether there is anything; an error if that cannot be known."""
        return self._mode(path) is not None

    def isdir(self, path: str) -> bool:
        """Whether there is a folder, or a link to one; an error if that cannot be known."""
        mode = self._mode(path)
        return mode is not None and stat.S_ISDIR(mode)

    def isfile(self, path: str) -> bool:
        """Whether there is a regular file, or a link to one; an error if that cannot be known."""
        mode = self._mode(path)
        return mode is not None and stat.S_ISREG(mode)

    def _mode(self, path: str) -> "Optional[int]":
        try:
            return os.stat(self.absolute(path)).st_mode
        except OSError as error:
            if error.errno in _NOT_THERE:
                return None
            raise

    def names(self, path: str) -> "Iterator[str]":
        """The names in a folder, in no order."""
        with os.scandir(self.absolute(path)) as entries:
            for entry in entries:
                if entry.path != self.own:
                    yield entry.name

    def entries(self, path: str) -> "Iterator[FileInfo]":
        """A FileInfo of each thing in a folder, in no order; links are followed, broken ones told as themselves."""
        with os.scandir(self.absolute(path)) as entries:
            for entry in entries:
                if entry.path == self.own:
                    continue
                try:
                    yield info(entry.name, _stat_entry(entry))
                except FileNotFoundError:
                    continue  # removed since

    def find(self, pattern: str, path: str, kind: str, unread: "Unread") -> "Iterator[Found]":
        """See :func:`listing.find`."""
        return listing.find(self.absolute(path), pattern, kind, unread)

    def glob(self, pattern: str, path: str, kind: str, unread: "Unread") -> "Iterator[Found]":
        """See :func:`listing.glob`; the pattern may also be absolute or begin with ``~``."""
        pattern = os.path.expanduser(pattern)
        top = "/" if pattern.startswith("/") else self.absolute(path)
        return listing.glob(top, pattern, kind, unread)

    def usage(self, path: str, unread: "Unread") -> "Tuple[int, int]":
        """See :func:`disk_usage.usage`."""
        return disk_usage.usage(self.absolute(path), unread)

    # ------------------------------------------------------------------------------------------------------ changing

    def mkdir(self, path: str, parents: bool, exist_ok: bool) -> None:
        """Make a folder, with ``parents`` those above it too."""
        full = self.absolute(path)
        if parents and not os.path.isdir(os.path.dirname(full)):
            self.mkdir(os.path.dirname(full), True, True)
        try:
            os.mkdir(full)
        except FileExistsError:
            if not exist_ok or not os.path.isdir(full):
                raise
        else:
            os.chmod(full, 0o777 & ~self.umask | os.stat(full).st_mode & stat.S_ISGID)

    def remove(self, path: str, recursive: bool, missing_ok: bool) -> None:
        """Remove a file or a link, with ``recursive`` also a folder and all that it holds."""
        full = self.absolute(path)
        try:
            if os.path.isdir(full) and not os.path.islink(full):
                self._remove_folder(full, recursive)
            else:
                os.unlink(full)
        except FileNotFoundError:
            if not missing_ok:
                raise

    def _remove_folder(self, full: str, recursive: bool) -> None:
        if not recursive:
            raise IsADirectoryError(errno.EISDIR, "a folder is removed only with recursive=True", full)
        real = os.path.realpath(full)
        for kept in (self.folder, os.path.expanduser("~")):
            if (os.path.realpath(kept) + "/").startswith(real.rstrip("/") + "/"):
                raise PermissionError(errno.EPERM, "the working folder, the home and what holds them stay", full)
        import shutil  # heavy

        shutil.rmtree(full)

    def rename(self, source: str, target: str) -> str:
        """Give a file or folder another path; a file that is there is replaced. Gives the new path in full."""
        full = self.absolute(target)
        os.replace(self.absolute(source), full)
        return full


def _stat_entry(entry: "os.DirEntry[str]") -> os.stat_result:
    try:
        return entry.stat()
    except OSError:
        return entry.stat(follow_symlinks=False)
