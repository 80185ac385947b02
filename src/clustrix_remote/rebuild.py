"""What the pickles of a call ask for: functions, classes, cells and modules, made from the program's sources.

Every function here is named in pickles that the client makes (``clustrix.capture.reducers``), so names and parameters are part of
the agreement between both sides. Functions and classes are made first and filled later, so that they may refer to each other.
"""

import contextlib
import functools
import marshal
import types

from clustrix_remote import definitions, modules

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_program: "Any" = None
_BASES = "__clustrix_bases__"


def use(program: "Any") -> None:
    """Rebuild for this program from now on."""
    global _program  # noqa: PLW0603  (what pickles name are functions, which have nowhere else to find it)
    _program = program


def program() -> "Any":
    """The program that is rebuilt."""
    return _program


def module(index: "Any") -> "Any":
    """The rebuilt module ``index`` of the program (``__main__``, a notebook's, one made by exec)."""
    return _program.module(index)


def package_folder() -> "Any":
    """Where the program's files were unpacked; None if it brings none."""
    return _program.folder if _program is not None else None


def module_holding(where: "Any", bound: "Any") -> "Any":
    """A rebuilt module as a value; ``bound`` was loaded for its effect only."""
    return where


def namespace(where: "Any", bound: "Any") -> "Any":
    """The globals of a rebuilt module, as ``exec`` was given them; ``bound`` was loaded for its effect only."""
    return vars(where)


def imported(name: "Any") -> "Any":
    """A module by its name, imported when the call is loaded."""
    return modules.import_module(name)


def attribute(module_name: "Any", qualname: "Any") -> "Any":
    """An object that is imported by module and qualified name."""
    found = imported(module_name)
    for part in qualname.split("."):
        found = getattr(found, part)
    return found


def undecorated(module_name: "Any", qualname: "Any") -> "Any":
    """The plain function beneath ``@cluster``."""
    return attribute(module_name, qualname).__wrapped__


def decorated(function_: "Any", token: "Any") -> "Any":
    """A function under ``@cluster``, as a job sees it."""
    # The job's own module of this name: the facade.
    made = imported("clustrix").cluster(function_)
    _program.remember(made, token)
    return made


def same(*values: "Any") -> "Any":
    """The last value itself; those before it only tell effects apart."""
    return values[-1]


def kept(value: "Any") -> "Any":
    """The value itself, which lives as long as the program."""
    _program.kept.append(value)
    return value


def bind(where: "Any", name: "Any", value: "Any") -> None:
    """Bind a global of a rebuilt module: at once, as what comes next in the pickle may need it."""
    vars(where)[name] = value


def choose(where: "Any", definition: "Any") -> None:
    """Execute a statement that asks what this Python has, among the globals of a rebuilt module."""

    def compiled(found: "Any", text: "Any", filename: "Any", free_names: "Any") -> "Any":
        return definitions.statement_code(found, text, filename)

    exec(_program.code(definition, (), compiled), vars(where))


def restore(target: "Any", contents: "Any") -> None:
    """Give a container the contents that it has at home."""
    if isinstance(target, (list, bytearray)):
        target[:] = contents
        return
    target.clear()
    if hasattr(target, "update"):
        target.update(contents)
    else:
        target.extend(contents)


def restore_attributes(target: "Any", attributes: "Any") -> None:
    """Give an object the attributes that it has at home."""
    vars(target).clear()
    vars(target).update(attributes)


# Cells. They go by number, so that functions which share a variable at home share it here.


def fill_cell(number: "Any", value: "Any") -> None:
    """Give cell ``number`` its contents."""
    _cell(number)[1](value)


def cell(number: "Any") -> "Any":
    """Cell ``number`` itself."""
    return _cell(number)[0]


def _cell(number: "Any") -> "Any":
    if number not in _program.cells:
        _program.cells[number] = _empty_cell()
    return _program.cells[number]


def _empty_cell() -> "Any":
    # Cells cannot be made, and in Python 3.6 not even be written, but through a function that closes over them.
    value = None

    def fill(new: "Any") -> None:
        nonlocal value
        value = new

    closure: "Any" = fill.__closure__
    made = closure[0]
    del value
    return made, fill


# Objects that are known by their identity


def instance(kind: "Any", token: "Any") -> "Any":
    """An object that comes home as the one that it was: a sentinel, or one that says it goes by its name."""
    made = object.__new__(kind)
    if token is not None:
        _program.remember(made, token)
    return made


def share_attributes(made: "Any", attributes: "Any") -> None:
    """Have an object's attributes in this very dict, which others have too."""
    object.__setattr__(made, "__dict__", attributes)


# Functions


