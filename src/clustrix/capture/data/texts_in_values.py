"""The texts and paths in a value, which may name files: a list of them, an attribute, a column of a table of samples."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Mapping
from pathlib import PurePath
from types import FunctionType, ModuleType
from typing import Any

#: Values are looked through for names of files as far as this many of them.
_MOST_VALUES = 10_000


def texts_in_value(value: Any, most: int = _MOST_VALUES) -> Iterator[str]:
    """The texts and paths in a value: in containers, in attributes of objects."""
    stack, count = [value], 0
    #: With the objects, as a column lives no longer than it is looked at, and another may get its id.
    seen: dict[int, Any] = {}
    while stack and count < most:
        one = stack.pop()
        count += 1
        # By its type: a weakref.proxy whose object is gone answers isinstance() by an error.
        if issubclass(type(one), str):
            yield one
        elif issubclass(type(one), PurePath):
            yield str(one)
        elif id(one) not in seen:
            seen[id(one)] = one
            stack.extend(_parts(one))


def _parts(value: Any) -> list[Any]:
    if type(value) in (list, tuple, set, frozenset):
        return list(value)
    if issubclass(type(value), Mapping) and type(value).__module__ in ("builtins", "collections"):
        return list(value.values())
    if issubclass(type(value), tuple):
        return list(value)
    if issubclass(type(value), (type, ModuleType, FunctionType)):
        return []
    if type(value).__module__.partition(".")[0] in ("numpy", "pandas"):
        return _parts_of_table(value)
    try:
        # Not asked by getattr(): nothing of the user's is run to find out.
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return []
    return list(attributes.values()) if type(attributes) is dict else []


def _parts_of_table(value: Any) -> list[Any]:
    """The columns of a frame, with what its rows are called; of a column or an array what it holds, unless that is numbers."""
    kind = type(value).__name__
    if kind == "DataFrame":
        return [value.index, *(column for _, column in value.items())]
    if kind not in ("Series", "Index", "ndarray"):
        return []
    called = [value.index] if kind == "Series" else []
    if value.dtype.kind not in "OUT":
        return called
    return [*called, *itertools.islice(value.ravel() if kind == "ndarray" else value, _MOST_VALUES)]
