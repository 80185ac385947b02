"""What a running program has made of the classes that a module of its own defines, and of the classes in these."""

from __future__ import annotations

import ast
import enum
import functools
import sys
import types
from collections.abc import Iterator
from typing import Any

from clustrix.capture.module_state.enum_members import member_changes
from clustrix.capture.module_state.functions_of_modules import FunctionNode, can_be_set, is_code_of, set_on_function
from clustrix.capture.module_state.gone_on_at_home import has_gone_on
from clustrix.capture.module_state.held_globals import as_held, held_attributes, is_asked_first
from clustrix.capture.module_state.held_weakly import held_weakly
from clustrix.capture.module_state.instance_changes import CONTAINERS, instance_changes, is_users_object
from clustrix.capture.module_state.moved_on import has_moved_on, is_filled_since
from clustrix.capture.module_state.objects_held import is_of_own_objects
from clustrix.capture.module_state.plain_values import UNKNOWN, is_dunder, is_plain, literal, same
from clustrix.capture.module_state.put_over import is_put_over
from clustrix.capture.module_state.same_objects import Origin, named
from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.modules.importable import is_put_around, is_put_in
from clustrix.capture.modules.ownership import is_mock
from clustrix.syntax_nodes import last_name, nodes_in

#: What a class statement sets, and decorators copy.
_OF_CLASSES = frozenset({"__module__", "__qualname__", "__doc__", "__firstlineno__"})
#: What stands in a class for a name with a default that is a slot, or an entry of a named tuple: older Pythons have none of the latter.
_FIELDS = (types.MemberDescriptorType, type(vars(Origin)["name"]))


def is_class_of(path: str, value: Any, found: FoundModule) -> bool:
    """Whether a value is the class that the module's statement at this path, ``Config.Train``, has made."""
    return isinstance(value, type) and (value.__module__, value.__qualname__) == (found.name, path)


def changed_class(
    path: str, kind: type, node: ast.ClassDef, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    """Where the living class at this path of a module differs, or may differ, from what its statement makes."""
    if "__bases__" in written and [one.__name__ for one in kind.__bases__] != list(map(last_name, node.bases)):
        yield f"{path}.__bases__", kind.__bases__
    for statement in node.body:
        if isinstance(statement, ast.ClassDef):
            yield from _changed_inner_class(path, vars(kind).get(statement.name), statement, found, written)
        elif isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef)):
            yield from _changed_method(path, vars(kind).get(statement.name, UNKNOWN), statement, found, written)
        else:
            for attribute, expression in _assigned(statement):
                yield from _changed_attribute(path, kind, attribute, expression, found, written)
    yield from _added_to_class(path, kind, node, found, written)
    yield from held_attributes(path, kind, found)
    yield from member_changes(path, kind, found)


def _changed_inner_class(
    above: str, kind: Any, node: ast.ClassDef, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    path = f"{above}.{node.name}"
    if is_class_of(path, kind, found):
        yield from changed_class(path, kind, node, found, written)
    elif isinstance(kind, type) and not node.decorator_list:
        yield path, kind


def _changed_method(
    above: str, value: Any, node: FunctionNode, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    path = f"{above}.{node.name}"
    if is_mock(value) or _is_another_function(value, node, found, written):
        yield path, value
    if isinstance(value, types.FunctionType) or is_users_object(value):
        yield from set_on_function(path, value, node, found, written)
    elif isinstance(value, (staticmethod, classmethod)) and isinstance(value.__func__, types.FunctionType):
        way = path if isinstance(value, staticmethod) else f"{path}.__func__"
        yield from set_on_function(way, value.__func__, node, found, written)


def _changed_attribute(
    above: str, kind: type, name: str, expression: ast.expr, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    value, path = vars(kind).get(name, UNKNOWN), f"{above}.{name}"
    weak = held_weakly(value, found)
    if weak is not None:
        yield path, weak
    elif value is not UNKNOWN and _is_set_anew(kind, name, value, expression, found, written):
        yield path, _by_name(value, found)
    elif has_gone_on(name, value, expression, found):
        yield path, as_held(path, value, found)
    elif is_users_object(value):
        yield from instance_changes(path, value, found, written)


def _added_to_class(
    path: str, kind: type, node: ast.ClassDef, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
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
            or (is_told and not hasattr(type(value), "__set__") and can_be_set(value, found))
        ):
            yield f"{path}.{attribute}", value


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
    if issubclass(kind, enum.Enum) or isinstance(value, _FIELDS):
        return False
    source = literal(expression)
    if source is UNKNOWN and (
        has_moved_on(attribute, value, expression, found) or is_filled_since(attribute, value, found)
    ):
        return True
    if not can_be_set(value, found):
        is_other = source is not UNKNOWN and not same(source, value)
        return is_other and is_of_own_objects(value, found, not is_asked_first(attribute, found))
    if source is UNKNOWN:
        return attribute in written and not isinstance(value, (types.FunctionType, type)) and is_plain(value, found)
    return not same(source, value)


def _is_another_function(value: Any, node: FunctionNode, found: FoundModule, written: frozenset[str]) -> bool:
    """Whether something else was put where a class's body has a method."""
    if type(value) is types.FunctionType and not node.decorator_list:
        return not is_code_of(value, node, found)
    if node.decorator_list and is_put_over(value, node, found, written):
        return True
    if isinstance(value, (staticmethod, classmethod)) and type(value.__func__) is types.FunctionType:
        return is_put_in(value) or (node.name in written and not is_code_of(value.__func__, node, found))
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
