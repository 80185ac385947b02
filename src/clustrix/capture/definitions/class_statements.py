"""Which of several statements of one name has made a class: one that was saved, or whose objects live on, when the name was defined again.

Before Python 3.13 a class does not say in which line it stands, and the first lines of two cells are the same.
"""

from __future__ import annotations

import ast
import enum
import inspect
from typing import Any

from clustrix.capture.module_state.plain_values import UNKNOWN, literal, same


def is_made_by(kind: type, node: ast.ClassDef) -> bool:
    """Whether a class has what its statement says, as far as that is written out: annotated names, values, words of ``@dataclass``."""
    annotated = {
        one.target.id for one in node.body if isinstance(one, ast.AnnAssign) and isinstance(one.target, ast.Name)
    }
    if annotated != _annotated(kind):
        return False
    return _is_decorated_so(kind, node) and all(
        same(value, _held(kind, name)) for name, value in _literals(node) if value is not UNKNOWN
    )


def _annotated(kind: type) -> set[str]:
    try:
        return set(inspect.get_annotations(kind))
    except Exception:  # from Python 3.14 on this evaluates them, and they may say anything
        return set()


def _literals(node: ast.ClassDef) -> list[tuple[str, Any]]:
    found = [(target, one.value) for one in node.body if isinstance(one, ast.Assign) for target in one.targets]
    found += [(one.target, one.value) for one in node.body if isinstance(one, ast.AnnAssign) and one.value is not None]
    return [(target.id, literal(value)) for target, value in found if isinstance(target, ast.Name)]


def _held(kind: type, name: str) -> Any:
    """What a class has under a name of its body, where its metaclass or a decorator has put it."""
    if issubclass(kind, enum.Enum) and name in kind.__members__:
        return kind.__members__[name].value
    fields = kind.__dict__.get("__dataclass_fields__", {})
    if name in fields:
        return fields[name].default
    private = f"_{kind.__name__.lstrip('_')}{name}"
    held = {**kind.__dict__, **kind.__dict__.get("_field_defaults", {})}
    return held.get(name, held.get(private, UNKNOWN))


def _is_decorated_so(kind: type, node: ast.ClassDef) -> bool:
    """Whether ``@dataclass(frozen=True)`` is above a class that is so."""
    told = kind.__dict__.get("__dataclass_params__")
    words = (word for one in node.decorator_list if isinstance(one, ast.Call) for word in one.keywords)
    given = {word.arg: literal(word.value) for word in words if word.arg and hasattr(told, word.arg)}
    if told is None:
        return True
    return ("frozen" in given or not told.frozen) and all(getattr(told, name) == word for name, word in given.items())
