"""Shapes of what comes as JSON from the other side, so that it is looked at once, and whoever reads it may rely on it.

A shape is ``str``, ``int``, ``float`` (whole numbers, too), ``bool``, ``dict`` or ``object`` (anything); ``COUNT``, a whole
number that sizes and offsets may have; a compiled pattern, a text that it matches as a whole; ``[shape]``, a list of
such; ``(shape, ..)``, a list of exactly these; ``{name: shape}``, an object that has these, and may have more;
``Each(shape)``, an object all of whose values are such; ``Maybe(shape)``, that or null or nothing.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import repeat
from typing import Any

Shape = Any

#: No file, and nothing that is counted, has more.
MAX_COUNT = 2**60
COUNT = range(MAX_COUNT)

_WORDS = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", dict: "an object"}


@dataclass(frozen=True)
class Maybe:
    """It may be missing."""

    shape: Shape


@dataclass(frozen=True)
class Each:
    """An object with any names."""

    shape: Shape


def what_is_odd(value: object, shape: Shape) -> str | None:
    """Where a value is not of this shape, in words; None if it is.

    >>> what_is_odd({"sizes": [1, "2"]}, {"sizes": [COUNT]})
    'sizes[1] is a str, not a number from 0 on'
    """
    odd = _odd(value, shape)
    return None if odd is None else f"{odd[0].lstrip('.') or 'it'} {odd[1]}"


def _odd(value: object, shape: Shape) -> tuple[str, str] | None:
    """Where, and in which way; made only for what is odd, as lists may be long."""
    if isinstance(shape, Maybe):
        return None if value is None else _odd(value, shape.shape)
    if isinstance(shape, list | tuple):
        return _odd_in_list(value, shape)
    if isinstance(shape, dict | Each):
        return _odd_in_object(value, shape)
    return None if _fits(value, shape) else ("", f"is {_kind(value)}, not {_wanted(shape)}")


def _odd_in_list(value: object, shape: list[Shape] | tuple[Shape, ...]) -> tuple[str, str] | None:
    if not isinstance(value, list):
        return "", f"is {_kind(value)}, not a list"
    if isinstance(shape, tuple) and len(value) != len(shape):
        return "", f"has {len(value)} parts, not {len(shape)}"
    for at, (part, one) in enumerate(zip(value, shape if isinstance(shape, tuple) else repeat(shape[0]))):  # noqa: B905
        if odd := _odd(part, one):
            return f"[{at}]{odd[0]}", odd[1]
    return None


def _odd_in_object(value: object, shape: dict[str, Shape] | Each) -> tuple[str, str] | None:
    if not isinstance(value, dict):
        return "", f"is {_kind(value)}, not an object"
    for name, one in (dict.fromkeys(value, shape.shape) if isinstance(shape, Each) else shape).items():
        if odd := _odd(value.get(name), one):
            return f".{name:.80}{odd[0]}", odd[1]
    return None


def _fits(value: object, shape: Shape) -> bool:
    if isinstance(shape, range):
        return type(value) is int and value in shape
    if shape is float:
        return type(value) in (int, float) and abs(value) < MAX_COUNT  # type: ignore[arg-type]  # nor is it NaN
    if shape is int:
        return type(value) is int and abs(value) < 2 * MAX_COUNT
    if isinstance(shape, re.Pattern):
        return isinstance(value, str) and shape.fullmatch(value) is not None
    return isinstance(value, shape)


def _kind(value: object) -> str:
    if value is None:
        return "missing"
    return f"{value!r:.40}" if isinstance(value, bool | int | float) else f"a {type(value).__name__}"


def _wanted(shape: Shape) -> str:
    if isinstance(shape, range):
        return f"a number from {shape.start} on"
    return f"as {shape.pattern}" if isinstance(shape, re.Pattern) else _WORDS[shape]
