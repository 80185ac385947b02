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
from types import ModuleType

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.modules.found_modules import find_module, module_source
from clustrix.capture.modules.loaded_modules import LoadedModule, home_of, users_modules
from clustrix.capture.modules.local_modules import imported_modules
from clustrix.capture.modules.ownership import Owner, owner_of_module
from clustrix.capture.modules.words_in_sources import beginning_of, is_within_definition, places_of
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
    users = frozenset(seen.name for _, seen in users_modules())
    for module, seen in users_modules():
        if seen.name not in reached.for_effect and not seen.homes.keys().isdisjoint(reached.modules.found):
            registered = frozenset(_registered(module, _facts(seen, users), reached, asks_subclasses))
            if registered:
                reached.wanted.update(registered)
                yield seen.name


@dataclass(frozen=True)
class _Fact:
    """A statement by which a module may register something with what a global of its stands for: a call, a decorator, a base class."""

    root: str
    name: str
    is_class: bool


#: What was read from a module's source when it was asked for first.
_FACTS: weakref.WeakKeyDictionary[LoadedModule, tuple[_Fact, ...]] = weakref.WeakKeyDictionary()


def _facts(seen: LoadedModule, users: frozenset[str]) -> tuple[_Fact, ...]:
    if seen not in _FACTS:
        _FACTS[seen] = tuple(_read_facts(seen, users))
    return _FACTS[seen]


def _read_facts(seen: LoadedModule, users: frozenset[str]) -> Iterator[_Fact]:
    names = [name for home in users.intersection(seen.homes) for name in seen.homes[home]]
    found = find_module(seen.name) if any(_may_register(name.encode(), seen.source) for name in names) else None
    if found is None or found.path is None:
        return
    for statement in _top_level(module_source(found).tree.body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call):
            yield _Fact(_root_name(statement.value), "", False)
        for decorator in getattr(statement, "decorator_list", ()):
            yield _Fact(_root_name(decorator), statement.name, False)  # type: ignore[attr-defined]
        for base in statement.bases if isinstance(statement, ast.ClassDef) else ():
            yield _Fact(_root_name(base), statement.name, True)  # type: ignore[attr-defined]


#: What stands before the name: nothing, an ``@``, the bases up to it.
_BEFORE = re.compile(rb"[ \t@]*|[ \t]*class[ \t]+\w+[ \t]*\([^)]*", re.DOTALL)


def _may_register(name: bytes, source: bytes) -> bool:
    """Whether a line outside of definitions may begin by this name, or decorate by it, or have it for a base."""
    if not source.isascii():
        return True
    return any(
        _BEFORE.fullmatch(source, beginning_of(source, at), at) and not is_within_definition(source, at)
        for at in places_of(source, name)
    )


def _registered(module: ModuleType, facts: Iterable[_Fact], reached: Reached, asks_subclasses: bool) -> Iterator[str]:
    """The definitions in a module by which it registers something with what is reached; "" for a bare call."""
    for fact in facts:
        if fact.root in vars(module) and home_of(vars(module)[fact.root]) in reached.modules.found:
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
