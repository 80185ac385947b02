"""Answers that hold for one call: a program goes on between two, and what is asked for each object of a call is found out once."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

F = TypeVar("F", bound="Callable[..., Any]")

_FORGET: list[Callable[[], None]] = []


def once_a_call(function: F) -> F:
    """Keep what a function answers until :func:`begin_call`.

    >>> seen = []
    >>> @once_a_call
    ... def look(name):
    ...     seen.append(name)
    ...     return name.upper()
    >>> look("a"), look("a"), begin_call(), look("a")
    ('A', 'A', None, 'A')
    >>> seen
    ['a', 'a']
    """
    kept = functools.cache(function)
    _FORGET.append(kept.cache_clear)
    return kept  # type: ignore[return-value]  # what functools makes of a function is called like it


def begin_call() -> None:
    """Forget all that was kept: this is another call."""
    for forget in _FORGET:
        forget()
