"""What has become of the objects that a module makes when it is imported: its settings, its registries, what these hold."""

from __future__ import annotations

import collections
import os
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from clustrix.capture.module_state.objects_held import is_of_own_objects
from clustrix.capture.module_state.plain_values import is_plain
from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.modules.ownership import Owner, owner_of_class
from clustrix_remote import hashed

CONTAINERS = (dict, list, set, collections.deque)
_MOST_STEPS = 5


@dataclass(frozen=True)
class Contents:
    """What an object of a user's class that is a container holds; there the module's own object gets it."""

    items: Any


def is_users_object(value: Any) -> bool:
    """Whether a value is an object of a class of the user's, with attributes or slots."""
    kind = type(value)
    if kind is type or owner_of_class(kind) not in (Owner.LOCAL, Owner.INTERACTIVE):
        return False
    return hasattr(value, "__dict__") or bool(hashed.attributes(value))


def instance_changes(
    path: str, value: Any, found: FoundModule, seen: frozenset[int] = frozenset()
) -> Iterator[tuple[str, Any]]:
    """Plain attributes of such an object, what it contains, and those of the user's objects that it holds."""
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
        elif is_users_object(held):
            yield from instance_changes(f"{path}.{attribute}", held, found, seen | {id(value)})


def contained(value: Any) -> Any:
    """What such an object contains if it is a container, else None; none of its own methods is called."""
    base = next((one for one in CONTAINERS if isinstance(value, one)), None)
    return None if base is None else dict.copy(value) if base is dict else list(base.__iter__(value))
