"""Values between different versions of Python and of libraries: how they are written, and names that moved.

Which values break between which versions is tabulated in ``docs/values.md``. A reducer is used where the versions of both sides
differ; the reading shim always.
"""

import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

#: Modules that were renamed: (new name, old name). A pickle made with one of them is read with the other.
_RENAMED = (
    ("numpy._core", "numpy.core"), ("pathlib._local", "pathlib"), ("numpy.rec", "numpy.core.records"), ("_thread", "threading"), ("posix", "os"),
    ("posixpath", "os.path"), ("genericpath", "os.path"),
) + tuple(("scipy.sparse._" + form, "scipy.sparse." + form) for form in ("bsr", "coo", "csc", "csr", "dia", "dok", "lil"))  # fmt: skip


def find_class(find: "Any", module: "Any", name: "Any") -> "Any":
    """``find(module, name)``, tried under the module's other names where the first is not there."""
    try:
        return find(module, name)
    except (ImportError, AttributeError):
        for other in other_names(module):
            try:
                return find(other, name)
            except (ImportError, AttributeError):
                continue
        raise


def other_names(module: "Any") -> "Any":
    """Under which names the same may be found: what moved; the packages around a library's file, which have what is public.

    >>> list(other_names("scipy.integrate._quadpack_py")), list(other_names("_bisect"))
    (['scipy.integrate', 'scipy'], ['bisect'])
    """
    for new, old in _RENAMED:
        for one, other in ((new, old), (old, new)):
            if module == one or module.startswith(one + "."):
                yield other + module[len(one) :]
    if "._" not in module and not _is_of_library(module.partition(".")[0]):
        return
    if module.startswith("_"):
        yield module.lstrip("_")
    while "." in module:
        module = module.rpartition(".")[0]
        yield module


def _is_of_library(name: "Any") -> "Any":
    """Whether a module, or the one that it is a private half of, is of the standard library: in others what is not marked may be another's."""
    known = getattr(sys, "stdlib_module_names", None)
    if known is not None:
        return name in known
    import importlib.util
    import os

    try:
        spec = importlib.util.find_spec(name.lstrip("_") or name)
    except (ImportError, ValueError):
        return False
    place = getattr(spec, "origin", None) or ""
    return place in ("built-in", "frozen") or (
        place.startswith(os.path.dirname(os.__file__)) and "-packages" not in place
    )


# Exceptions


