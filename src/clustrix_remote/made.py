"""Functions and classes that a job made, on their way home: told by where their source stands, for home has the source.

:func:`reduce_made` is for the job's pickler; the names :func:`function` and :func:`class_` stand in pickles for what home does then.
"""

import linecache
import pickle
import re
import sys
import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_made(value: "Any", is_rebuilt: "Any") -> "Any":
    """How a function or class that no import brings back is pickled; None for one that goes by its name.

    ``is_rebuilt`` tells of a module's name whether home has another of that name, which knows nothing of what was made here.
    """
    found = None if is_rebuilt(value.__module__) else _held(value.__module__, value.__qualname__)
    if found is value or value.__module__ in (None, "builtins"):
        return None
    if isinstance(value, type):
        from clustrix_remote import class_bodies, rebuild

        by_statement = _has_statement(value) and not class_bodies.reads_variables(value, rebuild.program())
        return _reduce_class(value) if by_statement else _reduce_made_by_call(value)
    code = value.__code__
    names = (code.co_name, value.__qualname__, value.__globals__.get("__name__"), code.co_freevars)
    cells = value.__closure__ or ()
    state = {"cells": _contents(cells), "attributes": _attributes(value)}
    arguments = _place(value) + names + (_shared(cells),)
    return function, arguments, state, None, None, fill_function


def _held(module: "Any", qualname: "Any") -> "Any":
    """What a module has under a qualified name, or None."""
    found: "Any" = sys.modules.get(module)
    for part in qualname.split("."):
        found = getattr(found, part, None)
    return found


def reduce_member(function: "Any", tokens: "Any") -> "Any":
    """How a function is pickled that a class from home has, one of ``tokens``: as that class's; None for other functions."""
    above, _, name = function.__qualname__.rpartition(".")
    found = _held(function.__module__, above)
    if not isinstance(found, type) or id(found) not in tokens:
        return None
    member = vars(found).get(name)
    is_same = (member.__func__ if isinstance(member, staticmethod) else member) is function
    return (getattr, (found, name)) if is_same else None


def reduce_changed(value: "Any", token: "Any") -> "Any":
    """How the client's function ``token`` is pickled that holds something else by now: as another function of its code."""
    cells = value.__closure__ or ()
    state = {"cells": _contents(cells), "attributes": _attributes(value)}
    return changed, (token, value.__code__.co_freevars, _shared(cells)), state, None, None, fill_function


#: What the statements of classes refer to while they are executed, where that is known: names by module and qualified name.
_early_names: "dict" = {}
_in_progress: "set" = set()


def remember_early_names(module: "Any", qualname: "Any", names: "Any") -> None:
    """Say which names of its module home needs to execute this class statement."""
    _early_names[module, qualname] = names


def _early(kind: "Any") -> "Any":
    """``(values, modules)`` that the class statement refers to, as they are now."""
    space = vars(sys.modules[kind.__module__])
    names = [name for name in _early_names.get((kind.__module__, kind.__qualname__), ()) if name in space]
    modules = {name: space[name].__name__ for name in names if isinstance(space[name], types.ModuleType)}
    return {name: space[name] for name in names if name not in modules}, modules


def _has_statement(kind: "Any") -> "Any":
    """Whether a class statement made it, not a call: a text that is known here has one of its name."""
    found = sys.modules.get(kind.__module__)
    files = [name for name in linecache.cache if not name.endswith(".zip")]
    statement = re.compile(r"^[ \t]*class[ \t]+{}\b".format(re.escape(kind.__name__)), re.M)
    texts = ("".join(linecache.getlines(name)) for name in files + [getattr(found, "__file__", None) or ""] if name)
    return any(statement.search(text) for text in texts)


#: What making a class sets of itself.
_OWN = (
    "__dict__",
    "__weakref__",
    "__module__",
    "__qualname__",
    "_abc_impl",
    "__firstlineno__",
    "__static_attributes__",
)


def _reduce_made_by_call(kind: "Any") -> "Any":
    names = (kind.__module__, kind.__name__, kind.__qualname__)
    if kind.__bases__ == (tuple,) and hasattr(kind, "_fields"):
        return named_tuple, names + (kind._fields, kind.__new__.__defaults__)
    if hasattr(kind, "__members__") and hasattr(kind, "_member_map_"):
        return enumeration, names + (kind.__bases__[-1], [(name, one.value) for name, one in kind.__members__.items()])
    slots = vars(kind).get("__slots__", ())
    skipped = _OWN + ((slots,) if isinstance(slots, str) else tuple(slots))
    attributes = [(name, value) for name, value in vars(kind).items() if name not in skipped]
    if "__dataclass_fields__" in vars(kind) and not slots:
        from clustrix_remote import made_dataclasses

        return made_dataclasses.reduce_dataclass(kind, names, attributes)
    now = {name: value for name, value in attributes if name in ("__slots__", "__doc__")}
    state = {"attributes": [one for one in attributes if one[0] not in now]}
    return bare_class, (type(kind),) + names + (kind.__bases__, now), state, None, None, fill_bare_class


