"""Exceptions on their way home: as text for people, and as a pickle that is never refused."""

import traceback

from clustrix_remote import faults, portable, values

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any, Dict

#: Frames of ours at the top of a traceback: they say nothing to the user.
_OURS = ("clustrix_remote",)


def describe(error: BaseException) -> "Dict[str, Any]":
    """``{"type", "message", "traceback"}``: plain text, without our own frames."""
    try:
        message = str(error)
    except Exception:  # a user's __str__ may raise anything
        message = "<its __str__ raises>"
    return {"type": faults.type_name(type(error)), "message": message, "traceback": _text(error)}


def _text(error: "Any") -> "Any":
    entry = error.__traceback__
    while entry is not None and entry.tb_frame.f_globals.get("__name__", "").startswith(_OURS):
        entry = entry.tb_next
    if entry is None:
        entry = error.__traceback__
    try:
        return "".join(traceback.format_exception(type(error), error, entry))
    except Exception:  # the same, in a cause or a note
        return "".join(traceback.format_tb(entry))


def dump_exception(error: "Any", program: "Any") -> "Any":
    """A pickle of the exception; parts that cannot be pickled become their repr. Empty if nothing helps."""
    for attempt in (_as_it_is, _in_parts, _without_faulty_parts, _faultless_in_parts):
        try:
            return values.dump_result(attempt(error, program), program, False)[0]
        except Exception:  # a user's __reduce__ may raise anything: the next attempt has less in it
            continue
    return b""


def _as_it_is(error: "Any", program: "Any") -> "Any":
    return error


class _InParts:
    """The exception, whatever its own ``__reduce__`` does."""

    def __init__(self, error: "Any") -> None:
        self._error = error

    def __reduce__(self) -> "Any":
        return portable.reduce_exception(self._error)


def _in_parts(error: "Any", program: "Any") -> "Any":
    return _InParts(error)


def _faultless_in_parts(error: "Any", program: "Any") -> "Any":
    return _InParts(error)  # what is faulty was replaced by the attempt before


def _without_faulty_parts(error: "Any", program: "Any") -> "Any":
    """The exception itself, its attributes and arguments replaced where they cannot travel. It is not used here any more."""
    error.args = tuple(_travelling(part, program) for part in error.args)
    for name, part in list(error.__dict__.items()):
        error.__dict__[name] = _travelling(part, program)
    for link in ("__cause__", "__context__"):
        if getattr(error, link) is not None and not _travels(getattr(error, link), program):
            setattr(error, link, None)
    return error


def _travelling(part: "Any", program: "Any") -> "Any":
    return part if _travels(part, program) else faults.short(part, 200)


def _travels(part: "Any", program: "Any") -> "Any":
    try:
        values.dump_result(part, program, False)
    except Exception:  # that it raises is the answer
        return False
    return True
