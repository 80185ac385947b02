"""From «cannot pickle 'socket' object» to the global, closure variable or argument that holds the socket."""

from __future__ import annotations

import collections
import functools
import inspect
import types
from collections.abc import Callable, Iterator
from typing import Any

from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.capture.reached import Use
from clustrix.code_names import full_name, short_name
from clustrix.errors import CaptureError
from clustrix_remote.faults import Fault, find_fault


def explain_fault(error: Exception, call: tuple[Any, Any, Any], dump: Callable[[Any], Any]) -> CaptureError:
    """The error to raise: which object cannot travel, how it is reached, where."""
    function, args, kwargs = call
    uses: list[Use] = getattr(error, "clustrix_uses", [])
    used = ((f"{use.kind} {use.name}", use.used_by, use.value) for use in reversed(uses))
    functions = [one for one in (function, *(use.value for use in uses)) if type(one) is types.FunctionType]
    held = (found for one in functions for found in _held_by(one))
    for name, used_by, value in [*_named_arguments(function, args, kwargs), *used, *held]:
        if type(value) is types.FunctionType:
            continue
        if not _travels(value, dump):
            fault, part = _innermost(name, used_by, value, dump)
            return CaptureError(
                f"{part}: {fault.kind} cannot be sent to the cluster: it cannot be pickled ({fault.error})",
                where=_home(function),
                hint=_way_out(fault.part),
            )
    return CaptureError(f"{_label(function)} cannot be sent to the cluster: {error}", where=_home(function))


def _innermost(name: str, used_by: str, value: Any, dump: Callable[[Any], Any]) -> tuple[Fault, str]:
    """The part at fault, and how it is reached: also what a function holds that the value holds."""
    fault = find_fault(value, name, dump, _parts_of_interest)
    reached = fault.path + used_by
    if type(fault.part) is types.FunctionType:
        for inner, place, held in _held_by(fault.part):
            if not _travels(held, dump):
                fault = find_fault(held, inner, dump, _parts_of_interest)
                return fault, f"{fault.path}{place}, which is {reached}"
    return fault, reached


#: Whose frames tell nobody why something cannot be pickled.
_PICKLING = frozenset(("clustrix", "clustrix_remote", "cloudpickle", "pickle"))


def users_part(error: Exception) -> Exception | None:
    """The error as it came up in the user's own code, a ``__reduce__`` for one; None where it came up in pickling itself."""
    rest = error.__traceback__
    while rest is not None and str(rest.tb_frame.f_globals.get("__name__")).partition(".")[0] in _PICKLING:
        rest = rest.tb_next
    return error.with_traceback(rest) if rest is not None else None


#: What holds values of its user's.
_HOLDERS = (
    dict,
    list,
    tuple,
    set,
    frozenset,
    collections.deque,
    types.SimpleNamespace,
    types.MethodType,
    functools.partial,
    BaseException,
)


def _parts_of_interest(value: Any, path: str) -> tuple[()] | None:
    """Nothing of an object of a library's: that a pool holds a queue, and that a lock, tells less than that it is a pool."""
    is_library = owner_of_class(type(value)) in (Owner.STDLIB, Owner.INSTALLED)
    return () if is_library and not issubclass(type(value), _HOLDERS) else None


def _way_out(part: Any) -> str:
    if isinstance(part, (types.GeneratorType, types.AsyncGeneratorType, map, filter, zip, enumerate)):
        return "pass a list of its items, list(..), or the function that makes it and call that inside the function"
    if isinstance(part, types.CoroutineType):
        return "await it first and pass what it gives, or pass the function that makes it"
    return "open or make it inside the function, or pass what it is made from"


def _named_arguments(function: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Iterator[tuple[str, str, Any]]:
    if isinstance(function, types.MethodType):
        yield "self", "", function.__self__
    try:
        bound = inspect.signature(function).bind(*args, **kwargs).arguments
    except (TypeError, ValueError):
        bound = {str(index): value for index, value in enumerate(args)} | kwargs
    for name, value in bound.items():
        yield f"argument {name}", "", value


def _held_by(function: types.FunctionType) -> Iterator[tuple[str, str, Any]]:
    """The values of a function's defaults and attributes."""
    code = function.__code__
    defaults = function.__defaults__ or ()
    names = code.co_varnames[code.co_argcount - len(defaults) : code.co_argcount]
    place = f" of {_label(function)}, {short_name(code.co_filename)} line {code.co_firstlineno}"
    for name, value in [*zip(names, defaults, strict=True), *(function.__kwdefaults__ or {}).items()]:
        yield f"default {name}", place, value
    for name, value in vars(function).items():
        yield f"attribute {name}", place, value


def _travels(value: Any, dump: Callable[[Any], Any]) -> bool:
    try:
        dump(value)
    except Exception:  # that it raises is the answer
        return False
    return True


def _label(function: Any) -> str:
    return f"{getattr(function, '__qualname__', type(function).__qualname__)}()"


def _home(function: Any) -> str:
    code = getattr(function, "__code__", None)
    return f"{_label(function)}, {full_name(code.co_filename)}:{code.co_firstlineno}" if code is not None else ""