def _reduce_class(kind: "Any") -> "Any":
    if kind in _in_progress:
        raise pickle.PicklingError("class {} needs itself while it is defined".format(kind.__qualname__))
    values, modules = _early(kind)
    if not values:
        return _by_source(kind, values, modules)
    # What its statement needs goes before it: nothing of that may need the class.
    _in_progress.add(kind)
    try:
        from clustrix_remote import rebuild
        from clustrix_remote import values as results

        results.dump_result(values, rebuild.program(), True)
    finally:
        _in_progress.discard(kind)
    return _by_source(kind, values, modules)


def _by_source(kind: "Any", values: "Any", modules: "Any") -> "Any":
    cells: "dict" = {}
    lines = []
    for attribute in list(vars(kind).values()):
        member = getattr(attribute, "__func__", getattr(attribute, "fget", attribute))
        if isinstance(member, types.FunctionType) and member.__qualname__.startswith(kind.__qualname__ + "."):
            code = member.__code__
            if member.__globals__.get("__name__") != kind.__module__ or code.co_filename == "<string>":
                continue  # a decorator such as dataclass has put it there, and does so again
            lines.append(code.co_firstlineno)
            cells.update(zip(code.co_freevars, member.__closure__ or ()))
    cells.pop("__class__", None)
    names = tuple(sorted(cells))
    own = [cells[name] for name in names]
    place = (kind.__qualname__, kind.__module__, max(lines) if lines else 0)
    arguments = place + (names, _shared(own), kind.__bases__, values, modules)
    state = {"cells": _contents(own)}
    return class_, arguments, state, None, None, fill_class


def _place(value: "Any") -> "Any":
    """``(file, line, column)``; the column is that of a lambda, of which a line may hold several."""
    code, column = value.__code__, None
    if code.co_name == "<lambda>":
        from clustrix_remote import lambdas, rebuild

        column = lambdas.column_of(value, rebuild.program())
    return code.co_filename, code.co_firstlineno, column


#: For each cell, kept so that its id stays its own, an empty list: the same one in a pickle is the same cell at home.
_cells: "dict" = {}


def _shared(cells: "Any") -> "Any":
    return tuple(_cells.setdefault(id(cell), (cell, []))[1] for cell in cells)


def _contents(cells: "Any") -> "Any":
    found = []
    for cell in cells:
        try:
            found.append([cell.cell_contents])
        except ValueError:
            found.append([])  # not filled
    return found


def _attributes(value: "Any") -> "Any":
    attributes = dict(vars(value))
    # What functools.wraps sets.
    if value.__name__ != value.__code__.co_name:
        attributes["__name__"] = value.__name__
    if value.__doc__ is not None:
        attributes["__doc__"] = value.__doc__
    for name in ("__defaults__", "__kwdefaults__"):
        if getattr(value, name):
            attributes[name] = getattr(value, name)
    return attributes


def function(*place: "Any") -> None:
    """Stands in a pickle for a function that home makes from its source."""
    raise pickle.UnpicklingError("only home has the source of {}".format(place[4]))


def changed(token: "Any", free_names: "Any", shared: "Any") -> None:
    """Stands in a pickle for another function of the code of one of home's."""
    raise pickle.UnpicklingError("only home has its own function {}".format(token))


def fill_function(made: "Any", state: "Any") -> None:
    """Stands in a pickle for home's setting of cells, defaults and attributes."""
    raise pickle.UnpicklingError("only home has the source")


def class_(*place: "Any") -> None:
    """Stands in a pickle for a class that home makes from its source."""
    raise pickle.UnpicklingError("only home has the source of {}".format(place[0]))


def fill_class(made: "Any", state: "Any") -> None:
    """Stands in a pickle for home's executing of the class statement."""
    raise pickle.UnpicklingError("only home has the source")


def of_module(module: "Any", name: "Any", kind: "Any", state: "Any") -> None:
    """Stands in a pickle for what home has in a module's global."""
    raise pickle.UnpicklingError("only home has its own {}.{}".format(module, name))


def named_tuple(module: "Any", name: "Any", qualname: "Any", fields: "Any", defaults: "Any") -> "Any":
    """A class that ``collections.namedtuple`` made."""
    from collections import namedtuple

    made: "Any" = namedtuple(name, fields, rename=True)  # type: ignore[misc]
    made.__new__.__defaults__ = defaults
    made.__module__, made.__qualname__ = module, qualname
    return made


def enumeration(module: "Any", name: "Any", qualname: "Any", base: "Any", members: "Any") -> "Any":
    """A class that the functional form of an Enum made."""
    made = base(name, members, module=module)
    made.__qualname__ = qualname
    return made


def bare_class(metaclass: "Any", module: "Any", name: "Any", qualname: "Any", bases: "Any", namespace: "Any") -> "Any":
    """A class that was made by a call of its metaclass."""
    space = dict(namespace, __module__=module, __qualname__=qualname)
    return types.new_class(name, bases, {"metaclass": metaclass}, lambda target: target.update(space))


def fill_bare_class(made: "Any", state: "Any") -> None:
    """What such a class holds."""
    for name, value in state["attributes"]:
        setattr(made, name, value)
