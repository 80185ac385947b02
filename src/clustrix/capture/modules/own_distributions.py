"""What the program's own projects say of themselves to ``importlib.metadata``: their versions and entry points.

A project that is worked on is no package of somebody else's, so nothing installs it on the cluster: what it asks about itself goes along.
"""

from __future__ import annotations

import functools
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from clustrix.capture.modules.ownership import Owner, owner_of_file

if TYPE_CHECKING:
    import importlib.metadata

_FILES = ("METADATA", "PKG-INFO", "entry_points.txt", "top_level.txt")


@dataclass(frozen=True)
class OwnDistribution:
    """The folder in which a project's metadata lies, ``study.egg-info``; its files, and the modules of its entry points."""

    folder: str
    files: tuple[str, ...]
    modules: tuple[str, ...]


def own_distributions() -> tuple[OwnDistribution, ...]:
    """Those of projects on the path that lie in a folder of the user's, or are installed editable."""
    return _own_distributions(tuple(sys.path))


@functools.lru_cache(maxsize=8)
def _own_distributions(path: tuple[str, ...]) -> tuple[OwnDistribution, ...]:
    return tuple(_found(path))


def _found(path: tuple[str, ...]) -> Iterator[OwnDistribution]:
    # It brings the mail package and sockets with it: only where somebody asks.
    import importlib.metadata

    for one in importlib.metadata.distributions(path=list(path)):
        folder = str(getattr(one, "_path", ""))
        if os.path.isdir(folder) and (owner_of_file(folder) is Owner.LOCAL or _is_editable(one)):
            files = tuple(name for name in _FILES if os.path.isfile(os.path.join(folder, name)))
            modules = dict.fromkeys(entry.value.partition(":")[0].strip() for entry in one.entry_points)
            yield OwnDistribution(os.path.abspath(folder), files, tuple(modules))


def _is_editable(one: importlib.metadata.Distribution) -> bool:
    try:
        told = json.loads(one.read_text("direct_url.json") or "{}")
    except ValueError:
        return False
    return isinstance(told, dict) and bool((told.get("dir_info") or {}).get("editable"))
