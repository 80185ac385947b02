"""Classes of a script that a library is told of by a decorator, and that nothing else names: ``@pd.api.extensions.register_dataframe_accessor("geo")``."""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.capture.modules.ownership import Owner, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.capture.reductions.travelling import travels
from clustrix_remote import rebuild


def registered_by_decorators(
    reached: Reached, sources: Iterable[tuple[ast.Module, dict[str, Any]]]
) -> Iterator[tuple[Any, ...]]:
    """What makes them in the job, for sources and the globals that their names mean: made from its source, a class is registered there.

    Those of shipped modules an import makes.
    """
    for tree, namespace in sources:
        for node in tree.body:
            if isinstance(node, ast.ClassDef) and any(
                _is_registering(one, namespace, reached) for one in node.decorator_list
            ):
                kind = namespace.get(node.name)
                if isinstance(kind, type) and reached.space(namespace).index is not None and travels(kind):
                    yield rebuild.same, kind


def _is_registering(decorator: ast.expr, namespace: dict[str, Any], reached: Reached) -> bool:
    """Whether it is a function ``register..`` of a library that the job has."""
    found = _living(decorator.func if isinstance(decorator, ast.Call) else decorator, namespace)
    if not isinstance(found, types.FunctionType) or not found.__name__.startswith("register"):
        return False
    module, package = sys.modules.get(found.__module__), found.__module__.partition(".")[0]
    if module is None or owner_of_module(module) is not Owner.INSTALLED:
        return False
    return package in reached.modules.foreign or any(
        kind.__module__.partition(".")[0] == package for kind in reached.kinds
    )


def _living(node: ast.expr, namespace: dict[str, Any]) -> Any:
    if isinstance(node, ast.Attribute):
        holder = _living(node.value, namespace)
        return vars(holder).get(node.attr) if isinstance(holder, types.ModuleType) else None
    return namespace.get(node.id) if isinstance(node, ast.Name) else None
