"""What a running program has changed in its own modules since they were imported: another import would not bring it.

Only what the source tells is compared: a global that is a literal there, a function or class that is another one now, names that were added. What
differs is shipped where it is plain data, a function, a class or a mock.
"""

from __future__ import annotations

import ast
import enum
import functools
import importlib.util
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from clustrix.capture.definitions.embedded import has_code
from clustrix.capture.definitions.sources import interactive_sources
from clustrix.capture.module_state.class_changes import plain_function
from clustrix.capture.module_state.enum_members import member_changes
from clustrix.capture.module_state.globals_bound import globals_bound
from clustrix.capture.module_state.held_globals import as_held, held_attributes, is_held
from clustrix.capture.module_state.held_in_functions import moved_within
from clustrix.capture.module_state.held_weakly import held_weakly
from clustrix.capture.module_state.instance_changes import CONTAINERS, instance_changes, is_users_object
from clustrix.capture.module_state.moved_on import Moved, has_moved_on, is_filled_since, is_new_each_time
from clustrix.capture.module_state.objects_held import has_decorated, is_of_own_objects
from clustrix.capture.module_state.plain_values import UNKNOWN, is_dunder, is_plain, literal, same
from clustrix.capture.module_state.put_over import is_put_over
from clustrix.capture.module_state.rebound import Place, is_replaced_import, put_by_program
from clustrix.capture.module_state.same_objects import Origin, named
from clustrix.capture.module_state.written import written_by_script
from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.modules.importable import is_put_around, is_put_in
from clustrix.capture.modules.ownership import is_mock
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import nodes_in
from clustrix_remote.hashed import attributes


@dataclass(frozen=True)
class Change:
    """A value that differs: ``path`` is ``RATE``, ``Model.size`` or ``settings.mode`` in ``module``."""

    module: str
    path: str
    value: Any


def module_changes(
    found: FoundModule, written: frozenset[str] = frozenset(), replaced: frozenset[Place] = frozenset()
) -> list[Change]:
    """What differs between the living module and its source; nothing for one that is not loaded.

    ``written`` are the names that the program writes to: what they hold is taken for changed, where the source only tells how it is computed;
    ``replaced`` the globals of modules to which it assigns.
    """
    module = sys.modules.get(found.name)
    if module is None or found.path is None or getattr(module, "__file__", None) != found.path:
        return []
    return [Change(found.name, path, value) for path, value in _differences(module, found, written, replaced)]


_Function = ast.FunctionDef | ast.AsyncFunctionDef
#: What the import of a module sets, and what only imports from it read.
_OF_IMPORTS = frozenset({
    "__name__", "__doc__", "__file__", "__path__", "__loader__", "__spec__", "__package__", "__cached__", "__builtins__", "__annotations__",
    "__all__",
})  # fmt: skip
#: What a class statement sets, and decorators copy.
_OF_CLASSES = frozenset({"__module__", "__qualname__", "__doc__", "__firstlineno__"})


def _differences(
    module: ModuleType, found: FoundModule, written: frozenset[str], replaced: frozenset[Place]
) -> Iterator[tuple[str, Any]]:
    tree = module_source(found).tree
    bindings, has_star = globals_bound(tree)
    for name, value in list(vars(module).items()):
        bound = bindings.get(name)
        if name in _OF_IMPORTS or (is_dunder(name) and bound is None and name not in written):
            continue
        put = put_by_program(name, value, found, replaced)
        if put is not None:
            yield name, put
        elif bound is None:
            is_sent = _travels(value, found) or is_of_own_objects(value, found)
            if is_sent and not has_star and not isinstance(value, ModuleType):
                yield name, value
        elif len(bound) == 1 and bound[0] is not None:
            if isinstance(bound[0], ast.expr) and not is_mock(value) and literal(bound[0]) is UNKNOWN:
                yield from _computed(name, value, found, written, bound[0])
            else:
                yield from _changed(name, value, bound[0], module, found, written)
        elif name in written and is_plain(value, found):
            yield name, value
        elif isinstance(value, types.FunctionType):
            yield from moved_within(name, value, None, found, written)


