"""What is done while a pickle is loaded, in the order in which it was met: globals are bound, cells are filled.

So a class body, a ``__hash__`` or a ``__setstate__`` that runs in between finds what it needs.
"""

from __future__ import annotations

import copy
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clustrix.capture.modules.local_modules import ReadFromMain
from clustrix.capture.reached import Reached, Use
from clustrix_remote import rebuild

#: A reduction that does nothing.
NOTHING = (tuple, ())
_NO_VALUE = object()


class Effect:
    """Something that is done while the pickle is loaded: ``function(*target, value)``, once for each target."""

    def __init__(
        self, function: Callable[..., Any], target: tuple[Any, ...], value: Any = _NO_VALUE, use: Use | None = None
    ) -> None:
        self.function = function
        self.target = target
        self.value = value
        self.use = use

    @property
    def key(self) -> tuple[Any, ...]:
        """By which it is known whether it was done."""
        return self.function, *self.target

    @property
    def reduced(self) -> tuple[Any, ...]:
        """How it is pickled."""
        given = () if self.value is _NO_VALUE else (self.value,)
        return self.function, (*self.target, *given)


class Done:
    """Stands behind an effect in the pickle: its value is complete."""

    def __init__(self, key: tuple[Any, ...]) -> None:
        self.key = key


class ExecNamespace:
    """Stands for a dict in which ``exec`` ran: there it is the globals of the functions that were made in it."""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self.namespace = namespace


class Opened:
    """Marks in the pickle that a class has been made, and brings the effects that had to wait for it."""

    def __init__(self, kind: type) -> None:
        self.kind = kind


class Later:
    """Effects that are found when the pickle comes to them."""

    def __init__(self, make: Callable[[], list[Any]]) -> None:
        self._make = make

    def __reduce__(self) -> tuple[Any, ...]:
        return rebuild.same, (self._make(),)


def in_order(effects: Iterable[Effect]) -> list[Any]:
    """Effects as they are put into a pickle."""
    return [one for effect in effects for one in (effect, Done(effect.key))]


def _met_again(effects: Iterable[Effect]) -> list[Any]:
    """The same for those that had to wait: the pickle would refer to what it was told when it met them first, which is nothing."""
    return in_order(copy.copy(effect) for effect in effects)


class Effects:
    """Which effects of one pickle are done, begun or waiting; ``postponed`` are classes whose data is bound after them."""

    def __init__(self, reached: Reached, postponed: frozenset[type], memo: Callable[[], Mapping[int, Any]]) -> None:
        self._reached = reached
        self._postponed = postponed
        self._memo = memo
        self._waiting: dict[type, list[Effect]] = {}
        self._begun: set[tuple[Any, ...]] = set()
        self._done: set[tuple[Any, ...]] = set()
        self._made: dict[int, Any] = {}
        self._bound: list[Effect] = []
        #: What shipped modules import from ``__main__``, and what has to wait until all of that is there.
        self._read_from_main: ReadFromMain | None = None
        self._after_main: list[Effect] | None = None
        #: Whether making a class there runs code of the user's, which may write into what is bound by then.
        self.runs_code = False
        #: Classes of which the pickle is being made, the outermost first.
        self.opening: list[type] = []

    @property
    def holds_back(self) -> list[type]:
        """The classes that are being made and for which data has to wait, as it may hold them."""
        return [kind for kind in self.opening if kind in self._postponed]

    def is_unmade(self, value: type) -> bool:
        """Whether the class is being made, and no data waits for it yet."""
        return any(value is kind for kind in self.opening if kind not in self._postponed)

    def made(self, thing: Any) -> None:
        """From here on the pickle can refer to a function or class, filled or not."""
        self._made[id(thing)] = thing

    def opened(self, marker: Opened) -> tuple[Any, ...]:
        """A class has been made: what waited for it."""
        if marker.kind in self.opening:
            self.opening.remove(marker.kind)
        self.made(marker.kind)
        waited = self.begun_for(marker.kind) + self._waiting.pop(marker.kind, [])
        return (rebuild.same, (_met_again(waited),)) if waited else NOTHING

    def begun_for(self, thing: Any) -> list[Effect]:
        """What binds a function or class that is on its way to its global: at once, where a module imports it before the rest of it is there."""
        if self._read_from_main is None:
            return []
        return [one for one in self._bound if one.value is thing and one.key not in self._done]

    def done(self, marker: Done) -> tuple[Any, ...]:
        """An effect's value is complete."""
        if marker.key in self._begun:
            self._done.add(marker.key)
        return NOTHING

    def reduce(self, effect: Effect) -> tuple[Any, ...]:
        """The effect now; later if its value is, or may hold, a class that is still to be made; nothing if it was done before."""
        if effect.key in self._done:
            return NOTHING
        for kind in self.opening:
            if effect.value is kind:
                self._waiting.setdefault(kind, []).append(effect)
                return NOTHING
        if effect.key in self._begun:
            # Its value refers to itself: what is there of it by now is what it will be.
            return effect.reduced if self._is_there(effect.value) else NOTHING
        held = self.holds_back
        if held and not isinstance(effect.value, (types.FunctionType, types.ModuleType, type)):
            self._waiting.setdefault(held[0], []).append(effect)
            # Until then an empty one of its kind: what a metaclass or a decorator writes into it is replaced.
            empty = type(effect.value)() if type(effect.value) in (dict, list, set) else None
            return NOTHING if empty is None else (effect.function, (*effect.target, empty))
        if self._waits_for_main(effect.value) and self._after_main is not None:
            self._after_main.append(effect)
            return NOTHING
        self._begun.add(effect.key)
        self._bound.append(effect)
        if effect.use is not None:
            self._reached.used.append(effect.use)
        return effect.reduced

    def variables(self) -> list[tuple[Any, tuple[Any, ...], Any]]:
        """What was bound or filled so far: by which function, which target, with what."""
        kinds = (rebuild.bind, rebuild.fill_cell)
        return [(one.function, one.target, one.value) for one in self._bound if one.function in kinds]

    def _is_there(self, value: Any) -> bool:
        if isinstance(value, (types.FunctionType, type)):
            return id(value) in self._made
        return id(value) in self._memo()

    def begin_main(self, read: ReadFromMain) -> None:
        """From here on the globals of ``__main__`` are bound that shipped modules import from there."""
        self._read_from_main, self._after_main = read, []

    def after_main(self) -> list[Any]:
        """What had to wait until these globals were bound."""
        waited, self._after_main = self._after_main or [], None
        return _met_again(waited)

    def _waits_for_main(self, value: Any) -> bool:
        """Whether having a value there imports a module that needs all of them."""
        if self._after_main is None or self._read_from_main is None:
            return False
        owner = value if isinstance(value, (types.FunctionType, type)) else type(value)
        home = value.__name__ if isinstance(value, types.ModuleType) else owner.__module__
        return home in self._read_from_main.modules
