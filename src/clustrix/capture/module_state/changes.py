"""What a running program has changed in its own modules since they were imported: another import would not bring it.

Only what the source tells is compared: a global that is a literal there, a function or class that is another one now, names that were added. What
differs is shipped where it is plain data, a function, a class or a mock.
"""

from __future__ import annotations

import ast
import sys
import types
from collections.abc import Iterator
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from clustrix.capture.module_state.classes_of_modules import changed_class, is_class_of
from clustrix.capture.module_state.functions_of_modules import (
    FUNCTIONS,
    FunctionNode,
    can_be_set,
    is_code_of,
    set_on_function,
)
from clustrix.capture.module_state.globals_bound import globals_bound
from clustrix.capture.module_state.gone_on_at_home import has_gone_on
from clustrix.capture.module_state.handed_on import may_be_handed_on
from clustrix.capture.module_state.held_globals import as_held, held_attributes, is_asked_first, is_filled_here, is_held
from clustrix.capture.module_state.held_in_functions import moved_within
from clustrix.capture.module_state.held_weakly import held_weakly
from clustrix.capture.module_state.instance_changes import changes_of_each, instance_changes, is_users_object
from clustrix.capture.module_state.moved_on import Moved, has_moved_on, is_filled_since
from clustrix.capture.module_state.objects_held import has_decorated, is_of_own_objects
from clustrix.capture.module_state.plain_values import UNKNOWN, is_dunder, is_plain, literal, same
from clustrix.capture.module_state.put_over import is_put_over
from clustrix.capture.module_state.rebound import Place, is_assigned_elsewhere, is_replaced_import, put_by_program
from clustrix.capture.module_state.written import written_by_script
from clustrix.capture.modules.found_modules import FoundModule, module_source
from clustrix.capture.modules.importable import is_put_around
from clustrix.capture.modules.ownership import is_mock
from clustrix.capture.reductions.travelling import travels


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


#: What the import of a module sets, and what only imports from it read.
_OF_IMPORTS = frozenset({
    "__name__", "__doc__", "__file__", "__path__", "__loader__", "__spec__", "__package__", "__cached__", "__builtins__", "__annotations__",
    "__all__",
})  # fmt: skip


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
            # First what is asked quickly: a package holds each of its modules.
            may_be_sent = not has_star and not isinstance(value, ModuleType)
            if may_be_sent and (can_be_set(value, found) or is_of_own_objects(value, found)):
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
        if is_class_of(name, value, found):
            yield from changed_class(name, value, bound, found, written)
        elif bound.decorator_list and type(value) in FUNCTIONS:
            yield from set_on_function(name, value, None, found, written)
        elif bound.decorator_list:
            yield from _computed(name, value, found, written, bound.decorator_list[0])
        elif can_be_set(value, found):
            yield name, value
    elif isinstance(bound, ast.ImportFrom):
        if (
            can_be_set(value, found)
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
    name: str, value: Any, bound: FunctionNode, module: ModuleType, found: FoundModule, written: frozenset[str]
) -> Iterator[tuple[str, Any]]:
    if (name in written and is_put_around(value, bound)) or (
        bound.decorator_list and is_put_over(value, bound, found, written)
    ):
        yield name, value
        yield from set_on_function(name, value, bound, found, written) if type(value) in FUNCTIONS else ()
    elif isinstance(value, types.FunctionType) and not bound.decorator_list and not is_code_of(value, bound, found):
        is_own = (value.__module__, value.__qualname__) == (module.__name__, name)
        yield (f"{name}.__code__", _with_its_code(value)) if is_own and "__code__" in written else (name, value)
    elif type(value) in FUNCTIONS or is_users_object(value):
        yield from set_on_function(name, value, bound, found, written)


def _with_its_code(function: types.FunctionType) -> types.FunctionType:
    """A function of the code that was put into one of the module's: it is none of the module's, so it goes as source."""
    return types.FunctionType(function.__code__, function.__globals__, "", None, function.__closure__)


def _holds_another(name: str, value: Any, bound: ast.expr, found: FoundModule) -> bool:
    """Whether a global is no longer the literal that its module binds it to, and can travel."""
    if same(literal(bound), value):
        return False
    is_written = name in written_by_script() and travels(value)
    return is_written or can_be_set(value, found) or is_of_own_objects(value, found, not is_asked_first(name, found))


def _computed(
    name: str, value: Any, found: FoundModule, written: frozenset[str], expression: ast.expr
) -> Iterator[tuple[str, Any]]:
    """A value that the module computes when it is imported."""
    weak = held_weakly(value, found)
    if weak is not None:
        yield name, weak
        return
    # Objects of the user's are the same ones wherever they are held, so they go only where it is known.
    is_written = name in written or (may_be_handed_on(name, value) and is_plain(value, found))
    is_another = is_written and not isinstance(value, ModuleType) and _is_shipped_whole(name, value, found)
    if is_another:
        yield name, value
        return
    if (name in written and is_filled_here(value)) or has_gone_on(name, value, expression, found):
        yield name, as_held(name, value, found)
        return
    if has_moved_on(name, value, expression, found) or is_filled_since(name, value, found):
        yield name, value if is_assigned_elsewhere(name, found, value) else Moved(value)
        return
    yield from moved_within(name, value, None, found, written)
    yield from instance_changes(name, value, found, written)
    yield from changes_of_each(name, value, found)
    yield from held_attributes(name, value, found)


def _is_shipped_whole(name: str, value: Any, found: FoundModule) -> bool:
    # A path below the module's folder is what an import there makes in its own way, unless the script has set it.
    if is_plain(value, found) or (type(value) is str and name in written_by_script()):
        return True
    if is_users_object(value):
        return is_assigned_elsewhere(name, found) and travels(value)
    return is_of_own_objects(value, found)
