"""Generators, files and databases in memory that modules open when they are imported, and that the program has used since.

An import there opens others, which begin anew: nothing of what was read or written at home is in them. Such a thing cannot travel, so whoever uses
it there is told that it stayed. Where the import itself may have used it nobody knows how far it was then, and the import there does the same.
"""

from __future__ import annotations

import ast
import functools
import inspect
import io
import re
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.modules.needed import is_main_guard
from clustrix.dependency_analysis import references
from clustrix.syntax_nodes import functions_in, nodes_in

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
_WRITING_ROWS = re.compile(r"\b(insert|update|delete|replace)\b", re.IGNORECASE)
_MANY_STATEMENTS = frozenset({"executemany", "executescript", "backup", "deserialize"})


def has_gone_on(name: str, value: Any, expression: ast.expr, found: FoundModule) -> bool:
    """Whether a global, or an attribute of a class, that the module opens by this expression is further than its import left it."""
    try:
        is_further = _is_further(value, expression, found)
    except Exception:  # closed, detached, of another thread: it does not tell
        return False
    return is_further and not _is_used_by_import(name, type(value), module_source(found).tree)


def _is_further(value: Any, expression: ast.expr, found: FoundModule) -> bool:
    kind = type(value)
    if kind is types.GeneratorType:
        return inspect.getgeneratorstate(value) != inspect.GEN_CREATED
    if isinstance(value, io.IOBase):
        return _is_read(value)
    is_database = (kind.__module__, kind.__qualname__) == ("sqlite3", "Connection")
    return is_database and value.total_changes > 0 and _is_in_memory(expression, found)


def _is_read(file: Any) -> bool:
    """Whether something was read from a file that is read only."""
    if file.closed or not file.readable() or file.writable():
        return False
    # A text that is gone through line by line does not tell where it is, what is beneath does.
    beneath = getattr(file, "buffer", file)
    return bool(beneath.seekable() and beneath.tell() > 0)


def _is_in_memory(expression: ast.expr, found: FoundModule) -> bool:
    """Whether ``connect(..)`` opens a database that is in no file."""
    first = expression.args[0] if isinstance(expression, ast.Call) and expression.args else None
    where = first.value if isinstance(first, ast.Constant) else None
    if isinstance(first, ast.Name):
        where = vars(sys.modules[found.name]).get(first.id)
    return isinstance(where, str) and (where in ("", ":memory:") or "mode=memory" in where)


def _is_used_by_import(name: str, kind: type, tree: ast.Module) -> bool:
    users = [one for one in _run_by_import(tree) if name in one.names]
    if kind.__module__ == "sqlite3":  # to make tables counts as no change
        return any(one.writes_rows for one in _with_called(users, _functions(tree)))
    return bool(users)


class _Piece:
    """A statement, or a function: the names that are read there, those of its own aside, and whether it may write rows."""

    def __init__(self, node: ast.AST) -> None:
        nodes = nodes_in(node)
        self.names = references(node).names | {one.attr for one in nodes if isinstance(one, ast.Attribute)}
        texts = [one.value for one in nodes if isinstance(one, ast.Constant) and isinstance(one.value, str)]
        self.writes_rows = any(map(_WRITING_ROWS.search, texts)) or not self.names.isdisjoint(_MANY_STATEMENTS)


@functools.lru_cache(maxsize=256)
def _functions(tree: ast.Module) -> dict[str, _Piece]:
    return {one.name: _Piece(one) for one in functions_in(tree)}


@functools.lru_cache(maxsize=256)
def _run_by_import(tree: ast.Module) -> tuple[_Piece, ...]:
    """What the import of a module runs."""
    return tuple(_with_called(map(_Piece, _nodes_run(tree.body)), _functions(tree)))


def _with_called(pieces: Iterable[_Piece], functions: dict[str, _Piece]) -> list[_Piece]:
    """These pieces, and the functions that they name, and those name."""
    found = list(pieces)
    for one in found:  # which grows
        found += [functions[name] for name in one.names & functions.keys() if functions[name] not in found]
    return found


def _nodes_run(body: Iterable[ast.stmt]) -> Iterator[ast.AST]:
    for statement in body:
        if isinstance(statement, _FUNCTIONS):
            yield from [*statement.decorator_list, statement.args]
        elif isinstance(statement, ast.ClassDef):
            yield from [*statement.decorator_list, *statement.bases, *statement.keywords]
            yield from _nodes_run(statement.body)
        elif not is_main_guard(statement):
            yield statement
