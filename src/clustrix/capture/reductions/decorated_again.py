"""What decorators of libraries have made of a function, where the objects cannot travel: ``@jax.jit``, ``@cachetools.func.ttl_cache``.

The function beneath goes as others do, and is decorated there once more, by what stands above it in its source.
"""

from __future__ import annotations

import ast
import linecache
import types
from typing import Any

from clustrix.capture.definitions.functions import place_of
from clustrix.capture.module_state.plain_values import is_interactive
from clustrix.capture.modules.importable import is_importable, reduce_by_name
from clustrix.capture.modules.ownership import Owner, owner_of_file
from clustrix.capture.reached import Reached
from clustrix.capture.reductions.travelling import says_its_name, travels
from clustrix.code_names import short_name
from clustrix_remote import rebuild

#: What says that it can be pickled, and holds what cannot.
_NEVER_TRAVEL = frozenset({"jaxlib"})
_CLUSTRIX = "clustrix.decorator"


def reduce_decorated_by_library(value: Any, kind: type, reached: Reached) -> Any:
    """How such an object is pickled; NotImplemented for all others."""
    try:
        own = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return NotImplemented
    function = own.get("__wrapped__") if type(own) is dict else None
    if type(function) is not types.FunctionType:
        return NotImplemented
    if kind.__module__.partition(".")[0] not in _NEVER_TRAVEL and travels(own):
        if not says_its_name(value, kind) or not is_interactive(function):
            return NotImplemented
        # What it has kept goes along; another version of the library may have no such class.
        if reached.same_minor:
            return rebuild.instance, (kind, reached.token(value)), dict(own)
    if is_importable(value, reached):
        return rebuild.attribute, (value.__module__, value.__qualname__)
    decorate = _decorators(value, function) if is_interactive(function) else None
    return NotImplemented if decorate is None else (decorate, (function,))


def reduce_by_name_or_again(function: types.FunctionType, reached: Reached) -> Any:
    """How a function goes by name, or as what decorators make there of the one beneath; None if it has to go itself."""
    by_name = reduce_by_name(function, reached)
    return _layer_of_library(function, reached) if by_name is None else by_name


def _layer_of_library(function: types.FunctionType, reached: Reached) -> Any:
    """For another Python, a function that a library has put around one: there may be another version of the library."""
    beneath = vars(function).get("__wrapped__")
    if reached.same_minor or type(beneath) is not types.FunctionType or not is_interactive(beneath):
        return None
    is_librarys = owner_of_file(function.__code__.co_filename) is Owner.INSTALLED
    if not is_librarys and place_of(function.__code__, function.__globals__)[0] is not None:
        return None
    decorate = _decorators(function, beneath)
    return None if decorate is None else (decorate, (beneath,))


def _decorators(value: Any, function: types.FunctionType) -> types.FunctionType | None:
    """What does to a function what its decorators do; None where they cannot be told to have made this object."""
    namespace = function.__globals__
    stands = namespace.get(function.__qualname__)
    is_clusters = type(stands).__module__ == _CLUSTRIX
    source, place = place_of(function.__code__, namespace)
    if (
        source is None
        or place is None
        or (getattr(stands, "__wrapped__", None) if is_clusters else stands) is not value
    ):
        return None
    node = place.node
    decorators = list(node.decorator_list) if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) else []
    text = "function"
    for one in reversed(decorators[is_clusters:]):
        text = f"({ast.unparse(one)})({text})"
    name = f"<decorators of {function.__qualname__}(), {short_name(source.filename)} line {place.first_line}>"
    return _function(f"lambda function: {text}\n", name, namespace)


def _function(text: str, name: str, namespace: dict[str, Any]) -> types.FunctionType:
    """A function with its source where all look for it."""
    linecache.cache[name] = len(text), None, [text], name
    made: types.FunctionType = eval(compile(text, name, "eval"), namespace)  # only makes a lambda
    return made
