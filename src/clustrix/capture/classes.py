"""Classes that no import brings back: where their source stands, and what they have become since it was executed."""

from __future__ import annotations

import abc
import ast
import copy
import enum
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from clustrix.capture.class_bodies import marks_in_annotations, names_of_called
from clustrix.capture.dispatchers import Implementations, is_dispatcher, registered_in_class
from clustrix.capture.ownership import Owner, mark, owner_of_class, owner_of_module
from clustrix.capture.sources import Place, Source, interactive_sources, source_of_code
from clustrix.capture.travelling import travels
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
    is_nameless = kind.__module__ == "builtins"  # what exec says of the classes it makes
    module = None if is_nameless else sys.modules.get(kind.__module__)
    for function in class_functions(kind):
        is_own = is_nameless or function.__module__ in (kind.__module__, None)
        if is_own and (function.__globals__ is getattr(module, "__dict__", None) or _is_written_in(function, kind)):
            return function.__globals__
    return vars(module) if module is not None else {"__name__": kind.__module__}


def _is_written_in(function: types.FunctionType, kind: type) -> bool:
    """Whether a function's source is that of the class, as far as it is known: libraries generate functions in copies of its globals."""
    name = function.__globals__.get("__name__", kind.__module__)
    if name != kind.__module__ and kind.__module__ != "builtins":
        return False
    source = source_of_code(function.__code__, function.__globals__)
    return source is None or any(True for _ in source.places_of_class(kind.__qualname__))


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
            return contents(cells[name])
        return namespace.get(name, _MISSING)

    decorators = tuple(index for index, one in enumerate(node.decorator_list) if is_library(look_up(root_name(one))))
    own_bases = not _bases_as_written(kind, node, look_up)
    header = copy.copy(node)
    header.decorator_list = [node.decorator_list[index] for index in decorators]
    header.bases = [] if own_bases else node.bases
    found = references(header, place.owner, place.postponed or "annotations" in source.futures)
    found = replace(found, early=found.early | names_of_called(node) | marks_in_annotations(node, look_up))
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


def contents(cell: types.CellType) -> Any:
    """What a variable of a function holds, if anything."""
    try:
        return cell.cell_contents
    except ValueError:
        return _MISSING


def root_name(node: ast.expr) -> str:
    """The name that an expression begins with: ``functools`` of ``functools.wraps(f)``; "" where it is no name."""
    while not isinstance(node, ast.Name):
        inner = getattr(node, "func", None) or getattr(node, "value", None)
        if inner is None:
            return ""
        node = inner
    return node.id


def is_library(value: Any) -> bool:
    """Whether a decorator belongs to a library: those are applied again, the user's own have done their work."""
    if isinstance(value, types.ModuleType):
        return owner_of_module(value) in (Owner.STDLIB, Owner.INSTALLED)
    module = sys.modules.get(mark(value, "__module__") or "")
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


@dataclass(frozen=True)
class ClassChanges:
    """What is set on a class made from its source: attributes, what its functions hold and dispatch to, and the names that are gone."""

    attributes: list[tuple[str, Any]]
    functions: list[tuple[str, dict[str, Any]]]
    gone: list[str]
    implementations: list[tuple[str, Implementations]] = field(default_factory=list)


def class_changes(kind: type, plan: ClassPlan, is_users: Callable[[types.FunctionType], bool]) -> ClassChanges:
    """Where the living class differs, or may differ, from what its source makes."""
    body = _written(plan.place.node)
    comparison = _Comparison(kind, plan, body, is_users)
    attributes = [(name, value) for name, value in vars(kind).items() if comparison.has_changed(name, value)]
    changed = {name for name, _ in attributes}
    functions = [
        (name, state)
        for name, value in vars(kind).items()
        if name not in changed and (state := _function_state(plain_function(value)))
    ]
    gone = [name for name, node in body.items() if node is not None and name not in vars(kind)]
    return ClassChanges(attributes, functions, gone, registered_in_class(kind, comparison.is_new))


def plain_function(value: Any) -> Any:
    """The function beneath staticmethod and classmethod."""
    return value.__func__ if isinstance(value, (staticmethod, classmethod)) else value


