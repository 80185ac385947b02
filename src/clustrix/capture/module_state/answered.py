"""What functions under ``functools.lru_cache`` have answered: one object of settings for all who ask, a table for each name.

``get_settings().debug = True``, ``material("steel").density = 7.8`` at home: there, too, they give the objects that say so, and not new ones; and a
function that counts its calls counts none for what it has answered before.
"""

from __future__ import annotations

import gc
import inspect
import os
import types
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple

from clustrix.capture.module_state.instance_changes import is_users_object
from clustrix.capture.module_state.plain_values import contents_of
from clustrix.capture.module_state.restoring import CONTAINERS
from clustrix.capture.reductions.travelling import travels
from clustrix_remote.hashed import attributes

#: Larger answers are data, which the function finds there, too.
_MOST_PARTS = 1000
_TAKES_ANY = inspect.CO_VARARGS | inspect.CO_VARKEYWORDS
#: Nor are answers to arguments that hold more than this.
_MOST_BYTES = 100_000
_PLAIN = (type(None), bool, int, float, complex, str, bytes)


class Answer(NamedTuple):
    """The arguments that were given, and what was returned."""

    args: tuple[Any, ...]
    kwargs: dict[str, Any]
    value: Any


@dataclass(frozen=True)
class Answered:
    """What such a function has answered, the latest last, and how often it could give one of these again."""

    answers: list[Answer]
    hits: int

    @property
    def state(self) -> dict[str, Any]:
        """As it goes there."""
        return {"answers": [tuple(one) for one in self.answers], "hits": self.hits}


def answered(function: Any) -> Answered | None:
    """The answers that another call there would not give, if there are any, and they can travel; the function is not run."""
    beneath, info = function.__wrapped__, function.cache_info()
    if type(beneath) is not types.FunctionType or not 0 < info.currsize <= _MOST_PARTS:
        return None
    code = beneath.__code__
    takes_some = bool(code.co_argcount or code.co_kwonlyargcount or code.co_flags & _TAKES_ANY)
    every = list(_answers(function))
    # What takes none and gives plain data asks about the machine: how many processors it has.
    answers = [one for one in every if (_goes_along(one) if takes_some else _is_object(one.value))]
    if not answers or len(every) != info.currsize:
        return None
    told = Answered(answers, min(info.hits, _MOST_PARTS) if len(answers) == len(every) else 0)
    return told if travels(told.state, os.path.dirname(code.co_filename), _MOST_PARTS) else None


def _goes_along(answer: Answer) -> bool:
    """Whether an answer to some arguments is small, as they are, and no other machine would give another one.

    What a text asks for may be this machine's: whether a folder is there, what a variable says.

    >>> _goes_along(Answer((20,), {}, 6765)), _goes_along(Answer(("scratch",), {}, True))
    (True, False)
    >>> _goes_along(Answer(("steel",), {}, {"density": 7.8})), _goes_along(Answer(("/data",), {}, ["a.csv"]))
    (True, False)
    """
    given = (*answer.args, *answer.kwargs.values())
    is_told = _is_object(answer.value) or (_is_computed(answer.value) and not _has_text((answer.value, given)))
    return is_told and not _tells_of_files(given) and all(map(_is_computed, given)) and _size(answer) <= _MOST_BYTES


def _is_object(value: Any) -> bool:
    """Whether this may have been changed since, or be known by its identity."""
    return type(value) in CONTAINERS or is_users_object(value)


def _is_computed(value: Any) -> bool:
    """Whether this is plain data that nothing can change."""
    return all(map(_is_computed, value)) if type(value) is tuple else type(value) in _PLAIN


def _has_text(value: Any) -> bool:
    return any(map(_has_text, value)) if type(value) is tuple else type(value) in (str, bytes)


def _tells_of_files(value: Any) -> bool:
    """Whether there is a path in it: this machine's."""
    return any(map(_tells_of_files, value)) if type(value) is tuple else type(value) is str and os.sep in value


def _size(value: Any) -> int:
    """About how many bytes it holds, as far as that shows: texts, arrays."""
    stack, seen, size = [value], set[int](), 0
    while stack and len(seen) < _MOST_PARTS:
        one = stack.pop()
        if id(one) not in seen:
            seen.add(id(one))
            size += len(one) if isinstance(one, (str, bytes, bytearray)) else getattr(one, "nbytes", 0)
            stack += contents_of(one)
            stack += attributes(one).values() if is_users_object(one) else ()
    return size


def _answers(function: Any) -> Iterator[Answer]:
    """What is in the cache, which only the garbage collector tells."""
    held, parameters = gc.get_referents(function), function.cache_parameters()
    if parameters["maxsize"] is None:
        inside = (one for one in held if type(one) is dict and one is not vars(function))
        pairs = list(next(inside, {}).items())
    else:
        # First the function's own class, then three for each answer.
        triples = zip(held[1::3], held[2::3], held[3::3], strict=False)
        pairs = [(key, value) for key, value, kind in triples if getattr(kind, "__name__", "") == "_lru_list_elem"]
    mark = next((one for one in reversed(held) if type(one) is object), None)
    for key, value in pairs:
        args, kwargs = _given(key, mark, parameters["typed"])
        yield Answer(args, kwargs, value)


def _given(key: Any, mark: Any, typed: bool) -> tuple[tuple[Any, ...], dict[str, Any]]:
    """The arguments, of which ``functools`` makes a key: ``(*args, mark, name, value, .., *types)``, or a number alone."""
    if type(key) is not tuple:
        return (key,), {}
    at = next((index for index, one in enumerate(key) if one is mark), None)
    if at is None:
        return key[: len(key) // 2] if typed else key, {}
    rest = key[at + 1 :]
    count = (len(rest) - at) // 3 if typed else len(rest) // 2
    return key[:at], dict(zip(rest[0 : 2 * count : 2], rest[1 : 2 * count : 2], strict=True))
