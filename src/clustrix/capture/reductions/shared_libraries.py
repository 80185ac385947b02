"""Libraries that ``ctypes`` has loaded, and the types that it makes while a program runs: pickle knows neither by a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from clustrix_remote import rebuild

Reducer = Callable[[Any, Any], Any]


def library_reducer(kind: type) -> Reducer | None:
    """The reducer for ``ctypes.CDLL("libm.so.6")``: loaded there by its name, its functions typed as they are here."""
    return _library if kind.__module__ == "ctypes" and kind.__name__ in ("CDLL", "PyDLL") else None


def foreign_type_reducer(metaclass: type) -> Reducer | None:
    """The reducer for classes such as ``POINTER(c_int)`` and ``c_int * 3``."""
    return _MADE_TYPES.get(metaclass.__name__) if metaclass.__module__ == "_ctypes" else None


def _library(value: Any, reached: Any) -> Any:
    functions = [
        (name, {word: getattr(one, word) for word in _SET_ON_FUNCTIONS if getattr(one, word, None) is not None})
        for name, one in vars(value).items()
        if isinstance(one, value._FuncPtr)
    ]
    return rebuild.shared_library, (type(value).__name__, value._name, functions)


_SET_ON_FUNCTIONS = ("restype", "argtypes", "errcheck")


def _pointer(kind: Any, reached: Any) -> Any:
    return (rebuild.foreign_type, ("POINTER", kind._type_)) if kind.__name__.startswith("LP_") else None


def _array(kind: Any, reached: Any) -> Any:
    is_plain = kind.__name__ == f"{kind._type_.__name__}_Array_{kind._length_}"
    return (rebuild.foreign_type, ("*", kind._type_, kind._length_)) if is_plain else None


def _function(kind: Any, reached: Any) -> Any:
    arguments = getattr(kind, "_argtypes_", None)
    return None if arguments is None else (rebuild.foreign_type, ("CFUNCTYPE", kind._restype_, *arguments))


_MADE_TYPES: dict[str, Reducer] = {"PyCPointerType": _pointer, "PyCArrayType": _array, "PyCFuncPtrType": _function}
