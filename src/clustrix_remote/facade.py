"""``clustrix`` as a job sees it: a decorated function runs where it is called, settings change nothing.

The runtime holds this module under the name ``clustrix``, so that a user's module which begins with ``from clustrix import cluster``
is imported in a job as it is.
"""

import functools
import sys

from clustrix_remote import __version__, cluster_functions
from clustrix_remote.cluster_functions import *  # noqa: F403  # cluster_ls and its kin

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

__all__ = ["ClusterConfig", "__version__", "cluster", "configure", "current_config", "using"]
__all__ += cluster_functions.__all__

#: What takes longer to import than most jobs need: module and name.
_IMPORTED_WHEN_USED = {
    "ClusterFilesystem": "clustrix_remote.job_files",
    "DiskUsage": "clustrix_remote.files",
    "FileInfo": "clustrix_remote.files",
}


#: What makes and follows jobs. A module that imports it at its top shall be importable here as well.
_ONLY_AT_HOME = ("ClusterExecutor", "JobFuture", "attach", "errors", "pool")


def __getattr__(name: "Any") -> "Any":
    """Import what is asked for now; Python calls this from 3.7 on."""
    import importlib

    if name in _ONLY_AT_HOME:
        from clustrix_remote.placeholders import Placeholder

        what = "clustrix.{} is not there in a job: what a job calls runs in it".format(name)
        return Placeholder("clustrix." + name, RuntimeError(what))
    if name not in _IMPORTED_WHEN_USED:
        raise AttributeError("module 'clustrix' has no attribute {!r} in a job".format(name))
    return getattr(importlib.import_module(_IMPORTED_WHEN_USED[name]), name)


if sys.version_info < (3, 7):
    globals().update({name: __getattr__(name) for name in (*_IMPORTED_WHEN_USED, *_ONLY_AT_HOME)})


def cluster(function: "Any" = None, **options: "Any") -> "Any":
    """The function, with all ways to call it; each runs it here, where it was sent to."""
    return ClusterFunction if function is None else ClusterFunction(function)


def _raise(error: "Any", timeout: "Any" = None) -> None:
    raise error


class ClusterFunction(object):
    """A decorated function in a job: ``submit``, ``map`` and the others call it in place."""

    def __init__(self, function: "Any") -> None:
        # The others are asked of the function: one that names itself is wrapped before it has all of them.
        for name in ("__module__", "__name__", "__qualname__"):
            if hasattr(function, name):
                self.__dict__[name] = getattr(function, name)
        self.__dict__["__wrapped__"] = function

    __doc__ = property(lambda self: self.__wrapped__.__doc__)

    # As in plain Python, a parameter may be called self or function.
    def __call__(*args: "Any", **kwargs: "Any") -> "Any":
        return args[0]._plain(*args[1:], **kwargs)

    def submit(*args: "Any", **kwargs: "Any") -> "Any":
        """A future that is done."""
        from concurrent.futures import Future

        future: "Any" = Future()
        try:
            future.set_result(args[0]._plain(*args[1:], **kwargs))
        except Exception as error:  # it is the function's, and whoever asks for the result gets it
            future.set_exception(error)
            if not error:  # Python would take it for none
                future.result = functools.partial(_raise, error)
        return future

    def map(self, *iterables: "Any", **timeout: "Any") -> "Any":
        """The values, each call made when its value is asked for."""
        return iter(list(map(self._plain, *iterables)))

    def starmap(self, iterable: "Any", **timeout: "Any") -> "Any":
        """``map`` for arguments that are tuples."""
        return iter([self._plain(*args) for args in iterable])

    def local(*args: "Any", **kwargs: "Any") -> "Any":
        """The value."""
        return args[0]._plain(*args[1:], **kwargs)

    def options(self, **options: "Any") -> "Any":
        """The same function: where it runs, the choice has been made."""
        return self

    @property
    def _plain(self) -> "Any":
        function = self.__wrapped__
        return function.__func__ if isinstance(function, staticmethod) else function

    def __get__(self, instance: "Any", owner: "Any" = None) -> "Any":
        get = getattr(type(self.__wrapped__), "__get__", None)
        bound = self.__wrapped__ if get is None else get(self.__wrapped__, instance, owner)
        return self if bound is self.__wrapped__ else ClusterFunction(bound)

    def __getattr__(self, name: "Any") -> "Any":
        return getattr(self.__dict__["__wrapped__"], name)

    def __setattr__(self, name: "Any", value: "Any") -> None:
        setattr(self.__wrapped__, name, value)

    def __reduce__(self) -> "Any":
        found: "Any" = sys.modules.get(getattr(self, "__module__", None) or "")
        for part in getattr(self, "__qualname__", "").split("."):
            found = getattr(found, part, None)
        return self.__qualname__ if found is self else (ClusterFunction, (self.__wrapped__,))

    def __repr__(self) -> "Any":
        return "<cluster function {}>".format(getattr(self, "__qualname__", repr(self.__wrapped__)))


def configure(**settings: "Any") -> None:
    """Nothing: the job runs already."""


class ClusterConfig(object):
    """Settings, kept as they are given."""

    def __init__(self, **settings: "Any") -> None:
        self.__dict__.update(settings)


def current_config() -> "Any":
    """Settings of nothing in particular."""
    return ClusterConfig()


class using(object):
    """A ``with`` block that changes nothing."""

    def __init__(self, **settings: "Any") -> None:
        """Settings are taken and left alone."""

    def __enter__(self) -> "Any":
        return current_config()

    def __exit__(self, *error: "Any") -> None:
        return None
