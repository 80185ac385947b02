"""Statements of a script that ask what the Python has in which they run: another Python has to answer for itself.

    try:
        from itertools import pairwise
    except ImportError:
        def pairwise(values): ...

    PY39 = sys.version_info >= (3, 9)

What they bind here is the answer of this Python. Where the cluster has another one they are executed there, instead of shipping what they bound.
So they are between equal Pythons, if what they ask for is somebody's package: ``try: import ujson as json``, ``except ImportError: import json``.
"""

from __future__ import annotations

import ast
import builtins
import functools
import sys
from collections.abc import Callable, Iterable, Iterator

from clustrix.alternatives import catches_absence, has_alternatives
from clustrix.capture.found_modules import find_module
from clustrix.capture.ownership import Owner
from clustrix.capture.portability import asks_version
from clustrix.capture.sources import Place, Source, interactive_sources
from clustrix.dependency_analysis import references

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


def choices_in(namespace: dict[str, object], same_python: bool = False) -> dict[str, tuple[Source, Place]]:
    """The globals that such a choice has bound, and nothing else: each with the source and the statement.

    With ``same_python`` only those that depend on what is installed.
    """
    found: dict[str, tuple[Source, Place]] = {}
    bound: set[str] = set()
    for source in interactive_sources(namespace):
        latest = _binding_counts(source.tree).keys() - bound
        found.update(
            {name: (source, place) for name, place in _choices(source.tree, same_python).items() if name in latest}
        )
        bound |= latest
    return found


@functools.lru_cache(maxsize=1024)
def _choices(tree: ast.Module, same_python: bool) -> dict[str, Place]:
    counts, found = _binding_counts(tree), dict[str, Place]()
    pythons = _names_of_python(tree)
    for statement in tree.body:
        if _is_choice(statement, pythons | found.keys(), found.keys(), same_python):
            names = frozenset(_bound([statement]))
            place = Place(
                statement, ", ".join(sorted(names)), "", statement, statement.lineno, statement.end_lineno or 0
            )
            found.update({name: place for name in names if counts[name] == 1})
    return found


@functools.lru_cache(maxsize=1024)
def _binding_counts(tree: ast.Module) -> dict[str, int]:
    """In how many top-level statements each global is bound."""
    counts: dict[str, int] = {}
    for statement in tree.body:
        for name in set(_bound([statement])):
            counts[name] = counts.get(name, 0) + 1
    return counts


def _bound(statements: Iterable[ast.AST]) -> Iterator[str]:
    """The globals that statements bind; what is inside of definitions binds none."""
    for node in statements:
        if isinstance(node, _DEFINITIONS):
            yield node.name
        elif isinstance(node, ast.alias):
            yield node.asname or node.name.partition(".")[0]
        elif isinstance(node, ast.Name) and isinstance(node.ctx, (ast.Store, ast.Del)):
            yield node.id
        elif not isinstance(node, ast.Lambda):
            yield from _bound(ast.iter_child_nodes(node))


def _names_of_python(tree: ast.Module) -> frozenset[str]:
    """The globals that stand for builtins and for what is imported from the standard library."""
    imports = (node for node in tree.body if isinstance(node, (ast.Import, ast.ImportFrom)) and _is_python_import(node))
    return frozenset(dir(builtins)) | frozenset(_bound(imports))


def _is_python_import(node: ast.Import | ast.ImportFrom) -> bool:
    modules = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    is_relative = isinstance(node, ast.ImportFrom) and node.level > 0
    return not is_relative and all(one.partition(".")[0] in sys.stdlib_module_names for one in modules)


def _is_choice(statement: ast.stmt, pythons: Iterable[str], chosen: Iterable[str], same_python: bool) -> bool:
    """Whether a statement asks what this Python has and does nothing but bind names accordingly."""
    if isinstance(statement, (ast.Assign, ast.If)):
        asking = statement.value if isinstance(statement, ast.Assign) else statement.test
        asks = (asks_version(asking) and not same_python) or _reads(asking, chosen)
    else:
        asks = isinstance(statement, ast.Try) and catches_absence(statement)
        asks = asks and not (same_python and all(map(_is_python_import, _imports_in(statement))))
    return asks and _only_binds(statement, frozenset(pythons))


def _imports_in(statement: ast.stmt) -> Iterator[ast.Import | ast.ImportFrom]:
    return (node for node in ast.walk(statement) if isinstance(node, (ast.Import, ast.ImportFrom)))


def _is_others_import(node: ast.Import | ast.ImportFrom) -> bool:
    """Whether what is imported is Python's or a distribution's, as far as it is here: not the user's own, which is shipped."""
    if isinstance(node, ast.ImportFrom) and node.level:
        return False
    names = [node.module or ""] if isinstance(node, ast.ImportFrom) else [alias.name for alias in node.names]
    owners = (find_module(name.partition(".")[0]) for name in names)
    return all(found is None or found.owner in (Owner.STDLIB, Owner.INSTALLED) for found in owners)


def _reads(node: ast.AST, names: Iterable[str]) -> bool:
    return not frozenset(names).isdisjoint(references(node).names)


_MayImport = Callable[[ast.Import | ast.ImportFrom], bool]


def _only_binds(statement: ast.stmt, pythons: frozenset[str], may_import: _MayImport = _is_python_import) -> bool:
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return may_import(statement)
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
        return not statement.decorator_list and references(statement.args).names <= pythons
    if isinstance(statement, ast.ClassDef):
        return references(statement).early <= pythons
    if isinstance(statement, ast.Assign):
        names = (isinstance(one, ast.Name) for one in statement.targets)
        return all(names) and references(statement.value).early <= pythons
    if isinstance(statement, ast.If):
        inner = [*statement.body, *statement.orelse]
        return references(statement.test).names <= pythons and _all_only_bind(inner, pythons, may_import)
    if isinstance(statement, ast.Try):
        may_import = _is_others_import if has_alternatives(statement) else may_import
        handlers = [one for handler in statement.handlers for one in handler.body]
        inner = [*statement.body, *handlers, *statement.orelse, *statement.finalbody]
        return _all_only_bind(inner, pythons, may_import)
    return isinstance(statement, ast.Pass)


def _all_only_bind(statements: list[ast.stmt], pythons: frozenset[str], may_import: _MayImport) -> bool:
    known = pythons | frozenset(_bound(statements))
    return all(_only_binds(one, known, may_import) for one in statements)
