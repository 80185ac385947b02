"""The nodes of a syntax tree, looked for once: many questions are asked of the same module."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator, Sequence
from typing import TypeVar

_Node = TypeVar("_Node", bound=ast.AST)


def nodes_in(tree: ast.AST) -> Sequence[ast.AST]:
    """The node itself and all beneath it, as :func:`ast.walk` gives them, without those that hold nothing: ``Load``, ``Add``, ``Not``.

    >>> [type(node).__name__ for node in nodes_in(ast.parse("x.y + 1", mode="eval"))]
    ['Expression', 'BinOp', 'Attribute', 'Constant', 'Name']
    """
    return _nodes_kept(tree) if isinstance(tree, (ast.Module, ast.stmt)) else _look_through(tree)


def nodes_of(tree: ast.AST, kind: type[_Node]) -> Iterator[_Node]:
    """Those of exactly one kind.

    >>> [node.id for node in nodes_of(ast.parse("x.y + z"), ast.Name)]
    ['z', 'x']
    """
    if isinstance(tree, ast.Module):
        yield from _by_kind(tree).get(kind, ())  # type: ignore[misc]
    else:
        yield from (node for node in _look_through(tree) if type(node) is kind)


def functions_in(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """The functions that are defined by ``def``, also in classes and in each other."""
    yield from nodes_of(tree, ast.FunctionDef)
    yield from nodes_of(tree, ast.AsyncFunctionDef)


def last_name(node: ast.AST) -> str:
    """The last name of ``a.b.c``; nothing for another expression.

    >>> last_name(ast.parse("a.b.c", mode="eval").body), last_name(ast.parse("a()", mode="eval").body)
    ('c', '')
    """
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@functools.lru_cache(maxsize=8192)
def _nodes_kept(tree: ast.Module | ast.stmt) -> tuple[ast.AST, ...]:
    return tuple(_look_through(tree))


@functools.lru_cache(maxsize=1024)
def _by_kind(tree: ast.Module) -> dict[type, list[ast.AST]]:
    found: dict[type, list[ast.AST]] = {}
    for node in _nodes_kept(tree):
        found.setdefault(type(node), []).append(node)
    return found


def _look_through(tree: ast.AST) -> list[ast.AST]:
    # ast.walk takes three times as long, by its generators; this is the innermost loop of an analysis.
    nodes = [tree]
    add = nodes.append
    for node in nodes:
        for name in node._fields:
            value = getattr(node, name, None)
            if isinstance(value, list):
                nodes.extend([one for one in value if isinstance(one, ast.AST)])
            elif isinstance(value, ast.AST) and value._fields:
                add(value)
    return nodes
