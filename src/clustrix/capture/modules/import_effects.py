"""Whether importing a module does anything beyond giving values to its own names."""

from __future__ import annotations

import ast
import builtins
import functools
import sys
from collections.abc import Iterable

from clustrix.syntax_nodes import nodes_in

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
_NAMES = (ast.Name, ast.Tuple, ast.List, ast.Starred)


@functools.lru_cache(maxsize=4096)
def only_binds(tree: ast.Module) -> bool:
    r"""Whether nobody else could tell that a module was imported.

    A decorator, a base class or a call that is not Python's own may register something somewhere.

    >>> only_binds(ast.parse("import re\nWORD = re.compile('x')\ndef f(): ..."))
    True
    >>> only_binds(ast.parse("from registry import add\n@add\ndef f(): ..."))
    False
    """
    pythons = _names_of_python(tree)
    return all(_is_quiet(statement, pythons) for statement in tree.body)


def quiet_assignments(tree: ast.Module) -> frozenset[int]:
    """The indices of the statements that give names a value, and do nothing else."""
    pythons = _names_of_python(tree)
    given = ((index, one) for index, one in enumerate(tree.body) if isinstance(one, (ast.Assign, ast.AnnAssign)))
    return frozenset(index for index, one in given if _is_quiet(one, pythons))


def _names_of_python(tree: ast.Module) -> frozenset[str]:
    """The globals that stand for builtins, and for the standard library or what is in it."""
    names = set(dir(builtins))
    for node in nodes_in(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            level = getattr(node, "level", 0)
            for alias in node.names:
                module = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
                name = alias.asname or alias.name.partition(".")[0]
                is_pythons = not level and module.partition(".")[0] in sys.stdlib_module_names
                (names.add if is_pythons else names.discard)(name)
    return frozenset(names)


def _is_quiet(statement: ast.stmt, pythons: frozenset[str]) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return not any(alias.name == "*" for alias in statement.names)
    if isinstance(statement, ast.Expr):
        return isinstance(statement.value, ast.Constant)
    if isinstance(statement, _DEFINITIONS):
        return _is_quiet_definition(statement, pythons)
    if isinstance(statement, ast.Assign):
        return all(_only_names(target) for target in statement.targets) and _calls_python(statement.value, pythons)
    if isinstance(statement, ast.AnnAssign):
        return _only_names(statement.target) and (statement.value is None or _calls_python(statement.value, pythons))
    if isinstance(statement, ast.If):
        inner = [*statement.body, *statement.orelse]
        return _calls_python(statement.test, pythons) and all(_is_quiet(one, pythons) for one in inner)
    return isinstance(statement, ast.Pass)


def _is_quiet_definition(statement: ast.stmt, pythons: frozenset[str]) -> bool:
    decorators: list[ast.expr] = getattr(statement, "decorator_list", [])
    if not all(_root(one) in pythons for one in decorators):
        return False
    if not isinstance(statement, ast.ClassDef):
        return all(_calls_python(default, pythons) for default in _defaults(statement))
    if not all(_root(base) in pythons for base in [*statement.bases, *(word.value for word in statement.keywords)]):
        return False
    return all(_is_quiet(one, pythons) for one in statement.body)


def _defaults(function: ast.stmt) -> Iterable[ast.expr]:
    arguments: ast.arguments = function.args  # type: ignore[attr-defined]
    return [one for one in (*arguments.defaults, *arguments.kw_defaults) if one is not None]


def _only_names(target: ast.expr) -> bool:
    return all(isinstance(node, (*_NAMES, ast.expr_context)) for node in nodes_in(target))


def _calls_python(value: ast.expr, pythons: frozenset[str]) -> bool:
    return all(_root(node.func) in pythons for node in nodes_in(value) if isinstance(node, ast.Call))


def _root(value: ast.expr) -> str:
    """``a`` of ``a.b[c](d)``."""
    while isinstance(value, (ast.Attribute, ast.Subscript, ast.Call)):
        value = value.func if isinstance(value, ast.Call) else value.value
    return value.id if isinstance(value, ast.Name) else ""
