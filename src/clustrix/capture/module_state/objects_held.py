"""What a module's functions have filled its containers with: objects of the user's own classes, and what goes on, made since the import.

Importing the module there makes none of them, so they go along; but for what an import makes and has elsewhere, which would be there twice.
"""

from __future__ import annotations

import ast
import enum
import functools
import os
import pathlib
import sys
import types
from typing import Any

from clustrix.capture.module_state.moved_on import goes_on
from clustrix.capture.module_state.plain_values import SEQUENCES, contents_of, is_atom, is_interactive
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.modules.ownership import Owner, owner_of_class, owner_of_module
from clustrix.capture.reductions.travelling import travels
from clustrix_remote import hashed

_LIBRARIES = (Owner.STDLIB, Owner.INSTALLED)
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: Larger data is not looked through.
_MAX_PARTS = 100_000


def is_of_own_objects(value: Any, found: FoundModule, or_of_libraries: bool = False) -> bool:
    """Whether a value is of plain data and objects of the user's or what goes on, at least one of these, that can all travel.

    ``or_of_libraries``: objects of anybody's classes count, too.
    """
    folder = os.path.dirname(found.path or "")
    stack, seen, has_own = [value], set[int](), False
    homes = _Homes()
    while stack:
        one = stack.pop()
        kind = type(one)
        if (kind is str and folder in one) or len(seen) > _MAX_PARTS:
            return False
        if is_atom(kind) or isinstance(one, (enum.Enum, type, types.BuiltinFunctionType)) or id(one) in seen:
            continue
        seen.add(id(one))
        is_counted = goes_on(kind) or (or_of_libraries and owner_of_class(kind) in _LIBRARIES)
        parts = _parts(one, folder, homes, is_counted)
        if parts is None:
            return False
        stack += parts
        has_own = has_own or _is_users(kind) or (is_counted and kind not in (dict, *SEQUENCES))
    return has_own and travels(value)


def has_decorated(value: Any) -> bool:
    """Whether a container holds what a decorator has made of a module's functions: importing that makes and enters it anew."""
    homes = _Homes()
    return any(_is_users(type(one)) and homes[type(one).__module__].get(id(one), False) for one in contents_of(value))


class _Homes(dict[str, dict[int, bool]]):
    """The objects that modules have in globals, by their ids: whether the source has a function or a class of that name."""

    #: Those of all modules: what one makes of another one's class travels as a value.
    elsewhere: set[int] | None = None

    def __missing__(self, name: str) -> dict[int, bool]:
        module, found = sys.modules.get(name), find_module(name)
        body = module_source(found).tree.body if found is not None and found.path is not None else []
        written = {one.name for one in body if isinstance(one, _DEFINITIONS)}
        held = vars(module).items() if isinstance(module, types.ModuleType) else ()
        self[name] = {id(one): key in written for key, one in list(held)}
        return self[name]

    def of(self, value: Any) -> bool | None:
        """Whether there would be another one; None if no module has it, and it travels as a value."""
        return self[type(value).__module__].get(id(value), self.is_named(value) or None)

    def is_named(self, value: Any) -> bool:
        """Whether any module has it in a global."""
        if self.elsewhere is None:
            self.elsewhere = {id(one) for other in local_modules() for one in list(vars(other).values())}
        return id(value) in self.elsewhere


def _parts(value: Any, folder: str, homes: _Homes, is_counted: bool) -> list[Any] | None:
    """What a value holds, but for what has a name in its module; None if that cannot be told, or would be there twice."""
    kind = type(value)
    if isinstance(value, types.FunctionType):
        return [] if _has_its_name(value) else None
    if kind.__module__ in ("builtins", "collections") and isinstance(value, (dict, *SEQUENCES)):
        return contents_of(value)
    if _is_users(kind):
        is_made_twice = homes.of(value)
        if is_made_twice is None:
            return [*contents_of(value), *hashed.attributes(value).values()]
        return None if is_made_twice else []
    if is_counted and not isinstance(value, pathlib.PurePath):
        return None if homes.is_named(value) else _held_by_library(value)
    return [] if isinstance(value, pathlib.PurePath) and folder not in str(value) else None


def _held_by_library(value: Any) -> list[Any]:
    """What may be the user's in an object of a library."""
    if isinstance(value, functools.partial):
        return [value.func, *value.args, *value.keywords.values()]
    return [value.__self__] if isinstance(value, types.MethodType) else []


def local_modules() -> list[types.ModuleType]:
    """The user's own modules that are loaded."""
    modules = [one for one in list(sys.modules.values()) if isinstance(one, types.ModuleType)]
    return [one for one in modules if owner_of_module(one) is Owner.LOCAL]


def _is_users(kind: type) -> bool:
    return owner_of_class(kind) in (Owner.LOCAL, Owner.INTERACTIVE)


def _has_its_name(function: types.FunctionType) -> bool:
    """Whether a function is what its module has under its name: one that a decorator has replaced there is not."""
    found: Any = sys.modules.get(function.__module__ or "")
    for part in function.__qualname__.split("."):
        found = getattr(found, part, None)
    return found is function or is_interactive(function)