#: Marks that the source itself sets.
_WRITTEN_MARKS = ("__isabstractmethod__", "__wrapped__", "__final__", "__override__")


def _function_state(function: Any) -> dict[str, Any]:
    """What a method holds that a run may have changed: its attributes, and defaults that are no constants."""
    if not isinstance(function, types.FunctionType) or is_dispatcher(function):
        return {}
    state = {name: value for name, value in vars(function).items() if name not in _WRITTEN_MARKS and travels(value)}
    for name, defaults in (("__defaults__", function.__defaults__ or ()), ("__kwdefaults__", function.__kwdefaults__)):
        held = defaults.values() if isinstance(defaults, dict) else defaults or ()
        if any(isinstance(one, (list, dict, set)) for one in held) and travels(defaults):
            state[name] = defaults
    return state


@dataclass(frozen=True)
class _Comparison:
    """A living class beside its statement. What the body makes and cannot travel (a lock) is left to the body."""

    kind: type
    plan: ClassPlan
    body: dict[str, ast.AST | None]
    is_users: Callable[[types.FunctionType], bool]

    def has_changed(self, name: str, value: Any) -> bool:
        function = plain_function(value)
        if isinstance(function, types.FunctionType):
            return self.is_new(function)
        if issubclass(self.kind, enum.Enum) and (name.startswith("_") or name in self.kind.__members__):
            return False
        if name.startswith("__") and name.endswith("__"):
            return False
        if isinstance(value, property):
            return any(isinstance(one, types.FunctionType) and self.is_new(one) for one in _accessors(value))
        if hasattr(type(value), "__get__"):
            # A descriptor of the user's may have been told something; others are what the body makes.
            return owner_of_class(type(value)) in (Owner.INTERACTIVE, Owner.LOCAL) and travels(value)
        if name not in self.body:
            return name != "_abc_impl"
        return self._is_assigned(name, value, self.body[name])

    def _is_assigned(self, name: str, value: Any, written: ast.AST | None) -> bool:
        if isinstance(value, type):
            return not (isinstance(written, ast.ClassDef) and value.__qualname__ == f"{self.kind.__qualname__}.{name}")
        if is_plain(value):
            return not _is_literal(written, value)
        if name in self.kind.__dict__.get("__dataclass_fields__", ()):
            return False  # its generated __init__ has the default that the body makes
        return _is_constant(written) or travels(value)

    def is_new(self, function: types.FunctionType) -> bool:
        """Whether executing the class body would not give this function."""
        code, node = function.__code__, self.plan.place.node
        stands_here = code.co_filename == self.plan.source.filename and node.lineno <= code.co_firstlineno <= (
            node.end_lineno or 0
        )
        return not stands_here and self.is_users(function)


def _accessors(value: property) -> tuple[Any, ...]:
    return value.fget, value.fset, value.fdel


def _is_constant(node: ast.AST | None) -> bool:
    return isinstance(node, ast.Constant)


def inner_classes(kind: type) -> list[type]:
    """The classes whose statements stand in this one's body, as it made them."""
    prefix = kind.__qualname__ + "."
    return [
        value
        for name, value in vars(kind).items()
        if isinstance(value, type) and value.__qualname__ == prefix + name and value.__module__ == kind.__module__
    ]


def outer_class(kind: type, namespace: dict[str, Any]) -> type | None:
    """The class in whose body this one's statement stands, where its name tells."""
    path = kind.__qualname__.split(".")[:-1]
    found: Any = namespace.get(path[0]) if path and "<locals>" not in path else None
    for part in path[1:]:
        found = vars(found).get(part) if isinstance(found, type) else None
    return found if isinstance(found, type) and vars(found).get(kind.__name__) is kind else None


def virtual_subclasses(kind: type) -> list[type]:
    """The user's own classes that were registered with an abstract class."""
    if not isinstance(kind, abc.ABCMeta):
        return []
    import _abc  # type: ignore[import-not-found]

    registered = [reference() for reference in _abc._get_dump(kind)[0]]
    return [one for one in registered if one is not None and owner_of_class(one) is Owner.INTERACTIVE]


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
