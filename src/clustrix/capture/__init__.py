"""From a living function and its arguments to a Program: all that must travel, decided before anything is sent.

    program = capture(fit, (3,), {}, Target((3, 6, 15)))

Code in importable local modules goes as files; code that no import brings back goes as source, definition by definition, with the living
values that it uses (see docs/architecture.md, «Capture»).
"""

from __future__ import annotations

import contextlib
import io
import os
import pickle
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from clustrix.capture.behind_call import Changes, Settled
from clustrix.capture.call_picklers import call_pickler
from clustrix.capture.data.brought_files import brought_files
from clustrix.capture.data.data_files import DataFile
from clustrix.capture.data.moved_paths import signs_of_places
from clustrix.capture.definitions.methods import is_any_named
from clustrix.capture.definitions.sources import Place
from clustrix.capture.explained_faults import explain_fault, users_part
from clustrix.capture.home import Home
from clustrix.capture.library_state.settings import words_that_are_read
from clustrix.capture.module_state.own_containers import Owned
from clustrix.capture.module_state.random_use import seeded_states
from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.modules.local_modules import LocalModules, ReadFromMain
from clustrix.capture.modules.needed import identifiers, needed_statements
from clustrix.capture.other_pythons.versions import check_values, check_versions
from clustrix.capture.pickler import Begin, Cycle
from clustrix.capture.reached import Reached, UsedSource
from clustrix.capture.unseen import looks_at, texts_in
from clustrix.code_names import short_name
from clustrix.errors import CaptureError, ClustrixError
from clustrix_remote.array_views import Arrays

#: Buffers from this size on travel outside of the pickle: below, one more piece costs more than a copy.
_LARGE_BUFFER_BYTES = 65536


@dataclass(frozen=True)
class Target:
    """The Python that will run the call: its version, such as ``(3, 6, 15)``.

    ``same_libraries`` says whether what is loaded here of numpy and pandas is there in the same versions.
    """

    version: tuple[int, int, int]
    same_libraries: bool = True

    @property
    def same_minor(self) -> bool:
        """Whether it is the client's own minor version, which reads the same bytecode and the same pickles."""
        return self.version[:2] == sys.version_info[:2]

    @property
    def same_values(self) -> bool:
        """Whether it reads plain pickles of whatever is here."""
        return self.same_minor and self.same_libraries

    @property
    def pickle_protocol(self) -> int:
        """Protocol 5 came with Python 3.8."""
        return 5 if self.version >= (3, 8) else 4

    def __str__(self) -> str:
        return "Python {}.{}.{}".format(*self.version)


@dataclass(frozen=True)
class CaptureOptions:
    """What no analysis can see: modules to ship (``include``) or not to (``exclude``), files and patterns to bring (``data``)."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    data: tuple[str, ...] = ()
    #: What the program reads of itself (see :mod:`clustrix.capture.unseen`): found by ``capture``.
    looks_at: frozenset[str] = frozenset()
    #: What shipped modules import from ``__main__``: found by ``capture``.
    from_main: ReadFromMain | None = None
    #: Whether there are texts in it that may be paths of this machine: found by ``capture``.
    moves: bool = False
    #: Whether what cannot travel stays at home where only methods use it that nothing names: found by ``capture``.
    keeps: bool = False
    #: The containers in it that are modules' own: found by ``capture``.
    owned: Owned = field(default_factory=dict)
    #: The arrays in it that share memory: found by ``capture``.
    views: dict[int, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ShippedGlobal:
    """A value that travels because a definition uses it."""

    kind: str
    name: str
    type: str
    used_by: str
    value: Any = field(repr=False)


@dataclass(frozen=True)
class Program:
    """One captured call. ``home`` holds the client's own objects by the numbers under which they may come back."""

    name: str
    defined_at: str
    target: Target
    pickled: bytes
    buffers: tuple[pickle.PickleBuffer, ...]
    sources: tuple[UsedSource, ...]
    modules: tuple[FoundModule, ...]
    reached_by: dict[str, str]
    spaces: tuple[dict[str, Any], ...]
    data_files: tuple[DataFile, ...]
    globals: tuple[ShippedGlobal, ...]
    foreign: dict[str, str]
    #: Those of ``foreign`` that it can do without: where they are not there, other imports take their place.
    spare: frozenset[str]
    first_in_cycle: dict[str, str]
    for_effect: tuple[str, ...]
    postponed: frozenset[str]
    adapted_files: dict[str, bytes]
    undecided: tuple[str, ...]
    #: The states of the shared random numbers that the call may draw from, if the program seeds them (see ``random_use``).
    random_states: dict[str, list[Any]]
    home: Home = field(repr=False)


