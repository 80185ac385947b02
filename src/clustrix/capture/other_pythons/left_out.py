"""Imports that another Python never comes to: ``if sys.version_info >= (3, 8): from ._new import f``, ``else: from ._old import f``.

What they import need not be for that Python. Where a test asks for anything else than the version, both branches count.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from clustrix.alternatives import catches_absence, caught
from clustrix.capture.other_pythons.portability import asks_version, guard_names
from clustrix.syntax_nodes import nodes_in

_QUESTIONS = (
    ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant, ast.Tuple, ast.Attribute, ast.Subscript, ast.Slice, ast.Name,
    ast.expr_context, ast.cmpop, ast.boolop, ast.unaryop,
)  # fmt: skip


class _Version(tuple[int, ...]):
    """``sys.version_info``, as far as it is asked for."""

    major = property(lambda self: self[0])
    minor = property(lambda self: self[1])
    micro = property(lambda self: self[2])


class _System:
    """``sys``, of the other Python."""

    def __init__(self, version: tuple[int, int, int]) -> None:
        self.version_info = _Version((*version, "final", 0))  # type: ignore[arg-type]
        self.hexversion = (version[0] << 24) + (version[1] << 16) + (version[2] << 8) + 0xF0


@functools.lru_cache(maxsize=4096)
def lines_left_out(tree: ast.Module, version: tuple[int, int, int]) -> frozenset[int]:
    """The lines of import statements that Python ``version`` does not come to, or whose failing there is expected."""
    system = _System(version)
    known: dict[str, Any] = {"sys": system, "version_info": system.version_info}
    for one in tree.body:
        if isinstance(one, ast.Assign) and len(one.targets) == 1 and isinstance(one.targets[0], ast.Name):
            answer = _answer(one.value, known) if asks_version(one.value) else None
            if answer is not None:
                known[one.targets[0].id] = answer
    return frozenset(line for node in nodes_in(tree) for line in _import_lines(_not_run(node, known)))


@functools.lru_cache(maxsize=1024)
def names_chosen(tree: ast.Module) -> frozenset[str]:
    """The globals that a module imports from one place in one Python, and from another place in another."""
    guards = guard_names(tree)
    found: set[str] = set()
    for one in tree.body:
        inside = (
            {node.id for node in nodes_in(one.test) if isinstance(node, ast.Name)} if isinstance(one, ast.If) else set()
        )
        asks = isinstance(one, ast.If) and (asks_version(one.test) or not inside.isdisjoint(guards))
        if asks or (isinstance(one, ast.Try) and catches_absence(one)):
            imports = (node for node in nodes_in(one) if isinstance(node, ast.ImportFrom))
            found.update(alias.asname or alias.name for node in imports for alias in node.names)
    return frozenset(found)


def _not_run(node: ast.AST, known: Mapping[str, Any]) -> list[ast.stmt]:
    if isinstance(node, ast.If):
        answer = _answer(node.test, known)
        return [] if answer is None else node.orelse if answer else node.body
    if isinstance(node, ast.Try) and not caught(node).isdisjoint({"SyntaxError", "Exception", "BaseException"}):
        return node.body
    return []


def _answer(test: ast.expr, known: Mapping[str, Any]) -> bool | None:
    """What a question for the version is answered there; None for other questions.

    >>> _answer(ast.parse("sys.version_info[:2] < (3, 8)", mode="eval").body, {"sys": _System((3, 6, 15))})
    True
    """
    nodes = list(ast.walk(test))
    names = {one.id for one in nodes if isinstance(one, ast.Name)}
    if not names or not names <= known.keys() or not all(isinstance(one, _QUESTIONS) for one in nodes):
        return None
    try:
        return bool(eval(compile(ast.Expression(test), "<version>", "eval"), {"__builtins__": {}}, dict(known)))
    except (AttributeError, TypeError, LookupError):
        return None


def _import_lines(statements: Iterable[ast.stmt]) -> Iterator[int]:
    inside = (node for one in statements for node in nodes_in(one))
    return (node.lineno for node in inside if isinstance(node, (ast.Import, ast.ImportFrom)))
