"""``clustrix`` as a job sees it: decorated functions are themselves, settings change nothing.

The runtime holds this module under the name ``clustrix``, so that a user's module which begins with ``from clustrix import cluster``
is imported in a job as it is.
"""

from clustrix_remote import __version__, cluster_functions
from clustrix_remote.cluster_functions import *  # noqa: F403  # cluster_ls and its kin

__all__ = ["ClusterConfig", "__version__", "cluster", "configure", "current_config", "using"]
__all__ += cluster_functions.__all__

#: What takes longer to import than most jobs need: module and name.
_IMPORTED_WHEN_USED = {
    "ClusterFilesystem": "clustrix_remote.job_files",
    "DiskUsage": "clustrix_remote.files",
    "FileInfo": "clustrix_remote.files",
}


def __getattr__(name):
    """Import what is asked for now; Python calls this from 3.7 on."""
    import importlib

    if name not in _IMPORTED_WHEN_USED:
        raise AttributeError("module 'clustrix' has no attribute {!r} in a job".format(name))
    return getattr(importlib.import_module(_IMPORTED_WHEN_USED[name]), name)


if _python < (3, 7):
    globals().update({name: __getattr__(name) for name in _IMPORTED_WHEN_USED})


def cluster(function=None, **options):
    """The identity: the job is where the function was sent to."""
    return _identity if function is None else function


def _identity(function):
    return function


def configure(**settings):
    """Nothing: the job runs already."""


class ClusterConfig(object):
    """Settings, kept as they are given."""

    def __init__(self, **settings):
        self.__dict__.update(settings)


def current_config():
    """Settings of nothing in particular."""
    return ClusterConfig()


class using(object):
    """A ``with`` block that changes nothing."""

    def __init__(self, **settings):
        """Settings are taken and left alone."""

    def __enter__(self):
        return current_config()

    def __exit__(self, *error):
        return None
