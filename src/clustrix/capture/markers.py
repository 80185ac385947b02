"""Objects that are known by their identity: ``MISSING = object()``. Sent back by the job, they arrive as themselves."""

from __future__ import annotations

from typing import Any

from clustrix.capture.importable import is_importable
from clustrix.capture.ownership import Owner, mark, owner_of_class
from clustrix.capture.reached import Reached
from clustrix_remote import rebuild

_STATE_METHODS = (
    "__getstate__", "__setstate__", "__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__", "__slots__", "__new__",
)  # fmt: skip


def reduce_marker(value: Any, kind: type, reached: Reached) -> Any:
    """How such an object is pickled; NotImplemented for all others."""
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
