"""Functions and classes that an import there brings back: they go by name."""

from __future__ import annotations

import ast
import contextlib
import functools
import importlib
import sys
import types
from collections.abc import Iterator
from typing import Any

from clustrix.capture.library_state.patches import original
from clustrix.capture.module_state.globals_bound import globals_bound
from clustrix.capture.module_state.plain_values import UNKNOWN, is_interactive, is_plain
from clustrix.capture.module_state.put_over import is_of_interactive, is_wrapped_again, layers_beneath, layers_left
from clustrix.capture.module_state.rebound import rebound
from clustrix.capture.modules.found_modules import find_module, module_source
from clustrix.capture.modules.ownership import Owner, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import nodes_in
from clustrix_remote import changed, rebuild

_Function = ast.FunctionDef | ast.AsyncFunctionDef
_PLAIN_DECORATORS = frozenset({"staticmethod", "classmethod"})

#: Set in the flags of classes that Python code made.
_HEAP_TYPE = 1 << 9


def reduce_by_name(value: Any, reached: Reached) -> Any:
    """How a function or class goes by name: NotImplemented for pickle's own way, None if no import brings it back."""
    module = _module_said(value.__module__ or "")
    if module is None:
        return None
    if module.__name__ == "builtins" and isinstance(value, type):
        # What exec makes in a namespace without a name says that it is a builtin; some of those are made in such a way too.
        is_made = value.__flags__ & _HEAP_TYPE and object_at(module, value.__qualname__) is not value
        return None if is_made else _builtin_class(value)
    qualname: str = value.__qualname__
    if module.__name__.partition(".")[0] == "clustrix" and (
        isinstance(value, type) or object_at(module, qualname) is value  # not a user's that wraps one of ours
    ):
        if isinstance(value, type) and issubclass(value, Exception):
            return rebuild.error_class, (value.__name__, value.__bases__, reached.token(value))
        # A job knows what users know of clustrix, by its public name.
        return rebuild.attribute, ("clustrix", qualname)
    if owner_of_module(module) is Owner.INTERACTIVE:
        return None
    found = object_at(module, qualname)
    beneath = getattr(found, "__wrapped__", None) if type(found).__module__ == "clustrix.decorator" else None
    if found is value or beneath is value:
        if not isinstance(value, type) and _is_another_than_written(module, value):
            return None
        if is_wrapped_again(module, value, reached):
            return None
        reached.import_module(module)
        reached.wanted.add(qualname.partition(".")[0])
        left = layers_left(module, value, reached)
        if left is not None:
            return rebuild.beneath, (module.__name__, qualname, left)
        return NotImplemented if found is value else (rebuild.undecorated, (module.__name__, qualname))
    place = original(value)
    return (changed.original, place) if place is not None else _reduce_by_other_place(module, value, found, reached)


def _reduce_by_other_place(module: types.ModuleType, value: Any, stands: Any, reached: Reached) -> Any:
    """The same for a function that is elsewhere in its module: beneath decorators of what ``stands`` at its name, or at another name."""
    left = layers_beneath(module, value, stands)
    name = _other_name(module, value) if left is None and type(value) is types.FunctionType else None
    if left is None and name is None:
        return None
    reached.import_module(module)
    reached.wanted.add(name or value.__qualname__.partition(".")[0])
    if left is None:
        return rebuild.known, (module.__name__, name, reached.token(value))
    return rebuild.beneath, (module.__name__, value.__qualname__, left, reached.token(value))


def _module_said(name: Any) -> types.ModuleType | None:
    """The module that something says it is of; of a library's that nobody has imported yet (``numpy.rec``), imported as pickle would."""
    module = sys.modules.get(name)
    above = sys.modules.get(name.partition(".")[0]) if module is None and isinstance(name, str) else None
    if isinstance(above, types.ModuleType) and owner_of_module(above) in (Owner.INSTALLED, Owner.STDLIB):
        with contextlib.suppress(ImportError):
            module = importlib.import_module(name)
    return module


def _other_name(module: types.ModuleType, function: types.FunctionType) -> str | None:
    """The global in which a local module has a function that says another name, ``raw = load`` or ``tick = counter()``.

    None for one that holds what importing the module, and setting what is data in its closure, would not bring back.
    """
    found = find_module(module.__name__) if owner_of_module(module) is Owner.LOCAL else None
    if found is None or found.path is None or vars(function).keys() - {"__wrapped__"}:
        return None
    bound = globals_bound(module_source(found).tree)[0]
    for name, held in list(vars(module).items()):
        if held is function and [isinstance(one, ast.expr) for one in bound.get(name, ())] == [True]:
            defaults = (function.__defaults__ or (), function.__kwdefaults__ or {})
            is_data = is_plain(defaults, found) and all(is_plain(one, found) for one in _in_cells(function))
            return name if is_data and (module.__name__, name) not in rebound() else None
    return None


