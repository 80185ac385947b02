"""What modules decide, when they are imported, by what only this process knows: the clock, random numbers, variables of its environment.

    RUN = uuid.uuid4().hex
    FOLDER = "results-" + RUN
    MODE = os.environ.get("STUDY_MODE", "test")

Importing the module there would make another run of it: so what is new at each import goes along, with all that was made of it. What was taken from
the environment does not, for it may be a secret; who asks is told.

So does what was made of the global of a module that the program has changed since: it may have been another one at that time.
"""

from __future__ import annotations

import ast
import functools
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import FunctionType, ModuleType
from typing import Any, NamedTuple

from clustrix.capture.library_state.settings import OF_THE_MACHINE
from clustrix.capture.module_state.moved_on import NEVER_THE_SAME
from clustrix.capture.module_state.objects_held import is_of_own_objects
from clustrix.capture.module_state.plain_values import SEQUENCES, contents_of, is_atom, is_plain
from clustrix.capture.module_state.rebound import Place, above
from clustrix.capture.module_state.written import called, names_written_in
from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import last_name, nodes_in, nodes_of

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_ENVIRONMENT = frozenset({"environ", "getenv"})
#: Variables that say what a machine can do.
_OF_HARDWARE = re.compile(
    r"CUDA_.*|.*_NUM_THREADS|NUMBA_.*|HOSTNAME|LOGNAME|DISPLAY|SSH_.*|XDG_.*|VIRTUAL_ENV|CONDA_.*|LANG|LC_.*|TERM"
)
#: A larger array is rather read or computed anew, by something that only looks at the clock.
_MOST_BYTES = 1 << 24


class _Made(NamedTuple):
    """A part of a module's source: the globals, or attributes of classes (``Store.prefix``), that it makes, and by what."""

    names: tuple[str, ...]
    uses: frozenset[tuple[str, ...]]
    texts: frozenset[str]
    asks: bool
    is_new: bool


class Decisions(NamedTuple):
    """The texts that stand where the environment is asked, by what was made of the answer; what is new at each import; and what is by changes."""

    asked: Mapping[Place, frozenset[str]]
    new: frozenset[Place]
    by_changes: frozenset[Place] = frozenset()


def decided_here(modules: Iterable[FoundModule], changed: frozenset[Place] = frozenset()) -> Decisions:
    """What the modules have decided so, or by what is ``changed`` since others were imported: ``if settings.FAST:``."""
    loaded = [one for one in modules if one.path is not None and isinstance(sys.modules.get(one.name), ModuleType)]
    trees = [module_source(one).tree for one in loaded]
    if not changed and not any(map(_decides, trees)):
        return Decisions({}, frozenset())
    return _spread(tuple(one.name for one in loaded), tuple(trees), changed)


def new_values(found: FoundModule, decided: Decisions, written: frozenset[str]) -> Iterator[tuple[str, Any]]:
    """What is new at each import of a module and can be set there, as far as the program has not written to it since."""
    for module, path in (decided.new | decided.by_changes) - decided.asked.keys():
        if module == found.name and path.rpartition(".")[2] not in written:
            value = _held(vars(sys.modules[module]), path)
            is_told = (module, path) in decided.new or _is_flat(value)
            if value is not None and is_told and _can_be_set(value, found):
                yield path, value


def _is_flat(value: Any) -> bool:
    """Whether a value holds no others: those would not be the very objects that the module has elsewhere."""
    parts = contents_of(value) if isinstance(value, (dict, *SEQUENCES)) else [value]
    return isinstance(value, FunctionType) or all(is_atom(type(one)) for one in parts)


def told_by_variables(decided: Decisions, written: frozenset[str], used: frozenset[str]) -> Iterator[str]:
    """Sentences about what was taken from the environment, for those who ask what a call brings."""
    here = frozenset(os.environ)
    for (module, path), texts in decided.asked.items():
        parts = path.split(".")
        is_read = written.isdisjoint(parts) and not used.isdisjoint(parts)
        variables = _variables(texts, here) if is_read and "__" not in path else ()
        value = _held(vars(sys.modules[module]), path) if variables else None
        if value is not None and not isinstance(value, (type, FunctionType, ModuleType)):
            wish = ", ".join(f'"{one}": None' for one in variables)
            yield f"{module}.{path} is made of variables that are set here, and is made anew in the job: environment_variables={{{wish}}} sets them there"


def _held(namespace: Mapping[str, Any], path: str) -> Any:
    value: Any = None
    for name in path.split("."):
        value = namespace.get(name)
        namespace = vars(value) if isinstance(value, type) else _of_function(value)
    return value


def _of_function(value: Any) -> dict[str, Any]:
    if type(value) is not FunctionType:
        return {}
    # A function that is none of the module's goes as source.
    code = FunctionType(value.__code__, value.__globals__, "", None, value.__closure__)
    return {"__defaults__": value.__defaults__, "__kwdefaults__": value.__kwdefaults__, "__code__": code}


