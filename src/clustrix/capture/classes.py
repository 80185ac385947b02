"""Classes that no import brings back: where their source stands, and what they have become since it was executed."""

from __future__ import annotations

import abc
import ast
import copy
import enum
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from clustrix.capture.ownership import Owner, owner_of_module
from clustrix.capture.sources import Place, Source, interactive_sources, source_of_code
from clustrix.dependency_analysis import References, references

#: Modules whose plain data types are shipped as class attributes when the source does not tell their value.
_PLAIN_MODULES = ("builtins", "collections", "datetime", "decimal", "fractions", "pathlib", "uuid")


@dataclass(frozen=True)
class ClassPlan:
    """How a class is made again from its source: which decorators to apply, whose bases, what it refers to."""

    source: Source
    place: Place
    decorators: tuple[int, ...]
    own_bases: bool
    references: References
    cells: dict[str, types.CellType]


def class_namespace(kind: type) -> dict[str, Any]:
    """The globals that the class statement was executed in."""
    for function in class_functions(kind):
        if function.__module__ in (kind.__module__, None) or kind.__module__ == "builtins":
            return function.__globals__
    module = sys.modules.get(kind.__module__)
    if module is None or kind.__module__ == "builtins":
        return {"__name__": kind.__module__}
    return vars(module)


def class_functions(kind: type) -> Iterator[types.FunctionType]:
    """The plain functions among a class's own attributes, also beneath staticmethod, classmethod and property."""
    for attribute in list(vars(kind).values()):
        value = attribute.__func__ if isinstance(attribute, (staticmethod, classmethod)) else attribute
        for one in (value.fget, value.fset, value.fdel) if isinstance(value, property) else (value,):
            if isinstance(one, types.FunctionType):
                yield one


def plan_class(kind: type, namespace: dict[str, Any]) -> ClassPlan | None:
    """How to make the class from its source; None where there is none, or it depends on what is gone."""
    located = _locate(kind, namespace)
    if located is None:
        return None
    source, place = located
    node = place.node
    assert isinstance(node, ast.ClassDef)
    cells = _cells(kind)

    def look_up(name: str) -> Any:
        if name in cells:
            return _contents(cells[name])
        return namespace.get(name, _MISSING)

    decorators = tuple(index for index, one in enumerate(node.decorator_list) if _is_library(look_up(_root_name(one))))
    own_bases = not _bases_as_written(kind, node, look_up)
    header = copy.copy(node)
    header.decorator_list = [node.decorator_list[index] for index in decorators]
    header.bases = [] if own_bases else node.bases
    found = references(header, place.owner, place.postponed or "annotations" in source.futures)
    builtin_names = dir(sys.modules["builtins"])
    if any(name not in cells and name not in namespace and name not in builtin_names for name in found.early):
        return None
    used = {name: cell for name, cell in cells.items() if name in found.names}
    return ClassPlan(source, place, decorators, own_bases, found, used)


_MISSING = object()


def _locate(kind: type, namespace: dict[str, Any]) -> tuple[Source, Place] | None:
    first_line = kind.__dict__.get("__firstlineno__")
    for function in class_functions(kind):
        # What a library puts into a class (dataclasses do) says that it is the class's, but stands elsewhere.
        if function.__globals__ is namespace and function.__qualname__.startswith(kind.__qualname__ + "."):
            source = source_of_code(function.__code__, namespace)
            for place in source.places_of_class(kind.__qualname__) if source else ():
                if place.node.lineno <= function.__code__.co_firstlineno <= (place.node.end_lineno or 0):
                    return source, place  # type: ignore[return-value]
    for source in interactive_sources(namespace):
        places = source.places_of_class(kind.__qualname__)
        exact = [place for place in places if first_line in (place.node.lineno, place.first_line)]
        if places and (exact or first_line is None):
            return source, (exact or places)[-1]
    return None


def _cells(kind: type) -> dict[str, types.CellType]:
    """The variables of functions around the class that its methods close over."""
    found: dict[str, types.CellType] = {}
    for function in class_functions(kind):
        found.update(zip(function.__code__.co_freevars, function.__closure__ or (), strict=True))
    for inner in vars(kind).values():
        if isinstance(inner, type) and inner.__qualname__.startswith(kind.__qualname__ + "."):
            found.update(_cells(inner))
    found.pop("__class__", None)
    return found


