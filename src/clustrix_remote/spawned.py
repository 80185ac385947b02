"""What a process runs that multiprocessing starts afresh (``spawn``, ``forkserver``): it makes the program again, as its parent did.

multiprocessing runs the module that ``__main__.__spec__`` names, and takes what it defines for ``__main__``.
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def remake() -> "Any":
    """Load the parent's call; gives the globals of the ``__main__`` that it has rebuilt."""
    from clustrix_remote.layout import JobFolder
    from clustrix_remote.runner import SPAWNED_FROM, load

    before = sys.modules.get("__main__")
    folder, task = os.environ[SPAWNED_FROM].rsplit(":", 1)
    load(JobFolder(folder), int(task))
    made = vars(sys.modules["__main__"])
    if before is not None:
        sys.modules["__main__"] = before
    return {name: value for name, value in made.items() if name not in ("__name__", "__spec__", "__builtins__")}


if __name__ == "__mp_main__":
    globals().update(remake())
