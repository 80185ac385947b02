"""Objects of the standard library that pickle refuses, or carries only by a name that is not there on the other side."""

from __future__ import annotations

import collections
import enum
import functools
import gc
import inspect
import marshal
import os
import sys
import types
import typing
from collections.abc import Callable
from typing import Any

from clustrix.capture.definitions.classes import class_namespace, plan_class
from clustrix.capture.library_state.log_settings import handler_reducer, logger_reducer
from clustrix.capture.library_state.patches import original
from clustrix.capture.module_state.answered import answered
from clustrix.capture.module_state.plain_values import is_dunder
from clustrix.capture.modules.importable import is_importable
from clustrix.capture.modules.ownership import Owner, owner_of_module
from clustrix.capture.reductions.shared_libraries import foreign_type_reducer, library_reducer
from clustrix.capture.reductions.stateful import STATEFUL
from clustrix.capture.reductions.travelling import travels
from clustrix.capture.reductions.wrappers import wrapper_reducer
from clustrix.capture.unseen import ANNOTATIONS
from clustrix_remote import changed, library_values, memories, rebuild, rebuilt_classes

if typing.TYPE_CHECKING:
    from clustrix.capture.reached import Reached

Reduced = Any  # a reduce tuple (see the pickle module), or NotImplemented
Reducer = Callable[[Any, "Reached"], Reduced]


def special_reducer(kind: type, instance: Any = None) -> Reducer | None:
    """The reducer for objects of exactly this class; for a class, ``instance`` is the class itself."""
    if instance is None:
        return (
            _REDUCERS.get(kind)
            or _NAMED_REDUCERS.get(f"{kind.__module__}.{kind.__qualname__}")
            or wrapper_reducer(kind)
            or handler_reducer(kind)
            or logger_reducer(kind)
            or library_reducer(kind)
        )
    if _is_named_tuple(instance):
        return _named_tuple
    if "__dataclass_fields__" in vars(instance):
        return _made_dataclass
    if issubclass(kind, enum.EnumMeta):
        return _enumeration
    return foreign_type_reducer(kind)


def _is_named_tuple(kind: type) -> bool:
    """Made by a call, or by a class statement under ``typing.NamedTuple``."""
    return kind.__bases__ == (tuple,) and hasattr(kind, "_fields") and hasattr(kind, "_field_defaults")


def _own_methods(kind: type) -> bool:
    return any(
        isinstance(one, (types.FunctionType, property)) and one_module(one) == kind.__module__
        for one in vars(kind).values()
    )


def one_module(value: Any) -> str:
    """The module in whose source a function or property was written."""
    function = value.fget if isinstance(value, property) else value
    return str(function.__globals__.get("__name__")) if isinstance(function, types.FunctionType) else ""


def _named_tuple(kind: Any, reached: Reached) -> Reduced:
    """By its fields; from its source where that has methods."""
    if _own_methods(kind) and plan_class(kind, class_namespace(kind)) is not None:
        return None
    space = reached.space_of(kind)
    # Before Python 3.7 had ``defaults=``, they were set on ``__new__``.
    defaults = kind.__new__.__defaults__ or ()
    args = (space, kind.__name__, kind.__qualname__, kind._fields, defaults, reached.token(kind))
    # Kept, or the collector of garbage empties what is read from it.
    fresh = typing.cast(Any, collections.namedtuple(kind.__name__, kind._fields, rename=True))
    made = vars(fresh)
    own = [
        (name, value)
        for name, value in vars(kind).items()
        if (name not in made and not is_dunder(name))
        or (name == "__doc__" and value != made[name])
        or (isinstance(value, types.FunctionType) and one_module(value) != "collections")
    ]
    if ANNOTATIONS in reached.looks_at:
        own.append(("__annotations__", inspect.get_annotations(kind)))
    state = {"attributes": [*own, ("_field_defaults", kind._field_defaults)]}
    return rebuilt_classes.named_tuple, args, state, None, None, rebuilt_classes.fill_class


def _enumeration(kind: Any, reached: Reached) -> Reduced:
    """An Enum made by a call: ``Enum("Color", "RED BLUE")``. One that has a class statement is made from that."""
    if plan_class(kind, class_namespace(kind)) is not None:
        return None
    members = [(name, member.value) for name, member in kind.__members__.items()]
    base = kind.__bases__[-1] if len(kind.__bases__) == 1 else kind.__bases__
    return rebuilt_classes.enumeration, (
        reached.space_of(kind),
        base,
        kind.__name__,
        kind.__qualname__,
        members,
        reached.token(kind),
    )


