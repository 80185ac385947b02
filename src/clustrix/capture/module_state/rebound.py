"""Globals of modules that a program gives another object: ``settings.LEVELS = ["x"]``, where others have imported the old one by name.

A list that was only changed is changed in the job too, so that whoever has it there sees that. One that stands in its place stands in its place there.
"""

from __future__ import annotations

import ast
import functools
import importlib.util
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from clustrix.capture.definitions.sources import interactive_sources, source_named
from clustrix.capture.module_state.globals_bound import globals_bound
from clustrix.capture.module_state.plain_values import UNKNOWN, literal, same
from clustrix.capture.module_state.written import PUTTING, called, script_trees
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.modules.loaded_modules import LoadedModule, tests_modules
from clustrix.capture.modules.needed import names_bound
from clustrix.capture.modules.ownership import Owner
from clustrix.capture.once_a_call import once_a_call
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import nodes_in, nodes_of

_CONTAINERS = (dict, list, set)
#: A global: its module, and its name there.
Place = tuple[str, str]
_Path = tuple[str, ...]
#: The path of a name, and whether all that is done to it is ``+=`` and the like.
_Assigned = tuple[_Path, bool]


@dataclass(frozen=True)
class Put:
    """A container that stands in the place of the one that importing its module makes."""

    value: Any


@once_a_call
def rebound() -> frozenset[Place]:
    """The globals of modules, ``("settings", "LEVELS")``, to which the script, the notebook or a test assigns.

    It is asked for each object of a call, and reads all that was typed: so once a call.
    """
    found: set[Place] = set()
    for module, paths in _assigning_modules():
        for (*path, name), is_in_place in paths:
            target = _module_at(path, vars(module))
            # ``tables.ROWS += more`` gives the name the very list that it had.
            if isinstance(target, ModuleType) and not (is_in_place and type(vars(target).get(name)) in _CONTAINERS):
                found.add((target.__name__, name))
    return frozenset(found)


def _module_at(path: list[str], names: dict[str, Any]) -> Any:
    if not path[0]:
        return sys.modules.get(".".join(path[1:]))
    target: Any = names.get(path[0])
    for part in path[1:]:
        target = vars(target).get(part) if isinstance(target, ModuleType) else None
    return target


@once_a_call
def ids_rebound() -> frozenset[int]:
    """The ids of what stands there now: there it is a value of the call's, not what importing a module makes."""
    return frozenset(id(getattr(sys.modules.get(module), name, None)) for module, name in rebound())


def put_by_program(name: str, value: Any, found: FoundModule, names: frozenset[Place]) -> Put | None:
    """What stands in the place of a container that a module makes, or that it imported from where that was replaced since."""
    if type(value) not in _CONTAINERS or not names or not travels(value):
        return None
    if (found.name, name) in names:
        return Put(value)
    origin = _origin(name, found)
    is_there = origin is not None and origin in names and getattr(sys.modules.get(origin[0]), origin[1], None) is value
    return Put(value) if is_there else None


def is_assigned_elsewhere(name: str, found: FoundModule, value: Any = None) -> bool:
    """Whether the object itself was replaced: not only changed, as by ``engine.name = "x"``, or by ``tables.SUMS += 1`` if its class does that."""
    is_changeable = hasattr(type(value), "__iadd__") or hasattr(type(value), "__ior__")
    return any(name in _given_anew(tree)[is_changeable] for tree in [module_source(found).tree, *script_trees()])


