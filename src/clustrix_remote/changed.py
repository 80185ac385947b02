"""What the client's process had changed in its modules before the call is changed here too."""

import collections
import sys
import types
import weakref

from clustrix_remote import memories, modules, rebuild
from clustrix_remote.placeholders import Placeholder
from clustrix_remote.rebuilt_classes import set_quietly

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_CONTAINERS = (dict, list, set, bytearray, collections.deque)
_WEAK = (weakref.WeakSet, weakref.WeakKeyDictionary, weakref.WeakValueDictionary)
#: ``next_number = counter.__next__``
_BOUND: "tuple[Any, ...]" = (type([].__iter__), type([].append))
#: More dicts, lists and objects of a module are not looked through for a value.
_MOST_HOLDERS = 10000
#: What holds no values of a module, or those of others.
_NO_HOLDERS = (
    type(None),
    bool,
    int,
    float,
    str,
    bytes,
    type,
    types.FunctionType,
    types.ModuleType,
    types.BuiltinFunctionType,
)

#: What stood where something was changed, by module and path.
_originals: "dict[tuple[Any, Any], Any]" = {}


def change(module_name: "Any", path: "Any", value: "Any") -> None:
    """Set what ``path`` (``RATE``, ``Model.size``) names in a module; a dict, list, set or the like is changed, not replaced."""
    try:
        target = modules.import_module(module_name)
    except Exception:  # nobody needed the module, or whoever does will get this error
        return
    names = path.split(".")
    for name in names[:-1]:
        target = _held(target, name)
        if isinstance(target, Placeholder):  # what it is made of is not here
            return
    current: "Any" = _held(target, names[-1], None)
    if current is not value:
        _originals.setdefault((module_name, path), current)
        _set(target, names[-1], current, value)


def _set(target: "Any", name: "Any", current: "Any", value: "Any") -> None:
    if _put_in(current, value):
        return
    if isinstance(target, type):
        set_quietly(target, name, value)
    elif isinstance(getattr(type(target), name, None), types.MemberDescriptorType):
        object.__setattr__(target, name, value)
    elif name.endswith("__") or type(getattr(target, "__dict__", None)) is not dict:
        # A function stands for its code.
        setattr(target, name, value.__code__ if name == "__code__" else value)
    else:
        # An object's own ``__setattr__`` may refuse it, or put it elsewhere.
        target.__dict__[name] = value


def _put_in(current: "Any", value: "Any") -> bool:
    """Have a dict, a list, a set or the like hold what another one holds: whoever has it sees that."""
    is_container = type(current) is type(value) and isinstance(value, _CONTAINERS)
    is_container = is_container and getattr(current, "maxlen", None) == getattr(value, "maxlen", None)
    if is_container and current is not value:
        rebuild.restore(current, value)
    return is_container


def fill_each(module_name: "Any", name: "Any", attributes: "Any") -> None:
    """Give the objects in a module's list, tuple or dict what those at home hold, one after the other."""
    try:
        held: "Any" = vars(modules.import_module(module_name))[name]
    except Exception:  # nobody needed the module, or whoever does will get this error
        return
    objects = list(held.values()) if isinstance(held, dict) else held if isinstance(held, (list, tuple)) else ()
    for one, values in zip(objects, attributes) if len(objects) == len(attributes) else ():
        if isinstance(one, Placeholder):
            continue
        for path, value in values.items():
            target = one
            *above, last = path.split(".")
            for part in above:
                target = _held(target, part, None)
            current: "Any" = _held(target, last, None)
            if target is not None and current is not value:
                _set(target, last, current, value)


def original(module_name: "Any", name: "Any") -> "Any":
    """What a library had under a name before the program put something else there."""
    key = module_name, name
    return _originals[key] if key in _originals else rebuild.attribute(module_name, name)


def within(module_name: "Any", path: "Any", values: "Any") -> None:
    """Give variables of a function's closure, or its defaults, what they hold at home; the cells are those that others share."""
    names = path.split(".")
    try:
        function: "Any" = modules.import_module(module_name)
        for name in names[:-1]:
            function = _held(function, name)
        held = getattr(function, names[-1])
    except Exception:  # nobody needed the module, or another Python makes another function of it
        return
    if names[-1] == "__closure__":
        for name, one in zip(function.__code__.co_freevars, held or ()):
            if name in values and not _put_in(_contents(one), values[name]):
                _fill_cell(one, values[name])
    elif isinstance(held, dict):
        held.update(values)
    elif held is not None:
        setattr(function, names[-1], tuple(values.get(index, one) for index, one in enumerate(held)))


def _contents(cell: "Any") -> "Any":
    try:
        return cell.cell_contents
    except ValueError:  # not filled yet
        return None


def _fill_cell(cell: "Any", value: "Any") -> None:
    # Python 3.6 writes to a cell only by a function that closes over it.
    def fill(new: "Any") -> None:
        nonlocal value
        value = new

    types.FunctionType(fill.__code__, {}, "fill", None, (cell,))(value)


def answered(module_name: "Any", path: "Any", state: "Any") -> None:
    """Have a function of a module that is under ``functools.lru_cache`` know what it has answered at home."""
    try:
        function = rebuild.attribute(module_name, path)
    except Exception:  # nobody needed the module, or whoever does will get this error
        return
    memories.answer(function, state)


