"""Local modules that matter for what they do when they are imported: nothing names them, and yet the function's value depends on them.

A script imports them and never uses the name; or they register something with a module that the function reaches: a subclass, a handler under its decorator.
"""

from __future__ import annotations

import ast
import re
import sys
import weakref
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from types import FunctionType, ModuleType
from typing import Any

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.modules.found_modules import bytes_of, find_module, module_source
from clustrix.capture.modules.local_modules import imported_modules
from clustrix.capture.modules.ownership import Owner, owner_of_file, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.dependency_analysis import unnamed_imports

_ORDINARY = ("type", "ABCMeta", "EnumMeta", "EnumType")


def reach_for_effect(reached: Reached) -> None:
    """Take in these modules, as far as what is reached by now tells; ``reached.for_effect`` names them in order."""
    names = [name for name in _imported_unnamed(reached) if reached.modules.reach(name, "its effect")]
    found = [name for name in _registrars(reached) if reached.modules.reach(name, "what it registers")]
    reached.for_effect.update(dict.fromkeys([*names, *found]))


def _imported_unnamed(reached: Reached) -> Iterator[str]:
    """Local modules that a script or notebook imports and never names."""
    for space in reached.spaces:
        trees = tuple(source.tree for source in interactive_sources(space.namespace))
        for one in unnamed_imports(trees):
            for name in imported_modules(one, str(space.namespace.get("__package__") or ""), True):
                found = find_module(name)
                if found is not None and found.owner is Owner.LOCAL and name in sys.modules:
                    yield name


# What registers itself


def _registrars(reached: Reached) -> Iterator[str]:
    if not reached.modules.found:
        return
    asks_subclasses = _asks_for_subclasses(reached)
    for name, module, seen in users_modules():
        if name not in reached.modules.found and not seen.homes.isdisjoint(reached.modules.found):
            registered = frozenset(_registered(module, seen.facts(module), reached, asks_subclasses))
            if registered:
                reached.wanted.update(registered)
                yield name


@dataclass(frozen=True)
class _Fact:
    """A statement by which a module may register something with what a global of its stands for: a call, a decorator, a base class."""

    root: str
    name: str
    is_class: bool


@dataclass
class _Seen:
    """What was found in a loaded module: a look at each of hundreds, at each call, has to be short."""

    spec: Any
    count: int
    is_local: bool
    homes: frozenset[str]
    _facts: tuple[_Fact, ...] | None = None

    def facts(self, module: ModuleType) -> tuple[_Fact, ...]:
        """Read from its source when they are asked for first."""
        if self._facts is None:
            self._facts = tuple(_read_facts(module))
        return self._facts


#: Looked through anew when a module was imported again, or has got or lost a name.
_SEEN: weakref.WeakKeyDictionary[ModuleType, _Seen] = weakref.WeakKeyDictionary()


#: Other people's modules, by the names under which they were seen: most of what is loaded, and passed over at each call.
_OTHERS: dict[str, ModuleType] = {}


def users_modules() -> Iterator[tuple[str, ModuleType, _Seen]]:
    """The user's own among the loaded modules."""
    for name, module in list(sys.modules.items()):
        if _OTHERS.get(name) is not module and type(module) is ModuleType and name == module.__name__:
            seen = _look_at(module)
            if seen.is_local:
                yield name, module, seen
            elif owner_of_module(module) in (Owner.STDLIB, Owner.INSTALLED):
                _OTHERS[name] = module


def _look_at(module: ModuleType) -> _Seen:
    seen, spec, count = _SEEN.get(module), getattr(module, "__spec__", None), len(vars(module))
    if seen is None or seen.spec is not spec or seen.count != count:
        local = _is_users(module)
        homes = frozenset(map(_home_of, list(vars(module).values()))) if local else frozenset()
        seen = _SEEN[module] = _Seen(spec, count, local, homes - {module.__name__})
    return seen


def is_local(module: ModuleType) -> bool:
    """Whether a module is one of the user's files."""
    return _look_at(module).is_local


def homes_of(module: ModuleType) -> frozenset[str]:
    """The modules that the values of a module's globals come from, where it is one of the user's."""
    return _look_at(module).homes


def _is_users(module: ModuleType | None) -> bool:
    file = getattr(module, "__file__", None)
    return (
        module is not None
        and isinstance(file, str)
        and owner_of_file(file) is Owner.LOCAL
        and owner_of_module(module) is Owner.LOCAL
    )