@functools.lru_cache(maxsize=1024)
def _given_anew(tree: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """The globals and attributes to which functions and others assign; and without those to which all that is done is ``+=`` and the like."""
    nodes = nodes_in(tree)
    declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    stored = [one for one in nodes if isinstance(one, ast.Attribute) and isinstance(one.ctx, ast.Store)]
    in_place = {node.target for node in nodes if isinstance(node, ast.AugAssign)}
    others = {one.attr for one in stored if one not in in_place}
    return frozenset(declared | {one.attr for one in stored}), frozenset(declared | others)


def is_replaced_import(name: str, value: Any, statement: ast.ImportFrom, module: ModuleType) -> bool:
    """Whether a name that was imported means something else now than importing it would give."""
    alias = next((one for one in statement.names if (one.asname or one.name) == name), None)
    if alias is None:
        return False
    origin = sys.modules.get(above(statement.level, statement.module, module.__package__))
    if not isinstance(origin, ModuleType):
        return False
    is_other = getattr(origin, alias.name, value) is not value
    written = literal_of(alias.name, origin)
    if written is UNKNOWN:
        return is_other
    return not same(written, value) or (is_other and type(value) in _CONTAINERS)


def tests_sources() -> Iterator[ast.Module]:
    """The sources of pytest's test modules, which no import brings back."""
    return (tree for _, tree in _tests(tests_modules()))


def _assigning_modules() -> Iterator[tuple[ModuleType, frozenset[_Assigned]]]:
    """The script, or what was typed, and pytest's test modules; each with what it assigns to."""
    main = sys.modules.get("__main__")
    if isinstance(main, ModuleType):
        for source in interactive_sources(vars(main)):
            yield main, _assigned(source.tree)
    for one, tree in _tests(tests_modules()):
        yield one, _assigned(tree)


@functools.lru_cache(maxsize=1)
def _tests(modules: tuple[tuple[ModuleType, LoadedModule], ...]) -> list[tuple[ModuleType, ast.Module]]:
    """There may be hundreds, and they stay."""
    tests = [one for one, seen in modules if seen.owner is Owner.INTERACTIVE]
    found = [(one, source_named(str(one.__file__), vars(one))) for one in tests]
    return [(one, source.tree) for one, source in found if source is not None]


@functools.lru_cache(maxsize=4096)
def _assigned(tree: ast.Module) -> frozenset[_Assigned]:
    """What a source assigns to beneath a name, ``("pkg", "settings", "LEVELS")``; also by ``setattr`` and its kin."""
    found: set[_Path] = set()
    in_place = {node.target for node in nodes_of(tree, ast.AugAssign)}
    changed: set[_Path] = set()
    for node in nodes_in(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store):
            (changed if node in in_place else found).add((*_path(node.value), node.attr))
        elif isinstance(node, ast.Call) and called(node) in PUTTING and len(node.args) > 1:
            whole, name = (one.value if isinstance(one, ast.Constant) else None for one in node.args[:2])
            if isinstance(whole, str) and "." in whole:
                found.add(("", *whole.split(".")))
            elif isinstance(name, str):
                found.add((*_path(node.args[0]), name))
    return frozenset((one, one not in found) for one in found | changed if len(one) > 1)


def _path(node: ast.expr) -> tuple[str, ...]:
    """The names of ``a.b.c``; nothing for other expressions."""
    if isinstance(node, ast.Attribute):
        above = _path(node.value)
        return (*above, node.attr) if above else ()
    return (node.id,) if isinstance(node, ast.Name) else ()


def _origin(name: str, found: FoundModule) -> Place | None:
    """The module and the name from which a module imports one of its globals."""
    module = sys.modules.get(found.name)
    for statement in module_source(found).tree.body:
        if isinstance(statement, ast.ImportFrom) and name in names_bound(statement):
            alias = next((one for one in statement.names if (one.asname or one.name) == name), None)
            package = getattr(module, "__package__", None)
            return (above(statement.level, statement.module, package), alias.name) if alias else None
    return None


def above(level: int, name: str | None, package: str | None) -> str:
    """The module from which ``from ..name import ..`` imports, in a package."""
    try:
        return importlib.util.resolve_name("." * level + (name or ""), package or "")
    except (ImportError, ValueError):
        return ""


def literal_of(name: str, module: ModuleType) -> Any:
    """What a local module binds a name to, if that is a literal, whatever it means by now."""
    found = find_module(module.__name__)
    if found is None or found.owner is not Owner.LOCAL or found.path is None:
        return UNKNOWN
    bound = globals_bound(module_source(found).tree)[0].get(name, [])
    only = bound[0] if len(bound) == 1 else None
    return literal(only) if isinstance(only, ast.expr) else UNKNOWN
