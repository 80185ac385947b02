"""Objects of the standard library whose state pickle refuses, or forgets: weak references, context variables, loggers."""

from __future__ import annotations

import _thread
import contextlib
import contextvars
import functools
import gc
import inspect
import logging
import sys
import types
import weakref
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from clustrix.capture.ownership import Owner, is_mock, owner_of_class, owner_of_module
from clustrix_remote import stateful

if TYPE_CHECKING:
    from clustrix.capture.reached import Reached


def _weak_reference(value: Any, reached: Reached) -> Any:
    target = value()
    return (stateful.dead_reference, ()) if target is None else (stateful.weak_reference, (target,))


def _weak_container(value: Any, reached: Reached) -> Any:
    contents = list(value) if isinstance(value, weakref.WeakSet) else dict(value)
    return stateful.weak_container, (type(value).__name__, contents)


def _context_variable(value: Any, reached: Reached) -> Any:
    default, now = contextvars.Context().run(held_in_context, value), held_in_context(value)
    return stateful.context_variable, (value.name, default, now if now != default else [])


def held_in_context(variable: contextvars.ContextVar[Any]) -> list[Any]:
    """What a context variable holds, or nothing."""
    try:
        return [variable.get()]
    except LookupError:
        return []


def _thread_local(value: Any, reached: Reached) -> Any:
    return stateful.thread_local, (dict(vars(value)),)


def _logger(value: Any, reached: Reached) -> Any:
    if logging.getLogger(value.name) is not value:
        return NotImplemented
    return stateful.logger, (value.name, value.level, value.propagate, value.disabled)


def _context_manager(value: Any, reached: Reached) -> Any:
    """What a function under ``contextlib.contextmanager`` gives: until it is entered, it can be made again."""
    if inspect.getgeneratorstate(value.gen) != inspect.GEN_CREATED:
        return NotImplemented
    return type(value), (value.func, value.args, value.kwds)


_KEY = type(functools.cmp_to_key(max))


def _comparing_key(value: Any, reached: Reached) -> Any:
    """What ``functools.cmp_to_key`` gives: it tells what it compares, but not by which function."""
    compare, *compared = (one for one in gc.get_referents(value) if one is not _KEY)
    return stateful.comparing_key, (compare, *compared)


STATEFUL: dict[type, Callable[[Any, Reached], Any]] = {
    weakref.ReferenceType: _weak_reference,
    weakref.WeakSet: _weak_container,
    weakref.WeakKeyDictionary: _weak_container,
    weakref.WeakValueDictionary: _weak_container,
    contextvars.ContextVar: _context_variable,
    _thread._local: _thread_local,
    logging.Logger: _logger,
    _KEY: _comparing_key,
    contextlib._GeneratorContextManager: _context_manager,
}


def patched(
    namespace: dict[str, Any], attributes: dict[str, frozenset[tuple[str, ...]]]
) -> Iterator[tuple[str, str, Any]]:
    """What was put into other people's modules, ``time.time`` under a mock: module, name, what stands there now."""
    for root, paths in attributes.items():
        module = namespace.get(root)
        for path in sorted(paths) if isinstance(module, types.ModuleType) else ():
            found: Any = module
            for part in path:
                if not isinstance(found, types.ModuleType):
                    break
                inner = vars(found).get(part)
                if _is_put_there(found, inner):
                    yield found.__name__, part, inner
                found = inner


def _is_put_there(module: types.ModuleType, value: Any) -> bool:
    if owner_of_module(module) not in (Owner.STDLIB, Owner.INSTALLED):
        return False
    if isinstance(value, types.FunctionType):
        home = sys.modules.get(value.__module__ or "")
        return home is not None and owner_of_module(home) in (Owner.INTERACTIVE, Owner.LOCAL)
    if isinstance(value, type):
        return owner_of_class(value) in (Owner.INTERACTIVE, Owner.LOCAL)
    return is_mock(value)
