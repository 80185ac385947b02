"""Start the agent with a Python that is somewhere on the login node: which one, is found out over there.

What is assumed about the other side, each learnt from a machine where it was otherwise:

1. The login shell may be anything, so it is only asked to ``exec`` a POSIX shell, with words in single quotes.
2. ``python3`` may be missing while ``python3.9`` is there; Red Hat has ``/usr/libexec/platform-python``; it may be 3.5;
   it may be a shim that fails. So each candidate is asked for its version, and the first that is new enough becomes the
   agent.
3. Python may come from an environment module only, and ``module`` exists in login shells only.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from clustrix.errors import RemotePythonError
from clustrix.shell import FIND_MODULES, quote_for_any_shell
from clustrix_remote.loader import PYTHON_FLAGS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from clustrix.config import ClusterConfig

CANDIDATES = ("python3", *(f"python3.{minor}" for minor in range(14, 5, -1)), "/usr/libexec/platform-python", "python")

#: Words by which the script's own messages are known among whatever a login says.
_NO_PYTHON, _NO_MODULE = "clustrix-no-python", "clustrix-no-module"

# $1 is the loader, then modules up to "--", then candidates. stdin and stdout belong to the agent: nobody else may use
# them.
_FLAGS = " ".join(PYTHON_FLAGS)
_FIND_PYTHON = (
    'loader=$1; shift; until [ "$1" = -- ]; do module load "$1" >&2 </dev/null || '
    f'{{ echo "{_NO_MODULE} $1" >&2; exit 113; }}; shift; done; shift; tried=; '
    'for python; do case $python in "~/"*) python=$HOME/${python#??} ;; esac; '
    'if command -v "$python" >/dev/null 2>&1; then '
    # By -V, which a Python answers before it has started.
    'if said=$("$python" -V 2>&1 </dev/null); then version=${said##*Python }; else version=; fi; minor=0; '
    "case $version in 3.*) minor=${version#3.}; minor=${minor%%.*} ;; esac; "
    f'[ "$minor" -ge 6 ] 2>/dev/null && exec "$python" {_FLAGS} -c "$loader"; '
    'tried="$tried|$python: $(echo ${said#Python })"; fi; done; '
    f'echo "{_NO_PYTHON}$tried" >&2; exit 113'
)


def remote_command(config: ClusterConfig, loader: str) -> str:
    """The command line to give to ssh. ``loader`` is a one-line Python program."""
    shell, script = "/bin/sh", _FIND_PYTHON
    if config.module_loads:
        shell, script = "/bin/bash", f"{FIND_MODULES}; {_FIND_PYTHON}"
    candidates = (config.python_executable,) if config.python_executable else CANDIDATES
    words = ["clustrix", loader, *config.module_loads, "--", *candidates]
    return f"exec {shell} -c " + " ".join(map(quote_for_any_shell, [script, *words]))


def explain_missing_python(config: ClusterConfig, stderr: str) -> RemotePythonError | None:
    """The error for what the script said, None if it said nothing."""
    missing = re.search(rf"^{_NO_MODULE} (.*)$", stderr, re.MULTILINE)
    if missing:
        return RemotePythonError(
            f"the module {missing[1]} cannot be loaded there: {_lines_before(stderr, missing.start())}",
            where=config.cluster_host or "",
            hint=f"module avail, on {config.cluster_host}; then module_loads=[..]",
        )
    found = re.search(rf"^{_NO_PYTHON}(.*)$", stderr, re.MULTILINE)
    if found is None:
        return None
    refused = [words for words in found[1].split("|") if words]
    if config.python_executable:
        what = f"the cluster's Python {config.python_executable!r} " + _why_not(refused)
        return RemotePythonError(
            what, where=config.cluster_host or "", hint="python_executable= another one (3.6 or newer)"
        )
    return RemotePythonError(
        "no Python 3.6 or newer was found there" + (f" ({'; '.join(refused)})" if refused else ""),
        where=f"{config.cluster_host}; tried {_listed(CANDIDATES)}",
        hint='python_executable="/path/to/python3", or module_loads=["python/3.11"] if it comes from a module',
    )


def _why_not(refused: Sequence[str]) -> str:
    if not refused:
        return "is not there, or cannot be executed"
    said = refused[0].partition(": ")[2]
    if re.fullmatch(r"\d+\.\d+\S*", said):
        return f"is {said}, which is too old"
    return f"is no Python: {said or 'it says nothing'}"


def _listed(candidates: Sequence[str]) -> str:
    versioned = [name for name in candidates if re.fullmatch(r"python3\.\d+", name)]
    others = [name for name in candidates if name not in versioned]
    return ", ".join([others[0], f"{versioned[0]} to {versioned[-1]}", *others[1:]])


def _lines_before(text: str, position: int) -> str:
    lines = [line.strip() for line in text[:position].splitlines() if line.strip()]
    return " ".join(lines[-6:])