def function(where: "Any", definition: "Any", name: "Any", qualname: "Any", cells: "Any", token: "Any") -> "Any":
    """A function of module ``where``; ``cells`` maps its free variables to numbers. :func:`fill_function` gives it the rest."""
    code = _function_code(definition, tuple(sorted(cells)))
    closure = tuple(cell(cells[free]) for free in code.co_freevars)
    made = types.FunctionType(code, vars(where), name, None, closure or None)
    made.__qualname__ = qualname
    _program.remember(made, token)
    return made


def fill_function(made: "Any", state: "Any") -> None:
    """Attributes, defaults among them; cells and globals were filled while ``state`` was loaded."""
    for name, value in state["attributes"].items():
        setattr(made, name, value)


def _function_code(definition: "Any", free_names: "Any") -> "Any":
    if isinstance(definition, bytes):
        return marshal.loads(definition)
    return _program.code(definition, free_names, definitions.function_code)


# Classes


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

    code = _program.code(definition, tuple(sorted(cells)), compiled)
    space = vars(where)
    if own_bases:
        space[_BASES] = bases
    try:
        made = types.FunctionType(
            code, space, code.co_name, None, tuple(cell(cells[free]) for free in code.co_freevars)
        )()
    finally:
        space.pop(_BASES, None)
    _name_functions(made)
    _program.remember(made, token)
    return made


def inner_class(outer: "Any", name: "Any", token: "Any") -> "Any":
    """A class that the body of another one has made."""
    made = vars(outer)[name]
    _program.remember(made, token)
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
    _program.remember(made, token)
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
    _program.finally_do(_fill_class_now, made, state)


def _fill_class_now(made: "Any", state: "Any") -> None:
    for name, value in state["attributes"]:
        # Not as the class's own metaclass would set it: it is so already.
        type.__setattr__(made, name, value)
    for name, held in state.get("functions", ()):
        function_ = vars(made).get(name)
        for attribute_, value in held.items():
            setattr(getattr(function_, "__func__", function_), attribute_, value)
    for name in state["gone"]:
        if name in vars(made):
            delattr(made, name)
    for other in state.get("virtual", ()):
        made.register(other)


def named_tuple(where: "Any", name: "Any", qualname: "Any", fields: "Any", defaults: "Any", token: "Any") -> "Any":
    """What ``collections.namedtuple`` makes. ``defaults`` belong to the last fields."""
    from collections import namedtuple

    made: "Any" = namedtuple(name, fields)  # type: ignore[misc]
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
    _program.remember(made, token)
    return made


def type_variable(
    name: "Any", constraints: "Any", bound: "Any", covariant: "Any", contravariant: "Any", token: "Any"
) -> "Any":
    """A ``typing.TypeVar``."""
    import typing

    made = typing.TypeVar(  # type: ignore[misc]
        name, *constraints, bound=bound, covariant=covariant, contravariant=contravariant
    )
    _program.remember(made, token)
    return made


def new_type(where: "Any", name: "Any", supertype: "Any", token: "Any") -> "Any":
    """What ``typing.NewType`` makes."""
    import typing

    made = typing.NewType(name, supertype)  # type: ignore[misc]
    made.__module__ = where.__name__
    _program.remember(made, token)
    return made


def _placed(made: "Any", where: "Any", qualname: "Any", token: "Any") -> "Any":
    made.__module__ = where.__name__
    made.__qualname__ = qualname
    _program.remember(made, token)
    return made


# Objects of the standard library that pickle cannot carry, or only by name


def cached(wrapped: "Any", maxsize: "Any", typed: "Any", attributes: "Any") -> "Any":
    """A function under ``functools.lru_cache``, its cache empty."""
    made = functools.lru_cache(maxsize=maxsize, typed=typed)(wrapped)
    made.__dict__.update(attributes)
    return made


def dispatcher(default: "Any") -> "Any":
    """A ``functools.singledispatch`` function; :func:`fill_dispatcher` registers the rest."""
    return functools.singledispatch(default)


def fill_dispatcher(made: "Any", implementations: "Any") -> None:
    """Register ``(class, implementation)`` pairs."""
    for kind, implementation in implementations:
        made.register(kind, implementation)


def cached_property(function_: "Any", name: "Any") -> "Any":
    """A ``functools.cached_property`` as it stands in its class."""
    made = functools.cached_property(function_)
    made.attrname = name
    return made


def context_variable(name: "Any", default: "Any", current: "Any") -> "Any":
    """A ``contextvars.ContextVar``; its default and its value at home are lists of one, or of none."""
    kind = imported("contextvars").ContextVar
    made = kind(name, default=default[0]) if default else kind(name)
    if current and current != default:
        made.set(current[0])
    return made
