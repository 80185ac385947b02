"""From imported modules to the distributions that hold them, by file.

Names mislead: namespaces, ``cv2``, editable installs.
"""

from __future__ import annotations

import functools
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from clustrix.capture.modules.found_modules import find_module


@dataclass(frozen=True)
class NeededDistribution:
    """A distribution that the captured code imports, or that the user has named.

    ``version`` is the one installed here; "" if none claims it, or nothing imports it.
    """

    name: str
    version: str
    imported_as: str
    used_by: str


@dataclass(frozen=True)
class Installed:
    """A distribution that is installed here, as its folder in site-packages tells; ``record`` is the text of RECORD."""

    name: str
    version: str
    folder: str
    information: str
    record: str = field(repr=False)


def normalized(name: str) -> str:
    """A distribution's name as names are compared (PEP 503).

    >>> normalized("Ruamel_YAML.clib")
    'ruamel-yaml-clib'
    """
    return re.sub(r"[-_.]+", "-", name).lower()


def needed_distributions(foreign: dict[str, str]) -> tuple[NeededDistribution, ...]:
    """The distributions behind the modules of ``foreign`` (module -> what imports it), each once, by name."""
    return _needed(tuple(foreign.items()), tuple(sys.path), _written(tuple(sys.path)))


def installed_distributions() -> dict[str, Installed]:
    """All distributions on the path by their normalized names, the first of each name."""
    found: dict[str, Installed] = {}
    for one in _all_installed():
        found.setdefault(normalized(one.name), one)
    return found


def _written(path: tuple[str, ...]) -> tuple[int, ...]:
    """When the folders of the path were written last: a notebook installs things in between."""
    return tuple(_modified(folder) for folder in path)


def _modified(folder: str) -> int:
    try:
        return os.stat(folder or ".").st_mtime_ns
    except OSError:
        return 0


@functools.lru_cache(maxsize=256)
def _needed(
    foreign: tuple[tuple[str, str], ...], _path: tuple[str, ...], _when: tuple[int, ...]
) -> tuple[NeededDistribution, ...]:
    found: dict[str, NeededDistribution] = {}
    for module, why in foreign:
        if _is_namespace(module):
            continue  # it is what several distributions share; what is imported from it has an owner
        top = module.partition(".")[0]
        owner = _owner(module)
        name, version = (owner.name, owner.version) if owner else (top, "")
        found.setdefault(normalized(name), NeededDistribution(name, version, top, why))
    return tuple(found[name] for name in sorted(found))


def _is_namespace(module: str) -> bool:
    found = find_module(module)
    return found is not None and found.path is None and bool(found.locations)


def _owner(module: str) -> Installed | None:
    """The distribution whose list of files has the module's, or that of the nearest package above it."""
    path = _file(module)
    for one in _all_installed():
        if path is None:
            # Below a package that is not imported yet nobody was asked: the name says what the file is called.
            stem = module.replace(".", "/")
            is_in = any(f"\n{stem}{rest}" in one.record for rest in (".py,", "/__init__.py,", "."))
        else:
            relative = path[len(one.folder) + 1 :].replace(os.sep, "/")
            is_in = path.startswith(one.folder + os.sep) and f"\n{relative}," in one.record
        if is_in:
            return one
    above = module.rpartition(".")[0]
    return _owner(above) if above and not _is_namespace(above) else None


def _file(module: str) -> str | None:
    """The module's file, if it is known."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if isinstance(file, str):
        return os.path.realpath(file)
    found = find_module(module)
    return os.path.realpath(found.path) if found is not None and found.path is not None else None


def _all_installed() -> Iterator[Installed]:
    for folder in dict.fromkeys(os.path.realpath(folder or os.getcwd()) for folder in sys.path):
        yield from _installed_in(folder, _modified(folder))


@functools.lru_cache(maxsize=64)
def _installed_in(folder: str, _when: int) -> tuple[Installed, ...]:
    """A folder's distributions with the texts of their RECORDs (a plain scan: 30 ms for 300 of them)."""
    return tuple(_distributions(folder))


def _distributions(folder: str) -> Iterator[Installed]:
    for entry in _listed(folder):
        if entry.endswith(".dist-info"):
            information = os.path.join(folder, entry)
            record = _text(os.path.join(information, "RECORD"))
            name, _, version = entry[: -len(".dist-info")].partition("-")
            if record and version:
                yield Installed(name.replace("_", "-"), version, folder, information, "\n" + record)
        elif entry.endswith(".egg-info"):
            # Debian's packages have no RECORD, but tell their modules.
            information = os.path.join(folder, entry)
            modules = _text(os.path.join(information, "top_level.txt")).split()
            name, _, rest = entry[: -len(".egg-info")].partition("-")
            if modules and rest:
                record = "".join(f"\n{module}.py,,\n{module}/__init__.py,," for module in modules) + "\n"
                yield Installed(name.replace("_", "-"), rest.partition("-py")[0], folder, information, record)


def _listed(folder: str) -> Iterable[str]:
    try:
        return sorted(os.listdir(folder))
    except OSError:
        return ()


def _text(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as stream:
            return stream.read()
    except OSError:
        return ""
