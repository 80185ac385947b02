"""What a program has put into other people's modules: ``time.time`` under a mock, ``math.tau2 = 6.3``."""

from __future__ import annotations

import ast
import functools
import sys
import types
from collections.abc import Iterator
from typing import Any

from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.module_state.rebound import Place, rebound
from clustrix.capture.modules.ownership import Owner, is_mock, owner_of_class, owner_of_module
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import nodes_of


def patched(
    namespace: dict[str, Any], attributes: dict[str, frozenset[tuple[str, ...]]], bare: frozenset[str]
) -> Iterator[tuple[str, str, Any]]:
    """What was put into other people's modules, ``time.time`` under a mock: module, name, what stands there now.

    ``attributes`` are those that code reads from its globals, ``bare`` the globals of which it may read any: ``getattr(math, name)``.
    """
    yield from _builtins_put()
    put = _put_on_modules()
    modules = [one for one in map(namespace.get, sorted(bare)) if isinstance(one, types.ModuleType)]
    for one in modules:
        for owner, name in sorted(put):
            if owner == one.__name__ and _is_data_put(one, vars(one).get(name)):
                yield owner, name, vars(one).get(name)
    for root, paths in attributes.items():
        module = namespace.get(root)
        for path in sorted(paths) if isinstance(module, types.ModuleType) else ():
            found: Any = module
            for part in path:
                if not isinstance(found, types.ModuleType):
                    break
                inner = vars(found).get(part)
                if _is_put_there(found, inner) or ((found.__name__, part) in put and _is_data_put(found, inner)):
                    yield found.__name__, part, inner
                found = inner


def _builtins_put() -> Iterator[tuple[str, str, Any]]:
    """Functions that all code finds under names as of Python's own; but no mock of ``open``, which the job needs itself."""
    there = vars(sys.modules["builtins"])
    # Python's own are written in C.
    put = [(name, value) for name, value in list(there.items()) if type(value) is types.FunctionType]
    names = rebound() if put else frozenset[Place]()
    yield from (("builtins", name, value) for name, value in put if ("builtins", name) in names)


def original(value: Any) -> tuple[str, str] | None:
    """Where a library has a function or class in whose place the program has put another, ``real = time.time``: module and name."""
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    name = getattr(value, "__qualname__", ".")
    if not isinstance(module, types.ModuleType) or owner_of_module(module) not in (Owner.STDLIB, Owner.INSTALLED):
        return None
    there = vars(module).get(name, value)
    if there is value or not (_is_put_there(module, there) or (module.__name__, name) in rebound()):
        return None
    return module.__name__, name


def _is_data_put(module: types.ModuleType, value: Any) -> bool:
    """Data that the script put there; what ``sys`` and ``os`` say is of each machine."""
    is_others = owner_of_module(module) in (Owner.STDLIB, Owner.INSTALLED) and module.__name__ not in ("sys", "os")
    return is_others and not isinstance(value, types.ModuleType) and travels(value)


def _is_put_there(module: types.ModuleType, value: Any) -> bool:
    if owner_of_module(module) not in (Owner.STDLIB, Owner.INSTALLED):
        return False
    if isinstance(value, types.FunctionType):
        home = sys.modules.get(value.__module__ or "")
        return home is not None and owner_of_module(home) in (Owner.INTERACTIVE, Owner.LOCAL)
    if isinstance(value, type):
        return owner_of_class(value) in (Owner.INTERACTIVE, Owner.LOCAL)
    return is_mock(value)


def _put_on_modules() -> frozenset[tuple[str, str]]:
    """What the script or notebook sets on modules: ``math.tau2 = 6.3`` as ``("math", "tau2")``."""
    main = sys.modules.get("__main__")
    names = vars(main) if main is not None else {}
    pairs = (pair for source in interactive_sources(names) for pair in _attributes_set(source.tree))
    modules = ((names.get(root), attribute) for root, attribute in pairs)
    return frozenset((one.__name__, attribute) for one, attribute in modules if isinstance(one, types.ModuleType))


@functools.lru_cache(maxsize=4096)
def _attributes_set(tree: ast.Module) -> frozenset[tuple[str, str]]:
    return frozenset(
        (node.value.id, node.attr)
        for node in nodes_of(tree, ast.Attribute)
        if isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    )
