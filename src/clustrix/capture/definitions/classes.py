"""Classes that no import brings back: where their source stands, and how they are made again from it."""

from __future__ import annotations

import abc
import ast
import copy
import sys
import types
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from clustrix.capture.definitions.class_bodies import marks_in_annotations, names_of_called
from clustrix.capture.definitions.class_statements import is_made_by
from clustrix.capture.definitions.edited_files import as_imported
from clustrix.capture.definitions.sources import Place, Source, interactive_sources, source_of_code
from clustrix.capture.modules.ownership import Owner, mark, owner_of_module
from clustrix.dependency_analysis import references
from clustrix.references import References


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
    name = function.__globals__.get("__name__", "builtins")
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
    # What a library puts into a class (dataclasses do) says that it is the class's, but stands elsewhere.
    own = [
        function.__code__
        for function in class_functions(kind)
        if function.__globals__ is namespace and function.__qualname__.startswith(kind.__qualname__ + ".")
    ]
    for code in own:
        source = source_of_code(code, namespace)
        if source is None:
            continue
        beside = [one for one in own if one.co_filename == code.co_filename]
        source = as_imported(source, beside, namespace, anywhere=True)
        if source is None:
            return None  # the file says something else by now
        for place in source.places_of_class(kind.__qualname__):
            if place.node.lineno <= code.co_firstlineno <= (place.node.end_lineno or 0):
                return source, place
    latest = None
    for source in interactive_sources(namespace):
        places = source.places_of_class(kind.__qualname__)
        exact = [place for place in places if first_line in (place.node.lineno, place.first_line)]
        for place in reversed(exact or (places if first_line is None else [])):
            if is_made_by(kind, place.node):  # type: ignore[arg-type]
                return source, place
            latest = latest or (source, place)
    return latest  # it has changed since


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
    """Whether the class statement, executed again, would find the bases that the class has."""
    if any(isinstance(base, ast.Name) and base.id == node.name for base in node.bases):
        return False  # ``class ValueError(ValueError)``: there, its own name is not yet bound
    if "__orig_bases__" not in vars(kind) and _gave_all_bases(kind, node):
        if any(_is_decided_again(base, look_up) for base in node.bases):
            return False
        if type(kind) in (type, abc.ABCMeta) and kind.__bases__ != (tuple,):
            found = [_named(base, look_up) for base in node.bases]
            if not any(one is _MISSING for one in found):
                return found == list(kind.__bases__) or (not found and kind.__bases__ == (object,))
    bases = (*kind.__dict__.get("__orig_bases__", ()), *kind.__bases__)
    return all(
        any(look_up(base.id) is one for one in bases)
        for base in node.bases
        if isinstance(base, ast.Name) and not _is_builtin(base.id)
    )


def _gave_all_bases(kind: type, node: ast.ClassDef) -> bool:
    """Whether nothing but the statement gave the class its bases: no metaclass put some in, or stood in for one (``with_metaclass(Meta, Base)``)."""
    if type(kind) is type:
        return True
    has_own = any(word.arg == "metaclass" for word in node.keywords) or type(kind) in map(type, kind.__bases__)
    return has_own and (type(kind) is abc.ABCMeta or len(kind.__bases__) == len(node.bases))


def _is_decided_again(base: ast.expr, look_up: Callable[[str], Any]) -> bool:
    """Whether an expression may give another class each time: a function's of the user, ``Fast if LARGE else Exact``, ``KINDS["a"]``."""
    if isinstance(base, ast.Call):
        return not is_library(look_up(root_name(base)))
    return not isinstance(base, (ast.Name, ast.Attribute))


def _named(base: ast.expr, look_up: Callable[[str], Any]) -> Any:
    """What a base's name means now, ``Base`` or ``shapes.Base``; :data:`_MISSING` where reading does not tell."""
    if isinstance(base, ast.Name):
        return getattr(sys.modules["builtins"], base.id, None) if _is_builtin(base.id) else look_up(base.id)
    holder = _named(base.value, look_up) if isinstance(base, ast.Attribute) else _MISSING
    return vars(holder).get(base.attr, _MISSING) if isinstance(holder, types.ModuleType) else _MISSING  # type: ignore[attr-defined]


def _is_builtin(name: str) -> bool:
    return hasattr(sys.modules["builtins"], name)


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