def exception_reducer(kind: "Any") -> "Any":
    """How exceptions of this class are pickled."""
    if any(user_defined(kind, one) for one in ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__")):
        from clustrix_remote import told_exceptions

        return told_exceptions.reduce_as_told
    return reduce_exception


def user_defined(kind: "Any", method: "Any") -> "Any":
    """Whether the class has this method from elsewhere than the built-in classes."""
    home = next((one for one in kind.__mro__ if method in one.__dict__), None)
    return home is not None and home.__module__ != "builtins"


def slots_of(value: "Any", kinds: "Any" = None) -> "Any":
    """What a user's class keeps in ``__slots__``; ``kinds`` are those of its classes that are asked."""
    found = {}
    for kind in kinds or type(value).__mro__:
        names = kind.__dict__.get("__slots__", ())
        for written in (names,) if isinstance(names, str) else names:
            is_private = written.startswith("__") and not written.endswith("__")
            name = "_{}{}".format(kind.__name__.lstrip("_"), written) if is_private else written
            if name not in ("__dict__", "__weakref__") and hasattr(value, name):
                found[name] = getattr(value, name)
    return found


def reduce_exception(error: "Any") -> "Any":
    """An exception in its parts; see :func:`exception`."""
    state: "Any" = {
        "attributes": dict(error.__dict__),
        "extra": dict(slots_of(error), **_extra(error)),
        "cause": error.__cause__,
        "context": error.__context__,
        "suppress": error.__suppress_context__,
    }
    # An OSError's args lack the file name, which its constructor wants as a third.
    given = OSError.__reduce__(error)[1] if isinstance(error, OSError) else error.args
    parts = (type(error), given, error.args)
    if sys.version_info >= (3, 8):
        return exception, parts, state, None, None, fill_exception
    # Without a setter of the state (3.8): every exception has one that sets attributes, but whole where the class has its own.
    if any(user_defined(type(error), name) for name in ("__setstate__", "__setattr__")):  # type: ignore[unreachable]
        return whole_exception, parts + (state,)
    links = {"__{}__".format(name): state[name] for name in ("cause", "context")}
    links["__suppress_context__"] = state["suppress"]
    return exception, parts, dict(state["attributes"], **dict(state["extra"], **links))


def whole_exception(kind: "Any", given: "Any", args: "Any", state: "Any") -> "Any":
    """An exception with all that was put aside, in one."""
    made = exception(kind, given, args)
    fill_exception(made, state)
    return made


#: What builtin classes keep beside ``__dict__``, and a program may have set since. Not what a hint is made of, "Did you mean ..?", as that looks around here.
_KEPT = (
    (OSError, ("errno", "strerror", "filename", "filename2")),
    (SyntaxError, ("msg", "filename", "lineno", "offset", "text", "print_file_and_line", "end_lineno", "end_offset")),
    ((UnicodeDecodeError, UnicodeEncodeError, UnicodeTranslateError), ("encoding", "object", "start", "end", "reason")),
    (ImportError, ("name", "path", "msg")),
    (SystemExit, ("code",)),
    (StopIteration, ("value",)),
)
_DESCRIPTORS = (types.MemberDescriptorType, types.GetSetDescriptorType)


def _extra(error: "Any") -> "Any":
    found = {name: getattr(error, name, None) for name in _extra_names(error)}
    return {name: one for name, one in found.items() if one is not None}


def _extra_names(error: "Any") -> "Any":
    names = [name for kinds, kept in _KEPT if isinstance(error, kinds) for name in kept]
    # A property of the same name is the user's own.
    return [name for name in names if isinstance(getattr(type(error), name, None), _DESCRIPTORS)]


def exception(kind: "Any", given: "Any", args: "Any") -> "Any":
    """An exception of class ``kind`` with these ``args``; only its builtin base sees what was ``given``, not its own ``__init__``."""
    builtin = next(one for one in kind.__mro__ if one.__module__ == "builtins")
    try:
        made = kind.__new__(kind, *given)
    except TypeError:
        made = builtin.__new__(kind)
    try:
        # It is a builtin's __init__ that sets what the builtin keeps outside of __dict__: errno, start, value ..
        builtin.__init__(made, *given)
    except TypeError:
        pass
    assign(made, "args", args)
    return made


def assign(error: "Any", name: "Any", value: "Any") -> None:
    """Set an attribute of an exception whatever its class does about that: a frozen dataclass refuses."""
    BaseException.__setattr__(error, name, value)


def fill_exception(made: "Any", state: "Any") -> None:
    """What :func:`reduce_exception` put aside."""
    made.__dict__.update(state["attributes"])
    links = {"__{}__".format(name): state[name] for name in ("cause", "context")}
    for name, value in list(state["extra"].items()) + list(links.items()):
        assign(made, name, value)
    assign(made, "__suppress_context__", state["suppress"])


# Always


def always(kind: "Any") -> "Any":
    """A reducer for what pickle refuses though it travels well, or None."""
    if kind.__module__ in ("typing", "annotationlib"):
        from clustrix_remote import type_names

        return type_names.reducer(kind)
    return _ALWAYS.get((kind.__module__, kind.__qualname__)) or _by_its_base(kind)


def _by_its_base(kind: "Any") -> "Any":
    if "enum" in sys.modules and isinstance(kind, sys.modules["enum"].EnumMeta) and _is_pickled_by_enum(kind):
        return _reduce_member
    if _makes_itself(kind):
        return reduce_plain
    return None


def _is_pickled_by_enum(kind: "Any") -> "Any":
    """Whether no class of the user's says how members of an Enum are pickled."""
    ways = [getattr(getattr(kind, name), "__module__", None) for name in ("__reduce_ex__", "__reduce__")]
    return all(one in ("enum", None) for one in ways)


def _reduce_member(value: "Any") -> "Any":
    """A member of an Enum, by its name: before Python 3.12 pickle goes by the value, of which a copy may be no member's."""
    kind, name = type(value), value._name_
    return (member, (kind, name)) if kind._member_map_.get(name) is value else value.__reduce_ex__(4)


def member(kind: "Any", name: "Any") -> "Any":
    """The member of an Enum."""
    return kind._member_map_[name]


#: What cannot be changed once it is made, so that it is ``__new__`` that is given the value.
PLAIN = (str, int, float, complex, bytes, tuple, frozenset)
_SAY_HOW = ("__reduce__", "__reduce_ex__", "__getnewargs__", "__getnewargs_ex__")


def _makes_itself(kind: "Any") -> "Any":
    """Whether a class beneath one of those has a ``__new__`` of its own, and does not say what to give it: ``Version("1.10")``."""
    base = next((one for one in PLAIN if issubclass(kind, one)), None)
    if base is None or kind is base or not isinstance(kind.__new__, types.FunctionType):
        return False
    # All of them: an Enum that is a str as well stands behind it.
    own = [one for one in kind.__mro__ if one not in (base, object)]
    return not any(name in one.__dict__ for one in own for name in _SAY_HOW)


def reduce_plain(value: "Any") -> "Any":
    """A value by its class and the plain value that it is."""
    base = next(one for one in PLAIN if isinstance(value, one))
    taken = base(value) if base is not str else str.__str__(value)
    if isinstance(getattr(type(value), "__getattr__", None), types.FunctionType):
        from clustrix_remote import hashed

        # Pickle would ask the new object for methods before it has what its ``__getattr__`` looks at.
        return plain, (base, type(value), taken, hashed.attributes(value))
    # Its attributes, its slots, or what its ``__getstate__`` says.
    state = (*value.__reduce_ex__(2), None)[2]
    return plain, (base, type(value), taken), state


def plain(base: "Any", kind: "Any", value: "Any", attributes: "Any" = ()) -> "Any":
    """The value that :func:`reduce_plain` took apart; its own ``__new__`` has done its work at home."""
    made = base.__new__(kind, value)
    for name in attributes:
        object.__setattr__(made, name, attributes[name])
    return made


def _reduce_struct(value: "Any") -> "Any":
    from clustrix_remote import library_values

    return library_values.reduce_struct(value)


def _reduce_view(view: "Any") -> "Any":
    from clustrix_remote import library_values

    return library_values.reduce_view(view)


def _reduce_mapping_proxy(value: "Any") -> "Any":
    return mapping_proxy, (dict(value),)


def mapping_proxy(value: "Any") -> "Any":
    """A ``types.MappingProxyType``."""
    return types.MappingProxyType(value)


def _reduce_memory(value: "Any") -> "Any":
    return memoryview, (value.tobytes(),)


def _reduce_property(value: "Any") -> "Any":
    return property, (value.fget, value.fset, value.fdel, value.__doc__)


def _reduce_wrapper(value: "Any") -> "Any":
    return type(value), (value.__func__,)


def _reduce_module(value: "Any") -> "Any":
    import importlib

    return importlib.import_module, (value.__name__,)


def _reduce_method(value: "Any") -> "Any":
    """By its function where its name leads to another one: ``super().area``, a method under a decorator without ``functools.wraps``."""
    named = getattr(value.__self__, getattr(value.__func__, "__name__", ""), None)
    if isinstance(named, types.MethodType) and named.__func__ is value.__func__:
        return value.__reduce__()
    return bound, (value.__func__, value.__self__)


def bound(function: "Any", owner: "Any") -> "Any":
    """A function as the method of an object."""
    return types.MethodType(function, owner)


def _reduce_memoized(value: "Any") -> "Any":
    found = sys.modules.get(value.__module__)
    for part in value.__qualname__.split("."):
        found = getattr(found, part, None)
    return value.__reduce__() if found is value else (memoized, (value.__wrapped__, value.cache_info().maxsize))


def memoized(function: "Any", maxsize: "Any") -> "Any":
    """A function under ``functools.lru_cache``, its cache empty."""
    import functools

    return functools.lru_cache(maxsize=maxsize)(function)


def _reduce_logger(value: "Any") -> "Any":
    from clustrix_remote import library_values

    return library_values.logger, (value.name,)


_ALWAYS = {
    ("logging", "Logger"): _reduce_logger,
    ("builtins", "method"): _reduce_method,
    ("functools", "_lru_cache_wrapper"): _reduce_memoized,
    ("builtins", "module"): _reduce_module,
    ("clustrix_remote.shipped", "_AskingModule"): _reduce_module,
    ("builtins", "property"): _reduce_property,
    ("builtins", "staticmethod"): _reduce_wrapper,
    ("builtins", "classmethod"): _reduce_wrapper,
    ("_struct", "Struct"): _reduce_struct,
    ("builtins", "mappingproxy"): _reduce_mapping_proxy,
    ("builtins", "memoryview"): _reduce_memory,
    ("builtins", "dict_keys"): _reduce_view,
    ("builtins", "dict_values"): _reduce_view,
    ("builtins", "dict_items"): _reduce_view,
    ("builtins", "odict_keys"): _reduce_view,
    ("builtins", "odict_values"): _reduce_view,
    ("builtins", "odict_items"): _reduce_view,
}
