"""How old files are, by the one clock that stamps them.

A laptop, a login node, a compute node and a file server each have a clock, and they may be hours apart. So no time that
one of them wrote is compared with the clock of another: ages are differences of two stamps of the same file system.
"""

import os
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Optional


def now(folder: str) -> float:
    """What the clock says that stamps the files in ``folder``, in seconds since the epoch.

    The folder is touched, without a time of ours: then the server takes its own.
    """
    try:
        os.utime(folder)
        return os.stat(folder).st_mtime
    except OSError:
        return time.time()


def age_seconds(path: str, at: float) -> "Optional[float]":
    """How long before ``at``, a moment by :func:`now`, the file was written; None if it is not there.

    >>> import tempfile
    >>> with tempfile.NamedTemporaryFile() as file:
    ...     0 <= age_seconds(file.name, now(os.path.dirname(file.name))) < 60
    True
    """
    try:
        return max(0.0, at - os.lstat(path).st_mtime)
    except OSError:
        return None
