"""Functions under decorators of libraries that are known for it.

Those of ``wrapt`` are proxies that say they are the function itself, and refuse to be pickled. Those of ``numba`` are pickled by it with their bytecode,
which no other Python reads: so the function beneath goes as others do, and is compiled there.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clustrix.capture.modules.importable import is_importable
from clustrix_remote import rebuild, wrapped

if TYPE_CHECKING:
    from clustrix.capture.reached import Reached


def wrapper_reducer(kind: type) -> Callable[[Any, Reached], Any] | None:
    """The reducer for objects of this class, if it is one of theirs."""
    return _of_wrapt(kind) or _of_numba(kind)


def _of_wrapt(kind: type) -> Callable[[Any, Reached], Any] | None:
    wrapt: Any = sys.modules.get("wrapt")
    if wrapt is None:
        return None
    if issubclass(kind, wrapt.BoundFunctionWrapper):
        return _bound
    return _wrapper if issubclass(kind, wrapt.FunctionWrapper) else None


def _of_numba(kind: type) -> Callable[[Any, Reached], Any] | None:
    dispatcher: Any = sys.modules.get("numba.core.dispatcher")
    if dispatcher is not None and issubclass(kind, dispatcher.Dispatcher):
        return _jitted
    dufunc: Any = sys.modules.get("numba.np.ufunc.dufunc")
    return _vectorized if dufunc is not None and issubclass(kind, dufunc.DUFunc) else None


def _jitted(value: Any, reached: Reached) -> Any:
    """A function under ``numba.jit`` or ``njit``; the types are those that it was compiled for when it was defined."""
    if is_importable(value, reached):
        return rebuild.attribute, (value.__module__, value.__qualname__)
    reached.import_module(sys.modules["numba"])
    types = [] if value._can_compile else _types(value)
    return wrapped.jitted, (value.py_func, dict(value.targetoptions), dict(value.locals), types)


def _vectorized(value: Any, reached: Reached) -> Any:
    """A function under ``numba.vectorize``."""
    if is_importable(value, reached):
        return rebuild.attribute, (value.__module__, value.__qualname__)
    reached.import_module(sys.modules["numba"])
    types = _types(value._dispatcher) if value._frozen else []
    return wrapped.vectorized, (value._dispatcher.py_func, dict(value.targetoptions), types)


def _types(dispatcher: Any) -> list[tuple[Any, Any]]:
    """What a function was compiled for: what it returns, and what it takes."""
    signatures = [one.signature for one in dispatcher.overloads.values()]
    return [(one.return_type, one.args) for one in signatures]


def _wrapper(value: Any, reached: Reached) -> Any:
    if is_importable(value, reached):
        return rebuild.attribute, (value.__module__, value.__qualname__)
    wrapt: Any = sys.modules["wrapt"]
    reached.import_module(wrapt)
    kind, function, wrapper, enabled = type(value), value.__wrapped__, value._self_wrapper, value._self_enabled
    if kind is wrapt.FunctionWrapper:
        return wrapped.function_wrapper, (function, wrapper, enabled)
    if kind.__module__ != "wrapt.decorators":
        return kind, (function, wrapper, enabled)
    inside = _closure(wrapper)
    if inside is not None:  # a decorator itself, as wrapt.decorator makes it
        return wrapped.decorator, (function, inside.get("enabled"), inside.get("adapter"))
    return wrapped.adapted, (function, wrapper, enabled, value._self_adapter)


def _bound(value: Any, reached: Reached) -> Any:
    parent, instance = value._self_parent, value._self_instance
    return wrapped.bound, (parent, instance, getattr(value, "_self_owner", None) or type(instance))


def _closure(wrapper: Any) -> dict[str, Any] | None:
    """The variables of what ``wrapt.decorator`` has made around a wrapper of the user's; None for the wrapper itself."""
    code = getattr(wrapper, "__code__", None)
    if getattr(wrapper, "__module__", None) != "wrapt.decorators" or code is None:
        return None
    return {name: cell.cell_contents for name, cell in zip(code.co_freevars, wrapper.__closure__ or (), strict=True)}
