"""What runs while a class statement is executed."""

from __future__ import annotations

import ast
import dataclasses
import re
import typing
from collections.abc import Callable, Iterator
from typing import Any

from clustrix.dependency_analysis import references

#: What an annotation may begin with that is no mere hint.
_MARKS = (typing, dataclasses, typing.ClassVar, dataclasses.InitVar, dataclasses.KW_ONLY)


def marks_in_annotations(node: ast.ClassDef, look_up: Callable[[str], Any]) -> frozenset[str]:
    """The names by which ``dataclass`` tells a ``ClassVar`` from a field, also where annotations are texts."""
    annotations = [one.annotation for one in node.body if isinstance(one, ast.AnnAssign)]
    texts = (one.value if isinstance(one, ast.Constant) else ast.unparse(one) for one in annotations)
    words = {found.group() for text in texts if (found := re.match(r"\s*\w+", str(text)))}
    return frozenset(word for word in map(str.strip, words) if any(look_up(word) is mark for mark in _MARKS))


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
