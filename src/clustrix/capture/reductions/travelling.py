"""Whether a value can travel at all, told without pickling it: for what is shipped only if it can be."""

from __future__ import annotations

import copyreg
import functools
import pathlib
import types
from typing import Any

from clustrix.capture.module_state.plain_values import contents_of
from clustrix.capture.reductions.stateful import STATEFUL
from clustrix_remote import hashed, inherited, portable

_ATOMS = (type(None), bool, int, float, complex, str, bytes, bytearray, type(...), type(NotImplemented), range, slice)
#: Code and modules go by name or by their source; what pickle refuses of these has a reducer of ours.
_CODE = (
    type, types.FunctionType, types.BuiltinFunctionType, types.MethodType, types.ModuleType, functools.partial,
    functools._lru_cache_wrapper, types.MappingProxyType, property, staticmethod, classmethod, functools.cached_property,
)  # fmt: skip
#: Larger data is not looked through.
_MAX_PARTS = 100_000


def travels(value: Any, folder: str = "", most: int = 0) -> bool:
    """Whether nothing is found in a value that refuses to be pickled, nor tells of a folder that only this machine has; nor more than ``most`` parts."""
    stack = [value]
    seen: set[int] = set()
    while stack and len(seen) < (most or _MAX_PARTS):
        one = stack.pop()
        if folder and isinstance(one, (str, pathlib.PurePath)) and folder in str(one):
            return False
        if isinstance(one, _ATOMS) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, (dict, list)) and type(one) not in (dict, list) and inherited.reducer(type(one)):
            # Neither here nor by their pickling are their own methods called.
            stack += [*contents_of(one), *hashed.attributes(one).values()]
            continue
        if isinstance(one, dict) and type(one).__reduce_ex__ is object.__reduce_ex__:
            stack += [*one, *one.values()]
        elif isinstance(one, (list, tuple, set, frozenset)):
            stack += one
        if (
            type(one) in (dict, list, tuple, set, frozenset)
            or isinstance(one, _CODE)
            or type(one) in STATEFUL
            or portable.always(type(one))
        ):
            continue
        try:
            registered = copyreg.dispatch_table.get(type(one))
            reduced = registered(one) if registered else one.__reduce_ex__(4)
        except Exception:  # a user's __reduce__ may raise anything, and refusing is the answer looked for
            return False
        if isinstance(reduced, tuple):
            stack += [part for part in reduced[1:3] if part is not None]
    return not (most and stack)


def says_its_name(value: Any, kind: Any) -> bool:
    """Whether pickle would write the name of a global for it, by which another Python may find nothing."""
    own = kind.__reduce__ is not object.__reduce__
    return own and hasattr(value, "__dict__") and isinstance(value.__reduce__(), str)
