"""Local modules that matter for what they do when they are imported: nothing names them, and yet the function's value depends on them.

A script imports them and never uses the name; or they register something with a module that the function reaches: a subclass, a handler under its decorator.
"""

from __future__ import annotations

import ast
import sys
import weakref
from collections.abc import Iterator
from types import FunctionType, ModuleType
from typing import Any

from clustrix.capture.found_modules import find_module, module_source
from clustrix.capture.modules import imported_modules
from clustrix.capture.ownership import Owner, owner_of_file, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.capture.sources import interactive_sources
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
    for name, module in list(sys.modules.items()):
        if (
            name not in reached.modules.found
            and isinstance(module, ModuleType)
            and name == module.__name__
            and is_local(module)
            and _holds_reached(module, reached)
        ):
            registered = frozenset(_registered(module, reached, asks_subclasses))
            if registered:
                reached.wanted.update(registered)
                yield name


def is_local(module: ModuleType) -> bool:
    """Whether a module is one of the user's files."""
    file = getattr(module, "__file__", None)
    return isinstance(file, str) and owner_of_file(file) is Owner.LOCAL and owner_of_module(module) is Owner.LOCAL


def _holds_reached(module: ModuleType, reached: Reached) -> bool:
    return not homes_of(module).isdisjoint(reached.modules.found)


#: Looked through anew when a module has got or lost a name.
_HOMES: weakref.WeakKeyDictionary[ModuleType, tuple[int, frozenset[str]]] = weakref.WeakKeyDictionary()


def homes_of(module: ModuleType) -> frozenset[str]:
    """The modules that the values of a module's globals come from."""
    count, found = _HOMES.get(module, (-1, frozenset()))
    if count != len(vars(module)):
        found = frozenset(map(_home_of, list(vars(module).values()))) - {module.__name__}
        _HOMES[module] = len(vars(module)), found
    return found


def _home_of(value: Any) -> str:
    """The module that a value is or comes from."""
    if isinstance(value, ModuleType):
        return value.__name__
    owner = value if isinstance(value, (type, FunctionType)) else type(value)
    return str(owner.__module__)


def _registered(module: ModuleType, reached: Reached, asks_subclasses: bool) -> Iterator[str]:
    """The definitions in a module by which it registers something with what is reached; "" for a bare call."""
    found = find_module(module.__name__)
    if found is None or found.path is None:
        return

    def is_reached(node: ast.expr) -> bool:
        root = _root_name(node)
        return root in vars(module) and _home_of(vars(module)[root]) in reached.modules.found

    for statement in _top_level(module_source(found).tree.body):
        if isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call) and is_reached(statement.value):
            yield ""
        for decorator in getattr(statement, "decorator_list", ()):
            if is_reached(decorator):
                yield statement.name  # type: ignore[attr-defined]
        if isinstance(statement, ast.ClassDef) and any(map(is_reached, statement.bases)):
            living = vars(module).get(statement.name)
            if isinstance(living, type) and (asks_subclasses or _notices_subclasses(living)):
                yield statement.name


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
