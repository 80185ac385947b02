"""What a piece of source writes to by another name: ``counts = tables.COUNTS; counts["a"] += 1``, ``fill(tables.ROWS)``."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence


def aliases(nodes: Sequence[ast.AST]) -> Iterator[tuple[str, ast.expr]]:
    """The names that stand for what others hold, each with the expression that it was given; ``nodes`` are all of a piece of source.

    >>> tree = ast.parse("counts = tables.COUNTS; counts.clear()")
    >>> [(name, ast.unparse(given)) for name, given in aliases(list(ast.walk(tree)))]
    [('counts', 'tables.COUNTS')]
    """
    parameters = {one.name: one.args for one in nodes if isinstance(one, (ast.FunctionDef, ast.AsyncFunctionDef))}
    for node in nodes:
        if isinstance(node, ast.Assign):
            for target in node.targets:
                yield from _pairs(target, node.value)
        elif isinstance(node, ast.For) and isinstance(node.iter, (ast.Tuple, ast.List)):
            for one in node.iter.elts:
                yield from _pairs(node.target, one)
        elif isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in parameters:
            yield from _given(node, parameters[node.func.id])


def _pairs(target: ast.expr, value: ast.expr) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(target, ast.Name) and isinstance(value, (ast.Name, ast.Attribute, ast.Subscript)):
        yield target.id, value
    elif isinstance(target, (ast.Tuple, ast.List)) and isinstance(value, (ast.Tuple, ast.List)):
        for one, given in zip(target.elts, value.elts, strict=False):
            yield from _pairs(one, given)


def _given(call: ast.Call, parameters: ast.arguments) -> Iterator[tuple[str, ast.expr]]:
    """What the parameters of a function stand for in a call of it."""
    names = [one.arg for one in (*parameters.posonlyargs, *parameters.args)]
    given = [*zip(names, call.args, strict=False), *((word.arg or "", word.value) for word in call.keywords)]
    yield from (pair for pair in given if isinstance(pair[1], (ast.Name, ast.Attribute, ast.Subscript)))
