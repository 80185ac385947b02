"""What the pickles of a call ask for: functions, classes, cells and modules, made from the program's sources.

Every function here is named in pickles that the client makes (``clustrix.capture.reductions.reducers``), so names and parameters are part of
the agreement between both sides. Functions and classes are made first and filled later, so that they may refer to each other.
"""

import functools
import marshal
import operator
import sys
import types

from clustrix_remote import definitions, modules
from clustrix_remote.placeholders import Placeholder

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_program: "Any" = None


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


def put_module(name: "Any", value: "Any") -> None:
    """Have imports of this name give what the program put in its place at home."""
    sys.modules[name] = value
    above, _, own = name.rpartition(".")
    if above in sys.modules:
        setattr(sys.modules[above], own, value)


def held(name: "Any") -> "Any":
    """A module that a global holds: where it cannot be imported, whoever uses it gets the error."""
    try:
        return imported(name)
    except Exception as error:
        return Placeholder(name, error)


def attribute(module_name: "Any", qualname: "Any") -> "Any":
    """An object that is imported by module and qualified name."""
    found = imported(module_name)
    for part in qualname.split("."):
        found = getattr(found, part)
    return found


def undecorated(module_name: "Any", qualname: "Any") -> "Any":
    """The plain function beneath ``@cluster``."""
    return attribute(module_name, qualname).__wrapped__


def beneath(module_name: "Any", qualname: "Any", left: "Any", token: "Any" = None) -> "Any":
    """A function beneath those that decorators put around it: what is ``left`` of the layers, as where they were taken off by ``load = load.__wrapped__``."""
    found = attribute(module_name, qualname)
    layers = [getattr(found, "__func__", found)]
    while hasattr(layers[-1], "__wrapped__"):
        layers.append(layers[-1].__wrapped__)
    made = layers[max(len(layers) - left, 0)]
    if token is not None:
        _program.remember(made, token)
    return made


def decorated(function_: "Any", token: "Any") -> "Any":
    """A function under ``@cluster``, as a job sees it."""
    # The job's own module of this name: the facade.
    made = imported("clustrix").cluster(function_)
    _program.remember(made, token)
    return made


def error_class(name: "Any", bases: "Any", token: "Any") -> "Any":
    """One of clustrix's own errors, of which a job knows nothing but what it is told: it reads as at home, and comes home as itself."""
    texts = {"ClustrixError": _error_text, "RemoteTraceback": lambda error: "\n" + error.text.rstrip()}
    namespace: "dict" = {"__module__": "clustrix.errors"}
    if name in texts:
        namespace["__str__"] = texts[name]
    made = type(name, bases, namespace)
    _program.remember(made, token)
    return made


def _error_text(error: "Any") -> "Any":
    parts = (("", error.what), ("  where: ", error.where), ("  try:   ", error.hint))
    return "\n".join(label + text for label, text in parts if text)


def same(*values: "Any") -> "Any":
    """The last value itself; those before it only tell effects apart."""
    return values[-1]


def either(*kinds: "Any") -> "Any":
    """The type ``int | None``; before Python 3.10 ``Optional[int]``, which is written differently."""
    try:
        return functools.reduce(operator.or_, kinds)
    except TypeError:
        import typing

        return typing.Union[kinds]


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


def own_container(module_name: "Any", name: "Any", contents: "Any") -> "Any":
    """A container that a module has in a global, given what it holds at home; where the module has none, another one."""
    try:
        found: "Any" = attribute(module_name, name)
    except Exception:  # whoever needs the module gets this error
        return contents
    if type(found) is not type(contents):
        return contents
    restore(found, contents)
    return found


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


def known(module_name: "Any", name: "Any", token: "Any") -> "Any":
    """What a shipped module has under a name, which comes home as the one that it was."""
    made = attribute(module_name, name)
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


# Objects of the standard library that pickle cannot carry, or only by name


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


def shared_library(kind: "Any", name: "Any", functions: "Any") -> "Any":
    """A library that ctypes loads; ``functions`` are pairs of names and of what was set on them."""
    made = getattr(imported("ctypes"), kind)(name)
    for function_, words in functions:
        for word, value in words.items():
            setattr(getattr(made, function_), word, value)
    return made


def foreign_type(maker: "Any", *of: "Any") -> "Any":
    """A type that ctypes makes of others."""
    return of[0] * of[1] if maker == "*" else getattr(imported("ctypes"), maker)(*of)
