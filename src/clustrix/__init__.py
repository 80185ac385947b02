"""Decorate a function, call it, and it runs on a cluster.

>>> from clustrix import cluster
>>> @cluster(cores=4, memory="16GB")
... def square(x):
...     return x * x

Names are imported from their modules when they are first used, so that ``import clustrix`` costs next to nothing.
"""

from clustrix_remote import __version__

TYPE_CHECKING = False  # what typing.TYPE_CHECKING is; importing typing would be the larger half of this import
if TYPE_CHECKING:
    from clustrix import errors
    from clustrix.config import ClusterConfig, configure, current_config, using
    from clustrix.decorator import ClusterFunction, cluster
    from clustrix.executor import ClusterExecutor, attach
    from clustrix.futures import JobFuture

__all__ = [
    "ClusterConfig",
    "ClusterExecutor",
    "ClusterFunction",
    "JobFuture",
    "__version__",
    "attach",
    "cluster",
    "configure",
    "current_config",
    "errors",
    "using",
]

_MODULES = {
    "ClusterConfig": "config",
    "ClusterExecutor": "executor",
    "ClusterFunction": "decorator",
    "JobFuture": "futures",
    "attach": "executor",
    "cluster": "decorator",
    "configure": "config",
    "current_config": "config",
    "using": "config",
}


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
