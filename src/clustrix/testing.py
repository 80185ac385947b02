"""For the tests of programs that use clustrix: no cluster is reached, whatever ``@cluster(..)`` and files say.

pytest has the same as fixtures, see :mod:`clustrix.pytest_plugin`.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from clustrix.config import having_last_word
from clustrix.executor import ClusterExecutor
from clustrix.inline_executor import InlineCall, InlineExecutor

if TYPE_CHECKING:
    from collections.abc import Iterator

__all__ = ["InlineCall", "inline_calls", "local_calls"]

#: What says where a call runs.
_NOWHERE_ELSE: dict[str, object] = {
    "cluster": None, "cluster_type": "local", "cluster_host": None, "cluster_port": None, "username": None, "key_file": None,
    "ssh_config": None, "ssh_options": None,
}  # fmt: skip
#: What only the cluster has.
_NOTHING_OF_THE_CLUSTER: dict[str, object] = {
    "python_executable": None, "python_version": None, "python_folders": None, "module_loads": None, "pre_execution_commands": None,
}  # fmt: skip


@contextmanager
def inline_calls() -> Iterator[list[InlineCall]]:
    """Run calls in this process, each in milliseconds, and give the list of those made.

    What could not be sent raises CaptureError or PackagingError, and a value that could not come back ResultError, as if
    it were sent. The function gets copies of its arguments. Time, memory and other limits are not kept.

    >>> from clustrix import cluster
    >>> @cluster(cluster_host="login.hpc.edu", cores=8)
    ... def square(x):
    ...     return x * x
    >>> with inline_calls() as calls:
    ...     square(3), list(square.map([1, 2]))
    (9, [1, 4])
    >>> [call.args for call in calls], calls[0].config.cores
    ([(3,), (1,), (2,)], 8)
    """
    before = (ClusterExecutor.stand_in, InlineExecutor.calls)
    made: list[InlineCall] = []
    with having_last_word("clustrix.testing.inline_calls()", _NOWHERE_ELSE):
        ClusterExecutor.stand_in, InlineExecutor.calls = InlineExecutor, made
        try:
            yield made
        finally:
            ClusterExecutor.stand_in, InlineExecutor.calls = before


@contextmanager
def local_calls(folder: str | os.PathLike[str]) -> Iterator[None]:
    """Run each call in a fresh process of this Python; what it needs lies beneath ``folder``.

    That is all of clustrix but the cluster: a working folder of its own, nothing of the program on its path. It takes
    some 100 ms a call.
    """
    words = {"remote_work_dir": os.fspath(folder), **_NOWHERE_ELSE, **_NOTHING_OF_THE_CLUSTER}
    with having_last_word("clustrix.testing.local_calls()", words):
        yield
