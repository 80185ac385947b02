"""Which part of a value cannot be pickled: a path that a person can follow, found only after pickling failed."""

import functools
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: What is said of a value that even a large stack does not hold.
TOO_DEEP = "nested too deeply"
#: A value larger than this is not searched further: the path so far is good enough.
MAX_CHILDREN = 100000


class Fault:
    """``path`` names the part (``result['bad'][0]``), ``kind`` its type, ``error`` what pickle said of it."""

    def __init__(self, path: "Any", part: "Any", error: "Any") -> None:
        self.path = path
        self.part = part
        self.kind = type_name(type(part))
        self.error = error

    def __str__(self) -> "Any":
        return "{}: {} ({})".format(self.path, self.kind, self.error or "it cannot be pickled")


def find_fault(value: "Any", name: "Any", dump: "Any", parts: "Any" = None) -> "Any":
    """The innermost part of ``value`` for which ``dump(part)`` raises.

    ``name`` is what the path begins with. ``parts(value, path)`` may give ``(path, part)`` pairs of things that this module does not know
    how to look into, or None.
    """
    path, error, seen = name, _try(dump, value), set()
    while id(value) not in seen and error != TOO_DEEP:
        seen.add(id(value))
        step = _first_bad(value, path, dump, parts)
        if step is None:
            break
        path, value, error = step
    return Fault(path, value, error)


def _first_bad(value: "Any", path: "Any", dump: "Any", parts: "Any") -> "Any":
    known = parts(value, path) if parts else None
    children = _parts(value, path) if known is None else known
    for count, (child_path, child) in enumerate(children):
        if count > MAX_CHILDREN:
            return None
        if child is value:
            continue
        error = _try(dump, child)
        if error:
            return child_path, child, error
    return None


def _try(dump: "Any", value: "Any") -> "Any":
    # Whatever a user's __reduce__ raises is the answer looked for here.
    try:
        dump(value)
    except RecursionError:
        return TOO_DEEP
    except Exception as error:
        return _said(error)
    return ""


def _said(error: "Any") -> "Any":
    """What an exception says; of pickle's own its kind tells nothing."""
    kind = type_name(type(error))
    if isinstance(error, (TypeError, AttributeError)) or kind.endswith("PicklingError") or not str(error):
        return str(error) or kind
    return "{}: {}".format(kind, error)


def _parts(value: "Any", path: "Any") -> "Any":
    if isinstance(value, dict):
        for key, item in list(value.items()):
            yield "a key of " + path, key
            yield "{}[{}]".format(path, short(key)), item
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield "{}[{}]".format(path, index), item
    elif isinstance(value, (set, frozenset)):
        for item in value:
            yield "an element of " + path, item
    if isinstance(value, BaseException):
        for index, item in enumerate(value.args):
            yield "{}.args[{}]".format(path, index), item
    if isinstance(value, types.MethodType):
        yield path + ".__self__", value.__self__
    if not isinstance(value, (type, types.ModuleType, types.FunctionType)):
        for name, item in _attributes(value):
            yield "{}.{}".format(path, name), item


def _attributes(value: "Any") -> "Any":
    if isinstance(value, functools.partial):
        yield from (("func", value.func), ("args", value.args), ("keywords", value.keywords))
    for name, item in list(getattr(value, "__dict__", {}).items()):
        yield name, item
    for kind in type(value).__mro__:
        slots = kind.__dict__.get("__slots__", ())
        for name in [slots] if isinstance(slots, str) else slots:
            if hasattr(value, name):
                yield name, getattr(value, name)


def short(value: "Any", limit: "Any" = 40) -> "Any":
    """A repr that fits into a line."""
    try:
        text = repr(value)
    except Exception:  # a user's own __repr__ may raise anything, and this is only a label
        text = "<{}>".format(type(value).__name__)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def type_name(kind: "Any") -> "Any":
    """``sqlite3.Connection``, and plain ``list`` for builtins."""
    module = getattr(kind, "__module__", "")
    return kind.__qualname__ if module in ("builtins", "__main__", "") else "{}.{}".format(module, kind.__qualname__)
