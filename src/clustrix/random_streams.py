"""Which random numbers a call draws, in a program that seeds those which all of it shares.

A call begins where the program stands; when its value comes home the program stands where the call ended. So calls one after another draw what
they would draw here. A call that begins before the one ahead of it has come home draws from a stream of its own, made from the same state.
"""

from __future__ import annotations

import hashlib
import importlib
import threading
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from clustrix_remote import random_streams
from clustrix_remote.random_streams import NUMPY, PYTHON, mark, packed_numpy, packed_python, packed_torch

State = list[Any]
#: What most calls have to tell of random numbers.
NO_STATES: Mapping[str, list[Any]] = MappingProxyType({})

_lock = threading.Lock()
#: For each generator the state that was given last, and to how many calls.
_given: dict[str, tuple[str, int]] = {}


def states_for_call(states: dict[str, State]) -> dict[str, State]:
    """Where the generators of a call begin that is made now, while they stand at ``states`` here."""
    with _lock:
        return {name: _begin(name, state) for name, state in states.items()}


def unmoved(states: Mapping[str, State]) -> Mapping[str, list[Any]]:
    """What a job tells that has drawn nothing: so the next call begins where one began that ends without a word."""
    return {name: [mark(state), None] for name, state in states.items()} if states else NO_STATES


def _begin(name: str, state: State) -> State:
    now = mark(state)
    before, count = _given.get(name, ("", 0))
    count = count + 1 if before == now else 1
    _given[name] = now, count
    return state if count == 1 else _stream(name, f"{now} {count}")


def _stream(name: str, text: str) -> State:
    """A state that is made from a text."""
    made: State
    digest = hashlib.sha256(text.encode()).digest()
    module: Any = importlib.import_module(name)
    if name == PYTHON:
        made = packed_python(module.Random(digest).getstate())
        return made
    if name == NUMPY:
        seeds = [int.from_bytes(digest[at : at + 4], "little") for at in range(0, 32, 4)]
        made = packed_numpy(module.random.RandomState(seeds).get_state())
        return made
    generator = module.Generator().manual_seed(int.from_bytes(digest[:7], "little"))
    made = packed_torch(generator.get_state())
    return made


def come_home(told: Mapping[str, list[Any]]) -> None:
    """Go on where a call has ended; ``told`` is what its job tells of its generators.

    A generator that was moved here meanwhile, or that the call had for itself, stays where it is.
    """
    with _lock:
        for name, (began, ended) in told.items():
            if _given.get(name, ("", 0))[0] == began:
                del _given[name]
            if ended is not None and mark(random_streams.state(name)) == began:
                random_streams.begin({name: ended})
