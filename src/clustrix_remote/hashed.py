"""Objects whose hash depends on what they hold: they get that before anything puts them into a set or a dict.

pickle makes an object first, and gives it its attributes when all of them have been loaded. In a cycle through a set, a node of a graph and its
neighbours, it would be hashed in between.
"""

import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_ATOMS = (type(None), bool, int, float, complex, str, bytes)
_OWN_WAYS = ("__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__")
#: A hash that looks further than this through other objects is none that a program computes.
_DEEPEST = 4


def reducer(kind: "Any") -> "Any":
    """How objects of this class are pickled; None for those that pickle can fill in its own order, or that say themselves how."""
    if not _is_filled_by_pickle(kind):
        return None
    if isinstance(getattr(kind, "__getattr__", None), types.FunctionType) or _refuses_slots(kind):
        return reduce_asked
    return reduce_hashed if _is_hashed(kind) else None


def _is_filled_by_pickle(kind: "Any") -> "Any":
    # A builtin's subclass pickle fills in an order of its own.
    return all(
        one.__flags__ & (1 << 9) and not any(name in vars(one) for name in _OWN_WAYS) for one in kind.__mro__[:-1]
    )


def _is_hashed(kind: "Any") -> "Any":
    """Whether a hash may look at what an object holds."""
    return isinstance(getattr(kind, "__hash__", None), types.FunctionType) and _is_filled_by_pickle(kind)


def _refuses_slots(kind: "Any") -> "Any":
    """Whether a class has slots and a ``__setattr__`` of its own, by which pickle would fill them: it may be frozen."""
    return isinstance(kind.__setattr__, types.FunctionType) and any(vars(one).get("__slots__") for one in kind.__mro__)


def reduce_asked(value: "Any") -> "Any":
    """An object whose class has a ``__getattr__``: pickle asks it for methods before it has what ``__getattr__`` looks at.

    Or one whose class may refuse what pickle would set.
    """
    held = attributes(value)
    if sys.version_info < (3, 8):
        return made, (type(value), held)  # type: ignore[unreachable]  # these know no other way to fill
    return made, (type(value), _seen_by_hash(value, _DEEPEST)), (None, held), None, None, fill


def reduce_hashed(value: "Any") -> "Any":
    """What a hash may look at goes with the making of the object, all attributes behind it."""
    usual = value.__reduce_ex__(2)
    state = usual[2] if len(usual) > 2 else None
    first = _seen_by_hash(value, _DEEPEST)
    if not first:
        return usual
    if sys.version_info < (3, 8):
        return made, (type(value), first), state  # type: ignore[unreachable]  # these know no other way to fill
    return made, (type(value), first), state, None, None, fill


def attributes(value: "Any") -> "Any":
    """All that an object holds, in its ``__dict__`` and in slots, by name."""
    found = dict(getattr(value, "__dict__", None) or {})
    for kind in type(value).__mro__:
        slots = vars(kind).get("__slots__", ())
        for written in (slots,) if isinstance(slots, str) else slots:
            is_private = written.startswith("__") and not written.endswith("__")
            name = "_{}{}".format(kind.__name__.lstrip("_"), written) if is_private else written
            try:
                found[name] = object.__getattribute__(value, name)
            except AttributeError:
                pass  # not set
    found.pop("__dict__", None)
    found.pop("__weakref__", None)
    return found


def _seen_by_hash(value: "Any", depth: "Any") -> "Any":
    """Plain attributes, and what the code of ``__hash__`` or ``__eq__`` names; only the plain ones where that leads on and on."""
    held = attributes(value)
    found = {name: one for name, one in held.items() if type(one) in _ATOMS}
    named = _names_in(type(value))
    others = {name: one for name, one in held.items() if name in named and name not in found and _is_hashable(one)}
    if all(_ends(one, depth) for one in others.values()):
        found.update(others)
    return found


def _names_in(kind: "Any") -> "Any":
    codes = (getattr(getattr(kind, name), "__code__", None) for name in ("__hash__", "__eq__"))
    return {name for code in codes if code is not None for name in code.co_names}


def _is_hashable(value: "Any") -> "Any":
    return isinstance(value, (tuple, frozenset)) or _is_hashed(type(value))


def _ends(value: "Any", depth: "Any") -> "Any":
    if not depth:
        return False
    if isinstance(value, (tuple, frozenset)):
        return len(value) <= 100 and all(_ends(one, depth - 1) for one in value)
    if not _is_hashed(type(value)):
        return True
    named, held = _names_in(type(value)), attributes(value)
    return all(_ends(one, depth - 1) for name, one in held.items() if name in named and _is_hashable(one))


def made(kind: "Any", first: "Any") -> "Any":
    """An object with some of its attributes."""
    value = kind.__new__(kind)
    _set(value, first)
    return value


def fill(value: "Any", state: "Any") -> None:
    """Give it all of them, in their order."""
    plain, slots = state if isinstance(state, tuple) else (state, None)
    if plain:
        vars(value).clear()
        vars(value).update(plain)
    _set(value, slots or {})


def _set(value: "Any", held: "Any") -> None:
    for name, one in held.items():
        # Not as the class would: it may be frozen.
        object.__setattr__(value, name, one)
