"""From a function and the arguments of many calls to the bytes that travel: one package, one call file."""

from __future__ import annotations

import os
import reprlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from clustrix.capture import CaptureOptions, Target, capture
from clustrix.capture.arguments import PickledArguments, pickle_arguments
from clustrix.errors import ClustrixError
from clustrix.file_packaging import PackagedCall, call_header, pack_program
from clustrix_remote.callfile import pack_calls
from clustrix_remote.items import pack_items

#: How much of an argument a message shows.
_SHOWN_LENGTH = 60
_short = reprlib.Repr()
_short.maxstring = _short.maxother = _SHOWN_LENGTH


def package_map(
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    target: Target,
    options: CaptureOptions | None = None,
) -> PackagedCall:
    """Capture the function with what its calls share, and each call's arguments.

    Raises CaptureError or PackagingError.
    """
    shared, arguments = pickle_arguments(calls, target)
    try:
        program = capture(function, (tuple(shared),), {}, target, options, also_given=calls)
    except ClustrixError:
        _explain(function, calls, target, options)
        raise
    package = pack_program(program)
    signing_key = os.urandom(32)
    header = {**call_header(program, package, signing_key), "items": len(calls)}
    buffers = [buffer.raw() for buffer in program.buffers]
    parts = [*pack_calls(header, [(program.pickled, buffers)]), *pack_items(arguments, len(calls))]
    return PackagedCall(program, package, parts, signing_key)


@dataclass(frozen=True)
class PackagedProgram(PackagedCall):
    """A function with what its calls share, as a call file without calls; their ``arguments`` travel apart."""

    arguments: Sequence[PickledArguments]


def package_program(
    function: Callable[..., Any],
    calls: Sequence[tuple[Any, ...]],
    target: Target,
    signing_key: bytes,
    options: CaptureOptions | None = None,
) -> PackagedProgram:
    """``package_map`` for calls whose arguments are not put into the call file. Raises what that does."""
    shared, arguments = pickle_arguments(calls, target)
    try:
        program = capture(function, (tuple(shared),), {}, target, options)
    except ClustrixError:
        _explain(function, calls, target, options)
        raise
    package = pack_program(program)
    header = {**call_header(program, package, signing_key), "items": 0}
    parts = pack_calls(header, [(program.pickled, [buffer.raw() for buffer in program.buffers])])
    return PackagedProgram(program, package, parts, signing_key, arguments)


def _explain(
    function: Callable[..., Any], calls: Sequence[tuple[Any, ...]], target: Target, options: CaptureOptions | None
) -> None:
    """Raise what is wrong with the first call for which anything is, as a single call would."""
    for number, args in enumerate(calls):
        try:
            capture(function, args, {}, target, options)
        except ClustrixError as error:
            error.add_note(f"in call {number} of {len(calls)}: {shown_call(getattr(function, '__name__', '?'), args)}")
            raise


def shown_call(name: str, args: tuple[Any, ...]) -> str:
    """A call in few words.

    >>> shown_call("fit", (3, list(range(100))))
    'fit(3, [0, 1, 2, 3, 4, 5, ...])'
    """
    return f"{name}({', '.join(_shown(value) for value in args)})"


def _shown(value: Any) -> str:
    try:
        text = _short.repr(value)
    except Exception:  # a user's __repr__ may raise anything
        text = f"<{type(value).__name__}>"
    return " ".join(text.split())
