"""Exceptions whose classes say how they are pickled: what belongs to no class, cause, context and notes, comes along."""

import copyreg
import sys

from clustrix_remote import portable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_as_told(error: "Any") -> "Any":
    """What its own ``__reduce__`` says, and what that leaves out."""
    registered = copyreg.dispatch_table.get(type(error))
    usual = registered(error) if registered else error.__reduce_ex__(4)
    links = _links(error)
    if not links or not isinstance(usual, tuple) or len(usual) > 3:
        return usual
    made, given = usual[:2]
    state = usual[2] if len(usual) == 3 else None
    if sys.version_info >= (3, 8):
        return made, given, (state, links), None, None, fill_links
    # Without a setter of the state (3.8): as a state where the class has no way of its own, so that a cycle ends; else all in one.
    if state is None and not any(portable.user_defined(type(error), one) for one in ("__setstate__", "__setattr__")):  # type: ignore[unreachable]
        return made, given, links
    return linked, (made, given, state, links)


def _links(error: "Any") -> "Any":
    links = {"__{}__".format(name): getattr(error, "__{}__".format(name)) for name in ("cause", "context")}
    found = {name: value for name, value in links.items() if value is not None}
    if error.__suppress_context__:
        found["__suppress_context__"] = True
    notes = BaseException.__getattribute__(error, "__dict__").get("__notes__")
    if notes:
        found["__notes__"] = notes
    return found


def linked(make: "Any", given: "Any", state: "Any", links: "Any") -> "Any":
    """An exception with all of it, in one."""
    made = make(*given)
    fill_links(made, (state, links))
    return made


def fill_links(made: "Any", parts: "Any") -> None:
    """The state that the class itself told, and what :func:`reduce_as_told` put aside."""
    state, links = parts
    if state is not None:
        made.__setstate__(state)
    for name, value in links.items():
        portable.assign(made, name, value)
