"""What the client's functions hold, in their variables, attributes and defaults: one that holds something else by now is not the client's any more.

What they hold is noted when the call has been loaded. Lists, dicts, sets and objects are looked into, arrays are summed; anything else
counts as the same while it is the same object.
"""

import types
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ATOMS = (type(None), bool, int, float, complex, str, bytes)
_CONTAINERS: "Any" = (dict, list, tuple, set, frozenset)
_NAMED = (type, types.ModuleType, types.BuiltinFunctionType)
#: So many values are looked into for each variable.
_MOST_VALUES = 10000


class FunctionStates:
    """What some functions held when this was made."""

    def __init__(self, functions: "Any") -> None:
        self._functions = functions
        self._then = [_noted(_own_parts(one)) for one in functions]
        self._cells_then = {id(one): _noted([_content(one)]) for one in self._all_cells()}

    def changed(self) -> "Any":
        """The ids of the functions that hold something else now, or share a variable with one that does, or hold one."""
        cells = {id(one): one for one in self._all_cells()}
        new = {key for key, cell in cells.items() if _noted([_content(cell)]) != self._cells_then[key]}
        found = {id(one) for one, then in zip(self._functions, self._then) if _noted(_own_parts(one)) != then}
        count = -1
        while count != len(found):
            count = len(found)
            new |= {key for key, cell in cells.items() if id(_content(cell)) in found}
            for one in self._functions:
                own = {id(cell) for cell in one.__closure__ or ()}
                if id(one) in found or not own.isdisjoint(new):
                    found.add(id(one))
                    new |= own
        return found

    def _all_cells(self) -> "Any":
        return [cell for one in self._functions for cell in one.__closure__ or ()]


def _own_parts(function: "Any") -> "Any":
    return [function.__dict__, function.__defaults__, function.__kwdefaults__]


class _Empty(object):
    """Stands for what a variable holds that nothing was assigned to yet."""


def _content(cell: "Any") -> "Any":
    try:
        return cell.cell_contents
    except ValueError:
        return _Empty


class _Same(object):
    """Equal to a note of the very same object, which it keeps: ids are given again."""

    def __init__(self, value: "Any") -> None:
        self.value = value

    def __eq__(self, other: "Any") -> "Any":
        return isinstance(other, _Same) and other.value is self.value

    def __hash__(self) -> "Any":
        return id(self.value)


def _noted(values: "Any") -> "Any":
    """Notes of values and of all that they hold, to be compared."""
    notes: "list" = []
    stack = list(values)
    seen: "dict" = {}
    while stack:
        value = stack.pop()
        if isinstance(value, _ATOMS):
            # As text where they are not equal to themselves, or to others of other types: nan, 1 and True.
            notes.append((type(value), repr(value) if isinstance(value, (float, complex)) else value))
        elif id(value) in seen:
            notes.append(seen[id(value)])
        elif len(notes) > _MOST_VALUES:
            notes.append(_Same(value))
        else:
            seen[id(value)] = len(seen)
            note, inside = _looked_into(value)
            notes.append(note)
            stack.extend(inside)
    return notes


def _looked_into(value: "Any") -> "Any":
    """A note of a value, and what it holds."""
    kind = type(value)
    if isinstance(value, _NAMED) or kind is types.FunctionType:
        return _Same(value), ()
    for base in _CONTAINERS:
        if isinstance(value, base):
            if base.__len__(value) > _MOST_VALUES:
                return (kind, base.__len__(value), _Same(value)), ()
            # A container of the user's may have its own ways; none of its methods is called.
            items = (
                [part for pair in dict.items(value) for part in pair] if base is dict else list(base.__iter__(value))
            )
            return (kind, len(items)), items + _attributes(value)
    if kind.__name__ == "deque" and kind.__module__ == "collections":
        return (kind, len(value)), list(value)
    try:
        return (kind, zlib.crc32(memoryview(value))), ()
    except (TypeError, ValueError, BufferError):
        return _Same(value), _attributes(value)


def _attributes(value: "Any") -> "Any":
    """What an object has as attributes; those of loggers change of themselves."""
    if type(value).__module__ == "logging" or "unittest" in type(value).__module__:
        return []
    found = [part for slot in _slots(type(value)) for part in _slot_value(slot, value)]
    try:
        attributes = object.__getattribute__(value, "__dict__")
    except AttributeError:
        return found
    return found + [part for pair in attributes.items() for part in pair] if type(attributes) is dict else found


_slots_of: "dict" = {}


def _slots(kind: "Any") -> "Any":
    if kind not in _slots_of:
        members = [one for above in kind.__mro__ for one in vars(above).values()]
        _slots_of[kind] = [one for one in members if type(one) is types.MemberDescriptorType]
    return _slots_of[kind]


def _slot_value(slot: "Any", value: "Any") -> "Any":
    try:
        return [slot.__get__(value)]
    except AttributeError:
        return []  # nothing was assigned to it
