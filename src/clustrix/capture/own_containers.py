"""Lists, dicts and the like that local modules have in globals and classes, wherever else a call holds them: there, too, it is one object.

``jobs = {"levels": settings.LEVELS}`` in the script, or ``fit(settings.LEVELS)``: what the function writes, ``settings`` sees. A first pickling tells
whether the call holds any, since pickle asks nobody about such values; a second one refers to them.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Iterator, Mapping
from types import ModuleType
from typing import Any

from clustrix.capture.modules import LocalModules
from clustrix.capture.restoring import CONTAINERS

#: By the id of a container: its module, and its name there.
Owned = dict[int, tuple[str, str]]


def owned_in(memo: Mapping[int, Any], modules: LocalModules) -> Owned:
    """Those of the containers that shipped modules have which are in a pickle as values."""
    shipped = (sys.modules.get(one.name) for one in modules.found.values() if one.path is not None)
    loaded = (module for module in shipped if isinstance(module, ModuleType))
    owned = {id(value): (module.__name__, name) for module in loaded for name, value in _containers(module)}
    return {one: owned[one] for one in owned.keys() & memo.keys()} if owned else {}


def _containers(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in list(vars(module).items()):
        if type(value) in CONTAINERS and not name.startswith("__"):
            yield name, value
        elif isinstance(value, type) and (value.__module__, value.__qualname__) == (module.__name__, name):
            inside = [(inner, one) for inner, one in vars(value).items() if type(one) in CONTAINERS]
            yield from ((f"{name}.{inner}", one) for inner, one in inside if not inner.startswith("__"))


class References:
    """What stands for them in a pickle: module, name, and what it holds here."""

    def __init__(self, owned: Owned) -> None:
        self._owned = owned
        self._contents: dict[int, Any] = {}

    def of(self, value: Any) -> tuple[str, str, Any] | None:
        """The reference; None for all other values."""
        home = self._owned.get(id(value))
        if home is None:
            return None
        # The same each time: by the second time the pickle refers to it.
        return (*home, self._contents.setdefault(id(value), copy.copy(value)))
