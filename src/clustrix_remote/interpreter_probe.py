"""What an interpreter is and has. Run by that interpreter itself, as text (``python -c``); prints one line of JSON.

The agent cannot tell this of itself: it runs without site-packages, and maybe in another Python.
"""

import json
import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List, Optional, Set, Tuple  # noqa: F401


def describe() -> "Dict[str, Any]":
    """All of it: what environments for it depend on, and which distributions and modules it has already."""
    system = os.uname()
    distributions, modules = installed()
    return {
        "version": list(sys.version_info[:3]),
        "implementation": sys.implementation.name,
        "executable": sys.executable,
        "base": base_executable(),
        "prefix": sys.prefix,
        "system": system.sysname,
        "machine": system.machine,
        "libc": libc(),
        "bits": 64 if sys.maxsize > 2**32 else 32,
        "distributions": distributions,
        "modules": modules,
    }


def base_executable() -> str:
    """The interpreter that this one, if it is a virtual environment's, was made from."""
    base = getattr(sys, "_base_executable", None) or sys.executable
    if sys.prefix != sys.base_prefix and base == sys.executable:
        # Before 3.7 nobody keeps it: the environment's own is a link to it.
        return os.path.realpath(sys.executable)
    return base


def libc() -> "Optional[List[str]]":
    """``["glibc", "2.36"]``, or ``None`` where it is another."""
    try:
        return (os.confstr("CS_GNU_LIBC_VERSION") or "").split() or None
    except (ValueError, OSError, AttributeError):
        return None


def installed() -> "Tuple[Dict[str, str], List[str]]":
    """``({distribution: version}, [top-level modules])`` of everything on the path but the standard library."""
    distributions = {}  # type: Dict[str, str]
    modules = set()  # type: Set[str]
    library = os.path.dirname(os.path.abspath(os.__file__))
    for folder in sys.path:
        # "" is the current folder, which a job does not share.
        if folder and folder not in (library, os.path.join(library, "lib-dynload")) and os.path.isdir(folder):
            for name in sorted(os.listdir(folder)):
                stem, extension = os.path.splitext(name)
                if extension in (".dist-info", ".egg-info", ".egg-link"):
                    distribution, _, rest = stem.partition("-")
                    distributions.setdefault(normalized(distribution), rest.partition("-py3")[0])
                elif is_module(folder, name, extension):
                    modules.add(name.partition(".")[0])
    return distributions, sorted(modules)


def normalized(name: str) -> str:
    """A distribution's name as names are compared (PEP 503)."""
    return "-".join(part for part in name.lower().replace("_", "-").replace(".", "-").split("-") if part)


def is_module(folder: str, name: str, extension: str) -> bool:
    """Whether an entry of a folder is a module; a namespace package is none, as several distributions share it."""
    if extension in (".py", ".so"):
        return True
    return not extension and os.path.exists(os.path.join(folder, name, "__init__.py"))


if __name__ == "__main__":
    sys.stdout.write("\n" + json.dumps(describe()) + "\n")
