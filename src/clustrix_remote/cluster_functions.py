"""``cluster_ls`` and its kin: a Filesystem's methods as plain functions, whose last parameter is the configuration.

The same functions here and in a job; only what a configuration leads to differs, and the client says that with
``lead_to``.
"""

__all__ = [
    "cluster_count_files",
    "cluster_du",
    "cluster_exists",
    "cluster_find",
    "cluster_get",
    "cluster_glob",
    "cluster_isdir",
    "cluster_isfile",
    "cluster_ls",
    "cluster_mkdir",
    "cluster_open",
    "cluster_put",
    "cluster_read_bytes",
    "cluster_read_text",
    "cluster_remove",
    "cluster_rename",
    "cluster_stat",
    "cluster_write_bytes",
    "cluster_write_text",
]

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any, Callable, List, Optional, Sequence, Union, overload

    from clustrix_remote.file_transfers import Progress
    from clustrix_remote.files import DiskUsage, FileInfo
    from clustrix_remote.filesystem import Filesystem, Path
    from clustrix_remote.places import Buffer
else:

    def overload(function):
        """What typing.overload does where nobody looks."""
        return function


_leads_to = None  # type: Optional[Callable[[Any], Filesystem]]


def lead_to(filesystem_for: "Callable[[Any], Filesystem]") -> None:
    """From now on a configuration means what ``filesystem_for`` makes of it."""
    global _leads_to  # noqa: PLW0603  # set once, when the client's half is imported
    _leads_to = filesystem_for


def _filesystem_for(config: "Any") -> "Filesystem":
    if _leads_to is not None:
        return _leads_to(config)
    from clustrix_remote import job_files  # a job that asks for no file need not read it

    return job_files.ClusterFilesystem(config)


def cluster_ls(path: "Path" = ".", config: "Any" = None, *, missing_ok: bool = False) -> "List[str]":
    """The names in a folder, sorted; those that begin with a dot too.

    >>> cluster_ls("data")
    ['a.csv', 'b']
    """
    return _filesystem_for(config).ls(path, missing_ok=missing_ok)


def cluster_find(
    pattern: str = "*", path: "Path" = ".", config: "Any" = None, *, type: str = "file", missing_ok: bool = False
) -> "List[str]":
    """Files beneath a folder whose names match a shell pattern: their full paths, sorted.

    ``type="dir"`` gives folders, ``"any"`` all there is.

    >>> [path[-5:] for path in cluster_find("*.csv", "data")]
    ['a.csv', 'c.csv']
    """
    return _filesystem_for(config).find(pattern, path, type=type, missing_ok=missing_ok)


def cluster_glob(
    pattern: str, path: "Path" = ".", config: "Any" = None, *, type: str = "file", missing_ok: bool = False
) -> "List[str]":
    """Files that match a pattern with folders (``data/*/run?.csv``, ``**/*.csv``): their full paths, sorted.

    >>> [path[-7:] for path in cluster_glob("data/*/*.csv")]
    ['b/c.csv']
    """
    return _filesystem_for(config).glob(pattern, path, type=type, missing_ok=missing_ok)


def cluster_count_files(
    path: "Path" = ".", pattern: str = "*", config: "Any" = None, *, missing_ok: bool = False
) -> "int":
    """How many files ``cluster_find`` would give.

    >>> cluster_count_files("data", "*.csv")
    2
    """
    return _filesystem_for(config).count_files(path, pattern, missing_ok=missing_ok)


def cluster_du(path: "Path" = ".", config: "Any" = None, *, missing_ok: bool = False) -> "DiskUsage":
    """Apparent bytes and number of the files beneath a folder; hard links count once, links not.

    >>> cluster_du("data").file_count
    2
    """
    return _filesystem_for(config).du(path, missing_ok=missing_ok)


@overload
def cluster_stat(path: "Path", config: "Any" = ...) -> "FileInfo": ...  # type: ignore[overload-overlap]  # noqa: D103


@overload
def cluster_stat(path: "Sequence[Path]", config: "Any" = ...) -> "List[FileInfo]": ...  # noqa: D103, F811


def cluster_stat(path: "Union[Path, Sequence[Path]]", config: "Any" = None) -> "Union[FileInfo, List[FileInfo]]":  # noqa: F811
    """What is at a path; of a list of paths a list, in one round trip. Links are followed.

    >>> cluster_stat("data/a.csv").size
    11
    >>> [info.is_dir for info in cluster_stat(["data", "data/a.csv"])]
    [True, False]
    """
    return _filesystem_for(config).stat(path)


@overload
def cluster_exists(path: "Path", config: "Any" = ...) -> "bool": ...  # type: ignore[overload-overlap]  # noqa: D103


@overload
def cluster_exists(path: "Sequence[Path]", config: "Any" = ...) -> "List[bool]": ...  # noqa: D103, F811


def cluster_exists(path: "Union[Path, Sequence[Path]]", config: "Any" = None) -> "Union[bool, List[bool]]":  # noqa: F811
    """Whether there is anything at a path, or at each of a list; an error if that cannot be known.

    >>> cluster_exists(["data", "nothing"])
    [True, False]
    """
    return _filesystem_for(config).exists(path)


