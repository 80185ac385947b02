"""Functions and classes that an import there brings back: they go by name."""

from __future__ import annotations

import sys
import types
from typing import Any

from clustrix.capture.ownership import Owner, owner_of_module
from clustrix.capture.reached import Reached
from clustrix_remote import rebuild

#: Set in the flags of classes that Python code made.
_HEAP_TYPE = 1 << 9


def reduce_by_name(value: Any, reached: Reached) -> Any:
    """How a function or class goes by name: NotImplemented for pickle's own way, None if no import brings it back."""
    module = sys.modules.get(value.__module__ or "")
    if module is None:
        return None
    if module.__name__ == "builtins" and isinstance(value, type):
        # What exec makes in a namespace without a name says that it is a builtin; some of those are made in such a way too.
        is_made = value.__flags__ & _HEAP_TYPE and object_at(module, value.__qualname__) is not value
        return None if is_made else _builtin_class(value)
    if module.__name__.partition(".")[0] == "clustrix":
        if isinstance(value, type) and issubclass(value, Exception):
            return rebuild.error_class, (value.__name__, value.__bases__, reached.token(value))
        # A job knows what users know of clustrix, by its public name.
        return rebuild.attribute, ("clustrix", value.__qualname__)
    if owner_of_module(module) is Owner.INTERACTIVE:
        return None
    qualname: str = value.__qualname__
    found = object_at(module, qualname)
    beneath = getattr(found, "__wrapped__", None) if type(found).__module__ == "clustrix.decorator" else None
    if found is value or beneath is value:
        reached.import_module(module)
        reached.wanted.add(qualname.partition(".")[0])
        return NotImplemented if found is value else (rebuild.undecorated, (module.__name__, qualname))
    return None


def reduce_decorated(value: Any, reached: Reached) -> Any:
    """What @cluster made: in a job too it can be called in all its ways, and runs in place. Or what makes such: ``cluster(cores=4)``."""
    if not hasattr(value, "__wrapped__"):
        return rebuild.attribute, ("clustrix", "ClusterFunction")
    module = sys.modules.get(getattr(value, "__module__", None) or "")
    if (
        module is not None
        and owner_of_module(module) is not Owner.INTERACTIVE
        and object_at(module, value.__qualname__) is value
    ):
        reached.import_module(module)
        reached.wanted.add(value.__qualname__.partition(".")[0])
        return rebuild.attribute, (module.__name__, value.__qualname__)
    return rebuild.decorated, (value.__wrapped__, reached.token(value))


def is_importable(value: Any, reached: Reached) -> bool:
    """Whether an object that says its name is the one that an import there gives; then its module is reached."""
    module = sys.modules.get(value.__module__ or "")
    if module is None or owner_of_module(module) is Owner.INTERACTIVE:
        return False
    if object_at(module, value.__qualname__) is not value:
        return False
    reached.import_module(module)
    return True


def object_at(module: types.ModuleType, qualname: str) -> Any:
    """What stands at a qualified name in a module; None for nothing."""
    found: Any = module
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def _builtin_class(kind: type) -> Any:
    """Classes such as ``types.FunctionType`` say that they are builtins, where nobody finds them."""
    if (
        kind in (type(None), type(...), type(NotImplemented))
        or getattr(sys.modules["builtins"], kind.__qualname__, None) is kind
    ):
        return NotImplemented
    for name, value in vars(types).items():
        if value is kind:
            return rebuild.attribute, ("types", name)
    return NotImplemented
