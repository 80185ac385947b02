"""What a module's functions have put where its source has ``None`` or the like: a connection, a model.

That is in a global, an attribute of a class, of an object that the module makes, or in a dict. Importing the module there brings the ``None``
back. What travels is shipped; what does not is an error of its own name where it is used. Where the module's own function makes it
when there is none, that is left to that function.
"""

from __future__ import annotations

import ast
import functools
import threading
from collections.abc import Iterator
from typing import Any, NamedTuple

from clustrix.capture.module_state.instance_changes import is_users_object
from clustrix.capture.module_state.plain_values import UNKNOWN, literal
from clustrix.capture.module_state.restoring import CONTAINERS, Again
from clustrix.capture.module_state.written import written_by_script
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source
from clustrix.capture.reached import kind_of
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import functions_in, last_name, nodes_in, nodes_of
from clustrix_remote import hashed, placeholders

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


class _Writes(NamedTuple):
    """What a module's functions write to: globals, attributes, and into which globals; and what of it they ask for first."""

    globals: frozenset[str]
    attributes: frozenset[str]
    into: frozenset[str]
    asked: frozenset[str]
    #: Attributes that begin as a literal: in a class's body, or in its ``__init__``.
    literals: frozenset[str]


def is_held(name: str, bound: ast.expr, found: FoundModule) -> bool:
    """Whether the script or a function of the module gives a global, written as a literal, what it holds from then on."""
    written, writes = literal(bound), _writes(module_source(found).tree)
    if written is UNKNOWN or name in writes.asked:
        return False
    return name in writes.globals | written_by_script() or (isinstance(written, dict) and name in writes.into)


def is_asked_first(name: str, found: FoundModule) -> bool:
    """Whether a function of the module asks whether there is something, and makes it if not."""
    return name in _writes(module_source(found).tree).asked


def as_held(name: str, value: Any, found: FoundModule) -> Any:
    """The value, or what stands for one that cannot travel; in a dict for each of them."""
    if travels(value):
        return value
    if type(value) is dict:
        return {key: as_held(f"{name}[{key!r}]", one, found) for key, one in value.items()}
    way_out = f"make it inside the function, or when {found.name} is imported"
    problem = f"{kind_of(value)} cannot be sent to the cluster; {way_out}"
    return Again(placeholders.stays_at_home, name, f"global {name} of {found.name}", problem)


def is_filled_here(value: Any) -> bool:
    """Whether something is in a queue, or an event is set: the one that importing the module makes is empty, and whoever asks it may wait for ever."""
    kind = type(value)
    if kind.__module__ in ("queue", "_queue") and hasattr(value, "empty"):
        return not value.empty()
    return isinstance(value, threading.Event) and value.is_set()


def held_attributes(name: str, value: Any, found: FoundModule) -> Iterator[tuple[str, Any]]:
    """What stands for the attributes, of a class or of an object of the user's, that hold what cannot travel."""
    kind = value if isinstance(value, type) else type(value)
    home = find_module(kind.__module__)
    if home is None or home.path is None or not (isinstance(value, type) or is_users_object(value)):
        return
    writes = _writes(module_source(home).tree)
    state = vars(value) if isinstance(value, type) else hashed.attributes(value)
    given = (writes.attributes | written_by_script()) - writes.asked
    for attribute in sorted(state.keys() & writes.literals & given):
        held = state[attribute]
        if not isinstance(held, CONTAINERS) and not travels(held):
            yield f"{name}.{attribute}", as_held(f"{name}.{attribute}", held, found)


@functools.lru_cache(maxsize=1024)
def _writes(tree: ast.Module) -> _Writes:
    found: dict[str, set[str]] = {name: set() for name in _Writes._fields}
    for kind in nodes_of(tree, ast.ClassDef):
        found["literals"] |= _literals(kind.body) & _stored(kind)
    for function in functions_in(tree):
        _add_function(function, found)
    return _Writes(**{name: frozenset(one) for name, one in found.items()})


def _add_function(function: ast.FunctionDef | ast.AsyncFunctionDef, found: dict[str, set[str]]) -> None:
    if function.name == "__init__":
        found["literals"] |= _literals(function.body)
        return
    nodes = nodes_in(function)
    declared = {name for node in nodes if isinstance(node, ast.Global) for name in node.names}
    attributes = {node.attr for node in nodes if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store)}
    into = {
        node.value.id
        for node in nodes
        if isinstance(node, ast.Subscript) and isinstance(node.ctx, ast.Store) and isinstance(node.value, ast.Name)
    }
    found["globals"] |= declared & _stored(function)
    found["attributes"] |= attributes
    found["into"] |= into
    # ``if _conn is None: _conn = connect()``
    tests = [node.test for node in nodes if isinstance(node, (ast.If, ast.IfExp, ast.While))]
    found["asked"] |= (declared | attributes | into) & {name for test in tests for name in _mentioned(test)}


def _literals(statements: list[ast.stmt]) -> set[str]:
    """The names and attributes that are bound to a literal that holds nothing."""
    found: set[str] = set()
    for one in statements:
        targets = one.targets if isinstance(one, ast.Assign) else [one.target] if isinstance(one, ast.AnnAssign) else []
        value = getattr(one, "value", None)
        if value is not None and not isinstance(literal(value), (type(UNKNOWN), *CONTAINERS)):
            found.update(map(last_name, targets))
    return found


def _stored(node: ast.AST) -> set[str]:
    return {one.id for one in nodes_in(node) if isinstance(one, ast.Name) and isinstance(one.ctx, ast.Store)}


def _mentioned(node: ast.AST) -> Iterator[str]:
    for one in nodes_in(node):
        if isinstance(one, (ast.Name, ast.Attribute)):
            yield one.id if isinstance(one, ast.Name) else one.attr
