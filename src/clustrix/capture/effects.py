"""What is done while a pickle is loaded, in the order in which it was met: globals are bound, cells are filled.

So a class body, a ``__hash__`` or a ``__setstate__`` that runs in between finds what it needs.
"""

from __future__ import annotations

import ast
import copy
import sys
import types
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from clustrix.capture.choices import choices_in
from clustrix.capture.modules import ReadFromMain
from clustrix.capture.needed import identifiers
from clustrix.capture.ownership import Owner, is_mock, owner_of_module
from clustrix.capture.reached import Reached, Use
from clustrix.capture.same_objects import contents_of, named, origin_of
from clustrix.capture.sources import Place, Source
from clustrix.capture.stateful import patched
from clustrix.dependency_analysis import References
from clustrix_remote import changed, rebuild

#: A reduction that does nothing.
NOTHING = (tuple, ())
#: Globals that a rebuilt module has of itself: where its file lies there, what its builtins are.
_SET_THERE = frozenset({"__file__", "__builtins__", "__spec__", "__loader__", "__cached__", "__annotations__"})
_NO_VALUE = object()
_CODE = (types.FunctionType, types.ModuleType, type)


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
        self._choices: dict[int, dict[str, tuple[Source, Place]]] = {}
        self._choosing: list[Place] = []
        #: Modules that no import brings back, and of which it is known what is read from them.
        self._known: set[int] = set()
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

    # What effects a definition needs

    def of_globals(
        self, namespace: dict[str, Any], names: frozenset[str], found: References, user: str
    ) -> list[Effect]:
        """What binds the globals that are used, plain data first; nothing where the module itself is imported there."""
        space = self._reached.space(namespace)
        if space.index is None:
            return []
        effects = [
            Effect(changed.change, (module, name), value)
            for module, name, value in patched(namespace, found.attributes)
        ]
        file = namespace.get("__file__")
        for name in sorted(
            (names & namespace.keys()) - _SET_THERE, key=lambda one: (not _is_atomic(namespace[one]), one)
        ):
            value = namespace[name]
            choice = self._choices_in(namespace).get(name)
            if choice is not None and not is_mock(value):
                effects += self._of_choice(*choice, namespace)
                continue
            if type(value) is dict and "__builtins__" in value:
                value = ExecNamespace(value)
            effects += self._of_attributes(name, value, found, user)
            use = Use("global", name, value, user, file if isinstance(file, str) else "", found.lines.get(name, 0))
            origin = origin_of(name, value, namespace)
            if origin is None:
                effects.append(Effect(rebuild.bind, (space, name), value, use))
            else:
                self._reached.import_module(sys.modules[origin.module])
                effects.append(Effect(rebuild.bind, (space, name), named(origin), use))
                effects += [Effect(rebuild.same, origin, one) for one in contents_of(origin, value)]
        return effects

    def _choices_in(self, namespace: dict[str, Any]) -> dict[str, tuple[Source, Place]]:
        """The globals for which the Python there has to answer for itself."""
        if id(namespace) not in self._choices:
            self._choices[id(namespace)] = choices_in(namespace, self._reached.same_minor)
        return self._choices[id(namespace)]

    def _of_choice(self, source: Source, place: Place, namespace: dict[str, Any]) -> list[Effect]:
        """What executes a statement there, after what it needs."""
        if place in self._choosing:
            return []
        self._choosing.append(place)
        found = place.references(postponed_annotations=True)
        self._reached.note(found, place, namespace, source)
        own = frozenset(place.qualname.split(", "))
        before = self.of_globals(namespace, found.names - own, found, place.qualname)
        self._choosing.remove(place)
        definition = self._reached.definition(source, place, namespace)
        return [*before, Effect(rebuild.choose, (self._reached.space(namespace), definition))]

    def _of_attributes(self, name: str, value: Any, found: References, user: str) -> list[Effect]:
        """What code reads from a global that is a module."""
        paths = found.attributes.get(name, frozenset())
        if not isinstance(value, types.ModuleType):
            return []
        if owner_of_module(value) is not Owner.INTERACTIVE:
            return self._of_submodules(value, paths)
        if name in found.bare:
            return []  # it goes with all that it holds
        self._known.add(id(value))
        return self.of_content(vars(value), {path[0] for path in paths}, user)

    def of_module(self, module: types.ModuleType) -> list[Effect]:
        """What fills a module that no import brings back: all that it holds, unless it is known what is read from it."""
        if id(module) in self._known or module is sys.modules.get("__main__"):
            return []
        self._known.add(id(module))
        names = {name for name in vars(module) if not (name.startswith("__") and name.endswith("__"))}
        return self.of_content(vars(module), names, f"module {module.__name__}")

    def of_imports(self, found: References, node: ast.AST) -> list[Effect]:
        """``import __main__`` in a function: what it may read from there is bound there."""
        effects: list[Effect] = []
        for one in found.imports:
            module = sys.modules.get(one.module) if not one.level else None
            if isinstance(module, types.ModuleType) and owner_of_module(module) is Owner.INTERACTIVE:
                names = {*identifiers([node]), *one.names} & vars(module).keys()
                effects += self.of_content(vars(module), names, f"import of {one.module}")
        return effects

    def of_main(self, read: ReadFromMain) -> list[Effect]:
        """What binds globals of ``__main__`` for modules that import them from there, plain data first."""
        self._read_from_main, self._after_main, names = read, [], read.names
        content = vars(sys.modules["__main__"])
        plain = {name for name in names & content.keys() if not isinstance(content[name], _CODE)}
        user = "import of __main__"
        return self.of_content(content, plain, user) + self.of_content(content, names - plain, user)

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

    def of_namespace(self, namespace: dict[str, Any]) -> list[Effect]:
        """What fills the globals in which ``exec`` ran: all that they hold."""
        if id(namespace) in self._known:
            return []
        self._known.add(id(namespace))
        return self.of_content(namespace, namespace.keys() - {"__builtins__"}, "exec")

    def of_content(self, content: dict[str, Any], names: Iterable[str], user: str) -> list[Effect]:
        """What binds some names in globals that no import brings back."""
        space = self._reached.space(content)
        return [
            Effect(rebuild.bind, (space, name), content[name], Use("global", name, content[name], user, "", 0))
            for name in sorted(set(names) & content.keys() - _SET_THERE)
        ]

    def _of_submodules(self, value: Any, paths: frozenset[tuple[str, ...]]) -> list[Effect]:
        """``import a`` may still mean ``a.b.c``, if something else at home imported that: there it is imported by name."""
        effects: list[Effect] = []
        for path in sorted(paths):
            name, module = value.__name__, value
            for part in path:
                name, inner = f"{name}.{part}", vars(module).get(part)
                if not isinstance(inner, types.ModuleType) or sys.modules.get(name) is not inner:
                    break
                module = inner
                self._reached.import_module(inner)
                effects.append(Effect(rebuild.held, (name,)))
        return effects

    def of_own_name(self, value: types.FunctionType | type, namespace: dict[str, Any]) -> list[Effect]:
        """What binds a function or class to its name in its module, if that is so at home: there pickle looks for it."""
        space = self._reached.space(namespace)
        if space.index is None or namespace.get(value.__qualname__) is not value:
            return []
        return [Effect(rebuild.bind, (space, value.__qualname__), value)]

    def of_cells(self, cells: dict[str, types.CellType], user: str) -> list[Effect]:
        """What fills the cells that are filled at home."""
        effects = []
        for name, cell in cells.items():
            try:
                value = cell.cell_contents
            except ValueError:
                continue  # not filled yet at home either
            use = Use("closure variable", name, value, user, "", 0)
            effects.append(Effect(rebuild.fill_cell, (self._reached.cell_number(cell),), value, use))
        return effects

    def cell_numbers(self, cells: dict[str, types.CellType]) -> dict[str, int]:
        """The numbers of cells by the names of their variables."""
        return {name: self._reached.cell_number(cell) for name, cell in cells.items()}


def _is_atomic(value: Any) -> bool:
    return isinstance(value, (str, bytes, int, float, type(None)))
