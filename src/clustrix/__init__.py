"""Decorate a function, call it, and it runs on a cluster.

>>> from clustrix import cluster
>>> @cluster(cores=4, memory="16GB")
... def square(x):
...     return x * x

Names are imported from their modules when they are first used, so that ``import clustrix`` costs next to nothing.
"""

from clustrix_remote import __version__
from clustrix_remote.namesakes import keep_apart_at_home as _keep_apart_at_home

TYPE_CHECKING = False  # what typing.TYPE_CHECKING is; importing typing would be the larger half of this import
if TYPE_CHECKING:
    from clustrix import errors
    from clustrix.attaching import attach
    from clustrix.config import ClusterConfig, configure, current_config, using
    from clustrix.decorator import ClusterFunction, cluster
    from clustrix.executor import ClusterExecutor
    from clustrix.filesystem import (
        ClusterFilesystem,
        DiskUsage,
        FileInfo,
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
    from clustrix.futures import JobFuture
    from clustrix.warm_pool import pool

__all__ = [
    "ClusterConfig",
    "ClusterExecutor",
    "ClusterFilesystem",
    "ClusterFunction",
    "DiskUsage",
    "FileInfo",
    "JobFuture",
    "__version__",
    "attach",
    "cluster",
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
    "configure",
    "current_config",
    "errors",
    "pool",
    "using",
]

_MODULES = {
    "ClusterConfig": "config",
    "ClusterExecutor": "executor",
    "ClusterFilesystem": "filesystem",
    "ClusterFunction": "decorator",
    "DiskUsage": "filesystem",
    "FileInfo": "filesystem",
    "JobFuture": "futures",
    "attach": "attaching",
    "cluster": "decorator",
    "cluster_count_files": "filesystem",
    "cluster_du": "filesystem",
    "cluster_exists": "filesystem",
    "cluster_find": "filesystem",
    "cluster_get": "filesystem",
    "cluster_glob": "filesystem",
    "cluster_isdir": "filesystem",
    "cluster_isfile": "filesystem",
    "cluster_ls": "filesystem",
    "cluster_mkdir": "filesystem",
    "cluster_open": "filesystem",
    "cluster_put": "filesystem",
    "cluster_read_bytes": "filesystem",
    "cluster_read_text": "filesystem",
    "cluster_remove": "filesystem",
    "cluster_rename": "filesystem",
    "cluster_stat": "filesystem",
    "cluster_write_bytes": "filesystem",
    "cluster_write_text": "filesystem",
    "configure": "config",
    "current_config": "config",
    # What `%load_ext clustrix` asks for, which is no public name.
    "load_ipython_extension": "notebook",
    "unload_ipython_extension": "notebook",
    "pool": "warm_pool",
    "using": "config",
}

# Before the first of our own imports: beside the program there may be a module with a name of the standard library's.
_keep_apart_at_home()


def __getattr__(name: str) -> object:
    from importlib import import_module

    if name == "errors":
        return import_module("clustrix.errors")
    if name not in _MODULES:
        raise AttributeError(f"module 'clustrix' has no attribute {name!r}", name=name)
    value = getattr(import_module(f"clustrix.{_MODULES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
