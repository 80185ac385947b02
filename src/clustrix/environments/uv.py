"""uv on this machine: resolving is its work."""

from __future__ import annotations

import functools
import os
import re
import subprocess
import sys
from collections.abc import Sequence

from clustrix.errors import EnvironmentBuildError

#: A resolution takes 0.3 to 2 seconds; one that takes longer waits for a network that is not there.
RESOLVE_SECONDS = 90.0
DOWNLOAD_SECONDS = 1800.0


@functools.cache
def local_uv() -> str:
    """The path of the uv that came with us. Raises EnvironmentBuildError if there is none."""
    try:
        import uv

        return str(uv.find_uv_bin())
    except (ImportError, FileNotFoundError) as error:
        raise EnvironmentBuildError(f"there is no uv on this machine: {error}", hint="pip install uv") from None


def run_uv(arguments: Sequence[str], *, stdin: str = "", seconds: float = RESOLVE_SECONDS) -> tuple[int, str]:
    """Run it: ``(status, what it said)``. Raises EnvironmentBuildError if it does not end."""
    variables = {
        "UV_HTTP_CONNECT_TIMEOUT": "5",
        "UV_HTTP_RETRIES": "1",
        **os.environ,
        "UV_PYTHON_DOWNLOADS": "never",
        "NO_COLOR": "1",
    }
    try:
        done = subprocess.run(
            [local_uv(), *arguments],
            input=stdin,
            text=True,
            encoding="utf-8",
            errors="replace",
            capture_output=True,
            timeout=seconds,
            env=variables,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise EnvironmentBuildError(
            f"uv did not end within {seconds:.0f} s: uv {' '.join(arguments[:3])} ..",
            hint="is the network there? environment=None takes the cluster's Python as it is",
        ) from None
    except OSError as error:
        raise EnvironmentBuildError(f"uv cannot be started: {error}", where=local_uv()) from None
    return done.returncode, done.stderr


def this_python() -> list[str]:
    """The arguments by which uv looks for no Python: a second where shims are on PATH."""
    return ["--python", sys.executable]


def reasons(said: str) -> str:
    r"""Of uv's words what went wrong, without warnings and advice for its own command line.

    >>> reasons("warning: old\nerror: No solution found\n  cause: Because numpy==99 is not there\n\nhint: x")
    'No solution found: Because numpy==99 is not there'
    """
    error = re.search(r"^error: (.*)$", said, re.MULTILINE)
    causes = re.findall(r"^\s+cause: (.*)$", said[error.start() :] if error else said, re.MULTILINE)
    if error is None:
        # Older ones draw a tree with lines.
        plain = [line.strip() for line in said.splitlines() if not line.startswith(("warning:", "hint:"))]
        return re.sub(r"[^\x00-\x7f]+ *", "", " ".join(line for line in plain if line))[-600:] or "it says nothing"
    return ": ".join([error[1], *causes])[:1500]


def is_about_network(said: str) -> bool:
    """Whether an index was not reached, or something else answered in its place."""
    words = (
        r"Failed to fetch|error sending request|dns error|timed out|Connect\)|Network|HTTP status|certificate|text/html"
    )
    return re.search(words, said) is not None
