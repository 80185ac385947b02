"""Modules are imported here as they are at home: under their names, in the order that worked there."""

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_first_in_cycle: "dict" = {}


def come_first(names: "Any") -> None:
    """Of modules that import each other: which one comes first, by the name of each other."""
    _first_in_cycle.update(names)


def import_module(name: "Any") -> "Any":
    """The module of this name. Of modules that import each other the one comes first that came first at home."""
    prepare(name)
    __import__(name, {})  # not as this module would import it, see namesakes
    return sys.modules[name]


def prepare(name: "Any") -> None:
    """Import what has to come before the module of this name."""
    first = _first_in_cycle.get(name)
    if first is not None and name not in sys.modules:
        __import__(first, {})


def import_for_effect(names: "Any") -> None:
    """Import modules that home's script imports and never names: what they do when imported is what they are for."""
    for name in names:
        try:
            import_module(name)
        except Exception:  # what the function needs of them will be missed when it asks for it
            continue
