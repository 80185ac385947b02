"""A cluster's files, as a person uses them: one meaning here, over ssh and in a job, as all is asked of a Place."""

import os
import warnings

from clustrix_remote.files import DiskUsage, FileInfo
from clustrix_remote.places import Here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Dict, List, Optional, Sequence, TypeVar, Union, overload

    from clustrix_remote.file_transfers import Progress
    from clustrix_remote.places import Answer, Buffer, Place

    Path = Union[str, "os.PathLike[str]"]
    Paths = Union[Sequence[Path], "frozenset[Path]"]
    T = TypeVar("T")
else:

    def overload(function):
        """What typing.overload does where nobody looks."""
        return function


class UnreadFoldersWarning(UserWarning):
    """An answer leaves out folders that could not be read."""


class MissingFolderWarning(UserWarning):
    """A folder was taken as empty, as it is not there."""


class Filesystem:
    """File functions on one place.

    Paths are absolute, begin with ``~``, or mean something beneath the place's folder. What is missing or forbidden
    raises FileNotFoundError, PermissionError or another of Python's own, with ``host:path``.
    """

    def __init__(self, place: "Place", here: "Optional[Place]" = None) -> None:
        self.place = place
        #: Where ``get`` brings files and ``put`` takes them from.
        self.here = here or Here()

    # ------------------------------------------------------------------------------------------------------- looking

    def ls(self, path: "Path" = ".", *, missing_ok: bool = False) -> "List[str]":
        """The names in a folder, sorted; those that begin with a dot too."""
        answer = self._of_folder("names", path, {}, missing_ok)
        return sorted(answer.texts()) if answer else []

    def entries(self, path: "Path" = ".") -> "List[FileInfo]":
        """A FileInfo of each thing in a folder, sorted by name, in one request."""
        return sorted(self.place.ask("entries", {"path": text_of(path)}).records(_file_info))

    def find(
        self, pattern: str = "*", path: "Path" = ".", *, type: str = "file", missing_ok: bool = False
    ) -> "List[str]":
        """Files beneath a folder whose names match a shell pattern: their full paths, sorted.

        ``type="dir"`` gives folders, ``"any"`` all there is. Names that begin with a dot match like others. Links to
        files are files; links to folders are not entered.
        """
        return self._searched("find", pattern, path, type, missing_ok)

    def glob(self, pattern: str, path: "Path" = ".", *, type: str = "file", missing_ok: bool = False) -> "List[str]":
        """Files that match a pattern with folders (``data/*/run?.csv``, ``**/*.csv``): their full paths, sorted.

        As in a shell, wildcards leave out names that begin with a dot. ``type`` as for ``find``.
        """
        return self._searched("glob", pattern, path, type, missing_ok)

    def _searched(self, function: str, pattern: str, path: "Path", type: str, missing_ok: bool) -> "List[str]":
        if type not in ("file", "dir", "any"):
            raise ValueError('type={!r} is none of "file", "dir" and "any"'.format(type))
        answer = self._of_folder(function, path, {"pattern": text_of(pattern), "type": type}, missing_ok)
        return sorted(answer.texts()) if answer else []

    def count_files(self, path: "Path" = ".", pattern: str = "*", *, missing_ok: bool = False) -> int:
        """How many files ``find`` would give."""
        answer = self._of_folder("count", path, {"pattern": text_of(pattern)}, missing_ok)
        return int(answer.ok["value"]) if answer else 0

    def du(self, path: "Path" = ".", *, missing_ok: bool = False) -> DiskUsage:
        """Apparent bytes and number of the files beneath a folder; hard links count once, links not."""
        answer = self._of_folder("usage", path, {}, missing_ok)
        return DiskUsage(*answer.ok["value"]) if answer else DiskUsage(0, 0)

    def _of_folder(self, function: str, path: "Path", given: "Dict[str, Any]", missing_ok: bool) -> "Optional[Answer]":
        try:
            answer = self.place.ask(function, dict(given, path=text_of(path)))
        except FileNotFoundError as error:
            if not missing_ok:
                raise
            warnings.warn(
                "{} is not there, and taken as empty".format(error.filename), MissingFolderWarning, stacklevel=4
            )
            return None
        if answer.ok.get("unread"):
            self._warn_of_unread(*answer.ok["unread"])
        return answer

    def _warn_of_unread(self, count: int, examples: "Sequence[Sequence[str]]") -> None:
        host = self.place.where + ":" if self.place.where else ""
        some = ", ".join("{}{} ({})".format(host, folder, why) for folder, why in examples)
        more = ", .." if count > len(examples) else ""
        what = "{} could not be read, and what is in there is left out: {}{}"
        warnings.warn(
            what.format("a folder" if count == 1 else "%d folders" % count, some, more),
            UnreadFoldersWarning,
            stacklevel=5,
        )

    @overload
    def stat(self, path: "Path") -> FileInfo: ...  # type: ignore[overload-overlap]
    @overload
    def stat(self, path: "Paths") -> "List[FileInfo]": ...  # noqa: F811
    def stat(self, path: "Union[Path, Paths]") -> "Union[FileInfo, List[FileInfo]]":  # noqa: F811
        """What is at a path; of a list of paths a list, in one round trip. Links are followed."""
        found = [FileInfo(*told) for told in self._look("stat", path)]
        return found[0] if _is_one(path) else found

    @overload
    def exists(self, path: "Path") -> bool: ...  # type: ignore[overload-overlap]
    @overload
    def exists(self, path: "Paths") -> "List[bool]": ...  # noqa: F811
    def exists(self, path: "Union[Path, Paths]") -> "Union[bool, List[bool]]":  # noqa: F811
        """Whether there is anything at a path, or at each of a list; an error if that cannot be known."""
        return self._whether("exists", path)

    @overload
    def isdir(self, path: "Path") -> bool: ...  # type: ignore[overload-overlap]
    @overload
    def isdir(self, path: "Paths") -> "List[bool]": ...  # noqa: F811
    def isdir(self, path: "Union[Path, Paths]") -> "Union[bool, List[bool]]":  # noqa: F811
        """Whether there is a folder, or a link to one."""
        return self._whether("isdir", path)

    @overload
    def isfile(self, path: "Path") -> bool: ...  # type: ignore[overload-overlap]
    @overload
    def isfile(self, path: "Paths") -> "List[bool]": ...  # noqa: F811
    def isfile(self, path: "Union[Path, Paths]") -> "Union[bool, List[bool]]":  # noqa: F811
        """Whether there is a regular file, or a link to one."""
        return self._whether("isfile", path)

    def _whether(self, what: str, path: "Union[Path, Paths]") -> "Union[bool, List[bool]]":
        found = [bool(value) for value in self._look(what, path)]
        return found[0] if _is_one(path) else found

    def _look(self, what: str, path: "Union[Path, Paths]") -> "List[Any]":
        paths = [text_of(path)] if _is_one(path) else [text_of(each) for each in path]  # type: ignore[arg-type, union-attr]
        values = self.place.ask("look", {"what": what, "paths": paths}).ok["values"]
        return list(values)

    def absolute(self, path: "Path") -> str:
        """The path in full, as that place spells it."""
        return str(self.place.ask("absolute", {"path": text_of(path)}).ok["path"])

    # ------------------------------------------------------------------------------------------------------ changing

    def mkdir(self, path: "Path", *, parents: bool = True, exist_ok: bool = True) -> None:
        """Make a folder, and those above it; one that is there already is no error."""
        self.place.ask("mkdir", {"path": text_of(path), "parents": parents, "exist_ok": exist_ok}, again=exist_ok)

    def remove(self, path: "Path", *, recursive: bool = False, missing_ok: bool = False) -> None:
        """Remove a file or link, with ``recursive`` a folder; never the working folder, the home or what holds them."""
        given = {"path": text_of(path), "recursive": recursive, "missing_ok": missing_ok}
        self.place.ask("remove", given, again=missing_ok)

    def rename(self, source: "Path", target: "Path") -> str:
        """Give a file or folder another path in one step; a file that is there is replaced. Gives the new path."""
        given = {"path": text_of(source), "target": text_of(target)}
        return str(self.place.ask("rename", given, again=False).ok["path"])

    # ------------------------------------------------------------------------------------------------------ contents

    def read_bytes(self, path: "Path", *, offset: int = 0, length: "Optional[int]" = None) -> bytes:
        """The content of a file, or ``length`` bytes of it from ``offset`` on."""
        from clustrix_remote import file_transfers

        return file_transfers.read(self.place, text_of(path), offset, length)

    def read_text(self, path: "Path", *, encoding: str = "utf-8", errors: str = "strict") -> str:
        """The content of a file, decoded; line ends become newlines, as with ``open``."""
        import io

        return io.TextIOWrapper(io.BytesIO(self.read_bytes(path)), encoding=encoding, errors=errors).read()

    def write_bytes(self, path: "Path", data: "Buffer") -> int:
        """Write a file: whole, or not at all. Gives its size."""
        from clustrix_remote import file_transfers

        return file_transfers.write(self.place, text_of(path), data)

    def write_text(self, path: "Path", text: str, *, encoding: str = "utf-8", errors: str = "strict") -> int:
        """Write a file of text: whole, or not at all. Gives the number of characters."""
        self.write_bytes(path, text.encode(encoding, errors))
        return len(text)

    def open(
        self,
        path: "Path",
        mode: str = "r",
        buffering: int = -1,
        encoding: "Optional[str]" = None,
        errors: "Optional[str]" = None,
        newline: "Optional[str]" = None,
    ) -> "IO[Any]":
        """A file object, as of ``open``, for "r", "w", "x", each also with "b". Text is UTF-8 unless told.

        What is written is put in place, whole, when the file is closed; not at all if a ``with`` block ends by an
        exception.
        """
        from clustrix_remote import file_streams

        return file_streams.open_file(self.place, text_of(path), mode, buffering, encoding, errors, newline)

    def get(
        self, path: "Path", local_path: "Optional[Path]" = None, *, progress: "Optional[Union[bool, Progress]]" = None
    ) -> str:
        """Copy a file or a folder from there to here, checked by hash. Gives the path of what there is now.

        Without ``local_path`` it keeps its name. A file goes into ``local_path`` if that is a folder; a folder becomes
        ``local_path``, or is laid over it. Called again after it was cut, it goes on where it was.
        ``progress(done, total)`` is told bytes.
        """
        source = text_of(path)
        target = text_of(local_path) if local_path is not None else _name_of(source)
        return self._copy(self.place, source, self.here, target, progress)

    def put(
        self, local_path: "Path", path: "Optional[Path]" = None, *, progress: "Optional[Union[bool, Progress]]" = None
    ) -> str:
        """Copy a file or a folder from here to there; otherwise as ``get``."""
        source = text_of(local_path)
        target = text_of(path) if path is not None else _name_of(source)
        return self._copy(self.here, source, self.place, target, progress)

    def _copy(
        self, source: "Place", path: str, target: "Place", target_path: str, progress: "Optional[Union[bool, Progress]]"
    ) -> str:
        from clustrix_remote.file_transfers import Copying

        told = progress if callable(progress) else None
        return Copying(source, target, told).copy(path, target_path)


def _file_info(name: str, size: str, modified: str, is_dir: str, permissions: str, is_file: str) -> FileInfo:
    return FileInfo(name, int(size), float(modified), is_dir == "1", permissions, is_file == "1")


def _name_of(path: str) -> str:
    name = os.path.basename(path.rstrip("/"))
    if name in ("", ".", "..", "~"):
        raise ValueError("{!r} has no name that the copy could have: say where it shall go".format(path))
    return name


def text_of(path: "Path") -> str:
    """A path as text; ValueError, TypeError for what cannot be one, here and now."""
    text = os.fsdecode(path)  # also of bytes
    if "\0" in text:
        raise ValueError("there is a null character in the path {!r}".format(text))
    return text


def _is_one(path: "Union[Path, Paths]") -> bool:
    return isinstance(path, (str, bytes)) or hasattr(path, "__fspath__")
