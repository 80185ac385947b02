"""Whether a call draws from random numbers that the program has seeded: then their state goes along.

A program that seeds nothing draws something else each time, there as here. Seeded is what any of its own sources calls by a name that says so:
``random.seed(1)``, ``np.random.seed(1)``, ``seed_everything(1)``.
"""

from __future__ import annotations

import ast
import functools
import sys
from collections.abc import Iterator
from typing import Any

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.modules.found_modules import find_module, module_source
from clustrix.capture.modules.loaded_modules import LoadedModule, users_modules
from clustrix.capture.reached import Reached
from clustrix.code_names import short_name
from clustrix.syntax_nodes import nodes_of
from clustrix_remote import random_streams
from clustrix_remote.random_streams import NUMPY, PYTHON, TORCH

_SETTERS = frozenset({"setstate", "set_state", "set_rng_state"})


def seeded_states(reached: Reached) -> tuple[dict[str, list[Any]], str]:
    """``(states of the shared generators that the call may draw from, by name; where the program seeds them)``."""
    names = [name for name in _drawn_from(reached) if name in sys.modules]
    place = next(_seeding(reached), "") if names else ""
    return ({name: random_streams.state(name) for name in names} if place else {}), place


def _drawn_from(reached: Reached) -> Iterator[str]:
    """What others have made may draw from any; torch is loaded only for those that name it."""
    imported = reached.modules.imported() | {name.partition(".")[0] for name in reached.imported}
    foreign = bool(reached.modules.foreign)
    if foreign or PYTHON in imported:
        yield PYTHON
    if foreign:
        yield NUMPY
    if TORCH in imported:
        yield TORCH


def _seeding(reached: Reached) -> Iterator[str]:
    """Where the program's own sources seed: in what is shipped, in the script or notebook, in its other modules."""
    main = sys.modules.get("__main__")
    spaces = [*([vars(main)] if main else []), *(space.namespace for space in reached.spaces)]
    for source in (source for space in spaces for source in interactive_sources(space)):
        yield from _places(source.filename, source.tree)
    for found in reached.modules.found.values():
        if found.path is not None:
            yield from _places(found.path, module_source(found).tree)
    for _, seen in users_modules():
        other = find_module(seen.name) if _may_seed(seen) else None
        if other is not None and other.path is not None:
            yield from _places(other.path, module_source(other).tree)


@functools.lru_cache(maxsize=4096)
def _may_seed(seen: LoadedModule) -> bool:
    """Asked of a source before it is parsed."""
    text = seen.source.lower()
    return b"seed" in text or any(name.encode() in text for name in _SETTERS)


def _places(file: str, tree: ast.Module) -> Iterator[str]:
    for line in _seeding_lines(tree)[:1]:
        yield f"{short_name(file)} line {line}"


@functools.lru_cache(maxsize=4096)
def _seeding_lines(tree: ast.Module) -> tuple[int, ...]:
    calls = nodes_of(tree, ast.Call)
    return tuple(sorted(call.lineno for call in calls if is_seeding(_called(call.func))))


def _called(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""


def is_seeding(name: str) -> bool:
    """Whether what bears this name seeds random numbers."""
    return name in _SETTERS or ("seed" in name.lower() and name != "SeedSequence")