def _made_dataclass(kind: Any, reached: Reached) -> Reduced:
    """A dataclass made by a call: ``make_dataclass("Point", ["x", "y"])``. One that has a class statement is made from that."""
    if plan_class(kind, class_namespace(kind)) is not None or "__slots__" in vars(kind):
        return None
    own = {"__doc__", *_WRITTEN_BY_DATACLASSES, *vars(kind)["__dataclass_fields__"]}
    namespace = {
        name: value
        for name, value in vars(kind).items()
        if name not in own and not (isinstance(value, types.FunctionType) and _is_generated(value))
    }
    wanted = inspect.get_annotations(kind)
    fields = [(name, one.type, _field_state(one)) for name, one in kind.__dataclass_fields__.items() if name in wanted]
    parameters = kind.__dataclass_params__
    words = {name: getattr(parameters, name) for name in ("init", "repr", "eq", "order", "unsafe_hash", "frozen")}
    # Python 3.11 says that such a class is of the module `types`.
    space = reached.space(vars(sys.modules["__main__"])) if kind.__module__ == "types" else reached.space_of(kind)
    token = reached.token(kind)
    return rebuilt_classes.made_dataclass, (
        space,
        kind.__module__,
        kind.__name__,
        fields,
        kind.__bases__,
        namespace,
        words,
        token,
    )


#: What making a dataclass sets of itself.
_WRITTEN_BY_DATACLASSES = (
    "__dataclass_fields__", "__dataclass_params__", "__match_args__", "__annotations__", "__module__", "__dict__", "__weakref__",
    "__hash__", "__qualname__", "__firstlineno__", "__static_attributes__", "__replace__", "__annotations_cache__",
)  # fmt: skip


def _is_generated(function: types.FunctionType) -> bool:
    files = (getattr(sys.modules.get(name), "__file__", None) for name in ("dataclasses", "reprlib"))
    return function.__code__.co_filename in ("<string>", *files)


def _field_state(field: Any) -> dict[str, Any]:
    import dataclasses

    words = {name: getattr(field, name) for name in ("init", "repr", "hash", "compare")}
    for name in ("default", "default_factory"):
        if getattr(field, name) is not dataclasses.MISSING:
            words[name] = getattr(field, name)
    if getattr(field, "kw_only", False) is True:
        words["kw_only"] = True
    if field.metadata:
        words["metadata"] = dict(field.metadata)
    return words


def _lru_cache(value: Any, reached: Reached) -> Reduced:
    if is_importable(value, reached):
        return rebuild.attribute, (value.__module__, value.__qualname__)
    limits = value.cache_parameters()
    own = {name: one for name, one in vars(value).items() if name not in ("__wrapped__", "cache_parameters")}
    answer = answered(value)
    made = (value.__wrapped__, limits["maxsize"], limits["typed"], own)
    return memories.cached, made, answer and answer.state, None, None, memories.answer


def _method(value: Any, reached: Reached) -> Reduced:
    return _module_attribute(value, reached) or (types.MethodType, (value.__func__, value.__self__))


def _builtin_method(value: Any, reached: Reached) -> Reduced:
    owner = value.__self__
    if owner is None or isinstance(owner, (types.ModuleType, type)):
        place = original(value) if isinstance(owner, types.ModuleType) else None
        return NotImplemented if place is None else (changed.original, place)
    return _module_attribute(value, reached) or (getattr, (owner, value.__name__))


def _module_attribute(value: Any, reached: Reached) -> Reduced:
    """``random.choice`` is a method of a hidden object: it goes by its name in the module, not with that object's state."""
    module = sys.modules.get(type(value.__self__).__module__)
    if (
        module is not None
        and owner_of_module(module) is not Owner.INTERACTIVE
        and getattr(module, value.__name__, None) == value
    ):
        reached.import_module(module)
        return rebuild.attribute, (module.__name__, value.__name__)
    return None


def _stream(value: Any, reached: Reached) -> Reduced:
    for name in ("stdout", "stderr", "stdin"):
        if value in (getattr(sys, name), getattr(sys, f"__{name}__")):
            return rebuild.attribute, ("sys", name)
    return NotImplemented


def _type_variable(value: Any, reached: Reached) -> Reduced:
    module = sys.modules.get(value.__module__ or "")
    is_named = module is not None and vars(module).get(value.__name__) is value
    if module is not None and is_named and owner_of_module(module) is not Owner.INTERACTIVE:
        reached.import_module(module)  # there it is the one that the module's own annotations name
        return NotImplemented
    words = ("covariant", "contravariant", "infer_variance")
    variance = [word for word in words if getattr(value, f"__{word}__", False)]
    args = (value.__name__, value.__constraints__, value.__bound__, variance, reached.token(value))
    return rebuilt_classes.type_variable, args