class Call(NamedTuple):
    """What is pickled: the function and its arguments."""

    function: Callable[..., Any]
    args: tuple[Any, ...]
    kwargs: dict[str, Any]


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
    call = Call(function, args, kwargs)
    try:
        (stream, buffers, reached), chosen = _pickle_what_is_used(call, target, chosen)
        found, from_main = _looks_at(reached), reached.modules.read_from_main()
        pickled = stream.getvalue()
        moves = any(sign in pickled for sign in signs_of_places())
        views, owned = reached.arrays.views(), reached.containers.owned
        if found or from_main or moves or owned or views:
            chosen = replace(chosen, looks_at=found, from_main=from_main, moves=moves, owned=owned, views=views)
            stream, buffers, reached = _pickle_breaking_cycles(call, target, chosen)
        needed = _needed(reached)
        adapted = check_versions(reached, needed, target.version)
        if adapted.places:
            with _postponed(adapted.places):
                stream, buffers, reached = _pickle_breaking_cycles(call, target, chosen)
            check_values(reached, target.version)
    except ClustrixError:
        raise
    except Exception as error:
        fault = explain_fault(error, call, lambda part: _pickle_breaking_cycles(part, target, chosen))
        raise fault from users_part(error)
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
            *(
                ShippedGlobal(use.kind, use.name, type(use.value).__qualname__, use.user, use.value)
                for use in reached.used
            ),
            *(_state_shown(name, state, seeded_at) for name, state in random_states.items()),
        ),
        foreign=foreign,
        spare=spare & foreign.keys(),
        first_in_cycle=reached.modules.first_in_cycle(),
        for_effect=tuple(reached.for_effect),
        postponed=frozenset(adapted.postponed),
        adapted_files=adapted.files,
        undecided=tuple(dict.fromkeys(reached.undecided)),
        random_states=random_states,
        home=_home(reached),
    )


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


_Pickled = tuple[io.BytesIO, list[pickle.PickleBuffer], Reached]


def _pickle_what_is_used(call: Call, target: Target, options: CaptureOptions) -> tuple[_Pickled, CaptureOptions]:
    """Pickle; where something refuses that only methods use which nothing names, without it. With the options by which it went."""
    try:
        return _pickle_breaking_cycles(call, target, options), options
    except ClustrixError:
        raise
    except Exception as error:  # whatever a user's __reduce__ raises
        refusal = error
    # What refuses without those is what the call does use; the error names that.
    without = replace(options, keeps=True)
    pickled = _pickle_breaking_cycles(call, target, without)
    reached = pickled[2]
    if is_any_named(reached.kept_from, *reached.definitions(), reached.told):
        raise refusal
    return pickled, without


def _pickle_breaking_cycles(value: Any, target: Target, options: CaptureOptions) -> _Pickled:
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


def _pickle_however_deep(value: Any, target: Target, options: CaptureOptions, postponed: frozenset[type]) -> _Pickled:
    try:
        return _pickle(value, target, options, postponed)
    except RecursionError:
        from clustrix_remote.deep import call_deep

        pickled: _Pickled = call_deep(_pickle, value, target, options, postponed, True)
        return pickled


def _pickle(
    value: Any, target: Target, options: CaptureOptions, postponed: frozenset[type], deep: bool = False
) -> _Pickled:
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
