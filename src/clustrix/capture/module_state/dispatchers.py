"""Functions that choose by the type of their argument, and what was registered with them after they were made."""

from __future__ import annotations

import functools
import sys
import types
from collections.abc import Callable, Iterator
from typing import Any

from clustrix.capture.module_state.plain_values import is_interactive
from clustrix.capture.modules.found_modules import FoundModule

Implementations = list[tuple[type, Any]]


def is_dispatcher(function: types.FunctionType) -> bool:
    """Whether it is a ``functools.singledispatch`` function."""
    return (
        isinstance(vars(function).get("registry"), types.MappingProxyType)
        and function.__code__.co_filename == functools.__file__
    )


def implementations(value: Any) -> Implementations:
    """What is registered with a ``singledispatch`` function, or with such a method of a class; nothing for anything else."""
    plain = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
    if isinstance(plain, functools.singledispatchmethod):
        plain = plain.dispatcher
    return (
        list(vars(plain)["registry"].items()) if isinstance(plain, types.FunctionType) and is_dispatcher(plain) else []
    )


def registered_in_class(kind: type, is_new: Callable[[types.FunctionType], bool]) -> list[tuple[str, Implementations]]:
    """What was registered with the methods of a class by other code than its own statement."""
    found = []
    for name, value in list(vars(kind).items()):
        pairs = [(key, one) for key, one in implementations(value) if not _is_function(one) or is_new(one)]
        if pairs:
            found.append((name, pairs))
    return found


def registered_in_module(found: FoundModule) -> Iterator[tuple[str, Implementations]]:
    """For each such function of a loaded module and its classes what code that no import brings back has registered with it."""
    module = sys.modules.get(found.name)
    for name, value in list(vars(module).items()) if isinstance(module, types.ModuleType) else ():
        if not isinstance(value, (types.FunctionType, type)) or value.__module__ != found.name:
            continue
        held = [(f"{name}.{inner}", one) for inner, one in vars(value).items()] if isinstance(value, type) else []
        for path, one in ((name, value), *held):
            pairs = [(key, function) for key, function in implementations(one) if is_interactive(function)]
            if pairs:
                yield path, pairs


def _is_function(value: Any) -> bool:
    return isinstance(value, types.FunctionType)
