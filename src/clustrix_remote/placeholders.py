"""Stand-ins for what a shipped module imports at its top and this machine does not have, and for what cannot leave home.

At home that import worked; whether the function needs it, only running it can tell. So the module is imported without it, and whoever
uses the stand-in gets the error that the import raised. While modules are being imported it may be named (annotations, decorators, bases).
"""

import os
import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_importing = [0]


class importing(object):
    """A ``with`` block in which stand-ins may be named."""

    def __enter__(self) -> None:
        _importing[0] += 1

    def __exit__(self, *error: "Any") -> None:
        _importing[0] -= 1


class Placeholder(object):
    """Stands for the module or object ``name``, whose import raised ``error``."""

    def __init__(self, name: "Any", error: "Any", namespace: "Any" = None) -> None:
        # Before Python 3.7 a class statement with a stand-in as base comes here, with its bases for an error.
        if isinstance(error, tuple):
            error = next(one for one in error if isinstance(one, Placeholder)).__dict__["error"]
        self.__dict__.update(__name__=name, error=error)

    def demand(self) -> None:
        """Raise the error: it is needed."""
        self._fail()

    def _named(self, what: "Any") -> "Any":
        if _importing[0]:
            return Placeholder(self.__dict__["__name__"] + what, self.__dict__["error"])
        return self._fail()

    def _fail(self, *others: "Any") -> None:
        error = self._told()
        error.__traceback__ = None
        raise error

    def _told(self) -> "Any":
        return self.__dict__["error"]

    def __getattr__(self, name: "Any") -> "Any":
        if name.startswith("__") and name.endswith("__") and name not in ("__version__",):
            raise AttributeError(name)
        return self._named("." + name)

    def __setattr__(self, name: "Any", value: "Any") -> None:
        self._named("." + name)

    def __call__(self, *args: "Any", **kwargs: "Any") -> "Any":
        return self._named("()")

    def __getitem__(self, key: "Any") -> "Any":
        return self._named("[]")

    def __or__(self, other: "Any") -> "Any":
        return self._named("|")

    __ror__ = __or__

    def __mro_entries__(self, bases: "Any") -> "Any":
        error = self.__dict__["error"]

        def make(*args: "Any", **kwargs: "Any") -> None:
            error.__traceback__ = None
            raise error

        return (type("Placeholder", (object,), {"__new__": make}),)

    def __eq__(self, other: "Any") -> "Any":
        return self is other if _importing[0] else self._fail()

    def __hash__(self) -> "Any":
        return id(self)

    def __repr__(self) -> "Any":
        return "<{} is not here>".format(self.__dict__["__name__"])

    __bool__ = __iter__ = __next__ = __reversed__ = __len__ = __contains__ = __setitem__ = __delitem__ = _fail
    __enter__ = __exit__ = __aenter__ = __aexit__ = __aiter__ = __anext__ = __await__ = _fail
    __instancecheck__ = __subclasscheck__ = _fail
    __add__ = __radd__ = __sub__ = __rsub__ = __mul__ = __rmul__ = __truediv__ = __rtruediv__ = __floordiv__ = (
        __mod__
    ) = _fail
    __pow__ = __matmul__ = __rmatmul__ = __neg__ = __abs__ = __lt__ = __le__ = __gt__ = __ge__ = _fail
    __reduce_ex__ = __str__ = __format__ = __int__ = __float__ = __index__ = __fspath__ = __delattr__ = _fail  # type: ignore[assignment]


class Told(Placeholder):
    """Stands for ``subject``, which cannot be had here; whoever uses it is told ``problem``, and where that was."""

    def __init__(self, name: "Any", subject: "Any", problem: "Any", kind: "Any" = RuntimeError) -> None:
        super().__init__(name, kind("{}: {}".format(subject, problem)))
        self.__dict__.update(subject=subject, problem=problem)

    def _told(self) -> "Any":
        known = self.__dict__
        used = "" if " used by " in known["subject"] else _user()
        return type(known["error"])("{}{}: {}".format(known["subject"], used, known["problem"]))


def _user() -> "Any":
    """`` used by load(), study.py line 12``: the code that uses a stand-in now."""
    frame = sys._getframe()
    while frame.f_back is not None and frame.f_globals is globals():
        frame = frame.f_back
    if frame.f_globals.get("__name__", "").startswith("clustrix_remote"):
        return ""  # it was not the user's code that needed it
    name = getattr(frame.f_code, "co_qualname", frame.f_code.co_name).rpartition("<locals>.")[2]
    return " used by {}(), {} line {}".format(name, os.path.basename(frame.f_code.co_filename), frame.f_lineno)


def stays_at_home(name: "Any", subject: "Any", problem: "Any") -> "Any":
    """Stands for a value of home's that cannot travel."""
    return Told(name, subject, problem)


def not_here(name: "Any", error: "Any") -> "Any":
    """Stands for what was asked for by its name, with the error that this raised."""
    if not isinstance(error, AttributeError):
        return Placeholder(name, error)
    python = ".".join(map(str, sys.version_info[:3]))
    way_out = 'python_version="3.12" or python_executable=.. chooses another Python'
    return Told(name, name, "it is not in this Python {} ({}); {}".format(python, error, way_out), type(error))
