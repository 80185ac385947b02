"""What is written as a literal, and what is plain data: values of which source and memory can be compared."""

from __future__ import annotations

import ast
import collections
import enum
import os
import pathlib
import sys
import types
from typing import Any

from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.modules.ownership import Owner, owner_of_module

_ATOMS = (type(None), bool, int, float, complex, str, bytes, type(...))
#: By module and name: a module that is not loaded has made no value, and one of the user's may bear its name.
_ATOMS_OF_LIBRARY = frozenset({
    ("datetime", "date"), ("datetime", "datetime"), ("datetime", "time"), ("datetime", "timedelta"), ("datetime", "timezone"),
    ("decimal", "Decimal"), ("fractions", "Fraction"), ("uuid", "UUID"),
})  # fmt: skip
SEQUENCES = (list, tuple, set, frozenset, collections.deque)
_MAPPINGS = (dict, collections.OrderedDict, collections.defaultdict, collections.Counter)
#: Larger data is not looked through for what may have changed.
_MAX_ITEMS = 100_000
_EMPTY: dict[str, Any] = {"dict": {}, "list": [], "set": set()}


def is_interactive(function: Any) -> bool:
    """Whether a function or class is of a module that no import brings back."""
    home = sys.modules.get(getattr(function, "__module__", ""))
    return isinstance(home, types.ModuleType) and owner_of_module(home) is Owner.INTERACTIVE


def is_dunder(name: str) -> bool:
    """Whether a name is of the form of Python's own: ``__name__``."""
    return name.startswith("__") and name.endswith("__")


class _Unknown:
    """What a literal evaluates to that is none."""

    def __eq__(self, other: object) -> bool:
        return self is other

    __hash__ = object.__hash__


UNKNOWN = _Unknown()


def literal(node: ast.expr) -> Any:
    """What an expression that is a literal, or an empty container, stands for; else ``UNKNOWN``."""
    if (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in _EMPTY
        and not node.args
        and not node.keywords
    ):
        return _EMPTY[node.func.id]
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def same(written: Any, value: Any) -> bool:
    """Whether two values are equal and of one type."""
    try:
        return type(written) is type(value) and bool(written == value)
    except Exception:  # a user's __eq__, in a container, may raise anything
        return False


def is_plain(value: Any, found: FoundModule) -> bool:
    """Whether a value is data, all of it, and none of it tells where this machine has its files."""
    folder = os.path.dirname(found.path or "")
    stack, count = [value], 0
    seen = set()
    while stack:
        one = stack.pop()
        count += 1
        kind = type(one)
        if count > _MAX_ITEMS or (kind is str and folder in one):
            return False
        if is_atom(kind) or isinstance(one, (enum.Enum, types.BuiltinFunctionType)) or _is_named(one):
            continue
        if id(one) in seen:
            continue
        seen.add(id(one))
        if kind in SEQUENCES:
            stack.extend(one)
        elif kind in _MAPPINGS:
            stack.extend(one)
            stack.extend(one.values())
        elif is_interactive(kind) and type(getattr(one, "__dict__", None)) is dict:
            stack.extend(vars(one).values())  # of a class that importing the module cannot have made objects of
        elif not (isinstance(one, pathlib.PurePath) and folder not in str(one)):
            return False
    return True


def contents_of(value: Any) -> list[Any]:
    """What is in a container, keys and values of a dict; none of its own methods is called."""
    if isinstance(value, dict):
        return [*dict.keys(value), *dict.values(value)]
    base = next((one for one in SEQUENCES if isinstance(value, one)), None)
    return [] if base is None else list(base.__iter__(value))


def is_atom(kind: type) -> bool:
    """Whether a value of such a class is data without parts."""
    return kind in _ATOMS or (kind.__module__, kind.__qualname__) in _ATOMS_OF_LIBRARY


def _is_named(value: Any) -> bool:
    """Functions and classes go by name, or by their source; so do numpy's own functions."""
    kind = type(value)
    return isinstance(value, (types.FunctionType, type)) or (kind.__module__, kind.__qualname__) == ("numpy", "ufunc")
