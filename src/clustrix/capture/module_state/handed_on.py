"""By which names a script may write to what a module computes without saying so: it hands it to a function, or goes through what is in it.

``helpers.grow(tables.ROWS)``, ``for row in tables.ROWS.values(): row["n"] *= 2``, ``held = [tables.SUMS]``, ``from tables import SUMS as own; own += 1``.
Nobody knows whether that changes it; so it is asked only of values that are small enough to be sent for nothing.
"""

from __future__ import annotations

import ast
import collections
import functools
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.capture.module_state.rebound import tests_sources
from clustrix.capture.module_state.written import called, names_written_in, script_trees
from clustrix.syntax_nodes import nodes_in, nodes_of

_CHANGEABLE = (list, dict, set, bytearray, collections.deque)
_MOST_ITEMS = 1_000
_MOST_BYTES = 1 << 16
#: Functions that only read what they are given.
_READING = frozenset({
    "print", "len", "sum", "sorted", "min", "max", "any", "all", "str", "repr", "int", "float", "bool", "list", "tuple", "set", "dict", "isinstance",
    "type", "dumps", "array", "asarray",
})  # fmt: skip


def may_be_handed_on(name: str, value: Any) -> bool:
    """Whether the script, the notebook or a test hands on what a module has under this name, something small that can be changed."""
    return _is_small(value) and any(name in _handed_on_in(tree) for tree in _typed())


def _is_small(value: Any) -> bool:
    if isinstance(value, _CHANGEABLE):
        return len(value) <= _MOST_ITEMS
    size = getattr(value, "nbytes", None) if type(value).__module__ == "numpy" else None
    return isinstance(size, int) and size <= _MOST_BYTES


def _typed() -> Iterator[ast.Module]:
    yield from script_trees()
    yield from tests_sources()


@functools.lru_cache(maxsize=256)
def _handed_on_in(tree: ast.Module) -> frozenset[str]:
    found = set(names_written_in(tree))
    found.update(one.target.id for one in nodes_of(tree, ast.AugAssign) if isinstance(one.target, ast.Name))
    for call in nodes_of(tree, ast.Call):
        if called(call) not in _READING:
            found.update(_names_in([*call.args, *(word.value for word in call.keywords)]))
    others = [(name, _names_in([given])) for name, given in _stands_for(tree)]
    before = 0
    while before != len(found):
        before = len(found)
        found.update(one for name, names in others if name in found for one in names)
    return frozenset(found)


def _stands_for(tree: ast.Module) -> Iterator[tuple[str, ast.AST]]:
    """Names, each with what it may be, or be in: by an assignment, a loop, a ``with``, or an import under another name."""
    for node in nodes_in(tree):
        if isinstance(node, ast.ImportFrom):
            yield from ((one.asname, ast.Name(one.name, ast.Load())) for one in node.names if one.asname)
        targets, given = _given_in(node)
        yield from ((name, given) for name in _names_in(targets) if given is not None)


def _given_in(node: ast.AST) -> tuple[list[ast.expr], ast.expr | None]:
    if isinstance(node, ast.Assign):
        return node.targets, node.value
    if isinstance(node, (ast.For, ast.AsyncFor, ast.comprehension)):
        return [node.target], node.iter
    if isinstance(node, ast.withitem) and node.optional_vars is not None:
        return [node.optional_vars], node.context_expr
    return [], None


def _names_in(nodes: Iterable[ast.AST]) -> set[str]:
    """The names and attributes in expressions."""
    found = (one for node in nodes for one in nodes_in(node))
    return {name for one in found if (name := getattr(one, "id", None) or getattr(one, "attr", None))}
