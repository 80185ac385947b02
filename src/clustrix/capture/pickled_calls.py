"""A call as a pickle, with what was reached on the way: in as many attempts as it takes.

A second one where a class needs data that holds the class, where a structure is deep, where something refuses that only unused methods need.
"""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from dataclasses import replace
from typing import Any, NamedTuple

from clustrix.capture.behind_call import Changes, Settled
from clustrix.capture.call_picklers import call_pickler
from clustrix.capture.definitions.methods import is_any_named
from clustrix.capture.modules.local_modules import LocalModules
from clustrix.capture.pickler import Begin, Cycle
from clustrix.capture.program import CaptureOptions, Target
from clustrix.capture.reached import Reached
from clustrix.capture.unseen import texts_in
from clustrix.errors import CaptureError, ClustrixError
from clustrix_remote.array_views import Arrays

#: Buffers from this size on travel outside of the pickle: below, one more piece costs more than a copy.
_LARGE_BUFFER_BYTES = 65536


class Call(NamedTuple):
    """What is pickled: the function and its arguments."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


Pickled = tuple[io.BytesIO, list[pickle.PickleBuffer], Reached]


def pickle_what_is_used(call: Call, target: Target, options: CaptureOptions) -> tuple[Pickled, CaptureOptions]:
    """Pickle; where something refuses that only methods use which nothing names, without it. With the options by which it went."""
    try:
        return pickle_breaking_cycles(call, target, options), options
    except ClustrixError:
        raise
    except Exception as error:  # whatever a user's __reduce__ raises
        refusal = error
    # What refuses without those is what the call does use; the error names that.
    without = replace(options, keeps=True)
    pickled = pickle_breaking_cycles(call, target, without)
    reached = pickled[2]
    if is_any_named(reached.kept_from, *reached.definitions(), reached.told):
        raise refusal
    return pickled, without


def pickle_breaking_cycles(value: Any, target: Target, options: CaptureOptions) -> Pickled:
    """Pickle; where a class needs data that holds the class itself, again with that data bound after the class."""
    postponed: frozenset[type] = frozenset()
    while True:
        try:
            return _pickle_however_deep(value, target, options, postponed)
        except Cycle as cycle:
            if cycle.kind in postponed:
                raise CaptureError(
                    f"class {cycle.kind.__qualname__} needs itself while it is defined",
                    hint="put it into a module of its own, which is shipped as a file",
                ) from None
            postponed |= {cycle.kind}


def _pickle_however_deep(value: Any, target: Target, options: CaptureOptions, postponed: frozenset[type]) -> Pickled:
    try:
        return _pickle(value, target, options, postponed)
    except RecursionError:
        from clustrix_remote.deep import call_deep

        pickled: Pickled = call_deep(_pickle, value, target, options, postponed, True)
        return pickled


def _pickle(
    value: Any, target: Target, options: CaptureOptions, postponed: frozenset[type], deep: bool = False
) -> Pickled:
    modules = LocalModules(options.exclude)
    for name in options.include:
        if not modules.include(name):
            raise CaptureError(
                f"include={name!r} is not a local module", hint="name a module as an import statement does"
            )
    given = tuple(texts_in((value.args, value.kwargs))) if isinstance(value, Call) else ()
    reached = Reached(modules, target.same_minor, str(target), options.looks_at, given, Arrays(options.views))
    reached.keeps = options.keeps
    stream = io.BytesIO()
    buffers: list[pickle.PickleBuffer] = []

    def keep_large(buffer: pickle.PickleBuffer) -> bool:
        if buffer.raw().nbytes < _LARGE_BUFFER_BYTES:
            return True
        buffers.append(buffer)
        return False

    out_of_band = keep_large if target.pickle_protocol >= 5 and target.same_values else None
    refers = options.moves, options.owned
    pickler = call_pickler(stream, target.pickle_protocol, out_of_band, refers, deep)
    pickler.begin(reached, target.same_values, postponed)
    try:
        if isinstance(value, Call):
            function = Begin(value.function, options.from_main) if options.from_main else value.function
            pickler.dump((function, *value[1:], Changes(reached, stream.tell), Settled()))
        else:
            pickler.dump(value)
    except Exception as error:
        # For the message: what was on its way when it failed.
        error.clustrix_uses = reached.used  # type: ignore[attr-defined]
        raise
    reached.containers.all_pickled(pickler.clear_memo)
    return stream, buffers, reached