def _changed(
    name: str, value: Any, bound: ast.AST | None, module: ModuleType, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    if is_mock(value):
        yield name, value
    elif isinstance(bound, (ast.FunctionDef, ast.AsyncFunctionDef)):
        yield from _changed_function(name, value, bound, module, found, written)
    elif isinstance(bound, ast.ClassDef):
        if isinstance(value, type) and value.__module__ == module.__name__ and value.__qualname__ == name:
            yield from _class_changes(name, value, bound, found, written)
            yield from (*held_attributes(name, value, found), *member_changes(name, value, found))
        elif bound.decorator_list and type(value) in _FUNCTIONS:
            yield from _set_on_function(name, value, None, found, written)
        elif bound.decorator_list:
            yield from _computed(name, value, found, written, bound.decorator_list[0])
        elif _travels(value, found):
            yield name, value
    elif isinstance(bound, ast.ImportFrom):
        if (
            _travels(value, found)
            and not isinstance(value, ModuleType)
            and is_replaced_import(name, value, bound, module)
        ):
            yield name, value
    elif isinstance(bound, ast.expr) and _holds_another(name, value, bound, found):
        yield name, value
    elif (
        isinstance(bound, ast.expr)
        and not same(literal(bound), value)
        and is_held(name, bound, found)
        and not has_decorated(value)
    ):
        yield name, as_held(name, value, found)


def _changed_function(
    name: str, value: Any, bound: _Function, module: ModuleType, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    if (name in written and is_put_around(value, bound)) or (
        bound.decorator_list and is_put_over(value, bound, found, written)
    ):
        yield name, value
        yield from _set_on_function(name, value, bound, found, written) if type(value) in _FUNCTIONS else ()
    elif isinstance(value, types.FunctionType) and not bound.decorator_list and not _is_code_of(value, bound, found):
        is_own = (value.__module__, value.__qualname__) == (module.__name__, name)
        yield (f"{name}.__code__", _with_its_code(value)) if is_own and "__code__" in written else (name, value)
    elif type(value) in _FUNCTIONS or is_users_object(value):
        yield from _set_on_function(name, value, bound, found, written)


_FUNCTIONS = (types.FunctionType, functools._lru_cache_wrapper)


def _set_on_function(
    name: str, value: Any, node: _Function | None, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    """What a function of the module, or what its decorator put there, holds under names that the program writes to: ``load.calls``."""
    for attribute, held in attributes(value).items():
        if attribute in written and not attribute.startswith("__") and _travels(held, found):
            yield f"{name}.{attribute}", held
    for attribute in ("__defaults__", "__kwdefaults__") if isinstance(value, types.FunctionType) else ():
        held = getattr(value, attribute)
        if attribute in written and (held is None or travels(held)):
            yield f"{name}.{attribute}", held
    yield from moved_within(name, value, node, found, written)


def _with_its_code(function: types.FunctionType) -> types.FunctionType:
    """A function of the code that was put into one of the module's: it is none of the module's, so it goes as source."""
    return types.FunctionType(function.__code__, function.__globals__, "", None, function.__closure__)


def _holds_another(name: str, value: Any, bound: ast.expr, found: FoundModule) -> bool:
    """Whether a global is no longer the literal that its module binds it to, and can travel."""
    if same(literal(bound), value):
        return False
    is_written = name in written_by_script() and travels(value)
    return is_written or _travels(value, found) or is_of_own_objects(value, found)


def _computed(
    name: str, value: Any, found: FoundModule, written: frozenset[str], expression: ast.expr
) -> Iterator[tuple[str, Any]]:
    """A value that the module computes when it is imported."""
    weak = held_weakly(value, found)
    if weak is not None:
        yield name, weak
        return
    is_another = name in written and not isinstance(value, ModuleType) and _is_shipped_whole(name, value, found)
    if is_another or (is_new_each_time(expression) and is_plain(value, found)):
        yield name, value
        return
    if has_moved_on(name, value, expression, found) or is_filled_since(name, value, found):
        yield name, value if _is_assigned_elsewhere(name, found) else Moved(value)
        return
    yield from moved_within(name, value, None, found, written)
    yield from instance_changes(name, value, found)
    for attribute, held in attributes(value).items() if is_users_object(value) else ():
        if attribute in written and not is_plain(held, found) and travels(held):
            yield f"{name}.{attribute}", held
    yield from held_attributes(name, value, found)


def _is_shipped_whole(name: str, value: Any, found: FoundModule) -> bool:
    if is_plain(value, found):
        return True
    if is_users_object(value):
        return _is_assigned_elsewhere(name, found) and travels(value)
    return is_of_own_objects(value, found)


def _is_assigned_elsewhere(name: str, found: FoundModule) -> bool:
    """Whether the object itself was replaced: not only changed, as by ``engine.name = "x"``."""
    main = sys.modules.get("__main__")
    trees = [module_source(found).tree, *(one.tree for one in interactive_sources(vars(main) if main else {}))]
    return any(
        (isinstance(node, ast.Global) and name in node.names)
        or (isinstance(node, ast.Attribute) and node.attr == name and isinstance(node.ctx, ast.Store))
        for tree in trees
        for node in nodes_in(tree)
    )


def _is_code_of(function: types.FunctionType, node: _Function, found: FoundModule) -> bool:
    code = function.__code__
    if code.co_name != node.name or code.co_filename != found.path:
        return False
    if code.co_firstlineno == node.lineno:
        return True
    return has_code(importlib.util.decode_source(module_source(found).data), found.path, code, anywhere=True)


def _class_changes(
    name: str, kind: type, node: ast.ClassDef, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    for statement in node.body:
        if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            value = vars(kind).get(statement.name, UNKNOWN)
            if is_mock(value) or _is_another_function(value, statement, found, written):
                yield f"{name}.{statement.name}", value
            if isinstance(value, types.FunctionType):
                yield from _set_on_function(f"{name}.{statement.name}", value, statement, found, written)
            elif isinstance(value, (staticmethod, classmethod)) and isinstance(value.__func__, types.FunctionType):
                way = f"{name}.{statement.name}" + ("" if isinstance(value, staticmethod) else ".__func__")
                yield from _set_on_function(way, value.__func__, statement, found, written)
            continue
        for attribute, expression in _assigned(statement):
            value = vars(kind).get(attribute, UNKNOWN)
            weak = held_weakly(value, found)
            if weak is not None:
                yield f"{name}.{attribute}", weak
            elif value is not UNKNOWN and _is_set_anew(kind, attribute, value, expression, found, written):
                yield f"{name}.{attribute}", _by_name(value, found)
            elif is_users_object(value):
                yield from instance_changes(f"{name}.{attribute}", value, found)
    for attribute in sorted(vars(kind).keys() - _written_in_class(node)):
        value = vars(kind)[attribute]
        is_pythons = attribute in _OF_CLASSES or (is_dunder(attribute) and not isinstance(value, (str, int, float)))
        is_told = attribute in written and not is_pythons
        # What `setattr` has put there under a name that is made up.
        is_told |= not attribute.startswith("_") and not issubclass(kind, enum.Enum) and is_plain(value, found)
        holds_own = is_told and type(value) in CONTAINERS and is_of_own_objects(value, found)
        if (
            is_put_in(value)
            or holds_own
            or (is_told and not hasattr(type(value), "__set__") and _travels(value, found))
        ):
            yield f"{name}.{attribute}", value


def _assigned(statement: ast.stmt) -> Iterator[tuple[str, ast.expr]]:
    """The name that a statement of a class's body gives a value, and the expression of that."""
    targets = statement.targets if isinstance(statement, ast.Assign) else ()
    if isinstance(statement, ast.AnnAssign):
        targets = [statement.target]
    for target in targets:
        if isinstance(target, ast.Name) and getattr(statement, "value", None) is not None:
            yield target.id, statement.value  # type: ignore[attr-defined]


def _is_set_anew(
    kind: type, attribute: str, value: Any, expression: ast.expr, found: FoundModule, written: frozenset[str]
) -> bool:
    """Whether a class's attribute holds something else than its body gave it; what is computed may, where the program writes to it."""
    if issubclass(kind, enum.Enum):
        return False
    source = literal(expression)
    if source is UNKNOWN and has_moved_on(attribute, value, expression, found):
        return True
    if not _travels(value, found):
        return source is not UNKNOWN and not same(source, value) and is_of_own_objects(value, found)
    if source is UNKNOWN:
        return attribute in written and not isinstance(value, (types.FunctionType, type)) and is_plain(value, found)
    return not same(source, value)


def _is_another_function(value: Any, node: _Function, found: FoundModule, written: frozenset[str]) -> bool:
    """Whether something else was put where a class's body has a method."""
    if type(value) is types.FunctionType and not node.decorator_list:
        return not _is_code_of(value, node, found)
    if node.decorator_list and is_put_over(value, node, found, written):
        return True
    if isinstance(value, (staticmethod, classmethod)) and type(value.__func__) is types.FunctionType:
        return is_put_in(value) or (node.name in written and not _is_code_of(value.__func__, node, found))
    return is_put_in(value) or (node.name in written and is_put_around(value, node))


@functools.lru_cache(maxsize=1024)
def _written_in_class(node: ast.ClassDef) -> frozenset[str]:
    nodes = nodes_in(node)
    stored = {one.id for one in nodes if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}
    return frozenset(stored | {one.name for one in nodes if isinstance(one, (ast.FunctionDef, ast.ClassDef))})


def _by_name(value: Any, found: FoundModule) -> Any:
    """What stands for an object that the module makes under a name of its own: there it is the same one."""
    held = vars(sys.modules[found.name]).items() if is_users_object(value) else ()
    name = next((name for name, one in held if one is value), None)
    return value if name is None else named(Origin(found.name, name))


def _travels(value: Any, found: FoundModule) -> bool:
    named = isinstance(plain_function(value), (types.FunctionType, type)) or is_mock(value)
    return is_plain(value, found) or named or (is_users_object(value) and travels(value))
