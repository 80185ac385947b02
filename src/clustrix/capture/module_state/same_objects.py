"""Objects that a script has from a local module: there, too, both have the same one.

``from settings import LEVELS`` and a call of a function of ``settings`` that reads them: what one writes, the other sees.
"""

from __future__ import annotations

import ast
import copy
import functools
import importlib.util
import sys
import types
from collections.abc import Iterator
from typing import Any, NamedTuple

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.module_state.plain_values import UNKNOWN
from clustrix.capture.module_state.rebound import ids_rebound, is_assigned_elsewhere, literal_of
from clustrix.capture.module_state.restoring import CONTAINERS, Again, has_plain_state
from clustrix.capture.modules.found_modules import find_module
from clustrix.capture.modules.importable import object_at
from clustrix.capture.modules.ownership import Owner, owner_of_class, owner_of_module
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import nodes_in
from clustrix_remote import rebuild


class Origin(NamedTuple):
    """Where a global was imported from."""

    module: str
    name: str


def origin_of(name: str, value: Any, namespace: dict[str, Any]) -> Origin | None:
    """The local module that a changeable global was imported from by name, if that still has it and all of it can travel."""
    if not (type(value) in CONTAINERS or (_is_users(value) and has_plain_state(value))):
        return None
    package = str(namespace.get("__package__") or "")
    for source in interactive_sources(namespace):
        imported = (Origin(_absolute(one.module, package), one.name) for one in _imports(source.tree).get(name, ()))
        origins: list[Origin] = [*imported, *_held_by_modules(source.tree, package, value)]
        for origin in origins:
            module = sys.modules.get(origin.module)
            if (
                isinstance(module, types.ModuleType)
                and owner_of_module(module) is Owner.LOCAL
                and object_at(module, origin.name) is value
                and id(value) not in ids_rebound()
                and _is_made_by_import(origin, module, value)
                and sys.modules.get(f"{origin.module}.{origin.name}") is not value  # a module's place is its own
                and travels(value)
            ):
                return origin
    return None


def _is_made_by_import(origin: Origin, module: types.ModuleType, value: Any) -> bool:
    """Whether importing the module may make it: not where that says ``current = None``, or a function assigns to ``current``."""
    written = literal_of(origin.name, module)
    if written is not UNKNOWN:
        return type(written) is type(value)
    found = find_module(origin.module) if type(value) not in CONTAINERS else None
    return found is None or found.path is None or not is_assigned_elsewhere(origin.name, found)


def _held_by_modules(tree: ast.Module, package: str, value: Any) -> Iterator[Origin]:
    """The globals of modules that are imported there which are this very object: ``levels = settings.LEVELS``."""
    for name in (_absolute(one, package) for one in _modules_imported(tree)):
        module = sys.modules.get(name)
        held = vars(module).items() if isinstance(module, types.ModuleType) else ()
        yield from (Origin(name, one) for one, what in list(held) if what is value)


@functools.lru_cache(maxsize=1024)
def _modules_imported(tree: ast.Module) -> tuple[str, ...]:
    imports = [node for node in nodes_in(tree) if isinstance(node, (ast.Import, ast.ImportFrom))]
    names = [alias.name for node in imports if isinstance(node, ast.Import) for alias in node.names]
    names += [_module_of(node) for node in imports if isinstance(node, ast.ImportFrom)]
    return tuple(dict.fromkeys(names))


def _module_of(node: ast.ImportFrom) -> str:
    return "." * node.level + (node.module or "")


def _absolute(module: str, package: str) -> str:
    try:
        return importlib.util.resolve_name(module, package)
    except ImportError:
        return module  # relative, and there is no package: nothing was imported by it


def contents_of(origin: Origin, value: Any) -> Iterator[Again]:
    """What gives the module's own object the state that it has here."""
    if type(value) in CONTAINERS:
        yield Again(rebuild.restore, named(origin), copy.copy(value))
    else:
        yield Again(rebuild.restore_attributes, named(origin), dict(vars(value)))


def named(origin: Origin) -> Again:
    """The object, by its module and name."""
    return Again(rebuild.attribute, *origin)


def _is_users(value: Any) -> bool:
    return owner_of_class(type(value)) in (Owner.INTERACTIVE, Owner.LOCAL) and not isinstance(value, type)


@functools.lru_cache(maxsize=1024)
def _imports(tree: ast.Module) -> dict[str, list[Origin]]:
    found: dict[str, list[Origin]] = {}
    for node in nodes_in(tree):
        if isinstance(node, ast.ImportFrom):
            for alias in node.names:
                found.setdefault(alias.asname or alias.name, []).append(Origin(_module_of(node), alias.name))
    return found
