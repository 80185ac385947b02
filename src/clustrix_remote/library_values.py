"""Values of the standard library that pickle refuses, or takes apart: views of dicts, structs, and in Python 3.6 loggers."""

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any


def reduce_view(view: "Any") -> "Any":
    """Keys, values or items by what is in them, without the rest of their dict."""
    return dict_view, (type(view).__name__, list(view))


def dict_view(kind: "Any", content: "Any") -> "Any":
    """Keys, values or items of a dict that has nothing else; ``kind`` is the name of their class, ``odict_keys``."""
    made, name = kind.split("_")
    pairs = {"keys": ((one, None) for one in content), "values": enumerate(content), "items": content}[name]
    if made == "dict":
        return getattr(dict(pairs), name)()
    from collections import OrderedDict

    return getattr(OrderedDict(pairs), name)()


def logger(name: "Any") -> "Any":
    """The logger of this name."""
    import logging

    return logging.getLogger(name)


def reduce_struct(value: "Any") -> "Any":
    """A ``struct.Struct`` by its format, which was bytes before Python 3.7."""
    return structure, (value.format if isinstance(value.format, str) else value.format.decode("ascii"),)


def structure(text: "Any") -> "Any":
    """A ``struct.Struct``."""
    import struct

    return struct.Struct(text)