def _contents(cell: types.CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return _MISSING


def _root_name(node: ast.expr) -> str:
    while not isinstance(node, ast.Name):
        inner = getattr(node, "func", None) or getattr(node, "value", None)
        if inner is None:
            return ""
        node = inner
    return node.id


def _is_library(value: Any) -> bool:
    """Whether a decorator belongs to a library: those are applied again, the user's own have done their work."""
    if isinstance(value, types.ModuleType):
        return owner_of_module(value) in (Owner.STDLIB, Owner.INSTALLED)
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    return module is not None and owner_of_module(module) in (Owner.STDLIB, Owner.INSTALLED)


def _bases_as_written(kind: type, node: ast.ClassDef, look_up: Callable[[str], Any]) -> bool:
    """Whether the names in the class statement still mean the bases that the class has."""
    bases = (*kind.__dict__.get("__orig_bases__", ()), *kind.__bases__)
    return all(
        any(look_up(base.id) is one for one in bases)
        for base in node.bases
        if isinstance(base, ast.Name) and not _is_builtin(base.id)
    )


def _is_builtin(name: str) -> bool:
    return hasattr(sys.modules["builtins"], name)


# What the class has become


def class_changes(
    kind: type, plan: ClassPlan, is_users: Callable[[types.FunctionType], bool]
) -> tuple[list[tuple[str, Any]], list[str]]:
    """``(attributes to set, names that are gone)``: where the living class differs from what its source makes."""
    body = _written(plan.place.node)
    if issubclass(kind, enum.Enum):
        return [], []

    def is_new(function: types.FunctionType, written: ast.AST | None) -> bool:
        return not _is_written_here(function, written, plan) and is_users(function)

    changed = [(name, value) for name, value in vars(kind).items() if _has_changed(name, value, body, is_new)]
    gone = [name for name, node in body.items() if node is not None and name not in vars(kind)]
    return changed, gone


def virtual_subclasses(kind: type) -> list[type]:
    """The user's own classes that were registered with an abstract class."""
    if not isinstance(kind, abc.ABCMeta):
        return []
    import _abc  # type: ignore[import-not-found]

    registered = [reference() for reference in _abc._get_dump(kind)[0]]
    return [one for one in registered if one is not None and owner_of_class(one) is Owner.INTERACTIVE]


def owner_of_class(kind: type) -> Owner:
    """Whose the module of a class is."""
    module = sys.modules.get(kind.__module__)
    return owner_of_module(module) if module is not None else Owner.INTERACTIVE


def _written(node: ast.AST) -> dict[str, ast.AST | None]:
    """The names that a class body binds: to the expression that is assigned, the definition, or None."""
    assert isinstance(node, ast.ClassDef)
    found: dict[str, ast.AST | None] = {}
    mangle = "_" + node.name.lstrip("_")
    for statement in node.body:
        for name, value in _bound(statement):
            private = name.startswith("__") and not name.endswith("__")
            found[mangle + name if private else name] = value
    return found


def _bound(statement: ast.stmt) -> Iterator[tuple[str, ast.AST | None]]:
    if isinstance(statement, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
        yield statement.name, statement
    elif (
        isinstance(statement, ast.Assign) and len(statement.targets) == 1 and isinstance(statement.targets[0], ast.Name)
    ):
        yield statement.targets[0].id, statement.value
    elif isinstance(statement, ast.AnnAssign) and isinstance(statement.target, ast.Name):
        yield statement.target.id, statement.value
    else:
        for inner in ast.walk(statement):
            if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store):
                yield inner.id, None
            elif isinstance(inner, (ast.FunctionDef, ast.ClassDef)):
                yield inner.name, None


def _is_written_here(function: types.FunctionType, written: ast.AST | None, plan: ClassPlan) -> bool:
    """Whether executing the class body gives this function: it stands there, or a decorator that stands there made it."""
    if written is None:
        return False
    if not isinstance(written, (ast.FunctionDef, ast.AsyncFunctionDef)) or written.decorator_list:
        return True
    code, node = function.__code__, plan.place.node
    return code.co_filename == plan.source.filename and node.lineno <= code.co_firstlineno <= (node.end_lineno or 0)


def _has_changed(
    name: str, value: Any, body: dict[str, ast.AST | None], is_new: Callable[[types.FunctionType, ast.AST | None], bool]
) -> bool:
    plain_function = value.__func__ if isinstance(value, (staticmethod, classmethod)) else value
    if isinstance(plain_function, types.FunctionType):
        return is_new(plain_function, body.get(name))
    if name.startswith("__") and name.endswith("__"):
        return False
    if name in body:
        return is_plain(value) and not _is_literal(body[name], value)
    if isinstance(value, property):
        return isinstance(value.fget, types.FunctionType) and is_new(value.fget, None)
    return name != "_abc_impl" and not hasattr(type(value), "__get__")


def is_plain(value: Any) -> bool:
    """Whether a value is data of a well-known type (what it holds is not looked at)."""
    kind = type(value)
    return kind.__module__ in _PLAIN_MODULES and not hasattr(kind, "__get__") and not isinstance(value, type)


def _is_literal(node: ast.AST | None, value: Any) -> bool:
    if not isinstance(node, ast.expr):
        return False
    try:
        written = ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False
    return type(written) is type(value) and bool(written == value)
