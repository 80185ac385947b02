"""What a running program has deleted from its modules since they were imported: ``del Model.old``, ``monkeypatch.delattr(settings, "TOKEN")``."""

from __future__ import annotations

import abc
import ast
import functools
import sys
from collections.abc import Iterable, Iterator, Mapping
from types import ModuleType
from typing import Any, NamedTuple

from clustrix.capture.module_state.written import written_by_script
from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.syntax_nodes import nodes_in, nodes_of

_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


class _Bound(NamedTuple):
    """What a body binds in any case, and its class statements."""

    names: tuple[str, ...]
    classes: tuple[tuple[ast.ClassDef, _Bound], ...]


def removed(found: FoundModule) -> list[str]:
    """The globals, and attributes of classes (``Model.old``), that a loaded module's source binds in any case, and that are gone."""
    module = sys.modules.get(found.name)
    if not isinstance(module, ModuleType) or found.path is None or getattr(module, "__file__", None) != found.path:
        return []
    return list(_gone(_bound_by(module_source(found).tree), vars(module), module.__name__, ""))


@functools.lru_cache(maxsize=4096)
def _bound_by(tree: ast.Module) -> _Bound:
    return _bound_in(tree.body, any(nodes_of(tree, ast.Delete)))


def _bound_in(body: list[ast.stmt], deletes: bool) -> _Bound:
    nodes = (node for statement in body if deletes for node in nodes_in(statement))
    deleted = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Del)}
    names = dict.fromkeys(name for statement in body for name in _bound(statement) if name not in deleted)
    classes = (statement for statement in body if isinstance(statement, ast.ClassDef))
    return _Bound(tuple(names), tuple((one, _bound_in(one.body, deletes)) for one in classes))


def _gone(bound: _Bound, held: Mapping[str, Any], module: str, above: str) -> Iterator[str]:
    yield from (above + name for name in bound.names if name not in held and not (above and name.startswith("__")))
    for statement, inner in bound.classes:
        kind, path = held.get(statement.name), above + statement.name
        if isinstance(kind, type) and (kind.__module__, kind.__qualname__) == (module, path):
            gone = _gone(inner, vars(kind), module, f"{path}.")
            yield from gone if _is_made_by(statement, kind) else _told(gone)


def _is_made_by(statement: ast.ClassDef, kind: type) -> bool:
    """Whether a class is what its statement makes: decorators and metaclasses may take something out."""
    return not statement.decorator_list and type(kind) in (type, abc.ABCMeta)


def _told(gone: Iterable[str]) -> Iterator[str]:
    """Those that the script itself deletes, or writes to."""
    return (path for path in gone if path.rpartition(".")[2] in written_by_script())


def _bound(statement: ast.stmt) -> Iterator[str]:
    """What a statement binds that stands under no condition."""
    if isinstance(statement, _DEFINITIONS):
        yield statement.name
    elif isinstance(statement, (ast.Import, ast.ImportFrom)):
        yield from (alias.asname or alias.name.partition(".")[0] for alias in statement.names if alias.name != "*")
    elif isinstance(statement, (ast.Assign, ast.AnnAssign)) and statement.value is not None:
        targets = statement.targets if isinstance(statement, ast.Assign) else [statement.target]
        for node in (inner for target in targets for inner in nodes_in(target)):
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                yield node.id