def _home_of(value: Any) -> str:
    """The module that a value is or comes from."""
    if isinstance(value, ModuleType):
        return value.__name__
    owner = value if isinstance(value, (type, FunctionType)) else type(value)
    return str(owner.__module__)


def _read_facts(module: ModuleType) -> Iterator[_Fact]:
    found = find_module(module.__name__)
    homes = {name: _home_of(value) for name, value in list(vars(module).items())}
    local = {home for home in set(homes.values()) - {module.__name__} if _is_users(sys.modules.get(home))}
    names = {name for name, home in homes.items() if home in local}
    if found is None or found.path is None or not names or not _is_any_used(names, found.path):
        return
    for statement in _top_level(module_source(found).tree.body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield _Fact(_root_name(statement.value), "", False)
        for decorator in getattr(statement, "decorator_list", ()):
            yield _Fact(_root_name(decorator), statement.name, False)  # type: ignore[attr-defined]
        for base in statement.bases if isinstance(statement, ast.ClassDef) else ():
            yield _Fact(_root_name(base), statement.name, True)  # type: ignore[attr-defined]


_BEGINNING = re.compile(rb"^[ \t]*@?[ \t]*(\w+)", re.M)
_BASES = re.compile(rb"^[ \t]*class[ \t]+\w+[ \t]*\(([^)]*)\)", re.M)


def _is_any_used(names: set[str], path: str) -> bool:
    """Whether a line may begin by one of these names, or decorate by it, or have it for a base; parsing would take a hundred times longer."""
    text = bytes_of(path)
    if text is None or not text.isascii():
        return True
    words = set(_BEGINNING.findall(text)).union(*(re.findall(rb"\w+", bases) for bases in _BASES.findall(text)))
    return not names.isdisjoint(word.decode("ascii") for word in words)


def _registered(module: ModuleType, facts: Iterable[_Fact], reached: Reached, asks_subclasses: bool) -> Iterator[str]:
    """The definitions in a module by which it registers something with what is reached; "" for a bare call."""
    for fact in facts:
        if fact.root in vars(module) and _home_of(vars(module)[fact.root]) in reached.modules.found:
            living = vars(module).get(fact.name)
            if not fact.is_class or (isinstance(living, type) and (asks_subclasses or _notices_subclasses(living))):
                yield fact.name


def _top_level(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    for statement in body:
        yield statement
        if isinstance(statement, (ast.If, ast.Try, ast.With)):
            yield from _top_level([*statement.body, *getattr(statement, "orelse", [])])


def _root_name(node: ast.expr) -> str:
    while not isinstance(node, ast.Name):
        inner = getattr(node, "func", None) or getattr(node, "value", None)
        if not isinstance(inner, ast.expr):
            return ""
        node = inner
    return node.id


def _notices_subclasses(kind: type) -> bool:
    """Whether making the class runs code of the user's: a metaclass, an ``__init_subclass__``."""
    if type(kind).__name__ not in _ORDINARY:
        return True
    return any(
        "__init_subclass__" in vars(one)
        and owner_of_module(sys.modules[one.__module__]) in (Owner.LOCAL, Owner.INTERACTIVE)
        for one in kind.__mro__[1:]
        if one.__module__ in sys.modules
    )


# Subclasses that are asked for


def _asks_for_subclasses(reached: Reached) -> bool:
    modules = (module_source(one).data for one in reached.modules.found.values() if one.path is not None)
    return any(b"__subclasses__" in data for data in modules) or any(
        "__subclasses__" in used.source.text for used in reached.sources.values()
    )


def subclasses_asked_for(reached: Reached) -> list[type]:
    """The user's classes that no import brings back and that reached code finds by ``__subclasses__()``."""
    if not _asks_for_subclasses(reached):
        return []
    stack: list[type] = [one for one in reached.home if isinstance(one, type)]
    for name in reached.modules.found:
        module = sys.modules.get(name)
        stack += (
            [one for one in vars(module).values() if isinstance(one, type)] if isinstance(module, ModuleType) else []
        )
    found: dict[type, None] = {}
    one: type
    while stack:
        for one in type.__subclasses__(stack.pop()):
            if one not in found:
                found[one] = None
                stack.append(one)
    homes = ((one, sys.modules.get(one.__module__)) for one in found)
    return [one for one, home in homes if isinstance(home, ModuleType) and owner_of_module(home) is Owner.INTERACTIVE]
