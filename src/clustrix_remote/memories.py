"""Functions under ``functools.lru_cache``, which know what they have answered at home (see ``capture.module_state.answered``)."""

import functools
import types

from clustrix_remote import rebuild

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def cached(wrapped: "Any", maxsize: "Any", typed: "Any", attributes: "Any") -> "Any":
    """A function under ``functools.lru_cache``, its cache empty."""
    made = functools.lru_cache(maxsize=maxsize, typed=typed)(wrapped)
    made.__dict__.update(attributes)
    return made


def answer(made: "Any", state: "Any") -> None:
    """Have the function know what it has answered at home, without running it."""
    beneath = getattr(made, "__wrapped__", None)
    if not isinstance(beneath, types.FunctionType) or not hasattr(made, "cache_info"):
        return
    before = beneath.__code__, beneath.__kwdefaults__
    beneath.__code__ = _answering(len(beneath.__code__.co_freevars))
    try:
        for args, kwargs, value in state["answers"]:
            beneath.__kwdefaults__ = {"clustrix_value": value}
            _have_restored(made(*args, **kwargs), value)
        for _ in range(state["hits"]):
            made(*args, **kwargs)
    finally:
        beneath.__code__, beneath.__kwdefaults__ = before


def _have_restored(own: "Any", value: "Any") -> None:
    """The function was asked while its module was imported, which may hold the object that it gave."""
    if own is value or type(own) is not type(value):
        return
    if hasattr(own, "__dict__"):
        rebuild.restore_attributes(own, vars(value))
    elif type(own) in (dict, list, set):
        rebuild.restore(own, value)


def _answering(variables: "Any") -> "Any":
    """The code of a function that returns what it is told to, for one that closes over so many variables."""
    names = ["v{}".format(index) for index in range(variables)]
    lines = [
        "def around():",
        "    {} = 0".format(" = ".join([*names, "_"])),
        "    def answering(*_args, clustrix_value, **_kwargs):",
        "        return clustrix_value",
        "        {}".format(", ".join([*names, "0"])),
        "    return answering",
    ]
    namespace: "dict[str, Any]" = {}
    exec("\n".join(lines), namespace)
    return namespace["around"]().__code__
