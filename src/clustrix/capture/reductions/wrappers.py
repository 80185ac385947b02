"""Functions under decorators of ``wrapt``: proxies that say they are the function itself, and refuse to be pickled."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from clustrix.capture.modules.importable import is_importable
from clustrix_remote import wrapped

if TYPE_CHECKING:
    from clustrix.capture.reached import Reached


def wrapper_reducer(kind: type) -> Callable[[Any, Reached], Any] | None:
    """The reducer for objects of this class, if it is a wrapper of ``wrapt``."""
    wrapt: Any = sys.modules.get("wrapt")
    if wrapt is None:
        return None
    if issubclass(kind, wrapt.BoundFunctionWrapper):
        return _bound
    return _wrapper if issubclass(kind, wrapt.FunctionWrapper) else None


def _wrapper(value: Any, reached: Reached) -> Any:
    if is_importable(value, reached):
        return wrapped.at, (value.__module__, value.__qualname__)
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
