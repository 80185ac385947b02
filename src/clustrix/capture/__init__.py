"""From a living function and its arguments to a Program: all that must travel, decided before anything is sent.

    program = capture(fit, (3,), {}, Target((3, 6, 15)))

Code in importable local modules goes as files; code that no import brings back goes as source, definition by definition, with the living
values that it uses (see docs/architecture.md, «Capture»).
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from typing import Any

from clustrix.capture.data.brought_files import brought_files
from clustrix.capture.data.moved_paths import signs_of_places
from clustrix.capture.definitions.sources import Place
from clustrix.capture.explained_faults import explain_fault, users_part
from clustrix.capture.home import Home
from clustrix.capture.library_state.settings import words_that_are_read
from clustrix.capture.module_state.own_containers import nans_in
from clustrix.capture.module_state.random_use import seeded_states
from clustrix.capture.modules.needed import identifiers, needed_statements
from clustrix.capture.other_pythons.versions import Adapted, check_values, check_versions
from clustrix.capture.pickled_calls import Call, Pickled, pickle_breaking_cycles, pickle_what_is_used
from clustrix.capture.program import CaptureOptions, Program, ShippedGlobal, Target
from clustrix.capture.reached import Reached, Use
from clustrix.capture.unseen import looks_at
from clustrix.code_names import short_name
from clustrix.errors import ClustrixError

__all__ = ["CaptureOptions", "Program", "ShippedGlobal", "Target", "capture"]


def capture(
    function: Callable[..., Any],
    args: tuple[Any, ...],
    kwargs: dict[str, Any],
    target: Target,
    options: CaptureOptions | None = None,
    also_given: Iterable[Any] = (),
) -> Program:
    """Find all that the call needs; ``also_given`` are arguments that travel apart, and may name files as well.

    Raises CaptureError, or PackagingError for a file that cannot be read.
    """
    chosen = options or CaptureOptions()
    (stream, buffers, reached), needed, adapted = _pickle_for(Call(function, args, kwargs), target, chosen)
    modules = tuple(reached.modules.found.values())
    # Between equal Pythons what was not taken here is not taken there.
    spare = reached.modules.spare()
    untaken = {name for name in spare if target.same_minor and name not in sys.modules}
    foreign = {name: why for name, why in reached.modules.foreign_needed(needed).items() if name not in untaken}
    random_states, seeded_at = seeded_states(reached)
    given = (args, kwargs, also_given, words_that_are_read(reached))
    data_files = brought_files(reached, chosen.data, chosen.exclude, given)
    return Program(
        name=_name(function),
        defined_at=_defined_at(function),
        target=target,
        pickled=stream.getvalue(),
        buffers=tuple(buffers),
        sources=tuple(reached.sources.values()),
        modules=modules,
        reached_by=reached.modules.reached_by,
        spaces=tuple(_space_description(space.name, space.namespace) for space in reached.spaces),
        data_files=data_files,
        globals=(
            *map(_shown, reached.used),
            *(_state_shown(name, state, seeded_at) for name, state in random_states.items()),
        ),
        foreign=foreign,
        spare=spare & foreign.keys(),
        first_in_cycle=reached.modules.first_in_cycle(),
        for_effect=tuple(reached.for_effect),
        postponed=frozenset(adapted.postponed),
        adapted_files=adapted.files,
        blanked_methods=adapted.methods,
        undecided=tuple(dict.fromkeys(reached.undecided)),
        random_states=random_states,
        home=_home(reached),
    )


def _pickle_for(
    call: Call, target: Target, chosen: CaptureOptions
) -> tuple[Pickled, dict[str, frozenset[int]], Adapted]:
    """The call as that Python reads it, the statements of modules that it needs, and what was adapted for it."""
    try:
        (stream, buffers, reached), chosen = pickle_what_is_used(call, target, chosen)
        found, from_main = _looks_at(reached), reached.modules.read_from_main()
        pickled = stream.getvalue()
        moves = any(sign in pickled for sign in signs_of_places())
        views, owned = reached.arrays.views(), {**reached.containers.owned, **nans_in(pickled)}
        if found or from_main or moves or owned or views:
            chosen = replace(chosen, looks_at=found, from_main=from_main, moves=moves, owned=owned, views=views)
            stream, buffers, reached = pickle_breaking_cycles(call, target, chosen)
        needed = _needed(reached)
        adapted = check_versions(reached, needed, target.version)
        if adapted.places:
            with _postponed(adapted.places):
                stream, buffers, reached = pickle_breaking_cycles(call, target, chosen)
            check_values(reached, target.version)
    except ClustrixError:
        raise
    except Exception as error:
        fault = explain_fault(error, call, lambda part: pickle_breaking_cycles(part, target, chosen))
        raise fault from users_part(error)
    return (stream, buffers, reached), needed, adapted


def _shown(use: Use) -> ShippedGlobal:
    return ShippedGlobal(use.kind, use.name, type(use.value).__qualname__, use.user, use.value)


def _state_shown(name: str, state: list[Any], seeded_at: str) -> ShippedGlobal:
    return ShippedGlobal(
        "random state", f"state of {name}", "random", f"what draws from it, seeded in {seeded_at}", state
    )


@contextlib.contextmanager
def _postponed(places: list[Place]) -> Iterator[None]:
    for place in places:
        place.postponed = True
    try:
        yield
    finally:
        for place in places:
            place.postponed = False


def _looks_at(reached: Reached) -> frozenset[str]:
    captured, shipped = reached.definitions()
    return looks_at([*captured, *shipped])


def _needed(reached: Reached) -> dict[str, frozenset[int]]:
    captured, _ = reached.definitions()
    return needed_statements(reached.modules.found.values(), identifiers(captured) | reached.wanted)


def _home(reached: Reached) -> Home:
    sources = {used.source.filename: used.source for used in reached.sources.values()}
    return Home(tuple(reached.home), sources, {space.name: space.namespace for space in reached.spaces})


def _name(function: Callable[..., Any]) -> str:
    return str(getattr(function, "__name__", None) or type(function).__name__)


def _defined_at(function: Callable[..., Any]) -> str:
    """``study.py:12``, or the module's name where there is no code to point to."""
    code = getattr(function, "__code__", None)
    if code is None:
        return str(getattr(function, "__module__", None) or type(function).__module__)
    return f"{short_name(code.co_filename)}:{code.co_firstlineno}"


def _space_description(name: str, namespace: dict[str, Any]) -> dict[str, Any]:
    file = namespace.get("__file__")
    package = namespace.get("__package__")
    return {
        "name": name,
        "package": package if isinstance(package, str) else None,
        "file": os.path.abspath(file) if isinstance(file, str) else None,
    }