def put(module_name: "Any", name: "Any", value: "Any") -> None:
    """Have a global of a module be another object; whoever has imported the one that it was keeps that."""
    try:
        vars(modules.import_module(module_name))[name] = value
    except Exception:  # nobody needed the module, or whoever does will get this error
        return


def remove(module_name: "Any", paths: "Any") -> None:
    """Delete globals of a module, or attributes of its classes (``Config.Train.rate``)."""
    try:
        module = modules.import_module(module_name)
    except Exception:  # nobody needed the module, or whoever does will get this error
        return
    for path in paths:
        *owners, name = path.split(".")
        target: "Any" = module
        for owner in owners:
            target = getattr(target, "__dict__", {}).get(owner)
        if name in getattr(target, "__dict__", ()):
            delattr(target, name)


def _held(target: "Any", name: "Any", *default: "Any") -> "Any":
    """An attribute; where the object itself has it, no code of its class is asked."""
    own: "Any" = getattr(target, "__dict__", None)
    if default and type(own) is dict and isinstance(target, types.ModuleType):
        return own.get(name, *default)  # a module's own ``__getattr__`` may do anything
    if type(own) is dict and name in own:
        return own[name]
    held: "Any" = own.get(name) if isinstance(target, type) else None
    # A descriptor of the user's is meant itself, not what it gives.
    is_descriptor = isinstance(getattr(type(held), "__get__", None), types.FunctionType)
    return held if is_descriptor else getattr(target, name, *default)


def replace(module_name: "Any", name: "Any", value: "Any") -> None:
    """Put a global in place of what nothing can be put into, as an iterator: whoever has that by now gets this one, too."""
    try:
        current: "Any" = vars(modules.import_module(module_name))[name]
    except Exception:  # nobody needed the module, or whoever does will get this error
        return
    if current is value:
        return
    holding = []
    for module in list(sys.modules.values()):
        held = getattr(module, "__dict__", {})
        for one, what in list(held.items()):
            if what is current:
                held[one] = value
                holding.append(held)
            elif type(what) in _BOUND and what.__self__ is current:
                held[one] = getattr(value, what.__name__)
    for held in holding:
        _put_within(held, current, value)
    _fill_array(current, value)


def _put_within(namespace: "Any", current: "Any", value: "Any") -> None:
    """Put a value in the place of another wherever a module's dicts, lists and objects hold that; none of their own methods is called."""
    stack: "list[Any]" = [namespace]
    seen: "set[int]" = set()
    while stack and len(seen) < _MOST_HOLDERS:
        one = stack.pop()
        for holder in (one, getattr(one, "__dict__", None) if type(one).__dictoffset__ else None):
            if id(holder) in seen or not isinstance(holder, (dict, list, tuple)):
                continue
            seen.add(id(holder))
            for key, what in _items(holder):
                if what is not current:
                    stack += [] if type(what) in _NO_HOLDERS else [what]
                elif isinstance(holder, dict):
                    dict.__setitem__(holder, key, value)
                elif isinstance(holder, list):
                    list.__setitem__(holder, key, value)


def _items(holder: "Any") -> "list[tuple[Any, Any]]":
    if isinstance(holder, dict):
        return list(dict.items(holder))
    return list(enumerate((list if isinstance(holder, list) else tuple).__iter__(holder)))


def _fill_array(current: "Any", value: "Any") -> None:
    """Have an array show what is in its place now: a view of it, or a tuple that holds it, may be left."""
    if (
        (type(current).__module__, type(current).__name__) == ("numpy", "ndarray")
        and type(value) is type(current)
        and (value.shape, value.dtype) == (current.shape, current.dtype)
        and current.flags.writeable
    ):
        current[...] = value


def refill(module_name: "Any", path: "Any", items: "Any") -> None:
    """Have an object of a user's class that is a dict, a list or a set contain just this; none of its own methods is called."""
    try:
        target = modules.import_module(module_name)
    except Exception:  # nobody needed the module, or whoever does will get this error
        return
    for name in path.split("."):
        target = _held(target, name)
    fill(target, (items, {}))


def fill(target: "Any", state: "Any") -> None:
    """The same with its attributes, for the object itself."""
    items, attributes = state
    if isinstance(target, _WEAK):
        # At home somebody holds what is in there.
        rebuild.restore(target, rebuild.kept(items))
        return
    target.__dict__.update(attributes)
    if isinstance(target, dict):
        dict.clear(target)
        dict.update(target, items)
    elif isinstance(target, list):
        list.__setitem__(target, slice(None), items)
    else:
        base: "Any" = set if isinstance(target, set) else collections.deque
        base.clear(target)
        (set.update if isinstance(target, set) else collections.deque.extend)(target, items)


def register(module_name: "Any", name: "Any", implementations: "Any") -> None:
    """Register ``(class, implementation)`` pairs with a ``singledispatch`` function of a module, or of its class: ``Kind.show``."""
    try:
        function = modules.import_module(module_name)
        for part in name.split("."):
            function = getattr(function, part)
    except Exception:  # nobody needed the module, or whoever does will get this error
        return
    for kind, implementation in implementations:
        function.register(kind, implementation)


def mock(kind: "Any", configuration: "Any", children: "Any") -> "Any":
    """A mock of ``unittest.mock`` with its return value, side effect and children."""
    made = kind(**configuration)
    for name, child in children.items():
        setattr(made, name, child)
    return made
