"""The Pythons of this machine that can stand for a cluster's."""

import functools
import os
import subprocess
import sys
from pathlib import Path

MINORS = range(6, 15)


@functools.cache
def pythons_found() -> dict[str, str]:
    """Return one interpreter per version, "3.6" to "3.14", from pyenv's folder and PATH."""
    folders = [*sorted(Path.home().glob(".pyenv/versions/3.*/bin")), *map(Path, os.get_exec_path())]
    found = {}
    for minor in MINORS:
        for python in [folder / f"python3.{minor}" for folder in folders]:
            if _runs(python):
                found[f"3.{minor}"] = str(python)
                break
    return found or {"{}.{}".format(*sys.version_info): sys.executable}


def _runs(python: Path) -> bool:
    # A shim of pyenv is there, and fails, for a version that is not switched on.
    if not os.access(python, os.X_OK):
        return False
    return (
        subprocess.run([python, "--version"], stdin=subprocess.DEVNULL, capture_output=True, check=False).returncode
        == 0
    )
