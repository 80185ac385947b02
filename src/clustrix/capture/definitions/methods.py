"""The methods of a captured class: which of them uses a global, and whether anything that is shipped may call it.

``Repo.save()`` writes through a connection that cannot travel; a call that only loads has no need of it. Where such a method is named by nothing,
what it alone uses stays at home, and whoever calls it nevertheless is told so. So is it with ``lock = guard`` in the class's body.
"""

from __future__ import annotations

import abc
import ast
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, TypeGuard

from clustrix.capture.module_state.plain_values import is_dunder
from clustrix.capture.modules.needed import identifiers
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.dependency_analysis import references
from clustrix.syntax_nodes import nodes_in

_FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)
#: A method, or an attribute that is another name for a global.
_Method = ast.FunctionDef | ast.AsyncFunctionDef | ast.Assign
#: Decorators that leave a method to be found by its name alone.
_PLAIN_DECORATORS = frozenset({"property", "staticmethod", "classmethod"})
#: Bases that call nothing of a class by names of its own.
_CALLING_NOTHING = frozenset({"builtins", "abc", "typing"})


@dataclass(frozen=True)
class Methods:
    """The methods of a class whose statement is ``node``."""

    kind: type
    node: Any

    def user_at(self, line: int) -> str:
        """What of the class stands in this line: ``Repo.load()``, or the class itself."""
        for one in self.node.body:
            if isinstance(one, _FUNCTIONS) and one.lineno <= line <= (one.end_lineno or 0):
                return f"{self.kind.__qualname__}.{one.name}()"
        return f"class {self.kind.__qualname__}"

    def only_users(self, name: str) -> list[_Method]:
        """The methods that use a global, if they can be found by their names alone and nothing else of the class uses it."""
        users: list[_Method] = []
        for one in self.node.body:
            found = references(one, self.node.name)
            if name not in found.names:
                continue
            if not is_found_by_name(one) or (name in found.early and not self._is_unwatched(one)):
                return []
            users.append(one)
        return [] if any(map(calls_methods, self.kind.__mro__)) else users

    def _is_unwatched(self, node: ast.AST) -> bool:
        """Whether this is an attribute, and nothing looks at all attributes while the class is made."""
        is_plain = type(self.kind) in (type, abc.ABCMeta) and not hasattr(self.kind.__init_subclass__, "__func__")
        return isinstance(node, ast.Assign) and is_plain


def is_any_named(
    methods: Sequence[_Method], captured: list[ast.AST], shipped: Iterable[ast.AST], told: frozenset[str]
) -> bool:
    """Whether code that may run names one of the methods: captured definitions, shipped modules, words in the arguments (``told``)."""
    classes = [node for node in captured if isinstance(node, ast.ClassDef)]
    waiting = [one for node in classes for one in node.body if is_found_by_name(one)]
    rest = [node for node in captured if not isinstance(node, ast.ClassDef)]
    named = set(identifiers([*rest, *shipped])) | told
    # Those of a module's classes are among what is shipped.
    waiting += [one for one in methods if one not in waiting and is_found_by_name(one)]
    for node in classes:
        named.update(_named_in_body(node))
    running = True
    while running:
        running = False
        for one in [one for one in waiting if _is_named(_name_of(one), named)]:
            waiting.remove(one)
            named |= identifiers([one])
            if isinstance(one, ast.Assign):
                named |= {inner.id for inner in nodes_in(one.value) if isinstance(inner, ast.Name)}
            running = True
    return any(one not in waiting for one in methods)


def is_found_by_name(node: ast.AST) -> TypeGuard[_Method]:
    """Whether this is a method, or another name for a global, that nobody comes to who does not name it."""
    if isinstance(node, ast.Assign):
        return isinstance(node.value, ast.Name) and len(node.targets) == 1 and not is_dunder(_name_of(node))
    if not isinstance(node, _FUNCTIONS) or is_dunder(node.name):
        return False
    return all(isinstance(one, ast.Name) and one.id in _PLAIN_DECORATORS for one in node.decorator_list)


def _name_of(node: _Method) -> str:
    if isinstance(node, ast.Assign):
        return node.targets[0].id if isinstance(node.targets[0], ast.Name) else "__"
    return node.name


def _named_in_body(node: ast.ClassDef) -> Iterator[str]:
    """What a class names outside of the methods that have to be named themselves; ``total = _sum`` names one."""
    parts = [
        one for one in (*node.bases, *node.keywords, *node.decorator_list, *node.body) if not is_found_by_name(one)
    ]
    yield from identifiers(parts)
    yield from (one.id for part in parts for one in nodes_in(part) if isinstance(one, ast.Name))


def _is_named(name: str, named: set[str]) -> bool:
    """Also by a beginning to which something is added: ``getattr(self, "do_" + word)``."""
    return name in named or any(one.endswith("_") and name.startswith(one) for one in named)


def calls_methods(base: type) -> bool:
    """Whether a base of a library calls methods by names that it knows: ``run`` of a thread, ``visit_Name`` of a visitor."""
    return owner_of_class(base) in (Owner.STDLIB, Owner.INSTALLED) and base.__module__ not in _CALLING_NOTHING
