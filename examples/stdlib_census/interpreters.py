"""Another Python on this machine, to stand for the cluster's. Needed at home only, so it is not shipped."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

MINORS = range(6, 15)


def other_python() -> str | None:
    """Return the oldest Python from 3.6 on whose version differs from this one's, if there is one."""
    for path in candidates():
        if version_of(path) not in (None, sys.version_info[:2]):
            return path
    return None


def candidates() -> Iterator[str]:
    """Where people keep their interpreters: pyenv's folder and PATH."""
    pyenv = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser()
    folders = [*sorted(pyenv.glob("versions/3.*/bin")), *map(Path, os.get_exec_path())]
    for minor in MINORS:
        for folder in folders:
            path = folder / f"python3.{minor}"
            if os.access(path, os.X_OK):
                yield str(path)


def version_of(python: str) -> tuple[int, int] | None:
    """Ask an interpreter for its version; one that does not start has none."""
    try:
        answer = subprocess.run(
            [python, "-c", "import sys; print(*sys.version_info[:2])"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
        major, minor = map(int, answer.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return major, minor
