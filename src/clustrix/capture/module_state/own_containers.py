"""Lists, dicts and the like that local modules have in globals and classes, wherever else a call holds them: there, too, it is one object.

``jobs = {"levels": settings.LEVELS}`` in the script, or ``fit(settings.LEVELS)``: what the function writes, ``settings`` sees. A first pickling tells
whether the call holds any, since pickle asks nobody about such values; a second one refers to them.
"""

from __future__ import annotations

import copy
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any

from clustrix.capture.module_state.rebound import ids_rebound
from clustrix.capture.module_state.restoring import CONTAINERS, parts_within
from clustrix.capture.modules.local_modules import LocalModules
from clustrix_remote import not_numbers
from clustrix_remote.values import NOT_A_NUMBER

#: By the id of a container: its module, and its name there.
Owned = dict[int, tuple[str, str]]


def nans_in(pickled: bytes) -> Owned:
    """``math.nan`` and ``numpy.nan``, if a pickle may hold one: ``value is np.nan`` asks for the very object."""
    return not_numbers.known() if NOT_A_NUMBER in pickled else {}


#: From so many bytes on, copying the pickler's memo costs as much as pickling.
_LARGE_PICKLE_BYTES = 1 << 18


class ContainersMet:
    """Which of the containers that shipped modules have are in a call's pickle as values: ``owned``, when that is done."""

    def __init__(self, modules: LocalModules) -> None:
        self.owned: Owned = {}
        self._modules = modules
        self._is_large = False
        self._in_changes: set[int] = set()

    def call_pickled(self, size: int, memo: Callable[[], Mapping[int, Any]]) -> None:
        """The call is in the pickle, which has some ``size`` by now; what follows changes modules, and has these containers anyway."""
        self._is_large = size > _LARGE_PICKLE_BYTES
        held = [] if self._is_large else self._held()
        met = memo() if held else {}
        self.owned = {id(value): home for home, value in held if id(value) in met}

    def changes_found(self, values: Iterable[Any]) -> None:
        """What modules were changed to goes along, too: what it holds may be a container of theirs, ``table["rows"] = ROWS``."""
        self._in_changes.update(id(part) for part in parts_within(values) if type(part) in CONTAINERS)

    def all_pickled(self, clear_memo: Callable[[], None]) -> None:
        """All is in the pickle: whatever the memo lets go of was in it."""
        if self._is_large:
            held = self._held()
            before = [sys.getrefcount(value) for _, value in held]
            clear_memo()
            after = [sys.getrefcount(value) for _, value in held]
            gone = zip(held, before, after, strict=True)
            self.owned = {id(value): home for (home, value), then, now in gone if now < then}
        elif self._in_changes:
            self.owned.update((id(value), home) for home, value in self._held() if id(value) in self._in_changes)

    def _held(self) -> list[tuple[tuple[str, str], Any]]:
        shipped = (sys.modules.get(one.name) for one in self._modules.found.values() if one.path is not None)
        loaded = (module for module in shipped if isinstance(module, ModuleType))
        found = [((module.__name__, name), value) for module in loaded for name, value in _containers(module)]
        replaced = ids_rebound()
        return [(home, value) for home, value in found if id(value) not in replaced]


def _containers(module: ModuleType) -> Iterator[tuple[str, Any]]:
    for name, value in list(vars(module).items()):
        if type(value) in CONTAINERS and not name.startswith("__"):
            yield name, value
        elif isinstance(value, type):
            yield from _in_class(module.__name__, name, value)


def _in_class(module: str, path: str, kind: type) -> Iterator[tuple[str, Any]]:
    """Those of a class that a module's statement at this path has made, and of the classes in it."""
    if (kind.__module__, kind.__qualname__) != (module, path):
        return
    for name, value in list(vars(kind).items()):
        if type(value) in CONTAINERS and not name.startswith("__"):
            yield f"{path}.{name}", value
        elif isinstance(value, type):
            yield from _in_class(module, f"{path}.{name}", value)


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
        return (*home, self._contents.setdefault(id(value), None if type(value) is float else copy.copy(value)))