def _type_alias(value: Any, reached: Reached) -> Reduced:
    """``type Tree = list[Tree] | int``: its value comes after it, as it may name it."""
    module = sys.modules.get(value.__module__)
    if module is not None and owner_of_module(module) is not Owner.INTERACTIVE:
        reached.import_module(module)
        return NotImplemented
    args = (reached.space_of(value), value.__name__, value.__type_params__, reached.token(value))
    return rebuilt_classes.type_alias, args, value.__value__, None, None, rebuilt_classes.fill_type_alias


def _new_type(value: Any, reached: Reached) -> Reduced:
    return rebuilt_classes.new_type, (
        reached.space_of(value),
        value.__name__,
        value.__supertype__,
        reached.token(value),
    )


def _property(value: property, reached: Reached) -> Reduced:
    return property, (value.fget, value.fset, value.fdel, value.__doc__)


def _wrapped_function(value: Any, reached: Reached) -> Reduced:
    return type(value), (value.__func__,)


def _cached_property(value: Any, reached: Reached) -> Reduced:
    return rebuild.cached_property, (value.func, value.attrname)


def _mapping_proxy(value: Any, reached: Reached) -> Reduced:
    """A view of a mapping: what is written into that is seen through it, there too."""
    return types.MappingProxyType, tuple(gc.get_referents(value))


def _dict_view(value: Any, reached: Reached) -> Reduced:
    mapping = gc.get_referents(value)[0]
    return (_DICT_VIEWS[type(value)], (mapping,)) if travels(mapping) else library_values.reduce_view(value)


def _environment(value: Any, reached: Reached) -> Reduced:
    # By name, never by value: what the laptop's environment holds is nobody's business there.
    return rebuild.attribute, ("os", "environ")


def mock_reducer(value: Any) -> Reduced:
    """A mock of ``unittest.mock``: its kind (each has a class of its own above it), what it returns or raises, and its children."""
    mock = typing.cast(Any, sys.modules["unittest.mock"])
    kind = next(one for one in type(value).__mro__ if getattr(mock, one.__name__, None) is one)
    configuration: dict[str, Any] = {"name": value._mock_name}
    if hasattr(kind, "side_effect"):
        configuration["side_effect"] = value.side_effect
        if isinstance(value._mock_return_value, mock._SentinelObject):
            pass
        else:
            configuration["return_value"] = value._mock_return_value
    own = {name: one for name, one in vars(value).items() if not name.startswith(("_mock", "_spec", "method_calls"))}
    return changed.mock, (kind, configuration, {**value._mock_children, **own})


def _plain_list(value: Any, reached: Reached) -> Reduced:
    return list, (list(value),)


def _plain_text(value: Any, reached: Reached) -> Reduced:
    return str, (str(value),)


#: By name, as they need not be loaded. What IPython gives for ``!command`` is a list, or a text, with a few methods for the prompt.
def _context_variable(value: Any, reached: Reached) -> Reduced:
    import contextvars

    try:
        default = [contextvars.Context().run(value.get)]
    except LookupError:
        default = []
    try:
        current = [value.get()]
    except LookupError:
        current = []
    return rebuild.context_variable, (value.name, default, current)


_DICT_VIEWS = {
    type(getattr(kind(), name)()): getattr(kind, name)
    for kind in (dict, collections.OrderedDict)
    for name in ("keys", "values", "items")
}

_NAMED_REDUCERS: dict[str, Reducer] = {
    "_contextvars.ContextVar": _context_variable,
    "typing.TypeAliasType": _type_alias,
    "IPython.utils.text.SList": _plain_list,
    "IPython.utils.text.LSString": _plain_text,
}


def _code(value: types.CodeType, reached: Reached) -> Reduced:
    """What ``compile`` made of a text: as bytecode, since the text is not kept."""
    return (marshal.loads, (marshal.dumps(value),)) if reached.same_minor else NotImplemented


_REDUCERS: dict[type, Reducer] = {
    types.CodeType: _code,
    functools._lru_cache_wrapper: _lru_cache,
    types.MethodType: _method,
    types.BuiltinMethodType: _builtin_method,
    typing.TypeVar: _type_variable,
    typing.NewType: _new_type,
    property: _property,
    staticmethod: _wrapped_function,
    classmethod: _wrapped_function,
    functools.cached_property: _cached_property,
    types.MappingProxyType: _mapping_proxy,
    **dict.fromkeys(_DICT_VIEWS, _dict_view),
    type(os.environ): _environment,
    type(sys.__stdout__): _stream,
    **STATEFUL,
}