@overload
def cluster_isdir(path: "Path", config: "Any" = ...) -> "bool": ...  # type: ignore[overload-overlap]  # noqa: D103


@overload
def cluster_isdir(path: "Sequence[Path]", config: "Any" = ...) -> "List[bool]": ...  # noqa: D103, F811


def cluster_isdir(path: "Union[Path, Sequence[Path]]", config: "Any" = None) -> "Union[bool, List[bool]]":  # noqa: F811
    """Whether there is a folder, or a link to one.

    >>> cluster_isdir("data")
    True
    """
    return _filesystem_for(config).isdir(path)


@overload
def cluster_isfile(path: "Path", config: "Any" = ...) -> "bool": ...  # type: ignore[overload-overlap]  # noqa: D103


@overload
def cluster_isfile(path: "Sequence[Path]", config: "Any" = ...) -> "List[bool]": ...  # noqa: D103, F811


def cluster_isfile(path: "Union[Path, Sequence[Path]]", config: "Any" = None) -> "Union[bool, List[bool]]":  # noqa: F811
    """Whether there is a regular file, or a link to one.

    >>> cluster_isfile("data")
    False
    """
    return _filesystem_for(config).isfile(path)


def cluster_mkdir(path: "Path", config: "Any" = None, *, parents: bool = True, exist_ok: bool = True) -> "None":
    """Make a folder, and those above it; one that is there already is no error.

    >>> cluster_mkdir("results/2024")
    """
    _filesystem_for(config).mkdir(path, parents=parents, exist_ok=exist_ok)


def cluster_remove(path: "Path", config: "Any" = None, *, recursive: bool = False, missing_ok: bool = False) -> "None":
    """Remove a file or link, with ``recursive`` a folder and all it holds.

    >>> cluster_remove("old.txt", missing_ok=True)
    """
    _filesystem_for(config).remove(path, recursive=recursive, missing_ok=missing_ok)


def cluster_rename(source: "Path", target: "Path", config: "Any" = None) -> "str":
    """Give a file or folder another path, in one step; a file that is there is replaced. Gives the new path in full.

    >>> _ = cluster_write_text("draft.txt", "done")
    >>> cluster_rename("draft.txt", "final.txt")[-9:]
    'final.txt'
    """
    return _filesystem_for(config).rename(source, target)


def cluster_read_bytes(
    path: "Path", config: "Any" = None, *, offset: int = 0, length: "Optional[int]" = None
) -> "bytes":
    """The content of a file, or ``length`` bytes of it from ``offset`` on.

    >>> cluster_read_bytes("data/a.csv", offset=5, length=5)
    b'value'
    """
    return _filesystem_for(config).read_bytes(path, offset=offset, length=length)


def cluster_read_text(path: "Path", config: "Any" = None, *, encoding: str = "utf-8", errors: str = "strict") -> "str":
    r"""The content of a file, decoded; line ends become newlines, as with ``open``.

    >>> cluster_read_text("data/a.csv")
    'time,value\n'
    """
    return _filesystem_for(config).read_text(path, encoding=encoding, errors=errors)


def cluster_write_bytes(path: "Path", data: "Buffer", config: "Any" = None) -> "int":
    """Write a file: whole, or not at all. Gives its size.

    >>> cluster_write_bytes("bytes.bin", b"1234")
    4
    """
    return _filesystem_for(config).write_bytes(path, data)


def cluster_write_text(
    path: "Path", text: str, config: "Any" = None, *, encoding: str = "utf-8", errors: str = "strict"
) -> "int":
    """Write a file of text: whole, or not at all. Gives the number of characters.

    >>> cluster_write_text("text.txt", "a text")
    6
    """
    return _filesystem_for(config).write_text(path, text, encoding=encoding, errors=errors)


def cluster_open(
    path: "Path",
    mode: str = "r",
    config: "Any" = None,
    *,
    encoding: "Optional[str]" = None,
    errors: "Optional[str]" = None,
    newline: "Optional[str]" = None,
) -> "IO[Any]":
    r"""A file object, as of ``open``, for the modes "r", "w" and "x", each also with "b". See Filesystem.open.

    >>> with cluster_open("data/a.csv") as stream:
    ...     stream.readline()
    'time,value\n'
    """
    return _filesystem_for(config).open(path, mode, -1, encoding, errors, newline)


def cluster_get(
    path: "Path",
    local_path: "Optional[Path]" = None,
    config: "Any" = None,
    *,
    progress: "Union[bool, Progress, None]" = None,
) -> "str":
    """Copy a file or a folder from the cluster to here, checked by hash. See Filesystem.get.

    >>> cluster_get("data", "copy")[-4:]
    'copy'
    """
    return _filesystem_for(config).get(path, local_path, progress=progress)


def cluster_put(
    local_path: "Path",
    path: "Optional[Path]" = None,
    config: "Any" = None,
    *,
    progress: "Union[bool, Progress, None]" = None,
) -> "str":
    """Copy a file or a folder from here to the cluster, checked by hash. See Filesystem.put.

    >>> cluster_put("data/a.csv", "results.csv")[-11:]
    'results.csv'
    """
    return _filesystem_for(config).put(local_path, path, progress=progress)
