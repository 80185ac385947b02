"""Statements that go on where something is not there: ``try: import ujson as json``, ``except ImportError: import json``."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from clustrix.syntax_nodes import nodes_in

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: What is raised where a name, a module or a form of Python's is not there.
_ABSENCE = frozenset(
    {
        "ImportError",
        "ModuleNotFoundError",
        "AttributeError",
        "NameError",
        "TypeError",
        "Exception",
        "BaseException",
        "SyntaxError",
    }
)


def catches_absence(node: ast.Try) -> bool:
    """Whether a try statement goes on where something is not there."""
    return not caught(node).isdisjoint(_ABSENCE)


def catches_missing_name(node: ast.Try) -> bool:
    """Whether a try statement goes on where a name is not there."""
    return not caught(node).isdisjoint(("NameError", "Exception", "BaseException"))


def caught(node: ast.Try) -> frozenset[str]:
    """The names of what a try statement catches; ``Exception`` for all."""
    types = (handler.type or ast.Name("Exception") for handler in node.handlers)
    return frozenset(one.id for kind in types for one in nodes_in(kind) if isinstance(one, ast.Name))


def has_alternatives(node: ast.Try) -> bool:
    r"""Whether all that a try statement imports has something in its place where that is not there: another import, a definition.

    >>> has_alternatives(ast.parse("try: import ujson as json\nexcept ImportError: import json").body[0])
    True
    >>> has_alternatives(ast.parse("try: import numpy\nexcept ImportError: numpy = None").body[0])
    False
    """
    if not catches_absence(node):
        return False
    wanted = set(imported_names(node.body))
    inside = [inner for handler in node.handlers for one in handler.body for inner in nodes_in(one)]
    given = {*imported_names(inside), *(one.name for one in inside if isinstance(one, _DEFINITIONS))}
    for one in inside:
        if isinstance(one, ast.Assign) and not isinstance(one.value, ast.Constant):
            given.update(target.id for target in one.targets if isinstance(target, ast.Name))
    return bool(wanted) and wanted <= given


def imported_names(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """The names that import statements bind."""
    for node in (inner for one in nodes for inner in nodes_in(one)):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (alias.asname or alias.name.partition(".")[0] for alias in node.names)
