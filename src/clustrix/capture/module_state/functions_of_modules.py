"""What a running program has made of the functions that a module of its own defines: what hangs on them, what they default to, other code."""

from __future__ import annotations

import ast
import functools
import importlib.util
import types
from collections.abc import Iterator
from typing import Any

from clustrix.capture.definitions.embedded import has_code
from clustrix.capture.module_state.answered import answered
from clustrix.capture.module_state.class_changes import plain_function
from clustrix.capture.module_state.held_in_functions import layers, moved_within
from clustrix.capture.module_state.instance_changes import is_users_object
from clustrix.capture.module_state.plain_values import is_plain
from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.modules.ownership import is_mock
from clustrix.capture.reductions.travelling import travels
from clustrix_remote.hashed import attributes

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
FUNCTIONS = (types.FunctionType, functools._lru_cache_wrapper)


def set_on_function(
    name: str, value: Any, node: FunctionNode | None, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    """What a function of the module, what its decorators put there, and those beneath hold under names that the program writes to: ``load.calls``."""
    for path, function in layers(name, value):
        for attribute, held in attributes(function).items():
            if attribute in written and not attribute.startswith("__") and (can_be_set(held, found) or travels(held)):
                yield f"{path}.{attribute}", held
        answer = answered(function) if isinstance(function, functools._lru_cache_wrapper) else None
        if answer is not None:
            yield path, answer
        for attribute in ("__defaults__", "__kwdefaults__") if isinstance(function, types.FunctionType) else ():
            held = getattr(function, attribute)
            if attribute in written and (held is None or travels(held)):
                yield f"{path}.{attribute}", held
    if isinstance(value, types.FunctionType) and node is not None:
        yield from _told_of_itself(name, value, node, written)
    yield from moved_within(name, value, node, found, written)


def _told_of_itself(
    name: str, function: types.FunctionType, node: FunctionNode, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    """What a function is called, and is documented to do, where the program writes to that."""
    if node.decorator_list or function.__code__.co_name != node.name:
        return
    if "__name__" in written and function.__name__ != node.name:
        yield f"{name}.__name__", function.__name__
    if "__doc__" in written and function.__doc__ != ast.get_docstring(node, clean=False):
        yield f"{name}.__doc__", function.__doc__


def is_code_of(function: types.FunctionType, node: FunctionNode, found: FoundModule) -> bool:
    """Whether a function is the one that this statement of the module makes."""
    code = function.__code__
    if code.co_name != node.name or code.co_filename != found.path:
        return False
    if code.co_firstlineno == node.lineno:
        return True
    return has_code(importlib.util.decode_source(module_source(found).data), found.path, code, anywhere=True)


def can_be_set(value: Any, found: FoundModule) -> bool:
    """Whether a value of a module can travel, and is not left to its import: plain data, a function, a class, a mock, an object of the user's."""
    named = isinstance(plain_function(value), (types.FunctionType, type)) or is_mock(value)
    return is_plain(value, found) or named or (is_users_object(value) and travels(value))
