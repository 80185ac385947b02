"""Where the standard library's modules lie."""

import os
import platform
import sysconfig

from .records import UnknownModuleError

# What comes along with the library, but is not it.
NOT_COUNTED = {"__pycache__", "dist-packages", "ensurepip", "idlelib", "idle_test", "site-packages", "test", "tests"}


def find_sources():
    """Return the files of all modules, as a dict of dotted name to path."""
    top = sysconfig.get_paths()["stdlib"]
    sources = {}
    for folder, subfolders, files in os.walk(top):
        subfolders[:] = sorted(name for name in subfolders if name not in NOT_COUNTED and "-" not in name)
        for file in files:
            if file.endswith(".py"):
                path = os.path.join(folder, file)
                sources[_module_name(os.path.relpath(path, top))] = path
    return sources


def _module_name(path):
    parts = path[: -len(".py")].split(os.sep)
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def select(sources, names):
    """Keep the modules and packages of these names, or all if there are none."""
    for name in names:
        if name not in sources:
            raise UnknownModuleError(name, platform.python_version())
    return {
        module: path
        for module, path in sources.items()
        if not names or any(module == name or module.startswith(name + ".") for name in names)
    }
