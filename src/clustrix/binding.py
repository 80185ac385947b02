"""Would this call be a TypeError? Asked before anything is sent, and answered in Python's own words."""

from __future__ import annotations

import functools
import types
from collections.abc import Callable, Mapping
from typing import Any

_VARARGS, _VARKEYWORDS = 0x04, 0x08  # inspect.CO_VARARGS and CO_VARKEYWORDS; inspect is slow to import


def check_call(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    """Raise the TypeError that ``function(*args, **kwargs)`` would raise for its arguments; the function is not called.

    A decorated function is asked itself, not what it wraps: only it knows which arguments it passes on.

    >>> check_call(lambda x: x, (), {})
    Traceback (most recent call last):
    TypeError: <lambda>() missing 1 required positional argument: 'x'
    """
    if isinstance(function, types.MethodType):
        check_call(function.__func__, (function.__self__, *args), kwargs)
    elif isinstance(function, types.FunctionType):
        _stand_in(function)(*args, **kwargs)
    elif isinstance(constructor := _plain_constructor(function), types.FunctionType):
        check_call(constructor, (None, *args), kwargs)
    elif isinstance(method := getattr(type(function), "__call__", None), types.FunctionType):  # noqa: B004  # not whether, which
        check_call(method, (function, *args), kwargs)
    else:
        _check_signature(function, args, kwargs)


def _stand_in(function: types.FunctionType) -> types.FunctionType:
    """A function that takes the same arguments and does nothing, so that the interpreter itself judges them."""
    stand_in = types.FunctionType(_stand_in_code(function.__code__), {}, function.__name__, function.__defaults__)
    stand_in.__kwdefaults__ = function.__kwdefaults__
    stand_in.__qualname__ = function.__qualname__
    return stand_in


@functools.lru_cache(maxsize=1024)
def _stand_in_code(code: types.CodeType) -> types.CodeType:
    collecting = code.co_flags & (_VARARGS | _VARKEYWORDS)
    count = code.co_argcount + code.co_kwonlyargcount + collecting.bit_count()
    return _nothing.__code__.replace(
        co_argcount=code.co_argcount,
        co_posonlyargcount=code.co_posonlyargcount,
        co_kwonlyargcount=code.co_kwonlyargcount,
        co_nlocals=count,
        co_varnames=code.co_varnames[:count],
        co_flags=_nothing.__code__.co_flags | collecting,
        co_name=code.co_name,
        co_qualname=code.co_qualname,
    )


def _nothing() -> None:
    return None


def _plain_constructor(function: Any) -> Any:
    """``__init__`` of an ordinary class, where it alone decides about the arguments."""
    plain = type(function) is type and getattr(function, "__new__", None) is object.__new__
    return function.__init__ if plain else None


def _check_signature(function: Callable[..., Any], args: tuple[Any, ...], kwargs: Mapping[str, Any]) -> None:
    import inspect

    try:
        signature = inspect.signature(function)
    except (TypeError, ValueError):  # some builtins do not tell theirs
        return
    try:
        signature.bind(*args, **kwargs)
    except TypeError as error:
        name = getattr(function, "__qualname__", None) or type(function).__qualname__
        raise TypeError(f"{name}() {error}") from None
