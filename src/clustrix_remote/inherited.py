"""Objects of classes beneath those of libraries: ``class LRU(OrderedDict)`` with an ``__init__`` of its own, ``class Quantity(np.ndarray)`` with a unit.

The library's class has them made again by a call of their class with what *it* wants to know, and many forget attributes. Their own
``__init__`` and ``__new__`` want something else, and their own ``__setitem__`` would do a second time what it has done. So here the library's
class makes and fills them, and what else they hold is put into them.
"""

import collections

from clustrix_remote import portable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_SAY_HOW = (
    "__reduce__", "__reduce_ex__", "__getstate__", "__setstate__", "__getnewargs__", "__getnewargs_ex__", "__getinitargs__",
)  # fmt: skip
_LIBRARY = (
    "builtins", "collections", "datetime", "_pydatetime", "decimal", "_pydecimal", "fractions", "types", "random", "functools", "pathlib", "pathlib._local",
)  # fmt: skip
#: Of an own ``__getattr__`` pickle asks methods that are none of its business; an own ``__iter__`` may shuffle what is in there.
_OWN_WAYS = ("__new__", "__setitem__", "append", "extend", "__getattr__", "__iter__", "items")


def reducer(kind: "Any") -> "Any":
    """How instances of this class are pickled; None where pickle's own way makes them again."""
    if kind.__module__ in _LIBRARY:
        return None
    says = next((one for one in kind.__mro__ if any(name in one.__dict__ for name in _SAY_HOW)), object)
    if says is object:
        # Pickle makes them without their __init__, and fills them by their own methods.
        base: "Any" = next((one for one in (dict, list) if issubclass(kind, one)), None)
        if base is None:
            # A metaclass's instances are classes, which go by name.
            return _reduce_sharing if _shares_attributes(kind) and not issubclass(kind, type) else None
        if not (_shares_attributes(kind) or _has_own_ways(kind, base)):
            return None
    elif (says.__module__, says.__name__) == ("numpy", "ndarray") and kind.__module__.partition(".")[0] != "numpy":
        return _reduce_array
    elif says.__module__ not in _LIBRARY or issubclass(says, portable.PLAIN + (type, BaseException)):
        return None
    else:
        base = says
    return lambda value: _reduce(value, base)


def _has_own_ways(kind: "Any", base: "Any") -> "Any":
    return any(getattr(kind, one, None) is not getattr(base, one, None) for one in _OWN_WAYS)


def _shares_attributes(kind: "Any") -> "Any":
    """Whether its items may be its attributes: ``self.__dict__ = self``; or those of all its objects: ``self.__dict__ = self._shared``."""
    makers = (getattr(kind.__init__, "__code__", None), getattr(kind.__new__, "__code__", None))
    return any("__dict__" in getattr(code, "co_names", ()) for code in makers)


def _reduce(value: "Any", base: "Any") -> "Any":
    kind = type(value)
    args, state = (), None
    if base not in (dict, list):
        usual = value.__reduce_ex__(4)
        if not isinstance(usual, tuple) or usual[0] is not kind:
            return usual
        args, state = () if base is collections.Counter else usual[1], (usual + (None,))[2]
    own = kind.__mro__[: kind.__mro__.index(base)]
    space = value.__dict__ if kind.__dictoffset__ else {}
    attributes = {"__dict__": space} if space is value else dict(space, **portable.slots_of(value, own))
    told = state if hasattr(base, "__setstate__") else None
    return made, (base, kind, args), (told, attributes, _contents(value)), None, None, fill


def _reduce_sharing(value: "Any") -> "Any":
    """The very dict that holds an object's attributes goes along: it may be that of others, too."""
    from clustrix_remote import rebuild

    usual = value.__reduce_ex__(2)
    state = usual[2] if len(usual) > 2 else None
    return usual[:2] + (state, None, None, rebuild.share_attributes) if state is value.__dict__ else usual


def _contents(value: "Any") -> "Any":
    """What a container holds, as its library's class sees it."""
    if isinstance(value, list):
        return list(list.__iter__(value))
    if isinstance(value, collections.deque):
        return list(collections.deque.__iter__(value))
    if isinstance(value, collections.OrderedDict):
        return list(collections.OrderedDict.items(value))
    return list(dict.items(value)) if isinstance(value, dict) else []


def _reduce_array(value: "Any") -> "Any":
    """Numpy forgets the attributes that a class beneath its own gives to its arrays."""
    function, args, told = value.__reduce__()
    return function, args, (told, dict(value.__dict__), ()), None, None, fill


def made(base: "Any", kind: "Any", args: "Any") -> "Any":
    """An object of class ``kind``, of which only the library's class ``base`` has seen the arguments."""
    value = base.__new__(kind, *args)
    if base.__init__ is not object.__init__:
        base.__init__(value, *args)
    return value


def fill(value: "Any", state: "Any") -> None:
    """Give it what it holds."""
    told, attributes, contents = state
    if told is not None:
        value.__setstate__(told)
    for name, one in attributes.items():
        # Not as the class would: its ``__setattr__`` may make items of attributes.
        object.__setattr__(value, name, one)
    if isinstance(value, list):
        list.extend(value, contents)
    elif isinstance(value, collections.deque):
        collections.deque.extend(value, contents)
    elif isinstance(value, dict):
        base = collections.OrderedDict if isinstance(value, collections.OrderedDict) else dict
        for key, one in contents:
            base.__setitem__(value, key, one)
