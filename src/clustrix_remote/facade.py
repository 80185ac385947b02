"""``clustrix`` as a job sees it: decorated functions are themselves, settings change nothing.

The runtime holds this module under the name ``clustrix``, so that a user's module which begins with ``from clustrix import cluster``
is imported in a job as it is.
"""

from clustrix_remote import __version__

__all__ = ["ClusterConfig", "__version__", "cluster", "configure", "current_config", "using"]


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
