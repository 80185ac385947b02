"""What is brought back to its state at home after classes were made there for a second time.

A metaclass, ``__init_subclass__``, a decorator or an expression in a class's body has done its work at home; there it does it again, and what it
wrote into (a registry, a counter) would hold it twice.
"""

from __future__ import annotations

import _random
import ast
import collections
import copy
import itertools
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.capture.definitions.class_bodies import run_in_body
from clustrix.capture.definitions.classes import ClassPlan, is_library, root_name
from clustrix.capture.module_state.plain_values import contents_of
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix_remote import changed, rebuild

_USERS = (Owner.INTERACTIVE, Owner.LOCAL)
CONTAINERS = (
    list, dict, set, bytearray, collections.deque, collections.OrderedDict, collections.defaultdict, collections.Counter,
)  # fmt: skip
_IMMUTABLE = (type(None), bool, int, float, complex, str, bytes, tuple, frozenset)
_CODE = (type, types.FunctionType, types.ModuleType)
#: What has a state that nothing but itself can set; the last is what ``random.Random`` is made of.
_STEPPING = (itertools.count, itertools.cycle, _random.Random)
_WRITING_BUILTINS = frozenset({"next", "setattr", "delattr", "exec", "eval", "globals", "vars"})
_STATE_METHODS = ("__getstate__", "__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__")
#: Larger data is not looked through.
_MAX_PARTS = 10_000


class Again:
    """A call that is made when the pickle is loaded."""

    def __init__(self, function: Any, *args: Any) -> None:
        self._reduced = (function, args)

    def __reduce__(self) -> Any:
        return self._reduced


def restoring(variables: Iterable[tuple[Any, tuple[Any, ...], Any]]) -> Iterator[Again]:
    """What restores variables; each is what sets it, for which target, and its value."""
    values = []
    for function, target, value in variables:
        if isinstance(value, _IMMUTABLE):
            yield Again(function, *target, value)
        elif isinstance(value, _STEPPING):
            yield Again(function, *target, copy.copy(value))
        values.append(value)
    for part in _mutable_parts(values):
        if _is_filled_plainly(part):
            items = list(dict.items(part)) if isinstance(part, dict) else contents_of(part)
            yield Again(changed.fill, part, (items, dict(vars(part))))
        elif isinstance(part, CONTAINERS):
            yield Again(rebuild.restore, part, copy.copy(part))
        else:
            yield Again(rebuild.restore_attributes, part, dict(vars(part)))


def parts_within(values: Iterable[Any]) -> list[Any]:
    """What containers and objects hold that can be changed, but for themselves."""
    held = [[*contents_of(one), *getattr(one, "__dict__", {}).values()] for one in values if not isinstance(one, _CODE)]
    return _mutable_parts([part for one in held for part in one])


def _mutable_parts(values: list[Any]) -> list[Any]:
    stack, found = list(values), []
    seen: set[int] = set()
    while stack and len(seen) < _MAX_PARTS:
        one = stack.pop()
        if id(one) in seen or isinstance(one, (str, bytes, int, float, *_CODE)):
            continue
        seen.add(id(one))
        stack += contents_of(one)
        if type(one) in CONTAINERS:
            found.append(one)
        elif owner_of_class(type(one)) in _USERS and has_plain_state(one):
            found.append(one)
            stack += vars(one).values()
    return found


def _is_filled_plainly(value: Any) -> bool:
    """Whether it is a container of a user's class, whose own methods may do anything."""
    is_filled = isinstance(value, (dict, list, set, collections.deque)) and not isinstance(
        value, collections.OrderedDict
    )
    return is_filled and type(value) not in CONTAINERS


def has_plain_state(value: Any) -> bool:
    """Whether what is pickled of an object is its ``__dict__``, all of it."""
    own = [vars(kind) for kind in type(value).__mro__ if kind is not object]
    return hasattr(value, "__dict__") and not any(name in one for one in own for name in _STATE_METHODS)


def runs_users_code(kind: type, plan: ClassPlan, namespace: dict[str, Any]) -> bool:
    """Whether making the class runs code of the user's."""
    if owner_of_class(type(kind)) in _USERS:
        return True
    if any("__init_subclass__" in vars(base) and owner_of_class(base) in _USERS for base in kind.__mro__[1:]):
        return True
    if any(hasattr(type(one), "__set_name__") and owner_of_class(type(one)) in _USERS for one in vars(kind).values()):
        return True
    return any(_is_users(expression, namespace) for expression in run_in_body(plan.place.node))


def _is_users(called: ast.expr, namespace: dict[str, Any]) -> bool:
    name = root_name(called)
    if name not in namespace:
        return name in _WRITING_BUILTINS or not hasattr(sys.modules["builtins"], name)
    value = namespace[name]
    return not (
        isinstance(value, (type, types.FunctionType, types.BuiltinFunctionType, types.ModuleType)) and is_library(value)
    )
