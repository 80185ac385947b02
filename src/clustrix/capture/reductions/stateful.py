"""Objects of the standard library whose state pickle refuses, or forgets: weak references, context variables, loggers."""

from __future__ import annotations

import _thread
import contextlib
import contextvars
import functools
import gc
import inspect
import logging
import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clustrix_remote import stateful, weak_references

if TYPE_CHECKING:
    from clustrix.capture.reached import Reached


def _weak_reference(value: Any, reached: Reached) -> Any:
    target = value()
    return (weak_references.dead, ()) if target is None else (stateful.weak_reference, (target,))


def _weak_method(value: Any, reached: Reached) -> Any:
    method = value()
    return (weak_references.dead, ()) if method is None else (stateful.weak_method, (method,))


def _weak_proxy(value: Any, reached: Reached) -> Any:
    target = weak_references.target_of_proxy(value)
    return (weak_references.dead_proxy, ()) if target is None else (stateful.weak_proxy, (target,))


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
    weakref.WeakMethod: _weak_method,
    weakref.ProxyType: _weak_proxy,
    weakref.CallableProxyType: _weak_proxy,
    weakref.WeakSet: _weak_container,
    weakref.WeakKeyDictionary: _weak_container,
    weakref.WeakValueDictionary: _weak_container,
    contextvars.ContextVar: _context_variable,
    _thread._local: _thread_local,
    logging.Logger: _logger,
    _KEY: _comparing_key,
    contextlib._GeneratorContextManager: _context_manager,
}
