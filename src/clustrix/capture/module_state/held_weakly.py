"""What weak containers of a module hold: the objects that a cache or a registry has seen, ``LIVE = weakref.WeakValueDictionary()``."""

from __future__ import annotations

import ast
import weakref
from typing import Any

from clustrix.capture.module_state.globals_bound import globals_bound
from clustrix.capture.module_state.instance_changes import Contents
from clustrix.capture.module_state.objects_held import is_of_own_objects, local_modules
from clustrix.capture.module_state.plain_values import UNKNOWN, contents_of, literal
from clustrix.capture.modules.found_modules import FoundModule, find_module, module_source

_MAPPINGS = (weakref.WeakKeyDictionary, weakref.WeakValueDictionary)


def held_weakly(value: Any, found: FoundModule) -> Contents | None:
    """What the module's own container is to hold there, where importing the module would not put it in."""
    if type(value) not in (weakref.WeakSet, *_MAPPINGS):
        return None
    contents: Any = dict(value) if type(value) in _MAPPINGS else list(value)
    is_own = is_of_own_objects(contents, found)
    if not is_own or not _made_by_imports().isdisjoint(map(id, contents_of(contents))):
        return None
    return Contents(contents)


def _made_by_imports() -> set[int]:
    """The ids of what containers of modules hold that are written with something in them: ``SENSORS = [Sensor("a")]``."""
    found: set[int] = set()
    for module in local_modules():
        source = find_module(module.__name__)
        bound = globals_bound(module_source(source).tree)[0] if source is not None and source.path is not None else {}
        for name, value in list(vars(module).items()):
            expressions = bound.get(name, [])
            is_literal = len(expressions) == 1 and isinstance(expressions[0], ast.expr)
            if not (is_literal and literal(expressions[0]) is not UNKNOWN):  # type: ignore[arg-type]
                found.update(map(id, contents_of(value)))
    return found
