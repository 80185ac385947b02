"""Classes, made from the program's sources or from what they hold; like ``rebuild``, named in pickles that the client makes."""

import contextlib
import types

from clustrix_remote import definitions
from clustrix_remote.placeholders import Placeholder, importing
from clustrix_remote.rebuild import cell, fill_dispatcher, imported, program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict, List  # noqa: F401

_BASES = "__clustrix_bases__"


def class_(
    where: "Any",
    definition: "Any",
    qualname: "Any",
    cells: "Any",
    decorators: "Any",
    bases: "Any",
    before: "Any",
    token: "Any",
) -> "Any":
    """Execute a class statement. ``before`` was loaded for its effect only; ``bases`` is None to take those in the source."""
    own_bases = _BASES if bases is not None else ""

    def compiled(found: "Any", text: "Any", filename: "Any", free_names: "Any") -> "Any":
        return definitions.class_builder_code(found, text, filename, free_names, qualname, decorators, own_bases)

    # One statement may have made several classes: over other bases, under other names.
    code = program().code(definition, tuple(sorted(cells)), compiled, (qualname, decorators, own_bases))
    space = vars(where)
    if own_bases:
        space[_BASES] = bases
    try:
        with importing():
            made = types.FunctionType(
                code, space, code.co_name, None, tuple(cell(cells[free]) for free in code.co_freevars)
            )()
    finally:
        space.pop(_BASES, None)
    _name_functions(made)
    program().remember(made, token)
    return made


def inner_class(outer: "Any", name: "Any", token: "Any") -> "Any":
    """A class that the body of another one has made."""
    made = vars(outer)[name]
    program().remember(made, token)
    return made


def _name_functions(made: "Any") -> None:
    """Methods were compiled inside another scope than at home; their qualified names shall not tell."""
    for name, attribute_ in vars(made).items():
        value = attribute_.__func__ if isinstance(attribute_, (staticmethod, classmethod)) else attribute_
        if isinstance(value, types.FunctionType) and definitions.BUILD in value.__qualname__:
            value.__qualname__ = "{}.{}".format(made.__qualname__, name)
        elif isinstance(value, type) and value.__qualname__ == "{}.{}".format(made.__qualname__, name):
            _name_functions(value)


def bare_class(
    where: "Any",
    maker: "Any",
    metaclass: "Any",
    name: "Any",
    qualname: "Any",
    bases: "Any",
    namespace: "Any",
    token: "Any",
) -> "Any":
    """A class without its source: :func:`fill_class` gives it what it holds. ``maker`` is the metaclass whose ``__new__`` makes it."""
    space = dict(namespace, __module__=where.__name__, __qualname__=qualname)
    with _quiet_bases(bases):
        made = maker.__new__(metaclass, name, bases, space)
    program().remember(made, token)
    return made


@contextlib.contextmanager
def _quiet_bases(bases: "Any") -> "Any":
    """Have no ``__init_subclass__`` run: it has, at home, with arguments that are not known here."""
    found = next((one for base in bases for one in base.__mro__ if "__init_subclass__" in vars(one)), object)
    if found is object:
        yield
        return
    own = vars(found)["__init_subclass__"]
    type.__setattr__(found, "__init_subclass__", classmethod(lambda cls, **words: None))
    try:
        yield
    finally:
        type.__setattr__(found, "__init_subclass__", own)


def fill_class(made: "Any", state: "Any") -> None:
    """Attributes that the class has at home and its source does not tell; ``gone`` are those that were deleted.

    Done when all is loaded: until then ``__init_subclass__`` and metaclasses go on writing into what the class body made, and at
    home they have done so already.
    """
    program().finally_do(_fill_class_now, made, state)


def fill_class_later(made: "Any", state: "Any") -> None:
    """The same for a class whose attributes hold another one that had to be made before; ``state`` comes as pairs."""
    fill_class(made, dict(state))


def _fill_class_now(made: "Any", state: "Any") -> None:
    if isinstance(made, Placeholder):
        return  # before Python 3.7 a class over a base that is not here
    for name, value in state.get("attributes", ()):
        set_quietly(made, name, value)
    for name, held in state.get("functions", ()):
        function_ = vars(made).get(name)
        for attribute_, value in held.items():
            setattr(getattr(function_, "__func__", function_), attribute_, value)
    for name, implementations in state.get("implementations", ()):
        fill_dispatcher(getattr(made, name), implementations)
    for name in state.get("gone", ()):
        if name in vars(made):
            delattr(made, name)
    for other in state.get("virtual", ()):
        made.register(other)
    for name, held in state.get("members", ()):
        member = made._member_map_[name]
        _refill(member._value_, held.pop("_value_", None))
        vars(member).update(held)


