"""``clustrix://host/path`` for fsspec: pandas, dask, xarray and others read from and write to a cluster.

Registered by the installed package; needs the extra ``clustrix[fsspec]``. Ranges are asked for as they are read, with
fsspec's own caches; what is written is put in place, whole, when it is closed.
"""

from __future__ import annotations

import os
from datetime import datetime
from typing import TYPE_CHECKING, Any

from fsspec.spec import AbstractBufferedFile, AbstractFileSystem
from fsspec.utils import infer_storage_options

from clustrix.filesystem import ClusterFilesystem

if TYPE_CHECKING:
    from clustrix_remote.files import FileInfo


class ClustrixFileSystem(AbstractFileSystem):  # type: ignore[misc]  # fsspec has no types
    """The files of one cluster.

    ``host`` is ``cluster_host``; other words are those of a configuration. Without a host, the current configuration's.
    ``block_size`` is how many bytes a file is read ahead unless ``open`` is told another number.
    """

    protocol = "clustrix"
    root_marker = "/"

    def __init__(self, host: str | None = None, block_size: int | None = None, **words: Any) -> None:
        own = {name: words.pop(name) for name in list(words) if name in _FSSPEC_WORDS}
        super().__init__(host=host, **own, **words)
        if block_size is not None:
            self.blocksize = block_size
        from clustrix.config import using

        self.host = host
        if host is not None:
            words["cluster_host"] = host
        with using(**words) as config:
            self.files = ClusterFilesystem(config)

    @classmethod
    def _strip_protocol(cls, path: Any) -> Any:
        if isinstance(path, list):
            return [cls._strip_protocol(each) for each in path]
        text = os.fspath(path)
        if text.startswith("clustrix://"):
            # Not by a URL parser: a path may hold "?" and "#".
            text = "/" + text[len("clustrix://") :].partition("/")[2]
        return text.rstrip("/") or cls.root_marker

    @staticmethod
    def _get_kwargs_from_urls(path: str) -> dict[str, Any]:
        host = infer_storage_options(path).get("host") if "://" in path else None
        return {"host": host} if host else {}

    # ------------------------------------------------------------------------------------------------------- looking

    def info(self, path: str, **kwargs: Any) -> dict[str, Any]:
        path = self._strip_protocol(path)
        return _told(path, self.files.stat(path))

    def ls(self, path: str, detail: bool = True, **kwargs: Any) -> list[Any]:
        path = self._strip_protocol(path)
        try:
            found = [_told(_join(path, entry.name), entry) for entry in self.files.entries(path)]
        except NotADirectoryError:
            found = [self.info(path)]
        return found if detail else [each["name"] for each in found]

    def exists(self, path: str, **kwargs: Any) -> bool:
        return bool(self.files.exists(self._strip_protocol(path)))

    def isdir(self, path: str) -> bool:
        return bool(self.files.isdir(self._strip_protocol(path)))

    def isfile(self, path: str) -> bool:
        return bool(self.files.isfile(self._strip_protocol(path)))

    def modified(self, path: str) -> datetime:
        modified: datetime = self.files.stat(self._strip_protocol(path)).modified_datetime
        return modified

    # ------------------------------------------------------------------------------------------------------ changing

    def mkdir(self, path: str, create_parents: bool = True, **kwargs: Any) -> None:
        self.files.mkdir(self._strip_protocol(path), parents=create_parents, exist_ok=False)

    def makedirs(self, path: str, exist_ok: bool = False) -> None:
        self.files.mkdir(self._strip_protocol(path), exist_ok=exist_ok)

    def rmdir(self, path: str) -> None:
        path = self._strip_protocol(path)
        if self.files.ls(path):
            raise OSError(39, os.strerror(39), path)
        self.files.remove(path, recursive=True)

    def rm_file(self, path: str) -> None:
        self.files.remove(self._strip_protocol(path))

    _rm = rm_file

    def rm(self, path: str | list[str], recursive: bool = False, maxdepth: int | None = None) -> None:
        if maxdepth is not None:
            super().rm(path, recursive=recursive, maxdepth=maxdepth)
            return
        for each in [path] if isinstance(path, str) else path:
            self.files.remove(self._strip_protocol(each), recursive=recursive)

    def cp_file(self, path1: str, path2: str, **kwargs: Any) -> None:
        if self.isdir(path1):
            self.makedirs(path2, exist_ok=True)
            return
        self._make_parent(path2)
        self.files.write_bytes(self._strip_protocol(path2), self.cat_file(path1))

    def mv(self, path1: str, path2: str, **kwargs: Any) -> None:
        self.files.rename(self._strip_protocol(path1), self._strip_protocol(path2))

    # ------------------------------------------------------------------------------------------------------ contents

    def cat_file(self, path: str, start: int | None = None, end: int | None = None, **kwargs: Any) -> bytes:
        path = self._strip_protocol(path)
        if (start or 0) < 0 or (end or 0) < 0:
            size = self.files.stat(path).size
            start = start + size if start is not None and start < 0 else start
            end = end + size if end is not None and end < 0 else end
        offset = start or 0
        return self.files.read_bytes(path, offset=offset, length=None if end is None else max(0, end - offset))

    def pipe_file(self, path: str, value: bytes, mode: str = "overwrite", **kwargs: Any) -> None:
        with self.open(path, "xb" if mode == "create" else "wb") as stream:
            stream.write(value)

    def get_file(self, rpath: str, lpath: Any, callback: Any = None, outfile: Any = None, **kwargs: Any) -> None:
        rpath = self._strip_protocol(rpath)
        if outfile is not None or not isinstance(lpath, str | os.PathLike):
            (outfile or lpath).write(self.cat_file(rpath))
        elif self.isdir(rpath):
            os.makedirs(lpath, exist_ok=True)
        else:
            lpath = os.path.abspath(lpath)
            os.makedirs(os.path.dirname(lpath), exist_ok=True)
            self.files.get(rpath, lpath, progress=_progress(callback))

    def put_file(self, lpath: str, rpath: str, callback: Any = None, mode: str = "overwrite", **kwargs: Any) -> None:
        if os.path.isdir(lpath):
            self.makedirs(rpath, exist_ok=True)
            return
        if mode == "create" and self.exists(rpath):
            raise FileExistsError(17, os.strerror(17), rpath)
        self._make_parent(rpath)
        self.files.put(os.path.abspath(lpath), self._strip_protocol(rpath), progress=_progress(callback))

    def _open(self, path: str, mode: str = "rb", block_size: Any = None, autocommit: bool = True, **kwargs: Any) -> Any:
        path = self._strip_protocol(path)
        if mode == "rb":
            return _RangeFile(self, path, mode, block_size or self.blocksize, **kwargs)
        if mode == "ab":
            before = self.cat_file(path) if self.exists(path) else b""
            stream = self.files.open(path, "wb")
            stream.write(before)
            return stream
        self._make_parent(path)
        return self.files.open(path, mode)

    def _make_parent(self, path: str) -> None:
        self.files.mkdir(self._parent(path))


class _RangeFile(AbstractBufferedFile):  # type: ignore[misc]
    """A file that is read by ranges, through one of fsspec's caches."""

    def _fetch_range(self, start: int, end: int) -> bytes:
        return bytes(self.fs.cat_file(self.path, start, end))


#: Words that are fsspec's, not the configuration's.
_FSSPEC_WORDS = (
    "skip_instance_cache",
    "asynchronous",
    "loop",
    "use_listings_cache",
    "listings_expiry_time",
    "max_paths",
)


def _told(path: str, entry: FileInfo) -> dict[str, Any]:
    kind = "directory" if entry.is_dir else "file" if entry.is_file else "other"
    mode = int(entry.permissions, 8)
    return {"name": path, "size": entry.size, "type": kind, "mtime": entry.modified, "mode": mode}


def _join(folder: str, name: str) -> str:
    return f"{folder.rstrip('/')}/{name}"


def _progress(callback: Any) -> Any:
    """What fsspec calls a callback, as ``progress(done, total)``."""
    if callback is None:
        return False

    def told(done: int, total: int) -> None:
        callback.set_size(total)
        callback.absolute_update(done)

    return told
