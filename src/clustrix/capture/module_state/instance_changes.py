"""What has become of the objects that a module makes when it is imported: its settings, its registries, what these hold."""

from __future__ import annotations

import collections
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clustrix.capture.module_state.handed_on import may_be_handed_on
from clustrix.capture.module_state.objects_held import is_of_own_objects
from clustrix.capture.module_state.plain_values import is_plain
from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix.capture.reductions.travelling import travels
from clustrix_remote import hashed

CONTAINERS = (dict, list, set, collections.deque)
#: Of more objects in one container it is not told what has become of them.
_MOST_OBJECTS = 1000
_MOST_STEPS = 5


@dataclass(frozen=True)
class Contents:
    """What an object of a user's class that is a container holds; there the module's own object gets it."""

    items: Any


@dataclass(frozen=True)
class Each:
    """What the objects of the user's in a container hold, by attributes, in its order; there the module's own objects get it."""

    attributes: list[dict[str, Any]]


def is_users_object(value: Any) -> bool:
    """Whether a value is an object of a class of the user's, with attributes or slots."""
    kind = type(value)
    if kind is type or owner_of_class(kind) not in (Owner.LOCAL, Owner.INTERACTIVE):
        return False
    return hasattr(value, "__dict__") or bool(hashed.attributes(value))


def instance_changes(
    path: str, value: Any, found: FoundModule, written: frozenset[str] = frozenset(), seen: frozenset[int] = frozenset()
) -> Iterator[tuple[str, Any]]:
    """Plain attributes of such an object, others to which the program writes, what it contains, and the same of the user's objects that it holds."""
    if isinstance(value, type) or owner_of_class(type(value)) is not Owner.LOCAL:
        return
    if id(value) in seen or len(seen) >= _MOST_STEPS:
        return
    contents = contained(value)
    if contents is not None and (is_plain(contents, found) or is_of_own_objects(contents, found)):
        yield path, Contents(contents)
    for attribute, held in hashed.attributes(value).items():
        if is_plain(held, found):
            if not (isinstance(held, str) and os.path.isabs(held)):
                yield f"{path}.{attribute}", held
        elif (attribute in written or may_be_handed_on(attribute, held)) and travels(held):
            yield f"{path}.{attribute}", held
        elif is_users_object(held):
            yield from instance_changes(f"{path}.{attribute}", held, found, written, seen | {id(value)})


def changes_of_each(path: str, value: Any, found: FoundModule) -> Iterator[tuple[str, Each]]:
    """The same for the objects in a list, a tuple or a dict, to which nothing is added: ``for one in AGENTS: one.move()``."""
    if type(value) not in (list, tuple, dict) or not 0 < len(value) <= _MOST_OBJECTS:
        return
    objects = list(value.values() if type(value) is dict else value)
    attributes = [dict(_plain_attributes(one, found)) for one in objects if is_users_object(one)]
    if any(attributes) and len(attributes) == len(objects):
        yield path, Each(attributes)


def _plain_attributes(value: Any, found: FoundModule) -> Iterator[tuple[str, Any]]:
    changes = instance_changes("", value, found)
    return ((path[1:], held) for path, held in changes if not isinstance(held, Contents))


def contained(value: Any) -> Any:
    """What such an object contains if it is a container, else None; none of its own methods is called."""
    base = next((one for one in CONTAINERS if isinstance(value, one)), None)
    return None if base is None else dict.copy(value) if base is dict else list(base.__iter__(value))
