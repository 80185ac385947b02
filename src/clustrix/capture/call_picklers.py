"""The picklers of a call: the one in C, one for what is nested too deeply for it, and both for what is referred to instead of sent."""

from __future__ import annotations

import io
import pickle
from collections.abc import Callable
from typing import Any

from clustrix.capture.data.moved_paths import MovingTexts
from clustrix.capture.module_state.own_containers import Owned, References
from clustrix.capture.pickler import Reducing
from clustrix_remote.deep import DeepPickler


class CallPickler(Reducing, pickle.Pickler):
    """Pickles ``(function, args, kwargs)``."""


class DeepCallPickler(Reducing, DeepPickler):
    """The same in Python, for structures that are nested too deeply for the other."""


class _Referring(MovingTexts):
    """For what a call holds of this machine's paths and its modules' containers: the other side has its own, wherever in a value they stand."""

    def refer(self, moves: bool, owned: Owned) -> None:
        """Has to be called first, too."""
        self._moves = moves
        self._references = References(owned)

    def persistent_id(self, value: Any) -> tuple[Any, ...] | None:
        """What stands for a value; None for those that go themselves."""
        if type(value) is str:
            return super().persistent_id(value) if self._moves else None
        return self._references.of(value)


class _ReferringPickler(_Referring, CallPickler):
    """The same for a call that holds such things."""


class _ReferringDeepPickler(_Referring, DeepCallPickler):
    """Both."""


def call_pickler(
    stream: io.BytesIO,
    protocol: int,
    buffers: Callable[[pickle.PickleBuffer], Any] | None,
    refers: tuple[bool, Owned],
    is_deep: bool,
) -> CallPickler | DeepCallPickler:
    """The pickler for a call that is nested too deeply for the one in C (``is_deep``), or holds paths or modules' containers (``refers``)."""
    if not any(refers):
        return (DeepCallPickler if is_deep else CallPickler)(stream, protocol, buffer_callback=buffers)
    referring = (_ReferringDeepPickler if is_deep else _ReferringPickler)(stream, protocol, buffer_callback=buffers)
    referring.refer(*refers)
    return referring
