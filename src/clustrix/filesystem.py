"""ClusterFilesystem and the ``cluster_*`` functions: a cluster's files, from here.

What they mean is in ``clustrix_remote.filesystem``, one implementation for here, over ssh and in a job; this module
knows only how a configuration leads to files: directly, or through the agent, over the connection that serves
everything.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

from clustrix.connection import link_for
from clustrix.errors import AuthenticationError, ConnectionLostError, HostKeyError, RemotePythonError
from clustrix.location import is_on_cluster
from clustrix.progress import ProgressLine
from clustrix_remote import buffers, cluster_functions, wire
from clustrix_remote.cluster_functions import (
    cluster_count_files,
    cluster_du,
    cluster_exists,
    cluster_find,
    cluster_get,
    cluster_glob,
    cluster_isdir,
    cluster_isfile,
    cluster_ls,
    cluster_mkdir,
    cluster_open,
    cluster_put,
    cluster_read_bytes,
    cluster_read_text,
    cluster_remove,
    cluster_rename,
    cluster_stat,
    cluster_write_bytes,
    cluster_write_text,
)
from clustrix_remote.files import DiskUsage, FileInfo
from clustrix_remote.filesystem import Filesystem, MissingFolderWarning, UnreadFoldersWarning
from clustrix_remote.places import Answer, Here, Place

if TYPE_CHECKING:
    from concurrent.futures import Future

    from clustrix.config import ClusterConfig
    from clustrix.connection import Channel, Link, Reply
    from clustrix.connection.frames import Buffer
    from clustrix_remote.file_transfers import Progress

__all__ = [
    "ClusterFilesystem",
    "DiskUsage",
    "FileInfo",
    "MissingFolderWarning",
    "UnreadFoldersWarning",
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
    "place_for",
]

#: How often a request is made again when the connection is lost under it.
ATTEMPTS = 3
#: A listing of ten million names.
MAX_ANSWER_BYTES = 2**30


class ClusterFilesystem(Filesystem):
    """The files of one cluster; without ``config`` that of the current configuration.

    Nothing is connected until something is asked. Errors are Python's own, with ``host:path``.

    >>> from clustrix import ClusterConfig
    >>> here = ClusterConfig(cluster_type="local", local_work_dir="data")
    >>> files = ClusterFilesystem(here)
    >>> files.ls(), files.count_files()
    (['a.csv', 'b'], 2)
    """

    def __init__(self, config: ClusterConfig | None = None) -> None:
        from clustrix.config import in_force

        self.config = in_force(config)
        super().__init__(place_for(self.config), Here(_local_folder(self.config)))

    def __reduce__(self) -> tuple[Any, ...]:
        return ClusterFilesystem, (self.config,)

    def __repr__(self) -> str:
        return f"ClusterFilesystem({self.place.where or 'this machine'!r})"

    def _copy(self, source: Place, path: str, target: Place, target_path: str, progress: bool | Progress | None) -> str:
        if callable(progress):
            return super()._copy(source, path, target, target_path, progress)
        with ProgressLine(os.path.basename(path.rstrip("/")) or path, progress) as line:
            return super()._copy(source, path, target, target_path, line)


def place_for(config: ClusterConfig) -> Place:
    """Where the files of a configuration are, of a pool on its first host. Nothing is connected yet."""
    config = config.on_each_host()[0]
    if config.runs_here:
        return Here(_local_folder(config))
    if is_on_cluster(config):
        return Here(lambda: config.remote_work_dir)
    return There(partial(link_for, config), config.cluster_host or "")


def _local_folder(config: ClusterConfig) -> Callable[[], str]:
    """What relative paths mean here; the current folder may change until they are used."""
    return lambda: config.local_work_dir or os.getcwd()


class There(Place):
    """The files of another machine, asked of the agent there.

    ``link`` is asked each time: in a forked process it is another one.
    """

    def __init__(self, link: Callable[[], Link], where: str) -> None:
        self.where = where
        self._link = link
        self._marked: Channel | None = None

    def start(self, function: str, given: dict[str, Any], body: Sequence[Buffer] = ()) -> Callable[[], Answer]:
        """Send a request; what is returned waits for the answer. Raises ConnectError at once."""
        channel = self._link().channel()
        if channel is not self._marked:
            # Nobody waits for it: it is for those who come later, on a node that shares these files.
            self._marked = channel
            channel.start("file", {"function": "mark", "host": self.where})
        parts: list[Buffer] = []
        length = given.get("length") if function == "read" else None
        most = MAX_ANSWER_BYTES if length is None else int(length)
        memory = buffers.take if function == "read" else None
        future = channel.start(
            "file", {**given, "function": function}, list(body), sink=_collecting(parts, most), memory=memory
        )
        if function == "write_piece":
            future.add_done_callback(lambda _: buffers.give(body))
        return lambda: _answer(future, parts)

    def ask(self, function: str, given: dict[str, Any], body: Sequence[Buffer] = (), again: bool = True) -> Answer:
        """Send a request and wait; ``again`` when the connection was lost, if that does no harm."""
        for failures in range(ATTEMPTS):
            try:
                return self.start(function, given, body)()
            except ConnectionLostError:
                if not again:
                    raise
                self._link().wait_for_channel(failures)
        return self.start(function, given, body)()

    def may_try_again(self, error: Exception, failures: int) -> bool:
        """Whether a transfer may go on: when the connection was lost, as soon as there is another."""
        if not isinstance(error, ConnectionLostError):
            return False
        try:
            self._link().wait_for_channel(failures)
        except (AuthenticationError, HostKeyError, RemotePythonError):
            return False
        return True


def _collecting(parts: list[Buffer], most_bytes: int) -> Callable[[bytes], object]:
    """What keeps the pieces of an answer, and breaks the connection to an agent that sends more than there can be."""
    left = most_bytes

    def keep(piece: bytes) -> None:
        nonlocal left
        left -= len(piece)
        if left < 0:
            raise wire.WireError(f"an answer of more than {most_bytes} bytes")
        parts.append(piece)

    return keep


def _answer(future: Future[Reply], parts: list[Buffer]) -> Answer:
    return Answer(future.result().header, parts)


cluster_functions.lead_to(ClusterFilesystem)
