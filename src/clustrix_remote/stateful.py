"""Objects whose state pickle refuses or forgets, made again (``clustrix.capture.stateful`` takes them apart)."""

import weakref

from clustrix_remote import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def weak_reference(target: "Any") -> "Any":
    """A weak reference; its target stays, for at home somebody holds it."""
    return weakref.ref(rebuild.kept(target))


def dead_reference() -> "Any":
    """A weak reference whose target is gone."""

    class Gone(object):
        pass

    return weakref.ref(Gone())


def weak_container(kind: "Any", contents: "Any") -> "Any":
    """A ``WeakSet``, ``WeakKeyDictionary`` or ``WeakValueDictionary``."""
    return getattr(weakref, kind)(rebuild.kept(contents))


def context_variable(name: "Any", default: "Any", value: "Any") -> "Any":
    """A ``contextvars.ContextVar``; default and value stand in lists that are empty where there is none."""
    made = rebuild.imported("contextvars").ContextVar(name, **({"default": default[0]} if default else {}))
    if value:
        made.set(value[0])
    return made


def thread_local(attributes: "Any") -> "Any":
    """A ``threading.local`` with what the thread that called had in it."""
    import threading

    made = threading.local()
    made.__dict__.update(attributes)
    return made


def logger(name: "Any", level: "Any", propagate: "Any", disabled: "Any") -> "Any":
    """A logger with its settings; its handlers are those that are there."""
    import logging

    made = logging.getLogger(name)
    made.setLevel(level)
    made.propagate = propagate
    made.disabled = disabled
    return made


def decimal_context(settings: "Any") -> None:
    """Precision and rounding of decimals."""
    import decimal

    for name, value in settings.items():
        setattr(decimal.getcontext(), name, value)
