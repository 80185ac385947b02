"""What runs while a class statement is executed."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from clustrix.dependency_analysis import references


def names_of_called(node: ast.ClassDef) -> frozenset[str]:
    """What functions use that a class's body defines and calls, or takes for decorators."""
    functions = {one.name: one for one in node.body if isinstance(one, ast.FunctionDef)}
    called = {one.id for one in run_in_body(node) if isinstance(one, ast.Name)}
    found = frozenset[str]()
    for name in called & functions.keys():
        found |= references(functions[name], node.name, postponed_annotations=True).names
    return found - functions.keys()


def run_in_body(node: ast.AST) -> Iterator[ast.expr]:
    """The callables that are called while a class statement is executed."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from child.decorator_list
        elif not isinstance(child, ast.Lambda):
            if isinstance(child, ast.Call):
                yield child.func
            yield from run_in_body(child)
