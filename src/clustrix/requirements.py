"""From imported modules to the distributions that hold them, by file: names mislead (namespaces, ``cv2``, editable installs)."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from clustrix.capture.modules import find_module


@dataclass(frozen=True)
class NeededDistribution:
    """An installed distribution that the captured code imports. ``version`` is the one installed here; "" if none claims the file."""

    name: str
    version: str
    imported_as: str
    used_by: str


def needed_distributions(foreign: dict[str, str]) -> tuple[NeededDistribution, ...]:
    """The distributions behind the modules of ``foreign`` (module -> what imports it), each once, by name."""
    found: dict[str, NeededDistribution] = {}
    for module, why in foreign.items():
        name, version = _distribution_of(module)
        found.setdefault(name, NeededDistribution(name, version, module.partition(".")[0], why))
    return tuple(found[name] for name in sorted(found))


def _distribution_of(module: str) -> tuple[str, str]:
    path = _path(module)
    if path is not None:
        for folder, records in _records(tuple(sys.path)):
            relative = os.path.relpath(path, folder).replace(os.sep, "/")
            for name, version, text in records if not relative.startswith("..") else ():
                if f"\n{relative}," in text:
                    return name, version
    return module.partition(".")[0], ""


def _path(module: str) -> str | None:
    """The module's file; that of the package above it where only that is known."""
    living = sys.modules.get(module)
    file = getattr(living, "__file__", None)
    if file:
        return os.path.realpath(file)
    found = find_module(module)
    if found is not None and found.path is not None:
        return os.path.realpath(found.path)
    parent = module.rpartition(".")[0]
    return _path(parent) if parent else None


@functools.lru_cache(maxsize=4)
def _records(path: tuple[str, ...]) -> tuple[tuple[str, tuple[tuple[str, str, str], ...]], ...]:
    """For each folder of the path its distributions' names, versions and RECORD texts (a plain scan: 30 ms for 300)."""
    folders = dict.fromkeys(os.path.realpath(folder or os.getcwd()) for folder in path)
    return tuple((folder, tuple(_distributions(folder))) for folder in folders)


def _distributions(folder: str) -> Iterator[tuple[str, str, str]]:
    for entry in _listed(folder):
        if entry.endswith(".dist-info"):
            record = _text(os.path.join(folder, entry, "RECORD"))
            if record:
                name, _, version = entry[: -len(".dist-info")].partition("-")
                yield name.replace("_", "-"), version, "\n" + record


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
