"""Dataclasses that a job made and that cannot be made again from their statements: what the decorator generated, it generates again at home."""

import types

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_WORDS = ("init", "repr", "eq", "order", "unsafe_hash", "frozen")
_FIELD_WORDS = ("init", "repr", "hash", "compare", "kw_only")
#: What the decorator sets, in any version of Python.
_WRITTEN = ("__dataclass_fields__", "__dataclass_params__", "__match_args__", "__replace__")
#: Where annotations are kept until they are asked for.
_ANNOTATIONS = ("__annotations__", "__annotate_func__", "__annotate__", "__annotations_cache__")


def reduce_dataclass(kind: "Any", names: "Any", attributes: "Any") -> "Any":
    """How a dataclass without slots is pickled, from ``(module, name, qualified name)`` and what it holds."""
    from clustrix_remote import made

    wanted = _own_annotations(kind)
    own = [
        (name, value)
        for name, value in attributes
        if name not in _WRITTEN + _ANNOTATIONS and not _is_generated(value) and (name, value) != ("__hash__", None)
    ]
    now = dict([one for one in own if one[0] == "__doc__"], __annotations__=wanted)
    parameters = kind.__dataclass_params__
    state = {
        "attributes": [one for one in own if one[0] not in now],
        "fields": [(name, _given(one)) for name, one in kind.__dataclass_fields__.items() if _is_field(one, wanted)],
        "words": {name: getattr(parameters, name) for name in _WORDS},
    }
    return made.bare_class, (type(kind),) + names + (kind.__bases__, now), state, None, None, fill_dataclass


def _own_annotations(kind: "Any") -> "Any":
    if "__annotations__" in vars(kind) or "__annotate_func__" in vars(kind):
        return dict(kind.__annotations__)
    return {}


def _is_field(field: "Any", wanted: "Any") -> "Any":
    """Whether it is the class's own, and no ClassVar or InitVar, whose value is an attribute."""
    return field.name in wanted and field._field_type.name == "_FIELD"


def _given(field: "Any") -> "Any":
    """What ``dataclasses.field`` was given."""
    missing = _dataclasses().MISSING
    given = {name: getattr(field, name) for name in _FIELD_WORDS if getattr(field, name, None) not in (None, missing)}
    given.update(
        (name, getattr(field, name)) for name in ("default", "default_factory") if getattr(field, name) is not missing
    )
    if field.metadata:
        given["metadata"] = dict(field.metadata)
    return given


def _dataclasses() -> "Any":
    # Of the standard library since Python 3.7; 3.6 may have it as somebody's package.
    return __import__("dataclasses")


def _is_generated(value: "Any") -> "Any":
    function = getattr(value, "__wrapped__", value)
    if not isinstance(function, types.FunctionType):
        return False
    return function.__code__.co_filename == "<string>" or function.__globals__.get("__name__") == "dataclasses"


def fill_dataclass(made: "Any", state: "Any") -> None:
    """What such a class holds, and what the decorator makes of it."""
    dataclasses = _dataclasses()
    for name, value in state["attributes"]:
        setattr(made, name, value)
    for name, given in state["fields"]:
        setattr(made, name, dataclasses.field(**given))
    dataclasses.dataclass(**state["words"])(made)
