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

from clustrix.capture.modules import find_module


@dataclass(frozen=True)
class NeededDistribution:
    """A distribution that the captured code imports. ``version`` is the one installed here; "" if none claims it."""

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
        name, version = _distribution_of(module)
        found.setdefault(normalized(name), NeededDistribution(name, version, module.partition(".")[0], why))
    return tuple(found[name] for name in sorted(found))


def _distribution_of(module: str) -> tuple[str, str]:
    path = _path(module) or ""
    for one in _all_installed():
        if path.startswith(one.folder + os.sep):
            relative = path[len(one.folder) + 1 :].replace(os.sep, "/")
            if f"\n{relative}," in one.record:
                return one.name, one.version
    return module.partition(".")[0], ""


def _path(module: str) -> str | None:
    """The module's file; that of the package above it where only that is known."""
    living = sys.modules.get(module)
    file = getattr(living, "__file__", None)
    if isinstance(file, str):
        return os.path.realpath(file)
    found = find_module(module)
    if found is not None and found.path is not None:
        return os.path.realpath(found.path)
    parent = module.rpartition(".")[0]
    return _path(parent) if parent else None


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