def _in_cells(function: types.FunctionType) -> Iterator[Any]:
    for cell in function.__closure__ or ():
        try:
            yield cell.cell_contents
        except ValueError:
            continue  # not filled yet


def reduce_decorated(value: Any, reached: Reached) -> Any:
    """What @cluster made: in a job too it can be called in all its ways, and runs in place. Or what makes such: ``cluster(cores=4)``."""
    if not hasattr(value, "__wrapped__"):
        return rebuild.attribute, ("clustrix", "ClusterFunction")
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    if (
        module is not None
        and owner_of_module(module) is not Owner.INTERACTIVE
        and object_at(module, value.__qualname__) is value
    ):
        reached.import_module(module)
        reached.wanted.add(value.__qualname__.partition(".")[0])
        return rebuild.attribute, (module.__name__, value.__qualname__)
    return rebuild.decorated, (value.__wrapped__, reached.token(value))


def is_importable(value: Any, reached: Reached) -> bool:
    """Whether an object that says its name is the one that an import there gives; then its module is reached."""
    module = sys.modules.get(value.__module__ or "")
    if module is None or owner_of_module(module) is Owner.INTERACTIVE:
        return False
    if object_at(module, value.__qualname__) is not value or _is_another_than_written(module, value):
        return False
    reached.import_module(module)
    reached.wanted.add(value.__qualname__.partition(".")[0])
    return True


def is_put_in(value: Any) -> bool:
    """Whether an attribute that a class statement does not write is code of a program that no import brings back."""
    plain = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
    plain = plain.fget if isinstance(plain, property) else plain
    plain = plain.func if isinstance(plain, (functools.partial, functools.partialmethod)) else plain
    return isinstance(plain, types.FunctionType) and is_interactive(plain)


def is_put_around(value: Any, node: _Function) -> bool:
    """Whether something stands where a function is written that is none, be it around that: ``load = lru_cache(load)``, set later."""
    beneath = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
    is_left = isinstance(value, property) or value is UNKNOWN
    return _is_undecorated(node) and not is_left and type(beneath) is not types.FunctionType and travels(beneath)


def _is_another_than_written(module: types.ModuleType, value: Any) -> bool:
    """Whether a module of the user's makes a function, and no more, where something else stands by now that says it is that."""
    code = value.__code__ if type(value) is types.FunctionType else None
    file = getattr(module, "__file__", None)
    if code is not None and (code.co_name, code.co_filename) == (value.__qualname__.rpartition(".")[2], file):
        return False
    if code is not None and is_of_interactive(value):
        return True
    found = find_module(module.__name__) if owner_of_module(module) is Owner.LOCAL else None
    if found is None or found.path is None:
        return False
    node = _only_definition(module_source(found).tree, value.__qualname__)
    return isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and _is_undecorated(node)


def _is_undecorated(node: _Function) -> bool:
    return all(isinstance(one, ast.Name) and one.id in _PLAIN_DECORATORS for one in node.decorator_list)


@functools.lru_cache(maxsize=4096)
def _only_definition(tree: ast.Module, qualname: str) -> ast.AST | None:
    """The definition of a name that nothing else in the source gives a value to; None if a decorator of its class may."""
    *above, name = qualname.split(".")
    nodes: list[ast.stmt] = [tree]  # type: ignore[list-item]
    for part in (*above, name):
        inside = [one for node in nodes for one in getattr(node, "body", ())]
        nodes = [one for one in inside if getattr(one, "name", None) == part]
        if part in above and any(getattr(one, "decorator_list", ()) for one in nodes):
            return None
    stored = (one for one in nodes_in(tree) if isinstance(getattr(one, "ctx", None), ast.Store))
    is_given = any(name in (getattr(one, "id", None), getattr(one, "attr", None)) for one in stored)
    return nodes[0] if len(nodes) == 1 and not is_given else None


def object_at(module: types.ModuleType, qualname: str) -> Any:
    """What stands at a qualified name in a module; None for nothing."""
    found: Any = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def _builtin_class(kind: type) -> Any:
    """Classes such as ``types.FunctionType`` say that they are builtins, where nobody finds them."""
    if (
        kind in (type(None), type(...), type(NotImplemented))
        or getattr(sys.modules["builtins"], kind.__qualname__, None) is kind
    ):
        return NotImplemented
    for name, value in vars(types).items():
        if value is kind:
            return rebuild.attribute, ("types", name)
    return NotImplemented
