"""The arguments of many calls: each a pickle of its own, and once what they share.

    shared, pickled = pickle_arguments([(1,), (2,)], Target((3, 9, 1)), CaptureOptions())

Functions, classes and modules in arguments, and values that several calls were given, are put into ``shared``, which
is captured as an argument of the function is; the pickles only name them (see :mod:`clustrix_remote.items`).
"""

from __future__ import annotations

import hashlib
import io
import os
import pickle
import sys
import types
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from clustrix.capture.call_picklers import CallPickler
from clustrix.capture.data.moved_paths import MovingTexts, signs_of_places
from clustrix.capture.modules.local_modules import LocalModules
from clustrix.capture.modules.ownership import is_mock, mark
from clustrix.capture.reached import Reached
from clustrix.capture.reductions.reducers import special_reducer
from clustrix_remote import items, not_numbers
from clustrix_remote.values import NOT_A_NUMBER

if TYPE_CHECKING:
    from clustrix.capture import Target

#: Buffers from this size on travel outside of the pickle: below, one more piece costs more than a copy.
_LARGE_BUFFER_BYTES = 65536
#: Smaller texts cost less than a reference to them is worth.
_LARGE_TEXT_BYTES = 256
_CODE = (types.FunctionType, type, types.ModuleType)
_ATOMIC = (int, float, complex, type(None), *_CODE)


class PickledArguments(NamedTuple):
    """One call's arguments."""

    pickled: bytes
    buffers: list[memoryview]


class _Named:
    """Stands for a shared value in a call's arguments."""

    def __init__(self, number: int) -> None:
        self.number = number


class _Shared:
    """The values that are shared, each with its number."""

    def __init__(self, several: frozenset[int]) -> None:
        self.values: list[Any] = []
        self._several = several
        self._numbers: dict[int, int] = {}

    def number(self, value: Any) -> int:
        found = self._numbers.get(id(value))
        if found is None:
            found = self._numbers[id(value)] = len(self.values)
            self.values.append(value)
        return found

    def name(self, value: Any) -> Any:
        """The value, or what stands for it if several calls have it."""
        return _Named(self.number(value)) if id(value) in self._several else value


class _ArgumentPickler(CallPickler):
    def share(self, shared: _Shared) -> None:
        """Has to be called first, beside ``begin``."""
        self._shared = shared

    def share_modules(self) -> None:
        """Have the modules there that arguments are rebuilt by without naming them: the capture of what is shared sees to it."""
        for name in sorted(self._reached.imported & sys.modules.keys()):
            self._shared.number(sys.modules[name])

    def reducer_override(self, value: Any) -> Any:
        if value is items.shared:
            return NotImplemented
        kind = type(value)
        if kind is _Named:
            return items.shared, (value.number,)
        is_code = isinstance(value, _CODE) or kind.__module__ == "clustrix.decorator"
        if is_code or special_reducer(kind) or is_mock(value):
            return items.shared, (self._shared.number(value),)
        return self._other(value, kind)


class _MovingArgumentPickler(MovingTexts, _ArgumentPickler):
    """The same where they hold paths of this machine, or ``math.nan``."""

    def persistent_id(self, value: Any) -> tuple[Any, ...] | None:
        """What stands for a value; None for those that go themselves."""
        if type(value) is float and value != value:
            home = not_numbers.known().get(id(value))
            return home and (*home, None)
        return super().persistent_id(value)


def pickle_arguments(calls: Sequence[tuple[Any, ...]], target: Target) -> tuple[list[Any], list[PickledArguments]]:
    """``(shared values, arguments of each call)``.

    What cannot be pickled for itself is shared as well: then its capture tells what is wrong with it.
    """
    shared = _Shared(_in_several(calls))
    stream = io.BytesIO()
    buffers: list[memoryview] = []

    def keep_large(buffer: pickle.PickleBuffer) -> bool:
        raw = buffer.raw()
        if raw.nbytes < _LARGE_BUFFER_BYTES:
            return True
        buffers.append(raw)
        return False

    protocol = target.pickle_protocol
    out_of_band = keep_large if protocol >= 5 and target.same_values else None
    pickler, moving = (
        kind(stream, protocol, buffer_callback=out_of_band) for kind in (_ArgumentPickler, _MovingArgumentPickler)
    )
    for one in (pickler, moving):
        one.begin(Reached(LocalModules(()), target.same_minor, ""), target.same_values, frozenset())
        one.share(shared)
    found, signs = [], (*signs_of_places(), NOT_A_NUMBER)
    for args in calls:
        named = tuple(map(shared.name, args))
        try:
            pickler.dump(named)
            pickled = stream.getvalue()
            if any(sign in pickled for sign in signs):
                stream.seek(0)
                stream.truncate()
                buffers.clear()
                moving.dump(named)
                moving.clear_memo()
        except Exception:  # whatever it is: its capture will raise it, explained, or know how to do it
            stream.seek(0)
            stream.truncate()
            pickler.clear_memo()
            pickler.dump(_Named(shared.number(args)))
        found.append(PickledArguments(stream.getvalue(), list(buffers)))
        stream.seek(0)
        stream.truncate()
        pickler.clear_memo()
        buffers.clear()
    for one in (pickler, moving):
        one.share_modules()
    return shared.values, found


class _DigestPickler(CallPickler):
    """Pickles what arguments are, not how they would travel: code by its name."""

    def reducer_override(self, value: Any) -> Any:
        kind = type(value)
        if isinstance(value, _CODE) or kind.__module__ == "clustrix.decorator" or special_reducer(kind):
            names = (mark(value, "__module__") or "", mark(value, "__qualname__") or kind.__qualname__)
            return str, (" ".join(map(str, names)),)
        return self._other(value, kind)


def argument_digests(calls: Sequence[tuple[Any, ...]]) -> list[str]:
    """For each call a word that is the same when its arguments are; of what cannot be told, one that is no other's."""
    known: dict[int, bytes] = {}
    several = _in_several(calls)
    return [_digest(args, several, known) for args in calls]


def _digest(args: tuple[Any, ...], several: frozenset[int], known: dict[int, bytes]) -> str:
    whole = hashlib.sha256()
    for value in args:
        found = known.get(id(value)) or _digest_of_value(value)
        if id(value) in several:
            known[id(value)] = found
        whole.update(found)
    return whole.hexdigest()[:16]


def _digest_of_value(value: Any) -> bytes:
    stream = io.BytesIO()
    pickler = _DigestPickler(stream, 4)
    pickler.begin(Reached(LocalModules(()), True, ""), True, frozenset())
    try:
        pickler.dump(value)
    except Exception:  # then it is called again
        return os.urandom(32)
    return hashlib.sha256(stream.getvalue()).digest()


def _in_several(calls: Sequence[tuple[Any, ...]]) -> frozenset[int]:
    """The ids of the values that are arguments of more than one call, and worth to be shared."""
    counts = Counter(one for args in calls for one in {id(value) for value in args if _is_large(value)})
    return frozenset(one for one, count in counts.items() if count > 1)


def _is_large(value: Any) -> bool:
    if isinstance(value, str | bytes):
        return len(value) >= _LARGE_TEXT_BYTES
    return not isinstance(value, _ATOMIC)
