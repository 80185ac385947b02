"""Names within types, which pickle does not take as what they are: ``Optional["Tree"]``, and before Python 3.7 ``T = TypeVar("T")``."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reducer(kind: "Any") -> "Any":
    """How objects of this class of ``typing`` are pickled; None for pickle's own way."""
    if kind.__name__ in ("ForwardRef", "_ForwardRef"):
        return _reduce_forward_reference
    return _reduce_variable if kind.__name__ == "TypeVar" and sys.version_info < (3, 7) else None


def _reduce_forward_reference(value: "Any") -> "Any":
    return forward_reference, (value.__forward_arg__,)


def forward_reference(text: "Any") -> "Any":
    """A name that stands within a type; pickle would take the code that it was compiled to."""
    import typing

    kind: "Any" = getattr(typing, "ForwardRef", None) or getattr(typing, "_ForwardRef")  # noqa: B009  # Python 3.6's
    return kind(text)


def _reduce_variable(value: "Any") -> "Any":
    """By the module that has it: Python 3.6's own do not say where they were made."""
    name = value.__name__
    for module, held in list(sys.modules.items()):
        if getattr(held, "__dict__", {}).get(name) is value:
            return variable, (module, name)
    return value.__reduce_ex__(4)


def variable(module: "Any", name: "Any") -> "Any":
    """The variable of types that a module has."""
    import importlib

    return getattr(importlib.import_module(module), name)
