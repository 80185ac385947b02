"""What the members of an Enum hold: attributes that their class computes, and those that a program has given them since."""

from __future__ import annotations

import enum
from collections.abc import Iterator
from typing import Any

from clustrix.capture.module_state.plain_values import is_atom, is_plain
from clustrix.capture.modules.found_modules import FoundModule
from clustrix.capture.reductions.travelling import travels


def members_hold(kind: type) -> list[tuple[str, dict[str, Any]]]:
    """The attributes of each member that has any, by the members' names; what its class's body makes and cannot travel is left to the body."""
    held = ((name, {**_attributes(member), **_mutable_value(member)}) for name, member in _members(kind))
    found = ((name, {one: value for one, value in own.items() if travels(value)}) for name, own in held)
    return [(name, own) for name, own in found if own]


def member_changes(path: str, kind: type, found: FoundModule) -> Iterator[tuple[str, Any]]:
    """The plain ones among those of a module's Enum, as paths in the module."""
    for name, member in _members(kind):
        for attribute, held in _attributes(member).items():
            if is_plain(held, found):
                yield f"{path}.{name}.{attribute}", held


def _members(kind: type) -> Iterator[tuple[str, Any]]:
    members = vars(kind).get("_member_map_", {}) if issubclass(kind, enum.Enum) else {}
    # Not as its metaclass would iterate; and none of the other names of a member.
    return ((name, one) for name, one in members.items() if one._name_ == name)


def _mutable_value(member: Any) -> dict[str, Any]:
    """The value, if it is a container of mere data: ``Color.RED.value.append("x")``."""
    value = member._value_
    return {"_value_": value} if type(value) in (dict, list, set) and _is_data(value) else {}


def _is_data(value: Any, depth: int = 5) -> bool:
    if type(value) not in (dict, list, set, tuple):
        return is_atom(type(value))
    parts = [*value.keys(), *value.values()] if type(value) is dict else value
    return depth > 0 and all(_is_data(one, depth - 1) for one in parts)


def _attributes(member: Any) -> dict[str, Any]:
    value = member._value_
    # A function in the value is the attribute, too: the body makes it once.
    parts = [one for one in (value, *(value if type(value) is tuple else ())) if not is_atom(type(one))]
    return {
        name: held
        for name, held in getattr(member, "__dict__", {}).items()
        if not (name.startswith("_") and name.endswith("_")) and not any(held is one for one in parts)
    }
