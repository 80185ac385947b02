"""Objects whose state pickle refuses or forgets, made again (``clustrix.capture.reductions.stateful`` takes them apart)."""

import sys
import weakref

from clustrix_remote import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def weak_reference(target: "Any") -> "Any":
    """A weak reference; its target stays, for at home somebody holds it."""
    return weakref.ref(rebuild.kept(target))


def weak_method(method: "Any") -> "Any":
    """A weak reference to a method; what it is bound to stays, too."""
    rebuild.kept(method.__self__)
    return weakref.WeakMethod(method)


def weak_proxy(target: "Any") -> "Any":
    """A ``weakref.proxy``; its target stays."""
    return weakref.proxy(rebuild.kept(target))


def weak_container(kind: "Any", contents: "Any") -> "Any":
    """A ``WeakSet``, ``WeakKeyDictionary`` or ``WeakValueDictionary``."""
    return getattr(weakref, kind)(rebuild.kept(contents))


def context_variable(name: "Any", default: "Any", value: "Any") -> "Any":
    """A ``contextvars.ContextVar``; default and value stand in lists that are empty where there is none."""
    made = rebuild.imported("contextvars").ContextVar(name, **({"default": default[0]} if default else {}))
    if value:
        made.set(value[0])
    return made


def set_generator(made: "Any", state: "Any") -> None:
    """Have a generator of random numbers go on from where it is at home."""
    if hasattr(made, "setstate"):
        made.setstate(state)
    elif hasattr(made, "set_state"):
        made.set_state(state)
    else:
        made.bit_generator.state = state


def thread_local(attributes: "Any") -> "Any":
    """A ``threading.local`` with what the thread that called had in it."""
    import threading

    made = threading.local()
    made.__dict__.update(attributes)
    return made


def comparing_key(compare: "Any", *compared: "Any") -> "Any":
    """What ``functools.cmp_to_key`` gives, or that of one value."""
    import functools

    key = functools.cmp_to_key(compare)
    return key(*compared) if compared else key


def logger(name: "Any", level: "Any", propagate: "Any", disabled: "Any") -> "Any":
    """A logger with its settings; its handlers are those that are there."""
    import logging

    made = logging.getLogger(name)
    made.setLevel(level)
    made.propagate = propagate
    made.disabled = disabled
    return made


def logger_of(kind: "Any", name: "Any", *told: "Any") -> "Any":
    """The logger of this name, of a class of the user's."""
    import logging

    usual = logging.getLoggerClass()
    logging.setLoggerClass(kind)
    try:
        made = logger(name, *told)
    finally:
        logging.setLoggerClass(usual)
    if type(made) is logging.Logger:
        made.__class__ = kind  # an import has asked for it before
    return made


def logging_to(name: "Any", level: "Any", propagate: "Any", disabled: "Any", handlers: "Any") -> None:
    """Settings of a logger, of the root for None; its handlers take the places of those of their kinds that imports have made here."""
    told = logger(name, level, propagate, disabled)
    kinds = [type(one) for one in handlers]
    told.handlers[:] = [one for one in told.handlers if type(one) not in kinds] + handlers


def handler(kind: "Any", stream: "Any") -> "Any":
    """A handler of log records that writes to a stream of this process, if it writes to one."""
    import logging

    made = kind.__new__(kind)
    logging.Handler.__init__(made)
    if stream:
        made.stream = getattr(sys, stream)
    return made


def fill_handler(made: "Any", state: "Any") -> None:
    """Its level, formats, filters, and what a user's class keeps."""
    made.__dict__.update(state)


def logging_for_all(disabled: "Any", captures: "Any") -> None:
    """Up to which level nobody logs, and whether warnings are logged."""
    import logging

    logging.disable(disabled)
    logging.captureWarnings(captures)


def decimal_context(settings: "Any") -> None:
    """Precision and rounding of decimals."""
    import decimal

    for name, value in settings.items():
        setattr(decimal.getcontext(), name, value)


def warning_filters(filters: "Any") -> None:
    """Filters of warnings, before those that are there."""
    import warnings

    for action, message, category, module, line in reversed(filters):
        entry = (action, message, category, module, line)
        there: "Any" = warnings.filters
        if entry in there:
            there.remove(entry)
        there.insert(0, entry)
    getattr(warnings, "_filters_mutated", list)()


def recursion_limit(limit: "Any") -> None:
    """How deep functions may call each other; never less than it is."""
    sys.setrecursionlimit(max(limit, sys.getrecursionlimit()))


class Named(str):
    """A constant of the module that is told something, by its name."""


def tell(module_name: "Any", path: "Any", arguments: "Any", options: "Any", is_imported: "Any") -> None:
    """Tell a module what the program has told it. Where it does not have the function, or refuses, what is set here stays."""
    if not is_imported and module_name not in sys.modules:
        # The arguments of a later call may bring it.
        rebuild.program().finally_do(tell, module_name, path, arguments, options, False)
        return
    try:
        module: "Any" = rebuild.imported(module_name) if is_imported else sys.modules[module_name]
        target = module
        for name in path.split("."):
            target = getattr(target, name)
        target(*[getattr(module, one) if type(one) is Named else one for one in arguments], **options)
    except Exception:  # another version of a library may do anything
        return


def variables(values: "Any") -> None:
    """Variables of the environment that the program sets itself."""
    import os

    os.environ.update(values)
