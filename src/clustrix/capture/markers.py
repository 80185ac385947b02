"""Objects that are known by their identity: ``MISSING = object()``. Sent back by the job, they arrive as themselves."""

from __future__ import annotations

import ast
import sys
import types
from typing import Any

from clustrix.capture.found_modules import find_module, module_source
from clustrix.capture.importable import is_importable
from clustrix.capture.needed import names_bound
from clustrix.capture.ownership import Owner, mark, owner_of_class, owner_of_module
from clustrix.capture.reached import Reached
from clustrix_remote import rebuild

_STATE_METHODS = (
    "__getstate__", "__setstate__", "__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__", "__slots__", "__new__",
)  # fmt: skip


def reduce_marker(value: Any, kind: type, reached: Reached) -> Any:
    """How such an object is pickled; NotImplemented for all others."""
    home = _home_of(value) if kind is object else None
    if home is not None:
        reached.import_module(home[0])
        return rebuild.known, (home[0].__name__, home[1], reached.token(value))
    if kind is object:
        return rebuild.instance, (kind, reached.token(value))
    if owner_of_class(kind) is not Owner.INTERACTIVE:
        return NotImplemented
    if (
        any(one is vars(value) for base in kind.__mro__ for one in vars(base).values())
        if hasattr(value, "__dict__")
        else False
    ):
        return rebuild.instance, (kind, None), vars(value), None, None, rebuild.share_attributes
    if _says_its_name(value, kind):
        if isinstance(mark(value, "__qualname__"), str) and is_importable(value, reached):
            return NotImplemented  # a function of Cython's, whose own class says a module that no import finds
        return rebuild.instance, (kind, reached.token(value)), dict(vars(value))
    if not any(name in vars(one) for one in kind.__mro__[:-1] for name in _STATE_METHODS) and not vars(value):
        return rebuild.instance, (kind, reached.token(value))
    return NotImplemented


def _says_its_name(value: Any, kind: type) -> bool:
    """Whether ``__reduce__`` gives a global's name, by which nothing is found there."""
    own = next((vars(one)["__reduce__"] for one in kind.__mro__ if "__reduce__" in vars(one)), None)
    return own is not vars(object)["__reduce__"] and hasattr(value, "__dict__") and isinstance(value.__reduce__(), str)


def _home_of(value: Any) -> tuple[types.ModuleType, str] | None:
    """The local module that has it in a global, ``MISSING = object()``: there it is that module's own."""
    for module in list(sys.modules.values()):
        if isinstance(module, types.ModuleType) and owner_of_module(module) is Owner.LOCAL:
            for name, one in list(vars(module).items()):
                if one is value and _is_bound_in(module, name):
                    return module, name
    return None


def _is_bound_in(module: types.ModuleType, name: str) -> bool:
    """Whether a module makes what it has under a name, instead of importing it."""
    found = find_module(module.__name__)
    if found is None or found.path is None:
        return False
    return any(
        name in names_bound(one) and not isinstance(one, (ast.Import, ast.ImportFrom))
        for one in module_source(found).tree.body
    )
