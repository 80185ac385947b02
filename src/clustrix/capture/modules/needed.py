"""Which statements of the shipped modules a call needs: those that an import runs, and the definitions that the function may come to.

Names are followed, not values: more may be counted as needed than is, seldom less; and what was not counted fails by name when it is used.
"""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterable
from dataclasses import dataclass, replace

from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.modules.import_effects import quiet_assignments
from clustrix.dependency_analysis import references
from clustrix.syntax_nodes import nodes_in

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)
#: What an import can do without if nobody uses what it binds; ``type X = ..`` came with Python 3.12.
_ONLY_BINDING = (*_DEFINITIONS, ast.Import, ast.ImportFrom, getattr(ast, "TypeAlias", ast.FunctionDef))


@dataclass(frozen=True)
class Statement:
    """A top-level statement: which names it binds, which it mentions, whether importing the module runs what is in it."""

    bound: frozenset[str]
    mentioned: frozenset[str]
    used: frozenset[str]
    is_run: bool


def needed_statements(
    modules: Iterable[FoundModule], wanted: frozenset[str], *, strictly: bool = False
) -> dict[str, frozenset[int]]:
    """For each module the indices of the needed statements, when ``wanted`` are the names that the captured definitions mention.

    ``strictly`` leaves out what an import would run and nobody would miss: ``ZONE = ZoneInfo("UTC")``, if nothing mentions ``ZONE``.
    """
    trees = {module.name: module_source(module).tree for module in modules if module.path is not None}
    statements = {name: read_statements(tree, strictly) for name, tree in trees.items()}
    needed: dict[str, set[int]] = {name: set() for name in statements}
    everything = set(wanted)
    growing = True
    while growing:
        growing = False
        for name, found in statements.items():
            new = _reached(found, everything) - needed[name]
            if new:
                growing = True
                needed[name] |= new
                everything.update(*(found[index].mentioned for index in new))
    return {name: frozenset(indices) for name, indices in needed.items()}


def identifiers(nodes: Iterable[ast.AST]) -> frozenset[str]:
    """The names by which pieces of source may come to what other modules hold: attributes, imports, texts that could be names."""
    found: set[str] = set()
    for node in (inner for one in nodes for inner in nodes_in(one)):
        if isinstance(node, ast.Attribute):
            found.add(node.attr)
        elif isinstance(node, ast.alias):
            found.update(node.name.split("."))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and node.value.isidentifier():
            found.add(node.value)
    return frozenset(found)


@functools.lru_cache(maxsize=4096)
def read_statements(tree: ast.Module, strictly: bool = False) -> tuple[Statement, ...]:
    """The top-level statements of a module."""
    quiet = quiet_assignments(tree) if strictly else frozenset()
    read = (_NOTHING if is_main_guard(statement) else _read_statement(statement) for statement in tree.body)
    return tuple(replace(one, is_run=False) if index in quiet else one for index, one in enumerate(read))


def _read_statement(statement: ast.stmt) -> Statement:
    return Statement(
        names_bound(statement),
        identifiers([statement]),
        references(statement, postponed_annotations=True).names,
        not isinstance(statement, _ONLY_BINDING) or _has_star(statement),
    )


#: What an import makes of ``if __name__ == "__main__":``.
_NOTHING = Statement(frozenset(), frozenset(), frozenset(), is_run=False)


def is_main_guard(statement: ast.stmt) -> bool:
    """Whether a statement does something in a program's first module only, which is never one that is shipped as a file."""
    if not isinstance(statement, ast.If) or statement.orelse or not isinstance(statement.test, ast.Compare):
        return False
    test = statement.test
    sides = (test.left, *test.comparators)
    return (
        len(sides) == 2
        and isinstance(test.ops[0], ast.Eq)
        and any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)
        and any(isinstance(side, ast.Constant) and side.value == "__main__" for side in sides)
    )


def names_bound(statement: ast.stmt) -> frozenset[str]:
    """The globals that a statement binds."""
    if isinstance(statement, _DEFINITIONS):
        return frozenset({statement.name})
    if isinstance(statement, (ast.Import, ast.ImportFrom)):
        return frozenset(alias.asname or alias.name.partition(".")[0] for alias in statement.names)
    return frozenset(
        node.id for node in nodes_in(statement) if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)
    )


def _has_star(statement: ast.stmt) -> bool:
    return isinstance(statement, ast.ImportFrom) and any(alias.name == "*" for alias in statement.names)


def _reached(statements: tuple[Statement, ...], wanted: set[str]) -> set[int]:
    bound: dict[str, list[int]] = {}
    for index, one in enumerate(statements):
        for name in one.bound:
            bound.setdefault(name, []).append(index)
    stack = [index for index, one in enumerate(statements) if one.is_run or not one.bound.isdisjoint(wanted)]
    found: set[int] = set()
    while stack:
        index = stack.pop()
        if index not in found:
            found.add(index)
            stack += [other for name in statements[index].used for other in bound.get(name, ())]
    return found
