"""Globals that a module binds to ``None`` or the like, and that hold something made since: a connection, a model.

Importing the module there brings the ``None`` back. What travels is shipped; what does not is an error of its own name where it is used.
A global that the module's own function makes when it finds none is left to that function.
"""

from __future__ import annotations

import ast
import functools
from typing import Any

from clustrix.capture.found_modules import FoundModule, module_source
from clustrix.capture.plain_values import UNKNOWN, literal
from clustrix.capture.restoring import CONTAINERS, Again
from clustrix.capture.travelling import travels
from clustrix_remote import placeholders

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def is_held(name: str, bound: ast.expr, found: FoundModule) -> bool:
    """Whether a function of the module gives a global, written as a literal, what it holds from then on."""
    written = literal(bound)
    if written is UNKNOWN or isinstance(written, CONTAINERS):
        return False
    assigned, made_when_missing = _written_by_functions(module_source(found).tree)
    return name in assigned and name not in made_when_missing


def as_held(name: str, value: Any, found: FoundModule) -> Any:
    """The value, or what stands for one that cannot travel."""
    if travels(value):
        return value
    kind = f"{type(value).__module__}.{type(value).__qualname__}"
    return Again(placeholders.stays_at_home, found.name, name, kind)


@functools.lru_cache(maxsize=1024)
def _written_by_functions(tree: ast.Module) -> tuple[frozenset[str], frozenset[str]]:
    """The globals that functions assign, and those that one of them asks for first: ``if _conn is None: _conn = connect()``."""
    assigned: set[str] = set()
    asked: set[str] = set()
    for function in (node for node in ast.walk(tree) if isinstance(node, _FUNCTIONS)):
        names = {name for node in ast.walk(function) if isinstance(node, ast.Global) for name in node.names}
        assigned |= names & _stored(function)
        for node in ast.walk(function):
            if isinstance(node, ast.If):
                asked |= names & _mentioned(node.test) & _stored(function)
    return frozenset(assigned), frozenset(asked)


def _stored(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _mentioned(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}