def _refill(value: "Any", contents: "Any") -> None:
    """Have a member's value, which may be an attribute, too, hold what it holds at home; None leaves it alone."""
    if contents is not None and type(value) is type(contents):
        value.clear()
        (value.extend if isinstance(value, list) else value.update)(contents)


def set_quietly(made: "Any", name: "Any", value: "Any") -> None:
    """Set a class's attribute, not as a metaclass of the user's would: it has, at home. Metaclasses in C (of ctypes) insist on their way."""
    ways = (vars(one).get("__setattr__") for one in type(made).__mro__)
    next(way for way in ways if isinstance(way, type(type.__setattr__)))(made, name, value)


def named_tuple(where: "Any", name: "Any", qualname: "Any", fields: "Any", defaults: "Any", token: "Any") -> "Any":
    """What ``collections.namedtuple`` makes. ``defaults`` belong to the last fields."""
    from collections import namedtuple

    made: "Any" = namedtuple(name, fields, rename=True)  # type: ignore[misc]
    # `defaults=` came with Python 3.7; this is what it does.
    made.__new__.__defaults__ = defaults
    return _placed(made, where, qualname, token)


def enumeration(where: "Any", base: "Any", name: "Any", qualname: "Any", members: "Any", token: "Any") -> "Any":
    """What the functional form of an Enum makes; ``members`` are names and values."""
    return _placed(base(name, members, module=where.__name__), where, qualname, token)


def made_dataclass(
    where: "Any",
    module_name: "Any",
    name: "Any",
    fields: "Any",
    bases: "Any",
    namespace: "Any",
    words: "Any",
    token: "Any",
) -> "Any":
    """What ``dataclasses.make_dataclass`` makes; ``fields`` are names, types and what ``dataclasses.field`` was given."""
    dataclasses = imported("dataclasses")
    listed = [(field, kind, dataclasses.field(**given)) for field, kind, given in fields]
    made = dataclasses.make_dataclass(name, listed, bases=bases, namespace=dict(namespace), **words)
    made.__module__ = module_name
    program().remember(made, token)
    return made


def type_variable(name: "Any", constraints: "Any", bound: "Any", variance: "Any", token: "Any") -> "Any":
    """A ``typing.TypeVar``; ``variance`` names what is true of it."""
    import sys
    import typing

    known = [word for word in variance if word != "infer_variance" or sys.version_info >= (3, 12)]
    kind: "Any" = typing.TypeVar
    made = kind(name, *constraints, bound=bound, **dict.fromkeys(known, True))
    program().remember(made, token)
    return made


def new_type(where: "Any", name: "Any", supertype: "Any", token: "Any") -> "Any":
    """What ``typing.NewType`` makes."""
    import typing

    made = typing.NewType(name, supertype)  # type: ignore[misc]
    made.__module__ = where.__name__
    program().remember(made, token)
    return made


_VALUES_OF_ALIASES = {}  # type: Dict[int, List[Any]]


def type_alias(where: "Any", name: "Any", parameters: "Any", token: "Any") -> "Any":
    """What a ``type`` statement makes, executed as one; :func:`fill_type_alias` gives the value, which Python asks for later."""
    value = []  # type: List[Any]
    given = {"__name__": where.__name__, "_value": value}
    named = "[{}]".format(", ".join(one.__name__ for one in parameters)) if parameters else ""
    exec("type {}{} = _value[0]".format(name, named), given)
    made = given[name]
    _VALUES_OF_ALIASES[id(made)] = value
    program().remember(made, token)
    return made


def fill_type_alias(made: "Any", value: "Any") -> None:
    """The value of an alias."""
    _VALUES_OF_ALIASES.pop(id(made)).append(value)


def _placed(made: "Any", where: "Any", qualname: "Any", token: "Any") -> "Any":
    made.__module__ = where.__name__
    made.__qualname__ = qualname
    program().remember(made, token)
    return made
