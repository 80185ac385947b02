"""The agent on this machine: a fresh process of any Python, over pipes."""

from __future__ import annotations

import os
import shlex
import sys
from typing import TYPE_CHECKING

from clustrix.errors import ConnectError, RemotePythonError
from clustrix_remote.loader import PYTHON_FLAGS

if TYPE_CHECKING:
    from clustrix.config import ClusterConfig

#: How long a Python may take to say hello: a cold one on a network file system needs some seconds.
START_SECONDS = 30.0


def check_system() -> None:
    """Raise RemotePythonError where no jobs can run."""
    if os.name != "posix":
        raise RemotePythonError(
            "jobs need Linux or macOS; this is Windows", hint='cluster_host="login.hpc.edu", or Python in WSL'
        )


def local_python(config: ClusterConfig) -> str:
    """The interpreter as it is configured, else the one that runs here."""
    return config.python_executable or sys.executable


def local_argv(config: ClusterConfig, loader: str) -> list[str]:
    """The command line that starts the agent."""
    return [os.path.expanduser(local_python(config)), *PYTHON_FLAGS, "-c", loader]


def local_environment() -> dict[str, str]:
    """This process's environment without what is meant for its own Python: no job shall find the caller's files so."""
    return {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "__PYVENV"))}


def explain_failure(config: ClusterConfig, returncode: int | None, said: str) -> ConnectError:
    """Why no agent runs, from what the program did (``None``: it could not even be started)."""
    python = local_python(config)
    if returncode is None:
        what = f"{python} cannot be started: {said}"
    elif returncode == 0 and not said.strip():
        what = f"{python} is not a Python: it was asked to run one and said nothing"
    else:
        end = f"was killed by signal {-returncode}" if returncode < 0 else f"ended with status {returncode}"
        last = said.strip().splitlines()[-1:] or ["it says nothing"]
        what = f"{python} is not a Python that can run a job: it {end} ({last[0][:300]})"
    return RemotePythonError(
        what,
        where=f"python_executable={python!r}",
        hint=f"{shlex.quote(python)} --version shows what it is; clustrix.configure(python_executable=..) names one",
    )
