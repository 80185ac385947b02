"""What a program has put on classes of libraries: attributes, as ``json.JSONEncoder.default = shown``, and virtual subclasses."""

from __future__ import annotations

import abc
import ast
import functools
import sys
import types
from collections.abc import Iterable, Iterator
from typing import Any

from clustrix.capture.library_state.library_settings import is_reached
from clustrix.capture.module_state.class_changes import plain_function
from clustrix.capture.modules.importable import object_at
from clustrix.capture.modules.ownership import Owner, is_mock, owner_of_class, owner_of_module
from clustrix.capture.reached import Reached
from clustrix.capture.reductions.travelling import travels
from clustrix.syntax_nodes import nodes_of
from clustrix_remote import changed, stateful

_USERS = (Owner.INTERACTIVE, Owner.LOCAL)


def put_on_classes(reached: Reached, sources: Iterable[tuple[ast.Module, dict[str, Any]]]) -> Iterator[tuple[Any, ...]]:
    """What sets it in the job, for sources and the globals that their names mean."""
    done = set()
    for tree, namespace in sources:
        for path in _assigned(tree):
            holder: Any = namespace.get(path[0])
            for part in path[1:-1]:
                holder = vars(holder).get(part) if isinstance(holder, (types.ModuleType, type)) else None
            place = (id(holder), path[-1])
            if isinstance(holder, type) and place not in done and _is_put_on(holder, path[-1], reached):
                done.add(place)
                name = f"{holder.__qualname__}.{path[-1]}"
                yield changed.change, holder.__module__, name, vars(holder)[path[-1]]


@functools.lru_cache(maxsize=4096)
def _assigned(tree: ast.Module) -> tuple[tuple[str, ...], ...]:
    """The attributes that a source sets: ``("json", "JSONEncoder", "default")``."""
    found = [_dotted(node) for node in nodes_of(tree, ast.Attribute) if isinstance(node.ctx, ast.Store)]
    for call in nodes_of(tree, ast.Call):
        if getattr(call.func, "id", "") == "setattr" and len(call.args) == 3:
            name = call.args[1]
            if isinstance(name, ast.Constant) and isinstance(name.value, str):
                found.append((*_dotted(call.args[0]), name.value))
    return tuple(dict.fromkeys(path for path in found if len(path) > 1 and path[0] not in ("", "self")))


def _dotted(node: ast.expr) -> tuple[str, ...]:
    if isinstance(node, ast.Attribute):
        return (*_dotted(node.value), node.attr)
    return (node.id,) if isinstance(node, ast.Name) else ("",)


def _is_put_on(holder: type, name: str, reached: Reached) -> bool:
    """Whether an attribute of a library's class is the user's, or plain data."""
    if name not in vars(holder) or not _is_there(holder, reached):
        return False
    value = plain_function(vars(holder)[name])
    value = value.fget if isinstance(value, property) else value
    if isinstance(value, types.FunctionType):
        module = sys.modules.get(value.__module__ or "")
        return module is not None and owner_of_module(module) in _USERS
    if isinstance(value, type):
        return owner_of_class(value) in _USERS
    return is_mock(value) or (not callable(value) and not hasattr(value, "__get__") and travels(value))


def _is_there(kind: type, reached: Reached) -> bool:
    """Whether it is a library's class whose module the job has."""
    owner = owner_of_class(kind)
    return owner is Owner.STDLIB or (
        owner is Owner.INSTALLED and kind.__module__.partition(".")[0] in reached.modules.foreign
    )


def registered_with_abstract(reached: Reached) -> Iterator[tuple[Any, ...]]:
    """What is registered with abstract classes that the job imports by name: the user's classes, and any with the user's abstract ones."""
    for kind in _abstract_classes():
        if owner_of_class(kind) is Owner.INTERACTIVE:
            continue  # made from its source, it brings them
        is_own = is_reached(kind, reached)
        own = _registered(kind)
        if is_own or (any(owner_of_class(one) in _USERS for one in own) and _is_there(kind, reached)):
            for one in own:
                if is_reached(one, reached) or (is_own and _is_named_there(one, reached)):
                    yield stateful.tell, kind.__module__, f"{kind.__qualname__}.register", (one,), {}, True


def virtual_subclasses(kind: type, reached: Reached) -> list[type]:
    """What was registered with an abstract class that is made from its source."""
    found = _registered(kind) if isinstance(kind, abc.ABCMeta) else []
    return [one for one in found if owner_of_class(one) in _USERS or _is_named_there(one, reached)]


def _registered(kind: abc.ABCMeta) -> list[type]:
    import _abc  # type: ignore[import-not-found]

    return [one for one in (reference() for reference in _abc._get_dump(kind)[0]) if one is not None]


def _is_named_there(kind: type, reached: Reached) -> bool:
    """Whether the job has a library's class, and it goes by its name."""
    module = sys.modules.get(kind.__module__)
    is_named = module is not None and object_at(module, kind.__qualname__) is kind
    return (is_named or any(one is kind for one in vars(types).values())) and _is_there(kind, reached)


def _abstract_classes() -> Iterator[abc.ABCMeta]:
    stack: list[type] = [object]
    seen: set[type] = set()
    while stack:
        below: list[type] = type.__subclasses__(stack.pop())
        for kind in below:
            if kind not in seen:
                seen.add(kind)
                stack.append(kind)
                if isinstance(kind, abc.ABCMeta):
                    yield kind
