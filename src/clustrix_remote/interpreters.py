"""The Pythons of this machine: which there are, and what one of them has."""

import json
import os

from clustrix_remote import processes

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, Iterator, List, Optional, Sequence, Tuple  # noqa: F401

PROBE_SECONDS = 60.0
#: A module may stand on a file system that has to be mounted first.
MODULE_SECONDS = 20.0
#: Variables by which a user says that no package index is to be asked.
OFFLINE_VARIABLES = ("UV_OFFLINE", "PIP_NO_INDEX")


def probe(python: str, variables: "Optional[Dict[str, str]]", source: str) -> "Dict[str, Any]":
    """What an interpreter is and has, told by itself in the environment that a job would have.

    ``source`` is the text of interpreter_probe.py. ``offline`` says whether this environment forbids package indexes.
    """
    environment = dict(os.environ, **variables or {})
    python = os.path.expanduser(python)
    answer = processes.run([python, "-c", source], timeout_seconds=PROBE_SECONDS, environment=environment)
    try:
        told = json.loads(answer["stdout"].strip().splitlines()[-1])  # type: Dict[str, Any]
    except (ValueError, IndexError):
        said = (answer["stderr"] or answer["stdout"]).strip()[-500:]
        raise ValueError("{} is no Python: {}".format(python, said)) from None
    told["offline"] = [name for name in OFFLINE_VARIABLES if environment.get(name) not in (None, "", "0")]
    return told


def interpreters(folders: "Sequence[str]" = ()) -> "Dict[str, Any]":
    """``found``: [path, version] of the Pythons of this machine; ``modules``: names of environment modules for some.

    ``folders`` are patterns of further folders to look into, and into their ``bin``.
    """
    found = {}  # type: Dict[str, Tuple[str, List[int]]]
    for path in _candidates(folders):
        version = _version(path)
        if version is not None:
            found.setdefault(os.path.realpath(path), (path, version))
    return {"found": sorted(found.values(), key=lambda pair: pair[1]), "modules": _modules()}


def interpreter_of(module: str) -> "Dict[str, Any]":
    """``path`` and ``version`` of the ``python3`` that an environment module brings. ValueError if it brings none."""
    code = "import sys; print(sys.executable); print(*sys.version_info[:3])"
    script = 'module load "$1" >&2 && exec python3 -I -S -c "$2"'
    answer = processes.run(["bash", "-lc", script, "clustrix", module, code], timeout_seconds=MODULE_SECONDS)
    lines = answer["stdout"].split("\n")
    try:
        if answer["returncode"] != 0:
            raise ValueError(answer["stderr"])
        return {"path": lines[-3], "version": [int(part) for part in lines[-2].split()]}
    except (IndexError, ValueError):
        raise ValueError("{} brings no Python: {}".format(module, answer["stderr"].strip()[-200:])) from None


def _candidates(further: "Sequence[str]") -> "Iterator[str]":
    from glob import glob

    home = os.path.expanduser("~")
    folders = [folder for folder in os.environ.get("PATH", os.defpath).split(os.pathsep) if folder]
    folders += ["/usr/bin", "/usr/local/bin"]
    for pattern in further:
        there = sorted(glob(os.path.expanduser(pattern)))
        folders += [folder + inside for folder in there for inside in ("", "/bin")]
    for pattern in ("/opt/python/*/bin", "/opt/python*/bin", home + "/.pyenv/versions/*/bin", home + "/.local/bin"):
        folders += sorted(glob(pattern))
    folders += sorted(glob(home + "/.local/share/uv/python/*/bin"))
    for folder in dict.fromkeys(folders):
        yield from sorted(glob(os.path.join(folder, "python3.[0-9]"))) + sorted(glob(folder + "/python3.[0-9][0-9]"))
    if os.access("/usr/libexec/platform-python", os.X_OK):
        yield "/usr/libexec/platform-python"


def _version(path: str) -> "Optional[List[int]]":
    code = "import sys; print(*sys.version_info[:3])"
    try:
        answer = processes.run([path, "-I", "-S", "-c", code], timeout_seconds=10)
        version = [int(part) for part in answer["stdout"].split()]
    except (OSError, ValueError):
        return None  # a shim for a version that is not there, or no Python
    return version if answer["returncode"] == 0 and len(version) == 3 and version >= [3, 6, 0] else None


def _modules() -> "List[str]":
    """Environment modules whose names speak of Python; asked of a login shell, as only those have ``module``."""
    try:
        command = ["bash", "-lc", "module -t avail 2>&1"]
        said = processes.run(command, timeout_seconds=10)["stdout"]
    except OSError:
        return []
    words = (line.strip() for line in said.splitlines())
    return [word for word in words if word.lower().startswith(("python", "anaconda", "miniconda")) and "/" in word][:20]
