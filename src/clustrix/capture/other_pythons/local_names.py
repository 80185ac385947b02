"""What the names in a module or a function stand for, where its text tells for certain: what it imports, what it binds just once."""

from __future__ import annotations

import ast
import collections
import functools
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.alternatives import catches_absence, imported_names
from clustrix.syntax_nodes import nodes_in

#: A dotted name; the expression that a name is bound to; or "" where nobody knows.
Meaning = str | ast.expr

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda)


@functools.lru_cache(maxsize=1024)
def local_names(node: ast.AST) -> dict[str, Meaning]:
    """The names that a module, a function or a lambda binds itself."""
    found: dict[str, set[Meaning]] = collections.defaultdict(set)
    values: dict[int, ast.expr] = {}
    for inner in _inside(ast.iter_child_nodes(node)):
        values.update((id(target), value) for target, value in _assigned(inner))
        for name, meaning in _bound_by(inner, values):
            found[name].add(meaning)
        if isinstance(inner, ast.Try) and catches_absence(inner):
            # What comes behind it may be reached only where the import went well.
            for name in imported_names(inner.body):
                found[name].add("")
    declared = [one for one in nodes_in(node) if isinstance(one, (ast.Global, ast.Nonlocal))]
    of_others = {name for one in declared for name in one.names}
    own = {name: next(iter(meanings)) if len(meanings) == 1 else "" for name, meanings in found.items()}
    if isinstance(node, ast.Module):
        return {name: "" if name in of_others else meaning for name, meaning in own.items()}
    return {name: meaning for name, meaning in own.items() if name not in of_others}


def _inside(nodes: Iterable[ast.AST]) -> Iterator[ast.AST]:
    """All that is executed there, without the bodies of what is defined there."""
    for node in nodes:
        yield node
        if not isinstance(node, (*_FUNCTIONS, ast.ClassDef)):
            yield from _inside(ast.iter_child_nodes(node))


def _assigned(node: ast.AST) -> Iterator[tuple[ast.expr, ast.expr]]:
    """Where a statement is ``name = value``: both."""
    if isinstance(node, ast.Assign):
        yield from ((target, node.value) for target in node.targets)
    elif isinstance(node, (ast.AnnAssign, ast.NamedExpr)) and node.value is not None:
        yield node.target, node.value


def _bound_by(node: Any, values: dict[int, ast.expr]) -> Iterator[tuple[str, Meaning]]:
    if isinstance(node, ast.Import):
        for alias in node.names:
            top = alias.name.partition(".")[0]
            yield alias.asname or top, alias.name if alias.asname else top
    elif isinstance(node, ast.ImportFrom):
        for alias in node.names:
            yield alias.asname or alias.name, "" if node.level else f"{node.module}.{alias.name}"
    elif isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
        yield node.id, values.get(id(node), "")
    elif isinstance(node, ast.arg):
        yield node.arg, ""
    elif isinstance(getattr(node, "name", None), str) and not isinstance(node, ast.alias):
        yield node.name, ""  # a definition, an exception that is caught, a part of what `match` looks at