def _can_be_set(value: Any, found: FoundModule) -> bool:
    if isinstance(value, ModuleType):
        return True
    if isinstance(value, (type, FunctionType)):
        return value.__module__ != found.name or not value.__name__
    if is_plain(value, found) or is_of_own_objects(value, found):
        return True
    is_array = (type(value).__module__, type(value).__qualname__) == ("numpy", "ndarray")
    return is_array and value.nbytes <= _MOST_BYTES and travels(value)


@functools.lru_cache(maxsize=16)
def _spread(names: tuple[str, ...], trees: tuple[ast.Module, ...], changed: frozenset[Place]) -> Decisions:
    modules = [sys.modules[name] for name in names]
    parts = [
        (module.__name__, one, [_place(use, module) for use in one.uses])
        for module, tree in zip(modules, trees, strict=True)
        for one in _made_by(tree)
    ]
    asked: dict[Place, frozenset[str]] = {}
    new: set[Place] = set()
    by_changes: set[Place] = set()
    before = None
    while before != (asked, new, by_changes):
        before = dict(asked), set(new), set(by_changes)
        for module, one, sources in parts:
            places = [(module, name) for name in one.names]
            given = [asked[place] for place in sources if place in asked]
            if one.asks or given:
                asked.update({place: one.texts.union(*given, asked.get(place, ())) for place in places})
            if one.is_new or not new.isdisjoint(sources):
                new.update(places)
            if not changed.isdisjoint(sources) or not by_changes.isdisjoint(sources):
                by_changes.update(places)
    return Decisions(asked, frozenset(new), frozenset(by_changes))


def _place(use: tuple[str, ...], module: ModuleType) -> Place:
    if not use[0]:
        return above(int(use[1]), use[2], module.__package__), use[3]
    held = vars(module).get(use[0])
    return (held.__name__, use[-1]) if isinstance(held, ModuleType) else (module.__name__, use[0])


@functools.lru_cache(maxsize=1024)
def _variables(texts: frozenset[str], here: frozenset[str]) -> tuple[str, ...]:
    """The variables that are set here among texts, also as two of them: ``os.environ["APP_" + name]``."""
    joined = {name for one in texts if one for name in here if name.startswith(one) and name[len(one) :] in texts}
    found = {name for name in (texts & here) | joined if not OF_THE_MACHINE.fullmatch(name)}
    return tuple(sorted(name for name in found if not _OF_HARDWARE.fullmatch(name)))


@functools.lru_cache(maxsize=1024)
def _decides(tree: ast.Module) -> bool:
    if any(called(call) in NEVER_THE_SAME for call in nodes_of(tree, ast.Call)):
        return True
    names = {node.id for node in nodes_of(tree, ast.Name)} | {node.attr for node in nodes_of(tree, ast.Attribute)}
    return not names.isdisjoint(_ENVIRONMENT)


@functools.lru_cache(maxsize=1024)
def _made_by(tree: ast.Module) -> tuple[_Made, ...]:
    return tuple(_parts(tree.body, ""))


def _parts(body: list[ast.stmt], above: str) -> Iterator[_Made]:
    for statement in body:
        if isinstance(statement, ast.ImportFrom):
            for alias in statement.names:
                origin = ("", str(statement.level), statement.module or "", alias.name)
                yield _Made((alias.asname or alias.name,), frozenset([origin]), frozenset(), False, False)
            continue
        if isinstance(statement, _DEFINITIONS):
            yield _made((above + statement.name,) if not above else (), [statement])
            if isinstance(statement, ast.ClassDef):
                # What a dataclass is made with.
                fields = (f"{above}{statement.name}.__init__.__defaults__",) if statement.decorator_list else ()
                yield _made(fields, [one for one in statement.body if isinstance(one, ast.AnnAssign)])
                yield from _parts(statement.body, f"{above}{statement.name}.")
            else:
                yield _made((f"{above}{statement.name}.__defaults__",), statement.args.defaults)
                named = [one for one in statement.args.kw_defaults if one is not None]
                yield _made((f"{above}{statement.name}.__kwdefaults__",), named)
            continue
        names = dict.fromkeys((*_bound(statement), *sorted(names_written_in(statement))))
        yield _made(tuple(above + name for name in names), [statement])


def _bound(statement: ast.stmt) -> Iterator[str]:
    """What a statement binds; of functions that stand under a condition, which code they have."""
    for node in nodes_in(statement):
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name):
            yield f"{node.value.id}.{node.attr}"
        elif isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield f"{node.name}.__code__"
        elif isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)


def _made(names: tuple[str, ...], nodes: Iterable[ast.AST]) -> _Made:
    inside = [one for node in nodes for one in nodes_in(node)]
    loaded: set[tuple[str, ...]] = {(one.id,) for one in inside if isinstance(one, ast.Name)}
    loaded |= {
        (one.value.id, one.attr) for one in inside if isinstance(one, ast.Attribute) and isinstance(one.value, ast.Name)
    }
    texts = {one.value for one in inside if isinstance(one, ast.Constant) and isinstance(one.value, str)}
    named = set(map(last_name, inside))
    calls = {called(one) for one in inside if isinstance(one, ast.Call)}
    is_new = not calls.isdisjoint(NEVER_THE_SAME)
    return _Made(names, frozenset(loaded), frozenset(texts), not named.isdisjoint(_ENVIRONMENT), is_new)
